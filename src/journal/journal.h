/* journal.h: every event in the order in which the core took it, as a file. A simple door: append,
 * sync, read again. Format: docs/reference/journal-format.md.
 *
 * Writes through the disk table; buffers up to PLI_JOURNAL_BUFFER bytes. After a failed write or
 * sync the file is given up and `append` answers that error from then on: monitoring goes on, the
 * engine says DEGRADED. */
#ifndef PLI_JOURNAL_JOURNAL_H
#define PLI_JOURNAL_JOURNAL_H

#include "base/world.h"
#include "plimsoll/event.h"

typedef struct pli_journal pli_journal;

/* Opens or creates `path` for appending. A torn tail is cut off (and said in fault with PLM_OK).
 * Errors: PLM_EIO, PLM_EVERSION, PLM_ENOMEM. */
plm_err pli_journal_open(
    const pli_disk *disk, const char *path, pli_journal **ret_journal, plm_fault *ret_fault);
void    pli_journal_close(pli_journal *journal); /* flushes; takes NULL */

plm_err pli_journal_append(pli_journal *journal, const plm_event *event);
plm_err pli_journal_flush(pli_journal *journal, bool sync);
uint64_t pli_journal_bytes(const pli_journal *journal);

/* Reading: calls `each` for every valid record in order; false stops. Errors: PLM_EDECODE for
 * damage before the tail (offset in fault), PLM_EVERSION, PLM_EIO. A torn tail is no error. */
plm_err pli_journal_read(const pli_disk *disk, const char *path,
    bool (*each)(void *ctx, const plm_event *event), void *ctx, plm_fault *ret_fault);

#endif
