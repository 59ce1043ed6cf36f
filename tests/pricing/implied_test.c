/* implied_test.c: the vol of a price: what was priced comes back, each status has its reason, all
 * kernels find the same bits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/option_sample.h"

enum { OPTIONS = 100000, VEGA = 3 };

static double inputs[4][OPTIONS], prices[OPTIONS], vols[2][OPTIONS];
static uint8_t is_put[OPTIONS], statuses[2][OPTIONS];
static const plm_options options = {inputs[0], inputs[1], inputs[2], inputs[3], is_put};

/* From seconds to decades, near the money and far from it. */
static const pli_option_range ranges[] = {{1.0 / 8760, 2, 0.2, 2, 3.5}, {1e-8, 1e-3, 0.05, 2, 6},
    {1, 30, 0.5, 8, 6}, {1.0 / 8760, 2, 0.05, 2, 20}, {1.0 / 8760, 2, 0.05, 2, 0.01}};
enum { RANGES = sizeof ranges / sizeof ranges[0] };

static void
prices_make(size_t range)
{
	pli_option_arrays arrays = {inputs[0], inputs[1], inputs[2], inputs[3], is_put, OPTIONS};
	plm_greeks greeks = {.price = prices};
	pli_option_sample(&arrays, &ranges[range], range + 1);
	plm_black76(&options, &greeks, OPTIONS);
}

/* How far the vol moves for one unit in the last place of the price. */
static double
moved_by_ulp(int i)
{
	long double values[PLI_OPTION_OUTPUTS];
	pli_option_oracle(&options, (size_t)i, values);
	return (double)(prices[i] * 0x1p-52L / values[VEGA]) / fmax(1, inputs[3][i]);
}

static void
test_implied__what_was_priced_comes_back(void **state)
{
	(void)state;
	for (size_t r = 0; r < RANGES; r++) {
		double worst = 0;
		int counts[PLM_IMPLIED_COUNT_] = {0};
		prices_make(r);
		plm_implied(&options, prices, vols[0], statuses[0], OPTIONS);
		for (int i = 0; i < OPTIONS; i++) {
			counts[statuses[0][i]]++;
			if (statuses[0][i] == PLM_IMPLIED_OK) {
				double error = fabs(vols[0][i] - inputs[3][i]);
				worst = fmax(worst, error / fmax(1, inputs[3][i]));
			} else if (!isnan(vols[0][i]) || moved_by_ulp(i) < 0.9e-12) {
				fail_msg("range %zu row %d: %s, vol %g, moved by %g", r, i,
				    plm_implied_text((plm_implied_status)statuses[0][i]),
				    vols[0][i], moved_by_ulp(i));
			}
		}
		printf("# range %zu: %d ok, worst error %.2g; %d without information, %d at the "
		       "maximum\n",
		    r, counts[PLM_IMPLIED_OK], worst, counts[PLM_IMPLIED_NO_INFORMATION],
		    counts[PLM_IMPLIED_AT_MAXIMUM]);
		assert_true(counts[PLM_IMPLIED_OK] > OPTIONS / 4 && worst <= 1e-12);
		assert_int_equal(counts[PLM_IMPLIED_BELOW_INTRINSIC], 0);
		assert_int_equal(counts[PLM_IMPLIED_BAD_INPUT], 0);
	}
}

/* The price as it should be, not as our own kernel makes it. */
static void
test_implied__prices_of_another_make(void **state)
{
	(void)state;
	prices_make(0);
	for (int i = 0; i < OPTIONS; i++) {
		long double values[PLI_OPTION_OUTPUTS];
		pli_option_oracle(&options, (size_t)i, values);
		prices[i] = (double)values[0];
	}
	plm_implied(&options, prices, vols[0], statuses[0], OPTIONS);
	for (int i = 0; i < OPTIONS; i++)
		if (statuses[0][i] == PLM_IMPLIED_OK &&
		    fabs(vols[0][i] - inputs[3][i]) > 1e-12 * fmax(1, inputs[3][i]))
			fail_msg("row %d: %.17g for %.17g", i, vols[0][i], inputs[3][i]);
}

