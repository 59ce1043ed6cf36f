/* book_pools_test.c: pools made from a book, their ladders, and what edits would do to them. */
#include "pool_book.h"

#include <string.h>

enum { ROWS = 8 };

static double
price_of(const pli_ladder_row *row, plm_threshold threshold, int side)
{
	const plm_rung *rung = &row->rungs[threshold][side];
	return rung->status == PLM_RUNG_FOUND ? row->spot * rung->factor : NAN;
}

/* 1 BTC long at 60,000 with 6,000: taken where 6,000 + (p - 60,000) = 0.01 p. */
static void
test_isolated(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row rows[ROWS];
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	book_wallet(&b, 1, USDT, 10000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_ISOLATED, 1, 60000, 6000, 600});
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 1);
	assert_null(rows[0].reason);
	assert_string_equal(plm_margin_rule_name(rows[0].rule), "binance.usdm");
	assert_false(rows[0].is_estimate);
	assert_near(rows[0].numbers.equity, 6000, 1e-12);
	assert_near(rows[0].numbers.maintenance, 600, 1e-12);
	assert_int_equal(rows[0].spot_of.value, BTCUSDT);
	assert_int_equal(rows[0].dominant.value, BTCUSDT);
	assert_near(price_of(&rows[0], PLM_THRESHOLD_LIQUIDATION, 0), 54000 / 0.99, 1e-12);
	assert_near(price_of(&rows[0], PLM_THRESHOLD_BANKRUPTCY, 0), 54000, 1e-12);
	assert_int_equal(rows[0].rungs[PLM_THRESHOLD_LIQUIDATION][1].status, PLM_RUNG_NONE);
	assert_near(rows[0].leverage_gross, 10, 1e-9);
	book_end(&b);
}

/* What is isolated is not there for the others; the venue's sums are with it. */
static void
test_isolated_leaves_the_rest(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row rows[ROWS];
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	book_tiers(&b, 1, ETHUSDT);
	book_wallet(&b, 1, USDT, 10000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_ISOLATED, 1, 59000, 6000, 600});
	book_hold(
	    &b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, -1, 3100, NAN, 30});
	book_margin(&b, 1, USDT, PLM_MARGIN_SEGREGATED, 11100, 630);
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 2);
	assert_near(rows[0].numbers.equity, 7000, 1e-12);
	assert_int_equal(rows[1].unit.value, USDT);
	assert_near(rows[1].numbers.equity, 4100, 1e-12);
	assert_near(rows[1].venue.equity, 4100, 1e-12);
	assert_near(rows[1].venue.maintenance, 30, 1e-12);
	assert_near(pli_ladder_residual(&rows[1]), 0, 1e-12);
	book_end(&b);
}

/* Long at one venue, short at the other: flat, and both die. */
static void
test_flat_book_dies_twice(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row rows[ROWS];
	book_begin(&b);
	for (uint32_t account = 1; account <= 2; account++) {
		book_account(&b, account, account == 1 ? "binance" : "bybit");
		book_tiers(&b, account, BTCUSDT);
		book_wallet(&b, account, USDT, 120000, PLM_MARGIN_CROSS);
		book_hold(&b, &(holding){account, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS,
				  account == 1 ? 10 : -10, 60000, NAN, NAN});
	}
	plm_exposure_query all = {.derivatives_only = true};
	plm_exposure_row total;
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 2);
	pli_exposure_total(b.exposure, &all, &total);
	assert_true(plm_decimal_sign(total.net_usd) == 0);
	const pli_ladder_row *longs = &rows[rows[0].key.account.value == 1 ? 0 : 1];
	const pli_ladder_row *shorts = &rows[rows[0].key.account.value == 1 ? 1 : 0];
	assert_true(price_of(longs, PLM_THRESHOLD_LIQUIDATION, 0) < 60000);
	assert_int_equal(longs->rungs[PLM_THRESHOLD_LIQUIDATION][1].status, PLM_RUNG_NONE);
	assert_true(price_of(shorts, PLM_THRESHOLD_LIQUIDATION, 1) > 60000);
	assert_true(rows[0].distance <= rows[1].distance);
	book_end(&b);
}

