/* margin_models_derive.c: cases of Derive as pools. */
#include <math.h>

#include "cli/margin_case.h"
#include "plimsoll/margin_rules.h"

#define SECONDS_A_YEAR 31536000.0

enum { SCENARIOS_MAX = 128 };

/* Marks an option at the model's price on its expiry's forward. */
static void
option_mark(plm_margin_leg *leg, double forward, double seconds)
{
	leg->forward = forward;
	leg->years = seconds / SECONDS_A_YEAR;
	leg->mark = plm_margin_option_price(leg, forward);
}

/* An option of a case: {amt, K, call, vol}. */
static plm_margin_leg *
option_leg(margin_case *c, uint32_t node)
{
	bool call = true;
	(void)pli_json_bool(c->json, pli_case_find(c, node, "call"), &call, NULL);
	plm_margin_leg *leg = pli_case_leg(
	    c, PLM_MARGIN_LEG_OPTION, pli_case_number(c, node, "amt"), 0, 0);
	leg->strike = pli_case_number(c, node, "K");
	leg->put = !call;
	leg->vol = pli_case_number(c, node, "vol");
	return leg;
}

static void
base_asset(margin_case *c, double amount, uint32_t underlying, double spot)
{
	plm_margin_asset *asset = pli_case_asset(c, amount);
	asset->price = spot;
	asset->underlying = underlying;
}

static plm_margin_leg *
perp_leg(margin_case *c, double amount, double price, double profit)
{
	plm_margin_leg *leg = pli_case_leg(c, PLM_MARGIN_LEG_LINEAR, amount, NAN, price);
	leg->profit = profit;
	return leg;
}

static void
net_put(margin_case *c)
{
	pli_case_evaluate(c);
	pli_case_put(c, "net_im", c->numbers.equity_initial - c->numbers.initial);
	pli_case_put(c, "net_mm", c->numbers.equity - c->numbers.maintenance);
}

/* Adds a market's legs, all on one underlying. */
static void
srm_market(margin_case *c, uint32_t market, const plm_margin_asset *weights)
{
	uint32_t underlying = c->pool.underlyings_count, first = c->pool.legs_count;
	double spot = pli_case_number(c, market, "spot"), base = pli_case_number(c, market, "base");
	plm_margin_leg *perp = perp_leg(c, pli_case_number(c, market, "perp"),
	    pli_case_number(c, market, "perpPx"), pli_case_number_or(c, market, "upnl", 0));
	perp->confidence = pli_case_number_or(c, market, "perpConf", 1);
	uint32_t expiries = pli_case_find(c, market, "exp");
	for (uint32_t e = pli_case_first(c, market, "exp"); e != 0;
	     e = pli_case_next(c, expiries, e)) {
		uint32_t options = pli_case_find(c, e, "opts");
		for (uint32_t o = pli_case_first(c, e, "opts"); o != 0;
		     o = pli_case_next(c, options, o)) {
			plm_margin_leg *leg = option_leg(c, o);
			option_mark(leg, pli_case_number(c, e, "F"), pli_case_number(c, e, "sec"));
			leg->confidence = pli_case_number_or(c, e, "conf", 1);
		}
	}
	for (uint32_t i = first; i < c->pool.legs_count; i++)
		c->legs[i].underlying = underlying;
	c->underlyings[underlying] = (plm_margin_underlying){
	    spot, 1, pli_case_number_or(c, market, "spotConf", 1)};
	c->pool.underlyings_count = underlying + 1;
	base_asset(c, base, underlying, spot);
	c->assets[c->pool.assets_count - 1].weight = weights->weight;
	c->assets[c->pool.assets_count - 1].weight_initial = weights->weight_initial;
}

