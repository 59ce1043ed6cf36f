/* host_batch_test.c: what one adapter call emits goes out whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host_rig.h"

static void
test_engine_host_batch__a_call_goes_out_whole_or_not_at_all(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	host_rig_live(&rig);
	host_rig_frame(&rig, "E");
	plm_event event;
	for (int i = 0; i < 3; i++) {
		assert_true(pli_ring_pop(rig.ring, &event));
		assert_int_equal(event.type, PLM_EVENT_POSITION);
		assert_int_equal(event.epoch, 1);
		assert_int_equal((event.flags & PLM_FLAG_LAST) != 0, i == 2);
		assert_true(event.received_time_ns == host_rig_wall(&world));
	}
	host_rig_frame(&rig, "B");
	while (pli_ring_pop(rig.ring, &event))
		assert_int_equal(event.type, PLM_EVENT_FEED_STATE);
	assert_int_equal(pli_venue_host_counters_get(rig.host).frames_bad, 1);
	host_rig_fini(&rig);
}

static void
test_engine_host_batch__more_events_than_fit_lose_nothing_in_silence(void **state)
{
	(void)state;
	host_rig rig;
	host_rig_init(&rig);
	rig.shared.batch_max = 2;
	host_rig_live(&rig);
	host_rig_frame(&rig, "E");
	plm_event event;
	while (pli_ring_pop(rig.ring, &event))
		assert_int_not_equal(event.type, PLM_EVENT_POSITION);
	assert_int_equal(world.closed, 1);
	host_rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_host_batch__a_call_goes_out_whole_or_not_at_all),
	    cmocka_unit_test(test_engine_host_batch__more_events_than_fit_lose_nothing_in_silence),
	};
	return cmocka_run_group_tests_name("host_batch", tests, NULL, NULL);
}
