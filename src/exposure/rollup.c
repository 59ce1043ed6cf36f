/* rollup.c: legs into groups of a netting tier, groups into rows. */
#include <assert.h>
#include <string.h>

#include <xxhash.h>

#include "base/mutant.h"

#include "exposure/rollup.h"

/* One roll-up under way; its memory is the exposure's scratch. */
typedef struct rollup {
	const pli_exposure *exposure;
	rollup_query query;
	uint32_t mask; /* of both slot tables */
	uint32_t rows_count;
	uint32_t row_last; /* that a leg was added to */
	uint32_t groups_count;
} rollup;

/* Row of a key, made when it is new. */
static uint32_t
rollup_row_of(rollup *r, const rollup_key *key, uint32_t slot)
{
	const pli_exposure *e = r->exposure;
	if (r->rows_count > 0 && memcmp(&e->rows[r->row_last].key, key, sizeof *key) == 0)
		return r->row_last;
	uint32_t at = (uint32_t)XXH3_64bits(key, sizeof *key) & r->mask;
	while (e->row_slots[at] != PLI_ROW_NONE) {
		if (memcmp(&e->rows[e->row_slots[at]].key, key, sizeof *key) == 0)
			return r->row_last = e->row_slots[at];
		at = (at + 1) & r->mask;
	}
	assert(r->rows_count < e->scratch_max);
	uint32_t index = r->rows_count++;
	e->row_slots[at] = index;
	pli_rollup_row_init(&e->rows[index], key);
	e->rows[index].account = e->hot[slot].account;
	e->rows[index].asset = e->hot[slot].underlying;
	return r->row_last = index;
}

/* Which group of the tier a leg belongs to, apart from its row and underlying. */
static uint32_t
tier_member(const rollup *r, const exposure_hot *hot)
{
	switch (r->query.query.tier) {
	case PLM_TIER_POOL:
		return hot->pool;
	case PLM_TIER_ACCOUNT:
		return hot->account;
	case PLM_TIER_VENUE:
		return r->exposure->accounts[hot->account].venue;
	default:
		return 0;
	}
}

static rollup_group *
rollup_group_of(rollup *r, uint32_t row, const exposure_hot *hot)
{
	const pli_exposure *e = r->exposure;
	uint32_t member = tier_member(r, hot);
	pli_row_key key = {row, hot->underlying, member};
	uint32_t at = (uint32_t)pli_row_hash(key) & r->mask;
	while (e->group_slots[at] != PLI_ROW_NONE) {
		rollup_group *group = &e->groups[e->group_slots[at]];
		if (group->row == row && group->underlying == hot->underlying &&
		    group->member == member)
			return group;
		at = (at + 1) & r->mask;
	}
	assert(r->groups_count < e->scratch_max);
	uint32_t index = r->groups_count++;
	e->group_slots[at] = index;
	e->groups[index] = (rollup_group){
	    .row = row, .underlying = hot->underlying, .member = member};
	return &e->groups[index];
}

/* Signed net into long or short. */
static void
split_add(plm_int128 net, plm_int128 *sum_long, plm_int128 *sum_short)
{
	*(net > 0 ? sum_long : sum_short) += net;
}

static void
rollup_add(rollup *r, uint32_t slot)
{
	const pli_exposure *e = r->exposure;
	uint32_t by = r->query.query.by;
	uint32_t index = 0; /* where one row holds all */
	if (by != PLM_BY_NOTHING || r->rows_count == 0) {
		rollup_key key = pli_rollup_key(e, by, slot);
		index = rollup_row_of(r, &key, slot);
	}
	rollup_row *row = &e->rows[index];
	rollup_leg leg = pli_rollup_leg(e, slot);
	if (pli_mutant(EXPOSURE_LEG_DROPPED) && slot % 7 == 3)
		return;
	pli_rollup_row_add(e, row, &leg);
	if ((leg.hot->flags & HOT_INCLUDED) == 0)
		return;
	if (r->query.query.tier == PLM_TIER_LEG) {
		split_add(leg.coins, &row->coins_long, &row->coins_short);
		split_add(leg.priced ? leg.usd : 0, &row->usd_long, &row->usd_short);
		return;
	}
	rollup_group *group = rollup_group_of(r, index, leg.hot);
	group->coins += leg.coins;
	group->usd += leg.priced ? leg.usd : 0;
}

/* Scratch for at most `legs` legs. */
static rollup
rollup_begin(const pli_exposure *exposure, const plm_exposure_query *query, uint32_t legs)
{
	assert((uint32_t)query->tier < PLM_TIER_COUNT_ && legs <= exposure->scratch_max);
	rollup r = {.exposure = exposure, .query = pli_rollup_query(exposure, query)};
	uint32_t size = 16;
	while (size < legs * 2)
		size *= 2;
	r.mask = size - 1;
	memset(exposure->row_slots, 0xff, size * sizeof exposure->row_slots[0]);
	memset(exposure->group_slots, 0xff, size * sizeof exposure->group_slots[0]);
	return r;
}