static void
srm(margin_case *c)
{
	uint32_t params = pli_case_find(c, c->input, "params"),
		 markets = pli_case_find(c, c->input, "markets");
	plm_derive_srm p = {.perp_initial = pli_case_number(c, params, "perp_im"),
	    .perp_maintenance = pli_case_number(c, params, "perp_mm"),
	    .spot_max = pli_case_number(c, params, "max_spot"),
	    .spot_min = pli_case_number(c, params, "min_spot"),
	    .call_maintenance = pli_case_number(c, params, "mm_call_spot"),
	    .put_maintenance = pli_case_number(c, params, "mm_put_spot"),
	    .put_maintenance_mtm = pli_case_number(c, params, "mm_put_mtm"),
	    .put_offset = pli_case_number(c, params, "put_mm_offset"),
	    .unpaired_initial = pli_case_number(c, params, "unpaired_im"),
	    .unpaired_maintenance = pli_case_number(c, params, "unpaired_mm"),
	    .oracle_threshold = pli_case_number(c, params, "oracle_threshold"),
	    .oracle_factor = pli_case_number(c, params, "oracle_oc_factor"),
	    .depeg_threshold = pli_case_number(c, params, "depeg_threshold"),
	    .depeg_factor = pli_case_number(c, params, "depeg_factor"),
	    .stable = pli_case_number_or(c, c->input, "stable_price", 1)};
	double weight = pli_case_number(c, params, "base_margin_factor");
	plm_margin_asset weights = {.weight = weight,
	    .weight_initial = weight * pli_case_number_or(c, params, "base_im_scale", 1)};
	pli_case_pool(c, "derive.srm");
	c->pool.parameters = &p;
	(void)pli_case_asset(c, pli_case_number_or(c, c->input, "cash", 0));
	for (uint32_t m = pli_case_first(c, c->input, "markets"); m != 0;
	     m = pli_case_next(c, markets, m))
		srm_market(c, m, &weights);
	net_put(c);
	pli_case_put(c, "mtm", c->numbers.value);
}

static int
vol_way(margin_case *c, uint32_t node)
{
	static const struct {
		const char *text;
		int way;
	} ways[] = {{"Up", PLM_DERIVE_VOL_UP}, {"Down", PLM_DERIVE_VOL_DOWN},
	    {"LINEAR", PLM_DERIVE_VOL_LINEAR}, {"ABS", PLM_DERIVE_VOL_ABSOLUTE}};
	plm_slice text = plm_slice_of("");
	(void)pli_json_string(c->json, node, &text, NULL);
	for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++)
		if (plm_slice_is(text, ways[i].text))
			return ways[i].way;
	return PLM_DERIVE_VOL_SAME;
}

/* Rows are [factor, way] or {SpotShock, VolShockDirection, DampeningFactor}. */
static uint32_t
scenarios_read(
    margin_case *c, uint32_t params, const char *key, plm_derive_scenario scenarios[SCENARIOS_MAX])
{
	uint32_t array = pli_case_find(c, params, key), count = 0;
	for (uint32_t at = pli_case_first(c, params, key); at != 0 && count < SCENARIOS_MAX;
	     at = pli_case_next(c, array, at)) {
		uint32_t named = pli_case_find(c, at, "SpotShock");
		double factor = NAN;
		(void)pli_json_double(c->json, named != 0 ? named : at + 1, &factor, NULL);
		uint32_t way = named != 0 ? pli_case_find(c, at, "VolShockDirection") : at + 2;
		scenarios[count++] = (plm_derive_scenario){factor,
		    named != 0 ? pli_case_number_or(c, at, "DampeningFactor", 1) : 1,
		    vol_way(c, way)};
	}
	return count;
}

static void
pmrm_options(margin_case *c, uint32_t portfolio)
{
	uint32_t expiries = pli_case_find(c, portfolio, "exp");
	for (uint32_t e = pli_case_first(c, portfolio, "exp"); e != 0;
	     e = pli_case_next(c, expiries, e)) {
		double fixed = pli_case_number_or(c, e, "fix", 0);
		double forward = pli_case_number(c, e, "var") + fixed;
		uint32_t options = pli_case_find(c, e, "opts");
		for (uint32_t o = pli_case_first(c, e, "opts"); o != 0;
		     o = pli_case_next(c, options, o)) {
			plm_margin_leg *leg = option_leg(c, o);
			option_mark(leg, forward, pli_case_number(c, e, "sec"));
			leg->forward_fixed = fixed;
			leg->rule_rate = pli_case_number_or(c, e, "rate", 0);
			leg->confidence = pli_case_number_or(c, e, "conf", 1);
		}
	}
}

