/* sim_wsapi.c: the simulated Binance's WebSocket API: subscriptions to the user streams of spot and
 * margin, and what these say. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "sim/sim_binance_parts.h"
#include "sim/sim_call.h"
#include "sim/sim_number.h"

enum { PARAMS_MAX = 16, WINDOW_MS = 5000 };

static void
wsapi_open(pli_sim_binance *b, plm_slice id, int status)
{
	pli_json_writer *w = &b->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_json_key(w, "id");
	pli_json_put_raw(w, id);
	pli_sim_put_int(w, "status", status);
}

static void
wsapi_close(pli_sim_binance *b, uint32_t client)
{
	pli_json_writer *w = &b->frame;
	pli_json_key(w, "rateLimits");
	pli_json_array_open(w);
	pli_json_array_close(w);
	pli_json_object_close(w);
	assert(!w->overflow);
	pli_sim_wire_reply(b->wire, client, (plm_slice){w->bytes, w->size});
}

static void
wsapi_refuse(pli_sim_binance *b, uint32_t client, plm_slice id, int code, const char *text)
{
	wsapi_open(b, id, code == -2015 ? 401 : 400);
	pli_json_key(&b->frame, "error");
	pli_json_object_open(&b->frame);
	pli_sim_put_int(&b->frame, "code", code);
	pli_sim_put_text(&b->frame, "msg", text);
	pli_json_object_close(&b->frame);
	wsapi_close(b, client);
}

static void
wsapi_accept(pli_sim_binance *b, pli_sim_usdm_client *client, plm_slice id, uint32_t account)
{
	client->subscribed = true;
	client->account = account;
	wsapi_open(b, id, 200);
	pli_json_key(&b->frame, "result");
	pli_json_object_open(&b->frame);
	pli_sim_put_int(&b->frame, "subscriptionId", 0);
	pli_json_object_close(&b->frame);
	wsapi_close(b, client->id);
}

static int
param_compare(const void *a, const void *b)
{
	const pli_json_node *const *x = a, *const *y = b;
	size_t size = (*x)->key.size < (*y)->key.size ? (*x)->key.size : (*y)->key.size;
	int order = memcmp((*x)->key.bytes, (*y)->key.bytes, size);
	return order != 0 ? order : (*x)->key.size > (*y)->key.size ? 1 : -1;
}

/* The parameters but the signature, by name, as a query. */
static int
params_query(pli_json *json, uint32_t params, char *ret_text, size_t size)
{
	const pli_json_node *nodes = pli_json_nodes(json, NULL), *sorted[PARAMS_MAX];
	uint32_t count = 0, at = params + 1;
	for (uint32_t i = 0; i < nodes[params].children_count && count < PARAMS_MAX;
	     i++, at = nodes[at].next)
		if (!plm_slice_is(nodes[at].key, "signature"))
			sorted[count++] = &nodes[at];
	qsort(sorted, count, sizeof sorted[0], param_compare);
	int used = 0;
	for (uint32_t i = 0; i < count && used >= 0 && (size_t)used < size; i++)
		used += snprintf(ret_text + used, size - (size_t)used, "%s%.*s=%.*s",
		    i == 0 ? "" : "&", (int)sorted[i]->key.size, sorted[i]->key.bytes,
		    (int)sorted[i]->text.size, sorted[i]->text.bytes);
	return used;
}

static void
wsapi_subscribe_signed(
    pli_sim_binance *b, pli_sim_usdm_client *client, pli_json *json, uint32_t params, plm_slice id)
{
	char query[512], stamp[24];
	plm_slice sent = pli_sim_member(json, params, "timestamp");
	const pli_sim_usdm_key *key = pli_sim_usdm_find_key(
	    b, pli_sim_member(json, params, "apiKey"));
	const pli_sim_account *account = key == NULL
					     ? NULL
					     : pli_sim_usdm_opened(b, key, PLI_SIM_BINANCE_SPOT);
	int size = params_query(json, params, query, sizeof query);
	(void)snprintf(stamp, sizeof stamp, "%.*s", (int)(sent.size < 20 ? sent.size : 20),
	    sent.size == 0 ? "" : sent.bytes);
	int64_t late_ms = pli_sim_usdm_now_ms(b) - strtoll(stamp, NULL, 10);
	if (account == NULL)
		wsapi_refuse(
		    b, client->id, id, -2015, "Invalid API-key, IP, or permissions for action.");
	else if (late_ms > WINDOW_MS || late_ms <= -1000)
		wsapi_refuse(b, client->id, id, -1021,
		    "Timestamp for this request is outside of the recvWindow.");
	else if (size < 0 || (size_t)size >= sizeof query ||
		 !pli_sim_usdm_signed(key, (plm_slice){query, (size_t)size},
		     pli_sim_member(json, params, "signature")))
		wsapi_refuse(b, client->id, id, -1022, "Signature for this request is not valid.");
	else
		wsapi_accept(b, client, id, pli_sim_usdm_index(b, account));
}

