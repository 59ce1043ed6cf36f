/* suggest_test.c: near words are offered, far ones are not. */
#include "base/suggest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
test_suggest__distance_counts_edits_and_swaps(void **state)
{
	(void)state;
	assert_int_equal(pli_edit_distance("", ""), 0);
	assert_int_equal(pli_edit_distance("report", ""), 6);
	assert_int_equal(pli_edit_distance("report", "report"), 0);
	assert_int_equal(pli_edit_distance("report", "rpeort"), 1);
	assert_int_equal(pli_edit_distance("reprt", "report"), 1);
	assert_int_equal(pli_edit_distance("kitten", "sitting"), 3);
	assert_int_equal(pli_edit_distance("REPORT", "report"), 0);
	char word[65];
	for (size_t i = 0; i < 64; i++)
		word[i] = 'a';
	word[64] = '\0';
	assert_true(pli_edit_distance(word, word) == SIZE_MAX);
}

static const char *
suggest_of(const char *word)
{
	pli_suggestion suggestion = {.word = word};
	static const char *const candidates[] = {
	    "run", "report", "replay", "limits", "key_env", NULL};
	for (size_t i = 0; i < 6; i++)
		pli_suggest_offer(&suggestion, candidates[i]);
	return suggestion.best;
}

static void
test_suggest__offers_the_nearest_or_nothing(void **state)
{
	(void)state;
	assert_string_equal(suggest_of("reprot"), "report");
	assert_string_equal(suggest_of("limit"), "limits");
	assert_string_equal(suggest_of("rum"), "run");
	assert_string_equal(suggest_of("key"), "key_env");
	assert_null(suggest_of("ke"));
	assert_null(suggest_of("exposure"));
	assert_null(suggest_of("x"));
	assert_null(suggest_of(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_suggest__distance_counts_edits_and_swaps),
	    cmocka_unit_test(test_suggest__offers_the_nearest_or_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
