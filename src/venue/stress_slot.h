/* stress_slot.h: which price of a venue's stress test a row of its answer is about. */
#ifndef PLI_VENUE_STRESS_SLOT_H
#define PLI_VENUE_STRESS_SLOT_H

#include "plimsoll/event.h"

/* pli_stress_slot: of an odd `count` of prices, evenly spaced from -range to range, the one at
 * `move`, lowest 0; `count`: it is none of them, or there is no such grid. */
uint32_t pli_stress_slot(double move, double range, uint32_t count);

#endif
