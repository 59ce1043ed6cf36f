/* hyperliquid_trade.c: what happened: fills, orders, funding, transfers, errors. */
#include "venue/hyperliquid/hyperliquid.h"

#include <strings.h>

#include "venue/venue_events.h"

/* B is a buyer's, A a seller's (it asks). */
static plm_decimal
trade_signed(hl_reader *r, plm_decimal quantity)
{
	if (pli_row_is(&r->row, "side", "A"))
		return plm_decimal_negate(quantity);
	if (!pli_row_is(&r->row, "side", "B"))
		pli_row_fail(&r->row, "side", "a side of A or B");
	return quantity;
}

/* Only the account's own liquidation: the other side of somebody else's names it, too. */
static uint8_t
fill_forced(hl_reader *r)
{
	plm_slice dir = pli_row_string(&r->row, "dir");
	if (dir.size >= 10 && memcmp(dir.bytes, "Liquidated", 10) == 0)
		return 1;
	return plm_slice_is(dir, "Auto-Deleveraging") ? 2 : 0;
}

void
pli_hl_fill(hl_reader *r)
{
	plm_event event;
	const plm_instrument *spec = pli_hl_coin(r, "coin");
	if (spec == NULL)
		return;
	r->time_ns = pli_row_time(&r->row, "time", 0);
	pli_hl_begin(r, &event, PLM_EVENT_FILL, true);
	plm_fill *fill = &event.u.fill;
	fill->instrument = spec->id;
	fill->unit = PLM_UNIT_COINS;
	fill->trade_hash = pli_row_identifier(&r->row, "tid");
	fill->quantity = trade_signed(r, pli_row_number(&r->row, "sz"));
	fill->price = pli_row_price_or_none(&r->row, "px");
	fill->realised_pnl = pli_row_decimal(&r->row, "closedPnl");
	fill->liquidation = fill_forced(r);
	fill->fee = pli_row_decimal(&r->row, "fee");
	plm_slice token = pli_row_string(&r->row, "feeToken");
	if (token.size != 0)
		fill->fee_asset = pli_hl_token_named(r, token);
	pli_hl_emit(r, &event);
}

/* A trigger order rests nowhere until its price is met. */
void
pli_hl_order(hl_reader *r)
{
	plm_event event;
	const plm_instrument *spec = pli_hl_coin(r, "coin");
	if (spec == NULL || pli_row_bool(&r->row, "isTrigger"))
		return;
	r->time_ns = pli_row_time(&r->row, "timestamp", 0);
	pli_hl_begin(r, &event, PLM_EVENT_ORDER_OPEN, true);
	plm_order_open *order = &event.u.order_open;
	order->instrument = spec->id;
	order->unit = PLM_UNIT_COINS;
	order->order_hash = pli_row_identifier(&r->row, "oid");
	order->quantity = trade_signed(r, pli_row_number(&r->row, "sz"));
	order->price = pli_row_price_or_none(&r->row, "limitPx");
	order->reduce_only = pli_row_bool(&r->row, "reduceOnly");
	pli_hl_emit(r, &event);
}

/* A payment (in USDC at the venue's own dex; received above 0), flat or in a "delta"; or the rate
 * of an hour that is over. */
void
pli_hl_funding(hl_reader *r)
{
	plm_event event;
	uint32_t outer = r->row.node, delta = pli_row_find(&r->row, "delta");
	r->time_ns = pli_row_time(&r->row, "time", 0);
	r->row.node = delta == 0 ? outer : delta;
	const plm_instrument *spec = pli_hl_coin(r, "coin");
	if (spec != NULL) {
		bool paid = pli_row_has(&r->row, "usdc");
		pli_hl_begin(r, &event, PLM_EVENT_FUNDING, paid);
		plm_funding *funding = &event.u.funding;
		funding->instrument = spec->id;
		funding->asset = spec->settle;
		funding->rate = pli_row_double(&r->row, "fundingRate");
		if (paid)
			funding->amount = pli_row_number(&r->row, "usdc");
		pli_hl_emit(r, &event);
	}
	r->row.node = outer;
}

bool
pli_hl_is_mine(hl_reader *r, const char *key)
{
	plm_slice text = pli_row_string(&r->row, key);
	return text.size == HL_ADDRESS_SIZE && r->address != NULL &&
	       strncasecmp(text.bytes, r->address, HL_ADDRESS_SIZE) == 0;
}

/* +1: coins arrived, -1: they left, 0: neither, or it cannot be told whose they are. */
static int
ledger_direction(hl_reader *r, uint8_t *ret_kind)
{
	bool deposit = pli_row_is(&r->row, "type", "deposit");
	*ret_kind = deposit ? PLM_TRANSFER_DEPOSIT : PLM_TRANSFER_WITHDRAWAL;
	if (deposit || pli_row_is(&r->row, "type", "withdraw"))
		return deposit ? 1 : -1;
	*ret_kind = PLM_TRANSFER_INTERNAL;
	static const char *const between[] = {
	    "internalTransfer", "subAccountTransfer", "spotTransfer", "send"};
	for (size_t i = 0; i < sizeof between / sizeof between[0]; i++)
		if (pli_row_is(&r->row, "type", between[i]))
			return pli_hl_is_mine(r, "destination") - pli_hl_is_mine(r, "user");
	return 0;
}

/* Between spot and perpetuals, and into vaults, coins stay in the account. */
void
pli_hl_ledger(hl_reader *r)
{
	plm_event event;
	uint32_t outer = r->row.node, delta = pli_row_find(&r->row, "delta");
	if (delta == 0)
		pli_row_fail(&r->row, NULL, "an entry with its \"delta\"");
	r->time_ns = pli_row_time(&r->row, "time", 0);
	uint64_t hash = pli_row_identifier(&r->row, "hash");
	r->row.node = delta;
	uint8_t kind = 0;
	int direction = r->row.err == PLM_OK ? ledger_direction(r, &kind) : 0;
	if (direction != 0) {
		bool usdc = pli_row_find(&r->row, "amount") == 0;
		pli_hl_begin(r, &event, PLM_EVENT_TRANSFER, true);
		plm_transfer *transfer = &event.u.transfer;
		plm_decimal amount = pli_row_number(&r->row, usdc ? "usdc" : "amount");
		transfer->quantity = direction < 0 ? plm_decimal_negate(amount) : amount;
		transfer->kind = kind;
		transfer->transfer_hash = hash;
		transfer->chain_hash = kind == PLM_TRANSFER_INTERNAL ? hash : 0;
		transfer->address_hash = plm_transfer_hash(pli_row_string(&r->row, "destination"));
		transfer->asset = pli_hl_token_named(
		    r, usdc ? PLM_SLICE("USDC") : pli_row_string(&r->row, "token"));
		if (transfer->asset.value != 0) /* else it cannot be told what moved */
			pli_hl_emit(r, &event);
	}
	r->row.node = outer;
}

/* {"status":"err","response":"..."} and {"channel":"error","data":"..."}; there are no codes. */
void
pli_hl_error(hl_reader *r)
{
	plm_event event;
	const char *key = pli_row_find(&r->row, "response") != 0 ? "response" : "data";
	plm_slice message = pli_row_string(&r->row, key);
	pli_hl_begin(r, &event, PLM_EVENT_VENUE_ERROR, true);
	pli_venue_error_set(&event, 0, message);
	pli_hl_emit(r, &event);
}
