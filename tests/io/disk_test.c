/* disk_test.c: files as the journal and the key files need them. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/io.h"

static pli_disk disk;
static char folder[64];
static char path_a[96];
static char path_b[96];

static int
make_folder(void **state)
{
	(void)state;
	pli_io_disk(&disk);
	(void)snprintf(folder, sizeof folder, "/tmp/plm-disk-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path_a, sizeof path_a, "%s/a", folder);
	(void)snprintf(path_b, sizeof path_b, "%s/b", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	(void)unlink(path_a);
	(void)unlink(path_b);
	return rmdir(folder);
}

static void
expect_content(const char *path, const char *wanted)
{
	char room[256];
	size_t got;
	pli_file file;
	assert_int_equal(disk.open(disk.ctx, path, PLI_FILE_READ, &file), PLM_OK);
	assert_int_equal(disk.read(disk.ctx, file, 0, room, sizeof room, &got), PLM_OK);
	assert_int_equal(got, strlen(wanted));
	assert_memory_equal(room, wanted, got);
	assert_int_equal(disk.read(disk.ctx, file, 2, room, 3, &got), PLM_OK);
	assert_int_equal(got, got == 0 ? 0 : 3);
	assert_int_equal(disk.read(disk.ctx, file, 1000, room, 3, &got), PLM_OK);
	assert_int_equal(got, 0);
	assert_int_equal(disk.append(disk.ctx, file, "x", 1), PLM_EIO);
	disk.close(disk.ctx, file);
}

static void
test_disk__append_truncate_rename(void **state)
{
	(void)state;
	pli_file file;
	pli_file_facts facts;
	assert_int_equal(disk.open(disk.ctx, path_a, PLI_FILE_READ, &file), PLM_ENOTFOUND);
	assert_int_equal(disk.facts(disk.ctx, path_a, &facts), PLM_ENOTFOUND);
	assert_int_equal(disk.open(disk.ctx, path_a, PLI_FILE_APPEND, &file), PLM_OK);
	assert_int_equal(disk.append(disk.ctx, file, "hello ", 6), PLM_OK);
	assert_int_equal(disk.append(disk.ctx, file, "world", 5), PLM_OK);
	assert_int_equal(disk.append(disk.ctx, file, "", 0), PLM_OK);
	assert_int_equal(disk.sync(disk.ctx, file), PLM_OK);
	disk.close(disk.ctx, file);
	expect_content(path_a, "hello world");
	assert_int_equal(disk.open(disk.ctx, path_a, PLI_FILE_APPEND, &file), PLM_OK);
	assert_int_equal(disk.truncate(disk.ctx, file, 5), PLM_OK);
	assert_int_equal(disk.append(disk.ctx, file, "!", 1), PLM_OK);
	disk.close(disk.ctx, file);
	expect_content(path_a, "hello!");
	assert_int_equal(disk.facts(disk.ctx, path_a, &facts), PLM_OK);
	assert_int_equal(facts.size, 6);
	assert_true(facts.private_to_owner && !facts.is_directory && facts.modified_ns > 0);
	assert_int_equal(disk.rename(disk.ctx, path_a, path_b), PLM_OK);
	assert_int_equal(disk.rename(disk.ctx, path_a, path_b), PLM_ENOTFOUND);
	expect_content(path_b, "hello!");
	assert_int_equal(disk.open(disk.ctx, path_b, PLI_FILE_CREATE, &file), PLM_OK);
	disk.close(disk.ctx, file);
	expect_content(path_b, "");
	assert_int_equal(disk.remove(disk.ctx, path_b), PLM_OK);
	assert_int_equal(disk.remove(disk.ctx, path_b), PLM_ENOTFOUND);
	disk.close(disk.ctx, (pli_file){-1});
}

static void
test_disk__private_to_owner(void **state)
{
	(void)state;
	pli_file file;
	pli_file_facts facts;
	assert_int_equal(disk.open(disk.ctx, path_a, PLI_FILE_CREATE, &file), PLM_OK);
	disk.close(disk.ctx, file);
	static const mode_t modes[] = {0600, 0400, 0700, 0640, 0604, 0601, 0660, 0644};
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		assert_int_equal(chmod(path_a, modes[i]), 0);
		assert_int_equal(disk.facts(disk.ctx, path_a, &facts), PLM_OK);
		assert_int_equal(facts.private_to_owner, i < 3);
	}
	assert_int_equal(chmod(path_a, 0600), 0);
	assert_int_equal(symlink(path_a, path_b), 0);
	assert_int_equal(disk.facts(disk.ctx, path_b, &facts), PLM_OK);
	assert_false(facts.private_to_owner);
	assert_int_equal(unlink(path_b), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(path_a, 12345, 12345), 0);
		assert_int_equal(disk.facts(disk.ctx, path_a, &facts), PLM_OK);
		assert_false(facts.private_to_owner);
	}
	assert_int_equal(unlink(path_a), 0);
}

static void
test_disk__directories(void **state)
{
	(void)state;
	pli_file file;
	pli_file_facts facts;
	assert_int_equal(disk.make_directory(disk.ctx, path_a), PLM_OK);
	assert_int_equal(disk.make_directory(disk.ctx, path_a), PLM_OK);
	assert_int_equal(disk.facts(disk.ctx, path_a, &facts), PLM_OK);
	assert_true(facts.is_directory && facts.private_to_owner);
	assert_int_equal(disk.open(disk.ctx, path_a, PLI_FILE_APPEND, &file), PLM_EIO);
	assert_int_equal(disk.remove(disk.ctx, path_a), PLM_OK);
	assert_int_equal(disk.open(disk.ctx, path_a, PLI_FILE_CREATE, &file), PLM_OK);
	disk.close(disk.ctx, file);
	assert_int_equal(disk.make_directory(disk.ctx, path_a), PLM_EIO);
	assert_int_equal(disk.remove(disk.ctx, path_a), PLM_OK);
}

static void
test_disk__no_space(void **state)
{
	(void)state;
	static char block[8192];
	struct rlimit before;
	pli_file file;
	/* A bound on file sizes stands in for a full disk; /dev/full is one. */
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	struct rlimit tight = {.rlim_cur = 10000, .rlim_max = before.rlim_max};
	assert_int_equal(disk.open(disk.ctx, path_a, PLI_FILE_CREATE, &file), PLM_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	plm_err first = disk.append(disk.ctx, file, block, sizeof block);
	plm_err second = disk.append(disk.ctx, file, block, sizeof block);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(first, PLM_OK);
	assert_int_equal(second, PLM_ENOSPACE);
	disk.close(disk.ctx, file);
	assert_int_equal(unlink(path_a), 0);
	assert_int_equal(disk.open(disk.ctx, "/dev/full", PLI_FILE_APPEND, &file), PLM_OK);
	assert_int_equal(disk.append(disk.ctx, file, block, 1), PLM_ENOSPACE);
	disk.close(disk.ctx, file);
}

static void
test_disk__one_opening_holds_the_lock(void **state)
{
	(void)state;
	pli_file first, second;
	assert_int_equal(disk.open(disk.ctx, path_a, PLI_FILE_APPEND, &first), PLM_OK);
	assert_int_equal(disk.open(disk.ctx, path_a, PLI_FILE_READ, &second), PLM_OK);
	assert_int_equal(disk.lock(disk.ctx, first), PLM_OK);
	assert_int_equal(disk.lock(disk.ctx, second), PLM_EAGAIN);
	disk.close(disk.ctx, first);
	assert_int_equal(disk.lock(disk.ctx, second), PLM_OK);
	disk.close(disk.ctx, second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_disk__append_truncate_rename),
	    cmocka_unit_test(test_disk__private_to_owner),
	    cmocka_unit_test(test_disk__directories),
	    cmocka_unit_test(test_disk__no_space),
	    cmocka_unit_test(test_disk__one_opening_holds_the_lock),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
