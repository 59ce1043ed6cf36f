/* seeded_net_test.c: order, latency, and each fault of the way, seen from both ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/seeded_net.h"

enum { FRAMES_MAX = 64 };

/* One client and one server, and what each of them was told. */
typedef struct net_rig {
	pli_seeded_clock clock;
	pli_seeded_net *net;
	pli_net client;
	pli_server server;
	uint32_t peer; /* the server's number of the client */
	int opened, closed, gone, pongs, replies, requests, watched;
	plm_err close_err, reply_err;
	uint32_t reply_status, reply_retry;
	uint32_t frames_count;
	char frames[FRAMES_MAX][32];
	char heard[32]; /* by the server */
} net_rig;

static void
on_open(void *ctx, uint32_t conn)
{
	assert_int_equal(conn, 9);
	((net_rig *)ctx)->opened++;
}

static void
on_frame(void *ctx, uint32_t conn, plm_slice frame, plm_time_ns received_ns)
{
	net_rig *r = ctx;
	(void)conn, (void)received_ns;
	assert_true(r->frames_count < FRAMES_MAX);
	(void)snprintf(r->frames[r->frames_count++], sizeof r->frames[0], "%.*s", (int)frame.size,
	    frame.bytes);
}

static void
on_pong(void *ctx, uint32_t conn)
{
	(void)conn;
	((net_rig *)ctx)->pongs++;
}

static void
on_close(void *ctx, uint32_t conn, plm_err err, const char *text)
{
	net_rig *r = ctx;
	(void)conn;
	assert_non_null(text);
	r->closed++;
	r->close_err = err;
}

static void
on_reply(void *ctx, uint32_t request, const pli_http_reply *reply)
{
	net_rig *r = ctx;
	assert_int_equal(request, 77);
	r->replies++;
	r->reply_status = reply->status;
	r->reply_err = reply->err;
	r->reply_retry = reply->retry_after_s;
}

static void
on_request(void *ctx, const pli_http_in *in, pli_http_answer *ret_answer)
{
	static const char *const headers[] = {"Retry-After: 12", NULL};
	assert_true(plm_slice_is(in->method, "GET"));
	assert_true(plm_slice_is(in->path, "/fapi/v1/time"));
	assert_true(plm_slice_is(in->query, "a=1"));
	assert_true(plm_slice_is(in->api_key, "secret"));
	assert_true(plm_slice_is(in->signature, "sign"));
	assert_true(plm_slice_is(in->stamp, "2026-11-27T08:00:00.000Z"));
	assert_true(plm_slice_is(in->passphrase, "a phrase"));
	((net_rig *)ctx)->requests++;
	*ret_answer = (pli_http_answer){.status = 418, .headers = headers, .body = PLM_SLICE("{}")};
}

static bool
on_connect(void *ctx, uint32_t client, const pli_http_in *in)
{
	((net_rig *)ctx)->peer = client;
	return plm_slice_is(in->path, "/ws");
}

static void
on_message(void *ctx, uint32_t client, plm_slice text)
{
	net_rig *r = ctx;
	(void)client;
	(void)snprintf(r->heard, sizeof r->heard, "%.*s", (int)text.size, text.bytes);
}

static void
on_disconnect(void *ctx, uint32_t client)
{
	(void)client;
	((net_rig *)ctx)->gone++;
}

static void
on_sent(void *ctx, pli_seeded_place place, plm_slice method, plm_slice path, plm_slice text)
{
	(void)place, (void)method, (void)path, (void)text;
	((net_rig *)ctx)->watched++;
}

static void
rig_init(net_rig *r)
{
	*r = (net_rig){.peer = 0};
	pli_seeded_clock_init(&r->clock, 11, INT64_C(1795132800) * PLM_NS_PER_S);
	r->net = pli_seeded_net_create(&r->clock, 11);
	assert_non_null(r->net);
	r->client = pli_seeded_net_client(r->net, 0);
	r->server = pli_seeded_net_server(r->net, 1);
	pli_net_handler handler = {on_open, on_frame, on_pong, on_close, on_reply, r};
	r->client.set_handler(r->client.ctx, &handler);
	pli_server_handler server = {on_request, on_connect, on_message, on_disconnect, r};
	r->server.set_handler(r->server.ctx, &server);
	pli_seeded_net_watch(r->net, &(pli_seeded_watch){.on_sent = on_sent, .ctx = r});
	uint16_t port;
	assert_int_equal(
	    r->server.listen(r->server.ctx, "127.0.0.1", 0, NULL, NULL, &port), PLM_OK);
	assert_int_equal(port, 7002);
}

