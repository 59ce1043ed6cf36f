/* deribit_row.c: one JSON object of Deribit's to the events it stands for. */
#include "venue/deribit/deribit.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fault_point.h"
#include "base/json_pick.h"
#include "base/mutant.h"
#include "model/registry.h"
#include "venue/json_row.h"
#include "venue/mark_row.h"

enum { ROW_ASSET_MAX = 24 };

/* One object being read: its members, and where they go. */
typedef struct row {
	pli_row f;
	pli_deribit_reader *in;
} row;

static row
row_of(pli_deribit_reader *in, uint32_t node)
{
	return (row){{in->json, in->fault, node, PLM_OK}, in};
}

plm_asset_id
pli_deribit_asset(const pli_deribit_reader *reader, plm_slice name)
{
	char upper[ROW_ASSET_MAX];
	if (reader->dry || name.size == 0 || name.size >= sizeof upper)
		return (plm_asset_id){0};
	size_t size = pli_text_upper(name, upper, sizeof upper);
	return plm_names_asset(reader->cfg->names, (plm_slice){upper, size});
}

static plm_asset_id
row_asset(row *r, plm_slice name)
{
	return r->f.err == PLM_OK ? pli_deribit_asset(r->in, name) : (plm_asset_id){0};
}

/* An event of this type with the row's own time, or the envelope's. */
static row
row_open(pli_deribit_reader *in, uint32_t node, plm_event *event, plm_event_type type,
    const char *time_key)
{
	row r = row_of(in, node);
	plm_event_init(event, type);
	event->venue_time_ns = pli_row_time(&r.f, time_key, in->time_ns);
	return r;
}

static plm_err
row_emit(row *r, plm_event *event, bool of_account)
{
	pli_deribit_reader *reader = r->in;
	if (r->f.err != PLM_OK || reader->dry)
		return r->f.err;
	event->flags = (uint16_t)(event->flags | reader->flags);
	if (of_account)
		event->account = reader->cfg->account;
	if (PLI_FAULT(DERIBIT_ROW))
		pli_row_fail(&r->f, NULL, "a row that can be read");
	if (r->f.err != PLM_OK)
		return r->f.err;
	r->f.err = reader->events->emit(reader->events->ctx, event);
	if (r->f.err != PLM_OK)
		return plm_fault_set(
		    reader->fault, r->f.err, NULL, "more events than one message may give");
	if (event->type == PLM_EVENT_POSITION || event->type == PLM_EVENT_BALANCE)
		reader->rows_count++;
	if (reader->observe != NULL)
		reader->observe(reader->observe_ctx, event);
	return PLM_OK;
}

/* The instrument that `name` stands for: the registry's specification, at first sight the name's.
 * While dry its id is 0 and its assets are unknown. */
static void
row_instrument_of(row *r, plm_slice name, plm_instrument *ret_spec)
{
	pli_deribit_reader *reader = r->in;
	*ret_spec = (plm_instrument){0};
	if (r->f.err != PLM_OK)
		return;
	if (name.size == 0 || name.size >= PLM_NAME_MAX) {
		pli_row_fail(
		    &r->f, "instrument_name", "an instrument name such as \"BTC-PERPETUAL\"");
		return;
	}
	const plm_instrument *known = pli_registry_instrument_get(reader->cfg->names,
	    pli_registry_instrument_find(reader->cfg->names, reader->cfg->venue, name));
	if (known != NULL && known->spec_source != PLM_SPEC_NONE) {
		*ret_spec = *known;
		return;
	}
	if (!reader->may_intern)
		reader->dry = reader->is_again_needed = true;
	if (reader->dry) {
		pli_deribit_name_spec(name, reader->cfg->venue, NULL, ret_spec);
		return;
	}
	pli_deribit_name_spec(name, reader->cfg->venue, reader->cfg->names, ret_spec);
	if (ret_spec->id.value == 0)
		r->f.err = plm_fault_set(reader->fault, PLM_EFULL, NULL,
		    "no room for another instrument (%.*s)", (int)name.size, name.bytes);
	else
		plm_names_instrument_set(reader->cfg->names, ret_spec);
}

