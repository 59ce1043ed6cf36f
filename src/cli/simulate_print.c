/* simulate_print.c: reports of simulated runs, for people and as JSON. */
#include "cli/simulate_print.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/json_write.h"
#include "cli/commit.h"

void
pli_simulate_note(void *ctx, uint64_t step, plm_time_ns true_ns, const char *text)
{
	pli_cli *cli = ctx;
	char time_text[PLM_TIME_TEXT_MAX];
	(void)plm_time_format(true_ns, time_text);
	(void)fprintf(cli->out, "%8" PRIu64 "  %s  %s\n", step, time_text, text);
}

void
pli_simulate_print(pli_cli *cli, const pli_simulation_report *r, double seconds)
{
	char time_text[PLM_TIME_TEXT_MAX];
	char heap[48] = "", world[PLI_SIM_VENUES_TEXT_MAX + 8] = "";
	double simulated_s = (double)r->simulated_ns / 1e9;
	if (r->heap_bytes_peak > 0)
		(void)snprintf(heap, sizeof heap, ", %.1f MB of heap at most",
		    (double)r->heap_bytes_peak / 1e6);
	if (!r->world_is_usual)
		(void)snprintf(world, sizeof world, ", world %s", r->world);
	(void)plm_time_format(r->true_ns, time_text);
	if (r->lie[0] != '\0')
		(void)fprintf(cli->out, "seed %" PRIu64 "%s, commit %s, step %" PRIu64 ", %s: %s\n",
		    r->seed, world, pli_commit, r->steps, time_text, r->lie);
	(void)fprintf(cli->out,
	    "seed %" PRIu64 "%s: %.0f simulated s, %" PRIu64 " steps, %" PRIu64 " events, %" PRIu64
	    " alerts, %" PRIu64 " faults, %" PRIu64 " starts; trace %016" PRIx64
	    "; %.0f simulated s a second, %.0f steps a second%s\n",
	    r->seed, world, simulated_s, r->steps, r->events, r->alerts, r->faults, r->starts,
	    r->trace_hash, simulated_s / seconds, (double)r->steps / seconds, heap);
	if (r->lie[0] != '\0')
		(void)fprintf(cli->out, "faults: %s\n", r->faults_on);
}

static void
print_put(pli_json_writer *w, const char *key, uint64_t value)
{
	pli_json_key(w, key);
	pli_json_put_uint(w, value);
}

void
pli_simulate_print_json(pli_cli *cli, const pli_simulation_report *r, double seconds)
{
	char hash[24];
	pli_json_writer w;
	(void)snprintf(hash, sizeof hash, "%016" PRIx64, r->trace_hash);
	pli_json_writer_init(&w, 1 << 16);
	pli_json_object_open(&w);
	print_put(&w, "seed", r->seed);
	print_put(&w, "steps", r->steps);
	print_put(&w, "events", r->events);
	print_put(&w, "alerts", r->alerts);
	print_put(&w, "faults", r->faults);
	print_put(&w, "starts", r->starts);
	pli_json_key(&w, "heap_bytes_peak");
	if (r->heap_bytes_peak > 0)
		pli_json_put_uint(&w, r->heap_bytes_peak);
	else
		pli_json_put_null(&w);
	pli_json_key(&w, "simulated_s");
	pli_json_put_double(&w, (double)r->simulated_ns / 1e9);
	pli_json_key(&w, "wall_s");
	pli_json_put_double(&w, seconds);
	pli_json_key(&w, "time");
	pli_json_put_time(&w, r->true_ns);
	const char *const texts[][2] = {{"trace", hash}, {"commit", pli_commit},
	    {"world", r->world}, {"faults_on", r->faults_on},
	    {"lie", r->lie[0] == '\0' ? NULL : r->lie}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		pli_json_key(&w, texts[i][0]);
		pli_json_put_text(&w, texts[i][1]);
	}
	pli_json_object_close(&w);
	pli_json_newline(&w);
	(void)fwrite(w.bytes, 1, w.size, cli->out);
	pli_json_writer_fini(&w);
}

void
pli_simulate_print_outcome(pli_cli *cli, const pli_scene_outcome *outcome, bool json)
{
	char text[PLI_SCENE_LINE_MAX + 40];
	if (!json) {
		pli_scene_outcome_format(outcome, text, sizeof text);
		(void)fprintf(cli->out, "%s  line %u: %s\n", outcome->holds ? "holds " : "MISSED",
		    outcome->expect->line, text);
		return;
	}
	pli_json_writer w;
	pli_json_writer_init(&w, 1 << 12);
	pli_json_object_open(&w);
	print_put(&w, "line", outcome->expect->line);
	pli_json_key(&w, "expectation");
	pli_json_put_text(&w, outcome->expect->text);
	pli_json_key(&w, "holds");
	pli_json_put_bool(&w, outcome->holds);
	pli_json_key(&w, "measured");
	if (isnan(outcome->measured))
		pli_json_put_null(&w);
	else
		pli_json_put_double(&w, outcome->measured);
	pli_json_object_close(&w);
	pli_json_newline(&w);
	(void)fwrite(w.bytes, 1, w.size, cli->out);
	pli_json_writer_fini(&w);
}
