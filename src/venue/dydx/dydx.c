/* dydx.c: dYdX v4, live: ops and descriptor; what to ask when, what answers mean.
 *
 * An account is read by its address: there is no login and no signature. Order: the welcome; both
 * channels; then readings by REST beside them, every 30 s. Blocks are numbered: an answer that is
 * of an earlier one than what the stream has told undoes nothing. Start at state_drive. */
#include <stdio.h>
#include <string.h>

#include "venue/dydx/dydx.h"
#include "venue/ledger_get.h"
#include "venue/request_text.h"
#include "venue/venue_clock.h"
#include "venue/venue_events.h"

#define PATIENCE_NS PLI_SECONDS(10) /* for the welcome */
#define HELD_READ_NS (250 * PLM_NS_PER_MS)
enum { STATUS_OK = 200, STATUS_NOT_FOUND = 404 };

/* Every call that is made; all of them read. The account comes last. */
enum { ASK_CLOCK, ASK_MARKETS, ASK_TRANSFERS, ASK_ACCOUNT, ASK_COUNT_ };
static const char *const requests_allowed[] = {"GET /v4/time", "GET /v4/perpetualMarkets",
    "GET /v4/transfers/parentSubaccountNumber", "GET /v4/addresses/*/parentSubaccountNumber/*",
    "subscribe", NULL};

enum { TOPIC_MARKETS, TOPIC_ACCOUNT };

/* account: "address/parent"; "": prices alone. heard_id: number of the last message. */
typedef struct dydx_state {
	plm_venue_cfg cfg; /* strings of its own below */
	char account[DYDX_ADDRESS_SIZE + 8];
	char target[PLM_TARGET_MAX / 4], transfers_target[PLM_TARGET_MAX / 4];
	pli_get_row asks[ASK_COUNT_];
	pli_gets gets;
	pli_ledger_get transfers;
	pli_venue_time time;
	pli_venue_clock clock;
	plm_time_ns now_ns, opened_ns;
	bool open, welcomed;
	int64_t heard_id;
	uint64_t walks_count;
	pli_topics topics, wanted;
	pli_reading reading;
	dydx_tables tables;
	pli_kept_rows rows;
	char text[120];
} dydx_state;

static bool
state_is_private(const dydx_state *s)
{
	return s->account[0] != '\0' && s->cfg.private_stream;
}

/* "dydx1", 38 characters of bech32, and perhaps "/" and the number of a parent, 0 if it is left
 * out. What has blanks may be the words of a wallet, which nobody should hand out. */
static plm_err
account_parse(dydx_state *s, const char *key, plm_fault *ret_fault)
{
	const size_t head = sizeof "dydx1" - 1;
	int number = 0;
	if (key[0] == '\0')
		return PLM_OK;
	bool good = strncmp(key, "dydx1", head) == 0 &&
		    strspn(key + head, "023456789acdefghjklmnpqrstuvwxyz") ==
			DYDX_ADDRESS_SIZE - head;
	const char *tail = good ? key + DYDX_ADDRESS_SIZE : "";
	size_t digits = tail[0] == '/' ? strspn(tail + 1, "0123456789") : 0;
	if (tail[0] != '\0')
		good = digits > 0 && digits < 4 && tail[digits + 1] == '\0';
	for (size_t i = 1; good && i <= digits; i++)
		number = number * 10 + (tail[i] - '0');
	if (!good || number >= DYDX_CHILDREN)
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "an account at dYdX is dydx1 and 38 small letters and digits, and for another "
		    "parent subaccount than 0 a slash and its number below 128%s",
		    strchr(key, ' ') != NULL ? " (the words of a wallet are never needed)" : "");
	(void)snprintf(s->account, sizeof s->account, "%.*s/%d", DYDX_ADDRESS_SIZE, key, number);
	(void)snprintf(s->target, sizeof s->target, "/v4/addresses/%.*s/parentSubaccountNumber/%d",
	    DYDX_ADDRESS_SIZE, key, number);
	(void)snprintf(s->transfers_target, sizeof s->transfers_target,
	    "/v4/transfers/parentSubaccountNumber?address=%.*s&parentSubaccountNumber=%d&limit=100",
	    DYDX_ADDRESS_SIZE, key, number);
	return PLM_OK;
}

