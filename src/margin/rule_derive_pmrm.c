/* rule_derive_pmrm.c: Derive's portfolio managers: losses by scenario, expiry by expiry. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

#define PMRM_DAYS 30.0
#define PMRM_DAYS_A_YEAR 365.0

typedef struct pmrm_search {
	const margin_view *view;
	const plm_derive_pmrm *p;
	bool second; /* the later manager: expiries apart in skews, discounts of both signs */
} pmrm_search;

static bool
is_first_of_expiry(const plm_margin_pool *pool, uint32_t index)
{
	for (uint32_t i = 0; i < index; i++)
		if (pli_margin_is_option(&pool->legs[i]) &&
		    pool->legs[i].years == pool->legs[index].years)
			return false;
	return pli_margin_is_option(&pool->legs[index]);
}

/* A sum over the options of the expiry whose first leg is `first`: of values at these prices. */
static double
expiry_value(const plm_margin_pool *pool, uint32_t first, const double *prices)
{
	double sum = 0;
	for (uint32_t i = first; i < pool->legs_count; i++)
		if (pli_margin_is_option(&pool->legs[i]) &&
		    pool->legs[i].years == pool->legs[first].years)
			sum += pool->legs[i].quantity * prices[i];
	return sum;
}

static double
vol_scale(const plm_derive_pmrm *p, double years)
{
	double days = margin_max(years * PMRM_DAYS_A_YEAR, p->vol_days_min);
	return pow(PMRM_DAYS / days, days <= PMRM_DAYS ? p->vol_power_short : p->vol_power_long);
}

/* How a skew goes with ln(strike / forward), within caps that widen with time. */
static double
vol_skewed(const plm_derive_pmrm *p, const plm_derive_skew *skew, const plm_margin_leg *leg,
    double forward, double vol, bool absolute)
{
	double root = sqrt(leg->years), k = log(leg->strike / forward);
	double cap = skew->base * root + skew->scale;
	double width = p->skew_static + root * p->skew_scale;
	double k_star = margin_max(p->skew_k_min, root * p->skew_width * width);
	double slope = (absolute ? fabs(k) : k) * cap / k_star, most = fabs(cap);
	return vol * margin_max(1 + fmin(margin_max(slope, -most), most), 0);
}

static double
vol_moved(const pmrm_search *search, uint32_t index, int way)
{
	const plm_derive_pmrm *p = search->p;
	const plm_margin_leg *leg = &search->view->pool->legs[index];
	double vol = search->view->legs[index].vol, forward = search->view->legs[index].forward;
	if (way == PLM_DERIVE_VOL_SAME || !pli_margin_is_option(leg))
		return vol;
	if (way == PLM_DERIVE_VOL_LINEAR)
		return vol_skewed(p, &p->skew_linear, leg, forward, vol, false);
	if (way == PLM_DERIVE_VOL_ABSOLUTE)
		return vol_skewed(p, &p->skew_absolute, leg, forward, vol, true);
	double size = vol_scale(p, leg->years);
	return way == PLM_DERIVE_VOL_UP ? margin_max(vol * (1 + p->vol_up * size), p->vol_min)
					: vol * margin_max(1 - p->vol_down * size, 0);
}

/* Prices of all legs after a scenario, on the view's second array. */
static const double *
prices_at(const pmrm_search *search, double factor, int way)
{
	const margin_view *view = search->view;
	for (uint32_t i = 0; i < view->pool->underlyings_count; i++)
		view->factors[i] = factor;
	for (uint32_t i = 0; i < view->pool->legs_count; i++)
		view->room[0][i] = vol_moved(search, i, way);
	pli_margin_reprice(view, view->factors, view->room[0], view->room[1]);
	return view->room[1];
}

