/* bitmex_history_test.c: what came and went by the wallet's history, and when it is read. */
#include "bitmex_rig.h"
#include "venue/ledger_ask.h"

#define SENT                                                                                       \
	"\"transactTime\":\"2027-01-15T07:00:00.000Z\",\"timestamp\":\"2027-01-15T08:00:00.000Z\""
#define MOVE(id, type, status, currency, amount, rest)                                             \
	"{\"transactID\":\"" id "\",\"account\":1,\"currency\":\"" currency                        \
	"\",\"transactType\":\"" type "\",\"amount\":" amount ",\"transactStatus\":\"" status      \
	"\"," rest ",\"walletBalance\":1,\"marginBalance\":null," SENT "}"
#define NO_TX "\"fee\":0,\"address\":\"\",\"tx\":\"\""
#define CHAIN "00000000000000000000000000000000000000000000000000000000000000ab"
#define AT(second) "\"timestamp\":\"2027-01-15T08:00:" second ".000Z\""
#define MARGIN(wallet, second)                                                                     \
	"{\"account\":1,\"currency\":\"XBt\",\"walletBalance\":" wallet                            \
	",\"marginBalance\":" wallet "," AT(second) "}"

static const plm_transfer *
transfer_of(const rig *r, uint32_t nth)
{
	return &rig_need(r, PLM_EVENT_TRANSFER, nth)->u.transfer;
}

/* What left holds the fee: the other side gets the rest. It left when it was sent. */
static void
test_bitmex_history__a_withdrawal(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "[" MOVE("a", "Withdrawal", "Completed", "XBt", "-100100000",
			      "\"fee\":100000,\"address\":\"3Abc\",\"tx\":\"0x" CHAIN "\"") "]"),
	    PLM_OK);
	const plm_event *event = rig_need(r, PLM_EVENT_TRANSFER, 0);
	const plm_transfer *left = &event->u.transfer;
	assert_decimal(left->quantity, "-1");
	assert_decimal(left->fee, "0.001");
	assert_string_equal(plm_names_asset_text(r->names, left->asset), "BTC");
	assert_int_equal(left->kind, PLM_TRANSFER_WITHDRAWAL);
	assert_int_equal(left->state, PLM_TRANSFER_DONE);
	assert_true(left->address_hash == plm_transfer_hash(PLM_SLICE("3Abc")));
	assert_true(left->chain_hash == plm_transfer_hash(PLM_SLICE(CHAIN)));
	assert_int_equal(event->account.value, r->cfg.account.value);
	assert_int_equal(event->venue_time_ns, INT64_C(1800000000) * PLM_NS_PER_S);
	rig_destroy(r);
}

/* In old rows "tx" is an address of the venue's, which no other side would tell: no transaction. */
static void
test_bitmex_history__an_address_is_no_transaction(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "[" MOVE("a", "Deposit", "Completed", "USDt", "250500000",
			      "\"fee\":0,\"address\":\"1A\",\"tx\":\"3BMEX91Zhh\"") "]"),
	    PLM_OK);
	assert_decimal(transfer_of(r, 0)->quantity, "250.5");
	assert_decimal(transfer_of(r, 0)->fee, "null");
	assert_int_equal(transfer_of(r, 0)->kind, PLM_TRANSFER_DEPOSIT);
	assert_true(transfer_of(r, 0)->chain_hash == 0);
	assert_true(transfer_of(r, 0)->address_hash == 0);
	rig_destroy(r);
}

