/* json_write_test.c: what the writer prints, read back by the reader. */
#include "base/json_write.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/json.h"

static pli_json_writer w;

static int
setup(void **state)
{
	(void)state;
	pli_json_writer_init(&w, 1 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pli_json_writer_fini(&w);
	return 0;
}

static void
assert_written(const char *text)
{
	assert_false(w.overflow);
	if (!plm_slice_is((plm_slice){w.bytes, w.size}, text))
		fail_msg("expected %s, got %.*s", text, (int)w.size, w.bytes);
}

static void
test_base_json_write__nesting_and_commas(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		pli_json_object_open(&w);
		pli_json_key(&w, "a");
		pli_json_array_open(&w);
		pli_json_put_int(&w, INT64_MIN);
		pli_json_put_uint(&w, UINT64_MAX);
		pli_json_object_open(&w);
		pli_json_object_close(&w);
		pli_json_array_open(&w);
		pli_json_array_close(&w);
		pli_json_array_close(&w);
		pli_json_key(&w, "b");
		pli_json_put_bool(&w, true);
		pli_json_key(&w, "c");
		pli_json_put_null(&w);
		pli_json_key(&w, "d");
		pli_json_put_raw(&w, PLM_SLICE("[1]"));
		pli_json_object_close(&w);
		pli_json_newline(&w);
	}
	assert_written("{\"a\":[-9223372036854775808,18446744073709551615,{},[]],\"b\":true,"
		       "\"c\":null,\"d\":[1]}\n"
		       "{\"a\":[-9223372036854775808,18446744073709551615,{},[]],\"b\":true,"
		       "\"c\":null,\"d\":[1]}\n");
}

static void
test_base_json_write__strings_are_escaped(void **state)
{
	(void)state;
	pli_json_array_open(&w);
	pli_json_put_text(&w, "a\"\\\n\t\r\b\f\x01\x1f z\xc3\xa9");
	pli_json_put_text(&w, "\xc3\x28\xff");
	pli_json_put_text(&w, NULL);
	pli_json_put_slice(&w, (plm_slice){"a\0b", 3});
	pli_json_put_slice(&w, (plm_slice){NULL, 0});
	pli_json_array_close(&w);
	assert_written("[\"a\\\"\\\\\\n\\t\\r\\b\\f\\u0001\\u001f z\xc3\xa9\","
		       "\"\xef\xbf\xbd(\xef\xbf\xbd\",null,\"a\\u0000b\",\"\"]");
}

static void
test_base_json_write__numbers(void **state)
{
	(void)state;
	plm_decimal value = {PLM_DECIMAL_ONE_UNITS / 4};
	pli_json_array_open(&w);
	pli_json_put_double(&w, 0.1);
	pli_json_put_double(&w, -0.00002);
	pli_json_put_double(&w, (double)NAN);
	pli_json_put_double(&w, -(double)INFINITY);
	pli_json_put_decimal(&w, value);
	pli_json_put_decimal_text(&w, value);
	pli_json_put_decimal(&w, plm_decimal_unknown());
	pli_json_put_decimal_text(&w, plm_decimal_unknown());
	pli_json_put_time(&w, 0);
	pli_json_put_time(&w, plm_time_of_date(2026, 11, 22));
	pli_json_array_close(&w);
	assert_written("[0.1,-2e-05,null,null,0.25,\"0.25\",null,null,null,"
		       "\"2026-11-22T00:00:00Z\"]");
}

static void
test_base_json_write__doubles_read_back_to_the_same_bits(void **state)
{
	(void)state;
	uint64_t bits = UINT64_C(0x20261122);
	pli_json *json = pli_json_create();
	assert_non_null(json);
	for (int i = 0; i < 20000; i++) {
		double value, back;
		bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		memcpy(&value, &bits, sizeof value);
		if (!isfinite(value))
			continue;
		pli_json_writer_reset(&w);
		pli_json_array_open(&w);
		pli_json_put_double(&w, value);
		pli_json_array_close(&w);
		assert_int_equal(pli_json_parse(json, (plm_slice){w.bytes, w.size}, NULL), PLM_OK);
		assert_int_equal(pli_json_double(json, 1, &back, NULL), PLM_OK);
		assert_memory_equal(&value, &back, sizeof value);
	}
	pli_json_destroy(json);
}

