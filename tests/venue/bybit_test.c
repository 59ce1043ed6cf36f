/* bybit_test.c: the whole session as a host sees it: order of the start, what makes it live, what
 * makes it doubtful, and what ends it. */
#include "bybit_host.h"

#define POSITION_UPDATE(rows)                                                                      \
	"{\"topic\":\"position\",\"creationTime\":1800000005000,\"data\":[" rows "]}"
#define RIG_UPDATED(symbol, idx, side, size)                                                       \
	"{\"symbol\":\"" symbol "\",\"positionIdx\":" idx ",\"side\":\"" side                      \
	"\",\"size\":\"" size "\",\"entryPrice\":\"60000\",\"markPrice\":\"61000\","               \
	"\"updatedTime\":\"1800000004000\"}"

static void
test_venue_bybit__from_nothing_to_live(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED); /* prices are not there yet */
	const plm_event *end = rig_event(r, PLM_EVENT_SNAPSHOT_END, 0);
	assert_null(end);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, BYBIT_LINEAR), 1);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, BYBIT_SPOT), 1);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, BYBIT_INVERSE), 0);
	rig_price(r);
	assert_non_null(rig_said(r, BYBIT_LINEAR, "tickers.BTCUSDT"));
	assert_non_null(rig_said(r, BYBIT_SPOT, "tickers.USDCUSDT"));
	plm_venue_status status = rig_status(r);
	assert_int_equal(status.status, PLM_FEED_LIVE);
	assert_string_equal(status.text, "");
	assert_true(status.key_checked && !status.key_can_trade && !status.key_can_withdraw);
	rig_destroy(r);
}

/* Nothing private leaves before the venue has said what the key may do; the login is signed when it
 * leaves, and holds no secret. */
static void
test_venue_bybit__order_of_the_start(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->cfg.key = "k1";
	r->cfg.secret = "s1";
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	assert_int_equal(rig_asked(r, RIG_TIME), 1);
	assert_int_equal(rig_asked(r, RIG_RIGHTS), 0);
	rig_answer_time(r);
	assert_int_equal(rig_asked(r, RIG_RIGHTS), 1);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, BYBIT_LINK_USER), 0);
	assert_string_equal(rig_status(r).text, "waiting to learn what the key may do");
	assert_int_equal(rig_answer(r, RIG_RIGHTS, 200,
			     "{\"retCode\":0,\"result\":{\"readOnly\":1,\"permissions\":{}}}"),
	    PLM_OK);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, BYBIT_LINK_USER), 1);
	rig_open(r, BYBIT_LINK_USER);
	const plm_request *login = rig_said(r, BYBIT_LINK_USER, "auth");
	assert_non_null(login);
	assert_int_equal(login->seal, 1);
	assert_string_equal(login->body, "{\"op\":\"auth\"}");
	assert_null(rig_said(r, BYBIT_LINK_USER, "wallet"));
	assert_int_equal(rig_say(r, BYBIT_LINK_USER, "{\"success\":true,\"op\":\"auth\"}"), PLM_OK);
	assert_non_null(
	    rig_said(r, BYBIT_LINK_USER, "[\"position\",\"wallet\",\"execution\",\"order\"]"));
	assert_int_equal(rig_asked(r, RIG_CONFIG), 0); /* behind the subscription, and the lists */
	assert_int_equal(rig_say(r, BYBIT_LINK_USER, SAID_GOOD), PLM_OK);
	assert_int_equal(rig_asked(r, RIG_CONFIG), 0);
	assert_int_equal(rig_answer(r, RIG_LINEAR, 200, RIG_LINEARS), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_INVERSE, 200, RIG_INVERSES), PLM_OK);
	assert_int_equal(rig_asked(r, RIG_CONFIG), 1);
	assert_int_equal(rig_asked(r, RIG_WALLET), 0); /* its answer says how rows are to be read */
	rig_destroy(r);
}

