/* bybit_log_test.c: what came and went by the unified account's log, and when it is read. */
#include "bybit_host.h"

#define LOG "/v5/account/transaction-log?accountType=UNIFIED&type=TRANSFER_"
#define LOG_IN LOG "IN&limit=50&startTime="
#define LOG_OUT LOG "OUT&limit=50&startTime="
#define ROW(type, id, currency, change)                                                            \
	"{\"transSubType\":\"\",\"id\":" id ",\"symbol\":\"\",\"side\":\"None\",\"funding\":\"\"," \
	"\"orderId\":\"\",\"fee\":\"0\",\"change\":" change ",\"cashFlow\":\"1\","                 \
	"\"transactionTime\":\"1600000000000\",\"type\":\"" type "\",\"size\":\"0\","              \
	"\"qty\":\"0\",\"cashBalance\":\"9\",\"currency\":\"" currency "\",\"category\":\"\"}"
#define PAGE(rows, cursor)                                                                         \
	"{\"retCode\":0,\"retMsg\":\"OK\",\"result\":{\"list\":[" rows                             \
	"],\"nextPageCursor\":\"" cursor "\"},\"time\":1800000000000}"

static void
test_bybit_log__transfers_alone(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, RIG_LIST(ROW("TRANSFER_OUT", "\"7\"", "USDT", "\"-250.5\"") "," ROW(
			      "TRADE", "\"8\"", "USDT", "\"-3\"") "," ROW("TRANSFER_IN", "\"9\"",
			      "BTC", "\"0.5\"") "," ROW("TRANSFER_IN", "\"10\"", "BTC", "\"0\""))),
	    PLM_OK);
	assert_int_equal(r->events_count, 2);
	const plm_transfer *left = rig_internal(r, 0, "USDT", "-250.5");
	const plm_transfer *came = rig_internal(r, 1, "BTC", "0.5");
	assert_true(came->transfer_hash != left->transfer_hash);
	assert_int_equal(r->events[0].venue_time_ns, INT64_C(1600000000) * PLM_NS_PER_S);
	rig_destroy(r);
}

static void
test_bybit_log__broken_rows_tell_nothing(void **state)
{
	static const char *const texts[] = {
	    RIG_LIST(ROW("TRANSFER_IN", "\"7\"", "BTC", "\"1\"") "," ROW(
		"TRANSFER_IN", "\"8\"", "BTC", "\"\"")),
	    RIG_LIST(ROW("TRANSFER_IN", "\"7\"", "BTC", "\"much\"")),
	    RIG_LIST(ROW("TRANSFER_IN", "\"7\"", "", "\"1\"")),
	    RIG_LIST(ROW("TRANSFER_IN", "\"\"", "BTC", "\"1\"")),
	    RIG_LIST("{\"id\":\"7\",\"type\":\"TRANSFER_IN\",\"currency\":\"BTC\",\"change\":\"1\","
		     "\"cashFlow\":\"1\",\"transactionTime\":\"\"}")};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		rig *r = rig_create();
		plm_err err = rig_decode(r, texts[i]);
		if (err == PLM_OK || r->events_count != 0)
			fail_msg("%zu: %s, %u events", i, plm_err_name(err), r->events_count);
		rig_destroy(r);
	}
}

/* How far back the newest question reaches, ms. */
static long long
reach_ms(const rig *r, const char *target)
{
	const plm_request *last = rig_last(r, target);
	assert_non_null(last);
	return (long long)(r->now_ns / PLM_NS_PER_MS) -
	       strtoll(last->target + strlen(target), NULL, 10);
}

static void
answer_logs(rig *r)
{
	assert_int_equal(rig_answer(r, LOG_IN, 200, RIG_LIST("")), PLM_OK);
	assert_int_equal(rig_answer(r, LOG_OUT, 200, RIG_LIST("")), PLM_OK);
}

static void
test_bybit_log__a_day_once_then_what_is_new(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_wait(r, 100);
	assert_int_equal(rig_asked(r, LOG_IN), 1);
	assert_int_equal(rig_asked(r, LOG_OUT), 1);
	assert_in_range(reach_ms(r, LOG_IN), 86400000 - 1000, 86400000 + 1000);
	answer_logs(r);
	bybit_pass(r, 55000);
	assert_int_equal(rig_asked(r, LOG_IN), 1);
	bybit_pass(r, 6000);
	assert_int_equal(rig_asked(r, LOG_IN), 2);
	assert_int_equal(rig_asked(r, LOG_OUT), 2);
	assert_in_range(reach_ms(r, LOG_OUT), 3600000 + 50000, 3600000 + 65000);
	rig_destroy(r);
}

