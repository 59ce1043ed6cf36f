/* loop_venues_test.c: the real engine and adapters against the simulated venues, in memory, in one
 * thread, on a clock of the test's own. After each fault the book must be the venue's truth again,
 * and while it may not be, the feed must not say that it is live. */
#include "support/loop_bench.h"

static const bool first_venues[PLI_SIM_MARKETS] = {true, true};

static void
bench_init(loop_bench *bench, uint64_t seed)
{
	loop_bench_init(bench, seed, first_venues);
}

static void
test_engine_loop_venues__all_live_and_true_within_seconds(void **state)
{
	(void)state;
	loop_bench bench;
	bench_init(&bench, 1);
	assert_true(loop_bench_until_live(&bench, 10000));
	loop_bench_pass(&bench, 20000);
	pli_sim_pause(bench.sim, true);
	loop_bench_pass(&bench, 2000);
	assert_int_equal(loop_bench_wrong(&bench), 0);
	assert_int_equal(loop_bench_live_count(&bench), bench.accounts_count);
	loop_bench_fini(&bench);
}

static void
fault_case(pli_sim_venue venue, pli_sim_fault fault)
{
	loop_bench_fault(venue, fault, first_venues);
}

static void
test_engine_loop_venues__deribit_is_true_again_after_each_fault(void **state)
{
	(void)state;
	for (int fault = 0; fault < PLI_SIM_FAULT_COUNT; fault++)
		if (fault != PLI_SIM_FAULT_KEY_EXPIRE && fault != PLI_SIM_FAULT_KEY_SILENT &&
		    fault != PLI_SIM_FAULT_BAN)
			fault_case(PLI_SIM_DERIBIT, (pli_sim_fault)fault);
}

static void
test_engine_loop_venues__binance_is_true_again_after_each_fault(void **state)
{
	(void)state;
	for (int fault = 0; fault < PLI_SIM_FAULT_COUNT; fault++)
		fault_case(PLI_SIM_BINANCE, (pli_sim_fault)fault);
}

static void
test_engine_loop_venues__a_cut_is_stale_within_100_ms(void **state)
{
	(void)state;
	loop_bench bench;
	bench_init(&bench, 3);
	assert_true(loop_bench_until_live(&bench, 10000));
	loop_world_cut(bench.world);
	loop_bench_pass(&bench, 100);
	assert_int_equal(loop_bench_live_count(&bench), 0);
	assert_true(loop_bench_until_live(&bench, 5000));
	loop_bench_fini(&bench);
}

static void
test_engine_loop_venues__a_stall_is_stale_within_ten_seconds(void **state)
{
	(void)state;
	loop_bench bench;
	bench_init(&bench, 4);
	assert_true(loop_bench_until_live(&bench, 10000));
	loop_world_stall(bench.world);
	loop_world_refuse(bench.world, true);
	loop_bench_pass(&bench, 10000);
	assert_int_equal(loop_bench_live_count(&bench), 0);
	uint64_t before = loop_world_connects(bench.world);
	loop_bench_pass(&bench, 120000);
	/* refused for two minutes: backoff, no hammering */
	assert_in_range(loop_world_connects(bench.world) - before, 1, 20 * bench.accounts_count);
	loop_world_refuse(bench.world, false);
	assert_true(loop_bench_until_live(&bench, 60000));
	loop_bench_fini(&bench);
}

static void
test_engine_loop_venues__a_quiet_market_is_no_alarm(void **state)
{
	(void)state;
	loop_bench bench;
	bench_init(&bench, 5);
	assert_true(loop_bench_until_live(&bench, 10000));
	pli_sim_pause(bench.sim, true);
	uint64_t before = loop_world_connects(bench.world);
	for (int s = 0; s < 180; s++) {
		loop_bench_pass(&bench, 1000);
		assert_int_equal(loop_bench_live_count(&bench), bench.accounts_count);
	}
	assert_int_equal(loop_world_connects(bench.world), before);
	loop_bench_fini(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_loop_venues__all_live_and_true_within_seconds),
	    cmocka_unit_test(test_engine_loop_venues__a_cut_is_stale_within_100_ms),
	    cmocka_unit_test(test_engine_loop_venues__a_stall_is_stale_within_ten_seconds),
	    cmocka_unit_test(test_engine_loop_venues__a_quiet_market_is_no_alarm),
	    cmocka_unit_test(test_engine_loop_venues__deribit_is_true_again_after_each_fault),
	    cmocka_unit_test(test_engine_loop_venues__binance_is_true_again_after_each_fault),
	};
	return cmocka_run_group_tests_name("loop_venues", tests, NULL, NULL);
}
