/* sim_call_test.c: parameters are found by their whole name, in the query before the body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/sim_call.h"

static void
test_sim_call__a_parameter_is_found_by_its_name(void **state)
{
	(void)state;
	pli_http_in in = {
	    .query = PLM_SLICE("ab=1&a=2&c=&a=3"), .body = PLM_SLICE("a=4&c=5&d=6%2C7")};
	assert_true(plm_slice_is(pli_sim_param(&in, "a"), "2"));
	assert_true(plm_slice_is(pli_sim_param(&in, "ab"), "1"));
	assert_true(plm_slice_is(pli_sim_param(&in, "c"), "5"));
	assert_true(plm_slice_is(pli_sim_param(&in, "d"), "6%2C7"));
	assert_int_equal(pli_sim_param(&in, "b").size, 0);
	assert_int_equal(pli_sim_form_find((plm_slice){NULL, 0}, "a").size, 0);
}

static void
test_sim_call__a_member_is_its_text(void **state)
{
	(void)state;
	pli_json *json = pli_json_shared();
	assert_int_equal(
	    pli_json_parse(json, PLM_SLICE("{\"op\":\"ping\",\"n\":17}"), NULL), PLM_OK);
	assert_true(plm_slice_is(pli_sim_member(json, 0, "op"), "ping"));
	assert_true(plm_slice_is(pli_sim_member(json, 0, "n"), "17"));
	assert_int_equal(pli_sim_member(json, 0, "none").size, 0);
}

static void
test_sim_call__a_time_is_in_milliseconds(void **state)
{
	(void)state;
	assert_int_equal(pli_sim_ms(PLM_SLICE("1500")), 1500 * PLM_NS_PER_MS);
	assert_int_equal(pli_sim_ms(PLM_SLICE("soon")), 0);
	assert_int_equal(pli_sim_ms((plm_slice){NULL, 0}), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sim_call__a_parameter_is_found_by_its_name),
	    cmocka_unit_test(test_sim_call__a_member_is_its_text),
	    cmocka_unit_test(test_sim_call__a_time_is_in_milliseconds),
	};
	return cmocka_run_group_tests_name("sim_call", tests, NULL, NULL);
}
