/* okx_live.c: OKX v5, live: ops and descriptor; what to ask when, what answers mean.
 *
 * Order: the venue's clock, what the key may do, then link 0 (private): login, channels, and only
 * behind them the snapshot by REST. Link 1 carries prices. Without a key link 0 carries them. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "model/registry.h"
#include "venue/okx_live/okx_session.h"
#include "venue/venue_events.h"
#include "venue/venues.h"

#define READ_LATE_NS PLI_SECONDS(40) /* so old the last full reading of a live feed may be */
#define PING_NS PLI_SECONDS(5)
#define SILENCE_NS PLI_SECONDS(12)
#define LOGIN_NS PLI_SECONDS(10) /* for login and subscription together */
#define LAG_NS PLI_SECONDS(1)    /* so far a reading may lie behind what was pushed before it */
#define AHEAD_NS PLI_SECONDS(5)
#define LIST_AGAIN_NS PLI_SECONDS(60)
#define STRESS_SOON_NS PLI_SECONDS(2) /* it may be asked for once a second */
#define CLOCK_WARN_NS (500 * PLM_NS_PER_MS)

static uint8_t
session_public_link(const okx_session *s)
{
	return pli_okx_is_private(s) ? OKX_LINK_PUBLIC : OKX_LINK_USER;
}

static plm_err
okx_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	okx_session *s = state;
	s->cfg = *cfg;
	s->cfg.account_name = s->cfg.key = s->cfg.secret = s->cfg.passphrase = NULL;
	s->cfg.path = s->cfg.markets = NULL;
	plm_err err = pli_credentials_init(&s->credentials, cfg, "OKX", ret_fault);
	if (err != PLM_OK)
		return err;
	if ((s->credentials.key[0] == '\0') != (s->credentials.passphrase[0] == '\0'))
		return plm_fault_set(ret_fault, PLM_EAUTH, NULL,
		    "OKX needs key, secret and passphrase; the %s is missing: the passphrase is a "
		    "line of the key file (passphrase: ...), or named by passphrase_env",
		    s->credentials.key[0] == '\0' ? "key" : "passphrase");
	const char *markets = cfg->markets == NULL ? "" : cfg->markets;
	if (strlen(markets) >= sizeof s->markets)
		return plm_fault_set(
		    ret_fault, PLM_EARG, NULL, "markets has at most %d bytes", OKX_MARKETS_MAX - 1);
	memcpy(s->markets, markets, strlen(markets));
	pli_okx_channels_from_markets(s);
	return PLM_OK;
}

static void
okx_fini(void *state)
{
	sodium_memzero(state, sizeof(okx_session));
}

/* A step of the wall clock: the venue's is read again. */
static void
session_clock(okx_session *s, plm_time_ns now_ns)
{
	bool stepped = pli_venue_time_steps(&s->time, now_ns);
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	if (!stepped)
		return;
	s->tasks[OKX_ASK_TIME].tag = 0;
	pli_task_due(&s->tasks[OKX_ASK_TIME], s->now_ns);
	s->snapshot.due_ns = s->now_ns;
}

/* The venue's time by our clock; it may be wrong by half its round trip. */
static plm_time_ns
session_venue_clock(const okx_session *s)
{
	return s->time.wall_ns + s->clock.offset_ns;
}

static bool
task_ready(const okx_session *s, okx_ask ask)
{
	switch (ask) {
	case OKX_ASK_CONFIG:
		return pli_okx_is_private(s) && s->tasks[OKX_ASK_TIME].done;
	case OKX_ASK_POSITIONS:
	case OKX_ASK_BALANCE:
		return s->snapshot.running;
	case OKX_ASK_BILLS:
		return s->snapshot.complete;
	case OKX_ASK_TIERS:
		return pli_tier_asks_any(&s->tiers, s->now_ns);
	case OKX_ASK_STRESS:
		return pli_okx_is_private(s) && s->level == OKX_LEVEL_PORTFOLIO &&
		       s->snapshot.complete;
	case OKX_ASK_DISCOUNTS: /* of what is held, where all of it backs all */
		return pli_okx_is_private(s) && s->level >= OKX_LEVEL_MULTI && s->snapshot.complete;
	default:
		return true;
	}
}

