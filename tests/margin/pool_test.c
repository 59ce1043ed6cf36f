/* pool_test.c: pools at moved prices. */
#include "margin_rig.h"

static void
put_strangle(rig *r)
{
	for (int put = 0; put < 2; put++) {
		plm_margin_leg *leg = rig_leg(r, 0, -1);
		leg->kind = PLM_MARGIN_LEG_OPTION;
		leg->put = put;
		leg->strike = put ? 50000 : 70000;
		leg->years = 0.1;
		leg->vol = 0.6;
		leg->entry = leg->mark = 1234;
	}
}

/* A short strangle dies on both sides; its mark keeps its difference to the model. */
static void
test_options_are_repriced(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "binance.option", 30000);
	put_strangle(&r);
	plm_ladder ladder = rig_ladder(&r, 0);
	const plm_rung *rungs = ladder.rungs[PLM_THRESHOLD_LIQUIDATION];
	assert_int_equal(rungs[0].status, PLM_RUNG_FOUND);
	assert_int_equal(rungs[1].status, PLM_RUNG_FOUND);
	assert_true(rungs[0].factor < 1 && rungs[1].factor > 1);
	plm_margin_numbers at = rig_numbers(&r, 0, 1);
	plm_margin_leg_numbers leg;
	plm_margin_leg_of(r.work, 0, &leg);
	assert_true(leg.price == 1234);
	assert_true(at.maintenance == ladder.numbers.maintenance);
	at = rig_numbers(&r, 0, rungs[0].factor);
	assert_true(fabs(at.maintenance / at.equity - 1) < 1e-9);
	rig_end(&r);
}

/* A vol that is not known makes the numbers unknown once prices move, not options that are free. */
static void
test_an_unknown_vol_is_not_a_free_option(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "binance.option", 30000);
	put_strangle(&r);
	r.legs[1].vol = NAN;
	assert_false(isnan(rig_numbers(&r, 1, 1.1).maintenance));
	assert_true(isnan(rig_numbers(&r, 0, 1.1).maintenance));
	rig_end(&r);
}

/* Quantity in quote units: the coin's worth moves the other way. Closed form of the published
 * example: 100,000 contracts of 100 USD at 45,000, 101 coins, 12.5 % less 11.605. */
static void
test_inverse_pool_is_in_the_coin(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "binance.coinm", 101);
	r.underlyings[0].price = 45000;
	rig_leg(&r, 0, 1e7)->kind = PLM_MARGIN_LEG_INVERSE;
	rig_flat_rate(&r, 0.125);
	r.steps[0].deduction = r.steps[1].deduction = r.steps[2].deduction = 11.605;
	plm_ladder ladder = rig_ladder(&r, 0);
	double price = 45000 * ladder.rungs[PLM_THRESHOLD_LIQUIDATION][0].factor;
	assert_true(fabs(price / (1.125e7 / (112.605 + 1e7 / 45000)) - 1) < 1e-12);
	rig_end(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_options_are_repriced),
	    cmocka_unit_test(test_an_unknown_vol_is_not_a_free_option),
	    cmocka_unit_test(test_inverse_pool_is_in_the_coin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
