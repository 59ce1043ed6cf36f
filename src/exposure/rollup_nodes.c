/* rollup_nodes.c: the largest of many (account, underlying) rows, found without reading legs. */
#include <assert.h>
#include <math.h>

#include "exposure/exposure_nodes.h"
#include "exposure/rollup.h"

/* CHOICE_ROOM: candidates for each node that is wanted; when they are too many the best are kept.
 */
enum { CHOICE_ROOM = 8 };

typedef struct choice {
	const pli_exposure *exposure;
	const rollup_query *query;
	uint32_t *nodes;
	double *gross;
	uint32_t count, count_max, room;
	double least; /* what is below is surely not chosen */
} choice;

bool
pli_rollup_rows_are_nodes(const plm_exposure_query *query)
{
	const uint32_t needs = PLM_BY_UNDERLYING | PLM_BY_ACCOUNT;
	const uint32_t breaks = PLM_BY_EXPIRY | PLM_BY_SETTLE | PLM_BY_STRIKE;
	return (query->by & needs) == needs && (query->by & breaks) == 0 &&
	       !query->derivatives_only;
}

bool
pli_rollup_node_match(const pli_exposure *exposure, const rollup_query *q, uint32_t index)
{
	const exposure_node *node = &exposure->nodes[index];
	uint32_t of = exposure->node_more[index].account;
	const exposure_account *account = &exposure->accounts[of];
	const plm_exposure_query *query = &q->query;
	if (query->underlying.value != 0 && query->underlying.value != node->underlying)
		return false;
	if (query->account.value != 0 && query->account.value != of)
		return false;
	if (query->venue.value != 0 && query->venue.value != account->venue)
		return false;
	return (q->portfolio == 0 || q->portfolio == account->portfolio) &&
	       (q->strategy == 0 || q->strategy == account->strategy);
}

/* True when node a's row comes before node b's: more gross, or the lesser key. */
static bool
comes_first(const choice *c, uint32_t a, double gross_a, uint32_t b, double gross_b)
{
	if (gross_a > gross_b || gross_a < gross_b)
		return gross_a > gross_b;
	const pli_exposure *e = c->exposure;
	rollup_key x = pli_rollup_key(e, c->query->query.by, e->node_more[a].first_leg);
	rollup_key y = pli_rollup_key(e, c->query->query.by, e->node_more[b].first_leg);
	return pli_rollup_key_compare(&x, &y) < 0;
}

static void
choice_swap(choice *c, uint32_t a, uint32_t b)
{
	uint32_t node = c->nodes[a];
	double gross = c->gross[a];
	c->nodes[a] = c->nodes[b];
	c->gross[a] = c->gross[b];
	c->nodes[b] = node;
	c->gross[b] = gross;
}

/* Keeps the first count_max of the candidates, by quickselect; least is the gross of the last. */
static void
choice_cut(choice *c)
{
	uint32_t low = 0, high = c->count - 1;
	while (low < high) {
		uint32_t at = low;
		choice_swap(c, low + (high - low) / 2, high);
		for (uint32_t i = low; i < high; i++) {
			if (comes_first(
				c, c->nodes[i], c->gross[i], c->nodes[high], c->gross[high]))
				choice_swap(c, i, at++);
		}
		choice_swap(c, at, high);
		if (at == c->count_max)
			break;
		if (at < c->count_max)
			low = at + 1;
		else
			high = at - 1;
	}
	c->count = c->count_max;
	c->least = c->gross[0];
	for (uint32_t i = 1; i < c->count; i++)
		c->least = c->gross[i] < c->least ? c->gross[i] : c->least;
}

static void
choice_offer(choice *c, uint32_t node, double gross)
{
	if (gross < c->least)
		return;
	c->nodes[c->count] = node;
	c->gross[c->count++] = gross;
	if (c->count == c->room)
		choice_cut(c);
}

/* Gross USD of a node at a tier, in units; -1 when it has no price. */
static double
node_gross_usd(const pli_exposure *exposure, uint32_t index, plm_tier tier)
{
	const exposure_node *node = &exposure->nodes[index];
	double price = exposure->price_doubles[node->underlying];
	if (node->included == 0 || isnan(price))
		return -1;
	return rollup_units_double(node_gross(exposure, index, tier)) * price;
}

/* Most nodes are far too small to be chosen: no gross of theirs is above that of their legs. */
static inline bool
choice_passes_over(const choice *c, uint32_t index)
{
	if (c->least <= 0)
		return false;
	double price = c->exposure->price_doubles[c->exposure->nodes[index].underlying];
	plm_tier tier = c->query->query.tier >= PLM_TIER_ACCOUNT ? PLM_TIER_ACCOUNT : PLM_TIER_LEG;
	plm_int128 most = node_gross(c->exposure, index, tier);
	return !(rollup_units_double(most) * price >= c->least);
}

uint32_t
pli_rollup_choose_nodes(const pli_exposure *exposure, const rollup_query *query, uint32_t rows_max,
    uint32_t *ret_rows_count)
{
	assert(exposure->chosen != NULL);
	choice c = {.exposure = exposure,
	    .query = query,
	    .nodes = exposure->chosen,
	    .gross = exposure->chosen_gross,
	    .count_max = rows_max < exposure->scratch_max ? rows_max : exposure->scratch_max,
	    .least = -INFINITY};
	c.room = c.count_max < exposure->scratch_max / CHOICE_ROOM ? c.count_max * CHOICE_ROOM
								   : exposure->scratch_max + 1;
	uint32_t rows_count = 0;
	for (uint32_t i = 0; !query->impossible && i < exposure->nodes_count; i++) {
		const exposure_node *node = &exposure->nodes[i];
		if (node->legs == 0 ||
		    (query->filtered && !pli_rollup_node_match(exposure, query, i)))
			continue;
		rows_count++;
		if (choice_passes_over(&c, i))
			continue;
		choice_offer(&c, i, node_gross_usd(exposure, i, query->query.tier));
	}
	if (c.count > c.count_max)
		choice_cut(&c);
	*ret_rows_count = rows_count;
	return c.count;
}