/* The first reading is one of two; then what it says is the account, and orders are asked for. */
static void
test_venue_bybit__the_first_reading_is_confirmed(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->cfg.key = "k1";
	r->cfg.secret = "s1";
	rig_start(r);
	rig_login(r);
	assert_int_equal(
	    rig_reading(r, RIG_COINS(RIG_USDT_ROW), RIG_LIST(""), RIG_LIST(""), RIG_LIST("")),
	    PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	rig_wait(r, 1100);
	assert_int_equal(rig_asked(r, RIG_CONFIG), 2);
	assert_int_equal(
	    rig_reading(r, RIG_COINS(RIG_USDT_ROW), RIG_BTC_LONG, RIG_LIST(""), RIG_LIST("")),
	    PLM_OK); /* not the same */
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_int_equal(rig_asked(r, "/v5/order"), 0);
	rig_wait(r, 1100);
	assert_int_equal(
	    rig_reading(r, RIG_COINS(RIG_USDT_ROW), RIG_BTC_LONG, RIG_LIST(""), RIG_LIST("")),
	    PLM_OK);
	const plm_event *end = rig_event(r, PLM_EVENT_SNAPSHOT_END, 0);
	assert_int_equal(end->u.snapshot.complete, 1);
	assert_int_equal(end->u.snapshot.rows_count, 2);
	assert_int_equal(rig_asked(r, "/v5/order/realtime"), 4);
	rig_destroy(r);
}

/* Rows of a reading are true since a second before they were asked for, by the venue's clock. */
static void
test_venue_bybit__rows_of_a_reading_outrank_what_is_older(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->venue_ahead_ms = 3000;
	r->cfg.key = "k1";
	r->cfg.secret = "s1";
	rig_start(r);
	rig_login(r);
	assert_int_equal(rig_answer(r, RIG_CONFIG, 200, RIG_MODES("ISOLATED_MARGIN", "5")), PLM_OK);
	plm_time_ns asked_ns = r->now_ns;
	assert_int_equal(rig_answer(r, RIG_USDT, 200, RIG_BTC_LONG), PLM_OK);
	const plm_event *event = rig_event(r, PLM_EVENT_POSITION, 0);
	assert_int_equal(event->flags, PLM_FLAG_SNAPSHOT);
	assert_int_equal(event->u.position.margin_mode, PLM_MARGIN_ISOLATED);
	int64_t ahead_ms = (int64_t)(event->venue_sequence / 1000) - asked_ns / PLM_NS_PER_MS;
	assert_true(ahead_ms > 1900 && ahead_ms <= 2000);
	rig_destroy(r);
}

static void
test_venue_bybit__updates_of_the_stream(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	static const char text[] = POSITION_UPDATE(RIG_UPDATED("ETHUSDT", "2", "Sell", "3"));
	assert_int_equal(rig_say(r, BYBIT_LINK_USER, text), PLM_OK);
	assert_decimal(rig_position(r, 0)->quantity, "-3");
	assert_int_equal(rig_position(r, 0)->side, PLM_SIDE_SHORT);
	uint64_t sequence = rig_event(r, PLM_EVENT_POSITION, 0)->venue_sequence;
	assert_true(sequence == 1800000004000000U);
	assert_non_null(rig_said(r, BYBIT_LINEAR, "tickers.ETHUSDT"));
	/* another update of the same millisecond is newer; the same bytes are the same update */
	assert_int_equal(
	    rig_say(r, BYBIT_LINK_USER, POSITION_UPDATE(RIG_UPDATED("ETHUSDT", "2", "Sell", "4"))),
	    PLM_OK);
	assert_true(rig_event(r, PLM_EVENT_POSITION, 0)->venue_sequence == sequence + 1);
	assert_int_equal(rig_say(r, BYBIT_LINK_USER, text), PLM_OK);
	assert_true(rig_event(r, PLM_EVENT_POSITION, 0)->venue_sequence == sequence);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* An update holds what changed: the rest is as it was told before. */
static void
test_venue_bybit__tickers_are_merged(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	assert_int_equal(
	    rig_say(r, BYBIT_LINEAR, TICKER("delta", "BTCUSDT", "\"markPrice\":\"61001\"")),
	    PLM_OK);
	assert_decimal(rig_mark(r, 0)->mark_price, "61001");
	assert_decimal(rig_mark(r, 0)->index_price, "60990");
	/* no price in it, and one was told a moment ago */
	assert_int_equal(
	    rig_say(r, BYBIT_LINEAR, TICKER("delta", "BTCUSDT", "\"bid1Price\":\"60000\"")),
	    PLM_OK);
	assert_int_equal(r->events_count, 0);
	/* a second later the same price is still the price */
	static const char later[] =
	    "{\"topic\":\"tickers.BTCUSDT\",\"type\":\"delta\",\"ts\":"
	    "1800000001000,\"data\":{\"symbol\":\"BTCUSDT\",\"fundingRate\":"
	    "\"0.0003\"}}";
	assert_int_equal(rig_say(r, BYBIT_LINEAR, later), PLM_OK);
	assert_decimal(rig_mark(r, 0)->mark_price, "61001");
	assert_true(rig_mark(r, 0)->funding_rate == 0.0003);
	/* a snapshot begins anew: what it does not say is not known any more */
	assert_int_equal(
	    rig_say(r, BYBIT_LINEAR, TICKER("snapshot", "BTCUSDT", "\"markPrice\":\"61002\"")),
	    PLM_OK);
	assert_decimal(rig_mark(r, 0)->mark_price, "61002");
	assert_decimal(rig_mark(r, 0)->index_price, "null");
	rig_destroy(r);
}

/* Behind a new link, and behind an update that was wrong, updates wait for a snapshot. */
static void
test_venue_bybit__tickers_begin_with_a_snapshot(void **state)
{
	(void)state;
	static const char update[] = TICKER("delta", "BTCUSDT", "\"markPrice\":\"61001\"");
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	rig_close(r, BYBIT_LINEAR);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, BYBIT_LINEAR), 2);
	rig_open(r, BYBIT_LINEAR);
	assert_int_equal(rig_say(r, BYBIT_LINEAR, update), PLM_OK);
	assert_int_equal(r->events_count, 0);
	assert_int_equal(
	    rig_say(r, BYBIT_LINEAR, TICKER("snapshot", "BTCUSDT", "\"markPrice\":\"x\"")),
	    PLM_EDECODE);
	assert_int_equal(rig_say(r, BYBIT_LINEAR, update), PLM_OK);
	assert_int_equal(r->events_count, 0);
	assert_int_equal(
	    rig_say(r, BYBIT_LINEAR, TICKER("snapshot", "NEVERUSDT", "\"markPrice\":\"1\"")),
	    PLM_OK);
	assert_int_equal(r->events_count, 0); /* nobody asked for it */
	rig_destroy(r);
}

