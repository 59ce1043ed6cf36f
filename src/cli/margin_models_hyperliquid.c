/* margin_models_hyperliquid.c: cases of Hyperliquid and dYdX as pools. */
#include <math.h>

#include "cli/margin_case.h"
#include "plimsoll/margin_rules.h"

/* The tables of these venues count in most leverage: maintenance is half of the initial margin. */
static plm_margin_step
leverage_step(double floor, double leverage_max)
{
	return (plm_margin_step){floor, 1 / (2 * leverage_max), 0, 1 / leverage_max};
}

/* A position of a stated value, and an account of a stated equity and maintenance around it. */
static void
account_around(margin_case *c, const char *rule, double rate, double others)
{
	double size = pli_case_number(c, c->input, "szi");
	double price = pli_case_number(c, c->input, "position_value") / fabs(size);
	pli_case_pool(c, rule);
	(void)pli_case_asset(c, pli_case_number(c, c->input, "account_value"));
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_LINEAR, size, price, price);
	pli_case_rate(c, leg, rate, 0, NAN);
	pli_case_evaluate(c);
	c->pool.other_maintenance = others - c->numbers.maintenance;
}

static void
cross_liq_price(margin_case *c)
{
	double rate = leverage_step(0, pli_case_number(c, c->input, "max_leverage")).maintenance;
	account_around(
	    c, "hyperliquid", rate, pli_case_number(c, c->input, "cross_maintenance_margin"));
	pli_case_put(c, "liquidation_px", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static void
cross_liq_price_2023(margin_case *c)
{
	double rate = pli_case_number(c, c->input, "maintenance_rate");
	account_around(
	    c, "hyperliquid.2023", rate, rate * pli_case_number(c, c->input, "total_ntl_pos"));
	pli_case_put(c, "liquidation_px", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

/* rawUsd is what would be left were the position worth nothing. */
static void
isolated_liq_price(margin_case *c)
{
	double size = pli_case_number(c, c->input, "szi"),
	       raw = pli_case_number(c, c->input, "raw_usd");
	pli_case_pool(c, "hyperliquid");
	(void)pli_case_asset(c, raw);
	plm_margin_leg *leg = pli_case_leg(
	    c, PLM_MARGIN_LEG_LINEAR, size, 0, fabs(raw / size) * 1.5);
	*pli_case_steps(c, leg, 1) = leverage_step(0, pli_case_number(c, c->input, "max_leverage"));
	pli_case_put(c, "liquidation_px", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

static plm_margin_leg *
value_leg(margin_case *c)
{
	double value = pli_case_number(c, c->input, "position_value");
	pli_case_pool(c, "hyperliquid");
	(void)pli_case_asset(c, 0);
	return pli_case_leg(c, PLM_MARGIN_LEG_LINEAR, 1, fabs(value), fabs(value));
}

static void
maintenance_margin(margin_case *c)
{
	plm_margin_leg *leg = value_leg(c);
	*pli_case_steps(c, leg, 1) = leverage_step(0, pli_case_number(c, c->input, "max_leverage"));
	pli_case_evaluate(c);
	pli_case_put(c, "cross_maintenance_margin_used", c->numbers.maintenance);
}

static void
maintenance_margin_tiered(margin_case *c)
{
	plm_margin_leg *leg = value_leg(c);
	uint32_t array = pli_case_find(c, c->input, "tiers"), count = 0;
	plm_margin_step *rows = pli_case_steps(c, leg, MARGIN_CASE_STEPS_MAX);
	for (uint32_t at = pli_case_first(c, c->input, "tiers");
	     at != 0 && count < leg->steps.count; at = pli_case_next(c, array, at))
		rows[count++] = leverage_step(
		    pli_case_number(c, at, "lower"), pli_case_number(c, at, "max_leverage"));
	leg->steps.count = count;
	plm_margin_deduct(rows, count);
	pli_case_evaluate(c);
	pli_json_key(c->out, "deduction");
	pli_json_array_open(c->out);
	for (uint32_t i = 0; i < count; i++)
		pli_json_put_double(c->out, rows[i].deduction);
	pli_json_array_close(c->out);
	pli_case_put(c, "maintenance_margin", c->numbers.maintenance);
}

static void
pm_borrowable(margin_case *c)
{
	pli_case_put(c, "borrowable",
	    plm_hyperliquid_borrowable(pli_case_number(c, c->input, "balance"),
		pli_case_number(c, c->input, "price"), pli_case_number(c, c->input, "ltv")));
}

static void
transfer_requirement(margin_case *c)
{
	pli_case_put(c, "required",
	    plm_hyperliquid_transfer_min(pli_case_number(c, c->input, "initial_margin"),
		pli_case_number(c, c->input, "notional")));
}

static void
liquidation_stage(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "pairs");
	pli_json_key(c->out, "stage");
	pli_json_array_open(c->out);
	for (uint32_t at = pli_case_first(c, c->input, "pairs"); at != 0;
	     at = pli_case_next(c, array, at)) {
		double equity = NAN, maintenance = NAN;
		(void)pli_json_double(c->json, at + 1, &equity, NULL);
		(void)pli_json_double(c->json, at + 2, &maintenance, NULL);
		pli_json_put_text(c->out, plm_hyperliquid_stage(equity, maintenance));
	}
	pli_json_array_close(c->out);
}

static void
dydx_liq_price(margin_case *c)
{
	double size = pli_case_number(c, c->input, "size"),
	       oracle = pli_case_number(c, c->input, "oracle");
	pli_case_pool(c, "dydx.v4");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "equity"));
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_LINEAR, size, oracle, oracle);
	pli_case_rate(c, leg, pli_case_number(c, c->input, "mmf"), 0, NAN);
	c->pool.other_maintenance = pli_case_number_or(c, c->input, "mmr_others", 0);
	pli_case_put(c, "liquidation_price", pli_case_price(c, PLM_THRESHOLD_LIQUIDATION));
}

/* The quote balance counts positions from zero. */
static void
dydx_account(margin_case *c)
{
	uint32_t array = pli_case_find(c, c->input, "positions");
	pli_case_pool(c, "dydx.v4");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "quote_balance"));
	for (uint32_t at = pli_case_first(c, c->input, "positions"); at != 0;
	     at = pli_case_next(c, array, at)) {
		plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_LINEAR,
		    pli_case_number(c, at, "size"), 0, pli_case_number(c, at, "oracle"));
		pli_case_rate(
		    c, leg, pli_case_number(c, at, "mmf"), 0, pli_case_number(c, at, "imf"));
	}
	pli_case_evaluate(c);
	pli_case_put(c, "equity", c->numbers.equity);
	pli_case_put(c, "imr", c->numbers.initial);
	pli_case_put(c, "mmr", c->numbers.maintenance);
	pli_case_put(c, "free_collateral", c->numbers.equity - c->numbers.initial);
	pli_json_member_bool(c->out, "liquidatable", c->numbers.liquidation < 0);
}

