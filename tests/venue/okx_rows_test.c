/* okx_rows_test.c: what each kind of row means: signs, units, unknowns, and numbers that must agree
 * with each other. */
#include "okx_rig.h"

#include <math.h>

#define DATA(rows) "{\"code\":\"0\",\"msg\":\"\",\"data\":[" rows "]}"

static plm_position
position_of(rig *r, const char *text)
{
	if (rig_decode(r, text) != PLM_OK)
		fail_msg("%s", r->fault.text);
	return rig_need(r, PLM_EVENT_POSITION, 0)->u.position;
}

/* Sign of net positions; legs of the long/short mode have none, and are legs of their own. */
static void
test_okx_rows__signs_and_legs(void **state)
{
	(void)state;
#define LEG(side, pos)                                                                             \
	DATA("{\"instId\":\"BTC-USDT-SWAP\",\"instType\":\"SWAP\",\"mgnMode\":\"cross\","          \
	     "\"posSide\":\"" side "\",\"pos\":\"" pos "\"}")
	static const struct {
		const char *text, *quantity;
		plm_side side;
	} rows[] = {
	    {LEG("net", "-3"), "-3", PLM_SIDE_NET},
	    {LEG("net", "3.5"), "3.5", PLM_SIDE_NET},
	    {LEG("long", "3"), "3", PLM_SIDE_LONG},
	    {LEG("short", "3"), "-3", PLM_SIDE_SHORT},
	    {LEG("short", "-3"), "-3", PLM_SIDE_SHORT},
	    {LEG("short", "0"), "0", PLM_SIDE_SHORT},
	};
#undef LEG
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		plm_position position = position_of(r, rows[i].text);
		assert_decimal(position.quantity, rows[i].quantity);
		assert_int_equal(position.side, rows[i].side);
		assert_int_equal(position.unit, PLM_UNIT_CONTRACTS);
		assert_false(plm_decimal_is_known(position.entry_price));
		assert_false(plm_decimal_is_known(position.liquidation_price));
		assert_true(isnan(position.delta_coins));
	}
	rig_destroy(r);
}

/* posCcy tells the side of a margin position, ccy what backs it; pos and liab have no sign to go
 * by. In each row: position leg + equity in the coin is what the coins held less those owed come
 * to. */
static void
test_okx_rows__margin_positions_by_what_they_hold_and_owe(void **state)
{
	(void)state;
#define MARGIN(ccy, pos, pos_ccy, liab, liab_ccy)                                                  \
	DATA("{\"instId\":\"BTC-USDT\",\"instType\":\"MARGIN\",\"mgnMode\":\"isolated\","          \
	     "\"posSide\":\"net\",\"ccy\":\"" ccy "\",\"pos\":\"" pos "\",\"posCcy\":\"" pos_ccy   \
	     "\",\"liab\":\"" liab "\",\"liabCcy\":\"" liab_ccy "\",\"markPx\":\"50000\"}")
	static const struct {
		const char *text, *quantity;
		plm_unit unit;
	} rows[] = {
	    {MARGIN("USDT", "2", "BTC", "-100000", "USDT"), "2", PLM_UNIT_COINS},
	    {MARGIN("BTC", "2.4", "BTC", "-100000", "USDT"), "100000", PLM_UNIT_USD},
	    {MARGIN("BTC", "100000", "USDT", "-2", "BTC"), "-100000", PLM_UNIT_USD},
	    {MARGIN("USDT", "120000", "USDT", "-2", "BTC"), "-2", PLM_UNIT_COINS},
	    {MARGIN("USDT", "0", "", "", ""), "0", PLM_UNIT_COINS},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		plm_position position = position_of(r, rows[i].text);
		assert_decimal(position.quantity, rows[i].quantity);
		assert_int_equal(position.unit, rows[i].unit);
		assert_int_equal(position.margin_mode, PLM_MARGIN_ISOLATED);
	}
	/* Without its debt a short one has no size: not zero, but refused. */
	assert_int_equal(rig_decode(r, MARGIN("USDT", "120000", "USDT", "", "BTC")), PLM_EDECODE);
	assert_non_null(strstr(r->fault.text, "liab"));
	rig_destroy(r);
#undef MARGIN
}

