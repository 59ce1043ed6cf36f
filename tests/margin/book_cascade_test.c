/* book_cascade_test.c: who dies on the way of a price, in which order, and what is left. */
#include "margin/book_cascade.h"

#include "pool_book.h"

enum { LEGS = 16, POOLS = 8, BTC_PUT = SPECS, MARKLESS = SPECS };

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
	pli_cascade_found found;
	pli_cascade_find(cascade, b->exposure, &query, &found);
	assert_true(found.is_whole);
	*steps = found.steps;
	*unknown = found.pools_unknown;
	return found.steps_count;
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
	assert_int_equal(
	    find(&b, cascade, (pli_cascade_query){{BTC}, 0.5, 0}, &steps, &unknown), 2);
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
		assert_true(isnan(steps[i].fee_usd)); /* Binance's are by contract, not known */
	}
	/* The other way the short dies, and nobody else. */
	assert_int_equal(find(&b, cascade, (pli_cascade_query){{BTC}, 2, 0}, &steps, &unknown), 1);
	assert_int_equal(steps[0].row.key.account.value, 3);
	assert_int_equal(steps[0].adl_accounts_count, 2);
	/* Not before the end of the way. */
	assert_int_equal(
	    find(&b, cascade, (pli_cascade_query){{BTC}, 0.9, 0}, &steps, &unknown), 0);
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
	uint32_t count = find(&b, cascade, (pli_cascade_query){{BTC}, 0.4, 0}, &steps, &unknown);
	assert_true(count > 2 && count <= PLI_CASCADE_PARTS);
	uint32_t parts = 0;
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(steps[i].row.key.account.value, 1);
		assert_true(steps[i].parts >= 1);
		assert_true(steps[i].parts_are_ours);
		assert_near(steps[i].fee_usd, steps[i].closed_usd * 0.00055, 1e-6);
		parts += steps[i].parts;
		assert_int_equal(steps[i].parts_left, PLI_CASCADE_PARTS - parts);
		assert_near(steps[i].closed_usd, steps[i].price * 0.2 * steps[i].parts, 1e-6);
		assert_true(i == 0 || steps[i].price < steps[i - 1].price);
	}
	book_end(&b);
	pli_cascade_destroy(cascade);
}

/* A long in a cross pool that has won nothing since it was told. */
static void
hold_flat(pool_book *b, plm_unit unit, uint32_t instrument, double quantity, double entry)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position = (plm_position){.instrument = {instrument},
	    .unit = (uint8_t)unit,
	    .margin_mode = PLM_MARGIN_CROSS,
	    .delta_coins = NAN,
	    .quantity = number(quantity),
	    .entry_price = number(entry),
	    .unrealised_pnl = number(0)};
	tell(b, &event, 1);
}

/* Hyperliquid's equity is the venue's own. eth: 0: none is held. */
static void
holder_of_venue(pool_book *b, double equity, double quantity, double eth)
{
	holder(b, 1, "hyperliquid", equity, quantity);
	hold_flat(b, PLM_UNIT_COINS, BTCUSDT, quantity, 60000);
	book_tiers(b, 1, ETHUSDT);
	if (eth != 0)
		hold_flat(b, PLM_UNIT_COINS, ETHUSDT, eth, 3000);
	book_margin(b, 1, USDT, PLM_MARGIN_CROSS, equity, 1);
}

/* From 100,000 USD on Hyperliquid closes a fifth and looks again. Already past (3 BTC are asked
 * 3,000, four fifths 2,100, three 1,200), 2,000 are not enough behind it, and it takes the rest,
 * where fifths until it is above would end at the second. No fee. */
static void
test_a_fifth_then_the_rest(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	static const struct {
		double equity, quantity;
		uint32_t parts;
	} rows[] = {{20000, 3, 1}, {2000, 3, PLI_CASCADE_PARTS}, {20000, 1, PLI_CASCADE_PARTS}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		book_begin(&b);
		holder_of_venue(&b, rows[i].equity, rows[i].quantity, 0);
		pli_cascade_query query = {{BTC}, 0.5, 0};
		assert_true(find(&b, cascade, query, &steps, &unknown) >= 1);
		assert_int_equal(steps[0].parts, rows[i].parts);
		assert_false(steps[0].parts_are_ours);
		assert_near(steps[0].fee_usd, 0, 1e-9);
		book_end(&b);
	}
	pli_cascade_destroy(cascade);
}

