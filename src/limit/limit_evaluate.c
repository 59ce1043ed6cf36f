/* limit_evaluate.c: values against bands, once per batch; changes of state become ALERT events. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mutant.h"
#include "limit/limit_state.h"

#define EXCUSE_SLACK 1e-9

/* Where a value stands: the worse of the two sides. */
typedef struct standing {
	uint8_t level;
	int8_t side;
	double band;
} standing;

static bool
is_above(double value, double edge, double margin)
{
	return isfinite(edge) && value > edge - margin * fabs(edge);
}

static bool
is_below(double value, double edge, double margin)
{
	return isfinite(edge) && value < edge + margin * fabs(edge) &&
	       !pli_mutant(LIMIT_LOWER_BAND_IGNORED);
}

/* margin > 0 shrinks the bands: what a value must come inside to clear. */
static standing
stand(const plm_limit_fact *fact, const limit_value *v, double margin)
{
	if (is_above(v->upper, fact->hard_upper, margin))
		return (standing){2, 1, fact->hard_upper};
	if (is_below(v->lower, fact->hard_lower, margin))
		return (standing){2, -1, fact->hard_lower};
	if (is_above(v->upper, fact->soft_upper, margin))
		return (standing){1, 1, fact->soft_upper};
	if (is_below(v->lower, fact->soft_lower, margin))
		return (standing){1, -1, fact->soft_lower};
	return (standing){0, 0, NAN};
}

static double
hysteresis_of(const plm_limit_fact *fact)
{
	if (pli_mutant(LIMIT_HYSTERESIS_IGNORED))
		return 0;
	return isfinite(fact->hysteresis) && fact->hysteresis >= 0 ? fact->hysteresis
								   : PLI_LIMIT_HYSTERESIS;
}

static void
state_tell(pli_limits *limits, limit_state *state, const standing *now, plm_alert_kind kind,
    plm_event_sink *alerts)
{
	const pli_book *book = pli_exposure_book(limits->exposure);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ALERT);
	event.flags = state->reducing ? PLM_FLAG_REDUCING : 0;
	event.received_time_ns = pli_book_now_ns(book);
	event.applied_time_ns = pli_book_now_ns(book);
	plm_alert *alert = &event.u.alert;
	alert->limit.value = state->limit + 1;
	alert->transition = ++state->transition;
	alert->kind = (uint8_t)kind;
	alert->level = now->level;
	alert->measure = limits->facts[state->limit].measure;
	(void)snprintf(alert->scope_name, sizeof alert->scope_name, "%.35s", state->scope_name);
	alert->value = state->value;
	alert->band = kind == PLM_ALERT_CLEAR ? state->band : now->band;
	alert->value_before = state->value_told;
	pli_limit_movers(limits, state, alert);
	state->level = now->level;
	state->side = now->side;
	state->band = now->band;
	state->acknowledged = 0;
	state->excused = false;
	state->since_ns = pli_book_now_ns(book);
	state->value_told = state->value;
	pli_limit_keep_legs(limits, state);
	pli_limit_remember(limits, &event);
	(void)alerts->emit(alerts->ctx, &event);
	if (pli_mutant(LIMIT_ALERT_TWICE))
		(void)alerts->emit(alerts->ctx, &event);
}

/* True while a trade that reduced |net| excuses the state from being reported as a new breach. */
static bool
state_excused(limit_state *state, const limit_value *v)
{
	double net = fabs(v->net_usd);
	/* Sums in doubles differ by a few ulp from one batch to the next: that is no growth. */
	if (state->excused && net <= state->excused_net_usd * (1 + EXCUSE_SLACK))
		return true;
	state->excused = state->reducing;
	state->excused_net_usd = net;
	return state->excused;
}

/* An account of the scope has come so lately that its first prices may still be on their way: then
 * a low priced share and a high age say nothing yet. */