static void
assert_mute(pool_book *b, const char *reason)
{
	pli_ladder_row rows[ROWS];
	assert_int_equal(book_rows(b, NULL, rows, ROWS), 1);
	assert_non_null(rows[0].reason);
	assert_non_null(strstr(rows[0].reason, reason));
	assert_true(isnan(rows[0].numbers.equity));
	assert_int_equal(rows[0].rungs[PLM_THRESHOLD_LIQUIDATION][0].status, PLM_RUNG_UNKNOWN);
}

/* Rates that nobody told come from the position's own margin, or there is no ladder. */
static void
test_rates_implied(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row rows[ROWS];
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 2, 60000, NAN, NAN});
	assert_mute(&b, "margin rates are not known");
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 2, 60000, NAN, 1800});
	assert_mute(&b, "collateral is not known");
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 1);
	assert_null(rows[0].reason);
	assert_int_equal(rows[0].implied, PLI_IMPLIED_RATES);
	assert_true(rows[0].is_estimate);
	assert_near(price_of(&rows[0], PLM_THRESHOLD_LIQUIDATION, 0), 100000 / (2 * 0.985), 1e-9);
	book_end(&b);
}

static void
test_reasons(void **state)
{
	(void)state;
	pool_book b;
	book_begin(&b);
	book_account(&b, 1, "nowhere");
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 2, 60000, NAN, 1800});
	assert_mute(&b, "no margin rule for its venue");
	book_account(&b, 1, "deribit");
	book_spec(&b, BTC_CALL, PLM_KIND_OPTION, BTC, USDT);
	book_mark(&b, BTC_CALL, 2000, 60000);
	book_hold(
	    &b, &(holding){1, BTC_CALL, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, -1, 2000, NAN, NAN});
	assert_mute(&b, "forward or volatility is not known");
	book_end(&b);
}

/* 10 ETH long at 3,000 in a cross pool of 1,000 USDT and 0.1 BTC. */
static void
book_begin_collateral(pool_book *b)
{
	book_begin(b);
	book_account(b, 1, "binance");
	book_tiers(b, 1, ETHUSDT);
	book_wallet(b, 1, USDT, 1000, PLM_MARGIN_CROSS);
	book_wallet(b, 1, BTC, 0.1, PLM_MARGIN_CROSS);
	book_hold(b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 10, 3000, NAN, 300});
}

/* A cross pool of several assets: shares of coins come from the venue's equity. */
static void
test_haircuts_implied(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row rows[ROWS];
	book_begin_collateral(&b);
	assert_mute(&b, "haircuts of its collateral are not known");
	book_margin(&b, 1, USD, PLM_MARGIN_CROSS, 1000 + 6000 * 0.95, 300);
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 1);
	assert_null(rows[0].reason);
	assert_int_equal(rows[0].unit.value, 0);
	assert_int_equal(rows[0].implied, PLI_IMPLIED_HAIRCUTS);
	assert_near(rows[0].numbers.equity, 6700, 1e-12);
	assert_near(rows[0].numbers.value, 7000, 1e-12);
	/* with BTC 10 % down the coin counts for 95 % of 5,400 */
	plm_asset_id moved = {BTC};
	double factor = 0.9;
	pli_ladder_query query = {.moved = &moved, .factors = &factor, .moved_count = 1};
	assert_int_equal(book_rows(&b, &query, rows, ROWS), 1);
	assert_near(rows[0].numbers.equity, 1000 + 5400 * 0.95, 1e-12);
	book_end(&b);
}

static void
tell_share(pool_book *b, uint32_t asset, uint32_t steps, double floor, double low, double high)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_COLLATERAL);
	event.u.collateral.asset.value = asset;
	event.u.collateral.steps_count = steps;
	event.u.collateral.steps[0].weight = low;
	event.u.collateral.steps[1].floor = floor;
	event.u.collateral.steps[1].weight = high;
	tell(b, &event, 1);
}

/* As the venue tells them, by steps: nothing is implied, the venue's own sum is not needed. What is
 * not told of is implied from what that sum leaves. */
