/* sim_okx_pm.h: what the simulated OKX asks of an account that is margined by portfolio.
 *
 * Of each coin the documented parts that prices make: the worst of seven moves of the index (12 %
 * each side of BTC and ETH, 18 % of others), half of the worse of two twice as far. What has no
 * published formula is the simulator's own, told as OKX tells its: the basis by expiry, the least
 * by contract, both rates of the delta. It has no options, so that nothing is asked of vols; spot
 * is not taken off, and nothing is lent. In USD. Pure. */
#ifndef PLI_SIM_OKX_PM_H
#define PLI_SIM_OKX_PM_H

#include "base/json_write.h"
#include "sim/sim_world.h"

enum { PLI_SIM_OKX_MOVES = 7 };

/* pli_sim_okx_unit: of one coin. same: gains at each move of the index, lowest first; mr..: as the
 * venue numbers its parts, >= 0. held: something is open on it. */
typedef struct pli_sim_okx_unit {
	bool held;
	double range;
	double same[PLI_SIM_OKX_MOVES];
	double mr1, mr4, mr6, mr7;
	double maintenance, initial;
} pli_sim_okx_unit;
void pli_sim_okx_unit_of(const pli_sim_market *m, const pli_sim_account *a, pli_sim_asset coin,
    pli_sim_okx_unit *ret_unit);

/* pli_sim_okx_portfolio: all coins together. */
void pli_sim_okx_portfolio(const pli_sim_market *m, const pli_sim_account *a,
    plm_decimal *ret_initial, plm_decimal *ret_maintenance);

/* pli_sim_okx_put_stress: the row of account/position-builder of real positions. */
void pli_sim_okx_put_stress(
    pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a, plm_time_ns now_ns);

#endif
