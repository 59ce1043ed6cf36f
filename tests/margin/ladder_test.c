/* ladder_test.c: what must hold at a ladder's price, whatever the rule. */
#include "margin_rig.h"

#include "base/random.h"

enum { POOLS = 300 };

static void
check_rungs(rig *r, uint32_t underlying, uint32_t *found)
{
	plm_ladder ladder = rig_ladder(r, underlying);
	for (int side = 0; side < 2; side++) {
		const plm_rung *rung = &ladder.rungs[PLM_THRESHOLD_LIQUIDATION][side];
		if (isnan(rung->factor))
			continue;
		(*found)++;
		plm_margin_numbers at = rig_numbers(r, underlying, rung->factor);
		assert_true(fabs(at.maintenance / at.equity - 1) < 1e-9);
		rung = &ladder.rungs[PLM_THRESHOLD_CALL][side];
		at = rig_numbers(r, underlying, rung->factor);
		assert_true(fabs(at.maintenance / at.equity / PLM_MARGIN_CALL_USAGE - 1) < 1e-9);
		rung = &ladder.rungs[PLM_THRESHOLD_BANKRUPTCY][side];
		if (isnan(rung->factor))
			continue;
		at = rig_numbers(r, underlying, rung->factor);
		assert_true(fabs(at.value) < 1e-9 * at.maintenance);
	}
}

/* Pools of legs at random, under single and joint moves. */
static void
test_ratio_is_the_threshold_at_the_ladders_price(void **state)
{
	(void)state;
	pli_random random;
	pli_random_init(&random, 77);
	uint32_t found = 0;
	for (int i = 0; i < POOLS; i++) {
		rig r;
		rig_begin(&r, i % 2 == 0 ? "binance.usdm" : "hyperliquid",
		    50000 + 200000 * pli_random_unit(&random));
		uint32_t legs = 1 + (uint32_t)(pli_random_unit(&random) * 8);
		for (uint32_t k = 0; k < legs; k++) {
			uint32_t underlying = pli_random_unit(&random) < 0.5;
			double coins = (pli_random_unit(&random) - 0.5) * 10;
			(void)rig_leg(&r, underlying, underlying == 0 ? coins : 20 * coins);
		}
		check_rungs(&r, 0, &found);
		check_rungs(&r, PLM_MARGIN_STILL, &found);
		rig_end(&r);
	}
	assert_true(found > POOLS);
}

/* 10 BTC long at one venue, short at another: no net, two deaths. Closed forms for a rate of 1 %.
 */
static void
test_flat_over_two_venues_dies_twice(void **state)
{
	(void)state;
	for (int side = -1; side <= 1; side += 2) {
		rig r;
		rig_begin(&r, "binance.usdm", 60000);
		rig_flat_rate(&r, 0.01);
		(void)rig_leg(&r, 0, side * 10);
		plm_ladder ladder = rig_ladder(&r, 0);
		const plm_rung *rungs = ladder.rungs[PLM_THRESHOLD_LIQUIDATION];
		double expected = side > 0 ? 540000 / 9.9 : 660000 / 10.1;
		int dies = side > 0 ? 0 : 1;
		assert_int_equal(rungs[dies].status, PLM_RUNG_FOUND);
		assert_true(fabs(60000 * rungs[dies].factor / expected - 1) < 1e-12);
		assert_int_equal(rungs[!dies].status, PLM_RUNG_NONE);
		assert_true(isnan(rungs[!dies].factor));
		rig_end(&r);
	}
}

/* The same two legs in one pool that adds both maintenances: far off, but not gone. */
static void
test_full_hedge_in_one_pool_leaves_gross_maintenance(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "binance.usdm", 120000);
	rig_flat_rate(&r, 0.01);
	(void)rig_leg(&r, 0, 10);
	(void)rig_leg(&r, 0, -10);
	plm_ladder ladder = rig_ladder(&r, 0);
	const plm_rung *rungs = ladder.rungs[PLM_THRESHOLD_LIQUIDATION];
	assert_int_equal(rungs[0].status, PLM_RUNG_NONE);
	assert_int_equal(rungs[1].status, PLM_RUNG_FOUND);
	assert_true(fabs(60000 * rungs[1].factor / 600000 - 1) < 1e-12);
	assert_int_equal(ladder.rungs[PLM_THRESHOLD_BANKRUPTCY][1].status, PLM_RUNG_NONE);
	rig_end(&r);
}

/* A short leg of another coin that does not move with it takes cushion and gives nothing back: the
 * call comes nearer. One of the same coin takes cushion too, but the way down is longer. */
static void
test_a_hedge_takes_cushion_in_a_pool_that_charges_both_legs(void **state)
{
	(void)state;
	plm_ladder ladders[3];
	for (uint32_t i = 0; i < 3; i++) {
		rig r;
		rig_begin(&r, "binance.usdm", 60000);
		(void)rig_leg(&r, 0, 10);
		if (i != 0)
			(void)rig_leg(&r, i - 1, i == 1 ? -0.5 : -10);
		ladders[i] = rig_ladder(&r, 0);
		rig_end(&r);
	}
	const plm_threshold call = PLM_THRESHOLD_CALL;
	assert_true(
	    plm_margin_cushion(&ladders[1].numbers) < plm_margin_cushion(&ladders[0].numbers));
	assert_true(ladders[1].rungs[call][0].factor < ladders[0].rungs[call][0].factor);
	assert_true(ladders[2].rungs[call][0].factor > ladders[0].rungs[call][0].factor);
}

/* Rules that net what is held in one coin: hedged in full no price can take the pool, of either leg
 * alone there is one. */
