/* binance_margins_test.c: the account's modes make its pools; margin tiers are read once a day. */
#include "binance_session.h"

/* Margin numbers of one mode, and what a row of it says. */
static void
check_pools(rig *r, const char *config, plm_margin_mode mode, const char *asset)
{
	session_config(r, config);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	const plm_venue_margin *margin = &rig_event(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	assert_null(rig_event(r, PLM_EVENT_VENUE_MARGIN, 1));
	assert_int_equal(margin->margin_mode, mode);
	assert_string_equal(rig_asset(r, margin->asset), asset);
	assert_int_equal(rig_event(r, PLM_EVENT_BALANCE, 0)->u.balance.margin_mode, mode);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_position(r, 0)->margin_mode, mode);
	assert_int_equal(snapshot_end(r)->complete, 1);
}

/* Single-asset mode has a pool for each asset, multi-assets mode one; it may change while live. */
static void
test_venue_binance__the_margin_mode_makes_the_pools(void **state)
{
	(void)state;
	rig *r = session_create();
	session_connect(r);
	check_pools(r, config_single, PLM_MARGIN_SEGREGATED, "USDT");
	assert_int_equal(rig_say(r, 0, update_text(r, 0, "0.6")), PLM_OK);
	assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_SEGREGATED);
	assert_int_equal(rig_say(r, 0,
			     "{\"e\":\"ACCOUNT_CONFIG_UPDATE\",\"E\":1,\"T\":1,\"ai\":{"
			     "\"j\":true}}"),
	    PLM_OK);
	assert_int_equal(rig_say(r, 0, update_text(r, 0, "0.5")), PLM_OK);
	assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_CROSS);
	rig_wait(r, 1200);
	assert_non_null(rig_event(r, PLM_EVENT_SNAPSHOT_BEGIN, 0));
	check_pools(r, config_multi, PLM_MARGIN_CROSS, "USD");
	rig_destroy(r);
}

/* The rows of a snapshot that has begun are of the mode that was: it ends as incomplete. */
static void
test_venue_binance__a_mode_that_changes_inside_a_snapshot(void **state)
{
	(void)state;
	rig *r = session_create();
	session_connect(r);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(
	    rig_say(r, 0, "{\"e\":\"ACCOUNT_CONFIG_UPDATE\",\"ai\":{\"j\":true}}"), PLM_OK);
	assert_non_null(snapshot_end(r));
	assert_int_equal(snapshot_end(r)->complete, 0);
	assert_int_equal(
	    rig_say(r, 0, "{\"e\":\"ACCOUNT_CONFIG_UPDATE\",\"ai\":{\"j\":\"perhaps\"}}"),
	    PLM_EDECODE);
	rig_wait(r, 1200);
	check_pools(r, config_multi, PLM_MARGIN_CROSS, "USD");
	rig_destroy(r);
}

/* Until the venue has said the mode an update says what the venue says, and the feed is not live.
 */
static void
test_venue_binance__an_unknown_mode_is_no_guess(void **state)
{
	(void)state;
	static const char *const answers[] = {"{\"multiAssetsMargin\":true}",
	    "{\"dualSidePosition\":true}", "{\"multiAssetsMargin\":7,\"dualSidePosition\":true}"};
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		rig *r = session_create();
		rig_open(r, PLM_LINK_NONE);
		answer_time(r);
		assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
		assert_int_equal(rig_answer(r, INFO, 200, contracts), PLM_OK);
		assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"abc\"}"), PLM_OK);
		rig_open(r, 0);
		rig_tick(r, 100);
		assert_int_equal(rig_say(r, 0, update_text(r, 0, "0.6")), PLM_OK);
		assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_CROSS);
		assert_int_equal(rig_answer(r, CONFIG, 200, answers[i]), PLM_EDECODE);
		rig_tick(r, 100);
		assert_int_equal(snapshot_end(r)->complete, 0);
		assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
		assert_int_equal(rig_asked(r, "GET", "/fapi/v3/positionRisk"), 0);
		rig_destroy(r);
	}
}

#define BUFFERS "GET /fapi/v1/assetIndex"
#define BUFFER_ROW(symbol)                                                                         \
	"{\"symbol\":\"" symbol "\",\"index\":\"2\",\"bidBuffer\":\"0.0100\",\"askBuffer\":"       \
	"\"0.0050\"}"

/* Where assets back each other, what they count for is asked for, of what is held, and told; where
 * each backs itself it is not, until that changes. */
