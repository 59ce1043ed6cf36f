/* sim_coinm.h: Deribit's derived numbers: position rows and one currency's summary (standard
 * margin, segregated). Rounded where the venue rounds, so that sums re-add. Pure. */
#ifndef PLI_SIM_COINM_H
#define PLI_SIM_COINM_H

#include "sim/sim_world.h"

/* pli_sim_coinm_row: one position. Profits and margins in the settle asset; greeks of the whole
 * position (options); liquidation unknown: there is none. */
typedef struct pli_sim_coinm_row {
	plm_decimal size_currency; /* futures: size in coins */
	plm_decimal delta;
	plm_decimal gamma;
	plm_decimal vega;
	plm_decimal theta;
	plm_decimal floating; /* since the last settlement */
	plm_decimal total;    /* since entry */
	plm_decimal value;    /* options: size x mark, else 0 */
	plm_decimal initial;
	plm_decimal maintenance;
	plm_decimal liquidation;
} pli_sim_coinm_row;

void pli_sim_coinm_position(
    const pli_sim_account *a, const pli_sim_position *p, pli_sim_coinm_row *ret_row);

/* pli_sim_coinm_sums: one currency of one account. delta_coins: by coin, of what settles in the
 * currency; options_delta is premium-adjusted, as the venue's net transaction delta. */
typedef struct pli_sim_coinm_sums {
	plm_decimal balance;
	plm_decimal session_rpl;
	plm_decimal futures_upl;
	plm_decimal options_upl;
	plm_decimal futures_pl;
	plm_decimal options_pl;
	plm_decimal options_value;
	plm_decimal margin_balance;
	plm_decimal equity;
	plm_decimal initial;
	plm_decimal maintenance;
	plm_decimal available;
	plm_decimal options_delta;
	plm_decimal options_gamma;
	plm_decimal options_vega;
	plm_decimal options_theta;
	plm_decimal delta_total;
	plm_decimal delta_coins[PLI_SIM_COINS];
	bool has_coin[PLI_SIM_COINS];
} pli_sim_coinm_sums;

void pli_sim_coinm_summary(
    const pli_sim_account *a, pli_sim_asset currency, pli_sim_coinm_sums *ret_sums);

#endif
