/* bybit_rig.h: Bybit on the bench. */
#ifndef TESTS_VENUE_BYBIT_RIG_H
#define TESTS_VENUE_BYBIT_RIG_H

#include <math.h>

#include "../support/venue_rig.h"
#include "venue/bybit_live/bybit_session.h"

static inline rig *
rig_create(void)
{
	rig *r = rig_create_of(&pli_venue_bybit);
	r->way_ms = 20;
	return r;
}

#define assert_near(value, expected, most) assert_true(fabs((value) - (expected)) <= (most))

#endif
