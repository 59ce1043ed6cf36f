/* rule_okx.c: single- and multi-currency margin with the closing fee, options, portfolio margin. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_stress.h"
#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

/* Per coin: IMR max(floor, initial - out / F) x factor + mark, MMR share x factor + mark; a put's
 * floors grow with its mark. USD options: the shares times the price of the coin. The share of
 * maintenance is the leg's own, where it has a table. */
static void
option_require(const plm_okx_option *p, const plm_margin_leg *leg, margin_leg *moved)
{
	double size = margin_max(-leg->quantity, 0);
	double unit = leg->kind == PLM_MARGIN_LEG_OPTION_COIN ? 1 : moved->forward;
	double mark = moved->price / unit;
	double out = pli_margin_out_of_money(leg, moved->forward) / moved->forward;
	double floor = leg->put ? p->initial_min * (1 + mark) : p->initial_min;
	double own = leg->steps.count != 0 ? leg->steps.rows[0].maintenance : p->maintenance;
	double share = leg->put ? margin_max(own, own * mark) : own;
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
pm_of(const plm_margin_pool *pool, uint32_t underlying)
{
	static const plm_okx_pm defaults = {
	    0.12, 0.24, 0.5, 0.002, 0.0045, 1.3, {.moves_count = 0}};
	const plm_okx_pm *rows = pool->parameters;
	return rows == NULL ? &defaults : &rows[underlying];
}

/* Three steps each side, and nothing beside the legs. */
static plm_margin_stress
pm_grid(const plm_okx_pm *p)
{
	return (plm_margin_stress){.moves_count = 7, .range = p->move, .initial = p->initial};
}

static double
pm_far(const pli_stress *stress, const plm_okx_pm *p, const plm_margin_stress *grid)
{
	double worst = 0;
	for (int side = -1; side <= 1; side += 2) {
		double move = side * p->move_far;
		worst = margin_max(
		    worst, -pli_stress_gain(stress, move) - pli_stress_spot(stress, grid, move));
	}
	return worst * p->far_share;
}

/* Delta is told by the futures' own marks; options' by a small move of the index. */
static double
pm_delta(const pli_stress *stress)
{
	const margin_view *view = stress->view;
	double delta = 0, step = 1e-4;
	bool options = false;
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		if (leg->underlying != stress->underlying)
			continue;
		options |= pli_margin_is_option(leg);
		delta += copysign(view->legs[i].notional, leg->quantity) *
			 view->assets[leg->asset].price;
	}
	if (!options)
		return delta;
	return (pli_stress_gain(stress, step) - pli_stress_gain(stress, -step)) / (2 * step);
}

/* What the venue told stays as it was: MR3 is all that it adds, MR4 among it. */
static void
pm_parts(const margin_view *view, uint32_t underlying, plm_okx_pm_parts *parts)
{
	const plm_okx_pm *p = pm_of(view->pool, underlying);
	bool told = p->told.moves_count != 0;
	pli_stress stress = pli_stress_of(view, underlying);
	plm_margin_stress grid = told ? p->told : pm_grid(p);
	*parts = (plm_okx_pm_parts){
	    .mr1 = pli_stress_worst(&stress, &grid), .mr6 = pm_far(&stress, p, &grid)};
	if (told) {
		parts->mr2 = grid.decay / stress.usd;
		parts->mr3 = grid.added / stress.usd;
		parts->mr7 = grid.least / stress.usd;
		return;
	}
	double delta = fabs(pm_delta(&stress));
	parts->mr4 = p->basis * delta;
	parts->mr7 = p->least * delta;
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

static bool
pm_is_held(const margin_view *view, uint32_t underlying)
{
	for (uint32_t i = 0; i < view->pool->legs_count; i++)
		if (view->pool->legs[i].underlying == underlying)
			return true;
	return false;
}

void
pli_rule_okx_pm(const margin_view *view, plm_margin_numbers *numbers)
{
	double fees = legs_require(view), maintenance = 0, initial = 0;
	for (uint32_t u = 0; u < view->pool->underlyings_count; u++) {
		plm_okx_pm_parts parts;
		if (!pm_is_held(view, u))
			continue;
		pm_parts(view, u, &parts);
		double asked = plm_okx_pm_maintenance(&parts);
		maintenance += asked;
		initial += asked * pm_of(view->pool, u)->initial;
	}
	for (uint32_t i = 0; i < view->pool->legs_count; i++)
		view->legs[i].initial = view->legs[i].maintenance = 0;
	margin_sums sums = pli_margin_sum(view, true);
	sums.maintenance += maintenance;
	sums.initial += initial;
	numbers_close(view, &sums, fees, numbers);
}
