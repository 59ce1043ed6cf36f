/* table.c: cells of fixed size, so that a row costs no memory of its own. */
#include "cli/table.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct pli_table {
	const pli_column *columns;
	uint32_t columns_count;
	uint32_t rows_count;
	uint32_t rows_max;
	uint32_t rows_left_off;
	uint32_t column; /* next cell of the row being filled */
	pli_style *styles;
	char (*cells)[PLI_TABLE_CELL_MAX];
};

enum { TABLE_JSON_BYTES_MAX = 64 << 20 };

pli_table *
pli_table_create(const pli_column *columns, uint32_t rows_max)
{
	pli_table *table = calloc(1, sizeof *table);
	if (table == NULL)
		return NULL;
	table->columns = columns;
	while (columns[table->columns_count].key != NULL)
		table->columns_count++;
	assert(table->columns_count > 0 && table->columns_count <= PLI_TABLE_COLUMNS_MAX);
	table->rows_max = rows_max;
	table->styles = calloc(rows_max, sizeof *table->styles);
	table->cells = calloc((size_t)rows_max * table->columns_count, sizeof *table->cells);
	if (rows_max > 0 && (table->styles == NULL || table->cells == NULL)) {
		pli_table_destroy(table);
		return NULL;
	}
	return table;
}

void
pli_table_destroy(pli_table *table)
{
	if (table == NULL)
		return;
	free(table->styles);
	free(table->cells);
	free(table);
}

bool
pli_table_row(pli_table *table, pli_style style)
{
	if (table->rows_count == table->rows_max) {
		table->rows_left_off++;
		table->column = table->columns_count;
		return false;
	}
	table->styles[table->rows_count++] = style;
	table->column = 0;
	return true;
}

uint32_t
pli_table_rows_count(const pli_table *table)
{
	return table->rows_count;
}

static const char *
table_cell(const pli_table *table, uint32_t row, uint32_t column)
{
	return table->cells[(size_t)row * table->columns_count + column];
}

void
pli_table_put_format(pli_table *table, const char *format, ...)
{
	if (table->rows_left_off > 0)
		return;
	assert(table->rows_count > 0 && table->column < table->columns_count);
	const size_t index = (size_t)(table->rows_count - 1) * table->columns_count +
			     table->column++;
	char *cell = table->cells[index];
	va_list arguments;
	va_start(arguments, format);
	const int size = vsnprintf(cell, PLI_TABLE_CELL_MAX, format, arguments);
	va_end(arguments);
	if (size < PLI_TABLE_CELL_MAX)
		return;
	/* Not in the middle of a letter: go back over continuation bytes. */
	size_t end = PLI_TABLE_CELL_MAX - 2;
	while (end > 0 && ((unsigned char)cell[end] & 0xC0) == 0x80)
		end--;
	cell[end] = '~';
	cell[end + 1] = '\0';
}

void
pli_table_put_text(pli_table *table, const char *text)
{
	pli_table_put_format(table, "%s", text == NULL ? "" : text);
}

void
pli_table_put_int(pli_table *table, int64_t value)
{
	pli_table_put_format(table, "%lld", (long long)value);
}

void
pli_table_put_double(pli_table *table, double value, int places)
{
	if (!isfinite(value)) {
		pli_table_put_text(table, "-");
		return;
	}
	/* What rounds to zero has no sign. */
	const double zero = fabs(value) < 0.5 * pow(10.0, -places) ? 0.0 : value;
	pli_table_put_format(table, "%.*f", places, zero);
}

