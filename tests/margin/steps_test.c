/* steps_test.c: tables of rates by size, collateral by amount. */
#include "margin_rig.h"

static void
test_deductions_make_a_table_continuous(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "binance.usdm", 0);
	for (uint32_t i = 1; i < 3; i++) {
		double floor = r.steps[i].floor;
		assert_true(fabs(floor * r.steps[i].maintenance - r.steps[i].deduction -
				 (floor * r.steps[i - 1].maintenance - r.steps[i - 1].deduction)) <
			    1e-9 * floor);
	}
	rig_end(&r);
}

static void
test_the_step_is_the_last_floor_not_above(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "binance.usdm", 0);
	plm_margin_steps steps = {r.steps, 3, false, 0};
	assert_ptr_equal(plm_margin_step_of(&steps, 0), &r.steps[0]);
	assert_ptr_equal(plm_margin_step_of(&steps, 199999), &r.steps[0]);
	assert_ptr_equal(plm_margin_step_of(&steps, 200000), &r.steps[1]);
	assert_ptr_equal(plm_margin_step_of(&steps, 1e12), &r.steps[2]);
	assert_null(plm_margin_step_of(&steps, NAN));
	assert_null(plm_margin_step_of(&(plm_margin_steps){0}, 1));
	rig_end(&r);
}

static void
test_collateral_by_slices(void **state)
{
	(void)state;
	const plm_collateral_step steps[] = {{0, 1}, {5e6, 0.975}, {10e6, 0.95}};
	plm_margin_asset asset = {.steps = steps, .steps_count = 3, .debt_weight = 1.02};
	assert_true(plm_collateral_value(&asset, 11e6, false) == 5e6 + 5e6 * 0.975 + 1e6 * 0.95);
	assert_true(plm_collateral_value(&asset, 4e6, true) == 4e6);
	assert_true(plm_collateral_value(&asset, -100, false) == -102);
	assert_true(isnan(plm_collateral_value(&asset, NAN, false)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deductions_make_a_table_continuous),
	    cmocka_unit_test(test_the_step_is_the_last_floor_not_above),
	    cmocka_unit_test(test_collateral_by_slices),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
