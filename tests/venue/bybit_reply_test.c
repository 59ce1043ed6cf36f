/* bybit_reply_test.c: what the answers to requests mean, good and bad. */
#include "bybit_host.h"

#define ERROR_BODY(code) "{\"retCode\":" code ",\"retMsg\":\"no\",\"result\":{},\"time\":1}"

static rig *
rig_with_key(void)
{
	rig *r = rig_create();
	r->cfg.key = "k1";
	r->cfg.secret = "s1";
	return r;
}

static void
test_venue_bybit_reply__a_key_that_may_write_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *rights, *text;
		bool trade, withdraw;
	} rows[] = {
	    {"\"readOnly\":0,\"permissions\":{\"ContractTrade\":[\"Order\"],\"Spot\":[]}",
		"ContractTrade", true, false},
	    {"\"readOnly\":0,\"permissions\":{\"Spot\":[\"SpotTrade\"],\"Wallet\":[\"Withdraw\"]}",
		"Spot, Wallet", true, true},
	    {"\"readOnly\":0,\"permissions\":{\"Wallet\":[\"AccountTransfer\"]}", "Wallet", false,
		true},
	};
	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		bool allowed = i % 2 == 1;
		rig *r = rig_with_key();
		char body[300];
		r->cfg.allow_trading_keys = allowed;
		rig_start(r);
		rig_open(r, PLM_LINK_NONE);
		rig_answer_time(r);
		(void)snprintf(
		    body, sizeof body, "{\"retCode\":0,\"result\":{%s}}", rows[i / 2].rights);
		assert_int_equal(
		    rig_answer(r, RIG_RIGHTS, 200, body), allowed ? PLM_OK : PLM_EKEYPOWER);
		plm_venue_status status = rig_status(r);
		assert_int_equal(status.key_can_trade, rows[i / 2].trade);
		assert_int_equal(status.key_can_withdraw, rows[i / 2].withdraw);
		assert_int_equal(status.status, allowed ? PLM_FEED_CONNECTING : PLM_FEED_DOWN);
		assert_int_equal(
		    rig_links(r, PLM_REQUEST_WS_OPEN, BYBIT_LINK_USER), allowed ? 1 : 0);
		if (!allowed) {
			assert_non_null(strstr(r->fault.text, rows[i / 2].text));
			assert_non_null(strstr(r->fault.text, "allow_trading_keys"));
			uint32_t sent = r->sent_count;
			rig_wait(r, 5000);
			assert_int_equal(r->sent_count, sent); /* nothing more is asked */
		}
		rig_destroy(r);
	}
}

static void
test_venue_bybit_reply__a_key_that_only_reads(void **state)
{
	(void)state;
	rig *r = rig_with_key();
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	rig_answer_time(r);
	assert_int_equal(
	    rig_answer(r, RIG_RIGHTS, 200,
		"{\"retCode\":0,\"result\":{\"readOnly\":1,\"permissions\":{\"ContractTrade\":["
		"\"Order\",\"Position\"],\"Wallet\":[\"AccountTransfer\"]}}}"),
	    PLM_OK);
	assert_false(rig_status(r).key_can_trade || rig_status(r).key_can_withdraw);
	assert_true(rig_status(r).key_checked);
	/* an answer that does not say it is none */
	rig_wait(r, 600000);
	assert_int_equal(
	    rig_answer(r, RIG_RIGHTS, 200, "{\"retCode\":0,\"result\":{\"permissions\":{}}}"),
	    PLM_EDECODE);
	rig_destroy(r);
}

static void
test_venue_bybit_reply__codes_that_are_of_the_key(void **state)
{
	(void)state;
	static const char *const bodies[] = {ERROR_BODY("10003"), ERROR_BODY("10004"),
	    ERROR_BODY("10005"), ERROR_BODY("10010"), ERROR_BODY("33004")};
	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		rig *r = rig_with_key();
		rig_start(r);
		rig_open(r, PLM_LINK_NONE);
		rig_answer_time(r);
		assert_int_equal(rig_answer(r, RIG_RIGHTS, 200, bodies[i]), PLM_EAUTH);
		assert_int_equal(rig_status(r).status, PLM_FEED_DOWN);
		assert_non_null(strstr(rig_status(r).text, "refuses the key"));
		rig_destroy(r);
	}
}

/* Told by HTTP, the body may be empty. */
static void
test_venue_bybit_reply__a_key_that_is_unknown(void **state)
{
	(void)state;
	rig *r = rig_with_key();
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	rig_answer_time(r);
	assert_int_equal(rig_answer(r, RIG_RIGHTS, 401, ""), PLM_EAUTH);
	assert_int_equal(rig_status(r).status, PLM_FEED_DOWN);
	assert_non_null(strstr(r->fault.text, "401"));
	rig_destroy(r);
}

