/* pending_test.c: ids are fresh, rows have a bound and serve again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "venue/pending.h"

static void
test_pending__rows_have_a_bound_and_serve_again(void **state)
{
	(void)state;
	pli_pending_table table = {0};
	for (uint32_t i = 1; i <= PLI_PENDING_MAX; i++) {
		pli_pending *row = pli_pending_add(&table, 1000, 50, i % 2);
		assert_int_equal(row->id, i);
		assert_int_equal(row->sent_ns, 1000);
		assert_int_equal(row->deadline_ns, 1050);
	}
	assert_null(pli_pending_add(&table, 1000, 50, 0));
	assert_int_equal(pli_pending_count(&table, 1), PLI_PENDING_MAX / 2);
	pli_pending_find(&table, 5)->id = 0;
	assert_null(pli_pending_find(&table, 5));
	assert_null(pli_pending_find(&table, 0));
	assert_int_equal(pli_pending_count(&table, 1), PLI_PENDING_MAX / 2 - 1);
	assert_int_equal(pli_pending_add(&table, 0, 0, 9)->id, PLI_PENDING_MAX + 1);
}

/* An answer to what was asked before a clear is nobody's. */
static void
test_pending__ids_go_on_behind_a_clear_and_never_are_0(void **state)
{
	(void)state;
	pli_pending_table table = {0};
	uint32_t before = pli_pending_add(&table, 0, 0, 0)->id;
	pli_pending_clear(&table);
	assert_null(pli_pending_find(&table, before));
	assert_int_equal(pli_pending_add(&table, 0, 0, 0)->id, before + 1);
	table.id_last = UINT32_MAX;
	assert_int_equal(pli_pending_add(&table, 0, 0, 0)->id, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pending__rows_have_a_bound_and_serve_again),
	    cmocka_unit_test(test_pending__ids_go_on_behind_a_clear_and_never_are_0),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
