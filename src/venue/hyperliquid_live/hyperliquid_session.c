/* hyperliquid_session.c: requests, topics and snapshots of one account. */
#include "venue/hyperliquid_live/hyperliquid_session.h"

#include <stdio.h>
#include <string.h>

#include "venue/request_text.h"
#include "venue/venue_events.h"

#define NEVER INT64_MAX
#define SECONDS(n) ((n)*PLM_NS_PER_S)
#define RECONCILE_NS SECONDS(30) /* a lost message lives no longer */
#define RECONCILE_SOON_NS SECONDS(2)
enum { TOPICS_AT_ONCE = 4 };

#define X(name, type, weight, flags, period_s) "POST /info " type,
const char *const pli_hl_requests_allowed[] = {HL_ASKS(X) "subscribe", "ping", NULL};
#undef X

#define X(name, type, weight, flags, period_s) SECONDS(period_s),
const int64_t pli_hl_periods_ns[HL_ASK_COUNT_] = {HL_ASKS(X)};
#undef X

#define X(name, type, weight, flags, period_s) {type, weight, flags},
static const struct {
	const char *type;
	uint32_t weight, flags;
} ask_rows[] = {HL_ASKS(X)};
#undef X

bool
pli_hl_is_private(const hl_session *s)
{
	return s->address[0] != '\0' && s->cfg.private_stream;
}

/* The type comes first: what may leave is told by it. */
static void
ask_shape(const hl_session *s, hl_ask ask, plm_request *request)
{
	*request = (plm_request){.kind = PLM_REQUEST_HTTP,
	    .seal = 1,
	    .weight = ask_rows[ask].weight,
	    .optional = (ask_rows[ask].flags & HL_OPTIONAL) != 0,
	    .method = "POST",
	    .target = "/info",
	    .header = "Content-Type: application/json"};
	(void)pli_request_append(request, "{\"type\":\"%s\"", ask_rows[ask].type);
	if ((ask_rows[ask].flags & HL_OF_USER) != 0)
		(void)pli_request_append(request, ",\"user\":\"%s\"", s->address);
	const char *dex = ask == HL_ASK_STATE ? s->account.dexes[s->snapshot.dex].name : "";
	if (dex[0] != '\0') {
		(void)pli_request_append(request, ",\"dex\":");
		(void)pli_request_append_string(request, dex);
	}
	(void)pli_request_append(request, "}");
}

bool
pli_hl_ask_send(hl_session *s, hl_ask ask, plm_request_sink *requests)
{
	hl_task *task = &s->tasks[ask];
	plm_request request;
	ask_shape(s, ask, &request);
	s->serial = (s->serial + 1) & (UINT32_MAX >> HL_TAG_BITS);
	request.tag = (s->serial << HL_TAG_BITS) | ask;
	if (requests->submit(requests->ctx, &request) != PLM_OK)
		return false;
	*task = (hl_task){NEVER, s->now_ns, request.tag, task->failures, task->done};
	return true;
}

bool
pli_hl_ask_is_of_snapshot(hl_ask ask)
{
	return ask == HL_ASK_STATE || ask == HL_ASK_SPOT;
}

void
pli_hl_ask_due(hl_session *s, hl_ask ask, plm_time_ns due_ns)
{
	if (s->tasks[ask].tag == 0)
		s->tasks[ask].due_ns = due_ns;
}

void
pli_hl_topics_init(hl_session *s, const char *markets)
{
	pli_topics_add_list(&s->topics, "allDexsClearinghouseState,spotState,webData3,userFills,"
					"userFundings,userNonFundingLedgerUpdates");
	pli_topics_add_list(&s->topics, markets);
}

void
pli_hl_topics_feed(hl_session *s, plm_request_sink *requests)
{
	pli_topics *topics = &s->topics;
	uint32_t from = pli_hl_is_private(s) ? 0 : HL_TOPIC_COINS;
	pli_topic *topic = NULL;
	for (int i = 0; i < TOPICS_AT_ONCE && s->open; i++) {
		plm_request request = {.kind = PLM_REQUEST_WS_SEND};
		if ((topic = pli_topics_next(topics, from, s->now_ns)) == NULL)
			return;
		bool coin = topic - topics->rows >= HL_TOPIC_COINS;
		(void)pli_request_append(&request,
		    "{\"method\":\"subscribe\",\"subscription\":{\"type\":\"%s\",\"%s\":",
		    coin ? "activeAssetCtx" : topic->name, coin ? "coin" : "user");
		(void)pli_request_append_string(&request, coin ? topic->name : s->address);
		(void)pli_request_append(&request, "}}");
		if (requests->submit(requests->ctx, &request) != PLM_OK)
			return;
		pli_topic_asked(topic, s->now_ns);
	}
}

