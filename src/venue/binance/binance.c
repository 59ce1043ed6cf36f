/* binance.c: Binance USD-M futures, live. A table of tasks with due times, two links, and one
 * snapshot at a time; every entry point ends in state_drive, which sends what has fallen due.
 *
 * Order at the start: clock, key rights, contracts, margin tiers; then listen key, user stream, and
 * only behind the open stream the snapshot: what happens meanwhile arrives as updates, which the
 * book keeps. */
#include "venue/binance/binance_internal.h"

#include <ctype.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/mutant.h"
#include "venue/credentials.h"
#include "venue/same_time.h"
#include "venue/venue_clock.h"
#include "venue/venue_events.h"

enum { LINK_USER = 0, LINK_MARKS = 1, LINKS_COUNT = 2, TAG_ASK_BITS = 8 };
enum { PART_ACCOUNT = 1, PART_POSITIONS = 2, PARTS_ALL = 3, ORDERS_TRIES_MAX = 3 };

#define NEVER INT64_MAX
#define SECONDS(n) ((n)*PLM_NS_PER_S)
#define RECONCILE_NS SECONDS(30)        /* a lost update lives no longer */
#define RECONCILE_LATE_NS SECONDS(40)   /* so old the last full reading of a live feed may be */
#define RECONCILE_EVENT_NS SECONDS(5)   /* least distance of those that an update asks for */
#define MARKS_SILENCE_NS SECONDS(10)    /* marks come every second */
#define LINK_LIFE_NS SECONDS(23 * 3600) /* the venue cuts at 24 h */
#define SNAPSHOT_LAG_NS SECONDS(1)
#define PENDING_NS SECONDS(60)   /* optional requests may be dropped without an answer */
#define LIST_WAIT_NS SECONDS(10) /* least distance of readings for an unheard-of symbol */
#define CLOCK_WARN_NS (500 * PLM_NS_PER_MS)

/* 0: does not repeat by itself. */
#define X(name, method, target, weight, flags, period_s) SECONDS(period_s),
static const int64_t task_periods[BINANCE_ASK_COUNT_] = {BINANCE_ASKS(X)};
#undef X

/* One request kind. tag 0: nothing pending. done: answered since the last start. true_ns: what a
 * signed one's answer was true at, at the earliest, by the venue's clock. */
typedef struct binance_task {
	plm_time_ns due_ns, sent_ns, true_ns;
	uint32_t tag, failures;
	bool done;
} binance_task;

/* busy: opening or closing, on_open or on_close will tell. */
typedef struct binance_link {
	bool open, busy;
	plm_time_ns since_ns, heard_ns;
} binance_link;

/* legs_digest: of the last complete one; updates_before: user updates counted at its begin;
 * doubts_begin: refused ones. */
typedef struct binance_snapshot {
	bool running;
	bool complete; /* one since the last start */
	bool end_owed; /* it broke off: the end is told by the next call that can emit */
	bool has_legs; /* the account listed its positions */
	uint32_t parts, rows_count, failures;
	uint8_t sides_open; /* bits of plm_side */
	uint64_t account_digest, positions_digest, last_digest;
	uint64_t updates_before, updates_begin, doubts_begin;
	plm_time_ns due_ns, began_ns;
	plm_time_ns read_ns;    /* when the last complete one began */
	plm_time_ns suspect_ns; /* 0: no suspicion */
} binance_snapshot;

typedef struct binance_state {
	plm_venue_cfg cfg;
	binance_task tasks[BINANCE_ASK_COUNT_];
	binance_link links[LINKS_COUNT];
	binance_snapshot snapshot;
	uint32_t serial, listed_max; /* the last one as binance_reader has it */
	uint64_t updates_count, doubts_count;
	plm_time_ns now_ns;
	pli_venue_clock clock;
	pli_same_time same; /* updates of one millisecond */
	uint8_t pool_mode;  /* of what is not isolated; NONE until the venue has said it */
	plm_time_ns list_due_ns, list_wait_ns; /* for a symbol that it lacks: when, how long */
	bool hedge, refused, key_can_trade, key_can_withdraw, key_checked;
	char text[120];
	char doubt[120]; /* why what is shown may be old; "": it is not in doubt */
	char listen_key[PLI_KEY_MAX];
	pli_credentials credentials;
	char markets[BINANCE_MARKETS_MAX];
} binance_state;

static void __attribute__((format(printf, 2, 3)))
state_say(binance_state *s, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(s->text, sizeof s->text, format, arguments);
	va_end(arguments);
}

static bool
state_private(const binance_state *s)
{
	return s->credentials.key[0] != '\0' && s->cfg.private_stream;
}

/* The host watches link 0 closest: the user stream, or the marks where there is no user. */
static uint8_t
state_marks_link(const binance_state *s)
{
	return state_private(s) ? LINK_MARKS : LINK_USER;
}

