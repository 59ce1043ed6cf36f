/* price.c: `plimsoll price`: options as CSV, priced. */
#include <string.h>

#include "cli/command.h"
#include "cli/input.h"
#include "cli/price_stream.h"
#include "plimsoll/pricing.h"

enum { PRICE_INPUT_MAX = 1 << 30 };

static int
price_kernel(pli_cli *cli, const char *name)
{
	for (int kernel = 0; kernel < PLM_KERNEL_COUNT_; kernel++) {
		if (strcmp(name, plm_kernel_text((plm_kernel)kernel)) != 0)
			continue;
		if (plm_kernel_force((plm_kernel)kernel) == PLM_OK)
			return PLI_EXIT_OK;
		return pli_cli_error(cli, PLI_EXIT_USAGE,
		    "this processor cannot run the kernel %s; `plimsoll inspect kernels` says "
		    "which",
		    name);
	}
	return pli_cli_usage(
	    cli, "there is no kernel %s; `plimsoll inspect kernels` lists them", name);
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
	    {"kernel", required_argument, NULL, 'k'}, {0}};
	pli_price_request request = {0};
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
		int code = option == 'k' ? price_kernel(cli, optarg) : PLI_EXIT_OK;
		if (code != PLI_EXIT_OK)
			return code;
	}
	int count = argc - cli->argument_index;
	if (count > 1)
		return pli_cli_usage(cli, "takes at most one file");
	if (request.implied && (request.greeks_all || request.chains))
		return pli_cli_usage(cli,
		    "--implied finds vols: --greeks and --stream-shape have no meaning beside it");
	return price_file(cli, count == 1 ? argv[cli->argument_index] : "-", &request);
}
