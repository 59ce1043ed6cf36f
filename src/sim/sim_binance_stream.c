/* sim_binance_stream.c: the simulated Binance's WebSockets: listen keys, user events, marks. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "sim/sim_binance_parts.h"
#include "sim/sim_call.h"
#include "sim/sim_margin.h"
#include "sim/sim_number.h"

#define LISTEN_NS (60 * 60 * PLM_NS_PER_S)

enum { OPENINGS_S = 300 };

typedef enum stream_kind {
	STREAM_NONE, /* accepted, never sends: an unknown or expired listen key */
	STREAM_USER,
	STREAM_MARK,
	STREAM_INDEX, /* of the instrument's pair */
	STREAM_MARK_ALL,
	STREAM_ASSET_INDEX,
	STREAM_OPTIONS, /* marks of all options on the instrument's coin */
} stream_kind;

/* Listen keys. */

/* Of the account that the call opened, whichever its trader's key was made for. */
static pli_sim_listen_key *
stream_key_of_call(pli_sim_binance *b, const pli_sim_usdm_call *call)
{
	return &b->listen_keys[pli_sim_usdm_index(b, call->account)];
}

static void
stream_renew(pli_sim_binance *b, pli_sim_listen_key *key)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	for (int i = 0; i < PLI_SIM_LISTEN_KEY_SIZE; i++)
		key->text[i] = letters[pli_random_below(&b->random, sizeof letters - 1)];
	key->text[PLI_SIM_LISTEN_KEY_SIZE] = '\0';
	key->valid = true;
}

static void
stream_put_key(pli_sim_binance *b, const pli_sim_listen_key *key)
{
	pli_json_object_open(&b->body);
	pli_sim_put_text(&b->body, "listenKey", key->text);
	pli_json_object_close(&b->body);
}

void
pli_sim_usdm_listen_create(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_sim_listen_key *key = stream_key_of_call(b, call);
	if (!key->valid)
		stream_renew(b, key);
	key->account = pli_sim_usdm_index(b, call->account);
	key->expires_ns = b->now_ns + LISTEN_NS;
	stream_put_key(b, key);
}

void
pli_sim_usdm_listen_extend(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_sim_listen_key *key = stream_key_of_call(b, call);
	if (!key->valid) {
		pli_sim_usdm_error(b, call, 400, -1125, "This listenKey does not exist.");
		return;
	}
	key->expires_ns = b->now_ns + LISTEN_NS;
	stream_put_key(b, key);
}

void
pli_sim_usdm_listen_token(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_sim_listen_key *key = stream_key_of_call(b, call);
	stream_renew(b, key);
	key->account = pli_sim_usdm_index(b, call->account);
	key->expires_ns = b->now_ns + PLM_NS_PER_DAY;
	pli_json_object_open(&b->body);
	pli_sim_put_text(&b->body, "token", key->text);
	pli_sim_put_int(&b->body, "expirationTime", key->expires_ns / PLM_NS_PER_MS);
	pli_sim_put_int(&b->body, "validity", PLM_NS_PER_DAY / PLM_NS_PER_MS);
	pli_json_object_close(&b->body);
}

void
pli_sim_usdm_listen_close(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	stream_key_of_call(b, call)->valid = false;
	pli_json_object_open(&b->body);
	pli_json_object_close(&b->body);
}

/* Sending. */

static void
stream_send(pli_sim_binance *b, const pli_sim_usdm_client *client,
    const pli_sim_usdm_stream *stream, plm_slice payload)
{
	bool of_account = stream->kind == STREAM_USER;
	if (!client->combined && !stream->wrapped) {
		pli_sim_wire_event(b->wire, client->id, payload, of_account);
		return;
	}
	pli_json_writer wrapped;
	pli_json_writer_init(&wrapped, payload.size + 256);
	pli_json_object_open(&wrapped);
	pli_sim_put_text(&wrapped, "stream", stream->name);
	pli_json_key(&wrapped, "data");
	pli_json_put_raw(&wrapped, payload);
	pli_json_object_close(&wrapped);
	assert(!wrapped.overflow);
	pli_sim_wire_event(
	    b->wire, client->id, (plm_slice){wrapped.bytes, wrapped.size}, of_account);
	pli_json_writer_fini(&wrapped);
}

