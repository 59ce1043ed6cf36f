/* okx_session.c: channels, legs and snapshots of one feed. */
#include "venue/okx_live/okx_session.h"

#include <stdio.h>
#include <string.h>

#include "venue/venue_events.h"

#define RECONCILE_NS PLI_SECONDS(30)      /* a lost update lives no longer */
#define RECONCILE_EVENT_NS PLI_SECONDS(5) /* least distance of those that an update asks for */
#define UPDATE_LAG_NS PLI_SECONDS(2)      /* so late may an update be behind its fact */
#define SUBSCRIBE_NS (400 * PLM_NS_PER_MS)
#define ANSWER_NS PLI_SECONDS(10)
enum { TRIES_MAX = 4 };

static const char *const topics[][2] = {
    [OKX_TOPIC_MARK] = {"mark-price", "instId"},
    [OKX_TOPIC_FUNDING] = {"funding-rate", "instId"},
    [OKX_TOPIC_INDEX] = {"index-tickers", "instId"},
    [OKX_TOPIC_OPTIONS] = {"opt-summary", "instFamily"},
    [OKX_TOPIC_CONTRACTS] = {"instruments", "instType"},
    [OKX_TOPIC_STATUS] = {"status", ""},
};

void
pli_okx_doubt(okx_session *s, const char *name, const char *why)
{
	(void)snprintf(s->doubt, sizeof s->doubt, "%s%s", name, why);
	s->doubt_ns = s->now_ns;
	s->doubts_count++;
	pli_okx_snapshot_soon(s);
}

okx_channel *
pli_okx_channel_find(okx_session *s, okx_topic topic, plm_slice name)
{
	for (okx_channel *c = s->channels; c < s->channels + s->channels_count; c++)
		if (c->topic == (uint8_t)topic && plm_slice_is(name, c->name))
			return c;
	return NULL;
}

const plm_instrument *
pli_okx_leg_spec(const okx_session *s, uint32_t leg)
{
	const pli_held_leg *row = &s->legs.rows[leg];
	return row->held == PLI_HELD_NOT ? NULL
					 : plm_names_instrument_get(s->cfg.names, row->instrument);
}

static bool
channel_is_held(const okx_session *s, const okx_channel *channel)
{
	const plm_instrument *spec = NULL;
	for (uint32_t i = 0; i < s->legs.rows_count; i++)
		if ((spec = pli_okx_leg_spec(s, i)) != NULL &&
		    strcmp(spec->name, channel->name) == 0)
			return true;
	return false;
}

/* Room for one more: a new row, or that of an instrument which is held no more. */
static okx_channel *
channel_spare(okx_session *s)
{
	if (s->channels_count < OKX_CHANNELS_MAX)
		return &s->channels[s->channels_count++];
	for (okx_channel *c = s->channels; c < s->channels + s->channels_count; c++)
		if (c->topic <= OKX_TOPIC_FUNDING && strstr(s->markets, c->name) == NULL &&
		    !channel_is_held(s, c))
			return c;
	s->full = true;
	return NULL;
}

/* Names go into messages as they are. */
okx_channel *
pli_okx_channel_add(okx_session *s, okx_topic topic, plm_slice name)
{
	okx_channel *channel = pli_okx_channel_find(s, topic, name);
	bool plain = pli_name_is_plain(name, "-_") && name.size < PLM_NAME_MAX;
	if (channel != NULL || !plain)
		return channel;
	channel = channel_spare(s);
	if (channel == NULL)
		return NULL;
	*channel = (okx_channel){.topic = (uint8_t)topic, .mark = plm_decimal_unknown()};
	memcpy(channel->name, name.bytes, name.size);
	return channel;
}

/* What prices an instrument: its mark, its index, the greeks of its family, its funding. */
static void
channels_of_instrument(okx_session *s, plm_slice name, const pli_contract_name *said)
{
	const char *end = said->quote.bytes + said->quote.size;
	plm_slice pair = {name.bytes, (size_t)(end - name.bytes)};
	(void)pli_okx_channel_add(s, OKX_TOPIC_MARK, name);
	(void)pli_okx_channel_add(s, OKX_TOPIC_INDEX, pair);
	if (said->kind == PLM_KIND_OPTION)
		(void)pli_okx_channel_add(s, OKX_TOPIC_OPTIONS, pair);
	if (said->kind == PLM_KIND_PERPETUAL)
		(void)pli_okx_channel_add(s, OKX_TOPIC_FUNDING, name);
}

