/* deribit_session.c: requests, topics, snapshots and locks of one connection. */
#include "venue/deribit_live/deribit_session.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fault_point.h"
#include "venue/venue_events.h"

static const int64_t deadline_ns = 10 * PLM_NS_PER_S;
static const int64_t probe_deadline_ns = 5 * PLM_NS_PER_S;
static const int64_t reconcile_ns = 30 * PLM_NS_PER_S;
static const int64_t spec_ns = 300 * PLM_NS_PER_S;
static const int64_t matrix_ns = 3600 * PLM_NS_PER_S;
/* Deribit grants ten subscription messages at once, then about three a second. */
static const int64_t subscribe_ns = 400 * PLM_NS_PER_MS;

static pli_pending *
session_pending_add(pli_deribit_session *s, plm_time_ns now_ns, pli_deribit_request_kind kind)
{
	int64_t wait_ns = kind == PLI_DERIBIT_TEST ? probe_deadline_ns : deadline_ns;
	return PLI_FAULT(DERIBIT_PENDING_FULL)
		   ? NULL
		   : pli_pending_add(&s->pending, now_ns, wait_ns, kind);
}

static bool
session_submit(
    plm_request_sink *requests, pli_pending *pending, const plm_request *request, plm_err err)
{
	if (err == PLM_OK)
		err = PLI_FAULT(DERIBIT_REQUEST) ? PLM_EFULL
						 : requests->submit(requests->ctx, request);
	if (err != PLM_OK)
		pending->id = 0;
	return err == PLM_OK;
}

bool
pli_deribit_is_of_topic(pli_deribit_request_kind kind)
{
	return kind == PLI_DERIBIT_INSTRUMENT || kind == PLI_DERIBIT_INSTRUMENTS ||
	       kind == PLI_DERIBIT_MATRIX;
}

bool
pli_deribit_ask(pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests,
    pli_deribit_request_kind kind, uint32_t topic)
{
	pli_pending *pending = session_pending_add(s, now_ns, kind);
	bool login = kind == PLI_DERIBIT_AUTH;
	bool named = pli_deribit_is_of_topic(kind);
	plm_request request;
	if (pending == NULL)
		return false;
	pending->topic = topic;
	plm_err err = pli_deribit_request(&request, pending->id, kind,
	    login   ? s->credentials.key
	    : named ? s->topics[topic].name
		    : NULL,
	    login ? s->credentials.secret : NULL);
	return session_submit(requests, pending, &request, err);
}

bool
pli_deribit_ask_log(pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests,
    const pli_deribit_log_ask *ask, uint32_t topic)
{
	pli_pending *pending = session_pending_add(s, now_ns, PLI_DERIBIT_LOG);
	plm_request request;
	if (pending == NULL)
		return false;
	pending->topic = topic;
	plm_err err = pli_deribit_log_request(&request, pending->id, ask);
	return session_submit(requests, pending, &request, err);
}

bool
pli_deribit_ask_user_channels(
    pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests)
{
	pli_pending *pending = session_pending_add(s, now_ns, PLI_DERIBIT_SUBSCRIBE_USER);
	plm_request request;
	if (pending == NULL)
		return false;
	pli_deribit_subscribe_open(&request, pending->id, true);
	pli_deribit_subscribe_add(&request, "user.portfolio.any", PLM_SLICE(""), "");
	pli_deribit_subscribe_add(&request, "user.changes.any.any.100ms", PLM_SLICE(""), "");
	pli_deribit_subscribe_close(&request);
	return session_submit(requests, pending, &request, PLM_OK);
}

