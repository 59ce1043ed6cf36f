/* book_ladder.c: the numbers of a pool of the book, and its ladder. */
#include <math.h>
#include <stdlib.h>

#include "margin/book_ladder_state.h"
#include "margin/funding_due.h"
#include "margin/rule.h"

/* By so much all prices move to see what each leg gains. */
#define DELTA_STEP 1e-4

pli_ladder_maker *
pli_ladder_maker_create(uint32_t legs_max)
{
	pli_ladder_maker *maker = calloc(1, sizeof *maker);
	if (maker == NULL)
		return NULL;
	maker->legs_max = legs_max;
	maker->pools = pli_book_pools_create(legs_max);
	maker->work = plm_margin_work_create(
	    legs_max, PLI_POOL_ASSETS_MAX, PLI_POOL_UNDERLYINGS_MAX);
	maker->gains = calloc(legs_max, sizeof *maker->gains);
	if (maker->pools != NULL && maker->work != NULL && maker->gains != NULL)
		return maker;
	pli_ladder_maker_destroy(maker);
	return NULL;
}

void
pli_ladder_maker_destroy(pli_ladder_maker *maker)
{
	if (maker == NULL)
		return;
	pli_book_pools_destroy(maker->pools);
	plm_margin_work_destroy(maker->work);
	free(maker->gains);
	free(maker);
}

/* What each leg has, in the pool's unit. */
static double
leg_worth(const pli_ladder_maker *maker, const plm_margin_pool *pool, uint32_t leg)
{
	plm_margin_leg_numbers numbers;
	plm_margin_leg_of(maker->work, leg, &numbers);
	return (numbers.profit + numbers.value) * pool->assets[pool->legs[leg].asset].price;
}

void
pli_ladder_deltas(pli_ladder_maker *maker, const plm_margin_pool *pool)
{
	plm_margin_numbers numbers;
	plm_margin_move base = {maker->base, 0}, move = {maker->factors, 0};
	plm_margin_evaluate(maker->work, pool, &base, &numbers);
	for (uint32_t i = 0; i < pool->legs_count; i++)
		maker->gains[i] = -leg_worth(maker, pool, i);
	for (uint32_t u = 0; u < pool->underlyings_count; u++) {
		maker->factors[u] = maker->base[u] * (1 + DELTA_STEP);
		maker->net[u] = maker->gross[u] = 0;
	}
	plm_margin_evaluate(maker->work, pool, &move, &numbers);
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		double delta = (maker->gains[i] + leg_worth(maker, pool, i)) / DELTA_STEP;
		maker->gains[i] = delta;
		maker->net[pool->legs[i].underlying] += delta;
		maker->gross[pool->legs[i].underlying] += fabs(delta);
	}
}

void
pli_ladder_base(pli_ladder_maker *maker, const pli_book_pool *made, const pli_ladder_query *query)
{
	for (uint32_t u = 0; u < made->pool.underlyings_count; u++) {
		maker->base[u] = 1;
		for (uint32_t i = 0; i < query->moved_count; i++)
			if (query->moved[i].value == made->underlyings[u].value)
				maker->base[u] *= query->factors[i];
	}
}

/* The unit of a pool is worth more or less as its own coin is moved. */
static double
unit_factor(const pli_book *book, plm_asset_id unit, const pli_ladder_query *query)
{
	const plm_asset_fact *fact = pli_registry_asset_get(pli_book_registry(book), unit);
	plm_asset_id id = fact != NULL && fact->alias_of.value != 0 ? fact->alias_of : unit;
	double factor = 1;
	for (uint32_t i = 0; i < query->moved_count; i++)
		if (unit.value != 0 && query->moved[i].value == id.value)
			factor *= query->factors[i];
	return factor;
}

/* Where nothing is left of the net, the larger gross decides. */
static uint32_t
heaviest(const pli_ladder_maker *maker, const plm_margin_pool *pool)
{
	uint32_t best = 0;
	for (uint32_t u = 1; u < pool->underlyings_count; u++)
		if (fabs(maker->net[u]) + maker->gross[u] * 1e-6 >
		    fabs(maker->net[best]) + maker->gross[best] * 1e-6)
			best = u;
	return best;
}

static void
row_leverage(const pli_ladder_maker *maker, const plm_margin_pool *pool, pli_ladder_row *row)
{
	double net = 0, gross = 0;
	for (uint32_t u = 0; u < pool->underlyings_count; u++) {
		net += fabs(maker->net[u]);
		gross += maker->gross[u];
	}
	double value = row->numbers.value;
	row->leverage_gross = value > 0 ? gross / value : NAN;
	row->leverage_net = value > 0 ? net / value : NAN;
}

/* Only what a leg or a collateral hangs on needs a beta. 0: all have one. */
static plm_asset_id
without_beta(const pli_book_pool *made)
{
	for (uint32_t u = 0; u < made->pool.underlyings_count; u++)
		if (!isfinite(made->pool.underlyings[u].beta))
			return made->underlyings[u];
	return (plm_asset_id){0};
}

