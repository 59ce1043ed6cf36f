/* deribit_decode.c: tells what a payload is, and hands its rows to deribit_row.c. */
#include "venue/deribit/deribit.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "venue/json_row.h"
#include "venue/venue_events.h"

/* A kind of payload. channel: prefix of its notification channel, "" none. keys: members that tell
 * its shape, "" fills up. row: of each object in it; else whole: of all of it; else it is not
 * read, and refusal says what it is. */
typedef struct decode_kind {
	const char *channel;
	const char *keys[3];
	plm_err (*row)(pli_deribit_reader *reader, uint32_t node);
	plm_err (*whole)(pli_deribit_reader *reader, uint32_t node);
	const char *refusal;
} decode_kind;

static const pli_json_node *
decode_node(const pli_deribit_reader *reader, uint32_t node)
{
	uint32_t count;
	const pli_json_node *nodes = pli_json_nodes(reader->json, &count);
	assert(node < count);
	return &nodes[node];
}

static plm_err
decode_each(pli_deribit_reader *reader, uint32_t node,
    plm_err (*row)(pli_deribit_reader *reader, uint32_t node))
{
	const pli_json_node *list = decode_node(reader, node);
	uint32_t child = node + 1;
	plm_err err = PLM_OK;
	if (list->type == PLI_JSON_OBJECT)
		return row(reader, node);
	if (list->type != PLI_JSON_ARRAY)
		return pli_json_fault(
		    reader->json, node, "an object or a list of objects", reader->fault);
	for (uint32_t i = 0; i < list->children_count && err == PLM_OK; i++) {
		if (decode_node(reader, child)->type != PLI_JSON_OBJECT)
			return pli_json_fault(reader->json, child, "an object", reader->fault);
		err = row(reader, child);
		child = decode_node(reader, child)->next;
	}
	return err;
}

plm_err
pli_deribit_rows(pli_deribit_reader *reader, uint32_t node,
    plm_err (*row)(pli_deribit_reader *reader, uint32_t node))
{
	/* One object sends nothing before all of it was read: the check is needed only where it
	 * names an instrument not seen before. */
	reader->dry = decode_node(reader, node)->type != PLI_JSON_OBJECT;
	reader->may_intern = reader->is_again_needed = false;
	plm_err err = decode_each(reader, node, row);
	if (err == PLM_OK && (reader->dry || reader->is_again_needed)) {
		reader->dry = false;
		reader->may_intern = true;
		err = decode_each(reader, node, row);
	}
	return err;
}

static plm_err
decode_trades(pli_deribit_reader *reader, uint32_t node)
{
	return pli_deribit_rows(
	    reader, pli_json_find(reader->json, node, "trades"), pli_deribit_row_trade);
}

/* Totals of a cross account repeat on each row: sent once, from the first row that has them. */
static plm_err
decode_cross_margin(pli_deribit_reader *reader, uint32_t node)
{
	const pli_json_node *list = decode_node(reader, node);
	uint32_t child = node;
	if (list->type == PLI_JSON_ARRAY)
		child = list->children_count == 0 ? 0 : node + 1;
	for (uint32_t i = 0; child != 0 && child < list->next; i++) {
		if (pli_json_find(reader->json, child, "total_margin_balance_usd") != 0)
			return pli_deribit_row_cross_margin(reader, child);
		child = decode_node(reader, child)->next;
	}
	return PLM_OK;
}

static plm_err
decode_portfolio(pli_deribit_reader *reader, uint32_t node)
{
	reader->dry = true;
	plm_err err = decode_each(reader, node, pli_deribit_row_portfolio);
	if (err == PLM_OK)
		err = decode_cross_margin(reader, node);
	reader->dry = false;
	if (err == PLM_OK)
		err = decode_each(reader, node, pli_deribit_row_portfolio);
	return err != PLM_OK ? err : decode_cross_margin(reader, node);
}

