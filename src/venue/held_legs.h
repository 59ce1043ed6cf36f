/* held_legs.h: the open positions of one account as a feed has told them, and what a snapshot that
 * lacks one of them means: missing is not flat. Fixed size; zeroed it is empty. Pure.
 *
 * A leg that is gone without a word is closed only when a second reading lacks it too, and shows
 * nothing that the one before it lacked. The first reading of a connection is held against nothing:
 * a second one must follow it. */
#ifndef PLI_VENUE_HELD_LEGS_H
#define PLI_VENUE_HELD_LEGS_H

#include <stdbool.h>

#include "plimsoll/event.h"

enum { PLI_HELD_LEGS_MAX = 512 };

/* BEFORE: held when the running reading began, not seen in it yet; MISSING: nor in the one before.
 */
typedef enum pli_held {
	PLI_HELD_NOT,
	PLI_HELD_OPEN,
	PLI_HELD_BEFORE,
	PLI_HELD_MISSING,
} pli_held;

/* settle and options_value are the adapter's: the asset that the leg settles in, and what an option
 * is worth in it (0 for anything else). */
typedef struct pli_held_leg {
	plm_instrument_id instrument;
	plm_asset_id settle;
	uint8_t side; /* plm_side */
	uint8_t held; /* pli_held */
	plm_decimal quantity;
	plm_decimal options_value;
} pli_held_leg;

/* rows_count: rows that ever held a leg, closed ones too; a held one is never behind them. full:
 * more was open than there are rows. changed: the running reading shows what no update had told of;
 * updates_count: updates so far. */
typedef struct pli_held_legs {
	pli_held_leg rows[PLI_HELD_LEGS_MAX];
	uint32_t rows_count;
	bool full, confirming, refuting, changed;
	uint64_t updates_count;
} pli_held_legs;

/* pli_held_legs_find: the leg of an instrument and side, made where there is none; NULL when the
 * table is full (noted). ret_others: another one is open. Cost: O(rows). */
pli_held_leg *pli_held_legs_find(
    pli_held_legs *legs, plm_instrument_id instrument, uint8_t side, bool *ret_others);

/* pli_held_legs_tell: this leg has that quantity now, said by a reading or by an update. */
void pli_held_legs_tell(
    pli_held_legs *legs, pli_held_leg *leg, plm_decimal quantity, bool of_snapshot);

/* A reading begins; breaks off; has been read as a whole. _is_doubtful: another one must confirm it
 * before it is believed; first: none was believed on this connection; ret_missing: a leg that it
 * lacks, NULL none. _believe: what it lacks is closed. */
void pli_held_legs_begin(pli_held_legs *legs);
void pli_held_legs_break(pli_held_legs *legs);
bool pli_held_legs_is_doubtful(pli_held_legs *legs, bool first, const pli_held_leg **ret_missing);
void pli_held_legs_believe(pli_held_legs *legs);

#endif