/* How Deribit counts sizes: USD for inverse futures, coins for everything else. */
static uint8_t
row_unit(const plm_instrument *spec, plm_slice kind)
{
	if (spec->spec_source == PLM_SPEC_NONE)
		return plm_slice_is(kind, "option") ? PLM_UNIT_COINS : PLM_UNIT_CONTRACTS;
	if (spec->inverse && (spec->kind == PLM_KIND_PERPETUAL || spec->kind == PLM_KIND_FUTURE))
		return PLM_UNIT_USD;
	if (spec->inverse && spec->kind == PLM_KIND_COMBO && plm_slice_is(kind, "future_combo"))
		return PLM_UNIT_USD;
	return PLM_UNIT_COINS;
}

/* Gives `size` the sign of `direction`. A buy of a negative size contradicts itself; a sell may
 * come with either sign. */
static plm_decimal
row_signed(row *r, const char *size_key)
{
	plm_decimal size = pli_row_required(&r->f, size_key, "an object with a size");
	plm_slice direction = pli_row_string(&r->f, "direction");
	if (r->f.err != PLM_OK || direction.size == 0)
		return size;
	if (plm_slice_is(direction, "sell"))
		return pli_mutant(DERIBIT_SHORT_UNSIGNED)
			   ? plm_decimal_abs(size)
			   : plm_decimal_negate(plm_decimal_abs(size));
	if (plm_slice_is(direction, "buy")) {
		if (plm_decimal_sign(size) < 0)
			pli_row_fail(
			    &r->f, size_key, "a size of 0 or more where direction is \"buy\"");
		return size;
	}
	if (!plm_slice_is(direction, "zero"))
		pli_row_fail(&r->f, "direction", "\"buy\", \"sell\" or \"zero\"");
	else if (plm_decimal_sign(size) != 0)
		pli_row_fail(&r->f, size_key, "0 where direction is \"zero\"");
	return size;
}

/* Prices ride on positions too: they serve until a ticker comes. Greeks of a position are those
 * of the whole position. */
static void
row_position_mark(row *r, const plm_event *event, const plm_instrument *spec, plm_event *ret_event)
{
	const plm_position *position = &event->u.position;
	plm_mark *mark = &ret_event->u.mark;
	double size = plm_decimal_to_double(position->quantity);
	plm_event_init(ret_event, PLM_EVENT_MARK);
	ret_event->flags = PLM_FLAG_SYNTHETIC;
	ret_event->venue_time_ns = event->venue_time_ns;
	mark->instrument = spec->id;
	mark->mark_price = position->mark_price;
	mark->index_price = pli_row_above_zero(&r->f, "index_price");
	if (spec->kind != PLM_KIND_OPTION || plm_decimal_sign(position->quantity) == 0)
		return;
	mark->delta = position->delta_coins / size;
	mark->gamma = pli_row_double(&r->f, "gamma") / size;
	mark->vega = pli_row_double(&r->f, "vega") / size;
	mark->theta = pli_row_double(&r->f, "theta") / size;
}

/* Of a future that neither its name nor the venue explains yet: a size in coins is said twice. */
static uint8_t
row_unit_said(row *r)
{
	plm_decimal coins = pli_row_decimal(&r->f, "size_currency");
	plm_decimal size = pli_row_decimal(&r->f, "size");
	if (!plm_decimal_is_known(coins) || pli_mutant(DERIBIT_SIZE_AS_CONTRACTS))
		return PLM_UNIT_CONTRACTS;
	bool twice = plm_decimal_abs(coins).units == plm_decimal_abs(size).units;
	return twice ? PLM_UNIT_COINS : PLM_UNIT_USD;
}

