/* journal_test.c: what was appended comes back; tears are cut, damage is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "journal/journal.h"

enum { MEMORY_MAX = 1 << 20, RECORD = 272, HEADER = 64 };

/* A disk of one file in memory, with a budget after which writes are refused. */
typedef struct memory_disk {
	unsigned char bytes[MEMORY_MAX];
	uint64_t size;
	uint64_t budget;
	bool exists;
	bool sync_broken;
	bool is_directory;
	bool locked_elsewhere;
} memory_disk;

static plm_err
memory_open(void *ctx, const char *path, pli_file_mode mode, pli_file *ret_file)
{
	memory_disk *disk = ctx;
	(void)path;
	if (mode == PLI_FILE_READ && !disk->exists)
		return PLM_ENOTFOUND;
	if (mode == PLI_FILE_CREATE)
		disk->size = 0;
	disk->exists = true;
	ret_file->value = 3;
	return PLM_OK;
}

static void
memory_close(void *ctx, pli_file file)
{
	(void)ctx;
	(void)file;
}

static plm_err
memory_append(void *ctx, pli_file file, const void *bytes, size_t size)
{
	memory_disk *disk = ctx;
	(void)file;
	if (disk->size + size > disk->budget)
		return PLM_ENOSPACE;
	memcpy(disk->bytes + disk->size, bytes, size);
	disk->size += size;
	return PLM_OK;
}

static plm_err
memory_read(
    void *ctx, pli_file file, uint64_t offset, void *ret_bytes, size_t size, size_t *ret_got)
{
	memory_disk *disk = ctx;
	(void)file;
	size_t left = offset < disk->size ? (size_t)(disk->size - offset) : 0;
	*ret_got = size < left ? size : left;
	memcpy(ret_bytes, disk->bytes + offset, *ret_got);
	return PLM_OK;
}

static plm_err
memory_sync(void *ctx, pli_file file)
{
	(void)file;
	return ((memory_disk *)ctx)->sync_broken ? PLM_EIO : PLM_OK;
}

static plm_err
memory_truncate(void *ctx, pli_file file, uint64_t size)
{
	(void)file;
	((memory_disk *)ctx)->size = size;
	return PLM_OK;
}

static plm_err
memory_facts(void *ctx, const char *path, pli_file_facts *ret_facts)
{
	memory_disk *disk = ctx;
	(void)path;
	if (!disk->exists)
		return PLM_ENOTFOUND;
	*ret_facts = (pli_file_facts){.size = disk->size, .is_directory = disk->is_directory};
	return PLM_OK;
}

static plm_err
memory_lock(void *ctx, pli_file file)
{
	(void)file;
	return ((memory_disk *)ctx)->locked_elsewhere ? PLM_EAGAIN : PLM_OK;
}

static memory_disk memory;

static pli_disk
memory_table(void)
{
	memset(&memory, 0, sizeof memory);
	memory.budget = MEMORY_MAX;
	return (pli_disk){.open = memory_open,
	    .close = memory_close,
	    .append = memory_append,
	    .read = memory_read,
	    .sync = memory_sync,
	    .truncate = memory_truncate,
	    .facts = memory_facts,
	    .lock = memory_lock,
	    .ctx = &memory};
}

static plm_event
event_number(uint64_t sequence)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INDEX);
	event.sequence = sequence;
	event.u.index.price = plm_decimal_from_int((int64_t)sequence);
	return event;
}

static void
write_events(const pli_disk *disk, uint64_t first, uint64_t last)
{
	pli_journal *journal;
	plm_fault fault;
	assert_int_equal(pli_journal_open(disk, "j", &journal, &fault), PLM_OK);
	for (uint64_t i = first; i <= last; i++) {
		plm_event event = event_number(i);
		assert_int_equal(pli_journal_append(journal, &event), PLM_OK);
	}
	pli_journal_close(journal);
}

static bool
each_in_order(void *ctx, const plm_event *event)
{
	uint64_t *count = ctx;
	plm_event want = event_number(*count + 1);
	assert_memory_equal(event, &want, sizeof want);
	++*count;
	return true;
}

static uint64_t
read_events(const pli_disk *disk, plm_err want)
{
	uint64_t count = 0;
	plm_fault fault = {0};
	assert_int_equal(pli_journal_read(disk, "j", each_in_order, &count, &fault), want);
	return count;
}

