/* venue_host.c: one adapter and everything that moves its bytes. */
#include "engine/venue_host.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	HOST_TEXT_MAX = 256,
	HOST_IN_FLIGHT_MAX = 32,
	HOST_TICK_MS = 100,
	HOST_PING_MS = 2500,
	HOST_DEAD_MS = 6000, /* neither frame nor pong for so long */
	HOST_BACKOFF_MS_MIN = 250,
	HOST_BACKOFF_MS_MAX = 30000,
	HOST_CONNECT_MS_MAX = 10000,
	HOST_FRAME_BYTES_MAX = 8 << 20,
	HOST_BODY_BYTES_MAX = 8 << 20,
	HOST_BAD_FRAMES_PER_MINUTE_MAX = 10,
	HOST_FILE_MS = 500,
	HOST_HEARD_MS = 2000, /* how often a live feed says again that it is */
	HOST_REPLY_MS_DEFAULT = 10000,
};

typedef enum host_link_state {
	LINK_CLOSED,
	LINK_WANTED,
	LINK_OPENING,
	LINK_OPEN,
	LINK_CLOSING
} host_link_state;

/* One WebSocket. next_ns: when a WANTED link may be opened (backoff). heard_ns counts pongs too,
 * frame_ns only messages. */
typedef struct host_link {
	host_link_state state;
	uint32_t attempts;
	plm_time_ns next_ns;
	plm_time_ns heard_ns;
	plm_time_ns frame_ns;
	plm_time_ns pinged_ns;
	plm_time_ns send_ns; /* earliest next message, for messages_per_second_max */
	char target[PLM_TARGET_MAX];
} host_link;

typedef struct host_in_flight {
	uint32_t request; /* 0: free */
	uint32_t tag;
} host_in_flight;

struct pli_venue_host {
	pli_host_shared *shared;
	const plm_venue_desc *desc;
	plm_venue_cfg cfg;
	char name[40], markets[HOST_TEXT_MAX], path[HOST_TEXT_MAX], ca_file[HOST_TEXT_MAX];
	char stream_url[HOST_TEXT_MAX], rest_url[HOST_TEXT_MAX];
	char key[HOST_TEXT_MAX], secret[HOST_TEXT_MAX];
	void *state;
	pli_budget *budget;
	uint32_t index;
	uint32_t epoch;
	uint32_t requests_count;
	uint32_t batch_count;
	bool begun;        /* on_open of this epoch was called */
	bool was_live;     /* in any epoch: then a closed link is STALE, not CONNECTING */
	plm_err stopped;   /* PLM_OK, or why a person is needed */
	plm_err batch_err; /* of the running adapter call */
	plm_time_ns steady_ns, wall_ns; /* of the running turn */
	plm_time_ns begin_ns;           /* restart not before */
	plm_time_ns ticked_ns;
	plm_time_ns reported_ns;
	plm_time_ns minute_ns;
	uint32_t minute_bad;
	uint32_t begin_attempts;
	plm_time_ns file_checked_ns;
	plm_time_ns file_modified_ns;
	uint64_t file_size;
	char *file_bytes; /* of file venues: HOST_BODY_BYTES_MAX */
	host_link links[PLM_LINKS_MAX];
	host_in_flight in_flight[HOST_IN_FLIGHT_MAX];
	pli_request_queue queue;
	plm_feed_state reported;
	char trouble[120]; /* last decode fault or closing reason; "" once live again */
	pli_host_counters counters;
};

static bool
host_is_file(const pli_venue_host *host)
{
	return host->desc->stream_url == NULL && host->desc->rest_url == NULL;
}

static void
host_trouble(pli_venue_host *host, const char *text)
{
	(void)snprintf(host->trouble, sizeof host->trouble, "%s", text);
}

/* Transactions */

