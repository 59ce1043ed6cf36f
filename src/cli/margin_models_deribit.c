/* margin_models_deribit.c: cases of Deribit, and of Bit.com which margins alike, as pools. */
#include <math.h>

#include "cli/margin_case.h"
#include "plimsoll/conventions.h"
#include "plimsoll/margin_rules.h"

static void
future_case(margin_case *c, plm_margin_leg_kind kind, double quantity, double entry, double mark,
    double slope)
{
	pli_case_pool(c, "deribit.sm");
	(void)pli_case_asset(c, 0);
	plm_margin_leg *leg = pli_case_leg(c, kind, quantity, entry, mark);
	pli_case_rate(c, leg, pli_case_number_or(c, c->input, "mm_base", NAN), 0,
	    pli_case_number_or(c, c->input, "im_base", NAN));
	leg->steps.slope = slope;
	pli_case_evaluate(c);
}

static void
perp_linear(margin_case *c)
{
	double coins = pli_case_number(c, c->input, "position_size_base");
	double index = pli_case_number(c, c->input, "index_price");
	future_case(c, PLM_MARGIN_LEG_LINEAR, coins, index, index,
	    pli_case_number_or(c, c->input, "im_slope_per_unit",
		pli_case_number_or(c, c->input, "mm_slope_per_unit", 0)));
	double value = fabs(coins) * index;
	pli_case_put(c, "im_pct", c->numbers.initial / value);
	pli_case_put(c, "im_ccy", c->numbers.initial);
	pli_case_put(c, "mm_pct", c->numbers.maintenance / value);
	pli_case_put(c, "mm_ccy", c->numbers.maintenance);
}

/* The same position in coins at a price of 1: the face is the coins. Keys are named by the coin. */
static void
perp_inverse(margin_case *c)
{
	bool eth = pli_case_find(c, c->input, "position_size_eth") != 0;
	double coins = pli_case_number(
	    c, c->input, eth ? "position_size_eth" : "position_size_btc");
	double slope = pli_case_number_or(c, c->input, eth ? "slope_per_eth" : "slope_per_btc",
	    pli_case_number_or(c, c->input, eth ? "im_slope_per_eth" : "im_slope_per_btc", 0));
	future_case(c, PLM_MARGIN_LEG_INVERSE, coins, 1, 1, slope);
	pli_case_put(c, "im_pct", c->numbers.initial / fabs(coins));
	pli_case_put(c, "mm_pct", c->numbers.maintenance / fabs(coins));
	pli_case_put(c, eth ? "im_eth" : "im_btc", c->numbers.initial);
	pli_case_put(c, eth ? "mm_eth" : "mm_btc", c->numbers.maintenance);
}

static void
position_inverse_perp(margin_case *c)
{
	double face = pli_case_number(c, c->input, "size_usd");
	double mark = pli_case_number(c, c->input, "mark_price");
	double slope = pli_case_number_or(
	    c, c->input, "slope_per_eth", pli_case_number_or(c, c->input, "slope_per_btc", 0));
	plm_margin_leg_numbers numbers;
	future_case(c, PLM_MARGIN_LEG_INVERSE, face,
	    pli_case_number(c, c->input, "settlement_price"), mark, slope);
	plm_margin_leg_of(c->work, 0, &numbers);
	pli_case_put(c, "floating_profit_loss", numbers.profit);
	c->legs[0].entry = pli_case_number(c, c->input, "average_price");
	pli_case_evaluate(c);
	plm_margin_leg_of(c->work, 0, &numbers);
	pli_case_put(c, "size_currency", copysign(numbers.notional, face));
	pli_case_put(c, "initial_margin", c->numbers.initial);
	pli_case_put(c, "maintenance_margin", c->numbers.maintenance);
	pli_case_put(c, "total_profit_loss", numbers.profit);
}

static void
available_funds(margin_case *c)
{
	pli_case_pool(c, "deribit.sm");
	(void)pli_case_asset(c, pli_case_number(c, c->input, "margin_balance"));
	c->pool.other_initial = pli_case_number(c, c->input, "initial_margin");
	pli_case_evaluate(c);
	pli_case_put(c, "available_funds", c->numbers.equity_initial - c->numbers.initial);
}

static plm_margin_leg *
option_leg(margin_case *c, plm_margin_leg_kind kind, double size, double mark)
{
	pli_case_pool(c, "deribit.sm");
	(void)pli_case_asset(c, 0);
	plm_margin_leg *leg = pli_case_leg(c, kind, -fabs(size), mark, mark);
	leg->put = pli_case_text_is(c, c->input, "type", "put");
	leg->strike = pli_case_number(c, c->input, "strike");
	leg->forward = pli_case_number(c, c->input, "underlying");
	return leg;
}

