/* exposure.c: memory of an exposure, and the legs it lists. */
#include "exposure/exposure.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"
#include "exposure/exposure_ticks.h"

/* The sums that follow each leg. */
static bool
exposure_create_nodes(pli_exposure *exposure, const pli_book_bounds *bounds)
{
	uint32_t legs = bounds->positions_max + bounds->balances_max;
	uint32_t assets = bounds->registry.assets_max + 1;
	uint32_t accounts = bounds->registry.accounts_max + 1;
	uint32_t nodes = legs + 1; /* each node and each pool has a leg, or is about to */
	uint32_t venues = legs * 2 + accounts;
	exposure->links = calloc(legs, sizeof exposure->links[0]);
	exposure->nodes = calloc(nodes, sizeof exposure->nodes[0]);
	exposure->node_net = calloc(nodes, sizeof exposure->node_net[0]);
	exposure->node_gross_leg = calloc(nodes, sizeof exposure->node_gross_leg[0]);
	exposure->node_more = calloc(nodes, sizeof exposure->node_more[0]);
	exposure->balance_cells = calloc(bounds->balances_max, sizeof exposure->balance_cells[0]);
	exposure->pools = calloc(nodes, sizeof exposure->pools[0]);
	exposure->pool_legs = calloc(nodes, sizeof exposure->pool_legs[0]);
	exposure->nodes_free = exposure->pools_free = exposure->cells_free = PLI_ROW_NONE;
	exposure->venues = calloc(venues, sizeof exposure->venues[0]);
	exposure->totals = PLI_FAULT(EXPOSURE_NODES) ? NULL
						     : calloc(assets, sizeof exposure->totals[0]);
	if (exposure->links == NULL || exposure->nodes == NULL || exposure->node_more == NULL ||
	    exposure->balance_cells == NULL || exposure->pools == NULL ||
	    exposure->pool_legs == NULL || exposure->venues == NULL || exposure->totals == NULL ||
	    !pli_row_index_init(&exposure->node_index, nodes) ||
	    !pli_row_index_init(&exposure->pool_index, nodes) ||
	    !pli_row_index_init(&exposure->venue_index, venues) ||
	    !pli_exposure_ticks_init(exposure) || !pli_exposure_options_init(exposure))
		return false;
	for (uint32_t i = 0; i < legs; i++)
		exposure->links[i].node = PLI_ROW_NONE;
	for (uint32_t i = 0; i < accounts; i++)
		exposure->accounts[i].nodes = PLI_ROW_NONE;
	for (uint32_t i = 0; i < bounds->positions_max; i++) {
		exposure->pnl[i].cell = PLI_ROW_NONE;
		exposure->pnl[i].tick = PLI_ROW_NONE;
	}
	return true;
}

/* Scratch of roll-ups, and the cache of whole legs. */
static bool
exposure_create_scratch(pli_exposure *exposure, const pli_book_bounds *bounds)
{
	size_t legs = (size_t)bounds->positions_max + bounds->balances_max;
	exposure->scratch_max = (uint32_t)legs;
	uint32_t slots = 16;
	while (slots < legs * 2)
		slots *= 2;
	exposure->legs = calloc(legs, sizeof exposure->legs[0]);
	exposure->rows = calloc(legs, pli_exposure_rollup_row_size());
	exposure->groups = calloc(legs, pli_exposure_rollup_group_size());
	exposure->row_slots = calloc(slots, sizeof exposure->row_slots[0]);
	exposure->group_slots = calloc(slots, sizeof exposure->group_slots[0]);
	exposure->chosen = calloc(legs, sizeof exposure->chosen[0]);
	exposure->chosen_gross = calloc(legs, sizeof exposure->chosen_gross[0]);
	exposure->top_gross = calloc(legs, sizeof exposure->top_gross[0]);
	exposure->order = PLI_FAULT(EXPOSURE_SCRATCH) ? NULL
						      : calloc(legs, sizeof exposure->order[0]);
	return exposure->legs != NULL && exposure->rows != NULL && exposure->groups != NULL &&
	       exposure->row_slots != NULL && exposure->group_slots != NULL &&
	       exposure->chosen != NULL && exposure->chosen_gross != NULL &&
	       exposure->top_gross != NULL && exposure->order != NULL;
}

static bool
exposure_create_rows(pli_exposure *exposure, const pli_book_bounds *bounds)
{
	size_t legs = (size_t)bounds->positions_max + bounds->balances_max;
	size_t assets = (size_t)bounds->registry.assets_max + 1;
	size_t accounts = (size_t)bounds->registry.accounts_max + 1;
	uint32_t cells_max = (bounds->positions_max + bounds->balances_max) * 2;
	exposure->hot = PLI_FAULT(EXPOSURE_ROWS) ? NULL : calloc(legs, sizeof exposure->hot[0]);
	exposure->pnl = calloc(bounds->positions_max, sizeof exposure->pnl[0]);
	exposure->found = calloc(bounds->positions_max, sizeof exposure->found[0]);
	exposure->instruments = calloc(bounds->positions_max, sizeof exposure->instruments[0]);
	exposure->traded = calloc(bounds->positions_max, sizeof exposure->traded[0]);
	exposure->quantities = calloc(bounds->positions_max, sizeof exposure->quantities[0]);
	exposure->cells = calloc(cells_max, sizeof exposure->cells[0]);
	exposure->live = aligned_alloc(64, (size_t)cells_max * sizeof exposure->live[0]);
	exposure->cell_positions = calloc(cells_max, sizeof exposure->cell_positions[0]);
	exposure->cells_dirty = calloc(cells_max, sizeof exposure->cells_dirty[0]);
	exposure->prices = calloc(assets, sizeof exposure->prices[0]);
	exposure->price_doubles = calloc(assets, sizeof exposure->price_doubles[0]);
	exposure->classes = calloc(assets, sizeof exposure->classes[0]);
	exposure->accounts = calloc(accounts, sizeof exposure->accounts[0]);
	return exposure->found != NULL && exposure->instruments != NULL &&
	       exposure->traded != NULL && exposure->quantities != NULL && exposure->hot != NULL &&
	       exposure->pnl != NULL && exposure->cells != NULL && exposure->live != NULL &&
	       exposure->cell_positions != NULL && exposure->cells_dirty != NULL &&
	       exposure->prices != NULL && exposure->price_doubles != NULL &&
	       exposure->classes != NULL && exposure->accounts != NULL &&
	       pli_row_index_init(&exposure->cell_index, cells_max) &&
	       pli_row_index_init(&exposure->text_index, (uint32_t)(assets + accounts * 2));
}