/* Missing is not flat: the same list twice closes what it lacks; the feed is in doubt where that
 * takes long. */
static void
test_venue_bybit__a_list_that_lacks_a_position(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	bybit_pass(r, 30000);
	assert_int_equal(
	    rig_reading(r, RIG_COINS(RIG_USDT_ROW), RIG_LIST(""), RIG_LIST(""), RIG_LIST("")),
	    PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_null(strstr(rig_status(r).text, "lacks"));
	rig_wait(r, 2100);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "lacks an open position"));
	assert_int_equal(
	    rig_reading(r, RIG_COINS(RIG_USDT_ROW), RIG_LIST(""), RIG_LIST(""), RIG_LIST("")),
	    PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 1);
	rig_destroy(r);
}

/* A coin that a list lacks is no different. */
static void
test_venue_bybit__a_wallet_that_lacks_a_coin(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	bybit_pass(r, 30000);
	assert_int_equal(
	    rig_reading(r, RIG_COINS(""), RIG_BTC_LONG, RIG_LIST(""), RIG_LIST("")), PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	/* no account at all is no answer */
	rig_wait(r, 1100);
	assert_int_equal(rig_answer(r, RIG_CONFIG, 200, RIG_MODES("REGULAR_MARGIN", "6")), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_WALLET, 200, RIG_LIST("")), PLM_EDECODE);
	rig_wait(r, 200);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	rig_destroy(r);
}

/* What a position changed into is told by an update first; else the stream is deaf. */
static void
test_venue_bybit__a_stream_that_went_deaf(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	bybit_pass(r, 30000);
	assert_int_equal(
	    rig_reading(r, RIG_COINS(RIG_USDT_ROW), RIG_LIST(RIG_ROW("BTCUSDT", "0", "Buy", "0.7")),
		RIG_LIST(""), RIG_LIST("")),
	    PLM_OK);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, BYBIT_LINK_USER), 0);
	rig_wait(r, 2200);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, BYBIT_LINK_USER), 1);
	assert_non_null(strstr(rig_status(r).text, "the user stream was silent"));
	rig_destroy(r);
}

