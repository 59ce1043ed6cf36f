/* input_test.c: a file that a command was given is read whole, or the reason is said. */
#include "cli/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char words[1024];

static int
read_into(const char *name, pli_bytes *bytes)
{
	pli_cli cli;
	memset(words, 0, sizeof words);
	FILE *err = fmemopen(words, sizeof words - 1, "w");
	assert_non_null(err);
	pli_cli_init(&cli, stdout, err);
	int code = pli_cli_read(&cli, name, bytes);
	(void)fclose(err);
	return code;
}

static void
test_cli_input__whole_or_the_reason(void **state)
{
	(void)state;
	char name[] = "/tmp/plimsoll_input_XXXXXX", text[3000];
	int descriptor = mkstemp(name);
	assert_true(descriptor >= 0);
	memset(text, 'x', sizeof text);
	for (int i = 0; i < 50; i++)
		assert_int_equal(write(descriptor, text, sizeof text), sizeof text);
	(void)close(descriptor);
	pli_bytes bytes = {.max = 1 << 20};
	assert_int_equal(read_into(name, &bytes), PLI_EXIT_OK);
	assert_int_equal(bytes.size, 50 * sizeof text);
	assert_string_equal(words, "");
	pli_bytes_release(&bytes);
	bytes.max = 2048;
	assert_int_equal(read_into(name, &bytes), PLI_EXIT_BAD_INPUT);
	assert_non_null(strstr(words, ": over 2 KiB, the most that is read"));
	pli_bytes_release(&bytes);
	(void)unlink(name);
	assert_int_equal(read_into(name, &bytes), PLI_EXIT_NO_INPUT);
	assert_non_null(strstr(words, ": No such file or directory"));
	assert_int_equal(read_into("/", &bytes), PLI_EXIT_NO_INPUT);
	assert_non_null(strstr(words, "this is a folder; a file is expected"));
	pli_bytes_release(&bytes);
}

static void
test_cli_input__standard_input_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(pli_cli_input_name("-"), "standard input");
	assert_string_equal(pli_cli_input_name("a.csv"), "a.csv");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cli_input__whole_or_the_reason),
	    cmocka_unit_test(test_cli_input__standard_input_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
