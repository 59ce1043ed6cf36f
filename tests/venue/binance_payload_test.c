/* binance_payload_test.c: whole payloads: accounts, the user stream, rates, contracts. */
#include "binance_rig.h"

static void
test_venue_binance_payload__account_with_totals(void **state)
{
	(void)state;
	static const char text[] =
	    "{\"totalInitialMargin\":\"3.5\",\"totalMaintMargin\":\"1.25\",\"totalWalletBalance\":"
	    "\"%s\","
	    "\"totalMarginBalance\":\"101\",\"availableBalance\":\"97\"%s,\"assets\":[{\"asset\":"
	    "\"USDT\","
	    "\"walletBalance\":\"100.5\",\"unrealizedProfit\":\"0.5\",\"marginBalance\":\"101\","
	    "\"initialMargin\":\"2.5\",\"maintMargin\":\"0.25\","
	    "\"availableBalance\":\"97\",\"updateTime\":1625474304765}],\"positions\":[]}";
	static const struct {
		const char *total, *flag, *asset;
		plm_margin_mode mode;
	} rows[] = {
	    {"100.5", ",\"multiAssetsMargin\":false", "USDT", PLM_MARGIN_SEGREGATED},
	    {"100.5", ",\"multiAssetsMargin\":true", "USD", PLM_MARGIN_CROSS},
	    {"100.5", "", "", PLM_MARGIN_CROSS}, /* v3 does not say what its totals count */
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char payload[1024];
		(void)snprintf(payload, sizeof payload, text, rows[i].total, rows[i].flag);
		assert_int_equal(rig_decode(r, payload), PLM_OK);
		assert_int_equal(r->events_count, 2);
		const plm_event *balance = rig_event(r, PLM_EVENT_BALANCE, 0);
		assert_decimal(balance->u.balance.wallet, "100.5");
		assert_decimal(balance->u.balance.equity, "101");
		assert_decimal(balance->u.balance.collateral, "null"); /* it moves with marks */
		assert_decimal(balance->u.balance.unrealised_pnl, "0.5");
		assert_int_equal(balance->u.balance.margin_mode, rows[i].mode);
		assert_true(balance->venue_sequence == UINT64_C(1625474304765999));
		const plm_venue_margin *margin =
		    &rig_event(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
		assert_string_equal(rig_asset(r, margin->asset), rows[i].asset);
		bool single = rows[i].mode == PLM_MARGIN_SEGREGATED;
		assert_int_equal(margin->margin_mode, rows[i].mode);
		assert_decimal(margin->equity, "101");
		assert_decimal(margin->initial_margin, single ? "2.5" : "3.5");
		assert_decimal(margin->maintenance_margin, single ? "0.25" : "1.25");
		assert_decimal(margin->ratio, "null");
	}
	rig_destroy(r);
}

static void
test_venue_binance_payload__coin_accounts_are_pools_by_coin(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"{\"assets\":[{\"asset\":\"BTC\",\"walletBalance\":\"2\",\"marginBalance\":"
		"\"2.5\",\"maintMargin\":\"0.1\"},{\"asset\":\"ETH\",\"walletBalance\":\"9\","
		"\"marginBalance\":\"9\",\"maintMargin\":\"0\"}],\"positions\":[]}"),
	    PLM_OK);
	for (uint32_t i = 0; i < 2; i++) {
		const plm_venue_margin *margin =
		    &rig_event(r, PLM_EVENT_VENUE_MARGIN, i)->u.venue_margin;
		assert_string_equal(rig_asset(r, margin->asset), i == 0 ? "BTC" : "ETH");
		assert_int_equal(margin->margin_mode, PLM_MARGIN_SEGREGATED);
	}
	rig_destroy(r);
}

/* What changed, each row absolute; what the stream does not say is unknown, not 0. */
static void
test_venue_binance_payload__account_update(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"{\"e\":\"ACCOUNT_UPDATE\",\"T\":1768644498002,\"E\":1768644498009,\"a\":{"
		"\"m\":\"ORDER\",\"B\":[{\"a\":\"USDT\",\"wb\":\"50.25\",\"cw\":\"40.25\","
		"\"bc\":\"0\"}],\"P\":[{\"s\":\"ETHUSDT\",\"pa\":\"0\",\"ep\":\"0.00\",\"up\":"
		"\"0\",\"mt\":\"isolated\",\"iw\":\"0\",\"ps\":\"BOTH\"}]}}"),
	    PLM_OK);
	assert_int_equal(r->events_count, 2);
	const plm_event *balance = rig_event(r, PLM_EVENT_BALANCE, 0);
	assert_decimal(balance->u.balance.wallet, "50.25");
	assert_decimal(balance->u.balance.equity, "null");
	assert_decimal(balance->u.balance.collateral, "null");
	assert_true(balance->venue_sequence == UINT64_C(1768644498002000));
	assert_true(balance->venue_time_ns == INT64_C(1768644498002) * PLM_NS_PER_MS);
	assert_decimal(rig_position(r, 0)->quantity, "0");
	assert_decimal(rig_position(r, 0)->entry_price, "null");
	assert_decimal(rig_position(r, 0)->liquidation_price, "null");
	rig_destroy(r);
}

