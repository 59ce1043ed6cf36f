/* ladder_table.h: margin pools and their ladders for people on a terminal. */
#ifndef PLI_CLI_LADDER_TABLE_H
#define PLI_CLI_LADDER_TABLE_H

#include "cli/command.h"
#include "margin/book_ladder.h"

/* pli_ladder_table_print: one line a pool, in the order given, and under it why some have no
 * ladder. Returns the exit code: no memory. */
int pli_ladder_table_print(
    pli_cli *cli, const pli_registry *registry, const pli_ladder_row *rows, uint32_t rows_count);

#endif
