/* okx_market.c: prices, greeks, funding and specifications: what is nobody's. */
#include <math.h>

#include "venue/okx/okx.h"

static bool
market_is_wanted(okx_reader *r)
{
	plm_slice name = pli_row_name(&r->row, "instId");
	return r->row.err == PLM_OK &&
	       (r->watcher == NULL || r->watcher->is_wanted(r->watcher->ctx, name));
}

/* Of an option this is all but its greeks, which opt-summary tells: the two are merged. */
void
pli_okx_mark(okx_reader *r)
{
	const plm_instrument *spec = pli_okx_instrument(r, "instId");
	if (spec == NULL)
		return;
	bool is_option = spec->kind == PLM_KIND_OPTION;
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_MARK, pli_row_time(&r->row, "ts", 0));
	event.flags |= is_option ? PLM_FLAG_SYNTHETIC : 0;
	event.u.mark.instrument = spec->id;
	event.u.mark.mark_price = is_option ? pli_row_from_zero(&r->row, "markPx")
					    : pli_row_above_zero(&r->row, "markPx");
	if (plm_decimal_is_known(event.u.mark.mark_price))
		pli_okx_emit(r, &event, false);
}

/* Greeks in USD (..BS): delta is plain, not premium-adjusted; volatility comes as a fraction. */
void
pli_okx_greeks(okx_reader *r)
{
	if (!market_is_wanted(r))
		return;
	const plm_instrument *spec = pli_okx_instrument(r, "instId");
	if (spec == NULL)
		return;
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_MARK, pli_row_time(&r->row, "ts", 0));
	plm_mark *mark = &event.u.mark;
	mark->instrument = spec->id;
	if (r->watcher != NULL)
		mark->mark_price = r->watcher->option_mark(r->watcher->ctx, spec->id);
	mark->underlying_price = pli_row_above_zero(&r->row, "fwdPx");
	mark->mark_iv = pli_row_double(&r->row, "markVol") * 100;
	mark->delta = pli_row_double(&r->row, "deltaBS");
	mark->gamma = pli_row_double(&r->row, "gammaBS");
	mark->vega = pli_row_double(&r->row, "vegaBS");
	mark->theta = pli_row_double(&r->row, "thetaBS");
	pli_okx_emit(r, &event, false);
}

void
pli_okx_index(okx_reader *r)
{
	plm_slice pair = pli_row_name(&r->row, "instId");
	pli_contract_name name;
	if (r->row.err == PLM_OK &&
	    (!pli_okx_name_parse(pair, &name) || name.kind != PLM_KIND_SPOT))
		pli_row_fail(&r->row, "instId", "a pair such as BTC-USD");
	if (r->row.err != PLM_OK)
		return;
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_INDEX, pli_row_time(&r->row, "ts", 0));
	event.u.index.asset = plm_names_asset(r->cfg->names, name.underlying);
	event.u.index.quote = plm_names_asset(r->cfg->names, name.quote);
	event.u.index.venue = r->cfg->venue;
	event.u.index.price = pli_row_above_zero(&r->row, "idxPx");
	if (event.u.index.asset.value != 0 && plm_decimal_is_known(event.u.index.price))
		pli_okx_emit(r, &event, false);
}

/* The rate that is charged at fundingTime, or was. */
void
pli_okx_funding(okx_reader *r)
{
	const plm_instrument *spec = pli_okx_instrument(r, "instId");
	if (spec == NULL)
		return;
	plm_event event;
	pli_okx_begin(
	    r, &event, PLM_EVENT_FUNDING, pli_row_time(&r->row, "fundingTime", r->time_ns));
	event.u.funding.instrument = spec->id;
	event.u.funding.asset = spec->settle;
	event.u.funding.rate = pli_row_double(&r->row, "fundingRate");
	if (isfinite(event.u.funding.rate))
		pli_okx_emit(r, &event, false);
}

/* Contract value x multiplier: coins, or for an inverse contract USD; unknown where it is counted
 * in something else. */
