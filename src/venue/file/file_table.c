/* file_table.c: CSV and JSON files of rows. */
#include "venue/file/file_table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define X(name, word, rows) {word, rows},
static const struct {
	const char *word;
	unsigned rows;
} file_columns[] = {PLI_FILE_COLUMNS(X)};
#undef X
#define X(name, word, list) {word, list},
static const struct {
	const char *word;
	const char *list;
} file_types[] = {PLI_FILE_TYPES(X)};
#undef X

static const char types_expected[] = "one of position, balance, price, rate and transfer";

static uint32_t
table_find_column(plm_slice word)
{
	uint32_t column = 0;
	while (column < PLI_FILE_COLUMN_COUNT && !plm_slice_is(word, file_columns[column].word))
		column++;
	return column;
}

/* ---- faults ---- */

plm_err
pli_file_table_fault(const pli_file_table *table, const pli_file_row *row, pli_file_column column,
    const char *expected)
{
	assert(column < PLI_FILE_COLUMN_COUNT);
	bool given = row->places[column] != 0;
	if (table->json == NULL)
		return pli_csv_fault(&table->csv, given ? row->places[column] : 1,
		    file_columns[column].word, expected, row->values[column], table->fault);
	if (given)
		return pli_json_fault(table->json, row->places[column], expected, table->fault);
	char text[160];
	(void)snprintf(
	    text, sizeof text, "a member \"%s\" with %s", file_columns[column].word, expected);
	return pli_json_fault(table->json, row->node, text, table->fault);
}

/* What holds for the rows of both kinds of file: the type is known and no value stands where such
 * rows have none. */
static plm_err
table_check_row(const pli_file_table *table, const pli_file_row *row)
{
	char expected[64];
	for (uint32_t column = 0; column < PLI_FILE_COLUMN_COUNT; column++) {
		if (row->values[column].size == 0 ||
		    (file_columns[column].rows & (1U << row->type)) != 0)
			continue;
		(void)snprintf(expected, sizeof expected, "nothing in this column of a %s",
		    file_types[row->type].word);
		return pli_file_table_fault(table, row, (pli_file_column)column, expected);
	}
	return PLM_OK;
}

static bool
table_find_type(plm_slice word, pli_file_type *ret_type)
{
	for (uint32_t type = 0; type < PLI_FILE_TYPE_COUNT; type++) {
		if (plm_slice_is(word, file_types[type].word)) {
			*ret_type = (pli_file_type)type;
			return true;
		}
	}
	return false;
}

/* ---- CSV ---- */

static plm_err
csv_fault(const pli_file_table *table, uint32_t column, const char *path, const char *expected,
    plm_slice got)
{
	return pli_csv_fault(&table->csv, column, path, expected, got, table->fault);
}

static plm_err
csv_header(pli_file_table *table)
{
	plm_slice line, field;
	bool seen[PLI_FILE_COLUMN_COUNT] = {false};
	table->csv = pli_csv_open(table->text);
	table->columns_count = 0;
	if (!pli_csv_line(&table->csv, &line)) {
		table->csv.line++;
		return csv_fault(table, 1, NULL, "a header line with the names of the columns",
		    (plm_slice){NULL, 0});
	}
	for (plm_slice rest = line; rest.bytes != NULL;) {
		uint32_t place = pli_csv_place(line, rest);
		if (!pli_csv_field(&rest, &field))
			return csv_fault(table, place, NULL, pli_csv_quotes, rest);
		uint32_t column = table_find_column(field);
		if (column == PLI_FILE_COLUMN_COUNT)
			return csv_fault(table, place, NULL,
			    "the name of a column, such as type, symbol, quantity, unit", field);
		if (seen[column])
			return csv_fault(table, place, NULL, "each column once", field);
		seen[column] = true;
		table->columns[table->columns_count++] = (uint8_t)column;
	}
	if (!seen[PLI_FILE_TYPE])
		return csv_fault(table, 1, NULL, "a column called type", (plm_slice){NULL, 0});
	return PLM_OK;
}

static plm_err
csv_count_fault(const pli_file_table *table, uint32_t place, uint32_t count)
{
	plm_fault_set(table->fault, PLM_EDECODE, NULL,
	    "expected %u fields in a line, as in the header, got %u", table->columns_count, count);
	if (table->fault != NULL) {
		table->fault->line = table->csv.line;
		table->fault->column = place;
	}
	return PLM_EDECODE;
}

static plm_err
csv_next(pli_file_table *table, pli_file_row *row)
{
	plm_slice line;
	uint32_t count = 0;
	if (!pli_csv_line(&table->csv, &line))
		return PLM_ENOTFOUND;
	for (plm_slice rest = line, field; rest.bytes != NULL; count++) {
		uint32_t place = pli_csv_place(line, rest);
		uint8_t column = table->columns[count < table->columns_count ? count : 0];
		if (!pli_csv_field(&rest, &field))
			return csv_fault(
			    table, place, file_columns[column].word, pli_csv_quotes, rest);
		if (count >= table->columns_count)
			continue;
		row->places[column] = place;
		row->values[column] = field;
	}
	if (count != table->columns_count)
		return csv_count_fault(table, (uint32_t)line.size + 1, count);
	if (!table_find_type(row->values[PLI_FILE_TYPE], &row->type))
		return pli_file_table_fault(table, row, PLI_FILE_TYPE, types_expected);
	return table_check_row(table, row);
}

