/* okx_name_test.c: what names say, and what they do not. */
#include "okx_rig.h"

static bool
parse(const char *text, pli_contract_name *ret_name)
{
	return pli_okx_name_parse(plm_slice_of(text), ret_name);
}

static void
test_okx_name__kinds(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		plm_kind kind;
		bool inverse;
		const char *settle;
	} rows[] = {
	    {"BTC-USDT", PLM_KIND_SPOT, false, "USDT"},
	    {"BTC-USD", PLM_KIND_SPOT, false, "USD"},
	    {"BTC-USD-SWAP", PLM_KIND_PERPETUAL, true, "BTC"},
	    {"BTC-USDC-SWAP", PLM_KIND_PERPETUAL, false, "USDC"},
	    {"BTC-USD-261225", PLM_KIND_FUTURE, true, "BTC"},
	    {"1INCH-USDT-261225", PLM_KIND_FUTURE, false, "USDT"},
	    {"ETH-USD-261225-4000-C", PLM_KIND_OPTION, true, "ETH"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pli_contract_name name;
		assert_true(parse(rows[i].text, &name));
		assert_int_equal(name.kind, rows[i].kind);
		assert_int_equal(name.inverse, rows[i].inverse);
		assert_true(plm_slice_is(name.settle, rows[i].settle));
		/* no name tells a contract's size */
		assert_int_equal(
		    plm_decimal_is_known(name.multiplier), rows[i].kind == PLM_KIND_SPOT);
	}
}

static void
test_okx_name__an_option_in_full(void **state)
{
	(void)state;
	pli_contract_name name;
	assert_true(parse("BTC-USD-261225-100000.5-P", &name));
	assert_int_equal(name.option_type, PLM_OPTION_PUT);
	assert_decimal(name.strike, "100000.5");
	assert_int_equal(
	    name.expiry_ns, plm_time_of_date(2026, 12, 25) + INT64_C(8) * 3600 * PLM_NS_PER_S);
}

static void
test_okx_name__what_follows_no_rule_says_nothing(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "BTC", "BTC-", "-USDT", "BTC-USDT-",
	    "BTC-USDT-PERP", "BTC-USD-261332", "BTC-USD-26122", "BTC-USD-261225-",
	    "BTC-USD-261225-1-X", "BTC-USD-261225-0-C", "BTC-USD-261225-x-C", "BTC-USD_UM-SWAP",
	    "B TC-USDT"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		pli_contract_name name = {.kind = PLM_KIND_COMBO};
		if (parse(texts[i], &name))
			fail_msg("%s is a name", texts[i]);
		assert_int_equal(name.kind, PLM_KIND_COMBO);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_okx_name__kinds),
	    cmocka_unit_test(test_okx_name__an_option_in_full),
	    cmocka_unit_test(test_okx_name__what_follows_no_rule_says_nothing),
	};
	return cmocka_run_group_tests_name("okx_name", tests, NULL, NULL);
}
