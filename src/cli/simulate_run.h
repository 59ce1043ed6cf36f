/* simulate_run.h: one simulated run of `plimsoll simulate`, with what is told while it goes on. */
#ifndef PLI_CLI_SIMULATE_RUN_H
#define PLI_CLI_SIMULATE_RUN_H

#include "cli/command.h"
#include "sim/scene.h"

/* pli_simulate_options: scene NULL: none. trace_from, trace_to: the steps of which everything is
 * printed: what the program sent and got, and the events of its core. quiet: no progress is shown.
 * Borrowed. */
typedef struct pli_simulate_options {
	const pli_scene *scene;
	bool notes, json, quiet;
	uint64_t trace_from, trace_to;
} pli_simulate_options;

/* pli_simulate_run runs the configuration (whose hooks and ctx it sets) to its end and prints how
 * it went; of a scene also each expectation. Returns a pli_exit: OK; LIE, also when an expectation
 * does not hold; USAGE for an unknown fault or account. */
int pli_simulate_run(
    pli_cli *cli, const pli_simulate_options *options, const pli_simulation_config *config);

/* pli_simulate_scene_read reads a scene's file. Returns a pli_exit; what is wrong was said. */
int pli_simulate_scene_read(pli_cli *cli, const char *name, pli_scene *ret_scene);

#endif
