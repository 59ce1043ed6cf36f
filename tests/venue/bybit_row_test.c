/* bybit_row_test.c: one row of each noun of an account, and every trap that rows hold. */
#include "bybit_host.h"

#define POSITION(rest)                                                                             \
	"{\"topic\":\"position\",\"creationTime\":1700000000500,\"data\":[{\"symbol\":" rest "}]}"

static void
test_venue_bybit_row__sides_and_legs(void **state)
{
	(void)state;
	static const struct {
		const char *idx, *side, *size, *quantity;
		plm_side leg;
	} rows[] = {
	    {"0", "Buy", "0.5", "0.5", PLM_SIDE_NET},
	    {"0", "Sell", "0.5", "-0.5", PLM_SIDE_NET},
	    {"0", "", "0", "0", PLM_SIDE_NET},
	    {"0", "None", "0", "0", PLM_SIDE_NET},
	    {"1", "Buy", "2", "2", PLM_SIDE_LONG},
	    {"2", "Sell", "2", "-2", PLM_SIDE_SHORT},
	    {"1", "", "0", "0", PLM_SIDE_LONG},
	    {"2", "", "0", "0", PLM_SIDE_SHORT},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[512];
		(void)snprintf(text, sizeof text,
		    POSITION("\"BTCUSDT\",\"positionIdx\":%s,\"side\":\"%s\",\"size\":\"%s\""),
		    rows[i].idx, rows[i].side, rows[i].size);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		assert_int_equal(r->events_count, 1);
		assert_decimal(rig_position(r, 0)->quantity, rows[i].quantity);
		assert_int_equal(rig_position(r, 0)->side, rows[i].leg);
		assert_int_equal(rig_position(r, 0)->unit, PLM_UNIT_COINS);
	}
	rig_destroy(r);
}

/* Of a contract that neither name nor list explains, such as an old one under a new name, the
 * category says what its size counts. */
static void
test_venue_bybit_row__the_size_of_a_contract_unheard_of(void **state)
{
	(void)state;
	static const struct {
		const char *category;
		plm_unit unit;
	} rows[] = {
	    {"\"category\":\"inverse\",", PLM_UNIT_USD},
	    {"\"category\":\"linear\",", PLM_UNIT_COINS},
	    {"", PLM_UNIT_CONTRACTS},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[512];
		(void)snprintf(text, sizeof text,
		    POSITION("\"BTCX3\",%s\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"3440\""),
		    rows[i].category);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		assert_int_equal(rig_position(r, 0)->unit, rows[i].unit);
	}
	rig_destroy(r);
}

/* A row that contradicts itself refuses the whole payload: no leg of it shows. */
static void
test_venue_bybit_row__contradictions_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *row, *text;
	} rows[] = {
	    {"\"positionIdx\":0,\"side\":\"\",\"size\":\"0.5\"", "a side of Buy or Sell"},
	    {"\"positionIdx\":0,\"side\":\"None\",\"size\":\"0.5\"", "a side of Buy or Sell"},
	    {"\"positionIdx\":0,\"side\":\"buy\",\"size\":\"0\"", "a side of Buy or Sell"},
	    {"\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"-0.5\"", "the sign is in \"side\""},
	    {"\"positionIdx\":1,\"side\":\"Sell\",\"size\":\"0.5\"", "Buy on the long leg"},
	    {"\"positionIdx\":2,\"side\":\"Buy\",\"size\":\"0.5\"", "Sell on the short leg"},
	    {"\"positionIdx\":3,\"side\":\"Buy\",\"size\":\"0.5\"", "0, 1 or 2"},
	    {"\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"\"", "a number"},
	    {"\"positionIdx\":0,\"side\":\"Buy\"", "a number"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[512];
		(void)snprintf(text, sizeof text,
		    POSITION("\"BTCUSDT\",\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"1\"},"
			     "{\"symbol\":\"ETHUSDT\",%s"),
		    rows[i].row);
		assert_int_equal(rig_decode(r, text), PLM_EDECODE);
		assert_int_equal(r->events_count, 0);
		assert_non_null(strstr(r->fault.text, rows[i].text));
		assert_non_null(strstr(r->fault.path, "[1]"));
	}
	rig_destroy(r);
}

