/* deribit_row_test.c: one object at a time: units, signs, what is unknown, what cannot be. */
#include "deribit_rig.h"

#include <math.h>

static void
test_deribit_row__units(void **state)
{
	static const struct {
		const char *name;
		const char *kind;
		uint8_t unit;
	} cases[] = {{"BTC-PERPETUAL", "future", PLM_UNIT_USD},
	    {"ETH-26MAR27", "future", PLM_UNIT_USD},
	    {"ETH_USDC-PERPETUAL", "future", PLM_UNIT_COINS},
	    {"BTC_USDC-26MAR27", "future", PLM_UNIT_COINS},
	    {"BTC-26MAR27-50000-P", "option", PLM_UNIT_COINS},
	    {"SOL_USDC-26MAR27-50-P", "option", PLM_UNIT_COINS},
	    {"BTC_USDC", "spot", PLM_UNIT_COINS}, {"a name of next year", "option", PLM_UNIT_COINS},
	    {"a name of next year", "future", PLM_UNIT_CONTRACTS}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[256];
		rig *r;

		snprintf(text, sizeof text,
		    "[{\"instrument_name\":\"%s\",\"kind\":\"%s\",\"size\":-12.5,\"direction\":"
		    "\"sell\"}]",
		    cases[i].name, cases[i].kind);
		r = rig_decoded(text, PLM_OK);
		assert_int_equal(
		    rig_need(r, PLM_EVENT_POSITION, 0)->u.position.unit, cases[i].unit);
		assert_decimal(rig_need(r, PLM_EVENT_POSITION, 0)->u.position.quantity, "-12.5");
		rig_destroy(r);
	}
}

/* A future that no name explains: a size in coins is said twice, one in USD is not. */
static void
test_deribit_row__unit_of_a_name_unheard_of(void **state)
{
	static const struct {
		const char *size, *coins;
		uint8_t unit;
	} cases[] = {{"-12.5", "-12.5", PLM_UNIT_COINS}, {"100", "0.0045", PLM_UNIT_USD}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[256];
		snprintf(text, sizeof text,
		    "[{\"instrument_name\":\"next year's\",\"kind\":\"future\",\"size\":%s,"
		    "\"size_currency\":%s}]",
		    cases[i].size, cases[i].coins);
		rig *r = rig_decoded(text, PLM_OK);
		assert_int_equal(
		    rig_need(r, PLM_EVENT_POSITION, 0)->u.position.unit, cases[i].unit);
		rig_destroy(r);
	}
}

static void
test_deribit_row__sign_comes_from_size_and_direction(void **state)
{
	rig *r = rig_decoded("[{\"instrument_name\":\"BTC-PERPETUAL\",\"size\":60,\"direction\":"
			     "\"sell\"},{\"instrument_name\":\"ETH-PERPETUAL\",\"size\":-7}]",
	    PLM_OK);

	(void)state;
	assert_decimal(rig_need(r, PLM_EVENT_POSITION, 0)->u.position.quantity, "-60");
	assert_decimal(rig_need(r, PLM_EVENT_POSITION, 1)->u.position.quantity, "-7");
	rig_destroy(r);
	rig_refused("{\"instrument_name\":\"BTC-PERPETUAL\",\"size\":-60,\"direction\":\"buy\"}",
	    PLM_EDECODE);
	rig_refused("{\"instrument_name\":\"BTC-PERPETUAL\",\"size\":1,\"direction\":\"zero\"}",
	    PLM_EDECODE);
	rig_refused(
	    "{\"instrument_name\":\"BTC-PERPETUAL\",\"size\":1,\"direction\":\"up\"}", PLM_EDECODE);
}

static void
test_deribit_row__unknown_is_not_zero(void **state)
{
	rig *r = rig_decoded("{\"instrument_name\":\"BTC-PERPETUAL\",\"size\":10,"
			     "\"average_price\":0,\"estimated_liquidation_price\":null}",
	    PLM_OK);
	const plm_position *position = &rig_need(r, PLM_EVENT_POSITION, 0)->u.position;

	(void)state;
	assert_decimal(position->entry_price, "null");
	assert_decimal(position->liquidation_price, "null");
	assert_decimal(position->mark_price, "null");
	assert_decimal(position->unrealised_pnl, "null");
	assert_true(isnan(position->delta_coins));
	assert_int_equal(position->margin_mode, PLM_MARGIN_SEGREGATED);
	assert_int_equal(rig_count(r, PLM_EVENT_MARK), 0);
	rig_destroy(r);
}

