/* deribit_live.c: a session with Deribit: what to ask when, what answers mean. Start at
 * deribit_on_frame. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/fault_point.h"
#include "base/mutant.h"
#include "venue/deribit_live/deribit_session.h"
#include "venue/json_row.h"
#include "venue/venues.h"

/* Nothing heard for so long: ask whether the venue is there. */
static const int64_t probe_ns = 4 * PLM_NS_PER_S;
static const int64_t backoff_ns_min = 2 * PLM_NS_PER_S;
static const int64_t backoff_ns_max = 60 * PLM_NS_PER_S;
static const int64_t maintenance_retry_ns = 3 * PLM_NS_PER_S;
static const int64_t token_life_s_max = 10 * 365 * INT64_C(86400);
static const char rights_text[] =
    "the key may not read positions and balances: give it account:read and trade:read";

/* CODE_..: Deribit's own error numbers that decide something here. */
enum { SNAPSHOT_FAILURES_MAX = 3, SKEW_MS_MAX = 500 };
enum { CODE_MAINTENANCE = 11051, CODE_FORBIDDEN = 13021 };

/* One frame on its way through the session. */
typedef struct turn {
	pli_deribit_session *s;
	plm_time_ns now_ns;
	plm_request_sink *requests;
	bool is_parsed;
	pli_deribit_reader reader;
} turn;

static uint32_t
turn_find(turn *t, uint32_t node, const char *key)
{
	return pli_json_find(t->reader.json, node, key);
}

static const pli_json_node *
turn_node(turn *t, uint32_t node)
{
	return &pli_json_nodes(t->reader.json, NULL)[node];
}

static plm_err
deribit_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	pli_deribit_session *s = state;
	plm_err err = pli_credentials_init(&s->credentials, cfg, "Deribit", ret_fault);
	if (err != PLM_OK)
		return err;
	s->cfg = *cfg;
	s->cfg.key = s->cfg.secret = s->cfg.path = s->cfg.markets = s->cfg.account_name = NULL;
	s->is_private = s->credentials.key[0] != '\0' && cfg->private_stream;
	(void)pli_deribit_topic_add(s, DERIBIT_TOPIC_PLATFORM, PLM_SLICE("platform_state"));
	pli_deribit_topics_from_markets(s, cfg->markets == NULL ? "" : cfg->markets);
	return PLM_OK;
}

static void
deribit_fini(void *state)
{
	explicit_bzero(state, sizeof(pli_deribit_session));
}

static void
deribit_login(pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests)
{
	if (now_ns >= s->backoff_until_ns && pli_pending_count(&s->pending, PLI_DERIBIT_AUTH) == 0)
		(void)pli_deribit_ask(s, now_ns, requests, PLI_DERIBIT_AUTH, 0);
}

static void
deribit_on_open(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	pli_deribit_session *s = state;
	if (link != 0 || s->phase == DERIBIT_REFUSED)
		return;
	now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	pli_pending_clear(&s->pending);
	memset(s->locks, 0, sizeof s->locks);
	s->platform_locked = false;
	s->is_snapshot_asked = s->is_snapshot_begun = s->snapshot_done = s->is_confirming = false;
	s->snapshot_failures = 0;
	s->snapshot_next_ns = now_ns;
	s->doubt[0] = '\0';
	s->token_renew_ns = 0;
	s->heard_ns = now_ns;
	pli_venue_clock_forget(&s->clock);
	s->phase = s->is_private ? DERIBIT_LOGIN : DERIBIT_READY;
	pli_deribit_topics_reset(s);
	pli_deribit_ledger_start(s, now_ns);
	(void)pli_deribit_ask(s, now_ns, requests, PLI_DERIBIT_HEARTBEAT, 0);
	(void)pli_deribit_ask(s, now_ns, requests, PLI_DERIBIT_STATUS, 0);
	if (s->is_private)
		deribit_login(s, now_ns, requests);
	else
		pli_deribit_topics_feed(s, now_ns, requests);
}

static void
deribit_on_close(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	pli_deribit_session *s = state;
	(void)now_ns, (void)requests;
	if (link != 0)
		return;
	pli_pending_clear(&s->pending);
	s->is_snapshot_asked = s->is_snapshot_begun = s->snapshot_done = false;
	if (s->phase != DERIBIT_REFUSED)
		s->phase = DERIBIT_CLOSED;
}

