/* ladder_cascade.h: what `plimsoll ladder --cascade` prints of a settled book. */
#ifndef PLI_CLI_LADDER_CASCADE_H
#define PLI_CLI_LADDER_CASCADE_H

#include "api/whatif_ask.h"
#include "cli/command.h"
#include "engine/core.h"

/* pli_cascade_print: ask: its one move is the way, of one asset or of "all": each that has a beta.
 * Liquidations in their order, as a table or as one JSON document. Returns the exit code: an asset
 * that the book does not know or that cannot be moved, no memory. */
int pli_cascade_print(pli_cli *cli, const pli_whatif_ask *ask, bool json, pli_core *core);

#endif
