/* sim_bybit_market.c: contracts, pairs and their prices, as Bybit tells them. */
#include "sim/sim_bybit_market.h"

#include <stdio.h>

#include "sim/sim_number.h"

enum { FUNDING_MINUTES = 480, USDC_PLACES = 4, COIN_PLACES = 5 };

static void
put_filter(pli_json_writer *w, const char *name, const char *const *keys, const char *const *values)
{
	pli_json_key(w, name);
	pli_json_object_open(w);
	for (; *keys != NULL; keys++, values++)
		pli_sim_put_text(w, *keys, *values);
	pli_json_object_close(w);
}

static void
put_contract_filters(pli_json_writer *w, const pli_sim_instrument *in)
{
	static const char *const leverage[] = {"minLeverage", "maxLeverage", "leverageStep", NULL};
	static const char *const leverages[] = {"1", "100.00", "0.01"};
	if (in->kind != PLI_SIM_OPTION)
		put_filter(w, "leverageFilter", leverage, leverages);
	pli_json_key(w, "priceFilter");
	pli_json_object_open(w);
	pli_sim_put_plain(w, "minPrice", in->tick);
	pli_sim_put_text(w, "maxPrice", "1999999.98");
	pli_sim_put_plain(w, "tickSize", in->tick);
	pli_json_object_close(w);
	pli_json_key(w, "lotSizeFilter");
	pli_json_object_open(w);
	pli_sim_put_text(w, "maxOrderQty", "1000000");
	pli_sim_put_plain(w, "minOrderQty", in->lot);
	pli_sim_put_plain(w, "qtyStep", in->lot);
	if (in->kind != PLI_SIM_OPTION)
		pli_sim_put_text(w, "postOnlyMaxOrderQty", "1000000");
	pli_json_object_close(w);
}

void
pli_sim_bybit_put_contract(pli_json_writer *w, const pli_sim_instrument *in)
{
	bool option = in->kind == PLI_SIM_OPTION, dated = option || in->kind == PLI_SIM_FUTURE;
	char type[24], scale[8];
	(void)snprintf(type, sizeof type, "%s%s", in->inverse ? "Inverse" : "Linear",
	    dated ? "Futures" : "Perpetual");
	(void)snprintf(scale, sizeof scale, "%d", in->places);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", in->name);
	if (option)
		pli_sim_put_text(w, "optionsType", in->option_call ? "Call" : "Put");
	else
		pli_sim_put_text(w, "contractType", type);
	pli_sim_put_text(w, "status", "Trading");
	pli_sim_put_text(w, "baseCoin", pli_sim_asset_name(in->coin));
	pli_sim_put_text(w, "quoteCoin", pli_sim_asset_name(in->quote));
	pli_sim_put_text(w, "settleCoin", pli_sim_asset_name(in->settle));
	pli_sim_put_ms(w, "launchTime", in->created_ns);
	if (dated)
		pli_sim_put_ms(w, "deliveryTime", in->expiry_ns);
	else
		pli_sim_put_text(w, "deliveryTime", "0");
	pli_sim_put_text(w, "deliveryFeeRate", dated ? "0.0005" : "");
	put_contract_filters(w, in);
	if (!option) {
		pli_sim_put_text(w, "priceScale", scale);
		pli_sim_put_bool(w, "unifiedMarginTrade", true);
		pli_sim_put_int(w, "fundingInterval", dated ? 0 : FUNDING_MINUTES);
	}
	pli_json_object_close(w);
}

static void
pair_name(pli_sim_asset asset, char ret_name[PLI_SIM_NAME_MAX])
{
	(void)snprintf(ret_name, PLI_SIM_NAME_MAX, "%sUSDT", pli_sim_asset_name(asset));
}

void
pli_sim_bybit_put_pair(pli_json_writer *w, pli_sim_asset asset)
{
	static const char *const lot[] = {"basePrecision", "quotePrecision", "minOrderQty",
	    "maxOrderQty", "minOrderAmt", "maxOrderAmt", NULL};
	static const char *const lots[] = {
	    "0.000001", "0.00000001", "0.000048", "71.73956243", "1", "4000000"};
	static const char *const price[] = {"tickSize", NULL};
	static const char *const prices[] = {"0.00001"}, *const usdc[] = {"0.0001"};
	char name[PLI_SIM_NAME_MAX];
	pair_name(asset, name);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", name);
	pli_sim_put_text(w, "baseCoin", pli_sim_asset_name(asset));
	pli_sim_put_text(w, "quoteCoin", "USDT");
	pli_sim_put_text(w, "innovation", "0");
	pli_sim_put_text(w, "status", "Trading");
	pli_sim_put_text(w, "marginTrading", "both");
	put_filter(w, "lotSizeFilter", lot, lots);
	put_filter(w, "priceFilter", price, asset == PLI_SIM_USDC ? usdc : prices);
	pli_json_object_close(w);
}

