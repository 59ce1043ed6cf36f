/* pool_portfolio_test.c: pools of accounts that Deribit, OKX and Bybit margin by portfolio. */
#include "pool_book.h"

#include <string.h>

#include "plimsoll/margin_rules.h"

enum { DERI_PERPETUAL = 4, DERI_FUTURE, DERI_CALL };

static void
inverse_hold_in(pool_book *b, plm_margin_mode mode, uint32_t id, double face, double price)
{
	plm_event event;
	book_mark(b, id, price, price);
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position.instrument.value = id;
	event.u.position.side = PLM_SIDE_NET;
	event.u.position.unit = PLM_UNIT_USD;
	event.u.position.margin_mode = (uint8_t)mode;
	event.u.position.quantity = number(face);
	event.u.position.entry_price = event.u.position.mark_price = number(price);
	tell(b, &event, 1);
}

static void
inverse_hold(pool_book *b, uint32_t id, double face, double price)
{
	inverse_hold_in(b, PLM_MARGIN_SEGREGATED, id, face, price);
}

static void
portfolio_told(pool_book *b, uint32_t asset, double equity, double maintenance)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_VENUE_MARGIN);
	event.u.venue_margin.asset.value = asset;
	event.u.venue_margin.margin_mode = PLM_MARGIN_SEGREGATED;
	event.u.venue_margin.is_portfolio = 1;
	event.u.venue_margin.equity = number(equity);
	event.u.venue_margin.maintenance_margin = number(maintenance);
	tell(b, &event, 1);
}

/* Two coins in an account with nothing but a perpetual of so many US dollars. */
static pli_ladder_row
perpetual_row(uint32_t coin, double face, double price, double told)
{
	pool_book b;
	pli_ladder_row row;
	book_begin(&b);
	book_account(&b, 1, "deribit");
	book_inverse(&b, DERI_PERPETUAL, coin, coin, 0, 1);
	book_wallet(&b, 1, coin, 2, PLM_MARGIN_SEGREGATED);
	inverse_hold(&b, DERI_PERPETUAL, face, price);
	portfolio_told(&b, coin, 2, told);
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	assert_null(row.reason);
	book_end(&b);
	return row;
}

/* An ETH account of Deribit's in February 2026, as its payload has it: short 0.999487053 ETH in the
 * perpetual asks 0.157461562 initially and 0.125969250 to be kept. */
static void
test_portfolio_is_as_the_venue_asks(void **state)
{
	(void)state;
	pli_ladder_row row = perpetual_row(ETH, -0.999487053 * 2000, 2000, 0.125969250);
	assert_string_equal(plm_margin_rule_name(row.rule), "deribit.pm");
	assert_true(row.is_estimate);
	assert_near(row.numbers.equity, 2, 1e-12);
	assert_near(row.numbers.initial, 0.157461562, 1e-8);
	assert_near(row.numbers.maintenance, 0.125969250, 1e-8);
	assert_int_equal(row.suspect, PLM_SUSPECT_NONE);
}

/* Where the venue asks otherwise of positions that it marks as we do, it has other parameters. */
static void
test_portfolio_suspects_its_parameters(void **state)
{
	(void)state;
	pli_ladder_row row = perpetual_row(BTC, 60000, 60000, 0.3);
	assert_int_equal(row.suspect, PLM_SUSPECT_PARAMETERS);
	assert_string_equal(pli_ladder_suspect_text(row.suspect), "parameters");
	assert_int_equal(row.suspect_of.value, 0);
}

static void
call_hold(pool_book *b, double quantity)
{
	plm_event event;
	book_spec(b, DERI_CALL, PLM_KIND_OPTION, BTC, BTC);
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = DERI_CALL;
	event.u.mark.mark_price = number(0.057);
	event.u.mark.index_price = event.u.mark.underlying_price = number(60000);
	event.u.mark.mark_iv = 50;
	tell(b, &event, 0);
	book_hold(b, &(holding){1, DERI_CALL, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, quantity, 0.05,
			 NAN, NAN});
}

