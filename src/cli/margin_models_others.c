/* margin_models_others.c: cases of BitMEX, Phemex, Kraken, Aave and Compound, and of hedges, as
 * pools. */
#include <math.h>
#include <stdio.h>

#include "cli/margin_case.h"
#include "plimsoll/margin_rules.h"

/* In satoshi: the face is dollars times 1e8, and the entry what the stated cost says. */
static void
bitmex_isolated(margin_case *c)
{
	double face = pli_case_number(c, c->input, "contracts") * 1e8;
	double cost = pli_case_number(c, c->input, "pos_cost_sat");
	double value = pli_case_number(c, c->input, "mark_value_sat");
	double tick = pli_case_number(c, c->input, "tick");
	pli_case_pool(c, "bitmex");
	plm_margin_asset *asset = pli_case_asset(c, 0);
	plm_margin_leg *leg = pli_case_leg(
	    c, PLM_MARGIN_LEG_INVERSE, face, fabs(face) / cost, fabs(face) / value);
	pli_case_rate(c, leg, 0, 0, NAN);
	leg->leverage = pli_case_number(c, c->input, "leverage");
	leg->fee = pli_case_number(c, c->input, "taker");
	c->pool.other_maintenance = pli_case_number(c, c->input, "pos_maint_sat");
	pli_case_evaluate(c);
	double initial = c->numbers.initial;
	double commission = round(plm_bitmex_commission(cost, initial, leg->fee));
	asset->wallet = initial + commission - pli_case_number(c, c->input, "pos_loss_sat");
	pli_case_evaluate(c);
	plm_margin_leg_numbers numbers;
	plm_margin_leg_of(c->work, 0, &numbers);
	pli_case_put(c, "pos_init_sat", initial);
	pli_case_put(c, "pos_comm_sat", commission);
	pli_case_put(c, "pos_margin_sat", asset->wallet);
	pli_case_put(c, "unrealised_pnl_sat", numbers.profit);
	pli_case_put(c, "maint_margin_sat", c->numbers.equity);
	pli_case_put(c, "liquidation_price",
	    floor(pli_case_price(c, PLM_THRESHOLD_LIQUIDATION) / tick) * tick);
	pli_case_put(
	    c, "bankrupt_price", floor(pli_case_price(c, PLM_THRESHOLD_BANKRUPTCY) / tick) * tick);
}

static void
phemex_liq_price(margin_case *c)
{
	double size = pli_case_number(c, c->input, "size");
	double entry = pli_case_number(c, c->input, "notional") / fabs(size);
	pli_case_pool(c, "phemex");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "balance"));
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_LINEAR, size, entry, entry);
	pli_case_rate(c, leg, pli_case_number(c, c->input, "mmr"), 0, NAN);
	leg->fee = pli_case_number_or(c, c->input, "taker", 0);
	pli_case_put(c, "liquidation_price", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
kraken_inverse_margin(margin_case *c)
{
	double entry = pli_case_number(c, c->input, "entry");
	double rate = pli_case_number(c, c->input, "im_rate");
	pli_case_pool(c, "kraken");
	(void)pli_case_asset(c, 0);
	plm_margin_leg *leg = pli_case_leg(
	    c, PLM_MARGIN_LEG_INVERSE, pli_case_number(c, c->input, "contracts_usd"), entry, entry);
	pli_case_rate(c, leg, rate * pli_case_number(c, c->input, "mm_share_of_im"), 0, rate);
	pli_case_evaluate(c);
	pli_case_put(c, "initial_margin_btc", c->numbers.initial);
	pli_case_put(c, "maintenance_margin_btc", c->numbers.maintenance);
}

static void
kraken_margin_equity(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "collateral");
	pli_case_pool(c, "kraken");
	for (uint32_t at = pli_case_first(c, c->input, "collateral"); at != 0;
	     at = pli_case_next(c, array, at)) {
		plm_margin_asset *asset = pli_case_asset(c, pli_case_number(c, at, "amount"));
		asset->price = pli_case_number(c, at, "price");
		asset->weight = asset->weight_initial = 1 - pli_case_number(c, at, "haircut");
	}
	c->pool.other_equity = pli_case_number_or(c, c->input, "upnl_usd", 0);
	pli_case_evaluate(c);
	pli_case_put(c, "margin_equity", c->numbers.equity);
}