/* Contracts that are held, and the pairs that price tokens. */
void
pli_hl_topics_follow(hl_session *s)
{
	for (uint32_t i = 0; i < s->legs.rows_count; i++) {
		const plm_instrument *spec = plm_names_instrument_get(
		    s->cfg.names, s->legs.rows[i].instrument);
		if (spec != NULL && s->legs.rows[i].held != PLI_HELD_NOT)
			pli_topics_add(&s->topics, plm_slice_of(spec->name));
	}
	for (uint32_t i = 0; i < s->account.spots_count; i++) {
		const hl_holding *spot = &s->account.spots[i];
		for (uint32_t k = 0; k < HL_TOKENS_MAX && plm_decimal_sign(spot->total) != 0; k++) {
			if (s->tokens.assets[k].value != spot->asset.value)
				continue;
			const plm_instrument *pair = plm_names_instrument_get(
			    s->cfg.names, s->tokens.pairs[k]);
			if (pair != NULL)
				pli_topics_add(&s->topics, plm_slice_of(pair->name));
			break;
		}
	}
}

void
pli_hl_snapshot_begin(hl_session *s, plm_event_sink *events)
{
	hl_snapshot *snapshot = &s->snapshot;
	if (pli_emit_snapshot_begin(events, s->cfg.account) != PLM_OK)
		return;
	snapshot->running = true;
	snapshot->unsummed = false;
	snapshot->dex = snapshot->rows_count = 0;
	snapshot->began_ns = s->now_ns;
	snapshot->due_ns = s->now_ns + RECONCILE_NS;
	snapshot->pushes_begin = s->pushes_count;
	snapshot->doubts_begin = s->doubts_count;
	pli_held_legs_begin(&s->legs);
	pli_hl_ask_due(s, HL_ASK_STATE, s->now_ns);
}

void
pli_hl_snapshot_break(hl_session *s, int64_t wait_ns, const char *why)
{
	hl_snapshot *snapshot = &s->snapshot;
	if (!snapshot->running)
		return;
	snapshot->running = false;
	snapshot->end_owed = true;
	snapshot->failures++;
	snapshot->due_ns = s->now_ns + wait_ns;
	pli_held_legs_break(&s->legs);
	for (int ask = HL_ASK_STATE; ask <= HL_ASK_SPOT; ask++) {
		s->tasks[ask].tag = 0;
		s->tasks[ask].due_ns = NEVER;
	}
	pli_hl_say(s, "%s; positions and balances are asked for again", why);
}

/* Read as a whole; but what it lacks, a second one must lack too. Where the positions that are left
 * add up to what the venue sums up itself, that is no doubt: one of them was closed meanwhile. */
plm_err
pli_hl_snapshot_finish(hl_session *s, plm_event_sink *events)
{
	hl_snapshot *snapshot = &s->snapshot;
	const pli_held_leg *missing;
	bool doubtful = pli_held_legs_is_doubtful(&s->legs, !snapshot->complete, &missing) &&
			!pli_mutant(HYPERLIQUID_SHORT_LIST_BELIEVED);
	plm_err err = pli_emit_snapshot_end(
	    events, s->cfg.account, !doubtful, snapshot->rows_count);
	if (err != PLM_OK)
		return err;
	snapshot->running = false;
	snapshot->failures = 0;
	if (doubtful) {
		bool summed = missing != NULL && !snapshot->unsummed;
		snapshot->due_ns = s->now_ns + (summed ? 0 : PLM_NS_PER_S / 2);
		if (missing != NULL && !summed)
			pli_hl_doubt(
			    s, "a reading lacks an open position; a second one must confirm it");
		return PLM_OK;
	}
	pli_held_legs_believe(&s->legs);
	if (snapshot->complete && s->legs.changed && s->pushes_count == snapshot->pushes_before)
		snapshot->suspect_ns = s->now_ns + RECONCILE_SOON_NS;
	snapshot->pushes_before = snapshot->pushes_begin;
	snapshot->complete = true;
	snapshot->read_ns = snapshot->began_ns;
	s->text[0] = '\0';
	if (snapshot->doubts_begin == s->doubts_count)
		s->doubt[0] = '\0';
	pli_hl_topics_follow(s);
	return PLM_OK;
}

void
pli_hl_snapshot_soon(hl_session *s)
{
	plm_time_ns due_ns = s->snapshot.began_ns + RECONCILE_SOON_NS;
	due_ns = due_ns < s->now_ns ? s->now_ns : due_ns;
	if (s->snapshot.due_ns > due_ns)
		s->snapshot.due_ns = due_ns;
}

void
pli_hl_doubt(hl_session *s, const char *why)
{
	s->doubts_count++;
	(void)snprintf(s->doubt, sizeof s->doubt, "%s", why);
	pli_hl_snapshot_soon(s);
}
