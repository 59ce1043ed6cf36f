/* bybit_topics.c: what is held, and the tickers that price it. */
#include "venue/bybit_live/bybit_session.h"

#include <ctype.h>
#include <stdio.h>

#include "venue/request_text.h"

enum { TOPICS_A_MESSAGE = 10 }; /* the venue takes no more of spot pairs */
enum { COIN_BIT = 1, TETHER_BIT = 2 };
#define ANSWER_NS PLI_SECONDS(10)

bool
pli_bybit_is_private(const bybit_state *s)
{
	return s->credentials.key[0] != '\0' && s->cfg.private_stream;
}

uint8_t
pli_bybit_link_of(const bybit_state *s, bybit_category category)
{
	bool first = category == BYBIT_LINEAR && !pli_bybit_is_private(s);
	return first ? (uint8_t)BYBIT_LINK_USER : (uint8_t)category;
}

bybit_category
pli_bybit_category_of(const bybit_state *s, uint8_t link)
{
	if (link != BYBIT_LINK_USER)
		return (bybit_category)link;
	return pli_bybit_is_private(s) ? BYBIT_NONE : BYBIT_LINEAR;
}

bybit_topic *
pli_bybit_topic_find(bybit_state *s, bybit_category category, plm_slice symbol)
{
	for (bybit_topic *topic = s->topics; topic < s->topics + s->topics_count; topic++)
		if (topic->category == category && plm_slice_is(symbol, topic->symbol))
			return topic;
	return NULL;
}

static bool
topic_is_idle(const bybit_topic *topic)
{
	return !topic->wanted && !pli_held_bits_any(&topic->held);
}

bybit_topic *
pli_bybit_topic_add(bybit_state *s, bybit_category category, plm_slice symbol)
{
	bybit_topic *topic = pli_bybit_topic_find(s, category, symbol);
	if (topic != NULL || symbol.size == 0 || symbol.size >= PLM_NAME_MAX)
		return topic;
	if (s->topics_count < BYBIT_TOPICS_MAX)
		topic = &s->topics[s->topics_count++];
	for (uint32_t i = 0; topic == NULL && i < s->topics_count; i++)
		if (topic_is_idle(&s->topics[i]))
			topic = &s->topics[i];
	if (topic == NULL) {
		s->topics_full_count++;
		return NULL;
	}
	*topic = (bybit_topic){.category = (uint8_t)category, .channel = BYBIT_WANTED};
	memcpy(topic->symbol, symbol.bytes, symbol.size);
	return topic;
}

static bybit_category
category_of(uint8_t kind, bool inverse)
{
	if (kind == PLM_KIND_OPTION)
		return BYBIT_OPTION;
	return inverse ? BYBIT_INVERSE : BYBIT_LINEAR;
}

/* Symbols of contracts. */
void
pli_bybit_topics_from_markets(bybit_state *s, const char *markets)
{
	for (const char *at = markets + strspn(markets, ", "); *at != '\0';) {
		size_t size = strcspn(at, ", ");
		char symbol[PLM_NAME_MAX] = "";
		for (size_t i = 0; i < size && i < sizeof symbol - 1; i++)
			symbol[i] = (char)toupper((unsigned char)at[i]);
		pli_contract_name said = {.kind = PLM_KIND_PERPETUAL};
		(void)pli_bybit_name_parse(plm_slice_of(symbol), false, &said);
		bybit_topic *topic = pli_bybit_topic_add(
		    s, category_of(said.kind, said.inverse), plm_slice_of(symbol));
		if (topic != NULL)
			topic->wanted = true;
		at += size + strspn(at + size, ", ");
	}
}

/* Returns the category of a contract that it did not know, be the position open or not. */
static bybit_category
observe_position(bybit_state *s, const plm_position *position, bool of_reading)
{
	const plm_instrument *spec = plm_names_instrument_get(s->cfg.names, position->instrument);
	bool open = plm_decimal_sign(position->quantity) != 0;
	plm_slice symbol = plm_slice_of(spec->name);
	bybit_category category = category_of(spec->kind, spec->inverse);
	bybit_topic *topic = pli_bybit_topic_find(s, category, symbol);
	bybit_category unheard = topic == NULL ? category : BYBIT_NONE;
	if (open && topic == NULL)
		topic = pli_bybit_topic_add(s, category, symbol);
	if (topic == NULL)
		return unheard;
	pli_held_bits_told(&topic->held, (uint8_t)(1U << position->side), open, of_reading);
	s->moves_count += topic->sizes[position->side].units != position->quantity.units;
	topic->sizes[position->side] = position->quantity;
	return unheard;
}