static void
test_bitmex_history__states_and_other_rows(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"[" MOVE("0", "RealisedPNL", "Completed", "XBt", "-5",
		    NO_TX) ","
			   "{\"transactID\":\"00000000\",\"account\":1,\"currency\":\"XBt\","
			   "\"transactType\":\"UnrealisedPNL\",\"amount\":-5508,\"fee\":0,"
			   "\"transactStatus\":\"Pending\",\"transactTime\":null,\"timestamp\":"
			   "null}," MOVE("a", "Withdrawal", "Pending", "XBt", "-7", NO_TX) "," MOVE(
			       "b", "Withdrawal", "Canceled", "XBt", "-8", NO_TX) "," MOVE("c",
			       "Transfer", "Completed", "XBt", "-9", NO_TX) "," MOVE("d",
			       "Transfer", "Completed", "XBt", "0", NO_TX) "," MOVE("e", "Transfer",
			       "Completed", "Odd", "4", NO_TX) "]"),
	    PLM_OK);
	assert_int_equal(r->events_count, 3);
	assert_int_equal(transfer_of(r, 0)->state, PLM_TRANSFER_PENDING);
	assert_int_equal(rig_need(r, PLM_EVENT_TRANSFER, 0)->venue_time_ns,
	    INT64_C(1800000000) * PLM_NS_PER_S - 3600 * PLM_NS_PER_S); /* when it was asked for */
	assert_int_equal(transfer_of(r, 1)->state, PLM_TRANSFER_FAILED);
	assert_int_equal(transfer_of(r, 2)->kind, PLM_TRANSFER_INTERNAL);
	assert_decimal(transfer_of(r, 2)->quantity, "-0.00000009");
	rig_destroy(r);
}

static void
test_bitmex_history__broken_rows_tell_nothing(void **state)
{
	static const char *const rows[] = {MOVE("", "Deposit", "Completed", "XBt", "1", NO_TX),
	    MOVE("a", "Deposit", "Done", "XBt", "1", NO_TX),
	    MOVE("a", "Deposit", "Completed", "", "1", NO_TX),
	    MOVE("a", "Deposit", "Completed", "XBt", "\"much\"", NO_TX),
	    MOVE("a", "Withdrawal", "Completed", "XBt", "-5", "\"fee\":5"),
	    MOVE("a", "Withdrawal", "Completed", "XBt", "5", "\"fee\":0"),
	    MOVE("a", "Withdrawal", "Completed", "XBt", "-5", "\"fee\":-1"),
	    "{\"transactID\":\"a\",\"account\":1,\"currency\":\"XBt\",\"transactType\":\"Deposit\","
	    "\"amount\":1,\"transactStatus\":\"Completed\",\"timestamp\":null}",
	    "{\"transactID\":\"a\",\"account\":2,\"currency\":\"XBt\",\"transactType\":\"Deposit\","
	    "\"amount\":1,\"transactStatus\":\"Completed\"," SENT "}"};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[1024];
		rig *r = rig_create();
		(void)snprintf(text, sizeof text, "[%s,%s]",
		    MOVE("z", "Deposit", "Completed", "XBt", "1", NO_TX), rows[i]);
		assert_int_equal(rig_decode(r, text), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
		rig_destroy(r);
	}
}

static rig *
session_live(void)
{
	rig *r = rig_create();
	bitmex.margins = "[" MARGIN("5000000", "10") "]";
	bitmex_open(r);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	return r;
}

static void
test_bitmex_history__behind_the_first_reading_then_each_minute(void **state)
{
	(void)state;
	rig *r = session_live();
	uint32_t margin = 0, history = 0;
	while (strstr(r->sent[margin].target, "/user/margin") == NULL)
		margin++;
	while (strstr(r->sent[history].target, "/user/walletHistory") == NULL)
		history++;
	assert_true(history > margin);
	rig_pass(r, 50000);
	assert_int_equal(rig_sent(r, "/user/walletHistory"), 1);
	rig_pass(r, 12000);
	assert_int_equal(rig_sent(r, "/user/walletHistory"), 2);
	rig_destroy(r);
}

