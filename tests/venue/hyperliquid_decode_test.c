/* hyperliquid_decode_test.c: every stored payload of Hyperliquid's, and what is wrong with broken
 * ones. */
#include "hyperliquid_rig.h"

#include "../support/venue_payloads.h"

#define FIXTURES PLM_SHARED_DIR "/fixtures/hyperliquid/"

/* One row per file of the folder; a file without a row fails the test. */
static const payload_row expectations[] = {
    {"activeAssetCtx--roq-hyperliquid.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"activeSpotAssetCtx--tardis.json", PLM_OK, PLM_EVENT_MARK, 1},
    {"allMids--go-hyperliquid.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"allMids-2023--hl-python-sdk.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"allPerpMetas-non-usdc--nautilus.json", PLM_OK, PLM_EVENT_NONE, 3},
    {"clearinghouseState-2023--hl-python-sdk.json", PLM_OK, PLM_EVENT_POSITION, 12},
    {"clearinghouseState-BTC-long--roq-hyperliquid.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"clearinghouseState-empty--go-hyperliquid.json", PLM_OK, PLM_EVENT_BALANCE, 1},
    {"clearinghouseState-isolated--jkorf.json", PLM_OK, PLM_EVENT_POSITION, 1},
    {"clearinghouseState-negative-totalRawUsd--nautilus.json", PLM_OK, PLM_EVENT_VENUE_MARGIN, 1},
    {"exchange-error-wallet--go-hyperliquid.json", PLM_OK, PLM_EVENT_VENUE_ERROR, 1},
    {"frontendOpenOrders--hl-python-sdk.json", PLM_OK, PLM_EVENT_ORDER_OPEN, 1},
    {"fundingHistory-BTC--hl-python-sdk.json", PLM_OK, PLM_EVENT_FUNDING, 34},
    {"fundingHistory-nautilus--nautilus.json", PLM_OK, PLM_EVENT_FUNDING, 3},
    {"liquidation-cases-isolated--freqtrade.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"meta--go-hyperliquid.json", PLM_OK, PLM_EVENT_NONE, 203},
    {"meta-2023--hl-python-sdk.json", PLM_OK, PLM_EVENT_NONE, 28},
    {"metaAndAssetCtxs-dex-xyz--go-hyperliquid.json", PLM_OK, PLM_EVENT_MARK, 43},
    {"perpDexLimits-xyz--go-hyperliquid.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"perpDexs-testnet--roq-hyperliquid.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"portfolio--hl-python-sdk.json", PLM_EKIND, PLM_EVENT_NONE, 0},
    {"spotClearinghouseState--jkorf.json", PLM_OK, PLM_EVENT_BALANCE, 2},
    {"spotMeta--go-hyperliquid.json", PLM_OK, PLM_EVENT_NONE, 199},
    {"spotMetaAndAssetCtxs--go-hyperliquid.json", PLM_OK, PLM_EVENT_MARK, 210},
    {"subAccounts2--jkorf.json", PLM_OK, PLM_EVENT_BALANCE, 3},
    {"user-fill-liquidation--nautilus.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"user-fills--roq-hyperliquid.json", PLM_OK, PLM_EVENT_FILL, 1},
    {"user-funding--roq-hyperliquid.json", PLM_OK, PLM_EVENT_FUNDING, 1},
    {"userFills-dust--nautilus.json", PLM_OK, PLM_EVENT_FILL, 5},
    {"userFills-snapshot--roq-hyperliquid.json", PLM_OK, PLM_EVENT_FILL, 11},
    {"userFillsByTime-testnet--go-hyperliquid.json", PLM_OK, PLM_EVENT_FILL, 2},
    {"userNonFundingLedgerUpdates--hl-python-sdk.json", PLM_OK, PLM_EVENT_TRANSFER, 2},
    {"userVaultEquities--hl-python-sdk.json", PLM_OK, PLM_EVENT_BALANCE, 2},
    {"ws-error--roq-hyperliquid.json", PLM_OK, PLM_EVENT_VENUE_ERROR, 1},
};

static void
test_hyperliquid_decode__every_stored_payload(void **state)
{
	(void)state;
	rig_payloads_check(
	    rig_create, FIXTURES, expectations, sizeof expectations / sizeof expectations[0]);
}

/* Cut at any byte, a payload is broken, or (behind its last bracket) whole; never a part of it. */
static void
test_hyperliquid_decode__cut_anywhere_emits_all_or_nothing(void **state)
{
	(void)state;
	rig *r = rig_create();
	char *text = rig_state(
	    1, "10", "300", RIG_ROW("BTC", "1", "100", "1") "," RIG_ROW("ETH", "-2", "200", "-3"));
	size_t size = strlen(text);
	assert_int_equal(rig_decode(r, text), PLM_OK);
	uint32_t whole = r->events_count;
	assert_int_equal(whole, 4);
	for (size_t cut = 0; cut < size; cut++) {
		assert_int_equal(rig_decode_slice(r, (plm_slice){text, cut}, NULL), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
	}
	free(text);
	rig_destroy(r);
}

typedef struct broken_row {
	const char *text;
	const char *expected; /* part of its sentence */
} broken_row;

static void
test_hyperliquid_decode__broken_payloads_say_what_was_expected(void **state)
{
	(void)state;
	static const broken_row rows[] = {
	    {"", "expected"},
	    {"{\"channel\":17}", "expected"},
	    {"{\"channel\":\"spotState\"}", "an object as the message's data"},
	    {"{\"channel\":\"spotState\",\"data\":{}}", "an object with its content"},
	    {"{\"assetPositions\":[{}]}", "an object with a \"position\""},
	    {"{\"assetPositions\":[{\"position\":{\"coin\":\"BTC\"}}]}",
		"a number in the member \"szi\""},
	    {"{\"assetPositions\":[{\"position\":{\"coin\":\"B C\",\"szi\":\"1\"}}]}",
		"a name without blanks"},
	    {"{\"assetPositions\":[{\"position\":{\"coin\":\"BTC\",\"szi\":\"x\"}}]}", "expected"},
	    {"{\"assetPositions\":[{\"position\":{\"coin\":\"BTC\",\"szi\":\"1\","
	     "\"leverage\":{\"type\":\"twisted\"}}}]}",
		"cross or isolated"},
	    {"{\"assetPositions\":[{\"position\":{\"coin\":\"BTC\",\"szi\":\"1\","
	     "\"unrealizedPnl\":\"100000000000000000\"}}]}",
		"an amount below 1e17"},
	    {"{\"balances\":[{\"coin\":\"USDC\",\"total\":\"1\"}]}", "token"},
	    {"{\"balances\":[{\"coin\":\"USDC\",\"token\":-1,\"total\":\"1\"}]}",
		"the index of a token"},
	    {"{\"clearinghouseStates\":[[\"\"]]}", "a name and a state"},
	    {"{\"clearinghouseStates\":[[\"xyz\",{\"assetPositions\":[{\"position\":{"
	     "\"coin\":\"BTC\",\"szi\":\"1\"}}]}]]}",
		"a coin of the dex that this state is of"},
	    {"[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":0}]}]", "a leverage above 0"},
	    {"[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":3}]},[]]",
		"as many prices as there are contracts"},
	    {"[{\"tid\":1,\"coin\":\"BTC\",\"px\":\"1\",\"sz\":\"1\",\"side\":\"C\"}]",
		"a side of A or B"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rig_decode(r, rows[i].text), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
		if (strstr(r->fault.text, rows[i].expected) == NULL)
			fail_msg("%s: %s", rows[i].text, r->fault.text);
	}
	rig_destroy(r);
}

