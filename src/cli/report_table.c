/* report_table.c: rows, proof and what is left out, in columns. */
#include "cli/report_table.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/table.h"

enum { KEY_TEXT_MAX = 200, COINS_PLACES = 4, USD_PLACES = 0, GREEKS_PLACES = 2 };

static void
key_append(char *text, size_t *length, const char *part)
{
	int added = snprintf(text + *length, KEY_TEXT_MAX - *length, "%s%s", *length > 0 ? " " : "",
	    part[0] == '\0' ? "-" : part);
	if (added > 0)
		*length += (size_t)added;
	if (*length >= KEY_TEXT_MAX)
		*length = KEY_TEXT_MAX - 1;
}

static void
key_text(const pli_registry *registry, const plm_exposure_row *row, char text[KEY_TEXT_MAX])
{
	char name[PLI_API_NAME_MAX], date[PLM_TIME_TEXT_MAX], number[PLM_DECIMAL_TEXT_MAX];
	size_t length = 0;
	text[0] = '\0';
	if ((row->by & PLM_BY_UNDERLYING) != 0)
		key_append(text, &length, pli_api_asset_text(registry, row->underlying, name));
	if ((row->by & PLM_BY_ASSET_CLASS) != 0)
		key_append(text, &length, row->asset_class);
	if ((row->by & PLM_BY_VENUE) != 0)
		key_append(text, &length, pli_api_venue_text(registry, row->venue, name));
	if ((row->by & PLM_BY_ACCOUNT) != 0)
		key_append(text, &length, pli_api_account_text(registry, row->account, name));
	if ((row->by & PLM_BY_STRATEGY) != 0)
		key_append(text, &length, row->strategy);
	if ((row->by & PLM_BY_PORTFOLIO) != 0)
		key_append(text, &length, row->portfolio);
	if ((row->by & PLM_BY_EXPIRY) != 0) {
		(void)plm_time_format(row->expiry_ns, date);
		date[10] = '\0';
		key_append(text, &length, row->expiry_ns == 0 ? "none" : date);
	}
	if ((row->by & PLM_BY_STRIKE) != 0)
		key_append(text, &length,
		    plm_decimal_is_known(row->strike) ? pli_api_strike_text(row->strike, number)
						      : "none");
	if ((row->by & PLM_BY_SETTLE) != 0)
		key_append(text, &length, pli_api_asset_text(registry, row->settle, name));
}

static void
put_age(pli_table *table, int64_t age_ns)
{
	double seconds = (double)age_ns / (double)PLM_NS_PER_S;
	if (age_ns < 0)
		pli_table_put_text(table, "?");
	else if (seconds < 120)
		pli_table_put_format(table, "%.1f s", seconds);
	else if (seconds < 7200)
		pli_table_put_format(table, "%.0f min", seconds / 60);
	else
		pli_table_put_format(table, "%.0f h", seconds / 3600);
}

/* Unknown is "?", never 0. */
static void
put_number(pli_table *table, plm_decimal value, int places)
{
	if (plm_decimal_is_known(value))
		pli_table_put_double(table, plm_decimal_to_double(value), places);
	else
		pli_table_put_text(table, "?");
}

static pli_style
row_style(const plm_exposure_row *row)
{
	bool doubt = row->legs_count_unpriced > 0 || row->venues_lagging != 0;
	return doubt ? PLI_STYLE_WARN : PLI_STYLE_PLAIN;
}

static void
put_row(
    pli_table *table, const pli_registry *registry, const plm_exposure_row *row, const char *title)
{
	char key[KEY_TEXT_MAX];
	key_text(registry, row, key);
	(void)pli_table_row(table, row_style(row));
	pli_table_put_text(table, title != NULL ? title : key);
	put_number(table, row->long_coins, COINS_PLACES);
	put_number(table, row->short_coins, COINS_PLACES);
	put_number(table, row->net_coins, COINS_PLACES);
	put_number(table, row->net_usd, USD_PLACES);
	put_number(table, row->gross_usd, USD_PLACES);
	pli_table_put_double(table, row->offset_ratio, 3);
	pli_table_put_int(table, row->legs_count);
	pli_table_put_int(table, row->legs_count_unpriced);
	put_age(table, row->age_ns_max);
}

