/* event_json.c: events as JSON, one function a type, by a table. */
#include "model/event_json.h"

#include <math.h>

typedef struct event_writer {
	pli_json_writer *w;
	const pli_event_json *source;
	const plm_event *event;
} event_writer;

#define X(name, number, text) [number] = text,
static const char *const feed_words[] = {PLM_FEED_STATUSES(X)};
static const char *const measure_words[] = {PLM_MEASURES(X)};
static const char *const suspect_words[] = {PLM_SUSPECTS(X)};
static const char *const basis_words[] = {PLM_ALERT_BASES(X)};
#undef X
static const char *const side_words[] = {"net", "long", "short"};
static const char *const margin_words[] = {"none", "cross", "isolated", "segregated"};
static const char *const option_words[] = {NULL, "call", "put"};
static const char *const spec_words[] = {"none", "name", "venue"};
static const char *const scope_words[] = {"book", "portfolio", "account", "venue", "underlying"};
static const char *const alert_words[] = {"clear", "breach", "worsening"};
static const char *const level_words[] = {"inside", "soft", "hard"};
static const char *const liquidation_words[] = {NULL, "liquidation", "auto_deleveraging"};

#define WORD(words, index) ((index) < sizeof(words) / sizeof(words)[0] ? (words)[index] : NULL)

const char *
pli_event_json_side(uint8_t side)
{
	return WORD(side_words, side);
}

const char *
pli_event_json_margin_mode(uint8_t margin_mode)
{
	return WORD(margin_words, margin_mode);
}

/* ---- members ---- */

static void
put_text(const event_writer *e, const char *key, const char *text)
{
	pli_json_key(e->w, key);
	pli_json_put_text(e->w, text);
}

/* "" is null. */
static void
put_name(const event_writer *e, const char *key, const char *text)
{
	put_text(e, key, text != NULL && text[0] != '\0' ? text : NULL);
}

static void
put_exact(const event_writer *e, const char *key, plm_decimal value)
{
	pli_json_key(e->w, key);
	pli_json_put_decimal_text(e->w, value);
}

static void
put_measure(const event_writer *e, const char *key, double value)
{
	pli_json_key(e->w, key);
	pli_json_put_double(e->w, value);
}

static void
put_count(const event_writer *e, const char *key, uint64_t value)
{
	pli_json_key(e->w, key);
	pli_json_put_uint(e->w, value);
}

/* 0 is null. */
static void
put_instant(const event_writer *e, const char *key, plm_time_ns time_ns)
{
	pli_json_key(e->w, key);
	if (time_ns == 0)
		pli_json_put_null(e->w);
	else
		pli_json_put_int(e->w, time_ns);
}

static void
put_flag(const event_writer *e, const char *key, bool value)
{
	pli_json_key(e->w, key);
	pli_json_put_bool(e->w, value);
}

static void
put_asset(const event_writer *e, const char *key, plm_asset_id id)
{
	const plm_asset_fact *fact = pli_registry_asset_get(e->source->registry, id);
	put_name(e, key, fact == NULL ? NULL : fact->name);
}

static void
put_account(const event_writer *e, const char *key, plm_account_id id)
{
	const plm_account_fact *fact = pli_registry_account_get(e->source->registry, id);
	put_name(e, key, fact == NULL ? NULL : fact->name);
}

static void
put_venue(const event_writer *e, plm_venue_id id)
{
	put_name(e, "venue", e->source->venue_text == NULL ? NULL : e->source->venue_text(id));
}

/* Venue of the event's account, and the account. */
static void
put_owner(const event_writer *e)
{
	const plm_account_fact *fact = pli_registry_account_get(
	    e->source->registry, e->event->account);
	if (fact != NULL && fact->venue_name[0] != '\0')
		put_text(e, "venue", fact->venue_name);
	else
		put_venue(e, fact == NULL ? (plm_venue_id){0} : fact->venue);
	put_name(e, "account", fact == NULL ? NULL : fact->name);
}

