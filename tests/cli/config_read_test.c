/* config_read_test.c: every diagnostic, with its place, caret and what was expected. */
#include "cli/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Reads `yaml`; returns the diagnostics, which the caller frees. */
static char *
config_diagnose(const char *yaml, plm_err *ret_err, uint32_t *ret_count, pli_config *config)
{
	char *texts = NULL;
	size_t size = 0;
	FILE *report = open_memstream(&texts, &size);
	assert_non_null(report);
	*ret_err = pli_config_parse(plm_slice_of(yaml), "dir/t.yaml", report, config, ret_count);
	assert_int_equal(fclose(report), 0);
	return texts;
}

/* What must be in the diagnostics of a text with exactly one fault. */
static const struct fault_case {
	const char *yaml;
	const char *said;
} fault_cases[] = {
    /* bytes; libfyaml alone would never come back from the first */
    {"%YAML\xf5\n: {a: 1}\n", "dir/t.yaml:1:6: error: not valid UTF-8"},
    {"benchmark: B\xff\n", "dir/t.yaml:1:13: error: not valid UTF-8"},
    /* syntax */
    {"a: [1,\n", "dir/t.yaml:2:1: error: "},
    {"listen: {port: 1}\nlisten: {port: 2}\n", "dir/t.yaml:2:1: error: duplicate key"},
    {"\tlisten: 1\n", "dir/t.yaml:1:"},
    {"- a\n", "dir/t.yaml:1:1: error: the file: expected a map of keys, got a list"},
    {"hello\n", "the file: expected a map of keys, got a plain value"},
    /* keys */
    {"lisen: {}\n", "dir/t.yaml:1:1: error: the file: there is no key 'lisen'; did you mean "
		    "'listen'?\nlisen: {}\n^~~~~"},
    {"quux: 1\n", "the file: there is no key 'quux'\n"},
    {"listen: {prot: 1}\n", "dir/t.yaml:1:10: error: listen: there is no key 'prot'; did you mean "
			    "'port'?"},
    {"listen: [1]\n", "listen: expected a map of keys, got a list"},
    {"accounts: {name: a}\n", "accounts: expected a list of rows, each beginning with '- ', got a "
			      "map of keys"},
    {"portfolios: [hedged]\n", "portfolios: expected a map of keys, got a plain value"},
    {"portfolios: [{title: x}]\n", "dir/t.yaml:1:15: error: portfolios: the key 'name' is missing"},
    {"portfolios: [{name: }]\n", "got nothing; leave the key out instead"},
    {"portfolios: [{name: \"\"}]\n", "name: must not be empty"},
    {"portfolios: [{name: [a]}]\n",
	"name: expected a name of letters, digits, '-', '_' and '.', got "
	"a list"},
    {"portfolios: &x [{name: a}]\nlog: {level: *x}\n", "an alias, which is not read here"},
    {"{[a]: 1}\n", "expected a key, got a list"},
    {"accounts:\n  -\n", "dir/t.yaml: error: accounts: expected a map of keys, got nothing"},
    /* scalars */
    {"listen: {address: 0.0.0.0}\n",
	"dir/t.yaml:1:19: error: address: expected a loopback address"},
    {"listen: {address: 10.0.0.1}\n", "until there is access control, no other is listened on"},
    {"listen: {address: localhost}\n", "address: expected a loopback address"},
    {"listen: {port: http}\n", "port: expected a port from 0 to 65535, got 'http'"},
    {"listen: {port: 65536}\n", "port: must be from 0 to 65535, got '65536'"},
    {"listen: {port: -1}\n", "port: must be from 0 to 65535"},
    {"listen: {port: 80.5}\n", "port: expected a port"},
    {"policy: {stale_after: 30}\n",
	"stale_after: expected a time such as 30s, 5m, 2h or 0, got '30'"},
    {"policy: {stale_after: 400d}\n", "stale_after: must be from 0 to 31536000"},
    {"policy: {stale_after: 0.5s}\n", "stale_after: expected a time"},
    {"policy: {pending_orders: yes}\n", "pending_orders: expected true or false, got 'yes'"},
    {"log: {level: inof}\n", "level: expected error, warn, info or debug, got 'inof'; did you mean "
			     "'info'?"},
    {"benchmark: B TC\n", "benchmark: expected a name"},
    {"benchmark: AAAAAAAAAAAAAAAAAAAAAAAA\n", "benchmark: at most 23 bytes, got 24"},
    {"journal: {path: \"a\\x01b\"}\n", "path: expected a path"},
    /* accounts */
    {"accounts: [{name: a, venue: deribt}]\n", "venue: expected a venue that `plimsoll "
					       "venues` lists, got 'deribt'; did you mean "
					       "'deribit'?"},
    {"accounts: [{name: a, venue: file}]\n", "dir/t.yaml:1:13: error: venue file needs the key "
					     "'path'"},
    {"accounts: [{name: a, venue: deribit, path: x}]\n", "path: venue deribit reads no files"},
    {"accounts: [{name: a, venue: file, path: x, key_file: k}]\n", "venue file takes no key"},
    {"accounts: [{name: a, venue: hyperliquid, key_file: k}]\n",
	"venue hyperliquid is read by an address alone: give 'address', and no key"},
    {"accounts: [{name: a, venue: deribit, address: '0x1'}]\n",
	"address: venue deribit is not read by an address"},
    {"accounts: [{name: a, venue: deribit, key_env: K}]\n", "key_env and secret_env go together"},
    {"accounts: [{name: a, venue: deribit, secret_env: K}]\n",
	"key_env and secret_env go together"},
    {"accounts: [{name: a, venue: deribit, passphrase_env: P}]\n", "passphrase_env needs key_env"},
    {"accounts: [{name: a, venue: deribit, key_env: 1K, secret_env: S}]\n",
	"key_env: expected the name of an environment variable"},
    {"accounts: [{name: a, venue: deribit, key_file: f, key_env: K, secret_env: S}]\n",
	"key_env: key_file is given too; give one of them"},
    {"accounts: [{name: a, venue: deribit}, {name: a, venue: deribit}]\n",
	"name: line 1 has the account 'a' already"},
    {"accounts: [{name: a, venue: deribit, key_file: f}, {name: b, venue: deribit, key_file: f}]\n",
	"key_file: line 1 reads the same account of deribit already: its positions would count "
	"twice; leave one out"},
    {"accounts: [{name: a, venue: hyperliquid, address: "
     "'0x00000000000000000000000000000000000000aB'}, {name: b, venue: hyperliquid, address: "
     "'0x00000000000000000000000000000000000000Ab'}]\n",
	"address: line 1 reads the same account of hyperliquid already"},
    {"accounts: [{name: a, venue: file, path: x}, {name: b, venue: file, path: x}]\n",
	"path: line 1 reads the same account of file already"},
    {"accounts: [{name: a, venue: binance-coinm, key_env: K, secret_env: S}, {name: b, venue: "
     "binance-pm, key_env: K, secret_env: S}]\n",
	"key_env: line 1 has binance-coinm with the same key, and binance-pm holds the positions "
	"of "
	"both: leave binance-coinm out"},
    {"accounts: [{name: a, venue: binance-pm, key_file: f}, {name: b, venue: binance, key_file: "
     "f}]\n",
	"key_file: line 1 has binance-pm with the same key, and binance-pm holds the positions of "
	"both: leave binance out"},
    {"accounts: [{name: a, venue: deribit, rest_url: x}]\n", "rest_url: expected a URL that begins "
							     "with https://"},
    {"accounts: [{name: a, venue: deribit, stream_url: 'http://x'}]\n",
	"stream_url: expected a URL that begins with wss://"},
    {"accounts: [{name: a, venue: file, path: x, stream_url: 'ws://x'}]\n", "venue file has no "
									    "stream"},
    {"portfolios: [{name: hedged}]\naccounts: [{name: a, venue: deribit, portfolio: hegded}]\n",
	"dir/t.yaml:2:49: error: portfolio: there is no portfolio 'hegded' in this file; did you "
	"mean "
	"'hedged'?"},
    {"portfolios: [{name: a}, {name: a}]\n", "line 1 has the portfolio 'a' already"},
    /* assets */
    {"assets: [{name: WBTC, alias_of: BTC}]\n", "alias_of: needs the key 'factor': units of BTC in "
						"one WBTC"},
    {"assets: [{name: WBTC, factor: 1}]\n", "factor: means nothing without alias_of"},
    {"assets: [{name: WBTC, alias_of: WBTC, factor: 1}]\n",
	"an asset cannot be an alias of itself"},
    {"assets: [{name: A, alias_of: B, factor: 1}, {name: B, alias_of: C, factor: 1}]\n",
	"alias_of: B is an alias itself; name C directly"},
    {"assets: [{name: A, beta: high}]\n", "beta: expected a number such as 1.5, got 'high'"},
    {"assets: [{name: A, beta: 101}]\n", "beta: must be from -100 to 100, got '101'"},
    {"assets: [{name: A}, {name: A}]\n", "line 1 has the asset 'A' already"},
    /* limits */
    {"limits: [{name: n, measure: net_usd}]\n", "needs a band: 'soft', 'hard' or both"},
    {"limits: [{name: n, measure: net_us, soft: [-1, 1]}]\n",
	"got 'net_us'; did you mean 'net_usd'?"},
    {"limits:\n- name: n\n  measure: net_usd\n  soft: [lots, 5m]\n",
	"dir/t.yaml:4:10: error: soft: expected an amount such as 250k or 3.5m, or ~, got 'lots'\n"
	"  soft: [lots, 5m]\n         ^~~~"},
    {"limits: [{name: n, measure: net_usd, soft: 5}]\n",
	"soft: expected a pair such as [-250k, 3.5m]"},
    {"limits: [{name: n, measure: net_usd, soft: [1]}]\n", "a list that has not two ends"},
    {"limits: [{name: n, measure: net_usd, soft: [1, [2]]}]\n", "or ~, got a list"},
    {"limits: [{name: n, measure: net_usd, soft: [5, 1]}]\n",
	"soft: the lower end must be below the "
	"upper end"},
    {"limits: [{name: n, measure: net_usd, hard: [5, 1]}]\n",
	"hard: the lower end must be below the "
	"upper end"},
    {"limits: [{name: n, measure: net_usd, soft: [-2, 2], hard: [-1, 3]}]\n",
	"soft: must lie inside "
	"the hard band"},
    {"limits: [{name: n, measure: net_usd, soft: [-1, 1e16]}]\n", "soft: expected an amount"},
    {"limits: [{name: n, measure: net_usd, soft: [-1, 1], hysteresis: 60%}]\n",
	"hysteresis: must be from 0 to 0.5, got '60%'"},
    {"limits: [{name: n, measure: net_usd, soft: [-1, 1], of: BTC}]\n", "leave 'of' out"},
    {"limits: [{name: n, measure: net_usd, soft: [-1, 1], scope: venue}]\n", "needs the key 'of'"},
    {"limits: [{name: n, measure: net_coins, soft: [-1, 1]}]\n",
	"net_coins needs scope underlying"},
    {"limits: [{name: n, measure: net_usd, soft: [-1, 1], tier: pool}]\n",
	"tier: only gross_usd and leverage_gross depend on the netting tier"},
    {"limits: [{name: n, measure: net_usd, soft: [-1, 1], scope: account, of: b}]\n",
	"of: there is no account 'b' in this file"},
    {"limits: [{name: n, measure: net_usd, soft: [-1, 1], scope: venue, of: deribit}]\n",
	"of: there is no account at venue 'deribit' in this file"},
    {"limits: [{name: n, measure: net_usd, soft: [-1, 1], scope: portfolio, of: p}]\n",
	"of: there is no portfolio 'p' in this file"},
    {"limits: [{name: n, measure: age_s, soft: [~, 1]}, {name: n, measure: age_s, soft: [~, 1]}]\n",
	"line 1 has the limit 'n' already"},
};

