/* margin_models_okx.c: cases of OKX as pools. */
#include <math.h>

#include "cli/margin_case.h"
#include "plimsoll/margin_rules.h"

static plm_margin_leg *
futures_leg(margin_case *c, plm_margin_leg_kind kind, double quantity, double entry, double mark)
{
	plm_margin_leg *leg = pli_case_leg(c, kind, quantity, entry, mark);
	pli_case_rate(c, leg, pli_case_number(c, c->input, "mmr_rate"), 0, NAN);
	leg->fee = pli_case_number_or(c, c->input, "taker_fee", 0);
	return leg;
}

static void
isolated_futures_inverse(margin_case *c)
{
	double face = pli_case_number(c, c->input, "contracts") *
		      pli_case_number(c, c->input, "contract_value_usd");
	plm_margin_leg_numbers leg;
	pli_case_pool(c, "okx.futures");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "margin"));
	(void)futures_leg(c, PLM_MARGIN_LEG_INVERSE, face * pli_case_side(c, c->input),
	    pli_case_number(c, c->input, "avg_px"), pli_case_number(c, c->input, "mark_px"));
	pli_case_evaluate(c);
	plm_margin_leg_of(c->work, 0, &leg);
	pli_case_put(c, "upl", leg.profit);
	pli_case_put(c, "mmr", c->numbers.maintenance);
	pli_case_put(c, "mgn_ratio", c->numbers.ratio);
	pli_case_put(c, "liq_px", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
isolated_liq_price_linear(margin_case *c)
{
	double entry = pli_case_number(c, c->input, "entry");
	pli_case_pool(c, "okx.futures");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "margin"));
	(void)futures_leg(c, PLM_MARGIN_LEG_LINEAR,
	    pli_case_side(c, c->input) * pli_case_number(c, c->input, "size"), entry, entry);
	pli_case_put(c, "liquidation_price", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

/* The notional is what the initial margin says, and the equity what the ratio says of it. */
static void
cross_swap_linear(margin_case *c)
{
	double coins = pli_case_number(c, c->input, "qty_base") * pli_case_side(c, c->input);
	double notional = pli_case_number(c, c->input, "imr") *
			  pli_case_number(c, c->input, "lever");
	double mark = notional / fabs(coins);
	plm_margin_leg_numbers leg;
	pli_case_pool(c, "okx.futures");
	plm_margin_asset *asset = pli_case_asset(c, 1);
	(void)futures_leg(c, PLM_MARGIN_LEG_LINEAR, coins, mark, mark);
	pli_case_evaluate(c);
	asset->wallet = pli_case_number(c, c->input, "mgn_ratio") / c->numbers.ratio;
	pli_case_evaluate(c);
	plm_margin_leg_of(c->work, 0, &leg);
	pli_case_put(c, "notional", leg.notional);
	pli_case_put(c, "mmr", c->numbers.maintenance);
	pli_case_put(c, "equity_implied", c->numbers.equity);
	pli_case_put(c, "liq_px", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
discount_tiered(margin_case *c)
{
	plm_collateral_step steps[MARGIN_CASE_ASSETS_MAX];
	uint32_t array = pli_case_find(c, c->input, "tiers"), count = 0;
	double floor = 0;
	for (uint32_t at = pli_case_first(c, c->input, "tiers");
	     at != 0 && count < MARGIN_CASE_ASSETS_MAX; at = pli_case_next(c, array, at)) {
		steps[count++] = (plm_collateral_step){floor, pli_case_number(c, at, "rate")};
		floor = pli_case_number_or(c, at, "max", INFINITY);
	}
	pli_case_pool(c, "okx.multi");
	plm_margin_asset *asset = pli_case_asset(c, pli_case_number(c, c->input, "amount"));
	asset->price = pli_case_number(c, c->input, "index_usd");
	asset->steps = steps;
	asset->steps_count = count;
	pli_case_evaluate(c);
	pli_case_put(c, "discounted_usd", c->numbers.equity);
}

static void
option_position_margin(margin_case *c)
{
	plm_okx_option p = {
	    pli_case_number(c, c->input, "b"), pli_case_number(c, c->input, "a"), 0.03};
	double mark = pli_case_number(c, c->input, "mark_px_coin");
	pli_case_pool(c, "okx.futures");
	c->pool.parameters = &p;
	(void)pli_case_asset(c, 0);
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_OPTION_COIN,
	    -fabs(pli_case_number(c, c->input, "contracts") *
		  pli_case_number(c, c->input, "contract_mult")),
	    mark, mark);
	leg->put = pli_case_text_is(c, c->input, "type", "put");
	leg->strike = pli_case_number(c, c->input, "strike");
	leg->forward = pli_case_number(c, c->input, "forward");
	leg->factor = pli_case_number_or(c, c->input, "factor", 1);
	pli_case_evaluate(c);
	pli_case_put(c, "position_margin_btc", c->numbers.initial);
}

static void
account_mgn_ratio(margin_case *c)
{
	pli_case_pool(c, "okx.multi");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "adj_eq"));
	c->pool.other_maintenance = pli_case_number(c, c->input, "mmr") +
				    pli_case_number_or(c, c->input, "liquidation_fees", 0);
	pli_case_evaluate(c);
	pli_case_put(c, "mgn_ratio", c->numbers.ratio);
	pli_json_member_bool(c->out, "liquidation", c->numbers.liquidation <= 0);
}

