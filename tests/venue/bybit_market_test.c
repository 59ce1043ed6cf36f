/* bybit_market_test.c: tickers, specifications, funding rates. */
#include "bybit_host.h"

#include <math.h>

static void
test_venue_bybit_market__future_tickers(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"{\"topic\":\"tickers.BTCUSDT\",\"type\":\"snapshot\",\"ts\":1700000000123,"
		"\"data\":{\"symbol\":\"BTCUSDT\",\"markPrice\":\"60010.5\",\"indexPrice\":"
		"\"60000\",\"fundingRate\":\"-0.0001\"}}"),
	    PLM_OK);
	const plm_event *event = rig_event(r, PLM_EVENT_MARK, 0);
	assert_true(event->venue_time_ns == INT64_C(1700000000123) * PLM_NS_PER_MS);
	assert_true(event->venue_sequence == 1700000000123000U);
	assert_int_equal(event->account.value, 0);
	assert_decimal(rig_mark(r, 0)->mark_price, "60010.5");
	assert_decimal(rig_mark(r, 0)->index_price, "60000");
	assert_true(rig_mark(r, 0)->funding_rate == -0.0001);
	assert_true(isnan(rig_mark(r, 0)->delta));
	/* dated: no funding; prices that cannot be are none */
	assert_int_equal(
	    rig_decode(r,
		"{\"topic\":\"tickers.BTCUSDZ25\",\"type\":\"snapshot\",\"ts\":1700000000123,"
		"\"data\":{\"symbol\":\"BTCUSDZ25\",\"markPrice\":\"-1\",\"indexPrice\":"
		"\"0\",\"fundingRate\":\"\"}}"),
	    PLM_OK);
	assert_decimal(rig_mark(r, 0)->mark_price, "null");
	assert_decimal(rig_mark(r, 0)->index_price, "null");
	assert_true(isnan(rig_mark(r, 0)->funding_rate));
	rig_destroy(r);
}

#define OPTION_TICKER(ts, rest)                                                                    \
	"{\"topic\":\"tickers.BTC-6JAN23-17500-C\",\"type\":\"snapshot\","                         \
	"\"ts\":" ts ",\"data\":{\"symbol\":\"BTC-6JAN23-17500-C\",\"indexPrice\":\"16823.73\","   \
	"\"underlyingPrice\":\"16815.1\"," rest "}}"

/* 2023-01-06 08:00 UTC is 1672992000000: half a day before it gamma and theta are told by half. */
static void
test_venue_bybit_market__option_greeks_below_a_day(void **state)
{
	(void)state;
	static const struct {
		const char *ts;
		double gamma, theta;
	} rows[] = {
	    {"1672862400000", 0.0002, -20}, /* a day and a half */
	    {"1672905600000", 0.0002, -20}, /* a day */
	    {"1672948800000", 0.0004, -40}, /* half a day */
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[600];
		(void)snprintf(text, sizeof text,
		    OPTION_TICKER("%s",
			"\"markPrice\":\"7.86\",\"markPriceIv\":\"0.4896\",\"delta\":"
			"\"0.0478\",\"gamma\":\"0.0002\",\"vega\":\"0.81\",\"theta\":"
			"\"-20\""),
		    rows[i].ts);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		const plm_mark *mark = rig_mark(r, 0);
		assert_near(mark->mark_iv, 48.96, 1e-9);
		assert_near(mark->delta, 0.0478, 1e-12);
		assert_near(mark->gamma, rows[i].gamma, 1e-12);
		assert_near(mark->vega, 0.81, 1e-12);
		assert_near(mark->theta, rows[i].theta, 1e-9);
		assert_decimal(mark->underlying_price, "16815.1");
		assert_true(isnan(mark->rho));
	}
	rig_destroy(r);
}

