/* name_row_test.c: names of a payload to ids, each once, and what is said when there is no room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/registry.h"
#include "venue/name_row.h"

/* "AB": a coin A in B. */
static bool
two_letters(plm_slice text, pli_contract_name *ret_name)
{
	if (text.size != 2)
		return false;
	*ret_name = (pli_contract_name){.underlying = {text.bytes, 1},
	    .quote = {text.bytes + 1, 1},
	    .settle = {text.bytes + 1, 1},
	    .kind = PLM_KIND_PERPETUAL,
	    .multiplier = plm_decimal_from_int(1),
	    .strike = plm_decimal_unknown()};
	return true;
}

static const plm_instrument *
read_name(pli_registry *names, const char *json, plm_fault *fault, plm_err *ret_err)
{
	plm_venue_cfg cfg = {.names = names, .venue = {1}};
	pli_row row = {.fault = fault};
	assert_int_equal(pli_row_parse(&row, plm_slice_of(json)), PLM_OK);
	const plm_instrument *spec = pli_name_instrument(&row, "n", &cfg, two_letters);
	*ret_err = row.err;
	return spec;
}

static void
test_name_row__instruments(void **state)
{
	(void)state;
	pli_registry *names = pli_registry_create((pli_registry_bounds){8, 2, 3});
	plm_fault fault = {.code = PLM_OK};
	plm_err err;
	const plm_instrument *spec = read_name(names, "{\"n\":\"XY\"}", &fault, &err);
	assert_non_null(spec);
	assert_int_equal(spec->spec_source, PLM_SPEC_NAME);
	assert_ptr_equal(read_name(names, "{\"n\":\"XY\"}", &fault, &err), spec);
	spec = read_name(names, "{\"n\":\"XYZ\"}", &fault, &err); /* says nothing */
	assert_int_equal(spec->spec_source, PLM_SPEC_NONE);
	assert_null(read_name(names, "{\"n\":\"\"}", &fault, &err));
	assert_int_equal(err, PLM_EDECODE);
	assert_null(read_name(names, "{}", &fault, &err));
	assert_int_equal(err, PLM_EDECODE);
	assert_non_null(read_name(names, "{\"n\":\"ZZ\"}", &fault, &err));
	assert_null(read_name(names, "{\"n\":\"QQ\"}", &fault, &err));
	assert_int_equal(err, PLM_EFULL);
	assert_non_null(strstr(fault.text, "QQ"));
	pli_registry_destroy(names);
}

static void
test_name_row__assets(void **state)
{
	(void)state;
	pli_registry *names = pli_registry_create((pli_registry_bounds){1, 2, 2});
	plm_fault fault = {.code = PLM_OK};
	plm_venue_cfg cfg = {.names = names, .venue = {1}};
	pli_row row = {.fault = &fault};
	assert_int_equal(
	    pli_row_parse(&row, PLM_SLICE("{\"a\":\"BTC\",\"b\":\"ETH\",\"c\":\"A B\"}")), PLM_OK);
	plm_asset_id id = pli_name_asset(&row, "a", &cfg);
	assert_string_equal(plm_names_asset_text(names, id), "BTC");
	assert_int_equal(pli_name_asset_of(&row, &cfg, PLM_SLICE("BTC")).value, id.value);
	assert_int_equal(pli_name_asset(&row, "b", &cfg).value, 0);
	assert_int_equal(row.err, PLM_EFULL);
	assert_non_null(strstr(fault.text, "\"ETH\""));
	row.err = PLM_EDECODE; /* an error that is there stays */
	pli_name_full(&row, PLM_SLICE("ETH"));
	assert_int_equal(row.err, PLM_EDECODE);
	row.err = PLM_OK;
	assert_int_equal(pli_name_asset(&row, "c", &cfg).value, 0);
	assert_int_equal(row.err, PLM_EDECODE);
	pli_registry_destroy(names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_name_row__instruments),
	    cmocka_unit_test(test_name_row__assets),
	};
	return cmocka_run_group_tests_name("name_row", tests, NULL, NULL);
}
