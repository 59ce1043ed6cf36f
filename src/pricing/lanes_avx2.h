/* lanes_avx2.h: 4 lanes of doubles in 256 bits; lanes_scalar.h says what each does. */
#ifndef PLI_PRICING_LANES_AVX2_H
#define PLI_PRICING_LANES_AVX2_H

#include <immintrin.h>
#include <stdint.h>

#include "pricing/lanes_double.h"

enum { LANES = 4 };

typedef __m256d lanes;
typedef __m256i lanes_int;
typedef __m256d lanes_mask;

static inline void
lanes_store(double *to, lanes a)
{
	_mm256_storeu_pd(to, a);
}

static inline lanes
lanes_load(const double *from)
{
	return _mm256_loadu_pd(from);
}

static inline lanes
lanes_of(double value)
{
	return _mm256_set1_pd(value);
}

static inline lanes_int
lanes_int_of(int64_t value)
{
	return _mm256_set1_epi64x(value);
}

static inline lanes
lanes_sqrt(lanes a)
{
	return _mm256_sqrt_pd(a);
}

static inline lanes
lanes_fma(lanes a, lanes b, lanes c)
{
	return _mm256_fmadd_pd(a, b, c);
}

static inline lanes
lanes_fnma(lanes a, lanes b, lanes c)
{
	return _mm256_fnmadd_pd(a, b, c);
}

static inline lanes
lanes_add(lanes a, lanes b)
{
	return _mm256_add_pd(a, b);
}

static inline lanes
lanes_subtract(lanes a, lanes b)
{
	return _mm256_sub_pd(a, b);
}

static inline lanes
lanes_multiply(lanes a, lanes b)
{
	return _mm256_mul_pd(a, b);
}

static inline lanes
lanes_divide(lanes a, lanes b)
{
	return _mm256_div_pd(a, b);
}

static inline lanes_mask
lanes_less(lanes a, lanes b)
{
	return _mm256_cmp_pd(a, b, _CMP_LT_OQ);
}

static inline lanes
lanes_least(lanes a, lanes b)
{
	return _mm256_min_pd(a, b);
}

static inline lanes
lanes_greatest(lanes a, lanes b)
{
	return _mm256_max_pd(a, b);
}

static inline lanes_mask
lanes_of_bytes(const uint8_t *from)
{
	__m256i wide = _mm256_cvtepu8_epi64(_mm_loadu_si32(from));
	return _mm256_castsi256_pd(_mm256_cmpgt_epi64(wide, _mm256_setzero_si256()));
}

static inline lanes_mask
lanes_and(lanes_mask a, lanes_mask b)
{
	return _mm256_and_pd(a, b);
}

static inline lanes
lanes_select(lanes_mask mask, lanes a, lanes b)
{
	return _mm256_blendv_pd(b, a, mask);
}

static inline lanes_int
lanes_bits(lanes a)
{
	return _mm256_castpd_si256(a);
}

static inline lanes
lanes_of_bits(lanes_int bits)
{
	return _mm256_castsi256_pd(bits);
}

static inline lanes_int
lanes_int_and(lanes_int a, lanes_int b)
{
	return _mm256_and_si256(a, b);
}

static inline lanes_int
lanes_int_or(lanes_int a, lanes_int b)
{
	return _mm256_or_si256(a, b);
}

static inline lanes_int
lanes_int_add(lanes_int a, lanes_int b)
{
	return _mm256_add_epi64(a, b);
}

static inline lanes_int
lanes_int_subtract(lanes_int a, lanes_int b)
{
	return _mm256_sub_epi64(a, b);
}

static inline lanes_int
lanes_int_right(lanes_int a, int places)
{
	return _mm256_srli_epi64(a, places);
}

static inline lanes_int
lanes_int_left(lanes_int a, int places)
{
	return _mm256_slli_epi64(a, places);
}

#endif
