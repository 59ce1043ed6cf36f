/* sim_hyperliquid_rows.h: Hyperliquid's derived numbers, and rows of its payloads.
 *
 * Formulas are the published ones: margin of a cross position = notional / leverage, maintenance =
 * notional / (2 x highest leverage); an isolated position's margin is what was put into it and its
 * P&L. In USDC. Pure. */
#ifndef PLI_SIM_HYPERLIQUID_ROWS_H
#define PLI_SIM_HYPERLIQUID_ROWS_H

#include "base/json_write.h"
#include "sim/sim_world.h"

/* One position. margin: of a cross one its requirement, of an isolated one what is in it. */
typedef struct pli_sim_hl_row {
	plm_decimal notional;                                 /* >= 0 */
	plm_decimal profit, margin, maintenance, liquidation; /* liquidation: unknown: none */
} pli_sim_hl_row;
void pli_sim_hl_position(const pli_sim_position *p, pli_sim_hl_row *ret_row);

/* One account at one dex: the venue's own, or the builder's (of_dex). cash: without P&L, of the own
 * one what spot holds too; spot: what spotClearinghouseState tells as total, 0 of the builder's;
 * value: what the dex tells as account value; net: signed notional; cross_...: of what is not
 * isolated. */
typedef struct pli_sim_hl_sums {
	plm_decimal cash, profit, equity, spot, value, notional, net, margin;
	plm_decimal cross_value, cross_notional, cross_net, cross_margin, cross_maintenance;
} pli_sim_hl_sums;
void pli_sim_hl_account(const pli_sim_account *a, bool of_dex, pli_sim_hl_sums *ret_sums);

/* How many digits a size has behind the point, and the highest leverage: of a contract. */
int pli_sim_hl_size_places(const pli_sim_instrument *in);
int pli_sim_hl_leverage_max(const pli_sim_instrument *in);

/* pli_sim_hl_has_dex: the market has contracts of the builder's dex, whose name is DEX. */
#define PLI_SIM_HL_DEX "xyz"
bool pli_sim_hl_has_dex(const pli_sim_market *m);

/* Objects of payloads. only_half, none: the list of positions comes out short, the sums do not. */
typedef struct pli_sim_hl_state {
	const pli_sim_account *account;
	bool of_dex, only_half, none;
	plm_time_ns now_ns;
} pli_sim_hl_state;
void pli_sim_hl_put_state(pli_json_writer *w, const pli_sim_hl_state *state);
void pli_sim_hl_put_spot(pli_json_writer *w, const pli_sim_account *a);
void pli_sim_hl_put_meta(pli_json_writer *w, const pli_sim_market *m, bool of_dex);
void pli_sim_hl_put_spot_meta(pli_json_writer *w);
void pli_sim_hl_put_price(pli_json_writer *w, const pli_sim_instrument *in);
void pli_sim_hl_put_fill(pli_json_writer *w, const pli_sim_fill *fill);

#endif