static void
put_row_greeks(
    pli_table *table, const pli_registry *registry, const plm_exposure_row *row, const char *title)
{
	char key[KEY_TEXT_MAX];
	key_text(registry, row, key);
	(void)pli_table_row(table, row_style(row));
	pli_table_put_text(table, title != NULL ? title : key);
	put_number(table, row->net_coins, COINS_PLACES);
	put_number(table, row->net_usd, USD_PLACES);
	const double measures[] = {row->gamma_usd_1pct, row->vega_usd, row->vega_usd_30d,
	    row->theta_usd, row->beta_usd_net};
	for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++)
		pli_table_put_double(table, measures[i], GREEKS_PLACES);
	pli_table_put_int(table, row->legs_count);
	pli_table_put_int(table, row->legs_count_model);
	put_age(table, row->age_ns_max);
}

static const pli_column greek_columns[] = {
    {"key", "", PLI_COLUMN_TEXT},
    {"net_coins", "DELTA COINS", PLI_COLUMN_NUMBER},
    {"net_usd", "DELTA USD", PLI_COLUMN_NUMBER},
    {"gamma_usd_1pct", "GAMMA 1%", PLI_COLUMN_NUMBER},
    {"vega_usd", "VEGA", PLI_COLUMN_NUMBER},
    {"vega_usd_30d", "VEGA 30D", PLI_COLUMN_NUMBER},
    {"theta_usd", "THETA", PLI_COLUMN_NUMBER},
    {"beta_usd_net", "BETA USD", PLI_COLUMN_NUMBER},
    {"legs", "LEGS", PLI_COLUMN_NUMBER},
    {"legs_model", "MODEL", PLI_COLUMN_NUMBER},
    {"age", "AGE", PLI_COLUMN_NUMBER},
    {0},
};

#define ROW_COLUMNS                                                                                \
	{"key", "", PLI_COLUMN_TEXT}, {"long_coins", "LONG", PLI_COLUMN_NUMBER},                   \
	    {"short_coins", "SHORT", PLI_COLUMN_NUMBER},                                           \
	    {"net_coins", "NET COINS", PLI_COLUMN_NUMBER},                                         \
	    {"net_usd", "NET USD", PLI_COLUMN_NUMBER},                                             \
	    {"gross_usd", "GROSS USD", PLI_COLUMN_NUMBER},                                         \
	    {"offset_ratio", "OFFSET", PLI_COLUMN_NUMBER}, {"legs", "LEGS", PLI_COLUMN_NUMBER},    \
	    {"legs_unpriced", "UNPRICED", PLI_COLUMN_NUMBER},                                      \
	{                                                                                          \
		"age", "AGE", PLI_COLUMN_NUMBER                                                    \
	}

static const pli_column row_columns[] = {ROW_COLUMNS, {0}};
static const pli_column adl_columns[] = {ROW_COLUMNS, {"adl", "ADL", PLI_COLUMN_NUMBER}, {0}};

/* The queue of auto-deleveraging has a column where a venue tells a place in it. */
static void
put_row_adl(
    pli_table *table, const pli_registry *registry, const plm_exposure_row *row, const char *title)
{
	put_row(table, registry, row, title);
	if (row->adl_rank_max == 0)
		pli_table_put_text(table, "");
	else
		pli_table_put_format(table, "%u/5", row->adl_rank_max);
}

static int
table_rows(pli_cli *cli, pli_exposure_source *source, const plm_exposure_query *query, bool greeks)
{
	const pli_registry *registry = pli_book_registry(source->book);
	uint32_t count = pli_exposure_rollup(
	    source->exposure, query, source->rows, source->rows_max);
	uint32_t shown = count < source->rows_max ? count : source->rows_max;
	if (query->by == PLM_BY_NOTHING)
		shown = 0; /* the total says it */
	plm_exposure_row total;
	pli_exposure_total(source->exposure, query, &total);
	bool adl = total.adl_rank_max > 0 && !greeks;
	pli_table *table = pli_table_create(greeks ? greek_columns
					    : adl  ? adl_columns
						   : row_columns,
	    shown + 1);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the table");
	for (uint32_t i = 0; i <= shown; i++)
		(greeks   ? put_row_greeks
		    : adl ? put_row_adl
			  : put_row)(table, registry, i < shown ? &source->rows[i] : &total,
		    i < shown ? NULL : "total");
	pli_table_print(table, cli);
	pli_table_destroy(table);
	return PLI_EXIT_OK;
}

