/* lanes_double.h: what kernel_math.h needs to know of lanes of doubles. */
#ifndef PLI_PRICING_LANES_DOUBLE_H
#define PLI_PRICING_LANES_DOUBLE_H

#include <stdint.h>

typedef double lanes_one;

#define LANES_BITS_MAX INT64_MAX
#define LANES_FRACTION_BITS 52
#define LANES_TO_INT 0x1.8p52 /* added to a small number, its low bits are that number */
#define LANES_LN2_INVERSE 0x1.71547652b82fep+0
#define LANES_LN2_HIGH 0x1.62e42fefa38p-1
#define LANES_LN2_LOW 0x1.ef35793c7673p-45
#define LANES_EXP_FIT pli_exp_fit
#define LANES_EXP_DEGREE 11
#define LANES_EXP_MIN (-705.0)
#define LANES_DENSITY_MAX 40.0
#define LANES_MILLS_FIT pli_mills_fit
#define LANES_MILLS_DEGREE 24
#define LANES_MILLS_SHIFT 6.0
#define LANES_MILLS_MAX 54.0

#endif
