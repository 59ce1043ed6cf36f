/* book_snapshot_test.c: snapshots, updates, reconnects and junk in random order end in the truth.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "book/book.h"

enum { KEYS = 12, SEEDS = 40, STEPS = 300 };

/* A venue that knows what is true, and a link to it that breaks. */
typedef struct world {
	pli_book *book;
	uint64_t random;
	uint64_t venue_sequence;
	uint32_t epoch;
	int64_t truth[KEYS];
} world;

static uint32_t
below(world *w, uint32_t bound)
{
	w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(w->random >> 33) % bound;
}

static void
world_init(world *w, uint64_t seed)
{
	pli_book_bounds bounds = {{8, 4, 32}, 64, 16, 4, 8, 0};
	memset(w, 0, sizeof *w);
	w->book = pli_book_create(&bounds);
	w->random = seed;
	w->epoch = 1;
	w->venue_sequence = 1;
	assert_non_null(w->book);
}

static plm_event
position(const world *w, uint32_t key, int64_t quantity, uint64_t sequence)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = 1;
	event.epoch = w->epoch;
	event.venue_sequence = sequence;
	event.u.position.instrument.value = key / 3 + 1;
	event.u.position.side = (uint8_t)(key % 3);
	event.u.position.quantity = plm_decimal_from_int(quantity);
	return event;
}

static void
snapshot_mark(world *w, plm_event_type type, bool complete, uint32_t rows)
{
	plm_event event;
	plm_event_init(&event, type);
	event.account.value = 1;
	event.epoch = w->epoch;
	event.u.snapshot.scope = PLM_SCOPE_POSITIONS;
	event.u.snapshot.complete = complete;
	event.u.snapshot.rows_count = rows;
	pli_book_apply(w->book, &event);
}

/* The truth changes and the stream says so, at times twice, at times with an old one after it. */
static void
trade(world *w)
{
	uint32_t key = below(w, KEYS);
	plm_event old = position(w, key, w->truth[key], w->venue_sequence);
	w->truth[key] = (int64_t)below(w, 5) - 2;
	plm_event event = position(w, key, w->truth[key], ++w->venue_sequence);
	pli_book_apply(w->book, &event);
	if (below(w, 3) == 0)
		pli_book_apply(w->book, &event);
	if (below(w, 3) == 0 && old.venue_sequence > 0)
		pli_book_apply(w->book, &old);
}

/* Reads every row of the truth as of now; trades and junk fall in between. */
static void
snapshot(world *w, bool breaks)
{
	int64_t rows[KEYS];
	uint64_t sequence = w->venue_sequence;
	uint32_t count = 0;
	memcpy(rows, w->truth, sizeof rows);
	snapshot_mark(w, PLM_EVENT_SNAPSHOT_BEGIN, false, 0);
	for (uint32_t key = 0; key < KEYS; key++) {
		if (rows[key] == 0)
			continue;
		plm_event event = position(w, key, rows[key], sequence);
		event.flags = PLM_FLAG_SNAPSHOT;
		pli_book_apply(w->book, &event);
		count++;
		if (below(w, 3) == 0)
			trade(w);
	}
	if (breaks && below(w, 2) == 0)
		snapshot_mark(w, PLM_EVENT_SNAPSHOT_END, true, count + 1);
	else
		snapshot_mark(w, PLM_EVENT_SNAPSHOT_END, !breaks, count);
}

static void
truth_holds(const world *w)
{
	int64_t found[KEYS] = {0};
	for (uint32_t i = 0; i < pli_book_positions_count(w->book); i++) {
		const pli_position_row *row = pli_book_position(w->book, i);
		uint32_t key = (row->fact.instrument.value - 1) * 3 + row->fact.side;
		assert_int_equal(row->open, plm_decimal_sign(row->fact.quantity) != 0);
		found[key] = (int64_t)(row->fact.quantity.units / PLM_DECIMAL_ONE_UNITS);
	}
	for (uint32_t key = 0; key < KEYS; key++)
		assert_int_equal(found[key], w->truth[key]);
}

/* Unheard trades, then another connection; late events of the old one follow. */
static void
reconnect(world *w)
{
	plm_event late[4];
	for (uint32_t i = 0; i < 4; i++)
		late[i] = position(w, below(w, KEYS), 99, w->venue_sequence + 50 + i);
	for (uint32_t i = 0; i < 6; i++)
		w->truth[below(w, KEYS)] = (int64_t)below(w, 5) - 2;
	w->epoch++;
	w->venue_sequence = below(w, 3) + 1;
	snapshot_mark(w, PLM_EVENT_SNAPSHOT_BEGIN, false, 0);
	for (uint32_t i = 0; i < 4; i++)
		pli_book_apply(w->book, &late[i]);
}

static void
test_book_snapshot__any_interleaving_ends_in_the_truth(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		world w;
		world_init(&w, seed);
		snapshot(&w, false);
		for (uint32_t i = 0; i < STEPS; i++) {
			uint32_t what = below(&w, 10);
			if (what < 6)
				trade(&w);
			else if (what < 7)
				snapshot(&w, true);
			else if (what < 9)
				snapshot(&w, false);
			else
				reconnect(&w);
			if (what == 9)
				snapshot(&w, false);
			truth_holds(&w);
		}
		assert_true(pli_book_counters_get(w.book).snapshots_incomplete > 0);
		assert_true(pli_book_counters_get(w.book).old_epoch > 0);
		assert_true(pli_book_counters_get(w.book).duplicate > 0);
		pli_book_destroy(w.book);
	}
}

