/* bybit_name_test.c: what symbols say, and what they do not. */
#include "bybit_host.h"

static plm_time_ns
at_eight(int year, int month, int day)
{
	return plm_time_of_date(year, month, day) + 8 * INT64_C(3600) * PLM_NS_PER_S;
}

static void
test_venue_bybit_name__each_form(void **state)
{
	(void)state;
	static const struct {
		const char *name, *underlying, *quote, *settle;
		plm_kind kind;
		bool spot, inverse;
		int year, month, day;
	} rows[] = {
	    {"BTCUSDT", "BTC", "USDT", "USDT", PLM_KIND_PERPETUAL, false, false, 0, 0, 0},
	    {"1000BONKUSDT", "1000BONK", "USDT", "USDT", PLM_KIND_PERPETUAL, false, false, 0, 0, 0},
	    {"BTCPERP", "BTC", "USDC", "USDC", PLM_KIND_PERPETUAL, false, false, 0, 0, 0},
	    {"PERPUSDT", "PERP", "USDT", "USDT", PLM_KIND_PERPETUAL, false, false, 0, 0, 0},
	    {"BTCUSD", "BTC", "USD", "BTC", PLM_KIND_PERPETUAL, false, true, 0, 0, 0},
	    {"BTCUSDZ25", "BTC", "USD", "BTC", PLM_KIND_FUTURE, false, true, 2025, 12, 26},
	    {"ETHUSDM23", "ETH", "USD", "ETH", PLM_KIND_FUTURE, false, true, 2023, 6, 30},
	    {"BTCUSDT-26DEC25", "BTC", "USDT", "USDT", PLM_KIND_FUTURE, false, false, 2025, 12, 26},
	    {"BTC-26DEC25", "BTC", "USDC", "USDC", PLM_KIND_FUTURE, false, false, 2025, 12, 26},
	    {"BTC-6JAN23-17500-C", "BTC", "USD", "USDC", PLM_KIND_OPTION, false, false, 2023, 1, 6},
	    {"MNT-13AUG25-1.3-P-USDT", "MNT", "USDT", "USDT", PLM_KIND_OPTION, false, false, 2025,
		8, 13},
	    {"BTCUSDT", "BTC", "USDT", "USDT", PLM_KIND_SPOT, true, false, 0, 0, 0},
	    {"USDCUSDT", "USDC", "USDT", "USDT", PLM_KIND_SPOT, true, false, 0, 0, 0},
	    {"ETHBTC", "ETH", "BTC", "BTC", PLM_KIND_SPOT, true, false, 0, 0, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pli_contract_name name;
		assert_true(pli_bybit_name_parse(plm_slice_of(rows[i].name), rows[i].spot, &name));
		assert_true(plm_slice_is(name.underlying, rows[i].underlying));
		assert_true(plm_slice_is(name.quote, rows[i].quote));
		assert_true(plm_slice_is(name.settle, rows[i].settle));
		assert_int_equal(name.kind, rows[i].kind);
		assert_int_equal(name.inverse, rows[i].inverse);
		assert_decimal(name.multiplier, "1");
		assert_true(
		    name.expiry_ns ==
		    (rows[i].year == 0 ? 0 : at_eight(rows[i].year, rows[i].month, rows[i].day)));
	}
}

static void
test_venue_bybit_name__strike_and_type(void **state)
{
	(void)state;
	pli_contract_name name;
	assert_true(pli_bybit_name_parse(PLM_SLICE("XRP-13AUG25-1.35-P-USDT"), false, &name));
	assert_decimal(name.strike, "1.35");
	assert_int_equal(name.option_type, PLM_OPTION_PUT);
	assert_true(pli_bybit_name_parse(PLM_SLICE("BTC-6JAN23-17500-C"), false, &name));
	assert_int_equal(name.option_type, PLM_OPTION_CALL);
}

static void
test_venue_bybit_name__nothing_else(void **state)
{
	(void)state;
	static const char *const names[] = {"", "BTC", "USDT", "PERP", "USD", "BTCEUR", "BTCUSDA25",
	    "BTCUSDZ2", "USDZ25", "BTC-", "-26DEC25", "BTC-26FOO25", "BTC-32DEC25", "BTC-26DEC25-",
	    "BTC-26DEC25-90000", "BTC-26DEC25-90000-X", "BTC-26DEC25-0-C", "BTC-26DEC25-x-C",
	    "-26DEC25-90000-C", "BTC-26DEC25-90000-C-EUR", "BTC-26DEC25-90000-C-"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		pli_contract_name name = {.kind = PLM_KIND_UNKNOWN};
		assert_false(pli_bybit_name_parse(plm_slice_of(names[i]), false, &name));
		assert_int_equal(name.kind, PLM_KIND_UNKNOWN);
	}
	pli_contract_name name;
	assert_false(pli_bybit_name_parse(PLM_SLICE("BTCXYZ"), true, &name));
}

/* The pair of a spot execution is not the perpetual of the same symbol. */
static void
test_venue_bybit_name__spot_pairs_go_by_another_name(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "[{\"category\":\"spot\",\"symbol\":\"BTCUSDT\",\"execId\":\"1\","
			  "\"execType\":\"Trade\",\"side\":\"Buy\",\"execQty\":\"0.1\"},"
			  "{\"category\":\"linear\",\"symbol\":\"BTCUSDT\",\"execId\":\"1\","
			  "\"execType\":\"Trade\",\"side\":\"Buy\",\"execQty\":\"0.1\"}]"),
	    PLM_OK);
	assert_int_equal(rig_spec(r, "spot:BTCUSDT")->kind, PLM_KIND_SPOT);
	assert_int_equal(rig_spec(r, "BTCUSDT")->kind, PLM_KIND_PERPETUAL);
	const plm_fill *spot = &rig_event(r, PLM_EVENT_FILL, 0)->u.fill;
	const plm_fill *linear = &rig_event(r, PLM_EVENT_FILL, 1)->u.fill;
	assert_int_not_equal(spot->instrument.value, linear->instrument.value);
	assert_true(spot->trade_hash != linear->trade_hash);
	assert_int_equal(spot->fee_asset.value, 0);
	rig_destroy(r);
}

