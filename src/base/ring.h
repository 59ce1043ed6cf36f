/* ring.h: a bounded queue of fixed-size records between two threads: one pushes, one pops.
 *
 * Wait-free on both sides; a full ring answers false and what then happens is the pusher's stated
 * policy. Memory is taken at create. */
#ifndef PLI_BASE_RING_H
#define PLI_BASE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pli_ring pli_ring;

/* records_max is rounded up to a power of two. NULL: memory could not be had. */
pli_ring *pli_ring_create(uint32_t records_max, size_t record_size);
void pli_ring_destroy(pli_ring *ring); /* takes NULL */

/* pli_ring_push copies one record in; false when full. Pusher's thread only. */
bool pli_ring_push(pli_ring *ring, const void *record);

/* pli_ring_pop copies the oldest record out; false when empty. Popper's thread only. */
bool pli_ring_pop(pli_ring *ring, void *ret_record);

/* pli_ring_count: how many records wait; exact on neither side while the other is at work. */
uint32_t pli_ring_count(const pli_ring *ring);
uint32_t pli_ring_capacity(const pli_ring *ring);

#endif
