/* rollup_sum.c: what one leg adds to a row, and how the sums read as a row. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "exposure/rollup.h"

size_t
pli_exposure_rollup_row_size(void)
{
	return sizeof(rollup_row);
}

size_t
pli_exposure_rollup_group_size(void)
{
	return sizeof(rollup_group);
}

static plm_int128
units_abs(plm_int128 units)
{
	return units < 0 ? -units : units;
}

/* Adds a measure in billionths; NaN and what does not fit make the sum unknown. Most fit 64 bits,
 * and doubles are turned into those at once. */
static inline void
measure_add(plm_int128 *sum, bool *unknown, double value)
{
	double scaled = rint(value * EXPOSURE_MEASURE_UNITS);
	if (fabs(scaled) < 0x1p62)
		*sum += (int64_t)scaled;
	else if (fabs(scaled) <= 1e30)
		*sum += (plm_int128)scaled;
	else
		*unknown = true;
}

static double
measure_read(plm_int128 sum, bool unknown)
{
	return unknown ? NAN : (double)sum / EXPOSURE_MEASURE_UNITS;
}

static double
units_double(plm_int128 units)
{
	return plm_decimal_to_double((plm_decimal){units});
}

void
pli_rollup_row_init(rollup_row *row, const rollup_key *key)
{
	memset(row, 0, sizeof *row);
	row->key = *key;
	row->time_ns = INT64_MAX;
}

/* Weight of an underlying against the benchmark: the benchmark's own is 1, USD's is 0. */
static double
beta_of(const pli_exposure *exposure, plm_asset_id asset)
{
	const plm_asset_fact *fact = pli_registry_asset_get(
	    pli_book_registry(exposure->book), asset);
	if (fact != NULL && isfinite(fact->beta))
		return fact->beta;
	if (asset.value == exposure->usd.value)
		return 0;
	const plm_policy *policy = pli_book_policy(exposure->book);
	return policy->benchmark.value == asset.value ? 1 : NAN;
}

/* What a leg that is not counted could be worth at most: an option without delta and an instrument
 * that may have expired lie between nothing and all they control. */
static void
add_bounds(const pli_exposure *exposure, rollup_row *row, const rollup_leg *leg)
{
	uint8_t reason = leg->hot->reason;
	if (reason == PLM_REASON_COMBO || exposure_reason_is_fixed(reason))
		return;
	bool bounded = reason == PLM_REASON_NO_DELTA || exposure_reason_is_end(reason);
	if (!bounded || (leg->hot->flags & HOT_COLLATERAL) != 0) {
		row->unbounded = true;
		return;
	}
	exposure_derived d;
	pli_exposure_derive_position(exposure, pli_book_position(exposure->book, leg->slot), &d);
	plm_decimal usd;
	if (plm_decimal_multiply(d.quantity_coins, d.factor, &usd) != PLM_OK ||
	    plm_decimal_multiply(usd, exposure->prices[leg->hot->underlying].usd, &usd) != PLM_OK) {
		row->unbounded = true;
		return;
	}
	plm_int128 all = d.spec->option_type == PLM_OPTION_PUT ? -usd.units : usd.units;
	*(all < 0 ? &row->usd_lower : &row->usd_upper) += all;
}

static void
add_greeks(const pli_exposure *exposure, rollup_row *row, const rollup_leg *leg)
{
	exposure_greeks greeks = pli_exposure_greeks(exposure, leg->slot);
	measure_add(&row->gamma, &row->gamma_unknown, greeks.gamma_usd_1pct);
	measure_add(&row->vega, &row->vega_unknown, greeks.vega_usd);
	measure_add(&row->vega_30d, &row->vega_30d_unknown, greeks.vega_usd_30d);
	measure_add(&row->theta, &row->theta_unknown, greeks.theta_usd);
}

/* The part of an amount of the leg that no update explains; all of it where that is more. */
static plm_int128
part_unreconciled(const pli_position_row *row, plm_int128 units)
{
	plm_decimal all = plm_decimal_abs((plm_decimal){units}), part, share;
	if (plm_decimal_divide(plm_decimal_abs(row->unreconciled),
		plm_decimal_abs(row->fact.quantity), &share) != PLM_OK ||
	    plm_decimal_multiply(all, share, &part) != PLM_OK)
		return all.units;
	return part.units;
}

/* A balance says in coins what is in doubt of it, which may be more than all of it. */
static void
add_unreconciled_balance(const pli_exposure *exposure, rollup_row *row, const rollup_leg *leg)
{
	const pli_balance_row *balance = pli_book_balance(
	    exposure->book, leg->slot - exposure->positions_max);
	plm_asset_id underlying;
	plm_decimal coins, usd;
	pli_exposure_alias(exposure, balance->fact.asset, &underlying, &coins);
	if (plm_decimal_multiply(coins, balance->unreconciled, &coins) != PLM_OK) {
		row->unbounded = true;
		return;
	}
	row->coins_unreconciled += coins.units;
	if (plm_decimal_multiply(coins, exposure->prices[underlying.value].usd, &usd) == PLM_OK)
		row->usd_unreconciled += usd.units;
	else
		row->unbounded = true;
}

