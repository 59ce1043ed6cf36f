/* margin_command.c: `plimsoll margin`: what venues ask of margin pools. */
#include <stddef.h>

#include "cli/command.h"
#include "cli/input.h"
#include "cli/margin_case_run.h"

enum { MARGIN_INPUT_MAX = 8 * 1024 * 1024 };

int
pli_command_margin(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"cases", required_argument, NULL, 'c'}, {"json", no_argument, NULL, 'j'}, {0}};
	const char *file = NULL;
	bool json = false;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'c')
			file = optarg;
		json |= option == 'j';
	}
	if (argc != cli->argument_index)
		return pli_cli_usage(
		    cli, "takes no argument, got \"%s\"", argv[cli->argument_index]);
	if (file == NULL)
		return pli_cli_usage(cli, "needs --cases FILE");
	pli_bytes bytes = {.max = MARGIN_INPUT_MAX};
	int code = pli_cli_read(cli, file, &bytes);
	if (code == PLI_EXIT_OK)
		code = pli_margin_cases_run(
		    cli, pli_cli_input_name(file), pli_bytes_slice(&bytes), json);
	pli_bytes_release(&bytes);
	return code;
}