/* A value that would have to be sold counts for less, one that would have to be bought for more. */
static double
discounted(const pmrm_search *search, const plm_margin_leg *leg, double value)
{
	const plm_derive_pmrm *p = search->p;
	double rate = margin_max(leg->rule_rate, 0), years = leg->years;
	if (value > 0)
		return value * p->discount_long *
		       exp(-years * (rate * p->rate_mult_long + p->rate_add_long));
	if (!search->second)
		return value;
	double most = exp(rate * years); /* 1 over the price's own discount */
	double dear = p->discount_short /
		      exp(-years * (rate * p->rate_mult_short + p->rate_add_short));
	return value * fmin(most, dear);
}

/* Assets whose price moves with the spot. */
static double
base_value(const margin_view *view)
{
	double value = 0;
	for (uint32_t i = 0; i < view->pool->assets_count; i++)
		if (view->pool->assets[i].underlying != PLM_MARGIN_STILL)
			value += view->pool->assets[i].wallet * view->assets[i].price;
	return value;
}

static double
scenario_gain(const pmrm_search *search, const plm_derive_scenario *scenario)
{
	const margin_view *view = search->view;
	const plm_margin_pool *pool = view->pool;
	bool skew = scenario->vol == PLM_DERIVE_VOL_LINEAR ||
		    scenario->vol == PLM_DERIVE_VOL_ABSOLUTE;
	const double *prices = prices_at(search, scenario->factor, scenario->vol);
	double gain = (scenario->factor - 1) * base_value(view);
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		if (!pli_margin_is_option(leg)) {
			gain += pli_margin_gain(leg, view->legs[i].price, prices[i]);
		} else if (is_first_of_expiry(pool, i)) {
			double now = expiry_value(pool, i, view->room[2]);
			double moved = discounted(search, leg, expiry_value(pool, i, prices));
			gain += skew ? -fabs(moved - now) : moved - now;
		}
	}
	return gain * scenario->damp;
}

/* Forwards that leave the spot, expiry by expiry. */
static double
basis_gain(const pmrm_search *search)
{
	const margin_view *view = search->view;
	const plm_margin_pool *pool = view->pool;
	const plm_derive_pmrm *p = search->p;
	double gain = 0, factors[2] = {p->basis_up, p->basis_down};
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		if (!is_first_of_expiry(pool, i))
			continue;
		double now = expiry_value(pool, i, view->room[2]), worst = 0;
		for (int side = 0; side < 2; side++) {
			const double *prices = prices_at(
			    search, factors[side], PLM_DERIVE_VOL_SAME);
			worst = -margin_max(-worst, now - expiry_value(pool, i, prices));
		}
		gain += worst * (p->basis_add + p->basis_mult * pool->legs[i].years);
	}
	return gain;
}

/* Short options that no other on the same strike and expiry takes back. */
static double
naked_shorts(const plm_margin_pool *pool)
{
	double naked = 0;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		double net = 0;
		bool first = pli_margin_is_option(leg);
		for (uint32_t k = 0; first && k < pool->legs_count; k++) {
			const plm_margin_leg *other = &pool->legs[k];
			if (!pli_margin_is_option(other) || other->strike != leg->strike ||
			    other->years != leg->years)
				continue;
			first = k >= i;
			net += other->quantity;
		}
		naked += first ? margin_max(-net, 0) : 0;
	}
	return naked;
}

typedef struct pmrm_charges {
	double initial, maintenance;
} pmrm_charges;

/* Of perpetuals, naked shorts and collateral, whatever the scenarios say. */
static pmrm_charges
static_charges(const pmrm_search *search)
{
	const margin_view *view = search->view;
	const plm_margin_pool *pool = view->pool;
	const plm_derive_pmrm *p = search->p;
	double spot = pool->underlyings_count == 0 ? 0 : view->prices[0];
	double perps = 0, naked = naked_shorts(pool);
	for (uint32_t i = 0; i < pool->legs_count; i++)
		if (!pli_margin_is_option(&pool->legs[i]))
			perps += fabs(pool->legs[i].quantity);
	pmrm_charges charges = {spot * (perps * p->perp_initial + naked * p->option_initial),
	    spot * (perps * p->perp_maintenance + naked * p->option_maintenance)};
	for (uint32_t i = 0; i < pool->assets_count; i++) {
		const plm_margin_asset *asset = &pool->assets[i];
		double value = asset->wallet * view->assets[i].price;
		charges.initial += value * (1 - asset->weight_initial);
		charges.maintenance += value * (1 - asset->weight);
		if (!search->second && asset->underlying != PLM_MARGIN_STILL)
			charges.maintenance += fabs(value) * p->base_percent;
	}
	return charges;
}

