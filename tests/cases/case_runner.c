/* case_runner.c: runs one case file; each `expect` line is one test point (TAP).
 *
 * The syntax is in tests/cases/README.md. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case_world.h"

enum { CASE_LINE_MAX = 1024, CASE_LINES_MAX = 2000 };

#if defined(__SANITIZE_ADDRESS__)
extern int __sanitizer_install_malloc_and_free_hooks(
    void (*on_malloc)(const volatile void *, size_t), void (*on_free)(const volatile void *));
#endif

/* Heap use inside the core, counted where the build lets us. */
static uint64_t allocations_seen;
static bool allocations_count;

#if defined(__SANITIZE_ADDRESS__)
static void
on_malloc(const volatile void *memory, size_t size)
{
	(void)memory;
	(void)size;
	allocations_seen += allocations_count;
}

static void
on_free(const volatile void *memory)
{
	(void)memory;
}

static void
allocations_watch(void)
{
	(void)__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

static void
allocations_begin(void)
{
	allocations_count = true;
}

static void
allocations_end(void)
{
	allocations_count = false;
}
#else
static size_t heap_bytes;

static void
allocations_watch(void)
{
	heap_bytes = 0;
}

static void
allocations_begin(void)
{
	allocations_count = true;
	heap_bytes = mallinfo2().uordblks;
}

static void
allocations_end(void)
{
	allocations_count = false;
	allocations_seen += mallinfo2().uordblks != heap_bytes;
}
#endif

static plm_err
book_emit(void *ctx, const plm_event *event)
{
	case_world *world = ctx;
	allocations_begin();
	pli_book_apply(world->book, event);
	allocations_end();
	world->pending++;
	return PLM_OK;
}

static plm_err
alert_emit(void *ctx, const plm_event *event)
{
	case_world *world = ctx;
	if (world->alerts_count == CASE_ALERTS_MAX)
		return PLM_EFULL;
	world->alerts[world->alerts_count++] = *event;
	return PLM_OK;
}

void
case_batch(case_world *world)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = world->now_ns;
	plm_event_sink alerts = {alert_emit, world};
	allocations_begin();
	pli_book_apply(world->book, &event);
	pli_exposure_settle(world->exposure);
	pli_limits_evaluate(world->limits, &alerts);
	allocations_end();
	world->allocations = allocations_seen;
	world->pending = 0;
}

static void
world_init(case_world *world)
{
	memset(world, 0, sizeof *world);
	pli_book_bounds bounds = {
	    .registry = {64, 64, 256},
	    .positions_max = 256,
	    .balances_max = 256,
	    .feeds_max = 16,
	};
	world->names = pli_registry_create(bounds.registry);
	world->book = pli_book_create(&bounds);
	world->exposure = pli_exposure_create(world->book);
	world->limits = pli_limits_create(world->exposure, CASE_LIMITS_MAX, 128);
	world->sink = (plm_event_sink){book_emit, world};
	world->now_ns = 1000 * PLM_NS_PER_S;
	if (world->names == NULL || world->book == NULL || world->exposure == NULL ||
	    world->limits == NULL)
		exit(2);
	plm_asset_fact usd = {.id = case_asset(world, "USD"), .name = "USD", .asset_class = "fiat"};
	usd.beta = 0;
	pli_registry_asset_set(world->names, &usd);
}

static void
world_fini(case_world *world)
{
	pli_limits_destroy(world->limits);
	pli_exposure_destroy(world->exposure);
	pli_book_destroy(world->book);
	pli_registry_destroy(world->names);
}

static case_line
line_split(char *text, uint32_t number)
{
	case_line line = {.number = number};
	text[strcspn(text, "#\n")] = '\0';
	char *rest = NULL;
	for (char *word = strtok_r(text, " \t", &rest);
	     word != NULL && line.words_count < CASE_WORDS_MAX; word = strtok_r(NULL, " \t", &rest))
		line.words[line.words_count++] = word;
	return line;
}

static void
run_line(case_world *world, char *text, uint32_t number)
{
	char shown[CASE_LINE_MAX];
	(void)snprintf(shown, sizeof shown, "%s", text);
	shown[strcspn(shown, "#\n")] = '\0';
	case_line line = line_split(text, number);
	if (line.words_count == 0)
		return;
	if (strcmp(line.words[0], "expect") != 0) {
		if (!case_command(world, &line))
			case_broken(&line, "no such command");
		return;
	}
	world->expected++;
	bool holds = case_expect(world, &line);
	printf("%s %u - line %u: %s\n", holds ? "ok" : "not ok", world->expected, number, shown);
	if (!holds) {
		world->failed++;
		printf("# %s\n", world->error);
	}
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		(void)fprintf(stderr, "usage: case_runner FILE.case\n");
		return 2;
	}
	FILE *file = fopen(argv[1], "r");
	if (file == NULL) {
		(void)fprintf(stderr, "%s cannot be read\n", argv[1]);
		return 2;
	}
	static case_world world;
	world_init(&world);
	allocations_watch();
	char text[CASE_LINE_MAX];
	for (uint32_t number = 1;
	     number <= CASE_LINES_MAX && fgets(text, sizeof text, file) != NULL; number++)
		run_line(&world, text, number);
	(void)fclose(file);
	printf("1..%u\n", world.expected);
	world_fini(&world);
	return world.failed > 0 || world.expected == 0;
}
