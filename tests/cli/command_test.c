/* command_test.c: the frame of every command: dispatch, options, exits, help, tables of the build.
 */
#include "cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COMMAND_WORDS_MAX = 8 };

typedef struct command_result {
	int code;
	char *out;
	char *err;
} command_result;

/* Runs "plimsoll <words>" (cut at blanks). */
static command_result
command_run(const char *words)
{
	char copy[256];
	(void)snprintf(copy, sizeof copy, "plimsoll %s", words);
	char *argv[COMMAND_WORDS_MAX + 1] = {NULL}, *rest = NULL;
	int argc = 0;
	for (char *word = strtok_r(copy, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	command_result result = {0};
	size_t out_size = 0, err_size = 0;
	FILE *out = open_memstream(&result.out, &out_size);
	FILE *err = open_memstream(&result.err, &err_size);
	pli_cli cli;
	pli_cli_init(&cli, out, err);
	result.code = pli_cli_run(&cli, argc, argv);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(fclose(err), 0);
	return result;
}

static void
command_expect(const char *words, int code, const char *out, const char *err)
{
	command_result result = command_run(words);
	if (result.code != code || strstr(result.out, out) == NULL ||
	    strstr(result.err, err) == NULL)
		fail_msg("plimsoll %s: exit %d, out: %s, err: %s", words, result.code, result.out,
		    result.err);
	free(result.out);
	free(result.err);
}

static void
test_command__wrong_lines_are_sentences_with_the_nearest_name(void **state)
{
	(void)state;
	command_expect("", PLI_EXIT_USAGE, "", "a command is missing");
	command_expect("verison", PLI_EXIT_USAGE, "", "did you mean 'version'?");
	command_expect(
	    "xyzzy", PLI_EXIT_USAGE, "", "there is no command 'xyzzy'; see plimsoll help\n");
	command_expect("--bogus", PLI_EXIT_USAGE, "", "no option --bogus before a command");
	command_expect("version --jsn", PLI_EXIT_USAGE, "", "did you mean --json?");
	command_expect("version --json=1", PLI_EXIT_USAGE, "", "option --json takes no value");
	command_expect("version -q", PLI_EXIT_USAGE, "", "there is no option -q");
	command_expect("version more", PLI_EXIT_USAGE, "", "takes no argument");
	command_expect("--color=sometimes version", PLI_EXIT_USAGE, "", "auto, always or never");
	command_expect("inspect", PLI_EXIT_USAGE, "", "say what");
	command_expect("inspect limit", PLI_EXIT_USAGE, "", "did you mean 'limits'?");
	command_expect("config", PLI_EXIT_USAGE, "", "say check FILE");
	command_expect("config show", PLI_EXIT_USAGE, "", "a file, or --defaults");
	command_expect("config check a b", PLI_EXIT_USAGE, "", "one file at a time");
	command_expect("help nothing", PLI_EXIT_USAGE, "", "there is no command 'nothing'");
}

static void
test_command__help_is_data_and_exits_well(void **state)
{
	(void)state;
	command_expect("help", PLI_EXIT_OK, "commands\n", "");
	command_expect("--help", PLI_EXIT_OK, "It never trades", "");
	command_expect("-h", PLI_EXIT_OK, "commands\n", "");
	command_expect("help config", PLI_EXIT_OK, "usage: plimsoll config check [FILE]\n", "");
	command_expect("config --help", PLI_EXIT_OK, "usage: plimsoll config check [FILE]\n", "");
	command_expect("inspect -h", PLI_EXIT_OK, "usage: plimsoll inspect", "");
	command_expect("--version", PLI_EXIT_OK, "plimsoll       " PLM_VERSION "\n", "");
	command_expect("--color=always help", PLI_EXIT_OK, "\033[1mcommands\033[0m", "");
	command_expect("version --color=always", PLI_EXIT_OK, "\033[1mpart", "");
}

static void
test_command__the_table_is_sorted_and_complete(void **state)
{
	(void)state;
	for (uint32_t i = 0; pli_command_at(i) != NULL; i++) {
		const pli_command *command = pli_command_at(i);
		if (i > 0)
			assert_true(strcmp(pli_command_at(i - 1)->name, command->name) < 0);
		assert_ptr_equal(pli_command_find(command->name), command);
		assert_non_null(command->run);
		char start[64];
		(void)snprintf(start, sizeof start, "plimsoll %s", command->name);
		assert_int_equal(strncmp(command->usage, start, strlen(start)), 0);
		assert_true(strlen(command->summary) <= 70);
		assert_null(strchr(command->summary, '\n'));
		char line[64];
		(void)snprintf(line, sizeof line, "help %s", command->name);
		command_expect(line, PLI_EXIT_OK, start, "");
		(void)snprintf(line, sizeof line, "%s --help", command->name);
		command_expect(line, PLI_EXIT_OK, start, "");
		(void)snprintf(line, sizeof line, "%s --no-such-option", command->name);
		command_expect(line, PLI_EXIT_USAGE, "", "there is no option --no-such-option");
	}
}

static void
test_command__inspect_prints_the_tables_of_the_build(void **state)
{
	(void)state;
	command_expect("inspect errors", PLI_EXIT_OK, "EKEYPOWER", "");
	command_expect("inspect errors --json", PLI_EXIT_OK,
	    "{\"name\":\"EGAP\",\"number\":10,\"text\":\"sequence gap\"}", "");
	command_expect("inspect events", PLI_EXIT_OK, "BATCH_END", "");
	command_expect("inspect exits", PLI_EXIT_OK, "OTHER_KIND", "");
	command_expect("inspect limits", PLI_EXIT_OK, "plm_event", "");
	command_expect("inspect memory", PLI_EXIT_OK, "core", "");
}

static void
test_command__numbers_are_digits_within_their_bound(void **state)
{
	(void)state;
	uint64_t value = 7;
	static const char *const wrong[] = {"", "-1", "+1", " 1", "1 ", "0x10", "1e3", "65536",
	    "18446744073709551616", "99999999999999999999999"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(pli_cli_number(wrong[i], 65535, &value));
	assert_int_equal(value, 7);
	assert_false(pli_cli_number("18446744073709551616", UINT64_MAX, &value));
	assert_true(pli_cli_number("18446744073709551615", UINT64_MAX, &value));
	assert_true(value == UINT64_MAX);
	assert_true(pli_cli_number("0", 0, &value));
	assert_int_equal(value, 0);
	command_expect("run --port 70000", PLI_EXIT_USAGE, "", "--port takes 0 to 65535");
	command_expect("run --seed -1", PLI_EXIT_USAGE, "", "--seed takes a whole number");
}

static void
test_command__exits_belong_to_errors(void **state)
{
	(void)state;
	assert_int_equal(pli_exit_of(PLM_OK), PLI_EXIT_OK);
	assert_int_equal(pli_exit_of(PLM_EDECODE), PLI_EXIT_BAD_INPUT);
	assert_int_equal(pli_exit_of(PLM_EPARSE), PLI_EXIT_BAD_INPUT);
	assert_int_equal(pli_exit_of(PLM_EKIND), PLI_EXIT_OTHER_KIND);
	assert_int_equal(pli_exit_of(PLM_EKEYPOWER), PLI_EXIT_REFUSED);
	assert_int_equal(pli_exit_of(PLM_ECONFIG), PLI_EXIT_CONFIG);
	assert_int_equal(pli_exit_of(PLM_ETIMEOUT), PLI_EXIT_UNAVAILABLE);
}

static void
test_command__a_fault_is_printed_with_what_is_known_of_its_place(void **state)
{
	(void)state;
	char *text = NULL;
	size_t size = 0;
	FILE *err = open_memstream(&text, &size);
	pli_cli cli;
	pli_cli_init(&cli, stdout, err);
	cli.command = "decode";
	plm_fault fault;
	(void)plm_fault_set(&fault, PLM_EDECODE, "result.size", "expected a number");
	assert_int_equal(pli_cli_fault(&cli, NULL, &fault), PLI_EXIT_BAD_INPUT);
	fault.line = 3;
	assert_int_equal(pli_cli_fault(&cli, "a.json", &fault), PLI_EXIT_BAD_INPUT);
	fault.column = 9;
	(void)pli_cli_fault(&cli, "a.json", &fault);
	(void)pli_cli_fault(&cli, NULL, &fault);
	assert_int_equal(fclose(err), 0);
	assert_string_equal(text, "plimsoll decode: error: result.size: expected a number\n"
				  "a.json:3: error: result.size: expected a number\n"
				  "a.json:3:9: error: result.size: expected a number\n"
				  "line 3:9: error: result.size: expected a number\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_command__wrong_lines_are_sentences_with_the_nearest_name),
	    cmocka_unit_test(test_command__help_is_data_and_exits_well),
	    cmocka_unit_test(test_command__the_table_is_sorted_and_complete),
	    cmocka_unit_test(test_command__inspect_prints_the_tables_of_the_build),
	    cmocka_unit_test(test_command__numbers_are_digits_within_their_bound),
	    cmocka_unit_test(test_command__exits_belong_to_errors),
	    cmocka_unit_test(test_command__a_fault_is_printed_with_what_is_known_of_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
