/* file_row_test.c: rows of a file as events, and values that cannot be. */
#include "venue/file/file_row.h"

#include <math.h>

#include "file_rig.h"

#define POSITION "type,symbol,side,quantity,unit,multiplier,mark_price,delta,mark_iv\n"

static void
test_venue_file_row__inverse_perpetual_in_usd(void **state)
{
	rig *r = *state;
	rig_take(r, "type,symbol,quantity,unit,entry_price,mark_price,index_price,leverage\n"
		    "position,BTC/USD:BTC,-250000,usd,90500.5,91000,91010.25,10\n");
	const plm_event *event = rig_event(r, PLM_EVENT_POSITION, 0);
	assert_non_null(event);
	assert_int_equal(event->account.value, r->cfg.account.value);
	assert_int_equal(event->flags, PLM_FLAG_SNAPSHOT);
	assert_int_equal(event->u.position.side, PLM_SIDE_NET);
	assert_int_equal(event->u.position.unit, PLM_UNIT_USD);
	rig_decimal(event->u.position.quantity, "-250000");
	rig_decimal(event->u.position.entry_price, "90500.5");
	rig_decimal(event->u.position.leverage, "10");
	assert_false(plm_decimal_is_known(event->u.position.liquidation_price));
	rig_decimal(event->u.position.unrealised_pnl, "-0.015162930008704341");
	assert_true(isnan(event->u.position.delta_coins));
	const plm_instrument *spec = plm_names_instrument_get(
	    r->names, event->u.position.instrument);
	assert_non_null(spec);
	assert_int_equal(spec->kind, PLM_KIND_PERPETUAL);
	assert_int_equal(spec->inverse, 1);
	assert_int_equal(spec->spec_source, PLM_SPEC_VENUE);
	rig_decimal(spec->multiplier, "1");
	assert_string_equal(plm_names_asset_text(r->names, spec->underlying), "BTC");
	assert_string_equal(plm_names_asset_text(r->names, spec->quote), "USD");
	assert_string_equal(plm_names_asset_text(r->names, spec->settle), "BTC");
	char symbol[PLM_SYMBOL_MAX];
	(void)pli_registry_symbol(r->names, spec->id, symbol);
	assert_string_equal(symbol, "BTC/USD:BTC");
	const plm_event *mark = rig_event(r, PLM_EVENT_MARK, 0);
	assert_non_null(mark);
	assert_int_equal(mark->u.mark.instrument.value, spec->id.value);
	assert_int_equal(mark->flags, PLM_FLAG_SNAPSHOT);
	rig_decimal(mark->u.mark.mark_price, "91000");
	rig_decimal(mark->u.mark.index_price, "91010.25");
	assert_true(isnan(mark->u.mark.delta));
}

static void
test_venue_file_row__option_with_delta(void **state)
{
	rig *r = *state;
	rig_take(r, "type,symbol,quantity,unit,multiplier,mark_price,delta,mark_iv\n"
		    "position,BTC/USD:BTC-261225-100000-P,-12.5,contracts,0.1,0.0525,-0.62,48.7\n");
	const plm_event *event = rig_event(r, PLM_EVENT_POSITION, 0);
	const plm_event *mark = rig_event(r, PLM_EVENT_MARK, 0);
	assert_non_null(event);
	assert_non_null(mark);
	assert_true(mark->u.mark.delta == -0.62);
	assert_true(mark->u.mark.mark_iv == 48.7);
	const plm_instrument *spec = plm_names_instrument_get(
	    r->names, event->u.position.instrument);
	assert_int_equal(spec->kind, PLM_KIND_OPTION);
	assert_int_equal(spec->option_type, PLM_OPTION_PUT);
	rig_decimal(spec->strike, "100000");
	rig_decimal(spec->multiplier, "0.1");
	assert_true(spec->expiry_ns == plm_time_of_date(2026, 12, 25) + 8 * 3600 * PLM_NS_PER_S);
}

static void
test_venue_file_row__hedge_mode_legs(void **state)
{
	rig *r = *state;
	rig_take(r, "type,symbol,side,quantity,unit,margin_mode\n"
		    "position,ETH/USDT:USDT,long,3,coins,cross\n"
		    "position,ETH/USDT:USDT,short,2,coins,isolated\n"
		    "position,SOL/USDT:USDT,short,-7,coins,\n");
	const plm_position *longs = &rig_event(r, PLM_EVENT_POSITION, 0)->u.position;
	const plm_position *shorts = &rig_event(r, PLM_EVENT_POSITION, 1)->u.position;
	assert_int_equal(longs->side, PLM_SIDE_LONG);
	assert_int_equal(longs->margin_mode, PLM_MARGIN_CROSS);
	rig_decimal(longs->quantity, "3");
	assert_int_equal(shorts->side, PLM_SIDE_SHORT);
	assert_int_equal(shorts->margin_mode, PLM_MARGIN_ISOLATED);
	rig_decimal(shorts->quantity, "-2");
	assert_int_equal(shorts->instrument.value, longs->instrument.value);
	rig_decimal(rig_event(r, PLM_EVENT_POSITION, 2)->u.position.quantity, "-7");
}

