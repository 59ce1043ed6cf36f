/* host_batch.c: one adapter call is one transaction: its events go out whole or not at all. */
#include "engine/host_internal.h"

#include <assert.h>

#include "base/fault_point.h"

plm_err
pli_host_emit(void *ctx, const plm_event *event)
{
	pli_venue_host *host = ctx;
	if (host->batch_count == host->shared->batch_max || PLI_FAULT(HOST_BATCH_FULL)) {
		host->batch_err = PLM_EFULL;
		return PLM_EFULL;
	}
	plm_event *row = &host->shared->batch[host->batch_count++];
	*row = *event;
	row->feed.value = host->index + 1;
	row->epoch = host->epoch;
	if (row->received_time_ns == 0)
		row->received_time_ns = host->wall_ns;
	return PLM_OK;
}

static plm_err
host_push_definition(void *ctx, const plm_event *event)
{
	pli_venue_host *host = ctx;
	plm_event row = *event;
	row.received_time_ns = host->wall_ns;
	row.flags |= PLM_FLAG_LAST; /* whole by itself, also when no event follows */
	return pli_event_outbox_push(host->shared->outbox, &row);
}

void
pli_host_commit(pli_venue_host *host)
{
	plm_event_sink definitions = {host_push_definition, host};
	plm_err err = pli_registry_flush(host->shared->registry, &definitions);
	if (host->batch_count > 0)
		host->shared->batch[host->batch_count - 1].flags |= PLM_FLAG_LAST;
	for (uint32_t i = 0; i < host->batch_count && err == PLM_OK; i++) {
		const plm_event *event = &host->shared->batch[i];
		host->pictured |= event->type == PLM_EVENT_SNAPSHOT_END &&
				  event->u.snapshot.complete != 0;
		err = pli_event_outbox_push(host->shared->outbox, event);
	}
	host->batch_count = 0;
	/* The agent takes nothing in while the outbox is blocked, and the outbox has room for one
	 * whole call: this cannot happen without a mistake of ours. */
	assert(err == PLM_OK);
}

void
pli_host_batch_open(pli_venue_host *host)
{
	host->batch_count = 0;
	host->batch_err = PLM_OK;
}
