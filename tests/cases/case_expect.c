/* case_expect.c: the lines of a case that say what must be true. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case_world.h"

/* One number of an answer, exact or measured. */
typedef struct field {
	const char *key;
	bool exact;
	plm_decimal decimal;
	double measure;
} field;

static field
field_exact(const char *key, plm_decimal value)
{
	return (field){key, true, value, 0};
}

static field
field_measure(const char *key, double value)
{
	return (field){key, false, plm_decimal_unknown(), value};
}

static void
field_print(const field *f, char ret_text[PLM_DECIMAL_TEXT_MAX])
{
	if (f->exact)
		(void)plm_decimal_format(f->decimal, ret_text);
	else
		(void)snprintf(ret_text, PLM_DECIMAL_TEXT_MAX, "%.15g", f->measure);
}

static bool
field_is_near(double value, double expected)
{
	if (isnan(expected) || isnan(value))
		return isnan(expected) && isnan(value);
	if (isinf(expected) || isinf(value))
		return isinf(expected) && isinf(value);
	return fabs(value - expected) <= 1e-9 * fmax(1, fabs(expected));
}

/* Exact fields must be equal to the last digit, unless the text starts with "~". */
static bool
field_is(const case_line *line, const field *f, const char *text)
{
	if (strcmp(text, "infinite") == 0)
		return !f->exact && isinf(f->measure);
	bool near = text[0] == '~';
	plm_decimal expected = case_number(line, near ? text + 1 : text);
	double value = f->exact ? plm_decimal_to_double(f->decimal) : f->measure;
	if (!f->exact || near)
		return field_is_near(value, plm_decimal_to_double(expected));
	return f->decimal.units == expected.units;
}

/* Every option of the line that is a field must hold. */
static bool
fields_hold(case_world *world, const case_line *line, const field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = case_option(line, fields[i].key);
		if (text == NULL || field_is(line, &fields[i], text))
			continue;
		char got[PLM_DECIMAL_TEXT_MAX];
		field_print(&fields[i], got);
		(void)snprintf(world->error, sizeof world->error, "%s is %s, expected %s",
		    fields[i].key, got, text);
		return false;
	}
	return true;
}

static bool
fail(case_world *world, const char *why)
{
	(void)snprintf(world->error, sizeof world->error, "%s", why);
	return false;
}

/* Words of a query: "book", an account, "venue:NAME" or "portfolio:NAME"; then an asset or "*". */
static plm_exposure_query
query_of(case_world *world, const case_line *line)
{
	plm_exposure_query query = {.tier = PLM_TIER_LEG};
	if (line->words_count < 4)
		case_broken(line, "expect exposure SCOPE UNDERLYING");
	const char *scope = line->words[2], *asset = line->words[3];
	if (strncmp(scope, "venue:", 6) == 0)
		query.venue = case_venue(world, scope + 6);
	else if (strncmp(scope, "portfolio:", 10) == 0)
		query.portfolio = scope + 10;
	else if (strcmp(scope, "book") != 0)
		query.account = case_account(world, scope, NULL);
	if (strcmp(asset, "*") != 0)
		query.underlying = case_asset(world, asset);
	if (case_option(line, "tier") != NULL &&
	    plm_tier_parse(plm_slice_of(case_option(line, "tier")), &query.tier) != PLM_OK)
		case_broken(line, "tier= is no tier");
	query.derivatives_only = case_has(line, "derivatives");
	return query;
}

