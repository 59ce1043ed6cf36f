/* rule_phemex.c: maintenance and the fee to close, at the mark. */
#include <stddef.h>

#include "margin/rule_table.h"

void
pli_rule_phemex(const margin_view *view, plm_margin_numbers *numbers)
{
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		margin_leg *moved = &view->legs[i];
		const plm_margin_step *step = pli_margin_step(leg, moved);
		moved->maintenance = moved->notional * (step->maintenance + leg->fee);
		moved->initial = moved->notional * (pli_margin_initial_rate(leg, step) + leg->fee);
	}
	margin_sums sums = pli_margin_sum(view, false);
	pli_margin_fill(view, &sums, numbers);
}
