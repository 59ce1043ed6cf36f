/* grid_test.c: a grid of shocks gives what black76 gives for the shocked options, in both
 * precisions, and the same bits in every kernel. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "cli/option_sample.h"

enum { OPTIONS = 1000, SPOTS = 11, VOLS = 3, TIMES = 2, CELLS = SPOTS * VOLS * TIMES };

static double inputs[4][OPTIONS], quantity[OPTIONS], shocked[3][OPTIONS];
static double expected[CELLS * OPTIONS], values[2][CELLS * OPTIONS + 1], sums[2][CELLS];
static uint8_t is_put[OPTIONS];
static const plm_options options = {inputs[0], inputs[1], inputs[2], inputs[3], is_put};

static const double spots[SPOTS] = {0.2, 0.7, 0.85, 0.95, 0.99, 1, 1.01, 1.05, 1.2, 1.5, 4};
static const double vol_factors[VOLS] = {1, 0.5, 1.6}, vol_shifts[VOLS] = {0, -0.15, 0.1};
static const double times[TIMES] = {0, 0.01};

static plm_grid
grid_of(plm_precision precision)
{
	return (plm_grid){spots, SPOTS, vol_factors, vol_shifts, VOLS, times, TIMES, precision};
}

static void
options_make(uint64_t seed)
{
	pli_random random;
	pli_option_arrays arrays = {inputs[0], inputs[1], inputs[2], inputs[3], is_put, OPTIONS};
	pli_option_sample(&arrays, &pli_option_range_usual, seed);
	pli_random_init(&random, seed);
	for (int i = 0; i < OPTIONS; i++)
		quantity[i] = pli_random_normal(&random);
}

/* The same by plm_black76, shocked option by option. */
static void
expected_make(void)
{
	plm_options other = {shocked[0], inputs[1], shocked[1], shocked[2], is_put};
	for (int cell = 0; cell < CELLS; cell++) {
		int s = cell % SPOTS, v = cell / SPOTS % VOLS, t = cell / SPOTS / VOLS;
		for (int i = 0; i < OPTIONS; i++) {
			shocked[0][i] = inputs[0][i] * spots[s];
			shocked[1][i] = fmax(inputs[2][i] - times[t], 0);
			shocked[2][i] = fmax(inputs[3][i] * vol_factors[v] + vol_shifts[v], 0);
		}
		plm_greeks greeks = {.price = expected + cell * OPTIONS};
		plm_black76(&other, &greeks, OPTIONS);
	}
}

static void
test_grid__each_value_is_that_of_the_shocked_option(void **state)
{
	(void)state;
	static const double bounds[] = {3e-15, 5e-7};
	options_make(1);
	expected_make();
	for (int precision = 0; precision < 2; precision++) {
		plm_grid grid = grid_of((plm_precision)precision);
		double worst = 0;
		assert_int_equal(plm_grid_cells(&grid), CELLS);
		plm_grid_price(&options, quantity, OPTIONS, &grid, sums[0], values[0]);
		for (int cell = 0; cell < CELLS; cell++) {
			long double sum = 0, gross = 0;
			for (int i = 0; i < OPTIONS; i++) {
				int at = cell * OPTIONS + i;
				double f = inputs[0][i] * spots[cell % SPOTS], k = inputs[1][i];
				/* What exercise is worth is rounded in either precision. */
				double scale = precision == 0 ? fmax(f, k)
							      : fmin(f, k) + fmax(f, k) * 1e-8;
				worst = fmax(worst, fabs(values[0][at] - expected[at]) / scale);
				sum += (long double)quantity[i] * values[0][at];
				gross += fabsl((long double)quantity[i] * values[0][at]);
			}
			assert_true(fabsl(sums[0][cell] - sum) <= 1e-13L * gross);
		}
		printf("# %s: worst error %.2g\n", precision == 0 ? "double" : "single", worst);
		assert_true(worst > 0 && worst <= bounds[precision]);
	}
}

static void
test_grid__kernels_give_the_same_bits(void **state)
{
	(void)state;
	static const size_t counts[] = {0, 1, 7, 8, 15, 16, 17, 127, 128, 129, 255, 1000};
	plm_kernel before = plm_kernel_get();
	options_make(2);
	for (size_t n = 0; n < 2 * sizeof counts / sizeof counts[0]; n++) {
		size_t count = counts[n / 2], size = CELLS * count;
		plm_grid grid = grid_of((plm_precision)(n % 2));
		assert_int_equal(plm_kernel_force(PLM_KERNEL_SCALAR), PLM_OK);
		plm_grid_price(&options, quantity, count, &grid, sums[0], values[0]);
		for (int k = 1; k < PLM_KERNEL_COUNT_; k++) {
			if (plm_kernel_force((plm_kernel)k) != PLM_OK)
				continue;
			values[1][size] = -7;
			plm_grid_price(&options, quantity, count, &grid, sums[1], values[1]);
			assert_memory_equal(sums[1], sums[0], sizeof sums[0]);
			assert_memory_equal(values[1], values[0], size * sizeof values[0][0]);
			assert_true(values[1][size] == -7);
		}
	}
	assert_int_equal(plm_kernel_force(before), PLM_OK);
}

/* Sums do not depend on whether values are wanted, and values do not need quantities. */
static void
test_grid__either_output_alone(void **state)
{
	(void)state;
	plm_grid grid = grid_of(PLM_PRECISION_DOUBLE);
	options_make(3);
	plm_grid_price(&options, quantity, OPTIONS, &grid, sums[0], values[0]);
	plm_grid_price(&options, quantity, OPTIONS, &grid, sums[1], NULL);
	plm_grid_price(&options, NULL, OPTIONS, &grid, NULL, values[1]);
	assert_memory_equal(sums[1], sums[0], sizeof sums[0]);
	assert_memory_equal(values[1], values[0], CELLS * OPTIONS * sizeof values[0][0]);
}

/* What cannot be priced is NaN, and so is a sum that it is in; its neighbours are not. */
static void
test_grid__unknown_is_not_zero(void **state)
{
	(void)state;
	for (int precision = 0; precision < 2; precision++) {
		plm_grid grid = grid_of((plm_precision)precision);
		options_make(4);
		inputs[3][100] = 0;     /* no vol: worth its exercise */
		inputs[2][101] = 0.005; /* expires within the second time */
		plm_grid_price(&options, quantity, OPTIONS, &grid, sums[0], values[0]);
		for (int cell = 0; cell < CELLS; cell++)
			assert_false(isnan(sums[0][cell]));
		int last = CELLS - 1;
		double f = inputs[0][101] * spots[last % SPOTS], k = inputs[1][101];
		double worth = fmax(is_put[101] != 0 ? k - f : f - k, 0);
		assert_true(fabs(values[0][last * OPTIONS + 101] - worth) <= 1e-15 * fmax(f, k));
		inputs[1][200] = -1;
		inputs[2][300] = -1;
		inputs[3][400] = NAN;
		inputs[0][500] = 0;
		plm_grid_price(&options, quantity, OPTIONS, &grid, sums[0], values[0]);
		for (int cell = 0; cell < CELLS; cell++) {
			assert_true(isnan(sums[0][cell]));
			for (int i = 0; i < OPTIONS; i++)
				assert_int_equal(isnan(values[0][cell * OPTIONS + i]) != 0,
				    i == 200 || i == 300 || i == 400 || i == 500);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_grid__each_value_is_that_of_the_shocked_option),
	    cmocka_unit_test(test_grid__kernels_give_the_same_bits),
	    cmocka_unit_test(test_grid__either_output_alone),
	    cmocka_unit_test(test_grid__unknown_is_not_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
