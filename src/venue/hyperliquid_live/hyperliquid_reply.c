/* hyperliquid_reply.c: what answers and messages mean for one account's feed. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "venue/hyperliquid_live/hyperliquid_session.h"

#define SECONDS(n) ((n)*PLM_NS_PER_S)
#define OLD_NS SECONDS(10) /* so far an answer may lie behind what was streamed before it */
#define LISTS_AGAIN_NS SECONDS(60)
#define CLOCK_WARN_NS SECONDS(2)

/* A contract that the lists lack may be an old one under a new name: until the lists and all else
 * were read again, its position may stand twice. */
void
pli_hl_unlisted(hl_session *s)
{
	pli_hl_doubt(s, "a contract that is not listed; all is read again");
	if (s->now_ns < s->lists_next_ns)
		return;
	if (s->now_ns - s->lists_next_ns >= s->lists_wait_ns)
		s->lists_wait_ns = SECONDS(5);
	s->lists_next_ns = s->now_ns + s->lists_wait_ns;
	s->lists_wait_ns = s->lists_wait_ns < LISTS_AGAIN_NS ? s->lists_wait_ns * 2
							     : LISTS_AGAIN_NS;
	pli_hl_ask_due(s, HL_ASK_TOKENS, s->now_ns);
	pli_hl_ask_due(s, HL_ASK_COINS, s->now_ns);
}

static plm_err
reply_clock(hl_session *s, hl_reader *r)
{
	plm_time_ns venue_ns = pli_row_time(&r->row, "time", 0);
	if (venue_ns == 0)
		pli_row_fail(&r->row, NULL, "the venue's time");
	if (r->row.err != PLM_OK)
		return r->row.err;
	pli_venue_clock_read_since(&s->clock, &s->time, venue_ns, s->tasks[HL_ASK_CLOCK].sent_ns);
	if (s->clock.offset_ns > CLOCK_WARN_NS || s->clock.offset_ns < -CLOCK_WARN_NS)
		pli_hl_say(s, "this machine's clock is %.1f s off the venue's",
		    -(double)s->clock.offset_ns / (double)PLM_NS_PER_S);
	return PLM_OK;
}

/* An API wallet signs for an account and holds nothing: read by its address, it would look flat. */
static plm_err
reply_role(hl_session *s, hl_reader *r)
{
	bool missing = pli_row_is(&r->row, "role", "missing");
	(void)pli_row_name(&r->row, "role");
	if (r->row.err != PLM_OK || (!missing && !pli_row_is(&r->row, "role", "agent")))
		return r->row.err;
	uint32_t node = pli_json_at(r->row.json, r->row.node, "data.user");
	plm_slice owner = node == 0 ? PLM_SLICE("") : pli_json_nodes(r->row.json, NULL)[node].text;
	s->refused = true;
	pli_hl_say(s, missing ? "Hyperliquid knows no account of this address"
			      : "the address is an API wallet, which holds nothing");
	return plm_fault_set(r->row.fault, PLM_EAUTH, NULL,
	    missing ? "Hyperliquid knows no account %s: is it mistyped, or of another network?%.*s"
		    : "%s is an API wallet, which holds nothing: give the address of the account "
		      "it signs for, %.*s",
	    s->address, (int)(owner.size & 0x3f), owner.bytes);
}

static void
session_mode(hl_session *s, hl_mode mode)
{
	if (mode == s->account.mode)
		return;
	bool changed = s->account.mode != HL_MODE_NONE;
	s->account.mode = mode;
	if (!changed)
		return;
	pli_hl_snapshot_break(s, 0, "the account's mode has changed");
	pli_hl_doubt(s, "the account's mode has changed; all is read again");
	s->snapshot.due_ns = s->now_ns;
}

static plm_err
reply_mode(hl_session *s, hl_reader *r)
{
	hl_mode mode = pli_hl_mode_of(pli_hl_node(r)->text);
	if (mode == HL_MODE_NONE)
		pli_row_fail(&r->row, NULL,
		    "default, disabled, dexAbstraction, unifiedAccount or portfolioMargin");
	else
		session_mode(s, mode);
	return r->row.err;
}

