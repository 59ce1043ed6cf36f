/* option_table.h: options as CSV, a block of rows at a time. */
#ifndef PLI_CLI_OPTION_TABLE_H
#define PLI_CLI_OPTION_TABLE_H

#include "base/csv.h"
#include "plimsoll/pricing.h"

/* PLI_OPTION_COLUMNS: those that each file has; it may have one more, spot. */
enum { PLI_OPTION_ROWS = 1024, PLI_OPTION_COLUMNS = 5, PLI_OPTION_COLUMNS_MAX = 6 };

/* pli_option_table: the rows read last. lines[i] is row i as it was written, without its end,
 * borrowed from the text. */
typedef struct pli_option_table {
	pli_csv csv;
	const char *known; /* "vol" or "price": what the fourth value is */
	uint32_t columns_count;
	uint8_t columns[PLI_OPTION_COLUMNS_MAX]; /* which value each column of the header holds */
	uint32_t count;
	double values[PLI_OPTION_COLUMNS_MAX - 1][PLI_OPTION_ROWS];
	uint8_t put[PLI_OPTION_ROWS];
	plm_slice lines[PLI_OPTION_ROWS];
} pli_option_table;

/* pli_option_table_open reads the header line of a text, which is borrowed: forward, strike, years,
 * type and `known` ("vol" or "price", static), and perhaps spot, in any order. Errors: PLM_EDECODE
 * (line, column and what was expected in the fault). */
plm_err pli_option_table_open(
    pli_option_table *table, plm_slice text, const char *known, plm_fault *ret_fault);

/* pli_option_table_name: the column's name in the header. */
const char *pli_option_table_name(const pli_option_table *table, uint32_t column);

/* pli_option_table_read reads the next rows, up to PLI_OPTION_ROWS; count 0: the end. Blank lines
 * and those that begin with "#" are passed over. Errors: PLM_EDECODE; the rows before it are there.
 */
plm_err pli_option_table_read(pli_option_table *table, plm_fault *ret_fault);

/* pli_option_table_options borrows the rows as plm_black76 wants them; vol: what is known. */
plm_options pli_option_table_options(const pli_option_table *table);

/* pli_option_table_spot borrows the spots of the rows; NULL: the file has none. */
const double *pli_option_table_spot(const pli_option_table *table);

#endif