plm_err
pli_deribit_row_position(pli_deribit_reader *reader, uint32_t node)
{
	plm_instrument spec;
	plm_event event, mark;
	row r = row_open(reader, node, &event, PLM_EVENT_POSITION, "timestamp");
	plm_position *position = &event.u.position;
	row_instrument_of(&r, pli_row_string(&r.f, "instrument_name"), &spec);
	position->instrument = spec.id;
	position->side = PLM_SIDE_NET;
	position->unit = row_unit(&spec, pli_row_string(&r.f, "kind"));
	if (spec.spec_source == PLM_SPEC_NONE && position->unit == PLM_UNIT_CONTRACTS)
		position->unit = row_unit_said(&r);
	position->margin_mode = PLM_MARGIN_SEGREGATED;
	if (reader->margin_modes != NULL && spec.settle.value < DERIBIT_ASSETS_MAX &&
	    reader->margin_modes[spec.settle.value] != PLM_MARGIN_NONE)
		position->margin_mode = reader->margin_modes[spec.settle.value];
	position->quantity = row_signed(&r, "size");
	position->delta_coins = pli_row_double(&r.f, "delta");
	position->entry_price = pli_row_price_or_none(&r.f, "average_price");
	position->mark_price = pli_row_from_zero(&r.f, "mark_price");
	position->liquidation_price = pli_row_price_or_none(&r.f, "estimated_liquidation_price");
	position->unrealised_pnl = pli_row_decimal(&r.f, "floating_profit_loss");
	position->leverage = pli_row_decimal(&r.f, "leverage");
	position->initial_margin = pli_row_decimal(&r.f, "initial_margin");
	position->maintenance_margin = pli_row_decimal(&r.f, "maintenance_margin");
	row_position_mark(&r, &event, &spec, &mark);
	if (row_emit(&r, &event, true) == PLM_OK && plm_decimal_is_known(position->mark_price))
		row_emit(&r, &mark, false);
	return r.f.err;
}

/* margin_balance of a cross account repeats the account's total on every row; this sum is the
 * currency's own and never holds option value. */
static plm_decimal
row_collateral(row *r, plm_decimal balance, plm_decimal futures_upl)
{
	plm_decimal realised = pli_row_decimal(&r->f, "session_rpl");
	plm_decimal sum;
	if (!plm_decimal_is_known(realised))
		realised = pli_row_decimal(&r->f, "futures_session_rpl");
	if (plm_decimal_add(balance, futures_upl, &sum) != PLM_OK ||
	    plm_decimal_add(sum, realised, &sum) != PLM_OK)
		return plm_decimal_unknown();
	return sum;
}

static uint8_t
row_margin_mode(row *r)
{
	plm_slice model = pli_row_string(&r->f, "margin_model");
	bool cross = pli_row_bool(&r->f, "cross_collateral_enabled") ||
		     (model.size >= 6 && memcmp(model.bytes, "cross_", 6) == 0);
	return cross ? PLM_MARGIN_CROSS : PLM_MARGIN_SEGREGATED;
}

/* The venue's numbers of one pool: what it holds against the requirements is the margin balance. */
static plm_err
row_margin(row *r, uint8_t mode, plm_asset_id asset)
{
	bool cross = mode == PLM_MARGIN_CROSS;
	plm_event event;
	plm_venue_margin *margin = &event.u.venue_margin;
	plm_event_init(&event, PLM_EVENT_VENUE_MARGIN);
	event.venue_time_ns = r->in->time_ns;
	margin->asset = asset;
	margin->margin_mode = mode;
	margin->is_portfolio = pli_row_bool(&r->f, "portfolio_margining_enabled");
	margin->equity = pli_row_decimal(
	    &r->f, cross ? "total_margin_balance_usd" : "margin_balance");
	margin->initial_margin = pli_row_decimal(
	    &r->f, cross ? "total_initial_margin_usd" : "initial_margin");
	margin->maintenance_margin = pli_row_decimal(
	    &r->f, cross ? "total_maintenance_margin_usd" : "maintenance_margin");
	if (!cross)
		margin->available = pli_row_decimal(&r->f, "available_funds");
	if (plm_decimal_sign(margin->equity) > 0)
		(void)plm_decimal_divide(
		    margin->maintenance_margin, margin->equity, &margin->ratio);
	return plm_decimal_is_known(margin->equity) ? row_emit(r, &event, true) : r->f.err;
}