static void
test_config_read__each_fault_is_named_with_its_place(void **state)
{
	(void)state;
	pli_config *config = pli_config_create();
	for (size_t i = 0; i < sizeof fault_cases / sizeof fault_cases[0]; i++) {
		plm_err err;
		uint32_t count;
		char *said = config_diagnose(fault_cases[i].yaml, &err, &count, config);
		if (err != PLM_ECONFIG || count != 1 || strstr(said, fault_cases[i].said) == NULL)
			fail_msg("for\n%s\nwanted: %s\ngot (%u faults, error %d): %s",
			    fault_cases[i].yaml, fault_cases[i].said, count, (int)err, said);
		assert_null(strstr(said, "<memory"));
		free(said);
	}
	/* Nothing of a wrong file is used. */
	assert_int_equal(config->accounts_count + config->limits_count + config->assets_count, 0);
	assert_int_equal(config->listen_port, 8470);
	pli_config_destroy(config);
}

static void
test_config_read__all_faults_are_said_not_the_first_only(void **state)
{
	(void)state;
	pli_config *config = pli_config_create();
	plm_err err;
	uint32_t count;
	char *said = config_diagnose(
	    "listen: {port: x, addres: 1}\nlog: {level: loud}\nlimits: [{name: a}]\n", &err, &count,
	    config);
	assert_int_equal(count, 4);
	free(said);
	pli_config_destroy(config);
}

