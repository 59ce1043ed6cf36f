/* sim.c: `plimsoll sim`: simulated venues on loopback. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/sim_announce.h"
#include "cli/sim_notes.h"
#include "io/io.h"
#include "sim/sim.h"
#include "sim/sim_binance.h"
#include "sim/sim_wire.h"

enum { POLL_NS = 4000000 };

static volatile sig_atomic_t sim_stopped;

static void
sim_on_signal(int number)
{
	(void)number;
	sim_stopped = 1;
}

static void
sim_loop(pli_sim *sim, const pli_clock *clock)
{
	struct sigaction action = {.sa_handler = sim_on_signal};
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	while (!sim_stopped)
		(void)pli_sim_do_work(sim, clock->wall_ns(clock->ctx), POLL_NS);
}

static int
sim_run(pli_cli *cli, pli_sim_config *config, bool json)
{
	plm_fault fault = {0};
	pli_clock clock;
	pli_sim *sim = NULL;
	if (config->added[PLI_SIM_HYPERLIQUID_DEXES] && !config->added[PLI_SIM_HYPERLIQUID])
		return pli_cli_usage(cli, "--hyperliquid-dexes goes with --hyperliquid-port");
	pli_io_clock(&clock);
	config->start_ns = clock.wall_ns(clock.ctx);
	if (config->seed == 0)
		config->seed = clock.random(clock.ctx) >> 32 | 1;
	pli_io_server_cfg server = {.clients_max = PLI_SIM_WIRE_CLIENTS_MAX + 256};
	plm_err err = config->copies == 0 ? PLM_OK : pli_io_descriptors(server.clients_max, &fault);
	for (int i = 0; i < PLI_SIM_SERVERS && err == PLM_OK; i++)
		err = pli_io_server_create(&server, &config->servers[i], &fault);
	if (err == PLM_OK)
		err = pli_sim_create(config, &sim, &fault);
	pli_sim_notes notes = {.out = cli->out, .prefix = "", .json = json};
	if (err == PLM_OK) {
		pli_sim_notes_begin(&notes, sim);
		pli_sim_announce(cli->out, sim, config->seed, json);
	}
	int code = err == PLM_OK ? pli_cli_flush(cli) : pli_cli_fault(cli, NULL, &fault);
	code = err == PLM_EACCESS ? PLI_EXIT_SYSTEM : code;
	if (code == PLI_EXIT_OK)
		sim_loop(sim, &clock);
	pli_sim_destroy(sim);
	for (int i = 0; i < PLI_SIM_SERVERS; i++)
		pli_io_server_destroy(&config->servers[i]);
	return code;
}

static bool
sim_parse_speed(const char *text, double *ret_speed)
{
	char *end = NULL;
	double speed = strtod(text, &end);
	*ret_speed = speed;
	return end != text && *end == '\0' && speed >= 0.01 && speed <= 10000.0;
}

/* What --binance-markets (m) and --hyperliquid-dexes (D) bring. */
static void
sim_add_markets(pli_sim_config *config, int option)
{
	for (int i = PLI_SIM_SERVERS; option == 'm' && i < PLI_SIM_KINDS; i++)
		config->added[i] = true;
	config->added[PLI_SIM_HYPERLIQUID_DEXES] |= option == 'D';
}

int
pli_command_sim(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"seed", required_argument, NULL, 's'},
	    {"deribit-port", required_argument, NULL, 'd'},
	    {"binance-port", required_argument, NULL, 'b'},
	    {"okx-port", required_argument, NULL, 'o'},
	    {"hyperliquid-port", required_argument, NULL, 'y'},
	    {"bybit-port", required_argument, NULL, 'i'},
	    {"bitmex-port", required_argument, NULL, 't'},
	    {"dydx-port", required_argument, NULL, 'v'},
	    {"binance-markets", no_argument, NULL, 'm'},
	    {"hyperliquid-dexes", no_argument, NULL, 'D'},
	    {"binance-copies", required_argument, NULL, 'c'},
	    {"faults", required_argument, NULL, 'f'}, {"crash", required_argument, NULL, 'C'},
	    {"speed", required_argument, NULL, 'x'}, {"json", no_argument, NULL, 'j'}, {0}};
	static const char ports[] = "dboyitv"; /* of the venues, in their order */
	pli_sim_config config = {.ports = {8471, 8472}};
	bool json = false;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		uint64_t number = 0;
		plm_slice bad = {NULL, 0};
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'j')
			json = true;
		sim_add_markets(&config, option);
		if (option == 's' && !pli_cli_number(optarg, UINT64_MAX, &config.seed))
			return pli_cli_usage(cli, "--seed %s: a whole number is wanted", optarg);
		if (option == 'x' && !sim_parse_speed(optarg, &config.speed))
			return pli_cli_usage(cli, "--speed %s: 0.01 to 10000 is wanted", optarg);
		if (option == 'f' && !pli_sim_faults_parse(optarg, &config.faults, &bad))
			return pli_cli_usage(cli,
			    "--faults: no fault is called '%.*s'; "
			    "`plimsoll help sim` lists them",
			    (int)bad.size, bad.bytes);
		if (option == 'c' &&
		    !pli_cli_number(optarg, PLI_SIM_USDM_COPIES_MAX, &config.copies))
			return pli_cli_usage(cli, "--binance-copies %s: 0 to %d is wanted", optarg,
			    PLI_SIM_USDM_COPIES_MAX);
		if (option == 'C' && !pli_sim_crash_parse(optarg, &config.crash))
			return pli_cli_usage(cli, "--crash %s: " PLI_SIM_CRASH_WANTED, optarg);
		const char *port = strchr(ports, option);
		if (port == NULL)
			continue;
		if (!pli_cli_number(optarg, UINT16_MAX, &number))
			return pli_cli_usage(
			    cli, "port %s: 0 to 65535 is wanted, 0 picks one", optarg);
		config.added[port - ports] = true;
		config.ports[port - ports] = (uint16_t)number;
	}
	if (cli->argument_index < argc)
		return pli_cli_usage(cli, "takes no argument");
	return sim_run(cli, &config, json);
}
