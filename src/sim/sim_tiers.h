/* sim_tiers.h: tables of margin tiers of the simulated Bybit and OKX: five, each of the size of the
 * ones before several times over, so that positions of the world stand in more than one. Pure. */
#ifndef PLI_SIM_SIM_TIERS_H
#define PLI_SIM_SIM_TIERS_H

#include "plimsoll/decimal.h"

enum { PLI_SIM_TIERS = 5 };

/* pli_sim_tier: of sizes above floor, up to cap, in what the venue counts them in. rate and initial
 * are fractions; deduction: what keeps a marginal table continuous. */
typedef struct pli_sim_tier {
	plm_decimal floor, cap, leverage_max, rate, initial, deduction;
} pli_sim_tier;

/* pli_sim_tier_of: number 0 .. PLI_SIM_TIERS - 1 of the table whose first cap is `unit`.
 * pli_sim_tier_at: the number of the tier that a size is in; the last one above all caps. */
pli_sim_tier pli_sim_tier_of(plm_decimal unit, int number);
int pli_sim_tier_at(plm_decimal unit, plm_decimal size);

#endif
