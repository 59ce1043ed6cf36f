/* feeds.c: plimsoll feeds: how far each feed of the running daemon can be trusted. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/api_client.h"
#include "cli/number_text.h"
#include "cli/table.h"

static const pli_column columns[] = {
    {"status", "STATUS", PLI_COLUMN_TEXT},
    {"venue", "VENUE", PLI_COLUMN_TEXT},
    {"account", "ACCOUNT", PLI_COLUMN_TEXT},
    {"heard", "HEARD", PLI_COLUMN_NUMBER},
    {"reconnects", "RECONNECTS", PLI_COLUMN_NUMBER},
    {"text", "WHY", PLI_COLUMN_TEXT},
    {0},
};

static void
put_string(pli_table *table, pli_json *json, uint32_t node, const char *key)
{
	plm_slice text = {NULL, 0};

	(void)pli_json_string(json, pli_json_find(json, node, key), &text, NULL);
	pli_table_put_format(table, "%.*s", (int)text.size, text.bytes == NULL ? "" : text.bytes);
}

static void
put_feed(pli_table *table, pli_json *json, uint32_t node, double now_ns)
{
	plm_slice status = {NULL, 0};
	double heard_ns = 0;
	int64_t reconnects = 0;
	char age[PLI_NUMBER_TEXT_MAX];

	(void)pli_json_string(json, pli_json_find(json, node, "status"), &status, NULL);
	(void)pli_json_double(json, pli_json_find(json, node, "heard_time_ns"), &heard_ns, NULL);
	(void)pli_json_int(json, pli_json_find(json, node, "reconnects"), &reconnects, NULL);
	(void)pli_table_row(table, plm_slice_is(status, "live")   ? PLI_STYLE_GOOD
				   : plm_slice_is(status, "down") ? PLI_STYLE_BAD
								  : PLI_STYLE_WARN);
	put_string(table, json, node, "status");
	put_string(table, json, node, "venue");
	put_string(table, json, node, "account");
	pli_table_put_text(table, pli_age_text((now_ns - heard_ns) / 1e9, age));
	pli_table_put_int(table, reconnects);
	put_string(table, json, node, "text");
}

static int
feeds_print(pli_cli *cli, plm_slice body)
{
	pli_json *json = pli_json_shared();
	const pli_json_node *nodes;
	uint32_t count = 0, feeds;
	double now_ns = 0;
	pli_table *table = pli_table_create(columns, 4096);

	if (json == NULL || table == NULL || pli_json_parse(json, body, NULL) != PLM_OK) {
		pli_table_destroy(table);
		return pli_cli_error(
		    cli, PLI_EXIT_UNAVAILABLE, "the daemon's answer could not be read");
	}
	nodes = pli_json_nodes(json, &count);
	(void)pli_json_double(json, pli_json_find(json, 0, "as_of_ns"), &now_ns, NULL);
	feeds = pli_json_find(json, 0, "feeds");
	for (uint32_t i = 0, node = feeds + 1; feeds != 0 && i < nodes[feeds].children_count;
	     i++, node = nodes[node].next)
		put_feed(table, json, node, now_ns);
	pli_table_print(table, cli);
	pli_table_destroy(table);
	return PLI_EXIT_OK;
}

int
pli_command_feeds(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"api", required_argument, NULL, 'a'}, {"json", no_argument, NULL, 'j'}, {0}};
	const char *address = NULL;
	bool json = false;
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
	}
	if (cli->argument_index < argc)
		return pli_cli_usage(
		    cli, "feeds takes no argument: '%s'", argv[cli->argument_index]);
	code = pli_api_document(cli, address, "/v1/feeds", &client, &body);
	if (code != PLI_EXIT_OK)
		return code;
	if (json)
		(void)fprintf(cli->out, "%.*s\n", (int)body.size, body.bytes);
	else
		code = feeds_print(cli, body);
	pli_api_destroy(client);
	return code;
}
