/* venue_events.c: snapshots and errors of venues. */
#include "venue/venue_events.h"

#include <stdio.h>

static plm_err
emit_snapshot(const plm_event_sink *events, plm_event *event, plm_account_id account)
{
	event->account = account;
	event->u.snapshot.scope = PLM_SCOPE_POSITIONS | PLM_SCOPE_BALANCES;
	event->u.snapshot.is_check = 1;
	return events->emit(events->ctx, event);
}

plm_err
pli_emit_snapshot_begin(const plm_event_sink *events, plm_account_id account)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_SNAPSHOT_BEGIN);
	return emit_snapshot(events, &event, account);
}

plm_err
pli_emit_snapshot_end(
    const plm_event_sink *events, plm_account_id account, bool complete, uint32_t rows_count)
{
	plm_event event;
	plm_event_init(&event, PLM_EVENT_SNAPSHOT_END);
	event.u.snapshot.complete = complete;
	event.u.snapshot.rows_count = rows_count;
	return emit_snapshot(events, &event, account);
}

void
pli_venue_doubt_set(char ret_text[sizeof((plm_venue_status *)0)->text], const plm_fault *reason)
{
	const size_t size = sizeof((plm_venue_status *)0)->text;
	if (reason == NULL)
		(void)snprintf(ret_text, size, "a contract that is not listed; all is read again");
	else
		(void)snprintf(ret_text, size,
		    "an account message was refused, all is read again: %s%s%s", reason->path,
		    reason->path[0] == '\0' ? "" : ": ", reason->text);
}

void
pli_venue_status_set(plm_venue_status *status, bool refused, bool ready, bool open,
    const char *doubt, const char *text)
{
	if (refused)
		status->status = PLM_FEED_DOWN;
	else if (!ready)
		status->status = PLM_FEED_CONNECTING;
	else if (!open)
		status->status = PLM_FEED_STALE;
	else
		status->status = doubt != NULL ? PLM_FEED_DEGRADED : PLM_FEED_LIVE;
	(void)snprintf(
	    status->text, sizeof status->text, "%s", doubt != NULL && !refused ? doubt : text);
}

void
pli_venue_error_set(plm_event *event, int64_t code, plm_slice message)
{
	size_t room = sizeof event->u.venue_error.message - 1;
	event->u.venue_error.code = code;
	(void)snprintf(event->u.venue_error.message, room + 1, "%.*s",
	    (int)(message.size < room ? message.size : room),
	    message.size == 0 ? "" : message.bytes);
}
