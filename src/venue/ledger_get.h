/* ledger_get.h: a ledger that is one GET of a table: asked for behind the first reading of its
 * account, each period of its row, and soon behind a change of the wallet. */
#ifndef PLI_VENUE_LEDGER_GET_H
#define PLI_VENUE_LEDGER_GET_H

#include "venue/gets.h"
#include "venue/ledger_ask.h"

/* pli_ledger_get: zeroed but for row, which has a period. from_ns: rows from then on, by the
 * venue's clock, are wanted of the answer that is waited for. tag: of that question. */
typedef struct pli_ledger_get {
	pli_ledger_ask ask;
	plm_time_ns from_ns;
	uint32_t row, tag;
} pli_ledger_get;

/* pli_ledger_get_wait, behind pli_gets_start: nothing is asked until the account is read.
 * pli_ledger_get_read: it is; before pli_gets_drive. pli_ledger_get_sent, behind that: sets from_ns
 * of a question that left. pli_ledger_get_soon: the wallet has changed: in a second, but once in
 * 10 s; no failure is hurried. */
void pli_ledger_get_wait(const pli_ledger_get *get, pli_gets *gets);
void pli_ledger_get_read(const pli_ledger_get *get, pli_gets *gets, plm_time_ns now_ns);
void pli_ledger_get_sent(pli_ledger_get *get, const pli_gets *gets, plm_time_ns venue_ns);
void pli_ledger_get_soon(const pli_ledger_get *get, pli_gets *gets, plm_time_ns now_ns);

#endif
