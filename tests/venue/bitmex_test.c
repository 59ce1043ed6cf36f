/* bitmex_test.c: the session: order of what is asked, sparse rows, what is believed. */
#include "bitmex_rig.h"

#include "venue/sign.h"

#define AT(second) "\"timestamp\":\"2027-01-15T08:00:" second ".000Z\""
#define ROW(quantity, rest)                                                                        \
	"{\"account\":1,\"symbol\":\"XBTUSD\",\"currency\":\"XBt\",\"underlying\":\"XBT\","        \
	"\"quoteCurrency\":\"USD\",\"crossMargin\":true,\"avgEntryPrice\":90000,\"currentQty\":"   \
	"" quantity "," rest "}"
#define TABLE(action, rows) "{\"table\":\"position\",\"action\":\"" action "\",\"data\":[" rows "]}"

static rig *
session_live(void)
{
	rig *r = rig_create();
	bitmex.positions = "[" ROW("300", AT("10")) "]";
	bitmex.margins = "[{\"account\":1,\"currency\":\"XBt\",\"walletBalance\":5000000,"
			 "\"marginBalance\":5000000," AT("10") "}]";
	bitmex_open(r);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	return r;
}

static void
test_bitmex__rights_before_login_before_tables_before_reading(void **state)
{
	(void)state;
	rig *r = session_live();
	static const char *const order[] = {
	    "/api/v1/apiKey", "authKeyExpires", "\"position\"", "/api/v1/position"};
	uint32_t at = 0;
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		while (at < r->sent_count && strstr(r->sent[at].target, order[i]) == NULL &&
		       strstr(r->sent[at].body, order[i]) == NULL)
			at++;
		assert_true(at < r->sent_count);
	}
	assert_int_equal(rig_sent(r, "instrument:XBTUSD"), 1);
	assert_true(rig_status(r).key_checked);
	assert_false(rig_status(r).key_can_trade);
	rig_destroy(r);
}

/* The welcome tells the clock that signatures are dated by. */
static void
test_bitmex__nothing_is_signed_before_the_clock_is_known(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_start(r);
	rig_open(r, 0);
	rig_pass(r, 2000);
	assert_int_equal(rig_sent(r, "/api/v1/apiKey"), 0);
	(void)rig_say(r, 0, "{\"info\":\"Welcome\",\"timestamp\":\"2027-01-15T08:00:30.000Z\"}");
	rig_pass(r, 1000);
	assert_int_equal(rig_sent(r, "/api/v1/apiKey"), 1);
	rig_destroy(r);
}

/* It is written as the link opens, which our side may hear of much later: it is no newer than that.
 */
static void
test_bitmex__the_welcome_is_as_old_as_the_opening(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_start(r);
	plm_time_ns venue_ns = r->now_ns + 30 * PLM_NS_PER_S;
	rig_pass(r, 80);
	rig_open(r, 0);
	plm_frame frame = {.kind = PLM_FRAME_WS,
	    .bytes = plm_slice_of(
		"{\"info\":\"Welcome\",\"timestamp\":\"2027-01-15T08:00:30.000Z\"}"),
	    .trip_ns = 100 * PLM_NS_PER_MS};
	assert_int_equal(r->desc->ops->on_frame(r->state, r->now_ns, &frame, &r->event_sink,
			     &r->request_sink, &r->fault),
	    PLM_OK);
	plm_venue_status status = rig_status(r);
	int64_t off_ns = status.clock_offset_ns - 30 * PLM_NS_PER_S;
	assert_true(venue_ns == r->now_ns - 100 * PLM_NS_PER_MS + 30 * PLM_NS_PER_S);
	assert_true(off_ns == -50 * PLM_NS_PER_MS);
	assert_true(status.clock_error_ns >= 50 * PLM_NS_PER_MS);
	rig_destroy(r);
}

/* One that came late was dated by a wrong clock; the key is not to blame. */
static void
test_bitmex__a_late_signature_is_no_wrong_key(void **state)
{
	(void)state;
	rig *r = session_live();
	bitmex.status = 400;
	bitmex.positions = "{\"error\":{\"message\":\"This request has expired - `expires` is in "
			   "the past.\",\"name\":\"HTTPError\"}}";
	uint32_t closed = rig_links(r, PLM_REQUEST_WS_CLOSE, 0);
	rig_pass(r, 31000);
	assert_true(rig_links(r, PLM_REQUEST_WS_CLOSE, 0) > closed);
	assert_int_not_equal(rig_status(r).status, PLM_FEED_DOWN);
	assert_non_null(strstr(rig_status(r).text, "a clock that is off"));
	rig_destroy(r);
}

