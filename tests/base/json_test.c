/* json_test.c: what the JSON reader takes, what it refuses, and how it says where. */
#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"

static pli_json *json;

static int
setup(void **state)
{
	(void)state;
	json = pli_json_create();
	return json == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	pli_json_destroy(json);
	return 0;
}

static uint32_t
parse(const char *text)
{
	plm_fault fault = {0};
	uint32_t count = 0;
	if (pli_json_parse(json, plm_slice_of(text), &fault) != PLM_OK)
		fail_msg("%s: %s at %u:%u", text, fault.text, fault.line, fault.column);
	assert_non_null(pli_json_nodes(json, &count));
	return count;
}

static void
assert_text(uint32_t node, const char *text)
{
	plm_slice got = pli_json_nodes(json, NULL)[node].text;
	if (!plm_slice_is(got, text))
		fail_msg("expected %s, got %.*s", text, (int)got.size, got.bytes);
}

static void
test_base_json__nodes_of_a_document(void **state)
{
	(void)state;
	assert_int_equal(parse(" {\"a\": [1, -2.50e3, \"x\" , null], \"b\":{}, \"c\":true }\n"), 8);
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	assert_int_equal(nodes[0].type, PLI_JSON_OBJECT);
	assert_int_equal(nodes[0].children_count, 3);
	assert_int_equal(nodes[0].next, 8);
	assert_int_equal(nodes[0].offset, 1);
	assert_int_equal(nodes[1].type, PLI_JSON_ARRAY);
	assert_true(plm_slice_is(nodes[1].key, "a"));
	assert_int_equal(nodes[1].children_count, 4);
	assert_int_equal(nodes[1].next, 6);
	assert_text(1, "[1, -2.50e3, \"x\" , null]");
	assert_text(2, "1");
	assert_text(3, "-2.50e3");
	assert_text(4, "x");
	assert_int_equal(nodes[5].type, PLI_JSON_NULL);
	assert_int_equal(nodes[6].type, PLI_JSON_OBJECT);
	assert_int_equal(nodes[6].next, 7);
	assert_text(7, "true");
}

static void
test_base_json__scalars_may_be_documents(void **state)
{
	(void)state;
	assert_int_equal(parse("0"), 1);
	assert_text(0, "0");
	assert_int_equal(parse(" \"\" "), 1);
	assert_text(0, "");
	parse("1.7976931348623157e308");
	parse("null");
	parse("[]");
}

static void
test_base_json__escapes(void **state)
{
	(void)state;
	parse(
	    "{\"a\\n\\\"b\":\"\\u00e9\\ud83d\\ude00\\/\\\\\\b\\f\\r\\t\\u20AC\", \"c\":\"plain\"}");
	assert_true(plm_slice_is(pli_json_nodes(json, NULL)[1].key, "a\n\"b"));
	assert_text(1, "\xc3\xa9\xf0\x9f\x98\x80/\\\b\f\r\t\xe2\x82\xac");
	assert_text(2, "plain");
	parse("[\"a\\\\\"]");
	assert_text(1, "a\\");
}

typedef struct broken {
	const char *text;
	uint32_t line;
	uint32_t column;
	const char *path;
	const char *expected;
} broken;

static void
assert_broken(const broken *row)
{
	plm_fault fault = {0};
	plm_err err = pli_json_parse(json, plm_slice_of(row->text), &fault);
	if (err != PLM_EDECODE)
		fail_msg("taken: %s", row->text);
	assert_int_equal(fault.code, PLM_EDECODE);
	if (fault.line != row->line || fault.column != row->column)
		fail_msg("%s: at %u:%u", row->text, fault.line, fault.column);
	assert_string_equal(fault.path, row->path);
	if (strstr(fault.text, row->expected) == NULL)
		fail_msg("%s: \"%s\"", row->text, fault.text);
	assert_null(pli_json_nodes(json, NULL));
}

