/* black76.c: prices and sensitivities of options that have nothing in common. */
#include "pricing/float_mode.h"
#include "pricing/kernel.h"

/* The last ones, fewer than the lanes: through a block of whole lanes. */
static void
black76_tail(const pli_kernel *kernel, const plm_options *in, const plm_greeks *out, size_t from,
    size_t count)
{
	pli_options_tail tail;
	pli_greeks_tail outputs;
	pli_options_tail_init(&tail, in, from, count);
	pli_greeks_tail_init(&outputs);
	kernel->black76(&tail.options, &outputs.greeks, kernel->lanes);
	pli_greeks_tail_copy(&outputs, out, from, count);
}

void
plm_black76(const plm_options *options, const plm_greeks *greeks, size_t count)
{
	const pli_kernel *kernel = pli_kernel_now();
	size_t whole = count - count % kernel->lanes;
	pli_float_mode mode = pli_float_mode_enter();
	if (whole > 0)
		kernel->black76(options, greeks, whole);
	if (whole < count)
		black76_tail(kernel, options, greeks, whole, count - whole);
	pli_float_mode_leave(mode);
}
