/* black76_body.h: the one body of all Black-76 kernels; a kernel includes its lanes first and
 * defines BLACK76_NAME.
 *
 * Stages over a block of options that fits the first cache, each with one polynomial at most: one
 * long loop would wait for its own results. All is done on the side that is out of the money: with
 * lo = min(F, K), hi = max(F, K), x = ln(lo/hi), e1 = x/v + v/2, e2 = x/v - v/2 <= 0 the option out
 * of the money is worth lo N(e1) - hi N(e2), and N(-a) = n(a) M(a) with Mills' ratio M, so that
 * nothing cancels in the tails; hi n(e2) = lo n(e1), so that one exponential serves both. */
#include "pricing/black76.h"
#include "pricing/coefficients.h"

enum { BLOCK = 128 };

/* What goes from stage to stage, for each option of a block. */
typedef struct block {
	double lo[BLOCK], hi[BLOCK], root[BLOCK], v[BLOCK];
	double s[BLOCK], twos[BLOCK]; /* lo/hi = 2^twos * (1 + s) / (1 - s) */
	double e1[BLOCK], e2[BLOCK], n1[BLOCK];
	double t1[BLOCK], t2[BLOCK], r1[BLOCK], r2[BLOCK];
	double m1[BLOCK], m2[BLOCK];
} block;

static const double ln2_high = 0x1.62e42fefa38p-1, ln2_low = 0x1.ef35793c7673p-45;
static const double ln2_inverse = 0x1.71547652b82fep+0, root_2pi_inverse = 0x1.9884533d43651p-2;
static const double to_int = 0x1.8p52; /* added to a small number, its low bits are that number */

static inline lanes
polynomial(const double *coefficients, int degree, lanes x)
{
	lanes sum = lanes_of(coefficients[degree]);
	for (int i = degree - 1; i >= 0; i--)
		sum = lanes_fma(sum, x, lanes_of(coefficients[i]));
	return sum;
}

static inline lanes
lanes_absolute(lanes a)
{
	return lanes_of_bits(lanes_int_and(lanes_bits(a), lanes_int_of(INT64_MAX)));
}

static inline lanes
lanes_negative(lanes a)
{
	return lanes_subtract(lanes_of(0), a);
}

static inline lanes
lanes_least(lanes a, lanes b)
{
	return lanes_select(lanes_less(a, b), a, b);
}

/* The power of two of a positive number, as a double, and its part in [1, 2). Below 2^-1022 it is
 * made larger first. */
static inline lanes
split(lanes a, lanes *ret_part)
{
	lanes_mask small = lanes_less(a, lanes_of(0x1p-1022));
	lanes larger = lanes_select(small, lanes_multiply(a, lanes_of(0x1p54)), a);
	lanes_int bits = lanes_bits(larger);
	lanes_int power = lanes_int_right(bits, 52);
	lanes twos = lanes_subtract(
	    lanes_of_bits(lanes_int_add(lanes_bits(lanes_of(to_int)), power)), lanes_of(to_int));
	*ret_part = lanes_of_bits(lanes_int_or(lanes_int_and(bits, lanes_int_of(0xfffffffffffff)),
	    lanes_int_of(INT64_C(0x3ff) << 52)));
	return lanes_select(small, lanes_subtract(twos, lanes_of(54)), twos);
}

