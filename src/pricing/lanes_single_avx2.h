/* lanes_single_avx2.h: 8 lanes of singles in 256 bits; lanes_single_scalar.h says what each does.
 */
#ifndef PLI_PRICING_LANES_SINGLE_AVX2_H
#define PLI_PRICING_LANES_SINGLE_AVX2_H

#include <immintrin.h>
#include <stdint.h>

#include "pricing/lanes_single.h"

enum { LANES = 8 };

typedef __m256 lanes;
typedef __m256i lanes_int;
typedef __m256 lanes_mask;

static inline void
lanes_store(lanes_one *to, lanes a)
{
	_mm256_storeu_ps(to, a);
}

static inline lanes
lanes_load(const lanes_one *from)
{
	return _mm256_loadu_ps(from);
}

static inline lanes
lanes_of(lanes_one value)
{
	return _mm256_set1_ps(value);
}

static inline lanes_int
lanes_int_of(int32_t value)
{
	return _mm256_set1_epi32(value);
}

static inline lanes
lanes_fma(lanes a, lanes b, lanes c)
{
	return _mm256_fmadd_ps(a, b, c);
}

static inline lanes
lanes_fnma(lanes a, lanes b, lanes c)
{
	return _mm256_fnmadd_ps(a, b, c);
}

static inline lanes
lanes_add(lanes a, lanes b)
{
	return _mm256_add_ps(a, b);
}

static inline lanes
lanes_subtract(lanes a, lanes b)
{
	return _mm256_sub_ps(a, b);
}

static inline lanes
lanes_multiply(lanes a, lanes b)
{
	return _mm256_mul_ps(a, b);
}

static inline lanes
lanes_divide(lanes a, lanes b)
{
	return _mm256_div_ps(a, b);
}

static inline lanes_mask
lanes_less(lanes a, lanes b)
{
	return _mm256_cmp_ps(a, b, _CMP_LT_OQ);
}

static inline lanes
lanes_least(lanes a, lanes b)
{
	return _mm256_min_ps(a, b);
}

static inline lanes
lanes_select(lanes_mask mask, lanes a, lanes b)
{
	return _mm256_blendv_ps(b, a, mask);
}

static inline lanes_int
lanes_bits(lanes a)
{
	return _mm256_castps_si256(a);
}

static inline lanes
lanes_of_bits(lanes_int bits)
{
	return _mm256_castsi256_ps(bits);
}

static inline lanes_int
lanes_int_and(lanes_int a, lanes_int b)
{
	return _mm256_and_si256(a, b);
}

static inline lanes_int
lanes_int_add(lanes_int a, lanes_int b)
{
	return _mm256_add_epi32(a, b);
}

static inline lanes_int
lanes_int_subtract(lanes_int a, lanes_int b)
{
	return _mm256_sub_epi32(a, b);
}

static inline lanes_int
lanes_int_left(lanes_int a, int places)
{
	return _mm256_slli_epi32(a, places);
}

#endif
