/* reading.h: an account that is read as a whole again and again, beside a stream of its changes.
 *
 * One reading runs at a time, between SNAPSHOT_BEGIN and SNAPSHOT_END: every 30 s, 1 s after
 * something that calls for it. It is believed, and then the account's state; or refuted by the
 * adapter, and done again; or it breaks off, and nothing of it shows. */
#ifndef PLI_VENUE_READING_H
#define PLI_VENUE_READING_H

#include "plimsoll/sys/venue.h"

/* pli_reading: zero it and start it. rows_count, digest: of the running one; the adapter adds to
 * them what its rows say (digest: of the open legs). updates_count: of the stream, as the adapter
 * counts them. doubt: why what is shown may be old, said from doubt_ns on; "": it is not in doubt.
 * whole_count  readings that ended since the start, believed or not
 * complete   one since the start was believed; first until then
 * read_ns    when the last believed one began
 * suspect_ns legs changed and no update told of it: when the stream counts as deaf; 0 */
typedef struct pli_reading {
	bool running, complete, first, end_owed;
	uint32_t rows_count, failures, whole_count;
	uint64_t digest, digest_last, updates_count, updates_begin, updates_last;
	uint64_t doubts_count, doubts_begin;
	plm_time_ns due_ns, began_ns, read_ns, suspect_ns, doubt_ns;
	char doubt[120];
} pli_reading;

/* pli_reading_start: a new session with the venue; the first reading is due. */
void pli_reading_start(pli_reading *reading, plm_time_ns now_ns);

/* pli_reading_begin: true when the next one begins here: it is due, and the sink took its BEGIN. */
bool pli_reading_begin(
    pli_reading *reading, plm_account_id account, plm_time_ns now_ns, const plm_event_sink *events);

/* pli_reading_break gives the running one up: its end is owed to the next call that can emit, which
 * asks pli_reading_owed; another one is due in wait_ns. Nothing where none runs. */
void pli_reading_break(pli_reading *reading, plm_time_ns now_ns, int64_t wait_ns);
void pli_reading_owed(pli_reading *reading, plm_account_id account, const plm_event_sink *events);

/* pli_reading_end: all parts are here; not believed: another one follows in 1 s. Errors: those of
 * the sink. */
plm_err pli_reading_end(pli_reading *reading, plm_account_id account, plm_time_ns now_ns,
    const plm_event_sink *events, bool believed);

/* The same of a reading whose open legs are told to `legs`. _close: what it lacks must be missing
 * twice, and the first one be confirmed, before it is believed. */
struct pli_held_legs;
bool pli_reading_open_legs(pli_reading *reading, struct pli_held_legs *legs, plm_account_id account,
    plm_time_ns now_ns, const plm_event_sink *events);
plm_err pli_reading_close_legs(pli_reading *reading, struct pli_held_legs *legs,
    plm_account_id account, plm_time_ns now_ns, const plm_event_sink *events);

/* pli_reading_soon: the next one is due in 1 s at the latest. pli_reading_doubt: what is shown may
 * be wrong, until one that begins from now on is believed. pli_reading_lacks: one lacks an open
 * position: the same, but said in 2 s only: an answer may come before the word of the stream that
 * the position was closed, and a second reading confirms it by then. */
void pli_reading_soon(pli_reading *reading, plm_time_ns now_ns);
void pli_reading_doubt(pli_reading *reading, plm_time_ns now_ns, const char *why);
void pli_reading_lacks(pli_reading *reading, plm_time_ns now_ns);

/* pli_reading_why: why what is shown may be old: the doubt, or that the last one is late; NULL. */
const char *pli_reading_why(const pli_reading *reading, plm_time_ns now_ns);

/* pli_reading_is_deaf: legs changed, and 2 s later no update has come still; said once.
 * pli_reading_is_late: the last one is older than 40 s. pli_reading_clock: our clock jumped by
 * step_ns.
 */
bool pli_reading_is_deaf(pli_reading *reading, plm_time_ns now_ns);
bool pli_reading_is_late(const pli_reading *reading, plm_time_ns now_ns);
void pli_reading_clock(pli_reading *reading, plm_time_ns now_ns, int64_t step_ns);

#endif
