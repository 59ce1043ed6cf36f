/* core_state_test.c: a journal that lost events goes on, and its replay ends where the core is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core_rig.h"
#include "sim/seeded_disk.h"

enum { DISK_BYTES = 1 << 22 };

/* A core whose journal is on a disk that can be broken, and what the journal holds in the end. */
typedef struct state_rig {
	pli_seeded_clock clock;
	pli_seeded_disk *disk;
	pli_disk table;
	pli_journal *journal;
	pli_core *core;
	plm_time_ns now_ns;
	recording kept;
} state_rig;

static state_rig rig;

static void
rig_begin(void)
{
	memset(&rig, 0, sizeof rig);
	pli_seeded_clock_init(&rig.clock, 5, start_ns);
	rig.disk = pli_seeded_disk_create(&rig.clock, 5, DISK_BYTES);
	assert_non_null(rig.disk);
	rig.table = pli_seeded_disk_table(rig.disk);
	assert_int_equal(pli_journal_open(&rig.table, "j", &rig.journal, NULL), PLM_OK);
	pli_core_config config = rig_core_config(NULL);
	config.journal = rig.journal;
	rig.core = pli_core_create(&config);
	assert_non_null(rig.core);
	rig.now_ns = start_ns;
	rig_take_facts(rig.core);
}

static void
rig_end(void)
{
	pli_core_destroy(rig.core);
	pli_journal_close(rig.journal);
	pli_seeded_disk_destroy(rig.disk);
}

/* A batch, and what it wrote is synced. */
static plm_err
rig_batch(int64_t coins)
{
	rig.now_ns += PLM_NS_PER_S;
	rig_take_index(rig.core, 70000, rig.now_ns);
	rig_take_balance(rig.core, coins, rig.now_ns);
	pli_core_batch_end(rig.core, rig.now_ns);
	return pli_journal_flush(rig.journal, true);
}

static bool
rig_keep(void *ctx, const plm_event *event)
{
	rig_record(ctx, event);
	return true;
}

static void
rig_read(void)
{
	assert_int_equal(pli_journal_flush(rig.journal, true), PLM_OK);
	rig.kept.count = 0;
	assert_int_equal(pli_journal_read(&rig.table, "j", rig_keep, &rig.kept, NULL), PLM_OK);
}

static uint32_t
rig_find(plm_event_type type)
{
	uint32_t i = 0;
	while (i < rig.kept.count && rig.kept.events[i].type != type)
		i++;
	assert_true(i < rig.kept.count);
	return i;
}

/* One batch is journalled, four are lost with two alerts, two come after. */
static void
rig_session(void)
{
	rig_begin();
	assert_int_equal(rig_batch(1), PLM_OK);
	pli_seeded_disk_break(rig.disk, PLI_DISK_FULL, PLM_NS_PER_S);
	assert_int_equal(rig_batch(2), PLM_ENOSPACE);
	assert_int_equal(rig_batch(5), PLM_ENOSPACE);
	assert_int_equal(pli_core_journal_resume(rig.core), PLM_ENOSPACE);
	assert_int_equal(rig_batch(6), PLM_ENOSPACE);
	pli_seeded_disk_mend(rig.disk);
	assert_int_equal(rig_batch(7), PLM_ENOSPACE);
	assert_int_equal(pli_core_journal_resume(rig.core), PLM_OK);
	assert_int_equal(rig_batch(1), PLM_OK);
	assert_int_equal(rig_batch(3), PLM_OK);
	rig_read();
}

/* Replays what was kept from that event on, until one is refused. */
static plm_err
replay(pli_core *core, uint32_t first, plm_fault *ret_fault)
{
	plm_err err = PLM_OK;
	for (uint32_t i = first; i < rig.kept.count && err == PLM_OK; i++)
		err = pli_core_replay(core, &rig.kept.events[i], ret_fault);
	return err;
}

static void
test_core_state__a_replay_over_a_gap_ends_where_the_core_is(void **state)
{
	(void)state;
	rig_session();
	const plm_event *gap = &rig.kept.events[rig_find(PLM_EVENT_JOURNAL_GAP)];
	const plm_event *before = gap - 1;
	assert_int_equal(gap->u.journal_gap.sequence_before, before->sequence);
	assert_true(gap->sequence > before->sequence);
	/* from the start, and from the gap alone */
	uint32_t firsts[] = {0, rig_find(PLM_EVENT_JOURNAL_GAP)};
	for (uint32_t i = 0; i < 2; i++) {
		plm_fault fault = {0};
		pli_core *again = rig_core_make(NULL);
		assert_int_equal(replay(again, firsts[i], &fault), PLM_OK);
		assert_true(pli_core_hash(again) == pli_core_hash(rig.core));
		assert_int_equal(pli_core_sequence(again), pli_core_sequence(rig.core));
		pli_core_destroy(again);
	}
	rig_end();
}

