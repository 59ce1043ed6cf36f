/* utf8_test.c: every code point there and back; every ill-formed start refused. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_base_utf8__every_code_point(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		char text[4];
		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		size_t size = (size_t)(pli_utf8_put(text, code) - text);
		assert_int_equal(size, code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
		assert_int_equal(pli_utf8_size(text, size), size);
		assert_true(size == 1 || pli_utf8_size(text, size - 1) == 0);
	}
}

static void
test_base_utf8__ill_formed(void **state)
{
	(void)state;
	static const char *const rows[] = {"\x80\x80\x80\x80", "\xc0\x80\x80\x80",
	    "\xc1\xbf\x80\x80", "\xe0\x9f\xbf\x80", "\xed\xa0\x80\x80", "\xf0\x8f\xbf\xbf",
	    "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3\x28\x80\x80", "\xe2\x82\x28\x80",
	    "\xf0\x9f\x98\x28", "\xff\x80\x80\x80"};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(pli_utf8_size(rows[i], 4), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_utf8__every_code_point),
	    cmocka_unit_test(test_base_utf8__ill_formed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