static void
channels_of_asset(okx_session *s, plm_slice asset)
{
	char pair[PLM_NAME_MAX];
	int size = snprintf(pair, sizeof pair, "%.*s-USD", (int)asset.size, asset.bytes);
	if (size > 0 && (size_t)size < sizeof pair && !plm_slice_is(asset, "USD"))
		(void)pli_okx_channel_add(s, OKX_TOPIC_INDEX, (plm_slice){pair, (size_t)size});
}

/* "BTC" and "BTC-USD" are indexes, the rest instruments. */
void
pli_okx_channels_from_markets(okx_session *s)
{
	(void)pli_okx_channel_add(s, OKX_TOPIC_STATUS, PLM_SLICE("status"));
	(void)pli_okx_channel_add(s, OKX_TOPIC_CONTRACTS, PLM_SLICE("SWAP"));
	(void)pli_okx_channel_add(s, OKX_TOPIC_CONTRACTS, PLM_SLICE("FUTURES"));
	(void)pli_okx_channel_add(s, OKX_TOPIC_CONTRACTS, PLM_SLICE("OPTION"));
	for (const char *at = s->markets + strspn(s->markets, ", "); *at != '\0';) {
		plm_slice name = {at, strcspn(at, ", ")};
		pli_contract_name said;
		if (memchr(name.bytes, '-', name.size) == NULL)
			channels_of_asset(s, name);
		else if (!pli_okx_name_parse(name, &said))
			(void)pli_okx_channel_add(s, OKX_TOPIC_MARK, name);
		else if (said.kind == PLM_KIND_SPOT)
			(void)pli_okx_channel_add(s, OKX_TOPIC_INDEX, name);
		else
			channels_of_instrument(s, name, &said);
		at += name.size + strspn(at + name.size, ", ");
	}
}

void
pli_okx_channels_reset(okx_session *s)
{
	for (okx_channel *c = s->channels; c < s->channels + s->channels_count; c++) {
		c->state = OKX_CHANNEL_WANTED;
		c->tries = 0;
	}
	s->subscribe_next_ns = 0;
	s->channels_refused = 0;
}

static void
channel_failed(okx_session *s, okx_channel *channel, bool for_good)
{
	channel->state = for_good ? OKX_CHANNEL_REFUSED : OKX_CHANNEL_WANTED;
	s->channels_refused += for_good;
}

/* No answer came to those: asked for again, and in the end taken as refused. */
static bool
channels_waiting(okx_session *s)
{
	bool alone = false;
	for (okx_channel *c = s->channels; c < s->channels + s->channels_count; c++) {
		if (c->state != OKX_CHANNEL_ASKED)
			continue;
		if (s->now_ns - c->asked_ns > ANSWER_NS)
			channel_failed(s, c, c->tries >= TRIES_MAX);
		else
			alone |= c->tries > 1;
	}
	return alone;
}

/* One that got no answer before is asked for alone, so that it does not silence the others: then
 * the next error is its own. */
void
pli_okx_channels_feed(okx_session *s, plm_request_sink *requests)
{
	uint8_t link = s->credentials.key[0] != '\0' ? OKX_LINK_PUBLIC : OKX_LINK_USER;
	okx_channel *asked[64];
	uint32_t count = 0;
	if (!s->links[link].open || s->now_ns < s->subscribe_next_ns || channels_waiting(s))
		return;
	plm_request request;
	pli_okx_subscribe_open(&request, link);
	for (okx_channel *c = s->channels; c < s->channels + s->channels_count && count < 64; c++) {
		if (c->state != OKX_CHANNEL_WANTED || (c->tries > 0 && count > 0))
			continue;
		if (!pli_okx_subscribe_add(
			&request, topics[c->topic][0], topics[c->topic][1], c->name))
			break;
		asked[count++] = c;
		if (c->tries > 0)
			break;
	}
	pli_okx_subscribe_close(&request);
	if (count == 0 || requests->submit(requests->ctx, &request) != PLM_OK)
		return;
	for (uint32_t i = 0; i < count; i++) {
		asked[i]->state = OKX_CHANNEL_ASKED;
		asked[i]->tries++;
		asked[i]->asked_ns = s->now_ns;
	}
	s->subscribe_next_ns = s->now_ns + SUBSCRIBE_NS;
}

