/* sim_okx_pm_test.c: the simulated OKX's stress test of a portfolio. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/sim_number.h"
#include "sim/sim_okx_pm.h"
#include "sim/sim_okx_rows.h"

#define START_NS (1800000000 * PLM_NS_PER_S)

static pli_sim_world *
world_create(const pli_sim_account **ret_account)
{
	pli_sim_world *w = calloc(1, sizeof *w);
	assert_non_null(w);
	pli_sim_world_init(w, 5, START_NS, 20.0);
	pli_sim_world_add(w, PLI_SIM_OKX);
	uint32_t before = w->accounts_count;
	pli_sim_world_add(w, PLI_SIM_OKX_PM);
	assert_int_equal(w->accounts_count, before + 1);
	*ret_account = &w->accounts[before];
	assert_true((*ret_account)->portfolio && (*ret_account)->venue == PLI_SIM_OKX);
	return w;
}

/* The account is asked for the sum of its units; the sum is less than its contracts one by one. */
static void
test_sim_okx_pm__units_add_up_and_net(void **state)
{
	(void)state;
	const pli_sim_account *a;
	pli_sim_world *w = world_create(&a);
	double sum = 0, each = 0;
	for (int coin = 0; coin < PLI_SIM_COINS; coin++) {
		pli_sim_okx_unit u;
		pli_sim_okx_unit_of(&w->market, a, (pli_sim_asset)coin, &u);
		assert_true(u.maintenance >= u.mr7 && u.maintenance >= u.mr1 + u.mr4 - 1e-9);
		assert_true(u.held == (u.maintenance > 0));
		sum += u.maintenance;
	}
	pli_sim_account one = *a;
	for (uint32_t i = 0; i < a->positions_count; i++) {
		pli_sim_okx_unit u;
		one.positions_count = 1;
		one.positions[0] = a->positions[i];
		pli_sim_okx_unit_of(&w->market, &one, a->positions[i].instrument->coin, &u);
		each += u.maintenance;
	}
	plm_decimal initial, maintenance;
	pli_sim_okx_portfolio(&w->market, a, &initial, &maintenance);
	assert_true(sum > 0 && fabs(plm_decimal_to_double(maintenance) - sum) < 1e-6);
	assert_true(fabs(plm_decimal_to_double(initial) - 1.3 * sum) < 1e-6);
	assert_true(sum < each);
	pli_sim_okx_total t;
	pli_sim_okx_whole(&w->market, a, &t);
	assert_true(t.maintenance.units == maintenance.units);
	free(w);
}

/* One linear contract: so much of its coins at the index, and of the mark for basis and least. */
static void
test_sim_okx_pm__one_contract_is_by_the_formula(void **state)
{
	(void)state;
	const pli_sim_account *a;
	pli_sim_world *w = world_create(&a);
	pli_sim_account one = *a;
	one.positions_count = 0;
	for (uint32_t i = 0; i < a->positions_count && one.positions_count == 0; i++)
		if (!a->positions[i].instrument->inverse && !pli_sim_is_zero(a->positions[i].size))
			one.positions[one.positions_count++] = a->positions[i];
	assert_int_equal(one.positions_count, 1);
	const pli_sim_instrument *in = one.positions[0].instrument;
	double size = fabs(plm_decimal_to_double(one.positions[0].size)) *
		      plm_decimal_to_double(w->market.dollar[in->settle]);
	bool first = in->coin == PLI_SIM_BTC || in->coin == PLI_SIM_ETH;
	pli_sim_okx_unit u;
	pli_sim_okx_unit_of(&w->market, &one, in->coin, &u);
	double index = plm_decimal_to_double(in->index), mark = plm_decimal_to_double(in->mark);
	double mr1 = size * index * (first ? 0.12 : 0.18);
	assert_true(fabs(u.mr1 / mr1 - 1) < 1e-9 && fabs(u.mr6 / mr1 - 1) < 1e-9);
	assert_true(fabs(u.mr4 / (size * mark * (first ? 0.002 : 0.008)) - 1) < 1e-9);
	assert_true(fabs(u.mr7 / (size * mark * (first ? 0.0045 : 0.007)) - 1) < 1e-9);
	free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_okx_pm__units_add_up_and_net),
	    cmocka_unit_test(test_sim_okx_pm__one_contract_is_by_the_formula),
	};
	return cmocka_run_group_tests_name("sim_okx_pm", tests, NULL, NULL);
}