static plm_err
host_emit(void *ctx, const plm_event *event)
{
	pli_venue_host *host = ctx;
	if (host->batch_count == host->shared->batch_max) {
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

static void
host_commit(pli_venue_host *host)
{
	plm_event_sink definitions = {host_push_definition, host};
	plm_err err = pli_registry_flush(host->shared->registry, &definitions);
	if (host->batch_count > 0)
		host->shared->batch[host->batch_count - 1].flags |= PLM_FLAG_LAST;
	for (uint32_t i = 0; i < host->batch_count && err == PLM_OK; i++)
		err = pli_event_outbox_push(host->shared->outbox, &host->shared->batch[i]);
	host->batch_count = 0;
	/* The agent takes nothing in while the outbox is blocked, and the outbox has room for one
	 * whole call: this cannot happen without a mistake of ours. */
	assert(err == PLM_OK);
}

static void
host_batch_open(pli_venue_host *host)
{
	host->batch_count = 0;
	host->batch_err = PLM_OK;
}

/* Requests */

static plm_err
host_submit(void *ctx, const plm_request *request)
{
	pli_venue_host *host = ctx;
	if (!pli_request_allowed(host->desc, request)) {
		host->counters.requests_refused++;
		host_trouble(host, "a request that is not on the read-only list was refused");
		return PLM_EREFUSED;
	}
	if (!host->begun)
		return PLM_ECLOSED; /* the epoch is over; on_open begins the next */
	if (request->kind == PLM_REQUEST_WS_OPEN) {
		assert(request->link < PLM_LINKS_MAX);
		host_link *link = &host->links[request->link];
		if (link->state != LINK_CLOSED)
			return PLM_EARG;
		link->state = LINK_WANTED;
		memcpy(link->target, request->target, sizeof link->target);
		return PLM_OK;
	}
	plm_err err = pli_request_queue_push(&host->queue, request);
	if (err != PLM_OK)
		host->counters.requests_dropped++;
	return err;
}

static plm_request_sink
host_requests(pli_venue_host *host)
{
	return (plm_request_sink){host_submit, host};
}

static uint32_t
host_conn(const pli_venue_host *host, uint32_t link)
{
	return host->index * PLM_LINKS_MAX + link + 1;
}

uint32_t
pli_venue_host_of_conn(uint32_t conn)
{
	return (conn - 1) / PLM_LINKS_MAX;
}

uint32_t
pli_venue_host_of_request(uint32_t request)
{
	return request >> 20;
}

static host_in_flight *
host_in_flight_find(pli_venue_host *host, uint32_t request)
{
	for (uint32_t i = 0; i < HOST_IN_FLIGHT_MAX; i++)
		if (host->in_flight[i].request == request)
			return &host->in_flight[i];
	return NULL;
}

static void
host_link_close(pli_venue_host *host, uint32_t number)
{
	host_link_state state = host->links[number].state;
	if (state != LINK_OPEN && state != LINK_OPENING)
		return;
	host->links[number].state = LINK_CLOSING; /* until on_close */
	host->shared->net->ws_close(host->shared->net->ctx, host_conn(host, number));
}

static plm_err
host_send_http(pli_venue_host *host, const plm_request *request)
{
	host_in_flight *slot = host_in_flight_find(host, 0);
	if (slot == NULL)
		return PLM_EAGAIN;
	host->requests_count = (host->requests_count % 0xFFFFF) + 1;
	uint32_t id = host->index << 20 | host->requests_count;
	char url[HOST_TEXT_MAX + PLM_TARGET_MAX];
	const plm_venue_desc *desc = host->desc;
	bool elsewhere = request->link == 1 && desc->rest_url_account != NULL &&
			 strcmp(host->rest_url, desc->rest_url) == 0;
	(void)snprintf(url, sizeof url, "%s%s", elsewhere ? desc->rest_url_account : host->rest_url,
	    request->target);
	const char *headers[2] = {request->header[0] != '\0' ? request->header : NULL, NULL};
	pli_http_out out = {.method = request->method,
	    .url = url,
	    .headers = headers,
	    .body = plm_slice_of(request->body),
	    .ca_file = host->ca_file[0] != '\0' ? host->ca_file : NULL,
	    .timeout_ms = request->deadline_ms != 0 ? request->deadline_ms : HOST_REPLY_MS_DEFAULT,
	    .body_bytes_max = HOST_BODY_BYTES_MAX};
	plm_err err = host->shared->net->http_send(host->shared->net->ctx, id, &out);
	sodium_memzero(url, sizeof url); /* may hold a signature */
	if (err == PLM_OK)
		*slot = (host_in_flight){id, request->tag};
	return err;
}

/* One WebSocket message; PLM_EAGAIN: not yet. */
static plm_err
host_send_ws(pli_venue_host *host, const plm_request *request)
{
	host_link *link = &host->links[request->link];
	if (link->state != LINK_OPEN)
		return PLM_ECLOSED;
	if (host->steady_ns < link->send_ns)
		return PLM_EAGAIN;
	uint32_t per_second = host->desc->messages_per_second_max;
	if (per_second != 0)
		link->send_ns = host->steady_ns + PLM_NS_PER_S / per_second;
	return host->shared->net->ws_send(
	    host->shared->net->ctx, host_conn(host, request->link), plm_slice_of(request->body));
}

static plm_err
host_send(pli_venue_host *host, plm_request *request)
{
	if (request->kind == PLM_REQUEST_WS_CLOSE) {
		host->shared->net->ws_close(host->shared->net->ctx, host_conn(host, request->link));
		return PLM_OK;
	}
	if (request->kind == PLM_REQUEST_HTTP &&
	    !pli_budget_take(host->budget, request->weight, host->steady_ns))
		return PLM_EAGAIN;
	if (request->seal != 0 && host->desc->ops->seal != NULL) {
		plm_err err = host->desc->ops->seal(host->state, host->wall_ns, request);
		if (err != PLM_OK)
			return err;
	}
	return request->kind == PLM_REQUEST_HTTP ? host_send_http(host, request)
						 : host_send_ws(host, request);
}

/* Sends what may go now, in order; an optional request gives way while the budget is short. */
static void
host_pump(pli_venue_host *host)
{
	plm_request *request;
	while ((request = pli_request_queue_front(&host->queue)) != NULL) {
		plm_err err = host_send(host, request);
		if (err == PLM_EAGAIN && request->optional == 0)
			return;
		if (err == PLM_OK)
			host->counters.requests_sent++;
		else
			host->counters.requests_dropped++;
		sodium_memzero(request, sizeof *request);
		pli_request_queue_pop(&host->queue);
	}
}

/* Status */

static void
host_feed_state(const pli_venue_host *host, plm_feed_state *ret_state)
{
	plm_venue_status status = {.status = PLM_FEED_CONNECTING};
	host->desc->ops->status(host->state, &status);
	const host_link *link = &host->links[0];
	*ret_state = (plm_feed_state){.status = status.status,
	    .reconnects_count = host->counters.reconnects,
	    .heard_time_ns = host->reported.heard_time_ns,
	    .until_ns = status.until_ns};
	const char *text = status.text[0] != '\0' ? status.text : host->trouble;
	if (host->stopped != PLM_OK) {
		ret_state->status = PLM_FEED_DOWN;
	} else if (!host_is_file(host) && link->state != LINK_OPEN &&
		   status.status != PLM_FEED_MAINTENANCE) {
		ret_state->status = host->was_live ? PLM_FEED_STALE : PLM_FEED_CONNECTING;
		text = host->trouble[0] != '\0' ? host->trouble : text;
	} else if (host_is_file(host) && host->trouble[0] != '\0' &&
		   ret_state->status == PLM_FEED_LIVE) {
		ret_state->status = PLM_FEED_DEGRADED;
	}
	if (host->budget != NULL && host->steady_ns < host->budget->banned_until_ns) {
		ret_state->until_ns = host->wall_ns +
				      (host->budget->banned_until_ns - host->steady_ns);
		text = "the venue asked for a pause of its REST interface (429, 418 or 403)";
		if (ret_state->status == PLM_FEED_LIVE)
			ret_state->status = PLM_FEED_DEGRADED;
	}
	(void)snprintf(ret_state->text, sizeof ret_state->text, "%s", text);
}

/* Says FEED_STATE when it changed, and every two seconds while live so that silence of this very
 * thread can be seen downstream. */
static void
host_report(pli_venue_host *host)
{
	plm_feed_state state;
	host_feed_state(host, &state);
	bool live = state.status == PLM_FEED_LIVE;
	if (live) {
		host->was_live = true;
		host->begin_attempts = 0;
		for (uint32_t i = 0; i < PLM_LINKS_MAX; i++)
			host->links[i].attempts = 0;
		if (!host_is_file(host))
			host->trouble[0] = '\0';
		state.heard_time_ns = host->wall_ns;
	}
	bool changed = state.status != host->reported.status ||
		       strcmp(state.text, host->reported.text) != 0 || host->reported_ns == 0;
	bool due = live && host->steady_ns - host->reported_ns >= HOST_HEARD_MS * PLM_NS_PER_MS;
	if (!changed && !due)
		return;
	host->reported = state;
	host->reported_ns = host->steady_ns;
	plm_event event;
	plm_event_init(&event, PLM_EVENT_FEED_STATE);
	event.account = host->cfg.account;
	event.u.feed_state = state;
	host_batch_open(host);
	(void)host_emit(host, &event);
	host_commit(host);
}

/* Epochs and links */

static plm_time_ns
host_backoff_ns(pli_venue_host *host, uint32_t attempts)
{
	int64_t ms = HOST_BACKOFF_MS_MIN;
	for (uint32_t i = 0; i < attempts && ms < HOST_BACKOFF_MS_MAX; i++)
		ms *= 2;
	if (ms > HOST_BACKOFF_MS_MAX)
		ms = HOST_BACKOFF_MS_MAX;
	uint64_t random = host->shared->clock->random(host->shared->clock->ctx);
	return ms * PLM_NS_PER_MS / 2 + (plm_time_ns)(random % (uint64_t)(ms * PLM_NS_PER_MS / 2));
}

/* A new epoch: nothing of the old one is waited for any more. */
static void
host_epoch_begin(pli_venue_host *host)
{
	host->epoch++;
	pli_request_queue_clear(&host->queue);
	memset(host->in_flight, 0, sizeof host->in_flight);
}

static void
host_call_open(pli_venue_host *host, uint8_t link)
{
	plm_request_sink requests = host_requests(host);
	host->desc->ops->on_open(host->state, link, host->wall_ns, &requests);
}

static void
host_begin(pli_venue_host *host)
{
	host->begun = true;
	if (host->desc->stream_path != NULL) {
		host->links[0].state = LINK_WANTED;
		(void)snprintf(host->links[0].target, sizeof host->links[0].target, "%s",
		    host->desc->stream_path);
		return;
	}
	host_epoch_begin(host);
	host_call_open(host, PLM_LINK_NONE);
}

static void
host_link_open(pli_venue_host *host, uint32_t number)
{
	host_link *link = &host->links[number];
	char url[HOST_TEXT_MAX + PLM_TARGET_MAX];
	(void)snprintf(url, sizeof url, "%s%s", host->stream_url, link->target);
	pli_ws_target target = {.url = url,
	    .ca_file = host->ca_file[0] != '\0' ? host->ca_file : NULL,
	    .connect_timeout_ms = HOST_CONNECT_MS_MAX,
	    .frame_bytes_max = HOST_FRAME_BYTES_MAX};
	plm_err err = host->shared->net->ws_open(
	    host->shared->net->ctx, host_conn(host, number), &target);
	link->state = err == PLM_OK ? LINK_OPENING : LINK_WANTED;
	if (err != PLM_OK) {
		link->next_ns = host->steady_ns + host_backoff_ns(host, link->attempts++);
		host_trouble(host, plm_err_text(err));
	}
}

static void
host_link_drop(pli_venue_host *host, uint32_t number, const char *why)
{
	host_trouble(host, why);
	host_link_close(host, number);
}

/* Half-open links: pings that nobody answers; and links that answer pings but say nothing. */
static void
host_link_watch(pli_venue_host *host, uint32_t number)
{
	host_link *link = &host->links[number];
	if (link->state != LINK_OPEN)
		return;
	int64_t silent_ms = (host->steady_ns - link->heard_ns) / PLM_NS_PER_MS;
	int64_t frame_ms = (host->steady_ns - link->frame_ns) / PLM_NS_PER_MS;
	if (silent_ms > HOST_DEAD_MS) {
		host_link_drop(host, number, "the link is open but silent: pings go unanswered");
	} else if (number == 0 && host->desc->silence_ms_max != 0 &&
		   frame_ms > host->desc->silence_ms_max) {
		host_link_drop(host, number, "the link is open but the venue sends nothing");
	} else if (silent_ms > HOST_PING_MS &&
		   host->steady_ns - link->pinged_ns > HOST_PING_MS * PLM_NS_PER_MS) {
		link->pinged_ns = host->steady_ns;
		(void)host->shared->net->ws_ping(host->shared->net->ctx, host_conn(host, number));
	}
}

static void
host_links_work(pli_venue_host *host)
{
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++) {
		if (host->links[i].state == LINK_WANTED &&
		    host->steady_ns >= host->links[i].next_ns)
			host_link_open(host, i);
		host_link_watch(host, i);
	}
}

/* Ends the epoch: every link goes; do_work begins anew after the backoff. */
static void
host_restart(pli_venue_host *host)
{
	host->begun = false;
	host->begin_ns = host->steady_ns + host_backoff_ns(host, host->begin_attempts++);
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++) {
		if (host->links[i].state == LINK_OPEN || host->links[i].state == LINK_OPENING)
			host_link_close(host, i);
		else if (host->links[i].state == LINK_WANTED)
			host->links[i].state = LINK_CLOSED;
	}
	pli_request_queue_clear(&host->queue);
}

