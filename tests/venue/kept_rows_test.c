/* kept_rows_test.c: sparse rows beside whole ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "venue/kept_rows.h"

static void
test_kept_rows__sparse_rows_begin_with_what_is_kept(void **state)
{
	(void)state;
	pli_kept_rows *rows = calloc(1, sizeof *rows);
	pli_kept_row row;
	assert_non_null(rows);
	assert_int_equal(
	    pli_kept_open(rows, PLM_EVENT_POSITION, 7, 50, false, &row), PLI_KEPT_LACKING);
	assert_int_equal(pli_kept_open(rows, PLM_EVENT_POSITION, 7, 50, true, &row), PLI_KEPT_GOOD);
	assert_false(plm_decimal_is_known(row.more[0]));
	assert_false(plm_decimal_is_known(row.event.u.position.quantity));
	row.more[0] = plm_decimal_from_int(3);
	pli_kept_close(rows, &row);
	assert_int_equal(
	    pli_kept_open(rows, PLM_EVENT_POSITION, 7, 60, false, &row), PLI_KEPT_GOOD);
	assert_true(row.more[0].units == 3 * PLM_DECIMAL_ONE_UNITS);
	assert_int_equal(row.event.venue_time_ns, 60);
	pli_kept_close(rows, &row);
	assert_int_equal(pli_kept_open(rows, PLM_EVENT_POSITION, 7, 55, true, &row), PLI_KEPT_OLD);
	assert_int_equal(row.event.venue_time_ns, 60);
	/* Another type, and without a table: each stands alone. */
	assert_int_equal(pli_kept_open(rows, PLM_EVENT_MARK, 7, 60, false, &row), PLI_KEPT_LACKING);
	assert_int_equal(pli_kept_open(NULL, PLM_EVENT_MARK, 7, 60, false, &row), PLI_KEPT_GOOD);
	free(rows);
}

static void
test_kept_rows__places_are_taken_again(void **state)
{
	(void)state;
	pli_kept_rows *rows = calloc(1, sizeof *rows);
	pli_kept_row row;
	assert_non_null(rows);
	for (uint64_t id = 1; id <= PLI_KEPT_ROWS_MAX; id++) {
		(void)pli_kept_open(rows, PLM_EVENT_ORDER_OPEN, id, 1, true, &row);
		row.seen = id;
		pli_kept_close(rows, &row);
	}
	assert_false(rows->full);
	(void)pli_kept_open(rows, PLM_EVENT_ORDER_OPEN, 99999, 1, true, &row);
	pli_kept_close(rows, &row);
	assert_true(rows->full);
	(void)pli_kept_open(rows, PLM_EVENT_ORDER_OPEN, 5, 1, false, &row);
	row.dead = true;
	pli_kept_close(rows, &row);
	(void)pli_kept_open(rows, PLM_EVENT_ORDER_OPEN, 99999, 1, true, &row);
	pli_kept_close(rows, &row);
	assert_int_equal(
	    pli_kept_open(rows, PLM_EVENT_ORDER_OPEN, 99999, 1, false, &row), PLI_KEPT_GOOD);
	assert_int_equal(
	    pli_kept_open(rows, PLM_EVENT_ORDER_OPEN, 5, 1, false, &row), PLI_KEPT_LACKING);
	uint32_t at = 0, count = 0;
	while (pli_kept_unseen(rows, PLM_EVENT_ORDER_OPEN, 17, &at) != NULL)
		count++;
	assert_int_equal(count, PLI_KEPT_ROWS_MAX - 1);
	pli_kept_forget(rows, PLM_EVENT_MARK);
	assert_int_equal(
	    pli_kept_open(rows, PLM_EVENT_ORDER_OPEN, 6, 1, false, &row), PLI_KEPT_LACKING);
	free(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kept_rows__sparse_rows_begin_with_what_is_kept),
	    cmocka_unit_test(test_kept_rows__places_are_taken_again),
	};
	return cmocka_run_group_tests_name("kept_rows", tests, NULL, NULL);
}
