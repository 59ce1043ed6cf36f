/* bitmex.c: BitMEX, live: ops and descriptor; what to ask when, what answers mean.
 *
 * Order: the welcome tells the venue's clock; what the key may do, and currencies, by REST; login;
 * tables of the account; then readings by REST beside them, every 30 s. Contracts and their prices
 * are tables too, of what is held. Start at state_drive. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "venue/bitmex/bitmex.h"
#include "venue/credentials.h"
#include "venue/gets.h"
#include "venue/held_legs.h"
#include "venue/ledger_get.h"
#include "venue/reading.h"
#include "venue/request_text.h"
#include "venue/sign.h"
#include "venue/topics.h"
#include "venue/venue_clock.h"
#include "venue/venue_events.h"

#define PING_NS PLI_SECONDS(5)
#define PATIENCE_NS PLI_SECONDS(10) /* for the welcome, and for the answer to the login */
enum { TOPICS_AT_ONCE = 4, SIGNED_FOR_S = 10 };
enum { STATUS_OK = 200, STATUS_WRONG = 400, STATUS_UNKNOWN_KEY = 401, STATUS_FORBIDDEN = 403 };

/* Every call that is made; all of them read. From ASK_POSITIONS on they are parts of a reading. */
enum { ASK_RIGHTS, ASK_ASSETS, ASK_HISTORY, ASK_POSITIONS, ASK_MARGIN, ASK_COUNT_ };
static const pli_get_row asks[ASK_COUNT_] = {{"/api/v1/apiKey", true, 600},
    {"/api/v1/wallet/assets", false, 3600},
    {"/api/v1/user/walletHistory?currency=all&count=500&reverse=true", true, 60},
    {"/api/v1/position", true, 0}, {"/api/v1/user/margin?currency=all", true, 0}};
static const char *const requests_allowed[] = {"GET /api/v1/apiKey", "GET /api/v1/wallet/assets",
    "GET /api/v1/position", "GET /api/v1/user/margin", "GET /api/v1/user/walletHistory",
    "authKeyExpires", "subscribe", "ping", NULL};

/* Tables that are listened to: of the account, and from TOPIC_PRICES on of one contract each. */
enum { TOPIC_POSITION, TOPIC_MARGIN, TOPIC_PRICES = 4 };
static const char prices_table[] = "instrument:";

/* login_ns: when the login was asked for; 0: not on this link. logged: it was granted. */
typedef struct bitmex_state {
	plm_venue_cfg cfg; /* strings of its own below */
	pli_credentials credentials;
	pli_venue_time time;
	pli_venue_clock clock;
	plm_time_ns now_ns, opened_ns, pinged_ns, login_ns;
	pli_ledger_get history;
	bool open, welcomed, logged, refused, key_checked, key_can_trade, key_can_withdraw;
	uint64_t walks_count;
	pli_gets gets;
	pli_topics topics;
	pli_reading reading;
	pli_held_legs legs;
	bitmex_tables tables;
	char text[120];
} bitmex_state;

static bool
state_is_private(const bitmex_state *s)
{
	return s->credentials.key[0] != '\0' && s->cfg.private_stream;
}

static plm_err
bitmex_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	bitmex_state *s = state;
	s->cfg = *cfg;
	s->cfg.account_name = s->cfg.key = s->cfg.secret = s->cfg.passphrase = NULL;
	s->cfg.path = s->cfg.markets = NULL;
	s->gets = (pli_gets){.rows = asks, .count = ASK_COUNT_};
	s->history.row = ASK_HISTORY;
	plm_err err = pli_credentials_init(&s->credentials, cfg, "BitMEX", ret_fault);
	pli_topics_add_list(&s->topics, "position,margin,order,execution,XBTUSD");
	pli_topics_add_list(&s->topics, cfg->markets == NULL ? "" : cfg->markets);
	return err;
}

static void
bitmex_fini(void *state)
{
	sodium_memzero(state, sizeof(bitmex_state));
}

/* Ends the epoch: the host opens the link anew, after its backoff. */
static void
state_restart(bitmex_state *s, plm_request_sink *requests, const char *why)
{
	plm_request request = {.kind = PLM_REQUEST_WS_CLOSE};
	(void)snprintf(s->text, sizeof s->text, "%s; the stream is opened again", why);
	s->opened_ns = s->login_ns = s->now_ns;
	s->welcomed = true; /* not to be asked twice */
	(void)requests->submit(requests->ctx, &request);
}

