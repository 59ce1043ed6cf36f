/* transit_notes.h: what a person at the terminal has to know of coins that reached nobody. */
#ifndef PLI_CLI_TRANSIT_NOTES_H
#define PLI_CLI_TRANSIT_NOTES_H

#include "book/book.h"
#include "cli/command.h"

/* pli_transit_notes: how many movements were said to be unexplained. Begins as zeros. */
typedef struct pli_transit_notes {
	uint64_t said_count;
} pli_transit_notes;

/* pli_transit_notes_take says on cli->err which movements are unexplained since the last call. Call
 * it behind each BATCH_END. Cost: one comparison where there is none. */
void pli_transit_notes_take(pli_transit_notes *notes, pli_cli *cli, const pli_book *book);

#endif
