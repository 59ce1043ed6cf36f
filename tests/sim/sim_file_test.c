/* sim_file_test.c: the keeper's file is one that the venue `file` reads, and each fault what it
 * says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim_file.h"
#include "sim/sim_number.h"

enum { BYTES_MAX = 9 << 20 };

typedef struct file_rig {
	pli_seeded_clock clock;
	pli_seeded_disk *disk;
	pli_sim_file *file;
	pli_file_facts facts;
	char text[4096];
} file_rig;

static pli_sim_market market;

static void
rig_look(file_rig *r)
{
	pli_disk table = pli_seeded_disk_table(r->disk);
	pli_file handle;
	size_t size = 0;
	assert_int_equal(table.facts(table.ctx, pli_sim_file_path, &r->facts), PLM_OK);
	assert_int_equal(table.open(table.ctx, pli_sim_file_path, PLI_FILE_READ, &handle), PLM_OK);
	assert_int_equal(
	    table.read(table.ctx, handle, 0, r->text, sizeof r->text - 1, &size), PLM_OK);
	table.close(table.ctx, handle);
	r->text[size] = '\0';
}

static void
rig_init(file_rig *r)
{
	plm_time_ns start_ns = INT64_C(1795132800) * PLM_NS_PER_S;
	pli_seeded_clock_init(&r->clock, 3, start_ns);
	r->disk = pli_seeded_disk_create(&r->clock, 3, 2 * BYTES_MAX);
	pli_sim_market_init(&market, 3, start_ns, 1);
	r->file = pli_sim_file_create(r->disk, &r->clock, &market, 3);
	assert_non_null(r->file);
	rig_look(r);
}

static void
rig_fini(file_rig *r)
{
	pli_sim_file_destroy(r->file);
	pli_seeded_disk_destroy(r->disk);
}

static const pli_sim_file_version *
rig_version(const file_rig *r)
{
	return pli_sim_file_version_get(r->file, pli_sim_file_versions(r->file) - 1);
}

static void
test_sim_file__is_written_again_and_again(void **state)
{
	(void)state;
	file_rig r;
	rig_init(&r);
	assert_non_null(strstr(r.text, "\nposition,BTC/USDT:USDT,12.500,coins,"));
	assert_non_null(strstr(r.text, "-100000-C,-10.000,contracts,1.000,0.06,0.0525,"));
	assert_non_null(strstr(r.text, "\nbalance,,,,,,,,,USDT,150000.000,\n"));
	assert_int_equal(rig_version(&r)->until_ns, INT64_MAX);
	for (uint64_t i = 2; i < 100; i++) {
		pli_seeded_clock_move(&r.clock, pli_sim_file_next(r.file));
		pli_sim_file_work(r.file);
		assert_int_equal(pli_sim_file_versions(r.file), i);
		assert_int_equal(
		    pli_sim_file_version_get(r.file, i - 2)->until_ns, r.clock.steady_ns);
		rig_look(&r);
		assert_int_equal(r.facts.modified_ns, pli_seeded_clock_true_ns(&r.clock));
	}
	rig_fini(&r);
}

static void
test_sim_file__a_broken_one_is_mended_in_its_time(void **state)
{
	(void)state;
	for (int fault = PLI_SIM_FILE_GONE; fault <= PLI_SIM_FILE_GROWN; fault++) {
		file_rig r;
		const char *why;
		rig_init(&r);
		pli_seeded_clock_move(&r.clock, 2 * PLM_NS_PER_S);
		assert_true(pli_sim_file_break(r.file, (pli_sim_file_fault)fault, PLM_NS_PER_S, 6));
		assert_int_equal(pli_sim_file_broken_since(r.file, &why), 2 * PLM_NS_PER_S);
		assert_true(why[0] != '\0');
		assert_false(pli_sim_file_break(r.file, PLI_SIM_FILE_SIZE, PLM_NS_PER_S, 0));
		uint64_t size = pli_seeded_disk_size(r.disk, pli_sim_file_path);
		assert_int_equal(size == 0, fault == PLI_SIM_FILE_GONE);
		assert_int_equal(size > 8 << 20, fault == PLI_SIM_FILE_GROWN);
		assert_int_equal(pli_sim_file_next(r.file), 3 * PLM_NS_PER_S);
		pli_seeded_clock_move(&r.clock, 3 * PLM_NS_PER_S);
		pli_sim_file_work(r.file);
		assert_int_equal(pli_sim_file_broken_since(r.file, &why), 0);
		rig_look(&r);
		assert_non_null(strstr(r.text, "rate,,,,,,,,,USDT,,0.9998\n"));
		rig_fini(&r);
	}
}

static void
test_sim_file__changes_that_are_easily_not_seen(void **state)
{
	(void)state;
	file_rig r;
	rig_init(&r);
	pli_file_facts before = r.facts;
	char text[sizeof r.text];
	memcpy(text, r.text, sizeof text);
	pli_seeded_clock_move(&r.clock, 2 * PLM_NS_PER_S);
	assert_true(pli_sim_file_break(r.file, PLI_SIM_FILE_UNDATED, 0, 1));
	rig_look(&r);
	assert_int_equal(r.facts.size, before.size);
	assert_int_equal(r.facts.modified_ns, before.modified_ns);
	assert_string_not_equal(r.text, text);
	assert_int_equal(rig_version(&r)->quantity[1], -250000001);
	assert_true(pli_sim_file_version_get(r.file, 0)->unseen);
	assert_true(pli_sim_file_break(r.file, PLI_SIM_FILE_OLD, 0, 0));
	rig_look(&r);
	assert_true(r.facts.modified_ns < before.modified_ns);
	assert_true(pli_sim_file_break(r.file, PLI_SIM_FILE_SIZE, 0, 0));
	assert_int_equal(rig_version(&r)->multiplier[2], 1000);
	assert_true(pli_sim_file_break(r.file, PLI_SIM_FILE_SIZE, 0, 0));
	assert_int_equal(rig_version(&r)->multiplier[2], 10000);
	rig_look(&r);
	assert_non_null(strstr(r.text, ",contracts,10.000,"));
	rig_fini(&r);
}

static void
test_sim_file__numbers_in_thousandths(void **state)
{
	(void)state;
	assert_true(pli_sim_file_decimal(-1234).units == pli_sim_of("-1.234").units);
	assert_string_equal(pli_sim_file_asset(0), "BTC");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_file__is_written_again_and_again),
	    cmocka_unit_test(test_sim_file__a_broken_one_is_mended_in_its_time),
	    cmocka_unit_test(test_sim_file__changes_that_are_easily_not_seen),
	    cmocka_unit_test(test_sim_file__numbers_in_thousandths),
	};
	return cmocka_run_group_tests_name("sim_file", tests, NULL, NULL);
}
