/* venue_events_test.c: begin, end and errors as the book wants them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "venue/venue_events.h"

static plm_event got;

static plm_err
take(void *ctx, const plm_event *event)
{
	got = *event;
	return *(const plm_err *)ctx;
}

static void
test_venue_events__snapshots(void **state)
{
	(void)state;
	plm_err err = PLM_OK;
	plm_event_sink sink = {take, &err};
	assert_int_equal(pli_emit_snapshot_begin(&sink, (plm_account_id){7}), PLM_OK);
	assert_int_equal(got.type, PLM_EVENT_SNAPSHOT_BEGIN);
	assert_int_equal(got.account.value, 7);
	assert_int_equal(got.u.snapshot.scope, PLM_SCOPE_POSITIONS | PLM_SCOPE_BALANCES);
	assert_int_equal(got.u.snapshot.complete + got.u.snapshot.rows_count, 0);
	err = PLM_EFULL;
	assert_int_equal(pli_emit_snapshot_end(&sink, (plm_account_id){7}, true, 12), PLM_EFULL);
	assert_int_equal(got.type, PLM_EVENT_SNAPSHOT_END);
	assert_int_equal(got.u.snapshot.complete, 1);
	assert_int_equal(got.u.snapshot.rows_count, 12);
	assert_int_equal(got.u.snapshot.scope, PLM_SCOPE_POSITIONS | PLM_SCOPE_BALANCES);
}

static void
test_venue_events__a_long_message_is_cut(void **state)
{
	(void)state;
	plm_event event;
	char text[400];
	memset(text, 'm', sizeof text);
	plm_event_init(&event, PLM_EVENT_VENUE_ERROR);
	pli_venue_error_set(&event, -1021, (plm_slice){text, sizeof text});
	assert_int_equal(event.u.venue_error.code, -1021);
	assert_int_equal(
	    strlen(event.u.venue_error.message), sizeof event.u.venue_error.message - 1);
	pli_venue_error_set(&event, 1, (plm_slice){NULL, 0});
	assert_string_equal(event.u.venue_error.message, "");
	pli_venue_error_set(&event, 1, PLM_SLICE("No."));
	assert_string_equal(event.u.venue_error.message, "No.");
}

static void
test_venue_events__a_doubt_says_why(void **state)
{
	(void)state;
	plm_venue_status status;
	plm_fault fault = {.path = "p[0].mark_price", .text = "expected a price of 0 or more"};
	pli_venue_doubt_set(status.text, &fault);
	assert_string_equal(status.text,
	    "an account message was refused, all is read again: p[0].mark_price: expected a price "
	    "of 0 or more");
	fault.path[0] = '\0';
	memset(fault.text, 'x', sizeof fault.text - 1);
	pli_venue_doubt_set(status.text, &fault);
	assert_int_equal(strlen(status.text), sizeof status.text - 1);
	assert_non_null(strstr(status.text, "again: xx"));
}

static void
test_venue_events__a_doubt_degrades_what_is_ready(void **state)
{
	(void)state;
	plm_venue_status status = {.status = 0};
	pli_venue_status_set(&status, false, true, true, NULL, "hm");
	assert_int_equal(status.status, PLM_FEED_LIVE);
	assert_string_equal(status.text, "hm");
	pli_venue_status_set(&status, false, true, true, "old", "hm");
	assert_int_equal(status.status, PLM_FEED_DEGRADED);
	assert_string_equal(status.text, "old");
	pli_venue_status_set(&status, false, true, false, NULL, "");
	assert_int_equal(status.status, PLM_FEED_STALE);
	pli_venue_status_set(&status, false, false, true, "old", "");
	assert_int_equal(status.status, PLM_FEED_CONNECTING);
	pli_venue_status_set(&status, true, true, true, "old", "why");
	assert_int_equal(status.status, PLM_FEED_DOWN);
	assert_string_equal(status.text, "why");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_events__snapshots),
	    cmocka_unit_test(test_venue_events__a_long_message_is_cut),
	    cmocka_unit_test(test_venue_events__a_doubt_says_why),
	    cmocka_unit_test(test_venue_events__a_doubt_degrades_what_is_ready),
	};
	return cmocka_run_group_tests_name("venue_events", tests, NULL, NULL);
}
