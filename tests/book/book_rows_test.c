/* book_rows_test.c: rows of closed positions serve again, and only when no late event can meet
 * them; a full table is loud. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "book/book.h"

enum { ROWS = 64, INSTRUMENTS = 4 * ROWS, EVENTS_MAX = 16 * INSTRUMENTS };

/* A book and every event it was given. settles: the rooms above look after each batch. */
typedef struct log {
	pli_book *book;
	plm_event *events;
	uint32_t count;
	uint32_t epoch;
	plm_time_ns now_ns;
} log;

static pli_book *
book_make(void)
{
	pli_book_bounds bounds = {.registry = {8, 4, INSTRUMENTS},
	    .positions_max = ROWS,
	    .balances_max = 4,
	    .feeds_max = 4,
	    .orders_max = 4};
	pli_book *book = pli_book_create(&bounds);
	assert_non_null(book);
	return book;
}

static void
say(log *l, plm_event event)
{
	assert_true(l->count < EVENTS_MAX);
	if (event.account.value != 0 && event.epoch == 0)
		event.epoch = l->epoch;
	l->events[l->count++] = event;
	pli_book_apply(l->book, &event);
	if (event.type == PLM_EVENT_BATCH_END)
		pli_book_dirty_clear(l->book);
}

static void
batch_end(log *l)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = l->now_ns;
	say(l, event);
}

static void
log_init(log *l)
{
	*l = (log){.book = book_make(), .epoch = 1, .now_ns = 1000 * PLM_NS_PER_S};
	l->events = calloc(EVENTS_MAX, sizeof l->events[0]);
	assert_non_null(l->events);
	batch_end(l);
}

/* Replays what was said into a second book: the same facts in the same rows. */
static void
log_fini(log *l)
{
	pli_book *again = book_make();
	for (uint32_t i = 0; i < l->count; i++) {
		pli_book_apply(again, &l->events[i]);
		if (l->events[i].type == PLM_EVENT_BATCH_END)
			pli_book_dirty_clear(again);
	}
	assert_true(pli_book_hash(again) == pli_book_hash(l->book));
	assert_int_equal(pli_book_positions_count(again), pli_book_positions_count(l->book));
	for (uint32_t i = 0; i < pli_book_positions_count(again); i++)
		assert_int_equal(pli_book_position(again, i)->fact.instrument.value,
		    pli_book_position(l->book, i)->fact.instrument.value);
	pli_book_destroy(again);
	pli_book_destroy(l->book);
	free(l->events);
}

static plm_event
position(uint32_t instrument, int64_t quantity, uint64_t sequence)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = 1;
	event.venue_sequence = sequence;
	event.u.position.instrument.value = instrument;
	event.u.position.quantity = plm_decimal_from_int(quantity);
	return event;
}

/* A whole snapshot of positions: these instruments, one contract each. */
static void
snapshot(log *l, uint32_t first, uint32_t count)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_SNAPSHOT_BEGIN);
	event.account.value = 1;
	event.u.snapshot.scope = PLM_SCOPE_POSITIONS;
	say(l, event);
	for (uint32_t i = 0; i < count; i++) {
		plm_event row = position(first + i, 1, 0);
		row.flags = PLM_FLAG_SNAPSHOT;
		say(l, row);
	}
	event.type = PLM_EVENT_SNAPSHOT_END;
	event.u.snapshot.rows_count = count;
	event.u.snapshot.complete = 1;
	say(l, event);
}

static void
dated(log *l, uint32_t instrument, plm_time_ns expiry_ns)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument.id.value = instrument;
	event.u.instrument.venue.value = 1;
	event.u.instrument.expiry_ns = expiry_ns;
	event.u.instrument.name[0] = (char)('A' + instrument % 16);
	event.u.instrument.name[1] = (char)('A' + instrument / 16);
	say(l, event);
}

static uint32_t
open_count(const pli_book *book)
{
	uint32_t count = 0;
	for (uint32_t i = pli_book_position_first_of_account(book, (plm_account_id){1});
	     i != PLI_ROW_NONE; i = pli_book_position_next_of_account(book, i))
		count += pli_book_position(book, i)->open;
	return count;
}

static plm_feed_state
feed_said(log *l, plm_feed_status status)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_FEED_STATE);
	event.account.value = 1;
	event.feed.value = 1;
	event.u.feed_state.status = (uint8_t)status;
	say(l, event);
	return pli_book_feed_of(l->book, event.account)->fact;
}

