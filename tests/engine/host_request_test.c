/* host_request_test.c: what may leave, and answers that find their way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host_rig.h"

static void
test_engine_host_request__a_trading_request_never_leaves(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_frame(&rig, "T");
	assert_int_equal(world.requests, 0);
	assert_int_equal(pli_venue_host_counters_get(rig.host).requests_refused, 1);
	host_rig_fini(&rig);
}

static void
test_engine_host_request__answers_find_their_tag_and_429_stops_requests(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_frame(&rig, "R");
	assert_int_equal(world.requests, 1);
	assert_string_equal(world.last_url, "https://venue/read");
	pli_http_reply reply = {.status = 429, .retry_after_s = 3, .text = ""};
	pli_venue_host_on_reply(rig.host, world.last_request, &reply);
	assert_int_equal(script->http_status, 429);
	host_rig_frame(&rig, "R");
	assert_int_equal(world.requests, 1);
	assert_int_equal(host_rig_feed(&rig).status, PLM_FEED_DEGRADED);
	host_rig_frame(&rig, "heartbeat");
	host_rig_pass(&rig, 2900);
	assert_int_equal(world.requests, 1);
	host_rig_pass(&rig, 200);
	assert_int_equal(world.requests, 2);
	host_rig_fini(&rig);
}

static void
test_engine_host_request__header_lines_leave_one_by_one(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_frame(&rig, "R");
	assert_int_equal(world.headers, 0);
	host_rig_frame(&rig, "H");
	assert_int_equal(world.headers, 2);
	assert_string_equal(world.last_header[0], "A: 1");
	assert_string_equal(world.last_header[1], "B: 2");
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_host_request__a_trading_request_never_leaves),
	    cmocka_unit_test(
		test_engine_host_request__answers_find_their_tag_and_429_stops_requests),
	    cmocka_unit_test(test_engine_host_request__header_lines_leave_one_by_one),
	};
	return cmocka_run_group_tests_name("host_request", tests, NULL, NULL);
}