pli_exposure *
pli_exposure_create(pli_book *book)
{
	assert(book != NULL);
	pli_exposure *exposure = PLI_FAULT(EXPOSURE_MEMORY) ? NULL : calloc(1, sizeof *exposure);
	if (exposure == NULL)
		return NULL;
	const pli_book_bounds *bounds = pli_book_bounds_get(book);
	exposure->book = book;
	exposure->positions_max = bounds->positions_max;
	exposure->balances_max = bounds->balances_max;
	if (!exposure_create_rows(exposure, bounds) || !exposure_create_scratch(exposure, bounds) ||
	    !exposure_create_nodes(exposure, bounds)) {
		pli_exposure_destroy(exposure);
		return NULL;
	}
	for (uint32_t i = 0; i <= bounds->registry.assets_max; i++) {
		exposure->prices[i].usd = plm_decimal_unknown();
		exposure->price_doubles[i] = NAN;
	}
	return exposure;
}

void
pli_exposure_destroy(pli_exposure *exposure)
{
	if (exposure == NULL)
		return;
	pli_exposure_ticks_fini(exposure);
	pli_exposure_options_fini(exposure);
	pli_row_index_fini(&exposure->node_index);
	pli_row_index_fini(&exposure->pool_index);
	pli_row_index_fini(&exposure->venue_index);
	pli_row_index_fini(&exposure->cell_index);
	pli_row_index_fini(&exposure->text_index);
	void *rows[] = {exposure->node_more, exposure->node_net, exposure->node_gross_leg,
	    exposure->balance_cells, exposure->cell_positions, exposure->links, exposure->nodes,
	    exposure->pools, exposure->venues, exposure->totals, exposure->traded,
	    exposure->quantities, exposure->hot, exposure->pnl, exposure->cells, exposure->live,
	    exposure->pool_legs, exposure->cells_dirty, exposure->prices, exposure->price_doubles,
	    exposure->classes, exposure->accounts, exposure->legs, exposure->rows, exposure->groups,
	    exposure->row_slots, exposure->group_slots, exposure->order, exposure->chosen,
	    exposure->chosen_gross, exposure->top_gross, exposure->instruments, exposure->found};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		free(rows[i]);
	free(exposure);
}

const plm_leg *
pli_exposure_legs(const pli_exposure *exposure, uint32_t *ret_count)
{
	/* The cache is the one thing that a reader may write; it is no part of the state. */
	pli_exposure *cache = (pli_exposure *)(uintptr_t)exposure;
	if (exposure->legs_settle != exposure->settles_count + 1) {
		uint32_t count = 0;
		for (uint32_t slot = exposure_slot_first(exposure);
		     slot < exposure_slot_end(exposure);
		     slot = exposure_slot_next(exposure, slot)) {
			if ((exposure->hot[slot].flags & HOT_LISTED) != 0)
				pli_exposure_fill_leg(exposure, slot, &cache->legs[count++]);
		}
		cache->legs_count = count;
		cache->legs_settle = exposure->settles_count + 1;
	}
	*ret_count = exposure->legs_count;
	return exposure->legs;
}

uint32_t
pli_exposure_amounts(
    const pli_exposure *exposure, pli_exposure_amount *amounts, uint32_t amounts_max)
{
	uint32_t count = 0;
	for (uint32_t slot = exposure_slot_first(exposure); slot < exposure_slot_end(exposure);
	     slot = exposure_slot_next(exposure, slot)) {
		const exposure_hot *hot = &exposure->hot[slot];
		if ((hot->flags & HOT_LISTED) == 0 || count++ >= amounts_max)
			continue;
		pli_exposure_amount *amount = &amounts[count - 1];
		*amount = (pli_exposure_amount){.account = {hot->account},
		    .underlying = {hot->underlying},
		    .collateral = (hot->flags & HOT_COLLATERAL) != 0};
		amount->priced = exposure_usd(exposure, slot, &amount->usd);
	}
	return count;
}

const pli_book *
pli_exposure_book(const pli_exposure *exposure)
{
	return exposure->book;
}

plm_decimal
pli_exposure_price_usd(const pli_exposure *exposure, plm_asset_id asset)
{
	assert(asset.value <= pli_book_bounds_get(exposure->book)->registry.assets_max);
	return exposure->prices[asset.value].usd;
}

uint64_t
pli_exposure_underlyings_version(const pli_exposure *exposure)
{
	return exposure->underlyings_version;
}
