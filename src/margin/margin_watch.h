/* margin_watch.h: the margin pools of a book that lives: a row for each, kept up to date.
 *
 * A pool's row is made anew when something it hangs on has changed, but no sooner than its distance
 * from a call allows: the closest are looked at most often, one at its call five times a second,
 * one that is far every ten seconds. All together they may cost no more than a bounded number of
 * leg evaluations per second of the book's time. So a row is as of its own time, which it says.
 *
 * Derived from facts and the order in which they came: a watch made anew from the same book starts
 * with all rows at once. A row's sigma_day is that of what moves, by realised_vol.h. Pure: time is
 * the book's; no heap after create. One thread. */
#ifndef PLI_MARGIN_MARGIN_WATCH_H
#define PLI_MARGIN_MARGIN_WATCH_H

#include "margin/book_ladder.h"

typedef struct pli_margin pli_margin;

/* pli_margin_create: memory for the bounds of the exposure's book; both must outlive it. NULL: it
 * could not be had. */
pli_margin *pli_margin_create(const pli_exposure *exposure);
void pli_margin_destroy(pli_margin *margin); /* takes NULL */

/* pli_margin_watch: from here on the numbers are another exposure's, of the same book; every pool
 * is looked at again. */
void pli_margin_watch(pli_margin *margin, const pli_exposure *exposure);

/* pli_margin_regions lists what facts alone do not give back: realised volatilities. */
void pli_margin_regions(pli_margin *margin, pli_regions *regions);

/* pli_margin_note: call before the exposure settles: remembers what is dirty in the book.
 * pli_margin_settle: call behind it: makes those rows that are due. Cost: what is dirty; each tenth
 * of a second of the book's time a look at every pool, and the bounded number of evaluations. */
void pli_margin_note(pli_margin *margin);
void pli_margin_settle(pli_margin *margin);

/* pli_margin_is_due: realised volatility wants its next sample of prices: who settles lazily
 * settles then, once in PLI_VOL_SAMPLE_NS of the book's time. */
bool pli_margin_is_due(const pli_margin *margin);

/* pli_margin_pools_count, pli_margin_pool: pools in the order in which they came; NULL: past the
 * end, no position any more, or not made yet. pli_margin_pool_time_ns: the book's time when the row
 * was made, or was found to have no news. */
uint32_t pli_margin_pools_count(const pli_margin *margin);
const pli_ladder_row *pli_margin_pool(const pli_margin *margin, uint32_t index);
plm_time_ns pli_margin_pool_time_ns(const pli_margin *margin, uint32_t index);

/* Pools of an account, rows or not: first, then next, until PLI_ROW_NONE. */
uint32_t pli_margin_first_of_account(const pli_margin *margin, plm_account_id account);
uint32_t pli_margin_next_of_account(const pli_margin *margin, uint32_t index);

/* pli_margin_row_of: the row of a pool; NULL: it is not watched, or not made yet. */
const pli_ladder_row *pli_margin_row_of(const pli_margin *margin, const pli_pool_key *key);

/* pli_margin_ranked copies at most rows_max rows, the nearest liquidation first, and returns how
 * many there are. */
uint32_t pli_margin_ranked(const pli_margin *margin, pli_ladder_row *rows, uint32_t rows_max);

/* pli_margin_counters: rows made; rows that went with their pool's last position; rows that were
 * due and had nothing new; evaluations of pools. */
typedef struct pli_margin_counters {
	uint64_t rows_made, rows_gone, rows_spared, evaluations;
} pli_margin_counters;
pli_margin_counters pli_margin_counters_get(const pli_margin *margin);

#endif