void
pli_okx_channels_answered(okx_session *s, const char *channel, plm_slice name)
{
	for (size_t topic = 0; topic < sizeof topics / sizeof topics[0]; topic++) {
		okx_channel *c = strcmp(channel, topics[topic][0]) == 0
				     ? pli_okx_channel_find(s, (okx_topic)topic, name)
				     : NULL;
		if (c != NULL && c->state == OKX_CHANNEL_ASKED)
			c->state = OKX_CHANNEL_LIVE;
	}
}

void
pli_okx_channels_refused(okx_session *s)
{
	for (okx_channel *c = s->channels; c < s->channels + s->channels_count; c++)
		if (c->state == OKX_CHANNEL_ASKED)
			channel_failed(s, c, c->tries > 1);
}

/* A contract that the lists lack, as this feed has read them, may be an old one under a new name,
 * whose leg stands under the old one; closed, too. */
static void
follow_new(okx_session *s, const plm_instrument *spec, bool open, bool other_is_held)
{
	plm_slice name = plm_slice_of(spec->name);
	pli_contract_name said;
	bool listed = spec->spec_source == PLM_SPEC_VENUE && spec->id.value <= s->listed_max;
	bool heard_of = listed || pli_okx_channel_find(s, OKX_TOPIC_MARK, name) != NULL;
	if (open && pli_okx_name_parse(name, &said))
		channels_of_instrument(s, name, &said);
	else if (open)
		(void)pli_okx_channel_add(s, OKX_TOPIC_MARK, name);
	if (!heard_of && other_is_held && s->snapshot.complete)
		pli_okx_doubt(s, spec->name, " was not heard of before; all is read again");
}

void
pli_okx_follow(okx_session *s, const plm_event *event, plm_decimal options_value)
{
	const plm_position *position = &event->u.position;
	const plm_instrument *spec = plm_names_instrument_get(s->cfg.names, position->instrument);
	bool of_snapshot = (event->flags & PLM_FLAG_SNAPSHOT) != 0, others;
	pli_held_leg *leg = pli_held_legs_find(
	    &s->legs, position->instrument, position->side, &others);
	bool open = plm_decimal_sign(position->quantity) != 0;
	if (spec == NULL || leg == NULL)
		return;
	if (leg->held == PLI_HELD_NOT)
		follow_new(s, spec, open, others && !of_snapshot);
	s->specs_wanted |= open && spec->spec_source != PLM_SPEC_VENUE &&
			   spec->kind != PLM_KIND_SPOT;
	pli_tier_asks_see(&s->tiers, s->cfg.names, event);
	s->moves_count += leg->quantity.units != position->quantity.units;
	leg->settle = spec->settle;
	leg->options_value = open ? options_value : plm_decimal_zero();
	pli_held_legs_tell(&s->legs, leg, position->quantity, of_snapshot);
}

void
pli_okx_follow_asset(okx_session *s, plm_asset_id asset)
{
	channels_of_asset(s, plm_slice_of(plm_names_asset_text(s->cfg.names, asset)));
}

plm_decimal
pli_okx_options_of(void *session, plm_asset_id asset)
{
	const okx_session *s = session;
	plm_decimal sum = plm_decimal_zero();
	for (const pli_held_leg *leg = s->legs.rows; leg < s->legs.rows + s->legs.rows_count; leg++)
		if (leg->held != PLI_HELD_NOT && leg->settle.value == asset.value &&
		    plm_decimal_add(sum, leg->options_value, &sum) != PLM_OK)
			return plm_decimal_unknown();
	return sum;
}

