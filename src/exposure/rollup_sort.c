/* rollup_sort.c: heap sort; the library's qsort may take heap memory. */
#include "exposure/rollup.h"

typedef int (*sort_compare)(uint32_t a, uint32_t b, const void *ctx);

/* Lets the item at `at` sink until both below come before it. */
static void
sort_sink(uint32_t *items, uint32_t at, uint32_t count, sort_compare compare, const void *ctx)
{
	uint32_t item = items[at];
	while (at * 2 + 1 < count) {
		uint32_t below = at * 2 + 1;
		if (below + 1 < count && compare(items[below], items[below + 1], ctx) < 0)
			below++;
		if (compare(item, items[below], ctx) >= 0)
			break;
		items[at] = items[below];
		at = below;
	}
	items[at] = item;
}

uint32_t
pli_rollup_sort(
    uint32_t *items, uint32_t count, uint32_t first_max, sort_compare compare, const void *ctx)
{
	uint32_t first = first_max < count ? first_max : count;
	for (uint32_t i = first / 2; i-- > 0;)
		sort_sink(items, i, first, compare, ctx);
	for (uint32_t i = first; first > 0 && i < count; i++) {
		if (compare(items[i], items[0], ctx) >= 0)
			continue;
		items[0] = items[i];
		sort_sink(items, 0, first, compare, ctx);
	}
	for (uint32_t end = first; end-- > 1;) {
		uint32_t last = items[end];
		items[end] = items[0];
		items[0] = last;
		sort_sink(items, 0, end, compare, ctx);
	}
	return first;
}
