/* transit_notes_test.c: coins that reached nobody are said once. */
#include "cli/transit_notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DESK = 1, TRANSIT = 2, BTC = 1, AFTER_S = 3600 };

static void
account(pli_book *book, uint32_t id, const char *name, bool is_transit)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ACCOUNT);
	event.u.account_fact.id.value = id;
	event.u.account_fact.is_transit = is_transit;
	(void)snprintf(event.u.account_fact.name, sizeof event.u.account_fact.name, "%s", name);
	pli_book_apply(book, &event);
}

static void
batch(pli_book *book, int64_t now_s)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = now_s * PLM_NS_PER_S;
	pli_book_apply(book, &event);
}

static pli_book *
book_with_coins_under_way(void)
{
	pli_book_bounds bounds = {{8, 8, 8}, 8, 8, 4, 4, 0};
	pli_book *book = pli_book_create(&bounds);
	plm_event event;
	assert_non_null(book);
	account(book, DESK, "desk-a", false);
	account(book, TRANSIT, "transit", true);
	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset.id.value = BTC;
	memcpy(event.u.asset.name, "BTC", sizeof "BTC");
	pli_book_apply(book, &event);
	plm_event_init(&event, PLM_EVENT_POLICY);
	event.u.policy.transit_after_s = AFTER_S;
	pli_book_apply(book, &event);
	plm_event_init(&event, PLM_EVENT_TRANSFER);
	event.account.value = DESK;
	event.received_time_ns = event.venue_time_ns = 1000 * PLM_NS_PER_S;
	event.u.transfer.asset.value = BTC;
	event.u.transfer.kind = PLM_TRANSFER_WITHDRAWAL;
	event.u.transfer.quantity = plm_decimal_from_int(-2);
	event.u.transfer.transfer_hash = 77;
	pli_book_apply(book, &event);
	return book;
}

static void
test_transit_notes__said_once(void **state)
{
	(void)state;
	char *text = NULL;
	size_t size = 0;
	FILE *err = open_memstream(&text, &size);
	assert_non_null(err);
	pli_cli cli;
	pli_cli_init(&cli, stdout, err);
	pli_transit_notes notes = {0};
	pli_book *book = book_with_coins_under_way();
	for (int64_t now_s = 1000; now_s <= 1000 + AFTER_S + 20; now_s += 10) {
		batch(book, now_s);
		pli_transit_notes_take(&notes, &cli, book);
		assert_int_equal(fflush(err), 0);
		assert_true(now_s > 1000 + AFTER_S || size == 0);
	}
	assert_string_equal(text,
	    "plimsoll: 2 BTC that left account desk-a at 1970-01-01T00:16:40Z reached no account: "
	    "they no longer count; see `plimsoll transits`\n");
	pli_book_destroy(book);
	assert_int_equal(fclose(err), 0);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_transit_notes__said_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