/* "BTC-PERPETUAL long", "USDT collateral". */
static void
leg_text(const pli_registry *registry, const plm_leg *leg, char text[KEY_TEXT_MAX])
{
	char name[PLI_API_NAME_MAX];
	const plm_instrument *instrument = pli_registry_instrument_get(registry, leg->instrument);
	const char *side = leg->side == PLM_SIDE_NET ? "" : pli_api_side_text(leg->side);
	if (instrument != NULL)
		(void)snprintf(text, KEY_TEXT_MAX, "%s%s%s", instrument->name,
		    side[0] == '\0' ? "" : " ", side);
	else
		(void)snprintf(text, KEY_TEXT_MAX, "%s collateral",
		    pli_api_asset_text(registry, leg->asset, name));
}

static void
put_leg(pli_table *table, const pli_registry *registry, const plm_leg *leg)
{
	char text[KEY_TEXT_MAX], name[PLI_API_NAME_MAX];
	leg_text(registry, leg, text);
	(void)pli_table_row(table, leg->included ? PLI_STYLE_PLAIN : PLI_STYLE_WARN);
	pli_table_put_text(table, pli_api_account_text(registry, leg->account, name));
	pli_table_put_text(table, text);
	pli_table_put_decimal(table, leg->quantity);
	pli_table_put_double(table, leg->delta, 4);
	put_number(table, leg->delta_coins, 6);
	put_number(table, leg->price_usd, 2);
	put_number(table, leg->delta_usd, 2);
	pli_table_put_text(
	    table, leg->reason == PLM_REASON_NONE ? "" : plm_reason_text((plm_reason)leg->reason));
}

/* An option's delta and where it comes from, the venue's beside the model's. */
static void
put_leg_greeks(pli_table *table, const plm_leg *leg)
{
	const plm_greek_set *venue = &leg->greeks_venue, *model = &leg->greeks_model;
	pli_table_put_double(table, leg->delta, 5);
	pli_table_put_text(table, plm_greek_source_text((plm_greek_source)leg->delta_source));
	pli_table_put_double(table, venue->delta, 5);
	pli_table_put_double(table, model->delta, 5);
	pli_table_put_double(table, venue->delta - model->delta, 6);
	pli_table_put_double(table, leg->forward, 2);
	pli_table_put_text(table, plm_forward_source_text((plm_forward_source)leg->forward_source));
	pli_table_put_double(table, leg->vol * 100, 2);
	pli_table_put_double(table, leg->gamma_usd_1pct, GREEKS_PLACES);
	pli_table_put_double(table, leg->vega_usd, GREEKS_PLACES);
	pli_table_put_double(table, leg->theta_usd, GREEKS_PLACES);
}

static const pli_column leg_greek_columns[] = {
    {"account", "ACCOUNT", PLI_COLUMN_TEXT},
    {"leg", "OPTION", PLI_COLUMN_TEXT},
    {"delta", "DELTA", PLI_COLUMN_NUMBER},
    {"delta_source", "OF", PLI_COLUMN_TEXT},
    {"venue", "VENUE", PLI_COLUMN_NUMBER},
    {"model", "MODEL", PLI_COLUMN_NUMBER},
    {"residual", "RESIDUAL", PLI_COLUMN_NUMBER},
    {"forward", "FORWARD", PLI_COLUMN_NUMBER},
    {"forward_source", "OF", PLI_COLUMN_TEXT},
    {"vol", "VOL", PLI_COLUMN_NUMBER},
    {"gamma_usd_1pct", "GAMMA 1%", PLI_COLUMN_NUMBER},
    {"vega_usd", "VEGA", PLI_COLUMN_NUMBER},
    {"theta_usd", "THETA", PLI_COLUMN_NUMBER},
    {0},
};