/* Sides, v, and the logarithm's argument as (a - b) / (a + b), which is exact near the money. */
static inline void
stage_sides(const plm_options *in, size_t from, block *b, int i)
{
	lanes f = lanes_load(in->forward + from + i), k = lanes_load(in->strike + from + i);
	lanes_mask below = lanes_less(f, k);
	lanes lo = lanes_select(below, f, k), hi = lanes_select(below, k, f), lo_part, hi_part;
	lanes root = lanes_sqrt(lanes_load(in->years + from + i));
	lanes twos = lanes_subtract(split(lo, &lo_part), split(hi, &hi_part));
	lanes_mask less = lanes_less(
	    lo_part, lanes_multiply(hi_part, lanes_of(0x1.6a09e667f3bcdp-1)));
	lanes_mask more = lanes_less(
	    lanes_multiply(hi_part, lanes_of(0x1.6a09e667f3bcdp+0)), lo_part);
	lo_part = lanes_select(less, lanes_add(lo_part, lo_part), lo_part);
	hi_part = lanes_select(more, lanes_add(hi_part, hi_part), hi_part);
	twos = lanes_select(less, lanes_subtract(twos, lanes_of(1)), twos);
	twos = lanes_select(more, lanes_add(twos, lanes_of(1)), twos);
	lanes_store(b->lo + i, lo);
	lanes_store(b->hi + i, hi);
	lanes_store(b->root + i, root);
	lanes_store(b->v + i, lanes_multiply(lanes_load(in->vol + from + i), root));
	lanes_store(b->twos + i, twos);
	lanes_store(
	    b->s + i, lanes_divide(lanes_subtract(lo_part, hi_part), lanes_add(lo_part, hi_part)));
}

static inline void
stage_distances(block *b, int i)
{
	lanes s = lanes_load(b->s + i), z = lanes_multiply(s, s), v = lanes_load(b->v + i);
	lanes twos = lanes_load(b->twos + i), two_s = lanes_add(s, s);
	lanes rest = lanes_multiply(lanes_multiply(two_s, z), polynomial(pli_atanh_fit, 8, z));
	lanes low = lanes_fma(twos, lanes_of(ln2_low), rest);
	lanes x = lanes_fma(twos, lanes_of(ln2_high), lanes_add(two_s, low));
	lanes_mask some = lanes_less(lanes_of(0), v);
	lanes ratio = lanes_divide(x, lanes_select(some, v, lanes_of(1)));
	lanes half = lanes_multiply(v, lanes_of(0.5));
	lanes_store(b->e1 + i, lanes_add(ratio, half));
	lanes_store(b->e2 + i, lanes_subtract(ratio, half));
}

/* n(e1): the rounding of the square goes into the exponential's remainder. */
static inline void
stage_density(block *b, int i)
{
	lanes e = lanes_least(lanes_absolute(lanes_load(b->e1 + i)), lanes_of(40));
	lanes square = lanes_multiply(e, e), lost = lanes_fma(e, e, lanes_negative(square));
	lanes y = lanes_multiply(square, lanes_of(-0.5));
	lanes shifted = lanes_fma(y, lanes_of(ln2_inverse), lanes_of(to_int));
	lanes twos = lanes_subtract(shifted, lanes_of(to_int));
	lanes r = lanes_fnma(twos, lanes_of(ln2_high), y);
	r = lanes_fnma(twos, lanes_of(ln2_low), r);
	r = lanes_fnma(lost, lanes_of(0.5), r);
	lanes part = lanes_multiply(polynomial(pli_exp_fit, 11, r), lanes_of(root_2pi_inverse));
	lanes_int power = lanes_int_left(
	    lanes_int_subtract(lanes_bits(shifted), lanes_bits(lanes_of(to_int))), 52);
	lanes n = lanes_of_bits(lanes_int_add(lanes_bits(part), power));
	lanes_store(b->n1 + i, lanes_select(lanes_less(lanes_of(-705), y), n, lanes_of(0)));
}

/* Mills' ratio of both distances: one division for two arguments. */
static inline void
stage_arguments(block *b, int i)
{
	lanes five = lanes_of(5);
	lanes a1 = lanes_least(lanes_absolute(lanes_load(b->e1 + i)), lanes_of(39));
	lanes a2 = lanes_least(lanes_absolute(lanes_load(b->e2 + i)), lanes_of(39));
	lanes p1 = lanes_add(a1, five), p2 = lanes_add(a2, five);
	lanes inverse = lanes_divide(lanes_of(1), lanes_multiply(p1, p2));
	lanes r1 = lanes_multiply(inverse, p2), r2 = lanes_multiply(inverse, p1);
	lanes_store(b->r1 + i, r1);
	lanes_store(b->r2 + i, r2);
	lanes_store(b->t1 + i, lanes_multiply(lanes_subtract(a1, five), r1));
	lanes_store(b->t2 + i, lanes_multiply(lanes_subtract(a2, five), r2));
}

