/* checker_alerts.c: a model of limits from limit.h's words alone, on exact sums, one state a time.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/checker_parts.h"

/* What the model knows of one scope. */
typedef struct check_value {
	double value, net_usd;
	bool whole, empty;
} check_value;

static plm_exposure_query
state_query(const pli_checker *checker, const check_state *state)
{
	const plm_limit_fact *fact = &checker->config.limits[state->limit];
	plm_exposure_query query = {.tier = (plm_tier)fact->tier};
	if (fact->scope == PLM_LIMIT_ACCOUNT)
		query.account.value = state->scope;
	else if (fact->scope == PLM_LIMIT_UNDERLYING)
		query.underlying.value = state->scope;
	return query;
}

static void
scope_add(check_scope *scope, const pli_exposure_amount *leg)
{
	scope->legs_count++;
	scope->legs_count_unpriced += !leg->priced;
	scope->collateral_count += leg->collateral;
	scope->equity_unknown |= leg->collateral && !leg->priced;
	scope->net += leg->usd;
	scope->gross += leg->usd < 0 ? -leg->usd : leg->usd;
	scope->equity += leg->collateral ? leg->usd : 0;
}

/* The rows that can have legs. */
static void
scopes_clear(pli_checker *checker)
{
	const pli_registry *registry = pli_book_registry(
	    pli_core_book(pli_engine_core(checker->engine)));
	const uint32_t used[PLM_LIMIT_UNDERLYING + 1] = {
	    [PLM_LIMIT_ACCOUNT] = pli_registry_accounts_count(registry),
	    [PLM_LIMIT_UNDERLYING] = pli_registry_assets_count(registry)};
	for (uint32_t scope = 0; scope <= PLM_LIMIT_UNDERLYING; scope++)
		for (uint32_t i = 0; i <= used[scope] && i < CHECK_IDS_MAX; i++)
			checker->scopes[scope][i] = (check_scope){0};
}

void
pli_check_amounts(pli_checker *checker)
{
	checker->amounts_count = pli_exposure_amounts(
	    pli_core_exposure(pli_engine_core(checker->engine)), checker->amounts, CHECK_LEGS_MAX);
	assert(checker->amounts_count <= CHECK_LEGS_MAX);
}

/* One pass over what legs count for adds up the book, each account and each underlying. Which
 * price makes a row old is the exposure room's to say; sums_age holds it against the row. */
static void
scopes_sum(pli_checker *checker)
{
	const pli_exposure *exposure = pli_core_exposure(pli_engine_core(checker->engine));
	plm_exposure_query query = {.tier = PLM_TIER_LEG};
	int64_t age_ns = pli_exposure_age(exposure, &query, &(uint32_t){0});
	scopes_clear(checker);
	pli_check_amounts(checker);
	for (uint32_t i = 0; i < checker->amounts_count; i++) {
		const pli_exposure_amount *leg = &checker->amounts[i];
		scope_add(&checker->scopes[PLM_LIMIT_BOOK][0], leg);
		if (leg->account.value < CHECK_IDS_MAX)
			scope_add(&checker->scopes[PLM_LIMIT_ACCOUNT][leg->account.value], leg);
		if (leg->underlying.value < CHECK_IDS_MAX)
			scope_add(
			    &checker->scopes[PLM_LIMIT_UNDERLYING][leg->underlying.value], leg);
	}
	if (age_ns >= 0)
		checker->scopes[PLM_LIMIT_BOOK][0].time_ns =
		    pli_book_now_ns(pli_exposure_book(exposure)) - age_ns;
}

static check_value
state_value(const pli_checker *checker, const check_state *state)
{
	const plm_limit_fact *fact = &checker->config.limits[state->limit];
	const check_scope *scope = &checker->scopes[fact->scope][state->scope];
	plm_time_ns now_ns = pli_book_now_ns(pli_core_book(pli_engine_core(checker->engine)));
	bool priced = scope->legs_count == 0 || scope->legs_count_unpriced < scope->legs_count;
	bool equity_known = scope->legs_count == 0 ||
			    (scope->collateral_count > 0 && !scope->equity_unknown);
	double gross = priced ? plm_decimal_to_double((plm_decimal){scope->gross}) : NAN;
	double equity = equity_known ? plm_decimal_to_double((plm_decimal){scope->equity}) : NAN;
	check_value v = {.net_usd = priced ? plm_decimal_to_double((plm_decimal){scope->net}) : NAN,
	    .whole = scope->legs_count_unpriced == 0,
	    .empty = scope->legs_count == 0};
	if (fact->measure == PLM_MEASURE_NET_USD) {
		v.value = v.net_usd;
	} else if (fact->measure == PLM_MEASURE_GROSS_USD) {
		v.value = gross;
	} else if (fact->measure == PLM_MEASURE_LEVERAGE_GROSS) {
		v.value = equity > 0 || isnan(equity) ? gross / equity : gross > 0 ? INFINITY : NAN;
	} else { /* the age of the oldest number */
		v.value = scope->time_ns == 0        ? NAN
			  : scope->time_ns >= now_ns ? 0
						     : (double)(now_ns - scope->time_ns) / 1e9;
		v.net_usd = NAN;
		v.whole = true;
	}
	return v;
}