/* What prices that the oracle is unsure of add to the initial margin. */
static double
confidence_charge(const pmrm_search *search)
{
	const margin_view *view = search->view;
	const plm_margin_pool *pool = view->pool;
	const plm_derive_pmrm *p = search->p;
	if (pool->underlyings_count == 0)
		return 0;
	double spot = view->prices[0], charge = 0, sure_spot = pool->underlyings[0].confidence;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		double sure = fmin(pool->legs[i].confidence, sure_spot);
		if (sure < p->confidence_threshold)
			charge += (1 - sure) * p->confidence_margin * spot *
				  fabs(pool->legs[i].quantity);
	}
	for (uint32_t i = 0; i < pool->assets_count; i++) {
		const plm_margin_asset *asset = &pool->assets[i];
		double sure = fmin(asset->confidence, sure_spot);
		bool counts = search->second || asset->underlying != PLM_MARGIN_STILL;
		if (counts && sure < p->confidence_threshold)
			charge += (1 - sure) * p->confidence_margin *
				  fabs(asset->wallet * view->assets[i].price);
	}
	return charge;
}

static void
pmrm_evaluate(const margin_view *view, bool second, plm_margin_numbers *numbers)
{
	const plm_margin_pool *pool = view->pool;
	pmrm_search search = {view, pool->parameters, second};
	const plm_derive_pmrm *p = search.p;
	margin_sums sums = pli_margin_sum(view, true);
	numbers->value = numbers->equity = numbers->equity_initial = sums.value;
	if (p == NULL) {
		numbers->initial = numbers->maintenance = pool->legs_count == 0 ? 0 : NAN;
		pli_margin_close(view, numbers);
		return;
	}
	for (uint32_t i = 0; i < pool->legs_count; i++)
		view->room[2][i] = view->legs[i].price;
	double worst = basis_gain(&search);
	for (uint32_t i = 0; i < p->scenarios_count; i++)
		worst = -margin_max(-worst, -scenario_gain(&search, &p->scenarios[i]));
	pmrm_charges charges = static_charges(&search);
	double off_peg = margin_max(p->peg_threshold - p->stable, 0) * p->peg_factor;
	double unsure = confidence_charge(&search);
	numbers->maintenance = pool->other_maintenance + charges.maintenance -
			       worst * p->loss_maintenance;
	if (second)
		numbers->initial = charges.initial + charges.maintenance + unsure -
				   worst * (p->loss_initial + off_peg);
	else
		numbers->initial = (charges.maintenance - worst) * (p->loss_initial + off_peg) +
				   unsure;
	numbers->initial += pool->other_initial;
	pli_margin_close(view, numbers);
}

double
plm_derive_basis_of(plm_margin_work *work, const plm_margin_pool *pool)
{
	plm_margin_numbers numbers;
	plm_margin_evaluate(work, pool, NULL, &numbers);
	margin_view view = pli_margin_view(work, pool);
	pmrm_search search = {&view, pool->parameters, true};
	for (uint32_t i = 0; i < pool->legs_count; i++)
		view.room[2][i] = view.legs[i].price;
	return search.p == NULL ? NAN : basis_gain(&search);
}

void
pli_rule_derive_pmrm(const margin_view *view, plm_margin_numbers *numbers)
{
	pmrm_evaluate(view, false, numbers);
}

void
pli_rule_derive_pmrm2(const margin_view *view, plm_margin_numbers *numbers)
{
	pmrm_evaluate(view, true, numbers);
}
