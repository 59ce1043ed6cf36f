/* config_value_test.c: amounts, times, shares and choices, text to field and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "cli/config_schema.h"

static void
test_config_value__amounts_with_their_words(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double value;
	} rows[] = {{"0", 0}, {"250k", 250e3}, {"-3.5m", -3.5e6}, {"3.5M", 3.5e6}, {"1.2bn", 1.2e9},
	    {"2b", 2e9}, {"1e6", 1e6}, {"1.5e-3", 1.5e-3}, {"+7", 7}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		double value = -1;
		assert_int_equal(
		    pli_config_amount_parse(plm_slice_of(rows[i].text), &value), PLM_OK);
		assert_true(value - rows[i].value < 1e-6 && rows[i].value - value < 1e-6);
	}
}

static void
test_config_value__what_is_no_amount(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "k", "lots", "250 k", "250kk", "0x10", "nan", "inf",
	    "1_000", "1,5", "--1", "1e", "5%", "1.2.3"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		double value = 42;
		assert_int_not_equal(
		    pli_config_amount_parse(plm_slice_of(texts[i]), &value), PLM_OK);
		assert_true(value > 41 && value < 43);
	}
}

/* Each key of each section: its default reads, prints, and reads again as the same. */
static void
test_config_value__defaults_go_round(void **state)
{
	(void)state;
	uint32_t keys = 0;
	for (uint32_t i = 0; pli_config_section_at(i) != NULL; i++) {
		const pli_config_section *section = pli_config_section_at(i);
		for (uint32_t j = 0; j < section->keys_count; j++) {
			static char first[sizeof(pli_config)], second[sizeof(pli_config)];
			const pli_config_key *key = &section->keys[j];
			char buffer[PLI_CONFIG_VALUE_TEXT_MAX];
			if (key->default_text == NULL || key->default_text[0] == '\0')
				continue;
			memset(first, 0, sizeof first);
			memset(second, 0, sizeof second);
			assert_int_equal(
			    pli_config_value_parse(key, plm_slice_of(key->default_text), first),
			    PLM_OK);
			const char *text = pli_config_value_format(key, first, buffer);
			char bare[PLI_CONFIG_VALUE_TEXT_MAX];
			(void)snprintf(bare, sizeof bare, "%s", text[0] == '"' ? text + 1 : text);
			bare[strcspn(bare, "\"")] = '\0';
			assert_int_equal(
			    pli_config_value_parse(key, plm_slice_of(bare), second), PLM_OK);
			assert_memory_equal(first, second, sizeof first);
			keys++;
		}
	}
	assert_true(keys >= 8);
}

static void
test_config_value__every_type_says_what_it_expects(void **state)
{
	(void)state;
	assert_string_equal(pli_config_expected(PLI_CONFIG_FLAG), "true or false");
	assert_non_null(strstr(pli_config_expected(PLI_CONFIG_MEASURE), "leverage_gross"));
	assert_string_equal(pli_config_value_nearest(PLI_CONFIG_VENUE, "binanse"), "binance");
	assert_string_equal(pli_config_value_nearest(PLI_CONFIG_SCOPE, "portfollio"), "portfolio");
	assert_null(pli_config_value_nearest(PLI_CONFIG_TEXT, "x"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_config_value__amounts_with_their_words),
	    cmocka_unit_test(test_config_value__what_is_no_amount),
	    cmocka_unit_test(test_config_value__defaults_go_round),
	    cmocka_unit_test(test_config_value__every_type_says_what_it_expects),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
