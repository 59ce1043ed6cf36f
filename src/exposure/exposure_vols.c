/* exposure_vols.c: an option's volatility: told, of its price, or of its neighbours. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exposure/exposure_options.h"
#include "exposure/exposure_state.h"
#include "plimsoll/pricing.h"
#include "plimsoll/surface.h"

static const exposure_vol vol_none = {.vol = NAN, .source = PLM_VOL_NONE};

static exposure_vol
vol_told(const pli_exposure *exposure, const pli_mark_row *mark)
{
	if (!(mark->fact.mark_iv > 0) || !isfinite(mark->fact.mark_iv) ||
	    pli_exposure_is_stale(exposure, mark->whole_received_time_ns))
		return vol_none;
	return (exposure_vol){
	    mark->fact.mark_iv / 100, mark->whole_received_time_ns, PLM_VOL_MARK_IV};
}

/* Per coin of option, in quote units; NaN: not told, or not of how many coins. */
static double
price_of_mark(const plm_instrument *spec, const plm_mark *mark, double forward)
{
	double price = plm_decimal_to_double(mark->mark_price);
	if (spec->inverse)
		return price * forward;
	bool one_coin = !plm_decimal_is_known(spec->multiplier) ||
			spec->multiplier.units == PLM_DECIMAL_ONE_UNITS;
	return one_coin && spec->settle.value == spec->quote.value ? price : NAN;
}

/* What a price was made on; price NaN: not known: the coin's price now is no forward. received_ns:
 * of the older of the two. */
static exposure_forward
forward_of_price(
    const pli_exposure *exposure, const exposure_expiry *expiry, const pli_mark_row *mark)
{
	exposure_forward forward = expiry->forward;
	int64_t late_ns = pli_book_policy(exposure->book)->greeks_after_s * PLM_NS_PER_S;
	plm_decimal own = mark->fact.underlying_price;
	if (plm_decimal_sign(own) > 0 && mark->whole_received_time_ns == mark->received_time_ns) {
		forward.price = plm_decimal_to_double(own);
		forward.received_ns = mark->received_time_ns;
	} else if (forward.source == PLM_FORWARD_INDEX ||
		   (late_ns != 0 &&
		       llabs(forward.received_ns - mark->received_time_ns) > late_ns)) {
		forward.price = NAN;
	}
	if (forward.received_ns > mark->received_time_ns)
		forward.received_ns = mark->received_time_ns;
	return forward;
}

static exposure_vol
vol_of_price(const pli_exposure *exposure, plm_instrument_id id, const pli_mark_row *mark)
{
	const exposure_option *option = &exposure->options[id.value];
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(exposure->book), id);
	if (option->expiry == PLI_ROW_NONE || plm_decimal_sign(mark->fact.mark_price) <= 0 ||
	    pli_exposure_is_stale(exposure, mark->received_time_ns))
		return vol_none;
	const exposure_expiry *expiry = &exposure->expiries[option->expiry];
	exposure_forward forward = forward_of_price(exposure, expiry, mark);
	double vol, years = pli_exposure_years(expiry,
			mark->venue_time_ns != 0 ? mark->venue_time_ns : mark->received_time_ns);
	double price = price_of_mark(spec, &mark->fact, forward.price);
	const plm_options input = {&forward.price, &option->strike, &years, NULL, &option->put};
	if (plm_implied_one(&input, price, &vol) != PLM_IMPLIED_OK)
		return vol_none;
	return (exposure_vol){vol, forward.received_ns, PLM_VOL_PRICE};
}

exposure_vol
pli_exposure_vol_of_mark(const pli_exposure *exposure, plm_instrument_id id)
{
	const pli_mark_row *mark = pli_book_mark(exposure->book, id);
	if (mark == NULL)
		return vol_none;
	exposure_vol told = vol_told(exposure, mark);
	return told.source != PLM_VOL_NONE ? told : vol_of_price(exposure, id, mark);
}

/* Of a call and a put on one strike. */
static bool
quote_is_better(const exposure_strikes *s, const exposure_vol *vol, bool outside)
{
	uint8_t before = s->sources[s->count - 1];
	return vol->source < before || (vol->source == before && outside);
}

