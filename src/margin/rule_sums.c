/* rule_sums.c: what most rules do alike: add up, and compare equity with what is asked. */
#include <math.h>

#include "margin/rule.h"

double
pli_margin_entry_value(const plm_margin_leg *leg)
{
	double size = fabs(leg->quantity);
	return leg->kind == PLM_MARGIN_LEG_INVERSE ? size / leg->entry : size * leg->entry;
}

margin_sums
pli_margin_sum(const margin_view *view, bool with_options)
{
	const plm_margin_pool *pool = view->pool;
	margin_sums sums = {pool->other_equity, pool->other_equity, pool->other_equity,
	    pool->other_initial, pool->other_maintenance};
	for (uint32_t i = 0; i < pool->assets_count; i++) {
		const plm_margin_asset *asset = &pool->assets[i];
		const margin_asset *moved = &view->assets[i];
		double counted = moved->amount + (with_options ? moved->options : 0);
		sums.value += (moved->amount + moved->options) * moved->price;
		sums.collateral += plm_collateral_value(asset, counted, false) * moved->price;
		sums.collateral_initial += plm_collateral_value(asset, counted, true) *
					   moved->price;
		if (asset->borrowed != 0)
			sums.maintenance += asset->borrowed * asset->loan_rate * moved->price;
	}
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		double price = view->assets[pool->legs[i].asset].price;
		sums.initial += view->legs[i].initial * price;
		sums.maintenance += view->legs[i].maintenance * price;
	}
	return sums;
}

void
pli_margin_close(const margin_view *view, plm_margin_numbers *numbers)
{
	double usage = view->pool->call_usage > 0 ? view->pool->call_usage : PLM_MARGIN_CALL_USAGE;
	if (isnan(numbers->ratio) && numbers->equity != 0)
		numbers->ratio = numbers->maintenance / numbers->equity;
	if (numbers->maintenance == 0 && view->pool->legs_count == 0 && numbers->equity >= 0) {
		numbers->call = numbers->liquidation = INFINITY;
		return;
	}
	numbers->liquidation = numbers->equity - numbers->maintenance;
	numbers->call = numbers->equity * usage - numbers->maintenance;
}

void
pli_margin_fill(const margin_view *view, const margin_sums *sums, plm_margin_numbers *numbers)
{
	numbers->value = sums->value;
	numbers->equity = sums->collateral;
	numbers->equity_initial = sums->collateral_initial;
	numbers->initial = sums->initial;
	numbers->maintenance = sums->maintenance;
	pli_margin_close(view, numbers);
}
