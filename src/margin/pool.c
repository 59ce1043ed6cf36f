/* pool.c: a pool at moved prices, and the numbers of its rule. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "margin/margin_work.h"
#include "plimsoll/pricing.h"

static bool
leg_is_option(const plm_margin_leg *leg)
{
	return leg->kind >= PLM_MARGIN_LEG_OPTION;
}

static double *
take(double **from, uint32_t count)
{
	double *taken = *from;
	*from += count;
	return taken;
}

plm_margin_work *
plm_margin_work_create(uint32_t legs_max, uint32_t assets_max, uint32_t underlyings_max)
{
	plm_margin_work *work = calloc(1, sizeof *work);
	if (work == NULL)
		return NULL;
	size_t doubles = (size_t)legs_max * 8 + (size_t)underlyings_max * 2;
	double *room = calloc(doubles + 1, sizeof *room);
	*work = (plm_margin_work){.legs_max = legs_max,
	    .assets_max = assets_max,
	    .underlyings_max = underlyings_max,
	    .legs = calloc(legs_max + 1, sizeof *work->legs),
	    .assets = calloc(assets_max + 1, sizeof *work->assets),
	    .options = {.put = calloc(legs_max + 1, 1),
		.leg = calloc(legs_max + 1, sizeof *work->options.leg)}};
	work->prices = room;
	if (room == NULL || work->legs == NULL || work->assets == NULL ||
	    work->options.put == NULL || work->options.leg == NULL) {
		plm_margin_work_destroy(work);
		return NULL;
	}
	(void)take(&room, underlyings_max);
	work->factors = take(&room, underlyings_max);
	work->models = take(&room, legs_max);
	work->scratch = take(&room, 2 * legs_max);
	work->options.forward = take(&room, legs_max);
	work->options.strike = take(&room, legs_max);
	work->options.years = take(&room, legs_max);
	work->options.vol = take(&room, legs_max);
	work->options.price = take(&room, legs_max);
	return work;
}

void
plm_margin_work_destroy(plm_margin_work *work)
{
	if (work == NULL)
		return;
	free(work->prices);
	free(work->legs);
	free(work->assets);
	free(work->options.put);
	free(work->options.leg);
	free(work);
}

/* The model's prices of all option legs, in their own terms, by leg. */
static void
options_price(const plm_margin_pool *pool, margin_options *options, uint32_t count, double *prices)
{
	plm_options inputs = {
	    options->forward, options->strike, options->years, options->vol, options->put};
	plm_greeks outputs = {.price = options->price};
	plm_black76(&inputs, &outputs, count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = options->leg[i];
		const plm_margin_leg *leg = &pool->legs[at];
		double price = options->price[i];
		if (leg->rate != 0)
			price *= exp(-leg->rate * options->years[i]);
		prices[at] = leg->kind == PLM_MARGIN_LEG_OPTION_COIN ? price / options->forward[i]
								     : price;
	}
}

static double
leg_forward(const plm_margin_pool *pool, const plm_margin_leg *leg)
{
	return isnan(leg->forward) ? pool->underlyings[leg->underlying].price : leg->forward;
}

/* factors: by underlying, NULL none moves; vols: by leg, NULL the legs' own. */
static uint32_t
options_gather(
    const plm_margin_pool *pool, margin_options *options, const double *factors, const double *vols)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		if (!leg_is_option(leg))
			continue;
		double factor = factors == NULL ? 1 : factors[leg->underlying];
		options->forward[count] = leg_forward(pool, leg) * factor;
		options->strike[count] = leg->strike;
		options->years[count] = leg->years;
		options->vol[count] = vols == NULL ? leg->vol : vols[i];
		options->put[count] = leg->put;
		options->leg[count++] = i;
	}
	return count;
}

void
pli_margin_models(plm_margin_work *work, const plm_margin_pool *pool)
{
	uint32_t count = options_gather(pool, &work->options, NULL, NULL);
	options_price(pool, &work->options, count, work->models);
}

