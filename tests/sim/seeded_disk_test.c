/* seeded_disk_test.c: what is durable, what a crash keeps, what each fault does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/seeded_disk.h"

typedef struct disk_rig {
	pli_seeded_clock clock;
	pli_seeded_disk *disk;
	pli_disk table;
	pli_file file;
} disk_rig;

static void
rig_init(disk_rig *r)
{
	pli_seeded_clock_init(&r->clock, 5, INT64_C(1795132800) * PLM_NS_PER_S);
	r->disk = pli_seeded_disk_create(&r->clock, 5, 1 << 20);
	assert_non_null(r->disk);
	r->table = pli_seeded_disk_table(r->disk);
	assert_int_equal(r->table.open(r->table.ctx, "journal", PLI_FILE_CREATE, &r->file), PLM_OK);
}

static plm_err
rig_append(disk_rig *r, size_t size)
{
	static const char bytes[4096] = "the same";
	return r->table.append(r->table.ctx, r->file, bytes, size);
}

static plm_err
rig_sync(disk_rig *r)
{
	return r->table.sync(r->table.ctx, r->file);
}

static void
test_sim_seeded_disk__reads_back_what_was_appended(void **state)
{
	(void)state;
	disk_rig r;
	char got[16] = "";
	size_t size;
	pli_file_facts facts;
	rig_init(&r);
	assert_int_equal(rig_append(&r, 1000), PLM_OK);
	assert_int_equal(r.table.read(r.table.ctx, r.file, 0, got, 8, &size), PLM_OK);
	assert_int_equal(size, 8);
	assert_memory_equal(got, "the same", 8);
	assert_int_equal(r.table.read(r.table.ctx, r.file, 999, got, 8, &size), PLM_OK);
	assert_int_equal(size, 1);
	assert_int_equal(r.table.facts(r.table.ctx, "journal", &facts), PLM_OK);
	assert_int_equal(facts.size, 1000);
	assert_int_equal(r.table.truncate(r.table.ctx, r.file, 10), PLM_OK);
	assert_int_equal(pli_seeded_disk_bytes(r.disk), 10);
	char before = 0, after = 0;
	size_t flipped_size = 0;
	pli_file flipped;
	assert_int_equal(r.table.open(r.table.ctx, "journal", PLI_FILE_READ, &flipped), PLM_OK);
	assert_int_equal(r.table.read(r.table.ctx, flipped, 9, &before, 1, &flipped_size), PLM_OK);
	pli_seeded_disk_flip(r.disk, "journal", 9);
	assert_int_equal(r.table.read(r.table.ctx, flipped, 9, &after, 1, &flipped_size), PLM_OK);
	assert_int_equal((char)~before, after);
	r.table.close(r.table.ctx, flipped);
	assert_int_equal(r.table.rename(r.table.ctx, "journal", "older"), PLM_OK);
	assert_int_equal(pli_seeded_disk_size(r.disk, "older"), 10);
	assert_int_equal(r.table.remove(r.table.ctx, "older"), PLM_OK);
	assert_int_equal(r.table.facts(r.table.ctx, "older", &facts), PLM_ENOTFOUND);
	assert_int_equal(r.table.remove(r.table.ctx, "older"), PLM_ENOTFOUND);
	pli_seeded_disk_destroy(r.disk);
}

static void
test_sim_seeded_disk__a_crash_keeps_the_cache_and_power_loss_what_was_synced(void **state)
{
	(void)state;
	disk_rig r;
	rig_init(&r);
	assert_int_equal(rig_append(&r, 1000), PLM_OK);
	assert_int_equal(rig_sync(&r), PLM_OK);
	assert_int_equal(rig_append(&r, 500), PLM_OK);
	pli_seeded_disk_crash(r.disk, false);
	assert_int_equal(pli_seeded_disk_size(r.disk, "journal"), 1500);
	assert_int_equal(rig_append(&r, 1), PLM_EIO); /* the old process has no file any more */
	pli_seeded_disk_crash(r.disk, true);
	assert_in_range(pli_seeded_disk_size(r.disk, "journal"), 1000, 1500);
	assert_int_equal(pli_seeded_disk_size_synced(r.disk, "journal"), 1000);
	pli_seeded_disk_destroy(r.disk);
}