void
pli_sim_usdm_tell(pli_sim_binance *b, uint32_t account)
{
	assert(!b->frame.overflow);
	pli_sim_wsapi_tell(b, account);
	const pli_sim_listen_key *key = &b->listen_keys[account];
	plm_slice payload = {b->frame.bytes, b->frame.size};
	for (uint32_t i = 0; i < b->clients_top && key->valid; i++) {
		pli_sim_usdm_client *client = &b->clients[i];
		for (uint32_t k = 0; client->used && k < client->streams_count; k++)
			if (client->streams[k].kind == STREAM_USER &&
			    strcmp(client->streams[k].name, key->text) == 0)
				stream_send(b, client, &client->streams[k], payload);
	}
}

void
pli_sim_usdm_open_event(pli_sim_binance *b, const char *name, plm_time_ns at_ns)
{
	pli_json_writer_reset(&b->frame);
	pli_json_object_open(&b->frame);
	pli_sim_put_text(&b->frame, "e", name);
	if (at_ns != 0)
		pli_sim_put_int(&b->frame, "T", at_ns / PLM_NS_PER_MS);
	pli_sim_put_int(&b->frame, "E", pli_sim_usdm_now_ms(b));
}

static void
stream_put_balance(
    pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset, plm_decimal change)
{
	bool pooled = a->venue == PLI_SIM_BINANCE_PM;
	plm_decimal part = pli_sim_papi_contracts(a, asset);
	pli_json_object_open(w);
	pli_sim_put_text(w, "a", pli_sim_asset_name(asset));
	pli_sim_put_fixed(w, "wb", pooled ? part : a->wallets[asset].cash, 8);
	pli_sim_put_fixed(w, "cw", pooled ? part : pli_sim_cross_wallet(a, asset), 8);
	pli_sim_put_plain(w, "bc", change);
	pli_json_object_close(w);
}

static void
stream_put_position(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	pli_sim_usdm_row row;
	pli_sim_usdm_position(a, p, &row);
	pli_json_object_open(w);
	pli_sim_put_text(w, "s", p->instrument->name);
	pli_sim_put_plain(w, "pa", pli_sim_usdm_amount(p->instrument, p->size));
	pli_sim_put_plain(w, "ep", p->entry);
	pli_sim_put_plain(w, "cr", p->realised);
	pli_sim_put_fixed(w, "up", row.profit, 8);
	bool pooled = a->venue == PLI_SIM_BINANCE_PM;
	if (!pooled) {
		pli_sim_put_text(w, "mt", p->isolated ? "isolated" : "cross");
		pli_sim_put_plain(w, "iw", p->isolated_wallet);
	}
	pli_sim_put_text(w, "ps", pli_sim_usdm_side(p->side));
	if (!pooled)
		pli_sim_put_text(w, "ma", pli_sim_asset_name(p->instrument->settle));
	if (pooled)
		pli_sim_put_number(w, "bep", row.break_even);
	else
		pli_sim_put_plain(w, "bep", row.break_even);
	pli_json_object_close(w);
}

/* All legs of the symbol: in hedge mode the venue shows the unused BOTH row as well. */
static void
stream_put_legs(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	if (!a->hedge) {
		stream_put_position(w, a, p);
		return;
	}
	pli_sim_position none = {.instrument = p->instrument, .isolated = p->isolated};
	stream_put_position(w, a, &none);
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (a->positions[i].instrument == p->instrument)
			stream_put_position(w, a, &a->positions[i]);
}

/* Nothing is left under the old name. */
static void
stream_put_legs_before(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	pli_sim_instrument before = *p->instrument;
	memcpy(before.name, before.name_before, sizeof before.name);
	for (int side = PLI_SIM_NET; side <= PLI_SIM_SHORT; side++) {
		pli_sim_position none = {
		    .instrument = &before, .side = (pli_sim_side)side, .isolated = p->isolated};
		if (a->hedge || side == PLI_SIM_NET)
			stream_put_position(w, a, &none);
	}
}

/* COIN-M names the account by its alias; portfolio margin also says which wallet it is. */
static void
stream_put_wallet_name(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset settle)
{
	bool pooled = a->venue == PLI_SIM_BINANCE_PM, coin = settle < PLI_SIM_COINS;
	if (a->venue == PLI_SIM_BINANCE_COINM || (pooled && coin))
		pli_sim_put_text(w, "i", "sim");
	if (pooled)
		pli_sim_put_text(w, "fs", coin ? "CM" : "UM");
}

