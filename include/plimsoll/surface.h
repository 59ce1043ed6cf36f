/* surface.h: implied volatility of one underlying over strikes and expiries, from quotes.
 *
 * A smile is one expiry: total variance w = vol^2 x years over k = ln(strike / forward). Between
 * its points w is a cubic with limited slopes, monotone wherever the points are and never outside
 * its two neighbours (Fritsch and Carlson 1980; slopes by Fritsch and Butland 1984). Between two
 * expiries w is linear in years at equal k.
 *
 * Outside: beyond the outermost strikes the vol of the last point holds; before the first expiry
 * and after the last the vol at equal k holds (w in proportion to years). One point is a flat
 * smile. Nothing is smoothed and nothing repaired: plm_surface_check says what could be arbitraged.
 *
 * Pure, and the same bits everywhere: logarithms are our own. No heap; any thread. */
#ifndef PLIMSOLL_SURFACE_H
#define PLIMSOLL_SURFACE_H

#include <stdint.h>

#include "plimsoll/err.h"

/* plm_vol_quote: vol per square root of a year, 0.6 for 60 %. */
typedef struct plm_vol_quote {
	double strike, vol;
} plm_vol_quote;

/* plm_smile_point: slope: of the variance by k. */
typedef struct plm_smile_point {
	double strike, k, variance, slope;
} plm_smile_point;

/* plm_smile: points by k rising; borrowed from the maker's caller. */
typedef struct plm_smile {
	double forward, years;
	const plm_smile_point *points;
	uint32_t count;
} plm_smile;

/* plm_smile_make turns quotes, by strike strictly rising, into a smile on `points`, the caller's
 * memory for `count` of them. Errors: PLM_EARG (no quote, not rising, or a number that is not above
 * 0 and finite). Cost: O(count). */
plm_err plm_smile_make(double forward, double years, const plm_vol_quote *quotes, uint32_t count,
    plm_smile_point *points, plm_smile *ret_smile);

/* plm_smile_variance: w at k. plm_smile_vol: at a strike above 0. Cost: a binary search. */
double plm_smile_variance(const plm_smile *smile, double k);
double plm_smile_vol(const plm_smile *smile, double strike);

/* plm_surface: smiles by years strictly rising; borrowed. */
typedef struct plm_surface {
	const plm_smile *smiles;
	uint32_t count;
} plm_surface;

/* plm_surface_vol: vol at k and years; NaN without smiles, or where years is not above 0. */
double plm_surface_vol(const plm_surface *surface, double k, double years);

/* plm_stickiness: what stays when the forward is shocked. STRIKE: the vol of each strike.
 * MONEYNESS: the vol of each k, so the smile moves along with the forward. */
typedef enum plm_stickiness { PLM_STICKY_STRIKE, PLM_STICKY_MONEYNESS } plm_stickiness;

/* plm_shocked_option: forward: that the surface was quoted on, at that expiry; forward_shocked:
 * after the shock. */
typedef struct plm_shocked_option {
	double strike, years, forward, forward_shocked;
} plm_shocked_option;

/* plm_surface_vol_shocked: the vol of an option after a shock of its forward; as plm_surface_vol.
 */
double plm_surface_vol_shocked(
    const plm_surface *surface, const plm_shocked_option *option, plm_stickiness stickiness);

/* plm_surface_fault_kind: BUTTERFLY: three neighbouring quotes of one smile whose call prices are
 * not convex in strike, or the outer two of which cost more than their strikes lie apart: the
 * butterfly would pay to hold it. CALENDAR: at some k a later expiry has less total variance. */
typedef enum plm_surface_fault_kind {
	PLM_SURFACE_BUTTERFLY,
	PLM_SURFACE_CALENDAR,
} plm_surface_fault_kind;

/* plm_surface_fault: smile: its index (CALENDAR: of the later one). quoted: index of the smile that
 * has the quote at which it was found (CALENDAR: the earlier or the later one). strike, k: of that
 * quote; BUTTERFLY: the middle one of the three. amount: BUTTERFLY: how much the slope of the call
 * price falls where it may not, 0 to 1; CALENDAR: variance that is lacking. */
typedef struct plm_surface_fault {
	plm_surface_fault_kind kind;
	uint32_t smile, quoted;
	double strike, k, amount;
} plm_surface_fault;

/* plm_surface_check writes at most faults_max and returns how many there are. Looked at: each
 * quote of each smile. What is below 1e-9 is rounding. Cost: a price for each quote. */
uint32_t plm_surface_check(
    const plm_surface *surface, plm_surface_fault *faults, uint32_t faults_max);

#endif
