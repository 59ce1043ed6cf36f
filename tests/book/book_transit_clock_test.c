/* book_transit_clock_test.c: coins that move are followed by their venue's clock, however far ours
 * is off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "book/book.h"
#include "book/transit.h"

enum { FROM = 1, TO = 2, TRANSIT = 3, COIN = 1, START_S = 1000000, AFTER_S = 24 * 3600 };

/* A book, the second that it is at the venues, and by how much our clock is ahead. */
typedef struct rig {
	pli_book *book;
	int64_t venue_s, ahead_s;
} rig;

static plm_event
event_of(const rig *r, plm_event_type type, uint32_t account)
{
	plm_event event;
	plm_event_init(&event, type);
	event.account.value = account;
	event.epoch = 1;
	event.received_time_ns = (r->venue_s + r->ahead_s) * PLM_NS_PER_S;
	return event;
}

/* The balance of a venue that tells no time with it. */
static void
balance(rig *r, uint32_t account, int64_t wallet)
{
	plm_event event = event_of(r, PLM_EVENT_BALANCE, account);
	event.u.balance.asset.value = COIN;
	event.u.balance.wallet = plm_decimal_from_int(wallet);
	pli_book_apply(r->book, &event);
}

static void
moved(rig *r, uint32_t account, int64_t quantity, plm_transfer_kind kind)
{
	plm_event event = event_of(r, PLM_EVENT_TRANSFER, account);
	event.venue_time_ns = r->venue_s * PLM_NS_PER_S;
	event.u.transfer.asset.value = COIN;
	event.u.transfer.quantity = plm_decimal_from_int(quantity);
	event.u.transfer.kind = (uint8_t)kind;
	event.u.transfer.transfer_hash = account;
	pli_book_apply(r->book, &event);
}

static void
clock_told(rig *r, uint32_t account)
{
	plm_event event = event_of(r, PLM_EVENT_FEED_STATE, account);
	event.feed.value = account;
	event.u.feed_state.status = PLM_FEED_LIVE;
	event.u.feed_state.clock_offset_ns = -r->ahead_s * PLM_NS_PER_S;
	event.u.feed_state.clock_error_ns = PLM_NS_PER_MS;
	pli_book_apply(r->book, &event);
}

static void
batch_after(rig *r, int64_t seconds)
{
	r->venue_s += seconds;
	plm_event event = event_of(r, PLM_EVENT_BATCH_END, 0);
	event.u.batch_end.now_ns = event.received_time_ns;
	pli_book_apply(r->book, &event);
}

static void
rig_begin(rig *r, int64_t ahead_s, bool told)
{
	pli_book_bounds bounds = {{8, 8, 32}, 16, 32, 4, 16, 0};
	*r = (rig){pli_book_create(&bounds), START_S, ahead_s};
	assert_non_null(r->book);
	for (uint32_t i = FROM; i <= TRANSIT; i++) {
		plm_event event = event_of(r, PLM_EVENT_ACCOUNT, 0);
		event.u.account_fact.id.value = i;
		event.u.account_fact.is_transit = i == TRANSIT;
		pli_book_apply(r->book, &event);
	}
	plm_event event = event_of(r, PLM_EVENT_POLICY, 0);
	event.u.policy.transit_after_s = AFTER_S;
	pli_book_apply(r->book, &event);
	for (uint32_t i = FROM; told && i <= TO; i++)
		clock_told(r, i);
	balance(r, FROM, 10);
	balance(r, TO, 5);
	batch_after(r, 600);
}

static uint8_t
state_of(const rig *r)
{
	uint8_t state = PLI_TRANSIT_FREE;
	for (uint32_t i = 0; i < pli_book_transits_count(r->book); i++) {
		uint8_t other = pli_book_transit(r->book, i)->state;
		assert_true(state == PLI_TRANSIT_FREE || other == PLI_TRANSIT_FREE);
		state = state == PLI_TRANSIT_FREE ? other : state;
	}
	return state;
}

/* The balance fell before the book could know: it holds the same as in the reading behind it. */
static void
send_unseen(rig *r)
{
	moved(r, FROM, -3, PLM_TRANSFER_WITHDRAWAL);
	batch_after(r, 1);
	assert_int_equal(state_of(r), PLI_TRANSIT_LEAVING);
	batch_after(r, 19);
	balance(r, FROM, 10); /* it showed it already */
	batch_after(r, 1);
}