static void
observe_balance(bybit_state *s, const plm_balance *balance, bool of_reading)
{
	const char *coin = plm_names_asset_text(s->cfg.names, balance->asset);
	bool tether = strcmp(coin, "USDT") == 0;
	char pair[PLM_NAME_MAX];
	(void)snprintf(pair, sizeof pair, "%.40sUSDT", tether ? "USDC" : coin);
	bool open = plm_decimal_sign(balance->wallet) != 0 ||
		    plm_decimal_sign(balance->equity) != 0 ||
		    plm_decimal_sign(balance->borrowed) != 0;
	plm_slice symbol = plm_slice_of(pair);
	bybit_topic *topic = open ? pli_bybit_topic_add(s, BYBIT_SPOT, symbol)
				  : pli_bybit_topic_find(s, BYBIT_SPOT, symbol);
	if (topic != NULL)
		pli_held_bits_told(&topic->held, tether ? TETHER_BIT : COIN_BIT, open, of_reading);
}

bybit_category
pli_bybit_topics_observe(bybit_state *s, const plm_event *event)
{
	bool of_reading = (event->flags & PLM_FLAG_SNAPSHOT) != 0;
	pli_tier_asks_see(&s->tiers, s->cfg.names, event);
	pli_collateral_see(&s->collateral, event);
	if (event->type == PLM_EVENT_POSITION)
		return observe_position(s, &event->u.position, of_reading);
	if (event->type == PLM_EVENT_BALANCE)
		observe_balance(s, &event->u.balance, of_reading);
	return BYBIT_NONE;
}

bool
pli_bybit_topics_need(const bybit_state *s, bybit_category category)
{
	for (uint32_t i = 0; i < s->topics_count; i++)
		if (s->topics[i].category == category && !topic_is_idle(&s->topics[i]) &&
		    s->topics[i].channel != BYBIT_REFUSED)
			return true;
	return false;
}

void
pli_bybit_topics_list(bybit_state *s, bybit_reader *r, bybit_category category, bool last)
{
	for (bybit_topic *topic = s->topics; topic < s->topics + s->topics_count; topic++) {
		if (topic->category != category)
			continue;
		topic->listed |= pli_row_list_has(&r->row, r->row.node, "symbol", topic->symbol);
		if (last && topic->held.held != 0 && !topic->listed)
			pli_reading_doubt(&s->reading, s->now_ns,
			    "a contract that is held is listed no more; all is read again");
		topic->listed &= !last;
	}
}

static void
feed_link(bybit_state *s, uint8_t number, plm_request_sink *requests)
{
	bybit_link *link = &s->links[number];
	plm_request request = {.kind = PLM_REQUEST_WS_SEND, .link = number};
	uint32_t count = 0, most = link->alone ? 1 : TOPICS_A_MESSAGE;
	uint32_t serial = s->subscriptions == UINT32_MAX ? 1 : s->subscriptions + 1;
	(void)pli_request_append(
	    &request, "{\"req_id\":\"%u\",\"op\":\"subscribe\",\"args\":[", serial);
	for (bybit_topic *topic = s->topics; topic < s->topics + s->topics_count && count < most;
	     topic++) {
		if (pli_bybit_link_of(s, topic->category) != number || topic_is_idle(topic) ||
		    topic->channel != BYBIT_WANTED)
			continue;
		(void)pli_request_append(
		    &request, "%s\"tickers.%s\"", count == 0 ? "" : ",", topic->symbol);
		topic->asked = serial;
		count++;
	}
	(void)pli_request_append(&request, "]}");
	if (count == 0 || requests->submit(requests->ctx, &request) != PLM_OK)
		return;
	for (uint32_t i = 0; i < s->topics_count; i++)
		if (s->topics[i].asked == serial)
			s->topics[i].channel = BYBIT_ASKED;
	s->subscriptions = link->asked = serial;
	link->asked_ns = s->now_ns;
}

