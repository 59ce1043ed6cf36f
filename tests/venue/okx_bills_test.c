/* okx_bills_test.c: what came and went by the trading account's bills, and when they are read. */
#include "okx_script.h"

#define BILL(type, id, ccy, change)                                                                \
	"{\"instType\":\"\",\"billId\":" id ",\"type\":\"" type                                    \
	"\",\"subType\":\"12\",\"ccy\":\"" ccy "\",\"balChg\":" change                             \
	",\"bal\":\"9\",\"posBalChg\":\"0\",\"mgnMode\":\"\","                                     \
	"\"instId\":\"\",\"from\":\"18\",\"to\":\"6\",\"ts\":\"1600000000000\"}"
#define BILLS(rows) "{\"code\":\"0\",\"msg\":\"\",\"data\":[" rows "]}"
#define MOVED(type)                                                                                \
	"{\"arg\":{\"channel\":\"balance_and_position\"},\"data\":[{\"pTime\":\"1800000000000\","  \
	"\"eventType\":\"" type "\",\"balData\":[],\"posData\":[]}]}"

static void
test_okx_bills__transfers_alone(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, BILLS(BILL("1", "\"7\"", "USDT", "\"-250.5\"") "," BILL("2",
					   "\"8\"", "USDT", "\"-3\"") "," BILL("1", "\"9\"", "BTC",
					   "\"0.5\"") "," BILL("1", "\"10\"", "BTC", "\"0\""))),
	    PLM_OK);
	assert_int_equal(r->events_count, 2);
	const plm_transfer *left = rig_internal(r, 0, "USDT", "-250.5");
	const plm_transfer *came = rig_internal(r, 1, "BTC", "0.5");
	assert_true(came->transfer_hash != left->transfer_hash);
	assert_int_equal(r->events[0].venue_time_ns, INT64_C(1600000000) * PLM_NS_PER_S);
	rig_destroy(r);
}

/* Bills of the funding account have other types: none of them is read as one of these. */
static void
test_okx_bills__of_the_funding_account_are_not_read(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		BILLS("{\"billId\":\"7\",\"ccy\":\"BTC\",\"clientId\":\"\","
		      "\"balChg\":\"2\",\"bal\":\"12\",\"type\":\"1\",\"ts\":\"1600000000000\"}")),
	    PLM_EKIND);
	rig_destroy(r);
}

static void
test_okx_bills__broken_ones_tell_nothing(void **state)
{
	static const char *const texts[] = {
	    BILLS(BILL("1", "\"7\"", "BTC", "\"1\"") "," BILL("1", "\"8\"", "BTC", "\"\"")),
	    BILLS(BILL("1", "\"7\"", "BTC", "\"much\"")), BILLS(BILL("1", "\"7\"", "", "\"1\"")),
	    BILLS(BILL("1", "\"\"", "BTC", "\"1\"")), BILLS(BILL("1", "null", "BTC", "\"1\"")),
	    BILLS("{\"billId\":\"7\",\"type\":\"1\",\"subType\":\"11\",\"ccy\":\"BTC\",\"balChg\":"
		  "\"1\"}")};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		rig *r = rig_create();
		assert_int_equal(rig_decode(r, texts[i]), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
		rig_destroy(r);
	}
}

/* How far back the newest question reaches, ms. */
static long long
reach_ms(const rig *r)
{
	const char *at = NULL;
	for (uint32_t i = 0; i < r->sent_count; i++)
		if (strstr(script_text(&r->sent[i]), "account/bills") != NULL)
			at = strstr(script_text(&r->sent[i]), "&begin=");
	assert_non_null(at);
	return (long long)(r->now_ns / PLM_NS_PER_MS) - strtoll(at + 7, NULL, 10);
}