static plm_err
state_refuse(bitmex_state *s, plm_fault *fault, plm_err err, const char *why)
{
	s->refused = true;
	(void)snprintf(s->text, sizeof s->text, "%s", why);
	return plm_fault_set(fault, err, NULL, "%s", why);
}

static void
login_drive(bitmex_state *s, plm_request_sink *requests)
{
	plm_request login = {
	    .kind = PLM_REQUEST_WS_SEND, .seal = 1, .body = "{\"op\":\"authKeyExpires\"}"};
	bool waits = s->login_ns != 0 && !s->logged;
	bool trusted = s->gets.tasks[ASK_RIGHTS].done && s->gets.tasks[ASK_ASSETS].done;
	if (!s->welcomed && s->now_ns - s->opened_ns > PATIENCE_NS)
		state_restart(s, requests, "no welcome came");
	else if (waits && s->now_ns - s->login_ns > PATIENCE_NS)
		state_restart(s, requests, "the login was not answered");
	else if (s->welcomed && s->login_ns == 0 && trusted &&
		 requests->submit(requests->ctx, &login) == PLM_OK)
		s->login_ns = s->now_ns;
}

static void
topics_drive(bitmex_state *s, plm_request_sink *requests)
{
	uint32_t from = s->logged ? 0 : TOPIC_PRICES;
	plm_request ping = {.kind = PLM_REQUEST_WS_SEND, .body = "ping"};
	for (int i = 0; i < TOPICS_AT_ONCE && s->welcomed; i++) {
		plm_request request = {.kind = PLM_REQUEST_WS_SEND};
		pli_topic *topic = pli_topics_next(&s->topics, from, s->now_ns);
		if (topic == NULL)
			break;
		char table[PLM_NAME_MAX + sizeof prices_table];
		(void)snprintf(table, sizeof table, "%s%s",
		    topic - s->topics.rows < TOPIC_PRICES ? "" : prices_table, topic->name);
		(void)pli_request_append(&request, "{\"op\":\"subscribe\",\"args\":[");
		(void)pli_request_append_string(&request, table);
		(void)pli_request_append(&request, "]}");
		if (requests->submit(requests->ctx, &request) != PLM_OK)
			break;
		pli_topic_asked(topic, s->now_ns);
	}
	if (s->now_ns - s->pinged_ns >= PING_NS && requests->submit(requests->ctx, &ping) == PLM_OK)
		s->pinged_ns = s->now_ns;
}

static void
reading_break(bitmex_state *s, int64_t wait_ns)
{
	pli_reading_break(&s->reading, s->now_ns, wait_ns);
	pli_held_legs_break(&s->legs);
	pli_gets_stop(&s->gets, ASK_POSITIONS);
}

/* What is signed is dated by the venue's clock. */
static void
gets_drive(bitmex_state *s, plm_request_sink *requests)
{
	uint32_t lost;
	if (s->reading.complete)
		pli_ledger_get_read(&s->history, &s->gets, s->now_ns);
	pli_gets_drive(&s->gets, s->now_ns, requests, &lost);
	pli_ledger_get_sent(&s->history, &s->gets, s->time.wall_ns + s->clock.offset_ns);
	if (lost < ASK_COUNT_)
		reading_break(s, PLI_SECONDS(1));
}

/* events NULL: called from an entry point that cannot emit; it waits for the tick. */
static void
state_drive(bitmex_state *s, plm_event_sink *events, plm_request_sink *requests)
{
	if (s->refused || !s->open)
		return;
	if (pli_reading_is_deaf(&s->reading, s->now_ns))
		state_restart(s, requests, "positions changed without a word");
	if (events != NULL)
		pli_reading_owed(&s->reading, s->cfg.account, events);
	bool ready = s->topics.rows[TOPIC_POSITION].state == PLI_TOPIC_HEARD &&
		     s->topics.rows[TOPIC_MARGIN].state == PLI_TOPIC_HEARD && !s->reading.end_owed;
	if (events != NULL && ready &&
	    pli_reading_open_legs(&s->reading, &s->legs, s->cfg.account, s->now_ns, events))
		pli_gets_ask(&s->gets, ASK_POSITIONS, s->now_ns);
	login_drive(s, requests);
	topics_drive(s, requests);
	if (state_is_private(s) && s->welcomed)
		gets_drive(s, requests);
}

