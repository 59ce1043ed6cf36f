/* book_margins_test.c: tables of margin tiers change as a whole; numbers of pools that are no more
 * are gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "book/book.h"

enum { TIERS_MAX = 12 };

static pli_book *
book_make(void)
{
	pli_book_bounds bounds = {
	    {.assets_max = 8, .accounts_max = 8, .instruments_max = 8}, 32, 32, 4, 16, TIERS_MAX};
	pli_book *book = pli_book_create(&bounds);
	assert_non_null(book);
	return book;
}

static void
tell_tier(pli_book *book, uint32_t instrument, uint16_t tier, uint16_t count, int64_t cap)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARGIN_TIER);
	event.account.value = 1;
	event.epoch = 1;
	event.u.margin_tier.instrument.value = instrument;
	event.u.margin_tier.tier = tier;
	event.u.margin_tier.tiers_count = count;
	event.u.margin_tier.notional_cap = plm_decimal_from_int(cap);
	pli_book_apply(book, &event);
}

static void
tell_table(pli_book *book, uint32_t instrument, uint16_t count, int64_t cap)
{
	for (uint16_t tier = 1; tier <= count; tier++)
		tell_tier(book, instrument, tier, count, cap * tier);
}

/* The table of an instrument: so many rows, with caps of cap, 2 cap, ... */
static void
check_table(pli_book *book, uint32_t instrument, uint32_t count, int64_t cap)
{
	const plm_instrument_id id = {instrument};
	const pli_tier_row *next = pli_book_tier(book, (plm_account_id){1}, id, 1);
	for (uint32_t tier = 1; tier <= count; tier++) {
		const pli_tier_row *row = pli_book_tier(book, (plm_account_id){1}, id, tier);
		assert_non_null(row);
		assert_ptr_equal(next, row);
		next = pli_book_tier_next(book, row);
		assert_int_equal(row->fact.tier, tier);
		assert_true(row->fact.notional_cap.units == plm_decimal_from_int(cap * tier).units);
	}
	assert_null(next);
	assert_null(pli_book_tier(book, (plm_account_id){1}, id, count + 1));
	assert_null(pli_book_tier(book, (plm_account_id){1}, id, 0));
	assert_null(pli_book_tier(book, (plm_account_id){2}, id, 1));
}

static void
test_book_margins__a_table_is_replaced_as_a_whole(void **state)
{
	(void)state;
	pli_book *book = book_make();
	tell_table(book, 1, 3, 100);
	tell_table(book, 2, 2, 50);
	check_table(book, 1, 3, 100);
	tell_tier(book, 1, 1, 2, 700);
	check_table(book, 1, 3, 100); /* not before the last row */
	tell_tier(book, 1, 2, 2, 1400);
	check_table(book, 1, 2, 700); /* the third is gone */
	check_table(book, 2, 2, 50);
	tell_table(book, 1, 4, 10);
	check_table(book, 1, 4, 10);
	assert_int_equal(pli_book_counters_get(book).tiers_broken, 0);
	pli_book_destroy(book);
}

static void
test_book_margins__a_table_that_breaks_off_replaces_nothing(void **state)
{
	(void)state;
	pli_book *book = book_make();
	tell_table(book, 1, 3, 100);
	uint64_t hash = pli_book_hash(book);
	tell_tier(book, 1, 1, 3, 1);
	tell_tier(book, 1, 3, 3, 3); /* the second is missing */
	assert_int_equal(pli_book_counters_get(book).tiers_broken, 1);
	tell_tier(book, 1, 1, 3, 1);
	tell_tier(book, 2, 2, 3, 2); /* of another contract */
	tell_tier(book, 1, 3, 3, 3);
	assert_int_equal(pli_book_counters_get(book).tiers_broken, 3);
	tell_tier(book, 1, 1, 3, 1);
	tell_tier(book, 1, 2, 4, 2); /* of a table of another length */
	tell_tier(book, 1, 1, 3, 1);
	tell_tier(book, 1, 1, 3, 1); /* begun twice */
	tell_tier(book, 1, 0, 3, 1);
	tell_tier(book, 1, 4, 3, 1);
	tell_tier(book, 1, 1, PLM_MARGIN_TIERS_MAX + 1, 1);
	assert_int_equal(pli_book_counters_get(book).tiers_broken, 8);
	check_table(book, 1, 3, 100);
	check_table(book, 2, 0, 0);
	assert_true(pli_book_hash(book) == hash);
	pli_book_destroy(book);
}

