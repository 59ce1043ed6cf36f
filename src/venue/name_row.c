/* name_row.c: names to ids. */
#include "venue/name_row.h"

void
pli_name_full(pli_row *r, plm_slice name)
{
	if (r->err == PLM_OK)
		r->err = plm_fault_set(r->fault, PLM_EFULL, NULL,
		    "no room for the name \"%.*s\": it is too long, or the registry is full",
		    (int)(name.size < PLM_NAME_MAX ? name.size : PLM_NAME_MAX), name.bytes);
}

const plm_instrument *
pli_name_instrument(pli_row *r, const char *key, const plm_venue_cfg *cfg, pli_name_parse *parse)
{
	plm_slice text = pli_row_name(r, key);
	if (r->err == PLM_OK && text.size >= PLM_NAME_MAX)
		pli_row_fail(r, key, "a name of at most 55 bytes");
	return r->err == PLM_OK ? pli_name_instrument_of(r, text, cfg, parse) : NULL;
}

const plm_instrument *
pli_name_instrument_of(pli_row *r, plm_slice text, const plm_venue_cfg *cfg, pli_name_parse *parse)
{
	plm_instrument_id id = plm_names_instrument(cfg->names, cfg->venue, text);
	const plm_instrument *spec = plm_names_instrument_get(cfg->names, id);
	pli_contract_name name;
	if (spec == NULL)
		pli_name_full(r, text);
	if (spec == NULL || spec->spec_source != PLM_SPEC_NONE || parse == NULL ||
	    !parse(text, &name))
		return spec;
	plm_instrument said;
	pli_contract_name_spec(&name, text, cfg->venue, cfg->names, &said);
	if (said.underlying.value != 0 && said.quote.value != 0)
		(void)plm_names_instrument_set(cfg->names, &said);
	return plm_names_instrument_get(cfg->names, id);
}

plm_asset_id
pli_name_asset_of(pli_row *r, const plm_venue_cfg *cfg, plm_slice name)
{
	plm_asset_id id = plm_names_asset(cfg->names, name);
	if (id.value == 0)
		pli_name_full(r, name);
	return id;
}

plm_asset_id
pli_name_asset(pli_row *r, const char *key, const plm_venue_cfg *cfg)
{
	plm_slice text = pli_row_name(r, key);
	return r->err == PLM_OK ? pli_name_asset_of(r, cfg, text) : (plm_asset_id){0};
}