static void
test_haircuts_told(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row rows[ROWS];
	book_begin_collateral(&b);
	tell_share(&b, BTC, 2, 0.06, 0.95, 0.5);
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 1);
	assert_null(rows[0].reason);
	assert_int_equal(rows[0].implied, 0);
	assert_near(rows[0].numbers.equity, 1000 + 60000 * (0.06 * 0.95 + 0.04 * 0.5), 1e-12);
	assert_near(rows[0].numbers.value, 7000, 1e-12);
	tell_share(&b, BTC, 0, 0, 0, 0); /* the account does not use it */
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 1);
	assert_near(rows[0].numbers.equity, 1000, 1e-12);
	tell_share(&b, BTC, 1, 0, 0.95, 0);
	book_wallet(&b, 1, ETH, 1, PLM_MARGIN_CROSS);
	assert_mute(&b, "haircuts of its collateral are not known");
	book_margin(&b, 1, USD, PLM_MARGIN_CROSS, 1000 + 6000 * 0.95 + 3000 * 0.9, 300);
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 1);
	assert_int_equal(rows[0].implied, PLI_IMPLIED_HAIRCUTS);
	assert_near(rows[0].numbers.equity, 1000 + 6000 * 0.95 + 3000 * 0.9, 1e-9);
	book_end(&b);
}

/* In Binance's multi-assets mode what holds counts at the bid, what is owed and what is asked at
 * the ask rate; of an account that keeps its assets apart nothing of it is used. */
static void
test_multi_assets(void **state)
{
	(void)state;
	const double debt = 9000, more = 0.005;
	pool_book b;
	pli_ladder_row rows[ROWS];
	book_begin_collateral(&b);
	book_margin(&b, 1, USD, PLM_MARGIN_CROSS, 7000, 300);
	book_wallet(&b, 1, USDT, 1000 - debt, PLM_MARGIN_CROSS);
	book_wallet(&b, 1, BTC, 1, PLM_MARGIN_CROSS);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_COLLATERAL);
	event.u.collateral.steps_count = 1;
	for (uint32_t asset = USDT; asset <= BTC; asset++) {
		event.u.collateral.asset.value = asset;
		event.u.collateral.steps[0].weight = asset == USDT ? 0.99 : 0.95;
		event.u.collateral.debt_more = asset == USDT ? more : 0.1;
		tell(&b, &event, 1);
	}
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 1);
	assert_null(rows[0].reason);
	assert_int_equal(rows[0].implied, 0);
	assert_false(rows[0].is_estimate);
	double asked = rows[0].numbers.maintenance / (1 + more);
	assert_near(rows[0].numbers.equity, 60000 * 0.95 + (1000 - debt) * (1 + more), 1e-12);
	book_wallet(&b, 1, USDT, 1000, PLM_MARGIN_CROSS);
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 1);
	assert_near(rows[0].numbers.equity, 60000 * 0.95 + 1000 * 0.99, 1e-12);
	book_wallet(&b, 1, USDT, 1000, PLM_MARGIN_SEGREGATED);
	book_wallet(&b, 1, BTC, 1, PLM_MARGIN_SEGREGATED);
	book_margin(&b, 1, USDT, PLM_MARGIN_SEGREGATED, 1000, 300);
	book_hold(
	    &b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 10, 3000, NAN, 300});
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 1);
	assert_int_equal(rows[0].unit.value, USDT);
	assert_near(rows[0].numbers.equity, 1000, 1e-12);
	assert_near(rows[0].numbers.maintenance, asked, 1e-12);
	book_end(&b);
}

/* Hyperliquid's balances hold what backs no pool: there the venue's equity counts, and since then
 * the profit of the legs. */
static void
test_equity_of_the_venue(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row rows[ROWS];
	book_begin(&b);
	book_account(&b, 1, "hyperliquid");
	book_tiers(&b, 1, BTCUSDT);
	book_wallet(&b, 1, USDT, 50000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 59000, NAN, NAN});
	assert_mute(&b, "collateral is not known");
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position = pli_book_position(b.book, 0)->fact;
	event.u.position.unrealised_pnl = number(400); /* at 59,400 */
	tell(&b, &event, 1);
	book_margin(&b, 1, USDT, PLM_MARGIN_SEGREGATED, 5000, 594);
	assert_int_equal(book_rows(&b, NULL, rows, ROWS), 1);
	assert_null(rows[0].reason);
	assert_near(rows[0].numbers.equity, 5600, 1e-12);
	book_end(&b);
}

