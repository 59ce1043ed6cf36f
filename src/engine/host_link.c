/* host_link.c: the WebSockets of one adapter: epochs, backoff, half-open and silent links. */
#include "engine/host_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/fault_point.h"
#include "base/mutant.h"

plm_time_ns
pli_host_backoff_ns(pli_venue_host *host, uint32_t attempts)
{
	if (pli_mutant(HOST_BACKOFF_NONE))
		return 0;
	int64_t ms = HOST_BACKOFF_MS_MIN;
	for (uint32_t i = 0; i < attempts && ms < HOST_BACKOFF_MS_MAX; i++)
		ms *= 2;
	if (ms > HOST_BACKOFF_MS_MAX)
		ms = HOST_BACKOFF_MS_MAX;
	uint64_t random = host->shared->clock->random(host->shared->clock->ctx);
	return ms * PLM_NS_PER_MS / 2 + (plm_time_ns)(random % (uint64_t)(ms * PLM_NS_PER_MS / 2));
}

void
pli_host_epoch_begin(pli_venue_host *host)
{
	host->epoch += !pli_mutant(HOST_EPOCH_KEPT);
	pli_request_queue_clear(&host->queue);
	memset(host->in_flight, 0, sizeof host->in_flight);
	host->rested = false;
}

void
pli_host_call_open(pli_venue_host *host, uint8_t link)
{
	plm_request_sink requests = pli_host_requests(host);
	host->desc->ops->on_open(host->state, link, host->wall_ns, &requests);
}

void
pli_host_begin(pli_venue_host *host)
{
	host->begun = true;
	if (host->desc->stream_path != NULL) {
		host->links[0].state = LINK_WANTED;
		(void)snprintf(host->links[0].target, sizeof host->links[0].target, "%s",
		    host->desc->stream_path);
		return;
	}
	pli_host_epoch_begin(host);
	pli_host_call_open(host, PLM_LINK_NONE);
}

static void
host_link_open(pli_venue_host *host, uint32_t number)
{
	host_link *link = &host->links[number];
	if (!pli_openings_may(host->openings, host->was_live, host->steady_ns)) {
		pli_host_trouble(host,
		    "waits for its link: the venue lets an address open so many in 5 minutes");
		return;
	}
	pli_openings_add(host->openings, host->steady_ns);
	char url[HOST_TEXT_MAX + PLM_TARGET_MAX];
	(void)snprintf(url, sizeof url, "%s%s", host->stream_url, link->target);
	pli_ws_target target = {.url = url,
	    .ca_file = host->ca_file[0] != '\0' ? host->ca_file : NULL,
	    .connect_timeout_ms = HOST_CONNECT_MS_MAX,
	    .frame_bytes_max = HOST_FRAME_BYTES_MAX};
	plm_err err = PLI_FAULT(HOST_WS_OPEN) ? PLM_EFULL
					      : host->shared->net->ws_open(host->shared->net->ctx,
						    pli_host_conn(host, number), &target);
	link->state = err == PLM_OK ? LINK_OPENING : LINK_WANTED;
	link->opening_ns = host->steady_ns;
	if (err != PLM_OK) {
		link->next_ns = host->steady_ns + pli_host_backoff_ns(host, link->attempts++);
		pli_host_trouble(host, plm_err_text(err));
	}
}

static void
host_link_close(pli_venue_host *host, uint32_t number)
{
	host_link_state state = host->links[number].state;
	if (state != LINK_OPEN && state != LINK_OPENING)
		return;
	host->links[number].state = LINK_CLOSING; /* until on_close */
	host->shared->net->ws_close(host->shared->net->ctx, pli_host_conn(host, number));
}

static void
host_link_drop(pli_venue_host *host, uint32_t number, const char *why)
{
	pli_host_trouble(host, why);
	host_link_close(host, number);
}

/* Half-open links: pings that nobody answers; links that answer pings but say nothing; and links
 * that are behind: the pong waits its turn among the frames, so what comes late with it is old. A
 * peer that never answered a ping is not judged by its pongs. */
static const char *
host_link_fault(const pli_venue_host *host, uint32_t number)
{
	const host_link *link = &host->links[number];
	int64_t silent_ms = (host->steady_ns - link->heard_ns) / PLM_NS_PER_MS;
	int64_t frame_ms = (host->steady_ns - link->frame_ns) / PLM_NS_PER_MS;
	int64_t ping_ms = (host->steady_ns - link->pinged_ns) / PLM_NS_PER_MS;
	if (pli_mutant(HOST_SILENCE_IGNORED))
		return NULL;
	if (silent_ms > HOST_DEAD_MS)
		return "the link is open but silent: pings go unanswered";
	if (number == 0 && host->desc->silence_ms_max != 0 && frame_ms > host->desc->silence_ms_max)
		return "the link is open but the venue sends nothing";
	if (link->ping_waits && link->ponged && ping_ms > HOST_DEAD_MS)
		return "the link is behind: what it brings is over 6 s old";
	return NULL;
}

static void
host_link_ping(pli_venue_host *host, uint32_t number)
{
	host_link *link = &host->links[number];
	if ((link->ping_waits && link->ponged) ||
	    host->steady_ns - link->pinged_ns <= HOST_PING_MS * PLM_NS_PER_MS)
		return;
	link->pinged_ns = host->steady_ns;
	link->ping_waits = true;
	if (!PLI_FAULT(HOST_WS_PING))
		(void)host->shared->net->ws_ping(
		    host->shared->net->ctx, pli_host_conn(host, number));
}

static void
host_link_watch(pli_venue_host *host, uint32_t number)
{
	if (host->links[number].state != LINK_OPEN)
		return;
	const char *fault = host_link_fault(host, number);
	if (fault != NULL)
		host_link_drop(host, number, fault);
	else
		host_link_ping(host, number);
}

void
pli_host_links_work(pli_venue_host *host)
{
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++) {
		if (host->links[i].state == LINK_WANTED &&
		    host->steady_ns >= host->links[i].next_ns)
			host_link_open(host, i);
		host_link_watch(host, i);
	}
}

void
pli_host_links_hasten(pli_venue_host *host)
{
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++) {
		host_link *link = &host->links[i];
		if (link->state == LINK_WANTED && link->next_ns > host->steady_ns)
			link->next_ns = host->steady_ns;
		if (link->state != LINK_OPENING)
			continue;
		/* An attempt of before fails yet, or hangs: the next one is not far. */
		link->attempts = link->attempts < HOST_HASTE_ATTEMPTS ? link->attempts
								      : HOST_HASTE_ATTEMPTS;
		if (host->steady_ns - link->opening_ns >= HOST_PROBE_LOST_MS * PLM_NS_PER_MS)
			host_link_close(host, i);
	}
}

void
pli_host_restart(pli_venue_host *host)
{
	host->begun = false;
	host->begin_ns = host->steady_ns + pli_host_backoff_ns(host, host->begin_attempts++);
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++) {
		if (host->links[i].state == LINK_OPEN || host->links[i].state == LINK_OPENING)
			host_link_close(host, i);
		else if (host->links[i].state == LINK_WANTED)
			host->links[i].state = LINK_CLOSED;
	}
	pli_request_queue_clear(&host->queue);
}

bool
pli_host_links_gone(const pli_venue_host *host)
{
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++)
		if (host->links[i].state != LINK_CLOSED)
			return false;
	return true;
}
