/* mutants_test.c: each deliberate mistake is caught by the seed that docs/reference/mutants.md
 * names, or by another of the first thousand, which is then said. Built with -Dmutants=true alone.
 *
 * usage: mutants_test [--write]: writes the page's table anew; a seed that still catches stays. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mutant.h"
#include "sim/simulation.h"

enum { MUTANT_SEEDS_MAX = 1000, MUTANT_MINUTES = 5, MUTANTS_MIN = 20, PAGE_MAX = 1 << 16 };

#define PAGE_PATH PLM_SOURCE_ROOT "/docs/reference/mutants.md"

static const char page_head[] = "| mutant | the mistake | seed | what the checker said |\n"
				"|---|---|---|---|\n";
static char page[PAGE_MAX];
static bool page_write;

static void
page_read(void)
{
	FILE *file = fopen(PAGE_PATH, "r");
	assert_non_null(file);
	page[fread(page, 1, sizeof page - 1, file)] = '\0';
	(void)fclose(file);
}

/* The seed of the page's row of a mutant; 0: no such row. */
static uint64_t
page_seed(pli_mutant_id id)
{
	char row[200];
	int size = snprintf(
	    row, sizeof row, "| `%s` | %s | ", pli_mutant_name(id), pli_mutant_text(id));
	const char *found = strstr(page, row);
	return found == NULL ? 0 : strtoull(found + size, NULL, 10);
}

/* The world in which a mistake can be met: adapters of venues that are not in every world are
 * hunted where they are. */
typedef enum mutant_world {
	WORLD_USUAL,
	WORLD_WIDE,
	WORLD_BYBIT,
	WORLD_DYDX,
	WORLD_OPTIONS,
	WORLD_BITMEX,
	WORLD_MARKETS,
	WORLDS
} mutant_world;

static mutant_world
world_of(pli_mutant_id id)
{
	static const struct {
		const char *prefix;
		mutant_world world;
	} rows[] = {{"OKX_", WORLD_WIDE}, {"HYPERLIQUID_", WORLD_WIDE}, {"BYBIT_", WORLD_BYBIT},
	    {"DYDX_", WORLD_DYDX}, {"BINANCE_OPTIONS_", WORLD_OPTIONS}, {"BITMEX_", WORLD_BITMEX},
	    {"BINANCE_MARKETS_", WORLD_MARKETS}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strncmp(pli_mutant_name(id), rows[i].prefix, strlen(rows[i].prefix)) == 0)
			return rows[i].world;
	return WORLD_USUAL;
}

static bool
run(mutant_world world, uint64_t seed, pli_simulation_report *ret_report)
{
	static const char *const worlds[WORLDS] = {NULL, "okx,hyperliquid", "bybit", "dydx",
	    "binance-options", "bitmex", "binance-markets"};
	pli_simulation_config config = {.world = worlds[world],
	    .seed = seed,
	    .duration_ns = MUTANT_MINUTES * 60 * PLM_NS_PER_S};
	pli_simulation *simulation;
	plm_fault fault = {0};
	assert_int_equal(pli_simulation_create(&config, &simulation, &fault), PLM_OK);
	while (pli_simulation_step(simulation))
		continue;
	pli_simulation_report_get(simulation, ret_report);
	pli_simulation_destroy(simulation);
	return ret_report->lie[0] != '\0';
}

/* Has the seed no lie of its own? */
static bool
clean(mutant_world world, uint64_t seed)
{
	static uint8_t known[WORLDS][MUTANT_SEEDS_MAX + 1]; /* 1 clean, 2 not */
	pli_simulation_report report;
	assert_true(seed <= MUTANT_SEEDS_MAX);
	pli_mutant_wake(PLI_MUTANT_NONE_);
	if (known[world][seed] == 0)
		known[world][seed] = run(world, seed, &report) ? 2 : 1;
	return known[world][seed] == 1;
}

static bool
catches(pli_mutant_id id, uint64_t seed, pli_simulation_report *ret_report)
{
	pli_mutant_wake(id);
	return run(world_of(id), seed, ret_report) && clean(world_of(id), seed);
}

/* The seed that the page names, else the first one that catches. */
static bool
hunt(pli_mutant_id id, pli_simulation_report *ret_report)
{
	uint64_t said = page_seed(id);
	if (said != 0 && catches(id, said, ret_report))
		return true;
	for (uint64_t seed = 1; seed <= MUTANT_SEEDS_MAX; seed++)
		if (catches(id, seed, ret_report))
			return true;
	return false;
}

static void
test_sim_mutants__each_is_caught(void **state)
{
	uint32_t uncaught = 0, unsaid = 0;
	(void)state;
	page_read();
	char *table = strstr(page, page_head);
	assert_non_null(table);
	FILE *file = page_write ? fopen(PAGE_PATH, "w") : NULL;
	if (file != NULL)
		(void)fprintf(file, "%.*s%s", (int)(table - page), page, page_head);
	for (int i = PLI_MUTANT_NONE_ + 1; i < PLI_MUTANT_COUNT; i++) {
		pli_mutant_id id = (pli_mutant_id)i;
		pli_simulation_report report = {0};
		bool caught = hunt(id, &report);
		uncaught += !caught;
		unsaid += caught && file == NULL && page_seed(id) != report.seed;
		print_message("# %s: seed %" PRIu64 ", step %" PRIu64 ": %s\n", pli_mutant_text(id),
		    report.seed, report.steps, caught ? report.lie : "NOT CAUGHT");
		if (caught && file != NULL)
			(void)fprintf(file, "| `%s` | %s | %" PRIu64 " | %s |\n",
			    pli_mutant_name(id), pli_mutant_text(id), report.seed, report.lie);
	}
	pli_mutant_wake(PLI_MUTANT_NONE_);
	if (file != NULL)
		(void)fclose(file);
	assert_int_equal(uncaught, 0);
	/* docs/reference/mutants.md names another seed, or none: --write brings it up to date. */
	assert_int_equal(unsaid, 0);
	assert_true(PLI_MUTANT_COUNT - 1 >= MUTANTS_MIN);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_mutants__each_is_caught),
	};
	page_write = argc > 1 && strcmp(argv[1], "--write") == 0;
	return cmocka_run_group_tests_name("mutants", tests, NULL, NULL);
}
