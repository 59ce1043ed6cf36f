/* ban_memory_test.c: bans are written, read again, capped, forgotten, and ignored when damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/ban_memory.h"
#include "io/io.h"

static const plm_time_ns wall = INT64_C(1795000000) * PLM_NS_PER_S;

typedef struct ban_rig {
	char folder[64], journal[96], file[128];
	pli_disk disk;
	pli_budgets budgets;
	pli_ban_memory memory;
	plm_fault fault;
} ban_rig;

static void
rig_init(ban_rig *rig)
{
	*rig = (ban_rig){.folder = "/tmp/plimsoll-bans-XXXXXX"};
	assert_non_null(mkdtemp(rig->folder));
	(void)snprintf(rig->journal, sizeof rig->journal, "%s/j", rig->folder);
	(void)snprintf(rig->file, sizeof rig->file, "%s.bans", rig->journal);
	pli_io_disk(&rig->disk);
	assert_int_equal(
	    pli_ban_memory_open(&rig->memory, &rig->disk, rig->journal, wall, &rig->fault), PLM_OK);
	assert_int_equal(rig->memory.count, 0);
}

static void
rig_fini(ban_rig *rig)
{
	(void)unlink(rig->file);
	assert_int_equal(rmdir(rig->folder), 0); /* nothing else was left there */
}

/* A process that begins later, with a steady clock of its own. */
static plm_err
rig_restart(ban_rig *rig, plm_time_ns wall_ns, plm_time_ns steady_ns)
{
	rig->budgets = (pli_budgets){0};
	rig->fault = (plm_fault){0};
	plm_err err = pli_ban_memory_open(
	    &rig->memory, &rig->disk, rig->journal, wall_ns, &rig->fault);
	(void)pli_budgets_get(&rig->budgets, "https://a", 0);
	(void)pli_budgets_get(&rig->budgets, "https://b", 0);
	pli_ban_memory_recall(&rig->memory, &rig->budgets, wall_ns, steady_ns);
	return err;
}

static void
rig_ban(ban_rig *rig, const char *url, uint32_t seconds)
{
	pli_budget *budget = pli_budgets_get(&rig->budgets, url, 0);
	pli_budget_on_answer(budget, 418, seconds, 0, PLM_NS_PER_S);
	pli_ban_memory_keep(&rig->memory, &rig->budgets, wall, PLM_NS_PER_S);
}

static void
test_engine_ban_memory__a_ban_holds_over_a_restart_and_no_longer(void **state)
{
	(void)state;
	ban_rig rig;
	rig_init(&rig);
	rig_ban(&rig, "https://a", 600);
	assert_int_equal(rig_restart(&rig, wall + 100 * PLM_NS_PER_S, 5), PLM_OK);
	assert_int_equal(rig.budgets.rows[0].banned_until_ns, 5 + 500 * PLM_NS_PER_S);
	assert_int_equal(rig.budgets.rows[1].banned_until_ns, 0);
	pli_budget_ask one = {.weight = 1, .waiter = 1};
	assert_false(pli_budget_take(&rig.budgets.rows[0], &one, 5 + 499 * PLM_NS_PER_S));
	assert_true(pli_budget_take(&rig.budgets.rows[0], &one, 5 + 500 * PLM_NS_PER_S));
	assert_int_equal(rig_restart(&rig, wall + 600 * PLM_NS_PER_S, 5), PLM_OK);
	assert_int_equal(rig.memory.count, 0);
	assert_int_equal(rig.budgets.rows[0].banned_until_ns, 0);
	rig_fini(&rig);
}

/* A clock that was set back by an hour makes no ban an hour longer. */
static void
test_engine_ban_memory__a_clock_that_was_set_back_prolongs_nothing(void **state)
{
	(void)state;
	ban_rig rig;
	rig_init(&rig);
	rig_ban(&rig, "https://a", 600);
	assert_int_equal(rig_restart(&rig, wall - 3600 * PLM_NS_PER_S, 5), PLM_OK);
	assert_int_equal(rig.budgets.rows[0].banned_until_ns, 5 + 600 * PLM_NS_PER_S);
	rig_fini(&rig);
}

/* Set while the ban runs: what is kept is told anew, once. */
static void
test_engine_ban_memory__a_clock_that_is_set_meanwhile(void **state)
{
	(void)state;
	for (int64_t by_s = -3600; by_s <= 3600; by_s += 7200) {
		ban_rig rig;
		rig_init(&rig);
		rig_ban(&rig, "https://a", 600);
		plm_time_ns steady_ns = 101 * PLM_NS_PER_S;
		plm_time_ns now_ns = wall + (100 + by_s) * PLM_NS_PER_S;
		pli_ban_memory_keep(&rig.memory, &rig.budgets, now_ns, steady_ns);
		plm_time_ns told_ns = rig.memory.rows[0].told_wall_ns;
		assert_int_equal(told_ns, now_ns);
		pli_ban_memory_keep(
		    &rig.memory, &rig.budgets, now_ns + PLM_NS_PER_S, steady_ns + 2 * PLM_NS_PER_S);
		assert_int_equal(rig.memory.rows[0].told_wall_ns, told_ns);
		assert_int_equal(rig_restart(&rig, now_ns, 5), PLM_OK);
		assert_int_equal(rig.budgets.rows[0].banned_until_ns, 5 + 500 * PLM_NS_PER_S);
		rig_fini(&rig);
	}
}

