/* book_legs.h: the legs of a margin pool of the book, each with the prices of its own underlying at
 * which the pool is called and liquidated.
 *
 * A ladder tells what kills a pool first; of a position people ask at which price of its own
 * contract that is, while all others stand still: what venues state as a liquidation price. The two
 * legs of a pair that is flat over two accounts each have one. */
#ifndef PLI_MARGIN_BOOK_LEGS_H
#define PLI_MARGIN_BOOK_LEGS_H

#include "margin/book_ladder.h"

/* pli_ladder_leg: one leg. Prices in the contract's own terms (an inverse option: in coins).
 * Unknown is NaN.
 * quantity      signed: coins, of an inverse future or perpetual its face in quote units
 * break_even    where the position has won nothing since its entry: of a future the entry price, of
 *               an option the underlying's price at expiry; by price alone, fees and funding are
 *               not in it
 * venue_liquidation   the venue's own price
 * delta         what it wins per 100 % of its underlying's price, at first order; in the pool's
 *               unit
 * maintenance   what the rule asks for it alone, in the pool's unit; NaN: the rule has no such part
 * spot          what the rungs' factors multiply: the contract's mark, of an option its
 *               underlying's price
 * rungs         as of pli_ladder_row, where the leg's underlying moves alone
 * reason        why there are none, a text that ends a sentence; NULL: there are */
typedef struct pli_ladder_leg {
	plm_instrument_id instrument;
	plm_asset_id underlying;
	uint8_t side; /* plm_side */
	bool is_option;
	double quantity;
	double entry, mark, break_even, venue_liquidation;
	double delta, maintenance;
	double spot;
	plm_rung rungs[PLM_THRESHOLD_COUNT_][2];
	const char *reason;
} pli_ladder_leg;

/* Leg evaluations that one call may cost: a pool of 100 legs has them for some 800 underlyings, one
 * of 10,000 legs for 8. */
enum { PLI_LEGS_EVALUATIONS_MAX = 20000000 };

/* pli_ladder_legs_make: at most legs_max legs of a pool, the largest |delta| first; *ret_row: the
 * pool's own row, where row->reason says why there are no legs. The underlyings with the largest
 * gross have ladders, as far as PLI_LEGS_EVALUATIONS_MAX goes. Returns how many legs there are.
 * Cost: the row, and a ladder of some 250 evaluations an underlying. */
uint32_t pli_ladder_legs_make(pli_ladder_maker *maker, const pli_exposure *exposure,
    const pli_pool_key *key, pli_ladder_row *ret_row, pli_ladder_leg *legs, uint32_t legs_max);

/* pli_ladder_legs_create: memory for so many legs, which `free` gives back. NULL: none. */
pli_ladder_leg *pli_ladder_legs_create(uint32_t legs_max);

/* pli_ladder_leg_price: the price of a rung; NaN: it was not found. */
double pli_ladder_leg_price(const pli_ladder_leg *leg, plm_threshold threshold, uint32_t side);

#endif