static void
put_instrument_name(const event_writer *e, plm_instrument_id id)
{
	char symbol[PLM_SYMBOL_MAX];
	const plm_instrument *spec = pli_registry_instrument_get(e->source->registry, id);
	put_name(e, "instrument", spec == NULL ? NULL : spec->name);
	size_t size = spec == NULL ? 0 : pli_registry_symbol(e->source->registry, id, symbol);
	put_name(e, "symbol", size == 0 ? NULL : symbol);
}

/* Venue of an instrument, then its names. */
static void
put_instrument_of_venue(const event_writer *e, plm_instrument_id id)
{
	const plm_instrument *spec = pli_registry_instrument_get(e->source->registry, id);
	put_venue(e, spec == NULL ? (plm_venue_id){0} : spec->venue);
	put_instrument_name(e, id);
}

/* ---- types ---- */

static void
put_asset_fact(const event_writer *e)
{
	const plm_asset_fact *fact = &e->event->u.asset;
	put_name(e, "asset", fact->name);
	put_asset(e, "alias_of", fact->alias_of);
	put_measure(e, "alias_factor", fact->alias_factor);
	put_measure(e, "beta", fact->beta);
	put_measure(e, "beta_r2", fact->beta_r2);
	put_measure(e, "beta_samples", fact->beta_samples_count);
	put_name(e, "asset_class", fact->asset_class);
}

static void
put_account_fact(const event_writer *e)
{
	const plm_account_fact *fact = &e->event->u.account_fact;
	put_name(e, "venue", fact->venue_name);
	put_name(e, "account", fact->name);
	put_name(e, "portfolio", fact->portfolio);
	put_name(e, "strategy", fact->strategy);
	if (fact->is_transit != 0)
		put_flag(e, "is_transit", true);
}

static void
put_instrument(const event_writer *e)
{
	const plm_instrument *spec = &e->event->u.instrument;
	put_venue(e, spec->venue);
	put_name(e, "instrument", spec->name);
	char symbol[PLM_SYMBOL_MAX];
	size_t size = pli_registry_symbol(e->source->registry, spec->id, symbol);
	put_name(e, "symbol", size == 0 ? NULL : symbol);
	put_text(e, "kind", plm_kind_text((plm_kind)spec->kind));
	put_asset(e, "underlying", spec->underlying);
	put_asset(e, "quote", spec->quote);
	put_asset(e, "settle", spec->settle);
	put_flag(e, "inverse", spec->inverse != 0);
	put_exact(e, "multiplier", spec->multiplier);
	put_exact(e, "strike", spec->strike);
	put_instant(e, "expiry_ns", spec->expiry_ns);
	if (spec->expiry_by_name != 0)
		put_flag(e, "expiry_by_name", true);
	if (spec->delist_time_ns != 0)
		put_instant(e, "delist_time_ns", spec->delist_time_ns);
	put_text(e, "option_type", WORD(option_words, spec->option_type));
	put_text(e, "spec_source", WORD(spec_words, spec->spec_source));
}

static void
put_balance(const event_writer *e)
{
	const plm_balance *fact = &e->event->u.balance;
	put_owner(e);
	put_asset(e, "asset", fact->asset);
	put_exact(e, "wallet", fact->wallet);
	put_exact(e, "equity", fact->equity);
	put_exact(e, "available", fact->available);
	put_exact(e, "unrealised_pnl", fact->unrealised_pnl);
	put_exact(e, "collateral", fact->collateral);
	put_exact(e, "borrowed", fact->borrowed);
	put_text(e, "margin_mode", pli_event_json_margin_mode(fact->margin_mode));
}

/* By the sign of the quantity; where that is not known, by the leg. */
static const char *
position_side(const plm_position *fact)
{
	if (!plm_decimal_is_known(fact->quantity))
		return pli_event_json_side(fact->side);
	int sign = plm_decimal_sign(fact->quantity);
	return sign > 0 ? "long" : sign < 0 ? "short" : "flat";
}

