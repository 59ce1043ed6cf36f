/* margin_rig.h: pools for the tests of this room. */
#ifndef MARGIN_RIG_H
#define MARGIN_RIG_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plimsoll/margin.h"

enum { LEGS_MAX = 16 };

/* A pool with room, and its own tables. */
typedef struct rig {
	plm_margin_work *work;
	plm_margin_pool pool;
	plm_margin_leg legs[LEGS_MAX];
	plm_margin_asset assets[2];
	plm_margin_underlying underlyings[2];
	plm_margin_step steps[3];
} rig;

static inline void
rig_begin(rig *r, const char *rule, double wallet)
{
	*r = (rig){.work = plm_margin_work_create(LEGS_MAX, 2, 2)};
	assert_non_null(r->work);
	r->pool = (plm_margin_pool){.rule = plm_margin_rule_find(rule),
	    .legs = r->legs,
	    .assets = r->assets,
	    .underlyings = r->underlyings,
	    .assets_count = 1,
	    .underlyings_count = 2};
	assert_non_null(r->pool.rule);
	r->assets[0] = (plm_margin_asset){.wallet = wallet,
	    .price = 1,
	    .underlying = PLM_MARGIN_STILL,
	    .weight = 1,
	    .weight_initial = 1,
	    .debt_weight = 1,
	    .confidence = 1};
	r->underlyings[0] = (plm_margin_underlying){60000, 1, 1};
	r->underlyings[1] = (plm_margin_underlying){3000, 1.5, 1};
	r->steps[0] = (plm_margin_step){0, 0.01, 0, 0.02};
	r->steps[1] = (plm_margin_step){200000, 0.025, 0, 0.05};
	r->steps[2] = (plm_margin_step){2000000, 0.1, 0, 0.2};
	plm_margin_deduct(r->steps, 3);
}

static inline plm_margin_leg *
rig_leg(rig *r, uint32_t underlying, double quantity)
{
	double price = r->underlyings[underlying].price;
	plm_margin_leg *leg = &r->legs[r->pool.legs_count++];
	*leg = (plm_margin_leg){.kind = PLM_MARGIN_LEG_LINEAR,
	    .underlying = underlying,
	    .quantity = quantity,
	    .entry = price,
	    .mark = price,
	    .forward = NAN,
	    .leverage = NAN,
	    .factor = 1,
	    .confidence = 1,
	    .steps = {r->steps, 3, false, 0}};
	return leg;
}

static inline plm_ladder
rig_ladder(rig *r, uint32_t underlying)
{
	plm_ladder ladder;
	plm_ladder_query query = {underlying, 0, NULL};
	plm_ladder_find(r->work, &r->pool, &query, &ladder);
	return ladder;
}

static inline void
rig_end(rig *r)
{
	plm_margin_work_destroy(r->work);
}

/* All of its tables become one rate. */
static inline void
rig_flat_rate(rig *r, double rate)
{
	for (int i = 0; i < 3; i++)
		r->steps[i] = (plm_margin_step){0, rate, 0, 2 * rate};
}

/* The pool after a move as the ladder of that query makes it. */
static inline plm_margin_numbers
rig_numbers(rig *r, uint32_t underlying, double factor)
{
	double factors[2];
	for (uint32_t i = 0; i < 2; i++) {
		bool joint = underlying == PLM_MARGIN_STILL;
		double beta = joint ? r->underlyings[i].beta : underlying == i;
		factors[i] = exp(beta * log(factor));
	}
	plm_margin_numbers numbers;
	plm_margin_evaluate(r->work, &r->pool, &(plm_margin_move){factors, 0}, &numbers);
	return numbers;
}

#endif