/* A key that may not read orders reads the rest. */
static void
test_venue_bybit_reply__orders_that_may_not_be_read(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	assert_int_equal(
	    rig_answer(r, "/v5/order/realtime?category=option", 200, ERROR_BODY("10005")), PLM_OK);
	assert_int_not_equal(rig_status(r).status, PLM_FEED_DOWN);
	assert_int_equal(
	    rig_answer(r, "/v5/order/realtime?category=inverse", 200,
		"{\"retCode\":0,\"result\":{\"category\":\"inverse\",\"nextPageCursor\":\"\","
		"\"list\":"
		"[{\"symbol\":\"BTCUSD\",\"orderId\":\"o\",\"side\":\"Buy\",\"price\":\"50000\","
		"\"leavesQty\":\"100\",\"orderStatus\":\"New\"}]},\"time\":1800000000000}"),
	    PLM_OK);
	assert_decimal(rig_event(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open.quantity, "100");
	assert_int_equal(rig_event(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open.unit, PLM_UNIT_USD);
	rig_destroy(r);
}

#define TIER(cap, rate, initial, leverage, amount)                                                 \
	"{\"id\":1,\"symbol\":\"BTCUSDT\",\"riskLimitValue\":\"" cap                               \
	"\",\"maintenanceMargin\":\"" rate "\",\"initialMargin\":\"" initial                       \
	"\",\"maxLeverage\":\"" leverage "\",\"mmDeduction\":\"" amount "\"}"
#define RIG_TIERS "/v5/market/risk-limit?category=linear&symbol=BTCUSDT"

/* Of what is held, a table a contract, in percents as the venue's pages have it, or in fractions.
 */
static void
test_venue_bybit_reply__tables_of_tiers(void **state)
{
	(void)state;
	static const char *const bodies[] = {
	    RIG_LIST(TIER("2000000", "0.005", "0.01", "100.00", "") "," TIER(
		"2600000", "0.0056", "0.0111", "90.00", "1200")),
	    RIG_LIST(TIER("2000000", "0.5", "1", "100.00", "") "," TIER(
		"2600000", "0.56", "1.11", "90.00", "1200"))};
	for (size_t i = 0; i < 2; i++) {
		rig *r = rig_create();
		rig_go(r);
		rig_wait(r, 100);
		assert_int_equal(rig_answer(r, RIG_TIERS, 200, bodies[i]), PLM_OK);
		assert_int_equal(rig_count(r, PLM_EVENT_MARGIN_TIER), 2);
		const plm_margin_tier *low = &rig_event(r, PLM_EVENT_MARGIN_TIER, 0)->u.margin_tier;
		const plm_margin_tier *high =
		    &rig_event(r, PLM_EVENT_MARGIN_TIER, 1)->u.margin_tier;
		assert_int_equal(low->instrument.value, rig_spec(r, "BTCUSDT")->id.value);
		assert_decimal(low->notional_floor, "0");
		assert_decimal(low->maintenance_amount, "0");
		assert_decimal(high->notional_floor, "2000000");
		assert_decimal(high->notional_cap, "2600000");
		assert_decimal(high->maintenance_rate, "0.0056");
		assert_decimal(high->maintenance_amount, "1200");
		assert_decimal(high->leverage_max, "90");
		assert_int_equal(high->in_contracts, 0);
		uint32_t asked = rig_asked(r, RIG_TIERS);
		rig_wait(r, 30000);
		assert_int_equal(rig_asked(r, RIG_TIERS), asked); /* tomorrow */
		rig_destroy(r);
	}
}

/* The venue's own error is told; a stamp that it does not take has the clock read again. */
static void
test_venue_bybit_reply__errors_that_pass(void **state)
{
	(void)state;
	rig *r = rig_with_key();
	rig_start(r);
	rig_login(r);
	uint32_t times = rig_asked(r, RIG_TIME);
	assert_int_equal(rig_answer(r, RIG_CONFIG, 200, ERROR_BODY("10002")), PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.code, 10002);
	const plm_event *end = rig_event(r, PLM_EVENT_SNAPSHOT_END, 0);
	assert_int_equal(end->u.snapshot.complete, 0);
	assert_int_equal(rig_asked(r, RIG_TIME), times + 1);
	assert_non_null(strstr(rig_status(r).text, "asked for again"));
	/* as long as the venue says, if it says */
	rig_wait(r, 1200);
	plm_request request = *rig_last(r, RIG_CONFIG);
	plm_frame frame = {
	    .kind = PLM_FRAME_HTTP, .status = 429, .tag = request.tag, .retry_after_s = 7};
	assert_int_equal(rig_frame(r, &frame), PLM_OK);
	uint32_t asked = rig_asked(r, RIG_CONFIG);
	rig_wait(r, 6800);
	assert_int_equal(rig_asked(r, RIG_CONFIG), asked);
	rig_wait(r, 400);
	assert_int_equal(rig_asked(r, RIG_CONFIG), asked + 1);
	rig_destroy(r);
}

static void
test_venue_bybit_reply__accounts_that_are_not_unified(void **state)
{
	(void)state;
	rig *r = rig_with_key();
	rig_start(r);
	rig_login(r);
	assert_int_equal(
	    rig_answer(r, RIG_CONFIG, 200, RIG_MODES("REGULAR_MARGIN", "3")), PLM_EAUTH);
	assert_non_null(strstr(r->fault.text, "unified trading account 2.0"));
	assert_int_equal(rig_status(r).status, PLM_FEED_DOWN);
	assert_non_null(strstr(rig_status(r).text, "unifiedMarginStatus 3"));
	rig_destroy(r);
	r = rig_with_key();
	rig_start(r);
	rig_login(r);
	assert_int_equal(rig_answer(r, RIG_CONFIG, 200, RIG_MODES("NEW_MARGIN", "6")), PLM_EDECODE);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	rig_destroy(r);
}

/* What an account is margined by is told with its totals. */
static void
test_venue_bybit_reply__portfolio_margin_is_told(void **state)
{
	(void)state;
	static const char *const modes[] = {
	    RIG_MODES("REGULAR_MARGIN", "6"), RIG_MODES("PORTFOLIO_MARGIN", "6")};
	for (int i = 0; i < 2; i++) {
		rig *r = rig_with_key();
		rig_start(r);
		rig_login(r);
		assert_int_equal(rig_answer(r, RIG_CONFIG, 200, modes[i]), PLM_OK);
		assert_int_equal(
		    rig_answer(r, RIG_WALLET, 200,
			RIG_LIST("{\"accountType\":\"UNIFIED\",\"accountIMRate\":"
				 "\"0.1\",\"totalMarginBalance\":\"900\","
				 "\"totalEquity\":\"1000\",\"coin\":[" RIG_USDT_ROW "]}")),
		    PLM_OK);
		const plm_venue_margin *told =
		    &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
		assert_int_equal(told->is_portfolio, i);
		assert_decimal(told->equity, i == 0 ? "900" : "1000");
		rig_destroy(r);
	}
}

#define PAGE(rows, cursor)                                                                         \
	"{\"retCode\":0,\"result\":{\"list\":[" rows "],\"nextPageCursor\":\"" cursor              \
	"\"},\"time\":1800000000000}"

/* A list is read to its end, and only then it counts; its last page may hold a cursor, too. */
static void
test_venue_bybit_reply__lists_of_several_pages(void **state)
{
	(void)state;
	rig *r = rig_with_key();
	rig_start(r);
	rig_login(r);
	assert_int_equal(rig_answer(r, RIG_CONFIG, 200, RIG_MODES("REGULAR_MARGIN", "6")), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_WALLET, 200, RIG_COINS(RIG_USDT_ROW)), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_USDC, 200, RIG_LIST("")), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_COIN, 200, RIG_LIST("")), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_OPTION, 200, RIG_LIST("")), PLM_OK);
	assert_int_equal(
	    rig_answer(r, RIG_USDT, 200, PAGE(RIG_ROW("BTCUSDT", "0", "Buy", "0.5"), "p%2C1")),
	    PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 1);
	assert_null(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0));
	assert_non_null(strstr(rig_last(r, RIG_USDT)->target, "&cursor=p%2C1"));
	assert_int_equal(
	    rig_answer(r, RIG_USDT, 200, PAGE(RIG_ROW("ETHUSDT", "0", "Sell", "2"), "p%2C2")),
	    PLM_OK);
	assert_null(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0));
	assert_int_equal(rig_answer(r, RIG_USDT, 200, PAGE("", "p%2C3")), PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.rows_count, 3);
	rig_destroy(r);
}

