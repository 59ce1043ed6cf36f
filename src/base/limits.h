/* limits.h: the maximum of every queue, buffer, map and name, with what holds between them.
 *
 * Memory is taken at start from these. A bound that is reached is an error with a name
 * (PLM_EFULL, PLM_EOVERFLOW), never a cut. Rows are grouped by the room that owns them. */
#ifndef PLI_BASE_LIMITS_H
#define PLI_BASE_LIMITS_H

#include <assert.h>

/* base: JSON. A whole exchange's instrument list is 2 to 5 MB in about 300,000 nodes. */
enum {
	PLI_JSON_BYTES_MAX = 8 * 1024 * 1024,
	PLI_JSON_BYTES_FIRST = 64 * 1024, /* what a reader takes at first */
	PLI_JSON_NODES_MAX = 1024 * 1024,
	PLI_JSON_NODES_FIRST = 4096,
	PLI_JSON_DEPTH_MAX = 32,
	PLI_JSON_INDEXES =
	    8, /* large objects whose members are remembered by name; a power of two */
};

static_assert(PLI_JSON_BYTES_FIRST <= PLI_JSON_BYTES_MAX, "first size is above the bound");
static_assert(PLI_JSON_NODES_FIRST <= PLI_JSON_NODES_MAX, "first count is above the bound");
static_assert((PLI_JSON_INDEXES & (PLI_JSON_INDEXES - 1)) == 0, "indexes are found by a mask");

/* venue/file: rows of one file. A row is up to two events, and a file is one batch. */
enum { PLI_FILE_ROWS_MAX = 16000, PLI_FILE_SLOTS = 32 * 1024 };

static_assert(2 * PLI_FILE_ROWS_MAX <= PLI_FILE_SLOTS, "half of the slots stay empty");
static_assert((PLI_FILE_SLOTS & (PLI_FILE_SLOTS - 1)) == 0, "slots are indexed by a mask");

/* book: movements of coins, changes of balances that are watched for them, addresses of accounts.
 */
enum { PLI_TRANSITS_MAX = 2048, PLI_DRIFTS_MAX = 1024, PLI_ADDRESSES_MAX = 1024 };

/* book, exposure: a row of numbers names its venues in one word. */
enum { PLI_VENUES_MAX = 64 };

#endif
