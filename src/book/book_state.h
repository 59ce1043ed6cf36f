/* book_state.h: the inside of a book, for the files of this room. */
#ifndef PLI_BOOK_BOOK_STATE_H
#define PLI_BOOK_BOOK_STATE_H

#include "base/limits.h"
#include "book/book.h"
#include "book/transit.h"

enum {
	BOOK_SCOPES = 2, /* positions, balances */
	BOOK_FILLS_WINDOW = 1 << 16,
	BOOK_TRANSFERS_WINDOW = 1 << 12,
	BOOK_LIMITS_MAX = 1024,
	BOOK_ORDERS_DEFAULT = 4096,
	BOOK_TIERS_DEFAULT = 4096,
};

/* No answer or update arrives later than this after it was said: requests live for seconds. */
#define BOOK_LATE_NS (3600 * PLM_NS_PER_S)

/* A movement is told, and its balance read, within this of each other; what no one explained by
 * then is taken for what it looks like. */
#define BOOK_TELL_NS (180 * PLM_NS_PER_S)

/* Two accounts' clocks, and times that a venue rounds, are no further apart. */
#define BOOK_TRANSIT_APART_NS (600 * PLM_NS_PER_S)

/* Lists that a position or balance row is in, and when it was last touched. */
typedef struct book_links {
	uint32_t next_of_account;
	uint32_t next_of_instrument;
	uint64_t stamp;      /* of the last live update, whether it was said before or not */
	uint64_t stamp_seen; /* of the last snapshot that held it */
} book_links;

/* One row of a snapshot that has not ended. */
typedef struct shadow_row {
	uint32_t next;
	uint16_t type; /* PLM_EVENT_POSITION or PLM_EVENT_BALANCE */
	uint64_t venue_sequence;
	uint64_t stamp;
	plm_time_ns venue_time_ns;
	plm_time_ns received_time_ns;
	union {
		plm_position position;
		plm_balance balance;
	} u;
} shadow_row;

typedef struct book_snapshot {
	bool open;
	uint32_t epoch;
	uint32_t rows_count;
	uint32_t head, tail;
	bool is_check;  /* of BEGIN: what differs is to be explained */
	uint64_t stamp; /* of BEGIN */
	plm_time_ns venue_time_ns, received_time_ns;
} book_snapshot;

/* One change of a balance that nothing told explains yet, or (of the other sign) what was told and
 * no balance shows yet; what is left of it. */
typedef struct book_drift {
	uint32_t balance;    /* row */
	uint32_t is_change;  /* 1: a change of the balance as it was, nothing taken from it */
	plm_time_ns time_ns; /* received */
	plm_int128 units;
} book_drift;

/* Of one asset, over all movements. */
typedef struct book_transit_sum {
	plm_int128 counted, doubt;
} book_transit_sum;

#define BOOK_SINCE_BATCH (-1)

/* margin_mode: of the last VENUE_MARGIN of a whole pool, CROSS or SEGREGATED; 0 none yet. */
typedef struct book_account {
	plm_time_ns since_ns;    /* of its first fact; BOOK_SINCE_BATCH until its batch ends */
	int64_t clock_offset_ns; /* its venue's clock minus ours, as last known; 0 never */
	uint32_t epoch;
	uint8_t margin_mode;
	plm_feed_id feed;
	uint32_t positions_head;
	uint32_t balances_head;
	uint32_t
	    lost_scopes;     /* PLM_SCOPE_ bits: a fact of it did not fit since its last snapshot */
	uint32_t read_epoch; /* in which positions were last read in full; 0 never */
	bool balances_read;  /* once in full: what was not there was nothing */
	bool tells_deposits; /* a TRANSFER of what came has been told */
	pli_reconcile reconcile;
	book_snapshot snapshots[BOOK_SCOPES];
} book_account;

/* Rows or ids that changed, each once. */
typedef struct book_dirty_set {
	uint32_t *items;
	uint8_t *marked;
	uint32_t count;
	uint32_t items_max;
} book_dirty_set;

struct pli_book {
	pli_book_bounds bounds;
	pli_registry *registry;

	pli_position_row *positions;
	book_links *position_links;
	uint32_t positions_count;
	pli_row_index position_index;
	uint32_t free_head, free_tail; /* rows given back, oldest first, by next_of_account */

	pli_balance_row *balances;
	book_links *balance_links;
	uint32_t balances_count;
	pli_row_index balance_index;

	book_account *accounts;     /* by id */
	uint32_t *instrument_heads; /* by id: first position */
	pli_mark_row *marks;        /* by id */
	uint32_t *mark_prices;      /* by id: rows of prices, two each */