/* Frames */

static void
host_stop(pli_venue_host *host, plm_err err, const plm_fault *fault)
{
	host->stopped = err;
	host_trouble(host, fault->text[0] != '\0' ? fault->text : plm_err_text(err));
	host_restart(host);
}

static void
host_on_bad_frame(pli_venue_host *host, const plm_fault *fault)
{
	host->counters.frames_bad++;
	char text[sizeof host->trouble];
	(void)snprintf(text, sizeof text, "bad payload: line %u, %.40s: %.60s", fault->line,
	    fault->path, fault->text);
	host_trouble(host, text);
	if (host->steady_ns - host->minute_ns > 60 * PLM_NS_PER_S) {
		host->minute_ns = host->steady_ns;
		host->minute_bad = 0;
	}
	if (++host->minute_bad > HOST_BAD_FRAMES_PER_MINUTE_MAX && !host_is_file(host)) {
		host->minute_bad = 0;
		host_restart(host);
	}
}

static void
host_on_result(pli_venue_host *host, plm_err err, const plm_fault *fault)
{
	if (err == PLM_OK || err == PLM_EKIND || err == PLM_EGAP) {
		host_commit(host);
		host->counters.frames_other += err == PLM_EKIND;
	} else {
		host->batch_count = 0;
	}
	if (err == PLM_EGAP) {
		host->counters.gaps++;
		plm_request_sink requests = host_requests(host);
		host->desc->ops->resync(host->state, host->wall_ns, &requests);
	} else if (err == PLM_EDECODE) {
		host_on_bad_frame(host, fault);
	} else if (err == PLM_EAUTH || err == PLM_EKEYPOWER) {
		host_stop(host, err, fault);
	} else if (err != PLM_OK && err != PLM_EKIND) {
		host_trouble(host, fault->text[0] != '\0' ? fault->text : plm_err_text(err));
		host_restart(host);
	}
}

