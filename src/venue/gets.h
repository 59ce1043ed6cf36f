/* gets.h: the GETs of an adapter by a table: when each goes out, which answer is waited for, and
 * when it is asked for again. */
#ifndef PLI_VENUE_GETS_H
#define PLI_VENUE_GETS_H

#include "plimsoll/sys/venue.h"
#include "venue/task.h"

enum { PLI_GETS_MAX = 16 };

/* pli_get_row: path and query; is_signed: of the account; period_s: 0: when something asks for it.
 */
typedef struct pli_get_row {
	const char *target;
	bool is_signed;
	uint32_t period_s;
} pli_get_row;

/* rows are the adapter's, at most PLI_GETS_MAX. Row numbers are indices of tasks. */
typedef struct pli_gets {
	const pli_get_row *rows;
	uint32_t count, serial;
	pli_task tasks[PLI_GETS_MAX];
} pli_gets;

/* pli_gets_start: those with a period are due, the others wait, whatever is pending.
 * pli_gets_ask: rows from `first` on are due now, and not done; pli_gets_stop: they wait. */
void pli_gets_start(pli_gets *gets, plm_time_ns now_ns);
void pli_gets_ask(pli_gets *gets, uint32_t first, plm_time_ns now_ns);
void pli_gets_stop(pli_gets *gets, uint32_t first);

/* pli_gets_drive sends what is due, sealed. ret_lost: a row without a period that got no answer in
 * a minute (it waits then), or count; one with a period is asked for again. */
void pli_gets_drive(
    pli_gets *gets, plm_time_ns now_ns, plm_request_sink *requests, uint32_t *ret_lost);

/* pli_gets_row_of: the row of a request; count: none. pli_gets_answered: the row that the frame
 * answers; count: it is of an earlier epoch. */
uint32_t pli_gets_row_of(const pli_gets *gets, uint32_t tag);
uint32_t pli_gets_answered(const pli_gets *gets, const plm_frame *frame);

/* pli_gets_end: the answer was read, well (done; due again after its period) or not: then how long
 * until it is asked for again; else 0. */
int64_t pli_gets_end(
    pli_gets *gets, uint32_t row, const plm_frame *frame, bool well, plm_time_ns now_ns);

#endif
