/* liquidity_test.c: shares of pools with a range, against finite differences and whole numbers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plimsoll/liquidity.h"

static plm_decimal
of(const char *text)
{
	plm_decimal value;
	assert_int_equal(plm_decimal_parse(plm_slice_of(text), &value, NULL), PLM_OK);
	return value;
}

static double
value_at(double price)
{
	plm_liquidity share;
	plm_liquidity_at(50000, price, 2900, 3100, &share);
	return share.value;
}

static void
test_pricing_liquidity__delta_and_gamma_are_those_of_the_value(void **state)
{
	(void)state;
	static const double prices[] = {2500, 2899, 2950, 3000, 3099, 3101, 4000};
	for (size_t i = 0; i < sizeof prices / sizeof *prices; i++) {
		double p = prices[i], h = 1e-3;
		plm_liquidity share;
		plm_liquidity_at(50000, p, 2900, 3100, &share);
		assert_true(
		    fabs((value_at(p + h) - value_at(p - h)) / (2 * h) - share.delta) < 1e-4);
		plm_liquidity up, down;
		plm_liquidity_at(50000, p + h, 2900, 3100, &up);
		plm_liquidity_at(50000, p - h, 2900, 3100, &down);
		assert_true(fabs((up.delta - down.delta) / (2 * h) - share.gamma) < 1e-5);
		assert_true(share.gamma <= 0);
	}
}

static void
test_pricing_liquidity__outside_one_token_alone(void **state)
{
	(void)state;
	plm_liquidity below, above;
	plm_liquidity_at(50000, 2000, 2900, 3100, &below);
	plm_liquidity_at(50000, 5000, 2900, 3100, &above);
	assert_true(below.amount1 == 0 && below.amount0 > 0 && below.gamma == 0);
	assert_true(above.amount0 == 0 && above.amount1 > 0 && above.delta == 0);
}

static void
test_pricing_liquidity__no_share_is_unknown(void **state)
{
	(void)state;
	plm_liquidity share;
	plm_liquidity_at(1, 1, 2, 2, &share);
	assert_true(isnan(share.value) && isnan(share.delta));
	plm_liquidity_at(NAN, 1, 1, 2, &share);
	assert_true(isnan(share.amount0));
	assert_true(plm_liquidity_delta0(of("1"), of("0"), of("1"), true) == UINT64_MAX);
	assert_true(plm_liquidity_delta1(of("100000000000000000000"), of("1"), of("4"), true) ==
		    UINT64_MAX);
}

/* 1e18 (1 - 1 / 1.1) = 90909090909090909.09; 1e18 (1.1 - 1) is whole. */
static void
test_pricing_liquidity__whole_units_are_rounded_for_the_pool(void **state)
{
	(void)state;
	assert_true(plm_liquidity_delta0(of("1000000000000000000"), of("1"), of("1.21"), true) ==
		    UINT64_C(90909090909090910));
	assert_true(plm_liquidity_delta0(of("1000000000000000000"), of("1.21"), of("1"), false) ==
		    UINT64_C(90909090909090909));
	assert_true(plm_liquidity_delta1(of("400"), of("4"), of("9"), true) == 400);
	assert_true(plm_liquidity_delta1(of("400"), of("9"), of("4"), false) == 400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pricing_liquidity__delta_and_gamma_are_those_of_the_value),
	    cmocka_unit_test(test_pricing_liquidity__outside_one_token_alone),
	    cmocka_unit_test(test_pricing_liquidity__no_share_is_unknown),
	    cmocka_unit_test(test_pricing_liquidity__whole_units_are_rounded_for_the_pool),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
