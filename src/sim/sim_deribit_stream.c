/* sim_deribit_stream.c: the simulated Deribit's subscriptions, notifications and heartbeats. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sim/sim_deribit_parts.h"
#include "sim/sim_number.h"

enum { PARTS_MAX = 6, HEARTBEAT_SECONDS_MIN = 10 };

/* Channel names. */

static uint32_t
stream_split(plm_slice name, plm_slice ret_parts[PARTS_MAX])
{
	uint32_t count = 0;
	size_t at = 0;
	while (at <= name.size && count < PARTS_MAX) {
		const char *dot = memchr(name.bytes + at, '.', name.size - at);
		size_t end = dot == NULL ? name.size : (size_t)(dot - name.bytes);
		ret_parts[count++] = (plm_slice){name.bytes + at, end - at};
		at = end + 1;
	}
	return count;
}

static bool
stream_interval(plm_slice text, int64_t *ret_every_ns)
{
	if (plm_slice_is(text, "raw") || plm_slice_is(text, "100ms"))
		*ret_every_ns = 100 * PLM_NS_PER_MS;
	else if (plm_slice_is(text, "agg2"))
		*ret_every_ns = 2 * PLM_NS_PER_S;
	else
		return false;
	return true;
}

static bool
stream_parse_market(
    const pli_sim_deribit *d, const plm_slice *parts, uint32_t count, pli_sim_deri_channel *c)
{
	const pli_sim_market *m = &d->world->market;
	if (count == 3 &&
	    (plm_slice_is(parts[0], "ticker") || plm_slice_is(parts[0], "perpetual"))) {
		bool ticker = parts[0].bytes[0] == 't';
		c->kind = ticker ? PLI_SIM_DERI_TICKER : PLI_SIM_DERI_PERPETUAL;
		c->instrument = pli_sim_market_find(m, PLI_SIM_DERIBIT, parts[1]);
		return c->instrument != NULL && stream_interval(parts[2], &c->every_ns) &&
		       (ticker || c->instrument->kind == PLI_SIM_PERPETUAL);
	}
	if (count == 2 && plm_slice_is(parts[0], "deribit_price_index")) {
		c->kind = PLI_SIM_DERI_INDEX;
		return pli_sim_deri_index_parse(parts[1], &c->asset, &c->quote);
	}
	if (count == 3 && plm_slice_is(parts[0], "markprice") &&
	    plm_slice_is(parts[1], "options")) {
		c->kind = PLI_SIM_DERI_MARKS;
		return pli_sim_deri_index_parse(parts[2], &c->asset, &c->quote);
	}
	c->kind = PLI_SIM_DERI_PLATFORM;
	if (plm_slice_is(parts[0], "platform_state"))
		return count <= 2;
	c->kind = PLI_SIM_DERI_QUIET;
	return (count == 4 && plm_slice_is(parts[0], "instrument")) ||
	       plm_slice_is(parts[0], "announcements");
}

/* user.changes.{instrument}.{interval} or user.changes.{kind}.{currency}.{interval} */
static bool
stream_parse_user(
    const pli_sim_deribit *d, const plm_slice *parts, uint32_t count, pli_sim_deri_channel *c)
{
	static const char *const kinds[] = {"portfolio", "changes", "trades", "orders"};
	int which = 0;
	while (which < 4 && !plm_slice_is(parts[1], kinds[which]))
		which++;
	if (which == 4) {
		c->kind = PLI_SIM_DERI_QUIET;
		return plm_slice_is(parts[1], "lock") || plm_slice_is(parts[1], "mmp_trigger") ||
		       plm_slice_is(parts[1], "access_log");
	}
	c->kind = (uint8_t)(PLI_SIM_DERI_PORTFOLIO + which);
	plm_slice currency = which == 0 ? parts[2] : parts[3];
	bool by_name = which != 0 && count == 4;
	if (by_name) {
		c->instrument = pli_sim_market_find(&d->world->market, PLI_SIM_DERIBIT, parts[2]);
		return c->instrument != NULL;
	}
	if (count != (which == 0 ? 3u : 5u))
		return false;
	c->asset = plm_slice_is(currency, "any") ? PLI_SIM_ASSETS : pli_sim_asset_find(currency);
	return c->asset != PLI_SIM_ASSETS || plm_slice_is(currency, "any");
}

