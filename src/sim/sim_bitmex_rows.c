/* sim_bitmex_rows.c: BitMEX's numbers and rows. */
#include "sim/sim_bitmex_rows.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "sim/sim_number.h"

/* What each asset is called: as an underlying or quote, and as a currency of amounts. */
static const struct {
	const char *name, *currency;
	int places;
} assets[PLI_SIM_ASSETS] = {[PLI_SIM_BTC] = {"XBT", "XBt", 8},
    [PLI_SIM_ETH] = {"ETH", "Gwei", 9},
    [PLI_SIM_SOL] = {"SOL", "LAMp", 9},
    [PLI_SIM_XRP] = {"XRP", "XRPd", 6},
    [PLI_SIM_DOGE] = {"DOGE", "DOGe", 8},
    [PLI_SIM_USDT] = {"USDT", "USDt", 6},
    [PLI_SIM_USDC] = {"USDC", "USDc", 6},
    [PLI_SIM_USD] = {"USD", "USD", 2}};

/* Contracts a coin, of linear ones. */
static const char *const per_coin[PLI_SIM_COINS] = {"1000000", "1000", "10000", "100", "10"};

plm_decimal
pli_sim_bitmex_contract(const pli_sim_instrument *in)
{
	plm_decimal one = plm_decimal_from_int(1);
	return in->inverse ? one : pli_sim_divide(one, pli_sim_of(per_coin[in->coin]));
}

plm_decimal
pli_sim_bitmex_money(pli_sim_asset asset, plm_decimal amount)
{
	return pli_sim_round(amount, assets[asset].places);
}

/* A whole number of the smallest unit. */
static void
put_money(pli_json_writer *w, const char *key, pli_sim_asset asset, plm_decimal amount)
{
	plm_decimal units = pli_sim_bitmex_money(asset, amount);
	for (int i = 0; i < assets[asset].places; i++)
		units = pli_sim_multiply(units, plm_decimal_from_int(10));
	pli_sim_put_number(w, key, units);
}

static void
put_time(pli_json_writer *w, const char *key, plm_time_ns time_ns)
{
	pli_json_key(w, key);
	pli_json_put_time(w, time_ns / PLM_NS_PER_MS * PLM_NS_PER_MS);
}

static plm_decimal
row_contracts(const pli_sim_instrument *in, plm_decimal size)
{
	return pli_sim_divide(size, pli_sim_bitmex_contract(in));
}

/* Of a size at a price, in coins and in quote units; signed as the venue signs them. */
static plm_decimal
row_home(const pli_sim_instrument *in, plm_decimal size, plm_decimal price)
{
	bool known = plm_decimal_sign(price) > 0;
	if (!in->inverse)
		return size;
	return known ? pli_sim_round(pli_sim_divide(size, price), 8) : plm_decimal_zero();
}

static plm_decimal
row_foreign(const pli_sim_instrument *in, plm_decimal size, plm_decimal price)
{
	plm_decimal value = in->inverse ? size : pli_sim_round(pli_sim_multiply(size, price), 6);
	return plm_decimal_negate(value);
}

/* In the settle asset, >= 0. */
static plm_decimal
row_value(const pli_sim_instrument *in, plm_decimal size)
{
	plm_decimal value = in->inverse ? row_home(in, size, in->mark)
					: row_foreign(in, size, in->mark);
	return plm_decimal_abs(value);
}

static plm_decimal
row_profit(const pli_sim_position *p)
{
	if (pli_sim_is_zero(p->size))
		return plm_decimal_zero();
	return pli_sim_profit(p->instrument, p->size, p->entry, p->instrument->mark);
}

static plm_decimal
row_share(plm_decimal value, const char *part)
{
	return pli_sim_multiply(value, pli_sim_of(part));
}

