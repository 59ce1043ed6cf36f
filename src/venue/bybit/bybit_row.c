/* bybit_row.c: one row of each noun of an account. A member that is absent or "" is unknown. */
#include "venue/bybit/bybit_internal.h"

#include "venue/venue_events.h"

/* Sums of amounts of 8 places each may differ by a few of the last. */
#define ROUNDING_UNITS (5 * (PLM_DECIMAL_ONE_UNITS / 100000000))

void
pli_bybit_begin(bybit_reader *r, plm_event *event, plm_event_type type, bool of_account)
{
	plm_event_init(event, type);
	event->flags = r->flags;
	event->venue_time_ns = r->time_ns;
	if (of_account)
		event->account = r->cfg->account;
}

void
pli_bybit_emit(bybit_reader *r, const plm_event *event)
{
	if (r->row.err != PLM_OK || r->dry)
		return;
	if (event->type == PLM_EVENT_BALANCE || event->type == PLM_EVENT_POSITION)
		r->rows_count++;
	r->row.err = r->events->emit(r->events->ctx, event);
	if (r->observe != NULL && r->row.err == PLM_OK)
		r->observe(r->observe_ctx, event);
}

static uint64_t
row_sequence(bybit_reader *r, plm_time_ns time_ns, uint32_t copy)
{
	uint64_t sequence = pli_update_sequence(time_ns, copy);
	return sequence < r->sequence_min ? r->sequence_min : sequence;
}

/* Buy is above 0, Sell below; "" and None only beside 0. */
static plm_decimal
row_signed(bybit_reader *r, const char *key, plm_decimal amount)
{
	plm_slice side = pli_row_string(&r->row, key);
	if (plm_slice_is(side, "Sell") && !pli_mutant(BYBIT_SHORT_UNSIGNED))
		return plm_decimal_negate(amount);
	bool none = side.size == 0 || plm_slice_is(side, "None");
	if (!plm_slice_is(side, "Buy") && !plm_slice_is(side, "Sell") &&
	    !(none && plm_decimal_sign(amount) == 0))
		pli_row_fail(&r->row, key, "a side of Buy or Sell");
	return amount;
}

static plm_decimal
row_amount(bybit_reader *r, const char *key)
{
	plm_decimal amount = pli_row_number(&r->row, key);
	if (plm_decimal_sign(amount) < 0)
		pli_row_fail(&r->row, key, "an amount of 0 or above: the sign is in \"side\"");
	return amount;
}

/* positionIdx: 0 one-way, 1 the long leg of hedge mode, 2 the short one. */
static plm_side
row_leg(bybit_reader *r, plm_decimal quantity)
{
	plm_slice index = pli_row_text(&r->row, "positionIdx");
	int sign = plm_decimal_sign(quantity);
	if (index.size == 0 || plm_slice_is(index, "0"))
		return PLM_SIDE_NET;
	bool is_long = plm_slice_is(index, "1");
	if (!is_long && !plm_slice_is(index, "2"))
		pli_row_fail(&r->row, "positionIdx", "0, 1 or 2");
	else if (is_long ? sign < 0 : sign > 0)
		pli_row_fail(
		    &r->row, "side", is_long ? "Buy on the long leg" : "Sell on the short leg");
	return is_long ? PLM_SIDE_LONG : PLM_SIDE_SHORT;
}

/* Contracts in USDC settle their P&L into the wallet every 8 hours: what is unrealised counts from
 * the price of the last settlement. */
static plm_decimal
row_entry(bybit_reader *r)
{
	plm_decimal session = pli_row_above_zero(&r->row, "sessionAvgPrice");
	const char *key = pli_row_has(&r->row, "avgPrice") ? "avgPrice" : "entryPrice";
	plm_decimal average = pli_row_price_or_none(&r->row, key);
	return plm_decimal_is_known(session) ? session : average;
}

/* tradeMode 1 is isolated; a unified account always says 0, and its own mode decides. */
static uint8_t
row_margin_mode(bybit_reader *r)
{
	if (plm_slice_is(pli_row_text(&r->row, "tradeMode"), "1"))
		return PLM_MARGIN_ISOLATED;
	return r->pool_mode == PLM_MARGIN_NONE ? (uint8_t)PLM_MARGIN_CROSS : r->pool_mode;
}

