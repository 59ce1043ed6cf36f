/* listen_test.c: addresses that can be listened on, and descriptors that run out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "raw_peer.h"
#include "rig.h"

enum { SECOND = 5000 };

static rig r;

static plm_err
listen_on(const char *host, uint16_t port, uint16_t *ret_port)
{
	return r.server.listen(r.server.ctx, host, port, NULL, NULL, ret_port);
}

static void
test_listen__addresses(void **state)
{
	(void)state;
	uint16_t port = 0;
	uint16_t second = 0;
	char url[64];
	rig_up(&r, NULL, NULL, NULL);
	assert_int_equal(listen_on("127.0.0.1", r.port, &port), PLM_EINUSE);
	assert_int_equal(listen_on("localhost", 0, &port), PLM_EARG);
	assert_int_equal(listen_on("999.0.0.1", 0, &port), PLM_EARG);
	assert_int_equal(listen_on("192.0.2.1", 0, &port), PLM_EIO);
	assert_int_equal(port, 0);
	assert_int_equal(listen_on("127.0.0.2", 0, &second), PLM_OK);
	(void)snprintf(url, sizeof url, "ws://127.0.0.2:%u/", second);
	rig_open(&r, 1, url, NULL);
	assert_true(rig_until(&r, &r.seen[1].opens, 1, SECOND));
	assert_int_equal(listen_on("127.0.0.1", 0, &port), PLM_OK);
	assert_int_equal(listen_on("127.0.0.1", 0, &port), PLM_OK);
	assert_int_equal(listen_on("127.0.0.1", 0, &port), PLM_EFULL);
	rig_down(&r);
}

static void
test_listen__out_of_descriptors(void **state)
{
	(void)state;
	struct rlimit before;
	rig_up(&r, NULL, NULL, NULL);
	rig_open(&r, 1, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[1].opens, 1, SECOND));
	int spare[4];
	for (size_t i = 0; i < 4; i++)
		spare[i] = raw_connect(r.port);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	struct rlimit tight = before;
	int highest = dup(0);
	(void)close(highest);
	tight.rlim_cur = (rlim_t)highest;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	rig_idle(&r, 50);
	/* Newcomers are turned away, the one inside is served, and nothing spins. */
	assert_int_equal(r.net.ws_send(r.net.ctx, 1, PLM_SLICE("still here")), PLM_OK);
	assert_true(rig_until(&r, &r.seen[1].frames, 1, SECOND));
	int64_t began_ms = rig_now_ms();
	int turns = 0;
	while (rig_now_ms() - began_ms < 100) {
		(void)r.server.poll(r.server.ctx, 20000000);
		turns++;
	}
	assert_true(turns < 50);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	for (size_t i = 0; i < 4; i++)
		(void)close(spare[i]);
	rig_down(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_listen__addresses),
	    cmocka_unit_test(test_listen__out_of_descriptors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
