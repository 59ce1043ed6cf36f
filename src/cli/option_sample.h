/* option_sample.h: options drawn from a seed, and their prices by other arithmetic: what kernels
 * are measured with. Cold code; long double where it has 64 bits of mantissa. */
#ifndef PLI_CLI_OPTION_SAMPLE_H
#define PLI_CLI_OPTION_SAMPLE_H

#include "plimsoll/pricing.h"

/* pli_option_range: what is drawn: years and forwards (0.6 to 36,000) about evenly in their
 * logarithm, vol evenly, the strike up to `deviations` (v) away from the forward, evenly. */
typedef struct pli_option_range {
	double years_min, years_max, vol_min, vol_max, deviations;
} pli_option_range;

/* pli_option_range_usual: one hour to two years, vol 0.2 to 2, 3.5 deviations. */
extern const pli_option_range pli_option_range_usual;

/* pli_option_arrays: the caller's memory, `count` of each. */
typedef struct pli_option_arrays {
	double *forward, *strike, *years, *vol;
	uint8_t *put;
	size_t count;
} pli_option_arrays;

/* pli_option_sample fills them; equal seeds and ranges draw equal options. */
void pli_option_sample(
    const pli_option_arrays *arrays, const pli_option_range *range, uint64_t seed);

/* pli_option_oracle: the nine outputs of plm_greeks, in its order, of option `at`, by the formulas
 * of pricing.h in long double. Good inputs with v > 0 only. */
enum { PLI_OPTION_OUTPUTS = 9 };
void pli_option_oracle(
    const plm_options *options, size_t at, long double ret_values[PLI_OPTION_OUTPUTS]);

/* pli_option_oracle_scales: what an error of each output is measured against: the larger of forward
 * and strike, 1, or the output itself; what passes through 0, and what it is made of. */
void pli_option_oracle_scales(const plm_options *options, size_t at,
    const long double values[PLI_OPTION_OUTPUTS], double ret_scales[PLI_OPTION_OUTPUTS]);

#endif
