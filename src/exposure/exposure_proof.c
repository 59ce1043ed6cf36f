/* exposure_proof.c: the legs that a row adds up. */
#include <assert.h>

#include "exposure/rollup.h"

/* Counted legs by |USD| falling, then those without a price, then those left out. */
static int
leg_compare(uint32_t i, uint32_t j, const void *ctx)
{
	const plm_leg *legs = ctx;
	const plm_leg *x = &legs[i], *y = &legs[j];
	int class_x = x->priced ? 0 : (x->included ? 1 : 2);
	int class_y = y->priced ? 0 : (y->included ? 1 : 2);
	if (class_x != class_y)
		return class_x - class_y;
	if (class_x == 0) {
		int order = plm_decimal_compare(
		    plm_decimal_abs(y->delta_usd), plm_decimal_abs(x->delta_usd));
		if (order != 0)
			return order;
	}
	return i < j ? -1 : 1;
}

uint32_t
pli_exposure_proof(const pli_exposure *exposure, const plm_exposure_query *query,
    uint32_t *leg_indexes, uint32_t legs_max)
{
	assert(query != NULL);
	uint32_t legs_count = 0;
	const plm_leg *legs = pli_exposure_legs(exposure, &legs_count);
	rollup_query q = pli_rollup_query(exposure, query);
	uint32_t count = 0, index = 0;
	for (uint32_t slot = exposure_slot_first(exposure); slot < exposure_slot_end(exposure);
	     slot = exposure_slot_next(exposure, slot)) {
		if ((exposure->hot[slot].flags & HOT_LISTED) == 0)
			continue;
		if (rollup_match(exposure, &q, slot))
			exposure->order[count++] = index;
		index++;
	}
	assert(index == legs_count);
	uint32_t shown = pli_rollup_sort(exposure->order, count, legs_max, leg_compare, legs);
	for (uint32_t i = 0; i < shown; i++)
		leg_indexes[i] = exposure->order[i];
	return count;
}
