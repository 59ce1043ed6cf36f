/* state_json.c: accounts, positions, feeds, limits, alerts, actions and health as JSON. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/action_text.h"
#include "api/hub_internal.h"

#define X(name, number, text) [number] = text,
static const char *const measure_texts[] = {PLM_MEASURES(X)};
static const char *const basis_texts[] = {PLM_ALERT_BASES(X)};
#undef X
static const char *const scope_texts[] = {"book", "portfolio", "account", "venue", "underlying"};
static const char *const level_texts[] = {"inside", "soft", "hard"};

#define TEXT_OF(table, index) ((index) < sizeof(table) / sizeof(table)[0] ? (table)[index] : "?")

static void
put_account_names(const pli_hub *hub, pli_json_writer *w, plm_account_id id)
{
	const pli_registry *registry = pli_book_registry(hub->book);
	const plm_account_fact *fact = pli_registry_account_get(registry, id);
	char scratch[PLI_API_NAME_MAX];

	pli_json_member_text(w, "venue", fact == NULL ? NULL : fact->venue_name);
	pli_json_member_text(w, "account", pli_api_account_text(registry, id, scratch));
}

static void
document_open(const pli_hub *hub, pli_json_writer *w, const char *rows)
{
	pli_json_object_open(w);
	pli_json_member_time_ns(w, "as_of_ns", pli_book_now_ns(hub->book));
	pli_json_member_int(w, "sequence", (int64_t)pli_book_sequence(hub->book));
	pli_json_key(w, rows);
	pli_json_array_open(w);
}

static void
document_close(pli_json_writer *w)
{
	pli_json_array_close(w);
	pli_json_object_close(w);
}

static void
put_margins(const pli_hub *hub, pli_json_writer *w, plm_account_id account)
{
	const pli_registry *registry = pli_book_registry(hub->book);
	char scratch[PLI_API_NAME_MAX];

	pli_json_key(w, "venue_margins");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < pli_book_margins_count(hub->book); i++) {
		const pli_margin_row *row = pli_book_margin(hub->book, i);
		if (row->account.value != account.value)
			continue;
		pli_json_object_open(w);
		pli_json_member_text(
		    w, "asset", pli_api_asset_text(registry, row->fact.asset, scratch));
		pli_json_member_decimal(w, "equity", row->fact.equity);
		pli_json_member_decimal(w, "initial_margin", row->fact.initial_margin);
		pli_json_member_decimal(w, "maintenance_margin", row->fact.maintenance_margin);
		pli_json_member_decimal(w, "available", row->fact.available);
		pli_json_member_decimal(w, "ratio", row->fact.ratio);
		pli_json_member_time_ns(w, "received_time_ns", row->received_time_ns);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static void
put_balances(const pli_hub *hub, pli_json_writer *w, plm_account_id account)
{
	const pli_registry *registry = pli_book_registry(hub->book);
	char scratch[PLI_API_NAME_MAX];

	pli_json_key(w, "balances");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < pli_book_balances_count(hub->book); i++) {
		const pli_balance_row *row = pli_book_balance(hub->book, i);
		if (row->account.value != account.value || !row->open)
			continue;
		pli_json_object_open(w);
		pli_json_member_text(
		    w, "asset", pli_api_asset_text(registry, row->fact.asset, scratch));
		pli_json_member_decimal(w, "wallet", row->fact.wallet);
		pli_json_member_decimal(w, "equity", row->fact.equity);
		pli_json_member_decimal(w, "available", row->fact.available);
		pli_json_member_decimal(w, "unrealised_pnl", row->fact.unrealised_pnl);
		pli_json_member_decimal(w, "collateral", row->fact.collateral);
		pli_json_member_time_ns(w, "received_time_ns", row->received_time_ns);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

void
pli_hub_put_accounts(pli_hub *hub, pli_json_writer *w)
{
	const pli_registry *registry = pli_book_registry(hub->book);

	document_open(hub, w, "accounts");
	for (uint32_t i = 1; i <= pli_registry_accounts_count(registry); i++) {
		const plm_account_id id = {i};
		const plm_account_fact *fact = pli_registry_account_get(registry, id);
		const pli_feed_row *feed = pli_book_feed_of(hub->book, id);
		plm_exposure_query query = {.tier = PLM_TIER_BOOK, .account = id};
		plm_exposure_row row;
		if (fact == NULL)
			continue;
		pli_exposure_total(hub->exposure, &query, &row);
		pli_json_object_open(w);
		put_account_names(hub, w, id);
		pli_json_member_text(w, "portfolio", fact->portfolio);
		pli_json_member_text(w, "strategy", fact->strategy);
		pli_json_member_text(w, "feed",
		    fact->is_transit != 0 ? "live"
		    : feed == NULL        ? "connecting"
					  : pli_api_feed_status_text(feed->fact.status));
		pli_json_key(w, "exposure");
		pli_exposure_put_row(w, &hub->source, &row);
		put_balances(hub, w, id);
		put_margins(hub, w, id);
		pli_json_object_close(w);
	}
	document_close(w);
}

static bool
position_matches(const pli_hub *hub, const pli_position_row *row, const plm_exposure_query *query)
{
	const pli_registry *registry = pli_book_registry(hub->book);
	const plm_account_fact *fact = pli_registry_account_get(registry, row->account);
	const plm_instrument *spec = pli_registry_instrument_get(registry, row->fact.instrument);

	if (!row->open || (query->account.value != 0 && query->account.value != row->account.value))
		return false;
	if (query->venue.value != 0 && (fact == NULL || fact->venue.value != query->venue.value))
		return false;
	if (query->underlying.value != 0 &&
	    (spec == NULL || spec->underlying.value != query->underlying.value))
		return false;
	if (query->portfolio != NULL &&
	    (fact == NULL || strcmp(query->portfolio, fact->portfolio) != 0))
		return false;
	return query->strategy == NULL ||
	       (fact != NULL && strcmp(query->strategy, fact->strategy) == 0);
}

static void
put_position(const pli_hub *hub, pli_json_writer *w, const pli_position_row *row)
{
	static const char *const modes[] = {"none", "cross", "isolated", "segregated"};
	const pli_registry *registry = pli_book_registry(hub->book);
	const plm_instrument *spec = pli_registry_instrument_get(registry, row->fact.instrument);
	char symbol[PLM_SYMBOL_MAX] = "";

	if (spec != NULL)
		(void)pli_registry_symbol(registry, row->fact.instrument, symbol);
	pli_json_object_open(w);
	put_account_names(hub, w, row->account);
	pli_json_member_text(w, "instrument", spec == NULL ? NULL : spec->name);
	pli_json_member_text(w, "symbol", symbol[0] == '\0' ? NULL : symbol);
	pli_json_member_text(w, "side", pli_api_side_text(row->fact.side));
	pli_json_member_decimal(w, "quantity", row->fact.quantity);
	pli_json_member_text(w, "unit", plm_unit_text((plm_unit)row->fact.unit));
	pli_json_member_decimal(w, "entry_price", row->fact.entry_price);
	pli_json_member_decimal(w, "mark_price", row->fact.mark_price);
	pli_json_member_decimal(w, "liquidation_price", row->fact.liquidation_price);
	pli_json_member_decimal(w, "unrealised_pnl", row->fact.unrealised_pnl);
	pli_json_member_decimal(w, "leverage", row->fact.leverage);
	pli_json_member_text(w, "margin_mode", TEXT_OF(modes, row->fact.margin_mode));
	pli_api_member_rank(w, "adl_rank", row->fact.adl_rank);
	pli_json_member_time_ns(w, "delist_time_ns", spec == NULL ? 0 : spec->delist_time_ns);
	pli_json_member_time_ns(w, "venue_time_ns", row->venue_time_ns);
	pli_json_member_time_ns(w, "received_time_ns", row->received_time_ns);
	pli_json_object_close(w);
}

void
pli_hub_put_positions(pli_hub *hub, pli_json_writer *w, const plm_exposure_query *query)
{
	document_open(hub, w, "positions");
	for (uint32_t i = 0; i < pli_book_positions_count(hub->book); i++) {
		const pli_position_row *row = pli_book_position(hub->book, i);
		if (position_matches(hub, row, query))
			put_position(hub, w, row);
	}
	document_close(w);
}

/* The last full readings of an account's positions against what updates had told. */
static void
put_reconcile(const pli_hub *hub, pli_json_writer *w, plm_account_id account)
{
	const pli_reconcile *r = pli_book_reconcile(hub->book, account);
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(hub->book), r->instrument);
	pli_json_key(w, "reconcile");
	pli_json_object_open(w);
	pli_json_member_int(w, "readings", (int64_t)r->readings_count);
	pli_json_member_int(w, "equal", (int64_t)r->rows_equal);
	pli_json_member_int(w, "newer", (int64_t)r->rows_newer);
	pli_json_member_int(w, "differing", (int64_t)r->rows_differing);
	pli_json_member_int(w, "explained", (int64_t)r->rows_explained);
	pli_json_key(w, "last");
	if (spec == NULL) {
		pli_json_put_null(w);
	} else {
		pli_json_object_open(w);
		pli_json_member_text(w, "instrument", spec->name);
		pli_json_member_decimal(w, "quantity_before", r->quantity_before);
		pli_json_member_decimal(w, "quantity_read", r->quantity_read);
		pli_json_member_time_ns(w, "received_time_ns", r->received_time_ns);
		pli_json_object_close(w);
	}
	pli_json_object_close(w);
}

