/* binance_test.c: the session played from scripts: a host of a few lines, answers written here. */
#include "binance_session.h"

static void
test_venue_binance__from_the_start_to_live(void **state)
{
	(void)state;
	rig *r = session_create();
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	rig_open(r, PLM_LINK_NONE);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/time"), 1);
	assert_int_equal(rig_asked(r, "GET", "/sapi/v1/account/apiRestrictions"), 0);
	answer_time(r);
	assert_int_equal(rig_asked(r, "GET", "/sapi/v1/account/apiRestrictions"), 1);
	assert_int_equal(
	    rig_asked(r, "POST", "/fapi/v1/listenKey"), 0); /* the key is not known yet */
	assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	assert_true(rig_status(r).key_checked);
	assert_int_equal(rig_asked(r, "POST", "/fapi/v1/listenKey"), 1);
	assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"abcDEF123\"}"), PLM_OK);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, 0), 1);
	for (uint32_t i = 0; i < r->sent_count; i++)
		if (r->sent[i].kind == PLM_REQUEST_WS_OPEN && r->sent[i].link == 0)
			assert_string_equal(r->sent[i].target, "/private/ws?listenKey=abcDEF123");
	rig_tick(r, 100);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/account"), 0); /* not before the stream */
	rig_open(r, 0);
	rig_tick(r, 100);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/account"), 0); /* nor before the contracts */
	assert_int_equal(rig_answer(r, INFO, 200, contracts), PLM_OK);
	assert_int_equal(r->events[r->events_count - 1].type, PLM_EVENT_SNAPSHOT_BEGIN);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/account"), 0); /* nor before the modes */
	assert_int_equal(rig_answer(r, CONFIG, 200, config_single), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_null(snapshot_end(r));
	assert_int_equal(rig_position(r, 0)->unit, PLM_UNIT_COINS);
	assert_int_equal(rig_event(r, PLM_EVENT_POSITION, 0)->flags, PLM_FLAG_SNAPSHOT);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_null(rig_event(r, PLM_EVENT_POSITION, 0)); /* those of the account only check */
	assert_non_null(snapshot_end(r));
	assert_int_equal(snapshot_end(r)->complete, 1);
	assert_int_equal(snapshot_end(r)->rows_count, 2);
	rig_open(r, 1);
	assert_int_equal(rig_say(r, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING); /* is the key alive? */
	assert_non_null(strstr(rig_status(r).text, "the listen key lives"));
	assert_int_equal(rig_answer(r, KEEP, 200, "{}"), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_string_equal(rig_status(r).text, "");
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/openOrders"), 1);
	rig_destroy(r);
}

/* The reading of the venue's clock hung on its way there: believed to the middle of the trip, the
 * rows of a snapshot would be of a time to come, and updates until then would be refused. */
static void
test_venue_binance__a_slow_reading_of_the_clock_makes_no_row_newer_than_it_is(void **state)
{
	(void)state;
	rig *r = session_create();
	rig_open(r, PLM_LINK_NONE);
	plm_request asked = *rig_last(r, "GET", "/fapi/v1/time");
	assert_int_equal(pli_venue_binance.ops->seal(r->state, r->now_ns, &asked), PLM_OK);
	rig_wait(r, 4000);
	char text[64]; /* the clocks are equal */
	(void)snprintf(
	    text, sizeof text, "{\"serverTime\":%lld}", (long long)(r->now_ns / PLM_NS_PER_MS));
	plm_frame frame = {
	    .kind = PLM_FRAME_HTTP, .status = 200, .tag = asked.tag, .bytes = plm_slice_of(text)};
	assert_int_equal(rig_frame(r, &frame), PLM_OK);
	assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	assert_int_equal(rig_answer(r, INFO, 200, contracts), PLM_OK);
	assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"abcDEF123\"}"), PLM_OK);
	rig_open(r, 0);
	rig_tick(r, 100);
	session_config(r, config_single);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	const plm_event *row = rig_event(r, PLM_EVENT_POSITION, 0);
	assert_non_null(row);
	assert_true(row->venue_sequence <= (uint64_t)(r->now_ns / PLM_NS_PER_MS) * 1000);
	rig_destroy(r);
}

static void
test_venue_binance__market_data_without_a_key(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	answer_time(r);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, 0), 1);
	rig_open(r, 0);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	rig_tick(r, 100);
	assert_int_equal(rig_say(r, 0, mark), PLM_OK);
	assert_int_equal(r->events[0].type, PLM_EVENT_MARK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(rig_asked(r, "POST", "/fapi/v1/listenKey"), 0);
	rig_destroy(r);
}

