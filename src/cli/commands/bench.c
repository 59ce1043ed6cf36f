/* bench.c: `plimsoll bench`: what pricing costs on this machine, beside peers. */
#include <string.h>
#include <unistd.h>

#include "cli/bench_pricing.h"
#include "cli/kernel_option.h"

enum { PATH_BYTES_MAX = 4096, ROUNDS_USUAL = 31, ARGUMENTS_MAX = 16 };

/* Where the program with the peer may be, seen from the folder of this one. */
static const char *const places[] = {"bench/pricing_bench", "../build-bench/bench/pricing_bench"};

/* Becomes the program with the peer, where there is one; returns where not. */
static void
bench_with_peer(int argc, char **argv)
{
	char path[PATH_BYTES_MAX], *arguments[ARGUMENTS_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof path - 64);
	if (size <= 0 || argc >= ARGUMENTS_MAX)
		return;
	path[size] = '\0';
	char *name = strrchr(path, '/') + 1;
	memcpy(arguments, argv, (size_t)argc * sizeof argv[0]);
	arguments[0] = path;
	arguments[argc] = NULL;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		memcpy(name, places[i], strlen(places[i]) + 1);
		(void)execv(path, arguments);
	}
}

int
pli_command_bench(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'},
	    {"kernel", required_argument, NULL, 'k'}, {"no-peer", no_argument, NULL, 'n'},
	    {"rounds", required_argument, NULL, 'r'}, {0}};
	const char *reason = "bench/pricing_bench is not built: `make bench` does, with QuantLib";
	uint64_t rounds = ROUNDS_USUAL;
	bool json = false, peer = true;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		json |= option == 'j';
		peer &= option != 'n';
		if (option == 'r' &&
		    (!pli_cli_number(optarg, PLI_BENCH_ROUNDS_MAX, &rounds) || rounds == 0))
			return pli_cli_usage(cli, "--rounds takes 1 to %d, got \"%s\"",
			    PLI_BENCH_ROUNDS_MAX, optarg);
		int code = option == 'k' ? pli_cli_kernel(cli, optarg) : PLI_EXIT_OK;
		if (code != PLI_EXIT_OK)
			return code;
	}
	if (argc - cli->argument_index != 1 || strcmp(argv[cli->argument_index], "pricing") != 0)
		return pli_cli_usage(cli, "say what: pricing");
	if (peer && pli_bench_peer_get() == NULL)
		bench_with_peer(argc, argv);
	if (!peer)
		reason = "--no-peer";
	return pli_bench_pricing(
	    cli, (int)rounds, pli_bench_peer_get() != NULL ? NULL : reason, json);
}
