/* chain_body.h: options of one underlying and expiry, for any lanes: the logarithm, the root and
 * 1/v of black76_body.h are kept by the caller, so that one quotient is left. */
#include "pricing/black76_body.h"

typedef struct chain_block {
	double ratio[BLOCK], n1[BLOCK], m1[BLOCK], difference[BLOCK];
} chain_block;

static inline lanes
chain_half(const plm_chain *chain, size_t at)
{
	return lanes_multiply(lanes_load(chain->v + at), lanes_of(0.5));
}

static inline void
chain_density(const pli_chain_call *call, size_t at, chain_block *b, int i)
{
	const plm_chain *chain = call->chain;
	lanes x = lanes_subtract(lanes_of(call->log_forward), lanes_load(chain->log_strike + at));
	lanes far = lanes_negative(lanes_absolute(x));
	lanes ratio = lanes_multiply(far, lanes_load(chain->v_inverse + at));
	lanes_store(b->ratio + i, ratio);
	lanes_store(b->n1 + i, density(lanes_add(ratio, chain_half(chain, at))));
}

static inline void
chain_mills(const plm_chain *chain, size_t at, chain_block *b, int i)
{
	const lanes shift = lanes_of(LANES_MILLS_SHIFT);
	lanes ratio = lanes_load(b->ratio + i), half = chain_half(chain, at), difference;
	mills_places p = mills_places_of(ratio, half, is_near(ratio, half));
	lanes both = lanes_multiply(lanes_add(p.first, shift), lanes_add(p.second, shift));
	lanes_store(b->m1 + i, mills(&p, lanes_divide(lanes_of(1), both), &difference));
	lanes_store(b->difference + i, difference);
}

static inline black76_found
chain_find(const pli_chain_call *call, size_t at, const chain_block *b, int i)
{
	const plm_chain *chain = call->chain;
	lanes v = lanes_load(chain->v + at);
	black76_found o = {.f = lanes_of(chain->forward),
	    .k = lanes_load(chain->strike + at),
	    .years = lanes_of(chain->years),
	    .root = lanes_of(call->root),
	    .root_inverse = lanes_of(call->root_inverse),
	    .v_inverse = lanes_load(chain->v_inverse + at),
	    .f_inverse = lanes_of(call->forward_inverse),
	    .ratio = lanes_load(b->ratio + i),
	    .half = chain_half(chain, at),
	    .n1 = lanes_load(b->n1 + i),
	    .m1 = lanes_load(b->m1 + i),
	    .difference = lanes_load(b->difference + i)};
	o.lo = lanes_least(o.f, o.k);
	o.vol = lanes_multiply(v, o.root_inverse);
	o.put = lanes_of_bytes(chain->put + at);
	o.good = lanes_and(lanes_and(price_is_good(o.f), price_is_good(o.k)),
	    lanes_and(lanes_is_extent(v), lanes_is_extent(o.years)));
	black76_derive(&o);
	return o;
}

/* Option i goes into sum i mod PLI_LANES_MAX, whatever the lanes. */
static inline void
chain_add(double *sums, int i, lanes quantity, lanes_mask good, lanes value)
{
	double *at = sums + i % PLI_LANES_MAX;
	lanes known = lanes_select(good, value, lanes_of(__builtin_nan("")));
	lanes_store(at, lanes_fma(quantity, known, lanes_load(at)));
}

static inline void
chain_add_all(const black76_found *o, lanes quantity, pli_chain_lanes *sums, int i)
{
	chain_add(sums->price, i, quantity, o->good, o->price);
	chain_add(sums->delta, i, quantity, o->good, black76_delta(o));
	chain_add(sums->gamma, i, quantity, o->good, black76_gamma(o));
	chain_add(sums->vega, i, quantity, o->good, black76_vega(o));
	chain_add(sums->theta, i, quantity, o->good, black76_theta(o));
}

static void
chain_run(const pli_chain_call *call, const plm_greeks *out, pli_chain_lanes *sums, size_t count)
{
	chain_block b;
	for (size_t from = 0; from < count; from += BLOCK) {
		int size = count - from < BLOCK ? (int)(count - from) : BLOCK;
		for (int i = 0; i < size; i += LANES)
			chain_density(call, from + (size_t)i, &b, i);
		for (int i = 0; i < size; i += LANES)
			chain_mills(call->chain, from + (size_t)i, &b, i);
		for (int i = 0; i < size; i += LANES) {
			size_t at = from + (size_t)i;
			black76_found o = chain_find(call, at, &b, i);
			if (sums != NULL)
				chain_add_all(&o, lanes_load(call->quantity + at), sums, i);
			else
				black76_put_all(&o, out, at);
		}
	}
}