/* The pages of an answer begin at one time; what they tell is told. */
static void
test_bybit_log__pages_belong_together(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_wait(r, 100);
	char first[PLM_TARGET_MAX], next[PLM_TARGET_MAX + 32];
	(void)snprintf(first, sizeof first, "%s", rig_last(r, LOG_IN)->target);
	assert_int_equal(rig_answer(r, LOG_IN, 200,
			     PAGE(ROW("TRANSFER_IN", "\"7\"", "BTC", "\"1\""), "21963%3A1")),
	    PLM_OK);
	assert_decimal(rig_need(r, PLM_EVENT_TRANSFER, 0)->u.transfer.quantity, "1");
	rig_wait(r, 100);
	(void)snprintf(next, sizeof next, "%s&cursor=21963%%3A1", first);
	assert_string_equal(rig_last(r, LOG_IN)->target, next);
	assert_int_equal(rig_answer(r, LOG_IN, 200, PAGE("", "")), PLM_OK);
	assert_int_equal(rig_answer(r, LOG_OUT, 200, RIG_LIST("")), PLM_OK);
	bybit_pass(r, 61000);
	assert_null(strstr(rig_last(r, LOG_IN)->target, "cursor"));
	assert_in_range(reach_ms(r, LOG_IN), 3600000 + 50000, 3600000 + 65000);
	rig_destroy(r);
}

#define WALLET                                                                                     \
	"{\"topic\":\"wallet\",\"creationTime\":1800000000000,\"data\":[{\"accountType\":"         \
	"\"UNIFIED\",\"accountIMRate\":\"0.1\",\"accountMMRate\":\"0.05\","                        \
	"\"totalMarginBalance\":\"900\",\"coin\":[" RIG_USDT_ROW "]}]}"

static void
test_bybit_log__a_change_of_the_wallet_is_asked_about_soon(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_wait(r, 100);
	answer_logs(r);
	bybit_pass(r, 15000);
	assert_int_equal(rig_say(r, BYBIT_LINK_USER, WALLET), PLM_OK);
	rig_wait(r, 900);
	assert_int_equal(rig_asked(r, LOG_IN), 1);
	rig_wait(r, 200);
	assert_int_equal(rig_asked(r, LOG_IN), 2);
	answer_logs(r);
	/* with each second another one, it is asked once in ten */
	for (int i = 0; i < 20; i++) {
		assert_int_equal(rig_say(r, BYBIT_LINK_USER, WALLET), PLM_OK);
		rig_wait(r, 1000);
		if (rig_asked(r, LOG_IN) > 2 && i == 10)
			answer_logs(r);
	}
	assert_in_range(rig_asked(r, LOG_IN), 3, 4);
	rig_destroy(r);
}

/* They are refused: none of the key's, and the account counts all the same. */
static void
test_bybit_log__a_refusal_costs_the_movements_alone(void **state)
{
	(void)state;
	rig *r = rig_create();
	rig_go(r);
	rig_price(r);
	uint32_t answered = 0;
	for (int i = 0; i < 40 && strcmp(rig_status(r).text, PLI_LEDGER_SILENT) != 0; i++) {
		rig_wait(r, 500);
		if (rig_asked(r, LOG_IN) == answered)
			continue;
		answered = rig_asked(r, LOG_IN);
		assert_int_equal(
		    rig_answer(r, LOG_IN, 200,
			"{\"retCode\":10005,\"retMsg\":\"Permission denied\",\"result\":"
			"{},\"time\":1800000000000}"),
		    PLM_OK);
	}
	assert_int_equal(answered, 4);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bybit_log__transfers_alone),
	    cmocka_unit_test(test_bybit_log__broken_rows_tell_nothing),
	    cmocka_unit_test(test_bybit_log__a_day_once_then_what_is_new),
	    cmocka_unit_test(test_bybit_log__pages_belong_together),
	    cmocka_unit_test(test_bybit_log__a_change_of_the_wallet_is_asked_about_soon),
	    cmocka_unit_test(test_bybit_log__a_refusal_costs_the_movements_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
