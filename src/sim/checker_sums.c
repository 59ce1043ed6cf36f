/* checker_sums.c: legs added up here against every roll-up of the exposure room, to the last digit.
 */
#include <stdio.h>
#include <string.h>

#include "sim/checker_parts.h"

enum { SUMS_ROWS_MAX = 64 };

typedef struct check_sum {
	plm_int128 coins_long, coins_short, usd_long, usd_short;
	uint32_t legs_count, included_count, key;
} check_sum;

static uint32_t
leg_key(const plm_leg *leg, uint32_t by)
{
	switch (by) {
	case PLM_BY_UNDERLYING:
		return leg->underlying.value;
	case PLM_BY_ACCOUNT:
		return leg->account.value;
	case PLM_BY_VENUE:
		return leg->venue.value;
	default:
		return 0;
	}
}

static uint32_t
row_key(const plm_exposure_row *row, uint32_t by)
{
	switch (by) {
	case PLM_BY_UNDERLYING:
		return row->underlying.value;
	case PLM_BY_ACCOUNT:
		return row->account.value;
	case PLM_BY_VENUE:
		return row->venue.value;
	default:
		return 0;
	}
}

static void
sum_add(check_sum *sum, const plm_leg *leg)
{
	sum->legs_count++;
	if (leg->included) {
		sum->included_count++;
		plm_int128 coins = leg->delta_coins.units;
		*(coins > 0 ? &sum->coins_long : &sum->coins_short) += coins;
	}
	if (leg->priced) {
		plm_int128 usd = leg->delta_usd.units;
		*(usd > 0 ? &sum->usd_long : &sum->usd_short) += usd;
	}
}

static uint32_t
sums_of(const pli_exposure *exposure, uint32_t by, check_sum sums[SUMS_ROWS_MAX])
{
	uint32_t legs_count, count = 0;
	const plm_leg *legs = pli_exposure_legs(exposure, &legs_count);
	for (uint32_t i = 0; i < legs_count; i++) {
		uint32_t key = leg_key(&legs[i], by), at = 0;
		while (at < count && sums[at].key != key)
			at++;
		if (at == SUMS_ROWS_MAX)
			return SUMS_ROWS_MAX + 1;
		if (at == count)
			sums[count++] = (check_sum){.key = key};
		sum_add(&sums[at], &legs[i]);
	}
	return count;
}

/* Unknown where the row states none. */
static bool
equal(plm_decimal stated, plm_int128 units)
{
	return !plm_decimal_is_known(stated) || stated.units == units;
}

static void
sum_compare(pli_checker *checker, const check_sum *sum, const plm_exposure_row *row, uint32_t by)
{
	bool coins = equal(row->long_coins, sum->coins_long) &&
		     equal(row->short_coins, sum->coins_short) &&
		     equal(row->net_coins, sum->coins_long + sum->coins_short) &&
		     equal(row->gross_coins, sum->coins_long - sum->coins_short);
	bool usd = equal(row->long_usd, sum->usd_long) && equal(row->short_usd, sum->usd_short) &&
		   equal(row->net_usd, sum->usd_long + sum->usd_short) &&
		   equal(row->gross_usd, sum->usd_long - sum->usd_short);
	bool counts = sum->included_count > 0;
	if (by == PLM_BY_UNDERLYING && sum->key != 0 &&
	    counts != plm_decimal_is_known(row->net_coins))
		pli_checker_say(checker, "the row of underlying %u has %s net of %u legs", sum->key,
		    counts ? "no" : "a", sum->included_count);
	if (!coins || !usd || row->legs_count != sum->legs_count)
		pli_checker_say(checker, "row %u by %u: its %u legs do not add up to its %s",
		    sum->key, by, row->legs_count,
		    !coins ? "coins"
		    : !usd ? "USD"
			   : "count");
}

static void
sums_by(pli_checker *checker, uint32_t by)
{
	check_sum sums[SUMS_ROWS_MAX];
	plm_exposure_row rows[SUMS_ROWS_MAX];
	pli_exposure *exposure = pli_core_exposure(pli_engine_core(checker->engine));
	plm_exposure_query query = {.by = by, .tier = PLM_TIER_LEG};
	uint32_t sums_count = sums_of(exposure, by, sums);
	uint32_t rows_count = pli_exposure_rollup(exposure, &query, rows, SUMS_ROWS_MAX);
	if (sums_count != rows_count || rows_count > SUMS_ROWS_MAX) {
		pli_checker_say(
		    checker, "by %u there are %u rows, %u expected", by, rows_count, sums_count);
		return;
	}
	for (uint32_t i = 0; i < rows_count; i++) {
		uint32_t at = 0;
		while (at < sums_count && sums[at].key != row_key(&rows[i], by))
			at++;
		if (at == sums_count)
			pli_checker_say(checker, "by %u a row has no legs", by);
		else
			sum_compare(checker, &sums[at], &rows[i], by);
	}
}

/* The age that limits read is the row's. */
static void
sums_age(pli_checker *checker, const plm_exposure_row *row)
{
	const pli_exposure *exposure = pli_core_exposure(pli_engine_core(checker->engine));
	plm_exposure_query query = {.tier = PLM_TIER_LEG};
	uint32_t legs_count;
	int64_t age_ns = pli_exposure_age(exposure, &query, &legs_count);
	if (age_ns != row->age_ns_max || legs_count != row->legs_count)
		pli_checker_say(checker, "%u legs are %lld ns old, %u in the row are %lld ns old",
		    legs_count, (long long)age_ns, row->legs_count, (long long)row->age_ns_max);
}

/* The net is the same at every tier, the gross falls. */
static void
sums_tiers(pli_checker *checker)
{
	const pli_exposure *exposure = pli_core_exposure(pli_engine_core(checker->engine));
	plm_exposure_row before = {0};
	for (int tier = PLM_TIER_LEG; tier < PLM_TIER_COUNT_; tier++) {
		plm_exposure_query query = {.tier = (plm_tier)tier};
		plm_exposure_row row;
		pli_exposure_total(exposure, &query, &row);
		if (tier > PLM_TIER_LEG && row.net_usd.units != before.net_usd.units)
			pli_checker_say(checker, "the net at tier %s is not that of the tier below",
			    plm_tier_text((plm_tier)tier));
		if (tier > PLM_TIER_LEG && row.gross_usd.units > before.gross_usd.units)
			pli_checker_say(checker,
			    "the gross at tier %s is over that of the tier below",
			    plm_tier_text((plm_tier)tier));
		before = row;
	}
	sums_age(checker, &before);
}

void
pli_check_sums(pli_checker *checker)
{
	static const uint32_t kinds[] = {
	    PLM_BY_UNDERLYING, PLM_BY_ACCOUNT, PLM_BY_VENUE, PLM_BY_NOTHING};
	uint32_t turn = checker->sums_turn++ % 5;
	if (turn == 4)
		sums_tiers(checker);
	else
		sums_by(checker, kinds[turn]);
}
