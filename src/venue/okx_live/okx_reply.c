/* okx_reply.c: what answers of REST mean, and error numbers of both transports. */
#include <stdio.h>
#include <string.h>

#include "model/registry.h"
#include "venue/okx_live/okx_session.h"

enum { BILLS_MAX = 100 }; /* of one answer */

bool
pli_okx_is_private(const okx_session *s)
{
	return s->credentials.key[0] != '\0' && s->cfg.private_stream;
}

bool
pli_okx_of_snapshot(okx_ask ask)
{
	return ask == OKX_ASK_CONFIG || ask == OKX_ASK_POSITIONS || ask == OKX_ASK_BALANCE;
}

static plm_err
reply_refuse(okx_session *s, plm_err err, plm_fault *ret_fault, const char *text)
{
	s->refused = true;
	pli_okx_say(s, "%s", text);
	return plm_fault_set(ret_fault, err, NULL, "%s", text);
}

/* No such key, not from here, wrong secret or passphrase, not for this. */
static bool
code_is_of_key(int64_t code)
{
	static const int64_t codes[] = {50030, 50100, 50101, 50105, 50110, 50111, 50113, 50119,
	    50120, 60005, 60007, 60009, 60024, 60032};
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
		if (code == codes[i])
			return true;
	return false;
}

plm_err
pli_okx_code(okx_session *s, int64_t code, plm_fault *ret_fault)
{
	char text[120];
	if (code == 50102 || code == 60004 || code == 60006) {
		pli_venue_clock_forget(&s->clock);
		pli_task_due(&s->tasks[OKX_ASK_TIME], s->now_ns);
	}
	s->maintenance |= code == 50001;
	if (!code_is_of_key(code))
		return PLM_OK;
	(void)snprintf(text, sizeof text,
	    "OKX refuses the key (code %lld): check key, secret, passphrase and its addresses",
	    (long long)code);
	return reply_refuse(s, PLM_EAUTH, ret_fault, text);
}

/* The first object of the list "data". */
bool
pli_okx_first(okx_reader *r)
{
	uint32_t list = pli_row_list(&r->row, "data");
	uint32_t first = pli_row_child(&r->row, list, 0);
	if (first != 0)
		r->row.node = first;
	return first != 0;
}

static plm_err
reply_time(okx_session *s, okx_reader *r)
{
	plm_time_ns server_ns = pli_okx_first(r) ? pli_row_time(&r->row, "ts", 0) : 0;
	if (server_ns <= 0)
		return pli_row_wrong(&r->row, "a ts of the venue's clock");
	pli_venue_clock_read_since(&s->clock, &s->time, server_ns, s->tasks[OKX_ASK_TIME].sent_ns);
	return PLM_OK;
}

/* "read_only,trade,withdraw": one that is not known may be a power. */
static void
session_perm(okx_session *s, plm_slice perm, char ret_power[64])
{
	plm_slice word = perm;
	s->key_can_trade = s->key_can_withdraw = false;
	(void)snprintf(ret_power, 64, "%s", perm.size == 0 ? "no perm told" : "");
	for (bool more = perm.size > 0; more;) {
		plm_slice rest = {NULL, 0};
		more = pli_name_cut(perm, ',', &word, &rest);
		word = more ? word : perm;
		perm = rest;
		if (plm_slice_is(word, "read_only"))
			continue;
		size_t size = strlen(ret_power);
		(void)snprintf(ret_power + size, 64 - size, "%s%.*s", size == 0 ? "" : ", ",
		    (int)(word.size < 32 ? word.size : 32), word.bytes);
		*(plm_slice_is(word, "withdraw") ? &s->key_can_withdraw : &s->key_can_trade) = true;
	}
}