static bool
stream_parse(const pli_sim_deribit *d, plm_slice name, pli_sim_deri_channel *ret_channel)
{
	plm_slice parts[PARTS_MAX];
	*ret_channel = (pli_sim_deri_channel){.asset = PLI_SIM_ASSETS, .every_ns = PLM_NS_PER_S};
	if (name.size == 0 || name.size >= sizeof ret_channel->name)
		return false;
	memcpy(ret_channel->name, name.bytes, name.size);
	uint32_t count = stream_split(name, parts);
	if (plm_slice_is(parts[0], "user"))
		return count >= 2 && stream_parse_user(d, parts, count, ret_channel);
	return stream_parse_market(d, parts, count, ret_channel);
}

/* Subscribing. */

static int
stream_find_channel(const pli_sim_deri_client *client, plm_slice name)
{
	for (uint32_t i = 0; i < client->channels_count; i++)
		if (plm_slice_is(name, client->channels[i].name))
			return (int)i;
	return -1;
}

static bool
stream_add(pli_sim_deribit *d, pli_sim_deri_client *client, plm_slice name, bool private_too)
{
	pli_sim_deri_channel channel;
	if (!stream_parse(d, name, &channel))
		return false;
	channel.renames = channel.instrument == NULL ? 0 : channel.instrument->renames;
	if (channel.kind >= PLI_SIM_DERI_PORTFOLIO && !private_too)
		return false;
	if (stream_find_channel(client, name) >= 0)
		return true;
	if (client->channels_count == PLI_SIM_DERI_CHANNELS_MAX)
		return false;
	client->channels[client->channels_count++] = channel;
	return true;
}

static bool
stream_remove(pli_sim_deri_client *client, plm_slice name)
{
	int at = stream_find_channel(client, name);
	if (at >= 0)
		client->channels[at] = client->channels[--client->channels_count];
	return at >= 0;
}

/* Adds or removes each channel of the call and answers with the list of those that took effect. */
static void
stream_change(pli_sim_deribit *d, pli_sim_deri_call *call, bool add)
{
	bool private_too = call->account != NULL;
	uint32_t list = call->params == 0 ? 0 : pli_json_find(call->json, call->params, "channels");
	if (call->client == NULL) {
		pli_sim_deri_fail(call, 11044, "not_on_this_transport", "use a WebSocket");
		return;
	}
	const pli_json_node *nodes = pli_json_nodes(call->json, NULL);
	if (list == 0 || nodes[list].type != PLI_JSON_ARRAY) {
		pli_sim_deri_fail(call, -32602, "Invalid params", "channels is required");
		return;
	}
	pli_json_array_open(&d->body);
	uint32_t at = list + 1;
	for (uint32_t i = 0; i < nodes[list].children_count; i++, at = nodes[at].next) {
		plm_slice name = nodes[at].text;
		bool raw = name.size > 4 && memcmp(name.bytes + name.size - 4, ".raw", 4) == 0;
		if (add && raw && call->key == NULL) {
			pli_sim_deri_fail(
			    call, 13778, "raw_subscriptions_not_available_for_unauthorized", NULL);
			return;
		}
		bool done = add ? stream_add(d, call->client, name, private_too)
				: stream_remove(call->client, name);
		if (done)
			pli_json_put_slice(&d->body, name);
	}
	pli_json_array_close(&d->body);
}

void
pli_sim_deri_subscribe(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	stream_change(d, call, true);
}

void
pli_sim_deri_unsubscribe(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	stream_change(d, call, false);
}

void
pli_sim_deri_unsubscribe_all(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	if (call->client != NULL)
		call->client->channels_count = 0;
	pli_json_put_text(&d->body, "ok");
}

void
pli_sim_deri_set_heartbeat(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	plm_slice text = pli_sim_deri_param(call, "interval");
	int64_t seconds = 0;
	for (size_t i = 0; i < text.size && i < 6; i++)
		seconds = seconds * 10 + (text.bytes[i] - '0');
	if (call->client == NULL || seconds < HEARTBEAT_SECONDS_MIN) {
		pli_sim_deri_fail(call, -32602, "Invalid params", "interval must be at least 10");
		return;
	}
	call->client->heartbeat_ns = seconds * PLM_NS_PER_S;
	call->client->next_beat_ns = d->now_ns + call->client->heartbeat_ns;
	call->client->tested = false;
	pli_json_put_text(&d->body, "ok");
}

void
pli_sim_deri_disable_heartbeat(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	if (call->client != NULL)
		call->client->heartbeat_ns = 0;
	pli_json_put_text(&d->body, "ok");
}

/* Notifications. */

static pli_json_writer *
stream_open(pli_sim_deribit *d, const char *channel)
{
	pli_json_writer *w = &d->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "jsonrpc", "2.0");
	pli_sim_put_text(w, "method", "subscription");
	pli_json_key(w, "params");
	pli_json_object_open(w);
	pli_sim_put_text(w, "channel", channel);
	pli_json_key(w, "data");
	return w;
}