/* The venue's clock against ours; null while it is not known. */
static void
put_clock(pli_json_writer *w, const plm_feed_state *state)
{
	bool known = state->clock_error_ns > 0;
	pli_json_key(w, "clock_offset_ns");
	if (known)
		pli_json_put_int(w, state->clock_offset_ns);
	else
		pli_json_put_null(w);
	pli_json_key(w, "clock_error_ns");
	if (known)
		pli_json_put_int(w, state->clock_error_ns);
	else
		pli_json_put_null(w);
}

void
pli_hub_put_feeds(pli_hub *hub, pli_json_writer *w)
{
	document_open(hub, w, "feeds");
	for (uint32_t i = 0; i < pli_book_feeds_count(hub->book); i++) {
		const pli_feed_row *row = pli_book_feed(hub->book, i);
		pli_json_object_open(w);
		pli_json_member_int(w, "feed", row->feed.value);
		put_account_names(hub, w, row->account);
		pli_json_member_text(w, "status", pli_api_feed_status_text(row->fact.status));
		pli_json_member_text(w, "text", row->fact.text);
		pli_json_member_time_ns(w, "since_ns", row->since_ns);
		pli_json_member_time_ns(w, "heard_time_ns", row->fact.heard_time_ns);
		pli_json_member_time_ns(w, "until_ns", row->fact.until_ns);
		pli_json_member_int(w, "reconnects", row->fact.reconnects_count);
		put_clock(w, &row->fact);
		pli_json_member_int(w, "epoch", row->epoch);
		put_reconcile(hub, w, row->account);
		pli_json_object_close(w);
	}
	document_close(w);
}

