/* okx_decode_test.c: every stored payload of OKX's through the decoder, and what is wrong with
 * broken ones. */
#include "okx_rig.h"

#include "../support/venue_payloads.h"

/* One row per file of the folder; a file without a row fails the test. */
static const payload_row expectations[] = {
    {"account--nautilus.json", PLM_OK, PLM_EVENT_BALANCE, 3},
    /* the stored text has a blank inside a number */
    {"account-balance-ccxt-a--ccxt-src.json", PLM_EDECODE, PLM_EVENT_BALANCE, 0},
    {"account-balance-docs--jkorf.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"account-config--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"account-docs-ws--jkorf.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"account-empty--nautilus.json", PLM_OK, PLM_EVENT_BALANCE, 0},
    {"account-greeks-docs--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"account-greeks-docs-ws--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"account-position-risk--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"account-roq--roq-okx.json", PLM_OK, PLM_EVENT_BALANCE, 3},
    {"balance_and_position--roq-okx.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"balance_and_position-docs-ws--jkorf.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"error-60018--roq-okx.json", PLM_OK, PLM_EVENT_VENUE_ERROR, 1},
    {"error-60032--roq-okx.json", PLM_OK, PLM_EVENT_VENUE_ERROR, 1},
    {"fills-LTC-spot--ccxt-static.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"fills-docs--jkorf.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"fills-docs-ws--jkorf.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"fills-empty-fee--nautilus.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"funding-rate--roq-okx.json", PLM_OK, PLM_EVENT_FUNDING, 1},
    {"funding-rate-history--nautilus.json", PLM_OK, PLM_EVENT_FUNDING, 2},
    {"funding-rate-rest-docs--jkorf.json", PLM_OK, PLM_EVENT_FUNDING, 1},
    {"index-tickers--nautilus.json", PLM_OK, PLM_EVENT_INDEX, 1},
    {"instruments-FUTURES-2022--cryptofeed.json", PLM_OK, PLM_EVENT_NONE, 104},
    {"instruments-MARGIN--nautilus.json", PLM_OK, PLM_EVENT_NONE, 4},
    {"instruments-OPTION-BTC-2022--cryptofeed.json", PLM_OK, PLM_EVENT_NONE, 346},
    {"instruments-SPOT--nautilus.json", PLM_OK, PLM_EVENT_NONE, 5},
    {"instruments-SWAP--nautilus.json", PLM_OK, PLM_EVENT_NONE, 3},
    {"instruments-SWAP-2022--cryptofeed.json", PLM_OK, PLM_EVENT_NONE, 166},
    {"mark-price-FUTURES--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"mark-price-OPTION--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"mark-price-SWAP--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"opt-summary-docs-ws--jkorf.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"opt-summary-rest--ccxt-src.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"opt-summary-rest-docs--jkorf.json", PLM_OK, PLM_EVENT_MARK, 2},
    {"orders-OPTION--nautilus.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"orders-adl--nautilus.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"orders-full_liquidation--nautilus.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"orders-new-2--roq-okx.json", PLM_OK, PLM_EVENT_ORDER_OPEN, 1},
    {"position-tiers--nautilus.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"positions--nautilus.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"positions-LTC-cross-long--ccxt-static.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"positions-MARGIN-LTC-isolated-long--ccxt-pr16542.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"positions-docs--jkorf.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"positions-docs-ws--jkorf.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"tickers-FUTURES--tardis.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"tickers-OPTION--tardis.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"tickers-SWAP--tardis.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"tickers-spot--roq-okx.json", PLM_EKIND, PLM_EVENT_NONE, 0},
};

static void
test_okx_decode__every_stored_payload(void **state)
{
	(void)state;
	rig_payloads_check(
	    rig_create, OKX_FIXTURES, expectations, sizeof expectations / sizeof expectations[0]);
}

static const char position_text[] =
    "{\"code\":\"0\",\"msg\":\"\",\"data\":[{\"instType\":\"SWAP\",\"instId\":\"BTC-USDT-SWAP\","
    "\"mgnMode\":\"cross\",\"posSide\":\"net\",\"pos\":\"-3\",\"avgPx\":\"60000\",\"ccy\":\"USDT\","
    "\"markPx\":\"61000\",\"liqPx\":\"\",\"upl\":\"-30\",\"uTime\":\"1800000000000\"}]}";

/* Cut at any byte, a payload is broken, or (behind its last bracket) whole; never a part of it. */
static void
test_okx_decode__cut_anywhere_emits_all_or_nothing(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, position_text), PLM_OK);
	uint32_t whole = r->events_count;
	assert_int_equal(whole, 1);
	for (size_t cut = 0; cut < sizeof position_text - 1; cut++) {
		plm_err err = rig_decode_slice(r, (plm_slice){position_text, cut}, NULL);
		assert_int_equal(err, PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
	}
	rig_destroy(r);
}

static void
test_okx_decode__broken_payloads_name_the_place(void **state)
{
	(void)state;
#define ROW "{\"instId\":\"A-USDT-SWAP\",\"mgnMode\":\"cross\",\"posSide\":"
	static const struct {
		const char *text, *path, *says;
	} rows[] = {
	    {"", "", "expected"},
	    {"{\"data\":", "", "expected"},
	    {"{\"data\":[7]}", "data[0]", "an object"},
	    {"{\"arg\":{\"channel\":\"account\"},\"data\":{}}", "data", "a list"},
	    {"{\"data\":[" ROW "\"net\",\"pos\":\"1\"}," ROW "\"net\",\"pos\":\"much\"}]}",
		"data[1].pos", "much"},
	    {"{\"data\":[" ROW "\"net\",\"pos\":\"\"}]}", "data[0]", "pos"},
	    {"{\"data\":[" ROW "\"up\",\"pos\":\"1\"}]}", "data[0].posSide", "net, long or short"},
	    {"{\"data\":[" ROW "\"long\",\"pos\":\"-1\"}]}", "data[0].pos", "0 or more"},
	    {"{\"data\":[{\"instId\":\"A B\",\"mgnMode\":\"cross\",\"posSide\":\"net\"}]}",
		"data[0]", "blanks"},
	    {"{\"data\":[{\"instId\":\"A-B\",\"mgnMode\":\"cash\",\"posSide\":\"net\",\"pos\":"
	     "\"0\"}"
	     "]}",
		"data[0].mgnMode", "cross or isolated"},
	    {"{\"data\":[{\"instId\":\"A-B\",\"mgnMode\":\"cross\",\"posSide\":\"net\",\"pos\":"
	     "\"1\""
	     ",\"posCcy\":\"C\",\"liabCcy\":\"\"}]}",
		"data[0].posCcy", "base or quote"},
	    {"{\"data\":[{\"details\":[{\"ccy\":\"BTC\"}],\"totalEq\":\"1\"}]}", "details[0]",
		"cashBal"},
	    {"{\"data\":[{\"details\":1,\"totalEq\":\"1\"}]}", "details", "a list"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rig_decode(r, rows[i].text), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
		if (strstr(r->fault.path, rows[i].path) == NULL ||
		    strstr(r->fault.text, rows[i].says) == NULL)
			fail_msg("%s: %s: %s", rows[i].text, r->fault.path, r->fault.text);
	}
	rig_destroy(r);
#undef ROW
}

static void
test_okx_decode__what_is_not_read_says_what_it_is(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
	    {"pong", "an answer to a ping"},
	    {"{\"event\":\"subscribe\",\"arg\":{\"channel\":\"account\"}}", "a subscription"},
	    {"{\"data\":[{\"acctLv\":\"2\",\"posMode\":\"net_mode\"}]}", "configuration"},
	    {"{\"code\":\"0\",\"data\":[]}", "of a kind that this adapter does not read"},
	    {"{\"a\":1}", "of a kind that this adapter does not read"},
	    {"[1]", "as OKX writes it"},
	    {"{\"data\":{}}", "as OKX writes it"},
	    {"{\"code\":-1121,\"msg\":\"Invalid symbol.\"}", "as OKX writes it"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rig_decode(r, rows[i][0]), PLM_EKIND);
		assert_non_null(strstr(r->fault.text, rows[i][1]));
	}
	/* With a word of what it is about, an empty list is none of that. */
	plm_slice empty = PLM_SLICE("{\"code\":\"0\",\"data\":[]}");
	assert_int_equal(rig_decode_slice(r, empty, "positions"), PLM_OK);
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

static void
test_okx_decode__errors_keep_code_and_words(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "{\"code\":\"50111\",\"msg\":\"Invalid OK-ACCESS-KEY\",\"data\":[]}"),
	    PLM_OK);
	const plm_venue_error *error = &rig_need(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error;
	assert_int_equal(error->code, 50111);
	assert_string_equal(error->message, "Invalid OK-ACCESS-KEY");
	assert_int_equal(
	    rig_decode(r, "{\"code\":\"50011\",\"msg\":\"Too Many Requests\",\"data\":{}}"),
	    PLM_OK);
	assert_int_equal(rig_need(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.code, 50011);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_okx_decode__every_stored_payload),
	    cmocka_unit_test(test_okx_decode__cut_anywhere_emits_all_or_nothing),
	    cmocka_unit_test(test_okx_decode__broken_payloads_name_the_place),
	    cmocka_unit_test(test_okx_decode__what_is_not_read_says_what_it_is),
	    cmocka_unit_test(test_okx_decode__errors_keep_code_and_words),
	};
	return cmocka_run_group_tests_name("okx_decode", tests, NULL, NULL);
}
