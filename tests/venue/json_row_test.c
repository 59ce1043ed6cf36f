/* json_row_test.c: members of an object, and the one error that sticks. */
#include "deribit_rig.h"

#include <math.h>

#include "venue/json_row.h"

static pli_row
row_parse(const char *text, plm_fault *fault)
{
	pli_json *json = pli_json_shared();
	assert_non_null(json);
	assert_int_equal(pli_json_parse(json, plm_slice_of(text), fault), PLM_OK);
	return (pli_row){json, fault, 0, PLM_OK};
}

static void
test_json_row__absent_members_are_unknown(void **state)
{
	plm_fault fault;
	pli_row r = row_parse("{\"a\":null}", &fault);
	(void)state;
	assert_decimal(pli_row_decimal(&r, "a"), "null");
	assert_decimal(pli_row_price_or_none(&r, "b"), "null");
	assert_true(isnan(pli_row_double(&r, "b")));
	assert_int_equal(pli_row_string(&r, "b").size, 0);
	assert_false(pli_row_bool(&r, "b"));
	assert_int_equal(pli_row_time(&r, "b", 7), 7);
	assert_int_equal(pli_row_identifier(&r, "b"), 0);
	assert_int_equal(r.err, PLM_OK);
}

static void
test_json_row__the_first_error_sticks(void **state)
{
	plm_fault fault = {.code = PLM_OK};
	pli_row r = row_parse("{\"price\":-1,\"size\":\"x\",\"good\":5}", &fault);
	(void)state;
	(void)pli_row_price(&r, "price");
	assert_int_equal(r.err, PLM_EDECODE);
	assert_string_equal(fault.path, "price");
	(void)pli_row_decimal(&r, "size");
	assert_string_equal(fault.path, "price");
	assert_decimal(pli_row_decimal(&r, "good"), "null");
}

static void
test_json_row__required_says_what_is_missing(void **state)
{
	plm_fault fault = {.code = PLM_OK};
	pli_row r = row_parse("{\"other\":1}", &fault);
	(void)state;
	(void)pli_row_required(&r, "size", "an object with a size");
	assert_int_equal(r.err, PLM_EDECODE);
	assert_non_null(strstr(fault.text, "an object with a size in the member \"size\""));
}

static void
test_json_row__a_failure_names_the_member_that_is_not_there(void **state)
{
	static const struct {
		const char *key, *path, *says;
	} rows[] = {{"state", "state", "expected on or off, got"},
	    {"mode", "", "expected on or off in the member \"mode\", got"},
	    {NULL, "", "expected on or off, got"}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		plm_fault fault = {.code = PLM_OK};
		pli_row r = row_parse("{\"state\":\"so\"}", &fault);
		pli_row_fail(&r, rows[i].key, "on or off");
		assert_int_equal(r.err, PLM_EDECODE);
		assert_string_equal(fault.path, rows[i].path);
		assert_non_null(strstr(fault.text, rows[i].says));
	}
}

static void
test_json_row__missing_numbers_and_names_say_so(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
	    {"{}", "a number in the member \"n\""},
	    {"{\"n\":\"\"}", "a number in the member \"n\""},
	    {"{\"n\":1}", "a name without blanks in the member \"s\""},
	    {"{\"n\":1,\"s\":\"a b\"}", "a name without blanks in the member \"s\""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		plm_fault fault = {.code = PLM_OK};
		pli_row r = row_parse(rows[i].text, &fault);
		(void)pli_row_number(&r, "n");
		(void)pli_row_name(&r, "s");
		assert_int_equal(r.err, PLM_EDECODE);
		assert_non_null(strstr(fault.text, rows[i].says));
	}
}

