/* url_query_test.c: values, escapes, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "api/hub_internal.h"

static void
test_values(void **state)
{
	static const struct {
		const char *query;
		const char *name;
		const char *expected; /* NULL: absent or refused */
	} rows[] = {
	    {"by=venue", "by", "venue"},
	    {"tier=book&by=venue", "by", "venue"},
	    {"by=a%20b%2Fc+d", "by", "a b/c d"},
	    {"by=%C3%A4", "by", "\xc3\xa4"},
	    {"by=", "by", ""},
	    {"by", "by", NULL},
	    {"", "by", NULL},
	    {"bye=venue", "by", NULL},
	    {"xby=venue", "by", NULL},
	    {"by=%zz", "by", NULL},
	    {"by=%4", "by", NULL},
	    {"by=%", "by", NULL},
	    {"by=a%00b", "by", NULL},
	    {"by=0123456789012345678901234567890", "by", NULL},
	    {"&&&by=x&&", "by", "x"},
	};
	char text[24];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool found = pli_hub_query_value(
		    plm_slice_of(rows[i].query), rows[i].name, text, sizeof text);
		if (found != (rows[i].expected != NULL))
			fail_msg("'%s'", rows[i].query);
		if (found)
			assert_string_equal(text, rows[i].expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_values)};
	return cmocka_run_group_tests_name("url_query", tests, NULL, NULL);
}
