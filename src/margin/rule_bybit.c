/* rule_bybit.c: unified account: futures with the fee to close inside, short options. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_stress.h"
#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

static void
option_require(const margin_view *view, const plm_bybit_option *p, const plm_margin_leg *leg,
    margin_leg *moved)
{
	double size = margin_max(-leg->quantity, 0), index = view->prices[leg->underlying];
	double mark = moved->price;
	double entry = isnan(leg->entry) ? mark : leg->entry;
	double out = pli_margin_out_of_money(leg, index);
	double maintenance = margin_max(p->maintenance * index, p->maintenance * mark) + mark +
			     p->liquidation_fee * index;
	double initial = margin_max(p->initial * index - out, p->initial_min * index) +
			 margin_max(entry, mark);
	moved->maintenance = size * maintenance;
	moved->initial = size * margin_max(initial, maintenance);
}

/* Value at the mark, or at the entry as before September 2025. The fee to close is of a price that
 * is a leverage away. Returns the fee in the pool's unit. */
static double
future_require(const margin_view *view, bool at_entry, const plm_margin_leg *leg, margin_leg *moved)
{
	margin_leg held = *moved;
	if (at_entry)
		held.notional = leg->kind == PLM_MARGIN_LEG_INVERSE
				    ? fabs(leg->quantity) / leg->entry
				    : fabs(leg->quantity) * leg->entry;
	const plm_margin_step *step = pli_margin_step(leg, &held);
	double away = leg->leverage > 0 ? 1 / leg->leverage : 0;
	double fee = held.notional * (leg->quantity < 0 ? 1 + away : 1 - away) * leg->fee;
	moved->initial = held.notional * pli_margin_initial_rate(leg, step) + fee;
	moved->maintenance = margin_max(held.notional * step->maintenance - step->deduction, 0) +
			     fee;
	return fee * view->assets[leg->asset].price;
}

static void
bybit_evaluate(const margin_view *view, bool at_entry, plm_margin_numbers *numbers)
{
	static const plm_bybit_option defaults = {0.15, 0.10, 0.03, 0.002};
	const plm_bybit_option *p = view->pool->parameters == NULL ? &defaults
								   : view->pool->parameters;
	double fees = 0;
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		if (pli_margin_is_option(leg))
			option_require(view, p, leg, &view->legs[i]);
		else
			fees += future_require(view, at_entry, leg, &view->legs[i]);
	}
	margin_sums sums = pli_margin_sum(view, false);
	sums.value -= fees;
	pli_margin_fill(view, &sums, numbers);
}

void
pli_rule_bybit(const margin_view *view, plm_margin_numbers *numbers)
{
	bybit_evaluate(view, false, numbers);
}

void
pli_rule_bybit_entry(const margin_view *view, plm_margin_numbers *numbers)
{
	bybit_evaluate(view, true, numbers);
}

double
plm_bybit_option_buy(double quantity, double price, double index, double fee_rate, double *ret_fee)
{
	*ret_fee = quantity * index * fee_rate;
	return quantity * price + *ret_fee;
}

double
plm_bybit_rate(double margin, double equity)
{
	return floor(margin / equity * 1e4) / 1e4;
}

void
plm_bybit_pm_sum(const plm_bybit_pm_parts *parts, double *ret_maintenance, double *ret_initial)
{
	double loss = margin_max(-parts->scenario, 0);
	*ret_maintenance = loss + parts->contingency;
	*ret_initial = *ret_maintenance * parts->initial;
}

/* NaN where the venue told nothing of legs that are there. */
static void
pm_ask(const margin_view *view, uint32_t underlying, double *ret_maintenance, double *ret_initial)
{
	const plm_margin_stress *rows = view->pool->parameters;
	const plm_margin_stress *told = rows == NULL ? NULL : &rows[underlying];
	bool held = false;
	for (uint32_t i = 0; i < view->pool->legs_count; i++)
		held |= view->pool->legs[i].underlying == underlying;
	*ret_maintenance = *ret_initial = held ? NAN : 0;
	if (told == NULL || told->moves_count == 0)
		return;
	pli_stress stress = pli_stress_of(view, underlying);
	plm_bybit_pm_parts parts = {
	    -pli_stress_worst(&stress, told), told->added / stress.usd, told->initial};
	plm_bybit_pm_sum(&parts, ret_maintenance, ret_initial);
}

/* Of one underlying after the other: their losses add up. */
void
pli_rule_bybit_pm(const margin_view *view, plm_margin_numbers *numbers)
{
	double maintenance = 0, initial = 0;
	for (uint32_t u = 0; u < view->pool->underlyings_count; u++) {
		double asked, asked_initial;
		pm_ask(view, u, &asked, &asked_initial);
		maintenance += asked;
		initial += asked_initial;
	}
	for (uint32_t i = 0; i < view->pool->legs_count; i++)
		view->legs[i].initial = view->legs[i].maintenance = 0;
	margin_sums sums = pli_margin_sum(view, true);
	sums.maintenance += maintenance;
	sums.initial += initial;
	sums.collateral = sums.collateral_initial = sums.value;
	for (uint32_t i = 0; i < view->pool->legs_count; i++)
		view->legs[i].initial = view->legs[i].maintenance = NAN;
	pli_margin_fill(view, &sums, numbers);
}
