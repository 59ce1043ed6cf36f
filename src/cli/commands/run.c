/* run.c: the daemon, on a configuration or on the demo's simulated venues. */
#include <stdio.h>
#include <string.h>

#include "cli/demo.h"
#include "cli/feed_notes.h"
#include "cli/wiring.h"

typedef struct run_options {
	const char *config;
	uint64_t seed;
	pli_sim_crash crash; /* of the demo */
	int32_t port;        /* -1: as configured */
} run_options;

typedef struct run_place {
	pli_cli *cli;
	const pli_config *config;
} run_place;

/* A daemon whose words nobody takes goes on; they are said to be lost. */
static void
run_ready(void *ctx, uint16_t port)
{
	const run_place *place = ctx;
	FILE *out = place->cli->out;
	if (place->config->journal_path[0] != '\0')
		(void)fprintf(out, "journal: %s\n", place->config->journal_path);
	bool is_v6 = strchr(place->config->listen_address, ':') != NULL;
	(void)fprintf(out, "page and API: http://%s%s%s:%u/\n", is_v6 ? "[" : "",
	    place->config->listen_address, is_v6 ? "]" : "", port);
	(void)fprintf(out, "stop with Ctrl-C\n");
	(void)pli_cli_flush(place->cli);
}

static int
run_config(pli_cli *cli, const pli_config *config, pli_world *world)
{
	run_place place = {cli, config};
	if (config->accounts_count == 0)
		pli_cli_note(cli, "the configuration has no accounts: there is nothing to watch");
	(void)pli_feed_notes_files(cli, config, &world->disk);
	return pli_daemon_run(cli, config, world, run_ready, &place);
}

static int
run_world(pli_cli *cli, const run_options *options, pli_world *world)
{
	int exit_code = PLI_EXIT_OK;
	pli_demo *demo = NULL;
	pli_config *config;
	if (options->config != NULL) {
		config = pli_wiring_read_config(cli, &world->disk, options->config, &exit_code);
	} else {
		config = pli_config_create();
		exit_code =
		    config == NULL
			? pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the configuration")
			: pli_demo_start(cli, options->seed, &options->crash, config, &demo);
	}
	if (exit_code == PLI_EXIT_OK) {
		if (options->port >= 0)
			config->listen_port = (uint16_t)options->port;
		exit_code = run_config(cli, config, world);
	}
	pli_demo_stop(demo);
	pli_config_destroy(config);
	return exit_code;
}

int
pli_command_run(pli_cli *cli, int argc, char **argv)
{
	static const struct option rows[] = {{"config", required_argument, NULL, 'c'},
	    {"port", required_argument, NULL, 'p'}, {"seed", required_argument, NULL, 's'},
	    {"crash", required_argument, NULL, 'x'}, {0}};
	run_options options = {.seed = 1, .port = -1};
	for (int option; (option = pli_cli_option(cli, argc, argv, rows)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		uint64_t number = 0;
		if (option == 'c')
			options.config = optarg;
		else if (option == 'p' && !pli_cli_number(optarg, 65535, &number))
			return pli_cli_usage(cli, "--port takes 0 to 65535, got \"%s\"", optarg);
		else if (option == 'p')
			options.port = (int)number;
		else if (option == 'x' && !pli_sim_crash_parse(optarg, &options.crash))
			return pli_cli_usage(cli, "--crash %s: " PLI_SIM_CRASH_WANTED, optarg);
		else if (option == 'x')
			continue;
		else if (!pli_cli_number(optarg, UINT64_MAX, &options.seed))
			return pli_cli_usage(
			    cli, "--seed takes a whole number, got \"%s\"", optarg);
	}
	if (argc != cli->argument_index)
		return pli_cli_usage(cli, "unexpected argument \"%s\"", argv[cli->argument_index]);
	pli_world world;
	plm_fault fault = {0};
	if (pli_world_init(&world, &fault) != PLM_OK)
		return pli_cli_fault(cli, NULL, &fault);
	int exit_code = run_world(cli, &options, &world);
	pli_world_fini(&world);
	return exit_code;
}
