/* exposure_nodes.c: where legs hang, and the sums that follow them. */
#include "exposure/exposure_nodes.h"

#include <assert.h>

static uint32_t
venue_intern(pli_exposure *exposure, uint32_t venue, uint32_t underlying)
{
	pli_row_key key = {venue, underlying, 0};
	uint32_t index = pli_row_index_find(&exposure->venue_index, key);
	if (index != PLI_ROW_NONE)
		return index;
	index = exposure->venues_count;
	bool stored = pli_row_index_insert(&exposure->venue_index, key, index);
	assert(stored);
	exposure->venues_count++;
	exposure->venues[index] = (exposure_total){.venue = venue, .underlying = underlying};
	return index;
}

static uint32_t
node_intern(pli_exposure *exposure, uint32_t account, uint32_t underlying)
{
	pli_row_key key = {account, underlying, 0};
	uint32_t index = pli_row_index_find(&exposure->node_index, key);
	if (index != PLI_ROW_NONE)
		return index;
	index = exposure->nodes_free;
	if (index == PLI_ROW_NONE)
		index = exposure->nodes_count++;
	else
		exposure->nodes_free = exposure->node_more[index].next_of_account;
	bool stored = pli_row_index_insert(&exposure->node_index, key, index);
	assert(stored); /* each node has a leg of its own */
	exposure_account *of = &exposure->accounts[account];
	exposure->nodes[index] = (exposure_node){.live = PLI_ROW_NONE, .underlying = underlying};
	exposure->node_net[index] = exposure->node_gross_leg[index] = 0;
	exposure->node_more[index] = (exposure_node_more){
	    .next_of_account = of->nodes,
	    .first_leg = PLI_ROW_NONE,
	    .venue = venue_intern(exposure, of->venue, underlying),
	    .account = account,
	};
	of->nodes = index;
	return index;
}

/* The last leg has left: the node serves again. */
static void
node_release(pli_exposure *exposure, uint32_t index)
{
	exposure_node_more *more = &exposure->node_more[index];
	uint32_t *link = &exposure->accounts[more->account].nodes;
	while (*link != index)
		link = &exposure->node_more[*link].next_of_account;
	*link = more->next_of_account;
	pli_row_index_remove(&exposure->node_index,
	    (pli_row_key){more->account, exposure->nodes[index].underlying, 0});
	more->next_of_account = exposure->nodes_free;
	exposure->nodes_free = index;
}

static uint32_t
pool_intern(pli_exposure *exposure, pli_row_key key)
{
	uint32_t index = pli_row_index_find(&exposure->pool_index, key);
	if (index != PLI_ROW_NONE)
		return index;
	index = exposure->pools_free;
	if (index == PLI_ROW_NONE)
		index = exposure->pools_count++;
	else
		exposure->pools_free = exposure->pool_legs[index];
	bool stored = pli_row_index_insert(&exposure->pool_index, key, index);
	assert(stored); /* each pool has a leg of its own, or is about to */
	exposure->pools[index] = 0;
	exposure->pool_legs[index] = 0;
	return index;
}

/* A leg joined its pool (1) or left it (-1): the last one frees it. */
static void
pool_count(pli_exposure *exposure, uint32_t slot, const exposure_hot *hot, int32_t sign)
{
	uint32_t pool = exposure->links[slot].pool;
	if (pool < NODE_POOL_FIRST)
		return;
	uint32_t index = pool - NODE_POOL_FIRST;
	exposure->pool_legs[index] += (uint32_t)sign;
	if (exposure->pool_legs[index] > 0)
		return;
	pli_row_index_remove(&exposure->pool_index, (pli_row_key){hot->pool, hot->underlying, 0});
	exposure->pool_legs[index] = exposure->pools_free;
	exposure->pools_free = index;
}

/* How the pool of a leg nets: an isolated position alone, a segregated pool by its own net. */
static uint32_t
pool_of(pli_exposure *exposure, uint32_t slot, const exposure_hot *hot)
{
	uint8_t mode = slot < exposure->positions_max
			   ? pli_book_position(exposure->book, slot)->fact.margin_mode
			   : pli_book_balance(exposure->book, slot - exposure->positions_max)
				 ->fact.margin_mode;
	if (mode == PLM_MARGIN_ISOLATED && slot < exposure->positions_max)
		return NODE_POOL_OWN;
	if (mode != PLM_MARGIN_SEGREGATED)
		return NODE_POOL_CROSS;
	pli_row_key key = {hot->pool, hot->underlying, 0};
	return pool_intern(exposure, key) + NODE_POOL_FIRST;
}

void
pli_exposure_cell_enliven(pli_exposure *exposure, uint32_t index, uint32_t slot)
{
	exposure_cell *cell = &exposure->cells[index];
	exposure_hot *hot = &exposure->hot[slot];
	uint32_t at = exposure->links[slot].node;
	exposure_node *node = &exposure->nodes[at];
	assert(node->live == PLI_ROW_NONE && (hot->flags & HOT_LIVE) == 0);
	exposure->node_net[at] -= hot->coins;
	exposure->node_more[at].cross -= hot->coins;
	exposure->node_gross_leg[at] -= node_abs(hot->coins);
	node->live = index;
	cell->wallet = hot->coins - cell->units;
	exposure->live[index] = (exposure_live){
	    .coins = hot->coins,
	    .net_rest = exposure->node_net[at],
	    .cross_rest = exposure->node_more[at].cross,
	    .slot = slot,
	    .node = at,
	    .venue = exposure->node_more[at].venue,
	    .alone = exposure->node_net[at] == 0 && exposure->node_more[at].cross == 0,
	};
	exposure->balance_cells[slot - exposure->positions_max] = index;
	hot->flags |= HOT_LIVE;
}