static void
pm_aggregate(margin_case *c)
{
	plm_okx_pm_parts parts = {.mr1 = pli_case_number_or(c, c->input, "mr1", 0),
	    .mr2 = pli_case_number_or(c, c->input, "mr2", 0),
	    .mr3 = pli_case_number_or(c, c->input, "mr3", 0),
	    .mr4 = pli_case_number_or(c, c->input, "mr4", 0),
	    .mr5 = pli_case_number_or(c, c->input, "mr5", 0),
	    .mr6 = pli_case_number_or(c, c->input, "mr6", 0),
	    .mr7 = pli_case_number_or(c, c->input, "mr7", 0)};
	double asked = plm_okx_pm_maintenance(&parts);
	pli_case_put(c, "mmr", asked);
	pli_case_put(c, "imr", asked * pli_case_number(c, c->input, "im_factor"));
}

/* Legs are marked where their stated delta in USD is. */
static void
pm_risk_unit(margin_case *c)
{
	plm_okx_pm p = {.move = pli_case_number(c, c->input, "mr1_move"),
	    .move_far = pli_case_number(c, c->input, "mr6_move"),
	    .far_share = pli_case_number(c, c->input, "mr6_factor"),
	    .basis = pli_case_number(c, c->input, "mr4_rate"),
	    .least = pli_case_number(c, c->input, "mr7_rate"),
	    .initial = pli_case_number(c, c->input, "im_factor")};
	uint32_t array = pli_case_find(c, c->input, "positions");
	pli_case_pool(c, "okx.pm");
	c->pool.parameters = &p;
	(void)pli_case_asset(c, 0);
	for (uint32_t at = pli_case_first(c, c->input, "positions"); at != 0;
	     at = pli_case_next(c, array, at)) {
		double coins = pli_case_number(c, at, "contracts") *
			       pli_case_number(c, at, "contract_mult");
		double mark = pli_case_number(c, at, "mark_px");
		double at_delta = pli_case_number_or(c, at, "delta_usd", coins * mark) / coins;
		plm_margin_leg *leg = pli_case_leg(
		    c, PLM_MARGIN_LEG_LINEAR, coins, at_delta, at_delta);
		pli_case_rate(c, leg, 0, 0, 0);
		leg->underlying = 0;
	}
	c->pool.underlyings_count = 1;
	c->underlyings[0].price = pli_case_number(c, c->input, "index_px_usd_implied");
	plm_okx_pm_parts parts;
	plm_okx_pm_parts_of(c->work, &c->pool, 0, &parts);
	pli_case_evaluate(c);
	pli_case_put(c, "mr1", parts.mr1);
	pli_case_put(c, "mr4", parts.mr4);
	pli_case_put(c, "mr6", parts.mr6);
	pli_case_put(c, "mr7", parts.mr7);
	pli_case_put(c, "mmr", c->numbers.maintenance);
	pli_case_put(c, "imr", c->numbers.initial);
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