static plm_err
decode_summaries(pli_deribit_reader *reader, uint32_t node)
{
	return decode_portfolio(reader, pli_json_find(reader->json, node, "summaries"));
}

/* Newest time of what changed: positions themselves carry none. */
static plm_time_ns
decode_changes_time(pli_deribit_reader *reader, uint32_t list, const char *key)
{
	uint32_t child = list + 1;
	plm_time_ns newest_ns = 0;
	for (uint32_t i = 0; list != 0 && i < decode_node(reader, list)->children_count; i++) {
		pli_row r = {reader->json, NULL, child, PLM_OK};
		plm_time_ns time_ns = pli_row_time(&r, key, 0);
		newest_ns = time_ns > newest_ns ? time_ns : newest_ns;
		child = decode_node(reader, child)->next;
	}
	return newest_ns;
}

static plm_err
decode_changes(pli_deribit_reader *reader, uint32_t node)
{
	uint32_t trades = pli_json_find(reader->json, node, "trades");
	uint32_t orders = pli_json_find(reader->json, node, "orders");
	uint32_t positions = pli_json_find(reader->json, node, "positions");
	plm_time_ns traded_ns = decode_changes_time(reader, trades, "timestamp");
	plm_time_ns ordered_ns = decode_changes_time(reader, orders, "last_update_timestamp");
	plm_err err = PLM_OK;
	if (traded_ns != 0 || ordered_ns != 0)
		reader->time_ns = traded_ns > ordered_ns ? traded_ns : ordered_ns;
	for (int pass = 0; pass < 2 && err == PLM_OK; pass++) {
		reader->dry = pass == 0;
		reader->may_intern = pass == 1;
		if (trades != 0)
			err = decode_each(reader, trades, pli_deribit_row_trade);
		if (err == PLM_OK && positions != 0)
			err = decode_each(reader, positions, pli_deribit_row_position);
		if (err == PLM_OK && orders != 0)
			err = decode_each(reader, orders, pli_deribit_row_order);
	}
	reader->dry = false;
	return err;
}

/* Channels first where a prefix of another would shadow them; shapes from particular to common. */
static const decode_kind decode_kinds[] = {
    {"ticker.", {"", "", ""}, pli_deribit_row_ticker, NULL, NULL},
    {"user.portfolio", {"margin_balance", "currency", ""}, NULL, decode_portfolio, NULL},
    {"", {"summaries", "", ""}, NULL, decode_summaries, NULL},
    {"", {"uid", "positions", ""}, NULL, NULL,
	"positions of several sub-accounts in one answer: give each sub-account its own key"},
    {"user.changes", {"trades", "positions", ""}, NULL, decode_changes, NULL},
    {"user.trades", {"trade_id", "instrument_name", ""}, pli_deribit_row_trade, NULL, NULL},
    {"", {"trades", "", ""}, NULL, decode_trades, NULL},
    {"user.orders", {"order_state", "instrument_name", ""}, pli_deribit_row_order, NULL, NULL},
    {"", {"size", "instrument_name", ""}, pli_deribit_row_position, NULL, NULL},
    {"book.", {"bids", "asks", ""}, NULL, NULL, "an order book"},
    {"", {"bid_price", "ask_price", "mark_price"}, NULL, NULL, "a book summary"},
    {"", {"tick_size", "instrument_name", ""}, pli_deribit_row_instrument, NULL, NULL},
    {"", {"legs", "id", ""}, pli_deribit_row_combo, NULL, NULL},
    {"markprice.options.", {"iv", "mark_price", "instrument_name"}, pli_deribit_row_ticker, NULL,
	NULL},
    {"", {"mark_price", "instrument_name", ""}, pli_deribit_row_ticker, NULL, NULL},
    {"deribit_price_index.", {"index_name", "price", ""}, pli_deribit_row_index, NULL, NULL},
    {"perpetual.", {"interest", "index_price", ""}, pli_deribit_row_perpetual, NULL, NULL},
    {"platform_state.", {"allow_unauthenticated_public_requests", "", ""}, NULL, NULL,
	"a notice about the public methods"},
    {"platform_state", {"locked", "", ""}, NULL, NULL,
	"the state of the platform: it concerns the feed, not the book"},
    {"estimated_expiration_price.", {"seconds", "is_estimated", ""}, NULL, NULL,
	"an estimated delivery price"},
    {"", {"interest_8h", "prev_index_price", ""}, NULL, NULL, "a history of funding rates"},
    {"", {"access_token", "", ""}, NULL, NULL, "the answer to a login: it holds no facts"},
    {"", {"model_params", "", ""}, NULL, pli_deribit_matrices, NULL},
    {"quote.", {"best_bid_price", "best_ask_price", ""}, NULL, NULL, "a quote of bid and ask"},
    {"trades.", {"trade_seq", "", ""}, NULL, NULL,
	"trades of the public: they say nothing of an account"},
    {"deribit_volatility_index.", {"volatility", "", ""}, NULL, NULL, "a volatility index"},
    {"", {"logs", "", ""}, NULL, pli_deribit_logs, NULL},
    {"", {"version", "", ""}, NULL, NULL, "the answer to a test call"},
};