static void
test_book_rows__four_times_the_bound_over_reconnects(void **state)
{
	(void)state;
	log l;
	log_init(&l);
	for (uint32_t first = 1; first <= INSTRUMENTS; first += ROWS / 4) {
		l.epoch++;
		snapshot(&l, first, ROWS / 4); /* closes those of the connection before */
		batch_end(&l);
		assert_int_equal(open_count(l.book), ROWS / 4);
	}
	pli_book_counters counters = pli_book_counters_get(l.book);
	assert_int_equal(counters.rows_full, 0);
	assert_int_equal(counters.rows_reused, INSTRUMENTS - ROWS);
	assert_int_equal(pli_book_positions_count(l.book), ROWS);
	log_fini(&l);
}

static void
test_book_rows__expired_ones_serve_again_inside_an_epoch(void **state)
{
	(void)state;
	log l;
	log_init(&l);
	for (uint32_t day = 0; day < INSTRUMENTS / 16; day++) {
		for (uint32_t i = day * 16 + 1; i <= day * 16 + 16; i++) {
			dated(&l, i, l.now_ns + PLM_NS_PER_DAY / 2);
			say(&l, position(i, 5, i * 2));
		}
		batch_end(&l);
		assert_int_equal(open_count(l.book), 16);
		for (uint32_t i = day * 16 + 1; i <= day * 16 + 16; i++)
			say(&l, position(i, 0, i * 2 + 1));
		l.now_ns += PLM_NS_PER_DAY;
		batch_end(&l);
		snapshot(&l, 1, 0);
		batch_end(&l);
	}
	assert_int_equal(pli_book_counters_get(l.book).rows_full, 0);
	assert_int_equal(pli_book_counters_get(l.book).rows_reused, INSTRUMENTS - ROWS);
	assert_int_equal(open_count(l.book), 0);
	log_fini(&l);
}

static void
test_book_rows__a_closed_row_keeps_its_sequence_while_late_events_can_come(void **state)
{
	(void)state;
	log l;
	log_init(&l);
	dated(&l, 1, l.now_ns + PLM_NS_PER_DAY);
	for (uint32_t i = 1; i <= ROWS; i++) {
		say(&l, position(i, 5, i * 10));
		say(&l, position(i, 0, i * 10 + 1));
	}
	batch_end(&l);
	snapshot(&l, 1, 0);
	l.now_ns += PLM_NS_PER_DAY + 3500 * PLM_NS_PER_S; /* expired, not yet an hour ago */
	batch_end(&l);
	snapshot(&l, 1, 0);
	batch_end(&l);
	for (uint32_t i = 1; i <= ROWS; i++) {
		say(&l, position(i, 5, i * 10));     /* old */
		say(&l, position(i, 5, i * 10 + 1)); /* the same again */
	}
	assert_int_equal(pli_book_counters_get(l.book).old_sequence, ROWS);
	assert_int_equal(pli_book_counters_get(l.book).duplicate, ROWS);
	assert_int_equal(open_count(l.book), 0);
	say(&l, position(ROWS + 1, 1, 1)); /* no row may be taken from them */
	assert_int_equal(pli_book_counters_get(l.book).rows_full, 1);
	l.now_ns += 200 * PLM_NS_PER_S;
	batch_end(&l);
	snapshot(&l, 1, 0); /* now one of them is dead */
	batch_end(&l);
	say(&l, position(ROWS + 1, 1, 1));
	say(&l, position(ROWS + 2, 1, 1));
	assert_int_equal(pli_book_counters_get(l.book).rows_full, 2);
	assert_int_equal(open_count(l.book), 1);
	log_fini(&l);
}

static void
test_book_rows__late_events_of_an_older_epoch_reopen_nothing(void **state)
{
	(void)state;
	log l;
	log_init(&l);
	say(&l, position(1, 5, 10));
	say(&l, position(1, 0, 11));
	batch_end(&l);
	l.epoch = 2;
	snapshot(&l, 2, 1); /* gives the row of instrument 1 back */
	batch_end(&l);
	plm_event late = position(1, 5, 12);
	late.epoch = 1;
	say(&l, late);
	assert_int_equal(pli_book_counters_get(l.book).old_epoch, 1);
	assert_int_equal(open_count(l.book), 1);
	assert_int_equal(
	    pli_book_position_first_of_instrument(l.book, (plm_instrument_id){1}), PLI_ROW_NONE);
	log_fini(&l);
}

