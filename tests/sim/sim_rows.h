/* sim_rows.h: for tests of one venue's rows: a world with that venue, after some market time. */
#ifndef SIM_ROWS_H
#define SIM_ROWS_H

#include <stdlib.h>

#include "sim/sim_world.h"

#define START_NS (INT64_C(1795276800) * PLM_NS_PER_S) /* 2026-11-21T16:00:00Z */

/* Seed 7, at 20 times the speed, `steps` less one steps on. Freed by free(). */
static inline pli_sim_world *
world_create(pli_sim_venue venue, int steps)
{
	pli_sim_world *w = calloc(1, sizeof *w);
	assert_non_null(w);
	pli_sim_world_init(w, 7, START_NS, 20.0);
	pli_sim_world_add(w, venue);
	for (int i = 1; i < steps; i++)
		(void)pli_sim_world_advance(w, START_NS + i * w->step_ns);
	return w;
}

static inline bool
same(plm_decimal a, plm_decimal b)
{
	return plm_decimal_compare(a, b) == 0;
}

#endif
