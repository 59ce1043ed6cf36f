/* black76_body.h: prices and sensitivities, for any lanes; kernel_math.h says how.
 *
 * Stages over a block, each with one polynomial at most: one long loop would wait for its own
 * results. Three quotients and a root are all that an option is divided for. */
#include "pricing/kernel.h"
#include "pricing/kernel_log.h"

/* What goes from stage to stage, for each option of a block. */
typedef struct black76_block {
	double lo[BLOCK], root[BLOCK], v[BLOCK], v_inverse[BLOCK];
	double s[BLOCK], twos[BLOCK]; /* lo/hi = 2^twos * (1 + s) / (1 - s) */
	double ratio[BLOCK], n1[BLOCK], m1[BLOCK], difference[BLOCK], f_inverse[BLOCK];
} black76_block;

/* Sides, v, and the logarithm's argument; one quotient serves both it and 1/v. */
static inline void
black76_sides(const plm_options *in, size_t at, black76_block *b, int i)
{
	lanes f = lanes_load(in->forward + at), k = lanes_load(in->strike + at);
	lanes lo = lanes_least(f, k), root = lanes_sqrt(lanes_load(in->years + at));
	lanes v = lanes_least(
	    lanes_multiply(lanes_load(in->vol + at), root), lanes_of(PRICING_V_MAX));
	log_parts parts = log_parts_of(lo, lanes_greatest(k, f));
	lanes some = lanes_select(lanes_less(lanes_of(0), v), v, lanes_of(1));
	lanes inverse = lanes_divide(lanes_of(1), lanes_multiply(parts.above, some));
	lanes_store(b->lo + i, lo);
	lanes_store(b->root + i, root);
	lanes_store(b->v + i, v);
	lanes_store(b->v_inverse + i, lanes_multiply(inverse, parts.above));
	lanes_store(b->twos + i, parts.twos);
	lanes_store(b->s + i, lanes_multiply(parts.below, lanes_multiply(inverse, some)));
}

static inline void
black76_distances(black76_block *b, int i)
{
	lanes x = log_finish(lanes_load(b->twos + i), lanes_load(b->s + i));
	lanes_store(b->ratio + i, lanes_multiply(x, lanes_load(b->v_inverse + i)));
}

static inline lanes
black76_half(const black76_block *b, int i)
{
	return lanes_multiply(lanes_load(b->v + i), lanes_of(0.5));
}

static inline void
black76_density(black76_block *b, int i)
{
	lanes e1 = lanes_add(lanes_load(b->ratio + i), black76_half(b, i));
	lanes_store(b->n1 + i, density(e1));
}

/* Mills' ratios; their quotient gives 1/F too. */
static inline void
black76_mills(const plm_options *in, size_t at, black76_block *b, int i)
{
	const lanes shift = lanes_of(LANES_MILLS_SHIFT);
	lanes f = lanes_load(in->forward + at), difference;
	lanes ratio = lanes_load(b->ratio + i), half = black76_half(b, i);
	mills_places p = mills_places_of(ratio, half, is_near(ratio, half));
	lanes both = lanes_multiply(lanes_add(p.first, shift), lanes_add(p.second, shift));
	lanes inverse = lanes_divide(lanes_of(1), lanes_multiply(both, f));
	lanes m1 = mills(&p, lanes_multiply(inverse, f), &difference);
	lanes_store(b->f_inverse + i, lanes_multiply(inverse, both));
	lanes_store(b->m1 + i, m1);
	lanes_store(b->difference + i, difference);
}

/* Where the mask is not set: NaN. */
static inline void
black76_put(double *to, size_t at, lanes_mask good, lanes a)
{
	if (to != NULL)
		lanes_store(to + at, lanes_select(good, a, lanes_of(__builtin_nan(""))));
}

/* What the last stage has at hand. w: F n(d1), which is lo n(e1) on either side. */
typedef struct black76_found {
	lanes f, k, lo, years, vol, root, root_inverse, v_inverse, f_inverse, ratio, half;
	lanes n1, m1, difference;
	lanes_mask put, good; /* a put; inputs are good */
	/* made of those: */
	lanes w, price;
	mills_places places;
	lanes_mask below, some; /* F < K; v > 0 */
} black76_found;

/* The option out of the money, and the intrinsic value where it is the other one: what F - K was
 * rounded by goes into the sum. */
static inline lanes
black76_price(const black76_found *o)
{
	const lanes zero = lanes_of(0);
	lanes out = out_of_money(&o->places, o->lo, o->w, o->m1, o->difference);
	out = lanes_select(o->some, lanes_greatest(out, zero), zero);
	lanes hi = lanes_greatest(o->k, o->f), intrinsic = lanes_subtract(hi, o->lo);
	lanes lost = lanes_subtract(lanes_subtract(hi, intrinsic), o->lo);
	lanes in = lanes_add(intrinsic, lanes_add(out, lost));
	lanes call = lanes_select(o->below, out, in), put = lanes_select(o->below, in, out);
	return lanes_select(o->put, put, call);
}

static inline void
black76_derive(black76_found *o)
{
	o->w = lanes_multiply(o->lo, o->n1);
	o->places = mills_places_of(o->ratio, o->half, is_near(o->ratio, o->half));
	o->below = lanes_less(o->f, o->k);
	o->some = lanes_less(lanes_of(0), o->half);
	o->price = black76_price(o);
}

