/* book_cascade.c: the nearest death, its closing trades, and from there the next. */
#include "margin/book_cascade.h"

#include <math.h>
#include <stdlib.h>

#include "margin/book_ladder_state.h"
#include "margin/pool_maker.h"
#include "margin/rule.h"

/* A pool on the way. parts_left: fifths of its legs that are still held. factor: where it dies,
 * from the price of now; NaN: it does not. price: there. What happens to other accounts changes
 * neither, so they are found again (is_old) only when something of its own was closed. */
typedef struct cascade_pool {
	pli_pool_key key;
	uint32_t parts_left;
	bool is_old, is_unknown;
	double factor, price;
} cascade_pool;

struct pli_cascade {
	pli_ladder_maker *ladders;
	pli_net_maker *net;
	cascade_pool *pools;
	pli_pool_trade *trades;
	plm_asset_id *moved;
	double *betas, *factors; /* of each that is moved */
	pli_cascade_step steps[PLI_CASCADE_STEPS_MAX];
	uint32_t pools_max, trades_max, assets_max;
};

/* One call. factor: how far the way is gone. edits: all that was closed. evaluations: of legs,
 * until now. */
typedef struct cascade_walk {
	pli_cascade *cascade;
	const pli_exposure *exposure;
	const pli_book *book;
	const pli_cascade_query *query;
	uint32_t pools_count, moved_count, steps_count, unknown;
	double factor, evaluations;
	bool is_cut;
	pli_pool_edits edits;
} cascade_walk;

pli_cascade *
pli_cascade_create(const pli_book_bounds *bounds, uint32_t legs_max, uint32_t pools_max)
{
	pli_cascade *cascade = calloc(1, sizeof *cascade);
	if (cascade == NULL)
		return NULL;
	cascade->pools_max = pools_max;
	cascade->trades_max = bounds->positions_max * PLI_CASCADE_PARTS;
	cascade->assets_max = bounds->registry.assets_max;
	cascade->ladders = pli_ladder_maker_create(legs_max);
	cascade->net = pli_net_maker_create(bounds);
	cascade->pools = calloc(pools_max, sizeof *cascade->pools);
	cascade->trades = calloc(cascade->trades_max, sizeof *cascade->trades);
	cascade->moved = calloc(cascade->assets_max, sizeof *cascade->moved);
	cascade->betas = calloc(2 * (size_t)cascade->assets_max, sizeof *cascade->betas);
	cascade->factors = cascade->betas == NULL ? NULL : cascade->betas + cascade->assets_max;
	if (cascade->ladders != NULL && cascade->net != NULL && cascade->pools != NULL &&
	    cascade->trades != NULL && cascade->moved != NULL && cascade->betas != NULL)
		return cascade;
	pli_cascade_destroy(cascade);
	return NULL;
}

void
pli_cascade_destroy(pli_cascade *cascade)
{
	if (cascade == NULL)
		return;
	pli_ladder_maker_destroy(cascade->ladders);
	pli_net_maker_destroy(cascade->net);
	free(cascade->pools);
	free(cascade->trades);
	free(cascade->moved);
	free(cascade->betas);
	free(cascade);
}

/* What moves: the one asset, or all that have a beta. */
static void
moved_choose(cascade_walk *walk)
{
	pli_cascade *c = walk->cascade;
	if (walk->query->asset.value != 0) {
		c->moved[0] = walk->query->asset;
		c->betas[0] = 1;
		walk->moved_count = 1;
		return;
	}
	const pli_registry *registry = pli_book_registry(walk->book);
	for (uint32_t i = 1; i <= pli_registry_assets_count(registry); i++) {
		plm_asset_id id = {i};
		double beta = pli_pool_beta(walk->book, id);
		if (!isfinite(beta) || beta == 0)
			continue;
		c->moved[walk->moved_count] = id;
		c->betas[walk->moved_count++] = beta;
	}
}

static void
factor_set(cascade_walk *walk, double factor)
{
	walk->factor = factor;
	for (uint32_t i = 0; i < walk->moved_count; i++)
		walk->cascade->factors[i] = pow(factor, walk->cascade->betas[i]);
}

