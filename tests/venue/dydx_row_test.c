/* dydx_row_test.c: markets, prices, orders, fills, funding. */
#include "dydx_rig.h"

static void
test_dydx_row__a_market_is_a_contract_a_tier_and_a_price(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"{\"markets\":{\"BTC-USD\":{\"clobPairId\":\"0\",\"ticker\":\"BTC-USD\","
		"\"oraclePrice\":\"90000\",\"nextFundingRate\":\"0.00001\","
		"\"initialMarginFraction\":\"0.02\",\"maintenanceMarginFraction\":\"0.012\"}}}"),
	    PLM_OK);
	assert_int_equal(rig_spec(r, "BTC-USD")->spec_source, PLM_SPEC_VENUE);
	assert_decimal(rig_mark(r, 0)->mark_price, "90000");
	assert_decimal(rig_mark(r, 0)->index_price, "90000");
	assert_true(rig_mark(r, 0)->funding_rate == 0.00001);
	const plm_margin_tier *tier = &rig_need(r, PLM_EVENT_MARGIN_TIER, 0)->u.margin_tier;
	assert_decimal(tier->leverage_max, "50");
	assert_decimal(tier->maintenance_rate, "0.012");
	assert_decimal(tier->notional_cap, "null");
	rig_destroy(r);
}

/* A change names what it changes; a price of 0 is none. */
static void
test_dydx_row__a_sparse_price_leaves_the_rest(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx_say(r, "v4_markets", "channel_batch_data",
	    "[{\"oraclePrices\":{\"BTC-USD\":{\"oraclePrice\":\"91000\","
	    "\"effectiveAt\":\"2027-01-15T08:00:05.000Z\"}}},"
	    "{\"trading\":{\"BTC-USD\":{\"nextFundingRate\":\"0.00002\"}}}]");
	assert_int_equal(rig_count(r, PLM_EVENT_MARK), 2);
	assert_decimal(rig_mark(r, 0)->mark_price, "91000");
	assert_true(rig_mark(r, 0)->funding_rate == 0.00001);
	assert_decimal(rig_mark(r, 1)->mark_price, "91000");
	assert_true(rig_mark(r, 1)->funding_rate == 0.00002);
	/* An older one comes too late, and one of a market that nobody wants says nothing. */
	r->events_count = 0;
	dydx_say(r, "v4_markets", "channel_data",
	    "{\"oraclePrices\":{\"BTC-USD\":{\"oraclePrice\":\"80000\","
	    "\"effectiveAt\":\"2027-01-15T08:00:04.000Z\"},\"PEPE-USD\":{\"oraclePrice\":\"1\"}}}");
	assert_int_equal(rig_count(r, PLM_EVENT_MARK), 0);
	dydx_say(r, "v4_markets", "channel_data",
	    "{\"oraclePrices\":{\"BTC-USD\":{\"oraclePrice\":\"0\","
	    "\"effectiveAt\":\"2027-01-15T08:00:06.000Z\"}}}");
	assert_decimal(rig_mark(r, 0)->mark_price, "null");
	rig_destroy(r);
}

static void
test_dydx_row__fills_have_a_side_and_say_who_was_closed(void **state)
{
	(void)state;
	rig *r = rig_create();
	static const struct {
		const char *type;
		uint8_t liquidation;
	} rows[] = {{"LIMIT", 0}, {"LIQUIDATION", 0}, {"LIQUIDATED", 1}, {"DELEVERAGED", 1},
	    {"OFFSETTING", 2}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[256];
		(void)snprintf(text, sizeof text,
		    "{\"fills\":[{\"id\":\"f\",\"side\":\"SELL\",\"type\":\"%s\",\"market\":"
		    "\"BTC-USD\",\"price\":\"90000\",\"size\":\"0.5\",\"fee\":\"-1.5\","
		    "\"createdAt\":\"2026-11-27T08:00:00.000Z\"}]}",
		    rows[i].type);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		const plm_event *event = rig_need(r, PLM_EVENT_FILL, 0);
		assert_decimal(event->u.fill.quantity, "-0.5");
		assert_decimal(event->u.fill.fee, "-1.5");
		assert_asset(r, event->u.fill.fee_asset, "USDC");
		assert_int_equal(event->u.fill.liquidation, rows[i].liquidation);
		assert_true(event->venue_time_ns > 0);
	}
	assert_int_equal(
	    rig_decode(r, "{\"fills\":[{\"id\":\"f\",\"side\":\"BOTH\",\"ticker\":\"BTC-USD\","
			  "\"size\":\"1\"}]}"),
	    PLM_EDECODE);
	rig_destroy(r);
}