static plm_decimal
spec_size(okx_reader *r, const plm_instrument *spec)
{
	plm_decimal size = plm_decimal_unknown();
	plm_decimal value = pli_row_number(&r->row, "ctVal");
	plm_decimal times = pli_row_decimal(&r->row, "ctMult");
	bool of_quote = spec->inverse && spec->kind != PLM_KIND_OPTION;
	plm_asset_id counted = of_quote ? spec->quote : spec->underlying;
	if (r->row.err == PLM_OK &&
	    plm_decimal_multiply(value, pli_row_known(times, plm_decimal_from_int(1)), &size) ==
		PLM_OK &&
	    plm_decimal_sign(size) <= 0)
		pli_row_fail(&r->row, "ctVal", "a contract value above 0");
	return pli_row_is(&r->row, "ctValCcy", plm_names_asset_text(r->cfg->names, counted))
		   ? size
		   : plm_decimal_unknown();
}

/* A swap that is to be delisted has an expTime too. */
static void
spec_contract(okx_reader *r, plm_instrument *spec)
{
	plm_slice uly = pli_row_string(&r->row, "uly"), base, quote;
	if (r->row.err == PLM_OK && !pli_name_cut(uly, '-', &base, &quote))
		pli_row_fail(&r->row, "uly", "a pair such as BTC-USD");
	if (r->row.err != PLM_OK)
		return;
	spec->underlying = plm_names_asset(r->cfg->names, base);
	spec->quote = plm_names_asset(r->cfg->names, quote);
	spec->settle = pli_okx_asset(r, "settleCcy");
	spec->inverse = spec->settle.value == spec->underlying.value;
	pli_contract_ends(spec, pli_row_time(&r->row, "expTime", 0), false);
	if (spec->kind != PLM_KIND_PERPETUAL && spec->expiry_ns == 0)
		pli_row_fail(&r->row, "expTime", "the expTime of a dated contract");
	spec->multiplier = spec_size(r, spec);
}

static void
spec_option(okx_reader *r, plm_instrument *spec)
{
	bool call = pli_row_is(&r->row, "optType", "C");
	if (!call && !pli_row_is(&r->row, "optType", "P"))
		pli_row_fail(&r->row, "optType", "C or P");
	spec->option_type = call ? PLM_OPTION_CALL : PLM_OPTION_PUT;
	spec->strike = pli_row_number(&r->row, "stk");
	if (r->row.err == PLM_OK && plm_decimal_sign(spec->strike) <= 0)
		pli_row_fail(&r->row, "stk", "a strike above 0");
}

static uint8_t
spec_kind(okx_reader *r)
{
	static const struct {
		const char *text;
		plm_kind kind;
	} rows[] = {{"SWAP", PLM_KIND_PERPETUAL}, {"FUTURES", PLM_KIND_FUTURE},
	    {"OPTION", PLM_KIND_OPTION}, {"SPOT", PLM_KIND_SPOT}, {"MARGIN", PLM_KIND_SPOT}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (pli_row_is(&r->row, "instType", rows[i].text))
			return (uint8_t)rows[i].kind;
	return PLM_KIND_UNKNOWN;
}

/* A contract before its listing may lack what is not decided yet: it is passed over, as are kinds
 * that hold no position here. Of options and pairs there are thousands: those that are named
 * elsewhere are read, of swaps and futures all, so that one that is on no list is told. */
void
pli_okx_spec(okx_reader *r)
{
	uint8_t kind = spec_kind(r);
	bool many = kind == PLM_KIND_OPTION || kind == PLM_KIND_SPOT;
	if (kind == PLM_KIND_UNKNOWN || pli_row_is(&r->row, "state", "preopen") ||
	    (many && !market_is_wanted(r)))
		return;
	const plm_instrument *named = pli_okx_instrument(r, "instId");
	if (named == NULL)
		return;
	plm_instrument spec = *named;
	spec.kind = kind;
	spec.option_type = PLM_OPTION_NONE;
	spec.strike = plm_decimal_unknown();
	if (kind == PLM_KIND_SPOT) {
		spec.underlying = pli_okx_asset(r, "baseCcy");
		spec.quote = spec.settle = pli_okx_asset(r, "quoteCcy");
		spec.multiplier = plm_decimal_from_int(1);
	} else {
		spec_contract(r, &spec);
	}
	if (kind == PLM_KIND_OPTION)
		spec_option(r, &spec);
	spec.spec_source = PLM_SPEC_VENUE;
	if (r->row.err == PLM_OK && !r->dry)
		(void)plm_names_instrument_set(r->cfg->names, &spec);
}
