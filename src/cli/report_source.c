/* report_source.c: captures line by line; live venues until they have answered. */
#include "cli/report_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/feed_notes.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "engine/capture.h"
#include "io/io.h"

enum { REPORT_WAIT_S = 30, REPORT_POLL_NS = 5000000 };

struct pli_report_source {
	pli_world world;
	pli_config *config;
	pli_engine *engine;     /* live */
	pli_registry *registry; /* capture */
	pli_core *core;
	uint32_t accounts_missing; /* live: they have no numbers */
};

/* Captures */

static plm_err
source_take(void *ctx, const plm_event *event)
{
	pli_report_source *source = ctx;
	pli_core_take(source->core, event, event->received_time_ns);
	return PLM_OK;
}

/* The configuration's facts go in before the first line, at its time. */
static plm_err
source_facts(pli_report_source *source)
{
	if (source->config == NULL)
		return PLM_OK;
	plm_event_sink sink = {source_take, source};
	plm_err err = pli_wiring_facts(source->config, source->registry, 0, &sink);
	return err == PLM_OK ? pli_registry_flush(source->registry, &sink) : err;
}

static int
source_read_lines(
    pli_cli *cli, pli_capture *capture, FILE *file, const char *path, plm_time_ns at_ns)
{
	char *line = NULL;
	size_t capacity = 0;
	uint32_t number = 0;
	bool past = false;
	int exit_code = PLI_EXIT_OK;
	for (ssize_t size; !past && (size = getline(&line, &capacity, file)) >= 0;) {
		number++;
		bool ended = size > 0 && line[size - 1] == '\n';
		size -= ended;
		plm_fault fault = {0};
		plm_err err = pli_capture_line(
		    capture, (plm_slice){line, (size_t)size}, at_ns, &past, &fault);
		fault.line = number;
		if (err == PLM_EDECODE && !ended && number > 1) {
			pli_cli_note(cli, "%s: the last line, %u, is cut off: it is left out",
			    pli_cli_input_name(path), number);
		} else if (err != PLM_OK) {
			exit_code = pli_cli_fault(cli, path, &fault);
			break;
		}
	}
	if (exit_code == PLI_EXIT_OK && ferror(file) != 0)
		exit_code = errno == EISDIR
				? pli_cli_error(cli, PLI_EXIT_NO_INPUT,
				      "%s: this is a folder; a capture file is expected", path)
				: pli_cli_error(cli, PLI_EXIT_IO, "%s: %s", path, strerror(errno));
	free(line);
	return exit_code;
}

static void
source_note_left_out(pli_cli *cli, const plm_fault *first, const pli_capture_counters *counters)
{
	if (first == NULL)
		return;
	pli_cli_note(cli,
	    "%llu of %llu lines held payloads that give no event; their accounts are degraded",
	    (unsigned long long)counters->lines_other, (unsigned long long)counters->lines);
	pli_cli_note(cli, "the first is line %u: %s%s%s", first->line, first->path,
	    first->path[0] == '\0' ? "" : ": ", first->text);
	if (counters->lines_broken > 0)
		pli_cli_note(
		    cli, "broken among them: %llu", (unsigned long long)counters->lines_broken);
}

static int
source_read_capture(pli_cli *cli, pli_report_source *source, const char *path, plm_time_ns at_ns)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "r");
	if (file == NULL)
		return pli_cli_error(cli, PLI_EXIT_NO_INPUT, "%s: %s", path, strerror(errno));
	pli_capture *capture = pli_capture_create(source->core, source->registry);
	int exit_code = capture == NULL
			    ? pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the capture")
			    : source_read_lines(cli, capture, file, path, at_ns);
	if (exit_code == PLI_EXIT_OK) {
		pli_capture_end(capture, at_ns);
		pli_capture_counters counters = pli_capture_counters_get(capture);
		source_note_left_out(cli, pli_capture_left_out(capture), &counters);
		if (counters.lines == 0)
			exit_code = pli_cli_error(cli, PLI_EXIT_OTHER_KIND,
			    "%s: no line at or before the time asked for", path);
	}
	pli_capture_destroy(capture);
	if (!standard)
		(void)fclose(file);
	return exit_code;
}