/* A refused message may have told of a position. */
static void
test_venue_bybit__a_refused_message_is_a_doubt(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	assert_int_equal(
	    rig_say(r, BYBIT_LINK_USER,
		POSITION_UPDATE("{\"symbol\":\"BTCUSDT\",\"side\":\"up\",\"size\":\"1\"}")),
	    PLM_EDECODE);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "an account message was refused"));
	rig_wait(r, 1100);
	assert_int_equal(
	    rig_reading(r, RIG_COINS(RIG_USDT_ROW), RIG_BTC_LONG, RIG_LIST(""), RIG_LIST("")),
	    PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

/* A contract that is on no list may be an old one under a new name. */
static void
test_venue_bybit__an_unlisted_contract_is_a_doubt(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	uint32_t lists = rig_asked(r, RIG_LINEAR);
	assert_int_equal(
	    rig_say(r, BYBIT_LINK_USER, POSITION_UPDATE(RIG_UPDATED("XBTUSDT", "0", "Buy", "0.5"))),
	    PLM_OK);
	assert_int_equal(rig_spec(r, "XBTUSDT")->spec_source, PLM_SPEC_NONE);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_int_equal(rig_asked(r, RIG_LINEAR), lists + 1);
	rig_destroy(r);
}

/* The first contract of a category needs a link: that takes no live feed's word away, as long as it
 * comes in time. One that was there and is lost does. */
static void
test_venue_bybit__a_category_that_is_new(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	assert_int_equal(
	    rig_say(r, BYBIT_LINK_USER, POSITION_UPDATE(RIG_UPDATED("BTCUSD", "0", "Buy", "500"))),
	    PLM_OK);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, BYBIT_INVERSE), 1);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_wait(r, 10100);
	rig_price(r);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	rig_open(r, BYBIT_INVERSE);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_close(r, BYBIT_INVERSE);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, BYBIT_INVERSE), 2);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	rig_destroy(r);
}

/* Told of a contract that it did not hear of, it reads the list: what is held and not on it any
 * more goes by that name now, or is over. */
static void
test_venue_bybit__a_new_name_that_others_have_read(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	uint32_t lists = rig_asked(r, RIG_LINEAR);
	assert_int_equal(
	    rig_say(r, BYBIT_LINK_USER, POSITION_UPDATE(RIG_UPDATED("ETHUSDT", "0", "Buy", "2"))),
	    PLM_OK);
	assert_int_equal(rig_asked(r, RIG_LINEAR), lists + 1);
	assert_int_equal(rig_answer(r, RIG_LINEAR, 200, RIG_LINEARS), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_wait(r, 3600000);
	rig_price(r);
	assert_int_equal(
	    rig_answer(r, RIG_LINEAR, 200,
		RIG_LIST(RIG_PERP("ETHUSDT", "LinearPerpetual", "ETH", "USDT", "USDT"))),
	    PLM_OK);
	assert_non_null(strstr(rig_status(r).text, "listed no more"));
	rig_destroy(r);
}

/* The same where what it is told is that a position under the new name is closed. */
static void
test_venue_bybit__a_new_name_that_is_closed_already(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	uint32_t lists = rig_asked(r, RIG_LINEAR);
	assert_int_equal(
	    rig_say(r, BYBIT_LINK_USER, POSITION_UPDATE(RIG_UPDATED("ETHUSDT", "0", "", "0"))),
	    PLM_OK);
	assert_int_equal(rig_asked(r, RIG_LINEAR), lists + 1);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(
	    rig_answer(r, RIG_LINEAR, 200,
		RIG_LIST(RIG_PERP("ETHUSDT", "LinearPerpetual", "ETH", "USDT", "USDT"))),
	    PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "listed no more"));
	rig_destroy(r);
}

/* An option's name says all of it: no list is asked for. */
static void
test_venue_bybit__an_option_unheard_of(void **state)
{
	(void)state;
	static const char text[] = POSITION_UPDATE(
	    RIG_UPDATED("BTC-26DEC27-90000-C", "0", "Buy", "0.5"));
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	assert_int_equal(rig_say(r, BYBIT_LINK_USER, text), PLM_OK);
	assert_int_equal(rig_spec(r, "BTC-26DEC27-90000-C")->kind, PLM_KIND_OPTION);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_open(r, BYBIT_OPTION);
	assert_non_null(rig_said(r, BYBIT_OPTION, "tickers.BTC-26DEC27-90000-C"));
	rig_destroy(r);
}

