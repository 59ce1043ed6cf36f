/* book_regions_test.c: a book whose tables are another's goes on as that one does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "book/book.h"

static pli_book *
book_make(void)
{
	pli_book_bounds bounds = {{8, 8, 32}, 16, 32, 4, 16, 0};
	pli_book *book = pli_book_create(&bounds);
	assert_non_null(book);
	return book;
}

/* Positions that open, close and give their rows back; orders; a balance. */
static void
books_apply(pli_book *a, pli_book *b, uint32_t first, uint32_t last)
{
	static const plm_event_type types[] = {
	    PLM_EVENT_POSITION, PLM_EVENT_ORDER_OPEN, PLM_EVENT_BALANCE, PLM_EVENT_POSITION};
	for (uint32_t i = first; i < last; i++) {
		plm_event event;
		plm_event_init(&event, types[i % 4]);
		event.account.value = i % 3 + 1;
		event.epoch = 1 + i / 64;
		event.venue_sequence = i + 1;
		if (event.type == PLM_EVENT_ORDER_OPEN) {
			event.u.order_open.order_hash = i % 7 + 1;
			event.u.order_open.quantity = plm_decimal_from_int(i % 2);
		} else if (event.type == PLM_EVENT_BALANCE) {
			event.u.balance.asset.value = i % 5 + 1;
			event.u.balance.wallet = plm_decimal_from_int(i);
		} else {
			event.u.position.instrument.value = i % 9 + 1;
			event.u.position.margin_mode = i % 2 == 0 ? PLM_MARGIN_ISOLATED
								  : PLM_MARGIN_CROSS;
			event.u.position.quantity = plm_decimal_from_int(i % 3);
		}
		pli_book_apply(a, &event);
		if (b != NULL)
			pli_book_apply(b, &event);
	}
}

static void
books_copy(pli_book *to, pli_book *from)
{
	pli_regions a = {0}, b = {0};
	pli_book_regions(from, &a);
	pli_book_regions(to, &b);
	assert_int_equal(a.count, b.count);
	for (uint32_t i = 0; i < a.count; i++) {
		assert_int_equal(a.items[i].size, b.items[i].size);
		memcpy(b.items[i].bytes, a.items[i].bytes, a.items[i].size);
	}
}

static void
test_book_regions__a_copy_goes_on_as_the_book_does(void **state)
{
	(void)state;
	pli_book *a = book_make(), *b = book_make();
	books_apply(a, NULL, 0, 300);
	pli_book_dirty_clear(a);
	books_copy(b, a);
	assert_true(pli_book_hash(a) == pli_book_hash(b));
	books_apply(a, b, 300, 700);
	assert_true(pli_book_hash(a) == pli_book_hash(b));
	assert_int_equal(pli_book_positions_count(a), pli_book_positions_count(b));
	for (uint32_t i = 0; i < pli_book_positions_count(a); i++)
		assert_int_equal(pli_book_position(a, i)->pool, pli_book_position(b, i)->pool);
	pli_book_counters of_a = pli_book_counters_get(a), of_b = pli_book_counters_get(b);
	assert_memory_equal(&of_a, &of_b, sizeof of_a);
	pli_book_destroy(a);
	pli_book_destroy(b);
}

static void
test_book_regions__what_is_not_written_is_filled(void **state)
{
	(void)state;
	pli_book *book = book_make(), *fresh = book_make();
	books_apply(book, NULL, 0, 40);
	pli_book_dirty_clear(book);
	books_copy(book, fresh);
	assert_true(pli_book_hash(book) == pli_book_hash(fresh));
	pli_regions regions = {0};
	pli_book_regions(fresh, &regions);
	uint32_t filled = 0;
	for (uint32_t i = 0; i < regions.count; i++) {
		const uint8_t *bytes = regions.items[i].bytes;
		size_t same = 0;
		while (same < regions.items[i].size && bytes[same] == regions.items[i].fill)
			same++;
		filled += same == regions.items[i].size;
	}
	/* all but the accounts, whose lists are empty, and three heads of free rows */
	assert_int_equal(filled, regions.count - 4);
	pli_book_destroy(book);
	pli_book_destroy(fresh);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_book_regions__a_copy_goes_on_as_the_book_does),
	    cmocka_unit_test(test_book_regions__what_is_not_written_is_filled),
	};
	return cmocka_run_group_tests_name("book_regions", tests, NULL, NULL);
}
