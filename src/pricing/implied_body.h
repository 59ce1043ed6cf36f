/* implied_body.h: the vol that a price stands for, for any lanes.
 *
 * The price is carried to the side out of the money (what F - K was rounded by included) and
 *halved: below half of the most it can be, lo, the unknown v is that of ln(price / lo), above it
 *that of ln(1 - price / lo), so that both are smooth to their ends. With h = value / slope, a
 *quotient of Mills' ratios, Halley's step for g = ln(value) - ln(wanted) is
 *
 *	v - g h / (1 + g (1 - h e1 e2 / v) / 2)
 *
 * as the slope's own slope is slope * e1 e2 / v. No exponential is needed. */
#include "pricing/kernel.h"
#include "pricing/kernel_log.h"

enum { IMPLIED_STEPS = 3 };

#define IMPLIED_V_MIN 1e-300

typedef struct implied_block {
	double out[BLOCK], lo[BLOCK], part[BLOCK],
	    upper[BLOCK]; /* part: out or lo - out, the smaller */
	double x[BLOCK], wanted[BLOCK], v_min[BLOCK], v_max[BLOCK], v[BLOCK];
	double ratio[BLOCK], v_inverse[BLOCK], value[BLOCK], log_value[BLOCK];
} implied_block;

/* The price of the option out of the money, negative or beyond lo where the price makes no sense.
 */
static inline void
implied_sides(const plm_options *in, size_t at, implied_block *b, int i)
{
	lanes f = lanes_load(in->forward + at), k = lanes_load(in->strike + at);
	lanes price = lanes_load(in->vol + at), lo = lanes_least(f, k), hi = lanes_greatest(k, f);
	lanes intrinsic = lanes_subtract(hi, lo);
	lanes lost = lanes_subtract(lanes_subtract(hi, intrinsic), lo);
	lanes less = lanes_subtract(lanes_subtract(price, intrinsic), lost);
	lanes_mask below = lanes_less(f, k), put = lanes_of_bytes(in->put + at);
	lanes out = lanes_select(
	    put, lanes_select(below, less, price), lanes_select(below, price, less));
	lanes left = lanes_subtract(lo, out), zero = lanes_of(0), one = lanes_of(1);
	lanes_mask upper = lanes_less(left, out);
	lanes part = lanes_select(upper, left, out),
	      part_min = lanes_multiply(lo, lanes_of(0x1p-1020));
	/* Where there is no vol, any number will do, and the outcome is not looked at. */
	part = lanes_select(lanes_less(part_min, part), part, lanes_multiply(lo, lanes_of(0.25)));
	lanes_store(b->out + i, out);
	lanes_store(b->lo + i, lo);
	lanes_store(b->part + i, part);
	lanes_store(b->upper + i, lanes_select(upper, one, zero));
}

static inline void
implied_logs(const plm_options *in, size_t at, implied_block *b, int i)
{
	lanes lo = lanes_load(b->lo + i);
	lanes hi = lanes_greatest(lanes_load(in->strike + at), lanes_load(in->forward + at));
	log_parts sides = log_parts_of(lo, hi), part = log_parts_of(lanes_load(b->part + i), lo);
	lanes inverse = lanes_divide(lanes_of(1), lanes_multiply(sides.above, part.above));
	lanes s = lanes_multiply(sides.below, lanes_multiply(inverse, part.above));
	lanes_store(b->x + i, log_finish(sides.twos, s));
	s = lanes_multiply(part.below, lanes_multiply(inverse, sides.above));
	lanes_store(b->wanted + i, log_finish(part.twos, s));
}

/* Near N(e1) = part, or beyond the half N(-e1) = part / 2, by a rational approximation of the
 * normal quantile (Abramowitz and Stegun 26.2.22); v from e1 = x/v + v/2. Close to the money
 * instead: sqrt(2 pi) part - x / sqrt(-2 ln(part)), two lower bounds added up. v_min and v_max:
 * where Mills' ratio is known, which the solution always is. */