static void
test_core_state__a_state_that_breaks_off_changes_nothing(void **state)
{
	(void)state;
	rig_session();
	uint32_t gap = rig_find(PLM_EVENT_JOURNAL_GAP);
	uint64_t before = rig.kept.events[gap - 1].sequence;
	plm_fault fault = {0};
	pli_core *again = rig_core_make(NULL);
	rig.kept.count = gap + rig.kept.events[gap].u.journal_gap.pieces_count;
	assert_int_equal(replay(again, 0, &fault), PLM_OK);
	assert_int_equal(pli_core_sequence(again), before);
	plm_event next = rig.kept.events[0];
	next.sequence = before + 1;
	assert_int_equal(pli_core_replay(again, &next, &fault), PLM_EDECODE);
	pli_core_destroy(again);
	rig_end();
}

/* Changes one event of what was kept and says what a replay makes of it: no other state. */
static plm_err
replay_changed(uint32_t index, const plm_event *event)
{
	plm_fault fault = {0};
	plm_event was = rig.kept.events[index];
	rig.kept.events[index] = *event;
	pli_core *again = rig_core_make(NULL);
	plm_err err = replay(again, 0, &fault);
	assert_int_equal(pli_core_sequence(again),
	    rig.kept.events[rig_find(PLM_EVENT_JOURNAL_GAP) - 1].sequence);
	pli_core_destroy(again);
	rig.kept.events[index] = was;
	return err;
}

static void
test_core_state__another_state_is_refused(void **state)
{
	(void)state;
	rig_session();
	uint32_t gap = rig_find(PLM_EVENT_JOURNAL_GAP), piece = rig_find(PLM_EVENT_JOURNAL_STATE);
	plm_event event = rig.kept.events[gap];
	event.u.journal_gap.layout++;
	assert_int_equal(replay_changed(gap, &event), PLM_EVERSION);
	event = rig.kept.events[gap];
	event.u.journal_gap.sequence_before--;
	assert_int_equal(replay_changed(gap, &event), PLM_EGAP);
	event = rig.kept.events[gap];
	event.u.journal_gap.state_hash++;
	assert_int_equal(replay_changed(gap, &event), PLM_EDECODE);
	event = rig.kept.events[piece];
	event.u.journal_state.table = UINT32_MAX;
	assert_int_equal(replay_changed(piece, &event), PLM_EDECODE);
	event = rig.kept.events[piece];
	event.u.journal_state.offset = UINT64_MAX;
	assert_int_equal(replay_changed(piece, &event), PLM_EDECODE);
	event = rig.kept.events[piece];
	event.u.journal_state.size = PLM_JOURNAL_STATE_BYTES + 1;
	assert_int_equal(replay_changed(piece, &event), PLM_EDECODE);
	event = rig.kept.events[piece];
	event.sequence++;
	assert_int_equal(replay_changed(piece, &event), PLM_EDECODE);
	rig_end();
}

static void
test_core_state__a_snapshot_goes_on_over_a_gap(void **state)
{
	(void)state;
	rig_begin();
	assert_int_equal(rig_batch(1), PLM_OK);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_SNAPSHOT_BEGIN);
	event.feed.value = event.account.value = event.epoch = 1;
	event.u.snapshot.scope = PLM_SCOPE_BALANCES;
	pli_core_take(rig.core, &event, rig.now_ns);
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.feed.value = event.account.value = event.epoch = 1;
	event.flags = PLM_FLAG_SNAPSHOT;
	event.u.balance.asset.value = 1;
	event.u.balance.wallet = plm_decimal_from_int(9);
	pli_core_take(rig.core, &event, rig.now_ns);
	pli_seeded_disk_break(rig.disk, PLI_DISK_SYNC, PLM_NS_PER_S);
	assert_int_equal(rig_batch(2), PLM_EIO);
	assert_int_equal(pli_core_journal_resume(rig.core), PLM_OK);
	plm_event_init(&event, PLM_EVENT_SNAPSHOT_END);
	event.feed.value = event.account.value = event.epoch = 1;
	event.u.snapshot = (plm_snapshot){
	    .scope = PLM_SCOPE_BALANCES, .complete = 1, .rows_count = 1};
	pli_core_take(rig.core, &event, rig.now_ns);
	pli_core_batch_end(rig.core, rig.now_ns);
	assert_int_equal(pli_book_counters_get(pli_core_book(rig.core)).snapshots, 1);
	rig_read();
	plm_fault fault = {0};
	pli_core *again = rig_core_make(NULL);
	assert_int_equal(replay(again, 0, &fault), PLM_OK);
	assert_true(pli_core_hash(again) == pli_core_hash(rig.core));
	pli_core_destroy(again);
	rig_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_core_state__a_replay_over_a_gap_ends_where_the_core_is),
	    cmocka_unit_test(test_core_state__a_state_that_breaks_off_changes_nothing),
	    cmocka_unit_test(test_core_state__another_state_is_refused),
	    cmocka_unit_test(test_core_state__a_snapshot_goes_on_over_a_gap),
	};
	return cmocka_run_group_tests_name("core_state", tests, NULL, NULL);
}
