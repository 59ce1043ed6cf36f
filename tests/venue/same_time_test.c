/* same_time_test.c: different updates of one instant have different numbers, a repeated one its
 * own.
 */
#include "venue/same_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
test_same_time__numbers_begin_anew_with_each_instant(void **state)
{
	(void)state;
	pli_same_time same = {0};
	assert_int_equal(pli_same_time_number(&same, 5, PLM_SLICE("a")), 0);
	assert_int_equal(pli_same_time_number(&same, 5, PLM_SLICE("b")), 1);
	assert_int_equal(pli_same_time_number(&same, 5, PLM_SLICE("a")), 0);
	assert_int_equal(pli_same_time_number(&same, 5, PLM_SLICE("c")), 2);
	assert_int_equal(pli_same_time_number(&same, 6, PLM_SLICE("c")), 0);
	assert_int_equal(pli_same_time_number(&same, 5, PLM_SLICE("b")), 0);
}

static void
test_same_time__numbers_go_on_past_those_that_are_remembered(void **state)
{
	(void)state;
	pli_same_time same = {0};
	for (uint32_t i = 0; i < PLI_UPDATE_LAST + 3; i++) {
		char text[8];
		int size = snprintf(text, sizeof text, "%u", i);
		uint32_t wanted = i < PLI_UPDATE_LAST ? i : PLI_UPDATE_LAST - 1;
		assert_int_equal(
		    pli_same_time_number(&same, 7, (plm_slice){text, (size_t)size}), wanted);
	}
	assert_int_equal(pli_same_time_number(&same, 7, PLM_SLICE("255")), 255);
	assert_int_equal(pli_same_time_number(&same, 8, PLM_SLICE("255")), 0);
}

static void
test_venue_same_time__sequences(void **state)
{
	(void)state;
	assert_true(pli_update_sequence(0, 5) == 0);
	assert_true(pli_update_sequence(-1, 5) == 0);
	plm_time_ns time_ns = INT64_C(1768644498002) * PLM_NS_PER_MS + 123456;
	assert_true(pli_update_sequence(time_ns, 0) == 1768644498002000U);
	assert_true(pli_update_sequence(time_ns, PLI_UPDATE_LAST) == 1768644498002999U);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_time__numbers_begin_anew_with_each_instant),
	    cmocka_unit_test(test_same_time__numbers_go_on_past_those_that_are_remembered),
	    cmocka_unit_test(test_venue_same_time__sequences),
	};
	return cmocka_run_group_tests_name("same_time", tests, NULL, NULL);
}
