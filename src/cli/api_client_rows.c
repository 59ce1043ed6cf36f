/* api_client_rows.c: options, request and table of commands that show one list of the daemon. */
#include "cli/api_client_rows.h"

#include <stdio.h>

enum { ROWS_MAX = 16384 };

void
pli_api_put_slice(pli_table *table, plm_slice text)
{
	pli_table_put_format(table, "%.*s", (int)text.size, text.bytes);
}

/* Returns how many rows are left out because they are over. */
static uint32_t
rows_put(const pli_api_rows *rows, pli_table *table, pli_json *json, bool all)
{
	uint32_t count = 0, over_count = 0, list = pli_json_find(json, 0, rows->name);
	const pli_json_node *nodes = pli_json_nodes(json, &count);
	double now_ns = pli_api_number_of(json, 0, "as_of_ns");

	for (uint32_t i = 0, node = list + 1; list != 0 && i < nodes[list].children_count;
	     i++, node = nodes[node].next) {
		if (!all && rows->is_over != NULL && rows->is_over(json, node))
			over_count++;
		else
			rows->put_row(table, json, node, now_ns);
	}
	return over_count;
}

static int
rows_print(const pli_api_rows *rows, pli_cli *cli, plm_slice body, bool all)
{
	pli_json *json = pli_json_shared();
	uint32_t over_count;
	pli_table *table = pli_table_create(rows->columns, ROWS_MAX);

	if (json == NULL || table == NULL || pli_json_parse(json, body, NULL) != PLM_OK) {
		pli_table_destroy(table);
		return pli_cli_error(
		    cli, PLI_EXIT_UNAVAILABLE, "the daemon's answer could not be read");
	}
	over_count = rows_put(rows, table, json, all);
	pli_table_print(table, cli);
	if (over_count > 0)
		(void)fprintf(cli->out, "(%u over; --all shows them)\n", over_count);
	pli_table_destroy(table);
	return PLI_EXIT_OK;
}

int
pli_api_rows_command(const pli_api_rows *rows, pli_cli *cli, int argc, char **argv)
{
	const struct option options[] = {{"api", required_argument, NULL, 'a'},
	    {"json", no_argument, NULL, 'j'},
	    {rows->is_over == NULL ? NULL : "all", no_argument, NULL, 'l'}, {0}};
	const char *address = NULL;
	bool json = false, all = false;
	pli_api_client *client = NULL;
	plm_slice body;
	int code;

	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'a')
			address = optarg;
		if (option == 'j')
			json = true;
		if (option == 'l')
			all = true;
	}
	if (cli->argument_index < argc)
		return pli_cli_usage(
		    cli, "%s takes no argument: '%s'", rows->name, argv[cli->argument_index]);
	code = pli_api_document(cli, address, rows->path, &client, &body);
	if (code != PLI_EXIT_OK)
		return code;
	if (json)
		(void)fprintf(cli->out, "%.*s\n", (int)body.size, body.bytes);
	else
		code = rows_print(rows, cli, body, all);
	pli_api_destroy(client);
	return code;
}