plm_err
pli_deribit_row_portfolio(pli_deribit_reader *reader, uint32_t node)
{
	plm_event event;
	row r = row_open(reader, node, &event, PLM_EVENT_BALANCE, "timestamp");
	plm_balance *balance = &event.u.balance;
	plm_decimal margin_balance;
	plm_slice currency = pli_row_string(&r.f, "currency");
	if (currency.size == 0 || currency.size >= ROW_ASSET_MAX)
		pli_row_fail(&r.f, "currency", "a currency such as \"BTC\"");
	balance->asset = row_asset(&r, currency);
	balance->margin_mode = row_margin_mode(&r);
	balance->wallet = pli_row_required(&r.f, "balance", "an object with a \"balance\"");
	balance->equity = pli_row_decimal(&r.f, "equity");
	balance->available = pli_row_decimal(&r.f, "available_funds");
	balance->unrealised_pnl = pli_row_decimal(&r.f, "futures_session_upl");
	balance->collateral = row_collateral(&r, balance->wallet, balance->unrealised_pnl);
	margin_balance = pli_row_decimal(&r.f, "margin_balance");
	if (balance->margin_mode == PLM_MARGIN_SEGREGATED && plm_decimal_is_known(margin_balance))
		balance->collateral = margin_balance;
	if (row_emit(&r, &event, true) != PLM_OK)
		return r.f.err;
	if (balance->margin_mode == PLM_MARGIN_CROSS)
		return PLM_OK;
	return row_margin(&r, PLM_MARGIN_SEGREGATED, balance->asset);
}

plm_err
pli_deribit_row_cross_margin(pli_deribit_reader *reader, uint32_t node)
{
	row r = row_of(reader, node);
	if (row_margin_mode(&r) != PLM_MARGIN_CROSS)
		return r.f.err;
	return row_margin(&r, PLM_MARGIN_CROSS, row_asset(&r, PLM_SLICE("USD")));
}

/* Members of a ticker beside those of a mark; those of the envelope last. */
enum { TICKER_NAME = PLI_MARK_MEMBERS, TICKER_STATE, TICKER_FRACTION, TICKER_OWN };
enum { TICKER_ERROR = TICKER_OWN, TICKER_TAKEN, TICKER_PATHS };

#define DATA "params.data."

/* In the order of the members. */
static const char *const ticker_paths[TICKER_PATHS] = {DATA "timestamp", DATA "mark_price",
    DATA "index_price", DATA "underlying_price", DATA "mark_iv", DATA "current_funding",
    DATA "greeks.delta", DATA "greeks.gamma", DATA "greeks.vega", DATA "greeks.theta",
    DATA "greeks.rho", DATA "instrument_name", DATA "state", DATA "iv", "error", "usIn"};

/* The mark of a ticker whose instrument is `spec`; members: nodes, 0 none. markprice.options writes
 * the volatility as a fraction. A closed instrument sends zeros for its greeks: not a fact but the
 * lack of one. */
static void
ticker_read(row *r, uint32_t *members, const plm_instrument *spec, plm_event *ret_event)
{
	plm_slice state = pli_row_string_at(&r->f, members[TICKER_STATE]);
	bool fraction = pli_row_known_at(&r->f, members[TICKER_FRACTION]);
	bool combo = spec->kind == PLM_KIND_COMBO, option = spec->kind == PLM_KIND_OPTION;
	if (fraction)
		members[PLI_MARK_IV] = members[TICKER_FRACTION];
	if (state.size != 0 && !plm_slice_is(state, "open"))
		memset(&members[PLI_MARK_DELTA], 0,
		    (PLI_MARK_RHO - PLI_MARK_DELTA + 1) * sizeof members[0]);
	pli_mark_read(&r->f, members,
	    combo    ? PLI_MARK_OF_COMBO
	    : option ? PLI_MARK_OF_OPTION
		     : PLI_MARK_OF_FUTURE,
	    ret_event);
	ret_event->u.mark.instrument = spec->id;
	if (ret_event->venue_time_ns == 0)
		ret_event->venue_time_ns = r->in->time_ns;
	if (fraction)
		ret_event->u.mark.mark_iv *= 100;
}