/* Assets {qty, price} or {value}, by a weight that two keys name: of what may be borrowed and of
 * what is taken over; debts are negative. */
static void
lending_assets(margin_case *c, const char *key, const char *weight, const char *weight_initial)
{
	uint32_t array = pli_case_find(c, c->input, key);
	for (uint32_t at = pli_case_first(c, c->input, key); at != 0;
	     at = pli_case_next(c, array, at)) {
		bool whole = pli_case_find(c, at, "value") != 0;
		double amount = pli_case_number(c, at, whole ? "value" : "qty");
		plm_margin_asset *asset = pli_case_asset(c, weight == NULL ? -amount : amount);
		asset->price = whole ? 1 : pli_case_number(c, at, "price");
		if (weight == NULL)
			continue;
		asset->weight = pli_case_number_or(c, at, weight, NAN);
		asset->weight_initial = pli_case_number_or(c, at, weight_initial, NAN);
	}
}

static void
aave_health_factor(margin_case *c)
{
	pli_case_pool(c, "aave.v3");
	lending_assets(c, "collateral", "lt", "ltv");
	if (pli_case_first(c, c->input, "debt") != 0)
		lending_assets(c, "debt", NULL, NULL);
	else
		(void)pli_case_asset(c, -pli_case_number(c, c->input, "debt"));
	pli_case_evaluate(c);
	pli_case_put(c, "health_factor", c->numbers.ratio);
}

/* One coin as collateral that moves against a debt that does not: from twice the debt's worth. */
static void
lending_liq_price(margin_case *c, const char *rule, const char *debt_key, const char *weight)
{
	double debt = pli_case_number(c, c->input, debt_key);
	double amount = pli_case_number(c, c->input, "qty");
	pli_case_pool(c, rule);
	plm_margin_asset *asset = pli_case_asset(c, amount);
	asset->weight = asset->weight_initial = pli_case_number(c, c->input, weight);
	asset->price = 2 * debt / amount;
	asset->underlying = 0;
	c->underlyings[0] = (plm_margin_underlying){asset->price, 1, 1};
	c->pool.underlyings_count = 1;
	(void)pli_case_asset(c, -debt);
	pli_case_put(c, "liquidation_price", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
aave_liq_price(margin_case *c)
{
	lending_liq_price(c, "aave.v3", "debt", "lt");
}

static void
compound_liq_price(margin_case *c)
{
	lending_liq_price(c, "compound.v3", "base_debt", "liquidate_cf");
}

static void
aave_close_factor(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "hf_collateral_debt_usd");
	pli_json_key(c->out, "close_factor");
	pli_json_array_open(c->out);
	for (uint32_t at = pli_case_first(c, c->input, "hf_collateral_debt_usd"); at != 0;
	     at = pli_case_next(c, array, at)) {
		double values[3] = {NAN, NAN, NAN};
		for (uint32_t i = 0; i < 3; i++)
			(void)pli_json_double(c->json, at + 1 + i, &values[i], NULL);
		pli_json_put_double(c->out, plm_aave_close_factor(values[0], values[1], values[2]));
	}
	pli_json_array_close(c->out);
}

static void
compound_pool(margin_case *c)
{
	pli_case_pool(c, "compound.v3");
	lending_assets(c, "collateral", "liquidate_cf", "borrow_cf");
	plm_margin_asset *base = pli_case_asset(c, -pli_case_number(c, c->input, "base_debt"));
	base->price = pli_case_number_or(c, c->input, "base_price", 1);
	pli_case_evaluate(c);
}

static void
compound_is_liquidatable(margin_case *c)
{
	compound_pool(c);
	pli_json_member_bool(c->out, "liquidatable", c->numbers.liquidation < 0);
}

static void
compound_is_borrow_collateralized(margin_case *c)
{
	compound_pool(c);
	pli_json_member_bool(
	    c->out, "borrow_collateralized", c->numbers.equity_initial - c->numbers.initial >= 0);
}

static plm_margin_leg *
hedge_leg(margin_case *c, double quantity, double rate)
{
	double price = pli_case_number(c, c->input, "price");
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_LINEAR, quantity, price, price);
	pli_case_rate(c, leg, rate, 0, NAN);
	leg->underlying = 0;
	c->pool.underlyings_count = 1;
	return leg;
}

