/* sim_market.c: prices of coins and of everything that hangs on them. */
#include "sim/sim_market.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <strings.h>

#include "sim/sim_list.h"
#include "sim/sim_number.h"

#define YEAR_SECONDS (365.0 * 86400.0)

static const char *const asset_names[PLI_SIM_ASSETS] = {
    "BTC", "ETH", "SOL", "XRP", "DOGE", "USDT", "USDC", "USD"};

static const struct {
	double price;
	double variation;
	int places;
} coin_facts[PLI_SIM_COINS] = {
    {94250.0, 0.48, 2},
    {3180.0, 0.62, 2},
    {142.0, 0.80, 4},
    {2.15, 0.85, 4},
    {0.164, 0.95, 5},
};

const char *
pli_sim_asset_name(pli_sim_asset asset)
{
	assert(asset < PLI_SIM_ASSETS);
	return asset_names[asset];
}

bool
pli_sim_of_dex(const pli_sim_instrument *in)
{
	return strchr(in->name, ':') != NULL;
}

const char *
pli_sim_underlying(const pli_sim_instrument *in)
{
	static const char *const of_dex[PLI_SIM_COINS] = {
	    "XYZ-BTC", "XYZ-ETH", "XYZ-SOL", "XYZ-XRP", "XYZ-DOGE"};
	return pli_sim_of_dex(in) ? of_dex[in->coin] : pli_sim_asset_name(in->coin);
}

pli_sim_asset
pli_sim_asset_find(plm_slice name)
{
	for (int i = 0; i < PLI_SIM_ASSETS; i++)
		if (strlen(asset_names[i]) == name.size &&
		    strncasecmp(asset_names[i], name.bytes, name.size) == 0)
			return (pli_sim_asset)i;
	return PLI_SIM_ASSETS;
}

const pli_sim_instrument *
pli_sim_market_find(const pli_sim_market *m, pli_sim_venue venue, plm_slice name)
{
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (m->instruments[i].venue == venue && plm_slice_is(name, m->instruments[i].name))
			return &m->instruments[i];
	return NULL;
}

int64_t
pli_sim_market_funding_ns(const pli_sim_market *m)
{
	double seconds = fmax(1.0, floor(8.0 * 3600.0 / m->speed));
	return (int64_t)seconds * PLM_NS_PER_S;
}

plm_time_ns
pli_sim_market_next_funding(const pli_sim_market *m)
{
	int64_t interval = pli_sim_market_funding_ns(m);
	return (m->now_ns / interval + 1) * interval;
}

static void
market_move_coins(pli_sim_market *m, double years)
{
	double common = pli_random_normal(&m->random);
	double root = sqrt(years);
	bool crash = pli_random_unit(&m->random) < 150.0 * years;
	double jump = crash ? 0.012 * pli_random_normal(&m->random) : 0.0;
	for (int i = 0; i < PLI_SIM_COINS; i++) {
		pli_sim_coin *c = &m->coins[i];
		double noise = 0.8 * common + 0.6 * pli_random_normal(&m->random);
		double own = pli_random_unit(&m->random) < 100.0 * years
				 ? 0.015 * pli_random_normal(&m->random)
				 : 0.0;
		double pull = 0.5 * years * log(coin_facts[i].price / c->price);
		c->price *= exp(c->variation * root * noise + jump + own + pull);
		double home = coin_facts[i].variation * 1.05;
		c->implied += 20.0 * years * (home - c->implied) +
			      0.8 * c->implied * root * pli_random_normal(&m->random) + fabs(jump);
		c->implied = fmin(fmax(c->implied, 0.2), 2.5);
	}
}

/* What of the walk lies between two steps; it scatters by a twentieth of its whole length. */
static void
market_walk(pli_sim_market *m, plm_time_ns before_ns)
{
	pli_sim_walk *walk = &m->walk;
	plm_time_ns from_ns = before_ns > walk->start_ns ? before_ns : walk->start_ns;
	plm_time_ns to_ns = m->now_ns < walk->end_ns ? m->now_ns : walk->end_ns;
	if (walk->log_move == 0 || to_ns <= from_ns)
		return;
	double part = (double)(to_ns - from_ns) / (double)(walk->end_ns - walk->start_ns);
	double scatter = 0.05 * sqrt(part) * pli_random_normal(&walk->random);
	m->coins[walk->coin].price *= exp(walk->log_move * (part + scatter));
}

