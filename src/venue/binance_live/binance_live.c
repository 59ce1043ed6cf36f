/* binance_live.c: a live session. A table of tasks with due times, two links, and one snapshot at a
 * time; every entry point ends in pli_binance_drive, which sends what has fallen due.
 *
 * Order at the start: clock, key rights, contracts, margin tiers; then listen key, user stream, and
 * only behind the open stream the snapshot: what happens meanwhile arrives as updates, which the
 * book keeps. */
#include "venue/binance_live/binance_live.h"

#include <assert.h>
#include <ctype.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/mutant.h"
#include "venue/request_text.h"
#include "venue/venue_events.h"

enum { STATUS_TEXT = sizeof((plm_venue_status *)0)->text };
enum { LINK_USER = BINANCE_LINK_USER, LINK_MARKS = BINANCE_LINK_MARKS, TAG_ASK_BITS = 8 };

#define NEVER INT64_MAX
#define SECONDS(n) ((n)*PLM_NS_PER_S)
#define RECONCILE_NS SECONDS(30)        /* a lost update lives no longer */
#define RECONCILE_LATE_NS SECONDS(10)   /* behind its period, a reading is late */
#define RECONCILE_EVENT_NS SECONDS(5)   /* least distance of those that an update asks for */
#define ISOLATED_NS SECONDS(4)          /* of readings where no stream tells of a change */
#define WALLETS_LATE_NS SECONDS(7)      /* so long a live feed may know of a change unread */
#define MARKS_SILENCE_NS SECONDS(10)    /* marks come every second */
#define PRICES_SILENCE_NS SECONDS(20)   /* where they are asked for, every 5 s */
#define LINK_LIFE_NS SECONDS(23 * 3600) /* the venue cuts at 24 h */
#define SUBSCRIBE_NS SECONDS(10)        /* for the answer to a subscription */
#define STREAM_WAIT_NS SECONDS(1)       /* for a stream that may open at once */
#define SNAPSHOT_LAG_NS SECONDS(1)
#define PENDING_NS SECONDS(60) /* optional requests may be dropped without an answer */

void
pli_binance_say(binance_state *s, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(s->text, sizeof s->text, format, arguments);
	va_end(arguments);
}

bool
pli_binance_private(const binance_state *s)
{
	return s->credentials.key[0] != '\0' && s->cfg.private_stream;
}

/* The host watches link 0 closest: the user stream, or the marks where there is no user. */
uint8_t
pli_binance_marks_link(const binance_state *s)
{
	return pli_binance_private(s) ? LINK_MARKS : LINK_USER;
}

/* Without rights known, a key goes on only where the config allows trading keys anyway. */
static bool
state_trusts_key(const binance_state *s)
{
	return s->key_checked ||
	       (s->cfg.allow_trading_keys && s->tasks[BINANCE_ASK_RIGHTS].failures > 0);
}

static bool
state_asks(const binance_state *s, binance_ask ask)
{
	return s->market->asks[ask].method != NULL;
}

static int64_t
task_period_ns(const binance_state *s, binance_ask ask)
{
	return SECONDS(s->market->asks[ask].period_s);
}

/* The user stream is there: open, and the venue has said so where it must be asked on the link. */
static bool
state_hears_user(const binance_state *s)
{
	return s->links[LINK_USER].open && (s->market->subscribe == NULL || s->subscribed);
}

/* Without its lists a contract is on the coin that its name begins with, which is a guess. */
bool
pli_binance_has_lists(const binance_state *s)
{
	for (int ask = BINANCE_ASK_INFO; ask <= BINANCE_ASK_INFO_TOO; ask++)
		if (state_asks(s, ask) && s->tasks[ask].good_ns == 0)
			return false;
	return true;
}

void
pli_binance_lists_were_read(binance_state *s)
{
	if (pli_binance_has_lists(s))
		s->listed_max = s->list_ids[0] > s->list_ids[1] ? s->list_ids[0] : s->list_ids[1];
}