/* A list that came out short is not what the venue sums up. */
static void
test_hyperliquid_decode__positions_must_add_up(void **state)
{
	(void)state;
	rig *r = rig_create();
	char *text = rig_state(1, "10", "300", RIG_ROW("BTC", "1", "100", "1"));
	assert_int_equal(rig_decode(r, text), PLM_EDECODE);
	assert_non_null(strstr(r->fault.text, "add up to totalNtlPos"));
	assert_int_equal(r->events_count, 0);
	free(text);
	rig_destroy(r);
}

static void
test_hyperliquid_decode__what_is_not_read_says_what_it_is(void **state)
{
	(void)state;
	static const broken_row rows[] = {
	    {"[]", "an empty list"},
	    {"[[1]]", "a list of another kind"},
	    {"[null,{\"name\":\"test\",\"fullName\":\"test dex\"}]", "builders' dexes"},
	    {"[[\"day\",{\"accountValueHistory\":[]}]]", "an account's history"},
	    {"{\"BTC\":\"60000.5\",\"ETH\":\"1900\"}", "middles of order books"},
	    {"{\"BTC\":\"60000.5\",\"ETH\":1900}", "an object of another kind"},
	    {"{}", "an object of another kind"},
	    {"\"default\"", "the mode of an account"},
	    {"[{\"symbol\":\"BTC-1\",\"delta\":\"0.5\"}]", "a list of another kind"},
	    {"{\"balances\":[{\"asset\":\"BTC\",\"free\":\"1\"}]}", "not Hyperliquid's"},
	    {"[{\"a\":1}]", "a list of another kind"},
	    {"{\"a\":1}", "an object of another kind"},
	    {"{\"role\":\"user\"}", "what an address is"},
	    {"{\"channel\":\"allMids\",\"data\":{}}", "middles of order books"},
	    {"{\"channel\":\"l2Book\",\"data\":{}}", "a channel that is not read"},
	    {"[{\"dexToClearinghouseState\":[]},{\"dexToClearinghouseState\":[]}]",
		"2 sub-accounts in one answer"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rig_decode(r, rows[i].text), PLM_EKIND);
		assert_int_equal(r->events_count, 0);
		if (strstr(r->fault.text, rows[i].expected) == NULL)
			fail_msg("%s: %s", rows[i].text, r->fault.text);
	}
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hyperliquid_decode__every_stored_payload),
	    cmocka_unit_test(test_hyperliquid_decode__cut_anywhere_emits_all_or_nothing),
	    cmocka_unit_test(test_hyperliquid_decode__broken_payloads_say_what_was_expected),
	    cmocka_unit_test(test_hyperliquid_decode__positions_must_add_up),
	    cmocka_unit_test(test_hyperliquid_decode__what_is_not_read_says_what_it_is),
	};
	return cmocka_run_group_tests_name("hyperliquid_decode", tests, NULL, NULL);
}
