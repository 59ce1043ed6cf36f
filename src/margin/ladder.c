/* ladder.c: the prices at which a pool crosses its venue's thresholds. */
#include <math.h>
#include <stddef.h>

#include "margin/margin_work.h"

/* Steps in the logarithm of the factor: the first, by how much each is longer, the longest. */
#define LADDER_STEP_FIRST 0.02
#define LADDER_STEP_GROWTH 1.08
#define LADDER_STEP_MAX 0.1

enum { LADDER_HALVINGS_MAX = 200 };

typedef struct ladder_search {
	plm_margin_work *work;
	const plm_margin_pool *pool;
	const plm_ladder_query *query;
	plm_ladder *ladder;
} ladder_search;

/* How far above each threshold the pool is. */
typedef struct ladder_heights {
	double above[PLM_THRESHOLD_COUNT_];
} ladder_heights;

static ladder_heights
heights_of(const plm_margin_numbers *numbers)
{
	return (ladder_heights){{[PLM_THRESHOLD_CALL] = numbers->call,
	    [PLM_THRESHOLD_LIQUIDATION] = numbers->liquidation,
	    [PLM_THRESHOLD_BANKRUPTCY] = numbers->value}};
}

static ladder_heights
heights_at(const ladder_search *search, double log_factor)
{
	const plm_margin_pool *pool = search->pool;
	double *factors = search->work->factors;
	for (uint32_t i = 0; i < pool->underlyings_count; i++) {
		bool joint = search->query->underlying == PLM_MARGIN_STILL;
		double beta = joint ? pool->underlyings[i].beta : search->query->underlying == i;
		factors[i] = beta == 0 ? 1 : exp(beta * log_factor);
		if (search->query->base != NULL)
			factors[i] *= search->query->base[i];
	}
	plm_margin_move move = {factors, search->query->vol_power};
	plm_margin_numbers numbers;
	plm_margin_evaluate(search->work, pool, &move, &numbers);
	search->ladder->evaluations_count++;
	return heights_of(&numbers);
}

/* Between `above`, where the pool is not below the threshold, and `below`: the last that is not.
 * The secant finds smooth crossings; each third step halves, so that a jump ends as fast. */
static double
crossing_find(const ladder_search *search, plm_threshold threshold, double above, double height,
    double below, double depth)
{
	for (int i = 0; i < LADDER_HALVINGS_MAX; i++) {
		double middle = above + (below - above) / 2;
		double at = middle;
		if (i % 3 != 2 && isfinite(height) && isfinite(depth))
			at = above + (below - above) * (height / (height - depth));
		if (!(fmin(above, below) < at && at < fmax(above, below)))
			at = middle;
		if (at == above || at == below)
			return above;
		double found = heights_at(search, at).above[threshold];
		if (found < 0) {
			below = at;
			depth = found;
		} else {
			above = at;
			height = found;
		}
		if (found == 0 || fabs(below - above) <= 1e-15 * fmax(1, fabs(above)))
			return above;
	}
	return above;
}

static void
rung_cross(const ladder_search *search, plm_threshold threshold, plm_rung *rung,
    const double places[2], const double heights[2])
{
	if (rung->crossings_count == 0 && isnan(heights[1]))
		rung->status = PLM_RUNG_UNKNOWN;
	if ((heights[0] < 0) == (heights[1] < 0))
		return;
	if (rung->crossings_count++ != 0)
		return;
	if (rung->status == PLM_RUNG_NONE)
		rung->status = PLM_RUNG_FOUND;
	bool falls = heights[1] < 0;
	rung->factor = exp(crossing_find(
	    search, threshold, places[!falls], heights[!falls], places[falls], heights[falls]));
}

/* Outwards on one side: 0 downwards, 1 upwards. */
static void
side_scan(const ladder_search *search, int side)
{
	plm_ladder *ladder = search->ladder;
	ladder_heights last = heights_of(&ladder->numbers);
	double end = -log(PLM_LADDER_FACTOR_MIN), step = LADDER_STEP_FIRST, place = 0;
	while (place < end) {
		double next = fmin(place + step, end), sign = side == 0 ? -1 : 1;
		ladder_heights heights = heights_at(search, sign * next);
		for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++) {
			plm_rung *rung = &ladder->rungs[t][side];
			if (rung->status != PLM_RUNG_UNKNOWN)
				rung_cross(search, (plm_threshold)t, rung,
				    (double[]){sign * place, sign * next},
				    (double[]){last.above[t], heights.above[t]});
		}
		last = heights;
		place = next;
		step = fmin(step * LADDER_STEP_GROWTH, LADDER_STEP_MAX);
	}
}

void
plm_ladder_find(plm_margin_work *work, const plm_margin_pool *pool, const plm_ladder_query *query,
    plm_ladder *ret_ladder)
{
	*ret_ladder = (plm_ladder){.evaluations_count = 1};
	plm_margin_move base = {query->base, query->vol_power};
	plm_margin_evaluate(work, pool, query->base == NULL ? NULL : &base, &ret_ladder->numbers);
	ladder_heights now = heights_of(&ret_ladder->numbers);
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++) {
		double above = now.above[t];
		plm_rung rung = {PLM_RUNG_NONE, 0, NAN};
		if (isnan(above))
			rung.status = PLM_RUNG_UNKNOWN;
		else if (above < 0)
			rung.status = PLM_RUNG_PAST;
		ret_ladder->rungs[t][0] = ret_ladder->rungs[t][1] = rung;
	}
	plm_margin_pool folded;
	bool folds = pli_margin_fold(&work->fold, pool, &folded);
	ladder_search search = {work, folds ? &folded : pool, query, ret_ladder};
	pli_margin_models(work, search.pool);
	work->models_kept = true;
	side_scan(&search, 0);
	side_scan(&search, 1);
	work->models_kept = false;
}

const char *
plm_rung_status_text(plm_rung_status status)
{
	static const char *const texts[] = {"unknown", "none", "found", "past"};
	return (unsigned)status < sizeof texts / sizeof *texts ? texts[status] : "unknown";
}