static void
put_limit_bands(pli_json_writer *w, const plm_limit_fact *limit)
{
	pli_json_member_double(w, "soft_lower", limit->soft_lower);
	pli_json_member_double(w, "soft_upper", limit->soft_upper);
	pli_json_member_double(w, "hard_lower", limit->hard_lower);
	pli_json_member_double(w, "hard_upper", limit->hard_upper);
	pli_json_member_double(w, "hysteresis", limit->hysteresis);
}

void
pli_hub_put_limits(pli_hub *hub, pli_json_writer *w)
{
	pli_limit_state state;

	document_open(hub, w, "limits");
	for (uint32_t i = 0; i < pli_limits_count(hub->limits); i++) {
		if (!pli_limits_state(hub->limits, i, &state))
			continue;
		pli_json_object_open(w);
		pli_json_member_int(w, "limit_id", state.limit->id.value);
		pli_json_member_text(w, "name", state.limit->name);
		pli_json_member_text(w, "scope", TEXT_OF(scope_texts, state.limit->scope));
		pli_json_member_text(w, "scope_name", state.scope_name);
		pli_json_member_text(w, "measure", TEXT_OF(measure_texts, state.limit->measure));
		pli_json_member_text(w, "tier", plm_tier_text((plm_tier)state.limit->tier));
		put_limit_bands(w, state.limit);
		pli_json_member_double(w, "value", state.value);
		pli_json_member_double(w, "band", state.band);
		pli_json_member_text(w, "level", TEXT_OF(level_texts, state.level));
		pli_json_member_bool(w, "acknowledged", state.acknowledged != 0);
		pli_json_member_int(w, "transition", state.transition);
		pli_json_member_time_ns(w, "since_ns", state.since_ns);
		pli_json_object_close(w);
	}
	document_close(w);
}