/* It is a position's size that counts: two of 60,000 are taken whole; of one of 180,000 a fifth
 * goes, and all of the 30,000 beside it. */
static void
test_a_fifth_is_of_large_positions(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	pli_cascade_query query = {{BTC}, 0.5, 0};
	book_begin(&b);
	holder_of_venue(&b, 20000, 1, 20);
	assert_int_equal(find(&b, cascade, query, &steps, &unknown), 1);
	assert_int_equal(steps[0].parts, PLI_CASCADE_PARTS);
	assert_near(steps[0].closed_usd, steps[0].price + 60000, 1e-6);
	book_end(&b);
	book_begin(&b);
	holder_of_venue(&b, 20000, 3, 10);
	assert_true(find(&b, cascade, query, &steps, &unknown) > 1);
	assert_int_equal(steps[0].parts, 1);
	assert_near(steps[0].closed_usd, 0.6 * steps[0].price + 30000, 1e-6);
	assert_near(steps[1].closed_usd, 0.6 * steps[1].parts * steps[1].price, 1e-6);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

/* From 0, 5 and 50 contracts of a coin on, or no table: then the venue asks 1 %. */
static void
holder_of_contracts(pool_book *b, double wallet, double quantity, bool tiers)
{
	static const double floors[] = {0, 5, 50}, rates[] = {0.01, 0.02, 0.03};
	plm_event event;
	book_account(b, 1, "okx");
	for (uint16_t i = 0; tiers && i < 3; i++) {
		plm_event_init(&event, PLM_EVENT_MARGIN_TIER);
		event.u.margin_tier.instrument.value = BTCUSDT;
		event.u.margin_tier.tier = i + 1;
		event.u.margin_tier.tiers_count = 3;
		event.u.margin_tier.in_contracts = 1;
		event.u.margin_tier.notional_floor = number(floors[i]);
		event.u.margin_tier.notional_cap = i < 2 ? number(floors[i + 1])
							 : plm_decimal_unknown();
		event.u.margin_tier.maintenance_rate = number(rates[i]);
		event.u.margin_tier.maintenance_amount = plm_decimal_unknown();
		event.u.margin_tier.leverage_max = number(20);
		tell(b, &event, 1);
	}
	book_wallet(b, 1, USDT, wallet, PLM_MARGIN_CROSS);
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position = (plm_position){.instrument = {BTCUSDT},
	    .unit = PLM_UNIT_CONTRACTS,
	    .margin_mode = PLM_MARGIN_CROSS,
	    .delta_coins = NAN,
	    .quantity = number(quantity),
	    .entry_price = number(60000),
	    .maintenance_margin = number(600 * quantity)};
	tell(b, &event, 1);
}

/* OKX closes parts from tier 3 on, which is a position of 50 here, and takes the whole below. Of 51
 * a fifth is 10.2: 11 are closed, whole contracts; then 40 are of tier 2, and go at once. */
static void
test_parts_by_tier_and_of_whole_contracts(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	pli_cascade_query query = {{BTC}, 0.5, 0};
	static const struct {
		double quantity;
		bool tiers;
	} rows[] = {{1, true}, {49, true}, {100, false}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		double held = rows[i].quantity;
		book_begin(&b);
		holder_of_contracts(&b, 20000 * held, held, rows[i].tiers);
		assert_int_equal(find(&b, cascade, query, &steps, &unknown), 1);
		assert_int_equal(steps[0].parts, PLI_CASCADE_PARTS);
		assert_false(steps[0].parts_are_ours);
		book_end(&b);
	}
	book_begin(&b);
	holder_of_contracts(&b, 20000 * 51.0, 51, true);
	assert_int_equal(find(&b, cascade, query, &steps, &unknown), 2);
	assert_int_equal(steps[0].parts, 1);
	assert_true(steps[0].parts_are_ours);
	assert_near(steps[0].closed_usd, 11 * steps[0].price, 1e-6);
	assert_int_equal(steps[1].parts, PLI_CASCADE_PARTS - 1);
	assert_int_equal(steps[1].parts_left, 0);
	assert_near(steps[1].closed_usd, 40 * steps[1].price, 1e-6);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

/* dYdX takes at most 1.5 % of what it closes, of a long and of a short: that much less is left. */
static void
test_a_fee_is_off_what_is_left(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	for (int side = -1; side <= 1; side += 2) {
		book_begin(&b);
		holder(&b, 1, "dydx", 20000, side);
		pli_cascade_query query = {{BTC}, side > 0 ? 0.5 : 2, 0};
		assert_int_equal(find(&b, cascade, query, &steps, &unknown), 1);
		assert_int_equal(steps[0].parts, PLI_CASCADE_PARTS);
		assert_near(steps[0].fee_usd, steps[0].price * 0.015, 1e-6);
		double before = 20000 + side * (steps[0].price - 60000);
		assert_near(steps[0].left_usd, before - steps[0].fee_usd, 1e-6);
		book_end(&b);
	}
	pli_cascade_destroy(cascade);
}

/* Two pools, and room for the look at one: what may be more is said. */
static void
test_a_bound_of_evaluations_is_told(void **state)
{
	(void)state;
	pool_book b;
	pli_cascade_found found;
	pli_ladder_row rows[POOLS];
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	holder(&b, 1, "binance", 20000, 1);
	holder(&b, 2, "binance", 10000, 1);
	(void)book_rows(&b, NULL, rows, POOLS);
	pli_cascade_find(cascade, b.exposure, &(pli_cascade_query){{BTC}, 0.5, 1}, &found);
	assert_int_equal(found.steps_count, 0);
	assert_false(found.is_whole);
	pli_cascade_find(cascade, b.exposure, &(pli_cascade_query){{BTC}, 0.5, 1e6}, &found);
	assert_int_equal(found.steps_count, 2);
	assert_true(found.is_whole);
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
	assert_int_equal(
	    find(&b, cascade, (pli_cascade_query){{BTC}, 0.5, 0}, &steps, &unknown), 0);
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
	assert_int_equal(
	    find(&b, cascade, (pli_cascade_query){{BTC}, 0.5, 0}, &steps, &unknown), 1);
	assert_near(steps[0].price, 54000 / 0.99, 1e-9);
	assert_near(steps[0].left_usd, 540 / 0.99, 1e-6);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

/* Both legs of a hedge isolated: the long is taken with its margin, the short has won. Whichever of
 * the two was told first. */
static void
test_the_winning_leg_of_a_hedge_stands(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	static const holding legs[] = {
	    {1, BTCUSDT, PLM_SIDE_LONG, PLM_MARGIN_ISOLATED, 1, 60000, 6000, 600},
	    {1, BTCUSDT, PLM_SIDE_SHORT, PLM_MARGIN_ISOLATED, -0.1, 60000, 600, 60}};
	for (int first = 0; first < 2; first++) {
		book_begin(&b);
		book_account(&b, 1, "binance");
		book_tiers(&b, 1, BTCUSDT);
		book_wallet(&b, 1, USDT, 16000, PLM_MARGIN_SEGREGATED);
		book_hold(&b, &legs[first]);
		book_hold(&b, &legs[!first]);
		pli_cascade_query query = {{BTC}, 0.5, 0};
		assert_int_equal(find(&b, cascade, query, &steps, &unknown), 1);
		assert_int_equal(steps[0].row.side, PLM_SIDE_LONG);
		assert_near(steps[0].price, 54000 / 0.99, 1e-9);
		assert_near(steps[0].left_usd, 540 / 0.99, 1e-6);
		assert_int_equal(steps[0].adl_accounts_count, 1); /* the short beside it */
		book_end(&b);
	}
	pli_cascade_destroy(cascade);
}

/* A hedge in one pool: both legs are closed, each by itself. */
static void
test_both_legs_of_a_cross_hedge_are_closed(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	static const holding legs[] = {
	    {1, BTCUSDT, PLM_SIDE_LONG, PLM_MARGIN_CROSS, 1, 60000, NAN, NAN},
	    {1, BTCUSDT, PLM_SIDE_SHORT, PLM_MARGIN_CROSS, -0.5, 60000, NAN, NAN}};
	book_begin(&b);
	book_account(&b, 1, "bybit");
	book_tiers(&b, 1, BTCUSDT);
	book_wallet(&b, 1, USDT, 5000, PLM_MARGIN_CROSS);
	book_hold(&b, &legs[0]);
	book_hold(&b, &legs[1]);
	uint32_t count = find(&b, cascade, (pli_cascade_query){{BTC}, 0.5, 0}, &steps, &unknown);
	assert_true(count > 1);
	/* The next is where four fifths of both are taken, of 20 % of the profit already cashed. */
	double rate = 0.01 * 1.5, fee = 0.00055 * 1.5, first = steps[0].price;
	double lost = 0.1 * (60000 - first) + first * 0.2 * fee, left = 0.8;
	assert_near(
	    steps[1].price, (0.5 * left * 60000 - 5000 + lost) / (left * (0.5 - rate - fee)), 1e-6);
	assert_int_equal(steps[0].adl_accounts_count, 0);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

static void
hold_put(pool_book *b, uint32_t account, double quantity)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_INSTRUMENT);
	event.u.instrument = (plm_instrument){.id = {BTC_PUT},
	    .venue = {1},
	    .underlying = {BTC},
	    .quote = {USDT},
	    .settle = {USDT},
	    .kind = PLM_KIND_OPTION,
	    .option_type = PLM_OPTION_PUT,
	    .spec_source = PLM_SPEC_VENUE,
	    .multiplier = plm_decimal_from_int(1),
	    .strike = number(50000),
	    .expiry_ns = BOOK_NOW_NS + 30 * PLM_NS_PER_DAY};
	(void)snprintf(event.u.instrument.name, sizeof event.u.instrument.name, "put");
	tell(b, &event, 0);
	plm_event_init(&event, PLM_EVENT_MARK);
	event.u.mark.instrument.value = BTC_PUT;
	event.u.mark.mark_price = number(2000);
	event.u.mark.index_price = event.u.mark.underlying_price = number(60000);
	event.u.mark.mark_iv = 80;
	tell(b, &event, 0);
	book_hold(b,
	    &(holding){account, BTC_PUT, PLM_SIDE_NET, PLM_MARGIN_CROSS, quantity, 2000, NAN, NAN});
}

/* A short put loses in a fall: who may be reduced holds it long, in another account, and neither
 * the one that dies nor another short of it. */
static void
test_who_may_be_reduced_is_on_the_other_side(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	for (uint32_t account = 1; account <= 4; account++) {
		book_account(&b, account, "deribit");
		book_wallet(&b, account, USDT, account == 1 ? 12000 : 1e6, PLM_MARGIN_CROSS);
	}
	hold_put(&b, 1, -1);
	hold_put(&b, 2, -1);
	pli_cascade_query query = {{BTC}, 0.5, 0};
	assert_true(find(&b, cascade, query, &steps, &unknown) >= 1);
	assert_int_equal(steps[0].row.key.account.value, 1);
	assert_int_equal(steps[0].row.dominant.value, BTC_PUT);
	assert_int_equal(steps[0].adl_accounts_count, 0);
	hold_put(&b, 3, 1);
	hold_put(&b, 4, 2);
	assert_true(find(&b, cascade, query, &steps, &unknown) >= 1);
	assert_int_equal(steps[0].adl_accounts_count, 2);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

/* A short perpetual wins in a fall, but short puts beside it have taken its pool by the time that a
 * long dies: there is nobody left to reduce. */
static void
test_who_is_gone_is_not_reduced(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	for (int puts = 0; puts < 2; puts++) {
		book_begin(&b);
		holder(&b, 1, "binance", 30000, 1);
		holder(&b, 2, "deribit", 20000, -0.1);
		if (puts != 0)
			hold_put(&b, 2, -3);
		pli_cascade_query query = {{BTC}, 0.5, 0};
		uint32_t count = find(&b, cascade, query, &steps, &unknown);
		assert_true(count >= 1 + (uint32_t)puts);
		assert_int_equal(steps[count - 1].row.key.account.value, 1);
		assert_int_equal(steps[count - 1].adl_accounts_count, !puts);
		book_end(&b);
	}
	pli_cascade_destroy(cascade);
}

/* Betas without a number of returns beside them are betas. 1 BTC and 10 ETH; at BTC times f ETH is
 * times f^1.25: w + 60,000 (f - 1) + 30,000 (f^1.25 - 1) = 0.01 of both. */
static void
test_a_beta_needs_no_samples(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	pli_cascade_query query = {{0}, 0.5, 0};
	book_begin(&b);
	holder(&b, 1, "binance", 20000, 1);
	book_tiers(&b, 1, ETHUSDT);
	book_hold(&b, &(holding){1, ETHUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, 10, 3000, NAN, NAN});
	book_beta(&b, BTC, 1);
	assert_int_equal(find(&b, cascade, query, &steps, &unknown), 0);
	assert_int_equal(unknown, 1);
	pli_ladder_row row;
	assert_int_equal(book_rows(&b, &(pli_ladder_query){.joint = true}, &row, 1), 1);
	assert_string_equal(
	    row.ladder_reason, "the beta of an asset that it holds is not configured");
	assert_int_equal(row.reason_asset.value, ETH);
	book_beta(&b, ETH, 1.25);
	assert_int_equal(find(&b, cascade, query, &steps, &unknown), 1);
	assert_int_equal(unknown, 0);
	double f = steps[0].factor, worth = 60000 * f + 30000 * pow(f, 1.25);
	assert_near(20000 + worth - 90000, 0.01 * worth, 1e-6);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

/* The price came with the position, no mark of the contract was told: closing it is known. */
static void
test_a_price_of_the_position_closes_it(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	plm_event event;
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	book_spec(&b, MARKLESS, PLM_KIND_PERPETUAL, BTC, USDT);
	book_account(&b, 1, "binance");
	book_tiers(&b, 1, MARKLESS);
	book_wallet(&b, 1, USDT, 10000, PLM_MARGIN_CROSS);
	plm_event_init(&event, PLM_EVENT_POSITION);
	event.u.position = (plm_position){.instrument = {MARKLESS},
	    .unit = PLM_UNIT_COINS,
	    .margin_mode = PLM_MARGIN_CROSS,
	    .delta_coins = NAN,
	    .quantity = number(1),
	    .mark_price = number(60000),
	    .entry_price = number(60000)};
	tell(&b, &event, 1);
	assert_int_equal(
	    find(&b, cascade, (pli_cascade_query){{BTC}, 0.5, 0}, &steps, &unknown), 1);
	assert_near(steps[0].left_usd, 500 / 0.99, 1e-6);
	assert_null(steps[0].left_reason);
	assert_null(steps[0].net_reason);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

/* An account that tells no balance wins USDT on the way: the net is not known, and that is why. */
static void
test_a_net_that_is_not_known_says_why(void **state)
{
	(void)state;
	pool_book b;
	const pli_cascade_step *steps;
	uint32_t unknown;
	pli_cascade *cascade = cascade_create();
	book_begin(&b);
	holder(&b, 1, "binance", 10000, 1);
	book_account(&b, 2, "file");
	book_hold(&b, &(holding){2, BTCUSDT, PLM_SIDE_NET, PLM_MARGIN_CROSS, -1, 60000, NAN, NAN});
	assert_int_equal(
	    find(&b, cascade, (pli_cascade_query){{BTC}, 0.5, 0}, &steps, &unknown), 1);
	assert_true(isnan(steps[0].net_usd_before) && isnan(steps[0].net_usd_after));
	assert_string_equal(
	    steps[0].net_reason, "an account that pays or wins it tells no balance of it");
	assert_int_equal(steps[0].net_reason_of.value, USDT);
	assert_null(steps[0].left_reason);
	book_end(&b);
	pli_cascade_destroy(cascade);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_after_the_other),
	    cmocka_unit_test(test_in_parts),
	    cmocka_unit_test(test_a_fifth_then_the_rest),
	    cmocka_unit_test(test_a_fifth_is_of_large_positions),
	    cmocka_unit_test(test_parts_by_tier_and_of_whole_contracts),
	    cmocka_unit_test(test_a_fee_is_off_what_is_left),
	    cmocka_unit_test(test_a_bound_of_evaluations_is_told),
	    cmocka_unit_test(test_unknown_is_told),
	    cmocka_unit_test(test_isolated_leaves_the_rest),
	    cmocka_unit_test(test_the_winning_leg_of_a_hedge_stands),
	    cmocka_unit_test(test_both_legs_of_a_cross_hedge_are_closed),
	    cmocka_unit_test(test_who_may_be_reduced_is_on_the_other_side),
	    cmocka_unit_test(test_who_is_gone_is_not_reduced),
	    cmocka_unit_test(test_a_beta_needs_no_samples),
	    cmocka_unit_test(test_a_price_of_the_position_closes_it),
	    cmocka_unit_test(test_a_net_that_is_not_known_says_why),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
