/* kernel.c: which kernel, and what is left over behind whole lanes. */
#include "pricing/kernel.h"

#include <stdatomic.h>
#include <string.h>

static const pli_kernel *const kernels[PLM_KERNEL_COUNT_] = {
    &pli_kernel_scalar,
#ifdef __x86_64__
    &pli_kernel_avx2,
    &pli_kernel_avx512,
#endif
};

static const char *const kernel_texts[PLM_KERNEL_COUNT_] = {"scalar", "avx2", "avx512"};
static const unsigned kernel_lanes[PLM_KERNEL_COUNT_] = {1, 4, 8};

static _Atomic int kernel_now = -1;

const char *
plm_kernel_text(plm_kernel kernel)
{
	return kernel_texts[kernel];
}

unsigned
plm_kernel_lanes(plm_kernel kernel)
{
	return kernel_lanes[kernel];
}

bool
plm_kernel_is_here(plm_kernel kernel)
{
	if (kernels[kernel] == NULL)
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

const pli_kernel *
pli_kernel_now(void)
{
	return kernels[plm_kernel_get()];
}

void
pli_options_tail_init(pli_options_tail *tail, const plm_options *options, size_t from, size_t count)
{
	const double *arrays[] = {options->forward, options->strike, options->years, options->vol};
	for (size_t i = 0; i < PLI_LANES_MAX; i++) {
		size_t at = from + (i < count ? i : 0);
		for (size_t a = 0; a < 4; a++)
			tail->values[a][i] = arrays[a][at];
		tail->put[i] = options->put[at];
	}
	tail->options = (plm_options){
	    tail->values[0], tail->values[1], tail->values[2], tail->values[3], tail->put};
}

void
pli_greeks_tail_init(pli_greeks_tail *tail)
{
	double(*v)[PLI_LANES_MAX] = tail->values;
	tail->greeks = (plm_greeks){v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]};
}

void
pli_greeks_tail_copy(
    const pli_greeks_tail *tail, const plm_greeks *greeks, size_t from, size_t count)
{
	double *const to[PLI_GREEKS] = {greeks->price, greeks->delta, greeks->gamma, greeks->vega,
	    greeks->theta, greeks->rho, greeks->vanna, greeks->volga, greeks->charm};
	for (size_t o = 0; o < PLI_GREEKS; o++)
		if (to[o] != NULL)
			memcpy(to[o] + from, tail->values[o], count * sizeof tail->values[o][0]);
}
