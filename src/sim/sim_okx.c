/* sim_okx.c: the simulated OKX's doors: routes and signatures, logins, channels, pushes. */
#include "sim/sim_okx.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim_call.h"
#include "sim/sim_number.h"
#include "sim/sim_okx_pm.h"
#include "sim/sim_okx_rows.h"
#include "venue/sign.h"

enum { BODY_MAX = 1 << 20, PUSH_S = 5, WINDOW_S = 30 };

enum { TOPIC_MARK, TOPIC_INDEX, TOPIC_FUNDING };
enum { CHANNEL_ACCOUNT = 1, CHANNEL_POSITIONS = 2, CHANNEL_CHANGES = 4, CHANNEL_ORDERS = 8 };

/* One REST call. key: NULL for public ones. */
typedef struct okx_call {
	const pli_http_in *in;
	const pli_sim_okx_key *key;
	uint32_t status;
	bool torn;
} okx_call;

static void
call_error(pli_sim_okx *o, okx_call *call, uint32_t status, const char *code, const char *text)
{
	call->status = status;
	pli_json_writer_reset(&o->body);
	pli_json_object_open(&o->body);
	pli_sim_put_text(&o->body, "code", code);
	pli_sim_put_text(&o->body, "msg", text);
	pli_json_key(&o->body, "data");
	pli_json_array_open(&o->body);
	pli_json_array_close(&o->body);
	pli_json_object_close(&o->body);
}

static const pli_sim_account *
call_account(const pli_sim_okx *o, const okx_call *call)
{
	return &o->world->accounts[call->key->account];
}

static void
route_time(pli_sim_okx *o, okx_call *call)
{
	(void)call;
	pli_json_object_open(&o->body);
	pli_sim_put_ms(&o->body, "ts", o->now_ns);
	pli_json_object_close(&o->body);
}

static void
route_none(pli_sim_okx *o, okx_call *call)
{
	(void)o, (void)call;
}

static void
route_instruments(pli_sim_okx *o, okx_call *call)
{
	const pli_sim_market *m = &o->world->market;
	plm_slice type = pli_sim_param(call->in, "instType");
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		bool swap = in->kind == PLI_SIM_PERPETUAL;
		if (in->venue == PLI_SIM_OKX && !in->expired &&
		    plm_slice_is(type, swap ? "SWAP" : "FUTURES"))
			pli_sim_okx_put_instrument(&o->body, in);
	}
}

/* Of the first contract of the type and family: all of one have the same. */
static void
route_tiers(pli_sim_okx *o, okx_call *call)
{
	const pli_sim_market *m = &o->world->market;
	plm_slice type = pli_sim_param(call->in, "instType");
	plm_slice family = pli_sim_param(call->in, "instFamily");
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		bool swap = in->kind == PLI_SIM_PERPETUAL;
		const char *end = strrchr(in->name, '-');
		if (in->venue != PLI_SIM_OKX || end == NULL || family.size == 0 ||
		    !plm_slice_is(type, swap ? "SWAP" : "FUTURES") ||
		    (size_t)(end - in->name) != family.size ||
		    memcmp(in->name, family.bytes, family.size) != 0)
			continue;
		pli_sim_okx_put_tiers(&o->body, in);
		return;
	}
	call_error(o, call, 200, "51000", "Parameter instFamily error");
}

static void
route_discounts(pli_sim_okx *o, okx_call *call)
{
	(void)call;
	for (int i = 0; i < PLI_SIM_USD; i++)
		pli_sim_okx_put_discounts(&o->body, (pli_sim_asset)i);
}

static void
route_config(pli_sim_okx *o, okx_call *call)
{
	pli_sim_okx_put_config(&o->body, call_account(o, call), call->key->can_trade);
}

static void
route_balance(pli_sim_okx *o, okx_call *call)
{
	pli_sim_okx_put_account(&o->body, o->world, call_account(o, call), o->now_ns);
}

static void
route_positions(pli_sim_okx *o, okx_call *call)
{
	const pli_sim_account *a = call_account(o, call);
	bool empty = pli_sim_wire_take(o->wire, PLI_SIM_FAULT_EMPTY);
	bool half = pli_sim_wire_take(o->wire, PLI_SIM_FAULT_PARTIAL);
	call->torn = pli_sim_wire_take(o->wire, PLI_SIM_FAULT_TORN);
	for (uint32_t i = 0, seen = 0; i < a->positions_count && !empty; i++)
		if (!pli_sim_is_zero(a->positions[i].size) && !(half && seen++ % 2 == 1))
			pli_sim_okx_put_position(
			    &o->body, &o->world->market, a, &a->positions[i], 0);
}

