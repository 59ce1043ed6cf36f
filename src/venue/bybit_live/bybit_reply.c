/* bybit_reply.c: what the answers to requests mean. */
#include "venue/bybit_live/bybit_session.h"

#include <stdio.h>

enum { STATUS_UNKNOWN_KEY = 401 };
enum { PARTS_ALL = (1U << (BYBIT_ASK_COUNT_ - BYBIT_ASK_WALLET)) - 1 };

#define CLOCK_WARN_NS (500 * PLM_NS_PER_MS)

static plm_err
reply_time(bybit_state *s, bybit_reader *r)
{
	int64_t venue_ns = 0;
	uint32_t node = pli_row_find(&r->row, "timeNano");
	if (pli_json_int(r->row.json, node, &venue_ns, r->row.fault) != PLM_OK || venue_ns <= 0)
		return pli_row_wrong(&r->row, "a timeNano");
	int64_t rtt_ns = s->now_ns - s->tasks[BYBIT_ASK_TIME].sent_ns;
	pli_venue_clock_read(&s->clock, venue_ns, rtt_ns, s->now_ns);
	if (s->clock.offset_ns > CLOCK_WARN_NS || s->clock.offset_ns < -CLOCK_WARN_NS)
		pli_bybit_say(s, "this machine's clock is %.1f s off the venue's",
		    -(double)s->clock.offset_ns / (double)PLM_NS_PER_S);
	return PLM_OK;
}

/* A key that is not read-only may do what its permissions list; of the wallet, move coins. */
static plm_err
reply_rights(bybit_state *s, bybit_reader *r)
{
	int64_t read_only = pli_row_int(&r->row, "readOnly", -1);
	uint32_t list = pli_row_find(&r->row, "permissions");
	if (read_only < 0 || r->row.err != PLM_OK || r->nodes[list].type != PLI_JSON_OBJECT)
		return pli_row_wrong(&r->row, "what a key may do, with readOnly and permissions");
	char text[80] = "";
	s->key_can_trade = s->key_can_withdraw = false;
	for (uint32_t at = list + 1; read_only == 0 && at < r->nodes[list].next;
	     at = r->nodes[at].next) {
		if (r->nodes[at].type != PLI_JSON_ARRAY || r->nodes[at].children_count == 0)
			continue;
		bool wallet = plm_slice_is(r->nodes[at].key, "Wallet");
		*(wallet ? &s->key_can_withdraw : &s->key_can_trade) = true;
		size_t size = strlen(text);
		(void)snprintf(text + size, sizeof text - size, "%s%.*s", size == 0 ? "" : ", ",
		    (int)r->nodes[at].key.size, r->nodes[at].key.bytes);
	}
	s->key_checked = true;
	if (text[0] == '\0' || s->cfg.allow_trading_keys)
		return PLM_OK;
	s->refused = true;
	pli_bybit_say(s, "key refused, it may write to %s", text);
	return plm_fault_set(r->row.fault, PLM_EKEYPOWER, NULL,
	    "the key is refused because it is not read-only and may write to %s: make a read-only "
	    "one, or set allow_trading_keys: true",
	    text);
}

/* How the account is margined: every row that follows is told by it. Accounts before the unified
 * one of the second generation keep inverse contracts in a wallet that is not asked for here. */
static plm_err
reply_config(bybit_state *s, bybit_reader *r)
{
	int64_t generation = pli_row_int(&r->row, "unifiedMarginStatus", -1);
	plm_slice mode = pli_row_string(&r->row, "marginMode");
	if (generation < 0 || r->row.err != PLM_OK)
		return pli_row_wrong(
		    &r->row, "an account's modes with unifiedMarginStatus and marginMode");
	bool isolated = plm_slice_is(mode, "ISOLATED_MARGIN");
	s->is_portfolio = plm_slice_is(mode, "PORTFOLIO_MARGIN");
	if (!isolated && !s->is_portfolio && !plm_slice_is(mode, "REGULAR_MARGIN"))
		return pli_row_wrong(
		    &r->row, "a marginMode of ISOLATED_, REGULAR_ or PORTFOLIO_MARGIN");
	if (generation < 5) {
		s->refused = true;
		pli_bybit_say(s, "not a unified account 2.0 (unifiedMarginStatus %lld): upgrade it",
		    (long long)generation);
		return plm_fault_set(r->row.fault, PLM_EAUTH, NULL,
		    "the account is not a unified trading account 2.0 (unifiedMarginStatus %lld, "
		    "not 5 or 6): parts of it are held elsewhere; upgrade it at the venue",
		    (long long)generation);
	}
	s->pool_mode = isolated ? PLM_MARGIN_ISOLATED : PLM_MARGIN_CROSS;
	for (bybit_ask ask = BYBIT_ASK_WALLET; ask < BYBIT_ASK_COUNT_; ask++)
		pli_task_restart(&s->tasks[ask], s->now_ns);
	return PLM_OK;
}

