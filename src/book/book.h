/* book.h: the facts. Changed by events alone; derives nothing.
 *
 * apply is O(1) per event (SNAPSHOT_END: the account's rows) and has no error path: what could be
 * wrong with an event was settled at the door; what contradicts the book (an older epoch, an old
 * venue sequence, a duplicate) is ignored and counted. Pure: no clock, no heap after create, no
 * I/O. One writer thread.
 *
 * Order. Epochs count per account; an event of an older one is ignored. Inside an epoch and a
 * key (account, instrument, side) or (account, asset): where both the row and the event have a
 * venue sequence, an equal one is a duplicate and a smaller one is old; else where both have a
 * venue time, a strictly older one is old; else the later arrival wins. A later epoch wins
 * without looking at either.
 *
 * Snapshots: between SNAPSHOT_BEGIN and a complete SNAPSHOT_END of an account, POSITION and
 * BALANCE rows with PLM_FLAG_SNAPSHOT go to a shadow and show nowhere; a complete END whose
 * rows_count is the number of those rows swaps them in: rows of the scope that were not in it are
 * closed, nothing of an older epoch survives (open orders included). Any other END, a second
 * BEGIN and a new epoch throw the shadow away and change nothing. Updates that arrive in between
 * (without PLM_FLAG_SNAPSHOT) show at once, and outlive the swap when they are newer than the
 * snapshot's row by the rule above, or, for a key that the snapshot does not hold, when they came
 * after BEGIN or are newer than BEGIN's venue time. */
#ifndef PLI_BOOK_BOOK_H
#define PLI_BOOK_BOOK_H

#include <stdint.h>

#include "book/row_index.h"
#include "model/registry.h"
#include "plimsoll/event.h"

/* Most rows; memory is taken at create: about 450 B a position, 400 B a balance, 160 B a margin
 * tier. orders_max and tiers_max 0 mean 4,096. */
typedef struct pli_book_bounds {
	pli_registry_bounds registry;
	uint32_t positions_max;
	uint32_t balances_max;
	uint32_t feeds_max;
	uint32_t orders_max;
	uint32_t tiers_max;
} pli_book_bounds;

typedef struct pli_book pli_book;

/* create copies the bounds; NULL when memory could not be had. destroy takes NULL. */
pli_book *pli_book_create(const pli_book_bounds *bounds);
void pli_book_destroy(pli_book *book);

const pli_book_bounds *pli_book_bounds_get(const pli_book *book);

/* pli_book_apply takes one event. Rows that change mark what depends on them dirty. */
void pli_book_apply(pli_book *book, const plm_event *event);

/* pli_book_registry: names of the ids in the book. */
const pli_registry *pli_book_registry(const pli_book *book);

/* pli_book_regions lists every table of the book but its names and what is dirty: with them the
 * whole state of a book that is settled. */
void pli_book_regions(pli_book *book, pli_regions *regions);

/* pli_book_hash: 64 bits over every fact, independent of row order; equal for equal facts, in
 * every build. It covers facts, not the registry's spare bytes nor received times of marks. */
uint64_t pli_book_hash(const pli_book *book);

/* One position row. open is 0 for a closed leg: the row stays, with quantity 0, until no late event
 * of its key can come; then it may serve another key (decision 0013). pool numbers the
 * margin pool, from 1, equal for the rows of one pool: an isolated position is a pool of its own,
 * SEGREGATED has one per settle asset, CROSS and NONE share the account's. */
typedef struct pli_position_row {
	plm_account_id account;
	uint32_t epoch;
	uint32_t pool;
	uint32_t open;
	plm_time_ns venue_time_ns;
	plm_time_ns received_time_ns;
	uint64_t venue_sequence;
	plm_decimal unreconciled; /* of the quantity: what no update explains; 0 none */
	plm_position fact;
} pli_position_row;

