/* hyperliquid_decode.c: which payload is this, and who reads it; walks, and what they emit. */
#include "venue/hyperliquid/hyperliquid.h"

/* How a payload is known: by its channel, or by a member (and another one, unless NULL) that no
 * other kind has. read NULL: known, holds nothing for the book. */
typedef struct hl_kind {
	const char *name, *member_too;
	hl_read *read;
	const char *what;
} hl_kind;

static void
decode_spots(hl_reader *r)
{
	if (pli_row_bool(&r->row, "portfolioMarginEnabled"))
		r->account->mode = HL_MODE_PORTFOLIO;
	pli_hl_spots(r);
}

static void
decode_spot_state(hl_reader *r)
{
	pli_hl_at(r, pli_row_find(&r->row, "spotState"), decode_spots);
}

/* One sub-account is an account; two in one would overwrite each other's positions. */
static void
decode_sub_account(hl_reader *r)
{
	const pli_json_node *node = pli_hl_node(r);
	if (node->type == PLI_JSON_ARRAY && node->children_count != 1) {
		r->row.err = plm_fault_set(r->row.fault, PLM_EKIND, NULL,
		    "%u sub-accounts in one answer: each is an account of its own, by its address",
		    node->children_count);
		return;
	}
	uint32_t outer = r->row.node;
	r->row.node = node->type == PLI_JSON_ARRAY ? outer + 1 : outer;
	r->account->mode = pli_hl_mode_of(pli_row_string(&r->row, "abstraction"));
	pli_hl_at(r, pli_row_find(&r->row, "spotState"), pli_hl_spots);
	pli_hl_states(r);
	r->row.node = outer;
}

static void
decode_page(hl_reader *r)
{
	uint32_t spot = pli_row_find(&r->row, "spotState");
	if (spot != 0)
		pli_hl_at(r, spot, pli_hl_spots);
	pli_hl_at(r, pli_row_find(&r->row, "clearinghouseState"), pli_hl_state);
}

/* userEvents: one of several things. */
static void
decode_user(hl_reader *r)
{
	uint32_t funding = pli_row_find(&r->row, "funding");
	pli_hl_each(r, pli_row_list(&r->row, "fills"), pli_hl_fill);
	if (funding != 0)
		pli_hl_at(r, funding, pli_hl_funding);
}

static const char middles[] = "middles of order books, which are no mark prices";

/* member_too: the list that is read row by row. */
static const hl_kind stream_kinds[] = {
    {"clearinghouseState", NULL, decode_page, "a state"},
    {"allDexsClearinghouseState", NULL, pli_hl_states, "states"},
    {"spotState", NULL, decode_spot_state, "token balances"},
    {"webData2", NULL, decode_page, "a page's data"},
    {"activeAssetCtx", NULL, pli_hl_price, "a price"},
    {"activeSpotAssetCtx", NULL, pli_hl_price, "a price"},
    {"userFills", "fills", pli_hl_fill, "fills"},
    {"user", NULL, decode_user, "an account's event"},
    {"userFundings", "fundings", pli_hl_funding, "funding"},
    {"userNonFundingLedgerUpdates", "nonFundingLedgerUpdates", pli_hl_ledger, "transfers"},
    {"error", NULL, NULL, "an error"},
    {"allDexsAssetCtxs", NULL, NULL, "prices by places in lists that are not in it"},
    {"webData3", NULL, NULL, "the mode of an account"},
    {"allMids", NULL, NULL, middles},
    {"subscriptionResponse", NULL, NULL, "a receipt for a subscription"},
};

static const hl_kind object_kinds[] = {
    {"assetPositions", NULL, pli_hl_state, "a state"},
    {"balances", NULL, decode_spots, "token balances"},
    {"clearinghouseStates", NULL, pli_hl_states, "states"},
    {"dexToClearinghouseState", NULL, decode_sub_account, "a sub-account"},
    {"tokens", "universe", pli_hl_spot_lists, "tokens and pairs"},
    {"universe", NULL, pli_hl_contracts, "contracts"},
    {"coin", "ctx", pli_hl_price, "a price"},
    {"status", "response", pli_hl_error, "an error"},
    {"totalOiCap", NULL, NULL, "bounds of a dex"},
    {"role", NULL, NULL, "what an address is"},
};

const pli_json_node *
pli_hl_node(const hl_reader *r)
{
	return &pli_json_nodes(r->row.json, NULL)[r->row.node];
}

void
pli_hl_at(hl_reader *r, uint32_t node, hl_read *read)
{
	uint32_t outer = r->row.node;
	if (r->row.err == PLM_OK && node == 0)
		pli_row_fail(&r->row, NULL, "an object with its content");
	if (r->row.err != PLM_OK)
		return;
	r->row.node = node;
	read(r);
	r->row.node = outer;
}