/* Without rights known, a key goes on only where the config allows trading keys anyway. */
static bool
state_trusts_key(const binance_state *s)
{
	return s->key_checked ||
	       (s->cfg.allow_trading_keys && s->tasks[BINANCE_ASK_RIGHTS].failures > 0);
}

static plm_err
binance_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	binance_state *s = state;
	s->cfg = *cfg;
	s->cfg.account_name = s->cfg.key = s->cfg.secret = s->cfg.path = s->cfg.markets = NULL;
	if (sodium_init() < 0)
		return plm_fault_set(
		    ret_fault, PLM_EARG, NULL, "the cryptographic library would not start");
	plm_err err = pli_credentials_init(&s->credentials, cfg, "Binance", ret_fault);
	if (err != PLM_OK)
		return err;
	const char *markets = cfg->markets == NULL ? "" : cfg->markets;
	if (strlen(markets) >= sizeof s->markets)
		return plm_fault_set(ret_fault, PLM_EARG, NULL, "markets has at most %d bytes",
		    BINANCE_MARKETS_MAX - 1);
	memcpy(s->markets, markets, strlen(markets));
	for (char *c = s->markets; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return PLM_OK;
}

static void
binance_fini(void *state)
{
	sodium_memzero(state, sizeof(binance_state));
}

static void
task_due(binance_state *s, binance_ask ask, plm_time_ns due_ns)
{
	if (s->tasks[ask].tag == 0)
		s->tasks[ask].due_ns = due_ns;
}

/* After a failure: 1 s, doubling to 32 s, or to 4 s where the venue is not there, from when it was
 * sent: one that hung is sent again at once. */
static int64_t
task_wait_ns(const binance_state *s, const binance_task *task, uint16_t status)
{
	uint32_t doublings = task->failures - 1, most = status == 0 || status >= 500 ? 2 : 5;
	int64_t wait_ns = SECONDS(1) << (doublings < most ? doublings : most);
	int64_t left_ns = task->sent_ns + wait_ns - s->now_ns;
	return left_ns < 0 ? 0 : left_ns;
}

/* What must be there before a task makes sense. */
static bool
task_ready(const binance_state *s, binance_ask ask)
{
	bool clock = s->tasks[BINANCE_ASK_TIME].done;
	switch (ask) {
	case BINANCE_ASK_RIGHTS:
		return state_private(s) && clock;
	case BINANCE_ASK_TIERS:
	case BINANCE_ASK_LISTEN:
		return state_private(s) && clock && state_trusts_key(s);
	case BINANCE_ASK_KEEP:
		return state_private(s) && s->links[LINK_USER].open;
	case BINANCE_ASK_ORDERS:
		return s->snapshot.complete;
	default:
		return true;
	}
}

static void
task_send(binance_state *s, binance_ask ask, plm_request_sink *requests)
{
	binance_task *task = &s->tasks[ask];
	plm_request request;
	pli_binance_request(&request, ask, s->credentials.key);
	s->serial = (s->serial + 1) & (UINT32_MAX >> TAG_ASK_BITS);
	request.tag = (s->serial << TAG_ASK_BITS) | ask;
	plm_err err = requests->submit(requests->ctx, &request);
	sodium_memzero(request.header, sizeof request.header);
	if (err != PLM_OK)
		return; /* still due: the next tick tries again */
	task->tag = request.tag;
	task->sent_ns = s->now_ns;
	task->due_ns = NEVER;
}

static void
link_request(binance_state *s, uint8_t link, plm_request_kind kind, plm_request_sink *requests)
{
	plm_request request = {.kind = (uint8_t)kind, .link = link};
	if (kind == PLM_REQUEST_WS_OPEN && link != state_marks_link(s))
		(void)snprintf(request.target, sizeof request.target, "/private/ws?listenKey=%s",
		    s->listen_key);
	else if (kind == PLM_REQUEST_WS_OPEN)
		pli_binance_stream_target(s->markets, request.target);
	if (requests->submit(requests->ctx, &request) != PLM_OK)
		return;
	s->links[link].open = false;
	s->links[link].busy = true;
}

/* Ends the epoch: the host closes the rest and starts again, with a fresh listen key. */
static void
user_restart(binance_state *s, plm_request_sink *requests, const char *why)
{
	state_say(s, "%s; the user stream is opened again", why);
	s->listen_key[0] = '\0';
	s->snapshot.suspect_ns = 0;
	link_request(s, LINK_USER, PLM_REQUEST_WS_CLOSE, requests);
}

/* The requests that a snapshot is made of. */
static bool
snapshot_has(binance_ask ask)
{
	return ask >= BINANCE_ASK_CONFIG && ask <= BINANCE_ASK_POSITIONS;
}

