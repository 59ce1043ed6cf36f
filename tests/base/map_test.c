/* map_test.c: finds what was put, nothing else, up to the bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/map.h"

enum { ROWS = 5000 };

static char names[ROWS + 1][12];

static bool
name_equal(const void *owner, uint32_t value, plm_slice key)
{
	(void)owner;
	return plm_slice_is(key, names[value]);
}

static void
test_base_map__finds_each_row_and_no_other(void **state)
{
	(void)state;
	pli_map *map = pli_map_create(ROWS, name_equal, NULL);
	for (uint32_t i = 1; i <= ROWS; i++) {
		(void)snprintf(names[i], sizeof names[i], "row-%u", i);
		assert_int_equal(pli_map_find(map, plm_slice_of(names[i])), 0);
		assert_int_equal(pli_map_put(map, plm_slice_of(names[i]), i), PLM_OK);
	}
	for (uint32_t i = 1; i <= ROWS; i++)
		assert_int_equal(pli_map_find(map, plm_slice_of(names[i])), i);
	assert_int_equal(pli_map_find(map, PLM_SLICE("row-0")), 0);
	assert_int_equal(pli_map_put(map, PLM_SLICE("one more"), 1), PLM_EFULL);
	pli_map_destroy(map);
}

static void
test_base_map__empty_key_is_a_key(void **state)
{
	(void)state;
	pli_map *map = pli_map_create(1, name_equal, NULL);
	names[1][0] = '\0';
	assert_int_equal(pli_map_put(map, (plm_slice){NULL, 0}, 1), PLM_OK);
	assert_int_equal(pli_map_find(map, (plm_slice){NULL, 0}), 1);
	pli_map_destroy(map);
	pli_map_destroy(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_map__finds_each_row_and_no_other),
	    cmocka_unit_test(test_base_map__empty_key_is_a_key),
	};
	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