/* Heard for the first time: a new position, or what is open by a new name. The latter where nobody
 * has said what the contract is, or where an open one is the same. */
static void
deribit_observe_new(pli_deribit_session *s, const plm_instrument *said)
{
	const plm_instrument spec = *said, *held;
	bool renamed = spec.spec_source == PLM_SPEC_NONE;
	for (uint32_t i = 0; i < s->topics_count && !renamed; i++) {
		if (s->topics[i].held == 0)
			continue;
		held = plm_names_instrument_get(
		    s->cfg.names, plm_names_instrument(
				      s->cfg.names, s->cfg.venue, plm_slice_of(s->topics[i].name)));
		renamed = held != NULL && pli_contract_is_same(&spec, held);
	}
	if (renamed)
		pli_deribit_doubt(s, NULL);
	else
		pli_deribit_snapshot_soon(s);
}

/* Follows what the rows told: positions become topics, balances name currencies. */
static void
deribit_observe(void *ctx, const plm_event *event)
{
	pli_deribit_session *s = ctx;
	if (event->type == PLM_EVENT_POSITION) {
		const plm_instrument *spec = plm_names_instrument_get(
		    s->cfg.names, event->u.position.instrument);
		assert(spec != NULL);
		uint32_t topics_count = s->topics_count;
		pli_deribit_topic *topic = pli_deribit_topic_add(
		    s, DERIBIT_TOPIC_INSTRUMENT, plm_slice_of(spec->name));
		bool of_snapshot = (event->flags & PLM_FLAG_SNAPSHOT) != 0;
		if (topic != NULL) {
			s->is_refuting |= of_snapshot && topic->held == DERIBIT_HELD_MISSING;
			topic->held = plm_decimal_sign(event->u.position.quantity) != 0;
		}
		if (s->topics_count > topics_count && !of_snapshot &&
		    !pli_mutant(DERIBIT_NEW_NAME_TRUSTED))
			deribit_observe_new(s, spec);
	} else if (event->type == PLM_EVENT_VENUE_MARGIN) {
		const plm_venue_margin *margin = &event->u.venue_margin;
		if (margin->is_portfolio != 0 && plm_decimal_sign(margin->equity) != 0)
			(void)pli_deribit_topic_add(s, DERIBIT_TOPIC_MATRIX,
			    margin->margin_mode == PLM_MARGIN_CROSS
				? PLM_SLICE("CROSS")
				: plm_slice_of(plm_names_asset_text(s->cfg.names, margin->asset)));
	} else if (event->type == PLM_EVENT_BALANCE) {
		uint32_t asset = event->u.balance.asset.value;
		pli_deribit_ledger_saw(s,
		    plm_names_asset_text(s->cfg.names, event->u.balance.asset),
		    event->u.balance.wallet);
		if (asset < DERIBIT_ASSETS_MAX) {
			if (s->margin_modes[asset] != event->u.balance.margin_mode)
				s->snapshot_next_ns = 0;
			s->margin_modes[asset] = event->u.balance.margin_mode;
		}
		if (plm_decimal_sign(event->u.balance.equity) != 0)
			(void)pli_deribit_topic_add(s, DERIBIT_TOPIC_CURRENCY,
			    plm_slice_of(
				plm_names_asset_text(s->cfg.names, event->u.balance.asset)));
	}
}

static plm_err
deribit_refuse(turn *t, plm_err err, const char *text)
{
	t->s->phase = DERIBIT_REFUSED;
	snprintf(t->s->refusal, sizeof t->s->refusal, "%s", text);
	return plm_fault_set(t->reader.fault, err, NULL, "%s", text);
}

/* A scope that ends in read_write gives power; account:read_write makes new keys. */
static void
deribit_read_scope(pli_deribit_session *s, plm_slice scope)
{
	size_t start = 0;
	s->key_can_trade = s->key_can_withdraw = false;
	s->key_checked = scope.size > 0;
	snprintf(s->scope_power, sizeof s->scope_power, "%s", scope.size > 0 ? "" : "no scope");
	for (size_t i = 0; scope.size > 0 && i <= scope.size; i++) {
		plm_slice word = {scope.bytes + start, i - start}, head;
		if (i < scope.size && scope.bytes[i] != ' ' && scope.bytes[i] != ',')
			continue;
		start = i + 1;
		if (!pli_name_ends(word, ":read_write", &head))
			continue;
		bool money = memcmp(word.bytes, "wallet", 6) == 0 ||
			     memcmp(word.bytes, "custod", 6) == 0;
		s->key_can_withdraw = s->key_can_withdraw || money;
		s->key_can_trade = s->key_can_trade || !money;
		if (s->scope_power[0] == '\0')
			snprintf(s->scope_power, sizeof s->scope_power, "%.*s", (int)word.size,
			    word.bytes);
	}
}

