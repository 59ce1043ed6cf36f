/* book_ladder.h: a margin pool of the book with its numbers and the prices at which it dies. */
#ifndef PLI_MARGIN_BOOK_LADDER_H
#define PLI_MARGIN_BOOK_LADDER_H

#include "margin/book_pools.h"

/* Off the venue's by more than this share of its maintenance, an input of ours is suspected. */
#define PLI_SUSPECT_SHARE 0.01

/* pli_ladder_row: one pool. Money is in the pool's unit; times unit_usd it is US dollars. Unknown
 * is NaN.
 * unit, unit_usd, mode, instrument, side, implied, is_estimate, reason, venue,
 * venue_time_ns, venue_is_old    as pli_book_pool
 * rule            NULL: none
 * numbers         ours
 * funding_due     what its perpetuals get at their next settlement of funding, at the prices of
 *                 now; < 0: pay; NaN: not known. funding_reason: why not; NULL: it is known
 * suspect, suspect_of   why ours is off the venue's, and the contract that it is of; NONE: it is
 *                 not, or the two cannot be compared
 * residual_last   of a watch: the last residual that was known, while the venue's sums that it was
 *                 to stand; NaN none was
 * moved           what the ladder moves: an asset alone, 0: all, each by its beta
 * spot            its price now, in the contracts' quote; NaN: there is no one price
 * spot_of         the contract whose mark that is, where the pool has no other on what moves; 0:
 *                 it is the venue's index
 * rungs           [threshold][0] downwards, [1] upwards; UNKNOWN where there is a reason
 * ladder_reason   why there is no ladder though there are numbers; NULL: there is one
 * reason_of, reason_asset   the contract, the asset that reason or ladder_reason is about; 0: it
 *                 names none
 * sigma_day       standard deviation of a day's log return of what moves; NaN not known
 * distance        |log| of the way to the nearest liquidation; 0: past; INFINITY: there is none
 * distance_call   the same of the nearest call
 * leverage_gross, leverage_net   sum of |delta| of all legs, and of the underlyings' nets, over
 *                 value
 * dominant        contract of the leg that loses most towards the nearest liquidation; 0 none */
typedef struct pli_ladder_row {
	pli_pool_key key;
	plm_asset_id unit;
	double unit_usd;
	uint8_t mode, side;
	bool is_estimate;
	uint32_t implied;
	uint32_t legs_count;
	plm_instrument_id instrument;
	const char *reason;
	const plm_margin_rule *rule;
	plm_margin_numbers numbers, venue;
	plm_time_ns venue_time_ns;
	bool venue_is_old;
	double funding_due;
	const char *funding_reason;
	uint8_t suspect; /* plm_suspect */
	plm_instrument_id suspect_of;
	double residual_last;
	plm_asset_id moved;
	double spot;
	plm_instrument_id spot_of;
	plm_rung rungs[PLM_THRESHOLD_COUNT_][2];
	const char *ladder_reason;
	plm_instrument_id reason_of;
	plm_asset_id reason_asset;
	double sigma_day;
	double distance, distance_call;
	double leverage_gross, leverage_net;
	plm_instrument_id dominant;
	uint32_t evaluations_count;
} pli_ladder_row;

typedef struct pli_ladder_maker pli_ladder_maker;

/* pli_ladder_maker_create: memory for pools of up to legs_max legs. NULL: it could not be had. */
pli_ladder_maker *pli_ladder_maker_create(uint32_t legs_max);
void pli_ladder_maker_destroy(pli_ladder_maker *maker); /* takes NULL */

/* What is asked of a row. numbers_only: no ladder. joint: all underlyings move, each by its beta;
 * else `along`, after aliases, alone; 0: the one with the largest delta. moved, factors: assets,
 * after aliases, whose prices are moved first; numbers and unit_usd are at the moved prices and the
 * ladder starts there. vol_power: what volatilities of options do on the way, as
 * plm_margin_move. with_funding: numbers and ladder are behind what is due of funding; where that
 * is not known, there is no ladder. */
typedef struct pli_ladder_query {
	bool numbers_only, joint, with_funding;
	plm_asset_id along;
	const pli_pool_edits *edits; /* NULL none */
	const plm_asset_id *moved;
	const double *factors;
	uint32_t moved_count;
	double vol_power;
} pli_ladder_query;

/* pli_ladder_row_make fills *ret_row. Cost: making the pool and some 250 evaluations. */
void pli_ladder_row_make(pli_ladder_maker *maker, const pli_exposure *exposure,
    const pli_pool_key *key, const pli_ladder_query *query, pli_ladder_row *ret_row);

/* pli_ladder_row_cost: about so many looks at a leg did it take to make the row. */
double pli_ladder_row_cost(const pli_ladder_row *row);

/* pli_ladder_rows_make: a row for each pool with a position, the nearest liquidation first, those
 * without numbers last; at most rows_max. Returns how many pools there are. */
uint32_t pli_ladder_rows_make(pli_ladder_maker *maker, const pli_exposure *exposure,
    const pli_ladder_query *query, pli_ladder_row *rows, uint32_t rows_max);

/* pli_ladder_rows_create: memory for so many rows, which `free` gives back. NULL: none. */
pli_ladder_row *pli_ladder_rows_create(uint32_t rows_max);

/* pli_ladder_rows_sort: in that order; equal ones by account and pool. pli_ladder_row_compare: that
 * order of two rows, as qsort takes it. */
void pli_ladder_rows_sort(pli_ladder_row *rows, uint32_t count);
int pli_ladder_row_compare(const void *left, const void *right);

/* pli_ladder_residual: ours less the venue's maintenance over the venue's; NaN unknown, or
 * the venue's is older than a position. */
double pli_ladder_residual(const pli_ladder_row *row);

/* pli_ladder_suspect_text: "tier"; "" of NONE. */
const char *pli_ladder_suspect_text(uint8_t suspect);

/* pli_ladder_nearest: the way from now to the nearest price at which a threshold is crossed, as a
 * share of the price of now: 0.08 is 8 % away, upwards or downwards, 0: past; INFINITY: no price
 * does it; NaN: not known, as there is no ladder or a side is unknown and the other has none.
 * *ret_side (NULL: not asked) is 0 downwards, 1 upwards, where the way is finite. An unknown side
 * beside a found one may still be nearer: pli_ladder_is_whole is false then. */
double pli_ladder_nearest(const pli_ladder_row *row, plm_threshold threshold, uint32_t *ret_side);
bool pli_ladder_is_whole(const pli_ladder_row *row, plm_threshold threshold);

#endif
