/* exposure_greeks.c: gamma, vega and theta of options: the venue's, the model's, the chosen. */
#include <assert.h>
#include <math.h>

#include "exposure/exposure.h"
#include "exposure/exposure_state.h"

#define VEGA_TENOR_DAYS 30.0

static const plm_greek_set greeks_unknown = {NAN, NAN, NAN, NAN};

/* One position in an option, and what turns greeks per coin into USD of all of it. */
typedef struct option_leg {
	plm_instrument_id id;
	const plm_instrument *spec;
	const pli_mark_row *mark; /* NULL: none */
	double coins;             /* that the position controls */
	double rate;              /* USD per quote */
	double price;             /* of the underlying in quote units, where a mark does not say */
} option_leg;

static option_leg
option_of(const pli_exposure *exposure, uint32_t slot)
{
	assert((exposure->hot[slot].flags & HOT_OPTION) != 0);
	plm_instrument_id id = {exposure->instruments[slot]};
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(exposure->book), id);
	double rate = exposure->price_doubles[spec->quote.value];
	return (option_leg){.id = id,
	    .spec = spec,
	    .mark = pli_book_mark(exposure->book, id),
	    .coins = exposure->found[slot].control_coins,
	    .rate = rate,
	    .price = exposure->price_doubles[exposure->hot[slot].underlying] / rate};
}

/* price: of what gamma counts in. */
static plm_greek_set
greeks_usd(const option_leg *option, const plm_mark *greeks, double price)
{
	double usd = option->coins * option->rate;
	return (plm_greek_set){.delta = greeks->delta,
	    .gamma_usd_1pct = greeks->gamma * price * price / 100 * usd,
	    .vega_usd = greeks->vega * usd,
	    .theta_usd = greeks->theta * usd};
}

static plm_greek_set
greeks_of_venue(const pli_exposure *exposure, const option_leg *option)
{
	const pli_mark_row *mark = option->mark;
	if (mark == NULL || pli_exposure_is_stale(exposure, mark->whole_received_time_ns))
		return greeks_unknown;
	plm_decimal spot = mark->fact.underlying_price;
	double price = plm_decimal_is_known(spot) ? plm_decimal_to_double(spot) : option->price;
	return greeks_usd(option, &mark->fact, price);
}

static plm_greek_set
greeks_of_model(const option_leg *option, const exposure_model *model)
{
	plm_mark greeks = {.delta = model->delta,
	    .gamma = model->gamma,
	    .vega = model->vega,
	    .theta = model->theta};
	return greeks_usd(option, &greeks, model->forward);
}

static bool
greeks_are_whole(const plm_greek_set *greeks)
{
	return isfinite(greeks->gamma_usd_1pct) && isfinite(greeks->vega_usd) &&
	       isfinite(greeks->theta_usd);
}

static bool
greeks_are_none(const plm_greek_set *greeks)
{
	return isnan(greeks->gamma_usd_1pct) && isnan(greeks->vega_usd) && isnan(greeks->theta_usd);
}

/* The venue's are missing or late. */
static bool
greeks_need_model(
    const pli_exposure *exposure, const option_leg *option, const plm_greek_set *venue)
{
	return !greeks_are_whole(venue) || pli_exposure_greek_is_late(exposure, option->id,
					       option->mark->whole_received_time_ns);
}

/* Life left when the venue told its greeks, in days; a fact, so that rows do not change with time.
 */
static double
life_days(const option_leg *option)
{
	const pli_mark_row *mark = option->mark;
	if (mark == NULL)
		return NAN;
	plm_time_ns told_ns = mark->whole_venue_time_ns != 0 ? mark->whole_venue_time_ns
							     : mark->whole_received_time_ns;
	return (double)(option->spec->expiry_ns - told_ns) / (double)PLM_NS_PER_DAY;
}

/* One of them for all three. model: NULL where it is not needed or not known. */
static exposure_greeks
greeks_choose(const option_leg *option, const plm_greek_set *venue, const exposure_model *model)
{
	plm_greek_set of_model = greeks_unknown;
	if (model != NULL)
		of_model = greeks_of_model(option, model);
	bool by_model = greeks_are_whole(&of_model);
	const plm_greek_set *chosen = by_model ? &of_model : venue;
	double days = by_model ? model->years * 365 : life_days(option);
	return (exposure_greeks){.gamma_usd_1pct = chosen->gamma_usd_1pct,
	    .vega_usd = chosen->vega_usd,
	    .vega_usd_30d = days > 0 ? chosen->vega_usd * sqrt(VEGA_TENOR_DAYS / days) : NAN,
	    .theta_usd = chosen->theta_usd,
	    .source = by_model                 ? PLM_GREEK_MODEL
		      : greeks_are_none(venue) ? PLM_GREEK_MISSING
					       : PLM_GREEK_VENUE};
}

exposure_greeks
pli_exposure_greeks(const pli_exposure *exposure, uint32_t slot)
{
	exposure_model model;
	option_leg option = option_of(exposure, slot);
	plm_greek_set venue = greeks_of_venue(exposure, &option);
	bool by_model = greeks_need_model(exposure, &option, &venue) &&
			pli_exposure_model_of(exposure, option.id, &model);
	return greeks_choose(&option, &venue, by_model ? &model : NULL);
}

void
pli_exposure_fill_greeks(const pli_exposure *exposure, uint32_t slot, plm_leg *leg)
{
	exposure_model model;
	option_leg option = option_of(exposure, slot);
	plm_greek_set venue = greeks_of_venue(exposure, &option);
	bool known = pli_exposure_model_of(exposure, option.id, &model);
	bool by_model = known && greeks_need_model(exposure, &option, &venue);
	exposure_greeks greeks = greeks_choose(&option, &venue, by_model ? &model : NULL);
	leg->greeks_venue = venue;
	leg->greeks_model = known ? greeks_of_model(&option, &model) : greeks_unknown;
	leg->gamma_usd_1pct = greeks.gamma_usd_1pct;
	leg->vega_usd = greeks.vega_usd;
	leg->vega_usd_30d = greeks.vega_usd_30d;
	leg->theta_usd = greeks.theta_usd;
	leg->greeks_source = greeks.source;
	if (!known)
		return;
	leg->forward = model.forward;
	leg->vol = model.vol;
	leg->years = model.years;
	leg->forward_source = model.forward_source;
	leg->vol_source = model.vol_source;
}
