/* exposure_json.c: the one encoder of exposure rows, legs and proofs. */
#include "api/exposure_json.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"

plm_err
pli_exposure_source_init(pli_exposure_source *source, const pli_book *book,
    const pli_exposure *exposure, uint32_t rows_max, uint32_t legs_max)
{
	assert(source != NULL && book != NULL && exposure != NULL);
	*source = (pli_exposure_source){
	    .book = book, .exposure = exposure, .rows_max = rows_max, .legs_max = legs_max};
	source->rows = PLI_FAULT(HUB_ROWS) ? NULL : calloc(rows_max, sizeof *source->rows);
	source->leg_indexes = PLI_FAULT(HUB_LEGS) ? NULL
						  : calloc(legs_max, sizeof *source->leg_indexes);
	if (source->rows == NULL || source->leg_indexes == NULL) {
		pli_exposure_source_fini(source);
		return PLM_ENOMEM;
	}
	return PLM_OK;
}

void
pli_exposure_source_fini(pli_exposure_source *source)
{
	free(source->rows);
	free(source->leg_indexes);
	*source = (pli_exposure_source){0};
}

static const char *
name_missing(const char *noun, uint32_t id, char ret_text[PLI_API_NAME_MAX])
{
	if (id == 0)
		return "";
	(void)snprintf(ret_text, PLI_API_NAME_MAX, "%s#%u", noun, id);
	return ret_text;
}

const char *
pli_api_asset_text(const pli_registry *registry, plm_asset_id id, char ret_text[PLI_API_NAME_MAX])
{
	const plm_asset_fact *fact = pli_registry_asset_get(registry, id);

	return fact != NULL ? fact->name : name_missing("asset", id.value, ret_text);
}

const char *
pli_api_account_text(
    const pli_registry *registry, plm_account_id id, char ret_text[PLI_API_NAME_MAX])
{
	const plm_account_fact *fact = pli_registry_account_get(registry, id);

	return fact != NULL ? fact->name : name_missing("account", id.value, ret_text);
}

const char *
pli_api_venue_text(const pli_registry *registry, plm_venue_id id, char ret_text[PLI_API_NAME_MAX])
{
	uint32_t count = pli_registry_accounts_count(registry);

	for (uint32_t i = 1; i <= count && id.value != 0; i++) {
		const plm_account_fact *fact = pli_registry_account_get(
		    registry, (plm_account_id){i});
		if (fact != NULL && fact->venue.value == id.value && fact->venue_name[0] != '\0')
			return fact->venue_name;
	}
	return name_missing("venue", id.value, ret_text);
}

const char *
pli_api_strike_text(plm_decimal strike, char ret_text[PLM_DECIMAL_TEXT_MAX])
{
	ret_text[0] = '\0';
	if (plm_decimal_is_known(strike))
		(void)plm_decimal_format(strike, ret_text);
	return ret_text;
}

const char *
pli_api_feed_status_text(uint8_t status)
{
#define X(name, number, text) [number] = text,
	static const char *const texts[] = {PLM_FEED_STATUSES(X)};
#undef X
	return status < PLM_FEED_STATUS_COUNT_ ? texts[status] : "unknown";
}

const char *
pli_api_side_text(uint8_t side)
{
	static const char *const texts[] = {"net", "long", "short"};

	return side < sizeof texts / sizeof texts[0] ? texts[side] : "unknown";
}

void
pli_api_member_rank(pli_json_writer *w, const char *key, uint32_t rank)
{
	pli_json_key(w, key);
	if (rank == 0)
		pli_json_put_null(w);
	else
		pli_json_put_uint(w, rank);
}

double
pli_exposure_leverage(plm_decimal part, plm_decimal equity)
{
	if (!plm_decimal_is_known(part) || plm_decimal_sign(equity) <= 0)
		return (double)NAN;
	return plm_decimal_to_double(part) / plm_decimal_to_double(equity);
}

plm_time_ns
pli_exposure_row_oldest_ns(const pli_exposure_source *source, const plm_exposure_row *row)
{
	return row->age_ns_max < 0 ? 0 : pli_book_now_ns(source->book) - row->age_ns_max;
}