static void
snapshot_begin(binance_state *s, plm_event_sink *events)
{
	binance_snapshot *snapshot = &s->snapshot;
	if (pli_emit_snapshot_begin(events, s->cfg.account) != PLM_OK)
		return;
	snapshot->running = true;
	snapshot->parts = snapshot->rows_count = 0;
	snapshot->began_ns = s->now_ns;
	snapshot->due_ns = s->now_ns + RECONCILE_NS;
	snapshot->updates_begin = s->updates_count;
	snapshot->doubts_begin = s->doubts_count;
	task_due(s, BINANCE_ASK_CONFIG, s->now_ns); /* its answer asks for the rest */
}

/* Gives up the running snapshot: nothing of it shows; another one follows soon. */
static void
snapshot_break(binance_state *s, int64_t wait_ns, const char *why)
{
	binance_snapshot *snapshot = &s->snapshot;
	if (!snapshot->running)
		return;
	snapshot->running = false;
	snapshot->end_owed = true;
	snapshot->failures++;
	snapshot->due_ns = s->now_ns + wait_ns;
	for (int ask = BINANCE_ASK_CONFIG; ask <= BINANCE_ASK_POSITIONS; ask++) {
		s->tasks[ask].tag = 0;
		s->tasks[ask].due_ns = NEVER;
	}
	state_say(s, "%s; positions and balances are asked for again", why);
}

/* Both answers are here. They must agree on the open legs: a list that came out short or empty is
 * not a flat account. A change that no update told of means that the stream has gone deaf. */
static plm_err
snapshot_finish(binance_state *s, plm_event_sink *events)
{
	binance_snapshot *snapshot = &s->snapshot;
	if (snapshot->has_legs && snapshot->account_digest != snapshot->positions_digest &&
	    !pli_mutant(BINANCE_SHORT_LIST_BELIEVED)) {
		snapshot_break(s, SECONDS(1), "account and positionRisk disagree on the open legs");
		return PLM_OK;
	}
	uint8_t sides_wrong = s->hedge ? 1U << PLM_SIDE_NET
				       : 1U << PLM_SIDE_LONG | 1U << PLM_SIDE_SHORT;
	if ((snapshot->sides_open & sides_wrong) != 0) {
		snapshot_break(s, SECONDS(1), "position mode and open legs disagree");
		return PLM_OK;
	}
	plm_err err = pli_emit_snapshot_end(events, s->cfg.account, true, snapshot->rows_count);
	if (err != PLM_OK)
		return err;
	bool changed = snapshot->complete && snapshot->last_digest != snapshot->positions_digest;
	if (changed && s->updates_count == snapshot->updates_before)
		snapshot->suspect_ns = s->now_ns + 2 * SNAPSHOT_LAG_NS;
	if (!snapshot->complete)
		task_due(s, BINANCE_ASK_ORDERS, s->now_ns);
	snapshot->running = false;
	snapshot->complete = true;
	snapshot->read_ns = snapshot->began_ns;
	snapshot->failures = 0;
	snapshot->last_digest = snapshot->positions_digest;
	snapshot->updates_before = snapshot->updates_begin;
	s->text[0] = '\0';
	if (snapshot->doubts_begin == s->doubts_count)
		s->doubt[0] = '\0';
	return PLM_OK;
}

/* An update changed what the stream tells only in part (liquidation price, margins): read it all
 * again, not at once and not too often. */
static void
snapshot_soon(binance_state *s)
{
	plm_time_ns due_ns = s->now_ns + SNAPSHOT_LAG_NS + SNAPSHOT_LAG_NS / 2;
	plm_time_ns earliest_ns = s->snapshot.began_ns + RECONCILE_EVENT_NS;
	due_ns = due_ns < earliest_ns ? earliest_ns : due_ns;
	if (s->snapshot.due_ns > due_ns)
		s->snapshot.due_ns = due_ns;
}

/* Our clock was set back or jumped ahead: waits begin anew, the venue's time is read again; how
 * long a reading under way takes cannot be told any more. */
static void
state_clock(binance_state *s, plm_time_ns now_ns)
{
	int64_t step_ns = now_ns - s->now_ns;
	bool jumped = s->now_ns != 0 && (step_ns < 0 || step_ns > PENDING_NS);
	s->now_ns = now_ns;
	if (!jumped)
		return;
	for (int ask = 0; ask < BINANCE_ASK_COUNT_; ask++) {
		binance_task *task = &s->tasks[ask];
		task->sent_ns = now_ns;
		task->due_ns = task->due_ns == NEVER ? NEVER : now_ns;
	}
	for (int link = 0; link < LINKS_COUNT; link++)
		s->links[link].since_ns = s->links[link].heard_ns = now_ns;
	s->snapshot.began_ns = s->snapshot.due_ns = s->list_due_ns = now_ns;
	s->snapshot.read_ns += step_ns;
	pli_venue_clock_forget(&s->clock);
	s->tasks[BINANCE_ASK_TIME].tag = 0;
	task_due(s, BINANCE_ASK_TIME, now_ns);
}