static void
test_venue_bybit_reply__a_cursor_that_cannot_be(void **state)
{
	(void)state;
	rig *r = rig_with_key();
	rig_start(r);
	rig_login(r);
	assert_int_equal(rig_answer(r, RIG_CONFIG, 200, RIG_MODES("REGULAR_MARGIN", "6")), PLM_OK);
	assert_int_equal(
	    rig_answer(r, RIG_USDT, 200, PAGE(RIG_ROW("BTCUSDT", "0", "Buy", "0.5"), "a&b=c")),
	    PLM_EDECODE);
	assert_non_null(strstr(r->fault.text, "cursors of plain characters"));
	rig_wait(r, 200);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	rig_destroy(r);
}

/* Of the wrong shape, of an earlier epoch, without a body. */
static void
test_venue_bybit_reply__answers_that_are_none(void **state)
{
	(void)state;
	rig *r = rig_with_key();
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	plm_frame frame = {.kind = PLM_FRAME_HTTP, .status = 200, .tag = 12345 << 8};
	assert_int_equal(rig_frame(r, &frame), PLM_OK);
	frame.tag = 255;
	assert_int_equal(rig_frame(r, &frame), PLM_OK);
	assert_int_equal(
	    rig_answer(r, RIG_TIME, 200, "{\"retCode\":0,\"result\":{}}"), PLM_EDECODE);
	rig_wait(r, 1100);
	assert_int_equal(rig_answer(r, RIG_TIME, 200, ""), PLM_EDECODE);
	rig_wait(r, 2100);
	assert_int_equal(rig_answer(r, RIG_TIME, 0, ""), PLM_OK);
	rig_wait(r, 4100);
	rig_answer_time(r);
	assert_int_equal(
	    rig_answer(r, RIG_LINEAR, 200, "{\"retCode\":0,\"result\":{\"x\":1}}"), PLM_EDECODE);
	assert_int_equal(rig_asked(r, RIG_TIME), 4);
	rig_destroy(r);
}

