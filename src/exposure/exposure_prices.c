/* exposure_prices.c: what one coin is worth in USD, chosen among what was said about it.
 *
 * The order is in docs/reference/exposure.md. Never 1 for want of a price. */
#include <assert.h>
#include <math.h>

#include "base/mutant.h"
#include "exposure/exposure.h"
#include "exposure/exposure_state.h"

enum { PRICE_DEPTH_MAX = 2 };

/* A price this much older than the newest one is passed over for a lesser but fresher source. */
#define PRICE_LAG_NS_MAX (60 * PLM_NS_PER_S)

static const exposure_price price_unknown = {{PLM_DECIMAL_UNKNOWN_UNITS}, 0};

static bool
price_is_better(const pli_price_row *a, const pli_price_row *b, plm_asset_id usd)
{
	if (a->source != b->source)
		return a->source < b->source;
	bool a_usd = a->quote.value == usd.value, b_usd = b->quote.value == usd.value;
	if (a_usd != b_usd)
		return a_usd;
	bool a_config = a->venue.value == 0, b_config = b->venue.value == 0;
	if (a_config != b_config)
		return b_config;
	if (a->venue.value != b->venue.value)
		return a->venue.value < b->venue.value;
	return a->quote.value < b->quote.value;
}

/* Prices of 1 USD and more are rounded to 9 places: the product of an index and a rate says no
 * more, and sums of exact coins stay exact in USD. */
static plm_decimal
price_round(plm_decimal price)
{
	const plm_int128 unit = 1000000000;
	if (price.units < PLM_DECIMAL_ONE_UNITS)
		return price;
	plm_int128 rest = price.units % unit;
	plm_int128 units = price.units - rest;
	if (rest * 2 > unit || (rest * 2 == unit && (units / unit) % 2 != 0))
		units += unit;
	return (plm_decimal){units};
}

static exposure_price price_at(const pli_exposure *exposure, plm_asset_id asset, uint32_t depth);

/* USD of one price row, through the rate of its quote asset. */
static exposure_price
price_of_row(const pli_exposure *exposure, const pli_price_row *row, uint32_t depth)
{
	bool stated = row->source == PLI_PRICE_RATE && row->venue.value == 0; /* has no age */
	exposure_price price = {row->price, stated ? 0 : row->received_time_ns};
	if (row->source == PLI_PRICE_RATE || row->quote.value == exposure->usd.value)
		return price;
	if (depth >= PRICE_DEPTH_MAX)
		return price_unknown;
	exposure_price rate = price_at(exposure, row->quote, depth + 1);
	if (plm_decimal_multiply(row->price, rate.usd, &price.usd) != PLM_OK)
		return price_unknown;
	if (rate.time_ns != 0 && (price.time_ns == 0 || rate.time_ns < price.time_ns))
		price.time_ns = rate.time_ns;
	return price;
}

static plm_time_ns
price_newest(const pli_exposure *exposure, plm_asset_id asset)
{
	plm_time_ns newest = 0;
	uint32_t i = pli_book_price_first(exposure->book, asset);
	while (i != PLI_ROW_NONE) {
		const pli_price_row *row = pli_book_price(exposure->book, i);
		if (row->source != PLI_PRICE_RATE && row->received_time_ns > newest)
			newest = row->received_time_ns;
		i = row->next;
	}
	return newest;
}

static bool
price_is_usable(const pli_exposure *exposure, const pli_price_row *row, plm_time_ns newest)
{
	if (!plm_decimal_is_known(row->price))
		return false;
	if (row->source == PLI_PRICE_RATE && row->venue.value == 0)
		return true;
	if (pli_exposure_is_stale(exposure, row->received_time_ns))
		return false;
	return row->source == PLI_PRICE_RATE || newest - row->received_time_ns <= PRICE_LAG_NS_MAX;
}

static exposure_price
price_at(const pli_exposure *exposure, plm_asset_id asset, uint32_t depth)
{
	assert(depth <= PRICE_DEPTH_MAX);
	if (asset.value == 0)
		return price_unknown;
	if (asset.value == exposure->usd.value)
		return (exposure_price){plm_decimal_from_int(1), 0};
	plm_time_ns newest = price_newest(exposure, asset);
	const pli_price_row *best = NULL;
	exposure_price price = price_unknown;
	uint32_t i = pli_book_price_first(exposure->book, asset);
	while (i != PLI_ROW_NONE) {
		const pli_price_row *row = pli_book_price(exposure->book, i);
		i = row->next;
		if (!price_is_usable(exposure, row, newest) ||
		    (best != NULL && !price_is_better(row, best, exposure->usd)))
			continue;
		exposure_price found = price_of_row(exposure, row, depth);
		if (!plm_decimal_is_known(found.usd))
			continue;
		best = row;
		price = found;
	}
	return price;
}

exposure_price
pli_exposure_price_derive(const pli_exposure *exposure, plm_asset_id asset)
{
	exposure_price price = price_at(exposure, asset, 0);
	if (plm_decimal_is_known(price.usd))
		price.usd = price_round(price.usd);
	if (pli_mutant(EXPOSURE_STABLE_IS_USD) && fabs(plm_decimal_to_double(price.usd) - 1) < 0.02)
		price.usd = plm_decimal_from_int(1);
	return price;
}