#define ORDER(id, status, rest)                                                                    \
	"{\"id\":\"" id "\",\"ticker\":\"ETH-USD\",\"side\":\"SELL\",\"size\":\"2\","              \
	"\"price\":\"100\",\"status\":\"" status "\"" rest "}"

static void
test_dydx_row__orders_rest_with_what_is_not_filled(void **state)
{
	(void)state;
	static const struct {
		const char *text, *rest;
	} rows[] = {{ORDER("a", "OPEN", ",\"totalFilled\":\"0.5\""), "-1.5"},
	    {ORDER("a", "BEST_EFFORT_OPENED", ""), "-2"},
	    {ORDER("a", "OPEN", ",\"totalFilled\":\"0.5\",\"totalOptimisticFilled\":\"1.5\""),
		"-0.5"},
	    {ORDER("a", "OPEN", ",\"totalFilled\":\"3\""), "0"},
	    {ORDER("a", "UNTRIGGERED", ""), "0"}, {ORDER("a", "FILLED", ""), "0"},
	    {ORDER("a", "BEST_EFFORT_CANCELED", ""), "0"}};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[400];
		(void)snprintf(text, sizeof text, "{\"orders\":[%s]}", rows[i].text);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		const plm_order_open *order = &rig_need(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open;
		assert_decimal(order->quantity, rows[i].rest);
		assert_int_equal(order->unit, PLM_UNIT_COINS);
	}
	rig_destroy(r);
}

static void
test_dydx_row__orders_that_a_new_list_lacks_are_gone(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx_update(r, "{\"orders\":[" ORDER("a", "OPEN", "") "," ORDER("b", "OPEN", "") "]}");
	assert_int_equal(rig_count(r, PLM_EVENT_ORDER_OPEN), 2);
	rig_close(r, 0);
	r->events_count = 0;
	dydx_open(r);
	dydx_say(
	    r, "v4_parent_subaccounts", "subscribed", "{\"orders\":[" ORDER("b", "OPEN", "") "]}");
	assert_int_equal(rig_count(r, PLM_EVENT_ORDER_OPEN), 2);
	assert_decimal(rig_event(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open.quantity, "-2");
	assert_decimal(rig_event(r, PLM_EVENT_ORDER_OPEN, 1)->u.order_open.quantity, "0");
	rig_destroy(r);
}

static void
test_dydx_row__funding_is_a_rate_when_it_was_charged(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "{\"historicalFunding\":[{\"ticker\":\"BTC-USD\",\"rate\":\"0.000002\","
			  "\"price\":\"90000\",\"effectiveAt\":\"2026-11-27T08:00:00.000Z\"}]}"),
	    PLM_OK);
	const plm_event *event = rig_need(r, PLM_EVENT_FUNDING, 0);
	assert_true(event->u.funding.rate == 0.000002);
	assert_decimal(event->u.funding.amount, "null");
	assert_int_equal(event->account.value, 0);
	assert_asset(r, event->u.funding.asset, "USDC");
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dydx_row__a_market_is_a_contract_a_tier_and_a_price),
	    cmocka_unit_test(test_dydx_row__a_sparse_price_leaves_the_rest),
	    cmocka_unit_test(test_dydx_row__fills_have_a_side_and_say_who_was_closed),
	    cmocka_unit_test(test_dydx_row__orders_rest_with_what_is_not_filled),
	    cmocka_unit_test(test_dydx_row__orders_that_a_new_list_lacks_are_gone),
	    cmocka_unit_test(test_dydx_row__funding_is_a_rate_when_it_was_charged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