static bool
scope_is_starting(const pli_limits *limits, const limit_state *state)
{
	uint8_t measure = limits->facts[state->limit].measure;
	const pli_book *book = pli_exposure_book(limits->exposure);
	int64_t grace_ns = pli_book_policy(book)->starting_s * PLM_NS_PER_S;
	if (measure < PLM_MEASURE_PRICED_SHARE || measure == PLM_MEASURE_ADL_RANK)
		return false;
	plm_exposure_query query = pli_limit_query(limits, state);
	uint32_t count = pli_registry_accounts_count(pli_book_registry(book));
	for (uint32_t i = 1; grace_ns > 0 && i <= count; i++) {
		plm_account_id account = {i};
		plm_time_ns since_ns = pli_book_account_since_ns(book, account);
		if (since_ns != 0 && pli_book_now_ns(book) - since_ns < grace_ns &&
		    pli_limit_holds_account(limits, &query, account))
			return true;
	}
	return false;
}

/* Compares a known value with the bands and tells what changed. */
static void
state_step(pli_limits *limits, limit_state *state, const limit_value *v, plm_event_sink *alerts)
{
	const plm_limit_fact *fact = &limits->facts[state->limit];
	standing now = stand(fact, v, 0);
	standing held = stand(fact, v, hysteresis_of(fact));
	if (now.side > 0)
		state->value = v->upper;
	else if (now.side < 0)
		state->value = v->lower;
	bool other_side = now.level > 0 && state->level > 0 && now.side != state->side;
	if (now.level > state->level || other_side) {
		if (scope_is_starting(limits, state))
			return;
		bool worse = state->level > 0 && !other_side;
		if (!state_excused(state, v) || pli_mutant(LIMIT_REDUCING_TOLD))
			state_tell(limits, state, &now,
			    worse ? PLM_ALERT_WORSENING : PLM_ALERT_BREACH, alerts);
	} else if (held.level < state->level && v->whole && !pli_mutant(LIMIT_NO_CLEAR)) {
		state_tell(limits, state, &held, PLM_ALERT_CLEAR, alerts);
	} else if (now.level == 0 && state->level == 0) {
		state->excused = false;
	}
}

static void
state_evaluate(pli_limits *limits, limit_state *state, plm_event_sink *alerts)
{
	limit_value v = pli_limit_value(limits, state);
	if (isnan(v.value) || (v.empty && !state->evaluated)) {
		state->value = NAN;
		return;
	}
	state->value = v.value;
	plm_exposure_query query = pli_limit_query(limits, state);
	state->reducing = state->evaluated && fabs(v.net_usd) < fabs(state->net_usd) &&
			  pli_exposure_traded(limits->exposure, &query);
	if (!state->evaluated) {
		state->value_told = v.value;
		state->legs_whole = true;
	}
	state_step(limits, state, &v, alerts);
	state->net_usd = v.net_usd;
	if (!state->evaluated)
		pli_limit_keep_legs(limits, state);
	state->evaluated = true;
}

/* The lowest id of an account with this portfolio stands for the portfolio. */
static uint32_t
portfolio_scope(const pli_registry *registry, const char *name)
{
	for (uint32_t i = 1; i <= pli_registry_accounts_count(registry); i++) {
		const plm_account_fact *account = pli_registry_account_get(
		    registry, (plm_account_id){i});
		if (account != NULL && strcmp(account->portfolio, name) == 0)
			return i;
	}
	return 0;
}

static void
scopes_of_accounts(pli_limits *limits, uint32_t limit, const pli_registry *registry)
{
	const plm_limit_fact *fact = &limits->facts[limit];
	bool each = strcmp(fact->scope_name, "*") == 0;
	for (uint32_t i = 1; i <= pli_registry_accounts_count(registry); i++) {
		const plm_account_fact *account = pli_registry_account_get(
		    registry, (plm_account_id){i});
		/* Coins under way are no account to be told of: they have no price of their own, no
		 * margin and no feed. Named, the account is watched like any. */
		if (account == NULL || (each && account->is_transit != 0))
			continue;
		bool by_account = fact->scope == PLM_LIMIT_ACCOUNT;
		bool by_venue = fact->scope == PLM_LIMIT_VENUE;
		const char *name = by_account ? account->name
				   : by_venue ? account->venue_name
					      : account->portfolio;
		if (name[0] == '\0' || (!each && strcmp(fact->scope_name, name) != 0))
			continue;
		uint32_t scope = by_account ? i : by_venue ? account->venue.value : 0;
		if (fact->scope == PLM_LIMIT_PORTFOLIO)
			scope = portfolio_scope(registry, name);
		(void)pli_limit_state_of(limits, limit, scope, name);
	}
}

