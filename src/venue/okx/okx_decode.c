/* okx_decode.c: which payload is this, and who reads it. */
#include "venue/okx/okx.h"
#include "venue/venue_events.h"

/* One kind of payload: the channel that pushes it, and members that its rows have in any message.
 * The first row that fits decides. */
typedef struct kind_row {
	const char *channel;
	const char *members[3];
	okx_kind kind;
} kind_row;

static const kind_row kind_rows[] = {
    {"balance_and_position", {"balData", "posData", "pTime"}, {"changes", pli_okx_changes}},
    {NULL, {"balData", "posData"},
	{"an overview of risk: account and positions tell it all", NULL}},
    {NULL, {"details", "ccy", "discountLv"}, {"shares of collateral", pli_okx_discount}},
    {"account", {"details", "totalEq"}, {"an account", pli_okx_balances}},
    {"bills", {"billId", "balChg", "subType"}, {"bills", pli_okx_bill}},
    {"positions", {"mgnMode", "instId"}, {"positions", pli_okx_position}},
    {"orders", {"ordId", "state", "accFillSz"}, {"orders", pli_okx_order}},
    {"fills", {"fillSz", "fillPx", "tradeId"}, {"fills", pli_okx_fill}},
    {"opt-summary", {"markVol", "instId"}, {"greeks", pli_okx_greeks}},
    {"mark-price", {"markPx", "instId"}, {"mark prices", pli_okx_mark}},
    {"index-tickers", {"idxPx", "instId"}, {"index prices", pli_okx_index}},
    {"funding-rate", {"fundingTime", "instId"}, {"funding", pli_okx_funding}},
    {"instruments", {"instId", "tickSz"}, {"contracts", pli_okx_spec}},
    {"account-greeks", {"ccy", "deltaBS"},
	{"greeks by coin: those of its legs are summed here", NULL}},
    {NULL, {"acctLv", "posMode"}, {"an account's configuration", NULL}},
    {NULL, {"riskUnitData", "borrowMmr", "totalMmr"}, {"a stress test", pli_okx_stress}},
    {NULL, {"maxLever", "tier"}, {"tiers of margin: live, of what is held", NULL}},
    {"tickers", {"last", "askPx"}, {"a ticker: its last trade is no mark price", NULL}},
    {"status", {"serviceType", "begin"}, {"the state of the venue's systems", NULL}},
};

static plm_err
kind_none(okx_reader *r, const char *what)
{
	if (r->row.err == PLM_OK)
		r->row.err = plm_fault_set(r->row.fault, PLM_EKIND, NULL,
		    "this is %s: no position, balance, mark, order or instrument that is read here",
		    what);
	return r->row.err;
}

static bool
kind_fits(const okx_reader *r, const kind_row *row)
{
	for (size_t i = 0; i < 3 && row->members[i] != NULL; i++)
		if (pli_row_find(&r->row, row->members[i]) == 0)
			return false;
	return true;
}

/* NULL: none of them. by_channel: an empty list says nothing of its own. */
static const okx_kind *
kind_find(const okx_reader *r, bool by_channel)
{
	for (size_t i = 0; i < sizeof kind_rows / sizeof kind_rows[0]; i++) {
		const kind_row *row = &kind_rows[i];
		bool named = row->channel != NULL && plm_slice_is(r->channel, row->channel);
		if (by_channel ? named : kind_fits(r, row))
			return &row->kind;
	}
	return NULL;
}

plm_err
pli_okx_kind_of(okx_reader *r, const okx_kind **ret_kind)
{
	uint32_t root = r->row.node, list = pli_row_list(&r->row, "data");
	uint32_t first = list == PLI_NO_LIST ? root : pli_row_child(&r->row, list, 0);
	const okx_kind *kind = r->channel.size == 0 ? NULL : kind_find(r, true);
	if (pli_row_has(&r->row, "event"))
		return kind_none(r, "an answer to a login or a subscription");
	if (kind == NULL && (list == PLI_NO_LIST || first != 0)) {
		r->row.node = first;
		kind = kind_find(r, false);
		r->row.node = root;
	}
	if (kind == NULL || kind->read == NULL || r->row.err != PLM_OK)
		return kind_none(
		    r, kind == NULL ? "of a kind that this adapter does not read" : kind->what);
	*ret_kind = kind;
	return PLM_OK;
}

