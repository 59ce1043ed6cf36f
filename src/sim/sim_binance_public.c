/* sim_binance_public.c: the simulated Binance's public data. */
#include <stdio.h>

#include "sim/sim_binance_parts.h"
#include "sim/sim_call.h"
#include "sim/sim_margin.h"
#include "sim/sim_number.h"

#define PERPETUAL_DELIVERY_MS INT64_C(4133404800000)

void
pli_sim_usdm_ping(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	(void)call;
	pli_json_object_open(&b->body);
	pli_json_object_close(&b->body);
}

void
pli_sim_usdm_time(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	(void)call;
	pli_json_object_open(&b->body);
	pli_sim_put_int(&b->body, "serverTime", pli_sim_usdm_now_ms(b));
	pli_json_object_close(&b->body);
}

void
pli_sim_usdm_put_texts(pli_json_writer *w, const char *key, const char *const *texts)
{
	pli_json_key(w, key);
	pli_json_array_open(w);
	for (; *texts != NULL; texts++)
		pli_json_put_text(w, *texts);
	pli_json_array_close(w);
}

static void
public_rate_limit(pli_json_writer *w, const char *type, const char *interval, int number, int limit)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "rateLimitType", type);
	pli_sim_put_text(w, "interval", interval);
	pli_sim_put_int(w, "intervalNum", number);
	pli_sim_put_int(w, "limit", limit);
	pli_json_object_close(w);
}

static void
public_assets(pli_json_writer *w)
{
	static const pli_sim_asset assets[] = {
	    PLI_SIM_USDT, PLI_SIM_BTC, PLI_SIM_ETH, PLI_SIM_USDC};
	pli_json_key(w, "assets");
	pli_json_array_open(w);
	for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++) {
		pli_json_object_open(w);
		pli_sim_put_text(w, "asset", pli_sim_asset_name(assets[i]));
		pli_sim_put_bool(w, "marginAvailable", true);
		pli_sim_put_text(w, "autoAssetExchange", i == 0 || i == 3 ? "-10000" : "0");
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static void
public_head(pli_sim_binance *b, bool inverse)
{
	pli_json_writer *w = &b->body;
	pli_sim_put_text(w, "timezone", "UTC");
	pli_sim_put_int(w, "serverTime", pli_sim_usdm_now_ms(b));
	if (!inverse)
		pli_sim_put_text(w, "futuresType", "U_MARGINED");
	pli_json_key(w, "rateLimits");
	pli_json_array_open(w);
	public_rate_limit(w, "REQUEST_WEIGHT", "MINUTE", 1, 2400);
	public_rate_limit(w, "ORDERS", "MINUTE", 1, 1200);
	if (!inverse)
		public_rate_limit(w, "ORDERS", "SECOND", 10, 300);
	pli_json_array_close(w);
	pli_json_key(w, "exchangeFilters");
	pli_json_array_open(w);
	pli_json_array_close(w);
	if (!inverse)
		public_assets(w);
}

static void
public_lot_filter(pli_json_writer *w, const char *type, const char *max, plm_decimal lot)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "filterType", type);
	pli_sim_put_text(w, "maxQty", max);
	pli_sim_put_plain(w, "minQty", lot);
	pli_sim_put_plain(w, "stepSize", lot);
	pli_json_object_close(w);
}

static void
public_count_filter(pli_json_writer *w, const char *type, int limit)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "filterType", type);
	pli_sim_put_int(w, "limit", limit);
	pli_json_object_close(w);
}

