/* limit_value.c: the number that a limit looks at. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "limit/limit_state.h"

plm_exposure_query
pli_limit_query(const pli_limits *limits, const limit_state *state)
{
	const plm_limit_fact *fact = &limits->facts[state->limit];
	plm_exposure_query query = {
	    .tier = fact->tier < PLM_TIER_COUNT_ ? (plm_tier)fact->tier : PLM_TIER_BOOK};
	switch (fact->scope) {
	case PLM_LIMIT_PORTFOLIO:
		query.portfolio = state->scope_name;
		break;
	case PLM_LIMIT_ACCOUNT:
		query.account.value = state->scope;
		break;
	case PLM_LIMIT_VENUE:
		query.venue.value = state->scope;
		break;
	case PLM_LIMIT_UNDERLYING:
		query.underlying.value = state->scope;
		break;
	default:
		break;
	}
	return query;
}

static bool
order_matches(const pli_limits *limits, const plm_exposure_query *query, const pli_order_row *order,
    plm_asset_id underlying)
{
	const pli_registry *registry = pli_book_registry(pli_exposure_book(limits->exposure));
	const plm_account_fact *account = pli_registry_account_get(registry, order->account);
	if (query->account.value != 0 && query->account.value != order->account.value)
		return false;
	if (query->underlying.value != 0 && query->underlying.value != underlying.value)
		return false;
	if (query->venue.value != 0 &&
	    (account == NULL || account->venue.value != query->venue.value))
		return false;
	return query->portfolio == NULL ||
	       (account != NULL && strcmp(account->portfolio, query->portfolio) == 0);
}

/* What open orders would buy (>= 0) and sell (<= 0) in the scope, in coins or USD. */
static void
pending_sum(const pli_limits *limits, const plm_exposure_query *query, bool in_coins,
    double *ret_buys, double *ret_sells)
{
	const pli_book *book = pli_exposure_book(limits->exposure);
	*ret_buys = *ret_sells = 0;
	if (pli_book_policy(book)->pending_orders == 0)
		return;
	for (uint32_t i = 0; i < pli_book_orders_count(book); i++) {
		const pli_order_row *order = pli_book_order(book, i);
		plm_asset_id underlying;
		plm_decimal coins;
		if (order->fact.reduce_only ||
		    pli_exposure_order_coins(limits->exposure, order, &underlying, &coins) !=
			PLM_OK ||
		    !order_matches(limits, query, order, underlying))
			continue;
		double value = plm_decimal_to_double(coins);
		if (!in_coins)
			value *= plm_decimal_to_double(
			    pli_exposure_price_usd(limits->exposure, underlying));
		if (isfinite(value))
			*(value > 0 ? ret_buys : ret_sells) += value;
	}
}

static double
leverage(double exposure, double equity)
{
	if (isnan(exposure) || isnan(equity))
		return NAN;
	if (equity > 0)
		return fabs(exposure) / equity;
	return exposure > 0 || exposure < 0 ? INFINITY : NAN;
}

static double
larger(double a, double b)
{
	return fabs(a) > fabs(b) ? a : b;
}

static limit_value
value_of_row(const pli_limits *limits, const limit_state *state, const plm_exposure_row *row)
{
	plm_exposure_query query = pli_limit_query(limits, state);
	double net = plm_decimal_to_double(row->net_usd);
	double gross = plm_decimal_to_double(row->gross_usd);
	double equity = plm_decimal_to_double(row->equity_usd);
	uint8_t measure = limits->facts[state->limit].measure;
	double buys, sells;
	pending_sum(limits, &query, measure == PLM_MEASURE_NET_COINS, &buys, &sells);
	limit_value v = {.net_usd = net, .whole = row->legs_count_unpriced == 0};
	switch (measure) {
	case PLM_MEASURE_NET_USD:
		v = (limit_value){net, net + buys, net + sells, net, v.whole, false};
		break;
	case PLM_MEASURE_GROSS_USD:
		v = (limit_value){gross, gross + buys - sells, gross, net, v.whole, false};
		break;
	case PLM_MEASURE_NET_COINS:
		v.value = plm_decimal_to_double(row->net_coins);
		v.upper = v.value + buys;
		v.lower = v.value + sells;
		v.whole = true;
		break;
	case PLM_MEASURE_LEVERAGE_GROSS:
		v.value = v.lower = leverage(gross, equity);
		v.upper = leverage(gross + buys - sells, equity);
		break;
	case PLM_MEASURE_LEVERAGE_NET:
		v.value = v.lower = leverage(net, equity);
		v.upper = leverage(larger(net + buys, net + sells), equity);
		break;
	case PLM_MEASURE_PRICED_SHARE:
		v = (limit_value){
		    row->priced_share, row->priced_share, row->priced_share, NAN, true, false};
		break;
	default:
		v.value = row->age_ns_max < 0 ? NAN : (double)row->age_ns_max / 1e9;
		v = (limit_value){v.value, v.value, v.value, NAN, true, false};
		break;
	}
	return v;
}

limit_value
pli_limit_value(const pli_limits *limits, const limit_state *state)
{
	assert(state->limit < limits->limits_max);
	plm_exposure_query query = pli_limit_query(limits, state);
	plm_exposure_row row;
	pli_exposure_total(limits->exposure, &query, &row);
	limit_value value = value_of_row(limits, state, &row);
	value.empty = row.legs_count == 0;
	return value;
}
