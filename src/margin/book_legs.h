/* book_legs.h: the legs of a margin pool of the book, each with the prices of its own underlying at
 * which the pool is called and liquidated.
 *
 * A ladder tells what kills a pool first; of a position people ask at which price of its own
 * contract that is, while all others stand still: what venues state as a liquidation price. The two
 * legs of a pair that is flat over two accounts each have one. */
#ifndef PLI_MARGIN_BOOK_LEGS_H
#define PLI_MARGIN_BOOK_LEGS_H

#include "margin/book_ladder.h"

/* pli_ladder_leg: one leg. Prices in the contract's own terms (an inverse option: in coins;
 * another: of one coin). Unknown is NaN.
 * quantity      signed: coins, of an inverse future or perpetual its face in quote units
 * break_even    where the position has won nothing since its entry: of a future the entry price, of
 *               an option the underlying's price at expiry; by price alone, fees and funding are
 *               not in it
 * venue_liquidation   the venue's own price
 * delta         what it wins per 100 % of its underlying's price, at first order; in the pool's
 *               unit
 * maintenance   what the rule asks for it alone, in the pool's unit; NaN: the rule has no such part
 * funding_due   what it gets at its next settlement of funding, in the pool's unit; < 0: pays; 0:
 *               it has no funding; those of all legs make the row's
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
	double delta, maintenance, funding_due;
	double spot;
	plm_rung rungs[PLM_THRESHOLD_COUNT_][2];
	const char *reason;
} pli_ladder_leg;

/* Leg evaluations that one call may cost: a pool of 100 legs has them for some 800 underlyings, one
 * of 10,000 legs for 8. */
enum { PLI_LEGS_EVALUATIONS_MAX = 20000000 };

/* pli_ladder_legs: a pool with its legs, the largest |delta| first. row.reason says why there are
 * none. legs has room for legs_max; count are in it, all are in the pool. */
typedef struct pli_ladder_legs {
	pli_ladder_row row;
	pli_ladder_leg *legs;
	uint32_t legs_max, count, all;
} pli_ladder_legs;

/* pli_ladder_legs_create: room for so many legs; false: no memory. destroy: of a zeroed one too. */
bool pli_ladder_legs_create(pli_ladder_legs *legs, uint32_t legs_max);
void pli_ladder_legs_destroy(pli_ladder_legs *legs);

/* pli_ladder_legs_make fills *legs; vol_power: as pli_ladder_query. The underlyings with the
 * largest gross have ladders, as far as PLI_LEGS_EVALUATIONS_MAX goes. Cost: the row, and a ladder
 * of some 250 evaluations an underlying. */
void pli_ladder_legs_make(pli_ladder_maker *maker, const pli_exposure *exposure,
    const pli_pool_key *key, double vol_power, pli_ladder_legs *legs);

/* pli_ladder_leg_price: the price of a rung; NaN: it was not found. */
double pli_ladder_leg_price(const pli_ladder_leg *leg, plm_threshold threshold, uint32_t side);

#endif
