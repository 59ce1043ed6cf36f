/* pricing.h: Black-76 prices and sensitivities of European options, in batches on plain arrays.
 *
 * An option on a forward F at strike K, T years to its expiry, volatility s per square root of a
 * year (0.6 for 60 %), no discounting (r = 0: what crypto venues use; for a rate r multiply price
 * and sensitivities to F, K and s by exp(-rT)). With v = s sqrt(T), d1 = ln(F/K)/v + v/2 and
 * d2 = d1 - v:
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
 * Every kernel gives the same bits: lanes only change how many options are worked on at once. So
 *does every thread: a call runs with rounding to nearest and with numbers below 2.3e-308 taken for
 *0, and puts the caller's state of the floating-point unit back. */
#ifndef PLIMSOLL_PRICING_H
#define PLIMSOLL_PRICING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/err.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/* plm_black76 fills `count` options. An option whose forward or strike is not between 1e-150 and
 * 1e150, or whose years or vol are below 0 or not finite, or with any NaN, is NaN in every output;
 * its neighbours are not touched by it. No time or no vol (v = 0): the price is the intrinsic
 * value, delta 1, 0 or, at the money, one half (of a put 0.5 less 1), and all other sensitivities
 * are 0 (at the money their limits are infinite or do not exist). Error: a price 2e-15 of the
 * larger of F and K, and out of the money the last bits of the price itself; delta 1e-13; the rest,
 * and what was measured: docs/reference/pricing.md. Cost: see bench/. Any thread; no heap. */
void plm_black76(const plm_options *options, const plm_greeks *greeks, size_t count);

/* What became of a search for a vol. */
typedef enum plm_implied_status {
	PLM_IMPLIED_OK,
	PLM_IMPLIED_BELOW_INTRINSIC, /* the price is below what exercise at F gives */
	PLM_IMPLIED_AT_MAXIMUM,      /* at or above F of a call, K of a put: no vol reaches it */
	PLM_IMPLIED_NO_INFORMATION,  /* see plm_implied */
	PLM_IMPLIED_BAD_INPUT, /* F or K not between 1e-150 and 1e150, years not above 0, NaN */
	PLM_IMPLIED_COUNT_
} plm_implied_status;

/* plm_implied_text: "ok", "below_intrinsic", "at_or_above_maximum", "no_information", "bad_input".
 */
const char *plm_implied_text(plm_implied_status status);

/* What one unit in the last place of a price may move a vol by, times the vol where that is
 * above 1. */
#define PLM_IMPLIED_VOL_ERROR_MAX 1e-12

/* plm_implied finds for each of `count` prices the vol that plm_black76 would price it with; the
 * vol of `options` is not looked at and may be NULL. ret_status: a plm_implied_status for each;
 * ret_vol: NaN unless that is PLM_IMPLIED_OK, never a floor or a guess.
 *
 * A price holds its vol in its last bits: in the money they are those of the intrinsic value, and
 * far out there, or close to the maximum, nothing of the vol is left. Where one unit in the last
 * place of the price (2^-52 of it) moves the vol by more than PLM_IMPLIED_VOL_ERROR_MAX, and where
 * the price is the intrinsic value itself, the status is PLM_IMPLIED_NO_INFORMATION. Elsewhere the
 * vol is that of the price to the same bound: what plm_black76 priced comes back.
 *
 * Method: three steps of Halley from a cold start, on ln(price / min(F, K)) of the side out of the
 * money below one half and on ln(1 - price / min(F, K)) above it. Cost: some three prices, the same
 * for every row. Any thread; no heap; ret_vol may be `price`. */
void plm_implied(const plm_options *options, const double *price, double *ret_vol,
    uint8_t *ret_status, size_t count);

/* plm_implied_one: the same for the first of `options`. */
plm_implied_status plm_implied_one(const plm_options *options, double price, double *ret_vol);

/* plm_chain: `count` options of one underlying and one expiry, as arrays that are kept from one
 * forward to the next, so that nothing is left to take a logarithm or a root of. Borrowed. */
