/* rule_kraken.c: Kraken Futures: of the two sides on one underlying the larger is asked for. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_table.h"

/* Kraken: of the longs and the shorts on one underlying, the larger side is asked for. */
void
pli_rule_kraken(const margin_view *view, plm_margin_numbers *numbers)
{
	const plm_margin_pool *pool = view->pool;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_step *step = pli_margin_step(&pool->legs[i], &view->legs[i]);
		double value = pli_margin_entry_value(&pool->legs[i]);
		view->legs[i].initial = value * step->initial;
		view->legs[i].maintenance = value * step->maintenance;
	}
	margin_sums sums = pli_margin_sum(view, false);
	sums.initial = pool->other_initial;
	sums.maintenance = pool->other_maintenance;
	for (uint32_t u = 0; u < pool->underlyings_count; u++) {
		double initial[2] = {0, 0}, maintenance[2] = {0, 0};
		for (uint32_t i = 0; i < pool->legs_count; i++) {
			const plm_margin_leg *leg = &pool->legs[i];
			if (leg->underlying != u)
				continue;
			double unit = view->assets[leg->asset].price;
			initial[leg->quantity < 0] += view->legs[i].initial * unit;
			maintenance[leg->quantity < 0] += view->legs[i].maintenance * unit;
		}
		sums.initial += margin_max(initial[0], initial[1]);
		sums.maintenance += margin_max(maintenance[0], maintenance[1]);
	}
	pli_margin_fill(view, &sums, numbers);
}