static void
test_venue_file_row__balance_price_and_rate(void **state)
{
	rig *r = *state;
	rig_take(r, "type,asset,wallet,borrowed,symbol,index_price,usd\n"
		    "balance,BTC,-0.5,0.5,,,\n"
		    "price,,,,ETH/USDT:USDT,3021.5,\n"
		    "rate,USDT,,,,,0.9998\n");
	const plm_balance *balance = &rig_event(r, PLM_EVENT_BALANCE, 0)->u.balance;
	rig_decimal(balance->wallet, "-0.5");
	rig_decimal(balance->borrowed, "0.5");
	assert_false(plm_decimal_is_known(balance->equity));
	assert_false(plm_decimal_is_known(balance->collateral));
	assert_string_equal(plm_names_asset_text(r->names, balance->asset), "BTC");
	const plm_mark *mark = &rig_event(r, PLM_EVENT_MARK, 0)->u.mark;
	rig_decimal(mark->index_price, "3021.5");
	assert_false(plm_decimal_is_known(mark->mark_price));
	const plm_asset_rate *rate = &rig_event(r, PLM_EVENT_ASSET_RATE, 0)->u.asset_rate;
	rig_decimal(rate->usd, "0.9998");
	assert_int_equal(rate->venue.value, r->cfg.venue.value);
}

/* P&L follows from entry and mark where quantity and price are of one kind; else it is unknown. */
static void
test_venue_file_row__pnl_from_entry_and_mark(void **state)
{
	rig *r = *state;
	rig_take(r, "type,symbol,quantity,unit,multiplier,entry_price,mark_price,unrealised_pnl\n"
		    "position,ETH/USDT:USDT,-12.5,coins,,3000,2900.5,\n"
		    "position,XRP/USDT:USDT,3,contracts,100,2,2.5,\n"
		    "position,BTC/USD:BTC,-100000,usd,,80000,100000,\n"
		    "position,SOL/USD:SOL-261225,7,contracts,10,100,140,\n"
		    "position,LTC/USDT:USDT,1,coins,,100,90,-3\n"
		    "position,ADA/USDT:USDT,1,coins,,,90,\n"
		    "position,DOT/USDT:USDT,100,usd,,5,6,\n"
		    "position,BTC/USD:BTC-261225-100000-C,1,coins,,0.05,0.06,\n"
		    "position,BTC/USDT,1,coins,,100,90,\n");
	static const char *const wanted[] = {
	    "1243.75", "150", "-0.25", "0.2", "-3", "null", "null", "null", "null"};
	for (uint32_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		rig_decimal(
		    rig_event(r, PLM_EVENT_POSITION, i)->u.position.unrealised_pnl, wanted[i]);
}

/* A price row that says no contract size keeps the one that a position row said. */
static void
test_venue_file_row__price_keeps_the_multiplier(void **state)
{
	rig *r = *state;
	rig_take(r, "type,symbol,quantity,unit,multiplier,mark_price\n"
		    "position,XRP/USDT:USDT,5,contracts,100,\n"
		    "price,XRP/USDT:USDT,,,,2.5\n");
	const plm_event *mark = rig_event(r, PLM_EVENT_MARK, 0);
	rig_decimal(plm_names_instrument_get(r->names, mark->u.mark.instrument)->multiplier, "100");
}

static void
test_venue_file_row__values_that_cannot_be(void **state)
{
	rig *r = *state;
	rig_refuse(
	    r, POSITION "position,BTCUSDT,,1,coins,,,,\n", 2, 10, "symbol", "a unified symbol");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,,,coins,,,,\n", 2, 25, "quantity",
	    "a number, got nothing");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,,1e21,coins,,,,\n", 2, 25, "quantity",
	    "a number below 1.7e20");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,,1.000.5,coins,,,,\n", 2, 25, "quantity",
	    "a number, got \"1.000.5\"");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,long,-1,coins,,,,\n", 2, 29, "quantity",
	    "0 or more on the side long");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,buy,1,coins,,,,\n", 2, 24, "side",
	    "long, short or net");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,,1,,,,,\n", 2, 27, "unit",
	    "contracts, coins or usd");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,,1,lots,,,,\n", 2, 27, "unit",
	    "contracts, coins or usd");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,,1,contracts,,,,\n", 2, 37, "multiplier",
	    "the coins of one contract");
	rig_refuse(r, POSITION "position,BTC/USD:BTC,,1,contracts,,,,\n", 2, 35, "multiplier",
	    "the quote units of one contract");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,,1,contracts,0,,,\n", 2, 37, "multiplier",
	    "a number above 0");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,,1,coins,,-1,,\n", 2, 34, "mark_price",
	    "a number of 0 or more");
	rig_refuse(r, POSITION "position,BTC/USDT:USDT,,1,coins,,,0.5,\n", 2, 35, "delta",
	    "the symbol is no option");
	rig_refuse(r, POSITION "position,BTC/USD:BTC-261225-100000-C,,1,coins,,,-0.5,\n", 2, 49,
	    "delta", "0 to 1 for a call");
	rig_refuse(r, POSITION "position,BTC/USD:BTC-261225-100000-C,,5,coins,,,2.5,\n", 2, 49,
	    "delta", "the delta of one coin of option");
	rig_refuse(r, POSITION "position,BTC/USD:BTC-261225-100000-C,,5,coins,,,,0\n", 2, 50,
	    "mark_iv", "above 0");
	rig_refuse(r, POSITION "position,BTC/USD:BTC-261225-100000-C,,5,usd,,,,\n", 2, 41, "unit",
	    "contracts or coins");
	rig_refuse(r, "type,symbol,mark_price\nprice,BTC/USD,\n", 2, 15, "mark_price",
	    "a price in mark_price or index_price");
	rig_refuse(r, "type,symbol,mark_price\nprice,BTC/USD,0\n", 2, 15, "mark_price",
	    "a number above 0");
	rig_refuse(r, "type,asset,wallet\nbalance,BTC,\n", 2, 13, "wallet", "a number");
	rig_refuse(r, "type,asset,wallet\nbalance,B-C,1\n", 2, 9, "asset", "letters and digits");
	rig_refuse(r, "type,asset,usd\nrate,USDT,0\n", 2, 11, "usd", "a number above 0");
}