static void
put_position(const event_writer *e)
{
	const plm_position *fact = &e->event->u.position;
	put_owner(e);
	put_instrument_name(e, fact->instrument);
	put_text(e, "side", position_side(fact));
	put_text(e, "leg", pli_event_json_side(fact->side));
	put_exact(e, "quantity", fact->quantity);
	put_text(e, "unit", plm_unit_text((plm_unit)fact->unit));
	put_exact(e, "entry_price", fact->entry_price);
	put_exact(e, "mark_price", fact->mark_price);
	put_exact(e, "liquidation_price", fact->liquidation_price);
	put_exact(e, "unrealised_pnl", fact->unrealised_pnl);
	put_exact(e, "leverage", fact->leverage);
	put_text(e, "margin_mode", pli_event_json_margin_mode(fact->margin_mode));
	put_exact(e, "initial_margin", fact->initial_margin);
	put_exact(e, "maintenance_margin", fact->maintenance_margin);
	put_exact(e, "isolated_margin", fact->isolated_margin);
	put_measure(e, "delta_coins", fact->delta_coins);
	if (fact->adl_rank != 0)
		put_count(e, "adl_rank", fact->adl_rank);
}

static void
put_fill(const event_writer *e)
{
	const plm_fill *fact = &e->event->u.fill;
	put_owner(e);
	put_instrument_name(e, fact->instrument);
	put_exact(e, "quantity", fact->quantity);
	put_text(e, "unit", plm_unit_text((plm_unit)fact->unit));
	put_text(e, "leg", pli_event_json_side(fact->side));
	put_exact(e, "price", fact->price);
	put_exact(e, "fee", fact->fee);
	put_asset(e, "fee_asset", fact->fee_asset);
	put_exact(e, "realised_pnl", fact->realised_pnl);
	put_text(e, "forced", WORD(liquidation_words, fact->liquidation));
}

static void
put_mark(const event_writer *e)
{
	const plm_mark *fact = &e->event->u.mark;
	put_instrument_of_venue(e, fact->instrument);
	put_exact(e, "mark_price", fact->mark_price);
	put_exact(e, "index_price", fact->index_price);
	put_exact(e, "underlying_price", fact->underlying_price);
	put_measure(e, "mark_iv", fact->mark_iv);
	put_measure(e, "delta", fact->delta);
	put_measure(e, "gamma", fact->gamma);
	put_measure(e, "vega", fact->vega);
	put_measure(e, "theta", fact->theta);
	put_measure(e, "rho", fact->rho);
	put_measure(e, "funding_rate", fact->funding_rate);
}

static void
put_index(const event_writer *e)
{
	put_venue(e, e->event->u.index.venue);
	put_asset(e, "asset", e->event->u.index.asset);
	put_asset(e, "quote", e->event->u.index.quote);
	put_exact(e, "price", e->event->u.index.price);
}

static void
put_asset_rate(const event_writer *e)
{
	put_venue(e, e->event->u.asset_rate.venue);
	put_asset(e, "asset", e->event->u.asset_rate.asset);
	put_exact(e, "usd", e->event->u.asset_rate.usd);
}

/* A payment has an account, a rate has none. */
static void
put_funding(const event_writer *e)
{
	const plm_funding *fact = &e->event->u.funding;
	const plm_instrument *spec = pli_registry_instrument_get(
	    e->source->registry, fact->instrument);
	if (e->event->account.value != 0 || spec == NULL) {
		put_owner(e);
	} else {
		put_venue(e, spec->venue);
		put_name(e, "account", NULL);
	}
	put_instrument_name(e, fact->instrument);
	put_asset(e, "asset", fact->asset);
	put_measure(e, "rate", fact->rate);
	put_exact(e, "amount", fact->amount);
}