static void
test_book_margins__a_table_without_room_is_counted(void **state)
{
	(void)state;
	pli_book *book = book_make();
	tell_table(book, 1, 7, 100);
	tell_table(book, 2, 6, 50);
	assert_int_equal(pli_book_counters_get(book).rows_full, 1);
	check_table(book, 2, 0, 0);
	check_table(book, 1, 7, 100);
	tell_table(book, 2, 5, 50);
	check_table(book, 2, 5, 50);
	tell_table(book, 2, 5, 60); /* what is there needs no room */
	check_table(book, 2, 5, 60);
	tell_tier(book, 9, 1, 1, 1); /* past the instruments */
	assert_int_equal(pli_book_counters_get(book).rows_full, 2);
	pli_book_destroy(book);
}

static void
test_book_margins__the_hash_covers_the_tables_that_hold(void **state)
{
	(void)state;
	pli_book *a = book_make(), *b = book_make();
	uint64_t empty = pli_book_hash(a);
	tell_table(a, 1, 2, 100);
	tell_table(a, 2, 3, 100);
	assert_true(pli_book_hash(a) != empty);
	tell_table(b, 2, 4, 7);
	tell_table(b, 2, 3, 100);
	assert_true(pli_book_hash(a) != pli_book_hash(b));
	tell_table(b, 1, 2, 100);
	assert_true(pli_book_hash(a) == pli_book_hash(b));
	pli_book_destroy(a);
	pli_book_destroy(b);
}

static void
tell_margin(pli_book *book, uint32_t asset, plm_margin_mode mode, uint32_t instrument)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_VENUE_MARGIN);
	event.account.value = 1;
	event.u.venue_margin.asset.value = asset;
	event.u.venue_margin.instrument.value = instrument;
	event.u.venue_margin.margin_mode = (uint8_t)mode;
	event.u.venue_margin.equity = plm_decimal_from_int(asset);
	pli_book_apply(book, &event);
}

static void
test_book_margins__pools_that_are_no_more_are_gone(void **state)
{
	(void)state;
	pli_book *book = book_make();
	for (uint32_t asset = 1; asset <= 3; asset++)
		tell_margin(book, asset, PLM_MARGIN_SEGREGATED, 0);
	tell_margin(book, 1, PLM_MARGIN_ISOLATED, 4);
	assert_int_equal(pli_book_margins_count(book), 4);
	tell_margin(book, 5, PLM_MARGIN_CROSS, 0);
	assert_int_equal(pli_book_margins_count(book), 2);
	uint32_t isolated = 0;
	for (uint32_t i = 0; i < 2; i++) {
		const plm_venue_margin *fact = &pli_book_margin(book, i)->fact;
		assert_int_not_equal(fact->margin_mode, PLM_MARGIN_SEGREGATED);
		isolated += fact->margin_mode == PLM_MARGIN_ISOLATED;
	}
	assert_int_equal(isolated, 1);
	tell_margin(book, 2, PLM_MARGIN_SEGREGATED, 0);
	tell_margin(book, 2, PLM_MARGIN_SEGREGATED, 0);
	assert_int_equal(pli_book_margins_count(book), 2);
	pli_book_destroy(book);
}

/* An account that says so has pools of both kinds at once. */
static void
test_book_margins__a_pool_beside_others_leaves_them(void **state)
{
	(void)state;
	pli_book *book = book_make();
	plm_event beside;
	plm_event_init(&beside, PLM_EVENT_VENUE_MARGIN);
	beside.account.value = 1;
	beside.u.venue_margin.asset.value = 2;
	beside.u.venue_margin.margin_mode = PLM_MARGIN_SEGREGATED;
	beside.u.venue_margin.is_beside = 1;
	tell_margin(book, 2, PLM_MARGIN_CROSS, 0);
	pli_book_apply(book, &beside);
	uint64_t hash = pli_book_hash(book);
	tell_margin(book, 2, PLM_MARGIN_CROSS, 0);
	assert_int_equal(pli_book_margins_count(book), 2);
	assert_true(pli_book_hash(book) == hash);
	beside.u.venue_margin.is_beside = 0;
	pli_book_apply(book, &beside);
	assert_int_equal(pli_book_margins_count(book), 1);
	assert_int_equal(pli_book_margin(book, 0)->fact.margin_mode, PLM_MARGIN_SEGREGATED);
	pli_book_destroy(book);
}

