/* loop_margin_test.c: the real engine and adapters against simulated venues: what pools of several
 * assets are worth and asked for, beside the venue's own sums, which it makes by its documents. */
#include "support/loop_bench.h"

#include <math.h>
#include <string.h>

#include "margin/book_ladder.h"
#include "sim/sim_number.h"
#include "sim/sim_okx_rows.h"
#include "sim/sim_usdm.h"

/* Amounts are told to 8 places, of at most that many dollars each. */
#define TOLD_TO 1e-8
#define PRICE_MAX 1e5

/* What a pool is worth to its venue and asked for, in dollars. */
typedef struct venue_sums {
	double equity, maintenance, ratio;
} venue_sums;

static uint32_t
account_of(const loop_bench *bench, const char *name)
{
	const pli_sim_world *world = pli_sim_world_of(bench->sim);
	uint32_t i = 0;
	while (strcmp(world->accounts[i].name, name) != 0)
		assert_true(++i < world->accounts_count);
	return i;
}

/* To change it behind the world's back. */
static pli_sim_account *
account_get(const loop_bench *bench, const char *name)
{
	return (pli_sim_account *)&pli_sim_world_of(bench->sim)->accounts[account_of(bench, name)];
}

/* The account's pool that is not isolated, which must be one. */
static pli_ladder_row
pool_of(const loop_bench *bench, const char *name)
{
	enum { ROWS = 32 };
	static pli_ladder_row rows[ROWS];
	pli_ladder_maker *maker = pli_ladder_maker_create(256);
	pli_ladder_row found = {.reason = "there is no such pool"};
	pli_core *core = pli_engine_core(bench->engine);
	uint32_t count = pli_ladder_rows_make(maker, pli_core_exposure(core),
		     &(pli_ladder_query){.numbers_only = true}, rows, ROWS),
		 seen = 0;
	plm_account_id id = pli_registry_account_find(
	    pli_engine_registry(bench->engine), plm_slice_of(name));
	for (uint32_t i = 0; i < count && i < ROWS; i++)
		if (rows[i].key.account.value == id.value && rows[i].mode != PLM_MARGIN_ISOLATED &&
		    seen++ == 0)
			found = rows[i];
	assert_int_equal(seen, 1);
	pli_ladder_maker_destroy(maker);
	return found;
}

/* Ours are the venue's, but for the digits that were told; and nothing was taken from its sums. */
static void
check_pool(const loop_bench *bench, const char *name, const venue_sums *want)
{
	pli_ladder_row row = pool_of(bench, name);
	double slack = TOLD_TO * PRICE_MAX;
	if (row.reason != NULL)
		fail_msg("%s: %s", name, row.reason);
	assert_int_equal(row.unit.value, 0);
	assert_int_equal(row.mode, PLM_MARGIN_CROSS);
	assert_int_equal(row.implied, 0);
	print_message("# %s: equity %.8f, %.3g off; maintenance %.8f, %.3g off\n", name,
	    row.numbers.equity, row.numbers.equity - want->equity, row.numbers.maintenance,
	    row.numbers.maintenance - want->maintenance);
	assert_true(fabs(row.numbers.equity - want->equity) < slack);
	assert_true(fabs(row.numbers.maintenance - want->maintenance) < slack);
	assert_true(want->maintenance > 0 && want->equity > want->maintenance);
	assert_true(fabs(row.numbers.ratio / want->ratio - 1) < slack / want->maintenance);
	assert_true(fabs(row.venue.equity - want->equity) < slack);
	assert_true(fabs(row.venue.maintenance - want->maintenance) < slack);
}

static venue_sums
binance_sums(const loop_bench *bench, const char *name)
{
	const pli_sim_world *world = pli_sim_world_of(bench->sim);
	pli_sim_usdm_sums t;
	pli_sim_usdm_totals(&world->market, &world->accounts[account_of(bench, name)], &t);
	double equity = plm_decimal_to_double(t.margin_balance);
	double maintenance = plm_decimal_to_double(t.maintenance);
	return (venue_sums){equity, maintenance, maintenance / equity};
}

