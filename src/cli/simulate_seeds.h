/* simulate_seeds.h: many seeds, one after the other or several at a time. */
#ifndef PLI_CLI_SIMULATE_SEEDS_H
#define PLI_CLI_SIMULATE_SEEDS_H

#include "cli/simulate_run.h"

enum { PLI_SIMULATE_JOBS_MAX = 256 };

/* pli_simulate_seeds: `count` seeds from the first on; `jobs` of them (1 .. JOBS_MAX) at a time,
 * each in a process of its own; 1: in this one. */
typedef struct pli_simulate_seeds {
	uint64_t first, count, jobs;
} pli_simulate_seeds;

/* pli_simulate_seeds_run prints what pli_simulate_run prints, in the order of the seeds whatever
 * the order in which they end, and ends at the first that is not OK: those behind it are killed.
 * Of more than one seed the sum is told on cli->err. Returns that seed's pli_exit; SYSTEM when a
 * process or pipe cannot be had. */
int pli_simulate_seeds_run(pli_cli *cli, const pli_simulate_options *options,
    const pli_simulation_config *config, const pli_simulate_seeds *seeds);

#endif
