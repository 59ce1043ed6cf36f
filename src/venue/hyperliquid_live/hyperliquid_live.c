/* hyperliquid_live.c: Hyperliquid, live: ops and descriptor; what to ask when, what answers mean.
 *
 * An account is read by its address: there is no login and no signature. Order: what the address
 * is, tokens, contracts, the account's mode, vaults; subscriptions; and behind them the snapshot by
 * REST, one dex after the other, then spot. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "venue/hyperliquid_live/hyperliquid_session.h"
#include "venue/venue_events.h"

#define NEVER INT64_MAX
#define SECONDS(n) ((n)*PLM_NS_PER_S)
#define READ_LATE_NS SECONDS(40) /* so old the last full reading of a live feed may be */
#define LOST_NS SECONDS(60)      /* optional requests may be dropped without an answer */
#define PING_NS SECONDS(10)

/* "0x" and 40 hex digits; what is longer may be a private key, which nobody should hand out. */
static plm_err
address_copy(char ret_address[HL_ADDRESS_SIZE + 1], const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	const char *key = cfg->key == NULL ? "" : cfg->key;
	if (cfg->secret != NULL && cfg->secret[0] != '\0')
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "Hyperliquid is read by address and needs no secret: take it out of the "
		    "configuration, and keep private keys to yourself");
	size_t size = strlen(key);
	bool good = size == HL_ADDRESS_SIZE && key[0] == '0' && (key[1] == 'x' || key[1] == 'X') &&
		    strspn(key + 2, "0123456789abcdefABCDEF") == HL_ADDRESS_SIZE - 2;
	if (size != 0 && !good)
		return plm_fault_set(ret_fault, PLM_EARG, NULL,
		    "an address at Hyperliquid is 0x and 40 hex digits; this has %zu characters%s",
		    size,
		    size >= 64 ? " (a private key? none is needed, and none is safe here)" : "");
	for (size_t i = 0; i <= size; i++)
		ret_address[i] = (char)tolower((unsigned char)key[i]);
	return PLM_OK;
}

static plm_err
hl_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	hl_session *s = state;
	s->cfg = *cfg;
	s->cfg.account_name = s->cfg.key = s->cfg.secret = s->cfg.passphrase = NULL;
	s->cfg.path = s->cfg.markets = NULL;
	s->account.portfolio_ratio = plm_decimal_unknown();
	const char *markets = cfg->markets == NULL ? "" : cfg->markets;
	if (strlen(markets) > HL_MARKETS_MAX)
		return plm_fault_set(
		    ret_fault, PLM_EARG, NULL, "markets has at most %d bytes", HL_MARKETS_MAX);
	pli_hl_topics_init(s, markets);
	return address_copy(s->address, cfg, ret_fault);
}

static void
hl_fini(void *state)
{
	(void)state; /* an address is no secret */
}

/* Contracts name their collateral by the index of a token. */
static bool
ask_is_ready(const hl_session *s, hl_ask ask)
{
	switch (ask) {
	case HL_ASK_CLOCK:
	case HL_ASK_TOKENS:
		return true;
	case HL_ASK_COINS:
		return s->tasks[HL_ASK_TOKENS].done;
	case HL_ASK_ROLE:
		return pli_hl_is_private(s);
	case HL_ASK_STATE:
	case HL_ASK_SPOT:
		return s->snapshot.running;
	default:
		return pli_hl_is_private(s) && s->tasks[HL_ASK_ROLE].done;
	}
}

/* Subscribed before it is read, so that nothing falls between; or there is no stream for us. */
static bool
session_may_read(const hl_session *s)
{
	bool streams = s->topics.rows[HL_TOPIC_STATES].state == PLI_TOPIC_HEARD &&
		       s->topics.rows[HL_TOPIC_SPOT].state == PLI_TOPIC_HEARD;
	return pli_hl_is_private(s) && s->open && (streams || s->crowded) &&
	       s->tasks[HL_ASK_COINS].done && s->account.mode != HL_MODE_NONE &&
	       s->account.vaults_told;
}

static void
session_clock(hl_session *s, plm_time_ns now_ns)
{
	bool stepped = pli_venue_time_steps(&s->time, now_ns);
	s->now_ns = pli_venue_clock_follow(&s->clock, &s->time, now_ns);
	if (!stepped)
		return;
	s->tasks[HL_ASK_CLOCK].tag = 0;
	pli_hl_ask_due(s, HL_ASK_CLOCK, s->now_ns);
	s->snapshot.due_ns = s->now_ns;
}

/* Ends the epoch: the host opens the link anew. */
static void
session_restart(hl_session *s, plm_request_sink *requests, const char *why)
{
	plm_request request = {.kind = PLM_REQUEST_WS_CLOSE};
	pli_hl_say(s, "%s; the stream is opened again", why);
	s->snapshot.suspect_ns = 0;
	(void)requests->submit(requests->ctx, &request);
}