static inline void
implied_seed(implied_block *b, int i)
{
	const lanes one = lanes_of(1), zero = lanes_of(0), near = lanes_of(NEAR);
	lanes log_part = lanes_load(b->wanted + i), x = lanes_load(b->x + i),
	      lo = lanes_load(b->lo + i);
	lanes_mask upper = lanes_less(zero, lanes_load(b->upper + i));
	lanes tail = lanes_subtract(
	    log_part, lanes_select(upper, lanes_of(0x1.62e42fefa39efp-1), zero));
	lanes q = lanes_sqrt(lanes_multiply(tail, lanes_of(-2)));
	lanes top = lanes_fma(q, lanes_of(0.27061), lanes_of(2.30753));
	lanes under = lanes_fma(lanes_fma(q, lanes_of(0.04481), lanes_of(0.99229)), q, one);
	lanes q_lo = lanes_multiply(q, lo);
	lanes inverse = lanes_divide(one, lanes_multiply(q_lo, under));
	lanes z = lanes_fnma(top, lanes_multiply(inverse, q_lo), q), twice = lanes_add(x, x);
	lanes e1 = lanes_select(upper, z, lanes_negative(z));
	lanes far = lanes_add(e1, lanes_sqrt(lanes_fma(e1, e1, lanes_negative(twice))));
	lanes part = lanes_multiply(
	    lanes_load(b->part + i), lanes_multiply(inverse, lanes_multiply(q, under)));
	lanes close = lanes_fma(part, lanes_of(0x1.40d931ff62706p+1),
	    lanes_negative(lanes_multiply(x, lanes_multiply(inverse, lanes_multiply(lo, under)))));
	lanes v = lanes_select(upper, far, lanes_select(lanes_less(x, lanes_of(-3)), far, close));
	lanes edge = lanes_sqrt(lanes_subtract(lanes_of(NEAR * NEAR), twice));
	lanes v_max = lanes_select(upper, lanes_of(PRICING_V_MAX), lanes_add(edge, near));
	lanes v_min = lanes_select(upper, lanes_subtract(edge, near), zero);
	lanes_store(b->v_max + i, v_max);
	lanes_store(b->v_min + i, lanes_greatest(v_min, lanes_of(IMPLIED_V_MIN)));
	lanes_store(b->v + i, lanes_least(v, v_max));
	lanes_store(b->wanted + i, lanes_add(log_part, lanes_of(0x1.d67f1c864beb5p-1)));
}

static inline void
implied_mills(implied_block *b, int i)
{
	const lanes shift = lanes_of(LANES_MILLS_SHIFT);
	lanes v = lanes_load(b->v + i), half = lanes_multiply(v, lanes_of(0.5));
	lanes v_inverse = lanes_divide(lanes_of(1), v);
	lanes ratio = lanes_multiply(lanes_load(b->x + i), v_inverse), difference;
	lanes_mask upper = lanes_less(lanes_of(0), lanes_load(b->upper + i));
	mills_places p = mills_places_of(ratio, half, upper);
	lanes inverse = lanes_divide(
	    lanes_of(1), lanes_multiply(lanes_add(p.first, shift), lanes_add(p.second, shift)));
	lanes m1 = mills(&p, inverse, &difference);
	lanes both = lanes_subtract(lanes_add(m1, m1), difference);
	lanes_store(b->ratio + i, ratio);
	lanes_store(b->v_inverse + i, v_inverse);
	lanes_store(b->value + i, lanes_select(upper, both, difference));
}

static inline void
implied_log_value(implied_block *b, int i)
{
	lanes_store(b->log_value + i, log_of(lanes_load(b->value + i)));
}

static inline void
implied_step(implied_block *b, int i)
{
	const lanes one = lanes_of(1), half = lanes_of(0.5);
	lanes v = lanes_load(b->v + i), ratio = lanes_load(b->ratio + i);
	lanes value = lanes_load(b->value + i), v_half = lanes_multiply(v, half);
	lanes_mask upper = lanes_less(lanes_of(0), lanes_load(b->upper + i));
	lanes h = lanes_select(upper, lanes_negative(value), value);
	lanes e1 = lanes_add(ratio, v_half), e2 = lanes_subtract(ratio, v_half);
	lanes g = lanes_subtract(
	    lanes_fnma(lanes_multiply(e1, half), e1, lanes_load(b->log_value + i)),
	    lanes_load(b->wanted + i));
	lanes bend = lanes_multiply(
	    lanes_multiply(h, lanes_load(b->v_inverse + i)), lanes_multiply(e1, e2));
	lanes under = lanes_fma(lanes_multiply(g, half), lanes_subtract(one, bend), one);
	under = lanes_greatest(under, lanes_of(0.25));
	v = lanes_subtract(v, lanes_divide(lanes_multiply(g, h), under));
	v = lanes_greatest(v, lanes_load(b->v_min + i));
	lanes_store(b->v + i, lanes_least(v, lanes_load(b->v_max + i)));
}

