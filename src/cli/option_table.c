/* option_table.c: options as CSV. */
#include "cli/option_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_KNOWN = 3, COLUMN_SPOT = 4, COLUMN_TYPE = 5, FIELD_MAX = 64 };

static const char *
table_value_name(const pli_option_table *table, uint32_t value)
{
	static const char *const names[PLI_OPTION_COLUMNS_MAX] = {
	    "forward", "strike", "years", NULL, "spot", "type"};
	return value == COLUMN_KNOWN ? table->known : names[value];
}

const char *
pli_option_table_name(const pli_option_table *table, uint32_t column)
{
	return table_value_name(table, table->columns[column]);
}

static plm_err
table_fault(const pli_option_table *table, uint32_t column, const char *expected, plm_slice got,
    plm_fault *ret_fault)
{
	return pli_csv_fault(&table->csv, column, NULL, expected, got, ret_fault);
}

/* Cuts a line into at most PLI_OPTION_COLUMNS_MAX fields; *ret_count: how many it has. */
static plm_err
table_fields(const pli_option_table *table, plm_slice line, plm_slice *fields, uint32_t *ret_count,
    plm_fault *ret_fault)
{
	uint32_t count = 0;
	for (plm_slice rest = line, field; rest.bytes != NULL; count++) {
		uint32_t place = pli_csv_place(line, rest);
		if (!pli_csv_field(&rest, &field))
			return table_fault(table, place, pli_csv_quotes, rest, ret_fault);
		if (count < PLI_OPTION_COLUMNS_MAX)
			fields[count] = field;
	}
	*ret_count = count;
	return PLM_OK;
}

/* Which value each column of the header holds: all but the spot are there. */
static plm_err
table_columns(pli_option_table *table, plm_slice line, const char *header, plm_fault *ret_fault)
{
	plm_slice fields[PLI_OPTION_COLUMNS_MAX];
	bool seen[PLI_OPTION_COLUMNS_MAX] = {false};
	uint32_t count = 0;
	plm_err err = table_fields(table, line, fields, &count, ret_fault);
	for (uint32_t i = 0; err == PLM_OK && i < count && i < PLI_OPTION_COLUMNS_MAX; i++) {
		uint8_t value = 0;
		while (value < PLI_OPTION_COLUMNS_MAX &&
		       !plm_slice_is(fields[i], table_value_name(table, value)))
			value++;
		if (value == PLI_OPTION_COLUMNS_MAX || seen[value])
			return table_fault(
			    table, pli_csv_place(line, fields[i]), header, fields[i], ret_fault);
		seen[value] = true;
		table->columns[i] = value;
	}
	table->columns_count = count;
	if (err == PLM_OK && count != PLI_OPTION_COLUMNS + (uint32_t)seen[COLUMN_SPOT])
		return table_fault(table, 1, header, line, ret_fault);
	return err;
}

plm_err
pli_option_table_open(
    pli_option_table *table, plm_slice text, const char *known, plm_fault *ret_fault)
{
	char header[64];
	plm_slice line = {NULL, 0};
	(void)snprintf(header, sizeof header, "the header forward,strike,years,%s,type", known);
	table->known = known;
	table->csv = pli_csv_open(text);
	table->count = 0;
	if (!pli_csv_line(&table->csv, &line)) {
		table->csv.line++;
		return table_fault(table, 1, header, line, ret_fault);
	}
	return table_columns(table, line, header, ret_fault);
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
	return end == text + field.size;
}

static plm_err
table_row(pli_option_table *table, plm_slice line, plm_fault *ret_fault)
{
	plm_slice fields[PLI_OPTION_COLUMNS_MAX];
	uint32_t count = 0;
	plm_err err = table_fields(table, line, fields, &count, ret_fault);
	if (err == PLM_OK && count != table->columns_count)
		return table_fault(table, 1,
		    table->columns_count == PLI_OPTION_COLUMNS ? "five values" : "six values", line,
		    ret_fault);
	for (uint32_t i = 0; err == PLM_OK && i < table->columns_count; i++) {
		uint32_t place = pli_csv_place(line, fields[i]);
		uint8_t value = table->columns[i];
		bool put = plm_slice_is(fields[i], "P");
		if (value == COLUMN_TYPE && !put && !plm_slice_is(fields[i], "C"))
			err = table_fault(table, place, "C or P", fields[i], ret_fault);
		else if (value == COLUMN_TYPE)
			table->put[table->count] = put;
		else if (!field_number(fields[i], &table->values[value][table->count]))
			err = table_fault(table, place, "a number", fields[i], ret_fault);
	}
	return err;
}

plm_err
pli_option_table_read(pli_option_table *table, plm_fault *ret_fault)
{
	plm_err err = PLM_OK;
	table->count = 0;
	for (plm_slice line; table->count < PLI_OPTION_ROWS && err == PLM_OK;) {
		if (!pli_csv_line(&table->csv, &line))
			break;
		err = table_row(table, line, ret_fault);
		if (err == PLM_OK)
			table->lines[table->count++] = line;
	}
	return err;
}

plm_options
pli_option_table_options(const pli_option_table *table)
{
	return (plm_options){
	    table->values[0], table->values[1], table->values[2], table->values[3], table->put};
}

const double *
pli_option_table_spot(const pli_option_table *table)
{
	return table->columns_count == PLI_OPTION_COLUMNS ? NULL : table->values[COLUMN_SPOT];
}