/* Each leg is a pool of its own. */
static void
hedge_separate_margin(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "legs");
	double price = pli_case_number(c, c->input, "price"), net = 0, longs = 0;
	for (uint32_t at = pli_case_first(c, c->input, "legs"); at != 0;
	     at = pli_case_next(c, array, at)) {
		double coins = pli_case_side(c, at) * pli_case_number(c, at, "qty");
		pli_case_pool(c, "binance.usdm");
		(void)pli_case_asset(c, pli_case_number(c, at, "equity"));
		(void)hedge_leg(c, coins, pli_case_number(c, at, "mmr"));
		int side = coins > 0 ? 0 : 1;
		double dies = pli_case_price_side(c, PLM_THRESHOLD_LIQUIDATION, 0, side);
		pli_case_put(c, coins > 0 ? "lp_long" : "lp_short", dies);
		pli_case_put(c, coins > 0 ? "down_move_pct" : "up_move_pct", dies / price - 1);
		net += coins;
		longs += coins > 0 ? coins : 0;
	}
	pli_case_put(c, "net_delta_before", net);
	pli_case_put(c, "net_delta_after_long_liquidated", net - longs);
}

static void
hedge_transfer_equal_ratio(margin_case *c)
{
	plm_margin_numbers a = {.equity = pli_case_number(c, c->input, "equity_a"),
	    .maintenance = pli_case_number(c, c->input, "mm_a")};
	plm_margin_numbers b = {.equity = pli_case_number(c, c->input, "equity_b"),
	    .maintenance = pli_case_number(c, c->input, "mm_b")};
	double amount = plm_margin_transfer(&a, &b);
	pli_case_put(c, "transfer_b_to_a", amount);
	pli_case_put(c, "ratio_after", (a.equity + amount) / a.maintenance);
}

static void
hedge_joint_account(margin_case *c)
{
	double rate = pli_case_number(c, c->input, "mmr"),
	       price = pli_case_number(c, c->input, "price");
	pli_case_pool(c, "binance.usdm");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "equity_total"));
	(void)hedge_leg(c, pli_case_number(c, c->input, "long_qty"), rate);
	(void)hedge_leg(c, -pli_case_number(c, c->input, "short_qty"), rate);
	pli_case_evaluate(c);
	char key[32];
	(void)snprintf(key, sizeof key, "mm_at_%.0f", price);
	pli_case_put(c, key, c->numbers.maintenance);
	pli_case_put(c, "mm_equals_equity_at_price", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
	double factor = 2;
	plm_margin_numbers moved;
	plm_margin_evaluate(c->work, &c->pool, &(plm_margin_move){&factor, 0}, &moved);
	pli_case_put(c, "uPnL_net_at_any_price", moved.equity - c->assets[0].wallet);
}

static void
inverse_pnl(margin_case *c)
{
	plm_margin_leg_numbers leg;
	pli_case_pool(c, "binance.coinm");
	(void)pli_case_asset(c, 0);
	(void)pli_case_leg(c, PLM_MARGIN_LEG_INVERSE,
	    pli_case_side(c, c->input) * pli_case_number(c, c->input, "usd"),
	    pli_case_number(c, c->input, "entry"), pli_case_number(c, c->input, "mark"));
	pli_case_evaluate(c);
	plm_margin_leg_of(c->work, 0, &leg);
	pli_case_put(c, "pnl_coin", leg.profit);
}

const margin_case_model pli_margin_models_others[] = {
    {"bitmex.inverse.isolated", bitmex_isolated},
    {"phemex.linear.liq_price", phemex_liq_price},
    {"kraken.inverse.margin", kraken_inverse_margin},
    {"kraken.multi.margin_equity", kraken_margin_equity},
    {"aave.v3.health_factor", aave_health_factor},
    {"aave.v3.liq_price_single", aave_liq_price},
    {"aave.v3.close_factor", aave_close_factor},
    {"compound.v3.is_liquidatable", compound_is_liquidatable},
    {"compound.v3.is_borrow_collateralized", compound_is_borrow_collateralized},
    {"compound.v3.liq_price_single", compound_liq_price},
    {"hedge.separate_margin", hedge_separate_margin},
    {"hedge.transfer_equal_ratio", hedge_transfer_equal_ratio},
    {"hedge.joint_account", hedge_joint_account},
    {"inverse.pnl", inverse_pnl},
    {0},
};