static void
host_take_frame(pli_venue_host *host, const plm_frame *frame)
{
	plm_fault fault = {0};
	plm_request_sink requests = host_requests(host);
	plm_event_sink events = {host_emit, host};
	host_batch_open(host);
	host->counters.frames++;
	plm_err err = host->desc->ops->on_frame(
	    host->state, host->wall_ns, frame, &events, &requests, &fault);
	if (host->batch_err != PLM_OK)
		err = host->batch_err;
	host_on_result(host, err, &fault);
	host_report(host);
}

/* The world's clock at this very callback: handlers run inside poll. */
static void
host_turn(pli_venue_host *host)
{
	host->steady_ns = host->shared->clock->steady_ns(host->shared->clock->ctx);
	host->wall_ns = host->shared->clock->wall_ns(host->shared->clock->ctx);
}

void
pli_venue_host_on_open(pli_venue_host *host, uint32_t conn)
{
	host_turn(host);
	uint32_t number = (conn - 1) % PLM_LINKS_MAX;
	host_link *link = &host->links[number];
	link->state = LINK_OPEN;
	link->heard_ns = link->frame_ns = host->steady_ns;
	link->pinged_ns = link->send_ns = 0;
	if (number == 0 && host->desc->stream_path != NULL)
		host_epoch_begin(host);
	host_call_open(host, (uint8_t)number);
	host_pump(host);
	host_report(host);
}