/* Greeks of a position are of all of it; a mark's are per coin. */
static void
test_deribit_row__short_option_greeks_per_coin(void **state)
{
	rig *r = rig_decoded("{\"instrument_name\":\"BTC-26MAR27-50000-C\",\"kind\":\"option\","
			     "\"size\":-4,\"direction\":\"sell\",\"delta\":-2,\"gamma\":-0.0004,"
			     "\"vega\":-40,\"theta\":80,\"mark_price\":0.05,\"index_price\":50000}",
	    PLM_OK);
	const plm_event *mark = rig_need(r, PLM_EVENT_MARK, 0);

	(void)state;
	assert_int_equal(mark->flags, PLM_FLAG_SYNTHETIC);
	assert_true(fabs(mark->u.mark.delta - 0.5) < 1e-15);
	assert_true(fabs(mark->u.mark.gamma - 0.0001) < 1e-15);
	assert_true(fabs(mark->u.mark.vega - 10) < 1e-15);
	assert_true(fabs(mark->u.mark.theta + 20) < 1e-15);
	rig_destroy(r);
}

static void
test_deribit_row__ticker_fields(void **state)
{
	rig *r = rig_decoded(
	    NOTICE("ticker.BTC-26MAR27-50000-C.100ms",
		"{\"timestamp\":1600000000123,\"state\":\"open\",\"instrument_name\":"
		"\"BTC-26MAR27-50000-C\",\"mark_price\":0.0512,\"index_price\":50010.5,"
		"\"underlying_price\":51000.25,\"mark_iv\":63.21,\"greeks\":{\"delta\":0.51,"
		"\"gamma\":0.00002,\"vega\":99.5,\"theta\":-30.25,\"rho\":12.5}}"),
	    PLM_OK);
	const plm_event *event = rig_need(r, PLM_EVENT_MARK, 0);
	const plm_mark *mark = &event->u.mark;

	(void)state;
	assert_int_equal(event->venue_time_ns, INT64_C(1600000000123) * PLM_NS_PER_MS);
	assert_int_equal(event->account.value, 0);
	assert_decimal(mark->mark_price, "0.0512");
	assert_decimal(mark->index_price, "50010.5");
	assert_decimal(mark->underlying_price, "51000.25");
	assert_true(mark->mark_iv == 63.21 && mark->delta == 0.51 && mark->gamma == 0.00002);
	assert_true(mark->vega == 99.5 && mark->theta == -30.25 && mark->rho == 12.5);
	assert_true(isnan(mark->funding_rate));
	rig_destroy(r);
}

/* Tickers in the usual form are read in one pass: whatever stands in them, and whatever is wrong
 * with them, the general way says the same. */
static void
test_deribit_row__a_quick_ticker_says_the_same(void **state)
{
#define TICKER(data)                                                                               \
	"{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":"                \
	"\"ticker.BTC-PERPETUAL.100ms\",\"data\":{" data "}}}"
#define PERPETUAL "\"timestamp\":1600000000123,\"instrument_name\":\"BTC-PERPETUAL\","
	static const struct {
		const char *text;
		plm_err err;
	} cases[] = {{TICKER(PERPETUAL "\"mark_price\":50000.5,\"index_price\":50010,\"state\":"
				       "\"open\",\"current_funding\":-1.2e-5,\"stats\":{}"),
			 PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":0,\"index_price\":0"), PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":\"50000.5\""), PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":1,\"iv\":null,\"mark_iv\":60"), PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":1,\"iv\":0.6,\"mark_iv\":50"), PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":1,\"greeks\":{\"delta\":0.5,\"rho\":null}"), PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":1,\"greeks\":{\"delta\":1},\"state\":\"closed\""),
		PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":1,\"greeks\":null"), PLM_OK},
	    {TICKER("\"instrument_name\":\"BTC-PERPETUAL\",\"mark_price\":1"), PLM_OK},
	    {TICKER("\"instrument_name\":\"BTC-8JAN27-9000-C\",\"mark_price\":0"), PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":1,\"mark_price\":2"), PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":-1"), PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":true"), PLM_EDECODE},
	    {TICKER(PERPETUAL "\"mark_price\":1e30"), PLM_EDECODE},
	    {TICKER(PERPETUAL "\"mark_price\":1,\"index_price\":-1"), PLM_OK},
	    {TICKER(PERPETUAL "\"mark_price\":1,\"greeks\":{\"delta\":\"x\"}"), PLM_EDECODE},
	    {TICKER(PERPETUAL "\"index_price\":1"), PLM_EDECODE},
	    {TICKER("\"timestamp\":1,\"mark_price\":1"), PLM_EDECODE},
	    {TICKER("\"timestamp\":-1,\"instrument_name\":\"BTC-PERPETUAL\",\"mark_price\":1"),
		PLM_EDECODE},
	    {TICKER(PERPETUAL "\"mark_price\":1}"), PLM_EDECODE}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		rig *r = rig_create();

		if (rig_both_ways(r, cases[i].text) != cases[i].err)
			fail_msg("%s: %s", cases[i].text, r->fault.text);
		rig_destroy(r);
	}
}

