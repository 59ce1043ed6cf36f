/* event_outbox.c: a ring with a waiting room in front. */
#include "engine/event_outbox.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fault_point.h"

struct pli_event_outbox {
	pli_ring *ring;
	plm_event *waiting;    /* circular, first .. first + count */
	uint32_t *mark_places; /* instrument -> place in `waiting` + 1, 0 none */
	uint32_t instruments_max;
	uint32_t waiting_capacity;
	uint32_t first;
	uint32_t count;
	pli_event_outbox_counters counters;
};

pli_event_outbox *
pli_event_outbox_create(pli_ring *ring, uint32_t waiting_max, uint32_t instruments_max)
{
	assert(ring != NULL && waiting_max > 0);
	pli_event_outbox *outbox = PLI_FAULT(OUTBOX_MEMORY) ? NULL : calloc(1, sizeof *outbox);
	if (outbox == NULL)
		return NULL;
	outbox->ring = ring;
	outbox->waiting_capacity = waiting_max;
	outbox->instruments_max = instruments_max;
	outbox->waiting = PLI_FAULT(OUTBOX_WAITING) ? NULL
						    : calloc(waiting_max, sizeof *outbox->waiting);
	outbox->mark_places = PLI_FAULT(OUTBOX_MARKS) ? NULL
						      : calloc((size_t)instruments_max + 1,
							    sizeof *outbox->mark_places);
	if (outbox->waiting != NULL && outbox->mark_places != NULL)
		return outbox;
	pli_event_outbox_destroy(outbox);
	return NULL;
}

void
pli_event_outbox_destroy(pli_event_outbox *outbox)
{
	if (outbox == NULL)
		return;
	free(outbox->waiting);
	free(outbox->mark_places);
	free(outbox);
}

/* Where the instrument's waiting mark is noted; NULL for events that are not conflated. */
static uint32_t *
outbox_mark_place(pli_event_outbox *outbox, const plm_event *event)
{
	if (event->type != PLM_EVENT_MARK)
		return NULL;
	uint32_t instrument = event->u.mark.instrument.value;
	return instrument <= outbox->instruments_max ? &outbox->mark_places[instrument] : NULL;
}

static plm_event *
outbox_newest(pli_event_outbox *outbox)
{
	assert(outbox->count > 0);
	return &outbox->waiting[(outbox->first + outbox->count - 1) % outbox->waiting_capacity];
}

/* The replaced mark keeps its place in the queue and its sequence, so that numbers still rise, and
 * whoever ended a batch still does. */
static void
outbox_replace(pli_event_outbox *outbox, uint32_t place, const plm_event *event)
{
	plm_event *old = &outbox->waiting[place - 1];
	uint16_t last = (uint16_t)((old->flags | event->flags) & PLM_FLAG_LAST);
	uint16_t old_last = (uint16_t)(old->flags & PLM_FLAG_LAST);
	uint64_t old_sequence = old->sequence;
	*old = *event;
	old->sequence = old_sequence;
	old->flags = (uint16_t)((old->flags & ~PLM_FLAG_LAST) | old_last);
	if (last != 0)
		outbox_newest(outbox)->flags |= PLM_FLAG_LAST;
	outbox->counters.marks_conflated++;
}

static plm_err
outbox_wait(pli_event_outbox *outbox, const plm_event *event)
{
	uint32_t *place = outbox_mark_place(outbox, event);
	if (place != NULL && *place != 0) {
		outbox_replace(outbox, *place, event);
		return PLM_OK;
	}
	if (outbox->count == outbox->waiting_capacity)
		return PLM_EFULL;
	uint32_t index = (outbox->first + outbox->count) % outbox->waiting_capacity;
	outbox->waiting[index] = *event;
	outbox->count++;
	if (outbox->count > outbox->counters.waiting_max)
		outbox->counters.waiting_max = outbox->count;
	if (place != NULL)
		*place = index + 1;
	return PLM_OK;
}

plm_err
pli_event_outbox_push(pli_event_outbox *outbox, const plm_event *event)
{
	if (outbox->count == 0 && !PLI_FAULT(RING_FULL) && pli_ring_push(outbox->ring, event)) {
		outbox->counters.pushed++;
		return PLM_OK;
	}
	if (outbox->count == 0)
		outbox->counters.full++;
	return outbox_wait(outbox, event);
}

uint32_t
pli_event_outbox_flush(pli_event_outbox *outbox)
{
	uint32_t moved = 0;
	while (outbox->count > 0) {
		plm_event *event = &outbox->waiting[outbox->first];
		if (!pli_ring_push(outbox->ring, event))
			break;
		uint32_t *place = outbox_mark_place(outbox, event);
		if (place != NULL)
			*place = 0;
		outbox->first = (outbox->first + 1) % outbox->waiting_capacity;
		outbox->count--;
		outbox->counters.pushed++;
		moved++;
	}
	return moved;
}

bool
pli_event_outbox_blocked(const pli_event_outbox *outbox)
{
	return outbox->count > 0;
}

uint32_t
pli_event_outbox_room(const pli_event_outbox *outbox)
{
	return outbox->waiting_capacity - outbox->count;
}

pli_event_outbox_counters
pli_event_outbox_counters_get(const pli_event_outbox *outbox)
{
	return outbox->counters;
}