static double
maintenance_of(double call, double face, double future, double equity, pli_ladder_row *ret_row)
{
	pool_book b;
	book_begin(&b);
	book_account(&b, 1, "deribit");
	book_wallet(&b, 1, BTC, equity, PLM_MARGIN_SEGREGATED);
	book_inverse(&b, DERI_PERPETUAL, BTC, BTC, 0, 1);
	book_inverse(&b, DERI_FUTURE, BTC, BTC, 30, 1);
	if (face != 0)
		inverse_hold(&b, DERI_PERPETUAL, face, 60000);
	if (future != 0)
		inverse_hold(&b, DERI_FUTURE, future, 60000);
	if (call != 0)
		call_hold(&b, call);
	portfolio_told(&b, BTC, NAN, NAN);
	assert_int_equal(book_rows(&b, NULL, ret_row, 1), 1);
	assert_null(ret_row->reason);
	book_end(&b);
	return ret_row->numbers.maintenance;
}

/* What nets in one account asks for less than its parts. */
static void
test_portfolio_nets(void **state)
{
	(void)state;
	pli_ladder_row row;
	double calls = maintenance_of(-10, 0, 0, 5, &row);
	double hedged = maintenance_of(-10, 330000, 0, 5, &row);
	assert_true(calls > 0 && hedged < calls);
	/* A future against the perpetual: the roll alone, 1 % of each side, of 10 coins. */
	assert_near(maintenance_of(0, 600000, -600000, 5, &row), 0.8 * 2 * 10 * 0.01, 1e-9);
	/* A call of the future's expiry rolls with it, not with the perpetual. */
	double apart = maintenance_of(-10, 330000, 0, 5, &row);
	double together = maintenance_of(-10, 0, 330000, 5, &row);
	assert_true(together < apart);
}

/* Where the ladder says that the account is taken, its equity is its maintenance. */
static void
test_portfolio_is_taken_where_the_ladder_says(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row row;
	plm_asset_id moved = {BTC};
	book_begin(&b);
	book_account(&b, 1, "deribit");
	book_wallet(&b, 1, BTC, 5, PLM_MARGIN_SEGREGATED);
	book_inverse(&b, DERI_PERPETUAL, BTC, BTC, 0, 1);
	inverse_hold(&b, DERI_PERPETUAL, 100000, 60000);
	call_hold(&b, -10);
	portfolio_told(&b, BTC, NAN, NAN);
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	int found = 0;
	for (int side = 0; side < 2; side++) {
		const plm_rung *rung = &row.rungs[PLM_THRESHOLD_LIQUIDATION][side];
		if (rung->status != PLM_RUNG_FOUND)
			continue;
		pli_ladder_row there;
		double factor = rung->factor;
		pli_ladder_query query = {.moved = &moved, .factors = &factor, .moved_count = 1};
		assert_int_equal(book_rows(&b, &query, &there, 1), 1);
		assert_near(there.numbers.maintenance, there.numbers.equity, 1e-9);
		found++;
	}
	assert_true(found > 0);
	/* Each evaluation has priced each leg by 27 cells and 8 far moves. */
	assert_true(pli_ladder_row_cost(&row) > 35.0 * row.evaluations_count * row.legs_count);
	book_end(&b);
}

static void
assert_not_known(pool_book *b, const char *reason)
{
	pli_ladder_row row;
	assert_int_equal(book_rows(b, NULL, &row, 1), 1);
	if (row.reason == NULL || strstr(row.reason, reason) == NULL)
		fail_msg("\"%s\", not \"%s\"", row.reason == NULL ? "" : row.reason, reason);
	assert_true(isnan(row.numbers.maintenance));
	book_end(b);
}