static void
test_implied__kernels_find_the_same_bits(void **state)
{
	(void)state;
	plm_kernel before = plm_kernel_get();
	for (size_t r = 0; r < RANGES; r++) {
		prices_make(r);
		for (int i = 0; i < OPTIONS; i += 7) /* the lanes are not all usual */
			prices[i] = i % 2 == 0 ? -1 : i % 3 == 0 ? NAN : 1e9;
		assert_int_equal(plm_kernel_force(PLM_KERNEL_SCALAR), PLM_OK);
		plm_implied(&options, prices, vols[0], statuses[0], OPTIONS);
		for (int k = 1; k < PLM_KERNEL_COUNT_; k++) {
			if (plm_kernel_force((plm_kernel)k) != PLM_OK)
				continue;
			plm_implied(&options, prices, vols[1], statuses[1], OPTIONS);
			assert_memory_equal(vols[1], vols[0], sizeof vols[0]);
			assert_memory_equal(statuses[1], statuses[0], sizeof statuses[0]);
		}
	}
	assert_int_equal(plm_kernel_force(before), PLM_OK);
}

static void
test_implied__whatever_the_count(void **state)
{
	(void)state;
	prices_make(0);
	plm_implied(&options, prices, vols[0], statuses[0], OPTIONS);
	for (size_t count = 0; count < 150; count++) {
		vols[1][count] = -7;
		statuses[1][count] = 77;
		plm_implied(&options, prices, vols[1], statuses[1], count);
		assert_memory_equal(vols[1], vols[0], count * sizeof vols[0][0]);
		assert_memory_equal(statuses[1], statuses[0], count);
		assert_true(vols[1][count] == -7 && statuses[1][count] == 77);
	}
}

typedef struct status_case {
	double forward, strike, years, price;
	uint8_t put;
	plm_implied_status status;
} status_case;

static void
test_implied__each_status_has_its_reason(void **state)
{
	(void)state;
	static const status_case cases[] = {{100, 90, 1, 12, 0, PLM_IMPLIED_OK},
	    {100, 90, 1, 10, 0, PLM_IMPLIED_NO_INFORMATION},
	    {100, 90, 1, 9.99, 0, PLM_IMPLIED_BELOW_INTRINSIC},
	    {100, 90, 1, 100, 0, PLM_IMPLIED_AT_MAXIMUM},
	    {100, 90, 1, 1000, 0, PLM_IMPLIED_AT_MAXIMUM}, {100, 90, 1, 89.9, 1, PLM_IMPLIED_OK},
	    {100, 90, 1, 90, 1, PLM_IMPLIED_AT_MAXIMUM},
	    {90, 100, 1, 9, 1, PLM_IMPLIED_BELOW_INTRINSIC},
	    {100, 110, 1, -0.01, 0, PLM_IMPLIED_BELOW_INTRINSIC},
	    {100, 110, 1, 0, 0, PLM_IMPLIED_NO_INFORMATION},
	    {100, 110, 1, 1e-310, 0, PLM_IMPLIED_NO_INFORMATION},
	    {100, 110, 1, 1e-300, 0, PLM_IMPLIED_OK},
	    {100, 50, 0.01, 50.00000000000001, 0, PLM_IMPLIED_NO_INFORMATION},
	    {0.3, 0.1, 1, 0.3 - 0.1, 0, PLM_IMPLIED_NO_INFORMATION},
	    {100, 110, 0, 1, 0, PLM_IMPLIED_BAD_INPUT}, {100, 110, -1, 1, 0, PLM_IMPLIED_BAD_INPUT},
	    {0, 110, 1, 1, 0, PLM_IMPLIED_BAD_INPUT}, {100, -1, 1, 1, 0, PLM_IMPLIED_BAD_INPUT},
	    {100, 110, 1, NAN, 0, PLM_IMPLIED_BAD_INPUT},
	    {100, 110, 1, INFINITY, 0, PLM_IMPLIED_BAD_INPUT},
	    {NAN, 110, 1, 1, 0, PLM_IMPLIED_BAD_INPUT},
	    {100, 110, NAN, 1, 0, PLM_IMPLIED_BAD_INPUT},
	    {1e200, 110, 1, 1, 0, PLM_IMPLIED_BAD_INPUT}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const status_case *c = &cases[i];
		plm_options one = {&c->forward, &c->strike, &c->years, NULL, &c->put};
		double vol = -7;
		plm_implied_status status = plm_implied_one(&one, c->price, &vol);
		if (status != c->status || isnan(vol) != (status != PLM_IMPLIED_OK))
			fail_msg("case %zu: %s, vol %g", i, plm_implied_text(status), vol);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_implied__what_was_priced_comes_back),
	    cmocka_unit_test(test_implied__prices_of_another_make),
	    cmocka_unit_test(test_implied__kernels_find_the_same_bits),
	    cmocka_unit_test(test_implied__whatever_the_count),
	    cmocka_unit_test(test_implied__each_status_has_its_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
