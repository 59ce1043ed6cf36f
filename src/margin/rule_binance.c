/* rule_binance.c: USD-M and COIN-M futures, multi-assets mode, portfolio margin, options. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

/* Each leg by its bracket: notional x rate - amount. */
static void
legs_require(const margin_view *view)
{
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		margin_leg *moved = &view->legs[i];
		const plm_margin_step *step = pli_margin_step(leg, moved);
		moved->maintenance = margin_max(
		    moved->notional * step->maintenance - step->deduction, 0);
		moved->initial = moved->notional * pli_margin_initial_rate(leg, step);
	}
}

void
pli_rule_binance_futures(const margin_view *view, plm_margin_numbers *numbers)
{
	legs_require(view);
	margin_sums sums = pli_margin_sum(view, false);
	pli_margin_fill(view, &sums, numbers);
}

/* What is asked in an asset is converted as a debt in it would be: at the ask rate. */
void
pli_rule_binance_multi(const margin_view *view, plm_margin_numbers *numbers)
{
	legs_require(view);
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		double ask = view->pool->assets[view->pool->legs[i].asset].debt_weight;
		view->legs[i].maintenance *= ask;
		view->legs[i].initial *= ask;
	}
	margin_sums sums = pli_margin_sum(view, false);
	pli_margin_fill(view, &sums, numbers);
}

/* uniMMR points the other way: equity over maintenance. */
void
pli_rule_binance_pm(const margin_view *view, plm_margin_numbers *numbers)
{
	legs_require(view);
	margin_sums sums = pli_margin_sum(view, false);
	if (sums.maintenance != 0)
		numbers->ratio = sums.collateral / sums.maintenance;
	pli_margin_fill(view, &sums, numbers);
	if (isinf(numbers->liquidation))
		return;
	numbers->call = numbers->equity - 1.5 * numbers->maintenance;
	numbers->liquidation = numbers->equity - 1.05 * numbers->maintenance;
}

void
pli_rule_binance_option(const margin_view *view, plm_margin_numbers *numbers)
{
	static const plm_option_shares defaults = {0.15, 0.10, 0.075, 0.05};
	const plm_option_shares *shares = view->pool->parameters == NULL ? &defaults
									 : view->pool->parameters;
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		margin_leg *moved = &view->legs[i];
		double index = view->prices[leg->underlying];
		double out = pli_margin_out_of_money(leg, index),
		       size = margin_max(-leg->quantity, 0);
		moved->initial = size * (margin_max(shares->initial * index - out,
					     shares->initial_min * index) +
					    moved->price);
		moved->maintenance = size * (margin_max(shares->maintenance * index - out,
						 shares->maintenance_min * index) +
						moved->price);
	}
	margin_sums sums = pli_margin_sum(view, false);
	pli_margin_fill(view, &sums, numbers);
}

const char *
plm_binance_pm_status(double uni_mmr)
{
	static const struct {
		double above;
		const char *text;
	} rows[] = {{1.5, "NORMAL"}, {1.2, "MARGIN_CALL"}, {1.05, "REDUCE_ONLY"},
	    {1.0, "FORCE_LIQUIDATION"}, {-INFINITY, "LIQUIDATION_AND_CLAIM"}};
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		if (uni_mmr > rows[i].above)
			return rows[i].text;
	return "UNKNOWN";
}