static void
test_venue_bybit__links_that_close(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	rig_close(r, BYBIT_LINK_USER);
	assert_int_equal(rig_status(r).status, PLM_FEED_STALE);
	rig_open(r, PLM_LINK_NONE); /* the host begins anew */
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_int_equal(rig_asked(r, RIG_RIGHTS), 1); /* read a moment ago */
	rig_answer_time(r);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, BYBIT_LINK_USER), 2);
	rig_destroy(r);
}

/* Without a key: the prices of what the config names, and nothing private. */
static void
test_venue_bybit__without_a_key(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->cfg.markets = "btcusdt, BTCUSD,BTC-26DEC27-90000-C";
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	rig_answer_time(r);
	assert_int_equal(rig_asked(r, RIG_RIGHTS), 0);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_OPEN, 0), 1);
	for (uint32_t i = 0; i < r->sent_count; i++)
		if (r->sent[i].kind == PLM_REQUEST_WS_OPEN && r->sent[i].link == 0)
			assert_string_equal(r->sent[i].target, "/v5/public/linear");
	rig_open(r, 0);
	rig_open(r, BYBIT_INVERSE);
	rig_open(r, BYBIT_OPTION);
	assert_non_null(rig_said(r, 0, "tickers.BTCUSDT"));
	assert_non_null(rig_said(r, BYBIT_INVERSE, "tickers.BTCUSD"));
	assert_non_null(rig_said(r, BYBIT_OPTION, "tickers.BTC-26DEC27-90000-C"));
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	r->now_ns += PLM_NS_PER_MS;
	assert_int_equal(
	    rig_say(r, 0, TICKER("snapshot", "BTCUSDT", "\"markPrice\":\"61000\"")), PLM_OK);
	assert_decimal(rig_mark(r, 0)->mark_price, "61000");
	assert_int_equal(
	    rig_say(r, BYBIT_INVERSE, TICKER("snapshot", "BTCUSD", "\"markPrice\":\"6\"")), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	for (uint32_t i = 0; i < r->sent_count; i++)
		assert_null(strstr(r->sent[i].target, "/v5/account"));
	rig_destroy(r);
}

static void
test_venue_bybit__credentials(void **state)
{
	(void)state;
	static const struct {
		const char *key, *secret;
		plm_err err;
	} rows[] = {{"k1", NULL, PLM_EAUTH}, {NULL, "s1", PLM_EAUTH}, {"k\n1", "s1", PLM_EARG},
	    {"k\"1", "s1", PLM_EARG}, {"k1", "s 1", PLM_OK}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig *r = rig_create();
		r->cfg.key = rows[i].key;
		r->cfg.secret = rows[i].secret;
		r->state = calloc(1, pli_venue_bybit.ops->state_size);
		assert_int_equal(
		    pli_venue_bybit.ops->init(r->state, &r->cfg, &r->fault), rows[i].err);
		rig_destroy(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_bybit__from_nothing_to_live),
	    cmocka_unit_test(test_venue_bybit__order_of_the_start),
	    cmocka_unit_test(test_venue_bybit__the_first_reading_is_confirmed),
	    cmocka_unit_test(test_venue_bybit__rows_of_a_reading_outrank_what_is_older),
	    cmocka_unit_test(test_venue_bybit__updates_of_the_stream),
	    cmocka_unit_test(test_venue_bybit__tickers_are_merged),
	    cmocka_unit_test(test_venue_bybit__tickers_begin_with_a_snapshot),
	    cmocka_unit_test(test_venue_bybit__a_list_that_lacks_a_position),
	    cmocka_unit_test(test_venue_bybit__a_wallet_that_lacks_a_coin),
	    cmocka_unit_test(test_venue_bybit__a_stream_that_went_deaf),
	    cmocka_unit_test(test_venue_bybit__a_refused_message_is_a_doubt),
	    cmocka_unit_test(test_venue_bybit__an_unlisted_contract_is_a_doubt),
	    cmocka_unit_test(test_venue_bybit__a_category_that_is_new),
	    cmocka_unit_test(test_venue_bybit__a_new_name_that_others_have_read),
	    cmocka_unit_test(test_venue_bybit__a_new_name_that_is_closed_already),
	    cmocka_unit_test(test_venue_bybit__an_option_unheard_of),
	    cmocka_unit_test(test_venue_bybit__links_that_close),
	    cmocka_unit_test(test_venue_bybit__without_a_key),
	    cmocka_unit_test(test_venue_bybit__credentials),
	};
	return cmocka_run_group_tests_name("bybit", tests, NULL, NULL);
}
