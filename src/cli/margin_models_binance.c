/* margin_models_binance.c: cases of Binance as pools. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/margin_case.h"
#include "plimsoll/margin_rules.h"

/* One leg of a case: {side, size, entry, mmr, cum, mark}; without a mark: at its entry. */
static plm_margin_leg *
futures_leg(margin_case *c, uint32_t node, double side)
{
	double entry = pli_case_number(c, node, "entry");
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_LINEAR,
	    side * pli_case_number(c, node, "size"), entry,
	    pli_case_number_or(c, node, "mark", entry));
	pli_case_rate(
	    c, leg, pli_case_number(c, node, "mmr"), pli_case_number_or(c, node, "cum", 0), NAN);
	return leg;
}

/* Legs of the contract itself come first and share its price: the first one's. */
static void
legs_share(margin_case *c, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		c->legs[i].underlying = c->legs[from].underlying;
		c->legs[i].mark = c->legs[from].mark;
	}
}

static void
usdm_liq_price(margin_case *c)
{
	uint32_t both = pli_case_find(c, c->input, "both"), long_leg, short_leg;
	pli_case_pool(c, "binance.usdm");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "wallet_balance"));
	if (both != 0)
		(void)futures_leg(c, both, pli_case_side(c, both));
	if ((long_leg = pli_case_find(c, c->input, "long")) != 0)
		(void)futures_leg(c, long_leg, 1);
	if ((short_leg = pli_case_find(c, c->input, "short")) != 0)
		(void)futures_leg(c, short_leg, -1);
	legs_share(c, 0, c->pool.legs_count);
	uint32_t array = pli_case_find(c, c->input, "other");
	for (uint32_t at = pli_case_first(c, c->input, "other"); at != 0;
	     at = pli_case_next(c, array, at))
		(void)futures_leg(c, at, pli_case_side(c, at));
	if (array == 0) {
		c->pool.other_maintenance = pli_case_number_or(c, c->input, "tmm_other", 0);
		c->pool.other_equity = pli_case_number_or(c, c->input, "upnl_other", 0);
	}
	pli_case_put(c, "liquidation_price", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
coinm_liq_price(margin_case *c)
{
	static const struct {
		const char *key;
		double side;
	} sides[] = {{"both", 0}, {"long", 1}, {"short", -1}};
	double face = pli_case_number(c, c->input, "contract_multiplier");
	pli_case_pool(c, "binance.coinm");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "wallet_balance"));
	for (unsigned i = 0; i < sizeof sides / sizeof *sides; i++) {
		uint32_t node = pli_case_find(c, c->input, sides[i].key);
		if (node == 0)
			continue;
		double side = sides[i].side == 0 ? pli_case_side(c, node) : sides[i].side;
		double entry = pli_case_number(c, node, "entry");
		plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_INVERSE,
		    side * face * pli_case_number(c, node, "contracts"), entry, entry);
		pli_case_rate(c, leg, pli_case_number(c, node, "mmr"),
		    pli_case_number_or(c, node, "cum", 0), NAN);
	}
	legs_share(c, 0, c->pool.legs_count);
	c->pool.other_maintenance = pli_case_number_or(c, c->input, "tmm_other", 0);
	c->pool.other_equity = pli_case_number_or(c, c->input, "upnl_other", 0);
	pli_case_put(c, "liquidation_price", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
tier_cum(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "tiers"), count = 0;
	for (uint32_t at = pli_case_first(c, c->input, "tiers");
	     at != 0 && count < MARGIN_CASE_STEPS_MAX; at = pli_case_next(c, array, at))
		c->steps[count++] = (plm_margin_step){
		    pli_case_number(c, at, "floor"), pli_case_number(c, at, "mmr"), 0, NAN};
	plm_margin_deduct(c->steps, count);
	pli_json_key(c->out, "cum");
	pli_json_array_open(c->out);
	for (uint32_t i = 0; i < count; i++)
		pli_json_put_double(c->out, c->steps[i].deduction);
	pli_json_array_close(c->out);
}

/* One step on from a row whose deduction is known. */
static void
tier_cum_step(margin_case *c)
{
	plm_margin_step rows[] = {{0, pli_case_number(c, c->input, "prev_mmr"), 0, NAN},
	    {pli_case_number(c, c->input, "floor"), pli_case_number(c, c->input, "mmr"), 0, NAN}};
	plm_margin_deduct(rows, 2);
	pli_case_put(c, "cum", pli_case_number(c, c->input, "prev_cum") + rows[1].deduction);
}

/* A leg of a stated notional: one coin at that price. */
static plm_margin_leg *
notional_leg(margin_case *c, const char *rule, double initial)
{
	double notional = pli_case_number(c, c->input, "notional");
	pli_case_pool(c, rule);
	(void)pli_case_asset(c, 0);
	plm_margin_leg *leg = pli_case_leg(
	    c, PLM_MARGIN_LEG_LINEAR, notional < 0 ? -1 : 1, fabs(notional), fabs(notional));
	pli_case_rate(c, leg, pli_case_number(c, c->input, "mmr"),
	    pli_case_number_or(c, c->input, "cum", 0), initial);
	return leg;
}

