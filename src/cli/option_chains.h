/* option_chains.h: a table of options priced chain by chain. */
#ifndef PLI_CLI_OPTION_CHAINS_H
#define PLI_CLI_OPTION_CHAINS_H

#include "cli/option_table.h"

/* pli_option_chains: rows of equal forward and years side by side; too large for a stack. */
typedef struct pli_option_chains {
	uint32_t order[PLI_OPTION_ROWS];
	double strike[PLI_OPTION_ROWS], vol[PLI_OPTION_ROWS], log_strike[PLI_OPTION_ROWS];
	double v[PLI_OPTION_ROWS], v_inverse[PLI_OPTION_ROWS];
	double outputs[9][PLI_OPTION_ROWS];
	uint8_t put[PLI_OPTION_ROWS];
} pli_option_chains;

/* pli_option_chains_price fills outputs, in the order of plm_greeks, row by row as in the table, by
 * plm_chain_price; the reference of a chain is its forward. Cost: a sort of the rows. */
void pli_option_chains_price(pli_option_chains *chains, const pli_option_table *table,
    double (*ret_outputs)[PLI_OPTION_ROWS]);

#endif
