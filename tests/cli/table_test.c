/* table_test.c: columns line up, numbers are never cut, JSON has the same cells. */
#include "cli/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const pli_column table_columns[] = {{"asset", "asset", PLI_COLUMN_TEXT},
    {"net", "net", PLI_COLUMN_NUMBER}, {"note", "note", PLI_COLUMN_TEXT}, {0}};

static void
table_fill(pli_table *table, const char *asset, double net, const char *note)
{
	if (!pli_table_row(table, PLI_STYLE_BAD))
		return;
	pli_table_put_text(table, asset);
	pli_table_put_double(table, net, 2);
	pli_table_put_text(table, note);
}

/* What `table` prints, as text or JSON; the caller frees. */
static char *
table_print(const pli_table *table, bool json, bool colour)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	pli_cli cli;
	pli_cli_init(&cli, out, stderr);
	assert_false(cli.out_colour);
	cli.out_colour = colour;
	assert_int_equal(pli_table_show(table, &cli, "rows", json), PLI_EXIT_OK);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
test_table__columns_line_up_by_letters_not_bytes(void **state)
{
	(void)state;
	pli_table *table = pli_table_create(table_columns, 3);
	table_fill(table, "BTC", -1.5, "a");
	table_fill(table, "\xC3\x89TH", 12345.678, "");
	table_fill(table, "", (double)-0.001F, "b");
	char *text = table_print(table, false, false);
	assert_string_equal(text, "asset       net  note\n"
				  "BTC       -1.50  a\n"
				  "\xC3\x89TH    12345.68\n"
				  "           0.00  b\n");
	free(text);
	pli_table_destroy(table);
}

static void
test_table__unknown_is_a_dash_and_null_never_zero(void **state)
{
	(void)state;
	pli_table *table = pli_table_create(table_columns, 2);
	table_fill(table, "BTC", __builtin_nan(""), NULL);
	assert_true(pli_table_row(table, PLI_STYLE_PLAIN));
	pli_table_put_text(table, "ETH");
	pli_table_put_decimal(table, plm_decimal_unknown());
	char *text = table_print(table, false, false);
	assert_string_equal(text, "asset  net  note\nBTC      -\nETH      -\n");
	free(text);
	text = table_print(table, true, false);
	assert_string_equal(text, "{\"rows\":[{\"asset\":\"BTC\",\"net\":null,\"note\":\"\"},"
				  "{\"asset\":\"ETH\",\"net\":null,\"note\":\"\"}]}\n");
	free(text);
	pli_table_destroy(table);
}

static void
test_table__decimals_keep_every_digit_in_json(void **state)
{
	(void)state;
	plm_decimal value;
	assert_int_equal(
	    plm_decimal_parse(PLM_SLICE("-0.000000000000000001"), &value, NULL), PLM_OK);
	pli_table *table = pli_table_create(table_columns, 1);
	assert_true(pli_table_row(table, PLI_STYLE_PLAIN));
	pli_table_put_int(table, 7);
	pli_table_put_decimal(table, value);
	char *text = table_print(table, true, false);
	assert_non_null(strstr(text, "{\"asset\":\"7\",\"net\":-0.000000000000000001,"));
	free(text);
	pli_table_destroy(table);
}

static void
test_table__rows_past_the_bound_are_said(void **state)
{
	(void)state;
	pli_table *table = pli_table_create(table_columns, 1);
	for (int i = 0; i < 3; i++)
		table_fill(table, "BTC", 1, "");
	assert_int_equal(pli_table_rows_count(table), 1);
	char *text = table_print(table, false, false);
	assert_non_null(strstr(text, "(2 more rows)"));
	free(text);
	pli_table_destroy(table);
	pli_table_destroy(NULL);
}

static void
test_table__long_cells_are_cut_between_letters(void **state)
{
	(void)state;
	char word[2 * PLI_TABLE_CELL_MAX + 1];
	for (size_t i = 0; i < sizeof word - 1; i++)
		word[i] = i % 2 == 0 ? '\xC3' : '\xA9';
	word[sizeof word - 1] = '\0';
	pli_table *table = pli_table_create(table_columns, 1);
	table_fill(table, word, 1, "x");
	char *text = table_print(table, false, false);
	const char *cut = strchr(text, '~');
	assert_non_null(cut);
	assert_int_equal((unsigned char)cut[-1], 0xA9);
	free(text);
	pli_table_destroy(table);
}

static void
test_table__styles_only_where_there_are_colours(void **state)
{
	(void)state;
	pli_table *table = pli_table_create(table_columns, 1);
	table_fill(table, "BTC", 1, "");
	char *plain = table_print(table, false, false), *coloured = table_print(table, false, true);
	assert_null(strchr(plain, '\033'));
	assert_non_null(strstr(coloured, "\033[1;31mBTC"));
	free(plain);
	free(coloured);
	pli_table_destroy(table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table__columns_line_up_by_letters_not_bytes),
	    cmocka_unit_test(test_table__unknown_is_a_dash_and_null_never_zero),
	    cmocka_unit_test(test_table__decimals_keep_every_digit_in_json),
	    cmocka_unit_test(test_table__rows_past_the_bound_are_said),
	    cmocka_unit_test(test_table__long_cells_are_cut_between_letters),
	    cmocka_unit_test(test_table__styles_only_where_there_are_colours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