static void
bitmex_on_open(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	bitmex_state *s = state;
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	if (link != 0)
		return;
	pli_gets_start(&s->gets, s->now_ns);
	pli_ledger_get_wait(&s->history, &s->gets);
	pli_kept_forget(&s->tables.rows, PLM_EVENT_ORDER_OPEN); /* until they are listed again */
	pli_venue_clock_forget(&s->clock);
	pli_reading_start(&s->reading, s->now_ns);
	pli_topics_reset(&s->topics);
	s->open = true;
	s->welcomed = s->logged = false;
	s->login_ns = 0;
	s->opened_ns = s->pinged_ns = s->now_ns;
	state_drive(s, NULL, requests);
}

static void
bitmex_on_close(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	bitmex_state *s = state;
	(void)requests;
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	s->open &= link != 0;
}

static void
bitmex_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	bitmex_state *s = state;
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	s->reading.due_ns = s->now_ns;
	state_drive(s, NULL, requests);
}

static void
bitmex_on_tick(void *state, plm_time_ns now_ns, plm_event_sink *events, plm_request_sink *requests)
{
	bitmex_state *s = state;
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	state_drive(s, events, requests);
}

/* What is signed: the verb, the path with its query, and the second after which it is refused. */
static plm_err
bitmex_seal(void *state, plm_time_ns now_ns, plm_request *request)
{
	bitmex_state *s = state;
	bool login = request->kind == PLM_REQUEST_WS_SEND;
	uint32_t ask = pli_gets_row_of(&s->gets, request->tag);
	char text[PLM_TARGET_MAX + 32], signature[PLI_SIGNATURE_HEX + 1];
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	if (!login && (ask >= ASK_COUNT_ || !asks[ask].is_signed))
		return ask >= ASK_COUNT_ ? PLM_EARG : PLM_OK;
	int64_t expires_s = (now_ns + s->clock.offset_ns) / PLM_NS_PER_S + SIGNED_FOR_S;
	(void)snprintf(
	    text, sizeof text, "GET%s%" PRId64, login ? "/realtime" : request->target, expires_s);
	pli_sign_hmac_sha256(s->credentials.secret, plm_slice_of(text), signature);
	if (!login)
		(void)snprintf(request->header, sizeof request->header,
		    "api-key: %s\napi-expires: %" PRId64 "\napi-signature: %s", s->credentials.key,
		    expires_s, signature);
	if (!login)
		return PLM_OK;
	request->body[0] = '\0';
	(void)pli_request_append(request, "{\"op\":\"authKeyExpires\",\"args\":[");
	(void)pli_request_append_string(request, s->credentials.key);
	(void)pli_request_append(request, ",%" PRId64 ",\"%s\"]}", expires_s, signature);
	return PLM_OK; /* all of it is shorter than a body */
}

/* Open legs are followed: what is missing later, and which prices are wanted. */
static void
state_observe(void *ctx, const pli_kept_row *row)
{
	bitmex_state *s = ctx;
	const plm_event *event = &row->event;
	bool others, of_reading = (event->flags & PLM_FLAG_SNAPSHOT) != 0;
	if (event->type != PLM_EVENT_POSITION)
		return;
	pli_held_leg *leg = pli_held_legs_find(
	    &s->legs, event->u.position.instrument, PLM_SIDE_NET, &others);
	if (leg == NULL)
		return;
	pli_held_legs_tell(&s->legs, leg, row->more[BITMEX_AMOUNT], of_reading);
	if (leg->held == PLI_HELD_OPEN)
		pli_topics_add(&s->topics,
		    plm_slice_of(plm_names_instrument_get(s->cfg.names, leg->instrument)->name));
	if (of_reading)
		s->reading.digest += (uint64_t)row->more[BITMEX_AMOUNT].units * (row->key | 1);
}

/* The key's own row; any permission is more than reading. */
static plm_err
reply_rights(bitmex_state *s, bitmex_reader *r)
{
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	if (nodes[0].type == PLI_JSON_ARRAY)
		r->row.node = pli_row_child(&r->row, 0, 0);
	while (r->row.node != 0 && !pli_row_is(&r->row, "id", s->credentials.key))
		r->row.node = pli_row_child(&r->row, 0, r->row.node);
	uint32_t held = pli_row_list(&r->row, "permissions");
	s->key_checked = held != PLI_NO_LIST && pli_row_is(&r->row, "id", s->credentials.key);
	if (r->row.err != PLM_OK)
		return r->row.err;
	uint32_t count = s->key_checked ? nodes[held].children_count : 0, at = held + 1;
	s->key_can_trade = count != 0;
	for (; count != 0; count--, at = nodes[at].next)
		s->key_can_withdraw |= plm_slice_is(nodes[at].text, "withdraw");
	if (s->cfg.allow_trading_keys || (s->key_checked && !s->key_can_trade))
		return PLM_OK;
	return state_refuse(s, r->row.fault, PLM_EKEYPOWER,
	    s->key_checked ? "the key can trade or withdraw: give one without permissions, or "
			     "allow_trading_keys"
			   : "BitMEX does not say what the key may do: see allow_trading_keys");
}

