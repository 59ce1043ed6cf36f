/* host_status_test.c: what FEED_STATE says, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host_rig.h"

static void
test_engine_host_status__a_closed_link_is_stale_at_once_and_comes_back(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	pli_venue_host_on_close(rig.host, 1, PLM_ECLOSED, "closed by the venue");
	plm_feed_state feed = host_rig_feed(&rig);
	assert_int_equal(feed.status, PLM_FEED_STALE);
	assert_string_equal(feed.text, "closed by the venue");
	assert_int_equal(script->closes, 1);
	host_rig_pass(&rig, 400);
	assert_int_equal(world.opened, 2);
	pli_venue_host_on_open(rig.host, 1);
	assert_int_equal(script->opens, 2);
	host_rig_frame(&rig, "L");
	host_rig_frame(&rig, "E");
	plm_event event;
	uint32_t epoch = 0;
	while (pli_ring_pop(rig.ring, &event))
		epoch = event.epoch;
	assert_int_equal(epoch, 2);
	host_rig_fini(&rig);
}

static void
test_engine_host_status__a_quiet_market_is_no_alarm(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	for (int i = 0; i < 60; i++) { /* heartbeats only, ten minutes */
		for (int s = 0; s < 10; s++) {
			host_rig_pass(&rig, 1000);
			pli_venue_host_on_pong(rig.host, 1);
		}
		host_rig_frame(&rig, "heartbeat");
		assert_int_equal(host_rig_feed(&rig).status, PLM_FEED_LIVE);
	}
	assert_int_equal(world.closed, 0);
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_engine_host_status__a_closed_link_is_stale_at_once_and_comes_back),
	    cmocka_unit_test(test_engine_host_status__a_quiet_market_is_no_alarm),
	};
	return cmocka_run_group_tests_name("host_status", tests, NULL, NULL);
}
