/* sim_bitmex.c: the simulated BitMEX's doors: calls, logins, tables and what changes in them. */
#include "sim/sim_bitmex.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim_bitmex_rows.h"
#include "sim/sim_call.h"
#include "sim/sim_number.h"
#include "venue/sign.h"

enum { BODY_MAX = 1 << 20, PUSH_S = 2 };

/* Tables of an account, by their place in table_names. */
enum { TABLE_POSITION, TABLE_MARGIN, TABLE_ORDER, TABLE_EXECUTION, TABLES };
static const char *const table_names[TABLES] = {"position", "margin", "order", "execution"};

typedef struct bitmex_call {
	const pli_http_in *in;
	const pli_sim_bitmex_key *key;
	uint32_t status;
	bool torn;
} bitmex_call;

static const pli_sim_account *
account_of(const pli_sim_bitmex *b, const pli_sim_bitmex_key *key)
{
	return &b->world->accounts[key->account];
}

static const pli_sim_bitmex_key *
key_find(const pli_sim_bitmex *b, plm_slice text)
{
	for (uint32_t i = 0; i < b->keys_count; i++)
		if (plm_slice_is(text, b->keys[i].key))
			return &b->keys[i];
	return NULL;
}

/* Why what a key has signed, with the second after which it counts no more, is refused, and the
 * status; NULL: it is not. */
static const char *
key_refuses(const pli_sim_bitmex *b, const pli_sim_bitmex_key *key, const char *text,
    int64_t expires_s, plm_slice signature, uint32_t *ret_status)
{
	char want[PLI_SIGNATURE_HEX + 1];
	*ret_status = 401;
	if (key == NULL)
		return "Invalid API Key.";
	pli_sign_hmac_sha256(key->secret, plm_slice_of(text), want);
	if (!plm_slice_is(signature, want))
		return "Signature not valid.";
	*ret_status = 400;
	return expires_s < b->now_ns / PLM_NS_PER_S
		   ? "This request has expired - `expires` is in the past."
		   : NULL;
}

static int64_t
whole_of(plm_slice text)
{
	char copy[24] = "";
	if (text.size == 0 || text.size >= sizeof copy)
		return 0;
	memcpy(copy, text.bytes, text.size);
	return strtoll(copy, NULL, 10);
}

/* Calls. */

static void
call_error(pli_sim_bitmex *b, bitmex_call *call, uint32_t status, const char *text)
{
	call->status = status;
	pli_json_writer_reset(&b->body);
	pli_json_object_open(&b->body);
	pli_json_key(&b->body, "error");
	pli_json_object_open(&b->body);
	pli_sim_put_text(&b->body, "message", text);
	pli_sim_put_text(&b->body, "name", "HTTPError");
	pli_json_object_close(&b->body);
	pli_json_object_close(&b->body);
}

static void
route_key(pli_sim_bitmex *b, bitmex_call *call)
{
	pli_json_writer *w = &b->body;
	pli_json_array_open(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "id", call->key->key);
	pli_sim_put_text(w, "name", account_of(b, call->key)->name);
	pli_sim_put_text(w, "cidr", "0.0.0.0/0");
	pli_json_key(w, "permissions");
	pli_json_array_open(w);
	if (call->key->can_trade)
		pli_json_put_text(w, "order");
	pli_json_array_close(w);
	pli_sim_put_bool(w, "enabled", true);
	pli_sim_put_int(w, "userId", account_of(b, call->key)->user_id);
	pli_json_object_close(w);
	pli_json_array_close(w);
}

static void
route_assets(pli_sim_bitmex *b, bitmex_call *call)
{
	(void)call;
	pli_sim_bitmex_put_assets(&b->body);
}

/* Closed ones stay on the list. */
static void
route_positions(pli_sim_bitmex *b, bitmex_call *call)
{
	const pli_sim_account *a = account_of(b, call->key);
	bool empty = pli_sim_wire_take(b->wire, PLI_SIM_FAULT_EMPTY);
	bool half = pli_sim_wire_take(b->wire, PLI_SIM_FAULT_PARTIAL);
	call->torn = pli_sim_wire_take(b->wire, PLI_SIM_FAULT_TORN);
	pli_json_array_open(&b->body);
	for (uint32_t i = 0; i < a->positions_count && !empty; i++)
		if (!half || i % 2 == 0)
			pli_sim_bitmex_put_position(&b->body, a, &a->positions[i], b->now_ns, true);
	pli_json_array_close(&b->body);
}