static double
rung_distance(const plm_rung *rung)
{
	if (rung->status == PLM_RUNG_PAST)
		return 0;
	return rung->status == PLM_RUNG_FOUND ? fabs(log(rung->factor)) : INFINITY;
}

static double
nearest(const pli_ladder_row *row, plm_threshold threshold)
{
	return fmin(
	    rung_distance(&row->rungs[threshold][0]), rung_distance(&row->rungs[threshold][1]));
}

/* The leg that loses most on the way to the nearest liquidation. A pool that is past has no way:
 * there it is the side on which it loses. */
static void
row_dominant(
    const pli_ladder_maker *maker, const pli_book_pool *made, uint32_t moved, pli_ladder_row *row)
{
	const plm_rung *rungs = row->rungs[PLM_THRESHOLD_LIQUIDATION];
	double down = rung_distance(&rungs[0]), up = rung_distance(&rungs[1]), most = 0;
	double sign = down < up || (down == up && maker->net[moved] >= 0) ? 1 : -1;
	if (isinf(row->distance))
		return;
	for (uint32_t i = 0; i < made->pool.legs_count; i++) {
		if (maker->gains[i] * sign <= most)
			continue;
		most = maker->gains[i] * sign;
		row->dominant = made->instruments[i];
	}
}

/* Prices are those of the contract's mark, as the venue's own are, where there is only one. */
static void
row_spot(
    const pli_ladder_maker *maker, const pli_book_pool *made, uint32_t moved, pli_ladder_row *row)
{
	const plm_margin_leg *first = NULL;
	bool one = true;
	for (uint32_t i = 0; i < made->pool.legs_count; i++) {
		const plm_margin_leg *leg = &made->pool.legs[i];
		if (leg->underlying != moved)
			continue;
		bool option = leg->kind == PLM_MARGIN_LEG_OPTION ||
			      leg->kind == PLM_MARGIN_LEG_OPTION_COIN;
		one &= !option &&
		       (first == NULL || row->spot_of.value == made->instruments[i].value);
		first = leg;
		row->spot_of = made->instruments[i];
	}
	if (!one || first == NULL)
		row->spot_of.value = 0;
	double price = row->spot_of.value != 0 ? first->mark : made->pool.underlyings[moved].price;
	row->moved = made->underlyings[moved];
	row->spot = price * maker->base[moved];
}

/* What the ladder moves, of a joint one what counts most; PLM_MARGIN_STILL: the pool has it not. */
static uint32_t
moved_of(const pli_ladder_maker *maker, const pli_book_pool *made, const pli_ladder_query *query)
{
	if (query->joint || query->along.value == 0)
		return heaviest(maker, &made->pool);
	for (uint32_t u = 0; u < made->pool.underlyings_count; u++)
		if (made->underlyings[u].value == query->along.value)
			return u;
	return PLM_MARGIN_STILL;
}

static void
row_ladder(pli_ladder_maker *maker, const pli_book_pool *made, const pli_ladder_query *asked,
    pli_ladder_row *row)
{
	plm_ladder ladder;
	bool joint = asked->joint;
	uint32_t moved = moved_of(maker, made, asked);
	plm_ladder_query query = {joint ? PLM_MARGIN_STILL : moved, asked->vol_power, maker->base};
	if (moved == PLM_MARGIN_STILL) {
		row->ladder_reason = "nothing in it moves with that asset";
		return;
	}
	if (joint)
		row->reason_asset = without_beta(made);
	if (row->reason_asset.value != 0) {
		row->ladder_reason = "the beta of an asset that it holds is not configured";
		return;
	}
	plm_ladder_find(maker->work, &made->pool, &query, &ladder);
	row->evaluations_count = ladder.evaluations_count;
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++)
		for (int side = 0; side < 2; side++)
			row->rungs[t][side] = ladder.rungs[t][side];
	if (!joint)
		row_spot(maker, made, moved, row);
	row->distance = nearest(row, PLM_THRESHOLD_LIQUIDATION);
	row->distance_call = nearest(row, PLM_THRESHOLD_CALL);
	row_dominant(maker, made, moved, row);
}

/* Making a pool is some evaluations, of its account some legs. */
double
pli_ladder_row_cost(const pli_ladder_row *row)
{
	return ((double)row->evaluations_count * pli_margin_rule_looks(row->rule) + 4) *
	       (row->legs_count + 4.0);
}

static bool
numbers_known(const plm_margin_numbers *numbers)
{
	return isfinite(numbers->equity) && isfinite(numbers->maintenance) &&
	       isfinite(numbers->value);
}

