/* steps.c: tables of rates by size, and collateral by amount. */
#include <math.h>
#include <stddef.h>

#include "margin/rule.h"

void
plm_margin_deduct(plm_margin_step *rows, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		rows[i].deduction = i == 0 ? 0
					   : rows[i - 1].deduction +
						 rows[i].floor * (rows[i].maintenance -
								     rows[i - 1].maintenance);
}

const plm_margin_step *
plm_margin_step_of(const plm_margin_steps *steps, double measure)
{
	if (steps->count == 0 || isnan(measure))
		return NULL;
	uint32_t at = 0;
	for (uint32_t count = steps->count; count > 1;) {
		uint32_t half = count / 2;
		if (steps->rows[at + half].floor <= measure)
			at += half;
		count -= half;
	}
	return &steps->rows[at];
}

const plm_margin_step *
pli_margin_step(const plm_margin_leg *leg, const margin_leg *moved)
{
	static const plm_margin_step none = {NAN, NAN, NAN, NAN};
	const plm_margin_step *step = plm_margin_step_of(
	    &leg->steps, leg->steps.by_quantity ? fabs(leg->quantity) : moved->notional);
	return step == NULL ? &none : step;
}

double
pli_margin_initial_rate(const plm_margin_leg *leg, const plm_margin_step *step)
{
	return leg->leverage > 0 ? 1 / leg->leverage : step->initial;
}

double
pli_margin_out_of_money(const plm_margin_leg *leg, double price)
{
	double out = leg->put ? price - leg->strike : leg->strike - price;
	return out < 0 ? 0 : out;
}

/* Each slice of the amount at its own weight, as income tax is taken. */
static double
collateral_by_steps(const plm_margin_asset *asset, double amount)
{
	double value = 0;
	for (uint32_t i = 0; i < asset->steps_count; i++) {
		double from = asset->steps[i].floor;
		double to = i + 1 < asset->steps_count ? asset->steps[i + 1].floor : INFINITY;
		if (amount > from)
			value += (fmin(amount, to) - from) * asset->steps[i].weight;
	}
	return isnan(amount) ? NAN : value;
}

double
plm_collateral_value(const plm_margin_asset *asset, double amount, bool is_initial)
{
	if (amount < 0)
		return amount * asset->debt_weight;
	if (asset->steps_count != 0)
		return collateral_by_steps(asset, amount);
	return amount * (is_initial ? asset->weight_initial : asset->weight);
}