static pli_ladder_query
query_of(const cascade_walk *walk, bool numbers_only)
{
	return (pli_ladder_query){.numbers_only = numbers_only,
	    .joint = walk->query->asset.value == 0,
	    .along = walk->query->asset,
	    .edits = &walk->edits,
	    .moved = walk->cascade->moved,
	    .factors = walk->cascade->factors,
	    .moved_count = walk->moved_count};
}

/* Keeps the first reason why it is not known. */
static double
net_usd(const cascade_walk *walk, pli_cascade_step *step)
{
	const pli_net_row *rows;
	pli_net_row all;
	pli_ladder_query query = query_of(walk, true);
	uint32_t count = pli_net_rows_make(walk->cascade->net, walk->exposure, &query, &rows, &all);
	for (uint32_t i = 0; i < count && step->net_reason == NULL; i++) {
		step->net_reason = rows[i].reason;
		step->net_reason_of = rows[i].underlying;
	}
	if (step->net_reason == NULL) {
		step->net_reason_of.value = 0;
		if (isnan(all.after.net_usd))
			step->net_reason = "nothing of the book is priced";
	}
	return all.after.net_usd;
}

/* The pool as it stands, with its numbers and deltas at the price of here. False: it cannot be
 * told. */
static bool
pool_evaluate(cascade_walk *walk, const pli_pool_key *key, pli_book_pool *ret_made)
{
	pli_ladder_maker *ladders = walk->cascade->ladders;
	plm_margin_numbers numbers;
	pli_ladder_query query = query_of(walk, true);
	pli_book_pools_make(ladders->pools, walk->exposure, key, &walk->edits, ret_made);
	if (ret_made->reason != NULL)
		return false;
	pli_ladder_base(ladders, ret_made, &query);
	pli_ladder_deltas(ladders, &ret_made->pool);
	plm_margin_move base = {ladders->base, 0};
	plm_margin_evaluate(ladders->work, &ret_made->pool, &base, &numbers);
	return true;
}

/* Does the venue close a part of this position and look again? By its size at the price of here;
 * where a tier counts that is not known, it does not. */
static bool
leg_takes_parts(const cascade_walk *walk, const pli_book_pool *made, uint32_t leg)
{
	const plm_margin_leg *of = &made->pool.legs[leg];
	pli_venue_manner manner = pli_venue_manner_of(made->pool.rule, "");
	plm_margin_leg_numbers now;
	plm_margin_leg_of(walk->cascade->ladders->work, leg, &now);
	double usd = now.notional * made->pool.assets[of->asset].price * made->unit_usd;
	const plm_margin_step *row = plm_margin_step_of(
	    &of->steps, of->steps.by_quantity ? fabs(of->quantity) : now.notional);
	uint32_t tier = row == NULL ? 0 : (uint32_t)(row - of->steps.rows) + 1;
	return usd >= manner.parts_from_usd && tier >= manner.parts_from_tier;
}

static bool
pool_takes_parts(cascade_walk *walk, const pli_pool_key *key)
{
	pli_book_pool made;
	bool takes = false;
	if (!pool_evaluate(walk, key, &made))
		return false;
	for (uint32_t i = 0; i < made.pool.legs_count; i++)
		takes |= leg_takes_parts(walk, &made, i);
	return takes;
}

/* What was closed: |delta| and what it costs, in US dollars. is_all: no leg is left. */
typedef struct closing {
	double usd, fee_usd;
	bool is_all;
} closing;

static double
leg_fee(const cascade_walk *walk, const pli_book_pool *made, uint32_t leg)
{
	const plm_margin_leg *of = &made->pool.legs[leg];
	const plm_asset_fact *coin = pli_registry_asset_get(
	    pli_book_registry(walk->book), made->underlyings[of->underlying]);
	if (pli_margin_is_option(of))
		return NAN;
	return pli_venue_manner_of(made->pool.rule, coin == NULL ? "" : coin->name).fee;
}

