/* sim_hyperliquid.c: the simulated Hyperliquid's doors: questions by type, streams, pushes. */
#include "sim/sim_hyperliquid.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sim/sim_call.h"
#include "sim/sim_hyperliquid_rows.h"
#include "sim/sim_number.h"

enum { BODY_MAX = 1 << 20, PUSH_S = 2 };

/* Streams of an account, by their place in stream_types. */
enum { STREAM_STATES, STREAM_SPOT, STREAM_MODE, STREAM_FILLS, STREAMS = 6 };
static const char *const stream_types[STREAMS] = {"allDexsClearinghouseState", "spotState",
    "webData3", "userFills", "userFundings", "userNonFundingLedgerUpdates"};

/* One question. account: NULL: of an address that nobody has. */
typedef struct hl_call {
	plm_slice type, dex;
	const pli_sim_account *account;
	uint32_t status;
	bool torn;
} hl_call;

static const pli_sim_hl_address *
address_find(const pli_sim_hyperliquid *h, plm_slice text)
{
	for (uint32_t i = 0; i < h->addresses_count; i++)
		if (text.size == PLI_SIM_HL_ADDRESS_SIZE - 1 &&
		    strncasecmp(text.bytes, h->addresses[i].text, text.size) == 0)
			return &h->addresses[i];
	return NULL;
}

static void
route_clock(pli_sim_hyperliquid *h, hl_call *call)
{
	(void)call;
	pli_json_object_open(&h->body);
	pli_sim_put_int(&h->body, "time", h->now_ns / PLM_NS_PER_MS);
	pli_sim_put_null(&h->body, "specialStatuses");
	pli_json_object_close(&h->body);
}

static void
route_role(pli_sim_hyperliquid *h, hl_call *call)
{
	pli_json_object_open(&h->body);
	pli_sim_put_text(&h->body, "role", call->account == NULL ? "missing" : "user");
	pli_json_object_close(&h->body);
}

static void
route_mode(pli_sim_hyperliquid *h, hl_call *call)
{
	bool unified = call->account != NULL && call->account->multi_assets;
	pli_json_put_text(&h->body, unified ? "unifiedAccount" : "default");
}

static void
route_tokens(pli_sim_hyperliquid *h, hl_call *call)
{
	(void)call;
	pli_sim_hl_put_spot_meta(&h->body);
}

static void
route_tokens_priced(pli_sim_hyperliquid *h, hl_call *call)
{
	pli_json_array_open(&h->body);
	route_tokens(h, call);
	pli_json_array_open(&h->body);
	pli_json_array_close(&h->body);
	pli_json_array_close(&h->body);
}

static bool
call_is_of_dex(const pli_sim_hyperliquid *h, const hl_call *call)
{
	return plm_slice_is(call->dex, PLI_SIM_HL_DEX) && pli_sim_hl_has_dex(&h->world->market);
}

static void
route_coins(pli_sim_hyperliquid *h, hl_call *call)
{
	pli_sim_hl_put_meta(&h->body, &h->world->market, call_is_of_dex(h, call));
}

static void
route_coins_all(pli_sim_hyperliquid *h, hl_call *call)
{
	const pli_sim_market *m = &h->world->market;
	(void)call;
	pli_json_array_open(&h->body);
	pli_sim_hl_put_meta(&h->body, m, false);
	if (pli_sim_hl_has_dex(m))
		pli_sim_hl_put_meta(&h->body, m, true);
	pli_json_array_close(&h->body);
}

static void
route_coins_priced(pli_sim_hyperliquid *h, hl_call *call)
{
	const pli_sim_market *m = &h->world->market;
	bool of_dex = call_is_of_dex(h, call);
	pli_json_array_open(&h->body);
	route_coins(h, call);
	pli_json_array_open(&h->body);
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (m->instruments[i].venue == PLI_SIM_HYPERLIQUID &&
		    pli_sim_of_dex(&m->instruments[i]) == of_dex)
			pli_sim_hl_put_price(&h->body, &m->instruments[i]);
	pli_json_array_close(&h->body);
	pli_json_array_close(&h->body);
}

/* The venue's own, which has no name, and the builder's. */
static void
route_dexes(pli_sim_hyperliquid *h, hl_call *call)
{
	(void)call;
	pli_json_array_open(&h->body);
	pli_json_put_null(&h->body);
	if (pli_sim_hl_has_dex(&h->world->market)) {
		pli_json_object_open(&h->body);
		pli_sim_put_text(&h->body, "name", PLI_SIM_HL_DEX);
		pli_sim_put_text(&h->body, "fullName", "a builder's dex");
		pli_json_object_close(&h->body);
	}
	pli_json_array_close(&h->body);
}

