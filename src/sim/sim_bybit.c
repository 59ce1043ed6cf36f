/* sim_bybit.c: the simulated Bybit's REST: routes, signatures, pages. */
#include "sim/sim_bybit.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim_call.h"
#include "sim/sim_number.h"
#include "venue/sign.h"

#define DAY_NS (86400 * PLM_NS_PER_S)

enum { BODY_MAX = 1 << 20, AHEAD_MS = 1000, WINDOW_MS = 5000 };
enum { ROWS_MAX = 1000, POSITIONS_MAX = 200, POSITIONS = 20, CONTRACTS = 500 };

/* The venue's codes, with what it says. */
#define CODE_PARAMETER 10001
#define CODE_TIME 10002
#define CODE_KEY 10003
#define CODE_SIGN 10004
#define CODE_LIMIT 10006
#define CODE_SERVER 10016

/* One REST call. key: NULL for public ones. A page: rows from `from` on, `limit` of them; next:
 * where the following one begins, 0 none. */
typedef struct bybit_call {
	const pli_http_in *in;
	const pli_sim_bybit_key *key;
	pli_sim_bybit_category category;
	uint32_t status;
	bool torn;
	uint32_t from, limit, seen, next;
} bybit_call;

static void
call_error(pli_sim_bybit *b, bybit_call *call, uint32_t status, int64_t code, const char *text)
{
	call->status = status;
	pli_json_writer_reset(&b->body);
	pli_json_object_open(&b->body);
	pli_sim_put_int(&b->body, "retCode", code);
	pli_sim_put_text(&b->body, "retMsg", text);
	pli_json_key(&b->body, "result");
	pli_json_object_open(&b->body);
	pli_json_object_close(&b->body);
	pli_json_key(&b->body, "retExtInfo");
	pli_json_object_open(&b->body);
	pli_json_object_close(&b->body);
	pli_sim_put_int(&b->body, "time", b->now_ns / PLM_NS_PER_MS);
	pli_json_object_close(&b->body);
}

static void
call_wrong(pli_sim_bybit *b, bybit_call *call, const char *what)
{
	char text[120];
	(void)snprintf(text, sizeof text, "params error: %s", what);
	call_error(b, call, 200, CODE_PARAMETER, text);
}

/* False: a limit or cursor that is none; the answer says so. */
static bool
call_pages(pli_sim_bybit *b, bybit_call *call, uint32_t usual, uint32_t most)
{
	static const char head[] = "page";
	plm_slice limit = pli_sim_param(call->in, "limit");
	plm_slice cursor = pli_sim_param(call->in, "cursor");
	char text[16] = "";
	call->limit = usual;
	if (limit.size > 0 && limit.size < sizeof text) {
		memcpy(text, limit.bytes, limit.size);
		call->limit = (uint32_t)strtoul(text, NULL, 10);
	}
	bool known = cursor.size == 0 ||
		     (cursor.size > sizeof head - 1 && cursor.size < sizeof text &&
			 memcmp(cursor.bytes, head, sizeof head - 1) == 0);
	memset(text, 0, sizeof text);
	if (known && cursor.size > 0) {
		memcpy(text, cursor.bytes, cursor.size);
		call->from = (uint32_t)strtoul(text + sizeof head - 1, NULL, 10);
	}
	bool good = known && call->limit > 0 && call->limit <= most;
	if (!good)
		call_wrong(b, call, known ? "limit invalid" : "cursor invalid");
	return good;
}

/* Whether the next row is on the page. */
static bool
call_takes(bybit_call *call)
{
	uint32_t at = call->seen++;
	if (at >= call->from + call->limit)
		call->next = call->from + call->limit;
	return at >= call->from && at < call->from + call->limit;
}