static void
row_count_leg(bybit_reader *r, const plm_instrument *spec, const plm_position *position)
{
	if (plm_decimal_sign(position->quantity) == 0)
		return;
	uint64_t seed = (uint64_t)position->quantity.units ^
			(uint64_t)(position->quantity.units >> 64) ^ position->side;
	r->legs_digest ^= pli_bybit_hash(plm_slice_of(spec->name), seed);
}

void
pli_bybit_position(bybit_reader *r)
{
	const plm_instrument *spec = pli_bybit_instrument(r, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_POSITION, true);
	plm_position *position = &event.u.position;
	position->instrument = spec->id;
	position->unit = (uint8_t)pli_bybit_unit(r, spec);
	position->quantity = row_signed(r, "side", row_amount(r, "size"));
	position->side = (uint8_t)row_leg(r, position->quantity);
	position->entry_price = row_entry(r);
	position->mark_price = spec->kind == PLM_KIND_OPTION
				   ? pli_row_from_zero(&r->row, "markPrice")
				   : pli_row_above_zero(&r->row, "markPrice");
	position->liquidation_price = pli_row_above_zero(&r->row, "liqPrice");
	position->unrealised_pnl = pli_row_decimal(&r->row, "unrealisedPnl");
	position->leverage = pli_row_above_zero(&r->row, "leverage");
	position->adl_rank = pli_row_rank(&r->row, "adlRankIndicator", 1);
	position->initial_margin = pli_row_decimal(&r->row, "positionIM");
	position->maintenance_margin = pli_row_decimal(&r->row, "positionMM");
	position->margin_mode = row_margin_mode(r);
	if (position->margin_mode == PLM_MARGIN_ISOLATED)
		position->isolated_margin = pli_row_decimal(&r->row, "positionBalance");
	plm_time_ns updated_ns = pli_row_time(&r->row, "updatedTime", r->time_ns);
	event.venue_sequence = row_sequence(
	    r, updated_ns, r->of_stream ? r->copy : (uint32_t)PLI_UPDATE_LAST);
	if (r->row.err == PLM_OK)
		row_count_leg(r, spec, position);
	pli_bybit_emit(r, &event);
}

/* Of a unified account a coin backs the one pool unless its switch is off; of others, each coin of
 * the derivatives wallet is a pool of its own. */
static uint8_t
coin_margin_mode(bybit_reader *r, plm_slice account_type)
{
	if (plm_slice_is(account_type, "CONTRACT"))
		return PLM_MARGIN_SEGREGATED;
	if (account_type.size != 0 && !plm_slice_is(account_type, "UNIFIED"))
		return PLM_MARGIN_NONE;
	bool off = pli_row_has(&r->row, "collateralSwitch") &&
		   !(pli_row_bool(&r->row, "collateralSwitch") &&
		       pli_row_bool(&r->row, "marginCollateral"));
	return off ? PLM_MARGIN_NONE : PLM_MARGIN_CROSS;
}

/* equity = walletBalance - spotBorrow + unrealisedPnl + value of options. With options the stated
 * P&L may count theirs too: it is kept only where the sum leaves no room for them. */
static void
coin_profit(bybit_reader *r, plm_balance *balance)
{
	plm_decimal stated = pli_row_decimal(&r->row, "unrealisedPnl");
	plm_decimal sum = pli_row_add(&r->row, balance->wallet, stated);
	plm_decimal left = pli_row_add(&r->row, balance->equity, plm_decimal_negate(sum));
	if (plm_decimal_is_known(left) && plm_decimal_abs(left).units <= ROUNDING_UNITS)
		balance->unrealised_pnl = stated;
}

/* What the venue counts of each coin; a session hears of those that it holds. */
void
pli_bybit_collateral(bybit_reader *r)
{
	static const pli_collateral_members members = {
	    "currency", "collateralRatioList", "minQty", "collateralRatio", NULL, NULL};
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_COLLATERAL, true);
	pli_collateral_read(
	    &r->row, &members, r->cfg->names, r->collateral, &event, r->dry ? NULL : r->events);
}

