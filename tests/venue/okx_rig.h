/* okx_rig.h: OKX on the bench, and what the venue answers. */
#ifndef TESTS_VENUE_OKX_RIG_H
#define TESTS_VENUE_OKX_RIG_H

#include "../support/venue_rig.h"
#include "venue/okx_live/okx_session.h"

#define OKX_FIXTURES PLM_SHARED_DIR "/fixtures/okx/"

/* fails: the status of its next answers, 200 good. mute: the private stream answers nothing. */
static struct {
	const char *positions, *details, *config, *swaps, *status, *tiers, *bills, *stress;
	uint16_t fails;
	bool mute;
} okx;

static inline rig *
rig_create(void)
{
	memset(&okx, 0, sizeof okx);
	okx.fails = 200;
	return rig_create_of(&pli_venue_okx);
}

#endif