/* Rows of P&L, and of before what is wanted, stand between. */
static plm_err
reply_history(bitmex_state *s, bitmex_reader *r)
{
	r->whole = true;
	r->since_ns = s->history.from_ns;
	if (pli_bitmex_walk(r, pli_bitmex_history) == PLM_OK)
		pli_ledger_ask_read(&s->history.ask);
	return r->row.err;
}

static plm_err
reply_list(bitmex_state *s, bitmex_reader *r, uint32_t ask)
{
	bool margin = ask == ASK_MARGIN;
	if (pli_json_nodes(r->row.json, NULL)[0].type != PLI_JSON_ARRAY)
		pli_row_fail(&r->row, NULL, "a list");
	if (r->row.err == PLM_OK && ask == ASK_ASSETS)
		return pli_bitmex_walk(r, pli_bitmex_assets);
	if (r->row.err == PLM_OK && ask == ASK_HISTORY)
		return reply_history(s, r);
	if (r->row.err != PLM_OK || !s->reading.running)
		return r->row.err;
	r->whole = true;
	r->flags = PLM_FLAG_SNAPSHOT;
	if (pli_bitmex_walk(r, margin ? pli_bitmex_margin : pli_bitmex_position) != PLM_OK)
		return r->row.err;
	s->reading.rows_count += r->rows_count;
	s->gets.tasks[ask].done = true;
	if (!s->gets.tasks[ASK_POSITIONS].done || !s->gets.tasks[ASK_MARGIN].done)
		return PLM_OK;
	plm_err err = pli_reading_close_legs(
	    &s->reading, &s->legs, s->cfg.account, s->now_ns, r->events);
	if (s->reading.complete)
		s->text[0] = '\0';
	return err;
}

/* It was dated by a clock that has been set since: the next welcome tells the venue's. */
static bool
reply_is_expired(const plm_frame *frame, uint32_t ask)
{
	return frame->status == STATUS_WRONG && asks[ask].is_signed &&
	       memmem(frame->bytes.bytes, frame->bytes.size, "expired", 7) != NULL;
}

static plm_err
reply(bitmex_state *s, bitmex_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	uint32_t ask = pli_gets_answered(&s->gets, frame);
	bool good = frame->status == STATUS_OK;
	if (ask == ASK_COUNT_)
		return PLM_OK;
	if ((frame->status == STATUS_UNKNOWN_KEY && ask != ASK_HISTORY) ||
	    (frame->status == STATUS_FORBIDDEN && ask == ASK_RIGHTS))
		return state_refuse(s, r->row.fault, PLM_EAUTH,
		    "BitMEX refuses the key: check key, secret and permitted addresses");
	if (good && pli_row_parse(&r->row, frame->bytes) == PLM_OK)
		r->row.err = ask == ASK_RIGHTS ? reply_rights(s, r) : reply_list(s, r, ask);
	good &= r->row.err == PLM_OK;
	int64_t wait_ns = pli_gets_end(&s->gets, ask, frame, good, s->now_ns);
	if (!good && ask != ASK_HISTORY)
		(void)snprintf(s->text, sizeof s->text, "a request to BitMEX failed (status %u)",
		    frame->status);
	if (!good && ask >= ASK_POSITIONS)
		reading_break(s, wait_ns);
	if (!good && reply_is_expired(frame, ask))
		state_restart(s, requests, "a request was dated by a clock that is off");
	return r->row.err;
}

/* Words that are no tables: the welcome, receipts, errors. The welcome is written as the link
 * opens, which may be long before our side of it is open. */
static plm_err
frame_word(bitmex_state *s, bitmex_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	pli_row asked = r->row;
	asked.node = pli_row_find(&r->row, "request");
	bool login = asked.node != 0 && pli_row_is(&asked, "op", "authKeyExpires");
	if (pli_row_has(&r->row, "info")) {
		plm_time_ns venue_ns = pli_row_time_text(&r->row, "timestamp");
		if (venue_ns != 0 && !s->welcomed)
			pli_venue_clock_read(&s->clock, venue_ns, frame->trip_ns, s->time.wall_ns);
		s->welcomed = true;
	} else if (pli_row_has(&r->row, "error")) {
		if (login &&
		    (pli_row_is(&r->row, "status", "401") || pli_row_is(&r->row, "status", "403")))
			return state_refuse(s, r->row.fault, PLM_EAUTH,
			    "BitMEX refuses the login: check key and secret");
		if (login)
			state_restart(s, requests, "the login was refused for now");
		return pli_bitmex_walk(r, pli_bitmex_error);
	} else if (pli_row_bool(&r->row, "success")) {
		s->logged |= login;
		plm_slice table, topic = pli_row_text(&r->row, "subscribe");
		(void)pli_name_cut(topic, ':', &table, &topic);
		pli_topics_heard(&s->topics, topic);
	}
	return r->row.err;
}

