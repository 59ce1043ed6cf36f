/* margin_case_table.h: a row for each margin case with what became of it, and a count by venue. */
#ifndef PLI_CLI_MARGIN_CASE_TABLE_H
#define PLI_CLI_MARGIN_CASE_TABLE_H

#include "base/json.h"
#include "cli/command.h"

typedef struct margin_case_table margin_case_table;

/* pli_margin_table_create: for so many cases. NULL: memory could not be had. */
margin_case_table *pli_margin_table_create(uint32_t cases_max);
void pli_margin_table_destroy(margin_case_table *table); /* takes NULL */

/* pli_margin_table_add holds the answer `got` to the case at `node` against what it expects; a case
 * with an error (not "") has failed. The cases must outlive the table. */
void pli_margin_table_add(
    margin_case_table *table, pli_json *cases, uint32_t node, const char *error, plm_slice got);

/* pli_margin_table_print: the rows, and behind them the venues. Returns how many cases failed. */
uint32_t pli_margin_table_print(margin_case_table *table, pli_cli *cli);

#endif
