/* margin_models_bybit.c: cases of Bybit as pools. */
#include <math.h>

#include "cli/margin_case.h"
#include "plimsoll/margin_rules.h"

/* A contract that is margined at its entry: {entry, leverage, side, mmr, taker}. */
static plm_margin_leg *
entry_leg(margin_case *c, plm_margin_leg_kind kind, double size)
{
	double entry = pli_case_number(c, c->input, "entry");
	plm_margin_leg *leg = pli_case_leg(
	    c, kind, size * pli_case_side(c, c->input), entry, entry);
	pli_case_rate(c, leg, pli_case_number_or(c, c->input, "mmr", 0),
	    pli_case_number_or(c, c->input, "deduction", 0), NAN);
	leg->fee = pli_case_number_or(c, c->input, "taker", 0);
	return leg;
}

static void
linear_im_mm(margin_case *c)
{
	double value = pli_case_number(c, c->input, "position_value");
	pli_case_pool(c, "bybit.uta");
	(void)pli_case_asset(c, 0);
	plm_margin_leg *leg = pli_case_leg(
	    c, PLM_MARGIN_LEG_LINEAR, pli_case_side(c, c->input), value, value);
	pli_case_rate(c, leg, pli_case_number(c, c->input, "mmr"),
	    pli_case_number_or(c, c->input, "deduction", 0), NAN);
	leg->fee = pli_case_number_or(c, c->input, "taker", 0);
	leg->leverage = pli_case_number(c, c->input, "leverage");
	pli_case_evaluate(c);
	pli_case_put(c, "initial_margin", c->numbers.initial);
	pli_case_put(c, "maintenance_margin", c->numbers.maintenance);
}

/* What an isolated position holds is its initial margin, fee to close inside, and what was added.
 */
static void
isolated_put(margin_case *c, bool linear)
{
	pli_case_evaluate(c);
	c->assets[0].wallet = c->numbers.initial +
			      pli_case_number_or(c, c->input, "extra_margin", 0);
	if (linear) {
		pli_case_put(c, "position_balance", c->assets[0].wallet);
		pli_case_put(c, "bust_price", pli_case_price(c, PLM_THRESHOLD_BANKRUPTCY));
	}
	pli_case_put(c, "liq_price", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
linear_isolated_liq(margin_case *c)
{
	pli_case_pool(c, "bybit.entry");
	(void)pli_case_asset(c, 0);
	entry_leg(c, PLM_MARGIN_LEG_LINEAR, pli_case_number(c, c->input, "size"))->leverage =
	    pli_case_number(c, c->input, "leverage");
	isolated_put(c, true);
}

static void
inverse_isolated_liq(margin_case *c)
{
	pli_case_pool(c, "bybit.entry");
	(void)pli_case_asset(c, 0);
	entry_leg(c, PLM_MARGIN_LEG_INVERSE, pli_case_number(c, c->input, "contracts_usd"))
	    ->leverage = pli_case_number(c, c->input, "leverage");
	isolated_put(c, false);
}

static void
inverse_cross_bankruptcy(margin_case *c)
{
	pli_case_pool(c, "bybit.uta");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "balance_coin"));
	(void)entry_leg(c, PLM_MARGIN_LEG_INVERSE, pli_case_number(c, c->input, "contracts_usd"));
	pli_case_put(c, "bankruptcy_price", pli_case_price(c, PLM_THRESHOLD_BANKRUPTCY));
}

/* Rows say where they end. */
static void
tier_mm(margin_case *c)
{
	double value = pli_case_number(c, c->input, "value"), floor = 0;
	uint32_t array = pli_case_find(c, c->input, "tiers"), count = 0;
	pli_case_pool(c, "bybit.uta");
	(void)pli_case_asset(c, 0);
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_LINEAR, 1, value, value);
	plm_margin_step *rows = pli_case_steps(c, leg, MARGIN_CASE_STEPS_MAX);
	for (uint32_t at = pli_case_first(c, c->input, "tiers");
	     at != 0 && count < leg->steps.count; at = pli_case_next(c, array, at)) {
		rows[count++] = (plm_margin_step){floor, pli_case_number(c, at, "mmr"), 0, NAN};
		floor = pli_case_number_or(c, at, "max", INFINITY);
	}
	leg->steps.count = count;
	plm_margin_deduct(rows, count);
	pli_case_evaluate(c);
	pli_case_put(c, "maintenance_margin", c->numbers.maintenance);
}