/* Null: the address has none. */
static plm_err
reply_subs(hl_session *s, hl_reader *r)
{
	const pli_json_node *node = pli_hl_node(r);
	s->subs_count = node->type == PLI_JSON_ARRAY ? node->children_count : 0;
	return PLM_OK;
}

static plm_err
reply_state(hl_session *s, hl_reader *r)
{
	hl_dex *dex = &s->account.dexes[s->snapshot.dex];
	plm_time_ns time_ns = pli_row_time(&r->row, "time", 0);
	if (r->row.err == PLM_OK && time_ns == 0)
		pli_row_fail(&r->row, NULL, "a state with its time");
	r->flags = PLM_FLAG_SNAPSHOT;
	r->dex = dex;
	if (r->row.err == PLM_OK && time_ns < dex->time_ns - OLD_NS)
		return pli_hl_snapshot_break(
			   s, SECONDS(1), "an answer is older than what was streamed before it"),
		       PLM_OK;
	if (pli_hl_walk(r, pli_hl_state) != PLM_OK)
		return r->row.err;
	s->snapshot.unsummed |= r->unsummed;
	s->snapshot.rows_count += r->rows_count;
	s->snapshot.dex++;
	bool last = s->snapshot.dex >= s->account.dexes_count;
	s->tasks[last ? HL_ASK_SPOT : HL_ASK_STATE].due_ns = s->now_ns;
	s->snapshot.spot_pushes_begin = s->spot_pushes_count;
	return PLM_OK;
}

/* What was streamed since it was asked for is newer. */
static plm_err
reply_spot(hl_session *s, hl_reader *r)
{
	bool streamed = s->account.spots_told &&
			s->spot_pushes_count != s->snapshot.spot_pushes_begin;
	r->flags = PLM_FLAG_SNAPSHOT;
	if (!streamed && pli_hl_walk(r, pli_hl_spots) != PLM_OK)
		return r->row.err;
	if (!pli_hl_account_is_whole(&s->account)) {
		pli_hl_snapshot_break(s, SECONDS(1), "a new dex is listed");
		return PLM_OK;
	}
	pli_hl_balances(r);
	s->snapshot.rows_count += r->rows_count;
	return r->row.err != PLM_OK ? r->row.err : pli_hl_snapshot_finish(s, r->events);
}

/* type: what the answer must be; NULL: its reader looks. It is walked, or else read. */
static const struct {
	pli_json_type type;
	hl_read *walk;
	plm_err (*read)(hl_session *s, hl_reader *r);
} replies[HL_ASK_COUNT_] = {
    [HL_ASK_CLOCK] = {PLI_JSON_OBJECT, NULL, reply_clock},
    [HL_ASK_ROLE] = {PLI_JSON_OBJECT, NULL, reply_role},
    [HL_ASK_TOKENS] = {PLI_JSON_OBJECT, pli_hl_spot_lists, NULL},
    [HL_ASK_COINS] = {PLI_JSON_ARRAY, pli_hl_contracts_all, NULL},
    [HL_ASK_MODE] = {PLI_JSON_STRING, NULL, reply_mode},
    [HL_ASK_VAULTS] = {PLI_JSON_ARRAY, pli_hl_vaults, NULL},
    [HL_ASK_SUBS] = {PLI_JSON_NULL, NULL, reply_subs},
    [HL_ASK_STATE] = {PLI_JSON_OBJECT, NULL, reply_state},
    [HL_ASK_SPOT] = {PLI_JSON_OBJECT, NULL, reply_spot},
};

static plm_err
reply_good(hl_session *s, hl_reader *r, hl_ask ask)
{
	pli_json_type type = replies[ask].type;
	if (type != PLI_JSON_NULL && pli_hl_node(r)->type != type)
		pli_row_fail(&r->row, NULL, "an answer to what was asked");
	bool over = pli_hl_ask_is_of_snapshot(ask) && !s->snapshot.running;
	if (r->row.err != PLM_OK || over)
		return r->row.err;
	return replies[ask].walk != NULL ? pli_hl_walk(r, replies[ask].walk)
					 : replies[ask].read(s, r);
}

