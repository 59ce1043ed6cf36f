/* grid.c: options priced under shocks of the forward, of vol and of time. */
#include <assert.h>
#include <math.h>

#include "pricing/float_mode.h"
#include "pricing/grid.h"

typedef struct grid_call {
	const plm_options *options;
	const double *quantity;
	const plm_grid *grid;
	const pli_kernel *kernel;
	size_t count;
	double *sums, *values;
	double log_factor[PLM_GRID_SHOCKS_MAX + PLI_LANES_MAX];
} grid_call;

static bool
grid_option_is_good(const plm_options *o, size_t at)
{
	double f = o->forward[at], k = o->strike[at], years = o->years[at], vol = o->vol[at];
	return f > PRICING_PRICE_MIN && f < PRICING_PRICE_MAX && k > PRICING_PRICE_MIN &&
	       k < PRICING_PRICE_MAX && years >= 0 && years < INFINITY && vol >= 0 &&
	       vol < INFINITY;
}

/* Options from `from` on, as many as fit, padded; what cannot be priced has no strike. */
static int
grid_fill(pli_grid_block *block, const grid_call *call, size_t from)
{
	const plm_options *o = call->options;
	size_t left = call->count - from;
	int count = left < PLI_GRID_BLOCK ? (int)left : PLI_GRID_BLOCK;
	block->size = (count + PLI_GRID_LANES_MAX - 1) / PLI_GRID_LANES_MAX * PLI_GRID_LANES_MAX;
	for (int i = 0; i < block->size; i++) {
		size_t at = from + (size_t)i;
		bool good = i < count && grid_option_is_good(o, at);
		block->forward[i] = good ? o->forward[at] : 1;
		block->strike[i] = good ? o->strike[at] : 1;
		block->years[i] = good ? o->years[at] : 0;
		block->vol[i] = good ? o->vol[at] : 0;
		block->put[i] = good && o->put[at] != 0;
		block->quantity[i] = i < count && call->quantity != NULL ? call->quantity[at] : 0;
	}
	call->kernel->logs(block->forward, block->strike, block->x, (size_t)block->size);
	for (int i = 0; i < count; i++)
		if (!grid_option_is_good(o, from + (size_t)i))
			block->strike[i] = NAN;
	return count;
}

static double
grid_intrinsic(const pli_grid_block *block, double factor, int i)
{
	double call = block->forward[i] * factor - block->strike[i];
	double worth = block->put[i] != 0 ? -call : call;
	return worth > 0 ? worth : 0;
}

/* Of each factor, what the block is worth at exercise: the same for all vols and times. */
static void
grid_intrinsic_sums(const pli_grid_block *block, const plm_grid *grid, double *ret_sums)
{
	for (size_t s = 0; s < grid->spot_count; s++) {
		double sums[PLI_LANES_MAX] = {0};
		for (int i = 0; i < block->size; i += PLI_LANES_MAX)
			for (int j = 0; j < PLI_LANES_MAX; j++)
				sums[j] += block->quantity[i + j] *
					   grid_intrinsic(block, grid->spot_factor[s], i + j);
		ret_sums[s] = pli_lanes_total(sums);
	}
}

/* One row of cells for `count` options from `from` on. */
static void
grid_put_values(const grid_call *call, const pli_grid_block *block, const double *out, size_t cell,
    size_t from, int count)
{
	for (size_t s = 0; s < call->grid->spot_count; s++) {
		double *to = call->values + (cell + s) * call->count + from;
		for (int i = 0; i < count; i++)
			to[i] = out[s * PLI_GRID_BLOCK + (size_t)i] +
				grid_intrinsic(block, call->grid->spot_factor[s], i);
	}
}

static void
grid_rows(const grid_call *call, const pli_grid_block *block, size_t from, int count)
{
	const plm_grid *grid = call->grid;
	double v[PLI_GRID_BLOCK], v_inverse[PLI_GRID_BLOCK];
	double intrinsic[PLM_GRID_SHOCKS_MAX], sums[PLM_GRID_SHOCKS_MAX];
	double out[PLM_GRID_SHOCKS_MAX * PLI_GRID_BLOCK];
	bool single = grid->precision == PLM_PRECISION_SINGLE;
	pli_grid_row_call row = {v, v_inverse, grid->spot_factor, call->log_factor,
	    grid->spot_count, sums, call->values == NULL ? NULL : out};
	grid_intrinsic_sums(block, grid, intrinsic);
	for (size_t t = 0, cell = 0; t < grid->time_count; t++)
		for (size_t s = 0; s < grid->vol_count; s++, cell += grid->spot_count) {
			pli_spreads spreads = {block->vol, block->years, grid->vol_factor[s],
			    grid->vol_shift[s], grid->years_passed[t]};
			call->kernel->spreads(&spreads, v, v_inverse, (size_t)block->size);
			(single ? call->kernel->grid_row_single : call->kernel->grid_row)(
			    block, &row);
			for (size_t i = 0; call->sums != NULL && i < grid->spot_count; i++)
				call->sums[cell + i] += sums[i] + intrinsic[i];
			if (call->values != NULL)
				grid_put_values(call, block, out, cell, from, count);
		}
}

/* Logarithms of the factors, through whole lanes. */
static void
grid_logs(grid_call *call)
{
	double factor[PLM_GRID_SHOCKS_MAX + PLI_LANES_MAX],
	    one[PLM_GRID_SHOCKS_MAX + PLI_LANES_MAX];
	size_t count = call->grid->spot_count, lanes = PLI_LANES_MAX;
	for (size_t i = 0; i < count + lanes; i++) {
		factor[i] = i < count ? call->grid->spot_factor[i] : 1;
		one[i] = 1;
		assert(factor[i] >= PLM_GRID_FACTOR_MIN && factor[i] <= 1 / PLM_GRID_FACTOR_MIN);
	}
	call->kernel->logs(factor, one, call->log_factor, (count + lanes - 1) / lanes * lanes);
}

void
plm_grid_price(const plm_options *options, const double *quantity, size_t count,
    const plm_grid *grid, double *ret_sums, double *ret_values)
{
	grid_call call = {.options = options,
	    .quantity = quantity,
	    .grid = grid,
	    .kernel = pli_kernel_now(),
	    .count = count,
	    .sums = ret_sums,
	    .values = ret_values};
	pli_grid_block block;
	pli_float_mode mode = pli_float_mode_enter();
	assert(grid->spot_count <= PLM_GRID_SHOCKS_MAX && (quantity != NULL || ret_sums == NULL));
	grid_logs(&call);
	for (size_t cell = 0; ret_sums != NULL && cell < plm_grid_cells(grid); cell++)
		ret_sums[cell] = 0;
	for (size_t from = 0; from < count; from += PLI_GRID_BLOCK) {
		int size = grid_fill(&block, &call, from);
		grid_rows(&call, &block, from, size);
	}
	pli_float_mode_leave(mode);
}

size_t
plm_grid_cells(const plm_grid *grid)
{
	return grid->spot_count * grid->vol_count * grid->time_count;
}
