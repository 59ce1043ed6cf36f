/* binance_decode_test.c: every stored payload and session of Binance's through the decoder, and
 * what is wrong with broken ones. */
#include "binance_rig.h"

#include "../support/venue_payloads.h"

#define FIXTURES PLM_SHARED_DIR "/fixtures/binance/"
#define SESSIONS PLM_SHARED_DIR "/data/ws_sessions/"

/* One row per file of the folder; a file without a row fails the test. */
static const payload_row expectations[] = {
    {"ACCOUNT_UPDATE-hedge-docs--nautilus.json", PLM_OK, PLM_EVENT_POSITION, 3},
    {"ACCOUNT_UPDATE-order-short--roq-binance-futures.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"ACCOUNT_UPDATE-papi-CM--roq-binance-futures.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"ACCOUNT_UPDATE-papi-UM--roq-binance-futures.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"MARGIN_CALL--roq-binance-futures.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"ORDER_TRADE_UPDATE-adl--nautilus.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"ORDER_TRADE_UPDATE-liquidation--nautilus.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"ORDER_TRADE_UPDATE-seq-market--quantconnect.jsonl", PLM_OK, PLM_EVENT_FILL, 1},
    {"TRADE_LITE--quantconnect.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"api-v3-account--gct.json", PLM_OK, PLM_EVENT_BALANCE, 170},
    {"api-v3-account-roq--roq-binance.json", PLM_OK, PLM_EVENT_BALANCE, 2},
    {"balanceUpdate--roq-binance-futures.json", PLM_OK, PLM_EVENT_TRANSFER, 1},
    {"dapi-v1-account--roq-binance-futures.json", PLM_OK, PLM_EVENT_POSITION, 2},
    {"dapi-v1-account-docs--jkorf.json", PLM_OK, PLM_EVENT_POSITION, 3},
    {"dapi-v1-balance--roq-binance-futures.json", PLM_OK, PLM_EVENT_BALANCE, 3},
    {"dapi-v1-exchangeInfo--gct.json", PLM_OK, PLM_EVENT_NONE, 25},
    {"dapi-v1-fundingRate--gct.json", PLM_OK, PLM_EVENT_FUNDING, 5},
    {"dapi-v1-positionRisk-hedge--jkorf.json", PLM_OK, PLM_EVENT_POSITION, 3},
    {"dapi-v1-premiumIndex-BTCUSD_PERP--gct.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"dapi-v1-premiumIndex-all--gct.json", PLM_OK, PLM_EVENT_MARK, 6},
    {"dapi-v1-userTrades--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"dapi-v2-leverageBracket--jkorf.json", PLM_OK, PLM_EVENT_MARGIN_TIER, 1},
    {"eapi-v1-exchangeInfo--connector.json", PLM_OK, PLM_EVENT_NONE, 1},
    {"eapi-v1-exerciseRecord--connector.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"eapi-v1-index--connector.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"eapi-v1-marginAccount--connector.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"eapi-v1-mark--connector.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"eapi-v1-mark-ccxt--ccxt-src.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"eapi-v1-position-ETH-230426--ccxt-src.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"eapi-v1-position-short--connector.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"eapi-v1-userTrades--connector.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"executionReport-filled--roq-binance.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"fapi-error-1121--gct.json", PLM_OK, PLM_EVENT_VENUE_ERROR, 1},
    {"fapi-v1-adlQuantile--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"fapi-v1-assetIndex--roq-binance-futures.json", PLM_OK, PLM_EVENT_ASSET_RATE, 3},
    {"fapi-v1-exchangeInfo--gct.json", PLM_OK, PLM_EVENT_NONE, 25},
    {"fapi-v1-forceOrders--ccxt-src.json", PLM_OK, PLM_EVENT_ORDER_OPEN, 1},
    {"fapi-v1-fundingRate--gct.json", PLM_OK, PLM_EVENT_FUNDING, 100},
    {"fapi-v1-leverageBracket--freqtrade.json", PLM_OK, PLM_EVENT_MARGIN_TIER, 74},
    {"fapi-v1-leverageBracket-docs--jkorf.json", PLM_OK, PLM_EVENT_MARGIN_TIER, 1},
    {"fapi-v1-premiumIndex-BTCUSDT--gct.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"fapi-v1-userTrades--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"fapi-v2-account-docs--nautilus.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"fapi-v2-positionRisk-docs--nautilus.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"fapi-v3-account-docs--jkorf.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"fapi-v3-account-position-ADA-hedge-short--ccxt-pr23225.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"fapi-v3-positionRisk-hedge--jkorf.json", PLM_OK, PLM_EVENT_POSITION, 2},
    {"forceOrder-coinm--tardis.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"indexPrice@1s-coinm--tardis.json", PLM_OK, PLM_EVENT_INDEX, 1},
    {"liabilityChange--roq-binance-futures.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"markPrice-option-v1--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"markPrice@1s-coinm-dated--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"markPrice@1s-dated--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"markPriceUpdate-2026--roq-binance-futures.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"optionMarkPrice-XRP--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"optionTicker-BTC--tardis.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"optionTrade--tardis.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"outboundAccountPosition-papi--roq-binance-futures.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"papi-v1-account--connector.json", PLM_OK, PLM_EVENT_VENUE_MARGIN, 1},
    {"papi-v1-balance--connector.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"papi-v1-balance-ccxt--ccxt-src.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"papi-v1-cm-account--connector.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"papi-v1-cm-leverageBracket--connector.json", PLM_OK, PLM_EVENT_MARGIN_TIER, 1},
    {"papi-v1-cm-positionRisk--connector.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"papi-v1-um-account--connector.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"papi-v1-um-positionRisk--connector.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"papi-v1-um-positionRisk-ccxt--ccxt-src.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"papi-v2-um-account--connector.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"sapi-v1-margin-account--jkorf.json", PLM_OK, PLM_EVENT_BALANCE, 4},
    {"sapi-v1-margin-isolated-account--jkorf.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"sapi-v1-portfolio-account--jkorf.json", PLM_OK, PLM_EVENT_VENUE_MARGIN, 1},
    {"sapi-v1-portfolio-collateralRate--jkorf.json", PLM_OK, PLM_EVENT_COLLATERAL, 2},
    {"ticker-option-v1--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"ws-api-account.balance-dapi--roq-binance-futures.json", PLM_OK, PLM_EVENT_BALANCE, 3},
    {"ws-api-account.status-dapi--roq-binance-futures.json", PLM_OK, PLM_EVENT_POSITION, 3},
    {"ws-api-account.status-spot--roq-binance.json", PLM_OK, PLM_EVENT_BALANCE, 16},
    {"ws-api-v2-account.position-fapi--roq-binance-futures.json", PLM_OK, PLM_EVENT_POSITION, 3},
};

static void
test_venue_binance_decode__every_stored_payload(void **state)
{
	(void)state;
	rig_payloads_check(
	    rig_create, FIXTURES, expectations, sizeof expectations / sizeof expectations[0]);
}

/* Cut at any byte, a payload is broken, or (behind its last bracket) whole; never a part of it. */
static void
test_venue_binance_decode__cut_anywhere_emits_all_or_nothing(void **state)
{
	(void)state;
	static const char *const files[] = {"ACCOUNT_UPDATE-hedge-docs--nautilus.json",
	    "fapi-v3-positionRisk-hedge--jkorf.json", "fapi-v3-account-docs--jkorf.json"};
	rig *r = rig_create();
	for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
		char path[512];
		size_t size = 0;
		(void)snprintf(path, sizeof path, FIXTURES "%s", files[f]);
		char *text = rig_read(path, &size);
		if (text == NULL) {
			(void)printf("# SKIP %s is not here\n", files[f]);
			continue;
		}
		assert_int_equal(rig_decode_slice(r, (plm_slice){text, size}, NULL), PLM_OK);
		uint32_t whole = r->events_count;
		for (size_t cut = 0; cut < size; cut++) {
			plm_err err = rig_decode_slice(r, (plm_slice){text, cut}, NULL);
			assert_int_equal(r->events_count, err == PLM_OK ? whole : 0);
			assert_true(err == PLM_OK || err == PLM_EDECODE);
		}
		free(text);
	}
	rig_destroy(r);
}

typedef struct broken_row {
	const char *text;
	const char *path;     /* part of the fault's path */
	const char *expected; /* part of its sentence */
} broken_row;

static void
test_venue_binance_decode__broken_payloads_name_the_place(void **state)
{
	(void)state;
	static const broken_row rows[] = {
	    {"", "", "expected"},
	    {"{\"e\":", "", "expected"},
	    {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "", ""},
	    {"[{\"symbol\":\"BTCUSDT\",\"positionAmt\":\"1\"},1]", "[1]", "an object"},
	    {"[{\"symbol\":\"BTCUSDT\",\"positionAmt\":\"1\"},{\"symbol\":\"ETHUSDT\","
	     "\"positionAmt\":\"much\"}]",
		"[1].positionAmt", "much"},
	    {"[{\"symbol\":\"BTCUSDT\",\"positionAmt\":\"\"}]", "[0]", "positionAmt"},
	    {"[{\"positionAmt\":\"1\"}]", "[0]", "symbol"},
	    {"[{\"symbol\":\"BTC USDT\",\"positionAmt\":\"1\"}]", "[0]", "blanks"},
	    {"[{\"symbol\":\"BTCUSDT\",\"positionAmt\":\"-1\",\"positionSide\":\"LONG\"}]",
		"[0].positionAmt", "LONG"},
	    {"[{\"symbol\":\"BTCUSDT\",\"positionAmt\":\"1\",\"positionSide\":\"UP\"}]",
		"[0].positionSide", "BOTH, LONG or SHORT"},
	    {"[{\"symbol\":\"BTCUSDT\",\"positionAmt\":\"1\",\"marginType\":\"x\"}]",
		"[0].marginType", "cross or isolated"},
	    {"[{\"symbol\":\"BTCUSDT\",\"positionAmt\":\"1\",\"markPrice\":\"-\"}]",
		"[0].markPrice", "a number"},
	    {"[{\"symbol\":\"BTCUSDT\",\"positionAmt\":1e40}]", "[0].positionAmt", "expected"},
	    {"{\"assets\":7,\"positions\":[]}", "assets", "a list"},
	    {"{\"assets\":[{\"asset\":\"USDT\"}],\"positions\":[]}", "assets[0]", "WalletBalance"},
	    {"{\"e\":\"ACCOUNT_UPDATE\",\"T\":1}", "", "\"a\""},
	    {"{\"e\":\"ORDER_TRADE_UPDATE\",\"T\":1}", "", "\"o\""},
	    {"{\"e\":\"markPriceUpdate\",\"s\":\"BTCUSDT\",\"p\":\"-\"}", "p", "a number"},
	    {"{\"e\":\"markPriceUpdate\",\"E\":\"soon\",\"s\":\"BTCUSDT\",\"p\":\"1\"}", "E",
		"soon"},
	    {"{\"e\":\"markPriceUpdate\",\"p\":\"1\"}", "", "\"s\""},
	    {"{\"symbols\":[{\"symbol\":\"BTCUSD_PERP\",\"contractType\":\"PERPETUAL\","
	     "\"baseAsset\":"
	     "\"BTC\",\"quoteAsset\":\"USD\",\"marginAsset\":\"BTC\",\"contractSize\":0}]}",
		"symbols[0].contractSize", "above 0"},
	    {"[{\"symbol\":\"SOLEUR\",\"bidBuffer\":\"0\",\"index\":\"1\"}]", "[0].symbol",
		"SOLUSD"},
	    {"{\"e\":\"indexPriceUpdate\",\"i\":\"BTCEUR\",\"p\":\"1\"}", "i", "BTCUSD"},
	    {"[{\"symbol\":\"X\",\"brackets\":{}}]", "[0].brackets", "a list"},
	    {"[{\"symbol\":\"X\",\"brackets\":[{\"bracket\":2}]}]", "[0].brackets[0].bracket",
		"1, 2, 3"},
	    {"[{\"symbol\":\"X\",\"brackets\":[{\"bracket\":1}]}]", "[0].brackets[0]",
		"notionalFloor"},
	    {"[{\"symbol\":\"X\",\"brackets\":[{\"bracket\":1,\"qtyFloor\":5,\"qtyCap\":5,"
	     "\"initialLeverage\":1,\"maintMarginRatio\":1,\"cum\":0}]}]",
		"[0].brackets[0]", "a cap above a floor"},
	    {"[{\"symbol\":\"X\",\"brackets\":[{\"bracket\":1,\"qtyFloor\":0,\"qtyCap\":5,"
	     "\"initialLeverage\":0,\"maintMarginRatio\":1,\"cum\":0}]}]",
		"[0].brackets[0].initialLeverage", "above 0"},
	    {"[{\"symbol\":\"X\",\"brackets\":[{\"bracket\":1,\"qtyFloor\":0,\"qtyCap\":5,"
	     "\"initialLeverage\":5,\"maintMarginRatio\":-1,\"cum\":0}]}]",
		"[0].brackets[0].maintMarginRatio", "0 or more"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rig_decode(r, rows[i].text) != PLM_EDECODE)
			fail_msg("%s gave %s", rows[i].text, plm_err_name(r->err));
		assert_int_equal(r->events_count, 0);
		assert_int_equal(r->fault.code, PLM_EDECODE);
		if (strstr(r->fault.path, rows[i].path) == NULL ||
		    strstr(r->fault.text, rows[i].expected) == NULL)
			fail_msg("%s: path %s, %s", rows[i].text, r->fault.path, r->fault.text);
		assert_true(rows[i].text[0] == '\0' || r->fault.line > 0);
	}
	rig_destroy(r);
}

static void
test_venue_binance_decode__other_kinds_say_what_they_are(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} rows[] = {
	    {"{\"e\":\"depthUpdate\",\"s\":\"BTCUSDT\"}", "depthUpdate"},
	    {"{\"e\":\"neverHeardOf\"}", "neverHeardOf"},
	    {"{\"e\":\"listenKeyExpired\"}", "end of a user data stream"},
	    {"{\"e\":\"ACCOUNT_CONFIG_UPDATE\"}", "leverage"},
	    {"{\"e\":\"ACCOUNT_UPDATE\",\"B\":[],\"P\":[]}", "ACCOUNT_UPDATE"},
	    {"{\"listenKey\":\"abc\"}", "secret"},
	    {"{\"result\":null,\"id\":1}", "not read"},
	    {"{\"multiAssetsMargin\":true}", "mode of the account"},
	    {"{\"dualSidePosition\":true}", "mode of the account"},
	    {"[]", "empty list"},
	    {"{}", "not read"},
	    {"{\"assets\":[{\"symbol\":\"BTCUSDT\",\"baseAsset\":{},\"quoteAsset\":{}}]}",
		"the wallets of cross margin"},
	    {"\"default\"", "no object"},
	    {"[1]", "no list of objects"},
	    {"{\"code\":\"0\",\"msg\":\"\",\"data\":[]}", "not read"},
	    {"{\"balances\":[{\"coin\":\"BTC\",\"total\":\"1\"}]}", "not read"},
	    {"{\"positions\":[{\"instrument\":\"pi_xbtusd\"}]}", "not read"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rig_decode(r, rows[i].text) != PLM_EKIND)
			fail_msg("%s gave %s", rows[i].text, plm_err_name(r->err));
		if (strstr(r->fault.text, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].text, r->fault.text);
		assert_null(strchr(r->fault.text, '\n'));
	}
	rig_destroy(r);
}

/* A flat account's answer is a list without rows: the channel says of what. */
static void
test_venue_binance_decode__an_empty_list_with_its_channel(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode_slice(r, PLM_SLICE("[]"), "fapi/v3/positionRisk"), PLM_OK);
	assert_int_equal(r->events_count, 0);
	assert_int_equal(rig_decode_slice(r, PLM_SLICE("[]"), "fapi/v1/leverageBracket"), PLM_OK);
	assert_int_equal(r->events_count, 0);
	assert_int_equal(rig_decode_slice(r, PLM_SLICE("[]"), "fapi/v1/adlQuantile"), PLM_EKIND);
	rig_destroy(r);
}

static void
test_venue_binance_decode__a_full_sink_stops_it(void **state)
{
	(void)state;
	rig *r = rig_create();
	r->events_max = 1;
	assert_int_equal(rig_decode(r, "[{\"symbol\":\"BTCUSDT\",\"positionAmt\":\"1\"},"
				       "{\"symbol\":\"ETHUSDT\",\"positionAmt\":\"1\"}]"),
	    PLM_EFULL);
	rig_destroy(r);
}

/* Lines "<time> <payload>" and a head line without one. */
static void
check_session(const char *file, uint32_t lines_min)
{
	char command[512], path[512];
	(void)snprintf(path, sizeof path, SESSIONS "%s", file);
	size_t size = 0;
	char *there = rig_read(path, &size);
	if (there == NULL) {
		(void)printf("# SKIP %s is not here\n", file);
		return;
	}
	free(there);
	(void)snprintf(command, sizeof command, "gzip -dc '%s'", path);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	rig *r = rig_create();
	char *line = NULL;
	size_t capacity = 0;
	uint32_t lines = 0;
	for (ssize_t got; (got = getline(&line, &capacity, pipe)) > 0;) {
		char *json = strstr(line, " {");
		if (json == NULL)
			continue;
		(void)rig_decode_slice(r, plm_slice_of(json + 1), NULL);
		if (r->err != PLM_OK && r->err != PLM_EKIND)
			fail_msg("%s: %.300s: %s", file, json, r->fault.text);
		lines++;
	}
	free(line);
	assert_int_equal(pclose(pipe), 0);
	rig_destroy(r);
	assert_true(lines >= lines_min);
}

static void
test_venue_binance_decode__every_line_of_recorded_sessions(void **state)
{
	(void)state;
	check_session("binance_coinm_btcusd_perp_20240809.gz", 50000);
	check_session("binance_usdm_btcusdt_20240808.gz", 90000);
	check_session("cryptofeed_BINANCE_DELIVERY.ws.1.0.txt.gz", 4000);
	check_session("cryptofeed_BINANCE_FUTURES.ws.1.0.txt.gz", 1500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance_decode__every_stored_payload),
	    cmocka_unit_test(test_venue_binance_decode__cut_anywhere_emits_all_or_nothing),
	    cmocka_unit_test(test_venue_binance_decode__broken_payloads_name_the_place),
	    cmocka_unit_test(test_venue_binance_decode__other_kinds_say_what_they_are),
	    cmocka_unit_test(test_venue_binance_decode__an_empty_list_with_its_channel),
	    cmocka_unit_test(test_venue_binance_decode__a_full_sink_stops_it),
	    cmocka_unit_test(test_venue_binance_decode__every_line_of_recorded_sessions),
	};
	return cmocka_run_group_tests_name("binance_decode", tests, NULL, NULL);
}
