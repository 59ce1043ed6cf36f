/* book_pools.h: the margin pools of a book, as plain pools that rules can be asked about.
 *
 * One pool is made at a time, from a settled exposure: its positions are the legs, at the venue's
 * marks, and its balances the assets. What a pool would need and the book does not hold is a
 * reason, not a guess; what can be told from the venue's own sums is taken from them and marked as
 * implied. With edits a pool is made as it would be behind them; the book stays as it is. Pure, no
 * heap after create. */
#ifndef PLI_MARGIN_BOOK_POOLS_H
#define PLI_MARGIN_BOOK_POOLS_H

#include "exposure/exposure.h"
#include "plimsoll/margin.h"

/* Which pool: a pool number (pli_position_row) of an account. */
typedef struct pli_pool_key {
	plm_account_id account;
	uint32_t pool;
} pli_pool_key;

/* What was not told and is taken from what the venue asks or counts now, as bits.
 * RATES      a contract's maintenance rate: the position's margin over its notional
 * HAIRCUTS   shares at which collateral counts: one for all, from the venue's equity */
enum { PLI_IMPLIED_RATES = 1, PLI_IMPLIED_HAIRCUTS = 2 };

/* pli_pool_trade: a position of `account` changed by `quantity`, signed, in the unit that the
 * contract's positions have, at `price` (NaN: the mark). An opposite leg of a hedge is closed
 * first. is_of_side: of the held position of `side` (plm_side) and of no other, in its pool, which
 * it does not turn. pli_pool_transfer: an asset's amount changed by `quantity`. */
typedef struct pli_pool_trade {
	plm_account_id account;
	plm_instrument_id instrument;
	double quantity, price;
	bool is_of_side;
	uint8_t side;
} pli_pool_trade;

typedef struct pli_pool_transfer {
	plm_account_id account;
	plm_asset_id asset;
	double quantity;
} pli_pool_transfer;

typedef struct pli_pool_edits {
	const pli_pool_trade *trades;
	const pli_pool_transfer *transfers;
	uint32_t trades_count, transfers_count;
} pli_pool_edits;

/* pli_book_pool: what pli_book_pools_make made; it lives until the next make.
 * unit          asset that the numbers are in, 0: US dollars; unit_usd: its price, NaN unknown
 * mode          plm_margin_mode; instrument, side: of an isolated pool, else 0
 * reason        why nothing can be computed, a text that ends a sentence; NULL: it can
 * reason_of     the contract that it is about; 0: it names none
 * implied       bits above
 * is_estimate   something is implied, or the rule is not verified, or not for all that it holds
 * underlyings, instruments   of each underlying and each leg, in the pool's order
 * positions     row of the book of each leg, PLI_ROW_NONE: a trade of the edits opens it
 * venue         the venue's own numbers in the pool's unit, those that it told; NaN
 * venue_time_ns when they were told; 0: never
 * venue_is_old  not to be compared: a position of the account has been told since, or they stand
 *               no more
 * venue_is_now  told so lately that the marks are those that it was told at */
typedef struct pli_book_pool {
	plm_margin_pool pool;
	plm_asset_id unit;
	double unit_usd;
	uint8_t mode, side;
	bool is_estimate;
	uint32_t implied;
	plm_instrument_id instrument;
	const char *reason;
	plm_instrument_id reason_of;
	const plm_asset_id *underlyings;
	const plm_instrument_id *instruments;
	const uint32_t *positions;
	plm_margin_numbers venue;
	plm_time_ns venue_time_ns;
	bool venue_is_old, venue_is_now;
} pli_book_pool;

typedef struct pli_book_pools pli_book_pools;

enum { PLI_POOL_ASSETS_MAX = 256, PLI_POOL_UNDERLYINGS_MAX = 256 };

/* pli_book_pools_create: memory for pools of up to so many legs. NULL: it could not be had. */
pli_book_pools *pli_book_pools_create(uint32_t legs_max);
void pli_book_pools_destroy(pli_book_pools *pools); /* takes NULL */

/* pli_book_pools_next: the next pool of the book that has an open position, behind `key`, which
 * starts as zeros; false past the last. Order: accounts by id, pools by number. */
bool pli_book_pools_next(const pli_book *book, pli_pool_key *key);

/* pli_book_pools_make fills *ret_pool; edits: NULL none. Cost: the positions and balances of the
 * account. */
void pli_book_pools_make(pli_book_pools *pools, const pli_exposure *exposure,
    const pli_pool_key *key, const pli_pool_edits *edits, pli_book_pool *ret_pool);

/* pli_book_pools_of_trade: the pool that a trade falls into: that of the position it changes (of
 * several of the contract one of them, unless it names the side), else
 * that of the account's other positions of the contract's settle asset which are not isolated,
 * else that of its balance. False: none of these, so the margin mode is not known. */
bool pli_book_pools_of_trade(
    const pli_book *book, const pli_pool_trade *trade, pli_pool_key *ret_key);

/* pli_book_pools_trade_unit: what a trade's quantity counts: as a position of the contract that is
 * held does, else as the account's venue tells sizes. */
plm_unit pli_book_pools_trade_unit(
    const pli_book *book, plm_account_id account, plm_instrument_id instrument);

/* pli_book_pools_stands: a venue's sums of a pool that were told then still stand: for ten minutes,
 * as its stress tests do. */
bool pli_book_pools_stands(const pli_book *book, plm_time_ns told_ns);

/* pli_book_pools_is_cash: the asset's price does not move in pools: US dollars, a stablecoin, fiat
 * money. */
bool pli_book_pools_is_cash(const pli_book *book, plm_asset_id asset);

#endif
