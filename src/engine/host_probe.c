/* host_probe.c: whether a REST host that lets requests hang answers again. */
#include "engine/host_internal.h"

#include <assert.h>
#include <stdio.h>

/* Since when a request waits and nothing has been answered; INT64_MAX: none waits. */
static plm_time_ns
probe_silent_since(const pli_venue_host *host)
{
	plm_time_ns since_ns = INT64_MAX;
	for (uint32_t i = 0; i < HOST_IN_FLIGHT_MAX; i++) {
		const host_in_flight *slot = &host->in_flight[i];
		if (slot->request != 0 && !slot->probe && slot->sent_ns < since_ns)
			since_ns = slot->sent_ns;
	}
	return since_ns != INT64_MAX && host->answered_ns > since_ns ? host->answered_ns : since_ns;
}

void
pli_host_probe(pli_venue_host *host)
{
	plm_time_ns since_ns = probe_silent_since(host);
	if (host->desc->probe_target == NULL || since_ns == INT64_MAX ||
	    host->steady_ns - since_ns < HOST_PROBE_AFTER_MS * PLM_NS_PER_MS ||
	    host->steady_ns - host->probed_ns < HOST_PROBE_MS * PLM_NS_PER_MS)
		return;
	plm_request probe = {.kind = PLM_REQUEST_HTTP,
	    .weight = 1,
	    .deadline_ms = HOST_PROBE_REPLY_MS,
	    .method = "GET"};
	(void)snprintf(probe.target, sizeof probe.target, "%s", host->desc->probe_target);
	assert(pli_request_allowed(host->desc, &probe));
	host->probed_ns = host->steady_ns;
	pli_budget_ask ask = {.weight = probe.weight};
	if (pli_budget_take(host->budgets[0], &ask, host->steady_ns))
		(void)pli_host_send_http(host, &probe, true);
}

void
pli_host_probe_answered(pli_venue_host *host, plm_time_ns sent_ns)
{
	plm_time_ns since_ns = probe_silent_since(host);
	if (since_ns == INT64_MAX ||
	    host->steady_ns - since_ns < HOST_PROBE_LOST_MS * PLM_NS_PER_MS)
		return;
	for (uint32_t i = 0; i < HOST_IN_FLIGHT_MAX; i++) {
		host_in_flight slot = host->in_flight[i];
		if (slot.request == 0 || slot.probe || slot.sent_ns >= sent_ns)
			continue;
		host->in_flight[i] = (host_in_flight){0};
		pli_host_take_frame(host, &(plm_frame){.kind = PLM_FRAME_HTTP,
					      .tag = slot.tag,
					      .received_time_ns = host->wall_ns});
	}
}
