/* binance_decode_market.c: marks, indexes, rates, funding and instruments. */
#include "venue/binance/binance_internal.h"

#include <stdio.h>

/* Futures of any kind; no running funding interval on a dated one (next time 0). */
static void
mark_funding(binance_reader *r, uint32_t row, const char *rate, const char *next, plm_mark *mark)
{
	double value = pli_binance_double(r, row, rate);
	if (pli_binance_time(r, row, next) != 0)
		mark->funding_rate = value;
}

static bool
mark_begin(binance_reader *r, uint32_t row, const char *symbol, plm_event *event)
{
	const plm_instrument *spec = pli_binance_instrument(r, row, symbol);
	if (spec == NULL)
		return false;
	pli_binance_begin(r, event, PLM_EVENT_MARK, false);
	event->u.mark.instrument = spec->id;
	return true;
}

/* markPriceUpdate. P is an estimated settlement price, not an index. */
void
pli_binance_read_mark(binance_reader *r, uint32_t row)
{
	plm_event event;
	if (!mark_begin(r, row, "s", &event))
		return;
	event.venue_time_ns = pli_binance_time(r, row, "E");
	event.u.mark.mark_price = pli_binance_price(r, row, "p");
	event.u.mark.index_price = pli_binance_price(r, row, "i");
	mark_funding(r, row, "r", "T", &event.u.mark);
	event.venue_sequence = pli_binance_sequence(event.venue_time_ns, 0);
	pli_binance_emit(r, &event);
}

/* premiumIndex of fapi and dapi. */
void
pli_binance_read_premium(binance_reader *r, uint32_t row)
{
	plm_event event;
	if (!mark_begin(r, row, "symbol", &event))
		return;
	event.venue_time_ns = pli_binance_time(r, row, "time");
	event.u.mark.mark_price = pli_binance_price(r, row, "markPrice");
	event.u.mark.index_price = pli_binance_price(r, row, "indexPrice");
	mark_funding(r, row, "lastFundingRate", "nextFundingTime", &event.u.mark);
	event.venue_sequence = pli_binance_sequence(event.venue_time_ns, 0);
	pli_binance_emit(r, &event);
}

/* Keys of one option mark payload; greeks are per coin, IV a fraction. */
typedef struct option_keys {
	const char *symbol, *time, *mark, *index, *iv, *delta, *gamma, *vega, *theta;
} option_keys;

static void
mark_option(binance_reader *r, uint32_t row, const option_keys *keys)
{
	plm_event event;
	if (!mark_begin(r, row, keys->symbol, &event))
		return;
	plm_mark *mark = &event.u.mark;
	event.venue_time_ns = pli_binance_time(r, row, keys->time);
	mark->mark_price = pli_binance_decimal_must(r, row, keys->mark);
	if (plm_decimal_sign(mark->mark_price) < 0)
		(void)pli_binance_wrong(r, row, "an option's price of 0 or above");
	mark->index_price = pli_binance_price(r, row, keys->index);
	mark->underlying_price = mark->index_price;
	mark->mark_iv = pli_binance_double(r, row, keys->iv) * 100;
	mark->delta = pli_binance_double(r, row, keys->delta);
	mark->gamma = pli_binance_double(r, row, keys->gamma);
	mark->vega = pli_binance_double(r, row, keys->vega);
	mark->theta = pli_binance_double(r, row, keys->theta);
	event.venue_sequence = pli_binance_sequence(event.venue_time_ns, 0);
	pli_binance_emit(r, &event);
}

/* "markPrice" of the option streams, old (price alone) and new (with greeks). */
void
pli_binance_read_option_mark(binance_reader *r, uint32_t row)
{
	static const option_keys keys = {"s", "E", "mp", "i", "vo", "d", "g", "v", "t"};
	mark_option(r, row, &keys);
}

void
pli_binance_read_option_mark_rest(binance_reader *r, uint32_t row)
{
	static const option_keys keys = {"symbol", "time", "markPrice", "indexPrice", "markIV",
	    "delta", "gamma", "vega", "theta"};
	mark_option(r, row, &keys);
}