/* A bit each. */
static uint32_t
wallets_of(const pli_sim_account *a)
{
	uint32_t wallets = 0;
	for (int i = 0; i < PLI_SIM_USD; i++)
		wallets |= (uint32_t)a->wallets[i].used << i;
	return wallets;
}

static void
put_margins(
    pli_sim_bitmex *b, pli_json_writer *w, const pli_sim_account *a, uint32_t wallets, bool whole)
{
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++)
		if ((wallets >> i & 1) != 0)
			pli_sim_bitmex_put_margin(w, a, (pli_sim_asset)i, b->now_ns, whole);
	pli_json_array_close(w);
}

static void
route_margin(pli_sim_bitmex *b, bitmex_call *call)
{
	const pli_sim_account *a = account_of(b, call->key);
	put_margins(b, &b->body, a, wallets_of(a), true);
}

/* The newest first; of all currencies, at most `count` rows. */
static void
route_history(pli_sim_bitmex *b, bitmex_call *call)
{
	const pli_sim_account *a = account_of(b, call->key);
	uint32_t account = call->key->account;
	int64_t left = whole_of(pli_sim_param(call->in, "count"));
	call->torn = pli_sim_wire_take(b->wire, PLI_SIM_FAULT_TORN);
	pli_json_array_open(&b->body);
	const pli_sim_move *move = pli_sim_world_move(b->world, account, 0, 0);
	for (; move != NULL && left > 0; left--) {
		pli_sim_bitmex_put_move(
		    &b->body, a, move, pli_sim_transfer_find(&b->world->transfers, move->transfer));
		move = pli_sim_world_move(b->world, account, move->id, 0);
	}
	pli_json_array_close(&b->body);
}

static const struct {
	const char *path;
	bool is_private;
	void (*run)(pli_sim_bitmex *b, bitmex_call *call);
} bitmex_routes[] = {
    {"/api/v1/apiKey", true, route_key},
    {"/api/v1/wallet/assets", false, route_assets},
    {"/api/v1/position", true, route_positions},
    {"/api/v1/user/margin", true, route_margin},
    {"/api/v1/user/walletHistory", true, route_history},
};

static bool
call_authorise(pli_sim_bitmex *b, bitmex_call *call)
{
	char text[512];
	const pli_http_in *in = call->in;
	(void)snprintf(text, sizeof text, "GET%.*s%s%.*s%.*s", (int)in->path.size, in->path.bytes,
	    in->query.size == 0 ? "" : "?", (int)in->query.size,
	    in->query.size == 0 ? "" : in->query.bytes, (int)in->stamp.size,
	    in->stamp.size == 0 ? "" : in->stamp.bytes);
	call->key = key_find(b, in->api_key);
	uint32_t status;
	const char *why = key_refuses(
	    b, call->key, text, whole_of(in->stamp), in->signature, &status);
	if (why != NULL)
		call_error(b, call, status, why);
	return why == NULL;
}

/* Over the limit the answer says for how long. */
static bool
call_admit(pli_sim_bitmex *b, bitmex_call *call)
{
	b->headers[0] = NULL;
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_MAINTENANCE)) {
		call_error(b, call, 503, "The system is currently overloaded.");
	} else if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_LIMIT)) {
		int64_t left_ns = b->wire->until_ns[PLI_SIM_FAULT_LIMIT] - b->now_ns;
		(void)snprintf(b->header_retry, sizeof b->header_retry, "Retry-After: %" PRId64,
		    left_ns / PLM_NS_PER_S + 1);
		b->headers[0] = b->header_retry;
		call_error(b, call, 429, "Rate limit exceeded.");
	}
	return call->status == 200;
}

void
pli_sim_bitmex_on_request(pli_sim_bitmex *b, const pli_http_in *in, pli_http_answer *ret_answer)
{
	bitmex_call call = {.in = in, .status = 200};
	size_t route = 0, routes = sizeof bitmex_routes / sizeof bitmex_routes[0];
	pli_json_writer_reset(&b->body);
	while (route < routes && !(plm_slice_is(in->path, bitmex_routes[route].path) &&
				     plm_slice_is(in->method, "GET")))
		route++;
	if (call_admit(b, &call)) {
		if (route == routes)
			call_error(b, &call, 404, "Not Found");
		else if (!bitmex_routes[route].is_private || call_authorise(b, &call))
			bitmex_routes[route].run(b, &call);
	}
	assert(!b->body.overflow);
	*ret_answer = (pli_http_answer){.status = call.status,
	    .content_type = "application/json",
	    .headers = b->headers,
	    .body = {b->body.bytes, call.torn ? b->body.size / 2 : b->body.size}};
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_SLOW))
		ret_answer->delay_ms = PLI_SIM_SLOW_MS;
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_STALL))
		ret_answer->hang = true;
}

