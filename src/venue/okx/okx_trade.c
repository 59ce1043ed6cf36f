/* okx_trade.c: orders and the fills in them; bills. */
#include <string.h>
#include <xxhash.h>

#include "venue/okx/okx.h"

static uint8_t
row_unit(const plm_instrument *spec)
{
	return spec->kind == PLM_KIND_SPOT ? PLM_UNIT_COINS : PLM_UNIT_CONTRACTS;
}

static plm_decimal
row_signed(okx_reader *r, plm_decimal quantity)
{
	if (pli_row_is(&r->row, "side", "sell"))
		return plm_decimal_negate(quantity);
	if (!pli_row_is(&r->row, "side", "buy"))
		pli_row_fail(&r->row, "side", "a side of buy or sell");
	return quantity;
}

static uint64_t
row_hash(okx_reader *r, const char *key, const plm_instrument *spec)
{
	plm_slice text = pli_row_text(&r->row, key);
	uint64_t seed = XXH3_64bits(spec->name, strlen(spec->name));
	return text.size == 0 ? 0 : XXH3_64bits_withSeed(text.bytes, text.size, seed);
}

static uint8_t
row_forced(okx_reader *r)
{
	if (pli_row_is(&r->row, "category", "adl"))
		return 2;
	return pli_row_is(&r->row, "category", "full_liquidation") ||
	       pli_row_is(&r->row, "category", "partial_liquidation");
}

/* What the venue takes it writes below 0. In an order fee and pnl are sums over all fills: they are
 * this one's when it is the only one. */
static void
fill_money(okx_reader *r, plm_fill *fill)
{
	plm_decimal filled = pli_row_decimal(&r->row, "accFillSz");
	bool only = !plm_decimal_is_known(filled) ||
		    filled.units == plm_decimal_abs(fill->quantity).units;
	plm_decimal fee = pli_row_decimal(&r->row, "fillFee");
	bool own = plm_decimal_is_known(fee) && pli_row_text(&r->row, "fillFeeCcy").size != 0;
	if (!own)
		fee = only ? pli_row_decimal(&r->row, "fee") : plm_decimal_unknown();
	fill->fee = plm_decimal_negate(fee);
	if (plm_decimal_is_known(fee))
		fill->fee_asset = pli_okx_asset(r, own ? "fillFeeCcy" : "feeCcy");
	fill->realised_pnl = pli_row_decimal(&r->row, "fillPnl");
	if (!plm_decimal_is_known(fill->realised_pnl) && only)
		fill->realised_pnl = pli_row_decimal(&r->row, "pnl");
}

void
pli_okx_fill(okx_reader *r)
{
	const plm_instrument *spec = pli_okx_instrument(r, "instId");
	if (spec == NULL)
		return;
	plm_event event;
	plm_time_ns time_ns = pli_row_time(&r->row, "ts", r->time_ns);
	pli_okx_begin(r, &event, PLM_EVENT_FILL, pli_row_time(&r->row, "fillTime", time_ns));
	plm_fill *fill = &event.u.fill;
	fill->instrument = spec->id;
	fill->unit = row_unit(spec);
	fill->side = (uint8_t)pli_okx_side(r);
	fill->trade_hash = row_hash(r, "tradeId", spec);
	fill->quantity = row_signed(r, pli_row_number(&r->row, "fillSz"));
	fill->price = pli_row_above_zero(&r->row, "fillPx");
	fill->liquidation = row_forced(r);
	fill_money(r, fill);
	pli_okx_emit(r, &event, true);
}

/* What still rests, and the fill when there is one. A market order in quote currency has no coins
 * to count until it is filled. */
void
pli_okx_order(okx_reader *r)
{
	const plm_instrument *spec = pli_okx_instrument(r, "instId");
	if (spec == NULL)
		return;
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_ORDER_OPEN, pli_row_time(&r->row, "uTime", r->time_ns));
	plm_order_open *open = &event.u.order_open;
	open->instrument = spec->id;
	open->unit = row_unit(spec);
	open->order_hash = row_hash(r, "ordId", spec);
	open->price = pli_row_above_zero(&r->row, "px");
	open->reduce_only = pli_row_is(&r->row, "reduceOnly", "true");
	bool rests = pli_row_is(&r->row, "state", "live") ||
		     pli_row_is(&r->row, "state", "partially_filled");
	plm_decimal rest = pli_row_number(&r->row, "sz");
	rest = pli_row_add(&r->row, rest, plm_decimal_negate(pli_row_number(&r->row, "accFillSz")));
	if (!rests || pli_row_is(&r->row, "tgtCcy", "quote_ccy"))
		rest = plm_decimal_zero();
	open->quantity = row_signed(r, rest);
	pli_okx_emit(r, &event, true);
	if (pli_row_text(&r->row, "tradeId").size != 0 &&
	    plm_decimal_sign(pli_row_decimal(&r->row, "fillSz")) > 0)
		pli_okx_fill(r);
}

/* Of the trading account's bills those of type 1: coins from another account of the holder's, which
 * is not watched here, or to it. The others are trades, funding and the like. */
void
pli_okx_bill(okx_reader *r)
{
	plm_event event;
	if (!pli_row_is(&r->row, "type", "1"))
		return;
	pli_okx_begin(r, &event, PLM_EVENT_TRANSFER, pli_row_time(&r->row, "ts", 0));
	if (event.venue_time_ns <= 0)
		pli_row_fail(&r->row, "ts", "a bill with its time");
	if (pli_row_text(&r->row, "billId").size == 0)
		pli_row_fail(&r->row, "billId", "a bill with its id");
	plm_transfer *transfer = &event.u.transfer;
	transfer->kind = PLM_TRANSFER_INTERNAL;
	transfer->transfer_hash = pli_row_identifier(&r->row, "billId");
	transfer->quantity = pli_row_number(&r->row, "balChg");
	transfer->asset = pli_okx_asset(r, "ccy");
	if (plm_decimal_sign(transfer->quantity) != 0)
		pli_okx_emit(r, &event, true);
}
