/* ladder_table.h: margin pools and their ladders for people on a terminal. */
#ifndef PLI_CLI_LADDER_TABLE_H
#define PLI_CLI_LADDER_TABLE_H

#include "cli/table.h"
#include "margin/book_legs.h"

/* pli_ladder_table_print: one line a pool, in the order given, and under it why some have no
 * ladder. Returns the exit code: no memory. */
int pli_ladder_table_print(
    pli_cli *cli, const pli_registry *registry, const pli_ladder_row *rows, uint32_t rows_count);

/* pli_leg_table_create: an empty table of legs, for up to legs_max; NULL: no memory.
 * pli_leg_table_add: the legs of a pool, a line each. */
pli_table *pli_leg_table_create(uint32_t legs_max);
void pli_leg_table_add(pli_table *table, const pli_registry *registry, const pli_ladder_legs *legs);

#endif
