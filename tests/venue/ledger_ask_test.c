/* ledger_ask_test.c: how far back a ledger is asked for. */
#include "../support/venue_rig.h"
#include "venue/ledger_ask.h"

#define HOUR_NS (3600 * PLM_NS_PER_S)
#define NOW_NS (INT64_C(1795276800) * PLM_NS_PER_S)

static void
test_ledger_ask__a_day_then_what_is_new(void **state)
{
	pli_ledger_ask ask = {0};
	(void)state;
	assert_int_equal(pli_ledger_ask_from(&ask, NOW_NS), NOW_NS - 24 * HOUR_NS);
	/* not answered: as far back as before */
	assert_int_equal(pli_ledger_ask_from(&ask, NOW_NS + HOUR_NS), NOW_NS - 23 * HOUR_NS);
	pli_ledger_ask_read(&ask);
	assert_int_equal(pli_ledger_ask_from(&ask, NOW_NS + 5 * HOUR_NS), NOW_NS);
	assert_int_equal(pli_ledger_ask_from(&ask, NOW_NS + 9 * HOUR_NS), NOW_NS);
}

static void
test_ledger_ask__silence_is_four_questions(void **state)
{
	pli_ledger_ask ask = {0};
	(void)state;
	for (int i = 0; i < 3; i++) {
		(void)pli_ledger_ask_from(&ask, NOW_NS);
		assert_false(pli_ledger_ask_is_silent(&ask));
	}
	(void)pli_ledger_ask_from(&ask, NOW_NS);
	assert_true(pli_ledger_ask_is_silent(&ask));
	pli_ledger_ask_read(&ask);
	assert_false(pli_ledger_ask_is_silent(&ask));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ledger_ask__a_day_then_what_is_new),
	    cmocka_unit_test(test_ledger_ask__silence_is_four_questions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
