/* sim_truth.h: the simulator's own state as JSON: the oracle of tests. Exact decimals stand in
 * strings; an unknown one is null. Not derived from any venue payload. */
#ifndef PLI_SIM_TRUTH_H
#define PLI_SIM_TRUTH_H

#include "base/json_write.h"
#include "sim/sim_world.h"

/* pli_sim_truth_body writes members into the open object: sequence, steps, time_ns, paused,
 * accounts[] (positions[], balances[]) and marks[] of one venue. */
void pli_sim_truth_body(pli_json_writer *w, const pli_sim_world *world, pli_sim_venue venue);

#endif
