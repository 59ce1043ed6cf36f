/* hyperliquid_lists_test.c: contracts, margin tiers, tokens, pairs and prices. */
#include "hyperliquid_rig.h"

static void
test_hyperliquid_lists__a_builders_contract_settles_in_its_collateral(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "[{\"universe\":[{\"name\":\"hyna:BTC\",\"maxLeverage\":20}],"
			  "\"collateralToken\":235},{\"universe\":[{\"name\":\"odd:X\","
			  "\"maxLeverage\":20}],\"collateralToken\":9999}]"),
	    PLM_OK);
	const plm_instrument *spec = rig_spec(r, "hyna:BTC");
	assert_int_equal(spec->spec_source, PLM_SPEC_VENUE);
	assert_string_equal(rig_asset(r, spec->underlying), "HYNA-BTC"); /* not BTC */
	assert_string_equal(rig_asset(r, spec->settle), "USDE");
	/* a token that nothing tells of: the contract stays unexplained */
	assert_int_equal(rig_spec(r, "odd:X")->spec_source, PLM_SPEC_NONE);
	rig_destroy(r);
}

/* The worked example of the venue's page: 200 M of BTC need 3,125,000. */
static void
test_hyperliquid_lists__tiers_are_continuous(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r,
		"{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40,\"marginTableId\":56},"
		"{\"name\":\"ATOM\",\"maxLeverage\":5,\"marginTableId\":5}],"
		"\"marginTables\":[[56,{\"marginTiers\":[{\"lowerBound\":\"0.0\","
		"\"maxLeverage\":40},{\"lowerBound\":\"150000000.0\",\"maxLeverage\":20}]}]]}"),
	    PLM_OK);
	assert_int_equal(rig_count(r, PLM_EVENT_MARGIN_TIER), 3);
	const plm_margin_tier *first = &rig_event(r, PLM_EVENT_MARGIN_TIER, 0)->u.margin_tier;
	const plm_margin_tier *second = &rig_event(r, PLM_EVENT_MARGIN_TIER, 1)->u.margin_tier;
	assert_int_equal(first->tiers_count, 2);
	assert_decimal(first->notional_cap, "150000000");
	assert_decimal(first->maintenance_rate, "0.0125");
	assert_decimal(first->maintenance_amount, "0");
	assert_int_equal(second->tier, 2);
	assert_decimal(second->maintenance_rate, "0.025");
	assert_decimal(second->maintenance_amount, "1875000");
	assert_decimal(second->notional_cap, "null");
	const plm_margin_tier *alone = &rig_event(r, PLM_EVENT_MARGIN_TIER, 2)->u.margin_tier;
	assert_int_equal(alone->tiers_count, 1);
	assert_decimal(alone->maintenance_rate, "0.1");
	rig_destroy(r);
}

static void
test_hyperliquid_lists__a_table_without_tiers_is_refused(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, "{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40,"
				       "\"marginTableId\":56}],\"marginTables\":[[56,{"
				       "\"marginTiers\":[]}]]}"),
	    PLM_EDECODE);
	assert_non_null(strstr(r->fault.text, "1 to 32 margin tiers"));
	rig_destroy(r);
}

static void
test_hyperliquid_lists__pairs_are_of_tokens(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(rig_decode(r, RIG_TOKENS), PLM_OK);
	const plm_instrument *spec = rig_spec(r, "@107");
	assert_int_equal(spec->kind, PLM_KIND_SPOT);
	assert_string_equal(rig_asset(r, spec->underlying), "HYPE");
	assert_string_equal(rig_asset(r, spec->quote), "USDC");
	rig_destroy(r);
}

static void
test_hyperliquid_lists__prices_go_by_place_or_by_name(void **state)
{
	(void)state;
	rig *r = rig_create();
	assert_int_equal(
	    rig_decode(r, "[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40},{\"name\":\"ETH\","
			  "\"maxLeverage\":25}]},[{\"markPx\":\"90000\",\"oraclePx\":\"90001\","
			  "\"funding\":\"0.0000125\"},{\"markPx\":\"0\",\"oraclePx\":null}]]"),
	    PLM_OK);
	const plm_mark *first = &rig_event(r, PLM_EVENT_MARK, 0)->u.mark;
	const plm_mark *second = &rig_event(r, PLM_EVENT_MARK, 1)->u.mark;
	assert_int_equal(first->instrument.value, rig_spec(r, "BTC")->id.value);
	assert_decimal(first->mark_price, "90000");
	assert_decimal(first->index_price, "90001");
	assert_true(first->funding_rate == 0.0000125);
	assert_int_equal(second->instrument.value, rig_spec(r, "ETH")->id.value);
	assert_decimal(second->mark_price, "null"); /* 0 is none */
	assert_int_equal(
	    rig_decode(r, "[{\"universe\":[{\"tokens\":[150,0],\"name\":\"@107\"}],"
			  "\"tokens\":[{\"name\":\"USDC\",\"index\":0},{\"name\":\"HYPE\","
			  "\"index\":150}]},[{\"coin\":\"@107\",\"markPx\":\"28.5\"}]]"),
	    PLM_OK);
	assert_decimal(rig_event(r, PLM_EVENT_MARK, 0)->u.mark.mark_price, "28.5");
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hyperliquid_lists__a_builders_contract_settles_in_its_collateral),
	    cmocka_unit_test(test_hyperliquid_lists__tiers_are_continuous),
	    cmocka_unit_test(test_hyperliquid_lists__a_table_without_tiers_is_refused),
	    cmocka_unit_test(test_hyperliquid_lists__pairs_are_of_tokens),
	    cmocka_unit_test(test_hyperliquid_lists__prices_go_by_place_or_by_name),
	};
	return cmocka_run_group_tests_name("hyperliquid_lists", tests, NULL, NULL);
}