static void
put_row_keys(pli_json_writer *w, const pli_registry *registry, const plm_exposure_row *row)
{
	char scratch[PLI_API_NAME_MAX];

	if (row->by & PLM_BY_UNDERLYING)
		pli_json_member_text(
		    w, "underlying", pli_api_asset_text(registry, row->underlying, scratch));
	if (row->by & PLM_BY_ASSET_CLASS)
		pli_json_member_text(w, "asset_class", row->asset_class);
	if (row->by & PLM_BY_VENUE)
		pli_json_member_text(w, "venue", pli_api_venue_text(registry, row->venue, scratch));
	if (row->by & PLM_BY_ACCOUNT)
		pli_json_member_text(
		    w, "account", pli_api_account_text(registry, row->account, scratch));
	if (row->by & PLM_BY_STRATEGY)
		pli_json_member_text(w, "strategy", row->strategy);
	if (row->by & PLM_BY_PORTFOLIO)
		pli_json_member_text(w, "portfolio", row->portfolio);
	if (row->by & PLM_BY_EXPIRY) {
		pli_json_member_time_ns(w, "expiry_ns", row->expiry_ns);
		pli_json_key(w, "expiry");
		pli_json_put_time(w, row->expiry_ns);
	}
	if (row->by & PLM_BY_SETTLE)
		pli_json_member_text(
		    w, "settle", pli_api_asset_text(registry, row->settle, scratch));
	if (row->by & PLM_BY_STRIKE)
		pli_json_member_decimal(w, "strike", row->strike);
}

static void
put_row_amounts(pli_json_writer *w, const plm_exposure_row *row)
{
	pli_json_member_decimal(w, "long_coins", row->long_coins);
	pli_json_member_decimal(w, "short_coins", row->short_coins);
	pli_json_member_decimal(w, "net_coins", row->net_coins);
	pli_json_member_decimal(w, "gross_coins", row->gross_coins);
	pli_json_member_decimal(w, "long_usd", row->long_usd);
	pli_json_member_decimal(w, "short_usd", row->short_usd);
	pli_json_member_decimal(w, "net_usd", row->net_usd);
	pli_json_member_decimal(w, "gross_usd", row->gross_usd);
	pli_json_member_decimal(w, "equity_usd", row->equity_usd);
	pli_json_member_double(
	    w, "leverage_gross", pli_exposure_leverage(row->gross_usd, row->equity_usd));
	pli_json_member_double(
	    w, "leverage_net", fabs(pli_exposure_leverage(row->net_usd, row->equity_usd)));
	pli_json_member_double(w, "offset_ratio", row->offset_ratio);
	pli_json_member_double(w, "beta_usd_net", row->beta_usd_net);
	pli_json_member_double(w, "beta", row->beta);
	pli_json_member_double(w, "beta_r2", row->beta_r2);
	pli_json_member_double(w, "beta_samples", row->beta_samples_count);
	pli_json_member_double(w, "gamma_usd_1pct", row->gamma_usd_1pct);
	pli_json_member_double(w, "vega_usd", row->vega_usd);
	pli_json_member_double(w, "vega_usd_30d", row->vega_usd_30d);
	pli_json_member_double(w, "theta_usd", row->theta_usd);
}

static void
put_lagging(pli_json_writer *w, const pli_registry *registry, const plm_exposure_row *row)
{
	char scratch[PLI_API_NAME_MAX];
	pli_json_key(w, "lagging");
	pli_json_array_open(w);
	for (uint32_t i = 1; i < 64; i++)
		if ((row->venues_lagging >> i & 1) != 0)
			pli_json_put_text(
			    w, pli_api_venue_text(registry, (plm_venue_id){i}, scratch));
	pli_json_array_close(w);
}