/* Documentation's example: 0.00190433573 BTC are held, of which 0.000317654 are the margin; what is
 * owed, and what the pool is worth, re-add to what is held. */
static void
test_okx_rows__a_margin_long_backed_by_its_coin_counts_once(void **state)
{
	(void)state;
	rig *r = rig_create();
	plm_position position = position_of(r,
	    DATA(
		"{\"instId\":\"BTC-USDT\",\"instType\":\"MARGIN\",\"mgnMode\":\"isolated\","
		"\"posSide\":\"net\",\"ccy\":\"BTC\",\"pos\":\"0.00190433573\",\"posCcy\":\"BTC\","
		"\"liab\":\"-99.9998177776581948\",\"liabCcy\":\"USDT\",\"margin\":\"0.000317654\","
		"\"markPx\":\"62891.9\",\"upl\":\"-0.0000033452492717\",\"mgnRatio\":\"9.4\"}"));
	const plm_venue_margin *pool = &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	double coins = plm_decimal_to_double(position.quantity) /
		       plm_decimal_to_double(position.mark_price);
	double equity = plm_decimal_to_double(pool->equity);
	assert_string_equal(rig_asset(r, pool->asset), "BTC");
	assert_true(fabs(coins + equity - 0.00190433573) < 1e-8);
	rig_destroy(r);
}

/* The numbers of the documentation's isolated inverse position re-add: its margin is the tenth of
 * its value at entry, its maintenance margin 0.8 % of what it is worth in coin (whence the mark
 * that it was made with; the one printed is another), its profit the difference, its ratio that of
 * the pool to maintenance and 0.05 % for the liquidation. */
static void
test_okx_rows__an_isolated_inverse_position_re_adds(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (!rig_fixture(r, "positions-docs--jkorf.json")) {
		rig_destroy(r);
		return;
	}
	const plm_position *position = &rig_need(r, PLM_EVENT_POSITION, 0)->u.position;
	const plm_venue_margin *pool = &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	double coins_at_entry = 10 / plm_decimal_to_double(position->entry_price);
	double maintenance = plm_decimal_to_double(position->maintenance_margin);
	double coins = maintenance / 0.008;
	assert_true(
	    fabs(plm_decimal_to_double(position->isolated_margin) - coins_at_entry / 10) < 1e-15);
	assert_true(fabs(plm_decimal_to_double(position->unrealised_pnl) -
			 (coins_at_entry - coins)) < 1e-12);
	double ratio = plm_decimal_to_double(pool->equity) / (maintenance + coins * 0.0005);
	assert_true(fabs(ratio - plm_decimal_to_double(pool->ratio)) < 1e-6);
	rig_destroy(r);
}

/* delta = deltaBS - price in coin: the plain one is told. */
static void
test_okx_rows__greeks_are_plain_and_in_usd(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "{\"arg\":{\"channel\":\"opt-summary\",\"instFamily\":\"BTC-USD\"},"
			  "\"data\":[{\"instId\":\"BTC-USD-280331-90000-C\",\"delta\":\"0.41\","
			  "\"deltaBS\":\"0.52\",\"gamma\":\"-0.1\",\"gammaBS\":\"0.00001\","
			  "\"vega\":\"0.002\",\"vegaBS\":\"120\",\"theta\":\"-0.0004\","
			  "\"thetaBS\":\"-40\",\"markVol\":\"0.55\",\"fwdPx\":\"91000\","
			  "\"lever\":\"9\",\"ts\":\"1800000000000\"}]}"),
	    PLM_OK);
	const plm_event *event = rig_need(r, PLM_EVENT_MARK, 0);
	const plm_mark *mark = &event->u.mark;
	assert_true(mark->delta == 0.52 && mark->gamma == 0.00001);
	assert_true(mark->vega == 120 && mark->theta == -40 && isnan(mark->rho));
	assert_true(fabs(mark->mark_iv - 55) < 1e-9);
	assert_decimal(mark->underlying_price, "91000");
	assert_false(plm_decimal_is_known(mark->mark_price));
	assert_int_equal(event->flags & PLM_FLAG_SYNTHETIC, 0);
	assert_int_equal(event->venue_time_ns, 1800000000 * PLM_NS_PER_S);
	rig_destroy(r);
}