static void
test_venue_binance__half_a_credential_is_refused(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->cfg.key = "only-a-key";
	r->state = calloc(1, pli_venue_binance.ops->state_size);
	assert_int_equal(pli_venue_binance.ops->init(r->state, &r->cfg, &r->fault), PLM_EAUTH);
	assert_non_null(strstr(r->fault.text, "secret is missing"));
	rig_destroy(r);
}

static void
test_venue_binance__a_key_that_may_more_is_refused_by_name(void **state)
{
	(void)state;
	static const char *const powers[] = {
	    "enableFutures", "enableSpotAndMarginTrading", "enableWithdrawals"};
	for (size_t i = 0; i < sizeof powers / sizeof powers[0]; i++) {
		char text[128];
		(void)snprintf(
		    text, sizeof text, "{\"enableReading\":true,\"%s\":true}", powers[i]);
		rig *r = session_create();
		rig_open(r, PLM_LINK_NONE);
		answer_time(r);
		assert_int_equal(rig_answer(r, RIGHTS, 200, text), PLM_EKEYPOWER);
		assert_non_null(strstr(r->fault.text, powers[i]));
		assert_non_null(strstr(rig_status(r).text, powers[i]));
		assert_int_equal(rig_status(r).status, PLM_FEED_DOWN);
		assert_int_equal(rig_status(r).key_can_withdraw, i == 2);
		uint32_t sent = r->sent_count;
		rig_wait(r, 2000);
		assert_int_equal(r->sent_count, sent); /* nothing more is asked for */
		rig_destroy(r);
	}
}

static void
test_venue_binance__a_trading_key_may_be_allowed(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->cfg.key = "k";
	r->cfg.secret = "s";
	r->cfg.allow_trading_keys = true;
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	answer_time(r);
	assert_int_equal(
	    rig_answer(r, RIGHTS, 200, "{\"enableReading\":true,\"enableFutures\":true}"), PLM_OK);
	assert_true(rig_status(r).key_can_trade);
	assert_non_null(strstr(rig_status(r).text, "can trade"));
	assert_int_equal(rig_asked(r, "POST", "/fapi/v1/listenKey"), 1);
	rig_destroy(r);
}

/* Rights that cannot be learned are not taken for none. */
static void
test_venue_binance__unknown_rights_hold_the_door(void **state)
{
	(void)state;
	rig *r = session_create();
	rig_open(r, PLM_LINK_NONE);
	answer_time(r);
	assert_int_equal(rig_answer(r, RIGHTS, 503, ""), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_int_equal(rig_asked(r, "POST", "/fapi/v1/listenKey"), 0);
	rig_wait(r, 1500);
	assert_int_equal(rig_asked(r, "GET", "/sapi/v1/account/apiRestrictions"), 2);
	assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	assert_int_equal(rig_asked(r, "POST", "/fapi/v1/listenKey"), 1);
	rig_destroy(r);
}

static void
test_venue_binance__rights_that_grow_stop_a_live_feed(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	session_wait(r, 605);
	assert_int_equal(rig_asked(r, "GET", "/sapi/v1/account/apiRestrictions"), 2);
	assert_int_equal(
	    rig_answer(r, RIGHTS, 200, "{\"enableReading\":true,\"enableWithdrawals\":true}"),
	    PLM_EKEYPOWER);
	rig_destroy(r);
}

static void
test_venue_binance__a_refused_key_stops_the_feed(void **state)
{
	(void)state;
	static const char *const answers[] = {"{\"code\":-2015,\"msg\":\"Invalid API-key\"}",
	    "{\"code\":-2014,\"msg\":\"Bad format\"}", "{\"code\":-1022,\"msg\":\"Signature\"}"};
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		rig *r = session_create();
		rig_open(r, PLM_LINK_NONE);
		answer_time(r);
		assert_int_equal(rig_answer(r, RIGHTS, 401, answers[i]), PLM_EAUTH);
		assert_int_equal(rig_status(r).status, PLM_FEED_DOWN);
		assert_null(strstr(r->fault.text, "the-secret"));
		assert_null(strstr(r->fault.text, "the-key"));
		rig_destroy(r);
	}
}

