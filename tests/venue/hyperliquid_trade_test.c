/* hyperliquid_trade_test.c: fills, orders, funding, transfers, errors. */
#include "hyperliquid_rig.h"

static void
test_hyperliquid_trade__a_fill(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "[{\"coin\":\"ETH\",\"px\":\"2067.2\",\"sz\":\"0.01\",\"side\":\"A\","
			  "\"time\":1770524192528,\"dir\":\"Close Long\",\"closedPnl\":\"-0.13\","
			  "\"fee\":\"0.00893\",\"tid\":343484124188045,\"feeToken\":\"USDC\"}]"),
	    PLM_OK);
	const plm_event *event = rig_event(r, PLM_EVENT_FILL, 0);
	assert_decimal(event->u.fill.quantity, "-0.01");
	assert_decimal(event->u.fill.price, "2067.2");
	assert_decimal(event->u.fill.realised_pnl, "-0.13");
	assert_decimal(event->u.fill.fee, "0.00893");
	assert_string_equal(rig_asset(r, event->u.fill.fee_asset), "USDC");
	assert_true(event->u.fill.trade_hash != 0);
	assert_int_equal(event->venue_time_ns, 1770524192528 * PLM_NS_PER_MS);
	rig_destroy(r);
}

static void
test_hyperliquid_trade__forced_fills_are_the_accounts_own(void **state)
{
	(void)state;
	static const struct {
		const char *dir;
		uint8_t forced;
	} rows[] = {{"Open Long", 0}, {"Liquidated Isolated Long", 1},
	    {"Liquidated Cross Short", 1}, {"Auto-Deleveraging", 2}};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[256];
		(void)snprintf(text, sizeof text,
		    "[{\"coin\":\"ETH\",\"px\":\"1\",\"sz\":\"1\",\"side\":\"B\",\"dir\":\"%s\","
		    "\"tid\":1,\"liquidation\":{\"liquidatedUser\":\"0x1\"}}]",
		    rows[i].dir);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		assert_int_equal(
		    rig_event(r, PLM_EVENT_FILL, 0)->u.fill.liquidation, rows[i].forced);
	}
	rig_destroy(r);
}

/* A fee in a token that only a name tells of: the fee is known, its asset is not. */
static void
test_hyperliquid_trade__a_fee_token_by_name_alone(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, "[{\"coin\":\"@9\",\"px\":\"1\",\"sz\":\"1\",\"side\":\"B\","
				       "\"tid\":1,\"fee\":\"3\",\"feeToken\":\"TRUMP\"}]"),
	    PLM_OK);
	assert_decimal(rig_event(r, PLM_EVENT_FILL, 0)->u.fill.fee, "3");
	assert_int_equal(rig_event(r, PLM_EVENT_FILL, 0)->u.fill.fee_asset.value, 0);
	rig_destroy(r);
}

/* What waits for a price rests nowhere. */
static void
test_hyperliquid_trade__orders_that_rest(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "[{\"coin\":\"INJ\",\"isTrigger\":true,\"limitPx\":\"9\",\"oid\":1,"
			  "\"side\":\"A\",\"sz\":\"12.5\"},{\"coin\":\"INJ\",\"isTrigger\":false,"
			  "\"limitPx\":\"10.5\",\"oid\":2,\"side\":\"B\",\"sz\":\"3\","
			  "\"reduceOnly\":true,\"timestamp\":1700126022555}]"),
	    PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_ORDER_OPEN), 1);
	const plm_order_open *order = &rig_event(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open;
	assert_decimal(order->quantity, "3");
	assert_decimal(order->price, "10.5");
	assert_int_equal(order->reduce_only, 1);
	rig_destroy(r);
}

/* A long receives while the rate is below 0. */
static void
test_hyperliquid_trade__funding_is_paid_or_told(void **state)
{
	(void)state;
	static const char *const paid[] = {
	    "{\"channel\":\"user\",\"data\":{\"funding\":{\"time\":1770523200069,\"coin\":\"BTC\","
	    "\"usdc\":\"0.000021\",\"szi\":\"0.00004\",\"fundingRate\":\"-0.0000079506\"}}}",
	    "[{\"time\":1770523200069,\"hash\":\"0x1\",\"delta\":{\"type\":\"funding\",\"coin\":"
	    "\"BTC\","
	    "\"usdc\":\"0.000021\",\"szi\":\"0.00004\",\"fundingRate\":\"-0.0000079506\"}}]",
	    "{\"channel\":\"userFundings\",\"data\":{\"user\":\"" RIG_ADDRESS "\",\"fundings\":[{"
	    "\"time\":1770523200069,\"coin\":\"BTC\",\"usdc\":\"0.000021\",\"szi\":\"0.00004\","
	    "\"fundingRate\":\"-0.0000079506\"}]}}"};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof paid / sizeof paid[0]; i++) {
		assert_int_equal(rig_decode(r, paid[i]), PLM_OK);
		const plm_event *event = rig_event(r, PLM_EVENT_FUNDING, 0);
		assert_decimal(event->u.funding.amount, "0.000021");
		assert_true(event->u.funding.rate == -0.0000079506);
		assert_int_equal(event->account.value, r->cfg.account.value);
	}
	assert_int_equal(rig_decode(r, "[{\"coin\":\"BTC\",\"fundingRate\":\"0.0000125\","
				       "\"premium\":\"0\",\"time\":1769908800000}]"),
	    PLM_OK);
	assert_decimal(rig_event(r, PLM_EVENT_FUNDING, 0)->u.funding.amount, "null");
	assert_int_equal(rig_event(r, PLM_EVENT_FUNDING, 0)->account.value, 0);
	rig_destroy(r);
}