/* How far the vol moves for one unit in the price's last place: the price over the slope of the
 * price in v, which is part / |h|, and over the root of the years. */
static inline lanes_mask
implied_tells(const plm_options *in, size_t at, const implied_block *b, lanes vol, int i)
{
	lanes price = lanes_load(in->vol + at), scale = lanes_greatest(vol, lanes_of(1));
	lanes moved = lanes_multiply(price, lanes_load(b->value + i));
	lanes slope = lanes_multiply(
	    lanes_load(b->part + i), lanes_sqrt(lanes_load(in->years + at)));
	lanes most = lanes_multiply(lanes_of(PLM_IMPLIED_VOL_ERROR_MAX * 0x1p52), scale);
	return lanes_less(moved, lanes_multiply(slope, most));
}

static inline void
implied_outputs(
    const plm_options *in, size_t at, const implied_block *b, int i, double *vol, double *status)
{
	const lanes zero = lanes_of(0), infinite = lanes_of(__builtin_inf());
	lanes price = lanes_load(in->vol + at), years = lanes_load(in->years + at);
	lanes out = lanes_load(b->out + i), lo = lanes_load(b->lo + i);
	lanes found = lanes_divide(lanes_load(b->v + i), lanes_sqrt(years));
	lanes ulp = lanes_multiply(lanes_absolute(price), lanes_of(0x1p-52));
	lanes_mask good = lanes_and(lanes_and(price_is_good(lanes_load(in->forward + at)),
					price_is_good(lanes_load(in->strike + at))),
	    lanes_and(lanes_and(lanes_less(zero, years), lanes_less(years, infinite)),
		lanes_less(lanes_absolute(price), infinite)));
	lanes_mask some = lanes_less(lanes_multiply(lo, lanes_of(0x1p-1020)), out);
	lanes_mask ok = lanes_and(some, implied_tells(in, at, b, found, i));
	lanes s = lanes_select(ok, lanes_of(PLM_IMPLIED_OK), lanes_of(PLM_IMPLIED_NO_INFORMATION));
	s = lanes_select(lanes_less(out, lo), s, lanes_of(PLM_IMPLIED_AT_MAXIMUM));
	s = lanes_select(
	    lanes_less(out, lanes_negative(ulp)), lanes_of(PLM_IMPLIED_BELOW_INTRINSIC), s);
	s = lanes_select(good, s, lanes_of(PLM_IMPLIED_BAD_INPUT));
	lanes_mask told = lanes_less(s, lanes_of(PLM_IMPLIED_OK + 0.5));
	lanes_store(vol, lanes_select(told, found, lanes_of(__builtin_nan(""))));
	lanes_store(status, s);
}

static void
implied_run(const plm_options *in, double *ret_vol, uint8_t *ret_status, size_t count)
{
	implied_block b;
	double status[BLOCK];
	for (size_t from = 0; from < count; from += BLOCK) {
		int size = count - from < BLOCK ? (int)(count - from) : BLOCK;
		for (int i = 0; i < size; i += LANES)
			implied_sides(in, from + (size_t)i, &b, i);
		for (int i = 0; i < size; i += LANES)
			implied_logs(in, from + (size_t)i, &b, i);
		for (int i = 0; i < size; i += LANES)
			implied_seed(&b, i);
		for (int step = 0; step < IMPLIED_STEPS; step++) {
			for (int i = 0; i < size; i += LANES)
				implied_mills(&b, i);
			for (int i = 0; i < size; i += LANES)
				implied_log_value(&b, i);
			for (int i = 0; i < size; i += LANES)
				implied_step(&b, i);
		}
		for (int i = 0; i < size; i += LANES)
			implied_outputs(
			    in, from + (size_t)i, &b, i, ret_vol + from + (size_t)i, status + i);
		for (int i = 0; i < size; i++)
			ret_status[from + (size_t)i] = (uint8_t)status[i];
	}
}
