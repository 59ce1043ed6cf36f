/* dydx_name_test.c: what tickers say. */
#include "dydx_rig.h"

#include "venue/dydx/dydx.h"

static void
test_dydx_name__a_ticker_is_a_perpetual_of_one_coin(void **state)
{
	(void)state;
	rig *r = rig_create();
	(void)rig_decode(r, "{\"historicalFunding\":[{\"ticker\":\"BTC-USD\",\"rate\":\"0.1\"}]}");
	const plm_instrument *spec = rig_spec(r, "BTC-USD");
	assert_int_equal(spec->kind, PLM_KIND_PERPETUAL);
	assert_asset(r, spec->underlying, "BTC");
	assert_asset(r, spec->quote, "USDC");
	assert_asset(r, spec->settle, "USDC");
	assert_decimal(spec->multiplier, "1");
	assert_false(spec->inverse);
	assert_int_equal(spec->spec_source, PLM_SPEC_NAME);
	rig_destroy(r);
}

/* Anybody may list a token of any name: it is not the asset that is called so. */
static void
test_dydx_name__a_listed_token_is_no_asset_of_that_name(void **state)
{
	(void)state;
	static const char *const tickers[] = {"AIXBT,raydium,6BwPF-USD",
	    "AIXBT,raydium,6BwPF1nXpumpXBUcVHDTyFhhqFdXDyFHwYPDQXbMpump000001-USD",
	    "AIXBT,raydium,6BwPF1nXpumpXBUcVHDTyFhhqFdXDyFHwYPDQXbMpump000002-USD"};
	rig *r = rig_create();
	plm_asset_id seen[3];
	for (size_t i = 0; i < 3; i++) {
		char text[256], room[PLM_NAME_MAX], name[PLM_NAME_MAX];
		(void)snprintf(text, sizeof text,
		    "{\"historicalFunding\":[{\"ticker\":\"%s\",\"rate\":\"0.1\"}]}", tickers[i]);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		plm_slice shown = pli_dydx_name(plm_slice_of(tickers[i]), room);
		assert_true(shown.size < PLM_NAME_MAX);
		(void)snprintf(name, sizeof name, "%.*s", (int)shown.size, shown.bytes);
		seen[i] = rig_spec(r, name)->underlying;
		assert_string_not_equal(rig_asset(r, seen[i]), "AIXBT");
		assert_memory_equal(rig_asset(r, seen[i]), "AIXBT-", 6);
	}
	assert_true(seen[0].value != seen[1].value && seen[1].value != seen[2].value);
	rig_destroy(r);
}

static void
test_dydx_name__what_follows_no_rule_says_nothing(void **state)
{
	(void)state;
	rig *r = rig_create();
	(void)rig_decode(r, "{\"historicalFunding\":[{\"ticker\":\"BTCUSD\",\"rate\":\"0.1\"}]}");
	assert_int_equal(rig_spec(r, "BTCUSD")->spec_source, PLM_SPEC_NONE);
	assert_int_equal(
	    rig_decode(r, "{\"historicalFunding\":[{\"rate\":\"0.1\"}]}"), PLM_EDECODE);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dydx_name__a_ticker_is_a_perpetual_of_one_coin),
	    cmocka_unit_test(test_dydx_name__a_listed_token_is_no_asset_of_that_name),
	    cmocka_unit_test(test_dydx_name__what_follows_no_rule_says_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