static void
scopes_of_assets(pli_limits *limits, uint32_t limit, const pli_registry *registry)
{
	const plm_limit_fact *fact = &limits->facts[limit];
	bool each = strcmp(fact->scope_name, "*") == 0;
	for (uint32_t i = 1; i <= pli_registry_assets_count(registry); i++) {
		plm_asset_id asset_id = {i};
		const plm_asset_fact *asset = pli_registry_asset_get(registry, asset_id);
		bool has_legs = pli_exposure_legs_of_underlying(limits->exposure, asset_id) > 0;
		if (asset != NULL &&
		    ((each && has_legs) || strcmp(fact->scope_name, asset->name) == 0))
			(void)pli_limit_state_of(limits, limit, i, asset->name);
	}
}

static void
limit_scopes(pli_limits *limits, uint32_t limit)
{
	const pli_registry *registry = pli_book_registry(pli_exposure_book(limits->exposure));
	switch (limits->facts[limit].scope) {
	case PLM_LIMIT_BOOK:
		(void)pli_limit_state_of(limits, limit, 0, "");
		break;
	case PLM_LIMIT_UNDERLYING:
		scopes_of_assets(limits, limit, registry);
		break;
	default:
		scopes_of_accounts(limits, limit, registry);
		break;
	}
}

/* Scopes are looked up again only when there are new names or limits. */
static void
scopes_refresh(pli_limits *limits)
{
	const pli_registry *registry = pli_book_registry(pli_exposure_book(limits->exposure));
	uint32_t accounts = pli_registry_accounts_count(registry);
	uint32_t assets = pli_registry_assets_count(registry);
	uint64_t underlyings = pli_exposure_underlyings_version(limits->exposure);
	if (!limits->scopes_dirty && limits->accounts_seen == accounts &&
	    limits->assets_seen == assets && limits->underlyings_seen == underlyings)
		return;
	for (uint32_t i = 0; i < limits->limits_max; i++) {
		if (limits->facts[i].active)
			limit_scopes(limits, i);
	}
	limits->scopes_dirty = false;
	limits->accounts_seen = accounts;
	limits->assets_seen = assets;
	limits->underlyings_seen = underlyings;
}

/* Rows of pools are made at a bounded rate: until one is made or goes nothing can have changed. */
static bool
margin_has_news(pli_limits *limits)
{
	uint64_t changes = 0;
	if (limits->margin != NULL) {
		pli_margin_counters counters = pli_margin_counters_get(limits->margin);
		changes = counters.rows_made + counters.rows_gone + 1;
	}
	bool news = changes != limits->margin_seen;
	limits->margin_seen = changes;
	return news;
}

void
pli_limits_evaluate(pli_limits *limits, plm_event_sink *alerts)
{
	assert(alerts != NULL && alerts->emit != NULL);
	scopes_refresh(limits);
	bool margin_news = margin_has_news(limits);
	for (uint32_t i = 0; i < limits->states_count; i++)
		if (margin_news || !pli_limit_is_margin(&limits->facts[limits->states[i].limit]))
			state_evaluate(limits, &limits->states[i], alerts);
}

void
pli_limits_follow(pli_limits *limits)
{
	scopes_refresh(limits);
	for (uint32_t i = 0; i < limits->states_count; i++) {
		limit_state *state = &limits->states[i];
		limit_value v = pli_limit_value(limits, state);
		standing now = stand(&limits->facts[state->limit], &v, 0);
		state->value = now.side > 0 ? v.upper : now.side < 0 ? v.lower : v.value;
		if (state->level == 0)
			state->band = NAN;
	}
}
