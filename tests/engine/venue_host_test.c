/* venue_host_test.c: a scripted adapter on a net table filled by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/venue_host.h"

/* The world: one clock, and a net that notes what is asked of it. */
typedef struct fake_world {
	plm_time_ns steady_ns;
	uint32_t opened, closed, pings, sent, requests;
	uint32_t last_request;
	char last_url[256];
	char last_text[256];
} fake_world;

static fake_world world;

static plm_time_ns
fake_steady(void *ctx)
{
	return ((fake_world *)ctx)->steady_ns;
}

static plm_time_ns
fake_wall(void *ctx)
{
	return ((fake_world *)ctx)->steady_ns + INT64_C(1700000000) * PLM_NS_PER_S;
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
	fake_world *w = ctx;
	(void)conn;
	w->opened++;
	(void)snprintf(w->last_url, sizeof w->last_url, "%s", target->url);
	return PLM_OK;
}

static plm_err
fake_ws_send(void *ctx, uint32_t conn, plm_slice text)
{
	fake_world *w = ctx;
	(void)conn;
	w->sent++;
	(void)snprintf(w->last_text, sizeof w->last_text, "%.*s", (int)text.size, text.bytes);
	return PLM_OK;
}

static plm_err
fake_ws_ping(void *ctx, uint32_t conn)
{
	(void)conn;
	((fake_world *)ctx)->pings++;
	return PLM_OK;
}

static void
fake_ws_close(void *ctx, uint32_t conn)
{
	(void)conn;
	((fake_world *)ctx)->closed++;
}

static plm_err
fake_http_send(void *ctx, uint32_t request, const pli_http_out *out)
{
	fake_world *w = ctx;
	w->requests++;
	w->last_request = request;
	(void)snprintf(w->last_url, sizeof w->last_url, "%s", out->url);
	return PLM_OK;
}

/* The adapter: each frame is one letter that says what to do. */
typedef struct script_state {
	uint32_t opens, closes, resyncs, http_status;
	bool live;
} script_state;

static script_state *script; /* of the host under test */

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
	((script_state *)state)->opens++;
	plm_request request = {.kind = PLM_REQUEST_WS_SEND, .body = "{\"method\":\"login\"}"};
	(void)requests->submit(requests->ctx, &request);
}

static void
script_on_close(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	(void)link;
	(void)now_ns;
	(void)requests;
	((script_state *)state)->closes++;
	((script_state *)state)->live = false;
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
script_ask(plm_request_sink *requests, const char *target)
{
	plm_request request = {.kind = PLM_REQUEST_HTTP, .tag = 7, .method = "GET"};
	(void)snprintf(request.target, sizeof request.target, "%s", target);
	return requests->submit(requests->ctx, &request);
}

static plm_err
script_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	script_state *s = state;
	(void)now_ns;
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
		return script_ask(requests, "/trade");
	case 'R':
		return script_ask(requests, "/read");
	default:
		return PLM_EKIND;
	}
}

static void
script_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	(void)now_ns;
	(void)requests;
	((script_state *)state)->resyncs++;
}

static void
script_status(const void *state, plm_venue_status *ret_status)
{
	const script_state *s = state;
	*ret_status = (plm_venue_status){.status = s->live ? PLM_FEED_LIVE : PLM_FEED_CONNECTING};
}

static const plm_venue_ops script_ops = {.state_size = sizeof(script_state),
    .init = script_init,
    .fini = script_fini,
    .on_open = script_on_open,
    .on_close = script_on_close,
    .on_frame = script_on_frame,
    .resync = script_resync,
    .status = script_status};
static const char *const script_allowed[] = {"login", "GET /read", NULL};
static const plm_venue_desc script_desc = {.name = "script",
    .stream_url = "wss://venue",
    .stream_path = "/ws",
    .rest_url = "https://venue",
    .silence_ms_max = 15000,
    .weight_per_minute_max = 1000,
    .requests_allowed = script_allowed,
    .ops = &script_ops};

