/* host_frame_test.c: what follows from an adapter's verdict on a frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host_rig.h"

static void
test_engine_host_frame__a_gap_asks_for_everything_again(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_frame(&rig, "G");
	assert_int_equal(script->resyncs, 1);
	assert_int_equal(pli_venue_host_counters_get(rig.host).gaps, 1);
	host_rig_fini(&rig);
}

static void
test_engine_host_frame__a_trading_key_stops_the_feed_for_good(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_frame(&rig, "K");
	plm_feed_state feed = host_rig_feed(&rig);
	assert_int_equal(feed.status, PLM_FEED_DOWN);
	assert_string_equal(feed.text, "the key can trade");
	pli_venue_host_on_close(rig.host, 1, PLM_ECLOSED, "");
	host_rig_pass(&rig, 60000);
	assert_int_equal(world.opened, 1);
	assert_int_equal(rig.crowds.crowds[0]->told.sessions_count, 0);
	host_rig_fini(&rig);
}

static void
test_engine_host_frame__garbage_ends_the_connection(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	for (int i = 0; i < 11; i++)
		host_rig_frame(&rig, "B");
	assert_int_equal(world.closed, 1);
	host_rig_fini(&rig);
}

/* By the steady clock: since the link began to open, since the request left. */
static void
test_engine_host_frame__a_frame_says_how_long_its_trip_was_at_most(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	while (world.opened == 0)
		host_rig_pass(&rig, 50);
	plm_time_ns opening_ns = world.steady_ns;
	host_rig_pass(&rig, 200);
	pli_venue_host_on_open(rig.host, 1);
	world.wall_off_ns = PLM_NS_PER_DAY;
	host_rig_frame(&rig, "L");
	assert_true(script->trip_ns == world.steady_ns - opening_ns);
	assert_true(script->trip_ns >= 200 * PLM_NS_PER_MS);
	host_rig_frame(&rig, "R");
	host_rig_pass(&rig, 50);
	assert_int_equal(world.requests, 1);
	plm_time_ns sent_ns = world.steady_ns;
	world.steady_ns += 120 * PLM_NS_PER_MS;
	world.wall_off_ns = 0;
	pli_http_reply reply = {.status = 200, .body = plm_slice_of("{}")};
	pli_venue_host_on_reply(rig.host, world.last_request, &reply);
	assert_true(script->trip_ns >= 120 * PLM_NS_PER_MS);
	assert_true(script->trip_ns <= world.steady_ns - sent_ns + 50 * PLM_NS_PER_MS);
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_host_frame__a_frame_says_how_long_its_trip_was_at_most),
	    cmocka_unit_test(test_engine_host_frame__a_gap_asks_for_everything_again),
	    cmocka_unit_test(test_engine_host_frame__a_trading_key_stops_the_feed_for_good),
	    cmocka_unit_test(test_engine_host_frame__garbage_ends_the_connection),
	};
	return cmocka_run_group_tests_name("host_frame", tests, NULL, NULL);
}
