/* binance_decode_user.c: the user data stream, and lists of orders and trades. */
#include "venue/binance/binance_internal.h"

/* Several updates of one millisecond keep their order by r->copy. */
static uint64_t
update_sequence(binance_reader *r)
{
	return pli_binance_sequence(r->time_ns, r->copy);
}

static void
update_balance(binance_reader *r, uint32_t row)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_BALANCE, true);
	event.u.balance.asset = pli_binance_asset(r, row, "a");
	event.u.balance.wallet = pli_binance_decimal_must(r, row, "wb");
	event.u.balance.margin_mode = PLM_MARGIN_CROSS;
	event.venue_sequence = update_sequence(r);
	pli_binance_emit(r, &event);
}

/* mt is absent in portfolio margin, where all is cross. */
static plm_margin_mode
update_mode(binance_reader *r, uint32_t row)
{
	plm_slice type = pli_binance_text(r, row, "mt");
	if (plm_slice_is(type, "isolated") || plm_slice_is(type, "ISOLATED"))
		return PLM_MARGIN_ISOLATED;
	if (type.size != 0 && !plm_slice_is(type, "cross") && !plm_slice_is(type, "CROSSED"))
		(void)pli_binance_wrong(r, pli_json_find(r->json, row, "mt"), "cross or isolated");
	return PLM_MARGIN_CROSS;
}

static plm_position *
update_position_begin(binance_reader *r, uint32_t row, plm_event *event, plm_slice *ret_name)
{
	const plm_instrument *spec = pli_binance_instrument(r, row, "s");
	if (spec == NULL)
		return NULL;
	pli_binance_begin(r, event, PLM_EVENT_POSITION, true);
	plm_position *position = &event->u.position;
	position->instrument = spec->id;
	position->unit = (uint8_t)pli_binance_unit(spec);
	plm_side side = pli_binance_side(r, row, "ps");
	position->side = (uint8_t)side;
	position->quantity = pli_binance_amount(r, row, "pa", side);
	position->unrealised_pnl = pli_binance_decimal(r, row, "up");
	position->margin_mode = (uint8_t)update_mode(r, row);
	if (position->margin_mode == PLM_MARGIN_ISOLATED)
		position->isolated_margin = pli_binance_decimal(r, row, "iw");
	*ret_name = plm_slice_of(spec->name);
	return position;
}

static void
update_position(binance_reader *r, uint32_t row)
{
	plm_event event;
	plm_slice name;
	plm_position *position = update_position_begin(r, row, &event, &name);
	if (position == NULL)
		return;
	position->entry_price = pli_binance_price(r, row, "ep");
	event.venue_sequence = update_sequence(r);
	pli_binance_emit(r, &event);
}

/* bc: what reached or left the asset's wallet besides P&L and fees. */
static void
update_funding(binance_reader *r, uint32_t balances, uint32_t positions)
{
	for (uint32_t row = pli_binance_row_first(r, balances); row != 0;
	     row = pli_binance_row_next(r, balances, row)) {
		plm_event event;
		pli_binance_begin(r, &event, PLM_EVENT_FUNDING, true);
		event.u.funding.asset = pli_binance_asset(r, row, "a");
		event.u.funding.amount = pli_binance_decimal(r, row, "bc");
		if (positions != BINANCE_NO_ROWS && r->nodes[positions].children_count == 1) {
			uint32_t only = pli_binance_row_first(r, positions);
			const plm_instrument *spec = pli_binance_instrument(r, only, "s");
			if (spec != NULL)
				event.u.funding.instrument = spec->id;
		}
		event.venue_sequence = update_sequence(r);
		if (plm_decimal_is_known(event.u.funding.amount))
			pli_binance_emit(r, &event);
	}
}

static void
update_transfer(binance_reader *r, uint32_t balances)
{
	for (uint32_t row = pli_binance_row_first(r, balances); row != 0;
	     row = pli_binance_row_next(r, balances, row)) {
		plm_event event;
		pli_binance_begin(r, &event, PLM_EVENT_TRANSFER, true);
		event.u.transfer.asset = pli_binance_asset(r, row, "a");
		event.u.transfer.quantity = pli_binance_decimal(r, row, "bc");
		event.u.transfer.transfer_hash = pli_binance_hash(
		    pli_binance_text(r, row, "a"), update_sequence(r));
		if (plm_decimal_sign(event.u.transfer.quantity) != 0)
			pli_binance_emit(r, &event);
	}
}