/* Messages: {"table":..,"action":..,"data":[ */

static pli_json_writer *
push_open(pli_sim_bitmex *b, const char *table, const char *action)
{
	pli_json_writer *w = &b->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "table", table);
	pli_sim_put_text(w, "action", action);
	pli_json_key(w, "data");
	return w;
}

static void
push_close(pli_sim_bitmex *b, uint32_t client, bool of_account)
{
	pli_json_object_close(&b->frame);
	assert(!b->frame.overflow);
	pli_sim_wire_event(b->wire, client, (plm_slice){b->frame.bytes, b->frame.size}, of_account);
}

static bool
client_has(const pli_sim_bitmex_client *client, int table)
{
	return client->key != NULL && (client->tables >> table & 1) != 0;
}

/* Rows of positions from `first` to before `end`; one that the client does not know is an insert.
 */
static void
push_positions(pli_sim_bitmex *b, const pli_sim_bitmex_client *client, uint32_t first, uint32_t end,
    const char *action)
{
	const pli_sim_account *a = account_of(b, client->key);
	pli_json_writer *w = push_open(b, table_names[TABLE_POSITION], action);
	bool whole = strcmp(action, "update") != 0;
	pli_json_array_open(w);
	for (uint32_t i = first; i < end; i++)
		pli_sim_bitmex_put_position(w, a, &a->positions[i], b->now_ns, whole);
	pli_json_array_close(w);
	push_close(b, client->id, true);
}

/* position NULL: none of them has changed. */
static void
push_position(pli_sim_bitmex *b, pli_sim_bitmex_client *client, const pli_sim_position *position)
{
	const pli_sim_account *a = account_of(b, client->key);
	uint32_t count = a->positions_count, known = client->told_count;
	uint32_t index = position == NULL ? known : (uint32_t)(position - a->positions);
	client->told_count = count;
	if (count > known)
		push_positions(b, client, known, count, "insert");
	if (index < known)
		push_positions(b, client, index, index + 1, "update");
}

static void
push_margins(
    pli_sim_bitmex *b, const pli_sim_bitmex_client *client, uint32_t wallets, const char *action)
{
	pli_json_writer *w = push_open(b, table_names[TABLE_MARGIN], action);
	put_margins(b, w, account_of(b, client->key), wallets, strcmp(action, "update") != 0);
	push_close(b, client->id, true);
}

/* A currency that the client does not know is an insert. */
static void
push_margin(pli_sim_bitmex *b, pli_sim_bitmex_client *client)
{
	uint32_t held = wallets_of(account_of(b, client->key)), known = client->wallets;
	client->wallets = held;
	if ((held & ~known) != 0)
		push_margins(b, client, held & ~known, "insert");
	if ((held & known) != 0)
		push_margins(b, client, held & known, "update");
}

static void
push_execution(pli_sim_bitmex *b, const pli_sim_bitmex_client *client, const pli_sim_news *news)
{
	const pli_sim_account *a = account_of(b, client->key);
	if (news->kind != PLI_SIM_NEWS_FILL && news->kind != PLI_SIM_NEWS_FUNDING)
		return;
	pli_json_writer *w = push_open(b, table_names[TABLE_EXECUTION], "insert");
	pli_json_array_open(w);
	if (news->kind == PLI_SIM_NEWS_FILL)
		pli_sim_bitmex_put_fill(w, a, news->fill, b->now_ns);
	else
		pli_sim_bitmex_put_funding(w, a, news, b->now_ns);
	pli_json_array_close(w);
	push_close(b, client->id, true);
}

void
pli_sim_bitmex_on_news(pli_sim_bitmex *b, const pli_sim_news *news)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_bitmex_client *client = &b->clients[i];
		if (!client->used || client->key == NULL || client->key->account != news->account)
			continue;
		if (client_has(client, TABLE_EXECUTION))
			push_execution(b, client, news);
		if (client_has(client, TABLE_POSITION))
			push_position(b, client, news->position);
		if (client_has(client, TABLE_MARGIN))
			push_margin(b, client);
	}
}

static void
push_instrument(pli_sim_bitmex *b, uint32_t client, const pli_sim_instrument *in, bool whole)
{
	pli_json_writer *w = push_open(b, "instrument", whole ? "partial" : "update");
	pli_json_array_open(w);
	pli_sim_bitmex_put_instrument(w, in, b->now_ns, whole);
	pli_json_array_close(w);
	push_close(b, client, false);
}

