/* venue_clock_test.c: the middle of the shortest trip; older readings weigh less. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "venue/venue_clock.h"

#define MS PLM_NS_PER_MS

static void
test_venue_clock__the_middle_of_the_trip(void **state)
{
	(void)state;
	pli_venue_clock clock = {0, 0};
	pli_venue_clock_read(&clock, 5000 * MS, 40 * MS, 1020 * MS);
	assert_true(clock.offset_ns == 4000 * MS);
	pli_venue_clock_read(&clock, 9000 * MS, -1, 1020 * MS); /* no such trip */
	assert_true(clock.offset_ns == 4000 * MS);
}

static void
test_venue_clock__the_shortest_trip_is_believed_for_a_while(void **state)
{
	(void)state;
	pli_venue_clock clock = {0, 0};
	pli_venue_clock_read(&clock, 0, 20 * MS, 10 * MS);
	assert_true(clock.offset_ns == 0);
	pli_venue_clock_read(&clock, 777 * MS, 400 * MS, 200 * MS);
	assert_true(clock.offset_ns == 0); /* too slow to say more */
	int readings = 0;
	while (clock.offset_ns == 0 && readings < 100) {
		pli_venue_clock_read(&clock, 777 * MS, 400 * MS, 200 * MS);
		readings++;
	}
	assert_in_range(readings, 2, 20);
	assert_true(clock.offset_ns == 777 * MS);
	pli_venue_clock_read(&clock, 5 * MS, 0, 2 * MS);
	assert_true(clock.offset_ns == 3 * MS);
	pli_venue_clock_forget(&clock);
	assert_true(clock.offset_ns == 3 * MS);
	pli_venue_clock_read(&clock, 0, 900 * MS, 450 * MS);
	assert_true(clock.offset_ns == 0);
}

static void
test_venue_clock__tells_what_it_knows(void **state)
{
	(void)state;
	pli_venue_clock clock = {0};
	plm_venue_status status = {.clock_offset_ns = 5, .clock_error_ns = 5};
	pli_venue_clock_tell(&clock, &status);
	assert_int_equal(status.clock_offset_ns, 0);
	assert_int_equal(status.clock_error_ns, 0);
	pli_venue_clock_read(&clock, 777 * MS, 400 * MS, 200 * MS);
	pli_venue_clock_tell(&clock, &status);
	assert_true(status.clock_offset_ns == 777 * MS);
	assert_true(status.clock_error_ns == 200 * MS + MS); /* half the trip, and the venue's ms */
	pli_venue_clock_forget(&clock);
	pli_venue_clock_tell(&clock, &status);
	assert_int_equal(status.clock_error_ns, 0);
}

static void
test_venue_clock__time_never_goes_back_nor_leaps(void **state)
{
	(void)state;
	pli_venue_time time = {0};
	plm_time_ns wall = 1800000000 * PLM_NS_PER_S;
	plm_time_ns start = pli_venue_time_follow(&time, wall);
	assert_true(start == wall);
	assert_true(pli_venue_time_follow(&time, wall + 100) == start + 100);
	assert_true(time.broken_ns == 0);
	assert_true(pli_venue_time_follow(&time, wall - PLM_NS_PER_DAY) == start + 101);
	assert_true(time.broken_ns == start + 101);
	assert_true(pli_venue_time_follow(&time, wall - PLM_NS_PER_DAY + 50) == start + 151);
	assert_true(time.broken_ns == start + 101);
	assert_true(pli_venue_time_follow(&time, wall) == start + 151 + PLM_NS_PER_S);
	assert_true(time.broken_ns == time.time_ns);
}

static void
test_venue_clock__a_step_is_no_late_call(void **state)
{
	(void)state;
	pli_venue_time time = {0};
	assert_false(pli_venue_time_steps(&time, 500 * PLM_NS_PER_S));
	(void)pli_venue_time_follow(&time, 500 * PLM_NS_PER_S);
	assert_false(pli_venue_time_steps(&time, 500 * PLM_NS_PER_S));
	assert_false(pli_venue_time_steps(&time, 502 * PLM_NS_PER_S));
	assert_true(pli_venue_time_steps(&time, 502 * PLM_NS_PER_S + 1));
	assert_true(pli_venue_time_steps(&time, 500 * PLM_NS_PER_S - 1));
}