/* A day at first, then what is new and an hour. */
static void
test_bitmex_history__old_rows_are_not_told(void **state)
{
	(void)state;
	rig *r = rig_create();
	bitmex.margins = "[" MARGIN("5000000", "10") "]";
	bitmex.history = "[" MOVE("a", "Deposit", "Completed", "XBt", "1",
	    NO_TX) ","
		   "{\"transactID\":\"b\",\"account\":1,\"currency\":\"XBt\",\"transactType\":"
		   "\"Deposit\","
		   "\"amount\":2,\"transactStatus\":\"Completed\",\"timestamp\":"
		   "\"2027-01-14T07:59:00.000Z\"},"
		   "{\"transactID\":\"c\",\"account\":1,\"currency\":\"XBt\",\"transactType\":"
		   "\"Deposit\","
		   "\"amount\":3,\"transactStatus\":\"Completed\",\"timestamp\":"
		   "\"2027-01-14T08:02:00.000Z\"}]";
	bitmex_open(r);
	rig_pass(r, 3000);
	assert_decimal(transfer_of(r, 0)->quantity, "0.00000001");
	assert_decimal(transfer_of(r, 1)->quantity, "0.00000003");
	assert_int_equal(rig_count(r, PLM_EVENT_TRANSFER), 2);
	r->events_count = 0;
	rig_pass(r, 61000);
	assert_int_equal(rig_count(r, PLM_EVENT_TRANSFER), 1); /* the one of this hour, again */
	rig_destroy(r);
}

static void
test_bitmex_history__soon_behind_a_change_of_the_wallet(void **state)
{
	(void)state;
	rig *r = session_live();
	rig_pass(r, 12000);
	rig_say(r, 0,
	    "{\"table\":\"margin\",\"action\":\"update\",\"data\":[{\"account\":1,\"currency\":"
	    "\"XBt\",\"marginBalance\":5000001," AT("11") "}]}");
	rig_pass(r, 2000);
	assert_int_equal(rig_sent(r, "/user/walletHistory"), 1);
	bitmex.history = "[" MOVE("a", "Deposit", "Completed", "XBt", "1", NO_TX) "]";
	rig_say(r, 0,
	    "{\"table\":\"margin\",\"action\":\"update\",\"data\":[" MARGIN("5000001", "12") "]}");
	rig_pass(r, 500);
	assert_int_equal(rig_sent(r, "/user/walletHistory"), 1);
	rig_pass(r, 1000);
	assert_int_equal(rig_sent(r, "/user/walletHistory"), 2);
	assert_decimal(transfer_of(r, 0)->quantity, "0.00000001");
	rig_say(r, 0,
	    "{\"table\":\"margin\",\"action\":\"update\",\"data\":[" MARGIN("5000002", "13") "]}");
	rig_pass(r, 5000);
	assert_int_equal(rig_sent(r, "/user/walletHistory"), 2); /* not every second */
	rig_pass(r, 6000);
	assert_int_equal(rig_sent(r, "/user/walletHistory"), 3);
	rig_destroy(r);
}

/* It cannot be read: the account counts all the same, and says so. A key is not to blame. */
static void
test_bitmex_history__without_it_the_feed_is_live(void **state)
{
	(void)state;
	rig *r = rig_create();
	bitmex.margins = "[" MARGIN("5000000", "10") "]";
	bitmex.history_status = 401;
	bitmex_open(r);
	rig_pass(r, 60000);
	assert_in_range(rig_sent(r, "/user/walletHistory"), 4, 7); /* later and later */
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_string_equal(rig_status(r).text, PLI_LEDGER_SILENT);
	bitmex.history_status = 200;
	bitmex.history = "[" MOVE("a", "Deposit", "Completed", "XBt", "1", NO_TX) "]";
	rig_pass(r, 35000);
	assert_string_equal(rig_status(r).text, "");
	assert_int_equal(rig_count(r, PLM_EVENT_TRANSFER), 1); /* nothing was skipped */
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bitmex_history__a_withdrawal),
	    cmocka_unit_test(test_bitmex_history__an_address_is_no_transaction),
	    cmocka_unit_test(test_bitmex_history__states_and_other_rows),
	    cmocka_unit_test(test_bitmex_history__broken_rows_tell_nothing),
	    cmocka_unit_test(test_bitmex_history__behind_the_first_reading_then_each_minute),
	    cmocka_unit_test(test_bitmex_history__old_rows_are_not_told),
	    cmocka_unit_test(test_bitmex_history__soon_behind_a_change_of_the_wallet),
	    cmocka_unit_test(test_bitmex_history__without_it_the_feed_is_live),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
