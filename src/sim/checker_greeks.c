/* checker_greeks.c: an option's delta computed anew, with the C library's error function and a
 * search over all marks of its expiry where the exposure room keeps the newest. */
#include <math.h>
#include <string.h>

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

/* A forward in USD as the leg's, in what its option is quoted in, by some price of that. NaN:
 * nobody says such a price. */
static double
forward_in_quote(
    const pli_book *book, const plm_instrument *spec, const plm_leg *leg, double forward)
{
	const char *quote = plm_names_asset_text(pli_book_registry(book), spec->quote);
	if (strcmp(quote, "USD") == 0)
		return forward;
	return pli_check_price_is_said(book, spec->quote, forward / leg->forward) ? leg->forward
										  : NAN;
}

static double
forward_of_leg(const pli_book *book, const plm_instrument *spec, const greeks_forward *forward,
    const plm_leg *leg)
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
	double in_usd = plm_decimal_to_double(leg->price_usd) * (basis > 0 ? basis : 1);
	return forward_in_quote(book, spec, leg, in_usd);
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

/* The forward that a mark tells with its price; NaN: none, or the price is newer. */
static double
forward_of_mark(const pli_mark_row *mark)
{
	bool together = mark->whole_received_time_ns == mark->received_time_ns;
	double price = plm_decimal_to_double(mark->fact.underlying_price);
	return together && price > 0 ? price : NAN;
}

static double
years_of_mark(const plm_instrument *spec, const pli_mark_row *mark)
{
	return years_from(
	    spec, mark->venue_time_ns != 0 ? mark->venue_time_ns : mark->received_time_ns);
}

/* A mark price per coin, in quote units. */
static double
price_of_mark(const plm_instrument *spec, const pli_mark_row *mark, double forward)
{
	double price = plm_decimal_to_double(mark->fact.mark_price);
	return spec->inverse ? price * forward : price;
}

/* The vol of a price by halving, where the price is clearly between what exercise gives and the
 * most that it can be; else NaN. */
static double
vol_of_price(const plm_instrument *spec, const pli_mark_row *mark, double forward)
{
	bool call = spec->option_type == PLM_OPTION_CALL;
	double strike = plm_decimal_to_double(spec->strike), years = years_of_mark(spec, mark);
	double price = price_of_mark(spec, mark, forward), low = 1e-4, high = 20;
	double exercise = fmax(0, call ? forward - strike : strike - forward);
	if (!(price > exercise + 1e-6 * forward) || !(years > 0) ||
	    !(price < pli_sim_black(forward, strike, high, years, call).value))
		return NAN;
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;
		bool above = pli_sim_black(forward, strike, middle, years, call).value > price;
		*(above ? &high : &low) = middle;
	}
	return low;
}

/* True when Black of that vol is the option's mark price. */
static bool
price_holds(const plm_instrument *spec, const pli_mark_row *mark, double forward, double vol)
{
	bool call = spec->option_type == PLM_OPTION_CALL;
	double strike = plm_decimal_to_double(spec->strike), years = years_of_mark(spec, mark);
	if (!(years > 0) || !(vol > 0))
		return false;
	double value = pli_sim_black(forward, strike, vol, years, call).value;
	return fabs(value - price_of_mark(spec, mark, forward)) <= 1e-9 * fmax(forward, strike);
}

/* Widens least and most by what one option says: its vol, or those of its price on what may have
 * been its forward. */
static void
range_add(const pli_book *book, const plm_instrument *spec, double range[2])
{
	const pli_mark_row *mark = pli_book_mark(book, spec->id);
	if (mark == NULL)
		return;
	greeks_forward found = forward_search(book, spec);
	double forwards[] = {forward_of_mark(mark),
	    found.of_option == NULL ? NAN
				    : plm_decimal_to_double(found.of_option->fact.underlying_price),
	    found.of_future == NULL ? NAN
				    : plm_decimal_to_double(found.of_future->fact.mark_price)};
	bool told = mark->fact.mark_iv > 0;
	for (size_t i = 0; i < sizeof forwards / sizeof forwards[0]; i++) {
		double vol = told ? mark->fact.mark_iv / 100
				  : vol_of_price(spec, mark, forwards[i]);
		range[0] = fmin(range[0], vol);
		range[1] = fmax(range[1], vol);
	}
}

/* What the leg names as its neighbours' vol, if it lies between the least and the greatest that
 * the venue tells of options on that underlying. NaN: it does not. */
static double
vol_of_others(const pli_book *book, const plm_instrument *spec, const plm_leg *leg)
{
	const pli_registry *registry = pli_book_registry(book);
	double range[2] = {INFINITY, 0};
	for (uint32_t i = 1; i <= pli_registry_instruments_count(registry); i++) {
		const plm_instrument *other = pli_registry_instrument_get(
		    registry, (plm_instrument_id){i});
		if (other != NULL && other->kind == PLM_KIND_OPTION &&
		    other->venue.value == spec->venue.value &&
		    other->underlying.value == spec->underlying.value)
			range_add(book, other, range);
	}
	bool between = leg->vol >= range[0] * (1 - 1e-9) && leg->vol <= range[1] * (1 + 1e-9);
	return leg->vol_source == PLM_VOL_SURFACE && between ? leg->vol : NAN;
}

/* The option's own volatility; where it tells none, that of its price, if the price comes back;
 * where that has none either, its neighbours'. NaN: it is not so. forward: of the leg. */
static double
vol_of_leg(const pli_book *book, const plm_instrument *spec, const plm_leg *leg, double forward)
{
	const pli_mark_row *mark = pli_book_mark(book, spec->id);
	if (mark != NULL && mark->fact.mark_iv > 0)
		return leg->vol_source == PLM_VOL_MARK_IV ? mark->fact.mark_iv / 100 : NAN;
	if (mark == NULL)
		return vol_of_others(book, spec, leg);
	double told = forward_of_mark(mark), of_price = isnan(told) ? forward : told;
	if (leg->vol_source == PLM_VOL_PRICE)
		return (!isnan(told) || leg->forward_source != PLM_FORWARD_INDEX) &&
			       price_holds(spec, mark, of_price, leg->vol)
			   ? leg->vol
			   : NAN;
	bool clear = !isnan(told) && !isnan(vol_of_price(spec, mark, told));
	return clear ? NAN : vol_of_others(book, spec, leg);
}

double
pli_check_delta(const pli_book *book, const plm_instrument *spec, const plm_leg *leg)
{
	greeks_forward forward = forward_search(book, spec);
	double price = forward_of_leg(book, spec, &forward, leg);
	double strike = plm_decimal_to_double(spec->strike);
	double vol = vol_of_leg(book, spec, leg, price);
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
