/* ws_client_test.c: WebSocket connections of a pli_net against a pli_server on loopback. */
#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

enum { SECOND = 5000 };

static rig r;

static void
test_ws_client__echo_and_close(void **state)
{
	(void)state;
	int before = rig_count_descriptors_warm();
	rig_up(&r, NULL, NULL, NULL);
	rig_open(&r, 1, NULL, NULL);
	assert_true(rig_until(&r, &r.seen[1].opens, 1, SECOND));
	assert_int_equal(r.net.ws_send(r.net.ctx, 1, PLM_SLICE("hello")), PLM_OK);
	assert_true(rig_until(&r, &r.seen[1].frames, 1, SECOND));
	assert_true(plm_slice_is(pli_bytes_slice(&r.seen[1].last), "hello"));
	assert_int_equal(r.net.ws_ping(r.net.ctx, 1), PLM_OK);
	assert_true(rig_until(&r, &r.seen[1].pongs, 1, SECOND));
	r.net.ws_close(r.net.ctx, 1);
	assert_int_equal(r.net.ws_send(r.net.ctx, 1, PLM_SLICE("late")), PLM_ECLOSED);
	assert_true(rig_until(&r, &r.seen[1].closes, 1, SECOND));
	assert_true(rig_until(&r, &r.disconnects, 1, SECOND));
	assert_int_equal(r.seen[1].close_err, PLM_OK);
	rig_idle(&r, 50);
	assert_int_equal(r.seen[1].opens, 1);
	assert_int_equal(r.seen[1].closes, 1);
	rig_down(&r);
	assert_int_equal(rig_count_descriptors(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ws_client__echo_and_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