static void
stream_account_update(pli_sim_binance *b, const pli_sim_news *news, const char *reason)
{
	const pli_sim_account *a = &b->world->accounts[news->account];
	pli_json_writer *w = &b->frame;
	bool isolated = news->position != NULL && news->position->isolated;
	bool funding = news->kind == PLI_SIM_NEWS_FUNDING;
	pli_sim_usdm_open_event(b, "ACCOUNT_UPDATE", b->now_ns);
	stream_put_wallet_name(w, a, news->asset);
	pli_json_key(w, "a");
	pli_json_object_open(w);
	pli_json_key(w, "B");
	pli_json_array_open(w);
	stream_put_balance(w, a, news->asset, news->amount);
	pli_json_array_close(w);
	pli_json_key(w, "P");
	pli_json_array_open(w);
	if (news->kind == PLI_SIM_NEWS_RENAME)
		stream_put_legs_before(w, a, news->position);
	if (news->position != NULL && (!funding || isolated))
		stream_put_legs(w, a, news->position);
	pli_json_array_close(w);
	pli_sim_put_text(w, "m", reason);
	pli_json_object_close(w);
	pli_json_object_close(w);
	pli_sim_usdm_tell(b, news->account);
}

static plm_decimal
stream_quantity(const pli_sim_fill *fill)
{
	return pli_sim_usdm_amount(fill->position->instrument, fill->quantity);
}

/* The venue's own orders have an id of their own kind. */
static void
stream_put_client_id(pli_json_writer *w, const pli_sim_fill *fill)
{
	char text[40];
	(void)snprintf(text, sizeof text, "%s%llu", fill->forced ? "autoclose-" : "sim",
	    (unsigned long long)fill->order_id);
	pli_sim_put_text(w, "c", text);
}

static void
stream_put_order_state(pli_json_writer *w, const pli_sim_fill *fill, bool filled)
{
	plm_decimal zero = plm_decimal_zero();
	const char *done = fill->forced ? "CALCULATED" : "TRADE";
	pli_sim_put_text(w, "x", filled ? done : "NEW");
	pli_sim_put_text(w, "X", filled ? "FILLED" : "NEW");
	pli_sim_put_int(w, "i", (int64_t)fill->order_id);
	pli_sim_put_plain(w, "l", filled ? stream_quantity(fill) : zero);
	pli_sim_put_plain(w, "z", filled ? stream_quantity(fill) : zero);
	pli_sim_put_plain(w, "L", filled ? fill->price : zero);
	pli_sim_put_plain(w, "n", filled ? fill->fee : zero);
	pli_sim_put_text(w, "N", pli_sim_asset_name(fill->position->instrument->settle));
	pli_sim_put_int(w, "T", fill->time_ns / PLM_NS_PER_MS);
	pli_sim_put_int(w, "t", filled ? (int64_t)fill->trade_id : 0);
}

static void
stream_order_update(pli_sim_binance *b, const pli_sim_fill *fill, bool filled)
{
	pli_json_writer *w = &b->frame;
	const pli_sim_position *p = fill->position;
	const char *type = fill->forced ? "LIQUIDATION" : "MARKET";
	pli_sim_usdm_open_event(b, "ORDER_TRADE_UPDATE", fill->time_ns);
	if (b->world->accounts[fill->account].venue == PLI_SIM_BINANCE_PM)
		stream_put_wallet_name(
		    w, &b->world->accounts[fill->account], p->instrument->settle);
	pli_json_key(w, "o");
	pli_json_object_open(w);
	pli_sim_put_text(w, "s", p->instrument->name);
	stream_put_client_id(w, fill);
	pli_sim_put_text(w, "S", fill->buy ? "BUY" : "SELL");
	pli_sim_put_text(w, "o", type);
	pli_sim_put_text(w, "f", fill->forced ? "IOC" : "GTC");
	pli_sim_put_plain(w, "q", stream_quantity(fill));
	pli_sim_put_text(w, "p", "0");
	pli_sim_put_plain(w, "ap", filled ? fill->price : plm_decimal_zero());
	pli_sim_put_text(w, "sp", "0");
	stream_put_order_state(w, fill, filled);
	pli_sim_put_text(w, "b", "0");
	pli_sim_put_text(w, "a", "0");
	pli_sim_put_bool(w, "m", false);
	pli_sim_put_bool(w, "R", false);
	pli_sim_put_text(w, "wt", "CONTRACT_PRICE");
	pli_sim_put_text(w, "ot", type);
	pli_sim_put_text(w, "ps", pli_sim_usdm_side(p->side));
	pli_sim_put_bool(w, "cp", false);
	pli_sim_put_plain(w, "rp", filled ? fill->realised : plm_decimal_zero());
	pli_sim_put_bool(w, "pP", false);
	pli_sim_put_int(w, "si", 0);
	pli_sim_put_int(w, "ss", 0);
	pli_sim_put_text(w, "V", "EXPIRE_MAKER");
	pli_sim_put_text(w, "pm", "NONE");
	pli_sim_put_int(w, "gtd", 0);
	pli_sim_put_text(w, "er", "0");
	if (p->instrument->inverse)
		pli_sim_put_text(w, "ma", pli_sim_asset_name(p->instrument->settle));
	pli_json_object_close(w);
	pli_json_object_close(w);
	pli_sim_usdm_tell(b, fill->account);
}

