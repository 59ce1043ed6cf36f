/* dydx_transfer_test.c: what came and went, by stream and list, and when the list is read. */
#include "dydx_rig.h"
#include "venue/ledger_ask.h"

#define OTHER "dydx1zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3mw42we"
#define PARENT(address, number)                                                                    \
	"{\"address\":\"" address "\",\"parentSubaccountNumber\":" number "}"
#define SUB(address, number) "{\"address\":\"" address "\",\"subaccountNumber\":" number "}"
#define WALLET "{\"address\":\"" OTHER "\"}"
#define MOVE_AT(time, type, from, to, size)                                                        \
	"{\"sender\":" from ",\"recipient\":" to ",\"symbol\":\"USDC\",\"size\":\"" size           \
	"\",\"type\":\"" type "\",\"createdAt\":\"" time                                           \
	"\",\"createdAtHeight\":\"60\",\"transactionHash\":\"AB12\"}"
#define MOVE(type, from, to, size) MOVE_AT("2027-01-15T08:00:00.000Z", type, from, to, size)
#define LIST(rows) "{\"transfers\":[" rows "]}"
#define TOLD(row) "{\"transfers\":" row ",\"blockHeight\":\"60\"}"
#define CASH(size)                                                                                 \
	"{\"assetPositions\":[{\"symbol\":\"USDC\",\"side\":\"LONG\",\"size\":\"" size             \
	"\",\"subaccountNumber\":0}],\"blockHeight\":\"60\"}"

static const plm_transfer *
transfer_of(const rig *r, uint32_t nth)
{
	return &rig_need(r, PLM_EVENT_TRANSFER, nth)->u.transfer;
}

static void
test_dydx_transfer__a_list_by_its_types(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, LIST(MOVE("WITHDRAWAL", PARENT(DYDX_ADDRESS, "0"), WALLET,
			      "419.98472") "," MOVE("DEPOSIT", WALLET, PARENT(DYDX_ADDRESS, "0"),
			      "5") "," MOVE("TRANSFER_OUT", PARENT(DYDX_ADDRESS, "0"),
			      PARENT(DYDX_ADDRESS, "1"), "6") "," MOVE("TRANSFER_IN",
			      PARENT(OTHER, "0"), PARENT(DYDX_ADDRESS, "0"), "7"))),
	    PLM_OK);
	static const struct {
		const char *quantity;
		plm_transfer_kind kind;
	} rows[] = {{"-419.98472", PLM_TRANSFER_WITHDRAWAL}, {"5", PLM_TRANSFER_DEPOSIT},
	    {"-6", PLM_TRANSFER_INTERNAL}, {"7", PLM_TRANSFER_INTERNAL}};
	for (uint32_t i = 0; i < 4; i++) {
		const plm_transfer *row = transfer_of(r, i);
		assert_decimal(row->quantity, rows[i].quantity);
		assert_int_equal(row->kind, rows[i].kind);
		assert_int_equal(row->state, PLM_TRANSFER_DONE);
		assert_asset(r, row->asset, "USDC");
		assert_decimal(row->fee, "null");
		assert_true(row->transfer_hash != 0 && row->address_hash == 0);
		bool inner = rows[i].kind == PLM_TRANSFER_INTERNAL;
		assert_true(row->chain_hash == (inner ? plm_transfer_hash(PLM_SLICE("ab12")) : 0));
	}
	assert_int_equal(
	    rig_need(r, PLM_EVENT_TRANSFER, 0)->venue_time_ns, INT64_C(1800000000) * PLM_NS_PER_S);
	rig_destroy(r);
}

