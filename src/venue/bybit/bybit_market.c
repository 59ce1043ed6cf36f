/* bybit_market.c: prices, specifications and funding rates: what is the same for all accounts. */
#include "venue/bybit/bybit_internal.h"

#include <math.h>

/* What is left of the option's life, in days, at most 1; NaN: not known. */
static double
option_life(const plm_instrument *spec, plm_time_ns now_ns)
{
	if (spec->expiry_ns == 0 || now_ns == 0 || now_ns >= spec->expiry_ns)
		return NAN;
	double days = (double)(spec->expiry_ns - now_ns) / (double)PLM_NS_PER_DAY;
	return days < 1 ? days : 1;
}

/* IV is a fraction; greeks are per coin. Below a day the venue multiplies gamma and theta by what
 * is left of it; here they are per USD and per day whatever the life. Without an IV there are none.
 */
static void
ticker_greeks(bybit_reader *r, const plm_instrument *spec, plm_mark *mark)
{
	const char *iv = pli_row_has(&r->row, "markPriceIv") ? "markPriceIv" : "markIv";
	double points = pli_row_double(&r->row, iv) * 100;
	double delta = pli_row_double(&r->row, "delta"), gamma = pli_row_double(&r->row, "gamma");
	double vega = pli_row_double(&r->row, "vega"), theta = pli_row_double(&r->row, "theta");
	double life = option_life(spec, r->time_ns);
	if (!(points > 0))
		return;
	mark->mark_iv = points;
	mark->delta = delta;
	mark->gamma = gamma / life;
	mark->vega = vega;
	mark->theta = theta / life;
}

static void
ticker_option(bybit_reader *r, const plm_instrument *spec, plm_mark *mark)
{
	mark->mark_price = pli_row_number(&r->row, "markPrice"); /* worth nothing is a price here */
	if (plm_decimal_sign(mark->mark_price) < 0)
		mark->mark_price = plm_decimal_unknown();
	mark->index_price = pli_row_above_zero(&r->row, "indexPrice");
	mark->underlying_price = pli_row_above_zero(&r->row, "underlyingPrice");
	ticker_greeks(r, spec, mark);
}

/* What the message says, else what was told before. */
static plm_decimal
ticker_price(bybit_reader *r, const char *key, plm_decimal before)
{
	return pli_row_has(&r->row, key) ? pli_row_above_zero(&r->row, key) : before;
}

static void
ticker_future(bybit_reader *r, bybit_ticker *before, plm_mark *mark)
{
	mark->mark_price = ticker_price(r, "markPrice", before->mark_price);
	mark->index_price = ticker_price(r, "indexPrice", before->index_price);
	bool rated = pli_row_has(&r->row, "fundingRate");
	mark->funding_rate = rated ? pli_row_double(&r->row, "fundingRate") : before->funding_rate;
	if (r->row.err != PLM_OK)
		return;
	before->mark_price = mark->mark_price;
	before->index_price = mark->index_price;
	before->funding_rate = mark->funding_rate;
	before->told_ns = r->time_ns;
}

/* An option's ticker is always whole. A future's is kept in r->ticker, where there is one. */
void
pli_bybit_ticker(bybit_reader *r)
{
	const plm_instrument *spec = pli_bybit_instrument(r, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_MARK, false);
	event.venue_sequence = pli_update_sequence(r->time_ns, 0);
	event.u.mark.instrument = spec->id;
	bybit_ticker nothing = {.mark_price = plm_decimal_unknown(),
	    .index_price = plm_decimal_unknown(),
	    .funding_rate = NAN};
	if (spec->kind == PLM_KIND_OPTION)
		ticker_option(r, spec, &event.u.mark);
	else
		ticker_future(
		    r, r->ticker != NULL && r->ticker->known ? r->ticker : &nothing, &event.u.mark);
	pli_bybit_emit(r, &event);
}

static void
emit_rate(bybit_reader *r, plm_slice asset, plm_decimal usd, uint16_t flags)
{
	if (!plm_decimal_is_known(usd) || plm_decimal_sign(usd) <= 0 || r->row.err != PLM_OK)
		return;
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_ASSET_RATE, false);
	event.flags |= flags;
	event.u.asset_rate.asset = pli_name_asset_of(&r->row, r->cfg, asset);
	event.u.asset_rate.venue = r->cfg->venue;
	event.u.asset_rate.usd = usd;
	pli_bybit_emit(r, &event);
}

