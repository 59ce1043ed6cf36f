/* report_table.h: exposure as a table for people. */
#ifndef PLI_CLI_REPORT_TABLE_H
#define PLI_CLI_REPORT_TABLE_H

#include "api/exposure_json.h"
#include "cli/command.h"

/* pli_report_show: proof: legs and their sum in place of rows. greeks: delta, gamma, vega and theta
 * in place of long, short and gross; of a proof, where those of options come from. */
typedef struct pli_report_show {
	bool proof, greeks;
} pli_report_show;

/* pli_report_table prints the rows of a query, the total, and what is not included; with proof the
 * legs of the query and their sum. Numbers are rounded for reading; --json has every digit. Returns
 * the exit code. */
int pli_report_table(pli_cli *cli, pli_exposure_source *source, const plm_exposure_query *query,
    pli_report_show show);

#endif