void
pli_hl_each(hl_reader *r, uint32_t list, hl_read *read)
{
	for (uint32_t row = pli_row_child(&r->row, list, 0); row != 0;
	     row = pli_row_child(&r->row, list, row))
		pli_hl_at(r, row, read);
}

void
pli_hl_begin(hl_reader *r, plm_event *event, plm_event_type type, bool of_account)
{
	plm_event_init(event, type);
	event->venue_time_ns = r->time_ns;
	if (!of_account)
		return;
	event->account = r->cfg->account;
	if (type == PLM_EVENT_BALANCE || type == PLM_EVENT_POSITION)
		event->flags = r->flags;
}

void
pli_hl_emit(hl_reader *r, const plm_event *event)
{
	if (r->row.err != PLM_OK || r->dry)
		return;
	if (event->type == PLM_EVENT_BALANCE || event->type == PLM_EVENT_POSITION)
		r->rows_count++;
	r->row.err = PLI_FAULT(HYPERLIQUID_ROW) ? PLM_EDECODE
						: r->events->emit(r->events->ctx, event);
}

plm_err
pli_hl_walk(hl_reader *r, hl_read *read)
{
	plm_time_ns time_ns = r->time_ns;
	r->dry = true;
	read(r);
	r->dry = false;
	r->time_ns = time_ns;
	if (r->row.err == PLM_OK)
		read(r);
	r->time_ns = time_ns;
	return r->row.err;
}

/* Live, balances are a matter of all that is told of the account. */
static plm_err
payload_walk(hl_reader *r, hl_read *read)
{
	if (pli_hl_walk(r, read) == PLM_OK && r->legs == NULL)
		pli_hl_balances(r);
	return r->row.err;
}

static plm_err
kind_none(hl_reader *r, const char *what)
{
	return r->row.err = plm_fault_set(r->row.fault, PLM_EKIND, NULL,
		   "this is %s: no position, balance, mark, order or instrument that is read here",
		   what);
}

static const hl_kind *
kind_by_members(hl_reader *r, const hl_kind *rows, size_t count)
{
	for (const hl_kind *row = rows; row < rows + count; row++)
		if (pli_row_has(&r->row, row->name) &&
		    (row->member_too == NULL || pli_row_has(&r->row, row->member_too)))
			return row;
	return NULL;
}

static void
rows_read(hl_reader *r)
{
	pli_hl_each(r, r->row.node, r->row_read);
}

/* The first LIST_KINDS_WHOLE are read as a list, the others row by row. */
enum { LIST_KINDS_WHOLE = 3 };
static const hl_kind list_kinds[] = {
    {"dexToClearinghouseState", NULL, decode_sub_account, "sub-accounts"},
    {"vaultAddress", "equity", pli_hl_vaults, "vaults"},
    {"universe", NULL, pli_hl_contracts_all, "contracts"},
    {"tid", "px", pli_hl_fill, "fills"},
    {"oid", "limitPx", pli_hl_order, "orders"},
    {"fundingRate", "coin", pli_hl_funding, "funding"},
};

/* [lists, prices]: of contracts, or of the spot market. */
static hl_read *
list_priced(hl_reader *r)
{
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	uint32_t lists = r->row.node + 1;
	if (pli_hl_node(r)->children_count != 2 || nodes[lists].type != PLI_JSON_OBJECT ||
	    nodes[nodes[lists].next].type != PLI_JSON_ARRAY ||
	    pli_json_find(r->row.json, lists, "universe") == 0)
		return NULL;
	return pli_json_find(r->row.json, lists, "tokens") != 0 ? pli_hl_spot_priced
								: pli_hl_contracts_priced;
}

/* Entries of the ledger: funding is one of their types. */
static hl_read *
list_entries(hl_reader *r)
{
	pli_row delta = r->row;
	delta.node = pli_row_find(&r->row, "delta");
	if (delta.node == 0 ||
	    pli_json_nodes(r->row.json, NULL)[delta.node].type != PLI_JSON_OBJECT)
		return NULL;
	return pli_row_is(&delta, "type", "funding") ? pli_hl_funding : pli_hl_ledger;
}

/* Of a list whose first row is no object. */
static const char *
list_what(const hl_reader *r)
{
	uint32_t first = r->row.node + 1;
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	if (nodes[first].type == PLI_JSON_NULL)
		return "a list of builders' dexes";
	bool named = nodes[first].type == PLI_JSON_ARRAY && nodes[first].children_count == 2;
	return named && pli_json_find(r->row.json, first + 2, "accountValueHistory") != 0
		   ? "an account's history, period by period"
		   : "a list of another kind";
}