static void
test_journal__what_was_appended_comes_back(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	write_events(&disk, 1, 1500);
	write_events(&disk, 1501, 1600);
	assert_int_equal(read_events(&disk, PLM_OK), 1600);
	assert_int_equal(memory.size, HEADER + 1600 * RECORD);
}

static void
test_journal__every_torn_tail_is_cut_and_appended_to(void **state)
{
	(void)state;
	for (uint64_t cut = 1; cut < RECORD; cut += 17) {
		pli_disk disk = memory_table();
		write_events(&disk, 1, 5);
		memory.size -= cut;
		assert_int_equal(read_events(&disk, PLM_OK), 4);
		write_events(&disk, 5, 6);
		assert_int_equal(read_events(&disk, PLM_OK), 6);
	}
}

/* The size was durable before the bytes: zeros, behind half a record or none, are a torn tail as
 * well; one byte among them is not. */
static void
test_journal__a_tail_of_zeros_is_cut(void **state)
{
	(void)state;
	static const uint64_t zeros[] = {1, RECORD, 3 * RECORD, 2000 * RECORD + 7};
	for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
		for (uint64_t cut = 0; cut < 2 * RECORD; cut += 39) {
			pli_disk disk = memory_table();
			write_events(&disk, 1, 5);
			memory.size -= cut;
			uint64_t whole = (memory.size - HEADER) / RECORD;
			memset(memory.bytes + memory.size, 0, zeros[i]);
			memory.size += zeros[i];
			/* what was cut may have been zeros */
			uint64_t read = read_events(&disk, PLM_OK);
			assert_in_range(read, whole, 5);
			write_events(&disk, read + 1, 6);
			assert_int_equal(read_events(&disk, PLM_OK), 6);
		}
	}
	pli_disk disk = memory_table();
	write_events(&disk, 1, 5);
	memset(memory.bytes + memory.size, 0, 2000 * RECORD);
	memory.bytes[memory.size + 1999 * RECORD] = 1;
	memory.size += 2000 * RECORD;
	assert_int_equal(read_events(&disk, PLM_EDECODE), 5);
}

static void
test_journal__every_flipped_bit_is_found(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	write_events(&disk, 1, 8);
	for (uint64_t at = HEADER; at < memory.size; at += 13) {
		memory.bytes[at] ^= 0x10;
		uint64_t record = (at - HEADER) / RECORD;
		assert_int_equal(read_events(&disk, record < 7 ? PLM_EDECODE : PLM_OK), record);
		memory.bytes[at] ^= 0x10;
	}
	assert_int_equal(read_events(&disk, PLM_OK), 8);
}

static void
test_journal__lost_or_doubled_records_are_found(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	write_events(&disk, 1, 8);
	memmove(memory.bytes + HEADER + 2 * RECORD, memory.bytes + HEADER + 3 * RECORD, 5 * RECORD);
	memory.size -= RECORD;
	assert_int_equal(read_events(&disk, PLM_EDECODE), 2);
}

static void
test_journal__damage_refuses_to_append(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	write_events(&disk, 1, 8);
	memory.bytes[HEADER + 100] ^= 1;
	pli_journal *journal = NULL;
	plm_fault fault;
	assert_int_equal(pli_journal_open(&disk, "j", &journal, &fault), PLM_EDECODE);
	assert_non_null(strstr(fault.text, "damaged at byte 64"));
	assert_null(journal);
}

static void
test_journal__another_format_is_refused(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	write_events(&disk, 1, 1);
	memory.bytes[8]++;
	(void)read_events(&disk, PLM_EVERSION);
	memory.bytes[0] = 'X';
	(void)read_events(&disk, PLM_EPARSE);
}

static void
test_journal__a_full_disk_gives_the_file_up(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	pli_journal *journal;
	assert_int_equal(pli_journal_open(&disk, "j", &journal, NULL), PLM_OK);
	memory.budget = HEADER + 10;
	plm_event event = event_number(1);
	assert_int_equal(pli_journal_append(journal, &event), PLM_OK);
	assert_int_equal(pli_journal_flush(journal, false), PLM_ENOSPACE);
	memory.budget = MEMORY_MAX;
	assert_int_equal(pli_journal_append(journal, &event), PLM_ENOSPACE);
	pli_journal_close(journal);
	assert_int_equal(read_events(&disk, PLM_OK), 0);
}

