/* deribit_test.c: the session with Deribit, played from scripts: what is asked, what answers do. */
#include "deribit_script.h"

static void
test_deribit__snapshot_comes_after_the_subscription(void **state)
{
	rig *r = rig_create();
	const plm_event *begin, *end, *option;
	(void)state;
	script_init(r);
	assert_int_equal(script_login(r, READ_SCOPE), PLM_OK);
	assert_int_equal(script_asked(r, "\"user.changes.any.any.100ms\""), 1);
	assert_int_equal(script_asked(r, "get_account_summaries"), 0);
	assert_non_null(strstr(r->sent[2].body, "\"client_secret\":\"se\\\"cret\""));
	assert_int_equal(script_answer(r, "private/subscribe",
			     "[\"user.portfolio.any\",\"user.changes.any.any.100ms\"]"),
	    PLM_OK);
	begin = rig_need(r, PLM_EVENT_SNAPSHOT_BEGIN, 0);
	assert_int_equal(begin->u.snapshot.scope, PLM_SCOPE_POSITIONS | PLM_SCOPE_BALANCES);
	assert_int_equal(begin->account.value, r->cfg.account.value);
	script_first_snapshot(r,
	    SUMMARIES(
		SUMMARY("BTC", "1.5", "segregated_sm") "," SUMMARY("ETH", "0", "segregated_sm")),
	    "[" PERPETUAL "," OPTION "]");
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	end = rig_need(r, PLM_EVENT_SNAPSHOT_END, 1);
	assert_int_equal(end->u.snapshot.complete, 1);
	assert_int_equal(end->u.snapshot.rows_count, 4);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 4);
	option = rig_need(r, PLM_EVENT_POSITION, 1);
	assert_int_equal(option->flags & PLM_FLAG_SNAPSHOT, PLM_FLAG_SNAPSHOT);
	assert_decimal(option->u.position.quantity, "-2.5");
	assert_int_equal(option->u.position.unit, PLM_UNIT_COINS);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_true(script_status(r).key_checked);
	rig_destroy(r);
}

static void
test_deribit__what_is_held_is_heard(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_wait(r, 1000);
	assert_int_equal(script_asked(r, "\"ticker.BTC-PERPETUAL.100ms\""), 1);
	assert_int_equal(script_asked(r, "ticker.BTC-25DEC26-60000-C.100ms"), 1);
	assert_int_equal(script_asked(r, "\"deribit_price_index.btc_usd\""), 1);
	assert_int_equal(script_asked(r, "platform_state"), 1);
	assert_int_equal(
	    script_asked(r, "get_instrument\",\"params\":{\"instrument_name\":\"BTC-PERP"), 1);
	rig_destroy(r);
}

static void
test_deribit__new_position_brings_its_ticker_and_specification(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_wait(r, 1000);
	script_forget(r);
	assert_int_equal(script_frame(r, CHANGES(POSITION("XRP_USDC-30JUN28-0d625-C", "option",
					     "1000", "buy", "0.1"))),
	    PLM_OK);
	script_wait(r, 1000);
	assert_int_equal(script_asked(r, "ticker.XRP_USDC-30JUN28-0d625-C.100ms"), 1);
	assert_int_equal(script_asked(r, "\"instrument_name\":\"XRP_USDC-30JUN28-0d625-C\""), 1);
	/* it may be an old one under a new name: what else is open is read again */
	assert_int_equal(script_asked(r, "private/get_account_summaries"), 1);
	assert_int_equal(
	    script_answer(r, "get_instrument",
		"{\"instrument_name\":\"XRP_USDC-30JUN28-0d625-C\",\"kind\":\"option\",\"strike\":"
		"0.625,"
		"\"option_type\":\"call\",\"contract_size\":1000,\"base_currency\":\"XRP\","
		"\"quote_currency\":\"USDC\",\"counter_currency\":\"USDC\",\"tick_size\":0.0001,"
		"\"settlement_currency\":\"USDC\",\"settlement_period\":\"month\",\"is_active\":"
		"true,"
		"\"expiration_timestamp\":1845964800000}"),
	    PLM_OK);
	assert_int_equal(rig_spec(r, "XRP_USDC-30JUN28-0d625-C")->spec_source, PLM_SPEC_VENUE);
	assert_decimal(rig_spec(r, "XRP_USDC-30JUN28-0d625-C")->multiplier, "1000");
	rig_destroy(r);
}