/* The list names parents, the stream subaccounts: it is one movement. */
static void
test_dydx_transfer__list_and_stream_tell_one(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx_update(
	    r, TOLD(MOVE("TRANSFER_OUT", SUB(DYDX_ADDRESS, "128"), SUB(OTHER, "256"), "12.50")));
	assert_int_equal(r->err, PLM_OK);
	dydx.transfers = LIST(
	    MOVE("TRANSFER_OUT", PARENT(DYDX_ADDRESS, "0"), PARENT(OTHER, "0"), "12.5") "," MOVE(
		"TRANSFER_OUT", PARENT(DYDX_ADDRESS, "0"), PARENT(OTHER, "0"), "12.6"));
	rig_pass(r, 62000);
	assert_decimal(transfer_of(r, 0)->quantity, "-12.5");
	assert_decimal(transfer_of(r, 1)->quantity, "-12.5");
	assert_true(transfer_of(r, 0)->transfer_hash == transfer_of(r, 1)->transfer_hash);
	assert_true(transfer_of(r, 0)->transfer_hash != transfer_of(r, 2)->transfer_hash);
	rig_destroy(r);
}

/* Whose it is, addresses and parents say: a list may call what came to another address of the same
 * number an outgoing one. */
static void
test_dydx_transfer__the_ends_tell_the_sign(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	dydx_update(r, TOLD(MOVE("TRANSFER_OUT", SUB(OTHER, "0"), SUB(DYDX_ADDRESS, "0"), "3")));
	assert_decimal(transfer_of(r, 0)->quantity, "3");
	/* from a child to its parent: nothing came and nothing went */
	dydx_update(
	    r, TOLD(MOVE("TRANSFER_OUT", SUB(DYDX_ADDRESS, "128"), SUB(DYDX_ADDRESS, "0"), "4")));
	assert_int_equal(r->err, PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_TRANSFER), 1);
	/* another parent of the address is another account */
	dydx_update(
	    r, TOLD(MOVE("TRANSFER_OUT", SUB(DYDX_ADDRESS, "1"), SUB(DYDX_ADDRESS, "0"), "5")));
	assert_decimal(transfer_of(r, 1)->quantity, "5");
	dydx_update(r, TOLD(MOVE("TRANSFER_OUT", SUB(OTHER, "0"), SUB(OTHER, "1"), "6")));
	assert_int_equal(r->err, PLM_EDECODE);
	rig_destroy(r);
}

static void
test_dydx_transfer__broken_ones_tell_nothing(void **state)
{
	static const char *const rows[] = {MOVE("GIFT", WALLET, PARENT(DYDX_ADDRESS, "0"), "1"),
	    MOVE("DEPOSIT", WALLET, PARENT(DYDX_ADDRESS, "0"), "-1"),
	    MOVE("DEPOSIT", WALLET, PARENT(DYDX_ADDRESS, "0"), "much"),
	    MOVE("DEPOSIT", "null", PARENT(DYDX_ADDRESS, "0"), "1"),
	    MOVE("DEPOSIT", "{}", PARENT(DYDX_ADDRESS, "0"), "1"),
	    MOVE_AT("soon", "DEPOSIT", WALLET, PARENT(DYDX_ADDRESS, "0"), "1"),
	    "{\"sender\":" WALLET ",\"recipient\":" PARENT(DYDX_ADDRESS,
		"0") ",\"symbol\":\"USDC\",\"size\":\"1\",\"type\":\"DEPOSIT\",\"createdAt\":"
		     "\"2027-01-15T08:00:00.000Z\"}",
	    "{\"sender\":" WALLET ",\"recipient\":" PARENT(DYDX_ADDRESS,
		"0") ",\"symbol\":\"DYDX\",\"size\":\"1\",\"type\":\"DEPOSIT\",\"createdAt\":"
		     "\"2027-01-15T08:00:00.000Z\",\"transactionHash\":\"A\"}"};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[1 << 12];
		rig *r = rig_create();
		(void)snprintf(text, sizeof text, LIST("%s,%s"),
		    MOVE("DEPOSIT", WALLET, PARENT(DYDX_ADDRESS, "0"), "1"), rows[i]);
		assert_int_equal(rig_decode(r, text), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
		rig_destroy(r);
	}
}

