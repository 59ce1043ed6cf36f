/* loop_markets_test.c: the real engine and adapters against all markets of the simulated Binance,
 * on one server: after each fault each market's book must be the truth again. */
#include "support/loop_bench.h"

static const bool markets[PLI_SIM_MARKETS] = {[PLI_SIM_BINANCE] = true,
    [PLI_SIM_BINANCE_COINM] = true,
    [PLI_SIM_BINANCE_SPOT] = true,
    [PLI_SIM_BINANCE_MARGIN] = true,
    [PLI_SIM_BINANCE_PM] = true,
    [PLI_SIM_BINANCE_OPTIONS] = true};

static void
test_engine_loop_markets__live_and_true_within_seconds(void **state)
{
	(void)state;
	loop_bench bench;
	loop_bench_init(&bench, 1, markets);
	assert_true(loop_bench_until_live(&bench, 10000));
	for (int i = 0; i < 3; i++) {
		loop_bench_pass(&bench, 20000);
		pli_sim_pause(bench.sim, true);
		/* one budget of weights serves all markets here: readings come late */
		loop_bench_pass(&bench, 36000);
		assert_int_equal(loop_bench_wrong(&bench), 0);
		assert_int_equal(loop_bench_live_count(&bench), bench.accounts_count);
		pli_sim_pause(bench.sim, false);
	}
	loop_bench_fini(&bench);
}

static void
test_engine_loop_markets__are_true_again_after_each_fault(void **state)
{
	(void)state;
	for (int fault = 0; fault < PLI_SIM_FAULT_COUNT; fault++)
		if (fault != PLI_SIM_FAULT_NO_GREEKS)
			loop_bench_fault(PLI_SIM_BINANCE, (pli_sim_fault)fault, markets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_loop_markets__live_and_true_within_seconds),
	    cmocka_unit_test(test_engine_loop_markets__are_true_again_after_each_fault),
	};
	return cmocka_run_group_tests_name("loop_markets", tests, NULL, NULL);
}
