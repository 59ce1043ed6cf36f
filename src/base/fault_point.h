/* fault_point.h: places in production code where a seed may make a step fail: memory, ring, write,
 * sync, parse. Only with -Dfault_points=true; elsewhere PLI_FAULT(NAME) is false at compile time.
 *
 *	if (PLI_FAULT(JOURNAL_APPEND))
 *		err = PLM_EIO;
 *
 * Each place has a row in fault_points.def. The decision is the seed's: a run arms the points with
 * a function of its own (none armed: nothing fails); it is asked each time that a point is passed.
 */
#ifndef PLI_BASE_FAULT_POINT_H
#define PLI_BASE_FAULT_POINT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define P(name, where, help) PLI_FAULT_POINT_##name,
typedef enum pli_fault_point {
#include "base/fault_points.def"
	PLI_FAULT_POINT_COUNT
} pli_fault_point;
#undef P

/* Where a point is passed; fault_points.def says what each means. */
typedef enum pli_fault_point_where {
	PLI_FAULT_POINT_AT_START,
	PLI_FAULT_POINT_AT_RUN,
	PLI_FAULT_POINT_AT_REAL,
} pli_fault_point_where;

#ifdef PLI_FAULT_POINTS

enum { PLI_FAULT_POINTS_BUILT = 1 };

/* pli_fault_points_arm: decide NULL disarms. One thread; before the run. Counters begin anew when
 * something is armed. */
void pli_fault_points_arm(bool (*decide)(void *ctx, pli_fault_point point), void *ctx);

/* pli_fault_point_fails: asks, and counts. Passed, failed: since arm. */
bool pli_fault_point_fails(pli_fault_point point);
uint64_t pli_fault_point_passed(pli_fault_point point);
uint64_t pli_fault_point_failed(pli_fault_point point);

/* A row of fault_points.def. */
const char *pli_fault_point_name(pli_fault_point point);
const char *pli_fault_point_help(pli_fault_point point);
pli_fault_point_where pli_fault_point_where_of(pli_fault_point point);

#define PLI_FAULT(name) pli_fault_point_fails(PLI_FAULT_POINT_##name)
#else
enum { PLI_FAULT_POINTS_BUILT = 0 };
#define PLI_FAULT(name) false
#endif

#ifdef __cplusplus
}
#endif

#endif
