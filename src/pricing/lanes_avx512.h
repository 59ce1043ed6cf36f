/* lanes_avx512.h: 8 lanes of doubles in 512 bits; lanes_scalar.h says what each does. */
#ifndef PLI_PRICING_LANES_AVX512_H
#define PLI_PRICING_LANES_AVX512_H

#include <immintrin.h>
#include <stdint.h>

#include "pricing/lanes_double.h"

enum { LANES = 8 };

typedef __m512d lanes;
typedef __m512i lanes_int;
typedef __mmask8 lanes_mask;

static inline void
lanes_store(double *to, lanes a)
{
	_mm512_storeu_pd(to, a);
}

static inline lanes
lanes_load(const double *from)
{
	return _mm512_loadu_pd(from);
}

static inline lanes
lanes_of(double value)
{
	return _mm512_set1_pd(value);
}

static inline lanes_int
lanes_int_of(int64_t value)
{
	return _mm512_set1_epi64(value);
}

static inline lanes
lanes_sqrt(lanes a)
{
	return _mm512_sqrt_pd(a);
}

static inline lanes
lanes_fma(lanes a, lanes b, lanes c)
{
	return _mm512_fmadd_pd(a, b, c);
}

static inline lanes
lanes_fnma(lanes a, lanes b, lanes c)
{
	return _mm512_fnmadd_pd(a, b, c);
}

static inline lanes
lanes_add(lanes a, lanes b)
{
	return _mm512_add_pd(a, b);
}

static inline lanes
lanes_subtract(lanes a, lanes b)
{
	return _mm512_sub_pd(a, b);
}

static inline lanes
lanes_multiply(lanes a, lanes b)
{
	return _mm512_mul_pd(a, b);
}

static inline lanes
lanes_divide(lanes a, lanes b)
{
	return _mm512_div_pd(a, b);
}

static inline lanes_mask
lanes_less(lanes a, lanes b)
{
	return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ);
}

static inline lanes
lanes_least(lanes a, lanes b)
{
	return _mm512_min_pd(a, b);
}

static inline lanes
lanes_greatest(lanes a, lanes b)
{
	return _mm512_max_pd(a, b);
}

static inline lanes_mask
lanes_of_bytes(const uint8_t *from)
{
	__m512i wide = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const void *)from));
	return _mm512_test_epi64_mask(wide, wide);
}

static inline lanes_mask
lanes_and(lanes_mask a, lanes_mask b)
{
	return (lanes_mask)(a & b);
}

static inline lanes
lanes_select(lanes_mask mask, lanes a, lanes b)
{
	return _mm512_mask_blend_pd(mask, b, a);
}

static inline lanes_int
lanes_bits(lanes a)
{
	return _mm512_castpd_si512(a);
}

static inline lanes
lanes_of_bits(lanes_int bits)
{
	return _mm512_castsi512_pd(bits);
}

static inline lanes_int
lanes_int_and(lanes_int a, lanes_int b)
{
	return _mm512_and_si512(a, b);
}

static inline lanes_int
lanes_int_or(lanes_int a, lanes_int b)
{
	return _mm512_or_si512(a, b);
}

static inline lanes_int
lanes_int_add(lanes_int a, lanes_int b)
{
	return _mm512_add_epi64(a, b);
}

static inline lanes_int
lanes_int_subtract(lanes_int a, lanes_int b)
{
	return _mm512_sub_epi64(a, b);
}

static inline lanes_int
lanes_int_right(lanes_int a, int places)
{
	return _mm512_srli_epi64(a, (unsigned)places);
}

static inline lanes_int
lanes_int_left(lanes_int a, int places)
{
	return _mm512_slli_epi64(a, (unsigned)places);
}

#endif