/* Level (0, 1, 2) of a value, with bands drawn in by a part of each edge. */
static uint8_t
value_level(const plm_limit_fact *fact, double value, double part, int8_t *ret_side)
{
	const double uppers[] = {fact->soft_upper, fact->hard_upper};
	const double lowers[] = {fact->soft_lower, fact->hard_lower};
	for (int level = 2; level > 0; level--) {
		double upper = uppers[level - 1], lower = lowers[level - 1];
		if (isfinite(upper) && value > upper - part * fabs(upper)) {
			*ret_side = 1;
			return (uint8_t)level;
		}
		if (isfinite(lower) && value < lower + part * fabs(lower)) {
			*ret_side = -1;
			return (uint8_t)level;
		}
	}
	*ret_side = 0;
	return 0;
}

static void
state_name(const pli_checker *checker, const check_state *state, char ret_name[CHECK_NAME_MAX])
{
	const pli_registry *registry = pli_book_registry(
	    pli_core_book(pli_engine_core(checker->engine)));
	uint8_t scope = checker->config.limits[state->limit].scope;
	const char *name = "";
	if (scope == PLM_LIMIT_ACCOUNT)
		name = pli_registry_account_get(registry, (plm_account_id){state->scope})->name;
	else if (scope == PLM_LIMIT_UNDERLYING)
		name = pli_registry_asset_get(registry, (plm_asset_id){state->scope})->name;
	(void)snprintf(ret_name, CHECK_NAME_MAX, "%.35s", name);
}

static void
state_expect(pli_checker *checker, check_state *state, plm_alert_kind kind, uint8_t level)
{
	state->level = level;
	state->excused = false;
	state->transition++;
	if (checker->expected_count == CHECK_EXPECTED_MAX)
		return;
	check_expected *row = &checker->expected[checker->expected_count++];
	*row = (check_expected){state->limit, state->transition, (uint8_t)kind, level, ""};
	state_name(checker, state, row->scope_name);
}

/* A trade that made |net| smaller excuses the breach until |net| is larger than it left it. */
static bool
state_is_excused(check_state *state, double net_usd, bool reducing)
{
	if (state->excused && fabs(net_usd) <= state->excused_net_usd * (1 + 1e-9))
		return true;
	state->excused = reducing;
	state->excused_net_usd = fabs(net_usd);
	return reducing;
}

/* While an account is younger than the policy lets its first prices take, an age is not told. */
static bool
state_is_starting(const pli_checker *checker, const check_state *state)
{
	const pli_book *book = pli_core_book(pli_engine_core(checker->engine));
	const plm_limit_fact *fact = &checker->config.limits[state->limit];
	assert(fact->measure != PLM_MEASURE_AGE_S || fact->scope == PLM_LIMIT_BOOK);
	bool starting = false;
	for (uint32_t i = 1; i <= pli_registry_accounts_count(pli_book_registry(book)); i++) {
		plm_time_ns since_ns = pli_book_account_since_ns(book, (plm_account_id){i});
		int64_t age_ns = pli_book_now_ns(book) - since_ns;
		starting = starting ||
			   (since_ns != 0 &&
			       age_ns < pli_book_policy(book)->starting_s * PLM_NS_PER_S);
	}
	return starting && fact->measure == PLM_MEASURE_AGE_S;
}

static void
state_step(pli_checker *checker, check_state *state, const check_value *v, bool reducing)
{
	const plm_limit_fact *fact = &checker->config.limits[state->limit];
	int8_t side, held_side;
	uint8_t level = value_level(fact, v->value, 0, &side);
	uint8_t held = value_level(fact, v->value, fact->hysteresis, &held_side);
	bool across = level > 0 && state->level > 0 && side != state->side;
	if (level > state->level || across) {
		plm_alert_kind kind = state->level > 0 && !across ? PLM_ALERT_WORSENING
								  : PLM_ALERT_BREACH;
		if (state_is_starting(checker, state))
			return;
		if (state_is_excused(state, v->net_usd, reducing))
			return;
		state->side = side;
		state_expect(checker, state, kind, level);
	} else if (held < state->level && v->whole) {
		state->side = held_side;
		state_expect(checker, state, PLM_ALERT_CLEAR, held);
	} else if (level == 0 && state->level == 0) {
		state->excused = false;
	}
}

