/* binance_rig.h: Binance on the bench, and answers to what was asked last. A test of another of its
 * markets sets r->desc before it starts. */
#ifndef TESTS_VENUE_BINANCE_RIG_H
#define TESTS_VENUE_BINANCE_RIG_H

#include "../support/venue_rig.h"
#include "venue/binance/binance_internal.h"

static uint32_t binance_config_tag; /* of the last answered question for the account's modes */

static inline rig *
rig_create(void)
{
	rig *r = rig_create_of(&pli_venue_binance);
	r->way_ms = 20;
	binance_config_tag = 0;
	return r;
}

/* How many requests to a path were made. */
static inline uint32_t
rig_asked(const rig *r, const char *method, const char *target)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += strcmp(r->sent[i].method, method) == 0 &&
			 strcmp(r->sent[i].target, target) == 0;
	return count;
}

/* The last request to a path; it must have been made. */
static inline const plm_request *
rig_last(const rig *r, const char *method, const char *target)
{
	for (uint32_t i = r->sent_count; i-- > 0;)
		if (strcmp(r->sent[i].method, method) == 0 &&
		    strcmp(r->sent[i].target, target) == 0)
			return &r->sent[i];
	fail_msg("nobody asked for %s %s", method, target);
	return NULL;
}

/* Answers the last request to a path: it leaves (sealed), 20 ms pass, the answer is here. */
static inline plm_err
rig_answer(rig *r, const char *call, uint16_t status, const char *body)
{
	char method[8] = "";
	const char *target = strchr(call, ' ') + 1;
	memcpy(method, call, (size_t)(target - call - 1));
	return rig_reply(r, rig_last(r, method, target), status, body);
}

#endif