static void
test_venue_binance__buffers_of_assets_that_back_each_other(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	session_wait(r, 5);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/assetIndex"), 0);
	assert_int_equal(
	    rig_say(r, 0, "{\"e\":\"ACCOUNT_CONFIG_UPDATE\",\"ai\":{\"j\":true}}"), PLM_OK);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/assetIndex"), 1);
	assert_int_equal(rig_last(r, "GET", "/fapi/v1/assetIndex")->weight, 10);
	assert_int_equal(
	    rig_answer(r, BUFFERS, 200, "[" BUFFER_ROW("USDTUSD") "," BUFFER_ROW("BTCUSD") "]"),
	    PLM_OK);
	assert_int_equal(r->events_count, 1);
	const plm_event *told = rig_need(r, PLM_EVENT_COLLATERAL, 0);
	assert_int_equal(told->account.value, r->cfg.account.value);
	assert_asset(r, told->u.collateral.asset, "USDT");
	assert_true(told->u.collateral.steps[0].weight == 1 - 0.01);
	assert_true(told->u.collateral.debt_more == 0.005);
	rig_destroy(r);
}

/* A mode cannot change under an open leg: both answers are not of one moment. */
static void
test_venue_binance__legs_of_the_other_position_mode(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	session_wait(r, 29);
	rig_wait(r, 2000);
	session_config(r, "{\"dualSidePosition\":true,\"multiAssetsMargin\":false}");
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(snapshot_end(r)->complete, 0);
	assert_non_null(strstr(rig_status(r).text, "position mode"));
	rig_destroy(r);
}

/* Once at the start, not again with every epoch, and once a day. */
static void
test_venue_binance__margin_tiers_are_read_once_a_day(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/leverageBracket"), 1);
	assert_int_equal(rig_last(r, "GET", "/fapi/v1/leverageBracket")->weight, 1);
	assert_int_equal(rig_answer(r, TIERS, 200, tiers), PLM_OK);
	assert_int_equal(r->events_count, 2);
	const plm_margin_tier *tier = &rig_event(r, PLM_EVENT_MARGIN_TIER, 1)->u.margin_tier;
	assert_int_equal(tier->tier, 2);
	assert_decimal(tier->maintenance_amount, "50");
	rig_close(r, 0);
	rig_close(r, 1);
	session_live(r);
	for (int i = 0; i < 8639; i++) {
		r->now_ns += 10 * PLM_NS_PER_S;
		assert_int_equal(rig_say(r, 1, mark), PLM_OK);
		r->sent_count = rig_asked(r, "GET", "/fapi/v1/leverageBracket") == 1 ? r->sent_count
										     : 0;
		if (r->sent_count > RIG_SENT_MAX / 2)
			r->sent_count = 0;
	}
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/leverageBracket"), 0);
	for (int i = 0; i < 3; i++) {
		r->now_ns += 10 * PLM_NS_PER_S;
		assert_int_equal(rig_say(r, 1, mark), PLM_OK);
	}
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/leverageBracket"), 1);
	rig_destroy(r);
}

/* A table that cannot be read is asked for again, ever more seldom; the feed stays live. */
static void
test_venue_binance__margin_tiers_that_cannot_be_read(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	static const int64_t waits_s[] = {1, 2, 4, 8, 16, 32, 32};
	for (uint32_t i = 0; i < sizeof waits_s / sizeof waits_s[0]; i++) {
		assert_int_equal(rig_asked(r, "GET", "/fapi/v1/leverageBracket"), i + 1);
		assert_int_equal(
		    rig_answer(r, TIERS, 200, "[{\"symbol\":\"BTCUSDT\",\"brackets\":7}]"),
		    PLM_EDECODE);
		session_wait(r, waits_s[i] - 1);
		assert_int_equal(rig_asked(r, "GET", "/fapi/v1/leverageBracket"), i + 1);
		session_wait(r, 2);
	}
	assert_int_not_equal(rig_status(r).status, PLM_FEED_DOWN);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance__the_margin_mode_makes_the_pools),
	    cmocka_unit_test(test_venue_binance__a_mode_that_changes_inside_a_snapshot),
	    cmocka_unit_test(test_venue_binance__buffers_of_assets_that_back_each_other),
	    cmocka_unit_test(test_venue_binance__an_unknown_mode_is_no_guess),
	    cmocka_unit_test(test_venue_binance__legs_of_the_other_position_mode),
	    cmocka_unit_test(test_venue_binance__margin_tiers_are_read_once_a_day),
	    cmocka_unit_test(test_venue_binance__margin_tiers_that_cannot_be_read),
	};
	return cmocka_run_group_tests_name("binance_margins", tests, NULL, NULL);
}