static void
links_drive(binance_state *s, plm_request_sink *requests)
{
	uint8_t number = state_marks_link(s);
	binance_link *user = &s->links[LINK_USER], *marks = &s->links[number];
	if (state_private(s) && !user->open && !user->busy && s->listen_key[0] != '\0')
		link_request(s, LINK_USER, PLM_REQUEST_WS_OPEN, requests);
	if (state_private(s) && user->open && s->now_ns - user->since_ns > LINK_LIFE_NS)
		user_restart(s, requests, "the connection is nearly 24 hours old");
	if (!marks->open && !marks->busy)
		link_request(s, number, PLM_REQUEST_WS_OPEN, requests);
	bool silent = marks->open && s->now_ns - marks->heard_ns > MARKS_SILENCE_NS;
	if (silent || (marks->open && s->now_ns - marks->since_ns > LINK_LIFE_NS))
		link_request(s, number, PLM_REQUEST_WS_CLOSE, requests);
}

/* events NULL: called from an entry point that cannot emit; it waits for the tick. */
static void
snapshot_drive(binance_state *s, plm_event_sink *events, plm_request_sink *requests)
{
	binance_snapshot *snapshot = &s->snapshot;
	if (snapshot->suspect_ns != 0 && s->now_ns >= snapshot->suspect_ns) {
		snapshot->suspect_ns = 0;
		if (s->updates_count == snapshot->updates_before)
			user_restart(
			    s, requests, "positions changed and the user stream was silent");
	}
	if (events == NULL)
		return;
	if (snapshot->end_owed)
		snapshot->end_owed = pli_emit_snapshot_end(events, s->cfg.account, false,
					 snapshot->rows_count) != PLM_OK;
	bool ready = state_private(s) && s->links[LINK_USER].open &&
		     s->tasks[BINANCE_ASK_INFO].done;
	if (ready && !snapshot->running && s->now_ns >= snapshot->due_ns)
		snapshot_begin(s, events);
}

static void
state_drive(binance_state *s, plm_event_sink *events, plm_request_sink *requests)
{
	if (s->refused)
		return;
	snapshot_drive(s, events, requests);
	for (binance_ask ask = 0; ask < BINANCE_ASK_COUNT_; ask++) {
		binance_task *task = &s->tasks[ask];
		bool lost = task->tag != 0 && s->now_ns - task->sent_ns > PENDING_NS;
		bool due = task->tag == 0 && s->now_ns >= task->due_ns;
		if (lost && snapshot_has(ask))
			snapshot_break(s, SECONDS(1), "no answer came");
		else if ((due || lost) && task_ready(s, ask))
			task_send(s, ask, requests);
	}
	links_drive(s, requests);
}

/* A new epoch. Rights and contracts that were read a moment ago are not read again. */
static void
state_start(binance_state *s)
{
	for (int ask = 0; ask < BINANCE_ASK_COUNT_; ask++) {
		binance_task *task = &s->tasks[ask];
		bool fresh = task->done && task->due_ns != NEVER &&
			     task_periods[ask] >= SECONDS(600);
		if (!fresh)
			*task = (binance_task){.due_ns = s->now_ns};
	}
	for (int ask = BINANCE_ASK_KEEP; ask < BINANCE_ASK_COUNT_; ask++)
		s->tasks[ask].due_ns = NEVER; /* these come later */
	memset(s->links, 0, sizeof s->links);
	s->snapshot = (binance_snapshot){.due_ns = s->now_ns};
	s->listen_key[0] = s->doubt[0] = '\0';
}

static void
binance_on_open(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	binance_state *s = state;
	state_clock(s, now_ns);
	if (link == PLM_LINK_NONE) {
		state_start(s);
	} else if (link < LINKS_COUNT) {
		s->links[link] = (binance_link){
		    .open = true, .since_ns = now_ns, .heard_ns = now_ns};
		if (link == LINK_USER)
			task_due(s, BINANCE_ASK_KEEP, now_ns + task_periods[BINANCE_ASK_KEEP]);
	}
	state_drive(s, NULL, requests);
}

static void
binance_on_close(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	binance_state *s = state;
	state_clock(s, now_ns);
	if (link >= LINKS_COUNT)
		return;
	s->links[link] = (binance_link){.busy = link == LINK_USER}; /* then the host begins anew */
	if (link != LINK_USER)
		links_drive(s, requests);
}

static void
binance_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	binance_state *s = state;
	state_clock(s, now_ns);
	s->snapshot.due_ns = now_ns;
	state_drive(s, NULL, requests);
}

static void
binance_on_tick(void *state, plm_time_ns now_ns, plm_event_sink *events, plm_request_sink *requests)
{
	binance_state *s = state;
	state_clock(s, now_ns);
	state_drive(s, events, requests);
}

