/* simulate_print.h: how a simulated run is told. */
#ifndef PLI_CLI_SIMULATE_PRINT_H
#define PLI_CLI_SIMULATE_PRINT_H

#include "cli/command.h"
#include "sim/scene_watch.h"

/* pli_simulate_print: a line with what the run met; before it, where there was a lie, one line with
 * seed, commit, step, time and what; behind it the faults that were on. seconds: of wall time.
 * pli_simulate_print_json: one JSON line. pli_simulate_note: on_note of a configuration; ctx is the
 * pli_cli. */
void pli_simulate_print(pli_cli *cli, const pli_simulation_report *report, double seconds);
void pli_simulate_print_json(pli_cli *cli, const pli_simulation_report *report, double seconds);

/* pli_simulate_print_outcome: one expectation of a scene, as a line with its figure, or with json
 * as a JSON line. */
void pli_simulate_print_outcome(pli_cli *cli, const pli_scene_outcome *outcome, bool json);
void pli_simulate_note(void *ctx, uint64_t step, plm_time_ns true_ns, const char *text);

#endif