/* A NULL key, an empty string and a 0 that means none are no values. */
static void
test_json_row__what_is_no_value(void **state)
{
	plm_fault fault = {.code = PLM_OK};
	pli_row r = row_parse("{\"b\":\"\",\"c\":\"0\",\"d\":1.5,\"e\":-2}", &fault);
	(void)state;
	assert_decimal(pli_row_decimal(&r, NULL), "null");
	assert_decimal(pli_row_decimal(&r, "b"), "null");
	assert_true(isnan(pli_row_double(&r, "b")));
	assert_decimal(pli_row_decimal(&r, "c"), "0");
	assert_decimal(pli_row_price_or_none(&r, "c"), "null");
	assert_decimal(pli_row_above_zero(&r, "c"), "null");
	assert_decimal(pli_row_above_zero(&r, "e"), "null");
	assert_decimal(pli_row_above_zero(&r, "d"), "1.5");
	assert_true(pli_row_has(&r, "d"));
	assert_false(pli_row_has(&r, "z"));
	assert_false(pli_row_has(&r, NULL));
	assert_int_equal(r.err, PLM_OK);
}

static void
test_json_row__lists_hold_objects(void **state)
{
	plm_fault fault = {.code = PLM_OK};
	pli_row r = row_parse(
	    "{\"l\":[{\"a\":[{},{}]},{}],\"e\":[],\"m\":{},\"n\":null,\"x\":[{},7]}", &fault);
	uint32_t list = pli_row_list(&r, "l"), count = 0;
	(void)state;
	for (uint32_t row = pli_row_child(&r, list, 0); row != 0;
	     row = pli_row_child(&r, list, row))
		count++;
	assert_int_equal(count, 2);
	assert_int_equal(pli_row_child(&r, pli_row_list(&r, "e"), 0), 0);
	assert_true(pli_row_list(&r, "none") == PLI_NO_LIST);
	assert_true(pli_row_list(&r, "n") == PLI_NO_LIST);
	assert_int_equal(pli_row_child(&r, PLI_NO_LIST, 0), 0);
	assert_int_equal(pli_row_child(&r, 0, 0), 0); /* an object is no list */
	assert_int_equal(r.err, PLM_OK);
	list = pli_row_list(&r, "x");
	assert_int_equal(pli_row_child(&r, list, pli_row_child(&r, list, 0)), 0);
	assert_int_equal(r.err, PLM_EDECODE);
	assert_string_equal(fault.path, "x[1]");
	assert_false(pli_row_has(&r, "l")); /* behind an error there is nothing */
	r = row_parse("{\"m\":{}}", &fault);
	assert_true(pli_row_list(&r, "m") == PLI_NO_LIST);
	assert_int_equal(r.err, PLM_EDECODE);
}

static void
test_json_row__identifiers_are_alike_as_text_and_number(void **state)
{
	plm_fault fault;
	pli_row r = row_parse("{\"a\":\"123\",\"b\":123,\"c\":\"124\",\"zero\":0}", &fault);
	(void)state;
	assert_true(pli_row_identifier(&r, "a") == pli_row_identifier(&r, "b"));
	assert_true(pli_row_identifier(&r, "a") != pli_row_identifier(&r, "c"));
	assert_decimal(pli_row_price_or_none(&r, "zero"), "null");
	assert_decimal(pli_row_price(&r, "zero"), "0");
}

