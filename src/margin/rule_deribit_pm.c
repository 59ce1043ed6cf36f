/* rule_deribit_pm.c: portfolio margin: a grid of prices and vols, far moves, a roll shock. */
#include <math.h>
#include <stddef.h>

#include "margin/rule_stress.h"
#include "margin/rule_table.h"
#include "plimsoll/margin_rules.h"

#define PM_DAYS 30.0
#define PM_DAYS_A_YEAR 365.0
/* Legs whose times were taken so near to each other are of one expiry; 0: a perpetual's. */
#define PM_SAME_EXPIRY (0.25 / PM_DAYS_A_YEAR)
/* For the slope of options' values by the relative move. */
#define PM_BUMP 1e-4

enum { PM_VOLS = 3, PM_FAR_MOVES = 8 };

static const double far_moves[PM_FAR_MOVES] = {-0.66, -0.33, 0.5, 1, 2, 3, 4, 5};

static const plm_deribit_pm defaults = {.range = 0.16,
    .buckets = 4,
    .vol_up = 0.5,
    .vol_down = 0.25,
    .vol_power_short = 0.3,
    .vol_power_long = 0.13,
    .vol_min = 0.5,
    .extended_factor = 1,
    .dampener_usd = 100000,
    .annual_move = 0.075,
    .annual_move_min = 0.01,
    .maintenance = 0.8};

typedef struct pm_search {
	const margin_view *view;
	const plm_deribit_pm *p;
	uint32_t underlying;
	double *base; /* model prices where nothing moves */
} pm_search;

static const plm_deribit_pm *
pm_of(const plm_margin_pool *pool, uint32_t underlying)
{
	const plm_deribit_pm *rows = pool->parameters;
	return rows == NULL ? &defaults : &rows[underlying];
}

/* way: -1 down, 0 same, 1 up. */
static double
pm_vol(const plm_deribit_pm *p, const plm_margin_leg *leg, double vol, int way)
{
	if (way == 0)
		return vol;
	double days = leg->years * PM_DAYS_A_YEAR;
	double power = days < PM_DAYS ? p->vol_power_short : p->vol_power_long;
	double size = pow(PM_DAYS / days, power);
	return way > 0 ? margin_max(vol * (1 + p->vol_up * size), p->vol_min)
		       : margin_max(vol * (1 - p->vol_down * size), 0);
}

/* Vols of all legs for the gains that follow. */
static void
pm_vols(const pm_search *search, int way)
{
	const margin_view *view = search->view;
	for (uint32_t i = 0; i < view->pool->legs_count; i++)
		view->room[0][i] = pm_vol(search->p, &view->pool->legs[i], view->legs[i].vol, way);
}

/* What the pool's legs on the underlying gain when it moves by `move`, at the vols set before.
 * Futures move by future_move, which the far moves hold at the end of the grid. */
static double
pm_gain(const pm_search *search, double move, double future_move)
{
	const margin_view *view = search->view;
	const plm_margin_pool *pool = view->pool;
	double *vols = view->room[0], *prices = view->room[1], gain = 0;
	for (uint32_t i = 0; i < pool->underlyings_count; i++)
		view->factors[i] = i == search->underlying ? 1 + move : 1;
	pli_margin_reprice(view, view->factors, vols, prices);
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		if (leg->underlying != search->underlying)
			continue;
		bool option = pli_margin_is_option(leg);
		double from = option ? search->base[i] : view->legs[i].price;
		double to = option ? prices[i] : from * (1 + future_move);
		gain += pli_margin_gain(leg, from, to) * view->assets[leg->asset].price;
	}
	return gain;
}

/* Losses of far moves count damped; of both kinds of cells a part of the gains. */
static double
pm_damp(const pm_search *search, double gain, double move)
{
	const plm_deribit_pm *p = search->p;
	double end = move < 0 ? 1 - p->range : 1 + p->range;
	double steps = margin_max(fabs(move) / p->range, 1) - 1;
	double relief = steps * p->dampener_usd /
			(end * pli_margin_unit_usd(search->view, search->underlying));
	if (gain < 0)
		gain += fmin(relief, -gain);
	return gain * p->extended_factor;
}

static double
pm_offset(const pm_search *search, double gain)
{
	const plm_deribit_pm *p = search->p;
	if (!(gain > 0))
		return gain;
	double most = p->offset_usd_max / pli_margin_unit_usd(search->view, search->underlying);
	return fmin(gain * p->offset, most);
}

static bool
pm_same_expiry(const plm_margin_leg *a, const plm_margin_leg *b)
{
	return (a->years == 0) == (b->years == 0) && fabs(a->years - b->years) < PM_SAME_EXPIRY;
}

