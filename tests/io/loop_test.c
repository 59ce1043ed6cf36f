/* loop_test.c: how long polls wait, what ends them, and tables in several threads at once. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "rig.h"

enum { SECOND = 5000, MESSAGES = 2000 };

static rig r;

static void
test_loop__poll_waits_as_long_as_told(void **state)
{
	(void)state;
	static const int64_t waits_ns[] = {0, 300000, 5000000, 60000000};
	rig_up(&r, NULL, NULL, NULL);
	rig_idle(&r, 20);
	for (size_t i = 0; i < sizeof waits_ns / sizeof waits_ns[0]; i++) {
		struct timespec begin;
		struct timespec end;
		(void)clock_gettime(CLOCK_MONOTONIC, &begin);
		assert_int_equal(r.net.poll(r.net.ctx, waits_ns[i]), 0);
		(void)clock_gettime(CLOCK_MONOTONIC, &end);
		int64_t took_ns = (end.tv_sec - begin.tv_sec) * INT64_C(1000000000) + end.tv_nsec -
				  begin.tv_nsec;
		assert_true(took_ns >= waits_ns[i]);
		assert_true(took_ns < waits_ns[i] + 1000000000);
	}
	/* A wake before the poll is not lost. */
	r.net.wake(r.net.ctx);
	int64_t began_ms = rig_now_ms();
	assert_int_equal(r.net.poll(r.net.ctx, INT64_C(2000000000)), 0);
	assert_true(rig_now_ms() - began_ms < 1500);
	rig_down(&r);
}

/* One pli_net and its thread. Addresses are numbers here: libwebsockets 4.1.6 closes its event
 * descriptor twice when a context ends, and what another thread opened in between is lost; glibc
 * ends the process when that was the socket of a name's look-up. The daemon ends its contexts as it
 * ends. */
typedef struct worker {
	pli_net net;
	char url[128];
	uint32_t opens;
	uint32_t frames;
	uint32_t replies;
	uint32_t closes;
	atomic_int done;
	pthread_t thread;
} worker;

static pli_server server;
static atomic_int server_stop;
static uint16_t server_port;

static void
worker_on_open(void *ctx, uint32_t conn)
{
	worker *w = ctx;
	w->opens++;
	for (int i = 0; i < 10; i++)
		assert_int_equal(w->net.ws_send(w->net.ctx, conn, PLM_SLICE("ball")), PLM_OK);
}

static void
worker_on_frame(void *ctx, uint32_t conn, plm_slice frame, plm_time_ns received_time_ns)
{
	worker *w = ctx;
	(void)received_time_ns;
	if (++w->frames < MESSAGES)
		assert_int_equal(w->net.ws_send(w->net.ctx, conn, frame), PLM_OK);
	else
		w->net.ws_close(w->net.ctx, conn);
}

static void
worker_on_close(void *ctx, uint32_t conn, plm_err err, const char *text)
{
	worker *w = ctx;
	(void)conn;
	(void)err;
	(void)text;
	w->closes++;
}

static void
worker_on_reply(void *ctx, uint32_t request, const pli_http_reply *reply)
{
	worker *w = ctx;
	(void)request;
	w->replies += reply->status == 200;
}

static void *
worker_run(void *arg)
{
	worker *w = arg;
	plm_fault fault;
	const pli_net_handler handler = {
	    worker_on_open, worker_on_frame, NULL, worker_on_close, worker_on_reply, w};
	for (uint32_t round = 0; round < 3; round++) {
		assert_int_equal(pli_io_net_create(&w->net, &fault), PLM_OK);
		w->net.set_handler(w->net.ctx, &handler);
		w->frames = 0;
		pli_ws_target target = {.url = w->url};
		assert_int_equal(w->net.ws_open(w->net.ctx, 1, &target), PLM_OK);
		for (uint32_t i = 0; i < 5; i++) {
			char url[128];
			(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", server_port);
			pli_http_out out = {.method = "GET", .url = url};
			assert_int_equal(w->net.http_send(w->net.ctx, i, &out), PLM_OK);
		}
		int64_t end_ms = rig_now_ms() + 8 * SECOND;
		while (
		    (w->closes <= round || w->replies < 5 * (round + 1)) && rig_now_ms() < end_ms)
			(void)w->net.poll(w->net.ctx, 100000000);
		if (round == 2) {
			/* The last one is woken from the main thread until it is told to go. */
			while (!w->done)
				(void)w->net.poll(w->net.ctx, INT64_C(1000000000));
		}
		pli_io_net_destroy(&w->net);
	}
	return NULL;
}

static bool
server_on_connect(void *ctx, uint32_t client, const pli_http_in *in)
{
	(void)ctx;
	(void)client;
	return plm_slice_is(in->path, "/ball");
}

static void
server_on_message(void *ctx, uint32_t client, plm_slice text)
{
	(void)ctx;
	/* The client may be gone already. */
	(void)server.send(server.ctx, client, text);
}

static void
server_on_request(void *ctx, const pli_http_in *in, pli_http_answer *ret_answer)
{
	(void)ctx;
	*ret_answer = (pli_http_answer){.status = 200, .body = in->path};
}

static void *
server_run(void *arg)
{
	(void)arg;
	while (!server_stop)
		(void)server.poll(server.ctx, INT64_C(1000000000));
	return NULL;
}

static void
test_loop__three_threads_and_wakes(void **state)
{
	(void)state;
	static worker workers[2];
	plm_fault fault;
	pthread_t server_thread;
	const pli_server_handler handler = {
	    server_on_request, server_on_connect, server_on_message, NULL, NULL};
	assert_int_equal(pli_io_server_create(NULL, &server, &fault), PLM_OK);
	server.set_handler(server.ctx, &handler);
	assert_int_equal(
	    server.listen(server.ctx, "127.0.0.1", 0, NULL, NULL, &server_port), PLM_OK);
	assert_int_equal(pthread_create(&server_thread, NULL, server_run, NULL), 0);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(
		    workers[i].url, sizeof workers[i].url, "ws://127.0.0.1:%u/ball", server_port);
		assert_int_equal(
		    pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]), 0);
	}
	for (int i = 0; i < 500; i++) {
		server.wake(server.ctx);
		(void)usleep(500);
	}
	for (size_t i = 0; i < 2; i++)
		workers[i].done = 1;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_int_equal(workers[i].opens, 3);
		assert_int_equal(workers[i].closes, 3);
		assert_int_equal(workers[i].replies, 15);
		assert_true(workers[i].frames >= MESSAGES);
	}
	server_stop = 1;
	server.wake(server.ctx);
	assert_int_equal(pthread_join(server_thread, NULL), 0);
	pli_io_server_destroy(&server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_loop__poll_waits_as_long_as_told),
	    cmocka_unit_test(test_loop__three_threads_and_wakes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
