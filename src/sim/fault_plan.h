/* fault_plan.h: which fault comes when: one stream of chance per fault, so that leaving one out
 * shifts no other.
 *
 * Without a list the seed itself chooses about a third of the faults, and a pace: a run where
 * everything breaks at once hides more than it shows. Pure. */
#ifndef PLI_SIM_FAULT_PLAN_H
#define PLI_SIM_FAULT_PLAN_H

#include <stdbool.h>

#include "plimsoll/err.h"
#include "plimsoll/slice.h"
#include "sim/seeded_clock.h"

#define F(name, text, kind, argument, mean_s, grace, help) PLI_FAULT_##name,
typedef enum pli_fault_id {
#include "sim/faults.def"
	PLI_FAULT_COUNT
} pli_fault_id;
#undef F

typedef enum pli_fault_kind {
	PLI_FAULT_OF_NET,
	PLI_FAULT_OF_VENUE,
	PLI_FAULT_OF_MARKET,
	PLI_FAULT_OF_FILE,
	PLI_FAULT_OF_DISK,
	PLI_FAULT_OF_CLOCK,
	PLI_FAULT_OF_PROCESS,
	PLI_FAULT_OF_CLIENT,
	PLI_FAULT_OF_CODE,
} pli_fault_kind;

/* pli_fault_grace: what a fault does to what is on its way to the program, at worst.
 * CALM    nothing that the program could not know of: what it calls live is true
 * LATE    it comes a few seconds later
 * SILENT  it comes when the link is already given up
 * LOST    it never comes, and nothing says so */
typedef enum pli_fault_grace {
	PLI_GRACE_CALM,
	PLI_GRACE_LATE,
	PLI_GRACE_SILENT,
	PLI_GRACE_LOST,
	PLI_GRACE_COUNT
} pli_fault_grace;

/* pli_fault: one that is due. venue, duration_ns, count and choice were drawn from the fault's own
 * stream; the maker takes what it needs. */
typedef struct pli_fault {
	pli_fault_id id;
	pli_fault_kind kind;
	pli_fault_grace grace;
	int argument;
	uint32_t venue;      /* one of the world's */
	uint32_t count;      /* 1 to 6 */
	int64_t duration_ns; /* 1 s to 40 s */
	uint64_t choice;
	bool given; /* count (0: the maker's own) and duration_ns are meant to the letter */
} pli_fault;

/* pli_fault_strike: a fault that is wanted at a time, rather than drawn. at_ns: since the start. */
typedef struct pli_fault_strike {
	int64_t at_ns;
	pli_fault fault;
} pli_fault_strike;

typedef struct pli_fault_plan {
	double pace;
	uint32_t venues; /* a bit each */
	bool wanted[PLI_FAULT_COUNT];
	pli_random random[PLI_FAULT_COUNT];
	plm_time_ns next_ns[PLI_FAULT_COUNT];
	plm_time_ns start_ns;
	const pli_fault_strike *strikes; /* those that still come */
	uint32_t strikes_count;
} pli_fault_plan;

/* pli_fault_plan_init: list NULL: by the seed; "all", "none", or a comma list of texts.
 * Errors: PLM_EARG: *ret_bad is the first unknown text. */
plm_err pli_fault_plan_init(pli_fault_plan *plan, uint64_t seed, const char *list,
    plm_time_ns start_ns, plm_slice *ret_bad);

/* pli_fault_plan_venues: which venues faults may befall, a bit each; without: the first two. Before
 * the first take. */
void pli_fault_plan_venues(pli_fault_plan *plan, uint32_t venues);

/* pli_fault_plan_give adds strikes, in the order of their times; borrowed as long as the plan. */
void pli_fault_plan_give(pli_fault_plan *plan, const pli_fault_strike *strikes, uint32_t count);

/* pli_fault_plan_find: the fault of that text, filled with its kind and argument, the rest 0;
 * false: there is none. */
bool pli_fault_plan_find(plm_slice text, pli_fault *ret_fault);

/* pli_fault_plan_next: when the next fault is due; INT64_MAX never. */
plm_time_ns pli_fault_plan_next(const pli_fault_plan *plan);

/* pli_fault_plan_take: one fault that is due at now_ns; false: none. Call until false. */
bool pli_fault_plan_take(pli_fault_plan *plan, plm_time_ns now_ns, pli_fault *ret_fault);

const char *pli_fault_text(pli_fault_id id);
const char *pli_fault_help(pli_fault_id id);

#endif
