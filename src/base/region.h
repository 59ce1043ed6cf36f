/* region.h: tables of the program's own memory as bytes, to write a state down and to restore it.
 *
 * Each owner lists its tables in a fixed order. A list borrows them and is good until their owner
 * ends. No memory of its own. */
#ifndef PLI_BASE_REGION_H
#define PLI_BASE_REGION_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

enum { PLI_REGIONS_MAX = 96 };

/* pli_region: fill: what each byte is in a new table. */
typedef struct pli_region {
	void *bytes;
	size_t size;
	uint8_t fill;
} pli_region;

typedef struct pli_regions {
	uint32_t count;
	pli_region items[PLI_REGIONS_MAX];
} pli_regions;

/* pli_regions_add: a table more; there is room for it (asserted). */
static inline void
pli_regions_add(pli_regions *regions, void *bytes, size_t size, uint8_t fill)
{
	assert(regions->count < PLI_REGIONS_MAX);
	regions->items[regions->count++] = (pli_region){bytes, size, fill};
}

#endif