/* Announced maintenance that runs now; told only while the feed is not live. */
static plm_err
reply_status(bybit_state *s, bybit_reader *r)
{
	uint32_t list = r->row.node;
	s->maintenance = false;
	for (uint32_t at = pli_row_child(&r->row, list, 0); at != 0;
	     at = pli_row_child(&r->row, list, at)) {
		r->row.node = at;
		if (plm_slice_is(pli_row_string(&r->row, "state"), "ongoing")) {
			s->maintenance = true;
			s->maintenance_until_ns = pli_row_time(&r->row, "end", 0);
		}
		r->row.node = list;
	}
	return r->row.err;
}

/* True when another page follows: then the task is due again. The last page may still have a
 * cursor: then the next one is empty. */
static bool
reply_page(bybit_state *s, bybit_reader *r, bybit_ask ask)
{
	pli_row row = {.json = r->row.json, .node = pli_json_find(r->row.json, 0, "result")};
	bool empty = r->nodes[r->row.node].children_count == 0, wrong = false;
	plm_slice cursor = pli_row_text(&row, "nextPageCursor");
	bool more = pli_task_page(&s->tasks[ask], cursor, empty, s->now_ns, &wrong);
	if (wrong)
		(void)pli_row_wrong(
		    &r->row, "a list of at most 50 pages, with cursors of plain characters");
	return more;
}

static plm_err
reply_list(bybit_state *s, bybit_reader *r, bybit_ask ask, bybit_read *read)
{
	if (pli_bybit_walk(r, read) != PLM_OK)
		return r->row.err;
	bool last = !reply_page(s, r, ask);
	if (read == pli_bybit_instrument_info && r->row.err == PLM_OK)
		pli_bybit_topics_list(
		    s, r, ask == BYBIT_ASK_LINEAR ? BYBIT_LINEAR : BYBIT_INVERSE, last);
	return r->row.err;
}

/* All lists are read to their ends. */
static plm_err
reading_finish(bybit_state *s, const plm_event_sink *events)
{
	bool believed = pli_bybit_reading_end(s) || pli_mutant(BYBIT_MISSING_IS_FLAT);
	plm_err err = pli_reading_end(&s->reading, s->cfg.account, s->now_ns, events, believed);
	if (believed && err == PLM_OK)
		s->text[0] = '\0';
	return err;
}

/* One page of a part of the snapshot; the last page of the last part finishes it. */
static plm_err
reply_part(bybit_state *s, bybit_reader *r, bybit_ask ask)
{
	if (!s->reading.running)
		return PLM_OK;
	/* What the stream told more than a second before the request is in the answer. */
	r->sequence_min = pli_update_sequence(s->tasks[ask].true_ns, 0);
	r->flags = PLM_FLAG_SNAPSHOT;
	bool wallet = ask == BYBIT_ASK_WALLET;
	if (wallet && r->nodes[r->row.node].children_count == 0)
		return pli_row_wrong(&r->row, "a list with the unified account");
	if (pli_bybit_walk(r, wallet ? pli_bybit_wallet : pli_bybit_position) != PLM_OK)
		return r->row.err;
	s->reading.rows_count += r->rows_count;
	s->reading.digest ^= r->legs_digest;
	if (reply_page(s, r, ask) || r->row.err != PLM_OK)
		return r->row.err;
	s->parts |= 1U << (ask - BYBIT_ASK_WALLET);
	return s->parts == PARTS_ALL ? reading_finish(s, r->events) : PLM_OK;
}

static plm_err
reply_tiers(bybit_state *s, bybit_reader *r)
{
	static const pli_tier_members members = {"symbol", NULL, "riskLimitValue", "maxLeverage",
	    "maintenanceMargin", "initialMargin", "mmDeduction", false};
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_MARGIN_TIER, true);
	return pli_tiers_read(&r->row, r->row.node, &members, &s->tiers, &event, r->events);
}

static plm_err
reply_log(bybit_state *s, bybit_reader *r, bybit_ask ask)
{
	if (pli_bybit_walk(r, pli_bybit_log) != PLM_OK)
		return r->row.err;
	if (!reply_page(s, r, ask) && r->row.err == PLM_OK)
		pli_ledger_ask_read(&s->ledgers[ask - BYBIT_ASK_LOG_IN].ask);
	return r->row.err;
}