/* ends: a list that is at its end may still name a next page, which is empty then. */
static void
call_put_cursor(pli_sim_bybit *b, bybit_call *call, bool ends)
{
	char text[16] = "";
	uint32_t next = call->next;
	if (!ends && next == 0 && call->seen > call->from)
		next = call->seen;
	if (next != 0)
		(void)snprintf(text, sizeof text, "page%u", next);
	pli_sim_put_text(&b->body, "nextPageCursor", text);
	pli_sim_put_text(&b->body, "category", pli_sim_bybit_categories[call->category]);
}

static const pli_sim_account *
call_account(const pli_sim_bybit *b, const bybit_call *call)
{
	return &b->world->accounts[call->key->account];
}

/* False: no such category; the answer says so. */
static bool
call_categorise(pli_sim_bybit *b, bybit_call *call)
{
	plm_slice text = pli_sim_param(call->in, "category");
	int i = 0;
	while (i < PLI_SIM_BYBIT_CATEGORIES && !plm_slice_is(text, pli_sim_bybit_categories[i]))
		i++;
	call->category = (pli_sim_bybit_category)i;
	if (i == PLI_SIM_BYBIT_CATEGORIES)
		call_wrong(b, call, "Category is invalid");
	return i < PLI_SIM_BYBIT_CATEGORIES;
}

static pli_json_writer *
list_open(pli_sim_bybit *b)
{
	pli_json_key(&b->body, "list");
	pli_json_array_open(&b->body);
	return &b->body;
}

static void
route_time(pli_sim_bybit *b, bybit_call *call)
{
	char text[32];
	(void)call;
	(void)snprintf(text, sizeof text, "%lld", (long long)(b->now_ns / PLM_NS_PER_S));
	pli_sim_put_text(&b->body, "timeSecond", text);
	(void)snprintf(text, sizeof text, "%lld", (long long)b->now_ns);
	pli_sim_put_text(&b->body, "timeNano", text);
}

static void
route_status(pli_sim_bybit *b, bybit_call *call)
{
	(void)call;
	(void)list_open(b);
	pli_json_array_close(&b->body);
}

static void
route_coins(pli_sim_bybit *b, bybit_call *call)
{
	(void)call;
	pli_json_key(&b->body, "rows");
	pli_json_array_open(&b->body);
	pli_json_array_close(&b->body);
}

static void
put_words(pli_json_writer *w, const char *key, const char *const *words)
{
	pli_json_key(w, key);
	pli_json_array_open(w);
	for (; *words != NULL; words++)
		pli_json_put_text(w, *words);
	pli_json_array_close(w);
}

static void
route_rights(pli_sim_bybit *b, bybit_call *call)
{
	static const char *const none[] = {NULL}, *const all[] = {"*", NULL};
	static const char *const contracts[] = {"Order", "Position", NULL};
	static const char *const spot[] = {"SpotTrade", NULL}, *const options[] = {
								   "OptionsTrade", NULL};
	static const char *const empty[] = {
	    "Wallet", "Derivatives", "Exchange", "Earn", "CopyTrading", "BlockTrade", "NFT"};
	const pli_sim_account *a = call_account(b, call);
	pli_json_writer *w = &b->body;
	pli_sim_put_text(w, "id", "13770661");
	pli_sim_put_text(w, "note", a->name);
	pli_sim_put_text(w, "apiKey", call->key->key);
	pli_sim_put_int(w, "readOnly", !call->key->can_trade);
	pli_sim_put_text(w, "secret", "");
	pli_json_key(w, "permissions");
	pli_json_object_open(w);
	put_words(w, "ContractTrade", contracts);
	put_words(w, "Spot", spot);
	put_words(w, "Options", options);
	for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
		put_words(w, empty[i], none);
	pli_json_object_close(w);
	put_words(w, "ips", all);
	pli_sim_put_int(w, "type", 1);
	pli_sim_put_int(w, "deadlineDay", 83);
	pli_sim_put_int(w, "unified", 0);
	pli_sim_put_int(w, "uta", 1);
	pli_sim_put_int(w, "userID", a->user_id);
	pli_sim_put_int(w, "inviterID", 0);
	pli_sim_put_text(w, "vipLevel", "No VIP");
	pli_sim_put_text(w, "rsaPublicKey", "");
	pli_sim_put_bool(w, "isMaster", true);
}

