/* grid_body.h: options under a row of shocks of the forward, for any lanes of either precision.
 * GRID_ROW: the name of the function.
 *
 * What a cell changes is x, by the logarithm of its factor: no logarithm, root or 1/v is taken in
 * it. Where v is 0 the gap of the two places of Mills' ratio is 0, and so is the option out of the
 * money: no case is made of it. The sums are doubles in fixed order whatever the precision. */
#include "pricing/grid.h"
#include "pricing/kernel_math.h"

typedef struct grid_row {
	lanes_one x[BLOCK], f[BLOCK], k[BLOCK], half[BLOCK], v_inverse[BLOCK];
	lanes_one ratio[BLOCK], lo[BLOCK], w[BLOCK], out[BLOCK];
} grid_row;

static inline void
grid_take(grid_row *r, const pli_grid_block *block, const pli_grid_row_call *call)
{
	for (int i = 0; i < block->size; i++) {
		r->x[i] = (lanes_one)block->x[i];
		r->f[i] = (lanes_one)block->forward[i];
		r->k[i] = (lanes_one)block->strike[i];
		r->half[i] = (lanes_one)(call->v[i] * 0.5);
		r->v_inverse[i] = (lanes_one)call->v_inverse[i];
	}
}

static inline void
grid_density(grid_row *r, lanes factor, lanes log_factor, int i)
{
	lanes x = lanes_add(lanes_load(r->x + i), log_factor);
	lanes ratio = lanes_multiply(
	    lanes_negative(lanes_absolute(x)), lanes_load(r->v_inverse + i));
	lanes f = lanes_multiply(lanes_load(r->f + i), factor);
	/* The strike is NaN where the option cannot be priced, and comes second for that. */
	lanes lo = lanes_least(f, lanes_load(r->k + i));
	lanes n1 = density(lanes_add(ratio, lanes_load(r->half + i)));
	lanes_store(r->ratio + i, ratio);
	lanes_store(r->lo + i, lo);
	lanes_store(r->w + i, lanes_multiply(lo, n1));
}

static inline void
grid_price(grid_row *r, int i)
{
	const lanes shift = lanes_of(LANES_MILLS_SHIFT);
	lanes ratio = lanes_load(r->ratio + i), half = lanes_load(r->half + i), difference;
	mills_places p = mills_places_of(ratio, half, is_near(ratio, half));
	lanes both = lanes_multiply(lanes_add(p.first, shift), lanes_add(p.second, shift));
	lanes m1 = mills(&p, lanes_divide(lanes_of(1), both), &difference);
	lanes out = out_of_money(&p, lanes_load(r->lo + i), lanes_load(r->w + i), m1, difference);
	lanes_store(r->out + i, out);
}

/* Each eighth option into a sum of its own, then the eight. */
static inline double
grid_total(const lanes_one *out, const double *quantity, int size)
{
	double sums[PLI_LANES_MAX] = {0};
	for (int i = 0; i < size; i += PLI_LANES_MAX)
		for (int j = 0; j < PLI_LANES_MAX; j++)
			sums[j] += quantity[i + j] * (double)out[i + j];
	return pli_lanes_total(sums);
}

void
GRID_ROW(const pli_grid_block *block, const pli_grid_row_call *call)
{
	grid_row r;
	grid_take(&r, block, call);
	for (size_t s = 0; s < call->count; s++) {
		lanes factor = lanes_of((lanes_one)call->factor[s]);
		lanes log_factor = lanes_of((lanes_one)call->log_factor[s]);
		for (int i = 0; i < block->size; i += LANES)
			grid_density(&r, factor, log_factor, i);
		for (int i = 0; i < block->size; i += LANES)
			grid_price(&r, i);
		call->ret_sums[s] = grid_total(r.out, block->quantity, block->size);
		for (int i = 0; call->ret_out != NULL && i < block->size; i++)
			call->ret_out[s * BLOCK + (size_t)i] = (double)r.out[i];
	}
}