static void
put_position_margins(pli_json_writer *w, const pli_sim_position *p)
{
	pli_sim_asset settle = p->instrument->settle;
	plm_decimal value = row_value(p->instrument, p->size);
	plm_decimal init = pli_sim_divide(value, plm_decimal_from_int(p->leverage));
	put_money(w, "posInit", settle, init);
	put_money(w, "posMaint", settle, row_share(value, "0.005"));
	put_money(w, "posMargin", settle, p->isolated ? p->isolated_wallet : init);
	put_money(w, "unrealisedPnl", settle, row_profit(p));
}

/* Prices that cannot be are told as they are; an entry of nothing is none. */
static void
put_position_prices(pli_json_writer *w, const pli_sim_position *p)
{
	if (pli_sim_is_zero(p->size))
		pli_sim_put_null(w, "avgEntryPrice");
	else
		pli_sim_put_number(w, "avgEntryPrice", p->entry);
	pli_sim_put_number(w, "markPrice", p->instrument->mark);
	pli_sim_put_null(w, "liquidationPrice");
}

void
pli_sim_bitmex_put_position(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p,
    plm_time_ns now_ns, bool whole)
{
	const pli_sim_instrument *in = p->instrument;
	pli_json_object_open(w);
	pli_sim_put_int(w, "account", a->user_id);
	pli_sim_put_text(w, "symbol", in->name);
	pli_sim_put_text(w, "currency", assets[in->settle].currency);
	if (whole) {
		pli_sim_put_text(w, "underlying", assets[in->coin].name);
		pli_sim_put_text(w, "quoteCurrency", assets[in->quote].name);
		pli_sim_put_int(w, "leverage", p->leverage);
		pli_sim_put_bool(w, "crossMargin", !p->isolated);
		pli_sim_put_int(w, "openOrderBuyQty", 0);
		pli_sim_put_int(w, "openOrderSellQty", 0);
	}
	pli_sim_put_number(w, "currentQty", row_contracts(in, p->size));
	pli_sim_put_bool(w, "isOpen", !pli_sim_is_zero(p->size));
	pli_sim_put_number(w, "homeNotional", row_home(in, p->size, in->mark));
	pli_sim_put_number(w, "foreignNotional", row_foreign(in, p->size, in->mark));
	put_position_margins(w, p);
	put_position_prices(w, p);
	put_time(w, "timestamp", now_ns);
	pli_json_object_close(w);
}

void
pli_sim_bitmex_margin_sums(
    const pli_sim_account *a, pli_sim_asset asset, plm_decimal *ret_profit, plm_decimal *ret_tied)
{
	*ret_profit = *ret_tied = plm_decimal_zero();
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		if (p->instrument->settle != asset || pli_sim_is_zero(p->size))
			continue;
		plm_decimal init = pli_sim_divide(
		    row_value(p->instrument, p->size), plm_decimal_from_int(p->leverage));
		*ret_profit = pli_sim_add(*ret_profit, row_profit(p));
		*ret_tied = pli_sim_add(*ret_tied, p->isolated ? p->isolated_wallet : init);
	}
}

void
pli_sim_bitmex_put_margin(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset,
    plm_time_ns now_ns, bool whole)
{
	plm_decimal profit, tied, cash = a->wallets[asset].cash;
	pli_sim_bitmex_margin_sums(a, asset, &profit, &tied);
	plm_decimal equity = pli_sim_add(cash, profit);
	pli_json_object_open(w);
	pli_sim_put_int(w, "account", a->user_id);
	pli_sim_put_text(w, "currency", assets[asset].currency);
	put_money(w, "walletBalance", asset, cash);
	put_money(w, "marginBalance", asset, equity);
	put_money(w, "unrealisedPnl", asset, profit);
	put_money(w, "maintMargin", asset, tied);
	put_money(w, "availableMargin", asset, pli_sim_subtract(equity, tied));
	put_money(w, "excessMargin", asset, pli_sim_subtract(equity, tied));
	if (whole) {
		pli_sim_put_int(w, "initMargin", 0);
		pli_sim_put_int(w, "riskLimit", 0);
	}
	put_time(w, "timestamp", now_ns);
	pli_json_object_close(w);
}