pli_deribit_topic *
pli_deribit_topic_add(pli_deribit_session *s, pli_deribit_topic_kind kind, plm_slice name)
{
	pli_deribit_topic *topic = NULL;
	if (name.size == 0 || name.size >= PLM_NAME_MAX)
		return NULL;
	for (uint32_t i = 0; i < s->topics_count; i++) {
		pli_deribit_topic *t = &s->topics[i];
		if (t->kind == (uint8_t)kind && t->name[name.size] == '\0' &&
		    strncasecmp(t->name, name.bytes, name.size) == 0)
			return t;
		if (t->kind == DERIBIT_TOPIC_INSTRUMENT && !t->held && !t->wanted)
			topic = t;
	}
	if (s->topics_count < DERIBIT_TOPICS_MAX)
		topic = &s->topics[s->topics_count++];
	if (topic == NULL) {
		s->topics_full_count++;
		return NULL;
	}
	*topic = (pli_deribit_topic){.kind = (uint8_t)kind};
	if (kind == DERIBIT_TOPIC_CURRENCY)
		(void)pli_text_lower(name, topic->name, sizeof topic->name);
	else
		memcpy(topic->name, name.bytes, name.size);
	return topic;
}

/* An instrument's name, or a currency: its index and all its specifications. */
static void
session_market(pli_deribit_session *s, plm_slice token)
{
	bool is_currency = token.size > 0 && memchr(token.bytes, '-', token.size) == NULL &&
			   memchr(token.bytes, '_', token.size) == NULL;
	pli_deribit_topic *topic;
	if (is_currency)
		(void)pli_deribit_topic_add(s, DERIBIT_TOPIC_MARKET, token);
	topic = pli_deribit_topic_add(
	    s, is_currency ? DERIBIT_TOPIC_CURRENCY : DERIBIT_TOPIC_INSTRUMENT, token);
	if (topic != NULL)
		topic->wanted = 1;
}

void
pli_deribit_topics_from_markets(pli_deribit_session *s, const char *markets)
{
	for (const char *at = markets + strspn(markets, ", "); *at != '\0';) {
		size_t size = strcspn(at, ", ");
		session_market(s, (plm_slice){at, size});
		at += size + strspn(at + size, ", ");
	}
}

void
pli_deribit_topics_reset(pli_deribit_session *s)
{
	for (uint32_t i = 0; i < s->topics_count; i++) {
		s->topics[i].channel = DERIBIT_CHANNEL_WANTED;
		s->topics[i].spec_due_ns = 0;
	}
	s->subscribe_alone = false;
	s->subscribe_next_ns = 0;
}

/* The channel of a topic as text pieces; false when it has none. */
static bool
session_channel(const pli_deribit_topic *topic, const char **ret_prefix, const char **ret_suffix)
{
	static const char *const pieces[][2] = {[DERIBIT_TOPIC_INSTRUMENT] = {"ticker.", ".100ms"},
	    [DERIBIT_TOPIC_CURRENCY] = {"deribit_price_index.", "_usd"},
	    [DERIBIT_TOPIC_PLATFORM] = {"", ""}};
	if (pieces[topic->kind][0] == NULL)
		return false;
	*ret_prefix = pieces[topic->kind][0];
	*ret_suffix = pieces[topic->kind][1];
	return true;
}

static void
session_subscribe(pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests)
{
	pli_pending *pending = session_pending_add(s, now_ns, PLI_DERIBIT_SUBSCRIBE_PUBLIC);
	plm_request request;
	const char *prefix, *suffix;
	uint32_t added = 0;
	if (pending == NULL)
		return;
	pli_deribit_subscribe_open(&request, pending->id, false);
	for (uint32_t i = 0; i < s->topics_count && !(added > 0 && s->subscribe_alone); i++) {
		pli_deribit_topic *topic = &s->topics[i];
		if (topic->channel != DERIBIT_CHANNEL_WANTED ||
		    !session_channel(topic, &prefix, &suffix))
			continue;
		if (!pli_deribit_subscribe_add(&request, prefix, plm_slice_of(topic->name), suffix))
			break;
		topic->request_id = pending->id;
		topic->channel = DERIBIT_CHANNEL_ASKED;
		added++;
	}
	pli_deribit_subscribe_close(&request);
	uint32_t id = pending->id;
	if (added == 0)
		pending->id = 0;
	else if (session_submit(requests, pending, &request, PLM_OK))
		s->subscribe_next_ns = now_ns + subscribe_ns;
	else
		pli_deribit_topics_retry(s, id);
}

