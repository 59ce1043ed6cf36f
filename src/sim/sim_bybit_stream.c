/* sim_bybit_stream.c: the simulated Bybit's streams: logins, topics, pushes, prices. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim_bybit.h"
#include "sim/sim_call.h"
#include "sim/sim_number.h"

enum { PUSH_MS = 500, SPOT_ARGS_MAX = 10 };

enum {
	CHANNEL_POSITION = 1,
	CHANNEL_WALLET = 2,
	CHANNEL_EXECUTION = 4,
	CHANNEL_ORDER = 8,
	CHANNEL_GREEKS = 16
};

static plm_slice
frame_bytes(const pli_sim_bybit *b)
{
	assert(!b->frame.overflow);
	return (plm_slice){b->frame.bytes, b->frame.size};
}

/* Pushes: {"id":..,"topic":..,"creationTime":..,"data":[ */

static pli_json_writer *
push_open(pli_sim_bybit *b, const char *topic)
{
	pli_json_writer *w = &b->frame;
	char id[32];
	(void)snprintf(id, sizeof id, "5923242c%" PRIu64, ++b->serial);
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "id", id);
	pli_sim_put_text(w, "topic", topic);
	pli_sim_put_int(w, "creationTime", b->now_ns / PLM_NS_PER_MS);
	pli_json_key(w, "data");
	pli_json_array_open(w);
	return w;
}

static void
push_close(pli_sim_bybit *b, const pli_sim_bybit_client *client)
{
	pli_json_array_close(&b->frame);
	pli_json_object_close(&b->frame);
	pli_sim_wire_event(b->wire, client->id, frame_bytes(b), true);
}

/* All legs of the contract; the one that changed is dated now. */
static void
push_position(pli_sim_bybit *b, const pli_sim_bybit_client *client, const pli_sim_position *changed)
{
	const pli_sim_account *a = &b->world->accounts[client->key->account];
	pli_json_writer *w = push_open(b, "position");
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		if (p->instrument == changed->instrument)
			pli_sim_bybit_put_position(w, a, p,
			    p == changed || p->updated_ns == 0 ? b->now_ns : p->updated_ns);
	}
	push_close(b, client);
}

static void
push_wallet(pli_sim_bybit *b, const pli_sim_bybit_client *client, pli_sim_asset asset)
{
	pli_json_writer *w = push_open(b, "wallet");
	pli_sim_bybit_put_wallet(
	    w, &b->world->market, &b->world->accounts[client->key->account], asset);
	push_close(b, client);
}

static void
push_execution(pli_sim_bybit *b, const pli_sim_bybit_client *client, const pli_sim_news *news)
{
	pli_json_writer *w = push_open(b, "execution");
	pli_sim_bybit_put_execution(w, news, b->serial, b->now_ns);
	push_close(b, client);
}

static void
push_order(pli_sim_bybit *b, const pli_sim_bybit_client *client, const pli_sim_fill *fill)
{
	pli_json_writer *w = push_open(b, "order");
	pli_sim_bybit_put_order(w, fill);
	push_close(b, client);
}

static void
push_greeks(pli_sim_bybit *b, const pli_sim_bybit_client *client, pli_sim_asset coin)
{
	pli_json_writer *w = push_open(b, "greeks");
	pli_sim_bybit_put_greeks(w, &b->world->accounts[client->key->account], coin);
	push_close(b, client);
}

/* A funding moves cash, and the position stays as it is. */
static void
push_news(pli_sim_bybit *b, const pli_sim_bybit_client *client, const pli_sim_news *news)
{
	uint8_t channels = client->channels;
	bool funding = news->kind == PLI_SIM_NEWS_FUNDING;
	bool executed = news->fill != NULL || (funding && news->position != NULL);
	if ((channels & CHANNEL_ORDER) != 0 && news->fill != NULL)
		push_order(b, client, news->fill);
	if ((channels & CHANNEL_EXECUTION) != 0 && executed)
		push_execution(b, client, news);
	if ((channels & CHANNEL_POSITION) != 0 && news->position != NULL && !funding)
		push_position(b, client, news->position);
	if ((channels & CHANNEL_GREEKS) != 0 && news->position != NULL &&
	    news->position->instrument->kind == PLI_SIM_OPTION)
		push_greeks(b, client, news->position->instrument->coin);
	if ((channels & CHANNEL_WALLET) != 0 && news->kind != PLI_SIM_NEWS_RENAME)
		push_wallet(b, client, news->asset);
}

void
pli_sim_bybit_on_news(pli_sim_bybit *b, const pli_sim_news *news)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		const pli_sim_bybit_client *client = &b->clients[i];
		if (client->used && client->key != NULL && client->key->account == news->account)
			push_news(b, client, news);
	}
}

