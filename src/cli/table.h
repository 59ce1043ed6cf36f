/* table.h: rows of text in aligned columns on a terminal, or as JSON.
 *
 * Columns are known at create; rows are added cell by cell, from the left. Letters are counted as
 * code points. A cell is at most PLI_TABLE_CELL_MAX - 1 bytes; longer text is cut and ends in "~".
 * Numbers are never cut: they fit. */
#ifndef PLI_CLI_TABLE_H
#define PLI_CLI_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json_write.h"
#include "cli/command.h"
#include "plimsoll/decimal.h"

enum { PLI_TABLE_CELL_MAX = 160, PLI_TABLE_COLUMNS_MAX = 24 };

/* How a column is printed. TEXT: to the left. NUMBER: to the right; in JSON a number where the cell
 * reads as one, null for "". */
typedef enum pli_column_kind { PLI_COLUMN_TEXT, PLI_COLUMN_NUMBER } pli_column_kind;

/* pli_column: key: the name in JSON; title: over the column. Borrowed for the table's life. */
typedef struct pli_column {
	const char *key;
	const char *title;
	pli_column_kind kind;
} pli_column;

typedef struct pli_table pli_table;

/* pli_table_create: at most rows_max rows; ends in a zero column. NULL: memory could not be had. */
pli_table *pli_table_create(const pli_column *columns, uint32_t rows_max);
void pli_table_destroy(pli_table *table); /* takes NULL */

/* pli_table_row begins a row with a style; false when rows_max is reached (counted, and said
 * under the table). Cells that are not put stay empty. */
bool pli_table_row(pli_table *table, pli_style style);

void pli_table_put_text(pli_table *table, const char *text); /* NULL: empty */
void pli_table_put_format(pli_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void pli_table_put_int(pli_table *table, int64_t value);
/* places: digits after the point; NaN prints as "-", and as null in JSON. */
void pli_table_put_double(pli_table *table, double value, int places);
/* exact; unknown prints as "-" */
void pli_table_put_decimal(pli_table *table, plm_decimal value);

uint32_t pli_table_rows_count(const pli_table *table);

/* pli_table_print: header, rows, and a line that says so when rows were left off. */
void pli_table_print(const pli_table *table, pli_cli *cli);

/* pli_table_write: the rows as a JSON array of objects. */
void pli_table_write(const pli_table *table, pli_json_writer *json);

/* pli_table_show prints the table, or with json a document {"<name>": [rows]}; returns the exit. */
int pli_table_show(const pli_table *table, pli_cli *cli, const char *name, bool json);

/* pli_json_show ends a document with a newline, prints it and gives the writer back. Returns the
 * exit: it did not fit its bound. */
int pli_json_show(pli_cli *cli, pli_json_writer *w);

#endif