static void
test_venue_bybit_reply__a_clock_that_is_off(void **state)
{
	(void)state;
	rig *r = rig_with_key();
	r->venue_ahead_ms = -4000;
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	rig_answer_time(r);
	assert_non_null(strstr(rig_status(r).text, "4.0 s off"));
	plm_venue_status status = rig_status(r);
	assert_true(status.clock_error_ns > 0 && status.clock_error_ns < PLM_NS_PER_S);
	assert_near((double)status.clock_offset_ns, -4e9, (double)status.clock_error_ns + 1e6);
	rig_destroy(r);
}

#define STATUS(state)                                                                              \
	"{\"retCode\":0,\"result\":{\"list\":[{\"state\":\"completed\",\"end\":\"1\"},{"           \
	"\"state\":\"" state "\",\"end\":\"1800000600000\"}]},\"time\":1800000000000}"

/* Announced maintenance is the reason for a feed that is not live, and no reason to doubt one that
 * is.
 */
static void
test_venue_bybit_reply__maintenance(void **state)
{
	(void)state;
	rig *r = rig_with_key();
	rig_start(r);
	rig_login(r);
	assert_int_equal(rig_answer(r, "/v5/system/status", 200, STATUS("ongoing")), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_MAINTENANCE);
	assert_true(rig_status(r).until_ns == INT64_C(1800000600000) * PLM_NS_PER_MS);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    rig_reading(r, RIG_COINS(""), RIG_LIST(""), RIG_LIST(""), RIG_LIST("")),
		    PLM_OK);
		rig_wait(r, i == 0 ? 1100 : 0);
	}
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	bybit_pass(r, 29000); /* readings hang */
	bybit_pass(r, 29000);
	assert_int_equal(rig_status(r).status, PLM_FEED_MAINTENANCE);
	bybit_pass(r, 260000);
	assert_int_equal(rig_answer(r, "/v5/system/status", 200, STATUS("scheduled")), PLM_OK);
	assert_int_not_equal(rig_status(r).status, PLM_FEED_MAINTENANCE);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_bybit_reply__a_key_that_may_write_is_refused),
	    cmocka_unit_test(test_venue_bybit_reply__a_key_that_only_reads),
	    cmocka_unit_test(test_venue_bybit_reply__codes_that_are_of_the_key),
	    cmocka_unit_test(test_venue_bybit_reply__a_key_that_is_unknown),
	    cmocka_unit_test(test_venue_bybit_reply__orders_that_may_not_be_read),
	    cmocka_unit_test(test_venue_bybit_reply__tables_of_tiers),
	    cmocka_unit_test(test_venue_bybit_reply__errors_that_pass),
	    cmocka_unit_test(test_venue_bybit_reply__accounts_that_are_not_unified),
	    cmocka_unit_test(test_venue_bybit_reply__lists_of_several_pages),
	    cmocka_unit_test(test_venue_bybit_reply__a_cursor_that_cannot_be),
	    cmocka_unit_test(test_venue_bybit_reply__portfolio_margin_is_told),
	    cmocka_unit_test(test_venue_bybit_reply__answers_that_are_none),
	    cmocka_unit_test(test_venue_bybit_reply__a_clock_that_is_off),
	    cmocka_unit_test(test_venue_bybit_reply__maintenance),
	};
	return cmocka_run_group_tests_name("bybit_reply", tests, NULL, NULL);
}