/* index (options) and indexPriceUpdate (COIN-M): the pair's index. */
void
pli_binance_read_index(binance_reader *r, uint32_t row)
{
	const char *key = pli_binance_has(r, row, "i") ? "i" : "s";
	plm_slice pair = pli_binance_text_must(r, row, key), base, quote;
	if (r->err != PLM_OK)
		return;
	if (!pli_binance_pair_split(pair, &base, &quote)) {
		(void)pli_binance_wrong(
		    r, pli_json_find(r->json, row, key), "a pair such as BTCUSD");
		return;
	}
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_INDEX, false);
	event.venue_time_ns = pli_binance_time(r, row, "E");
	event.u.index.asset = plm_names_asset(r->cfg->names, base);
	event.u.index.quote = plm_names_asset(r->cfg->names, quote);
	event.u.index.venue = r->cfg->venue;
	event.u.index.price = pli_binance_price(r, row, "p");
	pli_binance_emit(r, &event);
}

/* "SOLUSD" -> USD per SOL. Other quotes are not rates to USD and are left out. */
static void
rate_read(binance_reader *r, uint32_t row, const char *symbol, const char *time, const char *index)
{
	plm_slice pair = pli_binance_text_must(r, row, symbol);
	if (r->err != PLM_OK)
		return;
	if (pair.size <= 3 || memcmp(pair.bytes + pair.size - 3, "USD", 3) != 0) {
		(void)pli_binance_wrong(
		    r, pli_json_find(r->json, row, symbol), "a pair with USD such as SOLUSD");
		return;
	}
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_ASSET_RATE, false);
	event.venue_time_ns = pli_binance_time(r, row, time);
	event.u.asset_rate.asset = plm_names_asset(
	    r->cfg->names, (plm_slice){pair.bytes, pair.size - 3});
	event.u.asset_rate.venue = r->cfg->venue;
	event.u.asset_rate.usd = pli_binance_price(r, row, index);
	if (plm_decimal_is_known(event.u.asset_rate.usd) && event.u.asset_rate.asset.value != 0)
		pli_binance_emit(r, &event);
}

void
pli_binance_read_asset_index(binance_reader *r, uint32_t row)
{
	rate_read(r, row, "s", "E", "i");
}

void
pli_binance_read_asset_index_rest(binance_reader *r, uint32_t row)
{
	rate_read(r, row, "symbol", "time", "index");
}

/* fundingRate: what was charged at fundingTime. */
void
pli_binance_read_funding(binance_reader *r, uint32_t row)
{
	const plm_instrument *spec = pli_binance_instrument(r, row, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_FUNDING, false);
	event.venue_time_ns = pli_binance_time(r, row, "fundingTime");
	event.u.funding.instrument = spec->id;
	event.u.funding.asset = spec->settle;
	event.u.funding.rate = pli_binance_double(r, row, "fundingRate");
	pli_binance_emit(r, &event);
}

/* A specification is stored only when nothing of the payload is wrong. */
static void
instrument_set(binance_reader *r, const plm_instrument *spec)
{
	if (r->err == PLM_OK && !r->dry)
		(void)plm_names_instrument_set(r->cfg->names, spec);
}

static bool
slice_starts(plm_slice text, const char *head)
{
	plm_slice start = plm_slice_of(head);
	return text.size >= start.size && memcmp(text.bytes, start.bytes, start.size) == 0;
}

static plm_decimal
instrument_multiplier(binance_reader *r, uint32_t row, const char *key)
{
	plm_decimal value = pli_binance_decimal_must(r, row, key);
	if (r->err == PLM_OK && plm_decimal_sign(value) <= 0)
		(void)pli_binance_wrong(r, pli_json_find(r->json, row, key), "a size above 0");
	return value;
}

/* One symbol of fapi or dapi exchangeInfo; dapi has contractSize. A settled contract has an empty
 * contractType: its name says what it was. */