void
pli_exposure_put_row_members(pli_json_writer *w, const pli_exposure_source *source,
    const plm_exposure_row *row, bool with_age)
{
	assert(w != NULL && row != NULL);
	put_row_keys(w, pli_book_registry(source->book), row);
	put_row_amounts(w, row);
	pli_json_member_int(w, "legs", row->legs_count);
	pli_json_member_int(w, "legs_unpriced", row->legs_count_unpriced);
	pli_json_member_int(w, "legs_stale", row->legs_count_stale);
	pli_json_member_int(w, "legs_model", row->legs_count_model);
	pli_json_member_int(w, "legs_expired", row->legs_count_expired);
	pli_api_member_rank(w, "adl_rank_max", row->adl_rank_max);
	if (with_age) {
		pli_json_key(w, "age_ns_max");
		if (row->age_ns_max < 0)
			pli_json_put_null(w);
		else
			pli_json_put_int(w, row->age_ns_max);
		pli_json_key(w, "skew_ns");
		if (row->skew_ns < 0)
			pli_json_put_null(w);
		else
			pli_json_put_int(w, row->skew_ns);
	}
	put_lagging(w, pli_book_registry(source->book), row);
	pli_json_member_time_ns(w, "oldest_time_ns", pli_exposure_row_oldest_ns(source, row));
	pli_json_member_double(w, "priced_share", row->priced_share);
	pli_json_member_double(w, "unreconciled_coins", row->unreconciled_coins);
	pli_json_member_double(w, "net_usd_lower", row->net_usd_lower);
	pli_json_member_double(w, "net_usd_upper", row->net_usd_upper);
}

void
pli_exposure_put_row(
    pli_json_writer *w, const pli_exposure_source *source, const plm_exposure_row *row)
{
	pli_json_object_open(w);
	pli_exposure_put_row_members(w, source, row, true);
	pli_json_object_close(w);
}

