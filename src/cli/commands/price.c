/* price.c: `plimsoll price`: options as CSV, priced. */
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/kernel_option.h"
#include "cli/price_stream.h"

enum { PRICE_INPUT_MAX = 1 << 30 };

static int
price_convention(pli_cli *cli, int option, pli_price_request *request)
{
	char *end;
	pli_suggestion suggestion = {.word = optarg};
	if (option == 'u') {
		request->unit = strtod(optarg, &end);
		if (end == optarg || *end != '\0' || !(request->unit > 0))
			return pli_cli_usage(
			    cli, "--unit takes a number above 0, got \"%s\"", optarg);
		return PLI_EXIT_OK;
	}
	request->stated = true;
	if (plm_convention_parse(plm_slice_of(optarg), &request->convention) == PLM_OK)
		return PLI_EXIT_OK;
	for (int i = 0; i < PLM_CONVENTION_COUNT_; i++)
		pli_suggest_offer(&suggestion, plm_convention_text((plm_convention)i));
	if (suggestion.best != NULL)
		return pli_cli_usage(
		    cli, "there is no convention %s; did you mean %s?", optarg, suggestion.best);
	return pli_cli_usage(cli, "there is no convention %s", optarg);
}

static int
price_file(pli_cli *cli, const char *name, const pli_price_request *request)
{
	pli_bytes bytes = {.max = PRICE_INPUT_MAX};
	int code = pli_cli_read(cli, name, &bytes);
	if (code == PLI_EXIT_OK)
		code = pli_price_stream(
		    cli, request, pli_bytes_slice(&bytes), pli_cli_input_name(name));
	pli_bytes_release(&bytes);
	return code;
}

int
pli_command_price(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"greeks", required_argument, NULL, 'g'},
	    {"stream-shape", required_argument, NULL, 's'}, {"implied", no_argument, NULL, 'i'},
	    {"kernel", required_argument, NULL, 'k'}, {"unit", required_argument, NULL, 'u'},
	    {"venue", required_argument, NULL, 'v'}, {0}};
	pli_price_request request = {.unit = 1};
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'g' && strcmp(optarg, "all") != 0)
			return pli_cli_usage(cli, "--greeks takes \"all\", got \"%s\"", optarg);
		if (option == 's' && strcmp(optarg, "chain") != 0 && strcmp(optarg, "rows") != 0)
			return pli_cli_usage(
			    cli, "--stream-shape takes chain or rows, got \"%s\"", optarg);
		if (option == 's')
			request.chains = strcmp(optarg, "chain") == 0;
		request.greeks_all |= option == 'g';
		request.implied |= option == 'i';
		int code = PLI_EXIT_OK;
		if (option == 'k')
			code = pli_cli_kernel(cli, optarg);
		else if (option == 'v' || option == 'u')
			code = price_convention(cli, option, &request);
		if (code != PLI_EXIT_OK)
			return code;
	}
	int count = argc - cli->argument_index;
	if (count > 1)
		return pli_cli_usage(cli, "takes at most one file");
	if (request.implied && (request.greeks_all || request.chains || request.stated))
		return pli_cli_usage(cli,
		    "--implied finds vols: --greeks, --stream-shape and --venue have no meaning "
		    "beside it");
	return price_file(cli, count == 1 ? argv[cli->argument_index] : "-", &request);
}