static void
route_modes(pli_sim_bybit *b, bybit_call *call)
{
	pli_sim_put_text(&b->body, "marginMode",
	    pli_sim_bybit_is_isolated(call_account(b, call)) ? "ISOLATED_MARGIN"
							     : "REGULAR_MARGIN");
	pli_sim_put_text(&b->body, "updatedTime", "1697078946000");
	pli_sim_put_int(&b->body, "unifiedMarginStatus", 5);
	pli_sim_put_text(&b->body, "dcpStatus", "OFF");
	pli_sim_put_int(&b->body, "timeWindow", 10);
	pli_sim_put_int(&b->body, "smpGroup", 0);
	pli_sim_put_bool(&b->body, "isMasterTrader", false);
	pli_sim_put_text(&b->body, "spotHedgingStatus", "OFF");
}

static void
route_wallet(pli_sim_bybit *b, bybit_call *call)
{
	if (!plm_slice_is(pli_sim_param(call->in, "accountType"), "UNIFIED")) {
		call_wrong(b, call, "accountType only support UNIFIED");
		return;
	}
	pli_json_writer *w = list_open(b);
	pli_sim_bybit_put_wallet(w, &b->world->market, call_account(b, call), PLI_SIM_ASSETS);
	pli_json_array_close(w);
}

/* What of the account a list is about. symbol: that contract, flat legs too. */
typedef struct bybit_choice {
	const pli_sim_instrument *symbol;
	pli_sim_asset settle;
} bybit_choice;

static bool
choice_has(const bybit_choice *choice, const bybit_call *call, const pli_sim_position *p)
{
	const pli_sim_instrument *in = p->instrument;
	if (choice->symbol != NULL)
		return in == choice->symbol;
	return !pli_sim_is_zero(p->size) && pli_sim_bybit_category_of(in) == call->category &&
	       (choice->settle == PLI_SIM_ASSETS || in->settle == choice->settle);
}

/* False: the answer says what is wrong. */
static bool
choice_read(pli_sim_bybit *b, bybit_call *call, bybit_choice *choice)
{
	plm_slice symbol = pli_sim_param(call->in, "symbol");
	plm_slice settle = pli_sim_param(call->in, "settleCoin");
	*choice = (bybit_choice){.settle = PLI_SIM_ASSETS};
	if (!call_categorise(b, call))
		return false;
	if (call->category == PLI_SIM_BYBIT_SPOT) {
		call_wrong(b, call, "Category is invalid");
		return false;
	}
	if (symbol.size > 0) {
		const pli_sim_instrument *in = pli_sim_market_find(
		    &b->world->market, PLI_SIM_BYBIT, symbol);
		bool here = in != NULL && pli_sim_bybit_category_of(in) == call->category;
		if (!here)
			call_wrong(b, call, "symbol invalid");
		choice->symbol = in;
		return here;
	}
	if (settle.size > 0)
		choice->settle = pli_sim_asset_find(settle);
	else if (call->category == PLI_SIM_BYBIT_LINEAR)
		call_error(b, call, 200, CODE_PARAMETER,
		    "Missing some parameters that must be filled in, symbol or settleCoin");
	return settle.size > 0 || call->category != PLI_SIM_BYBIT_LINEAR;
}

/* Legs of that contract that were never held are told flat. */
static void
put_flat(pli_sim_bybit *b, bybit_call *call, const pli_sim_instrument *in)
{
	const pli_sim_account *a = call_account(b, call);
	bool hedge = a->hedge && in->settle == PLI_SIM_USDT;
	for (int side = hedge ? PLI_SIM_LONG : PLI_SIM_NET; side <= (hedge ? PLI_SIM_SHORT : 0);
	     side++) {
		pli_sim_position flat = {
		    .instrument = in, .side = (pli_sim_side)side, .leverage = 10};
		flat.size = flat.entry = flat.session_entry = plm_decimal_zero();
		flat.realised = flat.funding = plm_decimal_zero();
		bool held = false;
		for (uint32_t i = 0; i < a->positions_count; i++)
			held |= a->positions[i].instrument == in &&
				a->positions[i].side == flat.side;
		if (!held && call_takes(call))
			pli_sim_bybit_put_position(&b->body, a, &flat, 0);
	}
}

