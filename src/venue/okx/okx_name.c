/* okx_name.c: what names of instruments and currencies say. */
#include "venue/okx/okx.h"

static bool
name_option(plm_slice strike, plm_slice type, pli_contract_name *name)
{
	bool call = plm_slice_is(type, "C");
	name->kind = PLM_KIND_OPTION;
	name->option_type = call ? PLM_OPTION_CALL : PLM_OPTION_PUT;
	return (call || plm_slice_is(type, "P")) &&
	       plm_decimal_parse(strike, &name->strike, NULL) == PLM_OK &&
	       plm_decimal_sign(name->strike) > 0;
}

/* What stands behind the pair: SWAP, 261225, 261225-100000-C. */
static bool
name_contract(plm_slice text, pli_contract_name *name)
{
	plm_slice date, strike;
	name->inverse = plm_slice_is(name->quote, "USD");
	name->kind = PLM_KIND_PERPETUAL;
	if (plm_slice_is(text, "SWAP"))
		return true;
	name->kind = PLM_KIND_FUTURE;
	if (pli_name_expiry(text, &name->expiry_ns))
		return true;
	return pli_name_cut(text, '-', &date, &text) && pli_name_cut(text, '-', &strike, &text) &&
	       pli_name_expiry(date, &name->expiry_ns) && name_option(strike, text, name);
}

bool
pli_okx_name_parse(plm_slice text, pli_contract_name *ret_name)
{
	pli_contract_name name = {.kind = PLM_KIND_SPOT,
	    .multiplier = plm_decimal_from_int(1),
	    .strike = plm_decimal_unknown()};
	plm_slice rest;
	if (!pli_name_cut(text, '-', &name.underlying, &rest))
		return false;
	name.quote = rest;
	if (pli_name_cut(rest, '-', &name.quote, &rest)) {
		name.multiplier = plm_decimal_unknown();
		if (!name_contract(rest, &name))
			return false;
	}
	name.settle = name.inverse ? name.underlying : name.quote;
	if (!pli_name_is_plain(name.underlying, "") || !pli_name_is_plain(name.quote, ""))
		return false;
	*ret_name = name;
	return true;
}

const plm_instrument *
pli_okx_instrument(okx_reader *r, const char *key)
{
	return pli_name_instrument(&r->row, key, r->cfg, pli_okx_name_parse);
}

plm_asset_id
pli_okx_asset(okx_reader *r, const char *key)
{
	return pli_name_asset(&r->row, key, r->cfg);
}
