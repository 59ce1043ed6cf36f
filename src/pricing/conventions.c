/* conventions.c: Black-76's raw sensitivities in the units of venues. */
#include "plimsoll/conventions.h"

#include <assert.h>
#include <math.h>

static const double points = 100, days_of_year = 365;

/* One option and its raw values on the way into a convention. */
typedef struct stated {
	double forward, years, spot, unit, dividend;
	double price, delta, gamma, vega, theta, rho;
} stated;

/* The part of a day that the option lives, at most 1. */
static double
stated_life(const stated *s)
{
	double days = s->years * days_of_year;
	return days < 1 ? days : 1;
}

static void
state_plimsoll(stated *s)
{
	s->vega /= points;
	s->theta /= days_of_year;
	s->rho /= points;
}

static void
state_deribit_linear(stated *s)
{
	double theta = s->theta / days_of_year * stated_life(s);
	s->vega /= points;
	s->theta = theta < -s->price ? -s->price : theta;
	s->rho = s->years * (s->forward * s->delta - s->price) / points;
}

static void
state_deribit(stated *s)
{
	state_deribit_linear(s);
	s->price /= s->forward;
}

static void
state_okx(stated *s)
{
	s->price /= s->forward;
	s->delta -= s->price;
	s->gamma = s->gamma * s->forward - 2 * s->delta;
	s->vega /= s->forward * points;
	s->theta *= stated_life(s) / (s->forward * days_of_year);
	s->rho = NAN;
}

static void
state_okx_bs(stated *s)
{
	double share = s->spot / s->forward;
	double dividend = s->dividend > 0 ? s->dividend : 1;
	double rate = s->years > 0 ? -log(share) / s->years : 0;
	double carry = rate * (s->forward * s->delta - s->price);
	s->delta *= dividend;
	s->gamma *= dividend / share;
	s->vega *= dividend * share / points;
	s->theta = share * (s->theta - carry) / days_of_year * stated_life(s);
	s->price *= share;
	s->rho = NAN;
}

static void
state_bybit(stated *s)
{
	s->gamma *= stated_life(s);
	s->vega /= points;
	s->theta *= stated_life(s) / days_of_year;
	s->rho = NAN;
}

static void
state_binance(stated *s)
{
	s->price *= s->unit;
	s->vega /= points;
	s->theta /= days_of_year;
	s->rho = NAN;
}

static const struct {
	const char *text;
	void (*state)(stated *);
} conventions[PLM_CONVENTION_COUNT_] = {
    [PLM_CONVENTION_PLIMSOLL] = {"plimsoll", state_plimsoll},
    [PLM_CONVENTION_DERIBIT] = {"deribit", state_deribit},
    [PLM_CONVENTION_DERIBIT_LINEAR] = {"deribit-linear", state_deribit_linear},
    [PLM_CONVENTION_OKX] = {"okx", state_okx},
    [PLM_CONVENTION_OKX_BS] = {"okx-bs", state_okx_bs},
    [PLM_CONVENTION_BYBIT] = {"bybit", state_bybit},
    [PLM_CONVENTION_BINANCE] = {"binance", state_binance},
};

const char *
plm_convention_text(plm_convention convention)
{
	assert(convention < PLM_CONVENTION_COUNT_);
	return conventions[convention].text;
}

plm_err
plm_convention_parse(plm_slice text, plm_convention *ret_convention)
{
	for (int i = 0; i < PLM_CONVENTION_COUNT_; i++) {
		if (!plm_slice_is(text, conventions[i].text))
			continue;
		*ret_convention = (plm_convention)i;
		return PLM_OK;
	}
	return PLM_EPARSE;
}

static double
spot_of(const plm_convention_terms *terms, const plm_options *options, size_t i)
{
	if (terms->spot == NULL)
		return options->forward[i];
	return terms->spot[i] > 0 ? terms->spot[i] : NAN;
}

/* Vanna, volga and charm are stated by nobody but us. */
static void
state_rest(plm_convention convention, const plm_greeks *greeks, size_t i)
{
	double ours = convention == PLM_CONVENTION_PLIMSOLL ? 1 : NAN;
	if (greeks->vanna != NULL)
		greeks->vanna[i] *= ours / points;
	if (greeks->volga != NULL)
		greeks->volga[i] *= ours / (points * points);
	if (greeks->charm != NULL)
		greeks->charm[i] *= ours / days_of_year;
}

void
plm_greeks_state(plm_convention convention, const plm_options *options,
    const plm_convention_terms *terms, const plm_greeks *greeks, size_t count)
{
	assert(convention < PLM_CONVENTION_COUNT_);
	for (size_t i = 0; i < count; i++) {
		stated s = {.forward = options->forward[i],
		    .years = options->years[i],
		    .spot = spot_of(terms, options, i),
		    .unit = terms->unit,
		    .dividend = terms->dividend,
		    .price = greeks->price[i],
		    .delta = greeks->delta[i],
		    .gamma = greeks->gamma[i],
		    .vega = greeks->vega[i],
		    .theta = greeks->theta[i],
		    .rho = greeks->rho == NULL ? NAN : greeks->rho[i]};
		conventions[convention].state(&s);
		greeks->price[i] = s.price;
		greeks->delta[i] = s.delta;
		greeks->gamma[i] = s.gamma;
		greeks->vega[i] = s.vega;
		greeks->theta[i] = s.theta;
		if (greeks->rho != NULL)
			greeks->rho[i] = s.rho;
		state_rest(convention, greeks, i);
	}
}