enum { DECODE_KINDS_COUNT = sizeof decode_kinds / sizeof decode_kinds[0] };

static bool
decode_starts(plm_slice text, const char *prefix)
{
	size_t size = strlen(prefix);
	return size > 0 && text.size >= size && memcmp(text.bytes, prefix, size) == 0;
}

static const decode_kind *
decode_kind_of_channel(plm_slice channel)
{
	for (size_t i = 0; i < DECODE_KINDS_COUNT; i++) {
		if (decode_starts(channel, decode_kinds[i].channel))
			return &decode_kinds[i];
	}
	return NULL;
}

static const decode_kind *
decode_kind_of_shape(pli_deribit_reader *reader, uint32_t node)
{
	for (size_t i = 0; i < DECODE_KINDS_COUNT; i++) {
		const decode_kind *kind = &decode_kinds[i];
		bool all = kind->keys[0][0] != '\0';
		for (size_t k = 0; k < 3 && all; k++)
			all = kind->keys[k][0] == '\0' ||
			      pli_json_find(reader->json, node, kind->keys[k]) != 0;
		if (all)
			return kind;
	}
	return NULL;
}

static bool
decode_hint_has(plm_slice hint, const char *word)
{
	return hint.size > 0 && memmem(hint.bytes, hint.size, word, strlen(word)) != NULL;
}

/* An empty list says nothing of its kind; a hint of one that we read makes it "none". */
static plm_err
decode_empty(pli_deribit_reader *reader)
{
	static const char *const hints[] = {
	    "positions", "trades", "orders", "summaries", "instruments", "combos"};
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		if (decode_hint_has(reader->channel, hints[i]))
			return PLM_OK;
	}
	return plm_fault_set(
	    reader->fault, PLM_EKIND, NULL, "an empty list, which does not say what it lists");
}

plm_err
pli_deribit_decode_data(pli_deribit_reader *reader, uint32_t node, bool by_channel)
{
	const pli_json_node *data = decode_node(reader, node);
	const decode_kind *kind = NULL;
	uint32_t sample = node;
	if (by_channel) {
		kind = decode_kind_of_channel(reader->channel);
		if (kind == NULL)
			return plm_fault_set(reader->fault, PLM_EKIND, NULL,
			    "notifications of channel %.*s are not read",
			    (int)(reader->channel.size < 80 ? reader->channel.size : 80),
			    reader->channel.bytes);
	} else {
		if (data->type == PLI_JSON_ARRAY && data->children_count == 0)
			return decode_empty(reader);
		if (decode_hint_has(reader->channel, "simulate_portfolio"))
			return plm_fault_set(reader->fault, PLM_EKIND, NULL,
			    "a simulated portfolio: it is not about real positions");
		if (data->type == PLI_JSON_ARRAY)
			sample = node + 1;
		if (decode_node(reader, sample)->type == PLI_JSON_OBJECT)
			kind = decode_kind_of_shape(reader, sample);
		if (kind == NULL)
			return plm_fault_set(reader->fault, PLM_EKIND, NULL,
			    "not a position, portfolio, change, ticker, instrument, index, trade "
			    "or "
			    "order of Deribit's");
	}
	if (kind->row != NULL)
		return pli_deribit_rows(reader, node, kind->row);
	if (kind->whole != NULL)
		return kind->whole(reader, node);
	return plm_fault_set(reader->fault, PLM_EKIND, NULL,
	    "not positions, balances, prices or specifications, but %s", kind->refusal);
}

