/* pool.c: a pool at moved prices, and the numbers of its rule. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "margin/margin_work.h"
#include "plimsoll/pricing.h"

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
	size_t doubles = (size_t)legs_max * 11 + (size_t)underlyings_max * 3;
	double *room = calloc(doubles + 1, sizeof *room);
	*work = (plm_margin_work){.legs_max = legs_max,
	    .assets_max = assets_max,
	    .underlyings_max = underlyings_max,
	    .legs = calloc(legs_max + 1, sizeof *work->legs),
	    .assets = calloc(assets_max + 1, sizeof *work->assets),
	    .options = {.put = calloc(legs_max + 1, 1),
		.leg = calloc(legs_max + 1, sizeof *work->options.leg)}};
	work->prices = room;
	work->kinks = calloc(legs_max + 1, sizeof *work->kinks);
	bool folds = pli_margin_fold_init(&work->fold, legs_max, underlyings_max);
	if (!folds || room == NULL || work->kinks == NULL || work->legs == NULL ||
	    work->assets == NULL || work->options.put == NULL || work->options.leg == NULL) {
		plm_margin_work_destroy(work);
		return NULL;
	}
	(void)take(&room, underlyings_max);
	work->factors = take(&room, underlyings_max);
	work->factors_of_rule = take(&room, underlyings_max);
	work->models = take(&room, legs_max);
	work->scratch = take(&room, 2 * legs_max);
	for (int i = 0; i < 3; i++)
		work->room[i] = take(&room, legs_max);
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
	free(work->kinks);
	free(work->legs);
	free(work->assets);
	free(work->options.put);
	free(work->options.leg);
	pli_margin_fold_fini(&work->fold);
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

/* The forward of an option when its underlying is times `factor`. */
static double
leg_forward(const plm_margin_pool *pool, const plm_margin_leg *leg, double factor)
{
	double forward = isnan(leg->forward) ? pool->underlyings[leg->underlying].price
					     : leg->forward;
	return (forward - leg->forward_fixed) * factor + leg->forward_fixed;
}

/* factors: by underlying, NULL none moves; vols: by leg, NULL the legs' own. */
static uint32_t
options_gather(
    const plm_margin_pool *pool, margin_options *options, const double *factors, const double *vols)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		if (!pli_margin_is_option(leg))
			continue;
		double factor = factors == NULL ? 1 : factors[leg->underlying];
		options->forward[count] = leg_forward(pool, leg, factor);
		options->strike[count] = leg->strike;
		options->years[count] = leg->years;
		options->vol[count] = vols == NULL ? leg->vol : vols[i];
		options->put[count] = leg->put;
		options->leg[count++] = i;
	}
	return count;
}

void
pli_margin_reprice(
    const margin_view *view, const double *factors, const double *vols, double *ret_prices)
{
	const plm_margin_pool *pool = view->pool;
	margin_options *options = &view->work->options;
	uint32_t count = options_gather(pool, options, NULL, vols);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = options->leg[i];
		double fixed = pool->legs[at].forward_fixed;
		options->forward[i] =
		    (view->legs[at].forward - fixed) * factors[pool->legs[at].underlying] + fixed;
		if (vols == NULL)
			options->vol[i] = view->legs[at].vol;
	}
	options_price(pool, options, count, ret_prices);
	for (uint32_t i = 0; i < pool->legs_count; i++)
		if (!pli_margin_is_option(&pool->legs[i]))
			ret_prices[i] = view->legs[i].price * factors[pool->legs[i].underlying];
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
		    .forward = leg_forward(pool, leg, factor),
		    .vol = leg->vol};
		if (!pli_margin_is_option(leg))
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
		if (pli_margin_is_option(&pool->legs[i]) && factors[pool->legs[i].underlying] != 1)
			work->legs[i].price = margin_max(
			    pool->legs[i].mark + prices[i] - work->models[i], 0);
}

double
pli_margin_gain(const plm_margin_leg *leg, double from, double to)
{
	return leg->quantity *
	       (leg->kind == PLM_MARGIN_LEG_INVERSE ? 1 / from - 1 / to : to - from);
}

double
pli_margin_coins(const plm_margin_leg *leg, const margin_leg *moved)
{
	return leg->kind == PLM_MARGIN_LEG_INVERSE ? moved->notional : fabs(leg->quantity);
}

static void
leg_derive(const plm_margin_leg *leg, double underlying, margin_leg *moved)
{
	double size = fabs(leg->quantity), from = isnan(leg->entry) ? leg->mark : leg->entry;
	double before = isnan(leg->entry) ? leg->profit : 0;
	moved->initial = moved->maintenance = NAN;
	if (leg->kind == PLM_MARGIN_LEG_INVERSE) {
		moved->notional = size / moved->price;
		moved->profit = before + pli_margin_gain(leg, from, moved->price);
		return;
	}
	moved->profit = before + pli_margin_gain(leg, from, moved->price);
	moved->notional = size * moved->price;
	if (!pli_margin_is_option(leg))
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
		if (pli_margin_is_option(&pool->legs[i])) {
			asset->options += work->legs[i].value;
			continue;
		}
		asset->profit += work->legs[i].profit;
		asset->amount += work->legs[i].profit;
	}
}

margin_view
pli_margin_view(plm_margin_work *work, const plm_margin_pool *pool)
{
	return (margin_view){work, pool, work->legs, work->assets, work->prices,
	    {work->room[0], work->room[1], work->room[2]}, work->factors_of_rule};
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
	margin_view view = pli_margin_view(work, pool);
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

double
plm_margin_transfer(const plm_margin_numbers *a, const plm_margin_numbers *b)
{
	double asked = a->maintenance + b->maintenance;
	return asked > 0 ? (b->equity * a->maintenance - a->equity * b->maintenance) / asked : NAN;
}

double
plm_margin_option_price(const plm_margin_leg *leg, double underlying)
{
	double forward = isnan(leg->forward) ? underlying : leg->forward, price, got;
	uint8_t put = leg->put;
	uint32_t at = 0;
	margin_options option = {.forward = &forward,
	    .strike = (double[]){leg->strike},
	    .years = (double[]){leg->years},
	    .vol = (double[]){leg->vol},
	    .price = &price,
	    .put = &put,
	    .leg = &at};
	options_price(&(plm_margin_pool){.legs = leg}, &option, 1, &got);
	return got;
}