static void
test_journal__a_failed_sync_is_never_tried_again(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	pli_journal *journal;
	assert_int_equal(pli_journal_open(&disk, "j", &journal, NULL), PLM_OK);
	memory.sync_broken = true;
	assert_int_equal(pli_journal_flush(journal, true), PLM_EIO);
	memory.sync_broken = false;
	assert_int_equal(pli_journal_flush(journal, true), PLM_EIO);
	pli_journal_close(journal);
}

/* Appends, and syncs if asked; what a broken journal answers. */
static plm_err
append_events(pli_journal *journal, uint64_t first, uint64_t last, bool sync)
{
	plm_err err = PLM_OK;
	for (uint64_t i = first; i <= last && err == PLM_OK; i++) {
		plm_event event = event_number(i);
		err = pli_journal_append(journal, &event);
	}
	plm_err flushed = pli_journal_flush(journal, sync);
	return err == PLM_OK ? flushed : err;
}

static void
test_journal__it_goes_on_behind_what_was_durable(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	pli_journal *journal;
	uint64_t sequence = 77;
	assert_int_equal(pli_journal_open(&disk, "j", &journal, NULL), PLM_OK);
	assert_int_equal(append_events(journal, 1, 3, true), PLM_OK);
	assert_int_equal(append_events(journal, 4, 5, false), PLM_OK);
	memory.sync_broken = true;
	assert_int_equal(append_events(journal, 6, 6, true), PLM_EIO);
	assert_int_equal(pli_journal_reopen(journal, 2, &sequence), PLM_EIO);
	assert_int_equal(append_events(journal, 7, 7, true), PLM_EIO);
	assert_int_equal(sequence, 77);
	memory.sync_broken = false;
	assert_int_equal(pli_journal_reopen(journal, 2, &sequence), PLM_OK);
	assert_int_equal(sequence, 3);
	assert_int_equal(memory.size, HEADER + 3 * RECORD);
	assert_int_equal(pli_journal_bytes(journal), memory.size);
	assert_int_equal(append_events(journal, 4, 9, true), PLM_OK);
	pli_journal_close(journal);
	assert_int_equal(read_events(&disk, PLM_OK), 9);
}

/* Who opened it again found no memory, say: nothing is written as if all were well. */
static void
test_journal__broken_by_its_writer_it_waits_to_be_opened_again(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	pli_journal *journal;
	uint64_t sequence = 0;
	assert_int_equal(pli_journal_open(&disk, "j", &journal, NULL), PLM_OK);
	assert_int_equal(append_events(journal, 1, 3, true), PLM_OK);
	memory.sync_broken = true;
	assert_int_equal(append_events(journal, 4, 4, true), PLM_EIO);
	memory.sync_broken = false;
	assert_int_equal(pli_journal_reopen(journal, 2, &sequence), PLM_OK);
	pli_journal_break(journal, PLM_ENOMEM);
	assert_int_equal(append_events(journal, 4, 5, true), PLM_ENOMEM);
	assert_int_equal(pli_journal_flush(journal, true), PLM_ENOMEM);
	assert_int_equal(pli_journal_reopen(journal, 2, &sequence), PLM_OK);
	assert_int_equal(sequence, 3);
	assert_int_equal(append_events(journal, 4, 6, true), PLM_OK);
	pli_journal_close(journal);
	assert_int_equal(read_events(&disk, PLM_OK), 6);
}

static void
test_journal__it_does_not_go_on_where_room_is_short(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	pli_journal *journal;
	uint64_t sequence = 0;
	assert_int_equal(pli_journal_open(&disk, "j", &journal, NULL), PLM_OK);
	assert_int_equal(append_events(journal, 1, 2, true), PLM_OK);
	memory.budget = memory.size + 10 * RECORD - 1;
	assert_int_equal(append_events(journal, 3, 12, true), PLM_ENOSPACE);
	assert_int_equal(pli_journal_reopen(journal, 10, &sequence), PLM_ENOSPACE);
	assert_int_equal(memory.size, HEADER + 2 * RECORD);
	assert_int_equal(pli_journal_reopen(journal, 9, &sequence), PLM_OK);
	assert_int_equal(sequence, 2);
	pli_journal_close(journal);
	assert_int_equal(read_events(&disk, PLM_OK), 2);
}