static void
test_venue_bybit_row__empty_is_unknown(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, POSITION("\"BTCUSDT\",\"positionIdx\":0,\"side\":\"Sell\",\"size\":\"1\","
				   "\"entryPrice\":\"\",\"markPrice\":\"\",\"liqPrice\":\"\","
				   "\"leverage\":\"\",\"positionIM\":\"\",\"positionMM\":\"\","
				   "\"unrealisedPnl\":\"\",\"positionBalance\":\"\"")),
	    PLM_OK);
	const plm_position *position = rig_position(r, 0);
	assert_decimal(position->entry_price, "null");
	assert_decimal(position->mark_price, "null");
	assert_decimal(position->liquidation_price, "null");
	assert_decimal(position->leverage, "null");
	assert_int_equal(position->adl_rank, 0);
	assert_decimal(position->initial_margin, "null");
	assert_decimal(position->maintenance_margin, "null");
	assert_decimal(position->unrealised_pnl, "null");
	assert_decimal(position->isolated_margin, "null");
	rig_destroy(r);
}

/* What a contract in USDC has settled is in the wallet: its P&L counts from the settlement. */
static void
test_venue_bybit_row__settled_contracts_count_from_the_session(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"[{\"symbol\":\"BTCPERP\",\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"1\","
		"\"avgPrice\":\"50000\",\"sessionAvgPrice\":\"60000\"},"
		"{\"symbol\":\"BTCUSDT\",\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"1\","
		"\"avgPrice\":\"50000\",\"sessionAvgPrice\":\"\"},"
		"{\"symbol\":\"ETHPERP\",\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"1\","
		"\"avgPrice\":\"4000\",\"sessionAvgPrice\":\"0\"}]"),
	    PLM_OK);
	assert_decimal(rig_position(r, 0)->entry_price, "60000");
	assert_decimal(rig_position(r, 1)->entry_price, "50000");
	assert_decimal(rig_position(r, 2)->entry_price, "4000");
	rig_destroy(r);
}

static void
test_venue_bybit_row__isolated_and_inverse(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "[{\"symbol\":\"BTCUSD\",\"positionIdx\":0,\"side\":\"Sell\",\"size\":"
			  "\"300\",\"tradeMode\":1,\"positionBalance\":\"0.001\"},"
			  "{\"symbol\":\"BTCUSDZ25\",\"positionIdx\":0,\"side\":\"Buy\",\"size\":"
			  "\"100\",\"tradeMode\":0,\"positionBalance\":\"0.001\"}]"),
	    PLM_OK);
	assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_ISOLATED);
	assert_decimal(rig_position(r, 0)->isolated_margin, "0.001");
	assert_decimal(rig_position(r, 0)->quantity, "-300");
	assert_int_equal(rig_position(r, 0)->unit, PLM_UNIT_USD);
	assert_int_equal(rig_position(r, 1)->margin_mode, PLM_MARGIN_CROSS);
	assert_decimal(rig_position(r, 1)->isolated_margin, "null");
	rig_destroy(r);
}

/* A coin's mark of 0 is none; an option may be worth nothing; below 0 neither is a price. */
static void
test_venue_bybit_row__prices_of_nothing(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"[{\"symbol\":\"BTCUSDT\",\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"1\","
		"\"markPrice\":\"0\"},{\"symbol\":\"BTC-26DEC25-90000-C\",\"positionIdx\":0,"
		"\"side\":\"Buy\",\"size\":\"1\",\"markPrice\":\"0\"},{\"symbol\":\"ETHUSDT\","
		"\"positionIdx\":0,\"side\":\"Buy\",\"size\":\"1\",\"markPrice\":\"-1\"}]"),
	    PLM_OK);
	assert_decimal(rig_position(r, 0)->mark_price, "null");
	assert_decimal(rig_position(r, 1)->mark_price, "0");
	assert_decimal(rig_position(r, 2)->mark_price, "null");
	rig_destroy(r);
}

