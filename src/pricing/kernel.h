/* kernel.h: the kernels behind the public functions, one table for each kind of processor. */
#ifndef PLI_PRICING_KERNEL_H
#define PLI_PRICING_KERNEL_H

#include "plimsoll/pricing.h"

/* The bounds of forward and strike, and the most that v is taken for: beyond it a price is its
 * maximum to the last bit. */
#define PRICING_PRICE_MIN 1e-150
#define PRICING_PRICE_MAX 1e150
#define PRICING_V_MAX 1e9

enum { PLI_LANES_MAX = 8, PLI_GREEKS = 9 };

/* pli_chain_call: a chain, and what is the same for all of its options. quantity: for sums. */
typedef struct pli_chain_call {
	const plm_chain *chain;
	const double *quantity;
	double log_forward; /* ln(F / reference) */
	double forward_inverse, root, root_inverse;
} pli_chain_call;

/* pli_chain_lanes: sums of every eighth option. */
typedef struct pli_chain_lanes {
	double price[PLI_LANES_MAX], delta[PLI_LANES_MAX], gamma[PLI_LANES_MAX];
	double vega[PLI_LANES_MAX], theta[PLI_LANES_MAX];
} pli_chain_lanes;

/* pli_spreads: vols and years under one shock: vol * vol_factor + vol_shift, years - years_passed,
 * neither below 0. */
typedef struct pli_spreads {
	const double *vol, *years;
	double vol_factor, vol_shift, years_passed;
} pli_spreads;

struct pli_grid_block;
struct pli_grid_row_call;

/* Counts are multiples of lanes. */
typedef struct pli_kernel {
	const char *text;
	unsigned lanes;
	void (*black76)(const plm_options *in, const plm_greeks *out, size_t count);
	/* in->vol: prices. */
	void (*implied)(const plm_options *in, double *ret_vol, uint8_t *ret_status, size_t count);
	/* Either sums or out; sums are added to, and count is a multiple of PLI_LANES_MAX. */
	void (*chain)(
	    const pli_chain_call *call, const plm_greeks *out, pli_chain_lanes *sums, size_t count);
	/* ln(a / b) of good prices. */
	void (*logs)(const double *a, const double *b, double *ret_logs, size_t count);
	/* v and 1/v; 0 where v is 0. */
	void (*spreads)(const pli_spreads *in, double *ret_v, double *ret_v_inverse, size_t count);
	/* grid.h; in single precision too. */
	void (*grid_row)(const struct pli_grid_block *block, const struct pli_grid_row_call *call);
	void (*grid_row_single)(
	    const struct pli_grid_block *block, const struct pli_grid_row_call *call);
} pli_kernel;

extern const pli_kernel pli_kernel_scalar;
#ifdef __x86_64__
extern const pli_kernel pli_kernel_avx2;
extern const pli_kernel pli_kernel_avx512;
#endif

/* pli_lanes_total adds sums of every eighth option up, in the order of halves. */
static inline double
pli_lanes_total(const double sums[PLI_LANES_MAX])
{
	return ((sums[0] + sums[4]) + (sums[2] + sums[6])) +
	       ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

/* pli_kernel_now: the table that public functions run. */
const pli_kernel *pli_kernel_now(void);

/* pli_options_tail: the last options of a batch, fewer than the lanes, beside copies of the first
 * of them. options borrows the arrays. */
typedef struct pli_options_tail {
	plm_options options;
	double values[4][PLI_LANES_MAX];
	uint8_t put[PLI_LANES_MAX];
} pli_options_tail;

void pli_options_tail_init(
    pli_options_tail *tail, const plm_options *options, size_t from, size_t count);

/* pli_greeks_tail: room for the outputs of those. */
typedef struct pli_greeks_tail {
	plm_greeks greeks;
	double values[PLI_GREEKS][PLI_LANES_MAX];
} pli_greeks_tail;

void pli_greeks_tail_init(pli_greeks_tail *tail);

/* pli_greeks_tail_copy moves `count` of them to where they belong, from index `from` on. */
void pli_greeks_tail_copy(
    const pli_greeks_tail *tail, const plm_greeks *greeks, size_t from, size_t count);

#endif
