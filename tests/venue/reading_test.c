/* reading_test.c: when an account is read, and what becomes of a reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "venue/held_legs.h"
#include "venue/reading.h"
#include "venue/task.h"

static const plm_time_ns start_ns = 1800000000 * PLM_NS_PER_S;
static const plm_account_id account = {5};
static plm_event events[16];
static uint32_t events_count, events_max;

static plm_err
keep(void *ctx, const plm_event *event)
{
	(void)ctx;
	if (events_count >= events_max)
		return PLM_EFULL;
	events[events_count++] = *event;
	return PLM_OK;
}

static const plm_event_sink sink = {keep, NULL};

static pli_reading
reading_new(void)
{
	pli_reading reading;
	pli_reading_start(&reading, start_ns);
	events_count = 0;
	events_max = 16;
	return reading;
}

static void
reading_whole(pli_reading *reading, plm_time_ns now_ns, uint64_t digest)
{
	assert_true(pli_reading_begin(reading, account, now_ns, &sink));
	reading->digest = digest;
	reading->rows_count = 3;
	assert_int_equal(pli_reading_end(reading, account, now_ns, &sink, true), PLM_OK);
}

static void
test_venue_reading__begins_and_ends(void **state)
{
	(void)state;
	pli_reading reading = reading_new();
	assert_false(pli_reading_begin(&reading, account, start_ns - 1, &sink));
	reading_whole(&reading, start_ns, 1);
	assert_int_equal(events_count, 2);
	assert_int_equal(events[0].type, PLM_EVENT_SNAPSHOT_BEGIN);
	assert_int_equal(events[1].type, PLM_EVENT_SNAPSHOT_END);
	assert_int_equal(events[1].account.value, account.value);
	assert_int_equal(events[1].u.snapshot.complete, 1);
	assert_int_equal(events[1].u.snapshot.rows_count, 3);
	assert_true(reading.complete && !reading.first && reading.whole_count == 1);
	assert_false(pli_reading_begin(&reading, account, start_ns + PLI_SECONDS(30) - 1, &sink));
	assert_true(pli_reading_begin(&reading, account, start_ns + PLI_SECONDS(30), &sink));
	assert_false(pli_reading_begin(&reading, account, start_ns + PLI_SECONDS(90), &sink));
}

static void
test_venue_reading__not_believed_is_read_again(void **state)
{
	(void)state;
	pli_reading reading = reading_new();
	assert_true(pli_reading_begin(&reading, account, start_ns, &sink));
	assert_int_equal(pli_reading_end(&reading, account, start_ns, &sink, false), PLM_OK);
	assert_int_equal(events[1].u.snapshot.complete, 0);
	assert_true(!reading.complete && reading.first && reading.whole_count == 1);
	assert_true(reading.due_ns == start_ns + PLI_SECONDS(1));
}

static void
test_venue_reading__broken_off_its_end_is_owed(void **state)
{
	(void)state;
	pli_reading reading = reading_new();
	pli_reading_break(&reading, start_ns, 0); /* none runs */
	assert_false(reading.end_owed);
	assert_true(pli_reading_begin(&reading, account, start_ns, &sink));
	pli_reading_break(&reading, start_ns, PLI_SECONDS(4));
	assert_int_equal(reading.failures, 1);
	assert_true(reading.due_ns == start_ns + PLI_SECONDS(4));
	events_max = events_count;
	pli_reading_owed(&reading, account, &sink); /* no room: still owed */
	assert_true(reading.end_owed);
	events_max = 16;
	pli_reading_owed(&reading, account, &sink);
	pli_reading_owed(&reading, account, &sink);
	assert_int_equal(events_count, 2);
	assert_int_equal(events[1].u.snapshot.complete, 0);
}

static void
test_venue_reading__a_full_sink_begins_nothing(void **state)
{
	(void)state;
	pli_reading reading = reading_new();
	events_max = 0;
	assert_false(pli_reading_begin(&reading, account, start_ns, &sink));
	assert_false(reading.running);
	events_max = 1;
	assert_true(pli_reading_begin(&reading, account, start_ns, &sink));
	assert_int_equal(pli_reading_end(&reading, account, start_ns, &sink, true), PLM_EFULL);
	assert_false(reading.complete);
}

