/* same_time.h: tells updates apart that a venue dates to one instant. */
#ifndef PLI_VENUE_SAME_TIME_H
#define PLI_VENUE_SAME_TIME_H

#include "plimsoll/slice.h"
#include "plimsoll/time.h"

/* PLI_UPDATE_LAST: the number behind those of all updates of an instant. */
enum { PLI_SAME_TIME_MAX = 256, PLI_UPDATE_LAST = 999 };

/* pli_same_time: the updates of the last instant, the first of them by hash: a book's fundings and
 * settlements come in one instant, two messages for each contract. Zeroed it has none. */
typedef struct pli_same_time {
	plm_time_ns time_ns;
	uint32_t count;
	uint64_t hashes[PLI_SAME_TIME_MAX];
} pli_same_time;

/* pli_same_time_number: which of the different updates of that instant these bytes are, from 0; the
 * same bytes once more get the same number. Past PLI_SAME_TIME_MAX each counts as another one,
 * below PLI_UPDATE_LAST. Cost: the updates of that instant. */
uint16_t pli_same_time_number(pli_same_time *same, plm_time_ns time_ns, plm_slice bytes);

/* pli_update_sequence: an update's time and number as a venue_sequence: microseconds, where the
 * three digits below the millisecond are the number. 0 for no time. */
uint64_t pli_update_sequence(plm_time_ns time_ns, uint32_t number);

#endif