static void
put_venue_margin(const event_writer *e)
{
	const plm_venue_margin *fact = &e->event->u.venue_margin;
	put_owner(e);
	put_asset(e, "asset", fact->asset);
	put_instrument_name(e, fact->instrument);
	put_text(e, "leg", pli_event_json_side(fact->side));
	put_text(e, "margin_mode", pli_event_json_margin_mode(fact->margin_mode));
	if (fact->is_portfolio != 0)
		put_flag(e, "is_portfolio", true);
	if (fact->is_beside != 0)
		put_flag(e, "is_beside", true);
	put_exact(e, "equity", fact->equity);
	put_exact(e, "initial_margin", fact->initial_margin);
	put_exact(e, "maintenance_margin", fact->maintenance_margin);
	put_exact(e, "available", fact->available);
	put_exact(e, "ratio", fact->ratio);
}

static void
put_feed_state(const event_writer *e)
{
	const plm_feed_state *fact = &e->event->u.feed_state;
	put_owner(e);
	put_text(e, "status", WORD(feed_words, fact->status));
	put_count(e, "reconnects", fact->reconnects_count);
	put_instant(e, "heard_time_ns", fact->heard_time_ns);
	put_instant(e, "until_ns", fact->until_ns);
	put_text(e, "text", fact->text);
	if (fact->clock_error_ns == 0)
		return;
	pli_json_member_int(e->w, "clock_offset_ns", fact->clock_offset_ns);
	pli_json_member_int(e->w, "clock_error_ns", fact->clock_error_ns);
}

static void
put_snapshot(const event_writer *e)
{
	const plm_snapshot *fact = &e->event->u.snapshot;
	put_owner(e);
	put_flag(e, "positions", (fact->scope & PLM_SCOPE_POSITIONS) != 0);
	put_flag(e, "balances", (fact->scope & PLM_SCOPE_BALANCES) != 0);
	put_flag(e, "check", fact->is_check != 0);
	if (e->event->type == PLM_EVENT_SNAPSHOT_BEGIN)
		return;
	put_flag(e, "complete", fact->complete != 0);
	put_count(e, "rows", fact->rows_count);
}

static void
put_transfer(const event_writer *e)
{
	const plm_transfer *fact = &e->event->u.transfer;
	put_owner(e);
	put_asset(e, "asset", fact->asset);
	put_exact(e, "quantity", fact->quantity);
	put_account(e, "counter_account", fact->counter_account);
	if (fact->kind == PLM_TRANSFER_CHANGE)
		return;
	put_text(e, "kind", plm_transfer_kind_text(fact->kind));
	put_text(e, "state", plm_transfer_state_text(fact->state));
	put_exact(e, "fee", fact->fee);
	put_flag(e, "address_told", fact->address_hash != 0);
	put_flag(e, "transaction_told", fact->chain_hash != 0);
}

static void
put_address(const event_writer *e)
{
	put_account(e, "account", e->event->u.address.account);
}

static void
put_limit(const event_writer *e)
{
	const plm_limit_fact *fact = &e->event->u.limit;
	put_count(e, "limit", fact->id.value);
	put_name(e, "name", fact->name);
	put_flag(e, "active", fact->active != 0);
	put_text(e, "scope", WORD(scope_words, fact->scope));
	put_text(e, "scope_name", fact->scope_name);
	put_text(e, "measure", WORD(measure_words, fact->measure));
	put_count(e, "tier", fact->tier);
	put_measure(e, "soft_lower", fact->soft_lower);
	put_measure(e, "soft_upper", fact->soft_upper);
	put_measure(e, "hard_lower", fact->hard_lower);
	put_measure(e, "hard_upper", fact->hard_upper);
	put_measure(e, "hysteresis", fact->hysteresis);
}

static void
put_alert_leg(const event_writer *e, uint32_t index)
{
	const plm_alert *fact = &e->event->u.alert;
	pli_json_object_open(e->w);
	put_account(e, "account", (plm_account_id){fact->legs[index].account});
	put_instrument_name(e, (plm_instrument_id){fact->legs[index].instrument});
	put_asset(e, "asset", (plm_asset_id){fact->legs[index].asset});
	put_measure(e, "moved", (double)fact->legs[index].moved);
	pli_json_object_close(e->w);
}

