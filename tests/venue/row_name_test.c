/* row_name_test.c: names in rows, and registries that are full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/registry.h"
#include "venue/row_name.h"

static void
test_venue_row_name__assets(void **state)
{
	(void)state;
	plm_fault fault = {.code = PLM_OK};
	pli_registry *names = pli_registry_create((pli_registry_bounds){2, 1, 1});
	pli_row row = {.json = pli_json_shared(), .fault = &fault};
	assert_non_null(names);
	assert_int_equal(pli_json_parse(row.json,
			     PLM_SLICE("{\"a\":\"BTC\",\"b\":\"USDT\",\"c\":\"SOL\"}"), &fault),
	    PLM_OK);
	plm_asset_id btc = pli_row_asset(&row, "a", names);
	assert_string_equal(plm_names_asset_text(names, btc), "BTC");
	assert_int_equal(pli_row_asset_named(&row, names, PLM_SLICE("BTC")).value, btc.value);
	assert_int_not_equal(pli_row_asset(&row, "b", names).value, btc.value);
	assert_int_equal(pli_row_asset(&row, "c", names).value, 0);
	assert_int_equal(row.err, PLM_EFULL);
	assert_non_null(strstr(fault.text, "\"SOL\""));
	row.err = PLM_EDECODE; /* an error that is there stays */
	assert_int_equal(pli_row_asset(&row, "a", names).value, 0);
	pli_names_full(&row, PLM_SLICE("X"));
	assert_int_equal(row.err, PLM_EDECODE);
	pli_registry_destroy(names);
}

static void
test_venue_row_name__no_name(void **state)
{
	(void)state;
	plm_fault fault = {.code = PLM_OK};
	pli_registry *names = pli_registry_create((pli_registry_bounds){2, 1, 1});
	pli_row row = {.json = pli_json_shared(), .fault = &fault};
	assert_int_equal(pli_json_parse(row.json, PLM_SLICE("{\"a\":\"\"}"), &fault), PLM_OK);
	assert_int_equal(pli_row_asset(&row, "a", names).value, 0);
	assert_int_equal(row.err, PLM_EDECODE);
	assert_int_equal(pli_registry_assets_count(names), 0);
	pli_registry_destroy(names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_row_name__assets),
	    cmocka_unit_test(test_venue_row_name__no_name),
	};
	return cmocka_run_group_tests_name("row_name", tests, NULL, NULL);
}
