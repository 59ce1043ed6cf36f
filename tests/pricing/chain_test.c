/* chain_test.c: options of one underlying and expiry: what black76 gives, within the bound that the
 * header states, and sums that are the same bits in every kernel. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "plimsoll/pricing.h"

enum { OPTIONS = 20000, OUTPUTS = 9 };
enum { PRICE, DELTA, GAMMA, VEGA, THETA, RHO };

static double forward[OPTIONS], strike[OPTIONS], years[OPTIONS], vol[OPTIONS], quantity[OPTIONS];
static double log_strike[OPTIONS], v[OPTIONS], v_inverse[OPTIONS];
static double rows[OUTPUTS][OPTIONS + 1], chained[2][OUTPUTS][OPTIONS + 1];
static uint8_t is_put[OPTIONS];

static plm_greeks
greeks_of(double (*o)[OPTIONS + 1])
{
	return (plm_greeks){o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8]};
}

/* A chain of strikes up to four deviations from the forward; reference: a forward of before. */
static plm_chain
chain_make(double f, double t, double reference, uint64_t seed)
{
	pli_random random;
	pli_random_init(&random, seed);
	for (int i = 0; i < OPTIONS; i++) {
		forward[i] = f;
		years[i] = t;
		vol[i] = 0.2 + 1.3 * pli_random_unit(&random);
		strike[i] = f * exp(vol[i] * sqrt(t) * (8 * pli_random_unit(&random) - 4));
		is_put[i] = (uint8_t)pli_random_below(&random, 2);
		quantity[i] = pli_random_normal(&random);
	}
	plm_chain_logs(strike, reference, log_strike, OPTIONS);
	plm_chain_spreads(vol, t, v, v_inverse, OPTIONS);
	return (plm_chain){f, t, reference, strike, log_strike, v, v_inverse, is_put, OPTIONS};
}

/* The bound of the header for option i; beside it both sides are off by `slack` at most anyway. */
static double
bound_of(const plm_chain *chain, int output, int i)
{
	double x = fabs(log(chain->forward / strike[i]));
	double u = 0x1p-52 * (x + fabs(log(chain->forward / chain->reference)) +
				 fabs(log(strike[i] / chain->reference)));
	double d1 = fabs(x / v[i]) + v[i], value = fabs(rows[output][i]);
	if (output == PRICE)
		return 0.4 * u * fmax(chain->forward, strike[i]);
	return output == DELTA ? 0.4 * u / v[i] : u * d1 / v[i] * value;
}

static void
chain_check(const plm_chain *chain)
{
	static const double slack[] = {1e-15, 2e-15, 2e-14, 2e-14, 2e-14};
	plm_options options = {forward, strike, years, vol, is_put};
	plm_greeks general = greeks_of(rows), greeks = greeks_of(chained[0]);
	plm_black76(&options, &general, OPTIONS);
	plm_chain_price(chain, &greeks);
	for (int o = PRICE; o <= THETA; o++)
		for (int i = 0; i < OPTIONS; i++) {
			double scale = o == PRICE   ? fmax(chain->forward, strike[i])
				       : o == DELTA ? 1
						    : fabs(rows[o][i]);
			double error = fabs(chained[0][o][i] - rows[o][i]);
			if (!(error <= bound_of(chain, o, i) + slack[o] * scale))
				fail_msg("output %d of option %d: off by %g", o, i, error);
		}
}

static void
test_chain__is_what_black76_gives_within_its_bound(void **state)
{
	(void)state;
	static const double expiries[] = {1.0 / 8760, 7.0 / 365, 0.25, 2};
	for (size_t e = 0; e < sizeof expiries / sizeof expiries[0]; e++) {
		plm_chain chain = chain_make(65000, expiries[e], 65000, e);
		chain_check(&chain);
		chain = chain_make(0.61, expiries[e], 0.7, e + 10);
		chain_check(&chain);
	}
}

