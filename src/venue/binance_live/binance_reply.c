/* binance_reply.c: what the venue says: answers to what was asked, and the streams. */
#include "venue/binance_live/binance_live.h"

#include <stdio.h>

#include "base/mutant.h"
#include "venue/venue_events.h"

enum { TAG_ASK_BITS = 8, ORDERS_TRIES_MAX = 3, NO_ISOLATED_MARGIN = -11001 };

#define NEVER INT64_MAX
#define SECONDS(n) ((n)*PLM_NS_PER_S)
#define SNAPSHOT_LAG_NS SECONDS(1)
#define LIST_WAIT_NS SECONDS(10) /* least distance of readings for an unheard-of symbol */
#define CLOCK_WARN_NS (500 * PLM_NS_PER_MS)

static plm_err
reply_time(binance_state *s, binance_reader *r)
{
	plm_time_ns server_ns = pli_row_time(&r->row, "serverTime", 0);
	if (server_ns <= 0)
		return pli_row_wrong(&r->row, "a serverTime");
	int64_t rtt_ns = s->now_ns - s->tasks[BINANCE_ASK_TIME].sent_ns;
	pli_venue_clock_read(&s->clock, server_ns, rtt_ns, s->now_ns);
	if (s->clock.offset_ns > CLOCK_WARN_NS || s->clock.offset_ns < -CLOCK_WARN_NS)
		pli_binance_say(s, "this machine's clock is %.1f s off the venue's",
		    -(double)s->clock.offset_ns / (double)PLM_NS_PER_S);
	return PLM_OK;
}

static plm_err
reply_rights(binance_state *s, binance_reader *r)
{
	char text[BINANCE_RIGHTS_MAX];
	plm_err err = pli_binance_rights(r, &s->key_can_trade, &s->key_can_withdraw, text);
	s->key_checked = err == PLM_OK;
	if (err != PLM_OK || text[0] == '\0' || s->cfg.allow_trading_keys)
		return err;
	s->refused = true;
	pli_binance_say(s, "key refused, it may %.100s", text);
	return plm_fault_set(r->row.fault, PLM_EKEYPOWER, NULL,
	    "the key is refused because it has the rights %s: make one with reading alone, or set "
	    "allow_trading_keys: true",
	    text);
}

static plm_err
reply_listen(binance_state *s, binance_reader *r)
{
	static const char digits[] =
	    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/=";
	bool token = s->market->subscribe != NULL;
	plm_slice key = pli_row_name(&r->row, token ? "token" : "listenKey");
	bool fits = r->row.err == PLM_OK && key.size < sizeof s->listen_key;
	char text[sizeof s->listen_key] = "";
	memcpy(text, fits ? key.bytes : "", fits ? key.size : 0);
	size_t clean = strspn(text, digits);
	if (!fits || clean != key.size || (!token && strcspn(text, "+/=") != key.size))
		return pli_row_wrong(
		    &r->row, token ? "a token of base64" : "a listenKey of letters and digits");
	memcpy(s->listen_key, text, sizeof text);
	return PLM_OK;
}

/* What isolated pairs hold, or what options cost: the wallets of the account, which follows, are
 * told with it. */
static plm_err
reply_before(binance_state *s, binance_reader *r)
{
	s->costs = plm_decimal_zero();
	r->isolated = s->market->isolated ? &s->isolated : NULL;
	r->cost = s->market->costs ? &s->costs : NULL;
	r->quiet_positions = true;
	if (pli_binance_walk(r, s->market->asks[BINANCE_ASK_CONFIG].kind) != PLM_OK)
		return r->row.err;
	s->snapshot.checked = true;
	s->snapshot.checks_digest ^= r->legs_digest;
	pli_binance_snapshot_parts(s);
	return PLM_OK;
}

