/* heap_watch.c: the allocator's own count of what is in use. */
#include "sim/heap_watch.h"

#include <malloc.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define HEAP_IS_NOT_SAID
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define HEAP_IS_NOT_SAID
#endif

#ifdef HEAP_IS_NOT_SAID
uint64_t
pli_heap_bytes(void)
{
	return 0;
}
#else
uint64_t
pli_heap_bytes(void)
{
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
}
#endif

bool
pli_heap_watch_look(pli_heap_watch *watch, uint64_t bytes)
{
	if (watch->first_bytes == 0)
		watch->first_bytes = bytes;
	if (watch->peak_bytes < bytes)
		watch->peak_bytes = bytes;
	return bytes <= watch->first_bytes + PLI_HEAP_GROWTH_MAX;
}
