/* map.h: bytes -> number, open addressing, capacity fixed at create.
 *
 * Keys are not stored: the map keeps hashes and asks the owner whether the row `value` has this
 * key, so that rows keep their own names and nothing is stored twice. Never shrinks; rows cannot
 * be removed (ids are for ever). Not shared between threads. */
#ifndef PLI_BASE_MAP_H
#define PLI_BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/err.h"
#include "plimsoll/slice.h"

/* pli_map_equal: does row `value` have the key? */
typedef bool (*pli_map_equal)(const void *owner, uint32_t value, plm_slice key);

typedef struct pli_map pli_map;

/* Memory: 8 bytes for each of 2 x rows_max slots, rounded up to a power of two. NULL: no memory.
 * owner is borrowed for the map's life. */
pli_map *pli_map_create(uint32_t rows_max, pli_map_equal equal, const void *owner);
void pli_map_destroy(pli_map *map); /* takes NULL */

/* pli_map_find: the value put under key, 0 when there is none. O(1). */
uint32_t pli_map_find(const pli_map *map, plm_slice key);

/* pli_map_put: value != 0; the key must not be in the map yet (asserted). The owner's row need not
 * be complete before the next find. Errors: PLM_EFULL. */
plm_err pli_map_put(pli_map *map, plm_slice key, uint32_t value);

#endif
