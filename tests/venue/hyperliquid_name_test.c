/* hyperliquid_name_test.c: what coins and tokens are called, and what shares a name but is not it.
 */
#include "hyperliquid_rig.h"

static void
price(rig *r, const char *coin)
{
	char text[160];
	(void)snprintf(text, sizeof text, "{\"coin\":\"%s\",\"ctx\":{\"markPx\":\"1\"}}", coin);
	assert_int_equal(rig_decode(r, text), PLM_OK);
}

static void
test_hyperliquid_name__own_perpetuals_settle_in_usdc(void **state)
{
	(void)state;
	rig *r = rig_create();
	price(r, "BTC");
	const plm_instrument *spec = rig_spec(r, "BTC");
	assert_int_equal(spec->kind, PLM_KIND_PERPETUAL);
	assert_int_equal(spec->spec_source, PLM_SPEC_NAME);
	assert_string_equal(rig_asset(r, spec->underlying), "BTC");
	assert_string_equal(rig_asset(r, spec->settle), "USDC");
	assert_decimal(spec->multiplier, "1");
	price(r, "kPEPE"); /* a thousand of them: a coin of its own */
	assert_string_equal(rig_asset(r, rig_spec(r, "kPEPE")->underlying), "KPEPE");
	price(r, "PURR/USDC");
	assert_int_equal(rig_spec(r, "PURR/USDC")->kind, PLM_KIND_SPOT);
	rig_destroy(r);
}

/* What settles a builder's contract, and what a numbered pair is, no name tells. */
static void
test_hyperliquid_name__other_names_explain_nothing(void **state)
{
	(void)state;
	static const char *const names[] = {"xyz:TSLA", "hyna:BTC", "@107", "#12", "A/B"};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		price(r, names[i]);
		assert_int_equal(rig_spec(r, names[i])->spec_source, PLM_SPEC_NONE);
	}
	rig_destroy(r);
}

/* TRUMP of the spot market is worth a thousandth of a cent, the perpetual's coin some dollars. */
static void
test_hyperliquid_name__a_token_is_its_index_not_its_name(void **state)
{
	(void)state;
	static const struct {
		const char *coin, *asset;
		int index;
	} rows[] = {{"USDC", "USDC", 0}, {"HYPE", "HYPE", 150}, {"UBTC", "UBTC", 197},
	    {"TRUMP", "TRUMP-HL9", 9}, {"HYPE", "HYPE-HL7", 7}, {"USDC", "USDC-HL1", 1}};
	rig *r = rig_create();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[160];
		(void)snprintf(text, sizeof text,
		    "{\"balances\":[{\"coin\":\"%s\",\"token\":%d,\"total\":\"2\"}]}", rows[i].coin,
		    rows[i].index);
		assert_int_equal(rig_decode(r, text), PLM_OK);
		assert_decimal(hl_balance(r, rows[i].asset)->wallet, "2");
	}
	rig_destroy(r);
}

static void
test_hyperliquid_name__too_long_is_said(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, "{\"balances\":[{\"coin\":\"ABCDEFGHIJKLMNOPQRSTUVWXYZ\","
				       "\"token\":5,\"total\":\"2\"}]}"),
	    PLM_EFULL);
	assert_non_null(strstr(r->fault.text, "too long"));
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hyperliquid_name__own_perpetuals_settle_in_usdc),
	    cmocka_unit_test(test_hyperliquid_name__other_names_explain_nothing),
	    cmocka_unit_test(test_hyperliquid_name__a_token_is_its_index_not_its_name),
	    cmocka_unit_test(test_hyperliquid_name__too_long_is_said),
	};
	return cmocka_run_group_tests_name("hyperliquid_name", tests, NULL, NULL);
}
