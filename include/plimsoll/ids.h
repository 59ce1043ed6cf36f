/* ids.h: handles. Each is a struct of one integer, so that an account cannot be passed where an
 * instrument is wanted. 0 is "none"; ids count from 1 in the order of first sight, and mean
 * nothing outside the run (or journal) that gave them out: names are in the registry. */
#ifndef PLIMSOLL_IDS_H
#define PLIMSOLL_IDS_H

#include <stdint.h>

/* plm_venue_id: an exchange as a place where positions are held (row of the venue registry). */
typedef struct plm_venue_id {
	uint32_t value;
} plm_venue_id;

/* plm_account_id: one account or sub-account at one venue, as the config names it. */
typedef struct plm_account_id {
	uint32_t value;
} plm_account_id;

/* plm_asset_id: a coin or currency. USD, USDT and USDC are three assets. An underlying is the
 * asset that an instrument's delta is measured in. */
typedef struct plm_asset_id {
	uint32_t value;
} plm_asset_id;

/* plm_instrument_id: one tradable thing at one venue. */
typedef struct plm_instrument_id {
	uint32_t value;
} plm_instrument_id;

/* plm_feed_id: one source of events: a venue account's connection, a file, a replay. */
typedef struct plm_feed_id {
	uint32_t value;
} plm_feed_id;

/* plm_limit_id: one configured limit. */
typedef struct plm_limit_id {
	uint32_t value;
} plm_limit_id;

#endif