plm_err
pli_deribit_row_ticker(pli_deribit_reader *reader, uint32_t node)
{
	plm_instrument spec;
	plm_event event;
	row r = row_of(reader, node);
	uint32_t members[TICKER_OWN], greeks = pli_row_find(&r.f, "greeks");
	for (uint32_t i = 0; i < TICKER_OWN; i++)
		members[i] = pli_json_find(reader->json,
		    i >= PLI_MARK_DELTA && i <= PLI_MARK_RHO ? greeks : node,
		    strrchr(ticker_paths[i], '.') + 1);
	row_instrument_of(&r, pli_row_string_at(&r.f, members[TICKER_NAME]), &spec);
	ticker_read(&r, members, &spec, &event);
	return row_emit(&r, &event, false);
}

static pli_json_picks ticker_picks;
static pthread_once_t ticker_once = PTHREAD_ONCE_INIT;

static void
ticker_prepare(void)
{
	pli_json_picks_init(&ticker_picks, ticker_paths, TICKER_PATHS);
}

/* False: not a notification in the usual form about an instrument that is known, or something in it
 * is wrong, which pli_deribit_row_ticker will tell. */
static bool
ticker_quick(row *r, plm_slice bytes, plm_event *ret_event)
{
	uint32_t members[TICKER_PATHS];
	(void)pthread_once(&ticker_once, ticker_prepare);
	if (pli_json_pick(r->f.json, bytes, &ticker_picks) != PLM_OK)
		return false;
	for (uint32_t i = 0; i < TICKER_PATHS; i++)
		members[i] = i + 1;
	if (pli_row_known_at(&r->f, members[TICKER_ERROR]) ||
	    pli_row_known_at(&r->f, members[TICKER_TAKEN]))
		return false;
	const plm_instrument *spec = pli_registry_instrument_get(
	    r->in->cfg->names, pli_registry_instrument_find(r->in->cfg->names, r->in->cfg->venue,
				   pli_row_string_at(&r->f, members[TICKER_NAME])));
	if (spec == NULL || spec->spec_source == PLM_SPEC_NONE)
		return false;
	ticker_read(r, members, spec, ret_event);
	return r->f.err == PLM_OK;
}

plm_err
pli_deribit_ticker_quick(pli_deribit_reader *reader, plm_slice bytes)
{
	enum { QUICK_BYTES_MAX = 8192 };
	static const char begin[] = "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\","
				    "\"params\":{\"channel\":\"ticker.";
	plm_event event;
	row r = row_of(reader, 0);
	r.f.fault = NULL;
	if (bytes.size < sizeof begin || bytes.size > QUICK_BYTES_MAX ||
	    memcmp(bytes.bytes, begin, sizeof begin - 1) != 0 || !ticker_quick(&r, bytes, &event))
		return PLM_EKIND;
	return row_emit(&r, &event, false);
}

/* Deribit's words for kinds; settlement_period tells perpetuals from dated futures. */
static uint8_t
row_kind(row *r)
{
	plm_slice kind = pli_row_string(&r->f, "kind");
	plm_slice period = pli_row_string(&r->f, "settlement_period");
	if (plm_slice_is(kind, "option"))
		return PLM_KIND_OPTION;
	if (plm_slice_is(kind, "future"))
		return plm_slice_is(period, "perpetual") ? PLM_KIND_PERPETUAL : PLM_KIND_FUTURE;
	if (plm_slice_is(kind, "spot"))
		return PLM_KIND_SPOT;
	if (plm_slice_is(kind, "future_combo") || plm_slice_is(kind, "option_combo"))
		return PLM_KIND_COMBO;
	pli_row_fail(&r->f, "kind",
	    "\"future\", \"option\", \"spot\", \"future_combo\" or \"option_combo\"");
	return PLM_KIND_UNKNOWN;
}

/* Old rows lack some currencies: what is absent stays as the name has it. */
static void
row_currencies(row *r, plm_instrument *spec)
{
	plm_slice base = pli_row_string(&r->f, "base_currency");
	plm_slice counter = pli_row_string(&r->f, "counter_currency");
	plm_slice quote = pli_row_string(&r->f, "quote_currency");
	plm_slice settle = pli_row_string(&r->f, "settlement_currency");
	if (base.size != 0)
		spec->underlying = row_asset(r, base);
	if (counter.size != 0)
		spec->quote = row_asset(r, counter);
	else if (quote.size != 0 && !plm_slice_equal(quote, base))
		spec->quote = row_asset(r, quote);
	if (settle.size != 0)
		spec->settle = row_asset(r, settle);
	if (spec->kind != PLM_KIND_SPOT && settle.size != 0 && base.size != 0)
		spec->inverse = plm_slice_equal(settle, base);
}

