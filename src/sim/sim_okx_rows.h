/* sim_okx_rows.h: OKX's derived numbers, and rows of its payloads.
 *
 * Formulas are the published ones of the futures mode: initial margin = notional / leverage,
 * maintenance = a rate of it by the contracts of the position, ratio = equity over maintenance and
 * a liquidation fee of 0.05 %, all in the margin currency, 8 places. Pure. */
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

/* Objects of payloads. pushed_ns: pTime of a push; 0: an answer. */
void pli_sim_okx_put_position(
    pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p, plm_time_ns pushed_ns);
void pli_sim_okx_put_account(
    pli_json_writer *w, const pli_sim_world *world, const pli_sim_account *a, plm_time_ns now_ns);
void pli_sim_okx_put_config(pli_json_writer *w, const pli_sim_account *a, bool can_trade);
void pli_sim_okx_put_instrument(pli_json_writer *w, const pli_sim_instrument *in);
void pli_sim_okx_put_tiers(pli_json_writer *w, const pli_sim_instrument *in); /* rows */
void pli_sim_okx_put_bill(pli_json_writer *w, const pli_sim_account *a, const pli_sim_move *move);
void pli_sim_okx_put_order(pli_json_writer *w, const pli_sim_fill *fill);

#endif