plm_err
pli_deribit_decode_error(pli_deribit_reader *reader, uint32_t node, int64_t *ret_code)
{
	pli_row r = {reader->json, reader->fault, node, PLM_OK};
	plm_slice message = pli_row_string(&r, "message");
	int64_t code = 0;
	plm_event event;
	if (r.err == PLM_OK)
		r.err = pli_json_int(reader->json, pli_row_find(&r, "code"), &code, reader->fault);
	if (r.err != PLM_OK)
		return r.err;
	plm_event_init(&event, PLM_EVENT_VENUE_ERROR);
	event.account = reader->cfg->account;
	event.venue_time_ns = reader->time_ns;
	pli_venue_error_set(&event, code, message);
	*ret_code = code;
	return reader->events->emit(reader->events->ctx, &event);
}

plm_time_ns
pli_deribit_envelope_time(pli_deribit_reader *reader)
{
	int64_t time_us = 0;
	if (pli_json_int(reader->json, pli_json_find(reader->json, 0, "usIn"), &time_us, NULL) !=
		PLM_OK ||
	    time_us <= 0 || time_us > INT64_MAX / PLM_NS_PER_US)
		return 0;
	return time_us * PLM_NS_PER_US / PLM_NS_PER_MS * PLM_NS_PER_MS;
}

/* A notification's data, an answer's result, or neither: then the payload itself. */
static plm_err
decode_root(pli_deribit_reader *reader)
{
	uint32_t error = pli_json_find(reader->json, 0, "error");
	uint32_t params = pli_json_find(reader->json, 0, "params");
	uint32_t data = params == 0 ? 0 : pli_json_find(reader->json, params, "data");
	uint32_t result = pli_json_find(reader->json, 0, "result");
	int64_t code;
	if (error != 0 && pli_json_find(reader->json, error, "code") != 0)
		return pli_deribit_decode_error(reader, error, &code);
	if (data != 0) {
		plm_err err = pli_json_string(reader->json,
		    pli_json_find(reader->json, params, "channel"), &reader->channel,
		    reader->fault);
		return err != PLM_OK ? err : pli_deribit_decode_data(reader, data, true);
	}
	if (result != 0)
		return pli_deribit_decode_data(reader, result, false);
	if (pli_json_find(reader->json, 0, "method") != 0)
		return plm_fault_set(
		    reader->fault, PLM_EKIND, NULL, "a request or a heartbeat: it holds no facts");
	return pli_deribit_decode_data(reader, 0, false);
}

plm_err
pli_deribit_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault)
{
	pli_deribit_reader reader = {.cfg = cfg,
	    .json = pli_json_shared(),
	    .events = events,
	    .fault = ret_fault,
	    .channel = frame->channel};
	if (reader.json == NULL)
		return plm_fault_set(ret_fault, PLM_ENOMEM, NULL, "no memory for a JSON reader");
	plm_err err = pli_deribit_ticker_quick(&reader, frame->bytes);
	if (err != PLM_EKIND)
		return err;
	err = pli_json_parse(reader.json, frame->bytes, ret_fault);
	if (err != PLM_OK)
		return err == PLM_EOVERFLOW ? PLM_EDECODE : err;
	reader.time_ns = pli_deribit_envelope_time(&reader);
	return decode_root(&reader);
}
