/* fault_point.h: places in production code where a seed may make a step fail: memory, ring, write,
 * sync, parse. Only with -Dfault_points=true; elsewhere PLI_FAULT(NAME) is false at compile time.
 *
 *	if (PLI_FAULT(JOURNAL_APPEND))
 *		err = PLM_EIO;
 *
 * Each place has a row in fault_points.def. The decision is the seed's: a run arms the points with
 *a function of its own (none armed: nothing fails); it is asked each time that a point is passed.
*/
#ifndef PLI_BASE_FAULT_POINT_H
#define PLI_BASE_FAULT_POINT_H

#include <stdbool.h>
#include <stdint.h>

#define P(name, help) PLI_FAULT_POINT_##name,
typedef enum pli_fault_point {
#include "base/fault_points.def"
	PLI_FAULT_POINT_COUNT
} pli_fault_point;
#undef P

#ifdef PLI_FAULT_POINTS

/* pli_fault_points_arm: decide NULL disarms. One thread; before the run. */
void pli_fault_points_arm(bool (*decide)(void *ctx, pli_fault_point point), void *ctx);

/* pli_fault_point_fails: asks, and counts. Passed, failed: since arm. */
bool pli_fault_point_fails(pli_fault_point point);
uint64_t pli_fault_point_passed(pli_fault_point point);
uint64_t pli_fault_point_failed(pli_fault_point point);

#define PLI_FAULT(name) pli_fault_point_fails(PLI_FAULT_POINT_##name)
#else
#define PLI_FAULT(name) false
#endif

#endif