static inline void
stage_mills(const double *t, const double *r, double *m, int i)
{
	lanes_store(m + i,
	    lanes_multiply(polynomial(pli_mills_fit, 22, lanes_load(t + i)), lanes_load(r + i)));
}

/* Where the mask is not set: NaN. */
static inline void
put_lanes(double *to, size_t at, lanes_mask good, lanes a)
{
	if (to != NULL)
		lanes_store(to + at, lanes_select(good, a, lanes_of(__builtin_nan(""))));
}

/* Above 0, or at least 0, and finite; NaN is neither. */
static inline lanes_mask
inputs_are_good(lanes f, lanes k, lanes years, lanes vol)
{
	const lanes none = lanes_of(0), nan = lanes_of(__builtin_nan(""));
	const lanes infinite = lanes_of(__builtin_inf());
	lanes y = lanes_select(lanes_less(years, none), nan, years);
	lanes s = lanes_select(lanes_less(vol, none), nan, vol);
	lanes_mask above = lanes_and(lanes_less(none, f), lanes_less(none, k));
	lanes_mask finite = lanes_and(lanes_less(f, infinite), lanes_less(k, infinite));
	return lanes_and(
	    lanes_and(above, finite), lanes_and(lanes_less(y, infinite), lanes_less(s, infinite)));
}

/* What the last stage has at hand. w: F n(d1), which is lo n(e1) on either side. */
typedef struct found {
	lanes f, k, years, vol, root, v, e1, e2, w, zero;
	lanes_mask below, some, put, good; /* F < K; v > 0; a put; inputs are good */
	lanes price;
} found;

/* The option out of the money, and the intrinsic value where it is the other one. */
static inline lanes
find_price(const found *o, lanes lo, lanes m1, lanes m2)
{
	lanes deep = lanes_multiply(o->w, lanes_subtract(m1, m2));
	lanes near = lanes_fnma(o->w, lanes_add(m1, m2), lo);
	lanes out = lanes_select(lanes_less(o->e1, o->zero), deep, near);
	out = lanes_select(lanes_and(o->some, lanes_less(o->zero, out)), out, o->zero);
	lanes call = lanes_add(lanes_select(o->below, o->zero, lanes_subtract(o->f, o->k)), out);
	lanes put = lanes_add(lanes_select(o->below, lanes_subtract(o->k, o->f), o->zero), out);
	return lanes_select(o->put, put, call);
}

/* q1, q2: N(-|e1|), N(e2). */
static inline lanes
find_delta(const found *o, lanes q1, lanes q2)
{
	lanes one = lanes_of(1), left = lanes_subtract(one, q1);
	lanes_mask negative = lanes_less(o->e1, o->zero);
	lanes n1 = lanes_select(negative, q1, left), n1_other = lanes_select(negative, left, q1);
	lanes call = lanes_select(o->below, n1, lanes_subtract(one, q2));
	lanes put = lanes_negative(lanes_select(o->below, n1_other, q2));
	lanes_mask above = lanes_less(o->k, o->f);
	lanes half = lanes_of(0.5);
	lanes sure = lanes_select(o->below, o->zero, lanes_select(above, one, half));
	call = lanes_select(o->some, call, sure);
	put = lanes_select(o->some, put, lanes_subtract(sure, one));
	return lanes_select(o->put, put, call);
}