void
pli_okx_snapshot_begin(okx_session *s, plm_event_sink *events)
{
	okx_snapshot *snapshot = &s->snapshot;
	if (pli_emit_snapshot_begin(events, s->cfg.account) != PLM_OK)
		return;
	snapshot->running = true;
	snapshot->rows_count = 0;
	snapshot->began_ns = s->now_ns;
	snapshot->due_ns = s->now_ns + RECONCILE_NS;
	snapshot->updates_begin = s->legs.updates_count;
	snapshot->doubts_begin = s->doubts_count;
	pli_held_legs_begin(&s->legs);
	pli_task_due(&s->tasks[OKX_ASK_CONFIG], s->now_ns); /* its answer asks for the rest */
}

static void
snapshot_end(okx_session *s, int64_t wait_ns)
{
	s->snapshot.running = false;
	s->snapshot.due_ns = s->now_ns + wait_ns;
	pli_held_legs_break(&s->legs);
}

void
pli_okx_snapshot_break(okx_session *s, int64_t wait_ns, const char *why)
{
	if (!s->snapshot.running)
		return;
	snapshot_end(s, wait_ns);
	s->snapshot.end_owed = true;
	s->snapshot.failures++;
	for (okx_ask ask = OKX_ASK_POSITIONS; ask <= OKX_ASK_BALANCE; ask++)
		s->tasks[ask] = (pli_task){.due_ns = PLI_NEVER};
	pli_okx_say(s, "%s; positions and balances are asked for again", why);
}

/* An answer may come before the word of the stream that what it lacks was closed: the next reading
 * confirms it, and only one that does not is in doubt. */
static bool
snapshot_is_doubtful(okx_session *s)
{
	const pli_held_leg *missing;
	bool doubtful = pli_held_legs_is_doubtful(&s->legs, !s->snapshot.complete, &missing);
	const plm_instrument *spec =
	    missing == NULL ? NULL : plm_names_instrument_get(s->cfg.names, missing->instrument);
	if (missing != NULL && s->doubt[0] == '\0')
		s->doubt_ns = s->now_ns + UPDATE_LAG_NS;
	if (missing != NULL)
		(void)snprintf(s->doubt, sizeof s->doubt,
		    "%s was open and is missing in a snapshot; all is read again",
		    spec == NULL ? "a position" : spec->name);
	return doubtful && !pli_mutant(OKX_MISSING_IS_FLAT);
}

static void
snapshot_believe(okx_session *s)
{
	okx_snapshot *snapshot = &s->snapshot;
	bool known = snapshot->complete, sure = snapshot->doubts_begin == s->doubts_count;
	pli_held_legs_believe(&s->legs);
	if (known && s->legs.changed && s->legs.updates_count == snapshot->updates_begin)
		snapshot->suspect_ns = s->now_ns + UPDATE_LAG_NS;
	snapshot->complete = true;
	snapshot->read_ns = snapshot->began_ns;
	snapshot->failures = 0;
	s->maintenance = false;
	s->text[0] = '\0';
	if (sure)
		s->doubt[0] = '\0';
	else
		pli_okx_snapshot_soon(s);
}

plm_err
pli_okx_snapshot_finish(okx_session *s, plm_event_sink *events)
{
	bool doubtful = snapshot_is_doubtful(s);
	plm_err err = pli_emit_snapshot_end(
	    events, s->cfg.account, !doubtful, s->snapshot.rows_count);
	if (err != PLM_OK)
		return err;
	snapshot_end(s, doubtful ? 0 : RECONCILE_NS);
	if (!doubtful)
		snapshot_believe(s);
	return PLM_OK;
}

/* Not at once and not too often. */
void
pli_okx_snapshot_soon(okx_session *s)
{
	plm_time_ns due_ns = s->now_ns + UPDATE_LAG_NS / 2;
	plm_time_ns earliest_ns = s->snapshot.began_ns + RECONCILE_EVENT_NS;
	due_ns = due_ns < earliest_ns ? earliest_ns : due_ns;
	if (s->snapshot.due_ns > due_ns)
		s->snapshot.due_ns = due_ns;
}
