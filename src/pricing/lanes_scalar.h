/* lanes_scalar.h: lanes of one, in plain C. The three lanes_*.h have the same names and give the
 * same bits: each operation is rounded once, and multiply-add is fused in all of them. */
#ifndef PLI_PRICING_LANES_SCALAR_H
#define PLI_PRICING_LANES_SCALAR_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "pricing/lanes_double.h"

enum { LANES = 1 };

typedef double lanes;
typedef int64_t lanes_int;
typedef bool lanes_mask;

static inline lanes
lanes_load(const double *from)
{
	return *from;
}

static inline void
lanes_store(double *to, lanes a)
{
	*to = a;
}

static inline lanes
lanes_of(double value)
{
	return value;
}

static inline lanes_int
lanes_int_of(int64_t value)
{
	return value;
}

static inline lanes
lanes_sqrt(lanes a)
{
	return sqrt(a);
}

/* a * b + c, and c - a * b, each rounded once. */
static inline lanes
lanes_fma(lanes a, lanes b, lanes c)
{
	return fma(a, b, c);
}

static inline lanes
lanes_fnma(lanes a, lanes b, lanes c)
{
	return fma(-a, b, c);
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

/* The second one where either is NaN. */
static inline lanes
lanes_least(lanes a, lanes b)
{
	return a < b ? a : b;
}

static inline lanes
lanes_greatest(lanes a, lanes b)
{
	return a > b ? a : b;
}

/* Set where the byte is not 0. */
static inline lanes_mask
lanes_of_bytes(const uint8_t *from)
{
	return *from != 0;
}

static inline lanes_mask
lanes_and(lanes_mask a, lanes_mask b)
{
	return a && b;
}

/* Where the mask is set a, else b. */
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
lanes_int_or(lanes_int a, lanes_int b)
{
	return a | b;
}

static inline lanes_int
lanes_int_add(lanes_int a, lanes_int b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static inline lanes_int
lanes_int_subtract(lanes_int a, lanes_int b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static inline lanes_int
lanes_int_right(lanes_int a, int places)
{
	return (int64_t)((uint64_t)a >> places);
}

static inline lanes_int
lanes_int_left(lanes_int a, int places)
{
	return (int64_t)((uint64_t)a << places);
}

#endif
