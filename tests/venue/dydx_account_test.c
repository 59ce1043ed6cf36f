/* dydx_account_test.c: what subaccounts hold, and the account as their sum. */
#include "dydx_rig.h"

/* The wallet is no member: it is USDC and what was paid for what is open. */
static void
test_dydx_account__what_a_short_was_sold_for_is_no_wallet(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, DYDX_ACCOUNT("1000", DYDX_CHILD("0", "1000",
						   DYDX_POSITION("ETH-USD", "SHORT", "-10", "90"),
						   DYDX_USDC("LONG", "1900"), "50"))),
	    PLM_OK);
	const plm_balance *balance = rig_balance(r, 0);
	assert_asset(r, balance->asset, "USDC");
	assert_decimal(balance->wallet, "1000");
	assert_decimal(balance->equity, "1000");
	assert_decimal(balance->collateral, "null"); /* derived: it moves with the marks */
	assert_decimal(balance->available, "1");
	assert_decimal(rig_position(r, 0)->quantity, "-10");
	assert_int_equal(rig_position(r, 0)->unit, PLM_UNIT_COINS);
	assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_CROSS);
	const plm_venue_margin *margin = &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	assert_decimal(margin->equity, "1000");
	assert_decimal(margin->initial_margin, "999");
	assert_decimal(margin->maintenance_margin, "null");
	rig_destroy(r);
}

/* A short's size comes with its sign or without; a long's never has one. */
static void
test_dydx_account__the_side_tells_the_sign(void **state)
{
	(void)state;
	rig *r = rig_create();
	static const char same[] = DYDX_ACCOUNT(
	    "1000", DYDX_CHILD("0", "1000", DYDX_POSITION("ETH-USD", "SHORT", "10", "90"),
			DYDX_USDC("LONG", "1900"), "50"));
	assert_int_equal(rig_decode(r, same), PLM_OK);
	assert_decimal(rig_position(r, 0)->quantity, "-10");
	static const char wrong[] = DYDX_ACCOUNT(
	    "1000", DYDX_CHILD("0", "1000", DYDX_POSITION("ETH-USD", "LONG", "-10", "90"),
			DYDX_USDC("LONG", "1900"), "50"));
	assert_int_equal(rig_decode(r, wrong), PLM_EDECODE);
	assert_int_equal(r->events_count, 0);
	rig_destroy(r);
}

/* A child is a pool of its own; what is in it is in the wallet once. */
static void
test_dydx_account__a_child_backs_one_position(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, DYDX_ACCOUNT("150", DYDX_CHILD("0", "100", "", DYDX_USDC("LONG", "100"),
						  "50") "," DYDX_CHILD("128", "50",
						  DYDX_POSITION("SOL-USD", "LONG", "10", "15"),
						  DYDX_USDC("SHORT", "100"), "50"))),
	    PLM_OK);
	const plm_position *position = rig_position(r, 0);
	assert_int_equal(position->margin_mode, PLM_MARGIN_ISOLATED);
	assert_decimal(position->isolated_margin, "50");
	assert_decimal(rig_balance(r, 0)->wallet, "150");
	assert_decimal(rig_balance(r, 0)->equity, "150");
	const plm_venue_margin *own = &rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	assert_int_equal(own->margin_mode, PLM_MARGIN_ISOLATED);
	assert_int_equal(own->instrument.value, position->instrument.value);
	assert_decimal(own->equity, "50");
	const plm_venue_margin *cross = &rig_need(r, PLM_EVENT_VENUE_MARGIN, 1)->u.venue_margin;
	assert_int_equal(cross->margin_mode, PLM_MARGIN_CROSS);
	assert_decimal(cross->equity, "100");
	rig_destroy(r);
}

/* Long in one, short in the other: one net size; which pool it is in cannot be said. */
static void
test_dydx_account__a_market_open_twice_is_one_position(void **state)
{
	(void)state;
	rig *r = dydx_live(DYDX_ACCOUNT("200",
	    DYDX_CHILD("0", "100", DYDX_POSITION("SOL-USD", "LONG", "10", "15"),
		DYDX_USDC("SHORT", "50"), "50") "," DYDX_CHILD("128", "100",
		DYDX_POSITION("SOL-USD", "SHORT", "-4", "20"), DYDX_USDC("LONG", "180"), "50")));
	assert_string_not_equal(rig_status(r).text, "");
	rig_pass(r, 31000);
	assert_int_equal(rig_count(r, PLM_EVENT_POSITION), 1);
	assert_decimal(rig_position(r, 0)->quantity, "6");
	assert_decimal(rig_position(r, 0)->entry_price, "null");
	assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_CROSS);
	assert_decimal(rig_balance(r, 0)->wallet, "200");
	/* One of them is closed: what is left is a position again, in its own pool. */
	r->events_count = 0;
	dydx_update(r, "{\"perpetualPositions\":[{\"market\":\"SOL-USD\",\"side\":\"LONG\","
		       "\"status\":\"CLOSED\",\"size\":\"0\",\"entryPrice\":\"15\","
		       "\"subaccountNumber\":0}]}");
	assert_decimal(rig_position(r, 0)->quantity, "-4");
	assert_decimal(rig_position(r, 0)->entry_price, "20");
	assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_ISOLATED);
	rig_destroy(r);
}

