/* replay.c: runs a journal or a capture again and says to which state it leads. */
#include "cli/kernel_option.h"
#include "cli/progress.h"
#include "cli/replay_result.h"
#include "cli/wiring.h"
#include "io/io.h"

enum { REPLAY_PROGRESS_EVERY = 65536 };

typedef struct replay_state {
	pli_replay_result result;
	pli_progress progress;
	uint64_t until;
	plm_err err;
	plm_fault fault;
} replay_state;

static bool
replay_each(void *ctx, const plm_event *event)
{
	replay_state *replay = ctx;
	if (replay->until != 0 && event->sequence > replay->until)
		return false;
	uint64_t before = pli_core_sequence(replay->result.core);
	if (event->type == PLM_EVENT_JOURNAL_GAP) {
		replay->result.gaps++;
		replay->result.missing += event->sequence - before;
	}
	replay->err = pli_core_replay(replay->result.core, event, &replay->fault);
	if (replay->err != PLM_OK)
		return false;
	if (event->type == PLM_EVENT_JOURNAL_STATE ||
	    pli_core_sequence(replay->result.core) == before)
		return true;
	if (++replay->result.events % REPLAY_PROGRESS_EVERY == 0)
		pli_progress_update(&replay->progress, replay->result.events);
	return true;
}

static int
replay_run(pli_cli *cli, const char *path, uint64_t until, bool hash, bool json)
{
	pli_disk disk;
	pli_clock clock;
	pli_io_disk(&disk);
	pli_io_clock(&clock);
	pli_core_config config = {.bounds = pli_wiring_bounds(),
	    .limits_max = PLI_WIRING_LIMITS_MAX,
	    .limit_states_max = PLI_WIRING_LIMIT_STATES_MAX};
	replay_state replay = {.result = {.core = pli_core_create(&config)}, .until = until};
	if (replay.result.core == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the book");
	pli_file_facts facts = {0};
	(void)disk.facts(disk.ctx, path, &facts);
	pli_progress_init(&replay.progress, cli, &clock, "replaying", "events",
	    facts.size / (sizeof(plm_event) + 16));
	plm_fault fault = {0};
	plm_err err = pli_journal_read(&disk, path, replay_each, &replay, &fault);
	pli_progress_fini(&replay.progress);
	int exit_code = PLI_EXIT_OK;
	if (facts.is_directory)
		exit_code = pli_cli_error(cli, PLI_EXIT_NO_INPUT,
		    "%s: this is a folder; a journal file is expected", path);
	else if (replay.err != PLM_OK)
		exit_code = pli_cli_fault(cli, path, &replay.fault);
	else if (err != PLM_OK)
		exit_code = pli_cli_fault(cli, NULL, &fault);
	else
		pli_replay_print(cli, path, &replay.result, hash, json);
	pli_core_destroy(replay.result.core);
	return exit_code;
}

int
pli_command_replay(pli_cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"hash", no_argument, NULL, 'H'},
	    {"json", no_argument, NULL, 'j'}, {"kernel", required_argument, NULL, 'k'},
	    {"until", required_argument, NULL, 'u'}, {0}};
	bool hash = false, json = false;
	uint64_t until = 0;
	for (int option; (option = pli_cli_option(cli, argc, argv, options)) != PLI_OPTION_END;) {
		if (option == PLI_OPTION_EXIT)
			return cli->exit_code;
		if (option == 'k' && pli_cli_kernel(cli, optarg) != PLI_EXIT_OK)
			return PLI_EXIT_USAGE;
		hash |= option == 'H';
		json |= option == 'j';
		if (option == 'u' && (!pli_cli_number(optarg, UINT64_MAX, &until) || until == 0))
			return pli_cli_usage(
			    cli, "--until takes a sequence number, got \"%s\"", optarg);
	}
	if (argc - cli->argument_index != 1)
		return pli_cli_usage(cli, "one journal file or capture is expected");
	const char *path = argv[cli->argument_index];
	pli_disk disk;
	pli_io_disk(&disk);
	if (!pli_replay_is_capture(&disk, path))
		return replay_run(cli, path, until, hash, json);
	if (until != 0)
		return pli_cli_usage(cli,
		    "--until is for journals: %s is a capture, which `report --at TIME` ends",
		    path);
	return pli_replay_capture(cli, path, hash, json);
}