static void
route_none(pli_sim_hyperliquid *h, hl_call *call)
{
	(void)call;
	pli_json_array_open(&h->body);
	pli_json_array_close(&h->body);
}

static void
route_null(pli_sim_hyperliquid *h, hl_call *call)
{
	(void)call;
	pli_json_put_null(&h->body);
}

/* The venue answers for any address: one that nobody has is flat. */
static void
route_state(pli_sim_hyperliquid *h, hl_call *call)
{
	static const pli_sim_account nobody = {.multi_assets = true};
	bool none = pli_sim_wire_take(h->wire, PLI_SIM_FAULT_EMPTY);
	bool half = pli_sim_wire_take(h->wire, PLI_SIM_FAULT_PARTIAL);
	call->torn = pli_sim_wire_take(h->wire, PLI_SIM_FAULT_TORN);
	bool of_dex = call_is_of_dex(h, call), there = call->dex.size == 0 || of_dex;
	pli_sim_hl_state state = {
	    .account = there && call->account != NULL ? call->account : &nobody,
	    .of_dex = of_dex,
	    .only_half = half,
	    .none = none,
	    .now_ns = h->now_ns};
	pli_sim_hl_put_state(&h->body, &state);
}

static void
route_spot(pli_sim_hyperliquid *h, hl_call *call)
{
	static const pli_sim_account nobody = {.multi_assets = true};
	pli_sim_hl_put_spot(&h->body, call->account == NULL ? &nobody : call->account);
}

static const struct {
	const char *type;
	void (*run)(pli_sim_hyperliquid *h, hl_call *call);
} hl_routes[] = {
    {"exchangeStatus", route_clock},
    {"userRole", route_role},
    {"userAbstraction", route_mode},
    {"spotMeta", route_tokens},
    {"spotMetaAndAssetCtxs", route_tokens_priced},
    {"meta", route_coins},
    {"allPerpMetas", route_coins_all},
    {"metaAndAssetCtxs", route_coins_priced},
    {"perpDexs", route_dexes},
    {"userVaultEquities", route_none},
    {"subAccounts2", route_null},
    {"clearinghouseState", route_state},
    {"spotClearinghouseState", route_spot},
};

static void
call_refuse(pli_sim_hyperliquid *h, hl_call *call, uint32_t status, const char *text)
{
	call->status = status;
	pli_json_writer_reset(&h->body);
	if (text == NULL)
		pli_json_put_null(&h->body);
	else
		pli_json_put_text(&h->body, text);
}

static bool
call_admit(pli_sim_hyperliquid *h, hl_call *call)
{
	if (pli_sim_wire_active(h->wire, PLI_SIM_FAULT_MAINTENANCE))
		call_refuse(h, call, 503, "upstream connect error");
	else if (pli_sim_wire_active(h->wire, PLI_SIM_FAULT_LIMIT))
		call_refuse(h, call, 429, NULL);
	return call->status == 200;
}

static void
call_run(pli_sim_hyperliquid *h, const pli_http_in *in, hl_call *call)
{
	pli_json *json = pli_json_shared();
	bool info = plm_slice_is(in->method, "POST") && plm_slice_is(in->path, "/info");
	size_t route = 0, routes = sizeof hl_routes / sizeof hl_routes[0];
	if (!call_admit(h, call))
		return;
	if (info && json != NULL && pli_json_parse(json, in->body, NULL) == PLM_OK) {
		const pli_sim_hl_address *address = address_find(
		    h, pli_sim_member(json, 0, "user"));
		call->account = address == NULL ? NULL : &h->world->accounts[address->account];
		call->type = pli_sim_member(json, 0, "type");
		call->dex = pli_sim_member(json, 0, "dex");
	}
	while (route < routes && !plm_slice_is(call->type, hl_routes[route].type))
		route++;
	if (route < routes)
		hl_routes[route].run(h, call);
	else
		call_refuse(h, call, info ? 422 : 404, "Failed to deserialize the JSON body");
}

void
pli_sim_hyperliquid_on_request(
    pli_sim_hyperliquid *h, const pli_http_in *in, pli_http_answer *ret_answer)
{
	hl_call call = {.status = 200};
	pli_json_writer_reset(&h->body);
	call_run(h, in, &call);
	assert(!h->body.overflow);
	size_t size = call.torn ? h->body.size / 2 : h->body.size;
	*ret_answer = (pli_http_answer){.status = call.status,
	    .content_type = "application/json",
	    .body = {h->body.bytes, size}};
	if (pli_sim_wire_active(h->wire, PLI_SIM_FAULT_SLOW))
		ret_answer->delay_ms = PLI_SIM_SLOW_MS;
	if (pli_sim_wire_active(h->wire, PLI_SIM_FAULT_STALL))
		ret_answer->hang = true;
}