static void
state_evaluate(pli_checker *checker, check_state *state)
{
	check_value v = state_value(checker, state);
	if (isnan(v.value) || (v.empty && !state->evaluated))
		return;
	plm_exposure_query query = state_query(checker, state);
	bool reducing = state->evaluated && fabs(v.net_usd) < fabs(state->net_usd) &&
			pli_exposure_traded(
			    pli_core_exposure(pli_engine_core(checker->engine)), &query);
	state_step(checker, state, &v, reducing);
	state->net_usd = v.net_usd;
	state->evaluated = true;
}

static void
state_add(pli_checker *checker, uint32_t limit, uint32_t scope)
{
	for (uint32_t i = 0; i < checker->states_count; i++)
		if (checker->states[i].limit == limit && checker->states[i].scope == scope)
			return;
	if (checker->states_count < CHECK_STATES_MAX)
		checker->states[checker->states_count++] = (check_state){
		    .limit = limit, .scope = scope};
}

/* The scopes that exist by now: the book, each account, or the named underlying. */
static void
states_find(pli_checker *checker, uint32_t limit)
{
	const pli_registry *registry = pli_book_registry(
	    pli_core_book(pli_engine_core(checker->engine)));
	const plm_limit_fact *fact = &checker->config.limits[limit];
	if (fact->scope == PLM_LIMIT_BOOK)
		state_add(checker, limit, 0);
	else if (fact->scope == PLM_LIMIT_ACCOUNT)
		for (uint32_t i = 1; i <= pli_registry_accounts_count(registry); i++)
			state_add(checker, limit, i);
	else if (pli_registry_asset_find(registry, plm_slice_of(fact->scope_name)).value != 0)
		state_add(checker, limit,
		    pli_registry_asset_find(registry, plm_slice_of(fact->scope_name)).value);
}

void
pli_check_expect(pli_checker *checker)
{
	if (checker->facts_changed)
		scopes_sum(checker);
	for (uint32_t i = 0; checker->facts_changed && i < checker->config.limits_count; i++)
		states_find(checker, i);
	checker->facts_changed = false;
	for (uint32_t i = 0; i < checker->states_count; i++)
		state_evaluate(checker, &checker->states[i]);
}

/* What the model knows of the alert's state, for the sentence. */
static const check_state *
state_of_alert(const pli_checker *checker, const plm_alert *alert)
{
	char name[CHECK_NAME_MAX];
	for (uint32_t i = 0; i < checker->states_count; i++) {
		const check_state *state = &checker->states[i];
		state_name(checker, state, name);
		if (state->limit + 1 == alert->limit.value && strcmp(name, alert->scope_name) == 0)
			return state;
	}
	return NULL;
}

static void
alert_unexpected(pli_checker *checker, const plm_alert *alert)
{
	const check_state *state = state_of_alert(checker, alert);
	pli_checker_say(checker,
	    "an alert that is not expected: limit %u, %s, transition %u, kind %u, level %u, value "
	    "%.17g, band %g; the model: transition %u, level %u, net %.17g, excused to %g",
	    alert->limit.value, alert->scope_name, alert->transition, alert->kind, alert->level,
	    alert->value, alert->band, state == NULL ? 0 : state->transition,
	    state == NULL ? 0 : state->level, state == NULL ? NAN : state->net_usd,
	    state == NULL || !state->excused ? NAN : state->excused_net_usd);
}

void
pli_check_alert(pli_checker *checker, const plm_alert *alert)
{
	uint32_t at = 0;
	while (at < checker->expected_count &&
	       (checker->expected[at].limit + 1 != alert->limit.value ||
		   checker->expected[at].transition != alert->transition ||
		   checker->expected[at].kind != alert->kind ||
		   checker->expected[at].level != alert->level ||
		   strcmp(checker->expected[at].scope_name, alert->scope_name) != 0))
		at++;
	if (at == checker->expected_count) {
		alert_unexpected(checker, alert);
		return;
	}
	checker->alerts++;
	checker->expected_count--;
	memmove(checker->expected + at, checker->expected + at + 1,
	    (checker->expected_count - at) * sizeof checker->expected[0]);
}