/* Behind its end an option's life is not known; without an IV its greeks are none. */
static void
test_venue_bybit_market__option_greeks_that_are_none(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, OPTION_TICKER("1672992000001",
					   "\"markPrice\":\"0\",\"markPriceIv\":\"0.5\","
					   "\"delta\":\"0\",\"gamma\":\"0\",\"vega\":"
					   "\"0\",\"theta\":\"0\"")),
	    PLM_OK);
	assert_decimal(rig_mark(r, 0)->mark_price, "0");
	assert_true(isnan(rig_mark(r, 0)->gamma) && isnan(rig_mark(r, 0)->theta));
	assert_true(rig_mark(r, 0)->delta == 0);
	assert_int_equal(rig_decode(r, OPTION_TICKER("1672862400000",
					   "\"markPrice\":\"5\",\"markPriceIv\":\"0\","
					   "\"delta\":\"0\",\"gamma\":\"0\",\"vega\":"
					   "\"0\",\"theta\":\"0\"")),
	    PLM_OK);
	assert_decimal(rig_mark(r, 0)->mark_price, "5");
	assert_true(isnan(rig_mark(r, 0)->mark_iv) && isnan(rig_mark(r, 0)->delta) &&
		    isnan(rig_mark(r, 0)->vega));
	rig_destroy(r);
}

#define SPOT_TICKER(symbol, last, usd)                                                             \
	"{\"topic\":\"tickers." symbol "\",\"type\":\"snapshot\",\"ts\":"                          \
	"1700000000123,\"data\":{\"symbol\":\"" symbol "\",\"lastPrice\":\"" last                  \
	"\",\"usdIndexPrice\":\"" usd "\"}}"

static void
test_venue_bybit_market__spot_tickers_are_rates(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, SPOT_TICKER("BTCUSDT", "60000", "60030.5")), PLM_OK);
	assert_int_equal(r->events_count, 1);
	const plm_event *event = rig_event(r, PLM_EVENT_ASSET_RATE, 0);
	assert_string_equal(rig_asset(r, event->u.asset_rate.asset), "BTC");
	assert_decimal(event->u.asset_rate.usd, "60030.5");
	assert_int_equal(event->flags, 0);
	/* one USDC is 0.999 USD and 0.9985 USDT */
	assert_int_equal(rig_decode(r, SPOT_TICKER("USDCUSDT", "0.9985", "0.999")), PLM_OK);
	assert_int_equal(r->events_count, 2);
	event = rig_event(r, PLM_EVENT_ASSET_RATE, 1);
	assert_string_equal(rig_asset(r, event->u.asset_rate.asset), "USDT");
	assert_near(plm_decimal_to_double(event->u.asset_rate.usd), 0.999 / 0.9985, 1e-15);
	assert_int_equal(event->flags, PLM_FLAG_SYNTHETIC);
	assert_int_equal(rig_decode(r, SPOT_TICKER("USDCUSDT", "0", "0.999")), PLM_OK);
	assert_int_equal(r->events_count, 1);
	/* "": not a coin that counts as collateral */
	assert_int_equal(rig_decode(r, SPOT_TICKER("DOGEUSDT", "0.1", "")), PLM_OK);
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

static void
test_venue_bybit_market__instruments(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, RIG_LINEARS), PLM_OK);
	const plm_instrument *spec = rig_spec(r, "BTCUSDT");
	assert_int_equal(spec->kind, PLM_KIND_PERPETUAL);
	assert_int_equal(spec->spec_source, PLM_SPEC_VENUE);
	assert_int_equal(spec->inverse, 0);
	assert_decimal(spec->multiplier, "1");
	assert_int_equal(
	    rig_decode(
		r, RIG_LIST("{\"symbol\":\"BTCUSDZ25\",\"contractType\":\"InverseFutures\","
			    "\"baseCoin\":\"BTC\",\"quoteCoin\":\"USD\",\"settleCoin\":\"BTC\","
			    "\"deliveryTime\":\"1766736000000\",\"lotSizeFilter\":{}}")),
	    PLM_OK);
	spec = rig_spec(r, "BTCUSDZ25");
	assert_int_equal(spec->kind, PLM_KIND_FUTURE);
	assert_int_equal(spec->inverse, 1);
	assert_true(spec->expiry_ns == INT64_C(1766736000000) * PLM_NS_PER_MS);
	assert_string_equal(rig_asset(r, spec->settle), "BTC");
	assert_int_equal(
	    rig_decode(
		r, RIG_LIST("{\"symbol\":\"BTC-26DEC25-90000-P-USDT\",\"optionsType\":\"Put\","
			    "\"baseCoin\":\"BTC\",\"quoteCoin\":\"USDT\",\"settleCoin\":"
			    "\"USDT\",\"deliveryTime\":\"1766736000000\",\"lotSizeFilter\":{}}")),
	    PLM_OK);
	spec = rig_spec(r, "BTC-26DEC25-90000-P-USDT");
	assert_int_equal(spec->option_type, PLM_OPTION_PUT);
	assert_decimal(spec->strike, "90000");
	assert_int_equal(
	    rig_decode(r, RIG_LIST("{\"symbol\":\"SOLUSDT\",\"baseCoin\":\"SOL\",\"quoteCoin\":"
				   "\"USDT\",\"lotSizeFilter\":{}}")),
	    PLM_OK);
	assert_int_equal(rig_spec(r, "spot:SOLUSDT")->kind, PLM_KIND_SPOT);
	rig_destroy(r);
}