static void
test_deribit_row__closed_ticker_has_no_greeks(void **state)
{
	rig *r = rig_decoded("{\"timestamp\":1,\"state\":\"closed\",\"instrument_name\":"
			     "\"BTC-8JUN20-8750-P\",\"mark_price\":0,\"mark_iv\":70,\"greeks\":"
			     "{\"delta\":0,\"gamma\":0,\"vega\":0,\"theta\":0,\"rho\":0},"
			     "\"estimated_delivery_price\":\"expired\"}",
	    PLM_OK);

	(void)state;
	assert_true(isnan(rig_need(r, PLM_EVENT_MARK, 0)->u.mark.delta));
	assert_decimal(rig_need(r, PLM_EVENT_MARK, 0)->u.mark.mark_price, "0");
	rig_destroy(r);
}

static void
test_deribit_row__volatility_is_in_points(void **state)
{
	rig *r = rig_decoded(NOTICE("markprice.options.btc_usd",
				 "[{\"timestamp\":5,\"mark_price\":0.15,\"iv\":0.7686,"
				 "\"instrument_name\":\"BTC-26MAR27-50000-C\"}]"),
	    PLM_OK);

	(void)state;
	assert_true(fabs(rig_need(r, PLM_EVENT_MARK, 0)->u.mark.mark_iv - 76.86) < 1e-12);
	rig_destroy(r);
}

static void
test_deribit_row__combo_mark_may_be_negative(void **state)
{
	rig *r = rig_decoded("{\"instrument_name\":\"BTC-FS-30SEP22_PERP\",\"mark_price\":-10.5,"
			     "\"state\":\"open\"}",
	    PLM_OK);

	(void)state;
	assert_decimal(rig_need(r, PLM_EVENT_MARK, 0)->u.mark.mark_price, "-10.5");
	assert_int_equal(rig_spec(r, "BTC-FS-30SEP22_PERP")->kind, PLM_KIND_COMBO);
	rig_destroy(r);
	r = rig_decoded("{\"instrument_name\":\"BTC-PERPETUAL\",\"mark_price\":-10.5}", PLM_OK);
	assert_false(plm_decimal_is_known(rig_need(r, PLM_EVENT_MARK, 0)->u.mark.mark_price));
	rig_destroy(r);
}

static void
test_deribit_row__venue_specification_wins_over_the_name(void **state)
{
	rig *r = rig_decoded(
	    RESULT("[{\"instrument_name\":\"BTC-PERPETUAL\",\"kind\":\"future\","
		   "\"settlement_period\":\"perpetual\",\"contract_size\":10,\"base_currency\":"
		   "\"BTC\","
		   "\"quote_currency\":\"USD\",\"counter_currency\":\"USD\",\"settlement_"
		   "currency\":\"BTC\","
		   "\"tick_size\":0.5,\"expiration_timestamp\":32503708800000},"
		   "{\"instrument_name\":\"ETH_USDC-26MAR27-3000-P\",\"kind\":\"option\","
		   "\"strike\":3000,"
		   "\"option_type\":\"put\",\"contract_size\":1,\"base_currency\":\"ETH\","
		   "\"quote_currency\":\"USDC\",\"settlement_currency\":\"USDC\",\"tick_size\":0.1,"
		   "\"expiration_timestamp\":1806048000000}]"),
	    PLM_OK);
	const plm_instrument *perpetual = rig_spec(r, "BTC-PERPETUAL");
	const plm_instrument *option = rig_spec(r, "ETH_USDC-26MAR27-3000-P");

	(void)state;
	assert_int_equal(perpetual->spec_source, PLM_SPEC_VENUE);
	assert_int_equal(perpetual->kind, PLM_KIND_PERPETUAL);
	assert_int_equal(perpetual->inverse, 1);
	assert_int_equal(perpetual->expiry_ns, 0);
	assert_decimal(perpetual->multiplier, "10");
	assert_string_equal(plm_names_asset_text(r->names, option->quote), "USDC");
	assert_int_equal(option->inverse, 0);
	assert_int_equal(option->option_type, PLM_OPTION_PUT);
	rig_destroy(r);
}

