/* json_place_test.c: lines, columns, paths and the bytes that are shown. */
#include "base/json_place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_base_json_place__line_and_column(void **state)
{
	(void)state;
	plm_slice text = PLM_SLICE("ab\nc\n\nd");
	static const uint32_t wanted[][2] = {
	    {1, 1}, {1, 2}, {1, 3}, {2, 1}, {2, 2}, {3, 1}, {4, 1}, {4, 2}};
	for (size_t offset = 0; offset <= text.size; offset++) {
		plm_fault fault = {0};
		pli_json_place_set(text, offset, &fault);
		assert_int_equal(fault.line, wanted[offset][0]);
		assert_int_equal(fault.column, wanted[offset][1]);
	}
}

static void
test_base_json_place__paths_are_cut_not_overrun(void **state)
{
	(void)state;
	char path[PLM_FAULT_PATH_MAX] = "";
	char key[200];
	memset(key, 'k', sizeof key);
	pli_json_node node = {.key = PLM_SLICE("a")};
	size_t used = pli_json_place_path_append(path, 0, &node, false, 0);
	used = pli_json_place_path_append(path, used, &node, true, 12);
	used = pli_json_place_path_append(path, used, &node, false, 0);
	assert_string_equal(path, "a[12].a");
	node.key = (plm_slice){key, sizeof key};
	for (int i = 0; i < 5; i++)
		used = pli_json_place_path_append(path, used, &node, false, 0);
	assert_int_equal(used, PLM_FAULT_PATH_MAX - 1);
	assert_int_equal(strlen(path), used);
}

static void
test_base_json_place__path_of_a_node(void **state)
{
	(void)state;
	pli_json *json = pli_json_create();
	char path[PLM_FAULT_PATH_MAX];
	assert_int_equal(
	    pli_json_parse(json, PLM_SLICE("{\"a\":[1,{\"b\":2,\"c\":3}]}"), NULL), PLM_OK);
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	static const char *const wanted[] = {"", "a", "a[0]", "a[1]", "a[1].b", "a[1].c"};
	for (uint32_t i = 0; i < 6; i++) {
		pli_json_place_path(nodes, i, path);
		assert_string_equal(path, wanted[i]);
	}
	pli_json_destroy(json);
}

static void
test_base_json_place__what_is_shown_is_printable(void **state)
{
	(void)state;
	char shown[PLI_JSON_SHOW_MAX];
	pli_json_place_show(PLM_SLICE("ab\x01\xff"
				      "cd"),
	    1, 4, shown);
	assert_string_equal(shown, "b??c");
	pli_json_place_show(PLM_SLICE("ab"), 2, 4, shown);
	assert_string_equal(shown, "");
	char text[100];
	memset(text, 'x', sizeof text);
	pli_json_place_show((plm_slice){text, sizeof text}, 0, sizeof text, shown);
	assert_int_equal(strlen(shown), 40);
}

static void
test_base_json_place__bad_bytes_and_strings(void **state)
{
	(void)state;
	bool control;
	assert_int_equal(pli_json_place_bad_utf8(PLM_SLICE("a\xc3\xa9\x80")), 3);
	assert_int_equal(pli_json_place_bad_utf8(PLM_SLICE("abc")), 3);
	assert_int_equal(pli_json_place_bad_string(PLM_SLICE("[\"a\",\"b\\\"]"), &control), 5);
	assert_false(control);
	assert_int_equal(pli_json_place_bad_string(PLM_SLICE("[\"a\tb\"]"), &control), 3);
	assert_true(control);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_json_place__line_and_column),
	    cmocka_unit_test(test_base_json_place__paths_are_cut_not_overrun),
	    cmocka_unit_test(test_base_json_place__path_of_a_node),
	    cmocka_unit_test(test_base_json_place__what_is_shown_is_printable),
	    cmocka_unit_test(test_base_json_place__bad_bytes_and_strings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
