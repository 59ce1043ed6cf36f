/* notice_test.c: told at once, then gathered; nothing is left untold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "limit/notice.h"

static pli_notices *notices;
static pli_notice told;

static int
setup(void **state)
{
	(void)state;
	notices = pli_notices_create(4);
	assert_non_null(notices);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pli_notices_destroy(notices);
	return 0;
}

static bool
take(uint32_t limit, const char *scope, plm_alert_kind kind, uint8_t level, double value)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ALERT);
	event.u.alert.limit.value = limit;
	event.u.alert.kind = (uint8_t)kind;
	event.u.alert.level = level;
	event.u.alert.value = value;
	event.u.alert.band = level == 2 ? 200 : 100;
	(void)snprintf(event.u.alert.scope_name, sizeof event.u.alert.scope_name, "%s", scope);
	return pli_notices_take(notices, &event);
}

static bool
next(double seconds)
{
	return pli_notices_next(notices, (plm_time_ns)(seconds * 1e9), &told);
}

static void
test_notice__the_first_is_told_at_once_the_rest_together(void **state)
{
	(void)state;
	assert_true(take(1, "BTC", PLM_ALERT_BREACH, 1, 110));
	assert_true(next(10));
	assert_int_equal(told.alerts_count, 1);
	assert_false(next(10));
	assert_true(take(1, "BTC", PLM_ALERT_CLEAR, 0, 90));
	assert_true(take(1, "BTC", PLM_ALERT_BREACH, 1, 140));
	assert_true(take(1, "BTC", PLM_ALERT_BREACH, 1, 120));
	assert_true(take(1, "BTC", PLM_ALERT_CLEAR, 0, 80));
	assert_false(next(39.9));
	assert_true(next(40));
	assert_int_equal(told.alerts_count, 4);
	assert_true(told.worst.u.alert.value > 139 && told.worst.u.alert.value < 141);
	assert_int_equal(told.last.u.alert.kind, PLM_ALERT_CLEAR);
	assert_false(next(71));
}

static void
test_notice__a_hard_breach_does_not_wait_behind_a_soft_one(void **state)
{
	(void)state;
	assert_true(take(1, "", PLM_ALERT_BREACH, 1, 110));
	assert_true(next(0));
	assert_true(take(1, "", PLM_ALERT_WORSENING, 2, 210));
	assert_true(next(1));
	assert_int_equal(told.last.u.alert.level, 2);
	/* to and fro over the hard band: not again before its time */
	assert_true(take(1, "", PLM_ALERT_CLEAR, 1, 190));
	assert_true(take(1, "", PLM_ALERT_WORSENING, 2, 220));
	assert_false(next(30.9));
	assert_true(next(31));
	assert_int_equal(told.alerts_count, 2);
	assert_int_equal(told.worst.u.alert.level, 2);
}

static void
test_notice__limits_and_scopes_do_not_wait_for_each_other(void **state)
{
	(void)state;
	assert_true(take(1, "BTC", PLM_ALERT_BREACH, 1, 110));
	assert_true(take(1, "ETH", PLM_ALERT_BREACH, 1, 110));
	assert_true(take(2, "BTC", PLM_ALERT_BREACH, 2, 210));
	uint32_t count = 0;
	while (next(5))
		count++;
	assert_int_equal(count, 3);
}

static void
test_notice__rows_serve_again_once_their_time_is_over(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 4; i++)
		assert_true(take(i, "", PLM_ALERT_BREACH, 1, 110));
	assert_false(take(5, "", PLM_ALERT_BREACH, 1, 110));
	while (next(0))
		continue;
	assert_false(take(5, "", PLM_ALERT_BREACH, 1, 110));
	assert_true(take(2, "", PLM_ALERT_CLEAR, 0, 90));
	assert_true(next(30));
	assert_int_equal(told.last.u.alert.limit.value, 2);
	assert_false(next(30));
	for (uint32_t i = 5; i <= 7; i++)
		assert_true(take(i, "", PLM_ALERT_BREACH, 1, 110));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_notice__the_first_is_told_at_once_the_rest_together, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_notice__a_hard_breach_does_not_wait_behind_a_soft_one, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_notice__limits_and_scopes_do_not_wait_for_each_other, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_notice__rows_serve_again_once_their_time_is_over, setup, teardown),
	};
	return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