/* A fee is a worse price; one that is not known is none here. */
static double
fee_price(uint8_t kind, double price, double held, double fee)
{
	double signed_fee = isnan(fee) ? 0 : copysign(fee, held);
	return kind == PLM_MARGIN_LEG_INVERSE ? price / (1 + signed_fee) : price * (1 - signed_fee);
}

/* What is still held of a position, in its unit. */
static double
position_held(const cascade_walk *walk, const pli_position_row *position)
{
	double held = plm_decimal_to_double(position->fact.quantity);
	for (uint32_t i = 0; i < walk->edits.trades_count; i++) {
		const pli_pool_trade *trade = &walk->edits.trades[i];
		if (trade->account.value == position->account.value &&
		    trade->instrument.value == position->fact.instrument.value &&
		    trade->side == position->fact.side)
			held += trade->quantity;
	}
	return held;
}

/* What stays of a position where so many fifths do. No part is smaller than a contract. */
static double
position_stays(const pli_position_row *position, uint32_t parts_left)
{
	double stays = plm_decimal_to_double(position->fact.quantity) * parts_left /
		       PLI_CASCADE_PARTS;
	if (position->fact.unit != PLM_UNIT_CONTRACTS)
		return stays;
	return copysign(floor(fabs(stays)), stays);
}

static void
leg_close(
    cascade_walk *walk, const pli_book_pool *made, uint32_t leg, uint32_t parts_left, closing *all)
{
	pli_cascade *c = walk->cascade;
	const plm_margin_leg *of = &made->pool.legs[leg];
	const pli_position_row *position = pli_book_position(walk->book, made->positions[leg]);
	double held = position_held(walk, position), fee = leg_fee(walk, made, leg);
	bool parts = leg_takes_parts(walk, made, leg);
	double stays = parts ? position_stays(position, parts_left) : 0;
	double usd = made->unit_usd * (held - stays) / held;
	plm_margin_leg_numbers now;
	plm_margin_leg_of(c->ladders->work, leg, &now);
	all->usd += fabs(c->ladders->gains[leg]) * usd;
	all->fee_usd += now.notional * made->pool.assets[of->asset].price * usd * fee;
	all->is_all &= stays == 0;
	c->trades[walk->edits.trades_count++] = (pli_pool_trade){.account = position->account,
	    .instrument = made->instruments[leg],
	    .quantity = stays - held,
	    .price = fee_price(of->kind, now.price, held, fee),
	    .is_of_side = true,
	    .side = position->fact.side};
}

/* Closes all but parts_left fifths of what each leg held at first, of legs that the venue does not
 * part all, at the price of here, behind the trades of before. False: it cannot be told, or no
 * room. */
static bool
parts_close(cascade_walk *walk, const pli_pool_key *key, uint32_t parts_left, closing *ret_all)
{
	pli_book_pool made;
	if (!pool_evaluate(walk, key, &made) ||
	    walk->edits.trades_count + made.pool.legs_count > walk->cascade->trades_max)
		return false;
	*ret_all = (closing){0, 0, true};
	for (uint32_t i = 0; i < made.pool.legs_count; i++)
		leg_close(walk, &made, i, parts_left, ret_all);
	return true;
}

/* The venue stops above its threshold. */
static void
step_close(cascade_walk *walk, cascade_pool *pool, pli_cascade_step *step)
{
	uint32_t before = walk->edits.trades_count;
	bool in_parts = pool_takes_parts(walk, &pool->key);
	pli_venue_manner manner = pli_venue_manner_of(step->row.rule, "");
	pli_ladder_row row;
	step->parts = in_parts ? 1 : pool->parts_left;
	step->parts_are_ours = in_parts && manner.parts_are_ours;
	step->left_reason = "its legs can no longer be told";
	for (;;) {
		closing all;
		walk->edits.trades_count = before;
		if (!parts_close(walk, &pool->key, pool->parts_left - step->parts, &all)) {
			step->parts = pool->parts_left;
			break;
		}
		pli_ladder_query query = query_of(walk, true);
		pli_ladder_row_make(
		    walk->cascade->ladders, walk->exposure, &pool->key, &query, &row);
		step->left_usd = row.numbers.value * row.unit_usd;
		step->left_reason = row.reason;
		step->left_reason_of = row.reason_of;
		step->closed_usd = all.usd;
		step->fee_usd = all.fee_usd;
		if (all.is_all)
			step->parts = pool->parts_left;
		if (step->parts == pool->parts_left || row.numbers.liquidation >= 0)
			break;
		bool rest = manner.rest_follows || !pool_takes_parts(walk, &pool->key);
		step->parts = rest ? pool->parts_left : step->parts + 1;
	}
	pool->parts_left -= step->parts;
	step->parts_left = pool->parts_left;
}