static inline void
put_sensitivities(const found *o, const plm_greeks *out, size_t at)
{
	lanes half = lanes_of(0.5), n = lanes_divide(o->w, o->f);
	lanes d1 = lanes_select(o->below, o->e1, lanes_negative(o->e2));
	lanes d2 = lanes_select(o->below, o->e2, lanes_negative(o->e1));
	lanes vega = lanes_multiply(o->w, o->root), n_d2 = lanes_multiply(n, d2);
	lanes zero = o->zero;
#define PUT(name, value) put_lanes(out->name, at, o->good, lanes_select(o->some, value, zero))
	PUT(gamma, lanes_divide(n, lanes_multiply(o->f, o->v)));
	PUT(vega, vega);
	if (out->theta != NULL)
		PUT(theta, lanes_negative(lanes_divide(
			       lanes_multiply(lanes_multiply(o->w, half), o->vol), o->root)));
	if (out->vanna != NULL)
		PUT(vanna, lanes_negative(lanes_divide(n_d2, o->vol)));
	if (out->volga != NULL)
		PUT(volga, lanes_divide(lanes_multiply(lanes_multiply(vega, d1), d2), o->vol));
	if (out->charm != NULL)
		PUT(charm, lanes_divide(lanes_multiply(n_d2, half), o->years));
#undef PUT
	put_lanes(out->rho, at, o->good, lanes_negative(lanes_multiply(o->years, o->price)));
}

static inline void
stage_outputs(const plm_options *in, const plm_greeks *out, size_t from, const block *b, int i)
{
	size_t at = from + (size_t)i;
	double puts[LANES];
	for (int lane = 0; lane < LANES; lane++)
		puts[lane] = in->put[at + (size_t)lane] != 0;
	lanes lo = lanes_load(b->lo + i), hi = lanes_load(b->hi + i), n1 = lanes_load(b->n1 + i);
	lanes m1 = lanes_load(b->m1 + i), m2 = lanes_load(b->m2 + i), zero = lanes_of(0);
	found o = {.f = lanes_load(in->forward + at),
	    .k = lanes_load(in->strike + at),
	    .years = lanes_load(in->years + at),
	    .vol = lanes_load(in->vol + at),
	    .root = lanes_load(b->root + i),
	    .v = lanes_load(b->v + i),
	    .e1 = lanes_load(b->e1 + i),
	    .e2 = lanes_load(b->e2 + i),
	    .w = lanes_multiply(lo, n1),
	    .zero = zero};
	o.below = lanes_less(o.f, o.k);
	o.some = lanes_less(zero, o.v);
	o.put = lanes_less(zero, lanes_load(puts));
	o.good = inputs_are_good(o.f, o.k, o.years, o.vol);
	o.price = find_price(&o, lo, m1, m2);
	put_lanes(out->price, at, o.good, o.price);
	lanes n2 = lanes_divide(o.w, hi);
	if (out->delta != NULL)
		put_lanes(out->delta, at, o.good,
		    find_delta(&o, lanes_multiply(n1, m1), lanes_multiply(n2, m2)));
	put_sensitivities(&o, out, at);
}

void
BLACK76_NAME(const plm_options *in, const plm_greeks *out, size_t count)
{
	block b;
	for (size_t from = 0; from < count; from += BLOCK) {
		int size = count - from < BLOCK ? (int)(count - from) : BLOCK;
		for (int i = 0; i < size; i += LANES)
			stage_sides(in, from, &b, i);
		for (int i = 0; i < size; i += LANES)
			stage_distances(&b, i);
		for (int i = 0; i < size; i += LANES)
			stage_density(&b, i);
		for (int i = 0; i < size; i += LANES)
			stage_arguments(&b, i);
		for (int i = 0; i < size; i += LANES)
			stage_mills(b.t1, b.r1, b.m1, i);
		for (int i = 0; i < size; i += LANES)
			stage_mills(b.t2, b.r2, b.m2, i);
		for (int i = 0; i < size; i += LANES)
			stage_outputs(in, out, from, &b, i);
	}
}