static void
test_book_snapshot__begin_without_end_shows_nothing(void **state)
{
	(void)state;
	world w;
	world_init(&w, 3);
	snapshot_mark(&w, PLM_EVENT_SNAPSHOT_BEGIN, false, 0);
	plm_event event = position(&w, 0, 5, 0);
	event.flags = PLM_FLAG_SNAPSHOT;
	pli_book_apply(w.book, &event);
	assert_int_equal(pli_book_positions_count(w.book), 0);
	snapshot_mark(&w, PLM_EVENT_SNAPSHOT_BEGIN, false, 0);
	snapshot_mark(&w, PLM_EVENT_SNAPSHOT_END, true, 0);
	assert_int_equal(pli_book_positions_count(w.book), 0);
	assert_int_equal(pli_book_counters_get(w.book).snapshots, 1);
	assert_int_equal(pli_book_counters_get(w.book).snapshots_incomplete, 1);
	pli_book_destroy(w.book);
}

/* A snapshot that lacks what is said meanwhile does not close it, be it news or not; what was said
 * before it, and what is older than that, is closed. */
static void
test_book_snapshot__what_is_said_again_meanwhile_stays(void **state)
{
	(void)state;
	world w;
	world_init(&w, 3);
	plm_event again = position(&w, 0, 5, 12), old = position(&w, 3, 7, 13);
	plm_event before = position(&w, 6, 9, 14);
	pli_book_apply(w.book, &again);
	pli_book_apply(w.book, &old);
	pli_book_apply(w.book, &before);
	snapshot_mark(&w, PLM_EVENT_SNAPSHOT_BEGIN, false, 0);
	pli_book_apply(w.book, &again);
	old.venue_sequence--;
	pli_book_apply(w.book, &old);
	snapshot_mark(&w, PLM_EVENT_SNAPSHOT_END, true, 0);
	assert_int_equal(pli_book_counters_get(w.book).duplicate, 1);
	uint32_t open = 0;
	for (uint32_t i = 0; i < pli_book_positions_count(w.book); i++)
		open += pli_book_position(w.book, i)->open;
	assert_int_equal(open, 1);
	assert_int_equal(pli_book_position(w.book, 0)->fact.instrument.value, 1);
	assert_int_equal(pli_book_position(w.book, 0)->open, 1);
	pli_book_destroy(w.book);
}

static int64_t
held(const world *w)
{
	plm_decimal quantity = pli_book_position(w->book, 0)->fact.quantity;
	return (int64_t)plm_decimal_to_double(quantity);
}

/* Of one millisecond, without numbers: the last word is the one that was heard last. */
static void
test_book_snapshot__of_one_time_the_last_word_counts(void **state)
{
	(void)state;
	for (int during = 0; during < 2; during++) {
		world w;
		world_init(&w, 4);
		plm_event before = position(&w, 0, 2, 0), read = before;
		plm_event change = position(&w, 0, 7, 0);
		before.venue_time_ns = 1 * PLM_NS_PER_S;
		read.venue_time_ns = change.venue_time_ns = 2 * PLM_NS_PER_S;
		read.flags = PLM_FLAG_SNAPSHOT;
		pli_book_apply(w.book, &before);
		snapshot_mark(&w, PLM_EVENT_SNAPSHOT_BEGIN, false, 0);
		pli_book_apply(w.book, &read);
		if (during)
			pli_book_apply(w.book, &change);
		snapshot_mark(&w, PLM_EVENT_SNAPSHOT_END, true, 1);
		if (!during)
			pli_book_apply(w.book, &change);
		assert_int_equal(held(&w), 7);
		pli_book_destroy(w.book);
	}
}

/* What was heard before the reading of its time is in the reading. */
static void
test_book_snapshot__of_one_time_a_reading_behind_it_counts(void **state)
{
	(void)state;
	world w;
	world_init(&w, 5);
	plm_event change = position(&w, 0, 7, 0), read = position(&w, 0, 3, 0);
	read.venue_time_ns = change.venue_time_ns = 2 * PLM_NS_PER_S;
	read.flags = PLM_FLAG_SNAPSHOT;
	snapshot_mark(&w, PLM_EVENT_SNAPSHOT_BEGIN, false, 0);
	pli_book_apply(w.book, &change);
	pli_book_apply(w.book, &read);
	snapshot_mark(&w, PLM_EVENT_SNAPSHOT_END, true, 1);
	assert_int_equal(held(&w), 3);
	pli_book_destroy(w.book);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_book_snapshot__any_interleaving_ends_in_the_truth),
	    cmocka_unit_test(test_book_snapshot__begin_without_end_shows_nothing),
	    cmocka_unit_test(test_book_snapshot__what_is_said_again_meanwhile_stays),
	    cmocka_unit_test(test_book_snapshot__of_one_time_the_last_word_counts),
	    cmocka_unit_test(test_book_snapshot__of_one_time_a_reading_behind_it_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