/* How the account margins and counts: every row that follows is told by it. */
static plm_err
reply_config(binance_state *s, binance_reader *r)
{
	if (!pli_row_has(&r->row, "multiAssetsMargin") || !pli_row_has(&r->row, "dualSidePosition"))
		return pli_row_wrong(&r->row,
		    "an account's configuration with multiAssetsMargin and dualSidePosition");
	uint8_t mode = pli_binance_pool_mode(r);
	bool hedge = pli_row_bool(&r->row, "dualSidePosition");
	if (r->row.err != PLM_OK)
		return r->row.err;
	s->pool_mode = mode;
	s->hedge = hedge;
	pli_binance_snapshot_parts(s);
	return PLM_OK;
}

/* Legs in one answer are of one position mode: both in it are of different moments. */
static bool
reply_mixes_modes(const binance_state *s, const binance_reader *r)
{
	uint8_t hedged = 1U << PLM_SIDE_LONG | 1U << PLM_SIDE_SHORT;
	return (s->market->asks[BINANCE_ASK_CONFIG].method == NULL || s->snapshot.whole) &&
	       (r->sides_open & 1U << PLM_SIDE_NET) != 0 && (r->sides_open & hedged) != 0;
}

/* The account is told with what was read before it. */
static plm_err
reply_walk(binance_state *s, binance_reader *r, binance_ask ask)
{
	const binance_market *market = s->market;
	bool account = ask == BINANCE_ASK_ACCOUNT;
	plm_decimal costs = account ? s->costs : plm_decimal_zero();
	r->isolated = market->isolated && account ? &s->isolated : NULL;
	r->cost = market->costs ? &costs : NULL;
	plm_err err = pli_binance_walk(r, market->asks[ask].kind);
	r->cost = NULL;
	if (err == PLM_OK && account && market->behind != 0)
		pli_binance_task_due(s, market->behind, s->now_ns);
	return err;
}

/* One part of the snapshot. Where an account lists positions too, they only check those that are
 * told. */
static plm_err
reply_part(binance_state *s, binance_reader *r, binance_ask ask)
{
	binance_snapshot *snapshot = &s->snapshot;
	const binance_ask_row *row = &s->market->asks[ask];
	if (!snapshot->running)
		return PLM_OK;
	bool whole = ask == BINANCE_ASK_WHOLE;
	const char *member = whole || ask == BINANCE_ASK_ACCOUNT ? s->market->account_member : NULL;
	if (member != NULL && !pli_row_has(&r->row, member)) {
		char expected[64];
		(void)snprintf(expected, sizeof expected, "an account with %s", member);
		return pli_row_wrong(&r->row, expected);
	}
	if (whole && !pli_row_has(&r->row, "multiAssetsMargin"))
		return pli_row_wrong(&r->row, "an account with multiAssetsMargin");
	/* What the stream told more than a second before the request is in the answer. */
	r->sequence_min = pli_binance_sequence(
	    s->tasks[ask].true_ns + (pli_mutant(BINANCE_SNAPSHOT_TOO_NEW) ? SECONDS(60) : 0), 0);
	r->flags = PLM_FLAG_SNAPSHOT;
	r->quiet_positions = (row->flags & ASK_CHECKS) != 0;
	r->quiet_balances = false;
	bool has_legs = pli_row_has(&r->row, s->market->isolated ? "assets" : "positions");
	if (reply_walk(s, r, ask) != PLM_OK)
		return r->row.err;
	if (reply_mixes_modes(s, r)) {
		pli_binance_snapshot_break(s, SECONDS(1), "open legs of both position modes");
		return PLM_OK;
	}
	snapshot->rows_count += r->rows_count;
	if (whole) {
		s->pool_mode = r->pool_mode; /* as the account says it */
		pli_binance_snapshot_parts(s);
	}
	if ((row->flags & ASK_CHECKS) != 0) {
		snapshot->checked = true;
		snapshot->lacks_legs |= !has_legs;
		snapshot->checks_digest ^= r->legs_digest;
	}
	if ((row->flags & ASK_LEGS) != 0) {
		snapshot->legs_digest ^= r->legs_digest;
		snapshot->sides_open |= r->sides_open;
	}
	return pli_binance_snapshot_part(s, ask, r->events);
}

