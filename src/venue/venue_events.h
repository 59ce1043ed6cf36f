/* venue_events.h: events that every live adapter makes alike. */
#ifndef PLI_VENUE_VENUE_EVENTS_H
#define PLI_VENUE_VENUE_EVENTS_H

#include "plimsoll/sys/venue.h"

/* pli_emit_snapshot_begin, _end: a snapshot of positions and balances of the account. complete and
 * rows_count as SNAPSHOT_END has them. Errors: those of the sink. */
plm_err pli_emit_snapshot_begin(const plm_event_sink *events, plm_account_id account);
plm_err pli_emit_snapshot_end(
    const plm_event_sink *events, plm_account_id account, bool complete, uint32_t rows_count);

/* pli_venue_error_set: the venue's own error answer into a VENUE_ERROR; a long message is cut. */
void pli_venue_error_set(plm_event *event, int64_t code, plm_slice message);

/* pli_venue_status_set: status and text of a feed. DOWN when refused; CONNECTING until ready; STALE
 * without a link; DEGRADED for a doubt, which is then said (NULL: none); else LIVE. */
void pli_venue_status_set(plm_venue_status *status, bool refused, bool ready, bool open,
    const char *doubt, const char *text);

/* pli_venue_doubt_set: the sentence for a feed whose account message was refused for that reason;
 * NULL: it named a contract unheard of, perhaps one that is open under an older name too. */
void pli_venue_doubt_set(
    char ret_text[sizeof((plm_venue_status *)0)->text], const plm_fault *reason);

#endif