/* Prices. A contract's is told whole at first, then what changes of it; an option's and a pair's
 * always whole. */
static void
topic_push(pli_sim_bybit *b, const pli_sim_bybit_client *client, pli_sim_bybit_topic *topic)
{
	const pli_sim_instrument *in = topic->instrument;
	const pli_sim_market *m = &b->world->market;
	pli_json_writer *w = &b->frame;
	char name[PLI_SIM_NAME_MAX + 16];
	topic->next_ns = b->now_ns + PUSH_MS * PLM_NS_PER_MS;
	if (in != NULL && in->expired)
		return;
	bool option = in != NULL && in->kind == PLI_SIM_OPTION;
	bool first = in == NULL || option || !plm_decimal_is_known(topic->told.mark);
	(void)snprintf(name, sizeof name, "tickers.%s%s",
	    in != NULL ? in->name : pli_sim_asset_name(topic->coin), in != NULL ? "" : "USDT");
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "topic", name);
	pli_sim_put_int(w, "ts", b->now_ns / PLM_NS_PER_MS);
	pli_sim_put_text(w, "type", first ? "snapshot" : "delta");
	pli_sim_put_int(w, "cs", (int64_t)++b->serial);
	pli_json_key(w, "data");
	if (option)
		pli_sim_bybit_put_option(w, m, in, true);
	else if (in != NULL)
		pli_sim_bybit_put_ticker(w, m, in, &topic->told);
	else
		pli_sim_bybit_put_spot(w, m, topic->coin, false);
	pli_json_object_close(w);
	pli_sim_wire_event(b->wire, client->id, frame_bytes(b), false);
}

void
pli_sim_bybit_tick(pli_sim_bybit *b, plm_time_ns now_ns)
{
	b->now_ns = now_ns;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_bybit_client *client = &b->clients[i];
		for (uint32_t k = 0; client->used && k < client->topics_count; k++)
			if (client->topics[k].next_ns <= now_ns)
				topic_push(b, client, &client->topics[k]);
	}
}

/* Connections. */

static pli_sim_bybit_client *
client_find(pli_sim_bybit *b, uint32_t id)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++)
		if (b->clients[i].used && b->clients[i].id == id)
			return &b->clients[i];
	return NULL;
}

/* False: no stream is there. */
static bool
path_category(plm_slice path, pli_sim_bybit_category *ret_category)
{
	int i = 0;
	for (; i < PLI_SIM_BYBIT_CATEGORIES; i++) {
		char text[32];
		(void)snprintf(text, sizeof text, "/v5/public/%s", pli_sim_bybit_categories[i]);
		if (plm_slice_is(path, text))
			break;
	}
	*ret_category = (pli_sim_bybit_category)i;
	return i < PLI_SIM_BYBIT_CATEGORIES || plm_slice_is(path, "/v5/private");
}

bool
pli_sim_bybit_on_connect(pli_sim_bybit *b, uint32_t id, const pli_http_in *in)
{
	pli_sim_bybit_category category;
	pli_sim_bybit_client *client = NULL;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX && client == NULL; i++)
		if (!b->clients[i].used)
			client = &b->clients[i];
	if (!path_category(in->path, &category) || client == NULL ||
	    pli_sim_wire_active(b->wire, PLI_SIM_FAULT_MAINTENANCE) ||
	    !pli_sim_wire_connect(b->wire, id))
		return false;
	*client = (pli_sim_bybit_client){.id = id, .used = true, .category = category};
	return true;
}

void
pli_sim_bybit_on_disconnect(pli_sim_bybit *b, uint32_t id)
{
	pli_sim_bybit_client *client = client_find(b, id);
	if (client != NULL)
		client->used = false;
	pli_sim_wire_disconnect(b->wire, id);
}

/* What was said, and the words that answer it. */
typedef struct bybit_said {
	pli_json *json;
	plm_slice op, id;
	uint32_t args; /* 0: none */
} bybit_said;

static pli_json_writer *
word_open(pli_sim_bybit *b)
{
	pli_json_writer_reset(&b->frame);
	pli_json_object_open(&b->frame);
	return &b->frame;
}

static void
word_close(pli_sim_bybit *b, const pli_sim_bybit_client *client)
{
	pli_sim_put_text(&b->frame, "conn_id", "cejreaspqfm9se7usbrg-3ab");
	pli_json_object_close(&b->frame);
	pli_sim_wire_reply(b->wire, client->id, frame_bytes(b));
}

