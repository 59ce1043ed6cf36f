/* bybit_drive.c: what is asked for when: tasks with due times, links, and one reading of the
 * account at a time. */
#include "venue/bybit_live/bybit_session.h"

#include <stdio.h>

#include "venue/request_text.h"

#define JUMP_NS PLI_SECONDS(60)    /* our clock was set, nothing else takes so long */
#define PING_NS PLI_SECONDS(20)    /* the venue asks for one */
#define SILENCE_NS PLI_SECONDS(30) /* not even a pong */
#define LOGIN_NS PLI_SECONDS(10)   /* for login and subscription together */
#define LEDGER_AGAIN_NS PLI_SECONDS(10)
#define STRESS_SOON_NS PLI_SECONDS(2)
#define TICKERS_NS PLI_SECONDS(60) /* they come ten times a second */

enum { QUERY_MAX = PLI_CURSOR_MAX + 40 };

/* Without rights known, a key goes on only where the config allows trading keys anyway. */
bool
pli_bybit_trusts_key(const bybit_state *s)
{
	return s->key_checked ||
	       (s->cfg.allow_trading_keys && s->tasks[BYBIT_ASK_RIGHTS].failures > 0);
}

/* What must be there before a task makes sense. */
static bool
task_ready(const bybit_state *s, bybit_ask ask)
{
	if (ask == BYBIT_ASK_RIGHTS)
		return pli_bybit_is_private(s) && s->tasks[BYBIT_ASK_TIME].done;
	if (ask == BYBIT_ASK_TIERS)
		return pli_tier_asks_any(&s->tiers, s->now_ns);
	if (ask == BYBIT_ASK_COLLATERAL) /* of what is held */
		return pli_bybit_is_private(s) && s->reading.complete;
	if (ask == BYBIT_ASK_STRESS)
		return s->is_portfolio && s->reading.complete;
	return ask < BYBIT_ASK_ORDERS_USDT || pli_bybit_snapshot_has(ask) || s->reading.complete;
}

static const char *
tiers_take(bybit_state *s)
{
	const plm_instrument *spec = pli_tier_asks_take(&s->tiers, s->cfg.names, s->now_ns);
	(void)snprintf(s->tiers.query, sizeof s->tiers.query, "%s&symbol=%s",
	    spec->inverse ? "inverse" : "linear", spec->name);
	return s->tiers.query;
}

static bool
task_is_log(bybit_ask ask)
{
	return ask == BYBIT_ASK_LOG_IN || ask == BYBIT_ASK_LOG_OUT;
}

/* All pages of an answer begin at one time. */
static void
ledger_take(const bybit_state *s, const char *cursor, bybit_ledger *ledger, char query[QUERY_MAX])
{
	if (cursor[0] == '\0')
		ledger->from_ns = pli_ledger_ask_from(&ledger->ask, s->now_ns + s->clock.offset_ns);
	(void)snprintf(query, QUERY_MAX, "%lld%s%s", (long long)(ledger->from_ns / PLM_NS_PER_MS),
	    cursor[0] == '\0' ? "" : "&cursor=", cursor);
}

void
pli_bybit_ledger_soon(bybit_state *s)
{
	for (bybit_ask ask = BYBIT_ASK_LOG_IN; ask <= BYBIT_ASK_LOG_OUT; ask++) {
		pli_task *task = &s->tasks[ask];
		plm_time_ns soon_ns = s->now_ns + BYBIT_SOON_NS;
		if (soon_ns < task->sent_ns + LEDGER_AGAIN_NS)
			soon_ns = task->sent_ns + LEDGER_AGAIN_NS;
		if (soon_ns < task->due_ns)
			pli_task_due(task, soon_ns);
	}
}

bool
pli_bybit_ledger_is_silent(const bybit_state *s)
{
	return pli_ledger_ask_is_silent(&s->ledgers[0].ask) ||
	       pli_ledger_ask_is_silent(&s->ledgers[1].ask);
}

static void
task_send(bybit_state *s, bybit_ask ask, plm_request_sink *requests)
{
	pli_task *task = &s->tasks[ask];
	const char *about = task->cursor;
	bybit_ledger none = {0}, *kept = &none;
	char query[QUERY_MAX];
	plm_request request;
	if (task_is_log(ask))
		kept = &s->ledgers[ask - BYBIT_ASK_LOG_IN];
	bybit_ledger ledger = *kept;
	if (ask == BYBIT_ASK_TIERS) {
		about = tiers_take(s);
	} else if (task_is_log(ask)) {
		ledger_take(s, task->cursor, &ledger, query);
		about = query;
	}
	pli_bybit_request(&request, ask, about);
	s->serial = (s->serial + 1) & (UINT32_MAX >> BYBIT_TAG_ASK_BITS);
	request.tag = (s->serial << BYBIT_TAG_ASK_BITS) | ask;
	if (requests->submit(requests->ctx, &request) != PLM_OK)
		return; /* still due: the next tick tries again */
	*kept = ledger;
	if (ask == BYBIT_ASK_STRESS)
		s->stress_moves = s->moves_count;
	pli_task_sent(task, request.tag, s->now_ns);
}

