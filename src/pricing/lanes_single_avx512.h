/* lanes_single_avx512.h: 16 lanes of singles in 512 bits; lanes_single_scalar.h says what each
 * does. */
#ifndef PLI_PRICING_LANES_SINGLE_AVX512_H
#define PLI_PRICING_LANES_SINGLE_AVX512_H

#include <immintrin.h>
#include <stdint.h>

#include "pricing/lanes_single.h"

enum { LANES = 16 };

typedef __m512 lanes;
typedef __m512i lanes_int;
typedef __mmask16 lanes_mask;

static inline void
lanes_store(lanes_one *to, lanes a)
{
	_mm512_storeu_ps(to, a);
}

static inline lanes
lanes_load(const lanes_one *from)
{
	return _mm512_loadu_ps(from);
}

static inline lanes
lanes_of(lanes_one value)
{
	return _mm512_set1_ps(value);
}

static inline lanes_int
lanes_int_of(int32_t value)
{
	return _mm512_set1_epi32(value);
}

static inline lanes
lanes_fma(lanes a, lanes b, lanes c)
{
	return _mm512_fmadd_ps(a, b, c);
}

static inline lanes
lanes_fnma(lanes a, lanes b, lanes c)
{
	return _mm512_fnmadd_ps(a, b, c);
}

static inline lanes
lanes_add(lanes a, lanes b)
{
	return _mm512_add_ps(a, b);
}

static inline lanes
lanes_subtract(lanes a, lanes b)
{
	return _mm512_sub_ps(a, b);
}

static inline lanes
lanes_multiply(lanes a, lanes b)
{
	return _mm512_mul_ps(a, b);
}

static inline lanes
lanes_divide(lanes a, lanes b)
{
	return _mm512_div_ps(a, b);
}

static inline lanes_mask
lanes_less(lanes a, lanes b)
{
	return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ);
}

static inline lanes
lanes_least(lanes a, lanes b)
{
	return _mm512_min_ps(a, b);
}

static inline lanes
lanes_select(lanes_mask mask, lanes a, lanes b)
{
	return _mm512_mask_blend_ps(mask, b, a);
}

static inline lanes_int
lanes_bits(lanes a)
{
	return _mm512_castps_si512(a);
}

static inline lanes
lanes_of_bits(lanes_int bits)
{
	return _mm512_castsi512_ps(bits);
}

static inline lanes_int
lanes_int_and(lanes_int a, lanes_int b)
{
	return _mm512_and_si512(a, b);
}

static inline lanes_int
lanes_int_add(lanes_int a, lanes_int b)
{
	return _mm512_add_epi32(a, b);
}

static inline lanes_int
lanes_int_subtract(lanes_int a, lanes_int b)
{
	return _mm512_sub_epi32(a, b);
}

static inline lanes_int
lanes_int_left(lanes_int a, int places)
{
	return _mm512_slli_epi32(a, (unsigned)places);
}

#endif