static void
one_underlying(margin_case *c, double spot, double confidence)
{
	for (uint32_t i = 0; i < c->pool.legs_count; i++)
		c->legs[i].underlying = 0;
	c->underlyings[0] = (plm_margin_underlying){spot, 1, confidence};
	c->pool.underlyings_count = 1;
}

static void
pmrm_v1(margin_case *c)
{
	uint32_t params = pli_case_find(c, c->input, "params");
	uint32_t book = pli_case_find(c, c->input, "portfolio");
	plm_derive_scenario scenarios[SCENARIOS_MAX];
	plm_derive_pmrm p = {.scenarios = scenarios,
	    .scenarios_count = scenarios_read(c, params, "scenarios", scenarios),
	    .vol_up = pli_case_number(c, params, "vol_range_up"),
	    .vol_down = pli_case_number(c, params, "vol_range_down"),
	    .vol_power_short = pli_case_number(c, params, "short_term_power"),
	    .vol_power_long = pli_case_number(c, params, "long_term_power"),
	    .vol_days_min = pli_case_number(c, params, "dte_floor_days"),
	    .basis_up = pli_case_number(c, params, "basis_spot_up"),
	    .basis_down = pli_case_number(c, params, "basis_spot_down"),
	    .basis_add = pli_case_number(c, params, "basis_add_factor"),
	    .basis_mult = pli_case_number(c, params, "basis_mult_factor"),
	    .discount_long = pli_case_number(c, params, "base_static_discount"),
	    .rate_mult_long = pli_case_number(c, params, "rate_mult_scale"),
	    .rate_add_long = pli_case_number(c, params, "rate_add_scale"),
	    .loss_initial = pli_case_number(c, params, "im_factor"),
	    .loss_maintenance = 1,
	    .perp_maintenance = pli_case_number(c, params, "perp_percent"),
	    .option_maintenance = pli_case_number(c, params, "option_percent"),
	    .base_percent = pli_case_number(c, params, "base_percent"),
	    .peg_threshold = pli_case_number(c, params, "peg_threshold"),
	    .peg_factor = pli_case_number(c, params, "peg_factor"),
	    .stable = pli_case_number_or(c, book, "stable", 1),
	    .confidence_threshold = pli_case_number(c, params, "conf_threshold"),
	    .confidence_margin = pli_case_number(c, params, "conf_margin")};
	double spot = pli_case_number(c, book, "spot");
	pli_case_pool(c, "derive.pmrm");
	c->pool.parameters = &p;
	(void)pli_case_asset(c, pli_case_number_or(c, book, "cash", 0));
	base_asset(c, pli_case_number_or(c, book, "base", 0), 0, spot);
	perp_leg(c, pli_case_number_or(c, book, "perp", 0), pli_case_number(c, book, "perpPx"),
	    pli_case_number_or(c, book, "pnl", 0))
	    ->confidence = pli_case_number_or(c, book, "perpConf", 1);
	pmrm_options(c, book);
	one_underlying(c, spot, pli_case_number_or(c, book, "spotConf", 1));
	net_put(c);
	pli_case_put(c, "mtm", c->numbers.value - c->assets[0].wallet);
}