static void
test_deribit_row__instruments_that_cannot_be(void **state)
{
	(void)state;
	rig_refused("[{\"instrument_name\":\"BTC-PERPETUAL\",\"kind\":\"future\",\"tick_size\":1,"
		    "\"contract_size\":0}]",
	    PLM_EDECODE);
	rig_refused("[{\"instrument_name\":\"BTC-PERPETUAL\",\"kind\":\"shares\",\"tick_size\":1,"
		    "\"contract_size\":1}]",
	    PLM_EDECODE);
	rig_refused("[{\"instrument_name\":\"BTC-26MAR27-1-C\",\"kind\":\"option\",\"tick_size\":1,"
		    "\"contract_size\":1,\"option_type\":\"call\"}]",
	    PLM_EDECODE);
}

static void
test_deribit_row__cross_totals_are_sent_once(void **state)
{
	rig *r = rig_decoded(
	    RESULT(
		"{\"summaries\":["
		"{\"currency\":\"BTC\",\"balance\":1,\"equity\":1.4,\"margin_balance\":9,"
		"\"margin_model\":\"cross_sm\",\"futures_session_upl\":0.25,\"session_rpl\":0.125,"
		"\"total_margin_balance_usd\":1000,\"total_initial_margin_usd\":100,"
		"\"total_maintenance_margin_usd\":50},"
		"{\"currency\":\"USDC\",\"balance\":-3,\"equity\":-3,\"margin_balance\":700000,"
		"\"margin_model\":\"cross_sm\",\"futures_session_upl\":0,\"session_rpl\":0,"
		"\"total_margin_balance_usd\":1000,\"total_initial_margin_usd\":100,"
		"\"total_maintenance_margin_usd\":50}]}"),
	    PLM_OK);

	(void)state;
	assert_int_equal(rig_count(r, PLM_EVENT_BALANCE), 2);
	assert_decimal(rig_need(r, PLM_EVENT_BALANCE, 0)->u.balance.collateral, "1.375");
	assert_decimal(rig_need(r, PLM_EVENT_BALANCE, 1)->u.balance.wallet, "-3");
	assert_decimal(rig_need(r, PLM_EVENT_BALANCE, 1)->u.balance.collateral, "-3");
	assert_int_equal(rig_count(r, PLM_EVENT_VENUE_MARGIN), 1);
	assert_decimal(rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin.ratio, "0.05");
	assert_int_equal(rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin.is_portfolio, 0);
	rig_destroy(r);
	r = rig_decoded("{\"currency\":\"BTC\",\"balance\":1,\"margin_balance\":9,"
			"\"margin_model\":\"segregated_pm\",\"portfolio_margining_enabled\":true}",
	    PLM_OK);
	assert_int_equal(rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin.is_portfolio, 1);
	assert_int_equal(rig_need(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin.margin_mode,
	    PLM_MARGIN_SEGREGATED);
	rig_destroy(r);
}

static void
test_deribit_row__collateral_unknown_when_parts_are_missing(void **state)
{
	rig *r = rig_decoded("{\"currency\":\"BTC\",\"balance\":1,\"margin_balance\":9,"
			     "\"cross_collateral_enabled\":true}",
	    PLM_OK);

	(void)state;
	assert_decimal(rig_need(r, PLM_EVENT_BALANCE, 0)->u.balance.collateral, "null");
	assert_int_equal(
	    rig_need(r, PLM_EVENT_BALANCE, 0)->u.balance.margin_mode, PLM_MARGIN_CROSS);
	assert_int_equal(rig_count(r, PLM_EVENT_VENUE_MARGIN), 0);
	rig_destroy(r);
}

static void
test_deribit_row__orders(void **state)
{
	rig *r = rig_decoded("[{\"order_state\":\"open\",\"instrument_name\":\"BTC-PERPETUAL\","
			     "\"direction\":\"sell\",\"amount\":100,\"filled_amount\":40,"
			     "\"price\":\"market_price\",\"order_id\":\"7\",\"reduce_only\":true},"
			     "{\"order_state\":\"cancelled\",\"instrument_name\":\"BTC-PERPETUAL\","
			     "\"direction\":\"buy\",\"amount\":100,\"filled_amount\":0,"
			     "\"price\":50000.5,\"order_id\":\"8\"}]",
	    PLM_OK);
	const plm_order_open *open = &rig_need(r, PLM_EVENT_ORDER_OPEN, 0)->u.order_open;

	(void)state;
	assert_decimal(open->quantity, "-60");
	assert_decimal(open->price, "null");
	assert_int_equal(open->reduce_only, 1);
	assert_decimal(rig_need(r, PLM_EVENT_ORDER_OPEN, 1)->u.order_open.quantity, "0");
	assert_decimal(rig_need(r, PLM_EVENT_ORDER_OPEN, 1)->u.order_open.price, "50000.5");
	rig_destroy(r);
}

static void
test_deribit_row__own_liquidation_is_marked(void **state)
{
	rig *r = rig_decoded("[{\"trade_id\":\"1\",\"order_id\":\"2\",\"instrument_name\":"
			     "\"BTC-PERPETUAL\",\"direction\":\"sell\",\"amount\":10,\"price\":5,"
			     "\"fee\":0.1,\"fee_currency\":\"BTC\",\"liquidity\":\"T\","
			     "\"liquidation\":\"MT\"},"
			     "{\"trade_id\":\"3\",\"order_id\":\"2\",\"instrument_name\":"
			     "\"BTC-PERPETUAL\",\"direction\":\"buy\",\"amount\":10,\"price\":5,"
			     "\"fee\":-0.1,\"fee_currency\":\"BTC\",\"liquidity\":\"M\","
			     "\"liquidation\":\"T\"}]",
	    PLM_OK);

	(void)state;
	assert_int_equal(rig_need(r, PLM_EVENT_FILL, 0)->u.fill.liquidation, 1);
	assert_decimal(rig_need(r, PLM_EVENT_FILL, 0)->u.fill.quantity, "-10");
	assert_int_equal(rig_need(r, PLM_EVENT_FILL, 1)->u.fill.liquidation, 0);
	assert_true(rig_need(r, PLM_EVENT_FILL, 0)->u.fill.trade_hash !=
		    rig_need(r, PLM_EVENT_FILL, 1)->u.fill.trade_hash);
	rig_destroy(r);
}

static void
test_deribit_row__index_and_funding(void **state)
{
	rig *r = rig_decoded(NOTICE("deribit_price_index.usdc_usd",
				 "{\"timestamp\":7,\"price\":0.9998,\"index_name\":\"usdc_usd\"}"),
	    PLM_OK);
	const plm_index *index = &rig_need(r, PLM_EVENT_INDEX, 0)->u.index;

	(void)state;
	assert_string_equal(plm_names_asset_text(r->names, index->asset), "USDC");
	assert_string_equal(plm_names_asset_text(r->names, index->quote), "USD");
	assert_decimal(index->price, "0.9998");
	rig_destroy(r);
	r = rig_decoded(NOTICE("perpetual.BTC-PERPETUAL.100ms",
			    "{\"timestamp\":9,\"interest\":-0.005,\"index_price\":21073.99}"),
	    PLM_OK);
	assert_true(rig_need(r, PLM_EVENT_FUNDING, 0)->u.funding.rate == -0.005);
	assert_decimal(rig_need(r, PLM_EVENT_FUNDING, 0)->u.funding.amount, "null");
	rig_destroy(r);
	rig_refused("{\"timestamp\":9,\"interest\":-0.005,\"index_price\":21073.99}", PLM_EKIND);
	rig_refused(NOTICE("deribit_price_index.btc_usd",
			"{\"timestamp\":7,\"price\":0,\"index_name\":\"btc_usd\"}"),
	    PLM_EDECODE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deribit_row__units),
	    cmocka_unit_test(test_deribit_row__unit_of_a_name_unheard_of),
	    cmocka_unit_test(test_deribit_row__sign_comes_from_size_and_direction),
	    cmocka_unit_test(test_deribit_row__unknown_is_not_zero),
	    cmocka_unit_test(test_deribit_row__short_option_greeks_per_coin),
	    cmocka_unit_test(test_deribit_row__ticker_fields),
	    cmocka_unit_test(test_deribit_row__a_quick_ticker_says_the_same),
	    cmocka_unit_test(test_deribit_row__closed_ticker_has_no_greeks),
	    cmocka_unit_test(test_deribit_row__volatility_is_in_points),
	    cmocka_unit_test(test_deribit_row__combo_mark_may_be_negative),
	    cmocka_unit_test(test_deribit_row__venue_specification_wins_over_the_name),
	    cmocka_unit_test(test_deribit_row__instruments_that_cannot_be),
	    cmocka_unit_test(test_deribit_row__cross_totals_are_sent_once),
	    cmocka_unit_test(test_deribit_row__collateral_unknown_when_parts_are_missing),
	    cmocka_unit_test(test_deribit_row__orders),
	    cmocka_unit_test(test_deribit_row__own_liquidation_is_marked),
	    cmocka_unit_test(test_deribit_row__index_and_funding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
