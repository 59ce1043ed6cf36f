/* option_table_test.c: rows of options as CSV: blocks, blanks, and where it goes wrong. */
#include "cli/option_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static pli_option_table table;

static plm_err
open_text(const char *text, plm_fault *ret_fault)
{
	return pli_option_table_open(&table, plm_slice_of(text), "vol", ret_fault);
}

static void
test_option_table__blanks_and_ends_of_lines(void **state)
{
	(void)state;
	plm_fault fault;
	assert_int_equal(
	    open_text("vol, type ,forward,strike,years\r\n\r\n 0.5 , P ,1e2,90, 1\r\n\n"
		      "0.6,C,5,6,7",
		&fault),
	    PLM_OK);
	assert_int_equal(pli_option_table_read(&table, &fault), PLM_OK);
	plm_options options = pli_option_table_options(&table);
	assert_int_equal(table.count, 2);
	assert_true(options.forward[0] == 100 && options.strike[0] == 90 && options.years[0] == 1);
	assert_true(options.vol[0] == 0.5 && options.put[0] == 1 && options.put[1] == 0);
	assert_true(options.years[1] == 7);
	assert_true(plm_slice_is(table.lines[1], "0.6,C,5,6,7"));
	assert_int_equal(pli_option_table_read(&table, &fault), PLM_OK);
	assert_int_equal(table.count, 0);
}

static void
test_option_table__faults_have_a_place(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint32_t line, column;
	} cases[] = {{"", 1, 1}, {"forward,strike,years,vol\n", 1, 1},
	    {"forward,strike,years,vol,vol\n", 1, 26}, {"forward,strike,years,vol,type,x\n", 1, 31},
	    {"forward,strike,years,vol,spot\n", 1, 1},
	    {"forward,strike,years,vol,type,spot\n1,2,3,4,C\n", 2, 1},
	    {"forward,strike,years,vol,type\n1,2,3,4,C\n1,2,,4,C\n", 3, 5},
	    {"forward,strike,years,vol,type\n1,2,3,4,call\n", 2, 9},
	    {"forward,strike,years,vol,type\n1,2,3,4,C,\n", 2, 1},
	    {"forward,strike,years,vol,type\n1,2,3x,4,C\n", 2, 5}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		plm_fault fault = {0};
		plm_err err = open_text(cases[i].text, &fault);
		if (err == PLM_OK)
			err = pli_option_table_read(&table, &fault);
		assert_int_equal(err, PLM_EDECODE);
		assert_int_equal(fault.line, cases[i].line);
		assert_int_equal(fault.column, cases[i].column);
	}
}

/* Marks, remarks and quotes are as in the files of the file venue. */
static void
test_option_table__what_csv_may_have(void **state)
{
	(void)state;
	plm_fault fault = {0};
	assert_int_equal(open_text("\xef\xbb\xbf# chain of today\nforward,strike,years,vol,type\n"
				   "# calls\n\"1\",2,3,4,\"C\"\n1,2,3,4,\"C\n",
			     &fault),
	    PLM_OK);
	assert_int_equal(pli_option_table_read(&table, &fault), PLM_EDECODE);
	assert_int_equal(table.count, 1);
	assert_true(table.values[0][0] == 1);
	assert_int_equal(fault.line, 5);
	assert_int_equal(fault.column, 9);
	assert_int_equal(
	    open_text("forward,strike,years,vol,type\n1,2,3,4,\x1b\n", &fault), PLM_OK);
	assert_int_equal(pli_option_table_read(&table, &fault), PLM_EDECODE);
	assert_string_equal(fault.text, "expected C or P, got \"?\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_option_table__blanks_and_ends_of_lines),
	    cmocka_unit_test(test_option_table__faults_have_a_place),
	    cmocka_unit_test(test_option_table__what_csv_may_have),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
