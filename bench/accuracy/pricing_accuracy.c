/* pricing_accuracy.c: prices, deltas and vols of a million options against 113 bits, and ten
 * million of them bit by bit between kernels. Exit 1 when a bound is not held.
 *
 * usage: pricing_accuracy            a table
 *        pricing_accuracy --map      errors by moneyness and time, for pricing_error.gp */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <string.h>

#include "cli/option_sample.h"

enum { OPTIONS = 200000, GREEKS = 9, BLOCKS_SAME_BITS = 50 };

#define PRICE_BOUND 2e-15
#define DELTA_BOUND 1e-13

typedef struct named_range {
	const char *name;
	pli_option_range range;
} named_range;

static const named_range ranges[] = {
    {"one hour to two years, 3.5 deviations", {1.0 / 8760, 2, 0.2, 2, 3.5}},
    {"the same, 20 deviations", {1.0 / 8760, 2, 0.05, 2, 20}},
    {"at the money", {1.0 / 8760, 2, 0.05, 2, 0.01}},
    {"seconds to hours, 6 deviations", {1e-8, 1e-3, 0.05, 2, 6}},
    {"one to thirty years, vol up to 8", {1, 30, 0.5, 8, 6}}};
enum { RANGES = sizeof ranges / sizeof ranges[0] };

typedef struct accuracy {
	double price, delta, vol; /* largest errors */
	int count, vols;          /* options; of which hold a vol */
} accuracy;

static double inputs[4][OPTIONS], outputs[2][GREEKS][OPTIONS], vols[2][OPTIONS];
static uint8_t is_put[OPTIONS], statuses[2][OPTIONS];
static const plm_options options = {inputs[0], inputs[1], inputs[2], inputs[3], is_put};

static void
sample(const pli_option_range *range, uint64_t seed)
{
	pli_option_arrays arrays = {inputs[0], inputs[1], inputs[2], inputs[3], is_put, OPTIONS};
	pli_option_sample(&arrays, range, seed);
}

static __float128
cdf(__float128 x)
{
	return erfcq(-x / sqrtq(2)) / 2;
}

/* Price and delta of option i; v = 0: what exercise is worth. */
static void
oracle(size_t i, __float128 *ret_price, __float128 *ret_delta)
{
	__float128 f = inputs[0][i], k = inputs[1][i], v = inputs[3][i] * sqrtq(inputs[2][i]);
	__float128 d1 = v > 0   ? logq(f / k) / v + v / 2
			: f > k ? HUGE_VALQ
			: f < k ? -HUGE_VALQ
				: 0;
	__float128 d2 = v > 0 ? d1 - v : d1;
	*ret_price = is_put[i] ? k * cdf(-d2) - f * cdf(-d1) : f * cdf(d1) - k * cdf(d2);
	*ret_delta = is_put[i] ? -cdf(-d1) : cdf(d1);
}

/* Prices `count` options, takes their vols back, and sees what is off. */
static void
accuracy_see(accuracy *a, size_t count)
{
	plm_greeks greeks = {.price = outputs[0][0], .delta = outputs[0][1]};
	plm_black76(&options, &greeks, count);
	plm_implied(&options, outputs[0][0], vols[0], statuses[0], count);
	for (size_t i = 0; i < count; i++) {
		__float128 price, delta;
		oracle(i, &price, &delta);
		double larger = fmax(inputs[0][i], inputs[1][i]), vol = inputs[3][i];
		a->price = fmax(a->price, fabs((double)(outputs[0][0][i] - price)) / larger);
		a->delta = fmax(a->delta, fabs((double)(outputs[0][1][i] - delta)));
		if (statuses[0][i] == PLM_IMPLIED_OK) {
			a->vol = fmax(a->vol, fabs(vols[0][i] - vol) / fmax(1, vol));
			a->vols++;
		}
	}
	a->count += (int)count;
}

static int
accuracy_print(const char *name, const accuracy *a)
{
	printf("%-40s %8d  price %.1e  delta %.1e  %7d vols %.1e\n", name, a->count, a->price,
	    a->delta, a->vols, a->vol);
	return !(a->price <= PRICE_BOUND && a->delta <= DELTA_BOUND &&
		 a->vol <= PLM_IMPLIED_VOL_ERROR_MAX);
}