static void
row_option(row *r, plm_instrument *spec)
{
	plm_slice type = pli_row_string(&r->f, "option_type");
	bool call = plm_slice_is(type, "call");
	spec->strike = pli_row_required(&r->f, "strike", "an option with a \"strike\"");
	spec->option_type = call ? PLM_OPTION_CALL : PLM_OPTION_PUT;
	if (!call && !plm_slice_is(type, "put"))
		pli_row_fail(&r->f, "option_type", "\"call\" or \"put\"");
}

plm_err
pli_deribit_row_instrument(pli_deribit_reader *reader, uint32_t node)
{
	row r = row_of(reader, node);
	plm_slice name = pli_row_string(&r.f, "instrument_name");
	plm_instrument spec;
	row_instrument_of(&r, name, &spec);
	spec.kind = row_kind(&r);
	bool dated = spec.kind != PLM_KIND_PERPETUAL && spec.kind != PLM_KIND_SPOT;
	pli_contract_ends(&spec,
	    dated ? pli_row_time(&r.f, "expiration_timestamp", spec.expiry_ns) : 0,
	    pli_row_is(&r.f, "state", "closed"));
	spec.multiplier = pli_row_required(
	    &r.f, "contract_size", "an object with a \"contract_size\"");
	if (plm_decimal_is_known(spec.multiplier) && plm_decimal_sign(spec.multiplier) <= 0)
		pli_row_fail(&r.f, "contract_size", "a contract size above 0");
	row_currencies(&r, &spec);
	if (spec.kind == PLM_KIND_OPTION)
		row_option(&r, &spec);
	spec.spec_source = PLM_SPEC_VENUE;
	if (r.f.err == PLM_OK && !reader->dry)
		plm_names_instrument_set(reader->cfg->names, &spec);
	return r.f.err;
}

/* get_combos says the legs, which a specification cannot hold: only the kind is kept. */
plm_err
pli_deribit_row_combo(pli_deribit_reader *reader, uint32_t node)
{
	row r = row_of(reader, node);
	plm_instrument spec;
	row_instrument_of(&r, pli_row_string(&r.f, "id"), &spec);
	return r.f.err;
}

plm_err
pli_deribit_row_index(pli_deribit_reader *reader, uint32_t node)
{
	plm_event event;
	row r = row_open(reader, node, &event, PLM_EVENT_INDEX, "timestamp");
	plm_slice name = pli_row_string(&r.f, "index_name");
	size_t underscore = name.size;
	while (underscore > 0 && name.bytes[underscore - 1] != '_')
		underscore--;
	if (r.f.err == PLM_OK && (underscore < 2 || underscore == name.size))
		pli_row_fail(&r.f, "index_name", "an index name such as \"btc_usd\"");
	if (r.f.err != PLM_OK)
		return r.f.err;
	event.u.index.price = pli_row_required(&r.f, "price", "an object with a \"price\"");
	if (plm_decimal_is_known(event.u.index.price) && plm_decimal_sign(event.u.index.price) <= 0)
		pli_row_fail(&r.f, "price", "a price above 0");
	event.u.index.asset = row_asset(&r, (plm_slice){name.bytes, underscore - 1});
	event.u.index.quote = row_asset(
	    &r, (plm_slice){name.bytes + underscore, name.size - underscore});
	event.u.index.venue = reader->cfg->venue;
	return row_emit(&r, &event, false);
}