/* Of type 1, newest first, 100 at most. */
static void
route_bills(pli_sim_okx *o, okx_call *call)
{
	plm_time_ns from_ns = pli_sim_ms(pli_sim_param(call->in, "begin"));
	uint32_t account = call->key->account, count = 0;
	call->torn = pli_sim_wire_take(o->wire, PLI_SIM_FAULT_TORN);
	const pli_sim_move *move = pli_sim_world_move(o->world, account, 0, from_ns);
	for (; move != NULL && count < 100; count++) {
		pli_sim_okx_put_bill(&o->body, &o->world->accounts[account], move);
		move = pli_sim_world_move(o->world, account, move->id, from_ns);
	}
}

/* Of what is held alone: it supposes nothing. */
static void
route_stress(pli_sim_okx *o, okx_call *call)
{
	const pli_sim_account *a = call_account(o, call);
	if (!a->portfolio || !plm_slice_is(call->in->body, "{\"inclRealPosAndEq\":true}"))
		call_error(o, call, 200, "51000", "Parameter error");
	else
		pli_sim_okx_put_stress(&o->body, &o->world->market, a, o->now_ns);
}

static const struct {
	const char *path;
	bool is_private;
	void (*run)(pli_sim_okx *o, okx_call *call);
} okx_routes[] = {
    {"/api/v5/public/time", false, route_time},
    {"/api/v5/public/instruments", false, route_instruments},
    {"/api/v5/public/position-tiers", false, route_tiers},
    {"/api/v5/public/discount-rate-interest-free-quota", false, route_discounts},
    {"/api/v5/system/status", false, route_none},
    {"/api/v5/asset/currencies", true, route_none},
    {"/api/v5/account/config", true, route_config},
    {"/api/v5/account/balance", true, route_balance},
    {"/api/v5/account/positions", true, route_positions},
    {"/api/v5/account/bills", true, route_bills},
    {"/api/v5/account/position-builder", true, route_stress},
};

static const pli_sim_okx_key *
key_find(const pli_sim_okx *o, plm_slice key)
{
	for (uint32_t i = 0; i < o->keys_count; i++)
		if (plm_slice_is(key, o->keys[i].key))
			return &o->keys[i];
	return NULL;
}

static bool
key_signed(const pli_sim_okx_key *key, const char *text, plm_slice sign)
{
	char want[PLI_SIGNATURE_BASE64 + 1];
	pli_sign_hmac_sha256_base64(key->secret, plm_slice_of(text), want);
	return plm_slice_is(sign, want);
}

static bool
call_authorise(pli_sim_okx *o, okx_call *call)
{
	const pli_http_in *in = call->in;
	char text[1024];
	plm_time_ns stamp_ns = 0;
	call->key = key_find(o, in->api_key);
	(void)snprintf(text, sizeof text, "%.*s%.*s%.*s%s%.*s%.*s", (int)in->stamp.size,
	    in->stamp.size == 0 ? "" : in->stamp.bytes, (int)in->method.size, in->method.bytes,
	    (int)in->path.size, in->path.bytes, in->query.size == 0 ? "" : "?", (int)in->query.size,
	    in->query.size == 0 ? "" : in->query.bytes, (int)in->body.size,
	    in->body.size == 0 ? "" : in->body.bytes);
	bool timed = plm_time_parse(in->stamp, &stamp_ns) == PLM_OK &&
		     llabs(stamp_ns - o->now_ns) <= WINDOW_S * PLM_NS_PER_S;
	if (call->key == NULL)
		call_error(o, call, 401, "50111", "Invalid OK-ACCESS-KEY");
	else if (!plm_slice_is(in->passphrase, call->key->passphrase))
		call_error(o, call, 401, "50105", "Request header OK-ACCESS-PASSPHRASE incorrect.");
	else if (!timed)
		call_error(o, call, 401, "50102", "Timestamp request expired");
	else if (!key_signed(call->key, text, in->signature))
		call_error(o, call, 401, "50113", "Invalid Sign");
	return call->status == 200;
}

static bool
call_admit(pli_sim_okx *o, okx_call *call)
{
	if (pli_sim_wire_active(o->wire, PLI_SIM_FAULT_MAINTENANCE))
		call_error(
		    o, call, 503, "50001", "Service temporarily unavailable. Try again later");
	else if (pli_sim_wire_active(o->wire, PLI_SIM_FAULT_LIMIT))
		call_error(o, call, 429, "50011", "Rate limit reached. Please throttle requests.");
	return call->status == 200;
}

