/* sim_margin.h: the margin engine of the simulated Binance USD-M: it calls, and it liquidates.
 *
 * A pool is what is liquidated together: an isolated leg, or all cross legs of a settle asset in
 * single-asset mode. By the venue's published rule its margin ratio is maintenance over margin
 * balance, at the marks of the step: at 1 it is liquidated. At which ratio MARGIN_CALL is sent the
 * venue does not publish; here it is 0.8. It is sent once, and again after the ratio was below 0.7.
 *
 * A liquidation first takes half of each leg, immediate or cancel; a pool whose ratio is at 1 once
 * more loses the rest. Each time the clearance fee of exchangeInfo goes to the insurance fund, at
 * most what the pool has left; what it owes in the end the fund pays. Accounts in multi-assets mode
 * and the other markets are not watched. Pure. */
#ifndef PLI_SIM_SIM_MARGIN_H
#define PLI_SIM_SIM_MARGIN_H

#include "sim/sim_world.h"

/* PLI_SIM_CLEARANCE_FEE: of the notional that is liquidated, as exchangeInfo states it. */
#define PLI_SIM_CLEARANCE_FEE "0.012500"

/* pli_sim_margin_pool: what the venue holds against what it asks, in the settle asset. */
typedef struct pli_sim_margin_pool {
	plm_decimal balance;
	plm_decimal maintenance;
} pli_sim_margin_pool;

/* pli_sim_margin_of: of an isolated leg, or of an asset's cross legs where `isolated` is NULL. */
pli_sim_margin_pool pli_sim_margin_of(
    const pli_sim_account *a, pli_sim_asset asset, const pli_sim_position *isolated);

/* pli_sim_margin_shares: is the leg in that pool, and open? */
bool pli_sim_margin_shares(
    const pli_sim_position *p, pli_sim_asset asset, const pli_sim_position *isolated);

/* pli_sim_margin_look judges every pool at the marks of now; called once a step. */
void pli_sim_margin_look(pli_sim_world *w);

#endif