/* The bench of each test. */
typedef struct host_bench {
	pli_clock clock;
	pli_net net;
	pli_ring *ring;
	pli_budgets budgets;
	pli_host_shared shared;
	pli_venue_host *host;
} host_bench;

static const pli_registry_bounds bounds = {
    .assets_max = 8, .accounts_max = 4, .instruments_max = 8};

static void
bench_init(host_bench *bench)
{
	world = (fake_world){.steady_ns = 100 * PLM_NS_PER_S};
	memset(bench, 0, sizeof *bench);
	bench->clock = (pli_clock){fake_wall, fake_steady, fake_random, &world};
	bench->net = (pli_net){.ws_open = fake_ws_open,
	    .ws_send = fake_ws_send,
	    .ws_ping = fake_ws_ping,
	    .ws_close = fake_ws_close,
	    .http_send = fake_http_send,
	    .ctx = &world};
	bench->ring = pli_ring_create(64, sizeof(plm_event));
	bench->shared = (pli_host_shared){.net = &bench->net,
	    .clock = &bench->clock,
	    .registry = pli_registry_create(bounds),
	    .outbox = pli_event_outbox_create(bench->ring, 64, 8),
	    .budgets = &bench->budgets,
	    .batch = calloc(16, sizeof(plm_event)),
	    .batch_max = 16};
	pli_account_config config = {.desc = &script_desc, .venue = {1}, .name = "desk"};
	plm_fault fault;
	assert_int_equal(
	    pli_venue_host_create(&bench->shared, 0, &config, &bench->host, &fault), PLM_OK);
}

static void
bench_fini(host_bench *bench)
{
	pli_venue_host_destroy(bench->host);
	pli_registry_destroy(bench->shared.registry);
	pli_event_outbox_destroy(bench->shared.outbox);
	free(bench->shared.batch);
	pli_ring_destroy(bench->ring);
}

static void
bench_pass(host_bench *bench, int64_t ms)
{
	for (; ms > 0; ms -= 50) {
		world.steady_ns += 50 * PLM_NS_PER_MS;
		pli_venue_host_do_work(bench->host, world.steady_ns, fake_wall(&world));
	}
}

static void
bench_frame(host_bench *bench, const char *text)
{
	pli_venue_host_on_frame(bench->host, 1, plm_slice_of(text), fake_wall(&world));
}

/* Opens the link and makes the feed live; forgets what came out so far. */
static void
bench_live(host_bench *bench)
{
	bench_pass(bench, 50);
	assert_int_equal(world.opened, 1);
	pli_venue_host_on_open(bench->host, 1);
	bench_frame(bench, "L");
	plm_event event;
	while (pli_ring_pop(bench->ring, &event))
		continue;
}

/* The last FEED_STATE in the ring; everything is taken out. */
static plm_feed_state
bench_feed(host_bench *bench)
{
	plm_feed_state state = {.status = PLM_FEED_STATUS_COUNT_};
	plm_event event;
	while (pli_ring_pop(bench->ring, &event))
		if (event.type == PLM_EVENT_FEED_STATE)
			state = event.u.feed_state;
	return state;
}

static void
test_engine_venue_host__opens_the_link_and_says_what_is_sent(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_pass(&bench, 50);
	assert_string_equal(world.last_url, "wss://venue/ws");
	assert_int_equal(bench_feed(&bench).status, PLM_FEED_CONNECTING);
	pli_venue_host_on_open(bench.host, 1);
	assert_int_equal(script->opens, 1);
	assert_string_equal(world.last_text, "{\"method\":\"login\"}");
	bench_frame(&bench, "L");
	assert_int_equal(bench_feed(&bench).status, PLM_FEED_LIVE);
	bench_fini(&bench);
}

