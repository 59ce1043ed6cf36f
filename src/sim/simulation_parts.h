/* simulation_parts.h: the inside of a simulated run, for its own files. */
#ifndef PLI_SIM_SIMULATION_PARTS_H
#define PLI_SIM_SIMULATION_PARTS_H

#include "api/hub.h"
#include "engine/engine.h"
#include "sim/checker.h"
#include "sim/code_points.h"
#include "sim/fault_plan.h"
#include "sim/heap_watch.h"
#include "sim/seeded_disk.h"
#include "sim/seeded_net.h"
#include "sim/sim.h"
#include "sim/sim_file.h"
#include "sim/sim_reader.h"
#include "sim/simulation.h"

/* A program is looked at so long after it has started, and then again. */
#define SIMULATION_HEAP_NS (60 * PLM_NS_PER_S)

enum { SIMULATION_LIMITS = 5, SIMULATION_JOURNAL_BYTES_MAX = 96 << 20 };

/* Number of the API's server and of its readers' client in the seeded net. */
enum { SIMULATION_API = PLI_SIM_SERVERS, SIMULATION_READERS = 1 };
_Static_assert((int)SIMULATION_API < (int)PLI_SEEDED_PEERS, "a place in the net for each server");

struct pli_simulation {
	pli_simulation_config config;
	pli_seeded_clock clock;
	pli_clock clock_table;
	pli_seeded_net *net;
	pli_seeded_disk *disk;
	pli_net engine_net;
	pli_disk disk_table;
	pli_server api_server;
	pli_sim *sim;
	pli_sim_file *file;
	bool file_watched;
	pli_fault_plan plan;
	pli_code_points points;
	pli_checker *checker;
	pli_sim_reader *reader;
	pli_engine *engine; /* NULL: no process runs */
	pli_hub *hub;
	plm_time_ns end_ns, quiet_ns; /* no fault from quiet_ns on */
	plm_time_ns tick_ns;          /* the next turn though nothing arrives, */
	int64_t turn_ns;              /* so long after the last */
	plm_time_ns start_ns;         /* of the next process, while none runs */
	int64_t lag_ns;               /* how long the process stood still in the last step */
	pli_heap_watch heap;
	plm_time_ns heap_ns; /* of the next look */
	uint64_t synced_sequence, synced_hash, synced_bytes;
	uint64_t steps, events, faults, starts, trace_hash;
	uint32_t venues; /* of the world, a bit each */
	uint32_t accounts_count;
	uint32_t accounts[PLI_CHECK_ACCOUNTS_MAX]; /* of the world */
	pli_sim_credential keys[PLI_CHECK_ACCOUNTS_MAX];
	plm_limit_fact limits[SIMULATION_LIMITS];
	uint8_t feeds_told[PLI_CHECK_ACCOUNTS_MAX];
	plm_time_ns feeds_live_ns[PLI_CHECK_ACCOUNTS_MAX]; /* steady */
	char faults_on[1200];
};

/* simulation_process.c: start makes engine and hub anew on a new journal. stop ends the process: in
 * order, killed, or with the power gone, and holds its journal against what it was. */
typedef enum simulation_end { SIMULATION_KILL, SIMULATION_POWER, SIMULATION_STOP } simulation_end;
bool pli_simulation_start(pli_simulation *s);
void pli_simulation_stop(pli_simulation *s, simulation_end end);

/* pli_simulation_note_sync remembers the state when the journal's bytes became durable. */
void pli_simulation_note_sync(pli_simulation *s);

/* pli_simulation_note tells a sentence to who wants to hear it. */
void pli_simulation_note(pli_simulation *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* simulation_fault.c: makes one fault happen. on_point: a step of the program itself was made to
 * fail (pli_code_points); ctx is the simulation. */
void pli_simulation_break(pli_simulation *s, const pli_fault *fault);
void pli_simulation_on_point(void *ctx, const char *name, const char *help);

#endif