/* Messages: {"channel":..,"data":{ */

static pli_json_writer *
push_open(pli_sim_hyperliquid *h, const char *channel)
{
	pli_json_writer *w = &h->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "channel", channel);
	pli_json_key(w, "data");
	pli_json_object_open(w);
	return w;
}

static void
push_close(pli_sim_hyperliquid *h, uint32_t client, bool of_account)
{
	pli_json_object_close(&h->frame);
	pli_json_object_close(&h->frame);
	assert(!h->frame.overflow);
	pli_sim_wire_event(h->wire, client, (plm_slice){h->frame.bytes, h->frame.size}, of_account);
}

static void
push_state(pli_sim_hyperliquid *h, const pli_sim_hl_client *client, bool of_dex)
{
	pli_json_writer *w = &h->frame;
	pli_sim_hl_state state = {.account = &h->world->accounts[client->address->account],
	    .of_dex = of_dex,
	    .now_ns = h->now_ns};
	pli_json_array_open(w);
	pli_json_put_text(w, of_dex ? PLI_SIM_HL_DEX : "");
	pli_sim_hl_put_state(w, &state);
	pli_json_array_close(w);
}

static void
push_states(pli_sim_hyperliquid *h, const pli_sim_hl_client *client)
{
	pli_json_writer *w = push_open(h, stream_types[STREAM_STATES]);
	pli_sim_put_text(w, "user", client->address->text);
	pli_json_key(w, "clearinghouseStates");
	pli_json_array_open(w);
	push_state(h, client, false);
	if (pli_sim_hl_has_dex(&h->world->market))
		push_state(h, client, true);
	pli_json_array_close(w);
	push_close(h, client->id, true);
}

static void
push_spot(pli_sim_hyperliquid *h, const pli_sim_hl_client *client)
{
	pli_json_writer *w = push_open(h, stream_types[STREAM_SPOT]);
	pli_sim_put_text(w, "user", client->address->text);
	pli_json_key(w, "spotState");
	pli_sim_hl_put_spot(w, &h->world->accounts[client->address->account]);
	push_close(h, client->id, true);
}

static void
push_fill(pli_sim_hyperliquid *h, const pli_sim_hl_client *client, const pli_sim_fill *fill)
{
	pli_json_writer *w = push_open(h, stream_types[STREAM_FILLS]);
	pli_sim_put_text(w, "user", client->address->text);
	pli_json_key(w, "fills");
	pli_json_array_open(w);
	pli_sim_hl_put_fill(w, fill);
	pli_json_array_close(w);
	push_close(h, client->id, true);
}

static bool
client_has(const pli_sim_hl_client *client, int stream)
{
	return (client->streams >> stream & 1) != 0;
}

static void
push_all(pli_sim_hyperliquid *h, const pli_sim_hl_client *client)
{
	if (client_has(client, STREAM_STATES))
		push_states(h, client);
	if (client_has(client, STREAM_SPOT))
		push_spot(h, client);
}

void
pli_sim_hyperliquid_on_news(pli_sim_hyperliquid *h, const pli_sim_news *news)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		const pli_sim_hl_client *client = &h->clients[i];
		if (!client->used || client->address == NULL ||
		    client->address->account != news->account)
			continue;
		if (news->fill != NULL && client_has(client, STREAM_FILLS))
			push_fill(h, client, news->fill);
		push_all(h, client);
	}
}

static void
push_price(pli_sim_hyperliquid *h, uint32_t client, const pli_sim_instrument *in)
{
	pli_json_writer *w = push_open(h, "activeAssetCtx");
	pli_sim_put_text(w, "coin", in->name);
	pli_json_key(w, "ctx");
	pli_sim_hl_put_price(w, in);
	push_close(h, client, false);
}

void
pli_sim_hyperliquid_tick(pli_sim_hyperliquid *h, plm_time_ns now_ns)
{
	h->now_ns = now_ns;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_hl_client *client = &h->clients[i];
		if (!client->used || client->next_push_ns > now_ns)
			continue;
		client->next_push_ns = now_ns + PUSH_S * PLM_NS_PER_S;
		for (uint32_t k = 0; k < client->coins_count; k++)
			push_price(h, client->id, client->coins[k]);
		push_all(h, client);
	}
}

/* Connections. */

static pli_sim_hl_client *
client_find(pli_sim_hyperliquid *h, uint32_t id)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++)
		if (h->clients[i].used && h->clients[i].id == id)
			return &h->clients[i];
	return NULL;
}

