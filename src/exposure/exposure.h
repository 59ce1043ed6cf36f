/* exposure.h: derives legs and rows from a book. The structs are in plimsoll/exposure.h.
 *
 * settle recomputes the legs of what is dirty since the last settle and nothing else. Rows are
 * added up from settled legs. Pure: no clock (ages are against the book's now), no I/O, no heap
 * after create. One thread. */
#ifndef PLI_EXPOSURE_EXPOSURE_H
#define PLI_EXPOSURE_EXPOSURE_H

#include "book/book.h"
#include "plimsoll/exposure.h"

typedef struct pli_exposure pli_exposure;

/* Memory for the bounds of `book`, which must outlive it. NULL: memory could not be had. */
pli_exposure *pli_exposure_create(pli_book *book);
void pli_exposure_destroy(pli_exposure *exposure);

/* pli_exposure_settle: call after each BATCH_END was applied. Cost: the dirty legs. */
void pli_exposure_settle(pli_exposure *exposure);

/* All legs, settled; order is stable between settles; excluded ones are in it with a reason. */
const plm_leg *pli_exposure_legs(const pli_exposure *exposure, uint32_t *ret_count);

/* pli_exposure_position_leg: the leg of one position row (book.h); false: it is not listed. Cost:
 * one leg derived. */
bool pli_exposure_position_leg(
    const pli_exposure *exposure, uint32_t position, plm_leg *ret_leg);

/* pli_exposure_option: what the model of an option is made of, in quote units and per year (0.6 for
 * 60 %). pli_exposure_option_of: of any option that the book knows, held or not; false: forward or
 * vol are not known. */
typedef struct pli_exposure_option {
	double forward, vol, years;
} pli_exposure_option;
bool pli_exposure_option_of(
    const pli_exposure *exposure, plm_instrument_id id, pli_exposure_option *ret_option);

/* pli_exposure_amount: what one leg counts for, without what a proof shows of it. */
typedef struct pli_exposure_amount {
	plm_int128 usd; /* units of delta_usd; 0 unless priced */
	plm_account_id account;
	plm_asset_id underlying;
	bool priced, collateral;
} pli_exposure_amount;

/* pli_exposure_amounts writes those of the first amounts_max legs, in the order of
 * pli_exposure_legs, and returns how many legs there are. Cost: one product a leg. */
uint32_t pli_exposure_amounts(
    const pli_exposure *exposure, pli_exposure_amount *amounts, uint32_t amounts_max);

/* pli_exposure_collateral: what an account holds of an asset, as the quantity of its collateral
 * leg; unknown when there is no such leg. Cost: two look-ups. */
plm_decimal pli_exposure_collateral(
    const pli_exposure *exposure, plm_account_id account, plm_asset_id asset);

/* pli_exposure_rollup writes at most rows_max rows, sorted by |gross_usd| falling, then by key,
 * and returns how many there would be. The last word on every roll-up of every surface. */
uint32_t pli_exposure_rollup(const pli_exposure *exposure, const plm_exposure_query *query,
    plm_exposure_row *rows, uint32_t rows_max);

/* pli_exposure_total: the one row of the whole query (by nothing). */
void pli_exposure_total(
    const pli_exposure *exposure, const plm_exposure_query *query, plm_exposure_row *ret_row);

/* pli_exposure_proof writes the indexes of the legs that a query's row adds up, most |delta_usd|
 * first, excluded ones last; returns how many there are. */
uint32_t pli_exposure_proof(const pli_exposure *exposure, const plm_exposure_query *query,
    uint32_t *leg_indexes, uint32_t legs_max);

/* pli_exposure_quick: a row of the whole query in doubles, a few ulp off pli_exposure_total's. NaN
 * unknown; net_coins is unknown where underlyings mix. */
typedef struct pli_exposure_quick {
	double net_usd, gross_usd, net_coins, equity_usd;
	uint32_t legs_count, legs_included, legs_priced, legs_count_unpriced;
	bool has_equity;
} pli_exposure_quick;

/* pli_exposure_quick_total reads running sums, not legs: it costs a few nanoseconds per underlying
 * of the scope. False when the query has no such sums (portfolio, strategy, derivatives_only,
 * by, or account and venue together): then ask pli_exposure_total. */
bool pli_exposure_quick_total(
    const pli_exposure *exposure, const plm_exposure_query *query, pli_exposure_quick *ret_quick);

/* pli_exposure_skew: as plm_exposure_row has it, of the query's legs, and how many there are. Cost:
 * a walk over the legs, without sums. */
int64_t pli_exposure_skew(
    const pli_exposure *exposure, const plm_exposure_query *query, uint32_t *ret_legs_count);

/* pli_exposure_age: ns since the oldest number of the query's legs, as pli_exposure_total has it in
 * age_ns_max (-1 none), and how many legs there are. Cost: a walk over the legs, without sums. */
int64_t pli_exposure_age(
    const pli_exposure *exposure, const plm_exposure_query *query, uint32_t *ret_legs_count);

/* pli_exposure_book: the book that it derives from. */
const pli_book *pli_exposure_book(const pli_exposure *exposure);

/* pli_exposure_traded: true when the last settle changed the quantity of a position that the
 * query's filters name. Cost: the positions that changed. */
bool pli_exposure_traded(const pli_exposure *exposure, const plm_exposure_query *query);

/* pli_exposure_follows: a settled exposure takes the place of `before`, of the same book: what that
 * one's last settle traded is what this one's did, to which all was new. */
void pli_exposure_follows(pli_exposure *exposure, const pli_exposure *before);

/* pli_exposure_order_coins: the delta in coins that an open order adds when it fills, signed, and
 * its underlying after aliases. Errors: PLM_EUNKNOWN (no specification, mark or delta). */
plm_err pli_exposure_order_coins(const pli_exposure *exposure, const pli_order_row *order,
    plm_asset_id *ret_underlying, plm_decimal *ret_coins);

/* pli_exposure_legs_of_underlying: how many legs are listed under an asset.
 * pli_exposure_underlyings_version changes when an asset gets its first leg or loses its last. */
uint32_t pli_exposure_legs_of_underlying(const pli_exposure *exposure, plm_asset_id asset);
uint64_t pli_exposure_underlyings_version(const pli_exposure *exposure);

/* pli_exposure_price_usd: USD of one coin, unknown when nobody told; 1 for USD alone. */
plm_decimal pli_exposure_price_usd(const pli_exposure *exposure, plm_asset_id asset);

#endif
