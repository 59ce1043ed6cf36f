/* ban_memory.h: what REST hosts forbade until when, kept over restarts in a small file.
 *
 * A venue that answers 418 counts each further request and prolongs the ban, to days. So a process
 * that was killed must know, when it begins again, whom it may not ask yet. The file is a text: a
 * title, a row "UNTIL TOLD URL" for each host (nanoseconds since 1970 UTC; TOLD: when it was
 * learned), and a check over all of it. It is written whole under another name, synced and renamed.
 * Net agent's thread only. */
#ifndef PLI_ENGINE_BAN_MEMORY_H
#define PLI_ENGINE_BAN_MEMORY_H

#include "base/world.h"
#include "engine/host_queue.h"

enum { PLI_BAN_PATH_MAX = 1100, PLI_BAN_DAYS_MAX = 3 };
#define PLI_BAN_AGAIN_NS (5 * PLM_NS_PER_S)
#define PLI_BAN_DRIFT_NS (2 * PLM_NS_PER_S)

typedef struct pli_ban {
	char url[sizeof((pli_budget *)0)->url];
	plm_time_ns until_wall_ns, told_wall_ns;
	plm_time_ns
	    until_steady_ns; /* of the budget that it was learned from or given to; 0: none */
	int64_t wall_off_ns; /* wall minus steady time then */
} pli_ban;

/* pli_ban_memory: path "" remembers nothing. failures: writes that went wrong; the ban holds all
 * the same while the process lives. */
typedef struct pli_ban_memory {
	const pli_disk *disk;
	char path[PLI_BAN_PATH_MAX];
	uint32_t count;
	pli_ban rows[PLI_BUDGETS_MAX];
	uint64_t failures;
	plm_time_ns again_ns; /* steady: when a write that failed is tried again; 0: none failed */
} pli_ban_memory;

/* pli_ban_memory_open reads the file beside the journal, named after it with ".bans" behind; NULL:
 * nothing is remembered. disk is borrowed. A file that is absent is none; one that is damaged is
 * ignored. What is over is left out, what was told in a time to
 * come (the clock was set back) lasts as long as was told, what lasts more than PLI_BAN_DAYS_MAX is
 * cut to that. Returns PLM_OK, or why the file was ignored (PLM_EDECODE, PLM_EIO), with a sentence
 * in ret_fault. */
plm_err pli_ban_memory_open(pli_ban_memory *memory, const pli_disk *disk, const char *journal_path,
    plm_time_ns wall_ns, plm_fault *ret_fault);

/* pli_ban_memory_recall tells the budgets what is remembered of their hosts. Before their first
 * request. */
void pli_ban_memory_recall(
    pli_ban_memory *memory, pli_budgets *budgets, plm_time_ns wall_ns, plm_time_ns steady_ns);

/* pli_ban_memory_keep writes the file when a budget was banned, or banned longer, since the last
 * call, or the wall clock was set by PLI_BAN_DRIFT_NS or more while a ban runs; a write that failed
 * is tried again each PLI_BAN_AGAIN_NS. Cost: a comparison for each budget; a file and a sync for
 * each new ban. */
void pli_ban_memory_keep(
    pli_ban_memory *memory, const pli_budgets *budgets, plm_time_ns wall_ns, plm_time_ns steady_ns);

#endif
