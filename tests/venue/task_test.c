/* task_test.c: due times, retries and pages of one request kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "venue/task.h"

static const plm_time_ns start_ns = 1800000000 * PLM_NS_PER_S;

static void
test_venue_task__from_due_to_answered(void **state)
{
	(void)state;
	pli_task task = {.due_ns = start_ns};
	assert_false(pli_task_is_due(&task, start_ns - 1));
	assert_true(pli_task_is_due(&task, start_ns));
	pli_task_sent(&task, 7, start_ns);
	assert_false(pli_task_is_due(&task, start_ns + PLI_SECONDS(30)));
	pli_task_due(&task, start_ns); /* pending: no change */
	assert_true(task.due_ns == PLI_NEVER);
	assert_false(pli_task_is_lost(&task, start_ns + PLI_SECONDS(60)));
	assert_true(pli_task_is_lost(&task, start_ns + PLI_SECONDS(60) + 1));
	pli_task_succeeded(&task, start_ns, PLI_SECONDS(600));
	assert_true(task.done && task.tag == 0);
	assert_false(pli_task_is_due(&task, start_ns + PLI_SECONDS(600) - 1));
	assert_true(pli_task_is_due(&task, start_ns + PLI_SECONDS(600)));
	pli_task_succeeded(&task, start_ns, 0);
	assert_false(pli_task_is_due(&task, INT64_MAX - 1));
	pli_task_due(&task, start_ns);
	assert_true(pli_task_is_due(&task, start_ns));
}

static void
test_venue_task__waits_grow_and_end(void **state)
{
	(void)state;
	static const int busy_s[] = {1, 2, 4, 8, 16, 32, 32}, away_s[] = {1, 2, 4, 4, 4};
	pli_task task = {.due_ns = start_ns};
	pli_task_sent(&task, 1, start_ns);
	for (size_t i = 0; i < sizeof busy_s / sizeof busy_s[0]; i++)
		assert_true(pli_task_failed(&task, start_ns, 429, 0) == PLI_SECONDS(busy_s[i]));
	pli_task_succeeded(&task, start_ns, 0);
	for (size_t i = 0; i < sizeof away_s / sizeof away_s[0]; i++)
		assert_true(pli_task_failed(&task, start_ns, (uint16_t)(i % 2 == 0 ? 0 : 503), 0) ==
			    PLI_SECONDS(away_s[i]));
	/* counted from when it was sent; the venue's word counts from now */
	assert_true(pli_task_failed(&task, start_ns + PLI_SECONDS(9), 0, 0) == 0);
	assert_true(pli_task_failed(&task, start_ns + PLI_SECONDS(9), 0, 120) == PLI_SECONDS(120));
	assert_true(task.due_ns == start_ns + PLI_SECONDS(129));
}

static void
test_venue_task__pages(void **state)
{
	(void)state;
	bool wrong = true;
	pli_task task = {.due_ns = PLI_NEVER};
	assert_true(pli_task_page(&task, PLM_SLICE("BTCUSDT%2C17_-.~:,"), false, start_ns, &wrong));
	assert_false(wrong);
	assert_string_equal(task.cursor, "BTCUSDT%2C17_-.~:,");
	assert_true(pli_task_is_due(&task, start_ns));
	task.due_ns = PLI_NEVER;
	/* the same again, an empty page, no cursor: that was the last one */
	assert_false(
	    pli_task_page(&task, PLM_SLICE("BTCUSDT%2C17_-.~:,"), false, start_ns, &wrong));
	assert_string_equal(task.cursor, "");
	assert_true(pli_task_page(&task, PLM_SLICE("a"), false, start_ns, &wrong));
	assert_false(pli_task_page(&task, PLM_SLICE("b"), true, start_ns, &wrong));
	assert_false(pli_task_page(&task, PLM_SLICE(""), false, start_ns, &wrong));
	assert_false(wrong);
	assert_int_equal(task.pages, 0);
}

static void
test_venue_task__pages_that_are_wrong(void **state)
{
	(void)state;
	static const char *const cursors[] = {"a b", "a&b=c", "a#", "a\n", "\"", "\x80"};
	bool wrong = false;
	pli_task task = {.due_ns = PLI_NEVER};
	for (size_t i = 0; i < sizeof cursors / sizeof cursors[0]; i++) {
		assert_false(
		    pli_task_page(&task, plm_slice_of(cursors[i]), false, start_ns, &wrong));
		assert_true(wrong);
		assert_string_equal(task.cursor, "");
	}
	char text[PLI_CURSOR_MAX + 1];
	memset(text, 'a', sizeof text);
	assert_false(
	    pli_task_page(&task, (plm_slice){text, PLI_CURSOR_MAX}, false, start_ns, &wrong));
	assert_true(wrong);
	assert_true(
	    pli_task_page(&task, (plm_slice){text, PLI_CURSOR_MAX - 1}, false, start_ns, &wrong));
	pli_task_restart(&task, PLI_NEVER);
	for (int page = 1; page < PLI_PAGES_MAX; page++) {
		(void)snprintf(text, sizeof text, "%d", page);
		assert_true(pli_task_page(&task, plm_slice_of(text), false, start_ns, &wrong));
	}
	assert_false(pli_task_page(&task, PLM_SLICE("x"), false, start_ns, &wrong));
	assert_true(wrong);
}

static void
test_venue_task__a_clock_that_jumps(void **state)
{
	(void)state;
	pli_task task = {.due_ns = start_ns + PLI_SECONDS(3600)};
	pli_task_clock(&task, start_ns - PLI_SECONDS(86400));
	assert_true(pli_task_is_due(&task, start_ns - PLI_SECONDS(86400)));
	pli_task_sent(&task, 3, start_ns);
	pli_task_clock(&task, start_ns - PLI_SECONDS(86400));
	assert_true(task.due_ns == PLI_NEVER);
	assert_false(pli_task_is_lost(&task, start_ns - PLI_SECONDS(86400)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_task__from_due_to_answered),
	    cmocka_unit_test(test_venue_task__waits_grow_and_end),
	    cmocka_unit_test(test_venue_task__pages),
	    cmocka_unit_test(test_venue_task__pages_that_are_wrong),
	    cmocka_unit_test(test_venue_task__a_clock_that_jumps),
	};
	return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