/* What is not an option in the middle of others, and an expiry that has come. */
static void
test_chain__edges_are_those_of_black76(void **state)
{
	(void)state;
	for (int zero = 0; zero < 2; zero++) {
		plm_chain chain = chain_make(100, zero ? 0 : 0.5, 100, 3);
		strike[5] = -1;
		strike[6] = 100;
		vol[6] = vol[9] = 0;
		vol[7] = NAN;
		vol[8] = -0.5;
		vol[10] = INFINITY;
		plm_chain_logs(strike, 100, log_strike, OPTIONS);
		plm_chain_spreads(vol, chain.years, v, v_inverse, OPTIONS);
		plm_options options = {forward, strike, years, vol, is_put};
		plm_greeks general = greeks_of(rows), greeks = greeks_of(chained[0]);
		plm_black76(&options, &general, OPTIONS);
		plm_chain_price(&chain, &greeks);
		for (int i = 0; i < 12; i++)
			for (int o = 0; o < OUTPUTS; o++) {
				double a = rows[o][i], b = chained[0][o][i];
				if (isnan(a) != isnan(b) || fabs(a - b) > 1e-9 * (1 + fabs(a)))
					fail_msg("output %d of option %d: %g, not %g", o, i, b, a);
			}
	}
	plm_chain chain = chain_make(NAN, 0.5, 100, 3);
	plm_greeks greeks = greeks_of(chained[0]);
	plm_chain_price(&chain, &greeks);
	for (int o = 0; o < OUTPUTS; o++)
		assert_true(isnan(chained[0][o][0]) && isnan(chained[0][o][OPTIONS - 1]));
}

/* Any count: as many as asked for are written, in every kernel the same bits, sums too. */
static void
test_chain__kernels_give_the_same_bits(void **state)
{
	(void)state;
	plm_kernel before = plm_kernel_get();
	plm_chain chain = chain_make(65000, 0.1, 64000, 5);
	for (size_t count = 0; count <= OPTIONS; count += count < 300 ? 1 : 6567) {
		plm_chain_sums sums[2];
		plm_greeks greeks[] = {greeks_of(chained[0]), greeks_of(chained[1])};
		chain.count = count;
		assert_int_equal(plm_kernel_force(PLM_KERNEL_SCALAR), PLM_OK);
		plm_chain_price(&chain, &greeks[0]);
		plm_chain_sum(&chain, quantity, &sums[0]);
		for (int k = 1; k < PLM_KERNEL_COUNT_; k++) {
			if (plm_kernel_force((plm_kernel)k) != PLM_OK)
				continue;
			for (int o = 0; o < OUTPUTS; o++)
				chained[1][o][count] = -7;
			plm_chain_price(&chain, &greeks[1]);
			plm_chain_sum(&chain, quantity, &sums[1]);
			assert_memory_equal(&sums[1], &sums[0], sizeof sums[0]);
			for (int o = 0; o < OUTPUTS; o++) {
				assert_memory_equal(
				    chained[1][o], chained[0][o], count * sizeof(double));
				assert_true(chained[1][o][count] == -7);
			}
		}
	}
	assert_int_equal(plm_kernel_force(before), PLM_OK);
}

static void
test_chain__sums_are_those_of_the_options(void **state)
{
	(void)state;
	plm_chain chain = chain_make(65000, 0.1, 64000, 6);
	plm_greeks greeks = greeks_of(chained[0]);
	plm_chain_sums sums;
	plm_chain_price(&chain, &greeks);
	plm_chain_sum(&chain, quantity, &sums);
	const double got[] = {sums.price, sums.delta, sums.gamma, sums.vega, sums.theta};
	for (int o = PRICE; o <= THETA; o++) {
		long double sum = 0, gross = 0;
		for (int i = 0; i < OPTIONS; i++) {
			sum += (long double)quantity[i] * chained[0][o][i];
			gross += fabsl((long double)quantity[i] * chained[0][o][i]);
		}
		assert_true(gross > 0 && fabsl(got[o] - sum) <= 1e-13L * gross);
	}
	strike[77] = -1;
	plm_chain_sum(&chain, quantity, &sums);
	assert_true(isnan(sums.price) && isnan(sums.delta) && isnan(sums.theta));
	chain.count = 0;
	plm_chain_sum(&chain, quantity, &sums);
	assert_true(sums.price == 0 && sums.delta == 0 && sums.vega == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_chain__is_what_black76_gives_within_its_bound),
	    cmocka_unit_test(test_chain__edges_are_those_of_black76),
	    cmocka_unit_test(test_chain__kernels_give_the_same_bits),
	    cmocka_unit_test(test_chain__sums_are_those_of_the_options),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