/* The contracts that there are: what their symbols say counts for those alone. */
static plm_err
reply_list(binance_state *s, binance_reader *r, binance_ask ask)
{
	r->listed_max = 0;
	if (pli_binance_walk(r, s->market->asks[ask].kind) == PLM_OK)
		s->list_ids[ask - BINANCE_ASK_INFO] = r->id_max;
	return r->row.err;
}

static plm_err
reply_good(binance_state *s, binance_reader *r, binance_ask ask)
{
	const binance_ask_row *row = &s->market->asks[ask];
	bool list = (row->flags & ASK_LIST) != 0;
	if (r->nodes[r->row.node].type != (list ? PLI_JSON_ARRAY : PLI_JSON_OBJECT))
		return pli_row_wrong(&r->row, list ? "a list" : "an object");
	if (ask != BINANCE_ASK_CONFIG && pli_binance_snapshot_has(ask))
		return reply_part(s, r, ask);
	switch (ask) {
	case BINANCE_ASK_TIME:
		return reply_time(s, r);
	case BINANCE_ASK_RIGHTS:
		return reply_rights(s, r);
	case BINANCE_ASK_LISTEN:
		return reply_listen(s, r);
	case BINANCE_ASK_KEEP:
		s->unread_kept = s->unread_asked;
		return PLM_OK;
	case BINANCE_ASK_CONFIG:
		if (!s->snapshot.running)
			return PLM_OK;
		return s->market->behind != 0 ? reply_before(s, r) : reply_config(s, r);
	case BINANCE_ASK_INFO:
	case BINANCE_ASK_INFO_TOO:
		return reply_list(s, r, ask);
	default:
		return pli_binance_walk(r, row->kind);
	}
}

/* The venue's own error code, 0 without one; the event goes out for people to see, but not for an
 * account that has no isolated margin. */
static int64_t
reply_code(binance_reader *r, const plm_frame *frame)
{
	if (frame->status == 0 || frame->bytes.size == 0)
		return 0;
	binance_reader reader = {.cfg = r->cfg, .events = r->events};
	if (pli_binance_parse(&reader, frame->bytes) != PLM_OK || !pli_row_has(&reader.row, "code"))
		return 0;
	plm_decimal code = pli_row_number(&reader.row, "code");
	if (code.units != plm_decimal_from_int(NO_ISOLATED_MARGIN).units)
		pli_binance_read_error(&reader);
	return reader.row.err == PLM_OK ? (int64_t)(code.units / PLM_DECIMAL_ONE_UNITS) : 0;
}

/* No such key, or not from here; the last one: the secret is wrong. */
static plm_err
reply_refused(binance_state *s, binance_reader *r, int64_t code)
{
	if (code != -2015 && code != -2014 && code != -2008 && code != -1022)
		return r->row.err;
	s->refused = true;
	pli_binance_say(s, "the venue refuses the key (code %lld)", (long long)code);
	return r->row.err = plm_fault_set(r->row.fault, PLM_EAUTH, NULL,
		   "Binance refuses the key (code %lld): check key, secret and the addresses it is "
		   "bound to",
		   (long long)code);
}

/* Isolated margin was never opened: nothing is in it. */
static plm_err
reply_no_isolated(binance_state *s, binance_reader *r, binance_ask ask)
{
	s->tasks[ask].failures = 0;
	s->tasks[ask].done = true;
	s->tasks[ask].due_ns = NEVER;
	if (!s->snapshot.running)
		return PLM_OK;
	if (ask != BINANCE_ASK_CONFIG)
		return pli_binance_snapshot_part(s, ask, r->events);
	s->isolated.count = 0;
	pli_binance_snapshot_parts(s);
	return PLM_OK;
}

