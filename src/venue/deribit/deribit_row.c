/* deribit_row.c: one JSON object of Deribit's to the events it stands for. */

#include "venue/deribit/deribit.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "model/registry.h"

/* One object being read. The first error sticks; reads after it give unknown. */
typedef struct row {
	pli_deribit_reader *reader;
	uint32_t node;
	plm_err err;
} row;

static uint32_t
row_find(const row *r, const char *key)
{
	return pli_json_find(r->reader->json, r->node, key);
}

static plm_decimal
row_decimal(row *r, const char *key)
{
	plm_decimal value = plm_decimal_unknown();
	if (r->err == PLM_OK)
		r->err = pli_json_decimal(
		    r->reader->json, row_find(r, key), &value, r->reader->fault);
	return value;
}

static double
row_double(row *r, const char *key)
{
	double value = NAN;
	if (r->err == PLM_OK)
		r->err = pli_json_double(
		    r->reader->json, row_find(r, key), &value, r->reader->fault);
	return value;
}

static plm_slice
row_string(row *r, const char *key)
{
	plm_slice value = {NULL, 0};
	if (r->err == PLM_OK)
		r->err = pli_json_string(
		    r->reader->json, row_find(r, key), &value, r->reader->fault);
	return value;
}

static bool
row_bool(row *r, const char *key)
{
	bool value = false;
	uint32_t node = r->err == PLM_OK ? row_find(r, key) : 0;
	if (node != 0)
		r->err = pli_json_bool(r->reader->json, node, &value, r->reader->fault);
	return value;
}

/* Milliseconds; `otherwise` when there is no such member. */
static plm_time_ns
row_time(row *r, const char *key, plm_time_ns otherwise)
{
	int64_t time_ns = 0;
	if (r->err == PLM_OK)
		r->err = pli_json_time_ms(
		    r->reader->json, row_find(r, key), &time_ns, r->reader->fault);
	return time_ns == 0 ? otherwise : time_ns;
}

/* Says what is wrong at member `key`, or at the object when it has no such member. */
static void
row_fail(row *r, const char *key, const char *expected)
{
	uint32_t node = row_find(r, key);
	if (r->err == PLM_OK)
		r->err = pli_json_fault(
		    r->reader->json, node == 0 ? r->node : node, expected, r->reader->fault);
}

static plm_decimal
row_required(row *r, const char *key, const char *expected)
{
	plm_decimal value = row_decimal(r, key);
	if (r->err == PLM_OK && !plm_decimal_is_known(value))
		row_fail(r, key, expected);
	return value;
}

/* A price that may be absent but never negative. */
static plm_decimal
row_price(row *r, const char *key)
{
	plm_decimal value = row_decimal(r, key);
	if (plm_decimal_sign(value) < 0)
		row_fail(r, key, "a price of 0 or more");
	return value;
}

/* The same where the venue writes 0 for "none". */
static plm_decimal
row_price_or_none(row *r, const char *key)
{
	plm_decimal value = row_price(r, key);
	return plm_decimal_sign(value) == 0 ? plm_decimal_unknown() : value;
}