	pli_price_row *prices;
	uint32_t prices_count, prices_max;
	pli_row_index price_index;
	uint32_t *price_heads; /* by asset id */
	uint8_t *price_quotes; /* by asset id: 1 when a price was said in it */

	pli_feed_row *feeds; /* by id */
	uint32_t feeds_count;

	pli_margin_row *margins;
	uint32_t margins_count, margins_max;
	pli_row_index margin_index;

	pli_tier_row *tiers;
	uint32_t tiers_count;
	pli_row_index tier_index;
	pli_tier_row tiers_coming[PLM_MARGIN_TIERS_MAX]; /* of one table, the first so many */
	uint32_t tiers_coming_count;

	pli_matrix_row *matrices;
	uint32_t matrices_count, matrices_max;
	pli_row_index matrix_index;
	pli_stress_row *stresses; /* as many as matrices */
	uint32_t stresses_count;
	pli_row_index stress_index;

	pli_collateral_row *collaterals;
	uint32_t collaterals_count; /* at most balances_max */
	pli_row_index collateral_index;

	pli_order_row *orders;
	uint32_t orders_count;
	pli_row_index order_index;

	pli_row_index pool_index;
	uint32_t pools_count;

	shadow_row *shadows;
	uint32_t shadows_count, shadows_max;
	uint32_t shadow_free; /* given back */

	plm_account_id transit_account; /* 0: the book keeps no track of movements */
	pli_transit_row *transits;
	uint32_t transits_count;
	uint16_t *transits_moving; /* rows that may change without being told of */
	uint32_t transits_moving_count;
	bool transit_told;              /* since they were listed */
	book_transit_sum *transit_sums; /* by asset id */
	book_drift *drifts;
	uint32_t drifts_count;
	plm_int128 *drift_sums;   /* by balance row */
	plm_int128 *drift_doubts; /* by asset id: of its rows, without sign */
	plm_address_fact *addresses;
	uint32_t addresses_count;
	plm_time_ns transit_next_ns; /* time alone changes a movement */
	bool transit_dirty;

	plm_limit_fact *limits; /* by id */
	uint64_t *fills_seen;
	uint64_t *transfers_seen;
	plm_event *actions; /* the last PLI_ACTIONS_KEPT, in a ring */
	uint64_t actions_seen;
	plm_policy policy;
	plm_time_ns venue_times[PLI_VENUES_MAX]; /* by id: of its newest price of any kind */

	book_dirty_set dirty_positions, dirty_balances, dirty_marks, dirty_specs, dirty_assets,
	    dirty_accounts;
	bool dirty_everything;
	bool accounts_began; /* some are since this batch */

	pli_book_counters counters;
	uint64_t stamp; /* counts applied events */
	plm_time_ns now_ns;
	uint64_t sequence;
};

/* Marks an item dirty once. */
static inline void
book_dirty(book_dirty_set *set, uint32_t item)
{
	if (set->marked[item])
		return;
	set->marked[item] = 1;
	set->items[set->count++] = item;
}

/* book_order: what an event is to a row of its key. */
typedef enum book_order { BOOK_NEWER, BOOK_DUPLICATE, BOOK_OLDER } book_order;

/* When something was said, in the venue's and in our own count. */
typedef struct book_when {
	uint32_t epoch;
	uint64_t venue_sequence;
	plm_time_ns venue_time_ns;
} book_when;

book_order pli_book_order_of(book_when row, book_when event);

/* Row of a key, made when there is none; PLI_ROW_NONE when rows are full (pli_book_lose). */
uint32_t pli_book_position_intern(pli_book *book, plm_account_id account, const plm_position *fact);
uint32_t pli_book_balance_intern(pli_book *book, plm_account_id account, const plm_balance *fact);

/* Stores a fact in a row: pool, open, dirty. */
void pli_book_position_store(pli_book *book, uint32_t row, const plm_position *fact);
void pli_book_balance_store(pli_book *book, uint32_t row, const plm_balance *fact);

/* pli_book_lose: a fact of the account did not fit. Counted; its feed is DEGRADED, not LIVE, until
 * a snapshot of that scope is stored whole. feed_degrade holds a said state to that; true when it
 * changed it. */
void pli_book_lose(pli_book *book, plm_account_id account, uint32_t scopes);
bool pli_book_feed_degrade(const pli_book *book, plm_account_id account, plm_feed_state *state);

/* pli_book_positions_reclaim gives the account's dead rows back: closed ones that no event can meet
 * any more (decision 0013). Cost: the account's rows. */
void pli_book_positions_reclaim(pli_book *book, plm_account_id account);

