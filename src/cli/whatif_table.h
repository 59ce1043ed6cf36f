/* whatif_table.h: the answer to "what if" for people on a terminal. */
#ifndef PLI_CLI_WHATIF_TABLE_H
#define PLI_CLI_WHATIF_TABLE_H

#include "api/whatif.h"
#include "cli/command.h"

/* pli_whatif_table_print: what is supposed, who dies first, a line a pool and a line an underlying,
 * each with its number before and after. Returns the exit code: no memory. */
int pli_whatif_table_print(pli_cli *cli, const pli_book *book, const pli_whatif_answer *answer);

#endif