static bool
reason_moves_coins(plm_slice reason)
{
	static const char *const reasons[] = {"DEPOSIT", "WITHDRAW", "ASSET_TRANSFER",
	    "MARGIN_TRANSFER", "WITHDRAW_REJECT", "ADMIN_DEPOSIT", "ADMIN_WITHDRAW",
	    "COIN_SWAP_DEPOSIT", "COIN_SWAP_WITHDRAW"};
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (plm_slice_is(reason, reasons[i]))
			return true;
	return false;
}

/* ACCOUNT_UPDATE: only what changed, each row absolute. T orders updates of one kind. */
void
pli_binance_read_account_update(binance_reader *r, uint32_t node)
{
	uint32_t body = pli_json_find(r->json, node, "a");
	if (body == 0 || r->nodes[body].type != PLI_JSON_OBJECT) {
		(void)pli_binance_wrong(r, node, "an account update with an object \"a\"");
		return;
	}
	r->time_ns = pli_binance_time(r, node, "T");
	plm_slice reason = pli_binance_text(r, body, "m");
	uint32_t balances = pli_binance_rows(r, body, "B");
	uint32_t positions = pli_binance_rows(r, body, "P");
	for (uint32_t row = pli_binance_row_first(r, balances); row != 0;
	     row = pli_binance_row_next(r, balances, row))
		update_balance(r, row);
	for (uint32_t row = pli_binance_row_first(r, positions); row != 0;
	     row = pli_binance_row_next(r, positions, row))
		update_position(r, row);
	if (plm_slice_is(reason, "FUNDING_FEE"))
		update_funding(r, balances, positions);
	else if (reason_moves_coins(reason))
		update_transfer(r, balances);
}

/* MARGIN_CALL: the legs at risk with their marks. It has no order among updates (no T). */
void
pli_binance_read_margin_call(binance_reader *r, uint32_t node)
{
	r->time_ns = pli_binance_time(r, node, "E");
	uint32_t rows = pli_binance_rows(r, node, "p");
	for (uint32_t row = pli_binance_row_first(r, rows); row != 0;
	     row = pli_binance_row_next(r, rows, row)) {
		plm_event event;
		plm_slice name;
		plm_position *position = update_position_begin(r, row, &event, &name);
		if (position == NULL)
			return;
		position->mark_price = pli_binance_price(r, row, "mp");
		position->maintenance_margin = pli_binance_decimal(r, row, "mm");
		pli_binance_emit(r, &event);
	}
}

/* BUY is above 0, SELL below. */
static plm_decimal
order_signed(binance_reader *r, uint32_t row, const char *side_key, plm_decimal quantity)
{
	plm_slice side = pli_binance_text(r, row, side_key);
	if (plm_slice_is(side, "SELL"))
		return plm_decimal_negate(quantity);
	if (!plm_slice_is(side, "BUY"))
		(void)pli_binance_wrong(r, row, "a side of BUY or SELL");
	return quantity;
}

/* What of an order still rests; a final state rests nothing. */
static plm_decimal
order_rest(binance_reader *r, plm_slice state, plm_decimal quantity, plm_decimal filled)
{
	plm_decimal rest = plm_decimal_zero();
	if (!plm_slice_is(state, "NEW") && !plm_slice_is(state, "PARTIALLY_FILLED"))
		return rest;
	if (plm_decimal_subtract(quantity, filled, &rest) != PLM_OK && r->err == PLM_OK)
		r->err = plm_fault_set(
		    r->fault, PLM_EDECODE, NULL, "an order's quantity is too large");
	return rest;
}

static uint64_t
order_hash(binance_reader *r, uint32_t row, const char *key, const plm_instrument *spec)
{
	uint32_t node = pli_json_find(r->json, row, key);
	plm_slice text = node == 0 ? (plm_slice){NULL, 0} : r->nodes[node].text;
	return pli_binance_hash(text, pli_binance_hash(plm_slice_of(spec->name), 0));
}

