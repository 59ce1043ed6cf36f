/* surface_table.h: implied volatilities by expiry as a table for people. */
#ifndef PLI_CLI_SURFACE_TABLE_H
#define PLI_CLI_SURFACE_TABLE_H

#include "api/surface_json.h"
#include "cli/command.h"

/* pli_surface_table prints a row an expiry, below it what could be arbitraged and which rule holds
 * where nothing is quoted. Numbers are rounded for reading; --json has every digit. Returns the
 * exit code. */
int pli_surface_table(
    pli_cli *cli, const pli_exposure_source *source, const plm_exposure_query *query);

#endif
