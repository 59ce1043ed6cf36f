/* binance_decode.c: which payload is this, and who reads it. */
#include "venue/binance/binance_internal.h"

#include <assert.h>

#include "base/fault_point.h"

/* Events of the streams by "e". A NULL reader: understood, but nothing for the book. */
typedef struct stream_row {
	const char *event;
	binance_kind kind;
} stream_row;

static const stream_row stream_rows[] = {
    {"markPriceUpdate", {"a mark price", pli_binance_mark, &pli_binance_mark_stream, false}},
    {"ACCOUNT_UPDATE", {"an account update", pli_binance_read_account_update, NULL, true}},
    {"BALANCE_POSITION_UPDATE",
	{"an options account update", pli_binance_read_option_update, NULL, true}},
    {"ORDER_TRADE_UPDATE", {"an order update", pli_binance_read_order_update, NULL, true}},
    {"MARGIN_CALL", {"a margin call", pli_binance_read_margin_call, NULL, true}},
    {"assetIndexUpdate", {"an asset index", pli_binance_read_asset_index, NULL, false}},
    {"indexPriceUpdate", {"an index price", pli_binance_read_index, NULL, false}},
    {"index", {"an index price", pli_binance_read_index, NULL, false}},
    {"markPrice",
	{"an option's mark price", pli_binance_mark, &pli_binance_mark_option_stream, false}},
    {"outboundAccountPosition", {"spot balances", pli_binance_read_spot_update, NULL, true}},
    {"balanceUpdate", {"a transfer", pli_binance_read_balance_change, NULL, false}},
    {"ACCOUNT_CONFIG_UPDATE",
	{"a change of leverage or margin mode, with no quantity", NULL, NULL, false}},
    {"listenKeyExpired", {"the end of a user data stream", NULL, NULL, false}},
    {"TRADE_LITE",
	{"an early copy of a fill, which ORDER_TRADE_UPDATE tells in full", NULL, NULL, false}},
    {"executionReport",
	{"a spot order's report; spot balances come apart from it", NULL, NULL, false}},
    {"liabilityChange",
	{"a change of a loan, without the wallet that it belongs to", NULL, NULL, false}},
};

/* Rows of REST lists, told apart by members that no other kind has. channel: a hint that names
 * the kind when the list is empty. */
typedef struct rest_row {
	const char *member;
	const char *member_too; /* NULL: one is enough */
	const char *channel;    /* end of the endpoint's path */
	binance_kind kind;
} rest_row;

static const rest_row list_rows[] = {
    {"positionAmt", NULL, "positionRisk",
	{"positions", pli_binance_position, &pli_binance_position_rest, true}},
    {"markValue", "quantity", "eapi/v1/position",
	{"option positions", pli_binance_position, &pli_binance_position_option, true}},
    {"markIV", "symbol", "eapi/v1/mark",
	{"option marks", pli_binance_mark, &pli_binance_mark_option_rest, true}},
    {"markPrice", "indexPrice", "premiumIndex",
	{"mark prices", pli_binance_mark, &pli_binance_mark_premium, true}},
    {"fundingRate", "fundingTime", "fundingRate",
	{"funding", pli_binance_read_funding, NULL, true}},
    {"bidBuffer", "index", "assetIndex",
	{"asset indexes", pli_binance_read_asset_index, NULL, true}},
    {"accountAlias", "balance", "/balance",
	{"balances", pli_binance_balance, &pli_binance_balance_futures, true}},
    {"crossMarginAsset", "totalWalletBalance", "papi/v1/balance",
	{"balances", pli_binance_balance, &pli_binance_balance_portfolio, true}},
    {"price", "realizedPnl", "userTrades",
	{"past trades, which the stream has told as fills", NULL, NULL, false}},
    {"origQty", "executedQty", "openOrders",
	{"orders", pli_binance_order, &pli_binance_order_rest, true}},
    {"brackets", NULL, "leverageBracket", {"margin tiers", pli_binance_read_tiers, NULL, true}},
    {"adlQuantile", NULL, "adlQuantile",
	{"places in the auto-deleveraging queue", NULL, NULL, false}},
    {"exercisePrice", NULL, "exerciseRecord", {"past exercises of options", NULL, NULL, false}},
    {"collateralRate", NULL, "collateralRate",
	{"shares of collateral", pli_binance_read_share, NULL, true}},
};

