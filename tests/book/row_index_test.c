/* row_index_test.c: find, insert, remove against a plain list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "book/row_index.h"

enum { ROWS = 500, KEYS = 300 };

static void
test_row_index__agrees_with_a_plain_list(void **state)
{
	(void)state;
	pli_row_index index;
	assert_true(pli_row_index_init(&index, ROWS));
	uint32_t values[KEYS];
	for (uint32_t i = 0; i < KEYS; i++)
		values[i] = PLI_ROW_NONE;
	uint64_t random = 5;
	for (uint32_t step = 0; step < 20000; step++) {
		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		uint32_t i = (uint32_t)(random >> 33) % KEYS;
		pli_row_key key = {i % 7, i / 7, i % 3};
		if (values[i] == PLI_ROW_NONE) {
			assert_true(pli_row_index_insert(&index, key, step));
			values[i] = step;
		} else if (random & 1) {
			pli_row_index_set(&index, key, step + 1);
			values[i] = step + 1;
		} else {
			pli_row_index_remove(&index, key);
			values[i] = PLI_ROW_NONE;
		}
		uint32_t j = (i + step) % KEYS;
		pli_row_key other = {j % 7, j / 7, j % 3};
		assert_int_equal(pli_row_index_find(&index, other), values[j]);
	}
	pli_row_index_fini(&index);
}

static void
test_row_index__a_full_one_says_so(void **state)
{
	(void)state;
	pli_row_index index;
	assert_true(pli_row_index_init(&index, 2));
	assert_true(pli_row_index_insert(&index, (pli_row_key){1, 0, 0}, 1));
	assert_true(pli_row_index_insert(&index, (pli_row_key){2, 0, 0}, 2));
	assert_false(pli_row_index_insert(&index, (pli_row_key){3, 0, 0}, 3));
	assert_int_equal(pli_row_index_find(&index, (pli_row_key){3, 0, 0}), PLI_ROW_NONE);
	pli_row_index_clear(&index);
	assert_int_equal(pli_row_index_find(&index, (pli_row_key){1, 0, 0}), PLI_ROW_NONE);
	assert_true(pli_row_index_insert(&index, (pli_row_key){3, 0, 0}, 3));
	pli_row_index_fini(&index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_row_index__agrees_with_a_plain_list),
	    cmocka_unit_test(test_row_index__a_full_one_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
