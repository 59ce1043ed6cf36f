/* progress_test.c: quiet for two seconds, then a bar on a terminal or a line every five. */
#include "cli/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static plm_time_ns progress_now_ns;

static plm_time_ns
progress_clock_ns(void *ctx)
{
	(void)ctx;
	return progress_now_ns;
}

static const pli_clock progress_clock = {.steady_ns = progress_clock_ns};

/* Runs `seconds` of work in steps of 100 ms; returns what was drawn; the caller frees. */
static char *
progress_draw_all(bool is_tty, uint64_t total, int seconds)
{
	char *text = NULL;
	size_t size = 0;
	FILE *err = open_memstream(&text, &size);
	pli_cli cli;
	pli_cli_init(&cli, stdout, err);
	cli.err_is_tty = is_tty;
	pli_progress progress;
	progress_now_ns = 1000 * PLM_NS_PER_S;
	pli_progress_init(&progress, &cli, &progress_clock, "replaying", "events", total);
	for (int i = 1; i <= seconds * 10; i++) {
		progress_now_ns += 100 * PLM_NS_PER_MS;
		pli_progress_update(&progress, (uint64_t)i * 10);
	}
	pli_progress_fini(&progress);
	assert_int_equal(fclose(err), 0);
	return text;
}

static void
test_progress__short_work_says_nothing(void **state)
{
	(void)state;
	char *text = progress_draw_all(true, 100, 1);
	assert_string_equal(text, "");
	free(text);
}

static void
test_progress__a_terminal_gets_a_bar_that_is_wiped(void **state)
{
	(void)state;
	char *text = progress_draw_all(true, 800, 4);
	assert_non_null(
	    strstr(text, "\rreplaying: [############            ]  50 %, 100 events/s, 4 s "
			 "left\033[K"));
	assert_string_equal(text + strlen(text) - 4, "\r\033[K");
	free(text);
}

static void
test_progress__a_pipe_gets_a_line_every_five_seconds(void **state)
{
	(void)state;
	char *text = progress_draw_all(false, 0, 13);
	assert_null(strchr(text, '\r'));
	int lines = 0;
	for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	assert_int_equal(lines, 3); /* at 2, 7 and 12 s */
	assert_non_null(strstr(text, "replaying: 200 events, 100/s\n"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_progress__short_work_says_nothing),
	    cmocka_unit_test(test_progress__a_terminal_gets_a_bar_that_is_wiped),
	    cmocka_unit_test(test_progress__a_pipe_gets_a_line_every_five_seconds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
