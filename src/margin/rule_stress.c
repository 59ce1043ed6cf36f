/* rule_stress.c: a grid of prices over what is held on one underlying, for rules by portfolio. */
#include <math.h>

#include "margin/rule_stress.h"

double
pli_margin_unit_usd(const margin_view *view, uint32_t underlying)
{
	for (uint32_t i = 0; i < view->pool->legs_count; i++) {
		const plm_margin_leg *leg = &view->pool->legs[i];
		bool coin = leg->kind == PLM_MARGIN_LEG_INVERSE ||
			    leg->kind == PLM_MARGIN_LEG_OPTION_COIN;
		if (leg->underlying == underlying && coin)
			return view->prices[underlying] / view->assets[leg->asset].price;
	}
	return 1;
}

pli_stress
pli_stress_of(const margin_view *view, uint32_t underlying)
{
	pli_stress stress = {
	    view, underlying, view->room[1], pli_margin_unit_usd(view, underlying)};
	for (uint32_t i = 0; i < view->pool->underlyings_count; i++)
		view->factors[i] = 1;
	pli_margin_reprice(view, view->factors, NULL, stress.base);
	return stress;
}

double
pli_stress_gain(const pli_stress *stress, double move)
{
	const margin_view *view = stress->view;
	const plm_margin_pool *pool = view->pool;
	double *prices = view->room[0], gain = 0;
	double shift = view->prices[stress->underlying] * move;
	view->factors[stress->underlying] = 1 + move;
	pli_margin_reprice(view, view->factors, NULL, prices);
	view->factors[stress->underlying] = 1;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		if (leg->underlying != stress->underlying)
			continue;
		double from = stress->base[i];
		double to = pli_margin_is_option(leg) ? prices[i] : from + shift;
		gain += pli_margin_gain(leg, from, to) * view->assets[leg->asset].price;
	}
	return gain;
}

double
pli_stress_spot(const pli_stress *stress, const plm_margin_stress *told, double move)
{
	return told->spot * stress->view->prices[stress->underlying] * move / stress->usd;
}

double
pli_stress_worst(const pli_stress *stress, const plm_margin_stress *told)
{
	double worst = 0, half = (told->moves_count - 1) / 2.0;
	for (uint32_t k = 0; k < told->moves_count; k++) {
		double move = half == 0 ? 0 : told->range * ((k - half) / half);
		double gain = pli_stress_gain(stress, move) + told->beside[k] / stress->usd +
			      pli_stress_spot(stress, told, move);
		worst = margin_max(worst, -gain);
	}
	return worst;
}

bool
pli_stress_is_whole(const plm_margin_stress *told)
{
	double sum = told->range + told->spot + told->decay + told->added + told->least +
		     told->initial;
	bool grid = told->moves_count % 2 == 1 && told->moves_count <= PLM_STRESS_MOVES_MAX &&
		    told->range > 0 && told->range < 1;
	for (uint32_t k = 0; grid && k < told->moves_count; k++)
		sum += told->beside[k];
	return grid && isfinite(sum);
}
