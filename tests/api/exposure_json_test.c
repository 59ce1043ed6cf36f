/* exposure_json_test.c: rows and proofs as JSON: names, unknowns, sums that re-add. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hub_rig.h"

#include "api/exposure_json.h"

static uint32_t
row_named(hub_rig *rig, const char *underlying)
{
	uint32_t rows = rig_node(rig, "rows");

	for (uint32_t i = 0; i < rig_length(rig, rows); i++) {
		uint32_t row = rig_element(rig, rows, i);
		plm_slice name = {NULL, 0};
		(void)pli_json_string(
		    rig->json, pli_json_find(rig->json, row, "underlying"), &name, NULL);
		if (plm_slice_is(name, underlying))
			return row;
	}
	fail_msg("no row of %s", underlying);
	return 0;
}

static plm_decimal
decimal_in(hub_rig *rig, uint32_t row, const char *key)
{
	plm_decimal value = plm_decimal_zero();

	assert_true(pli_json_find(rig->json, row, key) != 0);
	assert_int_equal(
	    pli_json_decimal(rig->json, pli_json_find(rig->json, row, key), &value, NULL), PLM_OK);
	return value;
}

static void
test_rows_hold_what_the_rollup_says(void **state)
{
	hub_rig *rig = *state;
	plm_exposure_query query = {.by = PLM_BY_UNDERLYING, .tier = PLM_TIER_VENUE};
	plm_exposure_row rows[16];
	uint32_t count = pli_exposure_rollup(pli_hub_exposure(rig->hub), &query, rows, 16);

	assert_int_equal(rig_get(rig, "/v1/exposure?tier=venue"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "rows")), count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t row = rig_element(rig, rig_node(rig, "rows"), i);
		assert_int_equal(plm_decimal_is_known(decimal_in(rig, row, "net_usd")),
		    plm_decimal_is_known(rows[i].net_usd));
		assert_true(decimal_in(rig, row, "net_coins").units == rows[i].net_coins.units);
		assert_true(decimal_in(rig, row, "gross_usd").units == rows[i].gross_usd.units);
		assert_true(decimal_in(rig, row, "long_coins").units == rows[i].long_coins.units);
	}
}

static void
test_unknown_is_null_never_zero(void **state)
{
	hub_rig *rig = *state;

	assert_int_equal(rig_get(rig, "/v1/exposure"), 200);
	rig_json(rig);
	uint32_t row = row_named(rig, "MYST");
	assert_false(plm_decimal_is_known(decimal_in(rig, row, "net_usd")));
	assert_false(plm_decimal_is_known(decimal_in(rig, row, "gross_usd")));
	assert_true(plm_decimal_is_known(decimal_in(rig, row, "net_coins")));
	uint32_t out = rig_node(rig, "not_included");
	assert_int_equal(rig_length(rig, out), 2);
	assert_non_null(strstr(rig->answer, "\"reason\":\"no_delta\""));
	assert_non_null(strstr(rig->answer, "\"reason\":\"no_price\""));
	/* The whole book mixes underlyings: coins are not added. */
	assert_non_null(strstr(rig->answer, "\"total\":{\"long_coins\":null"));
}

static void
test_proof_readds(void **state)
{
	static const char *const paths[] = {"/v1/exposure/BTC/proof",
	    "/v1/exposure/BTC/proof?tier=book", "/v1/exposure/BTC/proof?scope=venue:deribit",
	    "/v1/exposure/ETH/proof?derivatives_only=true", "/v1/exposure/MYST/proof",
	    "/v1/exposure/-/proof", "/v1/exposure/-/proof?scope=account:cold+vault"};
	hub_rig *rig = *state;

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		rig_step(rig, 50);
		assert_int_equal(rig_get(rig, paths[i]), 200);
		rig_json(rig);
		bool readds = false;
		assert_int_equal(
		    pli_json_bool(rig->json, rig_node(rig, "readds"), &readds, NULL), PLM_OK);
		if (!readds)
			fail_msg("%s: %s", paths[i], rig->answer);
		/* The legs are added here once more, apart from the encoder. */
		uint32_t legs = rig_node(rig, "legs");
		plm_decimal sum = plm_decimal_zero();
		for (uint32_t leg = 0; leg < rig_length(rig, legs); leg++) {
			plm_decimal part = decimal_in(
			    rig, rig_element(rig, legs, leg), "delta_usd");
			if (plm_decimal_is_known(part))
				assert_int_equal(plm_decimal_add(sum, part, &sum), PLM_OK);
		}
		plm_decimal net = decimal_in(rig, rig_node(rig, "row"), "net_usd");
		if (plm_decimal_is_known(net))
			assert_true(net.units == sum.units);
	}
}

static void
test_group_keys_and_scopes(void **state)
{
	hub_rig *rig = *state;

	assert_int_equal(
	    rig_get(
		rig, "/v1/exposure?by=venue,account,strategy,portfolio,settle,expiry,asset_class"),
	    200);
	rig_json(rig);
	uint32_t first = rig_element(rig, rig_node(rig, "rows"), 0);
	static const char *const keys[] = {
	    "venue", "account", "strategy", "portfolio", "settle", "expiry_ns", "asset_class"};
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		assert_true(pli_json_find(rig->json, first, keys[i]) != 0);
	assert_true(pli_json_find(rig->json, first, "underlying") == 0);
	assert_int_equal(rig_get(rig, "/v1/exposure?scope=account:cold%20vault"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "rows")), 2);
	assert_int_equal(rig_get(rig, "/v1/exposure?scope=venue:file,underlying:BTC"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "rows")), 1);
}

static void
test_leverage_needs_equity(void **state)
{
	(void)state;
	assert_true(isnan(pli_exposure_leverage(plm_decimal_from_int(5), plm_decimal_zero())));
	assert_true(
	    isnan(pli_exposure_leverage(plm_decimal_from_int(5), plm_decimal_from_int(-2))));
	assert_true(isnan(pli_exposure_leverage(plm_decimal_unknown(), plm_decimal_from_int(2))));
	assert_true(isnan(pli_exposure_leverage(plm_decimal_from_int(2), plm_decimal_unknown())));
	assert_true(fabs(pli_exposure_leverage(plm_decimal_from_int(5), plm_decimal_from_int(2)) -
			 2.5) < 1e-12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_rows_hold_what_the_rollup_says, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_unknown_is_null_never_zero, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_proof_readds, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_group_keys_and_scopes, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_leverage_needs_equity, rig_setup, rig_teardown),
	};
	return cmocka_run_group_tests_name("exposure_json", tests, NULL, NULL);
}
