/* rollup_parts.c: the largest rows where each is a part of one (account, underlying).
 *
 * A row by account, underlying and expiry takes its legs from one node. So each node is read once,
 * leg by leg, into a few sums; they only tell which nodes hold a row that could be shown, and the
 * rows of these are made by rollup.c, exactly. */
#include <assert.h>
#include <math.h>

#include "exposure/exposure_nodes.h"
#include "exposure/rollup.h"

/* PARTS_MAX: rows of one node. PART_USD_MAX: a leg of more may be no part of a sum. */
enum { PARTS_MAX = 32, PARTS_AHEAD = 16 };
#define PART_USD_MIN 1e-3
#define PART_USD_MAX 1e13

/* Far more than what the doubles here can be off, so that no row is lost by it. */
#define PART_MARGIN 1e-9

/* A row of the node at hand. */
typedef struct part {
	plm_time_ns expiry_ns;
	uint32_t settle, included;
	plm_int128 net, gross_leg;
} part;

typedef struct parts {
	const pli_exposure *exposure;
	const rollup_query *query;
	part part[PARTS_MAX];
	uint32_t count; /* of the node at hand */
	uint32_t rows_count;
	uint32_t top_count, top_max;
	bool whole; /* false: these sums cannot tell */
} parts;

bool
pli_rollup_rows_are_parts(const plm_exposure_query *query)
{
	const uint32_t needs = PLM_BY_UNDERLYING | PLM_BY_ACCOUNT;
	return (query->by & needs) == needs && (query->by & PLM_BY_STRIKE) == 0 &&
	       query->tier != PLM_TIER_POOL;
}

/* The least of the largest gross is on top. */
static void
parts_offer(parts *p, double gross)
{
	double *top = p->exposure->top_gross;
	uint32_t at = 0;
	if (p->top_count < p->top_max) {
		for (at = p->top_count++; at > 0 && top[(at - 1) / 2] > gross; at = (at - 1) / 2)
			top[at] = top[(at - 1) / 2];
	} else if (gross > top[0]) {
		while (at * 2 + 1 < p->top_count) {
			uint32_t below = at * 2 + 1;
			below += below + 1 < p->top_count && top[below + 1] < top[below];
			if (top[below] >= gross)
				break;
			top[at] = top[below];
			at = below;
		}
	} else {
		return;
	}
	top[at] = gross;
}

static void
parts_add(parts *p, uint32_t slot)
{
	const pli_exposure *e = p->exposure;
	const exposure_hot *hot = &e->hot[slot];
	part key = {0};
	if ((hot->flags & HOT_COLLATERAL) == 0) {
		const exposure_tick_list *list = &e->tick_lists[e->instruments[slot]];
		key.expiry_ns = (p->query->query.by & PLM_BY_EXPIRY) != 0 ? list->expiry_ns : 0;
		key.settle = (p->query->query.by & PLM_BY_SETTLE) != 0 ? list->settle : 0;
	} else if (p->query->query.derivatives_only) {
		return;
	} else if ((p->query->query.by & PLM_BY_SETTLE) != 0) {
		key.settle = pli_rollup_key(e, PLM_BY_SETTLE, slot).settle;
	}
	uint32_t i = 0;
	while (i < p->count &&
	       (p->part[i].expiry_ns != key.expiry_ns || p->part[i].settle != key.settle))
		i++;
	if (i == PARTS_MAX) {
		p->whole = false;
		return;
	}
	if (i == p->count)
		p->part[p->count++] = key;
	if ((hot->flags & HOT_INCLUDED) == 0)
		return;
	plm_int128 coins = exposure_coins(e, slot);
	p->part[i].included++;
	p->part[i].net += coins;
	p->part[i].gross_leg += node_abs(coins);
}

/* The node's parts become rows. */
static void
parts_flush(parts *p, uint32_t node)
{
	const pli_exposure *e = p->exposure;
	double price = e->price_doubles[e->hot[e->node_more[node].first_leg].underlying];
	for (uint32_t i = 0; i < p->count; i++) {
		double gross = -1;
		if (p->part[i].included > 0 && !isnan(price)) {
			double leg = rollup_units_double(p->part[i].gross_leg) * price;
			bool by_leg = p->query->query.tier == PLM_TIER_LEG;
			gross = by_leg ? leg : fabs(rollup_units_double(p->part[i].net)) * price;
			p->whole = p->whole && leg < PART_USD_MAX * 1e18;
		}
		e->chosen_gross[p->rows_count] = gross;
		e->order[p->rows_count++] = node;
		parts_offer(p, gross);
	}
	p->count = 0;
}

static inline void
parts_prefetch(const pli_exposure *e, uint32_t node)
{
	uint32_t slot = node < e->nodes_count ? e->node_more[node].first_leg : PLI_ROW_NONE;
	if (slot == PLI_ROW_NONE)
		return;
	__builtin_prefetch(&e->hot[slot]);
	__builtin_prefetch(&e->links[slot]);
}

/* Nodes with a row of at least `least`, each once, to exposure->chosen. */
static uint32_t
parts_nodes(const parts *p, double least)
{
	const pli_exposure *e = p->exposure;
	uint32_t count = 0;
	for (uint32_t i = 0; i < p->rows_count; i++) {
		if (e->chosen_gross[i] >= least &&
		    (count == 0 || e->chosen[count - 1] != e->order[i]))
			e->chosen[count++] = e->order[i];
	}
	return count;
}

bool
pli_rollup_choose_parts(const pli_exposure *exposure, const rollup_query *query, uint32_t rows_max,
    uint32_t *ret_nodes_count, uint32_t *ret_rows_count)
{
	assert(pli_rollup_rows_are_parts(&query->query));
	parts p = {.exposure = exposure, .query = query, .top_max = rows_max, .whole = true};
	if (rows_max == 0 || rows_max >= exposure->nodes_count / 2 || query->impossible)
		return false;
	for (uint32_t i = 0; i < exposure->nodes_count && p.whole; i++) {
		parts_prefetch(exposure, i + PARTS_AHEAD);
		uint32_t slot = exposure->node_more[i].first_leg;
		if (slot == PLI_ROW_NONE ||
		    (query->filtered && !pli_rollup_node_match(exposure, query, i)))
			continue;
		for (; slot != PLI_ROW_NONE; slot = exposure->links[slot].next)
			parts_add(&p, slot);
		parts_flush(&p, i);
	}
	double least = p.top_count == rows_max ? exposure->top_gross[0] : 0;
	if (!p.whole || least < PART_USD_MIN * 1e18)
		return false;
	*ret_nodes_count = parts_nodes(&p, least * (1 - PART_MARGIN));
	*ret_rows_count = p.rows_count;
	return true;
}