static void
option_short_inverse(margin_case *c)
{
	(void)option_leg(c, PLM_MARGIN_LEG_OPTION_COIN, pli_case_number_or(c, c->input, "size", 1),
	    pli_case_number(c, c->input, "mark_price_coin"));
	pli_case_evaluate(c);
	pli_case_put(c, "im", c->numbers.initial);
	pli_case_put(c, "mm", c->numbers.maintenance);
}

static void
option_short_linear(margin_case *c)
{
	plm_option_shares shares = {pli_case_number(c, c->input, "coef_im"),
	    pli_case_number(c, c->input, "coef_im_floor"), pli_case_number(c, c->input, "coef_mm"),
	    0};
	double size = fabs(pli_case_number(c, c->input, "size"));
	(void)option_leg(c, PLM_MARGIN_LEG_OPTION, size, pli_case_number(c, c->input, "mark"));
	c->pool.parameters = &shares;
	pli_case_evaluate(c);
	pli_case_put(c, "im_per_unit", c->numbers.initial / size);
	pli_case_put(c, "mm_per_unit", c->numbers.maintenance / size);
	pli_case_put(c, "im_position", c->numbers.initial);
	pli_case_put(c, "mm_position", c->numbers.maintenance);
}

/* Positions are told in coins: an inverse future at a price of 1. */
static void
pm_simulate(margin_case *c)
{
	plm_deribit_pm p = {.range = pli_case_number(c, c->input, "price_range"),
	    .buckets = (uint32_t)pli_case_whole(c, c->input, "buckets_each_side", 1, 16),
	    .extended_factor = pli_case_number_or(c, c->input, "extended_table_factor", 1),
	    .annual_move = pli_case_number(c, c->input, "annualised_move_risk"),
	    .annual_move_min = pli_case_number(c, c->input, "min_annualised_move"),
	    .offset = pli_case_number(c, c->input, "pnl_offset"),
	    .offset_usd_max = pli_case_number(c, c->input, "max_offsetable_pnl"),
	    .maintenance = pli_case_number(c, c->input, "mm_factor"),
	    .extra = pli_case_number_or(c, c->input, "delta_shock", 0) +
		     pli_case_number_or(c, c->input, "correlation_contingency", 0)};
	uint32_t positions = pli_case_find(c, c->input, "positions"), count;
	const pli_json_node *nodes = pli_json_nodes(c->json, &count);
	pli_case_pool(c, "deribit.pm");
	c->pool.parameters = &p;
	(void)pli_case_asset(c, 0);
	for (uint32_t at = positions + 1; positions != 0 && at < nodes[positions].next;
	     at = nodes[at].next) {
		double coins = NAN;
		(void)pli_json_double(c->json, at, &coins, NULL);
		pli_case_leg(c, PLM_MARGIN_LEG_INVERSE, coins, 1, 1)->underlying = 0;
	}
	c->pool.underlyings_count = 1;
	c->pool.other_initial = pli_case_number_or(c, c->input, "spot_margin", 0) +
				pli_case_number_or(c, c->input, "mmp_margin", 0) +
				pli_case_number_or(c, c->input, "open_orders_margin", 0);
	plm_deribit_matrix matrix;
	pli_case_evaluate(c);
	plm_deribit_matrix_of(c->work, &c->pool, 0, &matrix);
	uint32_t up = 3 * 2 * p.buckets;
	pli_case_put(c, "vector_down_full", matrix.cells[1]);
	pli_case_put(c, "vector_up_full", matrix.cells[up + 1]);
	pli_case_put(c, "aggregated_down_full", matrix.aggregated[1]);
	pli_case_put(c, "roll_shock", matrix.roll);
	pli_case_put(c, "worst_case", matrix.worst);
	pli_case_put(c, "risk_matrix_margin", matrix.matrix);
	pli_case_put(c, "initial_margin", c->numbers.initial);
	pli_case_put(c, "maintenance_margin", c->numbers.maintenance);
}

/* The matrix is what the initial margin has beyond its additions. */
static void
pm_mm_from_im(margin_case *c)
{
	plm_deribit_pm p = {.range = 0.16,
	    .buckets = 1,
	    .extended_factor = 1,
	    .maintenance = pli_case_number(c, c->input, "mm_factor"),
	    .extra = pli_case_number(c, c->input, "total_initial_margin_usd") -
		     pli_case_number_or(c, c->input, "spot_margin", 0) -
		     pli_case_number_or(c, c->input, "mmp_margin", 0) -
		     pli_case_number_or(c, c->input, "open_orders_margin", 0)};
	pli_case_pool(c, "deribit.pm");
	c->pool.parameters = &p;
	(void)pli_case_asset(c, 0);
	(void)pli_case_leg(c, PLM_MARGIN_LEG_LINEAR, 0, 1, 1);
	pli_case_evaluate(c);
	pli_case_put(c, "total_maintenance_margin_usd", c->numbers.maintenance);
}