/* Snapshots. pli_book_snapshot_row takes a row into the shadow; false when none is open. */
void pli_book_snapshot_begin(pli_book *book, const plm_event *event);
void pli_book_snapshot_end(pli_book *book, const plm_event *event);
bool pli_book_snapshot_row(pli_book *book, const plm_event *event);
void pli_book_snapshot_drop(pli_book *book, plm_account_id account, uint32_t scopes);

/* Drops the account's open orders of epochs before `epoch`. */
void pli_book_orders_drop(pli_book *book, plm_account_id account, uint32_t epoch);

/* Margin numbers, margin tiers, parameters of margin by portfolio, shares of collateral. */
void pli_book_venue_margin(pli_book *book, const plm_event *event);
void pli_book_margin_tier(pli_book *book, const plm_event *event);
void pli_book_margin_matrix(pli_book *book, const plm_event *event);
void pli_book_margin_stress(pli_book *book, const plm_event *event);
/* A position of the account has another size: what was told of its coin is of another portfolio. */
void pli_book_stress_outdate(pli_book *book, plm_account_id account, plm_instrument_id instrument);
void pli_book_collateral_told(pli_book *book, const plm_event *event);

/* Prices. */
/* book_reconcile.c. read: a row of a reading is about to be stored, or (NULL) a position is about
 * to be closed because the reading lacks it; newer: an update stands against it; told: an update
 * was stored. is_check: the reading is not the first of its epoch. end: the positions were read. */
bool pli_book_reconcile_is_check(
    const pli_book *book, plm_account_id account, const book_snapshot *snapshot);
void pli_book_reconcile_read(pli_book *book, uint32_t index, bool is_new, const shadow_row *said);
void pli_book_reconcile_newer(pli_book *book, plm_account_id account);
void pli_book_reconcile_told(pli_book *book, uint32_t index, plm_decimal quantity_before);
void pli_book_reconcile_end(
    pli_book *book, plm_account_id account, const book_snapshot *snapshot, bool is_check);

/* book_claim: taken when one change is the amount and none other is owed; when one is it, or all
 * add up to half of it or more; anyhow, because it is known that the balance shows it. */
typedef enum book_claim { BOOK_CLAIM_EQUAL, BOOK_CLAIM_HALF, BOOK_CLAIM_ANYHOW } book_claim;

/* book_drift.c. moved: a balance's wallet changed. told: something told should change it by so
 * much. claim takes an amount that moved the row from its changes of the last BOOK_TELL_NS; false:
 * it may not have moved it yet, and nothing is taken. After any of them the sum of a row's entries
 * is how far its balance is from what was told. fill, funding: events of an account. */
void pli_book_drift_moved(
    pli_book *book, uint32_t balance, plm_decimal before, plm_decimal after, plm_time_ns time_ns);
void pli_book_drift_told(pli_book *book, plm_account_id account, plm_asset_id asset,
    plm_decimal amount, plm_time_ns time_ns);
bool pli_book_drift_claim(pli_book *book, uint32_t balance, plm_decimal amount, book_claim how);
void pli_book_drift_expire(pli_book *book, plm_time_ns now_ns);
void pli_book_drift_fill(pli_book *book, const plm_event *event);
void pli_book_drift_funding(pli_book *book, const plm_event *event);

/* book_transit.c. transfer: a TRANSFER that was not told before. settle: at the end of a batch:
 * states, and the transit account's balances. take: a row that is free or longest over; NULL when
 * all are open. */
void pli_book_transfer(pli_book *book, const plm_event *event);
void pli_book_address(pli_book *book, const plm_event *event);
void pli_book_transit_settle(pli_book *book);
pli_transit_row *pli_book_transit_take(pli_book *book);

/* book_transit_match.c. match: looks for the other side of a row that has one. split: gives the
 * sides of a row a row each; is_rise: the account's balance rose by what the row lacks; split
 * returns that of what came, NULL when there is no room for it. */
void pli_book_transit_match(pli_book *book, pli_transit_row *row);
bool pli_book_transit_is_rise(const pli_transit_row *row, plm_account_id account, plm_decimal came);
pli_transit_row *pli_book_transit_split(pli_book *book, pli_transit_row *row);

/* pli_book_price_heard: the venue told a price, by a stream and not as a part of a snapshot: a file
 * that somebody keeps is as old as it is, and lags behind nothing. */
void pli_book_price_heard(pli_book *book, plm_venue_id venue, const plm_event *event);
void pli_book_price_index(pli_book *book, const plm_event *event);
void pli_book_price_rate(pli_book *book, const plm_event *event);
void pli_book_price_mark(pli_book *book, plm_instrument_id id);
void pli_book_price_position(pli_book *book, const pli_position_row *row);

#endif