static void
wsapi_subscribe_token(
    pli_sim_binance *b, pli_sim_usdm_client *client, plm_slice token, plm_slice id)
{
	for (uint32_t i = 0; i < b->world->accounts_count; i++) {
		const pli_sim_listen_key *key = &b->listen_keys[i];
		if (!key->valid || !plm_slice_is(token, key->text))
			continue;
		wsapi_accept(b, client, id, i);
		return;
	}
	wsapi_refuse(b, client->id, id, -1125, "This listenToken does not exist.");
}

void
pli_sim_wsapi_on_message(pli_sim_binance *b, pli_sim_usdm_client *client, plm_slice text)
{
	pli_json *json = pli_json_shared();
	if (pli_json_parse(json, text, NULL) != PLM_OK) {
		wsapi_refuse(b, client->id, PLM_SLICE("null"), -1135, "Invalid JSON Request");
		return;
	}
	char id[64] = "null";
	uint32_t node = pli_json_find(json, 0, "id");
	plm_slice own = pli_sim_member(json, 0, "id");
	bool quoted = node != 0 && pli_json_nodes(json, NULL)[node].type == PLI_JSON_STRING;
	if (node != 0 && own.size < sizeof id - 2)
		(void)snprintf(
		    id, sizeof id, quoted ? "\"%.*s\"" : "%.*s", (int)own.size, own.bytes);
	plm_slice method = pli_sim_member(json, 0, "method");
	uint32_t params = pli_json_find(json, 0, "params");
	if (params != 0 && plm_slice_is(method, "userDataStream.subscribe.signature"))
		wsapi_subscribe_signed(b, client, json, params, plm_slice_of(id));
	else if (params != 0 && plm_slice_is(method, "userDataStream.subscribe.listenToken"))
		wsapi_subscribe_token(
		    b, client, pli_sim_member(json, params, "listenToken"), plm_slice_of(id));
	else
		wsapi_refuse(b, client->id, plm_slice_of(id), -1020, "Unsupported method.");
}

/* Events. */

static void
wsapi_send(pli_sim_binance *b, const pli_sim_usdm_client *client)
{
	pli_json_writer wrapped;
	pli_json_writer_init(&wrapped, b->frame.size + 64);
	pli_json_object_open(&wrapped);
	pli_sim_put_int(&wrapped, "subscriptionId", 0);
	pli_json_key(&wrapped, "event");
	pli_json_put_raw(&wrapped, (plm_slice){b->frame.bytes, b->frame.size});
	pli_json_object_close(&wrapped);
	assert(!wrapped.overflow);
	pli_sim_wire_event(b->wire, client->id, (plm_slice){wrapped.bytes, wrapped.size}, true);
	pli_json_writer_fini(&wrapped);
}

void
pli_sim_wsapi_tell(pli_sim_binance *b, uint32_t account)
{
	for (uint32_t i = 0; i < b->clients_top; i++)
		if (b->clients[i].used && b->clients[i].subscribed &&
		    b->clients[i].account == account)
			wsapi_send(b, &b->clients[i]);
}

void
pli_sim_wsapi_on_fault(pli_sim_binance *b, bool told)
{
	for (uint32_t i = 0; i < b->clients_top; i++) {
		pli_sim_usdm_client *client = &b->clients[i];
		if (!client->used || !client->subscribed)
			continue;
		if (told) {
			pli_sim_usdm_open_event(b, "eventStreamTerminated", 0);
			pli_json_object_close(&b->frame);
			wsapi_send(b, client);
		}
		client->subscribed = false;
		b->listen_keys[client->account].valid = false;
	}
}

static void
news_put_wallet(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "a", pli_sim_asset_name(asset));
	pli_sim_put_fixed(w, "f", a->wallets[asset].cash, 8);
	pli_sim_put_text(w, "l", "0.00000000");
	pli_json_object_close(w);
}

/* too: PLI_SIM_ASSETS for none. */
static void
news_wallets(pli_sim_binance *b, uint32_t account, pli_sim_asset asset, pli_sim_asset too)
{
	const pli_sim_account *a = &b->world->accounts[account];
	pli_json_writer *w = &b->frame;
	pli_sim_usdm_open_event(b, "outboundAccountPosition", 0);
	pli_sim_put_int(w, "u", b->now_ns / PLM_NS_PER_MS);
	pli_sim_put_int(w, "U", (int64_t)a->changes);
	pli_json_key(w, "B");
	pli_json_array_open(w);
	news_put_wallet(w, a, asset);
	if (too != PLI_SIM_ASSETS)
		news_put_wallet(w, a, too);
	pli_json_array_close(w);
	pli_json_object_close(w);
	pli_sim_usdm_tell(b, account);
}