static plm_err
deribit_logged_in(turn *t, uint32_t result)
{
	pli_deribit_session *s = t->s;
	pli_row r = {t->reader.json, t->reader.fault, result, PLM_OK};
	plm_slice scope = pli_row_string(&r, "scope");
	plm_decimal expires = pli_row_decimal(&r, "expires_in");
	int64_t life_s = token_life_s_max;
	char text[120];
	if (r.err != PLM_OK)
		return r.err;
	deribit_read_scope(s, scope);
	if (s->scope_power[0] != '\0' && !s->cfg.allow_trading_keys) {
		snprintf(text, sizeof text,
		    "the key holds %s: give a read-only one, or allow_trading_keys",
		    s->scope_power);
		return deribit_refuse(t, PLM_EKEYPOWER, text);
	}
	if (plm_decimal_sign(expires) > 0 && plm_decimal_to_double(expires) < (double)life_s)
		life_s = (int64_t)plm_decimal_to_double(expires);
	s->token_renew_ns = t->now_ns + life_s * PLM_NS_PER_S / 5 * 4;
	if (s->phase == DERIBIT_LOGIN) {
		s->phase = DERIBIT_SUBSCRIBING;
		(void)pli_deribit_ask_user_channels(s, t->now_ns, t->requests);
	}
	return PLM_OK;
}

/* The user channels are there: only now a snapshot can miss nothing. */
static plm_err
deribit_subscribed(turn *t, uint32_t result)
{
	if (turn_node(t, result)->type != PLI_JSON_ARRAY ||
	    turn_node(t, result)->children_count < 2)
		return deribit_refuse(t, PLM_EAUTH, rights_text);
	t->s->phase = DERIBIT_READY;
	pli_deribit_snapshot_start(t->s, t->now_ns, t->requests);
	return pli_deribit_snapshot_begin(t->s, t->reader.events);
}

static bool
deribit_is_snapshot(pli_pending pending)
{
	return pending.kind == PLI_DERIBIT_SUMMARIES || pending.kind == PLI_DERIBIT_POSITIONS;
}

/* A broken or refused part ends the whole snapshot; the next one comes a second later. */
static plm_err
deribit_snapshot_failed(turn *t, plm_err err)
{
	plm_err ended = pli_deribit_snapshot_end(t->s, t->now_ns, t->reader.events, false);
	return err == PLM_OK ? ended : err;
}

static plm_err
deribit_summaries(turn *t, uint32_t result)
{
	t->reader.flags = PLM_FLAG_SNAPSHOT;
	plm_err err = pli_deribit_decode_data(&t->reader, result, false);
	t->s->snapshot_rows += t->reader.rows_count;
	if (err != PLM_OK)
		return deribit_snapshot_failed(t, err == PLM_EKIND ? PLM_EDECODE : err);
	if (!pli_deribit_ask(t->s, t->now_ns, t->requests, PLI_DERIBIT_POSITIONS, 0))
		return deribit_snapshot_failed(t, PLM_OK);
	return PLM_OK;
}

/* Missing is not flat: a position that is gone without a word is closed only when a second snapshot
 * lacks it too, and shows nothing else that the one before it lacked. The first of a session is
 * held against nothing: a second one must follow it. */
static bool
deribit_is_doubtful(pli_deribit_session *s)
{
	if (pli_mutant(DERIBIT_MISSING_IS_FLAT))
		return false;
	bool missing = !s->snapshot_done && !s->is_confirming;
	for (pli_deribit_topic *topic = s->topics; topic < s->topics + s->topics_count; topic++)
		if (topic->held == DERIBIT_HELD_BEFORE ||
		    (s->is_refuting && topic->held == DERIBIT_HELD_MISSING)) {
			topic->held = DERIBIT_HELD_MISSING;
			missing = true;
			(void)snprintf(s->doubt, sizeof s->doubt,
			    "%s was open and is missing in a snapshot; all is read again",
			    topic->name);
		}
	s->is_confirming = missing;
	return missing;
}

