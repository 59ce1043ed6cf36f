/* sim_sapi.c: the simulated Binance's spot and margin accounts, by REST. */
#include <stdio.h>

#include "sim/sim_binance_parts.h"
#include "sim/sim_call.h"
#include "sim/sim_number.h"

/* Spot. */

static void
spot_put_filter(pli_json_writer *w, const char *type, const char *const names[3], const char *step)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "filterType", type);
	pli_sim_put_text(w, names[0], step);
	pli_sim_put_text(w, names[1], "9000000.00000000");
	pli_sim_put_text(w, names[2], step);
	pli_json_object_close(w);
}

static void
spot_put_symbol(pli_json_writer *w, pli_sim_asset coin)
{
	static const char *const orders[] = {"LIMIT", "LIMIT_MAKER", "MARKET", NULL};
	static const char *const prices[3] = {"minPrice", "maxPrice", "tickSize"};
	static const char *const lots[3] = {"minQty", "maxQty", "stepSize"};
	char name[16];
	(void)snprintf(name, sizeof name, "%sUSDT", pli_sim_asset_name(coin));
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", name);
	pli_sim_put_text(w, "status", "TRADING");
	pli_sim_put_text(w, "baseAsset", pli_sim_asset_name(coin));
	pli_sim_put_int(w, "baseAssetPrecision", 8);
	pli_sim_put_text(w, "quoteAsset", "USDT");
	pli_sim_put_int(w, "quotePrecision", 8);
	pli_sim_put_int(w, "quoteAssetPrecision", 8);
	pli_sim_usdm_put_texts(w, "orderTypes", orders);
	pli_sim_put_bool(w, "isSpotTradingAllowed", true);
	pli_sim_put_bool(w, "isMarginTradingAllowed", true);
	pli_json_key(w, "filters");
	pli_json_array_open(w);
	spot_put_filter(w, "PRICE_FILTER", prices, "0.00000001");
	spot_put_filter(w, "LOT_SIZE", lots, "0.00001000");
	pli_json_array_close(w);
	pli_json_object_close(w);
}

static void
spot_exchange_info(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	(void)call;
	pli_json_writer *w = &b->body;
	pli_json_object_open(w);
	pli_sim_put_text(w, "timezone", "UTC");
	pli_sim_put_int(w, "serverTime", pli_sim_usdm_now_ms(b));
	pli_json_key(w, "symbols");
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_COINS; i++)
		spot_put_symbol(w, (pli_sim_asset)i);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

static void
spot_ticker_price(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	(void)call;
	pli_json_writer *w = &b->body;
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_COINS; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, "%sUSDT", pli_sim_asset_name((pli_sim_asset)i));
		pli_json_object_open(w);
		pli_sim_put_text(w, "symbol", name);
		pli_sim_put_fixed(w, "price", b->world->market.coins[i].index[PLI_SIM_USDT], 8);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static void