/* pli_reconcile: how an account's positions stood each time that they were read in full while
 * updates told of them. A row of a reading is equal; or an update that is newer stands; or it
 * differs: then the venue's word counts, and the difference is unreconciled until an update says
 * the same (explained) or the next reading is equal. The last difference: instrument 0 none. */
typedef struct pli_reconcile {
	uint64_t readings_count;
	uint64_t rows_equal, rows_newer, rows_differing, rows_explained;
	plm_instrument_id instrument;
	uint32_t side; /* plm_side */
	plm_decimal quantity_before, quantity_read;
	plm_time_ns received_time_ns;
} pli_reconcile;

/* One balance row; open is 0 once a snapshot left the asset out. */
typedef struct pli_balance_row {
	plm_account_id account;
	uint32_t epoch;
	uint32_t pool;
	uint32_t open;
	plm_time_ns venue_time_ns;
	plm_time_ns received_time_ns;
	uint64_t venue_sequence;
	plm_decimal
	    unreconciled; /* >= 0; of a transit account: what may be ours besides, or less */
	plm_balance fact;
} pli_balance_row;

/* One feed's last state. */
typedef struct pli_feed_row {
	plm_feed_id feed;
	plm_account_id account;
	uint32_t epoch;
	plm_time_ns since_ns;
	plm_feed_state fact;
} pli_feed_row;

/* Last mark of an instrument. A mark with PLM_FLAG_SYNTHETIC changes only the prices it knows.
 * whole_...: of the last mark that replaced the row: the age of its greeks and its forward. */
typedef struct pli_mark_row {
	plm_time_ns venue_time_ns;
	plm_time_ns received_time_ns;
	plm_time_ns whole_venue_time_ns;
	plm_time_ns whole_received_time_ns;
	uint32_t known; /* 0: no mark yet */
	plm_mark fact;
	double funding_rate; /* told apart from marks, due at that time; 0: none was */
	plm_time_ns funding_time_ns;
} pli_mark_row;

/* One open order; gone when its quantity is 0. */
typedef struct pli_order_row {
	plm_account_id account;
	uint32_t epoch;
	plm_order_open fact;
} pli_order_row;

/* pli_price_source: who says what a coin is worth, best first.
 * INDEX         the venue's index of asset in quote
 * RATE          USD per unit, stated (quote 0)
 * MARK_INDEX    the index price inside a mark
 * SPOT, PERPETUAL, FUTURE   the mark of such an instrument on the asset (futures: nearest expiry)
 * POSITION      the mark price inside a position */
typedef enum pli_price_source {
	PLI_PRICE_INDEX = 0,
	PLI_PRICE_RATE = 1,
	PLI_PRICE_MARK_INDEX = 2,
	PLI_PRICE_SPOT = 3,
	PLI_PRICE_PERPETUAL = 4,
	PLI_PRICE_FUTURE = 5,
	PLI_PRICE_POSITION = 6,
} pli_price_source;

/* One price of an asset in a quote asset, per venue and source: the last one said. */
typedef struct pli_price_row {
	plm_asset_id asset;
	plm_asset_id quote;
	plm_venue_id venue;
	plm_instrument_id instrument; /* 0 for INDEX and RATE */
	uint32_t source;              /* pli_price_source */
	uint32_t next;                /* row of the same asset, PLI_ROW_NONE ends */
	plm_decimal price;
	plm_time_ns venue_time_ns;
	plm_time_ns received_time_ns;
} pli_price_row;

/* The venue's own numbers of one pool. When an account's pools change from one CROSS pool to
 * SEGREGATED ones or back, the rows of the former mode are gone. */
typedef struct pli_margin_row {
	plm_account_id account;
	plm_time_ns received_time_ns;
	plm_venue_margin fact;
} pli_margin_row;

/* One row of a table of margin tiers; epoch: in which it was told. fact.tiers_count is 0 for a row
 * that the last table did not hold. floor .. amount: those of fact, for who reads many of them;
 * initial: 1 / its leverage; NaN: not told. */
