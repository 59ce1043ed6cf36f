/* dydx_decode.c: which payload is this, and who reads it; walks. */
#include "venue/dydx/dydx.h"

/* What an answer, or the contents of a message, may hold: several of them at once. A map has a row
 * for each market. */
static const struct {
	const char *member;
	dydx_read *read;
	bool is_map;
} parts[] = {{"subaccount", pli_dydx_subaccount, false},
    {"perpetualPositions", pli_dydx_position, false}, {"assetPositions", pli_dydx_asset, false},
    {"orders", pli_dydx_order, false}, {"fills", pli_dydx_fill, false},
    {"markets", pli_dydx_listing_row, true}, {"trading", pli_dydx_listing_row, true},
    {"oraclePrices", pli_dydx_listing_row, true}, {"historicalFunding", pli_dydx_funding, false},
    {"transfers", pli_dydx_transfer, false}, {"errors", pli_dydx_error, false}};

void
pli_dydx_begin(const dydx_reader *r, plm_event *event, plm_event_type type)
{
	plm_event_init(event, type);
	event->account = r->cfg->account;
}

void
pli_dydx_send(dydx_reader *r, const plm_event *event)
{
	if (r->row.err != PLM_OK || r->dry)
		return;
	r->rows_count += event->type == PLM_EVENT_BALANCE || event->type == PLM_EVENT_POSITION;
	r->sent_count++;
	r->row.err = r->events->emit(r->events->ctx, event);
}

void
pli_dydx_each(dydx_reader *r, uint32_t node, dydx_read *read)
{
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	uint32_t outer = r->row.node;
	for (uint32_t row = node + 1; r->row.err == PLM_OK && row < nodes[node].next;
	     row = nodes[row].next) {
		if (nodes[row].type != PLI_JSON_OBJECT)
			pli_row_fail_at(&r->row, row, "an object");
		r->row.node = row;
		if (r->row.err == PLM_OK)
			read(r);
		r->row.node = outer;
	}
}

static plm_err
decode_none(dydx_reader *r, const char *what)
{
	if (r->row.err == PLM_OK)
		r->row.err = plm_fault_set(r->row.fault, PLM_EKIND, NULL,
		    "this is %s: no subaccount, market, order, fill or funding rate that is read "
		    "here",
		    what);
	return r->row.err;
}

static void
part_read(dydx_reader *r, uint32_t node, bool is_map, dydx_read *read)
{
	uint32_t type = pli_json_nodes(r->row.json, NULL)[node].type, outer = r->row.node;
	if (type == PLI_JSON_NULL)
		return;
	r->row.node = node;
	if (type == (is_map ? PLI_JSON_OBJECT : PLI_JSON_ARRAY))
		pli_dydx_each(r, node, read);
	else if (type == PLI_JSON_OBJECT)
		read(r);
	else
		pli_row_fail_at(&r->row, node, is_map ? "an object by ticker" : "a list");
	r->row.node = outer;
}

/* One answer, or one message's contents. */
static void
contents_read(dydx_reader *r)
{
	bool known = false, listed = false;
	r->height = pli_row_int(&r->row, "blockHeight", 0);
	r->of_fill = pli_row_has(&r->row, "fills");
	r->of_cash = !pli_row_has(&r->row, "perpetualPositions");
	for (size_t i = 0; i < sizeof parts / sizeof parts[0] && r->row.err == PLM_OK; i++) {
		uint32_t node = pli_row_find(&r->row, parts[i].member);
		if (node == 0)
			continue;
		known = true;
		listed |= parts[i].read == pli_dydx_order;
		part_read(r, node, parts[i].is_map, parts[i].read);
	}
	if (!known)
		(void)decode_none(r, "of another kind");
	if (listed && r->whole)
		pli_dydx_orders_end(r);
}

/* A list is that of a batch. */
static void
root_read(dydx_reader *r)
{
	uint32_t type = pli_json_nodes(r->row.json, NULL)[r->row.node].type;
	if (type == PLI_JSON_OBJECT)
		contents_read(r);
	else if (type == PLI_JSON_ARRAY)
		pli_dydx_each(r, r->row.node, contents_read);
	else
		(void)decode_none(r, "no object, and no list of them");
}

plm_err
pli_dydx_take(dydx_reader *r)
{
	bool whole = r->whole;
	r->dry = true;
	root_read(r);
	r->whole = whole;
	r->dry = false;
	if (r->row.err == PLM_OK)
		root_read(r);
	return r->row.err;
}

plm_err
pli_dydx_message(dydx_reader *r)
{
	plm_slice channel = pli_row_string(&r->row, "channel");
	bool read = plm_slice_is(channel, "v4_markets") ||
		    plm_slice_is(channel, "v4_subaccounts") ||
		    plm_slice_is(channel, "v4_parent_subaccounts");
	r->whole = pli_row_is(&r->row, "type", "subscribed");
	uint32_t contents = pli_row_find(&r->row, "contents");
	if (pli_row_is(&r->row, "type", "error")) {
		pli_dydx_error(r);
		return r->row.err;
	}
	if (!read)
		return decode_none(r, "a message that tells nothing, or a channel");
	if (contents == 0)
		pli_row_fail(&r->row, NULL, "a message with its contents");
	r->row.node = contents;
	return r->row.err == PLM_OK ? pli_dydx_take(r) : r->row.err;
}

/* Words that other venues have too: their rows say neither a market nor, of assets, a symbol. */
static bool
root_is_other(const dydx_reader *r)
{
	return !pli_row_is_rows(&r->row) ||
	       pli_row_list_lacks(&r->row, "assetPositions", "symbol") ||
	       (pli_row_list_lacks(&r->row, "fills", "market") &&
		   pli_row_list_lacks(&r->row, "fills", "ticker"));
}

plm_err
pli_dydx_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault)
{
	dydx_tables tables = {.full = false};
	dydx_reader r = {.row.fault = ret_fault, .cfg = cfg, .events = events, .tables = &tables};
	if (pli_row_parse(&r.row, frame->bytes) != PLM_OK)
		return r.row.err;
	if (root_is_other(&r))
		return decode_none(&r, "in words that are not dYdX's");
	if (pli_row_has(&r.row, "type") && pli_row_has(&r.row, "message_id"))
		(void)pli_dydx_message(&r);
	else
		(void)pli_dydx_take(&r);
	if (r.of_account && r.row.err == PLM_OK && tables.full)
		r.row.err = plm_fault_set(ret_fault, PLM_EFULL, NULL,
		    "more than %d positions or subaccounts in one account", DYDX_LEGS_MAX);
	if (r.of_account && r.row.err == PLM_OK && r.whole)
		pli_dydx_send_all(&r, 0);
	else if (r.of_account && r.row.err == PLM_OK)
		pli_dydx_send_touched(&r, 0);
	if (r.row.err != PLM_OK || r.sent_count != 0)
		return r.row.err;
	return decode_none(&r, "a payload whose rows say nothing");
}