spot_account(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	static const char *const fees[] = {
	    "makerCommission", "takerCommission", "buyerCommission", "sellerCommission"};
	const pli_sim_account *a = call->account;
	pli_json_writer *w = &b->body;
	pli_sim_usdm_cut cut = pli_sim_usdm_begin_snapshot(b, call);
	plm_time_ns updated_ns = 0;
	for (int i = 0; i < PLI_SIM_USD; i++)
		if (a->wallets[i].updated_ns > updated_ns)
			updated_ns = a->wallets[i].updated_ns;
	pli_json_object_open(w);
	for (int i = 0; i < 4; i++)
		pli_sim_put_int(w, fees[i], i < 2 ? 10 : 0);
	pli_sim_put_bool(w, "canTrade", true);
	pli_sim_put_bool(w, "canWithdraw", true);
	pli_sim_put_bool(w, "canDeposit", true);
	pli_sim_put_int(w, "updateTime", updated_ns / PLM_NS_PER_MS);
	pli_sim_put_text(w, "accountType", "SPOT");
	pli_json_key(w, "balances");
	pli_json_array_open(w);
	bool all = !plm_slice_is(pli_sim_param(call->in, "omitZeroBalances"), "true");
	for (int i = 0; i < PLI_SIM_USD; i++) {
		if ((!all && pli_sim_is_zero(a->wallets[i].cash)) || !pli_sim_usdm_let_out(&cut))
			continue;
		pli_json_object_open(w);
		pli_sim_put_text(w, "asset", pli_sim_asset_name((pli_sim_asset)i));
		pli_sim_put_fixed(w, "free", a->wallets[i].cash, 8);
		pli_sim_put_text(w, "locked", "0.00000000");
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
	pli_json_object_close(w);
}

const pli_sim_usdm_route pli_sim_spot_routes[] = {
    {"GET", "/api/v3/ping", PLI_SIM_OPEN, 1, pli_sim_usdm_ping},
    {"GET", "/api/v3/time", PLI_SIM_OPEN, 1, pli_sim_usdm_time},
    {"GET", "/api/v3/exchangeInfo", PLI_SIM_OPEN, 20, spot_exchange_info},
    {"GET", "/api/v3/ticker/price", PLI_SIM_OPEN, 4, spot_ticker_price},
    {"GET", "/api/v3/account", PLI_SIM_SIGNED, 20, spot_account},
    {.method = NULL},
};

/* Margin. */

static plm_decimal
margin_in_btc(const pli_sim_binance *b, pli_sim_asset asset, plm_decimal amount)
{
	const plm_decimal *dollar = b->world->market.dollar;
	return pli_sim_divide(pli_sim_multiply(amount, dollar[asset]), dollar[PLI_SIM_BTC]);
}

/* Sums in BTC: cash, and what is owed. */
typedef struct margin_totals {
	plm_decimal assets, debts;
} margin_totals;

static void
margin_add(
    const pli_sim_binance *b, margin_totals *t, pli_sim_asset asset, const pli_sim_wallet *wallet)
{
	t->assets = pli_sim_add(t->assets, margin_in_btc(b, asset, wallet->cash));
	t->debts = pli_sim_add(t->debts, margin_in_btc(b, asset, pli_sim_wallet_debt(wallet)));
}

static void
margin_put_totals(pli_json_writer *w, const margin_totals *t)
{
	pli_sim_put_fixed(w, "totalAssetOfBtc", t->assets, 8);
	pli_sim_put_fixed(w, "totalLiabilityOfBtc", t->debts, 8);
	pli_sim_put_fixed(w, "totalNetAssetOfBtc", pli_sim_subtract(t->assets, t->debts), 8);
}

static void
margin_put_level(pli_json_writer *w, const margin_totals *t)
{
	plm_decimal level = pli_sim_of("999");
	if (plm_decimal_sign(t->debts) > 0)
		level = pli_sim_smaller(level, pli_sim_divide(t->assets, t->debts));
	pli_sim_put_fixed(w, "marginLevel", level, 8);
}

static void
margin_put_wallet(pli_json_writer *w, pli_sim_asset asset, const pli_sim_wallet *wallet)
{
	pli_sim_put_text(w, "asset", pli_sim_asset_name(asset));
	pli_sim_put_fixed(w, "borrowed", wallet->loan, 8);
	pli_sim_put_fixed(w, "free", wallet->cash, 8);
	pli_sim_put_fixed(w, "interest", wallet->interest, 8);
	pli_sim_put_text(w, "locked", "0.00000000");
	pli_sim_put_fixed(w, "netAsset", pli_sim_wallet_net(wallet), 8);
}

static void
margin_account(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_account *a = call->account;
	pli_json_writer *w = &b->body;
	pli_sim_usdm_cut cut = pli_sim_usdm_begin_snapshot(b, call);
	margin_totals t = {plm_decimal_zero(), plm_decimal_zero()};
	for (int i = 0; i < PLI_SIM_USD; i++)
		margin_add(b, &t, (pli_sim_asset)i, &a->wallets[i]);
	pli_json_object_open(w);
	pli_sim_put_bool(w, "borrowEnabled", true);
	margin_put_level(w, &t);
	pli_sim_put_text(w, "collateralMarginLevel", "999.00000000");
	margin_put_totals(w, &t);
	plm_decimal net = pli_sim_subtract(t.assets, t.debts);
	pli_sim_put_fixed(w, "totalCollateralValueInUSDT",
	    pli_sim_multiply(net, b->world->market.coins[PLI_SIM_BTC].index[PLI_SIM_USDT]), 8);
	pli_sim_put_bool(w, "tradeEnabled", true);
	pli_sim_put_bool(w, "transferEnabled", true);
	pli_sim_put_text(w, "accountType", "MARGIN_1");
	pli_json_key(w, "userAssets");
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++) {
		if (!pli_sim_usdm_let_out(&cut))
			continue;
		pli_json_object_open(w);
		margin_put_wallet(w, (pli_sim_asset)i, &a->wallets[i]);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
	pli_json_object_close(w);
}

static void
margin_put_side(
    const pli_sim_binance *b, pli_json_writer *w, pli_sim_asset asset, const pli_sim_wallet *wallet)
{
	plm_decimal net = pli_sim_wallet_net(wallet);
	pli_json_object_open(w);
	margin_put_wallet(w, asset, wallet);
	pli_sim_put_bool(w, "borrowEnabled", true);
	pli_sim_put_fixed(w, "netAssetOfBtc", margin_in_btc(b, asset, net), 8);
	pli_sim_put_bool(w, "repayEnabled", true);
	pli_sim_put_fixed(w, "totalAsset", wallet->cash, 8);
	pli_json_object_close(w);
}

static void
margin_put_pool(const pli_sim_binance *b, pli_json_writer *w, const pli_sim_pool *pool)
{
	char name[16];
	margin_totals t = {plm_decimal_zero(), plm_decimal_zero()};
	(void)snprintf(name, sizeof name, "%sUSDT", pli_sim_asset_name(pool->coin));
	margin_add(b, &t, pool->coin, &pool->base);
	margin_add(b, &t, PLI_SIM_USDT, &pool->quote);
	pli_json_object_open(w);
	pli_json_key(w, "baseAsset");
	margin_put_side(b, w, pool->coin, &pool->base);
	pli_json_key(w, "quoteAsset");
	margin_put_side(b, w, PLI_SIM_USDT, &pool->quote);
	pli_sim_put_text(w, "symbol", name);
	pli_sim_put_bool(w, "isolatedCreated", true);
	pli_sim_put_bool(w, "enabled", true);
	margin_put_level(w, &t);
	pli_sim_put_text(w, "marginLevelStatus", "EXCESSIVE");
	pli_sim_put_text(w, "marginRatio", "5.00000000");
	pli_sim_put_fixed(
	    w, "indexPrice", b->world->market.coins[pool->coin].index[PLI_SIM_USDT], 8);
	pli_sim_put_text(w, "liquidatePrice", "0.00000000");
	pli_sim_put_text(w, "liquidateRate", "0.00000000");
	pli_sim_put_bool(w, "tradeEnabled", true);
	pli_json_object_close(w);
}

/* Faults of snapshots do not befall it: the account beside it has them. */
static void
margin_isolated(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_account *a = call->account;
	pli_json_writer *w = &b->body;
	margin_totals t = {plm_decimal_zero(), plm_decimal_zero()};
	pli_json_object_open(w);
	pli_json_key(w, "assets");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < a->pools_count; i++) {
		margin_add(b, &t, a->pools[i].coin, &a->pools[i].base);
		margin_add(b, &t, PLI_SIM_USDT, &a->pools[i].quote);
		margin_put_pool(b, w, &a->pools[i]);
	}
	pli_json_array_close(w);
	margin_put_totals(w, &t);
	pli_json_object_close(w);
}

const pli_sim_usdm_route pli_sim_margin_routes[] = {
    {"GET", "/sapi/v1/margin/account", PLI_SIM_SIGNED, 10, margin_account},
    {"GET", "/sapi/v1/margin/isolated/account", PLI_SIM_SIGNED, 10, margin_isolated},
    {"POST", "/sapi/v1/userListenToken", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_token},
    {.method = NULL},
};
