/* host_rig.c: a scripted adapter on a net table filled by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host_rig.h"

host_rig_world world;
host_rig_script *script;

static plm_time_ns
fake_steady(void *ctx)
{
	return ((host_rig_world *)ctx)->steady_ns;
}

plm_time_ns
host_rig_wall(void *ctx)
{
	return ((host_rig_world *)ctx)->steady_ns + INT64_C(1700000000) * PLM_NS_PER_S +
	       ((host_rig_world *)ctx)->wall_off_ns;
}

static uint64_t
fake_random(void *ctx)
{
	(void)ctx;
	return 0;
}

static plm_err
fake_ws_open(void *ctx, uint32_t conn, const pli_ws_target *target)
{
	host_rig_world *w = ctx;
	(void)conn;
	w->opened++;
	(void)snprintf(w->last_url, sizeof w->last_url, "%s", target->url);
	return PLM_OK;
}

static plm_err
fake_ws_send(void *ctx, uint32_t conn, plm_slice text)
{
	host_rig_world *w = ctx;
	(void)conn;
	w->sent++;
	(void)snprintf(w->last_text, sizeof w->last_text, "%.*s", (int)text.size, text.bytes);
	return PLM_OK;
}

static plm_err
fake_ws_ping(void *ctx, uint32_t conn)
{
	(void)conn;
	((host_rig_world *)ctx)->pings++;
	return PLM_OK;
}

static void
fake_ws_close(void *ctx, uint32_t conn)
{
	(void)conn;
	((host_rig_world *)ctx)->closed++;
}

static plm_err
fake_http_send(void *ctx, uint32_t request, const pli_http_out *out)
{
	host_rig_world *w = ctx;
	w->requests++;
	w->last_request = request;
	(void)snprintf(w->last_url, sizeof w->last_url, "%s", out->url);
	w->headers = 0;
	for (const char *const *line = out->headers; *line != NULL; line++)
		(void)snprintf(
		    w->last_header[w->headers++ % 8], sizeof w->last_header[0], "%s", *line);
	return PLM_OK;
}

/* The adapter. */

static plm_err
script_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	script = state;
	if (cfg->key != NULL && cfg->secret == NULL)
		return plm_fault_set(ret_fault, PLM_EAUTH, cfg->account_name, "no secret");
	return PLM_OK;
}

static void
script_fini(void *state)
{
	(void)state;
}

static void
script_on_open(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	(void)link;
	(void)now_ns;
	((host_rig_script *)state)->opens++;
	plm_request request = {.kind = PLM_REQUEST_WS_SEND, .body = "{\"method\":\"login\"}"};
	(void)requests->submit(requests->ctx, &request);
}

static void
script_on_close(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	(void)link;
	(void)now_ns;
	(void)requests;
	((host_rig_script *)state)->closes++;
	((host_rig_script *)state)->live = false;
}

static plm_err
script_emit(plm_event_sink *events, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		plm_event event;
		plm_event_init(&event, PLM_EVENT_POSITION);
		event.venue_sequence = i + 1;
		plm_err err = events->emit(events->ctx, &event);
		if (err != PLM_OK)
			return err;
	}
	return PLM_OK;
}

static plm_err
script_ask(plm_request_sink *requests, uint8_t link, const char *target, const char *header)
{
	plm_request request = {.kind = PLM_REQUEST_HTTP, .link = link, .tag = 7, .method = "GET"};
	(void)snprintf(request.target, sizeof request.target, "%s", target);
	(void)snprintf(request.header, sizeof request.header, "%s", header);
	return requests->submit(requests->ctx, &request);
}

static plm_err
script_want(plm_request_sink *requests, char number)
{
	plm_request request = {.kind = PLM_REQUEST_WS_OPEN, .link = (uint8_t)(number - '0')};
	(void)snprintf(request.target, sizeof request.target, "/%c", number);
	return requests->submit(requests->ctx, &request);
}

static plm_err
script_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	host_rig_script *s = state;
	(void)now_ns;
	s->trip_ns = frame->trip_ns;
	if (frame->kind == PLM_FRAME_HTTP) {
		s->http_status = frame->status;
		return PLM_OK;
	}
	switch (frame->bytes.bytes[0]) {
	case 'L':
		s->live = true;
		return PLM_OK;
	case 'E':
		return script_emit(events, 3);
	case 'B': /* events, then a broken end: none of them may go out */
		(void)script_emit(events, 2);
		return plm_fault_set(ret_fault, PLM_EDECODE, "a.b", "expected a number");
	case 'G':
		return PLM_EGAP;
	case 'K':
		return plm_fault_set(ret_fault, PLM_EKEYPOWER, NULL, "the key can trade");
	case 'T':
		return script_ask(requests, 0, "/trade", "");
	case 'R': { /* who gets no turn asks again */
		plm_err err = script_ask(requests, 0, "/read", "");
		return err == PLM_EFULL ? PLM_OK : err;
	}
	case 'P':
		return script_ask(requests, 2, "/read", "");
	case 'O': {
		plm_request request = {.kind = PLM_REQUEST_HTTP, .method = "GET", .optional = 1};
		(void)snprintf(request.target, sizeof request.target, "/read");
		return requests->submit(requests->ctx, &request);
	}
	case 'H':
		return script_ask(requests, 0, "/read", "A: 1\nB: 2");
	case '1':
	case '2':
		return script_want(requests, frame->bytes.bytes[0]);
	default:
		return PLM_EKIND;
	}
}