static plm_err
binance_seal(void *state, plm_time_ns now_ns, plm_request *request)
{
	binance_state *s = state;
	binance_ask ask = (binance_ask)(request->tag & ((1U << TAG_ASK_BITS) - 1));
	if ((unsigned)ask >= BINANCE_ASK_COUNT_)
		return PLM_EARG;
	s->tasks[ask].sent_ns = now_ns;
	if (ask == BINANCE_ASK_TIME)
		return PLM_OK;
	/* The venue refuses what is signed for over a second ahead of its clock: as long as the
	 * answer is numbered by this stamp, no wrong clock of ours numbers it too late. The offset
	 * may be wrong by half its round trip. */
	int64_t time_ms = (now_ns + s->clock.offset_ns) / PLM_NS_PER_MS;
	s->tasks[ask].true_ns = time_ms * PLM_NS_PER_MS - s->clock.rtt_ns / 2 - SNAPSHOT_LAG_NS;
	return pli_binance_request_seal(request, time_ms, s->credentials.secret);
}

static plm_err
reply_wrong(binance_reader *r, const char *expected)
{
	pli_row_fail(&r->row, NULL, expected);
	return r->row.err;
}

static plm_err
reply_time(binance_state *s, binance_reader *r)
{
	plm_time_ns server_ns = pli_row_time(&r->row, "serverTime", 0);
	if (server_ns <= 0)
		return reply_wrong(r, "a serverTime");
	int64_t rtt_ns = s->now_ns - s->tasks[BINANCE_ASK_TIME].sent_ns;
	pli_venue_clock_read(&s->clock, server_ns, rtt_ns, s->now_ns);
	if (s->clock.offset_ns > CLOCK_WARN_NS || s->clock.offset_ns < -CLOCK_WARN_NS)
		state_say(s, "this machine's clock is %.1f s off the venue's",
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
	state_say(s, "key refused, it may %.100s", text);
	return plm_fault_set(r->row.fault, PLM_EKEYPOWER, NULL,
	    "the key is refused because it has the rights %s: make one with reading alone, or set "
	    "allow_trading_keys: true",
	    text);
}

static plm_err
reply_listen(binance_state *s, binance_reader *r)
{
	static const char digits[] =
	    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	plm_slice key = pli_row_name(&r->row, "listenKey");
	bool fits = r->row.err == PLM_OK && key.size < sizeof s->listen_key;
	char text[sizeof s->listen_key] = "";
	memcpy(text, fits ? key.bytes : "", fits ? key.size : 0);
	if (!fits || strspn(text, digits) != key.size)
		return reply_wrong(r, "a listenKey of letters and digits");
	memcpy(s->listen_key, text, sizeof text);
	return PLM_OK;
}

/* How the account margins and counts: every row that follows is told by it. */
static plm_err
reply_config(binance_state *s, binance_reader *r)
{
	if (!pli_row_has(&r->row, "multiAssetsMargin") || !pli_row_has(&r->row, "dualSidePosition"))
		return reply_wrong(
		    r, "an account's configuration with multiAssetsMargin and dualSidePosition");
	uint8_t mode = pli_binance_pool_mode(r);
	bool hedge = pli_row_bool(&r->row, "dualSidePosition");
	if (r->row.err != PLM_OK)
		return r->row.err;
	s->pool_mode = mode;
	s->hedge = hedge;
	task_due(s, BINANCE_ASK_ACCOUNT, s->now_ns);
	task_due(s, BINANCE_ASK_POSITIONS, s->now_ns);
	return PLM_OK;
}

static const binance_kind reply_kinds[BINANCE_ASK_COUNT_] = {
    [BINANCE_ASK_INFO] = {"contracts", pli_binance_read_instruments, NULL, true},
    [BINANCE_ASK_TIERS] = {"margin tiers", pli_binance_read_tiers, NULL, true},
    [BINANCE_ASK_ACCOUNT] = {"an account", pli_binance_read_futures_account, NULL, true},
    [BINANCE_ASK_POSITIONS] = {"positions", pli_binance_position, &pli_binance_position_rest, true},
    [BINANCE_ASK_ORDERS] = {"orders", pli_binance_order, &pli_binance_order_rest, true},
};

/* One half of the snapshot. Positions come from positionRisk; the account's list checks them. */
static plm_err
reply_snapshot(binance_state *s, binance_reader *r, binance_ask ask)
{
	binance_snapshot *snapshot = &s->snapshot;
	bool is_account = ask == BINANCE_ASK_ACCOUNT;
	if (!snapshot->running)
		return PLM_OK;
	if (is_account && !pli_row_has(&r->row, "assets"))
		return reply_wrong(r, "an account with assets");
	/* What the stream told more than a second before the request is in the answer. */
	r->sequence_min = pli_binance_sequence(
	    s->tasks[ask].true_ns + (pli_mutant(BINANCE_SNAPSHOT_TOO_NEW) ? SECONDS(60) : 0), 0);
	r->flags = PLM_FLAG_SNAPSHOT;
	r->quiet_positions = is_account;
	bool has_legs = pli_row_has(&r->row, "positions");
	if (pli_binance_walk(r, &reply_kinds[ask]) != PLM_OK)
		return r->row.err;
	snapshot->rows_count += r->rows_count;
	snapshot->has_legs = is_account ? has_legs : snapshot->has_legs;
	*(is_account ? &snapshot->account_digest : &snapshot->positions_digest) = r->legs_digest;
	snapshot->sides_open = is_account ? snapshot->sides_open : r->sides_open;
	snapshot->parts |= is_account ? PART_ACCOUNT : PART_POSITIONS;
	return snapshot->parts == PARTS_ALL ? snapshot_finish(s, r->events) : PLM_OK;
}

/* The contracts that there are: what their symbols say counts for those alone. */
static plm_err
reply_list(binance_state *s, binance_reader *r)
{
	r->listed_max = 0;
	if (pli_binance_walk(r, &reply_kinds[BINANCE_ASK_INFO]) == PLM_OK)
		s->listed_max = r->id_max;
	return r->row.err;
}

static plm_err
reply_good(binance_state *s, binance_reader *r, binance_ask ask)
{
	bool list = ask == BINANCE_ASK_POSITIONS || ask == BINANCE_ASK_ORDERS ||
		    ask == BINANCE_ASK_TIERS;
	if (r->nodes[r->row.node].type != (list ? PLI_JSON_ARRAY : PLI_JSON_OBJECT))
		return reply_wrong(r, list ? "a list" : "an object");
	switch (ask) {
	case BINANCE_ASK_TIME:
		return reply_time(s, r);
	case BINANCE_ASK_RIGHTS:
		return reply_rights(s, r);
	case BINANCE_ASK_LISTEN:
		return reply_listen(s, r);
	case BINANCE_ASK_KEEP:
		return PLM_OK;
	case BINANCE_ASK_CONFIG:
		return s->snapshot.running ? reply_config(s, r) : PLM_OK;
	case BINANCE_ASK_ACCOUNT:
	case BINANCE_ASK_POSITIONS:
		return reply_snapshot(s, r, ask);
	case BINANCE_ASK_INFO:
		return reply_list(s, r);
	default:
		return pli_binance_walk(r, &reply_kinds[ask]);
	}
}

/* The venue's own error code, 0 without one; the event goes out for people to see. */
static int64_t
reply_code(binance_reader *r, const plm_frame *frame)
{
	if (frame->status == 0 || frame->bytes.size == 0)
		return 0;
	binance_reader reader = {.cfg = r->cfg, .events = r->events};
	if (pli_binance_parse(&reader, frame->bytes) != PLM_OK || !pli_row_has(&reader.row, "code"))
		return 0;
	pli_binance_read_error(&reader);
	plm_decimal code = pli_row_number(&reader.row, "code");
	return reader.row.err == PLM_OK ? (int64_t)(code.units / PLM_DECIMAL_ONE_UNITS) : 0;
}

static plm_err
reply_bad(binance_state *s, binance_reader *r, const plm_frame *frame, binance_ask ask,
    plm_request_sink *requests)
{
	binance_task *task = &s->tasks[ask];
	int64_t code = reply_code(r, frame);
	task->failures++;
	int64_t wait_ns = task_wait_ns(s, task, frame->status);
	if (SECONDS(frame->retry_after_s) > wait_ns)
		wait_ns = SECONDS(frame->retry_after_s);
	task->due_ns = s->now_ns + wait_ns;
	plm_request request;
	pli_binance_request(&request, ask, "");
	if (request.optional == 0)
		state_say(s, "%s %s failed (%u)", request.method, request.target, frame->status);
	/* no such key, or not from here; the last one: the secret is wrong */
	if (code == -2015 || code == -2014 || code == -2008 || code == -1022) {
		s->refused = true;
		state_say(s, "the venue refuses the key (code %lld)", (long long)code);
		return plm_fault_set(r->row.fault, PLM_EAUTH, NULL,
		    "Binance refuses the key (code %lld): check key, secret and the addresses it "
		    "is bound to",
		    (long long)code);
	}
	if (code == -1021) {
		pli_venue_clock_forget(&s->clock);
		task_due(s, BINANCE_ASK_TIME, s->now_ns);
	}
	if (ask == BINANCE_ASK_KEEP && code == -1125) {
		user_restart(s, requests, "the listen key has expired");
	} else if (snapshot_has(ask)) {
		snapshot_break(s, wait_ns, "a snapshot request was not answered well");
	} else if (ask == BINANCE_ASK_INFO) {
		task->done = true; /* names alone are enough to go on; it is asked for again */
	} else if (ask == BINANCE_ASK_ORDERS && task->failures > ORDERS_TRIES_MAX) {
		task->due_ns = NEVER;
	}
	return PLM_OK;
}

static plm_err
frame_http(binance_state *s, binance_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	binance_ask ask = (binance_ask)(frame->tag & ((1U << TAG_ASK_BITS) - 1));
	if ((unsigned)ask >= BINANCE_ASK_COUNT_ || s->tasks[ask].tag != frame->tag)
		return PLM_OK; /* of an earlier epoch */
	binance_task *task = &s->tasks[ask];
	task->tag = 0;
	if (frame->status != 200)
		return reply_bad(s, r, frame, ask, requests);
	plm_err err = pli_binance_parse(r, frame->bytes);
	if (err == PLM_OK)
		err = reply_good(s, r, ask);
	task->done |= err == PLM_OK;
	task->failures = err == PLM_OK ? 0 : task->failures + 1;
	task->due_ns = task_periods[ask] == 0 ? NEVER : s->now_ns + task_periods[ask];
	if (err == PLM_OK || err == PLM_EKEYPOWER)
		return err;
	task->due_ns = s->now_ns + task_wait_ns(s, task, frame->status);
	if (snapshot_has(ask))
		snapshot_break(
		    s, task_wait_ns(s, task, frame->status), "a snapshot answer was refused");
	return err;
}

/* A change of leverage, or (ai.j: multi-assets) of how the account is margined: then what is known
 * of its pools is over, and a snapshot that has begun would mix both. */
static void
frame_config(binance_state *s, binance_reader *r)
{
	pli_row mode = r->row;
	mode.node = pli_row_find(&r->row, "ai");
	snapshot_soon(s);
	if (mode.node == 0 || !pli_row_has(&mode, "j"))
		return;
	bool multi = pli_row_bool(&mode, "j");
	r->row.err = mode.err;
	if (mode.err != PLM_OK)
		return;
	s->pool_mode = multi ? PLM_MARGIN_CROSS : PLM_MARGIN_SEGREGATED;
	s->snapshot.due_ns = s->now_ns + SNAPSHOT_LAG_NS;
	snapshot_break(s, SNAPSHOT_LAG_NS, "the account's margin mode has changed");
}

static plm_err
frame_user(binance_state *s, binance_reader *r, const plm_frame *frame, plm_request_sink *requests)
{
	const binance_kind *kind = NULL;
	if (pli_binance_parse(r, frame->bytes) != PLM_OK)
		return r->row.err;
	plm_slice event = pli_row_string(&r->row, "e");
	if (plm_slice_is(event, "listenKeyExpired") && !pli_mutant(BINANCE_KEY_EXPIRY_IGNORED)) {
		user_restart(s, requests, "the listen key has expired");
		return PLM_OK;
	}
	if (plm_slice_is(event, "ACCOUNT_CONFIG_UPDATE")) {
		frame_config(s, r);
		return r->row.err;
	}
	if (plm_slice_is(event, "ACCOUNT_UPDATE")) {
		s->updates_count++;
		plm_time_ns time_ns = pli_row_time(&r->row, "T", 0);
		r->copy = pli_same_time_number(&s->same, time_ns, frame->bytes);
		snapshot_soon(s);
	}
	if (plm_slice_is(event, "MARGIN_CALL")) {
		snapshot_soon(s);
		state_say(s, "the venue has sent a margin call");
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
	snapshot_soon(s);
}

/* A contract that the list lacks is a new one, or one that goes by a new name: then what is open
 * under the old one is the same position. Told of the account, it is in doubt until all is read. */
static void
state_unlisted(binance_state *s, bool of_account)
{
	if (of_account) {
		s->doubts_count++;
		(void)snprintf(
		    s->doubt, sizeof s->doubt, "a contract that is not listed; all is read again");
		snapshot_soon(s);
	}
	if (s->now_ns < s->list_due_ns)
		return;
	if (s->now_ns - s->list_due_ns >= s->list_wait_ns)
		s->list_wait_ns = LIST_WAIT_NS / 2; /* it is another one */
	s->list_wait_ns *= 2;
	s->list_due_ns = s->now_ns + s->list_wait_ns;
	s->snapshot.due_ns = s->now_ns;
	task_due(s, BINANCE_ASK_INFO, s->now_ns);
}

static plm_err
binance_on_frame(void *state, plm_time_ns now_ns, const plm_frame *frame, plm_event_sink *events,
    plm_request_sink *requests, plm_fault *ret_fault)
{
	binance_state *s = state;
	state_clock(s, now_ns);
	binance_reader reader = {.row = {.fault = ret_fault},
	    .cfg = &s->cfg,
	    .events = events,
	    .channel = frame->channel,
	    .pool_mode = s->pool_mode,
	    .listed_max = s->listed_max};
	bool of_user = frame->kind == PLM_FRAME_WS && frame->link != state_marks_link(s);
	plm_err err;
	if (frame->kind == PLM_FRAME_HTTP) {
		err = frame_http(s, &reader, frame, requests);
	} else if (of_user) {
		s->links[LINK_USER].heard_ns = now_ns;
		err = frame_user(s, &reader, frame, requests);
		if (err == PLM_EDECODE)
			state_doubt(s, ret_fault);
	} else {
		err = pli_binance_read(&reader, frame->bytes);
		if (frame->link < LINKS_COUNT && (err == PLM_OK || err == PLM_EFULL))
			s->links[frame->link].heard_ns = now_ns;
	}
	if (reader.unlisted && !pli_mutant(BINANCE_NEW_NAME_TRUSTED))
		state_unlisted(s, of_user);
	/* With an error the host drops what this call emitted: the next tick emits it then. */
	state_drive(s, err == PLM_OK || err == PLM_EKIND ? events : NULL, requests);
	return err;
}

/* Answers hang: a user stream that has gone deaf would not be found. */
static bool
state_read_is_late(const binance_state *s)
{
	return s->snapshot.complete && s->now_ns - s->snapshot.read_ns > RECONCILE_LATE_NS;
}

/* Without it a contract is on the coin that its name begins with, which is a guess. */
static bool
state_has_list(const binance_state *s)
{
	return s->listed_max != 0;
}

static plm_feed_status
status_of(const binance_state *s)
{
	const binance_link *marks = &s->links[state_marks_link(s)];
	bool quiet = !marks->open || s->now_ns - marks->heard_ns > MARKS_SILENCE_NS / 2;
	if (s->refused)
		return PLM_FEED_DOWN;
	if (!state_private(s))
		return quiet || marks->heard_ns == marks->since_ns ? PLM_FEED_CONNECTING
								   : PLM_FEED_LIVE;
	if (!s->snapshot.complete)
		return PLM_FEED_CONNECTING;
	if (!s->links[LINK_USER].open)
		return PLM_FEED_STALE;
	bool doubtful = s->doubt[0] != '\0' || s->snapshot.failures > 1 || !state_has_list(s);
	return quiet || doubtful || state_read_is_late(s) ? PLM_FEED_DEGRADED : PLM_FEED_LIVE;
}

static void
binance_status(const void *state, plm_venue_status *ret_status)
{
	const binance_state *s = state;
	*ret_status = (plm_venue_status){.status = (uint8_t)status_of(s)};
	ret_status->key_can_trade = s->key_can_trade;
	ret_status->key_can_withdraw = s->key_can_withdraw;
	ret_status->key_checked = s->key_checked;
	const char *text = "";
	if (s->doubt[0] != '\0')
		text = s->doubt;
	else if (s->text[0] != '\0')
		text = s->text;
	else if (state_private(s) && !state_trusts_key(s))
		text = "waiting to learn what the key may do";
	else if (ret_status->status == PLM_FEED_DEGRADED && state_read_is_late(s))
		text = "positions and balances could not be read for over 40 s";
	else if (ret_status->status == PLM_FEED_DEGRADED && !state_has_list(s))
		text = "the list of contracts has not come; coins are guessed from names";
	else if (ret_status->status == PLM_FEED_DEGRADED)
		text = "no mark prices are coming";
	else if (s->key_can_trade || s->key_can_withdraw)
		text = "the key can trade or withdraw, and allow_trading_keys lets it";
	(void)snprintf(ret_status->text, sizeof ret_status->text, "%s", text);
}

static const plm_venue_ops binance_ops = {
    .state_size = sizeof(binance_state),
    .init = binance_init,
    .fini = binance_fini,
    .on_open = binance_on_open,
    .on_close = binance_on_close,
    .on_frame = binance_on_frame,
    .on_tick = binance_on_tick,
    .resync = binance_resync,
    .seal = binance_seal,
    .status = binance_status,
    .decode = pli_binance_decode,
};

const plm_venue_desc pli_venue_binance = {
    .name = "binance",
    .title = "Binance USD-M futures",
    .caps = PLM_VENUE_LINEAR | PLM_VENUE_HEDGE_MODE | PLM_VENUE_ISOLATED,
    .stream_url = "wss://fstream.binance.com",
    .rest_url = "https://fapi.binance.com",
    .rest_url_account = "https://api.binance.com",
    .weight_per_minute_max = 2400,
    .messages_per_second_max = 10,
    .probe_target = "/fapi/v1/time",
    .requests_allowed = pli_binance_requests_allowed,
    .rights_request = "GET /sapi/v1/account/apiRestrictions",
    .checked = "2026-11-22",
    .ops = &binance_ops,
};