static void
test_full_hedge_in_a_pool_that_nets_has_no_crossing(void **state)
{
	(void)state;
	static const char *const rules[] = {"deribit.pm", "kraken"};
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		for (int held = 0; held < 3; held++) {
			rig r;
			rig_begin(&r, rules[i], 200000);
			if (held != 1)
				(void)rig_leg(&r, 0, 10);
			if (held != 0)
				(void)rig_leg(&r, 0, -10);
			plm_ladder ladder = rig_ladder(&r, 0);
			const plm_rung *rungs = ladder.rungs[PLM_THRESHOLD_LIQUIDATION];
			for (int side = 0; side < 2; side++)
				assert_int_equal(rungs[side].status,
				    held == side ? PLM_RUNG_FOUND : PLM_RUNG_NONE);
			rig_end(&r);
		}
	}
}

/* q long and h short of one coin at a rate of m are taken at ((q - h) P - W) / (q - h - m (q + h)).
 * That rises with h, so comes nearer, while W < 2 q m P / (1 + m), whatever h is: a hedge in part
 * costs a thin pool more than it saves it (127 with 100 long: 99.7273, with 10 short too: 99.8088).
 * Of a call, whose usage is 80 %, m is 1.25 times that. */
static void
test_a_hedge_in_part_takes_a_thin_pool_sooner(void **state)
{
	(void)state;
	const double price = 100, rate = 0.01, q = 100;
	for (double wallet = 127; wallet < 300; wallet += 10) {
		double at[PLM_THRESHOLD_COUNT_][2];
		for (int hedged = 0; hedged < 2; hedged++) {
			rig r;
			rig_begin(&r, "binance.usdm", wallet);
			rig_flat_rate(&r, rate);
			r.underlyings[0].price = price;
			(void)rig_leg(&r, 0, q);
			if (hedged != 0)
				(void)rig_leg(&r, 0, -10);
			plm_ladder ladder = rig_ladder(&r, 0);
			for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++)
				at[t][hedged] = price * ladder.rungs[t][0].factor;
			rig_end(&r);
		}
		const double *taken = at[PLM_THRESHOLD_LIQUIDATION];
		const double *called = at[PLM_THRESHOLD_CALL];
		double asked = rate / PLM_MARGIN_CALL_USAGE;
		assert_true(fabs(taken[0] - (100 * price - wallet) / 99) < 1e-9);
		assert_true(fabs(taken[1] - (90 * price - wallet) / 88.9) < 1e-9);
		assert_true((taken[1] > taken[0]) == (wallet < 2 * q * rate * price / (1 + rate)));
		bool past = isnan(called[1]); /* it is called where it stands */
		assert_true(past == (wallet < 1.1 * price / PLM_MARGIN_CALL_USAGE));
		assert_true((past || called[1] > called[0]) ==
			    (wallet < 2 * q * asked * price / (1 + asked)));
	}
}

static void
test_a_pool_beyond_says_where_it_would_be_back(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "binance.usdm", 60000);
	rig_leg(&r, 0, 10)->entry = 66000;
	plm_ladder ladder = rig_ladder(&r, 0);
	const plm_rung *rungs = ladder.rungs[PLM_THRESHOLD_LIQUIDATION];
	assert_int_equal(rungs[0].status, PLM_RUNG_PAST);
	assert_int_equal(rungs[1].status, PLM_RUNG_PAST);
	assert_true(isnan(rungs[0].factor));
	assert_true(rungs[1].factor > 1);
	assert_true(fabs(rig_numbers(&r, 0, rungs[1].factor).liquidation) < 1e-6);
	rig_end(&r);
}

static void
test_unknown_is_unknown(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "binance.usdm", 60000);
	rig_leg(&r, 0, 10)->steps = (plm_margin_steps){0};
	plm_ladder ladder = rig_ladder(&r, 0);
	assert_true(isnan(ladder.numbers.maintenance));
	for (int side = 0; side < 2; side++) {
		assert_int_equal(ladder.rungs[PLM_THRESHOLD_CALL][side].status, PLM_RUNG_UNKNOWN);
		assert_int_equal(
		    ladder.rungs[PLM_THRESHOLD_LIQUIDATION][side].status, PLM_RUNG_UNKNOWN);
	}
	assert_int_equal(ladder.rungs[PLM_THRESHOLD_BANKRUPTCY][0].status, PLM_RUNG_FOUND);
	rig_end(&r);
}

static void
test_a_pool_without_positions_has_no_ladder(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, "binance.usdm", 60000);
	plm_ladder ladder = rig_ladder(&r, 0);
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++)
		for (int side = 0; side < 2; side++)
			assert_int_equal(ladder.rungs[t][side].status, PLM_RUNG_NONE);
	rig_end(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ratio_is_the_threshold_at_the_ladders_price),
	    cmocka_unit_test(test_flat_over_two_venues_dies_twice),
	    cmocka_unit_test(test_full_hedge_in_one_pool_leaves_gross_maintenance),
	    cmocka_unit_test(test_a_hedge_takes_cushion_in_a_pool_that_charges_both_legs),
	    cmocka_unit_test(test_full_hedge_in_a_pool_that_nets_has_no_crossing),
	    cmocka_unit_test(test_a_hedge_in_part_takes_a_thin_pool_sooner),
	    cmocka_unit_test(test_a_pool_beyond_says_where_it_would_be_back),
	    cmocka_unit_test(test_unknown_is_unknown),
	    cmocka_unit_test(test_a_pool_without_positions_has_no_ladder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
