/* pending.h: requests of one connection that have no answer yet, by the id that the answer repeats.
 * Fixed size; zeroed it is empty. */
#ifndef PLI_VENUE_PENDING_H
#define PLI_VENUE_PENDING_H

#include <stdbool.h>

#include "plimsoll/time.h"

enum { PLI_PENDING_MAX = 32 };

/* pli_pending: id 0: free. kind and topic are the adapter's: what was asked, and what it is about.
 */
typedef struct pli_pending {
	uint32_t id;
	uint32_t kind;
	uint32_t topic;
	plm_time_ns sent_ns;
	plm_time_ns deadline_ns;
} pli_pending;

typedef struct pli_pending_table {
	pli_pending rows[PLI_PENDING_MAX];
	uint32_t id_last; /* ids go on when the rows are cleared */
} pli_pending_table;

/* pli_pending_add takes a row with a fresh id; NULL when all are taken. Free it by id = 0. */
pli_pending *pli_pending_add(
    pli_pending_table *table, plm_time_ns now_ns, int64_t wait_ns, uint32_t kind);

/* pli_pending_find: NULL when the id is unknown or 0. pli_pending_count: rows of a kind.
 * pli_pending_clear forgets all of them. */
pli_pending *pli_pending_find(pli_pending_table *table, uint32_t id);
uint32_t pli_pending_count(const pli_pending_table *table, uint32_t kind);
void pli_pending_clear(pli_pending_table *table);

#endif