static void
stream_trade_lite(pli_sim_binance *b, const pli_sim_fill *fill)
{
	pli_json_writer *w = &b->frame;
	pli_sim_usdm_open_event(b, "TRADE_LITE", fill->time_ns);
	pli_sim_put_text(w, "s", fill->position->instrument->name);
	pli_sim_put_plain(w, "q", fill->quantity);
	pli_sim_put_text(w, "p", "0.0000000");
	pli_sim_put_bool(w, "m", false);
	stream_put_client_id(w, fill);
	pli_sim_put_text(w, "S", fill->buy ? "BUY" : "SELL");
	pli_sim_put_plain(w, "L", fill->price);
	pli_sim_put_plain(w, "l", fill->quantity);
	pli_sim_put_int(w, "t", (int64_t)fill->trade_id);
	pli_sim_put_int(w, "i", (int64_t)fill->order_id);
	pli_json_object_close(w);
	pli_sim_usdm_tell(b, fill->account);
}

static void
stream_leverage_update(pli_sim_binance *b, const pli_sim_news *news)
{
	pli_json_writer *w = &b->frame;
	pli_sim_usdm_open_event(b, "ACCOUNT_CONFIG_UPDATE", b->now_ns);
	pli_json_key(w, "ac");
	pli_json_object_open(w);
	pli_sim_put_text(w, "s", news->position->instrument->name);
	pli_sim_put_int(w, "l", news->position->leverage);
	pli_json_object_close(w);
	pli_json_object_close(w);
	pli_sim_usdm_tell(b, news->account);
}

static void
stream_put_called(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	pli_sim_usdm_row row;
	pli_sim_usdm_position(a, p, &row);
	pli_json_object_open(w);
	pli_sim_put_text(w, "s", p->instrument->name);
	pli_sim_put_text(w, "ps", pli_sim_usdm_side(p->side));
	pli_sim_put_plain(w, "pa", p->size);
	pli_sim_put_text(w, "mt", p->isolated ? "ISOLATED" : "CROSSED");
	pli_sim_put_plain(w, "iw", p->isolated_wallet);
	pli_sim_put_plain(w, "mp", p->instrument->mark);
	pli_sim_put_plain(w, "up", row.profit);
	pli_sim_put_plain(w, "mm", row.maintenance);
	pli_json_object_close(w);
}

/* The cross wallet is told with a call of cross positions alone. */
static void
stream_margin_call(pli_sim_binance *b, const pli_sim_news *news)
{
	const pli_sim_account *a = &b->world->accounts[news->account];
	pli_json_writer *w = &b->frame;
	pli_sim_usdm_open_event(b, "MARGIN_CALL", 0);
	if (news->position == NULL)
		pli_sim_put_plain(w, "cw", pli_sim_cross_wallet(a, news->asset));
	pli_json_key(w, "p");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (pli_sim_margin_shares(&a->positions[i], news->asset, news->position))
			stream_put_called(w, a, &a->positions[i]);
	pli_json_array_close(w);
	pli_json_object_close(w);
	pli_sim_usdm_tell(b, news->account);
}

/* What was to leave and did not is told by a word of its own. */
static const char *
stream_transfer_word(const pli_sim_binance *b, const pli_sim_news *news)
{
	const pli_sim_transfer *transfer = pli_sim_transfer_find(
	    &b->world->transfers, news->transfer);
	if (plm_decimal_sign(news->amount) < 0)
		return "WITHDRAW";
	return transfer != NULL && transfer->refused ? "WITHDRAW_REJECT" : "DEPOSIT";
}