typedef struct plm_chain {
	double forward;
	double years;
	double reference; /* that log_strike was made with: a forward of the same day */
	const double *strike;
	const double *log_strike; /* ln(strike / reference): plm_chain_logs */
	const double *v; /* vol sqrt(years): plm_chain_spreads, and again when either moves */
	const double *v_inverse; /* 1 / v; 0 where v is 0 */
	const uint8_t *put;
	size_t count;
} plm_chain;

/* plm_chain_logs and plm_chain_spreads fill what a chain keeps; NaN where plm_black76 would be NaN.
 * Cost: a logarithm, or a division, an option. ret_v may be `vol`. */
void plm_chain_logs(const double *strike, double reference, double *ret_log_strike, size_t count);
void plm_chain_spreads(
    const double *vol, double years, double *ret_v, double *ret_v_inverse, size_t count);

/* plm_chain_price: what plm_black76 gives for each of them, edges included, but for d1 and d2:
 * ln(F/K) is the difference of two kept logarithms here, off by up to 2^-52 (|ln(F/reference)| +
 * |ln(K/reference)| + |ln(F/K)|) =: u. So delta differs from that of plm_black76 by up to u / v,
 * the price by up to u max(F, K), gamma, vega and theta by up to u |d1| / v of themselves, all
 * times 0.4 at most, beside the errors there. Every kernel gives the same bits. Cost: two thirds of
 * plm_black76. */
void plm_chain_price(const plm_chain *chain, const plm_greeks *greeks);

/* Sums over a chain, each option times its quantity (signed, in coins of the underlying). */
typedef struct plm_chain_sums {
	double price, delta, gamma, vega, theta;
} plm_chain_sums;

/* plm_chain_sum: the sums alone; nothing is stored an option. The order of addition is fixed
 * (option i into sum i mod 8, then the eight), so every kernel gives the same bits. An option that
 * cannot be priced makes every sum NaN: unknown is not 0. No options: zeros. */
void plm_chain_sum(const plm_chain *chain, const double *quantity, plm_chain_sums *ret_sums);

/* In which numbers a grid is computed; prices and sums are doubles in either. */
typedef enum plm_precision { PLM_PRECISION_DOUBLE, PLM_PRECISION_SINGLE } plm_precision;

/* Factors of the forward on one axis of a grid: how many, and from what to its inverse. */
#define PLM_GRID_SHOCKS_MAX 128
#define PLM_GRID_FACTOR_MIN 1e-6

/* plm_grid: every spot with every vol with every time is a cell. Borrowed. */
typedef struct plm_grid {
	const double *spot_factor; /* the forward times this: 0.9 for 10 % down; 1e-6 to 1e6 */
	size_t spot_count;         /* at most PLM_GRID_SHOCKS_MAX */
	const double *vol_factor;  /* a vol times this, */
	const double *vol_shift;   /* and this added, but never below 0 */
	size_t vol_count;          /* of both */
	const double
	    *years_passed; /* taken from the years, but never below 0: then it has expired */
	size_t time_count;
	plm_precision precision;
} plm_grid;

/* plm_grid_cells: spots times vols times times. Cell (t vol_count + v) spot_count + s is that of
 * spot s, vol v and time t. */
size_t plm_grid_cells(const plm_grid *grid);

/* plm_grid_price prices `count` options in every cell.
 *
 * quantity    signed; NULL only where no sums are wanted (asserted).
 * ret_sums    one for each cell: quantity times price, added up; NULL: not wanted. An option that
 * cannot be priced (plm_black76 says which) makes every sum NaN. ret_values  the price of option i
 * in cell c at c count + i; NULL: not wanted. Error       double: that of plm_black76, and of d1 as
 * in plm_chain_price. Single: a price 5e-7 of min(F, K) for strikes within a factor of 1e9 from the
 * forward; what exercise is worth is taken in doubles, and sums are doubles, so that errors of many
 * options even out. Order       of addition is fixed: every kernel gives the same bits, in each
 * precision. Cost        the logarithm of F / K once an option, a root and 1/v once a vol and time;
 * a cell, an exponential, two Mills' ratios and a quotient. 150 KB of stack. Any thread; no heap.
 */
void plm_grid_price(const plm_options *options, const double *quantity, size_t count,
    const plm_grid *grid, double *ret_sums, double *ret_values);

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

#ifdef __cplusplus
}
#endif

#endif