/* A table is one of a family: BTC-USDT of BTC-USDT-SWAP. */
static void
tiers_take(okx_session *s)
{
	const plm_instrument *spec = pli_tier_asks_take(&s->tiers, s->cfg.names, s->now_ns);
	const char *end = strrchr(spec->name, '-');
	(void)snprintf(s->tiers.query, sizeof s->tiers.query, "%s&instFamily=%.*s",
	    spec->kind == PLM_KIND_PERPETUAL ? "SWAP" : "FUTURES",
	    end == NULL ? 0 : (int)(end - spec->name), spec->name);
}

static void
task_send(okx_session *s, okx_ask ask, plm_request_sink *requests)
{
	plm_request request;
	if (ask == OKX_ASK_TIERS)
		tiers_take(s);
	pli_ledger_ask ledger = s->ledger;
	if (ask == OKX_ASK_BILLS)
		(void)snprintf(s->bills, sizeof s->bills, "%lld",
		    (long long)(pli_ledger_ask_from(&ledger, session_venue_clock(s)) /
				PLM_NS_PER_MS));
	pli_okx_request(&request, ask,
	    ask == OKX_ASK_TIERS   ? s->tiers.query
	    : ask == OKX_ASK_BILLS ? s->bills
				   : s->family);
	s->serial = (s->serial + 1) & (UINT32_MAX >> OKX_TAG_BITS);
	request.tag = (s->serial << OKX_TAG_BITS) | ask;
	if (requests->submit(requests->ctx, &request) != PLM_OK)
		return; /* still due: the next tick tries again */
	s->ledger = ledger;
	if (ask == OKX_ASK_STRESS)
		s->stress_moves = s->moves_count;
	pli_task_sent(&s->tasks[ask], request.tag, s->now_ns);
}

/* The family whose list of contracts is due longest. */
static void
options_due(okx_session *s)
{
	okx_channel *oldest = NULL;
	for (okx_channel *c = s->channels; c < s->channels + s->channels_count; c++)
		if (c->topic == OKX_TOPIC_OPTIONS && c->list_due_ns <= s->now_ns &&
		    strlen(c->name) < sizeof s->family &&
		    (oldest == NULL || c->list_due_ns < oldest->list_due_ns))
			oldest = c;
	if (oldest == NULL || s->tasks[OKX_ASK_OPTIONS].tag != 0 ||
	    s->tasks[OKX_ASK_OPTIONS].due_ns != PLI_NEVER)
		return;
	(void)snprintf(s->family, sizeof s->family, "%s", oldest->name);
	oldest->list_due_ns = s->now_ns + pli_okx_periods_ns[OKX_ASK_SWAPS];
	pli_task_due(&s->tasks[OKX_ASK_OPTIONS], s->now_ns);
}

/* What is held has another size than what was tested. */
static void
stress_due(okx_session *s)
{
	pli_task *task = &s->tasks[OKX_ASK_STRESS];
	plm_time_ns soon_ns = s->now_ns + STRESS_SOON_NS;
	if (task->due_ns == PLI_NEVER)
		pli_task_due(task, s->now_ns);
	else if (s->moves_count != s->stress_moves && task->due_ns > soon_ns)
		pli_task_due(task, soon_ns);
}

/* A position whose contract has no size yet: all lists are read, but not over and over. */
static void
specs_due(okx_session *s)
{
	if (!s->specs_wanted || s->now_ns < s->specs_next_ns)
		return;
	if (s->now_ns - s->specs_next_ns >= s->specs_wait_ns)
		s->specs_wait_ns = PLI_SECONDS(1); /* it is another one */
	s->specs_wanted = false;
	s->specs_next_ns = s->now_ns + s->specs_wait_ns;
	s->specs_wait_ns = s->specs_wait_ns < LIST_AGAIN_NS ? s->specs_wait_ns * 2 : LIST_AGAIN_NS;
	pli_task_due(&s->tasks[OKX_ASK_SWAPS], s->now_ns);
	pli_task_due(&s->tasks[OKX_ASK_FUTURES], s->now_ns);
	for (okx_channel *c = s->channels; c < s->channels + s->channels_count; c++)
		c->list_due_ns = s->now_ns;
}

static void
link_request(okx_session *s, uint8_t link, plm_request_kind kind, plm_request_sink *requests)
{
	plm_request request = {.kind = (uint8_t)kind, .link = link};
	if (kind == PLM_REQUEST_WS_OPEN)
		(void)snprintf(request.target, sizeof request.target, "/ws/v5/%s",
		    link == session_public_link(s) ? "public" : "private");
	if (requests->submit(requests->ctx, &request) != PLM_OK)
		return;
	s->links[link].open = false;
	s->links[link].busy = true;
}