/* usdIndexPrice: what the venue values the base coin at, in USD; "" for coins that are no
 * collateral. USDT has no such pair: its rate is that of USDC over the price of USDC in USDT. */
void
pli_bybit_spot_ticker(bybit_reader *r)
{
	plm_slice symbol = pli_row_name(&r->row, "symbol");
	pli_contract_name name;
	plm_decimal usd = pli_row_above_zero(&r->row, "usdIndexPrice"), tether;
	plm_decimal last = pli_row_above_zero(&r->row, "lastPrice");
	if (r->row.err != PLM_OK || !pli_bybit_name_parse(symbol, true, &name))
		return;
	emit_rate(r, name.underlying, usd, 0);
	if (plm_slice_is(symbol, "USDCUSDT") && plm_decimal_divide(usd, last, &tether) == PLM_OK)
		emit_rate(r, PLM_SLICE("USDT"), tether, PLM_FLAG_SYNTHETIC);
}

/* A rate that was charged at its time. */
void
pli_bybit_funding(bybit_reader *r)
{
	const plm_instrument *spec = pli_bybit_instrument(r, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_FUNDING, false);
	event.venue_time_ns = pli_row_time(&r->row, "fundingRateTimestamp", 0);
	event.u.funding.instrument = spec->id;
	event.u.funding.asset = spec->settle;
	event.u.funding.rate = pli_row_double(&r->row, "fundingRate");
	pli_bybit_emit(r, &event);
}

static void
instrument_option(bybit_reader *r, plm_instrument *spec)
{
	plm_slice type = pli_row_string(&r->row, "optionsType");
	bool call = plm_slice_is(type, "Call");
	if (!call && !plm_slice_is(type, "Put"))
		pli_row_fail(&r->row, "optionsType", "Call or Put");
	if (spec->kind != PLM_KIND_OPTION)
		pli_row_fail(&r->row, "symbol", "an option's symbol such as BTC-26DEC25-90000-C");
	spec->option_type = call ? PLM_OPTION_CALL : PLM_OPTION_PUT;
}

/* Perpetual or future, linear or inverse, as contractType says. */
static void
instrument_contract(bybit_reader *r, plm_instrument *spec)
{
	plm_slice type = pli_row_string(&r->row, "contractType"), head;
	spec->kind = pli_name_ends(type, "Perpetual", &head) ? PLM_KIND_PERPETUAL : PLM_KIND_FUTURE;
	if (spec->kind == PLM_KIND_FUTURE && !pli_name_ends(type, "Futures", &head))
		pli_row_fail(&r->row, "contractType", "a Perpetual or Futures");
	spec->inverse = type.size != 0 && type.bytes[0] == 'I';
	spec->strike = plm_decimal_unknown();
	spec->option_type = PLM_OPTION_NONE;
}

/* Every contract is of one coin, or of 1 USD where it is inverse. */
void
pli_bybit_instrument_info(bybit_reader *r)
{
	if (r->category == BYBIT_NONE && !pli_row_has(&r->row, "contractType") &&
	    !pli_row_has(&r->row, "optionsType"))
		r->category = BYBIT_SPOT; /* the one kind whose answer may not say what it lists */
	const plm_instrument *named = pli_bybit_instrument(r, "symbol");
	if (named == NULL)
		return;
	plm_instrument spec = *named;
	if (pli_row_has(&r->row, "optionsType"))
		instrument_option(r, &spec);
	else if (pli_row_has(&r->row, "contractType"))
		instrument_contract(r, &spec);
	else
		spec.kind = PLM_KIND_SPOT;
	bool dated = spec.kind == PLM_KIND_FUTURE || spec.kind == PLM_KIND_OPTION;
	pli_contract_ends(&spec, pli_row_time(&r->row, "deliveryTime", 0),
	    pli_row_is(&r->row, "status", "Closed"));
	if (dated && spec.expiry_ns <= 0)
		pli_row_fail(&r->row, "deliveryTime", "the delivery time of a dated contract");
	spec.underlying = pli_name_asset(&r->row, "baseCoin", r->cfg);
	spec.quote = pli_name_asset(&r->row, "quoteCoin", r->cfg);
	spec.settle = spec.kind == PLM_KIND_SPOT ? spec.quote
						 : pli_name_asset(&r->row, "settleCoin", r->cfg);
	spec.multiplier = plm_decimal_from_int(1);
	spec.spec_source = PLM_SPEC_VENUE;
	if (r->row.err == PLM_OK && !r->dry)
		(void)plm_names_instrument_set(r->cfg->names, &spec);
}
