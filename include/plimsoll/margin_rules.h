/* margin_rules.h: what each margin rule takes beside a pool, and what venues say by a number.
 *
 * A pool's `parameters` points to the struct named at its rule; NULL takes the defaults here, which
 * are of the date that docs/reference/margin.md gives. */
#ifndef PLIMSOLL_MARGIN_RULES_H
#define PLIMSOLL_MARGIN_RULES_H

#include "plimsoll/margin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Options by a share of the underlying's price, for rules that ask so of short ones: initial
 * max(initial - out of the money, initial_min) and the mark; maintenance likewise.
 * "binance.option" (0.15, 0.10, 0.075, 0.05: GET /eapi/v1/exchangeInfo, 2024). */
typedef struct plm_option_shares {
	double initial, initial_min;
	double maintenance, maintenance_min;
} plm_option_shares;

/* plm_binance_pm_status: what a uniMMR means: "NORMAL", "MARGIN_CALL" from 1.5 down, "REDUCE_ONLY"
 * 1.2, "FORCE_LIQUIDATION" 1.05, "LIQUIDATION_AND_CLAIM" 1.0; "UNKNOWN" of NaN. (Binance FAQ
 * 5e33af8e, 2024; the first and the last word are ours.) */
const char *plm_binance_pm_status(double uni_mmr);

/* plm_hyperliquid_stage: "OK", "LIQUIDATE_ORDERBOOK" while equity < maintenance, "BACKSTOP" where
 * it is below two thirds of it; "UNKNOWN" of NaN. (Hyperliquid docs, liquidations, 2025.) */
const char *plm_hyperliquid_stage(double equity, double maintenance);

/* plm_hyperliquid_transfer_min: equity that must stay behind a transfer out: the initial margin, at
 * least a tenth of all notional. (Hyperliquid docs, margining, 2025.) */
double plm_hyperliquid_transfer_min(double initial, double notional);

/* plm_hyperliquid_borrowable: of portfolio margin: what a balance lets borrow, in quote units. */
double plm_hyperliquid_borrowable(double balance, double price, double ltv);

/* plm_dydx_maintenance_ppm: a liquidity tier's maintenance share of its initial margin, both in
 * millionths, rounded up. (v4-chain, liquidity_tier.go, 2025.) */
double plm_dydx_maintenance_ppm(double initial_ppm, double maintenance_fraction_ppm);

/* plm_dydx_initial_rate: grows with open interest from `base` at the lower cap to 1 at the upper.
 * (v4-documentation, margin, 2025.) */
double plm_dydx_initial_rate(double base, double open_notional, double lower_cap, double upper_cap);

#ifdef __cplusplus
}
#endif

#endif
