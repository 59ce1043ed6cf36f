/* pool_maker.h: one pool on its way from the book, for the files that make it. */
#ifndef PLI_MARGIN_POOL_MAKER_H
#define PLI_MARGIN_POOL_MAKER_H

#include "margin/book_pools.h"
#include "margin/venue_rules.h"

struct pli_book_pools {
	uint32_t legs_max, steps_count, steps_max;
	plm_margin_leg *legs;
	plm_asset_id *settles; /* of each leg */
	plm_instrument_id *instruments;
	uint32_t *positions;
	plm_margin_step *steps; /* of all legs, steps_max of them */
	plm_margin_asset assets[PLI_POOL_ASSETS_MAX];
	plm_asset_id asset_ids[PLI_POOL_ASSETS_MAX];
	double held[PLI_POOL_ASSETS_MAX]; /* of each asset, as it is without edits */
	plm_collateral_step shares[PLI_POOL_ASSETS_MAX][PLM_COLLATERAL_STEPS_MAX];
	plm_margin_underlying underlyings[PLI_POOL_UNDERLYINGS_MAX];
	plm_asset_id underlying_ids[PLI_POOL_UNDERLYINGS_MAX];
	union { /* of each underlying, where the rule is by portfolio */
		plm_deribit_pm deribit[PLI_POOL_UNDERLYINGS_MAX];
		plm_okx_pm okx[PLI_POOL_UNDERLYINGS_MAX];
		plm_margin_stress bybit[PLI_POOL_UNDERLYINGS_MAX];
	} portfolio;
};

/* settle: the one asset that all legs settle in, 0 none yet; isolated: NULL unless the pool is.
 * is_guess: a part of it is an estimate, though its rule may be verified. */
typedef struct pool_maker {
	pli_book_pools *pools;
	const pli_exposure *exposure;
	const pli_book *book;
	const pli_pool_key *key;
	const pli_pool_edits *edits;
	const pli_venue_rule *rule;
	const pli_position_row *isolated;
	plm_asset_id settle;
	bool several_settles, is_guess;
	pli_book_pool *made;
} pool_maker;

/* pli_pool_cannot keeps the first reason, _of with the contract that it is about. */
void pli_pool_cannot(pool_maker *m, const char *reason);
void pli_pool_cannot_of(pool_maker *m, const char *reason, plm_instrument_id of);

/* pli_pool_price: a price as a leg counts it, of one coin: that of an option whose size is told in
 * contracts is a contract's. spec may be NULL. */
double pli_pool_price(const plm_instrument *spec, plm_unit unit, double price);

/* pli_pool_underlying: index of an asset's price among the pool's, added when it is new. price: in
 * quote units. */
uint32_t pli_pool_underlying(pool_maker *m, plm_asset_id asset, double price);

/* pli_pool_underlying_of follows an alias. */
plm_asset_id pli_pool_underlying_of(const pool_maker *m, plm_asset_id asset);

/* pli_pool_beta: of an asset's log moves, as configured, whatever is stated of the regression
 * behind it; the benchmark's own is 1; NaN: not configured. */
double pli_pool_beta(const pli_book *book, plm_asset_id id);

/* pli_pool_mark: the contract's price for a trade of an account: that of its position, as the
 * ladder counts it; of a contract that it does not hold the venue's mark, else that of another's
 * position. NaN: none is known. */
double pli_pool_mark(
    const pli_exposure *exposure, plm_account_id account, plm_instrument_id instrument);

/* pli_pool_profit: what a position has won since its entry, in its settle asset, at the mark of
 * now; as stated where entry or mark are not known. pli_pool_trade_cash: what a trade does to what
 * the account holds of the settle asset: of an option what is paid, else the way from price to
 * mark. */
double pli_pool_profit(const pool_maker *m, uint32_t position);
double pli_pool_trade_cash(const pool_maker *m, const pli_pool_trade *trade);

/* pli_pool_leg_change: what trades do to a held leg, in its unit; of a hedge the opposite leg is
 * closed first. pli_pool_opened: what they open of a contract where no leg could take it. */
double pli_pool_leg_change(const pool_maker *m, const plm_position *fact);
double pli_pool_opened(const pool_maker *m, plm_instrument_id instrument);

/* pli_pool_coins: a quantity of a contract in coins, signed, of options too, without their delta.
 * pli_pool_gain: what that quantity wins in the settle asset between two prices of the contract. */
double pli_pool_coins(const plm_instrument *spec, plm_unit unit, double quantity, double mark);
double pli_pool_gain(
    const plm_instrument *spec, plm_unit unit, double quantity, double from, double to);

/* pli_pool_legs: all legs, edits in them. pli_pool_assets: all assets, behind the legs.
 * pli_pool_portfolio: parameters of a rule by portfolio, behind both. */
void pli_pool_legs(pool_maker *m);
void pli_pool_assets(pool_maker *m);
void pli_pool_portfolio(pool_maker *m);

#endif