/* events NULL: called from an entry point that cannot emit; it waits for the tick. */
static void
snapshot_drive(hl_session *s, plm_event_sink *events, plm_request_sink *requests)
{
	hl_snapshot *snapshot = &s->snapshot;
	if (snapshot->suspect_ns != 0 && s->now_ns >= snapshot->suspect_ns) {
		snapshot->suspect_ns = 0;
		if (s->pushes_count == snapshot->pushes_before && !s->crowded)
			session_restart(s, requests, "positions changed without a word");
	}
	if (events == NULL)
		return;
	if (snapshot->end_owed)
		snapshot->end_owed = pli_emit_snapshot_end(events, s->cfg.account, false,
					 snapshot->rows_count) != PLM_OK;
	if (session_may_read(s) && !snapshot->running && !snapshot->end_owed &&
	    s->now_ns >= snapshot->due_ns)
		pli_hl_snapshot_begin(s, events);
}

static void
session_ping(hl_session *s, plm_request_sink *requests)
{
	plm_request ping = {.kind = PLM_REQUEST_WS_SEND, .body = "{\"method\":\"ping\"}"};
	if (s->open && s->now_ns - s->pinged_ns >= PING_NS &&
	    requests->submit(requests->ctx, &ping) == PLM_OK)
		s->pinged_ns = s->now_ns;
}

static void
session_drive(hl_session *s, plm_event_sink *events, plm_request_sink *requests)
{
	if (s->refused)
		return;
	snapshot_drive(s, events, requests);
	for (hl_ask ask = 0; ask < HL_ASK_COUNT_; ask++) {
		hl_task *task = &s->tasks[ask];
		bool lost = task->tag != 0 && s->now_ns - task->sent_ns > LOST_NS;
		bool due = task->tag == 0 && s->now_ns >= task->due_ns;
		if (lost && pli_hl_ask_is_of_snapshot(ask))
			pli_hl_snapshot_break(s, SECONDS(1), "no answer came");
		else if ((due || lost) && ask_is_ready(s, ask))
			(void)pli_hl_ask_send(s, ask, requests);
	}
	bool unheard = s->topics.rows[HL_TOPIC_STATES].state == PLI_TOPIC_REFUSED ||
		       s->topics.rows[HL_TOPIC_SPOT].state == PLI_TOPIC_REFUSED;
	s->crowded |= unheard;
	pli_hl_topics_feed(s, requests);
	session_ping(s, requests);
}

/* A new epoch. Lists that were read a moment ago are not read again. */
static void
hl_on_open(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	hl_session *s = state;
	session_clock(s, now_ns);
	if (link != 0)
		return;
	for (int ask = 0; ask < HL_ASK_COUNT_; ask++) {
		hl_task *task = &s->tasks[ask];
		bool fresh = task->done && task->due_ns != NEVER &&
			     pli_hl_periods_ns[ask] >= SECONDS(300);
		if (!fresh)
			*task = (hl_task){
			    .due_ns = pli_hl_periods_ns[ask] == 0 ? NEVER : s->now_ns};
	}
	for (uint32_t i = 0; i < s->account.dexes_count; i++)
		s->account.dexes[i].told = false;
	s->account.spots_told = false;
	s->snapshot = (hl_snapshot){.due_ns = s->now_ns};
	s->open = true;
	s->crowded = false;
	s->doubt[0] = '\0';
	s->pinged_ns = s->lists_next_ns = s->now_ns;
	pli_topics_reset(&s->topics);
	session_drive(s, NULL, requests);
}

static void
hl_on_close(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	hl_session *s = state;
	(void)requests;
	session_clock(s, now_ns);
	s->open &= link != 0;
}

static void
hl_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	hl_session *s = state;
	session_clock(s, now_ns);
	s->snapshot.due_ns = s->now_ns;
	session_drive(s, NULL, requests);
}

static void
hl_on_tick(void *state, plm_time_ns now_ns, plm_event_sink *events, plm_request_sink *requests)
{
	hl_session *s = state;
	session_clock(s, now_ns);
	session_drive(s, events, requests);
}

/* Nothing is signed; only the time of leaving is taken. */
static plm_err
hl_seal(void *state, plm_time_ns now_ns, plm_request *request)
{
	hl_session *s = state;
	hl_ask ask = (hl_ask)(request->tag & ((1U << HL_TAG_BITS) - 1));
	session_clock(s, now_ns);
	if ((unsigned)ask >= HL_ASK_COUNT_)
		return PLM_EARG;
	s->tasks[ask].sent_ns = s->now_ns;
	return PLM_OK;
}