/* Ends the epoch: the host closes the rest and starts again. */
static void
user_restart(okx_session *s, plm_request_sink *requests, const char *why)
{
	pli_okx_say(s, "%s; the private stream is opened again", why);
	s->snapshot.suspect_ns = 0;
	link_request(s, OKX_LINK_USER, PLM_REQUEST_WS_CLOSE, requests);
}

static void
link_drive(okx_session *s, uint8_t number, plm_request_sink *requests)
{
	okx_link *link = &s->links[number];
	if (!link->open && !link->busy)
		link_request(s, number, PLM_REQUEST_WS_OPEN, requests);
	if (!link->open)
		return;
	bool waits = number != session_public_link(s) && !s->ready;
	if (waits && s->now_ns - link->since_ns > LOGIN_NS) {
		user_restart(s, requests, "login or subscription has no answer");
	} else if (s->now_ns - link->heard_ns > SILENCE_NS) {
		link_request(s, number, PLM_REQUEST_WS_CLOSE, requests);
	} else if (s->now_ns - link->heard_ns > PING_NS && s->now_ns - link->pinged_ns > PING_NS) {
		plm_request ping = {.kind = PLM_REQUEST_WS_SEND, .link = number, .body = "ping"};
		if (requests->submit(requests->ctx, &ping) == PLM_OK)
			link->pinged_ns = s->now_ns;
	}
}

/* events NULL: called from an entry point that cannot emit; it waits for the tick. */
static void
snapshot_drive(okx_session *s, plm_event_sink *events, plm_request_sink *requests)
{
	okx_snapshot *snapshot = &s->snapshot;
	if (snapshot->suspect_ns != 0 && s->now_ns >= snapshot->suspect_ns) {
		snapshot->suspect_ns = 0;
		if (s->legs.updates_count == snapshot->updates_begin)
			user_restart(s, requests, "positions changed without a word");
	}
	if (events == NULL)
		return;
	if (snapshot->end_owed)
		snapshot->end_owed = pli_emit_snapshot_end(events, s->cfg.account, false,
					 snapshot->rows_count) != PLM_OK;
	if (s->ready && !snapshot->running && !snapshot->end_owed && s->now_ns >= snapshot->due_ns)
		pli_okx_snapshot_begin(s, events);
}

static void
session_drive(okx_session *s, plm_event_sink *events, plm_request_sink *requests)
{
	if (s->refused)
		return;
	snapshot_drive(s, events, requests);
	if (s->tasks[OKX_ASK_TIERS].due_ns == PLI_NEVER)
		pli_task_due(&s->tasks[OKX_ASK_TIERS], s->now_ns);
	if (s->collateral.wanted && s->tasks[OKX_ASK_DISCOUNTS].tag == 0) {
		s->collateral.wanted = false;
		pli_task_due(&s->tasks[OKX_ASK_DISCOUNTS], s->now_ns);
	}
	specs_due(s);
	options_due(s);
	stress_due(s);
	for (okx_ask ask = 0; ask < OKX_ASK_COUNT_; ask++) {
		pli_task *task = &s->tasks[ask];
		bool lost = pli_task_is_lost(task, s->now_ns);
		if (lost && pli_okx_of_snapshot(ask))
			pli_okx_snapshot_break(s, PLI_SECONDS(1), "no answer came");
		if ((lost || pli_task_is_due(task, s->now_ns)) && task_ready(s, ask))
			task_send(s, ask, requests);
	}
	link_drive(s, session_public_link(s), requests);
	if (pli_okx_is_private(s) && s->key_checked)
		link_drive(s, OKX_LINK_USER, requests);
	pli_okx_channels_feed(s, requests);
}

/* A new epoch. Lists that were read a moment ago are not read again. */
static void
session_start(okx_session *s)
{
	for (int ask = 0; ask < OKX_ASK_COUNT_; ask++) {
		pli_task *task = &s->tasks[ask];
		bool fresh = task->done && task->due_ns != PLI_NEVER &&
			     pli_okx_periods_ns[ask] >= PLI_SECONDS(300);
		if (!fresh)
			*task = (pli_task){.due_ns = s->now_ns};
	}
	for (int ask = OKX_ASK_OPTIONS; ask < OKX_ASK_COUNT_; ask++)
		if (!s->tasks[ask].done || pli_okx_of_snapshot((okx_ask)ask))
			s->tasks[ask].due_ns = PLI_NEVER; /* these come later */
	s->specs_next_ns = s->now_ns;
	memset(s->links, 0, sizeof s->links);
	s->snapshot = (okx_snapshot){.due_ns = s->now_ns};
	s->ready = s->key_checked = false;
	s->heard_channels = 0;
	s->doubt[0] = '\0';
	pli_okx_channels_reset(s);
}

