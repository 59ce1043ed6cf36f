/* exposure_rig.h: random books for the tests of exposure and limit; the seed makes them. */
#ifndef TESTS_EXPOSURE_EXPOSURE_RIG_H
#define TESTS_EXPOSURE_EXPOSURE_RIG_H

#include "exposure/exposure.h"

enum { RIG_ACCOUNTS = 12, RIG_VENUES = 3, RIG_COINS = 5, RIG_POSITIONS = 160 };

typedef struct rig {
	pli_book *book;
	pli_exposure *exposure;
	uint64_t random;
	plm_time_ns now_ns;
	uint64_t sequence;
} rig;

/* Book and exposure with assets, accounts and instruments, no positions yet. */
void rig_init(rig *r, uint64_t seed);
void rig_fini(rig *r);

uint64_t rig_random(rig *r);
uint32_t rig_below(rig *r, uint32_t bound);

/* A random position or balance event; sign -1 negates its quantity. Every instrument kind. */
plm_event rig_position(rig *r);
plm_event rig_balance(rig *r);
plm_event rig_mark(rig *r);
void rig_negate(plm_event *event);

/* An account at a venue: new, or moved there. USDT stands for USDC, one to one. */
void rig_account(rig *r, uint32_t id, uint32_t venue);
void rig_alias(rig *r);

/* A contract behind those of the rig of which the venue has said the name alone, with a mark; and
 * what it is, told later. number: from 0. */
void rig_unspecified(rig *r, uint32_t number);
void rig_specify(rig *r, uint32_t number);

/* Prices for every coin and marks for every instrument. */
void rig_prices(rig *r);

void rig_apply(rig *r, const plm_event *event);
void rig_settle(rig *r);

uint32_t rig_instruments_count(void);

#endif