/* What a contract is; multiplier is of the settle currency's smallest unit. */
static void
put_listing(pli_json_writer *w, const pli_sim_instrument *in)
{
	static const plm_decimal one = {PLM_DECIMAL_ONE_UNITS};
	pli_sim_put_text(w, "rootSymbol", assets[in->coin].name);
	pli_sim_put_text(w, "typ", in->expiry_ns == 0 ? "FFWCSX" : "FFCCSX");
	put_time(w, "listing", in->created_ns);
	if (in->expiry_ns == 0)
		pli_sim_put_null(w, "expiry");
	else
		put_time(w, "expiry", in->expiry_ns);
	pli_sim_put_text(w, "underlying", assets[in->coin].name);
	pli_sim_put_text(w, "quoteCurrency", assets[in->quote].name);
	pli_sim_put_text(w, "settlCurrency", assets[in->settle].currency);
	pli_sim_put_number(w, "lotSize", row_contracts(in, in->lot));
	pli_sim_put_number(w, "tickSize", in->tick);
	pli_sim_put_bool(w, "isQuanto", false);
	pli_sim_put_bool(w, "isInverse", in->inverse);
	if (in->inverse) {
		pli_sim_put_int(w, "multiplier", -100000000);
		pli_sim_put_int(w, "underlyingToSettleMultiplier", -100000000);
		return;
	}
	put_money(w, "multiplier", in->settle, pli_sim_bitmex_contract(in));
	put_money(w, "quoteToSettleMultiplier", in->settle, one);
	pli_sim_put_number(w, "underlyingToPositionMultiplier", row_contracts(in, one));
}

void
pli_sim_bitmex_put_instrument(
    pli_json_writer *w, const pli_sim_instrument *in, plm_time_ns now_ns, bool whole)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", in->name);
	if (whole || in->expired)
		pli_sim_put_text(w, "state", in->expired ? "Settled" : "Open");
	if (whole)
		put_listing(w, in);
	pli_sim_put_number(w, "markPrice", in->mark);
	pli_sim_put_number(w, "indicativeSettlePrice", in->index);
	if (in->expiry_ns == 0)
		pli_sim_put_number(w, "fundingRate", in->funding_rate);
	put_time(w, "timestamp", now_ns);
	pli_json_object_close(w);
}

static void
put_execution(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p,
    const char *type, uint64_t id)
{
	char text[48];
	const pli_sim_instrument *in = p->instrument;
	(void)snprintf(text, sizeof text, "00000000-0000-0000-0000-%012" PRIx64, id);
	pli_sim_put_text(w, "execID", text);
	pli_sim_put_text(w, "orderID", text);
	pli_sim_put_int(w, "account", a->user_id);
	pli_sim_put_text(w, "symbol", in->name);
	pli_sim_put_text(w, "currency", assets[in->quote].name);
	pli_sim_put_text(w, "settlCurrency", assets[in->settle].currency);
	pli_sim_put_text(w, "execType", type);
	pli_sim_put_text(w, "ordStatus", "Filled");
}

void
pli_sim_bitmex_put_fill(
    pli_json_writer *w, const pli_sim_account *a, const pli_sim_fill *fill, plm_time_ns now_ns)
{
	const pli_sim_instrument *in = fill->position->instrument;
	plm_decimal size = fill->buy ? fill->quantity : plm_decimal_negate(fill->quantity);
	pli_json_object_open(w);
	put_execution(w, a, fill->position, fill->forced ? "Liquidation" : "Trade", fill->trade_id);
	pli_sim_put_text(w, "side", fill->buy ? "Buy" : "Sell");
	pli_sim_put_number(w, "lastQty", row_contracts(in, fill->quantity));
	pli_sim_put_number(w, "lastPx", fill->price);
	put_money(w, "execComm", in->settle, fill->fee);
	pli_sim_put_number(w, "homeNotional", row_home(in, size, fill->price));
	pli_sim_put_number(w, "foreignNotional", row_foreign(in, size, fill->price));
	put_time(w, "timestamp", now_ns);
	pli_json_object_close(w);
}

