/* host_status.c: what the feed is, put together from adapter, links and budget. */
#include "engine/host_internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mutant.h"

enum { CLOCK_TRIES = 3 };

bool
pli_host_is_file(const pli_venue_host *host)
{
	return host->desc->stream_url == NULL && host->desc->rest_url == NULL;
}

const char *
pli_host_rest_url(const pli_venue_host *host, uint32_t link)
{
	const plm_venue_desc *desc = host->desc;
	const char *const more[] = {
	    desc->rest_url_account, desc->rest_urls_public[0], desc->rest_urls_public[1]};
	assert(link < PLM_REST_HOSTS_MAX);
	bool elsewhere = link > 0 && more[link - 1] != NULL &&
			 strcmp(host->rest_url, desc->rest_url) == 0;
	return elsewhere ? more[link - 1] : host->rest_url;
}

void
pli_host_trouble(pli_venue_host *host, const char *text)
{
	(void)snprintf(host->trouble, sizeof host->trouble, "%s", text);
}

/* A ban of the REST host, with its end in whole seconds, so that the sentence stays the same. */
static bool
host_banned_until(
    const pli_venue_host *host, plm_time_ns *ret_until_ns, char *ret_text, size_t size)
{
	const pli_budget *budget = host->budgets[0];
	if (budget == NULL || host->steady_ns >= budget->banned_until_ns)
		return false;
	plm_time_ns until = host->wall_ns + (budget->banned_until_ns - host->steady_ns);
	plm_time_ns said = host->reported.until_ns;
	if (until - said < -PLM_NS_PER_S || until - said > PLM_NS_PER_S)
		said = (until / PLM_NS_PER_S + 1) * PLM_NS_PER_S;
	char time[PLM_TIME_TEXT_MAX];
	(void)snprintf(ret_text, size,
	    "banned until %s: the venue's REST interface said 429, 418 or 403",
	    plm_time_format(said, time));
	*ret_until_ns = said;
	return true;
}

static void
host_feed_state(const pli_venue_host *host, plm_feed_state *ret_state)
{
	plm_venue_status status = {.status = PLM_FEED_CONNECTING};
	host->desc->ops->status(host->state, &status);
	const host_link *link = &host->links[0];
	*ret_state = (plm_feed_state){.status = status.status,
	    .reconnects_count = host->counters.reconnects,
	    .heard_time_ns = host->reported.heard_time_ns,
	    .until_ns = status.until_ns,
	    .clock_offset_ns = status.clock_offset_ns,
	    .clock_error_ns = status.clock_error_ns};
	const char *text = status.text[0] != '\0' ? status.text : host->trouble;
	if (host->stopped != PLM_OK) {
		ret_state->status = PLM_FEED_DOWN;
	} else if (!pli_host_is_file(host) && link->state != LINK_OPEN &&
		   status.status != PLM_FEED_MAINTENANCE) {
		ret_state->status = host->was_live ? PLM_FEED_STALE : PLM_FEED_CONNECTING;
		text = host->trouble[0] != '\0' ? host->trouble : text;
	} else if (pli_host_is_file(host) && host->trouble[0] != '\0' &&
		   ret_state->status == PLM_FEED_LIVE) {
		ret_state->status = PLM_FEED_DEGRADED;
	}
	char banned[sizeof ret_state->text];
	if (host_banned_until(host, &ret_state->until_ns, banned, sizeof banned)) {
		text = banned;
		if (ret_state->status == PLM_FEED_LIVE)
			ret_state->status = PLM_FEED_DEGRADED;
	}
	if (pli_mutant(HOST_STALE_SHOWN_LIVE) && host->was_live)
		ret_state->status = PLM_FEED_LIVE;
	if (text[0] != '\0')
		(void)snprintf(ret_state->text, sizeof ret_state->text, "%s", text);
}

/* Our wall clock minus the steady one. Read anew where this thread was put aside in between. */
static int64_t
host_clock_base_ns(const pli_venue_host *host)
{
	const pli_clock *clock = host->shared->clock;
	for (int tries = 1;; tries++) {
		plm_time_ns before_ns = clock->steady_ns(clock->ctx);
		plm_time_ns wall_ns = clock->wall_ns(clock->ctx);
		if (tries == CLOCK_TRIES ||
		    clock->steady_ns(clock->ctx) - before_ns < PLM_NS_PER_MS / 10)
			return wall_ns - before_ns;
	}
}

/* The adapter has read the venue's clock against our wall clock. That may have been set since. */
static void
host_clock_follow(pli_venue_host *host, plm_feed_state *state)
{
	int64_t base_ns = state->clock_error_ns == 0 ? 0 : host_clock_base_ns(host);
	if (base_ns == 0 || host->clock_base_ns == 0 ||
	    state->clock_offset_ns != host->clock_offset_ns) {
		host->clock_base_ns = base_ns;
		host->clock_offset_ns = state->clock_offset_ns;
	}
	state->clock_offset_ns -= base_ns - host->clock_base_ns;
}

/* What was told of the venue's clock is not true any more. */
static bool
host_clock_is_news(const plm_feed_state *state, const plm_feed_state *told)
{
	int64_t moved_ns = state->clock_offset_ns - told->clock_offset_ns;
	return (state->clock_error_ns == 0) != (told->clock_error_ns == 0) ||
	       moved_ns > told->clock_error_ns || moved_ns < -told->clock_error_ns;
}

void
pli_host_report(pli_venue_host *host)
{
	plm_feed_state state;
	host_feed_state(host, &state);
	host_clock_follow(host, &state);
	bool live = state.status == PLM_FEED_LIVE;
	if (live) {
		host->was_live = true;
		host->begin_attempts = 0;
		for (uint32_t i = 0; i < PLM_LINKS_MAX; i++)
			host->links[i].attempts = 0;
		if (!pli_host_is_file(host))
			host->trouble[0] = '\0';
		state.heard_time_ns = host->wall_ns;
	}
	bool changed = state.status != host->reported.status ||
		       strcmp(state.text, host->reported.text) != 0 ||
		       host_clock_is_news(&state, &host->reported) || host->reported_ns == 0;
	bool due = live && host->steady_ns - host->reported_ns >= HOST_HEARD_MS * PLM_NS_PER_MS;
	if (!changed && !due)
		return;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_FEED_STATE);
	event.account = host->cfg.account;
	event.u.feed_state = state;
	pli_host_batch_open(host);
	if (pli_host_emit(host, &event) != PLM_OK)
		return; /* not told: the next report tells it */
	pli_host_commit(host);
	host->reported = state;
	host->reported_ns = host->steady_ns;
}