static plm_err
reply_bad(binance_state *s, binance_reader *r, const plm_frame *frame, binance_ask ask,
    plm_request_sink *requests)
{
	binance_task *task = &s->tasks[ask];
	int64_t code = reply_code(r, frame);
	bool of_isolated = ask == BINANCE_ASK_CONFIG || ask == BINANCE_ASK_LEGS;
	if (code == NO_ISOLATED_MARGIN && s->market->isolated && of_isolated)
		return reply_no_isolated(s, r, ask);
	task->failures++;
	int64_t wait_ns = pli_binance_task_wait_ns(s, task, frame->status);
	if (SECONDS(frame->retry_after_s) > wait_ns)
		wait_ns = SECONDS(frame->retry_after_s);
	task->due_ns = s->now_ns + wait_ns;
	const binance_ask_row *row = &s->market->asks[ask];
	if ((row->flags & ASK_OPTIONAL) == 0)
		pli_binance_say(s, "%s %s failed (%u)", row->method, row->target, frame->status);
	if (reply_refused(s, r, code) != PLM_OK)
		return PLM_EAUTH;
	s->whole_fails |= ask == BINANCE_ASK_WHOLE &&
			  (frame->status == 404 || frame->status == 410);
	if (code == -1021)
		pli_binance_time_again(s);
	if (ask == BINANCE_ASK_KEEP && code == -1125) {
		pli_binance_user_restart(s, requests, "the listen key has expired");
	} else if (pli_binance_snapshot_has(ask)) {
		pli_binance_snapshot_break(s, wait_ns, "a snapshot request was not answered well");
	} else if (ask == BINANCE_ASK_INFO || ask == BINANCE_ASK_INFO_TOO) {
		task->done = true; /* names alone are enough to go on; it is asked for again */
	} else if (ask >= BINANCE_ASK_ORDERS && task->failures > ORDERS_TRIES_MAX) {
		task->due_ns = NEVER;
	}
	return PLM_OK;
}

static void
reply_was_good(binance_state *s, binance_ask ask)
{
	s->tasks[ask].good_ns = s->now_ns;
	pli_binance_key_ask(s);
	pli_binance_lists_were_read(s);
	pli_binance_crowd_told(s, ask);
}

static plm_err
frame_http(binance_state *s, binance_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	binance_ask ask = (binance_ask)(frame->tag & ((1U << TAG_ASK_BITS) - 1));
	if ((unsigned)ask >= BINANCE_ASK_COUNT_ || s->tasks[ask].tag != frame->tag)
		return PLM_OK; /* of an earlier epoch */
	binance_task *task = &s->tasks[ask];
	task->tag = 0;
	pli_binance_crowd_failed(s, ask); /* unless it turns out well */
	if (frame->status != 200)
		return reply_bad(s, r, frame, ask, requests);
	plm_err err = pli_binance_parse(r, frame->bytes);
	if (err == PLM_OK)
		err = reply_good(s, r, ask);
	int64_t period_ns = SECONDS(s->market->asks[ask].period_s);
	task->done |= err == PLM_OK;
	task->failures = err == PLM_OK ? 0 : task->failures + 1;
	task->due_ns = period_ns == 0 ? NEVER : s->now_ns + period_ns;
	if (err == PLM_OK)
		reply_was_good(s, ask);
	if (err == PLM_OK || err == PLM_EKEYPOWER)
		return err;
	task->due_ns = s->now_ns + pli_binance_task_wait_ns(s, task, frame->status);
	s->whole_fails |= ask == BINANCE_ASK_WHOLE;
	if (pli_binance_snapshot_has(ask))
		pli_binance_snapshot_break(s, pli_binance_task_wait_ns(s, task, frame->status),
		    "a snapshot answer was refused");
	return err;
}

/* A change of leverage, or (ai.j: multi-assets) of how the account is margined: then what is known
 * of its pools is over, and a snapshot that has begun would mix both. */