/* A specification that is not whole changes nothing, and the payload's others neither. */
static void
test_venue_bybit_market__instruments_that_are_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *row, *text;
	} rows[] = {
	    {"\"contractType\":\"LinearFutures\",\"deliveryTime\":\"0\",\"baseCoin\":\"X\","
	     "\"quoteCoin\":\"USDT\",\"settleCoin\":\"USDT\"",
		"delivery time"},
	    {"\"contractType\":\"Swap\",\"baseCoin\":\"X\",\"quoteCoin\":\"USDT\",\"settleCoin\":"
	     "\"USDT\"",
		"Perpetual or Futures"},
	    {"\"contractType\":\"LinearPerpetual\",\"baseCoin\":\"X\",\"quoteCoin\":\"USDT\"",
		"settleCoin"},
	    {"\"optionsType\":\"Call\",\"baseCoin\":\"X\",\"quoteCoin\":\"USDT\",\"settleCoin\":"
	     "\"USDT\",\"deliveryTime\":\"1\"",
		"an option's symbol"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig *r = rig_create();
		char text[800];
		(void)snprintf(text, sizeof text,
		    RIG_LIST(RIG_PERP("BTCUSDT", "LinearPerpetual", "BTC", "USDT",
			"USDT") ",{\"symbol\":\"XUSDT\",\"lotSizeFilter\":{},%s}"),
		    rows[i].row);
		assert_int_equal(rig_decode(r, text), PLM_EDECODE);
		assert_non_null(strstr(r->fault.text, rows[i].text));
		assert_int_equal(rig_spec(r, "BTCUSDT")->spec_source, PLM_SPEC_NAME);
		rig_destroy(r);
	}
}

static void
test_venue_bybit_market__funding_rates(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, RIG_LIST("{\"symbol\":\"BTCUSD\",\"fundingRate\":\"0.0002\","
						"\"fundingRateTimestamp\":\"1709884800000\"}")),
	    PLM_OK);
	const plm_event *event = rig_event(r, PLM_EVENT_FUNDING, 0);
	assert_true(event->u.funding.rate == 0.0002);
	assert_decimal(event->u.funding.amount, "null");
	assert_string_equal(rig_asset(r, event->u.funding.asset), "BTC");
	assert_true(event->venue_time_ns == INT64_C(1709884800000) * PLM_NS_PER_MS);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_bybit_market__future_tickers),
	    cmocka_unit_test(test_venue_bybit_market__option_greeks_below_a_day),
	    cmocka_unit_test(test_venue_bybit_market__option_greeks_that_are_none),
	    cmocka_unit_test(test_venue_bybit_market__spot_tickers_are_rates),
	    cmocka_unit_test(test_venue_bybit_market__instruments),
	    cmocka_unit_test(test_venue_bybit_market__instruments_that_are_wrong),
	    cmocka_unit_test(test_venue_bybit_market__funding_rates),
	};
	return cmocka_run_group_tests_name("bybit_market", tests, NULL, NULL);
}