/* An option's mark price comes apart from its greeks, in coin, and may be 0; a swap's may not. */
static void
test_okx_rows__mark_prices(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, DATA("{\"instId\":\"BTC-USD-280331-90000-C\",\"markPx\":"
					    "\"0\",\"ts\":\"1800000000000\"}")),
	    PLM_OK);
	const plm_event *event = rig_need(r, PLM_EVENT_MARK, 0);
	assert_decimal(event->u.mark.mark_price, "0");
	assert_int_equal(event->flags & PLM_FLAG_SYNTHETIC, PLM_FLAG_SYNTHETIC);
	assert_int_equal(
	    rig_decode(r, DATA("{\"instId\":\"BTC-USDT-SWAP\",\"markPx\":\"0\"}")), PLM_OK);
	assert_int_equal(r->events_count, 0);
	assert_int_equal(
	    rig_decode(r, DATA("{\"instId\":\"BTC-USDT-SWAP\",\"markPx\":\"91000.5\"}")), PLM_OK);
	assert_decimal(rig_need(r, PLM_EVENT_MARK, 0)->u.mark.mark_price, "91000.5");
	rig_destroy(r);
}

#define ACCOUNT(head, rows)                                                                        \
	"{\"arg\":{\"channel\":\"account\"},\"data\":[{" head "\"details\":[" rows                 \
	"],\"totalEq\":"                                                                           \
	"\"1\",\"uTime\":\"1800000000123\"}]}"

/* Cash, debts and equity; "" is unknown. Equity that is cash, profit and bots' alone is collateral;
 * what else is in it may be options. */
static void
test_okx_rows__balances(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(
		r, ACCOUNT("\"adjEq\":\"\",",
		       "{\"ccy\":\"USDT\",\"cashBal\":\"-200\",\"eq\":\"-190.5\","
		       "\"upl\":\"9.5\",\"liab\":\"200\",\"availEq\":\"\",\"availBal\":\"3\","
		       "\"coinUsdPrice\":\"0.9995\",\"mgnRatio\":\"\"},"
		       "{\"ccy\":\"BTC\",\"cashBal\":\"2\",\"eq\":\"2.25\",\"upl\":\"0.05\","
		       "\"liab\":\"\",\"stgyEq\":\"0.1\"}")),
	    PLM_OK);
	const plm_event *event = rig_event(r, PLM_EVENT_BALANCE, 0);
	const plm_balance *usdt = &event->u.balance;
	assert_decimal(usdt->wallet, "-200");
	assert_decimal(usdt->borrowed, "200");
	assert_decimal(usdt->equity, "-190.5");
	assert_decimal(usdt->collateral, "-190.5");
	assert_decimal(usdt->available, "3");
	assert_int_equal(event->venue_sequence, 1800000000123000);
	const plm_balance *btc = &rig_event(r, PLM_EVENT_BALANCE, 1)->u.balance;
	assert_decimal(btc->equity, "2.25");
	assert_false(plm_decimal_is_known(btc->collateral));
	assert_false(plm_decimal_is_known(btc->borrowed));
	assert_decimal(rig_need(r, PLM_EVENT_ASSET_RATE, 0)->u.asset_rate.usd, "0.9995");
	assert_int_equal(rig_count(r, PLM_EVENT_VENUE_MARGIN), 0);
	rig_destroy(r);
}

