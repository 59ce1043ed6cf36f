/* chain.c: options of one underlying and expiry. */
#include <math.h>

#include "pricing/float_mode.h"
#include "pricing/kernel.h"

static bool
chain_price_is_good(double price)
{
	return price > PRICING_PRICE_MIN && price < PRICING_PRICE_MAX;
}

/* NaN where either is no price. */
static double
chain_log(double price, double reference)
{
	double logs[PLI_LANES_MAX], a[PLI_LANES_MAX], b[PLI_LANES_MAX];
	if (!chain_price_is_good(price) || !chain_price_is_good(reference))
		return NAN;
	for (int i = 0; i < PLI_LANES_MAX; i++) {
		a[i] = price;
		b[i] = reference;
	}
	pli_kernel_now()->logs(a, b, logs, pli_kernel_now()->lanes);
	return logs[0];
}

void
plm_chain_logs(const double *strike, double reference, double *ret_log_strike, size_t count)
{
	pli_float_mode mode = pli_float_mode_enter();
	for (size_t i = 0; i < count; i++)
		ret_log_strike[i] = chain_log(strike[i], reference);
	pli_float_mode_leave(mode);
}

void
plm_chain_spreads(
    const double *vol, double years, double *ret_v, double *ret_v_inverse, size_t count)
{
	double root = years >= 0 ? sqrt(years) : NAN;
	for (size_t i = 0; i < count; i++) {
		bool known = vol[i] >= 0 && vol[i] < INFINITY && root < INFINITY;
		double v = known ? vol[i] * root : NAN;
		ret_v[i] = v > PRICING_V_MAX ? PRICING_V_MAX : v;
		ret_v_inverse[i] = v >= 0x1p-1022 ? 1 / ret_v[i] : 0;
	}
}

static pli_chain_call
chain_call(const plm_chain *chain, const double *quantity)
{
	double root = sqrt(chain->years);
	return (pli_chain_call){.chain = chain,
	    .quantity = quantity,
	    .log_forward = chain_log(chain->forward, chain->reference),
	    .forward_inverse = 1 / chain->forward,
	    .root = root,
	    .root_inverse = root > 0 ? 1 / root : 0};
}

/* The last options beside copies of the first of them, whose quantity is 0. */
typedef struct chain_tail {
	plm_chain chain;
	double values[5][PLI_LANES_MAX];
	uint8_t put[PLI_LANES_MAX];
} chain_tail;

static pli_chain_call
chain_tail_call(chain_tail *tail, const pli_chain_call *call, size_t from)
{
	const plm_chain *chain = call->chain;
	size_t count = chain->count - from;
	const double *arrays[] = {chain->strike, chain->log_strike, chain->v, chain->v_inverse};
	double(*v)[PLI_LANES_MAX] = tail->values;
	for (size_t i = 0; i < PLI_LANES_MAX; i++) {
		size_t at = from + (i < count ? i : 0);
		for (size_t a = 0; a < 4; a++)
			v[a][i] = arrays[a][at];
		v[4][i] = call->quantity != NULL && i < count ? call->quantity[at] : 0;
		tail->put[i] = chain->put[at];
	}
	tail->chain = (plm_chain){chain->forward, chain->years, chain->reference, v[0], v[1], v[2],
	    v[3], tail->put, PLI_LANES_MAX};
	pli_chain_call padded = *call;
	padded.chain = &tail->chain;
	padded.quantity = v[4];
	return padded;
}

void
plm_chain_price(const plm_chain *chain, const plm_greeks *greeks)
{
	const pli_kernel *kernel = pli_kernel_now();
	size_t whole = chain->count - chain->count % kernel->lanes;
	pli_float_mode mode = pli_float_mode_enter();
	pli_chain_call call = chain_call(chain, NULL);
	kernel->chain(&call, greeks, NULL, whole);
	if (whole < chain->count) {
		chain_tail tail;
		pli_greeks_tail outputs;
		pli_chain_call last = chain_tail_call(&tail, &call, whole);
		pli_greeks_tail_init(&outputs);
		kernel->chain(&last, &outputs.greeks, NULL, kernel->lanes);
		pli_greeks_tail_copy(&outputs, greeks, whole, chain->count - whole);
	}
	pli_float_mode_leave(mode);
}

void
plm_chain_sum(const plm_chain *chain, const double *quantity, plm_chain_sums *ret_sums)
{
	const pli_kernel *kernel = pli_kernel_now();
	const plm_greeks none = {0};
	size_t whole = chain->count - chain->count % PLI_LANES_MAX;
	pli_chain_lanes sums = {0};
	pli_float_mode mode = pli_float_mode_enter();
	pli_chain_call call = chain_call(chain, quantity);
	kernel->chain(&call, &none, &sums, whole);
	if (whole < chain->count) {
		chain_tail tail;
		pli_chain_call last = chain_tail_call(&tail, &call, whole);
		kernel->chain(&last, &none, &sums, PLI_LANES_MAX);
	}
	*ret_sums = (plm_chain_sums){pli_lanes_total(sums.price), pli_lanes_total(sums.delta),
	    pli_lanes_total(sums.gamma), pli_lanes_total(sums.vega), pli_lanes_total(sums.theta)};
	pli_float_mode_leave(mode);
}
