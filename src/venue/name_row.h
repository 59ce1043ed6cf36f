/* name_row.h: names in a payload to ids: instruments and currencies. */
#ifndef PLI_VENUE_NAME_ROW_H
#define PLI_VENUE_NAME_ROW_H

#include "venue/contract_name.h"
#include "venue/json_row.h"

/* How a venue reads its names: false when they follow no rule of its. */
typedef bool pli_name_parse(plm_slice text, pli_contract_name *ret_name);

/* pli_name_instrument interns the instrument named by member `key`; where nothing is known of it,
 * with what parse (NULL: nothing) says. NULL behind an error, of which PLM_EFULL (no room in the
 * registry) is one. _of: by a name of 1 to PLM_NAME_MAX - 1 bytes. pli_name_asset: the same for a
 * currency; id 0; _of: by its name. pli_name_full sets that error, unless there is one. */
const plm_instrument *pli_name_instrument(
    pli_row *r, const char *key, const plm_venue_cfg *cfg, pli_name_parse *parse);
const plm_instrument *pli_name_instrument_of(
    pli_row *r, plm_slice text, const plm_venue_cfg *cfg, pli_name_parse *parse);
plm_asset_id pli_name_asset(pli_row *r, const char *key, const plm_venue_cfg *cfg);
plm_asset_id pli_name_asset_of(pli_row *r, const plm_venue_cfg *cfg, plm_slice name);
void pli_name_full(pli_row *r, plm_slice name);

#endif