/* The leg of a pool that loses most from here on the way: 0: none does. */
typedef struct cascade_loser {
	plm_instrument_id instrument;
	bool is_short;
} cascade_loser;

static cascade_loser
loser_find(cascade_walk *walk, const pli_pool_key *key)
{
	const pli_ladder_maker *ladders = walk->cascade->ladders;
	double sign = walk->query->factor < 1 ? 1 : -1, most = 0;
	cascade_loser loser = {{0}, false};
	pli_book_pool made;
	if (!pool_evaluate(walk, key, &made))
		return loser;
	for (uint32_t i = 0; i < made.pool.legs_count; i++) {
		const plm_margin_leg *leg = &made.pool.legs[i];
		plm_asset_id moves = made.underlyings[leg->underlying];
		double beta = walk->query->asset.value == 0
				  ? made.pool.underlyings[leg->underlying].beta
				  : moves.value == walk->query->asset.value;
		double loss = ladders->gains[i] * beta * sign;
		if (!(loss > most))
			continue;
		most = loss;
		loser = (cascade_loser){made.instruments[i], leg->quantity < 0};
	}
	return loser;
}

/* Was all of its pool closed on the way? */
static bool
position_is_gone(const cascade_walk *walk, const pli_position_row *row)
{
	for (uint32_t i = 0; i < walk->pools_count; i++) {
		const cascade_pool *pool = &walk->cascade->pools[i];
		if (pool->key.account.value == row->account.value && pool->key.pool == row->pool)
			return pool->parts_left == 0;
	}
	return false;
}

/* Who loses in a contract loses to the other side of it: that is who may be reduced. */
static bool
position_wins(const cascade_walk *walk, const cascade_loser *loser, const pli_pool_key *dead,
    const pli_position_row *row)
{
	bool of_dead = row->account.value == dead->account.value && row->pool == dead->pool;
	return row->open != 0 && row->fact.instrument.value == loser->instrument.value &&
	       plm_decimal_sign(row->fact.quantity) == (loser->is_short ? 1 : -1) && !of_dead &&
	       !position_is_gone(walk, row);
}

/* Ours on the winning side of what is closed. */
static void
step_adl(cascade_walk *walk, pli_cascade_step *step)
{
	const pli_registry *registry = pli_book_registry(walk->book);
	const pli_pool_key *dead = &step->row.key;
	cascade_loser loser = loser_find(walk, dead);
	step->row.dominant = loser.instrument;
	for (uint32_t id = 1; id <= pli_registry_accounts_count(registry); id++) {
		plm_account_id account = {id};
		bool counted = false;
		for (uint32_t i = pli_book_position_first_of_account(walk->book, account);
		     i != PLI_ROW_NONE; i = pli_book_position_next_of_account(walk->book, i)) {
			const pli_position_row *row = pli_book_position(walk->book, i);
			if (!position_wins(walk, &loser, dead, row))
				continue;
			step->adl_accounts_count += !counted;
			counted = true;
			if (row->fact.adl_rank > step->adl_rank)
				step->adl_rank = row->fact.adl_rank;
		}
	}
}

/* The rung of the way's side; past is here. */
static double
death_factor(const pli_ladder_row *row, bool falls)
{
	const plm_rung *rung = &row->rungs[PLM_THRESHOLD_LIQUIDATION][!falls];
	return rung->status == PLM_RUNG_PAST    ? 1
	       : rung->status == PLM_RUNG_FOUND ? rung->factor
						: NAN;
}

