/* host_frame.c: one message or answer handed to the adapter, and what follows from its verdict. */
#include "engine/host_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mutant.h"

static void
host_stop(pli_venue_host *host, plm_err err, const plm_fault *fault)
{
	if (host->stopped == PLM_OK && host->crowd != NULL)
		pli_crowd_count(host->shared->crowds, host->crowd, -1);
	host->stopped = err;
	pli_host_trouble(host, fault->text[0] != '\0' ? fault->text : plm_err_text(err));
	pli_host_restart(host);
}

static void
host_on_bad_frame(pli_venue_host *host, const plm_fault *fault)
{
	host->counters.frames_bad++;
	char text[sizeof host->trouble];
	(void)snprintf(text, sizeof text, "bad payload: line %u, %.40s: %.60s", fault->line,
	    fault->path, fault->text);
	pli_host_trouble(host, text);
	if (host->steady_ns - host->minute_ns > 60 * PLM_NS_PER_S) {
		host->minute_ns = host->steady_ns;
		host->minute_bad = 0;
	}
	if (++host->minute_bad > HOST_BAD_FRAMES_PER_MINUTE_MAX && !pli_host_is_file(host)) {
		host->minute_bad = 0;
		pli_host_restart(host);
	}
}

static void
host_on_result(pli_venue_host *host, plm_err err, const plm_fault *fault)
{
	if (err == PLM_OK || err == PLM_EKIND || err == PLM_EGAP) {
		pli_host_commit(host);
		host->counters.frames_other += err == PLM_EKIND;
	} else {
		host->batch_count = 0;
	}
	if (err == PLM_EGAP) {
		host->counters.gaps++;
		plm_request_sink requests = pli_host_requests(host);
		host->desc->ops->resync(host->state, host->wall_ns, &requests);
	} else if (err == PLM_EDECODE) {
		host_on_bad_frame(host, fault);
	} else if (err == PLM_EAUTH || err == PLM_EKEYPOWER) {
		host_stop(host, err, fault);
	} else if (err != PLM_OK && err != PLM_EKIND) {
		pli_host_trouble(host, fault->text[0] != '\0' ? fault->text : plm_err_text(err));
		pli_host_restart(host);
	}
}

static void *volatile host_kept; /* by a mutant alone */

void
pli_host_take_frame(pli_venue_host *host, const plm_frame *frame)
{
	plm_fault fault = {0};
	plm_request_sink requests = pli_host_requests(host);
	plm_event_sink events = {pli_host_emit, host};
	pli_host_batch_open(host);
	host->counters.frames++;
	if (pli_mutant(HOST_MEMORY_KEPT))
		host_kept = malloc(4096);
	plm_err err = host->desc->ops->on_frame(
	    host->state, host->wall_ns, frame, &events, &requests, &fault);
	if (host->batch_err != PLM_OK)
		err = host->batch_err;
	host_on_result(host, err, &fault);
	pli_host_report(host);
}

void
pli_host_tick(pli_venue_host *host)
{
	if (host->desc->ops->on_tick == NULL ||
	    host->steady_ns - host->ticked_ns < HOST_TICK_MS * PLM_NS_PER_MS)
		return;
	host->ticked_ns = host->steady_ns;
	if (host->crowd != NULL && host->openings != NULL)
		host->crowd->told.links_wait = !pli_openings_may(
		    host->openings, false, host->steady_ns);
	plm_request_sink requests = pli_host_requests(host);
	plm_event_sink events = {pli_host_emit, host};
	pli_host_batch_open(host);
	host->desc->ops->on_tick(host->state, host->wall_ns, &events, &requests);
	if (host->batch_err == PLM_OK)
		pli_host_commit(host);
	else
		host_on_result(host, host->batch_err, &(plm_fault){0});
}