/* Groups are whole: their nets go to their rows. */
static void
rollup_end(rollup *r)
{
	for (uint32_t i = 0; i < r->groups_count; i++) {
		const rollup_group *group = &r->exposure->groups[i];
		rollup_row *row = &r->exposure->rows[group->row];
		split_add(group->coins, &row->coins_long, &row->coins_short);
		split_add(group->usd, &row->usd_long, &row->usd_short);
	}
}

static rollup
rollup_run(const pli_exposure *exposure, const plm_exposure_query *query)
{
	uint32_t legs = pli_book_positions_count(exposure->book) +
			pli_book_balances_count(exposure->book);
	rollup r = rollup_begin(exposure, query, legs);
	for (uint32_t slot = exposure_slot_first(exposure); slot < exposure_slot_end(exposure);
	     slot = exposure_slot_next(exposure, slot)) {
		if (rollup_match(exposure, &r.query, slot))
			rollup_add(&r, slot);
	}
	rollup_end(&r);
	return r;
}

/* The same for the legs of chosen nodes alone. */
static rollup
rollup_run_nodes(const pli_exposure *exposure, const plm_exposure_query *query,
    const uint32_t *nodes, uint32_t nodes_count)
{
	uint32_t legs = 0;
	for (uint32_t i = 0; i < nodes_count; i++)
		legs += exposure->nodes[nodes[i]].legs;
	rollup r = rollup_begin(exposure, query, legs);
	for (uint32_t i = 0; i < nodes_count; i++) {
		for (uint32_t slot = exposure->node_more[nodes[i]].first_leg; slot != PLI_ROW_NONE;
		     slot = exposure->links[slot].next)
			if (rollup_match(exposure, &r.query, slot))
				rollup_add(&r, slot);
	}
	rollup_end(&r);
	return r;
}

/* Most gross USD first, rows without any last; then by key. */
static int
row_compare(uint32_t a, uint32_t b, const void *ctx)
{
	const rollup_row *rows = ctx;
	const rollup_row *x = &rows[a], *y = &rows[b];
	if ((x->legs_priced > 0) != (y->legs_priced > 0))
		return x->legs_priced > 0 ? -1 : 1;
	plm_int128 gross_x = x->usd_long - x->usd_short, gross_y = y->usd_long - y->usd_short;
	if (gross_x != gross_y)
		return gross_x > gross_y ? -1 : 1;
	return pli_rollup_key_compare(&x->key, &y->key);
}

uint32_t
pli_exposure_rollup(const pli_exposure *exposure, const plm_exposure_query *query,
    plm_exposure_row *rows, uint32_t rows_max)
{
	uint32_t rows_count, nodes_count;
	rollup r;
	rollup_query q = pli_rollup_query(exposure, query);
	if (pli_rollup_rows_are_nodes(query)) {
		uint32_t chosen = pli_rollup_choose_nodes(exposure, &q, rows_max, &rows_count);
		r = rollup_run_nodes(exposure, query, exposure->chosen, chosen);
		assert(r.rows_count == chosen);
	} else if (pli_rollup_rows_are_parts(query) &&
		   pli_rollup_choose_parts(exposure, &q, rows_max, &nodes_count, &rows_count)) {
		r = rollup_run_nodes(exposure, query, exposure->chosen, nodes_count);
	} else {
		r = rollup_run(exposure, query);
		rows_count = r.rows_count;
	}
	for (uint32_t i = 0; i < r.rows_count; i++)
		exposure->order[i] = i;
	uint32_t shown = pli_rollup_sort(
	    exposure->order, r.rows_count, rows_max, row_compare, exposure->rows);
	for (uint32_t i = 0; i < shown; i++)
		pli_rollup_row_finish(
		    exposure, query, &exposure->rows[exposure->order[i]], &rows[i]);
	return rows_count;
}

void
pli_exposure_total(
    const pli_exposure *exposure, const plm_exposure_query *query, plm_exposure_row *ret_row)
{
	plm_exposure_query whole = *query;
	whole.by = PLM_BY_NOTHING;
	rollup r = rollup_run(exposure, &whole);
	assert(r.rows_count <= 1);
	if (r.rows_count == 0) {
		rollup_key key = {0};
		pli_rollup_row_init(&exposure->rows[0], &key);
	}
	pli_rollup_row_finish(exposure, &whole, &exposure->rows[0], ret_row);
}