/* One pool: totals in USD; the futures mode: one for each currency, without what is isolated. */
static void
test_okx_rows__pools(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, ACCOUNT("\"adjEq\":\"900\",\"imr\":\"90\",\"mmr\":\"30\",\"availEq\":"
				  "\"800\",\"mgnRatio\":\"29\",",
			      "{\"ccy\":\"USDT\",\"cashBal\":\"900\",\"eq\":\"900\"}")),
	    PLM_OK);
	const plm_venue_margin *pool = &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	assert_string_equal(rig_asset(r, pool->asset), "USD");
	assert_int_equal(pool->margin_mode, PLM_MARGIN_CROSS);
	assert_decimal(pool->equity, "900");
	assert_decimal(pool->maintenance_margin, "30");
	assert_decimal(pool->ratio, "29");
	assert_int_equal(
	    rig_decode(r, ACCOUNT("\"adjEq\":\"\",",
			      "{\"ccy\":\"BTC\",\"cashBal\":\"2\",\"eq\":\"3\",\"isoEq\":\"1\","
			      "\"imr\":\"0.2\",\"mmr\":\"0.1\",\"mgnRatio\":\"18\"}")),
	    PLM_OK);
	pool = &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	assert_string_equal(rig_asset(r, pool->asset), "BTC");
	assert_int_equal(pool->margin_mode, PLM_MARGIN_SEGREGATED);
	assert_decimal(pool->equity, "2");
	assert_int_equal(
	    rig_need(r, PLM_EVENT_BALANCE, 0)->u.balance.margin_mode, PLM_MARGIN_SEGREGATED);
	rig_destroy(r);
}

#define SPEC(type, name, rest)                                                                     \
	DATA("{\"instType\":\"" type "\",\"instId\":\"" name "\",\"tickSz\":\"0.1\"," rest "}")

/* Contract value x multiplier; inverse where it settles in the coin; a swap has no expiry even
 * where its delisting is dated. */
static void
test_okx_rows__specifications(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(
		r, SPEC("SWAP", "BTC-USD-SWAP",
		       "\"ctVal\":\"100\",\"ctMult\":\"1\",\"ctValCcy\":\"USD\",\"settleCcy\":"
		       "\"BTC\",\"uly\":\"BTC-USD\",\"expTime\":\"1900000000000\"")),
	    PLM_OK);
	const plm_instrument *spec = rig_spec(r, "BTC-USD-SWAP");
	assert_true(spec->inverse);
	assert_int_equal(spec->expiry_ns, 0);
	assert_int_equal(spec->delist_time_ns / PLM_NS_PER_MS, INT64_C(1900000000000));
	assert_decimal(spec->multiplier, "100");
	assert_int_equal(
	    rig_decode(
		r, SPEC("OPTION", "BTC-USD-280331-90000-P",
		       "\"ctVal\":\"1\",\"ctMult\":\"0.01\",\"ctValCcy\":\"BTC\",\"settleCcy\":"
		       "\"BTC\",\"uly\":\"BTC-USD\",\"expTime\":\"1900000000000\",\"stk\":"
		       "\"90000\",\"optType\":\"P\"")),
	    PLM_OK);
	spec = rig_spec(r, "BTC-USD-280331-90000-P");
	assert_int_equal(spec->option_type, PLM_OPTION_PUT);
	assert_true(spec->inverse);
	assert_decimal(spec->multiplier, "0.01");
	assert_decimal(spec->strike, "90000");
	assert_int_equal(
	    rig_decode(r, SPEC("SWAP", "X-USDT-SWAP",
			      "\"ctVal\":\"5\",\"ctMult\":\"\",\"ctValCcy\":\"USDT\",\"settleCcy\":"
			      "\"USDT\",\"uly\":\"X-USDT\"")),
	    PLM_OK);
	assert_false(plm_decimal_is_known(rig_spec(r, "X-USDT-SWAP")->multiplier));
	assert_int_equal(
	    rig_decode(r, SPEC("SWAP", "Y-USDT-SWAP",
			      "\"ctVal\":\"0\",\"ctMult\":\"1\",\"ctValCcy\":\"Y\",\"settleCcy\":"
			      "\"USDT\",\"uly\":\"Y-USDT\"")),
	    PLM_EDECODE);
	rig_destroy(r);
}