static bool
row_holds(case_world *world, const case_line *line, const plm_exposure_row *row)
{
	const field fields[] = {
	    field_exact("long", row->long_coins),
	    field_exact("short", row->short_coins),
	    field_exact("net", row->net_coins),
	    field_exact("gross", row->gross_coins),
	    field_exact("long_usd", row->long_usd),
	    field_exact("short_usd", row->short_usd),
	    field_exact("net_usd", row->net_usd),
	    field_exact("gross_usd", row->gross_usd),
	    field_exact("equity_usd", row->equity_usd),
	    field_measure("offset", row->offset_ratio),
	    field_measure("beta_usd", row->beta_usd_net),
	    field_measure("beta", row->beta),
	    field_measure("beta_r2", row->beta_r2),
	    field_measure("beta_samples", row->beta_samples_count),
	    field_measure("gamma_usd", row->gamma_usd_1pct),
	    field_measure("vega_usd", row->vega_usd),
	    field_measure("vega_usd_30d", row->vega_usd_30d),
	    field_measure("theta_usd", row->theta_usd),
	    field_measure("model", row->legs_count_model),
	    field_measure("legs", row->legs_count),
	    field_measure("unpriced", row->legs_count_unpriced),
	    field_measure("stale", row->legs_count_stale),
	    field_measure("expired", row->legs_count_expired),
	    field_measure("adl", row->adl_rank_max == 0 ? NAN : (double)row->adl_rank_max),
	    field_measure("age_s", row->age_ns_max < 0 ? NAN : (double)row->age_ns_max / 1e9),
	    field_measure("priced_share", row->priced_share),
	    field_measure("unreconciled", row->unreconciled_coins),
	    field_measure("skew_s", row->skew_ns < 0 ? NAN : (double)row->skew_ns / 1e9),
	    field_measure("lower_usd", row->net_usd_lower),
	    field_measure("upper_usd", row->net_usd_upper),
	};
	return fields_hold(world, line, fields, sizeof fields / sizeof fields[0]);
}

/* The legs of a proof must add up to the row exactly. */
static bool
proof_holds(case_world *world, const plm_exposure_query *query, const plm_exposure_row *row)
{
	static uint32_t indexes[1024];
	uint32_t legs_count;
	const plm_leg *legs = pli_exposure_legs(world->exposure, &legs_count);
	uint32_t count = pli_exposure_proof(world->exposure, query, indexes, 1024);
	plm_decimal coins = plm_decimal_zero(), usd = plm_decimal_zero();
	for (uint32_t i = 0; i < count; i++) {
		const plm_leg *leg = &legs[indexes[i]];
		if (leg->included)
			(void)plm_decimal_add(coins, leg->delta_coins, &coins);
		if (leg->priced)
			(void)plm_decimal_add(usd, leg->delta_usd, &usd);
	}
	bool coins_hold = !plm_decimal_is_known(row->net_coins) ||
			  coins.units == row->net_coins.units;
	bool usd_hold = !plm_decimal_is_known(row->net_usd) || usd.units == row->net_usd.units;
	return count == row->legs_count && coins_hold && usd_hold
		   ? true
		   : fail(world, "the proof's legs do not add up to the row");
}

static bool
expect_exposure(case_world *world, const case_line *line)
{
	plm_exposure_query query = query_of(world, line);
	plm_exposure_row row;
	pli_exposure_total(world->exposure, &query, &row);
	return row_holds(world, line, &row) && proof_holds(world, &query, &row);
}

static const plm_leg *
leg_find(case_world *world, const case_line *line)
{
	if (line->words_count < 4)
		case_broken(line, "expect leg ACCOUNT INSTRUMENT-OR-ASSET");
	plm_account_id account = case_account(world, line->words[2], NULL);
	const char *side = case_option(line, "side");
	uint32_t count;
	const plm_leg *legs = pli_exposure_legs(world->exposure, &count);
	for (uint32_t i = 0; i < count; i++) {
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(world->book), legs[i].instrument);
		const plm_asset_fact *asset = pli_registry_asset_get(
		    pli_book_registry(world->book), legs[i].asset);
		const char *name = spec != NULL ? spec->name : asset != NULL ? asset->name : "";
		bool side_is = side == NULL ||
			       legs[i].side ==
				   (strcmp(side, "long") == 0 ? PLM_SIDE_LONG : PLM_SIDE_SHORT);
		if (legs[i].account.value == account.value && side_is &&
		    strcmp(name, line->words[3]) == 0)
			return &legs[i];
	}
	return NULL;
}