static plm_err
deribit_positions(turn *t, uint32_t result)
{
	plm_err err;
	t->reader.flags = PLM_FLAG_SNAPSHOT;
	if (turn_node(t, result)->type != PLI_JSON_ARRAY)
		err = pli_json_fault(
		    t->reader.json, result, "a list of positions", t->reader.fault);
	else
		err = pli_deribit_rows(&t->reader, result, pli_deribit_row_position);
	t->s->snapshot_rows += t->reader.rows_count;
	if (err != PLM_OK)
		return deribit_snapshot_failed(t, err);
	bool is_doubtful = deribit_is_doubtful(t->s);
	if (!is_doubtful && t->s->platform_locked) /* the word of its end may have been missed */
		(void)pli_deribit_ask(t->s, t->now_ns, t->requests, PLI_DERIBIT_STATUS, 0);
	if (!is_doubtful)
		return pli_deribit_snapshot_end(t->s, t->now_ns, t->reader.events, true);
	uint32_t failures = t->s->snapshot_failures;
	err = pli_deribit_snapshot_end(t->s, t->now_ns, t->reader.events, false);
	t->s->snapshot_failures = failures;
	pli_deribit_snapshot_start(t->s, t->now_ns, t->requests);
	return err;
}

/* What public/status or platform_state says is locked: one index, a list of them, or everything. */
static void
deribit_read_locks(turn *t, uint32_t node)
{
	uint32_t said = turn_find(t, node, "locked");
	uint32_t index = turn_find(t, node, "price_index");
	uint32_t list = turn_find(t, node, "locked_indices");
	if (said == 0)
		return;
	bool locked = !plm_slice_is(turn_node(t, said)->text, "false");
	if (list == 0)
		list = turn_find(t, node, "locked_currencies");
	uint32_t named = list == 0 ? 0 : turn_node(t, list)->children_count;
	if (index != 0)
		pli_deribit_lock_set(t->s, turn_node(t, index)->text, locked);
	else
		t->s->platform_locked = locked && named == 0;
	for (uint32_t i = 0, child = list + 1; i < named; i++, child = turn_node(t, child)->next)
		pli_deribit_lock_set(t->s, turn_node(t, child)->text, true);
}

/* Rows are newest first: what a page leaves out is older. */
static plm_err
deribit_log(turn *t, uint32_t topic, uint32_t result)
{
	uint32_t more = turn_find(t, result, "continuation");
	if (turn_find(t, result, "logs") == 0)
		return pli_json_fault(
		    t->reader.json, result, "a transaction log with \"logs\"", t->reader.fault);
	plm_err err = pli_deribit_logs(&t->reader, result);
	bool whole = more == 0 || turn_node(t, more)->type == PLI_JSON_NULL;
	if (err == PLM_OK)
		pli_deribit_ledger_answered(t->s, topic, whole);
	return err;
}

static plm_err
deribit_answered(turn *t, pli_pending pending, uint32_t result)
{
	switch (pending.kind) {
	case PLI_DERIBIT_AUTH:
		return deribit_logged_in(t, result);
	case PLI_DERIBIT_SUBSCRIBE_USER:
		return deribit_subscribed(t, result);
	case PLI_DERIBIT_SUBSCRIBE_PUBLIC:
		pli_deribit_topics_answered(t->s, pending.id, turn_node(t, result)->children_count);
		return PLM_OK;
	case PLI_DERIBIT_SUMMARIES:
		return deribit_summaries(t, result);
	case PLI_DERIBIT_POSITIONS:
		return deribit_positions(t, result);
	case PLI_DERIBIT_INSTRUMENT:
	case PLI_DERIBIT_INSTRUMENTS:
		return pli_deribit_rows(&t->reader, result, pli_deribit_row_instrument);
	case PLI_DERIBIT_MATRIX:
		return pli_deribit_matrices(&t->reader, result);
	case PLI_DERIBIT_LOG:
		return deribit_log(t, pending.topic, result);
	case PLI_DERIBIT_STATUS:
		deribit_read_locks(t, result);
		return PLM_OK;
	case PLI_DERIBIT_HEARTBEAT:
		/* Without a login there is no snapshot to wait for. */
		if (!t->s->is_private)
			t->s->snapshot_done = true;
		return PLM_OK;
	default:
		return PLM_OK;
	}
}

