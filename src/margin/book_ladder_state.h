/* book_ladder_state.h: the inside of a ladder maker, for the files that make rows. */
#ifndef PLI_MARGIN_BOOK_LADDER_STATE_H
#define PLI_MARGIN_BOOK_LADDER_STATE_H

#include "margin/book_ladder.h"

/* base: by underlying, times which prices are moved before anything else. gains: by leg, delta
 * times price in the pool's unit; net, gross: their sums by underlying. */
struct pli_ladder_maker {
	pli_book_pools *pools;
	plm_margin_work *work;
	double *gains;
	uint32_t legs_max;
	double net[PLI_POOL_UNDERLYINGS_MAX], gross[PLI_POOL_UNDERLYINGS_MAX];
	double factors[PLI_POOL_UNDERLYINGS_MAX], base[PLI_POOL_UNDERLYINGS_MAX];
};

/* pli_ladder_base fills base from what the query moves. */
void pli_ladder_base(
    pli_ladder_maker *maker, const pli_book_pool *made, const pli_ladder_query *query);

/* pli_ladder_deltas fills gains, net and gross, behind the base. Coins that are collateral are long
 * too, but no leg: they are not in it. */
void pli_ladder_deltas(pli_ladder_maker *maker, const plm_margin_pool *pool);

/* pli_ladder_suspect sets row->suspect; the work has just been evaluated at the prices of now. */
void pli_ladder_suspect(const pli_ladder_maker *maker, const pli_book *book,
    const pli_book_pool *made, pli_ladder_row *row);

#endif
