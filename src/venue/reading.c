/* reading.c: when an account is read, and what becomes of a reading. */
#include "venue/reading.h"

#include <stdio.h>

#include "venue/held_legs.h"
#include "venue/task.h"
#include "venue/venue_events.h"

#define EVERY_NS PLI_SECONDS(30) /* a lost update lives no longer */
#define LATE_NS PLI_SECONDS(40)
#define SOON_NS PLI_SECONDS(1)
#define DEAF_NS PLI_SECONDS(2)
#define LACKS_NS PLI_SECONDS(2)

void
pli_reading_start(pli_reading *reading, plm_time_ns now_ns)
{
	*reading = (pli_reading){.first = true, .due_ns = now_ns};
}

bool
pli_reading_begin(
    pli_reading *reading, plm_account_id account, plm_time_ns now_ns, const plm_event_sink *events)
{
	if (reading->running || now_ns < reading->due_ns ||
	    pli_emit_snapshot_begin(events, account) != PLM_OK)
		return false;
	reading->running = true;
	reading->rows_count = 0;
	reading->digest = 0;
	reading->began_ns = now_ns;
	reading->due_ns = now_ns + EVERY_NS;
	reading->updates_begin = reading->updates_count;
	reading->doubts_begin = reading->doubts_count;
	return true;
}

void
pli_reading_break(pli_reading *reading, plm_time_ns now_ns, int64_t wait_ns)
{
	if (!reading->running)
		return;
	reading->running = false;
	reading->end_owed = true;
	reading->failures++;
	reading->due_ns = now_ns + wait_ns;
}

void
pli_reading_owed(pli_reading *reading, plm_account_id account, const plm_event_sink *events)
{
	if (reading->end_owed)
		reading->end_owed = pli_emit_snapshot_end(
					events, account, false, reading->rows_count) != PLM_OK;
}

plm_err
pli_reading_end(pli_reading *reading, plm_account_id account, plm_time_ns now_ns,
    const plm_event_sink *events, bool believed)
{
	plm_err err = pli_emit_snapshot_end(events, account, believed, reading->rows_count);
	reading->running = false;
	reading->failures = 0;
	reading->whole_count++;
	if (!believed || err != PLM_OK) {
		reading->due_ns = now_ns + SOON_NS;
		return err;
	}
	bool changed = reading->complete && reading->digest_last != reading->digest;
	if (changed && reading->updates_count == reading->updates_last)
		reading->suspect_ns = now_ns + DEAF_NS;
	reading->complete = true;
	reading->first = false;
	reading->read_ns = reading->began_ns;
	reading->digest_last = reading->digest;
	reading->updates_last = reading->updates_begin;
	if (reading->doubts_begin == reading->doubts_count)
		reading->doubt[0] = '\0';
	return PLM_OK;
}

bool
pli_reading_open_legs(pli_reading *reading, pli_held_legs *legs, plm_account_id account,
    plm_time_ns now_ns, const plm_event_sink *events)
{
	bool begun = pli_reading_begin(reading, account, now_ns, events);
	if (begun)
		pli_held_legs_begin(legs);
	return begun;
}

plm_err
pli_reading_close_legs(pli_reading *reading, pli_held_legs *legs, plm_account_id account,
    plm_time_ns now_ns, const plm_event_sink *events)
{
	const pli_held_leg *missing;
	bool doubtful = pli_held_legs_is_doubtful(legs, reading->first, &missing);
	if (missing != NULL)
		pli_reading_lacks(reading, now_ns);
	if (!doubtful)
		pli_held_legs_believe(legs);
	return pli_reading_end(reading, account, now_ns, events, !doubtful);
}

void
pli_reading_soon(pli_reading *reading, plm_time_ns now_ns)
{
	if (reading->due_ns > now_ns + SOON_NS)
		reading->due_ns = now_ns + SOON_NS;
}

static void
doubt_from(pli_reading *reading, plm_time_ns from_ns, const char *why)
{
	if (reading->doubt[0] == '\0' || from_ns < reading->doubt_ns)
		reading->doubt_ns = from_ns;
	reading->doubts_count++;
	(void)snprintf(reading->doubt, sizeof reading->doubt, "%s", why);
}

void
pli_reading_doubt(pli_reading *reading, plm_time_ns now_ns, const char *why)
{
	doubt_from(reading, now_ns, why);
	pli_reading_soon(reading, now_ns);
}

void
pli_reading_lacks(pli_reading *reading, plm_time_ns now_ns)
{
	doubt_from(reading, now_ns + LACKS_NS,
	    "a reading lacks an open position; a second one must confirm it");
	pli_reading_soon(reading, now_ns);
}

const char *
pli_reading_why(const pli_reading *reading, plm_time_ns now_ns)
{
	if (reading->doubt[0] != '\0' && now_ns >= reading->doubt_ns)
		return reading->doubt;
	return pli_reading_is_late(reading, now_ns)
		   ? "positions and balances could not be read for over 40 s"
		   : NULL;
}

bool
pli_reading_is_deaf(pli_reading *reading, plm_time_ns now_ns)
{
	if (reading->suspect_ns == 0 || now_ns < reading->suspect_ns)
		return false;
	reading->suspect_ns = 0;
	return reading->updates_count == reading->updates_last;
}

bool
pli_reading_is_late(const pli_reading *reading, plm_time_ns now_ns)
{
	return reading->complete && now_ns - reading->read_ns > LATE_NS;
}

void
pli_reading_clock(pli_reading *reading, plm_time_ns now_ns, int64_t step_ns)
{
	reading->began_ns = reading->due_ns = now_ns;
	reading->read_ns += step_ns;
	reading->doubt_ns += step_ns;
}
