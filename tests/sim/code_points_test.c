/* code_points_test.c: every point that the simulated world reaches fails in it, and no lie comes of
 * it. In a build without fault points nothing can be armed. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/code_points.h"
#include "sim/simulation.h"

static void
on_fail(void *ctx, const char *name, const char *help)
{
	assert_true(name[0] != '\0' && help[0] != '\0');
	++*(uint32_t *)ctx;
}

static void
test_sim_code_points__fail_inside_and_until_their_time(void **state)
{
	(void)state;
	pli_seeded_clock clock;
	pli_code_points points;
	uint32_t failures = 0, struck = 0;
	pli_seeded_clock_init(&clock, 3, PLM_NS_PER_S);
	pli_code_points_open(&points, 3, &clock, on_fail, &failures);
	for (int i = 0; i < 400; i++) {
		(void)pli_code_points_strike(&points, 6, clock.steady_ns);
		points.inside = false;
		assert_false(PLI_FAULT(JOURNAL_SYNC));
		points.inside = true;
		for (int pass = 0; pass < 1000; pass++)
			struck += PLI_FAULT(JOURNAL_SYNC);
	}
	assert_int_equal(struck, failures);
	assert_true((failures > 0) == PLI_FAULT_POINTS_BUILT);
	pli_code_points_close();
	assert_false(PLI_FAULT(JOURNAL_SYNC));
}

#ifdef PLI_FAULT_POINTS

enum { POINTS_SEEDS_MAX = 400, POINTS_MINUTES = 10 };

/* Every other seed in the world of all venues, whose adapters have points of their own. */
static void
run(uint64_t seed, uint64_t failed[PLI_FAULT_POINT_COUNT])
{
	pli_simulation_config config = {.seed = seed,
	    .world = seed % 2 == 0 ? "all" : NULL,
	    .duration_ns = POINTS_MINUTES * 60 * PLM_NS_PER_S,
	    .faults = "code-points,venue-429,venue-418"};
	pli_simulation *simulation;
	pli_simulation_report report;
	plm_fault fault = {0};
	assert_int_equal(pli_simulation_create(&config, &simulation, &fault), PLM_OK);
	while (pli_simulation_step(simulation))
		continue;
	pli_simulation_report_get(simulation, &report);
	for (int point = 0; point < PLI_FAULT_POINT_COUNT; point++)
		failed[point] += pli_fault_point_failed((pli_fault_point)point);
	pli_simulation_destroy(simulation);
	if (report.lie[0] != '\0')
		print_error(
		    "seed %" PRIu64 ", step %" PRIu64 ": %s\n", seed, report.steps, report.lie);
	assert_string_equal(report.lie, "");
}

static uint32_t
left_count(const uint64_t failed[PLI_FAULT_POINT_COUNT], bool print)
{
	uint32_t left = 0;
	for (int i = 0; i < PLI_FAULT_POINT_COUNT; i++) {
		pli_fault_point point = (pli_fault_point)i;
		if (failed[i] > 0 || pli_fault_point_where_of(point) == PLI_FAULT_POINT_AT_REAL)
			continue;
		left++;
		if (print)
			print_error("%s was never made to fail\n", pli_fault_point_name(point));
	}
	return left;
}

static void
test_sim_code_points__each_fails_and_no_lie_comes_of_it(void **state)
{
	uint64_t failed[PLI_FAULT_POINT_COUNT] = {0}, failures = 0;
	uint64_t seed = 0;
	(void)state;
	while (left_count(failed, false) > 0 && seed < POINTS_SEEDS_MAX)
		run(++seed, failed);
	for (int i = 0; i < PLI_FAULT_POINT_COUNT; i++)
		failures += failed[i];
	print_message("# %" PRIu64 " failures in %" PRIu64 " seeds\n", failures, seed);
	assert_int_equal(left_count(failed, true), 0);
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_code_points__fail_inside_and_until_their_time),
#ifdef PLI_FAULT_POINTS
	    cmocka_unit_test(test_sim_code_points__each_fails_and_no_lie_comes_of_it),
#endif
	};
	return cmocka_run_group_tests_name("code_points", tests, NULL, NULL);
}
