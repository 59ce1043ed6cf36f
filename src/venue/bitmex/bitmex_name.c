/* bitmex_name.c: what symbols and currencies say.
 *
 * XBTUSD, ETHUSDT   perpetual      XBTZ25, ETHUSDZ25  future, delivered on the month's last Friday
 * SOL_USDT          spot pair      P_XBTETFX23        prediction
 * A symbol says neither what the contract settles in (ETHUSDT was a quanto until 2022 and is linear
 * now) nor its size; for futures not even the quote. */
#include "venue/bitmex/bitmex.h"

/* Amounts of these two are in every payload of before the list of currencies is there. */
static const struct {
	const char *currency, *asset;
	uint8_t scale;
} known[] = {{"XBt", "BTC", 8}, {"XBT", "BTC", 8}, {"USDt", "USDT", 6}, {"USDT", "USDT", 6}};

plm_asset_id
pli_bitmex_currency(bitmex_reader *r, plm_slice text, uint8_t *ret_scale)
{
	*ret_scale = PLI_SCALE_UNKNOWN;
	for (uint32_t i = 0; r->tables != NULL && i < r->tables->assets_count; i++)
		if (plm_slice_is(text, r->tables->assets[i].currency)) {
			*ret_scale = r->tables->assets[i].scale;
			return r->tables->assets[i].id;
		}
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (plm_slice_is(text, known[i].currency)) {
			*ret_scale = known[i].scale;
			return pli_name_asset_of(&r->row, r->cfg, plm_slice_of(known[i].asset));
		}
	return pli_name_asset_of(&r->row, r->cfg, text);
}

bool
pli_bitmex_is_spot(plm_slice symbol)
{
	plm_slice head, rest;
	return pli_name_cut(symbol, '_', &head, &rest) && !plm_slice_is(head, "P");
}

bool
pli_bitmex_is_quanto(const plm_instrument *spec)
{
	return spec->settle.value != 0 && spec->settle.value != spec->quote.value &&
	       spec->settle.value != spec->underlying.value;
}

/* The row's own words for its coins, where no listing has told them; the size stays unknown. */
static void
instrument_guess(bitmex_reader *r, plm_slice symbol)
{
	plm_slice underlying = pli_row_string(&r->row, "underlying");
	plm_slice quote = pli_row_string(&r->row, "quoteCurrency");
	plm_slice settle = pli_row_string(&r->row, "currency"), head;
	pli_contract_name said = {.kind = PLM_KIND_PERPETUAL,
	    .multiplier = plm_decimal_unknown(),
	    .strike = plm_decimal_unknown()};
	plm_instrument spec;
	uint8_t scale;
	bool spot = pli_bitmex_is_spot(symbol);
	if (pli_name_month(symbol, &head, &said.expiry_ns)) {
		said.kind = PLM_KIND_FUTURE;
		said.expiry_ns += PLM_NS_PER_DAY / 2;
	}
	if (spot && pli_name_cut(symbol, '_', &underlying, &quote)) {
		said.kind = PLM_KIND_SPOT;
		settle = quote;
	}
	if (underlying.size == 0 || quote.size == 0 || settle.size == 0 || r->row.err != PLM_OK)
		return;
	pli_contract_name_spec(&said, symbol, r->cfg->venue, NULL, &spec);
	spec.id = plm_names_instrument(r->cfg->names, r->cfg->venue, symbol);
	spec.underlying = pli_bitmex_currency(r, underlying, &scale);
	spec.quote = pli_bitmex_currency(r, quote, &scale);
	spec.settle = pli_bitmex_currency(r, settle, &scale);
	spec.inverse = spec.settle.value == spec.underlying.value;
	if (r->row.err == PLM_OK)
		(void)plm_names_instrument_set(r->cfg->names, &spec);
}

const plm_instrument *
pli_bitmex_instrument(bitmex_reader *r)
{
	const plm_instrument *spec = pli_name_instrument(&r->row, "symbol", r->cfg, NULL);
	if (spec == NULL || spec->spec_source != PLM_SPEC_NONE)
		return spec;
	plm_instrument_id id = spec->id;
	instrument_guess(r, pli_row_string(&r->row, "symbol"));
	return r->row.err == PLM_OK ? plm_names_instrument_get(r->cfg->names, id) : NULL;
}