static void
put_alert(const event_writer *e)
{
	const plm_alert *fact = &e->event->u.alert;
	const uint32_t legs_max = sizeof fact->legs / sizeof fact->legs[0];
	put_count(e, "limit", fact->limit.value);
	put_count(e, "transition", fact->transition);
	put_text(e, "kind", WORD(alert_words, fact->kind));
	put_text(e, "level", WORD(level_words, fact->level));
	put_text(e, "measure", WORD(measure_words, fact->measure));
	put_text(e, "scope_name", fact->scope_name);
	put_measure(e, "value", fact->value);
	put_measure(e, "band", fact->band);
	put_measure(e, "value_before", fact->value_before);
	put_flag(e, "acknowledged", fact->acknowledged != 0);
	put_name(e, "suspect", WORD(suspect_words, fact->suspect));
	put_name(e, "basis", WORD(basis_words, fact->basis));
	pli_json_key(e->w, "legs");
	pli_json_array_open(e->w);
	for (uint32_t i = 0; i < fact->legs_count && i < legs_max; i++)
		put_alert_leg(e, i);
	pli_json_array_close(e->w);
}

static void
put_acknowledgement(const event_writer *e)
{
	const plm_acknowledgement *fact = &e->event->u.acknowledgement;
	put_count(e, "limit", fact->limit.value);
	put_count(e, "transition", fact->transition);
	put_text(e, "scope_name", fact->scope_name);
	put_text(e, "who", fact->who);
	put_text(e, "text", fact->text);
}

static void
put_venue_error(const event_writer *e)
{
	put_owner(e);
	pli_json_key(e->w, "code");
	pli_json_put_int(e->w, e->event->u.venue_error.code);
	put_text(e, "message", e->event->u.venue_error.message);
}

static void
put_venue_action(const event_writer *e)
{
	const plm_venue_action *fact = &e->event->u.venue_action;
	bool of_position = fact->kind == PLM_VENUE_DELEVERAGED ||
			   fact->kind == PLM_VENUE_LIQUIDATED ||
			   fact->kind == PLM_VENUE_MARGIN_CALLED;
	put_text(e, "kind", plm_venue_action_text((plm_venue_action_kind)fact->kind));
	put_account(e, "account", e->event->account);
	put_instrument_of_venue(e, fact->instrument);
	put_text(e, "leg", of_position ? pli_event_json_side(fact->side) : NULL);
	put_exact(e, "quantity", fact->quantity);
	put_text(e, "unit", of_position ? plm_unit_text((plm_unit)fact->unit) : NULL);
	put_exact(e, "price", fact->price);
	put_count(e, "accounts_open", fact->accounts_count);
	put_instant(e, "effective_ns", fact->effective_ns);
	put_text(e, "text", fact->text);
}

static void
put_batch_end(const event_writer *e)
{
	put_instant(e, "now_ns", e->event->u.batch_end.now_ns);
	put_count(e, "events", e->event->u.batch_end.events_count);
}

static void
put_policy(const event_writer *e)
{
	put_asset(e, "benchmark", e->event->u.policy.benchmark);
	put_count(e, "stale_after_s", e->event->u.policy.stale_after_s);
	put_count(e, "greeks_after_s", e->event->u.policy.greeks_after_s);
	put_count(e, "starting_s", e->event->u.policy.starting_s);
	put_count(e, "lag_after_s", e->event->u.policy.lag_after_s);
	put_count(e, "lag_vol_percent", e->event->u.policy.lag_vol_percent);
	put_count(e, "transit_after_s", e->event->u.policy.transit_after_s);
	put_flag(e, "pending_orders", e->event->u.policy.pending_orders != 0);
}