static void
test_okx_bills__a_day_once_then_what_is_new(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	assert_int_equal(script_count(r, "account/bills?type=1&begin="), 1);
	assert_true(script_sent(r, "account/bills") > script_sent(r, "account/balance"));
	assert_in_range(reach_ms(r), 86400000, 86400000 + 3000);
	script_pass(r, 50000);
	assert_int_equal(script_count(r, "account/bills"), 1);
	script_pass(r, 12000);
	assert_int_equal(script_count(r, "account/bills"), 2);
	assert_in_range(reach_ms(r), 3600000 + 55000, 3600000 + 75000);
	rig_destroy(r);
}

static void
test_okx_bills__a_transfer_is_read_soon(void **state)
{
	(void)state;
	rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
	script_pass(r, 5000);
	script_push(r, MOVED("funding_fee"));
	script_pass(r, 3000);
	assert_int_equal(script_count(r, "account/bills"), 1);
	okx.bills = BILL("1", "\"7\"", "USDT", "\"-250.5\"");
	script_push(r, MOVED("transferred"));
	okx.mute = true;
	script_pass(r, 1500);
	assert_int_equal(script_count(r, "account/bills"), 2);
	script_answer_one(r, "account/bills");
	assert_decimal(rig_need(r, PLM_EVENT_TRANSFER, 0)->u.transfer.quantity, "-250.5");
	rig_destroy(r);
}

/* They cannot be read: the account counts all the same, and says so. */
static void
test_okx_bills__without_them_the_feed_is_live(void **state)
{
	(void)state;
	rig *r = script_create("");
	okx.positions = OKX_POSITION("BTC-USDT-SWAP", "-3");
	okx.bills = BILL("1", "\"7\"", "USDT", "\"much\"");
	script_start(r);
	script_pass(r, 60000);
	assert_true(script_count(r, "account/bills") >= 4);
	assert_true(script_count(r, "account/bills") <= 7); /* later and later */
	assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
	assert_string_equal(script_status(r).text, PLI_LEDGER_SILENT);
	okx.bills = NULL;
	script_pass(r, 35000);
	assert_string_equal(script_status(r).text, "");
	assert_in_range(reach_ms(r), 86400000, 86400000 + 40000); /* nothing was skipped */
	rig_destroy(r);
}

static void
test_okx_bills__a_refusal_is_neither_of_key_nor_of_venue(void **state)
{
	static const struct {
		uint16_t status;
		const char *body;
	} refusals[] = {{401, "{\"code\":\"50120\",\"msg\":\"no permission\",\"data\":[]}"},
	    {503, "{\"code\":\"50001\",\"msg\":\"unavailable\",\"data\":[]}"}};
	(void)state;
	for (size_t k = 0; k < 2; k++) {
		rig *r = script_live("", OKX_POSITION("BTC-USDT-SWAP", "-3"));
		script_push(r, MOVED("transferred"));
		okx.mute = true;
		script_pass(r, 1500);
		int asked = script_sent(r, "account/bills");
		for (uint32_t i = 0; i < r->sent_count; i++)
			if (strstr(script_text(&r->sent[i]), "account/bills") != NULL)
				asked = (int)i;
		plm_frame frame = {.kind = PLM_FRAME_HTTP,
		    .status = refusals[k].status,
		    .tag = r->sent[asked].tag,
		    .bytes = plm_slice_of(refusals[k].body)};
		script_frame(r, &frame);
		assert_non_null(rig_event(r, PLM_EVENT_VENUE_ERROR, 0)); /* it was taken */
		assert_int_equal(r->err, PLM_OK);
		assert_int_equal(script_status(r).status, PLM_FEED_LIVE);
		rig_destroy(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_okx_bills__transfers_alone),
	    cmocka_unit_test(test_okx_bills__of_the_funding_account_are_not_read),
	    cmocka_unit_test(test_okx_bills__broken_ones_tell_nothing),
	    cmocka_unit_test(test_okx_bills__a_day_once_then_what_is_new),
	    cmocka_unit_test(test_okx_bills__a_transfer_is_read_soon),
	    cmocka_unit_test(test_okx_bills__without_them_the_feed_is_live),
	    cmocka_unit_test(test_okx_bills__a_refusal_is_neither_of_key_nor_of_venue),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