static const char *const user_channels[] = {
    "account", "positions", "balance_and_position", "orders"};
enum { USER_CHANNELS = sizeof user_channels / sizeof user_channels[0] };

static void
user_subscribe(plm_request_sink *requests)
{
	plm_request request;
	pli_okx_subscribe_open(&request, OKX_LINK_USER);
	for (size_t i = 0; i < USER_CHANNELS; i++) /* two of them ask for a type */
		(void)pli_okx_subscribe_add(
		    &request, user_channels[i], i % 2 == 0 ? "" : "instType", "ANY");
	pli_okx_subscribe_close(&request);
	(void)requests->submit(requests->ctx, &request);
}

static void
okx_on_open(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	okx_session *s = state;
	session_clock(s, now_ns);
	if (link == PLM_LINK_NONE) {
		session_start(s);
	} else if (link < OKX_LINKS) {
		s->links[link] = (okx_link){true, false, s->now_ns, s->now_ns, 0};
		if (link == session_public_link(s)) {
			pli_okx_channels_reset(s);
		} else {
			plm_request request;
			pli_okx_login(&request);
			(void)requests->submit(requests->ctx, &request);
		}
	}
	session_drive(s, NULL, requests);
}

static void
okx_on_close(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	okx_session *s = state;
	session_clock(s, now_ns);
	if (link >= OKX_LINKS)
		return;
	s->links[link] = (okx_link){.busy = link == OKX_LINK_USER}; /* then the host begins anew */
	if (link == OKX_LINK_USER)
		s->ready = false;
	else if (!s->refused)
		link_drive(s, link, requests);
}

static void
okx_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	okx_session *s = state;
	session_clock(s, now_ns);
	s->snapshot.due_ns = s->now_ns;
	session_drive(s, NULL, requests);
}

static void
okx_on_tick(void *state, plm_time_ns now_ns, plm_event_sink *events, plm_request_sink *requests)
{
	okx_session *s = state;
	session_clock(s, now_ns);
	session_drive(s, events, requests);
}

/* What the answer to a call that leaves now is true at: whatever instant the venue has told of by
 * now lies before it. So no wrong clock of ours makes a row newer than it is. */
static plm_err
okx_seal(void *state, plm_time_ns now_ns, plm_request *request)
{
	okx_session *s = state;
	session_clock(s, now_ns);
	plm_time_ns venue_ns = session_venue_clock(s);
	if (request->kind == PLM_REQUEST_WS_SEND)
		return pli_okx_request_seal(request, venue_ns, &s->credentials);
	okx_ask ask = (okx_ask)(request->tag & ((1U << OKX_TAG_BITS) - 1));
	if ((unsigned)ask >= OKX_ASK_COUNT_)
		return PLM_EARG;
	s->tasks[ask].sent_ns = s->now_ns;
	s->tasks[ask].true_ns = (s->venue_ns != 0 ? s->venue_ns : venue_ns) - LAG_NS;
	s->tasks[ask].true_ns += pli_mutant(OKX_SNAPSHOT_TOO_NEW) ? PLI_SECONDS(20) : 0;
	return ask == OKX_ASK_TIME ? PLM_OK
				   : pli_okx_request_seal(request, venue_ns, &s->credentials);
}

static plm_err
event_subscribed(okx_session *s, okx_reader *r)
{
	char channel[32];
	pli_row arg = r->row;
	arg.node = pli_row_find(&r->row, "arg");
	(void)snprintf(channel, sizeof channel, "%.*s", (int)r->channel.size,
	    r->channel.size == 0 ? "" : r->channel.bytes);
	static const char *const keys[] = {"instId", "instFamily", "instType"};
	plm_slice name = r->channel;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (pli_row_has(&arg, keys[i]))
			name = pli_row_string(&arg, keys[i]);
	pli_okx_channels_answered(s, channel, name);
	for (size_t i = 0; i < USER_CHANNELS; i++)
		if (strcmp(channel, user_channels[i]) == 0)
			s->heard_channels |= (uint8_t)(1U << i);
	if (!s->ready && s->heard_channels == (1U << USER_CHANNELS) - 1) {
		s->ready = true;
		s->snapshot.due_ns = s->now_ns;
	}
	return arg.err;
}

