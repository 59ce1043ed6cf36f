/* book_test.c: the hash of equal facts is equal, full tables are counted, orders come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "book/book.h"

enum { EVENTS = 200, SEEDS = 20 };

static uint64_t
next(uint64_t *random)
{
	*random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *random >> 33;
}

static pli_book *
book_make(void)
{
	pli_book_bounds bounds = {{8, 8, 32}, 128, 32, 4, 16, 0};
	pli_book *book = pli_book_create(&bounds);
	assert_non_null(book);
	return book;
}

static plm_event
event_random(uint64_t *random, uint64_t sequence)
{
	plm_event event;
	bool balance = next(random) % 3 == 0;
	plm_event_init(&event, balance ? PLM_EVENT_BALANCE : PLM_EVENT_POSITION);
	event.account.value = (uint32_t)next(random) % 4 + 1;
	event.venue_sequence = sequence;
	plm_decimal quantity = plm_decimal_from_int((int64_t)(next(random) % 7) - 3);
	if (balance) {
		event.u.balance.asset.value = (uint32_t)next(random) % 4 + 1;
		event.u.balance.wallet = quantity;
	} else {
		event.u.position.instrument.value = (uint32_t)next(random) % 16 + 1;
		event.u.position.side = (uint8_t)(next(random) % 3);
		event.u.position.quantity = quantity;
	}
	return event;
}

static void
test_book__duplicates_and_order_do_not_change_the_hash(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		plm_event events[EVENTS * 2];
		uint64_t random = seed;
		pli_book *a = book_make(), *b = book_make();
		for (uint32_t i = 0; i < EVENTS; i++) {
			events[i] = events[EVENTS + i] = event_random(&random, i + 1);
			pli_book_apply(a, &events[i]);
		}
		for (uint32_t i = EVENTS * 2; i > 1; i--) {
			uint32_t j = (uint32_t)next(&random) % i;
			plm_event swap = events[j];
			events[j] = events[i - 1];
			events[i - 1] = swap;
		}
		for (uint32_t i = 0; i < EVENTS * 2; i++)
			pli_book_apply(b, &events[i]);
		assert_true(pli_book_hash(a) == pli_book_hash(b));
		assert_true(pli_book_counters_get(b).duplicate > 0);
		assert_true(pli_book_counters_get(b).old_sequence > 0);
		events[0] = event_random(&random, EVENTS + 1);
		events[0].u.balance.wallet = plm_decimal_from_int(77);
		events[0].type = PLM_EVENT_BALANCE;
		events[0].u.balance.asset.value = 1;
		pli_book_apply(b, &events[0]);
		assert_true(pli_book_hash(a) != pli_book_hash(b));
		pli_book_destroy(a);
		pli_book_destroy(b);
	}
}

static void
test_book__what_does_not_fit_is_counted(void **state)
{
	(void)state;
	pli_book *book = book_make();
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = 1;
	event.u.position.quantity = plm_decimal_from_int(1);
	event.u.position.instrument.value = 33;
	pli_book_apply(book, &event);
	assert_int_equal(pli_book_counters_get(book).rows_full, 1);
	event.account.value = 9;
	event.u.position.instrument.value = 1;
	pli_book_apply(book, &event);
	assert_int_equal(pli_book_counters_get(book).rows_full, 2);
	event.account.value = 0;
	pli_book_apply(book, &event);
	assert_int_equal(pli_book_counters_get(book).rows_full, 3);
	event.type = 999;
	pli_book_apply(book, &event);
	assert_int_equal(pli_book_counters_get(book).unknown_event, 1);
	assert_int_equal(pli_book_positions_count(book), 0);
	pli_book_destroy(book);
}

static plm_event
order(uint64_t hash, int64_t quantity)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ORDER_OPEN);
	event.account.value = 1;
	event.u.order_open.instrument.value = 1;
	event.u.order_open.order_hash = hash;
	event.u.order_open.quantity = plm_decimal_from_int(quantity);
	return event;
}

static void
test_book__orders_come_and_go(void **state)
{
	(void)state;
	pli_book *book = book_make();
	for (uint64_t i = 1; i <= 10; i++) {
		plm_event event = order(i << 33, (int64_t)i);
		pli_book_apply(book, &event);
	}
	assert_int_equal(pli_book_orders_count(book), 10);
	for (uint64_t i = 1; i <= 9; i++) {
		plm_event event = order(i << 33, 0);
		pli_book_apply(book, &event);
		pli_book_apply(book, &event);
	}
	assert_int_equal(pli_book_orders_count(book), 1);
	assert_true(pli_book_order(book, 0)->fact.order_hash == UINT64_C(10) << 33);
	assert_null(pli_book_order(book, 1));
	pli_book_destroy(book);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_book__duplicates_and_order_do_not_change_the_hash),
	    cmocka_unit_test(test_book__what_does_not_fit_is_counted),
	    cmocka_unit_test(test_book__orders_come_and_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