void
pli_sim_binance_on_news(pli_sim_binance *b, const pli_sim_news *news)
{
	pli_sim_venue market = b->world->accounts[news->account].venue;
	if (market == PLI_SIM_BINANCE_OPTIONS) {
		pli_sim_eapi_on_news(b, news);
		return;
	}
	if (market == PLI_SIM_BINANCE_SPOT || market == PLI_SIM_BINANCE_MARGIN) {
		pli_sim_wsapi_on_news(b, news);
		return;
	}
	switch (news->kind) {
	case PLI_SIM_NEWS_FILL:
		stream_order_update(b, news->fill, false);
		if (market == PLI_SIM_BINANCE)
			stream_trade_lite(b, news->fill);
		stream_account_update(b, news, "ORDER");
		stream_order_update(b, news->fill, true);
		break;
	case PLI_SIM_NEWS_FUNDING:
		stream_account_update(b, news, "FUNDING_FEE");
		break;
	case PLI_SIM_NEWS_TRANSFER:
		stream_account_update(b, news, stream_transfer_word(b, news));
		break;
	case PLI_SIM_NEWS_DELIVERY:
		stream_account_update(b, news, "ORDER");
		break;
	case PLI_SIM_NEWS_RENAME:
		stream_account_update(b, news, "ADJUSTMENT");
		break;
	case PLI_SIM_NEWS_LEVERAGE:
		stream_leverage_update(b, news);
		break;
	case PLI_SIM_NEWS_MARGIN_CALL:
		stream_margin_call(b, news);
		break;
	case PLI_SIM_NEWS_CLEARANCE:
		stream_account_update(b, news, "INSURANCE_CLEAR");
		break;
	case PLI_SIM_NEWS_SWAP:
	case PLI_SIM_NEWS_SETTLED:
		break;
	}
}

static void
stream_expire(pli_sim_binance *b, pli_sim_listen_key *key, bool with_event)
{
	if (!key->valid)
		return;
	if (with_event) {
		pli_sim_usdm_open_event(b, "listenKeyExpired", 0);
		pli_sim_put_text(&b->frame, "listenKey", key->text);
		pli_json_object_close(&b->frame);
		pli_sim_usdm_tell(b, key->account);
	}
	key->valid = false;
}

void
pli_sim_binance_on_fault(pli_sim_binance *b, pli_sim_fault fault)
{
	if (fault != PLI_SIM_FAULT_KEY_EXPIRE && fault != PLI_SIM_FAULT_KEY_SILENT)
		return;
	pli_sim_wsapi_on_fault(b, fault == PLI_SIM_FAULT_KEY_EXPIRE);
	for (int i = 0; i < PLI_SIM_ACCOUNTS_MAX; i++)
		stream_expire(b, &b->listen_keys[i], fault == PLI_SIM_FAULT_KEY_EXPIRE);
}

/* Market streams. */

static void
stream_put_mark(pli_sim_binance *b, pli_json_writer *w, const pli_sim_instrument *in)
{
	bool perpetual = in->kind == PLI_SIM_PERPETUAL;
	plm_time_ns next = pli_sim_market_next_funding(&b->world->market);
	pli_json_object_open(w);
	pli_sim_put_text(w, "e", "markPriceUpdate");
	pli_sim_put_int(w, "E", pli_sim_usdm_now_ms(b));
	pli_sim_put_text(w, "s", in->name);
	pli_sim_put_fixed(w, "p", in->mark, 8);
	pli_sim_put_fixed(w, "P", in->index, 8);
	if (!in->inverse)
		pli_sim_put_fixed(w, "i", in->index, 8);
	if (perpetual || !in->inverse) {
		pli_sim_put_fixed(w, "r", perpetual ? in->funding_rate : plm_decimal_zero(), 8);
		pli_sim_put_int(w, "T", perpetual ? next / PLM_NS_PER_MS : 0);
	}
	pli_json_object_close(w);
}

static void
stream_put_index(pli_sim_binance *b, pli_json_writer *w, const pli_sim_instrument *in)
{
	char pair[PLI_SIM_NAME_MAX];
	pli_sim_usdm_pair(in, pair);
	pli_json_object_open(w);
	pli_sim_put_text(w, "e", "indexPriceUpdate");
	pli_sim_put_int(w, "E", pli_sim_usdm_now_ms(b));
	pli_sim_put_text(w, "i", pair);
	pli_sim_put_fixed(w, "p", in->index, 8);
	pli_json_object_close(w);
}

static void
stream_put_asset_index(pli_sim_binance *b, pli_json_writer *w, pli_sim_asset asset)
{
	char symbol[16];
	pli_sim_usdm_rates r = pli_sim_usdm_rates_of(&b->world->market, asset);
	(void)snprintf(symbol, sizeof symbol, "%sUSD", pli_sim_asset_name(asset));
	pli_json_object_open(w);
	pli_sim_put_text(w, "e", "assetIndexUpdate");
	pli_sim_put_int(w, "E", pli_sim_usdm_now_ms(b));
	pli_sim_put_text(w, "s", symbol);
	pli_sim_put_fixed(w, "i", r.index, 8);
	pli_sim_put_fixed(w, "b", r.bid_buffer, 8);
	pli_sim_put_fixed(w, "a", r.ask_buffer, 8);
	pli_sim_put_fixed(w, "B", r.bid, 8);
	pli_sim_put_fixed(w, "A", r.ask, 8);
	pli_sim_put_fixed(w, "q", r.bid_buffer, 8);
	pli_sim_put_fixed(w, "g", r.ask_buffer, 8);
	pli_sim_put_fixed(w, "Q", r.bid, 8);
	pli_sim_put_fixed(w, "G", r.ask, 8);
	pli_json_object_close(w);
}

