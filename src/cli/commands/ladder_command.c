/* ladder_command.c: `plimsoll ladder`: which pool dies first, at what price. */
#include <stdlib.h>
#include <string.h>

#include "api/ladder_json.h"
#include "cli/ladder_table.h"
#include "cli/report_source.h"

enum { LADDER_JSON_MAX = 64 << 20, LADDER_ROWS_MAX = 16384, LADDER_LEGS_MAX = 16384 };

typedef struct ladder_options {
	const char *config, *capture;
	bool joint, json;
} ladder_options;

static int
ladder_json(pli_cli *cli, pli_core *core, const pli_ladder_row *rows, uint32_t count, bool joint)
{
	pli_json_writer w;
	const pli_book *book = pli_core_book(core);
	pli_json_writer_init(&w, LADDER_JSON_MAX);
	pli_json_object_open(&w);
	pli_json_member_time_ns(&w, "as_of_ns", pli_book_now_ns(book));
	pli_json_member_text(&w, "joint", joint ? "beta" : "single");
	pli_json_key(&w, "pools");
	pli_ladder_put_rows(&w, pli_book_registry(book), rows, count);
	pli_json_object_close(&w);
	pli_json_newline(&w);
	int code = w.overflow ? pli_cli_error(cli, PLI_EXIT_SYSTEM, "the document is too long")
			      : PLI_EXIT_OK;
	if (!w.overflow)
		(void)fwrite(w.bytes, 1, w.size, cli->out);
	pli_json_writer_fini(&w);
	return code;
}

static int
ladder_print(pli_cli *cli, const ladder_options *options, pli_core *core)
{
	pli_ladder_maker *maker = pli_ladder_maker_create(LADDER_LEGS_MAX);
	pli_ladder_row *rows = pli_ladder_rows_create(LADDER_ROWS_MAX);
	int code = PLI_EXIT_OK;
	if (maker == NULL || rows == NULL) {
		code = pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the ladder");
	} else {
		const pli_ladder_query query = {.joint = options->joint};
		uint32_t count = pli_ladder_rows_make(
		    maker, pli_core_exposure(core), &query, rows, LADDER_ROWS_MAX);
		uint32_t shown = count < LADDER_ROWS_MAX ? count : LADDER_ROWS_MAX;
		code = options->json ? ladder_json(cli, core, rows, shown, options->joint)
				     : pli_ladder_table_print(cli,
					   pli_book_registry(pli_core_book(core)), rows, shown);
		if (count > shown)
			pli_cli_note(cli, "%u pools more are not shown", count - shown);
	}
	free(rows);
	pli_ladder_maker_destroy(maker);
	return code;
}

static int
ladder_run(pli_cli *cli, const ladder_options *options)
{
	pli_report_source *source = NULL;
	int code = pli_report_source_open(cli, options->config, options->capture, 0, &source);
	if (code == PLI_EXIT_OK)
		code = ladder_print(cli, options, pli_report_source_core(source));
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
	    {"json", no_argument, NULL, 'j'}, {0}};
	ladder_options options = {0};
	for (int option; (option = pli_cli_option(cli, argc, argv, rows)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'c')
			options.config = optarg;
		else if (option == 'C')
			options.capture = optarg;
		else if (option == 'j')
			options.json = true;
		else if (strcmp(optarg, "beta") != 0 && strcmp(optarg, "single") != 0)
			return pli_cli_usage(
			    cli, "--joint takes beta or single, got \"%s\"", optarg);
		else
			options.joint = strcmp(optarg, "beta") == 0;
	}
	if (argc != cli->argument_index)
		return pli_cli_usage(cli, "unexpected argument \"%s\"", argv[cli->argument_index]);
	if (options.config == NULL && options.capture == NULL)
		return pli_cli_usage(cli, "one of --config FILE and --capture FILE is needed");
	return ladder_run(cli, &options);
}
