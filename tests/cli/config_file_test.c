/* config_file_test.c: files and secrets as they come: missing, open to others, half written. */
#include "cli/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/io.h"

static char file_folder[] = "/tmp/plimsoll-config-XXXXXX";
static pli_disk file_disk;

static int
file_setup(void **state)
{
	(void)state;
	pli_io_disk(&file_disk);
	return mkdtemp(file_folder) == NULL ? -1 : 0;
}

static int
file_teardown(void **state)
{
	(void)state;
	char path[128];
	(void)snprintf(path, sizeof path, "%s/f", file_folder);
	(void)unlink(path);
	return rmdir(file_folder);
}

/* Writes the folder's one file; returns its path. */
static const char *
file_write(const char *text, mode_t mode)
{
	static char path[128];
	(void)snprintf(path, sizeof path, "%s/f", file_folder);
	(void)unlink(path);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static plm_err
file_secret(const char *text, mode_t mode, pli_secret *ret_secret, plm_fault *ret_fault)
{
	pli_config_account account = {.name = "a"};
	(void)snprintf(account.key_file, sizeof account.key_file, "%s", file_write(text, mode));
	return pli_config_secret(&file_disk, &account, ret_secret, ret_fault);
}

static void
test_config_file__a_key_file_is_read_whatever_its_blanks(void **state)
{
	(void)state;
	static const char *const texts[] = {"key: abc\nsecret: d-e=\n", "secret:d-e=\r\nkey:\tabc",
	    "# mine\n  key: abc  \n\nother: x\n  secret:  d-e=\n passphrase: p q \n"};
	for (size_t i = 0; i < 3; i++) {
		pli_secret secret;
		plm_fault fault;
		assert_int_equal(file_secret(texts[i], 0600, &secret, &fault), PLM_OK);
		assert_string_equal(secret.key, "abc");
		assert_string_equal(secret.secret, "d-e=");
		assert_string_equal(secret.passphrase, i == 2 ? "p q" : "");
		pli_secret_wipe(&secret);
		assert_string_equal(secret.secret, "");
	}
}

static void
test_config_file__a_key_file_open_to_others_is_refused(void **state)
{
	(void)state;
	static const mode_t modes[] = {0640, 0604, 0644, 0660, 0666, 0610};
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		pli_secret secret = {.key = "before"};
		plm_fault fault;
		assert_int_equal(
		    file_secret("key: abc\nsecret: def\n", modes[i], &secret, &fault), PLM_EAUTH);
		assert_non_null(strstr(fault.text, "chmod 600"));
		assert_null(strstr(fault.text, "abc"));
		assert_string_equal(secret.key, "before");
	}
}

static void
test_config_file__what_a_key_file_lacks_is_said_without_the_rest(void **state)
{
	(void)state;
	char longer[PLI_SECRET_MAX + 64];
	memset(longer, 'x', sizeof longer);
	memcpy(longer, "secret: s\nkey: ", 15);
	longer[sizeof longer - 1] = '\0';
	pli_secret secret;
	plm_fault fault;
	assert_int_equal(file_secret("key: abc\n", 0600, &secret, &fault), PLM_EAUTH);
	assert_non_null(strstr(fault.text, "holds no line 'secret: ...'"));
	assert_null(strstr(fault.text, "abc"));
	assert_int_equal(file_secret("key:\nsecret: x\n", 0600, &secret, &fault), PLM_EAUTH);
	assert_int_equal(file_secret("", 0600, &secret, &fault), PLM_EAUTH);
	assert_int_equal(file_secret(longer, 0600, &secret, &fault), PLM_EOVERFLOW);
	const pli_config_account gone = {.key_file = "/nowhere/at/all"};
	assert_int_equal(pli_config_secret(&file_disk, &gone, &secret, &fault), PLM_ENOTFOUND);
}

static void
test_config_file__the_environment_holds_both_or_neither(void **state)
{
	(void)state;
	const pli_config_account account = {
	    .key_env = "PLM_TEST_KEY", .secret_env = "PLM_TEST_SECRET"};
	pli_secret secret;
	plm_fault fault;
	assert_int_equal(setenv("PLM_TEST_KEY", "k", 1), 0);
	assert_int_equal(unsetenv("PLM_TEST_SECRET"), 0);
	assert_int_equal(pli_config_secret(&file_disk, &account, &secret, &fault), PLM_EAUTH);
	assert_string_equal(fault.path, "PLM_TEST_SECRET");
	assert_int_equal(setenv("PLM_TEST_SECRET", "s", 1), 0);
	assert_int_equal(pli_config_secret(&file_disk, &account, &secret, &fault), PLM_OK);
	assert_string_equal(secret.key, "k");
	assert_string_equal(secret.secret, "s");
	assert_string_equal(secret.passphrase, "");
	const pli_config_account third = {.key_env = "PLM_TEST_KEY",
	    .secret_env = "PLM_TEST_SECRET",
	    .passphrase_env = "PLM_TEST_PASSPHRASE"};
	assert_int_equal(unsetenv("PLM_TEST_PASSPHRASE"), 0);
	assert_int_equal(pli_config_secret(&file_disk, &third, &secret, &fault), PLM_EAUTH);
	assert_string_equal(fault.path, "PLM_TEST_PASSPHRASE");
	assert_int_equal(setenv("PLM_TEST_PASSPHRASE", "p q", 1), 0);
	assert_int_equal(pli_config_secret(&file_disk, &third, &secret, &fault), PLM_OK);
	assert_string_equal(secret.passphrase, "p q");
	const pli_config_account neither = {.name = "a"};
	assert_int_equal(pli_config_secret(&file_disk, &neither, &secret, &fault), PLM_OK);
	assert_string_equal(secret.key, "");
}

static void
test_config_file__a_file_that_cannot_be_read_is_said(void **state)
{
	(void)state;
	pli_config *config = pli_config_create();
	char *said = NULL;
	size_t size = 0;
	FILE *report = open_memstream(&said, &size);
	uint32_t count = 0;
	assert_int_equal(
	    pli_config_read(&file_disk, "/nowhere/c.yaml", report, config, &count), PLM_ENOTFOUND);
	assert_int_equal(count, 1);
	assert_int_equal(pli_config_read(&file_disk, file_folder, report, config, &count), PLM_EIO);
	assert_int_equal(pli_config_read(&file_disk, file_write("listen: {port: 1}\n", 0600),
			     report, config, &count),
	    PLM_OK);
	assert_int_equal(config->listen_port, 1);
	char *big = calloc(1, PLI_CONFIG_BYTES_MAX + 2);
	memset(big, '#', PLI_CONFIG_BYTES_MAX + 1);
	assert_int_equal(pli_config_read(&file_disk, file_write(big, 0600), report, config, &count),
	    PLM_EOVERFLOW);
	free(big);
	assert_int_equal(fclose(report), 0);
	assert_non_null(strstr(said, "/nowhere/c.yaml: error: there is no such file\n"));
	assert_non_null(strstr(said, "larger than 1048576 bytes"));
	free(said);
	pli_config_destroy(config);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_config_file__a_key_file_is_read_whatever_its_blanks),
	    cmocka_unit_test(test_config_file__a_key_file_open_to_others_is_refused),
	    cmocka_unit_test(test_config_file__what_a_key_file_lacks_is_said_without_the_rest),
	    cmocka_unit_test(test_config_file__the_environment_holds_both_or_neither),
	    cmocka_unit_test(test_config_file__a_file_that_cannot_be_read_is_said),
	};
	return cmocka_run_group_tests(tests, file_setup, file_teardown);
}
