/* grid.h: the parts of a scenario grid: a block of options, and a row of shocks for it. */
#ifndef PLI_PRICING_GRID_H
#define PLI_PRICING_GRID_H

#include "pricing/kernel.h"

enum { PLI_GRID_BLOCK = 128, PLI_GRID_LANES_MAX = 16 };

/* pli_grid_block: options as the cells of a grid need them. size: a multiple of PLI_GRID_LANES_MAX;
 * what is not an option of the caller's has the quantity 0. strike: NaN where there is no price. */
typedef struct pli_grid_block {
	double forward[PLI_GRID_BLOCK], strike[PLI_GRID_BLOCK], vol[PLI_GRID_BLOCK];
	double years[PLI_GRID_BLOCK], quantity[PLI_GRID_BLOCK];
	double x[PLI_GRID_BLOCK]; /* ln(forward / strike) */
	uint8_t put[PLI_GRID_BLOCK];
	int size;
} pli_grid_block;

/* pli_grid_row_call: v and 1/v (0 where v is 0) of each option, and `count` factors of the forward
 * with their logarithms. ret_sums: quantity times the option out of the money, for each factor.
 * ret_out: or NULL, those options themselves, PLI_GRID_BLOCK for each factor. */
typedef struct pli_grid_row_call {
	const double *v, *v_inverse;
	const double *factor, *log_factor;
	size_t count;
	double *ret_sums, *ret_out;
} pli_grid_row_call;

typedef void pli_grid_row(const pli_grid_block *block, const pli_grid_row_call *call);

pli_grid_row pli_grid_row_scalar, pli_grid_row_single_scalar;
#ifdef __x86_64__
pli_grid_row pli_grid_row_avx2, pli_grid_row_single_avx2;
pli_grid_row pli_grid_row_avx512, pli_grid_row_single_avx512;
#endif

#endif
