/* bybit_live.c: Bybit's unified trading account, live. A table of tasks with due times, one stream
 * of the account and one for each category of prices, and one reading of the account at a time;
 * every entry point ends in state_drive, which sends what has fallen due.
 *
 * Order at the start: clock, what the key may do, contracts; then the user stream with its login,
 * and only behind its subscription the reading: what happens meanwhile arrives as updates. */
#include "venue/bybit_live/bybit_session.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>

#include "venue/venue_events.h"

#define TICKERS_NS PLI_SECONDS(10) /* they come ten times a second; of spot pairs at a change */
#define SPOT_NS PLI_SECONDS(60)
#define LIST_WAIT_NS PLI_SECONDS(60) /* least distance of readings for a symbol on no list */

static plm_err
bybit_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	static const char digits[] =
	    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	bybit_state *s = state;
	s->cfg = *cfg;
	s->cfg.account_name = s->cfg.key = s->cfg.secret = s->cfg.path = s->cfg.markets = NULL;
	plm_err err = pli_credentials_init(&s->credentials, cfg, "Bybit", ret_fault);
	if (err == PLM_OK && s->credentials.key[strspn(s->credentials.key, digits)] != '\0')
		err = plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "the key holds something else than letters and digits: those of Bybit do not");
	if (err == PLM_OK)
		pli_bybit_topics_from_markets(s, cfg->markets == NULL ? "" : cfg->markets);
	return err;
}

static void
bybit_fini(void *state)
{
	sodium_memzero(state, sizeof(bybit_state));
}

static void
bybit_on_open(void *state, uint8_t number, plm_time_ns now_ns, plm_request_sink *requests)
{
	bybit_state *s = state;
	pli_bybit_clock(s, now_ns);
	if (number == PLM_LINK_NONE) {
		pli_bybit_start(s);
	} else if (number < BYBIT_LINKS) {
		s->links[number] = (bybit_link){.open = true,
		    .since_ns = now_ns,
		    .heard_ns = now_ns,
		    .ticker_ns = now_ns,
		    .pinged_ns = now_ns};
		if (pli_bybit_category_of(s, number) == BYBIT_NONE)
			pli_bybit_login(requests);
	}
	pli_bybit_drive(s, NULL, requests);
}

static void
bybit_on_close(void *state, uint8_t number, plm_time_ns now_ns, plm_request_sink *requests)
{
	bybit_state *s = state;
	pli_bybit_clock(s, now_ns);
	if (number >= BYBIT_LINKS)
		return;
	pli_bybit_topics_link_lost(s, number);
	s->links[number] = (bybit_link){
	    .busy = number == BYBIT_LINK_USER, .lost = true}; /* then the host begins anew */
	if (number != BYBIT_LINK_USER)
		pli_bybit_links_drive(s, requests);
	else
		s->subscribed = false;
}

static void
bybit_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	bybit_state *s = state;
	pli_bybit_clock(s, now_ns);
	s->reading.due_ns = now_ns;
	pli_bybit_drive(s, NULL, requests);
}

static void
bybit_on_tick(void *state, plm_time_ns now_ns, plm_event_sink *events, plm_request_sink *requests)
{
	bybit_state *s = state;
	pli_bybit_clock(s, now_ns);
	pli_bybit_drive(s, events, requests);
}

static plm_err
bybit_seal(void *state, plm_time_ns now_ns, plm_request *request)
{
	bybit_state *s = state;
	int64_t time_ms = (now_ns + s->clock.offset_ns) / PLM_NS_PER_MS;
	bybit_ask ask = (bybit_ask)(request->tag & ((1U << BYBIT_TAG_ASK_BITS) - 1));
	if (request->kind == PLM_REQUEST_HTTP && (unsigned)ask >= BYBIT_ASK_COUNT_)
		return PLM_EARG;
	if (request->kind == PLM_REQUEST_HTTP) {
		/* The venue refuses what is signed for over a second ahead of its clock: by this
		 * stamp no wrong clock of ours numbers the answer too late. */
		s->tasks[ask].sent_ns = now_ns;
		s->tasks[ask].true_ns = time_ms * PLM_NS_PER_MS - s->clock.rtt_ns / 2 -
					BYBIT_SOON_NS +
					(pli_mutant(BYBIT_SNAPSHOT_TOO_NEW) ? PLI_SECONDS(20) : 0);
	}
	return pli_bybit_request_seal(request, time_ms, &s->credentials);
}