/* ---- JSON ---- */

static const pli_json_node *
json_node(const pli_file_table *table, uint32_t node)
{
	return &pli_json_nodes(table->json, NULL)[node];
}

/* The document is an object of lists by type, or one list of rows that say their type. */
static plm_err
json_open(pli_file_table *table)
{
	const pli_json_node *root = json_node(table, 0);
	if (root->type == PLI_JSON_ARRAY)
		return PLM_OK;
	for (uint32_t list = 1; list < root->next; list = json_node(table, list)->next) {
		uint32_t type = 0;
		while (type < PLI_FILE_TYPE_COUNT &&
		       !plm_slice_is(json_node(table, list)->key, file_types[type].list))
			type++;
		if (type == PLI_FILE_TYPE_COUNT)
			return pli_json_fault(table->json, list,
			    "a list called positions, balances, prices or rates", table->fault);
		if (json_node(table, list)->type != PLI_JSON_ARRAY)
			return pli_json_fault(table->json, list, "a list of objects", table->fault);
	}
	return PLM_OK;
}

/* Goes to the next list that is not empty; false at the document's end. */
static bool
json_advance(pli_file_table *table)
{
	while (table->node == table->list_end) {
		if (table->list_end == table->lists_end)
			return false;
		table->list = table->list_end;
		table->node = table->list + 1;
		table->list_end = json_node(table, table->list)->next;
	}
	return true;
}

static plm_err
json_value(const pli_file_table *table, uint32_t node, pli_file_row *row)
{
	const pli_json_node *at = json_node(table, node);
	uint32_t column = table_find_column(at->key);
	if (column == PLI_FILE_COLUMN_COUNT)
		return pli_json_fault(table->json, node,
		    "members such as symbol, quantity, unit, and no other", table->fault);
	if (row->places[column] != 0)
		return pli_json_fault(table->json, node, "each member once", table->fault);
	if (at->type != PLI_JSON_STRING && at->type != PLI_JSON_NUMBER && at->type != PLI_JSON_NULL)
		return pli_json_fault(table->json, node, "text or a number", table->fault);
	row->places[column] = node;
	row->values[column] = at->text;
	return PLM_OK;
}

static plm_err
json_type(const pli_file_table *table, pli_file_row *row)
{
	if (json_node(table, 0)->type == PLI_JSON_ARRAY) {
		if (!table_find_type(row->values[PLI_FILE_TYPE], &row->type))
			return pli_file_table_fault(table, row, PLI_FILE_TYPE, types_expected);
		return PLM_OK;
	}
	uint32_t type = 0;
	while (!plm_slice_is(json_node(table, table->list)->key, file_types[type].list))
		type++;
	row->type = (pli_file_type)type;
	if (row->values[PLI_FILE_TYPE].size > 0 &&
	    !plm_slice_is(row->values[PLI_FILE_TYPE], file_types[type].word))
		return pli_file_table_fault(
		    table, row, PLI_FILE_TYPE, "the type that the list is named after");
	return PLM_OK;
}

static plm_err
json_next(pli_file_table *table, pli_file_row *row)
{
	if (!json_advance(table))
		return PLM_ENOTFOUND;
	uint32_t node = table->node;
	table->node = json_node(table, node)->next;
	row->node = node;
	if (json_node(table, node)->type != PLI_JSON_OBJECT)
		return pli_json_fault(table->json, node, "an object", table->fault);
	for (uint32_t at = node + 1; at < table->node; at = json_node(table, at)->next) {
		plm_err err = json_value(table, at, row);
		if (err != PLM_OK)
			return err;
	}
	plm_err err = json_type(table, row);
	return err != PLM_OK ? err : table_check_row(table, row);
}

/* ---- both ---- */

void
pli_file_table_rewind(pli_file_table *table)
{
	if (table->json == NULL) {
		(void)csv_header(table);
		return;
	}
	const pli_json_node *root = json_node(table, 0);
	bool is_list = root->type == PLI_JSON_ARRAY;
	table->list = 0;
	table->lists_end = root->next;
	table->list_end = is_list ? root->next : 1;
	table->node = 1;
}

plm_err
pli_file_table_open(pli_file_table *table, plm_slice text, plm_fault *fault)
{
	*table = (pli_file_table){.text = text, .fault = fault};
	size_t first = 0;
	while (first < text.size && memchr(" \t\r\n", text.bytes[first], 4) != NULL)
		first++;
	if (first == text.size || (text.bytes[first] != '{' && text.bytes[first] != '['))
		return csv_header(table);
	table->json = pli_json_shared();
	if (table->json == NULL)
		return plm_fault_set(fault, PLM_ENOMEM, NULL, "no memory to read JSON");
	plm_err err = pli_json_parse(table->json, text, fault);
	if (err == PLM_OK)
		err = json_open(table);
	if (err == PLM_OK)
		pli_file_table_rewind(table);
	return err;
}

plm_err
pli_file_table_next(pli_file_table *table, pli_file_row *ret_row)
{
	*ret_row = (pli_file_row){0};
	return table->json == NULL ? csv_next(table, ret_row) : json_next(table, ret_row);
}
