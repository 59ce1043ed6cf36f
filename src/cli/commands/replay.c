/* replay.c: runs a journal again and says to which state it leads. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/kernel_option.h"
#include "cli/progress.h"
#include "cli/wiring.h"
#include "io/io.h"

enum { REPLAY_PROGRESS_EVERY = 65536 };

typedef struct replay_state {
	pli_core *core;
	pli_progress progress;
	uint64_t events;
	uint64_t gaps, missing; /* events that the journal lost */
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
	uint64_t before = pli_core_sequence(replay->core);
	if (event->type == PLM_EVENT_JOURNAL_GAP) {
		replay->gaps++;
		replay->missing += event->sequence - before;
	}
	replay->err = pli_core_replay(replay->core, event, &replay->fault);
	if (replay->err != PLM_OK)
		return false;
	if (event->type == PLM_EVENT_JOURNAL_STATE || pli_core_sequence(replay->core) == before)
		return true;
	if (++replay->events % REPLAY_PROGRESS_EVERY == 0)
		pli_progress_update(&replay->progress, replay->events);
	return true;
}

static void
replay_print(pli_cli *cli, const char *path, const replay_state *replay, bool hash, bool json)
{
	pli_core *core = replay->core;
	char hash_text[24], time_text[PLM_TIME_TEXT_MAX];
	(void)snprintf(hash_text, sizeof hash_text, "%016" PRIx64, pli_core_hash(core));
	plm_time_ns as_of_ns = pli_book_now_ns(pli_core_book(core)); /* 0: no batch has ended */
	(void)plm_time_format(as_of_ns, time_text);
	if (hash && !json) {
		(void)fprintf(cli->out, "%s\n", hash_text);
		return;
	}
	if (!json) {
		(void)fprintf(cli->out, "%s: %" PRIu64 " events, to sequence %" PRIu64 "%s%s\n",
		    path, replay->events, pli_core_sequence(core),
		    as_of_ns == 0 ? ", before the first batch ends" : " at ",
		    as_of_ns == 0 ? "" : time_text);
		if (replay->gaps > 0)
			(void)fprintf(cli->out,
			    "%" PRIu64 " %s: %" PRIu64
			    " events are not in it, the state behind them is\n",
			    replay->gaps, replay->gaps == 1 ? "gap" : "gaps", replay->missing);
		(void)fprintf(cli->out, "state hash %s\n", hash_text);
		return;
	}
	pli_json_writer w;
	pli_json_writer_init(&w, 1 << 16);
	pli_json_object_open(&w);
	pli_json_key(&w, "journal");
	pli_json_put_text(&w, path);
	pli_json_key(&w, "events");
	pli_json_put_uint(&w, replay->events);
	pli_json_key(&w, "gaps");
	pli_json_put_uint(&w, replay->gaps);
	pli_json_key(&w, "events_missing");
	pli_json_put_uint(&w, replay->missing);
	pli_json_key(&w, "sequence");
	pli_json_put_uint(&w, pli_core_sequence(core));
	pli_json_key(&w, "as_of_ns");
	if (as_of_ns == 0)
		pli_json_put_null(&w);
	else
		pli_json_put_int(&w, as_of_ns);
	pli_json_key(&w, "hash");
	pli_json_put_text(&w, hash_text);
	pli_json_object_close(&w);
	pli_json_newline(&w);
	(void)fwrite(w.bytes, 1, w.size, cli->out);
	pli_json_writer_fini(&w);
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
	replay_state replay = {.core = pli_core_create(&config), .until = until};
	if (replay.core == NULL)
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
		replay_print(cli, path, &replay, hash, json);
	pli_core_destroy(replay.core);
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
		return pli_cli_usage(cli, "one journal file is expected");
	return replay_run(cli, argv[cli->argument_index], until, hash, json);
}
