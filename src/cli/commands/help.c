/* help.c: `plimsoll help`: the list of commands, or one command's usage. */
#include "cli/command.h"

static void
help_list(pli_cli *cli)
{
	const char *strong = pli_style_code(cli, PLI_STYLE_STRONG);
	const char *plain = pli_style_code(cli, PLI_STYLE_PLAIN);
	(void)fprintf(cli->out,
	    "usage: plimsoll [--color=auto|always|never] COMMAND [ARGUMENTS]\n\n"
	    "Plimsoll keeps the open positions and balances of every account at every venue, nets\n"
	    "longs against shorts, and says in real time how exposed the book is. It never "
	    "trades.\n\n"
	    "%scommands%s\n",
	    strong, plain);
	for (uint32_t i = 0; pli_command_at(i) != NULL; i++)
		(void)fprintf(
		    cli->out, "  %-10s %s\n", pli_command_at(i)->name, pli_command_at(i)->summary);
	(void)fprintf(cli->out,
	    "\nplimsoll help COMMAND says more; `plimsoll run` alone starts a demo on simulated "
	    "venues.\n");
}

int
pli_command_help(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"all", no_argument, NULL, 'a'}, {0}};
	bool all = false;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		all = true;
	}
	if (argc - cli->argument_index > 1)
		return pli_cli_usage(cli, "one command at a time");
	if (all) {
		for (uint32_t i = 0; pli_command_at(i) != NULL; i++)
			(void)fprintf(cli->out, "%s\n\n", pli_command_at(i)->usage);
		return PLI_EXIT_OK;
	}
	if (cli->argument_index == argc) {
		help_list(cli);
		return PLI_EXIT_OK;
	}
	const pli_command *command = pli_command_find(argv[cli->argument_index]);
	if (command == NULL)
		return pli_cli_unknown_command(cli, argv[cli->argument_index]);
	(void)fprintf(cli->out, "usage: %s\n", command->usage);
	return PLI_EXIT_OK;
}
