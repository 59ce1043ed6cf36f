/* margin_case_book.h: a small book of one account, for cases about exposure: the same book and the
 * same roll-ups as the daemon's. */
#ifndef PLI_CLI_MARGIN_CASE_BOOK_H
#define PLI_CLI_MARGIN_CASE_BOOK_H

#include "exposure/exposure.h"

typedef struct case_book {
	pli_book *book;
	pli_exposure *exposure;
	uint64_t sequence;
	uint32_t assets, instruments;
} case_book;

/* pli_case_book_open: an account with USD alone; false: no memory (nothing to close). close takes
 * what open made. */
bool pli_case_book_open(case_book *b);
void pli_case_book_close(case_book *b);

/* pli_case_book_asset: an underlying at a price in USD; beta NaN: none known. _name: by name, found
 * again when it is there; names of at most 23 bytes. */
plm_asset_id pli_case_book_asset(case_book *b, const char *name, double price, double beta);

/* pli_case_book_hold: a balance. */
void pli_case_book_hold(case_book *b, plm_asset_id asset, double quantity);

/* pli_case_book_linear, _inverse, _option: a position on an asset, opened at its mark; quantity in
 * coins, of an inverse one in USD; delta, gamma and vega
 * (per vol point) of one coin. */
void pli_case_book_linear(case_book *b, plm_asset_id asset, double quantity, double mark);
void pli_case_book_inverse(case_book *b, plm_asset_id asset, double quantity, double mark);
void pli_case_book_option(
    case_book *b, plm_asset_id asset, double quantity, double delta, double gamma, double vega);

/* pli_case_book_total settles and rolls up. derivatives: without balances. */
plm_exposure_row pli_case_book_total(case_book *b, plm_tier tier, bool derivatives);

#endif
