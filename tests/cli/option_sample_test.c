/* option_sample_test.c: what is drawn stays in its range, and the other arithmetic is right. */
#include "cli/option_sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { OPTIONS = 2000 };

static double inputs[2][4][OPTIONS];
static uint8_t is_put[2][OPTIONS];

static void
sample(int which, uint64_t seed)
{
	double(*in)[OPTIONS] = inputs[which];
	pli_option_arrays arrays = {in[0], in[1], in[2], in[3], is_put[which], OPTIONS};
	pli_option_sample(&arrays, &pli_option_range_usual, seed);
}

static void
test_option_sample__is_in_its_range_and_the_seeds_own(void **state)
{
	(void)state;
	sample(0, 1);
	sample(1, 1);
	assert_memory_equal(inputs[0], inputs[1], sizeof inputs[0]);
	assert_memory_equal(is_put[0], is_put[1], sizeof is_put[0]);
	sample(1, 2);
	assert_memory_not_equal(inputs[0], inputs[1], sizeof inputs[0]);
	int puts = 0;
	for (int i = 0; i < OPTIONS; i++) {
		double f = inputs[0][0][i], k = inputs[0][1][i], t = inputs[0][2][i];
		double s = inputs[0][3][i];
		assert_true(f > 0.6 && f < 36400 && s >= 0.2 && s <= 2);
		assert_true(t >= 0.9999 / 8760 && t <= 2.0001);
		assert_true(fabs(log(k / f)) <= 3.50001 * s * sqrt(t));
		puts += is_put[0][i];
	}
	assert_true(puts > OPTIONS / 3 && puts < 2 * OPTIONS / 3);
}

/* At the money, v = 0.2: N(0.1) = 0.539827837277028981... (DLMF 7.18; 30 digits by mpmath). */
static void
test_option_sample__the_oracle_is_right(void **state)
{
	(void)state;
	double hundred = 100, year = 1, vol = 0.2;
	uint8_t put = 1;
	plm_options one = {&hundred, &hundred, &year, &vol, &put};
	long double values[PLI_OPTION_OUTPUTS], n = 0.539827837277028981L;
	double scales[PLI_OPTION_OUTPUTS];
	pli_option_oracle(&one, 0, values);
	pli_option_oracle_scales(&one, 0, values, scales);
	assert_true(fabsl(values[0] - 100 * (2 * n - 1)) < 1e-13L);
	assert_true(fabsl(values[1] - (n - 1)) < 1e-16L);
	assert_true(fabsl(values[5] + values[0]) < 1e-16L);
	assert_true(scales[0] >= 100 && scales[0] <= 100 && scales[1] >= 1 && scales[1] <= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_option_sample__is_in_its_range_and_the_seeds_own),
	    cmocka_unit_test(test_option_sample__the_oracle_is_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