/* The signature is of the verb, the path with its query, and the second it is good until, by the
 * venue's clock: 30 s ahead here. */
static void
test_bitmex__signatures_follow_the_venues_clock(void **state)
{
	(void)state;
	rig *r = rig_create();
	char hex[PLI_SIGNATURE_HEX + 1];
	bitmex_open(r);
	plm_request get = {.kind = PLM_REQUEST_HTTP,
	    .tag = 3,
	    .method = "GET",
	    .target = "/api/v1/user/margin?currency=all"};
	assert_int_equal(pli_venue_bitmex.ops->seal(r->state, r->now_ns, &get), PLM_OK);
	pli_sign_hmac_sha256(
	    "secret", PLM_SLICE("GET/api/v1/user/margin?currency=all1800000040"), hex);
	assert_non_null(strstr(get.header, "api-key: key\napi-expires: 1800000040\n"));
	assert_non_null(strstr(get.header, hex));
	plm_request login = {.kind = PLM_REQUEST_WS_SEND, .body = "{\"op\":\"authKeyExpires\"}"};
	assert_int_equal(pli_venue_bitmex.ops->seal(r->state, r->now_ns, &login), PLM_OK);
	pli_sign_hmac_sha256("secret", PLM_SLICE("GET/realtime1800000040"), hex);
	assert_non_null(strstr(login.body, "[\"key\",1800000040,\""));
	assert_non_null(strstr(login.body, hex));
	rig_destroy(r);
}

static void
test_bitmex__a_sparse_row_changes_what_it_names(void **state)
{
	(void)state;
	rig *r = session_live();
	rig_say(r, 0, TABLE("partial", ROW("300", AT("11"))));
	r->events_count = 0;
	rig_say(r, 0,
	    TABLE("update",
		"{\"account\":1,\"symbol\":\"XBTUSD\",\"markPrice\":91000," AT("12") "}"));
	const plm_position *position = &rig_need(r, PLM_EVENT_POSITION, 0)->u.position;
	assert_decimal(position->quantity, "300");
	assert_decimal(position->entry_price, "90000");
	assert_decimal(position->mark_price, "91000");
	/* Null is unknown, and no longer what it was. */
	r->events_count = 0;
	rig_say(r, 0,
	    TABLE("update", "{\"account\":1,\"symbol\":\"XBTUSD\",\"currentQty\":0,"
			    "\"avgEntryPrice\":null," AT("13") "}"));
	position = &rig_need(r, PLM_EVENT_POSITION, 0)->u.position;
	assert_decimal(position->quantity, "0");
	assert_decimal(position->entry_price, "null");
	/* An older one comes too late. */
	r->events_count = 0;
	rig_say(r, 0,
	    TABLE(
		"update", "{\"account\":1,\"symbol\":\"XBTUSD\",\"currentQty\":300," AT("12") "}"));
	assert_int_equal(r->err, PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 0);
	rig_destroy(r);
}

/* Coins that were counted for another number of contracts say nothing of the new one. */
static void
test_bitmex__a_quanto_that_changed_without_its_coins_has_none(void **state)
{
	(void)state;
	static const char first[] = TABLE("insert",
	    "{\"account\":1,\"symbol\":\"SOLUSD\",\"currency\":\"XBt\","
	    "\"underlying\":\"SOL\",\"quoteCurrency\":\"USD\",\"currentQty\":20,"
	    "\"homeNotional\":0.9," AT("12") "}");
	rig *r = session_live();
	rig_say(r, 0, first);
	rig_say(r, 0,
	    TABLE(
		"update", "{\"account\":1,\"symbol\":\"SOLUSD\",\"markPrice\":200," AT("13") "}"));
	rig_say(r, 0,
	    TABLE(
		"update", "{\"account\":1,\"symbol\":\"SOLUSD\",\"currentQty\":40," AT("14") "}"));
	static const char *const quantities[] = {"0.9", "0.9", "40"};
	for (uint32_t i = 0; i < 3; i++) {
		const plm_event *event = rig_event(
		    r, PLM_EVENT_POSITION, rig_count(r, PLM_EVENT_POSITION) - 3 + i);
		assert_decimal(event->u.position.quantity, quantities[i]);
		assert_int_equal(
		    event->u.position.unit, i == 2 ? PLM_UNIT_CONTRACTS : PLM_UNIT_COINS);
	}
	assert_decimal(rig_spec(r, "SOLUSD")->multiplier, "null"); /* left out, with the reason */
	rig_destroy(r);
}

