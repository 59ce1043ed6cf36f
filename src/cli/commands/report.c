/* report.c: exposure once, from a capture or from the venues of a configuration. */
#include <string.h>

#include "cli/report_print.h"
#include "cli/report_source.h"

static int
report_option(pli_cli *cli, pli_report_options *options, int option)
{
	if (option == 'c')
		options->config = optarg;
	else if (option == 'C')
		options->capture = optarg;
	else if (option == 'p')
		options->proof = optarg;
	else if (option == 's')
		options->scope = optarg;
	else if (option == 'j')
		options->json = true;
	else if (option == 'g')
		options->greeks = true;
	else if (option == 'S')
		options->surface = true;
	else if (option == 'D')
		options->derivatives_only = true;
	else if (option == 'b' && plm_by_parse(plm_slice_of(optarg), &options->by) != PLM_OK)
		return pli_cli_usage(cli,
		    "--by takes a comma list of underlying, asset_class, venue, account, strategy, "
		    "portfolio, expiry, settle and strike, got \"%s\"",
		    optarg);
	else if (option == 't' && plm_tier_parse(plm_slice_of(optarg), &options->tier) != PLM_OK)
		return pli_cli_usage(
		    cli, "--tier takes leg, pool, account, venue or book, got \"%s\"", optarg);
	else if (option == 'a' && plm_time_parse(plm_slice_of(optarg), &options->at_ns) != PLM_OK)
		return pli_cli_usage(cli,
		    "--at takes a time such as 2026-11-22T08:00:00Z, or nanoseconds since 1970, "
		    "got \"%s\"",
		    optarg);
	return PLI_EXIT_OK;
}

static int
report_print(pli_cli *cli, const void *options, pli_core *core)
{
	return pli_report_print(cli, options, core);
}

int
pli_command_report(pli_cli *cli, int argc, char **argv)
{
	static const struct option rows[] = {{"config", required_argument, NULL, 'c'},
	    {"capture", required_argument, NULL, 'C'}, {"by", required_argument, NULL, 'b'},
	    {"tier", required_argument, NULL, 't'}, {"at", required_argument, NULL, 'a'},
	    {"proof", required_argument, NULL, 'p'}, {"scope", required_argument, NULL, 's'},
	    {"derivatives-only", no_argument, NULL, 'D'}, {"greeks", no_argument, NULL, 'g'},
	    {"surface", no_argument, NULL, 'S'}, {"json", no_argument, NULL, 'j'}, {0}};
	pli_report_options options = {.by = PLM_BY_UNDERLYING, .tier = PLM_TIER_LEG};
	for (int option; (option = pli_cli_option(cli, argc, argv, rows)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		int wrong = report_option(cli, &options, option);
		if (wrong != PLI_EXIT_OK)
			return wrong;
	}
	if (argc != cli->argument_index)
		return pli_cli_usage(cli, "unexpected argument \"%s\"", argv[cli->argument_index]);
	if (options.surface && !pli_report_surface_stands_alone(&options))
		return pli_cli_usage(cli, "--surface goes with --scope, --at and --json alone");
	if (options.config == NULL && options.capture == NULL)
		return pli_cli_usage(cli, "one of --config FILE and --capture FILE is needed");
	return pli_report_source_run(
	    cli, options.config, options.capture, options.at_ns, report_print, &options);
}