/* "perpetual.BTC-PERPETUAL.100ms": the instrument is in the channel alone. */
plm_err
pli_deribit_row_perpetual(pli_deribit_reader *reader, uint32_t node)
{
	plm_slice name = reader->channel;
	size_t size = 0;
	plm_instrument spec;
	plm_event event;
	row r = row_open(reader, node, &event, PLM_EVENT_FUNDING, "timestamp");
	if (name.size < 11 || memcmp(name.bytes, "perpetual.", 10) != 0)
		return plm_fault_set(reader->fault, PLM_EKIND, NULL,
		    "a funding notification whose channel, and so whose instrument, is not given");
	name = (plm_slice){name.bytes + 10, name.size - 10};
	while (size < name.size && name.bytes[size] != '.')
		size++;
	row_instrument_of(&r, (plm_slice){name.bytes, size}, &spec);
	event.u.funding.instrument = spec.id;
	event.u.funding.asset = spec.settle;
	event.u.funding.rate = pli_row_double(&r.f, "interest");
	if (r.f.err == PLM_OK && isnan(event.u.funding.rate))
		pli_row_fail(&r.f, "interest", "an object with an \"interest\"");
	return row_emit(&r, &event, false);
}

/* liquidation says which sides were being liquidated (M, T, MT), liquidity which side was ours. */
static uint8_t
row_liquidated(row *r)
{
	plm_slice liquidation = pli_row_string(&r->f, "liquidation");
	plm_slice liquidity = pli_row_string(&r->f, "liquidity");
	if (liquidity.size != 1 || liquidation.size == 0)
		return 0;
	return memchr(liquidation.bytes, liquidity.bytes[0], liquidation.size) != NULL;
}

plm_err
pli_deribit_row_trade(pli_deribit_reader *reader, uint32_t node)
{
	plm_instrument spec;
	plm_event event;
	row r = row_open(reader, node, &event, PLM_EVENT_FILL, "timestamp");
	plm_fill *fill = &event.u.fill;
	if (pli_row_find(&r.f, "order_id") == 0 && pli_row_find(&r.f, "fee") == 0)
		return plm_fault_set(reader->fault, PLM_EKIND, NULL,
		    "trades of the public: they say nothing of an account");
	row_instrument_of(&r, pli_row_string(&r.f, "instrument_name"), &spec);
	fill->instrument = spec.id;
	fill->unit = row_unit(&spec, PLM_SLICE(""));
	fill->side = PLM_SIDE_NET;
	fill->trade_hash = pli_row_identifier(&r.f, "trade_id");
	fill->quantity = row_signed(&r, "amount");
	fill->price = pli_row_required(&r.f, "price", "a trade with a \"price\"");
	fill->fee = pli_row_decimal(&r.f, "fee");
	fill->fee_asset = row_asset(&r, pli_row_string(&r.f, "fee_currency"));
	fill->realised_pnl = pli_row_decimal(&r.f, "profit_loss");
	fill->liquidation = row_liquidated(&r);
	return row_emit(&r, &event, true);
}

plm_err
pli_deribit_row_order(pli_deribit_reader *reader, uint32_t node)
{
	plm_instrument spec;
	plm_event event;
	row r = row_open(reader, node, &event, PLM_EVENT_ORDER_OPEN, "last_update_timestamp");
	plm_slice state = pli_row_string(&r.f, "order_state");
	plm_order_open *order = &event.u.order_open;
	plm_decimal amount, filled;
	row_instrument_of(&r, pli_row_string(&r.f, "instrument_name"), &spec);
	order->instrument = spec.id;
	order->unit = row_unit(&spec, PLM_SLICE(""));
	order->reduce_only = pli_row_bool(&r.f, "reduce_only");
	order->order_hash = pli_row_identifier(&r.f, "order_id");
	amount = row_signed(&r, "amount");
	filled = pli_row_decimal(&r.f, "filled_amount");
	if (!plm_slice_is(pli_row_text(&r.f, "price"), "market_price"))
		order->price = pli_row_decimal(&r.f, "price");
	order->quantity = plm_decimal_zero();
	if (plm_slice_is(state, "open")) {
		if (plm_decimal_sign(amount) < 0)
			filled = plm_decimal_negate(filled);
		if (plm_decimal_subtract(amount, filled, &order->quantity) != PLM_OK)
			order->quantity = amount;
	}
	return row_emit(&r, &event, true);
}