static void
client_welcome(pli_sim_bitmex *b, pli_sim_bitmex_client *client)
{
	pli_json_writer *w = &b->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "info", "Welcome to the BitMEX Realtime API.");
	pli_sim_put_text(w, "version", "2.0.0");
	pli_json_key(w, "timestamp");
	pli_json_put_time(w, b->now_ns / PLM_NS_PER_MS * PLM_NS_PER_MS);
	pli_json_object_close(w);
	pli_sim_wire_reply(b->wire, client->id, (plm_slice){w->bytes, w->size});
	client->welcomed = true;
}

/* What follows the marks is told anew every other second. */
static void
client_push(pli_sim_bitmex *b, pli_sim_bitmex_client *client)
{
	client->next_push_ns = b->now_ns + PUSH_S * PLM_NS_PER_S;
	for (uint32_t i = 0; i < client->symbols_count; i++)
		push_instrument(b, client->id, client->symbols[i], false);
	if (client_has(client, TABLE_POSITION) && client->told_count > 0)
		push_positions(b, client, 0, client->told_count, "update");
	if (client_has(client, TABLE_MARGIN))
		push_margin(b, client);
}

void
pli_sim_bitmex_tick(pli_sim_bitmex *b, plm_time_ns now_ns)
{
	b->now_ns = now_ns;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_bitmex_client *client = &b->clients[i];
		if (client->used && !client->welcomed)
			client_welcome(b, client);
		if (client->used && client->next_push_ns <= now_ns)
			client_push(b, client);
	}
}

/* Connections. */

static pli_sim_bitmex_client *
client_find(pli_sim_bitmex *b, uint32_t id)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++)
		if (b->clients[i].used && b->clients[i].id == id)
			return &b->clients[i];
	return NULL;
}

bool
pli_sim_bitmex_on_connect(pli_sim_bitmex *b, uint32_t id, const pli_http_in *in)
{
	pli_sim_bitmex_client *client = NULL;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX && client == NULL; i++)
		if (!b->clients[i].used)
			client = &b->clients[i];
	if (!plm_slice_is(in->path, "/realtime") || client == NULL ||
	    pli_sim_wire_active(b->wire, PLI_SIM_FAULT_MAINTENANCE) ||
	    !pli_sim_wire_connect(b->wire, id))
		return false;
	*client = (pli_sim_bitmex_client){.id = id, .used = true};
	return true;
}

void
pli_sim_bitmex_on_disconnect(pli_sim_bitmex *b, uint32_t id)
{
	pli_sim_bitmex_client *client = client_find(b, id);
	if (client != NULL)
		client->used = false;
	pli_sim_wire_disconnect(b->wire, id);
}

/* subscribe NULL: of a login; status 200: it was granted. request: the message that asked. */
static void
client_answer(pli_sim_bitmex *b, uint32_t id, uint32_t status, const char *subscribe,
    const char *error, plm_slice request)
{
	pli_json_writer *w = &b->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	if (status == 200) {
		pli_sim_put_bool(w, "success", true);
		if (subscribe != NULL)
			pli_sim_put_text(w, "subscribe", subscribe);
	} else {
		pli_sim_put_int(w, "status", status);
		pli_sim_put_text(w, "error", error);
		pli_json_key(w, "meta");
		pli_json_object_open(w);
		pli_json_object_close(w);
	}
	pli_json_key(w, "request");
	pli_json_put_raw(w, request);
	pli_json_object_close(w);
	assert(!w->overflow);
	pli_sim_wire_reply(b->wire, id, (plm_slice){w->bytes, w->size});
}

