/* held_bits.h: what is open at a venue that lists it from time to time and tells of changes
 * meanwhile.
 *
 * Missing is not gone: something that was open is closed only when two readings on end lack it, and
 * the second shows nothing that the first one lacked. The first reading of a session is held
 * against nothing: it takes a second one that lists the same. Updates are believed at once. */
#ifndef PLI_VENUE_HELD_BITS_H
#define PLI_VENUE_HELD_BITS_H

#include <stdbool.h>
#include <stdint.h>

/* pli_held_bits: up to eight things (legs of a contract) as bits. Zeroed: nothing.
 * held    open by the last believed reading and the updates since
 * listed  the same, by the running reading and the updates since it began
 * last    listed by the reading before it, and by the updates since
 * missed  open, and not listed by that one */
typedef struct pli_held_bits {
	uint8_t held, listed, last, missed;
} pli_held_bits;

/* pli_held_bits_judge: what the members of one reading say together. Zero it, let each member be
 * judged, then ask whether the reading is believed. */
typedef struct pli_held_bits_judge {
	bool refuted, lacking, missing, different;
} pli_held_bits_judge;

/* pli_held_bits_told: bit is open, or not: by a row of the running reading, else by an update. */
void pli_held_bits_told(pli_held_bits *held, uint8_t bit, bool open, bool of_reading);

/* pli_held_bits_any: something is held, or was listed or missed not long ago. */
bool pli_held_bits_any(const pli_held_bits *held);

/* pli_held_bits_begin: of each member when a reading begins. reset: of each when a session does;
 * what is held stays so. */
void pli_held_bits_begin(pli_held_bits *held);
void pli_held_bits_reset(pli_held_bits *held);

/* pli_held_bits_end: of each member when a reading is whole; is_believed: of all of them. first:
 * none was believed in this session; whole_count: how many were whole before. Then, and only then,
 * believe takes what it listed for what is held. */
void pli_held_bits_end(pli_held_bits *held, pli_held_bits_judge *judge);
bool pli_held_bits_is_believed(const pli_held_bits_judge *judge, bool first, uint32_t whole_count);
void pli_held_bits_believe(pli_held_bits *held);

#endif
