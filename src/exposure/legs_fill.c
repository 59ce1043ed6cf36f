/* legs_fill.c: whole legs, with everything that a proof shows. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mutant.h"
#include "exposure/exposure.h"
#include "exposure/exposure_state.h"

const exposure_cell *
pli_exposure_cell_of(const pli_exposure *exposure, plm_account_id account, plm_asset_id asset)
{
	uint32_t cell = pli_row_index_find(
	    &exposure->cell_index, (pli_row_key){account.value, asset.value, 0});
	return cell == PLI_ROW_NONE ? NULL : &exposure->cells[cell];
}

#define VEGA_TENOR_DAYS 30.0

static const plm_greek_set greeks_unknown = {NAN, NAN, NAN, NAN};

/* What turns greeks per coin of option into USD of the whole position. */
typedef struct greek_scale {
	double coins; /* that the position controls */
	double rate;  /* USD per quote */
} greek_scale;

/* price: of what gamma counts in. */
static plm_greek_set
greeks_usd(greek_scale scale, const plm_mark *greeks, double price)
{
	double usd = scale.coins * scale.rate;
	return (plm_greek_set){.delta = greeks->delta,
	    .gamma_usd_1pct = greeks->gamma * price * price / 100 * usd,
	    .vega_usd = greeks->vega * usd,
	    .theta_usd = greeks->theta * usd};
}

static plm_greek_set
greeks_of_venue(const pli_exposure *exposure, const plm_leg *leg, greek_scale scale)
{
	const pli_mark_row *mark = pli_book_mark(exposure->book, leg->instrument);
	if (mark == NULL || pli_exposure_is_stale(exposure, mark->whole_received_time_ns))
		return greeks_unknown;
	plm_decimal spot = mark->fact.underlying_price;
	double price = plm_decimal_is_known(spot)
			   ? plm_decimal_to_double(spot)
			   : plm_decimal_to_double(leg->price_usd) / scale.rate;
	return greeks_usd(scale, &mark->fact, price);
}

