/* ladder_scan_test.c: no crossing that a dense scan sees is missed by a ladder, of books of options
 * whose worth turns inside one of its steps. */
#include "margin_rig.h"

#include <stdlib.h>

#include "base/random.h"

enum { BOOKS = 40, SCAN = 20000 };

/* The way that is scanned on each side, in logs. */
#define REACH 1.2

static double
pick(pli_random *random, double low, double high)
{
	return low + (high - low) * pli_random_unit(random);
}

static plm_margin_leg *
option_add(rig *r, uint32_t underlying, double strike, bool put, double quantity, double years)
{
	plm_margin_leg *leg = rig_leg(r, underlying, quantity);
	leg->kind = PLM_MARGIN_LEG_OPTION;
	leg->strike = strike;
	leg->put = put;
	leg->years = years;
	leg->vol = 0.6;
	leg->mark = leg->entry = plm_margin_option_price(leg, r->underlyings[underlying].price);
	return leg;
}

/* Straddles, condors and flies, long and short, of hours to a year, and a future or two. */
static void
book_make(rig *r, pli_random *random)
{
	static const double lives[] = {1.0 / 8760, 1.0 / 365, 7.0 / 365, 0.1, 0.7};
	uint32_t shapes = 1 + (uint32_t)pli_random_below(random, 3);
	for (uint32_t i = 0; i < shapes && r->pool.legs_count + 4 <= LEGS_MAX - 1; i++) {
		uint32_t u = (uint32_t)pli_random_below(random, 4) == 0;
		double price = r->underlyings[u].price, years = lives[pli_random_below(random, 5)];
		double middle = price * pick(random, 0.75, 1.3), size = 6e4 / price;
		double width = pick(random, 0.005, 0.12);
		size *= pick(random, 0.3, 3) * (pli_random_below(random, 3) == 0 ? 1 : -1);
		bool wings = pli_random_below(random, 2) == 0;
		double body = wings ? width / 3 : 0;
		(void)option_add(r, u, middle * (1 - body), true, size, years);
		(void)option_add(r, u, middle * (1 + body), false, size, years);
		if (!wings)
			continue;
		(void)option_add(r, u, middle * (1 - width), true, -size, years);
		(void)option_add(r, u, middle * (1 + width), false, -size, years);
	}
	if (pli_random_below(random, 2) == 0)
		(void)rig_leg(r, 0, pick(random, -1.5, 1.5));
}

static double
height_of(rig *r, uint32_t underlying, plm_threshold threshold, double log_factor)
{
	plm_margin_numbers n = rig_numbers(r, underlying, exp(log_factor));
	return threshold == PLM_THRESHOLD_CALL          ? n.call
	       : threshold == PLM_THRESHOLD_LIQUIDATION ? n.liquidation
							: n.value;
}

/* A wallet by which the least on some way is just below a threshold: where worth turns on the way,
 * the pool dies there and is soon back. */
static void
wallet_set(rig *r, uint32_t underlying, pli_random *random)
{
	plm_threshold threshold = (plm_threshold)pli_random_below(random, PLM_THRESHOLD_COUNT_);
	double way = pick(random, -0.6, 0.6), least = INFINITY;
	for (int i = 0; i <= 3000; i++)
		least = fmin(least, height_of(r, underlying, threshold, way * i / 3000));
	double usage = threshold == PLM_THRESHOLD_CALL ? PLM_MARGIN_CALL_USAGE : 1;
	r->assets[0].wallet -= (least + pick(random, 1, 400)) / usage;
}

typedef struct scan {
	uint32_t crossings[PLM_THRESHOLD_COUNT_][2];
	double first[PLM_THRESHOLD_COUNT_][2]; /* log of the last factor before it; NaN none */
} scan;

static void
scan_side(rig *r, uint32_t underlying, int side, scan *s)
{
	double last[PLM_THRESHOLD_COUNT_] = {0};
	for (int i = 0; i <= SCAN / 2; i++) {
		double log_factor = (side == 0 ? -1 : 1) * REACH * i / (SCAN / 2);
		plm_margin_numbers n = rig_numbers(r, underlying, exp(log_factor));
		const double above[PLM_THRESHOLD_COUNT_] = {n.call, n.liquidation, n.value};
		for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++) {
			if (i != 0 && (above[t] < 0) != (last[t] < 0) &&
			    s->crossings[t][side]++ == 0)
				s->first[t][side] = fabs(log_factor);
			last[t] = above[t];
		}
	}
}