static plm_err
dydx_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	dydx_state *s = state;
	s->cfg = *cfg;
	s->cfg.account_name = s->cfg.key = s->cfg.secret = s->cfg.passphrase = NULL;
	s->cfg.path = s->cfg.markets = NULL;
	s->asks[ASK_CLOCK] = (pli_get_row){"/v4/time", false, 60};
	s->asks[ASK_MARKETS] = (pli_get_row){"/v4/perpetualMarkets", false, 600};
	s->asks[ASK_TRANSFERS] = (pli_get_row){s->transfers_target, false, 60};
	s->transfers.row = ASK_TRANSFERS;
	s->asks[ASK_ACCOUNT] = (pli_get_row){s->target, false, 0};
	s->gets = (pli_gets){.rows = s->asks, .count = ASK_COUNT_};
	pli_topics_add_list(&s->topics, "v4_markets,v4_parent_subaccounts");
	pli_topics_add(&s->wanted, PLM_SLICE("BTC-USD"));
	pli_topics_add_list(&s->wanted, cfg->markets == NULL ? "" : cfg->markets);
	if (cfg->secret != NULL && cfg->secret[0] != '\0')
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "dYdX is read by address and needs no secret: take it out of the "
		    "configuration, and keep the words of a wallet to yourself");
	return account_parse(s, cfg->key == NULL ? "" : cfg->key, ret_fault);
}

static void
dydx_fini(void *state)
{
	(void)state; /* an address is no secret */
}

/* Ends the epoch: the host opens the link anew, after its backoff. */
static void
state_restart(dydx_state *s, plm_request_sink *requests, const char *why)
{
	plm_request request = {.kind = PLM_REQUEST_WS_CLOSE};
	(void)snprintf(s->text, sizeof s->text, "%s; the stream is opened again", why);
	s->opened_ns = s->now_ns;
	s->welcomed = true; /* not to be asked twice */
	pli_topics_reset(&s->topics);
	(void)requests->submit(requests->ctx, &request);
}

static void
topics_drive(dydx_state *s, plm_request_sink *requests)
{
	pli_topic *topic = s->welcomed ? pli_topics_next(&s->topics, 0, s->now_ns) : NULL;
	plm_request request = {.kind = PLM_REQUEST_WS_SEND};
	if (topic == NULL)
		return;
	bool account = topic == &s->topics.rows[TOPIC_ACCOUNT];
	if (account && !state_is_private(s))
		return;
	(void)pli_request_append(&request, "{\"type\":\"subscribe\",\"channel\":\"%s\",%s%s%s}",
	    topic->name, account ? "\"id\":\"" : "\"batched\":true", account ? s->account : "",
	    account ? "\"" : "");
	if (requests->submit(requests->ctx, &request) == PLM_OK)
		pli_topic_asked(topic, s->now_ns);
}

static void
reading_break(dydx_state *s, int64_t wait_ns)
{
	pli_reading_break(&s->reading, s->now_ns, wait_ns);
	pli_gets_stop(&s->gets, ASK_ACCOUNT);
}

static dydx_reader
state_reader(dydx_state *s, plm_event_sink *events, plm_fault *ret_fault)
{
	return (dydx_reader){.row = {.fault = ret_fault},
	    .cfg = &s->cfg,
	    .events = events,
	    .tables = &s->tables,
	    .rows = &s->rows,
	    .wanted = &s->wanted,
	    .account = s->account,
	    .now_ns = s->now_ns,
	    .seen = ++s->walks_count};
}

/* Half of a change: mostly the other half comes at once; else all is read. What is held back too
 * long is shown as it is, in doubt. */
static void
held_drive(dydx_state *s, plm_event_sink *events)
{
	int64_t held_ns = s->tables.held_ns == 0 ? 0 : s->now_ns - s->tables.held_ns;
	bool again = s->reading.failures == 0 && s->now_ns - s->reading.began_ns >= HELD_READ_NS;
	if (again && held_ns >= HELD_READ_NS && held_ns < DYDX_HELD_NS)
		s->reading.due_ns = s->now_ns;
	if (events == NULL || !s->tables.owed || held_ns < DYDX_HELD_NS || !s->reading.complete)
		return;
	dydx_reader r = state_reader(s, events, NULL);
	pli_dydx_send_touched(&r, 0);
}

