/* book_legs_test.c: legs of a pool, each with the prices of its own underlying. */
#include "margin/book_legs.h"

#include "pool_book.h"

enum { LEGS = 4 };

/* Returns how many legs the pool has. */
static uint32_t
legs_of(pool_book *b, uint32_t account, pli_ladder_row *row, pli_ladder_leg *legs)
{
	pli_ladder_legs made = {.legs = legs, .legs_max = LEGS};
	pli_ladder_row rows[LEGS];
	(void)book_rows(b, NULL, rows, LEGS);
	pli_pool_key key = {{account}, 0};
	assert_true(pli_book_pools_next(b->book, &key));
	assert_int_equal(key.account.value, account);
	pli_ladder_legs_make(b->maker, b->exposure, &key, 0, &made);
	*row = made.row;
	return made.count;
}

/* Long at one venue, short at the other: each leg has its own price, and they are not the same. */
static void
test_flat_pair(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row row;
	pli_ladder_leg legs[LEGS];
	book_begin(&b);
	for (uint32_t account = 1; account <= 2; account++) {
		book_account(&b, account, account == 1 ? "binance" : "bybit");
		book_tiers(&b, account, BTCUSDT);
		book_wallet(&b, account, USDT, 12000, PLM_MARGIN_CROSS);
		book_hold(&b, &(holding){account, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS,
				  account == 1 ? 1 : -1, 58000, NAN, NAN});
	}
	assert_int_equal(legs_of(&b, 1, &row, legs), 1);
	/* 12,000 + p - 58,000 = 0.01 p */
	assert_near(
	    pli_ladder_leg_price(&legs[0], PLM_THRESHOLD_LIQUIDATION, 0), 46000 / 0.99, 1e-12);
	assert_true(isnan(pli_ladder_leg_price(&legs[0], PLM_THRESHOLD_LIQUIDATION, 1)));
	assert_near(legs[0].break_even, 58000, 1e-12);
	assert_near(legs[0].delta, 60000, 1e-9);
	assert_near(legs[0].maintenance, 600, 1e-12);
	assert_int_equal(legs_of(&b, 2, &row, legs), 1);
	double up = pli_ladder_leg_price(&legs[0], PLM_THRESHOLD_LIQUIDATION, 1);
	assert_true(up > 60000 && up < 70000);
	assert_int_equal(legs[0].rungs[PLM_THRESHOLD_LIQUIDATION][0].status, PLM_RUNG_NONE);
	assert_near(legs[0].delta, -60000, 1e-9);
	book_end(&b);
}

/* Two coins in one pool: each kills it alone at its own price; the venue's word is beside it. */
static void
test_each_alone(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row row;
	pli_ladder_leg legs[LEGS];
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	book_tiers(&b, 1, ETHUSDT);
	book_wallet(&b, 1, USDT, 10000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 60000, NAN, NAN});
	book_hold(
	    &b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, -10, 3000, NAN, NAN});
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position = pli_book_position(b.book, 0)->fact;
	assert_int_equal(event.u.position.instrument.value, BTCUSDT);
	event.u.position.liquidation_price = number(51111);
	tell(&b, &event, 1);
	assert_int_equal(legs_of(&b, 1, &row, legs), 2);
	assert_null(row.reason);
	/* 10,000 + p - 60,000 = 0.01 (p + 30,000) */
	assert_near(
	    pli_ladder_leg_price(&legs[0], PLM_THRESHOLD_LIQUIDATION, 0), 50300 / 0.99, 1e-12);
	/* 10,000 - 10 (p - 3,000) = 600 + 0.01 x 10 p */
	assert_near(
	    pli_ladder_leg_price(&legs[1], PLM_THRESHOLD_LIQUIDATION, 1), 39400 / 10.1, 1e-12);
	assert_near(legs[0].venue_liquidation, 51111, 1e-12);
	assert_true(isnan(legs[1].venue_liquidation));
	assert_int_equal(legs[1].underlying.value, ETH);
	/* A ladder moves only the heavier of them. */
	assert_int_equal(row.moved.value, BTC);
	/* No room for the second: told how many there are. */
	pli_pool_key key = row.key;
	pli_ladder_legs one = {.legs = legs, .legs_max = 1};
	pli_ladder_legs_make(b.maker, b.exposure, &key, 0, &one);
	assert_int_equal(one.count, 1);
	assert_int_equal(one.all, 2);
	book_end(&b);
}

/* What cannot be computed has a reason and no legs. */
static void
test_no_numbers_no_legs(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row row;
	pli_ladder_leg legs[LEGS];
	book_begin(&b);
	book_account(&b, 1, "nowhere");
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 60000, NAN, 600});
	assert_int_equal(legs_of(&b, 1, &row, legs), 0);
	assert_non_null(row.reason);
	book_end(&b);
}