/* A position is ordered by its own time, of which an answer may know a later moment. */
static void
test_venue_bybit_row__order_of_updates(void **state)
{
	(void)state;
	rig *r = rig_create();
	static const char row[] =
	    "\"symbol\":\"BTCUSDT\",\"positionIdx\":0,\"side\":\"Buy\",\"size\":"
	    "\"1\",\"updatedTime\":\"1700000000123\"";
	char text[400];
	(void)snprintf(text, sizeof text,
	    "{\"topic\":\"position\",\"creationTime\":1700000000500,\"data\":[{%s}]}", row);
	assert_int_equal(rig_decode(r, text), PLM_OK);
	assert_true(rig_event(r, PLM_EVENT_POSITION, 0)->venue_sequence == 1700000000123000U);
	assert_true(rig_event(r, PLM_EVENT_POSITION, 0)->venue_time_ns ==
		    INT64_C(1700000000500) * PLM_NS_PER_MS);
	(void)snprintf(text, sizeof text, "[{%s}]", row);
	assert_int_equal(rig_decode(r, text), PLM_OK);
	assert_true(rig_event(r, PLM_EVENT_POSITION, 0)->venue_sequence == 1700000000123999U);
	assert_true(rig_event(r, PLM_EVENT_POSITION, 0)->venue_time_ns == 0);
	rig_destroy(r);
}

#define WALLET(type, coin)                                                                         \
	"{\"topic\":\"wallet\",\"creationTime\":1700000000500,\"data\":[{"                         \
	"\"accountType\":\"" type "\",\"totalMarginBalance\":\"900\",\"totalEquity\":\"1000\","    \
	"\"totalInitialMargin\":\"20\",\"totalMaintenanceMargin\":\"9\","                          \
	"\"totalAvailableBalance\":"                                                               \
	"\"880\",\"accountMMRate\":\"0.01\",\"coin\":[{" coin "}]}]}"

static void
test_venue_bybit_row__wallet_and_totals(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, WALLET("UNIFIED", "\"coin\":\"USDT\",\"walletBalance\":\"100\","
					    "\"spotBorrow\":\"0\",\"equity\":\"101.5\","
					    "\"unrealisedPnl\":\"1.5\",\"borrowAmount\":\"0\","
					    "\"availableToWithdraw\":\"\"")),
	    PLM_OK);
	assert_int_equal(r->events_count, 2);
	const plm_balance *balance = rig_balance(r, 0);
	assert_string_equal(rig_asset(r, balance->asset), "USDT");
	assert_decimal(balance->wallet, "100");
	assert_decimal(balance->equity, "101.5");
	assert_decimal(balance->unrealised_pnl, "1.5");
	assert_decimal(balance->collateral, "null"); /* wallet and the positions' P&L */
	assert_decimal(balance->available, "null");
	assert_int_equal(balance->margin_mode, PLM_MARGIN_CROSS);
	assert_true(rig_event(r, PLM_EVENT_BALANCE, 0)->venue_sequence == 1700000000500000U);
	const plm_venue_margin *margin = &rig_event(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	assert_string_equal(rig_asset(r, margin->asset), "USD");
	assert_decimal(margin->equity, "900");
	assert_decimal(margin->initial_margin, "20");
	assert_decimal(margin->maintenance_margin, "9");
	assert_decimal(margin->available, "880");
	assert_decimal(margin->ratio, "0.01");
	rig_destroy(r);
}

/* A loan of spot margin is outside of walletBalance; one that P&L made is inside. */
static void
test_venue_bybit_row__loans(void **state)
{
	(void)state;
	static const struct {
		const char *coin, *wallet, *borrowed;
	} rows[] = {
	    {"\"walletBalance\":\"1.5\",\"spotBorrow\":\"0.5\",\"borrowAmount\":\"0.5\"", "1",
		"0.5"},
	    {"\"walletBalance\":\"0\",\"spotBorrow\":\"0.06142\",\"borrowAmount\":\"0.06142\"",
		"-0.06142", "0.06142"},
	    {"\"walletBalance\":\"-3\",\"spotBorrow\":\"0\",\"borrowAmount\":\"3\"", "-3", "3"},
	    {"\"walletBalance\":\"-3\",\"borrowAmount\":\"3\"", "-3", "3"}, /* as it once was */
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[600];
		(void)snprintf(
		    text, sizeof text, WALLET("UNIFIED", "\"coin\":\"BTC\",%s"), rows[i].coin);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		assert_decimal(rig_balance(r, 0)->wallet, rows[i].wallet);
		assert_decimal(rig_balance(r, 0)->borrowed, rows[i].borrowed);
	}
	rig_destroy(r);
}