/* put_reason writes the row name of PLM_REASONS in small letters and its text. */
static void
put_reason(pli_json_writer *w, uint8_t reason)
{
#define X(name, number, text) [number] = #name,
	static const char *const names[] = {PLM_REASONS(X)};
#undef X
	char small[24] = "unknown";

	if (reason < PLM_REASON_COUNT_)
		(void)snprintf(small, sizeof small, "%s", names[reason]);
	for (char *c = small; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	pli_json_member_text(w, "reason", small);
	pli_json_member_text(w, "reason_text", plm_reason_text((plm_reason)reason));
}

static void
put_leg_names(pli_json_writer *w, const pli_exposure_source *source, const plm_leg *leg)
{
	const pli_registry *registry = pli_book_registry(source->book);
	const plm_instrument *spec = pli_registry_instrument_get(registry, leg->instrument);
	const plm_account_fact *account = pli_registry_account_get(registry, leg->account);
	char scratch[PLI_API_NAME_MAX];
	char symbol[PLM_SYMBOL_MAX] = "";

	pli_json_member_text(w, "venue", pli_api_venue_text(registry, leg->venue, scratch));
	pli_json_member_text(w, "account", pli_api_account_text(registry, leg->account, scratch));
	pli_json_member_text(w, "portfolio", account == NULL ? "" : account->portfolio);
	pli_json_member_text(w, "strategy", account == NULL ? "" : account->strategy);
	pli_json_member_text(w, "instrument", spec == NULL ? NULL : spec->name);
	if (spec != NULL)
		(void)pli_registry_symbol(registry, leg->instrument, symbol);
	pli_json_member_text(w, "symbol", symbol[0] == '\0' ? NULL : symbol);
	pli_json_member_text(w, "asset", pli_api_asset_text(registry, leg->asset, scratch));
	pli_json_member_text(
	    w, "underlying", pli_api_asset_text(registry, leg->underlying, scratch));
	pli_json_member_text(w, "settle", pli_api_asset_text(registry, leg->settle, scratch));
	pli_json_member_text(w, "kind",
	    leg->instrument.value == 0 ? "collateral" : plm_kind_text((plm_kind)leg->kind));
	pli_json_member_text(w, "side", pli_api_side_text(leg->side));
	pli_json_member_time_ns(w, "expiry_ns", leg->expiry_ns);
	pli_json_member_time_ns(w, "delist_time_ns", leg->delist_time_ns);
	pli_json_member_decimal(w, "strike", leg->strike);
}

static void
put_greek_set(pli_json_writer *w, const char *key, const plm_greek_set *set)
{
	pli_json_key(w, key);
	pli_json_object_open(w);
	pli_json_member_double(w, "delta", set->delta);
	pli_json_member_double(w, "gamma_usd_1pct", set->gamma_usd_1pct);
	pli_json_member_double(w, "vega_usd", set->vega_usd);
	pli_json_member_double(w, "theta_usd", set->theta_usd);
	pli_json_object_close(w);
}

/* What an option's greeks are made of, the venue's beside the model's; null for other legs. */
static void
put_leg_greeks(
    pli_json_writer *w, const pli_exposure_source *source, const plm_leg *leg, bool with_age)
{
	const plm_greek_set *venue = &leg->greeks_venue, *model = &leg->greeks_model;
	const plm_greek_set residual = {venue->delta - model->delta,
	    venue->gamma_usd_1pct - model->gamma_usd_1pct, venue->vega_usd - model->vega_usd,
	    venue->theta_usd - model->theta_usd};

	pli_json_key(w, "greeks");
	if (leg->kind != PLM_KIND_OPTION) {
		pli_json_put_null(w);
		return;
	}
	pli_json_object_open(w);
	pli_json_member_text(
	    w, "source", plm_greek_source_text((plm_greek_source)leg->greeks_source));
	pli_json_member_double(w, "forward", leg->forward);
	pli_json_member_text(
	    w, "forward_source", plm_forward_source_text((plm_forward_source)leg->forward_source));
	pli_json_member_double(w, "vol", leg->vol);
	pli_json_member_text(w, "vol_source", plm_vol_source_text((plm_vol_source)leg->vol_source));
	pli_json_member_double(w, "years", leg->years);
	pli_json_member_time_ns(w, "time_ns", leg->greeks_time_ns);
	if (with_age && leg->greeks_time_ns != 0)
		pli_json_member_int(
		    w, "age_ns", pli_book_now_ns(source->book) - leg->greeks_time_ns);
	put_greek_set(w, "venue", venue);
	put_greek_set(w, "model", model);
	put_greek_set(w, "residual", &residual);
	pli_json_object_close(w);
}

/* leg_quantity_time_ns: a live feed vouches for the quantity now, a silent one up to when it was
 * last heard; the same rule as the roll-up's. */
static plm_time_ns
leg_quantity_time_ns(const pli_exposure_source *source, const plm_leg *leg)
{
	const pli_feed_row *feed = pli_book_feed_of(source->book, leg->account);

	if (feed == NULL)
		return leg->fact_time_ns;
	if (feed->fact.status == PLM_FEED_LIVE)
		return pli_book_now_ns(source->book);
	return feed->fact.heard_time_ns > leg->fact_time_ns ? feed->fact.heard_time_ns
							    : leg->fact_time_ns;
}

plm_time_ns
pli_exposure_leg_oldest_ns(const pli_exposure_source *source, const plm_leg *leg)
{
	plm_time_ns quantity_ns = leg_quantity_time_ns(source, leg);

	if (leg->mark_time_ns == 0 || quantity_ns == 0)
		return leg->mark_time_ns + quantity_ns;
	return leg->mark_time_ns < quantity_ns ? leg->mark_time_ns : quantity_ns;
}

void
pli_exposure_put_leg_members(
    pli_json_writer *w, const pli_exposure_source *source, const plm_leg *leg, bool with_age)
{
	plm_time_ns oldest_ns = pli_exposure_leg_oldest_ns(source, leg);

	put_leg_names(w, source, leg);
	pli_json_member_decimal(w, "quantity", leg->quantity);
	pli_json_member_text(w, "unit", plm_unit_text((plm_unit)leg->unit));
	pli_json_member_decimal(w, "multiplier", leg->multiplier);
	pli_json_member_double(w, "delta", leg->delta);
	pli_json_member_text(
	    w, "delta_source", plm_greek_source_text((plm_greek_source)leg->delta_source));
	pli_json_member_decimal(w, "mark_price", leg->mark_price);
	pli_json_member_decimal(w, "price_usd", leg->price_usd);
	pli_json_member_decimal(w, "delta_coins", leg->delta_coins);
	pli_json_member_decimal(w, "delta_usd", leg->delta_usd);
	pli_json_member_decimal(w, "settlement_pending", leg->settlement_pending);
	pli_api_member_rank(w, "adl_rank", leg->adl_rank);
	pli_json_member_double(w, "gamma_usd_1pct", leg->gamma_usd_1pct);
	pli_json_member_double(w, "vega_usd", leg->vega_usd);
	pli_json_member_double(w, "vega_usd_30d", leg->vega_usd_30d);
	pli_json_member_double(w, "theta_usd", leg->theta_usd);
	put_leg_greeks(w, source, leg, with_age);
	pli_json_member_time_ns(w, "mark_time_ns", leg->mark_time_ns);
	pli_json_member_time_ns(w, "fact_time_ns", leg->fact_time_ns);
	pli_json_member_time_ns(w, "oldest_time_ns", oldest_ns);
	if (with_age && oldest_ns != 0)
		pli_json_member_int(w, "age_ns", pli_book_now_ns(source->book) - oldest_ns);
	pli_json_member_text(w, "feed", pli_api_feed_status_text(leg->feed_status));
	pli_json_member_int(w, "pool", leg->pool);
	pli_json_member_bool(w, "included", leg->included != 0);
	pli_json_member_bool(w, "priced", leg->priced != 0);
	put_reason(w, leg->reason);
}

void
pli_exposure_put_leg(pli_json_writer *w, const pli_exposure_source *source, const plm_leg *leg)
{
	pli_json_object_open(w);
	pli_exposure_put_leg_members(w, source, leg, true);
	pli_json_object_close(w);
}

static void
put_not_included_leg(pli_json_writer *w, const pli_exposure_source *source, const plm_leg *leg)
{
	const pli_registry *registry = pli_book_registry(source->book);
	const plm_instrument *spec = pli_registry_instrument_get(registry, leg->instrument);
	char scratch[PLI_API_NAME_MAX];

	pli_json_object_open(w);
	pli_json_member_text(w, "venue", pli_api_venue_text(registry, leg->venue, scratch));
	pli_json_member_text(w, "account", pli_api_account_text(registry, leg->account, scratch));
	pli_json_member_text(w, "instrument", spec == NULL ? NULL : spec->name);
	pli_json_member_text(w, "asset", pli_api_asset_text(registry, leg->asset, scratch));
	pli_json_member_text(
	    w, "underlying", pli_api_asset_text(registry, leg->underlying, scratch));
	pli_json_member_text(w, "side", pli_api_side_text(leg->side));
	pli_json_member_decimal(w, "quantity", leg->quantity);
	pli_json_member_text(w, "unit", plm_unit_text((plm_unit)leg->unit));
	pli_json_member_bool(w, "included_in_coins", leg->included != 0);
	put_reason(w, leg->reason);
	pli_json_object_close(w);
}

void
pli_exposure_put_not_included(
    pli_json_writer *w, pli_exposure_source *source, const plm_exposure_query *query)
{
	uint32_t legs_count = 0;
	const plm_leg *legs = pli_exposure_legs(source->exposure, &legs_count);
	uint32_t found = pli_exposure_proof(
	    source->exposure, query, source->leg_indexes, source->legs_max);

	if (found > source->legs_max)
		found = source->legs_max;
	pli_json_array_open(w);
	for (uint32_t i = 0; i < found; i++) {
		const plm_leg *leg = &legs[source->leg_indexes[i]];
		assert(source->leg_indexes[i] < legs_count);
		if (leg->reason != PLM_REASON_NONE)
			put_not_included_leg(w, source, leg);
	}
	pli_json_array_close(w);
}

static void
put_by(pli_json_writer *w, uint32_t by)
{
#define X(name, number, text) text,
	static const char *const texts[] = {PLM_DIMENSIONS(X)};
#undef X
	pli_json_key(w, "by");
	pli_json_array_open(w);
	for (uint32_t bit = 0; bit < sizeof texts / sizeof texts[0]; bit++) {
		if (by & (UINT32_C(1) << bit))
			pli_json_put_text(w, texts[bit]);
	}
	pli_json_array_close(w);
}

static void
put_document_head(
    pli_json_writer *w, const pli_exposure_source *source, const plm_exposure_query *query)
{
	pli_json_member_time_ns(w, "as_of_ns", pli_book_now_ns(source->book));
	pli_json_key(w, "as_of");
	pli_json_put_time(w, pli_book_now_ns(source->book));
	pli_json_key(w, "sequence");
	pli_json_put_uint(w, pli_book_sequence(source->book));
	pli_json_member_text(w, "tier", plm_tier_text(query->tier));
}

static void
put_total(pli_json_writer *w, const pli_exposure_source *source, const plm_exposure_query *query,
    const char *key)
{
	plm_exposure_query whole = *query;
	plm_exposure_row total;

	whole.by = PLM_BY_NOTHING;
	pli_exposure_total(source->exposure, &whole, &total);
	pli_json_key(w, key);
	pli_exposure_put_row(w, source, &total);
}

void
pli_exposure_put_document(
    pli_json_writer *w, pli_exposure_source *source, const plm_exposure_query *query)
{
	uint32_t found = pli_exposure_rollup(
	    source->exposure, query, source->rows, source->rows_max);
	uint32_t shown = found < source->rows_max ? found : source->rows_max;

	pli_json_object_open(w);
	put_document_head(w, source, query);
	put_by(w, query->by);
	pli_json_key(w, "rows");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < shown; i++)
		pli_exposure_put_row(w, source, &source->rows[i]);
	pli_json_array_close(w);
	pli_json_member_int(w, "rows_left_out", found - shown);
	put_total(w, source, query, "total");
	pli_json_key(w, "not_included");
	pli_exposure_put_not_included(w, source, query);
	pli_json_object_close(w);
}