static void
news_put_order(pli_json_writer *w, const pli_sim_swap *swap)
{
	static const char *const zeros[] = {"p", "P", "F", NULL};
	plm_decimal cost = pli_sim_multiply(swap->quantity, swap->price);
	pli_sim_put_text(w, "S", swap->buy ? "BUY" : "SELL");
	pli_sim_put_text(w, "o", "MARKET");
	pli_sim_put_text(w, "f", "GTC");
	pli_sim_put_fixed(w, "q", swap->quantity, 8);
	for (int i = 0; zeros[i] != NULL; i++)
		pli_sim_put_text(w, zeros[i], "0.00000000");
	pli_sim_put_int(w, "g", -1);
	pli_sim_put_text(w, "C", "");
	pli_sim_put_text(w, "x", "TRADE");
	pli_sim_put_text(w, "X", "FILLED");
	pli_sim_put_text(w, "r", "NONE");
	pli_sim_put_int(w, "i", (int64_t)swap->order_id);
	pli_sim_put_fixed(w, "l", swap->quantity, 8);
	pli_sim_put_fixed(w, "z", swap->quantity, 8);
	pli_sim_put_fixed(w, "L", swap->price, 8);
	pli_sim_put_fixed(w, "n", swap->fee, 8);
	pli_sim_put_text(w, "N", "USDT");
	pli_sim_put_int(w, "t", (int64_t)swap->trade_id);
	pli_sim_put_int(w, "I", (int64_t)swap->trade_id);
	pli_sim_put_bool(w, "w", false);
	pli_sim_put_bool(w, "m", false);
	pli_sim_put_bool(w, "M", true);
	pli_sim_put_int(w, "O", swap->time_ns / PLM_NS_PER_MS);
	pli_sim_put_fixed(w, "Z", pli_sim_round(cost, 8), 8);
	pli_sim_put_fixed(w, "Y", pli_sim_round(cost, 8), 8);
	pli_sim_put_text(w, "Q", "0.00000000");
}

static void
news_swap(pli_sim_binance *b, const pli_sim_swap *swap)
{
	char text[32];
	pli_json_writer *w = &b->frame;
	pli_sim_usdm_open_event(b, "executionReport", swap->time_ns);
	(void)snprintf(text, sizeof text, "%sUSDT", pli_sim_asset_name(swap->coin));
	pli_sim_put_text(w, "s", text);
	(void)snprintf(text, sizeof text, "sim%llu", (unsigned long long)swap->order_id);
	pli_sim_put_text(w, "c", text);
	news_put_order(w, swap);
	pli_json_object_close(w);
	pli_sim_usdm_tell(b, swap->account);
	news_wallets(b, swap->account, swap->coin, PLI_SIM_USDT);
	if (pli_sim_is_zero(swap->borrowed))
		return;
	pli_sim_asset lent = swap->buy ? PLI_SIM_USDT : swap->coin;
	const pli_sim_wallet *wallet = &b->world->accounts[swap->account].wallets[lent];
	pli_sim_usdm_open_event(b, "liabilityChange", 0);
	pli_sim_put_text(w, "a", pli_sim_asset_name(lent));
	pli_sim_put_text(w, "t", "BORROW");
	pli_sim_put_int(w, "T", (int64_t)swap->trade_id);
	pli_sim_put_fixed(w, "p", wallet->loan, 8);
	pli_sim_put_plain(w, "i", wallet->interest);
	pli_sim_put_fixed(w, "l", pli_sim_wallet_debt(wallet), 8);
	pli_json_object_close(w);
	pli_sim_usdm_tell(b, swap->account);
}

/* Isolated pools have streams of their own, which are not here. */
void
pli_sim_wsapi_on_news(pli_sim_binance *b, const pli_sim_news *news)
{
	if (news->kind == PLI_SIM_NEWS_SWAP && news->swap->pool == NULL)
		news_swap(b, news->swap);
	if (news->kind != PLI_SIM_NEWS_TRANSFER)
		return;
	pli_sim_usdm_open_event(b, "balanceUpdate", b->now_ns);
	pli_sim_put_text(&b->frame, "a", pli_sim_asset_name(news->asset));
	pli_sim_put_fixed(&b->frame, "d", news->amount, 8);
	pli_sim_put_int(&b->frame, "U", (int64_t)b->world->accounts[news->account].changes);
	pli_json_object_close(&b->frame);
	pli_sim_usdm_tell(b, news->account);
	news_wallets(b, news->account, news->asset, PLI_SIM_ASSETS);
}
