/* core_internal.h: the inside of a core, for core.c and core_state.c. */
#ifndef PLI_ENGINE_CORE_INTERNAL_H
#define PLI_ENGINE_CORE_INTERNAL_H

#include "engine/core.h"

typedef struct core_parts {
	pli_book *book;
	pli_exposure *exposure;
	pli_margin *margin;
	pli_limits *limits;
} core_parts;

struct pli_core {
	pli_core_config config;
	core_parts parts;
	uint64_t sequence;
	plm_time_ns now_ns; /* of the last batch end */
	uint32_t batch_count;
	plm_time_ns end_next_ns; /* when the next contract ends, after now_ns; INT64_MAX none */
	plm_err journal_err;
	bool replaying;
	/* Replay: alerts that came out anew and were not seen yet; a state tells one at most. */
	uint32_t expected_first, expected_count;
	plm_event *expected; /* limit_states_max of them */
	/* Replay: the state behind a JOURNAL_GAP while it comes; coming_count of its events do not
	 * yet. */
	core_parts coming;
	plm_event coming_gap;
	uint32_t coming_count;
	bool coming_tables; /* a JOURNAL_STATE came */
};

/* create: false when memory could not be had; destroy takes parts that are half made. */
bool pli_core_parts_create(core_parts *parts, const pli_core_config *config);
void pli_core_parts_destroy(core_parts *parts);

/* core_actions.c. pli_core_call: what an adapter's margin call lacks. pli_core_look: before an
 * event is applied, what pli_core_action needs of the state before. pli_core_action: after it was;
 * true when it says that a venue did something that was nobody's order. */
typedef struct core_look {
	plm_instrument spec; /* as it was; zeroes where it is new */
	uint64_t fills;
} core_look;
void pli_core_call(const core_parts *parts, plm_event *call);
core_look pli_core_look(const core_parts *parts, const plm_event *event);
bool pli_core_action(const core_parts *parts, const plm_event *event, const core_look *look,
    plm_time_ns now_ns, plm_event *ret_action);

/* pli_core_end_next: when the next contract ends after now; INT64_MAX: none does. Cost: all
 * instruments. pli_core_end_action: true when the contract ended in the span (not at its begin)
 * under an open position. */
typedef struct core_span {
	plm_time_ns after_ns, until_ns;
} core_span;
plm_time_ns pli_core_end_next(const core_parts *parts, plm_time_ns now_ns);
bool pli_core_end_action(
    const core_parts *parts, plm_instrument_id id, core_span span, plm_event *ret_action);

/* pli_core_restore takes a JOURNAL_GAP or one of the events behind it. With the last the core has
 * that state; until then, and after an error, it has the one before. Errors: PLM_EGAP,
 * PLM_EDECODE, PLM_EVERSION (the tables of another build), PLM_ENOMEM. */
plm_err pli_core_restore(pli_core *core, const plm_event *event, plm_fault *ret_fault);

#endif
