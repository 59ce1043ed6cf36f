/* kernel_math.h: what the kernels compute with, on lanes; lanes_*.h is included before it.
 *
 * All is done on the side that is out of the money. With lo = min(F, K), hi = max(F, K), x =
 * ln(lo/hi) <= 0, e1 = x/v + v/2, e2 = x/v - v/2 <= 0 that option is worth
 *
 *	lo N(e1) - hi N(e2) = lo n(e1) (M(-e1) - M(-e2))        M(a) = N(-a) / n(a), Mills' ratio,
 *	                    = lo - lo n(e1) (M(e1) + M(-e2))
 *
 * since hi n(e2) = lo n(e1). The first form serves while e1 <= NEAR, the second beyond: neither
 * cancels there. M(a) = P(t) / (a + S), t = (a - S) / (a + S), with one polynomial P; the
 *difference of two values is taken as gap times a divided difference of P, by Horner's rule for
 *both at once, so that it is exact to the last bits however small v is. */
#ifndef PLI_PRICING_KERNEL_MATH_H
#define PLI_PRICING_KERNEL_MATH_H

#include "pricing/coefficients.h"

/* Options of a block: what stages hand on fits the first cache. */
enum { BLOCK = 128 };

#define NEAR 0.75

static inline lanes
lanes_absolute(lanes a)
{
	return lanes_of_bits(lanes_int_and(lanes_bits(a), lanes_int_of(LANES_BITS_MAX)));
}

static inline lanes
lanes_negative(lanes a)
{
	return lanes_subtract(lanes_of(0), a);
}

static inline lanes
polynomial(const lanes_one *coefficients, int degree, lanes x)
{
	lanes sum = lanes_of(coefficients[degree]);
	for (int i = degree - 1; i >= 0; i--)
		sum = lanes_fma(sum, x, lanes_of(coefficients[i]));
	return sum;
}

/* n(e), the density: the rounding of the square goes into the exponential's remainder. 0 where the
 * exponential would be below the smallest normal number. */
static inline lanes
density(lanes e)
{
	const lanes half = lanes_of((lanes_one)0.5), to_int = lanes_of(LANES_TO_INT);
	lanes a = lanes_least(lanes_absolute(e), lanes_of(LANES_DENSITY_MAX));
	lanes square = lanes_multiply(a, a), lost = lanes_fma(a, a, lanes_negative(square));
	lanes y = lanes_multiply(square, lanes_negative(half));
	lanes shifted = lanes_fma(y, lanes_of(LANES_LN2_INVERSE), to_int);
	lanes twos = lanes_subtract(shifted, to_int);
	lanes r = lanes_fnma(twos, lanes_of(LANES_LN2_HIGH), y);
	r = lanes_fnma(twos, lanes_of(LANES_LN2_LOW), r);
	r = lanes_fnma(lost, half, r);
	lanes part = lanes_multiply(polynomial(LANES_EXP_FIT, LANES_EXP_DEGREE, r),
	    lanes_of((lanes_one)0x1.9884533d43651p-2));
	lanes_int power = lanes_int_left(
	    lanes_int_subtract(lanes_bits(shifted), lanes_bits(to_int)), LANES_FRACTION_BITS);
	lanes n = lanes_of_bits(lanes_int_add(lanes_bits(part), power));
	return lanes_select(lanes_less(lanes_of(LANES_EXP_MIN), y), n, lanes_of(0));
}

/* Where Mills' ratio is wanted for an option: at `first` (-e1, or e1 beyond NEAR) and at `second`
 * (-e2). gap: second - first, known better than by subtraction. */
typedef struct mills_places {
	lanes first, second, gap;
	lanes_mask near;
} mills_places;

/* ratio: x / v; half: v / 2; near: which of the two forms is wanted. */
static inline mills_places
mills_places_of(lanes ratio, lanes half, lanes_mask near)
{
	const lanes most = lanes_of(LANES_MILLS_MAX);
	lanes e1 = lanes_add(ratio, half), e2 = lanes_subtract(ratio, half);
	lanes first = lanes_select(near, e1, lanes_negative(e1));
	lanes off = lanes_select(near, lanes_negative(ratio), half);
	return (mills_places){.first = lanes_least(first, most),
	    .second = lanes_least(lanes_negative(e2), most),
	    .gap = lanes_add(off, off),
	    .near = near};
}

static inline lanes_mask
is_near(lanes ratio, lanes half)
{
	return lanes_less(lanes_of((lanes_one)NEAR), lanes_add(ratio, half));
}

/* M at the first place, and there less at the second. inverse: 1 / ((first + S) (second + S)). */
static inline lanes
mills(const mills_places *p, lanes inverse, lanes *ret_difference)
{
	const lanes_one *c = LANES_MILLS_FIT;
	const lanes shift = lanes_of(LANES_MILLS_SHIFT);
	lanes r1 = lanes_multiply(inverse, lanes_add(p->second, shift));
	lanes r2 = lanes_multiply(inverse, lanes_add(p->first, shift));
	lanes t1 = lanes_multiply(lanes_subtract(p->first, shift), r1);
	lanes t2 = lanes_multiply(lanes_subtract(p->second, shift), r2);
	lanes divided = lanes_of(c[LANES_MILLS_DEGREE]);
	lanes value = lanes_fma(divided, t1, lanes_of(c[LANES_MILLS_DEGREE - 1]));
	for (int i = LANES_MILLS_DEGREE - 2; i >= 0; i--) {
		divided = lanes_fma(divided, t2, value);
		value = lanes_fma(value, t1, lanes_of(c[i]));
	}
	lanes slope = lanes_fnma(
	    lanes_multiply(r2, lanes_of(2 * LANES_MILLS_SHIFT)), divided, value);
	*ret_difference = lanes_multiply(lanes_multiply(p->gap, inverse), slope);
	return lanes_multiply(value, r1);
}

/* The option out of the money: w: lo n(e1); m1, m2 as mills gives them. */
static inline lanes
out_of_money(const mills_places *p, lanes lo, lanes w, lanes m1, lanes difference)
{
	lanes both = lanes_subtract(lanes_add(m1, m1), difference);
	return lanes_select(p->near, lanes_fnma(w, both, lo), lanes_multiply(w, difference));
}

#endif
