/* kernel_log.h: logarithms of double lanes, in steps, so that a kernel can stage them; and which
 * inputs are good. */
#ifndef PLI_PRICING_KERNEL_LOG_H
#define PLI_PRICING_KERNEL_LOG_H

#include "pricing/kernel.h"
#include "pricing/kernel_math.h"

/* ln(a / b) of normal positive numbers: a / b = 2^twos * (1 + s) / (1 - s), s = below / above,
 * which is exact near a = b. */
typedef struct log_parts {
	lanes twos, below, above;
} log_parts;

/* The power of two of a normal positive number, and its part in [1, 2). */
static inline lanes
log_split(lanes a, lanes *ret_part)
{
	const lanes to_int = lanes_of(LANES_TO_INT);
	lanes_int bits = lanes_bits(a), power = lanes_int_right(bits, LANES_FRACTION_BITS);
	*ret_part = lanes_of_bits(lanes_int_or(lanes_int_and(bits, lanes_int_of(0xfffffffffffff)),
	    lanes_int_of(INT64_C(0x3ff) << LANES_FRACTION_BITS)));
	return lanes_subtract(lanes_of_bits(lanes_int_add(lanes_bits(to_int), power)), to_int);
}

static inline log_parts
log_parts_of(lanes a, lanes b)
{
	const lanes root_half = lanes_of(0x1.6a09e667f3bcdp-1),
		    root_two = lanes_of(0x1.6a09e667f3bcdp+0);
	lanes a_part, b_part, one = lanes_of(1);
	lanes twos = lanes_subtract(log_split(a, &a_part), log_split(b, &b_part));
	lanes_mask less = lanes_less(a_part, lanes_multiply(b_part, root_half));
	lanes_mask more = lanes_less(lanes_multiply(b_part, root_two), a_part);
	a_part = lanes_select(less, lanes_add(a_part, a_part), a_part);
	b_part = lanes_select(more, lanes_add(b_part, b_part), b_part);
	twos = lanes_select(less, lanes_subtract(twos, one), twos);
	twos = lanes_select(more, lanes_add(twos, one), twos);
	return (log_parts){twos, lanes_subtract(a_part, b_part), lanes_add(a_part, b_part)};
}

static inline lanes
log_finish(lanes twos, lanes s)
{
	const lanes ln2_high = lanes_of(LANES_LN2_HIGH), ln2_low = lanes_of(LANES_LN2_LOW);
	lanes z = lanes_multiply(s, s), two_s = lanes_add(s, s);
	lanes rest = lanes_multiply(lanes_multiply(two_s, z), polynomial(pli_atanh_fit, 8, z));
	return lanes_fma(twos, ln2_high, lanes_add(two_s, lanes_fma(twos, ln2_low, rest)));
}

static inline lanes
log_of(lanes a)
{
	log_parts parts = log_parts_of(a, lanes_of(1));
	return log_finish(parts.twos, lanes_divide(parts.below, parts.above));
}

/* Within the bounds of a price; NaN is not. */
static inline lanes_mask
price_is_good(lanes price)
{
	return lanes_and(lanes_less(lanes_of(PRICING_PRICE_MIN), price),
	    lanes_less(price, lanes_of(PRICING_PRICE_MAX)));
}

/* At least 0 and finite. */
static inline lanes_mask
lanes_is_extent(lanes a)
{
	return lanes_and(
	    lanes_less(lanes_of(-0x1p-1022), a), lanes_less(a, lanes_of(__builtin_inf())));
}

#endif