/* Of the last half hour the forward is an average: what is past of it is fixed. */
static void
pmrm2_options(margin_case *c, uint32_t book)
{
	uint32_t options = pli_case_find(c, book, "Options"),
		 feeds = pli_case_find(c, book, "OptionFeeds");
	for (uint32_t o = pli_case_first(c, book, "Options"); o != 0;
	     o = pli_case_next(c, options, o)) {
		double seconds = pli_case_number(c, o, "Expiry");
		uint32_t feed = pli_case_first(c, book, "OptionFeeds");
		while (feed != 0 && pli_case_number(c, feed, "FeedExpiry") != seconds)
			feed = pli_case_next(c, feeds, feed);
		double forward = pli_case_number(c, feed, "Forward");
		double rate = fmax(pli_case_number(c, feed, "Rate"), 0);
		double call = pli_case_number(c, o, "IsCall");
		plm_margin_leg *leg = pli_case_leg(
		    c, PLM_MARGIN_LEG_OPTION, pli_case_number(c, o, "Amount"), 0, 0);
		leg->strike = pli_case_number(c, o, "Strike");
		leg->put = call == 0;
		leg->vol = pli_case_number(c, o, "MarkVol");
		leg->forward_fixed = seconds < 1800 ? forward * (1 - seconds / 1800) : 0;
		leg->rate = leg->rule_rate = rate;
		option_mark(leg, forward, seconds);
		leg->confidence = fmin(fmin(pli_case_number_or(c, feed, "ForwardConfidence", 1),
					   pli_case_number_or(c, feed, "RateConfidence", 1)),
		    pli_case_number_or(c, feed, "OptionVolConfidences", 1));
	}
}

static void
pmrm2_collaterals(margin_case *c, uint32_t book, double stable)
{
	uint32_t array = pli_case_find(c, book, "Collaterals");
	for (uint32_t at = pli_case_first(c, book, "Collaterals"); at != 0;
	     at = pli_case_next(c, array, at)) {
		bool moves = false;
		(void)pli_json_bool(
		    c->json, pli_case_find(c, at, "IsRiskCancelling"), &moves, NULL);
		plm_margin_asset *asset = pli_case_asset(c, pli_case_number(c, at, "Amount"));
		asset->price = pli_case_number(c, at, "Price") / stable;
		asset->underlying = moves ? 0 : PLM_MARGIN_STILL;
		asset->weight = 1 - pli_case_number(c, at, "MMHaircut");
		asset->weight_initial = 1 - pli_case_number(c, at, "IMHaircut");
		asset->confidence = pli_case_number_or(c, at, "Confidence", 1);
	}
}

