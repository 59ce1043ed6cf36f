/* sim_papi_test.c: the simulated portfolio margin: its parts re-add to what the account holds. */
#include "sim/sim_number.h"
#include "sim_markets.h"

static plm_decimal
number(pli_json *json, uint32_t node, const char *key)
{
	plm_decimal value = plm_decimal_unknown();
	assert_int_equal(
	    pli_json_decimal(json, pli_json_find(json, node, key), &value, NULL), PLM_OK);
	return value;
}

static void
test_sim_papi__wallets_add_up(void **state)
{
	rig *r = *state;
	rig_step(r, 400);
	const pli_sim_account *a = markets_account(r, "pm-main");
	pli_json *json = pli_json_create();
	plm_slice body = rig_signed(r, "pm-main-read", "GET", "/papi/v1/balance");
	assert_int_equal(pli_json_parse(json, body, NULL), PLM_OK);
	const pli_json_node *nodes = pli_json_nodes(json, NULL);
	assert_int_equal(nodes[0].children_count, 3);
	uint32_t row = 1, owed = 0;
	for (uint32_t i = 0; i < 3; i++, row = nodes[row].next) {
		plm_slice name;
		(void)pli_json_string(json, pli_json_find(json, row, "asset"), &name, NULL);
		const pli_sim_wallet *wallet = &a->wallets[pli_sim_asset_find(name)];
		plm_decimal sum = number(json, row, "crossMarginAsset");
		sum = pli_sim_add(sum, number(json, row, "umWalletBalance"));
		sum = pli_sim_add(sum, number(json, row, "cmWalletBalance"));
		assert_int_equal(
		    plm_decimal_compare(sum, number(json, row, "totalWalletBalance")), 0);
		assert_int_equal(plm_decimal_compare(sum, wallet->cash), 0);
		owed += plm_decimal_sign(number(json, row, "crossMarginBorrowed")) > 0;
	}
	assert_int_equal(owed, 1);
	pli_json_destroy(json);
}

/* Equity over maintenance margin, both as stated. */
static void
test_sim_papi__the_ratio_is_of_what_is_stated(void **state)
{
	rig *r = *state;
	pli_json *json = pli_json_create();
	plm_slice body = rig_signed(r, "pm-main-read", "GET", "/papi/v1/account");
	assert_int_equal(pli_json_parse(json, body, NULL), PLM_OK);
	plm_decimal ratio = pli_sim_divide(
	    number(json, 0, "accountEquity"), number(json, 0, "accountMaintMargin"));
	plm_decimal off = pli_sim_subtract(ratio, number(json, 0, "uniMMR"));
	assert_true(pli_sim_less(plm_decimal_abs(off), pli_sim_of("0.0001")));
	pli_json_destroy(json);
	assert_true(rig_has(rig_signed(r, "pm-main-read", "GET", "/papi/v1/um/positionRisk"),
	    "\"symbol\":\"BTCUSDT\""));
	assert_true(rig_has(rig_signed(r, "pm-main-read", "GET", "/papi/v1/cm/positionRisk"),
	    "\"symbol\":\"BTCUSD_PERP\""));
	(void)rig_signed(r, "pm-main-read", "GET", "/fapi/v3/account");
	assert_int_equal(r->answer.status, 401);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MARKETS_TEST(test_sim_papi__wallets_add_up),
	    MARKETS_TEST(test_sim_papi__the_ratio_is_of_what_is_stated),
	};
	return cmocka_run_group_tests_name("sim_papi", tests, NULL, NULL);
}