static const rest_row object_rows[] = {
    {"code", "msg", NULL, {"an error", pli_binance_read_error, NULL, false}},
    {"optionSymbols", NULL, NULL, {"option contracts", pli_binance_read_options, NULL, true}},
    {"userAssets", NULL, NULL, {"a margin account", pli_binance_read_margin_account, NULL, true}},
    {"balances", NULL, NULL, {"a spot account", pli_binance_read_spot_account, NULL, true}},
    {"uniMMR", "accountEquity", NULL,
	{"a portfolio margin account", pli_binance_read_portfolio_account, NULL, false}},
    {"asset", "greek", NULL, {"an options account", pli_binance_read_option_account, NULL, true}},
    {"assets", "positions", NULL, {"an account", pli_binance_read_futures_account, NULL, true}},
    {"positions", NULL, NULL, {"an account", pli_binance_read_futures_account, NULL, true}},
    {"multiAssetsMargin", NULL, NULL, {"a mode of the account", NULL, NULL, false}},
    {"dualSidePosition", NULL, NULL, {"a mode of the account", NULL, NULL, false}},
    {"listenKey", NULL, NULL, {"a listen key, which is a secret", NULL, NULL, false}},
    {"indexPrice", "time", NULL, {"an index price without its pair", NULL, NULL, false}},
};

/* By itself it would be taken for the whole wallets. */
static const binance_kind kind_pairs = {
    "isolated margin, which a session adds to the wallets of cross margin", NULL, NULL, false};

static const binance_kind kind_ticker = {
    "an option's ticker", pli_binance_mark, &pli_binance_mark_option_stream, false};

static plm_err
kind_none(binance_reader *r, plm_slice name, const char *what)
{
	r->row.err = plm_fault_set(r->row.fault, PLM_EKIND, NULL,
	    "%.*s%sis %s: no position, balance, mark, order or instrument that is read here",
	    (int)(name.size < 64 ? name.size : 64), name.size == 0 ? "" : name.bytes,
	    name.size == 0 ? "this " : " ", what);
	return r->row.err;
}

static const binance_kind *
kind_by_members(binance_reader *r, const rest_row *rows, size_t count)
{
	for (const rest_row *row = rows; row < rows + count; row++)
		if (pli_row_has(&r->row, row->member) &&
		    (row->member_too == NULL || pli_row_has(&r->row, row->member_too)))
			return &row->kind;
	return NULL;
}

/* Words that other venues have too, over rows of theirs; their codes are strings. */
static bool
object_is_other(const binance_reader *r)
{
	uint32_t code = pli_row_find(&r->row, "code");
	return (code != 0 && r->nodes[code].type == PLI_JSON_STRING) ||
	       pli_row_list_lacks(&r->row, "balances", "asset") ||
	       pli_row_list_lacks(&r->row, "positions", "symbol");
}

static const binance_kind *
kind_by_object(binance_reader *r)
{
	pli_row symbol = r->row;
	symbol.node = pli_row_child(&r->row, pli_row_find(&r->row, "symbols"), 0);
	if (symbol.node != 0 && pli_row_has(&symbol, "contractType"))
		return &pli_binance_kind_contracts;
	uint32_t pairs = pli_row_find(&r->row, "assets");
	if (pairs != 0 && r->nodes[pairs].children_count != 0 &&
	    pli_json_find(r->row.json, pairs + 1, "quoteAsset") != 0)
		return &kind_pairs;
	if (object_is_other(r))
		return NULL;
	return kind_by_members(r, object_rows, sizeof object_rows / sizeof object_rows[0]);
}

static const binance_kind *
kind_by_event(binance_reader *r, plm_slice event)
{
	if (plm_slice_is(event, "24hrTicker") && pli_row_has(&r->row, "mp"))
		return &kind_ticker;
	bool of_options = pli_row_has(&r->row, "B") || pli_row_has(&r->row, "eq");
	if (plm_slice_is(event, "ACCOUNT_UPDATE") && of_options)
		return NULL; /* sums, in another layout */
	for (size_t i = 0; i < sizeof stream_rows / sizeof stream_rows[0]; i++)
		if (plm_slice_is(event, stream_rows[i].event))
			return &stream_rows[i].kind;
	return NULL;
}

/* An empty list says nothing of its own; the channel may. */
static const binance_kind *
kind_by_channel(plm_slice channel)
{
	plm_slice head;
	for (size_t i = 0; channel.size != 0 && i < sizeof list_rows / sizeof list_rows[0]; i++)
		if (plm_slice_is(channel, list_rows[i].channel) ||
		    pli_name_ends(channel, list_rows[i].channel, &head))
			return &list_rows[i].kind;
	return NULL;
}

/* Of the object at r->row; ret_name is the stream's event name, empty where there is none. */
static const binance_kind *
kind_of_object(binance_reader *r, bool list, plm_slice *ret_name)
{
	uint32_t event = pli_row_find(&r->row, "e");
	if (event != 0 && r->nodes[event].type == PLI_JSON_STRING) {
		*ret_name = r->nodes[event].text;
		return kind_by_event(r, *ret_name);
	}
	const binance_kind *kind = kind_by_members(
	    r, list_rows, sizeof list_rows / sizeof list_rows[0]);
	return kind == NULL && !list ? kind_by_object(r) : kind;
}

