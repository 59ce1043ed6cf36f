/* journal.h: every event in the order in which the core took it, as a file. A simple door: append,
 * sync, read again. Format: docs/reference/journal-format.md.
 *
 * Writes through the disk table, buffered. After a failed write or sync nothing more is taken:
 * `append` answers that error until `reopen` succeeds; monitoring goes on meanwhile. */
#ifndef PLI_JOURNAL_JOURNAL_H
#define PLI_JOURNAL_JOURNAL_H

#include "base/world.h"
#include "plimsoll/event.h"

typedef struct pli_journal pli_journal;

/* Opens or creates `path` for appending, locked against other processes. A torn tail is cut off
 * (and said in fault with PLM_OK). Errors: PLM_EPARSE (no journal), PLM_EVERSION (of another
 * build), PLM_ENOTFOUND (folder), PLM_EAGAIN (another process writes it), PLM_ENOMEM, the disk's.
 */
plm_err pli_journal_open(
    const pli_disk *disk, const char *path, pli_journal **ret_journal, plm_fault *ret_fault);
void pli_journal_close(pli_journal *journal); /* flushes; takes NULL */

plm_err pli_journal_append(pli_journal *journal, const plm_event *event);
plm_err pli_journal_flush(pli_journal *journal, bool sync);
uint64_t pli_journal_bytes(const pli_journal *journal);

/* pli_journal_reopen goes on after a failed write or sync: the file is opened again and cut to
 * what the last sync made durable; a file that is gone is begun anew. There is room for
 * records_count records then: they were written as zeros, synced and cut off again.
 * *ret_sequence: of the last event that the file holds, 0 none. What was appended since is lost:
 * the caller says so in the file (JOURNAL_GAP). Errors, and the journal stays broken: PLM_EKIND,
 * PLM_EPARSE, PLM_EVERSION (another file stands there), PLM_EAGAIN, the disk's. Cost: that many
 * bytes and two syncs. */
plm_err pli_journal_reopen(pli_journal *journal, uint64_t records_count, uint64_t *ret_sequence);

/* pli_journal_break: who opened it again could not go on behind it, for that reason: it stays
 * broken until the next pli_journal_reopen. What was appended since is lost. */
void pli_journal_break(pli_journal *journal, plm_err reason);

/* pli_journal_replaceable: is what stands at path an older journal (of any version) or an empty
 * file that nobody writes any more? Changes nothing. Errors, with a sentence: PLM_ENOTFOUND
 * (nothing there; no sentence), PLM_EKIND (a folder, or no journal), PLM_EAGAIN (another process
 * writes it), PLM_EIO. */
plm_err pli_journal_replaceable(const pli_disk *disk, const char *path, plm_fault *ret_fault);

/* pli_journal_reason: why a journal cannot be made or written, for a person. Static storage. */
const char *pli_journal_reason(plm_err err);

/* Reading: calls `each` for every valid record in order; false stops. Errors: PLM_EDECODE for
 * damage before the tail (offset in fault), PLM_EPARSE (no journal), PLM_EVERSION (of another
 * build), PLM_ENOMEM, the disk's. A torn tail is no error. */
plm_err pli_journal_read(const pli_disk *disk, const char *path,
    bool (*each)(void *ctx, const plm_event *event), void *ctx, plm_fault *ret_fault);

#endif
