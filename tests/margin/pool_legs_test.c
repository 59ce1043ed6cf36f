/* pool_legs_test.c: what venues ask of a leg by its size and its coin, in pools of a book. */
#include "pool_book.h"

#include <string.h>

enum { INVERSE = SPECS, DATED };
#define FACE 12e6
#define SLOPE 0.00005

static double
asked(double rate, double coins)
{
	return (rate + SLOPE * coins) * coins;
}

/* 200 BTC long, face 12 million, with 40 BTC; `maintenance` and `initial` are what the venue asks
 * of them. */
static void
deribit_begin(pool_book *b, double maintenance, double initial)
{
	plm_event event;
	book_begin(b);
	book_inverse(b, INVERSE, BTC, BTC, 0, 1);
	book_mark(b, INVERSE, 60000, 60000);
	book_inverse(b, DATED, BTC, BTC, 0, 1);
	book_mark(b, DATED, 60000, 60000);
	book_account(b, 1, "deribit");
	book_wallet(b, 1, BTC, 40, PLM_MARGIN_SEGREGATED);
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position = (plm_position){.instrument = {INVERSE},
	    .unit = PLM_UNIT_USD,
	    .margin_mode = PLM_MARGIN_SEGREGATED,
	    .delta_coins = NAN,
	    .quantity = number(FACE),
	    .entry_price = number(60000),
	    .mark_price = number(60000),
	    .initial_margin = number(initial),
	    .maintenance_margin = number(maintenance)};
	tell(b, &event, 1);
}

static pli_ladder_row
row_behind(pool_book *b, uint32_t instrument, double face)
{
	pli_ladder_row row;
	pli_pool_trade trade = {{1}, {instrument}, face, NAN, false, 0};
	pli_pool_edits edits = {.trades = &trade, .trades_count = face != 0};
	pli_ladder_query query = {.edits = face != 0 ? &edits : NULL};
	assert_int_equal(book_rows(b, &query, &row, 1), 1);
	if (row.reason != NULL)
		fail_msg("%s", row.reason);
	return row;
}

/* The price at which what is left is what is asked, by halves. */
static double
end_of(double face, double base)
{
	double low = 1000, high = 60000;
	for (int i = 0; i < 200; i++) {
		double price = (low + high) / 2;
		double left = 40 + face * (1 / 60000.0 - 1 / price);
		*(left < asked(base, face / price) ? &low : &high) = price;
	}
	return high;
}

/* The venue's number of now, and the rise of the rate where the position grows, by a trade or, of
 * an inverse one, as its price falls. */
static void
test_margin_legs__deribit_asks_by_size(void **state)
{
	(void)state;
	pool_book b;
	double venue = asked(0.01, 200);
	deribit_begin(&b, venue, asked(0.02, 200));
	pli_ladder_row row = row_behind(&b, INVERSE, 0);
	const plm_rung *rung = &row.rungs[PLM_THRESHOLD_LIQUIDATION][0];
	assert_near(row.numbers.maintenance, venue, 1e-9);
	assert_true(row.is_estimate && row.implied == PLI_IMPLIED_RATES);
	assert_near(60000 * rung->factor, end_of(FACE, 0.01), 1e-9);
	row = row_behind(&b, INVERSE, FACE);
	rung = &row.rungs[PLM_THRESHOLD_LIQUIDATION][0];
	assert_near(row.numbers.maintenance * 60000, 720000, 1e-9);
	assert_near(row.numbers.initial * 60000, 960000, 1e-9);
	assert_near(60000 * rung->factor, end_of(2 * FACE, 0.01), 1e-9);
	/* One that asks for another base asks for it still. */
	book_end(&b);
	deribit_begin(&b, asked(0.015, 200), asked(0.03, 200));
	row = row_behind(&b, INVERSE, FACE);
	assert_near(row.numbers.maintenance, asked(0.015, 400), 1e-9);
	book_end(&b);
}

/* A contract that is not held is asked by the documented rates. One of which less is asked than
 * the rise alone is not asked so: it keeps its rate. */
