/* margin_models_bybit.c: cases of Bybit as pools. */
#include <math.h>

#include "cli/margin_case.h"
#include "plimsoll/margin_rules.h"

/* A contract that is margined at its entry: {entry, leverage, side, mmr, taker}. */
static plm_margin_leg *
entry_leg(margin_case *c, plm_margin_leg_kind kind, double size)
{
	double entry = case_number(c, c->input, "entry");
	plm_margin_leg *leg = case_leg(c, kind, size * case_side(c, c->input), entry, entry);
	case_rate(c, leg, case_number_or(c, c->input, "mmr", 0),
	    case_number_or(c, c->input, "deduction", 0), NAN);
	leg->fee = case_number_or(c, c->input, "taker", 0);
	return leg;
}

static void
linear_im_mm(margin_case *c)
{
	double value = case_number(c, c->input, "position_value");
	case_pool(c, "bybit.uta");
	(void)case_asset(c, 0);
	plm_margin_leg *leg = case_leg(
	    c, PLM_MARGIN_LEG_LINEAR, case_side(c, c->input), value, value);
	case_rate(c, leg, case_number(c, c->input, "mmr"),
	    case_number_or(c, c->input, "deduction", 0), NAN);
	leg->fee = case_number_or(c, c->input, "taker", 0);
	leg->leverage = case_number(c, c->input, "leverage");
	case_evaluate(c);
	case_put(c, "initial_margin", c->numbers.initial);
	case_put(c, "maintenance_margin", c->numbers.maintenance);
}

/* What an isolated position holds is its initial margin, fee to close inside, and what was added.
 */
static void
isolated_put(margin_case *c, bool linear)
{
	case_evaluate(c);
	c->assets[0].wallet = c->numbers.initial + case_number_or(c, c->input, "extra_margin", 0);
	if (linear) {
		case_put(c, "position_balance", c->assets[0].wallet);
		case_put(c, "bust_price", case_price(c, PLM_THRESHOLD_BANKRUPTCY));
	}
	case_put(c, "liq_price", case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
linear_isolated_liq(margin_case *c)
{
	case_pool(c, "bybit.entry");
	(void)case_asset(c, 0);
	entry_leg(c, PLM_MARGIN_LEG_LINEAR, case_number(c, c->input, "size"))->leverage =
	    case_number(c, c->input, "leverage");
	isolated_put(c, true);
}

static void
inverse_isolated_liq(margin_case *c)
{
	case_pool(c, "bybit.entry");
	(void)case_asset(c, 0);
	entry_leg(c, PLM_MARGIN_LEG_INVERSE, case_number(c, c->input, "contracts_usd"))->leverage =
	    case_number(c, c->input, "leverage");
	isolated_put(c, false);
}

static void
inverse_cross_bankruptcy(margin_case *c)
{
	case_pool(c, "bybit.uta");
	(void)case_asset(c, case_number(c, c->input, "balance_coin"));
	(void)entry_leg(c, PLM_MARGIN_LEG_INVERSE, case_number(c, c->input, "contracts_usd"));
	case_put(c, "bankruptcy_price", case_price(c, PLM_THRESHOLD_BANKRUPTCY));
}

/* Rows say where they end. */
static void
tier_mm(margin_case *c)
{
	double value = case_number(c, c->input, "value"), floor = 0;
	uint32_t array = case_find(c, c->input, "tiers"), count = 0;
	case_pool(c, "bybit.uta");
	(void)case_asset(c, 0);
	plm_margin_leg *leg = case_leg(c, PLM_MARGIN_LEG_LINEAR, 1, value, value);
	plm_margin_step *rows = case_steps(c, leg, MARGIN_CASE_STEPS_MAX);
	for (uint32_t at = case_first(c, c->input, "tiers"); at != 0 && count < leg->steps.count;
	     at = case_next(c, array, at)) {
		rows[count++] = (plm_margin_step){floor, case_number(c, at, "mmr"), 0, NAN};
		floor = case_number_or(c, at, "max", INFINITY);
	}
	leg->steps.count = count;
	plm_margin_deduct(rows, count);
	case_evaluate(c);
	case_put(c, "maintenance_margin", c->numbers.maintenance);
}

static void
option_pool(margin_case *c, const plm_bybit_option *p)
{
	double mark = case_number(c, c->input, "mark");
	case_pool(c, "bybit.uta");
	c->pool.parameters = p;
	(void)case_asset(c, case_number_or(c, c->input, "balance", 0));
	plm_margin_leg *leg = case_leg(c, PLM_MARGIN_LEG_OPTION,
	    -fabs(case_number(c, c->input, "size")), case_number_or(c, c->input, "avg_price", mark),
	    mark);
	leg->put = case_text_is(c, c->input, "type", "put");
	leg->strike = case_number(c, c->input, "strike");
	c->underlyings[0].price = case_number(c, c->input, "index");
	case_evaluate(c);
}

static void
option_mm(margin_case *c)
{
	plm_bybit_option p = {
	    0.15, 0.10, case_number(c, c->input, "mm_factor"), case_number(c, c->input, "liq_fee")};
	option_pool(c, &p);
	case_put(c, "maintenance_margin", c->numbers.maintenance);
	case_put(c, "account_mmr", c->numbers.ratio);
}

static void
option_position_im(margin_case *c)
{
	plm_bybit_option p = {case_number(c, c->input, "im_factor"),
	    case_number(c, c->input, "im_floor"), case_number(c, c->input, "mm_factor"),
	    case_number(c, c->input, "liq_fee")};
	option_pool(c, &p);
	case_put(c, "initial_margin", c->numbers.initial);
	case_put(c, "maintenance_margin", c->numbers.maintenance);
}

static void
option_buy_order_im(margin_case *c)
{
	double fee, size = case_number(c, c->input, "size");
	double price = case_number(c, c->input, "order_price");
	double asked = plm_bybit_option_buy(size, price, case_number(c, c->input, "index"),
	    case_number(c, c->input, "fee_rate"), &fee);
	case_put(c, "premium", asked - fee);
	case_put(c, "fee", fee);
	case_put(c, "order_im", asked);
}

/* The venue's own maintenance, where it is told, is what its initial margin is of. */
static void
pm_aggregate(margin_case *c)
{
	plm_bybit_pm_parts parts = {case_number(c, c->input, "perp_pnl") +
					case_number(c, c->input, "option_pnl") +
					case_number(c, c->input, "spot_hedge_pnl"),
	    case_number(c, c->input, "contingency_option") +
		case_number(c, c->input, "contingency_other"),
	    case_number(c, c->input, "im_factor")};
	double equity = case_number(c, c->input, "account_equity"), maintenance, initial;
	plm_bybit_pm_sum(&parts, &maintenance, &initial);
	case_put(c, "scenario_total", parts.scenario);
	case_put(c, "contingency_total", parts.contingency);
	case_put(c, "asset_mm", maintenance);
	parts.contingency += case_number_or(c, c->input, "asset_mm", maintenance) - maintenance;
	plm_bybit_pm_sum(&parts, &maintenance, &initial);
	case_put(c, "asset_im", initial);
	case_put(
	    c, "account_mm_rate", plm_bybit_rate(case_number(c, c->input, "account_mm"), equity));
	case_put(
	    c, "account_im_rate", plm_bybit_rate(case_number(c, c->input, "account_im"), equity));
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
