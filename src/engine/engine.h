/* engine.h: the three agents and what is between them.
 *
 *   net:   sockets and files -> hosts -> outbox -> ring of events
 *   core:  ring -> sequence, journal, apply, settle, limits -> outbox -> ring of sequenced events
 *   serve: takes sequenced events; its commands go back to the core by a ring of their own
 *
 * Each *_work is one turn of one agent and never blocks, except net_work in the net table's poll
 * for at most the stated time. The three may run on three threads or be stepped by hand in one.
 * Everything outside is reached through the tables of base/world.h. */
#ifndef PLI_ENGINE_ENGINE_H
#define PLI_ENGINE_ENGINE_H

#include "base/world.h"
#include "engine/core.h"
#include "engine/venue_host.h"

typedef struct pli_engine pli_engine;

/* pli_engine_config: borrowed tables must outlive the engine. journal_path NULL: no journal (then
 * nothing can be replayed; tests and benches). */
typedef struct pli_engine_config {
	const pli_clock *clock;
	const pli_disk *disk;
	const pli_net *net;
	const char *journal_path;
	pli_book_bounds bounds;
	uint32_t limits_max;
	uint32_t limit_states_max;
	uint32_t accounts_max;
} pli_engine_config;

/* Bans of REST hosts are kept in "<journal_path>.bans" (ban_memory.h); a damaged file is ignored,
 * which is said in *ret_fault with PLM_OK.
 * Errors: PLM_ENOMEM, and those of pli_journal_open. destroy takes NULL, flushes the journal, and
 * must not run while an agent does. */
plm_err pli_engine_create(
    const pli_engine_config *config, pli_engine **ret_engine, plm_fault *ret_fault);
void pli_engine_destroy(pli_engine *engine);

/* Before the agents run: accounts, and facts of the configuration (ASSET facts through the
 * registry; POLICY, ASSET_RATE, LIMIT_CHANGE through inject). */
plm_err pli_engine_add_account(
    pli_engine *engine, const pli_account_config *config, plm_fault *ret_fault);
pli_registry *pli_engine_registry(pli_engine *engine);
plm_err pli_engine_inject(pli_engine *engine, const plm_event *event);

/* One turn; returns how much was done. net: waits at most wait_ns when there is nothing to do.
 * core: 0 means that the caller may pause for a moment. */
int pli_engine_net_work(pli_engine *engine, int64_t wait_ns);
int pli_engine_core_work(pli_engine *engine);

/* Serve's side. take: false when nothing waits. command: an ACKNOWLEDGEMENT or LIMIT_CHANGE for
 * the core; errors: PLM_EFULL. lost: serve took nothing for so long that the core went on without
 * it: the replica is not true any more and the process should end. */
bool pli_engine_serve_take(pli_engine *engine, plm_event *ret_event);
plm_err pli_engine_command(pli_engine *engine, const plm_event *event);
bool pli_engine_serve_lost(const pli_engine *engine);

/* pli_engine_numbers: counters, readable from any thread; each may be a turn old. */
typedef struct pli_engine_numbers {
	plm_time_ns started_wall_ns;
	uint64_t core_sequence;
	uint64_t frames_count;
	uint64_t frames_count_bad;
	uint64_t requests_count_refused;
	uint64_t marks_count_conflated;
	uint64_t ring_full_count;
	uint64_t journal_bytes;
	uint64_t journal_failures;
	uint64_t journal_gaps; /* times that it was gone on with after a failure */
	plm_err journal_err;
	int64_t settle_ns_last;
	int64_t settle_ns_max;
} pli_engine_numbers;
pli_engine_numbers pli_engine_numbers_get(const pli_engine *engine);

/* pli_engine_restless_count: accounts that are live and whose first questions are not all answered
 * yet (pli_venue_host_is_rested). Net agent's thread only; for one who reads a book once. */
uint32_t pli_engine_restless_count(const pli_engine *engine);

/* pli_engine_core: for tests, and for wiring after the agents have stopped. */
pli_core *pli_engine_core(pli_engine *engine);

#endif