static void
public_filters(pli_json_writer *w, const pli_sim_instrument *in)
{
	pli_json_key(w, "filters");
	pli_json_array_open(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "filterType", "PRICE_FILTER");
	pli_sim_put_text(w, "maxPrice", "4529764");
	pli_sim_put_plain(w, "minPrice", in->tick);
	pli_sim_put_plain(w, "tickSize", in->tick);
	pli_json_object_close(w);
	plm_decimal lot = pli_sim_usdm_amount(in, in->lot);
	public_lot_filter(w, "LOT_SIZE", "10000000", lot);
	public_lot_filter(w, "MARKET_LOT_SIZE", "1000000", lot);
	public_count_filter(w, "MAX_NUM_ORDERS", 200);
	public_count_filter(w, "MAX_NUM_ALGO_ORDERS", 10);
	if (!in->inverse) {
		pli_json_object_open(w);
		pli_sim_put_text(w, "filterType", "MIN_NOTIONAL");
		pli_sim_put_text(w, "notional", "5");
		pli_json_object_close(w);
	}
	pli_json_object_open(w);
	pli_sim_put_text(w, "filterType", "PERCENT_PRICE");
	pli_sim_put_text(w, "multiplierDecimal", "4");
	pli_sim_put_text(w, "multiplierDown", "0.9500");
	pli_sim_put_text(w, "multiplierUp", "1.0500");
	pli_json_object_close(w);
	if (!in->inverse) {
		pli_json_object_open(w);
		pli_sim_put_text(w, "filterType", "POSITION_RISK_CONTROL");
		pli_sim_put_text(w, "positionControlSide", "NONE");
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static int
public_places(plm_decimal step)
{
	int places = 0;
	while (places < 18 && pli_sim_round(step, places).units != step.units)
		places++;
	return places;
}

static void
public_symbol_terms(pli_json_writer *w, const pli_sim_instrument *in)
{
	static const char *const orders[] = {"LIMIT", "MARKET", "STOP", "STOP_MARKET",
	    "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET", NULL};
	static const char *const forces[] = {"GTC", "IOC", "FOK", "GTX", "GTD", NULL};
	static const char *const kinds[] = {"PoW", NULL};
	static const char *const permissions[] = {"GRID", "COPY", NULL};
	public_filters(w, in);
	pli_sim_usdm_put_texts(w, "orderTypes", orders);
	pli_sim_usdm_put_texts(w, "timeInForce", forces);
	pli_sim_usdm_put_texts(w, "underlyingSubType", kinds);
	if (!in->inverse)
		pli_sim_usdm_put_texts(w, "permissionSets", permissions);
	pli_sim_put_text(w, "underlyingType", "COIN");
	pli_sim_put_text(w, "triggerProtect", "0.0500");
	pli_sim_put_text(w, "liquidationFee", PLI_SIM_CLEARANCE_FEE);
	pli_sim_put_text(w, "marketTakeBound", "0.05");
	pli_sim_put_int(w, "maxMoveOrderLimit", 10000);
	pli_sim_put_text(w, "maintMarginPercent", "2.5000");
	pli_sim_put_text(w, "requiredMarginPercent", "5.0000");
}

void
pli_sim_usdm_pair(const pli_sim_instrument *in, char ret_pair[PLI_SIM_NAME_MAX])
{
	(void)snprintf(ret_pair, PLI_SIM_NAME_MAX, "%s%s", pli_sim_asset_name(in->coin),
	    pli_sim_asset_name(in->quote));
}

static void
public_symbol(pli_json_writer *w, const pli_sim_instrument *in)
{
	char pair[PLI_SIM_NAME_MAX];
	bool perpetual = in->kind == PLI_SIM_PERPETUAL;
	pli_sim_usdm_pair(in, pair);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", in->name);
	pli_sim_put_text(w, "pair", pair);
	pli_sim_put_text(w, "contractType", perpetual ? "PERPETUAL" : "CURRENT_QUARTER");
	pli_sim_put_int(
	    w, "deliveryDate", perpetual ? PERPETUAL_DELIVERY_MS : in->expiry_ns / PLM_NS_PER_MS);
	pli_sim_put_int(w, "onboardDate", in->created_ns / PLM_NS_PER_MS);
	pli_sim_put_text(
	    w, in->inverse ? "contractStatus" : "status", in->expired ? "SETTLING" : "TRADING");
	if (in->inverse) {
		pli_sim_put_number(w, "contractSize", pli_sim_usdm_contract(in));
		pli_sim_put_int(w, "equalQtyPrecision", 4);
	}
	pli_sim_put_text(w, "baseAsset", pli_sim_asset_name(in->coin));
	pli_sim_put_text(w, "quoteAsset", pli_sim_asset_name(in->quote));
	pli_sim_put_text(w, "marginAsset", pli_sim_asset_name(in->settle));
	pli_sim_put_int(w, "pricePrecision", public_places(in->tick));
	pli_sim_put_int(w, "quantityPrecision", in->inverse ? 0 : public_places(in->lot));
	pli_sim_put_int(w, "baseAssetPrecision", 8);
	pli_sim_put_int(w, "quotePrecision", 8);
	public_symbol_terms(w, in);
	pli_json_object_close(w);
}

void
pli_sim_usdm_exchange_info(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_market *m = &b->world->market;
	pli_json_object_open(&b->body);
	public_head(b, call->market == PLI_SIM_BINANCE_COINM);
	pli_json_key(&b->body, "symbols");
	pli_json_array_open(&b->body);
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (m->instruments[i].venue == call->market)
			public_symbol(&b->body, &m->instruments[i]);
	pli_json_array_close(&b->body);
	pli_json_object_close(&b->body);
}

static void
public_premium(pli_sim_binance *b, const pli_sim_instrument *in)
{
	pli_json_writer *w = &b->body;
	bool perpetual = in->kind == PLI_SIM_PERPETUAL;
	plm_time_ns next = pli_sim_market_next_funding(&b->world->market);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", in->name);
	if (in->inverse) {
		char pair[PLI_SIM_NAME_MAX];
		pli_sim_usdm_pair(in, pair);
		pli_sim_put_text(w, "pair", pair);
	}
	pli_sim_put_fixed(w, "markPrice", in->mark, 8);
	pli_sim_put_fixed(w, "indexPrice", in->index, 8);
	pli_sim_put_fixed(w, "estimatedSettlePrice", in->index, 8);
	if (perpetual)
		pli_sim_put_fixed(w, "lastFundingRate", in->funding_rate, 8);
	else
		pli_sim_put_text(w, "lastFundingRate", "");
	pli_sim_put_text(w, "interestRate", perpetual ? "0.00010000" : "");
	pli_sim_put_int(w, "nextFundingTime", perpetual ? next / PLM_NS_PER_MS : 0);
	pli_sim_put_int(w, "time", pli_sim_usdm_now_ms(b));
	pli_json_object_close(w);
}

/* COIN-M answers with a list whatever is asked for. */
void
pli_sim_usdm_premium_index(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_market *m = &b->world->market;
	plm_slice symbol = pli_sim_param(call->in, "symbol");
	const pli_sim_instrument *only = pli_sim_market_find(m, call->market, symbol);
	bool list = symbol.size == 0 || call->market == PLI_SIM_BINANCE_COINM;
	if (symbol.size > 0 && only == NULL) {
		pli_sim_usdm_error(b, call, 400, -1121, "Invalid symbol.");
		return;
	}
	if (!list) {
		public_premium(b, only);
		return;
	}
	pli_json_array_open(&b->body);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		if (only != NULL ? in == only : in->venue == call->market && !in->expired)
			public_premium(b, in);
	}
	pli_json_array_close(&b->body);
}

void
pli_sim_usdm_asset_index(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	static const char *const keys[] = {"bidBuffer", "askBuffer", "bidRate", "askRate",
	    "autoExchangeBidBuffer", "autoExchangeAskBuffer", "autoExchangeBidRate",
	    "autoExchangeAskRate"};
	(void)call;
	pli_json_writer *w = &b->body;
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++) {
		char symbol[16];
		pli_sim_usdm_rates r = pli_sim_usdm_rates_of(&b->world->market, (pli_sim_asset)i);
		plm_decimal values[] = {r.bid_buffer, r.ask_buffer, r.bid, r.ask};
		(void)snprintf(
		    symbol, sizeof symbol, "%sUSD", pli_sim_asset_name((pli_sim_asset)i));
		pli_json_object_open(w);
		pli_sim_put_text(w, "symbol", symbol);
		pli_sim_put_int(w, "time", pli_sim_usdm_now_ms(b));
		pli_sim_put_fixed(w, "index", r.index, 8);
		for (int k = 0; k < 8; k++)
			pli_sim_put_fixed(w, keys[k], values[k % 4], 8);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

void
pli_sim_usdm_funding_info(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	(void)call;
	const pli_sim_market *m = &b->world->market;
	pli_json_writer *w = &b->body;
	pli_json_array_open(w);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		if (in->venue != PLI_SIM_BINANCE || in->kind != PLI_SIM_PERPETUAL)
			continue;
		pli_json_object_open(w);
		pli_sim_put_text(w, "symbol", in->name);
		pli_sim_put_text(w, "adjustedFundingRateCap", "0.00300000");
		pli_sim_put_text(w, "adjustedFundingRateFloor", "-0.00300000");
		pli_sim_put_int(w, "fundingIntervalHours", 8);
		pli_sim_put_bool(w, "disclaimer", false);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}