static void
add_unreconciled(const pli_exposure *exposure, rollup_row *row, const rollup_leg *leg)
{
	if ((leg->hot->flags & HOT_COLLATERAL) != 0) {
		add_unreconciled_balance(exposure, row, leg);
		return;
	}
	const pli_position_row *position = pli_book_position(exposure->book, leg->slot);
	row->coins_unreconciled += part_unreconciled(position, leg->coins);
	row->usd_unreconciled += leg->priced ? part_unreconciled(position, leg->usd) : 0;
}

static void
add_confidence(const pli_exposure *exposure, rollup_row *row, const rollup_leg *leg)
{
	const exposure_account *account = &exposure->accounts[leg->hot->account];
	bool live = account->feed_status == PLM_FEED_LIVE;
	row->legs_count_stale += !live;
	row->venues |= pli_exposure_venue_bit(exposure, leg->slot);
	if (live && leg->priced) {
		row->usd_live_leg += units_abs(leg->usd);
		row->usd_lagging += pli_exposure_lag_usd(exposure, account->venue, leg->usd);
	}
	if (live && (leg->hot->flags & HOT_UNRECONCILED) != 0)
		add_unreconciled(exposure, row, leg);
	if (!live) {
		row->coins_unreconciled += units_abs(leg->coins);
		row->usd_unreconciled += leg->priced ? units_abs(leg->usd) : 0;
	}
	if (leg->time_ns != 0 && leg->time_ns < row->time_ns)
		row->time_ns = leg->time_ns;
}

void
pli_rollup_row_add(const pli_exposure *exposure, rollup_row *row, const rollup_leg *leg)
{
	const exposure_hot *hot = leg->hot;
	assert((hot->flags & HOT_LISTED) != 0);
	bool collateral = (hot->flags & HOT_COLLATERAL) != 0;
	row->legs_count++;
	row->legs_count_unpriced += !leg->priced;
	row->legs_count_model += hot->delta_source == PLM_GREEK_MODEL;
	bool expired = exposure_reason_is_end(hot->reason);
	row->legs_count_expired += expired;
	if (hot->adl_rank > row->adl_rank_max)
		row->adl_rank_max = hot->adl_rank;
	if ((hot->flags & HOT_OPTION) != 0 && !expired)
		add_greeks(exposure, row, leg);
	row->legs_count_collateral += collateral;
	if (collateral && leg->priced)
		row->usd_equity += leg->usd;
	else if (collateral)
		row->equity_unknown = true;
	add_confidence(exposure, row, leg);
	if (!leg->priced)
		add_bounds(exposure, row, leg);
	if ((hot->flags & HOT_INCLUDED) == 0)
		return;
	row->mixed = row->mixed || (row->legs_included > 0 && row->underlying != hot->underlying);
	row->underlying = hot->underlying;
	row->legs_included++;
	row->coins_gross_leg += units_abs(leg->coins);
	if (!leg->priced)
		return;
	row->legs_priced++;
	row->usd_gross_leg += units_abs(leg->usd);
	double beta = beta_of(exposure, (plm_asset_id){hot->underlying});
	measure_add(&row->beta, &row->beta_unknown, beta * units_double(leg->usd));
}

static plm_decimal
decimal_if(bool known, plm_int128 units)
{
	return known ? (plm_decimal){units} : plm_decimal_unknown();
}

static void
finish_sums(const rollup_row *row, plm_exposure_row *ret_row)
{
	bool empty = row->legs_count == 0;
	bool coins = !row->mixed && (row->legs_included > 0 || empty);
	bool usd = row->legs_priced > 0 || empty;
	bool equity = !row->equity_unknown && (row->legs_count_collateral > 0 || empty);
	ret_row->long_coins = decimal_if(coins, row->coins_long);
	ret_row->short_coins = decimal_if(coins, row->coins_short);
	ret_row->net_coins = decimal_if(coins, row->coins_long + row->coins_short);
	ret_row->gross_coins = decimal_if(coins, row->coins_long - row->coins_short);
	ret_row->long_usd = decimal_if(usd, row->usd_long);
	ret_row->short_usd = decimal_if(usd, row->usd_short);
	ret_row->net_usd = decimal_if(usd, row->usd_long + row->usd_short);
	ret_row->gross_usd = decimal_if(usd, row->usd_long - row->usd_short);
	ret_row->equity_usd = decimal_if(equity, row->usd_equity);
	ret_row->offset_ratio = 0;
	double usd_leg = units_double(row->usd_gross_leg);
	double coins_leg = units_double(row->coins_gross_leg);
	if (usd_leg > 0)
		ret_row->offset_ratio = 1 - units_double(row->usd_long - row->usd_short) / usd_leg;
	else if (coins && coins_leg > 0)
		ret_row->offset_ratio = 1 - units_double(row->coins_long - row->coins_short) /
						coins_leg;
}

