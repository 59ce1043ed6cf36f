/* margin_case_run.h: answers to a file of margin cases. */
#ifndef PLI_CLI_MARGIN_CASE_RUN_H
#define PLI_CLI_MARGIN_CASE_RUN_H

#include "cli/command.h"
#include "plimsoll/slice.h"

/* pli_margin_cases_run prints {id, got} or {id, error} for each case of `text`, a line each.
 * file: its name in messages. Returns an exit code; unless it is PLI_EXIT_OK the reason was
 * printed. */
int pli_margin_cases_run(pli_cli *cli, const char *file, plm_slice text);

#endif
