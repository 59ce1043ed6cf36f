/* binance_coinm_test.c: COIN-M, live: what differs from USD-M; answers written here. */
#include "binance_rig.h"

static const char rights_reading[] = "{\"enableReading\":true,\"enableFutures\":false}";
static const char contracts[] =
    "{\"symbols\":[{\"symbol\":\"BTCUSD_PERP\",\"pair\":\"BTCUSD\",\"contractType\":\"PERPETUAL\","
    "\"baseAsset\":\"BTC\",\"quoteAsset\":\"USD\",\"marginAsset\":\"BTC\",\"contractSize\":100,"
    "\"deliveryDate\":4133404800000},{\"symbol\":\"ETHUSD_PERP\",\"pair\":\"ETHUSD\","
    "\"contractType\":\"PERPETUAL\",\"baseAsset\":\"ETH\",\"quoteAsset\":\"USD\",\"marginAsset\":"
    "\"ETH\",\"contractSize\":10,\"deliveryDate\":4133404800000},{\"symbol\":\"BTCUSD_270326\","
    "\"pair\":\"BTCUSD\",\"contractType\":\"CURRENT_QUARTER\",\"baseAsset\":\"BTC\","
    "\"quoteAsset\":\"USD\",\"marginAsset\":\"BTC\",\"contractSize\":100,\"deliveryDate\":"
    "1806048000000}]}";
static const char account[] =
    "{\"assets\":[{\"asset\":\"BTC\",\"walletBalance\":\"1.5\",\"unrealizedProfit\":\"0.01\","
    "\"marginBalance\":\"1.51\",\"maintMargin\":\"0.002\",\"initialMargin\":\"0.01\","
    "\"availableBalance\":\"1.4\",\"updateTime\":1},{\"asset\":\"ETH\",\"walletBalance\":\"20\","
    "\"unrealizedProfit\":\"-0.5\",\"marginBalance\":\"19.5\",\"maintMargin\":\"0.05\","
    "\"initialMargin\":\"0.2\",\"availableBalance\":\"19\",\"updateTime\":1}],\"positions\":["
    "{\"symbol\":\"BTCUSD_PERP\",\"positionSide\":\"BOTH\",\"positionAmt\":\"-30\"},"
    "{\"symbol\":\"ETHUSD_PERP\",\"positionSide\":\"BOTH\",\"positionAmt\":\"0\"}]}";
static const char positions[] =
    "[{\"symbol\":\"BTCUSD_PERP\",\"positionSide\":\"BOTH\",\"positionAmt\":\"-30\","
    "\"entryPrice\":\"90000\",\"markPrice\":\"90002\",\"unRealizedProfit\":\"0.01\","
    "\"liquidationPrice\":\"130000.5\",\"leverage\":\"20\",\"marginType\":\"cross\","
    "\"isolatedMargin\":\"0\",\"updateTime\":1},{\"symbol\":\"ETHUSD_PERP\",\"positionSide\":"
    "\"BOTH\",\"positionAmt\":\"0\",\"entryPrice\":\"0.0\",\"markPrice\":\"0\",\"marginType\":"
    "\"cross\",\"updateTime\":0}]";
static const char mark[] =
    "{\"stream\":\"btcusd_perp@markPrice@1s\",\"data\":{\"e\":\"markPriceUpdate\",\"E\":"
    "1800000000000,\"s\":\"BTCUSD_PERP\",\"p\":\"90002\",\"P\":\"90001\",\"r\":\"0.0001\",\"T\":"
    "1800003600000}}";

