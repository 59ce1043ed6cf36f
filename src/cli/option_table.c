/* option_table.c: options as CSV. */
#include "cli/option_table.h"

#include <stdlib.h>
#include <string.h>

#include "plimsoll/slice.h"

enum { COLUMN_TYPE = PLI_OPTION_COLUMNS - 1, FIELD_MAX = 64 };

static const char *const column_names[PLI_OPTION_COLUMNS] = {
    "forward", "strike", "years", "vol", "type"};

static plm_err
table_fail(const pli_option_table *table, size_t column, plm_fault *ret_fault, const char *expected,
    plm_slice got)
{
	(void)plm_fault_set(ret_fault, PLM_EDECODE, NULL, "expected %s, got \"%.*s\"", expected,
	    (int)(got.size < 40 ? got.size : 40), got.bytes == NULL ? "" : got.bytes);
	ret_fault->line = table->line;
	ret_fault->column = (uint32_t)column + 1;
	return PLM_EDECODE;
}

/* The next line that is not empty, without its end; NULL: none, or it is too long (an error). */
static char *
table_line(pli_option_table *table, char *line, plm_err *ret_err, plm_fault *ret_fault)
{
	while (fgets(line, PLI_OPTION_LINE_MAX, table->file) != NULL) {
		table->line++;
		size_t size = strcspn(line, "\r\n");
		if (line[size] == '\0' && feof(table->file) == 0) {
			*ret_err = table_fail(
			    table, 0, ret_fault, "a line below 512 bytes", plm_slice_of(line));
			return NULL;
		}
		line[size] = '\0';
		if (size > 0)
			return line;
	}
	return NULL;
}

/* Field `at` of a line, trimmed of blanks; *ret_column: where it begins. */
static plm_slice
line_field(const char *line, uint32_t at, size_t *ret_column)
{
	const char *start = line;
	for (uint32_t i = 0; i < at && start != NULL; i++) {
		start = strchr(start, ',');
		start = start == NULL ? NULL : start + 1;
	}
	if (start == NULL) {
		*ret_column = strlen(line);
		return (plm_slice){NULL, 0};
	}
	start += strspn(start, " \t");
	size_t size = strcspn(start, ",");
	while (size > 0 && (start[size - 1] == ' ' || start[size - 1] == '\t'))
		size--;
	*ret_column = (size_t)(start - line);
	return (plm_slice){start, size};
}

static uint32_t
line_fields_count(const char *line)
{
	uint32_t count = 1;
	for (const char *c = line; *c != '\0'; c++)
		count += *c == ',';
	return count;
}

plm_err
pli_option_table_open(pli_option_table *table, FILE *file, plm_fault *ret_fault)
{
	static const char header[] = "the header forward,strike,years,vol,type";
	char line[PLI_OPTION_LINE_MAX];
	plm_err err = PLM_OK;
	bool seen[PLI_OPTION_COLUMNS] = {false};
	table->file = file;
	table->line = table->count = 0;
	if (table_line(table, line, &err, ret_fault) == NULL)
		return err != PLM_OK
			   ? err
			   : table_fail(table, 0, ret_fault, header, (plm_slice){NULL, 0});
	for (uint32_t i = 0; i < PLI_OPTION_COLUMNS; i++) {
		size_t column;
		plm_slice name = line_field(line, i, &column);
		uint8_t value = 0;
		while (value < PLI_OPTION_COLUMNS && !plm_slice_is(name, column_names[value]))
			value++;
		if (value == PLI_OPTION_COLUMNS || seen[value])
			return table_fail(table, column, ret_fault, header, name);
		seen[value] = true;
		table->columns[i] = value;
	}
	if (line_fields_count(line) != PLI_OPTION_COLUMNS)
		return table_fail(table, 0, ret_fault, header, plm_slice_of(line));
	return PLM_OK;
}

static bool
field_number(plm_slice field, double *ret_value)
{
	char text[FIELD_MAX], *end;
	if (field.size == 0 || field.size >= sizeof text)
		return false;
	memcpy(text, field.bytes, field.size);
	text[field.size] = '\0';
	*ret_value = strtod(text, &end);
	return *end == '\0';
}

static plm_err
table_row(pli_option_table *table, const char *line, plm_fault *ret_fault)
{
	if (line_fields_count(line) != PLI_OPTION_COLUMNS)
		return table_fail(table, 0, ret_fault, "five values", plm_slice_of(line));
	for (uint32_t i = 0; i < PLI_OPTION_COLUMNS; i++) {
		size_t column;
		plm_slice field = line_field(line, i, &column);
		uint8_t value = table->columns[i];
		if (value == COLUMN_TYPE) {
			bool put = plm_slice_is(field, "P");
			if (!put && !plm_slice_is(field, "C"))
				return table_fail(table, column, ret_fault, "C or P", field);
			table->put[table->count] = put;
		} else if (!field_number(field, &table->values[value][table->count])) {
			return table_fail(table, column, ret_fault, "a number", field);
		}
	}
	return PLM_OK;
}

plm_err
pli_option_table_read(pli_option_table *table, plm_fault *ret_fault)
{
	plm_err err = PLM_OK;
	table->count = 0;
	while (table->count < PLI_OPTION_ROWS && err == PLM_OK) {
		char *line = table_line(table, table->lines[table->count], &err, ret_fault);
		if (line == NULL)
			break;
		err = table_row(table, line, ret_fault);
		table->count += err == PLM_OK;
	}
	return err;
}

plm_options
pli_option_table_options(const pli_option_table *table)
{
	return (plm_options){
	    table->values[0], table->values[1], table->values[2], table->values[3], table->put};
}