static void
test_margin_legs__deribit_of_other_rates(void **state)
{
	(void)state;
	pool_book b;
	deribit_begin(&b, asked(0.01, 200), asked(0.02, 200));
	pli_ladder_row row = row_behind(&b, DATED, FACE / 4);
	assert_near(row.numbers.maintenance, asked(0.01, 200) + asked(0.01, 50), 1e-9);
	book_end(&b);
	deribit_begin(&b, 0.005 * 200, 0.02 * 200);
	row = row_behind(&b, INVERSE, FACE);
	assert_near(row.numbers.maintenance, 0.005 * 400, 1e-9);
	book_end(&b);
}

/* 1 BTC long of which 600 are asked, and `borrowed` ETH; NAN: not told, only that they are owed. */
static void
assert_loans(const char *venue, double borrowed, double maintenance)
{
	pool_book b;
	plm_event event;
	pli_ladder_row row;
	book_begin(&b);
	book_account(&b, 1, venue);
	book_tiers(&b, 1, BTCUSDT);
	book_wallet(&b, 1, USDT, 100000, PLM_MARGIN_CROSS);
	plm_event_init(&event, PLM_EVENT_BALANCE);
	event.u.balance.asset.value = ETH;
	event.u.balance.wallet = number(-15);
	event.u.balance.borrowed = number(borrowed);
	event.u.balance.margin_mode = PLM_MARGIN_CROSS;
	tell(&b, &event, 1);
	book_hold(&b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 1, 60000, NAN, 600});
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	assert_null(row.reason);
	assert_near(row.numbers.maintenance, maintenance, 1e-12);
	book_end(&b);
}

/* Binance's portfolio margin asks a tenth of what is borrowed; multi-assets mode does not. */
static void
test_margin_legs__loans_ask_for_margin(void **state)
{
	(void)state;
	assert_loans("binance-pm", 15, 600 + 15 * 3000 * 0.1);
	assert_loans("binance-pm", NAN, 600 + 15 * 3000 * 0.1);
	assert_loans("binance-pm", 0, 600);
	assert_loans("binance", 15, 600);
}

/* 10 short calls on a coin at 0.05 of it, in a pool of its own of 10 coins. */
static pli_ladder_row
okx_calls(uint32_t coin, double price)
{
	pool_book b;
	plm_event event;
	pli_ladder_row row;
	book_begin(&b);
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument = (plm_instrument){.id = {BTC_CALL},
	    .venue = {1},
	    .underlying = {coin},
	    .quote = {USD},
	    .settle = {coin},
	    .kind = PLM_KIND_OPTION,
	    .inverse = 1,
	    .option_type = PLM_OPTION_CALL,
	    .spec_source = PLM_SPEC_VENUE,
	    .multiplier = plm_decimal_from_int(1),
	    .strike = number(price),
	    .expiry_ns = BOOK_NOW_NS + 30 * PLM_NS_PER_DAY,
	    .name = "call"};
	tell(&b, &event, 0);
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = BTC_CALL;
	event.u.mark.mark_price = number(0.05);
	event.u.mark.index_price = event.u.mark.underlying_price = number(price);
	event.u.mark.mark_iv = 60;
	tell(&b, &event, 0);
	book_account(&b, 1, "okx");
	book_wallet(&b, 1, coin, 10, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTC_CALL, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, -10, 0.05, NAN, NAN});
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	book_end(&b);
	return row;
}

/* 0.03 of a coin of BTC, 0.05 of ETH, and the mark; an estimate, as it grows with the size's tier
 * too. Of another coin it is not known. */
static void
test_margin_legs__okx_asks_of_options_by_coin(void **state)
{
	(void)state;
	pli_ladder_row row = okx_calls(BTC, 60000);
	assert_null(row.reason);
	assert_true(row.is_estimate);
	assert_near(row.numbers.maintenance, 0.8, 1e-12);
	row = okx_calls(ETH, 3000);
	assert_null(row.reason);
	assert_near(row.numbers.maintenance, 1.0, 1e-12);
	row = okx_calls(USDT, 1);
	assert_non_null(row.reason);
	assert_non_null(strstr(row.reason, "option on a coin"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_margin_legs__deribit_asks_by_size),
	    cmocka_unit_test(test_margin_legs__deribit_of_other_rates),
	    cmocka_unit_test(test_margin_legs__loans_ask_for_margin),
	    cmocka_unit_test(test_margin_legs__okx_asks_of_options_by_coin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
