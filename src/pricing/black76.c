/* black76.c: prices and sensitivities of options that have nothing in common. */
#include <string.h>

#include "pricing/float_mode.h"
#include "pricing/kernel.h"

enum { OUTPUTS = 9 };

/* The last ones, fewer than the lanes: through a block of whole lanes. */
static void
black76_tail(const pli_kernel *kernel, const plm_options *in, const plm_greeks *out, size_t from,
    size_t count)
{
	double outputs[OUTPUTS][PLI_LANES_MAX];
	double *list[OUTPUTS] = {out->price, out->delta, out->gamma, out->vega, out->theta,
	    out->rho, out->vanna, out->volga, out->charm};
	plm_greeks greeks = {outputs[0], outputs[1], outputs[2], outputs[3], outputs[4], outputs[5],
	    outputs[6], outputs[7], outputs[8]};
	pli_options_tail tail;
	pli_options_tail_init(&tail, in, from, count);
	kernel->black76(&tail.options, &greeks, kernel->lanes);
	for (size_t o = 0; o < OUTPUTS; o++)
		if (list[o] != NULL)
			memcpy(list[o] + from, outputs[o], count * sizeof outputs[o][0]);
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
