/* sim_binance_account.c: the simulated Binance's account, position and balance payloads. */
#include <assert.h>
#include <string.h>

#include "sim/sim_binance_parts.h"
#include "sim/sim_call.h"
#include "sim/sim_number.h"

pli_sim_usdm_cut
pli_sim_usdm_begin_snapshot(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	call->torn = pli_sim_wire_take(b->wire, PLI_SIM_FAULT_TORN);
	return (pli_sim_usdm_cut){.half = pli_sim_wire_take(b->wire, PLI_SIM_FAULT_PARTIAL),
	    .empty = pli_sim_wire_take(b->wire, PLI_SIM_FAULT_EMPTY)};
}

bool
pli_sim_usdm_let_out(pli_sim_usdm_cut *cut)
{
	return !cut->empty && !(cut->half && cut->seen++ % 2 == 1);
}

const char *
pli_sim_usdm_side(pli_sim_side side)
{
	static const char *const names[] = {"BOTH", "LONG", "SHORT"};
	assert(side <= PLI_SIM_SHORT);
	return names[side];
}

static int
account_places(plm_decimal step)
{
	int places = 0;
	while (places < 18 && pli_sim_round(step, places).units != step.units)
		places++;
	return places;
}

void
pli_sim_usdm_put_size(pli_json_writer *w, const char *key, const pli_sim_position *p)
{
	const pli_sim_instrument *in = p->instrument;
	pli_sim_put_fixed(
	    w, key, pli_sim_usdm_amount(in, p->size), in->inverse ? 0 : account_places(in->lot));
}

void
pli_sim_usdm_put_price(pli_json_writer *w, const char *key, plm_decimal price)
{
	if (pli_sim_is_zero(price))
		pli_sim_put_text(w, key, "0.0");
	else
		pli_sim_put_plain(w, key, price);
}

void
pli_sim_usdm_put_cap(pli_json_writer *w, const char *key, const pli_sim_position *p)
{
	pli_sim_bracket rows[PLI_SIM_BRACKETS_MAX];
	uint32_t count = pli_sim_brackets(p->instrument, rows);
	uint32_t i = 0;
	while (i + 1 < count && rows[i + 1].leverage_max >= p->leverage)
		i++;
	pli_sim_put_plain(w, key, rows[i].cap);
}