static void
call_run(pli_sim_okx *o, okx_call *call)
{
	for (size_t i = 0; i < sizeof okx_routes / sizeof okx_routes[0]; i++) {
		bool posted = okx_routes[i].run == route_stress;
		if (!plm_slice_is(call->in->path, okx_routes[i].path) ||
		    !plm_slice_is(call->in->method, posted ? "POST" : "GET"))
			continue;
		if (!call_admit(o, call) || (okx_routes[i].is_private && !call_authorise(o, call)))
			return;
		pli_json_object_open(&o->body);
		pli_sim_put_text(&o->body, "code", "0");
		pli_sim_put_text(&o->body, "msg", "");
		pli_json_key(&o->body, "data");
		pli_json_array_open(&o->body);
		okx_routes[i].run(o, call);
		if (o->body.depth == 0)
			return; /* an error, which is whole */
		pli_json_array_close(&o->body);
		pli_json_object_close(&o->body);
		return;
	}
	if (call_admit(o, call))
		call_error(o, call, 404, "404", "Not Found");
}

void
pli_sim_okx_on_request(pli_sim_okx *o, const pli_http_in *in, pli_http_answer *ret_answer)
{
	okx_call call = {.in = in, .status = 200};
	pli_json_writer_reset(&o->body);
	call_run(o, &call);
	assert(!o->body.overflow);
	size_t size = call.torn ? o->body.size / 2 : o->body.size;
	*ret_answer = (pli_http_answer){.status = call.status,
	    .content_type = "application/json",
	    .body = {o->body.bytes, size}};
	if (pli_sim_wire_active(o->wire, PLI_SIM_FAULT_SLOW))
		ret_answer->delay_ms = PLI_SIM_SLOW_MS;
	if (pli_sim_wire_active(o->wire, PLI_SIM_FAULT_STALL))
		ret_answer->hang = true;
}

/* Messages. */

static plm_slice
frame_bytes(const pli_sim_okx *o)
{
	assert(!o->frame.overflow);
	return (plm_slice){o->frame.bytes, o->frame.size};
}

static void
frame_event(pli_sim_okx *o, uint32_t client, const char *event, const char *code, const char *text)
{
	pli_json_writer *w = &o->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "event", event);
	pli_sim_put_text(w, "code", code);
	pli_sim_put_text(w, "msg", text);
	pli_sim_put_text(w, "connId", "a1b2c3d4");
	pli_json_object_close(w);
	pli_sim_wire_reply(o->wire, client, frame_bytes(o));
}

/* {"arg":{"channel":..,key:value},"data":[ */
static pli_json_writer *
push_open(pli_sim_okx *o, const char *channel, const char *key, const char *value)
{
	pli_json_writer *w = &o->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_json_key(w, "arg");
	pli_json_object_open(w);
	pli_sim_put_text(w, "channel", channel);
	if (key != NULL)
		pli_sim_put_text(w, key, value);
	pli_json_object_close(w);
	pli_json_key(w, "data");
	pli_json_array_open(w);
	return w;
}

static void
push_close(pli_sim_okx *o, uint32_t client, bool of_account)
{
	pli_json_array_close(&o->frame);
	pli_json_object_close(&o->frame);
	pli_sim_wire_event(o->wire, client, frame_bytes(o), of_account);
}

static void
push_account(pli_sim_okx *o, const pli_sim_okx_client *client)
{
	pli_json_writer *w = push_open(o, "account", NULL, NULL);
	pli_sim_okx_put_account(w, o->world, &o->world->accounts[client->key->account], o->now_ns);
	push_close(o, client->id, true);
}

/* only: the legs of that contract, closed ones too; NULL: all that are open. */
static void
push_positions(pli_sim_okx *o, const pli_sim_okx_client *client, const pli_sim_instrument *only)
{
	const pli_sim_account *a = &o->world->accounts[client->key->account];
	pli_json_writer *w = push_open(o, "positions", "instType", "ANY");
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		if (only != NULL ? p->instrument == only : !pli_sim_is_zero(p->size))
			pli_sim_okx_put_position(w, &o->world->market, a, p, o->now_ns);
	}
	push_close(o, client->id, true);
}