static void
option_pool(margin_case *c, const plm_bybit_option *p)
{
	double mark = pli_case_number(c, c->input, "mark");
	pli_case_pool(c, "bybit.uta");
	c->pool.parameters = p;
	(void)pli_case_asset(c, pli_case_number_or(c, c->input, "balance", 0));
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_OPTION,
	    -fabs(pli_case_number(c, c->input, "size")),
	    pli_case_number_or(c, c->input, "avg_price", mark), mark);
	leg->put = pli_case_text_is(c, c->input, "type", "put");
	leg->strike = pli_case_number(c, c->input, "strike");
	c->underlyings[0].price = pli_case_number(c, c->input, "index");
	pli_case_evaluate(c);
}

static void
option_mm(margin_case *c)
{
	plm_bybit_option p = {0.15, 0.10, pli_case_number(c, c->input, "mm_factor"),
	    pli_case_number(c, c->input, "liq_fee")};
	option_pool(c, &p);
	pli_case_put(c, "maintenance_margin", c->numbers.maintenance);
	pli_case_put(c, "account_mmr", c->numbers.ratio);
}

static void
option_position_im(margin_case *c)
{
	plm_bybit_option p = {pli_case_number(c, c->input, "im_factor"),
	    pli_case_number(c, c->input, "im_floor"), pli_case_number(c, c->input, "mm_factor"),
	    pli_case_number(c, c->input, "liq_fee")};
	option_pool(c, &p);
	pli_case_put(c, "initial_margin", c->numbers.initial);
	pli_case_put(c, "maintenance_margin", c->numbers.maintenance);
}

static void
option_buy_order_im(margin_case *c)
{
	double fee, size = pli_case_number(c, c->input, "size");
	double price = pli_case_number(c, c->input, "order_price");
	double asked = plm_bybit_option_buy(size, price, pli_case_number(c, c->input, "index"),
	    pli_case_number(c, c->input, "fee_rate"), &fee);
	pli_case_put(c, "premium", asked - fee);
	pli_case_put(c, "fee", fee);
	pli_case_put(c, "order_im", asked);
}

/* One price, at which the venue's worst row has gained so much, with no leg that it could move. */
static void
pm_evaluate(margin_case *c, plm_margin_stress *told, double other, double other_initial)
{
	pli_case_pool(c, "bybit.pm");
	c->pool.parameters = told;
	c->pool.underlyings_count = 1;
	c->underlyings[0].price = 1;
	c->pool.other_maintenance = other;
	c->pool.other_initial = other_initial;
	(void)pli_case_asset(c, pli_case_number(c, c->input, "account_equity"));
	pli_case_evaluate(c);
}

/* The venue's own maintenance, where it is told, is what its initial margin is of. */
static void
pm_aggregate(margin_case *c)
{
	plm_margin_stress told = {.moves_count = 1,
	    .range = 0.5,
	    .beside = {pli_case_number(c, c->input, "perp_pnl") +
		       pli_case_number(c, c->input, "option_pnl") +
		       pli_case_number(c, c->input, "spot_hedge_pnl")},
	    .added = pli_case_number(c, c->input, "contingency_option") +
		     pli_case_number(c, c->input, "contingency_other"),
	    .initial = pli_case_number(c, c->input, "im_factor")};
	pm_evaluate(c, &told, 0, 0);
	pli_case_put(c, "scenario_total", told.beside[0]);
	pli_case_put(c, "contingency_total", told.added);
	pli_case_put(c, "asset_mm", c->numbers.maintenance);
	double asset = pli_case_number_or(c, c->input, "asset_mm", c->numbers.maintenance);
	told.added += asset - c->numbers.maintenance;
	pm_evaluate(c, &told, 0, 0);
	double initial = c->numbers.initial;
	pli_case_put(c, "asset_im", initial);
	pm_evaluate(c, &told, pli_case_number(c, c->input, "account_mm") - asset,
	    pli_case_number(c, c->input, "account_im") - initial);
	pli_case_put(
	    c, "account_mm_rate", plm_bybit_rate(c->numbers.maintenance, c->numbers.equity));
	pli_case_put(
	    c, "account_im_rate", plm_bybit_rate(c->numbers.initial, c->numbers.equity_initial));
}

const margin_case_model pli_margin_models_bybit[] = {
    {"bybit.linear.im_mm", linear_im_mm},
    {"bybit.linear.isolated_liq_entry_based", linear_isolated_liq},
    {"bybit.inverse.isolated_liq_entry_based", inverse_isolated_liq},
    {"bybit.inverse.cross_bankruptcy", inverse_cross_bankruptcy},
    {"bybit.tier.mm", tier_mm},
    {"bybit.option.mm", option_mm},
    {"bybit.option.position_im", option_position_im},
    {"bybit.option.buy_order_im", option_buy_order_im},
    {"bybit.pm.aggregate", pm_aggregate},
    {0},
};
