/* simulate_run.c: a simulated run from its start to its report. */
#include "cli/simulate_run.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mutant.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "cli/simulate_print.h"
#include "io/io.h"
#include "model/event_json.h"
#include "sim/scene_watch.h"

enum { RUN_STEPS_PER_LOOK = 256, RUN_SCENE_BYTES_MAX = 1 << 16, RUN_TRACE_BYTES = 1 << 16 };

/* What the hooks of a run need. */
typedef struct simulate_run {
	pli_cli *cli;
	const pli_simulate_options *options;
	pli_simulation *simulation;
	pli_scene_watch *watch; /* NULL: no scene */
} simulate_run;

static void
run_on_note(void *ctx, uint64_t step, plm_time_ns true_ns, const char *text)
{
	pli_simulate_note(((simulate_run *)ctx)->cli, step, true_ns, text);
}

static bool
run_traces(const simulate_run *run, uint64_t step)
{
	return step >= run->options->trace_from && step <= run->options->trace_to;
}

static void
run_on_notice(void *ctx, const pli_notice *notice)
{
	const simulate_run *run = ctx;
	if (run->watch != NULL)
		pli_scene_watch_notice(run->watch, notice);
}

static void
run_on_event(void *ctx, uint64_t step, const plm_event *event)
{
	simulate_run *run = ctx;
	if (run->watch != NULL)
		pli_scene_watch_event(run->watch, event);
	if (!run_traces(run, step))
		return;
	pli_json_writer w;
	pli_event_json source = {
	    .registry = pli_simulation_names(run->simulation), .with_envelope = true};
	pli_json_writer_init(&w, RUN_TRACE_BYTES);
	pli_event_json_put(&w, &source, event);
	(void)fprintf(run->cli->out, "%8" PRIu64 "  core     %.*s\n", step, (int)w.size,
	    (const char *)w.bytes);
	pli_json_writer_fini(&w);
}

static void
run_on_wire(void *ctx, uint64_t step, const pli_simulation_wire *wire)
{
	const simulate_run *run = ctx;
	if (run_traces(run, step))
		(void)fprintf(run->cli->out, "%8" PRIu64 "  %s  %s%s%s%.*s\n", step,
		    pli_sim_venue_name((pli_sim_venue)wire->venue), wire->out ? "<- " : "-> ",
		    wire->head, wire->head[0] == '\0' ? "" : " ", (int)wire->text.size,
		    wire->text.bytes);
}

static void
run_steps(simulate_run *run, pli_progress *progress)
{
	pli_simulation_report report;
	for (uint64_t step = 1; pli_simulation_step(run->simulation); step++) {
		if (run->watch != NULL)
			pli_scene_watch_step(run->watch);
		if (step % RUN_STEPS_PER_LOOK != 0 || run->options->quiet)
			continue;
		pli_simulation_report_get(run->simulation, &report);
		pli_progress_update(progress, (uint64_t)(report.simulated_ns / PLM_NS_PER_S));
	}
}

/* The expectations that do not hold, after printing all. */
static uint32_t
run_outcomes(const simulate_run *run)
{
	uint32_t missed = 0, count = run->watch == NULL ? 0 : run->options->scene->expects_count;
	for (uint32_t i = 0; i < count; i++) {
		pli_scene_outcome outcome = pli_scene_watch_outcome(run->watch, i);
		missed += !outcome.holds;
		pli_simulate_print_outcome(run->cli, &outcome, run->options->json);
	}
	return missed;
}

#ifdef PLI_MUTANTS
/* A build with deliberate mistakes wakes the one that the environment names: see what finds it. */
static void
run_wake_mutant(void)
{
	static const char *const names[] = {
	    "",
#define M(name, help) #name,
#include "base/mutants.def"
#undef M
	};
	const char *wanted = getenv("PLIMSOLL_MUTANT");
	for (int id = PLI_MUTANT_NONE_ + 1; wanted != NULL && id < PLI_MUTANT_COUNT; id++)
		if (strcmp(names[id], wanted) == 0)
			pli_mutant_wake((pli_mutant_id)id);
}
#else
static void
run_wake_mutant(void)
{
}
#endif

static int
run_create(simulate_run *run, const pli_simulation_config *given)
{
	plm_fault fault = {0};
	pli_simulation_config config = *given;
	run_wake_mutant();
	bool traces = run->options->trace_to > 0;
	config.on_note = run->options->notes ? run_on_note : NULL;
	config.on_event = traces || run->options->scene != NULL ? run_on_event : NULL;
	config.on_notice = run->options->scene != NULL ? run_on_notice : NULL;
	config.on_wire = traces ? run_on_wire : NULL;
	config.ctx = run;
	plm_err err = pli_simulation_create(&config, &run->simulation, &fault);
	if (err == PLM_EARG)
		return pli_cli_usage(
		    run->cli, "%s; `plimsoll help simulate` has the lists", fault.text);
	if (err != PLM_OK)
		return pli_cli_fault(run->cli, NULL, &fault);
	if (run->options->scene != NULL)
		run->watch = pli_scene_watch_create(run->options->scene, run->simulation);
	assert(run->options->scene == NULL || run->watch != NULL);
	return PLI_EXIT_OK;
}

int
pli_simulate_run(
    pli_cli *cli, const pli_simulate_options *options, const pli_simulation_config *config)
{
	pli_clock clock;
	pli_progress progress;
	pli_simulation_report report;
	simulate_run run = {.cli = cli, .options = options};
	int code = run_create(&run, config);
	if (code != PLI_EXIT_OK)
		return code;
	pli_io_clock(&clock);
	plm_time_ns start_ns = clock.steady_ns(clock.ctx);
	pli_progress_init(&progress, cli, &clock, "simulating", "s",
	    (uint64_t)(config->duration_ns / PLM_NS_PER_S));
	run_steps(&run, &progress);
	pli_progress_fini(&progress);
	pli_simulation_report_get(run.simulation, &report);
	double seconds = (double)(clock.steady_ns(clock.ctx) - start_ns) / 1e9;
	(options->json ? pli_simulate_print_json : pli_simulate_print)(cli, &report, seconds);
	uint32_t missed = run_outcomes(&run);
	(void)fflush(cli->out);
	pli_scene_watch_destroy(run.watch);
	pli_simulation_destroy(run.simulation);
	return report.lie[0] == '\0' && missed == 0 ? PLI_EXIT_OK : PLI_EXIT_LIE;
}

int
pli_simulate_scene_read(pli_cli *cli, const char *name, pli_scene *ret_scene)
{
	pli_bytes bytes = {.max = RUN_SCENE_BYTES_MAX};
	int code = pli_cli_read(cli, name, &bytes);
	plm_fault fault = {0};
	if (code == PLI_EXIT_OK &&
	    pli_scene_parse(pli_bytes_slice(&bytes), ret_scene, &fault) != PLM_OK)
		code = pli_cli_fault(cli, pli_cli_input_name(name), &fault);
	pli_bytes_release(&bytes);
	return code;
}