static plm_asset_id
row_asset(row *r, plm_slice name)
{
	char upper[24];
	if (r->reader->dry || r->err != PLM_OK)
		return (plm_asset_id){0};
	if (name.size == 0 || name.size >= sizeof upper)
		return (plm_asset_id){0};
	for (size_t i = 0; i < name.size; i++) {
		char c = name.bytes[i];
		upper[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	return plm_names_asset(r->reader->cfg->names, (plm_slice){upper, name.size});
}

/* A currency member that must be there. */
static plm_asset_id
row_currency(row *r, const char *key)
{
	plm_slice text = row_string(r, key);
	if (r->err == PLM_OK && (text.size == 0 || text.size >= 24))
		row_fail(r, key, "a currency such as \"BTC\"");
	return row_asset(r, text);
}

static plm_err
row_emit(row *r, plm_event *event, bool of_account)
{
	pli_deribit_reader *reader = r->reader;
	if (r->err != PLM_OK || reader->dry)
		return r->err;
	event->flags = (uint16_t)(event->flags | reader->flags);
	if (of_account)
		event->account = reader->cfg->account;
	r->err = reader->events->emit(reader->events->ctx, event);
	if (r->err != PLM_OK)
		return plm_fault_set(
		    reader->fault, r->err, NULL, "more events than one message may give");
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
	pli_deribit_reader *reader = r->reader;
	const plm_instrument *known;
	*ret_spec = (plm_instrument){0};
	if (r->err != PLM_OK)
		return;
	if (name.size == 0 || name.size >= PLM_NAME_MAX) {
		row_fail(r, "instrument_name", "an instrument name such as \"BTC-PERPETUAL\"");
		return;
	}
	known = pli_registry_instrument_get(reader->cfg->names,
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
		r->err = plm_fault_set(reader->fault, PLM_EFULL, NULL,
		    "no room for another instrument (%.*s)", (int)name.size, name.bytes);
	else
		plm_names_instrument_set(reader->cfg->names, ret_spec);
}

static void
row_instrument(row *r, plm_instrument *ret_spec)
{
	row_instrument_of(r, row_string(r, "instrument_name"), ret_spec);
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
	plm_decimal size = row_required(r, size_key, "an object with a size");
	plm_slice direction = row_string(r, "direction");
	if (r->err != PLM_OK || direction.size == 0)
		return size;
	if (plm_slice_is(direction, "sell"))
		return plm_decimal_negate(plm_decimal_abs(size));
	if (plm_slice_is(direction, "buy")) {
		if (plm_decimal_sign(size) < 0)
			row_fail(r, size_key, "a size of 0 or more where direction is \"buy\"");
		return size;
	}
	if (!plm_slice_is(direction, "zero"))
		row_fail(r, "direction", "\"buy\", \"sell\" or \"zero\"");
	else if (plm_decimal_sign(size) != 0)
		row_fail(r, size_key, "0 where direction is \"zero\"");
	return size;
}

static uint64_t
row_hash(plm_slice text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < text.size; i++)
		hash = (hash ^ (uint8_t)text.bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* Text of a string or number as it stands; empty for node 0. */
static plm_slice
row_text(const row *r, uint32_t node)
{
	uint32_t count;
	const pli_json_node *nodes = pli_json_nodes(r->reader->json, &count);
	return node == 0 ? (plm_slice){NULL, 0} : nodes[node].text;
}

/* Identifiers come as strings, in old captures as numbers. */
static uint64_t
row_identifier(const row *r, const char *key)
{
	uint32_t node = row_find(r, key);
	return node == 0 ? 0 : row_hash(row_text(r, node));
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
	mark->index_price = row_price_or_none(r, "index_price");
	if (spec->kind != PLM_KIND_OPTION || plm_decimal_sign(position->quantity) == 0)
		return;
	mark->delta = position->delta_coins / size;
	mark->gamma = row_double(r, "gamma") / size;
	mark->vega = row_double(r, "vega") / size;
	mark->theta = row_double(r, "theta") / size;
}

plm_err
pli_deribit_row_position(pli_deribit_reader *reader, uint32_t node)
{
	row r = {reader, node, PLM_OK};
	plm_instrument spec;
	plm_event event, mark;
	plm_position *position = &event.u.position;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.venue_time_ns = reader->time_ns;
	row_instrument(&r, &spec);
	position->instrument = spec.id;
	position->side = PLM_SIDE_NET;
	position->unit = row_unit(&spec, row_string(&r, "kind"));
	position->margin_mode = PLM_MARGIN_SEGREGATED;
	if (reader->margin_modes != NULL && spec.settle.value < DERIBIT_ASSETS_MAX &&
	    reader->margin_modes[spec.settle.value] != PLM_MARGIN_NONE)
		position->margin_mode = reader->margin_modes[spec.settle.value];
	position->quantity = row_signed(&r, "size");
	position->delta_coins = row_double(&r, "delta");
	position->entry_price = row_price_or_none(&r, "average_price");
	position->mark_price = row_price(&r, "mark_price");
	position->liquidation_price = row_price_or_none(&r, "estimated_liquidation_price");
	position->unrealised_pnl = row_decimal(&r, "floating_profit_loss");
	position->leverage = row_decimal(&r, "leverage");
	position->initial_margin = row_decimal(&r, "initial_margin");
	position->maintenance_margin = row_decimal(&r, "maintenance_margin");
	row_position_mark(&r, &event, &spec, &mark);
	if (row_emit(&r, &event, true) == PLM_OK && plm_decimal_is_known(position->mark_price))
		row_emit(&r, &mark, false);
	return r.err;
}

/* margin_balance of a cross account repeats the account's total on every row; this sum is the
 * currency's own and never holds option value. */
static plm_decimal
row_collateral(row *r, plm_decimal balance, plm_decimal futures_upl)
{
	plm_decimal realised = row_decimal(r, "session_rpl");
	plm_decimal sum;
	if (!plm_decimal_is_known(realised))
		realised = row_decimal(r, "futures_session_rpl");
	if (plm_decimal_add(balance, futures_upl, &sum) != PLM_OK ||
	    plm_decimal_add(sum, realised, &sum) != PLM_OK)
		return plm_decimal_unknown();
	return sum;
}

static uint8_t
row_margin_mode(row *r)
{
	plm_slice model = row_string(r, "margin_model");
	bool cross = row_bool(r, "cross_collateral_enabled");
	if (model.size >= 6 && memcmp(model.bytes, "cross_", 6) == 0)
		cross = true;
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
	event.venue_time_ns = r->reader->time_ns;
	margin->asset = asset;
	margin->margin_mode = mode;
	margin->equity = row_decimal(r, cross ? "total_margin_balance_usd" : "margin_balance");
	margin->initial_margin = row_decimal(
	    r, cross ? "total_initial_margin_usd" : "initial_margin");
	margin->maintenance_margin = row_decimal(
	    r, cross ? "total_maintenance_margin_usd" : "maintenance_margin");
	if (!cross)
		margin->available = row_decimal(r, "available_funds");
	if (plm_decimal_sign(margin->equity) > 0)
		(void)plm_decimal_divide(
		    margin->maintenance_margin, margin->equity, &margin->ratio);
	return plm_decimal_is_known(margin->equity) ? row_emit(r, &event, true) : r->err;
}

plm_err
pli_deribit_row_portfolio(pli_deribit_reader *reader, uint32_t node)
{
	row r = {reader, node, PLM_OK};
	plm_event event;
	plm_balance *balance = &event.u.balance;
	plm_decimal margin_balance;
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.venue_time_ns = reader->time_ns;
	balance->asset = row_currency(&r, "currency");
	balance->margin_mode = row_margin_mode(&r);
	balance->wallet = row_required(&r, "balance", "an object with a \"balance\"");
	balance->equity = row_decimal(&r, "equity");
	balance->available = row_decimal(&r, "available_funds");
	balance->unrealised_pnl = row_decimal(&r, "futures_session_upl");
	balance->collateral = row_collateral(&r, balance->wallet, balance->unrealised_pnl);
	margin_balance = row_decimal(&r, "margin_balance");
	if (balance->margin_mode == PLM_MARGIN_SEGREGATED && plm_decimal_is_known(margin_balance))
		balance->collateral = margin_balance;
	if (row_emit(&r, &event, true) != PLM_OK)
		return r.err;
	if (balance->margin_mode == PLM_MARGIN_CROSS)
		return PLM_OK;
	return row_margin(&r, PLM_MARGIN_SEGREGATED, balance->asset);
}

plm_err
pli_deribit_row_cross_margin(pli_deribit_reader *reader, uint32_t node)
{
	row r = {reader, node, PLM_OK};
	if (row_margin_mode(&r) != PLM_MARGIN_CROSS)
		return r.err;
	return row_margin(&r, PLM_MARGIN_CROSS, row_asset(&r, PLM_SLICE("USD")));
}

/* A closed instrument sends zeros for its greeks: not a fact but the lack of one. */
static void
row_greeks(row *r, plm_mark *mark)
{
	row g = {r->reader, row_find(r, "greeks"), r->err};
	plm_slice state = row_string(r, "state");
	if (g.node == 0 || (state.size != 0 && !plm_slice_is(state, "open")))
		return;
	mark->delta = row_double(&g, "delta");
	mark->gamma = row_double(&g, "gamma");
	mark->vega = row_double(&g, "vega");
	mark->theta = row_double(&g, "theta");
	mark->rho = row_double(&g, "rho");
	r->err = r->err == PLM_OK ? g.err : r->err;
}

/* Of tickers, and of markprice.options, which writes the volatility as a fraction, not in points.
 */
plm_err
pli_deribit_row_ticker(pli_deribit_reader *reader, uint32_t node)
{
	row r = {reader, node, PLM_OK};
	plm_instrument spec;
	plm_event event;
	plm_mark *mark = &event.u.mark;
	plm_event_init(&event, PLM_EVENT_MARK);
	row_instrument(&r, &spec);
	event.venue_time_ns = row_time(&r, "timestamp", reader->time_ns);
	mark->instrument = spec.id;
	mark->underlying_price = row_price_or_none(&r, "underlying_price");
	mark->mark_price = row_required(&r, "mark_price", "an object with a \"mark_price\"");
	if (spec.kind != PLM_KIND_COMBO && plm_decimal_sign(mark->mark_price) < 0)
		row_fail(&r, "mark_price", "a price of 0 or more");
	if (spec.kind != PLM_KIND_COMBO && spec.kind != PLM_KIND_OPTION &&
	    plm_decimal_sign(mark->mark_price) == 0)
		mark->mark_price = plm_decimal_unknown();
	mark->mark_iv = row_find(&r, "iv") != 0 ? row_double(&r, "iv") * 100
						: row_double(&r, "mark_iv");
	mark->index_price = row_price_or_none(&r, "index_price");
	mark->funding_rate = row_double(&r, "current_funding");
	row_greeks(&r, mark);
	return row_emit(&r, &event, false);
}

/* Deribit's words for kinds; settlement_period tells perpetuals from dated futures. */
static uint8_t
row_kind(row *r)
{
	plm_slice kind = row_string(r, "kind");
	plm_slice period = row_string(r, "settlement_period");
	if (plm_slice_is(kind, "option"))
		return PLM_KIND_OPTION;
	if (plm_slice_is(kind, "future"))
		return plm_slice_is(period, "perpetual") ? PLM_KIND_PERPETUAL : PLM_KIND_FUTURE;
	if (plm_slice_is(kind, "spot"))
		return PLM_KIND_SPOT;
	if (plm_slice_is(kind, "future_combo") || plm_slice_is(kind, "option_combo"))
		return PLM_KIND_COMBO;
	row_fail(
	    r, "kind", "\"future\", \"option\", \"spot\", \"future_combo\" or \"option_combo\"");
	return PLM_KIND_UNKNOWN;
}

/* Old rows lack some currencies: what is absent stays as the name has it. */
static void
row_currencies(row *r, plm_instrument *spec)
{
	plm_slice base = row_string(r, "base_currency");
	plm_slice counter = row_string(r, "counter_currency");
	plm_slice quote = row_string(r, "quote_currency");
	plm_slice settle = row_string(r, "settlement_currency");
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
	plm_slice type = row_string(r, "option_type");
	spec->strike = row_required(r, "strike", "an option with a \"strike\"");
	if (plm_slice_is(type, "call"))
		spec->option_type = PLM_OPTION_CALL;
	else if (plm_slice_is(type, "put"))
		spec->option_type = PLM_OPTION_PUT;
	else
		row_fail(r, "option_type", "\"call\" or \"put\"");
}

plm_err
pli_deribit_row_instrument(pli_deribit_reader *reader, uint32_t node)
{
	row r = {reader, node, PLM_OK};
	plm_slice name = row_string(&r, "instrument_name");
	plm_instrument spec;
	row_instrument_of(&r, name, &spec);
	spec.kind = row_kind(&r);
	if (spec.kind == PLM_KIND_PERPETUAL || spec.kind == PLM_KIND_SPOT)
		spec.expiry_ns = 0;
	else
		spec.expiry_ns = row_time(&r, "expiration_timestamp", spec.expiry_ns);
	spec.multiplier = row_required(&r, "contract_size", "an object with a \"contract_size\"");
	if (plm_decimal_is_known(spec.multiplier) && plm_decimal_sign(spec.multiplier) <= 0)
		row_fail(&r, "contract_size", "a contract size above 0");
	row_currencies(&r, &spec);
	if (spec.kind == PLM_KIND_OPTION)
		row_option(&r, &spec);
	spec.spec_source = PLM_SPEC_VENUE;
	if (r.err == PLM_OK && !reader->dry)
		plm_names_instrument_set(reader->cfg->names, &spec);
	return r.err;
}

/* get_combos says the legs, which a specification cannot hold: only the kind is kept. */
plm_err
pli_deribit_row_combo(pli_deribit_reader *reader, uint32_t node)
{
	row r = {reader, node, PLM_OK};
	plm_instrument spec;
	row_instrument_of(&r, row_string(&r, "id"), &spec);
	return r.err;
}

plm_err
pli_deribit_row_index(pli_deribit_reader *reader, uint32_t node)
{
	row r = {reader, node, PLM_OK};
	plm_slice name = row_string(&r, "index_name");
	size_t underscore = name.size;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INDEX);
	event.venue_time_ns = row_time(&r, "timestamp", reader->time_ns);
	while (underscore > 0 && name.bytes[underscore - 1] != '_')
		underscore--;
	if (r.err == PLM_OK && (underscore < 2 || underscore == name.size))
		row_fail(&r, "index_name", "an index name such as \"btc_usd\"");
	if (r.err != PLM_OK)
		return r.err;
	event.u.index.price = row_required(&r, "price", "an object with a \"price\"");
	if (plm_decimal_is_known(event.u.index.price) && plm_decimal_sign(event.u.index.price) <= 0)
		row_fail(&r, "price", "a price above 0");
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
	row r = {reader, node, PLM_OK};
	plm_slice name = reader->channel;
	size_t size = 0;
	plm_instrument spec;
	plm_event event;
	if (name.size < 11 || memcmp(name.bytes, "perpetual.", 10) != 0)
		return plm_fault_set(reader->fault, PLM_EKIND, NULL,
		    "a funding notification whose channel, and so whose instrument, is not given");
	name = (plm_slice){name.bytes + 10, name.size - 10};
	while (size < name.size && name.bytes[size] != '.')
		size++;
	plm_event_init(&event, PLM_EVENT_FUNDING);
	event.venue_time_ns = row_time(&r, "timestamp", reader->time_ns);
	row_instrument_of(&r, (plm_slice){name.bytes, size}, &spec);
	event.u.funding.instrument = spec.id;
	event.u.funding.asset = spec.settle;
	event.u.funding.rate = row_double(&r, "interest");
	if (r.err == PLM_OK && isnan(event.u.funding.rate))
		row_fail(&r, "interest", "an object with an \"interest\"");
	return row_emit(&r, &event, false);
}

/* liquidation says which sides were being liquidated (M, T, MT), liquidity which side was ours. */
static uint8_t
row_liquidated(row *r)
{
	plm_slice liquidation = row_string(r, "liquidation");
	plm_slice liquidity = row_string(r, "liquidity");
	if (liquidity.size != 1 || liquidation.size == 0)
		return 0;
	return memchr(liquidation.bytes, liquidity.bytes[0], liquidation.size) != NULL;
}

plm_err
pli_deribit_row_trade(pli_deribit_reader *reader, uint32_t node)
{
	row r = {reader, node, PLM_OK};
	plm_slice fee_currency;
	plm_instrument spec;
	plm_event event;
	plm_fill *fill = &event.u.fill;
	if (row_find(&r, "order_id") == 0 && row_find(&r, "fee") == 0)
		return plm_fault_set(reader->fault, PLM_EKIND, NULL,
		    "trades of the public: they say nothing of an account");
	plm_event_init(&event, PLM_EVENT_FILL);
	event.venue_time_ns = row_time(&r, "timestamp", reader->time_ns);
	row_instrument(&r, &spec);
	fill->instrument = spec.id;
	fill->unit = row_unit(&spec, (plm_slice){NULL, 0});
	fill->side = PLM_SIDE_NET;
	fill->trade_hash = row_identifier(&r, "trade_id");
	fill->quantity = row_signed(&r, "amount");
	fill->price = row_required(&r, "price", "a trade with a \"price\"");
	fill->fee = row_decimal(&r, "fee");
	fee_currency = row_string(&r, "fee_currency");
	fill->fee_asset = row_asset(&r, fee_currency);
	fill->realised_pnl = row_decimal(&r, "profit_loss");
	fill->liquidation = row_liquidated(&r);
	return row_emit(&r, &event, true);
}

plm_err
pli_deribit_row_order(pli_deribit_reader *reader, uint32_t node)
{
	row r = {reader, node, PLM_OK};
	plm_slice state = row_string(&r, "order_state");
	plm_instrument spec;
	plm_event event;
	plm_order_open *order = &event.u.order_open;
	plm_decimal amount, filled;
	uint32_t price = row_find(&r, "price");
	plm_event_init(&event, PLM_EVENT_ORDER_OPEN);
	event.venue_time_ns = row_time(&r, "last_update_timestamp", reader->time_ns);
	row_instrument(&r, &spec);
	order->instrument = spec.id;
	order->unit = row_unit(&spec, (plm_slice){NULL, 0});
	order->reduce_only = row_bool(&r, "reduce_only");
	order->order_hash = row_identifier(&r, "order_id");
	amount = row_signed(&r, "amount");
	filled = row_decimal(&r, "filled_amount");
	if (!plm_slice_is(row_text(&r, price), "market_price"))
		order->price = row_decimal(&r, "price");
	order->quantity = plm_decimal_zero();
	if (plm_slice_is(state, "open")) {
		if (plm_decimal_sign(amount) < 0)
			filled = plm_decimal_negate(filled);
		if (plm_decimal_subtract(amount, filled, &order->quantity) != PLM_OK)
			order->quantity = amount;
	}
	return row_emit(&r, &event, true);
}
