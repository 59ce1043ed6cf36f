/* bybit_decode.c: which payload is this, and who reads it. */
#include "venue/bybit/bybit_internal.h"

/* Topics of the streams, or their first words. */
static const struct topic_row {
	const char *topic;
	bybit_kind kind;
} topic_rows[] = {
    {"execution.fast", {"an early copy of an execution, which `execution` tells in full", NULL}},
    {"position", {"positions", pli_bybit_position}},
    {"wallet", {"balances", pli_bybit_wallet}},
    {"execution", {"executions", pli_bybit_execution}},
    {"order", {"orders", pli_bybit_order}},
    {"tickers", {"a ticker", pli_bybit_ticker}},
    {"greeks", {"sums of greeks by coin, which are told option by option", NULL}},
};

/* Rows by members that no other kind has. channel: end of the endpoint's path, which names the kind
 * of an empty list. */
static const struct rest_row {
	const char *member, *member_too, *channel;
	bybit_kind kind;
} rest_rows[] = {
    {"positionIdx", "size", "position/list", {"positions", pli_bybit_position}},
    {"coin", "accountIMRate", "wallet-balance", {"balances", pli_bybit_wallet}},
    {"execId", "execType", "execution/list", {"executions", pli_bybit_execution}},
    {"orderId", "orderStatus", "order/realtime", {"orders", pli_bybit_order}},
    {"cashFlow", "transactionTime", "transaction-log", {"a log of transactions", pli_bybit_log}},
    {"fundingRateTimestamp", "symbol", "funding/history", {"funding", pli_bybit_funding}},
    {"lotSizeFilter", "baseCoin", "instruments-info", {"instruments", pli_bybit_instrument_info}},
    {"price24hPcnt", "markPrice", "market/tickers", {"tickers", pli_bybit_ticker}},
    {"change24h", "markPrice", "market/tickers", {"tickers", pli_bybit_ticker}},
    {"usdIndexPrice", "symbol", "market/tickers", {"spot tickers", pli_bybit_spot_ticker}},
    {"riskLimitValue", "symbol", "risk-limit", {"tiers of margin: live, of what is held", NULL}},
    {"collateralRatioList", "currency", "spot-margin-trade/collateral",
	{"shares of collateral", pli_bybit_collateral}},
    {"assetPnlRange", "wallet", "asset/portfolio-margin", {"a stress test", pli_bybit_stress}},
    {"collateralRatio", "currency", "collateral-info",
	{"shares of collateral without their steps, which another list has", NULL}},
    {"totalDelta", "baseCoin", "coin-greeks",
	{"sums of greeks by coin, which are told option by option", NULL}},
    {"marginMode", "unifiedMarginStatus", "account/info", {"the modes of an account", NULL}},
    {"readOnly", "permissions", "query-api", {"what a key may do", NULL}},
    {"timeNano", "timeSecond", "market/time", {"the venue's time", NULL}},
    {"markPrice", "symbol", "market/tickers", {"a mark price in words that are not Bybit's", NULL}},
};

enum {
	TOPIC_ROWS_COUNT = sizeof topic_rows / sizeof topic_rows[0],
	REST_ROWS_COUNT = sizeof rest_rows / sizeof rest_rows[0]
};

static const bybit_kind kind_error = {"an error", pli_bybit_error};
static const bybit_kind kind_spot_ticker = {"a spot ticker", pli_bybit_spot_ticker};

/* The text is these words, or goes on behind a dot. */
static bool
text_starts(plm_slice text, const char *head)
{
	size_t size = strlen(head);
	return text.size >= size && memcmp(text.bytes, head, size) == 0 &&
	       (text.size == size || text.bytes[size] == '.');
}

static plm_err
kind_none(bybit_reader *r, const char *what)
{
	plm_slice name = r->channel;
	r->row.err = plm_fault_set(r->row.fault, PLM_EKIND, NULL,
	    "%.*s%sis %s: no position, balance, mark, order or instrument that is read here",
	    (int)(name.size < 64 ? name.size : 64), name.size == 0 ? "" : name.bytes,
	    name.size == 0 ? "this " : " ", what);
	return r->row.err;
}

static const bybit_kind *
kind_of_topic(bybit_reader *r)
{
	if (text_starts(r->channel, "tickers") && pli_row_has(&r->row, "usdIndexPrice"))
		return &kind_spot_ticker;
	for (size_t i = 0; i < TOPIC_ROWS_COUNT; i++)
		if (text_starts(r->channel, topic_rows[i].topic))
			return &topic_rows[i].kind;
	return NULL;
}

static const bybit_kind *
kind_of_members(bybit_reader *r)
{
	for (size_t i = 0; i < REST_ROWS_COUNT; i++)
		if (pli_row_has(&r->row, rest_rows[i].member) &&
		    pli_row_has(&r->row, rest_rows[i].member_too))
			return &rest_rows[i].kind;
	return NULL;
}

/* An empty list says nothing of its own; the channel may. */
static const bybit_kind *
kind_of_channel(plm_slice channel)
{
	plm_slice head;
	for (size_t i = 0; channel.size != 0 && i < REST_ROWS_COUNT; i++)
		if (pli_name_ends(channel, rest_rows[i].channel, &head) ||
		    plm_slice_is(channel, rest_rows[i].channel))
			return &rest_rows[i].kind;
	return NULL;
}

/* An update of a ticker is only what changed since a snapshot: without that, half a mark. */
static const char *
why_no_mark(bybit_reader *r)
{
	pli_row root = {.json = r->row.json};
	if (plm_slice_is(pli_row_text(&root, "type"), "delta"))
		return "what changed of a ticker: only a session that has the rest can tell";
	return pli_row_has(&r->row, "markPrice") ? NULL : "a ticker without a mark price";
}