static void
order_emit_open(binance_reader *r, uint32_t order, const plm_instrument *spec)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_ORDER_OPEN, true);
	plm_order_open *open = &event.u.order_open;
	open->instrument = spec->id;
	open->unit = (uint8_t)pli_binance_unit(spec);
	open->order_hash = order_hash(r, order, "i", spec);
	open->price = pli_binance_price(r, order, "p");
	open->reduce_only = pli_binance_flag(r, order, "R");
	plm_decimal rest = order_rest(r, pli_binance_text(r, order, "X"),
	    pli_binance_decimal_must(r, order, "q"), pli_binance_decimal_must(r, order, "z"));
	open->quantity = order_signed(r, order, "S", rest);
	pli_binance_emit(r, &event);
}

/* A forced fill is told by the venue's own client order id. */
static uint8_t
order_forced(binance_reader *r, uint32_t order)
{
	plm_slice id = pli_binance_text(r, order, "c");
	if (id.size >= 3 && memcmp(id.bytes, "adl", 3) == 0)
		return 2;
	bool taken_over = id.size >= 9 && memcmp(id.bytes, "autoclose", 9) == 0;
	return taken_over || plm_slice_is(pli_binance_text(r, order, "o"), "LIQUIDATION");
}

static void
order_emit_fill(binance_reader *r, uint32_t order, const plm_instrument *spec)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_FILL, true);
	plm_fill *fill = &event.u.fill;
	fill->instrument = spec->id;
	fill->unit = (uint8_t)pli_binance_unit(spec);
	fill->trade_hash = order_hash(r, order, "t", spec);
	fill->quantity = order_signed(r, order, "S", pli_binance_decimal_must(r, order, "l"));
	fill->price = pli_binance_price(r, order, "L");
	fill->fee = pli_binance_decimal(r, order, "n");
	fill->realised_pnl = pli_binance_decimal(r, order, "rp");
	fill->side = (uint8_t)pli_binance_side(r, order, "ps");
	fill->liquidation = order_forced(r, order);
	if (plm_decimal_is_known(fill->fee) && pli_binance_has(r, order, "N"))
		fill->fee_asset = pli_binance_asset(r, order, "N");
	pli_binance_emit(r, &event);
}

/* ORDER_TRADE_UPDATE: what still rests, and the fill when there is one (l above 0). */
void
pli_binance_read_order_update(binance_reader *r, uint32_t node)
{
	uint32_t order = pli_json_find(r->json, node, "o");
	if (order == 0 || r->nodes[order].type != PLI_JSON_OBJECT) {
		(void)pli_binance_wrong(r, node, "an order update with an object \"o\"");
		return;
	}
	r->time_ns = pli_binance_time(r, node, "T");
	const plm_instrument *spec = pli_binance_instrument(r, order, "s");
	if (spec == NULL)
		return;
	plm_instrument copy = *spec;
	order_emit_open(r, order, &copy);
	if (plm_decimal_sign(pli_binance_decimal(r, order, "l")) > 0)
		order_emit_fill(r, order, &copy);
}

/* outboundAccountPosition: spot balances that changed. */
void
pli_binance_read_spot_update(binance_reader *r, uint32_t node)
{
	r->time_ns = pli_binance_time(r, node, "u");
	uint32_t rows = pli_binance_rows(r, node, "B");
	for (uint32_t row = pli_binance_row_first(r, rows); row != 0;
	     row = pli_binance_row_next(r, rows, row)) {
		plm_event event;
		pli_binance_begin(r, &event, PLM_EVENT_BALANCE, true);
		plm_balance *balance = &event.u.balance;
		balance->asset = pli_binance_asset(r, row, "a");
		balance->available = pli_binance_decimal_must(r, row, "f");
		plm_decimal locked = pli_binance_decimal_must(r, row, "l");
		if (plm_decimal_add(balance->available, locked, &balance->wallet) != PLM_OK &&
		    r->err == PLM_OK)
			(void)pli_binance_wrong(r, row, "a balance below 1.7e20");
		balance->equity = balance->collateral = balance->wallet;
		event.venue_sequence = update_sequence(r);
		pli_binance_emit(r, &event);
	}
}

