/* held_legs_test.c: missing is not flat, and a second reading may belie the first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "venue/held_legs.h"

static void
tell(pli_held_legs *legs, uint32_t id, int64_t quantity, bool of_snapshot)
{
	bool others;
	pli_held_leg *leg = pli_held_legs_find(
	    legs, (plm_instrument_id){id}, PLM_SIDE_NET, &others);
	assert_non_null(leg);
	pli_held_legs_tell(legs, leg, plm_decimal_from_int(quantity), of_snapshot);
}

static pli_held_legs *
legs_create(void)
{
	pli_held_legs *legs = calloc(1, sizeof *legs);
	assert_non_null(legs);
	return legs;
}

static void
test_held_legs__the_first_reading_needs_another(void **state)
{
	(void)state;
	pli_held_legs *legs = legs_create();
	const pli_held_leg *missing;
	pli_held_legs_begin(legs);
	tell(legs, 1, 5, true);
	assert_true(pli_held_legs_is_doubtful(legs, true, &missing));
	assert_null(missing);
	pli_held_legs_begin(legs);
	tell(legs, 1, 5, true);
	assert_false(pli_held_legs_is_doubtful(legs, true, &missing));
	assert_false(legs->changed);
	free(legs);
}

static void
test_held_legs__gone_when_two_readings_lack_it(void **state)
{
	(void)state;
	pli_held_legs *legs = legs_create();
	const pli_held_leg *missing;
	tell(legs, 1, 5, false);
	tell(legs, 2, 7, false);
	pli_held_legs_begin(legs);
	tell(legs, 2, 7, true);
	assert_true(pli_held_legs_is_doubtful(legs, false, &missing));
	assert_int_equal(missing->instrument.value, 1);
	pli_held_legs_begin(legs);
	tell(legs, 2, 7, true);
	assert_false(pli_held_legs_is_doubtful(legs, false, &missing));
	assert_false(legs->changed);
	pli_held_legs_believe(legs);
	assert_true(legs->changed); /* and nobody told of it */
	free(legs);
}

/* A reading that shows what the one before it lacked is no word against the rest of it. */
static void
test_held_legs__a_reading_that_refutes_closes_nothing(void **state)
{
	(void)state;
	pli_held_legs *legs = legs_create();
	const pli_held_leg *missing;
	tell(legs, 1, 5, false);
	tell(legs, 2, 7, false);
	pli_held_legs_begin(legs);
	assert_true(pli_held_legs_is_doubtful(legs, false, &missing));
	pli_held_legs_begin(legs);
	tell(legs, 2, 7, true);
	assert_true(pli_held_legs_is_doubtful(legs, false, &missing));
	assert_int_equal(missing->instrument.value, 1);
	pli_held_legs_begin(legs);
	tell(legs, 2, 7, true);
	assert_false(pli_held_legs_is_doubtful(legs, false, &missing));
	free(legs);
}

/* One that breaks off says nothing about what it had not come to. */
static void
test_held_legs__a_broken_reading_is_none(void **state)
{
	(void)state;
	pli_held_legs *legs = legs_create();
	const pli_held_leg *missing;
	tell(legs, 1, 5, false);
	pli_held_legs_begin(legs);
	pli_held_legs_break(legs);
	pli_held_legs_begin(legs);
	tell(legs, 1, 5, true);
	assert_false(pli_held_legs_is_doubtful(legs, false, &missing));
	free(legs);
}

static void
test_held_legs__a_quantity_that_is_unknown_is_not_flat(void **state)
{
	(void)state;
	pli_held_legs *legs = legs_create();
	bool others;
	pli_held_leg *leg = pli_held_legs_find(
	    legs, (plm_instrument_id){3}, PLM_SIDE_LONG, &others);
	assert_false(others);
	pli_held_legs_tell(legs, leg, plm_decimal_unknown(), false);
	assert_int_equal(leg->held, PLI_HELD_OPEN);
	assert_ptr_not_equal(
	    pli_held_legs_find(legs, leg->instrument, PLM_SIDE_SHORT, &others), leg);
	assert_true(others);
	free(legs);
}

static void
test_held_legs__a_full_table_says_so_and_closed_rows_serve_again(void **state)
{
	(void)state;
	pli_held_legs *legs = legs_create();
	bool others;
	for (uint32_t id = 1; id <= PLI_HELD_LEGS_MAX; id++)
		tell(legs, id, 1, false);
	assert_false(legs->full);
	assert_null(pli_held_legs_find(legs, (plm_instrument_id){9999}, PLM_SIDE_NET, &others));
	assert_true(legs->full);
	tell(legs, 7, 0, false);
	assert_non_null(pli_held_legs_find(legs, (plm_instrument_id){9999}, PLM_SIDE_NET, &others));
	free(legs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_held_legs__the_first_reading_needs_another),
	    cmocka_unit_test(test_held_legs__gone_when_two_readings_lack_it),
	    cmocka_unit_test(test_held_legs__a_reading_that_refutes_closes_nothing),
	    cmocka_unit_test(test_held_legs__a_broken_reading_is_none),
	    cmocka_unit_test(test_held_legs__a_quantity_that_is_unknown_is_not_flat),
	    cmocka_unit_test(test_held_legs__a_full_table_says_so_and_closed_rows_serve_again),
	};
	return cmocka_run_group_tests_name("held_legs", tests, NULL, NULL);
}
