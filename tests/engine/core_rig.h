/* core_rig.h: a core with one account, a limit and a short session, for the tests of the core. */
#ifndef TESTS_ENGINE_CORE_RIG_H
#define TESTS_ENGINE_CORE_RIG_H

#include "engine/core.h"

enum { EVENTS_MAX = 2048 };

static const plm_time_ns start_ns = INT64_C(1795334400) * PLM_NS_PER_S;

/* Every sequenced event, as a journal would keep it. */
typedef struct recording {
	plm_event events[EVENTS_MAX];
	uint32_t count;
} recording;

/* rig_record: a core's publish; ctx is a recording. */
void rig_record(void *ctx, const plm_event *event);
uint32_t rig_count_of(const recording *r, plm_event_type type);

/* rig_core_config: small tables; r NULL: nothing is recorded. */
pli_core_config rig_core_config(recording *r);
pli_core *rig_core_make(recording *r);

/* rig_take_facts: an account, USD and BTC, a limit on the book's net: soft 100,000, hard 300,000.
 */
void rig_take_facts(pli_core *core);
void rig_take_balance(pli_core *core, int64_t coins, plm_time_ns now_ns);
void rig_take_index(pli_core *core, int64_t price, plm_time_ns now_ns);

/* rig_run_session: over the soft edge, over the hard one, back; three alerts in six batches. */
void rig_run_session(pli_core *core);

#endif
