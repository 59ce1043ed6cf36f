/* event_outbox_test.c: a full ring loses no fact, and the newest mark wins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/event_outbox.h"

static plm_event
mark(uint32_t instrument, int64_t price, uint16_t flags)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARK);
	event.flags = flags;
	event.u.mark.instrument.value = instrument;
	event.u.mark.mark_price = plm_decimal_from_int(price);
	return event;
}

static plm_event
fact(uint64_t number)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.venue_sequence = number;
	return event;
}

static void
test_engine_event_outbox__keeps_facts_in_order(void **state)
{
	(void)state;
	pli_ring *ring = pli_ring_create(4, sizeof(plm_event));
	pli_event_outbox *outbox = pli_event_outbox_create(ring, 16, 8);
	for (uint64_t i = 1; i <= 12; i++) {
		plm_event event = fact(i);
		assert_int_equal(pli_event_outbox_push(outbox, &event), PLM_OK);
	}
	assert_true(pli_event_outbox_blocked(outbox));
	for (uint64_t i = 1; i <= 12; i++) {
		plm_event event;
		assert_true(pli_ring_pop(ring, &event));
		assert_int_equal(event.venue_sequence, i);
		(void)pli_event_outbox_flush(outbox);
	}
	assert_false(pli_event_outbox_blocked(outbox));
	pli_event_outbox_destroy(outbox);
	pli_ring_destroy(ring);
}

static void
test_engine_event_outbox__newest_mark_wins_in_its_old_place(void **state)
{
	(void)state;
	pli_ring *ring = pli_ring_create(1, sizeof(plm_event));
	pli_event_outbox *outbox = pli_event_outbox_create(ring, 16, 8);
	plm_event event = fact(1);
	assert_int_equal(pli_event_outbox_push(outbox, &event), PLM_OK);
	event = mark(3, 100, PLM_FLAG_LAST);
	assert_int_equal(pli_event_outbox_push(outbox, &event), PLM_OK);
	event = fact(2);
	assert_int_equal(pli_event_outbox_push(outbox, &event), PLM_OK);
	event = mark(3, 101, PLM_FLAG_LAST);
	assert_int_equal(pli_event_outbox_push(outbox, &event), PLM_OK);
	assert_int_equal(pli_event_outbox_counters_get(outbox).marks_conflated, 1);

	plm_event got[3];
	for (int i = 0; i < 3; i++) {
		assert_true(pli_ring_pop(ring, &got[i]));
		(void)pli_event_outbox_flush(outbox);
	}
	assert_int_equal(got[0].venue_sequence, 1);
	assert_true(got[1].u.mark.mark_price.units == plm_decimal_from_int(101).units);
	assert_int_equal(got[2].venue_sequence, 2);
	/* whoever ended a batch still does: the old place, and what is newest now */
	assert_int_equal(got[1].flags, PLM_FLAG_LAST);
	assert_int_equal(got[2].flags, PLM_FLAG_LAST);
	assert_false(pli_ring_pop(ring, &event));
	pli_event_outbox_destroy(outbox);
	pli_ring_destroy(ring);
}

static void
test_engine_event_outbox__a_mark_that_went_out_is_not_replaced(void **state)
{
	(void)state;
	pli_ring *ring = pli_ring_create(1, sizeof(plm_event));
	pli_event_outbox *outbox = pli_event_outbox_create(ring, 4, 8);
	plm_event event = mark(1, 1, 0), got;
	for (int64_t price = 1; price <= 5; price++) {
		event = mark(1, price, 0);
		assert_int_equal(pli_event_outbox_push(outbox, &event), PLM_OK);
	}
	assert_true(pli_ring_pop(ring, &got));
	assert_true(got.u.mark.mark_price.units == plm_decimal_from_int(1).units);
	assert_int_equal(pli_event_outbox_flush(outbox), 1);
	event = mark(1, 6, 0);
	assert_int_equal(pli_event_outbox_push(outbox, &event), PLM_OK);
	assert_true(pli_ring_pop(ring, &got));
	assert_true(got.u.mark.mark_price.units == plm_decimal_from_int(5).units);
	assert_int_equal(pli_event_outbox_flush(outbox), 1);
	assert_true(pli_ring_pop(ring, &got));
	assert_true(got.u.mark.mark_price.units == plm_decimal_from_int(6).units);
	pli_event_outbox_destroy(outbox);
	pli_ring_destroy(ring);
}

static void
test_engine_event_outbox__says_when_even_waiting_is_full(void **state)
{
	(void)state;
	pli_ring *ring = pli_ring_create(1, sizeof(plm_event));
	pli_event_outbox *outbox = pli_event_outbox_create(ring, 2, 8);
	for (uint64_t i = 1; i <= 3; i++) {
		plm_event event = fact(i);
		assert_int_equal(pli_event_outbox_push(outbox, &event), PLM_OK);
	}
	assert_int_equal(pli_event_outbox_room(outbox), 0);
	plm_event event = fact(4);
	assert_int_equal(pli_event_outbox_push(outbox, &event), PLM_EFULL);
	assert_int_equal(pli_event_outbox_counters_get(outbox).full, 1);
	pli_event_outbox_destroy(outbox);
	pli_event_outbox_destroy(NULL);
	pli_ring_destroy(ring);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_engine_event_outbox__keeps_facts_in_order),
	    cmocka_unit_test(test_engine_event_outbox__newest_mark_wins_in_its_old_place),
	    cmocka_unit_test(test_engine_event_outbox__a_mark_that_went_out_is_not_replaced),
	    cmocka_unit_test(test_engine_event_outbox__says_when_even_waiting_is_full),
	};
	return cmocka_run_group_tests_name("event_outbox", tests, NULL, NULL);
}
