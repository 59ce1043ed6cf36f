/* black76_test.c: prices and sensitivities against arithmetic with 64 bits of mantissa, at the
 * edges, and bit by bit between kernels. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifdef __x86_64__
#include <xmmintrin.h>
#endif

#include "cli/option_sample.h"
#include "plimsoll/pricing.h"

enum { OPTIONS = 200000, OUTPUTS = PLI_OPTION_OUTPUTS };
enum { PRICE, DELTA, GAMMA, VEGA, THETA };

static double inputs[4][OPTIONS], outputs[PLM_KERNEL_COUNT_][OUTPUTS][OPTIONS];
static uint8_t is_put[OPTIONS];

static plm_greeks
greeks_of(double (*o)[OPTIONS])
{
	return (plm_greeks){o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8]};
}

static void
inputs_make(uint64_t seed)
{
	pli_option_arrays arrays = {inputs[0], inputs[1], inputs[2], inputs[3], is_put, OPTIONS};
	pli_option_sample(&arrays, &pli_option_range_usual, seed);
}

static void
run(plm_kernel kernel, double (*o)[OPTIONS], size_t count)
{
	plm_options options = {inputs[0], inputs[1], inputs[2], inputs[3], is_put};
	plm_greeks greeks = greeks_of(o);
	plm_kernel before = plm_kernel_get();
	assert_int_equal(plm_kernel_force(kernel), PLM_OK);
	plm_black76(&options, &greeks, count);
	assert_int_equal(plm_kernel_force(before), PLM_OK);
}

static void
test_black76__errors_are_within_their_bounds(void **state)
{
	(void)state;
	static const double bounds[OUTPUTS] = {
	    2e-15, 1e-13, 3e-14, 3e-14, 3e-14, 2e-15, 1e-13, 1e-13, 1e-13};
	double worst[OUTPUTS] = {0};
	plm_options options = {inputs[0], inputs[1], inputs[2], inputs[3], is_put};
	inputs_make(1);
	run(plm_kernel_get(), outputs[0], OPTIONS);
	for (int i = 0; i < OPTIONS; i++) {
		long double values[OUTPUTS];
		double scales[OUTPUTS];
		pli_option_oracle(&options, (size_t)i, values);
		pli_option_oracle_scales(&options, (size_t)i, values, scales);
		for (int o = 0; o < OUTPUTS; o++) {
			double error = fabs((double)((long double)outputs[0][o][i] - values[o])) /
				       scales[o];
			worst[o] = fmax(worst[o], error);
		}
	}
	for (int o = 0; o < OUTPUTS; o++) {
		printf("# output %d: worst error %.2g\n", o, worst[o]);
		assert_true(worst[o] <= bounds[o]);
	}
}

static void
test_black76__kernels_give_the_same_bits(void **state)
{
	(void)state;
	for (uint64_t seed = 2; seed < 5; seed++) {
		inputs_make(seed);
		if (seed == 4) /* the lanes are not all usual */
			for (int i = 0; i < OPTIONS; i += 3)
				inputs[i % 4][i] = i % 2 == 0 ? -1 : i % 5 == 0 ? NAN : 0;
		run(PLM_KERNEL_SCALAR, outputs[0], OPTIONS);
		for (int k = 1; k < PLM_KERNEL_COUNT_; k++) {
			if (!plm_kernel_is_here((plm_kernel)k)) {
				printf("# SKIP %s is not here\n", plm_kernel_text((plm_kernel)k));
				continue;
			}
			run((plm_kernel)k, outputs[k], OPTIONS);
			assert_memory_equal(outputs[k], outputs[0], sizeof outputs[0]);
		}
	}
}

/* Any count, any kernel: as many as asked for are written, and no more. */
static void
test_black76__whatever_the_count(void **state)
{
	(void)state;
	inputs_make(6);
	run(PLM_KERNEL_SCALAR, outputs[0], 300);
	for (int k = 0; k < PLM_KERNEL_COUNT_; k++) {
		for (size_t count = 0; plm_kernel_is_here((plm_kernel)k) && count < 300; count++) {
			double(*o)[OPTIONS] = outputs[1];
			for (int j = 0; j < OUTPUTS; j++)
				o[j][count] = -7;
			run((plm_kernel)k, o, count);
			for (int j = 0; j < OUTPUTS; j++) {
				assert_memory_equal(o[j], outputs[0][j], count * sizeof o[j][0]);
				assert_true(o[j][count] == -7);
			}
		}
	}
}

