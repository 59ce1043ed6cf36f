/* margin_models_measures.c: cases of what is not margin: shares of pools, greeks turned about. */
#include <math.h>

#include "cli/margin_case.h"
#include "plimsoll/conventions.h"
#include "plimsoll/liquidity.h"
#include "plimsoll/pricing.h"

enum { TICK_MAX = 887272 }; /* of Uniswap v3 */

static void
liquidity_amounts(margin_case *c)
{
	plm_liquidity share;
	plm_liquidity_at(pli_case_number(c, c->input, "L"), pli_case_number(c, c->input, "P"),
	    pli_case_number(c, c->input, "Pa"), pli_case_number(c, c->input, "Pb"), &share);
	pli_case_put(c, "amount0", share.amount0);
	pli_case_put(c, "amount1", share.amount1);
}

static void
liquidity_delta(margin_case *c)
{
	static const char *const keys[3] = {"L", "P0", "P1"};
	plm_decimal in[3] = {plm_decimal_unknown(), plm_decimal_unknown(), plm_decimal_unknown()};
	for (int i = 0; i < 3; i++) {
		(void)pli_case_number(c, c->input, keys[i]);
		(void)pli_json_decimal(c->json, pli_case_find(c, c->input, keys[i]), &in[i], NULL);
	}
	pli_json_key(c->out, "amount0_round_up");
	pli_json_put_uint(c->out, plm_liquidity_delta0(in[0], in[1], in[2], true));
	pli_json_key(c->out, "amount1");
	pli_json_put_uint(c->out, plm_liquidity_delta1(in[0], in[1], in[2], false));
}

static void
liquidity_greeks(margin_case *c)
{
	plm_liquidity share;
	double lower = plm_liquidity_price(
	    (int32_t)pli_case_whole(c, c->input, "tick_lower", -TICK_MAX, TICK_MAX));
	double upper = plm_liquidity_price(
	    (int32_t)pli_case_whole(c, c->input, "tick_upper", -TICK_MAX, TICK_MAX));
	plm_liquidity_at(pli_case_number(c, c->input, "L"), pli_case_number(c, c->input, "P"),
	    lower, upper, &share);
	pli_case_put(c, "Pa", lower);
	pli_case_put(c, "Pb", upper);
	pli_case_put(c, "amount0", share.amount0);
	pli_case_put(c, "amount1", share.amount1);
	pli_case_put(c, "value", share.value);
	pli_case_put(c, "delta", share.delta);
	pli_case_put(c, "gamma", share.gamma);
}

/* Stated greeks of one coin turned into OKX's in coins: the forward is `price`. vega: per point. */
static void
premium_adjust(double price, double coin_value, plm_greeks *greeks)
{
	static const double one = 1;
	static const uint8_t call;
	plm_options option = {&price, &one, &one, &one, &call};
	*greeks->price = coin_value * price;
	*greeks->vega *= 100;
	plm_greeks_state(
	    PLM_CONVENTION_OKX, &option, &(plm_convention_terms){NULL, 1, 0}, greeks, 1);
}

static void
delta_total(margin_case *c)
{
	double delta = pli_case_number(c, c->input, "bs_delta"), price, gamma = 0, vega = 0,
	       theta = 0;
	plm_greeks greeks = {
	    .price = &price, .delta = &delta, .gamma = &gamma, .vega = &vega, .theta = &theta};
	premium_adjust(1, pli_case_number(c, c->input, "mark_price_coin"), &greeks);
	pli_case_put(
	    c, "net_transaction_delta", delta * pli_case_number_or(c, c->input, "size", 1));
}

/* A position's `lever` is one over its option's worth in the coin. */
static void
okx_premium_adjusted(margin_case *c)
{
	double delta = pli_case_number(c, c->input, "deltaBS"), price, theta = 0;
	double gamma = pli_case_number(c, c->input, "gammaBS");
	double vega = pli_case_number(c, c->input, "vegaBS");
	plm_greeks greeks = {
	    .price = &price, .delta = &delta, .gamma = &gamma, .vega = &vega, .theta = &theta};
	premium_adjust(pli_case_number(c, c->input, "index_px"),
	    1 / pli_case_number(c, c->input, "lever"), &greeks);
	pli_case_put(c, "mark_px_coin", price);
	pli_case_put(c, "deltaPA", delta);
	pli_case_put(c, "gammaPA", gamma);
	pli_case_put(c, "vegaPA", vega);
}

/* The delta of a book with an inverse contract: what its worth in USD moves by, by the rule's own
 * numbers of a pool . */
static void
inverse_true_delta(margin_case *c)
{
	static const char *const keys[] = {
	    "pnl_coin", "equity_usd", "position_delta_coin", "true_delta_coin"};
	double face = pli_case_number(c, c->input, "inverse_usd");
	double entry = pli_case_number(c, c->input, "entry");
	uint32_t array = pli_case_find(c, c->input, "mark");
	for (int k = 0; k < 4; k++) {
		pli_json_key(c->out, keys[k]);
		pli_json_array_open(c->out);
		for (uint32_t at = pli_case_first(c, c->input, "mark"); at != 0;
		     at = pli_case_next(c, array, at)) {
			double mark = NAN;
			(void)pli_json_double(c->json, at, &mark, NULL);
			pli_case_pool(c, "binance.coinm");
			(void)pli_case_asset(c, pli_case_number(c, c->input, "coin_balance"));
			(void)pli_case_leg(c, PLM_MARGIN_LEG_INVERSE, face, entry, mark);
			pli_case_evaluate(c);
			plm_margin_leg_numbers leg;
			plm_margin_leg_of(c->work, 0, &leg);
			double held = copysign(leg.notional, face);
			const double values[] = {
			    leg.profit, c->numbers.value * mark, held, c->numbers.value + held};
			pli_json_put_double(c->out, values[k]);
		}
		pli_json_array_close(c->out);
	}
}

const margin_case_model pli_margin_models_measures[] = {
    {"uniswap.v3.amounts", liquidity_amounts},
    {"uniswap.v3.amount_delta", liquidity_delta},
    {"uniswap.v3.greeks", liquidity_greeks},
    {"deribit.delta_total", delta_total},
    {"okx.greeks.pa_bs_identities", okx_premium_adjusted},
    {"inverse.true_delta", inverse_true_delta},
    {0},
};