/* Signed with the venue's time, whatever our clock says; read anew after -1021. */
static void
test_venue_binance__signs_with_the_venues_clock(void **state)
{
	(void)state;
	rig *r = session_create();
	r->venue_ahead_ms = 300000;
	session_connect(r);
	plm_request request = *rig_last(r, "GET", "/fapi/v3/account");
	assert_int_equal(pli_venue_binance.ops->seal(r->state, r->now_ns, &request), PLM_OK);
	const char *stamp = strstr(request.target, "timestamp=") + 10;
	int64_t off_ms = strtoll(stamp, NULL, 10) - (r->now_ns / PLM_NS_PER_MS + 300000);
	assert_in_range(off_ms + 50, 0, 100);
	uint32_t asked = rig_asked(r, "GET", "/fapi/v1/time");
	r->venue_ahead_ms = -600000;
	assert_int_equal(
	    rig_answer(r, ACCOUNT, 400, "{\"code\":-1021,\"msg\":\"recvWindow\"}"), PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.code, -1021);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/time"), asked + 1);
	answer_time(r);
	assert_non_null(strstr(rig_status(r).text, "clock"));
	rig_wait(r, 1500);
	session_config(r, config_single);
	request = *rig_last(r, "GET", "/fapi/v3/account");
	assert_int_equal(pli_venue_binance.ops->seal(r->state, r->now_ns, &request), PLM_OK);
	off_ms = strtoll(strstr(request.target, "timestamp=") + 10, NULL, 10) -
		 (r->now_ns / PLM_NS_PER_MS - 600000);
	assert_in_range(off_ms + 50, 0, 100);
	rig_destroy(r);
}

/* Two answers that do not agree are no snapshot: [] is not a flat account. */
static void
test_venue_binance__a_short_list_is_not_a_flat_account(void **state)
{
	(void)state;
	rig *r = session_create();
	session_connect(r);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, "[]"), PLM_OK);
	assert_non_null(snapshot_end(r));
	assert_int_equal(snapshot_end(r)->complete, 0);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_non_null(strstr(rig_status(r).text, "disagree"));
	rig_wait(r, 1200);
	assert_non_null(rig_event(r, PLM_EVENT_SNAPSHOT_BEGIN, 0));
	session_config(r, config_single);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(snapshot_end(r)->complete, 1);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_venue_binance__half_an_answer_is_no_snapshot(void **state)
{
	(void)state;
	rig *r = session_create();
	session_connect(r);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(
	    rig_answer(r, ACCOUNT, 200, "{\"assets\":[{\"asset\":\"USDT\",\"walletBal"),
	    PLM_EDECODE);
	assert_int_equal(r->events_count, 0); /* the host drops a call's events with its error */
	rig_tick(r, 100);
	assert_non_null(snapshot_end(r));
	assert_int_equal(snapshot_end(r)->complete, 0);
	rig_wait(r, 1000);
	assert_non_null(rig_event(r, PLM_EVENT_SNAPSHOT_BEGIN, 0));
	rig_destroy(r);
}

/* What is older than the request by a second is in the answer; rows say so in their sequence. */
static void
test_venue_binance__snapshot_rows_outrank_what_was_told_before(void **state)
{
	(void)state;
	rig *r = session_create();
	session_connect(r);
	plm_time_ns asked_ns = r->now_ns;
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	uint64_t sequence = rig_event(r, PLM_EVENT_POSITION, 0)->venue_sequence;
	assert_true(sequence > pli_binance_sequence(asked_ns - 1100 * PLM_NS_PER_MS, 0));
	assert_true(sequence < pli_binance_sequence(asked_ns - 900 * PLM_NS_PER_MS, 0));
	rig_destroy(r);
}

/* Updates of one millisecond keep their order; the same bytes again are a duplicate. */
static void
test_venue_binance__updates_of_one_millisecond(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	uint64_t sequences[3];
	static const char *const amounts[] = {"0.6", "0.7", "0.6"};
	for (int i = 0; i < 3; i++) {
		assert_int_equal(rig_say(r, 0, update_text(r, 0, amounts[i])), PLM_OK);
		sequences[i] = rig_event(r, PLM_EVENT_POSITION, 0)->venue_sequence;
	}
	assert_true(sequences[1] == sequences[0] + 1);
	assert_true(sequences[2] == sequences[0]);
	assert_int_equal(rig_event(r, PLM_EVENT_POSITION, 0)->flags, 0);
	rig_destroy(r);
}