static void
tell_matrix(pli_book *book, uint32_t account, uint32_t coin, uint32_t settle, double range)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARGIN_MATRIX);
	event.account.value = account;
	event.epoch = 1;
	event.u.margin_matrix.coin.value = coin;
	event.u.margin_matrix.settle.value = settle;
	event.u.margin_matrix.range = range;
	pli_book_apply(book, &event);
}

/* Of (account, coin, settle asset) the last one stands; the hash knows each; what finds no room is
 * counted. */
static void
test_book_margins__parameters_by_coin_and_settle_asset(void **state)
{
	(void)state;
	pli_book *book = book_make();
	uint64_t none = pli_book_hash(book);
	tell_matrix(book, 1, 2, 2, 0.16);
	uint64_t one = pli_book_hash(book);
	tell_matrix(book, 1, 2, 3, 0.17);
	tell_matrix(book, 2, 2, 2, 0.18);
	assert_true(pli_book_matrix(book, (plm_account_id){1}, (plm_asset_id){2}, (plm_asset_id){3})
			->fact.range == 0.17);
	assert_true(pli_book_matrix(book, (plm_account_id){2}, (plm_asset_id){2}, (plm_asset_id){2})
			->fact.range == 0.18);
	assert_null(
	    pli_book_matrix(book, (plm_account_id){2}, (plm_asset_id){2}, (plm_asset_id){3}));
	uint64_t three = pli_book_hash(book);
	tell_matrix(book, 1, 2, 2, 0.2);
	assert_true(pli_book_matrix(book, (plm_account_id){1}, (plm_asset_id){2}, (plm_asset_id){2})
			->fact.range == 0.2);
	assert_true(none != one && one != three && three != pli_book_hash(book));
	uint64_t full = pli_book_counters_get(book).rows_full;
	for (uint32_t i = 0; i < 8 * PLI_MATRICES_OF_ACCOUNT + 5; i++)
		tell_matrix(book, 1 + i / 64 % 8, 1 + i % 8, 1 + i / 8 % 8, 0.1);
	assert_true(pli_book_counters_get(book).rows_full > full);
	pli_book_destroy(book);
}

static void
tell_stress(pli_book *book, uint32_t account, uint32_t coin, uint32_t moves, double added)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARGIN_STRESS);
	event.account.value = account;
	event.epoch = 1;
	event.u.margin_stress.coin.value = coin;
	event.u.margin_stress.moves_count = moves;
	event.u.margin_stress.added = added;
	pli_book_apply(book, &event);
}

static void
tell_contract(pli_book *book, uint32_t id, uint32_t coin)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset.id.value = coin;
	(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "coin-%u", coin);
	pli_book_apply(book, &event);
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument.id.value = id;
	event.u.instrument.underlying.value = coin;
	(void)snprintf(event.u.instrument.name, sizeof event.u.instrument.name, "c-%u", id);
	pli_book_apply(book, &event);
}

static void
hold(pli_book *book, uint32_t account, uint32_t instrument, int64_t quantity)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.account.value = account;
	event.epoch = 1;
	event.u.position.instrument.value = instrument;
	event.u.position.quantity = plm_decimal_from_int(quantity);
	pli_book_apply(book, &event);
}

/* A reading that shows nothing, believed. */
static void
read_nothing(pli_book *book, uint32_t account)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_SNAPSHOT_BEGIN);
	event.account.value = account;
	event.epoch = 1;
	event.u.snapshot.scope = PLM_SCOPE_POSITIONS | PLM_SCOPE_BALANCES;
	pli_book_apply(book, &event);
	event.type = PLM_EVENT_SNAPSHOT_END;
	event.u.snapshot.complete = 1;
	pli_book_apply(book, &event);
}

/* What was told of a coin is old from when a position on it has another size, until it is told
 * again; the hash knows both; a grid that is too large is not taken. */