static void
link_request(bybit_state *s, uint8_t link, plm_request_kind kind, plm_request_sink *requests)
{
	static const char *const paths[BYBIT_CATEGORIES] = {"/v5/private", "/v5/public/linear",
	    "/v5/public/inverse", "/v5/public/option", "/v5/public/spot"};
	plm_request request = {.kind = (uint8_t)kind, .link = link};
	if (kind == PLM_REQUEST_WS_OPEN)
		(void)snprintf(request.target, sizeof request.target, "%s",
		    paths[pli_bybit_category_of(s, link)]);
	if (requests->submit(requests->ctx, &request) != PLM_OK)
		return;
	if (kind == PLM_REQUEST_WS_OPEN && s->reading.complete && !s->links[link].lost)
		s->links[link].ticker_ns = s->now_ns;
	s->links[link].open = false;
	s->links[link].busy = true;
}

bool
pli_bybit_link_say(uint8_t link, const char *body, plm_request_sink *requests)
{
	plm_request request = {.kind = PLM_REQUEST_WS_SEND, .link = link};
	(void)pli_request_append(&request, "%s", body);
	return requests->submit(requests->ctx, &request) == PLM_OK;
}

/* The signature is made when it leaves. */
void
pli_bybit_login(plm_request_sink *requests)
{
	plm_request request = {.kind = PLM_REQUEST_WS_SEND, .seal = 1, .tag = BYBIT_TAG_LOGIN};
	(void)pli_request_append(&request, "{\"op\":\"auth\"}");
	(void)requests->submit(requests->ctx, &request); /* lost: LOGIN_NS restarts the link */
}

/* Ends the epoch: the host closes the rest and starts again. */
void
pli_bybit_user_restart(bybit_state *s, plm_request_sink *requests, const char *why)
{
	pli_bybit_say(s, "%s; the user stream is opened again", why);
	link_request(s, BYBIT_LINK_USER, PLM_REQUEST_WS_CLOSE, requests);
}

/* The requests that a snapshot is made of. */
bool
pli_bybit_snapshot_has(bybit_ask ask)
{
	return ask >= BYBIT_ASK_CONFIG;
}

/* Gives up the running reading: nothing of it shows; another one follows soon. */
void
pli_bybit_snapshot_break(bybit_state *s, int64_t wait_ns, const char *why)
{
	if (!s->reading.running)
		return;
	pli_reading_break(&s->reading, s->now_ns, wait_ns);
	for (bybit_ask ask = BYBIT_ASK_CONFIG; ask < BYBIT_ASK_COUNT_; ask++)
		pli_task_restart(&s->tasks[ask], PLI_NEVER);
	pli_bybit_say(s, "%s; positions and balances are asked for again", why);
}

/* Our clock was set back or jumped ahead: waits begin anew, the venue's time is read again. */
void
pli_bybit_clock(bybit_state *s, plm_time_ns now_ns)
{
	int64_t step_ns = now_ns - s->now_ns;
	bool jumped = s->now_ns != 0 && (step_ns < 0 || step_ns > JUMP_NS);
	s->now_ns = now_ns;
	if (!jumped)
		return;
	for (int ask = 0; ask < BYBIT_ASK_COUNT_; ask++)
		pli_task_clock(&s->tasks[ask], now_ns);
	for (int i = 0; i < BYBIT_LINKS; i++) {
		bybit_link *link = &s->links[i];
		link->since_ns = link->heard_ns = link->asked_ns = link->ticker_ns = now_ns;
		link->pinged_ns = now_ns;
	}
	s->listed_ns = now_ns;
	pli_reading_clock(&s->reading, now_ns, step_ns);
	pli_venue_clock_forget(&s->clock);
	pli_task_restart(&s->tasks[BYBIT_ASK_TIME], now_ns);
}

/* Why a link that is open is of no use; NULL: it is. */
static const char *
link_fault(const bybit_state *s, uint8_t number)
{
	const bybit_link *link = &s->links[number];
	if (s->now_ns - link->heard_ns > SILENCE_NS)
		return "the venue sends nothing";
	if (pli_bybit_category_of(s, number) == BYBIT_NONE && !s->subscribed &&
	    s->now_ns - link->since_ns > LOGIN_NS)
		return "the login has no answer";
	bool prices = number != BYBIT_SPOT && pli_bybit_category_of(s, number) != BYBIT_NONE &&
		      pli_bybit_topics_need(s, pli_bybit_category_of(s, number));
	if (prices && s->now_ns - link->ticker_ns > TICKERS_NS)
		return "no prices come";
	return NULL;
}