static void
frame_config(binance_state *s, binance_reader *r)
{
	pli_row mode = r->row;
	mode.node = pli_row_find(&r->row, "ai");
	pli_binance_snapshot_soon(s);
	if (mode.node == 0 || !pli_row_has(&mode, "j"))
		return;
	bool multi = pli_row_bool(&mode, "j");
	r->row.err = mode.err;
	if (mode.err != PLM_OK)
		return;
	s->pool_mode = multi ? PLM_MARGIN_CROSS : PLM_MARGIN_SEGREGATED;
	s->snapshot.due_ns = s->now_ns + SNAPSHOT_LAG_NS;
	pli_binance_snapshot_break(s, SNAPSHOT_LAG_NS, "the account's margin mode has changed");
}

/* Events that tell of balances or positions, and the member with the time that orders them. */
static const struct {
	const char *event, *time;
} user_updates[] = {
    {"ACCOUNT_UPDATE", "T"},
    {"BALANCE_POSITION_UPDATE", "T"},
    {"outboundAccountPosition", "u"},
    {"liabilityChange", "E"},
};

static void
frame_update(binance_state *s, binance_reader *r, plm_slice event, plm_slice bytes)
{
	for (size_t i = 0; i < sizeof user_updates / sizeof user_updates[0]; i++) {
		if (!plm_slice_is(event, user_updates[i].event))
			continue;
		s->updates_count++;
		if (s->market->balances_part && s->wallets_changed_ns == 0)
			s->wallets_changed_ns = s->now_ns;
		plm_time_ns time_ns = pli_row_time(&r->row, user_updates[i].time, 0);
		r->copy = pli_same_time_number(&s->same, time_ns, bytes);
		pli_binance_snapshot_soon(s);
	}
}

/* The answer to what was asked on the user link itself; any but a subscription refuses it. */
static plm_err
frame_subscribed(binance_state *s, binance_reader *r, plm_request_sink *requests)
{
	s->subscribed = pli_row_has(&r->row, "subscriptionId");
	if (s->subscribed)
		return PLM_OK;
	plm_decimal code = pli_row_decimal(&r->row, "code");
	if (pli_row_has(&r->row, "code"))
		pli_binance_read_error(r);
	pli_binance_user_restart(s, requests, "the user stream was refused");
	pli_venue_clock_forget(&s->clock);
	s->tasks[BINANCE_ASK_TIME].need_ns = s->now_ns;
	return reply_refused(s, r, (int64_t)(code.units / PLM_DECIMAL_ONE_UNITS));
}

/* What was no JSON may have been the stream's last word: that its key has expired. Then it would
 * say nothing for ever. Where there is no key to ask about, the stream is opened again. */
static void
frame_unread(binance_state *s, plm_request_sink *requests)
{
	s->unread_count++;
	if (s->market->asks[BINANCE_ASK_KEEP].method != NULL)
		pli_binance_key_ask(s);
	else if (s->links[BINANCE_LINK_USER].open)
		pli_binance_user_restart(s, requests, "a message that may end it was not readable");
}

static plm_err
frame_user(binance_state *s, binance_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	const binance_kind *kind = NULL;
	if (pli_binance_parse(r, frame->bytes) != PLM_OK) {
		frame_unread(s, requests);
		return r->row.err;
	}
	plm_slice event = pli_row_string(&r->row, "e");
	bool ended = plm_slice_is(event, "eventStreamTerminated") ||
		     plm_slice_is(event, "serverShutdown");
	bool over = ended || plm_slice_is(event, "listenKeyExpired");
	if (over && !pli_mutant(BINANCE_KEY_EXPIRY_IGNORED)) {
		pli_binance_user_restart(s, requests,
		    ended ? "the venue ends the user stream" : "the listen key has expired");
		return PLM_OK;
	}
	if (s->market->subscribe != NULL && event.size == 0 && r->row.err == PLM_OK)
		return frame_subscribed(s, r, requests);
	if (plm_slice_is(event, "ACCOUNT_CONFIG_UPDATE")) {
		frame_config(s, r);
		return r->row.err;
	}
	frame_update(s, r, event, frame->bytes);
	if (plm_slice_is(event, "MARGIN_CALL") || plm_slice_is(event, "riskLevelChange") ||
	    plm_slice_is(event, "RISK_LEVEL_CHANGE")) {
		pli_binance_snapshot_soon(s);
		pli_binance_say(s, "the venue has sent a margin call");
	}
	if (r->row.err == PLM_OK && pli_binance_kind_of(r, &kind) == PLM_OK)
		(void)pli_binance_walk(r, kind);
	return r->row.err;
}