/* Doubt ends with a reading that began behind it, not with the one that ran. */
static void
test_venue_reading__doubt(void **state)
{
	(void)state;
	pli_reading reading = reading_new();
	assert_true(pli_reading_begin(&reading, account, start_ns, &sink));
	pli_reading_doubt(&reading, start_ns, "a reason");
	assert_int_equal(pli_reading_end(&reading, account, start_ns, &sink, true), PLM_OK);
	assert_string_equal(reading.doubt, "a reason");
	assert_true(reading.due_ns <= start_ns + PLI_SECONDS(1));
	reading_whole(&reading, start_ns + PLI_SECONDS(1), 1);
	assert_string_equal(reading.doubt, "");
}

/* Legs that changed, and no update told of it. */
static void
test_venue_reading__a_deaf_stream(void **state)
{
	(void)state;
	static const struct {
		uint64_t digest;
		int updates_before, updates_after;
		bool deaf;
	} rows[] = {
	    {1, 0, 0, false},                  /* nothing changed */
	    {2, 0, 0, true}, {2, 1, 0, false}, /* told before it */
	    {2, 0, 1, false},                  /* told a moment later */
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pli_reading reading = reading_new();
		reading_whole(&reading, start_ns, 1);
		reading.updates_count += rows[i].updates_before;
		plm_time_ns now_ns = start_ns + PLI_SECONDS(30);
		reading_whole(&reading, now_ns, rows[i].digest);
		assert_false(pli_reading_is_deaf(&reading, now_ns + PLI_SECONDS(2) - 1));
		reading.updates_count += rows[i].updates_after;
		assert_int_equal(
		    pli_reading_is_deaf(&reading, now_ns + PLI_SECONDS(2)), rows[i].deaf);
		assert_false(pli_reading_is_deaf(&reading, now_ns + PLI_SECONDS(3))); /* once */
	}
}

static void
test_venue_reading__late_and_jumps(void **state)
{
	(void)state;
	pli_reading reading = reading_new();
	assert_false(pli_reading_is_late(&reading, start_ns + PLI_SECONDS(90)));
	reading_whole(&reading, start_ns, 1);
	assert_false(pli_reading_is_late(&reading, start_ns + PLI_SECONDS(40)));
	assert_true(pli_reading_is_late(&reading, start_ns + PLI_SECONDS(41)));
	pli_reading_clock(&reading, start_ns + PLI_SECONDS(3600), PLI_SECONDS(3600));
	assert_false(pli_reading_is_late(&reading, start_ns + PLI_SECONDS(3600)));
	assert_true(pli_reading_begin(&reading, account, start_ns + PLI_SECONDS(3600), &sink));
	pli_reading_soon(&reading, start_ns + PLI_SECONDS(3600));
	assert_true(reading.due_ns == start_ns + PLI_SECONDS(3601));
}

/* One open leg; the reading behind it lacks it: once is not enough. It is said when nothing has
 * confirmed it in 2 s. */
static void
test_venue_reading__legs_must_be_missing_twice(void **state)
{
	(void)state;
	static pli_held_legs legs;
	pli_reading reading = reading_new();
	plm_time_ns now_ns = start_ns;
	bool others;
	for (int i = 0; i < 4; i++) {
		assert_true(pli_reading_open_legs(&reading, &legs, account, now_ns, &sink));
		if (i < 2)
			pli_held_legs_tell(&legs,
			    pli_held_legs_find(&legs, (plm_instrument_id){3}, 0, &others),
			    plm_decimal_from_int(1), true);
		assert_int_equal(
		    pli_reading_close_legs(&reading, &legs, account, now_ns, &sink), PLM_OK);
		assert_int_equal(events[2 * i + 1].u.snapshot.complete, i % 2);
		assert_null(pli_reading_why(&reading, now_ns + PLI_SECONDS(2) - 1));
		assert_int_equal(
		    pli_reading_why(&reading, now_ns + PLI_SECONDS(2)) != NULL, i == 2);
		now_ns = reading.due_ns;
	}
	assert_non_null(pli_reading_why(&reading, now_ns + PLI_SECONDS(41)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_reading__begins_and_ends),
	    cmocka_unit_test(test_venue_reading__not_believed_is_read_again),
	    cmocka_unit_test(test_venue_reading__broken_off_its_end_is_owed),
	    cmocka_unit_test(test_venue_reading__a_full_sink_begins_nothing),
	    cmocka_unit_test(test_venue_reading__doubt),
	    cmocka_unit_test(test_venue_reading__a_deaf_stream),
	    cmocka_unit_test(test_venue_reading__late_and_jumps),
	    cmocka_unit_test(test_venue_reading__legs_must_be_missing_twice),
	};
	return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}