/* From the start to an open user stream, the snapshot asked for. */
static rig *
session_create(const char *markets)
{
	rig *r = rig_create();
	r->desc = &pli_venue_binance_coinm;
	r->cfg.key = "the-key";
	r->cfg.secret = "the-secret";
	r->cfg.markets = markets;
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	char text[64];
	(void)snprintf(text, sizeof text, "{\"serverTime\":%lld}",
	    (long long)((r->now_ns + 10 * PLM_NS_PER_MS) / PLM_NS_PER_MS));
	assert_int_equal(rig_answer(r, "GET /dapi/v1/time", 200, text), PLM_OK);
	assert_int_equal(
	    rig_answer(r, "GET /sapi/v1/account/apiRestrictions", 200, rights_reading), PLM_OK);
	assert_int_equal(rig_answer(r, "GET /dapi/v1/exchangeInfo", 200, contracts), PLM_OK);
	assert_int_equal(
	    rig_answer(r, "POST /dapi/v1/listenKey", 200, "{\"listenKey\":\"abc\"}"), PLM_OK);
	rig_open(r, 0);
	assert_int_equal(rig_answer(r, "PUT /dapi/v1/listenKey", 200, "{}"), PLM_OK);
	rig_open(r, 1);
	rig_tick(r, 100);
	return r;
}

static const plm_request *
sent_last(const rig *r, plm_request_kind kind, uint8_t link)
{
	for (uint32_t i = r->sent_count; i-- > 0;)
		if (r->sent[i].kind == kind && r->sent[i].link == link)
			return &r->sent[i];
	fail_msg("nothing of that kind was sent");
	return NULL;
}

static void
test_venue_binance_coinm__from_the_start_to_live(void **state)
{
	(void)state;
	rig *r = session_create("");
	assert_string_equal(sent_last(r, PLM_REQUEST_WS_OPEN, 0)->target, "/ws/abc");
	assert_string_equal(sent_last(r, PLM_REQUEST_WS_OPEN, 1)->target, "/stream");
	assert_int_equal(r->events[0].type, PLM_EVENT_SNAPSHOT_BEGIN);
	assert_int_equal(rig_answer(r, "GET /dapi/v1/positionRisk", 200, positions), PLM_OK);
	const plm_position *short_leg = rig_position(r, 0);
	assert_int_equal(short_leg->unit, PLM_UNIT_CONTRACTS);
	assert_int_equal(short_leg->margin_mode, PLM_MARGIN_SEGREGATED);
	assert_decimal(short_leg->quantity, "-30");
	assert_decimal(short_leg->liquidation_price, "130000.5");
	assert_decimal(rig_spec(r, "BTCUSD_PERP")->multiplier, "100");
	assert_decimal(rig_spec(r, "ETHUSD_PERP")->multiplier, "10");
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_int_equal(rig_answer(r, "GET /dapi/v1/account", 200, account), PLM_OK);
	assert_null(rig_event(r, PLM_EVENT_POSITION, 0)); /* they only check */
	const plm_event *end = rig_event(r, PLM_EVENT_SNAPSHOT_END, 0);
	assert_non_null(end);
	assert_int_equal(end->u.snapshot.complete, 1);
	assert_int_equal(end->u.snapshot.rows_count, 4);
	assert_int_equal(rig_say(r, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_int_equal(rig_asked(r, "GET", "/dapi/v1/openOrders"), 1);
	rig_destroy(r);
}

/* Each coin backs its own contracts alone. */
static void
test_venue_binance_coinm__a_pool_for_each_coin(void **state)
{
	(void)state;
	rig *r = session_create("");
	assert_int_equal(rig_answer(r, "GET /dapi/v1/account", 200, account), PLM_OK);
	static const char *const coins[] = {"BTC", "ETH"}, *const equities[] = {"1.51", "19.5"};
	for (uint32_t i = 0; i < 2; i++) {
		const plm_event *balance = rig_event(r, PLM_EVENT_BALANCE, i);
		const plm_event *margin = rig_event(r, PLM_EVENT_VENUE_MARGIN, i);
		assert_string_equal(rig_asset(r, balance->u.balance.asset), coins[i]);
		assert_int_equal(balance->u.balance.margin_mode, PLM_MARGIN_SEGREGATED);
		assert_decimal(balance->u.balance.equity, equities[i]);
		assert_decimal(balance->u.balance.collateral, "null"); /* it moves with marks */
		assert_string_equal(rig_asset(r, margin->u.venue_margin.asset), coins[i]);
		assert_int_equal(margin->u.venue_margin.margin_mode, PLM_MARGIN_SEGREGATED);
		assert_decimal(margin->u.venue_margin.equity, equities[i]);
	}
	assert_null(rig_event(r, PLM_EVENT_VENUE_MARGIN, 2));
	rig_destroy(r);
}

/* There is no stream of all marks: each listed contract's is asked for on the open link, once. */
static void
test_venue_binance_coinm__marks_are_subscribed_to(void **state)
{
	(void)state;
	rig *r = session_create("");
	assert_string_equal(sent_last(r, PLM_REQUEST_WS_SEND, 1)->body,
	    "{\"method\":\"SUBSCRIBE\",\"params\":[\"btcusd_perp@markPrice@1s\","
	    "\"btcusd@indexPrice@1s\",\"ethusd_perp@markPrice@1s\",\"ethusd@indexPrice@1s\","
	    "\"btcusd_270326@markPrice@1s\"],\"id\":3}");
	uint32_t before = rig_links(r, PLM_REQUEST_WS_SEND, 1);
	assert_int_equal(before, 1);
	assert_int_equal(rig_say(r, 1, "{\"result\":null,\"id\":3}"), PLM_EKIND);
	rig_wait(r, 3000);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_SEND, 1), before);
	rig_close(r, 1); /* the link is lost: all are asked for again */
	rig_open(r, 1);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_SEND, 1), before + 1);
	assert_int_equal(
	    rig_say(r, 1,
		"{\"stream\":\"btcusd@indexPrice@1s\",\"data\":{\"e\":\"indexPriceUpdate\""
		",\"E\":1800000000000,\"i\":\"BTCUSD\",\"p\":\"90010\"}}"),
	    PLM_OK);
	const plm_event *index = rig_event(r, PLM_EVENT_INDEX, 0);
	assert_non_null(index);
	assert_decimal(index->u.index.price, "90010");
	assert_string_equal(rig_asset(r, index->u.index.quote), "USD");
	rig_destroy(r);
}