/* Parameters that nobody has told, and offsets that no case shows, make no number. */
static void
test_portfolio_is_not_guessed(void **state)
{
	(void)state;
	pool_book b;
	book_begin(&b);
	book_account(&b, 1, "deribit");
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 60000, NAN, 333});
	portfolio_told(&b, USDT, NAN, NAN);
	assert_not_known(&b, "parameters for a coin that it holds are not known");

	book_begin(&b);
	book_account(&b, 1, "deribit");
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_CROSS);
	book_wallet(&b, 1, BTC, 1, PLM_MARGIN_CROSS);
	book_inverse(&b, DERI_PERPETUAL, BTC, BTC, 0, 1);
	inverse_hold_in(&b, PLM_MARGIN_CROSS, DERI_PERPETUAL, -60000, 60000);
	book_hold(&b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 1, 60000, NAN, 333});
	plm_event event;
	plm_event_init(&event, PLM_EVENT_VENUE_MARGIN);
	event.u.venue_margin.asset.value = USD;
	event.u.venue_margin.margin_mode = PLM_MARGIN_CROSS;
	event.u.venue_margin.is_portfolio = 1;
	tell(&b, &event, 1);
	assert_not_known(&b, "settle in several assets");

	book_begin(&b);
	book_account(&b, 1, "bybit");
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 60000, NAN, 333});
	portfolio_told(&b, USDT, NAN, NAN);
	assert_not_known(&b, "stress test says of what it holds is not told");

	book_begin(&b);
	book_account(&b, 1, "hyperliquid");
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 60000, NAN, 333});
	portfolio_told(&b, USDT, NAN, NAN);
	assert_not_known(&b, "parameters are not known");
}

static void
cross_begin(pool_book *b, const char *venue, double quantity)
{
	book_begin(b);
	book_account(b, 1, venue);
	book_wallet(b, 1, USDT, 20000, PLM_MARGIN_CROSS);
	book_hold(
	    b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, quantity, 60000, NAN, 333});
	plm_event event;
	plm_event_init(&event, PLM_EVENT_VENUE_MARGIN);
	event.u.venue_margin.asset.value = USD;
	event.u.venue_margin.margin_mode = PLM_MARGIN_CROSS;
	event.u.venue_margin.is_portfolio = 1;
	tell(b, &event, 1);
}

/* OKX's documented parts of a perpetual: 12 % of the index, half of 24 %, 0.2 % for the basis; and
 * where nothing is left of them, 0.45 %. What is not known of its rule has no number. */
static void
test_portfolio_of_okx(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row row;
	cross_begin(&b, "okx", -1);
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	assert_null(row.reason);
	assert_string_equal(plm_margin_rule_name(row.rule), "okx.pm");
	assert_true(row.is_estimate);
	assert_near(row.numbers.maintenance, 60000 * (0.12 + 0.002), 1e-6);
	assert_near(row.numbers.initial, 1.3 * 60000 * (0.12 + 0.002), 1e-6);
	/* taken where equity is maintenance and the fee to close */
	const plm_rung *rung = &row.rungs[PLM_THRESHOLD_LIQUIDATION][1];
	assert_int_equal(rung->status, PLM_RUNG_FOUND);
	double price = 60000 * rung->factor;
	assert_near(20000 - (price - 60000), price * (0.122 + 0.0005), 1e-6);
	book_end(&b);

	cross_begin(&b, "okx", -1);
	book_hold(&b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 1, 3000, NAN, 30});
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	assert_near(row.numbers.maintenance, (60000 + 3000) * 0.122, 1e-6); /* by risk unit */
	book_end(&b);

	cross_begin(&b, "okx", -1);
	book_spec(&b, DERI_FUTURE, PLM_KIND_FUTURE, BTC, USDT);
	book_mark(&b, DERI_FUTURE, 60000, 60000);
	book_hold(
	    &b, &(holding){1, DERI_FUTURE, PLM_SIDE_NET, PLM_MARGIN_CROSS, -1, 60000, NAN, 333});
	assert_not_known(&b, "options, dated futures");
}

/* The second risk unit of the example of OKX's position-builder (January 2025): 10 LTC, where the
 * index was by its MR1 and the mark by its delta. */