static void
gets_drive(dydx_state *s, plm_request_sink *requests)
{
	uint32_t lost;
	if (s->reading.complete)
		pli_ledger_get_read(&s->transfers, &s->gets, s->now_ns);
	pli_gets_drive(&s->gets, s->now_ns, requests, &lost);
	pli_ledger_get_sent(&s->transfers, &s->gets, s->time.wall_ns + s->clock.offset_ns);
	if (lost < ASK_COUNT_)
		reading_break(s, PLI_SECONDS(1));
}

/* Subscribed before it is read, so that nothing falls between. events NULL: called from an entry
 * point that cannot emit; it waits for the tick. */
static void
state_drive(dydx_state *s, plm_event_sink *events, plm_request_sink *requests)
{
	const pli_topic *account = &s->topics.rows[TOPIC_ACCOUNT];
	if (!s->open)
		return;
	if (!s->welcomed && s->now_ns - s->opened_ns > PATIENCE_NS)
		state_restart(s, requests, "no welcome came");
	if (pli_reading_is_deaf(&s->reading, s->now_ns))
		state_restart(s, requests, "positions changed without a word");
	topics_drive(s, requests);
	if (account->state == PLI_TOPIC_REFUSED)
		state_restart(s, requests,
		    "dYdX does not send this account: check the address and its number");
	held_drive(s, events);
	if (events != NULL)
		pli_reading_owed(&s->reading, s->cfg.account, events);
	if (events != NULL && account->state == PLI_TOPIC_HEARD && !s->reading.end_owed &&
	    pli_reading_begin(&s->reading, s->cfg.account, s->now_ns, events)) {
		pli_dydx_listing(&s->tables);
		pli_gets_ask(&s->gets, ASK_ACCOUNT, s->now_ns);
	}
	gets_drive(s, requests);
}

static void
dydx_on_open(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	dydx_state *s = state;
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	if (link != 0)
		return;
	pli_gets_start(&s->gets, s->now_ns);
	pli_ledger_get_wait(&s->transfers, &s->gets);
	pli_kept_forget(&s->rows, PLM_EVENT_ORDER_OPEN); /* until they are listed again */
	pli_venue_clock_forget(&s->clock);
	pli_reading_start(&s->reading, s->now_ns);
	pli_topics_reset(&s->topics);
	for (dydx_leg *leg = s->tables.legs; leg < s->tables.legs + DYDX_LEGS_MAX; leg++)
		pli_held_bits_reset(&leg->bits);
	s->open = true;
	s->welcomed = false;
	s->heard_id = -1;
	s->opened_ns = s->now_ns;
	s->tables.moved = s->tables.owed = false;
	s->tables.held_ns = 0;
	state_drive(s, NULL, requests);
}

static void
dydx_on_close(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	dydx_state *s = state;
	(void)requests;
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	s->open &= link != 0;
}

static void
dydx_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	dydx_state *s = state;
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	s->reading.due_ns = s->now_ns;
	state_drive(s, NULL, requests);
}

static void
dydx_on_tick(void *state, plm_time_ns now_ns, plm_event_sink *events, plm_request_sink *requests)
{
	dydx_state *s = state;
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	state_drive(s, events, requests);
}

/* Nothing is signed; only the time of leaving is taken. */
static plm_err
dydx_seal(void *state, plm_time_ns now_ns, plm_request *request)
{
	dydx_state *s = state;
	uint32_t ask = pli_gets_row_of(&s->gets, request->tag);
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	if (ask >= ASK_COUNT_)
		return PLM_EARG;
	s->gets.tasks[ask].sent_ns = s->now_ns;
	return PLM_OK;
}

/* Prices of what is open are wanted, those of a market that was not wanted before at once. */
static void
state_follow(dydx_state *s)
{
	uint32_t count = s->wanted.count;
	for (dydx_leg *leg = s->tables.legs; leg < s->tables.legs + DYDX_LEGS_MAX; leg++)
		if (plm_decimal_sign(leg->now.size) != 0)
			pli_topics_add(&s->wanted,
			    plm_slice_of(
				plm_names_instrument_get(s->cfg.names, leg->instrument)->name));
	if (s->wanted.count != count)
		pli_task_due(&s->gets.tasks[ASK_MARKETS], s->now_ns);
}