static void
stream_send(pli_sim_deribit *d, const pli_sim_deri_client *client, bool of_account)
{
	pli_json_writer *w = &d->frame;
	pli_json_object_close(w);
	pli_json_object_close(w);
	assert(!w->overflow);
	pli_sim_wire_event(d->wire, client->id, (plm_slice){w->bytes, w->size}, of_account);
}

static void
stream_put_marks(pli_sim_deribit *d, pli_json_writer *w, pli_sim_asset coin)
{
	const pli_sim_market *m = &d->world->market;
	pli_json_array_open(w);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		if (in->kind != PLI_SIM_OPTION || in->coin != coin || in->expired)
			continue;
		pli_json_object_open(w);
		pli_sim_put_text(w, "instrument_name", in->name);
		pli_sim_put_number(w, "mark_price", in->mark);
		pli_sim_put_number(w, "iv", pli_sim_multiply(in->mark_iv, pli_sim_of("0.01")));
		pli_sim_put_int(w, "timestamp", m->now_ns / PLM_NS_PER_MS);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static void
stream_send_market(
    pli_sim_deribit *d, const pli_sim_deri_client *client, const pli_sim_deri_channel *c)
{
	const pli_sim_market *m = &d->world->market;
	char index[16];
	pli_json_writer *w = stream_open(d, c->name);
	if (c->kind == PLI_SIM_DERI_TICKER) {
		pli_sim_deri_put_ticker(d, w, c->instrument, true);
	} else if (c->kind == PLI_SIM_DERI_MARKS) {
		stream_put_marks(d, w, c->asset);
	} else if (c->kind == PLI_SIM_DERI_PERPETUAL) {
		pli_json_object_open(w);
		pli_sim_put_int(w, "timestamp", m->now_ns / PLM_NS_PER_MS);
		pli_sim_put_number(w, "interest", c->instrument->funding_rate);
		pli_sim_put_number(w, "index_price", c->instrument->index);
		pli_json_object_close(w);
	} else {
		plm_decimal price = c->asset < PLI_SIM_COINS ? m->coins[c->asset].index[c->quote]
							     : m->dollar[c->asset];
		pli_json_object_open(w);
		pli_sim_put_int(w, "timestamp", m->now_ns / PLM_NS_PER_MS);
		pli_sim_put_number(w, "price", price);
		pli_sim_put_text(
		    w, "index_name", pli_sim_deri_index_name(c->asset, c->quote, index));
		pli_json_object_close(w);
	}
	stream_send(d, client, false);
}

static void
stream_send_portfolio(
    pli_sim_deribit *d, const pli_sim_deri_client *client, const pli_sim_deri_channel *c)
{
	const pli_sim_account *a = &d->world->accounts[client->key->account];
	for (int i = 0; pli_sim_deri_currencies[i] != PLI_SIM_ASSETS; i++) {
		pli_sim_asset currency = pli_sim_deri_currencies[i];
		bool any = c->asset == PLI_SIM_ASSETS;
		if (any ? !a->wallets[currency].used : currency != c->asset)
			continue;
		pli_json_writer *w = stream_open(d, c->name);
		pli_sim_deri_put_portfolio(w, a, currency, false);
		stream_send(d, client, true);
	}
}

static bool
stream_is_renamed(const pli_sim_deri_channel *c)
{
	return c->instrument != NULL && c->instrument->renames != c->renames;
}

static void
stream_tick_channel(pli_sim_deribit *d, const pli_sim_deri_client *client, pli_sim_deri_channel *c)
{
	uint64_t sequence = d->world->sequence;
	bool portfolio = c->kind == PLI_SIM_DERI_PORTFOLIO;
	if ((c->kind > PLI_SIM_DERI_PERPETUAL && !portfolio) || stream_is_renamed(c))
		return;
	if (c->sent == sequence || d->now_ns < c->next_ns || (portfolio && client->key == NULL))
		return;
	if (portfolio)
		stream_send_portfolio(d, client, c);
	else
		stream_send_market(d, client, c);
	c->sent = sequence;
	c->next_ns = d->now_ns + c->every_ns - 10 * PLM_NS_PER_MS;
}

static void
stream_beat(pli_sim_deribit *d, pli_sim_deri_client *client, const char *type)
{
	pli_json_writer *w = &d->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "jsonrpc", "2.0");
	pli_sim_put_text(w, "method", "heartbeat");
	pli_json_key(w, "params");
	pli_json_object_open(w);
	pli_sim_put_text(w, "type", type);
	pli_json_object_close(w);
	pli_json_object_close(w);
	pli_sim_wire_reply(d->wire, client->id, (plm_slice){w->bytes, w->size});
}

