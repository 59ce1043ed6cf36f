/* conventions_test.c: sensitivities as venues state them, against what they are slopes of. */
#include "plimsoll/conventions.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* One option in a convention. */
typedef struct quote {
	double price, delta, gamma, vega, theta, rho, vanna, volga, charm;
} quote;

typedef struct option {
	double forward, strike, years, vol;
	uint8_t put;
	double spot, unit;
} option;

static quote
state(plm_convention convention, const option *o)
{
	quote q;
	plm_options options = {&o->forward, &o->strike, &o->years, &o->vol, &o->put};
	plm_convention_terms terms = {&o->spot, o->unit, 0};
	plm_greeks greeks = {
	    &q.price, &q.delta, &q.gamma, &q.vega, &q.theta, &q.rho, &q.vanna, &q.volga, &q.charm};
	plm_black76(&options, &greeks, 1);
	plm_greeks_state(convention, &options, &terms, &greeks, 1);
	return q;
}

static void
near(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance * (1e-12 + fabs(expected))))
		print_error("%.10g is not %.10g\n", value, expected);
	assert_true(fabs(value - expected) <= tolerance * (1e-12 + fabs(expected)));
}

static const option options[] = {{40000, 42000, 0.25, 0.6, 0, 39500, 1},
    {40000, 42000, 0.25, 0.6, 1, 39500, 1}, {40000, 30000, 0.1, 0.9, 1, 40100, 1},
    {1900, 1500, 1.5, 0.8, 0, 1850, 1}};

enum { OPTIONS = sizeof options / sizeof options[0] };

/* A price in coins, c = V/F: its slope in ln F is the premium-adjusted delta, F^2 c'' the gamma. */
static void
test_pricing_conventions__okx_states_slopes_of_the_coin_price(void **state_)
{
	(void)state_;
	for (int i = 0; i < OPTIONS; i++) {
		option o = options[i], up = o, down = o;
		double step = o.forward * 1e-3;
		up.forward += step;
		down.forward -= step;
		quote at = state(PLM_CONVENTION_OKX, &o);
		double high = state(PLM_CONVENTION_OKX, &up).price;
		double low = state(PLM_CONVENTION_OKX, &down).price;
		near(at.delta, o.forward * (high - low) / (2 * step), 1e-4);
		near(at.gamma, o.forward * o.forward * (high - 2 * at.price + low) / (step * step),
		    1e-3);
		near(at.price, state(PLM_CONVENTION_PLIMSOLL, &o).price / o.forward, 1e-15);
		assert_true(isnan(at.rho) && isnan(at.vanna));
	}
}

/* In USD on the spot: slopes of e^-rT V(S e^rT) in spot, vol and time at the rate of the basis. */
static void
test_pricing_conventions__okx_bs_states_slopes_in_the_spot(void **state_)
{
	(void)state_;
	for (int i = 0; i < OPTIONS; i++) {
		option o = options[i], up = o, down = o, later = o, more = o;
		double rate = log(o.forward / o.spot) / o.years, step = 1e-3, day = 1 / 365.0;
		up.spot *= 1 + step;
		up.forward *= 1 + step;
		down.spot *= 1 - step;
		down.forward *= 1 - step;
		more.vol += 0.0001;
		later.years -= day / 100;
		later.forward = o.spot * exp(rate * later.years);
		quote at = state(PLM_CONVENTION_OKX_BS, &o);
		double high = state(PLM_CONVENTION_OKX_BS, &up).price;
		double low = state(PLM_CONVENTION_OKX_BS, &down).price;
		near(at.delta, (high - low) / (2 * step * o.spot), 1e-4);
		near(at.gamma, (high - 2 * at.price + low) / (step * step * o.spot * o.spot), 1e-3);
		near(at.vega, (state(PLM_CONVENTION_OKX_BS, &more).price - at.price) / 0.0001 / 100,
		    1e-3);
		near(at.theta, (state(PLM_CONVENTION_OKX_BS, &later).price - at.price) * 100, 2e-3);
	}
}