static plm_err
frame_message(bitmex_state *s, bitmex_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	plm_slice table = {NULL, 0};
	if (plm_slice_is(frame->bytes, "pong") || pli_row_parse(&r->row, frame->bytes) != PLM_OK)
		return r->row.err;
	if (!pli_row_has(&r->row, "table"))
		return frame_word(s, r, frame, requests);
	(void)pli_bitmex_table(r, &table);
	s->reading.updates_count += plm_slice_is(table, "position");
	return r->row.err;
}

static plm_err
bitmex_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	bitmex_state *s = state;
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	bitmex_reader r = {.row = {.fault = ret_fault},
	    .cfg = &s->cfg,
	    .events = events,
	    .tables = &s->tables,
	    .seen = ++s->walks_count,
	    .observe = state_observe,
	    .observe_ctx = s};
	bool http = frame->kind == PLM_FRAME_HTTP;
	plm_err err = http ? reply(s, &r, frame, requests) : frame_message(s, &r, frame, requests);
	if (r.wallet_moved)
		pli_ledger_get_soon(&s->history, &s->gets, s->now_ns);
	if (r.lacking)
		pli_reading_doubt(&s->reading, s->now_ns, "a change of what was not listed");
	if (!http && err == PLM_EDECODE && s->logged) {
		pli_reading_doubt(&s->reading, s->now_ns, "");
		pli_venue_doubt_set(s->reading.doubt, ret_fault);
	}
	/* With an error the host drops what this call emitted: the next tick emits it then. */
	state_drive(s, err == PLM_OK || err == PLM_EKIND ? events : NULL, requests);
	return err;
}

static void
bitmex_status(const void *state, plm_venue_status *ret_status)
{
	const bitmex_state *s = state;
	const char *doubt = pli_reading_why(&s->reading, s->now_ns), *text = s->text;
	if (doubt == NULL && (s->tables.rows.full || s->legs.full || s->topics.full))
		doubt = "more is held than there is room for";
	*ret_status = (plm_venue_status){.key_can_trade = s->key_can_trade,
	    .key_can_withdraw = s->key_can_withdraw,
	    .key_checked = s->key_checked};
	pli_venue_clock_tell(&s->clock, ret_status);
	if (text[0] == '\0' && s->topics.refused_count != 0)
		text = "prices of some contracts are not told";
	else if (text[0] == '\0' && s->key_can_trade)
		text = "the key can trade or withdraw, and allow_trading_keys lets it";
	else if (text[0] == '\0' && pli_ledger_ask_is_silent(&s->history.ask))
		text = PLI_LEDGER_SILENT;
	pli_venue_status_set(ret_status, s->refused,
	    state_is_private(s) ? s->reading.complete : s->welcomed, s->open, doubt, text);
}

static const plm_venue_ops bitmex_ops = {
    .state_size = sizeof(bitmex_state),
    .init = bitmex_init,
    .fini = bitmex_fini,
    .on_open = bitmex_on_open,
    .on_close = bitmex_on_close,
    .on_frame = bitmex_on_frame,
    .on_tick = bitmex_on_tick,
    .resync = bitmex_resync,
    .seal = bitmex_seal,
    .status = bitmex_status,
    .decode = pli_bitmex_decode,
};

const plm_venue_desc pli_venue_bitmex = {
    .name = "bitmex",
    .title = "BitMEX",
    .caps = PLM_VENUE_SPOT | PLM_VENUE_LINEAR | PLM_VENUE_INVERSE | PLM_VENUE_ISOLATED,
    .stream_url = "wss://ws.bitmex.com",
    .stream_path = "/realtime",
    .rest_url = "https://www.bitmex.com",
    .silence_ms_max = 20000,
    .weight_per_minute_max = 120,
    .messages_per_second_max = 10,
    .rights_request = "GET /api/v1/apiKey",
    .requests_allowed = requests_allowed,
    .checked = "2026-11-27",
    .ops = &bitmex_ops,
};