static plm_err
reply_clock(dydx_state *s, dydx_reader *r)
{
	plm_time_ns venue_ns = pli_row_time_text(&r->row, "iso");
	if (venue_ns == 0)
		pli_row_fail(&r->row, NULL, "the time, in the member \"iso\"");
	else
		pli_venue_clock_read_since(
		    &s->clock, &s->time, venue_ns, s->gets.tasks[ASK_CLOCK].sent_ns);
	return r->row.err;
}

static plm_err
reply_account(dydx_state *s, dydx_reader *r)
{
	r->of_reading = true;
	if (!s->reading.running || pli_dydx_take(r) != PLM_OK)
		return r->row.err;
	if (!r->of_account) {
		pli_row_fail(&r->row, NULL, "an answer with its subaccount");
		return r->row.err;
	}
	bool believed = pli_dydx_believed(&s->tables, &s->reading, s->now_ns);
	if (believed)
		pli_dydx_send_all(r, PLM_FLAG_SNAPSHOT);
	if (r->row.err != PLM_OK)
		return r->row.err;
	s->reading.rows_count += r->rows_count;
	state_follow(s);
	s->text[0] = '\0';
	return pli_reading_end(&s->reading, s->cfg.account, s->now_ns, r->events, believed);
}

static plm_err
reply_transfers(dydx_state *s, dydx_reader *r)
{
	if (!pli_row_has(&r->row, "transfers"))
		pli_row_fail(&r->row, NULL, "an answer with its transfers");
	r->since_ns = s->transfers.from_ns;
	if (r->row.err == PLM_OK && pli_dydx_take(r) == PLM_OK)
		pli_ledger_ask_read(&s->transfers.ask);
	return r->row.err;
}

static plm_err
reply_read(dydx_state *s, dydx_reader *r, uint32_t ask)
{
	if (ask == ASK_CLOCK)
		return reply_clock(s, r);
	if (ask == ASK_TRANSFERS)
		return reply_transfers(s, r);
	return ask == ASK_MARKETS ? pli_dydx_take(r) : reply_account(s, r);
}

static plm_err
reply(dydx_state *s, dydx_reader *r, const plm_frame *frame)
{
	uint32_t ask = pli_gets_answered(&s->gets, frame);
	bool good = frame->status == STATUS_OK;
	if (ask == ASK_COUNT_)
		return PLM_OK;
	if (good && pli_row_parse(&r->row, frame->bytes) == PLM_OK)
		r->row.err = reply_read(s, r, ask);
	good &= r->row.err == PLM_OK;
	int64_t wait_ns = pli_gets_end(&s->gets, ask, frame, good, s->now_ns);
	bool unknown = ask == ASK_ACCOUNT && frame->status == STATUS_NOT_FOUND;
	if (!good && ask != ASK_TRANSFERS)
		(void)snprintf(s->text, sizeof s->text, "a request to dYdX failed (status %u)%s",
		    frame->status,
		    unknown ? ": there is no such subaccount of this address; check both" : "");
	if (!good && ask == ASK_ACCOUNT)
		reading_break(s, wait_ns);
	return r->row.err;
}

/* Each message has the next number, but for the answer to a subscription: its number is from when
 * it was asked for. False: it was heard already. */
static bool
message_is_news(dydx_state *s, dydx_reader *r, bool is_data)
{
	int64_t id = pli_row_int(&r->row, "message_id", -1);
	bool waits = false;
	for (uint32_t i = 0; i < s->topics.count; i++)
		waits |= s->topics.rows[i].state == PLI_TOPIC_ASKED;
	if (id < 0 || r->row.err != PLM_OK)
		return true;
	if (is_data && id <= s->heard_id)
		return false;
	bool lost = is_data && !waits && s->heard_id >= 0 && id > s->heard_id + 1;
	if (lost && state_is_private(s))
		pli_reading_doubt(&s->reading, s->now_ns, "a message of the stream was lost");
	s->heard_id = id > s->heard_id ? id : s->heard_id;
	return true;
}