static void
route_positions(pli_sim_bybit *b, bybit_call *call)
{
	const pli_sim_account *a = call_account(b, call);
	bybit_choice choice;
	uint32_t rows = 0, seen = 0;
	if (!choice_read(b, call, &choice) || !call_pages(b, call, POSITIONS, POSITIONS_MAX))
		return;
	for (uint32_t i = 0; i < a->positions_count; i++)
		rows += choice_has(&choice, call, &a->positions[i]);
	bool empty = rows > 0 && pli_sim_wire_take(b->wire, PLI_SIM_FAULT_EMPTY);
	bool half = rows > 1 && pli_sim_wire_take(b->wire, PLI_SIM_FAULT_PARTIAL);
	call->torn = rows > 0 && pli_sim_wire_take(b->wire, PLI_SIM_FAULT_TORN);
	pli_json_writer *w = list_open(b);
	for (uint32_t i = 0; i < a->positions_count && !empty; i++)
		if (choice_has(&choice, call, &a->positions[i]) && !(half && seen++ % 2 == 1) &&
		    call_takes(call))
			pli_sim_bybit_put_position(w, a, &a->positions[i], 0);
	if (choice.symbol != NULL && !empty)
		put_flat(b, call, choice.symbol);
	pli_json_array_close(w);
	call_put_cursor(b, call, false);
}

/* Nobody's orders rest. */
static void
route_orders(pli_sim_bybit *b, bybit_call *call)
{
	bybit_choice choice;
	if (!choice_read(b, call, &choice))
		return;
	(void)list_open(b);
	pli_json_array_close(&b->body);
	call_put_cursor(b, call, true);
}

/* Each contract or pair of the category, or the one that was asked for: put(ctx) writes a row. */
static void
market_walk(pli_sim_bybit *b, bybit_call *call,
    void (*contract)(pli_sim_bybit *b, const pli_sim_instrument *in),
    void (*pair)(pli_sim_bybit *b, pli_sim_asset asset))
{
	const pli_sim_market *m = &b->world->market;
	plm_slice symbol = pli_sim_param(call->in, "symbol");
	plm_slice coin = pli_sim_param(call->in, "baseCoin");
	bool spot = call->category == PLI_SIM_BYBIT_SPOT;
	for (uint32_t i = 0; i < m->instruments_count && !spot; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		if (in->venue == PLI_SIM_BYBIT && !in->expired &&
		    pli_sim_bybit_category_of(in) == call->category &&
		    (symbol.size == 0 || plm_slice_is(symbol, in->name)) &&
		    (coin.size == 0 || pli_sim_asset_find(coin) == in->coin) && call_takes(call))
			contract(b, in);
	}
	for (int i = 0; i < PLI_SIM_ASSETS && spot; i++)
		if (pli_sim_bybit_has_pair((pli_sim_asset)i) &&
		    (symbol.size == 0 || (int)pli_sim_bybit_pair_find(symbol) == i) &&
		    call_takes(call))
			pair(b, (pli_sim_asset)i);
}

static void
put_contract(pli_sim_bybit *b, const pli_sim_instrument *in)
{
	pli_sim_bybit_put_contract(&b->body, in);
}

static void
put_pair(pli_sim_bybit *b, pli_sim_asset asset)
{
	pli_sim_bybit_put_pair(&b->body, asset);
}

static void
put_ticker(pli_sim_bybit *b, const pli_sim_instrument *in)
{
	if (in->kind == PLI_SIM_OPTION)
		pli_sim_bybit_put_option(&b->body, &b->world->market, in, false);
	else
		pli_sim_bybit_put_ticker(&b->body, &b->world->market, in, NULL);
}