/* A file that is gone is begun anew; one that is another is left as it is. */
static void
test_journal__another_file_in_its_place_is_left_alone(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	pli_journal *journal;
	uint64_t sequence = 77;
	assert_int_equal(pli_journal_open(&disk, "j", &journal, NULL), PLM_OK);
	assert_int_equal(append_events(journal, 1, 4, true), PLM_OK);
	memory.budget = 0;
	assert_int_equal(append_events(journal, 5, 5, true), PLM_ENOSPACE);
	memory.budget = MEMORY_MAX;
	memory.bytes[memory.size - RECORD + 8] ^= 1; /* of the last check */
	assert_int_equal(pli_journal_reopen(journal, 1, &sequence), PLM_EKIND);
	memory.size -= RECORD;
	assert_int_equal(pli_journal_reopen(journal, 1, &sequence), PLM_EKIND);
	assert_int_equal(memory.size, HEADER + 3 * RECORD);
	memory.exists = false;
	assert_int_equal(pli_journal_reopen(journal, 1, &sequence), PLM_OK);
	assert_int_equal(sequence, 0);
	assert_int_equal(append_events(journal, 1, 2, true), PLM_OK);
	pli_journal_close(journal);
	assert_int_equal(read_events(&disk, PLM_OK), 2);
}

static void
test_journal__what_another_process_writes_is_left_alone(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	pli_journal *journal = NULL;
	plm_fault fault;
	memory.locked_elsewhere = true;
	memory.exists = true;
	memory.size = 5; /* of a header that is being written */
	assert_int_equal(pli_journal_open(&disk, "j", &journal, &fault), PLM_EAGAIN);
	assert_null(journal);
	assert_string_equal(fault.text, "the journal cannot be created: another process writes it");
	assert_int_equal(memory.size, 5);
	memory.locked_elsewhere = false;
	write_events(&disk, 1, 3);
	memory.locked_elsewhere = true;
	assert_int_equal(pli_journal_open(&disk, "j", &journal, &fault), PLM_EAGAIN);
	assert_int_equal(pli_journal_replaceable(&disk, "j", &fault), PLM_EAGAIN);
	assert_string_equal(
	    fault.text, "another plimsoll writes this journal: stop it, or name another file");
	assert_int_equal(memory.size, HEADER + 3 * RECORD);
}

static void
test_journal__only_an_older_journal_may_be_replaced(void **state)
{
	(void)state;
	pli_disk disk = memory_table();
	plm_fault fault;
	assert_int_equal(pli_journal_replaceable(&disk, "j", &fault), PLM_ENOTFOUND);
	memory.exists = true;
	assert_int_equal(pli_journal_replaceable(&disk, "j", &fault), PLM_OK); /* empty */
	memcpy(memory.bytes, "PLMJRNL9 of some later build", 28);
	memory.size = 28;
	assert_int_equal(pli_journal_replaceable(&disk, "j", &fault), PLM_OK);
	memory.size = 3; /* too short to tell */
	memcpy(memory.bytes, "key", 3);
	memset(memory.bytes + 3, 0, 25);
	assert_int_equal(pli_journal_replaceable(&disk, "j", &fault), PLM_EKIND);
	assert_non_null(strstr(fault.text, "no journal"));
	memory.is_directory = true;
	assert_int_equal(pli_journal_replaceable(&disk, "j", &fault), PLM_EKIND);
	assert_non_null(strstr(fault.text, "folder"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_journal__what_was_appended_comes_back),
	    cmocka_unit_test(test_journal__every_torn_tail_is_cut_and_appended_to),
	    cmocka_unit_test(test_journal__a_tail_of_zeros_is_cut),
	    cmocka_unit_test(test_journal__every_flipped_bit_is_found),
	    cmocka_unit_test(test_journal__lost_or_doubled_records_are_found),
	    cmocka_unit_test(test_journal__damage_refuses_to_append),
	    cmocka_unit_test(test_journal__another_format_is_refused),
	    cmocka_unit_test(test_journal__a_full_disk_gives_the_file_up),
	    cmocka_unit_test(test_journal__a_failed_sync_is_never_tried_again),
	    cmocka_unit_test(test_journal__it_goes_on_behind_what_was_durable),
	    cmocka_unit_test(test_journal__broken_by_its_writer_it_waits_to_be_opened_again),
	    cmocka_unit_test(test_journal__it_does_not_go_on_where_room_is_short),
	    cmocka_unit_test(test_journal__another_file_in_its_place_is_left_alone),
	    cmocka_unit_test(test_journal__what_another_process_writes_is_left_alone),
	    cmocka_unit_test(test_journal__only_an_older_journal_may_be_replaced),
	};
	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
