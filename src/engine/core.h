/* core.h: the sequencer: gives each event its number and time, journals it, applies it, and at the
 * end of a batch settles what is dirty and evaluates limits.
 *
 * No clock: now_ns comes from the caller. No I/O but the journal's door. One thread. The same
 * events in the same batches give the same numbers: replay runs this very code. */
#ifndef PLI_ENGINE_CORE_H
#define PLI_ENGINE_CORE_H

#include "exposure/exposure.h"
#include "journal/journal.h"
#include "limit/limit.h"

typedef struct pli_core pli_core;

/* publish: called for every sequenced event, in order; must not fail (an outbox behind it waits).
 * journal NULL: nothing is written. Pointers are borrowed until destroy. */
typedef struct pli_core_config {
	pli_book_bounds bounds;
	uint32_t limits_max;
	uint32_t limit_states_max;
	pli_journal *journal;
	void (*publish)(void *ctx, const plm_event *event);
	void *ctx;
} pli_core_config;

/* NULL: memory could not be had. destroy takes NULL. */
pli_core *pli_core_create(const pli_core_config *config);
void pli_core_destroy(pli_core *core);

/* pli_core_take sequences and applies one event of the open batch. O(1). */
void pli_core_take(pli_core *core, const plm_event *event, plm_time_ns now_ns);

/* pli_core_batch_end closes the batch (also an empty one: time passes) with a BATCH_END event,
 * settles, evaluates limits; alerts are sequenced behind it. now_ns never goes back here: an
 * earlier one than the last is taken as the last. */
void pli_core_batch_end(pli_core *core, plm_time_ns now_ns);

/* pli_core_replay takes a journalled event with the sequence that it has. BATCH_END settles;
 * journalled ALERTs are compared with those that come out anew and not applied twice. Behind a
 * JOURNAL_GAP the core keeps its state until all of the new one has come.
 * Errors: PLM_EGAP (a sequence is missing or doubled), PLM_EDECODE (an alert or a state differs
 * from the one that was journalled: this build does not compute what that one did), PLM_EVERSION
 * and PLM_ENOMEM (of a JOURNAL_GAP); *ret_fault says where. */
plm_err pli_core_replay(pli_core *core, const plm_event *event, plm_fault *ret_fault);

/* pli_core_journal_resume goes on with a journal that failed, between two batches: opens it again
 * (pli_journal_reopen) and writes a JOURNAL_GAP and the whole state, so that a replay ends where
 * this core is. Events in between are missing there. Errors, and nothing is journalled meanwhile:
 * PLM_ENOMEM, those of pli_journal_reopen. Cost: the
 * legs are derived anew, and the state is written: 272 bytes for 176 of every table in use. */
plm_err pli_core_journal_resume(pli_core *core);

const pli_book *pli_core_book(const pli_core *core);
pli_exposure *pli_core_exposure(pli_core *core);
uint64_t pli_core_sequence(const pli_core *core);
uint32_t pli_core_batch_count(const pli_core *core); /* events in the open batch */

/* pli_core_hash: 64 bits over facts, legs and limit states: equal after equal events. */
uint64_t pli_core_hash(pli_core *core);

#endif
