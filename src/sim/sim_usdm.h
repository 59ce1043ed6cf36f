/* sim_usdm.h: derived numbers of Binance's futures, USD-M and COIN-M, and of its options: margins,
 * profits, liquidation prices, totals.
 *
 * Formulas are the published ones: maintenance = notional x rate - cum by bracket; initial =
 * notional / leverage; the liquidation price solves equity = maintenance for one symbol alone.
 * All are decimals, rounded to 8 places per row, so that totals re-add. Pure. */
#ifndef PLI_SIM_USDM_H
#define PLI_SIM_USDM_H

#include "sim/sim_world.h"

enum { PLI_SIM_BRACKETS_MAX = 8 };

typedef struct pli_sim_bracket {
	int leverage_max;
	plm_decimal floor;
	plm_decimal cap;
	plm_decimal rate;
	plm_decimal cum;
} pli_sim_bracket;

/* pli_sim_brackets fills the table of a contract, in its settle asset; returns how many rows. */
uint32_t pli_sim_brackets(
    const pli_sim_instrument *in, pli_sim_bracket ret_rows[PLI_SIM_BRACKETS_MAX]);

/* pli_sim_usdm_contract: what one contract is: a coin, or USD of an inverse one, or so many coins
 * of an option. */
plm_decimal pli_sim_usdm_contract(const pli_sim_instrument *in);

/* pli_sim_usdm_amount: a size as the venue states it: coins, or contracts of an inverse one or of
 * options. */
plm_decimal pli_sim_usdm_amount(const pli_sim_instrument *in, plm_decimal size);

/* pli_sim_usdm_position: one position row, in its margin asset. liquidation 0: none. */
typedef struct pli_sim_usdm_row {
	plm_decimal notional; /* signed */
	plm_decimal profit;
	plm_decimal initial;
	plm_decimal maintenance;
	plm_decimal isolated_margin;
	plm_decimal liquidation;
	plm_decimal break_even;
} pli_sim_usdm_row;

void pli_sim_usdm_position(
    const pli_sim_account *a, const pli_sim_position *p, pli_sim_usdm_row *ret_row);

/* pli_sim_usdm_sums: one asset's row, or (in USD) the account's totals. */
typedef struct pli_sim_usdm_sums {
	plm_decimal wallet;
	plm_decimal profit;
	plm_decimal margin_balance;
	plm_decimal maintenance;
	plm_decimal initial;
	plm_decimal cross_wallet;
	plm_decimal cross_profit;
	plm_decimal available;
} pli_sim_usdm_sums;

void pli_sim_usdm_asset(const pli_sim_account *a, pli_sim_asset asset, pli_sim_usdm_sums *ret_sums);

/* pli_sim_usdm_totals: in multi-assets mode by bid and ask rates, else at the index. */
void pli_sim_usdm_totals(
    const pli_sim_market *m, const pli_sim_account *a, pli_sim_usdm_sums *ret_sums);

/* pli_sim_option_sums: one option, or all of an account, in USDT: what they cost, what they are
 * worth (short ones less than 0), and what the short ones need. open: there is a position. */
typedef struct pli_sim_option_sums {
	plm_decimal cost;
	plm_decimal value;
	plm_decimal initial;
	plm_decimal maintenance;
	bool open;
} pli_sim_option_sums;

/* What a coin of a short option needs, beside its mark, in shares of the index: the first less what
 * it is out of the money, no less than _MIN. */
#define PLI_SIM_OPTION_INITIAL "0.15"
#define PLI_SIM_OPTION_INITIAL_MIN "0.1"
#define PLI_SIM_OPTION_MAINTENANCE "0.075"
#define PLI_SIM_OPTION_MAINTENANCE_MIN "0.05"

pli_sim_option_sums pli_sim_option_row(const pli_sim_position *p);
pli_sim_option_sums pli_sim_option_account(const pli_sim_account *a);

/* pli_sim_usdm_rates: an asset's index in USD, the buffers of multi-assets mode, and what the index
 * is less the one and with the other. */
typedef struct pli_sim_usdm_rates {
	plm_decimal index, bid_buffer, ask_buffer, bid, ask;
} pli_sim_usdm_rates;

pli_sim_usdm_rates pli_sim_usdm_rates_of(const pli_sim_market *m, pli_sim_asset asset);

#endif
