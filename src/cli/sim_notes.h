/* sim_notes.h: says what a simulated venue does to an account that lacks margin, a line each: the
 * call, each liquidation, and what the insurance fund takes. */
#ifndef PLI_CLI_SIM_NOTES_H
#define PLI_CLI_SIM_NOTES_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/sim.h"

/* pli_sim_notes: where the lines go. json: each a JSON object. prefix: before each other line. All
 * borrowed while the simulator lives. */
typedef struct pli_sim_notes {
	FILE *out;
	const char *prefix;
	bool json;
	const pli_sim_world *world; /* set by begin */
} pli_sim_notes;

/* pli_sim_notes_begin listens to a simulator's news. Lines are flushed one by one, on the thread
 * that runs the simulator. */
void pli_sim_notes_begin(pli_sim_notes *notes, pli_sim *sim);

#endif