static void
test_json_row__sums_choices_and_words(void **state)
{
	(void)state;
	plm_fault fault = {.code = PLM_OK};
	pli_row row = {.fault = &fault};
	assert_int_equal(pli_row_parse(&row, PLM_SLICE("{\"a\":\"yes\",\"n\":5}")), PLM_OK);
	assert_true(pli_row_is(&row, "a", "yes"));
	assert_true(pli_row_is(&row, "n", "5"));
	assert_false(pli_row_is(&row, "a", "ye"));
	assert_true(pli_row_is(&row, "none", ""));
	plm_decimal one = plm_decimal_from_int(1), unknown = plm_decimal_unknown();
	assert_int_equal(
	    plm_decimal_compare(pli_row_add(&row, one, one), plm_decimal_from_int(2)), 0);
	assert_false(plm_decimal_is_known(pli_row_add(&row, one, unknown)));
	assert_int_equal(row.err, PLM_OK);
	assert_int_equal(plm_decimal_compare(pli_row_known(unknown, one), one), 0);
	assert_int_equal(plm_decimal_compare(pli_row_known(one, unknown), one), 0);
	plm_decimal most = {((plm_int128)1 << 126)};
	assert_false(plm_decimal_is_known(pli_row_add(&row, most, most)));
	assert_int_equal(row.err, PLM_EDECODE);
	row.err = PLM_OK;
	assert_int_equal(pli_row_parse(&row, PLM_SLICE("{\"a\":")), PLM_EDECODE);
	assert_int_equal(fault.code, PLM_EDECODE);
}

static void
test_json_row__sparse_members_times_and_amounts(void **state)
{
	plm_fault fault;
	pli_row r = row_parse(
	    "{\"a\":5,\"n\":null,\"p\":-1,\"t\":\"2026-11-27T08:00:00.5Z\"}", &fault);
	plm_decimal one = plm_decimal_from_int(1), value = one;
	(void)state;
	pli_row_replace(&r, "b", &value);
	assert_decimal(value, "1");
	pli_row_replace_scaled(&r, "a", &value, 8);
	assert_decimal(value, "0.00000005");
	pli_row_replace(&r, "n", &value);
	assert_decimal(value, "null");
	value = one;
	pli_row_replace_price(&r, "p", &value);
	assert_decimal(value, "null");
	assert_decimal(pli_row_scaled(one, 0), "1");
	assert_decimal(pli_row_scaled(one, 18), "0.000000000000000001");
	assert_decimal(pli_row_scaled(one, 19), "null");
	assert_true(pli_row_time_text(&r, "t") ==
		    plm_time_of_date(2026, 11, 27) + 8 * 3600 * PLM_NS_PER_S + PLM_NS_PER_S / 2);
	assert_true(pli_row_time_text(&r, "n") == 0);
	assert_int_equal(r.err, PLM_OK);
	(void)pli_row_time_text(&r, "a");
	assert_int_equal(r.err, PLM_EDECODE);
}

static void
row_count(void *ctx)
{
	++*(uint32_t *)ctx;
}

static void
test_json_row__a_list_has_a_row_with_a_word(void **state)
{
	plm_fault fault = {.code = PLM_OK};
	pli_row r = row_parse("{\"data\":[{\"id\":\"BTC\"},{\"id\":\"ETH\"}]}", &fault);
	uint32_t list = pli_row_list(&r, "data");
	(void)state;
	assert_true(pli_row_list_has(&r, list, "id", "ETH"));
	assert_false(pli_row_list_has(&r, list, "id", "SOL"));
	assert_false(pli_row_list_has(&r, list, "name", "ETH"));
	assert_false(pli_row_list_has(&r, PLI_NO_LIST, "id", "ETH"));
	assert_int_equal(r.node, 0);
	assert_int_equal(r.err, PLM_OK);
}

static void
test_json_row__what_holds_rows(void **state)
{
	static const struct {
		const char *text;
		bool rows, lacks;
	} cases[] = {{"{}", true, false}, {"[]", true, false}, {"[{},5]", true, false},
	    {"[5,{}]", false, false}, {"[[]]", false, false}, {"5", false, false},
	    {"null", false, false}, {"\"list\"", false, false},
	    {"{\"list\":[{\"id\":1},{}]}", true, false}, {"{\"list\":[{}]}", true, true},
	    {"{\"list\":[]}", true, false}, {"{\"list\":[7]}", true, false},
	    {"{\"list\":{}}", true, false}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		plm_fault fault = {.code = PLM_OK};
		pli_row r = row_parse(cases[i].text, &fault);
		assert_int_equal(pli_row_is_rows(&r), cases[i].rows);
		assert_int_equal(pli_row_list_lacks(&r, "list", "id"), cases[i].lacks);
		assert_int_equal(r.err, PLM_OK);
	}
}