static void
push_changes(pli_sim_okx *o, const pli_sim_okx_client *client, const pli_sim_news *news)
{
	const pli_sim_account *a = &o->world->accounts[client->key->account];
	pli_json_writer *w = push_open(o, "balance_and_position", NULL, NULL);
	pli_json_object_open(w);
	pli_sim_put_ms(w, "pTime", o->now_ns);
	pli_sim_put_text(w, "eventType",
	    news->kind == PLI_SIM_NEWS_FILL       ? "filled"
	    : news->kind == PLI_SIM_NEWS_FUNDING  ? "funding_fee"
	    : news->kind == PLI_SIM_NEWS_TRANSFER ? "transferred"
						  : "delivered");
	pli_json_key(w, "balData");
	pli_json_array_open(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "ccy", pli_sim_asset_name(news->asset));
	pli_sim_put_plain(w, "cashBal", a->wallets[news->asset].cash);
	pli_sim_put_ms(w, "uTime", o->now_ns);
	pli_json_object_close(w);
	pli_json_array_close(w);
	pli_json_key(w, "posData");
	pli_json_array_open(w);
	if (news->position != NULL)
		pli_sim_okx_put_position(w, &o->world->market, a, news->position, o->now_ns);
	pli_json_array_close(w);
	pli_json_object_close(w);
	push_close(o, client->id, true);
}

static void
push_order(pli_sim_okx *o, const pli_sim_okx_client *client, const pli_sim_fill *fill)
{
	pli_json_writer *w = push_open(o, "orders", "instType", "ANY");
	pli_sim_okx_put_order(w, fill);
	push_close(o, client->id, true);
}

void
pli_sim_okx_on_news(pli_sim_okx *o, const pli_sim_news *news)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		const pli_sim_okx_client *client = &o->clients[i];
		if (!client->used || client->key == NULL || client->key->account != news->account)
			continue;
		if ((client->channels & CHANNEL_ORDERS) != 0 && news->fill != NULL)
			push_order(o, client, news->fill);
		if ((client->channels & CHANNEL_POSITIONS) != 0 && news->position != NULL)
			push_positions(o, client, news->position->instrument);
		if ((client->channels & CHANNEL_ACCOUNT) != 0)
			push_account(o, client);
		if ((client->channels & CHANNEL_CHANGES) != 0)
			push_changes(o, client, news);
	}
}

static void
topic_push(pli_sim_okx *o, const pli_sim_okx_client *client, pli_sim_okx_topic *topic)
{
	static const char *const channels[] = {"mark-price", "index-tickers", "funding-rate"};
	static const int64_t every_s[] = {1, 1, 30};
	const pli_sim_instrument *in = topic->instrument;
	char name[PLI_SIM_NAME_MAX];
	(void)snprintf(name, sizeof name, "%s-%s", pli_sim_asset_name(topic->coin),
	    pli_sim_asset_name(topic->quote));
	if (in != NULL)
		memcpy(name, in->name, sizeof name);
	topic->next_ns = o->now_ns + every_s[topic->kind] * PLM_NS_PER_S;
	if (in != NULL && in->expired)
		return;
	pli_json_writer *w = push_open(o, channels[topic->kind], "instId", name);
	pli_json_object_open(w);
	pli_sim_put_text(w, "instId", name);
	if (topic->kind == TOPIC_MARK)
		pli_sim_put_plain(w, "markPx", in->mark);
	else if (topic->kind == TOPIC_INDEX)
		pli_sim_put_plain(w, "idxPx",
		    topic->coin < PLI_SIM_COINS
			? o->world->market.coins[topic->coin].index[topic->quote]
			: o->world->market.dollar[topic->coin]);
	else
		pli_sim_put_plain(w, "fundingRate", in->funding_rate);
	if (topic->kind == TOPIC_FUNDING)
		pli_sim_put_ms(w, "fundingTime", pli_sim_market_next_funding(&o->world->market));
	pli_sim_put_ms(w, "ts", o->now_ns);
	pli_json_object_close(w);
	push_close(o, client->id, false);
}

void
pli_sim_okx_tick(pli_sim_okx *o, plm_time_ns now_ns)
{
	o->now_ns = now_ns;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_okx_client *client = &o->clients[i];
		for (uint32_t k = 0; client->used && k < client->topics_count; k++)
			if (client->topics[k].next_ns <= now_ns)
				topic_push(o, client, &client->topics[k]);
		if (!client->used || client->key == NULL || client->next_push_ns > now_ns)
			continue;
		client->next_push_ns = now_ns + PUSH_S * PLM_NS_PER_S;
		if ((client->channels & CHANNEL_ACCOUNT) != 0)
			push_account(o, client);
		if ((client->channels & CHANNEL_POSITIONS) != 0)
			push_positions(o, client, NULL);
	}
}