/* The topics of a subscription go on as `channel`. */
static void
topics_move(bybit_state *s, uint32_t serial, uint8_t channel)
{
	for (bybit_topic *topic = s->topics; topic < s->topics + s->topics_count; topic++)
		if (topic->asked == serial && topic->channel == BYBIT_ASKED)
			topic->channel = channel;
}

void
pli_bybit_topics_feed(bybit_state *s, plm_request_sink *requests)
{
	for (uint8_t number = 0; number < BYBIT_LINKS; number++) {
		bybit_link *link = &s->links[number];
		if (pli_bybit_category_of(s, number) == BYBIT_NONE || !link->open)
			continue;
		if (link->asked != 0 && s->now_ns - link->asked_ns > ANSWER_NS) {
			topics_move(s, link->asked, BYBIT_WANTED);
			link->asked = 0;
		}
		if (link->asked == 0)
			feed_link(s, number, requests);
	}
}

/* Options: those of a batch that are refused are named, and the others are heard. */
static void
topics_refuse_named(bybit_state *s, bybit_reader *answer)
{
	pli_row row = {.json = answer->row.json, .node = pli_row_find(&answer->row, "data")};
	uint32_t list = row.node == 0 ? 0 : pli_row_find(&row, "failTopics");
	if (list == 0 || answer->nodes[list].type != PLI_JSON_ARRAY)
		return;
	for (uint32_t at = list + 1; at < answer->nodes[list].next; at = answer->nodes[at].next) {
		plm_slice head, symbol;
		bybit_topic *topic = pli_name_cut(answer->nodes[at].text, '.', &head, &symbol)
					 ? pli_bybit_topic_find(s, BYBIT_OPTION, symbol)
					 : NULL;
		if (topic != NULL)
			topic->channel = BYBIT_REFUSED;
	}
}

/* A batch with one unknown symbol is refused as a whole, and then asked for one by one. */
void
pli_bybit_topics_answered(bybit_state *s, uint8_t number, bybit_reader *answer)
{
	bybit_link *link = &s->links[number];
	bool good = pli_row_bool(&answer->row, "success");
	topics_refuse_named(s, answer);
	if (good)
		topics_move(s, link->asked, BYBIT_LIVE);
	else
		topics_move(s, link->asked, link->alone ? BYBIT_REFUSED : BYBIT_WANTED);
	link->alone |= !good;
	link->asked = 0;
}

void
pli_bybit_topics_link_lost(bybit_state *s, uint8_t number)
{
	for (bybit_topic *topic = s->topics; topic < s->topics + s->topics_count; topic++)
		if (pli_bybit_link_of(s, topic->category) == number) {
			topic->channel = BYBIT_WANTED;
			topic->ticker.known = false;
		}
}

void
pli_bybit_topics_reset(bybit_state *s)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < s->topics_count; i++) {
		bybit_topic topic = s->topics[i];
		pli_held_bits_reset(&topic.held);
		topic.channel = BYBIT_WANTED;
		topic.ticker.known = false;
		if (!topic_is_idle(&topic))
			s->topics[kept++] = topic;
	}
	s->topics_count = kept;
}

void
pli_bybit_reading_begin(bybit_state *s)
{
	for (uint32_t i = 0; i < s->topics_count; i++)
		pli_held_bits_begin(&s->topics[i].held);
}

bool
pli_bybit_reading_end(bybit_state *s)
{
	pli_held_bits_judge judge = {.refuted = false};
	for (uint32_t i = 0; i < s->topics_count; i++)
		pli_held_bits_end(&s->topics[i].held, &judge);
	bool believed = pli_held_bits_is_believed(&judge, s->reading.first, s->reading.whole_count);
	if (!believed && judge.missing)
		pli_reading_lacks(&s->reading, s->now_ns);
	for (uint32_t i = 0; i < s->topics_count && believed; i++)
		pli_held_bits_believe(&s->topics[i].held);
	return believed;
}
