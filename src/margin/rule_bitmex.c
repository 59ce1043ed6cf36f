/* rule_bitmex.c: margins of the value at entry, the commission to close taken in at the opening. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

double
plm_bitmex_commission(double cost, double initial, double taker)
{
	return (cost + initial) * taker;
}

/* Bankrupt before the commission that was taken in at the opening is touched. */
void
pli_rule_bitmex(const margin_view *view, plm_margin_numbers *numbers)
{
	double fees = 0;
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		margin_leg *moved = &view->legs[i];
		const plm_margin_step *step = pli_margin_step(leg, moved);
		double cost = pli_margin_entry_value(leg);
		moved->initial = cost * pli_margin_initial_rate(leg, step);
		double fee = plm_bitmex_commission(cost, moved->initial, leg->fee);
		moved->maintenance = cost * step->maintenance;
		fees += fee * view->assets[leg->asset].price;
	}
	margin_sums sums = pli_margin_sum(view, false);
	sums.value -= fees;
	pli_margin_fill(view, &sums, numbers);
}