static plm_err
reply_config(okx_session *s, okx_reader *r)
{
	char power[64], text[120];
	if (!pli_okx_first(r) || !pli_row_has(&r->row, "acctLv") ||
	    !pli_row_has(&r->row, "posMode"))
		return pli_row_wrong(&r->row, "an account's configuration with acctLv and posMode");
	plm_decimal level = pli_row_number(&r->row, "acctLv");
	if (plm_decimal_sign(level) <= 0 || level.units > plm_decimal_from_int(4).units)
		pli_row_fail(&r->row, "acctLv", "1, 2, 3 or 4");
	plm_slice perm = pli_row_string(&r->row, "perm");
	if (r->row.err != PLM_OK)
		return r->row.err;
	s->level = (okx_level)(level.units / PLM_DECIMAL_ONE_UNITS);
	session_perm(s, perm, power);
	if (power[0] != '\0' && !s->cfg.allow_trading_keys) {
		(void)snprintf(text, sizeof text,
		    "the key is refused, its rights are %.40s: use one that reads only, or "
		    "allow_trading_keys",
		    power);
		return reply_refuse(s, PLM_EKEYPOWER, r->row.fault, text);
	}
	s->key_checked = true;
	if (s->snapshot.running)
		pli_task_due(&s->tasks[OKX_ASK_POSITIONS], s->now_ns);
	return PLM_OK;
}

static plm_err
reply_rows(okx_session *s, okx_reader *r, okx_ask ask)
{
	if (!s->snapshot.running)
		return PLM_OK;
	if (pli_row_list(&r->row, "data") == PLI_NO_LIST)
		return pli_row_wrong(&r->row, "an answer with a list \"data\"");
	r->sequence_min = pli_update_sequence(s->tasks[ask].true_ns, 0);
	r->flags = PLM_FLAG_SNAPSHOT;
	bool positions = ask == OKX_ASK_POSITIONS;
	if (pli_okx_walk(r, positions ? pli_okx_position : pli_okx_balances) != PLM_OK)
		return r->row.err;
	s->snapshot.rows_count += r->rows_count;
	if (!positions)
		return pli_okx_snapshot_finish(s, r->events);
	pli_task_due(&s->tasks[OKX_ASK_BALANCE], s->now_ns);
	return PLM_OK;
}

/* What this feed stands on: WebSocket (0), trading at once (1) or in batches (4, 5). */
static plm_err
reply_status(okx_session *s, okx_reader *r)
{
	uint32_t list = pli_row_list(&r->row, "data");
	s->maintenance = false;
	s->maintenance_until_ns = 0;
	for (uint32_t row = pli_row_child(&r->row, list, 0); row != 0;
	     row = pli_row_child(&r->row, list, row)) {
		r->row.node = row;
		plm_slice type = pli_row_text(&r->row, "serviceType");
		plm_time_ns end_ns = pli_row_time(&r->row, "end", 0);
		if (pli_row_is(&r->row, "state", "ongoing") && !pli_row_is(&r->row, "env", "2") &&
		    type.size == 1 && strchr("0145", type.bytes[0]) != NULL) {
			s->maintenance = true;
			if (end_ns > s->maintenance_until_ns)
				s->maintenance_until_ns = end_ns;
		}
	}
	return r->row.err;
}

/* What stood on a list, is held and stands on it no more has expired, or goes by another name
 * since: then its leg stands under the old one. */
static plm_err
reply_contracts(okx_session *s, okx_reader *r, plm_kind kind)
{
	if (pli_okx_walk(r, pli_okx_spec) != PLM_OK)
		return r->row.err;
	uint32_t list = pli_row_list(&r->row, "data");
	s->listed_max = pli_registry_instruments_count(s->cfg.names);
	for (uint32_t i = 0; i < s->legs.rows_count && s->snapshot.complete; i++) {
		const plm_instrument *spec = pli_okx_leg_spec(s, i);
		bool listed = spec != NULL && spec->spec_source == PLM_SPEC_VENUE;
		if (listed && spec->kind == kind &&
		    !pli_row_list_has(&r->row, list, "instId", spec->name))
			pli_okx_doubt(s, spec->name, " is not listed any more; all is read again");
	}
	return r->row.err;
}

/* One rate for all of a position, by its contracts; the families' tables are those of cross. */
static plm_err
reply_tiers(okx_session *s, okx_reader *r)
{
	static const pli_tier_members members = {
	    "instFamily", "minSz", "maxSz", "maxLever", "mmr", "imr", NULL, true};
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_MARGIN_TIER, 0);
	event.account = s->cfg.account;
	uint32_t list = pli_row_list(&r->row, "data");
	return pli_tiers_read(&r->row, list, &members, &s->tiers, &event, r->events);
}

