/* simulation_test.c: the whole program in its seeded world: the same seed is the same run, a quiet
 * one is quiet, everything at once is survived. Seeds that failed once: tests/seeds, by
 * scene_runner. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/fault_plan.h"
#include "sim/simulation.h"

enum { SEEDS_FRESH = 3 };

typedef struct run_notes {
	uint32_t faults, starts, reconnects;
} run_notes;

static void
run_on_note(void *ctx, uint64_t step, plm_time_ns true_ns, const char *text)
{
	run_notes *notes = ctx;
	assert_true(true_ns > 0 && step > 0);
	notes->starts += strcmp(text, "the program starts") == 0;
	notes->reconnects += strstr(text, ": stale") != NULL;
	notes->faults += strstr(text, ", venue ") != NULL;
}

static pli_simulation_report
run_in(const char *world, uint64_t seed, int64_t seconds, const char *faults, run_notes *notes)
{
	pli_simulation_config config = {.seed = seed,
	    .world = world,
	    .duration_ns = seconds * PLM_NS_PER_S,
	    .faults = faults,
	    .on_note = notes == NULL ? NULL : run_on_note,
	    .ctx = notes};
	pli_simulation *simulation;
	pli_simulation_report report;
	plm_fault fault = {0};
	assert_int_equal(pli_simulation_create(&config, &simulation, &fault), PLM_OK);
	while (pli_simulation_step(simulation))
		continue;
	pli_simulation_report_get(simulation, &report);
	pli_simulation_destroy(simulation);
	if (report.lie[0] != '\0')
		print_error("seed %" PRIu64 ", step %" PRIu64 ": %s\nfaults: %s\n", seed,
		    report.steps, report.lie, report.faults_on);
	return report;
}

static pli_simulation_report
run(uint64_t seed, int64_t seconds, const char *faults, run_notes *notes)
{
	return run_in(NULL, seed, seconds, faults, notes);
}

static void
test_sim_simulation__the_same_seed_is_the_same_run(void **state)
{
	(void)state;
	pli_simulation_report a = run(5, 60, "all", NULL), b = run(5, 60, "all", NULL);
	pli_simulation_report other = run(6, 60, "all", NULL);
	assert_true(a.trace_hash == b.trace_hash);
	assert_int_equal(a.steps, b.steps);
	assert_int_equal(a.events, b.events);
	assert_true(a.trace_hash != other.trace_hash);
}

/* Two quiet minutes: nothing is opened twice, nothing becomes stale. Longer: quiet.scene. */
static void
test_sim_simulation__a_quiet_run_reconnects_nothing(void **state)
{
	(void)state;
	run_notes notes = {0};
	pli_simulation_report report = run(2, 120, "none", &notes);
	assert_string_equal(report.lie, "");
	assert_int_equal(report.faults, 0);
	assert_int_equal(report.starts, 1);
	/* two streams of Deribit, three user streams and one of marks for all, one reader of the
	 * API
	 */
	assert_int_equal(report.connects, 7);
	assert_int_equal(notes.reconnects, 0);
	assert_true(report.alerts > 0 && report.events > 10000);
}

/* Another list of venues is another world, whose seeds are runs of their own; the two venues that
 * are in every world are the usual one. */
static void
test_sim_simulation__a_world_is_its_venues(void **state)
{
	(void)state;
	pli_simulation_report usual = run(5, 60, "all", NULL);
	pli_simulation_report same = run_in("binance,deribit", 5, 60, "all", NULL);
	pli_simulation_report a = run_in("hyperliquid,okx", 5, 60, "all", NULL);
	pli_simulation_report b = run_in("okx,hyperliquid", 5, 60, "all", NULL);
	pli_simulation_report okx = run_in("okx", 5, 60, "all", NULL);
	assert_string_equal(usual.world, "deribit,binance");
	assert_true(usual.world_is_usual && usual.trace_hash == same.trace_hash);
	assert_string_equal(a.world, "deribit,binance,okx,hyperliquid");
	assert_true(!a.world_is_usual && a.trace_hash == b.trace_hash);
	assert_true(a.trace_hash != usual.trace_hash && a.trace_hash != okx.trace_hash);
	assert_string_equal(a.lie, "");
	assert_string_equal(okx.lie, "");
	pli_simulation_config config = {.world = "okx,mtgox", .duration_ns = PLM_NS_PER_S};
	pli_simulation *simulation;
	plm_fault fault = {0};
	assert_int_equal(pli_simulation_create(&config, &simulation, &fault), PLM_EARG);
	assert_string_equal(fault.text, "a world has no venue called 'mtgox'");
}