static void
word_put(pli_json_writer *w, const char *key, plm_slice text)
{
	pli_json_key(w, key);
	pli_json_put_slice(w, text);
}

static void
client_answer(pli_sim_bybit *b, const pli_sim_bybit_client *client, const bybit_said *said,
    bool success, const char *text)
{
	pli_json_writer *w = word_open(b);
	pli_sim_put_bool(w, "success", success);
	pli_sim_put_text(w, "ret_msg", text);
	word_put(w, "op", said->op);
	if (said->id.size > 0 || client->category != PLI_SIM_BYBIT_CATEGORIES)
		word_put(w, "req_id", said->id);
	word_close(b, client);
}

static void
client_ping(pli_sim_bybit *b, const pli_sim_bybit_client *client, const bybit_said *said)
{
	if (client->category != PLI_SIM_BYBIT_CATEGORIES &&
	    client->category != PLI_SIM_BYBIT_OPTION) {
		client_answer(b, client, said, true, "pong");
		return;
	}
	char text[24];
	pli_json_writer *w = word_open(b);
	if (said->id.size > 0)
		word_put(w, "req_id", said->id);
	pli_sim_put_text(w, "op", "pong");
	pli_json_key(w, "args");
	pli_json_array_open(w);
	(void)snprintf(text, sizeof text, "%lld", (long long)(b->now_ns / PLM_NS_PER_MS));
	pli_json_put_text(w, text);
	pli_json_array_close(w);
	word_close(b, client);
}

static plm_slice
said_arg(const bybit_said *said, uint32_t n)
{
	const pli_json_node *nodes = pli_json_nodes(said->json, NULL);
	uint32_t at = said->args + 1;
	if (said->args == 0 || n >= nodes[said->args].children_count)
		return (plm_slice){NULL, 0};
	while (n-- > 0)
		at = nodes[at].next;
	return nodes[at].text;
}

/* ["key", time until when it is good, signature of that time] */
static void
client_login(pli_sim_bybit *b, pli_sim_bybit_client *client, const bybit_said *said)
{
	plm_slice until = said_arg(said, 1);
	const pli_sim_bybit_key *key = pli_sim_bybit_key_find(b, said_arg(said, 0));
	char text[64];
	(void)snprintf(text, sizeof text, "GET/realtime%.*s",
	    (int)(until.size < 24 ? until.size : 24), until.size == 0 ? "" : until.bytes);
	bool late = strtoll(text + strlen("GET/realtime"), NULL, 10) <= b->now_ns / PLM_NS_PER_MS;
	bool good = key != NULL && !late && pli_sim_bybit_signed(key, text, said_arg(said, 2));
	if (good) {
		client->key = key;
		client_answer(b, client, said, true, "");
		return;
	}
	pli_json_writer *w = word_open(b);
	pli_sim_put_text(w, "op", "auth");
	pli_sim_put_bool(w, "success", false);
	pli_sim_put_int(w, "retCode", key == NULL ? 10003 : late ? 10002 : 10004);
	pli_sim_put_text(w, "retMsg",
	    key == NULL ? "Invalid apikey"
	    : late      ? "Param validation error: expires is in the past"
			: "Invalid sign");
	word_close(b, client);
}