/* Binance in multi-assets mode: at the bid rate what is held, at the ask rate what is owed. */
static void
test_engine_loop_margin__binance_multi_assets(void **state)
{
	(void)state;
	static const bool venues[PLI_SIM_MARKETS] = {[PLI_SIM_BINANCE] = true};
	loop_bench bench;
	loop_bench_init(&bench, 3, venues);
	assert_true(loop_bench_until_live(&bench, 10000));
	loop_bench_pass(&bench, 20000);
	pli_sim_pause(bench.sim, true);
	loop_bench_pass(&bench, 36000); /* a reading behind the last change */
	venue_sums sums = binance_sums(&bench, "binance-multi");
	check_pool(&bench, "binance-multi", &sums);
	pli_sim_account *a = account_get(&bench, "binance-multi");
	plm_decimal owed = pli_sim_add(a->wallets[PLI_SIM_USDT].cash, plm_decimal_from_int(50000));
	pli_sim_account_add_cash(a, PLI_SIM_USDT, plm_decimal_negate(owed));
	loop_bench_pass(&bench, 36000);
	venue_sums less = binance_sums(&bench, "binance-multi");
	assert_true(less.equity < sums.equity - 50000);
	check_pool(&bench, "binance-multi", &less);
	loop_bench_fini(&bench);
}

static venue_sums
okx_sums(const loop_bench *bench, const char *name)
{
	const pli_sim_world *world = pli_sim_world_of(bench->sim);
	pli_sim_okx_total t;
	pli_sim_okx_whole(&world->market, &world->accounts[account_of(bench, name)], &t);
	return (venue_sums){plm_decimal_to_double(t.adjusted), plm_decimal_to_double(t.maintenance),
	    plm_decimal_to_double(t.ratio)};
}

/* OKX's multi-currency mode: each currency at its discount, by steps of what there is of it; the
 * amount is in several of them, and beyond the last that counts. */
static void
test_engine_loop_margin__okx_multi_currency(void **state)
{
	(void)state;
	static const bool venues[PLI_SIM_MARKETS] = {
	    [PLI_SIM_OKX] = true, [PLI_SIM_OKX_MULTI] = true};
	loop_bench bench;
	loop_bench_init(&bench, 3, venues);
	assert_true(loop_bench_until_live(&bench, 10000));
	assert_int_equal(bench.accounts_count, 3);
	loop_bench_pass(&bench, 20000);
	pli_sim_pause(bench.sim, true);
	loop_bench_pass(&bench, 10000);
	venue_sums sums = okx_sums(&bench, "okx-multi");
	check_pool(&bench, "okx-multi", &sums);
	pli_sim_account *a = account_get(&bench, "okx-multi");
	pli_sim_account_add_cash(a, PLI_SIM_BTC, plm_decimal_from_int(60));
	loop_bench_pass(&bench, 36000);
	venue_sums more = okx_sums(&bench, "okx-multi");
	assert_true(more.equity > sums.equity);
	check_pool(&bench, "okx-multi", &more);
	loop_bench_fini(&bench);
}

/* By portfolio: prices by the grid, the rest as the venue's own test says it: perpetuals, a future
 * far from its index, a contract in the coin. */
static void
test_engine_loop_margin__okx_portfolio(void **state)
{
	(void)state;
	static const bool venues[PLI_SIM_MARKETS] = {[PLI_SIM_OKX] = true, [PLI_SIM_OKX_PM] = true};
	loop_bench bench;
	loop_bench_init(&bench, 3, venues);
	assert_true(loop_bench_until_live(&bench, 10000));
	loop_bench_pass(&bench, 20000);
	pli_sim_pause(bench.sim, true);
	loop_bench_pass(&bench, 70000); /* the stress test is asked for each minute */
	venue_sums want = okx_sums(&bench, "okx-pm");
	pli_ladder_row row = pool_of(&bench, "okx-pm");
	if (row.reason != NULL)
		fail_msg("%s", row.reason);
	assert_string_equal(plm_margin_rule_name(row.rule), "okx.pm");
	assert_true(row.is_estimate);
	print_message("# okx-pm: equity %.8f, %.3g off; maintenance %.8f, %.3g off\n",
	    row.numbers.equity, row.numbers.equity - want.equity, row.numbers.maintenance,
	    row.numbers.maintenance - want.maintenance);
	assert_true(fabs(row.numbers.equity - want.equity) < TOLD_TO * PRICE_MAX);
	assert_true(fabs(row.numbers.maintenance / want.maintenance - 1) < 1e-6);
	assert_true(fabs(row.numbers.ratio / want.ratio - 1) < 1e-6);
	loop_bench_fini(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_loop_margin__binance_multi_assets),
	    cmocka_unit_test(test_engine_loop_margin__okx_multi_currency),
	    cmocka_unit_test(test_engine_loop_margin__okx_portfolio),
	};
	return cmocka_run_group_tests_name("loop_margin", tests, NULL, NULL);
}