/* What was refused may have told of a position: not LIVE until a snapshot that begins from now on
 * is complete. */
static void
state_doubt(binance_state *s, const plm_fault *reason)
{
	s->doubts_count++;
	pli_venue_doubt_set(s->doubt, reason);
	pli_binance_snapshot_soon(s);
}

/* An update's contracts are known when the last full reading began behind a list that has them. */
static uint32_t
state_listed_max(const binance_state *s, bool of_user)
{
	return of_user && s->snapshot.listed_max != 0 ? s->snapshot.listed_max : s->listed_max;
}

/* A contract that the list lacks is a new one, or one that goes by a new name: then what is open
 * under the old one is the same position. Told of the account, it is in doubt until all is read. */
static void
state_unlisted(binance_state *s, bool of_account)
{
	if (of_account)
		state_doubt(s, NULL);
	if (s->now_ns < s->list_due_ns)
		return;
	if (s->now_ns - s->list_due_ns >= s->list_wait_ns)
		s->list_wait_ns = LIST_WAIT_NS / 2; /* it is another one */
	s->list_wait_ns *= 2;
	s->list_due_ns = s->now_ns + s->list_wait_ns;
	s->snapshot.due_ns = s->now_ns;
	s->tasks[BINANCE_ASK_INFO].need_ns = s->tasks[BINANCE_ASK_INFO_TOO].need_ns = s->now_ns;
	pli_binance_task_due(s, BINANCE_ASK_INFO, s->now_ns);
	pli_binance_task_due(s, BINANCE_ASK_INFO_TOO, s->now_ns);
}

plm_err
pli_binance_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame,
    plm_event_sink *events, plm_request_sink *requests, plm_fault *ret_fault)
{
	binance_state *s = state;
	bool of_user = frame->kind == PLM_FRAME_WS && frame->link != pli_binance_marks_link(s);
	pli_binance_clock(s, now_ns);
	binance_reader reader = {.row = {.fault = ret_fault},
	    .cfg = &s->cfg,
	    .events = events,
	    .channel = frame->channel,
	    .pool_mode = s->pool_mode,
	    .quiet_balances = s->market->balances_part,
	    .quiet_departures = s->isolated.count > 0,
	    .held = s->market->many_wallets ? &s->held : NULL,
	    .collateral = &s->collateral,
	    .listed_max = state_listed_max(s, of_user)};
	plm_err err;
	if (frame->kind == PLM_FRAME_HTTP) {
		err = frame_http(s, &reader, frame, requests);
	} else if (of_user) {
		s->links[BINANCE_LINK_USER].heard_ns = now_ns;
		err = frame_user(s, &reader, frame, requests);
		if (err == PLM_EDECODE)
			state_doubt(s, ret_fault);
	} else {
		err = pli_binance_read(&reader, frame->bytes);
		if (frame->link < BINANCE_LINKS_COUNT && (err == PLM_OK || err == PLM_EFULL))
			s->links[frame->link].heard_ns = s->shared->marks_heard_ns = now_ns;
	}
	if (reader.unlisted && !pli_mutant(BINANCE_NEW_NAME_TRUSTED))
		state_unlisted(s, of_user);
	/* With an error the host drops what this call emitted: the next tick emits it then. */
	pli_binance_drive(s, err == PLM_OK || err == PLM_EKIND ? events : NULL, requests);
	return err;
}