/* Without them a contract is on the coin that its name begins with, which is a guess. */
static bool
state_has_lists(const bybit_state *s)
{
	return s->listed[0] && s->listed[1];
}

/* Answers to what was said on the user stream. */
static plm_err
frame_word(bybit_state *s, bybit_reader *r, plm_request_sink *requests)
{
	plm_slice op = pli_row_string(&r->row, "op");
	int64_t code = 0;
	uint32_t node = pli_row_find(&r->row, "retCode");
	if (!plm_slice_is(op, "auth") && !plm_slice_is(op, "subscribe"))
		return r->row.err; /* a pong */
	bool good = pli_row_bool(&r->row, "success");
	if (node != 0 && r->row.err == PLM_OK)
		r->row.err = pli_json_int(r->row.json, node, &code, r->row.fault);
	if (r->row.err != PLM_OK)
		return r->row.err;
	if (good && plm_slice_is(op, "subscribe")) {
		s->subscribed = true;
	} else if (good) {
		(void)pli_bybit_link_say(BYBIT_LINK_USER,
		    "{\"op\":\"subscribe\",\"args\":[\"position\",\"wallet\",\"execution\","
		    "\"order\"]}",
		    requests);
	} else if (pli_bybit_code_is_of_key(code)) {
		return pli_bybit_key_refused(s, r->row.fault, code);
	} else {
		pli_bybit_error(r);
		pli_venue_clock_forget(&s->clock);
		pli_task_due(&s->tasks[BYBIT_ASK_TIME], s->now_ns);
		pli_bybit_user_restart(s, requests, "the venue refuses the login");
	}
	return r->row.err;
}

static plm_err
frame_user(bybit_state *s, bybit_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	const bybit_kind *kind = NULL;
	int64_t code;
	if (pli_bybit_parse(r, frame->bytes, &code) != PLM_OK)
		return r->row.err;
	if (!r->of_stream)
		return frame_word(s, r, requests);
	if (pli_bybit_kind_of(r, &kind) != PLM_OK)
		return r->row.err;
	if (kind->read == pli_bybit_position || kind->read == pli_bybit_wallet)
		s->reading.updates_count++;
	if (kind->read == pli_bybit_wallet)
		pli_bybit_ledger_soon(s);
	uint16_t copy = pli_same_time_number(&s->same, r->time_ns, frame->bytes);
	r->copy = pli_mutant(BYBIT_UPDATES_AS_ONE) ? 0 : copy;
	return pli_bybit_walk(r, kind->read);
}

/* A contract on no list is a new one, or one that goes by a new name: then what is open under the
 * old one is the same position. Told of the account, it is in doubt until all is read. */
static void
state_unlisted(bybit_state *s, bool of_account)
{
	if (of_account)
		pli_reading_doubt(
		    &s->reading, s->now_ns, "a contract that is not listed; all is read again");
	if (s->now_ns - s->listed_ns < LIST_WAIT_NS)
		return;
	s->listed_ns = s->now_ns;
	s->reading.due_ns = s->now_ns;
	pli_task_due(&s->tasks[BYBIT_ASK_LINEAR], s->now_ns);
	pli_task_due(&s->tasks[BYBIT_ASK_INVERSE], s->now_ns);
}

/* A snapshot of a ticker begins it, an update goes on from there: one every second at least, and
 * whenever a price is in it. */