void
pli_sim_bybit_put_tiers(pli_json_writer *w, const pli_sim_instrument *in)
{
	for (int i = 0; i < PLI_SIM_TIERS; i++) {
		pli_sim_tier tier = pli_sim_tier_of(pli_sim_bybit_tier(in), i);
		pli_json_object_open(w);
		pli_sim_put_int(w, "id", i + 1);
		pli_sim_put_text(w, "symbol", in->name);
		pli_sim_put_plain(w, "riskLimitValue", tier.cap);
		pli_sim_put_plain(w, "maintenanceMargin", tier.rate);
		pli_sim_put_plain(w, "initialMargin", tier.initial);
		pli_sim_put_int(w, "isLowestRisk", i == 0);
		pli_sim_put_plain(w, "maxLeverage", tier.leverage_max);
		if (i == 0)
			pli_sim_put_text(w, "mmDeduction", "");
		else
			pli_sim_put_plain(w, "mmDeduction", tier.deduction);
		pli_json_object_close(w);
	}
}

static bool
told_anew(plm_decimal *before, plm_decimal now)
{
	bool anew = !plm_decimal_is_known(*before) || plm_decimal_compare(*before, now) != 0;
	*before = now;
	return anew;
}

/* What a stream says at first and never again, or an answer each time. */
static void
ticker_put_rest(pli_json_writer *w, const pli_sim_market *m, const pli_sim_instrument *in)
{
	bool dated = in->kind == PLI_SIM_FUTURE;
	pli_sim_put_text(w, "tickDirection", "ZeroMinusTick");
	pli_sim_put_text(w, "price24hPcnt", "0");
	pli_sim_put_plain(w, "prevPrice24h", in->mark);
	pli_sim_put_plain(w, "highPrice24h", pli_sim_larger(in->mark, in->mark));
	pli_sim_put_plain(w, "lowPrice24h", pli_sim_smaller(in->mark, in->mark));
	pli_sim_put_plain(w, "prevPrice1h", in->mark);
	pli_sim_put_plain(w, "openInterest", in->open_interest);
	pli_sim_put_text(w, "openInterestValue", "0");
	pli_sim_put_text(w, "turnover24h", "0");
	pli_sim_put_text(w, "volume24h", "0");
	pli_sim_put_ms(w, "nextFundingTime", dated ? 0 : pli_sim_market_next_funding(m));
	if (dated) {
		char text[PLM_TIME_TEXT_MAX];
		pli_sim_put_text(w, "deliveryTime", plm_time_format(in->expiry_ns, text));
		pli_sim_put_text(w, "basisRate", "0");
		pli_sim_put_text(w, "basis", "0");
		pli_sim_put_text(w, "deliveryFeeRate", "0.0005");
		pli_sim_put_text(w, "predictedDeliveryPrice", "0.00");
		pli_sim_put_text(w, "fundingRate", "");
	}
}

static void
ticker_put_quotes(pli_json_writer *w, const pli_sim_market *m, const pli_sim_instrument *in)
{
	plm_decimal lots = plm_decimal_from_int(1 + m->now_ns / PLM_NS_PER_S % 97);
	pli_sim_put_plain(w, "bid1Price", in->bid);
	pli_sim_put_plain(w, "bid1Size", pli_sim_multiply(in->lot, lots));
	pli_sim_put_plain(w, "ask1Price", in->ask);
	pli_sim_put_plain(w, "ask1Size", pli_sim_multiply(in->lot, lots));
}

void
pli_sim_bybit_put_ticker(pli_json_writer *w, const pli_sim_market *m, const pli_sim_instrument *in,
    pli_sim_bybit_told *told)
{
	plm_decimal unknown = plm_decimal_unknown();
	pli_sim_bybit_told nothing = {unknown, unknown, unknown, unknown};
	pli_sim_bybit_told *before = told == NULL ? &nothing : told;
	bool whole = !plm_decimal_is_known(before->mark);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", in->name);
	if (whole)
		ticker_put_rest(w, m, in);
	if (told_anew(&before->last, in->last))
		pli_sim_put_plain(w, "lastPrice", in->last);
	if (told_anew(&before->mark, in->mark))
		pli_sim_put_plain(w, "markPrice", in->mark);
	if (told_anew(&before->index, in->index))
		pli_sim_put_plain(w, "indexPrice", in->index);
	if (in->kind == PLI_SIM_PERPETUAL && told_anew(&before->funding, in->funding_rate))
		pli_sim_put_plain(w, "fundingRate", in->funding_rate);
	ticker_put_quotes(w, m, in);
	pli_json_object_close(w);
}

