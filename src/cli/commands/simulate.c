/* simulate.c: `plimsoll simulate`: the whole program in a seeded, faulty world, faster than time.
 */
#include <stdlib.h>

#include "cli/kernel_option.h"
#include "cli/simulate_seeds.h"
#include "io/io.h"

enum { SIMULATE_MINUTES = 5, SIMULATE_HOURS_MAX = 24 * 366 };

typedef struct simulate_command {
	pli_simulation_config run; /* seed: the first */
	pli_simulate_options options;
	pli_scene scene;
	pli_simulate_seeds seeds; /* first: the run's */
	uint64_t hours, minutes;
	bool seed_given;
} simulate_command;

/* FROM..TO, in steps. */
static bool
simulate_window(const char *text, pli_simulate_options *options)
{
	char *end;
	options->trace_from = strtoull(text, &end, 10);
	if (end == text || end[0] != '.' || end[1] != '.' || end[2] == '\0')
		return false;
	options->trace_to = strtoull(end + 2, &end, 10);
	return *end == '\0' && options->trace_to >= options->trace_from && options->trace_to > 0;
}

static int
simulate_scene(pli_cli *cli, simulate_command *command, const char *name)
{
	int code = pli_simulate_scene_read(cli, name, &command->scene);
	if (code != PLI_EXIT_OK)
		return code;
	const pli_simulation_config *run = &command->run;
	if (run->world != NULL || run->faults != NULL || run->venues != NULL || command->seed_given)
		return pli_cli_usage(cli, "a scene says seed, world, faults and venues itself");
	command->run = pli_scene_config(&command->scene);
	command->options.scene = &command->scene;
	return PLI_EXIT_OK;
}

static int
simulate_duration(pli_cli *cli, simulate_command *command)
{
	if (command->hours > SIMULATE_HOURS_MAX || command->minutes > 60 * SIMULATE_HOURS_MAX)
		return pli_cli_usage(cli, "a simulated year is the most");
	uint64_t minutes = 60 * command->hours + command->minutes;
	if (minutes == 0 && command->options.scene == NULL)
		minutes = SIMULATE_MINUTES;
	if (minutes == 0)
		return PLI_EXIT_OK;
	command->run.duration_ns = (int64_t)minutes * 60 * PLM_NS_PER_S;
	if (command->options.scene != NULL)
		pli_scene_last(&command->scene, command->run.duration_ns);
	return PLI_EXIT_OK;
}

static int
simulate_option(pli_cli *cli, simulate_command *command, int option, const char **ret_scene)
{
	uint64_t *number = option == 's'   ? &command->run.seed
			   : option == 'n' ? &command->seeds.count
			   : option == 'J' ? &command->seeds.jobs
			   : option == 'H' ? &command->hours
			   : option == 'm' ? &command->minutes
					   : NULL;
	if (number != NULL && !pli_cli_number(optarg, INT64_MAX, number))
		return pli_cli_usage(cli, "a whole number is wanted, got \"%s\"", optarg);
	if (option == 't' && !simulate_window(optarg, &command->options))
		return pli_cli_usage(
		    cli, "--trace: FROM..TO is wanted, in steps, got \"%s\"", optarg);
	if (option == 'J' &&
	    (command->seeds.jobs == 0 || command->seeds.jobs > PLI_SIMULATE_JOBS_MAX))
		return pli_cli_usage(
		    cli, "--jobs: 1 to %d seeds at a time, got %s", PLI_SIMULATE_JOBS_MAX, optarg);
	if (option == 'k')
		return pli_cli_kernel(cli, optarg);
	command->seed_given |= option == 's';
	command->options.json |= option == 'j';
	command->options.notes |= option == 'v';
	command->run.world = option == 'w' ? optarg : command->run.world;
	command->run.faults = option == 'f' ? optarg : command->run.faults;
	command->run.venues = option == 'V' ? optarg : command->run.venues;
	*ret_scene = option == 'S' ? optarg : *ret_scene;
	return PLI_EXIT_OK;
}

int
pli_command_simulate(pli_cli *cli, int argc, char **argv)
{
	static const struct option rows[] = {{"seed", required_argument, NULL, 's'},
	    {"seeds", required_argument, NULL, 'n'}, {"jobs", required_argument, NULL, 'J'},
	    {"hours", required_argument, NULL, 'H'}, {"minutes", required_argument, NULL, 'm'},
	    {"world", required_argument, NULL, 'w'}, {"faults", required_argument, NULL, 'f'},
	    {"venues", required_argument, NULL, 'V'}, {"scene", required_argument, NULL, 'S'},
	    {"trace", required_argument, NULL, 't'}, {"notes", no_argument, NULL, 'v'},
	    {"kernel", required_argument, NULL, 'k'}, {"json", no_argument, NULL, 'j'}, {0}};
	static simulate_command command;
	const char *scene = NULL;
	pli_clock clock;
	command = (simulate_command){.seeds = {.count = 1, .jobs = 1}};
	pli_io_clock(&clock);
	command.run.seed = clock.random(clock.ctx) >> 40;
	int code = PLI_EXIT_OK;
	for (int option; (option = pli_cli_option(cli, argc, argv, rows)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		code = simulate_option(cli, &command, option, &scene);
		if (code != PLI_EXIT_OK)
			return code;
	}
	if (cli->argument_index < argc)
		return pli_cli_usage(cli, "takes no argument");
	if (scene != NULL)
		code = simulate_scene(cli, &command, scene);
	if (code == PLI_EXIT_OK)
		code = simulate_duration(cli, &command);
	if (code != PLI_EXIT_OK)
		return code;
	command.seeds.first = command.run.seed;
	return pli_simulate_seeds_run(cli, &command.options, &command.run, &command.seeds);
}
