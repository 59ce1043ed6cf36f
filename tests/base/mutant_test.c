/* mutant_test.c: a build that is used has no mutants; one for tests wakes one at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mutant.h"

static void
test_base_mutant__at_most_one_is_awake(void **state)
{
	(void)state;
	assert_false(pli_mutant(BOOK_POSITION_SIGN));
#ifdef PLI_MUTANTS
	pli_mutant_wake(PLI_MUTANT_BOOK_POSITION_SIGN);
	assert_true(pli_mutant(BOOK_POSITION_SIGN));
	assert_true(pli_mutant_is_awake(PLI_MUTANT_BOOK_POSITION_SIGN));
	assert_false(pli_mutant(LIMIT_ALERT_TWICE));
	assert_true(pli_mutant_text(PLI_MUTANT_LIMIT_ALERT_TWICE)[0] != '\0');
	pli_mutant_wake(PLI_MUTANT_NONE_);
	assert_false(pli_mutant(BOOK_POSITION_SIGN));
#endif
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_mutant__at_most_one_is_awake)};
	return cmocka_run_group_tests_name("mutant", tests, NULL, NULL);
}
