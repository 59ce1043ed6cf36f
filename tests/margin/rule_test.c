/* rule_test.c: what must hold of every rule, by the table. */
#include "margin_rig.h"

#include <string.h>

#include "plimsoll/margin_rules.h"

static void
test_rules_are_found_by_their_names(void **state)
{
	(void)state;
	uint32_t count = 0;
	for (const plm_margin_rule *rule; (rule = plm_margin_rule_at(count)) != NULL; count++) {
		assert_ptr_equal(plm_margin_rule_find(plm_margin_rule_name(rule)), rule);
		const char *venue = plm_margin_rule_venue(rule);
		assert_memory_equal(plm_margin_rule_name(rule), venue, strlen(venue));
	}
	assert_true(count >= 8);
	assert_null(plm_margin_rule_find("binance"));
	assert_true(plm_margin_rule_is_verified(plm_margin_rule_find("binance.usdm")));
	assert_false(plm_margin_rule_is_verified(plm_margin_rule_find("binance.option")));
}

/* The venue's own example (FAQ c983a9268cfa4e70a4916c276bb3b7bc, 2022, "with open positions"): what
 * is asked counts at the ask rate. */
static void
test_binance_multi_as_the_venue_shows(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "binance.multi", 200);
	r.pool.assets_count = 2;
	r.assets[1] = r.assets[0];
	r.assets[0].price = 0.99;
	r.assets[0].weight = 1 - 0.01;
	r.assets[0].debt_weight = 1 + 0.005;
	r.assets[1].wallet = 220;
	r.underlyings[0].price = 20000;
	r.underlyings[1].price = 600;
	static const plm_margin_step rates[] = {{0, 0.008, 0, 0.01}, {0, 0.01, 0, 0.02}};
	for (uint32_t i = 0; i < 2; i++) {
		plm_margin_leg *leg = rig_leg(&r, i, i == 0 ? 0.5 : 20);
		leg->asset = i;
		leg->steps = (plm_margin_steps){&rates[i], 1, false, 0};
	}
	plm_margin_numbers numbers = rig_numbers(&r, 0, 1);
	assert_true(fabs(numbers.equity - 416.02) < 1e-9);
	assert_true(fabs(numbers.maintenance - 199.596) < 1e-9);
	assert_true(fabs(numbers.equity - numbers.initial - 76.525) < 1e-9);
	assert_true(fabs(numbers.ratio - 0.4798) < 5e-5);
	rig_end(&r);
}

static void
test_an_unknown_quantity_asks_nothing_known(void **state)
{
	(void)state;
	for (uint32_t i = 0; plm_margin_rule_at(i) != NULL; i++) {
		rig r;
		rig_begin(&r, plm_margin_rule_name(plm_margin_rule_at(i)), 30000);
		(void)rig_leg(&r, 0, NAN);
		plm_margin_numbers numbers = rig_numbers(&r, 0, 1);
		assert_true(isnan(numbers.maintenance));
		assert_true(isnan(numbers.liquidation));
		rig_end(&r);
	}
}

/* No position: nothing is asked, and nothing can be taken. */
static void
test_an_empty_pool_is_safe(void **state)
{
	(void)state;
	for (uint32_t i = 0; plm_margin_rule_at(i) != NULL; i++) {
		rig r;
		rig_begin(&r, plm_margin_rule_name(plm_margin_rule_at(i)), 30000);
		plm_margin_numbers numbers = rig_numbers(&r, 0, 1);
		assert_true(numbers.maintenance == 0 && numbers.initial == 0);
		assert_true(numbers.equity == 30000 && numbers.value == 30000);
		assert_true(isinf(numbers.liquidation) && numbers.liquidation > 0);
		rig_end(&r);
	}
}

static void
test_the_call_comes_before_liquidation(void **state)
{
	(void)state;
	for (uint32_t i = 0; plm_margin_rule_at(i) != NULL; i++) {
		rig r;
		rig_begin(&r, plm_margin_rule_name(plm_margin_rule_at(i)), 30000);
		(void)rig_leg(&r, 0, 2);
		plm_margin_numbers numbers = rig_numbers(&r, 0, 0.9);
		if (isnan(numbers.maintenance)) /* takes its parameters from the venue alone */
			assert_true(isnan(numbers.call) && isnan(numbers.liquidation));
		else
			assert_true(numbers.call <= numbers.liquidation);
		rig_end(&r);
	}
}

/* 1 BTC of 60,000 in a pool in dollars: 16 % of it, and 1 % for the roll; 0.8 of both. */
static void
test_deribit_pm_counts_in_the_pools_unit(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "deribit.pm", 30000);
	(void)rig_leg(&r, 0, 1);
	plm_margin_numbers numbers = rig_numbers(&r, 0, 1);
	assert_true(fabs(numbers.initial - 10200) < 1e-6);
	assert_true(fabs(numbers.maintenance - 8160) < 1e-6);
	plm_deribit_matrix matrix;
	plm_deribit_matrix_of(r.work, &r.pool, 0, &matrix);
	/* A third down is twice the range, and 100,000 USD lie in one more: no loss is left. */
	assert_true(matrix.cells[28] < -9599 && matrix.aggregated[28] == 0);
	rig_end(&r);
}

static void
test_words_of_venues(void **state)
{
	(void)state;
	assert_string_equal(plm_binance_pm_status(2), "NORMAL");
	assert_string_equal(plm_binance_pm_status(NAN), "UNKNOWN");
	assert_string_equal(plm_hyperliquid_stage(100, 100), "OK");
	assert_string_equal(plm_hyperliquid_stage(NAN, 100), "UNKNOWN");
	assert_true(plm_hyperliquid_transfer_min(3000, 20000) == 3000);
	assert_true(isnan(plm_hyperliquid_transfer_min(NAN, 20000)));
	assert_true(plm_dydx_initial_rate(0.2, 1, 10, 20) == 0.2);
	assert_true(plm_dydx_initial_rate(0.2, 30, 10, 20) == 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rules_are_found_by_their_names),
	    cmocka_unit_test(test_binance_multi_as_the_venue_shows),
	    cmocka_unit_test(test_an_unknown_quantity_asks_nothing_known),
	    cmocka_unit_test(test_an_empty_pool_is_safe),
	    cmocka_unit_test(test_the_call_comes_before_liquidation),
	    cmocka_unit_test(test_deribit_pm_counts_in_the_pools_unit),
	    cmocka_unit_test(test_words_of_venues),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
