/* row_name.h: names in the members of a row, and ids for them. */
#ifndef PLI_VENUE_ROW_NAME_H
#define PLI_VENUE_ROW_NAME_H

#include "plimsoll/sys/venue.h"
#include "venue/contract_name.h"
#include "venue/json_row.h"

/* pli_row_asset interns the asset that the member `key` names; _named: by its name. Id 0 behind an
 * error, and (the sticky error PLM_EFULL) when the registry has no room. */
plm_asset_id pli_row_asset(pli_row *r, const char *key, plm_names *names);
plm_asset_id pli_row_asset_named(pli_row *r, plm_names *names, plm_slice name);

/* pli_names_full sets the error PLM_EFULL, unless there is one: no room for that name. */
void pli_names_full(pli_row *r, plm_slice name);

#endif