/* What is left of a day below one, by which the venue multiplies gamma. Theta has it already. */
static plm_decimal
option_gamma(const pli_sim_market *m, const pli_sim_instrument *in)
{
	double days = (double)(in->expiry_ns - m->now_ns) / (double)PLM_NS_PER_DAY;
	if (days >= 1)
		return in->gamma;
	return pli_sim_round(pli_sim_multiply(in->gamma, pli_sim_from(days < 0 ? 0 : days, 8)), 8);
}

void
pli_sim_bybit_put_option(
    pli_json_writer *w, const pli_sim_market *m, const pli_sim_instrument *in, bool pushed)
{
	static const char *const zeros[] = {"highPrice24h", "lowPrice24h", "turnover24h",
	    "volume24h", "totalVolume", "totalTurnover", "predictedDeliveryPrice", "change24h",
	    NULL};
	plm_decimal iv = pli_sim_multiply(in->mark_iv, pli_sim_of("0.01"));
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", in->name);
	pli_sim_put_plain(w, pushed ? "bidPrice" : "bid1Price", in->bid);
	pli_sim_put_plain(w, pushed ? "bidSize" : "bid1Size", in->lot);
	pli_sim_put_plain(w, pushed ? "bidIv" : "bid1Iv", iv);
	pli_sim_put_plain(w, pushed ? "askPrice" : "ask1Price", in->ask);
	pli_sim_put_plain(w, pushed ? "askSize" : "ask1Size", in->lot);
	pli_sim_put_plain(w, pushed ? "askIv" : "ask1Iv", iv);
	pli_sim_put_plain(w, "lastPrice", in->last);
	pli_sim_put_plain(w, "markPrice", in->mark);
	pli_sim_put_plain(w, "indexPrice", in->index);
	pli_sim_put_plain(w, pushed ? "markPriceIv" : "markIv", iv);
	pli_sim_put_plain(w, "underlyingPrice", in->underlying);
	pli_sim_put_plain(w, "openInterest", in->open_interest);
	pli_sim_put_plain(w, "delta", in->delta);
	pli_sim_put_plain(w, "gamma", option_gamma(m, in));
	pli_sim_put_plain(w, "vega", in->vega);
	pli_sim_put_plain(w, "theta", in->theta);
	for (const char *const *name = zeros; *name != NULL; name++)
		pli_sim_put_text(w, *name, "0");
	pli_json_object_close(w);
}

plm_decimal
pli_sim_bybit_spot_price(const pli_sim_market *m, pli_sim_asset asset)
{
	if (asset < PLI_SIM_COINS)
		return pli_sim_round(m->coins[asset].index[PLI_SIM_USDT], COIN_PLACES);
	return pli_sim_round(
	    pli_sim_divide(m->dollar[asset], m->dollar[PLI_SIM_USDT]), USDC_PLACES);
}

void
pli_sim_bybit_put_spot(
    pli_json_writer *w, const pli_sim_market *m, pli_sim_asset asset, bool quoted)
{
	static const char *const prices[] = {
	    "lastPrice", "highPrice24h", "lowPrice24h", "prevPrice24h", NULL};
	static const char *const quotes[] = {"bid1Price", "ask1Price", NULL};
	char name[PLI_SIM_NAME_MAX];
	plm_decimal price = pli_sim_bybit_spot_price(m, asset);
	pair_name(asset, name);
	pli_json_object_open(w);
	pli_sim_put_text(w, "symbol", name);
	for (const char *const *key = prices; *key != NULL; key++)
		pli_sim_put_plain(w, *key, price);
	for (const char *const *key = quotes; quoted && *key != NULL; key++)
		pli_sim_put_plain(w, *key, price);
	if (quoted) {
		pli_sim_put_text(w, "bid1Size", "1");
		pli_sim_put_text(w, "ask1Size", "1");
	}
	pli_sim_put_text(w, "price24hPcnt", "0");
	pli_sim_put_text(w, "turnover24h", "0");
	pli_sim_put_text(w, "volume24h", "0");
	pli_sim_put_plain(w, "usdIndexPrice", m->dollar[asset]);
	pli_json_object_close(w);
}
