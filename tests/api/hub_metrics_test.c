/* hub_metrics_test.c: Prometheus text, and docs/reference/metrics.md against metrics.def. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hub_rig.h"

static const char *const metric_names[] = {
#define M(name, type, writer, help) "plimsoll_" #name,
#include "api/metrics.def"
#undef M
};
enum { METRICS_COUNT = sizeof metric_names / sizeof metric_names[0] };

static void
test_text_is_well_formed(void **state)
{
	hub_rig *rig = *state;
	char type_of[96] = "";

	assert_int_equal(rig_get(rig, "/metrics"), 200);
	assert_string_equal(rig->content_type, "text/plain; version=0.0.4; charset=utf-8");
	for (char *line = strtok(rig->answer, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		char name[96] = "", rest[200] = "";
		if (sscanf(line, "# TYPE %95s %199s", name, rest) == 2) {
			(void)snprintf(type_of, sizeof type_of, "%s", name);
			assert_true(strcmp(rest, "gauge") == 0 || strcmp(rest, "counter") == 0);
			assert_int_equal(strcmp(rest, "counter") == 0,
			    strlen(name) > 6 && strcmp(name + strlen(name) - 6, "_total") == 0);
		} else if (line[0] != '#') {
			size_t size = strcspn(line, "{ ");
			assert_int_equal(size, strlen(type_of));
			assert_memory_equal(line, type_of, size);
			const char *value = strrchr(line, ' ');
			char *end = NULL;
			assert_non_null(value);
			(void)strtod(value + 1, &end);
			assert_int_equal(*end, '\0');
		}
	}
}

static void
test_values(void **state)
{
	hub_rig *rig = *state;

	script_feed(&rig->script, ACCOUNT_OPTIONS, PLM_FEED_STALE, "silent");
	assert_int_equal(rig_get(rig, "/metrics"), 200);
	assert_non_null(strstr(rig->answer,
	    "plimsoll_feed_up{venue=\"deribit\",account=\"options-1\",feed=\"2\"} 0\n"));
	assert_non_null(strstr(
	    rig->answer, "plimsoll_feed_up{venue=\"binance\",account=\"desk-a\",feed=\"1\"} 1\n"));
	assert_non_null(strstr(rig->answer, "plimsoll_legs_unpriced 2\n"));
	assert_non_null(
	    strstr(rig->answer, "plimsoll_underlying_net_usd{underlying=\"MYST\"} NaN\n"));
	assert_non_null(strstr(rig->answer, "plimsoll_frames_total 12345\n"));
	assert_non_null(
	    strstr(rig->answer, "plimsoll_margin_call_ratio{account=\"desk-a\",pool=\""));
	assert_non_null(strstr(rig->answer, "plimsoll_limits_breached{level=\"soft\"} 1\n"));
	assert_non_null(strstr(rig->answer,
	    "plimsoll_limit_level{limit=\"net of the book\",scope=\"\",id=\"1\"} 1\n"));
	assert_non_null(strstr(rig->answer, "plimsoll_start_time_seconds 1795000000\n"));
}

static void
test_documents_have_every_row(void **state)
{
	FILE *file = fopen(PLM_SOURCE_ROOT "/docs/reference/metrics.md", "r");
	static char text[65536];
	uint32_t described = 0;

	(void)state;
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof text - 1, file) > 0);
	(void)fclose(file);
	for (size_t i = 0; i < METRICS_COUNT; i++) {
		char cell[128];
		(void)snprintf(cell, sizeof cell, "\n| `%s` |", metric_names[i]);
		if (strstr(text, cell) == NULL)
			fail_msg("metrics.md lacks %s", metric_names[i]);
	}
	for (const char *at = text; (at = strstr(at, "\n| `plimsoll_")) != NULL; at++)
		described++;
	assert_int_equal(described, METRICS_COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_text_is_well_formed, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_values, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_documents_have_every_row, rig_setup, rig_teardown),
	};
	return cmocka_run_group_tests_name("hub_metrics", tests, NULL, NULL);
}
