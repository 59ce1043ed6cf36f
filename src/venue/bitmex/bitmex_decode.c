/* bitmex_decode.c: which payload is this, and who reads it; rows that are kept; walks. */
#include "venue/bitmex/bitmex.h"

#include <stdio.h>

/* How rows are known: by the table of a message, else by members that no other kind has, and no
 * other venue, in this order; member_too NULL: one is enough. read NULL: known, and nothing for the
 * book. */
static const struct {
	const char *table, *member, *member_too;
	bitmex_read *read;
	const char *what;
} kinds[] = {
    {"position", "currentQty", NULL, pli_bitmex_position, "positions"},
    {"position", "openOrderBuyQty", NULL, pli_bitmex_position, "positions"},
    {"transact", "transactType", NULL, pli_bitmex_history, "a history of the wallet"},
    {"margin", "marginBalance", NULL, pli_bitmex_margin, "margins"},
    {"execution", "execID", NULL, pli_bitmex_execution, "executions"},
    {"order", "orderID", NULL, pli_bitmex_order, "orders"},
    {"funding", "fundingRateDaily", NULL, pli_bitmex_funding, "funding rates"},
    {"settlement", "settlementType", NULL, NULL, "settlement prices, which change no position"},
    {"wallet", "deltaAmount", NULL, NULL, "a wallet without its P&L: the margin says both"},
    {NULL, "error.name", "error.message", pli_bitmex_error, "errors"},
    {NULL, "error", "request", pli_bitmex_error, "errors"},
    {"instrument", "markPrice", "timestamp", pli_bitmex_listing, "contracts"},
    {"instrument", "indicativeSettlePrice", "timestamp", pli_bitmex_listing, "contracts"},
    {NULL, "markPrice", NULL, NULL, "a mark price in words that are not BitMEX's"},
};

/* A key may see several accounts: two in one would overwrite each other. */
void
pli_bitmex_one_account(bitmex_reader *r)
{
	uint64_t account = pli_row_identifier(&r->row, "account");
	uint64_t *known = r->tables != NULL ? &r->tables->account : &r->account;
	if (account != 0 && *known != 0 && account != *known)
		pli_row_fail(&r->row, "account", "rows of one account: the key shows several");
	*known = account == 0 ? *known : account;
}

bool
pli_bitmex_row_open(bitmex_reader *r, plm_event_type type, uint64_t id)
{
	bool of_state = type == PLM_EVENT_POSITION || type == PLM_EVENT_BALANCE;
	plm_time_ns time_ns = pli_row_time_text(&r->row, "timestamp");
	if (of_state)
		pli_bitmex_one_account(r);
	r->lacking |= r->gone && of_state;
	if (r->row.err != PLM_OK || (r->gone && of_state))
		return false;
	pli_kept kept = pli_kept_open(
	    r->tables == NULL ? NULL : &r->tables->rows, type, id, time_ns, r->whole, &r->work);
	r->work.seen = r->seen;
	r->work.event.flags = r->flags;
	r->lacking |= kept == PLI_KEPT_LACKING && of_state;
	/* An answer that is older than the stream is the stream's word again. */
	if (kept == PLI_KEPT_OLD && (r->flags & PLM_FLAG_SNAPSHOT) != 0)
		pli_bitmex_row_close(r);
	return kept == PLI_KEPT_GOOD;
}

void
pli_bitmex_send(bitmex_reader *r, const plm_event *event)
{
	if (r->row.err != PLM_OK || r->dry)
		return;
	r->rows_count += event->type == PLM_EVENT_BALANCE || event->type == PLM_EVENT_POSITION;
	r->sent_count++;
	r->row.err = r->events->emit(r->events->ctx, event);
}

void
pli_bitmex_row_close(bitmex_reader *r)
{
	if (r->row.err != PLM_OK || r->dry)
		return;
	if (r->tables != NULL)
		pli_kept_close(&r->tables->rows, &r->work);
	pli_bitmex_send(r, &r->work.event);
	if (r->observe != NULL && r->row.err == PLM_OK)
		r->observe(r->observe_ctx, &r->work);
}

plm_err
pli_bitmex_walk(bitmex_reader *r, bitmex_read *read)
{
	r->dry = true;
	pli_row_each(&r->row, read, r);
	r->dry = false;
	if (r->row.err == PLM_OK)
		pli_row_each(&r->row, read, r);
	return r->row.err;
}

static plm_err
decode_none(bitmex_reader *r, const char *what)
{
	return r->row.err = plm_fault_set(r->row.fault, PLM_EKIND, NULL,
		   "this is %s: no position, balance, mark, order or instrument that is read here",
		   what);
}

/* NULL: all have it. */
static bool
row_has(const pli_row *row, const char *path)
{
	return path == NULL || pli_json_at(row->json, row->node, path) != 0;
}

static plm_err
decode_rows(bitmex_reader *r, plm_slice table)
{
	pli_row first = r->row;
	const pli_json_node *node = &pli_json_nodes(r->row.json, NULL)[first.node];
	if (node->type == PLI_JSON_ARRAY)
		first.node = node->children_count == 0 ? 0 : first.node + 1;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		bool named = kinds[i].table != NULL && plm_slice_is(table, kinds[i].table);
		if (!named && (table.size != 0 || !row_has(&first, kinds[i].member) ||
				  !row_has(&first, kinds[i].member_too)))
			continue;
		return kinds[i].read == NULL ? decode_none(r, kinds[i].what)
					     : pli_bitmex_walk(r, kinds[i].read);
	}
	return decode_none(r, table.size != 0 ? "a table that is not read" : "of another kind");
}

plm_err
pli_bitmex_table(bitmex_reader *r, plm_slice *ret_name)
{
	plm_slice action = pli_row_name(&r->row, "action");
	*ret_name = pli_row_name(&r->row, "table");
	uint32_t list = pli_row_list(&r->row, "data");
	if (list == PLI_NO_LIST)
		pli_row_fail(&r->row, NULL, "a message with a list \"data\"");
	if (r->row.err != PLM_OK)
		return r->row.err;
	bool partial = plm_slice_is(action, "partial");
	r->whole = partial || plm_slice_is(action, "insert");
	r->gone = plm_slice_is(action, "delete");
	if (!r->whole && !r->gone && !plm_slice_is(action, "update")) {
		pli_row_fail(&r->row, "action", "partial, insert, update or delete");
		return r->row.err;
	}
	r->row.node = list;
	plm_err err = decode_rows(r, *ret_name);
	if (err == PLM_OK && partial && plm_slice_is(*ret_name, "order"))
		pli_bitmex_orders_end(r);
	return r->row.err;
}

plm_err
pli_bitmex_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault)
{
	bitmex_reader r = {.row.fault = ret_fault, .cfg = cfg, .events = events, .whole = true};
	plm_slice name = {NULL, 0};
	if (pli_row_parse(&r.row, frame->bytes) != PLM_OK)
		return r.row.err;
	if (pli_row_has(&r.row, "table"))
		(void)pli_bitmex_table(&r, &name);
	else
		(void)decode_rows(&r, name);
	if (r.row.err != PLM_OK || r.sent_count != 0)
		return r.row.err;
	return decode_none(&r, "a list of rows that say nothing");
}