/* Too many requests, retry, settlement, too many at once, maintenance, internal error, unavailable,
 * timed out: the same question may be answered later. */
static bool
deribit_is_transient(int64_t code)
{
	return code == 10028 || code == 10040 || code == 10041 || code == 10066 ||
	       code == CODE_MAINTENANCE || code == 11094 || code == 13028 || code == 13888;
}

/* Errors that leave the connection usable: back off, and let on_tick ask again. */
static plm_err
deribit_transient(turn *t, pli_pending pending, int64_t code)
{
	pli_deribit_session *s = t->s;
	if (code == CODE_MAINTENANCE) {
		s->maintenance = true;
		s->backoff_until_ns = t->now_ns + maintenance_retry_ns;
	} else {
		int64_t doubled_ns = s->backoff_ns == 0 ? backoff_ns_min : s->backoff_ns * 2;
		s->backoff_ns = doubled_ns < backoff_ns_max ? doubled_ns : backoff_ns_max;
		s->backoff_until_ns = t->now_ns + s->backoff_ns;
		s->backing_off = true;
	}
	if (pending.kind == PLI_DERIBIT_SUBSCRIBE_PUBLIC)
		pli_deribit_topics_retry(s, pending.id);
	if (pli_deribit_is_of_topic(pending.kind))
		s->topics[pending.topic].spec_due_ns = s->backoff_until_ns;
	return deribit_is_snapshot(pending) ? deribit_snapshot_failed(t, PLM_OK) : PLM_OK;
}

static plm_err
deribit_error(turn *t, pli_pending pending, uint32_t error)
{
	pli_deribit_session *s = t->s;
	int64_t code = 0;
	char text[120];
	plm_err err = pli_deribit_decode_error(&t->reader, error, &code);
	if (err != PLM_OK)
		return err;
	/* what is not needed to be live does not put off what is */
	if (pending.kind == PLI_DERIBIT_LOG && code == CODE_MAINTENANCE)
		return PLM_OK;
	if (deribit_is_transient(code))
		return deribit_transient(t, pending, code);
	if (pending.kind == PLI_DERIBIT_LOG)
		pli_deribit_ledger_failed(s, t->now_ns);
	if (pending.kind == PLI_DERIBIT_MATRIX || pending.kind == PLI_DERIBIT_LOG)
		return PLM_OK; /* the account counts without */
	/* Authorisation required, invalid credentials, invalid token. */
	bool unauthorized = s->is_private && (code == 10000 || code == 13004 || code == 13009);
	if (pending.kind == PLI_DERIBIT_AUTH || (unauthorized && s->login_retried)) {
		snprintf(text, sizeof text,
		    "Deribit refused the login (error %lld): check key and secret",
		    (long long)code);
		return deribit_refuse(t, PLM_EAUTH, text);
	}
	if (unauthorized) {
		s->login_retried = true;
		deribit_login(s, t->now_ns, t->requests);
	} else if (code == CODE_FORBIDDEN || pending.kind == PLI_DERIBIT_SUBSCRIBE_USER) {
		return deribit_refuse(t, PLM_EAUTH, rights_text);
	}
	if (pending.kind == PLI_DERIBIT_SUBSCRIBE_PUBLIC)
		pli_deribit_topics_answered(s, pending.id, 0);
	return deribit_is_snapshot(pending) ? deribit_snapshot_failed(t, PLM_OK) : PLM_OK;
}

static void
deribit_measure_clock(turn *t, plm_time_ns sent_ns)
{
	int64_t us = 0;
	(void)pli_json_int(t->reader.json, turn_find(t, 0, "usOut"), &us, NULL);
	if (us > 0 && us <= INT64_MAX / 2 / PLM_NS_PER_US)
		pli_venue_clock_read_since(&t->s->clock, &t->s->time, us * PLM_NS_PER_US, sent_ns);
}

