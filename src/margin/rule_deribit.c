/* rule_deribit.c: standard margin: futures by size, short options by shares of their forward. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

/* Rates rise with the position's coins; a linear contract is asked for at the index. */
static void
future_require(const margin_view *view, const plm_margin_leg *leg, margin_leg *moved)
{
	double coins = pli_margin_coins(leg, moved), rise = leg->steps.slope * coins;
	double of = leg->kind == PLM_MARGIN_LEG_INVERSE ? 1 : view->prices[leg->underlying];
	const plm_margin_step *step = pli_margin_step(leg, moved);
	moved->maintenance = (step->maintenance + rise) * coins * of;
	moved->initial = (step->initial + rise) * coins * of;
}

/* A long option was paid for. */
static void
option_require(const plm_margin_leg *leg, const plm_option_shares *shares, margin_leg *moved)
{
	double size = margin_max(-leg->quantity, 0);
	double unit = leg->kind == PLM_MARGIN_LEG_OPTION_COIN ? 1 : moved->forward;
	double out = pli_margin_out_of_money(leg, moved->forward) / moved->forward;
	double mark = moved->price, share = shares->maintenance;
	double maintenance = mark + share * unit;
	if (leg->put)
		maintenance = mark + margin_max(share * unit, share * mark);
	double initial = mark + margin_max(shares->initial - out, shares->initial_min) * unit;
	if (leg->put)
		initial = margin_max(initial, maintenance);
	moved->maintenance = size * maintenance;
	moved->initial = size * initial;
}

void
pli_rule_deribit_sm(const margin_view *view, plm_margin_numbers *numbers)
{
	static const plm_option_shares defaults = {0.15, 0.10, 0.075, 0};
	const plm_option_shares *shares = view->pool->parameters == NULL ? &defaults
									 : view->pool->parameters;
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		if (pli_margin_is_option(leg))
			option_require(leg, shares, &view->legs[i]);
		else
			future_require(view, leg, &view->legs[i]);
	}
	margin_sums sums = pli_margin_sum(view, false);
	pli_margin_fill(view, &sums, numbers);
}
