/* funding_due_test.c: who pays whom, in which asset, and when it is not known. */
#include "margin/funding_due.h"

#include <string.h>

#include "margin/book_legs.h"
#include "pool_book.h"

static void
tell_rate(pool_book *b, uint32_t instrument, double mark, double rate)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = instrument;
	event.u.mark.mark_price = number(mark);
	event.u.mark.index_price = number(mark);
	event.u.mark.funding_rate = rate;
	tell(b, &event, 0);
}

/* As OKX does: apart from marks, with the time at which it is charged. */
static void
tell_apart(pool_book *b, uint32_t instrument, double rate, plm_time_ns time_ns)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_FUNDING);
	event.u.funding.instrument.value = instrument;
	event.u.funding.rate = rate;
	event.venue_time_ns = time_ns;
	event.received_time_ns = BOOK_NOW_NS;
	event.sequence = event.venue_sequence = ++b->sequence;
	pli_book_apply(b->book, &event);
}

static pli_ladder_row
row_of(pool_book *b, const pli_ladder_query *query)
{
	pli_ladder_row row;
	assert_int_equal(book_rows(b, query, &row, 1), 1);
	assert_null(row.reason);
	return row;
}

static void
begin(pool_book *b, const char *venue, double btc, double eth)
{
	book_begin(b);
	book_account(b, 1, venue);
	book_tiers(b, 1, BTCUSDT);
	book_tiers(b, 1, ETHUSDT);
	book_wallet(b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, btc, 60000, NAN, NAN});
	if (eth != 0)
		book_hold(b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, eth, 3000,
				 NAN, NAN});
}

/* A long pays a rate above 0, a short gets it. */
static void
test_signs(void **state)
{
	(void)state;
	pool_book b;
	begin(&b, "binance", 2, -10);
	tell_rate(&b, BTCUSDT, 60000, 0.0001);
	tell_rate(&b, ETHUSDT, 3000, 0.0003);
	pli_ladder_row row = row_of(&b, NULL);
	assert_null(row.funding_reason);
	assert_near(row.funding_due, -2 * 60000 * 0.0001 + 10 * 3000 * 0.0003, 1e-9);
	pli_ladder_legs legs;
	assert_true(pli_ladder_legs_create(&legs, 8));
	pli_ladder_legs_make(b.maker, b.exposure, &row.key, 0, &legs);
	assert_int_equal(legs.count, 2);
	assert_near(legs.legs[0].funding_due, -12, 1e-9);
	assert_near(legs.legs[0].funding_due + legs.legs[1].funding_due, row.funding_due, 1e-9);
	pli_ladder_legs_destroy(&legs);
	book_end(&b);
}

/* With it, the ladder is that of a wallet which has paid. */
static void
test_ladder_behind_it(void **state)
{
	(void)state;
	pool_book b;
	begin(&b, "binance", 1, 0);
	tell_rate(&b, BTCUSDT, 60000, 0.003);
	const pli_ladder_query query = {.with_funding = true};
	pli_ladder_row before = row_of(&b, NULL), behind = row_of(&b, &query);
	assert_near(before.numbers.equity - behind.numbers.equity, 180, 1e-9);
	const plm_rung *rung = &behind.rungs[PLM_THRESHOLD_LIQUIDATION][0];
	book_wallet(&b, 1, USDT, 20000 - 180, PLM_MARGIN_SEGREGATED);
	pli_ladder_row paid = row_of(&b, NULL);
	assert_near(rung->factor, paid.rungs[PLM_THRESHOLD_LIQUIDATION][0].factor, 1e-12);
	assert_true(rung->factor > before.rungs[PLM_THRESHOLD_LIQUIDATION][0].factor);
	book_end(&b);
}

/* Unknown is not nothing. */
static void
test_unknown(void **state)
{
	(void)state;
	pool_book b;
	begin(&b, "binance", 1, 1);
	tell_rate(&b, BTCUSDT, 60000, 0.0001);
	const pli_ladder_query query = {.with_funding = true};
	pli_ladder_row row = row_of(&b, &query);
	assert_true(isnan(row.funding_due));
	assert_non_null(strstr(row.funding_reason, "rate is not known"));
	assert_non_null(row.ladder_reason);
	row = row_of(&b, NULL);
	assert_null(row.ladder_reason);
	tell_rate(&b, ETHUSDT, 3000, 0);
	row = row_of(&b, &query);
	assert_near(row.funding_due, -6, 1e-9);
	assert_null(row.ladder_reason);
	book_end(&b);
}

/* Only until it is charged. */
static void
test_told_apart(void **state)
{
	(void)state;
	pool_book b;
	begin(&b, "okx", 1, 0);
	tell_apart(&b, BTCUSDT, 0.0002, BOOK_NOW_NS + PLM_NS_PER_S);
	tell_apart(&b, BTCUSDT, 0.5, BOOK_NOW_NS - PLM_NS_PER_S); /* a history */
	assert_near(row_of(&b, NULL).funding_due, -12, 1e-9);
	book_end(&b);
	begin(&b, "okx", 1, 0);
	tell_apart(&b, BTCUSDT, 0.0002, BOOK_NOW_NS);
	assert_near(row_of(&b, NULL).funding_due, -12, 1e-9);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = BOOK_NOW_NS;
	tell(&b, &event, 0);
	assert_true(isnan(row_of(&b, NULL).funding_due));
	book_end(&b);
}

/* Dated contracts have none; Deribit's is paid all the time. */
static void
test_none_is_due(void **state)
{
	(void)state;
	pool_book b;
	begin(&b, "binance", 1, 0);
	book_spec(&b, BTCUSDT, PLM_KIND_FUTURE, BTC, USDT);
	pli_ladder_row row = row_of(&b, NULL);
	assert_true(row.funding_due == 0 && row.funding_reason == NULL);
	book_end(&b);
	begin(&b, "deribit", 1, 0);
	tell_rate(&b, BTCUSDT, 60000, 0.0001);
	row = row_of(&b, NULL);
	assert_true(isnan(row.funding_due));
	assert_non_null(strstr(row.funding_reason, "all the time"));
	book_end(&b);
}

/* Of an inverse one in coins. */
static void
test_inverse(void **state)
{
	(void)state;
	plm_margin_leg leg = {.kind = PLM_MARGIN_LEG_INVERSE, .quantity = -120000, .mark = 60000};
	plm_instrument_id id = {BTCUSDT};
	pool_book b;
	begin(&b, "binance", 1, 0);
	tell_rate(&b, BTCUSDT, 60000, 0.0001);
	pli_book_pool made = {.pool = {.legs = &leg, .legs_count = 1}, .instruments = &id};
	const char *reason = NULL;
	double due = pli_funding_due_of_leg(b.book, (plm_account_id){1}, &made, 0, &reason);
	assert_near(due, 2 * 0.0001, 1e-15);
	book_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_signs),
	    cmocka_unit_test(test_ladder_behind_it),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_told_apart),
	    cmocka_unit_test(test_none_is_due),
	    cmocka_unit_test(test_inverse),
	};
	return cmocka_run_group_tests_name("funding_due", tests, NULL, NULL);
}