void
pli_sim_bitmex_put_funding(
    pli_json_writer *w, const pli_sim_account *a, const pli_sim_news *news, plm_time_ns now_ns)
{
	const pli_sim_position *p = news->position;
	const pli_sim_instrument *in = p->instrument;
	pli_json_object_open(w);
	put_execution(w, a, p, "Funding", (uint64_t)now_ns);
	pli_sim_put_text(w, "side", "");
	pli_sim_put_number(w, "lastQty", row_contracts(in, plm_decimal_abs(p->size)));
	pli_sim_put_number(w, "lastPx", in->mark);
	pli_sim_put_number(w, "commission", in->funding_rate);
	put_money(w, "execComm", in->settle, plm_decimal_negate(news->amount));
	put_time(w, "timestamp", now_ns);
	pli_json_object_close(w);
}

static const char *
move_status(const pli_sim_transfer *transfer)
{
	if (transfer == NULL || !transfer->refused)
		return "Completed";
	return transfer->state == PLI_SIM_TRANSFER_FLIES ? "Pending" : "Canceled";
}

static const char *
move_type(const pli_sim_move *move, const pli_sim_transfer *transfer)
{
	if (transfer == NULL && move->id % 2 == 0)
		return "Transfer";
	return plm_decimal_sign(move->amount) > 0 ? "Deposit" : "Withdrawal";
}

void
pli_sim_bitmex_put_move(pli_json_writer *w, const pli_sim_account *a, const pli_sim_move *move,
    const pli_sim_transfer *transfer)
{
	char text[72];
	bool left = plm_decimal_sign(move->amount) < 0;
	bool over = transfer != NULL && left && transfer->state == PLI_SIM_TRANSFER_RETURNED;
	plm_decimal fee = plm_decimal_zero();
	if (transfer != NULL && transfer->refused && !left)
		return;
	if (transfer != NULL && left)
		fee = pli_sim_subtract(transfer->sent, transfer->got);
	(void)snprintf(text, sizeof text, "00000000-0000-0000-0001-%012" PRIx64, move->id);
	pli_json_object_open(w);
	pli_sim_put_text(w, "transactID", text);
	pli_sim_put_int(w, "account", a->user_id);
	pli_sim_put_text(w, "currency", assets[move->asset].currency);
	pli_sim_put_text(w, "network", "");
	pli_sim_put_text(w, "transactType", move_type(move, transfer));
	put_money(w, "amount", move->asset, move->amount);
	put_money(w, "fee", move->asset, fee);
	pli_sim_put_text(w, "transactStatus", move_status(transfer));
	pli_sim_put_text(w, "address", "");
	pli_sim_put_text(w, "tx", transfer == NULL ? "" : pli_sim_move_chain(move, text));
	pli_sim_put_text(w, "text", "");
	put_time(w, "transactTime", move->time_ns);
	put_money(w, "walletBalance", move->asset, a->wallets[move->asset].cash);
	pli_sim_put_null(w, "marginBalance");
	put_time(w, "timestamp", over ? transfer->over_ns : move->time_ns);
	pli_json_object_close(w);
}

void
pli_sim_bitmex_put_assets(pli_json_writer *w)
{
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++) {
		pli_json_object_open(w);
		pli_sim_put_text(w, "asset", assets[i].name);
		pli_sim_put_text(w, "currency", assets[i].currency);
		pli_sim_put_text(w, "majorCurrency", assets[i].name);
		pli_sim_put_text(w, "currencyType", "Crypto");
		pli_sim_put_int(w, "scale", assets[i].places);
		pli_sim_put_bool(w, "isMarginCurrency", i == PLI_SIM_BTC || i == PLI_SIM_USDT);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}
