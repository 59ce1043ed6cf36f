/* book_suspect_test.c: what is suspected where our margin is off the venue's. */
#include "pool_book.h"

/* 1 BTC at 60,000, of which our table asks 600. told, mark: the venue's own of the position;
 * equity, maintenance: its sums. */
static void
assert_suspect(double told, double mark, double equity, double maintenance, plm_suspect suspect)
{
	pool_book b;
	pli_ladder_row row;
	plm_event event;
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	book_wallet(&b, 1, USDT, 10000, PLM_MARGIN_SEGREGATED);
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position = (plm_position){.instrument = {BTCUSDT},
	    .side = PLM_SIDE_NET,
	    .unit = PLM_UNIT_COINS,
	    .margin_mode = PLM_MARGIN_SEGREGATED,
	    .delta_coins = NAN,
	    .quantity = number(1),
	    .entry_price = number(60000),
	    .mark_price = number(mark),
	    .maintenance_margin = number(told)};
	tell(&b, &event, 1);
	book_mark(&b, BTCUSDT, 60000, 60000);
	book_margin(&b, 1, USDT, PLM_MARGIN_SEGREGATED, equity, maintenance);
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	assert_null(row.reason);
	if (row.suspect != suspect)
		fail_msg("suspected: \"%s\", not \"%s\"; off by %g",
		    pli_ladder_suspect_text(row.suspect), pli_ladder_suspect_text((uint8_t)suspect),
		    pli_ladder_residual(&row));
	bool of_leg = suspect == PLM_SUSPECT_TIER || suspect == PLM_SUSPECT_MARK;
	assert_int_equal(row.suspect_of.value, of_leg ? BTCUSDT : 0);
	book_end(&b);
}

/* Marks go on behind the venue's sums: equity and maintenance are off by that, and nothing is. */
static void
test_old_sums_accuse_nobody(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row row;
	plm_event event;
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	book_wallet(&b, 1, USDT, 10000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 60000, NAN, 600});
	book_margin(&b, 1, USDT, PLM_MARGIN_SEGREGATED, 10000, 600);
	book_mark(&b, BTCUSDT, 60500, 60500);
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = BOOK_NOW_NS + 10 * PLM_NS_PER_S;
	event.applied_time_ns = event.u.batch_end.now_ns;
	event.sequence = ++b.sequence;
	pli_book_apply(b.book, &event);
	pli_exposure_settle(b.exposure);
	const pli_ladder_query plain = {0};
	assert_int_equal(pli_ladder_rows_make(b.maker, b.exposure, &plain, &row, 1), 1);
	assert_near(row.numbers.equity, 10500, 1e-12);
	assert_int_equal(row.suspect, PLM_SUSPECT_NONE);
	book_end(&b);
}

static void
test_suspects(void **state)
{
	(void)state;
	assert_suspect(600, 60000, 10000, 600, PLM_SUSPECT_NONE);
	assert_suspect(600, 60000, 10050, 603, PLM_SUSPECT_NONE);
	assert_suspect(1200, 60000, 10000, 1200, PLM_SUSPECT_TIER);
	assert_suspect(900, 90000, 10000, 900, PLM_SUSPECT_MARK);
	assert_suspect(600, 60000, 10000, 900, PLM_SUSPECT_POSITION);
	/* The venue does not tell it of the position: that is no agreement. */
	assert_suspect(NAN, 60000, 10000, 900, PLM_SUSPECT_UNKNOWN);
	assert_suspect(600, 60000, 9000, 600, PLM_SUSPECT_HAIRCUT);
	/* The venue's sums are not told: nothing to compare with, nothing to suspect. */
	assert_suspect(1200, 60000, NAN, NAN, PLM_SUSPECT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_suspects), cmocka_unit_test(test_old_sums_accuse_nobody)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
