/* seeded_clock_test.c: time moves only when told to; streams of one seed do not touch each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/seeded_clock.h"

static const plm_time_ns start_ns = INT64_C(1795132800) * PLM_NS_PER_S;

static void
test_sim_seeded_clock__wall_follows_true_time_but_for_what_it_is_off(void **state)
{
	(void)state;
	pli_seeded_clock clock;
	pli_seeded_clock_init(&clock, 1, start_ns);
	pli_clock table = pli_seeded_clock_table(&clock);
	assert_true(table.wall_ns(table.ctx) == start_ns);
	pli_seeded_clock_move(&clock, 3 * PLM_NS_PER_S);
	assert_true(table.steady_ns(table.ctx) == 3 * PLM_NS_PER_S);
	clock.wall_off_ns = -3600 * PLM_NS_PER_S;
	assert_true(pli_seeded_clock_true_ns(&clock) == start_ns + 2 * PLM_NS_PER_S);
	assert_true(table.wall_ns(table.ctx) == start_ns - 3598 * PLM_NS_PER_S);
	pli_seeded_clock_move(&clock, PLM_NS_PER_S);
	assert_true(table.steady_ns(table.ctx) == 3 * PLM_NS_PER_S);
}

static void
test_sim_seeded_clock__streams_are_named_and_apart(void **state)
{
	(void)state;
	pli_random a, again, b, other;
	pli_seeded_stream(&a, 7, "net.cut");
	pli_seeded_stream(&again, 7, "net.cut");
	pli_seeded_stream(&b, 7, "net.stall");
	pli_seeded_stream(&other, 8, "net.cut");
	uint64_t first = pli_random_next(&a);
	assert_true(first == pli_random_next(&again));
	assert_true(first != pli_random_next(&b));
	assert_true(first != pli_random_next(&other));
}

static void
test_sim_seeded_clock__waits_have_their_mean(void **state)
{
	(void)state;
	pli_random random;
	int64_t sum_ns = 0;
	pli_seeded_stream(&random, 3, "wait");
	for (int i = 0; i < 20000; i++) {
		int64_t wait_ns = pli_seeded_wait(&random, 10 * PLM_NS_PER_S);
		assert_true(wait_ns >= PLM_NS_PER_MS);
		sum_ns += wait_ns;
	}
	assert_in_range(sum_ns / 20000 / PLM_NS_PER_MS, 9700, 10300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_seeded_clock__wall_follows_true_time_but_for_what_it_is_off),
	    cmocka_unit_test(test_sim_seeded_clock__streams_are_named_and_apart),
	    cmocka_unit_test(test_sim_seeded_clock__waits_have_their_mean),
	};
	return cmocka_run_group_tests_name("seeded_clock", tests, NULL, NULL);
}