static void
test_portfolio_of_okx_on_a_coin_of_the_second_class(void **state)
{
	(void)state;
	enum { LTC = NAMES, LTCUSDT = 10 };
	const double delta = 1019.5308, mr1 = 183.50672805719995;
	pool_book b;
	pli_ladder_row row;
	cross_begin(&b, "okx", 0);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_ASSET);
	event.u.asset.id.value = LTC;
	(void)snprintf(event.u.asset.name, sizeof event.u.asset.name, "LTC");
	tell(&b, &event, 0);
	book_spec(&b, LTCUSDT, PLM_KIND_PERPETUAL, LTC, USDT);
	book_mark(&b, LTCUSDT, delta / 10, mr1 / 0.18 / 10);
	book_hold(
	    &b, &(holding){1, LTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 10, delta / 10, NAN, NAN});
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	assert_null(row.reason);
	assert_near(row.numbers.maintenance, 191.6629744572, 1e-9);
	assert_near(row.numbers.initial, 249.16186679436, 1e-9);
	book_end(&b);
}

/* A grid of seven prices, 12 % each side, an extreme move of 24 %, half of which counts. */
static plm_margin_stress
stress_of(uint32_t coin, double added, double least)
{
	return (plm_margin_stress){.coin = {coin},
	    .moves_count = 7,
	    .range = 0.12,
	    .far_move = 0.24,
	    .far_share = 0.5,
	    .added = added,
	    .least = least,
	    .initial = 1.3};
}

static void
stress_tell(pool_book *b, const plm_margin_stress *stress)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARGIN_STRESS);
	event.u.margin_stress = *stress;
	tell(b, &event, 1);
}

static pli_ladder_row
row_of(pool_book *b)
{
	pli_ladder_row row;
	assert_int_equal(book_rows(b, NULL, &row, 1), 1);
	if (row.reason != NULL)
		fail_msg("%s", row.reason);
	return row;
}

/* Contracts that offset are asked for what the venue's own test adds, and for the least of it;
 * nothing of that is guessed. */
static void
test_portfolio_of_okx_that_offsets(void **state)
{
	(void)state;
	pool_book b;
	plm_margin_stress told = stress_of(BTC, 240, 100);
	cross_begin(&b, "okx", -1);
	book_spec(&b, DERI_FUTURE, PLM_KIND_FUTURE, BTC, USDT);
	book_mark(&b, DERI_FUTURE, 60300, 60000);
	holding future = {1, DERI_FUTURE, PLM_SIDE_NET, PLM_MARGIN_CROSS, 1, 60300, NAN, 333};
	book_hold(&b, &future);
	stress_tell(&b, &told);
	assert_near(row_of(&b).numbers.maintenance, 240, 1e-9);
	assert_near(row_of(&b).numbers.initial, 1.3 * 240, 1e-9);
	assert_true(row_of(&b).is_estimate);
	told.least = 500;
	stress_tell(&b, &told);
	assert_near(row_of(&b).numbers.maintenance, 500, 1e-9);
	told.decay = 700; /* stands for the losses, which are none */
	stress_tell(&b, &told);
	assert_near(row_of(&b).numbers.maintenance, 700 + 240, 1e-9);
	future.quantity = 2; /* it is another portfolio */
	book_hold(&b, &future);
	assert_not_known(&b, "its own stress test was told of alone");
}

/* The grid moves the index, which a future's mark is not, where the venue tells it alone. */
static void
test_portfolio_of_okx_moves_the_index_of_a_future(void **state)
{
	(void)state;
	pool_book b;
	plm_margin_stress told = stress_of(BTC, 240, 100);
	cross_begin(&b, "okx", 0);
	book_spec(&b, DERI_FUTURE, PLM_KIND_FUTURE, BTC, USDT);
	book_mark(&b, DERI_FUTURE, 61200, NAN);
	holding future = {1, DERI_FUTURE, PLM_SIDE_NET, PLM_MARGIN_CROSS, 1, 61200, NAN, 333};
	book_hold(&b, &future);
	stress_tell(&b, &told);
	assert_near(row_of(&b).numbers.maintenance, 0.12 * 60000 + 240, 1e-9);
	book_end(&b);
}