/* What rests, what was filled, who forced it; a fee that was paid is above 0. */
static void
test_okx_rows__orders_and_fills(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"{\"arg\":{\"channel\":\"orders\"},\"data\":[{\"instId\":\"BTC-USDT-SWAP\","
		"\"ordId\":\"7\",\"side\":\"sell\",\"posSide\":\"long\",\"sz\":\"10\","
		"\"accFillSz\":\"4\",\"state\":\"partially_filled\",\"px\":\"90000\","
		"\"reduceOnly\":\"true\",\"tradeId\":\"5\",\"fillSz\":\"3\",\"fillPx\":"
		"\"90001\",\"fee\":\"-4\",\"feeCcy\":\"USDT\",\"fillFee\":\"-3\","
		"\"fillFeeCcy\":\"USDT\",\"pnl\":\"9\",\"category\":\"partial_liquidation\","
		"\"uTime\":\"1800000000000\"}]}"),
	    PLM_OK);
	const plm_order_open *order = &rig_need(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open;
	assert_decimal(order->quantity, "-6");
	assert_int_equal(order->reduce_only, 1);
	const plm_fill *fill = &rig_need(r, PLM_EVENT_FILL, 0)->u.fill;
	assert_decimal(fill->quantity, "-3");
	assert_decimal(fill->fee, "3");
	assert_int_equal(fill->side, PLM_SIDE_LONG);
	assert_int_equal(fill->liquidation, 1);
	assert_false(plm_decimal_is_known(fill->realised_pnl)); /* 9 is of more than this fill */
	rig_destroy(r);
}

/* The CCXT file beside the payload. */
static void
test_okx_rows__a_spot_fill_as_ccxt_has_it(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "fills-LTC-spot--ccxt-static.json")) {
		const plm_fill *fill = &rig_need(r, PLM_EVENT_FILL, 0)->u.fill;
		assert_decimal(fill->price, "67.84");
		assert_decimal(fill->quantity, "0.1");
		assert_decimal(fill->fee, "0.0001");
		assert_string_equal(rig_asset(r, fill->fee_asset), "LTC");
	}
	rig_destroy(r);
}

static void
test_okx_rows__a_swap_position_as_ccxt_has_it(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "positions-LTC-cross-long--ccxt-static.json")) {
		const plm_position *position = &rig_need(r, PLM_EVENT_POSITION, 0)->u.position;
		assert_decimal(position->quantity, "1");
		assert_int_equal(position->side, PLM_SIDE_LONG);
		assert_int_equal(position->margin_mode, PLM_MARGIN_CROSS);
		assert_decimal(position->entry_price, "68.24");
		assert_decimal(position->initial_margin, "0.0227466666666667");
		assert_decimal(position->maintenance_margin, "0.00044356");
		assert_decimal(position->leverage, "3");
		assert_int_equal(position->adl_rank, 1);
		assert_false(plm_decimal_is_known(position->liquidation_price));
	}
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_okx_rows__signs_and_legs),
	    cmocka_unit_test(test_okx_rows__margin_positions_by_what_they_hold_and_owe),
	    cmocka_unit_test(test_okx_rows__a_margin_long_backed_by_its_coin_counts_once),
	    cmocka_unit_test(test_okx_rows__an_isolated_inverse_position_re_adds),
	    cmocka_unit_test(test_okx_rows__greeks_are_plain_and_in_usd),
	    cmocka_unit_test(test_okx_rows__mark_prices),
	    cmocka_unit_test(test_okx_rows__balances),
	    cmocka_unit_test(test_okx_rows__pools),
	    cmocka_unit_test(test_okx_rows__specifications),
	    cmocka_unit_test(test_okx_rows__orders_and_fills),
	    cmocka_unit_test(test_okx_rows__a_spot_fill_as_ccxt_has_it),
	    cmocka_unit_test(test_okx_rows__a_swap_position_as_ccxt_has_it),
	};
	return cmocka_run_group_tests_name("okx_rows", tests, NULL, NULL);
}
