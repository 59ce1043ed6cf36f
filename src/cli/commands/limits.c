/* limits.c: plimsoll limits: each limit of the running daemon with its value and band. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/api_client.h"
#include "cli/number_text.h"
#include "cli/table.h"

static const pli_column columns[] = {
    {"level", "LEVEL", PLI_COLUMN_TEXT},
    {"name", "LIMIT", PLI_COLUMN_TEXT},
    {"scope", "SCOPE", PLI_COLUMN_TEXT},
    {"measure", "MEASURE", PLI_COLUMN_TEXT},
    {"value", "VALUE", PLI_COLUMN_NUMBER},
    {"soft", "SOFT BAND", PLI_COLUMN_NUMBER},
    {"hard", "HARD BAND", PLI_COLUMN_NUMBER},
    {"seen", "SEEN", PLI_COLUMN_TEXT},
    {0},
};

static double
number_of(pli_json *json, uint32_t node, const char *key)
{
	double value = (double)NAN;

	(void)pli_json_double(json, pli_json_find(json, node, key), &value, NULL);
	return value;
}

static plm_slice
text_of(pli_json *json, uint32_t node, const char *key)
{
	plm_slice text = {"", 0};

	(void)pli_json_string(json, pli_json_find(json, node, key), &text, NULL);
	return text.bytes == NULL ? PLM_SLICE("") : text;
}

static void
put_slice(pli_table *table, plm_slice text)
{
	pli_table_put_format(table, "%.*s", (int)text.size, text.bytes);
}

/* put_band: "-500k .. 500k"; a side without a band is "..". */
static void
put_band(pli_table *table, pli_json *json, uint32_t node, const char *lower, const char *upper)
{
	double low = number_of(json, node, lower), high = number_of(json, node, upper);
	char low_text[PLI_NUMBER_TEXT_MAX] = "", high_text[PLI_NUMBER_TEXT_MAX] = "";

	if (!isnan(low))
		(void)pli_measure_text(text_of(json, node, "measure"), low, low_text);
	if (!isnan(high))
		(void)pli_measure_text(text_of(json, node, "measure"), high, high_text);
	pli_table_put_format(table, "%s .. %s", low_text, high_text);
}

static void
put_limit(pli_table *table, pli_json *json, uint32_t node)
{
	plm_slice level = text_of(json, node, "level"), scope = text_of(json, node, "scope_name");
	double value = number_of(json, node, "value");
	bool seen = false;
	char text[PLI_NUMBER_TEXT_MAX];

	(void)pli_json_bool(json, pli_json_find(json, node, "acknowledged"), &seen, NULL);
	(void)pli_table_row(table, plm_slice_is(level, "hard")   ? PLI_STYLE_BAD
				   : plm_slice_is(level, "soft") ? PLI_STYLE_WARN
								 : PLI_STYLE_PLAIN);
	put_slice(table, isnan(value) ? PLM_SLICE("unknown") : level);
	put_slice(table, text_of(json, node, "name"));
	put_slice(table, scope.size == 0 ? PLM_SLICE("book") : scope);
	put_slice(table, text_of(json, node, "measure"));
	pli_table_put_text(table, pli_measure_text(text_of(json, node, "measure"), value, text));
	put_band(table, json, node, "soft_lower", "soft_upper");
	put_band(table, json, node, "hard_lower", "hard_upper");
	pli_table_put_text(table, plm_slice_is(level, "inside") ? "" : seen ? "yes" : "no");
}

static int
limits_print(pli_cli *cli, plm_slice body)
{
	pli_json *json = pli_json_shared();
	const pli_json_node *nodes;
	uint32_t count = 0, limits;
	pli_table *table = pli_table_create(columns, 16384);

	if (json == NULL || table == NULL || pli_json_parse(json, body, NULL) != PLM_OK) {
		pli_table_destroy(table);
		return pli_cli_error(
		    cli, PLI_EXIT_UNAVAILABLE, "the daemon's answer could not be read");
	}
	nodes = pli_json_nodes(json, &count);
	limits = pli_json_find(json, 0, "limits");
	for (uint32_t i = 0, node = limits + 1; limits != 0 && i < nodes[limits].children_count;
	     i++, node = nodes[node].next)
		put_limit(table, json, node);
	pli_table_print(table, cli);
	pli_table_destroy(table);
	return PLI_EXIT_OK;
}

int
pli_command_limits(pli_cli *cli, int argc, char **argv)
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
		    cli, "limits takes no argument: '%s'", argv[cli->argument_index]);
	code = pli_api_document(cli, address, "/v1/limits", &client, &body);
	if (code != PLI_EXIT_OK)
		return code;
	if (json)
		(void)fprintf(cli->out, "%.*s\n", (int)body.size, body.bytes);
	else
		code = limits_print(cli, body);
	pli_api_destroy(client);
	return code;
}
