/* host_probe_test.c: requests that hang in a silence are given up when the venue answers again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host_rig.h"

enum { UNTOLD = 999 };

static void
probe_begin(host_rig *rig)
{
	host_rig_init(rig);
	host_rig_live(rig);
	host_rig_frame(rig, "R");
	assert_int_equal(world.requests, 1);
	script->http_status = UNTOLD;
}

/* Time goes on; the link is heard, so that it is the requests alone that hang. */
static void
probe_pass(host_rig *rig, int64_t ms)
{
	for (int64_t passed = 0; passed < ms; passed += 100) {
		host_rig_pass(rig, 100);
		host_rig_frame(rig, "heartbeat");
	}
}

static void
answer(host_rig *rig, uint32_t request, uint32_t status)
{
	pli_http_reply reply = {.status = status, .text = ""};
	pli_venue_host_on_reply(rig->host, request, &reply);
}

static void
test_engine_host_probe__an_answer_ends_the_waiting_for_those_of_a_silence(void **state)
{
	(void)state;
	host_rig rig;
	probe_begin(&rig);
	uint32_t first = world.last_request;
	probe_pass(&rig, 800);
	assert_int_equal(world.requests, 1);
	probe_pass(&rig, 4000);
	assert_in_range(world.requests, 7, 9);
	assert_string_equal(world.last_url, "https://venue/time");
	assert_int_equal(script->http_status, UNTOLD);
	answer(&rig, world.last_request, 200);
	assert_int_equal(script->http_status, 0); /* as if its time were over */
	script->http_status = UNTOLD;
	answer(&rig, first, 200); /* it was given up */
	assert_int_equal(script->http_status, UNTOLD);
	uint32_t requests = world.requests;
	probe_pass(&rig, 3000);
	assert_int_equal(world.requests, requests); /* nothing waits */
	host_rig_fini(&rig);
}

static void
test_engine_host_probe__a_slow_answer_is_waited_for(void **state)
{
	(void)state;
	host_rig rig;
	probe_begin(&rig);
	uint32_t slow = world.last_request;
	for (int i = 0; i < 5; i++) {
		uint32_t requests = world.requests;
		while (world.requests == requests)
			probe_pass(&rig, 100);
		answer(&rig, world.last_request, 200);
		assert_int_equal(script->http_status, UNTOLD);
	}
	answer(&rig, slow, 200);
	assert_int_equal(script->http_status, 200);
	host_rig_fini(&rig);
}

static void
test_engine_host_probe__a_ban_is_not_probed(void **state)
{
	(void)state;
	host_rig rig;
	probe_begin(&rig);
	host_rig_frame(&rig, "R");
	pli_http_reply reply = {.status = 429, .retry_after_s = 5, .text = ""};
	pli_venue_host_on_reply(rig.host, world.last_request, &reply);
	uint32_t requests = world.requests;
	probe_pass(&rig, 4900);
	assert_int_equal(world.requests, requests);
	probe_pass(&rig, 1000);
	assert_true(world.requests > requests);
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_engine_host_probe__an_answer_ends_the_waiting_for_those_of_a_silence),
	    cmocka_unit_test(test_engine_host_probe__a_slow_answer_is_waited_for),
	    cmocka_unit_test(test_engine_host_probe__a_ban_is_not_probed),
	};
	return cmocka_run_group_tests_name("host_probe", tests, NULL, NULL);
}
