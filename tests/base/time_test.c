/* time_test.c: dates and RFC 3339, against the C library's calendar and at the edges. */
#include "plimsoll/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void
assert_parses(const char *text, plm_time_ns wanted_ns)
{
	plm_time_ns got_ns = -1;
	if (plm_time_parse(plm_slice_of(text), &got_ns) != PLM_OK || got_ns != wanted_ns)
		fail_msg("%s: %lld", text, (long long)got_ns);
}

static void
assert_formats(plm_time_ns time_ns, const char *wanted)
{
	char text[PLM_TIME_TEXT_MAX];
	assert_ptr_equal(plm_time_format(time_ns, text), text);
	assert_string_equal(text, wanted);
}

static void
test_base_time__every_day_of_the_type_is_that_of_the_c_library(void **state)
{
	(void)state;
	for (int64_t day = -106000; day <= 106000; day++) {
		time_t seconds = (time_t)(day * 86400);
		struct tm wanted;
		int year, month, of_month;
		assert_non_null(gmtime_r(&seconds, &wanted));
		plm_time_to_date(day * PLM_NS_PER_DAY + 5, &year, &month, &of_month);
		assert_int_equal(year, wanted.tm_year + 1900);
		assert_int_equal(month, wanted.tm_mon + 1);
		assert_int_equal(of_month, wanted.tm_mday);
		assert_true(plm_time_of_date(year, month, of_month) == day * PLM_NS_PER_DAY);
	}
}

static void
test_base_time__formats_with_the_fewest_places(void **state)
{
	(void)state;
	plm_time_ns base_ns = plm_time_of_date(2026, 11, 22) + 8 * 3600 * PLM_NS_PER_S;
	assert_formats(0, "1970-01-01T00:00:00Z");
	assert_formats(base_ns, "2026-11-22T08:00:00Z");
	assert_formats(base_ns + 125 * PLM_NS_PER_MS, "2026-11-22T08:00:00.125Z");
	assert_formats(base_ns + 125001 * PLM_NS_PER_US, "2026-11-22T08:00:00.125001Z");
	assert_formats(base_ns + 1, "2026-11-22T08:00:00.000000001Z");
	assert_formats(-1, "1969-12-31T23:59:59.999999999Z");
	assert_formats(INT64_MAX, "2262-04-11T23:47:16.854775807Z");
	assert_formats(INT64_MIN, "1677-09-21T00:12:43.145224192Z");
}

static void
test_base_time__parses_what_it_formats(void **state)
{
	(void)state;
	uint64_t bits = UINT64_C(0x20261122);
	for (int i = 0; i < 20000; i++) {
		char text[PLM_TIME_TEXT_MAX];
		bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		plm_time_ns time_ns = (plm_time_ns)bits >> (bits % 7);
		if (i % 3 == 0)
			time_ns -= time_ns % PLM_NS_PER_MS;
		assert_parses(plm_time_format(time_ns, text), time_ns);
	}
	assert_parses("2262-04-11T23:47:16.854775807Z", INT64_MAX);
	assert_parses("1677-09-21T00:12:43.145224192Z", INT64_MIN);
}

static void
test_base_time__forms_of_rfc_3339(void **state)
{
	(void)state;
	plm_time_ns wanted_ns = plm_time_of_date(2026, 11, 22) + 8 * 3600 * PLM_NS_PER_S;
	assert_parses("2026-11-22T08:00:00Z", wanted_ns);
	assert_parses("2026-11-22t08:00:00z", wanted_ns);
	assert_parses("2026-11-22 08:00:00Z", wanted_ns);
	assert_parses("2026-11-22T09:30:00+01:30", wanted_ns);
	assert_parses("2026-11-22T00:00:00-08:00", wanted_ns);
	assert_parses("2026-11-22T08:00:00.0Z", wanted_ns);
	assert_parses("2026-11-22T08:00:00.1234567899Z", wanted_ns + 123456789);
	assert_parses("2024-02-29T00:00:00Z", plm_time_of_date(2024, 2, 29));
	assert_parses("2016-12-31T23:59:60Z", plm_time_of_date(2017, 1, 1));
}

static void
test_base_time__whole_numbers_by_their_digits(void **state)
{
	(void)state;
	assert_parses("1795334400", INT64_C(1795334400000000000));
	assert_parses("1795334400125", INT64_C(1795334400125000000));
	assert_parses("1795334400125001", INT64_C(1795334400125001000));
	assert_parses("1795334400125001002", INT64_C(1795334400125001002));
	assert_parses("0", 0);
}

static void
test_base_time__what_is_no_time(void **state)
{
	(void)state;
	static const char *const rows[] = {"", "x", "12x", "1.5", "+5", "2026-11-22", "2026-11-22T",
	    "2026-11-22T08:00Z", "2026-11-22T08:00:00", "2026-13-01T00:00:00Z",
	    "2026-00-01T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-00T00:00:00Z",
	    "2025-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-11-22T24:00:00Z",
	    "2026-11-22T08:60:00Z", "2026-11-22T08:00:61Z", "2026-11-22T08:00:00.Z",
	    "2026-11-22T08:00:00+0100", "2026-11-22T08:00:00+24:00", "2026-11-22T08:00:00+01:60",
	    "2026-11-22T08:00:00ZZ", "2026-11-22x08:00:00Z", "026-11-22T08:00:00Z", "-1",
	    "2026-1-22T08:00:00Z", "2026-11-22T08:00:00 Z"};
	plm_time_ns time_ns = 42;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (plm_time_parse(plm_slice_of(rows[i]), &time_ns) != PLM_EPARSE)
			fail_msg("taken: %s", rows[i]);
	}
	assert_int_equal(plm_time_parse((plm_slice){"2026-11-22\0"
						    "08:00:00Z",
					    20},
			     &time_ns),
	    PLM_EPARSE);
	assert_int_equal(time_ns, 42);
}

static void
test_base_time__overflow_is_an_error(void **state)
{
	(void)state;
	static const char *const rows[] = {"2262-04-11T23:47:16.854775808Z", "9999-12-31T23:59:59Z",
	    "0001-01-01T00:00:00Z", "1677-09-21T00:12:43.145224191Z", "9223372036854775808",
	    "99999999999", "99999999999999999999999999"};
	plm_time_ns time_ns = 42;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (plm_time_parse(plm_slice_of(rows[i]), &time_ns) != PLM_EOVERFLOW)
			fail_msg("taken: %s", rows[i]);
	}
	assert_int_equal(time_ns, 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_base_time__every_day_of_the_type_is_that_of_the_c_library),
	    cmocka_unit_test(test_base_time__formats_with_the_fewest_places),
	    cmocka_unit_test(test_base_time__parses_what_it_formats),
	    cmocka_unit_test(test_base_time__forms_of_rfc_3339),
	    cmocka_unit_test(test_base_time__whole_numbers_by_their_digits),
	    cmocka_unit_test(test_base_time__what_is_no_time),
	    cmocka_unit_test(test_base_time__overflow_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
