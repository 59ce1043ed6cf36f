/* rule_dydx.c: dYdX v4, at oracle prices. */
#include <math.h>

#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

void
pli_rule_dydx(const margin_view *view, plm_margin_numbers *numbers)
{
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		margin_leg *moved = &view->legs[i];
		const plm_margin_step *step = pli_margin_step(leg, moved);
		moved->maintenance = moved->notional * step->maintenance;
		moved->initial = moved->notional * step->initial;
	}
	margin_sums sums = pli_margin_sum(view, false);
	pli_margin_fill(view, &sums, numbers);
}

double
plm_dydx_maintenance_ppm(double initial_ppm, double maintenance_fraction_ppm)
{
	return ceil(initial_ppm * maintenance_fraction_ppm / 1e6);
}

double
plm_dydx_initial_rate(double base, double open_notional, double lower_cap, double upper_cap)
{
	double share = (open_notional - lower_cap) / (upper_cap - lower_cap);
	return base + fmin(margin_max(share, 0), 1) * (1 - base);
}