/* Out of the money the price itself is right to its last bits, however small it is and v is. */
static void
test_black76__small_prices_keep_their_digits(void **state)
{
	(void)state;
	static const pli_option_range ranges[] = {
	    {1e-8, 1e-3, 0.05, 2, 6}, {1.0 / 8760, 2, 0.05, 2, 20}, {1, 30, 0.5, 3, 6}};
	plm_options options = {inputs[0], inputs[1], inputs[2], inputs[3], is_put};
	for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++) {
		double worst = 0;
		pli_option_arrays arrays = {
		    inputs[0], inputs[1], inputs[2], inputs[3], is_put, OPTIONS};
		pli_option_sample(&arrays, &ranges[r], 9 + r);
		for (int i = 0; i < OPTIONS; i++)
			is_put[i] = inputs[1][i] < inputs[0][i];
		run(plm_kernel_get(), outputs[0], OPTIONS);
		for (int i = 0; i < OPTIONS; i++) {
			long double values[OUTPUTS], f = inputs[0][i], k = inputs[1][i];
			long double v = inputs[3][i] * sqrtl(inputs[2][i]), d = logl(f / k) / v;
			pli_option_oracle(&options, (size_t)i, values);
			/* Where the oracle has digits itself: it subtracts. */
			if (values[PRICE] < 1e-4L * fminl(f, k))
				continue;
			double bound = 4e-16 * (8 + (double)(d * d));
			double error = fabs((double)(outputs[0][PRICE][i] / values[PRICE] - 1));
			worst = fmax(worst, error / bound);
		}
		printf("# range %zu: worst error %.2g of its bound\n", r, worst);
		assert_true(worst > 0 && worst <= 1);
	}
}

/* Whatever state of the floating-point unit the caller has: the same bits, and it is put back. */
static void
test_black76__the_callers_state_does_not_matter(void **state)
{
	(void)state;
#ifdef __x86_64__
	inputs_make(12);
	for (int i = 0; i < 1000; i++)
		inputs[1][i] = inputs[0][i] * (i % 2 == 0 ? 1e60 : 1e-60);
	for (int k = 0; k < PLM_KERNEL_COUNT_; k++) {
		if (!plm_kernel_is_here((plm_kernel)k))
			continue;
		run((plm_kernel)k, outputs[0], 1000);
		static const unsigned states[] = {0x1f80, 0x9fc0, 0x7f80, 0x3f80, 0x5f80};
		for (size_t s = 0; s < sizeof states / sizeof states[0]; s++) {
			unsigned before = _mm_getcsr();
			_mm_setcsr(states[s]);
			run((plm_kernel)k, outputs[1], 1000);
			unsigned after = _mm_getcsr();
			_mm_setcsr(before);
			assert_int_equal(after, states[s]);
			for (int o = 0; o < OUTPUTS; o++)
				assert_memory_equal(
				    outputs[1][o], outputs[0][o], 1000 * sizeof(double));
		}
	}
#endif
}

typedef struct edge {
	double forward, strike, years, vol, call, put, delta_call, delta_put;
} edge;

static void
edge_check(const edge *e, plm_kernel kernel)
{
	for (int put = 0; put < 2; put++) {
		double o[OUTPUTS];
		uint8_t side = (uint8_t)put;
		plm_options options = {&e->forward, &e->strike, &e->years, &e->vol, &side};
		plm_greeks greeks = {o, o + 1, o + 2, o + 3, o + 4, o + 5, o + 6, o + 7, o + 8};
		assert_int_equal(plm_kernel_force(kernel), PLM_OK);
		plm_black76(&options, &greeks, 1);
		double price = put ? e->put : e->call, delta = put ? e->delta_put : e->delta_call;
		for (int j = 0; j < OUTPUTS; j++)
			if (isnan(o[j]) != isnan(price))
				fail_msg("output %d of %g %g %g %g", j, e->forward, e->strike,
				    e->years, e->vol);
		if (isnan(price))
			continue;
		if (fabs(o[PRICE] - price) > 1e-14 * fmax(e->forward, e->strike) ||
		    fabs(o[DELTA] - delta) > 1e-14)
			fail_msg("%g %g %g %g: price %.17g delta %.17g", e->forward, e->strike,
			    e->years, e->vol, o[PRICE], o[DELTA]);
		assert_true(o[PRICE] >= 0 && o[GAMMA] >= 0 && o[VEGA] >= 0 && o[THETA] <= 0);
	}
}