static void
test_book_transit_clock__what_left_is_seen_at_once_where_ours_is_behind(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, -300, true);
	send_unseen(&r);
	assert_int_equal(state_of(&r), PLI_TRANSIT_IN_FLIGHT);
	pli_book_destroy(r.book);

	rig_begin(&r, -300, false); /* the venue never told its time: nothing is known better */
	send_unseen(&r);
	assert_int_equal(state_of(&r), PLI_TRANSIT_LEAVING);
	pli_book_destroy(r.book);
}

static void
test_book_transit_clock__what_left_is_not_seen_early_where_ours_is_ahead(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, 300, true);
	balance(&r, FROM, 10);
	batch_after(&r, 1);
	moved(&r, FROM, -3, PLM_TRANSFER_WITHDRAWAL);
	batch_after(&r, 1);
	assert_int_equal(state_of(&r), PLI_TRANSIT_LEAVING);
	balance(&r, FROM, 7);
	batch_after(&r, 1);
	assert_int_equal(state_of(&r), PLI_TRANSIT_IN_FLIGHT);
	pli_book_destroy(r.book);
}

static void
test_book_transit_clock__what_flies_is_waited_for_by_the_venues_clock(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, 7200, true);
	moved(&r, FROM, -3, PLM_TRANSFER_INTERNAL);
	balance(&r, FROM, 7);
	batch_after(&r, 1);
	assert_int_equal(state_of(&r), PLI_TRANSIT_IN_FLIGHT);
	batch_after(&r, 3590);
	assert_int_equal(state_of(&r), PLI_TRANSIT_IN_FLIGHT);
	batch_after(&r, 20);
	assert_int_equal(state_of(&r), PLI_TRANSIT_UNEXPLAINED);
	pli_book_destroy(r.book);
}

static void
test_book_transit_clock__a_clock_that_is_set_changes_nothing_once_that_is_told(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, 0, true);
	moved(&r, FROM, -3, PLM_TRANSFER_INTERNAL);
	balance(&r, FROM, 7);
	batch_after(&r, 1);
	r.ahead_s = 2 * 3600;
	clock_told(&r, FROM);
	clock_told(&r, TO);
	batch_after(&r, 60);
	assert_int_equal(state_of(&r), PLI_TRANSIT_IN_FLIGHT);
	moved(&r, TO, 3, PLM_TRANSFER_INTERNAL);
	balance(&r, TO, 8);
	batch_after(&r, 1);
	assert_int_equal(state_of(&r), PLI_TRANSIT_ARRIVED);
	pli_book_destroy(r.book);
}

static void
test_book_transit_clock__what_came_is_in_doubt_for_as_long_as_it_is(void **state)
{
	(void)state;
	rig r;
	rig_begin(&r, 3600, true);
	moved(&r, TO, 3, PLM_TRANSFER_DEPOSIT);
	balance(&r, TO, 8);
	batch_after(&r, 1);
	assert_int_equal(state_of(&r), PLI_TRANSIT_RECEIVED);
	assert_int_equal(plm_decimal_sign(pli_book_transit(r.book, 0)->doubt), 1);
	batch_after(&r, 200);
	assert_int_equal(plm_decimal_sign(pli_book_transit(r.book, 0)->doubt), 0);
	pli_book_destroy(r.book);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_book_transit_clock__what_left_is_seen_at_once_where_ours_is_behind),
	    cmocka_unit_test(
		test_book_transit_clock__what_left_is_not_seen_early_where_ours_is_ahead),
	    cmocka_unit_test(
		test_book_transit_clock__what_flies_is_waited_for_by_the_venues_clock),
	    cmocka_unit_test(
		test_book_transit_clock__a_clock_that_is_set_changes_nothing_once_that_is_told),
	    cmocka_unit_test(
		test_book_transit_clock__what_came_is_in_doubt_for_as_long_as_it_is),
	};
	return cmocka_run_group_tests_name("book_transit_clock", tests, NULL, NULL);
}