static void
test_venue_binance_coinm__only_wanted_marks(void **state)
{
	(void)state;
	rig *r = session_create("ETHUSD_PERP, BTCUSD_270326");
	assert_string_equal(sent_last(r, PLM_REQUEST_WS_SEND, 1)->body,
	    "{\"method\":\"SUBSCRIBE\",\"params\":[\"ethusd_perp@markPrice@1s\","
	    "\"ethusd@indexPrice@1s\",\"btcusd_270326@markPrice@1s\"],\"id\":3}");
	rig_destroy(r);
}

/* More contracts than fit in one message: several, with every contract once. */
static void
test_venue_binance_coinm__many_marks_in_several_messages(void **state)
{
	(void)state;
	enum { COUNT = 300, ROW = 256 };
	rig *r = session_create("");
	char *text = calloc(COUNT + 1, ROW);
	assert_non_null(text);
	size_t size = (size_t)snprintf(text, ROW, "{\"symbols\":[");
	for (int i = 0; i < COUNT; i++)
		size += (size_t)snprintf(text + size, ROW,
		    "%s{\"symbol\":\"C%03dUSD_PERP\",\"contractType\":\"PERPETUAL\",\"baseAsset\":"
		    "\"C%03d\",\"quoteAsset\":\"USD\",\"marginAsset\":\"C%03d\",\"contractSize\":"
		    "10}",
		    i == 0 ? "" : ",", i, i, i);
	(void)snprintf(text + size, ROW, "]}");
	uint32_t before = r->sent_count;
	assert_int_equal(
	    rig_say(r, 0,
		"{\"e\":\"ACCOUNT_UPDATE\",\"T\":1,\"a\":{\"P\":[{\"s\":\"C000USD_PERP\","
		"\"pa\":\"1\",\"ps\":\"BOTH\"}]}}"),
	    PLM_OK); /* not listed: the list is read again */
	assert_int_equal(rig_answer(r, "GET /dapi/v1/exchangeInfo", 200, text), PLM_OK);
	uint32_t messages = 0, names = 0;
	for (uint32_t i = before; i < r->sent_count; i++) {
		if (r->sent[i].kind != PLM_REQUEST_WS_SEND)
			continue;
		messages++;
		const char *body = r->sent[i].body;
		assert_non_null(strstr(body, "],\"id\":"));
		for (const char *at = body; (at = strstr(at, "@markPrice@1s\"")) != NULL; at++)
			names++;
	}
	assert_true(messages > 3);
	assert_int_equal(names, COUNT);
	free(text);
	rig_destroy(r);
}

