/* fault_point.c: asks the run's own function, and counts. */
#include "base/fault_point.h"

#ifdef PLI_FAULT_POINTS

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct {
	const char *name, *help;
	pli_fault_point_where where;
} point_rows[PLI_FAULT_POINT_COUNT] = {
#define P(name, where, help) {#name, help, PLI_FAULT_POINT_AT_##where},
#include "base/fault_points.def"
#undef P
};

static bool (*point_decide)(void *ctx, pli_fault_point point);
static void *point_ctx;
static uint64_t point_passed[PLI_FAULT_POINT_COUNT], point_failed[PLI_FAULT_POINT_COUNT];

void
pli_fault_points_arm(bool (*decide)(void *ctx, pli_fault_point point), void *ctx)
{
	point_decide = decide;
	point_ctx = ctx;
	if (decide == NULL)
		return;
	memset(point_passed, 0, sizeof point_passed);
	memset(point_failed, 0, sizeof point_failed);
}

bool
pli_fault_point_fails(pli_fault_point point)
{
	if (point_decide == NULL)
		return false;
	point_passed[point]++;
	bool fails = point_decide(point_ctx, point);
	point_failed[point] += fails;
	return fails;
}

uint64_t
pli_fault_point_passed(pli_fault_point point)
{
	return point_passed[point];
}

uint64_t
pli_fault_point_failed(pli_fault_point point)
{
	return point_failed[point];
}

const char *
pli_fault_point_name(pli_fault_point point)
{
	assert(point < PLI_FAULT_POINT_COUNT);
	return point_rows[point].name;
}

const char *
pli_fault_point_help(pli_fault_point point)
{
	assert(point < PLI_FAULT_POINT_COUNT);
	return point_rows[point].help;
}

pli_fault_point_where
pli_fault_point_where_of(pli_fault_point point)
{
	assert(point < PLI_FAULT_POINT_COUNT);
	return point_rows[point].where;
}

#else
typedef int fault_point_unit_is_not_empty;
#endif