void
pli_venue_host_on_frame(
    pli_venue_host *host, uint32_t conn, plm_slice frame, plm_time_ns received_ns)
{
	host_turn(host);
	uint32_t number = (conn - 1) % PLM_LINKS_MAX;
	host->links[number].heard_ns = host->links[number].frame_ns = host->steady_ns;
	host_take_frame(host, &(plm_frame){.kind = PLM_FRAME_WS,
				  .link = (uint8_t)number,
				  .received_time_ns = received_ns,
				  .bytes = frame});
	host_pump(host);
}

void
pli_venue_host_on_pong(pli_venue_host *host, uint32_t conn)
{
	host_turn(host);
	host->links[(conn - 1) % PLM_LINKS_MAX].heard_ns = host->steady_ns;
}

void
pli_venue_host_on_close(pli_venue_host *host, uint32_t conn, plm_err err, const char *text)
{
	host_turn(host);
	uint32_t number = (conn - 1) % PLM_LINKS_MAX;
	host_link *link = &host->links[number];
	link->state = LINK_CLOSED;
	link->next_ns = host->steady_ns + host_backoff_ns(host, link->attempts++);
	if (host->trouble[0] == '\0')
		host_trouble(host, text != NULL && text[0] != '\0' ? text : plm_err_text(err));
	plm_request_sink requests = host_requests(host);
	if (host->desc->ops->on_close != NULL)
		host->desc->ops->on_close(host->state, (uint8_t)number, host->wall_ns, &requests);
	if (number == 0 && host->begun) {
		host->counters.reconnects++;
		host_restart(host);
	}
	host_report(host);
}