typedef struct pli_tier_row {
	plm_account_id account;
	uint32_t epoch;
	plm_time_ns received_time_ns;
	double floor, maintenance, amount, initial;
	plm_margin_tier fact;
} pli_tier_row;

/* What a venue margins by portfolio by, as it said to the account. There is room for so many of
 * each account, shared by all. */
enum { PLI_MATRICES_OF_ACCOUNT = 16 };
typedef struct pli_matrix_row {
	plm_account_id account;
	plm_time_ns received_time_ns;
	plm_margin_matrix fact;
} pli_matrix_row;

/* What a venue's stress test said of a coin of an account. is_old: a position on the coin has
 * another size since. Room as for matrices. */
typedef struct pli_stress_row {
	plm_account_id account;
	uint32_t is_old;
	plm_time_ns received_time_ns;
	plm_margin_stress fact;
} pli_stress_row;

/* What a venue counts of an asset as collateral. Room as for balances. */
typedef struct pli_collateral_row {
	plm_account_id account;
	plm_time_ns received_time_ns;
	plm_collateral fact;
} pli_collateral_row;

/* Rows: index 0 .. count-1; NULL past the end. Borrowed until the next apply. */
uint32_t pli_book_positions_count(const pli_book *book);
const pli_position_row *pli_book_position(const pli_book *book, uint32_t index);
uint32_t pli_book_balances_count(const pli_book *book);
const pli_balance_row *pli_book_balance(const pli_book *book, uint32_t index);
uint32_t pli_book_feeds_count(const pli_book *book);
const pli_feed_row *pli_book_feed(const pli_book *book, uint32_t index);
uint32_t pli_book_margins_count(const pli_book *book);
const pli_margin_row *pli_book_margin(const pli_book *book, uint32_t index);
uint32_t pli_book_orders_count(const pli_book *book);
const pli_order_row *pli_book_order(const pli_book *book, uint32_t index);

/* pli_book_tier: margin tier 1 .. n of an account's contract; NULL past the last, and where none
 * were told. Tables outlive epochs. Cost: one look-up. */
const pli_tier_row *pli_book_tier(
    const pli_book *book, plm_account_id account, plm_instrument_id instrument, uint32_t tier);

/* pli_book_tier_next: the row behind `row` in its table; NULL: it is the last. Cost: less than a
 * look-up, where a table was told in one go. */
const pli_tier_row *pli_book_tier_next(const pli_book *book, const pli_tier_row *row);

/* pli_book_matrix: what the account was told of contracts on a coin that settle in an asset; NULL:
 * nothing. Outlives epochs. Cost: one look-up. */
const pli_matrix_row *pli_book_matrix(
    const pli_book *book, plm_account_id account, plm_asset_id coin, plm_asset_id settle);

/* pli_book_stress: what the venue's stress test said of a coin, or of the account (by what it
 * counts in); NULL: nothing. Outlives epochs. Cost: one look-up. */
const pli_stress_row *pli_book_stress(
    const pli_book *book, plm_account_id account, plm_asset_id coin);

/* pli_book_collateral: what the account was told of an asset; NULL: nothing. Outlives epochs. Cost:
 * one look-up. */
const pli_collateral_row *pli_book_collateral(
    const pli_book *book, plm_account_id account, plm_asset_id asset);

/* Last VENUE_ACTIONs, newest first; at most PLI_ACTIONS_KEPT are kept. seen: of all time. */
enum { PLI_ACTIONS_KEPT = 256 };
uint32_t pli_book_actions_count(const pli_book *book);
const plm_event *pli_book_action(const pli_book *book, uint32_t index);
uint64_t pli_book_actions_seen(const pli_book *book);

/* By id: NULL when there is none. */
const pli_feed_row *pli_book_feed_of(const pli_book *book, plm_account_id account);
const pli_mark_row *pli_book_mark(const pli_book *book, plm_instrument_id id);

/* pli_book_funding_rate: what a perpetual is charged at its next settlement, a fraction; > 0: longs
 * pay. The rate of its last mark, else one that was told apart and is not due yet; NaN unknown. */
