/* same_time.c: the updates of one instant, numbered. */
#include "venue/same_time.h"

#include <xxhash.h>

uint16_t
pli_same_time_number(pli_same_time *same, plm_time_ns time_ns, plm_slice bytes)
{
	uint64_t hash = XXH3_64bits(bytes.bytes, bytes.size);
	if (time_ns != same->time_ns) {
		same->time_ns = time_ns;
		same->count = 0;
	}
	for (uint32_t i = 0; i < same->count && i < PLI_SAME_TIME_MAX; i++)
		if (same->hashes[i] == hash)
			return (uint16_t)i;
	if (same->count < PLI_SAME_TIME_MAX)
		same->hashes[same->count] = hash;
	if (same->count < PLI_UPDATE_LAST)
		same->count++;
	return (uint16_t)(same->count - 1);
}

uint64_t
pli_update_sequence(plm_time_ns time_ns, uint32_t number)
{
	return time_ns <= 0 ? 0 : (uint64_t)(time_ns / PLM_NS_PER_MS) * 1000 + number;
}
