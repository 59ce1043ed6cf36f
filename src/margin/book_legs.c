/* book_legs.c: a ladder for each underlying of a pool, by its legs. */
#include "margin/book_legs.h"

#include <math.h>
#include <stdlib.h>

#include "margin/book_ladder_state.h"
#include "margin/funding_due.h"
#include "margin/pool_maker.h"
#include "margin/rule.h"

#define LADDER_EVALUATIONS 250 /* about so many make one */

/* What a call works on. done: by underlying. */
typedef struct legs_job {
	pli_ladder_maker *maker;
	const pli_book *book;
	plm_account_id account;
	const pli_book_pool *made;
	pli_ladder_leg *legs;
	uint32_t legs_count;
	double vol_power;
	bool done[PLI_POOL_UNDERLYINGS_MAX];
} legs_job;

bool
pli_ladder_legs_create(pli_ladder_legs *legs, uint32_t legs_max)
{
	*legs = (pli_ladder_legs){
	    .legs = calloc(legs_max, sizeof *legs->legs), .legs_max = legs_max};
	return legs->legs != NULL;
}

void
pli_ladder_legs_destroy(pli_ladder_legs *legs)
{
	free(legs->legs);
}

double
pli_ladder_leg_price(const pli_ladder_leg *leg, plm_threshold threshold, uint32_t side)
{
	const plm_rung *rung = &leg->rungs[threshold][side];
	return rung->status == PLM_RUNG_FOUND ? leg->spot * rung->factor : NAN;
}

/* At expiry an option is worth what it cost: of one paid in coins, in coins. */
static double
break_even(const plm_margin_leg *leg, double entry)
{
	double sign = leg->put ? -1 : 1;
	if (leg->kind == PLM_MARGIN_LEG_OPTION)
		return leg->strike + sign * entry;
	if (leg->kind == PLM_MARGIN_LEG_OPTION_COIN)
		return leg->strike / (1 - sign * entry);
	return entry;
}

/* What is known of a leg without a ladder. The work has just been evaluated. */
static void
leg_describe(const legs_job *job, uint32_t at)
{
	static const plm_rung unknown = {PLM_RUNG_UNKNOWN, 0, NAN};
	const plm_margin_pool *pool = &job->made->pool;
	const plm_margin_leg *from = &pool->legs[at];
	const pli_position_row *position = pli_book_position(job->book, job->made->positions[at]);
	plm_margin_leg_numbers numbers;
	const char *lacks;
	pli_ladder_leg *leg = &job->legs[at];
	plm_margin_leg_of(job->maker->work, at, &numbers);
	bool option = from->kind == PLM_MARGIN_LEG_OPTION ||
		      from->kind == PLM_MARGIN_LEG_OPTION_COIN;
	*leg = (pli_ladder_leg){.instrument = job->made->instruments[at],
	    .underlying = job->made->underlyings[from->underlying],
	    .side = position->fact.side,
	    .is_option = option,
	    .quantity = from->quantity,
	    .entry = pli_pool_price(pli_registry_instrument_get(
					pli_book_registry(job->book), job->made->instruments[at]),
		(plm_unit)position->fact.unit, plm_decimal_to_double(position->fact.entry_price)),
	    .mark = from->mark,
	    .venue_liquidation = plm_decimal_to_double(position->fact.liquidation_price),
	    .delta = job->maker->gains[at],
	    .maintenance = numbers.maintenance * pool->assets[from->asset].price,
	    .funding_due = pli_funding_due_of_leg(job->book, job->account, job->made, at, &lacks) *
			   pool->assets[from->asset].price,
	    .spot = option ? pool->underlyings[from->underlying].price : from->mark,
	    .reason = "its pool has too many underlyings to look at all"};
	leg->break_even = break_even(from, leg->entry);
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++)
		leg->rungs[t][0] = leg->rungs[t][1] = unknown;
}

/* The underlying that was not looked at and has the largest gross. */
static uint32_t
next_underlying(const legs_job *job)
{
	uint32_t best = PLM_MARGIN_STILL;
	for (uint32_t u = 0; u < job->made->pool.underlyings_count; u++)
		if (!job->done[u] && job->maker->gross[u] > 0 &&
		    (best == PLM_MARGIN_STILL || job->maker->gross[u] > job->maker->gross[best]))
			best = u;
	return best;
}

static void
ladder_give(const legs_job *job, uint32_t underlying, const plm_ladder *ladder)
{
	for (uint32_t i = 0; i < job->legs_count; i++) {
		if (job->made->pool.legs[i].underlying != underlying)
			continue;
		job->legs[i].reason = NULL;
		for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++)
			for (int side = 0; side < 2; side++)
				job->legs[i].rungs[t][side] = ladder->rungs[t][side];
	}
}

static void
ladders_find(legs_job *job)
{
	uint64_t looks = (uint64_t)LADDER_EVALUATIONS * pli_margin_rule_looks(job->made->pool.rule);
	uint64_t cost = job->made->pool.legs_count * looks, spent = 0;
	for (uint32_t u; (u = next_underlying(job)) != PLM_MARGIN_STILL; spent += cost) {
		plm_ladder ladder;
		plm_ladder_query query = {u, job->vol_power, job->maker->base};
		if (spent > 0 && spent + cost > PLI_LEGS_EVALUATIONS_MAX)
			return;
		plm_ladder_find(job->maker->work, &job->made->pool, &query, &ladder);
		ladder_give(job, u, &ladder);
		job->done[u] = true;
	}
}

/* Equal ones by contract, then side. */
static int
legs_compare(const void *left, const void *right)
{
	const pli_ladder_leg *a = left, *b = right;
	double sizes[] = {fabs(a->delta), fabs(b->delta)};
	if (sizes[0] != sizes[1])
		return sizes[0] > sizes[1] ? -1 : 1;
	if (a->instrument.value != b->instrument.value)
		return a->instrument.value < b->instrument.value ? -1 : 1;
	return (a->side > b->side) - (a->side < b->side);
}

void
pli_ladder_legs_make(pli_ladder_maker *maker, const pli_exposure *exposure, const pli_pool_key *key,
    double vol_power, pli_ladder_legs *legs)
{
	const pli_ladder_query query = {.vol_power = vol_power};
	pli_book_pool made;
	legs_job job = {maker, pli_exposure_book(exposure), key->account, &made, legs->legs, 0,
	    vol_power, {false}};
	pli_ladder_row_make(maker, exposure, key, &query, &legs->row);
	legs->count = legs->all = 0;
	if (legs->row.reason != NULL)
		return;
	pli_book_pools_make(maker->pools, exposure, key, NULL, &made);
	pli_ladder_base(maker, &made, &query);
	pli_ladder_deltas(maker, &made.pool);
	plm_margin_numbers numbers;
	plm_margin_evaluate(maker->work, &made.pool, NULL, &numbers);
	legs->all = made.pool.legs_count;
	legs->count = job.legs_count = legs->all < legs->legs_max ? legs->all : legs->legs_max;
	for (uint32_t i = 0; i < job.legs_count; i++)
		leg_describe(&job, i);
	ladders_find(&job);
	qsort(legs->legs, job.legs_count, sizeof *legs->legs, legs_compare);
}
