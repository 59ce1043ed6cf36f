/* heap_watch.h: whether the heap of a program that runs in the seeded world stays bounded.
 *
 * Memory is taken at start; what grows afterwards, by an event, a link or a start of the program,
 * is looked at now and then and may not grow past a bound. */
#ifndef PLI_SIM_HEAP_WATCH_H
#define PLI_SIM_HEAP_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* How much more than at the first look may be in use, in bytes: what is taken when it is first
 * needed. A venue's longest answer, which is read into 17 MB, may come late. */
enum { PLI_HEAP_GROWTH_MAX = 24 << 20 };

/* pli_heap_watch: bytes of the first look and of the largest; 0: none yet. */
typedef struct pli_heap_watch {
	uint64_t first_bytes, peak_bytes;
} pli_heap_watch;

/* pli_heap_bytes: what is allocated in this process, in bytes; 0 where the allocator does not say,
 * as under ASan. Cost: a walk over the free lists, microseconds. */
uint64_t pli_heap_bytes(void);

/* pli_heap_watch_look: false when `bytes` are more than PLI_HEAP_GROWTH_MAX over the first look. */
bool pli_heap_watch_look(pli_heap_watch *watch, uint64_t bytes);

#endif
