/* deribit_pauses_test.c: locks, maintenance, clocks that are off, tokens that end. */
#include "deribit_script.h"

static void
test_deribit__lock_of_a_held_currency_is_maintenance(void **state)
{
	rig *r = script_create_live();
	const char *notice = "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{"
			     "\"channel\":\"platform_state\",\"data\":{\"price_index\":\"%s\","
			     "\"locked\":%s}}}";
	char text[256];
	(void)state;
	snprintf(text, sizeof text, notice, "sol_usdc", "true");
	assert_int_equal(script_frame(r, text), PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	snprintf(text, sizeof text, notice, "btc_usd", "true");
	assert_int_equal(script_frame(r, text), PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_MAINTENANCE);
	script_forget(r);
	snprintf(text, sizeof text, notice, "btc_usd", "false");
	assert_int_equal(script_frame(r, text), PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	script_wait(r, 200);
	assert_int_equal(script_asked(r, "get_account_summaries"), 1);
	rig_destroy(r);
}

static void
test_deribit__maintenance_error_waits(void **state)
{
	rig *r = rig_create();
	(void)state;
	script_init(r);
	pli_venue_deribit.ops->on_open(r->state, 0, r->now_ns, &r->request_sink);
	assert_int_equal(script_refuse(r, "public/auth", 11051, "system_maintenance"), PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_MAINTENANCE);
	script_forget(r);
	script_wait(r, 2500);
	assert_int_equal(script_asked(r, "public/auth"), 0);
	script_wait(r, 1000);
	assert_int_equal(script_asked(r, "public/auth"), 1);
	rig_destroy(r);
}

/* A lock that ended while the link was down: no notification tells of it. */
static void
test_deribit__lock_whose_end_was_missed_is_asked_about(void **state)
{
	rig *r = script_create_live();
	(void)state;
	assert_int_equal(script_frame(r, "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\","
					 "\"params\":{\"channel\":\"platform_state\",\"data\":{"
					 "\"locked\":true}}}"),
	    PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_MAINTENANCE);
	script_forget(r);
	script_wait(r, 31000);
	script_snapshot(
	    r, SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")), "[" PERPETUAL "," OPTION "]");
	assert_int_equal(script_asked(r, "public/status"), 1);
	assert_int_equal(script_answer(r, "public/status", "{\"locked\":\"false\"}"), PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_deribit__clock_skew_is_said(void **state)
{
	rig *r = script_create_live();
	(void)state;
	assert_string_equal(script_status(r).text, "");
	pli_venue_deribit.ops->on_close(r->state, 0, r->now_ns, &r->request_sink);
	script_forget(r);
	r->venue_ahead_ms = -1500;
	script_live(r);
	assert_non_null(strstr(script_status(r).text, "clock is 1500 ms ahead of Deribit's"));
	rig_destroy(r);
}

static void
test_deribit__a_wait_in_the_queue_is_no_skew(void **state)
{
	rig *r = script_create_live();
	(void)state;
	pli_venue_deribit.ops->on_close(r->state, 0, r->now_ns, &r->request_sink);
	script_forget(r);
	deribit_queue_ms = 1800;
	script_live(r);
	assert_string_equal(script_status(r).text, "");
	rig_destroy(r);
}

static void
test_deribit__clock_that_jumps_back_stops_no_timer(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	r->now_ns -= 3600 * PLM_NS_PER_S;
	for (int i = 0; i < 11; i++) {
		script_wait(r, 3000);
		assert_int_equal(script_frame(r, CHANGES("")), PLM_OK);
	}
	assert_int_equal(script_asked(r, "get_account_summaries"), 1);
	r->now_ns += 86400 * PLM_NS_PER_S;
	script_forget(r);
	script_wait(r, 200);
	for (uint32_t i = 0; i < r->sent_count; i++)
		assert_int_not_equal(r->sent[i].kind, PLM_REQUEST_WS_CLOSE);
	rig_destroy(r);
}

static void
test_deribit__token_is_renewed_before_it_ends(void **state)
{
	rig *r = script_create_live();
	uint32_t renewals = 0;
	(void)state;
	for (int i = 0; i < 250; i++) {
		script_forget(r);
		script_wait(r, 3000);
		renewals += script_asked(r, "public/auth");
		if (script_asked(r, "get_account_summaries") > 0)
			(void)script_answer(r, "get_account_summaries",
			    SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")));
		if (script_asked(r, "get_positions") > 0)
			(void)script_answer(r, "get_positions", "[" PERPETUAL "," OPTION "]");
		(void)script_frame(r, CHANGES(""));
		if (renewals > 0)
			break;
	}
	assert_int_equal(renewals, 1);
	assert_int_equal(
	    script_answer(r, "public/auth",
		"{\"access_token\":\"t\",\"expires_in\":900,\"scope\":\"" READ_SCOPE "\"}"),
	    PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_deribit__expired_token_logs_in_once_more(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	assert_int_equal(script_refuse(r, "get_account_summaries", 13009, "invalid_token"), PLM_OK);
	assert_int_equal(script_asked(r, "public/auth"), 1);
	script_wait(r, 1200);
	assert_int_equal(
	    script_refuse(r, "get_account_summaries", 13009, "invalid_token"), PLM_EAUTH);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit__lock_of_a_held_currency_is_maintenance),
	    cmocka_unit_test(test_deribit__maintenance_error_waits),
	    cmocka_unit_test(test_deribit__lock_whose_end_was_missed_is_asked_about),
	    cmocka_unit_test(test_deribit__clock_skew_is_said),
	    cmocka_unit_test(test_deribit__a_wait_in_the_queue_is_no_skew),
	    cmocka_unit_test(test_deribit__clock_that_jumps_back_stops_no_timer),
	    cmocka_unit_test(test_deribit__token_is_renewed_before_it_ends),
	    cmocka_unit_test(test_deribit__expired_token_logs_in_once_more),
	};
	return cmocka_run_group_tests_name("deribit_pauses", tests, NULL, NULL);
}
