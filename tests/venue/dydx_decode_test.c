/* dydx_decode_test.c: which payload is this; stored ones, each with what comes of it. */
#include "dydx_rig.h"

static void
test_dydx_decode__other_kinds_say_so(void **state)
{
	(void)state;
	static const char *const others[] = {"{}", "[]", "1", "{\"iso\":\"x\",\"epoch\":1}",
	    "{\"type\":\"connected\",\"message_id\":0}",
	    ("{\"type\":\"channel_data\",\"message_id\":1,\"channel\":\"v4_trades\","
	     "\"contents\":{\"trades\":[]}}"),
	    "{\"transfers\":[]}", "{\"fills\":[]}", "{\"orders\":null}", "[null]", "[[1]]",
	    "{\"assetPositions\":[{\"type\":\"oneWay\",\"position\":{}}]}",
	    "{\"fills\":[{\"instrument\":\"PI_XBTUSD\",\"qty\":1}]}"};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		assert_int_equal(rig_decode(r, others[i]), PLM_EKIND);
		assert_int_equal(r->events_count, 0);
		assert_string_not_equal(r->fault.text, "");
	}
	rig_destroy(r);
}

/* One row that cannot be, and nothing of the payload is sent. */
static void
test_dydx_decode__one_impossible_row_sends_nothing(void **state)
{
	(void)state;
	static const char *const wrong[] = {
	    "{\"fills\":[{\"id\":\"f\",\"side\":\"BUY\",\"market\":\"BTC-USD\",\"size\":\"1\"},1]}",
	    "{\"fills\":[{\"id\":\"f\",\"side\":\"BUY\",\"market\":\"BTC-USD\",\"size\":\"1\"},"
	    "{\"id\":\"g\",\"side\":\"BUY\",\"market\":\"BTC-USD\",\"size\":\"many\"}]}",
	    "{\"markets\":[]}", "{\"fills\":7}",
	    "{\"type\":\"channel_data\",\"message_id\":1,\"channel\":\"v4_markets\"}",
	    "{\"perpetualPositions\":[{\"market\":\"BTC-USD\",\"side\":\"LONG\","
	    "\"status\":\"OPEN\",\"size\":\"1\"}]}"};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_int_equal(rig_decode(r, wrong[i]), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
	}
	rig_destroy(r);
}

/* An update that stands alone tells positions; the wallet needs all of the account. */
static void
test_dydx_decode__an_update_alone_tells_its_positions(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "{\"type\":\"channel_data\",\"message_id\":5,\"channel\":"
			  "\"v4_subaccounts\",\"contents\":{\"perpetualPositions\":[{\"market\":"
			  "\"BTC-USD\",\"side\":\"SHORT\",\"status\":\"OPEN\",\"size\":\"-2\","
			  "\"entryPrice\":\"0\",\"subaccountNumber\":0}],\"assetPositions\":[{"
			  "\"symbol\":\"USDC\",\"side\":\"LONG\",\"size\":\"5\","
			  "\"subaccountNumber\":0}]}}"),
	    PLM_OK);
	assert_int_equal(r->events_count, 1);
	assert_decimal(rig_position(r, 0)->quantity, "-2");
	assert_decimal(rig_position(r, 0)->entry_price, "null");
	rig_destroy(r);
}

static void
test_dydx_decode__errors_of_both_doors(void **state)
{
	(void)state;
	rig *r = rig_create();
	static const char *const texts[] = {
	    "{\"type\":\"error\",\"message\":\"no\",\"message_id\":1}",
	    "{\"errors\":[{\"msg\":\"no\"}]}"};
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(rig_decode(r, texts[i]), PLM_OK);
		assert_string_equal(
		    rig_need(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.message, "no");
	}
	rig_destroy(r);
}

static void
test_dydx_decode__stored_payloads(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		plm_event_type type;
		uint32_t count;
	} rows[] = {{"error--nautilus.json", PLM_EVENT_VENUE_ERROR, 1},
	    {"fills--abacus.json", PLM_EVENT_FILL, 100},
	    {"fills-nautilus--nautilus.json", PLM_EVENT_FILL, 3},
	    {"historicalFunding--nautilus.json", PLM_EVENT_FUNDING, 3},
	    {"perpetualMarkets--nautilus.json", PLM_EVENT_MARK, 3},
	    {"perpetualMarkets--nautilus.json", PLM_EVENT_MARGIN_TIER, 3},
	    {"v4_markets-oracle-batch--abacus.json", PLM_EVENT_MARK, 1},
	    {"v4_markets-subscribed--abacus.json", PLM_EVENT_MARK, 33},
	    {"v4_parent_subaccounts-isolated-orders--abacus.json", PLM_EVENT_ORDER_OPEN, 1},
	    {"v4_subaccounts-subscribed--abacus.json", PLM_EVENT_POSITION, 2},
	    {"v4_subaccounts-subscribed--abacus.json", PLM_EVENT_ORDER_OPEN, 2}};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!rig_fixture(r, rows[i].name))
			continue;
		assert_int_equal(r->err, PLM_OK);
		assert_int_equal(rig_count(r, rows[i].type), rows[i].count);
	}
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dydx_decode__other_kinds_say_so),
	    cmocka_unit_test(test_dydx_decode__one_impossible_row_sends_nothing),
	    cmocka_unit_test(test_dydx_decode__an_update_alone_tells_its_positions),
	    cmocka_unit_test(test_dydx_decode__errors_of_both_doors),
	    cmocka_unit_test(test_dydx_decode__stored_payloads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
