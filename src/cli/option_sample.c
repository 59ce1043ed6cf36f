/* option_sample.c: options drawn from a seed, and their prices by other arithmetic. */
#include "cli/option_sample.h"

#include <math.h>
#include <string.h>

#include "base/random.h"

enum { GAMMA = 2, VEGA = 3, THETA = 4, VANNA = 6, VOLGA = 7, CHARM = 8 };

const pli_option_range pli_option_range_usual = {1.0 / 8760, 2, 0.2, 2, 3.5};

/* exp and a logarithm near enough, of nothing but products and sums: a seed draws the same options
 * with every C library. */
static double
sample_exp(double x)
{
	double power = 1 + x / 1048576;
	for (int i = 0; i < 20; i++)
		power *= power;
	return power;
}

/* From low to high, about evenly in the logarithm: linear between powers of two. */
static double
sample_between(pli_random *random, double low, double high)
{
	int twos;
	double part = frexp(high / low, &twos), whole;
	double rest = modf(pli_random_unit(random) * (twos - 1 + (2 * part - 1)), &whole);
	return low * ldexp(1 + rest, (int)whole);
}

void
pli_option_sample(const pli_option_arrays *arrays, const pli_option_range *range, uint64_t seed)
{
	pli_random random;
	pli_random_init(&random, seed);
	for (size_t i = 0; i < arrays->count; i++) {
		double forward = sample_between(&random, 0.6, 36000);
		double years = sample_between(&random, range->years_min, range->years_max);
		double vol = range->vol_min +
			     pli_random_unit(&random) * (range->vol_max - range->vol_min);
		double away = (pli_random_unit(&random) * 2 - 1) * range->deviations;
		arrays->forward[i] = forward;
		arrays->strike[i] = forward * sample_exp(vol * sqrt(years) * away);
		arrays->years[i] = years;
		arrays->vol[i] = vol;
		arrays->put[i] = (uint8_t)pli_random_below(&random, 2);
	}
}

static long double
oracle_cdf(long double x)
{
	return erfcl(-x / sqrtl(2)) / 2;
}

void
pli_option_oracle(const plm_options *options, size_t at, long double ret_values[PLI_OPTION_OUTPUTS])
{
	long double f = options->forward[at], k = options->strike[at], t = options->years[at];
	long double s = options->vol[at], v = s * sqrtl(t), d1 = logl(f / k) / v + v / 2;
	long double d2 = d1 - v, n = expl(-d1 * d1 / 2) / sqrtl(2 * acosl(-1));
	bool put = options->put[at] != 0;
	long double price = put ? k * oracle_cdf(-d2) - f * oracle_cdf(-d1)
				: f * oracle_cdf(d1) - k * oracle_cdf(d2);
	long double vega = f * n * sqrtl(t);
	long double values[PLI_OPTION_OUTPUTS] = {price, put ? -oracle_cdf(-d1) : oracle_cdf(d1),
	    n / (f * v), vega, -f * n * s / (2 * sqrtl(t)), -t * price, -n * d2 / s,
	    vega * d1 * d2 / s, n * d2 / (2 * t)};
	memcpy(ret_values, values, sizeof values);
}

void
pli_option_oracle_scales(const plm_options *options, size_t at,
    const long double values[PLI_OPTION_OUTPUTS], double ret_scales[PLI_OPTION_OUTPUTS])
{
	double larger = fmax(options->forward[at], options->strike[at]);
	double spread = 1 + fabs((double)(values[VANNA] * options->vol[at])) + 1e-300;
	double made = fabs((double)values[GAMMA] * options->forward[at]);
	double scales[PLI_OPTION_OUTPUTS] = {larger, 1, 0, 0, 0, larger * options->years[at]};
	for (int o = GAMMA; o <= THETA; o++)
		scales[o] = fabs((double)values[o]);
	for (int o = VANNA; o <= CHARM; o++)
		scales[o] = fabs((double)values[o]) +
			    1e-2 * spread * (o == VOLGA ? fabs((double)values[VEGA]) : made);
	memcpy(ret_scales, scales, sizeof scales);
}
