/* scene_runner.c: runs scene files, or all of a folder; each expectation is one test point (TAP).
 *
 * The syntax is in docs/reference/scenes.md. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scene_watch.h"

enum { SCENE_BYTES_MAX = 1 << 16 };

static uint32_t points, failed;

static void
point(bool holds, const char *file, const char *text)
{
	const char *base = strrchr(file, '/');
	printf("%s %u - %s: %s\n", holds ? "ok" : "not ok", ++points,
	    base == NULL ? file : base + 1, text);
	(void)fflush(stdout);
	failed += !holds;
}

static bool
scene_read(const char *file, pli_scene *ret_scene)
{
	static char text[SCENE_BYTES_MAX];
	plm_fault fault = {0};
	FILE *stream = fopen(file, "r");
	if (stream == NULL) {
		point(false, file, "cannot be read");
		return false;
	}
	size_t size = fread(text, 1, sizeof text, stream);
	(void)fclose(stream);
	if (pli_scene_parse((plm_slice){text, size}, ret_scene, &fault) != PLM_OK) {
		(void)snprintf(text, sizeof text, "line %u: %s", fault.line, fault.text);
		point(false, file, text);
		return false;
	}
	if (ret_scene->expects_count == 0)
		point(false, file, "expects nothing");
	return ret_scene->expects_count > 0;
}

static void
on_event(void *ctx, uint64_t step, const plm_event *event)
{
	(void)step;
	pli_scene_watch_event(*(pli_scene_watch **)ctx, event);
}

static void
on_notice(void *ctx, const pli_notice *notice)
{
	pli_scene_watch_notice(*(pli_scene_watch **)ctx, notice);
}

static void
scene_run(const char *file)
{
	static pli_scene scene;
	pli_scene_watch *watch = NULL;
	pli_simulation *simulation;
	pli_simulation_report report;
	plm_fault fault = {0};
	if (!scene_read(file, &scene))
		return;
	pli_simulation_config config = pli_scene_config(&scene);
	config.on_event = on_event;
	config.on_notice = on_notice;
	config.ctx = &watch;
	if (pli_simulation_create(&config, &simulation, &fault) != PLM_OK) {
		point(false, file, fault.text);
		return;
	}
	watch = pli_scene_watch_create(&scene, simulation);
	while (watch != NULL && pli_simulation_step(simulation))
		pli_scene_watch_step(watch);
	for (uint32_t i = 0; watch != NULL && i < scene.expects_count; i++) {
		char text[PLI_SCENE_LINE_MAX + 40];
		pli_scene_outcome outcome = pli_scene_watch_outcome(watch, i);
		pli_scene_outcome_format(&outcome, text, sizeof text);
		point(outcome.holds, file, text);
	}
	pli_simulation_report_get(simulation, &report);
	if (report.lie[0] != '\0')
		printf("# step %llu: %s\n", (unsigned long long)report.steps, report.lie);
	pli_scene_watch_destroy(watch);
	pli_simulation_destroy(simulation);
}

static void
folder_run(const char *folder)
{
	char pattern[1024];
	glob_t found;
	(void)snprintf(pattern, sizeof pattern, "%s/*.scene", folder);
	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		scene_run(found.gl_pathv[i]);
	globfree(&found);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		size_t size = strlen(argv[i]);
		bool is_file = size > 6 && strcmp(argv[i] + size - 6, ".scene") == 0;
		(is_file ? scene_run : folder_run)(argv[i]);
	}
	printf("1..%u\n", points);
	return failed > 0 || points == 0;
}
