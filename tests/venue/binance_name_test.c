/* binance_name_test.c: what the venue's symbols say. */
#include "binance_rig.h"

typedef struct name_row {
	const char *name;
	const char *symbol; /* unified; "" not understood */
	plm_kind kind;
	bool inverse;
	const char *multiplier;
} name_row;

static const name_row rows[] = {
    {"BTCUSDT", "BTC/USDT:USDT", PLM_KIND_PERPETUAL, false, "1"},
    {"ETHUSDC", "ETH/USDC:USDC", PLM_KIND_PERPETUAL, false, "1"},
    {"BTCFDUSD", "BTC/FDUSD:FDUSD", PLM_KIND_PERPETUAL, false, "1"},
    {"BNBBUSD", "BNB/BUSD:BUSD", PLM_KIND_PERPETUAL, false, "1"},
    {"USDCUSDT", "USDC/USDT:USDT", PLM_KIND_PERPETUAL, false, "1"},
    {"ETHBTC", "ETH/BTC:BTC", PLM_KIND_PERPETUAL, false, "1"},
    {"1000PEPEUSDT", "1000PEPE/USDT:USDT", PLM_KIND_PERPETUAL, false, "1"},
    {"BTCUSDT_251226", "BTC/USDT:USDT-251226", PLM_KIND_FUTURE, false, "1"},
    {"BTCBUSD_210129", "BTC/BUSD:BUSD-210129", PLM_KIND_FUTURE, false, "1"},
    {"BTCUSD_PERP", "BTC/USD:BTC", PLM_KIND_PERPETUAL, true, "100"},
    {"ETHUSD_PERP", "ETH/USD:ETH", PLM_KIND_PERPETUAL, true, "10"},
    {"DOTUSD_PERP", "DOT/USD:DOT", PLM_KIND_PERPETUAL, true, "10"},
    {"DOTUSD_230929", "DOT/USD:DOT-230929", PLM_KIND_FUTURE, true, "10"},
    {"BNBUSD_PERP", "BNB/USD:BNB", PLM_KIND_PERPETUAL, true, "10"},
    {"BNBUSD_210326", "BNB/USD:BNB-210326", PLM_KIND_FUTURE, true, "10"},
    {"ARBUSD_251226", "ARB/USD:ARB-251226", PLM_KIND_FUTURE, true, "10"},
    {"BTC-251219-89000-C", "BTC/USDT:USDT-251219-89000-C", PLM_KIND_OPTION, false, "1"},
    {"ETH-251219-3000-P", "ETH/USDT:USDT-251219-3000-P", PLM_KIND_OPTION, false, "1"},
    {"XRP-251219-2.05-P", "XRP/USDT:USDT-251219-2.05-P", PLM_KIND_OPTION, false, "null"},
    {"USDT", "", PLM_KIND_UNKNOWN, false, "null"},
    {"BTCUSD_", "", PLM_KIND_UNKNOWN, false, "null"},
    {"BTCUSD_251326", "", PLM_KIND_UNKNOWN, false, "null"},
    {"BTCUSD_25122", "", PLM_KIND_UNKNOWN, false, "null"},
    {"USD_PERP", "", PLM_KIND_UNKNOWN, false, "null"},
    {"BTC-251219-0-C", "", PLM_KIND_UNKNOWN, false, "null"},
    {"BTC-251219-89000-X", "", PLM_KIND_UNKNOWN, false, "null"},
    {"BTC-251219-89000", "", PLM_KIND_UNKNOWN, false, "null"},
    {"-251219-89000-C", "", PLM_KIND_UNKNOWN, false, "null"},
    {"WHATEVER", "", PLM_KIND_UNKNOWN, false, "null"},
};

static void
test_venue_binance_name__symbols_by_the_naming_rules(void **state)
{
	(void)state;
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[256], symbol[PLM_SYMBOL_MAX];
		(void)snprintf(text, sizeof text,
		    "{\"e\":\"markPriceUpdate\",\"E\":1768644498002,\"s\":\"%s\",\"p\":\"2\","
		    "\"mp\":"
		    "\"2\",\"r\":\"\",\"T\":0}",
		    rows[i].name);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		const plm_instrument *spec = rig_spec(r, rows[i].name);
		(void)pli_registry_symbol(r->names, spec->id, symbol);
		assert_string_equal(symbol, rows[i].symbol);
		assert_int_equal(spec->kind, rows[i].kind);
		assert_int_equal(spec->inverse, rows[i].inverse);
		assert_decimal(spec->multiplier, rows[i].multiplier);
		assert_int_equal(spec->spec_source,
		    rows[i].kind == PLM_KIND_UNKNOWN ? PLM_SPEC_NONE : PLM_SPEC_NAME);
	}
	rig_destroy(r);
}