/* Nothing but prices, by the names of coins. */
static bool
object_is_middles(hl_reader *r)
{
	const pli_json_node *nodes = pli_json_nodes(r->row.json, NULL);
	uint32_t node = r->row.node + 1, end = nodes[r->row.node].next;
	plm_decimal price;
	while (node < end && nodes[node].type == PLI_JSON_STRING &&
	       plm_decimal_parse(nodes[node].text, &price, NULL) == PLM_OK)
		node = nodes[node].next;
	return node == end && end > r->row.node + 1;
}

static plm_err
payload_list(hl_reader *r)
{
	uint32_t root = r->row.node;
	hl_read *read = list_priced(r);
	if (pli_hl_node(r)->children_count == 0)
		return kind_none(r, "an empty list");
	if (read != NULL)
		return pli_hl_walk(r, read);
	if (!pli_row_is_rows(&r->row))
		return kind_none(r, list_what(r));
	r->row.node = root + 1;
	const hl_kind *kind = kind_by_members(
	    r, list_kinds, sizeof list_kinds / sizeof list_kinds[0]);
	r->row_read = kind != NULL ? kind->read : list_entries(r);
	r->row.node = root;
	read = kind == NULL || kind - list_kinds >= LIST_KINDS_WHOLE ? rows_read : kind->read;
	return r->row_read == NULL ? kind_none(r, "a list of another kind") : payload_walk(r, read);
}

static plm_err
payload_stream(hl_reader *r, plm_slice name)
{
	const hl_kind *kind = NULL;
	for (size_t i = 0; i < sizeof stream_kinds / sizeof stream_kinds[0]; i++)
		if (plm_slice_is(name, stream_kinds[i].name))
			kind = &stream_kinds[i];
	if (kind == NULL)
		return kind_none(r, "of a channel that is not read");
	if (plm_slice_is(name, "error"))
		return pli_hl_walk(r, pli_hl_error);
	if (kind->read == NULL)
		return kind_none(r, kind->what);
	uint32_t data = pli_row_find(&r->row, "data");
	if (data == 0 || pli_json_nodes(r->row.json, NULL)[data].type != PLI_JSON_OBJECT) {
		pli_row_fail(&r->row, "data", "an object as the message's data");
		return r->row.err;
	}
	r->row.node = data;
	if (kind->member_too == NULL)
		return payload_walk(r, kind->read);
	r->row.node = pli_row_list(&r->row, kind->member_too);
	r->row_read = kind->read;
	return r->row.node == PLI_NO_LIST ? r->row.err : pli_hl_walk(r, rows_read);
}

plm_err
pli_hl_payload(hl_reader *r)
{
	plm_slice channel = {NULL, 0};
	if (pli_hl_node(r)->type == PLI_JSON_ARRAY)
		return payload_list(r);
	if (pli_hl_node(r)->type != PLI_JSON_OBJECT) {
		pli_row_fail(&r->row, NULL, "an object or a list");
		return r->row.err;
	}
	if (pli_row_has(&r->row, "channel"))
		channel = pli_row_string(&r->row, "channel");
	if (r->row.err != PLM_OK || channel.size != 0)
		return r->row.err != PLM_OK ? r->row.err : payload_stream(r, channel);
	const hl_kind *kind = kind_by_members(
	    r, object_kinds, sizeof object_kinds / sizeof object_kinds[0]);
	if (kind == NULL && object_is_middles(r))
		return kind_none(r, middles);
	if (kind == NULL)
		return kind_none(r, "an object of another kind");
	return kind->read == NULL ? kind_none(r, kind->what) : payload_walk(r, kind->read);
}

plm_err
pli_hl_decode(
    const plm_venue_cfg *cfg, const plm_frame *frame, plm_event_sink *events, plm_fault *ret_fault)
{
	hl_account account = {.mode = HL_MODE_NONE, .portfolio_ratio = plm_decimal_unknown()};
	hl_tokens tokens = {.pairs = {{0}}};
	hl_reader reader = {.row = {.fault = ret_fault},
	    .cfg = cfg,
	    .events = events,
	    .account = &account,
	    .tokens = &tokens,
	    .address = cfg->key};
	if (pli_row_parse(&reader.row, frame->bytes) != PLM_OK)
		return reader.row.err;
	if (pli_hl_node(&reader)->type < PLI_JSON_ARRAY)
		return kind_none(&reader, "a value by itself, such as the mode of an account");
	if (pli_row_list_lacks(&reader.row, "balances", "coin"))
		return kind_none(&reader, "a list of balances that is not Hyperliquid's");
	return pli_hl_payload(&reader);
}