/* A list that came short is not a flat account. */
static void
test_dydx_account__what_does_not_add_up_is_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {
	    DYDX_ACCOUNT("1000", DYDX_CHILD("0", "1000", "", DYDX_USDC("LONG", "1900"), "50")),
	    DYDX_ACCOUNT("1000", DYDX_CHILD("0", "900", "", DYDX_USDC("LONG", "900"), "50")),
	    DYDX_ACCOUNT(
		"1000", DYDX_CHILD("0", "1000", DYDX_POSITION("ETH-USD", "LONG", "11", "90"),
			    DYDX_USDC("LONG", "100"), "50"))};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_int_equal(rig_decode(r, wrong[i]), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
		assert_non_null(strstr(r->fault.path, "equity"));
	}
	rig_destroy(r);
}

static void
test_dydx_account__rows_that_cannot_be_are_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = {
	    "{\"subaccount\":{\"address\":\"a\",\"subaccountNumber\":0,\"equity\":\"0\"}}",
	    "{\"subaccount\":{\"subaccountNumber\":0,\"equity\":\"0\","
	    "\"openPerpetualPositions\":{},\"assetPositions\":{}}}",
	    DYDX_ACCOUNT("1", DYDX_CHILD("-1", "1", "", DYDX_USDC("LONG", "1"), "50")),
	    DYDX_ACCOUNT("1", DYDX_CHILD("0", "1", "", DYDX_USDC("BOTH", "1"), "50")),
	    DYDX_ACCOUNT(
		"1", DYDX_CHILD("0", "1", "",
			 "\"DAI\":{\"symbol\":\"DAI\",\"side\":\"LONG\",\"size\":\"1\"}", "50")),
	    DYDX_ACCOUNT("1e13", DYDX_CHILD("0", "1e13", "", DYDX_USDC("LONG", "1e13"), "50"))};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_int_equal(rig_decode(r, wrong[i]), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
	}
	rig_destroy(r);
}

/* equity = USDC + size x entry price + profit, in every stored payload of an account. */
static void
test_dydx_account__stored_accounts_add_up(void **state)
{
	(void)state;
	static const struct {
		const char *name, *wallet;
		uint32_t positions;
	} rows[] = {{"subaccount--nautilus.json", "45.201296", 0},
	    {"subaccount-with-positions--ccxt-src.json", "144448.79937169957459568", 2},
	    {"v4_parent_subaccounts-isolated-APE--abacus.json", "155.699431", 1},
	    {"v4_parent_subaccounts-isolated-orders--abacus.json", "155.699431", 1},
	    {"v4_parent_subaccounts-pending--abacus.json", "2018.550249", 1},
	    {"v4_parent_subaccounts-subscribed--abacus.json", "1998.550249", 1}};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!rig_fixture(r, rows[i].name))
			continue;
		assert_int_equal(r->err, PLM_OK);
		const plm_balance *balance = rig_balance(r, 0);
		plm_decimal sum;
		assert_decimal(balance->wallet, rows[i].wallet);
		assert_int_equal(rig_count(r, PLM_EVENT_POSITION), rows[i].positions);
		assert_int_equal(
		    plm_decimal_add(balance->wallet, balance->unrealised_pnl, &sum), PLM_OK);
		double off = plm_decimal_to_double(sum) - plm_decimal_to_double(balance->equity);
		assert_true(off < 1e-5 && off > -1e-5);
	}
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dydx_account__what_a_short_was_sold_for_is_no_wallet),
	    cmocka_unit_test(test_dydx_account__the_side_tells_the_sign),
	    cmocka_unit_test(test_dydx_account__a_child_backs_one_position),
	    cmocka_unit_test(test_dydx_account__a_market_open_twice_is_one_position),
	    cmocka_unit_test(test_dydx_account__what_does_not_add_up_is_refused),
	    cmocka_unit_test(test_dydx_account__rows_that_cannot_be_are_refused),
	    cmocka_unit_test(test_dydx_account__stored_accounts_add_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