/* Errors of the private link before it is ready end it: the host tries again, later and later. */
static plm_err
event_error(okx_session *s, okx_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	int64_t code = 0;
	if (pli_okx_error(r, &code) != PLM_OK)
		return r->row.err;
	plm_err err = pli_okx_code(s, code, r->row.fault);
	if (err != PLM_OK)
		return err;
	if (frame->link == session_public_link(s)) {
		s->subscribe_next_ns = s->now_ns +
				       (code == 60014 ? PLI_SECONDS(5) : PLI_SECONDS(1));
		pli_okx_channels_refused(s);
	} else if (!s->ready) {
		user_restart(s, requests, "login or subscription was refused");
	}
	return PLM_OK;
}

static plm_err
frame_event(okx_session *s, okx_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	if (pli_row_is(&r->row, "event", "error"))
		return event_error(s, r, frame, requests);
	if (pli_row_is(&r->row, "event", "login"))
		user_subscribe(requests);
	else if (pli_row_is(&r->row, "event", "subscribe"))
		return event_subscribed(s, r);
	else if (pli_row_is(&r->row, "event", "notice"))
		pli_okx_say(s, "OKX is about to close the connection for an upgrade");
	return PLM_OK;
}

/* Which of several pushes of one millisecond it is, of those that are believed by their time. What
 * other channels tell must not come between them. */
static uint16_t
push_copy(okx_session *s, okx_reader *r, plm_slice bytes)
{
	okx_reader first = *r;
	bool positions = plm_slice_is(r->channel, "positions");
	bool numbered = positions || plm_slice_is(r->channel, "account");
	if (!numbered || !pli_okx_first(&first))
		return 0;
	plm_time_ns time_ns = pli_row_time(&first.row, positions ? "pTime" : "uTime", 0);
	return pli_same_time_number(
	    positions ? &s->same_positions : &s->same_balances, time_ns, bytes);
}

/* Coins came or went: which, the bills say. */
static void
push_of_transfer(okx_session *s, const okx_reader *r)
{
	okx_reader first = *r;
	pli_task *bills = &s->tasks[OKX_ASK_BILLS];
	plm_time_ns soon_ns = s->now_ns + PLI_SECONDS(1);
	if (pli_okx_first(&first) && pli_row_is(&first.row, "eventType", "transferred") &&
	    bills->due_ns > soon_ns)
		pli_task_due(bills, soon_ns);
}

/* balance_and_position rings the bell: what it says, positions and account say in full. It is
 * checked all the same: one that cannot be understood may have told of anything. */
static plm_err
frame_push(okx_session *s, okx_reader *r, const plm_frame *frame)
{
	const okx_kind *kind = NULL;
	if (plm_slice_is(r->channel, "status")) {
		pli_task_due(&s->tasks[OKX_ASK_STATUS], s->now_ns);
		return PLM_OK;
	}
	if (pli_okx_kind_of(r, &kind) != PLM_OK)
		return r->row.err;
	r->copy = push_copy(s, r, frame->bytes);
	if (kind->read == pli_okx_changes || kind->read == pli_okx_order)
		pli_okx_snapshot_soon(s);
	if (kind->read == pli_okx_changes)
		push_of_transfer(s, r);
	bool whole = pli_mutant(OKX_PUSH_IS_WHOLE) && kind->read == pli_okx_position;
	if (whole && pli_emit_snapshot_begin(r->events, s->cfg.account) == PLM_OK)
		r->flags = PLM_FLAG_SNAPSHOT;
	plm_err err = kind->read == pli_okx_changes ? pli_okx_check(r, kind->read)
						    : pli_okx_walk(r, kind->read);
	return whole ? pli_emit_snapshot_end(r->events, s->cfg.account, true, r->rows_count) : err;
}

static okx_channel *
watch_mark_channel(okx_session *s, plm_instrument_id id)
{
	const plm_instrument *spec = plm_names_instrument_get(s->cfg.names, id);
	return spec == NULL ? NULL
			    : pli_okx_channel_find(s, OKX_TOPIC_MARK, plm_slice_of(spec->name));
}

