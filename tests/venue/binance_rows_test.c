/* binance_rows_test.c: one row of each noun: signs, sides, units, what stays unknown, and
 * identities that hold on real payloads. */
#include "binance_rig.h"

#include <math.h>

static void
test_venue_binance_rows__hedge_legs_with_the_empty_one_first(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"[{\"symbol\":\"SOLUSDT\",\"positionSide\":\"LONG\",\"positionAmt\":\"0.0\","
		"\"entryPrice\":\"0.0\",\"markPrice\":\"0.00000000\",\"liquidationPrice\":\"0\"},"
		"{\"symbol\":\"SOLUSDT\",\"positionSide\":\"SHORT\",\"positionAmt\":\"-7.25\","
		"\"entryPrice\":\"150.5\",\"markPrice\":\"148\",\"liquidationPrice\":\"190.25\"}]"),
	    PLM_OK);
	const plm_position *empty = rig_position(r, 0), *held = rig_position(r, 1);
	assert_int_equal(empty->side, PLM_SIDE_LONG);
	assert_decimal(empty->quantity, "0");
	assert_decimal(empty->entry_price, "null");
	assert_decimal(empty->mark_price, "null");
	assert_decimal(empty->liquidation_price, "null");
	assert_int_equal(held->side, PLM_SIDE_SHORT);
	assert_decimal(held->quantity, "-7.25");
	assert_decimal(held->entry_price, "150.5");
	assert_decimal(held->liquidation_price, "190.25");
	assert_int_equal(held->instrument.value, empty->instrument.value);
	assert_int_equal(held->unit, PLM_UNIT_COINS);
	rig_destroy(r);
}

static void
test_venue_binance_rows__a_short_leg_is_short_without_its_sign(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, "[{\"symbol\":\"SOLUSDT\",\"positionSide\":\"SHORT\","
				       "\"positionAmt\":\"7.25\"}]"),
	    PLM_OK);
	assert_decimal(rig_position(r, 0)->quantity, "-7.25");
	rig_destroy(r);
}

static void
test_venue_binance_rows__isolated_told_four_ways(void **state)
{
	(void)state;
	static const struct {
		const char *member;
		plm_margin_mode mode;
	} rows[] = {
	    {"\"marginType\":\"isolated\",\"isolatedWallet\":\"12.5\"", PLM_MARGIN_ISOLATED},
	    {"\"isolated\":true,\"isolatedWallet\":\"12.5\"", PLM_MARGIN_ISOLATED},
	    {"\"isolatedWallet\":\"12.5\"", PLM_MARGIN_ISOLATED},
	    {"\"isolatedWallet\":\"0\",\"isolatedMargin\":\"3\"", PLM_MARGIN_ISOLATED},
	    {"\"marginType\":\"cross\",\"isolatedWallet\":\"0\"", PLM_MARGIN_CROSS},
	    {"\"isolated\":false", PLM_MARGIN_CROSS},
	    {"\"isolatedWallet\":\"0\",\"isolatedMargin\":\"0.00000000\"", PLM_MARGIN_CROSS},
	    {"\"leverage\":\"20\"", PLM_MARGIN_CROSS},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[256];
		(void)snprintf(text, sizeof text,
		    "[{\"symbol\":\"ETHUSDT\",\"positionAmt\":\"1\",\"adl\":%zu,%s}]", i,
		    rows[i].member);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		assert_int_equal(rig_position(r, 0)->adl_rank, i < 5 ? i + 1 : 0);
		assert_int_equal(rig_position(r, 0)->margin_mode, rows[i].mode);
		if (i < 3)
			assert_decimal(rig_position(r, 0)->isolated_margin, "12.5");
		if (rows[i].mode == PLM_MARGIN_CROSS)
			assert_decimal(rig_position(r, 0)->isolated_margin, "null");
	}
	rig_destroy(r);
}

static void
test_venue_binance_rows__inverse_counts_contracts(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "[{\"symbol\":\"BTCUSD_PERP\",\"positionAmt\":\"-30\"}]"), PLM_OK);
	assert_int_equal(rig_position(r, 0)->unit, PLM_UNIT_CONTRACTS);
	assert_decimal(rig_position(r, 0)->quantity, "-30");
	assert_decimal(rig_spec(r, "BTCUSD_PERP")->multiplier, "100");
	assert_true(rig_spec(r, "BTCUSD_PERP")->settle.value ==
		    rig_spec(r, "BTCUSD_PERP")->underlying.value);
	rig_destroy(r);
}