static pli_ladder_row
row_of(const pli_pool_key *key, const pli_book_pool *made)
{
	static const plm_margin_numbers unknown = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	static const plm_rung no_rung = {PLM_RUNG_UNKNOWN, 0, NAN};
	pli_ladder_row row = {.key = *key,
	    .unit = made->unit,
	    .unit_usd = made->unit_usd,
	    .mode = made->mode,
	    .side = made->side,
	    .is_estimate = made->is_estimate,
	    .implied = made->reason == NULL ? made->implied : 0,
	    .legs_count = made->pool.legs_count,
	    .instrument = made->instrument,
	    .reason = made->reason,
	    .reason_of = made->reason_of,
	    .rule = made->pool.rule,
	    .numbers = unknown,
	    .venue = made->venue,
	    .venue_time_ns = made->venue_time_ns,
	    .venue_is_old = made->venue_is_old,
	    .funding_due = NAN,
	    .funding_reason = made->reason,
	    .residual_last = NAN,
	    .spot = NAN,
	    .sigma_day = NAN,
	    .distance = INFINITY,
	    .distance_call = INFINITY,
	    .leverage_gross = NAN,
	    .leverage_net = NAN};
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++)
		row.rungs[t][0] = row.rungs[t][1] = no_rung;
	return row;
}

void
pli_ladder_row_make(pli_ladder_maker *maker, const pli_exposure *exposure, const pli_pool_key *key,
    const pli_ladder_query *query, pli_ladder_row *ret_row)
{
	pli_book_pool made;
	pli_book_pools_make(maker->pools, exposure, key, query->edits, &made);
	*ret_row = row_of(key, &made);
	if (made.reason != NULL)
		return;
	const pli_book *book = pli_exposure_book(exposure);
	ret_row->funding_due = pli_funding_due(book, key->account, &made, &ret_row->funding_reason);
	if (query->with_funding)
		pli_funding_take(maker->pools, book, key->account, &made);
	ret_row->unit_usd *= unit_factor(book, made.unit, query);
	pli_ladder_base(maker, &made, query);
	pli_ladder_deltas(maker, &made.pool);
	plm_margin_move base = {maker->base, query->vol_power};
	plm_margin_evaluate(maker->work, &made.pool, &base, &ret_row->numbers);
	if (!numbers_known(&ret_row->numbers)) {
		ret_row->reason = "a number that its rule needs is not known";
		return;
	}
	row_leverage(maker, &made.pool, ret_row);
	if (query->moved_count == 0 && query->edits == NULL)
		pli_ladder_suspect(maker, book, &made, ret_row);
	if (query->with_funding && ret_row->funding_reason != NULL)
		ret_row->ladder_reason = ret_row->funding_reason;
	else if (!query->numbers_only)
		row_ladder(maker, &made, query, ret_row);
}

int
pli_ladder_row_compare(const void *left, const void *right)
{
	const pli_ladder_row *a = left, *b = right;
	int mute = (a->reason != NULL) - (b->reason != NULL);
	if (mute != 0)
		return mute;
	if (a->distance != b->distance)
		return a->distance < b->distance ? -1 : 1;
	if (a->key.account.value != b->key.account.value)
		return a->key.account.value < b->key.account.value ? -1 : 1;
	return (a->key.pool > b->key.pool) - (a->key.pool < b->key.pool);
}

pli_ladder_row *
pli_ladder_rows_create(uint32_t rows_max)
{
	return calloc(rows_max, sizeof(pli_ladder_row));
}

void
pli_ladder_rows_sort(pli_ladder_row *rows, uint32_t count)
{
	qsort(rows, count, sizeof *rows, pli_ladder_row_compare);
}

uint32_t
pli_ladder_rows_make(pli_ladder_maker *maker, const pli_exposure *exposure,
    const pli_ladder_query *query, pli_ladder_row *rows, uint32_t rows_max)
{
	const pli_book *book = pli_exposure_book(exposure);
	uint32_t count = 0;
	for (pli_pool_key key = {0}; pli_book_pools_next(book, &key); count++)
		if (count < rows_max)
			pli_ladder_row_make(maker, exposure, &key, query, &rows[count]);
	pli_ladder_rows_sort(rows, count < rows_max ? count : rows_max);
	return count;
}

double
pli_ladder_residual(const pli_ladder_row *row)
{
	return row->venue.maintenance > 0 && !row->venue_is_old
		   ? (row->numbers.maintenance - row->venue.maintenance) / row->venue.maintenance
		   : NAN;
}

/* As a share of the price of now: a fall of 8 % and a rise of 8 % are as far. */
static double
rung_share(const plm_rung *rung)
{
	return rung->status == PLM_RUNG_PAST    ? 0
	       : rung->status == PLM_RUNG_FOUND ? fabs(rung->factor - 1)
						: INFINITY;
}

double
pli_ladder_nearest(const pli_ladder_row *row, plm_threshold threshold, uint32_t *ret_side)
{
	const plm_rung *rungs = row->rungs[threshold];
	if (row->reason != NULL || row->ladder_reason != NULL)
		return NAN;
	double down = rung_share(&rungs[0]), up = rung_share(&rungs[1]);
	double share = fmin(down, up);
	if (ret_side != NULL) /* of a pool that is past: the side on which it would be back */
		*ret_side = up < down || (up == down && isnan(rungs[0].factor));
	return isinf(share) && !pli_ladder_is_whole(row, threshold) ? NAN : share;
}

bool
pli_ladder_is_whole(const pli_ladder_row *row, plm_threshold threshold)
{
	const plm_rung *rungs = row->rungs[threshold];
	return rungs[0].status != PLM_RUNG_UNKNOWN && rungs[1].status != PLM_RUNG_UNKNOWN;
}