/* Connections. */

static pli_sim_okx_client *
client_find(pli_sim_okx *o, uint32_t id)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++)
		if (o->clients[i].used && o->clients[i].id == id)
			return &o->clients[i];
	return NULL;
}

bool
pli_sim_okx_on_connect(pli_sim_okx *o, uint32_t id, const pli_http_in *in)
{
	bool known = plm_slice_is(in->path, "/ws/v5/public") ||
		     plm_slice_is(in->path, "/ws/v5/private");
	pli_sim_okx_client *client = NULL;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX && client == NULL; i++)
		if (!o->clients[i].used)
			client = &o->clients[i];
	if (!known || client == NULL || pli_sim_wire_active(o->wire, PLI_SIM_FAULT_MAINTENANCE) ||
	    !pli_sim_wire_connect(o->wire, id))
		return false;
	*client = (pli_sim_okx_client){.id = id, .used = true};
	return true;
}

void
pli_sim_okx_on_disconnect(pli_sim_okx *o, uint32_t id)
{
	pli_sim_okx_client *client = client_find(o, id);
	if (client != NULL)
		client->used = false;
	pli_sim_wire_disconnect(o->wire, id);
}

static void
client_login(pli_sim_okx *o, pli_sim_okx_client *client, pli_json *json, uint32_t arg)
{
	plm_slice stamp = pli_sim_member(json, arg, "timestamp");
	const pli_sim_okx_key *key = key_find(o, pli_sim_member(json, arg, "apiKey"));
	char text[96];
	(void)snprintf(text, sizeof text, "%.*sGET/users/self/verify",
	    (int)(stamp.size < 32 ? stamp.size : 32), stamp.size == 0 ? "" : stamp.bytes);
	int64_t off_s = strtoll(text, NULL, 10) - o->now_ns / PLM_NS_PER_S;
	if (key == NULL)
		frame_event(o, client->id, "error", "60005", "Invalid apiKey");
	else if (!plm_slice_is(pli_sim_member(json, arg, "passphrase"), key->passphrase))
		frame_event(o, client->id, "error", "60024", "Wrong passphrase");
	else if (llabs(off_s) > WINDOW_S)
		frame_event(o, client->id, "error", "60006", "Timestamp request expired");
	else if (!key_signed(key, text, pli_sim_member(json, arg, "sign")))
		frame_event(o, client->id, "error", "60007", "Invalid sign");
	else
		client->key = key;
	if (client->key != NULL)
		frame_event(o, client->id, "login", "0", "");
}

/* "BTC-USDT" or "USDT-USD" of an index that there is. */
static bool
topic_index(plm_slice name, pli_sim_okx_topic *topic)
{
	const char *dash = name.size == 0 ? NULL : memchr(name.bytes, '-', name.size);
	if (dash == NULL)
		return false;
	size_t at = (size_t)(dash - name.bytes);
	topic->coin = pli_sim_asset_find((plm_slice){name.bytes, at});
	topic->quote = pli_sim_asset_find((plm_slice){dash + 1, name.size - at - 1});
	bool of_dollar = topic->quote == PLI_SIM_USD && topic->coin < PLI_SIM_USD;
	return of_dollar || (topic->coin < PLI_SIM_COINS &&
				(topic->quote == PLI_SIM_USDT || topic->quote == PLI_SIM_USDC));
}

/* False: no such channel. Those that say nothing here are accepted. */
static bool
client_listen(pli_sim_okx *o, pli_sim_okx_client *client, plm_slice channel, plm_slice name)
{
	static const char *const silent[] = {"status", "instruments", "opt-summary"};
	static const char *const topics[] = {"mark-price", "index-tickers", "funding-rate"};
	pli_sim_okx_topic topic = {
	    .instrument = pli_sim_market_find(&o->world->market, PLI_SIM_OKX, name)};
	for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++)
		if (plm_slice_is(channel, silent[i]))
			return true;
	while (topic.kind < 3 && !plm_slice_is(channel, topics[topic.kind]))
		topic.kind++;
	bool there = topic.kind == TOPIC_INDEX ? topic_index(name, &topic)
					       : topic.instrument != NULL;
	if (topic.kind == 3 || !there || client->topics_count == PLI_SIM_OKX_TOPICS_MAX)
		return false;
	client->topics[client->topics_count++] = topic;
	return true;
}

