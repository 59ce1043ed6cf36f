/* book.h: the facts. Changed by events alone; derives nothing.
 *
 * apply is O(1) per event and has no error path: what could be wrong with an event was settled at
 * the door; what contradicts the book (an older epoch, an old venue sequence, a duplicate) is
 * ignored and counted. Pure: no clock, no heap after init, no I/O. One writer thread.
 *
 * Snapshots: between SNAPSHOT_BEGIN and a complete SNAPSHOT_END of an account, rows go to a shadow
 * and show nowhere; a complete END swaps them in: positions of the scope that were not in it are
 * closed, nothing of an older epoch survives. An incomplete END throws the shadow away. Updates
 * that arrive in between (without PLM_FLAG_SNAPSHOT) are kept and applied after the swap when they
 * are newer than the snapshot's row. */
#ifndef PLI_BOOK_BOOK_H
#define PLI_BOOK_BOOK_H

#include <stdint.h>

#include "model/registry.h"
#include "plimsoll/event.h"

/* Most rows; memory is taken at create. */
typedef struct pli_book_bounds {
	pli_registry_bounds registry;
	uint32_t            positions_max;
	uint32_t            balances_max;
	uint32_t            feeds_max;
} pli_book_bounds;

typedef struct pli_book pli_book;

pli_book *pli_book_create(const pli_book_bounds *bounds);
void      pli_book_destroy(pli_book *book);

/* pli_book_apply takes one event. Rows that change mark what depends on them dirty. */
void pli_book_apply(pli_book *book, const plm_event *event);

/* pli_book_registry: names of the ids in the book. */
const pli_registry *pli_book_registry(const pli_book *book);

/* pli_book_hash: 64 bits over every fact, independent of row order; equal for equal facts, in
 * every build. It covers facts, not the registry's spare bytes nor received times of marks. */
uint64_t pli_book_hash(const pli_book *book);

/* One position row. open is 0 for a closed leg: the row stays, with quantity 0. */
typedef struct pli_position_row {
	plm_account_id account;
	uint32_t       epoch;
	uint32_t       pool;
	uint32_t       open;
	plm_time_ns    venue_time_ns;
	plm_time_ns    received_time_ns;
	uint64_t       venue_sequence;
	plm_position   fact;
} pli_position_row;

typedef struct pli_balance_row {
	plm_account_id account;
	uint32_t       epoch;
	uint32_t       pool;
	uint32_t       open;
	plm_time_ns    venue_time_ns;
	plm_time_ns    received_time_ns;
	uint64_t       venue_sequence;
	plm_balance    fact;
} pli_balance_row;

/* One feed's last state. */
typedef struct pli_feed_row {
	plm_feed_id    feed;
	plm_account_id account;
	uint32_t       epoch;
	plm_time_ns    since_ns;
	plm_feed_state fact;
} pli_feed_row;

typedef struct pli_mark_row {
	plm_time_ns venue_time_ns;
	plm_time_ns received_time_ns;
	uint32_t    known; /* 0: no mark yet */
	plm_mark    fact;
} pli_mark_row;

/* Rows: index 0 .. count-1; NULL past the end. Borrowed until the next apply. */
uint32_t                pli_book_positions_count(const pli_book *book);
const pli_position_row *pli_book_position(const pli_book *book, uint32_t index);
uint32_t                pli_book_balances_count(const pli_book *book);
const pli_balance_row  *pli_book_balance(const pli_book *book, uint32_t index);
uint32_t                pli_book_feeds_count(const pli_book *book);
const pli_feed_row     *pli_book_feed(const pli_book *book, uint32_t index);
const pli_feed_row     *pli_book_feed_of(const pli_book *book, plm_account_id account);
const pli_mark_row     *pli_book_mark(const pli_book *book, plm_instrument_id id);

/* pli_book_venue_margin: the venue's own numbers of pool `index`; NULL past the end. */
typedef struct pli_margin_row {
	plm_account_id   account;
	plm_time_ns      received_time_ns;
	plm_venue_margin fact;
} pli_margin_row;
uint32_t              pli_book_margins_count(const pli_book *book);
const pli_margin_row *pli_book_margin(const pli_book *book, uint32_t index);

/* What was ignored or could not be stored. */
typedef struct pli_book_counters {
	uint64_t applied, duplicate, old_epoch, old_sequence, snapshots, snapshots_incomplete,
	    rows_full, unknown_event;
} pli_book_counters;
pli_book_counters pli_book_counters_get(const pli_book *book);

/* Time of the last BATCH_END, and its sequence: the book's "now". */
plm_time_ns pli_book_now_ns(const pli_book *book);
uint64_t    pli_book_sequence(const pli_book *book);

#endif