void
pli_venue_host_on_reply(pli_venue_host *host, uint32_t request, const pli_http_reply *reply)
{
	host_turn(host);
	if (host->budget != NULL)
		pli_budget_on_answer(host->budget, reply->status, reply->retry_after_s,
		    reply->used_weight, host->steady_ns);
	host_in_flight *slot = host_in_flight_find(host, request);
	if (slot == NULL)
		return; /* of an older epoch */
	uint32_t tag = slot->tag;
	*slot = (host_in_flight){0};
	host_take_frame(host, &(plm_frame){.kind = PLM_FRAME_HTTP,
				  .status = (uint16_t)reply->status,
				  .tag = tag,
				  .received_time_ns = host->wall_ns,
				  .bytes = reply->body,
				  .retry_after_s = reply->retry_after_s});
	host_pump(host);
}

/* A watched file: read whole when its size or time changed. */
static void
host_file_read(pli_venue_host *host, const pli_file_facts *facts)
{
	const pli_disk *disk = host->shared->disk;
	pli_file file;
	plm_err err = disk->open(disk->ctx, host->path, PLI_FILE_READ, &file);
	if (err != PLM_OK || facts->size > HOST_BODY_BYTES_MAX) {
		host_trouble(host, err != PLM_OK ? plm_err_text(err) : "the file is over 8 MiB");
		return;
	}
	size_t got = 0;
	err = disk->read(disk->ctx, file, 0, host->file_bytes, (size_t)facts->size, &got);
	disk->close(disk->ctx, file);
	if (err != PLM_OK) {
		host_trouble(host, plm_err_text(err));
		return;
	}
	host->trouble[0] = '\0';
	host_take_frame(host, &(plm_frame){.kind = PLM_FRAME_FILE,
				  .received_time_ns = host->wall_ns,
				  .channel = plm_slice_of(host->path),
				  .bytes = {host->file_bytes, got}});
}