static void
test_engine_venue_host__a_call_goes_out_whole_or_not_at_all(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_live(&bench);
	bench_frame(&bench, "E");
	plm_event event;
	for (int i = 0; i < 3; i++) {
		assert_true(pli_ring_pop(bench.ring, &event));
		assert_int_equal(event.type, PLM_EVENT_POSITION);
		assert_int_equal(event.epoch, 1);
		assert_int_equal((event.flags & PLM_FLAG_LAST) != 0, i == 2);
		assert_true(event.received_time_ns == fake_wall(&world));
	}
	bench_frame(&bench, "B");
	while (pli_ring_pop(bench.ring, &event))
		assert_int_equal(event.type, PLM_EVENT_FEED_STATE);
	assert_int_equal(pli_venue_host_counters_get(bench.host).frames_bad, 1);
	bench_fini(&bench);
}

static void
test_engine_venue_host__a_closed_link_is_stale_at_once_and_comes_back(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_live(&bench);
	pli_venue_host_on_close(bench.host, 1, PLM_ECLOSED, "closed by the venue");
	plm_feed_state feed = bench_feed(&bench);
	assert_int_equal(feed.status, PLM_FEED_STALE);
	assert_string_equal(feed.text, "closed by the venue");
	assert_int_equal(script->closes, 1);
	bench_pass(&bench, 400);
	assert_int_equal(world.opened, 2);
	pli_venue_host_on_open(bench.host, 1);
	assert_int_equal(script->opens, 2);
	bench_frame(&bench, "L");
	bench_frame(&bench, "E");
	plm_event event;
	uint32_t epoch = 0;
	while (pli_ring_pop(bench.ring, &event))
		epoch = event.epoch;
	assert_int_equal(epoch, 2);
	bench_fini(&bench);
}

static void
test_engine_venue_host__backs_off_while_the_venue_refuses(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	for (int i = 0; i < 1200; i++) { /* a minute of refusals */
		uint32_t before = world.opened;
		bench_pass(&bench, 50);
		if (world.opened != before)
			pli_venue_host_on_close(bench.host, 1, PLM_EIO, "refused");
	}
	assert_in_range(world.opened, 5, 12);
	bench_fini(&bench);
}

static void
test_engine_venue_host__an_open_silent_socket_is_found(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_live(&bench);
	bench_pass(&bench, 6500);
	assert_true(world.pings >= 1);
	assert_int_equal(world.closed, 1);
	bench_fini(&bench);
}

static void
test_engine_venue_host__pings_answered_without_data_are_found_too(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_live(&bench);
	for (int i = 0; i < 14; i++) {
		bench_pass(&bench, 1000);
		pli_venue_host_on_pong(bench.host, 1);
	}
	assert_int_equal(world.closed, 0);
	bench_pass(&bench, 1500);
	assert_int_equal(world.closed, 1);
	bench_fini(&bench);
}

static void
test_engine_venue_host__a_quiet_market_is_no_alarm(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_live(&bench);
	for (int i = 0; i < 60; i++) { /* heartbeats only, ten minutes */
		for (int s = 0; s < 10; s++) {
			bench_pass(&bench, 1000);
			pli_venue_host_on_pong(bench.host, 1);
		}
		bench_frame(&bench, "heartbeat");
		assert_int_equal(bench_feed(&bench).status, PLM_FEED_LIVE);
	}
	assert_int_equal(world.closed, 0);
	bench_fini(&bench);
}

static void
test_engine_venue_host__a_gap_asks_for_everything_again(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_live(&bench);
	bench_frame(&bench, "G");
	assert_int_equal(script->resyncs, 1);
	assert_int_equal(pli_venue_host_counters_get(bench.host).gaps, 1);
	bench_fini(&bench);
}

static void
test_engine_venue_host__a_trading_key_stops_the_feed_for_good(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_live(&bench);
	bench_frame(&bench, "K");
	plm_feed_state feed = bench_feed(&bench);
	assert_int_equal(feed.status, PLM_FEED_DOWN);
	assert_string_equal(feed.text, "the key can trade");
	pli_venue_host_on_close(bench.host, 1, PLM_ECLOSED, "");
	bench_pass(&bench, 60000);
	assert_int_equal(world.opened, 1);
	bench_fini(&bench);
}