static plm_err
deribit_answer(turn *t, uint32_t id_node)
{
	uint32_t error = turn_find(t, 0, "error");
	uint32_t result = turn_find(t, 0, "result");
	pli_pending *slot, pending;
	int64_t id = 0;
	if (pli_json_int(t->reader.json, id_node, &id, NULL) != PLM_OK || id < 0 || id > UINT32_MAX)
		id = 0;
	slot = pli_pending_find(&t->s->pending, (uint32_t)id);
	if (slot == NULL) {
		t->s->ids_unknown_count++;
		return PLM_OK;
	}
	pending = *slot;
	slot->id = 0;
	deribit_measure_clock(t, pending.sent_ns);
	if (error != 0)
		return deribit_error(t, pending, error);
	if (result != 0)
		return deribit_answered(t, pending, result);
	return pli_json_fault(
	    t->reader.json, 0, "an answer with \"result\" or \"error\"", t->reader.fault);
}

static plm_err
deribit_notified(turn *t, uint32_t params)
{
	pli_row r = {t->reader.json, t->reader.fault, params, PLM_OK};
	uint32_t data = params == 0 ? 0 : pli_row_find(&r, "data");
	plm_slice channel = pli_row_string(&r, "channel");
	if (data == 0)
		pli_row_fail(&r, "data", "a notification with \"data\"");
	if (r.err != PLM_OK)
		return r.err;
	if (plm_slice_is(channel, "platform_state")) {
		const char *locked;
		deribit_read_locks(t, data);
		if (!pli_deribit_is_locked(t->s, &locked))
			t->s->snapshot_next_ns = 0;
		return PLM_OK;
	}
	t->reader.channel = channel;
	return pli_deribit_decode_data(&t->reader, data, true);
}

static plm_err
deribit_dispatch(turn *t)
{
	uint32_t params = turn_find(t, 0, "params"), id = turn_find(t, 0, "id");
	pli_row r = {t->reader.json, t->reader.fault, 0, PLM_OK};
	plm_slice method = pli_row_string(&r, "method");
	if (r.err != PLM_OK)
		return r.err;
	if (plm_slice_is(method, "subscription"))
		return deribit_notified(t, params);
	if (plm_slice_is(method, "heartbeat")) {
		uint32_t type = params == 0 ? 0 : turn_find(t, params, "type");
		if (type != 0 && plm_slice_is(turn_node(t, type)->text, "test_request") &&
		    !pli_mutant(DERIBIT_HEARTBEAT_UNANSWERED))
			(void)pli_deribit_ask(t->s, t->now_ns, t->requests, PLI_DERIBIT_TEST, 0);
		return PLM_OK;
	}
	if (id != 0)
		return deribit_answer(t, id);
	return plm_fault_set(
	    t->reader.fault, PLM_EKIND, NULL, "neither an answer, a notification nor a heartbeat");
}

/* What became of a frame: the host drops all that was emitted with an error, and a message that was
 * refused may have told of a position: what cannot be parsed at all, and what a user channel says.
 * A refused part of a snapshot has ended it. */
static void
deribit_settle_frame(turn *t, plm_err err, bool was_begun)
{
	static const char of_account[] = "user.";
	pli_deribit_session *s = t->s;
	plm_slice channel = t->reader.channel;
	if (err == PLM_OK || err == PLM_EKIND)
		return;
	s->is_snapshot_begun = s->is_snapshot_begun && was_begun;
	bool told = !t->is_parsed ||
		    (channel.size >= sizeof of_account - 1 &&
			memcmp(channel.bytes, of_account, sizeof of_account - 1) == 0);
	if (err == PLM_EDECODE && told && s->is_private && s->phase == DERIBIT_READY)
		pli_deribit_doubt(s, t->reader.fault);
}

