/* margin_models_okx.c: cases of OKX as pools. */
#include <math.h>

#include "cli/margin_case.h"
#include "plimsoll/margin_rules.h"

static plm_margin_leg *
futures_leg(margin_case *c, plm_margin_leg_kind kind, double quantity, double entry, double mark)
{
	plm_margin_leg *leg = case_leg(c, kind, quantity, entry, mark);
	case_rate(c, leg, case_number(c, c->input, "mmr_rate"), 0, NAN);
	leg->fee = case_number_or(c, c->input, "taker_fee", 0);
	return leg;
}

static void
isolated_futures_inverse(margin_case *c)
{
	double face = case_number(c, c->input, "contracts") *
		      case_number(c, c->input, "contract_value_usd");
	plm_margin_leg_numbers leg;
	case_pool(c, "okx.futures");
	(void)case_asset(c, case_number(c, c->input, "margin"));
	(void)futures_leg(c, PLM_MARGIN_LEG_INVERSE, face * case_side(c, c->input),
	    case_number(c, c->input, "avg_px"), case_number(c, c->input, "mark_px"));
	case_evaluate(c);
	plm_margin_leg_of(c->work, 0, &leg);
	case_put(c, "upl", leg.profit);
	case_put(c, "mmr", c->numbers.maintenance);
	case_put(c, "mgn_ratio", c->numbers.ratio);
	case_put(c, "liq_px", case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
isolated_liq_price_linear(margin_case *c)
{
	double entry = case_number(c, c->input, "entry");
	case_pool(c, "okx.futures");
	(void)case_asset(c, case_number(c, c->input, "margin"));
	(void)futures_leg(c, PLM_MARGIN_LEG_LINEAR,
	    case_side(c, c->input) * case_number(c, c->input, "size"), entry, entry);
	case_put(c, "liquidation_price", case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

/* The notional is what the initial margin says, and the equity what the ratio says of it. */
static void
cross_swap_linear(margin_case *c)
{
	double coins = case_number(c, c->input, "qty_base") * case_side(c, c->input);
	double notional = case_number(c, c->input, "imr") * case_number(c, c->input, "lever");
	double mark = notional / fabs(coins);
	plm_margin_leg_numbers leg;
	case_pool(c, "okx.futures");
	plm_margin_asset *asset = case_asset(c, 1);
	(void)futures_leg(c, PLM_MARGIN_LEG_LINEAR, coins, mark, mark);
	case_evaluate(c);
	asset->wallet = case_number(c, c->input, "mgn_ratio") / c->numbers.ratio;
	case_evaluate(c);
	plm_margin_leg_of(c->work, 0, &leg);
	case_put(c, "notional", leg.notional);
	case_put(c, "mmr", c->numbers.maintenance);
	case_put(c, "equity_implied", c->numbers.equity);
	case_put(c, "liq_px", case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
discount_tiered(margin_case *c)
{
	plm_collateral_step steps[MARGIN_CASE_ASSETS_MAX];
	uint32_t array = case_find(c, c->input, "tiers"), count = 0;
	double floor = 0;
	for (uint32_t at = case_first(c, c->input, "tiers");
	     at != 0 && count < MARGIN_CASE_ASSETS_MAX; at = case_next(c, array, at)) {
		steps[count++] = (plm_collateral_step){floor, case_number(c, at, "rate")};
		floor = case_number_or(c, at, "max", INFINITY);
	}
	case_pool(c, "okx.multi");
	plm_margin_asset *asset = case_asset(c, case_number(c, c->input, "amount"));
	asset->price = case_number(c, c->input, "index_usd");
	asset->steps = steps;
	asset->steps_count = count;
	case_evaluate(c);
	case_put(c, "discounted_usd", c->numbers.equity);
}

static void
option_position_margin(margin_case *c)
{
	plm_okx_option p = {case_number(c, c->input, "b"), case_number(c, c->input, "a"), 0.03};
	double mark = case_number(c, c->input, "mark_px_coin");
	case_pool(c, "okx.futures");
	c->pool.parameters = &p;
	(void)case_asset(c, 0);
	plm_margin_leg *leg = case_leg(c, PLM_MARGIN_LEG_OPTION_COIN,
	    -fabs(
		case_number(c, c->input, "contracts") * case_number(c, c->input, "contract_mult")),
	    mark, mark);
	leg->put = case_text_is(c, c->input, "type", "put");
	leg->strike = case_number(c, c->input, "strike");
	leg->forward = case_number(c, c->input, "forward");
	leg->factor = case_number_or(c, c->input, "factor", 1);
	case_evaluate(c);
	case_put(c, "position_margin_btc", c->numbers.initial);
}

static void
account_mgn_ratio(margin_case *c)
{
	case_pool(c, "okx.multi");
	(void)case_asset(c, case_number(c, c->input, "adj_eq"));
	c->pool.other_maintenance = case_number(c, c->input, "mmr") +
				    case_number_or(c, c->input, "liquidation_fees", 0);
	case_evaluate(c);
	case_put(c, "mgn_ratio", c->numbers.ratio);
	pli_json_member_bool(c->out, "liquidation", c->numbers.liquidation <= 0);
}

static void
pm_aggregate(margin_case *c)
{
	plm_okx_pm_parts parts = {.mr1 = case_number_or(c, c->input, "mr1", 0),
	    .mr2 = case_number_or(c, c->input, "mr2", 0),
	    .mr3 = case_number_or(c, c->input, "mr3", 0),
	    .mr4 = case_number_or(c, c->input, "mr4", 0),
	    .mr5 = case_number_or(c, c->input, "mr5", 0),
	    .mr6 = case_number_or(c, c->input, "mr6", 0),
	    .mr7 = case_number_or(c, c->input, "mr7", 0)};
	double asked = plm_okx_pm_maintenance(&parts);
	case_put(c, "mmr", asked);
	case_put(c, "imr", asked * case_number(c, c->input, "im_factor"));
}

/* Legs are marked where their stated delta in USD is. */
static void
pm_risk_unit(margin_case *c)
{
	plm_okx_pm p = {case_number(c, c->input, "mr1_move"), case_number(c, c->input, "mr6_move"),
	    case_number(c, c->input, "mr6_factor"), case_number(c, c->input, "mr4_rate"),
	    case_number(c, c->input, "mr7_rate"), case_number(c, c->input, "im_factor")};
	uint32_t array = case_find(c, c->input, "positions");
	case_pool(c, "okx.pm");
	c->pool.parameters = &p;
	(void)case_asset(c, 0);
	for (uint32_t at = case_first(c, c->input, "positions"); at != 0;
	     at = case_next(c, array, at)) {
		double coins = case_number(c, at, "contracts") *
			       case_number(c, at, "contract_mult");
		double mark = case_number(c, at, "mark_px");
		double at_delta = case_number_or(c, at, "delta_usd", coins * mark) / coins;
		plm_margin_leg *leg = case_leg(c, PLM_MARGIN_LEG_LINEAR, coins, at_delta, at_delta);
		case_rate(c, leg, 0, 0, 0);
		leg->underlying = 0;
	}
	c->pool.underlyings_count = 1;
	c->underlyings[0].price = case_number(c, c->input, "index_px_usd_implied");
	plm_okx_pm_parts parts;
	plm_okx_pm_parts_of(c->work, &c->pool, 0, &parts);
	case_evaluate(c);
	case_put(c, "mr1", parts.mr1);
	case_put(c, "mr4", parts.mr4);
	case_put(c, "mr6", parts.mr6);
	case_put(c, "mr7", parts.mr7);
	case_put(c, "mmr", c->numbers.maintenance);
	case_put(c, "imr", c->numbers.initial);
}

const margin_case_model pli_margin_models_okx[] = {
    {"okx.isolated.futures_inverse", isolated_futures_inverse},
    {"okx.isolated.liq_price_linear", isolated_liq_price_linear},
    {"okx.cross.swap_linear", cross_swap_linear},
    {"okx.discount.tiered", discount_tiered},
    {"okx.option.position_margin", option_position_margin},
    {"okx.account.mgn_ratio", account_mgn_ratio},
    {"okx.pm.aggregate", pm_aggregate},
    {"okx.pm.risk_unit", pm_risk_unit},
    {0},
};