static void
client_login(pli_sim_bitmex *b, pli_sim_bitmex_client *client, pli_json *json, uint32_t args,
    plm_slice request)
{
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	plm_slice parts[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
	char text[64];
	uint32_t at = args + 1;
	for (uint32_t i = 0; i < 3 && i < nodes[args].children_count; i++, at = nodes[at].next)
		parts[i] = nodes[at].text;
	int64_t expires_s = whole_of(parts[1]);
	(void)snprintf(text, sizeof text, "GET/realtime%" PRId64, expires_s);
	const pli_sim_bitmex_key *key = key_find(b, parts[0]);
	uint32_t status;
	const char *why = key_refuses(b, key, text, expires_s, parts[2], &status);
	client_answer(b, client->id, why == NULL ? 200 : status, NULL, why, request);
	if (why == NULL)
		client->key = key;
}

/* The table as it stands, behind the receipt. */
static void
client_partial(pli_sim_bitmex *b, pli_sim_bitmex_client *client, int table)
{
	client->tables |= (uint8_t)(1U << table);
	if (table == TABLE_POSITION) {
		client->told_count = account_of(b, client->key)->positions_count;
		push_positions(b, client, 0, client->told_count, "partial");
	} else if (table == TABLE_MARGIN) {
		client->wallets = wallets_of(account_of(b, client->key));
		push_margins(b, client, client->wallets, "partial");
	} else {
		pli_json_writer *w = push_open(b, table_names[table], "partial");
		pli_json_array_open(w);
		pli_json_array_close(w);
		push_close(b, client->id, true);
	}
}

static void
client_subscribe(
    pli_sim_bitmex *b, pli_sim_bitmex_client *client, plm_slice topic, plm_slice request)
{
	static const char prefix[] = "instrument:";
	char name[PLI_SIM_NAME_MAX + sizeof prefix];
	size_t skip = sizeof prefix - 1;
	(void)snprintf(name, sizeof name, "%.*s", (int)topic.size, topic.bytes);
	for (int i = 0; i < TABLES; i++) {
		if (!plm_slice_is(topic, table_names[i]))
			continue;
		if (client->key == NULL) {
			client_answer(b, client->id, 401, NULL, "Not authenticated.", request);
			return;
		}
		client_answer(b, client->id, 200, name, NULL, request);
		client_partial(b, client, i);
		return;
	}
	bool price = topic.size > skip && memcmp(topic.bytes, prefix, skip) == 0;
	const pli_sim_instrument *in = price
					   ? pli_sim_market_find(&b->world->market, PLI_SIM_BITMEX,
						 (plm_slice){topic.bytes + skip, topic.size - skip})
					   : NULL;
	if (in == NULL || client->symbols_count == PLI_SIM_BITMEX_SYMBOLS_MAX) {
		client_answer(b, client->id, 400, NULL, "Unknown or expired symbol.", request);
		return;
	}
	client_answer(b, client->id, 200, name, NULL, request);
	client->symbols[client->symbols_count++] = in;
	push_instrument(b, client->id, in, true);
}

void
pli_sim_bitmex_on_message(pli_sim_bitmex *b, uint32_t id, plm_slice text)
{
	pli_sim_bitmex_client *client = client_find(b, id);
	pli_json *json = pli_json_shared();
	if (client == NULL || json == NULL)
		return;
	if (plm_slice_is(text, "ping")) {
		pli_sim_wire_reply(b->wire, id, PLM_SLICE("pong"));
		return;
	}
	bool read = pli_json_parse(json, text, NULL) == PLM_OK;
	plm_slice op = read ? pli_sim_member(json, 0, "op") : (plm_slice){NULL, 0};
	uint32_t args = read ? pli_json_find(json, 0, "args") : 0;
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	bool list = args != 0 && nodes[args].type == PLI_JSON_ARRAY;
	if (list && plm_slice_is(op, "authKeyExpires"))
		client_login(b, client, json, args, text);
	else if (list && nodes[args].children_count == 1 && plm_slice_is(op, "subscribe"))
		client_subscribe(b, client, nodes[args + 1].text, text);
	else
		client_answer(b, id, 400, NULL, "Unknown operation.", PLM_SLICE("null"));
}

/* Life. */

static void
bitmex_add_key(pli_sim_bitmex *b, uint32_t account, bool can_trade)
{
	assert(b->keys_count < PLI_SIM_BITMEX_KEYS_MAX);
	pli_sim_bitmex_key *key = &b->keys[b->keys_count++];
	const char *power = can_trade ? "trade" : "read";
	const char *name = b->world->accounts[account].name;
	(void)snprintf(key->key, sizeof key->key, "%s-%s", name, power);
	(void)snprintf(key->secret, sizeof key->secret, "simulated-%s-%s", name, power);
	key->account = account;
	key->can_trade = can_trade;
}

void
pli_sim_bitmex_init(pli_sim_bitmex *b, const pli_sim_world *world, pli_sim_wire *wire)
{
	*b = (pli_sim_bitmex){.world = world, .wire = wire};
	pli_json_writer_init(&b->body, BODY_MAX);
	pli_json_writer_init(&b->frame, BODY_MAX);
	for (uint32_t i = 0; i < world->accounts_count; i++) {
		if (world->accounts[i].venue != PLI_SIM_BITMEX)
			continue;
		bitmex_add_key(b, i, false);
		if (b->keys_count == 1)
			bitmex_add_key(b, i, true);
	}
}

void
pli_sim_bitmex_fini(pli_sim_bitmex *b)
{
	pli_json_writer_fini(&b->body);
	pli_json_writer_fini(&b->frame);
}