/* Deribit's rho: the strike is discounted, the forward's value is not. */
static void
test_pricing_conventions__deribit(void **state_)
{
	(void)state_;
	for (int i = 0; i < OPTIONS; i++) {
		const option *o = &options[i];
		quote coin = state(PLM_CONVENTION_DERIBIT, o);
		quote linear = state(PLM_CONVENTION_DERIBIT_LINEAR, o);
		quote ours = state(PLM_CONVENTION_PLIMSOLL, o);
		near(coin.price, ours.price / o->forward, 1e-15);
		near(linear.price, ours.price, 1e-15);
		assert_true(coin.delta == ours.delta && coin.gamma == ours.gamma);
		assert_true(coin.vega == ours.vega && coin.theta == ours.theta);
		double d2 = (log(o->forward / o->strike) - o->vol * o->vol * o->years / 2) /
			    (o->vol * sqrt(o->years));
		double share = o->put ? -erfc(d2 / sqrt(2)) / 2 : erfc(-d2 / sqrt(2)) / 2;
		near(coin.rho, o->strike * o->years * share / 100, 1e-9);
		assert_true(isnan(coin.volga) && isnan(coin.charm) && !isnan(ours.charm));
	}
}

/* With 6 hours to live a quarter of a day's theta is left, and never more than the price. */
static void
test_pricing_conventions__the_last_day(void **state_)
{
	(void)state_;
	option o = {40000, 40100, 0.25 / 365, 0.5, 0, 40000, 1}, far = o;
	quote ours = state(PLM_CONVENTION_PLIMSOLL, &o);
	near(state(PLM_CONVENTION_DERIBIT, &o).theta, ours.theta / 4, 1e-14);
	near(state(PLM_CONVENTION_BYBIT, &o).theta, ours.theta / 4, 1e-14);
	near(state(PLM_CONVENTION_BYBIT, &o).gamma, ours.gamma / 4, 1e-14);
	near(state(PLM_CONVENTION_OKX, &o).theta, ours.theta / 4 / o.forward, 1e-14);
	near(state(PLM_CONVENTION_BINANCE, &o).theta, ours.theta, 1e-14);
	far.strike = 42000;
	quote capped = state(PLM_CONVENTION_DERIBIT_LINEAR, &far);
	assert_true(capped.theta == -capped.price && capped.price > 0);
	option over = o;
	over.years = 0;
	assert_true(state(PLM_CONVENTION_OKX_BS, &over).theta == 0);
	near(state(PLM_CONVENTION_DERIBIT, &over).price, 0, 1e-15);
}

static void
test_pricing_conventions__units_and_what_is_unknown(void **state_)
{
	(void)state_;
	option o = options[0];
	quote usual = state(PLM_CONVENTION_PLIMSOLL, &o);
	o.unit = 100;
	quote contract = state(PLM_CONVENTION_BINANCE, &o);
	near(contract.price, 100 * usual.price, 1e-15);
	assert_true(contract.delta == usual.delta && contract.vega == usual.vega);
	o.spot = 0;
	quote no_spot = state(PLM_CONVENTION_OKX_BS, &o);
	assert_true(isnan(no_spot.price) && isnan(no_spot.gamma) && isnan(no_spot.theta));
	assert_false(isnan(no_spot.delta));
	o.vol = NAN;
	for (int c = 0; c < PLM_CONVENTION_COUNT_; c++) {
		quote q = state((plm_convention)c, &o);
		assert_true(isnan(q.price) && isnan(q.delta) && isnan(q.gamma));
		assert_true(isnan(q.vega) && isnan(q.theta) && isnan(q.rho));
	}
}

static void
test_pricing_conventions__names(void **state_)
{
	(void)state_;
	plm_convention found;
	for (int c = 0; c < PLM_CONVENTION_COUNT_; c++) {
		plm_slice text = plm_slice_of(plm_convention_text((plm_convention)c));
		assert_int_equal(plm_convention_parse(text, &found), PLM_OK);
		assert_int_equal(found, c);
	}
	assert_int_equal(plm_convention_parse(PLM_SLICE("kraken"), &found), PLM_EPARSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pricing_conventions__okx_states_slopes_of_the_coin_price),
	    cmocka_unit_test(test_pricing_conventions__okx_bs_states_slopes_in_the_spot),
	    cmocka_unit_test(test_pricing_conventions__deribit),
	    cmocka_unit_test(test_pricing_conventions__the_last_day),
	    cmocka_unit_test(test_pricing_conventions__units_and_what_is_unknown),
	    cmocka_unit_test(test_pricing_conventions__names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