static void
test_venue_binance_payload__funding_and_transfers(void **state)
{
	(void)state;
	static const char text[] =
	    "{\"e\":\"ACCOUNT_UPDATE\",\"T\":1768644498002,\"a\":{\"m\":\"%s\",\"B\":[{\"a\":"
	    "\"USDT\","
	    "\"wb\":\"50\",\"bc\":\"-1.5\"}],\"P\":[{\"s\":\"ETHUSDT\",\"pa\":\"1\"}]}}";
	rig *r = rig_create();
	char payload[512];
	(void)snprintf(payload, sizeof payload, text, "FUNDING_FEE");
	assert_int_equal(rig_decode(r, payload), PLM_OK);
	const plm_funding *funding = &rig_event(r, PLM_EVENT_FUNDING, 0)->u.funding;
	assert_decimal(funding->amount, "-1.5");
	assert_int_equal(funding->instrument.value, rig_spec(r, "ETHUSDT")->id.value);
	assert_null(rig_event(r, PLM_EVENT_TRANSFER, 0));
	(void)snprintf(payload, sizeof payload, text, "WITHDRAW");
	assert_int_equal(rig_decode(r, payload), PLM_OK);
	assert_decimal(rig_event(r, PLM_EVENT_TRANSFER, 0)->u.transfer.quantity, "-1.5");
	assert_null(rig_event(r, PLM_EVENT_FUNDING, 0));
	(void)snprintf(payload, sizeof payload, text, "WITHDRAW_REJECT");
	assert_int_equal(rig_decode(r, payload), PLM_OK);
	assert_decimal(rig_event(r, PLM_EVENT_TRANSFER, 0)->u.transfer.quantity, "1.5");
	assert_int_equal(
	    rig_event(r, PLM_EVENT_TRANSFER, 0)->u.transfer.state, PLM_TRANSFER_FAILED);
	static const char *const stays[] = {"ORDER", "MARGIN_TRANSFER", "COIN_SWAP_WITHDRAW"};
	for (size_t i = 0; i < sizeof stays / sizeof stays[0]; i++) {
		(void)snprintf(payload, sizeof payload, text, stays[i]);
		assert_int_equal(rig_decode(r, payload), PLM_OK);
		assert_int_equal(r->events_count, 2);
	}
	rig_destroy(r);
}

static void
test_venue_binance_payload__margin_call(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"{\"e\":\"MARGIN_CALL\",\"E\":1768644498002,\"cw\":\"3\",\"p\":[{\"s\":"
		"\"ETHUSDT\",\"ps\":\"SHORT\",\"pa\":\"-1.5\",\"mt\":\"CROSSED\",\"iw\":\"0\","
		"\"mp\":\"3000.5\",\"up\":\"-40\",\"mm\":\"22.5\"}]}"),
	    PLM_OK);
	const plm_event *event = rig_event(r, PLM_EVENT_POSITION, 0);
	assert_decimal(event->u.position.quantity, "-1.5");
	assert_decimal(event->u.position.mark_price, "3000.5");
	assert_decimal(event->u.position.maintenance_margin, "22.5");
	assert_int_equal(event->u.position.margin_mode, PLM_MARGIN_CROSS);
	assert_true(event->venue_sequence == 0); /* it cannot be ordered among updates */
	event = rig_event(r, PLM_EVENT_VENUE_ACTION, 0);
	assert_non_null(event);
	assert_true(event->account.value != 0);
	const plm_venue_action *call = &event->u.venue_action;
	assert_int_equal(call->kind, PLM_VENUE_MARGIN_CALLED);
	assert_int_equal(call->side, PLM_SIDE_SHORT);
	assert_int_equal(call->unit, PLM_UNIT_COINS);
	assert_decimal(call->quantity, "-1.5");
	assert_decimal(call->price, "3000.5");
	assert_string_equal(call->text, "maintenance margin 22.5 USDT");
	rig_destroy(r);
}

