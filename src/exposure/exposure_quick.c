/* exposure_quick.c: the numbers that limits look at, from running sums, without reading legs. */
#include <assert.h>
#include <math.h>

#include "exposure/exposure_nodes.h"

/* One (scope, underlying) as the sums hold it. */
typedef struct quick_part {
	plm_int128 net, gross, collateral;
	uint32_t underlying, legs, included, collateral_count, collateral_included;
} quick_part;

/* Nearest double, near enough for a measure: at most 2 ulp off. */
static double
units_double(plm_int128 units)
{
	double high = (double)(int64_t)(units >> 64) * 18446744073709551616.0;
	return (high + (double)(uint64_t)units) * 1e-18;
}

static void
quick_add(const pli_exposure *exposure, pli_exposure_quick *quick, const quick_part *part)
{
	if (part->legs == 0)
		return;
	double price = exposure->price_doubles[part->underlying];
	bool priced = !isnan(price);
	quick->legs_count += part->legs;
	quick->legs_count_unpriced += priced ? part->legs - part->included : part->legs;
	if (part->collateral_count > 0) {
		quick->has_equity = true;
		bool whole = priced && part->collateral_count == part->collateral_included;
		quick->equity_usd += whole ? units_double(part->collateral) * price : NAN;
	}
	if (part->included == 0)
		return;
	double net = units_double(part->net);
	bool first = quick->legs_included == 0;
	quick->legs_included += part->included;
	quick->net_coins = first ? net : NAN;
	if (!priced)
		return;
	quick->legs_priced += part->included;
	quick->net_usd += net * price;
	quick->gross_usd += units_double(part->gross) * price;
}

static plm_int128
gross_of(const exposure_total *total, plm_tier tier, plm_tier top)
{
	if (tier >= top)
		return node_abs(total->net);
	const plm_int128 gross[] = {
	    total->gross_leg, total->gross_pool, total->gross_account, total->gross_venue};
	return gross[tier];
}

static void
quick_total(const pli_exposure *exposure, pli_exposure_quick *quick, const exposure_total *total,
    plm_int128 gross, uint32_t underlying)
{
	quick_add(exposure, quick,
	    &(quick_part){total->net, gross, total->collateral, underlying, total->legs,
		total->included, total->collateral_count, total->collateral_included});
}

/* Collateral of an account is read from its few balances. */
static void
quick_collateral(
    const pli_exposure *exposure, const plm_exposure_query *query, pli_exposure_quick *quick)
{
	for (uint32_t i = pli_book_balance_first_of_account(exposure->book, query->account);
	     i != PLI_ROW_NONE; i = pli_book_balance_next_of_account(exposure->book, i)) {
		uint32_t slot = exposure->positions_max + i;
		const exposure_hot *hot = &exposure->hot[slot];
		if ((hot->flags & HOT_LISTED) == 0 ||
		    (query->underlying.value != 0 && query->underlying.value != hot->underlying))
			continue;
		bool included = (hot->flags & HOT_INCLUDED) != 0;
		quick->has_equity = true;
		quick->equity_usd += included ? units_double(exposure_coins(exposure, slot)) *
						    exposure->price_doubles[hot->underlying]
					      : NAN;
	}
}

static void
quick_account(
    const pli_exposure *exposure, const plm_exposure_query *query, pli_exposure_quick *quick)
{
	uint32_t i = exposure->accounts[query->account.value].nodes;
	for (; i != PLI_ROW_NONE; i = exposure->node_more[i].next_of_account) {
		const exposure_node *node = &exposure->nodes[i];
		if (query->underlying.value != 0 && query->underlying.value != node->underlying)
			continue;
		quick_add(exposure, quick,
		    &(quick_part){.net = node_sums(exposure, i).net,
			.gross = node_gross(exposure, i, query->tier),
			.underlying = node->underlying,
			.legs = node->legs,
			.included = node->included});
	}
	quick_collateral(exposure, query, quick);
}

static void
quick_venue(
    const pli_exposure *exposure, const plm_exposure_query *query, pli_exposure_quick *quick)
{
	for (uint32_t i = 0; i < exposure->venues_count; i++) {
		const exposure_total *total = &exposure->venues[i];
		if (total->venue != query->venue.value ||
		    (query->underlying.value != 0 && query->underlying.value != total->underlying))
			continue;
		quick_total(exposure, quick, total, gross_of(total, query->tier, PLM_TIER_VENUE),
		    total->underlying);
	}
}

static void
quick_book(const pli_exposure *exposure, const plm_exposure_query *query, pli_exposure_quick *quick)
{
	uint32_t last = pli_registry_assets_count(pli_book_registry(exposure->book));
	uint32_t first = 0;
	if (query->underlying.value != 0)
		first = last = query->underlying.value;
	for (uint32_t i = first; i <= last; i++) {
		const exposure_total *total = &exposure->totals[i];
		quick_total(exposure, quick, total, gross_of(total, query->tier, PLM_TIER_BOOK), i);
	}
}

bool
pli_exposure_quick_total(
    const pli_exposure *exposure, const plm_exposure_query *query, pli_exposure_quick *ret_quick)
{
	assert((uint32_t)query->tier < PLM_TIER_COUNT_);
	bool narrow = query->portfolio != NULL || query->strategy != NULL ||
		      query->derivatives_only ||
		      (query->account.value != 0 && query->venue.value != 0);
	if (narrow || query->by != PLM_BY_NOTHING)
		return false;
	pli_exposure_quick quick = {0};
	if (query->account.value != 0)
		quick_account(exposure, query, &quick);
	else if (query->venue.value != 0)
		quick_venue(exposure, query, &quick);
	else
		quick_book(exposure, query, &quick);
	if (quick.legs_priced == 0 && quick.legs_count > 0)
		quick.net_usd = quick.gross_usd = NAN;
	if (quick.legs_included == 0 && quick.legs_count > 0)
		quick.net_coins = NAN;
	if (!quick.has_equity && quick.legs_count > 0)
		quick.equity_usd = NAN;
	*ret_quick = quick;
	return true;
}