static void
test_json_row__each_object_or_the_one(void **state)
{
	plm_fault fault = {.code = PLM_OK};
	uint32_t count = 0;
	(void)state;
	pli_row r = row_parse("[{},{},{}]", &fault);
	pli_row_each(&r, row_count, &count);
	assert_int_equal(count, 3);
	assert_int_equal(r.node, 0);
	r = row_parse("{}", &fault);
	pli_row_each(&r, row_count, &count);
	assert_int_equal(count, 4);
	r = row_parse("[{},5]", &fault);
	pli_row_each(&r, row_count, &count);
	assert_int_equal(r.err, PLM_EDECODE);
}

static void
test_json_row__whole_numbers(void **state)
{
	(void)state;
	plm_fault fault;
	pli_row r = row_parse("{\"a\":7,\"b\":\"8\",\"c\":-1,\"d\":\"x\"}", &fault);
	assert_int_equal(pli_row_int(&r, "a", 0), 7);
	assert_int_equal(pli_row_int(&r, "b", 0), 8);
	assert_int_equal(pli_row_int(&r, "z", 9), 9);
	assert_int_equal(pli_row_int(&r, "c", -1), -1);
	assert_int_equal(pli_row_int(&r, "c", 0), 0);
	assert_int_equal(r.err, PLM_EDECODE);
	assert_int_equal(pli_row_int(&r, "a", 0), 0); /* behind an error */
	r = row_parse("{\"d\":\"x\"}", &fault);
	assert_int_equal(pli_row_int(&r, "d", 0), 0);
	assert_int_equal(r.err, PLM_EDECODE);
}

static void
test_json_row__ranks_are_digits_or_nothing(void **state)
{
	(void)state;
	plm_fault fault;
	pli_row r = row_parse(
	    "{\"a\":\"0\",\"b\":4,\"c\":\"5\",\"d\":\"\",\"e\":\"12\",\"f\":-1}", &fault);
	assert_int_equal(pli_row_rank(&r, "a", 0), 1);
	assert_int_equal(pli_row_rank(&r, "a", 1), 0);
	assert_int_equal(pli_row_rank(&r, "b", 0), 5);
	assert_int_equal(pli_row_rank(&r, "b", 1), 4);
	assert_int_equal(pli_row_rank(&r, "c", 0), 0);
	assert_int_equal(pli_row_rank(&r, "c", 1), 5);
	static const char *const others[] = {"d", "e", "f", "none"};
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pli_row_rank(&r, others[i], 1), 0);
	assert_int_equal(r.err, PLM_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_json_row__absent_members_are_unknown),
	    cmocka_unit_test(test_json_row__the_first_error_sticks),
	    cmocka_unit_test(test_json_row__required_says_what_is_missing),
	    cmocka_unit_test(test_json_row__a_failure_names_the_member_that_is_not_there),
	    cmocka_unit_test(test_json_row__missing_numbers_and_names_say_so),
	    cmocka_unit_test(test_json_row__what_is_no_value),
	    cmocka_unit_test(test_json_row__lists_hold_objects),
	    cmocka_unit_test(test_json_row__identifiers_are_alike_as_text_and_number),
	    cmocka_unit_test(test_json_row__sums_choices_and_words),
	    cmocka_unit_test(test_json_row__sparse_members_times_and_amounts),
	    cmocka_unit_test(test_json_row__a_list_has_a_row_with_a_word),
	    cmocka_unit_test(test_json_row__what_holds_rows),
	    cmocka_unit_test(test_json_row__each_object_or_the_one),
	    cmocka_unit_test(test_json_row__whole_numbers),
	    cmocka_unit_test(test_json_row__ranks_are_digits_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