/* A ladder that starts at moved prices ends at the same ones. */
static void
test_moved_first(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row before[ROWS], after[ROWS];
	plm_asset_id moved = {BTC};
	double factor = 0.95;
	pli_ladder_query query = {.moved = &moved, .factors = &factor, .moved_count = 1};
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 3, 60000, NAN, NAN});
	(void)book_rows(&b, NULL, before, ROWS);
	(void)book_rows(&b, &query, after, ROWS);
	assert_near(after[0].numbers.equity, before[0].numbers.equity - 9000, 1e-12);
	assert_near(after[0].spot, 57000, 1e-12);
	assert_near(price_of(&after[0], PLM_THRESHOLD_LIQUIDATION, 0),
	    price_of(&before[0], PLM_THRESHOLD_LIQUIDATION, 0), 1e-12);
	book_end(&b);
}

static pli_ladder_row
edited(pool_book *b, const pli_pool_trade *trade, const pli_pool_transfer *transfer)
{
	pli_ladder_row rows[ROWS];
	pli_pool_edits edits = {trade, transfer, trade != NULL, transfer != NULL};
	pli_ladder_query query = {.edits = &edits};
	assert_int_equal(book_rows(b, &query, rows, ROWS), 1);
	return rows[0];
}

/* Edits give what the book would, were they facts. */
static void
test_edits(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row now[ROWS];
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	book_tiers(&b, 1, ETHUSDT);
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 3, 58000, NAN, NAN});
	(void)book_rows(&b, NULL, now, ROWS);
	assert_near(now[0].numbers.equity, 26000, 1e-12);
	/* one coin sold 500 above the mark */
	pli_ladder_row sold = edited(
	    &b, &(pli_pool_trade){{1}, {BTCUSDT}, -1, 60500, false, 0}, NULL);
	assert_near(sold.numbers.equity, 26500, 1e-12);
	assert_near(sold.numbers.maintenance, 120000 * 0.025 - 1500, 1e-12);
	/* all of it, at the mark: nothing is left to be taken */
	pli_ladder_row closed = edited(
	    &b, &(pli_pool_trade){{1}, {BTCUSDT}, -3, NAN, false, 0}, NULL);
	assert_null(closed.reason);
	assert_int_equal(closed.rungs[PLM_THRESHOLD_LIQUIDATION][0].status, PLM_RUNG_NONE);
	/* another contract in the same pool */
	pli_ladder_row hedged = edited(
	    &b, &(pli_pool_trade){{1}, {ETHUSDT}, -10, 3000, false, 0}, NULL);
	assert_int_equal(hedged.legs_count, 2);
	assert_near(hedged.numbers.maintenance, 180000 * 0.025 - 1500 + 300, 1e-12);
	pli_ladder_row richer = edited(&b, NULL, &(pli_pool_transfer){{1}, {USDT}, 5000});
	assert_near(richer.numbers.equity, 31000, 1e-12);
	/* the book itself is as it was */
	pli_ladder_row again[ROWS];
	(void)book_rows(&b, NULL, again, ROWS);
	assert_near(again[0].numbers.equity, 26000, 1e-12);
	assert_near(price_of(&again[0], PLM_THRESHOLD_LIQUIDATION, 0),
	    price_of(&now[0], PLM_THRESHOLD_LIQUIDATION, 0), 0);
	book_end(&b);
}

/* In hedge mode a trade closes the opposite leg before it opens more of its own side. */
static void
test_edits_of_a_hedge(void **state)
{
	(void)state;
	pool_book b;
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	book_wallet(&b, 1, USDT, 50000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_LONG, PLM_MARGIN_SEGREGATED, 2, 60000, NAN, NAN});
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_SHORT, PLM_MARGIN_SEGREGATED, -1, 60000, NAN, NAN});
	pli_ladder_row less = edited(
	    &b, &(pli_pool_trade){{1}, {BTCUSDT}, -1.5, NAN, false, 0}, NULL);
	assert_int_equal(less.legs_count, 2); /* long 0.5, short 1 */
	assert_near(less.leverage_gross * less.numbers.value, 90000, 1e-9);
	assert_near(less.leverage_net * less.numbers.value, 30000, 1e-9);
	pli_ladder_row turned = edited(
	    &b, &(pli_pool_trade){{1}, {BTCUSDT}, -3, NAN, false, 0}, NULL);
	assert_int_equal(turned.legs_count, 1); /* short 2 */
	assert_near(turned.leverage_net * turned.numbers.value, 120000, 1e-9);
	pli_ladder_row more = edited(&b, &(pli_pool_trade){{1}, {BTCUSDT}, 4, NAN, false, 0}, NULL);
	assert_int_equal(more.legs_count, 1); /* the short is closed, long 5 */
	assert_near(more.leverage_net * more.numbers.value, 300000, 1e-9);
	book_end(&b);
}

