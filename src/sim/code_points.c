/* code_points.c: picks points, counts their passes. */
#include "sim/code_points.h"

#include <string.h>

#ifdef PLI_FAULT_POINTS

enum {
	POINT_ARMED_MIN = 6,
	POINT_FAILURES_MAX = 3,
	POINT_PASSES_BITS = 9,
	POINT_PASSES_BITS_START = 4
};

static bool
code_point_fails(void *ctx, pli_fault_point point)
{
	pli_code_points *points = ctx;
	pli_fault_point_where where = pli_fault_point_where_of(point);
	if (!points->inside || points->clock->steady_ns > points->until_ns ||
	    where == PLI_FAULT_POINT_AT_REAL)
		return false;
	for (uint32_t i = 0; i < points->armed_count[where]; i++) {
		pli_code_point *armed = &points->armed[where][i];
		if (armed->point != point || armed->failures_left == 0)
			continue;
		if (armed->passes_left > 0) {
			armed->passes_left--;
			return false;
		}
		armed->failures_left--;
		points->failures++;
		points->on_fail(
		    points->ctx, pli_fault_point_name(point), pli_fault_point_help(point));
		return true;
	}
	return false;
}

static void
points_shuffle(pli_code_points *points)
{
	for (uint32_t i = 0; i < PLI_FAULT_POINT_COUNT; i++) {
		uint32_t k = (uint32_t)pli_random_below(&points->random, i + 1);
		points->order[i] = points->order[k];
		points->order[k] = (pli_fault_point)i;
	}
}

void
pli_code_points_open(pli_code_points *points, uint64_t seed, const pli_seeded_clock *clock,
    void (*on_fail)(void *ctx, const char *name, const char *help), void *ctx)
{
	*points = (pli_code_points){.clock = clock, .on_fail = on_fail, .ctx = ctx};
	pli_seeded_stream(&points->random, seed, "code.points");
	points_shuffle(points);
	pli_fault_points_arm(code_point_fails, points);
}

void
pli_code_points_close(void)
{
	pli_fault_points_arm(NULL, NULL);
}

/* Half of them at once, the rest far apart: some points are passed once a minute, others a thousand
 * times a second. */
static uint32_t
point_passes(pli_random *random, bool start)
{
	if (!start && pli_random_below(random, 2) == 0)
		return 0;
	uint64_t bits = pli_random_below(
	    random, start ? POINT_PASSES_BITS_START : POINT_PASSES_BITS);
	return (uint32_t)pli_random_below(random, UINT64_C(1) << bits);
}

/* The next point of that kind whose turn it is. */
static pli_fault_point
point_next(pli_code_points *points, pli_fault_point_where where)
{
	uint32_t at = points->turns[where];
	while (pli_fault_point_where_of(points->order[at % PLI_FAULT_POINT_COUNT]) != where)
		at++;
	points->turns[where] = at + 1;
	return points->order[at % PLI_FAULT_POINT_COUNT];
}

bool
pli_code_points_strike(pli_code_points *points, uint32_t count, plm_time_ns until_ns)
{
	bool start = pli_random_below(&points->random, 2) == 0;
	pli_fault_point_where where = start ? PLI_FAULT_POINT_AT_START : PLI_FAULT_POINT_AT_RUN;
	count += POINT_ARMED_MIN;
	if (count > PLI_CODE_POINTS_ARMED_MAX)
		count = PLI_CODE_POINTS_ARMED_MAX;
	points->until_ns = until_ns;
	points->armed_count[where] = count;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t more = pli_random_below(&points->random, POINT_FAILURES_MAX);
		points->armed[where][i] = (pli_code_point){.point = point_next(points, where),
		    .passes_left = point_passes(&points->random, start),
		    .failures_left = 1 + (start ? 0 : (uint32_t)more)};
	}
	return start;
}

#else

void
pli_code_points_open(pli_code_points *points, uint64_t seed, const pli_seeded_clock *clock,
    void (*on_fail)(void *ctx, const char *name, const char *help), void *ctx)
{
	(void)seed;
	*points = (pli_code_points){.clock = clock, .on_fail = on_fail, .ctx = ctx};
}

void
pli_code_points_close(void)
{
}

bool
pli_code_points_strike(pli_code_points *points, uint32_t count, plm_time_ns until_ns)
{
	(void)points, (void)count, (void)until_ns;
	return false;
}

#endif
