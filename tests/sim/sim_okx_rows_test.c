/* sim_okx_rows_test.c: contracts are whole lots, and the numbers of a currency re-add. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim_number.h"
#include "sim/sim_okx_rows.h"
#include "sim_rows.h"

static void
test_sim_okx_rows__sizes_are_whole_lots_of_contracts(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_OKX, 400);
	uint32_t checked = 0;
	for (uint32_t i = 0; i < w->accounts_count; i++)
		for (uint32_t k = 0; k < w->accounts[i].positions_count; k++) {
			const pli_sim_position *p = &w->accounts[i].positions[k];
			if (p->instrument->venue != PLI_SIM_OKX)
				continue;
			plm_decimal contracts = pli_sim_okx_contracts(p);
			assert_true(
			    same(pli_sim_multiply(contracts, pli_sim_okx_value(p->instrument)),
				p->size));
			checked++;
		}
	assert_true(checked > 6);
	free(w);
}

static void
test_sim_okx_rows__a_currency_re_adds(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_OKX, 400);
	const pli_sim_account *a = &w->accounts[5];
	assert_string_equal(a->name, "okx-main");
	plm_decimal profit = plm_decimal_zero(), maintenance = profit;
	for (uint32_t k = 0; k < a->positions_count; k++) {
		pli_sim_okx_row row;
		pli_sim_okx_position(&a->positions[k], &row);
		assert_true(plm_decimal_sign(row.notional) >= 0);
		if (a->positions[k].instrument->settle != PLI_SIM_USDT)
			continue;
		profit = pli_sim_add(profit, row.profit);
		maintenance = pli_sim_add(maintenance, row.maintenance);
	}
	pli_sim_okx_sums sums;
	pli_sim_okx_asset(a, PLI_SIM_USDT, &sums);
	assert_true(same(sums.cash, a->wallets[PLI_SIM_USDT].cash));
	assert_true(same(sums.profit, profit));
	assert_true(same(sums.maintenance, maintenance));
	assert_true(same(sums.equity, pli_sim_add(sums.cash, profit)));
	assert_true(plm_decimal_sign(sums.maintenance) > 0 && plm_decimal_is_known(sums.ratio));
	pli_sim_okx_asset(a, PLI_SIM_XRP, &sums);
	assert_false(plm_decimal_is_known(sums.ratio));
	free(w);
}

/* Slice by slice, as income tax is taken; a debt counts in full. */
static void
test_sim_okx_rows__a_currency_is_discounted_by_steps(void **state)
{
	(void)state;
	static const struct {
		pli_sim_asset asset;
		const char *amount, *counts;
	} rows[] = {
	    {PLI_SIM_BTC, "0", "0"},
	    {PLI_SIM_BTC, "4", "3.92"},
	    {PLI_SIM_BTC, "10", "9.62"},    /* 4 x 0.98 + 6 x 0.95 */
	    {PLI_SIM_BTC, "64", "58.52"},   /* ... + 12 x 0.95 + 48 x 0.9 */
	    {PLI_SIM_BTC, "1000", "58.52"}, /* nothing above 64 */
	    {PLI_SIM_BTC, "-3", "-3"},
	    {PLI_SIM_USDT, "5000000", "5000000"},
	    {PLI_SIM_USDC, "100", "99"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_true(same(pli_sim_okx_discounted(rows[i].asset, pli_sim_of(rows[i].amount)),
		    pli_sim_of(rows[i].counts)));
}

/* The account as a whole is the sum of its currencies in dollars; its ratio has the closing fee. */
static void
test_sim_okx_rows__a_whole_re_adds(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_OKX, 1);
	uint32_t before = w->accounts_count;
	pli_sim_world_add(w, PLI_SIM_OKX_MULTI);
	assert_int_equal(w->accounts_count, before + 1);
	const pli_sim_account *a = &w->accounts[before];
	assert_true(a->multi_assets && a->venue == PLI_SIM_OKX);
	pli_sim_okx_total t;
	pli_sim_okx_whole(&w->market, a, &t);
	double adjusted = 0, maintenance = 0;
	for (int i = 0; i < PLI_SIM_USD; i++) {
		pli_sim_okx_sums s;
		pli_sim_okx_asset(a, (pli_sim_asset)i, &s);
		double usd = plm_decimal_to_double(w->market.dollar[i]);
		adjusted += usd * plm_decimal_to_double(
				      pli_sim_okx_discounted((pli_sim_asset)i, s.equity));
		maintenance += usd * plm_decimal_to_double(s.maintenance);
	}
	double got = plm_decimal_to_double(t.adjusted),
	       asked = plm_decimal_to_double(t.maintenance);
	assert_true(fabs(got - adjusted) < 1e-6 && got < plm_decimal_to_double(t.equity));
	assert_true(asked > 0 && fabs(asked - maintenance) < 1e-6);
	double fee = plm_decimal_to_double(t.notional) * 0.0005;
	assert_true(fabs(plm_decimal_to_double(t.ratio) - got / (asked + fee)) < 1e-6);
	free(w);
}

/* A world without OKX is the one that it was: the seeds of others hold. */
static void
test_sim_okx_rows__a_world_without_okx_is_as_before(void **state)
{
	(void)state;
	pli_sim_world *w = calloc(1, sizeof *w);
	assert_non_null(w);
	pli_sim_world_init(w, 7, START_NS, 20.0);
	assert_int_equal(w->accounts_count, 5);
	for (uint32_t i = 0; i < w->market.instruments_count; i++)
		assert_true(w->market.instruments[i].venue < PLI_SIM_VENUES);
	free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_okx_rows__sizes_are_whole_lots_of_contracts),
	    cmocka_unit_test(test_sim_okx_rows__a_currency_re_adds),
	    cmocka_unit_test(test_sim_okx_rows__a_currency_is_discounted_by_steps),
	    cmocka_unit_test(test_sim_okx_rows__a_whole_re_adds),
	    cmocka_unit_test(test_sim_okx_rows__a_world_without_okx_is_as_before),
	};
	return cmocka_run_group_tests_name("sim_okx_rows", tests, NULL, NULL);
}