/* spotBorrow is absent where walletBalance has it subtracted already. */
static void
read_coin(bybit_reader *r, plm_slice account_type, plm_time_ns time_ns)
{
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_BALANCE, true);
	plm_balance *balance = &event.u.balance;
	balance->asset = pli_name_asset(&r->row, "coin", r->cfg);
	balance->wallet = pli_row_number(&r->row, "walletBalance");
	plm_decimal lent = pli_row_decimal(&r->row, "spotBorrow");
	if (plm_decimal_is_known(lent))
		balance->wallet = pli_row_add(&r->row, balance->wallet, plm_decimal_negate(lent));
	balance->borrowed = pli_row_decimal(&r->row, "borrowAmount");
	balance->equity = pli_row_decimal(&r->row, "equity");
	if (pli_row_has(&r->row, "free"))
		balance->available = pli_row_decimal(&r->row, "free");
	else
		balance->available = pli_row_decimal(&r->row, "availableToWithdraw");
	coin_profit(r, balance);
	balance->margin_mode = coin_margin_mode(r, account_type);
	if (balance->margin_mode == PLM_MARGIN_NONE && !plm_decimal_is_known(balance->equity))
		balance->equity = balance->wallet; /* a wallet without derivatives */
	event.venue_sequence = row_sequence(r, time_ns, r->copy);
	pli_bybit_emit(r, &event);
}

/* Totals count USD, haircuts taken off but for an account by portfolio; an isolated or classic
 * account has none. */
static void
read_totals(bybit_reader *r)
{
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_VENUE_MARGIN, true);
	plm_venue_margin *margin = &event.u.venue_margin;
	margin->margin_mode = PLM_MARGIN_CROSS;
	margin->is_portfolio = r->is_portfolio;
	margin->equity = pli_row_decimal(&r->row, "totalMarginBalance");
	plm_decimal at_market = pli_row_decimal(&r->row, "totalEquity");
	if (r->is_portfolio && plm_decimal_is_known(at_market)) /* its rates are over that */
		margin->equity = at_market;
	margin->initial_margin = pli_row_decimal(&r->row, "totalInitialMargin");
	margin->maintenance_margin = pli_row_decimal(&r->row, "totalMaintenanceMargin");
	margin->available = pli_row_decimal(&r->row, "totalAvailableBalance");
	margin->ratio = pli_row_decimal(&r->row, "accountMMRate");
	if (!plm_decimal_is_known(margin->equity))
		return;
	margin->asset = pli_name_asset_of(&r->row, r->cfg, PLM_SLICE("USD"));
	pli_bybit_emit(r, &event);
}

void
pli_bybit_wallet(bybit_reader *r)
{
	uint32_t account = r->row.node, coins = pli_row_list(&r->row, "coin");
	plm_slice type = pli_row_string(&r->row, "accountType");
	/* An answer does not say when its rows were true; a message of the stream does. */
	plm_time_ns time_ns = r->of_stream ? r->time_ns : 0;
	if (coins == PLI_NO_LIST)
		pli_row_fail(&r->row, NULL, "an account with a list \"coin\"");
	for (uint32_t coin = pli_row_child(&r->row, coins, 0); coin != 0;
	     coin = pli_row_child(&r->row, coins, coin)) {
		r->row.node = coin;
		read_coin(r, type, time_ns);
		r->row.node = account;
	}
	if (r->row.err == PLM_OK)
		read_totals(r);
}

static uint64_t
row_hash(bybit_reader *r, const char *key, const plm_instrument *spec)
{
	plm_slice text = pli_row_text(&r->row, key);
	return pli_bybit_hash(text, pli_bybit_hash(plm_slice_of(spec->name), 0));
}

/* A funding payment comes as an execution; its fee is what was paid. */
static void
execution_funding(bybit_reader *r, const plm_instrument *spec)
{
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_FUNDING, true);
	event.venue_time_ns = pli_row_time(&r->row, "execTime", r->time_ns);
	event.venue_sequence = pli_update_sequence(event.venue_time_ns, r->copy);
	event.u.funding.instrument = spec->id;
	event.u.funding.asset = spec->settle;
	event.u.funding.rate = pli_row_double(&r->row, "feeRate");
	event.u.funding.amount = plm_decimal_negate(pli_row_number(&r->row, "execFee"));
	pli_bybit_emit(r, &event);
}

/* A fee is above 0 when paid; in the settle asset unless the row names another. Of a spot pair the
 * asset is the base or the quote, by rules that the row does not tell. */