static void
script_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	(void)now_ns;
	(void)requests;
	((host_rig_script *)state)->resyncs++;
}

static void
script_status(const void *state, plm_venue_status *ret_status)
{
	const host_rig_script *s = state;
	*ret_status = (plm_venue_status){.status = s->live ? PLM_FEED_LIVE : PLM_FEED_CONNECTING,
	    .clock_offset_ns = s->clock_offset_ns,
	    .clock_error_ns = s->clock_error_ns};
}

static const plm_venue_ops script_ops = {.state_size = sizeof(host_rig_script),
    .init = script_init,
    .fini = script_fini,
    .on_open = script_on_open,
    .on_close = script_on_close,
    .on_frame = script_on_frame,
    .resync = script_resync,
    .status = script_status};
static const char *const script_allowed[] = {"login", "GET /read", "GET /time", NULL};
const plm_venue_desc host_rig_desc = {.name = "script",
    .stream_url = "wss://venue",
    .stream_path = "/ws",
    .rest_url = "https://venue",
    .silence_ms_max = 15000,
    .rest_urls_public = {"https://public"},
    .weight_per_minute_max = 1000,
    .probe_target = "/time",
    .requests_allowed = script_allowed,
    .ops = &script_ops};

static const pli_registry_bounds bounds = {
    .assets_max = 8, .accounts_max = 16, .instruments_max = 8};

void
host_rig_init(host_rig *rig)
{
	world = (host_rig_world){.steady_ns = 100 * PLM_NS_PER_S};
	memset(rig, 0, sizeof *rig);
	rig->clock = (pli_clock){host_rig_wall, fake_steady, fake_random, &world};
	rig->net = (pli_net){.ws_open = fake_ws_open,
	    .ws_send = fake_ws_send,
	    .ws_ping = fake_ws_ping,
	    .ws_close = fake_ws_close,
	    .http_send = fake_http_send,
	    .ctx = &world};
	rig->ring = pli_ring_create(64, sizeof(plm_event));
	rig->shared = (pli_host_shared){.net = &rig->net,
	    .clock = &rig->clock,
	    .registry = pli_registry_create(bounds),
	    .outbox = pli_event_outbox_create(rig->ring, 64, 8),
	    .budgets = &rig->budgets,
	    .crowds = &rig->crowds,
	    .batch = calloc(16, sizeof(plm_event)),
	    .batch_max = 16};
	pli_account_config config = {.desc = &host_rig_desc, .venue = {1}, .name = "desk"};
	plm_fault fault;
	assert_int_equal(
	    pli_venue_host_create(&rig->shared, 0, &config, &rig->host, &fault), PLM_OK);
}

void
host_rig_fini(host_rig *rig)
{
	pli_venue_host_destroy(rig->host);
	pli_registry_destroy(rig->shared.registry);
	pli_event_outbox_destroy(rig->shared.outbox);
	free(rig->shared.batch);
	pli_crowds_fini(&rig->crowds);
	pli_ring_destroy(rig->ring);
}

void
host_rig_pass(host_rig *rig, int64_t ms)
{
	for (; ms > 0; ms -= 50) {
		world.steady_ns += 50 * PLM_NS_PER_MS;
		pli_venue_host_do_work(rig->host, world.steady_ns, host_rig_wall(&world));
	}
}

void
host_rig_frame(host_rig *rig, const char *text)
{
	pli_venue_host_on_frame(rig->host, 1, plm_slice_of(text), host_rig_wall(&world));
}

void
host_rig_live(host_rig *rig)
{
	host_rig_pass(rig, 50);
	assert_int_equal(world.opened, 1);
	pli_venue_host_on_open(rig->host, 1);
	host_rig_frame(rig, "L");
	plm_event event;
	while (pli_ring_pop(rig->ring, &event))
		continue;
}

plm_feed_state
host_rig_feed(host_rig *rig)
{
	plm_feed_state state = {.status = PLM_FEED_STATUS_COUNT_};
	plm_event event;
	while (pli_ring_pop(rig->ring, &event))
		if (event.type == PLM_EVENT_FEED_STATE)
			state = event.u.feed_state;
	return state;
}
