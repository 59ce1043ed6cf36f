/* report_print.h: what `plimsoll report` prints of a settled book. */
#ifndef PLI_CLI_REPORT_PRINT_H
#define PLI_CLI_REPORT_PRINT_H

#include "cli/command.h"
#include "engine/core.h"

/* pli_report_options: texts are borrowed; NULL: not given. */
typedef struct pli_report_options {
	const char *config, *capture;
	const char *proof; /* underlying */
	const char *scope;
	plm_time_ns at_ns; /* 0: the end */
	uint32_t by;       /* plm_by bits */
	plm_tier tier;
	bool json, derivatives_only, greeks, surface;
} pli_report_options;

/* pli_report_surface_stands_alone: false: an option was given that means nothing for a surface. */
bool pli_report_surface_stands_alone(const pli_report_options *options);

/* pli_report_print prints rows, a proof or the surface, as tables or JSON; says what is wrong with
 * scope or proof on cli->err. Returns the exit code. */
int pli_report_print(pli_cli *cli, const pli_report_options *options, pli_core *core);

#endif