/* What was said ten minutes ago is of other prices; without it spot is not taken off. */
static void
test_portfolio_forgets_an_old_stress_test(void **state)
{
	(void)state;
	static const int64_t ages_s[] = {600, 601};
	for (size_t i = 0; i < 2; i++) {
		pool_book b;
		plm_event event;
		cross_begin(&b, "okx", -1);
		plm_event_init(&event, PLM_EVENT_BATCH_END);
		event.received_time_ns = event.applied_time_ns = BOOK_NOW_NS;
		event.u.batch_end.now_ns = BOOK_NOW_NS;
		event.sequence = ++b.sequence;
		pli_book_apply(b.book, &event);
		assert_true(pli_book_now_ns(b.book) == BOOK_NOW_NS);
		plm_event_init(&event, PLM_EVENT_MARGIN_STRESS);
		event.u.margin_stress = stress_of(BTC, 120, 270);
		event.u.margin_stress.spot = 1;
		event.account.value = 1;
		event.sequence = event.venue_sequence = ++b.sequence;
		event.received_time_ns = BOOK_NOW_NS - ages_s[i] * PLM_NS_PER_S;
		pli_book_apply(b.book, &event);
		assert_near(row_of(&b).numbers.maintenance, i == 0 ? 270 : 60000 * 0.122, 1e-9);
		book_end(&b);
	}
}

/* Spot that hedges is in the venue's test; by the formula it is not. */
static void
test_portfolio_of_okx_that_is_hedged_by_spot(void **state)
{
	(void)state;
	pool_book b;
	plm_margin_stress told = stress_of(BTC, 120, 270);
	cross_begin(&b, "okx", -1);
	assert_near(row_of(&b).numbers.maintenance, 60000 * 0.122, 1e-9);
	told.spot = 1;
	stress_tell(&b, &told);
	assert_near(row_of(&b).numbers.maintenance, 270, 1e-9);
	told.spot = 0.5;
	stress_tell(&b, &told);
	assert_near(row_of(&b).numbers.maintenance, 60000 * 0.5 * 0.12 + 120, 1e-9);
	book_end(&b);
}

/* A wallet that counts in full. */
static void
coins_hold(pool_book *b, uint32_t asset, double amount)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_COLLATERAL);
	event.u.collateral.asset.value = asset;
	event.u.collateral.steps_count = 1;
	event.u.collateral.steps[0].weight = 1;
	tell(b, &event, 1);
	book_wallet(b, 1, asset, amount, PLM_MARGIN_CROSS);
}

/* A sold call: prices by the model, vols as the venue told them, kept on the way. */
static void
test_portfolio_of_okx_with_options(void **state)
{
	(void)state;
	pool_book b;
	plm_margin_stress told = stress_of(BTC, 300, 50);
	told.far_share = 0.1; /* so that the grid decides */
	cross_begin(&b, "okx", 1);
	coins_hold(&b, USDT, 20000);
	coins_hold(&b, BTC, 0.5);
	book_spec(&b, DERI_CALL, PLM_KIND_OPTION, BTC, BTC);
	plm_event event;
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = DERI_CALL;
	event.u.mark.mark_price = number(0.057);
	event.u.mark.index_price = event.u.mark.underlying_price = number(60000);
	event.u.mark.mark_iv = 50;
	tell(&b, &event, 0);
	book_hold(&b, &(holding){1, DERI_CALL, PLM_SIDE_NET, PLM_MARGIN_CROSS, -2, 0.05, NAN, NAN});
	stress_tell(&b, &told);
	double by_prices = row_of(&b).numbers.maintenance;
	assert_true(by_prices > 300);
	for (int i = 0; i < 7; i++)
		told.beside[i] = -1000; /* at each price alike: the worst one stays it */
	stress_tell(&b, &told);
	pli_ladder_row row = row_of(&b);
	assert_near(row.numbers.maintenance, by_prices + 1000, 1e-9);
	int found = 0;
	for (int side = 0; side < 2; side++) {
		const plm_rung *rung = &row.rungs[PLM_THRESHOLD_LIQUIDATION][side];
		plm_asset_id moved = {BTC};
		double factor = rung->factor;
		pli_ladder_query query = {.moved = &moved, .factors = &factor, .moved_count = 1};
		pli_ladder_row there;
		if (rung->status != PLM_RUNG_FOUND)
			continue;
		found++;
		assert_int_equal(book_rows(&b, &query, &there, 1), 1);
		double fee = 0.0005 * 60000 * factor;
		assert_near(there.numbers.equity, there.numbers.maintenance + fee, 1e-6);
	}
	assert_true(found > 0);
	/* Of a trade that is supposed the venue has tested nothing. */
	pli_pool_trade trade = {{1}, {DERI_CALL}, 1, NAN, false, 0};
	pli_pool_edits edits = {.trades = &trade, .trades_count = 1};
	pli_book_pools *pools = pli_book_pools_create(32);
	pli_pool_key key = {{0}, 0};
	pli_book_pool made;
	assert_true(pli_book_pools_next(b.book, &key));
	pli_book_pools_make(pools, b.exposure, &key, NULL, &made);
	assert_null(made.reason);
	pli_book_pools_make(pools, b.exposure, &key, &edits, &made);
	assert_non_null(strstr(made.reason, "stress test"));
	pli_book_pools_destroy(pools);
	book_end(&b);
}

