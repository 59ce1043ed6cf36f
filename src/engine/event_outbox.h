/* event_outbox.h: the pusher's side of an event ring, with the stated policy for a full one.
 *
 * While the ring has room, events go straight in. When it is full they wait here, in order: the
 * newest mark of an instrument replaces the one that waits (counted), facts are never dropped.
 * The owner must not take in more while `blocked` is true: sockets are then not read. */
#ifndef PLI_ENGINE_EVENT_OUTBOX_H
#define PLI_ENGINE_EVENT_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ring.h"
#include "plimsoll/event.h"

typedef struct pli_event_outbox pli_event_outbox;

/* pli_event_outbox_counters: marks_conflated: marks that a newer one replaced; full: how often the
 * ring was found full; waiting_max: most events that ever waited. */
typedef struct pli_event_outbox_counters {
	uint64_t pushed;
	uint64_t marks_conflated;
	uint64_t full;
	uint32_t waiting_max;
} pli_event_outbox_counters;

/* Borrows the ring. waiting_max bounds what may wait. NULL: memory could not be had. */
pli_event_outbox *pli_event_outbox_create(
    pli_ring *ring, uint32_t waiting_max, uint32_t instruments_max);
void pli_event_outbox_destroy(pli_event_outbox *outbox); /* takes NULL */

/* pli_event_outbox_push: Errors: PLM_EFULL when even the waiting room is full (the event is not
 * taken; the owner broke the rule about `blocked`, or one call made more events than fit). */
plm_err pli_event_outbox_push(pli_event_outbox *outbox, const plm_event *event);

/* pli_event_outbox_flush moves what waits into the ring, oldest first; returns how many moved. */
uint32_t pli_event_outbox_flush(pli_event_outbox *outbox);

bool pli_event_outbox_blocked(const pli_event_outbox *outbox);
uint32_t pli_event_outbox_room(const pli_event_outbox *outbox); /* events that push still takes */
pli_event_outbox_counters pli_event_outbox_counters_get(const pli_event_outbox *outbox);

#endif
