/* margin_watch_test.c: pools of a book that lives: which rows are made when. */
#include "pool_book.h"

#include "margin/margin_watch.h"

#define MS(n) ((n)*PLM_NS_PER_MS)

typedef struct watch {
	pool_book b;
	pli_margin *margin;
	plm_time_ns now_ns;
} watch;

static void
batch(watch *w, int64_t later_ns)
{
	plm_event event;
	w->now_ns += later_ns;
	plm_event_init(&event, PLM_EVENT_BATCH_END);
	event.u.batch_end.now_ns = w->now_ns;
	event.sequence = ++w->b.sequence;
	event.applied_time_ns = w->now_ns;
	pli_book_apply(w->b.book, &event);
	pli_margin_note(w->margin);
	pli_exposure_settle(w->b.exposure);
	pli_margin_settle(w->margin);
}

/* 1 BTC long with 6,000 isolated: 9 % from its end. */
static void
begin(watch *w)
{
	*w = (watch){.now_ns = BOOK_NOW_NS};
	book_begin(&w->b);
	book_account(&w->b, 1, "binance");
	book_tiers(&w->b, 1, BTCUSDT);
	book_tiers(&w->b, 1, ETHUSDT);
	book_wallet(&w->b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &w->b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_ISOLATED, 1, 60000, 6000, 600});
	w->margin = pli_margin_create(w->b.exposure);
	assert_non_null(w->margin);
	batch(w, MS(1));
}

static void
end(watch *w)
{
	pli_margin_destroy(w->margin);
	book_end(&w->b);
}

static void
test_rows_come_and_go(void **state)
{
	(void)state;
	watch w;
	begin(&w);
	assert_int_equal(pli_margin_pools_count(w.margin), 1);
	assert_non_null(pli_margin_pool(w.margin, 0));
	assert_int_equal(pli_margin_pool_time_ns(w.margin, 0), w.now_ns);
	book_hold(
	    &w.b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 3000, NAN, NAN});
	batch(&w, MS(100));
	assert_int_equal(pli_margin_pools_count(w.margin), 2);
	assert_non_null(pli_margin_pool(w.margin, 1));
	book_hold(
	    &w.b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_ISOLATED, 0, NAN, NAN, NAN});
	batch(&w, MS(100));
	assert_null(pli_margin_pool(w.margin, 0));
	pli_ladder_row rows[2];
	assert_int_equal(pli_margin_ranked(w.margin, rows, 2), 1);
	assert_null(pli_margin_pool(w.margin, 7));
	end(&w);
}

/* A pool 9 % away may stand for some two seconds though its price moves; one that is near, not. */
static void
test_the_closest_most_often(void **state)
{
	(void)state;
	watch w;
	begin(&w);
	double far = pli_margin_pool(w.margin, 0)->distance;
	assert_true(far > 0.08 && far < 0.12);
	book_mark(&w.b, BTCUSDT, 59000, 59000);
	batch(&w, MS(500));
	assert_true(pli_margin_pool(w.margin, 0)->distance == far);
	batch(&w, MS(2000));
	double nearer = pli_margin_pool(w.margin, 0)->distance;
	assert_true(nearer < far);
	book_mark(&w.b, BTCUSDT, 54800, 54800);
	batch(&w, MS(2500));
	double close = pli_margin_pool(w.margin, 0)->distance;
	assert_true(close < 0.01);
	book_mark(&w.b, BTCUSDT, 54700, 54700);
	batch(&w, MS(250));
	assert_true(pli_margin_pool(w.margin, 0)->distance < close);
	end(&w);
}

/* Prices of what a pool does not hold cost it nothing. */
static void
test_no_news_no_row(void **state)
{
	(void)state;
	watch w;
	begin(&w);
	uint64_t made = pli_margin_counters_get(w.margin).rows_made;
	for (int i = 0; i < 20; i++) {
		book_mark(&w.b, ETHUSDT, 3000 + i, 3000 + i);
		batch(&w, MS(1000));
	}
	pli_margin_counters counters = pli_margin_counters_get(w.margin);
	assert_int_equal(counters.rows_made, made);
	assert_true(counters.rows_spared > 5);
	book_mark(&w.b, BTCUSDT, 60001, 60001);
	batch(&w, MS(3000));
	assert_int_equal(pli_margin_counters_get(w.margin).rows_made, made + 1);
	end(&w);
}

/* Whoever watches the same book anew says the same. */
static void
test_watched_anew(void **state)
{
	(void)state;
	watch w;
	begin(&w);
	book_mark(&w.b, BTCUSDT, 57000, 57000);
	batch(&w, MS(3000));
	pli_ladder_row before = *pli_margin_pool(w.margin, 0);
	pli_margin_watch(w.margin, w.b.exposure);
	assert_int_equal(pli_margin_pools_count(w.margin), 0);
	batch(&w, MS(1));
	const pli_ladder_row *after = pli_margin_pool(w.margin, 0);
	assert_non_null(after);
	assert_true(after->distance == before.distance);
	assert_true(after->numbers.equity == before.numbers.equity);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows_come_and_go),
	    cmocka_unit_test(test_the_closest_most_often),
	    cmocka_unit_test(test_no_news_no_row),
	    cmocka_unit_test(test_watched_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