static void
test_dydx_transfer__behind_the_first_reading_then_each_minute(void **state)
{
	(void)state;
	rig *r = rig_create();
	static const char list[] = "/v4/transfers/parentSubaccountNumber?address=" DYDX_ADDRESS
				   "&parentSubaccountNumber=0&limit=100";
	dydx.transfers = LIST(MOVE("DEPOSIT", WALLET, PARENT(DYDX_ADDRESS, "0"), "1") "," MOVE_AT(
	    "2027-01-14T08:01:00.000Z", "DEPOSIT", WALLET, PARENT(DYDX_ADDRESS, "0"),
	    "2") "," MOVE_AT("2027-01-14T07:59:00.000Z", "DEPOSIT", WALLET,
	    PARENT(DYDX_ADDRESS, "0"), "3"));
	dydx_open(r);
	rig_pass(r, 5000);
	assert_int_equal(rig_sent(r, list), 1);
	assert_int_equal(rig_count(r, PLM_EVENT_TRANSFER), 2); /* of the last day */
	rig_pass(r, 50000);
	assert_int_equal(rig_sent(r, list), 1);
	r->events_count = 0;
	rig_pass(r, 10000);
	assert_int_equal(rig_sent(r, list), 2);
	assert_int_equal(rig_count(r, PLM_EVENT_TRANSFER), 1); /* of the last hour */
	rig_destroy(r);
}

/* What the stream tells before the account is read, the list tells behind that. */
static void
test_dydx_transfer__not_before_the_account_is_read(void **state)
{
	(void)state;
	rig *r = rig_create();
	dydx_open(r);
	dydx.status = 500;
	rig_pass(r, 1000);
	dydx_update(r, TOLD(MOVE("DEPOSIT", WALLET, SUB(DYDX_ADDRESS, "0"), "1")));
	assert_int_equal(rig_count(r, PLM_EVENT_TRANSFER), 0);
	assert_int_equal(rig_sent(r, "/v4/transfers/"), 0);
	rig_destroy(r);
}

static void
test_dydx_transfer__soon_behind_usdc_that_nothing_explains(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_USUAL);
	rig_pass(r, 12000);
	uint32_t before = rig_sent(r, "/v4/transfers/");
	dydx_update(r, CASH("150"));
	rig_pass(r, 500);
	assert_int_equal(rig_sent(r, "/v4/transfers/"), before);
	rig_pass(r, 1000);
	assert_int_equal(rig_sent(r, "/v4/transfers/"), before + 1);
	rig_destroy(r);
}

static void
test_dydx_transfer__without_it_the_feed_is_live(void **state)
{
	(void)state;
	rig *r = rig_create();
	dydx.transfers_status = 403;
	dydx_open(r);
	rig_pass(r, 60000);
	assert_in_range(rig_sent(r, "/v4/transfers/"), 4, 7); /* later and later */
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_string_equal(rig_status(r).text, PLI_LEDGER_SILENT);
	dydx.transfers_status = 200;
	dydx.transfers = "{\"rows\":[]}";
	rig_pass(r, 35000);
	assert_string_equal(rig_status(r).text, PLI_LEDGER_SILENT); /* no answer to this */
	dydx.transfers = LIST("");
	rig_pass(r, 35000);
	assert_string_equal(rig_status(r).text, "");
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dydx_transfer__a_list_by_its_types),
	    cmocka_unit_test(test_dydx_transfer__list_and_stream_tell_one),
	    cmocka_unit_test(test_dydx_transfer__the_ends_tell_the_sign),
	    cmocka_unit_test(test_dydx_transfer__broken_ones_tell_nothing),
	    cmocka_unit_test(test_dydx_transfer__behind_the_first_reading_then_each_minute),
	    cmocka_unit_test(test_dydx_transfer__not_before_the_account_is_read),
	    cmocka_unit_test(test_dydx_transfer__soon_behind_usdc_that_nothing_explains),
	    cmocka_unit_test(test_dydx_transfer__without_it_the_feed_is_live),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
