/* feed_notes_test.c: trouble is said once, a new reason again, and its end; missing files by name.
 */
#include "cli/feed_notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct notes_rig {
	pli_cli cli;
	pli_config *config;
	pli_feed_notes notes;
	char *text;
	size_t size;
} notes_rig;

static void
notes_up(notes_rig *rig)
{
	*rig = (notes_rig){.config = pli_config_create()};
	assert_non_null(rig->config);
	rig->config->accounts_count = 2;
	(void)strcpy(rig->config->accounts[0].name, "desk-a");
	(void)strcpy(rig->config->accounts[1].name, "by-hand");
	FILE *err = open_memstream(&rig->text, &rig->size);
	assert_non_null(err);
	pli_cli_init(&rig->cli, stdout, err);
}

static void
notes_down(notes_rig *rig)
{
	assert_int_equal(fclose(rig->cli.err), 0);
	free(rig->text);
	pli_config_destroy(rig->config);
}

/* What is said of a feed that now is so; valid until the next call. */
static const char *
notes_take(notes_rig *rig, uint32_t index, uint8_t status, const char *text)
{
	plm_feed_state state = {.status = status};
	(void)snprintf(state.text, sizeof state.text, "%s", text);
	(void)fflush(rig->cli.err);
	size_t before = rig->size;
	pli_feed_notes_take(&rig->notes, &rig->cli, rig->config, index, &state);
	(void)fflush(rig->cli.err);
	return rig->text + before;
}

static void
test_feed_notes__said_once_until_it_changes(void **state)
{
	(void)state;
	notes_rig rig;
	notes_up(&rig);
	assert_string_equal(notes_take(&rig, 0, PLM_FEED_CONNECTING, "waiting"), "");
	assert_string_equal(notes_take(&rig, 0, PLM_FEED_LIVE, ""), "");
	assert_string_equal(notes_take(&rig, 0, PLM_FEED_STALE, "nothing heard for 5 s"),
	    "plimsoll: account desk-a is stale: nothing heard for 5 s\n");
	assert_string_equal(notes_take(&rig, 0, PLM_FEED_STALE, "nothing heard for 6 s"), "");
	assert_string_equal(notes_take(&rig, 1, PLM_FEED_DOWN, ""),
	    "plimsoll: account by-hand is down: no reason is known\n");
	assert_string_equal(notes_take(&rig, 1, PLM_FEED_DOWN, "book.csv:2:1: x"),
	    "plimsoll: account by-hand is down: book.csv:2:1: x\n");
	assert_string_equal(notes_take(&rig, 1, PLM_FEED_DOWN, "book.csv:2:1: x"), "");
	assert_string_equal(
	    notes_take(&rig, 0, PLM_FEED_LIVE, ""), "plimsoll: account desk-a is live again\n");
	assert_string_equal(notes_take(&rig, 0, PLM_FEED_LIVE, ""), "");
	assert_string_equal(notes_take(&rig, 2, PLM_FEED_DOWN, "of no account"), "");
	notes_down(&rig);
}

/* "there" is a file, "folder" a folder; anything else is missing. */
static plm_err
notes_facts(void *ctx, const char *path, pli_file_facts *ret_facts)
{
	(void)ctx;
	*ret_facts = (pli_file_facts){.is_directory = strcmp(path, "folder") == 0};
	if (strcmp(path, "closed") == 0)
		return PLM_EACCESS;
	return strcmp(path, "there") == 0 || ret_facts->is_directory ? PLM_OK : PLM_ENOTFOUND;
}

static void
test_feed_notes__files_that_cannot_be_read(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		const char *said;
	} rows[] = {
	    {"", ""},
	    {"there", ""},
	    {"none", "plimsoll: account by-hand has no numbers: none: there is no such file\n"},
	    {"folder", "plimsoll: account by-hand has no numbers: folder: this is a folder; a file "
		       "is expected\n"},
	    {"closed", "plimsoll: account by-hand has no numbers: closed: this user may not\n"},
	};
	const pli_disk disk = {.facts = notes_facts};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		notes_rig rig;
		notes_up(&rig);
		(void)strcpy(rig.config->accounts[1].path, rows[i].path);
		uint32_t missing = pli_feed_notes_files(&rig.cli, rig.config, &disk);
		assert_int_equal(missing, rows[i].said[0] != '\0');
		(void)fflush(rig.cli.err);
		assert_string_equal(rig.text, rows[i].said);
		notes_down(&rig);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_feed_notes__said_once_until_it_changes),
	    cmocka_unit_test(test_feed_notes__files_that_cannot_be_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