/* Of an answer of REST that is not good only the envelope is left; a stream says it in a word. */
static bool
answer_failed(bybit_reader *r)
{
	uint32_t word = pli_row_find(&r->row, "success");
	return pli_row_has(&r->row, "retCode") ||
	       (word != 0 && plm_slice_is(r->nodes[word].text, "false"));
}

plm_err
pli_bybit_kind_of(bybit_reader *r, const bybit_kind **ret_kind)
{
	uint32_t root = r->row.node;
	const bybit_kind *kind = NULL;
	const char *half = NULL;
	bool list = r->nodes[root].type == PLI_JSON_ARRAY;
	uint32_t node = list ? pli_row_child(&r->row, root, 0) : root;
	if (r->row.err == PLM_OK && list && node == 0) {
		kind = kind_of_channel(r->channel);
		if (kind == NULL || kind->read == NULL)
			return kind_none(r, "an empty list that is not known to be more");
	} else if (r->row.err == PLM_OK && r->nodes[node].type == PLI_JSON_OBJECT) {
		r->row.node = node;
		kind = r->of_stream ? kind_of_topic(r) : kind_of_members(r);
		if (kind == NULL && answer_failed(r))
			kind = &kind_error;
		if (kind != NULL && kind->read == pli_bybit_ticker)
			half = why_no_mark(r);
		r->row.node = root;
	} else {
		pli_row_fail(&r->row, NULL, "an object or a list of objects");
	}
	if (r->row.err != PLM_OK)
		return r->row.err;
	if (kind == NULL)
		return kind_none(r, "of a kind that this adapter does not read");
	if (kind->read == NULL)
		return kind_none(r, kind->what);
	if (half != NULL)
		return kind_none(r, half);
	*ret_kind = kind;
	return PLM_OK;
}

/* Some recordings wrap the list once more, by category: {"result":{"Option":{"list":[]}}}. */
static uint32_t
root_list(bybit_reader *r, uint32_t result)
{
	pli_row row = {.json = r->row.json, .node = result};
	uint32_t list = pli_row_find(&row, "list");
	for (uint32_t child = result + 1; list == 0 && child < r->nodes[result].next;
	     child = r->nodes[child].next)
		if (r->nodes[child].type == PLI_JSON_OBJECT) {
			row.node = child;
			list = pli_row_find(&row, "list");
		}
	if (list == 0)
		return result;
	r->category = (uint8_t)pli_bybit_category(pli_row_text(&row, "category"));
	return list;
}

/* A stream's {"topic","data"}; an answer's {"retCode","result"}; else the payload itself. */
static void
root_unwrap(bybit_reader *r, int64_t *ret_code)
{
	pli_row *row = &r->row;
	uint32_t data = pli_row_find(row, "data"), result = pli_row_find(row, "result");
	uint32_t code = pli_row_find(row, "retCode");
	if (data != 0 && pli_row_has(row, "topic")) {
		r->channel = pli_row_string(row, "topic");
		r->of_stream = true;
		plm_time_ns made_ns = pli_row_time(row, "creationTime", 0);
		r->time_ns = pli_row_time(row, "ts", made_ns);
		row->node = data;
		return;
	}
	if (code != 0)
		row->err = pli_json_int(row->json, code, ret_code, row->fault);
	if (row->err != PLM_OK || *ret_code != 0 || result == 0 ||
	    r->nodes[result].type != PLI_JSON_OBJECT)
		return;
	r->time_ns = pli_row_time(row, "time", 0);
	row->node = root_list(r, result);
}

plm_err
pli_bybit_parse(bybit_reader *r, plm_slice bytes, int64_t *ret_code)
{
	pli_row *row = &r->row;
	*ret_code = 0;
	if (pli_row_parse(row, bytes) != PLM_OK)
		return row->err;
	r->nodes = pli_json_nodes(row->json, NULL);
	row->node = 0;
	if (r->nodes[0].type == PLI_JSON_OBJECT)
		root_unwrap(r, ret_code);
	return row->err;
}

static void
walk_once(bybit_reader *r, bybit_read *read)
{
	uint32_t root = r->row.node;
	r->rows_count = 0;
	r->legs_digest = 0;
	if (r->nodes[root].type != PLI_JSON_ARRAY) {
		read(r);
		return;
	}
	for (uint32_t row = pli_row_child(&r->row, root, 0); row != 0;
	     row = pli_row_child(&r->row, root, row)) {
		r->row.node = row;
		read(r);
		r->row.node = root;
	}
}

plm_err
pli_bybit_walk(bybit_reader *r, bybit_read *read)
{
	bool several = r->nodes[r->row.node].type == PLI_JSON_ARRAY || read == pli_bybit_wallet ||
		       read == pli_bybit_stress;
	if (several) {
		r->dry = true;
		walk_once(r, read);
		r->dry = false;
	}
	if (r->row.err == PLM_OK)
		walk_once(r, read);
	return r->row.err;
}

plm_err
pli_bybit_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault)
{
	bybit_reader r = {
	    .row = {.fault = ret_fault}, .cfg = cfg, .events = events, .channel = frame->channel};
	const bybit_kind *kind = NULL;
	int64_t code;
	if (pli_bybit_parse(&r, frame->bytes, &code) != PLM_OK)
		return r.row.err;
	pli_row root = {.json = r.row.json};
	if (!pli_row_is_rows(&root))
		return kind_none(&r, "no object and no list of objects");
	if (pli_bybit_kind_of(&r, &kind) != PLM_OK)
		return r.row.err;
	return pli_bybit_walk(&r, kind->read);
}