static const char *const reason_names[] = {"none", "no_spec", "no_mark", "no_delta", "no_price",
    "no_quantity", "overflow", "combo", "expired", "expired_by_name", "no_pnl", "delisted",
    "delisted_undated"};

static bool
expect_leg(case_world *world, const case_line *line)
{
	const plm_leg *leg = leg_find(world, line);
	if (case_has(line, "absent"))
		return leg == NULL ? true : fail(world, "the leg is there");
	if (leg == NULL)
		return fail(world, "there is no such leg");
	const char *reason = case_option(line, "reason");
	if (reason != NULL && strcmp(reason, reason_names[leg->reason]) != 0) {
		(void)snprintf(
		    world->error, sizeof world->error, "reason is %s", reason_names[leg->reason]);
		return false;
	}
	const char *source = case_option(line, "source");
	const char *source_text = plm_greek_source_text((plm_greek_source)leg->delta_source);
	if (source != NULL && strcmp(source, source_text) != 0) {
		(void)snprintf(world->error, sizeof world->error, "source is %s", source_text);
		return false;
	}
	const char *forward = case_option(line, "forward_source");
	const char *forward_text = plm_forward_source_text((plm_forward_source)leg->forward_source);
	if (forward != NULL && strcmp(forward, forward_text) != 0) {
		(void)snprintf(world->error, sizeof world->error, "forward is of %s", forward_text);
		return false;
	}
	const field fields[] = {
	    field_measure("forward", leg->forward),
	    field_measure("vol", leg->vol),
	    field_measure("gamma_usd", leg->gamma_usd_1pct),
	    field_measure("vega_usd", leg->vega_usd),
	    field_measure("theta_usd", leg->theta_usd),
	    field_exact("quantity", leg->quantity),
	    field_exact("coins", leg->delta_coins),
	    field_exact("usd", leg->delta_usd),
	    field_exact("price", leg->price_usd),
	    field_exact("pending", leg->settlement_pending),
	    field_measure("delta", leg->delta),
	    field_measure("included", leg->included),
	    field_measure("adl", leg->adl_rank == 0 ? NAN : (double)leg->adl_rank),
	    field_measure("pool", leg->pool),
	};
	return fields_hold(world, line, fields, sizeof fields / sizeof fields[0]);
}

static bool
expect_legs(case_world *world, const case_line *line)
{
	uint32_t count;
	(void)pli_exposure_legs(world->exposure, &count);
	const field fields[] = {field_measure("count", count)};
	return fields_hold(world, line, fields, 1);
}

static bool
expect_price(case_world *world, const case_line *line)
{
	plm_asset_id asset = case_asset(world, line->words[2]);
	const field fields[] = {field_exact("usd", pli_exposure_price_usd(world->exposure, asset))};
	return fields_hold(world, line, fields, 1);
}

static bool
expect_counters(case_world *world, const case_line *line)
{
	pli_book_counters c = pli_book_counters_get(world->book);
	const field fields[] = {
	    field_measure("duplicate", (double)c.duplicate),
	    field_measure("old_epoch", (double)c.old_epoch),
	    field_measure("old_sequence", (double)c.old_sequence),
	    field_measure("snapshots", (double)c.snapshots),
	    field_measure("snapshots_incomplete", (double)c.snapshots_incomplete),
	    field_measure("fills", (double)c.fills),
	    field_measure("fills_duplicate", (double)c.fills_duplicate),
	};
	return fields_hold(world, line, fields, sizeof fields / sizeof fields[0]);
}

static bool
expect_reconcile(case_world *world, const case_line *line)
{
	const pli_reconcile *r = pli_book_reconcile(
	    world->book, case_account(world, line->words[2], NULL));
	const field fields[] = {
	    field_measure("readings", (double)r->readings_count),
	    field_measure("equal", (double)r->rows_equal),
	    field_measure("newer", (double)r->rows_newer),
	    field_measure("differing", (double)r->rows_differing),
	    field_measure("explained", (double)r->rows_explained),
	    field_exact("before", r->quantity_before),
	    field_exact("read", r->quantity_read),
	};
	return fields_hold(world, line, fields, sizeof fields / sizeof fields[0]);
}

