/* ladder_command.c: `plimsoll ladder`: which pool dies first, at what price. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ladder_cascade.h"
#include "cli/ladder_print.h"
#include "cli/report_source.h"

enum { VOL_RESPONSE_MAX = 10 };

typedef struct ladder_options {
	const char *config, *capture;
	pli_ladder_print_options print;
	pli_whatif_ask ask; /* of a cascade, else empty */
} ladder_options;

static int
ladder_print(pli_cli *cli, const void *asked, pli_core *core)
{
	const ladder_options *options = asked;
	if (options->ask.moves_count > 0)
		return pli_cascade_print(cli, &options->ask, options->print.json, core);
	return pli_ladder_print(cli, &options->print, core);
}

static int
joint_take(pli_cli *cli, ladder_options *options)
{
	if (strcmp(optarg, "beta") != 0 && strcmp(optarg, "single") != 0)
		return pli_cli_usage(cli, "--joint takes beta or single, got \"%s\"", optarg);
	options->print.joint = strcmp(optarg, "beta") == 0;
	return PLI_EXIT_OK;
}

static int
cascade_take(pli_cli *cli, ladder_options *options)
{
	plm_fault fault = {0};
	options->ask.moves_count = 0;
	return pli_whatif_ask_move(&options->ask, plm_slice_of(optarg), &fault) == PLM_OK
		   ? PLI_EXIT_OK
		   : pli_cli_usage(cli, "--cascade: %s", fault.text);
}

static int
vol_take(pli_cli *cli, ladder_options *options)
{
	char *end;
	options->print.vol_power = strtod(optarg, &end);
	if (end == optarg || *end != '\0' || !(fabs(options->print.vol_power) <= VOL_RESPONSE_MAX))
		return pli_cli_usage(cli,
		    "--vol-response takes a number from -%d to %d, such as 0.5, got \"%s\"",
		    VOL_RESPONSE_MAX, VOL_RESPONSE_MAX, optarg);
	return PLI_EXIT_OK;
}

/* One option; anything but PLI_EXIT_OK ends the command. */
static int
option_take(pli_cli *cli, ladder_options *options, int option)
{
	if (option == 'J')
		return joint_take(cli, options);
	if (option == 'X')
		return cascade_take(cli, options);
	if (option == 'V')
		return vol_take(cli, options);
	if (option == 'c')
		options->config = optarg;
	else if (option == 'C')
		options->capture = optarg;
	else if (option == 'F')
		options->print.funding = true;
	else if (option == 'l')
		options->print.legs = true;
	else
		options->print.json = true;
	return PLI_EXIT_OK;
}

int
pli_command_ladder(pli_cli *cli, int argc, char **argv)
{
	static const struct option rows[] = {{"config", required_argument, NULL, 'c'},
	    {"capture", required_argument, NULL, 'C'}, {"joint", required_argument, NULL, 'J'},
	    {"vol-response", required_argument, NULL, 'V'},
	    {"cascade", required_argument, NULL, 'X'}, {"legs", no_argument, NULL, 'l'},
	    {"funding", no_argument, NULL, 'F'}, {"json", no_argument, NULL, 'j'}, {0}};
	ladder_options options = {0};
	for (int option; (option = pli_cli_option(cli, argc, argv, rows)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		int code = option_take(cli, &options, option);
		if (code != PLI_EXIT_OK)
			return code;
	}
	if (argc != cli->argument_index)
		return pli_cli_usage(cli, "unexpected argument \"%s\"", argv[cli->argument_index]);
	if (options.config == NULL && options.capture == NULL)
		return pli_cli_usage(cli, "one of --config FILE and --capture FILE is needed");
	if (options.print.funding && options.print.legs)
		return pli_cli_usage(cli, "--funding goes without --legs");
	bool more = options.print.funding || options.print.legs || options.print.joint ||
		    options.print.vol_power != 0;
	if (options.ask.moves_count > 0 && more)
		return pli_cli_usage(cli, "--cascade goes without --legs, --joint, --funding and "
					  "--vol-response; all=-50%% "
					  "moves all by beta");
	return pli_report_source_run(
	    cli, options.config, options.capture, 0, ladder_print, &options);
}