static plm_err
reply_bad(hl_session *s, hl_ask ask, const plm_frame *frame)
{
	hl_task *task = &s->tasks[ask];
	task->failures++;
	int64_t wait_ns = pli_venue_retry_ns(
	    task->sent_ns, s->now_ns, task->failures, frame->status);
	if (SECONDS(frame->retry_after_s) > wait_ns)
		wait_ns = SECONDS(frame->retry_after_s);
	task->due_ns = s->now_ns + wait_ns;
	if (pli_hl_ask_is_of_snapshot(ask))
		pli_hl_snapshot_break(s, wait_ns, "a request was not answered well");
	if (ask != HL_ASK_SUBS)
		pli_hl_say(s, "a request to Hyperliquid failed (status %u)", frame->status);
	return PLM_OK;
}

plm_err
pli_hl_answer(hl_session *s, hl_reader *r, const plm_frame *frame)
{
	hl_ask ask = (hl_ask)(frame->tag & ((1U << HL_TAG_BITS) - 1));
	if ((unsigned)ask >= HL_ASK_COUNT_ || s->tasks[ask].tag != frame->tag)
		return PLM_OK; /* of an earlier epoch */
	hl_task *task = &s->tasks[ask];
	task->tag = 0;
	if (frame->status != 200)
		return reply_bad(s, ask, frame);
	plm_err err = pli_row_parse(&r->row, frame->bytes);
	if (err == PLM_OK)
		err = reply_good(s, r, ask);
	if (err == PLM_OK || err == PLM_EAUTH) {
		task->done = true;
		task->failures = 0;
		if (pli_hl_periods_ns[ask] != 0)
			task->due_ns = s->now_ns + pli_hl_periods_ns[ask];
		return err;
	}
	(void)reply_bad(s, ask, frame);
	return err;
}

static void
leg_close(hl_session *s, hl_reader *r, pli_held_leg *leg)
{
	plm_event event;
	r->time_ns = s->account.dexes[0].time_ns;
	pli_hl_begin(r, &event, PLM_EVENT_POSITION, true);
	event.u.position.instrument = leg->instrument;
	event.u.position.unit = PLM_UNIT_COINS;
	event.u.position.quantity = plm_decimal_zero();
	pli_hl_emit(r, &event);
	pli_held_legs_tell(&s->legs, leg, plm_decimal_zero(), false);
}

/* What a message lacks was closed where the rest adds up to the venue's own sums. One that shows
 * nothing at all is held against an answer; a second one of the kind puts the feed in doubt. */
static void
states_lacking(hl_session *s, hl_reader *r, const bool told[PLI_HELD_LEGS_MAX])
{
	bool shown = memchr(told, true, PLI_HELD_LEGS_MAX) != NULL, lacks = false;
	for (uint32_t i = 0; i < s->account.dexes_count; i++)
		shown |= plm_decimal_sign(s->account.dexes[i].value) != 0;
	for (uint32_t i = 0; i < s->legs.rows_count; i++) {
		pli_held_leg *leg = &s->legs.rows[i];
		if (leg->held == PLI_HELD_NOT || told[i])
			continue;
		if (!(lacks = r->unsummed || !shown))
			leg_close(s, r, leg);
	}
	if (lacks && s->lacked)
		pli_hl_doubt(s, "a message lacks an open position; a reading must confirm it");
	if (lacks && !s->snapshot.running)
		s->snapshot.due_ns = s->now_ns;
	s->lacked = lacks;
}

static plm_err
push_states(hl_session *s, hl_reader *r)
{
	bool told[PLI_HELD_LEGS_MAX] = {false};
	r->told = told;
	bool whole = pli_hl_walk(r, pli_hl_states) == PLM_OK;
	for (uint32_t i = 0; i < s->account.dexes_count; i++)
		whole &= !s->account.dexes[i].listed || s->account.dexes[i].seen == r->seen;
	s->pushes_count += whole;
	if (whole && !pli_mutant(HYPERLIQUID_CLOSED_STAYS))
		states_lacking(s, r, told);
	r->told = NULL;
	return r->row.err;
}

static plm_err
push_spot(hl_session *s, hl_reader *r)
{
	r->row.node = pli_row_find(&r->row, "spotState");
	if (r->row.node == 0)
		pli_row_fail(&r->row, NULL, "a message with its spotState");
	if (r->row.err == PLM_OK && pli_hl_walk(r, pli_hl_spots) == PLM_OK)
		s->spot_pushes_count++;
	return r->row.err;
}