static void
test_venue_clock__waits_double_up_to_a_bound(void **state)
{
	(void)state;
	plm_time_ns sent_ns = 1000 * PLM_NS_PER_S;
	assert_int_equal(pli_venue_retry_ns(sent_ns, sent_ns, 1, 429), PLM_NS_PER_S);
	assert_int_equal(pli_venue_retry_ns(sent_ns, sent_ns, 4, 429), 8 * PLM_NS_PER_S);
	assert_int_equal(pli_venue_retry_ns(sent_ns, sent_ns, 60, 429), 32 * PLM_NS_PER_S);
	assert_int_equal(pli_venue_retry_ns(sent_ns, sent_ns, 60, 503), 4 * PLM_NS_PER_S);
	assert_int_equal(pli_venue_retry_ns(sent_ns, sent_ns, 60, 0), 4 * PLM_NS_PER_S);
	assert_int_equal(pli_venue_retry_ns(sent_ns, sent_ns + PLM_NS_PER_S, 2, 400), PLM_NS_PER_S);
	assert_int_equal(pli_venue_retry_ns(sent_ns, sent_ns + 5 * PLM_NS_PER_S, 2, 400), 0);
}

static void
test_venue_clock__the_offset_follows_a_step_of_ours(void **state)
{
	(void)state;
	pli_venue_clock clock = {0, 0};
	pli_venue_time time = {0};
	(void)pli_venue_clock_follow(&clock, &time, 1000000 * MS);
	pli_venue_clock_read(&clock, 1005000 * MS, 40 * MS, 1000020 * MS);
	assert_true(clock.offset_ns == 5000 * MS);
	(void)pli_venue_clock_follow(&clock, &time, 1000100 * MS);
	assert_true(clock.offset_ns == 5000 * MS && clock.rtt_ns != 0);
	(void)pli_venue_clock_follow(&clock, &time, 1060100 * MS); /* ours leapt a minute ahead */
	assert_true(clock.offset_ns == -55000 * MS && clock.rtt_ns == 0);
}

/* Ours was set back while an answer was on its way: nobody knows how long that took. */
static void
test_venue_clock__a_trip_over_a_step_tells_nothing(void **state)
{
	(void)state;
	pli_venue_clock clock = {0, 0};
	pli_venue_time time = {0};
	plm_time_ns sent_ns = pli_venue_clock_follow(&clock, &time, 1000000 * MS);
	(void)pli_venue_clock_follow(&clock, &time, 940050 * MS);
	pli_venue_clock_read_since(&clock, &time, 1000090 * MS, sent_ns);
	assert_true(clock.rtt_ns == 0);
	sent_ns = time.time_ns; /* asked again in the same call */
	(void)pli_venue_clock_follow(&clock, &time, 940090 * MS);
	pli_venue_clock_read_since(&clock, &time, 1000110 * MS, sent_ns);
	assert_true(clock.rtt_ns == 40 * MS);
	assert_true(clock.offset_ns == 60040 * MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_clock__the_middle_of_the_trip),
	    cmocka_unit_test(test_venue_clock__tells_what_it_knows),
	    cmocka_unit_test(test_venue_clock__time_never_goes_back_nor_leaps),
	    cmocka_unit_test(test_venue_clock__the_shortest_trip_is_believed_for_a_while),
	    cmocka_unit_test(test_venue_clock__a_step_is_no_late_call),
	    cmocka_unit_test(test_venue_clock__waits_double_up_to_a_bound),
	    cmocka_unit_test(test_venue_clock__the_offset_follows_a_step_of_ours),
	    cmocka_unit_test(test_venue_clock__a_trip_over_a_step_tells_nothing),
	};
	return cmocka_run_group_tests_name("venue_clock", tests, NULL, NULL);
}