static void
stream_send_market(
    pli_sim_binance *b, const pli_sim_usdm_client *client, const pli_sim_usdm_stream *stream)
{
	const pli_sim_market *m = &b->world->market;
	pli_json_writer *w = &b->frame;
	pli_json_writer_reset(w);
	if (stream->kind == STREAM_MARK) {
		stream_put_mark(b, w, stream->instrument);
	} else if (stream->kind == STREAM_INDEX) {
		stream_put_index(b, w, stream->instrument);
	} else if (stream->kind == STREAM_OPTIONS) {
		pli_sim_eapi_put_marks(b, stream->instrument);
	} else {
		pli_json_array_open(w);
		for (int i = 0; stream->kind == STREAM_ASSET_INDEX && i < PLI_SIM_USD; i++)
			stream_put_asset_index(b, w, (pli_sim_asset)i);
		for (uint32_t i = 0; stream->kind == STREAM_MARK_ALL && i < m->instruments_count;
		     i++)
			if (m->instruments[i].venue == PLI_SIM_BINANCE &&
			    !m->instruments[i].expired)
				stream_put_mark(b, w, &m->instruments[i]);
		pli_json_array_close(w);
	}
	assert(!w->overflow);
	stream_send(b, client, stream, (plm_slice){w->bytes, w->size});
}

void
pli_sim_binance_tick(pli_sim_binance *b, plm_time_ns now_ns)
{
	b->now_ns = now_ns;
	for (int i = 0; i < PLI_SIM_ACCOUNTS_MAX; i++)
		if (b->listen_keys[i].valid && b->listen_keys[i].expires_ns <= now_ns)
			stream_expire(b, &b->listen_keys[i], true);
	pli_sim_eapi_tick(b);
	for (uint32_t i = 0; i < b->clients_top; i++) {
		pli_sim_usdm_client *client = &b->clients[i];
		for (uint32_t k = 0; client->used && k < client->streams_count; k++) {
			pli_sim_usdm_stream *stream = &client->streams[k];
			if (stream->kind < STREAM_MARK || stream->next_ns > now_ns)
				continue;
			int64_t every_ns = stream->every_ms * PLM_NS_PER_MS;
			stream->next_ns = (now_ns / every_ns + 1) * every_ns;
			if (stream->instrument == NULL ||
			    stream->instrument->renames == stream->renames)
				stream_send_market(b, client, stream);
		}
	}
}

/* Connections. */

static pli_sim_usdm_client *
stream_find_client(pli_sim_binance *b, uint32_t id)
{
	for (uint32_t i = 0; i < b->clients_top; i++)
		if (b->clients[i].used && b->clients[i].id == id)
			return &b->clients[i];
	return NULL;
}

static bool
stream_name_is(plm_slice name, size_t from, const char *rest)
{
	size_t size = strlen(rest);
	return name.size == from + size && strncasecmp(name.bytes + from, rest, size) == 0;
}

static bool
stream_name_starts(plm_slice name, const char *head, size_t *ret_size)
{
	*ret_size = strlen(head);
	return name.size > *ret_size && strncasecmp(name.bytes, head, *ret_size) == 0;
}

/* A stream of the marks of all options on one coin. */
static bool
stream_is_of_options(
    const pli_sim_instrument *in, plm_slice name, const char *pair, pli_sim_usdm_stream *stream)
{
	size_t size = 0;
	if (!stream_name_starts(name, pair, &size) ||
	    !stream_name_is(name, size, "@optionMarkPrice"))
		return false;
	stream->kind = STREAM_OPTIONS;
	stream->instrument = in;
	return true;
}