static plm_err
frame_ticker(bybit_state *s, bybit_reader *r, bybit_category category)
{
	pli_row root = {.json = r->row.json};
	bybit_topic *topic = pli_bybit_topic_find(s, category, pli_row_text(&r->row, "symbol"));
	if (topic == NULL)
		return PLM_OK;
	if (category == BYBIT_SPOT)
		return pli_bybit_walk(r, pli_bybit_spot_ticker);
	bool update = plm_slice_is(pli_row_text(&root, "type"), "delta");
	if (!update)
		topic->ticker = (bybit_ticker){.known = true,
		    .mark_price = plm_decimal_unknown(),
		    .index_price = plm_decimal_unknown(),
		    .funding_rate = NAN};
	if (!topic->ticker.known)
		return PLM_OK;
	bool priced = pli_row_has(&r->row, "markPrice") || pli_row_has(&r->row, "indexPrice");
	if (update && !priced && r->time_ns - topic->ticker.told_ns < PLM_NS_PER_S)
		return PLM_OK;
	r->ticker = &topic->ticker;
	if (pli_bybit_walk(r, pli_bybit_ticker) == PLM_EDECODE)
		topic->ticker.known = false;
	return r->row.err;
}

static plm_err
frame_public(bybit_state *s, bybit_reader *r, const plm_frame *frame)
{
	int64_t code;
	if (pli_bybit_parse(r, frame->bytes, &code) != PLM_OK)
		return r->row.err;
	bybit_category category = pli_bybit_category_of(s, frame->link);
	r->category = (uint8_t)category;
	if (r->of_stream && r->nodes[r->row.node].type == PLI_JSON_OBJECT) {
		s->links[frame->link].ticker_ns = s->now_ns;
		return frame_ticker(s, r, category);
	}
	bool said = pli_row_has(&r->row, "success");
	if (said && !plm_slice_is(pli_row_text(&r->row, "op"), "ping"))
		pli_bybit_topics_answered(s, frame->link, r);
	return r->row.err;
}

/* What updates tell of is held or not. A contract unheard of, though it be told to be closed, may
 * be one that is held, by a new name: then the old one is on its list no more. An option's name
 * does not change, it says what it is. */
static void
state_observe(void *ctx, const plm_event *event)
{
	bybit_state *s = ctx;
	bybit_category unheard = pli_bybit_topics_observe(s, event);
	if ((event->flags & PLM_FLAG_SNAPSHOT) != 0)
		return;
	if (unheard == BYBIT_LINEAR)
		pli_task_due(&s->tasks[BYBIT_ASK_LINEAR], s->now_ns);
	else if (unheard == BYBIT_INVERSE)
		pli_task_due(&s->tasks[BYBIT_ASK_INVERSE], s->now_ns);
}

static plm_err
bybit_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	bybit_state *s = state;
	pli_bybit_clock(s, now_ns);
	bybit_reader reader = {.row = {.fault = ret_fault},
	    .cfg = &s->cfg,
	    .events = events,
	    .pool_mode = s->pool_mode,
	    .is_portfolio = s->is_portfolio,
	    .listed = state_has_lists(s),
	    .collateral = &s->collateral,
	    .observe = state_observe,
	    .observe_ctx = s};
	bool of_user = frame->kind == PLM_FRAME_WS && frame->link == BYBIT_LINK_USER &&
		       pli_bybit_is_private(s);
	plm_err err = PLM_OK;
	if (frame->kind == PLM_FRAME_WS && frame->link < BYBIT_LINKS)
		s->links[frame->link].heard_ns = now_ns;
	if (frame->kind == PLM_FRAME_HTTP)
		err = pli_bybit_reply(s, &reader, frame);
	else if (of_user)
		err = frame_user(s, &reader, frame, requests);
	else if (frame->link < BYBIT_LINKS)
		err = frame_public(s, &reader, frame);
	if (of_user && err == PLM_EDECODE) {
		pli_reading_doubt(&s->reading, s->now_ns, "");
		pli_venue_doubt_set(s->reading.doubt, ret_fault);
	}
	if (reader.unlisted)
		state_unlisted(s, of_user);
	/* With an error the host drops what this call emitted: the next tick emits it then. */
	pli_bybit_drive(s, err == PLM_OK || err == PLM_EKIND ? events : NULL, requests);
	return err;
}

/* Prices that are needed do not come. */
static bool
state_is_quiet(const bybit_state *s)
{
	for (uint8_t number = 0; number < BYBIT_LINKS; number++) {
		const bybit_link *link = &s->links[number];
		bybit_category category = pli_bybit_category_of(s, number);
		int64_t most_ns = category == BYBIT_SPOT ? SPOT_NS : TICKERS_NS;
		if (category != BYBIT_NONE && pli_bybit_link_of(s, category) == number &&
		    pli_bybit_topics_need(s, category) &&
		    (link->lost || s->now_ns - link->ticker_ns > most_ns))
			return true;
	}
	return false;
}

