/* sim_okx_rows.h: OKX's derived numbers, and rows of its payloads.
 *
 * Formulas are the published ones: initial margin = notional / leverage, maintenance = a rate of it
 * by the contracts of the position, ratio = equity over maintenance and a liquidation fee of
 * 0.05 %, 8 places; in the futures mode all in the margin currency; in multi-currency mode
 * (multi_assets of an account) in USD over all of them, each currency's equity at its discount by
 * steps of its amount; by portfolio (sim_okx_pm.h) the same but for what is asked. A currency below
 * zero counts in full; what OKX asks for such a loan is not modelled. Pure. */
#ifndef PLI_SIM_OKX_ROWS_H
#define PLI_SIM_OKX_ROWS_H

#include "base/json_write.h"
#include "sim/sim_tiers.h"
#include "sim/sim_world.h"

/* pli_sim_okx_value: what one contract is: coins, or USD of an inverse one. _contracts: a size in
 * them, exactly. */
plm_decimal pli_sim_okx_value(const pli_sim_instrument *in);
plm_decimal pli_sim_okx_contracts(const pli_sim_position *p);

/* pli_sim_okx_tier: contracts in the first tier of that contract's family. */
plm_decimal pli_sim_okx_tier(const pli_sim_instrument *in);

/* One position, in its settle asset. */
typedef struct pli_sim_okx_row {
	plm_decimal notional; /* >= 0 */
	plm_decimal profit;
	plm_decimal initial;
	plm_decimal maintenance;
} pli_sim_okx_row;
void pli_sim_okx_position(const pli_sim_position *p, pli_sim_okx_row *ret_row);

/* One currency: sums over its positions, equity = cash + profit. ratio: unknown without positions.
 */
typedef struct pli_sim_okx_sums {
	plm_decimal cash, profit, equity, initial, maintenance, available, ratio;
} pli_sim_okx_sums;
void pli_sim_okx_asset(const pli_sim_account *a, pli_sim_asset asset, pli_sim_okx_sums *ret_sums);

/* pli_sim_okx_step: from `floor` up to `cap` (unknown: no end) that share of a currency counts.
 * pli_sim_okx_steps: a currency's, floors rising from 0; returns how many. */
enum { PLI_SIM_OKX_STEPS_MAX = 4 };
typedef struct pli_sim_okx_step {
	plm_decimal floor, cap, share;
} pli_sim_okx_step;
uint32_t pli_sim_okx_steps(pli_sim_asset asset, pli_sim_okx_step ret_steps[PLI_SIM_OKX_STEPS_MAX]);

/* pli_sim_okx_discounted: what counts of an amount. */
plm_decimal pli_sim_okx_discounted(pli_sim_asset asset, plm_decimal amount);

/* pli_sim_okx_whole: an account in multi-currency mode, in USD. notional: of its positions. ratio:
 * unknown without positions. */
typedef struct pli_sim_okx_total {
	plm_decimal equity, adjusted, initial, maintenance, notional, ratio;
} pli_sim_okx_total;
void pli_sim_okx_whole(
    const pli_sim_market *m, const pli_sim_account *a, pli_sim_okx_total *ret_total);

/* Objects of payloads. pushed_ns: pTime of a push; 0: an answer. */
void pli_sim_okx_put_position(pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a,
    const pli_sim_position *p, plm_time_ns pushed_ns);
void pli_sim_okx_put_account(
    pli_json_writer *w, const pli_sim_world *world, const pli_sim_account *a, plm_time_ns now_ns);
void pli_sim_okx_put_config(pli_json_writer *w, const pli_sim_account *a, bool can_trade);
void pli_sim_okx_put_discounts(pli_json_writer *w, pli_sim_asset asset);
void pli_sim_okx_put_instrument(pli_json_writer *w, const pli_sim_instrument *in);
void pli_sim_okx_put_tiers(pli_json_writer *w, const pli_sim_instrument *in); /* rows */
void pli_sim_okx_put_bill(pli_json_writer *w, const pli_sim_account *a, const pli_sim_move *move);
void pli_sim_okx_put_order(pli_json_writer *w, const pli_sim_fill *fill);

#endif
