/* ladder_print.h: what `plimsoll ladder` prints of a settled book. */
#ifndef PLI_CLI_LADDER_PRINT_H
#define PLI_CLI_LADDER_PRINT_H

#include "cli/command.h"
#include "engine/core.h"

/* joint: all underlyings move, each by its beta. vol_power: as plm_margin_move. legs: each position
 * too. funding: behind what is due of it. json: one document. */
typedef struct pli_ladder_print_options {
	double vol_power;
	bool joint, legs, json, funding;
} pli_ladder_print_options;

/* pli_ladder_print: every pool, the nearest liquidation first. Returns the exit code: no memory. */
int pli_ladder_print(pli_cli *cli, const pli_ladder_print_options *options, pli_core *core);

#endif