static void
test_engine_ban_memory__a_longer_ban_replaces_the_shorter_and_hosts_stay_apart(void **state)
{
	(void)state;
	ban_rig rig;
	rig_init(&rig);
	rig_ban(&rig, "https://a", 60);
	rig_ban(&rig, "https://b", 30);
	rig_ban(&rig, "https://a", 120);
	assert_int_equal(rig_restart(&rig, wall, 0), PLM_OK);
	assert_int_equal(rig.budgets.rows[0].banned_until_ns, 120 * PLM_NS_PER_S);
	assert_int_equal(rig.budgets.rows[1].banned_until_ns, 30 * PLM_NS_PER_S);
	rig_fini(&rig);
}

static void
test_engine_ban_memory__no_ban_is_longer_than_three_days(void **state)
{
	(void)state;
	ban_rig rig;
	rig_init(&rig);
	rig_ban(&rig, "https://a", 400 * 86400u / 100);
	rig_ban(&rig, "https://b", UINT32_MAX);
	/* A clock that was set back a year must not make a year of silence. */
	assert_int_equal(rig_restart(&rig, wall - 365 * PLM_NS_PER_DAY, 0), PLM_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    rig.budgets.rows[i].banned_until_ns, PLI_BAN_DAYS_MAX * PLM_NS_PER_DAY);
	rig_fini(&rig);
}

/* Every byte flipped, every length cut: ignored with a sentence, never half believed. */
static void
test_engine_ban_memory__a_damaged_file_is_ignored(void **state)
{
	(void)state;
	ban_rig rig;
	rig_init(&rig);
	rig_ban(&rig, "https://a", 600);
	char text[512];
	pli_file file;
	size_t size = 0;
	assert_int_equal(rig.disk.open(NULL, rig.file, PLI_FILE_READ, &file), PLM_OK);
	assert_int_equal(rig.disk.read(NULL, file, 0, text, sizeof text, &size), PLM_OK);
	rig.disk.close(NULL, file);
	assert_true(size > 40 && size < sizeof text);
	for (size_t i = 0; i < 2 * size; i++) {
		bool cut = i >= size;
		text[i % size] ^= cut ? 0 : 4;
		assert_int_equal(rig.disk.open(NULL, rig.file, PLI_FILE_CREATE, &file), PLM_OK);
		assert_int_equal(rig.disk.append(NULL, file, text, cut ? i - size : size), PLM_OK);
		rig.disk.close(NULL, file);
		text[i % size] ^= cut ? 0 : 4;
		assert_int_equal(rig_restart(&rig, wall, 0), PLM_EDECODE);
		assert_int_equal(rig.budgets.rows[0].banned_until_ns, 0);
		assert_non_null(strstr(rig.fault.text, "ignored"));
	}
	rig_ban(&rig, "https://a", 60); /* and is replaced by the next one */
	assert_int_equal(rig_restart(&rig, wall, 0), PLM_OK);
	assert_true(rig.budgets.rows[0].banned_until_ns > 0);
	rig_fini(&rig);
}

static void
test_engine_ban_memory__without_a_journal_nothing_is_written(void **state)
{
	(void)state;
	ban_rig rig;
	rig_init(&rig);
	assert_int_equal(
	    pli_ban_memory_open(&rig.memory, &rig.disk, NULL, wall, &rig.fault), PLM_OK);
	rig_ban(&rig, "https://a", 60);
	assert_int_equal(rig.memory.failures, 0);
	rig_fini(&rig);
}

static void
test_engine_ban_memory__a_disk_that_refuses_is_counted(void **state)
{
	(void)state;
	ban_rig rig;
	rig_init(&rig);
	assert_int_equal(
	    pli_ban_memory_open(&rig.memory, &rig.disk, "/nowhere/at/all/j", wall, &rig.fault),
	    PLM_OK);
	rig_ban(&rig, "https://a", 60);
	assert_int_equal(rig.memory.failures, 1);
	rig_fini(&rig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_ban_memory__a_ban_holds_over_a_restart_and_no_longer),
	    cmocka_unit_test(test_engine_ban_memory__a_clock_that_was_set_back_prolongs_nothing),
	    cmocka_unit_test(
		test_engine_ban_memory__a_longer_ban_replaces_the_shorter_and_hosts_stay_apart),
	    cmocka_unit_test(test_engine_ban_memory__a_clock_that_is_set_meanwhile),
	    cmocka_unit_test(test_engine_ban_memory__no_ban_is_longer_than_three_days),
	    cmocka_unit_test(test_engine_ban_memory__a_damaged_file_is_ignored),
	    cmocka_unit_test(test_engine_ban_memory__without_a_journal_nothing_is_written),
	    cmocka_unit_test(test_engine_ban_memory__a_disk_that_refuses_is_counted),
	};
	return cmocka_run_group_tests_name("ban_memory", tests, NULL, NULL);
}
