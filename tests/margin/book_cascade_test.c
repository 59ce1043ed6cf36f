/* book_cascade_test.c: who dies on the way of a price, in which order, and what is left. */
#include "margin/book_cascade.h"

#include "pool_book.h"

enum { LEGS = 16, POOLS = 8 };

static pli_cascade *
cascade_create(void)
{
	pli_book_bounds bounds = {{64, 8, 64}, 64, 64, 8, 8, 64};
	pli_cascade *cascade = pli_cascade_create(&bounds, LEGS, POOLS);
	assert_non_null(cascade);
	return cascade;
}

static uint32_t
find(pool_book *b, pli_cascade *cascade, pli_cascade_query query, const pli_cascade_step **steps,
    uint32_t *unknown)
{
	pli_ladder_row rows[POOLS];
	(void)book_rows(b, NULL, rows, POOLS);
	return pli_cascade_find(cascade, b->exposure, &query, steps, unknown);
}

static void
holder(pool_book *b, uint32_t account, const char *venue, double wallet, double quantity)
{
	book_account(b, account, venue);
	book_tiers(b, account, BTCUSDT);
	book_wallet(b, account, USDT, wallet, PLM_MARGIN_CROSS);
	book_hold(b, &(holding){account, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, quantity, 60000,
			 NAN, NAN});
}

/* Two longs of 1 BTC: w + p - 60,000 = 0.01 p for each; the poorer first, the other at its price.
 * The short at a third account wins; it is there to be reduced. */
static void
test_one_after_the_other(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	holder(&b, 1, "binance", 20000, 1);
	holder(&b, 2, "binance", 10000, 1);
	holder(&b, 3, "binance", 50000, -2);
	assert_int_equal(find(&b, cascade, (pli_cascade_query){{BTC}, 0.5}, &steps, &unknown), 2);
	assert_int_equal(unknown, 0);
	assert_int_equal(steps[0].row.key.account.value, 2);
	assert_int_equal(steps[1].row.key.account.value, 1);
	double prices[] = {50000 / 0.99, 40000 / 0.99};
	for (int i = 0; i < 2; i++) {
		assert_near(steps[i].price, prices[i], 1e-9);
		assert_int_equal(steps[i].parts, PLI_CASCADE_PARTS);
		assert_int_equal(steps[i].parts_left, 0);
		assert_near(steps[i].closed_usd, prices[i], 1e-6);
		/* At the threshold equity is the maintenance: that is what is left. */
		assert_near(steps[i].left_usd, prices[i] * 0.01, 1e-6);
		assert_near(steps[i].net_usd_after, steps[i].net_usd_before - prices[i], 1e-6);
		assert_int_equal(steps[i].adl_accounts_count, 1);
	}
	/* The other way the short dies, and nobody else. */
	assert_int_equal(find(&b, cascade, (pli_cascade_query){{BTC}, 2}, &steps, &unknown), 1);
	assert_int_equal(steps[0].row.key.account.value, 3);
	assert_int_equal(steps[0].adl_accounts_count, 2);
	/* Not before the end of the way. */
	assert_int_equal(find(&b, cascade, (pli_cascade_query){{BTC}, 0.9}, &steps, &unknown), 0);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

/* A venue that takes parts closes a fifth, is above its threshold, and comes again further down. */
static void
test_in_parts(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	holder(&b, 1, "bybit", 20000, 1);
	uint32_t count = find(&b, cascade, (pli_cascade_query){{BTC}, 0.4}, &steps, &unknown);
	assert_true(count > 2 && count <= PLI_CASCADE_PARTS);
	uint32_t parts = 0;
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(steps[i].row.key.account.value, 1);
		assert_true(steps[i].parts >= 1);
		parts += steps[i].parts;
		assert_int_equal(steps[i].parts_left, PLI_CASCADE_PARTS - parts);
		assert_near(steps[i].closed_usd, steps[i].price * 0.2 * steps[i].parts, 1e-6);
		assert_true(i == 0 || steps[i].price < steps[i - 1].price);
	}
	book_end(&b);
	pli_cascade_destroy(cascade);
}

/* The second is taken because the first is gone no sooner: what it holds is its own. A pool without
 * a ladder is counted, not forgotten. */
static void
test_unknown_is_told(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	holder(&b, 1, "nowhere", 20000, 1);
	assert_int_equal(find(&b, cascade, (pli_cascade_query){{BTC}, 0.5}, &steps, &unknown), 0);
	assert_int_equal(unknown, 1);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

/* Isolated: the position is gone with what backed it, the rest of the account stands. */
static void
test_isolated_leaves_the_rest(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	book_tiers(&b, 1, ETHUSDT);
	book_wallet(&b, 1, USDT, 16000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_ISOLATED, 1, 60000, 6000, 600});
	book_hold(
	    &b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 3000, NAN, 30});
	assert_int_equal(find(&b, cascade, (pli_cascade_query){{BTC}, 0.5}, &steps, &unknown), 1);
	assert_near(steps[0].price, 54000 / 0.99, 1e-9);
	assert_near(steps[0].left_usd, 540 / 0.99, 1e-6);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_after_the_other),
	    cmocka_unit_test(test_in_parts),
	    cmocka_unit_test(test_unknown_is_told),
	    cmocka_unit_test(test_isolated_leaves_the_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
