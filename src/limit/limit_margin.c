/* limit_margin.c: measures of margin pools: the worst pool of a scope. */
#include <math.h>
#include <stddef.h>

#include "limit/limit_state.h"

/* An estimate counts where what it says the venue asks is this near to what the venue says. */
#define ESTIMATE_RESIDUAL_MAX 0.05

bool
pli_limit_is_margin(const plm_limit_fact *fact)
{
	return (fact->measure >= PLM_MEASURE_MARGIN_USAGE &&
		   fact->measure <= PLM_MEASURE_RESIDUAL_PCT) ||
	       fact->measure == PLM_MEASURE_CALL_SIGMAS;
}

static plm_threshold
threshold_of(uint8_t measure)
{
	return measure == PLM_MEASURE_LIQUIDATION_PCT ? PLM_THRESHOLD_LIQUIDATION
						      : PLM_THRESHOLD_CALL;
}

static double
pct_nearest(const pli_ladder_row *row, uint8_t measure)
{
	double share = pli_ladder_nearest(row, threshold_of(measure), NULL);
	return isinf(share) ? PLM_LIMIT_PCT_NONE : 100 * share;
}

/* Of a day of what moves; a pool that no price calls is as far in sigmas as in per cent. */
static double
call_sigmas(const pli_ladder_row *row)
{
	uint32_t side;
	double share = pli_ladder_nearest(row, PLM_THRESHOLD_CALL, &side);
	if (isinf(share))
		return PLM_LIMIT_PCT_NONE;
	if (isnan(share) || share <= 0)
		return share;
	return fabs(log(row->rungs[PLM_THRESHOLD_CALL][side].factor)) / row->sigma_day;
}

/* Usage or cushion; NaN: not known. */
static double
share_of(const plm_margin_numbers *numbers, uint8_t measure)
{
	if (isnan(numbers->equity) || isnan(numbers->maintenance))
		return NAN;
	if (measure == PLM_MEASURE_MARGIN_USAGE)
		return numbers->equity > 0 ? numbers->maintenance / numbers->equity : INFINITY;
	return numbers->equity > 0 ? plm_margin_cushion(numbers) : -INFINITY;
}

static bool
is_share(uint8_t measure)
{
	return measure == PLM_MEASURE_MARGIN_USAGE || measure == PLM_MEASURE_CUSHION;
}

/* NaN: not known of this pool. */
static double
pool_measure(const pli_ladder_row *row, uint8_t measure, plm_alert_basis basis)
{
	if (basis == PLM_ALERT_BASIS_VENUE)
		return share_of(&row->venue, measure);
	if (row->reason != NULL)
		return NAN;
	switch (measure) {
	case PLM_MEASURE_MARGIN_USAGE:
	case PLM_MEASURE_CUSHION:
		return share_of(&row->numbers, measure);
	case PLM_MEASURE_CALL_PCT:
	case PLM_MEASURE_LIQUIDATION_PCT:
		return pct_nearest(row, measure);
	case PLM_MEASURE_CALL_SIGMAS:
		return call_sigmas(row);
	default:
		return fabs(pli_ladder_residual(row)) * 100;
	}
}

/* Is there nothing unknown that could make it worse? */
static bool
pool_is_whole(const pli_ladder_row *row, uint8_t measure)
{
	bool distance = measure == PLM_MEASURE_CALL_PCT || measure == PLM_MEASURE_CALL_SIGMAS ||
			measure == PLM_MEASURE_LIQUIDATION_PCT;
	return !distance || pli_ladder_is_whole(row, threshold_of(measure));
}

/* A rule that is an estimate never alarms alone: the venue's own number must be near, or
 * have been when last the two could be compared. */
static bool
ours_count(const pli_ladder_row *row, uint8_t measure)
{
	return measure == PLM_MEASURE_RESIDUAL_PCT || !row->is_estimate ||
	       fabs(row->residual_last) <= ESTIMATE_RESIDUAL_MAX;
}

/* Where ours are not there, or do not count, the venue's own sums stand for a share; they know of
 * no distance. */
static plm_alert_basis
basis_of(const pli_book *book, const pli_ladder_row *row, uint8_t measure)
{
	bool ours = row->reason == NULL && ours_count(row, measure);
	if (!ours && is_share(measure) && !isnan(share_of(&row->venue, measure)) &&
	    pli_book_pools_stands(book, row->venue_time_ns))
		return PLM_ALERT_BASIS_VENUE;
	return (row->implied & PLI_IMPLIED_RATES) != 0 ? PLM_ALERT_BASIS_IMPLIED
						       : PLM_ALERT_BASIS_OURS;
}

/* Of usage and residual more is worse, of the others less. */
static bool
is_worse(uint8_t measure, double value, double than)
{
	bool more = measure == PLM_MEASURE_MARGIN_USAGE || measure == PLM_MEASURE_RESIDUAL_PCT;
	if (isnan(value))
		return false;
	return isnan(than) || (more ? value > than : value < than);
}

typedef struct margin_worst {
	const pli_ladder_row *row;
	double value;
	plm_alert_basis basis;
	bool whole, empty;
} margin_worst;