static uint8_t
channel_private(plm_slice channel)
{
	static const char *const names[] = {
	    "account", "positions", "balance_and_position", "orders"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (plm_slice_is(channel, names[i]))
			return (uint8_t)(1U << i);
	return 0;
}

static void
client_acknowledge(pli_sim_okx *o, const pli_sim_okx_client *client, plm_slice arg)
{
	pli_json_writer *w = &o->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "event", "subscribe");
	pli_json_key(w, "arg");
	pli_json_put_raw(w, arg);
	pli_sim_put_text(w, "connId", "a1b2c3d4");
	pli_json_object_close(w);
	pli_sim_wire_reply(o->wire, client->id, frame_bytes(o));
}

static void
client_subscribe(pli_sim_okx *o, pli_sim_okx_client *client, pli_json *json, uint32_t arg)
{
	plm_slice channel = pli_sim_member(json, arg, "channel"),
		  name = pli_sim_member(json, arg, "instId");
	uint8_t own = channel_private(channel);
	char text[160];
	if (own != 0 && client->key == NULL) {
		frame_event(o, client->id, "error", "60011", "Please log in");
		return;
	}
	if (own == 0 && !client_listen(o, client, channel, name)) {
		(void)snprintf(text, sizeof text,
		    "Wrong URL or channel:%.*s,instId:%.*s doesn't exist.",
		    (int)(channel.size < 40 ? channel.size : 40), channel.size ? channel.bytes : "",
		    (int)(name.size < 40 ? name.size : 40), name.size ? name.bytes : "");
		frame_event(o, client->id, "error", "60018", text);
		return;
	}
	client->channels |= own;
	client_acknowledge(o, client, pli_json_nodes(json, NULL)[arg].text);
	if (own == CHANNEL_ACCOUNT)
		push_account(o, client);
	if (own == CHANNEL_POSITIONS)
		push_positions(o, client, NULL);
}

void
pli_sim_okx_on_message(pli_sim_okx *o, uint32_t id, plm_slice text)
{
	pli_sim_okx_client *client = client_find(o, id);
	pli_json *json = pli_json_shared();
	if (client == NULL || json == NULL)
		return;
	if (plm_slice_is(text, "ping")) {
		pli_sim_wire_reply(o->wire, id, PLM_SLICE("pong"));
		return;
	}
	bool read = pli_json_parse(json, text, NULL) == PLM_OK;
	uint32_t args = read ? pli_json_find(json, 0, "args") : 0;
	bool login = read && plm_slice_is(pli_sim_member(json, 0, "op"), "login");
	if (args == 0 || (!login && !plm_slice_is(pli_sim_member(json, 0, "op"), "subscribe"))) {
		frame_event(o, id, "error", "60012", "Invalid request");
		return;
	}
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	uint32_t arg = args + 1;
	for (uint32_t i = 0; i < nodes[args].children_count; i++, arg = nodes[arg].next) {
		if (login)
			client_login(o, client, json, arg);
		else
			client_subscribe(o, client, json, arg);
	}
}

/* Life. */

static void
okx_add_key(pli_sim_okx *o, uint32_t account, bool can_trade)
{
	assert(o->keys_count < PLI_SIM_OKX_KEYS_MAX);
	pli_sim_okx_key *key = &o->keys[o->keys_count++];
	const char *power = can_trade ? "trade" : "read";
	const char *name = o->world->accounts[account].name;
	(void)snprintf(key->key, sizeof key->key, "%s-%s", name, power);
	(void)snprintf(key->secret, sizeof key->secret, "simulated-%s-%s", name, power);
	(void)snprintf(key->passphrase, sizeof key->passphrase, "phrase of %s", name);
	key->account = account;
	key->can_trade = can_trade;
}

void
pli_sim_okx_init(pli_sim_okx *o, const pli_sim_world *world, pli_sim_wire *wire)
{
	*o = (pli_sim_okx){.world = world, .wire = wire};
	pli_json_writer_init(&o->body, BODY_MAX);
	pli_json_writer_init(&o->frame, BODY_MAX);
	for (uint32_t i = 0; i < world->accounts_count; i++) {
		if (world->accounts[i].venue != PLI_SIM_OKX)
			continue;
		okx_add_key(o, i, false);
		if (o->keys_count == 1)
			okx_add_key(o, i, true);
	}
}

void
pli_sim_okx_fini(pli_sim_okx *o)
{
	pli_json_writer_fini(&o->body);
	pli_json_writer_fini(&o->frame);
}
