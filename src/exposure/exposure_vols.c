/* exposure_vols.c: the volatility of an option that tells none, from its neighbours. */
#include <math.h>
#include <string.h>

#include "exposure/exposure_options.h"
#include "exposure/exposure_state.h"
#include "plimsoll/surface.h"

/* Strikes of one expiry that a smile is made of; those behind them are left out. */
enum { VOLS_QUOTES_MAX = 256 };

typedef struct vols {
	plm_vol_quote quotes[VOLS_QUOTES_MAX];
	plm_smile_point points[VOLS_QUOTES_MAX];
	plm_time_ns times_ns[VOLS_QUOTES_MAX];
	uint32_t count;
} vols;

double
pli_exposure_vol_told(
    const pli_exposure *exposure, plm_instrument_id id, plm_time_ns *ret_received_ns)
{
	const pli_mark_row *mark = pli_book_mark(exposure->book, id);
	if (mark == NULL || !(mark->fact.mark_iv > 0) || !isfinite(mark->fact.mark_iv) ||
	    pli_exposure_is_stale(exposure, mark->whole_received_time_ns))
		return NAN;
	*ret_received_ns = mark->whole_received_time_ns;
	return mark->fact.mark_iv / 100;
}

/* Of a call and a put on one strike the one that is out of the money is taken. */
static void
vols_add(vols *v, const exposure_option *option, double vol, plm_time_ns time_ns, double forward)
{
	bool again = v->count > 0 && v->quotes[v->count - 1].strike >= option->strike;
	bool outside = (option->strike >= forward) == (option->put == 0);
	if (again && !outside)
		return;
	if (!again && v->count == VOLS_QUOTES_MAX)
		return;
	uint32_t at = again ? v->count - 1 : v->count++;
	v->quotes[at] = (plm_vol_quote){option->strike, vol};
	v->times_ns[at] = time_ns;
}

/* The smile of an expiry; false: nothing is quoted there, or its forward is not known. */
static bool
vols_smile(
    const pli_exposure *exposure, const exposure_expiry *expiry, vols *v, plm_smile *ret_smile)
{
	double forward = expiry->forward.price;
	double years = pli_exposure_years(expiry, expiry->forward.venue_ns);
	v->count = 0;
	if (!(forward > 0) || expiry->forward.venue_ns == 0)
		return false;
	for (uint32_t id = expiry->first; id != 0; id = exposure->options[id].next) {
		plm_time_ns time_ns = 0;
		double vol = pli_exposure_vol_told(exposure, (plm_instrument_id){id}, &time_ns);
		if (!isnan(vol))
			vols_add(v, &exposure->options[id], vol, time_ns, forward);
	}
	return plm_smile_make(forward, years, v->quotes, v->count, v->points, ret_smile) == PLM_OK;
}

/* When the older of the two quotes around a strike was received. */
static plm_time_ns
vols_time(const vols *v, double strike)
{
	uint32_t after = 0;
	while (after < v->count && v->quotes[after].strike < strike)
		after++;
	plm_time_ns right = v->times_ns[after < v->count ? after : v->count - 1];
	plm_time_ns left = after > 0 ? v->times_ns[after - 1] : right;
	return left < right ? left : right;
}

static bool
is_of_chain(const exposure_expiry *a, const exposure_expiry *b)
{
	return a->venue == b->venue && a->quote == b->quote;
}

/* The nearest expiry of the chain before (-1) or after (1) that has a smile; PLI_ROW_NONE: none. */
static uint32_t
vols_neighbour(const pli_exposure *exposure, const exposure_expiry *expiry, int side, vols *v,
    plm_smile *ret_smile)
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
		if (vols_smile(exposure, other, v, ret_smile))
			best = i;
	}
	if (best != PLI_ROW_NONE)
		(void)vols_smile(exposure, &exposure->expiries[best], v, ret_smile);
	return best;
}

/* From the smiles of the expiries on both sides. */
static double
vol_between(const pli_exposure *exposure, const exposure_expiry *expiry,
    const plm_shocked_option *option, plm_time_ns *ret_received_ns)
{
	vols v[2];
	plm_smile smiles[2];
	uint32_t count = 0;
	for (int side = -1; side <= 1; side += 2) {
		if (vols_neighbour(exposure, expiry, side, &v[count], &smiles[count]) ==
		    PLI_ROW_NONE)
			continue;
		plm_time_ns time_ns = vols_time(&v[count], option->strike);
		if (count == 0 || time_ns < *ret_received_ns)
			*ret_received_ns = time_ns;
		count++;
	}
	return plm_surface_vol_shocked(&(plm_surface){smiles, count}, option, PLM_STICKY_STRIKE);
}

double
pli_exposure_vol_of_surface(const pli_exposure *exposure, const exposure_expiry *expiry,
    const plm_shocked_option *option, plm_time_ns *ret_received_ns)
{
	vols own;
	plm_smile smile;
	if (!vols_smile(exposure, expiry, &own, &smile))
		return vol_between(exposure, expiry, option, ret_received_ns);
	*ret_received_ns = vols_time(&own, option->strike);
	return plm_smile_vol(&smile, option->strike);
}
