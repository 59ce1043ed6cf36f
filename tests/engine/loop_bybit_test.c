/* loop_bybit_test.c: the real engine and Bybit's adapter against the simulated Bybit. */
#include "support/loop_bench.h"

static const bool bybit[PLI_SIM_MARKETS] = {[PLI_SIM_BYBIT] = true};

static void
test_engine_loop_bybit__live_and_true_within_seconds(void **state)
{
	(void)state;
	loop_bench bench;
	loop_bench_init(&bench, 1, bybit);
	assert_true(loop_bench_until_live(&bench, 10000));
	for (int i = 0; i < 5; i++) {
		loop_bench_pass(&bench, 20000);
		pli_sim_pause(bench.sim, true);
		loop_bench_pass(&bench, 2000);
		assert_int_equal(loop_bench_wrong(&bench), 0);
		assert_int_equal(loop_bench_live_count(&bench), bench.accounts_count);
		pli_sim_pause(bench.sim, false);
	}
	const pli_book *book = pli_core_book(pli_engine_core(bench.engine));
	assert_true(pli_book_positions_count(book) > 20);
	loop_bench_fini(&bench);
}

/* What is told when nothing happens is enough: no link is opened anew, no feed is in doubt. */
static void
test_engine_loop_bybit__a_quiet_market_is_no_alarm(void **state)
{
	(void)state;
	loop_bench bench;
	loop_bench_init(&bench, 5, bybit);
	assert_true(loop_bench_until_live(&bench, 10000));
	pli_sim_pause(bench.sim, true);
	loop_bench_pass(&bench, 5000);
	uint64_t before = loop_world_connects(bench.world);
	for (int s = 0; s < 180; s++) {
		loop_bench_pass(&bench, 1000);
		assert_int_equal(loop_bench_live_count(&bench), bench.accounts_count);
	}
	assert_int_equal(loop_world_connects(bench.world), before);
	loop_bench_fini(&bench);
}

static void
test_engine_loop_bybit__is_true_again_after_each_fault(void **state)
{
	(void)state;
	for (int fault = 0; fault < PLI_SIM_FAULT_COUNT; fault++)
		if (fault != PLI_SIM_FAULT_KEY_EXPIRE && fault != PLI_SIM_FAULT_KEY_SILENT &&
		    fault != PLI_SIM_FAULT_NO_GREEKS)
			loop_bench_fault(PLI_SIM_BYBIT, (pli_sim_fault)fault, bybit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_loop_bybit__live_and_true_within_seconds),
	    cmocka_unit_test(test_engine_loop_bybit__a_quiet_market_is_no_alarm),
	    cmocka_unit_test(test_engine_loop_bybit__is_true_again_after_each_fault),
	};
	return cmocka_run_group_tests_name("loop_bybit", tests, NULL, NULL);
}