static void
test_sim_simulation__a_quiet_run_of_all_venues_reconnects_nothing(void **state)
{
	(void)state;
	run_notes notes = {0};
	pli_simulation_report report = run_in("all", 2, 120, "none", &notes);
	assert_string_equal(report.lie, "");
	/* 7 of the usual world; OKX: private and prices of four accounts; one stream of three
	 * addresses of Hyperliquid, and of two of dYdX; Bybit: private ones of three accounts, and
	 * prices of each category that one of them reads; BitMEX: two; COIN-M: two users and marks;
	 * spot, margin; a user and marks, twice */
	assert_int_equal(report.connects, 7 + 8 + 3 + 2 + 3 + 8 + 2 + 3 + 1 + 1 + 2 + 2);
	assert_int_equal(notes.reconnects, 0);
}

static void
test_sim_simulation__crashes_lose_nothing_that_was_durable(void **state)
{
	(void)state;
	run_notes notes = {0};
	pli_simulation_report report = run(3, 500,
	    "process-kill,process-power,process-stop,disk-torn,disk-full,disk-slow", &notes);
	assert_string_equal(report.lie, "");
	assert_true(report.starts > 1);
	assert_int_equal(report.starts, notes.starts);
	assert_int_equal(report.faults, notes.faults);
}

static void
test_sim_simulation__fresh_seeds_find_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 1000; seed < 1000 + SEEDS_FRESH; seed++)
		assert_string_equal(run(seed, 300, NULL, NULL).lie, "");
	assert_string_equal(run_in("all", 1000, 300, NULL, NULL).lie, "");
}

/* Fewer accounts: fewer connections, and the same checks. */
static void
test_sim_simulation__one_venue_may_be_watched_alone(void **state)
{
	(void)state;
	pli_simulation_config config = {.seed = 4,
	    .duration_ns = 30 * PLM_NS_PER_S,
	    .faults = "none",
	    .venues = "binance-hedge,deribit"};
	pli_simulation *simulation;
	pli_simulation_report report;
	plm_fault fault = {0};
	assert_int_equal(pli_simulation_create(&config, &simulation, &fault), PLM_OK);
	while (pli_simulation_step(simulation))
		continue;
	pli_simulation_report_get(simulation, &report);
	pli_simulation_destroy(simulation);
	assert_string_equal(report.lie, "");
	/* two streams of Deribit, the user stream and the marks of one account, one reader */
	assert_int_equal(report.connects, 5);
	config.venues = "file";
	assert_int_equal(pli_simulation_create(&config, &simulation, &fault), PLM_OK);
	while (pli_simulation_step(simulation))
		continue;
	pli_simulation_report_get(simulation, &report);
	pli_simulation_destroy(simulation);
	assert_string_equal(report.lie, "");
	assert_int_equal(report.connects, 1);
	config.venues = "deribit,elsewhere";
	assert_int_equal(pli_simulation_create(&config, &simulation, &fault), PLM_EARG);
	assert_string_equal(fault.text, "no venue or account is called 'elsewhere'");
}

static void
test_sim_simulation__an_unknown_fault_is_told(void **state)
{
	(void)state;
	pli_simulation_config config = {
	    .seed = 1, .duration_ns = PLM_NS_PER_S, .faults = "net-cut,storm"};
	pli_simulation *simulation;
	plm_fault fault = {0};
	assert_int_equal(pli_simulation_create(&config, &simulation, &fault), PLM_EARG);
	assert_string_equal(fault.text, "no fault is called 'storm'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_simulation__the_same_seed_is_the_same_run),
	    cmocka_unit_test(test_sim_simulation__a_quiet_run_reconnects_nothing),
	    cmocka_unit_test(test_sim_simulation__a_world_is_its_venues),
	    cmocka_unit_test(test_sim_simulation__a_quiet_run_of_all_venues_reconnects_nothing),
	    cmocka_unit_test(test_sim_simulation__crashes_lose_nothing_that_was_durable),
	    cmocka_unit_test(test_sim_simulation__fresh_seeds_find_nothing),
	    cmocka_unit_test(test_sim_simulation__one_venue_may_be_watched_alone),
	    cmocka_unit_test(test_sim_simulation__an_unknown_fault_is_told),
	};
	return cmocka_run_group_tests_name("simulation", tests, NULL, NULL);
}
