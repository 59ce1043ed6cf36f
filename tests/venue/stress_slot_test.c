/* stress_slot_test.c: rows of a grid of prices. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "venue/stress_slot.h"

static void
test_stress_slot__each_price_has_its_row(void **state)
{
	(void)state;
	for (uint32_t count = 1; count <= PLM_STRESS_MOVES_MAX; count += 2)
		for (uint32_t i = 0; i < count; i++) {
			double half = (count - 1) / 2.0;
			double move = half == 0 ? 0 : 0.18 * (i - half) / half;
			assert_int_equal(pli_stress_slot(move, 0.18, count), i);
		}
}

static void
test_stress_slot__what_is_no_row_has_none(void **state)
{
	(void)state;
	static const double moves[] = {-0.2, 0.2, 0.05, 0.041, NAN, INFINITY, -INFINITY};
	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
		assert_int_equal(pli_stress_slot(moves[i], 0.12, 7), 7);
	assert_int_equal(pli_stress_slot(0, 0.12, 6), 6);
	assert_int_equal(pli_stress_slot(0, 0, 7), 7);
	assert_int_equal(pli_stress_slot(0, NAN, 7), 7);
	assert_int_equal(pli_stress_slot(0, 0.1, 0), 0);
	assert_int_equal(
	    pli_stress_slot(0, 0.1, PLM_STRESS_MOVES_MAX + 2), PLM_STRESS_MOVES_MAX + 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stress_slot__each_price_has_its_row),
	    cmocka_unit_test(test_stress_slot__what_is_no_row_has_none),
	};
	return cmocka_run_group_tests_name("stress_slot", tests, NULL, NULL);
}