static void
test_config_read__a_whole_file_becomes_the_struct(void **state)
{
	(void)state;
	pli_config *config = pli_config_create();
	plm_err err;
	uint32_t count;
	char *said = config_diagnose(
	    "benchmark: BTC\n"
	    "listen: {address: '::1', port: 0}\n"
	    "journal: {path: j}\n"
	    "policy: {stale_after: 2h, pending_orders: true}\n"
	    "log:\n"
	    "accounts:\n"
	    "  - name: desk-a\n"
	    "    venue: deribit\n"
	    "    key_file: keys/a\n"
	    "    portfolio: no\n"
	    "  - {name: f, venue: file, path: /abs/book.csv, strategy: basis}\n"
	    "assets: [{name: WBTC, alias_of: BTC, factor: 1, class: crypto}]\n"
	    "limits:\n"
	    "  - {name: net, measure: net_usd, soft: [-250k, 3.5m], hard: [~, 1.2bn]}\n"
	    "  - {name: each, measure: gross_usd, scope: underlying, of: '*',"
	    " soft: [~, 1e6], hysteresis: 5%, tier: pool}\n",
	    &err, &count, config);
	assert_string_equal(said, "");
	assert_int_equal(err, PLM_OK);
	assert_int_equal(count, 0);
	assert_string_equal(config->listen_address, "::1");
	assert_int_equal(config->listen_port, 0);
	assert_string_equal(config->journal_path, "dir/j");
	assert_int_equal(config->policy_stale_after_s, 7200);
	assert_true(config->policy_pending_orders);
	assert_string_equal(config->log_level, "info");
	assert_int_equal(config->accounts_count, 2);
	assert_string_equal(config->accounts[0].key_file, "dir/keys/a");
	assert_string_equal(config->accounts[0].portfolio, "no");
	assert_int_equal(config->accounts[0].line, 7);
	assert_string_equal(config->accounts[1].path, "/abs/book.csv");
	assert_true(config->assets[0].factor > 0.999 && config->assets[0].factor < 1.001);
	assert_true(config->assets[0].beta != config->assets[0].beta);
	const plm_limit_fact *net = &config->limits[0].fact, *each = &config->limits[1].fact;
	assert_int_equal((int)net->soft_lower, -250000);
	assert_int_equal((int)net->soft_upper, 3500000);
	assert_true(net->hard_lower != net->hard_lower);
	assert_int_equal((int)net->hard_upper, 1200000000);
	assert_int_equal(net->active, 1);
	assert_int_equal(each->scope, PLM_LIMIT_UNDERLYING);
	assert_int_equal(each->measure, PLM_MEASURE_GROSS_USD);
	assert_int_equal(each->tier, 1);
	assert_int_equal((int)(each->hysteresis * 1000 + 0.5), 50);
	free(said);
	pli_config_destroy(config);
}