/* A stream of one contract's mark, or of its pair's index. */
static bool
stream_is_of(const pli_sim_instrument *in, plm_slice name, pli_sim_usdm_stream *stream)
{
	char pair[PLI_SIM_NAME_MAX];
	size_t size = 0;
	bool fast = false, slow = false, index = false;
	if (pli_sim_server_of(in->venue) != PLI_SIM_BINANCE)
		return false;
	pli_sim_usdm_pair(in, pair);
	if (in->venue == PLI_SIM_BINANCE_OPTIONS)
		return stream_is_of_options(in, name, pair, stream);
	if (stream_name_starts(name, in->name, &size)) {
		fast = stream_name_is(name, size, "@markPrice@1s");
		slow = stream_name_is(name, size, "@markPrice");
	}
	if (in->inverse && !fast && !slow && stream_name_starts(name, pair, &size)) {
		fast = stream_name_is(name, size, "@indexPrice@1s");
		index = fast || stream_name_is(name, size, "@indexPrice");
	}
	if (!fast && !slow && !index)
		return false;
	stream->kind = index ? STREAM_INDEX : STREAM_MARK;
	stream->instrument = in;
	stream->renames = in->renames;
	stream->every_ms = fast ? 1000 : 3000;
	return true;
}

/* Their user stream puts each event into an envelope, whatever its path. */
static bool
stream_key_is_of_options(const pli_sim_binance *b, plm_slice name)
{
	for (uint32_t i = 0; i < b->world->accounts_count; i++)
		if (b->world->accounts[i].venue == PLI_SIM_BINANCE_OPTIONS &&
		    plm_slice_is(name, b->listen_keys[i].text))
			return true;
	return false;
}

/* What a stream's name means. False: no such stream. */
static bool
stream_parse(const pli_sim_binance *b, plm_slice name, pli_sim_usdm_stream *ret_stream)
{
	const pli_sim_market *m = &b->world->market;
	*ret_stream = (pli_sim_usdm_stream){.kind = STREAM_NONE, .every_ms = 1000};
	if (name.size == 0 || name.size >= sizeof ret_stream->name)
		return false;
	memcpy(ret_stream->name, name.bytes, name.size);
	if (name.size == PLI_SIM_LISTEN_KEY_SIZE) {
		ret_stream->kind = STREAM_USER;
		ret_stream->wrapped = stream_key_is_of_options(b, name);
		return true;
	}
	if (stream_name_is(name, 0, "!markPrice@arr") ||
	    stream_name_is(name, 0, "!markPrice@arr@1s")) {
		ret_stream->kind = STREAM_MARK_ALL;
		ret_stream->every_ms = stream_name_is(name, 0, "!markPrice@arr") ? 3000 : 1000;
		return true;
	}
	if (stream_name_is(name, 0, "!assetIndex@arr")) {
		ret_stream->kind = STREAM_ASSET_INDEX;
		return true;
	}
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (stream_is_of(&m->instruments[i], name, ret_stream))
			return true;
	return false;
}

static void
stream_add(const pli_sim_binance *b, pli_sim_usdm_client *client, plm_slice name)
{
	pli_sim_usdm_stream stream;
	if (!stream_parse(b, name, &stream) || client->streams_count == PLI_SIM_USDM_STREAMS_MAX)
		return;
	for (uint32_t i = 0; i < client->streams_count; i++)
		if (strcmp(client->streams[i].name, stream.name) == 0)
			return;
	client->streams[client->streams_count++] = stream;
}

static void
stream_remove(pli_sim_usdm_client *client, plm_slice name)
{
	for (uint32_t i = 0; i < client->streams_count; i++)
		if (plm_slice_is(name, client->streams[i].name))
			client->streams[i--] = client->streams[--client->streams_count];
}

static void
stream_add_list(
    const pli_sim_binance *b, pli_sim_usdm_client *client, plm_slice list, char separator)
{
	size_t at = 0;
	while (at < list.size) {
		const char *found = memchr(list.bytes + at, separator, list.size - at);
		size_t end = found == NULL ? list.size : (size_t)(found - list.bytes);
		stream_add(b, client, (plm_slice){list.bytes + at, end - at});
		at = end + 1;
	}
}

static plm_slice
stream_strip(plm_slice path, const char *prefix)
{
	size_t size = strlen(prefix);
	if (path.size < size || memcmp(path.bytes, prefix, size) != 0)
		return path;
	return (plm_slice){path.bytes + size, path.size - size};
}

/* An address may open so many in 5 minutes. */
static bool
stream_admit(pli_sim_binance *b)
{
	plm_time_ns *oldest = &b->opened_ns[b->opened_next];
	if (*oldest != 0 && b->now_ns - *oldest < OPENINGS_S * PLM_NS_PER_S) {
		b->refusals_count++;
		return false;
	}
	*oldest = b->now_ns;
	b->opened_next = (b->opened_next + 1) % PLI_SIM_USDM_OPENINGS_MAX;
	return true;
}