static plm_err
deribit_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	pli_deribit_session *s = state;
	plm_err err;
	now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	turn t = {.s = s, .now_ns = now_ns, .requests = requests};
	t.reader = (pli_deribit_reader){.cfg = &s->cfg,
	    .json = pli_json_shared(),
	    .events = events,
	    .fault = ret_fault,
	    .margin_modes = s->margin_modes,
	    .observe = deribit_observe,
	    .observe_ctx = s};
	if (s->phase == DERIBIT_CLOSED || s->phase == DERIBIT_REFUSED)
		return PLM_OK;
	s->heard_ns = now_ns;
	if (t.reader.json == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for a JSON reader");
	bool was_begun = s->is_snapshot_begun;
	err = pli_deribit_snapshot_begin(s, events);
	if (err == PLM_OK) {
		err = pli_deribit_ticker_quick(&t.reader, frame->bytes);
		if (err != PLM_EKIND)
			return err;
		err = PLI_FAULT(DERIBIT_PARSE)
			  ? PLM_EDECODE
			  : pli_json_parse(t.reader.json, frame->bytes, ret_fault);
	}
	t.is_parsed = err == PLM_OK;
	t.reader.time_ns = t.is_parsed ? pli_deribit_envelope_time(&t.reader) : 0;
	err = t.is_parsed ? deribit_dispatch(&t) : err == PLM_EOVERFLOW ? PLM_EDECODE : err;
	deribit_settle_frame(&t, err, was_begun);
	if (t.is_parsed && s->phase == DERIBIT_READY)
		pli_deribit_topics_feed(s, now_ns, requests);
	return err;
}

/* What an answer that never came means; of some it means nothing. */
static void
deribit_timed_out(turn *t, pli_pending pending)
{
	bool drop = pending.kind == PLI_DERIBIT_AUTH || pending.kind == PLI_DERIBIT_HEARTBEAT ||
		    pending.kind == PLI_DERIBIT_TEST || pending.kind == PLI_DERIBIT_SUBSCRIBE_USER;
	if (deribit_is_snapshot(pending)) {
		(void)deribit_snapshot_failed(t, PLM_OK);
		drop = t->s->snapshot_failures >= SNAPSHOT_FAILURES_MAX;
	}
	if (pending.kind == PLI_DERIBIT_SUBSCRIBE_PUBLIC)
		pli_deribit_topics_retry(t->s, pending.id);
	if (drop)
		(void)t->requests->submit(
		    t->requests->ctx, &(plm_request){.kind = PLM_REQUEST_WS_CLOSE});
}

static void
deribit_on_tick(void *state, plm_time_ns now_ns, plm_event_sink *events, plm_request_sink *requests)
{
	pli_deribit_session *s = state;
	now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	if (s->phase == DERIBIT_CLOSED || s->phase == DERIBIT_REFUSED)
		return;
	turn t = {.s = s, .now_ns = now_ns, .requests = requests, .reader.events = events};
	for (uint32_t i = 0; i < PLI_PENDING_MAX; i++) {
		pli_pending pending = s->pending.rows[i];
		if (pending.id == 0 || now_ns < pending.deadline_ns)
			continue;
		s->pending.rows[i].id = 0;
		deribit_timed_out(&t, pending);
	}
	if (now_ns - s->heard_ns >= probe_ns &&
	    pli_pending_count(&s->pending, PLI_DERIBIT_TEST) == 0)
		(void)pli_deribit_ask(s, now_ns, requests, PLI_DERIBIT_TEST, 0);
	if (now_ns < s->backoff_until_ns)
		return;
	if (!s->is_private)
		s->backing_off = s->maintenance = false;
	if (s->phase == DERIBIT_LOGIN || (s->token_renew_ns != 0 && now_ns >= s->token_renew_ns))
		deribit_login(s, now_ns, requests);
	if (s->phase == DERIBIT_SUBSCRIBING &&
	    pli_pending_count(&s->pending, PLI_DERIBIT_SUBSCRIBE_USER) == 0)
		(void)pli_deribit_ask_user_channels(s, now_ns, requests);
	if (s->phase != DERIBIT_READY)
		return;
	if (s->is_private && !s->is_snapshot_asked && now_ns >= s->snapshot_next_ns)
		pli_deribit_snapshot_start(s, now_ns, requests);
	(void)pli_deribit_snapshot_begin(s, events);
	pli_deribit_topics_feed(s, now_ns, requests);
	pli_deribit_ledger_feed(s, now_ns, requests);
}

/* It leaves now: how long it waited for its turn is no part of its trip. */
static plm_err
deribit_seal(void *state, plm_time_ns now_ns, plm_request *request)
{
	pli_deribit_session *s = state;
	pli_pending *pending = pli_pending_find(&s->pending, request->tag);
	if (pending != NULL)
		pending->sent_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	return PLM_OK;
}

static void
deribit_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	pli_deribit_session *s = state;
	if (s->is_private)
		pli_deribit_snapshot_start(
		    s, pli_venue_clock_follow(&s->clock, &s->time, now_ns), requests);
}

