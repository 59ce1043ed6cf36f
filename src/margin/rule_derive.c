/* rule_derive.c: Derive's standard manager: each market apart, expiries by their worst payoff. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

static const plm_derive_srm defaults = {.perp_initial = 0.065,
    .perp_maintenance = 0.05,
    .spot_max = 0.15,
    .spot_min = 0.1,
    .call_maintenance = 0.075,
    .put_maintenance = 0.075,
    .put_maintenance_mtm = 0.075,
    .put_offset = 1.05,
    .unpaired_initial = 1.2,
    .unpaired_maintenance = 1.1,
    .oracle_threshold = 0.4,
    .oracle_factor = 0.4,
    .depeg_threshold = 0.98,
    .depeg_factor = 1.2,
    .stable = 1};

/* Net margins, as the venue counts: below 0 is asked for. */
typedef struct srm_net {
	double initial, maintenance;
} srm_net;

static srm_net
short_alone(
    const plm_derive_srm *p, const plm_margin_leg *leg, const margin_leg *moved, double spot)
{
	double amount = leg->quantity, mtm = moved->value;
	double out = pli_margin_out_of_money(leg, spot) / spot;
	double initial = mtm + margin_max(p->spot_max - out, p->spot_min) * spot * amount;
	if (!leg->put)
		return (srm_net){initial, mtm + p->call_maintenance * spot * amount};
	double maintenance = mtm - margin_max(-p->put_maintenance * spot * amount,
				       -p->put_maintenance_mtm * mtm);
	return (srm_net){-margin_max(-initial, -p->put_offset * maintenance), maintenance};
}

static bool
in_expiry(const plm_margin_leg *leg, const plm_margin_leg *of)
{
	return pli_margin_is_option(leg) && leg->underlying == of->underlying &&
	       leg->years == of->years;
}

static double
payoff_at(const plm_margin_pool *pool, const plm_margin_leg *of, double price)
{
	double sum = 0;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		if (!in_expiry(leg, of))
			continue;
		double in = leg->put ? leg->strike - price : price - leg->strike;
		sum += leg->quantity * margin_max(in, 0);
	}
	return sum;
}

/* The worst of the payoffs at 0 and at each strike; calls that nothing covers lose without end. */
static srm_net
expiry_bound(const margin_view *view, const plm_derive_srm *p, uint32_t first)
{
	const plm_margin_pool *pool = view->pool;
	const plm_margin_leg *of = &pool->legs[first];
	double worst = fmin(payoff_at(pool, of, 0), 0), calls = 0;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		if (!in_expiry(&pool->legs[i], of))
			continue;
		worst = -margin_max(-worst, -payoff_at(pool, of, pool->legs[i].strike));
		calls += pool->legs[i].put ? 0 : pool->legs[i].quantity;
	}
	double open = fmin(calls, 0) * view->legs[first].forward;
	return (srm_net){
	    worst + p->unpaired_initial * open, worst + p->unpaired_maintenance * open};
}

/* first: the expiry's first leg. *shorts: amounts that are short are added. */
static srm_net
expiry_net(const margin_view *view, const plm_derive_srm *p, uint32_t first, double *shorts)
{
	const plm_margin_pool *pool = view->pool;
	const plm_margin_leg *of = &pool->legs[first];
	const plm_margin_underlying *spot = &pool->underlyings[of->underlying];
	srm_net alone = {0, 0}, bound = expiry_bound(view, p, first);
	double price = view->prices[of->underlying], amount = 0;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		if (!in_expiry(leg, of) || leg->quantity >= 0)
			continue;
		srm_net one = short_alone(p, leg, &view->legs[i], price);
		alone.initial += one.initial;
		alone.maintenance += one.maintenance;
		amount -= leg->quantity;
	}
	srm_net net = {margin_max(alone.initial, bound.initial),
	    margin_max(alone.maintenance, bound.maintenance)};
	double sure = fmin(spot->confidence, of->confidence);
	if (sure < p->oracle_threshold)
		net.initial -= (1 - sure) * p->oracle_factor * price * amount;
	*shorts += amount;
	return net;
}

static srm_net
perp_net(const margin_view *view, const plm_derive_srm *p, uint32_t index)
{
	const plm_margin_leg *leg = &view->pool->legs[index];
	const margin_leg *moved = &view->legs[index];
	const plm_margin_underlying *spot = &view->pool->underlyings[leg->underlying];
	double sure = fmin(spot->confidence, leg->confidence);
	srm_net net = {moved->profit - moved->notional * p->perp_initial,
	    moved->profit - moved->notional * p->perp_maintenance};
	if (sure < p->oracle_threshold)
		net.initial -= (1 - sure) * p->oracle_factor * view->prices[leg->underlying] *
			       fabs(leg->quantity);
	return net;
}

/* All of one underlying; what is short and not paired is charged for a quote asset off its peg. */
static srm_net
market_net(const margin_view *view, const plm_derive_srm *p, uint32_t underlying)
{
	const plm_margin_pool *pool = view->pool;
	srm_net net = {0, 0};
	double open = 0;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		if (leg->underlying != underlying)
			continue;
		srm_net one = {0, 0};
		bool first = true;
		for (uint32_t k = 0; k < i; k++)
			first &= !in_expiry(&pool->legs[k], leg);
		if (!pli_margin_is_option(leg)) {
			one = perp_net(view, p, i);
			open += fabs(leg->quantity);
		} else if (first) {
			one = expiry_net(view, p, i, &open);
		}
		net.initial += one.initial;
		net.maintenance += one.maintenance;
	}
	if (p->stable < p->depeg_threshold)
		net.initial -= (p->depeg_threshold - p->stable) * p->depeg_factor *
			       view->prices[underlying] * open;
	return net;
}

/* Equity is at market; what is asked is what the net margins lack of it. */
void
pli_rule_derive_srm(const margin_view *view, plm_margin_numbers *numbers)
{
	const plm_margin_pool *pool = view->pool;
	const plm_derive_srm *p = pool->parameters == NULL ? &defaults : pool->parameters;
	double initial = 0, maintenance = 0, wallets = 0;
	for (uint32_t u = 0; u < pool->underlyings_count; u++) {
		srm_net net = market_net(view, p, u);
		initial += net.initial;
		maintenance += net.maintenance;
	}
	for (uint32_t i = 0; i < pool->assets_count; i++) {
		const plm_margin_asset *asset = &pool->assets[i];
		double price = view->assets[i].price;
		wallets += asset->wallet * price;
		initial += plm_collateral_value(asset, asset->wallet, true) * price;
		maintenance += plm_collateral_value(asset, asset->wallet, false) * price;
	}
	numbers->value = pool->other_equity + wallets;
	for (uint32_t i = 0; i < pool->assets_count; i++)
		numbers->value += (view->assets[i].profit + view->assets[i].options) *
				  view->assets[i].price;
	numbers->equity = numbers->equity_initial = numbers->value;
	numbers->initial = numbers->value - initial - pool->other_equity + pool->other_initial;
	numbers->maintenance = numbers->value - maintenance - pool->other_equity +
			       pool->other_maintenance;
	pli_margin_close(view, numbers);
}

double
plm_derive_buffer(double mtm, double net_maintenance, double factor)
{
	return mtm + factor * (net_maintenance - mtm);
}