/* Everything with everything: from nothing to as much as there may be. */
static size_t
edges_make(void)
{
	static const double prices[] = {
	    2e-150, 1e-10, 0.5, 1, 1 + 0x1p-52, 1.001, 100, 1e10, 5e149};
	static const double years[] = {0, 1e-12, 1e-6, 0.1, 1, 1000};
	static const double some_vols[] = {0, 1e-9, 1e-3, 0.5, 10, 1000};
	enum { PRICES = sizeof prices / sizeof prices[0], TIMES = 6, VOLS = 6 };
	size_t count = 0;
	for (size_t n = 0; n < PRICES * PRICES * TIMES * VOLS * 2; n++, count++) {
		size_t rest = n;
		is_put[count] = (uint8_t)(rest % 2), rest /= 2;
		inputs[0][count] = prices[rest % PRICES], rest /= PRICES;
		inputs[1][count] = prices[rest % PRICES], rest /= PRICES;
		inputs[2][count] = years[rest % TIMES];
		inputs[3][count] = some_vols[rest / TIMES];
	}
	return count;
}

static void
run_kernel(plm_kernel kernel, int side)
{
	double(*o)[OPTIONS] = outputs[side];
	plm_greeks greeks = {o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7], o[8]};
	(void)plm_kernel_force(kernel);
	plm_black76(&options, &greeks, OPTIONS);
	plm_implied(&options, o[0], vols[side], statuses[side], OPTIONS);
}

/* Ten million options, their nine outputs, and the vols of their prices. */
static int
same_bits(void)
{
	plm_kernel before = plm_kernel_get();
	int differ = 0;
	for (uint64_t block = 0; block < BLOCKS_SAME_BITS; block++) {
		sample(&ranges[block % RANGES].range, 100 + block);
		for (size_t i = 0; i < OPTIONS; i += 97) /* and what is no option */
			inputs[i % 4][i] = i % 2 == 0 ? -1 : NAN;
		run_kernel(PLM_KERNEL_SCALAR, 0);
		for (int k = 1; k < PLM_KERNEL_COUNT_; k++) {
			if (!plm_kernel_is_here((plm_kernel)k))
				continue;
			run_kernel((plm_kernel)k, 1);
			differ |= memcmp(outputs[1], outputs[0], sizeof outputs[0]) != 0 ||
				  memcmp(vols[1], vols[0], sizeof vols[0]) != 0 ||
				  memcmp(statuses[1], statuses[0], sizeof statuses[0]) != 0;
		}
	}
	(void)plm_kernel_force(before);
	printf("%-40s %8d  %s\n", "kernels against each other", BLOCKS_SAME_BITS * OPTIONS,
	    differ ? "DIFFER" : "the same bits");
	return differ;
}

/* A line for each moneyness and time: the largest errors over vols from 0.1 to 2. */
static void
map_print(void)
{
	enum { VOLS = 40 };
	printf("# deviations years price delta vol\n");
	for (int t = 0; t <= 32; t++) {
		double years = 1.0 / 525600 * pow(10 * 525600, t / 32.0);
		for (int m = -48; m <= 48; m++) {
			accuracy a = {0};
			double deviations = m / 6.0;
			for (size_t i = 0; i < VOLS; i++) {
				double vol = 0.1 + 1.9 * (double)i / (VOLS - 1);
				inputs[0][i] = 65000;
				inputs[1][i] = 65000 * exp(vol * sqrt(years) * deviations);
				inputs[2][i] = years;
				inputs[3][i] = vol;
				is_put[i] = m < 0;
			}
			accuracy_see(&a, VOLS);
			printf("%g %g %g %g %g\n", deviations, years, a.price, a.delta,
			    a.vols > 0 ? a.vol : NAN);
		}
		printf("\n");
	}
}

int
main(int argc, char **argv)
{
	int wrong = 0;
	if (argc > 1 && strcmp(argv[1], "--map") == 0) {
		map_print();
		return 0;
	}
	for (size_t r = 0; r < RANGES; r++) {
		accuracy a = {0};
		sample(&ranges[r].range, 1 + r);
		accuracy_see(&a, OPTIONS);
		wrong |= accuracy_print(ranges[r].name, &a);
	}
	accuracy edges = {0};
	accuracy_see(&edges, edges_make());
	wrong |= accuracy_print("from nothing to as much as there may be", &edges);
	return same_bits() || wrong;
}