static void
market_move_stables(pli_sim_market *m, double years)
{
	static const double home[PLI_SIM_ASSETS] = {
	    [PLI_SIM_USDT] = 0.9996, [PLI_SIM_USDC] = 0.9999};
	for (int i = PLI_SIM_USDT; i <= PLI_SIM_USDC; i++) {
		double *s = &m->stable[i];
		*s += 400.0 * years * (home[i] - *s) +
		      0.004 * sqrt(years) * pli_random_normal(&m->random);
		m->dollar[i] = pli_sim_from(*s, 8);
	}
}

static void
market_show_coins(pli_sim_market *m)
{
	for (int i = 0; i < PLI_SIM_COINS; i++) {
		pli_sim_coin *c = &m->coins[i];
		c->index[PLI_SIM_USD] = pli_sim_from(c->price, coin_facts[i].places);
		c->index[PLI_SIM_USDC] = pli_sim_from(
		    c->price / m->stable[PLI_SIM_USDC], coin_facts[i].places);
		c->index[PLI_SIM_USDT] = pli_sim_from(c->price / m->stable[PLI_SIM_USDT], 8);
		m->dollar[i] = c->index[PLI_SIM_USD];
	}
}

static double
market_years_to(const pli_sim_market *m, plm_time_ns expiry_ns)
{
	return fmax(1.0, (double)(expiry_ns - m->now_ns) / 1e9) / YEAR_SECONDS;
}

static double
market_forward(const pli_sim_market *m, const pli_sim_instrument *in, double basis)
{
	const pli_sim_coin *c = &m->coins[in->coin];
	double quote = in->quote == PLI_SIM_USD ? 1.0 : m->stable[in->quote];
	double carry = in->expiry_ns == 0 ? 0.0 : 0.055 * market_years_to(m, in->expiry_ns);
	return c->price / quote * exp(carry) * (1.0 + basis);
}

static void
market_quote(pli_sim_instrument *in)
{
	plm_decimal mid = pli_sim_snap(in->mark, in->tick);
	in->bid = pli_sim_larger(pli_sim_subtract(mid, in->tick), plm_decimal_zero());
	in->ask = pli_sim_add(mid, in->tick);
	if (!plm_decimal_is_known(in->last))
		in->last = mid;
}

static void
market_price_future(pli_sim_market *m, pli_sim_instrument *in, double years)
{
	in->basis += 2000.0 * years * (0.0002 - in->basis) +
		     0.02 * sqrt(years) * pli_random_normal(&m->random);
	in->basis = fmin(fmax(in->basis, -0.004), 0.004);
	in->index = m->coins[in->coin].index[in->quote];
	in->mark = pli_sim_from(market_forward(m, in, in->basis), in->places);
	if (in->kind == PLI_SIM_PERPETUAL) {
		double rate = fmin(fmax(0.0001 + 0.4 * (in->basis - 0.0002), -0.003), 0.003);
		in->funding_rate = pli_sim_from(rate, 8);
	}
	market_quote(in);
}

static void
market_price_option(pli_sim_market *m, pli_sim_instrument *in)
{
	double years = market_years_to(m, in->expiry_ns);
	double forward = market_forward(m, in, 0.0002);
	in->index = m->coins[in->coin].index[in->quote];
	in->underlying = in->venue == PLI_SIM_BINANCE_OPTIONS ? in->index
							      : pli_sim_from(forward, 4);
	forward = plm_decimal_to_double(in->underlying);
	double strike = plm_decimal_to_double(in->strike);
	double k = log(strike / forward) / sqrt(fmax(years, 0.02));
	double iv = m->coins[in->coin].implied * (1.0 - 0.10 * k + 0.12 * k * k);
	in->mark_iv = pli_sim_from(100.0 * fmin(fmax(iv, 0.15), 4.0), 2);
	double sigma = plm_decimal_to_double(in->mark_iv) / 100.0;
	pli_sim_option o = pli_sim_black(forward, strike, sigma, years, in->option_call);
	double value = in->inverse ? fmax(o.value / forward, 0.000001) : fmax(o.value, 0.0001);
	int places = in->inverse ? 5 : 8;
	in->mark = pli_sim_from(value, in->places);
	in->delta = pli_sim_from(o.delta, places);
	in->gamma = pli_sim_from(o.gamma, places);
	in->vega = pli_sim_from(o.vega, places);
	in->theta = pli_sim_from(o.theta, places);
	in->rho = pli_sim_from(o.rho, places);
	market_quote(in);
}

