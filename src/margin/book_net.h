/* book_net.h: what the book nets to, by underlying, before and after trades, transfers and moves
 * that nobody made.
 *
 * Before is what exposure adds up, by underlying at the leg tier. After is that and, leg by leg,
 * what changes: a trade's delta; what it pays or wins at once, and what is moved, in what accounts
 * hold; each leg at its moved price. A linear contract keeps its coins, an inverse one its dollars,
 * an option has the model's delta at the moved forward plus what the delta in use now is off the
 * model's, at the vol of now. What every future and perpetual wins on the way is in the collateral
 * of its settle asset; an option's value is not, as everywhere. */
#ifndef PLI_MARGIN_BOOK_NET_H
#define PLI_MARGIN_BOOK_NET_H

#include "margin/book_ladder.h"

/* One side. Signed; gross >= 0: the sum of |each leg|. Unknown is NaN. */
typedef struct pli_net_sums {
	double net_coins, net_usd, gross_usd;
} pli_net_sums;

/* pli_net_row: one underlying, 0: all of them (without coins). legs_count_unpriced: legs of it that
 * are in neither side. reason: why `after` is not known, a text that ends a sentence; NULL: it is.
 */
typedef struct pli_net_row {
	plm_asset_id underlying;
	pli_net_sums before, after;
	uint32_t legs_count_unpriced;
	bool changed;
	const char *reason;
} pli_net_row;

typedef struct pli_net_maker pli_net_maker;

/* pli_net_maker_create: memory for the bounds of a book (some 700 bytes an asset). NULL: none. */
pli_net_maker *pli_net_maker_create(const pli_book_bounds *bounds);
void pli_net_maker_destroy(pli_net_maker *maker); /* takes NULL */

/* pli_net_rows_make: a row for each underlying that has legs or gets one, the largest gross of now
 * first; *ret_all: the sum of all. Rows live until the next make. Returns how many there are. Cost:
 * a roll-up, and a walk over the legs. */
uint32_t pli_net_rows_make(pli_net_maker *maker, const pli_exposure *exposure,
    const pli_ladder_query *query, const pli_net_row **ret_rows, pli_net_row *ret_all);

#endif
