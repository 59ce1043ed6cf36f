/* sim_bybit_rows.h: Bybit's derived numbers, and rows of its payloads.
 *
 * Formulas are the published ones of a unified account in regular margin: initial margin = value /
 * leverage, maintenance = value x rate - deduction of the risk tier that the value is in, both and
 * the fee of closing at the price where the margin is gone; a short option's as the venue's help
 * has them; a coin counts 95 % of its worth as collateral, a stable one all of it. 8 places. Pure.
 */
#ifndef PLI_SIM_BYBIT_ROWS_H
#define PLI_SIM_BYBIT_ROWS_H

#include "base/json_write.h"
#include "sim/sim_tiers.h"
#include "sim/sim_world.h"

/* The venue's product types, as indexes of pli_sim_bybit_categories; NULL ends that. */
typedef enum pli_sim_bybit_category {
	PLI_SIM_BYBIT_LINEAR,
	PLI_SIM_BYBIT_INVERSE,
	PLI_SIM_BYBIT_OPTION,
	PLI_SIM_BYBIT_SPOT,
	PLI_SIM_BYBIT_CATEGORIES
} pli_sim_bybit_category;
extern const char *const pli_sim_bybit_categories[PLI_SIM_BYBIT_CATEGORIES + 1];
pli_sim_bybit_category pli_sim_bybit_category_of(const pli_sim_instrument *in);

/* pli_sim_bybit_tier: value, in the settle asset, of the contract's first risk tier. */
plm_decimal pli_sim_bybit_tier(const pli_sim_instrument *in);

/* A spot pair of a coin or USDC with USDT; USDT itself has none. _find: PLI_SIM_ASSETS: no such. */
bool pli_sim_bybit_has_pair(pli_sim_asset asset);
pli_sim_asset pli_sim_bybit_pair_find(plm_slice symbol);

/* The account's mode: each position stands for itself, and there are no totals. */
bool pli_sim_bybit_is_isolated(const pli_sim_account *a);

/* One position, in its settle asset. entry: what profit counts from. bust, liquidation: prices at
 * which an isolated one's margin, and what it has above maintenance, are gone; unknown: none. */
typedef struct pli_sim_bybit_row {
	plm_decimal entry, value; /* value >= 0, at the mark */
	plm_decimal profit, initial, maintenance, bust, liquidation;
} pli_sim_bybit_row;
void pli_sim_bybit_position(
    const pli_sim_account *a, const pli_sim_position *p, pli_sim_bybit_row *ret_row);

/* One coin: sums over its positions; profit: of all but options; equity = cash + profit + options.
 */
typedef struct pli_sim_bybit_sums {
	plm_decimal cash, profit, options, options_profit, equity, initial, maintenance;
} pli_sim_bybit_sums;
void pli_sim_bybit_asset(
    const pli_sim_account *a, pli_sim_asset asset, pli_sim_bybit_sums *ret_sums);

/* What of a positive wallet backs positions. */
plm_decimal pli_sim_bybit_share(pli_sim_asset asset);

/* The account, in USD. wallet, margin: as collateral, margin with profit. */
typedef struct pli_sim_bybit_totals {
	plm_decimal equity, wallet, margin, profit, initial, maintenance, available;
	plm_decimal initial_rate, maintenance_rate; /* shares of margin; 0 without positions */
} pli_sim_bybit_totals;
void pli_sim_bybit_account(
    const pli_sim_market *m, const pli_sim_account *a, pli_sim_bybit_totals *ret_totals);

/* Objects of payloads. put_position: pushed_ns 0: a row of an answer; else one of the stream, which
 * calls some members otherwise and is dated so. put_wallet: only: that coin alone; PLI_SIM_ASSETS:
 * all. put_execution: of FILL and FUNDING; serial: names a funding. */
void pli_sim_bybit_put_position(
    pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p, plm_time_ns pushed_ns);
void pli_sim_bybit_put_wallet(
    pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a, pli_sim_asset only);
/* sums of a coin's options */
void pli_sim_bybit_put_greeks(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset coin);
void pli_sim_bybit_put_order(pli_json_writer *w, const pli_sim_fill *fill);
void pli_sim_bybit_put_log(pli_json_writer *w, const pli_sim_account *a, const pli_sim_move *move);
void pli_sim_bybit_put_execution(
    pli_json_writer *w, const pli_sim_news *news, uint64_t serial, plm_time_ns now_ns);

#endif
