/* progress.h: a bar on stderr for what takes longer than two seconds.
 *
 * On a terminal: one line that is drawn again, with rate and time left, and wiped at the end. On
 * anything else: a plain line every five seconds. Nothing before two seconds have gone. */
#ifndef PLI_CLI_PROGRESS_H
#define PLI_CLI_PROGRESS_H

#include <stdint.h>

#include "base/world.h"
#include "cli/command.h"

/* pli_progress: total 0: unknown, then only what is done is shown. label and unit are borrowed. */
typedef struct pli_progress {
	pli_cli *cli;
	const pli_clock *clock;
	const char *label; /* "replaying" */
	const char *unit;  /* "events" */
	uint64_t total;
	plm_time_ns start_ns;
	plm_time_ns shown_ns; /* 0: nothing was shown */
} pli_progress;

void pli_progress_init(pli_progress *progress, pli_cli *cli, const pli_clock *clock,
    const char *label, const char *unit, uint64_t total);

/* pli_progress_update: cheap to call often, but reads the clock: call it per batch. */
void pli_progress_update(pli_progress *progress, uint64_t done);

/* pli_progress_fini wipes the bar. */
void pli_progress_fini(pli_progress *progress);

#endif