static void
usdm_maint_margin(margin_case *c)
{
	(void)notional_leg(c, "binance.usdm", NAN);
	pli_case_evaluate(c);
	pli_case_put(c, "maint_margin", c->numbers.maintenance);
}

static void
usdm_position(margin_case *c)
{
	notional_leg(c, "binance.usdm", NAN)->leverage = pli_case_number(c, c->input, "leverage");
	pli_case_evaluate(c);
	pli_case_put(c, "initial_margin", c->numbers.initial);
	pli_case_put(c, "maint_margin", c->numbers.maintenance);
}

static void
usdm_margin_ratio(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "positions");
	pli_case_pool(c, "binance.usdm");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "wallet_balance"));
	for (uint32_t at = pli_case_first(c, c->input, "positions"); at != 0;
	     at = pli_case_next(c, array, at))
		(void)futures_leg(c, at, pli_case_side(c, at));
	pli_case_evaluate(c);
	pli_case_put(c, "maint_margin", c->numbers.maintenance);
	pli_case_put(c, "margin_balance", c->numbers.equity);
	pli_case_put(c, "margin_ratio", c->numbers.ratio);
	pli_json_member_bool(c->out, "liquidation", c->numbers.liquidation <= 0);
}

static void
coinm_maint_margin(margin_case *c)
{
	double mark = pli_case_number(c, c->input, "mark_price");
	pli_case_pool(c, "binance.coinm");
	(void)pli_case_asset(c, 0);
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_INVERSE,
	    pli_case_number(c, c->input, "contracts") *
		pli_case_number(c, c->input, "contract_multiplier"),
	    mark, mark);
	pli_case_rate(c, leg, pli_case_number(c, c->input, "mmr"),
	    pli_case_number_or(c, c->input, "cum", 0), NAN);
	pli_case_evaluate(c);
	plm_margin_leg_numbers numbers;
	plm_margin_leg_of(c->work, 0, &numbers);
	pli_case_put(c, "notional_btc", numbers.notional);
	pli_case_put(c, "maint_margin_btc", c->numbers.maintenance);
}

/* Keys are named after the first asset. */
static void
multi_assets_equity(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "assets");
	pli_case_pool(c, "binance.multi");
	for (uint32_t at = pli_case_first(c, c->input, "assets"); at != 0;
	     at = pli_case_next(c, array, at)) {
		plm_margin_asset *asset = pli_case_asset(c, pli_case_number(c, at, "equity"));
		asset->price = pli_case_number(c, at, "index");
		asset->weight = asset->weight_initial = 1 - pli_case_number(c, at, "bid_buffer");
		asset->debt_weight = 1 + pli_case_number(c, at, "ask_buffer");
		plm_slice name = pli_case_text(c, at, "asset");
		if (!plm_slice_equal(name, plm_slice_of("USDT")))
			continue;
		pli_case_put(
		    c, "usdt_bid_rate", plm_collateral_value(asset, 1, false) * asset->price);
		pli_case_put(
		    c, "usdt_ask_rate", -plm_collateral_value(asset, -1, false) * asset->price);
	}
	pli_case_evaluate(c);
	pli_case_put(c, "equity_usd", c->numbers.equity);
}

/* Where the case's asset stands in the pool, by the start of a symbol; 0 when it is in none. */
static uint32_t
pm_asset(margin_case *c, plm_slice symbol, bool is_coin)
{
	uint32_t array = pli_case_find(c, c->input, "assets"), index = 0;
	for (uint32_t at = pli_case_first(c, c->input, "assets"); at != 0;
	     at = pli_case_next(c, array, at), index++) {
		plm_slice name = pli_case_text(c, at, "asset");
		bool starts = name.size <= symbol.size &&
			      memcmp(name.bytes, symbol.bytes, name.size) == 0;
		if (is_coin ? starts : plm_slice_equal(name, plm_slice_of("USDT")))
			return index;
	}
	return 0;
}

static const char *
pm_suffix(plm_slice symbol, bool is_coin)
{
	if (is_coin)
		return "coinm";
	return memchr(symbol.bytes, '_', symbol.size) != NULL &&
		       symbol.bytes[symbol.size - 1] == 'P'
		   ? "usdt_perp"
		   : "usdt_q";
}

/* What the case states of an asset holds the profit of its legs, so that the wallet is without. */
static void
pm_futures(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "futures");
	for (uint32_t at = pli_case_first(c, c->input, "futures"); at != 0;
	     at = pli_case_next(c, array, at)) {
		plm_slice symbol = pli_case_text(c, at, "symbol");
		bool is_coin = pli_case_find(c, at, "usd") != 0;
		double size = pli_case_number(c, at, is_coin ? "usd" : "qty");
		plm_margin_leg *leg = pli_case_leg(c,
		    is_coin ? PLM_MARGIN_LEG_INVERSE : PLM_MARGIN_LEG_LINEAR,
		    pli_case_side(c, at) * size, pli_case_number(c, at, "entry"),
		    pli_case_number(c, at, "mark"));
		leg->asset = pm_asset(c, symbol, is_coin);
		pli_case_rate(c, leg, pli_case_number(c, at, "mmr"),
		    pli_case_number_or(c, at, "cum", 0), NAN);
	}
	pli_case_evaluate(c);
	for (uint32_t i = 0; i < c->pool.legs_count; i++) {
		plm_margin_leg_numbers numbers;
		plm_margin_leg_of(c->work, i, &numbers);
		c->assets[c->legs[i].asset].wallet -= numbers.profit;
	}
}

