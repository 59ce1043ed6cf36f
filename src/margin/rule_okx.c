/* rule_okx.c: single- and multi-currency margin with the closing fee, options, portfolio margin. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

/* Per coin: IMR max(floor, initial - out / F) x factor + mark, MMR share x factor + mark; a put's
 * floors grow with its mark. USD options: the shares times the price of the coin. */
static void
option_require(const plm_okx_option *p, const plm_margin_leg *leg, margin_leg *moved)
{
	double size = margin_max(-leg->quantity, 0);
	double unit = leg->kind == PLM_MARGIN_LEG_OPTION_COIN ? 1 : moved->forward;
	double mark = moved->price / unit;
	double out = pli_margin_out_of_money(leg, moved->forward) / moved->forward;
	double floor = leg->put ? p->initial_min * (1 + mark) : p->initial_min;
	double share = leg->put ? margin_max(p->maintenance, p->maintenance * mark)
				: p->maintenance;
	moved->initial = size * unit * (margin_max(floor, p->initial - out) * leg->factor + mark);
	moved->maintenance = size * unit * (share * leg->factor + mark);
}

/* Sets each leg's margins; returns what closing all futures would cost, in the pool's unit. */
static double
legs_require(const margin_view *view)
{
	static const plm_okx_option defaults = {0.15, 0.10, 0.03};
	const plm_okx_option *p = view->pool->parameters == NULL ? &defaults
								 : view->pool->parameters;
	double fees = 0;
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		margin_leg *moved = &view->legs[i];
		if (pli_margin_is_option(leg)) {
			option_require(p, leg, moved);
			continue;
		}
		const plm_margin_step *step = pli_margin_step(leg, moved);
		moved->maintenance = moved->notional * step->maintenance;
		moved->initial = moved->notional * pli_margin_initial_rate(leg, step);
		fees += moved->notional * leg->fee * view->assets[leg->asset].price;
	}
	return fees;
}

/* mgnRatio: equity over maintenance and closing fees; taken over at 1. The call is ours. */
static void
numbers_close(
    const margin_view *view, const margin_sums *sums, double fees, plm_margin_numbers *numbers)
{
	pli_margin_fill(view, sums, numbers);
	double asked = sums->maintenance + fees;
	numbers->ratio = asked == 0 ? NAN : sums->collateral / asked;
	if (isinf(numbers->liquidation))
		return;
	numbers->call -= fees;
	numbers->liquidation -= fees;
}

void
pli_rule_okx(const margin_view *view, plm_margin_numbers *numbers)
{
	double fees = legs_require(view);
	margin_sums sums = pli_margin_sum(view, false);
	numbers_close(view, &sums, fees, numbers);
}

double
plm_okx_pm_maintenance(const plm_okx_pm_parts *parts)
{
	double most = margin_max(margin_max(parts->mr1, parts->mr2), parts->mr6);
	return margin_max(most + parts->mr3 + parts->mr4 + parts->mr5, parts->mr7);
}

static const plm_okx_pm *
pm_of(const plm_margin_pool *pool)
{
	static const plm_okx_pm defaults = {0.12, 0.24, 0.5, 0.002, 0.0045, 1.3};
	return pool->parameters == NULL ? &defaults : pool->parameters;
}

/* The gain of all legs on one underlying, whose index moves by `move`: of futures by their coins,
 * since the shock is to the index. */
static double
pm_gain(const margin_view *view, uint32_t underlying, double move)
{
	const plm_margin_pool *pool = view->pool;
	double *prices = view->room[0], *base = view->room[1], gain = 0;
	for (uint32_t i = 0; i < pool->underlyings_count; i++)
		view->factors[i] = 1;
	pli_margin_reprice(view, view->factors, NULL, base);
	view->factors[underlying] = 1 + move;
	pli_margin_reprice(view, view->factors, NULL, prices);
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		if (leg->underlying != underlying)
			continue;
		double shift = view->prices[underlying] * move;
		double to = pli_margin_is_option(leg) ? prices[i] : base[i] + shift;
		gain += pli_margin_gain(leg, base[i], to) * view->assets[leg->asset].price;
	}
	return gain;
}

static double
pm_delta_usd(const margin_view *view, uint32_t underlying)
{
	double step = 1e-4;
	return (pm_gain(view, underlying, step) - pm_gain(view, underlying, -step)) / (2 * step);
}

/* Delta is told by the futures' own marks; options' by a small move of the index. */
static void
pm_parts(const margin_view *view, uint32_t underlying, plm_okx_pm_parts *parts)
{
	const plm_okx_pm *p = pm_of(view->pool);
	double worst = 0, delta_usd = 0;
	for (int k = -3; k <= 3; k++)
		worst = margin_max(worst, -pm_gain(view, underlying, p->move * k / 3));
	double far = margin_max(
	    -pm_gain(view, underlying, p->move_far), -pm_gain(view, underlying, -p->move_far));
	bool options = false;
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		if (leg->underlying != underlying)
			continue;
		options |= pli_margin_is_option(leg);
		delta_usd += copysign(view->legs[i].notional, leg->quantity) *
			     view->assets[leg->asset].price;
	}
	if (options)
		delta_usd = pm_delta_usd(view, underlying);
	*parts = (plm_okx_pm_parts){.mr1 = worst,
	    .mr4 = p->basis * fabs(delta_usd),
	    .mr6 = margin_max(far, 0) * p->far_share,
	    .mr7 = p->least * fabs(delta_usd)};
}

void
plm_okx_pm_parts_of(plm_margin_work *work, const plm_margin_pool *pool, uint32_t underlying,
    plm_okx_pm_parts *ret_parts)
{
	plm_margin_numbers numbers;
	plm_margin_evaluate(work, pool, NULL, &numbers);
	margin_view view = pli_margin_view(work, pool);
	pm_parts(&view, underlying, ret_parts);
}

void
pli_rule_okx_pm(const margin_view *view, plm_margin_numbers *numbers)
{
	double fees = legs_require(view), asked = 0;
	for (uint32_t u = 0; u < view->pool->underlyings_count; u++) {
		plm_okx_pm_parts parts;
		pm_parts(view, u, &parts);
		asked += plm_okx_pm_maintenance(&parts);
	}
	for (uint32_t i = 0; i < view->pool->legs_count; i++)
		view->legs[i].initial = view->legs[i].maintenance = 0;
	margin_sums sums = pli_margin_sum(view, true);
	sums.maintenance += asked;
	sums.initial += asked * pm_of(view->pool)->initial;
	numbers_close(view, &sums, fees, numbers);
}