static void
finish_confidence(const pli_exposure *exposure, const rollup_row *row, plm_exposure_row *ret_row)
{
	ret_row->legs_count = row->legs_count;
	ret_row->legs_count_unpriced = row->legs_count_unpriced;
	ret_row->legs_count_stale = row->legs_count_stale;
	ret_row->legs_count_model = row->legs_count_model;
	ret_row->legs_count_expired = row->legs_count_expired;
	ret_row->adl_rank_max = row->adl_rank_max;
	plm_time_ns age_ns = pli_book_now_ns(exposure->book) - row->time_ns;
	ret_row->age_ns_max = row->time_ns == INT64_MAX ? -1 : (age_ns > 0 ? age_ns : 0);
	double by_usd = row->usd_gross_leg > 0
			    ? units_double(row->usd_live_leg) / units_double(row->usd_gross_leg)
			    : 1;
	double by_count = row->legs_count > 0 ? (double)row->legs_priced / (double)row->legs_count
					      : 1;
	ret_row->priced_share = by_usd * by_count;
	ret_row->unreconciled_coins = row->mixed ? NAN : units_double(row->coins_unreconciled);
	double net = plm_decimal_to_double(ret_row->net_usd);
	double doubt = units_double(row->usd_unreconciled + row->usd_lagging);
	ret_row->skew_ns = pli_exposure_venues_skew_ns(exposure, row->venues);
	ret_row->venues_lagging = row->venues & exposure->venues_lagging;
	ret_row->net_usd_lower = row->unbounded ? NAN : net - doubt + units_double(row->usd_lower);
	ret_row->net_usd_upper = row->unbounded ? NAN : net + doubt + units_double(row->usd_upper);
}

/* Beta of a row's one underlying; what was stated about it, only where it is the stated one. */
static void
finish_beta(const pli_exposure *exposure, const rollup_row *row, plm_exposure_row *ret_row)
{
	const plm_asset_fact *fact = pli_registry_asset_get(
	    pli_book_registry(exposure->book), (plm_asset_id){row->underlying});
	bool stated = !row->mixed && fact != NULL && isfinite(fact->beta);
	ret_row->beta_usd_net = measure_read(row->beta, row->beta_unknown);
	ret_row->beta = row->mixed || row->legs_included == 0
			    ? NAN
			    : beta_of(exposure, (plm_asset_id){row->underlying});
	ret_row->beta_r2 = stated ? fact->beta_r2 : NAN;
	ret_row->beta_samples_count = stated ? fact->beta_samples_count : NAN;
}

void
pli_rollup_row_finish(const pli_exposure *exposure, const plm_exposure_query *query,
    const rollup_row *row, plm_exposure_row *ret_row)
{
	const pli_registry *registry = pli_book_registry(exposure->book);
	memset(ret_row, 0, sizeof *ret_row);
	ret_row->by = query->by;
	ret_row->underlying.value = row->key.underlying;
	ret_row->venue.value = row->key.venue;
	ret_row->account.value = row->key.account;
	ret_row->settle.value = row->key.settle;
	ret_row->expiry_ns = row->key.expiry_ns;
	ret_row->strike = decimal_if(row->key.strike != 0, row->key.strike);
	const plm_account_fact *account = pli_registry_account_get(
	    registry, (plm_account_id){row->account});
	const plm_asset_fact *asset = pli_registry_asset_get(registry, (plm_asset_id){row->asset});
	ret_row->asset_class = row->key.asset_class != 0 && asset != NULL ? asset->asset_class : "";
	ret_row->strategy = row->key.strategy != 0 && account != NULL ? account->strategy : "";
	ret_row->portfolio = row->key.portfolio != 0 && account != NULL ? account->portfolio : "";
	finish_sums(row, ret_row);
	finish_confidence(exposure, row, ret_row);
	finish_beta(exposure, row, ret_row);
	ret_row->gamma_usd_1pct = measure_read(row->gamma, row->gamma_unknown);
	ret_row->vega_usd = measure_read(row->vega, row->vega_unknown);
	ret_row->vega_usd_30d = measure_read(row->vega_30d, row->vega_30d_unknown);
	ret_row->theta_usd = measure_read(row->theta, row->theta_unknown);
}
