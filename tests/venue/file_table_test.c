/* file_table_test.c: CSV and JSON as tables, and where a broken one is broken. */
#include "venue/file/file_table.h"

#include "file_rig.h"

static void
test_venue_file_table__csv_forms(void **state)
{
	rig *r = *state;
	pli_file_table table;
	pli_file_row row;
	static const char text[] = "\xef\xbb\xbf# a book\n\n type , symbol,\"note\",usd ,asset\r\n"
				   "rate,,\"a, b\", 1.5 ,USDT\r\n"
				   "# between\n"
				   "price,BTC/USD,,,";
	assert_int_equal(
	    pli_file_table_open(&table, (plm_slice){text, sizeof text - 1}, &r->fault), PLM_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pli_file_table_next(&table, &row), PLM_OK);
		assert_int_equal(row.type, PLI_FILE_RATE);
		assert_int_equal(table.csv.line, 4);
		assert_true(plm_slice_is(row.values[PLI_FILE_NOTE], "a, b"));
		assert_true(plm_slice_is(row.values[PLI_FILE_USD], "1.5"));
		assert_true(plm_slice_is(row.values[PLI_FILE_ASSET], "USDT"));
		assert_int_equal(row.places[PLI_FILE_NOTE], 7);
		assert_int_equal(pli_file_table_next(&table, &row), PLM_OK);
		assert_int_equal(row.type, PLI_FILE_PRICE);
		assert_int_equal(table.csv.line, 6);
		assert_true(plm_slice_is(row.values[PLI_FILE_SYMBOL], "BTC/USD"));
		assert_int_equal(pli_file_table_next(&table, &row), PLM_ENOTFOUND);
		pli_file_table_rewind(&table);
	}
}

static void
test_venue_file_table__json_forms(void **state)
{
	rig *r = *state;
	pli_file_table table;
	pli_file_row row;
	assert_int_equal(
	    pli_file_table_open(&table,
		PLM_SLICE("{\"balances\":[],\"rates\":[{\"asset\":\"USDT\",\"usd\":0.9998}],"
			  "\"positions\":[],\"prices\":[{\"symbol\":\"BTC/USD\",\"mark_price\":"
			  "\"91000\",\"note\":null}]}"),
		&r->fault),
	    PLM_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pli_file_table_next(&table, &row), PLM_OK);
		assert_int_equal(row.type, PLI_FILE_RATE);
		assert_true(plm_slice_is(row.values[PLI_FILE_USD], "0.9998"));
		assert_int_equal(pli_file_table_next(&table, &row), PLM_OK);
		assert_int_equal(row.type, PLI_FILE_PRICE);
		assert_true(plm_slice_is(row.values[PLI_FILE_MARK_PRICE], "91000"));
		assert_int_equal(pli_file_table_next(&table, &row), PLM_ENOTFOUND);
		pli_file_table_rewind(&table);
	}
	assert_int_equal(
	    pli_file_table_open(&table, PLM_SLICE("[{\"asset\":\"X\",\"type\":\"rate\"}]"), NULL),
	    PLM_OK);
	assert_int_equal(pli_file_table_next(&table, &row), PLM_OK);
	assert_int_equal(row.type, PLI_FILE_RATE);
	assert_int_equal(pli_file_table_next(&table, &row), PLM_ENOTFOUND);
	assert_int_equal(pli_file_table_open(&table, PLM_SLICE("{}"), NULL), PLM_OK);
	assert_int_equal(pli_file_table_next(&table, &row), PLM_ENOTFOUND);
}

static void
test_venue_file_table__broken_csv_names_line_and_column(void **state)
{
	rig *r = *state;
	rig_refuse(r, "", 1, 1, "", "expected a header line");
	rig_refuse(r, "\n# only words\n", 3, 1, "", "expected a header line");
	rig_refuse(r, "type,symbl\n", 1, 6, "", "the name of a column");
	rig_refuse(r, "type;symbol\n", 1, 1, "", "got \"type;symbol\"");
	rig_refuse(r, "type,symbol,type\n", 1, 13, "", "each column once");
	rig_refuse(r, "symbol,quantity\n", 1, 1, "", "a column called type");
	rig_refuse(r, "type,asset,usd\nrate,USDT\n", 2, 10, "",
	    "3 fields in a line, as in the header, got 2");
	rig_refuse(r, "type,asset,usd\nrate,USDT,1,\n", 2, 13, "",
	    "3 fields in a line, as in the header, got 4");
	rig_refuse(r, "type,asset,usd\nrte,USDT,1\n", 2, 1, "type", "one of position, balance");
	rig_refuse(r, "type,asset,usd\nrate,\"USDT,1\n", 2, 6, "asset", "in quotes only");
	rig_refuse(r, "type,asset,usd\nrate,U\"SD\"T,1\n", 2, 6, "asset", "in quotes only");
	rig_refuse(r, "type,asset,usd,side\n\nrate,USDT,1,long\n", 3, 13, "side",
	    "nothing in this column of a rate, got \"long\"");
}

static void
test_venue_file_table__broken_json_names_the_path(void **state)
{
	rig *r = *state;
	rig_refuse(r, "{\"positions\":[\n{]}", 2, 2, "positions[0]", "a member name");
	rig_refuse(r, "{\"position\":[]}", 1, 13, "position", "a list called positions");
	rig_refuse(r, "{\"rates\":{}}", 1, 10, "rates", "a list of objects");
	rig_refuse(r, "{\"rates\":[7]}", 1, 11, "rates[0]", "an object");
	rig_refuse(
	    r, "{\"rates\":[{\"asset\":\"X\",\"us\":1}]}", 1, 29, "rates[0].us", "and no other");
	rig_refuse(r, "{\"rates\":[{\"asset\":[]}]}", 1, 20, "rates[0].asset", "text or a number");
	rig_refuse(r, "{\"rates\":[{\"asset\":\"X\",\"asset\":\"Y\"}]}", 1, 32, "rates[0].asset",
	    "each member once");
	rig_refuse(r, "{\"rates\":[{\"asset\":\"X\"}]}", 1, 11, "rates[0]",
	    "a member \"usd\" with a number above 0");
	rig_refuse(r, "{\"rates\":[{\"type\":\"price\"}]}", 1, 19, "rates[0].type",
	    "the type that the list is named after");
	rig_refuse(r, "[{\"asset\":\"X\"}]", 1, 2, "[0]", "a member \"type\"");
	rig_refuse(r, "[{\"type\":\"rate\",\"symbol\":\"X\"}]", 1, 26, "[0].symbol",
	    "nothing in this column of a rate");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_venue_file_table__csv_forms, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file_table__json_forms, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file_table__broken_csv_names_line_and_column, rig_setup, rig_teardown),
	    cmocka_unit_test_setup_teardown(
		test_venue_file_table__broken_json_names_the_path, rig_setup, rig_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