/* On to the next delivery and the next, until that time. */
static void
rig_until(net_rig *r, plm_time_ns until_ns)
{
	for (;;) {
		plm_time_ns next_ns = pli_seeded_net_next(r->net);
		pli_seeded_clock_move(&r->clock, next_ns < until_ns ? next_ns : until_ns);
		(void)r->server.poll(r->server.ctx, 0);
		(void)r->client.poll(r->client.ctx, 0);
		if (next_ns >= until_ns)
			return;
	}
}

static void
rig_pass(net_rig *r, int64_t ms)
{
	rig_until(r, r->clock.steady_ns + ms * PLM_NS_PER_MS);
}

static void
rig_connect(net_rig *r)
{
	pli_ws_target target = {.url = "ws://127.0.0.1:7002/ws", .connect_timeout_ms = 10000};
	assert_int_equal(r->client.ws_open(r->client.ctx, 9, &target), PLM_OK);
}

static void
rig_send(net_rig *r, const char *text)
{
	assert_int_equal(r->server.send(r->server.ctx, r->peer, plm_slice_of(text)), PLM_OK);
}

static void
rig_ask(net_rig *r)
{
	static const char *const headers[] = {"X-MBX-APIKEY: secret", "OK-ACCESS-SIGN: sign",
	    "OK-ACCESS-TIMESTAMP: 2026-11-27T08:00:00.000Z", "OK-ACCESS-PASSPHRASE: a phrase",
	    NULL};
	pli_http_out out = {.method = "GET",
	    .url = "http://127.0.0.1:7002/fapi/v1/time?a=1",
	    .headers = headers,
	    .timeout_ms = 4000};
	assert_int_equal(r->client.http_send(r->client.ctx, 77, &out), PLM_OK);
}

static void
rig_open(net_rig *r)
{
	rig_init(r);
	rig_connect(r);
	rig_pass(r, 200);
	assert_int_equal(r->opened, 1);
}

static void
test_sim_seeded_net__messages_keep_their_order_both_ways(void **state)
{
	(void)state;
	net_rig r;
	rig_open(&r);
	pli_seeded_net_break(r.net, 1, PLI_NET_DELAY, 0, 60 * PLM_NS_PER_S);
	for (int i = 0; i < 20; i++) {
		char text[8];
		(void)snprintf(text, sizeof text, "m%02d", i);
		rig_send(&r, text);
		rig_pass(&r, 5);
	}
	assert_int_equal(r.client.ws_send(r.client.ctx, 9, PLM_SLICE("hello")), PLM_OK);
	assert_int_equal(r.client.ws_ping(r.client.ctx, 9), PLM_OK);
	rig_pass(&r, 9000);
	assert_int_equal(r.frames_count, 20);
	for (uint32_t i = 1; i < r.frames_count; i++)
		assert_true(strcmp(r.frames[i - 1], r.frames[i]) < 0);
	assert_string_equal(r.heard, "hello");
	assert_int_equal(r.pongs, 1);
	assert_int_equal(r.watched, 1);
	pli_seeded_net_destroy(r.net);
}

static void
test_sim_seeded_net__each_fault_of_messages_does_what_it_says(void **state)
{
	(void)state;
	net_rig r;
	rig_open(&r);
	pli_seeded_net_break(r.net, 1, PLI_NET_LOSE, 1, 0);
	rig_send(&r, "lost");
	pli_seeded_net_break(r.net, 1, PLI_NET_DUPLICATE, 1, 0);
	rig_send(&r, "twice");
	pli_seeded_net_break(r.net, 1, PLI_NET_SPLIT, 1, 0);
	rig_send(&r, "abcdef");
	rig_pass(&r, 100);
	assert_int_equal(r.frames_count, 4);
	assert_string_equal(r.frames[0], "twice");
	assert_string_equal(r.frames[1], "twice");
	assert_int_equal(strlen(r.frames[2]) + strlen(r.frames[3]), 6);
	pli_seeded_net_break(r.net, 1, PLI_NET_REORDER, 1, 0);
	rig_send(&r, "late");
	rig_send(&r, "soon");
	rig_pass(&r, 3000);
	assert_string_equal(r.frames[4], "soon");
	assert_string_equal(r.frames[5], "late");
	pli_seeded_net_break(r.net, 1, PLI_NET_CORRUPT, 1, 0);
	rig_send(&r, "{\"a\":1}");
	rig_pass(&r, 100);
	assert_string_not_equal(r.frames[6], "{\"a\":1}");
	pli_seeded_net_destroy(r.net);
}

