/* capture_command.c: `plimsoll capture`: what venues say, as a capture without secrets. */
#include "cli/capture_session.h"

enum { CAPTURE_SECONDS_MAX = 30 * 86400 };

static int
capture_config(pli_cli *cli, const char *config_path, const char *path, uint64_t seconds)
{
	pli_world world;
	plm_fault fault = {0};
	int exit_code = PLI_EXIT_OK;
	if (pli_world_init(&world, &fault) != PLM_OK)
		return pli_cli_fault(cli, NULL, &fault);
	pli_config *config = pli_wiring_read_config(cli, &world.disk, config_path, &exit_code);
	if (config != NULL)
		exit_code = pli_capture_session(cli, config, &world, path, (int64_t)seconds);
	pli_config_destroy(config);
	pli_world_fini(&world);
	return exit_code;
}

int
pli_command_capture(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"config", required_argument, NULL, 'c'},
	    {"seconds", required_argument, NULL, 's'}, {0}};
	const char *config_path = NULL;
	uint64_t seconds = 0;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'c')
			config_path = optarg;
		else if (!pli_cli_number(optarg, CAPTURE_SECONDS_MAX, &seconds) || seconds == 0)
			return pli_cli_usage(cli, "--seconds takes 1 to %d, got \"%s\"",
			    CAPTURE_SECONDS_MAX, optarg);
	}
	if (config_path == NULL || argc - cli->argument_index != 1)
		return pli_cli_usage(cli, "takes --config FILE and the name of a new file");
	return capture_config(cli, config_path, argv[cli->argument_index], seconds);
}
