/* lanes_single_scalar.h: lanes of one single, in plain C. The three lanes_single_*.h have the same
 * names, a part of those of lanes_scalar.h, and give the same bits. */
#ifndef PLI_PRICING_LANES_SINGLE_SCALAR_H
#define PLI_PRICING_LANES_SINGLE_SCALAR_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "pricing/lanes_single.h"

enum { LANES = 1 };

typedef lanes_one lanes;
typedef int32_t lanes_int;
typedef bool lanes_mask;

static inline void
lanes_store(lanes_one *to, lanes a)
{
	*to = a;
}

static inline lanes
lanes_load(const lanes_one *from)
{
	return *from;
}

static inline lanes
lanes_of(lanes_one value)
{
	return value;
}

static inline lanes_int
lanes_int_of(int32_t value)
{
	return value;
}

static inline lanes
lanes_fma(lanes a, lanes b, lanes c)
{
	return fmaf(a, b, c);
}

static inline lanes
lanes_fnma(lanes a, lanes b, lanes c)
{
	return fmaf(-a, b, c);
}

static inline lanes
lanes_add(lanes a, lanes b)
{
	return a + b;
}

static inline lanes
lanes_subtract(lanes a, lanes b)
{
	return a - b;
}

static inline lanes
lanes_multiply(lanes a, lanes b)
{
	return a * b;
}

static inline lanes
lanes_divide(lanes a, lanes b)
{
	return a / b;
}

static inline lanes_mask
lanes_less(lanes a, lanes b)
{
	return a < b;
}

static inline lanes
lanes_least(lanes a, lanes b)
{
	return a < b ? a : b;
}

static inline lanes
lanes_select(lanes_mask mask, lanes a, lanes b)
{
	return mask ? a : b;
}

static inline lanes_int
lanes_bits(lanes a)
{
	lanes_int bits;
	memcpy(&bits, &a, sizeof bits);
	return bits;
}

static inline lanes
lanes_of_bits(lanes_int bits)
{
	lanes a;
	memcpy(&a, &bits, sizeof a);
	return a;
}

static inline lanes_int
lanes_int_and(lanes_int a, lanes_int b)
{
	return a & b;
}

static inline lanes_int
lanes_int_add(lanes_int a, lanes_int b)
{
	return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline lanes_int
lanes_int_subtract(lanes_int a, lanes_int b)
{
	return (int32_t)((uint32_t)a - (uint32_t)b);
}

static inline lanes_int
lanes_int_left(lanes_int a, int places)
{
	return (int32_t)((uint32_t)a << places);
}

#endif