static void
put_order_open(const event_writer *e)
{
	const plm_order_open *fact = &e->event->u.order_open;
	put_owner(e);
	put_instrument_name(e, fact->instrument);
	put_exact(e, "quantity", fact->quantity);
	put_text(e, "unit", plm_unit_text((plm_unit)fact->unit));
	put_exact(e, "price", fact->price);
	put_flag(e, "reduce_only", fact->reduce_only != 0);
}

static void
put_margin_tier(const event_writer *e)
{
	const plm_margin_tier *fact = &e->event->u.margin_tier;
	const plm_instrument *spec = pli_registry_instrument_get(
	    e->source->registry, fact->instrument);
	put_owner(e);
	put_instrument_name(e, fact->instrument);
	put_asset(e, "asset", spec == NULL ? (plm_asset_id){0} : spec->settle);
	put_count(e, "tier", fact->tier);
	put_count(e, "tiers", fact->tiers_count);
	put_flag(e, "in_contracts", fact->in_contracts != 0);
	put_exact(e, "notional_floor", fact->notional_floor);
	put_exact(e, "notional_cap", fact->notional_cap);
	put_exact(e, "leverage_max", fact->leverage_max);
	put_exact(e, "maintenance_rate", fact->maintenance_rate);
	put_exact(e, "maintenance_amount", fact->maintenance_amount);
	put_exact(e, "notional_factor", fact->notional_factor);
}

static void
put_margin_matrix(const event_writer *e)
{
	const plm_margin_matrix *fact = &e->event->u.margin_matrix;
	put_owner(e);
	put_asset(e, "coin", fact->coin);
	put_asset(e, "settle", fact->settle);
	put_count(e, "buckets", fact->buckets);
	put_measure(e, "range", fact->range);
	put_measure(e, "vol_up", fact->vol_up);
	put_measure(e, "vol_down", fact->vol_down);
	put_measure(e, "vol_power_short", fact->vol_power_short);
	put_measure(e, "vol_power_long", fact->vol_power_long);
	put_measure(e, "vol_min", fact->vol_min);
	put_measure(e, "extended_factor", fact->extended_factor);
	put_measure(e, "dampener_usd", fact->dampener_usd);
	put_measure(e, "annual_move", fact->annual_move);
	put_measure(e, "annual_move_min", fact->annual_move_min);
	put_measure(e, "offset", fact->offset);
	put_measure(e, "offset_usd_max", fact->offset_usd_max);
	put_measure(e, "maintenance", fact->maintenance);
}

static void
put_margin_stress(const event_writer *e)
{
	const plm_margin_stress *fact = &e->event->u.margin_stress;
	put_owner(e);
	put_asset(e, "coin", fact->coin);
	put_measure(e, "range", fact->range);
	pli_json_key(e->w, "beside");
	pli_json_array_open(e->w);
	for (uint32_t i = 0; i < fact->moves_count && i < PLM_STRESS_MOVES_MAX; i++)
		pli_json_put_double(e->w, fact->beside[i]);
	pli_json_array_close(e->w);
	put_measure(e, "spot", fact->spot);
	put_measure(e, "far_move", fact->far_move);
	put_measure(e, "far_share", fact->far_share);
	put_measure(e, "decay", fact->decay);
	put_measure(e, "added", fact->added);
	put_measure(e, "least", fact->least);
	put_measure(e, "initial", fact->initial);
}

static void
put_collateral(const event_writer *e)
{
	const plm_collateral *fact = &e->event->u.collateral;
	put_owner(e);
	put_asset(e, "asset", fact->asset);
	pli_json_key(e->w, "steps");
	pli_json_array_open(e->w);
	for (uint32_t i = 0; i < fact->steps_count && i < PLM_COLLATERAL_STEPS_MAX; i++) {
		pli_json_object_open(e->w);
		put_measure(e, "floor", fact->steps[i].floor);
		put_measure(e, "weight", fact->steps[i].weight);
		pli_json_object_close(e->w);
	}
	pli_json_array_close(e->w);
	put_measure(e, "debt_more", fact->debt_more);
}