static void
pm_put_legs(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "futures"), i = 0;
	for (uint32_t at = pli_case_first(c, c->input, "futures"); at != 0;
	     at = pli_case_next(c, array, at), i++) {
		plm_slice symbol = pli_case_text(c, at, "symbol");
		bool is_coin = c->legs[i].kind == PLM_MARGIN_LEG_INVERSE;
		const char *suffix = pm_suffix(symbol, is_coin);
		plm_margin_leg_numbers numbers;
		plm_margin_leg_of(c->work, i, &numbers);
		char key[48];
		(void)snprintf(key, sizeof key, "upnl_%s%s", suffix, is_coin ? "_btc" : "");
		pli_case_put(c, key, numbers.profit);
		(void)snprintf(key, sizeof key, "mm_%s%s", suffix, is_coin ? "_btc" : "");
		pli_case_put(c, key, numbers.maintenance);
	}
}

static void
pm_unimmr(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "assets");
	pli_case_pool(c, "binance.pm");
	for (uint32_t at = pli_case_first(c, c->input, "assets"); at != 0;
	     at = pli_case_next(c, array, at)) {
		plm_margin_asset *asset = pli_case_asset(
		    c, pli_case_number(c, at, "net_asset_incl_upnl"));
		asset->price = pli_case_number(c, at, "index");
		asset->weight = asset->weight_initial = pli_case_number(c, at, "collateral_rate");
	}
	array = pli_case_find(c, c->input, "margin_loans");
	for (uint32_t at = pli_case_first(c, c->input, "margin_loans"); at != 0;
	     at = pli_case_next(c, array, at)) {
		plm_slice name = pli_case_text(c, at, "asset");
		plm_margin_asset *asset = &c->assets[pm_asset(c, name, true)];
		asset->borrowed = pli_case_number(c, at, "loan");
		asset->loan_rate = pli_case_number(c, at, "mmr");
	}
	pm_futures(c);
	pli_case_evaluate(c);
	pm_put_legs(c);
	pli_case_put(c, "equity_usd", c->numbers.equity);
	pli_case_put(c, "mm_usd", c->numbers.maintenance);
	pli_case_put(c, "unimmr", c->numbers.ratio);
}

static void
pm_status(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "unimmr");
	pli_json_key(c->out, "status");
	pli_json_array_open(c->out);
	for (uint32_t at = pli_case_first(c, c->input, "unimmr"); at != 0;
	     at = pli_case_next(c, array, at)) {
		double ratio = NAN;
		(void)pli_json_double(c->json, at, &ratio, NULL);
		pli_json_put_text(c->out, plm_binance_pm_status(ratio));
	}
	pli_json_array_close(c->out);
}

static void
option_short(margin_case *c)
{
	plm_option_shares shares = {pli_case_number(c, c->input, "initialMargin"),
	    pli_case_number(c, c->input, "minInitialMargin"),
	    pli_case_number(c, c->input, "maintenanceMargin"),
	    pli_case_number(c, c->input, "minMaintenanceMargin")};
	double mark = pli_case_number(c, c->input, "mark");
	pli_case_pool(c, "binance.option");
	c->pool.parameters = &shares;
	(void)pli_case_asset(c, 0);
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_OPTION,
	    -fabs(pli_case_number_or(c, c->input, "size", 1)), mark, mark);
	leg->strike = pli_case_number(c, c->input, "strike");
	leg->put = pli_case_text_is(c, c->input, "type", "put");
	c->underlyings[leg->underlying].price = pli_case_number(c, c->input, "index");
	pli_case_evaluate(c);
	pli_case_put(c, "im", c->numbers.initial);
	pli_case_put(c, "mm", c->numbers.maintenance);
}

const margin_case_model pli_margin_models_binance[] = {
    {"binance.usdm.liq_price", usdm_liq_price},
    {"binance.usdm.maint_margin", usdm_maint_margin},
    {"binance.usdm.position", usdm_position},
    {"binance.usdm.margin_ratio", usdm_margin_ratio},
    {"binance.coinm.liq_price", coinm_liq_price},
    {"binance.coinm.maint_margin", coinm_maint_margin},
    {"binance.tier.cum", tier_cum},
    {"binance.tier.cum_step", tier_cum_step},
    {"binance.multi_assets.equity", multi_assets_equity},
    {"binance.pm.unimmr", pm_unimmr},
    {"binance.pm.status", pm_status},
    {"binance.option_short", option_short},
    {0},
};