static plm_err
frame_message(dydx_state *s, dydx_reader *r, const plm_frame *frame)
{
	if (pli_row_parse(&r->row, frame->bytes) != PLM_OK)
		return r->row.err;
	bool subscribed = pli_row_is(&r->row, "type", "subscribed");
	bool is_data = pli_row_is(&r->row, "type", "channel_data") ||
		       pli_row_is(&r->row, "type", "channel_batch_data");
	plm_slice channel = pli_row_text(&r->row, "channel");
	if (!message_is_news(s, r, is_data) || r->row.err != PLM_OK)
		return r->row.err;
	s->welcomed |= pli_row_is(&r->row, "type", "connected");
	if (plm_slice_is(channel, "v4_parent_subaccounts") &&
	    !pli_row_is(&r->row, "id", s->account))
		pli_row_fail(&r->row, "id", "the account that was asked for");
	if (!subscribed && !is_data && !pli_row_is(&r->row, "type", "error"))
		return r->row.err; /* a welcome; nothing */
	/* What moves before the account is read is told by the list behind that. */
	r->since_ns = s->reading.complete ? 0 : INT64_MAX;
	if (r->row.err != PLM_OK || pli_dydx_message(r) != PLM_OK)
		return r->row.err;
	if (s->tables.moved)
		pli_ledger_get_soon(&s->transfers, &s->gets, s->now_ns);
	if (subscribed)
		pli_topics_heard(&s->topics, channel);
	s->reading.updates_count += r->of_account && is_data;
	if (r->of_account)
		state_follow(s);
	if (r->of_account && s->reading.complete)
		pli_dydx_send_touched(r, 0);
	return r->row.err;
}

static plm_err
dydx_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	dydx_state *s = state;
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	dydx_reader r = state_reader(s, events, ret_fault);
	bool http = frame->kind == PLM_FRAME_HTTP;
	plm_err err = http ? reply(s, &r, frame) : frame_message(s, &r, frame);
	if (!http && err == PLM_EDECODE && state_is_private(s)) {
		pli_reading_doubt(&s->reading, s->now_ns, "");
		pli_venue_doubt_set(s->reading.doubt, ret_fault);
	}
	/* With an error the host drops what this call emitted: the next tick emits it then. */
	state_drive(s, err == PLM_OK || err == PLM_EKIND ? events : NULL, requests);
	return err;
}

static void
dydx_status(const void *state, plm_venue_status *ret_status)
{
	const dydx_state *s = state;
	const char *doubt = pli_reading_why(&s->reading, s->now_ns), *text = s->text;
	bool ready = state_is_private(s) ? s->reading.complete
					 : s->topics.rows[TOPIC_MARKETS].state == PLI_TOPIC_HEARD;
	*ret_status = (plm_venue_status){.key_checked = true};
	if (doubt == NULL && (s->tables.full || s->rows.full || s->wanted.full))
		doubt = "more is held than there is room for";
	if (doubt == NULL && s->tables.held_ns != 0 &&
	    s->now_ns - s->tables.held_ns >= DYDX_HELD_NS)
		doubt = "a change is known in part; all is read again";
	if (text[0] == '\0' && s->tables.mixed)
		text = "a market is open in several subaccounts: it is shown as one, cross";
	else if (text[0] == '\0' && pli_ledger_ask_is_silent(&s->transfers.ask))
		text = PLI_LEDGER_SILENT;
	pli_venue_clock_tell(&s->clock, ret_status);
	pli_venue_status_set(ret_status, false, ready, s->open, doubt, text);
}

static const plm_venue_ops dydx_ops = {
    .state_size = sizeof(dydx_state),
    .init = dydx_init,
    .fini = dydx_fini,
    .on_open = dydx_on_open,
    .on_close = dydx_on_close,
    .on_frame = dydx_on_frame,
    .on_tick = dydx_on_tick,
    .resync = dydx_resync,
    .seal = dydx_seal,
    .status = dydx_status,
    .decode = pli_dydx_decode,
};

const plm_venue_desc pli_venue_dydx = {
    .name = "dydx",
    .title = "dYdX v4",
    .caps = PLM_VENUE_LINEAR | PLM_VENUE_ISOLATED | PLM_VENUE_ADDRESS,
    .stream_url = "wss://indexer.dydx.trade",
    .stream_path = "/v4/ws",
    .rest_url = "https://indexer.dydx.trade",
    .silence_ms_max = 30000,
    .weight_per_minute_max = 600,
    .retry_after_ms = true,
    .messages_per_second_max = 2,
    .probe_target = "/v4/time",
    .requests_allowed = requests_allowed,
    .checked = "2026-11-28",
    .ops = &dydx_ops,
};
