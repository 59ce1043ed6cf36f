/* margin_rules.h: what each margin rule takes beside a pool, and what venues say by a number.
 *
 * A pool's `parameters` points to the struct named at its rule; NULL takes the defaults here, which
 * are of the date that docs/reference/margin.md gives. */
#ifndef PLIMSOLL_MARGIN_RULES_H
#define PLIMSOLL_MARGIN_RULES_H

#include "plimsoll/event.h"
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

/* "deribit.sm" takes plm_option_shares too, in shares of the option's forward: of short calls and
 * puts as Deribit's standard margin has it; maintenance_min is not looked at (0.15, 0.10, 0.075).
 * Futures are by the leg's steps, with their slope. */

/* "deribit.pm": portfolio margin, as the venue's `model_params` name them; one of these for each
 * underlying of the pool, in their order. Defaults: what is on BTC and settles in it, of 2024.
 * range            half width of the grid of prices, in `buckets` steps each side
 * vol_...          shock of vols at 30 days, powers below and above, floor of one shocked up
 * extended_factor, dampener_usd   of the far moves
 * annual_move, annual_move_min   of the roll shock
 * offset, offset_usd_max   share of gains that counts against losses of other underlyings
 * maintenance      over the risk matrix
 * extra            what the venue adds to the risk matrix: delta shock, correlation */
typedef struct plm_deribit_pm {
	double range;
	uint32_t buckets;
	double vol_up, vol_down, vol_power_short, vol_power_long, vol_min;
	double extended_factor, dampener_usd;
	double annual_move, annual_move_min;
	double offset, offset_usd_max;
	double maintenance;
	double extra;
} plm_deribit_pm;

enum { PLM_DERIBIT_BUCKETS_MAX = 16 };
enum { PLM_DERIBIT_CELLS_MAX = 3 * (2 * PLM_DERIBIT_BUCKETS_MAX + 1) + 8 };

/* What "deribit.pm" found for one underlying, in the pool's unit. cells: gains, by price from the
 * most negative, three vols each (down, same, up); then the far moves. aggregated: after offset. */
typedef struct plm_deribit_matrix {
	uint32_t cells_count;
	double cells[PLM_DERIBIT_CELLS_MAX];
	double aggregated[PLM_DERIBIT_CELLS_MAX];
	double worst, roll, matrix;
} plm_deribit_matrix;

/* plm_deribit_matrix_of evaluates the pool, whose rule must be "deribit.pm", and tells one
 * underlying's matrix. */
void plm_deribit_matrix_of(plm_margin_work *work, const plm_margin_pool *pool, uint32_t underlying,
    plm_deribit_matrix *ret_matrix);

/* "okx.futures", "okx.multi": short options take these; shares of the coin, times the leg's factor
 * (okx.com/help/ii-option-margin; 0.15, 0.10, 0.03 of BTC). The share of maintenance is by
 * coin (ETH: 0.05): a leg that has steps brings its own, as the maintenance of their first row. */
typedef struct plm_okx_option {
	double initial, initial_min;
	double maintenance;
} plm_okx_option;

/* "okx.pm": one of these for each underlying of the pool, in their order: move of the index in
 * three steps each side, far move and the share of its loss that counts, rates of |delta| for the
 * basis and as the least, initial over maintenance. told: what the venue's own stress test said of
 * what is held; it stands for grid, basis and least, and is kept at every price; moves_count 0:
 * nothing, and then options are asked for what prices alone do to them. */
typedef struct plm_okx_pm {
	double move;
	double move_far, far_share;
	double basis, least;
	double initial;
	plm_margin_stress told;
} plm_okx_pm;

/* What a risk unit of OKX's is asked for, part by part, as the venue numbers them. Vols under a
 * shock, decay, term structure and rates (MR2, MR3, MR5) have no verified formula: 0 here, but for
 * what the venue told: then mr3 is all that it adds, MR4, MR5 and MR9 too. */
typedef struct plm_okx_pm_parts {
	double mr1, mr2, mr3, mr4, mr5, mr6, mr7;
} plm_okx_pm_parts;

/* plm_okx_pm_maintenance: max(max(MR1, MR2, MR6) + MR3 + MR4 + MR5, MR7). (OKX help, portfolio
 * margin, 2025.) */
double plm_okx_pm_maintenance(const plm_okx_pm_parts *parts);

/* plm_okx_pm_parts_of evaluates a pool and tells the parts of one underlying. */
void plm_okx_pm_parts_of(plm_margin_work *work, const plm_margin_pool *pool, uint32_t underlying,
    plm_okx_pm_parts *ret_parts);

/* "bybit.uta", "bybit.entry": short options, shares of the index (maintenance of BTC). */
typedef struct plm_bybit_option {
	double initial, initial_min;
	double maintenance, liquidation_fee;
} plm_bybit_option;