/* May it die on the way without our seeing it? A pool that does not hold what moves may not. */
static bool
is_unknown(const pli_ladder_row *row, const pli_ladder_query *query, bool falls)
{
	if (row->reason != NULL || row->ladder_reason != NULL)
		return row->reason != NULL || query->joint;
	return row->rungs[PLM_THRESHOLD_LIQUIDATION][!falls].status == PLM_RUNG_UNKNOWN;
}

static void
pool_look(cascade_walk *walk, cascade_pool *pool)
{
	bool falls = walk->query->factor < 1;
	pli_ladder_row row;
	pli_ladder_query query = query_of(walk, false);
	pli_ladder_row_make(walk->cascade->ladders, walk->exposure, &pool->key, &query, &row);
	walk->evaluations += pli_ladder_row_cost(&row);
	double factor = row.reason != NULL ? NAN : death_factor(&row, falls);
	pool->factor = walk->factor * factor;
	pool->price = row.spot * factor;
	pool->is_unknown = is_unknown(&row, &query, falls);
	pool->is_old = false;
}

static bool
is_spent(const cascade_walk *walk)
{
	double most = walk->query->evaluations_max;
	return most > 0 && walk->evaluations >= most;
}

/* The pool that is taken next; NULL: none before the end, or not all could be looked at. */
static cascade_pool *
next_death(cascade_walk *walk)
{
	bool falls = walk->query->factor < 1;
	cascade_pool *next = NULL;
	double best = walk->query->factor;
	walk->unknown = 0;
	for (uint32_t i = 0; i < walk->pools_count; i++) {
		cascade_pool *pool = &walk->cascade->pools[i];
		if (pool->parts_left == 0)
			continue;
		walk->is_cut |= pool->is_old && is_spent(walk);
		if (pool->is_old && !walk->is_cut)
			pool_look(walk, pool);
		walk->unknown += pool->is_unknown;
		if (!(falls ? pool->factor >= best : pool->factor <= best))
			continue;
		best = pool->factor;
		next = pool;
	}
	return walk->is_cut ? NULL : next;
}

static void
account_is_old(cascade_walk *walk, plm_account_id account)
{
	for (uint32_t i = 0; i < walk->pools_count; i++)
		if (walk->cascade->pools[i].key.account.value == account.value)
			walk->cascade->pools[i].is_old = true;
}

static void
step_make(cascade_walk *walk, cascade_pool *pool)
{
	pli_cascade_step *step = &walk->cascade->steps[walk->steps_count++];
	pli_ladder_query query = query_of(walk, true);
	*step = (pli_cascade_step){.factor = walk->factor,
	    .price = pool->price,
	    .closed_usd = NAN,
	    .fee_usd = NAN,
	    .left_usd = NAN};
	step->net_usd_before = net_usd(walk, step);
	pli_ladder_row_make(walk->cascade->ladders, walk->exposure, &pool->key, &query, &step->row);
	step_adl(walk, step);
	step_close(walk, pool, step);
	step->net_usd_after = net_usd(walk, step);
	account_is_old(walk, pool->key.account);
}

void
pli_cascade_find(pli_cascade *cascade, const pli_exposure *exposure, const pli_cascade_query *query,
    pli_cascade_found *ret_found)
{
	cascade_walk walk = {.cascade = cascade,
	    .exposure = exposure,
	    .book = pli_exposure_book(exposure),
	    .query = query,
	    .edits = {.trades = cascade->trades}};
	moved_choose(&walk);
	factor_set(&walk, 1);
	for (pli_pool_key key = {0};
	     walk.pools_count < cascade->pools_max && pli_book_pools_next(walk.book, &key);)
		cascade->pools[walk.pools_count++] = (cascade_pool){
		    .key = key, .parts_left = PLI_CASCADE_PARTS, .is_old = true};
	while (walk.steps_count < PLI_CASCADE_STEPS_MAX) {
		cascade_pool *pool = next_death(&walk);
		if (pool == NULL)
			break;
		factor_set(&walk, pool->factor);
		step_make(&walk, pool);
	}
	*ret_found = (pli_cascade_found){cascade->steps, walk.steps_count, walk.unknown,
	    !walk.is_cut && walk.steps_count < PLI_CASCADE_STEPS_MAX};
}
