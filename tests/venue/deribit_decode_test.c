/* deribit_decode_test.c: payloads written here, for what the stored ones do not show. */
#include "deribit_rig.h"

static void
test_deribit_decode__kinds_that_are_not_read(void **state)
{
	static const char *const texts[] = {
	    NOTICE("book.BTC-PERPETUAL.100ms", "{\"bids\":[],\"asks\":[]}"),
	    NOTICE("quote.BTC-PERPETUAL", "{\"best_bid_price\":1,\"best_ask_price\":2}"),
	    NOTICE("chart.trades.BTC-PERPETUAL.1", "{\"open\":1}"),
	    NOTICE("trades.BTC-PERPETUAL.raw", "[{\"trade_id\":\"1\"}]"),
	    NOTICE("platform_state", "{\"price_index\":\"sol_usdc\",\"locked\":true}"),
	    RESULT("{\"locked\":\"false\",\"locked_currencies\":[]}"),
	    NOTICE("platform_state.public_methods_state", "{\"allow\":true}"),
	    RESULT("{\"access_token\":\"x\",\"scope\":\"trade:read\"}"), RESULT("\"ok\""),
	    RESULT("[]"), RESULT("[\"ticker.BTC-PERPETUAL.raw\"]"), RESULT("1550147385946"),
	    "{\"jsonrpc\":\"2.0\",\"method\":\"heartbeat\",\"params\":{\"type\":\"heartbeat\"}}",
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"public/test\",\"params\":{}}", "{}", "[]",
	    "7", "null", "[[1]]", "[null]",
	    "{\"error\":{\"message\":\"Invalid API Key.\",\"name\":\"HTTPError\"}}"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		rig_refused(texts[i], PLM_EKIND);
}

static void
test_deribit_decode__a_hint_settles_what_the_shape_leaves_open(void **state)
{
	rig *r = rig_create();
	plm_slice summary = PLM_SLICE("{\"currency\":\"BTC\",\"balance\":1,\"margin_balance\":1}");

	(void)state;
	assert_int_equal(
	    rig_decode_slice(r, PLM_SLICE(RESULT("[]")), "private/get_positions"), PLM_OK);
	assert_int_equal(r->events_count, 0);
	assert_int_equal(rig_decode_slice(r, summary, "private/simulate_portfolio"), PLM_EKIND);
	assert_int_equal(rig_decode_slice(r, summary, "user.portfolio.btc"), PLM_OK);
	assert_int_equal(
	    rig_decode_slice(r, PLM_SLICE("{\"interest\":0.1,\"index_price\":1,\"timestamp\":1}"),
		"perpetual.ETH-PERPETUAL.raw"),
	    PLM_OK);
	rig_destroy(r);
}

static void
test_deribit_decode__broken_payloads(void **state)
{
	static const char *const texts[] = {"", "{", "{\"result\":", "nonsense", "{\"a\":1}}",
	    "\xff\xfe", "{\"error\":{\"code\":\"x\",\"message\":\"y\"}}",
	    "[{\"instrument_name\":\"BTC-PERPETUAL\",\"size\":\"many\"}]",
	    "[{\"instrument_name\":\"BTC-PERPETUAL\",\"size\":null}]",
	    "[{\"instrument_name\":7,\"size\":1}]", "[{\"instrument_name\":\"\",\"size\":1}]",
	    "[{\"instrument_name\":\"BTC-PERPETUAL\",\"size\":1},3]",
	    "[{\"instrument_name\":\"BTC-PERPETUAL\",\"size\":1,\"mark_price\":\"much\"}]",
	    "[{\"instrument_name\":\"BTC-PERPETUAL\",\"size\":1e40}]",
	    "{\"currency\":7,\"margin_balance\":1,\"balance\":1}",
	    "{\"currency\":\"BTC\",\"margin_balance\":1}",
	    "{\"instrument_name\":\"BTC-PERPETUAL\",\"mark_price\":null}",
	    "{\"instrument_name\":\"an instrument name that is far longer than any that the venue "
	    "could ever have\",\"mark_price\":1}",
	    NOTICE("ticker.BTC-PERPETUAL.raw", "[7]"), NOTICE("user.portfolio.btc", "3")};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		rig_refused(texts[i], PLM_EDECODE);
}

/* Changes are dated in milliseconds: one behind the request may have the millisecond of it. */
static void
test_deribit_decode__an_answer_is_dated_as_changes_are(void **state)
{
	rig *r = rig_decoded(
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[{\"instrument_name\":"
	    "\"BTC-PERPETUAL\",\"kind\":\"future\",\"size\":-20,\"size_currency\":-0.0002,"
	    "\"direction\":\"sell\",\"mark_price\":90000,\"index_price\":90000,"
	    "\"average_price\":90000}],\"usIn\":1795932136482454,"
	    "\"usOut\":1795932136482999}",
	    PLM_OK);
	(void)state;
	assert_true(rig_need(r, PLM_EVENT_POSITION, 0)->venue_time_ns ==
		    INT64_C(1795932136482) * PLM_NS_PER_MS);
	rig_destroy(r);
}

static void
test_deribit_decode__errors_are_events(void **state)
{
	rig *r = rig_decoded("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":10028,"
			     "\"message\":\"too_many_requests\"}}",
	    PLM_OK);

	(void)state;
	assert_int_equal(rig_need(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.code, 10028);
	assert_string_equal(
	    rig_need(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.message, "too_many_requests");
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit_decode__kinds_that_are_not_read),
	    cmocka_unit_test(test_deribit_decode__a_hint_settles_what_the_shape_leaves_open),
	    cmocka_unit_test(test_deribit_decode__broken_payloads),
	    cmocka_unit_test(test_deribit_decode__an_answer_is_dated_as_changes_are),
	    cmocka_unit_test(test_deribit_decode__errors_are_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