static bool
alert_holds(case_world *world, const case_line *line, const plm_event *event)
{
	static const char *const kinds[] = {"clear", "breach", "worsening"};
	const plm_alert *alert = &event->u.alert;
	const char *limit = world->limit_names[alert->limit.value - 1];
	if (strcmp(kinds[alert->kind], line->words[2]) != 0 || strcmp(limit, line->words[3]) != 0) {
		(void)snprintf(world->error, sizeof world->error, "the alert is %s %s",
		    kinds[alert->kind], limit);
		return false;
	}
	const char *of = case_option(line, "of"), *leg = case_option(line, "leg");
	if (of != NULL && strcmp(of, alert->scope_name) != 0)
		return fail(world, "the alert is of another scope");
	if (leg != NULL) {
		const plm_instrument *spec = pli_registry_instrument_get(
		    pli_book_registry(world->book), (plm_instrument_id){alert->legs[0].instrument});
		const plm_asset_fact *asset = pli_registry_asset_get(
		    pli_book_registry(world->book), (plm_asset_id){alert->legs[0].asset});
		const char *name = spec != NULL ? spec->name : asset != NULL ? asset->name : "";
		if (alert->legs_count == 0 || strcmp(leg, name) != 0)
			return fail(world, "another leg moved it most");
	}
	const field fields[] = {
	    field_measure("level", alert->level),
	    field_measure("value", alert->value),
	    field_measure("band", alert->band),
	    field_measure("transition", alert->transition),
	    field_measure("moved", alert->legs_count > 0 ? (double)alert->legs[0].moved : NAN),
	};
	return fields_hold(world, line, fields, sizeof fields / sizeof fields[0]);
}

static bool
expect_alert(case_world *world, const case_line *line)
{
	if (line->words_count < 4)
		case_broken(line, "expect alert KIND LIMIT");
	if (world->alerts_head == world->alerts_count)
		return fail(world, "there is no alert");
	return alert_holds(world, line, &world->alerts[world->alerts_head++]);
}

static bool
expect_no(case_world *world, const case_line *line)
{
	(void)line;
	if (world->alerts_head == world->alerts_count)
		return true;
	return fail(world, "there is an alert");
}

static bool
expect_acknowledged(case_world *world, const case_line *line)
{
	for (uint32_t i = 0; i < pli_limits_count(world->limits); i++) {
		pli_limit_state state;
		(void)pli_limits_state(world->limits, i, &state);
		if (strcmp(state.limit->name, line->words[2]) == 0)
			return state.acknowledged ? true : fail(world, "it is not acknowledged");
	}
	return fail(world, "there is no such limit");
}

static bool
expect_allocations(case_world *world, const case_line *line)
{
	const field fields[] = {field_measure("core", (double)world->allocations)};
	return fields_hold(world, line, fields, 1);
}

static const struct {
	const char *name;
	bool (*run)(case_world *world, const case_line *line);
} expectations[] = {
    {"acknowledged", expect_acknowledged},
    {"alert", expect_alert},
    {"allocations", expect_allocations},
    {"counters", expect_counters},
    {"exposure", expect_exposure},
    {"leg", expect_leg},
    {"legs", expect_legs},
    {"no", expect_no},
    {"price", expect_price},
    {"reconcile", expect_reconcile},
};

bool
case_expect(case_world *world, const case_line *line)
{
	if (world->pending > 0)
		case_batch(world);
	for (size_t i = 0;
	     line->words_count > 1 && i < sizeof expectations / sizeof expectations[0]; i++) {
		if (strcmp(line->words[1], expectations[i].name) == 0)
			return expectations[i].run(world, line);
	}
	case_broken(line, "no such expectation");
}
