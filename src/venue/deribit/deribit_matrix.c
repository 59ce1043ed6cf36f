/* deribit_matrix.c: the parameters of a margin simulation (private/pme/simulate), which are those
 * that the account is margined by. The rest of its answer is about a portfolio, real or not. */
#include <string.h>

#include "base/bytes.h"
#include "venue/deribit/deribit.h"
#include "venue/json_row.h"

/* The members of an object as rows of their own: the parts of model_params. */
typedef struct matrix_parts {
	pli_row model;
	uint32_t pairs, currencies, general;
} matrix_parts;

static void
matrix_of_pair(pli_row *r, plm_margin_matrix *matrix)
{
	matrix->range = pli_row_double(r, "price_range");
	matrix->vol_up = pli_row_double(r, "volatility_range_up");
	matrix->vol_down = pli_row_double(r, "volatility_range_down");
	matrix->vol_power_short = pli_row_double(r, "short_term_vega_power");
	matrix->vol_power_long = pli_row_double(r, "long_term_vega_power");
	matrix->vol_min = pli_row_double(r, "min_volatility_for_shock_up");
	matrix->extended_factor = pli_row_double(r, "extended_table_factor");
}

static void
matrix_of_currency(pli_row *r, plm_margin_matrix *matrix)
{
	matrix->dampener_usd = pli_row_double(r, "extended_dampener");
	matrix->annual_move = pli_row_double(r, "annualised_move_risk");
	matrix->annual_move_min = pli_row_double(r, "min_annualised_move");
	matrix->offset = pli_row_double(r, "pnl_offset");
	matrix->offset_usd_max = pli_row_double(r, "max_offsetable_pnl");
}

/* What is counted in "usd" settles in USDC. Nothing where the currency is neither of the pair's. */
static plm_slice
matrix_settle(plm_slice pair, plm_slice currency)
{
	bool of_coin = pair.size > currency.size && pair.bytes[currency.size] == '_' &&
		       memcmp(pair.bytes, currency.bytes, currency.size) == 0;
	plm_slice coin;
	bool of_quote = pli_name_ends(pair, "_usd", &coin) && plm_slice_is(currency, "usd");
	return of_coin ? currency : of_quote ? PLM_SLICE("USDC") : PLM_SLICE("");
}

static void
matrix_emit(pli_deribit_reader *reader, matrix_parts *parts, uint32_t pair, uint32_t currency)
{
	const pli_json_node *nodes = pli_json_nodes(reader->json, NULL);
	pli_row *r = &parts->model;
	plm_slice name = nodes[pair].key, settle = matrix_settle(name, nodes[currency].key);
	const char *end = memchr(name.bytes, '_', name.size);
	plm_event event;
	if (settle.size == 0 || end == NULL)
		return;
	plm_event_init(&event, PLM_EVENT_MARGIN_MATRIX);
	event.account = reader->cfg->account;
	event.venue_time_ns = reader->time_ns;
	plm_margin_matrix *matrix = &event.u.margin_matrix;
	r->node = parts->general;
	matrix->maintenance = pli_row_double(r, "mm_factor");
	matrix->buckets = (uint32_t)pli_row_int(r, "buckets_count", 0);
	r->node = pair;
	matrix_of_pair(r, matrix);
	r->node = currency;
	matrix_of_currency(r, matrix);
	if (r->err != PLM_OK || reader->dry)
		return;
	matrix->coin = pli_deribit_asset(
	    reader, (plm_slice){name.bytes, (size_t)(end - name.bytes)});
	matrix->settle = pli_deribit_asset(reader, settle);
	if (matrix->coin.value != 0 && matrix->settle.value != 0)
		r->err = reader->events->emit(reader->events->ctx, &event);
}

/* A grid of other than three vols is not ours: its parameters would say another thing. */
static bool
matrix_is_read(matrix_parts *parts)
{
	pli_row *r = &parts->model;
	parts->pairs = pli_row_find(r, "currency_pair");
	parts->currencies = pli_row_find(r, "currency");
	parts->general = pli_row_find(r, "general");
	if (parts->pairs == 0 || parts->currencies == 0 || parts->general == 0)
		pli_row_fail(r, NULL, "parameters of pairs, of currencies and in general");
	r->node = parts->general;
	if (r->err == PLM_OK && pli_row_int(r, "vol_scenarios_count", 0) != 3)
		pli_row_fail(r, "vol_scenarios_count", "3 vols at each price");
	return r->err == PLM_OK;
}

static plm_err
matrix_each(pli_deribit_reader *reader, uint32_t node)
{
	const pli_json_node *nodes = pli_json_nodes(reader->json, NULL);
	uint32_t model = pli_json_find(reader->json, node, "model_params");
	matrix_parts parts = {.model = {reader->json, reader->fault, model, PLM_OK}};
	if (!matrix_is_read(&parts))
		return parts.model.err;
	uint32_t pair = parts.pairs + 1;
	for (uint32_t i = 0; i < nodes[parts.pairs].children_count; i++, pair = nodes[pair].next) {
		uint32_t currency = parts.currencies + 1;
		for (uint32_t k = 0; k < nodes[parts.currencies].children_count; k++) {
			matrix_emit(reader, &parts, pair, currency);
			currency = nodes[currency].next;
		}
	}
	return parts.model.err;
}

plm_err
pli_deribit_matrices(pli_deribit_reader *reader, uint32_t node)
{
	reader->dry = true;
	plm_err err = matrix_each(reader, node);
	reader->dry = false;
	return err == PLM_OK ? matrix_each(reader, node) : err;
}
