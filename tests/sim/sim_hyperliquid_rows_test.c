/* sim_hyperliquid_rows_test.c: the numbers of an account re-add, in the venue's own identities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim_hyperliquid_rows.h"
#include "sim/sim_number.h"
#include "sim_rows.h"

static void
test_sim_hyperliquid_rows__an_account_re_adds(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_HYPERLIQUID, 400);
	uint32_t checked = 0;
	for (uint32_t i = 0; i < w->accounts_count; i++) {
		const pli_sim_account *a = &w->accounts[i];
		if (a->venue != PLI_SIM_HYPERLIQUID)
			continue;
		pli_sim_hl_sums sums;
		plm_decimal notional = plm_decimal_zero(), profit = notional;
		for (uint32_t k = 0; k < a->positions_count; k++) {
			pli_sim_hl_row row;
			pli_sim_hl_position(&a->positions[k], &row);
			notional = pli_sim_add(notional, row.notional);
			profit = pli_sim_add(profit, row.profit);
			checked++;
		}
		pli_sim_hl_account(a, false, &sums);
		assert_true(same(sums.notional, notional));
		assert_true(same(sums.profit, profit));
		assert_true(same(sums.equity, pli_sim_add(sums.cash, profit)));
		/* a standard account is dex and spot, a unified one is spot alone */
		plm_decimal all = a->multi_assets ? sums.spot : pli_sim_add(sums.spot, sums.value);
		assert_true(same(all, sums.equity));
	}
	assert_true(checked > 5);
	free(w);
}

/* liq = px - side x (margin - maintenance) / size / (1 - l x side): there margin is maintenance. */
static void
test_sim_hyperliquid_rows__at_its_liquidation_price_margin_is_maintenance(void **state)
{
	(void)state;
	pli_sim_world *w = world_create(PLI_SIM_HYPERLIQUID, 400);
	uint32_t checked = 0;
	for (uint32_t i = 0; i < w->accounts_count; i++)
		for (uint32_t k = 0; k < w->accounts[i].positions_count; k++) {
			pli_sim_position p = w->accounts[i].positions[k];
			pli_sim_hl_row row;
			if (p.instrument->venue != PLI_SIM_HYPERLIQUID)
				continue;
			pli_sim_hl_position(&p, &row);
			if (!plm_decimal_is_known(row.liquidation))
				continue;
			pli_sim_instrument moved = *p.instrument;
			moved.mark = row.liquidation;
			p.instrument = &moved;
			pli_sim_hl_position(&p, &row);
			double off = plm_decimal_to_double(row.margin) -
				     plm_decimal_to_double(row.maintenance);
			assert_true(off < 1e-3 && off > -1e-3);
			checked++;
		}
	assert_true(checked > 0);
	free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_hyperliquid_rows__an_account_re_adds),
	    cmocka_unit_test(
		test_sim_hyperliquid_rows__at_its_liquidation_price_margin_is_maintenance),
	};
	return cmocka_run_group_tests_name("sim_hyperliquid_rows", tests, NULL, NULL);
}
