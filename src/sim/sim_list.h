/* sim_list.h: which instruments the simulated venues list, and until when. */
#ifndef PLI_SIM_LIST_H
#define PLI_SIM_LIST_H

#include "sim/sim_market.h"

/* pli_sim_list fills m->instruments and m->expiries_ns for m->now_ns. Coins must have prices:
 * strikes are laid around them. Unpriced fields are unknown or zero. */
void pli_sim_list(pli_sim_market *m);

/* pli_sim_list_add adds those of a venue that is not in every world behind them; the next step
 * prices them. */
void pli_sim_list_add(pli_sim_market *m, pli_sim_venue venue);

#endif
