/* surface_json_test.c: /v1/surface: smiles, why there is none, and whose they can be. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hub_rig.h"

#include "api/surface_json.h"

/* The call's chain is quoted in USD and tells 61.2; the put's in USDC, and nothing is told there.
 */
static void
test_a_row_for_each_expiry_of_a_chain(void **state)
{
	hub_rig *rig = *state;
	pli_surface_row rows[4];

	rig_step(rig, 1500);
	assert_int_equal(rig_get(rig, "/v1/surface"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "rows")), 2);
	assert_int_equal(rig_number(rig, "rows_left_out"), 0);
	assert_true(rig_text_is(rig, "extrapolation", PLI_SURFACE_EXTRAPOLATION));
	uint32_t count = pli_exposure_surface(
	    pli_hub_exposure(rig->hub), &(plm_exposure_query){0}, rows, 4);
	assert_int_equal(count, 2);
	uint32_t row = rig_element(rig, rig_node(rig, "rows"), 0);
	double vol = NAN, years = NAN;
	assert_int_equal(
	    pli_json_double(rig->json, pli_json_find(rig->json, row, "vol_atm"), &vol, NULL),
	    PLM_OK);
	assert_int_equal(
	    pli_json_double(rig->json, pli_json_find(rig->json, row, "years"), &years, NULL),
	    PLM_OK);
	assert_true(fabs(vol - 0.612) < 1e-12);
	assert_true(fabs(years - rows[0].years) <= 0);
	assert_non_null(strstr(rig->answer, "\"butterflies\":0,\"calendars\":null"));
}

static void
test_no_smile_is_null_with_its_reason(void **state)
{
	hub_rig *rig = *state;

	assert_int_equal(rig_get(rig, "/v1/surface?scope=underlying:BTC,venue:deribit"), 200);
	assert_non_null(strstr(rig->answer, "\"vol_atm\":null,\"strikes\":0"));
	assert_non_null(strstr(rig->answer, "\"butterflies\":null,\"calendars\":null"));
	assert_non_null(strstr(rig->answer, pli_smile_reason_text(PLI_SMILE_NO_QUOTE)));
}

static void
test_a_surface_has_no_account(void **state)
{
	hub_rig *rig = *state;
	plm_exposure_query query = {.portfolio = "p"};
	plm_fault fault = {0};

	assert_int_equal(rig_get(rig, "/v1/surface?scope=underlying:ETH"), 200);
	rig_json(rig);
	assert_int_equal(rig_length(rig, rig_node(rig, "rows")), 0);
	assert_int_equal(rig_get(rig, "/v1/surface?scope=account:options-1"), 400);
	assert_non_null(strstr(rig->answer, "whoever holds them"));
	assert_int_equal(pli_surface_query_check(&query, &fault), PLM_EPARSE);
	assert_int_equal(rig_get(rig, "/v1/surface?shock=3"), 400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_a_row_for_each_expiry_of_a_chain, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_no_smile_is_null_with_its_reason, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(test_a_surface_has_no_account, rig_setup, rig_teardown),
	};
	return cmocka_run_group_tests_name("surface_json", tests, NULL, NULL);
}