static void
strikes_add(
    exposure_strikes *s, const exposure_option *option, const exposure_vol *vol, double forward)
{
	bool again = s->count > 0 && s->quotes[s->count - 1].strike >= option->strike;
	bool outside = (option->strike >= forward) == (option->put == 0);
	if (again && !quote_is_better(s, vol, outside))
		return;
	if (!again && s->count == EXPOSURE_STRIKES_MAX) {
		s->left_out++;
		return;
	}
	uint32_t at = again ? s->count - 1 : s->count++;
	s->quotes[at] = (plm_vol_quote){option->strike, vol->vol};
	s->times_ns[at] = vol->received_ns;
	s->sources[at] = vol->source;
}

bool
pli_exposure_smile(const pli_exposure *exposure, const exposure_expiry *expiry,
    exposure_strikes *strikes, plm_smile *ret_smile)
{
	double forward = expiry->forward.price;
	double years = pli_exposure_years(expiry, expiry->forward.venue_ns);
	strikes->count = strikes->left_out = strikes->silent_count = 0;
	if (!(forward > 0) || expiry->forward.venue_ns == 0)
		return false;
	for (uint32_t id = expiry->first; id != 0; id = exposure->options[id].next) {
		exposure_vol vol = pli_exposure_vol_of_mark(exposure, (plm_instrument_id){id});
		if (vol.source != PLM_VOL_NONE)
			strikes_add(strikes, &exposure->options[id], &vol, forward);
		else
			strikes->silent_count += pli_book_mark(exposure->book,
						     (plm_instrument_id){id}) != NULL;
	}
	return plm_smile_make(forward, years, strikes->quotes, strikes->count, strikes->points,
		   ret_smile) == PLM_OK;
}

/* When the older of the two quotes around a strike was received. */
static plm_time_ns
strikes_time(const exposure_strikes *s, double strike)
{
	uint32_t after = 0;
	while (after < s->count && s->quotes[after].strike < strike)
		after++;
	plm_time_ns right = s->times_ns[after < s->count ? after : s->count - 1];
	plm_time_ns left = after > 0 ? s->times_ns[after - 1] : right;
	return left < right ? left : right;
}

static bool
is_of_chain(const exposure_expiry *a, const exposure_expiry *b)
{
	return a->venue == b->venue && a->quote == b->quote;
}

uint32_t
pli_exposure_smile_beside(const pli_exposure *exposure, const exposure_expiry *expiry, int side,
    exposure_strikes *strikes, plm_smile *ret_smile)
{
	uint32_t best = PLI_ROW_NONE;
	for (uint32_t i = exposure->expiries_of_asset[expiry->underlying]; i != PLI_ROW_NONE;
	     i = exposure->expiries[i].next_of_asset) {
		const exposure_expiry *other = &exposure->expiries[i];
		plm_time_ns apart = (other->expiry_ns - expiry->expiry_ns) * side;
		if (apart <= 0 || !is_of_chain(expiry, other) ||
		    (best != PLI_ROW_NONE &&
			apart >= (exposure->expiries[best].expiry_ns - expiry->expiry_ns) * side))
			continue;
		if (pli_exposure_smile(exposure, other, strikes, ret_smile))
			best = i;
	}
	if (best != PLI_ROW_NONE)
		(void)pli_exposure_smile(exposure, &exposure->expiries[best], strikes, ret_smile);
	return best;
}

/* From the smiles of the expiries on both sides. */
static exposure_vol
vol_between(
    const pli_exposure *exposure, const exposure_expiry *expiry, const plm_shocked_option *option)
{
	exposure_strikes s[2];
	plm_smile smiles[2];
	uint32_t count = 0;
	plm_time_ns oldest_ns = 0;
	for (int side = -1; side <= 1; side += 2) {
		if (pli_exposure_smile_beside(exposure, expiry, side, &s[count], &smiles[count]) ==
		    PLI_ROW_NONE)
			continue;
		plm_time_ns time_ns = strikes_time(&s[count], option->strike);
		if (count == 0 || time_ns < oldest_ns)
			oldest_ns = time_ns;
		count++;
	}
	double vol = plm_surface_vol_shocked(
	    &(plm_surface){smiles, count}, option, PLM_STICKY_STRIKE);
	return isnan(vol) ? vol_none : (exposure_vol){vol, oldest_ns, PLM_VOL_SURFACE};
}

exposure_vol
pli_exposure_vol_of_surface(
    const pli_exposure *exposure, const exposure_expiry *expiry, const plm_shocked_option *option)
{
	exposure_strikes own;
	plm_smile smile;
	if (!pli_exposure_smile(exposure, expiry, &own, &smile))
		return vol_between(exposure, expiry, option);
	return (exposure_vol){plm_smile_vol(&smile, option->strike),
	    strikes_time(&own, option->strike), PLM_VOL_SURFACE};
}