/* A pool that a trade would open is found by the balance that would back it. */
static void
test_pool_of_trade(void **state)
{
	(void)state;
	pool_book b;
	pli_pool_key key;
	pli_ladder_row row;
	book_begin(&b);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, BTCUSDT);
	pli_pool_trade trade = {{1}, {BTCUSDT}, 1, NAN, false, 0};
	assert_false(pli_book_pools_of_trade(b.book, &trade, &key));
	book_wallet(&b, 1, USDT, 6000, PLM_MARGIN_SEGREGATED);
	assert_int_equal(book_rows(&b, NULL, &row, 1), 0);
	assert_true(pli_book_pools_of_trade(b.book, &trade, &key));
	pli_pool_edits edits = {&trade, NULL, 1, 0};
	pli_ladder_query query = {.edits = &edits};
	pli_ladder_row_make(b.maker, b.exposure, &key, &query, &row);
	assert_null(row.reason);
	assert_near(price_of(&row, PLM_THRESHOLD_LIQUIDATION, 0), 54000 / 0.99, 1e-12);
	book_end(&b);
}

/* What Bybit asks of a position holds the fee to close: it is not added again. */
static void
test_fee_is_told(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row row;
	book_begin(&b);
	book_account(&b, 1, "bybit");
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_CROSS);
	book_hold(&b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 1, 60000, NAN, 333});
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	assert_null(row.reason);
	assert_near(row.numbers.maintenance, 333, 1e-12);
	book_end(&b);
}

/* OKX: tiers by contracts, here of 0.01 coins, each with one rate for all of the position; also
 * where a trade would take it into the next one. */
static void
test_tiers_in_contracts(void **state)
{
	(void)state;
	static const double floors[] = {0, 150}, rates[] = {0.01, 0.025};
	pool_book b;
	pli_ladder_row row;
	book_begin(&b);
	book_account(&b, 1, "okx");
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument = *pli_registry_instrument_get(
	    pli_book_registry(b.book), (plm_instrument_id){BTCUSDT});
	event.u.instrument.multiplier = number(0.01);
	tell(&b, &event, 0);
	for (uint16_t i = 0; i < 2; i++) {
		plm_event_init(&event, PLM_EVENT_MARGIN_TIER);
		plm_margin_tier *tier = &event.u.margin_tier;
		tier->instrument.value = BTCUSDT;
		tier->tier = i + 1;
		tier->tiers_count = 2;
		tier->in_contracts = 1;
		tier->notional_floor = number(floors[i]);
		tier->maintenance_rate = number(rates[i]);
		tier->maintenance_amount = number(0);
		tier->leverage_max = number(20);
		tell(&b, &event, 1);
	}
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 60000, NAN, 333});
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	assert_null(row.reason);
	assert_int_equal(row.implied, 0);
	assert_near(row.numbers.maintenance, 600, 1e-12);
	double fee = 0.0005;
	assert_near(price_of(&row, PLM_THRESHOLD_LIQUIDATION, 0), 40000 / (1 - 0.01 - fee), 1e-9);
	pli_pool_trade trade = {{1}, {BTCUSDT}, 0.5, NAN, false, 0};
	row = edited(&b, &trade, NULL);
	assert_near(row.numbers.maintenance, 90000 * 0.025, 1e-12);
	assert_near(price_of(&row, PLM_THRESHOLD_LIQUIDATION, 0),
	    (90000 - 20000) / (1.5 * (1 - 0.025 - fee)), 1e-9);
	book_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_isolated),
	    cmocka_unit_test(test_isolated_leaves_the_rest),
	    cmocka_unit_test(test_flat_book_dies_twice),
	    cmocka_unit_test(test_rates_implied),
	    cmocka_unit_test(test_reasons),
	    cmocka_unit_test(test_haircuts_implied),
	    cmocka_unit_test(test_haircuts_told),
	    cmocka_unit_test(test_multi_assets),
	    cmocka_unit_test(test_equity_of_the_venue),
	    cmocka_unit_test(test_moved_first),
	    cmocka_unit_test(test_edits),
	    cmocka_unit_test(test_edits_of_a_hedge),
	    cmocka_unit_test(test_pool_of_trade),
	    cmocka_unit_test(test_fee_is_told),
	    cmocka_unit_test(test_tiers_in_contracts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
