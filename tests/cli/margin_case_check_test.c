/* margin_case_check_test.c: when an answer is what a case expects, and what is said when not. */
#include "cli/margin_case_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
assert_said(const char *of, const char *got, margin_verdict verdict, const char *wanted)
{
	pli_json *cases = pli_json_create(), *reader = pli_json_create();
	char text[MARGIN_CHECK_TEXT_MAX];
	assert_int_equal(pli_json_parse(cases, plm_slice_of(of), NULL), PLM_OK);
	assert_int_equal(pli_margin_case_check(cases, 0, reader, plm_slice_of(got), text), verdict);
	assert_string_equal(text, wanted);
	pli_json_destroy(cases);
	pli_json_destroy(reader);
}

static void
test_numbers_within_their_tolerance(void **state)
{
	(void)state;
	const char *rel = "{\"expected\":{\"a\":100,\"b\":2},\"tolerance\":{\"rel\":0.01}}";
	assert_said(rel, "{\"a\":100.5,\"b\":2,\"c\":9}", MARGIN_PASSED, "2 values");
	assert_said(rel, "{\"a\":102,\"b\":2}", MARGIN_FAILED, "a is 102, not 100");
	assert_said(rel, "{\"a\":100}", MARGIN_FAILED, "b is missing, not 2");
	assert_said(rel, "{\"a\":100,\"b\":null}", MARGIN_FAILED, "b is null, not 2");
	const char *own = "{\"expected\":{\"a\":1,\"b\":1},"
			  "\"tolerance\":{\"abs\":0,\"keys\":{\"b\":{\"abs\":0.5}}}}";
	assert_said(own, "{\"a\":1,\"b\":1.4}", MARGIN_PASSED, "2 values");
	assert_said(own, "{\"a\":1.4,\"b\":1}", MARGIN_FAILED, "a is 1.4, not 1");
	const char *exact = "{\"expected\":{\"a\":1}}";
	assert_said(exact, "{\"a\":1.0}", MARGIN_PASSED, "1 value");
	assert_said(exact, "{\"a\":1.0000001}", MARGIN_FAILED, "a is 1.0000001, not 1");
}

static void
test_lists_and_words(void **state)
{
	(void)state;
	const char *of =
	    "{\"expected\":{\"a\":[1,2],\"b\":[\"x\",true]},\"tolerance\":{\"abs\":0.1}}";
	assert_said(of, "{\"a\":[1.05,2],\"b\":[\"x\",true]}", MARGIN_PASSED, "2 values");
	assert_said(
	    of, "{\"a\":[1,2.2],\"b\":[\"x\",true]}", MARGIN_FAILED, "a is [1,2.2], not [1,2]");
	assert_said(
	    of, "{\"a\":[1,2,3],\"b\":[\"x\",true]}", MARGIN_FAILED, "a is [1,2,3], not [1,2]");
	assert_said(of, "{\"a\":[1,2],\"b\":[\"y\",true]}", MARGIN_FAILED,
	    "b is [\"y\",true], not [\"x\",true]");
	assert_said(of, "{\"a\":[1,2],\"b\":[\"x\",false]}", MARGIN_FAILED,
	    "b is [\"x\",false], not [\"x\",true]");
}

static void
test_what_expects_nothing(void **state)
{
	(void)state;
	assert_said("{}", "{\"a\":1}", MARGIN_NOTHING, "nothing is expected");
	assert_said("{\"expected\":{}}", "{\"a\":1}", MARGIN_NOTHING, "nothing is expected");
	assert_said("{\"expected\":3}", "{\"a\":1}", MARGIN_NOTHING, "nothing is expected");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers_within_their_tolerance),
	    cmocka_unit_test(test_lists_and_words),
	    cmocka_unit_test(test_what_expects_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
