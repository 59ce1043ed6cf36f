/* funding_due.h: what the perpetuals of a pool get or pay at their next settlement of funding. */
#ifndef PLI_MARGIN_FUNDING_DUE_H
#define PLI_MARGIN_FUNDING_DUE_H

#include "margin/book_pools.h"

/* pli_funding_due_of_leg: in the leg's settle asset; > 0: received, < 0: paid. Notional of now, at
 * the mark (of Hyperliquid at the index, as there), times the rate of the running interval; 0 for a
 * contract that has no funding. NaN: not known, and *ret_reason is a text that ends a sentence. */
double pli_funding_due_of_leg(const pli_book *book, plm_account_id account,
    const pli_book_pool *made, uint32_t leg, const char **ret_reason);

/* pli_funding_due: of all legs, in the pool's unit; NaN with the first reason that there is.
 * *ret_reason is NULL where it is known. Cost: a look-up a leg. */
double pli_funding_due(const pli_book *book, plm_account_id account, const pli_book_pool *made,
    const char **ret_reason);

/* pli_funding_take: the pool of the last make as it will be behind that: each wallet with what is
 * due in its asset. Where that is not known it is left alone. */
void pli_funding_take(
    pli_book_pools *pools, const pli_book *book, plm_account_id account, const pli_book_pool *made);

#endif