static plm_decimal
watch_option_mark(void *ctx, plm_instrument_id id)
{
	const okx_channel *channel = watch_mark_channel(ctx, id);
	return channel == NULL ? plm_decimal_unknown() : channel->mark;
}

/* Lists and families hold hundreds that nobody has named. */
static bool
watch_is_wanted(void *ctx, plm_slice name)
{
	const okx_session *s = ctx;
	return pli_registry_instrument_find(s->cfg.names, s->cfg.venue, name).value != 0;
}

/* A time far ahead of the venue's clock is no time that it has told of. */
static void
watch_seen(void *ctx, const plm_event *event, plm_decimal options_value)
{
	okx_session *s = ctx;
	plm_time_ns most_ns = session_venue_clock(s) + AHEAD_NS;
	okx_channel *channel = NULL;
	if (event->type != PLM_EVENT_FUNDING && event->venue_time_ns > s->venue_ns &&
	    event->venue_time_ns < most_ns)
		s->venue_ns = event->venue_time_ns;
	if (event->type == PLM_EVENT_MARK && (event->flags & PLM_FLAG_SYNTHETIC) != 0)
		channel = watch_mark_channel(s, event->u.mark.instrument);
	if (channel != NULL)
		channel->mark = event->u.mark.mark_price;
	if (event->type == PLM_EVENT_POSITION)
		pli_okx_follow(s, event, options_value);
	if (event->type == PLM_EVENT_BALANCE && plm_decimal_sign(event->u.balance.equity) != 0)
		pli_okx_follow_asset(s, event->u.balance.asset);
}

static plm_err
frame_stream(okx_session *s, okx_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	bool of_user = pli_okx_is_private(s) && frame->link == OKX_LINK_USER;
	if (frame->link < OKX_LINKS)
		s->links[frame->link].heard_ns = s->now_ns;
	plm_err err = pli_okx_parse(r, frame->bytes);
	if (err == PLM_OK)
		err = pli_row_has(&r->row, "event") ? frame_event(s, r, frame, requests)
						    : frame_push(s, r, frame);
	if (err == PLM_EDECODE && of_user) {
		pli_okx_doubt(s, "", "");
		pli_venue_doubt_set(s->doubt, r->row.fault);
	}
	return err;
}

static plm_err
okx_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	okx_session *s = state;
	session_clock(s, now_ns);
	if (s->refused)
		return PLM_OK;
	const okx_watcher watcher = {
	    watch_seen, pli_okx_options_of, watch_option_mark, watch_is_wanted, s};
	okx_reader reader = {.row = {.fault = ret_fault},
	    .cfg = &s->cfg,
	    .events = events,
	    .watcher = &watcher,
	    .level = s->level,
	    .collateral = &s->collateral};
	plm_err err = frame->kind == PLM_FRAME_HTTP ? pli_okx_reply(s, &reader, frame)
						    : frame_stream(s, &reader, frame, requests);
	/* With an error the host drops what this call emitted: the next tick emits it then. */
	session_drive(s, err == PLM_OK || err == PLM_EKIND ? events : NULL, requests);
	return err;
}

static bool
status_read_is_late(const okx_session *s)
{
	return s->now_ns - s->snapshot.read_ns > READ_LATE_NS;
}

static bool
status_prices_are_late(const okx_session *s)
{
	const okx_link *link = &s->links[session_public_link(s)];
	return !link->open || s->now_ns - link->heard_ns > SILENCE_NS;
}

/* A leg whose contract has no size yet counts nothing; NULL: there is none. */
static const plm_instrument *
status_unlisted(const okx_session *s)
{
	const plm_instrument *spec = NULL;
	for (uint32_t i = 0; i < s->legs.rows_count; i++)
		if ((spec = pli_okx_leg_spec(s, i)) != NULL &&
		    spec->spec_source != PLM_SPEC_VENUE && spec->kind != PLM_KIND_SPOT)
			return spec;
	return NULL;
}

static plm_feed_status
status_of(const okx_session *s)
{
	if (s->refused)
		return PLM_FEED_DOWN;
	if (s->maintenance)
		return PLM_FEED_MAINTENANCE;
	if (!pli_okx_is_private(s))
		return status_prices_are_late(s) ? PLM_FEED_CONNECTING : PLM_FEED_LIVE;
	if (!s->snapshot.complete)
		return PLM_FEED_CONNECTING;
	if (!s->links[OKX_LINK_USER].open || !s->ready)
		return PLM_FEED_STALE;
	bool doubtful = (s->doubt[0] != '\0' && s->now_ns >= s->doubt_ns) || s->full ||
			s->legs.full || s->snapshot.failures > 1 || status_unlisted(s) != NULL;
	return doubtful || status_read_is_late(s) || status_prices_are_late(s) ? PLM_FEED_DEGRADED
									       : PLM_FEED_LIVE;
}