/* balanceUpdate: a deposit, withdrawal or transfer, as a difference. */
void
pli_binance_read_balance_change(binance_reader *r, uint32_t node)
{
	plm_event event;
	r->time_ns = pli_binance_time(r, node, "T");
	pli_binance_begin(r, &event, PLM_EVENT_TRANSFER, true);
	event.u.transfer.asset = pli_binance_asset(r, node, "a");
	event.u.transfer.quantity = pli_binance_decimal_must(r, node, "d");
	uint32_t id = pli_json_find(r->json, node, "U");
	event.u.transfer.transfer_hash = pli_binance_hash(
	    id == 0 ? (plm_slice){NULL, 0} : r->nodes[id].text, update_sequence(r));
	pli_binance_emit(r, &event);
}

/* userTrades. Older fapi answers give a paid fee below 0, newer ones above: below is not told
 * apart from a rebate, so it stays unknown. */
void
pli_binance_read_trade(binance_reader *r, uint32_t row)
{
	const plm_instrument *spec = pli_binance_instrument(r, row, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_FILL, true);
	plm_fill *fill = &event.u.fill;
	fill->instrument = spec->id;
	fill->unit = (uint8_t)pli_binance_unit(spec);
	fill->trade_hash = order_hash(r, row, "id", spec);
	fill->quantity = order_signed(r, row, "side", pli_binance_decimal_must(r, row, "qty"));
	fill->price = pli_binance_price(r, row, "price");
	plm_decimal fee = pli_binance_decimal(r, row, "commission");
	fill->fee = plm_decimal_sign(fee) < 0 ? plm_decimal_unknown() : fee;
	fill->realised_pnl = pli_binance_decimal(r, row, "realizedPnl");
	fill->side = (uint8_t)pli_binance_side(r, row, "positionSide");
	event.venue_time_ns = pli_binance_time(r, row, "time");
	if (plm_decimal_is_known(fill->fee) && pli_binance_has(r, row, "commissionAsset"))
		fill->fee_asset = pli_binance_asset(r, row, "commissionAsset");
	pli_binance_emit(r, &event);
}

/* eapi userTrades: a paid fee is below 0. */
void
pli_binance_read_option_trade(binance_reader *r, uint32_t row)
{
	const plm_instrument *spec = pli_binance_instrument(r, row, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_FILL, true);
	plm_fill *fill = &event.u.fill;
	fill->instrument = spec->id;
	fill->fee_asset = spec->settle;
	fill->unit = (uint8_t)pli_binance_unit(spec);
	fill->trade_hash = order_hash(r, row, "tradeId", spec);
	fill->quantity = order_signed(r, row, "side", pli_binance_decimal_must(r, row, "quantity"));
	fill->price = pli_binance_price(r, row, "price");
	fill->fee = plm_decimal_negate(pli_binance_decimal(r, row, "fee"));
	fill->realised_pnl = pli_binance_decimal(r, row, "realizedProfit");
	event.venue_time_ns = pli_binance_time(r, row, "time");
	pli_binance_emit(r, &event);
}

/* openOrders and forceOrders. */
void
pli_binance_read_order(binance_reader *r, uint32_t row)
{
	const plm_instrument *spec = pli_binance_instrument(r, row, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_ORDER_OPEN, true);
	plm_order_open *open = &event.u.order_open;
	open->instrument = spec->id;
	open->unit = (uint8_t)pli_binance_unit(spec);
	open->order_hash = order_hash(r, row, "orderId", spec);
	open->price = pli_binance_price(r, row, "price");
	open->reduce_only = pli_binance_flag(r, row, "reduceOnly");
	plm_decimal rest = order_rest(r, pli_binance_text(r, row, "status"),
	    pli_binance_decimal_must(r, row, "origQty"),
	    pli_binance_decimal_must(r, row, "executedQty"));
	open->quantity = order_signed(r, row, "side", rest);
	event.venue_time_ns = pli_binance_time(r, row, "updateTime");
	pli_binance_emit(r, &event);
}
