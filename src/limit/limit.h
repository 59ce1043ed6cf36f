/* limit.h: two-sided soft and hard bands with hysteresis, and the life of a breach.
 *
 * Limits come as LIMIT_CHANGE events, acknowledgements as ACKNOWLEDGEMENT. evaluate runs after
 * settle, once per batch, and emits ALERT events only when a state changes: a value that sits on
 * the line fires once. A move that reduces |net| is never reported as a new breach (flag
 * PLM_FLAG_REDUCING on the state that remains). Unknown values breach nothing and clear nothing.
 * Pure, no heap after create. */
#ifndef PLI_LIMIT_LIMIT_H
#define PLI_LIMIT_LIMIT_H

#include "exposure/exposure.h"

typedef struct pli_limits pli_limits;

pli_limits *pli_limits_create(pli_exposure *exposure, uint32_t limits_max, uint32_t states_max);
void        pli_limits_destroy(pli_limits *limits);

/* Takes LIMIT_CHANGE, ACKNOWLEDGEMENT and (in a replica or replay that does not evaluate) ALERT. */
void pli_limits_apply(pli_limits *limits, const plm_event *event);

/* pli_limits_evaluate emits ALERT events through the sink. Cost: the limits whose scope is dirty. */
void pli_limits_evaluate(pli_limits *limits, plm_event_sink *alerts);

/* One (limit, scope) pair's state, for the surfaces. level 0 inside, 1 soft, 2 hard. */
typedef struct pli_limit_state {
	const plm_limit_fact *limit;
	char                  scope_name[40];
	double                value; /* NaN unknown */
	double                band;  /* crossed edge, NaN inside */
	uint8_t               level;
	uint8_t               acknowledged;
	uint32_t              transition;
	plm_time_ns           since_ns;
} pli_limit_state;

uint32_t pli_limits_count(const pli_limits *limits);
bool     pli_limits_state(const pli_limits *limits, uint32_t index, pli_limit_state *ret_state);

/* Last alerts, newest first; at most PLI_ALERTS_KEPT are kept. */
enum { PLI_ALERTS_KEPT = 256 };
uint32_t         pli_limits_alerts_count(const pli_limits *limits);
const plm_event *pli_limits_alert(const pli_limits *limits, uint32_t index);

#endif
