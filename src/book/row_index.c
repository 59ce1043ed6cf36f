/* row_index.c: open addressing with linear probing; removal shifts back, so no tombstones. */
#include "book/row_index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"

bool
pli_row_index_init(pli_row_index *index, uint32_t rows_max)
{
	assert(rows_max < UINT32_C(1) << 30);
	uint32_t size = 16;
	while (size < rows_max * 2)
		size *= 2;
	index->slots = PLI_FAULT(ROW_INDEX_MEMORY) ? NULL : malloc(size * sizeof index->slots[0]);
	if (index->slots == NULL)
		return false;
	index->mask = size - 1;
	index->rows_max = rows_max;
	pli_row_index_clear(index);
	return true;
}

void
pli_row_index_fini(pli_row_index *index)
{
	free(index->slots);
	index->slots = NULL;
}

void
pli_row_index_clear(pli_row_index *index)
{
	memset(index->slots, 0xff, ((size_t)index->mask + 1) * sizeof index->slots[0]);
	index->count = 0;
}

static uint32_t
slot_find(const pli_row_index *index, pli_row_key key)
{
	uint32_t at = (uint32_t)pli_row_hash(key) & index->mask;
	while (index->slots[at].value != PLI_ROW_NONE &&
	       memcmp(&index->slots[at].key, &key, sizeof key) != 0)
		at = (at + 1) & index->mask;
	return at;
}

bool
pli_row_index_insert(pli_row_index *index, pli_row_key key, uint32_t value)
{
	assert(value != PLI_ROW_NONE);
	if (index->count >= index->rows_max)
		return false;
	uint32_t at = slot_find(index, key);
	assert(index->slots[at].value == PLI_ROW_NONE);
	index->slots[at] = (pli_row_slot){key, value};
	index->count++;
	return true;
}

void
pli_row_index_set(pli_row_index *index, pli_row_key key, uint32_t value)
{
	uint32_t at = slot_find(index, key);
	assert(index->slots[at].value != PLI_ROW_NONE && value != PLI_ROW_NONE);
	index->slots[at].value = value;
}

void
pli_row_index_remove(pli_row_index *index, pli_row_key key)
{
	uint32_t hole = slot_find(index, key);
	assert(index->slots[hole].value != PLI_ROW_NONE);
	uint32_t at = hole;
	for (;;) {
		at = (at + 1) & index->mask;
		if (index->slots[at].value == PLI_ROW_NONE)
			break;
		uint32_t home = (uint32_t)pli_row_hash(index->slots[at].key) & index->mask;
		if (((at - home) & index->mask) >= ((at - hole) & index->mask)) {
			index->slots[hole] = index->slots[at];
			hole = at;
		}
	}
	index->slots[hole].value = PLI_ROW_NONE;
	index->count--;
}