/* Where F < K that of a call is N(e1), else that of a put is -N(e2). */
static inline lanes
black76_delta(const black76_found *o)
{
	const lanes one = lanes_of(1), zero = lanes_of(0);
	lanes q1 = lanes_multiply(o->n1, o->m1), left = lanes_subtract(one, q1);
	lanes q2 = lanes_multiply(
	    lanes_multiply(o->w, o->f_inverse), lanes_subtract(o->m1, o->difference));
	lanes n1 = lanes_select(o->places.near, left, q1);
	lanes n1_other = lanes_select(o->places.near, q1, left);
	lanes call = lanes_select(o->below, n1, lanes_subtract(one, q2));
	lanes put = lanes_negative(lanes_select(o->below, n1_other, q2));
	lanes_mask above = lanes_less(o->k, o->f);
	lanes sure = lanes_select(o->below, zero, lanes_select(above, one, lanes_of(0.5)));
	call = lanes_select(o->some, call, sure);
	put = lanes_select(o->some, put, lanes_subtract(sure, one));
	return lanes_select(o->put, put, call);
}

static inline lanes
black76_density_of(const black76_found *o)
{
	return lanes_multiply(o->w, o->f_inverse);
}

static inline lanes
black76_gamma(const black76_found *o)
{
	lanes per_f = lanes_multiply(black76_density_of(o), o->f_inverse);
	return lanes_select(o->some, lanes_multiply(per_f, o->v_inverse), lanes_of(0));
}

static inline lanes
black76_vega(const black76_found *o)
{
	return lanes_select(o->some, lanes_multiply(o->w, o->root), lanes_of(0));
}

static inline lanes
black76_theta(const black76_found *o)
{
	lanes half = lanes_multiply(lanes_multiply(o->w, lanes_of(0.5)), o->vol);
	lanes theta = lanes_negative(lanes_multiply(half, o->root_inverse));
	return lanes_select(o->some, theta, lanes_of(0));
}

/* vanna, volga, charm. */
static inline void
black76_second_order(const black76_found *o, const plm_greeks *out, size_t at)
{
	const lanes half = lanes_of(0.5), zero = lanes_of(0);
	lanes e1 = lanes_add(o->ratio, o->half), e2 = lanes_subtract(o->ratio, o->half);
	lanes d1 = lanes_select(o->below, e1, lanes_negative(e2));
	lanes d2 = lanes_select(o->below, e2, lanes_negative(e1));
	lanes n_d2 = lanes_multiply(black76_density_of(o), d2);
	lanes vol_inverse = lanes_multiply(o->root, o->v_inverse);
	lanes vanna = lanes_negative(lanes_multiply(n_d2, vol_inverse));
	lanes volga = lanes_multiply(lanes_multiply(black76_vega(o), d1), d2);
	lanes charm = lanes_multiply(
	    lanes_multiply(n_d2, half), lanes_multiply(o->root_inverse, o->root_inverse));
	volga = lanes_multiply(volga, vol_inverse);
	black76_put(out->vanna, at, o->good, lanes_select(o->some, vanna, zero));
	black76_put(out->volga, at, o->good, lanes_select(o->some, volga, zero));
	black76_put(out->charm, at, o->good, lanes_select(o->some, charm, zero));
}

static inline void
black76_put_all(const black76_found *o, const plm_greeks *out, size_t at)
{
	black76_put(out->price, at, o->good, o->price);
	if (out->delta != NULL)
		black76_put(out->delta, at, o->good, black76_delta(o));
	if (out->gamma != NULL)
		black76_put(out->gamma, at, o->good, black76_gamma(o));
	if (out->vega != NULL)
		black76_put(out->vega, at, o->good, black76_vega(o));
	if (out->theta != NULL)
		black76_put(out->theta, at, o->good, black76_theta(o));
	if (out->vanna != NULL || out->volga != NULL || out->charm != NULL)
		black76_second_order(o, out, at);
	black76_put(out->rho, at, o->good, lanes_negative(lanes_multiply(o->years, o->price)));
}

static inline void
black76_outputs(
    const plm_options *in, const plm_greeks *out, size_t at, const black76_block *b, int i)
{
	black76_found o = {.f = lanes_load(in->forward + at),
	    .k = lanes_load(in->strike + at),
	    .lo = lanes_load(b->lo + i),
	    .years = lanes_load(in->years + at),
	    .root = lanes_load(b->root + i),
	    .v_inverse = lanes_load(b->v_inverse + i),
	    .f_inverse = lanes_load(b->f_inverse + i),
	    .ratio = lanes_load(b->ratio + i),
	    .half = black76_half(b, i),
	    .n1 = lanes_load(b->n1 + i),
	    .m1 = lanes_load(b->m1 + i),
	    .difference = lanes_load(b->difference + i)};
	lanes vol = lanes_load(in->vol + at);
	o.vol = lanes_least(vol, lanes_of(PRICING_PRICE_MAX));
	o.root_inverse = lanes_multiply(o.vol, o.v_inverse);
	o.put = lanes_of_bytes(in->put + at);
	o.good = lanes_and(lanes_and(price_is_good(o.f), price_is_good(o.k)),
	    lanes_and(lanes_is_extent(o.years), lanes_is_extent(vol)));
	black76_derive(&o);
	black76_put_all(&o, out, at);
}

static void
black76_run(const plm_options *in, const plm_greeks *out, size_t count)
{
	black76_block b;
	for (size_t from = 0; from < count; from += BLOCK) {
		int size = count - from < BLOCK ? (int)(count - from) : BLOCK;
		for (int i = 0; i < size; i += LANES)
			black76_sides(in, from + (size_t)i, &b, i);
		for (int i = 0; i < size; i += LANES)
			black76_distances(&b, i);
		for (int i = 0; i < size; i += LANES)
			black76_density(&b, i);
		for (int i = 0; i < size; i += LANES)
			black76_mills(in, from + (size_t)i, &b, i);
		for (int i = 0; i < size; i += LANES)
			black76_outputs(in, out, from + (size_t)i, &b, i);
	}
}