static void
test_config_read__an_empty_file_is_the_defaults(void **state)
{
	(void)state;
	static const char *const empties[] = {"", "\n", "# words\n", "---\n", "accounts: []\n"};
	pli_config *config = pli_config_create(), *defaults = pli_config_create();
	for (size_t i = 0; i < sizeof empties / sizeof empties[0]; i++) {
		plm_err err;
		uint32_t count;
		char *said = config_diagnose(empties[i], &err, &count, config);
		assert_string_equal(said, "");
		assert_int_equal(err, PLM_OK);
		config->source[0] = '\0';
		memset(config->source, 0, sizeof config->source);
		assert_memory_equal(config, defaults, sizeof *config);
		free(said);
	}
	pli_config_destroy(config);
	pli_config_destroy(defaults);
}

static void
test_config_read__a_list_keeps_to_its_bound(void **state)
{
	(void)state;
	char *yaml = NULL;
	size_t size = 0;
	FILE *text = open_memstream(&yaml, &size);
	(void)fputs("portfolios:\n", text);
	for (int i = 0; i <= PLI_CONFIG_PORTFOLIOS_MAX; i++)
		(void)fprintf(text, "- name: p%d\n", i);
	assert_int_equal(fclose(text), 0);
	pli_config *config = pli_config_create();
	plm_err err;
	uint32_t count;
	char *said = config_diagnose(yaml, &err, &count, config);
	assert_int_equal(err, PLM_ECONFIG);
	assert_non_null(strstr(said, "portfolios: at most 64 rows"));
	free(said);
	free(yaml);
	pli_config_destroy(config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_config_read__each_fault_is_named_with_its_place),
	    cmocka_unit_test(test_config_read__all_faults_are_said_not_the_first_only),
	    cmocka_unit_test(test_config_read__a_whole_file_becomes_the_struct),
	    cmocka_unit_test(test_config_read__an_empty_file_is_the_defaults),
	    cmocka_unit_test(test_config_read__a_list_keeps_to_its_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