static void
test_venue_binance__an_update_is_followed_by_a_full_reading(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	session_wait(r, 6);
	uint32_t asked = rig_asked(r, "GET", "/fapi/v3/positionRisk");
	assert_int_equal(rig_say(r, 0, update_text(r, 0, "0.6")), PLM_OK);
	session_wait(r, 2);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/positionRisk"), asked + 1);
	rig_destroy(r);
}

static void
test_venue_binance__reads_all_again_every_half_minute(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	uint32_t asked = rig_asked(r, "GET", "/fapi/v3/account");
	session_wait(r, 31);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/account"), asked + 1);
	rig_destroy(r);
}

/* Answers hang, so that a deaf user stream would not be found: the feed says so. A clock that is
 * set is no such wait. */
static void
test_venue_binance__a_late_reading_is_no_live_feed(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	r->now_ns += 3600 * PLM_NS_PER_S;
	session_wait(r, 1);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	session_wait(r, 37);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	session_wait(r, 5);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "over 40 s"));
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	session_wait(r, 2);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED); /* asked for long ago */
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* A position changed and the stream said nothing of it: it has gone deaf. */
static void
test_venue_binance__a_deaf_user_stream_is_opened_again(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	session_wait(r, 31);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_flat), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, "[]"), PLM_OK);
	assert_int_equal(snapshot_end(r)->complete, 1); /* the venue's word counts at once */
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 0);
	session_wait(r, 3);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
	assert_non_null(strstr(rig_status(r).text, "silent"));
	rig_destroy(r);
}

/* The update came a moment behind the reading that shows it: nothing is wrong. */
static void
test_venue_binance__a_late_update_raises_no_alarm(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	session_wait(r, 31);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_flat), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, "[]"), PLM_OK);
	session_wait(r, 1);
	assert_int_equal(rig_say(r, 0, update_text(r, 1500, "0")), PLM_OK);
	session_wait(r, 3);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 0);
	rig_destroy(r);
}

static void
test_venue_binance__an_expired_listen_key_is_made_anew(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	assert_int_equal(
	    rig_say(r, 0, "{\"e\":\"listenKeyExpired\",\"E\":1,\"listenKey\":\"abc\"}"), PLM_OK);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
	assert_int_not_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_close(r, 0);
	rig_close(r, 1);
	uint32_t keys = rig_asked(r, "POST", "/fapi/v1/listenKey");
	r->now_ns += PLM_NS_PER_S;
	rig_open(r, PLM_LINK_NONE);
	answer_time(r);
	assert_int_equal(rig_asked(r, "POST", "/fapi/v1/listenKey"), keys + 1);
	assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"second9\"}"), PLM_OK);
	rig_open(r, 0);
	rig_tick(r, 100);
	assert_int_equal(r->events[0].type, PLM_EVENT_SNAPSHOT_BEGIN);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	rig_destroy(r);
}

static void
test_venue_binance__a_key_lost_without_a_word(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	assert_int_equal(rig_asked(r, "PUT", "/fapi/v1/listenKey"), 1);
	session_wait(r, 1802);
	assert_int_equal(rig_asked(r, "PUT", "/fapi/v1/listenKey"), 2);
	assert_int_equal(
	    rig_answer(r, KEEP, 400, "{\"code\":-1125,\"msg\":\"This listenKey does not exist.\"}"),
	    PLM_OK);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
	rig_destroy(r);
}

/* The key died between its making and the opening of the stream, which then says nothing. */
static void
test_venue_binance__a_key_that_died_before_its_stream_opened(void **state)
{
	(void)state;
	rig *r = session_create();
	rig_open(r, PLM_LINK_NONE);
	answer_time(r);
	assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	assert_int_equal(rig_answer(r, INFO, 200, contracts), PLM_OK);
	assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"abcDEF123\"}"), PLM_OK);
	rig_open(r, 0);
	rig_open(r, 1);
	rig_tick(r, 100);
	session_config(r, config_single);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_say(r, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_int_equal(
	    rig_answer(r, KEEP, 400, "{\"code\":-1125,\"msg\":\"This listenKey does not exist.\"}"),
	    PLM_OK);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
	assert_int_not_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_venue_binance__the_listen_key_is_kept_alive(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	for (uint32_t i = 1; i <= 2; i++) {
		session_wait(r, 1802);
		assert_int_equal(rig_asked(r, "PUT", "/fapi/v1/listenKey"), i + 1);
		assert_int_equal(rig_answer(r, KEEP, 200, "{}"), PLM_OK);
		assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 0);
	}
	rig_destroy(r);
}