static void
test_engine_venue_host__a_trading_request_never_leaves(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_live(&bench);
	bench_frame(&bench, "T");
	assert_int_equal(world.requests, 0);
	assert_int_equal(pli_venue_host_counters_get(bench.host).requests_refused, 1);
	bench_fini(&bench);
}

static void
test_engine_venue_host__answers_find_their_tag_and_429_stops_requests(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_live(&bench);
	bench_frame(&bench, "R");
	assert_int_equal(world.requests, 1);
	assert_string_equal(world.last_url, "https://venue/read");
	pli_http_reply reply = {.status = 429, .retry_after_s = 3, .text = ""};
	pli_venue_host_on_reply(bench.host, world.last_request, &reply);
	assert_int_equal(script->http_status, 429);
	bench_frame(&bench, "R");
	assert_int_equal(world.requests, 1);
	assert_int_equal(bench_feed(&bench).status, PLM_FEED_DEGRADED);
	bench_frame(&bench, "heartbeat");
	bench_pass(&bench, 2900);
	assert_int_equal(world.requests, 1);
	bench_pass(&bench, 200);
	assert_int_equal(world.requests, 2);
	bench_fini(&bench);
}

static void
test_engine_venue_host__garbage_ends_the_connection(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench_live(&bench);
	for (int i = 0; i < 11; i++)
		bench_frame(&bench, "B");
	assert_int_equal(world.closed, 1);
	bench_fini(&bench);
}

static void
test_engine_venue_host__more_events_than_fit_lose_nothing_in_silence(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	bench.shared.batch_max = 2;
	bench_live(&bench);
	bench_frame(&bench, "E");
	plm_event event;
	while (pli_ring_pop(bench.ring, &event))
		assert_int_not_equal(event.type, PLM_EVENT_POSITION);
	assert_int_equal(world.closed, 1);
	bench_fini(&bench);
}

static void
test_engine_venue_host__a_failed_init_says_why(void **state)
{
	(void)state;
	host_bench bench;
	bench_init(&bench);
	pli_account_config config = {
	    .desc = &script_desc, .venue = {1}, .name = "other", .key = "k"};
	pli_venue_host *host = NULL;
	plm_fault fault;
	assert_int_equal(
	    pli_venue_host_create(&bench.shared, 1, &config, &host, &fault), PLM_EAUTH);
	assert_null(host);
	assert_string_equal(fault.text, "no secret");
	config = (pli_account_config){.desc = &script_desc, .venue = {1}, .name = ""};
	assert_int_equal(pli_venue_host_create(&bench.shared, 1, &config, &host, &fault), PLM_EARG);
	bench_fini(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_venue_host__opens_the_link_and_says_what_is_sent),
	    cmocka_unit_test(test_engine_venue_host__a_call_goes_out_whole_or_not_at_all),
	    cmocka_unit_test(test_engine_venue_host__a_closed_link_is_stale_at_once_and_comes_back),
	    cmocka_unit_test(test_engine_venue_host__backs_off_while_the_venue_refuses),
	    cmocka_unit_test(test_engine_venue_host__an_open_silent_socket_is_found),
	    cmocka_unit_test(test_engine_venue_host__pings_answered_without_data_are_found_too),
	    cmocka_unit_test(test_engine_venue_host__a_quiet_market_is_no_alarm),
	    cmocka_unit_test(test_engine_venue_host__a_gap_asks_for_everything_again),
	    cmocka_unit_test(test_engine_venue_host__a_trading_key_stops_the_feed_for_good),
	    cmocka_unit_test(test_engine_venue_host__a_trading_request_never_leaves),
	    cmocka_unit_test(test_engine_venue_host__answers_find_their_tag_and_429_stops_requests),
	    cmocka_unit_test(test_engine_venue_host__garbage_ends_the_connection),
	    cmocka_unit_test(test_engine_venue_host__more_events_than_fit_lose_nothing_in_silence),
	    cmocka_unit_test(test_engine_venue_host__a_failed_init_says_why),
	};
	return cmocka_run_group_tests_name("venue_host", tests, NULL, NULL);
}
