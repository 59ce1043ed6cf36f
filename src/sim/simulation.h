/* simulation.h: the whole program in a seeded world: one thread, one process, faster than time.
 *
 * The engine with its venue adapters, the core, the journal and the API's hub are the ones that run
 * in the daemon; clock, network, disk and venues are the seed's. Time jumps to the next thing that
 * is due. After every step the checker looks; the first lie ends the run. Everything that happens
 * is a function of the configuration: the same one gives the same trace hash, in every build. */
#ifndef PLI_SIM_SIMULATION_H
#define PLI_SIM_SIMULATION_H

#include <stdbool.h>
#include <stdint.h>

#include "limit/notice.h"
#include "model/registry.h"
#include "plimsoll/err.h"
#include "plimsoll/event.h"
#include "plimsoll/time.h"
#include "sim/fault_plan.h"
#include "sim/sim_venues.h"

/* pli_simulation_wire: a WebSocket message, a request or its answer, or a stream that opened or
 * closed. head: method and path of a request, the status of an answer, a sentence about a stream,
 * empty with a message. venue: a pli_sim_venue. */
typedef struct pli_simulation_wire {
	bool out; /* leaves the program */
	uint32_t venue;
	const char *head;
	plm_slice text;
} pli_simulation_wire;

/* The world whose venues the seed draws (pli_sim_venues_draw); a report names them. */
#define PLI_SIMULATION_DRAWN "drawn"

/* pli_simulation_config: world: which venues there are (sim_venues.h), or PLI_SIMULATION_DRAWN,
 * borrowed for create; NULL: those of every world. With another list the seed makes another world.
 * faults as
 * pli_fault_plan_init takes them, borrowed for create. venues: a comma list of venues and accounts
 * that the program is given ("file" is a venue); NULL: all of them; borrowed for create. strikes:
 * faults at given times, in their order, beside those of the list; borrowed as long as the
 * simulation. no_journal: the program keeps none (then a run of a day is one process). on_note  may
 * be NULL: hears of each fault that strikes, each start and end of the process, and each change of
 * a feed: step, true time, one sentence (borrowed for the call) on_event may be NULL: each event
 * that the core gives out on_notice may be NULL: each notice of a limit that the program gives out
 * on_wire  may be NULL: what leaves the program for a venue or reaches it */
typedef struct pli_simulation_config {
	uint64_t seed;
	int64_t duration_ns; /* > 0 */
	const char *world, *faults, *venues;
	const pli_fault_strike *strikes;
	uint32_t strikes_count;
	bool no_journal;
	void (*on_note)(void *ctx, uint64_t step, plm_time_ns true_ns, const char *text);
	void (*on_event)(void *ctx, uint64_t step, const plm_event *event);
	void (*on_notice)(void *ctx, const pli_notice *notice);
	void (*on_wire)(void *ctx, uint64_t step, const pli_simulation_wire *wire);
	void *ctx;
} pli_simulation_config;

/* pli_simulation_report: how far a run got, and what it met. lie: "" none. */
typedef struct pli_simulation_report {
	uint64_t seed, steps, events, deliveries, connects, requests, alerts, faults, starts;
	uint64_t trace_hash;
	uint64_t heap_bytes_peak; /* in use at a look each minute; 0: none, or not known */
	int64_t simulated_ns;
	plm_time_ns true_ns; /* the world's time now */
	char lie[240];
	char faults_on[1200]; /* texts of the faults that this run may meet, comma list */
	char world[PLI_SIM_VENUES_TEXT_MAX]; /* its venues, comma list */
	bool world_is_usual;                 /* it has those of every world alone */
} pli_simulation_report;

typedef struct pli_simulation pli_simulation;

/* Errors: PLM_EARG (an unknown world, fault, venue or account; *ret_fault names it), PLM_ENOMEM.
 * destroy takes NULL. */
plm_err pli_simulation_create(
    const pli_simulation_config *config, pli_simulation **ret_simulation, plm_fault *ret_fault);
void pli_simulation_destroy(pli_simulation *simulation);

/* pli_simulation_step: on to the next thing that is due. False: the run is over, by its end or by a
 * lie. */
bool pli_simulation_step(pli_simulation *simulation);

/* pli_simulation_names: of the ids in its events; NULL while no process runs. */
const pli_registry *pli_simulation_names(const pli_simulation *simulation);

void pli_simulation_report_get(const pli_simulation *simulation, pli_simulation_report *ret_report);

#endif
