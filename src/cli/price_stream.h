/* price_stream.h: options from a CSV file, priced, as CSV. */
#ifndef PLI_CLI_PRICE_STREAM_H
#define PLI_CLI_PRICE_STREAM_H

#include "cli/command.h"
#include "plimsoll/conventions.h"

/* What is to be computed. */
typedef struct pli_price_request {
	bool greeks_all; /* vanna, volga and charm too */
	bool implied;    /* rows hold prices, wanted are vols */
	bool chains;     /* rows of equal forward and years go through plm_chain_price */
	bool stated;     /* in `convention`, not in raw units */
	plm_convention convention;
	double unit; /* of a contract, in coins */
} pli_price_request;

/* pli_price_stream prints each row of `text` with what was asked for. name: of the file, for words.
 * Returns a pli_exit. One at a time: the rows of a block are kept in static memory. */
int pli_price_stream(
    pli_cli *cli, const pli_price_request *request, plm_slice text, const char *name);

#endif