static void
host_file_watch(pli_venue_host *host)
{
	if (!host_is_file(host) || host->path[0] == '\0' ||
	    (host->file_checked_ns != 0 &&
		host->steady_ns - host->file_checked_ns < HOST_FILE_MS * PLM_NS_PER_MS))
		return;
	host->file_checked_ns = host->steady_ns;
	pli_file_facts facts;
	plm_err err = host->shared->disk->facts(host->shared->disk->ctx, host->path, &facts);
	if (err != PLM_OK) {
		host_trouble(host, "the file cannot be read");
		host->file_modified_ns = 0;
		return;
	}
	if (facts.modified_ns == host->file_modified_ns && facts.size == host->file_size)
		return;
	host->file_modified_ns = facts.modified_ns;
	host->file_size = facts.size;
	host_file_read(host, &facts);
}

static void
host_tick(pli_venue_host *host)
{
	if (host->desc->ops->on_tick == NULL ||
	    host->steady_ns - host->ticked_ns < HOST_TICK_MS * PLM_NS_PER_MS)
		return;
	host->ticked_ns = host->steady_ns;
	plm_request_sink requests = host_requests(host);
	plm_event_sink events = {host_emit, host};
	host_batch_open(host);
	host->desc->ops->on_tick(host->state, host->wall_ns, &events, &requests);
	host_commit(host);
}

static bool
host_links_gone(const pli_venue_host *host)
{
	for (uint32_t i = 0; i < PLM_LINKS_MAX; i++)
		if (host->links[i].state != LINK_CLOSED)
			return false;
	return true;
}

void
pli_venue_host_do_work(pli_venue_host *host, plm_time_ns steady_ns, plm_time_ns wall_ns)
{
	host->steady_ns = steady_ns;
	host->wall_ns = wall_ns;
	if (host->stopped == PLM_OK) {
		if (!host->begun && host_links_gone(host) && steady_ns >= host->begin_ns)
			host_begin(host);
		if (host->begun) {
			host_tick(host);
			host_file_watch(host);
			host_links_work(host);
			host_pump(host);
		}
	}
	host_report(host);
}

/* Life */

static bool
host_text(char *target, size_t size, const char *text, const char *other)
{
	const char *from = text != NULL ? text : other != NULL ? other : "";
	int length = snprintf(target, size, "%s", from);
	return length >= 0 && (size_t)length < size;
}

static plm_err
host_copy(pli_venue_host *host, const pli_account_config *config, plm_fault *ret_fault)
{
	bool fits = host_text(host->name, sizeof host->name, config->name, NULL);
	fits &= host_text(host->markets, sizeof host->markets, config->markets, NULL);
	fits &= host_text(host->path, sizeof host->path, config->path, NULL);
	fits &= host_text(host->ca_file, sizeof host->ca_file, config->ca_file, NULL);
	fits &= host_text(host->stream_url, sizeof host->stream_url, config->stream_url,
	    config->desc->stream_url);
	fits &= host_text(
	    host->rest_url, sizeof host->rest_url, config->rest_url, config->desc->rest_url);
	fits &= host_text(host->key, sizeof host->key, config->key, NULL);
	fits &= host_text(host->secret, sizeof host->secret, config->secret, NULL);
	if (!fits || config->name == NULL || config->name[0] == '\0')
		return plm_fault_set(ret_fault, PLM_EARG, config->name,
		    "the account's name must have 1 to 39 characters, its other texts under %d",
		    HOST_TEXT_MAX);
	return PLM_OK;
}