/* An absent mode is the one that every account begins with. */
static plm_err
push_mode(hl_session *s, hl_reader *r)
{
	uint32_t node = pli_json_at(r->row.json, r->row.node, "userState.abstraction");
	hl_mode mode = pli_hl_mode_of(pli_row_string_at(&r->row, node));
	if (mode != HL_MODE_NONE)
		session_mode(s, mode);
	else if (pli_row_known_at(&r->row, node))
		pli_row_fail_at(&r->row, node, "a mode of an account that is known here");
	return r->row.err;
}

static plm_err
push_error(hl_session *s, hl_reader *r)
{
	static const char crowd[] = "Cannot track more than";
	plm_slice text = pli_row_string(&r->row, "data");
	s->crowded |= text.size >= sizeof crowd - 1 &&
		      memcmp(text.bytes, crowd, sizeof crowd - 1) == 0;
	return pli_hl_walk(r, pli_hl_error);
}

static plm_err
push_heard(hl_session *s, hl_reader *r)
{
	r->row.node = pli_json_at(r->row.json, r->row.node, "data.subscription");
	pli_topics_heard(&s->topics, pli_row_text(&r->row, "type"));
	pli_topics_heard(&s->topics, pli_row_text(&r->row, "coin"));
	return PLM_OK;
}

/* Channels of the account; on what is refused there, or cannot be told apart, it is in doubt. */
static plm_err
frame_account(hl_session *s, hl_reader *r, plm_slice channel)
{
	r->row.node = pli_row_find(&r->row, "data");
	if (r->row.node == 0 || pli_hl_node(r)->type != PLI_JSON_OBJECT)
		pli_row_fail(&r->row, NULL, "a message with an object as its data");
	if (r->row.err != PLM_OK || (pli_row_has(&r->row, "user") && !pli_hl_is_mine(r, "user")))
		return r->row.err;
	if (plm_slice_is(channel, "webData3"))
		return push_mode(s, r);
	if (!s->snapshot.running && !s->snapshot.complete)
		return PLM_OK; /* what is read by REST from now on is newer */
	plm_err err = plm_slice_is(channel, "spotState") ? push_spot(s, r) : push_states(s, r);
	if (err == PLM_OK && s->snapshot.complete && pli_hl_account_is_whole(&s->account))
		pli_hl_balances(r);
	return r->row.err;
}

/* The fills and payments of the past, which come with a subscription, are over. */
static bool
push_is_past(hl_reader *r)
{
	pli_row data = r->row;
	data.node = pli_row_find(&r->row, "data");
	return pli_row_bool(&data, "isSnapshot");
}

plm_err
pli_hl_message(hl_session *s, hl_reader *r, const plm_frame *frame, bool *ret_of_account)
{
	*ret_of_account = true;
	if (PLI_FAULT(HYPERLIQUID_PARSE) || pli_row_parse(&r->row, frame->bytes) != PLM_OK)
		return r->row.err != PLM_OK ? r->row.err : PLM_EDECODE;
	plm_slice channel = pli_hl_node(r)->type == PLI_JSON_OBJECT
				? pli_row_string(&r->row, "channel")
				: (plm_slice){NULL, 0};
	if (r->row.err != PLM_OK || channel.size == 0)
		return r->row.err;
	static const char *const of_account[] = {
	    "allDexsClearinghouseState", "spotState", "webData3"};
	for (size_t i = 0; i < sizeof of_account / sizeof of_account[0]; i++)
		if (plm_slice_is(channel, of_account[i]))
			return frame_account(s, r, channel);
	*ret_of_account = false;
	if (plm_slice_is(channel, "pong"))
		return PLM_OK;
	if (plm_slice_is(channel, "subscriptionResponse"))
		return push_heard(s, r);
	if (plm_slice_is(channel, "error"))
		return push_error(s, r);
	if (plm_slice_is(channel, "userNonFundingLedgerUpdates") && !push_is_past(r))
		pli_hl_ask_due(s, HL_ASK_VAULTS, s->now_ns);
	return push_is_past(r) ? PLM_OK : pli_hl_payload(r);
}
