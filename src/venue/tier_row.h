/* tier_row.h: tables of margin tiers of contracts that are held, for venues that tell one a
 * request: which is to be asked for, and its rows as MARGIN_TIER events.
 *
 * Shared by the adapters. Fixed size, pure; borrows the parsed document. */
#ifndef PLI_VENUE_TIER_ROW_H
#define PLI_VENUE_TIER_ROW_H

#include "plimsoll/sys/venue.h"
#include "venue/json_row.h"

enum { PLI_TIER_ASKS_MAX = 512, PLI_TIER_QUERY_MAX = 2 * PLM_NAME_MAX };

/* pli_tier_asks: zeroed it is empty. asked: the contract of the last request, id 0 none; query:
 * what that request says of it, for the adapter to write; it ends in the name that all rows of the
 * answer have, behind a "=". */
typedef struct pli_tier_asks {
	struct {
		plm_instrument_id instrument;
		plm_time_ns due_ns;
	} rows[PLI_TIER_ASKS_MAX];
	uint32_t count;
	plm_instrument_id asked;
	plm_time_ns asked_ns;
	char query[PLI_TIER_QUERY_MAX];
} pli_tier_asks;

/* pli_tier_asks_see: the contract of a POSITION that is open, a perpetual or a future, has a table
 * to be asked for. Others, those whose names are not letters, digits, - and _, and those that have
 * no room, are passed over: they have none. */
void pli_tier_asks_see(pli_tier_asks *asks, const plm_names *names, const plm_event *event);

/* pli_tier_asks_any: one is due. pli_tier_asks_take: the one due longest, which is `asked` from now
 * on; NULL: none is due. It is due again in 10 minutes, or a day after its answer was read. */
bool pli_tier_asks_any(const pli_tier_asks *asks, plm_time_ns now_ns);
const plm_instrument *pli_tier_asks_take(
    pli_tier_asks *asks, const plm_names *names, plm_time_ns now_ns);

/* pli_tier_members: of a row. name: what it is about. floor NULL: the cap of the row before. rate
 * and initial are fractions, or both percents, which initial x leverage tells. amount NULL: one
 * rate holds for all of a position; an empty one in the first row is 0. */
typedef struct pli_tier_members {
	const char *name, *floor, *cap, *leverage, *rate, *initial, *amount;
	bool in_contracts;
} pli_tier_members;

/* pli_tiers_read emits the table that was asked for, whose rows are the objects of `list`, lowest
 * first. event: a MARGIN_TIER as the adapter begins them. Nothing is emitted of a table that is
 * empty, longer than PLM_MARGIN_TIERS_MAX, about something else, or that does not rise: that is an
 * error of the row. Returns the row's error. */
plm_err pli_tiers_read(pli_row *r, uint32_t list, const pli_tier_members *members,
    pli_tier_asks *asks, plm_event *event, const plm_event_sink *events);

#endif