plm_err
pli_binance_init(
    void *state, const binance_market *market, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	binance_state *s = state;
	s->market = market;
	s->pool_mode = market->pool_mode;
	s->cfg = *cfg;
	pli_binance_crowd_init(s);
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

void
pli_binance_fini(void *state)
{
	sodium_memzero(state, sizeof(binance_state));
}

void
pli_binance_task_due(binance_state *s, binance_ask ask, plm_time_ns due_ns)
{
	if (s->tasks[ask].tag == 0)
		s->tasks[ask].due_ns = due_ns;
}

static bool
key_is_doubtful(const binance_state *s)
{
	return state_asks(s, BINANCE_ASK_KEEP) && s->unread_kept != s->unread_count;
}

/* A question that failed is repeated by itself. */
void
pli_binance_key_ask(binance_state *s)
{
	const binance_task *keep = &s->tasks[BINANCE_ASK_KEEP];
	plm_time_ns due_ns = keep->sent_ns + SECONDS(1);
	if (key_is_doubtful(s) && keep->failures == 0)
		pli_binance_task_due(s, BINANCE_ASK_KEEP, due_ns < s->now_ns ? s->now_ns : due_ns);
}

/* From when it was sent: one that hung is sent again at once. */
int64_t
pli_binance_task_wait_ns(const binance_state *s, const binance_task *task, uint16_t status)
{
	return pli_venue_retry_ns(task->sent_ns, s->now_ns, task->failures, status);
}

/* The user stream waits for its turn, which may be minutes away: the account is read meanwhile. */
static bool
stream_waits(const binance_state *s)
{
	return s->cfg.crowd != NULL && s->cfg.crowd->links_wait && !s->was_heard &&
	       !s->links[LINK_USER].open && s->now_ns - s->opened_ns > STREAM_WAIT_NS;
}

/* What must be there before a task makes sense. */
static bool
task_ready(const binance_state *s, binance_ask ask)
{
	uint32_t flags = s->market->asks[ask].flags;
	if (!state_asks(s, ask))
		return false;
	if (ask == BINANCE_ASK_KEEP)
		return pli_binance_private(s) && s->links[LINK_USER].open;
	if (ask == BINANCE_ASK_LISTEN && !s->was_heard && s->cfg.crowd != NULL &&
	    s->cfg.crowd->links_wait)
		return false;
	if (ask == BINANCE_ASK_SHARES && s->pool_mode != PLM_MARGIN_CROSS)
		return false; /* nothing backs anything but itself */
	if (ask >= BINANCE_ASK_ORDERS || ask == BINANCE_ASK_SHARES)
		return s->snapshot.complete;
	if ((flags & (ASK_KEY | ASK_SIGN)) == 0 || pli_binance_snapshot_has(ask))
		return true;
	return pli_binance_private(s) && s->tasks[BINANCE_ASK_TIME].done &&
	       (ask == BINANCE_ASK_RIGHTS || state_trusts_key(s));
}

static void
task_send(binance_state *s, binance_ask ask, plm_request_sink *requests)
{
	binance_task *task = &s->tasks[ask];
	plm_request request;
	pli_binance_request(&request, &s->market->asks[ask], s->credentials.key);
	s->serial = (s->serial + 1) & (UINT32_MAX >> TAG_ASK_BITS);
	request.tag = (s->serial << TAG_ASK_BITS) | ask;
	plm_err err = requests->submit(requests->ctx, &request);
	sodium_memzero(request.header, sizeof request.header);
	if (err != PLM_OK)
		return; /* still due: the next tick tries again */
	pli_binance_crowd_asked(s, ask);
	task->tag = request.tag;
	task->sent_ns = s->now_ns;
	if (ask == BINANCE_ASK_KEEP)
		s->unread_asked = s->unread_count;
	task->due_ns = NEVER;
}

static void
link_request(binance_state *s, uint8_t link, plm_request_kind kind, plm_request_sink *requests)
{
	plm_request request = {.kind = (uint8_t)kind, .link = link};
	if (kind == PLM_REQUEST_WS_OPEN &&
	    !(link == pli_binance_marks_link(s) && s->market->marks_target != NULL))
		(void)snprintf(request.target, sizeof request.target, "%s%s",
		    s->market->user_target, s->market->subscribe == NULL ? s->listen_key : "");
	else if (kind == PLM_REQUEST_WS_OPEN)
		s->market->marks_target(s->markets, request.target);
	if (requests->submit(requests->ctx, &request) != PLM_OK)
		return;
	s->links[link].open = false;
	s->links[link].busy = true;
}

/* Ends the epoch: the host closes the rest and starts again, with a fresh listen key. */
void
pli_binance_user_restart(binance_state *s, plm_request_sink *requests, const char *why)
{
	pli_binance_say(s, "%s; the user stream is opened again", why);
	s->listen_key[0] = '\0';
	s->snapshot.suspect_ns = 0;
	link_request(s, LINK_USER, PLM_REQUEST_WS_CLOSE, requests);
}

bool
pli_binance_snapshot_has(binance_ask ask)
{
	return ask >= BINANCE_ASK_CONFIG && ask <= BINANCE_ASK_POSITIONS_TOO;
}

static bool
snapshot_wants(const binance_state *s, binance_ask ask)
{
	bool in_whole = ask == BINANCE_ASK_CONFIG || ask == BINANCE_ASK_ACCOUNT;
	if (ask == BINANCE_ASK_WHOLE || in_whole)
		return state_asks(s, ask) && s->snapshot.whole != in_whole;
	return state_asks(s, ask);
}

static void
snapshot_begin(binance_state *s, plm_event_sink *events)
{
	binance_snapshot *snapshot = &s->snapshot;
	if (pli_emit_snapshot_begin(events, s->cfg.account) != PLM_OK)
		return;
	snapshot->running = true;
	snapshot->again = snapshot->checked = snapshot->lacks_legs = false;
	snapshot->parts = snapshot->rows_count = 0;
	snapshot->sides_open = 0;
	snapshot->checks_digest = snapshot->legs_digest = 0;
	snapshot->began_ns = s->now_ns;
	snapshot->heard_begin = state_hears_user(s);
	snapshot->whole = pli_binance_crowd_reads_whole(s);
	snapshot->due_ns = s->now_ns + pli_binance_crowd_period_ns(s, RECONCILE_NS);
	snapshot->updates_begin = s->updates_count;
	snapshot->doubts_begin = s->doubts_count;
	snapshot->listed_begin = s->listed_max;
	if (s->wallets_reading_ns == 0)
		s->wallets_reading_ns = s->wallets_changed_ns;
	s->wallets_changed_ns = 0;
	for (uint32_t i = 0; i < s->held.count; i++)
		pli_held_bits_begin(&s->held.bits[i]);
	if (snapshot->whole)
		pli_binance_task_due(s, BINANCE_ASK_WHOLE, s->now_ns);
	else if (state_asks(s, BINANCE_ASK_CONFIG))
		pli_binance_task_due(
		    s, BINANCE_ASK_CONFIG, s->now_ns); /* then it asks for the rest */
	else
		pli_binance_snapshot_parts(s);
}

void
pli_binance_snapshot_parts(binance_state *s)
{
	for (binance_ask ask = BINANCE_ASK_CONFIG + 1; pli_binance_snapshot_has(ask); ask++)
		if (ask != BINANCE_ASK_WHOLE && ask != s->market->behind && snapshot_wants(s, ask))
			pli_binance_task_due(s, ask, s->now_ns);
}

void
pli_binance_snapshot_break(binance_state *s, int64_t wait_ns, const char *why)
{
	binance_snapshot *snapshot = &s->snapshot;
	if (!snapshot->running)
		return;
	snapshot->running = false;
	snapshot->end_owed = snapshot->again = true;
	snapshot->failures++;
	snapshot->due_ns = s->now_ns + wait_ns;
	for (binance_ask ask = BINANCE_ASK_CONFIG; pli_binance_snapshot_has(ask); ask++) {
		s->tasks[ask].tag = 0;
		s->tasks[ask].due_ns = NEVER;
	}
	pli_binance_say(s, "%s; positions and balances are asked for again", why);
}

/* What the parts say of each other. "": they agree. A list that came out short or empty is not a
 * flat account. */
static bool
snapshot_agrees(const binance_state *s, char ret_why[sizeof s->text])
{
	const binance_snapshot *snapshot = &s->snapshot;
	if (snapshot->checked && !snapshot->lacks_legs &&
	    snapshot->checks_digest != snapshot->legs_digest &&
	    !pli_mutant(BINANCE_SHORT_LIST_BELIEVED)) {
		(void)snprintf(ret_why, sizeof s->text,
		    s->market->behind != 0 ? "%s changed while the account was read"
					   : "account and %s disagree on the open legs",
		    s->market->positions_name);
		return false;
	}
	uint8_t sides_wrong = s->hedge ? 1U << PLM_SIDE_NET
				       : 1U << PLM_SIDE_LONG | 1U << PLM_SIDE_SHORT;
	if (snapshot_wants(s, BINANCE_ASK_CONFIG) && (snapshot->sides_open & sides_wrong) != 0) {
		(void)snprintf(ret_why, sizeof s->text, "position mode and open legs disagree");
		return false;
	}
	return true;
}

/* No second list says which wallets there are: what is missing must be so twice. */
static bool
snapshot_has_wallets(binance_state *s)
{
	binance_snapshot *snapshot = &s->snapshot;
	pli_held_bits_judge judge = {.refuted = false};
	if (!s->market->many_wallets)
		return true;
	for (uint32_t i = 0; i < s->held.count; i++)
		pli_held_bits_end(&s->held.bits[i], &judge);
	bool first = !snapshot->complete;
	if (!pli_held_bits_is_believed(&judge, first, snapshot->whole_count++) &&
	    !pli_mutant(BINANCE_MARKETS_MISSING_IS_EMPTY))
		return false;
	for (uint32_t i = 0; i < s->held.count; i++)
		pli_held_bits_believe(&s->held.bits[i]);
	return true;
}

/* An update says why: the account moves, and its stream is heard. */
static bool
snapshot_was_overtaken(const binance_state *s)
{
	return s->market->costs && s->updates_count != s->snapshot.updates_begin;
}

/* Parts that came slowly came apart by the limit, and the next ones would too: it gets the time in
 * which the whole reading is there to spend at once. */
static int64_t
snapshot_again_ns(const binance_state *s)
{
	bool slow = s->now_ns - s->snapshot.began_ns > SNAPSHOT_LAG_NS;
	return s->market->behind != 0 && slow ? pli_binance_crowd_period_ns(s, SECONDS(1))
					      : SECONDS(1);
}

/* All answers are here. A change that no update told of means that the stream has gone deaf. */
static plm_err
snapshot_finish(binance_state *s, plm_event_sink *events)
{
	binance_snapshot *snapshot = &s->snapshot;
	char why[sizeof s->text];
	if (!snapshot_agrees(s, why)) {
		pli_binance_snapshot_break(s, snapshot_again_ns(s), why);
		snapshot->failures -= snapshot_was_overtaken(s);
		return PLM_OK;
	}
	if (!snapshot_has_wallets(s)) {
		pli_binance_snapshot_break(
		    s, SECONDS(1), "a second reading must show the same wallets");
		return PLM_OK;
	}
	plm_err err = pli_emit_snapshot_end(events, s->cfg.account, true, snapshot->rows_count);
	if (err != PLM_OK)
		return err;
	bool changed = snapshot->complete && snapshot->last_digest != snapshot->legs_digest;
	if (changed && snapshot->heard && s->updates_count == snapshot->updates_before)
		snapshot->suspect_ns = s->now_ns + 2 * SNAPSHOT_LAG_NS;
	bool first = !snapshot->complete || !snapshot->heard;
	/* before that, an update asked for it meanwhile; its link asks for it too */
	if (first && snapshot->due_ns >= snapshot->began_ns + RECONCILE_NS)
		snapshot->due_ns = snapshot->began_ns + pli_binance_crowd_turn_ns(s, RECONCILE_NS) +
				   (stream_waits(s) ? pli_binance_crowd_period_ns(s, 0) : 0);
	if (!snapshot->complete)
		for (binance_ask ask = BINANCE_ASK_ORDERS; ask < BINANCE_ASK_COUNT_; ask++)
			pli_binance_task_due(s, ask, s->now_ns);
	snapshot->running = false;
	snapshot->complete = true;
	snapshot->heard = snapshot->heard_begin;
	s->was_heard |= snapshot->heard;
	if (!snapshot->heard && s->links[LINK_USER].open) /* it opened meanwhile */
		snapshot->due_ns = s->now_ns;
	snapshot->read_ns = snapshot->began_ns;
	s->wallets_reading_ns = 0;
	if (s->isolated.count > 0) /* no stream tells of it */
		snapshot->due_ns = snapshot->began_ns + pli_binance_crowd_period_ns(s, ISOLATED_NS);
	snapshot->failures = 0;
	snapshot->last_digest = snapshot->legs_digest;
	snapshot->updates_before = snapshot->updates_begin;
	snapshot->listed_max = snapshot->listed_begin;
	s->text[0] = '\0';
	if (snapshot->doubts_begin == s->doubts_count)
		s->doubt[0] = '\0';
	return PLM_OK;
}

plm_err
pli_binance_snapshot_part(binance_state *s, binance_ask ask, plm_event_sink *events)
{
	s->snapshot.parts |= 1U << ask;
	for (binance_ask part = BINANCE_ASK_CONFIG + 1; pli_binance_snapshot_has(part); part++)
		if (snapshot_wants(s, part) && (s->snapshot.parts & (1U << part)) == 0)
			return PLM_OK;
	return snapshot_finish(s, events);
}

/* The stream tells liquidation prices and margins in part or not at all. */
void
pli_binance_snapshot_soon(binance_state *s)
{
	plm_time_ns due_ns = s->now_ns + SNAPSHOT_LAG_NS + SNAPSHOT_LAG_NS / 2;
	int64_t distance_ns = s->market->behind == 0
				  ? RECONCILE_EVENT_NS
				  : pli_binance_crowd_period_ns(s, RECONCILE_EVENT_NS);
	plm_time_ns earliest_ns = s->snapshot.began_ns + distance_ns;
	due_ns = due_ns < earliest_ns ? earliest_ns : due_ns;
	if (s->snapshot.due_ns > due_ns && !s->snapshot.again)
		s->snapshot.due_ns = due_ns;
}

void
pli_binance_time_again(binance_state *s)
{
	pli_venue_clock_forget(&s->clock);
	s->tasks[BINANCE_ASK_TIME].need_ns = s->now_ns;
	pli_binance_task_due(s, BINANCE_ASK_TIME, s->now_ns);
}

/* Our clock was set back or jumped ahead: waits begin anew, the venue's time is read again; how
 * long a reading under way takes cannot be told any more. */
void
pli_binance_clock(binance_state *s, plm_time_ns now_ns)
{
	int64_t step_ns = now_ns - s->now_ns;
	bool jumped = s->now_ns != 0 && (step_ns < 0 || step_ns > PENDING_NS);
	bool stepped = jumped || (s->now_ns != 0 && step_ns > BINANCE_STEP_NS);
	s->now_ns = now_ns;
	pli_binance_crowd_clock(s);
	if (jumped)
		s->tasks[BINANCE_ASK_TIME].tag = 0;
	if (stepped)
		pli_binance_time_again(s);
	if (!jumped)
		return;
	for (int ask = 0; ask < BINANCE_ASK_COUNT_; ask++) {
		binance_task *task = &s->tasks[ask];
		task->sent_ns = task->need_ns = now_ns;
		task->due_ns = task->due_ns == NEVER ? NEVER : now_ns;
	}
	for (int link = 0; link < BINANCE_LINKS_COUNT; link++)
		s->links[link].since_ns = s->links[link].heard_ns = now_ns;
	s->snapshot.began_ns = s->snapshot.due_ns = s->list_due_ns = s->opened_ns = now_ns;
	s->snapshot.read_ns += step_ns;
	if (s->wallets_changed_ns != 0)
		s->wallets_changed_ns += step_ns;
	if (s->wallets_reading_ns != 0)
		s->wallets_reading_ns += step_ns;
}

/* The message that makes the open link the user stream; sealed on its way. */
static void
user_subscribe(binance_state *s, plm_request_sink *requests)
{
	plm_request request;
	pli_binance_request_subscribe(&request, s->market->subscribe, s->listen_key);
	if (requests->submit(requests->ctx, &request) != PLM_OK)
		s->links[LINK_USER].since_ns = s->now_ns - LINK_LIFE_NS; /* opened again */
	sodium_memzero(&request, sizeof request);
}

/* One message that asks for as many contracts' marks as fit. False: what it asks for was not sent;
 * the next tick begins there again. */
static bool
topics_send(binance_state *s, uint8_t link, plm_request_sink *requests)
{
	plm_request request = {.kind = PLM_REQUEST_WS_SEND, .link = link};
	uint32_t id = s->topics_max;
	int size = snprintf(
	    request.body, sizeof request.body, "{\"method\":\"SUBSCRIBE\",\"params\":[");
	int head = size, room = (int)sizeof request.body - 32;
	for (; id < s->listed_max; id++) {
		const plm_instrument *spec = plm_names_instrument_get(
		    s->cfg.names, (plm_instrument_id){id + 1});
		bool ours = spec != NULL && spec->venue.value == s->cfg.venue.value &&
			    spec->spec_source == PLM_SPEC_VENUE;
		int comma = size > head;
		int added = !ours ? 0
				  : s->market->topics(
					s, spec, request.body + size + comma, room - size - comma);
		if (added < 0)
			break;
		if (added > 0 && comma)
			request.body[size] = ',';
		size += added > 0 ? added + comma : 0;
	}
	(void)snprintf(request.body + size, sizeof request.body - (size_t)size, "],\"id\":%u}", id);
	if (size > head && requests->submit(requests->ctx, &request) != PLM_OK)
		return false;
	s->topics_max = id;
	return true;
}

static void
topics_drive(binance_state *s, plm_request_sink *requests)
{
	uint8_t link = pli_binance_marks_link(s);
	if (s->market->topics == NULL || !s->links[link].open)
		return;
	while (s->topics_max < s->listed_max && topics_send(s, link, requests))
		continue;
}

bool
pli_binance_wants(const binance_state *s, const char *name)
{
	size_t size = strlen(name);
	const char *at = s->markets + strspn(s->markets, ", ");
	bool all = *at == '\0';
	for (; !all && *at != '\0'; at += strspn(at, ", ")) {
		size_t length = strcspn(at, ", ");
		if (length == size && memcmp(at, name, size) == 0)
			return true;
		at += length;
	}
	return all;
}

static bool
user_may_open(const binance_state *s)
{
	if (!pli_binance_private(s) || s->links[LINK_USER].open || s->links[LINK_USER].busy)
		return false;
	bool key = s->listen_key[0] != '\0' || !state_asks(s, BINANCE_ASK_LISTEN);
	return key && s->tasks[BINANCE_ASK_TIME].done && state_trusts_key(s);
}

static void
marks_drive(binance_state *s, plm_request_sink *requests)
{
	uint8_t number = pli_binance_marks_link(s);
	binance_link *marks = &s->links[number];
	bool stream = s->market->marks_target != NULL;
	if (!stream && number != LINK_USER)
		return;
	if (number != LINK_USER && !pli_binance_crowd_carries_marks(s)) {
		if (marks->open)
			link_request(s, number, PLM_REQUEST_WS_CLOSE, requests);
		return;
	}
	if (!marks->open && !marks->busy)
		link_request(s, number, PLM_REQUEST_WS_OPEN, requests);
	bool silent = stream && marks->open && s->now_ns - marks->heard_ns > MARKS_SILENCE_NS;
	if (silent || (marks->open && s->now_ns - marks->since_ns > LINK_LIFE_NS))
		link_request(s, number, PLM_REQUEST_WS_CLOSE, requests);
}

static void
links_drive(binance_state *s, plm_request_sink *requests)
{
	binance_link *user = &s->links[LINK_USER];
	if (user_may_open(s))
		link_request(s, LINK_USER, PLM_REQUEST_WS_OPEN, requests);
	if (pli_binance_private(s) && user->open && s->now_ns - user->since_ns > LINK_LIFE_NS)
		pli_binance_user_restart(s, requests, "the connection is nearly 24 hours old");
	bool asked = s->market->subscribe != NULL && pli_binance_private(s) && user->open;
	if (asked && !s->subscribed && s->now_ns - user->since_ns > SUBSCRIBE_NS)
		pli_binance_user_restart(s, requests, "the user stream was not confirmed");
	marks_drive(s, requests);
	topics_drive(s, requests);
}

/* events NULL: called from an entry point that cannot emit; it waits for the tick. */
static void
snapshot_drive(binance_state *s, plm_event_sink *events, plm_request_sink *requests)
{
	binance_snapshot *snapshot = &s->snapshot;
	if (snapshot->suspect_ns != 0 && s->now_ns >= snapshot->suspect_ns) {
		snapshot->suspect_ns = 0;
		if (s->updates_count == snapshot->updates_before)
			pli_binance_user_restart(
			    s, requests, "positions changed and the user stream was silent");
	}
	if (events == NULL)
		return;
	if (snapshot->end_owed)
		snapshot->end_owed = pli_emit_snapshot_end(events, s->cfg.account, false,
					 snapshot->rows_count) != PLM_OK;
	bool listed = true; /* or tried: names alone are enough to go on */
	for (int ask = BINANCE_ASK_INFO; ask <= BINANCE_ASK_INFO_TOO; ask++)
		listed &= s->tasks[ask].done || !state_asks(s, ask);
	bool alone = stream_waits(s) && state_trusts_key(s) && s->tasks[BINANCE_ASK_TIME].done;
	bool ready = pli_binance_private(s) && (state_hears_user(s) || alone) && listed;
	if (ready && !snapshot->running && s->now_ns >= snapshot->due_ns)
		snapshot_begin(s, events);
}

void
pli_binance_drive(binance_state *s, plm_event_sink *events, plm_request_sink *requests)
{
	if (s->refused)
		return;
	bool often = pli_binance_crowd_period_ns(s, RECONCILE_NS) == RECONCILE_NS;
	if (pli_binance_crowd_follow(s) && s->snapshot.complete && often)
		s->snapshot.due_ns = s->now_ns;
	snapshot_drive(s, events, requests);
	if (s->collateral.wanted && s->tasks[BINANCE_ASK_SHARES].tag == 0) {
		s->collateral.wanted = false;
		pli_binance_task_due(s, BINANCE_ASK_SHARES, s->now_ns);
	}
	for (binance_ask ask = 0; ask < BINANCE_ASK_COUNT_; ask++) {
		binance_task *task = &s->tasks[ask];
		bool lost = task->tag != 0 && s->now_ns - task->sent_ns > PENDING_NS;
		bool due = task->tag == 0 && s->now_ns >= task->due_ns;
		if (lost && pli_binance_snapshot_has(ask))
			pli_binance_snapshot_break(s, SECONDS(1), "no answer came");
		else if ((due || lost) && task_ready(s, ask) && pli_binance_crowd_lets_ask(s, ask))
			task_send(s, ask, requests);
	}
	links_drive(s, requests);
}

/* A new epoch. Rights and contracts that were read a moment ago are not read again. */
static void
state_start(binance_state *s)
{
	for (binance_ask ask = 0; ask < BINANCE_ASK_COUNT_; ask++) {
		binance_task *task = &s->tasks[ask];
		bool fresh = task->done && task->due_ns != NEVER &&
			     task_period_ns(s, ask) >= SECONDS(600);
		if (!fresh)
			*task = (binance_task){.due_ns = s->now_ns,
			    .good_ns = task->good_ns,
			    .need_ns = task->need_ns};
	}
	for (binance_ask ask = BINANCE_ASK_KEEP; ask < BINANCE_ASK_COUNT_; ask++)
		s->tasks[ask].due_ns = NEVER; /* these come later */
	s->tasks[BINANCE_ASK_KEEP].done = false;
	s->tasks[BINANCE_ASK_KEEP].tag = 0;
	memset(s->links, 0, sizeof s->links);
	pli_binance_crowd_leaves_marks(s);
	s->opened_ns = s->now_ns;
	s->snapshot = (binance_snapshot){.due_ns = s->now_ns};
	s->listen_key[0] = s->doubt[0] = '\0';
	s->subscribed = false;
	s->wallets_changed_ns = s->wallets_reading_ns = 0;
	for (uint32_t i = 0; i < s->held.count; i++)
		pli_held_bits_reset(&s->held.bits[i]);
}

void
pli_binance_on_open(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	binance_state *s = state;
	pli_binance_clock(s, now_ns);
	if (link == PLM_LINK_NONE) {
		state_start(s);
	} else if (link < BINANCE_LINKS_COUNT) {
		s->links[link] = (binance_link){
		    .open = true, .since_ns = now_ns, .heard_ns = now_ns};
		if (link == LINK_USER) {
			pli_binance_task_due(s, BINANCE_ASK_KEEP, now_ns);
			if (s->snapshot.complete && !s->snapshot.heard)
				s->snapshot.due_ns = now_ns;
		}
		if (link == pli_binance_marks_link(s)) {
			s->topics_max = 0;
			pli_binance_crowd_opened_marks(s);
		}
		if (link == LINK_USER && pli_binance_private(s) && s->market->subscribe != NULL)
			user_subscribe(s, requests);
	}
	pli_binance_drive(s, NULL, requests);
}

void
pli_binance_on_close(void *state, uint8_t link, plm_time_ns now_ns, plm_request_sink *requests)
{
	binance_state *s = state;
	pli_binance_clock(s, now_ns);
	if (link >= BINANCE_LINKS_COUNT)
		return;
	s->links[link] = (binance_link){.busy = link == LINK_USER}; /* then the host begins anew */
	if (link == LINK_USER)
		s->subscribed = false;
	else
		pli_binance_crowd_leaves_marks(s);
	if (link != LINK_USER && !pli_binance_crowd_has_marks(s))
		links_drive(s, requests);
}

void
pli_binance_resync(void *state, plm_time_ns now_ns, plm_request_sink *requests)
{
	binance_state *s = state;
	pli_binance_clock(s, now_ns);
	s->snapshot.due_ns = now_ns;
	pli_binance_drive(s, NULL, requests);
}

void
pli_binance_on_tick(
    void *state, plm_time_ns now_ns, plm_event_sink *events, plm_request_sink *requests)
{
	binance_state *s = state;
	pli_binance_clock(s, now_ns);
	pli_binance_drive(s, events, requests);
}

plm_err
pli_binance_seal(void *state, plm_time_ns now_ns, plm_request *request)
{
	binance_state *s = state;
	int64_t time_ms = (now_ns + s->clock.offset_ns) / PLM_NS_PER_MS;
	if (request->kind == PLM_REQUEST_WS_SEND)
		return pli_binance_request_subscribe_seal(request, time_ms, &s->credentials);
	binance_ask ask = (binance_ask)(request->tag & ((1U << TAG_ASK_BITS) - 1));
	if ((unsigned)ask >= BINANCE_ASK_COUNT_)
		return PLM_EARG;
	s->tasks[ask].sent_ns = now_ns;
	if ((s->market->asks[ask].flags & ASK_SIGN) == 0)
		return PLM_OK;
	/* The venue refuses what is signed for over a second ahead of its clock: as long as the
	 * answer is numbered by this stamp, no wrong clock of ours numbers it too late. The offset
	 * may be wrong by half its round trip. */
	s->tasks[ask].true_ns = time_ms * PLM_NS_PER_MS - s->clock.rtt_ns / 2 - SNAPSHOT_LAG_NS;
	return pli_binance_request_seal(request, time_ms, s->credentials.secret);
}

/* Answers hang: a user stream that has gone deaf would not be found. */
static bool
state_read_is_late(const binance_state *s)
{
	return s->snapshot.complete &&
	       s->now_ns - s->snapshot.read_ns >
		   pli_binance_crowd_period_ns(s, RECONCILE_NS) + RECONCILE_LATE_NS;
}

/* How long, where no stream tells of wallets, a live feed may go without a reading of them. */
static int64_t
wallets_late_ns(const binance_state *s)
{
	return WALLETS_LATE_NS - ISOLATED_NS +
	       (s->isolated.count > 0 ? pli_binance_crowd_period_ns(s, ISOLATED_NS) : ISOLATED_NS);
}

/* Where no stream tells of wallets: they have changed, or may have, and are not read since. */
static bool
wallets_are_late(const binance_state *s)
{
	plm_time_ns since_ns = s->wallets_reading_ns != 0 ? s->wallets_reading_ns
							  : s->wallets_changed_ns;
	if (s->isolated.count > 0 && s->snapshot.complete)
		since_ns = s->snapshot.read_ns;
	return since_ns != 0 && s->now_ns - since_ns > wallets_late_ns(s) &&
	       !pli_mutant(BINANCE_MARKETS_CHANGE_UNREAD);
}

/* No price has come for a while, by the stream or by asking. */
static bool
marks_are_quiet(const binance_state *s)
{
	const binance_link *marks = &s->links[pli_binance_marks_link(s)];
	plm_time_ns asked_ns = s->tasks[BINANCE_ASK_PRICES].good_ns;
	if (state_asks(s, BINANCE_ASK_PRICES) &&
	    (asked_ns == 0 || s->now_ns - asked_ns > PRICES_SILENCE_NS))
		return true;
	if (s->market->marks_target != NULL && pli_binance_crowd_has_marks(s))
		return s->shared->marks_heard_ns == 0 ||
		       s->now_ns - s->shared->marks_heard_ns > MARKS_SILENCE_NS / 2;
	return s->market->marks_target != NULL &&
	       (!marks->open || s->now_ns - marks->heard_ns > MARKS_SILENCE_NS / 2);
}

/* A stream opens on a listen key that has died since, and says nothing on it for ever: only the
 * venue's word that the key lives, given behind the opening, makes the silence mean something. */
static bool
key_is_kept(const binance_state *s)
{
	return s->tasks[BINANCE_ASK_KEEP].done || !state_asks(s, BINANCE_ASK_KEEP);
}

static plm_feed_status
status_of(const binance_state *s)
{
	const binance_link *marks = &s->links[pli_binance_marks_link(s)];
	bool quiet = marks_are_quiet(s);
	if (s->refused)
		return PLM_FEED_DOWN;
	if (!pli_binance_private(s)) {
		bool unheard = s->market->marks_target != NULL &&
			       marks->heard_ns == marks->since_ns;
		return quiet || unheard ? PLM_FEED_CONNECTING : PLM_FEED_LIVE;
	}
	if (!s->snapshot.complete || !s->snapshot.heard || !key_is_kept(s))
		return PLM_FEED_CONNECTING;
	if (!state_hears_user(s))
		return PLM_FEED_STALE;
	bool doubtful = s->doubt[0] != '\0' || s->snapshot.failures > 1 ||
			!pli_binance_has_lists(s) || key_is_doubtful(s);
	bool late = state_read_is_late(s) || wallets_are_late(s);
	return quiet || doubtful || late ? PLM_FEED_DEGRADED : PLM_FEED_LIVE;
}

/* Why a feed that has nothing else to say is not live. */
static void
status_degraded(const binance_state *s, char ret_text[STATUS_TEXT])
{
	int64_t late_ns = pli_binance_crowd_period_ns(s, RECONCILE_NS) + RECONCILE_LATE_NS;
	const char *text = "no mark prices are coming";
	if (state_read_is_late(s))
		(void)snprintf(ret_text, STATUS_TEXT,
		    "positions and balances could not be read for over %lld s",
		    (long long)(late_ns / PLM_NS_PER_S));
	else if (wallets_are_late(s))
		(void)snprintf(ret_text, STATUS_TEXT,
		    "wallets, which no stream tells, could not be read for over %lld s",
		    (long long)(wallets_late_ns(s) / PLM_NS_PER_S));
	else if (!pli_binance_has_lists(s))
		text = "the list of contracts has not come; coins are guessed from names";
	if (ret_text[0] == '\0')
		(void)snprintf(ret_text, STATUS_TEXT, "%s", text);
}

void
pli_binance_status(const void *state, plm_venue_status *ret_status)
{
	const binance_state *s = state;
	*ret_status = (plm_venue_status){.status = (uint8_t)status_of(s)};
	ret_status->key_can_trade = s->key_can_trade;
	ret_status->key_can_withdraw = s->key_can_withdraw;
	ret_status->key_checked = s->key_checked;
	pli_venue_clock_tell(&s->clock, ret_status);
	int64_t period_s = pli_binance_crowd_period_ns(s, RECONCILE_NS) / PLM_NS_PER_S;
	char numbers[STATUS_TEXT] = "";
	const char *text = numbers;
	if (s->doubt[0] != '\0')
		text = s->doubt;
	else if (s->text[0] != '\0')
		text = s->text;
	else if (pli_binance_private(s) && !state_trusts_key(s))
		text = "waiting to learn what the key may do";
	else if (pli_binance_private(s) && s->snapshot.complete &&
		 (!key_is_kept(s) || key_is_doubtful(s)))
		text = s->snapshot.heard ? "waiting to hear that the listen key lives"
					 : "read without its user stream, whose link waits";
	else if (ret_status->status == PLM_FEED_DEGRADED)
		status_degraded(s, numbers);
	else if (s->key_can_trade || s->key_can_withdraw)
		text = "the key can trade or withdraw, and allow_trading_keys lets it";
	else if (s->isolated.count > 0)
		(void)snprintf(numbers, sizeof numbers,
		    "isolated margin is read every %lld s; no stream tells it",
		    (long long)(pli_binance_crowd_period_ns(s, ISOLATED_NS) / PLM_NS_PER_S));
	else if (ret_status->status == PLM_FEED_LIVE && period_s > RECONCILE_NS / PLM_NS_PER_S)
		(void)snprintf(numbers, sizeof numbers,
		    "all is read every %lld s, not 30: %u accounts share the venue's limit",
		    (long long)period_s, s->cfg.crowd->sessions_count);
	(void)snprintf(ret_status->text, sizeof ret_status->text, "%s", text);
}