static void
test_base_json_write__any_bytes_give_json_that_reads_back(void **state)
{
	(void)state;
	uint64_t bits = UINT64_C(42);
	pli_json *json = pli_json_create();
	assert_non_null(json);
	for (int i = 0; i < 5000; i++) {
		char bytes[24];
		size_t size = (size_t)i % sizeof bytes;
		for (size_t k = 0; k < size; k++) {
			bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			bytes[k] = (char)(bits >> 56);
		}
		pli_json_writer_reset(&w);
		pli_json_put_slice(&w, (plm_slice){bytes, size});
		assert_int_equal(pli_json_parse(json, (plm_slice){w.bytes, w.size}, NULL), PLM_OK);
	}
	pli_json_destroy(json);
}

/* One byte of each value among plain ones, at each place: what is plain stays, the rest is escaped.
 */
static void
test_base_json_write__each_byte_at_each_place(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
		for (size_t at = 0; at < 20; at++) {
			char bytes[21] = "abcdefghijklmnopqrst";
			bytes[at] = (char)byte;
			pli_json_writer_reset(&w);
			pli_json_put_slice(&w, (plm_slice){bytes, 20});
			assert_memory_equal(w.bytes + 1, bytes, at);
			if (plain) {
				assert_int_equal(w.size, 22);
				assert_memory_equal(w.bytes + 1, bytes, 20);
			} else {
				assert_true(w.size > 22);
				assert_true(byte >= 0x80 || w.bytes[at + 1] == '\\');
				assert_memory_equal(
				    w.bytes + w.size - 1 - (19 - at), bytes + at + 1, 19 - at);
			}
		}
	}
}

static void
test_base_json_write__overflow_is_silent_and_known(void **state)
{
	(void)state;
	pli_json_writer small;
	pli_json_writer_init(&small, 8);
	pli_json_array_open(&small);
	pli_json_put_text(&small, "0123456789");
	pli_json_array_close(&small);
	assert_true(small.overflow);
	assert_true(small.size <= 8);
	pli_json_writer_reset(&small);
	pli_json_put_int(&small, 5);
	assert_false(small.overflow);
	assert_int_equal(small.size, 1);
	pli_json_writer_fini(&small);
	pli_json_writer_fini(&small);
}

static void
test_base_json_write__members(void **state)
{
	(void)state;
	pli_json_object_open(&w);
	pli_json_member_text(&w, "a", "x");
	pli_json_member_text(&w, "b", NULL);
	pli_json_member_decimal(&w, "c", plm_decimal_from_int(-2));
	pli_json_member_decimal(&w, "d", plm_decimal_unknown());
	pli_json_member_double(&w, "e", 0.5);
	pli_json_member_int(&w, "f", -7);
	pli_json_member_bool(&w, "g", true);
	pli_json_member_time_ns(&w, "h", 12);
	pli_json_member_time_ns(&w, "i", 0);
	pli_json_object_close(&w);
	static const char expected[] = "{\"a\":\"x\",\"b\":null,\"c\":-2,\"d\":null,\"e\":0.5,"
				       "\"f\":-7,\"g\":true,\"h\":12,\"i\":null}";
	assert_int_equal(w.size, sizeof expected - 1);
	assert_memory_equal(w.bytes, expected, sizeof expected - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_base_json_write__nesting_and_commas, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_base_json_write__strings_are_escaped, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_base_json_write__members, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_base_json_write__numbers, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_base_json_write__doubles_read_back_to_the_same_bits, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_base_json_write__any_bytes_give_json_that_reads_back, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_base_json_write__each_byte_at_each_place, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_base_json_write__overflow_is_silent_and_known, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