static void
put_journal_gap(const event_writer *e)
{
	put_count(e, "sequence_before", e->event->u.journal_gap.sequence_before);
	put_count(e, "pieces", e->event->u.journal_gap.pieces_count);
}

static void
put_journal_state(const event_writer *e)
{
	put_count(e, "table", e->event->u.journal_state.table);
	put_count(e, "offset", e->event->u.journal_state.offset);
	put_count(e, "size", e->event->u.journal_state.size);
}

static void (*const event_puts[])(const event_writer *e) = {
    [PLM_EVENT_ASSET] = put_asset_fact,
    [PLM_EVENT_ACCOUNT] = put_account_fact,
    [PLM_EVENT_INSTRUMENT] = put_instrument,
    [PLM_EVENT_BALANCE] = put_balance,
    [PLM_EVENT_POSITION] = put_position,
    [PLM_EVENT_FILL] = put_fill,
    [PLM_EVENT_MARK] = put_mark,
    [PLM_EVENT_INDEX] = put_index,
    [PLM_EVENT_ASSET_RATE] = put_asset_rate,
    [PLM_EVENT_FUNDING] = put_funding,
    [PLM_EVENT_VENUE_MARGIN] = put_venue_margin,
    [PLM_EVENT_FEED_STATE] = put_feed_state,
    [PLM_EVENT_SNAPSHOT_BEGIN] = put_snapshot,
    [PLM_EVENT_SNAPSHOT_END] = put_snapshot,
    [PLM_EVENT_TRANSFER] = put_transfer,
    [PLM_EVENT_LIMIT_CHANGE] = put_limit,
    [PLM_EVENT_ACKNOWLEDGEMENT] = put_acknowledgement,
    [PLM_EVENT_VENUE_ERROR] = put_venue_error,
    [PLM_EVENT_ALERT] = put_alert,
    [PLM_EVENT_BATCH_END] = put_batch_end,
    [PLM_EVENT_POLICY] = put_policy,
    [PLM_EVENT_ORDER_OPEN] = put_order_open,
    [PLM_EVENT_MARGIN_TIER] = put_margin_tier,
    [PLM_EVENT_JOURNAL_GAP] = put_journal_gap,
    [PLM_EVENT_JOURNAL_STATE] = put_journal_state,
    [PLM_EVENT_ADDRESS] = put_address,
    [PLM_EVENT_VENUE_ACTION] = put_venue_action,
    [PLM_EVENT_MARGIN_MATRIX] = put_margin_matrix,
    [PLM_EVENT_COLLATERAL] = put_collateral,
    [PLM_EVENT_MARGIN_STRESS] = put_margin_stress,
};

_Static_assert(sizeof event_puts / sizeof event_puts[0] == PLM_EVENT_COUNT_,
    "a type of event has no function here");

static void
put_envelope(const event_writer *e)
{
	put_count(e, "sequence", e->event->sequence);
	put_count(e, "epoch", e->event->epoch);
	put_count(e, "feed", e->event->feed.value);
	put_count(e, "flags", e->event->flags);
	put_instant(e, "received_time_ns", e->event->received_time_ns);
	put_instant(e, "applied_time_ns", e->event->applied_time_ns);
}

void
pli_event_json_put(pli_json_writer *w, const pli_event_json *source, const plm_event *event)
{
	const event_writer e = {w, source, event};
	pli_json_object_open(w);
	put_text(&e, "type", plm_event_text((plm_event_type)event->type));
	if (event->type < PLM_EVENT_COUNT_ && event_puts[event->type] != NULL)
		event_puts[event->type](&e);
	put_instant(&e, "time_ns", event->venue_time_ns);
	if (event->venue_sequence != 0)
		put_count(&e, "venue_sequence", event->venue_sequence);
	if (source->with_envelope)
		put_envelope(&e);
	pli_json_object_close(w);
}
