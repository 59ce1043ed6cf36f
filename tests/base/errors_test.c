/* errors_test.c: every error has a name and a text; faults are cut, never overrun. */
#include "plimsoll/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_base_errors__each_has_its_own_name_and_text(void **state)
{
	(void)state;
	for (int err = 0; err < PLM_ERR_COUNT_; err++) {
		assert_true(strlen(plm_err_text((plm_err)err)) > 0);
		for (int other = 0; other < err; other++)
			assert_string_not_equal(
			    plm_err_name((plm_err)err), plm_err_name((plm_err)other));
	}
	assert_string_equal(plm_err_name(PLM_EGAP), "EGAP");
	assert_string_equal(plm_err_text(PLM_EGAP), "sequence gap");
}

static void
test_base_errors__a_fault_is_filled_and_cut(void **state)
{
	(void)state;
	char long_text[2 * PLM_FAULT_TEXT_MAX];
	plm_fault fault = {.line = 7, .column = 7};
	memset(long_text, 'x', sizeof long_text);
	long_text[sizeof long_text - 1] = '\0';
	assert_int_equal(plm_fault_set(&fault, PLM_EPARSE, "a.b", "expected %d", 5), PLM_EPARSE);
	assert_int_equal(fault.code, PLM_EPARSE);
	assert_int_equal(fault.line + fault.column, 0);
	assert_string_equal(fault.path, "a.b");
	assert_string_equal(fault.text, "expected 5");
	plm_fault_set(&fault, PLM_EIO, long_text, "%s", long_text);
	assert_int_equal(strlen(fault.path), PLM_FAULT_PATH_MAX - 1);
	assert_int_equal(strlen(fault.text), PLM_FAULT_TEXT_MAX - 1);
	plm_fault_set(&fault, PLM_EIO, NULL, "y");
	assert_string_equal(fault.path, "");
	assert_int_equal(plm_fault_set(NULL, PLM_EIO, NULL, "y"), PLM_EIO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_errors__each_has_its_own_name_and_text),
	    cmocka_unit_test(test_base_errors__a_fault_is_filled_and_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