/* An option's side is its sign, not a leg of its own; a price of 0 is a price. */
static void
test_venue_binance_rows__options(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"[{\"symbol\":\"BTC-261225-90000-P\",\"side\":\"SHORT\",\"quantity\":"
		"\"-0.4\",\"markPrice\":\"0\",\"markValue\":\"0\",\"entryPrice\":\"90\"}]"),
	    PLM_OK);
	assert_int_equal(rig_position(r, 0)->side, PLM_SIDE_NET);
	assert_int_equal(rig_position(r, 0)->unit, PLM_UNIT_CONTRACTS);
	assert_decimal(rig_position(r, 0)->quantity, "-0.4");
	assert_decimal(rig_position(r, 0)->mark_price, "0");
	assert_int_equal(
	    rig_decode(r,
		"[{\"e\":\"markPrice\",\"E\":5,\"s\":\"BTC-261225-90000-P\",\"mp\":\"0.0\","
		"\"i\":\"88000\",\"vo\":\"0.512\",\"d\":\"-0.41\",\"g\":\"0.00002\",\"v\":"
		"\"30\",\"t\":\"-60\"}]"),
	    PLM_OK);
	const plm_mark *mark = &rig_event(r, PLM_EVENT_MARK, 0)->u.mark;
	assert_decimal(mark->mark_price, "0");
	assert_decimal(mark->index_price, "88000");
	assert_true(fabs(mark->mark_iv - 51.2) < 1e-9);
	assert_true(fabs(mark->delta + 0.41) < 1e-12);
	assert_true(isnan(mark->funding_rate));
	rig_destroy(r);
}

static void
test_venue_binance_rows__a_mark_of_zero_is_no_mark(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, "{\"stream\":\"btcusdt@markPrice@1s\",\"data\":{\"e\":"
				       "\"markPriceUpdate\",\"E\":1768644498002,\"s\":\"BTCUSDT\","
				       "\"p\":\"0.00000000\",\"i\":\"\",\"r\":\"0.00010000\",\"T\":"
				       "1768665600000}}"),
	    PLM_OK);
	const plm_event *event = rig_event(r, PLM_EVENT_MARK, 0);
	assert_decimal(event->u.mark.mark_price, "null");
	assert_decimal(event->u.mark.index_price, "null");
	assert_true(event->u.mark.funding_rate == 0.0001);
	assert_true(event->venue_time_ns == INT64_C(1768644498002) * PLM_NS_PER_MS);
	rig_destroy(r);
}

static void
test_venue_binance_rows__loans_are_negative(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"[{\"asset\":\"BTC\",\"totalWalletBalance\":\"1\",\"crossMarginAsset\":"
		"\"-1.5\",\"crossMarginBorrowed\":\"2.25\",\"crossMarginInterest\":\"0.25\","
		"\"umUnrealizedPNL\":\"0.1\",\"cmUnrealizedPNL\":\"-0.3\"}]"),
	    PLM_OK);
	const plm_balance *balance = &rig_event(r, PLM_EVENT_BALANCE, 0)->u.balance;
	assert_decimal(balance->borrowed, "2.5");
	assert_decimal(balance->wallet, "-1.5");
	assert_decimal(balance->unrealised_pnl, "-0.2");
	assert_decimal(balance->equity, "-1.7");
	rig_destroy(r);
}

