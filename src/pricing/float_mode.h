/* float_mode.h: kernels run with one state of the floating-point unit, whatever the caller's:
 * rounding to nearest, numbers below 2.3e-308 taken for 0 (they would be slow), nothing trapped. */
#ifndef PLI_PRICING_FLOAT_MODE_H
#define PLI_PRICING_FLOAT_MODE_H

#ifdef __x86_64__
#include <xmmintrin.h>

typedef unsigned pli_float_mode;

/* pli_float_mode_enter returns the caller's state, for pli_float_mode_leave. */
static inline pli_float_mode
pli_float_mode_enter(void)
{
	enum { ALL_MASKED = 0x1f80, FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x40 };
	unsigned before = _mm_getcsr();
	_mm_setcsr(ALL_MASKED | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
	return before;
}

static inline void
pli_float_mode_leave(pli_float_mode before)
{
	_mm_setcsr(before);
}
#else
typedef int pli_float_mode;

static inline pli_float_mode
pli_float_mode_enter(void)
{
	return 0;
}

static inline void
pli_float_mode_leave(pli_float_mode before)
{
	(void)before;
}
#endif

#endif
