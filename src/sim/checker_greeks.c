/* checker_greeks.c: an option's delta computed anew, with the C library's error function and a
 * search over all marks of its expiry where the exposure room keeps the newest. */
#include <math.h>

#include "sim/checker_parts.h"
#include "sim/sim_number.h"

#define GREEKS_YEAR_MS (365.0 * 86400.0 * 1000.0)

/* A forward that is told while a settle waits for its batch's end is newer than what it used. */
#define GREEKS_YEARS_MAX (60.0 * 1000.0 / GREEKS_YEAR_MS)

/* What is newest among the marks of an option's expiry. */
typedef struct greeks_forward {
	const pli_mark_row *of_option; /* with an underlying price */
	const pli_mark_row *of_future;
} greeks_forward;

static bool
is_of_expiry(const plm_instrument *option, const plm_instrument *other)
{
	return other != NULL && other->expiry_ns == option->expiry_ns &&
	       other->venue.value == option->venue.value &&
	       other->underlying.value == option->underlying.value &&
	       other->quote.value == option->quote.value;
}

static greeks_forward
forward_search(const pli_book *book, const plm_instrument *option)
{
	const pli_registry *registry = pli_book_registry(book);
	greeks_forward found = {NULL, NULL};
	for (uint32_t i = 1; i <= pli_registry_instruments_count(registry); i++) {
		plm_instrument_id id = {i};
		const plm_instrument *spec = pli_registry_instrument_get(registry, id);
		const pli_mark_row *mark = pli_book_mark(book, id);
		if (mark == NULL || !is_of_expiry(option, spec))
			continue;
		if (spec->kind == PLM_KIND_FUTURE)
			found.of_future = mark;
		if (spec->kind == PLM_KIND_OPTION &&
		    plm_decimal_sign(mark->fact.underlying_price) > 0 &&
		    (found.of_option == NULL ||
			mark->whole_received_time_ns > found.of_option->whole_received_time_ns))
			found.of_option = mark;
	}
	return found;
}

static double
forward_of_leg(const greeks_forward *forward, const plm_leg *leg)
{
	if (leg->forward_source == PLM_FORWARD_OPTION && forward->of_option != NULL)
		return plm_decimal_to_double(forward->of_option->fact.underlying_price);
	if (leg->forward_source == PLM_FORWARD_FUTURE && forward->of_future != NULL)
		return plm_decimal_to_double(forward->of_future->fact.mark_price);
	if (leg->forward_source != PLM_FORWARD_INDEX)
		return NAN;
	double basis = forward->of_option == NULL
			   ? 1
			   : plm_decimal_to_double(forward->of_option->fact.underlying_price) /
				 plm_decimal_to_double(forward->of_option->fact.index_price);
	return plm_decimal_to_double(leg->price_usd) * (basis > 0 ? basis : 1);
}

static double
years_from(const plm_instrument *spec, plm_time_ns said_ns)
{
	double ms = (double)(spec->expiry_ns / PLM_NS_PER_MS - said_ns / PLM_NS_PER_MS);
	return fmax(0, ms / GREEKS_YEAR_MS);
}

/* Years to the expiry from when that forward was said. An index does not say it: then between the
 * oldest price that the leg used and now, whatever a clock that is set makes of the two. */
static bool
years_hold(const pli_book *book, const greeks_forward *forward, const plm_instrument *spec,
    const plm_leg *leg)
{
	const pli_mark_row *mark = leg->forward_source == PLM_FORWARD_OPTION ? forward->of_option
									     : forward->of_future;
	if (leg->forward_source != PLM_FORWARD_INDEX)
		return fabs(years_from(spec, mark->whole_venue_time_ns) - leg->years) <= 1e-12;
	double now = years_from(spec, pli_book_now_ns(book));
	double then = years_from(spec, leg->mark_time_ns);
	return leg->years >= fmin(now, then) - GREEKS_YEARS_MAX &&
	       leg->years <= fmax(now, then) + GREEKS_YEARS_MAX;
}

/* The option's own volatility; where it tells none, what the leg names, if it lies between the
 * least and the greatest that the venue tells of options on that underlying. NaN: it does not. */
static double
vol_of_leg(const pli_book *book, const plm_instrument *spec, const plm_leg *leg)
{
	const pli_registry *registry = pli_book_registry(book);
	const pli_mark_row *mark = pli_book_mark(book, spec->id);
	if (mark != NULL && mark->fact.mark_iv > 0)
		return leg->vol_source == PLM_VOL_VENUE ? mark->fact.mark_iv / 100 : NAN;
	double least = INFINITY, most = 0;
	for (uint32_t i = 1; i <= pli_registry_instruments_count(registry); i++) {
		const plm_instrument *other = pli_registry_instrument_get(
		    registry, (plm_instrument_id){i});
		mark = pli_book_mark(book, (plm_instrument_id){i});
		if (mark == NULL || other == NULL || !(mark->fact.mark_iv > 0) ||
		    other->venue.value != spec->venue.value ||
		    other->underlying.value != spec->underlying.value)
			continue;
		least = fmin(least, mark->fact.mark_iv / 100);
		most = fmax(most, mark->fact.mark_iv / 100);
	}
	bool between = leg->vol >= least * (1 - 1e-9) && leg->vol <= most * (1 + 1e-9);
	return leg->vol_source == PLM_VOL_SURFACE && between ? leg->vol : NAN;
}

double
pli_check_delta(const pli_book *book, const plm_instrument *spec, const plm_leg *leg)
{
	greeks_forward forward = forward_search(book, spec);
	double price = forward_of_leg(&forward, leg);
	double strike = plm_decimal_to_double(spec->strike), vol = vol_of_leg(book, spec, leg);
	bool call = spec->option_type == PLM_OPTION_CALL;
	if (isnan(vol) || !(price > 0) || !years_hold(book, &forward, spec, leg))
		return NAN;
	if (!(leg->years > 0))
		return call ? price > strike : -(double)(price < strike);
	return pli_sim_black(price, strike, vol, leg->years, call).delta;
}

bool
pli_check_is_late(const pli_book *book, const plm_instrument *spec, plm_time_ns received_ns)
{
	int64_t late_ns = pli_book_policy(book)->greeks_after_s * PLM_NS_PER_S;
	if (late_ns == 0 || pli_book_now_ns(book) - received_ns <= late_ns)
		return false;
	greeks_forward forward = forward_search(book, spec);
	return forward.of_option != NULL &&
	       forward.of_option->whole_received_time_ns - received_ns > late_ns;
}
