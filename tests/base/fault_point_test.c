/* fault_point_test.c: nothing fails that a run did not ask for; what was passed is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fault_point.h"

#ifdef PLI_FAULT_POINTS
static bool
decide_every_second(void *ctx, pli_fault_point point)
{
	return point == PLI_FAULT_POINT_JOURNAL_SYNC && ++*(uint32_t *)ctx % 2 == 0;
}
#endif

static void
test_base_fault_point__only_an_armed_point_fails(void **state)
{
	(void)state;
	assert_false(PLI_FAULT(JOURNAL_SYNC));
#ifdef PLI_FAULT_POINTS
	uint32_t asked = 0;
	pli_fault_points_arm(decide_every_second, &asked);
	assert_false(PLI_FAULT(JOURNAL_SYNC));
	assert_true(PLI_FAULT(JOURNAL_SYNC));
	assert_false(PLI_FAULT(JOURNAL_APPEND));
	assert_false(pli_fault_point_fails(PLI_FAULT_POINT_JOURNAL_SYNC));
	assert_int_equal(pli_fault_point_passed(PLI_FAULT_POINT_JOURNAL_SYNC), 3);
	assert_int_equal(pli_fault_point_failed(PLI_FAULT_POINT_JOURNAL_SYNC), 1);
	pli_fault_points_arm(NULL, NULL);
	assert_false(PLI_FAULT(JOURNAL_SYNC));
#endif
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_fault_point__only_an_armed_point_fails)};
	return cmocka_run_group_tests_name("fault_point", tests, NULL, NULL);
}