/* What a live feed still has to say, gravest first. */
static void
deribit_live_text(const pli_deribit_session *s, char *ret_text, size_t size)
{
	int64_t skew_ms = s->clock.offset_ns / PLM_NS_PER_MS;
	if (s->topics_full_count > 0)
		snprintf(ret_text, size,
		    "more than %d instruments are held: the rest has no prices",
		    DERIBIT_TOPICS_MAX);
	else if (s->scope_power[0] != '\0')
		snprintf(
		    ret_text, size, "the key holds %s: a read-only key is enough", s->scope_power);
	else if (s->clock.rtt_ns != 0 && (skew_ms >= SKEW_MS_MAX || skew_ms <= -SKEW_MS_MAX))
		snprintf(ret_text, size, "this machine's clock is %lld ms %s Deribit's",
		    (long long)(skew_ms < 0 ? -skew_ms : skew_ms),
		    skew_ms < 0 ? "ahead of" : "behind");
	else if (pli_deribit_ledger_is_silent(s))
		snprintf(ret_text, size, "%s", PLI_LEDGER_SILENT);
	else if (s->channels_refused_count > 0)
		snprintf(ret_text, size, "%llu channels were refused",
		    (unsigned long long)s->channels_refused_count);
}

static void
deribit_status(const void *state, plm_venue_status *ret_status)
{
	const pli_deribit_session *s = state;
	const char *locked = "", *text = "";
	plm_feed_status live = s->snapshot_done ? PLM_FEED_DEGRADED : PLM_FEED_CONNECTING;
	*ret_status = (plm_venue_status){
	    (uint8_t)live, s->key_can_trade, s->key_can_withdraw, s->key_checked, 0, "", 0, 0};
	pli_venue_clock_tell(&s->clock, ret_status);
	if (s->phase == DERIBIT_REFUSED) {
		ret_status->status = PLM_FEED_DOWN;
		text = s->refusal;
	} else if (s->phase != DERIBIT_CLOSED && pli_deribit_is_locked(s, &locked)) {
		ret_status->status = PLM_FEED_MAINTENANCE;
		snprintf(ret_status->text, sizeof ret_status->text, "locked: %s", locked);
		return;
	} else if (s->maintenance) {
		ret_status->status = PLM_FEED_MAINTENANCE;
		text = "Deribit is under maintenance";
	} else if (s->backing_off) {
		ret_status->until_ns = s->backoff_until_ns - s->time.time_ns + s->time.wall_ns;
		text = "Deribit asks for fewer requests; waiting";
	} else if (s->doubt[0] != '\0') {
		text = s->doubt;
	} else if (s->snapshot_done && s->snapshot_failures > 0) {
		text = "the last snapshot of positions did not come";
	} else if (s->snapshot_done) {
		if (s->topics_full_count == 0)
			ret_status->status = PLM_FEED_LIVE;
		deribit_live_text(s, ret_status->text, sizeof ret_status->text);
		return;
	}
	snprintf(ret_status->text, sizeof ret_status->text, "%s", text);
}

static const plm_venue_ops deribit_ops = {
    .state_size = sizeof(pli_deribit_session),
    .init = deribit_init,
    .fini = deribit_fini,
    .on_open = deribit_on_open,
    .on_close = deribit_on_close,
    .on_frame = deribit_on_frame,
    .on_tick = deribit_on_tick,
    .resync = deribit_resync,
    .seal = deribit_seal,
    .status = deribit_status,
    .decode = pli_deribit_decode,
};

const plm_venue_desc pli_venue_deribit = {
    .name = "deribit",
    .title = "Deribit",
    .caps = PLM_VENUE_SPOT | PLM_VENUE_LINEAR | PLM_VENUE_INVERSE | PLM_VENUE_OPTIONS |
	    PLM_VENUE_COMBOS,
    .stream_url = "wss://www.deribit.com",
    .stream_path = "/ws/api/v2",
    .rest_url = "https://www.deribit.com",
    .silence_ms_max = 10000,
    .weight_per_minute_max = 1200,
    .messages_per_second_max = 20,
    .requests_allowed = pli_deribit_methods,
    .rights_request = "public/auth", /* its scope */
    .checked = "2026-11-22",
    .ops = &deribit_ops,
};
