/* margin_case_run.h: answers to a file of margin cases. */
#ifndef PLI_CLI_MARGIN_CASE_RUN_H
#define PLI_CLI_MARGIN_CASE_RUN_H

#include "cli/command.h"
#include "plimsoll/slice.h"

/* pli_margin_cases_run answers each case of `text`: with json {id, got} or {id, error}, a line
 * each; else a table of which passed and which failed, and PLI_EXIT_LIE when one did. file: its
 * name in messages. Returns an exit code; unless it is one of these two the reason was printed. */
int pli_margin_cases_run(pli_cli *cli, const char *file, plm_slice text, bool json);

#endif
