/* ladder_command.c: `plimsoll ladder`: which pool dies first, at what price. */
#include <string.h>

#include "cli/ladder_print.h"
#include "cli/report_source.h"

typedef struct ladder_options {
	const char *config, *capture;
	pli_ladder_print_options print;
} ladder_options;

static int
ladder_run(pli_cli *cli, const ladder_options *options)
{
	pli_report_source *source = NULL;
	int code = pli_report_source_open(cli, options->config, options->capture, 0, &source);
	if (code == PLI_EXIT_OK)
		code = pli_ladder_print(cli, &options->print, pli_report_source_core(source));
	if (code == PLI_EXIT_OK && pli_report_source_missing(source) > 0)
		code = PLI_EXIT_UNAVAILABLE;
	pli_report_source_close(source);
	return code;
}

int
pli_command_ladder(pli_cli *cli, int argc, char **argv)
{
	static const struct option rows[] = {{"config", required_argument, NULL, 'c'},
	    {"capture", required_argument, NULL, 'C'}, {"joint", required_argument, NULL, 'J'},
	    {"legs", no_argument, NULL, 'l'}, {"json", no_argument, NULL, 'j'}, {0}};
	ladder_options options = {0};
	for (int option; (option = pli_cli_option(cli, argc, argv, rows)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'c')
			options.config = optarg;
		else if (option == 'C')
			options.capture = optarg;
		else if (option == 'l')
			options.print.legs = true;
		else if (option == 'j')
			options.print.json = true;
		else if (strcmp(optarg, "beta") != 0 && strcmp(optarg, "single") != 0)
			return pli_cli_usage(
			    cli, "--joint takes beta or single, got \"%s\"", optarg);
		else
			options.print.joint = strcmp(optarg, "beta") == 0;
	}
	if (argc != cli->argument_index)
		return pli_cli_usage(cli, "unexpected argument \"%s\"", argv[cli->argument_index]);
	if (options.config == NULL && options.capture == NULL)
		return pli_cli_usage(cli, "one of --config FILE and --capture FILE is needed");
	return ladder_run(cli, &options);
}
