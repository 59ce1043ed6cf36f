/* sim_number.c: decimals that cannot go wrong here, fixed-place text, Black-76. */
#include "sim/sim_number.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static plm_decimal
number_checked(plm_err err, plm_decimal value)
{
	assert(err == PLM_OK);
	return value;
}

plm_decimal
pli_sim_add(plm_decimal a, plm_decimal b)
{
	plm_decimal r = plm_decimal_unknown();
	plm_err err = plm_decimal_add(a, b, &r);
	return number_checked(err, r);
}

plm_decimal
pli_sim_subtract(plm_decimal a, plm_decimal b)
{
	plm_decimal r = plm_decimal_unknown();
	plm_err err = plm_decimal_subtract(a, b, &r);
	return number_checked(err, r);
}

plm_decimal
pli_sim_multiply(plm_decimal a, plm_decimal b)
{
	plm_decimal r = plm_decimal_unknown();
	plm_err err = plm_decimal_multiply(a, b, &r);
	return number_checked(err, r);
}

plm_decimal
pli_sim_divide(plm_decimal a, plm_decimal b)
{
	plm_decimal r = plm_decimal_unknown();
	plm_err err = plm_decimal_divide(a, b, &r);
	return number_checked(err, r);
}

static plm_decimal
number_to_multiple(plm_decimal value, plm_int128 step)
{
	plm_int128 units = value.units;
	plm_int128 rest = units % step;
	plm_int128 down = units - rest;
	plm_int128 size = rest < 0 ? -rest : rest;
	plm_int128 away = units < 0 ? down - step : down + step;
	if (size * 2 > step || (size * 2 == step && (down / step) % 2 != 0))
		return (plm_decimal){away};
	return (plm_decimal){down};
}

static plm_int128
number_step(int places)
{
	assert(places >= 0 && places <= PLM_DECIMAL_PLACES);
	int64_t step = 1;
	for (int i = places; i < PLM_DECIMAL_PLACES; i++)
		step *= 10;
	return step;
}

plm_decimal
pli_sim_round(plm_decimal value, int places)
{
	assert(plm_decimal_is_known(value));
	return number_to_multiple(value, number_step(places));
}

plm_decimal
pli_sim_snap(plm_decimal value, plm_decimal step)
{
	assert(plm_decimal_is_known(value) && step.units > 0);
	return number_to_multiple(value, step.units);
}

plm_decimal
pli_sim_of(const char *text)
{
	plm_decimal r = plm_decimal_unknown();
	bool inexact = true;
	plm_err err = plm_decimal_parse(plm_slice_of(text), &r, &inexact);
	assert(!inexact);
	return number_checked(err, r);
}

plm_decimal
pli_sim_from(double value, int places)
{
	plm_decimal r = plm_decimal_unknown();
	plm_err err = plm_decimal_from_double(value, &r);
	return pli_sim_round(number_checked(err, r), places);
}

bool
pli_sim_is_zero(plm_decimal value)
{
	return value.units == 0;
}

bool
pli_sim_less(plm_decimal a, plm_decimal b)
{
	return plm_decimal_compare(a, b) < 0;
}

plm_decimal
pli_sim_larger(plm_decimal a, plm_decimal b)
{
	return pli_sim_less(a, b) ? b : a;
}

plm_decimal
pli_sim_smaller(plm_decimal a, plm_decimal b)
{
	return pli_sim_less(a, b) ? a : b;
}

char *
pli_sim_fixed(plm_decimal value, int places, char ret_text[PLI_SIM_FIXED_MAX])
{
	size_t size = plm_decimal_format(pli_sim_round(value, places), ret_text);
	const char *dot = memchr(ret_text, '.', size);
	size_t have = dot == NULL ? 0 : size - (size_t)(dot - ret_text) - 1;
	size_t lacks = (size_t)places - have;
	if (dot == NULL && places > 0)
		ret_text[size++] = '.';
	memset(ret_text + size, '0', lacks);
	ret_text[size + lacks] = '\0';
	return ret_text;
}

void
pli_sim_put_text(pli_json_writer *w, const char *key, const char *value)
{
	pli_json_key(w, key);
	pli_json_put_text(w, value);
}

void
pli_sim_put_fixed(pli_json_writer *w, const char *key, plm_decimal value, int places)
{
	char text[PLI_SIM_FIXED_MAX];
	pli_sim_put_text(w, key, pli_sim_fixed(value, places, text));
}

void
pli_sim_put_plain(pli_json_writer *w, const char *key, plm_decimal value)
{
	pli_json_key(w, key);
	pli_json_put_decimal_text(w, value);
}

void
pli_sim_put_number(pli_json_writer *w, const char *key, plm_decimal value)
{
	pli_json_key(w, key);
	pli_json_put_decimal(w, value);
}

void
pli_sim_put_int(pli_json_writer *w, const char *key, int64_t value)
{
	pli_json_key(w, key);
	pli_json_put_int(w, value);
}

void
pli_sim_put_bool(pli_json_writer *w, const char *key, bool value)
{
	pli_json_key(w, key);
	pli_json_put_bool(w, value);
}

void
pli_sim_put_null(pli_json_writer *w, const char *key)
{
	pli_json_key(w, key);
	pli_json_put_null(w);
}

void
pli_sim_put_ms(pli_json_writer *w, const char *key, plm_time_ns time_ns)
{
	char text[24] = "";
	if (time_ns != 0)
		(void)snprintf(text, sizeof text, "%lld", (long long)(time_ns / PLM_NS_PER_MS));
	pli_sim_put_text(w, key, text);
}

static double
number_normal(double x)
{
	return 0.5 * erfc(-x * M_SQRT1_2);
}

pli_sim_option
pli_sim_black(double forward, double strike, double sigma, double years, bool call)
{
	assert(forward > 0 && strike > 0 && sigma > 0 && years > 0);
	double root = sqrt(years);
	double d1 = log(forward / strike) / (sigma * root) + 0.5 * sigma * root;
	double d2 = d1 - sigma * root;
	double density = exp(-0.5 * d1 * d1) / sqrt(2.0 * M_PI);
	double sign = call ? 1.0 : -1.0;
	pli_sim_option r;
	r.value = sign * (forward * number_normal(sign * d1) - strike * number_normal(sign * d2));
	if (r.value < 0)
		r.value = 0;
	r.delta = call ? number_normal(d1) : number_normal(d1) - 1.0;
	r.gamma = density / (forward * sigma * root);
	r.vega = forward * density * root / 100.0;
	r.theta = -forward * density * sigma / (2.0 * root) / 365.0 * fmin(1.0, years * 365.0);
	r.theta = fmax(r.theta, -r.value);
	r.rho = sign * strike * years * number_normal(sign * d2) / 100.0;
	return r;
}
