/* venue_clock.h: how far a venue's clock is from ours, by its answers. */
#ifndef PLI_VENUE_VENUE_CLOCK_H
#define PLI_VENUE_VENUE_CLOCK_H

#include "plimsoll/sys/venue.h"

/* pli_venue_clock: zeroed, it knows nothing (offset 0, rtt 0).
 * offset_ns  the venue's clock minus ours
 * rtt_ns     round trip of the reading that it came from, older readings counting as longer */
typedef struct pli_venue_clock {
	int64_t offset_ns;
	int64_t rtt_ns;
} pli_venue_clock;

/* pli_venue_clock_read takes the venue's time out of an answer that is here at now_ns, behind a
 * round trip of rtt_ns: it was true in the middle of the trip. The shortest trip is believed
 * longest; each later reading makes it a little less so. A trip below 0 is passed over. */
void pli_venue_clock_read(
    pli_venue_clock *clock, plm_time_ns venue_ns, int64_t rtt_ns, plm_time_ns now_ns);

/* pli_venue_retry_ns: how long from now_ns until a request that was sent at sent_ns and failed so
 * many times (1 or more) is sent again: 1 s from then, doubling to 32 s, or to 4 s where the venue
 * is not there (status 0: no answer, 500 and above). 0: at once. */
int64_t pli_venue_retry_ns(
    plm_time_ns sent_ns, plm_time_ns now_ns, uint32_t failures, uint32_t status);

/* pli_venue_time: what an adapter's timers count by: it follows the wall clock, but never back nor
 * in leaps. Zeroed it begins with the first call. broken_ns: what began before then (time_ns) has
 * taken nobody knows how long; 0: nothing has. */
typedef struct pli_venue_time {
	plm_time_ns time_ns, wall_ns, broken_ns;
} pli_venue_time;

/* pli_venue_time_follow: the time of a call at wall time wall_ns. Calls come every 100 ms or more
 * often: of a step above a second one second counts, of one back a nanosecond. */
plm_time_ns pli_venue_time_follow(pli_venue_time *time, plm_time_ns wall_ns);

/* pli_venue_time_steps: the wall clock was set since the last call: back, or ahead by over 2 s. */
bool pli_venue_time_steps(const pli_venue_time *time, plm_time_ns wall_ns);

/* pli_venue_clock_read_since: the venue's time out of an answer that is here now, to what left at
 * sent_ns of `time`; passed over where the time was broken since then. */
void pli_venue_clock_read_since(
    pli_venue_clock *clock, const pli_venue_time *time, plm_time_ns venue_ns, plm_time_ns sent_ns);

/* pli_venue_clock_follow: the same, and where our clock stepped, the venue's is that much nearer or
 * farther: the offset goes with it, and the next reading is believed. */
plm_time_ns pli_venue_clock_follow(
    pli_venue_clock *clock, pli_venue_time *time, plm_time_ns wall_ns);

/* pli_venue_clock_tell: offset and error for the status; not known before the first reading, nor
 * between a forget and the next. The error is half of the trip, older readings counting as longer,
 * and the millisecond that venues cut their time to. */
void pli_venue_clock_tell(const pli_venue_clock *clock, plm_venue_status *status);

/* pli_venue_clock_forget: the next reading is believed whatever its trip; the offset stays. */
void pli_venue_clock_forget(pli_venue_clock *clock);

#endif
