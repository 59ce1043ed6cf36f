/* black76.h: the kernels behind plm_black76. count is a multiple of the kernel's lanes. */
#ifndef PLI_PRICING_BLACK76_H
#define PLI_PRICING_BLACK76_H

#include "plimsoll/pricing.h"

void pli_black76_scalar(const plm_options *in, const plm_greeks *out, size_t count);
void pli_black76_avx2(const plm_options *in, const plm_greeks *out, size_t count);
void pli_black76_avx512(const plm_options *in, const plm_greeks *out, size_t count);

#endif
