/* map.c: linear probing over (hash, value) pairs. */
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>
#include <xxhash.h>

#include "base/fault_point.h"

typedef struct map_slot {
	uint32_t hash;
	uint32_t value; /* 0: empty */
} map_slot;

struct pli_map {
	pli_map_equal equal;
	const void *owner;
	uint32_t rows_count;
	uint32_t rows_max;
	uint32_t mask;
	map_slot slots[];
};

static uint32_t
map_hash(plm_slice key)
{
	uint64_t hash = XXH3_64bits(key.bytes == NULL ? "" : key.bytes, key.size);
	return (uint32_t)(hash ^ (hash >> 32));
}

pli_map *
pli_map_create(uint32_t rows_max, pli_map_equal equal, const void *owner)
{
	assert(rows_max > 0 && rows_max <= UINT32_C(1) << 29);
	assert(equal != NULL);
	uint32_t slots = 2;
	while (slots < 2 * rows_max)
		slots *= 2;
	pli_map *map = PLI_FAULT(MAP_MEMORY)
			   ? NULL
			   : calloc(1, sizeof *map + slots * sizeof map->slots[0]);
	if (map == NULL)
		return NULL;
	map->equal = equal;
	map->owner = owner;
	map->rows_max = rows_max;
	map->mask = slots - 1;
	return map;
}

void
pli_map_destroy(pli_map *map)
{
	free(map);
}

uint32_t
pli_map_find(const pli_map *map, plm_slice key)
{
	uint32_t hash = map_hash(key);
	for (uint32_t i = hash & map->mask; map->slots[i].value != 0; i = (i + 1) & map->mask)
		if (map->slots[i].hash == hash && map->equal(map->owner, map->slots[i].value, key))
			return map->slots[i].value;
	return 0;
}

plm_err
pli_map_put(pli_map *map, plm_slice key, uint32_t value)
{
	assert(value != 0);
	assert(pli_map_find(map, key) == 0);
	if (map->rows_count == map->rows_max)
		return PLM_EFULL;
	uint32_t hash = map_hash(key);
	uint32_t i = hash & map->mask;
	while (map->slots[i].value != 0)
		i = (i + 1) & map->mask;
	map->slots[i] = (map_slot){hash, value};
	map->rows_count++;
	return PLM_OK;
}
