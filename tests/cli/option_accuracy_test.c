/* option_accuracy_test.c: each row holds its bound, and would see an error. */
#include "cli/option_accuracy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void
test_option_accuracy__every_row_is_measured_and_within_its_bound(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 3; seed++) {
		pli_option_accuracy rows[PLI_OPTION_ACCURACY_ROWS];
		pli_option_accuracy_measure(seed, rows);
		for (int i = 0; i < PLI_OPTION_ACCURACY_ROWS; i++) {
			printf("# %s: %.2g\n", rows[i].output, rows[i].error_max);
			assert_true(rows[i].error_max > 1e-17);
			assert_true(rows[i].error_max <= rows[i].bound);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_option_accuracy__every_row_is_measured_and_within_its_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