/* limit_of finds a state of the alert's limit, for its name; false when the limit is gone. */
static bool
limit_of(const pli_hub *hub, const plm_alert *alert, pli_limit_state *ret_state)
{
	bool found = false;

	for (uint32_t i = 0; i < pli_limits_count(hub->limits); i++) {
		pli_limit_state state;
		if (!pli_limits_state(hub->limits, i, &state) ||
		    state.limit->id.value != alert->limit.value)
			continue;
		*ret_state = state;
		found = true;
		if (strncmp(state.scope_name, alert->scope_name, sizeof alert->scope_name) == 0)
			return true;
	}
	return found;
}

static void
put_alert_legs(const pli_hub *hub, pli_json_writer *w, const plm_alert *alert)
{
	const pli_registry *registry = pli_book_registry(hub->book);
	char scratch[PLI_API_NAME_MAX];

	pli_json_key(w, "legs");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < alert->legs_count && i < 5; i++) {
		const plm_instrument *spec = pli_registry_instrument_get(
		    registry, (plm_instrument_id){alert->legs[i].instrument});
		pli_json_object_open(w);
		put_account_names(hub, w, (plm_account_id){alert->legs[i].account});
		pli_json_member_text(w, "instrument", spec == NULL ? NULL : spec->name);
		pli_json_member_text(w, "asset",
		    pli_api_asset_text(registry, (plm_asset_id){alert->legs[i].asset}, scratch));
		pli_json_member_double(w, "moved", (double)alert->legs[i].moved);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

/* A mark and a tier are of a contract: the alert's one leg. */
static void
put_alert_suspect(const pli_hub *hub, pli_json_writer *w, const plm_alert *alert)
{
	const pli_registry *registry = pli_book_registry(hub->book);
	const plm_instrument *spec = pli_registry_instrument_get(
	    registry, (plm_instrument_id){alert->legs[0].instrument});
	bool of = alert->suspect == PLM_SUSPECT_MARK || alert->suspect == PLM_SUSPECT_TIER;
	pli_json_member_text(w, "suspect",
	    alert->suspect == PLM_SUSPECT_NONE ? NULL : pli_ladder_suspect_text(alert->suspect));
	pli_json_member_text(w, "suspect_of", of && spec != NULL ? spec->name : NULL);
	pli_json_member_text(w, "basis",
	    alert->basis == PLM_ALERT_BASIS_OURS ? NULL : TEXT_OF(basis_texts, alert->basis));
}

void
pli_hub_put_alert(pli_hub *hub, pli_json_writer *w, const plm_event *event)
{
	static const char *const kinds[] = {"clear", "breach", "worsening"};
	const plm_alert *alert = &event->u.alert;
	pli_limit_state state = {0};
	bool known = limit_of(hub, alert, &state);
	bool current = known && state.transition == alert->transition && state.level != 0;

	assert(event->type == PLM_EVENT_ALERT);
	pli_json_object_open(w);
	pli_json_member_int(w, "sequence", (int64_t)event->sequence);
	pli_json_member_int(w, "limit_id", alert->limit.value);
	pli_json_member_text(w, "limit", known ? state.limit->name : NULL);
	pli_json_member_text(w, "scope", known ? TEXT_OF(scope_texts, state.limit->scope) : NULL);
	pli_json_member_text(w, "scope_name", alert->scope_name);
	pli_json_member_text(w, "measure", TEXT_OF(measure_texts, alert->measure));
	pli_json_member_text(w, "kind", TEXT_OF(kinds, alert->kind));
	pli_json_member_text(w, "level", TEXT_OF(level_texts, alert->level));
	pli_json_member_double(w, "value", alert->value);
	pli_json_member_double(w, "value_before", alert->value_before);
	pli_json_member_double(w, "band", alert->band);
	pli_json_member_int(w, "transition", alert->transition);
	pli_json_member_bool(w, "reducing", (event->flags & PLM_FLAG_REDUCING) != 0);
	pli_json_member_bool(w, "current", current);
	pli_json_member_bool(
	    w, "acknowledged", alert->acknowledged || (current && state.acknowledged));
	pli_json_member_time_ns(w, "time_ns", event->applied_time_ns);
	put_alert_suspect(hub, w, alert);
	put_alert_legs(hub, w, alert);
	pli_json_object_close(w);
}

void
pli_hub_put_alerts(pli_hub *hub, pli_json_writer *w)
{
	document_open(hub, w, "alerts");
	for (uint32_t i = 0; i < pli_limits_alerts_count(hub->limits); i++)
		pli_hub_put_alert(hub, w, pli_limits_alert(hub->limits, i));
	document_close(w);
}

static void
put_action(const pli_hub *hub, pli_json_writer *w, const plm_event *event)
{
	const plm_venue_action *action = &event->u.venue_action;
	const pli_registry *registry = pli_book_registry(hub->book);
	const plm_instrument *spec = pli_registry_instrument_get(registry, action->instrument);
	bool forced = plm_decimal_is_known(action->quantity);
	char scratch[PLI_API_NAME_MAX], text[PLI_ACTION_TEXT_MAX];

	pli_json_object_open(w);
	pli_json_member_int(w, "sequence", (int64_t)event->sequence);
	pli_json_member_text(w, "kind", plm_venue_action_text((plm_venue_action_kind)action->kind));
	pli_json_member_text(w, "sentence", pli_action_text(registry, event, text));
	pli_json_member_text(w, "venue",
	    pli_api_venue_text(registry, spec == NULL ? (plm_venue_id){0} : spec->venue, scratch));
	pli_json_member_text(w, "account",
	    event->account.value == 0 ? NULL
				      : pli_api_account_text(registry, event->account, scratch));
	pli_json_member_text(w, "instrument", spec == NULL ? NULL : spec->name);
	pli_json_member_text(w, "side", forced ? pli_api_side_text(action->side) : NULL);
	pli_json_member_decimal(w, "quantity", action->quantity);
	pli_json_member_text(w, "unit", forced ? plm_unit_text((plm_unit)action->unit) : NULL);
	pli_json_member_decimal(w, "price", action->price);
	pli_json_member_int(w, "accounts_open", action->accounts_count);
	pli_json_member_text(w, "text", action->text);
	pli_json_member_time_ns(w, "effective_ns", action->effective_ns);
	pli_json_member_time_ns(w, "venue_time_ns", event->venue_time_ns);
	pli_json_member_time_ns(w, "time_ns", event->applied_time_ns);
	pli_json_object_close(w);
}

void
pli_hub_put_actions(pli_hub *hub, pli_json_writer *w)
{
	document_open(hub, w, "actions");
	for (uint32_t i = 0; i < pli_book_actions_count(hub->book); i++)
		put_action(hub, w, pli_book_action(hub->book, i));
	document_close(w);
}

static uint32_t
put_feed_reasons(const pli_hub *hub, pli_json_writer *w)
{
	const pli_registry *registry = pli_book_registry(hub->book);
	uint32_t reasons = 0;
	char scratch[PLI_API_NAME_MAX], text[320];

	for (uint32_t i = 0; i < pli_book_feeds_count(hub->book); i++) {
		const pli_feed_row *row = pli_book_feed(hub->book, i);
		if (row->fact.status == PLM_FEED_LIVE)
			continue;
		(void)snprintf(text, sizeof text, "feed of %s is %s%s%s",
		    pli_api_account_text(registry, row->account, scratch),
		    pli_api_feed_status_text(row->fact.status),
		    row->fact.text[0] == '\0' ? "" : ": ", row->fact.text);
		pli_json_put_text(w, text);
		reasons++;
	}
	if (pli_book_feeds_count(hub->book) == 0) {
		pli_json_put_text(w, "no feed has reported yet");
		reasons++;
	}
	return reasons;
}

void
pli_hub_put_health(pli_hub *hub, pli_json_writer *w, bool *ret_ok)
{
	pli_hub_numbers numbers;
	char text[192];
	uint32_t reasons;

	pli_json_object_open(w);
	pli_json_member_text(w, "version", PLM_VERSION);
	pli_json_member_int(w, "sequence", (int64_t)pli_book_sequence(hub->book));
	pli_json_member_time_ns(w, "as_of_ns", pli_book_now_ns(hub->book));
	pli_json_key(w, "reasons");
	pli_json_array_open(w);
	reasons = put_feed_reasons(hub, w);
	if (pli_hub_numbers_get(hub, &numbers) && numbers.journal_failing) {
		(void)snprintf(text, sizeof text, "journal: %s", numbers.journal_text);
		pli_json_put_text(w, text);
		reasons++;
	}
	if (!pli_limits_whole(hub->limits)) {
		pli_json_put_text(w, "limits: some are not watched, there are too many of them or "
				     "of their scopes; see plimsoll inspect limits");
		reasons++;
	}
	pli_json_array_close(w);
	pli_json_member_text(w, "status", reasons == 0 ? "ok" : "impaired");
	pli_json_object_close(w);
	*ret_ok = reasons == 0;
}
