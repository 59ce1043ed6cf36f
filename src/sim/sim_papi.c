/* sim_papi.c: the simulated Binance's portfolio margin: USD-M and COIN-M contracts, wallets and a
 * loan in one pool. */
#include "sim/sim_binance_parts.h"
#include "sim/sim_number.h"

plm_decimal
pli_sim_papi_contracts(const pli_sim_account *a, pli_sim_asset asset)
{
	const pli_sim_wallet *wallet = &a->wallets[asset];
	return pli_sim_subtract(wallet->cash, pli_sim_smaller(wallet->loan, wallet->cash));
}

static void
papi_balance(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_account *a = call->account;
	pli_json_writer *w = &b->body;
	plm_decimal zero = plm_decimal_zero();
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++) {
		const pli_sim_wallet *wallet = &a->wallets[i];
		bool coin = i < PLI_SIM_COINS;
		pli_sim_usdm_sums s;
		if (!wallet->used)
			continue;
		plm_decimal part = pli_sim_papi_contracts(a, (pli_sim_asset)i);
		plm_decimal lent = pli_sim_subtract(wallet->cash, part);
		pli_sim_usdm_asset(a, (pli_sim_asset)i, &s);
		pli_json_object_open(w);
		pli_sim_put_text(w, "asset", pli_sim_asset_name((pli_sim_asset)i));
		pli_sim_put_fixed(w, "totalWalletBalance", wallet->cash, 8);
		pli_sim_put_fixed(w, "crossMarginAsset", lent, 8);
		pli_sim_put_fixed(w, "crossMarginBorrowed", wallet->loan, 8);
		pli_sim_put_fixed(w, "crossMarginFree", lent, 8);
		pli_sim_put_fixed(w, "crossMarginInterest", wallet->interest, 8);
		pli_sim_put_text(w, "crossMarginLocked", "0.00000000");
		pli_sim_put_fixed(w, "umWalletBalance", coin ? zero : part, 8);
		pli_sim_put_fixed(w, "umUnrealizedPNL", coin ? zero : s.profit, 8);
		pli_sim_put_fixed(w, "cmWalletBalance", coin ? part : zero, 8);
		pli_sim_put_fixed(w, "cmUnrealizedPNL", coin ? s.profit : zero, 8);
		pli_sim_put_int(w, "updateTime", wallet->updated_ns / PLM_NS_PER_MS);
		pli_sim_put_text(w, "negativeBalance", "0");
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static plm_decimal
papi_share(int asset)
{
	return pli_sim_of(asset < PLI_SIM_COINS ? "0.95" : "1");
}

static void
papi_shares(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_writer *w = &b->body;
	(void)call;
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++) {
		pli_json_object_open(w);
		pli_sim_put_text(w, "asset", pli_sim_asset_name((pli_sim_asset)i));
		pli_sim_put_fixed(w, "collateralRate", papi_share(i), 4);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

/* What the venue counts less of what is held than it is worth, in USD. */
static plm_decimal
papi_haircut(const pli_sim_binance *b, const pli_sim_account *a)
{
	plm_decimal sum = plm_decimal_zero(), one = plm_decimal_from_int(1);
	for (int i = 0; i < PLI_SIM_USD; i++) {
		pli_sim_usdm_sums s;
		if (!a->wallets[i].used)
			continue;
		pli_sim_usdm_asset(a, (pli_sim_asset)i, &s);
		plm_decimal held = pli_sim_subtract(
		    s.margin_balance, pli_sim_wallet_debt(&a->wallets[i]));
		if (plm_decimal_sign(held) > 0)
			sum = pli_sim_add(sum,
			    pli_sim_multiply(pli_sim_multiply(held, b->world->market.dollar[i]),
				pli_sim_subtract(one, papi_share(i))));
	}
	return sum;
}

/* The pool in USD: what is held and owed, and its contracts. */
static void
papi_account(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_account *a = call->account;
	pli_json_writer *w = &b->body;
	pli_sim_usdm_sums t;
	plm_decimal debt = plm_decimal_zero(), ratio = pli_sim_of("99999999");
	pli_sim_usdm_totals(&b->world->market, a, &t);
	for (int i = 0; i < PLI_SIM_USD; i++)
		debt = pli_sim_add(debt, pli_sim_multiply(pli_sim_wallet_debt(&a->wallets[i]),
					     b->world->market.dollar[i]));
	plm_decimal actual = pli_sim_subtract(t.margin_balance, debt);
	plm_decimal equity = pli_sim_subtract(actual, papi_haircut(b, a));
	if (plm_decimal_sign(t.maintenance) > 0)
		ratio = pli_sim_divide(equity, t.maintenance);
	pli_json_object_open(w);
	pli_sim_put_fixed(w, "uniMMR", ratio, 8);
	pli_sim_put_fixed(w, "accountEquity", equity, 8);
	pli_sim_put_fixed(w, "actualEquity", actual, 8);
	pli_sim_put_fixed(w, "accountInitialMargin", t.initial, 8);
	pli_sim_put_fixed(w, "accountMaintMargin", t.maintenance, 8);
	pli_sim_put_text(w, "accountStatus", "NORMAL");
	pli_sim_put_fixed(w, "virtualMaxWithdrawAmount", t.available, 8);
	pli_sim_put_text(w, "totalAvailableBalance", "");
	pli_sim_put_text(w, "totalMarginOpenLoss", "");
	pli_sim_put_int(w, "updateTime", pli_sim_usdm_now_ms(b));
	pli_json_object_close(w);
}

static void
papi_put_risk(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	bool inverse = p->instrument->inverse;
	pli_sim_usdm_row row;
	pli_sim_usdm_position(a, p, &row);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", p->instrument->name);
	pli_sim_usdm_put_size(w, "positionAmt", p);
	pli_sim_usdm_put_price(w, "entryPrice", p->entry);
	pli_sim_put_fixed(w, "markPrice", p->instrument->mark, 8);
	pli_sim_put_fixed(w, "unRealizedProfit", row.profit, 8);
	pli_sim_put_plain(w, "liquidationPrice", row.liquidation);
	pli_json_key(w, "leverage");
	pli_json_put_decimal_text(w, plm_decimal_from_int(p->leverage));
	pli_sim_put_text(w, "positionSide", pli_sim_usdm_side(p->side));
	pli_sim_put_int(w, "updateTime", p->updated_ns / PLM_NS_PER_MS);
	pli_sim_usdm_put_cap(w, inverse ? "maxQty" : "maxNotionalValue", p);
	pli_sim_put_plain(w, inverse ? "notionalValue" : "notional", row.notional);
	if (!inverse)
		pli_sim_usdm_put_price(w, "breakEvenPrice", row.break_even);
	pli_json_object_close(w);
}

static void
papi_put_position(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	bool inverse = p->instrument->inverse;
	pli_sim_usdm_row row;
	pli_sim_usdm_position(a, p, &row);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", p->instrument->name);
	pli_sim_usdm_put_size(w, "positionAmt", p);
	pli_sim_put_plain(w, "initialMargin", row.initial);
	pli_sim_put_plain(w, "maintMargin", row.maintenance);
	pli_sim_put_fixed(w, "unrealizedProfit", row.profit, 8);
	pli_sim_put_text(w, "positionSide", pli_sim_usdm_side(p->side));
	pli_sim_put_int(w, "updateTime", p->updated_ns / PLM_NS_PER_MS);
	if (inverse) {
		pli_sim_put_plain(w, "positionInitialMargin", row.initial);
		pli_sim_put_text(w, "openOrderInitialMargin", "0");
		pli_json_key(w, "leverage");
		pli_json_put_decimal_text(w, plm_decimal_from_int(p->leverage));
		pli_sim_usdm_put_price(w, "entryPrice", p->entry);
		pli_sim_usdm_put_cap(w, "maxQty", p);
	} else {
		pli_sim_put_plain(w, "notional", row.notional);
	}
	pli_json_object_close(w);
}

static void
papi_put_assets(pli_json_writer *w, const pli_sim_account *a, bool coins)
{
	for (int i = 0; i < PLI_SIM_USD; i++) {
		pli_sim_usdm_sums s;
		if (!a->wallets[i].used || (i < PLI_SIM_COINS) != coins)
			continue;
		pli_sim_usdm_asset(a, (pli_sim_asset)i, &s);
		pli_json_object_open(w);
		pli_sim_put_text(w, "asset", pli_sim_asset_name((pli_sim_asset)i));
		pli_sim_put_fixed(
		    w, "crossWalletBalance", pli_sim_papi_contracts(a, (pli_sim_asset)i), 8);
		pli_sim_put_fixed(w, "crossUnPnl", s.cross_profit, 8);
		pli_sim_put_fixed(w, "maintMargin", s.maintenance, 8);
		pli_sim_put_fixed(w, "initialMargin", s.initial, 8);
		pli_sim_put_fixed(w, "positionInitialMargin", s.initial, 8);
		pli_sim_put_text(w, "openOrderInitialMargin", "0.00000000");
		pli_sim_put_int(w, "updateTime", a->wallets[i].updated_ns / PLM_NS_PER_MS);
		pli_json_object_close(w);
	}
}

static void
papi_legs(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_writer *w = &b->body;
	pli_json_object_open(w);
	pli_json_key(w, "assets");
	pli_json_array_open(w);
	papi_put_assets(w, call->account, call->market == PLI_SIM_BINANCE_COINM);
	pli_json_array_close(w);
	pli_json_key(w, "positions");
	pli_json_array_open(w);
	pli_sim_usdm_each(b, call, papi_put_position);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

static void
papi_risk(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_array_open(&b->body);
	pli_sim_usdm_each(b, call, papi_put_risk);
	pli_json_array_close(&b->body);
}

/* UM and CM: the same answer about the contracts of one market or the other. */
#define PAPI_BOTH(name, run)                                                                       \
	static void name##_um(pli_sim_binance *b, pli_sim_usdm_call *call)                         \
	{                                                                                          \
		call->market = PLI_SIM_BINANCE;                                                    \
		run(b, call);                                                                      \
	}                                                                                          \
	static void name##_cm(pli_sim_binance *b, pli_sim_usdm_call *call)                         \
	{                                                                                          \
		call->market = PLI_SIM_BINANCE_COINM;                                              \
		run(b, call);                                                                      \
	}

PAPI_BOTH(papi_legs, papi_legs)
PAPI_BOTH(papi_risk, papi_risk)
PAPI_BOTH(papi_brackets, pli_sim_usdm_leverage_bracket)

const pli_sim_usdm_route pli_sim_papi_routes[] = {
    {"GET", "/papi/v1/ping", PLI_SIM_OPEN, 1, pli_sim_usdm_ping},
    {"GET", "/papi/v1/account", PLI_SIM_SIGNED, 20, papi_account},
    {"GET", "/papi/v1/balance", PLI_SIM_SIGNED, 20, papi_balance},
    {"GET", "/sapi/v1/portfolio/collateralRate", PLI_SIM_KEYED, 50, papi_shares},
    {"GET", "/papi/v2/um/account", PLI_SIM_SIGNED, 5, papi_legs_um},
    {"GET", "/papi/v1/cm/account", PLI_SIM_SIGNED, 5, papi_legs_cm},
    {"GET", "/papi/v1/um/positionRisk", PLI_SIM_SIGNED, 5, papi_risk_um},
    {"GET", "/papi/v1/cm/positionRisk", PLI_SIM_SIGNED, 1, papi_risk_cm},
    {"GET", "/papi/v1/um/leverageBracket", PLI_SIM_SIGNED, 1, papi_brackets_um},
    {"GET", "/papi/v1/cm/leverageBracket", PLI_SIM_SIGNED, 1, papi_brackets_cm},
    {"GET", "/papi/v1/um/openOrders", PLI_SIM_SIGNED, 40, pli_sim_usdm_empty_list},
    {"GET", "/papi/v1/cm/openOrders", PLI_SIM_SIGNED, 40, pli_sim_usdm_empty_list},
    {"POST", "/papi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_create},
    {"PUT", "/papi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_extend},
    {"DELETE", "/papi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_close},
    {.method = NULL},
};