static void
session_specification(pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests)
{
	static const pli_deribit_request_kind kinds[DERIBIT_TOPIC_PLATFORM + 1] = {
	    [DERIBIT_TOPIC_INSTRUMENT] = PLI_DERIBIT_INSTRUMENT,
	    [DERIBIT_TOPIC_MARKET] = PLI_DERIBIT_INSTRUMENTS,
	    [DERIBIT_TOPIC_MATRIX] = PLI_DERIBIT_MATRIX};
	for (uint32_t i = 0; i < s->topics_count; i++) {
		pli_deribit_topic *topic = &s->topics[i];
		pli_deribit_request_kind kind = kinds[topic->kind];
		if (kind == 0 || topic->spec_due_ns > now_ns)
			continue;
		if (topic->spec_due_ns != 0 && !topic->held && !topic->wanted &&
		    kind == PLI_DERIBIT_INSTRUMENT)
			continue;
		if (pli_deribit_ask(s, now_ns, requests, kind, i))
			topic->spec_due_ns = now_ns +
					     (kind == PLI_DERIBIT_MATRIX ? matrix_ns : spec_ns);
		return;
	}
}

void
pli_deribit_topics_feed(pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests)
{
	if (now_ns < s->backoff_until_ns)
		return;
	if (now_ns >= s->subscribe_next_ns)
		session_subscribe(s, now_ns, requests);
	uint32_t asked = pli_pending_count(&s->pending, PLI_DERIBIT_INSTRUMENT) +
			 pli_pending_count(&s->pending, PLI_DERIBIT_INSTRUMENTS) +
			 pli_pending_count(&s->pending, PLI_DERIBIT_MATRIX);
	if (asked < (s->snapshot_done ? 4u : 1u)) /* so many a second: the account's first */
		session_specification(s, now_ns, requests);
}

void
pli_deribit_topics_answered(pli_deribit_session *s, uint32_t id, uint32_t accepted)
{
	uint32_t asked = 0;
	if (accepted == 0 && !s->subscribe_alone) {
		s->subscribe_alone = true;
		pli_deribit_topics_retry(s, id);
		return;
	}
	for (uint32_t i = 0; i < s->topics_count; i++) {
		pli_deribit_topic *topic = &s->topics[i];
		if (topic->request_id != id || topic->channel != DERIBIT_CHANNEL_ASKED)
			continue;
		topic->channel = accepted == 0 ? DERIBIT_CHANNEL_REFUSED : DERIBIT_CHANNEL_LIVE;
		asked++;
	}
	s->channels_refused_count += asked > accepted ? asked - accepted : 0;
}

void
pli_deribit_topics_retry(pli_deribit_session *s, uint32_t id)
{
	for (uint32_t i = 0; i < s->topics_count; i++) {
		if (s->topics[i].request_id == id && s->topics[i].channel == DERIBIT_CHANNEL_ASKED)
			s->topics[i].channel = DERIBIT_CHANNEL_WANTED;
	}
}

/* Whatever snapshot is under way, its answers are no longer ours. */
static void
session_snapshot_drop(pli_deribit_session *s)
{
	for (uint32_t i = 0; i < PLI_PENDING_MAX; i++) {
		pli_pending *row = &s->pending.rows[i];
		if (row->kind == PLI_DERIBIT_SUMMARIES || row->kind == PLI_DERIBIT_POSITIONS)
			row->id = 0;
	}
	s->is_snapshot_asked = s->is_snapshot_begun = false;
}

void
pli_deribit_snapshot_start(pli_deribit_session *s, plm_time_ns now_ns, plm_request_sink *requests)
{
	session_snapshot_drop(s);
	s->snapshot_next_ns = now_ns;
	if (s->phase != DERIBIT_READY || now_ns < s->backoff_until_ns)
		return;
	s->snapshot_asked_ns = now_ns;
	s->doubts_before = s->doubts_count;
	s->is_snapshot_asked = pli_deribit_ask(s, now_ns, requests, PLI_DERIBIT_SUMMARIES, 0);
}

