/* number_text_test.c: compact numbers: signs, units, unknowns, and that none is long. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cli/number_text.h"
#include "plimsoll/event.h"

static void
test_usd(void **state)
{
	static const struct {
		double value;
		const char *expected;
	} rows[] = {{0, "0"}, {-0.0, "0"}, {0.001, "~0"}, {-0.001, "~0"}, {12.3, "12.30"},
	    {999.4, "999"}, {-68437.2, "-68.4k"}, {999949, "1.00m"}, {999.6, "1.00k"},
	    {1440000, "1.44m"}, {-2.5e9, "-2.50bn"}, {7.123e12, "7.12tn"}, {-9.9995e9, "-10.0bn"}};
	char text[PLI_NUMBER_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(pli_usd_text(rows[i].value, false, text), rows[i].expected);
	assert_string_equal(pli_usd_text(1440000, true, text), "+1.44m");
	assert_string_equal(pli_usd_text(0, true, text), "0");
	assert_string_equal(pli_usd_text((double)NAN, true, text), "?");
	assert_string_equal(pli_usd_text((double)INFINITY, true, text), "?");
}

static void
test_coins(void **state)
{
	static const struct {
		double value;
		const char *expected;
	} rows[] = {{0, "0"}, {0.00001, "~0"}, {0.0945, "0.0945"}, {-6.25, "-6.250"},
	    {12.3456, "12.35"}, {999.97, "1000"}, {25000, "25000"}, {412345.6, "412.3k"},
	    {-1.5e12, "-1.500tn"}};
	char text[PLI_NUMBER_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(pli_coins_text(rows[i].value, false, text), rows[i].expected);
	assert_string_equal(pli_coins_text((double)NAN, false, text), "?");
}

static void
test_others(void **state)
{
	char text[PLI_NUMBER_TEXT_MAX];

	(void)state;
	assert_string_equal(pli_share_text(1, text), "100%");
	assert_string_equal(pli_share_text(0.99999, text), "99.9%");
	assert_string_equal(pli_share_text(0, text), "0%");
	assert_string_equal(pli_share_text((double)NAN, text), "?");
	assert_string_equal(pli_age_text(-1, text), "0.0 s");
	assert_string_equal(pli_age_text(59.9, text), "59 s");
	assert_string_equal(pli_age_text(600, text), "10 min");
	assert_string_equal(pli_age_text(90000, text), "25 h");
	assert_string_equal(pli_age_text((double)NAN, text), "?");
	assert_string_equal(pli_ratio_text(2.225, text), "2.23x");
	assert_string_equal(pli_ratio_text((double)NAN, text), "?");
	assert_string_equal(pli_measure_text(PLM_SLICE("net_usd"), -250000, text), "-250k");
	assert_string_equal(pli_measure_text(PLM_SLICE("age_s"), 12, text), "12 s");
	assert_string_equal(pli_measure_text(PLM_SLICE("skew_s"), 12, text), "12 s");
	assert_string_equal(pli_measure_text(PLM_SLICE("call_pct"), 7.8, text), "7.8%");
	assert_string_equal(pli_measure_text(PLM_SLICE("call_sigmas"), 2.345, text), "2.35 sigmas");
	assert_string_equal(
	    pli_measure_text(PLM_SLICE("call_pct"), PLM_LIMIT_PCT_NONE, text), "none");
	assert_string_equal(pli_measure_text(PLM_SLICE("priced_share"), 0.5, text), "50.0%");
	assert_string_equal(pli_measure_text(PLM_SLICE("net_coins"), 1.5, text), "1.500");
	assert_string_equal(pli_measure_text(PLM_SLICE("leverage_net"), 1.5, text), "1.50x");
}

static void
test_none_is_long(void **state)
{
	static const double leads[] = {1, 1.0004, 3.14159, 9.9994, 9.9999};
	char text[PLI_NUMBER_TEXT_MAX];

	(void)state;
	for (int power = -8; power < 15; power++) {
		for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
			double value = -leads[i] * pow(10, power);
			assert_true(strlen(pli_usd_text(value, true, text)) <= 9);
			assert_true(strlen(pli_coins_text(value, true, text)) <= 9);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_usd),
	    cmocka_unit_test(test_coins),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_none_is_long),
	};
	return cmocka_run_group_tests_name("number_text", tests, NULL, NULL);
}
