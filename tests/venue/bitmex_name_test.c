/* bitmex_name_test.c: what symbols and currencies say, and what they do not. */
#include "bitmex_rig.h"

#include "venue/bitmex/bitmex.h"

static bitmex_reader
name_reader(rig *r, const char *text)
{
	bitmex_reader reader = {.row = {.fault = &r->fault}, .cfg = &r->cfg};
	assert_int_equal(pli_row_parse(&reader.row, plm_slice_of(text)), PLM_OK);
	return reader;
}

static void
test_bitmex_name__currencies_have_an_asset_and_a_scale(void **state)
{
	(void)state;
	static bitmex_tables tables = {
	    .assets = {{.currency = "Gwei", .scale = 9}}, .assets_count = 1};
	rig *r = rig_create();
	bitmex_reader reader = name_reader(r, "{}");
	uint8_t scale;
	assert_asset(r, pli_bitmex_currency(&reader, PLM_SLICE("XBt"), &scale), "BTC");
	assert_int_equal(scale, 8);
	assert_asset(r, pli_bitmex_currency(&reader, PLM_SLICE("USDt"), &scale), "USDT");
	assert_int_equal(scale, 6);
	assert_asset(r, pli_bitmex_currency(&reader, PLM_SLICE("ETH"), &scale), "ETH");
	assert_int_equal(scale, PLI_SCALE_UNKNOWN);
	tables.assets[0].id = plm_names_asset(r->names, PLM_SLICE("ETH"));
	reader.tables = &tables;
	assert_asset(r, pli_bitmex_currency(&reader, PLM_SLICE("Gwei"), &scale), "ETH");
	assert_int_equal(scale, 9);
	rig_destroy(r);
}

/* A row's own words say coins; size, and for a bare symbol all of it, stay unknown. */
static void
test_bitmex_name__rows_say_coins_but_no_size(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		int kind;
		const char *underlying, *quote, *settle;
		bool inverse, quanto;
	} rows[] = {
	    {"{\"symbol\":\"XBTUSD\",\"underlying\":\"XBT\",\"quoteCurrency\":\"USD\","
	     "\"currency\":\"XBt\"}",
		PLM_KIND_PERPETUAL, "BTC", "USD", "BTC", true, false},
	    {"{\"symbol\":\"ETHUSDZ26\",\"underlying\":\"ETH\",\"quoteCurrency\":\"USD\","
	     "\"currency\":\"XBt\"}",
		PLM_KIND_FUTURE, "ETH", "USD", "BTC", false, true},
	    {"{\"symbol\":\"ETHUSDT\",\"underlying\":\"ETH\",\"quoteCurrency\":\"USDT\","
	     "\"currency\":\"USDt\"}",
		PLM_KIND_PERPETUAL, "ETH", "USDT", "USDT", false, false},
	    {"{\"symbol\":\"SOL_USDT\",\"currency\":\"USDT\"}", PLM_KIND_SPOT, "SOL", "USDT",
		"USDT", false, false},
	    {"{\"symbol\":\"SOLUSDT\"}", PLM_KIND_UNKNOWN, "", "", "", false, false},
	};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bitmex_reader reader = name_reader(r, rows[i].row);
		const plm_instrument *spec = pli_bitmex_instrument(&reader);
		assert_non_null(spec);
		assert_int_equal(spec->kind, rows[i].kind);
		assert_asset(r, spec->underlying, rows[i].underlying);
		assert_asset(r, spec->quote, rows[i].quote);
		assert_asset(r, spec->settle, rows[i].settle);
		assert_int_equal(spec->inverse, rows[i].inverse);
		assert_int_equal(pli_bitmex_is_quanto(spec), rows[i].quanto);
		assert_decimal(spec->multiplier, "null");
	}
	/* the last Friday of December 2026, at noon */
	assert_true(rig_spec(r, "ETHUSDZ26")->expiry_ns ==
		    plm_time_of_date(2026, 12, 25) + PLM_NS_PER_DAY / 2);
	rig_destroy(r);
}

static void
test_bitmex_name__spot_is_told_from_predictions(void **state)
{
	(void)state;
	assert_true(pli_bitmex_is_spot(PLM_SLICE("SOL_USDT")));
	assert_false(pli_bitmex_is_spot(PLM_SLICE("P_XBTETFX23")));
	assert_false(pli_bitmex_is_spot(PLM_SLICE("XBTUSD")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bitmex_name__currencies_have_an_asset_and_a_scale),
	    cmocka_unit_test(test_bitmex_name__rows_say_coins_but_no_size),
	    cmocka_unit_test(test_bitmex_name__spot_is_told_from_predictions),
	};
	return cmocka_run_group_tests_name("bitmex_name", tests, NULL, NULL);
}
