/* surface.c: smiles in total variance, and what lies between them. */
#include "plimsoll/surface.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "plimsoll/pricing.h"
#include "pricing/lanes_scalar.h"

#include "pricing/kernel_log.h"

#define SURFACE_ROUNDING 1e-9

static bool
is_size(double value)
{
	return value >= DBL_MIN && isfinite(value);
}

/* ln(a / b) in the bits of the kernels. */
static double
log_ratio(double a, double b)
{
	log_parts parts = log_parts_of(a, b);
	return log_finish(parts.twos, parts.below / parts.above);
}

/* Slope of a point from its neighbours' secants: a weighted harmonic mean; 0 at an extremum. */
static double
slope_inside(const plm_smile_point *p)
{
	double left = p[0].k - p[-1].k, right = p[1].k - p[0].k;
	double before = (p[0].variance - p[-1].variance) / left;
	double after = (p[1].variance - p[0].variance) / right;
	if (before * after <= 0)
		return 0;
	double weight = (left + 2 * right) / before + (2 * left + right) / after;
	return 3 * (left + right) / weight;
}

static void
slopes_make(plm_smile_point *points, uint32_t count)
{
	points[0].slope = points[count - 1].slope = 0; /* flat outside */
	for (uint32_t i = 1; i + 1 < count; i++)
		points[i].slope = slope_inside(&points[i]);
}

plm_err
plm_smile_make(double forward, double years, const plm_vol_quote *quotes, uint32_t count,
    plm_smile_point *points, plm_smile *ret_smile)
{
	if (count == 0 || !is_size(forward) || !is_size(years))
		return PLM_EARG;
	for (uint32_t i = 0; i < count; i++) {
		if (!is_size(quotes[i].strike) || !is_size(quotes[i].vol) ||
		    (i > 0 && quotes[i].strike <= quotes[i - 1].strike))
			return PLM_EARG;
		points[i] = (plm_smile_point){.strike = quotes[i].strike,
		    .k = log_ratio(quotes[i].strike, forward),
		    .variance = quotes[i].vol * quotes[i].vol * years};
		if (i > 0 && points[i].k <= points[i - 1].k)
			return PLM_EARG;
	}
	slopes_make(points, count);
	*ret_smile = (plm_smile){forward, years, points, count};
	return PLM_OK;
}

/* Last point that is not above k; the first one where all are. */
static uint32_t
point_below(const plm_smile *smile, double k)
{
	uint32_t low = 0, high = smile->count;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (smile->points[middle].k <= k)
			low = middle;
		else
			high = middle;
	}
	return low;
}

double
plm_smile_variance(const plm_smile *smile, double k)
{
	uint32_t at = point_below(smile, k);
	const plm_smile_point *a = &smile->points[at], *b = a + 1;
	if (k <= a->k || at + 1 == smile->count)
		return a->variance;
	double width = b->k - a->k, t = (k - a->k) / width, s = 1 - t;
	return a->variance * s * s * (1 + 2 * t) + b->variance * t * t * (1 + 2 * s) +
	       width * t * s * (a->slope * s - b->slope * t);
}

double
plm_smile_vol(const plm_smile *smile, double strike)
{
	return sqrt(plm_smile_variance(smile, log_ratio(strike, smile->forward)) / smile->years);
}

double
plm_surface_vol(const plm_surface *surface, double k, double years)
{
	uint32_t after = 0;
	if (surface->count == 0 || !is_size(years) || isnan(k))
		return NAN;
	while (after < surface->count && surface->smiles[after].years < years)
		after++;
	if (after == 0 || after == surface->count) {
		const plm_smile *end = &surface->smiles[after == 0 ? 0 : after - 1];
		return sqrt(plm_smile_variance(end, k) / end->years);
	}
	const plm_smile *a = &surface->smiles[after - 1], *b = &surface->smiles[after];
	double t = (years - a->years) / (b->years - a->years);
	double variance = (1 - t) * plm_smile_variance(a, k) + t * plm_smile_variance(b, k);
	return sqrt(variance / years);
}

double
plm_surface_vol_shocked(
    const plm_surface *surface, const plm_shocked_option *option, plm_stickiness stickiness)
{
	double forward = stickiness == PLM_STICKY_STRIKE ? option->forward
							 : option->forward_shocked;
	return plm_surface_vol(surface, log_ratio(option->strike, forward), option->years);
}

/* What plm_surface_check has found so far. */
typedef struct check {
	plm_surface_fault *faults;
	uint32_t count, max;
} check;

static void
check_add(check *c, plm_surface_fault fault)
{
	if (!(fault.amount > SURFACE_ROUNDING))
		return;
	if (c->count < c->max)
		c->faults[c->count] = fault;
	c->count++;
}

static double
call_price(const plm_smile *smile, const plm_smile_point *point)
{
	double vol = sqrt(point->variance / smile->years), price;
	uint8_t put = 0;
	plm_options options = {&smile->forward, &point->strike, &smile->years, &vol, &put};
	plm_black76(&options, &(plm_greeks){.price = &price}, 1);
	return price;
}

/* Slopes of the call price over strikes rise from -1 to 0. */
static void
check_butterfly(check *c, const plm_smile *smile, uint32_t index)
{
	double slope_before = -1, price_before = smile->forward, strike_before = 0;
	for (uint32_t i = 0; i <= smile->count; i++) {
		const plm_smile_point *point = &smile->points[i], *before = point - (i > 0);
		double slope = 0;
		if (i < smile->count) {
			double price = call_price(smile, point);
			slope = (price - price_before) / (point->strike - strike_before);
			price_before = price;
			strike_before = point->strike;
		}
		check_add(c, (plm_surface_fault){PLM_SURFACE_BUTTERFLY, index, index,
				 before->strike, before->k, slope_before - slope});
		slope_before = slope;
	}
}

static void
check_calendar(check *c, const plm_surface *surface, uint32_t index)
{
	const plm_smile *early = &surface->smiles[index - 1], *late = &surface->smiles[index];
	const plm_smile *of[] = {early, late};
	for (uint32_t s = 0; s < 2; s++) {
		for (uint32_t i = 0; i < of[s]->count; i++) {
			double strike = of[s]->points[i].strike, k = of[s]->points[i].k;
			double lacking = plm_smile_variance(early, k) - plm_smile_variance(late, k);
			check_add(c, (plm_surface_fault){PLM_SURFACE_CALENDAR, index, index - 1 + s,
					 strike, k, lacking});
		}
	}
}

uint32_t
plm_surface_check(const plm_surface *surface, plm_surface_fault *faults, uint32_t faults_max)
{
	check c = {.faults = faults, .max = faults_max};
	for (uint32_t i = 0; i < surface->count; i++) {
		check_butterfly(&c, &surface->smiles[i], i);
		if (i > 0)
			check_calendar(&c, surface, i);
	}
	return c.count;
}
