/* ledger_ask.h: how far back an account's ledger is asked for: all of the last day once, then what
 * is new since the last good answer, and an hour more, since a row may be told late. What is told
 * twice the book counts once. */
#ifndef PLI_VENUE_LEDGER_ASK_H
#define PLI_VENUE_LEDGER_ASK_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/time.h"

/* Behind this many questions without a good answer nobody tells what moves. */
enum { PLI_LEDGER_UNANSWERED_MAX = 3 };
#define PLI_LEDGER_SILENT "its ledger is not answered: what comes and goes is not told"

/* pli_ledger_ask: zeroed it knows nothing. Times are by the venue's clock: what was asked for last
 * and what is known up to; 0 nothing. */
typedef struct pli_ledger_ask {
	plm_time_ns asked_ns, read_ns;
	uint32_t unanswered;
} pli_ledger_ask;

/* pli_ledger_ask_from: from when on rows are wanted; the question leaves now. _read: its answer
 * came, with all rows. _is_silent: see above. */
plm_time_ns pli_ledger_ask_from(pli_ledger_ask *ask, plm_time_ns venue_ns);
void pli_ledger_ask_read(pli_ledger_ask *ask);
bool pli_ledger_ask_is_silent(const pli_ledger_ask *ask);

#endif