/* Legs of one expiry roll together: the size of their delta times the move until then. */
static double
pm_roll(const pm_search *search)
{
	const margin_view *view = search->view;
	const plm_margin_pool *pool = view->pool;
	double roll = 0, *slopes = view->room[1], *down = view->room[0];
	for (uint32_t i = 0; i < pool->underlyings_count; i++)
		view->factors[i] = 1 - PM_BUMP;
	pli_margin_reprice(view, view->factors, NULL, down);
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		bool option = pli_margin_is_option(leg);
		double unit = view->assets[leg->asset].price;
		slopes[i] = option ? pli_margin_gain(leg, down[i], search->base[i]) / PM_BUMP
				   : copysign(view->legs[i].notional, leg->quantity);
		slopes[i] *= leg->underlying == search->underlying ? unit : 0;
	}
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		double delta = 0, years = pool->legs[i].years;
		bool first = true;
		for (uint32_t k = 0; k < pool->legs_count; k++) {
			if (!pm_same_expiry(&pool->legs[i], &pool->legs[k]))
				continue;
			first &= k >= i;
			delta += slopes[k];
		}
		double move = fmax(search->p->annual_move_min, search->p->annual_move * years);
		roll += first ? fabs(delta) * move : 0;
	}
	return roll;
}

static void
matrix_fill(const pm_search *search, plm_deribit_matrix *matrix)
{
	const plm_deribit_pm *p = search->p;
	uint32_t side = p->buckets < PLM_DERIBIT_BUCKETS_MAX ? p->buckets : PLM_DERIBIT_BUCKETS_MAX,
		 count = 3 * (2 * side + 1);
	matrix->worst = 0;
	for (int way = -1; way <= 1; way++) {
		pm_vols(search, way);
		for (uint32_t k = 0; k <= 2 * side; k++) {
			double move = p->range * ((double)k / side - 1);
			matrix->cells[3 * k + (uint32_t)(way + 1)] = pm_gain(search, move, move);
		}
	}
	for (uint32_t i = 0; i < count; i++)
		matrix->aggregated[i] = pm_offset(search, matrix->cells[i]);
	for (uint32_t k = 0; k < PM_FAR_MOVES; k++, count++) { /* at the vols gone up */
		double move = far_moves[k], held = fmax(fmin(move, p->range), -p->range);
		matrix->cells[count] = pm_gain(search, move, held);
		matrix->aggregated[count] = pm_offset(
		    search, pm_damp(search, matrix->cells[count], move));
	}
	matrix->cells_count = count;
	for (uint32_t i = 0; i < count; i++)
		matrix->worst = margin_max(matrix->worst, -matrix->aggregated[i]);
	matrix->roll = pm_roll(search);
	matrix->matrix = matrix->worst + matrix->roll + p->extra;
}

static void
matrix_make(const margin_view *view, uint32_t underlying, plm_deribit_matrix *matrix)
{
	pm_search search = {view, pm_of(view->pool, underlying), underlying, view->room[2]};
	for (uint32_t i = 0; i < view->pool->underlyings_count; i++)
		view->factors[i] = 1;
	pli_margin_reprice(view, view->factors, NULL, search.base);
	matrix_fill(&search, matrix);
}

/* Of one underlying after the other: their losses add up. */
void
pli_rule_deribit_pm(const margin_view *view, plm_margin_numbers *numbers)
{
	double initial = 0, maintenance = 0;
	for (uint32_t u = 0; u < view->pool->underlyings_count; u++) {
		plm_deribit_matrix matrix;
		bool held = false;
		for (uint32_t i = 0; i < view->pool->legs_count; i++)
			held |= view->pool->legs[i].underlying == u;
		if (!held)
			continue;
		matrix_make(view, u, &matrix);
		initial += matrix.matrix;
		maintenance += pm_of(view->pool, u)->maintenance * matrix.matrix;
	}
	for (uint32_t i = 0; i < view->pool->legs_count; i++)
		view->legs[i].initial = view->legs[i].maintenance = 0;
	margin_sums sums = pli_margin_sum(view, true);
	sums.initial += initial;
	sums.maintenance += maintenance;
	for (uint32_t i = 0; i < view->pool->legs_count; i++)
		view->legs[i].initial = view->legs[i].maintenance = NAN;
	pli_margin_fill(view, &sums, numbers);
}

void
plm_deribit_matrix_of(plm_margin_work *work, const plm_margin_pool *pool, uint32_t underlying,
    plm_deribit_matrix *ret_matrix)
{
	plm_margin_numbers numbers;
	plm_margin_evaluate(work, pool, NULL, &numbers);
	margin_view view = pli_margin_view(work, pool);
	matrix_make(&view, underlying, ret_matrix);
}