void
pli_sim_usdm_leverage_bracket(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_market *m = &b->world->market;
	plm_slice symbol = pli_sim_param(call->in, "symbol");
	pli_json_writer *w = &b->body;
	pli_json_array_open(w);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		if (in->venue != call->market ||
		    (symbol.size > 0 && !plm_slice_is(symbol, in->name)))
			continue;
		pli_sim_bracket rows[PLI_SIM_BRACKETS_MAX];
		uint32_t count = pli_sim_brackets(in, rows);
		pli_json_object_open(w);
		pli_sim_put_text(w, "symbol", in->name);
		bool pooled = call->account->venue == PLI_SIM_BINANCE_PM;
		if (!in->inverse || !pooled)
			pli_sim_put_number(w, "notionalCoef", plm_decimal_from_int(1));
		const char *floor = !in->inverse ? "notionalFloor"
				    : pooled     ? "qtyFloor"
						 : "qtylFloor";
		pli_json_key(w, "brackets");
		pli_json_array_open(w);
		for (uint32_t k = 0; k < count; k++) {
			pli_json_object_open(w);
			pli_sim_put_int(w, "bracket", k + 1);
			pli_sim_put_int(w, "initialLeverage", rows[k].leverage_max);
			pli_sim_put_number(w, in->inverse ? "qtyCap" : "notionalCap", rows[k].cap);
			pli_sim_put_number(w, floor, rows[k].floor);
			pli_sim_put_number(w, "maintMarginRatio", rows[k].rate);
			pli_sim_put_number(w, "cum", rows[k].cum);
			pli_json_object_close(w);
		}
		pli_json_array_close(w);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

void
pli_sim_usdm_position_mode(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_object_open(&b->body);
	pli_sim_put_bool(&b->body, "dualSidePosition", call->account->hedge);
	pli_json_object_close(&b->body);
}

void
pli_sim_usdm_assets_mode(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_object_open(&b->body);
	pli_sim_put_bool(&b->body, "multiAssetsMargin", call->account->multi_assets);
	pli_json_object_close(&b->body);
}

static void
account_put_risk_head(pli_json_writer *w, const pli_sim_position *p, const pli_sim_usdm_row *row)
{
	pli_sim_put_text(w, "symbol", p->instrument->name);
	pli_sim_put_text(w, "positionSide", pli_sim_usdm_side(p->side));
	pli_sim_usdm_put_size(w, "positionAmt", p);
	pli_sim_usdm_put_price(w, "entryPrice", p->entry);
	pli_sim_usdm_put_price(w, "breakEvenPrice", row->break_even);
	pli_sim_put_fixed(w, "markPrice", p->instrument->mark, 8);
	pli_sim_put_fixed(w, "unRealizedProfit", row->profit, 8);
	pli_sim_put_plain(w, "liquidationPrice", row->liquidation);
	pli_sim_put_fixed(w, "isolatedMargin", row->isolated_margin, 8);
	pli_sim_put_fixed(w, "notional", row->notional, 8);
	pli_sim_put_plain(w, "isolatedWallet", p->isolated_wallet);
}

void
pli_sim_usdm_position_risk_v3(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_account *a = call->account;
	plm_slice symbol = pli_sim_param(call->in, "symbol");
	pli_json_writer *w = &b->body;
	pli_sim_usdm_cut cut = pli_sim_usdm_begin_snapshot(b, call);
	pli_json_array_open(w);
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		bool other = symbol.size > 0 && !plm_slice_is(symbol, p->instrument->name);
		if (pli_sim_is_zero(p->size) || other || !pli_sim_usdm_let_out(&cut))
			continue;
		pli_sim_usdm_row row;
		pli_sim_usdm_position(a, p, &row);
		pli_json_object_open(w);
		account_put_risk_head(w, p, &row);
		pli_sim_put_text(w, "marginAsset", pli_sim_asset_name(p->instrument->settle));
		pli_sim_put_fixed(w, "initialMargin", row.initial, 8);
		pli_sim_put_fixed(w, "maintMargin", row.maintenance, 8);
		pli_sim_put_fixed(w, "positionInitialMargin", row.initial, 8);
		pli_sim_put_text(w, "openOrderInitialMargin", "0");
		pli_sim_put_int(w, "adl", 1);
		pli_sim_put_text(w, "bidNotional", "0");
		pli_sim_put_text(w, "askNotional", "0");
		pli_sim_put_int(w, "updateTime", p->updated_ns / PLM_NS_PER_MS);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

void
pli_sim_usdm_each(pli_sim_binance *b, pli_sim_usdm_call *call,
    void (*put)(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p))
{
	const pli_sim_market *m = &b->world->market;
	const pli_sim_account *a = call->account;
	plm_slice symbol = pli_sim_param(call->in, "symbol");
	pli_sim_usdm_cut cut = pli_sim_usdm_begin_snapshot(b, call);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		bool other = symbol.size > 0 && !plm_slice_is(symbol, in->name);
		if (in->venue != call->market || other)
			continue;
		for (int side = PLI_SIM_NET; side <= (a->hedge ? PLI_SIM_SHORT : PLI_SIM_NET);
		     side++) {
			pli_sim_position none = {.instrument = in, .side = (pli_sim_side)side};
			const pli_sim_position *p = &none;
			none.leverage = 20;
			for (uint32_t k = 0; k < a->positions_count; k++)
				if (a->positions[k].instrument == in &&
				    a->positions[k].side == none.side)
					p = &a->positions[k];
			if (pli_sim_usdm_let_out(&cut))
				put(&b->body, a, p);
		}
	}
}

static void
account_put_risk_v2(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	pli_sim_usdm_row row;
	pli_sim_usdm_position(a, p, &row);
	pli_json_object_open(w);
	account_put_risk_head(w, p, &row);
	pli_json_key(w, "leverage");
	pli_json_put_decimal_text(w, plm_decimal_from_int(p->leverage));
	pli_sim_usdm_put_cap(w, "maxNotionalValue", p);
	pli_sim_put_text(w, "marginType", p->isolated ? "isolated" : "cross");
	pli_sim_put_text(w, "isAutoAddMargin", "false");
	pli_sim_put_int(w, "updateTime", p->updated_ns / PLM_NS_PER_MS);
	pli_json_object_close(w);
}

void
pli_sim_usdm_position_risk_v2(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_array_open(&b->body);
	pli_sim_usdm_each(b, call, account_put_risk_v2);
	pli_json_array_close(&b->body);
}

static void
account_put_totals(pli_json_writer *w, const pli_sim_usdm_sums *t)
{
	pli_sim_put_fixed(w, "totalInitialMargin", t->initial, 8);
	pli_sim_put_fixed(w, "totalMaintMargin", t->maintenance, 8);
	pli_sim_put_fixed(w, "totalWalletBalance", t->wallet, 8);
	pli_sim_put_fixed(w, "totalUnrealizedProfit", t->profit, 8);
	pli_sim_put_fixed(w, "totalMarginBalance", t->margin_balance, 8);
	pli_sim_put_fixed(w, "totalPositionInitialMargin", t->initial, 8);
	pli_sim_put_text(w, "totalOpenOrderInitialMargin", "0.00000000");
	pli_sim_put_fixed(w, "totalCrossWalletBalance", t->cross_wallet, 8);
	pli_sim_put_fixed(w, "totalCrossUnPnl", t->cross_profit, 8);
	pli_sim_put_fixed(w, "availableBalance", t->available, 8);
	pli_sim_put_fixed(w, "maxWithdrawAmount", t->available, 8);
}

void
pli_sim_usdm_put_assets(pli_json_writer *w, const pli_sim_account *a, bool v2)
{
	pli_json_key(w, "assets");
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++) {
		if (!a->wallets[i].used)
			continue;
		pli_sim_usdm_sums s;
		pli_sim_usdm_asset(a, (pli_sim_asset)i, &s);
		pli_json_object_open(w);
		pli_sim_put_text(w, "asset", pli_sim_asset_name((pli_sim_asset)i));
		pli_sim_put_fixed(w, "walletBalance", s.wallet, 8);
		pli_sim_put_fixed(w, "unrealizedProfit", s.profit, 8);
		pli_sim_put_fixed(w, "marginBalance", s.margin_balance, 8);
		pli_sim_put_fixed(w, "maintMargin", s.maintenance, 8);
		pli_sim_put_fixed(w, "initialMargin", s.initial, 8);
		pli_sim_put_fixed(w, "positionInitialMargin", s.initial, 8);
		pli_sim_put_text(w, "openOrderInitialMargin", "0.00000000");
		pli_sim_put_fixed(w, "crossWalletBalance", s.cross_wallet, 8);
		pli_sim_put_fixed(w, "crossUnPnl", s.cross_profit, 8);
		pli_sim_put_fixed(w, "availableBalance", s.available, 8);
		pli_sim_put_fixed(w, "maxWithdrawAmount", s.available, 8);
		if (v2)
			pli_sim_put_bool(w, "marginAvailable", true);
		pli_sim_put_int(w, "updateTime", a->wallets[i].updated_ns / PLM_NS_PER_MS);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static void
account_put_position_v2(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	pli_sim_usdm_row row;
	pli_sim_usdm_position(a, p, &row);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", p->instrument->name);
	pli_sim_put_plain(w, "initialMargin", row.initial);
	pli_sim_put_plain(w, "maintMargin", row.maintenance);
	pli_sim_put_fixed(w, "unrealizedProfit", row.profit, 8);
	pli_sim_put_plain(w, "positionInitialMargin", row.initial);
	pli_sim_put_text(w, "openOrderInitialMargin", "0");
	pli_json_key(w, "leverage");
	pli_json_put_decimal_text(w, plm_decimal_from_int(p->leverage));
	pli_sim_put_bool(w, "isolated", p->isolated);
	pli_sim_usdm_put_price(w, "entryPrice", p->entry);
	pli_sim_usdm_put_price(w, "breakEvenPrice", row.break_even);
	pli_sim_usdm_put_cap(w, "maxNotional", p);
	pli_sim_put_text(w, "bidNotional", "0");
	pli_sim_put_text(w, "askNotional", "0");
	pli_sim_put_text(w, "positionSide", pli_sim_usdm_side(p->side));
	pli_sim_usdm_put_size(w, "positionAmt", p);
	pli_sim_put_plain(w, "notional", row.notional);
	pli_sim_put_plain(w, "isolatedWallet", p->isolated_wallet);
	pli_sim_put_int(w, "updateTime", p->updated_ns / PLM_NS_PER_MS);
	pli_json_object_close(w);
}

void
pli_sim_usdm_account_v2(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_account *a = call->account;
	pli_json_writer *w = &b->body;
	pli_sim_usdm_sums totals;
	pli_sim_usdm_totals(&b->world->market, a, &totals);
	pli_json_object_open(w);
	pli_sim_put_int(w, "feeTier", 0);
	pli_sim_put_bool(w, "canTrade", true);
	pli_sim_put_bool(w, "canDeposit", true);
	pli_sim_put_bool(w, "canWithdraw", true);
	pli_sim_put_int(w, "updateTime", 0);
	pli_sim_put_bool(w, "multiAssetsMargin", a->multi_assets);
	pli_sim_put_int(w, "tradeGroupId", -1);
	account_put_totals(w, &totals);
	pli_sim_usdm_put_assets(w, a, true);
	pli_json_key(w, "positions");
	pli_json_array_open(w);
	pli_sim_usdm_each(b, call, account_put_position_v2);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

void
pli_sim_usdm_account_v3(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_account *a = call->account;
	pli_json_writer *w = &b->body;
	pli_sim_usdm_cut cut = pli_sim_usdm_begin_snapshot(b, call);
	pli_sim_usdm_sums totals;
	pli_sim_usdm_totals(&b->world->market, a, &totals);
	pli_json_object_open(w);
	account_put_totals(w, &totals);
	pli_sim_usdm_put_assets(w, a, false);
	pli_json_key(w, "positions");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		if (pli_sim_is_zero(p->size) || !pli_sim_usdm_let_out(&cut))
			continue;
		pli_sim_usdm_row row;
		pli_sim_usdm_position(a, p, &row);
		pli_json_object_open(w);
		pli_sim_put_text(w, "symbol", p->instrument->name);
		pli_sim_put_text(w, "positionSide", pli_sim_usdm_side(p->side));
		pli_sim_usdm_put_size(w, "positionAmt", p);
		pli_sim_put_fixed(w, "unrealizedProfit", row.profit, 8);
		pli_sim_put_plain(w, "isolatedMargin", row.isolated_margin);
		pli_sim_put_plain(w, "notional", row.notional);
		pli_sim_put_plain(w, "isolatedWallet", p->isolated_wallet);
		pli_sim_put_plain(w, "initialMargin", row.initial);
		pli_sim_put_plain(w, "maintMargin", row.maintenance);
		pli_sim_put_int(w, "updateTime", p->updated_ns / PLM_NS_PER_MS);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
	pli_json_object_close(w);
}

static void
account_put_balances(pli_sim_binance *b, const pli_sim_account *a)
{
	pli_json_writer *w = &b->body;
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++) {
		if (!a->wallets[i].used)
			continue;
		pli_sim_usdm_sums s;
		pli_sim_usdm_asset(a, (pli_sim_asset)i, &s);
		pli_json_object_open(w);
		pli_sim_put_text(w, "accountAlias", "sim");
		pli_sim_put_text(w, "asset", pli_sim_asset_name((pli_sim_asset)i));
		pli_sim_put_fixed(w, "balance", s.wallet, 8);
		pli_sim_put_fixed(w, "crossWalletBalance", s.cross_wallet, 8);
		pli_sim_put_fixed(w, "crossUnPnl", s.cross_profit, 8);
		pli_sim_put_fixed(w, "availableBalance", s.available, 8);
		bool inverse = a->venue == PLI_SIM_BINANCE_COINM;
		pli_sim_put_fixed(
		    w, inverse ? "withdrawAvailable" : "maxWithdrawAmount", s.available, 8);
		if (!inverse)
			pli_sim_put_bool(w, "marginAvailable", true);
		pli_sim_put_int(w, "updateTime", a->wallets[i].updated_ns / PLM_NS_PER_MS);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

void
pli_sim_usdm_balance_v2(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	account_put_balances(b, call->account);
}

void
pli_sim_usdm_balance_v3(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	account_put_balances(b, call->account);
}

void
pli_sim_usdm_account_config(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_writer *w = &b->body;
	pli_json_object_open(w);
	pli_sim_put_int(w, "feeTier", 0);
	pli_sim_put_bool(w, "canTrade", true);
	pli_sim_put_bool(w, "canDeposit", true);
	pli_sim_put_bool(w, "canWithdraw", true);
	pli_sim_put_bool(w, "dualSidePosition", call->account->hedge);
	pli_sim_put_int(w, "updateTime", 0);
	pli_sim_put_bool(w, "multiAssetsMargin", call->account->multi_assets);
	pli_sim_put_int(w, "tradeGroupId", -1);
	pli_json_object_close(w);
}

static void
account_put_symbol_config(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	(void)a;
	if (p->side == PLI_SIM_LONG || p->side == PLI_SIM_SHORT)
		return; /* one row a symbol */
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", p->instrument->name);
	bool isolated = (a->isolated_coins >> p->instrument->coin & 1) != 0;
	int leverage = p->leverage;
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (a->positions[i].instrument == p->instrument)
			leverage = a->positions[i].leverage;
	pli_sim_put_text(w, "marginType", isolated ? "ISOLATED" : "CROSSED");
	pli_sim_put_bool(w, "isAutoAddMargin", false);
	pli_sim_put_int(w, "leverage", leverage);
	pli_sim_usdm_put_cap(w, "maxNotionalValue", p);
	pli_json_object_close(w);
}

void
pli_sim_usdm_symbol_config(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_array_open(&b->body);
	pli_sim_usdm_each(b, call, account_put_symbol_config);
	pli_json_array_close(&b->body);
}

/* The spot wallet; clients ask for the list of coins. */
void
pli_sim_usdm_capital_config(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	static const char *const amounts[] = {
	    "freeze", "ipoable", "ipoing", "locked", "storage", "withdrawing"};
	static const char *const switches[] = {
	    "depositAllEnable", "trading", "withdrawAllEnable", "isLegalMoney"};
	const pli_sim_account *spot = pli_sim_usdm_opened(b, call->key, PLI_SIM_BINANCE_SPOT);
	pli_json_writer *w = &b->body;
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++) {
		const char *name = pli_sim_asset_name((pli_sim_asset)i);
		pli_json_object_open(w);
		pli_sim_put_text(w, "coin", name);
		pli_sim_put_text(w, "name", name);
		pli_sim_put_plain(
		    w, "free", spot == NULL ? plm_decimal_zero() : spot->wallets[i].cash);
		for (size_t k = 0; k < sizeof amounts / sizeof amounts[0]; k++)
			pli_sim_put_text(w, amounts[k], "0");
		for (size_t k = 0; k < sizeof switches / sizeof switches[0]; k++)
			pli_sim_put_bool(w, switches[k], k < 3);
		pli_json_key(w, "networkList");
		pli_json_array_open(w);
		pli_json_array_close(w);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

void
pli_sim_usdm_empty_list(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	(void)call; /* no resting orders, no spot or margin pairs */
	pli_json_array_open(&b->body);
	pli_json_array_close(&b->body);
}

void
pli_sim_usdm_restrictions(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	static const char *const powers[] = {"enableInternalTransfer", "enableMargin",
	    "enableFutures", "permitsUniversalTransfer", "enableVanillaOptions",
	    "enableFixApiTrade", "enableFixReadOnly", "enableSpotAndMarginTrading",
	    "enablePortfolioMarginTrading"};
	pli_json_writer *w = &b->body;
	pli_json_object_open(w);
	pli_sim_put_bool(w, "ipRestrict", false);
	pli_sim_put_int(w, "createTime", b->world->market.start_ns / PLM_NS_PER_MS);
	pli_sim_put_bool(w, "enableReading", true);
	pli_sim_put_bool(w, "enableWithdrawals", false);
	for (size_t i = 0; i < sizeof powers / sizeof powers[0]; i++) {
		bool futures = strcmp(powers[i], "enableFutures") == 0;
		pli_sim_put_bool(w, powers[i], futures && call->key->can_trade);
	}
	pli_json_object_close(w);
}