static void
test_book_rows__a_row_is_not_taken_before_its_end_was_settled(void **state)
{
	(void)state;
	log l;
	log_init(&l);
	for (uint32_t i = 1; i <= ROWS; i++)
		say(&l, position(i, 5, i));
	batch_end(&l);
	for (uint32_t i = 1; i <= ROWS; i++)
		say(&l, position(i, 0, ROWS + i));
	l.epoch = 2;
	snapshot(&l, 1, 0);
	say(&l, position(ROWS + 1, 1, 1));
	assert_int_equal(pli_book_counters_get(l.book).rows_full, 1);
	batch_end(&l);
	snapshot(&l, 1, 0);
	say(&l, position(ROWS + 1, 1, 2));
	assert_int_equal(pli_book_counters_get(l.book).rows_full, 1);
	assert_int_equal(open_count(l.book), 1);
	log_fini(&l);
}

static void
test_book_rows__a_full_table_is_said_until_a_snapshot_is_whole(void **state)
{
	(void)state;
	log l;
	log_init(&l);
	assert_int_equal(feed_said(&l, PLM_FEED_LIVE).status, PLM_FEED_LIVE);
	for (uint32_t i = 1; i <= ROWS; i++)
		say(&l, position(i, 5, i));
	batch_end(&l);
	assert_int_equal(pli_book_feed_of(l.book, (plm_account_id){1})->fact.status, PLM_FEED_LIVE);
	say(&l, position(ROWS + 1, 1, 1));
	plm_feed_state feed = pli_book_feed_of(l.book, (plm_account_id){1})->fact;
	assert_int_equal(feed.status, PLM_FEED_DEGRADED);
	assert_string_equal(feed.text, "the book is full: facts of this account are missing");
	assert_int_equal(feed_said(&l, PLM_FEED_LIVE).status, PLM_FEED_DEGRADED);
	assert_int_equal(feed_said(&l, PLM_FEED_STALE).status, PLM_FEED_STALE);
	assert_int_equal(pli_book_counters_get(l.book).rows_full, 1);
	l.epoch = 2;
	snapshot(&l, 1, ROWS + 1); /* one too many still */
	assert_int_equal(pli_book_counters_get(l.book).rows_full, 2);
	assert_int_equal(feed_said(&l, PLM_FEED_LIVE).status, PLM_FEED_DEGRADED);
	batch_end(&l);
	l.epoch = 3;
	snapshot(&l, 1, 4);
	batch_end(&l);
	assert_int_equal(feed_said(&l, PLM_FEED_LIVE).status, PLM_FEED_LIVE);
	assert_int_equal(open_count(l.book), 4);
	log_fini(&l);
}

static void
test_book_rows__full_balances_are_said_too(void **state)
{
	(void)state;
	log l;
	log_init(&l);
	(void)feed_said(&l, PLM_FEED_LIVE);
	for (uint32_t i = 1; i <= 5; i++) { /* room for four */
		plm_event event;
		plm_event_init(&event, PLM_EVENT_BALANCE);
		event.account.value = 1;
		event.u.balance.asset.value = i;
		event.u.balance.wallet = plm_decimal_from_int(1);
		say(&l, event);
		assert_int_equal(pli_book_feed_of(l.book, event.account)->fact.status,
		    i <= 4 ? PLM_FEED_LIVE : PLM_FEED_DEGRADED);
	}
	snapshot(&l, 1, 1); /* of positions: says nothing of balances */
	assert_int_equal(feed_said(&l, PLM_FEED_LIVE).status, PLM_FEED_DEGRADED);
	log_fini(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_book_rows__four_times_the_bound_over_reconnects),
	    cmocka_unit_test(test_book_rows__expired_ones_serve_again_inside_an_epoch),
	    cmocka_unit_test(
		test_book_rows__a_closed_row_keeps_its_sequence_while_late_events_can_come),
	    cmocka_unit_test(test_book_rows__late_events_of_an_older_epoch_reopen_nothing),
	    cmocka_unit_test(test_book_rows__a_row_is_not_taken_before_its_end_was_settled),
	    cmocka_unit_test(test_book_rows__a_full_table_is_said_until_a_snapshot_is_whole),
	    cmocka_unit_test(test_book_rows__full_balances_are_said_too),
	};
	return cmocka_run_group_tests_name("book_rows", tests, NULL, NULL);
}
