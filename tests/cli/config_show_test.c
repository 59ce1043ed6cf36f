/* config_show_test.c: what is shown reads back as the same configuration; secrets stay out. */
#include "cli/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/config_schema.h"

static const char show_yaml[] =
    "benchmark: BTC\n"
    "policy: {stale_after: 90s, greeks_after: 10s, pending_orders: true}\n"
    "accounts:\n"
    "  - {name: a, venue: deribit, key_env: K, secret_env: S, rest_url: 'https://u:pw@h/x'}\n"
    "  - {name: b, venue: file, path: \"/x/\\\"q\\\" y.csv\", allow_trading_keys: false}\n"
    "portfolios: [{name: p, title: 'two words'}]\n"
    "assets: [{name: WBTC, alias_of: BTC, factor: 0.5, beta: -1.25}]\n"
    "limits: [{name: 'n 1', measure: age_s, soft: [~, 30], hard: [~, 60.5], hysteresis: 0.1}]\n";

static pli_config *
show_parse(const char *yaml)
{
	pli_config *config = pli_config_create();
	assert_int_equal(
	    pli_config_parse(plm_slice_of(yaml), "/c.yaml", stderr, config, NULL), PLM_OK);
	return config;
}

static char *
show_print(const pli_config *config, bool manual)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	pli_config_show(config, manual, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* Lines differ between the two texts; every other byte of the struct is equal. */
static void
show_forget_lines(pli_config *config)
{
	for (uint32_t i = 0; i < config->accounts_count; i++)
		config->accounts[i].line = 0;
	config->portfolios[0].line = config->assets[0].line = config->limits[0].line = 0;
}

static void
test_config_show__reads_back_as_the_same(void **state)
{
	(void)state;
	pli_config *first = show_parse(show_yaml);
	memset(first->accounts[0].rest_url, 0, sizeof first->accounts[0].rest_url);
	memcpy(first->accounts[0].rest_url, "https://h/x", 11);
	for (int manual = 0; manual < 2; manual++) {
		char *text = show_print(first, manual == 1);
		pli_config *second = show_parse(text);
		show_forget_lines(first);
		show_forget_lines(second);
		assert_memory_equal(first, second, sizeof *first);
		pli_config_destroy(second);
		free(text);
	}
	pli_config_destroy(first);
}

static void
test_config_show__the_manual_names_every_key_and_is_the_defaults(void **state)
{
	(void)state;
	pli_config *defaults = pli_config_create();
	char *text = show_print(defaults, true);
	for (uint32_t i = 0; pli_config_section_at(i) != NULL; i++) {
		const pli_config_section *section = pli_config_section_at(i);
		for (uint32_t j = 0; j < section->keys_count; j++) {
			char key[64];
			(void)snprintf(key, sizeof key, "%s:", section->keys[j].name);
			assert_non_null(strstr(text, key));
			assert_non_null(strstr(text, section->keys[j].help));
		}
	}
	pli_config *again = show_parse(text);
	memset(again->source, 0, sizeof again->source);
	assert_memory_equal(defaults, again, sizeof *again);
	pli_config_destroy(again);
	pli_config_destroy(defaults);
	free(text);
}

/* Every example row of the manual is right once its comment signs are taken away. */
static void
test_config_show__the_examples_of_the_manual_are_right(void **state)
{
	(void)state;
	for (uint32_t i = 0; pli_config_section_at(i) != NULL; i++) {
		const pli_config_section *section = pli_config_section_at(i);
		char item[2 * sizeof(pli_config_account)];
		memset(item, 0, sizeof item);
		for (uint32_t j = 0; section->is_list && j < section->keys_count; j++) {
			const pli_config_key *key = &section->keys[j];
			const char *text = key->example[0] == '"' ? "*" : key->example;
			if (text[0] != '\0' && key->type != PLI_CONFIG_BAND)
				assert_int_equal(
				    pli_config_value_parse(key, plm_slice_of(text), item), PLM_OK);
		}
	}
}

static void
test_config_show__a_password_in_a_url_is_not_shown(void **state)
{
	(void)state;
	pli_config *config = show_parse(show_yaml);
	char *text = show_print(config, false);
	assert_null(strstr(text, "pw"));
	assert_non_null(strstr(text, "https://***@h/x"));
	free(text);
	pli_json_writer json;
	pli_json_writer_init(&json, 1 << 20);
	pli_config_write(config, &json);
	pli_json_newline(&json);
	char *copy = strndup(json.bytes, json.size);
	assert_null(strstr(copy, "pw@"));
	assert_non_null(strstr(copy, "\"hard\":[null,60.5]"));
	assert_non_null(
	    strstr(copy, "\"stale_after\":90,\"greeks_after\":10,\"starting\":10,\"lag_after\":5,"
			 "\"lag_vol\":1,\"transit_after\":86400,\"pending_orders\":true"));
	assert_non_null(strstr(copy, "\"beta\":-1.25"));
	free(copy);
	pli_json_writer_fini(&json);
	pli_config_destroy(config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_config_show__reads_back_as_the_same),
	    cmocka_unit_test(test_config_show__the_manual_names_every_key_and_is_the_defaults),
	    cmocka_unit_test(test_config_show__the_examples_of_the_manual_are_right),
	    cmocka_unit_test(test_config_show__a_password_in_a_url_is_not_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