static void
put_spot(pli_sim_bybit *b, pli_sim_asset asset)
{
	pli_sim_bybit_put_spot(&b->body, &b->world->market, asset, true);
}

/* Contracts that are listed but do not trade yet: none. */
static void
route_instruments(pli_sim_bybit *b, bybit_call *call)
{
	plm_slice status = pli_sim_param(call->in, "status");
	if (!call_categorise(b, call) || !call_pages(b, call, CONTRACTS, ROWS_MAX))
		return;
	(void)list_open(b);
	if (status.size == 0 || plm_slice_is(status, "Trading"))
		market_walk(b, call, put_contract, put_pair);
	if (call->seen == 0 && pli_sim_param(call->in, "symbol").size > 0) {
		call_wrong(b, call, "symbol invalid");
		return;
	}
	pli_json_array_close(&b->body);
	call_put_cursor(b, call, true);
}

/* With a symbol, all of its tiers; without one the venue tells pages of several, and here none. */
static void
route_tiers(pli_sim_bybit *b, bybit_call *call)
{
	const pli_sim_instrument *in = pli_sim_market_find(
	    &b->world->market, PLI_SIM_BYBIT, pli_sim_param(call->in, "symbol"));
	if (!call_categorise(b, call))
		return;
	if (in == NULL || in->kind == PLI_SIM_OPTION ||
	    pli_sim_bybit_category_of(in) != call->category) {
		call_wrong(b, call, "symbol invalid");
		return;
	}
	pli_sim_bybit_put_tiers(list_open(b), in);
	pli_json_array_close(&b->body);
	call_put_cursor(b, call, true);
}

