/* hyperliquid_test.c: a session by address, from its first question to what goes wrong on the way.
 */
#include "hyperliquid_script.h"

static uint32_t
sent_at(const rig *r, const char *text)
{
	for (uint32_t i = 0; i < r->sent_count; i++)
		if (strstr(r->sent[i].body, text) != NULL)
			return i;
	fail_msg("never sent: %s", text);
	return 0;
}

static void
test_hyperliquid__from_an_address_to_live(void **state)
{
	(void)state;
	rig *r = script_live();
	assert_string_equal(rig_status(r).text, "");
	assert_true(rig_status(r).key_checked);
	assert_false(rig_status(r).key_can_trade);
	/* what the address is comes first; subscribed before it is read; read twice */
	assert_true(sent_at(r, "\"userRole\"") < sent_at(r, "\"userAbstraction\""));
	assert_true(
	    sent_at(r, "\"allDexsClearinghouseState\"") < sent_at(r, "\"clearinghouseState\""));
	assert_true(sent_at(r, "\"spotMeta\"") < sent_at(r, "\"allPerpMetas\""));
	assert_int_equal(rig_sent(r, "\"spotClearinghouseState\""), 2);
	assert_int_equal(rig_sent(r, "\"dex\":\"xyz\""), 2);
	assert_decimal(hl_balance(r, "USDC")->equity, "400"); /* 100 in spot, 150 in each dex */
	rig_destroy(r);
}

static void
test_hyperliquid__an_address_is_checked_and_no_secret_taken(void **state)
{
	(void)state;
	static const struct {
		const char *key, *secret, *expected;
	} rows[] = {
	    {"0x1234", NULL, "0x and 40 hex digits; this has 6 characters"},
	    {"0x00000000000000000000000000000000000000g1", NULL, "0x and 40 hex digits"},
	    {"0x0000000000000000000000000000000000000000000000000000000000000001", NULL,
		"a private key?"},
	    {RIG_ADDRESS, "s", "needs no secret"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig *r = script_create();
		r->cfg.secret = rows[i].secret;
		hl_start(r, rows[i].key);
		assert_int_equal(r->err, PLM_EARG);
		if (strstr(r->fault.text, rows[i].expected) == NULL)
			fail_msg("%s: %s", rows[i].key, r->fault.text);
		assert_null(strstr(r->fault.text, "00000000001")); /* it is not repeated */
		rig_destroy(r);
	}
}

static void
test_hyperliquid__without_an_address_there_are_prices(void **state)
{
	(void)state;
	rig *r = script_create();
	r->cfg.markets = "BTC, xyz:TSLA";
	hl_start(r, NULL);
	rig_pass(r, 2000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(rig_sent(r, "\"coin\":\"xyz:TSLA\""), 1);
	assert_int_equal(rig_sent(r, "\"user\""), 0);
	assert_int_equal(rig_say(r, 0,
			     "{\"channel\":\"activeAssetCtx\",\"data\":{\"coin\":\"BTC\","
			     "\"ctx\":{\"markPx\":\"90000\"}}}"),
	    PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_MARK), 1);
	rig_destroy(r);
}

static void
test_hyperliquid__a_link_that_is_gone_makes_it_stale_and_begins_anew(void **state)
{
	(void)state;
	rig *r = script_live();
	pli_venue_hyperliquid.ops->on_close(r->state, 0, r->now_ns, &r->request_sink);
	assert_int_equal(rig_status(r).status, PLM_FEED_STALE);
	uint32_t subscribed = rig_sent(r, "\"spotState\""), roles = rig_sent(r, "\"userRole\"");
	rig_open(r, 0);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(rig_sent(r, "\"spotState\""), subscribed + 1);
	assert_int_equal(rig_sent(r, "\"userRole\""), roles); /* read a moment ago */
	rig_destroy(r);
}

static void
test_hyperliquid__it_pings_and_reads_again(void **state)
{
	(void)state;
	rig *r = script_live();
	uint32_t pings = rig_sent(r, "\"ping\""), reads = rig_sent(r, "\"spotClearinghouseState\"");
	rig_pass(r, 61000);
	assert_int_equal(rig_sent(r, "\"ping\""), pings + 6);
	assert_int_equal(rig_sent(r, "\"spotClearinghouseState\""), reads + 2);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_hyperliquid__what_cannot_be_read_is_degraded_with_a_reason(void **state)
{
	(void)state;
	rig *r = script_live();
	rig_lay("clearinghouseState", 503, "upstream");
	rig_pass(r, 90000);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "failed (status 503)"));
	script_hold(r, "0", "");
	rig_pass(r, 10000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_hyperliquid__a_clock_that_jumps_stops_nothing(void **state)
{
	(void)state;
	static const int64_t steps_s[] = {-7200, 7200};
	for (size_t i = 0; i < sizeof steps_s / sizeof steps_s[0]; i++) {
		rig *r = script_live();
		r->now_ns += steps_s[i] * PLM_NS_PER_S;
		uint32_t reads = rig_sent(r, "\"spotClearinghouseState\"");
		rig_pass(r, 35000);
		assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
		assert_true(rig_sent(r, "\"spotClearinghouseState\"") > reads);
		rig_destroy(r);
	}
}

static void
test_hyperliquid__resync_reads_at_once(void **state)
{
	(void)state;
	rig *r = script_live();
	uint32_t reads = rig_sent(r, "\"spotClearinghouseState\"");
	pli_venue_hyperliquid.ops->resync(r->state, r->now_ns, &r->request_sink);
	rig_pass(r, 600);
	assert_int_equal(rig_sent(r, "\"spotClearinghouseState\""), reads + 1);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hyperliquid__from_an_address_to_live),
	    cmocka_unit_test(test_hyperliquid__an_address_is_checked_and_no_secret_taken),
	    cmocka_unit_test(test_hyperliquid__without_an_address_there_are_prices),
	    cmocka_unit_test(test_hyperliquid__a_link_that_is_gone_makes_it_stale_and_begins_anew),
	    cmocka_unit_test(test_hyperliquid__it_pings_and_reads_again),
	    cmocka_unit_test(test_hyperliquid__what_cannot_be_read_is_degraded_with_a_reason),
	    cmocka_unit_test(test_hyperliquid__a_clock_that_jumps_stops_nothing),
	    cmocka_unit_test(test_hyperliquid__resync_reads_at_once),
	};
	return cmocka_run_group_tests_name("hyperliquid", tests, NULL, NULL);
}