double pli_book_funding_rate(const pli_book *book, plm_instrument_id id);

/* Row of a key, PLI_ROW_NONE when there is none; lists of rows: first_of, then next, until
 * PLI_ROW_NONE. Closed rows are in the lists. */
uint32_t pli_book_balance_find(const pli_book *book, plm_account_id account, plm_asset_id asset);
uint32_t pli_book_position_first_of_account(const pli_book *book, plm_account_id account);
uint32_t pli_book_position_next_of_account(const pli_book *book, uint32_t index);
uint32_t pli_book_position_first_of_instrument(const pli_book *book, plm_instrument_id id);
uint32_t pli_book_position_next_of_instrument(const pli_book *book, uint32_t index);
uint32_t pli_book_balance_first_of_account(const pli_book *book, plm_account_id account);
uint32_t pli_book_balance_next_of_account(const pli_book *book, uint32_t index);

/* Prices of an asset, in no order; the caller ranks them. */
uint32_t pli_book_price_first(const pli_book *book, plm_asset_id asset);
const pli_price_row *pli_book_price(const pli_book *book, uint32_t index);

/* pli_book_price_is_quote: some price was said in this asset, so others may depend on it. */
bool pli_book_price_is_quote(const pli_book *book, plm_asset_id asset);

/* pli_book_account_since_ns: end of the batch that brought the account's first position or balance
 * of this run; 0: none has come. */
plm_time_ns pli_book_account_since_ns(const pli_book *book, plm_account_id account);

/* pli_book_policy: the last POLICY; zeroes before the first. */
const plm_policy *pli_book_policy(const pli_book *book);

/* What changed since the last clear: each row or id once. `everything`: an alias or the policy
 * changed, so look at all rows. Borrowed until the next apply or clear. */
typedef struct pli_book_dirty {
	const uint32_t *positions, *balances; /* row indexes */
	const uint32_t *marks, *specs;        /* instrument ids */
	const uint32_t *assets;               /* asset ids with a new price */
	const uint32_t *accounts;             /* account ids with new facts, feed or epoch */
	uint32_t positions_count, balances_count, marks_count, specs_count, assets_count,
	    accounts_count;
	bool everything;
} pli_book_dirty;
pli_book_dirty pli_book_dirty_get(const pli_book *book);
void pli_book_dirty_clear(pli_book *book);

/* What was ignored or could not be stored. tiers_broken: tables of margin tiers that broke off, and
 * rows that did not follow the row before. fills_duplicate and transfers_duplicate are found in a
 * window of the last few ten thousand. rows_full > 0 means that the book is not complete:
 * the feed of an account that lost a fact is DEGRADED until a snapshot brings it whole again.
 * rows_reused: position rows that served an earlier key. transits_unexplained: movements whose
 * coins reached nobody in time; drifts_lost: changes of balances that were watched too many at
 * once. */
typedef struct pli_book_counters {
	uint64_t applied, duplicate, old_epoch, old_sequence, snapshots, snapshots_incomplete,
	    rows_full, rows_reused, unknown_event, fills, fills_duplicate, transfers,
	    transfers_duplicate, fundings, venue_errors, tiers_broken, transits_unexplained,
	    drifts_lost;
} pli_book_counters;
pli_book_counters pli_book_counters_get(const pli_book *book);

/* Time of the last BATCH_END, and its sequence: the book's "now". */
plm_time_ns pli_book_now_ns(const pli_book *book);

/* pli_book_reconcile: NULL for an id that is out of range. Borrowed until the next apply. */
const pli_reconcile *pli_book_reconcile(const pli_book *book, plm_account_id account);

/* pli_book_venue_time_ns: when the newest mark, index or rate that the venue streams was received;
 * 0: it never told one, or its id is PLI_VENUES_MAX or more. */
plm_time_ns pli_book_venue_time_ns(const pli_book *book, plm_venue_id venue);
uint64_t pli_book_sequence(const pli_book *book);

#endif
