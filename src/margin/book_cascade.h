/* book_cascade.h: who dies on the way as a price walks: one liquidation, the book behind it, the
 * next one.
 *
 * A price (or all of them, each by its beta) goes from now towards an end. The pool that is taken
 * first is liquidated at that price by its venue's manner, what is left of the book is looked at
 * from there, and so on. Nothing in the book is changed: closed legs are edits, as in a what-if.
 * Everything is closed at its mark, with the venue's fee where that is known, and without a price
 * impact of the closing itself: what really happens is worse. What a pool lacks below zero is the
 * venue's (insurance fund, then auto-deleveraging), not the account's. */
#ifndef PLI_MARGIN_BOOK_CASCADE_H
#define PLI_MARGIN_BOOK_CASCADE_H

#include "margin/book_net.h"

/* A venue that liquidates in parts closes fifths of what the pool's large positions held, and all
 * of the others, until the pool is above its threshold again; of Hyperliquid one, then the rest
 * (venue_rules.h). Of a position that is told in contracts no part is smaller than one. */
enum { PLI_CASCADE_PARTS = 5, PLI_CASCADE_STEPS_MAX = 256 };

/* pli_cascade_query: asset: moves alone, after aliases; 0: all that have a beta, by it. factor: the
 * end of the way, times the price of now, > 0: below 1 is a fall. evaluations_max: of legs, behind
 * which no further pool is looked at; 0: no bound. */
typedef struct pli_cascade_query {
	plm_asset_id asset;
	double factor;
	double evaluations_max;
} pli_cascade_query;

/* pli_cascade_step: one liquidation. Money is in US dollars; unknown is NaN.
 * row           the pool as it was when it was taken
 * factor        of the price, from that of now; price: in the contracts' quote, as the pool's own
 *               ladder has it; NaN of a joint move
 * parts         fifths that were closed of what the venue closes in parts; parts_left: of those
 *               that stay; 0: nothing is left of it; parts_are_ours: the venue's own parts are
 *               other ones: an estimate
 * closed_usd    sum of |delta| of what was closed
 * fee_usd       what the venue takes for closing it, at most; NaN: not known of one of the legs,
 *               whose fee is then in no number here
 * left_usd      equity of the pool behind it; below 0: what the venue has to bear
 * left_reason   why that is not known, and left_reason_of, the contract that it is about, 0 none;
 *               NULL: it is
 * net_usd_before, net_usd_after   the book's net at that price, before and behind it
 * net_reason    why one of them is not known, and net_reason_of, the underlying whose net is not, 0
 *               none; NULL: they are
 * adl_accounts_count   accounts of ours that hold the other side of the leg that loses most on
 *               this way from here (row.dominant), in another pool which still stands: where the
 *               venue runs out of insurance it reduces such positions; adl_rank: their highest
 *               place in its queue, 0: none told */
typedef struct pli_cascade_step {
	pli_ladder_row row;
	double factor, price;
	uint32_t parts, parts_left;
	bool parts_are_ours;
	double closed_usd, fee_usd, left_usd;
	double net_usd_before, net_usd_after;
	const char *left_reason, *net_reason;
	plm_instrument_id left_reason_of;
	plm_asset_id net_reason_of;
	uint32_t adl_accounts_count;
	uint8_t adl_rank;
} pli_cascade_step;

typedef struct pli_cascade pli_cascade;

/* pli_cascade_create: memory for a book of these bounds, pools of up to legs_max legs and so many
 * of them. NULL: it could not be had. */
pli_cascade *pli_cascade_create(
    const pli_book_bounds *bounds, uint32_t legs_max, uint32_t pools_max);
void pli_cascade_destroy(pli_cascade *cascade); /* takes NULL */

/* pli_cascade_found: steps: the liquidations in their order, at most PLI_CASCADE_STEPS_MAX; they
 * live until the next call. pools_unknown: that have positions and no ladder, which may die on the
 * way and are not in it. is_whole: false: there may be more, the bounds of steps or of evaluations
 * were reached. */
typedef struct pli_cascade_found {
	const pli_cascade_step *steps;
	uint32_t steps_count, pools_unknown;
	bool is_whole;
} pli_cascade_found;

/* pli_cascade_find fills *ret_found. Cost: a ladder of each pool, and for each liquidation one of
 * each pool of its account, and two roll-ups. */
void pli_cascade_find(pli_cascade *cascade, const pli_exposure *exposure,
    const pli_cascade_query *query, pli_cascade_found *ret_found);

#endif
