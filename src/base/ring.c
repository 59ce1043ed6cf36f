/* ring.c: head and tail on cache lines of their own, each side with a copy of the other's. */
#include "base/ring.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"

enum { RING_LINE = 64 };

struct pli_ring {
	_Alignas(RING_LINE) _Atomic uint64_t tail; /* next to write; pusher */
	uint64_t head_seen;                        /* pusher's copy of head */
	_Alignas(RING_LINE) _Atomic uint64_t head; /* next to read; popper */
	uint64_t tail_seen;                        /* popper's copy of tail */
	_Alignas(RING_LINE) uint64_t mask;
	size_t record_size;
	unsigned char *records;
};

pli_ring *
pli_ring_create(uint32_t records_max, size_t record_size)
{
	assert(records_max > 0 && record_size > 0);
	uint64_t capacity = 1;
	while (capacity < records_max)
		capacity *= 2;
	pli_ring *ring = PLI_FAULT(RING_MEMORY) ? NULL : aligned_alloc(RING_LINE, sizeof *ring);
	if (ring == NULL)
		return NULL;
	memset(ring, 0, sizeof *ring);
	ring->mask = capacity - 1;
	ring->record_size = record_size;
	ring->records = PLI_FAULT(RING_RECORDS) ? NULL : calloc(capacity, record_size);
	if (ring->records != NULL)
		return ring;
	free(ring);
	return NULL;
}

void
pli_ring_destroy(pli_ring *ring)
{
	if (ring == NULL)
		return;
	free(ring->records);
	free(ring);
}

bool
pli_ring_push(pli_ring *ring, const void *record)
{
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	if (tail - ring->head_seen > ring->mask) {
		ring->head_seen = atomic_load_explicit(&ring->head, memory_order_acquire);
		if (tail - ring->head_seen > ring->mask)
			return false;
	}
	memcpy(ring->records + (tail & ring->mask) * ring->record_size, record, ring->record_size);
	atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
	return true;
}

bool
pli_ring_pop(pli_ring *ring, void *ret_record)
{
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	if (head == ring->tail_seen) {
		ring->tail_seen = atomic_load_explicit(&ring->tail, memory_order_acquire);
		if (head == ring->tail_seen)
			return false;
	}
	memcpy(
	    ret_record, ring->records + (head & ring->mask) * ring->record_size, ring->record_size);
	atomic_store_explicit(&ring->head, head + 1, memory_order_release);
	return true;
}

uint32_t
pli_ring_count(const pli_ring *ring)
{
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	return tail > head ? (uint32_t)(tail - head) : 0;
}

uint32_t
pli_ring_capacity(const pli_ring *ring)
{
	return (uint32_t)(ring->mask + 1);
}
