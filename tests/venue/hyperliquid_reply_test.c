/* hyperliquid_reply_test.c: answers and messages of a live session. */
#include "hyperliquid_script.h"

static void
test_hyperliquid_reply__an_address_that_holds_nothing_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *role, *expected;
	} rows[] = {
	    {"{\"role\":\"agent\",\"data\":{\"user\":\"0xabc\"}}", "signs for, 0xabc"},
	    {"{\"role\":\"missing\"}", "knows no account " RIG_ADDRESS},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		rig *r = script_create();
		rig_lay("userRole", 200, rows[i].role);
		hl_start(r, RIG_ADDRESS);
		for (int k = 0; k < 20 && r->err != PLM_EAUTH; k++) {
			pli_venue_hyperliquid.ops->on_tick(
			    r->state, r->now_ns, &r->event_sink, &r->request_sink);
			if (r->answered < r->sent_count)
				hl_answer_http(r, &r->sent[r->answered++]);
		}
		assert_int_equal(r->err, PLM_EAUTH);
		assert_non_null(strstr(r->fault.text, rows[i].expected));
		assert_int_equal(rig_status(r).status, PLM_FEED_DOWN);
		uint32_t sent = r->sent_count;
		rig_pass(r, 60000);
		assert_int_equal(r->sent_count, sent);
		rig_destroy(r);
	}
}

static void
test_hyperliquid_reply__a_sub_account_and_a_vault_are_accounts(void **state)
{
	(void)state;
	static const char *const roles[] = {
	    "{\"role\":\"subAccount\",\"data\":{\"master\":\"0x1\"}}", "{\"role\":\"vault\"}"};
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		rig *r = script_create();
		rig_lay("userRole", 200, roles[i]);
		hl_start(r, RIG_ADDRESS);
		rig_pass(r, 3000);
		assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
		rig_destroy(r);
	}
}

static void
test_hyperliquid_reply__sub_accounts_are_said_to_be_apart(void **state)
{
	(void)state;
	rig *r = script_create();
	rig_lay("subAccounts2", 200, "[{\"name\":\"a\"},{\"name\":\"b\"}]");
	hl_start(r, RIG_ADDRESS);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_non_null(strstr(rig_status(r).text, "sub-accounts are not in it"));
	rig_destroy(r);
}

static void
test_hyperliquid_reply__a_message_tells_positions_and_balances(void **state)
{
	(void)state;
	rig *r = script_live();
	r->events_count = 0;
	assert_int_equal(script_push(r, "45000", SCRIPT_BTC), PLM_OK);
	assert_string_equal(script_last(r, "BTC"), "0.5");
	assert_int_equal(rig_event(r, PLM_EVENT_POSITION, 0)->flags, 0);
	assert_decimal(hl_balance(r, "USDC")->equity, "250"); /* 100 + 150 + 0 */
	assert_decimal(hl_balance(r, "USDC")->unrealised_pnl, "4");
	assert_decimal(hl_balance(r, "USDC")->wallet, "246");
	assert_int_equal(rig_say(r, 0,
			     "{\"channel\":\"spotState\",\"data\":{\"user\":\"" RIG_ADDRESS
			     "\",\"spotState\":{\"balances\":[{\"coin\":\"USDC\",\"token\":0,"
			     "\"total\":\"70\",\"hold\":\"0\"}]}}}"),
	    PLM_OK);
	assert_decimal(hl_balance(r, "USDC")->equity, "220");
	rig_destroy(r);
}

/* The bytes of an hour ago, or of somebody else, change nothing. */
static void
test_hyperliquid_reply__late_and_foreign_messages_are_passed_over(void **state)
{
	(void)state;
	rig *r = script_live();
	assert_int_equal(script_push(r, "45000", SCRIPT_BTC), PLM_OK);
	r->events_count = 0;
	r->now_ns -= PLM_NS_PER_S; /* its time, not ours */
	assert_int_equal(script_push(r, "9000", SCRIPT_ETH), PLM_OK);
	r->now_ns += PLM_NS_PER_S;
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 0);
	assert_int_equal(rig_say(r, 0,
			     "{\"channel\":\"spotState\",\"data\":{\"user\":\"0x0\","
			     "\"spotState\":{\"balances\":[]}}}"),
	    PLM_OK);
	assert_decimal(hl_balance(r, "USDC")->equity, "250");
	rig_destroy(r);
}

static void
test_hyperliquid_reply__a_refused_message_is_a_doubt(void **state)
{
	(void)state;
	static const char state_text[] =
	    "{\"channel\":\"allDexsClearinghouseState\",\"data\":{\"clearinghouseStates\":[[\"\",{"
	    "\"assetPositions\":[{\"position\":{\"coin\":\"BTC\",\"szi\":\"x\"}}]}]]}}";
	static const char *const texts[] = {state_text, "{\"channel\":\"spotState\",\"data\":{}}",
	    "{\"channel\":\"spotState\"}", "{\"chan",
	    "{\"channel\":\"webData3\",\"data\":{\"userState\":{\"abstraction\":\"strange\"}}}"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		rig *r = script_live();
		assert_int_equal(rig_say(r, 0, texts[i]), PLM_EDECODE);
		assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
		assert_non_null(strstr(rig_status(r).text, "message was refused"));
		rig_pass(r, 5000);
		assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
		rig_destroy(r);
	}
}

/* A contract that the lists lack may be an old one under a new name. */
static void
test_hyperliquid_reply__an_unheard_contract_is_a_doubt(void **state)
{
	(void)state;
	rig *r = script_live();
	assert_int_equal(script_push(r, "45000", SCRIPT_BTC), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_pass(r, 300); /* the tiers of what was opened have been asked for */
	uint32_t lists = rig_sent(r, "\"allPerpMetas\"");
	assert_int_equal(
	    script_push(r, "90000", SCRIPT_BTC "," RIG_ROW("NEWBTC", "0.5", "45000", "4")), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "not listed"));
	rig_pass(r, 300);
	assert_int_equal(rig_sent(r, "\"allPerpMetas\""), lists + 1);
	rig_destroy(r);
}