static void
instrument_future(binance_reader *r, uint32_t row)
{
	const plm_instrument *named = pli_binance_instrument(r, row, "symbol");
	plm_slice type = pli_binance_text(r, row, "contractType");
	if (named == NULL || type.size == 0)
		return;
	plm_instrument spec = *named;
	spec.underlying = pli_binance_asset(r, row, "baseAsset");
	spec.quote = pli_binance_asset(r, row, "quoteAsset");
	spec.settle = pli_binance_asset(r, row, "marginAsset");
	bool perpetual = slice_starts(type, "PERPETUAL") || slice_starts(type, "TRADIFI_PERPETUAL");
	spec.kind = perpetual ? PLM_KIND_PERPETUAL : PLM_KIND_FUTURE;
	spec.expiry_ns = perpetual ? 0 : pli_binance_time(r, row, "deliveryDate");
	spec.inverse = pli_binance_has(r, row, "contractSize");
	spec.multiplier = spec.inverse ? instrument_multiplier(r, row, "contractSize")
				       : plm_decimal_from_int(1);
	spec.strike = plm_decimal_unknown();
	spec.option_type = PLM_OPTION_NONE;
	spec.spec_source = PLM_SPEC_VENUE;
	if (!perpetual && spec.expiry_ns <= 0)
		(void)pli_binance_wrong(r, row, "a deliveryDate of a dated contract");
	instrument_set(r, &spec);
}

void
pli_binance_read_instruments(binance_reader *r, uint32_t node)
{
	uint32_t rows = pli_binance_rows(r, node, "symbols");
	for (uint32_t row = pli_binance_row_first(r, rows); row != 0;
	     row = pli_binance_row_next(r, rows, row))
		instrument_future(r, row);
}

/* One symbol of eapi exchangeInfo; the coin is the symbol's head. */
static void
instrument_option(binance_reader *r, uint32_t row)
{
	const plm_instrument *named = pli_binance_instrument(r, row, "symbol");
	if (named == NULL)
		return;
	plm_instrument spec = *named;
	binance_name name;
	if (!pli_binance_name_parse(plm_slice_of(spec.name), &name) ||
	    name.kind != PLM_KIND_OPTION) {
		(void)pli_binance_wrong(r, row, "an option symbol such as BTC-251226-90000-C");
		return;
	}
	spec.underlying = plm_names_asset(r->cfg->names, name.base);
	spec.quote = spec.settle = pli_binance_asset(r, row, "quoteAsset");
	spec.kind = PLM_KIND_OPTION;
	spec.inverse = 0;
	spec.strike = instrument_multiplier(r, row, "strikePrice");
	spec.multiplier = instrument_multiplier(r, row, "unit");
	spec.expiry_ns = pli_binance_time(r, row, "expiryDate");
	plm_slice side = pli_binance_text(r, row, "side");
	spec.option_type = plm_slice_is(side, "PUT") ? PLM_OPTION_PUT : PLM_OPTION_CALL;
	if (spec.option_type == PLM_OPTION_CALL && !plm_slice_is(side, "CALL"))
		(void)pli_binance_wrong(r, row, "a side of CALL or PUT");
	spec.spec_source = PLM_SPEC_VENUE;
	instrument_set(r, &spec);
}

void
pli_binance_read_options(binance_reader *r, uint32_t node)
{
	uint32_t rows = pli_binance_rows(r, node, "optionSymbols");
	for (uint32_t row = pli_binance_row_first(r, rows); row != 0;
	     row = pli_binance_row_next(r, rows, row))
		instrument_option(r, row);
}

void
pli_binance_read_error(binance_reader *r, uint32_t node)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_VENUE_ERROR, true);
	event.u.venue_error.code = pli_binance_int(r, node, "code");
	plm_slice text = pli_binance_text(r, node, "msg");
	size_t room = sizeof event.u.venue_error.message - 1;
	(void)snprintf(event.u.venue_error.message, room + 1, "%.*s",
	    (int)(text.size < room ? text.size : room), text.size == 0 ? "" : text.bytes);
	pli_binance_emit(r, &event);
}