/* Prices, forwards and vols of all legs after the move. */
static void
legs_move(plm_margin_work *work, const plm_margin_pool *pool, const plm_margin_move *move)
{
	const double *factors = move == NULL ? NULL : move->factors;
	double *vols = work->scratch, *prices = work->scratch + work->legs_max;
	bool has_options = false;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		double factor = factors == NULL ? 1 : factors[leg->underlying];
		work->legs[i] = (margin_leg){.price = leg->mark * factor,
		    .forward = leg_forward(pool, leg) * factor,
		    .vol = leg->vol};
		if (!leg_is_option(leg))
			continue;
		has_options = true;
		work->legs[i].price = leg->mark;
		if (factor != 1 && move->vol_power != 0)
			work->legs[i].vol *= pow(factor, -move->vol_power);
		vols[i] = work->legs[i].vol;
	}
	if (!has_options || factors == NULL)
		return;
	if (!work->models_kept)
		pli_margin_models(work, pool);
	uint32_t count = options_gather(pool, &work->options, factors, vols);
	options_price(pool, &work->options, count, prices);
	for (uint32_t i = 0; i < pool->legs_count; i++)
		if (leg_is_option(&pool->legs[i]) && factors[pool->legs[i].underlying] != 1)
			work->legs[i].price = margin_max(
			    pool->legs[i].mark + prices[i] - work->models[i], 0);
}

static void
leg_derive(const plm_margin_leg *leg, double underlying, margin_leg *moved)
{
	double size = fabs(leg->quantity), from = isnan(leg->entry) ? leg->mark : leg->entry;
	double before = isnan(leg->entry) ? leg->profit : 0;
	moved->initial = moved->maintenance = NAN;
	if (leg->kind == PLM_MARGIN_LEG_INVERSE) {
		moved->notional = size / moved->price;
		moved->profit = before + leg->quantity * (1 / from - 1 / moved->price);
		return;
	}
	moved->profit = before + leg->quantity * (moved->price - from);
	moved->notional = size * moved->price;
	if (!leg_is_option(leg))
		return;
	moved->value = leg->quantity * moved->price;
	moved->notional = leg->kind == PLM_MARGIN_LEG_OPTION ? size * underlying : size;
}

static void
assets_derive(plm_margin_work *work, const plm_margin_pool *pool, const double *factors)
{
	for (uint32_t i = 0; i < pool->assets_count; i++) {
		const plm_margin_asset *asset = &pool->assets[i];
		double factor = factors == NULL || asset->underlying == PLM_MARGIN_STILL
				    ? 1
				    : factors[asset->underlying];
		work->assets[i] = (margin_asset){
		    .price = asset->price * factor, .amount = asset->wallet};
	}
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		margin_asset *asset = &work->assets[pool->legs[i].asset];
		if (leg_is_option(&pool->legs[i])) {
			asset->options += work->legs[i].value;
			continue;
		}
		asset->profit += work->legs[i].profit;
		asset->amount += work->legs[i].profit;
	}
}

void
plm_margin_evaluate(plm_margin_work *work, const plm_margin_pool *pool, const plm_margin_move *move,
    plm_margin_numbers *ret_numbers)
{
	assert(pool->legs_count <= work->legs_max && pool->assets_count <= work->assets_max &&
	       pool->underlyings_count <= work->underlyings_max);
	const double *factors = move == NULL ? NULL : move->factors;
	for (uint32_t i = 0; i < pool->underlyings_count; i++)
		work->prices[i] = pool->underlyings[i].price * (factors == NULL ? 1 : factors[i]);
	legs_move(work, pool, move);
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		assert(pool->legs[i].asset < pool->assets_count &&
		       pool->legs[i].underlying < pool->underlyings_count);
		leg_derive(&pool->legs[i], work->prices[pool->legs[i].underlying], &work->legs[i]);
	}
	assets_derive(work, pool, factors);
	margin_view view = {work, pool, work->legs, work->assets, work->prices};
	*ret_numbers = (plm_margin_numbers){.ratio = NAN};
	pool->rule->evaluate(&view, ret_numbers);
}

void
plm_margin_leg_of(const plm_margin_work *work, uint32_t leg, plm_margin_leg_numbers *ret_numbers)
{
	assert(leg < work->legs_max);
	const margin_leg *from = &work->legs[leg];
	*ret_numbers = (plm_margin_leg_numbers){from->price, from->notional, from->profit,
	    from->value, from->initial, from->maintenance};
}

double
plm_margin_cushion(const plm_margin_numbers *numbers)
{
	return numbers->equity > 0 ? (numbers->equity - numbers->maintenance) / numbers->equity
				   : NAN;
}