static void
test_venue_binance__a_connection_is_replaced_before_a_day(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	for (int hour = 0; hour < 23; hour++) {
		r->sent_count = 0;
		for (int i = 0; i < 360; i++) {
			assert_int_equal(rig_say(r, 1, mark), PLM_OK);
			rig_tick(r, 10000);
		}
		if (hour < 22)
			assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 0);
	}
	rig_tick(r, 10000);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
	rig_destroy(r);
}

/* 429 and 503: the last good state stays, the next reading waits as long as the venue says. */
static void
test_venue_binance__a_busy_venue_is_given_time(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	session_wait(r, 31);
	uint32_t asked = rig_asked(r, "GET", "/fapi/v3/positionRisk");
	plm_request request = *rig_last(r, "GET", "/fapi/v3/positionRisk");
	plm_frame frame = {.kind = PLM_FRAME_HTTP,
	    .status = 429,
	    .tag = request.tag,
	    .retry_after_s = 20,
	    .bytes = PLM_SLICE("{\"code\":-1003,\"msg\":\"Too many requests\"}")};
	assert_int_equal(rig_frame(r, &frame), PLM_OK);
	assert_non_null(strstr(rig_status(r).text, "asked for again"));
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	session_wait(r, 19);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/positionRisk"), asked);
	session_wait(r, 3);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/positionRisk"), asked + 1);
	assert_int_equal(rig_answer(r, ACCOUNT, 503, ""), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED); /* twice in a row */
	rig_destroy(r);
}

