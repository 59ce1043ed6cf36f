/* sim_shock.h: what may happen to a market and its contracts that is nobody's order.
 *
 * Prices of a shock lie over the market's own for a time: what agents trade at does not change,
 * what venues show as mark (and index) does. SPEC, DELIST, RENAME and ADL change the world at once.
 * Pure.
 */
#ifndef PLI_SIM_SIM_SHOCK_H
#define PLI_SIM_SIM_SHOCK_H

#include "sim/sim_world.h"

/* PLI_SIM_SHOCKS: name, text. */
#define PLI_SIM_SHOCKS(X)                                                                          \
	X(FLASH, "mark and index of a coin halve, at both venues")                                 \
	X(ZERO, "marks of a coin are 0 at one venue")                                              \
	X(NEGATIVE, "marks of a coin change their sign at one venue")                              \
	X(ABSURD, "marks of a coin are ten thousand times too high at one venue")                  \
	X(DIVERGE, "marks of a coin are 30 % over their index at one venue")                       \
	X(SPEC, "tick and lot of a coin's contracts become a tenth")                               \
	X(DELIST, "one contract of a coin is settled and removed")                                 \
	X(RENAME, "one perpetual of a coin goes by another name")                                  \
	X(ADL, "one position of a coin is reduced without an order of its holder")

#define X(name, text) PLI_SIM_SHOCK_##name,
typedef enum pli_sim_shock_kind { PLI_SIM_SHOCKS(X) PLI_SIM_SHOCK_COUNT } pli_sim_shock_kind;
#undef X

/* pli_sim_shock: which coin and contract come from choice. now_ns: the venues' time when it
 * strikes; until_ns: of those that last. Answers how many contracts or positions it touches; 0:
 * there was none to touch. */
typedef struct pli_sim_shock {
	pli_sim_shock_kind kind;
	pli_sim_venue venue;
	plm_time_ns now_ns, until_ns;
	uint64_t choice;
} pli_sim_shock;
uint32_t pli_sim_shock_apply(pli_sim_world *w, const pli_sim_shock *shock);

#endif