/* A running sum that turns unknown when it does not fit. */
static void
sum_add(plm_decimal *sum, plm_decimal part)
{
	plm_decimal result;

	*sum = plm_decimal_add(*sum, part, &result) == PLM_OK ? result : plm_decimal_unknown();
}

typedef struct proof_sums {
	plm_decimal net_coins, net_usd, long_usd, short_usd;
	uint32_t included, priced;
	bool mixed; /* more than one underlying: coins mean nothing */
} proof_sums;

static proof_sums
proof_add_up(const pli_exposure_source *source, const plm_leg *legs, uint32_t count)
{
	proof_sums sums = {.net_coins = plm_decimal_zero(),
	    .net_usd = plm_decimal_zero(),
	    .long_usd = plm_decimal_zero(),
	    .short_usd = plm_decimal_zero()};
	plm_asset_id first = {0};

	for (uint32_t i = 0; i < count; i++) {
		const plm_leg *leg = &legs[source->leg_indexes[i]];
		if (!leg->included)
			continue;
		if (sums.included++ == 0)
			first = leg->underlying;
		sums.mixed |= leg->underlying.value != first.value;
		sum_add(&sums.net_coins, leg->delta_coins);
		if (!leg->priced)
			continue;
		sums.priced++;
		sum_add(&sums.net_usd, leg->delta_usd);
		sum_add(plm_decimal_sign(leg->delta_usd) < 0 ? &sums.short_usd : &sums.long_usd,
		    leg->delta_usd);
	}
	if (sums.mixed)
		sums.net_coins = plm_decimal_unknown();
	return sums;
}