/* What is owed is asked for by the venue's own sum, or there is no number. */
static void
test_portfolio_that_owes(void **state)
{
	(void)state;
	pool_book b;
	plm_margin_stress told = {.coin = {USD}, .added = 1500, .initial = 5};
	cross_begin(&b, "okx", -1);
	coins_hold(&b, ETH, 20);
	coins_hold(&b, USDT, -100);
	stress_tell(&b, &told);
	assert_near(row_of(&b).numbers.maintenance, 60000 * 0.122 + 1500, 1e-9);
	assert_near(row_of(&b).numbers.initial, 1.3 * 60000 * 0.122 + 5 * 1500, 1e-9);
	told.added = NAN;
	stress_tell(&b, &told);
	assert_not_known(&b, "what it owes is not told");
}

/* The worst of the grid and the contingencies, over all at market. */
static void
test_portfolio_of_bybit(void **state)
{
	(void)state;
	pool_book b;
	plm_margin_stress told = {.coin = {BTC},
	    .moves_count = 11,
	    .range = 0.1,
	    .far_move = NAN,
	    .far_share = NAN,
	    .added = 58,
	    .initial = 1.2};
	cross_begin(&b, "bybit", 1);
	told.beside[0] = -33;
	stress_tell(&b, &told);
	pli_ladder_row row = row_of(&b);
	assert_string_equal(plm_margin_rule_name(row.rule), "bybit.pm");
	assert_true(row.is_estimate);
	assert_near(row.numbers.maintenance, 6000 + 33 + 58, 1e-9);
	assert_near(row.numbers.initial, 1.2 * (6000 + 33 + 58), 1e-9);
	const plm_rung *rung = &row.rungs[PLM_THRESHOLD_LIQUIDATION][0];
	assert_int_equal(rung->status, PLM_RUNG_FOUND);
	double price = 60000 * rung->factor;
	assert_near(20000 + price - 60000, 0.1 * price + 33 + 58, 1e-6);
	book_hold(&b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 1, 3000, NAN, 30});
	assert_not_known(&b, "says of what it holds is not told");
}

/* As an account may be told: a grid of 20 %, 2 % for the roll. */
static plm_margin_matrix
matrix_of(uint32_t coin, uint32_t settle)
{
	return (plm_margin_matrix){.coin = {coin},
	    .settle = {settle},
	    .buckets = 4,
	    .range = 0.2,
	    .vol_up = 0.5,
	    .vol_down = 0.25,
	    .vol_power_short = 0.3,
	    .vol_power_long = 0.13,
	    .vol_min = 0.5,
	    .extended_factor = 1,
	    .dampener_usd = 100000,
	    .annual_move = 0.1,
	    .annual_move_min = 0.02,
	    .maintenance = 0.7};
}

