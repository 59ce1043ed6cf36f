/* binance_isolated.c: isolated margin pairs, added up by asset beside the cross wallets. */
#include "venue/binance/binance_internal.h"

static binance_isolated_row *
isolated_row(binance_isolated *isolated, plm_asset_id asset)
{
	for (uint32_t i = 0; i < isolated->count; i++)
		if (isolated->rows[i].asset.value == asset.value)
			return &isolated->rows[i];
	if (isolated->count == BINANCE_ISOLATED_MAX)
		return NULL;
	binance_isolated_row *row = &isolated->rows[isolated->count++];
	plm_decimal zero = plm_decimal_zero();
	*row = (binance_isolated_row){.asset = asset, .net = zero, .borrowed = zero};
	return row;
}

/* One wallet of a pair; keys: hash of the pair's name. */
static void
isolated_side(binance_reader *r)
{
	const uint64_t *pair = r->keys;
	plm_slice name = pli_row_name(&r->row, "asset");
	plm_asset_id asset = pli_binance_asset(r, "asset");
	plm_decimal net = pli_row_number(&r->row, "netAsset");
	plm_decimal borrowed = pli_row_add(
	    &r->row, pli_row_number(&r->row, "borrowed"), pli_row_number(&r->row, "interest"));
	if (r->row.err != PLM_OK)
		return;
	plm_decimal both[2] = {net, borrowed};
	plm_slice amounts = {(const char *)both, sizeof both};
	r->legs_digest ^= pli_binance_hash(amounts, pli_binance_hash(name, *pair));
	if (r->isolated == NULL || r->dry)
		return;
	binance_isolated_row *row = isolated_row(r->isolated, asset);
	if (row == NULL) {
		pli_row_fail(&r->row, NULL, "isolated pairs of at most 128 assets");
		return;
	}
	row->net = pli_row_add(&r->row, row->net, net);
	row->borrowed = pli_row_add(&r->row, row->borrowed, borrowed);
}

static void
isolated_pair(binance_reader *r)
{
	static const char *const sides[] = {"baseAsset", "quoteAsset"};
	uint64_t pair = pli_binance_hash(pli_row_name(&r->row, "symbol"), 0);
	for (int i = 0; i < 2; i++) {
		uint32_t node = pli_row_find(&r->row, sides[i]);
		if (node == 0 || r->nodes[node].type != PLI_JSON_OBJECT)
			pli_row_fail(&r->row, sides[i], "a wallet of an isolated pair");
		else
			pli_binance_at(r, node, isolated_side, &pair);
	}
}

void
pli_binance_read_isolated(binance_reader *r)
{
	if (r->isolated != NULL && !r->dry)
		r->isolated->count = 0;
	pli_binance_each(r, pli_row_list(&r->row, "assets"), isolated_pair, NULL);
}

void
pli_binance_isolated_add(binance_reader *r, plm_balance *balance)
{
	for (uint32_t i = 0; r->isolated != NULL && i < r->isolated->count; i++) {
		binance_isolated_row *row = &r->isolated->rows[i];
		if (row->asset.value != balance->asset.value)
			continue;
		row->told |= !r->dry;
		balance->wallet = pli_row_add(&r->row, balance->wallet, row->net);
		balance->borrowed = pli_row_add(&r->row, balance->borrowed, row->borrowed);
		return;
	}
}

void
pli_binance_isolated_rest(binance_reader *r)
{
	for (uint32_t i = 0; r->isolated != NULL && !r->dry && i < r->isolated->count; i++) {
		const binance_isolated_row *row = &r->isolated->rows[i];
		plm_event event;
		if (row->told)
			continue;
		pli_binance_begin(r, &event, PLM_EVENT_BALANCE, true);
		event.venue_sequence = r->sequence_min;
		plm_balance *balance = &event.u.balance;
		balance->asset = row->asset;
		balance->wallet = balance->equity = balance->collateral = row->net;
		balance->borrowed = row->borrowed;
		balance->margin_mode = PLM_MARGIN_ISOLATED;
		if (pli_binance_note_held(r, balance))
			pli_binance_emit(r, &event);
	}
}