static void
execution_fill(bybit_reader *r, const plm_instrument *spec, plm_slice type)
{
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_FILL, true);
	event.venue_time_ns = pli_row_time(&r->row, "execTime", r->time_ns);
	plm_fill *fill = &event.u.fill;
	fill->instrument = spec->id;
	fill->unit = (uint8_t)pli_bybit_unit(r, spec);
	fill->trade_hash = row_hash(r, "execId", spec);
	fill->quantity = row_signed(r, "side", row_amount(r, "execQty"));
	fill->price = pli_row_price_or_none(&r->row, "execPrice");
	fill->realised_pnl = pli_row_decimal(&r->row, "execPnl");
	fill->fee = pli_row_decimal(&r->row, "execFee");
	if (pli_row_string(&r->row, "feeCurrency").size != 0)
		fill->fee_asset = pli_name_asset(&r->row, "feeCurrency", r->cfg);
	else if (spec->kind != PLM_KIND_SPOT)
		fill->fee_asset = spec->settle;
	if (plm_slice_is(type, "BustTrade"))
		fill->liquidation = 1;
	else if (plm_slice_is(type, "AdlTrade"))
		fill->liquidation = 2;
	pli_bybit_emit(r, &event);
}

void
pli_bybit_execution(bybit_reader *r)
{
	const plm_instrument *spec = pli_bybit_instrument(r, "symbol");
	plm_slice type = pli_row_string(&r->row, "execType");
	if (spec == NULL)
		return;
	if (plm_slice_is(type, "Funding"))
		execution_funding(r, spec);
	else
		execution_fill(r, spec, type);
}

/* What still rests; an order that waits for its trigger does not rest yet. */
void
pli_bybit_order(bybit_reader *r)
{
	const plm_instrument *spec = pli_bybit_instrument(r, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_ORDER_OPEN, true);
	plm_order_open *open = &event.u.order_open;
	open->instrument = spec->id;
	open->unit = (uint8_t)pli_bybit_unit(r, spec);
	open->order_hash = row_hash(r, "orderId", spec);
	open->price = pli_row_price_or_none(&r->row, "price");
	open->reduce_only = pli_row_bool(&r->row, "reduceOnly");
	plm_slice status = pli_row_string(&r->row, "orderStatus");
	bool rests = plm_slice_is(status, "New") || plm_slice_is(status, "PartiallyFilled");
	plm_decimal rest = rests ? row_amount(r, "leavesQty") : plm_decimal_zero();
	open->quantity = row_signed(r, "side", rest);
	event.venue_time_ns = pli_row_time(&r->row, "updatedTime", r->time_ns);
	pli_bybit_emit(r, &event);
}

/* An answer of REST, or one of a stream to a command. */
void
pli_bybit_error(bybit_reader *r)
{
	bool rest = pli_row_has(&r->row, "retMsg");
	int64_t code = 0;
	plm_event event;
	pli_bybit_begin(r, &event, PLM_EVENT_VENUE_ERROR, true);
	uint32_t node = pli_row_find(&r->row, "retCode");
	if (r->row.err == PLM_OK && node != 0)
		r->row.err = pli_json_int(r->row.json, node, &code, r->row.fault);
	pli_venue_error_set(&event, code, pli_row_string(&r->row, rest ? "retMsg" : "ret_msg"));
	pli_bybit_emit(r, &event);
}

/* Of the unified account's log: what was transferred into its wallet, or out of it. The venue's own
 * example has one id on two rows: the time is part of the name. */
void
pli_bybit_log(bybit_reader *r)
{
	plm_event event;
	if (!pli_row_is(&r->row, "type", "TRANSFER_IN") &&
	    !pli_row_is(&r->row, "type", "TRANSFER_OUT"))
		return;
	pli_bybit_begin(r, &event, PLM_EVENT_TRANSFER, true);
	event.venue_time_ns = pli_row_time(&r->row, "transactionTime", 0);
	if (event.venue_time_ns <= 0)
		pli_row_fail(&r->row, "transactionTime", "a movement with its time");
	if (pli_row_text(&r->row, "id").size == 0)
		pli_row_fail(&r->row, "id", "a movement with its id");
	plm_transfer *transfer = &event.u.transfer;
	transfer->kind = PLM_TRANSFER_INTERNAL;
	transfer->transfer_hash = pli_row_identifier(&r->row, "id") ^ (uint64_t)event.venue_time_ns;
	transfer->quantity = pli_row_number(&r->row, "change");
	plm_slice currency = pli_row_name(&r->row, "currency");
	if (r->row.err != PLM_OK || r->dry || plm_decimal_sign(transfer->quantity) == 0)
		return;
	transfer->asset = plm_names_asset(r->cfg->names, currency);
	if (transfer->asset.value != 0)
		pli_bybit_emit(r, &event);
}