static void
test_venue_binance_payload__asset_rates_are_usd(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"{\"stream\":\"!assetIndex@arr\",\"data\":[{\"e\":\"assetIndexUpdate\",\"E\":"
		"1768644498002,\"s\":\"USDTUSD\",\"i\":\"0.97\"},{\"e\":\"assetIndexUpdate\","
		"\"E\":1768644498002,\"s\":\"BUSDUSD\",\"i\":\"0\"}]}"),
	    PLM_OK);
	assert_int_equal(r->events_count, 1); /* a rate of 0 is none */
	const plm_asset_rate *rate = &rig_event(r, PLM_EVENT_ASSET_RATE, 0)->u.asset_rate;
	assert_string_equal(rig_asset(r, rate->asset), "USDT");
	assert_decimal(rate->usd, "0.97");
	rig_destroy(r);
}

static void
test_venue_binance_payload__contracts(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"{\"symbols\":[{\"symbol\":\"BTCUSDT_261225\",\"contractType\":"
		"\"CURRENT_QUARTER\",\"deliveryDate\":1798185600000,\"baseAsset\":\"BTC\","
		"\"quoteAsset\":\"USDT\",\"marginAsset\":\"USDT\"},{\"symbol\":\"XAUUSDT\","
		"\"contractType\":\"TRADIFI_PERPETUAL\",\"deliveryDate\":4133404800000,"
		"\"baseAsset\":\"XAU\",\"quoteAsset\":\"USDT\",\"marginAsset\":\"USDT\"},"
		"{\"symbol\":\"GONEUSDT\",\"contractType\":\"\",\"baseAsset\":\"GONE\"}]}"),
	    PLM_OK);
	assert_int_equal(rig_spec(r, "BTCUSDT_261225")->kind, PLM_KIND_FUTURE);
	assert_true(rig_spec(r, "BTCUSDT_261225")->expiry_ns ==
		    plm_time_of_date(2026, 12, 25) + 8 * INT64_C(3600) * PLM_NS_PER_S);
	assert_int_equal(rig_spec(r, "XAUUSDT")->kind, PLM_KIND_PERPETUAL);
	assert_true(rig_spec(r, "XAUUSDT")->expiry_ns == 0);
	assert_int_equal(rig_spec(r, "GONEUSDT")->spec_source, PLM_SPEC_NAME);
	assert_int_equal(
	    rig_decode(r, "{\"optionSymbols\":[{\"symbol\":\"XRP-261225-2.5-P\",\"side\":\"PUT\","
			  "\"strikePrice\":\"2.5\",\"unit\":100,\"expiryDate\":1798185600000,"
			  "\"quoteAsset\":\"USDT\"}]}"),
	    PLM_OK);
	assert_decimal(rig_spec(r, "XRP-261225-2.5-P")->multiplier, "100");
	assert_int_equal(rig_spec(r, "XRP-261225-2.5-P")->option_type, PLM_OPTION_PUT);
	rig_destroy(r);
}

/* The maintenance amount joins the tiers: amount(n) = amount(n-1) + floor(n) x (rate(n) -
 * rate(n-1)).
 */
static void
test_venue_binance_payload__margin_tiers_of_a_capture(void **state)
{
	(void)state;
	rig *r = rig_create();
	if (rig_fixture(r, "fapi-v1-leverageBracket--freqtrade.json")) {
		plm_margin_tier before = {.tier = 0};
		for (uint32_t i = 0; i < r->events_count; i++) {
			plm_margin_tier tier = r->events[i].u.margin_tier;
			plm_decimal step, amount = plm_decimal_zero();
			assert_int_equal(r->events[i].type, PLM_EVENT_MARGIN_TIER);
			assert_int_equal(
			    tier.tier, before.tier == before.tiers_count ? 1 : before.tier + 1);
			if (tier.tier > 1) {
				assert_true(tier.notional_floor.units == before.notional_cap.units);
				assert_true(tier.leverage_max.units < before.leverage_max.units);
				assert_int_equal(plm_decimal_subtract(tier.maintenance_rate,
						     before.maintenance_rate, &step),
				    PLM_OK);
				assert_int_equal(
				    plm_decimal_multiply(step, tier.notional_floor, &step), PLM_OK);
				assert_int_equal(
				    plm_decimal_add(before.maintenance_amount, step, &amount),
				    PLM_OK);
			}
			assert_true(tier.maintenance_amount.units == amount.units);
			before = tier;
		}
		assert_decimal(r->events[11].u.margin_tier.maintenance_amount, "421481450");
	}
	rig_destroy(r);
}

