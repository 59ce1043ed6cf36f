/* task.h: one request kind of an adapter that asks by due times: when it goes out, which answer is
 * waited for, how long after a failure, and the pages of a list. */
#ifndef PLI_VENUE_TASK_H
#define PLI_VENUE_TASK_H

#include <stdbool.h>

#include "plimsoll/slice.h"
#include "plimsoll/time.h"

enum { PLI_CURSOR_MAX = 200, PLI_PAGES_MAX = 50 };
#define PLI_NEVER INT64_MAX
#define PLI_SECONDS(n) ((n)*PLM_NS_PER_S)

/* pli_task: zeroed it is due at once. due_ns PLI_NEVER: when something asks for it. tag 0: nothing
 * is pending. true_ns: what a signed one's answer was true at, at the earliest, by the venue's
 * clock. done: answered well since the last start. cursor: of the page that comes next, "" the
 * first. */
typedef struct pli_task {
	plm_time_ns due_ns, sent_ns, true_ns;
	uint32_t tag, failures, pages;
	bool done;
	char cursor[PLI_CURSOR_MAX];
} pli_task;

/* pli_task_due: at that time, unless it is pending. pli_task_restart: from its first page, whatever
 * is pending. */
void pli_task_due(pli_task *task, plm_time_ns due_ns);
void pli_task_restart(pli_task *task, plm_time_ns due_ns);

/* pli_task_is_due: to be sent now. pli_task_is_lost: no answer in a minute: the host drops optional
 * requests without one. pli_task_sent: it went out. */
bool pli_task_is_due(const pli_task *task, plm_time_ns now_ns);
bool pli_task_is_lost(const pli_task *task, plm_time_ns now_ns);
void pli_task_sent(pli_task *task, uint32_t tag, plm_time_ns now_ns);

/* pli_task_failed: from its first page after 1 s, doubling to 32 s, or to 4 s where the venue is
 * not there (status 0, 5xx), from when it was sent; never less than retry_after_s from now. Returns
 * how long. pli_task_succeeded: due again a period from now; 0: never by itself. */
int64_t pli_task_failed(
    pli_task *task, plm_time_ns now_ns, uint16_t status, uint32_t retry_after_s);
void pli_task_succeeded(pli_task *task, plm_time_ns now_ns, int64_t period_ns);

/* pli_task_page: the page that is here names the next one; due at once. False, and the first page
 * is next: there is none (no cursor, an empty page, the same cursor again), or *ret_wrong: over
 * PLI_PAGES_MAX of them, or a cursor that cannot stand in a query as it is. */
bool pli_task_page(
    pli_task *task, plm_slice cursor, bool empty, plm_time_ns now_ns, bool *ret_wrong);

/* pli_task_clock: our clock has jumped: waits begin anew. */
void pli_task_clock(pli_task *task, plm_time_ns now_ns);

#endif