/* What was not synced is there, cut, or zeros from some place on; each of it happens. */
static void
test_sim_seeded_disk__power_loss_cuts_or_leaves_zeros(void **state)
{
	(void)state;
	uint32_t cut = 0, zeros = 0;
	disk_rig r;
	rig_init(&r);
	for (int i = 0; i < 40; i++) {
		char bytes[400], got[400];
		size_t size = 0, same = 0;
		memset(bytes, 7, sizeof bytes);
		assert_int_equal(
		    r.table.open(r.table.ctx, "journal", PLI_FILE_CREATE, &r.file), PLM_OK);
		assert_int_equal(r.table.append(r.table.ctx, r.file, bytes, 100), PLM_OK);
		assert_int_equal(rig_sync(&r), PLM_OK);
		assert_int_equal(r.table.append(r.table.ctx, r.file, bytes, 300), PLM_OK);
		pli_seeded_disk_crash(r.disk, true);
		assert_int_equal(
		    r.table.open(r.table.ctx, "journal", PLI_FILE_READ, &r.file), PLM_OK);
		assert_int_equal(
		    r.table.read(r.table.ctx, r.file, 0, got, sizeof got, &size), PLM_OK);
		while (same < size && got[same] == 7)
			same++;
		assert_in_range(same, 100, 400);
		for (size_t k = same; k < size; k++)
			assert_int_equal(got[k], 0);
		zeros += same < size;
		cut += same == size && size < 400;
		r.table.close(r.table.ctx, r.file);
	}
	assert_true(cut > 5 && zeros > 5);
	pli_seeded_disk_destroy(r.disk);
}

static void
test_sim_seeded_disk__faults_do_what_they_say_and_end(void **state)
{
	(void)state;
	disk_rig r;
	rig_init(&r);
	pli_seeded_disk_break(r.disk, PLI_DISK_FULL, PLM_NS_PER_S);
	assert_int_equal(rig_append(&r, 1000), PLM_ENOSPACE);
	assert_true(pli_seeded_disk_size(r.disk, "journal") < 1000);
	pli_seeded_clock_move(&r.clock, 3 * PLM_NS_PER_S);
	assert_int_equal(rig_append(&r, 1000), PLM_OK);
	pli_seeded_disk_break(r.disk, PLI_DISK_FULL, PLM_NS_PER_S);
	pli_seeded_disk_mend(r.disk);
	assert_int_equal(rig_append(&r, 1000), PLM_OK);
	assert_int_equal(rig_sync(&r), PLM_OK);
	uint64_t durable = pli_seeded_disk_size(r.disk, "journal");
	pli_seeded_disk_break(r.disk, PLI_DISK_TORN, PLM_NS_PER_S);
	assert_int_equal(rig_append(&r, 1000), PLM_EIO);
	assert_int_equal(rig_append(&r, 1000), PLM_OK); /* only the next call */
	pli_seeded_disk_break(r.disk, PLI_DISK_SYNC, PLM_NS_PER_S);
	assert_int_equal(rig_sync(&r), PLM_EIO);
	assert_int_equal(pli_seeded_disk_size(r.disk, "journal"), durable);
	plm_time_ns before_ns = r.clock.steady_ns;
	pli_seeded_disk_break(r.disk, PLI_DISK_SLOW, 60 * PLM_NS_PER_S);
	for (int i = 0; i < 8; i++)
		assert_int_equal(rig_append(&r, 1), PLM_OK);
	assert_true(r.clock.steady_ns > before_ns);
	for (int fault = 0; fault < PLI_DISK_FAULT_COUNT; fault++)
		assert_true(pli_seeded_disk_befell(r.disk, (pli_disk_fault)fault) > 0);
	pli_seeded_disk_destroy(r.disk);
}

static void
test_sim_seeded_disk__has_a_bound(void **state)
{
	(void)state;
	disk_rig r;
	rig_init(&r);
	plm_err err = PLM_OK;
	for (int i = 0; i < 300 && err == PLM_OK; i++)
		err = rig_append(&r, 4096);
	assert_int_equal(err, PLM_ENOSPACE);
	assert_true(pli_seeded_disk_bytes(r.disk) <= 1 << 20);
	pli_seeded_disk_destroy(r.disk);
}

/* Of another program: whole, durable, of any date, whatever befalls the disk. */
static void
test_sim_seeded_disk__a_file_that_another_program_writes(void **state)
{
	(void)state;
	disk_rig r;
	pli_file_facts facts;
	rig_init(&r);
	pli_seeded_disk_break(r.disk, PLI_DISK_FULL, PLM_NS_PER_S);
	pli_seeded_disk_put(r.disk, "book", PLM_SLICE("twelve bytes"), 7);
	pli_seeded_disk_put(r.disk, "book", PLM_SLICE("four"), 5);
	assert_int_equal(r.table.facts(r.table.ctx, "book", &facts), PLM_OK);
	assert_int_equal(facts.modified_ns, 5);
	assert_int_equal(pli_seeded_disk_size_synced(r.disk, "book"), 4);
	assert_int_equal(pli_seeded_disk_bytes(r.disk), 4);
	pli_seeded_disk_destroy(r.disk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_seeded_disk__reads_back_what_was_appended),
	    cmocka_unit_test(
		test_sim_seeded_disk__a_crash_keeps_the_cache_and_power_loss_what_was_synced),
	    cmocka_unit_test(test_sim_seeded_disk__power_loss_cuts_or_leaves_zeros),
	    cmocka_unit_test(test_sim_seeded_disk__faults_do_what_they_say_and_end),
	    cmocka_unit_test(test_sim_seeded_disk__has_a_bound),
	    cmocka_unit_test(test_sim_seeded_disk__a_file_that_another_program_writes),
	};
	return cmocka_run_group_tests_name("seeded_disk", tests, NULL, NULL);
}
