/* exposure_nodes.h: running sums per account, venue and book, for the files of this room. */
#ifndef PLI_EXPOSURE_EXPOSURE_NODES_H
#define PLI_EXPOSURE_EXPOSURE_NODES_H

#include "exposure/exposure_state.h"

/* pli_exposure_place takes a leg out of the sums and puts its new self in. The hot row of the slot
 * is replaced. */
void pli_exposure_place(pli_exposure *exposure, uint32_t slot, const exposure_hot *hot);

/* pli_exposure_move_venue: the account is at another venue than its nodes were added under. */
void pli_exposure_move_venue(pli_exposure *exposure, plm_account_id account);

/* pli_exposure_cell_enliven: the collateral leg in `slot`, of this cell, moves with ticks from now
 * on; its node has no other live leg. pli_exposure_cell_freeze: no longer: leg, cell and node get
 * their numbers back; nothing where none is live. */
void pli_exposure_cell_enliven(pli_exposure *exposure, uint32_t cell, uint32_t slot);
void pli_exposure_cell_freeze(pli_exposure *exposure, uint32_t cell);

static inline plm_int128
node_abs(plm_int128 units)
{
	return units < 0 ? -units : units;
}

/* Adds a change of `moved` to what was `units`, and of the gross it makes to *gross. */
static inline void
node_net(plm_int128 *units, plm_int128 moved, plm_int128 *gross)
{
	plm_int128 before = node_abs(*units);
	*units += moved;
	*gross += node_abs(*units) - before;
}

/* node_move: the coins of an included leg go from `before` to `after`; all sums follow. */
static inline void
node_move(pli_exposure *exposure, uint32_t slot, plm_int128 before, plm_int128 after)
{
	const exposure_link *link = &exposure->links[slot];
	exposure_node *node = &exposure->nodes[link->node];
	exposure_node_more *more = &exposure->node_more[link->node];
	exposure_total *venue = &exposure->venues[more->venue];
	exposure_total *book = &exposure->totals[node->underlying];
	plm_int128 moved = after - before, leg = node_abs(after) - node_abs(before);
	plm_int128 pool = 0, account = 0, at_venue = 0;
	if (node->live != PLI_ROW_NONE)
		pli_exposure_cell_freeze(exposure, node->live);
	if (link->pool == NODE_POOL_CROSS) {
		node_net(&more->cross, moved, &pool);
	} else {
		pool = leg;
		if (link->pool != NODE_POOL_OWN) {
			pool = 0;
			node_net(&exposure->pools[link->pool - NODE_POOL_FIRST], moved, &pool);
		}
		more->gross_pools += pool;
	}
	node_net(&exposure->node_net[link->node], moved, &account);
	exposure->node_gross_leg[link->node] += leg;
	node_net(&venue->net, moved, &at_venue);
	venue->gross_leg += leg;
	venue->gross_pool += pool;
	venue->gross_account += account;
	book->net += moved;
	book->gross_leg += leg;
	book->gross_pool += pool;
	book->gross_account += account;
	book->gross_venue += at_venue;
	if (slot >= exposure->positions_max) {
		venue->collateral += moved;
		book->collateral += moved;
	}
}

/* node_sums: net, gross of legs and cross of a node, its live leg among them. */
typedef struct node_sums_row {
	plm_int128 net, gross_leg, cross;
} node_sums_row;

static inline plm_int128
node_live_coins(const pli_exposure *exposure, uint32_t index)
{
	uint32_t cell = exposure->nodes[index].live;
	return cell == PLI_ROW_NONE ? 0 : exposure->live[cell].coins;
}

static inline node_sums_row
node_sums(const pli_exposure *exposure, uint32_t index)
{
	plm_int128 live = node_live_coins(exposure, index);
	return (node_sums_row){exposure->node_net[index] + live,
	    exposure->node_gross_leg[index] + node_abs(live),
	    exposure->node_more[index].cross + live};
}

/* node_gross: at a tier of the account's or below; the account's where it is above. */
static inline plm_int128
node_gross(const pli_exposure *exposure, uint32_t index, plm_tier tier)
{
	plm_int128 live = node_live_coins(exposure, index);
	if (tier == PLM_TIER_LEG)
		return exposure->node_gross_leg[index] + node_abs(live);
	if (tier == PLM_TIER_POOL)
		return node_abs(exposure->node_more[index].cross + live) +
		       exposure->node_more[index].gross_pools;
	return node_abs(exposure->node_net[index] + live);
}

#endif