/* 30 days at 60,000, marked at 2,500 with a vol of 50, entered at 2,000; 10,000 behind it. */
static void
option_hold(pool_book *b, plm_option_type type, double quantity)
{
	plm_event event;
	book_spec(b, BTC_CALL, PLM_KIND_OPTION, BTC, USDT);
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument = *pli_registry_instrument_get(
	    pli_book_registry(b->book), (plm_instrument_id){BTC_CALL});
	event.u.instrument.option_type = (uint8_t)type;
	tell(b, &event, 0);
	book_account(b, 1, "binance-options");
	book_wallet(b, 1, USDT, 10000, PLM_MARGIN_CROSS);
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = BTC_CALL;
	event.u.mark.mark_price = number(2500);
	event.u.mark.index_price = number(60000);
	event.u.mark.underlying_price = number(60000);
	event.u.mark.mark_iv = 50;
	tell(b, &event, 0);
	book_hold(
	    b, &(holding){1, BTC_CALL, PLM_SIDE_NET, PLM_MARGIN_CROSS, quantity, 2000, NAN, NAN});
}

/* A call of 60,000 sold for 2,000 is even at 62,000, at expiry. */
static void
test_option_breaks_even(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row row;
	pli_ladder_leg legs[LEGS];
	book_begin(&b);
	option_hold(&b, PLM_OPTION_CALL, -1);
	assert_int_equal(legs_of(&b, 1, &row, legs), 1);
	assert_null(row.reason);
	assert_true(legs[0].is_option);
	assert_near(legs[0].break_even, 62000, 1e-12);
	assert_near(legs[0].spot, 60000, 1e-12);
	assert_true(legs[0].delta < 0);
	assert_true(pli_ladder_leg_price(&legs[0], PLM_THRESHOLD_LIQUIDATION, 1) > 60000);
	book_end(&b);
}

/* The same told in contracts of 100 coins: prices are those of a contract. */
static void
option_hold_contracts(pool_book *b)
{
	plm_event event;
	option_hold(b, PLM_OPTION_CALL, -1);
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument = *pli_registry_instrument_get(
	    pli_book_registry(b->book), (plm_instrument_id){BTC_CALL});
	event.u.instrument.multiplier = number(100);
	tell(b, &event, 0);
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark = pli_book_mark(b->book, (plm_instrument_id){BTC_CALL})->fact;
	event.u.mark.mark_price = number(250000);
	tell(b, &event, 0);
	uint32_t row = pli_book_position_first_of_instrument(
	    b->book, (plm_instrument_id){BTC_CALL});
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position = pli_book_position(b->book, row)->fact;
	event.u.position.unit = PLM_UNIT_CONTRACTS;
	event.u.position.quantity = number(-0.01);
	event.u.position.entry_price = number(200000);
	tell(b, &event, 1);
}

static void
test_option_of_many_coins(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row rows[2];
	pli_ladder_leg legs[2][LEGS];
	for (int i = 0; i < 2; i++) {
		book_begin(&b);
		if (i == 0)
			option_hold(&b, PLM_OPTION_CALL, -1);
		else
			option_hold_contracts(&b);
		assert_int_equal(legs_of(&b, 1, &rows[i], legs[i]), 1);
		assert_null(rows[i].reason);
		book_end(&b);
	}
	assert_near(legs[1][0].break_even, legs[0][0].break_even, 1e-12);
	assert_near(rows[1].numbers.maintenance, rows[0].numbers.maintenance, 1e-12);
	assert_near(rows[1].numbers.value, rows[0].numbers.value, 1e-12);
}

/* Vols that rise as the price falls bring the call of a short put nearer; now stays as it is. */
static void
test_vol_response(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row rows[2];
	double call[2], value[2];
	for (int i = 0; i < 2; i++) {
		const pli_ladder_query query = {.vol_power = i};
		book_begin(&b);
		option_hold(&b, PLM_OPTION_PUT, -1);
		assert_int_equal(book_rows(&b, &query, rows, 2), 1);
		assert_null(rows[0].reason);
		call[i] = pli_ladder_nearest(&rows[0], PLM_THRESHOLD_LIQUIDATION, NULL);
		value[i] = rows[0].numbers.value;
		book_end(&b);
	}
	assert_near(value[1], value[0], 1e-12);
	assert_true(call[0] > 0.01 && call[1] < call[0] * 0.99);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_flat_pair),
	    cmocka_unit_test(test_each_alone),
	    cmocka_unit_test(test_no_numbers_no_legs),
	    cmocka_unit_test(test_option_breaks_even),
	    cmocka_unit_test(test_option_of_many_coins),
	    cmocka_unit_test(test_vol_response),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