static void
stream_tick_heartbeat(pli_sim_deribit *d, pli_sim_deri_client *client)
{
	if (client->heartbeat_ns == 0 || d->now_ns < client->next_beat_ns)
		return;
	client->next_beat_ns = d->now_ns + client->heartbeat_ns;
	if (client->tested) {
		d->wire->server.disconnect(d->wire->server.ctx, client->id, false);
		return;
	}
	stream_beat(d, client, "heartbeat");
	stream_beat(d, client, "test_request");
	client->tested = true;
}

static void
stream_tell_platform(pli_sim_deribit *d, bool locked)
{
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_deri_client *client = &d->clients[i];
		for (uint32_t k = 0; client->used && k < client->channels_count; k++) {
			if (client->channels[k].kind != PLI_SIM_DERI_PLATFORM)
				continue;
			pli_json_writer *w = stream_open(d, client->channels[k].name);
			pli_json_object_open(w);
			pli_sim_put_bool(w, "locked", locked);
			pli_sim_put_bool(w, "maintenance", locked);
			pli_json_object_close(w);
			stream_send(d, client, false);
		}
	}
}

void
pli_sim_deribit_tick(pli_sim_deribit *d, plm_time_ns now_ns)
{
	d->now_ns = now_ns;
	bool locked = pli_sim_wire_active(d->wire, PLI_SIM_FAULT_MAINTENANCE);
	if (locked != d->was_locked)
		stream_tell_platform(d, locked);
	d->was_locked = locked;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_deri_client *client = &d->clients[i];
		for (uint32_t k = 0; client->used && k < client->channels_count; k++)
			stream_tick_channel(d, client, &client->channels[k]);
		if (client->used)
			stream_tick_heartbeat(d, client);
	}
}

/* User events. */

static void
stream_put_trade(pli_json_writer *w, const pli_sim_fill *fill)
{
	char id[32];
	const pli_sim_instrument *in = fill->position->instrument;
	pli_json_object_open(w);
	pli_sim_put_int(w, "trade_seq", (int64_t)fill->trade_id);
	(void)snprintf(id, sizeof id, "%llu", (unsigned long long)fill->trade_id);
	pli_sim_put_text(w, "trade_id", id);
	pli_sim_put_int(w, "timestamp", fill->time_ns / PLM_NS_PER_MS);
	pli_sim_put_int(w, "tick_direction", 0);
	pli_sim_put_text(w, "state", "filled");
	pli_sim_put_bool(w, "self_trade", false);
	pli_sim_put_bool(w, "risk_reducing", false);
	pli_sim_put_bool(w, "reduce_only", false);
	pli_sim_put_number(w, "profit_loss", fill->realised);
	pli_sim_put_number(w, "price", fill->price);
	pli_sim_put_bool(w, "post_only", false);
	pli_sim_put_text(w, "order_type", "market");
	(void)snprintf(id, sizeof id, "%llu", (unsigned long long)fill->order_id);
	pli_sim_put_text(w, "order_id", id);
	pli_sim_put_bool(w, "mmp", false);
	pli_sim_put_null(w, "matching_id");
	pli_sim_put_number(w, "mark_price", in->mark);
	pli_sim_put_text(w, "liquidity", "T");
	pli_sim_put_text(w, "instrument_name", in->name);
	pli_sim_put_number(w, "index_price", in->index);
	pli_sim_put_text(w, "fee_currency", pli_sim_asset_name(in->settle));
	pli_sim_put_number(w, "fee", fill->fee);
	pli_sim_put_text(w, "direction", fill->buy ? "buy" : "sell");
	pli_sim_put_bool(w, "api", true);
	pli_sim_put_number(w, "amount", fill->quantity);
	pli_json_object_close(w);
}