static uint8_t
channel_private(plm_slice text)
{
	static const char *const names[] = {"position", "wallet", "execution", "order", "greeks"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (plm_slice_is(text, names[i]))
			return (uint8_t)(1U << i);
	return 0;
}

static void
client_subscribe_private(
    pli_sim_bybit *b, pli_sim_bybit_client *client, const bybit_said *said, uint32_t count)
{
	uint8_t channels = 0;
	char text[96];
	if (client->key == NULL) {
		client_answer(b, client, said, false, "Request not authorized");
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		plm_slice topic = said_arg(said, i);
		uint8_t channel = channel_private(topic);
		channels |= channel;
		if (channel != 0)
			continue;
		(void)snprintf(text, sizeof text, "Batch subscription failed,topic:%.*s",
		    (int)(topic.size < 40 ? topic.size : 40), topic.size == 0 ? "" : topic.bytes);
		client_answer(b, client, said, false, text);
		return;
	}
	client->channels |= channels;
	client_answer(b, client, said, true, "");
}

/* "tickers.BTCUSDT" of the stream's category; false: no such topic. */
static bool
topic_read(const pli_sim_bybit *b, const pli_sim_bybit_client *client, plm_slice text,
    pli_sim_bybit_topic *ret_topic)
{
	static const char head[] = "tickers.";
	plm_decimal unknown = plm_decimal_unknown();
	if (text.size < sizeof head || memcmp(text.bytes, head, sizeof head - 1) != 0)
		return false;
	plm_slice symbol = {text.bytes + sizeof head - 1, text.size - (sizeof head - 1)};
	*ret_topic = (pli_sim_bybit_topic){
	    .coin = pli_sim_bybit_pair_find(symbol), .told = {unknown, unknown, unknown, unknown}};
	if (client->category == PLI_SIM_BYBIT_SPOT)
		return ret_topic->coin != PLI_SIM_ASSETS;
	const pli_sim_instrument *in = pli_sim_market_find(
	    &b->world->market, PLI_SIM_BYBIT, symbol);
	ret_topic->instrument = in;
	return in != NULL && !in->expired && pli_sim_bybit_category_of(in) == client->category;
}

/* Asked for again, a topic begins anew. */
static bool
client_listen(pli_sim_bybit_client *client, const pli_sim_bybit_topic *topic)
{
	uint32_t i = 0;
	while (i < client->topics_count && (client->topics[i].instrument != topic->instrument ||
					       client->topics[i].coin != topic->coin))
		i++;
	if (i == PLI_SIM_BYBIT_TOPICS_MAX)
		return false;
	client->topics_count += i == client->topics_count;
	client->topics[i] = *topic;
	return true;
}

/* Of options those that are not there are named, and the rest is heard. */
static void
client_subscribe_options(
    pli_sim_bybit *b, pli_sim_bybit_client *client, const bybit_said *said, uint32_t count)
{
	static const char *const lists[] = {"failTopics", "successTopics"};
	pli_json_writer *w = word_open(b);
	pli_sim_bybit_topic topic;
	pli_sim_put_bool(w, "success", true);
	pli_json_key(w, "data");
	pli_json_object_open(w);
	for (int heard = 0; heard < 2; heard++) {
		pli_json_key(w, lists[heard]);
		pli_json_array_open(w);
		for (uint32_t i = 0; i < count; i++)
			if ((topic_read(b, client, said_arg(said, i), &topic) &&
				client_listen(client, &topic)) == heard)
				pli_json_put_slice(w, said_arg(said, i));
		pli_json_array_close(w);
	}
	pli_json_object_close(w);
	pli_sim_put_text(w, "type", "COMMAND_RESP");
	word_close(b, client);
}

/* One that is not there refuses them all. */
static void
client_subscribe_prices(
    pli_sim_bybit *b, pli_sim_bybit_client *client, const bybit_said *said, uint32_t count)
{
	pli_sim_bybit_topic topic;
	char text[96];
	if (client->category == PLI_SIM_BYBIT_OPTION) {
		client_subscribe_options(b, client, said, count);
		return;
	}
	if (client->category == PLI_SIM_BYBIT_SPOT && count > SPOT_ARGS_MAX) {
		client_answer(b, client, said, false, "args size >10");
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		plm_slice name = said_arg(said, i);
		if (topic_read(b, client, name, &topic))
			continue;
		(void)snprintf(text, sizeof text, "error:handler not found,topic:%.*s",
		    (int)(name.size < 40 ? name.size : 40), name.size == 0 ? "" : name.bytes);
		client_answer(b, client, said, false, text);
		return;
	}
	bool room = true;
	for (uint32_t i = 0; i < count; i++)
		room &= topic_read(b, client, said_arg(said, i), &topic) &&
			client_listen(client, &topic);
	client_answer(b, client, said, room, room ? "" : "error:too many topics");
}

void
pli_sim_bybit_on_message(pli_sim_bybit *b, uint32_t id, plm_slice text)
{
	pli_sim_bybit_client *client = client_find(b, id);
	bybit_said said = {.json = pli_json_shared()};
	if (client == NULL || said.json == NULL)
		return;
	bool read = pli_json_parse(said.json, text, NULL) == PLM_OK;
	if (read) {
		said.op = pli_sim_member(said.json, 0, "op");
		said.id = pli_sim_member(said.json, 0, "req_id");
		said.args = pli_json_find(said.json, 0, "args");
	}
	bool of_account = client->category == PLI_SIM_BYBIT_CATEGORIES;
	uint32_t count = said.args == 0 ? 0
					: pli_json_nodes(said.json, NULL)[said.args].children_count;
	if (plm_slice_is(said.op, "ping"))
		client_ping(b, client, &said);
	else if (plm_slice_is(said.op, "auth") && of_account)
		client_login(b, client, &said);
	else if (!plm_slice_is(said.op, "subscribe") || count == 0)
		client_answer(b, client, &said, false, "error:invalid op");
	else if (of_account)
		client_subscribe_private(b, client, &said, count);
	else
		client_subscribe_prices(b, client, &said, count);
}
