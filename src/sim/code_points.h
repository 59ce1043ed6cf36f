/* code_points.h: which of the program's own steps fail next (base/fault_point.h), by the seed.
 *
 * A strike arms a few points until the next one of its kind: each fails once to three times, after
 * some passes that go well. All points have their turn, in an order that the seed shuffles. Those
 * of the start want the program to be started anew. Only what the program itself does may fail,
 * never its simulated venues, readers or checker: `inside` says when it runs. In a build without
 * fault points nothing can be armed. */
#ifndef PLI_SIM_CODE_POINTS_H
#define PLI_SIM_CODE_POINTS_H

#include "base/fault_point.h"
#include "sim/seeded_clock.h"

enum { PLI_CODE_POINTS_ARMED_MAX = 12 };

/* passes_left: so many go well before the next that fails. */
typedef struct pli_code_point {
	pli_fault_point point;
	uint32_t passes_left, failures_left;
} pli_code_point;

/* Of the start and of the run: turns: how many had theirs; armed. order: shuffled. clock is
 * borrowed. on_fail hears of each failure; it must not run the program. */
typedef struct pli_code_points {
	const pli_seeded_clock *clock;
	plm_time_ns until_ns; /* steady */
	pli_random random;
	bool inside;
	uint32_t turns[2];
	pli_fault_point order[PLI_FAULT_POINT_COUNT];
	uint32_t armed_count[2];
	pli_code_point armed[2][PLI_CODE_POINTS_ARMED_MAX];
	uint64_t failures;
	void (*on_fail)(void *ctx, const char *name, const char *help);
	void *ctx;
} pli_code_points;

/* pli_code_points_open makes these the run's own until close: one at a time in a process. */
void pli_code_points_open(pli_code_points *points, uint64_t seed, const pli_seeded_clock *clock,
    void (*on_fail)(void *ctx, const char *name, const char *help), void *ctx);
void pli_code_points_close(void);

/* pli_code_points_strike arms a few more than count points, until then at most; true: points of the
 * start, so that the program must start anew to pass them. */
bool pli_code_points_strike(pli_code_points *points, uint32_t count, plm_time_ns until_ns);

#endif