static void
test_deribit__closed_position_is_reported(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	assert_int_equal(
	    script_frame(r, CHANGES(POSITION("BTC-PERPETUAL", "future", "0", "zero", "50000"))),
	    PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 1);
	assert_decimal(rig_need(r, PLM_EVENT_POSITION, 0)->u.position.quantity, "0");
	assert_int_equal(rig_need(r, PLM_EVENT_POSITION, 0)->flags & PLM_FLAG_SNAPSHOT, 0);
	rig_destroy(r);
}

static void
test_deribit__updates_during_a_snapshot_are_no_part_of_it(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	assert_int_equal(script_asked(r, "get_account_summaries"), 1);
	assert_int_equal(script_frame(r, CHANGES(PERPETUAL)), PLM_OK);
	assert_int_equal(r->events[0].type, PLM_EVENT_SNAPSHOT_BEGIN);
	assert_int_equal(rig_need(r, PLM_EVENT_POSITION, 0)->flags & PLM_FLAG_SNAPSHOT, 0);
	script_snapshot(r, SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")), "[" OPTION "]");
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.rows_count, 2);
	rig_destroy(r);
}

static void
test_deribit__missing_is_not_flat(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	script_snapshot(r, SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")), "[" PERPETUAL "]");
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(script_status(r).text, "is missing in a snapshot"));
	script_forget_events(r);
	script_snapshot(r, SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")), "[" PERPETUAL "]");
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 1);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* A contract of another name that nobody has heard of: a name that says what it is may be a new
 * position, one that says nothing may be what is open. */
static void
test_deribit__new_name_of_an_open_contract_is_in_doubt(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_wait(r, 1500);
	assert_int_equal(
	    script_frame(r, CHANGES(POSITION("BTC-26MAR27-70000-P", "option", "2", "buy", "0.05"))),
	    PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(
	    script_frame(r, CHANGES(POSITION("BTC-PERPETUAL1", "future", "200", "buy", "50000"))),
	    PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(script_status(r).text, "not listed"));
	rig_destroy(r);
}

/* A snapshot that shows what the one before lacked says that the one before was wrong: what both
 * lack has been missing in one that can be believed. */
static void
test_deribit__refuted_snapshot_closes_nothing(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	static const char *const lists[] = {"[]", "[" PERPETUAL "]", "[" PERPETUAL "]"};
	for (int i = 0; i < 3; i++) {
		script_forget_events(r);
		script_snapshot(r, SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")), lists[i]);
		assert_int_equal(
		    rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, i == 2);
	}
	rig_destroy(r);
}

static void
test_deribit__reconciles_every_half_minute(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	for (int i = 0; i < 9; i++) {
		script_wait(r, 3000);
		assert_int_equal(script_frame(r, "{\"jsonrpc\":\"2.0\",\"method\":\"heartbeat\","
						 "\"params\":{\"type\":\"heartbeat\"}}"),
		    PLM_OK);
	}
	assert_int_equal(script_asked(r, "get_account_summaries"), 0);
	script_wait(r, 3500);
	assert_int_equal(script_asked(r, "get_account_summaries"), 1);
	assert_int_equal(rig_count(r, PLM_EVENT_SNAPSHOT_BEGIN), 1);
	rig_destroy(r);
}

static void
test_deribit__refused_login_stops(void **state)
{
	rig *r = rig_create();
	(void)state;
	script_init(r);
	pli_venue_deribit.ops->on_open(r->state, 0, r->now_ns, &r->request_sink);
	assert_int_equal(script_refuse(r, "public/auth", 13004, "invalid_credentials"), PLM_EAUTH);
	assert_int_equal(rig_need(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.code, 13004);
	assert_int_equal(script_status(r).status, PLM_FEED_DOWN);
	assert_non_null(strstr(r->fault.text, "13004"));
	assert_null(strstr(r->fault.text, r->cfg.secret));
	script_forget(r);
	script_wait(r, 20000);
	assert_int_equal(r->sent_count, 0);
	rig_destroy(r);
}

static void
test_deribit__key_or_secret_missing(void **state)
{
	rig *r = rig_create();
	void *memory = calloc(1, pli_venue_deribit.ops->state_size);
	(void)state;
	r->cfg.key = "key";
	assert_int_equal(pli_venue_deribit.ops->init(memory, &r->cfg, &r->fault), PLM_EAUTH);
	pli_venue_deribit.ops->fini(memory);
	free(memory);
	rig_destroy(r);
}

static void
test_deribit__trading_key_is_refused_by_name(void **state)
{
	rig *r = rig_create();
	(void)state;
	script_init(r);
	assert_int_equal(script_login(r, POWER_SCOPE), PLM_EKEYPOWER);
	assert_non_null(strstr(r->fault.text, "trade:read_write"));
	assert_int_equal(script_status(r).status, PLM_FEED_DOWN);
	assert_true(script_status(r).key_can_trade);
	assert_false(script_status(r).key_can_withdraw);
	assert_int_equal(script_asked(r, "private/"), 0);
	rig_destroy(r);
}

static void
test_deribit__allowed_trading_key_is_a_lasting_warning(void **state)
{
	rig *r = rig_create();
	(void)state;
	r->cfg.allow_trading_keys = true;
	script_init(r);
	assert_int_equal(script_login(r, "wallet:read_write trade:read account:read"), PLM_OK);
	assert_int_equal(script_answer(r, "private/subscribe",
			     "[\"user.portfolio.any\",\"user.changes.any.any.100ms\"]"),
	    PLM_OK);
	script_first_snapshot(r, SUMMARIES(""), "[]");
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_true(script_status(r).key_can_withdraw);
	assert_non_null(strstr(script_status(r).text, "wallet:read_write"));
	rig_destroy(r);
}

static void
test_deribit__test_request_is_answered_at_once(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	assert_int_equal(script_frame(r, "{\"jsonrpc\":\"2.0\",\"method\":\"heartbeat\",\"params\":"
					 "{\"type\":\"test_request\"}}"),
	    PLM_OK);
	assert_int_equal(script_asked(r, "public/test"), 1);
	rig_destroy(r);
}

static void
test_deribit__silence_is_probed_then_the_link_is_dropped(void **state)
{
	rig *r = script_create_live();
	uint32_t closes = 0;
	(void)state;
	script_wait(r, 1000);
	script_forget(r);
	script_wait(r, 3500);
	assert_int_equal(script_asked(r, "public/test"), 1);
	script_wait(r, 5500);
	for (uint32_t i = 0; i < r->sent_count; i++)
		closes += r->sent[i].kind == PLM_REQUEST_WS_CLOSE;
	assert_true(closes >= 1);
	rig_destroy(r);
}

static void
test_deribit__quiet_market_is_no_alarm(void **state)
{
	rig *r = script_create_live();
	(void)state;
	for (int i = 0; i < 20; i++) {
		script_wait(r, 4500);
		if (script_asked(r, "public/test") > 0)
			assert_int_equal(
			    script_answer(r, "public/test", "{\"version\":\"1.2.26\"}"), PLM_OK);
		if (script_asked(r, "get_account_summaries") > 0)
			(void)script_answer(r, "get_account_summaries",
			    SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")));
		if (script_asked(r, "get_positions") > 0)
			(void)script_answer(r, "get_positions", "[" PERPETUAL "," OPTION "]");
		for (uint32_t k = 0; k < r->sent_count; k++)
			assert_int_not_equal(r->sent[k].kind, PLM_REQUEST_WS_CLOSE);
		assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
		script_forget(r);
	}
	rig_destroy(r);
}

static void
test_deribit__half_a_frame_is_dropped(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	assert_int_equal(
	    script_frame(r, "{\"jsonrpc\":\"2.0\",\"method\":\"subscrip"), PLM_EDECODE);
	assert_int_equal(r->events_count, 0);
	assert_int_equal(script_frame(r, CHANGES(PERPETUAL)), PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 1);
	rig_destroy(r);
}

static void
test_deribit__broken_row_leaves_nothing_behind(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	assert_int_equal(script_frame(r, CHANGES(PERPETUAL "," POSITION(
					     "ETH-PERPETUAL", "future", "-1", "buy", "3000"))),
	    PLM_EDECODE);
	assert_int_equal(r->events_count, 0);
	assert_non_null(strstr(r->fault.path, "positions[1].size"));
	rig_destroy(r);
}

static const char summaries_btc[] = SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm"));
static const char changes_refused[] = CHANGES(
    POSITION("BTC-PERPETUAL", "future", "200", "buy", "\"much\""));

/* A refused message of the account may have told of a position: not live until all was read by
 * questions that were asked behind it. */
static void
test_deribit__refused_account_message_is_no_live_feed(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_wait(r, 1500);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	assert_int_equal(script_frame(r, changes_refused), PLM_EDECODE);
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(script_status(r).text, "positions[0].mark_price"));
	script_forget_events(r); /* as the host does with an error */
	script_wait(r, 100);
	assert_int_equal(rig_count(r, PLM_EVENT_SNAPSHOT_BEGIN), 1);
	script_snapshot(r, summaries_btc, "[" PERPETUAL "," OPTION "]");
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED); /* asked before it */
	script_forget(r);
	script_wait(r, 1200);
	assert_int_equal(script_asked(r, "get_account_summaries"), 1);
	script_snapshot(r, summaries_btc, "[" PERPETUAL "," OPTION "]");
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* The full reading is refused too, for as long as the venue says the impossible. */
static void
test_deribit__refused_reading_keeps_the_feed_in_doubt(void **state)
{
	rig *r = script_create_live();
	uint32_t asked = 0;
	(void)state;
	script_wait(r, 1500);
	assert_int_equal(script_frame(r, changes_refused), PLM_EDECODE);
	for (int second = 0; second < 20; second++) {
		script_forget(r);
		script_wait(r, 1000);
		if (script_asked(r, "get_account_summaries") == 0)
			continue;
		asked++;
		assert_int_equal(script_answer(r, "get_account_summaries", summaries_btc), PLM_OK);
		assert_int_equal(
		    script_answer(r, "get_positions",
			"[" POSITION("BTC-PERPETUAL", "future", "200", "buy", "\"much\"") "]"),
		    PLM_EDECODE);
		assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
		assert_non_null(strstr(script_status(r).text, "refused"));
	}
	assert_in_range(asked, 3, 5);
	rig_destroy(r);
}

/* What cannot be parsed may have been of the account; a refused price is not. */
static void
test_deribit__garbage_puts_the_account_in_doubt(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_wait(r, 1500);
	assert_int_equal(
	    script_frame(r, "{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{"
			    "\"channel\":\"ticker.BTC-PERPETUAL.100ms\",\"data\":{"
			    "\"mark_price\":\"much\",\"instrument_name\":\"BTC-PERPETUAL\"}}}"),
	    PLM_EDECODE);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(script_frame(r, "{\"jsonrpc\":\"2.0\",\"meth"), PLM_EDECODE);
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	rig_destroy(r);
}

static void
test_deribit__broken_row_breaks_the_snapshot_off(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	assert_int_equal(script_answer(r, "get_account_summaries",
			     SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm"))),
	    PLM_OK);
	assert_int_equal(
	    script_answer(r, "get_positions", "[" PERPETUAL ",{\"size\":\"x\"}]"), PLM_EDECODE);
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	script_forget(r);
	script_wait(r, 1200);
	script_snapshot(
	    r, SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")), "[" PERPETUAL "," OPTION "]");
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 1);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_deribit__answer_that_never_comes_is_asked_for_again(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	for (int i = 0; i < 6; i++) {
		script_wait(r, 2000);
		assert_int_equal(script_frame(r, CHANGES("")), PLM_OK);
	}
	assert_int_equal(rig_need(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_true(script_asked(r, "get_account_summaries") >= 2);
	rig_destroy(r);
}

static void
test_deribit__unknown_fields_and_ids_are_ignored(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	assert_int_equal(
	    script_frame(r, "{\"jsonrpc\":\"2.0\",\"id\":99999,\"result\":[{\"size\":1}]}"),
	    PLM_OK);
	assert_int_equal(
	    script_frame(r, "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":1}"), PLM_OK);
	assert_int_equal(
	    script_frame(r, "{\"jsonrpc\":\"2.0\",\"new_top\":{\"a\":[1]},\"method\":"
			    "\"subscription\",\"params\":{"
			    "\"channel\":\"ticker.BTC-PERPETUAL.100ms\",\"label\":1,\"data\":{"
			    "\"brand_new\":[{}],"
			    "\"timestamp\":1800000000000,\"state\":\"open\",\"mark_price\":50001.5,"
			    "\"instrument_name\":\"BTC-PERPETUAL\",\"index_price\":50000.25,"
			    "\"current_funding\":0.0001}}}"),
	    PLM_OK);
	assert_int_equal(r->events_count, 1);
	assert_decimal(rig_need(r, PLM_EVENT_MARK, 0)->u.mark.mark_price, "50001.5");
	rig_destroy(r);
}

static void
test_deribit__repeated_answer_is_ignored(void **state)
{
	rig *r = script_create_live();
	(void)state;
	r->events_count = 0;
	assert_int_equal(script_answer(r, "get_positions", "[" PERPETUAL "," OPTION "]"), PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 0);
	rig_destroy(r);
}

static void
test_deribit__oversized_numbers_are_refused(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	assert_int_equal(
	    script_frame(r, CHANGES(POSITION("BTC-PERPETUAL", "future", "1e30", "buy", "50000"))),
	    PLM_EDECODE);
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

static void
test_deribit__too_many_requests_backs_off(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	assert_int_equal(
	    script_refuse(r, "get_account_summaries", 10028, "too_many_requests"), PLM_OK);
	assert_int_equal(script_status(r).status, PLM_FEED_DEGRADED);
	assert_true(script_status(r).until_ns > r->now_ns);
	script_forget(r);
	script_wait(r, 1800);
	assert_int_equal(r->sent_count, 0);
	script_wait(r, 500);
	assert_int_equal(script_asked(r, "get_account_summaries"), 1);
	script_snapshot(
	    r, SUMMARIES(SUMMARY("BTC", "1.5", "segregated_sm")), "[" PERPETUAL "," OPTION "]");
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_deribit__reconnect_restores_subscriptions(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_wait(r, 1000);
	pli_venue_deribit.ops->on_close(r->state, 0, r->now_ns, &r->request_sink);
	assert_int_equal(script_status(r).status, PLM_FEED_CONNECTING);
	script_forget(r);
	script_live(r);
	script_wait(r, 1000);
	assert_int_equal(script_asked(r, "\"ticker.BTC-PERPETUAL.100ms\""), 1);
	assert_int_equal(script_asked(r, "ticker.BTC-25DEC26-60000-C.100ms"), 1);
	assert_int_equal(script_asked(r, "\"deribit_price_index.btc_usd\""), 1);
	rig_destroy(r);
}

static void
test_deribit__refused_channel_does_not_take_the_others_along(void **state)
{
	rig *r = script_create_live();
	(void)state;
	assert_int_equal(script_refuse(r, "public/subscribe", 11029, "invalid_arguments"), PLM_OK);
	script_forget(r);
	script_wait(r, 3000);
	assert_int_equal(script_asked(r, "public/subscribe"), 4);
	assert_int_equal(script_answer(r, "platform_state", "[\"platform_state\"]"), PLM_OK);
	assert_int_equal(
	    script_refuse(r, "deribit_price_index", 11029, "invalid_arguments"), PLM_OK);
	script_forget(r);
	script_wait(r, 1000);
	assert_int_equal(script_asked(r, "deribit_price_index"), 0);
	assert_non_null(strstr(script_status(r).text, "1 channels"));
	rig_destroy(r);
}

static void
test_deribit__margin_model_reaches_positions(void **state)
{
	rig *r = script_create_live();
	(void)state;
	assert_int_equal(
	    rig_need(r, PLM_EVENT_POSITION, 0)->u.position.margin_mode, PLM_MARGIN_SEGREGATED);
	script_forget(r);
	pli_venue_deribit.ops->resync(r->state, r->now_ns, &r->request_sink);
	script_snapshot(
	    r, SUMMARIES(SUMMARY("BTC", "1.5", "cross_pm")), "[" PERPETUAL "," OPTION "]");
	assert_int_equal(
	    rig_need(r, PLM_EVENT_POSITION, 0)->u.position.margin_mode, PLM_MARGIN_CROSS);
	rig_destroy(r);
}

static void
test_deribit__public_data_needs_no_login(void **state)
{
	rig *r = rig_create();
	(void)state;
	r->cfg.private_stream = false;
	r->cfg.markets = "BTC, ETH_USDC-PERPETUAL";
	r->state = calloc(1, pli_venue_deribit.ops->state_size);
	assert_int_equal(pli_venue_deribit.ops->init(r->state, &r->cfg, &r->fault), PLM_OK);
	pli_venue_deribit.ops->on_open(r->state, 0, r->now_ns, &r->request_sink);
	assert_int_equal(script_answer(r, "set_heartbeat", "\"ok\""), PLM_OK);
	script_wait(r, 1000);
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(script_asked(r, "private/"), 0);
	assert_int_equal(script_asked(r, "public/auth"), 0);
	assert_int_equal(script_asked(r, "\"deribit_price_index.btc_usd\""), 1);
	assert_int_equal(script_asked(r, "ticker.ETH_USDC-PERPETUAL.100ms"), 1);
	assert_int_equal(
	    script_asked(r, "public/get_instruments\",\"params\":{\"currency\":\"BTC\""), 1);
	rig_destroy(r);
}

static void
test_deribit__every_request_is_on_the_read_only_list(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_wait(r, 35000);
	for (uint32_t i = 0; i < r->sent_count; i++) {
		const char *const *row = pli_venue_deribit.requests_allowed;
		char method[80];
		if (r->sent[i].kind != PLM_REQUEST_WS_SEND)
			continue;
		for (; *row != NULL; row++) {
			snprintf(method, sizeof method, "\"method\":\"%s\"", *row);
			if (strstr(r->sent[i].body, method) != NULL)
				break;
		}
		if (*row == NULL)
			fail_msg("not on the list: %s", r->sent[i].body);
	}
	for (const char *const *row = pli_venue_deribit.requests_allowed; *row != NULL; row++)
		assert_true(strstr(*row, "/get_") != NULL || strstr(*row, "/subscribe") != NULL ||
			    strncmp(*row, "public/", 7) == 0 ||
			    strcmp(*row, "private/pme/simulate") == 0);
	rig_destroy(r);
}

static void
test_deribit__full_sink_is_told(void **state)
{
	rig *r = script_create_live();
	(void)state;
	script_forget(r);
	r->events_max = 1;
	assert_int_equal(script_frame(r, CHANGES(PERPETUAL "," OPTION)), PLM_EFULL);
	rig_destroy(r);
}

static void
test_deribit__full_request_queue_is_tried_again(void **state)
{
	rig *r = rig_create();
	(void)state;
	script_init(r);
	r->sent_max = 0;
	pli_venue_deribit.ops->on_open(r->state, 0, r->now_ns, &r->request_sink);
	r->sent_max = RIG_SENT_MAX;
	script_wait(r, 200);
	assert_int_equal(script_asked(r, "public/auth"), 1);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit__snapshot_comes_after_the_subscription),
	    cmocka_unit_test(test_deribit__what_is_held_is_heard),
	    cmocka_unit_test(test_deribit__new_position_brings_its_ticker_and_specification),
	    cmocka_unit_test(test_deribit__closed_position_is_reported),
	    cmocka_unit_test(test_deribit__updates_during_a_snapshot_are_no_part_of_it),
	    cmocka_unit_test(test_deribit__missing_is_not_flat),
	    cmocka_unit_test(test_deribit__new_name_of_an_open_contract_is_in_doubt),
	    cmocka_unit_test(test_deribit__refuted_snapshot_closes_nothing),
	    cmocka_unit_test(test_deribit__reconciles_every_half_minute),
	    cmocka_unit_test(test_deribit__refused_login_stops),
	    cmocka_unit_test(test_deribit__key_or_secret_missing),
	    cmocka_unit_test(test_deribit__trading_key_is_refused_by_name),
	    cmocka_unit_test(test_deribit__allowed_trading_key_is_a_lasting_warning),
	    cmocka_unit_test(test_deribit__test_request_is_answered_at_once),
	    cmocka_unit_test(test_deribit__silence_is_probed_then_the_link_is_dropped),
	    cmocka_unit_test(test_deribit__quiet_market_is_no_alarm),
	    cmocka_unit_test(test_deribit__half_a_frame_is_dropped),
	    cmocka_unit_test(test_deribit__broken_row_leaves_nothing_behind),
	    cmocka_unit_test(test_deribit__refused_account_message_is_no_live_feed),
	    cmocka_unit_test(test_deribit__refused_reading_keeps_the_feed_in_doubt),
	    cmocka_unit_test(test_deribit__garbage_puts_the_account_in_doubt),
	    cmocka_unit_test(test_deribit__broken_row_breaks_the_snapshot_off),
	    cmocka_unit_test(test_deribit__answer_that_never_comes_is_asked_for_again),
	    cmocka_unit_test(test_deribit__unknown_fields_and_ids_are_ignored),
	    cmocka_unit_test(test_deribit__repeated_answer_is_ignored),
	    cmocka_unit_test(test_deribit__oversized_numbers_are_refused),
	    cmocka_unit_test(test_deribit__too_many_requests_backs_off),
	    cmocka_unit_test(test_deribit__reconnect_restores_subscriptions),
	    cmocka_unit_test(test_deribit__refused_channel_does_not_take_the_others_along),
	    cmocka_unit_test(test_deribit__margin_model_reaches_positions),
	    cmocka_unit_test(test_deribit__public_data_needs_no_login),
	    cmocka_unit_test(test_deribit__every_request_is_on_the_read_only_list),
	    cmocka_unit_test(test_deribit__full_sink_is_told),
	    cmocka_unit_test(test_deribit__full_request_queue_is_tried_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
