/* simulate.c: `plimsoll simulate`: the whole program in a seeded, faulty world, faster than time.
 */
#include "cli/progress.h"
#include "cli/simulate_print.h"
#include "io/io.h"

enum { SIMULATE_MINUTES = 5, SIMULATE_HOURS_MAX = 24 * 366, SIMULATE_STEPS_PER_LOOK = 256 };

typedef struct simulate_options {
	pli_simulation_config run; /* seed: the first */
	uint64_t seeds_count, minutes;
	bool json;
} simulate_options;

static int
simulate_seed(pli_cli *cli, const simulate_options *options, const pli_simulation_config *config)
{
	pli_clock clock;
	pli_progress progress;
	pli_simulation *simulation;
	pli_simulation_report report;
	plm_fault fault = {0};
	pli_io_clock(&clock);
	plm_err err = pli_simulation_create(config, &simulation, &fault);
	if (err == PLM_EARG)
		return pli_cli_usage(
		    cli, "--faults: %s; `plimsoll help simulate` lists them", fault.text);
	if (err != PLM_OK)
		return pli_cli_fault(cli, NULL, &fault);
	plm_time_ns start_ns = clock.steady_ns(clock.ctx);
	pli_progress_init(&progress, cli, &clock, "simulating", "s",
	    (uint64_t)(config->duration_ns / PLM_NS_PER_S));
	for (uint64_t step = 1; pli_simulation_step(simulation); step++) {
		if (step % SIMULATE_STEPS_PER_LOOK != 0)
			continue;
		pli_simulation_report_get(simulation, &report);
		pli_progress_update(&progress, (uint64_t)(report.simulated_ns / PLM_NS_PER_S));
	}
	pli_progress_fini(&progress);
	pli_simulation_report_get(simulation, &report);
	double seconds = (double)(clock.steady_ns(clock.ctx) - start_ns) / 1e9;
	(options->json ? pli_simulate_print_json : pli_simulate_print)(cli, &report, seconds);
	(void)fflush(cli->out);
	pli_simulation_destroy(simulation);
	return report.lie[0] == '\0' ? PLI_EXIT_OK : PLI_EXIT_LIE;
}

int
pli_command_simulate(pli_cli *cli, int argc, char **argv)
{
	static const struct option rows[] = {{"seed", required_argument, NULL, 's'},
	    {"seeds", required_argument, NULL, 'n'}, {"hours", required_argument, NULL, 'H'},
	    {"minutes", required_argument, NULL, 'm'}, {"faults", required_argument, NULL, 'f'},
	    {"notes", no_argument, NULL, 'v'}, {"json", no_argument, NULL, 'j'}, {0}};
	simulate_options o = {.seeds_count = 1};
	uint64_t hours = 0;
	pli_clock clock;
	pli_io_clock(&clock);
	o.run.seed = clock.random(clock.ctx) >> 40;
	for (int option; (option = pli_cli_option(cli, argc, argv, rows)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		uint64_t *number = option == 's'   ? &o.run.seed
				   : option == 'n' ? &o.seeds_count
				   : option == 'H' ? &hours
				   : option == 'm' ? &o.minutes
						   : NULL;
		if (number != NULL && !pli_cli_number(optarg, INT64_MAX, number))
			return pli_cli_usage(cli, "a whole number is wanted, got \"%s\"", optarg);
		o.json |= option == 'j';
		o.run.on_note = option == 'v' ? pli_simulate_note : o.run.on_note;
		o.run.faults = option == 'f' ? optarg : o.run.faults;
	}
	if (cli->argument_index < argc)
		return pli_cli_usage(cli, "takes no argument");
	if (hours > SIMULATE_HOURS_MAX || o.minutes > 60 * SIMULATE_HOURS_MAX)
		return pli_cli_usage(cli, "a simulated year is the most");
	uint64_t minutes = hours == 0 && o.minutes == 0 ? SIMULATE_MINUTES : 60 * hours + o.minutes;
	o.run.duration_ns = (int64_t)minutes * 60 * PLM_NS_PER_S;
	o.run.ctx = cli;
	int code = PLI_EXIT_OK;
	for (uint64_t i = 0; i < o.seeds_count && code == PLI_EXIT_OK; i++, o.run.seed++)
		code = simulate_seed(cli, &o, &o.run);
	return code;
}
