/* rule_others.c: BitMEX, Phemex, Kraken Futures. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

/* Margins are of the value at entry, in the settle asset. */
static double
entry_value(const plm_margin_leg *leg)
{
	double size = fabs(leg->quantity);
	return leg->kind == PLM_MARGIN_LEG_INVERSE ? size / leg->entry : size * leg->entry;
}

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
		double cost = entry_value(leg);
		moved->initial = cost * pli_margin_initial_rate(leg, step);
		double fee = plm_bitmex_commission(cost, moved->initial, leg->fee);
		moved->maintenance = cost * step->maintenance;
		fees += fee * view->assets[leg->asset].price;
	}
	margin_sums sums = pli_margin_sum(view, false);
	sums.value -= fees;
	pli_margin_fill(view, &sums, numbers);
}

/* Phemex: maintenance at the mark, and the fee to close. */
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

/* Kraken: of the longs and the shorts on one underlying, the larger side is asked for. */
void
pli_rule_kraken(const margin_view *view, plm_margin_numbers *numbers)
{
	const plm_margin_pool *pool = view->pool;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_step *step = pli_margin_step(&pool->legs[i], &view->legs[i]);
		double value = entry_value(&pool->legs[i]);
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
