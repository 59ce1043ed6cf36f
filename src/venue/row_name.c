/* row_name.c: assets named by rows. */
#include "venue/row_name.h"

void
pli_names_full(pli_row *r, plm_slice name)
{
	if (r->err == PLM_OK)
		r->err = plm_fault_set(r->fault, PLM_EFULL, NULL,
		    "no room for the name \"%.*s\": raise the bound of the registry",
		    (int)(name.size < PLM_NAME_MAX ? name.size : PLM_NAME_MAX), name.bytes);
}

plm_asset_id
pli_row_asset_named(pli_row *r, plm_names *names, plm_slice name)
{
	plm_asset_id id = plm_names_asset(names, name);
	if (id.value == 0)
		pli_names_full(r, name);
	return id;
}

plm_asset_id
pli_row_asset(pli_row *r, const char *key, plm_names *names)
{
	plm_slice text = pli_row_name(r, key);
	return r->err == PLM_OK ? pli_row_asset_named(r, names, text) : (plm_asset_id){0};
}
