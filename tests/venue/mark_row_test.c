/* mark_row_test.c: what a mark price may be, what stands for "none", and where it goes wrong. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "venue/mark_row.h"

static const char *const names[PLI_MARK_MEMBERS] = {
    "time", "mark", "index", "forward", "iv", "funding", "delta", "gamma", "vega", "theta", "rho"};

static plm_err
read_mark(const char *text, pli_mark_of of, plm_event *ret_event, plm_fault *ret_fault)
{
	uint32_t members[PLI_MARK_MEMBERS];
	pli_row row = {pli_json_shared(), ret_fault, 0, PLM_OK};
	assert_int_equal(pli_json_parse(row.json, plm_slice_of(text), NULL), PLM_OK);
	for (uint32_t i = 0; i < PLI_MARK_MEMBERS; i++)
		members[i] = pli_json_find(row.json, 0, names[i]);
	pli_mark_read(&row, members, of, ret_event);
	return row.err;
}

static void
test_mark_row__all_members(void **state)
{
	(void)state;
	plm_event event;
	assert_int_equal(read_mark("{\"time\":1600000000123,\"mark\":\"0.05\",\"index\":50000,"
				   "\"forward\":50100.5,\"iv\":61,\"funding\":-1e-5,\"delta\":0.5,"
				   "\"gamma\":2e-5,\"vega\":99,\"theta\":-30,\"rho\":12}",
			     PLI_MARK_OF_OPTION, &event, NULL),
	    PLM_OK);
	const plm_mark *mark = &event.u.mark;
	assert_int_equal(event.type, PLM_EVENT_MARK);
	assert_int_equal(event.venue_time_ns, INT64_C(1600000000123) * PLM_NS_PER_MS);
	assert_true(plm_decimal_to_double(mark->mark_price) == 0.05);
	assert_true(plm_decimal_to_double(mark->index_price) == 50000);
	assert_true(plm_decimal_to_double(mark->underlying_price) == 50100.5);
	assert_true(mark->mark_iv == 61 && mark->funding_rate == -1e-5 && mark->delta == 0.5);
	assert_true(mark->gamma == 2e-5 && mark->vega == 99 && mark->theta == -30);
	assert_true(mark->rho == 12);
}

static void
test_mark_row__zero_is_none_but_for_an_option(void **state)
{
	(void)state;
	static const struct {
		pli_mark_of of;
		bool known;
	} cases[] = {
	    {PLI_MARK_OF_FUTURE, false}, {PLI_MARK_OF_OPTION, true}, {PLI_MARK_OF_COMBO, true}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		plm_event event;
		assert_int_equal(
		    read_mark("{\"mark\":0,\"index\":0}", cases[i].of, &event, NULL), PLM_OK);
		assert_true(plm_decimal_is_known(event.u.mark.mark_price) == cases[i].known);
		assert_false(plm_decimal_is_known(event.u.mark.index_price));
		assert_true(isnan(event.u.mark.delta));
		assert_int_equal(event.venue_time_ns, 0);
	}
}

/* A price that cannot be is no reason to lose the rest of the payload. */
static void
test_mark_row__below_zero_is_unknown_but_for_a_combo(void **state)
{
	(void)state;
	for (int of = PLI_MARK_OF_FUTURE; of <= PLI_MARK_OF_COMBO; of++) {
		plm_event event;
		assert_int_equal(read_mark("{\"mark\":-1,\"index\":-2,\"delta\":0.5}",
				     (pli_mark_of)of, &event, NULL),
		    PLM_OK);
		assert_true(
		    plm_decimal_is_known(event.u.mark.mark_price) == (of == PLI_MARK_OF_COMBO));
		assert_false(plm_decimal_is_known(event.u.mark.index_price));
		assert_true(event.u.mark.delta == 0.5);
	}
}

static void
test_mark_row__what_cannot_be_is_said(void **state)
{
	(void)state;
	plm_event event;
	plm_fault fault = {0};
	assert_int_equal(
	    read_mark("{\"index\":1}", PLI_MARK_OF_FUTURE, &event, &fault), PLM_EDECODE);
	assert_non_null(strstr(fault.text, "mark_price"));
	assert_int_equal(
	    read_mark("{\"mark\":1,\"rho\":\"x\"}", PLI_MARK_OF_FUTURE, &event, &fault),
	    PLM_EDECODE);
	assert_string_equal(fault.path, "rho");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_mark_row__all_members),
	    cmocka_unit_test(test_mark_row__zero_is_none_but_for_an_option),
	    cmocka_unit_test(test_mark_row__below_zero_is_unknown_but_for_a_combo),
	    cmocka_unit_test(test_mark_row__what_cannot_be_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