static void
test_sim_seeded_net__a_stall_tells_nobody_and_loses_nothing(void **state)
{
	(void)state;
	net_rig r;
	rig_open(&r);
	pli_seeded_net_break(r.net, 1, PLI_NET_STALL, 0, 20 * PLM_NS_PER_S);
	plm_time_ns heard_ns = pli_seeded_net_heard(r.net, 0, 9);
	rig_send(&r, "one");
	rig_send(&r, "two");
	rig_ask(&r);
	rig_pass(&r, 15000);
	assert_int_equal(r.frames_count, 0);
	assert_int_equal(r.closed, 0);
	assert_true(pli_seeded_net_heard(r.net, 0, 9) == heard_ns);
	assert_int_equal(r.replies, 1);
	assert_int_equal(r.reply_err, PLM_ETIMEOUT);
	assert_true(r.server.backlog(r.server.ctx, r.peer) > 0);
	rig_pass(&r, 6000);
	assert_int_equal(r.frames_count, 2);
	assert_string_equal(r.frames[1], "two");
	/* The client's own close needs nobody. */
	pli_seeded_net_break(r.net, 1, PLI_NET_STALL, 0, 20 * PLM_NS_PER_S);
	r.client.ws_close(r.client.ctx, 9);
	rig_pass(&r, 100);
	assert_int_equal(r.closed, 1);
	assert_int_equal(r.gone, 0);
	rig_pass(&r, 21000);
	assert_int_equal(r.gone, 1);
	pli_seeded_net_destroy(r.net);
}

static void
test_sim_seeded_net__connections_fail_as_they_do(void **state)
{
	static const struct {
		pli_net_fault fault;
		plm_err err;
	} rows[] = {{PLI_NET_REFUSE, PLM_EIO}, {PLI_NET_DNS, PLM_ENOTFOUND},
	    {PLI_NET_TLS, PLM_EAUTH}, {PLI_NET_STALL, PLM_ETIMEOUT}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		net_rig r;
		rig_init(&r);
		pli_seeded_net_break(r.net, 1, rows[i].fault, 0, 60 * PLM_NS_PER_S);
		rig_connect(&r);
		rig_ask(&r);
		rig_pass(&r, 11000);
		assert_int_equal(r.opened, 0);
		assert_int_equal(r.closed, 1);
		assert_int_equal(r.close_err, rows[i].err);
		assert_int_equal(r.replies, 1);
		assert_int_equal(r.reply_status, 0);
		assert_int_equal(r.requests, 0);
		pli_seeded_net_mend(r.net, 1);
		rig_connect(&r);
		rig_pass(&r, 500);
		assert_int_equal(r.opened, 1);
		pli_seeded_net_destroy(r.net);
	}
}

static void
test_sim_seeded_net__answers_come_with_their_headers_or_time_out(void **state)
{
	(void)state;
	net_rig r;
	rig_init(&r);
	rig_ask(&r);
	rig_pass(&r, 500);
	assert_int_equal(r.reply_status, 418);
	assert_int_equal(r.reply_retry, 12);
	pli_seeded_net_break(r.net, 1, PLI_NET_HANG, 0, PLM_NS_PER_S);
	rig_ask(&r);
	rig_pass(&r, 3900);
	assert_int_equal(r.replies, 1);
	rig_pass(&r, 200);
	assert_int_equal(r.replies, 2);
	assert_int_equal(r.reply_err, PLM_ETIMEOUT);
	pli_seeded_net_destroy(r.net);
}

/* Both ends close while the way is stalled: the client hears of its own close, and what the server
 * says later is not taken for the connection that it has opened since. */