/* A coin's worth of the inverse perpetual, long, by these parameters. */
static double
maintenance_told(const plm_margin_matrix *matrix)
{
	pool_book b;
	pli_ladder_row row;
	plm_event event;
	book_begin(&b);
	book_account(&b, 1, "deribit");
	book_inverse(&b, DERI_PERPETUAL, BTC, BTC, 0, 1);
	book_wallet(&b, 1, BTC, 2, PLM_MARGIN_SEGREGATED);
	inverse_hold(&b, DERI_PERPETUAL, 60000, 60000);
	portfolio_told(&b, BTC, NAN, NAN);
	plm_event_init(&event, PLM_EVENT_MARGIN_MATRIX);
	event.u.margin_matrix = *matrix;
	tell(&b, &event, 1);
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	assert_null(row.reason);
	book_end(&b);
	return row.numbers.maintenance;
}

/* At 20 % less a coin's worth of US dollars has lost 0.2 / 0.8 of a coin. By the table, whose grid
 * has 16 %, where a number is missing or makes no grid. */
static void
test_portfolio_is_by_what_the_account_was_told(void **state)
{
	(void)state;
	plm_margin_matrix told = matrix_of(BTC, BTC);
	double by_table = 0.8 * (0.16 / 0.84 + 0.01);
	assert_near(maintenance_told(&told), 0.7 * (0.25 + 0.02), 1e-12);
	told.vol_min = NAN;
	assert_near(maintenance_told(&told), by_table, 1e-12);
	told = matrix_of(BTC, BTC);
	told.buckets = PLM_DERIBIT_BUCKETS_MAX + 1;
	assert_near(maintenance_told(&told), by_table, 1e-12);
	told = matrix_of(BTC, USDT);
	assert_near(maintenance_told(&told), by_table, 1e-12);
}

/* Of which no table knows. */
static void
test_portfolio_of_another_asset_is_by_what_was_told(void **state)
{
	(void)state;
	pool_book b;
	pli_ladder_row row;
	plm_event event;
	book_begin(&b);
	book_account(&b, 1, "deribit");
	book_wallet(&b, 1, USDT, 20000, PLM_MARGIN_SEGREGATED);
	book_hold(
	    &b, &(holding){1, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_SEGREGATED, 1, 60000, NAN, 333});
	portfolio_told(&b, USDT, NAN, NAN);
	plm_event_init(&event, PLM_EVENT_MARGIN_MATRIX);
	event.u.margin_matrix = matrix_of(BTC, USDT);
	tell(&b, &event, 1);
	assert_int_equal(book_rows(&b, NULL, &row, 1), 1);
	assert_null(row.reason);
	assert_near(row.numbers.maintenance, 0.7 * (0.2 + 0.02) * 60000, 1e-6);
	book_end(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_portfolio_is_as_the_venue_asks),
	    cmocka_unit_test(test_portfolio_suspects_its_parameters),
	    cmocka_unit_test(test_portfolio_nets),
	    cmocka_unit_test(test_portfolio_is_taken_where_the_ladder_says),
	    cmocka_unit_test(test_portfolio_is_not_guessed),
	    cmocka_unit_test(test_portfolio_of_okx),
	    cmocka_unit_test(test_portfolio_of_okx_on_a_coin_of_the_second_class),
	    cmocka_unit_test(test_portfolio_of_okx_that_offsets),
	    cmocka_unit_test(test_portfolio_of_okx_moves_the_index_of_a_future),
	    cmocka_unit_test(test_portfolio_forgets_an_old_stress_test),
	    cmocka_unit_test(test_portfolio_of_okx_that_is_hedged_by_spot),
	    cmocka_unit_test(test_portfolio_of_okx_with_options),
	    cmocka_unit_test(test_portfolio_that_owes),
	    cmocka_unit_test(test_portfolio_of_bybit),
	    cmocka_unit_test(test_portfolio_is_by_what_the_account_was_told),
	    cmocka_unit_test(test_portfolio_of_another_asset_is_by_what_was_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