static plm_derive_pmrm
pmrm2_params(margin_case *c, plm_derive_scenario scenarios[SCENARIOS_MAX])
{
	uint32_t params = pli_case_find(c, c->input, "params");
	uint32_t vol = pli_case_find(c, params, "VolShock"),
		 skew = pli_case_find(c, params, "SkewShock");
	uint32_t margin = pli_case_find(c, params, "Margin");
	uint32_t basis = pli_case_find(c, params, "BasisContingency");
	uint32_t other = pli_case_find(c, params, "OtherContingency");
	return (plm_derive_pmrm){.scenarios = scenarios,
	    .scenarios_count = scenarios_read(c, params, "Scenarios", scenarios),
	    .vol_up = pli_case_number(c, vol, "VOLRANGEUP"),
	    .vol_down = pli_case_number(c, vol, "VOLRANGEDOWN"),
	    .vol_power_short = pli_case_number(c, vol, "SHORTTERMPOWER"),
	    .vol_power_long = pli_case_number(c, vol, "LONGTERMPOWER"),
	    .vol_days_min = pli_case_number(c, vol, "DTE_FLOOR"),
	    .vol_min = pli_case_number(c, vol, "MIN_VOL_EVAL_SHOCKED"),
	    .basis_up = pli_case_number(c, basis, "SCENARIO_SPOT_UP"),
	    .basis_down = pli_case_number(c, basis, "SCENARIO_SPOT_DOWN"),
	    .basis_add = pli_case_number(c, basis, "BASIS_CONT_ADD_FACTOR"),
	    .basis_mult = pli_case_number(c, basis, "BASIS_CONT_MULT_FACTOR"),
	    .discount_long = pli_case_number(c, margin, "BASE_STATIC_DISCOUNT"),
	    .rate_mult_long = pli_case_number(c, margin, "LONG_RATE_MULTSCALE"),
	    .rate_add_long = pli_case_number(c, margin, "LONG_RATE_ADDSCALE"),
	    .discount_short = pli_case_number(c, margin, "BASE_STATIC_DISCOUNT_NEG"),
	    .rate_mult_short = pli_case_number(c, margin, "SHORT_RATE_MULTSCALE"),
	    .rate_add_short = pli_case_number(c, margin, "SHORT_RATE_ADDSCALE"),
	    .loss_initial = pli_case_number(c, margin, "IM_LOSS_FACTOR"),
	    .loss_maintenance = pli_case_number(c, margin, "MM_LOSS_FACTOR"),
	    .perp_initial = pli_case_number(c, other, "IM_PERP_PERCENT"),
	    .perp_maintenance = pli_case_number(c, other, "MM_PERP_PERCENT"),
	    .option_initial = pli_case_number(c, other, "IM_OPTION_PERCENT"),
	    .option_maintenance = pli_case_number(c, other, "MM_OPTION_PERCENT"),
	    .peg_threshold = pli_case_number(c, other, "PEG_LOSS_THRESHOLD"),
	    .peg_factor = pli_case_number(c, other, "PEG_LOSS_FACTOR"),
	    .confidence_threshold = pli_case_number(c, other, "CONF_THRESHOLD"),
	    .confidence_margin = pli_case_number(c, other, "CONF_MARGIN"),
	    .skew_linear = {pli_case_number(c, skew, "LINEAR_CBASE"),
		pli_case_number(c, skew, "LINEAR_SCALE_CAP")},
	    .skew_absolute = {pli_case_number(c, skew, "ABS_CBASE"),
		pli_case_number(c, skew, "ABS_SCALE_CAP")},
	    .skew_k_min = pli_case_number(c, skew, "MIN_K_STAR"),
	    .skew_width = pli_case_number(c, skew, "MIN_WIDTH_SCALE"),
	    .skew_static = pli_case_number(c, skew, "VOL_PARAM_STATIC"),
	    .skew_scale = pli_case_number(c, skew, "VOL_PARAM_SCALE")};
}

static void
pmrm_v2(margin_case *c)
{
	uint32_t book = pli_case_find(c, c->input, "portfolio");
	double spot = pli_case_number(c, book, "SpotPrice");
	double stable = pli_case_number(c, book, "StablePrice");
	plm_derive_scenario scenarios[SCENARIOS_MAX];
	plm_derive_pmrm p = pmrm2_params(c, scenarios);
	p.stable = stable;
	pli_case_pool(c, "derive.pmrm2");
	c->pool.parameters = &p;
	c->pool.other_equity = pli_case_number_or(c, book, "Cash", 0);
	pmrm2_collaterals(c, book, stable);
	if (c->pool.assets_count == 0)
		(void)pli_case_asset(c, 0);
	perp_leg(c, pli_case_number_or(c, book, "NumPerps", 0),
	    pli_case_number_or(c, book, "PerpPrice", 0),
	    pli_case_number_or(c, book, "UnrealisedPerpPNL", 0) +
		pli_case_number_or(c, book, "UnrealisedFunding", 0))
	    ->confidence = pli_case_number_or(c, book, "PerpConfidence", 1);
	pmrm2_options(c, book);
	one_underlying(c, spot, pli_case_number_or(c, book, "SpotConfidence", 1));
	net_put(c);
	pli_case_put(c, "mtm", c->numbers.value);
	pli_case_put(c, "basis_contingency", plm_derive_basis_of(c->work, &c->pool));
}

static void
buffer_margin(margin_case *c)
{
	pli_case_put(c, "buffer_margin",
	    plm_derive_buffer(pli_case_number(c, c->input, "mtm"),
		pli_case_number(c, c->input, "net_mm"), pli_case_number(c, c->input, "factor")));
}

const margin_case_model pli_margin_models_derive[] = {
    {"derive.srm", srm},
    {"derive.pmrm_v1", pmrm_v1},
    {"derive.pmrm_2", pmrm_v2},
    {"derive.buffer_margin", buffer_margin},
    {0},
};
