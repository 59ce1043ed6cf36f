/* rollup_nodes.c: the largest of many (account, underlying) rows, found without reading legs. */
#include <assert.h>
#include <math.h>

#include "exposure/exposure_nodes.h"
#include "exposure/rollup.h"

/* The chosen nodes are a heap with the least of them on top. */
typedef struct choice {
	const pli_exposure *exposure;
	const rollup_query *query;
	uint32_t *nodes;
	double *gross;
	uint32_t count, count_max;
} choice;

bool
pli_rollup_rows_are_nodes(const plm_exposure_query *query)
{
	const uint32_t needs = PLM_BY_UNDERLYING | PLM_BY_ACCOUNT;
	const uint32_t breaks = PLM_BY_EXPIRY | PLM_BY_SETTLE;
	return (query->by & needs) == needs && (query->by & breaks) == 0 &&
	       !query->derivatives_only;
}

static bool
has_filter(const rollup_query *q)
{
	return q->query.underlying.value != 0 || q->query.account.value != 0 ||
	       q->query.venue.value != 0 || q->portfolio != 0 || q->strategy != 0;
}

static bool
node_match(const pli_exposure *exposure, const rollup_query *q, const exposure_node *node)
{
	const exposure_account *account = &exposure->accounts[node->account];
	const plm_exposure_query *query = &q->query;
	if (query->underlying.value != 0 && query->underlying.value != node->underlying)
		return false;
	if (query->account.value != 0 && query->account.value != node->account)
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
choice_place(choice *c, uint32_t at, uint32_t node, double gross)
{
	c->nodes[at] = node;
	c->gross[at] = gross;
}

static void
choice_rise(choice *c, uint32_t at, uint32_t node, double gross)
{
	while (at > 0) {
		uint32_t above = (at - 1) / 2;
		if (!comes_first(c, c->nodes[above], c->gross[above], node, gross))
			break;
		choice_place(c, at, c->nodes[above], c->gross[above]);
		at = above;
	}
	choice_place(c, at, node, gross);
}

static void
choice_sink(choice *c, uint32_t node, double gross)
{
	uint32_t at = 0;
	while (at * 2 + 1 < c->count) {
		uint32_t below = at * 2 + 1;
		if (below + 1 < c->count && comes_first(c, c->nodes[below], c->gross[below],
						c->nodes[below + 1], c->gross[below + 1]))
			below++;
		if (!comes_first(c, node, gross, c->nodes[below], c->gross[below]))
			break;
		choice_place(c, at, c->nodes[below], c->gross[below]);
		at = below;
	}
	choice_place(c, at, node, gross);
}

static void
choice_offer(choice *c, uint32_t node, double gross)
{
	if (c->count < c->count_max)
		choice_rise(c, c->count++, node, gross);
	else if (c->count > 0 && gross >= c->gross[0] &&
		 comes_first(c, node, gross, c->nodes[0], c->gross[0]))
		choice_sink(c, node, gross);
}

static double
units_double(plm_int128 units)
{
	double high = (double)(int64_t)(units >> 64) * 18446744073709551616.0;
	return high + (double)(uint64_t)units;
}

/* Gross USD of a node at a tier, in units; -1 when it has no price. */
static double
node_gross(const pli_exposure *exposure, uint32_t index, plm_tier tier)
{
	const exposure_node *node = &exposure->nodes[index];
	double price = exposure->price_doubles[node->underlying];
	if (node->included == 0 || isnan(price))
		return -1;
	plm_int128 gross = tier == PLM_TIER_LEG    ? node->gross_leg
			   : tier == PLM_TIER_POOL ? node_gross_pool(exposure, index)
						   : node_abs(node->net);
	return units_double(gross) * price;
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
	    .count_max = rows_max < exposure->scratch_max ? rows_max : exposure->scratch_max};
	uint32_t rows_count = 0;
	bool all = !has_filter(query);
	for (uint32_t i = 0; !query->impossible && i < exposure->nodes_count; i++) {
		const exposure_node *node = &exposure->nodes[i];
		if (node->legs == 0 || !(all || node_match(exposure, query, node)))
			continue;
		rows_count++;
		choice_offer(&c, i, node_gross(exposure, i, query->query.tier));
	}
	*ret_rows_count = rows_count;
	return c.count;
}