bool
pli_sim_hyperliquid_on_connect(pli_sim_hyperliquid *h, uint32_t id, const pli_http_in *in)
{
	pli_sim_hl_client *client = NULL;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX && client == NULL; i++)
		if (!h->clients[i].used)
			client = &h->clients[i];
	if (!plm_slice_is(in->path, "/ws") || client == NULL ||
	    pli_sim_wire_active(h->wire, PLI_SIM_FAULT_MAINTENANCE) ||
	    !pli_sim_wire_connect(h->wire, id))
		return false;
	*client = (pli_sim_hl_client){.id = id, .used = true};
	return true;
}

void
pli_sim_hyperliquid_on_disconnect(pli_sim_hyperliquid *h, uint32_t id)
{
	pli_sim_hl_client *client = client_find(h, id);
	if (client != NULL)
		client->used = false;
	pli_sim_wire_disconnect(h->wire, id);
}

static void
client_reply(pli_sim_hyperliquid *h, uint32_t id, const char *channel, const char *text)
{
	pli_json_writer *w = &h->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "channel", channel);
	if (text != NULL)
		pli_sim_put_text(w, "data", text);
	pli_json_object_close(w);
	pli_sim_wire_reply(h->wire, id, (plm_slice){w->bytes, w->size});
}

static void
client_receipt(pli_sim_hyperliquid *h, uint32_t id, plm_slice subscription)
{
	pli_json_writer *w = push_open(h, "subscriptionResponse");
	pli_sim_put_text(w, "method", "subscribe");
	pli_json_key(w, "subscription");
	pli_json_put_raw(w, subscription);
	pli_json_object_close(w);
	pli_json_object_close(w);
	pli_sim_wire_reply(h->wire, id, (plm_slice){w->bytes, w->size});
}

/* False: there is no such subscription. */
static bool
client_subscribe(
    pli_sim_hyperliquid *h, pli_sim_hl_client *client, pli_json *json, uint32_t subscription)
{
	plm_slice type = pli_sim_member(json, subscription, "type");
	const pli_sim_hl_address *address = address_find(
	    h, pli_sim_member(json, subscription, "user"));
	const pli_sim_instrument *in = pli_sim_market_find(
	    &h->world->market, PLI_SIM_HYPERLIQUID, pli_sim_member(json, subscription, "coin"));
	bool price = plm_slice_is(type, "activeAssetCtx") && in != NULL &&
		     client->coins_count < PLI_SIM_HL_COINS_MAX;
	for (int i = 0; i < STREAMS && address != NULL; i++)
		if (plm_slice_is(type, stream_types[i])) {
			client->address = address;
			client->streams |= (uint8_t)(1U << i);
			return true;
		}
	if (price)
		client->coins[client->coins_count++] = in;
	return price;
}

void
pli_sim_hyperliquid_on_message(pli_sim_hyperliquid *h, uint32_t id, plm_slice text)
{
	pli_sim_hl_client *client = client_find(h, id);
	pli_json *json = pli_json_shared();
	if (client == NULL || json == NULL)
		return;
	bool read = pli_json_parse(json, text, NULL) == PLM_OK;
	plm_slice method = read ? pli_sim_member(json, 0, "method") : (plm_slice){NULL, 0};
	uint32_t subscription = read ? pli_json_find(json, 0, "subscription") : 0;
	if (plm_slice_is(method, "ping")) {
		client_reply(h, id, "pong", NULL);
	} else if (plm_slice_is(method, "subscribe") && subscription != 0 &&
		   client_subscribe(h, client, json, subscription)) {
		client_receipt(h, id, pli_json_nodes(json, NULL)[subscription].text);
		client->next_push_ns = 0;
	} else {
		client_reply(h, id, "error", "Error parsing JSON into valid websocket request");
	}
}

/* Life. */

void
pli_sim_hyperliquid_init(pli_sim_hyperliquid *h, const pli_sim_world *world, pli_sim_wire *wire)
{
	*h = (pli_sim_hyperliquid){.world = world, .wire = wire};
	pli_json_writer_init(&h->body, BODY_MAX);
	pli_json_writer_init(&h->frame, BODY_MAX);
	for (uint32_t i = 0; i < world->accounts_count; i++) {
		if (world->accounts[i].venue != PLI_SIM_HYPERLIQUID)
			continue;
		assert(h->addresses_count < PLI_SIM_HL_ADDRESSES_MAX);
		pli_sim_hl_address *address = &h->addresses[h->addresses_count++];
		(void)snprintf(
		    address->text, sizeof address->text, "0x%040x", world->accounts[i].user_id);
		address->account = i;
	}
}

void
pli_sim_hyperliquid_fini(pli_sim_hyperliquid *h)
{
	pli_json_writer_fini(&h->body);
	pli_json_writer_fini(&h->frame);
}