static plm_feed_status
status_of(const bybit_state *s)
{
	const bybit_link *first = &s->links[BYBIT_LINK_USER];
	bool reads = pli_bybit_is_private(s);
	if (s->refused)
		return PLM_FEED_DOWN;
	bool ready = reads ? s->reading.complete
			   : first->open && first->ticker_ns != first->since_ns;
	bool whole = ready && first->open && !pli_reading_is_late(&s->reading, s->now_ns) &&
		     s->reading.failures < 2;
	if (!whole && s->maintenance)
		return PLM_FEED_MAINTENANCE;
	if (!ready)
		return PLM_FEED_CONNECTING;
	if (!first->open)
		return PLM_FEED_STALE;
	bool doubtful = pli_reading_why(&s->reading, s->now_ns) != NULL ||
			(reads && !state_has_lists(s));
	return !whole || doubtful || state_is_quiet(s) ? PLM_FEED_DEGRADED : PLM_FEED_LIVE;
}

static void
bybit_status(const void *state, plm_venue_status *ret_status)
{
	const bybit_state *s = state;
	*ret_status = (plm_venue_status){.status = (uint8_t)status_of(s)};
	pli_venue_clock_tell(&s->clock, ret_status);
	ret_status->key_can_trade = s->key_can_trade;
	ret_status->key_can_withdraw = s->key_can_withdraw;
	ret_status->key_checked = s->key_checked;
	bool degraded = ret_status->status == PLM_FEED_DEGRADED;
	const char *text = "", *why = pli_reading_why(&s->reading, s->now_ns);
	if (ret_status->status == PLM_FEED_MAINTENANCE)
		text = "the venue has announced maintenance, and it runs";
	else if (why == s->reading.doubt)
		text = why;
	else if (s->text[0] != '\0')
		text = s->text;
	else if (pli_bybit_is_private(s) && !pli_bybit_trusts_key(s))
		text = "waiting to learn what the key may do";
	else if (degraded && why != NULL)
		text = why;
	else if (degraded && !state_has_lists(s))
		text = "the lists of contracts have not come; coins are guessed from names";
	else if (degraded)
		text = "no mark prices are coming";
	else if (s->key_can_trade || s->key_can_withdraw)
		text = "the key can trade or withdraw, and allow_trading_keys lets it";
	else if (pli_bybit_ledger_is_silent(s))
		text = PLI_LEDGER_SILENT;
	if (ret_status->status == PLM_FEED_MAINTENANCE)
		ret_status->until_ns = s->maintenance_until_ns;
	(void)snprintf(ret_status->text, sizeof ret_status->text, "%s", text);
}

static const plm_venue_ops bybit_ops = {
    .state_size = sizeof(bybit_state),
    .init = bybit_init,
    .fini = bybit_fini,
    .on_open = bybit_on_open,
    .on_close = bybit_on_close,
    .on_frame = bybit_on_frame,
    .on_tick = bybit_on_tick,
    .resync = bybit_resync,
    .seal = bybit_seal,
    .status = bybit_status,
    .decode = pli_bybit_decode,
};

const plm_venue_desc pli_venue_bybit = {
    .name = "bybit",
    .title = "Bybit unified trading account",
    .caps = PLM_VENUE_SPOT | PLM_VENUE_LINEAR | PLM_VENUE_INVERSE | PLM_VENUE_OPTIONS |
	    PLM_VENUE_HEDGE_MODE | PLM_VENUE_ISOLATED,
    .stream_url = "wss://stream.bybit.com",
    .rest_url = "https://api.bybit.com",
    .weight_per_minute_max = 7200,
    .messages_per_second_max = 10,
    .probe_target = "/v5/market/time",
    .rights_request = "GET /v5/user/query-api",
    .requests_allowed = pli_bybit_requests_allowed,
    .checked = "2026-11-27",
    .ops = &bybit_ops,
};