plm_err
pli_binance_kind_of(binance_reader *r, const binance_kind **ret_kind)
{
	uint32_t root = r->row.node;
	const binance_kind *kind = NULL;
	plm_slice name = {NULL, 0};
	bool list = r->nodes[root].type == PLI_JSON_ARRAY;
	uint32_t node = list ? pli_row_child(&r->row, root, 0) : root;
	if (r->row.err == PLM_OK && list && node == 0) {
		kind = kind_by_channel(r->channel);
		if (kind == NULL || kind->read == NULL)
			return kind_none(r, name, "an empty list that is not known to be more");
	} else if (r->nodes[node].type != PLI_JSON_OBJECT) {
		pli_row_fail(&r->row, NULL, "an object or a list of objects");
	} else {
		r->row.node = node;
		kind = kind_of_object(r, list, &name);
		r->row.node = root;
	}
	if (PLI_FAULT(BINANCE_KIND))
		pli_row_fail(&r->row, NULL, "a payload of a known kind");
	if (r->row.err != PLM_OK)
		return r->row.err;
	if (kind == NULL)
		return kind_none(r, name, "of a kind that this adapter does not read");
	if (kind->read == NULL)
		return kind_none(r, name, kind->what);
	*ret_kind = kind;
	return PLM_OK;
}

/* The payload inside {"stream","data"}, {"subscriptionId","event"}, and inside a WebSocket-API
 * answer {"id","status","result"}. */
static uint32_t
root_unwrap(binance_reader *r)
{
	uint32_t data = pli_row_find(&r->row, "data");
	if (data != 0 && pli_row_has(&r->row, "stream"))
		return data;
	uint32_t event = pli_row_find(&r->row, "event");
	if (event != 0 && r->nodes[event].type == PLI_JSON_OBJECT)
		return event;
	uint32_t error = pli_row_find(&r->row, "error");
	if (error != 0 && r->nodes[error].type == PLI_JSON_OBJECT)
		return error;
	bool answer = pli_row_has(&r->row, "id") || pli_row_has(&r->row, "status");
	uint32_t result = answer ? pli_row_find(&r->row, "result") : 0;
	return result != 0 && r->nodes[result].type >= PLI_JSON_ARRAY ? result : 0;
}

plm_err
pli_binance_parse(binance_reader *r, plm_slice bytes)
{
	pli_row *row = &r->row;
	row->json = pli_json_shared();
	if (row->json == NULL)
		return row->err = plm_fault_set(
			   row->fault, PLM_ENOMEM, NULL, "no memory for a JSON reader");
	if (PLI_FAULT(BINANCE_PARSE) || pli_json_parse(row->json, bytes, row->fault) != PLM_OK) {
		if (row->fault != NULL)
			row->fault->code = PLM_EDECODE; /* too large and too deep, too */
		return row->err = PLM_EDECODE;
	}
	r->nodes = pli_json_nodes(row->json, NULL);
	row->node = 0;
	if (r->nodes[0].type == PLI_JSON_OBJECT)
		row->node = root_unwrap(r);
	return PLM_OK;
}

static void
walk_once(binance_reader *r, const binance_kind *kind)
{
	uint32_t root = r->row.node;
	r->rows_count = 0;
	r->legs_digest = 0;
	r->sides_open = 0;
	if (r->nodes[root].type == PLI_JSON_ARRAY)
		pli_binance_each(r, root, kind->read, kind->keys);
	else
		pli_binance_at(r, root, kind->read, kind->keys);
}

plm_err
pli_binance_walk(binance_reader *r, const binance_kind *kind)
{
	assert(kind->read != NULL);
	if (kind->rows || r->nodes[r->row.node].type == PLI_JSON_ARRAY) {
		plm_time_ns time_ns = r->time_ns;
		r->dry = true;
		walk_once(r, kind);
		r->dry = false;
		r->time_ns = time_ns;
	}
	if (r->row.err == PLM_OK)
		walk_once(r, kind);
	return r->row.err;
}

plm_err
pli_binance_read(binance_reader *r, plm_slice bytes)
{
	const binance_kind *kind = NULL;
	if (pli_binance_parse(r, bytes) != PLM_OK || pli_binance_kind_of(r, &kind) != PLM_OK)
		return r->row.err;
	return pli_binance_walk(r, kind);
}

plm_err
pli_binance_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault)
{
	binance_reader reader = {
	    .row = {.fault = ret_fault}, .cfg = cfg, .events = events, .channel = frame->channel};
	const binance_kind *kind = NULL;
	if (pli_binance_parse(&reader, frame->bytes) != PLM_OK)
		return reader.row.err;
	pli_row root = {.json = reader.row.json};
	if (!pli_row_is_rows(&root))
		return kind_none(&reader, (plm_slice){NULL, 0}, "no object and no list of objects");
	if (pli_binance_kind_of(&reader, &kind) != PLM_OK)
		return reader.row.err;
	return pli_binance_walk(&reader, kind);
}