/* COIN-M counts coins, under other names; a factor is told and not applied; one contract alone
 * comes without a list. */
static void
test_venue_binance_payload__margin_tiers_in_all_forms(void **state)
{
	(void)state;
	static const struct {
		const char *text, *settle, *floor, *cap, *factor;
	} rows[] = {
	    {"[{\"symbol\":\"BTCUSD_PERP\",\"notionalCoef\":1.5,\"brackets\":[{\"bracket\":1,"
	     "\"initialLeverage\":125,\"qtyCap\":50,\"qtylFloor\":0,\"maintMarginRatio\":0.004,"
	     "\"cum\":0}]}]",
		"BTC", "0", "50", "1.5"},
	    {"[{\"symbol\":\"ETHUSD_PERP\",\"brackets\":[{\"bracket\":\"1\",\"initialLeverage\":"
	     "\"75\",\"qtyCap\":\"40\",\"qtyFloor\":\"0\",\"maintMarginRatio\":\"0.01\",\"cum\":"
	     "\"0\"}]}]",
		"ETH", "0", "40", "null"},
	    {"{\"symbol\":\"BTCUSDC\",\"notionalCoef\":\"4.0\",\"brackets\":[{\"bracket\":1,"
	     "\"initialLeverage\":20,\"notionalCap\":9000.5,\"notionalFloor\":0,"
	     "\"maintMarginRatio\":0.02,\"cum\":0}]}",
		"USDC", "0", "9000.5", "4"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(rig_decode(r, rows[i].text), PLM_OK);
		assert_int_equal(r->events_count, 1);
		assert_int_equal(r->events[0].account.value, r->cfg.account.value);
		const plm_margin_tier *tier = &r->events[0].u.margin_tier;
		assert_int_equal(tier->tiers_count, 1);
		assert_decimal(tier->notional_floor, rows[i].floor);
		assert_decimal(tier->notional_cap, rows[i].cap);
		assert_decimal(tier->notional_factor, rows[i].factor);
		const plm_instrument *spec = pli_registry_instrument_get(
		    r->names, tier->instrument);
		assert_string_equal(rig_asset(r, spec->settle), rows[i].settle);
	}
	assert_int_equal(rig_decode(r, "[{\"symbol\":\"BTCUSDT\",\"brackets\":[]}]"), PLM_OK);
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

static void
test_venue_binance_payload__errors_of_the_venue(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, "{\"code\":-1021,\"msg\":\"Too late.\"}"), PLM_OK);
	const plm_venue_error *error = &rig_event(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error;
	assert_int_equal(error->code, -1021);
	assert_string_equal(error->message, "Too late.");
	assert_int_equal(
	    rig_decode(r, "{\"id\":\"1\",\"status\":400,\"error\":{\"code\":-2015,\"msg\":"
			  "\"No.\"}}"),
	    PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_VENUE_ERROR, 0)->u.venue_error.code, -2015);
	rig_destroy(r);
}

/* A member that nobody has heard of changes nothing. */
static void
test_venue_binance_payload__unknown_members_are_passed_over(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"{\"new\":{\"deep\":[1,{\"e\":2}]},\"e\":\"ACCOUNT_UPDATE\",\"T\":5,\"a\":{"
		"\"zz\":[null],\"P\":[{\"qq\":{},\"s\":\"ETHUSDT\",\"pa\":\"2\"}]}}"),
	    PLM_OK);
	assert_decimal(rig_position(r, 0)->quantity, "2");
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance_payload__account_with_totals),
	    cmocka_unit_test(test_venue_binance_payload__coin_accounts_are_pools_by_coin),
	    cmocka_unit_test(test_venue_binance_payload__account_update),
	    cmocka_unit_test(test_venue_binance_payload__funding_and_transfers),
	    cmocka_unit_test(test_venue_binance_payload__margin_call),
	    cmocka_unit_test(test_venue_binance_payload__asset_rates_are_usd),
	    cmocka_unit_test(test_venue_binance_payload__contracts),
	    cmocka_unit_test(test_venue_binance_payload__margin_tiers_of_a_capture),
	    cmocka_unit_test(test_venue_binance_payload__margin_tiers_in_all_forms),
	    cmocka_unit_test(test_venue_binance_payload__errors_of_the_venue),
	    cmocka_unit_test(test_venue_binance_payload__unknown_members_are_passed_over),
	};
	return cmocka_run_group_tests_name("binance_payload", tests, NULL, NULL);
}