/* What a feed that is well has to say. */
static void
status_note(const okx_session *s, char *ret_text, size_t size)
{
	double ahead_s = -(double)s->clock.offset_ns / (double)PLM_NS_PER_S;
	bool skewed = s->clock.offset_ns > CLOCK_WARN_NS || s->clock.offset_ns < -CLOCK_WARN_NS;
	const plm_instrument *unlisted = status_unlisted(s);
	if (unlisted != NULL)
		(void)snprintf(
		    ret_text, size, "%s: the lists of contracts lack it so far", unlisted->name);
	else if (skewed)
		(void)snprintf(
		    ret_text, size, "this machine's clock is %.1f s off the venue's", ahead_s);
	else if (pli_ledger_ask_is_silent(&s->ledger))
		(void)snprintf(ret_text, size, "%s", PLI_LEDGER_SILENT);
	else if (s->channels_refused > 0)
		(void)snprintf(
		    ret_text, size, "%u channels of prices were refused", s->channels_refused);
}

/* Gravest first. */
static void
status_text(const okx_session *s, plm_feed_status status, char *ret_text, size_t size)
{
	const char *text = "";
	if (s->refused)
		text = s->text;
	else if (s->maintenance)
		text = "OKX is under maintenance";
	else if (s->doubt[0] != '\0')
		text = s->doubt;
	else if (s->full || s->legs.full)
		text = "more is held than is watched: the rest has no prices";
	else if (s->text[0] != '\0')
		text = s->text;
	else if (pli_okx_is_private(s) && !s->key_checked)
		text = "waiting to learn what the key may do";
	else if (status == PLM_FEED_DEGRADED && status_read_is_late(s))
		text = "positions and balances could not be read for over 40 s";
	else if (status == PLM_FEED_DEGRADED && status_prices_are_late(s))
		text = "no prices are coming";
	else if (s->key_can_trade || s->key_can_withdraw)
		text = "the key can trade or withdraw, and allow_trading_keys lets it";
	(void)snprintf(ret_text, size, "%s", text);
	if (text[0] == '\0')
		status_note(s, ret_text, size);
}

static void
okx_status(const void *state, plm_venue_status *ret_status)
{
	const okx_session *s = state;
	plm_feed_status status = status_of(s);
	*ret_status = (plm_venue_status){.status = (uint8_t)status,
	    .key_can_trade = s->key_can_trade,
	    .key_can_withdraw = s->key_can_withdraw,
	    .key_checked = s->key_checked,
	    .until_ns = s->maintenance ? s->maintenance_until_ns : 0};
	pli_venue_clock_tell(&s->clock, ret_status);
	status_text(s, status, ret_status->text, sizeof ret_status->text);
}

static const plm_venue_ops okx_ops = {
    .state_size = sizeof(okx_session),
    .init = okx_init,
    .fini = okx_fini,
    .on_open = okx_on_open,
    .on_close = okx_on_close,
    .on_frame = okx_on_frame,
    .on_tick = okx_on_tick,
    .resync = okx_resync,
    .seal = okx_seal,
    .status = okx_status,
    .decode = pli_okx_decode,
};

const plm_venue_desc pli_venue_okx = {
    .name = "okx",
    .title = "OKX",
    .caps = PLM_VENUE_SPOT | PLM_VENUE_LINEAR | PLM_VENUE_INVERSE | PLM_VENUE_OPTIONS |
	    PLM_VENUE_HEDGE_MODE | PLM_VENUE_ISOLATED,
    .stream_url = "wss://ws.okx.com:8443",
    .rest_url = "https://www.okx.com",
    .silence_ms_max = 12000,
    .weight_per_minute_max = 300,
    .messages_per_second_max = 3,
    .probe_target = "/api/v5/public/time",
    .requests_allowed = pli_okx_requests_allowed,
    .rights_request = "GET /api/v5/account/config", /* its perm */
    .checked = "2026-11-27",
    .ops = &okx_ops,
};
