/* limit.h: two-sided soft and hard bands with hysteresis, and the life of a breach.
 *
 * Limits come as LIMIT_CHANGE events, acknowledgements as ACKNOWLEDGEMENT. evaluate runs after
 * settle, once per batch, and emits ALERT events only when a state changes: a value that sits on
 * the line fires once. Unknown values breach nothing and clear nothing; a value of which legs have
 * no price breaches by what is known and does not clear. Pure, no heap after create.
 *
 * A trade that reduces |net| is never reported as a new breach: the state is excused (flag
 * PLM_FLAG_REDUCING on what is told of it later) until |net| grows past what the trade left, or
 * the value comes back inside. A breach that comes from prices is always reported.
 *
 * PRICED_SHARE, AGE_S and SKEW_S of a scope are not told as a breach while an account of it is
 * younger than the policy's starting_s: its first prices may still be on their way.
 *
 * Life: BREACH (outside, or outside on the other side), WORSENING (soft to hard), CLEAR (back
 * inside by the hysteresis; `level` is what remains: 1 when only the hard band was cleared).
 * Hysteresis is a part of the crossed edge, PLI_LIMIT_HYSTERESIS where the limit states none.
 * Leverage is gross or |net| over equity; where equity is 0 or less and there is exposure it is
 * infinite. With the policy's pending_orders, open orders that can add exposure count as filled,
 * on the side where that makes the value worse. */
#ifndef PLI_LIMIT_LIMIT_H
#define PLI_LIMIT_LIMIT_H

#include "exposure/exposure.h"
#include "margin/margin_watch.h"

typedef struct pli_limits pli_limits;

#define PLI_LIMIT_HYSTERESIS 0.02

/* create: at most limits_max limits (ids 1 .. limits_max) and states_max (limit, scope) pairs,
 * about 2 KB each; NULL when memory could not be had. exposure must outlive it. destroy takes
 * NULL. */
pli_limits *pli_limits_create(pli_exposure *exposure, uint32_t limits_max, uint32_t states_max);
void pli_limits_destroy(pli_limits *limits);

/* pli_limits_watch: from here on the numbers are another exposure's, of the same book. */
void pli_limits_watch(pli_limits *limits, pli_exposure *exposure);

/* pli_limits_watch_margin: where measures of margin come from; NULL: from nowhere, they are not
 * known. An estimate counts only where the venue's own maintenance is within 5 % of it. */
void pli_limits_watch_margin(pli_limits *limits, const pli_margin *margin);

/* pli_limits_regions lists every table of the limits: their whole state. */
void pli_limits_regions(pli_limits *limits, pli_regions *regions);

/* Takes LIMIT_CHANGE, ACKNOWLEDGEMENT and (in a replica or replay that does not evaluate) ALERT. */
void pli_limits_apply(pli_limits *limits, const plm_event *event);

/* pli_limits_evaluate emits ALERT events through the sink. Cost: the limits whose scope is dirty.
 */
void pli_limits_evaluate(pli_limits *limits, plm_event_sink *alerts);

/* pli_limits_follow is for a replica, which does not evaluate: finds the scopes of the limits and
 * brings the values (not the levels: those come by ALERT) up to the last settle. Call it before an
 * ALERT is applied and before states are read. */
void pli_limits_follow(pli_limits *limits);

/* One (limit, scope) pair's state, for the surfaces. level 0 inside, 1 soft, 2 hard. excused: it
 * is outside, by a trade that reduced |net|, and was not reported. */
typedef struct pli_limit_state {
	const plm_limit_fact *limit;
	char scope_name[40];
	double value; /* NaN unknown */
	double band;  /* crossed edge, NaN inside */
	uint8_t level;
	uint8_t acknowledged;
	uint8_t excused;
	uint32_t transition;
	plm_time_ns since_ns;
} pli_limit_state;

uint32_t pli_limits_count(const pli_limits *limits);
bool pli_limits_state(const pli_limits *limits, uint32_t index, pli_limit_state *ret_state);

/* pli_limits_whole: false when a limit, or a scope of one, is not watched since the tables were
 * full. Says so until destroy. */
bool pli_limits_whole(const pli_limits *limits);

/* Last alerts, newest first; at most PLI_ALERTS_KEPT are kept. */
enum { PLI_ALERTS_KEPT = 256 };
uint32_t pli_limits_alerts_count(const pli_limits *limits);
const plm_event *pli_limits_alert(const pli_limits *limits, uint32_t index);

#endif
