/* report_print.c: a settled book as the report that was asked for. */
#include "cli/report_print.h"

#include "api/surface_json.h"
#include "cli/report_table.h"
#include "cli/surface_table.h"

enum { REPORT_JSON_MAX = 256 << 20, REPORT_ROWS_MAX = 1 << 16, REPORT_LEGS_MAX = 1 << 17 };

bool
pli_report_surface_stands_alone(const pli_report_options *options)
{
	return options->proof == NULL && !options->greeks && !options->derivatives_only &&
	       options->by == PLM_BY_UNDERLYING && options->tier == PLM_TIER_LEG;
}

static int
report_print_json(pli_cli *cli, pli_exposure_source *source, const plm_exposure_query *query,
    const pli_report_options *options)
{
	pli_json_writer w;
	pli_json_writer_init(&w, REPORT_JSON_MAX);
	if (options->surface)
		pli_surface_put_document(&w, source, query);
	else if (options->proof != NULL)
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
report_query(pli_cli *cli, const pli_report_options *options, const pli_registry *registry,
    plm_exposure_query *ret_query)
{
	plm_exposure_query query = {.by = options->by,
	    .tier = options->tier,
	    .derivatives_only = options->derivatives_only};
	plm_fault fault = {0};
	if (options->scope != NULL && pli_exposure_scope_parse(registry,
					  plm_slice_of(options->scope), &query, &fault) != PLM_OK)
		return pli_cli_usage(cli, "--scope: %s", fault.text);
	if (options->surface && pli_surface_query_check(&query, &fault) != PLM_OK)
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

int
pli_report_print(pli_cli *cli, const pli_report_options *options, pli_core *core)
{
	plm_exposure_query query;
	int exit_code = report_query(cli, options, pli_book_registry(pli_core_book(core)), &query);
	if (exit_code != PLI_EXIT_OK)
		return exit_code;
	pli_exposure_source source;
	if (pli_exposure_source_init(&source, pli_core_book(core), pli_core_exposure(core),
		REPORT_ROWS_MAX, REPORT_LEGS_MAX) != PLM_OK)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the report");
	if (options->json)
		exit_code = report_print_json(cli, &source, &query, options);
	else if (options->surface)
		exit_code = pli_surface_table(cli, &source, &query);
	else
		exit_code = pli_report_table(cli, &source, &query,
		    (pli_report_show){options->proof != NULL, options->greeks});
	pli_exposure_source_fini(&source);
	return exit_code;
}