static void
stream_put_order(pli_json_writer *w, const pli_sim_fill *fill)
{
	char id[32];
	pli_json_object_open(w);
	pli_sim_put_bool(w, "web", false);
	pli_sim_put_text(w, "time_in_force", "good_til_cancelled");
	pli_sim_put_bool(w, "risk_reducing", false);
	pli_sim_put_bool(w, "replaced", false);
	pli_sim_put_bool(w, "reduce_only", false);
	pli_sim_put_number(w, "profit_loss", fill->realised);
	pli_sim_put_number(w, "price", fill->price);
	pli_sim_put_bool(w, "post_only", false);
	pli_sim_put_text(w, "order_type", "market");
	pli_sim_put_text(w, "order_state", "filled");
	(void)snprintf(id, sizeof id, "%llu", (unsigned long long)fill->order_id);
	pli_sim_put_text(w, "order_id", id);
	pli_sim_put_bool(w, "mmp", false);
	pli_sim_put_number(w, "max_show", fill->quantity);
	pli_sim_put_int(w, "last_update_timestamp", fill->time_ns / PLM_NS_PER_MS);
	pli_sim_put_text(w, "label", "");
	pli_sim_put_bool(w, "is_liquidation", false);
	pli_sim_put_text(w, "instrument_name", fill->position->instrument->name);
	pli_sim_put_number(w, "filled_amount", fill->quantity);
	pli_sim_put_text(w, "direction", fill->buy ? "buy" : "sell");
	pli_sim_put_int(w, "creation_timestamp", fill->time_ns / PLM_NS_PER_MS);
	pli_sim_put_number(w, "commission", fill->fee);
	pli_sim_put_number(w, "average_price", fill->price);
	pli_sim_put_bool(w, "api", true);
	pli_sim_put_number(w, "amount", fill->quantity);
	pli_json_object_close(w);
}

static void
stream_put_changes(const pli_sim_deribit *d, pli_json_writer *w, const pli_sim_account *a,
    const pli_sim_news *news)
{
	pli_json_object_open(w);
	pli_json_key(w, "trades");
	pli_json_array_open(w);
	if (news->fill != NULL)
		stream_put_trade(w, news->fill);
	pli_json_array_close(w);
	pli_json_key(w, "positions");
	pli_json_array_open(w);
	if (news->kind == PLI_SIM_NEWS_RENAME) {
		/* nothing is left under the old name */
		pli_sim_instrument before = *news->position->instrument;
		memcpy(before.name, before.name_before, sizeof before.name);
		pli_sim_deri_put_position(
		    d, w, a, &(pli_sim_position){.instrument = &before}, false);
	}
	pli_sim_deri_put_position(d, w, a, news->position, false);
	pli_json_array_close(w);
	pli_json_key(w, "orders");
	pli_json_array_open(w);
	if (news->fill != NULL)
		stream_put_order(w, news->fill);
	pli_json_array_close(w);
	pli_sim_put_text(w, "instrument_name", news->position->instrument->name);
	pli_json_object_close(w);
}

static void
stream_tell_change(pli_sim_deribit *d, const pli_sim_deri_client *client,
    const pli_sim_deri_channel *c, const pli_sim_news *news)
{
	const pli_sim_account *a = &d->world->accounts[news->account];
	const pli_sim_instrument *in = news->position->instrument;
	if (c->instrument != NULL ? c->instrument != in
				  : c->asset != PLI_SIM_ASSETS && c->asset != in->settle)
		return;
	if (c->kind == PLI_SIM_DERI_CHANGES) {
		stream_put_changes(d, stream_open(d, c->name), a, news);
		stream_send(d, client, true);
	} else if (news->fill != NULL &&
		   (c->kind == PLI_SIM_DERI_TRADES || c->kind == PLI_SIM_DERI_ORDERS)) {
		pli_json_writer *w = stream_open(d, c->name);
		pli_json_array_open(w);
		if (c->kind == PLI_SIM_DERI_TRADES)
			stream_put_trade(w, news->fill);
		else
			stream_put_order(w, news->fill);
		pli_json_array_close(w);
		stream_send(d, client, true);
	}
}

void
pli_sim_deribit_on_news(pli_sim_deribit *d, const pli_sim_news *news)
{
	bool change = news->kind == PLI_SIM_NEWS_FILL || news->kind == PLI_SIM_NEWS_DELIVERY ||
		      news->kind == PLI_SIM_NEWS_RENAME;
	for (int i = 0; i < PLI_SIM_CLIENTS_MAX; i++) {
		pli_sim_deri_client *client = &d->clients[i];
		if (!client->used || client->key == NULL || client->key->account != news->account)
			continue;
		for (uint32_t k = 0; k < client->channels_count; k++) {
			pli_sim_deri_channel *c = &client->channels[k];
			if (c->kind == PLI_SIM_DERI_PORTFOLIO)
				c->next_ns = d->now_ns; /* at once, with the next tick */
			else if (change && c->kind > PLI_SIM_DERI_PORTFOLIO &&
				 !stream_is_renamed(c))
				stream_tell_change(d, client, c, news);
		}
	}
}
