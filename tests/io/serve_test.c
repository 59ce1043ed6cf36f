/* serve_test.c: WebSocket clients of a pli_server: slow ones, many, those that break the rules. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "raw_peer.h"
#include "rig.h"

enum { SECOND = 5000, BOUND = 1 << 20 };

static rig r;

/* A raw client that agrees to everything and then reads nothing. Polls the rig meanwhile. */
static void *
slow_upgrade(void *arg)
{
	int *fd = arg;
	return raw_ws_upgrade(*fd, "/slow", NULL) == 101 ? arg : NULL;
}

static int
slow_connect(void)
{
	pthread_t thread;
	void *agreed = NULL;
	int fd = raw_connect(r.port);
	uint32_t wanted = r.clients_count + 1;
	assert_int_equal(pthread_create(&thread, NULL, slow_upgrade, &fd), 0);
	assert_true(rig_until(&r, &r.clients_count, wanted, SECOND));
	rig_idle(&r, 20);
	assert_int_equal(pthread_join(thread, &agreed), 0);
	assert_non_null(agreed);
	return fd;
}

static void
test_serve__slow_client_is_bounded_and_harms_nobody(void **state)
{
	(void)state;
	static char block[64 << 10];
	const pli_io_server_cfg cfg = {.backlog_bytes_max = BOUND};
	memset(block, 's', sizeof block);
	rig_up(&r, &cfg, NULL, NULL);
	int slow = slow_connect();
	rig_open(&r, 1, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[1].opens, 1, SECOND));
	plm_err err = PLM_OK;
	size_t accepted = 0;
	while (accepted < 64u << 20) {
		err = r.server.send(r.server.ctx, r.clients[0], (plm_slice){block, sizeof block});
		if (err != PLM_OK)
			break;
		accepted += sizeof block;
		rig_turn(&r);
	}
	assert_int_equal(err, PLM_EFULL);
	size_t backlog = r.server.backlog(r.server.ctx, r.clients[0]);
	print_message(
	    "# %zu bytes taken by the system, %zu in the queue\n", accepted - backlog, backlog);
	assert_true(backlog <= BOUND && backlog > BOUND - sizeof block);
	/* The other client still gets its answers at once. */
	int64_t began_ms = rig_now_ms();
	for (uint32_t i = 1; i <= 100; i++) {
		assert_int_equal(r.net.ws_send(r.net.ctx, 1, PLM_SLICE("quick")), PLM_OK);
		assert_true(rig_until(&r, &r.seen[1].frames, i, SECOND));
	}
	assert_true(rig_now_ms() - began_ms < 10000);
	assert_int_equal(r.server.backlog(r.server.ctx, r.clients[1]), 0);
	r.server.disconnect(r.server.ctx, r.clients[0], true);
	assert_true(rig_until(&r, &r.disconnects, 1, SECOND));
	(void)close(slow);
	rig_down(&r);
}

/* The server says goodbye or closes within a second. */
static bool
refused(int fd)
{
	int64_t end_ms = rig_now_ms() + 1000;
	while (rig_now_ms() < end_ms) {
		unsigned char byte;
		rig_turn(&r);
		ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN) || (n == 1 && byte == 0x88))
			return true;
	}
	return false;
}

static void
test_serve__clients_that_break_the_rules(void **state)
{
	(void)state;
	static char large[70000];
	const pli_io_server_cfg cfg = {.message_bytes_max = 65536};
	memset(large, 'l', sizeof large);
	const struct {
		uint8_t first;
		plm_slice payload;
		int masked;
	} cases[] = {
	    {0x81, {large, sizeof large}, 1}, /* too large */
	    {0x82, PLM_SLICE("binary"), 1},   /* text only */
	    {0x81, PLM_SLICE("bad \xff utf-8"), 1},
	    {0xc1, PLM_SLICE("compressed"), 1}, /* never agreed */
	    {0x83, PLM_SLICE("no such"), 1},
	    {0x80, PLM_SLICE("nothing to continue"), 1},
	};
	rig_up(&r, &cfg, NULL, NULL);
	for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int fd = slow_connect();
		raw_ws_write(fd, cases[i].first, cases[i].payload.bytes, cases[i].payload.size,
		    cases[i].masked);
		if (!refused(fd))
			fail_msg("case %u keeps its connection", i);
		assert_int_equal(r.messages, 0);
		(void)close(fd);
	}
	rig_down(&r);
}

static void
test_serve__connections_are_bounded(void **state)
{
	(void)state;
	const pli_io_server_cfg cfg = {.clients_max = 3};
	rig_up(&r, &cfg, NULL, NULL);
	for (uint32_t i = 0; i < 3; i++) {
		rig_open(&r, i, NULL, NULL);
		assert_true(rig_until(&r, &r.seen[i].opens, 1, SECOND));
	}
	rig_open(&r, 3, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[3].closes, 1, SECOND));
	assert_int_equal(r.seen[3].opens, 0);
	r.net.ws_close(r.net.ctx, 0);
	assert_true(rig_until(&r, &r.disconnects, 1, SECOND));
	rig_open(&r, 4, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[4].opens, 1, SECOND));
	/* Ids are not used again at once: the old one means nobody. */
	assert_int_equal(r.server.send(r.server.ctx, r.clients[0], PLM_SLICE("x")), PLM_ECLOSED);
	rig_down(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_serve__slow_client_is_bounded_and_harms_nobody),
	    cmocka_unit_test(test_serve__clients_that_break_the_rules),
	    cmocka_unit_test(test_serve__connections_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