static void
test_black76__edges_are_defined(void **state)
{
	(void)state;
	static const edge edges[] = {{100, 90, 0, 0.5, 10, 0, 1, 0},
	    {90, 100, 0, 0.5, 0, 10, 0, -1}, {100, 100, 0, 0.5, 0, 0, 0.5, -0.5},
	    {100, 90, 1, 0, 10, 0, 1, 0}, {100, 100, 0, 0, 0, 0, 0.5, -0.5},
	    {1e149, 1e-149, 1, 0.5, 1e149, 0, 1, 0}, {1e-149, 1e149, 1, 0.5, 0, 1e149, 0, -1},
	    {1e150, 1, 1, 1, NAN, NAN, 0, 0}, {1, 1e-151, 1, 1, NAN, NAN, 0, 0},
	    {100, 1e-310, 1, 0.5, NAN, NAN, 0, 0}, {100, 90, 1e-310, 0.5, 10, 0, 1, 0},
	    {100, 100, 1e300, 1e300, 100, 100, 1, 0}, {100, 100, 1, 1e9, 100, 100, 1, 0},
	    {100, 100, 1e9, 1, 100, 100, 1, 0}, {100, 101, 1e-12, 0.01, 0, 1, 0, -1},
	    {100, 250, 0.1, 0.3, 0, 150, 0, -1}, {0, 1, 1, 1, NAN, NAN, 0, 0},
	    {1, 0, 1, 1, NAN, NAN, 0, 0}, {-1, 1, 1, 1, NAN, NAN, 0, 0},
	    {1, 1, -1, 1, NAN, NAN, 0, 0}, {1, 1, 1, -1, NAN, NAN, 0, 0},
	    {NAN, 1, 1, 1, NAN, NAN, 0, 0}, {1, NAN, 1, 1, NAN, NAN, 0, 0},
	    {1, 1, NAN, 1, NAN, NAN, 0, 0}, {1, 1, 1, NAN, NAN, NAN, 0, 0},
	    {INFINITY, 1, 1, 1, NAN, NAN, 0, 0}, {1, INFINITY, 1, 1, NAN, NAN, 0, 0},
	    {1, 1, INFINITY, 1, NAN, NAN, 0, 0}, {1, 1, 1, INFINITY, NAN, NAN, 0, 0}};
	for (int k = 0; k < PLM_KERNEL_COUNT_; k++)
		for (size_t i = 0;
		     plm_kernel_is_here((plm_kernel)k) && i < sizeof edges / sizeof edges[0]; i++)
			edge_check(&edges[i], (plm_kernel)k);
}

/* Published values; the folder is not part of the project. */
static void
test_black76__published_prices(void **state)
{
	(void)state;
	char line[256];
	int rows = 0;
	FILE *file = fopen(PLM_SHARED_DIR "/data/reference/black76_call_prices_opengamma.csv", "r");
	if (file == NULL) {
		printf("# SKIP no published prices here\n");
		return;
	}
	while (fgets(line, sizeof line, file) != NULL) {
		double v[5], price;
		char *at = line;
		for (int i = 0; i < 5 && at != NULL; i++)
			v[i] = strtod(at, &at), at = *at == ',' ? at + 1 : at;
		if (line[0] < '0' || line[0] > '9')
			continue;
		plm_options options = {&v[0], &v[1], &v[2], &v[3], &(uint8_t){0}};
		plm_greeks greeks = {.price = &price};
		plm_black76(&options, &greeks, 1);
		if (fabs(price - v[4]) > 2e-15 * fmax(v[0], v[1]))
			fail_msg("%s: %.17g", line, price);
		rows++;
	}
	(void)fclose(file);
	assert_true(rows >= 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_black76__errors_are_within_their_bounds),
	    cmocka_unit_test(test_black76__kernels_give_the_same_bits),
	    cmocka_unit_test(test_black76__whatever_the_count),
	    cmocka_unit_test(test_black76__small_prices_keep_their_digits),
	    cmocka_unit_test(test_black76__the_callers_state_does_not_matter),
	    cmocka_unit_test(test_black76__edges_are_defined),
	    cmocka_unit_test(test_black76__published_prices),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