static void
test_sim_seeded_net__a_close_that_comes_late_closes_no_other(void **state)
{
	(void)state;
	net_rig r;
	rig_open(&r);
	pli_seeded_net_break(r.net, 1, PLI_NET_STALL, 0, 5 * PLM_NS_PER_S);
	r.server.disconnect(r.server.ctx, r.peer, false);
	r.client.ws_close(r.client.ctx, 9);
	rig_pass(&r, 4999);
	assert_int_equal(r.closed, 1);
	rig_connect(&r);
	rig_pass(&r, 500);
	assert_int_equal(r.opened, 2);
	assert_int_equal(r.closed, 1);
	rig_send(&r, "still here");
	rig_pass(&r, 500);
	assert_int_equal(r.frames_count, 1);
	pli_seeded_net_destroy(r.net);
}

static void
test_sim_seeded_net__a_cut_and_the_end_of_a_process_are_seen_by_the_other_side(void **state)
{
	(void)state;
	net_rig r;
	rig_open(&r);
	pli_seeded_net_break(r.net, 1, PLI_NET_CUT, 0, 0);
	rig_pass(&r, 10);
	assert_int_equal(r.closed, 1);
	assert_int_equal(r.gone, 1);
	assert_true(pli_seeded_net_heard(r.net, 0, 9) == INT64_MIN);
	rig_connect(&r);
	rig_pass(&r, 500);
	rig_ask(&r);
	pli_seeded_net_client_gone(r.net, 0);
	rig_pass(&r, 500);
	assert_int_equal(r.gone, 2);
	assert_int_equal(r.closed, 1); /* nobody is there who could be told */
	assert_int_equal(r.replies, 0);
	pli_seeded_net_destroy(r.net);
}

static void
test_sim_seeded_net__a_server_that_is_gone_resets_and_refuses(void **state)
{
	(void)state;
	net_rig r;
	rig_open(&r);
	rig_ask(&r);
	pli_seeded_net_server_gone(r.net, 1);
	rig_pass(&r, 100);
	assert_int_equal(r.closed, 1);
	assert_int_equal(r.reply_err, PLM_EIO);
	rig_connect(&r);
	rig_pass(&r, 500);
	assert_int_equal(r.closed, 2);
	assert_int_equal(r.close_err, PLM_EIO);
	pli_seeded_net_destroy(r.net);
}

static void
test_sim_seeded_net__a_slow_reader_has_a_backlog_with_a_bound(void **state)
{
	(void)state;
	net_rig r;
	rig_open(&r);
	char text[1001];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	pli_seeded_net_slow(r.net, 0, 500);
	rig_send(&r, text);
	rig_send(&r, text);
	assert_int_equal(r.server.backlog(r.server.ctx, r.peer), 2000);
	rig_pass(&r, 2500);
	assert_int_equal(r.frames_count, 1);
	plm_err err = PLM_OK;
	for (int i = 0; i < 10000 && err == PLM_OK; i++)
		err = r.server.send(r.server.ctx, r.peer, plm_slice_of(text));
	assert_int_equal(err, PLM_EFULL);
	pli_seeded_net_destroy(r.net);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_seeded_net__messages_keep_their_order_both_ways),
	    cmocka_unit_test(test_sim_seeded_net__each_fault_of_messages_does_what_it_says),
	    cmocka_unit_test(test_sim_seeded_net__a_stall_tells_nobody_and_loses_nothing),
	    cmocka_unit_test(test_sim_seeded_net__connections_fail_as_they_do),
	    cmocka_unit_test(test_sim_seeded_net__a_close_that_comes_late_closes_no_other),
	    cmocka_unit_test(test_sim_seeded_net__answers_come_with_their_headers_or_time_out),
	    cmocka_unit_test(
		test_sim_seeded_net__a_cut_and_the_end_of_a_process_are_seen_by_the_other_side),
	    cmocka_unit_test(test_sim_seeded_net__a_server_that_is_gone_resets_and_refuses),
	    cmocka_unit_test(test_sim_seeded_net__a_slow_reader_has_a_backlog_with_a_bound),
	};
	return cmocka_run_group_tests_name("seeded_net", tests, NULL, NULL);
}