/* Tiers are read of what is held: once all of it is known, since the lists are long. */
static void
session_tiers(hl_session *s, bool opened)
{
	s->tiers_wanted |= opened;
	if (!s->tiers_wanted || !s->snapshot.complete ||
	    s->tasks[HL_ASK_COINS].due_ns <= s->tiers_next_ns)
		return;
	s->tiers_wanted = false;
	pli_hl_ask_due(s, HL_ASK_COINS, s->tiers_next_ns);
	s->tiers_next_ns = s->now_ns + SECONDS(10);
}

static plm_err
hl_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	hl_session *s = state;
	bool of_account = false;
	session_clock(s, now_ns);
	hl_reader reader = {.row = {.fault = ret_fault},
	    .cfg = &s->cfg,
	    .events = events,
	    .account = &s->account,
	    .tokens = &s->tokens,
	    .legs = &s->legs,
	    .address = s->address,
	    .seen = ++s->walks_count};
	plm_err err = frame->kind == PLM_FRAME_HTTP
			  ? pli_hl_answer(s, &reader, frame)
			  : pli_hl_message(s, &reader, frame, &of_account);
	if (reader.unlisted)
		pli_hl_unlisted(s);
	session_tiers(s, reader.opened);
	if (of_account && err == PLM_EDECODE && pli_hl_is_private(s)) {
		char text[sizeof s->doubt];
		pli_venue_doubt_set(text, ret_fault);
		pli_hl_doubt(s, text);
	}
	/* With an error the host drops what this call emitted: the next tick emits it then. */
	session_drive(s, err == PLM_OK || err == PLM_EKIND ? events : NULL, requests);
	return err;
}

static bool
session_read_is_late(const hl_session *s)
{
	return s->snapshot.complete && s->now_ns - s->snapshot.read_ns > READ_LATE_NS;
}

static plm_feed_status
status_of(const hl_session *s)
{
	if (s->refused)
		return PLM_FEED_DOWN;
	if (!pli_hl_is_private(s))
		return s->open && s->tasks[HL_ASK_COINS].done ? PLM_FEED_LIVE : PLM_FEED_CONNECTING;
	if (!s->snapshot.complete)
		return PLM_FEED_CONNECTING;
	if (!s->open)
		return PLM_FEED_STALE;
	bool doubtful = s->doubt[0] != '\0' || s->crowded || s->topics.full || s->legs.full ||
			s->snapshot.failures > 1;
	return doubtful || session_read_is_late(s) ? PLM_FEED_DEGRADED : PLM_FEED_LIVE;
}

static void
hl_status(const void *state, plm_venue_status *ret_status)
{
	const hl_session *s = state;
	*ret_status = (plm_venue_status){.status = (uint8_t)status_of(s), .key_checked = true};
	pli_venue_clock_tell(&s->clock, ret_status);
	const char *text = "";
	if (s->doubt[0] != '\0')
		text = s->doubt;
	else if (s->text[0] != '\0')
		text = s->text;
	else if (session_read_is_late(s))
		text = "positions and balances could not be read for over 40 s";
	else if (s->crowded)
		text = "no stream: Hyperliquid follows 10 addresses from here; read every 30 s";
	else if (s->topics.full || s->legs.full)
		text = "more is held than there is room for";
	else if (s->topics.refused_count != 0)
		text = "prices of some coins are not told";
	else if (s->subs_count != 0)
		text = "its sub-accounts are not in it: each is an account by its own address";
	(void)snprintf(ret_status->text, sizeof ret_status->text, "%s", text);
}

static const plm_venue_ops hl_ops = {
    .state_size = sizeof(hl_session),
    .init = hl_init,
    .fini = hl_fini,
    .on_open = hl_on_open,
    .on_close = hl_on_close,
    .on_frame = hl_on_frame,
    .on_tick = hl_on_tick,
    .resync = hl_resync,
    .seal = hl_seal,
    .status = hl_status,
    .decode = pli_hl_decode,
};

const plm_venue_desc pli_venue_hyperliquid = {
    .name = "hyperliquid",
    .title = "Hyperliquid",
    .caps = PLM_VENUE_SPOT | PLM_VENUE_LINEAR | PLM_VENUE_ISOLATED | PLM_VENUE_ADDRESS,
    .stream_url = "wss://api.hyperliquid.xyz",
    .stream_path = "/ws",
    .rest_url = "https://api.hyperliquid.xyz",
    .silence_ms_max = 30000,
    .weight_per_minute_max = 1200,
    .messages_per_second_max = 20,
    .requests_allowed = pli_hl_requests_allowed,
    .checked = "2026-11-27",
    .ops = &hl_ops,
};
