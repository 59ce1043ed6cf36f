/* csv_test.c: lines, fields and places of a CSV text. */
#include "base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void
test_base_csv__lines_without_ends_blanks_and_remarks(void **state)
{
	(void)state;
	pli_csv csv = pli_csv_open(PLM_SLICE("\xef\xbb\xbfone\r\n\n \t\n# no\ntwo \t\nthree"));
	plm_slice line;
	assert_true(pli_csv_line(&csv, &line));
	assert_true(plm_slice_is(line, "one"));
	assert_true(pli_csv_line(&csv, &line));
	assert_true(plm_slice_is(line, "two"));
	assert_int_equal(csv.line, 5);
	assert_true(pli_csv_line(&csv, &line));
	assert_true(plm_slice_is(line, "three"));
	assert_false(pli_csv_line(&csv, &line));
	assert_int_equal(csv.line, 6);
	csv = pli_csv_open((plm_slice){NULL, 0});
	assert_false(pli_csv_line(&csv, &line));
	assert_int_equal(csv.line, 0);
}

/* Fields of a line as "[a][b]", with a "!" where a quote is wrong. */
static const char *
fields_of(const char *text)
{
	static char shown[128];
	plm_slice rest = plm_slice_of(text), field;
	size_t size = 0;
	shown[0] = '\0';
	while (rest.bytes != NULL) {
		if (!pli_csv_field(&rest, &field)) {
			(void)snprintf(shown + size, sizeof shown - size, "!");
			break;
		}
		size += (size_t)snprintf(
		    shown + size, sizeof shown - size, "[%.*s]", (int)field.size, field.bytes);
	}
	return shown;
}

static void
test_base_csv__fields_with_blanks_and_quotes(void **state)
{
	(void)state;
	static const char *const rows[][2] = {{"a,b", "[a][b]"}, {" a b ,\tc ", "[a b][c]"},
	    {"", "[]"}, {",", "[][]"}, {"a,", "[a][]"}, {"\"a,b\",c", "[a,b][c]"},
	    {" \" a \" , b", "[ a ][b]"}, {"\"\"", "[]"}, {"a,\"b", "[a]!"}, {"a\"b\"", "!"},
	    {"\"a\"b,c", "!"}, {"\"", "!"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(fields_of(rows[i][0]), rows[i][1]);
}

static void
test_base_csv__a_fault_has_its_place(void **state)
{
	(void)state;
	pli_csv csv = pli_csv_open(PLM_SLICE("a,b\n1,\x1bx"));
	plm_slice line, rest, field;
	plm_fault fault = {0};
	assert_true(pli_csv_line(&csv, &line));
	assert_true(pli_csv_line(&csv, &line));
	rest = line;
	assert_int_equal(pli_csv_place(line, rest), 1);
	assert_true(pli_csv_field(&rest, &field));
	assert_int_equal(pli_csv_place(line, rest), 3);
	assert_int_equal(pli_csv_fault(&csv, 3, "b", "a number", rest, &fault), PLM_EDECODE);
	assert_string_equal(fault.text, "expected a number, got \"?x\"");
	assert_string_equal(fault.path, "b");
	assert_int_equal(fault.line, 2);
	assert_int_equal(fault.column, 3);
	assert_int_equal(
	    pli_csv_fault(&csv, 1, NULL, "more", (plm_slice){NULL, 0}, &fault), PLM_EDECODE);
	assert_string_equal(fault.text, "expected more, got nothing");
	assert_int_equal(pli_csv_fault(&csv, 1, NULL, "more", rest, NULL), PLM_EDECODE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_csv__lines_without_ends_blanks_and_remarks),
	    cmocka_unit_test(test_base_csv__fields_with_blanks_and_quotes),
	    cmocka_unit_test(test_base_csv__a_fault_has_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
