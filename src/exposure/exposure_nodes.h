/* exposure_nodes.h: running sums per account, venue and book, for the files of this room. */
#ifndef PLI_EXPOSURE_EXPOSURE_NODES_H
#define PLI_EXPOSURE_EXPOSURE_NODES_H

#include "exposure/exposure_state.h"

/* pli_exposure_place takes a leg out of the sums and puts its new self in. The hot row of the slot
 * is replaced. */
void pli_exposure_place(pli_exposure *exposure, uint32_t slot, const exposure_hot *hot);

/* pli_exposure_move_venue: the account is at another venue than its nodes were added under. */
void pli_exposure_move_venue(pli_exposure *exposure, plm_account_id account);

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
	if (link->pool == NODE_POOL_CROSS) {
		node_net(&node->cross, moved, &pool);
	} else {
		pool = leg;
		if (link->pool != NODE_POOL_OWN) {
			pool = 0;
			node_net(&exposure->pools[link->pool - NODE_POOL_FIRST], moved, &pool);
		}
		more->gross_pools += pool;
	}
	node_net(&node->net, moved, &account);
	node->gross_leg += leg;
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

static inline plm_int128
node_gross_pool(const pli_exposure *exposure, uint32_t node)
{
	return node_abs(exposure->nodes[node].cross) + exposure->node_more[node].gross_pools;
}

#endif