static void
test_venue_binance__silent_marks_are_seen_and_opened_again(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	uint32_t opened = rig_links(r, PLM_REQUEST_WS_OPEN, 1);
	rig_wait(r, 5500);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "no mark prices"));
	rig_wait(r, 5000);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 1), 1);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, 1), opened);
	rig_close(r, 1);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, 1), opened + 1);
	rig_open(r, 1);
	assert_int_equal(rig_say(r, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* Half a frame on the user stream may have been a fact: it is read by REST. */
static void
test_venue_binance__garbage_on_the_user_stream(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	session_wait(r, 6);
	uint32_t asked = rig_asked(r, "GET", "/fapi/v3/account");
	assert_int_equal(rig_say(r, 0, "{\"e\":\"something new\",\"E\":1}"), PLM_EKIND);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(rig_say(r, 0, "{\"e\":\"ACCOUNT_UPDATE\",\"T\":17"), PLM_EDECODE);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	session_wait(r, 2);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/account"), asked + 1);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 0);
	rig_destroy(r);
}

/* Half a frame may have been the word that the listen key has expired, behind which the stream is
 * silent: not live until the venue has said that the key lives, asked behind the last such half. */
static void
test_venue_binance__half_a_word_that_the_key_has_expired(void **state)
{
	(void)state;
	static const char *const halves[] = {
	    "{\"e\":\"listenKeyExpired\",\"E\":1,\"list", "enKey\":\"\"}"};
	rig *r = session_create();
	session_live(r);
	session_wait(r, 6);
	assert_int_equal(rig_asked(r, "PUT", "/fapi/v1/listenKey"), 1);
	assert_int_equal(rig_say(r, 0, halves[0]), PLM_EDECODE);
	assert_int_equal(rig_asked(r, "PUT", "/fapi/v1/listenKey"), 2);
	assert_int_equal(rig_say(r, 0, halves[1]), PLM_EDECODE);
	session_wait(r, 2);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "the listen key lives"));
	assert_int_equal(rig_answer(r, KEEP, 200, "{}"), PLM_OK); /* asked before the second half */
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_int_equal(rig_asked(r, "PUT", "/fapi/v1/listenKey"), 3);
	assert_int_equal(rig_answer(r, KEEP, 200, "{}"), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(rig_say(r, 0, halves[0]), PLM_EDECODE);
	session_wait(r, 1);
	assert_int_equal(
	    rig_answer(r, KEEP, 400, "{\"code\":-1125,\"msg\":\"This listenKey does not exist.\"}"),
	    PLM_OK);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
	assert_int_equal(rig_status(r).status, PLM_FEED_STALE);
	rig_destroy(r);
}

/* A refused update may have told of a position: not live until a snapshot that began behind it is
 * complete; refused answers keep it so, and are asked for less and less often. */
static void
test_venue_binance__a_refused_update_is_no_live_feed(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	session_wait(r, 6);
	pli_venue_binance.ops->resync(r->state, r->now_ns, &r->request_sink);
	rig_tick(r, 100);
	session_config(r, config_single);
	assert_int_equal(rig_say(r, 0, update_text(r, 0, "half")), PLM_EDECODE);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(snapshot_end(r)->complete, 1);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, ".pa: "));
	uint32_t asked = rig_asked(r, "GET", "/fapi/v3/positionRisk"), answered = asked;
	for (int second = 0; second < 30; second++) {
		session_wait(r, 1);
		if (rig_asked(r, "GET", "/fapi/v3/positionRisk") == answered)
			continue;
		answered++;
		assert_int_equal(
		    rig_answer(r, POSITIONS, 200, "[{\"symbol\":\"BTCUSDT\"}]"), PLM_EDECODE);
		assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	}
	asked = rig_asked(r, "GET", "/fapi/v3/positionRisk") - asked;
	assert_in_range(asked, 3, 5);
	session_wait(r, 32);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_say(r, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* A symbol that the list lacks may be an old contract under a new name: no specification is read
 * off it, the list and everything else are read again, and told of the account it is in doubt. */
static void
test_venue_binance__a_symbol_that_is_not_listed(void **state)
{
	static const char unheard[] =
	    "{\"stream\":\"!markPrice@arr@1s\",\"data\":[{\"e\":\"markPriceUpdate\","
	    "\"E\":1800000000000,\"s\":\"BTC2USDT\",\"p\":\"90001.5\"}]}";
	static const char told[] =
	    "{\"e\":\"ACCOUNT_UPDATE\",\"T\":1800000000000,\"a\":{\"m\":\"ORDER\",\"B\":[],\"P\":[{"
	    "\"s\":\"BTC3USDT\",\"pa\":\"0.5\",\"ep\":\"90000\",\"mt\":\"cross\",\"ps\":\"BOTH\"}]}"
	    "}";
	(void)state;
	rig *r = session_create();
	session_live(r);
	session_wait(r, 6);
	uint32_t lists = rig_asked(r, "GET", "/fapi/v1/exchangeInfo");
	uint32_t asked = rig_asked(r, "GET", "/fapi/v3/positionRisk");
	assert_int_equal(rig_say(r, 1, unheard), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	const plm_event *event = rig_event(r, PLM_EVENT_MARK, 0);
	const plm_instrument *spec = plm_names_instrument_get(
	    r->cfg.names, event->u.mark.instrument);
	assert_int_equal(spec->spec_source, PLM_SPEC_NONE);
	session_config(r, config_single);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v1/exchangeInfo"), lists + 1);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/positionRisk"), asked + 1);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_answer(r, INFO, 200, contracts), PLM_OK); /* it lacks it still */
	for (int i = 0; i < 25; i++) {
		assert_int_equal(rig_say(r, 1, unheard), PLM_OK);
		session_wait(r, 1);
		if (rig_asked(r, "GET", "/fapi/v1/exchangeInfo") == lists + 2)
			break;
		assert_true(i < 12);
	}
	assert_int_equal(rig_say(r, 0, told), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "not listed"));
	rig_destroy(r);
}

