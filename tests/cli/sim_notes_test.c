/* sim_notes_test.c: what a simulated venue does to an account that lacks margin, line by line. */
#include "cli/sim_notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const plm_time_ns start_ns = INT64_C(1795132800) * PLM_NS_PER_S;

/* The lines of a crash of SOL; to be freed. No server is needed. */
static char *
lines_of(bool json)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	pli_sim_config config = {.seed = 2, .speed = 1, .start_ns = start_ns};
	config.crash = (pli_sim_crash){PLI_SIM_SOL, -0.18, 0, 20 * PLM_NS_PER_S};
	pli_sim *sim = NULL;
	assert_int_equal(pli_sim_create(&config, &sim, NULL), PLM_OK);
	pli_sim_notes notes = {.out = out, .prefix = "venue: ", .json = json};
	pli_sim_notes_begin(&notes, sim);
	for (int i = 1; i <= 220; i++)
		(void)pli_sim_do_work(
		    sim, start_ns + i * (int64_t)PLI_SIM_STEP_MS * PLM_NS_PER_MS, 0);
	pli_sim_destroy(sim);
	(void)fclose(out);
	return text;
}

static void
test_sim_notes__sentences(void **state)
{
	(void)state;
	char *text = lines_of(false);
	const char *call = strstr(text, "binance-levered: margin call, ");
	const char *half = strstr(text, "binance-levered: liquidation, -");
	const char *fee = strstr(text, "binance-levered: insurance fund, -");
	const char *rest = strstr(text, "; 0 left\n");
	assert_int_equal(strncmp(text, "venue: 2026-", 12), 0);
	assert_non_null(call);
	assert_non_null(strstr(call, " SOLUSDT marked at "));
	assert_true(call < half && half < fee && fee < rest);
	free(text);
}

static void
test_sim_notes__json(void **state)
{
	(void)state;
	char *text = lines_of(true);
	const char *call = strstr(text, "{\"event\":\"margin call\",\"time_ns\":");
	assert_non_null(call);
	assert_non_null(strstr(call, "\"account\":\"binance-levered\",\"instrument\":\"SOLUSDT\""));
	assert_non_null(strstr(call, "\"event\":\"liquidation\""));
	assert_non_null(strstr(call, "\"left\":0,"));
	assert_null(strstr(text, "venue: "));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_notes__sentences),
	    cmocka_unit_test(test_sim_notes__json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