/* An answer that was made before what the stream said is the stream's word. */
static void
test_bitmex__an_old_answer_undoes_nothing(void **state)
{
	(void)state;
	rig *r = session_live();
	rig_say(r, 0,
	    TABLE(
		"update", "{\"account\":1,\"symbol\":\"XBTUSD\",\"currentQty\":500," AT("20") "}"));
	r->events_count = 0;
	rig_pass(r, 40000);
	const plm_event *event = rig_need(r, PLM_EVENT_POSITION, 0);
	assert_int_equal(event->flags & PLM_FLAG_SNAPSHOT, PLM_FLAG_SNAPSHOT);
	assert_decimal(event->u.position.quantity, "500");
	rig_destroy(r);
}

static void
test_bitmex__what_cannot_be_read_beside_a_whole_row_is_read_again(void **state)
{
	(void)state;
	static const char *const odd[] = {
	    TABLE("update", "{\"account\":1,\"symbol\":\"ETHUSD\",\"currentQty\":5," AT("20") "}"),
	    TABLE("delete", "{\"account\":1,\"symbol\":\"XBTUSD\"}"),
	    TABLE("update", "{\"account\":1,\"symbol\":\"XBTUSD\",\"currentQty\":\"many\"}"),
	    TABLE("update", "{\"account\":2,\"symbol\":\"XBTUSD\",\"currentQty\":7}")};
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
		rig *r = session_live();
		uint32_t asked = rig_sent(r, "/api/v1/position");
		r->events_count = 0;
		rig_say(r, 0, odd[i]);
		assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 0);
		assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
		assert_string_not_equal(rig_status(r).text, "");
		rig_pass(r, 3000);
		assert_true(rig_sent(r, "/api/v1/position") > asked);
		assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
		rig_destroy(r);
	}
}

static void
test_bitmex__missing_is_not_flat(void **state)
{
	(void)state;
	rig *r = session_live();
	const plm_event *end = NULL;
	bitmex.positions = "[]";
	r->events_count = 0;
	rig_pass(r, 32000);
	end = rig_event(r, PLM_EVENT_SNAPSHOT_END, 0);
	assert_non_null(end);
	assert_int_equal(end->u.snapshot.complete, 0);
	end = rig_event(r, PLM_EVENT_SNAPSHOT_END, 1);
	assert_non_null(end);
	assert_int_equal(end->u.snapshot.complete, 1);
	rig_destroy(r);
}