/* With options in the account the stated P&L may count theirs: then it is not known, and what the
 * collateral leg holds comes from the wallet and from the positions. */
static void
test_venue_bybit_row__profit_beside_options_is_unknown(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, WALLET("UNIFIED", "\"coin\":\"USDC\",\"walletBalance\":\"201.34882644\","
					    "\"equity\":\"200.62572554\",\"unrealisedPnl\":"
					    "\"74.2768991\"")),
	    PLM_OK);
	assert_decimal(rig_balance(r, 0)->unrealised_pnl, "null");
	assert_decimal(rig_balance(r, 0)->equity, "200.62572554");
	rig_destroy(r);
}

static void
test_venue_bybit_row__collateral_switches_and_account_types(void **state)
{
	(void)state;
	static const struct {
		const char *type, *flags;
		plm_margin_mode mode;
	} rows[] = {
	    {"UNIFIED", "\"collateralSwitch\":true,\"marginCollateral\":true", PLM_MARGIN_CROSS},
	    {"UNIFIED", "\"collateralSwitch\":false,\"marginCollateral\":true", PLM_MARGIN_NONE},
	    {"UNIFIED", "\"collateralSwitch\":true,\"marginCollateral\":false", PLM_MARGIN_NONE},
	    {"UNIFIED", "\"bonus\":\"0\"", PLM_MARGIN_CROSS},
	    {"", "\"bonus\":\"0\"", PLM_MARGIN_CROSS},
	    {"CONTRACT", "\"bonus\":\"0\"", PLM_MARGIN_SEGREGATED},
	    {"SPOT", "\"free\":\"4\"", PLM_MARGIN_NONE},
	    {"FUND", "\"bonus\":\"0\"", PLM_MARGIN_NONE},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[600];
		(void)snprintf(text, sizeof text,
		    "{\"topic\":\"wallet\",\"creationTime\":1700000000500,\"data\":[{"
		    "\"accountType\":"
		    "\"%s\",\"totalMarginBalance\":\"\",\"coin\":[{\"coin\":\"SOL\","
		    "\"walletBalance\":"
		    "\"5\",\"equity\":\"\",%s}]}]}",
		    rows[i].type, rows[i].flags);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		assert_int_equal(r->events_count, 1); /* totals that are "" are none */
		assert_int_equal(rig_balance(r, 0)->margin_mode, rows[i].mode);
		bool derivatives = rows[i].mode != PLM_MARGIN_NONE;
		assert_decimal(rig_balance(r, 0)->equity, derivatives ? "null" : "5");
	}
	assert_int_equal(
	    rig_decode(r, "{\"topic\":\"wallet\",\"data\":[{\"accountType\":\"UNIFIED\"}]}"),
	    PLM_EDECODE);
	rig_destroy(r);
}

#define EXECUTION(rest)                                                                            \
	"{\"topic\":\"execution\",\"creationTime\":1700000000500,\"data\":[{"                      \
	"\"category\":\"linear\",\"symbol\":\"BTCUSDT\",\"execId\":\"x1\",\"execTime\":"           \
	"\"1700000000123\",\"execFee\":\"2.5\"," rest "}]}"