static void
dydx_maintenance_ppm(margin_case *c)
{
	pli_case_put(c, "maintenance_margin_ppm",
	    plm_dydx_maintenance_ppm(pli_case_number(c, c->input, "initial_margin_ppm"),
		pli_case_number(c, c->input, "maintenance_fraction_ppm")));
}

static void
dydx_oi_imf(margin_case *c)
{
	pli_case_put(c, "effective_imf",
	    plm_dydx_initial_rate(pli_case_number(c, c->input, "base_imf"),
		pli_case_number(c, c->input, "open_notional"),
		pli_case_number(c, c->input, "lower_cap"),
		pli_case_number(c, c->input, "upper_cap")));
}

const margin_case_model pli_margin_models_hyperliquid[] = {
    {"hyperliquid.cross.liq_price", cross_liq_price},
    {"hyperliquid.cross.liq_price_2023", cross_liq_price_2023},
    {"hyperliquid.isolated.liq_price", isolated_liq_price},
    {"hyperliquid.maintenance_margin", maintenance_margin},
    {"hyperliquid.maintenance_margin_tiered", maintenance_margin_tiered},
    {"hyperliquid.pm.borrowable", pm_borrowable},
    {"hyperliquid.transfer_requirement", transfer_requirement},
    {"hyperliquid.liquidation_stage", liquidation_stage},
    {"dydx.liq_price", dydx_liq_price},
    {"dydx.account", dydx_account},
    {"dydx.maintenance_ppm", dydx_maintenance_ppm},
    {"dydx.oi_imf", dydx_oi_imf},
    {0},
};
