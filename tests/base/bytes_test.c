/* bytes_test.c: a buffer grows up to its bound and not past it. */
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_base_bytes__grows_up_to_its_bound(void **state)
{
	(void)state;
	pli_bytes bytes = {.max = 10000};
	for (int i = 0; i < 10000; i++) {
		char byte = (char)i;
		assert_int_equal(pli_bytes_append(&bytes, &byte, 1), PLM_OK);
	}
	assert_int_equal(pli_bytes_append(&bytes, "x", 1), PLM_EFULL);
	assert_int_equal(pli_bytes_append(&bytes, "x", SIZE_MAX), PLM_EFULL);
	assert_int_equal(bytes.size, 10000);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(bytes.data[i], (char)i);
	pli_bytes_release(&bytes);
	assert_int_equal(pli_bytes_slice(&bytes).size, 0);
	pli_bytes_release(&bytes);
}

static void
test_base_bytes__room_clear_and_wipe(void **state)
{
	(void)state;
	pli_bytes bytes = {.max = 64};
	char *room;
	assert_int_equal(pli_bytes_append(&bytes, "ab", 2), PLM_OK);
	assert_int_equal(pli_bytes_reserve(&bytes, 3, &room), PLM_OK);
	memcpy(room, "cde", 3);
	assert_true(plm_slice_is(pli_bytes_slice(&bytes), "abcde"));
	pli_bytes_clear(&bytes);
	assert_int_equal(bytes.size, 0);
	assert_non_null(bytes.data);
	assert_int_equal(pli_bytes_append(&bytes, "secret", 6), PLM_OK);
	pli_bytes_wipe(&bytes);
	assert_int_equal(bytes.size, 0);
	assert_int_equal(bytes.capacity, 0);
}

static void
test_base_bytes__letters_in_one_case(void **state)
{
	(void)state;
	char text[6];
	assert_int_equal(pli_text_lower(PLM_SLICE("aZ_9"), text, sizeof text), 4);
	assert_string_equal(text, "az_9");
	assert_int_equal(pli_text_upper(PLM_SLICE("aZ{`@["), text, sizeof text), 5);
	assert_string_equal(text, "AZ{`@");
	assert_int_equal(pli_text_upper((plm_slice){NULL, 0}, text, sizeof text), 0);
	assert_string_equal(text, "");
}

static void
test_base_bytes__text_for_messages(void **state)
{
	(void)state;
	char text[6];
	assert_int_equal(pli_text_printable(PLM_SLICE("a\x1b\n~"), text, sizeof text), 4);
	assert_string_equal(text, "a??~");
	assert_int_equal(pli_text_printable(PLM_SLICE("longer"), text, sizeof text), 5);
	assert_string_equal(text, "longe");
	assert_int_equal(pli_text_printable((plm_slice){NULL, 0}, text, sizeof text), 0);
	assert_string_equal(text, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_bytes__grows_up_to_its_bound),
	    cmocka_unit_test(test_base_bytes__room_clear_and_wipe),
	    cmocka_unit_test(test_base_bytes__letters_in_one_case),
	    cmocka_unit_test(test_base_bytes__text_for_messages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