static void
test_base_json__broken_documents_name_the_place(void **state)
{
	(void)state;
	static const broken rows[] = {
	    {"", 1, 1, "", "a JSON value, got the end"},
	    {"  \n ", 2, 2, "", "a JSON value"},
	    {"{\"a\":1", 1, 7, "a", "\",\" or \"}\", got the end"},
	    {"[1,2", 1, 5, "[1]", "\",\" or \"]\""},
	    {"{\"a\":{\"b\":[1,\n 01]}}", 2, 2, "a.b[1]", "a JSON number"},
	    {"[1.]", 1, 2, "[0]", "a JSON number"},
	    {"[.5]", 1, 2, "[0]", "a value"},
	    {"[+1]", 1, 2, "[0]", "a value"},
	    {"[-]", 1, 2, "[0]", "a JSON number"},
	    {"[1e]", 1, 2, "[0]", "a JSON number"},
	    {"[1e+]", 1, 2, "[0]", "a JSON number"},
	    {"[0x10]", 1, 2, "[0]", "a JSON number"},
	    {"[1\"2\"]", 1, 2, "[0]", "a JSON number"},
	    {"[NaN]", 1, 2, "[0]", "a value"},
	    {"[Infinity]", 1, 2, "[0]", "a value"},
	    {"[tru]", 1, 2, "[0]", "a value"},
	    {"[truely]", 1, 2, "[0]", "a value"},
	    {"[nul", 1, 2, "[0]", "a value"},
	    {"[1,]", 1, 4, "[1]", "a value"},
	    {"[,1]", 1, 2, "[0]", "a value"},
	    {"[1 2]", 1, 4, "[0]", "\",\" or \"]\""},
	    {"[1}", 1, 3, "[0]", "\",\" or \"]\""},
	    {"{\"a\":1]", 1, 7, "a", "\",\" or \"}\""},
	    {"{\"a\" 1}", 1, 6, "", "\":\" after the member name"},
	    {"{\"a\"::1}", 1, 6, "a", "a value"},
	    {"{a:1}", 1, 2, "", "a member name"},
	    {"{1:1}", 1, 2, "", "a member name"},
	    {"{\"a\":1,}", 1, 8, "a", "a member name"},
	    {"{,}", 1, 2, "", "a member name"},
	    {"{\"a\":1}x", 1, 8, "", "nothing after the document"},
	    {"{} {}", 1, 4, "", "nothing after the document"},
	    {"1 2", 1, 3, "", "nothing after the document"},
	    {"]", 1, 1, "", "a value"},
	    {"[\"a]", 1, 2, "", "closed by a quote"},
	    {"[\"a\\\"]", 1, 2, "", "closed by a quote"},
	    {"[\"a\nb\"]", 1, 4, "", "control bytes"},
	    {"[\"ok\",\"\\x\"]", 1, 8, "[1]", "a valid escape"},
	    {"[\"\\u12g4\"]", 1, 3, "[0]", "a valid escape"},
	    {"[\"\\ud800\"]", 1, 3, "[0]", "a valid escape"},
	    {"[\"\\ude00\"]", 1, 3, "[0]", "a valid escape"},
	    {"[\"\\ud800\\u0041\"]", 1, 3, "[0]", "a valid escape"},
	    {"[\"\\u00\"]", 1, 3, "[0]", "a valid escape"},
	    {"[\"a\", \"\xc3\x28\"]", 1, 8, "", "valid UTF-8"},
	    {"[\"\xed\xa0\x80\"]", 1, 3, "", "valid UTF-8"},
	    {"[\"\xf4\x90\x80\x80\"]", 1, 3, "", "valid UTF-8"},
	    {"[\"\xc0\xaf\"]", 1, 3, "", "valid UTF-8"},
	    {"{\"a\"\\:1}", 1, 5, "", "\":\""},
	    {"\xef\xbb\xbf{}", 1, 1, "", "a value"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_broken(&rows[i]);
	assert_int_equal(pli_json_parse(json, (plm_slice){"12\0", 3}, NULL), PLM_EDECODE);
	assert_int_equal(pli_json_parse(json, (plm_slice){"[1]\0", 4}, NULL), PLM_EDECODE);
}

/* Every prefix of a document is broken, and every byte behind it. */
static void
test_base_json__every_prefix_is_refused(void **state)
{
	(void)state;
	static const char text[] =
	    "{\"a\":[1,-2.5e-3,\"x\\u00e9\\n\",true],\"b\":{\"c\":null,\"d\":false}}";
	size_t size = sizeof text - 1;
	for (size_t i = 0; i < size; i++)
		assert_int_equal(pli_json_parse(json, (plm_slice){text, i}, NULL), PLM_EDECODE);
	assert_int_equal(pli_json_parse(json, (plm_slice){text, size}, NULL), PLM_OK);
}

static void
test_base_json__bounds(void **state)
{
	(void)state;
	char text[2 * PLI_JSON_DEPTH_MAX + 3] = {0};
	plm_fault fault = {0};
	memset(text, '[', PLI_JSON_DEPTH_MAX);
	memset(text + PLI_JSON_DEPTH_MAX, ']', PLI_JSON_DEPTH_MAX);
	parse(text);
	memset(text, '[', PLI_JSON_DEPTH_MAX + 1);
	memset(text + PLI_JSON_DEPTH_MAX + 1, ']', PLI_JSON_DEPTH_MAX + 1);
	assert_int_equal(pli_json_parse(json, plm_slice_of(text), &fault), PLM_EOVERFLOW);
	assert_non_null(strstr(fault.text, "fewer levels of nesting"));
	size_t size = (size_t)PLI_JSON_BYTES_MAX + 1;
	char *large = test_malloc(size);
	memset(large, ' ', size);
	large[0] = '1';
	assert_int_equal(pli_json_parse(json, (plm_slice){large, size}, &fault), PLM_EOVERFLOW);
	assert_int_equal(pli_json_parse(json, (plm_slice){large, size - 1}, &fault), PLM_OK);
	for (size_t i = 0; i + 1 < size; i += 2)
		memcpy(large + i, "0,", 2);
	large[0] = '[';
	large[1] = ' ';
	large[size - 2] = ']';
	assert_int_equal(pli_json_parse(json, (plm_slice){large, size - 1}, &fault), PLM_EOVERFLOW);
	assert_non_null(strstr(fault.text, "fewer values"));
	test_free(large);
	parse("[1]");
}

static void
test_base_json__find_and_at(void **state)
{
	(void)state;
	parse("{\"a\":1,\"b\":{\"c\":{\"d\":7}},\"e\":[{\"d\":1}],\"a2\":3}");
	assert_text(pli_json_find(json, 0, "a2"), "3");
	assert_text(pli_json_find(json, 0, "a"), "1");
	assert_text(pli_json_find(json, 0, "a"), "1");
	assert_text(pli_json_at(json, 0, "b.c.d"), "7");
	assert_int_equal(pli_json_find(json, 0, "zz"), 0);
	assert_int_equal(pli_json_find(json, pli_json_find(json, 0, "a"), "d"), 0);
	assert_int_equal(pli_json_at(json, 0, "b.x.d"), 0);
	assert_int_equal(pli_json_find(json, 99, "a"), 0);
}

static void
test_base_json__first_of_equal_names_is_found(void **state)
{
	(void)state;
	parse("{\"a\":1,\"b\":2,\"a\":3,\"c\":4}");
	assert_text(pli_json_find(json, 0, "b"), "2");
	assert_text(pli_json_find(json, 0, "a"), "1");
	assert_text(pli_json_find(json, 0, "a"), "1");
	char text[8192] = "{";
	size_t used = 1;
	for (int i = 0; i < 300; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "\"n%d\":%d,", i, i);
	(void)snprintf(text + used, sizeof text - used, "\"n7\":-1}");
	parse(text);
	assert_text(pli_json_find(json, 0, "n299"), "299");
	assert_text(pli_json_find(json, 0, "n7"), "7");
}

static void
test_base_json__typed_values(void **state)
{
	(void)state;
	plm_decimal decimal;
	double real;
	int64_t whole;
	bool flag;
	plm_slice text;
	parse("[1.50, \"-0.000000000000000001\", null, \"\", 1626993723632, \"42\", true, 1e3, "
	      "1e-400, 0.5]");
	assert_int_equal(pli_json_decimal(json, 1, &decimal, NULL), PLM_OK);
	assert_true(decimal.units == PLM_DECIMAL_ONE_UNITS * 3 / 2);
	assert_int_equal(pli_json_decimal(json, 2, &decimal, NULL), PLM_OK);
	assert_true(decimal.units == -1);
	for (uint32_t node = 3; node <= 4; node++) {
		assert_int_equal(pli_json_decimal(json, node, &decimal, NULL), PLM_OK);
		assert_false(plm_decimal_is_known(decimal));
		assert_int_equal(pli_json_double(json, node, &real, NULL), PLM_OK);
		assert_true(isnan(real));
		assert_int_equal(pli_json_time_ms(json, node, &whole, NULL), PLM_OK);
		assert_int_equal(whole, 0);
	}
	assert_int_equal(pli_json_decimal(json, 0, &decimal, NULL), PLM_OK);
	assert_false(plm_decimal_is_known(decimal));
	assert_int_equal(pli_json_int(json, 5, &whole, NULL), PLM_OK);
	assert_true(whole == INT64_C(1626993723632));
	assert_int_equal(pli_json_time_ms(json, 5, &whole, NULL), PLM_OK);
	assert_true(whole == INT64_C(1626993723632000000));
	assert_int_equal(pli_json_int(json, 6, &whole, NULL), PLM_OK);
	assert_int_equal(whole, 42);
	assert_int_equal(pli_json_bool(json, 7, &flag, NULL), PLM_OK);
	assert_true(flag);
	assert_int_equal(pli_json_int(json, 8, &whole, NULL), PLM_OK);
	assert_int_equal(whole, 1000);
	assert_int_equal(pli_json_double(json, 10, &real, NULL), PLM_OK);
	assert_true(real == 0.5);
	assert_int_equal(pli_json_string(json, 6, &text, NULL), PLM_OK);
	assert_true(plm_slice_is(text, "42"));
}

/* The reader has a short way for short texts: it must round as the library does. */
static void
test_base_json__doubles_are_the_nearest(void **state)
{
	(void)state;
	uint64_t seed = 1;
	char text[40];
	for (uint32_t i = 0; i < 20000; i++) {
		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		int whole_size = 1 + (int)(seed >> 60);
		int places = (int)(seed >> 32 & 15);
		uint64_t whole = seed >> 8;
		for (int size = 16; size > whole_size; size--)
			whole /= 10;
		(void)snprintf(text, sizeof text, "[%s%" PRIu64 ".%0*" PRIu64 "]",
		    (seed & 1) != 0 ? "-" : "", whole, places + 1, seed >> 20 & 1023);
		double real = NAN;
		parse(text);
		assert_int_equal(pli_json_double(json, 1, &real, NULL), PLM_OK);
		double wanted = strtod(text + 1, NULL);
		assert_memory_equal(&real, &wanted, sizeof real);
	}
}

static void
test_base_json__wrong_types_name_place_and_expectation(void **state)
{
	(void)state;
	plm_fault fault;
	plm_decimal decimal = {77};
	double real;
	int64_t whole;
	bool flag;
	plm_slice text;
	parse("{\"result\":[{},\n {\"size\":\"1,5\", \"n\":1.5, \"big\":1e21, \"t\":32503708800000,"
	      " \"neg\":-1, \"esc\":\"\\u0031\"}]}");
	uint32_t row = 3;
	assert_int_equal(pli_json_decimal(json, pli_json_find(json, row, "size"), &decimal, &fault),
	    PLM_EDECODE);
	assert_true(decimal.units == 77);
	assert_string_equal(fault.path, "result[1].size");
	assert_string_equal(fault.text, "expected a number, got \"1,5\"");
	assert_int_equal(fault.line, 2);
	assert_int_equal(fault.column, 10);
	assert_int_equal(
	    pli_json_int(json, pli_json_find(json, row, "n"), &whole, &fault), PLM_EDECODE);
	assert_string_equal(fault.text, "expected a whole number, got 1.5");
	assert_int_equal(
	    pli_json_decimal(json, pli_json_find(json, row, "big"), &decimal, &fault), PLM_EDECODE);
	assert_string_equal(fault.text, "expected a number below 1.7e20, got 1e21");
	assert_int_equal(
	    pli_json_time_ms(json, pli_json_find(json, row, "t"), &whole, &fault), PLM_EDECODE);
	assert_int_equal(
	    pli_json_time_ms(json, pli_json_find(json, row, "neg"), &whole, &fault), PLM_EDECODE);
	assert_int_equal(
	    pli_json_double(json, pli_json_find(json, row, "size"), &real, &fault), PLM_EDECODE);
	assert_int_equal(
	    pli_json_double(json, pli_json_find(json, row, "esc"), &real, &fault), PLM_EDECODE);
	assert_int_equal(
	    pli_json_bool(json, pli_json_find(json, row, "n"), &flag, &fault), PLM_EDECODE);
	assert_int_equal(
	    pli_json_string(json, pli_json_find(json, row, "n"), &text, &fault), PLM_EDECODE);
	assert_int_equal(pli_json_decimal(json, 1, &decimal, &fault), PLM_EDECODE);
	assert_string_equal(fault.path, "result");
}

static void
test_base_json__shared_reader_is_one_per_thread(void **state)
{
	(void)state;
	assert_non_null(pli_json_shared());
	assert_int_equal(
	    pli_json_parse(pli_json_shared(), (plm_slice){NULL, 0}, NULL), PLM_EDECODE);
	assert_ptr_equal(pli_json_shared(), pli_json_shared());
	pli_json_destroy(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_json__nodes_of_a_document),
	    cmocka_unit_test(test_base_json__scalars_may_be_documents),
	    cmocka_unit_test(test_base_json__escapes),
	    cmocka_unit_test(test_base_json__broken_documents_name_the_place),
	    cmocka_unit_test(test_base_json__every_prefix_is_refused),
	    cmocka_unit_test(test_base_json__bounds),
	    cmocka_unit_test(test_base_json__find_and_at),
	    cmocka_unit_test(test_base_json__first_of_equal_names_is_found),
	    cmocka_unit_test(test_base_json__typed_values),
	    cmocka_unit_test(test_base_json__doubles_are_the_nearest),
	    cmocka_unit_test(test_base_json__wrong_types_name_place_and_expectation),
	    cmocka_unit_test(test_base_json__shared_reader_is_one_per_thread),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
