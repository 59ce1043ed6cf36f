/* kernel_test.c: which kernels there are, and which one is used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pricing/kernel.h"

static void
test_kernel__the_widest_is_used_until_another_is_forced(void **state)
{
	(void)state;
	plm_kernel widest = plm_kernel_get();
	for (int k = 0; k < PLM_KERNEL_COUNT_; k++) {
		bool here = plm_kernel_is_here((plm_kernel)k);
		assert_false(here && k > (int)widest);
		assert_int_equal(plm_kernel_force((plm_kernel)k), here ? PLM_OK : PLM_ENOTFOUND);
		assert_int_equal(plm_kernel_get() == (plm_kernel)k, here);
		assert_int_equal(plm_kernel_force(widest), PLM_OK);
	}
}

static void
test_kernel__names_and_lanes_are_those_of_the_table(void **state)
{
	(void)state;
	plm_kernel widest = plm_kernel_get();
	assert_true(plm_kernel_is_here(PLM_KERNEL_SCALAR));
	for (int k = 0; k < PLM_KERNEL_COUNT_; k++) {
		if (plm_kernel_force((plm_kernel)k) != PLM_OK)
			continue;
		assert_string_equal(pli_kernel_now()->text, plm_kernel_text((plm_kernel)k));
		assert_int_equal(pli_kernel_now()->lanes, plm_kernel_lanes((plm_kernel)k));
		assert_true(pli_kernel_now()->lanes <= PLI_LANES_MAX);
	}
	assert_int_equal(plm_kernel_force(widest), PLM_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kernel__the_widest_is_used_until_another_is_forced),
	    cmocka_unit_test(test_kernel__names_and_lanes_are_those_of_the_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
