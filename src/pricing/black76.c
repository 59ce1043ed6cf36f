/* black76.c: which kernel, and what is left over behind whole lanes. */
#include "pricing/black76.h"

#include <stdatomic.h>
#include <string.h>

enum { LANES_MAX = 8, OUTPUTS = 9 };

typedef struct kernel_row {
	const char *text;
	unsigned lanes;
	void (*run)(const plm_options *in, const plm_greeks *out, size_t count);
} kernel_row;

static const kernel_row kernels[PLM_KERNEL_COUNT_] = {
    {"scalar", 1, pli_black76_scalar},
#ifdef __x86_64__
    {"avx2", 4, pli_black76_avx2},
    {"avx512", 8, pli_black76_avx512},
#else
    {"avx2", 4, NULL},
    {"avx512", 8, NULL},
#endif
};

static _Atomic int kernel_now = -1;

const char *
plm_kernel_text(plm_kernel kernel)
{
	return kernels[kernel].text;
}

unsigned
plm_kernel_lanes(plm_kernel kernel)
{
	return kernels[kernel].lanes;
}

bool
plm_kernel_is_here(plm_kernel kernel)
{
	if (kernels[kernel].run == NULL)
		return false;
#ifdef __x86_64__
	if (kernel == PLM_KERNEL_AVX2)
		return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
	if (kernel == PLM_KERNEL_AVX512)
		return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
#endif
	return true;
}

plm_kernel
plm_kernel_get(void)
{
	int kernel = atomic_load_explicit(&kernel_now, memory_order_relaxed);
	if (kernel >= 0)
		return (plm_kernel)kernel;
	kernel = PLM_KERNEL_COUNT_ - 1;
	while (!plm_kernel_is_here((plm_kernel)kernel))
		kernel--;
	atomic_store_explicit(&kernel_now, kernel, memory_order_relaxed);
	return (plm_kernel)kernel;
}

plm_err
plm_kernel_force(plm_kernel kernel)
{
	if (!plm_kernel_is_here(kernel))
		return PLM_ENOTFOUND;
	atomic_store_explicit(&kernel_now, (int)kernel, memory_order_relaxed);
	return PLM_OK;
}

/* The outputs as a list, so that they can be moved on together. */
static void
greeks_list(const plm_greeks *greeks, double *ret_list[OUTPUTS])
{
	double *list[OUTPUTS] = {greeks->price, greeks->delta, greeks->gamma, greeks->vega,
	    greeks->theta, greeks->rho, greeks->vanna, greeks->volga, greeks->charm};
	memcpy(ret_list, list, sizeof list);
}

/* The last ones, fewer than the lanes: through a block of whole lanes. */
static void
run_rest(const kernel_row *kernel, const plm_options *in, const plm_greeks *out, size_t from,
    size_t count)
{
	double inputs[4][LANES_MAX], outputs[OUTPUTS][LANES_MAX];
	uint8_t put[LANES_MAX];
	double *list[OUTPUTS];
	const double *arrays[] = {in->forward, in->strike, in->years, in->vol};
	greeks_list(out, list);
	for (size_t i = 0; i < LANES_MAX; i++) {
		size_t at = from + (i < count ? i : 0);
		for (size_t a = 0; a < 4; a++)
			inputs[a][i] = arrays[a][at];
		put[i] = in->put[at];
	}
	plm_options options = {inputs[0], inputs[1], inputs[2], inputs[3], put};
	plm_greeks greeks = {outputs[0], outputs[1], outputs[2], outputs[3], outputs[4], outputs[5],
	    outputs[6], outputs[7], outputs[8]};
	kernel->run(&options, &greeks, kernel->lanes);
	for (size_t o = 0; o < OUTPUTS; o++)
		if (list[o] != NULL)
			memcpy(list[o] + from, outputs[o], count * sizeof outputs[o][0]);
}

void
plm_black76(const plm_options *options, const plm_greeks *greeks, size_t count)
{
	const kernel_row *kernel = &kernels[plm_kernel_get()];
	size_t whole = count - count % kernel->lanes;
	if (whole > 0)
		kernel->run(options, greeks, whole);
	if (whole < count)
		run_rest(kernel, options, greeks, whole, count - whole);
}