static void
test_bitmex__orders_that_a_new_list_lacks_are_gone(void **state)
{
	(void)state;
	rig *r = session_live();
	rig_say(r, 0,
	    "{\"table\":\"order\",\"action\":\"partial\",\"data\":[{\"orderID\":\"a\","
	    "\"symbol\":\"XBTUSD\",\"side\":\"Sell\",\"ordStatus\":\"New\","
	    "\"workingIndicator\":true,\"leavesQty\":100," AT("11") "}]}");
	r->events_count = 0;
	rig_say(r, 0,
	    "{\"table\":\"order\",\"action\":\"update\",\"data\":[{\"orderID\":\"a\","
	    "\"symbol\":\"XBTUSD\",\"leavesQty\":40," AT("12") "}]}");
	assert_decimal(rig_need(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open.quantity, "-40");
	bitmex_open(r);
	r->events_count = 0;
	rig_say(r, 0, "{\"table\":\"order\",\"action\":\"partial\",\"data\":[]}");
	assert_decimal(rig_need(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open.quantity, "0");
	rig_destroy(r);
}

static void
test_bitmex__keys_that_can_more_or_say_nothing_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *rights;
		uint16_t status;
		bool allow;
		plm_feed_status feed;
		bool trade, withdraw;
	} rows[] = {
	    {"[{\"id\":\"key\",\"permissions\":[\"order\"]}]", 200, false, PLM_FEED_DOWN, true,
		false},
	    {"[{\"id\":\"key\",\"permissions\":[\"order\",\"withdraw\"]}]", 200, true,
		PLM_FEED_LIVE, true, true},
	    {"{\"id\":\"key\",\"permissions\":[]}", 200, false, PLM_FEED_LIVE, false, false},
	    {"[{\"id\":\"other\",\"permissions\":[]}]", 200, false, PLM_FEED_DOWN, false, false},
	    {"[{\"id\":\"key\"}]", 200, false, PLM_FEED_DOWN, false, false},
	    {"[]", 200, true, PLM_FEED_LIVE, false, false},
	    {"{\"error\":{}}", 401, true, PLM_FEED_DOWN, false, false},
	    {"{\"error\":{}}", 403, false, PLM_FEED_DOWN, false, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig *r = rig_create();
		bitmex.rights = rows[i].rights;
		bitmex.status = rows[i].status;
		r->cfg.allow_trading_keys = rows[i].allow;
		bitmex_open(r);
		rig_pass(r, 4000);
		assert_int_equal(rig_status(r).status, rows[i].feed);
		assert_int_equal(rig_status(r).key_can_trade, rows[i].trade);
		assert_int_equal(rig_status(r).key_can_withdraw, rows[i].withdraw);
		assert_true(rows[i].feed == PLM_FEED_LIVE || rig_status(r).text[0] != '\0');
		assert_true(rows[i].feed == PLM_FEED_LIVE || rig_sent(r, "\"position\"") == 0);
		rig_destroy(r);
	}
}

static void
test_bitmex__without_a_key_there_are_prices(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->cfg.key = r->cfg.secret = NULL;
	r->cfg.markets = "ETHUSDT, SOLUSD";
	bitmex_open(r);
	rig_pass(r, 2000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(rig_sent(r, "/api/"), 0);
	assert_int_equal(rig_sent(r, "authKeyExpires"), 0);
	assert_int_equal(rig_sent(r, "instrument:SOLUSD"), 1);
	r->events_count = 0;
	rig_say(r, 0,
	    "{\"table\":\"instrument\",\"action\":\"partial\",\"data\":[{\"symbol\":"
	    "\"SOLUSD\",\"markPrice\":200,\"indicativeSettlePrice\":199," AT("10") "}]}");
	rig_say(r, 0,
	    "{\"table\":\"instrument\",\"action\":\"update\",\"data\":[{\"symbol\":"
	    "\"SOLUSD\",\"markPrice\":201," AT("11") "}]}");
	const plm_mark *mark = &rig_event(r, PLM_EVENT_MARK, 1)->u.mark;
	assert_decimal(mark->mark_price, "201");
	assert_decimal(mark->index_price, "199");
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bitmex__the_welcome_is_as_old_as_the_opening),
	    cmocka_unit_test(test_bitmex__nothing_is_signed_before_the_clock_is_known),
	    cmocka_unit_test(test_bitmex__a_late_signature_is_no_wrong_key),
	    cmocka_unit_test(test_bitmex__rights_before_login_before_tables_before_reading),
	    cmocka_unit_test(test_bitmex__signatures_follow_the_venues_clock),
	    cmocka_unit_test(test_bitmex__a_sparse_row_changes_what_it_names),
	    cmocka_unit_test(test_bitmex__a_quanto_that_changed_without_its_coins_has_none),
	    cmocka_unit_test(test_bitmex__an_old_answer_undoes_nothing),
	    cmocka_unit_test(test_bitmex__what_cannot_be_read_beside_a_whole_row_is_read_again),
	    cmocka_unit_test(test_bitmex__missing_is_not_flat),
	    cmocka_unit_test(test_bitmex__orders_that_a_new_list_lacks_are_gone),
	    cmocka_unit_test(test_bitmex__keys_that_can_more_or_say_nothing_are_refused),
	    cmocka_unit_test(test_bitmex__without_a_key_there_are_prices),
	};
	return cmocka_run_group_tests_name("bitmex", tests, NULL, NULL);
}