static void
market_expire(pli_sim_market *m, pli_sim_instrument *in)
{
	in->expired = true;
	in->index = m->coins[in->coin].index[in->quote];
	in->mark = in->index;
	if (in->kind != PLI_SIM_OPTION)
		return;
	plm_decimal gain = in->option_call ? pli_sim_subtract(in->index, in->strike)
					   : pli_sim_subtract(in->strike, in->index);
	gain = pli_sim_larger(gain, plm_decimal_zero());
	in->mark = in->inverse ? pli_sim_round(pli_sim_divide(gain, in->index), 8) : gain;
	in->delta = in->gamma = in->vega = in->theta = in->rho = plm_decimal_zero();
}

/* What a shock lays over the prices. */
static void
market_shock(const pli_sim_market *m, pli_sim_instrument *in)
{
	if (in->shock_until_ns <= m->now_ns)
		return;
	in->mark = pli_sim_round(pli_sim_multiply(in->mark, in->shock_factor), in->places);
	if (!in->shock_of_index)
		return;
	in->index = pli_sim_round(pli_sim_multiply(in->index, in->shock_factor), 2);
	if (in->kind == PLI_SIM_OPTION)
		in->underlying = pli_sim_round(
		    pli_sim_multiply(in->underlying, in->shock_factor), 4);
}

static void
market_price(pli_sim_market *m, double years)
{
	market_show_coins(m);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		pli_sim_instrument *in = &m->instruments[i];
		if (in->expired)
			continue;
		if (in->expiry_ns != 0 && in->expiry_ns <= m->now_ns)
			market_expire(m, in);
		else if (in->kind == PLI_SIM_OPTION)
			market_price_option(m, in);
		else
			market_price_future(m, in, years);
		if (in->shock_until_ns != 0 && !in->expired)
			market_shock(m, in);
	}
}

void
pli_sim_market_init(pli_sim_market *m, uint64_t seed, plm_time_ns start_ns, double speed)
{
	assert(speed > 0 && start_ns > 0);
	*m = (pli_sim_market){.speed = speed, .start_ns = start_ns, .now_ns = start_ns};
	pli_random_init(&m->random, seed);
	for (int i = 0; i < PLI_SIM_COINS; i++) {
		double shift = exp(0.05 * pli_random_normal(&m->random));
		m->coins[i].price = coin_facts[i].price * shift;
		m->coins[i].variation = coin_facts[i].variation;
		m->coins[i].implied = coin_facts[i].variation * 1.05;
		for (int k = 0; k < PLI_SIM_ASSETS; k++)
			m->coins[i].index[k] = plm_decimal_unknown();
	}
	m->stable[PLI_SIM_USDT] = 0.9996;
	m->stable[PLI_SIM_USDC] = 0.9999;
	m->dollar[PLI_SIM_USD] = plm_decimal_from_int(1);
	pli_sim_list(m);
	market_move_stables(m, 1e-9);
	market_price(m, 1e-9);
	for (uint32_t i = 0; i < m->instruments_count; i++)
		m->instruments[i].settlement = m->instruments[i].mark;
}

void
pli_sim_market_step(pli_sim_market *m, plm_time_ns now_ns)
{
	assert(now_ns >= m->now_ns);
	plm_time_ns before_ns = m->now_ns;
	double years = (double)(now_ns - before_ns) / 1e9 / YEAR_SECONDS * m->speed;
	m->now_ns = now_ns;
	m->steps++;
	market_move_coins(m, years);
	market_walk(m, before_ns);
	market_move_stables(m, years);
	market_price(m, years);
}