/* An option's greeks as a venue states them. */
static void
greeks_put(margin_case *c, plm_convention convention, const plm_options *option, double spot,
    const char *const keys[6])
{
	double got[6];
	plm_greeks greeks = {.price = &got[0],
	    .delta = &got[1],
	    .gamma = &got[2],
	    .vega = &got[3],
	    .theta = &got[4],
	    .rho = &got[5]};
	plm_convention_terms terms = {
	    isnan(spot) ? NULL : &spot, 1, pli_case_number_or(c, c->input, "dividend_factor", 0)};
	plm_black76(option, &greeks, 1);
	plm_greeks_state(convention, option, &terms, &greeks, 1);
	for (int i = 0; i < 6; i++)
		if (keys[i] != NULL)
			pli_case_put(c, keys[i], got[i]);
}

static double
years_between(margin_case *c, const char *from, const char *to)
{
	double ms = pli_case_number(c, c->input, to) - pli_case_number(c, c->input, from);
	return ms / (1000.0 * 86400 * 365);
}

static void
greeks_deribit(margin_case *c)
{
	static const char *const keys[6] = {
	    "mark_price_coin", "delta", "gamma", "vega", "theta", "rho"};
	double forward = pli_case_number(c, c->input, "underlying_price");
	double strike = pli_case_number(c, c->input, "strike");
	double years = years_between(c, "timestamp_ms", "expiry_ms");
	double vol = pli_case_number(c, c->input, "mark_iv");
	uint8_t put = pli_case_text_is(c, c->input, "type", "put");
	plm_options option = {&forward, &strike, &years, &vol, &put};
	greeks_put(c, PLM_CONVENTION_DERIBIT, &option, NAN, keys);
}

static void
greeks_bybit(margin_case *c)
{
	static const char *const keys[6] = {"mark", "delta", "gamma", "vega", "theta", NULL};
	double forward = pli_case_number(c, c->input, "underlying");
	double strike = pli_case_number(c, c->input, "strike");
	double years = years_between(c, "time_ms", "expiry_ms");
	double vol = pli_case_number(c, c->input, "mark_iv");
	plm_slice symbol = pli_case_text(c, c->input, "symbol");
	uint8_t put = symbol.size > 0 && symbol.bytes[symbol.size - 1] == 'P';
	plm_options option = {&forward, &strike, &years, &vol, &put};
	greeks_put(c, PLM_CONVENTION_BYBIT, &option, NAN, keys);
}

static void
greeks_binance(margin_case *c)
{
	static const char *const keys[6] = {"mark_price", "delta", "gamma", "vega", "theta", NULL};
	double forward = pli_case_number(c, c->input, "forward_fit");
	double strike = pli_case_number(c, c->input, "strike");
	double years = pli_case_number(c, c->input, "years_to_expiry_fit");
	double vol = pli_case_number(c, c->input, "mark_iv");
	uint8_t put = pli_case_text_is(c, c->input, "type", "put");
	plm_options option = {&forward, &strike, &years, &vol, &put};
	greeks_put(c, PLM_CONVENTION_BINANCE, &option, NAN, keys);
}

static void
greeks_okx(margin_case *c)
{
	static const char *const keys[6] = {NULL, "deltaBS", NULL, "vegaBS", NULL, NULL};
	double forward = pli_case_number(c, c->input, "forward");
	double strike = pli_case_number(c, c->input, "strike");
	double years = years_between(c, "ts_ms", "expiry_ms");
	double vol = pli_case_number(c, c->input, "mark_vol");
	plm_slice name = pli_case_text(c, c->input, "instId");
	uint8_t put = name.size > 0 && name.bytes[name.size - 1] == 'P';
	plm_options option = {&forward, &strike, &years, &vol, &put};
	greeks_put(c, PLM_CONVENTION_OKX_BS, &option, pli_case_number(c, c->input, "index"), keys);
}

const margin_case_model pli_margin_models_deribit[] = {
    {"deribit.sm.perp_linear", perp_linear},
    {"deribit.sm.perp_inverse", perp_inverse},
    {"deribit.position.inverse_perp", position_inverse_perp},
    {"deribit.account.available_funds", available_funds},
    {"deribit.sm.option_short_inverse", option_short_inverse},
    {"bitcom.option_short_linear", option_short_linear},
    {"deribit.pm.simulate", pm_simulate},
    {"deribit.pm.mm_from_im", pm_mm_from_im},
    {"deribit.greeks", greeks_deribit},
    {"bybit.greeks", greeks_bybit},
    {"binance.greeks", greeks_binance},
    {"okx.greeks.bs", greeks_okx},
    {0},
};
