/* exposure_lag.c: how far the prices of venues lie apart in time, and what that leaves open. */
#include <math.h>

#include "exposure/rollup.h"

/* So many standard deviations may a price have moved that nobody told. */
#define LAG_SIGMAS 3.0

void
pli_exposure_lag_settle(pli_exposure *exposure)
{
	const plm_policy *policy = pli_book_policy(exposure->book);
	plm_time_ns newest_ns = 0;
	for (uint32_t i = 1; i < PLI_VENUES_MAX; i++) {
		plm_time_ns told_ns = pli_book_venue_time_ns(exposure->book, (plm_venue_id){i});
		newest_ns = told_ns > newest_ns ? told_ns : newest_ns;
	}
	exposure->venues_lagging = 0;
	for (uint32_t i = 1; policy->lag_after_s != 0 && i < PLI_VENUES_MAX; i++) {
		plm_time_ns told_ns = pli_book_venue_time_ns(exposure->book, (plm_venue_id){i});
		int64_t lag_s = (newest_ns - told_ns) / PLM_NS_PER_S;
		if (told_ns == 0 || lag_s <= policy->lag_after_s)
			continue;
		exposure->venues_lagging |= UINT64_C(1) << i;
		double years = (double)lag_s / (365.0 * 86400);
		double moved = LAG_SIGMAS * policy->lag_vol_percent / 100 * sqrt(years);
		(void)plm_decimal_from_double(fmin(moved, 1), &exposure->lag_moves[i]);
	}
}

plm_int128
pli_exposure_lag_usd(const pli_exposure *exposure, uint32_t venue, plm_int128 usd)
{
	if (venue >= PLI_VENUES_MAX || (exposure->venues_lagging >> venue & 1) == 0)
		return 0;
	plm_decimal open;
	plm_decimal all = plm_decimal_abs((plm_decimal){usd});
	return plm_decimal_multiply(all, exposure->lag_moves[venue], &open) == PLM_OK ? open.units
										      : all.units;
}

int64_t
pli_exposure_venues_skew_ns(const pli_exposure *exposure, uint64_t venues)
{
	plm_time_ns newest_ns = 0, oldest_ns = INT64_MAX;
	for (uint32_t i = 1; i < PLI_VENUES_MAX; i++) {
		plm_time_ns told_ns = pli_book_venue_time_ns(exposure->book, (plm_venue_id){i});
		if ((venues >> i & 1) == 0 || told_ns == 0)
			continue;
		newest_ns = told_ns > newest_ns ? told_ns : newest_ns;
		oldest_ns = told_ns < oldest_ns ? told_ns : oldest_ns;
	}
	return newest_ns == 0 ? -1 : newest_ns - oldest_ns;
}

int64_t
pli_exposure_skew(
    const pli_exposure *exposure, const plm_exposure_query *query, uint32_t *ret_legs_count)
{
	rollup_query q = pli_rollup_query(exposure, query);
	uint64_t venues = 0;
	uint32_t count = 0;
	for (uint32_t slot = exposure_slot_first(exposure); slot < exposure_slot_end(exposure);
	     slot = exposure_slot_next(exposure, slot)) {
		if (!rollup_match(exposure, &q, slot))
			continue;
		count++;
		venues |= pli_exposure_venue_bit(exposure, slot);
	}
	*ret_legs_count = count;
	return pli_exposure_venues_skew_ns(exposure, venues);
}