static void
worst_take(margin_worst *worst, const pli_book *book, const pli_ladder_row *row, uint8_t measure)
{
	if (row == NULL)
		return;
	plm_alert_basis basis = basis_of(book, row, measure);
	if (basis != PLM_ALERT_BASIS_VENUE && !ours_count(row, measure))
		return;
	double value = pool_measure(row, measure, basis);
	worst->empty = false;
	worst->whole &= !isnan(value) && pool_is_whole(row, measure);
	if (is_worse(measure, value, worst->value)) {
		worst->value = value;
		worst->basis = basis;
		worst->row = row;
	}
}

static margin_worst
worst_of(const pli_limits *limits, const limit_state *state)
{
	const pli_margin *margin = limits->margin;
	uint8_t measure = limits->facts[state->limit].measure;
	plm_exposure_query query = pli_limit_query(limits, state);
	const pli_book *book = pli_exposure_book(limits->exposure);
	margin_worst worst = {NULL, NAN, PLM_ALERT_BASIS_OURS, true, true};
	if (margin == NULL)
		return worst;
	if (query.account.value != 0) {
		for (uint32_t i = pli_margin_first_of_account(margin, query.account);
		     i != PLI_ROW_NONE; i = pli_margin_next_of_account(margin, i))
			worst_take(&worst, book, pli_margin_pool(margin, i), measure);
		return worst;
	}
	for (uint32_t i = 0; i < pli_margin_pools_count(margin); i++) {
		const pli_ladder_row *row = pli_margin_pool(margin, i);
		bool inside = row != NULL &&
			      pli_limit_holds_account(limits, &query, row->key.account) &&
			      (query.underlying.value == 0 ||
				  query.underlying.value == row->moved.value);
		worst_take(&worst, book, inside ? row : NULL, measure);
	}
	return worst;
}

/* Is there an open position in the scope? */
static bool
scope_holds(const pli_limits *limits, const limit_state *state)
{
	const pli_book *book = pli_exposure_book(limits->exposure);
	const pli_registry *registry = pli_book_registry(book);
	plm_exposure_query query = pli_limit_query(limits, state);
	for (uint32_t i = 0; i < pli_book_positions_count(book); i++) {
		const pli_position_row *row = pli_book_position(book, i);
		const plm_instrument *spec = pli_registry_instrument_get(
		    registry, row->fact.instrument);
		bool of = query.underlying.value == 0 || spec == NULL ||
			  spec->underlying.value == query.underlying.value;
		if (row->open != 0 && of && pli_limit_holds_account(limits, &query, row->account))
			return true;
	}
	return false;
}

/* Where nothing is held nothing is asked, and no price calls. */
static double
value_of_nothing(uint8_t measure)
{
	switch (measure) {
	case PLM_MEASURE_MARGIN_USAGE:
		return 0;
	case PLM_MEASURE_CUSHION:
		return 1;
	case PLM_MEASURE_RESIDUAL_PCT:
		return NAN;
	default:
		return PLM_LIMIT_PCT_NONE;
	}
}

limit_value
pli_limit_margin_value(const pli_limits *limits, const limit_state *state)
{
	margin_worst worst = worst_of(limits, state);
	if (worst.row == NULL && limits->margin != NULL && !scope_holds(limits, state)) {
		worst.value = value_of_nothing(limits->facts[state->limit].measure);
		worst.whole = true;
	}
	return (limit_value){.value = worst.value,
	    .upper = worst.value,
	    .lower = worst.value,
	    .net_usd = NAN,
	    .whole = worst.whole,
	    .empty = worst.empty};
}

/* Price of the nearest call, or liquidation where that is what is measured; NaN: none, or past. */
static double
nearest_price(const pli_ladder_row *row, uint8_t measure)
{
	uint32_t side;
	plm_threshold threshold = threshold_of(measure);
	double share = pli_ladder_nearest(row, threshold, &side);
	return isfinite(share) ? row->spot * row->rungs[threshold][side].factor : NAN;
}

void
pli_limit_margin_mover(const pli_limits *limits, const limit_state *state, plm_alert *alert)
{
	uint8_t measure = limits->facts[state->limit].measure;
	margin_worst worst = worst_of(limits, state);
	if (worst.row == NULL)
		return;
	alert->legs_count = 1;
	alert->legs[0].account = worst.row->key.account.value;
	alert->legs[0].instrument = worst.row->dominant.value;
	alert->legs[0].asset = worst.row->moved.value;
	alert->basis = (uint8_t)worst.basis;
	bool ours = worst.basis != PLM_ALERT_BASIS_VENUE;
	double price = ours ? nearest_price(worst.row, measure) : NAN;
	alert->legs[0].moved = (__typeof__(alert->legs[0].moved))price;
	if (measure != PLM_MEASURE_RESIDUAL_PCT)
		return;
	alert->suspect = worst.row->suspect;
	if (worst.row->suspect_of.value != 0)
		alert->legs[0].instrument = worst.row->suspect_of.value;
}