bool
pli_sim_binance_on_connect(pli_sim_binance *b, uint32_t id, const pli_http_in *in)
{
	plm_slice path = in->path;
	path = stream_strip(path, "/private");
	path = stream_strip(path, "/market");
	path = stream_strip(path, "/public");
	path = stream_strip(path, "/pm");
	bool combined = plm_slice_is(path, "/stream");
	bool api = plm_slice_is(path, "/ws-api/v3");
	if (api && (b->markets >> PLI_SIM_BINANCE_SPOT & 1U) == 0)
		return false;
	plm_slice rest = api ? (plm_slice){NULL, 0} : stream_strip(path, "/ws");
	if (!combined && rest.size == path.size)
		return false;
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_MAINTENANCE) || !stream_admit(b))
		return false;
	pli_sim_usdm_client *client = NULL;
	for (uint32_t i = 0; i < PLI_SIM_WIRE_CLIENTS_MAX && client == NULL; i++)
		if (!b->clients[i].used)
			client = &b->clients[i];
	if (client == NULL || !pli_sim_wire_connect(b->wire, id))
		return false;
	*client = (pli_sim_usdm_client){.id = id, .used = true, .combined = combined, .api = api};
	uint32_t row = (uint32_t)(client - b->clients);
	b->clients_top = b->clients_top > row ? b->clients_top : row + 1;
	stream_add_list(b, client, stream_strip(rest, "/"), '/');
	stream_add_list(b, client, pli_sim_param(in, "streams"), '/');
	stream_add_list(b, client, pli_sim_param(in, "listenKey"), '/');
	return true;
}

static void
stream_answer(pli_sim_binance *b, pli_sim_usdm_client *client, bool list, plm_slice id)
{
	pli_json_writer *w = &b->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_json_key(w, "result");
	if (list) {
		pli_json_array_open(w);
		for (uint32_t i = 0; i < client->streams_count; i++)
			pli_json_put_text(w, client->streams[i].name);
		pli_json_array_close(w);
	} else {
		pli_json_put_null(w);
	}
	pli_json_key(w, "id");
	pli_json_put_raw(w, id);
	pli_json_object_close(w);
	pli_sim_wire_reply(b->wire, client->id, (plm_slice){w->bytes, w->size});
}

static void
stream_answer_error(pli_sim_binance *b, uint32_t client, const char *text)
{
	pli_json_writer *w = &b->frame;
	pli_json_writer_reset(w);
	pli_json_object_open(w);
	pli_json_key(w, "error");
	pli_json_object_open(w);
	pli_sim_put_int(w, "code", 2);
	pli_sim_put_text(w, "msg", text);
	pli_json_object_close(w);
	pli_json_object_close(w);
	pli_sim_wire_reply(b->wire, client, (plm_slice){w->bytes, w->size});
}

void
pli_sim_binance_on_message(pli_sim_binance *b, uint32_t id, plm_slice text)
{
	pli_sim_usdm_client *client = stream_find_client(b, id);
	pli_json *json = pli_json_shared();
	plm_slice method = {NULL, 0};
	if (client == NULL || json == NULL)
		return;
	if (client->api) {
		pli_sim_wsapi_on_message(b, client, text);
		return;
	}
	if (pli_json_parse(json, text, NULL) != PLM_OK ||
	    pli_json_string(json, pli_json_find(json, 0, "method"), &method, NULL) != PLM_OK) {
		stream_answer_error(b, id, "Invalid JSON: expected an object with a method");
		return;
	}
	bool add = plm_slice_is(method, "SUBSCRIBE");
	bool remove = plm_slice_is(method, "UNSUBSCRIBE");
	bool list = plm_slice_is(method, "LIST_SUBSCRIPTIONS");
	if (!add && !remove && !list) {
		stream_answer_error(b, id, "Invalid request: unknown variant of method");
		return;
	}
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	uint32_t params = pli_json_find(json, 0, "params");
	uint32_t at = params + 1;
	for (uint32_t i = 0; params != 0 && i < nodes[params].children_count; i++) {
		if (add)
			stream_add(b, client, nodes[at].text);
		else if (remove)
			stream_remove(client, nodes[at].text);
		at = nodes[at].next;
	}
	uint32_t number = pli_json_find(json, 0, "id");
	bool plain = number != 0 && nodes[number].type == PLI_JSON_NUMBER;
	stream_answer(b, client, list, plain ? nodes[number].text : PLM_SLICE("null"));
}

void
pli_sim_binance_on_disconnect(pli_sim_binance *b, uint32_t id)
{
	pli_sim_usdm_client *client = stream_find_client(b, id);
	if (client != NULL)
		client->used = false;
	pli_sim_wire_disconnect(b->wire, id);
}
