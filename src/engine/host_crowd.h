/* host_crowd.h: what the hosts of one venue at one REST address have together, and how many links
 * may be opened to a stream host that all accounts there share. Net agent's thread only. */
#ifndef PLI_ENGINE_HOST_CROWD_H
#define PLI_ENGINE_HOST_CROWD_H

#include "engine/host_queue.h"
#include "plimsoll/sys/venue.h"

enum { PLI_OPENINGS_MAX = 300, PLI_OPENINGS_S = 300 };

/* pli_openings: when links to one stream host were opened, the last ones, oldest at `next`. max: so
 * many in PLI_OPENINGS_S are what the venue lets an address open; 0: not known, any number. */
typedef struct pli_openings {
	char url[256];
	uint32_t max, next;
	plm_time_ns opened_ns[PLI_OPENINGS_MAX];
} pli_openings;

/* pli_crowd: of one descriptor and REST address. budget: of that address; not owned. */
typedef struct pli_crowd {
	const plm_venue_desc *desc;
	const pli_budget *budget;
	plm_venue_crowd told; /* what adapters see; owns its memory */
} pli_crowd;

typedef struct pli_crowds {
	uint32_t crowds_count, openings_count;
	pli_crowd *crowds[PLI_BUDGETS_MAX];
	pli_openings openings[PLI_BUDGETS_MAX];
} pli_crowds;

/* pli_crowd_create finds the crowd of a descriptor and its REST budget, or makes it. NULL: no
 * memory, or PLI_BUDGETS_MAX are in use. pli_crowds_fini frees all of them. */
pli_crowd *pli_crowd_create(
    pli_crowds *crowds, const plm_venue_desc *desc, const pli_budget *budget);
void pli_crowds_fini(pli_crowds *crowds);

/* pli_crowd_count: one session more (1) or less (-1). Its part of the address's weight is by its
 * sessions, where several venues are read there. */
void pli_crowd_count(pli_crowds *crowds, pli_crowd *crowd, int sessions);

/* pli_openings_get finds or makes the row of a stream host; NULL when PLI_BUDGETS_MAX are in use.
 * Of several bounds for one host the least holds. max: at most PLI_OPENINGS_MAX (asserted). */
pli_openings *pli_openings_get(pli_crowds *crowds, const char *url, uint32_t max);

/* pli_openings_may: may one more link be opened now? again: of a session that was live, which may
 * use 95 % of the bound, others 85 %. pli_openings_add: it was. Cost: O(1). */
bool pli_openings_may(const pli_openings *openings, bool again, plm_time_ns steady_ns);
void pli_openings_add(pli_openings *openings, plm_time_ns steady_ns);

#endif
