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

/* What the adapter read is as of our clock then; as ours is set, at once, what is told goes with
 * it, until the adapter reads again. */
static void
test_engine_host_status__the_clock_of_the_venue_follows_ours(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	script->clock_offset_ns = -3 * PLM_NS_PER_S;
	script->clock_error_ns = 20 * PLM_NS_PER_MS;
	host_rig_pass(&rig, 50);
	plm_feed_state feed = host_rig_feed(&rig);
	assert_true(feed.clock_offset_ns == -3 * PLM_NS_PER_S);
	assert_true(feed.clock_error_ns == 20 * PLM_NS_PER_MS);
	world.wall_off_ns = 5 * PLM_NS_PER_S;
	host_rig_pass(&rig, 50);
	assert_true(host_rig_feed(&rig).clock_offset_ns == -8 * PLM_NS_PER_S);
	script->clock_error_ns = 25 * PLM_NS_PER_MS; /* the reading got older */
	host_rig_pass(&rig, 5000);
	assert_true(host_rig_feed(&rig).clock_offset_ns == -8 * PLM_NS_PER_S);
	script->clock_offset_ns = -8 * PLM_NS_PER_S - 1;
	host_rig_pass(&rig, 5000);
	assert_true(host_rig_feed(&rig).clock_offset_ns == -8 * PLM_NS_PER_S - 1);
	script->clock_offset_ns = script->clock_error_ns = 0; /* it does not know any more */
	host_rig_pass(&rig, 50);
	feed = host_rig_feed(&rig);
	assert_true(feed.clock_offset_ns == 0 && feed.clock_error_ns == 0);
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_engine_host_status__a_closed_link_is_stale_at_once_and_comes_back),
	    cmocka_unit_test(test_engine_host_status__a_quiet_market_is_no_alarm),
	    cmocka_unit_test(test_engine_host_status__the_clock_of_the_venue_follows_ours),
	};
	return cmocka_run_group_tests_name("host_status", tests, NULL, NULL);
}
