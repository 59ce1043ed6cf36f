/* descriptors_test.c: too few are named; a low soft limit is raised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "io/io.h"

static void
test_io_descriptors__a_low_soft_limit_is_raised(void **state)
{
	(void)state;
	struct rlimit before, after;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	struct rlimit low = {.rlim_cur = 40, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	plm_fault fault = {0};
	assert_int_equal(pli_io_descriptors(40, &fault), PLM_OK);
	assert_int_equal(pli_io_descriptors(64, &fault), PLM_OK);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &after), 0);
	assert_int_equal(after.rlim_cur, 64);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void
test_io_descriptors__too_few_are_named(void **state)
{
	(void)state;
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	if (before.rlim_max >= UINT32_MAX) {
		printf("# SKIP more descriptors than can be asked for\n");
		return;
	}
	plm_fault fault = {0};
	uint32_t least = (uint32_t)before.rlim_max + 1;
	assert_int_equal(pli_io_descriptors(least, &fault), PLM_EFULL);
	assert_non_null(strstr(fault.text, "descriptors"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_io_descriptors__a_low_soft_limit_is_raised),
	    cmocka_unit_test(test_io_descriptors__too_few_are_named),
	};
	return cmocka_run_group_tests_name("descriptors", tests, NULL, NULL);
}
