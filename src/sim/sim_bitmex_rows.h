/* sim_bitmex_rows.h: BitMEX's derived numbers, and rows of its tables.
 *
 * Amounts of money are whole numbers of the currency's smallest unit (XBt 1e-8, USDt 1e-6), sizes
 * whole numbers of contracts. Formulas are the published ones: margin of a position = value /
 * leverage, its requirement a share of the value. Pure. */
#ifndef PLI_SIM_BITMEX_ROWS_H
#define PLI_SIM_BITMEX_ROWS_H

#include "base/json_write.h"
#include "sim/sim_world.h"

/* pli_sim_bitmex_contract: how much one contract is: USD of an inverse one, else coins. */
plm_decimal pli_sim_bitmex_contract(const pli_sim_instrument *in);

/* pli_sim_bitmex_money: an amount of an asset as the venue counts it, half to even. */
plm_decimal pli_sim_bitmex_money(pli_sim_asset asset, plm_decimal amount);

/* pli_sim_bitmex_margin_sums: what the positions that settle in the asset have won, and tie up. */
void pli_sim_bitmex_margin_sums(
    const pli_sim_account *a, pli_sim_asset asset, plm_decimal *ret_profit, plm_decimal *ret_tied);

/* Rows, as objects with the timestamp now_ns. whole: all members; else those that change. fill,
 * funding (its amount: what was got): of executions. move: of the wallet's history;
 * transfer: of which it is an end, or NULL; what came back is told where it left, not again. */
void pli_sim_bitmex_put_position(pli_json_writer *w, const pli_sim_account *a,
    const pli_sim_position *p, plm_time_ns now_ns, bool whole);
void pli_sim_bitmex_put_margin(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset,
    plm_time_ns now_ns, bool whole);
void pli_sim_bitmex_put_instrument(
    pli_json_writer *w, const pli_sim_instrument *in, plm_time_ns now_ns, bool whole);
void pli_sim_bitmex_put_fill(
    pli_json_writer *w, const pli_sim_account *a, const pli_sim_fill *fill, plm_time_ns now_ns);
void pli_sim_bitmex_put_funding(
    pli_json_writer *w, const pli_sim_account *a, const pli_sim_news *news, plm_time_ns now_ns);
void pli_sim_bitmex_put_move(pli_json_writer *w, const pli_sim_account *a, const pli_sim_move *move,
    const pli_sim_transfer *transfer);
void pli_sim_bitmex_put_assets(pli_json_writer *w); /* the whole list */

#endif