/* plm_bybit_option_buy: what a bought option is asked for, premium and fee; ret_fee: the fee.
 * plm_bybit_rate: accountMMRate and accountIMRate as the venue shows them: cut behind the fourth
 * place. (Bybit help, options; GET /v5/account/wallet-balance.) */
double plm_bybit_option_buy(
    double quantity, double price, double index, double fee_rate, double *ret_fee);
double plm_bybit_rate(double margin, double equity);

/* "bybit.pm": a plm_margin_stress for each underlying of the pool, in their order, as the venue
 * told it. The largest loss of the grid and the contingencies (`added`); equity: all at market,
 * options too, without haircuts (GET /v5/asset/portfolio-margin, 2026: accountMMRate is over
 * `equity`). */

/* Portfolio margin of one asset: gain of the worst scenario, sum of contingencies, initial over
 * maintenance. (GET /v5/asset/portfolio-margin.) */
typedef struct plm_bybit_pm_parts {
	double scenario, contingency, initial;
} plm_bybit_pm_parts;
void plm_bybit_pm_sum(
    const plm_bybit_pm_parts *parts, double *ret_maintenance, double *ret_initial);

/* plm_bitmex_commission: what opening takes in for the closing. */
double plm_bitmex_commission(double cost, double initial, double taker);

/* plm_aave_close_factor: share of a debt that one liquidation may repay: 0 at a health of 1 or
 * more; half of it above 0.95 where collateral and debt are 2,000 USD or more; else all. (Aave
 * v3.3, LiquidationLogic.sol.) */
double plm_aave_close_factor(double health, double collateral_usd, double debt_usd);

/* "derive.srm": Derive's standard manager, with the names of its contracts; the test set of
 * v2-core is the default. stable: price of the quote asset in USD, with the shortfall below
 * depeg_threshold charged to the initial margin. (v2-core 7736900d, SRMPortfolioViewer.sol, 2026.)
 */
typedef struct plm_derive_srm {
	double perp_initial, perp_maintenance;
	double spot_max, spot_min;
	double call_maintenance, put_maintenance, put_maintenance_mtm, put_offset;
	double unpaired_initial, unpaired_maintenance;
	double oracle_threshold, oracle_factor;
	double depeg_threshold, depeg_factor;
	double stable;
} plm_derive_srm;

/* How vols go in a scenario of Derive's. */
typedef enum plm_derive_vol {
	PLM_DERIVE_VOL_DOWN = -1,
	PLM_DERIVE_VOL_SAME = 0,
	PLM_DERIVE_VOL_UP = 1,
	PLM_DERIVE_VOL_LINEAR = 2,
	PLM_DERIVE_VOL_ABSOLUTE = 3,
} plm_derive_vol;

/* factor: of the spot; damp: share of the loss that counts. */
typedef struct plm_derive_scenario {
	double factor, damp;
	int vol; /* plm_derive_vol */
} plm_derive_scenario;

/* A skew shock's bounds. */
typedef struct plm_derive_skew {
	double base, scale;
} plm_derive_skew;

/* "derive.pmrm" (v1: static charges and factors) and "derive.pmrm2". Scenarios are borrowed. Where
 * one of the two has no such part its numbers are 0 (factors 1). There are no defaults: parameters
 * are the manager's own, read from the chain. (v2-core 7736900d, PMRMLib.sol, PMRMLib_2.sol, 2026.)
 * vol_...       shock at 30 days, powers, floor in days, floor of a vol that is shocked up
 * basis_...     both factors of the forward, and what their loss is weighed with: add + mult x
 * years discount_...  of positive and negative values: base, of the rate, added to it loss_... over
 * the worst loss perp, option, base   shares of the spot that are charged, initial and maintenance
 * skew_...      of scenarios with a skew */
typedef struct plm_derive_pmrm {
	const plm_derive_scenario *scenarios;
	uint32_t scenarios_count;
	double vol_up, vol_down, vol_power_short, vol_power_long, vol_days_min, vol_min;
	double basis_up, basis_down, basis_add, basis_mult;
	double discount_long, rate_mult_long, rate_add_long;
	double discount_short, rate_mult_short, rate_add_short;
	double loss_initial, loss_maintenance;
	double perp_initial, perp_maintenance;
	double option_initial, option_maintenance;
	double base_percent;
	double peg_threshold, peg_factor, stable;
	double confidence_threshold, confidence_margin;
	plm_derive_skew skew_linear, skew_absolute;
	double skew_k_min, skew_width, skew_static, skew_scale;
} plm_derive_pmrm;

/* plm_derive_basis_of evaluates a pool and tells what forwards that leave the spot would cost: <=
 * 0; NaN without parameters. */
double plm_derive_basis_of(plm_margin_work *work, const plm_margin_pool *pool);

/* plm_derive_buffer: what an auction of Derive's brings a pool back to. (Derive docs, liquidations,
 * 2025.) */
double plm_derive_buffer(double mtm, double net_maintenance, double factor);

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