static plm_greek_set
greeks_of_model(const exposure_model *model, greek_scale scale)
{
	plm_mark greeks = {.delta = model->delta,
	    .gamma = model->gamma,
	    .vega = model->vega,
	    .theta = model->theta};
	return greeks_usd(scale, &greeks, model->forward);
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

/* Gamma, vega and theta: the venue's unless they are missing or late, else the model's; one of
 * them for all three. */
static void
choose_greeks(const pli_exposure *exposure, plm_leg *leg)
{
	const pli_mark_row *mark = pli_book_mark(exposure->book, leg->instrument);
	const plm_greek_set *venue = &leg->greeks_venue, *model = &leg->greeks_model;
	bool late = mark == NULL || pli_exposure_greek_is_late(
					exposure, leg->instrument, mark->whole_received_time_ns);
	bool by_model = (late || !greeks_are_whole(venue)) && greeks_are_whole(model);
	const plm_greek_set *chosen = by_model ? model : venue;
	leg->greeks_source = by_model                 ? PLM_GREEK_MODEL
			     : greeks_are_none(venue) ? PLM_GREEK_MISSING
						      : PLM_GREEK_VENUE;
	leg->gamma_usd_1pct = chosen->gamma_usd_1pct;
	leg->vega_usd = chosen->vega_usd;
	leg->theta_usd = chosen->theta_usd;
}

/* Life left when the greeks were told, in days; a fact, so that rows do not change with time. */
static double
life_days(const pli_exposure *exposure, const plm_leg *leg)
{
	if (leg->greeks_source == PLM_GREEK_MODEL)
		return leg->years * 365;
	const pli_mark_row *mark = pli_book_mark(exposure->book, leg->instrument);
	if (mark == NULL)
		return NAN;
	plm_time_ns told_ns = mark->whole_venue_time_ns != 0 ? mark->whole_venue_time_ns
							     : mark->whole_received_time_ns;
	return (double)(leg->expiry_ns - told_ns) / (double)PLM_NS_PER_DAY;
}

static void
fill_greeks(const pli_exposure *exposure, const exposure_derived *d, plm_leg *leg)
{
	leg->greeks_venue = leg->greeks_model = greeks_unknown;
	leg->strike = d->spec->strike;
	leg->greeks_time_ns = d->delta_time_ns;
	greek_scale scale = {
	    plm_decimal_to_double(d->quantity_coins) * plm_decimal_to_double(d->factor),
	    plm_decimal_to_double(exposure->prices[d->spec->quote.value].usd)};
	leg->greeks_venue = greeks_of_venue(exposure, leg, scale);
	exposure_model model;
	if (pli_exposure_model_of(exposure, leg->instrument, &model)) {
		leg->greeks_model = greeks_of_model(&model, scale);
		leg->forward = model.forward;
		leg->vol = model.vol;
		leg->years = model.years;
		leg->forward_source = model.forward_source;
		leg->vol_source = model.vol_source;
	}
	choose_greeks(exposure, leg);
	double days = life_days(exposure, leg);
	leg->vega_usd_30d = days > 0 ? leg->vega_usd * sqrt(VEGA_TENOR_DAYS / days) : NAN;
}

static void
fill_position(const pli_exposure *exposure, const pli_position_row *row, plm_leg *leg)
{
	exposure_derived d;
	pli_exposure_derive_position(exposure, row, &d);
	leg->instrument = row->fact.instrument;
	leg->side = row->fact.side;
	leg->unit = row->fact.unit;
	leg->quantity = row->fact.quantity;
	leg->delta = d.delta;
	leg->mark_price = d.mark_price;
	leg->mark_time_ns = d.mark_time_ns;
	leg->delta_source = d.delta_source;
	leg->multiplier = plm_decimal_unknown();
	if (d.spec == NULL)
		return;
	leg->asset = d.spec->underlying;
	leg->settle = d.spec->settle;
	leg->kind = d.spec->kind;
	leg->expiry_ns = d.spec->expiry_ns;
	leg->multiplier = row->fact.unit == PLM_UNIT_CONTRACTS ? d.spec->multiplier
							       : plm_decimal_from_int(1);
	if (d.spec->kind == PLM_KIND_OPTION) {
		leg->price_usd = exposure->prices[leg->underlying.value].usd;
		fill_greeks(exposure, &d, leg);
	}
}

/* Oldest mark in an account's derived P&L; 0 when none is used. */
static plm_time_ns
collateral_mark_time(const pli_exposure *exposure, const pli_balance_row *row)
{
	const exposure_cell *cell = pli_exposure_cell_of(exposure, row->account, row->fact.asset);
	if (plm_decimal_is_known(row->fact.collateral) || cell == NULL ||
	    exposure->cell_positions[cell - exposure->cells] == 0)
		return 0;
	plm_time_ns oldest = 0;
	for (uint32_t i = pli_book_position_first_of_account(exposure->book, row->account);
	     i != PLI_ROW_NONE; i = pli_book_position_next_of_account(exposure->book, i)) {
		const exposure_pnl *pnl = &exposure->pnl[i];
		plm_time_ns time_ns = 0;
		if (pnl->cell == PLI_ROW_NONE || &exposure->cells[pnl->cell] != cell)
			continue;
		(void)pli_exposure_mark_price(
		    exposure, pli_book_position(exposure->book, i), &time_ns);
		if (time_ns != 0 && (oldest == 0 || time_ns < oldest))
			oldest = time_ns;
	}
	return oldest;
}

static void
fill_balance(const pli_exposure *exposure, const pli_balance_row *row, plm_leg *leg)
{
	leg->asset = row->fact.asset;
	leg->settle = row->fact.asset;
	leg->kind = PLM_KIND_SPOT;
	leg->unit = PLM_UNIT_COINS;
	leg->delta = 1;
	leg->mark_price = plm_decimal_unknown();
	leg->mark_time_ns = collateral_mark_time(exposure, row);
	const exposure_cell *cell = pli_exposure_cell_of(exposure, row->account, row->fact.asset);
	leg->quantity = pli_exposure_derive_collateral(exposure, row, cell);
	plm_asset_id underlying;
	pli_exposure_alias(exposure, row->fact.asset, &underlying, &leg->multiplier);
}

static void
leg_price(const pli_exposure *exposure, uint32_t slot, plm_leg *leg)
{
	const exposure_price *price = &exposure->prices[leg->underlying.value];
	leg->price_usd = price->usd;
	leg->delta_usd = plm_decimal_unknown();
	if (!leg->included)
		return;
	plm_int128 usd;
	bool zero = pli_mutant(EXPOSURE_UNPRICED_ZERO) && !plm_decimal_is_known(price->usd);
	if (zero)
		usd = 0;
	if (zero || exposure_usd(exposure, slot, &usd)) {
		leg->priced = 1;
		leg->delta_usd = (plm_decimal){usd};
	} else {
		leg->reason = plm_decimal_is_known(price->usd) ? PLM_REASON_OVERFLOW
							       : PLM_REASON_NO_PRICE;
	}
	if (price->time_ns != 0 && (leg->mark_time_ns == 0 || price->time_ns < leg->mark_time_ns))
		leg->mark_time_ns = price->time_ns;
}

void
pli_exposure_fill_leg(const pli_exposure *exposure, uint32_t slot, plm_leg *ret_leg)
{
	const exposure_hot *hot = &exposure->hot[slot];
	assert((hot->flags & HOT_LISTED) != 0);
	const exposure_account *account = &exposure->accounts[hot->account];
	memset(ret_leg, 0, sizeof *ret_leg);
	ret_leg->strike = plm_decimal_unknown();
	ret_leg->forward = ret_leg->vol = ret_leg->years = NAN;
	ret_leg->account.value = hot->account;
	ret_leg->venue.value = account->venue;
	ret_leg->underlying.value = hot->underlying;
	ret_leg->pool = hot->pool;
	ret_leg->reason = hot->reason;
	ret_leg->feed_status = account->feed_status;
	ret_leg->included = (hot->flags & HOT_INCLUDED) != 0;
	ret_leg->delta_coins = ret_leg->included ? (plm_decimal){exposure_coins(exposure, slot)}
						 : plm_decimal_unknown();
	if ((hot->flags & HOT_COLLATERAL) != 0) {
		const pli_balance_row *row = pli_book_balance(
		    exposure->book, slot - exposure->positions_max);
		ret_leg->fact_time_ns = row->received_time_ns;
		fill_balance(exposure, row, ret_leg);
	} else {
		const pli_position_row *row = pli_book_position(exposure->book, slot);
		ret_leg->fact_time_ns = row->received_time_ns;
		fill_position(exposure, row, ret_leg);
	}
	leg_price(exposure, slot, ret_leg);
}