void
pli_table_put_decimal(pli_table *table, plm_decimal value)
{
	char text[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(value, text);
	pli_table_put_text(table, plm_decimal_is_known(value) ? text : "-");
}

static int
table_letters(const char *text)
{
	int count = 0;
	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

static int
table_width(const pli_table *table, uint32_t column)
{
	int width = table_letters(table->columns[column].title);
	for (uint32_t row = 0; row < table->rows_count; row++) {
		const int letters = table_letters(table_cell(table, row, column));
		width = letters > width ? letters : width;
	}
	return width;
}

/* One line; blanks are left off at its end. */
static void
table_print_line(const pli_table *table, FILE *out, const char *const *texts, const int *widths)
{
	int owed = 0;
	for (uint32_t column = 0; column < table->columns_count; column++) {
		const int gap = widths[column] - table_letters(texts[column]);
		const bool right = table->columns[column].kind == PLI_COLUMN_NUMBER;
		const int before = owed + (right ? gap : 0);
		owed = (right ? 0 : gap) + 2;
		if (texts[column][0] == '\0')
			owed += before;
		else
			(void)fprintf(out, "%*s%s", before, "", texts[column]);
	}
}

void
pli_table_print(const pli_table *table, pli_cli *cli)
{
	int widths[PLI_TABLE_COLUMNS_MAX];
	const char *texts[PLI_TABLE_COLUMNS_MAX];
	for (uint32_t column = 0; column < table->columns_count; column++) {
		widths[column] = table_width(table, column);
		texts[column] = table->columns[column].title;
	}
	(void)fputs(pli_style_code(cli, PLI_STYLE_STRONG), cli->out);
	table_print_line(table, cli->out, texts, widths);
	(void)fprintf(cli->out, "%s\n", pli_style_code(cli, PLI_STYLE_PLAIN));
	for (uint32_t row = 0; row < table->rows_count; row++) {
		const pli_style style = table->styles[row];
		for (uint32_t column = 0; column < table->columns_count; column++)
			texts[column] = table_cell(table, row, column);
		const bool styled = style != PLI_STYLE_PLAIN;
		(void)fputs(styled ? pli_style_code(cli, style) : "", cli->out);
		table_print_line(table, cli->out, texts, widths);
		(void)fprintf(cli->out, "%s\n", styled ? pli_style_code(cli, PLI_STYLE_PLAIN) : "");
	}
	if (table->rows_left_off > 0)
		(void)fprintf(cli->out, "(%u more rows)\n", table->rows_left_off);
}

static void
table_write_cell(const pli_column *column, const char *text, pli_json_writer *json)
{
	if (column->kind == PLI_COLUMN_TEXT) {
		pli_json_put_text(json, text);
		return;
	}
	plm_decimal value;
	if (text[0] == '\0' || strcmp(text, "-") == 0)
		pli_json_put_null(json);
	else if (plm_decimal_parse(plm_slice_of(text), &value, NULL) == PLM_OK)
		pli_json_put_raw(json, plm_slice_of(text));
	else
		pli_json_put_text(json, text);
}

void
pli_table_write(const pli_table *table, pli_json_writer *json)
{
	pli_json_array_open(json);
	for (uint32_t row = 0; row < table->rows_count; row++) {
		pli_json_object_open(json);
		for (uint32_t column = 0; column < table->columns_count; column++) {
			pli_json_key(json, table->columns[column].key);
			table_write_cell(
			    &table->columns[column], table_cell(table, row, column), json);
		}
		pli_json_object_close(json);
	}
	pli_json_array_close(json);
}

int
pli_table_show(const pli_table *table, pli_cli *cli, const char *name, bool json)
{
	if (!json) {
		pli_table_print(table, cli);
		return PLI_EXIT_OK;
	}
	pli_json_writer writer;
	pli_json_writer_init(&writer, TABLE_JSON_BYTES_MAX);
	pli_json_object_open(&writer);
	pli_json_key(&writer, name);
	pli_table_write(table, &writer);
	pli_json_object_close(&writer);
	return pli_json_show(cli, &writer);
}

int
pli_json_show(pli_cli *cli, pli_json_writer *w)
{
	pli_json_newline(w);
	int code = w->overflow ? pli_cli_error(cli, PLI_EXIT_SYSTEM,
				     "the document is too long, or there is no memory for it")
			       : PLI_EXIT_OK;
	if (!w->overflow)
		(void)fwrite(w->bytes, 1, w->size, cli->out);
	pli_json_writer_fini(w);
	return code;
}