static plm_err
reply_good(bybit_state *s, bybit_reader *r, bybit_ask ask)
{
	bool object = ask == BYBIT_ASK_TIME || ask == BYBIT_ASK_RIGHTS || ask == BYBIT_ASK_CONFIG ||
		      ask == BYBIT_ASK_STRESS;
	if (r->nodes[r->row.node].type != (object ? PLI_JSON_OBJECT : PLI_JSON_ARRAY))
		return pli_row_wrong(&r->row, object ? "an object" : "a result with a list");
	switch (ask) {
	case BYBIT_ASK_TIME:
		return reply_time(s, r);
	case BYBIT_ASK_RIGHTS:
		return reply_rights(s, r);
	case BYBIT_ASK_STATUS:
		return reply_status(s, r);
	case BYBIT_ASK_CONFIG:
		return s->reading.running ? reply_config(s, r) : PLM_OK;
	case BYBIT_ASK_LINEAR:
	case BYBIT_ASK_INVERSE:
		r->listed = false;
		return reply_list(s, r, ask, pli_bybit_instrument_info);
	case BYBIT_ASK_TIERS:
		return reply_tiers(s, r);
	case BYBIT_ASK_COLLATERAL:
		return pli_bybit_walk(r, pli_bybit_collateral);
	case BYBIT_ASK_STRESS: /* one that a change of size has crossed is of neither */
		return s->moves_count == s->stress_moves ? pli_bybit_walk(r, pli_bybit_stress)
							 : PLM_OK;
	case BYBIT_ASK_LOG_IN:
	case BYBIT_ASK_LOG_OUT:
		return reply_log(s, r, ask);
	default:
		return pli_bybit_snapshot_has(ask) ? reply_part(s, r, ask)
						   : reply_list(s, r, ask, pli_bybit_order);
	}
}

/* No such key, wrong signature, not from here, expired. */
bool
pli_bybit_code_is_of_key(int64_t code)
{
	return code == 10003 || code == 10004 || code == 10005 || code == 10007 || code == 10009 ||
	       code == 10010 || code == 33004;
}

plm_err
pli_bybit_key_refused(bybit_state *s, plm_fault *ret_fault, int64_t code)
{
	s->refused = true;
	pli_bybit_say(s, "the venue refuses the key (code %lld)", (long long)code);
	return plm_fault_set(ret_fault, PLM_EAUTH, NULL,
	    "Bybit refuses the key (code %lld): check key, secret, what it may read and the "
	    "addresses it is bound to",
	    (long long)code);
}

static void
reply_failed(
    bybit_state *s, bybit_ask ask, uint16_t status, uint32_t retry_after_s, const char *why)
{
	int64_t wait_ns = pli_task_failed(&s->tasks[ask], s->now_ns, status, retry_after_s);
	if (pli_bybit_snapshot_has(ask))
		pli_bybit_snapshot_break(s, wait_ns, why);
	else if (ask == BYBIT_ASK_LINEAR || ask == BYBIT_ASK_INVERSE)
		s->tasks[ask].done = true; /* names are enough to go on; it is asked again */
}

/* Told by HTTP, or by a retCode in an answer that is whole: that goes out for people to see. */
static plm_err
reply_bad(bybit_state *s, bybit_reader *r, const plm_frame *frame, bybit_ask ask, int64_t code)
{
	plm_request request;
	pli_bybit_request(&request, ask, "");
	if (request.optional == 0)
		pli_bybit_say(s, "GET %.70s failed (%u, code %lld)", request.target, frame->status,
		    (long long)code);
	reply_failed(
	    s, ask, frame->status, frame->retry_after_s, "a request was not answered well");
	if (code != 0) {
		r->row.node = 0;
		pli_bybit_error(r);
	}
	if (code == 10002) { /* the stamp is too old or too new */
		pli_venue_clock_forget(&s->clock);
		pli_task_due(&s->tasks[BYBIT_ASK_TIME], s->now_ns);
	}
	bool unknown = frame->status == STATUS_UNKNOWN_KEY;
	if (request.optional != 0 || (!unknown && !pli_bybit_code_is_of_key(code)))
		return PLM_OK;
	return pli_bybit_key_refused(s, r->row.fault, unknown ? STATUS_UNKNOWN_KEY : code);
}

/* Once both lists are known, a name says nothing: see pli_bybit_instrument. */
static void
reply_done(bybit_state *s, bybit_ask ask)
{
	pli_task_succeeded(&s->tasks[ask], s->now_ns, pli_bybit_period_ns(ask));
	s->listed[0] |= ask == BYBIT_ASK_LINEAR;
	s->listed[1] |= ask == BYBIT_ASK_INVERSE;
}

plm_err
pli_bybit_reply(bybit_state *s, bybit_reader *r, const plm_frame *frame)
{
	bybit_ask ask = (bybit_ask)(frame->tag & ((1U << BYBIT_TAG_ASK_BITS) - 1));
	int64_t code = 0;
	if ((unsigned)ask >= BYBIT_ASK_COUNT_ || s->tasks[ask].tag != frame->tag)
		return PLM_OK; /* of an earlier epoch */
	pli_task *task = &s->tasks[ask];
	task->tag = 0;
	plm_err err = PLM_OK;
	if (frame->status == 200)
		err = pli_bybit_parse(r, frame->bytes, &code);
	if (frame->status != 200 || code != 0)
		return reply_bad(s, r, frame, ask, code);
	task->due_ns = PLI_NEVER;
	if (err == PLM_OK)
		err = reply_good(s, r, ask);
	if (err == PLM_EKEYPOWER || err == PLM_EAUTH)
		return err;
	if (err != PLM_OK)
		reply_failed(s, ask, frame->status, 0, "an answer was refused");
	else if (task->cursor[0] == '\0') /* else the next page is due */
		reply_done(s, ask);
	return err;
}
