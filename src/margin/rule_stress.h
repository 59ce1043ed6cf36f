/* rule_stress.h: what is held on one underlying under a grid of its prices, for rules of venues
 * that margin by portfolio and shock the index: futures move by as much as it does, options by the
 * model while their vols stay. What the venue told of vols and hedges is added as it was told. */
#ifndef PLI_MARGIN_RULE_STRESS_H
#define PLI_MARGIN_RULE_STRESS_H

#include "margin/rule.h"
#include "plimsoll/event.h"

/* base: prices where nothing moves; usd: US dollars of the pool's unit. It writes on room[0] and
 * room[1] of the view. */
typedef struct pli_stress {
	const margin_view *view;
	uint32_t underlying;
	double *base;
	double usd;
} pli_stress;

/* pli_margin_unit_usd: US dollars of the pool's unit: the coin's price where legs on the underlying
 * settle in it, else 1. */
double pli_margin_unit_usd(const margin_view *view, uint32_t underlying);

/* pli_stress_of: cost: each leg once. */
pli_stress pli_stress_of(const margin_view *view, uint32_t underlying);

/* In the pool's unit. _gain: of all legs on the underlying whose price moves by the share `move`;
 * cost: each leg once. _spot: of the spot that stands beside them. _worst: the largest loss of the
 * grid, both of these and what was told beside them; 0: it nowhere loses; NaN where a part was not
 * told. _is_whole: all that _worst reads, and what is asked beside it, was told. */
double pli_stress_gain(const pli_stress *stress, double move);
double pli_stress_spot(const pli_stress *stress, const plm_margin_stress *told, double move);
double pli_stress_worst(const pli_stress *stress, const plm_margin_stress *told);
bool pli_stress_is_whole(const plm_margin_stress *told);

#endif