static void
test_venue_bybit_name__long_names_and_full_registries(void **state)
{
	(void)state;
	rig *r = rig_create();
	char text[256], symbol[64];
	memset(symbol, 'A', sizeof symbol);
	symbol[51] = '\0';
	(void)snprintf(text, sizeof text,
	    "[{\"symbol\":\"%s\",\"positionIdx\":0,\"side\":\"\",\"size\":\"0\"}]", symbol);
	assert_int_equal(rig_decode(r, text), PLM_EDECODE);
	assert_non_null(strstr(r->fault.text, "at most 50 bytes"));
	pli_registry *small = pli_registry_create((pli_registry_bounds){8, 4, 1});
	r->cfg.names = small;
	assert_int_equal(
	    rig_decode(r, "[{\"symbol\":\"AUSDT\",\"positionIdx\":0,\"side\":\"\",\"size\":\"0\"},"
			  "{\"symbol\":\"BUSDT\",\"positionIdx\":0,\"side\":\"\",\"size\":\"0\"}]"),
	    PLM_EFULL);
	assert_int_equal(r->events_count, 0);
	pli_registry_destroy(small);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_bybit_name__each_form),
	    cmocka_unit_test(test_venue_bybit_name__strike_and_type),
	    cmocka_unit_test(test_venue_bybit_name__nothing_else),
	    cmocka_unit_test(test_venue_bybit_name__spot_pairs_go_by_another_name),
	    cmocka_unit_test(test_venue_bybit_name__long_names_and_full_registries),
	};
	return cmocka_run_group_tests_name("bybit_name", tests, NULL, NULL);
}