#define ENTRY(delta) "[{\"time\":1731999196516,\"hash\":\"0x9\",\"delta\":{" delta "}}]"
#define OTHER "0x00000000000000000000000000000000000000b2"

static void
test_hyperliquid_trade__transfers_have_a_direction_or_are_none(void **state)
{
	(void)state;
	static const struct {
		const char *text, *quantity, *asset; /* NULL: no event */
	} rows[] = {
	    {ENTRY("\"type\":\"deposit\",\"usdc\":\"10.5\""), "10.5", "USDC"},
	    {ENTRY("\"type\":\"withdraw\",\"usdc\":\"3\",\"fee\":\"1\""), "-3", "USDC"},
	    {ENTRY("\"type\":\"accountClassTransfer\",\"usdc\":\"12\",\"toPerp\":false"), NULL, ""},
	    {ENTRY("\"type\":\"vaultDeposit\",\"vault\":\"0x1\",\"usdc\":\"12\""), NULL, ""},
	    {ENTRY("\"type\":\"spotTransfer\",\"token\":\"HYPE\",\"amount\":\"2\",\"user\":"
		   "\"" RIG_ADDRESS "\",\"destination\":\"" OTHER "\""),
		"-2", "HYPE"},
	    {ENTRY("\"type\":\"internalTransfer\",\"usdc\":\"7\",\"user\":\"" OTHER
		   "\",\"destination\":\"" RIG_ADDRESS "\""),
		"7", "USDC"},
	    /* between dexes of one account */
	    {ENTRY("\"type\":\"send\",\"token\":\"USDC\",\"amount\":\"2\",\"user\":\"" RIG_ADDRESS
		   "\",\"destination\":\"" RIG_ADDRESS "\""),
		NULL, ""},
	    {ENTRY("\"type\":\"send\",\"token\":\"TRUMP\",\"amount\":\"2\",\"user\":\"" RIG_ADDRESS
		   "\",\"destination\":\"" OTHER "\""),
		NULL, ""},
	};
	rig *r = rig_create();
	r->cfg.key = RIG_ADDRESS;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rig_decode(r, rows[i].text), PLM_OK);
		const plm_event *event = rig_event(r, PLM_EVENT_TRANSFER, 0);
		assert_int_equal(event != NULL, rows[i].quantity != NULL);
		if (event == NULL)
			continue;
		assert_decimal(event->u.transfer.quantity, rows[i].quantity);
		assert_string_equal(rig_asset(r, event->u.transfer.asset), rows[i].asset);
		bool chain = strstr(rows[i].text, "Transfer\"") == NULL;
		assert_int_equal(event->u.transfer.kind, !chain ? PLM_TRANSFER_INTERNAL
							 : rows[i].quantity[0] == '-'
							     ? PLM_TRANSFER_WITHDRAWAL
							     : PLM_TRANSFER_DEPOSIT);
		/* both sides tell the same; of a chain's transaction neither does */
		assert_int_equal(event->u.transfer.chain_hash != 0, !chain);
		if (strstr(rows[i].text, "destination\":\"" OTHER) != NULL)
			assert_true(
			    event->u.transfer.address_hash == plm_transfer_hash(PLM_SLICE(OTHER)));
	}
	rig_destroy(r);
}

static void
test_hyperliquid_trade__errors_are_told(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "{\"status\":\"err\",\"response\":\"no such wallet\"}"), PLM_OK);
	assert_string_equal(
	    rig_event(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.message, "no such wallet");
	assert_int_equal(rig_decode(r, "{\"channel\":\"error\",\"data\":\"odd\"}"), PLM_OK);
	assert_string_equal(rig_event(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.message, "odd");
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hyperliquid_trade__a_fill),
	    cmocka_unit_test(test_hyperliquid_trade__forced_fills_are_the_accounts_own),
	    cmocka_unit_test(test_hyperliquid_trade__a_fee_token_by_name_alone),
	    cmocka_unit_test(test_hyperliquid_trade__orders_that_rest),
	    cmocka_unit_test(test_hyperliquid_trade__funding_is_paid_or_told),
	    cmocka_unit_test(test_hyperliquid_trade__transfers_have_a_direction_or_are_none),
	    cmocka_unit_test(test_hyperliquid_trade__errors_are_told),
	};
	return cmocka_run_group_tests_name("hyperliquid_trade", tests, NULL, NULL);
}
