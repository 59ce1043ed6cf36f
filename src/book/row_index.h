/* row_index.h: finds a row by three numbers. Open addressing, fixed memory, no heap after init. */
#ifndef PLI_BOOK_ROW_INDEX_H
#define PLI_BOOK_ROW_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/region.h"

/* What find answers when there is no such row. */
#define PLI_ROW_NONE UINT32_MAX

/* pli_row_key: the three numbers; their meaning is the owner's. */
typedef struct pli_row_key {
	uint32_t a, b, c;
} pli_row_key;

/* pli_row_slot: a value of PLI_ROW_NONE marks a free slot. */
typedef struct pli_row_slot {
	pli_row_key key;
	uint32_t value;
} pli_row_slot;

/* pli_row_index: at most rows_max keys in a table at least twice as large. */
typedef struct pli_row_index {
	pli_row_slot *slots;
	uint32_t mask;
	uint32_t count;
	uint32_t rows_max;
} pli_row_index;

/* init takes memory for rows_max keys; false when it could not be had. fini takes a zeroed one. */
bool pli_row_index_init(pli_row_index *index, uint32_t rows_max);
void pli_row_index_fini(pli_row_index *index);

/* pli_row_index_clear forgets every key. Cost: the size of the table. */
void pli_row_index_clear(pli_row_index *index);

/* pli_row_index_regions lists its tables. */
static inline void
pli_row_index_regions(pli_row_index *index, pli_regions *regions)
{
	size_t slots = (size_t)index->mask + 1;
	pli_regions_add(regions, index->slots, slots * sizeof index->slots[0], 0xff);
	pli_regions_add(regions, &index->count, sizeof index->count, 0);
}

/* pli_row_hash mixes a key; the low bits are good. */
static inline uint64_t
pli_row_hash(pli_row_key key)
{
	uint64_t x = ((uint64_t)key.a << 32 | key.b) * UINT64_C(0x9e3779b97f4a7c15);
	x ^= x >> 32;
	x = (x + key.c) * UINT64_C(0xd6e8feb86659fd93);
	return x ^ (x >> 29);
}

/* find: the value, or PLI_ROW_NONE. */
static inline uint32_t
pli_row_index_find(const pli_row_index *index, pli_row_key key)
{
	uint32_t at = (uint32_t)pli_row_hash(key) & index->mask;
	while (index->slots[at].value != PLI_ROW_NONE) {
		const pli_row_slot *slot = &index->slots[at];
		if (slot->key.a == key.a && slot->key.b == key.b && slot->key.c == key.c)
			return slot->value;
		at = (at + 1) & index->mask;
	}
	return PLI_ROW_NONE;
}

/* insert: the key must not be there (asserted). False when rows_max keys are held. */
bool pli_row_index_insert(pli_row_index *index, pli_row_key key, uint32_t value);

/* set replaces the value of a key that is there (asserted). */
void pli_row_index_set(pli_row_index *index, pli_row_key key, uint32_t value);

/* remove: the key must be there (asserted). */
void pli_row_index_remove(pli_row_index *index, pli_row_key key);

#endif