static int
source_open_capture(pli_cli *cli, pli_report_source *source, const char *path, plm_time_ns at_ns)
{
	pli_book_bounds bounds = pli_wiring_bounds();
	pli_core_config config = {.bounds = bounds,
	    .limits_max = PLI_WIRING_LIMITS_MAX,
	    .limit_states_max = PLI_WIRING_LIMIT_STATES_MAX};
	source->registry = pli_registry_create(bounds.registry);
	source->core = pli_core_create(&config);
	if (source->registry == NULL || source->core == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory for the book");
	if (source_facts(source) != PLM_OK)
		return pli_cli_error(cli, PLI_EXIT_CONFIG, "the configuration's assets do not fit");
	return source_read_capture(cli, source, path, at_ns);
}

/* Live */

static uint32_t
source_answered(const pli_report_source *source)
{
	const pli_book *book = pli_core_book(source->core);
	uint32_t answered = 0;
	for (uint32_t i = 0; i < pli_book_feeds_count(book); i++) {
		uint8_t status = pli_book_feed(book, i)->fact.status;
		answered += status == PLM_FEED_LIVE || status == PLM_FEED_DOWN ||
			    status == PLM_FEED_DEGRADED;
	}
	return answered;
}

static bool
source_has_numbers(const plm_feed_state *state)
{
	return state->status == PLM_FEED_LIVE || state->status == PLM_FEED_DEGRADED;
}

/* Says of each account that is not quite live why, and counts those without numbers. */
static void
source_say(pli_cli *cli, pli_report_source *source)
{
	const pli_config *config = source->config;
	const pli_book *book = pli_core_book(source->core);
	pli_feed_notes notes = {0};
	uint32_t answered = 0;
	for (uint32_t i = 0; i < pli_book_feeds_count(book); i++) {
		const pli_feed_row *row = pli_book_feed(book, i);
		pli_feed_notes_take(&notes, cli, config, row->feed.value - 1, &row->fact);
		answered += source_has_numbers(&row->fact);
	}
	source->accounts_missing = config->accounts_count - answered;
	if (source->accounts_missing > 0)
		pli_cli_note(cli, "%u of %u accounts gave no numbers%s", source->accounts_missing,
		    config->accounts_count, answered > 0 ? ": those printed are without them" : "");
}

/* All accounts have told what they hold, and what is asked about that, tiers too, is answered. */
static bool
source_is_whole(const pli_report_source *source, uint32_t accounts)
{
	return source_answered(source) >= accounts &&
	       pli_engine_restless_count(source->engine) == 0;
}

static void
source_work(pli_report_source *source)
{
	(void)pli_engine_net_work(source->engine, REPORT_POLL_NS);
	(void)pli_engine_core_work(source->engine);
	plm_event event;
	while (pli_engine_serve_take(source->engine, &event))
		continue;
}

/* unreadable: accounts whose file is not there; nobody waits for it. */
static void
source_wait(pli_cli *cli, pli_report_source *source, uint32_t unreadable)
{
	const pli_clock *clock = &source->world.clock;
	uint32_t accounts = source->config->accounts_count - unreadable;
	plm_time_ns end_ns = clock->steady_ns(clock->ctx) + REPORT_WAIT_S * PLM_NS_PER_S;
	pli_progress progress;
	pli_progress_init(&progress, cli, clock, "asking venues", "accounts", accounts);
	plm_time_ns marks_ns = 0; /* a moment for the first marks after the last snapshot */
	for (;;) {
		source_work(source);
		plm_time_ns now_ns = clock->steady_ns(clock->ctx);
		uint32_t answered = source_answered(source);
		pli_progress_update(&progress, answered);
		if (answered >= accounts && marks_ns == 0)
			marks_ns = now_ns + 2 * PLM_NS_PER_S;
		bool marked = marks_ns != 0 && now_ns >= marks_ns;
		if ((marked && source_is_whole(source, accounts)) || now_ns >= end_ns)
			break;
	}
	pli_progress_fini(&progress);
	uint32_t restless = pli_engine_restless_count(source->engine);
	if (restless > 0)
		pli_cli_note(cli,
		    "%u of %u accounts did not answer every question within %d s: what they lack "
		    "is implied by the venue's own sums, or not known",
		    restless, accounts, REPORT_WAIT_S);
	if (source_answered(source) < accounts)
		pli_cli_note(cli, "%u of %u accounts answered within %d s", source_answered(source),
		    accounts, REPORT_WAIT_S);
}

static int
source_open_live(pli_cli *cli, pli_report_source *source)
{
	plm_fault fault = {0};
	plm_err err = pli_wiring_engine(
	    source->config, &source->world, NULL, &source->engine, &fault);
	if (err != PLM_OK)
		return pli_cli_fault(cli, source->config->source, &fault);
	source->core = pli_engine_core(source->engine);
	source_wait(cli, source, pli_feed_notes_files(cli, source->config, &source->world.disk));
	source_say(cli, source);
	bool nothing = source->accounts_missing == source->config->accounts_count;
	return source->accounts_missing > 0 && nothing ? PLI_EXIT_UNAVAILABLE : PLI_EXIT_OK;
}

static int
source_open(pli_cli *cli, pli_report_source *source, const char *config_path,
    const char *capture_path, plm_time_ns at_ns)
{
	plm_fault fault = {0};
	if (pli_world_init(&source->world, &fault) != PLM_OK)
		return pli_cli_fault(cli, NULL, &fault);
	if (config_path != NULL) {
		int exit_code = PLI_EXIT_OK;
		source->config = pli_wiring_read_config(
		    cli, &source->world.disk, config_path, &exit_code);
		if (source->config == NULL)
			return exit_code;
	}
	if (capture_path != NULL)
		return source_open_capture(cli, source, capture_path, at_ns);
	if (at_ns != 0)
		return pli_cli_usage(
		    cli, "--at needs --capture: live venues know only the present");
	return source_open_live(cli, source);
}

int
pli_report_source_open(pli_cli *cli, const char *config_path, const char *capture_path,
    plm_time_ns at_ns, pli_report_source **ret_source)
{
	pli_report_source *source = calloc(1, sizeof *source);
	if (source == NULL)
		return pli_cli_error(cli, PLI_EXIT_SYSTEM, "no memory");
	int exit_code = source_open(cli, source, config_path, capture_path, at_ns);
	if (exit_code != PLI_EXIT_OK) {
		pli_report_source_close(source);
		return exit_code;
	}
	*ret_source = source;
	return PLI_EXIT_OK;
}

void
pli_report_source_close(pli_report_source *source)
{
	if (source == NULL)
		return;
	if (source->engine != NULL)
		pli_engine_destroy(source->engine);
	else
		pli_core_destroy(source->core);
	pli_registry_destroy(source->registry);
	pli_config_destroy(source->config);
	pli_world_fini(&source->world);
	free(source);
}

pli_core *
pli_report_source_core(pli_report_source *source)
{
	return source->core;
}

uint32_t
pli_report_source_missing(const pli_report_source *source)
{
	return source->accounts_missing;
}

int
pli_report_source_run(pli_cli *cli, const char *config_path, const char *capture_path,
    plm_time_ns at_ns, pli_report_printer *print, const void *options)
{
	pli_report_source *source = NULL;
	int code = pli_report_source_open(cli, config_path, capture_path, at_ns, &source);
	if (code == PLI_EXIT_OK)
		code = print(cli, options, pli_report_source_core(source));
	if (code == PLI_EXIT_OK && pli_report_source_missing(source) > 0)
		code = PLI_EXIT_UNAVAILABLE;
	pli_report_source_close(source);
	return code;
}