static void
test_venue_binance_name__delivery_is_at_eight(void **state)
{
	(void)state;
	pli_contract_name name;
	assert_true(pli_binance_name_parse(PLM_SLICE("BTCUSDT_251226"), &name));
	char text[PLM_TIME_TEXT_MAX];
	assert_string_equal(plm_time_format(name.expiry_ns, text), "2025-12-26T08:00:00Z");
	assert_true(pli_binance_name_parse(PLM_SLICE("BTC-240229-50000-P"), &name));
	assert_string_equal(plm_time_format(name.expiry_ns, text), "2024-02-29T08:00:00Z");
	assert_int_equal(name.option_type, PLM_OPTION_PUT);
	assert_decimal(name.strike, "50000");
}

static void
test_venue_binance_name__pairs_of_indexes(void **state)
{
	(void)state;
	plm_slice base, quote;
	assert_true(pli_binance_pair_split(PLM_SLICE("BNBUSD"), &base, &quote));
	assert_true(plm_slice_is(base, "BNB") && plm_slice_is(quote, "USD"));
	assert_true(pli_binance_pair_split(PLM_SLICE("BTCUSDT"), &base, &quote));
	assert_true(plm_slice_is(base, "BTC") && plm_slice_is(quote, "USDT"));
	assert_false(pli_binance_pair_split(PLM_SLICE("USD"), &base, &quote));
	assert_false(pli_binance_pair_split(PLM_SLICE("BTCEUR"), &base, &quote));
}

/* The venue's own word replaces the name's, never the other way round. */
static void
test_venue_binance_name__the_venue_knows_better(void **state)
{
	(void)state;
	rig *r = rig_create();
	const char *mark = "{\"e\":\"markPriceUpdate\",\"E\":1,\"s\":\"ETHUSD_PERP\",\"p\":\"2\"}";
	assert_int_equal(rig_decode(r, mark), PLM_OK);
	assert_decimal(rig_spec(r, "ETHUSD_PERP")->multiplier, "10");
	assert_int_equal(
	    rig_decode(r,
		"{\"symbols\":[{\"symbol\":\"ETHUSD_PERP\",\"contractType\":\"PERPETUAL\","
		"\"baseAsset\":\"ETH\",\"quoteAsset\":\"USD\",\"marginAsset\":\"ETH\","
		"\"contractSize\":20,\"deliveryDate\":4133404800000}]}"),
	    PLM_OK);
	assert_decimal(rig_spec(r, "ETHUSD_PERP")->multiplier, "20");
	assert_int_equal(rig_decode(r, mark), PLM_OK);
	assert_decimal(rig_spec(r, "ETHUSD_PERP")->multiplier, "20");
	assert_int_equal(rig_spec(r, "ETHUSD_PERP")->spec_source, PLM_SPEC_VENUE);
	rig_destroy(r);
}

static void
test_venue_binance_name__a_full_registry_is_an_error(void **state)
{
	(void)state;
	rig *r = rig_create();
	pli_registry_destroy(r->names);
	r->names = r->cfg.names = pli_registry_create((pli_registry_bounds){8, 2, 1});
	assert_int_equal(rig_decode(r, "[{\"symbol\":\"BTCUSDT\",\"positionAmt\":\"1\"},"
				       "{\"symbol\":\"ETHUSDT\",\"positionAmt\":\"1\"}]"),
	    PLM_EFULL);
	assert_int_equal(r->events_count, 0);
	assert_non_null(strstr(r->fault.text, "ETHUSDT"));
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance_name__symbols_by_the_naming_rules),
	    cmocka_unit_test(test_venue_binance_name__delivery_is_at_eight),
	    cmocka_unit_test(test_venue_binance_name__pairs_of_indexes),
	    cmocka_unit_test(test_venue_binance_name__the_venue_knows_better),
	    cmocka_unit_test(test_venue_binance_name__a_full_registry_is_an_error),
	};
	return cmocka_run_group_tests_name("binance_name", tests, NULL, NULL);
}
