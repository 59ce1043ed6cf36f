/* report.c: exposure once, from a capture or from the venues of a configuration. */
#include <string.h>

#include "api/exposure_json.h"
#include "cli/report_source.h"
#include "cli/report_table.h"

typedef struct report_options {
	const char *config;
	const char *capture;
	const char *proof;
	const char *scope;
	plm_time_ns at_ns;
	uint32_t by;
	plm_tier tier;
	bool json;
	bool derivatives_only, greeks;
} report_options;

enum { REPORT_JSON_MAX = 256 << 20, REPORT_ROWS_MAX = 1 << 16, REPORT_LEGS_MAX = 1 << 17 };

static int
report_option(pli_cli *cli, report_options *options, int option)
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
report_print_json(
    pli_cli *cli, pli_exposure_source *source, const plm_exposure_query *query, bool proof)
{
	pli_json_writer w;
	pli_json_writer_init(&w, REPORT_JSON_MAX);
	if (proof)
		pli_exposure_put_proof(&w, source, query);
	else
		pli_exposure_put_document(&w, source, query);
	pli_json_newline(&w);
	int exit_code = PLI_EXIT_OK;
	if (w.overflow)
		exit_code = pli_cli_error(cli, PLI_EXIT_SYSTEM,
		    "the document is over %d MiB; ask for less by --by or --scope",
		    REPORT_JSON_MAX >> 20);
	else
		(void)fwrite(w.bytes, 1, w.size, cli->out);
	pli_json_writer_fini(&w);
	return exit_code;
}

/* What the options ask of the settled book. */
static int
report_query(pli_cli *cli, const report_options *options, const pli_registry *registry,
    plm_exposure_query *ret_query)
{
	plm_exposure_query query = {.by = options->by,
	    .tier = options->tier,
	    .derivatives_only = options->derivatives_only};
	plm_fault fault = {0};
	if (options->scope != NULL && pli_exposure_scope_parse(registry,
					  plm_slice_of(options->scope), &query, &fault) != PLM_OK)
		return pli_cli_usage(cli, "--scope: %s", fault.text);
	if (options->proof != NULL) {
		query.underlying = pli_registry_asset_find(registry, plm_slice_of(options->proof));
		if (query.underlying.value == 0)
			return pli_cli_error(cli, PLI_EXIT_OTHER_KIND,
			    "--proof: no position or balance is in \"%s\"", options->proof);
	}
	*ret_query = query;
	return PLI_EXIT_OK;
}

static int
report_print(pli_cli *cli, const report_options *options, pli_core *core)
{
	plm_exposure_query query;
	int exit_code = report_query(cli, options, pli_book_registry(pli_core_book(core)), &query);
	if (exit_code != PLI_EXIT_OK)
		return exit_code;
	pli_exposure_source source;
	if (pli_exposure_source_init(&source, pli_core_book(core), pli_core_exposure(core),
		REPORT_ROWS_MAX, REPORT_LEGS_MAX) != PLM_OK)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the report");
	bool proof = options->proof != NULL;
	if (options->json)
		exit_code = report_print_json(cli, &source, &query, proof);
	else
		exit_code = pli_report_table(
		    cli, &source, &query, (pli_report_show){proof, options->greeks});
	pli_exposure_source_fini(&source);
	return exit_code;
}

int
pli_command_report(pli_cli *cli, int argc, char **argv)
{
	static const struct option rows[] = {{"config", required_argument, NULL, 'c'},
	    {"capture", required_argument, NULL, 'C'}, {"by", required_argument, NULL, 'b'},
	    {"tier", required_argument, NULL, 't'}, {"at", required_argument, NULL, 'a'},
	    {"proof", required_argument, NULL, 'p'}, {"scope", required_argument, NULL, 's'},
	    {"derivatives-only", no_argument, NULL, 'D'}, {"greeks", no_argument, NULL, 'g'},
	    {"json", no_argument, NULL, 'j'}, {0}};
	report_options options = {.by = PLM_BY_UNDERLYING, .tier = PLM_TIER_LEG};
	for (int option; (option = pli_cli_option(cli, argc, argv, rows)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		int wrong = report_option(cli, &options, option);
		if (wrong != PLI_EXIT_OK)
			return wrong;
	}
	if (argc != cli->argument_index)
		return pli_cli_usage(cli, "unexpected argument \"%s\"", argv[cli->argument_index]);
	if (options.config == NULL && options.capture == NULL)
		return pli_cli_usage(cli, "one of --config FILE and --capture FILE is needed");
	pli_report_source *source = NULL;
	int exit_code = pli_report_source_open(
	    cli, options.config, options.capture, options.at_ns, &source);
	if (exit_code == PLI_EXIT_OK)
		exit_code = report_print(cli, &options, pli_report_source_core(source));
	if (exit_code == PLI_EXIT_OK && pli_report_source_missing(source) > 0)
		exit_code = PLI_EXIT_UNAVAILABLE;
	pli_report_source_close(source);
	return exit_code;
}