/* How many rungs lack a crossing of the scan, or have the first one farther out. */
static uint32_t
missed(rig *r, uint32_t underlying, uint32_t *crossings)
{
	scan s = {.first = {{NAN, NAN}, {NAN, NAN}, {NAN, NAN}}};
	plm_ladder ladder = rig_ladder(r, underlying);
	uint32_t count = 0;
	for (int side = 0; side < 2; side++) {
		scan_side(r, underlying, side, &s);
		for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++) {
			const plm_rung *rung = &ladder.rungs[t][side];
			*crossings += s.crossings[t][side] != 0;
			if (s.crossings[t][side] == 0)
				continue;
			double found = fabs(log(rung->factor));
			bool far = !(found <= s.first[t][side] + 1e-9);
			count += far || rung->crossings_count < s.crossings[t][side];
		}
	}
	return count;
}

static void
scan_books(const char *rule, uint64_t seed, int books, uint32_t *ret_missed, uint32_t *ret_seen)
{
	pli_random random;
	pli_random_init(&random, seed);
	*ret_missed = *ret_seen = 0;
	uint32_t evaluations = 0;
	for (int i = 0; i < books; i++) {
		rig r;
		uint32_t underlying = pli_random_below(&random, 3) == 0 ? PLM_MARGIN_STILL : 0;
		rig_begin(&r, rule, 100000);
		book_make(&r, &random);
		wallet_set(&r, underlying, &random);
		*ret_missed += missed(&r, underlying, ret_seen);
		evaluations += rig_ladder(&r, underlying).evaluations_count;
		rig_end(&r);
	}
	print_message("# %s: %u of %u crossings missed, %.0f evaluations a ladder\n", rule,
	    *ret_missed, *ret_seen, (double)evaluations / books);
}

/* A straddle that is held for an hour more is worth least at its strike: there the pool is
 * bankrupt, and a little farther it is not any more, all inside one step of 10 %. */
static void
test_a_pool_dies_at_a_strike_and_is_back(void **state)
{
	(void)state;
	for (int side = 0; side < 2; side++) {
		const double place = side == 0 ? -0.53 : 0.53, coins = 10;
		rig r;
		rig_begin(&r, "bybit.uta", 0);
		double strike = r.underlyings[0].price * exp(place);
		(void)option_add(&r, 0, strike, true, coins, 1.0 / 8760);
		(void)option_add(&r, 0, strike, false, coins, 1.0 / 8760);
		double least = rig_numbers(&r, 0, exp(place)).value;
		r.assets[0].wallet -= least + coins * strike * 1e-3;
		plm_ladder ladder = rig_ladder(&r, 0);
		const plm_rung *rung = &ladder.rungs[PLM_THRESHOLD_BANKRUPTCY][side];
		assert_int_equal(rung->status, PLM_RUNG_FOUND);
		assert_int_equal(rung->crossings_count, 2);
		double away = fabs(place) - fabs(log(rung->factor));
		assert_true(away > 0 && away < 0.02);
		assert_true(rig_numbers(&r, 0, exp(place * 0.96)).value > 0);
		assert_true(rig_numbers(&r, 0, exp(place * 1.04)).value > 0);
		rig_end(&r);
	}
}

static void
test_no_crossing_of_a_scan_is_missed(void **state)
{
	(void)state;
	static const char *const rules[] = {"bybit.uta", "derive.srm", "deribit.pm"};
	uint32_t all = 0;
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		uint32_t not_seen, seen;
		scan_books(rules[i], 11 + i, i == 2 ? BOOKS / 8 : BOOKS, &not_seen, &seen);
		assert_true(seen > 5);
		all += not_seen;
	}
	assert_int_equal(all, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_pool_dies_at_a_strike_and_is_back),
	    cmocka_unit_test(test_no_crossing_of_a_scan_is_missed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