void
pli_exposure_cell_freeze(pli_exposure *exposure, uint32_t index)
{
	exposure_cell *cell = &exposure->cells[index];
	exposure_live *live = &exposure->live[index];
	if (live->slot == PLI_ROW_NONE)
		return;
	exposure_hot *hot = &exposure->hot[live->slot];
	exposure_node *node = &exposure->nodes[live->node];
	assert((hot->flags & HOT_LIVE) != 0 && node->live == index);
	hot->coins = live->coins;
	hot->flags &= (uint8_t)~HOT_LIVE;
	exposure->node_net[live->node] += live->coins;
	exposure->node_more[live->node].cross += live->coins;
	exposure->node_gross_leg[live->node] += node_abs(live->coins);
	node->live = PLI_ROW_NONE;
	cell->units = live->coins - cell->wallet;
	live->slot = PLI_ROW_NONE;
}

/* Counts of a leg, added (1) or taken away (-1). */
static void
node_count(pli_exposure *exposure, uint32_t slot, const exposure_hot *hot, int32_t sign)
{
	exposure_node *node = &exposure->nodes[exposure->links[slot].node];
	exposure_total *venue =
	    &exposure->venues[exposure->node_more[exposure->links[slot].node].venue];
	exposure_total *book = &exposure->totals[node->underlying];
	uint32_t one = (uint32_t)sign;
	uint32_t included = (hot->flags & HOT_INCLUDED) != 0 ? one : 0;
	uint32_t collateral = (hot->flags & HOT_COLLATERAL) != 0 ? one : 0;
	uint32_t both = included != 0 ? collateral : 0;
	node->legs += one;
	node->included += included;
	venue->legs += one;
	venue->included += included;
	venue->collateral_count += collateral;
	venue->collateral_included += both;
	bool empty_before = book->legs == 0;
	book->legs += one;
	book->included += included;
	book->collateral_count += collateral;
	book->collateral_included += both;
	exposure->underlyings_version += empty_before != (book->legs == 0);
}

static void
link_remove(pli_exposure *exposure, uint32_t slot)
{
	exposure_link *link = &exposure->links[slot];
	exposure_node_more *node = &exposure->node_more[link->node];
	if (link->previous == PLI_ROW_NONE)
		node->first_leg = link->next;
	else
		exposure->links[link->previous].next = link->next;
	if (link->next != PLI_ROW_NONE)
		exposure->links[link->next].previous = link->previous;
	link->node = PLI_ROW_NONE;
}

static void
link_add(pli_exposure *exposure, uint32_t slot, uint32_t index)
{
	exposure_node_more *node = &exposure->node_more[index];
	exposure_link *link = &exposure->links[slot];
	link->node = index;
	link->previous = PLI_ROW_NONE;
	link->next = node->first_leg;
	if (node->first_leg != PLI_ROW_NONE)
		exposure->links[node->first_leg].previous = slot;
	node->first_leg = slot;
}

void
pli_exposure_place(pli_exposure *exposure, uint32_t slot, const exposure_hot *hot)
{
	exposure_hot *old = &exposure->hot[slot];
	bool was = (old->flags & HOT_LISTED) != 0, is = (hot->flags & HOT_LISTED) != 0;
	uint32_t pool = is ? pool_of(exposure, slot, hot) : NODE_POOL_CROSS;
	bool stays = was && is && old->account == hot->account &&
		     old->underlying == hot->underlying && exposure->links[slot].pool == pool;
	assert(was == (exposure->links[slot].node != PLI_ROW_NONE));
	plm_int128 before = exposure_coins(exposure, slot);
	if (stays) {
		node_move(exposure, slot, before, hot->coins);
		if (old->flags != hot->flags) {
			node_count(exposure, slot, old, -1);
			node_count(exposure, slot, hot, 1);
		}
		*old = *hot;
		return;
	}
	if (was) {
		uint32_t node = exposure->links[slot].node;
		node_move(exposure, slot, before, 0);
		node_count(exposure, slot, old, -1);
		pool_count(exposure, slot, old, -1);
		link_remove(exposure, slot);
		if (exposure->nodes[node].legs == 0)
			node_release(exposure, node);
	}
	*old = *hot;
	if (!is)
		return;
	link_add(exposure, slot, node_intern(exposure, hot->account, hot->underlying));
	exposure->links[slot].pool = pool;
	pool_count(exposure, slot, hot, 1);
	node_count(exposure, slot, hot, 1);
	node_move(exposure, slot, 0, hot->coins);
}

void
pli_exposure_move_venue(pli_exposure *exposure, plm_account_id account)
{
	for (uint32_t i = exposure->accounts[account.value].nodes; i != PLI_ROW_NONE;
	     i = exposure->node_more[i].next_of_account) {
		exposure_node_more *more = &exposure->node_more[i];
		uint32_t slot = more->first_leg;
		for (uint32_t s = slot; s != PLI_ROW_NONE; s = exposure->links[s].next) {
			node_move(exposure, s, exposure_coins(exposure, s), 0);
			node_count(exposure, s, &exposure->hot[s], -1);
		}
		more->venue = venue_intern(exposure, exposure->accounts[account.value].venue,
		    exposure->nodes[i].underlying);
		for (uint32_t s = slot; s != PLI_ROW_NONE; s = exposure->links[s].next) {
			node_count(exposure, s, &exposure->hot[s], 1);
			node_move(exposure, s, 0, exposure_coins(exposure, s));
		}
	}
}

uint32_t
pli_exposure_legs_of_underlying(const pli_exposure *exposure, plm_asset_id asset)
{
	assert(asset.value <= pli_book_bounds_get(exposure->book)->registry.assets_max);
	return exposure->totals[asset.value].legs;
}
