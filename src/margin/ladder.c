/* ladder.c: the prices at which a pool crosses its venue's thresholds. */
#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "margin/ladder_scan.h"

/* Steps in the logarithm of the factor: the first, by how much each is longer, the longest. */
#define LADDER_STEP_FIRST 0.02
#define LADDER_STEP_GROWTH 1.08
#define LADDER_STEP_MAX 0.1

enum { LADDER_HALVINGS_MAX = 200 };

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
		double found = pli_ladder_node(search, at).heights.above[threshold];
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
    const ladder_node *from, const ladder_node *to)
{
	double heights[2] = {from->heights.above[threshold], to->heights.above[threshold]};
	double places[2] = {from->place, to->place};
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

/* A piece, between nodes[1] and nodes[2]. */
static void
piece_look(const ladder_search *search, int side, const ladder_node nodes[4])
{
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++) {
		plm_threshold threshold = (plm_threshold)t;
		plm_rung *rung = &search->ladder->rungs[t][side];
		ladder_node turn;
		if (rung->status == PLM_RUNG_UNKNOWN)
			continue;
		if (pli_ladder_turn(search, threshold, nodes, &turn)) {
			rung_cross(search, threshold, rung, &nodes[1], &turn);
			rung_cross(search, threshold, rung, &turn, &nodes[2]);
		} else {
			rung_cross(search, threshold, rung, &nodes[1], &nodes[2]);
		}
	}
}

/* A cell, between nodes[1] and nodes[2], in pieces. */
static void
cell_look(const ladder_search *search, int side, uint32_t cell, const ladder_node nodes[4])
{
	double places[PLI_LADDER_PIECES_MAX];
	ladder_node all[PLI_LADDER_PIECES_MAX + 4] = {nodes[0], nodes[1]};
	uint32_t count = 2, cuts = pli_ladder_cut(search, cell, &nodes[1], &nodes[2], places);
	for (uint32_t i = 0; i < cuts; i++)
		all[count++] = pli_ladder_node(search, places[i]);
	all[count++] = nodes[2];
	all[count++] = nodes[3];
	for (uint32_t i = 0; i + 3 < count; i++)
		piece_look(search, side, &all[i]);
}

static void
edges_make(ladder_search *search)
{
	double end = -log(PLM_LADDER_FACTOR_MIN), step = LADDER_STEP_FIRST, place = 0;
	uint32_t count = 0;
	for (search->edges[0] = 0; place < end;
	     step = fmin(step * LADDER_STEP_GROWTH, LADDER_STEP_MAX)) {
		place = fmin(place + step, end);
		search->edges[++count] = place;
		assert(count < PLI_LADDER_CELLS_MAX);
	}
	search->cells_count = count;
}

/* Outwards on one side: 0 downwards, 1 upwards. nodes: the first one of the other side, and where
 * the pool is now. Returns the first one of this side. */
static ladder_node
side_scan(const ladder_search *search, int side, const ladder_node nodes[2])
{
	double sign = side == 0 ? -1 : 1;
	ladder_node first = pli_ladder_node(search, sign * search->edges[1]);
	ladder_node window[4] = {nodes[0], nodes[1], first};
	for (uint32_t cell = 0; cell < search->cells_count; cell++) {
		bool last = cell + 1 == search->cells_count;
		window[3] = last ? window[2]
				 : pli_ladder_node(search, sign * search->edges[cell + 2]);
		cell_look(search, side, cell, window);
		for (int i = 0; i < 3; i++)
			window[i] = window[i + 1];
	}
	return first;
}

void
plm_ladder_find(plm_margin_work *work, const plm_margin_pool *pool, const plm_ladder_query *query,
    plm_ladder *ret_ladder)
{
	*ret_ladder = (plm_ladder){.evaluations_count = 1};
	plm_margin_move base = {query->base, query->vol_power};
	plm_margin_evaluate(work, pool, query->base == NULL ? NULL : &base, &ret_ladder->numbers);
	const plm_margin_numbers *now = &ret_ladder->numbers;
	ladder_node nodes[2] = {{.place = 0}, {.place = 0}};
	nodes[1].heights = (ladder_heights){{[PLM_THRESHOLD_CALL] = now->call,
	    [PLM_THRESHOLD_LIQUIDATION] = now->liquidation,
	    [PLM_THRESHOLD_BANKRUPTCY] = now->value}};
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++) {
		double above = nodes[1].heights.above[t];
		plm_rung rung = {PLM_RUNG_NONE, 0, NAN};
		if (isnan(above))
			rung.status = PLM_RUNG_UNKNOWN;
		else if (above < 0)
			rung.status = PLM_RUNG_PAST;
		ret_ladder->rungs[t][0] = ret_ladder->rungs[t][1] = rung;
	}
	plm_margin_pool folded;
	bool folds = pli_margin_fold(&work->fold, pool, &folded);
	ladder_search search;
	search.work = work;
	search.pool = folds ? &folded : pool;
	search.query = query;
	search.ladder = ret_ladder;
	pli_margin_models(work, search.pool);
	work->models_kept = true;
	edges_make(&search);
	pli_ladder_kinks(&search);
	nodes[0] = pli_ladder_node(&search, search.edges[1]);
	nodes[0] = side_scan(&search, 0, nodes);
	(void)side_scan(&search, 1, nodes);
	work->models_kept = false;
}

const char *
plm_rung_status_text(plm_rung_status status)
{
	static const char *const texts[] = {"unknown", "none", "found", "past"};
	return (unsigned)status < sizeof texts / sizeof *texts ? texts[status] : "unknown";
}