/* Names alone are enough to show a book, not to call it live: BTC4USDT may be on BTC. */
static void
test_venue_binance__without_the_list_of_contracts_nothing_is_live(void **state)
{
	(void)state;
	rig *r = session_create();
	rig_open(r, PLM_LINK_NONE);
	answer_time(r);
	assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	assert_int_equal(rig_answer(r, INFO, 503, ""), PLM_OK);
	assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"abcDEF123\"}"), PLM_OK);
	rig_open(r, 0);
	assert_int_equal(rig_answer(r, KEEP, 200, "{}"), PLM_OK);
	rig_open(r, 1);
	rig_tick(r, 100);
	session_config(r, config_single);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_say(r, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "the list of contracts has not come"));
	uint32_t lists = rig_asked(r, "GET", "/fapi/v1/exchangeInfo");
	for (int i = 0; rig_asked(r, "GET", "/fapi/v1/exchangeInfo") == lists; i++) {
		assert_true(i < 100);
		rig_tick(r, 100);
	}
	assert_int_equal(rig_answer(r, INFO, 200, contracts), PLM_OK);
	assert_int_equal(rig_say(r, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_venue_binance__answers_of_an_older_epoch_are_passed_over(void **state)
{
	(void)state;
	rig *r = session_create();
	session_connect(r);
	plm_request old = *rig_last(r, "GET", "/fapi/v3/positionRisk");
	rig_close(r, 0);
	rig_close(r, 1);
	r->now_ns += PLM_NS_PER_S;
	session_connect(r);
	plm_frame frame = {.kind = PLM_FRAME_HTTP,
	    .status = 200,
	    .tag = old.tag,
	    .bytes = plm_slice_of(positions_long)};
	assert_int_equal(rig_frame(r, &frame), PLM_OK);
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

static void
test_venue_binance__resync_reads_all_again(void **state)
{
	(void)state;
	rig *r = session_create();
	session_live(r);
	pli_venue_binance.ops->resync(r->state, r->now_ns, &r->request_sink);
	rig_tick(r, 100);
	assert_int_equal(r->events[0].type, PLM_EVENT_SNAPSHOT_BEGIN);
	session_config(r, config_single);
	assert_int_equal(rig_asked(r, "GET", "/fapi/v3/account"), 2);
	rig_destroy(r);
}

/* An hour forward or back: nothing stalls, the clock is read and all is read again. */
static void
test_venue_binance__a_clock_that_jumps(void **state)
{
	(void)state;
	static const int64_t jumps_s[] = {3600, -3600, 86400, -86400};
	for (size_t i = 0; i < sizeof jumps_s / sizeof jumps_s[0]; i++) {
		rig *r = session_create();
		session_live(r);
		uint32_t asked = rig_asked(r, "GET", "/fapi/v1/time");
		r->now_ns += jumps_s[i] * PLM_NS_PER_S;
		rig_tick(r, 100);
		assert_int_equal(rig_asked(r, "GET", "/fapi/v1/time"), asked + 1);
		assert_int_equal(r->events[0].type, PLM_EVENT_SNAPSHOT_BEGIN);
		assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 0);
		assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 1), 0);
		rig_destroy(r);
	}
}

/* Signed, then the clock is set and read anew before the answer is here: by what the clock says now
 * the row would be of a time to come, and every update until then would be refused. */
static void
test_venue_binance__a_clock_that_jumps_makes_no_row_newer_than_it_is(void **state)
{
	(void)state;
	static const int64_t jumps_s[] = {2606, 30, -3600};
	for (size_t i = 0; i < sizeof jumps_s / sizeof jumps_s[0]; i++) {
		rig *r = session_create();
		session_connect(r);
		plm_request asked = *rig_last(r, "GET", "/fapi/v3/positionRisk");
		assert_int_equal(pli_venue_binance.ops->seal(r->state, r->now_ns, &asked), PLM_OK);
		uint64_t sealed = (uint64_t)(r->now_ns / PLM_NS_PER_MS) * 1000;
		r->now_ns += jumps_s[i] * PLM_NS_PER_S;
		rig_tick(r, 100);
		plm_frame frame = {.kind = PLM_FRAME_HTTP,
		    .status = 200,
		    .tag = asked.tag,
		    .bytes = plm_slice_of(positions_long)};
		assert_int_equal(rig_frame(r, &frame), PLM_OK);
		const plm_event *row = rig_event(r, PLM_EVENT_POSITION, 0);
		assert_non_null(row);
		assert_true(row->venue_sequence <= sealed);
		assert_true(row->venue_sequence > sealed - 1100 * 1000);
		rig_destroy(r);
	}
}

/* A reading that was under way when the clock was set tells nothing: it is asked for again. */
static void
test_venue_binance__a_clock_that_jumps_during_its_reading(void **state)
{
	(void)state;
	rig *r = session_create();
	rig_open(r, PLM_LINK_NONE);
	plm_request asked = *rig_last(r, "GET", "/fapi/v1/time");
	assert_int_equal(pli_venue_binance.ops->seal(r->state, r->now_ns, &asked), PLM_OK);
	char text[64];
	(void)snprintf(
	    text, sizeof text, "{\"serverTime\":%lld}", (long long)(r->now_ns / PLM_NS_PER_MS));
	r->now_ns += 3600 * PLM_NS_PER_S;
	rig_tick(r, 100);
	plm_frame frame = {
	    .kind = PLM_FRAME_HTTP, .status = 200, .tag = asked.tag, .bytes = plm_slice_of(text)};
	assert_int_equal(rig_frame(r, &frame), PLM_OK);
	assert_int_equal(rig_asked(r, "GET", "/sapi/v1/account/apiRestrictions"), 0);
	r->venue_ahead_ms = -3600 * 1000;
	answer_time(r);
	plm_request rights = *rig_last(r, "GET", "/sapi/v1/account/apiRestrictions");
	assert_int_equal(pli_venue_binance.ops->seal(r->state, r->now_ns, &rights), PLM_OK);
	const char *stamp = strstr(rights.target, "timestamp=");
	assert_non_null(stamp);
	int64_t ahead_ms = strtoll(stamp + strlen("timestamp="), NULL, 10) -
			   (r->now_ns / PLM_NS_PER_MS + r->venue_ahead_ms);
	assert_in_range(ahead_ms + 100, 0, 200);
	rig_destroy(r);
}

