/* pricing.h: Black-76 prices and sensitivities of European options, in batches on plain arrays.
 *
 * An option on a forward F at strike K, T years to its expiry, volatility s per square root of a
 *year (0.6 for 60 %), no discounting (r = 0: what crypto venues use; for a rate r multiply price
 *and sensitivities to F, K and s by exp(-rT)). With v = s sqrt(T), d1 = ln(F/K)/v + v/2, d2 = d1 -
 *v:
 *
 *	price    F N(d1) - K N(d2) of a call, K N(-d2) - F N(-d1) of a put  (Black 1976, eq. 16)
 *	delta    N(d1), of a put N(d1) - 1                per unit of F
 *	gamma    n(d1) / (F v)                            delta per unit of F
 *	vega     F n(d1) sqrt(T)                          per 1.00 of s
 *	theta    -F n(d1) s / (2 sqrt(T))                 per year that passes
 *	rho      -T price                                 per 1.00 of the rate
 *	vanna    -n(d1) d2 / s                            delta per 1.00 of s
 *	volga    vega d1 d2 / s                           vega per 1.00 of s
 *	charm    n(d1) d2 / (2 T)                         delta per year that passes
 *
 * (Haug, The Complete Guide to Option Pricing Formulas, 2nd ed. 2007, chapter 2, with b = 0, r =
 *0.)
 *
 * Every kernel gives the same bits: lanes only change how many options are worked on at once. */
#ifndef PLIMSOLL_PRICING_H
#define PLIMSOLL_PRICING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/err.h"

/* plm_options: arrays of one length. put: 0 a call, else a put. Borrowed. */
typedef struct plm_options {
	const double *forward;
	const double *strike;
	const double *years;
	const double *vol;
	const uint8_t *put;
} plm_options;

/* plm_greeks: arrays of that length to be filled; NULL: not wanted. They overlap no input. */
typedef struct plm_greeks {
	double *price;
	double *delta;
	double *gamma;
	double *vega;
	double *theta;
	double *rho;
	double *vanna;
	double *volga;
	double *charm;
} plm_greeks;

/* plm_black76 fills `count` options. An option whose forward or strike is not above 0 and finite,
 * or whose years or vol are below 0 or not finite, or with any NaN, is NaN in every output; its
 * neighbours are not touched by it. No time or no vol (v = 0): the price is the intrinsic value,
 * delta 1, 0 or, at the money, one half (of a put 0.5 less 1), and all other sensitivities are 0
 * (at the money their limits are infinite or do not exist). Numbers below 2.3e-308 are 0. How
 * exact, against 64-bit mantissas on 200,000 options: docs/reference/pricing.md.
 * Cost: see bench/. Any thread; no heap. */
void plm_black76(const plm_options *options, const plm_greeks *greeks, size_t count);

/* The kernels, by what they need of the processor: any x86-64 or other; AVX2 and FMA (x86-64-v3);
 * AVX-512 F and DQ (x86-64-v4). */
typedef enum plm_kernel {
	PLM_KERNEL_SCALAR,
	PLM_KERNEL_AVX2,
	PLM_KERNEL_AVX512,
	PLM_KERNEL_COUNT_
} plm_kernel;

/* plm_kernel_text: "scalar", "avx2", "avx512". _lanes: options at once. _is_here: this build has it
 * and this processor can run it. */
const char *plm_kernel_text(plm_kernel kernel);
unsigned plm_kernel_lanes(plm_kernel kernel);
bool plm_kernel_is_here(plm_kernel kernel);

/* plm_kernel_get: the one that plm_black76 uses: the widest that is here, until another is forced.
 * plm_kernel_force, before other threads start. Errors: PLM_ENOTFOUND (not here; nothing changed).
 */
plm_kernel plm_kernel_get(void);
plm_err plm_kernel_force(plm_kernel kernel);

#endif
