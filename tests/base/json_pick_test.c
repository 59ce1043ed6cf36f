/* json_pick_test.c: what is picked is what the reader finds; what is not of the usual form is left.
 */
#include "base/json_pick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"

static const char *const paths[] = {"a", "data.price", "data.name", "data.deep.flag", "data.deep.x",
    "data.a_name_of_more_than_sixteen_bytes", "data.b"};
enum { PATHS = sizeof paths / sizeof paths[0], TEXT_MAX = 4096, DOCUMENTS = 4000 };

static pli_json *json, *whole;
static pli_json_picks picks;

static int
setup(void **state)
{
	(void)state;
	json = pli_json_create();
	whole = pli_json_create();
	pli_json_picks_init(&picks, paths, PATHS);
	return json == NULL || whole == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	pli_json_destroy(json);
	pli_json_destroy(whole);
	return 0;
}

/* Node of a path, by its place in `paths`. */
static const pli_json_node *
picked(uint32_t path)
{
	return &pli_json_nodes(json, NULL)[path + 1];
}

static void
same_as_reader(const char *text)
{
	assert_int_equal(pli_json_parse(whole, plm_slice_of(text), NULL), PLM_OK);
	for (uint32_t i = 0; i < PATHS; i++) {
		uint32_t node = pli_json_at(whole, 0, paths[i]);
		const pli_json_node *want = &pli_json_nodes(whole, NULL)[node];
		assert_int_equal(picked(i)->type, node == 0 ? PLI_JSON_NULL : (int)want->type);
		if (node != 0 && want->type < PLI_JSON_ARRAY)
			assert_true(plm_slice_equal(picked(i)->text, want->text));
	}
}

static void
test_base_json_pick__members_by_path(void **state)
{
	(void)state;
	static const char text[] =
	    "{\"a\":-0.5,\"price\":9,\"data\":{\"x\":[1,{\"price\":7}],\"price\":12345."
	    "678901234567,"
	    "\"name\":\"B,T}C\",\"deep\":{\"flag\":true,\"y\":{},\"price\":8},"
	    "\"a_name_of_more_than_sixteen_bytes\":null},\"z\":[]}";
	double number;
	bool flag;
	assert_int_equal(pli_json_pick(json, plm_slice_of(text), &picks), PLM_OK);
	same_as_reader(text);
	assert_int_equal(pli_json_double(json, 1, &number, NULL), PLM_OK);
	assert_true(number == -0.5);
	assert_int_equal(pli_json_double(json, 2, &number, NULL), PLM_OK);
	assert_true(number == 12345.678901234567);
	assert_true(plm_slice_is(picked(2)->text, "B,T}C"));
	assert_int_equal(pli_json_bool(json, 4, &flag, NULL), PLM_OK);
	assert_true(flag);
	assert_int_equal(pli_json_double(json, 5, &number, NULL), PLM_OK);
	assert_true(number != number);
}

static void
test_base_json_pick__what_is_not_usual_is_left(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "1", "{", "{}}", "{\"a\":1,}", "{\"a\":01}",
	    "{\"a\":1.}", "{\"a\":.5}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":+1}", "{\"a\":tru}",
	    "{\"a\":nulll}", "{\"a\":\"x}", "{\"a\":\"x\"\"y\"}", "{\"a\" :1}", "{\"a\":1 }",
	    "{\"a\":\"\\n\"}", "{\"a\":1,\"a\":1}", "{\"data\":{},\"data\":{\"price\":1}}",
	    "{\"a\":1]", "{a:1}", "{\"a\":1}{\"a\":1}", "{\"data\":[1}}", "{\"a\":\"\xff\"}",
	    "{\"a\":1\"b\":2}", "{\"a\"1}", "{\"a\":}", "{\"a\":,\"b\":1}", "{,}", "{\"\"}"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (pli_json_pick(json, plm_slice_of(texts[i]), &picks) != PLM_EKIND)
			fail_msg("picked from %s", texts[i]);
}

static void
test_base_json_pick__numbers_of_every_length(void **state)
{
	(void)state;
	for (uint32_t whole_digits = 1; whole_digits < 24; whole_digits++) {
		for (uint32_t places = 0; places < 24; places++) {
			char text[128] = "{\"a\":-";
			size_t size = strlen(text);
			memset(text + size, '7', whole_digits);
			size += whole_digits;
			if (places > 0) {
				text[size++] = '.';
				memset(text + size, '3', places);
				size += places;
			}
			(void)strcat(text, places % 2 == 0 ? "}" : "e-3}");
			assert_int_equal(pli_json_pick(json, plm_slice_of(text), &picks), PLM_OK);
			same_as_reader(text);
		}
	}
}

/* Random documents of the words that matter, most of them broken: never another answer. */
static void
test_base_json_pick__never_differs_from_the_reader(void **state)
{
	(void)state;
	static const char *const words[] = {"{", "}", "[", "]", ",", ":", "\"a\":", "\"data\":{",
	    "\"price\":", "\"name\":", "\"deep\":{", "\"flag\":", "1", "-2.5", "0", "true", "null",
	    "\"x\"", "}", ",", "\"a\":1,", "\"price\":0.25,", "\"q\":[1,2],", "\"b\":{}", "3e5"};
	enum { WORDS = sizeof words / sizeof words[0] };
	pli_random random;
	uint32_t taken = 0;
	pli_random_init(&random, 7);
	for (uint32_t i = 0; i < DOCUMENTS * 50; i++) {
		char text[TEXT_MAX] = "{";
		uint32_t count = (uint32_t)pli_random_below(&random, 9);
		for (uint32_t k = 0; k < count; k++)
			(void)strcat(text, words[pli_random_below(&random, WORDS)]);
		(void)strcat(text, "}");
		plm_err err = pli_json_pick(json, plm_slice_of(text), &picks);
		if (err == PLM_OK)
			same_as_reader(text);
		taken += err == PLM_OK;
	}
	assert_true(taken > DOCUMENTS / 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_json_pick__members_by_path),
	    cmocka_unit_test(test_base_json_pick__what_is_not_usual_is_left),
	    cmocka_unit_test(test_base_json_pick__numbers_of_every_length),
	    cmocka_unit_test(test_base_json_pick__never_differs_from_the_reader),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