/* One step for any amount. */
static void
route_collateral(pli_sim_bybit *b, bybit_call *call)
{
	pli_json_writer *w = list_open(b);
	(void)call;
	for (int i = 0; i < PLI_SIM_USD; i++) {
		pli_json_object_open(w);
		pli_sim_put_text(w, "currency", pli_sim_asset_name((pli_sim_asset)i));
		pli_json_key(w, "collateralRatioList");
		pli_json_array_open(w);
		pli_json_object_open(w);
		pli_sim_put_text(w, "maxQty", "");
		pli_sim_put_text(w, "minQty", "0");
		pli_sim_put_plain(w, "collateralRatio", pli_sim_bybit_share((pli_sim_asset)i));
		pli_json_object_close(w);
		pli_json_array_close(w);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static void
route_tickers(pli_sim_bybit *b, bybit_call *call)
{
	if (!call_categorise(b, call))
		return;
	call->limit = ROWS_MAX;
	pli_sim_put_text(&b->body, "category", pli_sim_bybit_categories[call->category]);
	(void)list_open(b);
	market_walk(b, call, put_ticker, put_spot);
	if (call->seen == 0 && pli_sim_param(call->in, "symbol").size > 0)
		call_wrong(b, call, "symbol invalid");
	else
		pli_json_array_close(&b->body);
}

/* Its transfers, of one type or both; of the day from startTime on. */
static void
route_log(pli_sim_bybit *b, bybit_call *call)
{
	plm_slice type = pli_sim_param(call->in, "type");
	plm_time_ns from_ns = pli_sim_ms(pli_sim_param(call->in, "startTime"));
	uint32_t account = call->key->account;
	if (from_ns == 0)
		from_ns = b->now_ns - DAY_NS;
	if (!call_pages(b, call, 20, 50))
		return;
	call->torn = pli_sim_wire_take(b->wire, PLI_SIM_FAULT_TORN);
	(void)list_open(b);
	const pli_sim_move *move = pli_sim_world_move(b->world, account, 0, from_ns);
	for (; move != NULL; move = pli_sim_world_move(b->world, account, move->id, from_ns)) {
		bool in = plm_decimal_sign(move->amount) > 0;
		if (move->time_ns - from_ns <= DAY_NS &&
		    (type.size == 0 || plm_slice_is(type, in ? "TRANSFER_IN" : "TRANSFER_OUT")) &&
		    call_takes(call))
			pli_sim_bybit_put_log(&b->body, call_account(b, call), move);
	}
	pli_json_array_close(&b->body);
	call_put_cursor(b, call, false);
}

/* Whole: what a call with a wrong parameter has begun is thrown away, see call_error. */
static const struct {
	const char *path;
	bool is_private;
	void (*run)(pli_sim_bybit *b, bybit_call *call);
} bybit_routes[] = {
    {"/v5/market/time", false, route_time},
    {"/v5/market/instruments-info", false, route_instruments},
    {"/v5/market/tickers", false, route_tickers},
    {"/v5/market/risk-limit", false, route_tiers},
    {"/v5/spot-margin-trade/collateral", false, route_collateral},
    {"/v5/system/status", false, route_status},
    {"/v5/user/query-api", true, route_rights},
    {"/v5/asset/coin/query-info", true, route_coins},
    {"/v5/account/info", true, route_modes},
    {"/v5/account/wallet-balance", true, route_wallet},
    {"/v5/account/transaction-log", true, route_log},
    {"/v5/position/list", true, route_positions},
    {"/v5/order/realtime", true, route_orders},
};

const pli_sim_bybit_key *
pli_sim_bybit_key_find(const pli_sim_bybit *b, plm_slice key)
{
	for (uint32_t i = 0; i < b->keys_count; i++)
		if (plm_slice_is(key, b->keys[i].key))
			return &b->keys[i];
	return NULL;
}

bool
pli_sim_bybit_signed(const pli_sim_bybit_key *key, const char *text, plm_slice sign)
{
	char want[PLI_SIGNATURE_HEX + 1];
	pli_sign_hmac_sha256(key->secret, plm_slice_of(text), want);
	return plm_slice_is(sign, want);
}

static int64_t
whole_of(plm_slice text, int64_t otherwise)
{
	char copy[24] = "";
	if (text.size == 0 || text.size >= sizeof copy)
		return otherwise;
	memcpy(copy, text.bytes, text.size);
	return strtoll(copy, NULL, 10);
}

static bool
call_authorise(pli_sim_bybit *b, bybit_call *call)
{
	const pli_http_in *in = call->in;
	char text[4096 + 256];
	int64_t stamp_ms = whole_of(in->stamp, 0), window_ms = whole_of(in->window, WINDOW_MS);
	int64_t now_ms = b->now_ns / PLM_NS_PER_MS;
	call->key = pli_sim_bybit_key_find(b, in->api_key);
	if (call->key == NULL) {
		call_error(b, call, 401, CODE_KEY, "API key is invalid.");
	} else if (stamp_ms < now_ms - window_ms || stamp_ms >= now_ms + AHEAD_MS) {
		(void)snprintf(text, sizeof text,
		    "invalid request, please check your server timestamp or recv_window param. "
		    "req_timestamp[%" PRId64 "],server_timestamp[%" PRId64 "],recv_window[%" PRId64
		    "]",
		    stamp_ms, now_ms, window_ms);
		call_error(b, call, 200, CODE_TIME, text);
	} else {
		(void)snprintf(text, sizeof text, "%.*s%s%.*s%.*s", (int)in->stamp.size,
		    in->stamp.bytes, call->key->key, (int)in->window.size,
		    in->window.size == 0 ? "" : in->window.bytes, (int)in->query.size,
		    in->query.size == 0 ? "" : in->query.bytes);
		if (!pli_sim_bybit_signed(call->key, text, in->signature))
			call_error(b, call, 200, CODE_SIGN,
			    "error sign! please check your signature generation algorithm.");
		else
			return true;
	}
	return false;
}

static bool
call_admit(pli_sim_bybit *b, bybit_call *call)
{
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_MAINTENANCE))
		call_error(b, call, 503, CODE_SERVER, "System is under maintenance.");
	else if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_BAN))
		call_error(b, call, 403, 403, "access too frequent");
	else if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_LIMIT))
		call_error(
		    b, call, 200, CODE_LIMIT, "Too many visits. Exceeded the API Rate Limit.");
	else
		return true;
	return false;
}