static bool
sum_equals(plm_decimal sum, plm_decimal shown)
{
	if (!plm_decimal_is_known(sum) || !plm_decimal_is_known(shown))
		return plm_decimal_is_known(sum) == plm_decimal_is_known(shown);
	return plm_decimal_compare(sum, shown) == 0;
}

static void
put_sums(pli_json_writer *w, const proof_sums *sums, const plm_exposure_row *row)
{
	bool coins = sums->mixed || sum_equals(sums->net_coins, row->net_coins);
	bool usd = sums->priced == 0 || sum_equals(sums->net_usd, row->net_usd);

	pli_json_key(w, "sums");
	pli_json_object_open(w);
	pli_json_member_decimal(w, "net_coins", sums->net_coins);
	pli_json_member_decimal(
	    w, "net_usd", sums->priced == 0 ? plm_decimal_unknown() : sums->net_usd);
	pli_json_member_decimal(
	    w, "long_usd", sums->priced == 0 ? plm_decimal_unknown() : sums->long_usd);
	pli_json_member_decimal(
	    w, "short_usd", sums->priced == 0 ? plm_decimal_unknown() : sums->short_usd);
	pli_json_member_int(w, "legs_included", sums->included);
	pli_json_member_int(w, "legs_priced", sums->priced);
	pli_json_object_close(w);
	pli_json_member_bool(w, "readds", coins && usd);
}