static plm_err
host_register(pli_venue_host *host, const pli_account_config *config, plm_fault *ret_fault)
{
	pli_registry *registry = host->shared->registry;
	plm_venue_id venue = config->venue;
	plm_account_id account = pli_registry_account(
	    registry, venue, plm_slice_of(host->desc->name), plm_slice_of(host->name));
	const plm_account_fact *row = pli_registry_account_get(registry, account);
	if (row == NULL)
		return plm_fault_set(ret_fault, PLM_EFULL, host->name, "too many accounts");
	plm_account_fact fact = *row;
	bool fits = host_text(fact.portfolio, sizeof fact.portfolio, config->portfolio, NULL);
	fits &= host_text(fact.strategy, sizeof fact.strategy, config->strategy, NULL);
	if (!fits)
		return plm_fault_set(ret_fault, PLM_EARG, host->name,
		    "portfolio and strategy names must be under 40 characters");
	pli_registry_account_set(registry, &fact);
	host->cfg = (plm_venue_cfg){.names = registry,
	    .venue = venue,
	    .account = account,
	    .account_name = host->name,
	    .key = host->key[0] != '\0' ? host->key : NULL,
	    .secret = host->secret[0] != '\0' ? host->secret : NULL,
	    .path = host->path[0] != '\0' ? host->path : NULL,
	    .markets = host->markets,
	    .allow_trading_keys = config->allow_trading_keys,
	    .private_stream = host->key[0] != '\0'};
	return PLM_OK;
}

static bool
host_memory_create(pli_venue_host *host)
{
	size_t size = (host->desc->ops->state_size / 16 + 1) * 16;
	host->state = aligned_alloc(16, size);
	if (host->state == NULL)
		return false;
	memset(host->state, 0, size);
	if (host_is_file(host))
		host->file_bytes = calloc(1, HOST_BODY_BYTES_MAX);
	return !host_is_file(host) || host->file_bytes != NULL;
}

static plm_err
host_init(pli_venue_host *host, const pli_account_config *config, plm_fault *ret_fault)
{
	plm_err err = host_copy(host, config, ret_fault);
	if (err == PLM_OK)
		err = host_register(host, config, ret_fault);
	if (err != PLM_OK)
		return err;
	if (host->rest_url[0] != '\0') {
		host->budget = pli_budgets_get(
		    host->shared->budgets, host->rest_url, host->desc->weight_per_minute_max);
		if (host->budget == NULL)
			return plm_fault_set(
			    ret_fault, PLM_EFULL, host->name, "too many different REST hosts");
	}
	if (!host_memory_create(host))
		return plm_fault_set(ret_fault, PLM_ENOMEM, host->name, "no memory");
	return host->desc->ops->init(host->state, &host->cfg, ret_fault);
}

plm_err
pli_venue_host_create(pli_host_shared *shared, uint32_t index, const pli_account_config *config,
    pli_venue_host **ret_host, plm_fault *ret_fault)
{
	assert(index < PLI_HOSTS_MAX && config->desc != NULL && config->desc->ops != NULL);
	pli_venue_host *host = calloc(1, sizeof *host);
	if (host == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, config->name, "no memory");
	host->shared = shared;
	host->desc = config->desc;
	host->index = index;
	plm_err err = host_init(host, config, ret_fault);
	if (err != PLM_OK) {
		pli_venue_host_destroy(host);
		return err;
	}
	*ret_host = host;
	return PLM_OK;
}

void
pli_venue_host_destroy(pli_venue_host *host)
{
	if (host == NULL)
		return;
	if (host->state != NULL)
		host->desc->ops->fini(host->state);
	free(host->state);
	free(host->file_bytes);
	sodium_memzero(host->key, sizeof host->key);
	sodium_memzero(host->secret, sizeof host->secret);
	free(host);
}

pli_host_counters
pli_venue_host_counters_get(const pli_venue_host *host)
{
	return host->counters;
}