/* A route that finds its parameters wrong leaves an answer that is whole already. */
static void
call_run(pli_sim_bybit *b, bybit_call *call, size_t route)
{
	pli_json_writer *w = &b->body;
	pli_json_object_open(w);
	pli_sim_put_int(w, "retCode", 0);
	pli_sim_put_text(w, "retMsg", "OK");
	pli_json_key(w, "result");
	pli_json_object_open(w);
	bybit_routes[route].run(b, call);
	if (w->depth == 0)
		return;
	pli_json_object_close(w);
	pli_json_key(w, "retExtInfo");
	pli_json_object_open(w);
	pli_json_object_close(w);
	pli_sim_put_int(w, "time", b->now_ns / PLM_NS_PER_MS);
	pli_json_object_close(w);
}

void
pli_sim_bybit_on_request(pli_sim_bybit *b, const pli_http_in *in, pli_http_answer *ret_answer)
{
	bybit_call call = {.in = in, .status = 200, .limit = ROWS_MAX};
	size_t route = 0, routes = sizeof bybit_routes / sizeof bybit_routes[0];
	pli_json_writer_reset(&b->body);
	while (route < routes && !(plm_slice_is(in->path, bybit_routes[route].path) &&
				     plm_slice_is(in->method, "GET")))
		route++;
	if (call_admit(b, &call)) {
		if (route == routes)
			call_error(b, &call, 404, 404, "Not Found");
		else if (!bybit_routes[route].is_private || call_authorise(b, &call))
			call_run(b, &call, route);
	}
	assert(!b->body.overflow);
	*ret_answer = (pli_http_answer){.status = call.status,
	    .content_type = "application/json",
	    .body = {b->body.bytes, call.torn ? b->body.size / 2 : b->body.size}};
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_SLOW))
		ret_answer->delay_ms = PLI_SIM_SLOW_MS;
	if (pli_sim_wire_active(b->wire, PLI_SIM_FAULT_STALL))
		ret_answer->hang = true;
}

/* Keys are letters and digits, as the venue's are: "bybit-main" has bybitmainread. */
static void
bybit_add_key(pli_sim_bybit *b, uint32_t account, bool can_trade)
{
	assert(b->keys_count < PLI_SIM_BYBIT_KEYS_MAX);
	pli_sim_bybit_key *key = &b->keys[b->keys_count++];
	const char *power = can_trade ? "trade" : "read";
	const char *name = b->world->accounts[account].name;
	char letters[sizeof b->world->accounts[0].name] = "";
	for (size_t size = 0; *name != '\0'; name++)
		if (*name != '-')
			letters[size++] = *name;
	(void)snprintf(key->key, sizeof key->key, "%s%s", letters, power);
	(void)snprintf(key->secret, sizeof key->secret, "simulated%s%s", letters, power);
	key->account = account;
	key->can_trade = can_trade;
}

void
pli_sim_bybit_init(pli_sim_bybit *b, const pli_sim_world *world, pli_sim_wire *wire)
{
	*b = (pli_sim_bybit){.world = world, .wire = wire};
	pli_json_writer_init(&b->body, BODY_MAX);
	pli_json_writer_init(&b->frame, BODY_MAX);
	for (uint32_t i = 0; i < world->accounts_count; i++) {
		if (world->accounts[i].venue != PLI_SIM_BYBIT)
			continue;
		bybit_add_key(b, i, false);
		if (b->keys_count == 1)
			bybit_add_key(b, i, true);
	}
}

void
pli_sim_bybit_fini(pli_sim_bybit *b)
{
	pli_json_writer_fini(&b->body);
	pli_json_writer_fini(&b->frame);
}