static void
test_hyperliquid_reply__a_change_of_mode_reads_all_again(void **state)
{
	(void)state;
	rig *r = script_live();
	r->events_count = 0;
	assert_int_equal(
	    rig_say(r, 0,
		"{\"channel\":\"webData3\",\"data\":{\"userState\":{\"user\":\"" RIG_ADDRESS
		"\",\"abstraction\":\"unifiedAccount\"},\"perpDexStates\":[]}}"),
	    PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_non_null(strstr(rig_status(r).text, "mode has changed"));
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_decimal(hl_balance(r, "USDC")->equity, "100"); /* spot has it all */
	assert_int_equal(hl_balance(r, "USDC")->margin_mode, PLM_MARGIN_SEGREGATED);
	rig_destroy(r);
}

/* An unknown mode: what is in spot and in a dex cannot be added up, so nothing is shown. */
static void
test_hyperliquid_reply__a_mode_that_is_not_known_is_never_live(void **state)
{
	(void)state;
	rig *r = script_create();
	rig_lay("userAbstraction", 200, "\"quantum\"");
	hl_start(r, RIG_ADDRESS);
	rig_pass(r, 20000);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_string_not_equal(rig_status(r).text, "");
	assert_int_equal(rig_count(r, PLM_EVENT_BALANCE), 0);
	rig_destroy(r);
}

/* The answer of a server that lags is not what the account is. */
static void
test_hyperliquid_reply__an_answer_older_than_the_stream_is_no_snapshot(void **state)
{
	(void)state;
	rig *r = script_live();
	rig_pass(r, 20000);
	assert_int_equal(script_push(r, "45000", SCRIPT_BTC), PLM_OK);
	r->events_count = 0;
	rig_pass(r, 20000); /* what is laid out is from the beginning */
	for (uint32_t i = 0; i < r->events_count; i++)
		if (r->events[i].type == PLM_EVENT_SNAPSHOT_END)
			assert_int_equal(r->events[i].u.snapshot.complete, 0);
	assert_non_null(strstr(rig_status(r).text, "older than what was streamed"));
	rig_destroy(r);
}

/* Positions that changed while the stream said nothing: it has gone deaf. */
static void
test_hyperliquid_reply__a_silent_change_opens_the_link_anew(void **state)
{
	(void)state;
	rig *r = script_create();
	rig_lay("allPerpMetas", 200,
	    "[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40}],\"collateralToken\":0}]");
	hl_start(r, RIG_ADDRESS);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	script_hold(r, "45000", SCRIPT_BTC);
	rig_pass(r, 40000);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
	assert_string_equal(script_last(r, "BTC"), "0.5");
	rig_destroy(r);
}

/* What happened before the subscription is over; a transfer may have gone into a vault. */
static void
test_hyperliquid_reply__fills_of_the_past_are_not_told(void **state)
{
	(void)state;
	rig *r = script_live();
	r->events_count = 0;
	static const char fill[] =
	    "{\"channel\":\"userFills\",\"data\":{\"user\":\"" RIG_ADDRESS "\"%s,\"fills\":[{"
	    "\"coin\":\"BTC\",\"px\":\"1\",\"sz\":\"1\",\"side\":\"B\",\"tid\":1}]}}";
	char text[512];
	(void)snprintf(text, sizeof text, fill, ",\"isSnapshot\":true");
	assert_int_equal(rig_say(r, 0, text), PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_FILL), 0);
	(void)snprintf(text, sizeof text, fill, ",\"isSnapshot\":false");
	assert_int_equal(rig_say(r, 0, text), PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_FILL), 1);
	uint32_t vaults = rig_sent(r, "\"userVaultEquities\"");
	assert_int_equal(
	    rig_say(r, 0,
		"{\"channel\":\"userNonFundingLedgerUpdates\",\"data\":{\"user\":\"" RIG_ADDRESS
		"\",\"nonFundingLedgerUpdates\":[]}}"),
	    PLM_OK);
	rig_pass(r, 200);
	assert_int_equal(rig_sent(r, "\"userVaultEquities\""), vaults + 1);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hyperliquid_reply__an_address_that_holds_nothing_is_refused),
	    cmocka_unit_test(test_hyperliquid_reply__a_sub_account_and_a_vault_are_accounts),
	    cmocka_unit_test(test_hyperliquid_reply__sub_accounts_are_said_to_be_apart),
	    cmocka_unit_test(test_hyperliquid_reply__a_message_tells_positions_and_balances),
	    cmocka_unit_test(test_hyperliquid_reply__late_and_foreign_messages_are_passed_over),
	    cmocka_unit_test(test_hyperliquid_reply__a_refused_message_is_a_doubt),
	    cmocka_unit_test(test_hyperliquid_reply__an_unheard_contract_is_a_doubt),
	    cmocka_unit_test(test_hyperliquid_reply__a_change_of_mode_reads_all_again),
	    cmocka_unit_test(test_hyperliquid_reply__a_mode_that_is_not_known_is_never_live),
	    cmocka_unit_test(
		test_hyperliquid_reply__an_answer_older_than_the_stream_is_no_snapshot),
	    cmocka_unit_test(test_hyperliquid_reply__a_silent_change_opens_the_link_anew),
	    cmocka_unit_test(test_hyperliquid_reply__fills_of_the_past_are_not_told),
	};
	return cmocka_run_group_tests_name("hyperliquid_reply", tests, NULL, NULL);
}