static void
test_book_margins__a_stress_test_is_of_what_was_held(void **state)
{
	(void)state;
	const plm_account_id one = {1};
	const plm_asset_id btc = {2};
	pli_book *book = book_make();
	uint64_t none = pli_book_hash(book);
	tell_contract(book, 1, 2);
	hold(book, 1, 1, 5);
	tell_stress(book, 1, 2, 7, 20);
	tell_stress(book, 1, 3, 7, 30);
	assert_true(pli_book_stress(book, one, btc)->fact.added == 20);
	assert_null(pli_book_stress(book, (plm_account_id){2}, btc));
	uint64_t told = pli_book_hash(book);
	hold(book, 1, 1, 5);
	hold(book, 2, 1, 6);
	assert_int_equal(pli_book_stress(book, one, btc)->is_old, 0);
	hold(book, 1, 1, 4);
	assert_int_equal(pli_book_stress(book, one, btc)->is_old, 1);
	assert_int_equal(pli_book_stress(book, one, (plm_asset_id){3})->is_old, 0);
	uint64_t old = pli_book_hash(book);
	tell_stress(book, 1, 2, 7, 21);
	assert_int_equal(pli_book_stress(book, one, btc)->is_old, 0);
	assert_true(none != told && told != old && old != pli_book_hash(book));
	read_nothing(book, 1); /* it is closed */
	assert_int_equal(pli_book_stress(book, one, btc)->is_old, 1);
	uint64_t full = pli_book_counters_get(book).rows_full;
	tell_stress(book, 1, 2, PLM_STRESS_MOVES_MAX + 1, 22);
	assert_true(pli_book_stress(book, one, btc)->fact.added == 21);
	assert_int_equal(pli_book_counters_get(book).rows_full, full + 1);
	pli_book_destroy(book);
}

static void
tell_collateral(pli_book *book, uint32_t account, uint32_t asset, uint32_t steps, double weight)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_COLLATERAL);
	event.account.value = account;
	event.epoch = 1;
	event.u.collateral.asset.value = asset;
	event.u.collateral.steps_count = steps;
	for (uint32_t i = 0; i < steps && i < PLM_COLLATERAL_STEPS_MAX; i++) {
		event.u.collateral.steps[i].floor = i;
		event.u.collateral.steps[i].weight = weight;
	}
	pli_book_apply(book, &event);
}

static void
test_book_margins__shares_of_collateral(void **state)
{
	(void)state;
	pli_book *book = book_make();
	plm_account_id one = {1}, two = {2};
	uint64_t none = pli_book_hash(book);
	tell_collateral(book, 1, 3, 2, 0.9);
	uint64_t told = pli_book_hash(book);
	assert_int_equal(pli_book_collateral(book, one, (plm_asset_id){3})->fact.steps_count, 2);
	assert_null(pli_book_collateral(book, two, (plm_asset_id){3}));
	assert_null(pli_book_collateral(book, one, (plm_asset_id){2}));
	tell_collateral(book, 1, 3, 1, 0.8);
	assert_int_equal(pli_book_collateral(book, one, (plm_asset_id){3})->fact.steps_count, 1);
	assert_true(pli_book_hash(book) != told && told != none);
	uint64_t full = pli_book_counters_get(book).rows_full;
	tell_collateral(book, 1, 3, PLM_COLLATERAL_STEPS_MAX + 1, 0.7); /* no such table */
	assert_int_equal(pli_book_counters_get(book).rows_full, full + 1);
	assert_int_equal(pli_book_collateral(book, one, (plm_asset_id){3})->fact.steps_count, 1);
	for (uint32_t i = 0; i < 40; i++) /* of 32 */
		tell_collateral(book, 1 + i % 8, 1 + i / 8, 1, 0.5);
	assert_true(pli_book_counters_get(book).rows_full > full + 1);
	pli_book_destroy(book);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_book_margins__a_table_is_replaced_as_a_whole),
	    cmocka_unit_test(test_book_margins__a_table_that_breaks_off_replaces_nothing),
	    cmocka_unit_test(test_book_margins__a_table_without_room_is_counted),
	    cmocka_unit_test(test_book_margins__the_hash_covers_the_tables_that_hold),
	    cmocka_unit_test(test_book_margins__pools_that_are_no_more_are_gone),
	    cmocka_unit_test(test_book_margins__a_pool_beside_others_leaves_them),
	    cmocka_unit_test(test_book_margins__a_stress_test_is_of_what_was_held),
	    cmocka_unit_test(test_book_margins__parameters_by_coin_and_settle_asset),
	    cmocka_unit_test(test_book_margins__shares_of_collateral),
	};
	return cmocka_run_group_tests_name("book_margins", tests, NULL, NULL);
}
