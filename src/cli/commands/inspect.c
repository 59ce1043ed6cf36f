/* inspect.c: `plimsoll inspect`: prints one of the tables this build was made from. */
#include <string.h>

#include "base/suggest.h"
#include "cli/command.h"
#include "cli/inspect_topics.h"

static int
inspect_show(pli_cli *cli, const char *name, bool json)
{
	pli_suggestion suggestion = {.word = name};
	for (uint32_t i = 0; pli_inspect_topic_at(i) != NULL; i++) {
		const pli_inspect_topic *topic = pli_inspect_topic_at(i);
		pli_suggest_offer(&suggestion, topic->name);
		if (strcmp(topic->name, name) != 0)
			continue;
		pli_table *table = pli_table_create(topic->columns, PLI_INSPECT_ROWS_MAX);
		if (table == NULL)
			return pli_cli_error(cli, PLI_EXIT_SYSTEM, "memory could not be had");
		topic->fill(table);
		const int code = pli_table_show(table, cli, topic->name, json);
		pli_table_destroy(table);
		return code;
	}
	if (suggestion.best == NULL)
		return pli_cli_usage(cli, "there is nothing called '%s' to inspect", name);
	return pli_cli_usage(cli, "there is nothing called '%s' to inspect; did you mean '%s'?",
	    name, suggestion.best);
}

int
pli_command_inspect(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	bool json = false;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		json = true;
	}
	if (argc - cli->argument_index != 1)
		return pli_cli_usage(
		    cli, "say what: limits, memory, errors, events, exits, kernels or pricing");
	return inspect_show(cli, argv[cli->argument_index], json);
}
