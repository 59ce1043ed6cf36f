/* request_text_test.c: pieces follow each other, what does not fit changes nothing, strings are
 * JSON.
 */
#include "venue/request_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_request_text__pieces_and_strings(void **state)
{
	(void)state;
	plm_request request = {0};
	assert_true(pli_request_append(&request, "{\"id\":%u,\"name\":", 7));
	assert_true(pli_request_append_string(&request, "a\"b\\c\n"));
	assert_true(pli_request_append(&request, "}"));
	assert_string_equal(request.body, "{\"id\":7,\"name\":\"a\\\"b\\\\c\\u000a\"}");
}

static void
test_request_text__what_does_not_fit_changes_nothing(void **state)
{
	(void)state;
	plm_request request = {0};
	char text[PLM_BODY_MAX];
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	assert_true(pli_request_append(&request, "ab"));
	assert_false(pli_request_append(&request, "%s", text));
	assert_string_equal(request.body, "ab");
	assert_false(pli_request_append_string(&request, text));
	memset(&request, 0, sizeof request);
	assert_true(pli_request_append(&request, "%s", text));
	assert_int_equal(strlen(request.body), PLM_BODY_MAX - 1);
}

static void
test_request_text__times_have_three_decimals(void **state)
{
	(void)state;
	char text[PLI_REQUEST_TIME_MAX];
	plm_time_ns day_ns = plm_time_of_date(2026, 2, 3);
	pli_request_time(day_ns, text);
	assert_string_equal(text, "2026-02-03T00:00:00.000Z");
	pli_request_time(day_ns + (INT64_C(23) * 3600 + 59 * 60 + 58) * PLM_NS_PER_S +
			     7 * PLM_NS_PER_MS + 999999,
	    text);
	assert_string_equal(text, "2026-02-03T23:59:58.007Z");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_request_text__pieces_and_strings),
	    cmocka_unit_test(test_request_text__what_does_not_fit_changes_nothing),
	    cmocka_unit_test(test_request_text__times_have_three_decimals),
	};
	return cmocka_run_group_tests_name("request_text", tests, NULL, NULL);
}
