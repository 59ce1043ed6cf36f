/* whatif_command.c: `plimsoll whatif`: every pool before and after what is supposed. */
#include <string.h>

#include "api/whatif.h"
#include "cli/report_source.h"
#include "cli/table.h"
#include "cli/whatif_table.h"

enum { WHATIF_JSON_MAX = 64 << 20, WHATIF_POOLS_MAX = 16384, WHATIF_LEGS_MAX = 16384 };

typedef struct whatif_options {
	const char *config, *capture;
	bool json;
	pli_whatif_ask ask;
} whatif_options;

static int
whatif_json(pli_cli *cli, const pli_book *book, const pli_whatif_answer *answer)
{
	pli_json_writer w;
	pli_json_writer_init(&w, WHATIF_JSON_MAX);
	pli_whatif_put_document(&w, book, answer);
	return pli_json_show(cli, &w);
}

static int
whatif_print(pli_cli *cli, const void *asked, pli_core *core)
{
	const whatif_options *options = asked;
	const pli_book *book = pli_core_book(core);
	pli_whatif *whatif = pli_whatif_create(
	    pli_book_bounds_get(book), WHATIF_LEGS_MAX, WHATIF_POOLS_MAX);
	if (whatif == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the answer");
	pli_whatif_answer answer;
	plm_fault fault = {0};
	int code = PLI_EXIT_OK;
	if (pli_whatif_ask_book(whatif, pli_core_exposure(core), &options->ask, &answer, &fault) !=
	    PLM_OK)
		code = pli_cli_error(cli, PLI_EXIT_USAGE, "%s: %s", fault.path, fault.text);
	else if (options->json)
		code = whatif_json(cli, book, &answer);
	else
		code = pli_whatif_table_print(cli, book, &answer);
	if (code == PLI_EXIT_OK && answer.pools_left_out > 0)
		pli_cli_note(cli, "%u pools more were not looked at", answer.pools_left_out);
	pli_whatif_destroy(whatif);
	return code;
}

static int
suppose(pli_cli *cli, whatif_options *options, int option)
{
	plm_fault fault = {0};
	plm_slice text = plm_slice_of(optarg);
	const char *name = option == 't' ? "trade" : option == 'T' ? "transfer" : "move";
	plm_err err = option == 't'   ? pli_whatif_ask_trade(&options->ask, text, &fault)
		      : option == 'T' ? pli_whatif_ask_transfer(&options->ask, text, &fault)
				      : pli_whatif_ask_move(&options->ask, text, &fault);
	return err == PLM_OK ? PLI_EXIT_OK : pli_cli_usage(cli, "--%s: %s", name, fault.text);
}

/* One option; anything but PLI_EXIT_OK ends the command. */
static int
option_take(pli_cli *cli, whatif_options *options, int option)
{
	if (option == 'c')
		options->config = optarg;
	else if (option == 'C')
		options->capture = optarg;
	else if (option == 'j')
		options->json = true;
	else if (option == 'a')
		options->ask.all = true;
	else if (option != 'J')
		return suppose(cli, options, option);
	else if (strcmp(optarg, "beta") != 0 && strcmp(optarg, "single") != 0)
		return pli_cli_usage(cli, "--joint takes beta or single, got \"%s\"", optarg);
	else
		options->ask.joint = strcmp(optarg, "beta") == 0;
	return PLI_EXIT_OK;
}

int
pli_command_whatif(pli_cli *cli, int argc, char **argv)
{
	static const struct option rows[] = {{"config", required_argument, NULL, 'c'},
	    {"capture", required_argument, NULL, 'C'}, {"trade", required_argument, NULL, 't'},
	    {"transfer", required_argument, NULL, 'T'}, {"move", required_argument, NULL, 'm'},
	    {"joint", required_argument, NULL, 'J'}, {"all", no_argument, NULL, 'a'},
	    {"json", no_argument, NULL, 'j'}, {0}};
	whatif_options options = {0};
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
	if (pli_whatif_ask_is_empty(&options.ask))
		return pli_cli_usage(
		    cli, "nothing is supposed: --trade, --transfer or --move is needed");
	return pli_report_source_run(
	    cli, options.config, options.capture, 0, whatif_print, &options);
}