plm_err
pli_deribit_snapshot_begin(pli_deribit_session *s, plm_event_sink *events)
{
	if (!s->is_snapshot_asked || s->is_snapshot_begun)
		return PLM_OK;
	s->is_snapshot_begun = true;
	s->is_refuting = false;
	s->snapshot_rows = 0;
	for (uint32_t i = 0; i < s->topics_count; i++)
		if (s->topics[i].held == 1)
			s->topics[i].held = DERIBIT_HELD_BEFORE;
	return pli_emit_snapshot_begin(events, s->cfg.account);
}

plm_err
pli_deribit_snapshot_end(
    pli_deribit_session *s, plm_time_ns now_ns, plm_event_sink *events, bool complete)
{
	bool begun = s->is_snapshot_begun;
	session_snapshot_drop(s);
	if (complete) {
		s->snapshot_done = true;
		s->snapshot_failures = 0;
		s->login_retried = false;
		s->maintenance = false;
		s->backing_off = false;
		s->backoff_ns = 0;
		bool sure = s->doubts_before == s->doubts_count;
		s->snapshot_next_ns = now_ns + (sure ? reconcile_ns : PLM_NS_PER_S);
		if (sure)
			s->doubt[0] = '\0';
		for (uint32_t i = 0; i < s->topics_count; i++)
			if (s->topics[i].held == DERIBIT_HELD_MISSING)
				s->topics[i].held = 0;
	} else {
		uint32_t doublings = s->snapshot_failures < 3 ? s->snapshot_failures : 3;
		s->snapshot_failures++;
		s->snapshot_next_ns = now_ns + (PLM_NS_PER_S << doublings);
	}
	if (!begun)
		return PLM_OK;
	return pli_emit_snapshot_end(events, s->cfg.account, complete, s->snapshot_rows);
}

/* One that is under way may have been answered before: another one follows it. */
void
pli_deribit_snapshot_soon(pli_deribit_session *s)
{
	s->doubts_count++;
	if (s->snapshot_failures == 0 && !s->is_snapshot_asked)
		s->snapshot_next_ns = s->snapshot_asked_ns + PLM_NS_PER_S;
}

void
pli_deribit_doubt(pli_deribit_session *s, const plm_fault *reason)
{
	pli_deribit_snapshot_soon(s);
	pli_venue_doubt_set(s->doubt, reason);
}

/* "BTC" and "btc_usd" are both kept as "btc"; "sol_usdc" as it is. */
void
pli_deribit_lock_set(pli_deribit_session *s, plm_slice index, bool locked)
{
	char name[sizeof s->locks[0]];
	char *spare = NULL;
	size_t size = pli_text_lower(index, name, sizeof name);
	if (size > 4 && strcmp(name + size - 4, "_usd") == 0)
		name[size - 4] = '\0';
	for (uint32_t i = 0; i < DERIBIT_LOCKS_MAX && size > 0; i++) {
		if (strcmp(s->locks[i], name) == 0) {
			s->locks[i][0] = locked ? name[0] : '\0';
			return;
		}
		if (s->locks[i][0] == '\0' && spare == NULL)
			spare = s->locks[i];
	}
	if (locked && spare != NULL)
		memcpy(spare, name, sizeof name);
}

/* True when the lock's name is the first part of the topic's ("btc" of BTC-PERPETUAL). */
static bool
session_touches(const char *lock, const pli_deribit_topic *topic)
{
	size_t size = strlen(lock);
	if (topic->kind == DERIBIT_TOPIC_PLATFORM ||
	    (topic->kind == DERIBIT_TOPIC_INSTRUMENT && !topic->held && !topic->wanted))
		return false;
	return strncasecmp(topic->name, lock, size) == 0 &&
	       (topic->name[size] == '\0' || topic->name[size] == '-' || topic->name[size] == '_');
}

bool
pli_deribit_is_locked(const pli_deribit_session *s, const char **ret_index)
{
	*ret_index = "the platform";
	for (uint32_t i = 0; i < DERIBIT_LOCKS_MAX; i++) {
		bool locked = s->locks[i][0] != '\0';
		for (uint32_t k = 0; locked && k < s->topics_count; k++) {
			if (session_touches(s->locks[i], &s->topics[k])) {
				*ret_index = s->locks[i];
				return true;
			}
		}
	}
	return s->platform_locked;
}
