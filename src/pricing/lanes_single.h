/* lanes_single.h: what kernel_math.h needs to know of lanes in single precision. */
#ifndef PLI_PRICING_LANES_SINGLE_H
#define PLI_PRICING_LANES_SINGLE_H

#include <stdint.h>

typedef float lanes_one;

#define LANES_BITS_MAX INT32_MAX
#define LANES_FRACTION_BITS 23
#define LANES_TO_INT 0x1.8p23f
#define LANES_LN2_INVERSE 0x1.715476p+0f
#define LANES_LN2_HIGH 0x1.62e4p-1f
#define LANES_LN2_LOW 0x1.7f7d1cp-20f
#define LANES_EXP_FIT pli_exp_fit_single
#define LANES_EXP_DEGREE 6
#define LANES_EXP_MIN (-87.0f)
#define LANES_DENSITY_MAX 13.3f
#define LANES_MILLS_FIT pli_mills_fit_single
#define LANES_MILLS_DEGREE 10
#define LANES_MILLS_SHIFT 4.0f
#define LANES_MILLS_MAX 13.0f

#endif