/* An order that is done rests nothing; a forced fill is told by its client order id. */
static void
test_venue_binance_rows__orders_and_forced_fills(void **state)
{
	(void)state;
	static const struct {
		const char *status, *rest, *client;
		uint8_t liquidation;
	} rows[] = {
	    {"NEW", "-3", "web_1", 0},
	    {"PARTIALLY_FILLED", "-3", "autoclose-17", 1},
	    {"FILLED", "0", "adl_autoclose", 2},
	    {"CANCELED", "0", "", 0},
	    {"EXPIRED", "0", "x", 0},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[512];
		(void)snprintf(text, sizeof text,
		    "{\"e\":\"ORDER_TRADE_UPDATE\",\"T\":7,\"o\":{\"s\":\"XRPUSDT\",\"S\":\"SELL\","
		    "\"q\":\"10\",\"z\":\"7\",\"l\":\"2\",\"L\":\"0.5\",\"p\":\"0.5\",\"X\":\"%s\","
		    "\"c\":\"%s\",\"i\":99,\"t\":5,\"n\":\"-0.001\",\"N\":\"BNB\",\"R\":true,"
		    "\"ps\":\"SHORT\"}}",
		    rows[i].status, rows[i].client);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		const plm_order_open *open = &rig_event(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open;
		const plm_fill *fill = &rig_event(r, PLM_EVENT_FILL, 0)->u.fill;
		assert_decimal(open->quantity, rows[i].rest);
		assert_int_equal(open->reduce_only, 1);
		assert_decimal(fill->quantity, "-2");
		assert_decimal(fill->fee, "-0.001");
		assert_string_equal(rig_asset(r, fill->fee_asset), "BNB");
		assert_int_equal(fill->side, PLM_SIDE_SHORT);
		assert_int_equal(fill->liquidation, rows[i].liquidation);
	}
	rig_destroy(r);
}

static double
number(plm_decimal value)
{
	assert_true(plm_decimal_is_known(value));
	return plm_decimal_to_double(value);
}

/* unRealizedProfit = amount x (mark - entry), to the digits printed. */
static void
test_venue_binance_rows__profit_identity(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		double error_max;
	} rows[] = {
	    {"papi-v1-um-positionRisk-ccxt--ccxt-src.json", 1e-7},
	    {"fapi-v3-positionRisk-hedge--jkorf.json", 1e-7},
	    {"fapi-v2-positionRisk-docs--nautilus.json", 1e-7},
	    {"eapi-v1-position-ETH-230426--ccxt-src.json", 1e-7},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!rig_fixture(r, rows[i].file))
			break;
		const plm_position *p = rig_position(r, 0);
		double profit = number(p->quantity) *
				(number(p->mark_price) - number(p->entry_price));
		assert_true(fabs(profit - number(p->unrealised_pnl)) < rows[i].error_max);
	}
	rig_destroy(r);
}

/* Inverse: profit in coin = contracts x contract value x (1/entry - 1/mark). */
static void
test_venue_binance_rows__inverse_profit_identity(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "dapi-v1-positionRisk-hedge--jkorf.json")) {
		const plm_position *p = rig_position(r, 1);
		double usd = number(p->quantity) * number(rig_spec(r, "BTCUSD_201225")->multiplier);
		double profit = usd * (1 / number(p->entry_price) - 1 / number(p->mark_price));
		assert_true(fabs(profit - number(p->unrealised_pnl)) < 1e-8);
	}
	rig_destroy(r);
}

/* Options: equity = cash + unrealised P&L. */
static void
test_venue_binance_rows__option_equity_identity(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "eapi-v1-marginAccount--connector.json")) {
		const plm_balance *b = &rig_event(r, PLM_EVENT_BALANCE, 0)->u.balance;
		plm_decimal sum;
		assert_int_equal(plm_decimal_add(b->wallet, b->unrealised_pnl, &sum), PLM_OK);
		assert_true(sum.units == b->equity.units);
		assert_decimal(b->collateral, "null");
	}
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance_rows__hedge_legs_with_the_empty_one_first),
	    cmocka_unit_test(test_venue_binance_rows__a_short_leg_is_short_without_its_sign),
	    cmocka_unit_test(test_venue_binance_rows__isolated_told_four_ways),
	    cmocka_unit_test(test_venue_binance_rows__inverse_counts_contracts),
	    cmocka_unit_test(test_venue_binance_rows__options),
	    cmocka_unit_test(test_venue_binance_rows__a_mark_of_zero_is_no_mark),
	    cmocka_unit_test(test_venue_binance_rows__loans_are_negative),
	    cmocka_unit_test(test_venue_binance_rows__orders_and_forced_fills),
	    cmocka_unit_test(test_venue_binance_rows__profit_identity),
	    cmocka_unit_test(test_venue_binance_rows__inverse_profit_identity),
	    cmocka_unit_test(test_venue_binance_rows__option_equity_identity),
	};
	return cmocka_run_group_tests_name("binance_rows", tests, NULL, NULL);
}
