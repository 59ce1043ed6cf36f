/* notice.h: what a person is told of alerts, so that a limit that swings does not drown the rest.
 *
 * Alerts are exact: each change of a state is one. A person is told of a limit and scope once in
 * PLI_NOTICE_NS: of the first alert at once, of those that follow in one notice when that time is
 * over: how many, the worst of them, and how it stands. One thing does not wait: that the hard band
 * is crossed where only the soft one was told. So no change of a state goes untold for longer.
 * Pure, no heap after create. One thread. */
#ifndef PLI_LIMIT_NOTICE_H
#define PLI_LIMIT_NOTICE_H

#include <stdbool.h>

#include "plimsoll/event.h"

#define PLI_NOTICE_NS (30 * PLM_NS_PER_S)

/* pli_notice: alerts_count alerts of one limit and scope. last: how it stands. worst: the one of
 * the highest level and, of those, the farthest outside its band; of clears alone, the last. */
typedef struct pli_notice {
	uint32_t alerts_count;
	plm_event last, worst;
} pli_notice;

typedef struct pli_notices pli_notices;

/* create: for at most rows_max limits and scopes within PLI_NOTICE_NS, about 600 B each; NULL when
 * memory could not be had. destroy takes NULL. */
pli_notices *pli_notices_create(uint32_t rows_max);
void pli_notices_destroy(pli_notices *notices);

/* pli_notices_take: an ALERT came. False: the rows are full, and the alert is to be told alone. */
bool pli_notices_take(pli_notices *notices, const plm_event *alert);

/* pli_notices_next: a notice that is due; false when none is. now_ns: steady time. Ask until false
 * after alerts and at least each second. Cost: the limits and scopes told within PLI_NOTICE_NS. */
bool pli_notices_next(pli_notices *notices, plm_time_ns now_ns, pli_notice *ret_notice);

#endif