static void
test_venue_binance_coinm__hedge_mode_needs_no_word(void **state)
{
	(void)state;
	rig *r = session_create("");
	static const char both[] =
	    "[{\"symbol\":\"BTCUSD_PERP\",\"positionSide\":\"BOTH\",\"positionAmt\":\"0\","
	    "\"updateTime\":0},{\"symbol\":\"BTCUSD_PERP\",\"positionSide\":\"LONG\","
	    "\"positionAmt\":\"5\",\"updateTime\":1},{\"symbol\":\"BTCUSD_PERP\",\"positionSide\":"
	    "\"SHORT\",\"positionAmt\":\"-7\",\"updateTime\":1}]";
	assert_int_equal(rig_answer(r, "GET /dapi/v1/positionRisk", 200, both), PLM_OK);
	assert_int_equal(rig_position(r, 1)->side, PLM_SIDE_LONG);
	assert_int_equal(rig_position(r, 2)->side, PLM_SIDE_SHORT);
	assert_decimal(rig_position(r, 2)->quantity, "-7");
	rig_destroy(r);
	r = session_create("");
	static const char mixed[] =
	    "[{\"symbol\":\"BTCUSD_PERP\",\"positionSide\":\"BOTH\",\"positionAmt\":\"3\","
	    "\"updateTime\":1},{\"symbol\":\"BTCUSD_PERP\",\"positionSide\":\"SHORT\","
	    "\"positionAmt\":\"-7\",\"updateTime\":1}]";
	assert_int_equal(rig_answer(r, "GET /dapi/v1/positionRisk", 200, mixed), PLM_OK);
	assert_non_null(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0));
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_non_null(strstr(rig_status(r).text, "open legs of both position modes"));
	rig_destroy(r);
}

/* Of a contract that its list lacks a size is in contracts too, when the list tells of it later. */
static void
test_venue_binance_coinm__an_unlisted_contract_counts_contracts(void **state)
{
	(void)state;
	rig *r = session_create("");
	assert_int_equal(
	    rig_say(r, 0,
		"{\"e\":\"ACCOUNT_UPDATE\",\"T\":7,\"a\":{\"m\":\"ORDER\",\"P\":[{\"s\":"
		"\"BTC1USD_PERP\",\"pa\":\"40\",\"ps\":\"BOTH\"}]}}"),
	    PLM_OK);
	assert_int_equal(rig_spec(r, "BTC1USD_PERP")->spec_source, PLM_SPEC_NONE);
	assert_int_equal(rig_position(r, 0)->unit, PLM_UNIT_CONTRACTS);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance_coinm__an_unlisted_contract_counts_contracts),
	    cmocka_unit_test(test_venue_binance_coinm__from_the_start_to_live),
	    cmocka_unit_test(test_venue_binance_coinm__a_pool_for_each_coin),
	    cmocka_unit_test(test_venue_binance_coinm__marks_are_subscribed_to),
	    cmocka_unit_test(test_venue_binance_coinm__only_wanted_marks),
	    cmocka_unit_test(test_venue_binance_coinm__many_marks_in_several_messages),
	    cmocka_unit_test(test_venue_binance_coinm__hedge_mode_needs_no_word),
	};
	return cmocka_run_group_tests_name("binance_coinm", tests, NULL, NULL);
}