void
pli_exposure_put_proof(
    pli_json_writer *w, pli_exposure_source *source, const plm_exposure_query *query)
{
	plm_exposure_query whole = *query;
	plm_exposure_row row;
	uint32_t legs_count = 0;
	const plm_leg *legs = pli_exposure_legs(source->exposure, &legs_count);
	uint32_t found, shown;
	char scratch[PLI_API_NAME_MAX];

	whole.by = PLM_BY_NOTHING;
	pli_exposure_total(source->exposure, &whole, &row);
	found = pli_exposure_proof(source->exposure, &whole, source->leg_indexes, source->legs_max);
	shown = found < source->legs_max ? found : source->legs_max;
	pli_json_object_open(w);
	put_document_head(w, source, query);
	if (query->underlying.value != 0)
		pli_json_member_text(w, "underlying",
		    pli_api_asset_text(
			pli_book_registry(source->book), query->underlying, scratch));
	pli_json_key(w, "row");
	pli_exposure_put_row(w, source, &row);
	pli_json_key(w, "legs");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < shown; i++)
		pli_exposure_put_leg(w, source, &legs[source->leg_indexes[i]]);
	pli_json_array_close(w);
	pli_json_member_int(w, "legs_left_out", found - shown);
	proof_sums sums = proof_add_up(source, legs, shown);
	put_sums(w, &sums, &row);
	pli_json_object_close(w);
}

static plm_err
scope_apply_name(
    const pli_registry *registry, plm_slice kind, plm_slice name, plm_exposure_query *query)
{
	uint32_t accounts = pli_registry_accounts_count(registry);

	if (plm_slice_is(kind, "underlying")) {
		query->underlying = pli_registry_asset_find(registry, name);
		return query->underlying.value != 0 ? PLM_OK : PLM_ENOTFOUND;
	}
	if (plm_slice_is(kind, "account")) {
		query->account = pli_registry_account_find(registry, name);
		return query->account.value != 0 ? PLM_OK : PLM_ENOTFOUND;
	}
	for (uint32_t i = 1; i <= accounts; i++) {
		const plm_account_fact *fact = pli_registry_account_get(
		    registry, (plm_account_id){i});
		if (fact == NULL)
			continue;
		if (plm_slice_is(kind, "venue") && plm_slice_is(name, fact->venue_name)) {
			query->venue = fact->venue;
			return PLM_OK;
		}
		if (plm_slice_is(kind, "portfolio") && plm_slice_is(name, fact->portfolio)) {
			query->portfolio = fact->portfolio;
			return PLM_OK;
		}
		if (plm_slice_is(kind, "strategy") && plm_slice_is(name, fact->strategy)) {
			query->strategy = fact->strategy;
			return PLM_OK;
		}
	}
	return PLM_ENOTFOUND;
}

static plm_err
scope_parse_one(
    const pli_registry *registry, plm_slice text, plm_exposure_query *query, plm_fault *ret_fault)
{
	static const char *const kinds[] = {
	    "venue", "account", "portfolio", "strategy", "underlying"};
	const char *colon = memchr(text.bytes, ':', text.size);
	plm_slice kind = text, name = {NULL, 0};
	bool known = false;

	if (plm_slice_is(text, "book"))
		return PLM_OK;
	if (colon != NULL) {
		kind.size = (size_t)(colon - text.bytes);
		name = (plm_slice){colon + 1, text.size - kind.size - 1};
	}
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		known |= plm_slice_is(kind, kinds[i]);
	if (!known || name.size == 0)
		return plm_fault_set(ret_fault, PLM_EPARSE, "scope",
		    "'%.*s' is no scope; expected book, venue:NAME, account:NAME, portfolio:NAME, "
		    "strategy:NAME or underlying:NAME",
		    (int)text.size, text.bytes);
	if (scope_apply_name(registry, kind, name, query) != PLM_OK)
		return plm_fault_set(ret_fault, PLM_ENOTFOUND, "scope",
		    "there is no %.*s named '%.*s' in the book", (int)kind.size, kind.bytes,
		    (int)name.size, name.bytes);
	return PLM_OK;
}

plm_err
pli_exposure_scope_parse(
    const pli_registry *registry, plm_slice text, plm_exposure_query *query, plm_fault *ret_fault)
{
	plm_exposure_query narrowed = *query;

	while (text.size > 0) {
		const char *comma = memchr(text.bytes, ',', text.size);
		size_t size = comma == NULL ? text.size : (size_t)(comma - text.bytes);
		plm_err err = scope_parse_one(
		    registry, (plm_slice){text.bytes, size}, &narrowed, ret_fault);
		if (err != PLM_OK)
			return err;
		text.bytes += comma == NULL ? size : size + 1;
		text.size -= comma == NULL ? size : size + 1;
	}
	*query = narrowed;
	return PLM_OK;
}
