/* book_whatif.h: the pools of a book before and after trades, transfers and moves that nobody made.
 *
 * The book stays as it is: pools are made as they would be (book_pools.h). What can be told before
 * anything is supposed (whatif_before) is apart from what cannot (whatif_after), so that many
 * questions to one book cost only the pools that they touch. */
#ifndef PLI_MARGIN_BOOK_WHATIF_H
#define PLI_MARGIN_BOOK_WHATIF_H

#include "margin/margin_watch.h"

/* pli_whatif_row: one pool. rank_...: 1 dies first; 0: no position, or no numbers. changed: any of
 * its numbers or prices is another one, or it is touched and they are not known. opened: it has no
 * position yet, a trade would open one. traded: a trade falls into it. */
typedef struct pli_whatif_row {
	pli_pool_key key;
	pli_ladder_row before, after;
	uint32_t rank_before, rank_after;
	bool changed, opened, traded;
} pli_whatif_row;

/* pli_whatif_initial_free: of a pool that trades fall into, what stands against the initial margin
 * less the initial margin, behind them, in the pool's unit; NaN: not known, or no trade falls into
 * it. pli_whatif_exceeds_initial: that is below 0, and the trades ask more than was asked before: a
 * venue would refuse them. */
double pli_whatif_initial_free(const pli_whatif_row *row);
bool pli_whatif_exceeds_initial(const pli_whatif_row *row);

/* pli_whatif_rows_create: memory for so many rows, which `free` gives back. NULL: none. */
pli_whatif_row *pli_whatif_rows_create(uint32_t rows_max);

/* pli_whatif_before fills key, before, rank_before and opened of each pool that has a position or
 * into which a trade of query->edits falls, and takes `after` to be the same; at most rows_max.
 * Returns how many pools there are. query->moved is not looked at. watch: NULL, or a watch of the
 * same book: pools of accounts that edits do not name are as of its last look. Cost: a ladder a
 * pool, of those that the watch does not have. */
uint32_t pli_whatif_before(pli_ladder_maker *maker, const pli_exposure *exposure,
    const pli_ladder_query *query, const pli_margin *watch, pli_whatif_row *rows,
    uint32_t rows_max);

/* pli_whatif_after fills the others of these rows, and sorts them: the one that would die first
 * comes first. query: the same edits, or others that open no other pool. Cost: a ladder for each
 * pool of an account that edits name, for each pool where prices move. */
void pli_whatif_after(pli_ladder_maker *maker, const pli_exposure *exposure,
    const pli_ladder_query *query, pli_whatif_row *rows, uint32_t count);

#endif