static void
test_venue_binance__a_listen_key_is_no_path(void **state)
{
	(void)state;
	rig *r = session_create();
	rig_open(r, PLM_LINK_NONE);
	answer_time(r);
	assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	assert_int_equal(
	    rig_answer(r, LISTEN, 200, "{\"listenKey\":\"../ws?x=1&y\"}"), PLM_EDECODE);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, 0), 0);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance__from_the_start_to_live),
	    cmocka_unit_test(
		test_venue_binance__a_slow_reading_of_the_clock_makes_no_row_newer_than_it_is),
	    cmocka_unit_test(test_venue_binance__market_data_without_a_key),
	    cmocka_unit_test(test_venue_binance__half_a_credential_is_refused),
	    cmocka_unit_test(test_venue_binance__a_key_that_may_more_is_refused_by_name),
	    cmocka_unit_test(test_venue_binance__a_trading_key_may_be_allowed),
	    cmocka_unit_test(test_venue_binance__unknown_rights_hold_the_door),
	    cmocka_unit_test(test_venue_binance__rights_that_grow_stop_a_live_feed),
	    cmocka_unit_test(test_venue_binance__a_refused_key_stops_the_feed),
	    cmocka_unit_test(test_venue_binance__signs_with_the_venues_clock),
	    cmocka_unit_test(test_venue_binance__a_short_list_is_not_a_flat_account),
	    cmocka_unit_test(test_venue_binance__half_an_answer_is_no_snapshot),
	    cmocka_unit_test(test_venue_binance__snapshot_rows_outrank_what_was_told_before),
	    cmocka_unit_test(test_venue_binance__updates_of_one_millisecond),
	    cmocka_unit_test(test_venue_binance__an_update_is_followed_by_a_full_reading),
	    cmocka_unit_test(test_venue_binance__reads_all_again_every_half_minute),
	    cmocka_unit_test(test_venue_binance__a_late_reading_is_no_live_feed),
	    cmocka_unit_test(test_venue_binance__a_deaf_user_stream_is_opened_again),
	    cmocka_unit_test(test_venue_binance__a_late_update_raises_no_alarm),
	    cmocka_unit_test(test_venue_binance__an_expired_listen_key_is_made_anew),
	    cmocka_unit_test(test_venue_binance__a_key_lost_without_a_word),
	    cmocka_unit_test(test_venue_binance__a_key_that_died_before_its_stream_opened),
	    cmocka_unit_test(test_venue_binance__the_listen_key_is_kept_alive),
	    cmocka_unit_test(test_venue_binance__a_connection_is_replaced_before_a_day),
	    cmocka_unit_test(test_venue_binance__a_busy_venue_is_given_time),
	    cmocka_unit_test(test_venue_binance__silent_marks_are_seen_and_opened_again),
	    cmocka_unit_test(test_venue_binance__garbage_on_the_user_stream),
	    cmocka_unit_test(test_venue_binance__half_a_word_that_the_key_has_expired),
	    cmocka_unit_test(test_venue_binance__a_refused_update_is_no_live_feed),
	    cmocka_unit_test(test_venue_binance__a_symbol_that_is_not_listed),
	    cmocka_unit_test(test_venue_binance__without_the_list_of_contracts_nothing_is_live),
	    cmocka_unit_test(test_venue_binance__answers_of_an_older_epoch_are_passed_over),
	    cmocka_unit_test(test_venue_binance__resync_reads_all_again),
	    cmocka_unit_test(test_venue_binance__a_clock_that_jumps),
	    cmocka_unit_test(test_venue_binance__a_clock_that_jumps_makes_no_row_newer_than_it_is),
	    cmocka_unit_test(test_venue_binance__a_clock_that_jumps_during_its_reading),
	    cmocka_unit_test(test_venue_binance__a_listen_key_is_no_path),
	};
	return cmocka_run_group_tests_name("binance", tests, NULL, NULL);
}
