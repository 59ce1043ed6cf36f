/* run.c: the daemon, on a configuration or on the demo's simulated venues. */
#include <stdio.h>
#include <string.h>

#include "cli/demo.h"
#include "cli/wiring.h"
#include "journal/journal.h"

typedef struct run_options {
	const char *config;
	uint64_t seed;
	int32_t port; /* -1: as configured */
} run_options;

static void
run_ready(void *ctx, uint16_t port)
{
	pli_cli *cli = ctx;
	(void)fprintf(cli->out, "page and API: http://127.0.0.1:%u/\n", port);
	(void)fprintf(cli->out, "stop with Ctrl-C\n");
	(void)fflush(cli->out);
}

/* A journal is of one run: an older one is kept under another name. */
static int
run_journal(pli_cli *cli, const pli_disk *disk, const char *path)
{
	pli_file_facts facts;
	plm_fault fault = {0};
	plm_err err = path[0] == '\0' ? PLM_ENOTFOUND : pli_journal_replaceable(disk, path, &fault);
	if (err == PLM_ENOTFOUND)
		return PLI_EXIT_OK;
	if (err != PLM_OK) {
		(void)pli_cli_fault(cli, NULL, &fault);
		return PLI_EXIT_CANNOT_CREATE;
	}
	if (disk->facts(disk->ctx, path, &facts) != PLM_OK || facts.size == 0)
		return PLI_EXIT_OK;
	char name[PLI_CONFIG_PATH_MAX + PLM_TIME_TEXT_MAX], when[PLM_TIME_TEXT_MAX];
	(void)plm_time_format(facts.modified_ns, when);
	(void)snprintf(name, sizeof name, "%s.%s", path, when);
	err = disk->rename(disk->ctx, path, name);
	if (err != PLM_OK)
		return pli_cli_error(cli, PLI_EXIT_CANNOT_CREATE, "%s: cannot be renamed to %s: %s",
		    path, name, plm_err_text(err));
	pli_cli_note(cli, "the journal of the run before is now %s", name);
	return PLI_EXIT_OK;
}

static int
run_config(pli_cli *cli, const pli_config *config, pli_world *world)
{
	int exit_code = run_journal(cli, &world->disk, config->journal_path);
	if (exit_code != PLI_EXIT_OK)
		return exit_code;
	if (config->accounts_count == 0)
		pli_cli_note(cli, "the configuration has no accounts: there is nothing to watch");
	const char *journal = config->journal_path[0] != '\0' ? config->journal_path : NULL;
	if (journal != NULL)
		(void)fprintf(cli->out, "journal: %s\n", journal);
	return pli_daemon_run(cli, config, world, journal, run_ready, cli);
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
		exit_code = config == NULL ? pli_cli_error(cli, PLI_EXIT_SYSTEM,
						 "no memory for the configuration")
					   : pli_demo_start(cli, options->seed, config, &demo);
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
	    {"port", required_argument, NULL, 'p'}, {"seed", required_argument, NULL, 's'}, {0}};
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