static int
table_greeks(pli_cli *cli, const pli_exposure_source *source, const plm_exposure_query *query)
{
	const pli_registry *registry = pli_book_registry(source->book);
	char text[KEY_TEXT_MAX], name[PLI_API_NAME_MAX];
	uint32_t legs_count;
	const plm_leg *legs = pli_exposure_legs(source->exposure, &legs_count);
	uint32_t count = pli_exposure_proof(
	    source->exposure, query, source->leg_indexes, source->legs_max);
	uint32_t shown = count < source->legs_max ? count : source->legs_max;
	pli_table *table = pli_table_create(leg_greek_columns, shown + 1);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the table");
	for (uint32_t i = 0; i < shown; i++) {
		const plm_leg *leg = &legs[source->leg_indexes[i]];
		if (leg->kind != PLM_KIND_OPTION)
			continue;
		leg_text(registry, leg, text);
		(void)pli_table_row(table, leg->included ? PLI_STYLE_PLAIN : PLI_STYLE_WARN);
		pli_table_put_text(table, pli_api_account_text(registry, leg->account, name));
		pli_table_put_text(table, text);
		put_leg_greeks(table, leg);
	}
	if (pli_table_rows_count(table) > 0)
		pli_table_print(table, cli);
	pli_table_destroy(table);
	return PLI_EXIT_OK;
}

static const pli_column leg_columns[] = {
    {"account", "ACCOUNT", PLI_COLUMN_TEXT},
    {"leg", "LEG", PLI_COLUMN_TEXT},
    {"quantity", "QUANTITY", PLI_COLUMN_NUMBER},
    {"delta", "DELTA", PLI_COLUMN_NUMBER},
    {"delta_coins", "COINS", PLI_COLUMN_NUMBER},
    {"price_usd", "PRICE USD", PLI_COLUMN_NUMBER},
    {"delta_usd", "USD", PLI_COLUMN_NUMBER},
    {"reason", "", PLI_COLUMN_TEXT},
    {0},
};

static int
table_legs(
    pli_cli *cli, pli_exposure_source *source, const plm_exposure_query *query, bool excluded_only)
{
	const pli_registry *registry = pli_book_registry(source->book);
	uint32_t legs_count;
	const plm_leg *legs = pli_exposure_legs(source->exposure, &legs_count);
	uint32_t count = pli_exposure_proof(
	    source->exposure, query, source->leg_indexes, source->legs_max);
	uint32_t shown = count < source->legs_max ? count : source->legs_max;
	pli_table *table = pli_table_create(leg_columns, shown + 1);
	if (table == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the table");
	for (uint32_t i = 0; i < shown; i++) {
		const plm_leg *leg = &legs[source->leg_indexes[i]];
		if (!excluded_only || leg->reason != PLM_REASON_NONE)
			put_leg(table, registry, leg);
	}
	if (pli_table_rows_count(table) > 0) {
		if (excluded_only)
			(void)fprintf(cli->out,
			    "\nnot included, without a USD value, or awaiting settlement:\n");
		pli_table_print(table, cli);
	}
	pli_table_destroy(table);
	return PLI_EXIT_OK;
}

int
pli_report_table(pli_cli *cli, pli_exposure_source *source, const plm_exposure_query *query,
    pli_report_show show)
{
	char time_text[PLM_TIME_TEXT_MAX];
	(void)plm_time_format(pli_book_now_ns(source->book), time_text);
	(void)fprintf(
	    cli->out, "as of %s, netting tier %s\n", time_text, plm_tier_text(query->tier));
	if (!show.proof) {
		int exit_code = table_rows(cli, source, query, show.greeks);
		return exit_code != PLI_EXIT_OK ? exit_code : table_legs(cli, source, query, true);
	}
	int exit_code = show.greeks ? table_greeks(cli, source, query)
				    : table_legs(cli, source, query, false);
	if (exit_code != PLI_EXIT_OK)
		return exit_code;
	plm_exposure_query whole = *query;
	whole.by = PLM_BY_NOTHING;
	return table_rows(cli, source, &whole, show.greeks);
}