#define TRANSFER "type,asset,quantity,id,time,state,fee,transaction,address\n"

static void
test_venue_file_row__transfer(void **state)
{
	rig *r = *state;
	rig_take(r, TRANSFER "transfer,BTC,-2.5,W-1,2026-11-22T08:00:00Z,,0.0005,0xAB01,bc1qxyz\n"
			     "transfer,BTC,1,D-1,2026-11-22T09:00:00Z,pending,,ab01,\n");
	const plm_event *out = rig_event(r, PLM_EVENT_TRANSFER, 0);
	const plm_event *in = rig_event(r, PLM_EVENT_TRANSFER, 1);
	assert_non_null(out);
	assert_non_null(in);
	assert_int_equal(out->flags, PLM_FLAG_SNAPSHOT);
	rig_decimal(out->u.transfer.quantity, "-2.5");
	rig_decimal(out->u.transfer.fee, "0.0005");
	assert_int_equal(out->u.transfer.kind, PLM_TRANSFER_WITHDRAWAL);
	assert_int_equal(out->u.transfer.state, PLM_TRANSFER_DONE);
	plm_time_ns time_ns;
	assert_int_equal(plm_time_parse(PLM_SLICE("2026-11-22T08:00:00Z"), &time_ns), PLM_OK);
	assert_true(out->venue_time_ns == time_ns);
	assert_true(out->u.transfer.transfer_hash == plm_transfer_hash(PLM_SLICE("W-1")));
	assert_true(out->u.transfer.address_hash == plm_transfer_hash(PLM_SLICE("BC1QXYZ")));
	assert_int_equal(in->u.transfer.kind, PLM_TRANSFER_DEPOSIT);
	assert_int_equal(in->u.transfer.state, PLM_TRANSFER_PENDING);
	assert_true(in->u.transfer.chain_hash == out->u.transfer.chain_hash);
	assert_false(plm_decimal_is_known(in->u.transfer.fee));
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.rows_count, 0);
}

static void
test_venue_file_row__transfer_that_cannot_be(void **state)
{
	rig *r = *state;
	rig_refuse(r, TRANSFER "transfer,BTC,0,W-1,2026-11-22T08:00:00Z,,,,\n", 2, 14, "quantity",
	    "below 0 for what left");
	rig_refuse(r, TRANSFER "transfer,BTC,1,,2026-11-22T08:00:00Z,,,,\n", 2, 16, "id",
	    "a name of its own");
	rig_refuse(
	    r, TRANSFER "transfer,BTC,1,W-1,yesterday,,,,\n", 2, 20, "time", "a time such as");
	rig_refuse(r, TRANSFER "transfer,BTC,1,W-1,2026-11-22T08:00:00Z,gone,,,\n", 2, 41, "state",
	    "done, pending or failed");
	rig_refuse(r,
	    TRANSFER "transfer,BTC,1,W-1,2026-11-22T08:00:00Z,,,,\n"
		     "transfer,BTC,2,W-1,2026-11-22T08:00:00Z,,,,\n",
	    3, 16, "id", "each asset and id once");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_venue_file_row__inverse_perpetual_in_usd, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file_row__option_with_delta, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file_row__hedge_mode_legs, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file_row__balance_price_and_rate, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file_row__pnl_from_entry_and_mark, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file_row__price_keeps_the_multiplier, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file_row__values_that_cannot_be, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_venue_file_row__transfer, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file_row__transfer_that_cannot_be, rig_setup, rig_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