static void
test_venue_bybit_row__executions(void **state)
{
	(void)state;
	rig *r = rig_create();
	static const char *const types[] = {"Trade", "BustTrade", "AdlTrade", "Delivery"};
	static const uint8_t forced[] = {0, 1, 2, 0};
	for (int i = 0; i < 4; i++) {
		char text[512];
		(void)snprintf(text, sizeof text,
		    EXECUTION(
			"\"execType\":\"%s\",\"side\":\"Sell\",\"execQty\":\"0.5\",\"execPrice\":"
			"\"60000\",\"feeCurrency\":\"%s\""),
		    types[i], i == 0 ? "MNT" : "");
		assert_int_equal(rig_decode(r, text), PLM_OK);
		const plm_fill *fill = &rig_event(r, PLM_EVENT_FILL, 0)->u.fill;
		assert_decimal(fill->quantity, "-0.5");
		assert_decimal(fill->price, "60000");
		assert_decimal(fill->fee, "2.5");
		assert_string_equal(rig_asset(r, fill->fee_asset), i == 0 ? "MNT" : "USDT");
		assert_int_equal(fill->liquidation, forced[i]);
		assert_true(rig_event(r, PLM_EVENT_FILL, 0)->venue_time_ns ==
			    INT64_C(1700000000123) * PLM_NS_PER_MS);
	}
	rig_destroy(r);
}

/* A fee that is paid is funding paid. */
static void
test_venue_bybit_row__funding_comes_as_an_execution(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, EXECUTION("\"execType\":\"Funding\",\"side\":\"Buy\","
						 "\"execQty\":\"0.5\",\"feeRate\":\"0.0001\"")),
	    PLM_OK);
	assert_int_equal(r->events_count, 1);
	const plm_funding *funding = &rig_event(r, PLM_EVENT_FUNDING, 0)->u.funding;
	assert_decimal(funding->amount, "-2.5");
	assert_true(funding->rate == 0.0001);
	assert_string_equal(rig_asset(r, funding->asset), "USDT");
	assert_int_equal(funding->instrument.value, rig_spec(r, "BTCUSDT")->id.value);
	assert_int_equal(rig_event(r, PLM_EVENT_FUNDING, 0)->account.value, r->cfg.account.value);
	rig_destroy(r);
}

static void
test_venue_bybit_row__orders(void **state)
{
	(void)state;
	static const struct {
		const char *status, *rest;
	} rows[] = {
	    {"New", "-0.4"},
	    {"PartiallyFilled", "-0.4"},
	    {"Untriggered", "0"},
	    {"Filled", "0"},
	    {"Cancelled", "0"},
	    {"PartiallyFilledCanceled", "0"},
	    {"Rejected", "0"},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[512];
		(void)snprintf(text, sizeof text,
		    "{\"topic\":\"order\",\"creationTime\":1700000000500,\"data\":[{\"category\":"
		    "\"linear\",\"symbol\":\"BTCUSDT\",\"orderId\":\"o1\",\"side\":\"Sell\","
		    "\"price\":"
		    "\"70000\",\"leavesQty\":\"0.4\",\"orderStatus\":\"%s\",\"reduceOnly\":true}]}",
		    rows[i].status);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		const plm_order_open *open = &rig_event(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open;
		assert_decimal(open->quantity, rows[i].rest);
		assert_decimal(open->price, "70000");
		assert_int_equal(open->reduce_only, 1);
	}
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_bybit_row__sides_and_legs),
	    cmocka_unit_test(test_venue_bybit_row__the_size_of_a_contract_unheard_of),
	    cmocka_unit_test(test_venue_bybit_row__contradictions_are_refused),
	    cmocka_unit_test(test_venue_bybit_row__empty_is_unknown),
	    cmocka_unit_test(test_venue_bybit_row__settled_contracts_count_from_the_session),
	    cmocka_unit_test(test_venue_bybit_row__isolated_and_inverse),
	    cmocka_unit_test(test_venue_bybit_row__prices_of_nothing),
	    cmocka_unit_test(test_venue_bybit_row__order_of_updates),
	    cmocka_unit_test(test_venue_bybit_row__wallet_and_totals),
	    cmocka_unit_test(test_venue_bybit_row__loans),
	    cmocka_unit_test(test_venue_bybit_row__profit_beside_options_is_unknown),
	    cmocka_unit_test(test_venue_bybit_row__collateral_switches_and_account_types),
	    cmocka_unit_test(test_venue_bybit_row__executions),
	    cmocka_unit_test(test_venue_bybit_row__funding_comes_as_an_execution),
	    cmocka_unit_test(test_venue_bybit_row__orders),
	};
	return cmocka_run_group_tests_name("bybit_row", tests, NULL, NULL);
}
