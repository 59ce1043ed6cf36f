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

bool
pli_limit_holds_account(
    const pli_limits *limits, const plm_exposure_query *query, plm_account_id account)
{
	const pli_registry *registry = pli_book_registry(pli_exposure_book(limits->exposure));
	const plm_account_fact *fact = pli_registry_account_get(registry, account);
	if (query->account.value != 0 && query->account.value != account.value)
		return false;
	if (query->venue.value != 0 && (fact == NULL || fact->venue.value != query->venue.value))
		return false;
	return query->portfolio == NULL ||
	       (fact != NULL && strcmp(fact->portfolio, query->portfolio) == 0);
}

static bool
order_matches(const pli_limits *limits, const plm_exposure_query *query, const pli_order_row *order,
    plm_asset_id underlying)
{
	return (query->underlying.value == 0 || query->underlying.value == underlying.value) &&
	       pli_limit_holds_account(limits, query, order->account);
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

/* What the measures are made of. */
typedef struct limit_numbers {
	double net, gross, net_coins, equity;
	double priced_share, seconds; /* of age or skew */
	double adl_rank;
	bool whole, empty;
} limit_numbers;

static limit_value
value_of(const pli_limits *limits, const limit_state *state, const limit_numbers *n)
{
	plm_exposure_query query = pli_limit_query(limits, state);
	uint8_t measure = limits->facts[state->limit].measure;
	double buys, sells;
	pending_sum(limits, &query, measure == PLM_MEASURE_NET_COINS, &buys, &sells);
	limit_value v = {.net_usd = n->net, .whole = n->whole, .empty = n->empty};
	switch (measure) {
	case PLM_MEASURE_NET_USD:
		v.value = n->net;
		v.upper = n->net + buys;
		v.lower = n->net + sells;
		break;
	case PLM_MEASURE_GROSS_USD:
		v.value = v.lower = n->gross;
		v.upper = n->gross + buys - sells;
		break;
	case PLM_MEASURE_NET_COINS:
		v.value = n->net_coins;
		v.upper = v.value + buys;
		v.lower = v.value + sells;
		v.whole = true;
		break;
	case PLM_MEASURE_LEVERAGE_GROSS:
		v.value = v.lower = leverage(n->gross, n->equity);
		v.upper = leverage(n->gross + buys - sells, n->equity);
		break;
	case PLM_MEASURE_LEVERAGE_NET:
		v.value = v.lower = leverage(n->net, n->equity);
		v.upper = leverage(larger(n->net + buys, n->net + sells), n->equity);
		break;
	default:
		v.value = v.upper = v.lower = measure == PLM_MEASURE_PRICED_SHARE ? n->priced_share
					      : measure == PLM_MEASURE_ADL_RANK   ? n->adl_rank
										  : n->seconds;
		v.net_usd = NAN;
		v.whole = true;
		break;
	}
	return v;
}

static limit_value
value_exact(const pli_limits *limits, const limit_state *state, const plm_exposure_query *query)
{
	plm_exposure_row row;
	pli_exposure_total(limits->exposure, query, &row);
	limit_numbers n = {
	    .net = plm_decimal_to_double(row.net_usd),
	    .gross = plm_decimal_to_double(row.gross_usd),
	    .net_coins = plm_decimal_to_double(row.net_coins),
	    .equity = plm_decimal_to_double(row.equity_usd),
	    .priced_share = row.priced_share,
	    .seconds = NAN,
	    .adl_rank = row.adl_rank_max == 0 ? NAN : (double)row.adl_rank_max,
	    .whole = row.legs_count_unpriced == 0,
	    .empty = row.legs_count == 0,
	};
	return value_of(limits, state, &n);
}

static limit_value
value_of_time(const pli_limits *limits, const limit_state *state, const plm_exposure_query *query)
{
	uint32_t legs_count;
	bool age = limits->facts[state->limit].measure == PLM_MEASURE_AGE_S;
	int64_t ns = (age ? pli_exposure_age : pli_exposure_skew)(
	    limits->exposure, query, &legs_count);
	limit_numbers n = {.seconds = ns < 0 ? NAN : (double)ns / 1e9, .empty = legs_count == 0};
	return value_of(limits, state, &n);
}

static bool
near_edge(double value, double edge, double margin)
{
	double inside = margin * fabs(edge), slack = 1e-9 * fabs(edge) + 1e-9;
	return isfinite(edge) &&
	       (fabs(value - edge) <= slack || fabs(fabs(value - edge) - inside) <= slack);
}

/* Where rounding could decide, the exact sum must. */
static bool
is_near_a_band(const plm_limit_fact *fact, const limit_value *v)
{
	const double edges[] = {
	    fact->soft_lower, fact->soft_upper, fact->hard_lower, fact->hard_upper};
	double margin = isfinite(fact->hysteresis) ? fact->hysteresis : PLI_LIMIT_HYSTERESIS;
	for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
		if (near_edge(v->upper, edges[i], margin) || near_edge(v->lower, edges[i], margin))
			return true;
	}
	return false;
}

limit_value
pli_limit_value(const pli_limits *limits, const limit_state *state)
{
	assert(state->limit < limits->limits_max);
	const plm_limit_fact *fact = &limits->facts[state->limit];
	plm_exposure_query query = pli_limit_query(limits, state);
	pli_exposure_quick quick;
	if (pli_limit_is_margin(fact))
		return pli_limit_margin_value(limits, state);
	if (fact->measure == PLM_MEASURE_AGE_S || fact->measure == PLM_MEASURE_SKEW_S)
		return value_of_time(limits, state, &query);
	if (fact->measure == PLM_MEASURE_PRICED_SHARE || fact->measure == PLM_MEASURE_ADL_RANK ||
	    !pli_exposure_quick_total(limits->exposure, &query, &quick))
		return value_exact(limits, state, &query);
	limit_numbers n = {
	    .net = quick.net_usd,
	    .gross = quick.gross_usd,
	    .net_coins = quick.net_coins,
	    .equity = quick.equity_usd,
	    .whole = quick.legs_count_unpriced == 0,
	    .empty = quick.legs_count == 0,
	};
	limit_value v = value_of(limits, state, &n);
	return is_near_a_band(fact, &v) ? value_exact(limits, state, &query) : v;
}
