/* api_client_rows.h: a command that shows one list of the daemon as a table. */
#ifndef PLI_CLI_API_CLIENT_ROWS_H
#define PLI_CLI_API_CLIENT_ROWS_H

#include "cli/api_client.h"
#include "cli/api_client_json.h"
#include "cli/table.h"

/* pli_api_rows: which list. name: the command and the document's member ("feeds"); path:
 * "/v1/feeds". put_row makes one row of the object at node; now_ns: as_of_ns of the document.
 * is_over: NULL, or which objects are history: shown with --all alone, and counted otherwise. */
typedef struct pli_api_rows {
	const char *name;
	const char *path;
	const pli_column *columns;
	void (*put_row)(pli_table *table, pli_json *json, uint32_t node, double now_ns);
	bool (*is_over)(pli_json *json, uint32_t node);
} pli_api_rows;

/* pli_api_rows_command reads --api, --json and, where rows have history, --all; asks, prints;
 * returns the exit code. */
int pli_api_rows_command(const pli_api_rows *rows, pli_cli *cli, int argc, char **argv);

/* pli_api_put_slice adds a cell. */
void pli_api_put_slice(pli_table *table, plm_slice text);

#endif
