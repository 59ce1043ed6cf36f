/* journal_path_test.c: an older journal is kept, what is none is left alone, places are checked. */
#include "cli/journal_path.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/io.h"
#include "journal/journal.h"

static char path_folder[] = "/tmp/plimsoll-journal-XXXXXX";
static pli_disk path_disk;

static int
path_setup(void **state)
{
	(void)state;
	pli_io_disk(&path_disk);
	return mkdtemp(path_folder) == NULL ? -1 : 0;
}

/* Removes the folder's files; returns how many there were. */
static int
path_empty(void)
{
	int count = 0;
	DIR *folder = opendir(path_folder);
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char path[512];
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, "%s/%s", path_folder, entry->d_name);
		assert_int_equal(unlink(path), 0);
		count++;
	}
	assert_int_equal(closedir(folder), 0);
	return count;
}

static int
path_teardown(void **state)
{
	(void)state;
	return rmdir(path_folder);
}

static void
path_expect(const char *path, pli_exit code, const char *said)
{
	char *text = NULL;
	size_t size = 0;
	FILE *err = open_memstream(&text, &size);
	pli_cli cli;
	pli_cli_init(&cli, stdout, err);
	assert_int_equal(pli_journal_path_prepare(&cli, &path_disk, path), code);
	assert_int_equal(fclose(err), 0);
	if (said[0] == '\0')
		assert_string_equal(text, "");
	else
		assert_non_null(strstr(text, said));
	free(text);
}

static const char *
path_of(const char *name)
{
	static char path[512];
	(void)snprintf(path, sizeof path, "%s/%s", path_folder, name);
	return path;
}

static void
path_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
test_journal_path__an_older_journal_is_kept(void **state)
{
	(void)state;
	const char *path = path_of("j");
	pli_journal *journal;
	plm_fault fault;
	path_expect("", PLI_EXIT_OK, "");
	path_expect(path, PLI_EXIT_OK, "");
	assert_int_equal(pli_journal_open(&path_disk, path, &journal, &fault), PLM_OK);
	pli_journal_close(journal);
	path_expect(path, PLI_EXIT_OK, "the journal of the run before is now ");
	assert_int_equal(path_empty(), 1);
}

static void
test_journal_path__what_is_no_journal_is_left_alone(void **state)
{
	(void)state;
	const char *path = path_of("book.csv");
	struct stat facts;
	path_write(path, "type,symbol\n");
	path_expect(path, PLI_EXIT_CANNOT_CREATE, "this file is no journal and is left as it is");
	assert_int_equal(stat(path, &facts), 0);
	assert_int_equal(facts.st_size, strlen("type,symbol\n"));
	assert_int_equal(path_empty(), 1);
}

static void
test_journal_path__a_folder_is_no_place_for_a_journal(void **state)
{
	(void)state;
	path_expect(path_folder, PLI_EXIT_CANNOT_CREATE, "this is a folder: name a file");
	assert_int_equal(path_empty(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_journal_path__an_older_journal_is_kept),
	    cmocka_unit_test(test_journal_path__what_is_no_journal_is_left_alone),
	    cmocka_unit_test(test_journal_path__a_folder_is_no_place_for_a_journal),
	};
	return cmocka_run_group_tests(tests, path_setup, path_teardown);
}