/* Newest first; of a full page, older ones may be missing. */
static plm_err
reply_bills(okx_session *s, okx_reader *r)
{
	uint32_t list = pli_row_list(&r->row, "data");
	if (list == PLI_NO_LIST)
		return pli_row_wrong(&r->row, "an answer with a list \"data\"");
	bool whole = pli_json_nodes(r->row.json, NULL)[list].children_count < BILLS_MAX;
	if (pli_okx_walk(r, pli_okx_bill) == PLM_OK && whole)
		pli_ledger_ask_read(&s->ledger);
	return r->row.err;
}

/* One that a change of size has crossed is of neither; it is asked for again. */
static plm_err
reply_stress(okx_session *s, okx_reader *r)
{
	return s->moves_count == s->stress_moves ? pli_okx_walk(r, pli_okx_stress) : PLM_OK;
}

static plm_err
reply_good(okx_session *s, okx_reader *r, okx_ask ask)
{
	switch (ask) {
	case OKX_ASK_TIME:
		return reply_time(s, r);
	case OKX_ASK_CONFIG:
		return reply_config(s, r);
	case OKX_ASK_STATUS:
		return reply_status(s, r);
	case OKX_ASK_SWAPS:
		return reply_contracts(s, r, PLM_KIND_PERPETUAL);
	case OKX_ASK_FUTURES:
		return reply_contracts(s, r, PLM_KIND_FUTURE);
	case OKX_ASK_BILLS:
		return reply_bills(s, r);
	case OKX_ASK_TIERS:
		return reply_tiers(s, r);
	case OKX_ASK_STRESS:
		return reply_stress(s, r);
	case OKX_ASK_DISCOUNTS:
		return pli_okx_walk(r, pli_okx_discount);
	default:
		return ask < OKX_ASK_POSITIONS ? pli_okx_walk(r, pli_okx_spec)
					       : reply_rows(s, r, ask);
	}
}

static void
reply_failed(okx_session *s, okx_ask ask, const plm_frame *frame, const char *why)
{
	int64_t wait_ns = pli_task_failed(
	    &s->tasks[ask], s->now_ns, frame->status, frame->retry_after_s);
	if (!pli_okx_of_snapshot(ask))
		return;
	if (ask == OKX_ASK_CONFIG && s->snapshot.running)
		s->tasks[ask].due_ns = PLI_NEVER; /* the next snapshot asks */
	pli_okx_snapshot_break(s, wait_ns, why);
}

/* The account counts without them. */
static bool
ask_is_aside(okx_ask ask)
{
	return ask == OKX_ASK_BILLS || ask == OKX_ASK_STRESS;
}

/* A good status with a code of its own is an error too. */
plm_err
pli_okx_reply(okx_session *s, okx_reader *r, const plm_frame *frame)
{
	okx_ask ask = (okx_ask)(frame->tag & ((1U << OKX_TAG_BITS) - 1));
	if ((unsigned)ask >= OKX_ASK_COUNT_ || s->tasks[ask].tag != frame->tag)
		return PLM_OK; /* of an earlier epoch */
	pli_task *task = &s->tasks[ask];
	task->tag = 0;
	int64_t code = 0;
	plm_err err = frame->status == 0 ? PLM_ETIMEOUT : pli_okx_parse(r, frame->bytes);
	if (err == PLM_OK && (frame->status != 200 || !pli_row_is(&r->row, "code", "0")))
		err = pli_okx_error(r, &code) == PLM_OK ? PLM_EVENUE : r->row.err;
	bool aside = ask_is_aside(ask);
	if (err == PLM_EVENUE && !aside && pli_okx_code(s, code, r->row.fault) == PLM_EAUTH)
		return PLM_EAUTH;
	if (err == PLM_OK)
		err = reply_good(s, r, ask);
	if (err == PLM_EKEYPOWER)
		return err;
	if (err == PLM_OK) {
		pli_task_succeeded(task, s->now_ns, pli_okx_periods_ns[ask]);
		return PLM_OK;
	}
	s->maintenance |= frame->status == 503 && !aside;
	reply_failed(s, ask, frame,
	    err == PLM_EVENUE || err == PLM_ETIMEOUT ? "a snapshot request was not answered well"
						     : "a snapshot answer was refused");
	bool told = err == PLM_EVENUE || err == PLM_ETIMEOUT || frame->status != 200;
	return told ? PLM_OK : err;
}