static bool
link_needed(const bybit_state *s, uint8_t number)
{
	if (number != BYBIT_LINK_USER)
		return pli_bybit_topics_need(s, (bybit_category)number) &&
		       pli_bybit_link_of(s, (bybit_category)number) == number;
	return !pli_bybit_is_private(s) || pli_bybit_trusts_key(s);
}

void
pli_bybit_links_drive(bybit_state *s, plm_request_sink *requests)
{
	for (uint8_t number = 0; number < BYBIT_LINKS; number++) {
		bybit_link *link = &s->links[number];
		if (!link->open && !link->busy && link_needed(s, number))
			link_request(s, number, PLM_REQUEST_WS_OPEN, requests);
		if (!link->open)
			continue;
		const char *fault = link_fault(s, number);
		if (fault != NULL && number == BYBIT_LINK_USER)
			pli_bybit_user_restart(s, requests, fault);
		else if (fault != NULL)
			link_request(s, number, PLM_REQUEST_WS_CLOSE, requests);
		else if (s->now_ns - link->pinged_ns > PING_NS &&
			 pli_bybit_link_say(number, "{\"op\":\"ping\"}", requests))
			link->pinged_ns = s->now_ns;
	}
	pli_bybit_topics_feed(s, requests);
}

/* events NULL: called from an entry point that cannot emit; it waits for the tick. */
static void
snapshot_drive(bybit_state *s, plm_event_sink *events, plm_request_sink *requests)
{
	if (pli_reading_is_deaf(&s->reading, s->now_ns))
		pli_bybit_user_restart(
		    s, requests, "positions changed, the user stream was silent");
	if (events == NULL)
		return;
	pli_reading_owed(&s->reading, s->cfg.account, events);
	bool lists = s->tasks[BYBIT_ASK_LINEAR].done && s->tasks[BYBIT_ASK_INVERSE].done;
	bool ready = s->subscribed && s->links[BYBIT_LINK_USER].open && lists;
	if (!ready || !pli_reading_begin(&s->reading, s->cfg.account, s->now_ns, events))
		return;
	s->parts = 0;
	pli_bybit_reading_begin(s);
	pli_task_restart(&s->tasks[BYBIT_ASK_CONFIG], s->now_ns); /* its answer asks for the rest */
}

void
pli_bybit_drive(bybit_state *s, plm_event_sink *events, plm_request_sink *requests)
{
	if (s->refused)
		return;
	snapshot_drive(s, events, requests);
	if (s->tasks[BYBIT_ASK_TIERS].due_ns == PLI_NEVER)
		pli_task_due(&s->tasks[BYBIT_ASK_TIERS], s->now_ns);
	if (s->collateral.wanted && s->tasks[BYBIT_ASK_COLLATERAL].tag == 0) {
		s->collateral.wanted = false;
		pli_task_due(&s->tasks[BYBIT_ASK_COLLATERAL], s->now_ns);
	}
	/* what is held has another size than what was tested */
	pli_task *stress = &s->tasks[BYBIT_ASK_STRESS];
	if (s->moves_count != s->stress_moves && stress->due_ns > s->now_ns + STRESS_SOON_NS)
		pli_task_due(stress, s->now_ns + STRESS_SOON_NS);
	for (bybit_ask ask = 0; ask < BYBIT_ASK_COUNT_; ask++) {
		pli_task *task = &s->tasks[ask];
		bool lost = pli_task_is_lost(task, s->now_ns);
		if (lost && pli_bybit_snapshot_has(ask))
			pli_bybit_snapshot_break(s, BYBIT_SOON_NS, "no answer came");
		else if ((lost || pli_task_is_due(task, s->now_ns)) && task_ready(s, ask))
			task_send(s, ask, requests);
	}
	pli_bybit_links_drive(s, requests);
}

/* A new epoch. Rights and contracts that were read a moment ago are not read again. */
void
pli_bybit_start(bybit_state *s)
{
	for (bybit_ask ask = 0; ask < BYBIT_ASK_COUNT_; ask++) {
		pli_task *task = &s->tasks[ask];
		bool fresh = task->done && task->due_ns != PLI_NEVER &&
			     pli_bybit_period_ns(ask) >= PLI_SECONDS(600);
		if (!fresh)
			*task = (pli_task){
			    .due_ns = pli_bybit_snapshot_has(ask) ? PLI_NEVER : s->now_ns};
	}
	memset(s->links, 0, sizeof s->links);
	pli_reading_start(&s->reading, s->now_ns);
	s->subscribed = false;
	pli_bybit_topics_reset(s);
}