static plm_err
root_parse(okx_reader *r, plm_slice bytes)
{
	pli_row *row = &r->row;
	if (plm_slice_is(bytes, "pong"))
		return kind_none(r, "an answer to a ping");
	if (PLI_FAULT(OKX_PARSE))
		row->err = plm_fault_set(
		    row->fault, PLM_EDECODE, NULL, "a payload that cannot be read");
	return row->err != PLM_OK ? row->err : pli_row_parse(row, bytes);
}

static plm_err
root_channel(okx_reader *r)
{
	pli_row *row = &r->row;
	if (pli_json_nodes(row->json, NULL)[0].type != PLI_JSON_OBJECT) {
		pli_row_fail(row, NULL, "an object");
		return row->err;
	}
	uint32_t channel = pli_json_at(row->json, 0, "arg.channel");
	if (channel != 0)
		r->channel = pli_row_string_at(row, channel);
	return row->err;
}

plm_err
pli_okx_parse(okx_reader *r, plm_slice bytes)
{
	return root_parse(r, bytes) != PLM_OK ? r->row.err : root_channel(r);
}

/* Codes are numbers in strings; 0 is success. */
static bool
message_code(okx_reader *r, int64_t *ret_code)
{
	*ret_code = 0;
	uint32_t node = r->row.err == PLM_OK ? pli_row_find(&r->row, "code") : 0;
	if (node == 0 || pli_row_text(&r->row, "code").size == 0)
		return false;
	plm_decimal code = pli_row_decimal_at(&r->row, node);
	if (plm_decimal_is_known(code))
		*ret_code = (int64_t)(code.units / PLM_DECIMAL_ONE_UNITS);
	return *ret_code != 0;
}

plm_err
pli_okx_error(okx_reader *r, int64_t *ret_code)
{
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_VENUE_ERROR, 0);
	(void)message_code(r, ret_code);
	pli_venue_error_set(&event, *ret_code, pli_row_string(&r->row, "msg"));
	pli_okx_emit(r, &event, true);
	return r->row.err;
}

static void
walk_once(okx_reader *r, okx_read *read)
{
	r->rows_count = 0;
	if (pli_row_list(&r->row, "data") == PLI_NO_LIST)
		read(r);
	else
		pli_okx_each(r, "data", read);
}

plm_err
pli_okx_check(okx_reader *r, okx_read *read)
{
	r->dry = true;
	walk_once(r, read);
	r->dry = false;
	return r->row.err;
}

plm_err
pli_okx_walk(okx_reader *r, okx_read *read)
{
	if (pli_okx_check(r, read) == PLM_OK)
		walk_once(r, read);
	return r->row.err;
}

/* All that the venue tells is an object; a code is a string. Of what is pushed, only books, which
 * are not read, have an action; Bitget's stream has it everywhere. */
static bool
root_is_other(const okx_reader *r)
{
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	uint32_t code = pli_row_find(&r->row, "code");
	return nodes[0].type != PLI_JSON_OBJECT || pli_row_find(&r->row, "action") != 0 ||
	       (code != 0 && nodes[code].type == PLI_JSON_NUMBER);
}

/* What is not pushed lists its rows too. */
static bool
root_lists_nothing(const okx_reader *r)
{
	uint32_t data = pli_row_find(&r->row, "data");
	uint32_t type = pli_json_nodes(r->row.json, NULL)[data].type;
	bool pushed = r->channel.size != 0 || pli_row_find(&r->row, "arg") != 0;
	return data != 0 && !pushed && type != PLI_JSON_ARRAY && type != PLI_JSON_NULL;
}

plm_err
pli_okx_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault)
{
	static const char other[] = "no object with a list of data, as OKX writes it";
	okx_reader reader = {
	    .row = {.fault = ret_fault}, .cfg = cfg, .events = events, .channel = frame->channel};
	const okx_kind *kind = NULL;
	int64_t code = 0;
	if (root_parse(&reader, frame->bytes) != PLM_OK)
		return reader.row.err;
	if (root_is_other(&reader))
		return kind_none(&reader, other);
	if (root_channel(&reader) != PLM_OK)
		return reader.row.err;
	if (message_code(&reader, &code))
		return pli_okx_error(&reader, &code);
	if (root_lists_nothing(&reader))
		return kind_none(&reader, other);
	if (pli_okx_kind_of(&reader, &kind) != PLM_OK)
		return reader.row.err;
	return pli_okx_walk(&reader, kind->read);
}
