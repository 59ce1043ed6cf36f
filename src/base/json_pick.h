/* json_pick.h: chosen members of a small JSON document in one pass, for payloads that come a
 * thousand times a second. An accelerator of json.h and no second opinion: it answers only for
 * documents of the usual form, and what it answers is what pli_json_parse and pli_json_at would.
 * Pure. */
#ifndef PLI_BASE_JSON_PICK_H
#define PLI_BASE_JSON_PICK_H

#include "base/json.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PLI_JSON_PICKS_MAX = 32, PLI_JSON_PICK_SLOTS = 128 };

/* One member that is wanted, or an object on the way to one. scope: number of the object that it
 * stands in, 0 the root. node: where it goes. inside: its own scope, 0 none. */
typedef struct pli_json_pick_row {
	const char *name;
	uint8_t size, scope, node, inside;
} pli_json_pick_row;

/* pli_json_picks: paths, prepared. Constant once made; may be shared between threads. */
typedef struct pli_json_picks {
	pli_json_pick_row rows[2 * PLI_JSON_PICKS_MAX];
	uint8_t slots[PLI_JSON_PICK_SLOTS]; /* row + 1 by a hash of scope and name, 0 none */
	uint8_t rows_count, nodes_count, scopes_count;
} pli_json_picks;

/* pli_json_picks_init prepares dotted paths of members ("params.data.delta"); the texts must live
 * as long. count at most PLI_JSON_PICKS_MAX; a name is at most 255 bytes. */
void pli_json_picks_init(pli_json_picks *ret_picks, const char *const *paths, uint32_t count);

/* pli_json_pick reads one document. Then node i + 1 is the member of path i: pli_json_decimal,
 * _double, _int, _bool, _string, _time_ms and pli_json_nodes read it; a member that is absent reads
 * as null. An object or list of that path has its type and no text. PLM_EKIND: the document is not
 * of the usual form (no container, broken, with blanks between tokens, a backslash, a wanted name
 * twice, nested too deep): nothing is said about it, pli_json_parse may accept it. PLM_ENOMEM. */
plm_err pli_json_pick(pli_json *json, plm_slice input, const pli_json_picks *picks);

#ifdef __cplusplus
}
#endif

#endif
