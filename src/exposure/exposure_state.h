/* exposure_state.h: the inside of an exposure, for the files of this room. */
#ifndef PLI_EXPOSURE_EXPOSURE_STATE_H
#define PLI_EXPOSURE_EXPOSURE_STATE_H

#include "base/limits.h"
#include "exposure/exposure.h"
#include "exposure/exposure_options.h"

/* A leg whose coins or USD reach this is OVERFLOW: two million smaller ones add up inside 127
 * bits, so sums need no checks. 4e13 coins. */
#define EXPOSURE_UNITS_MAX ((plm_int128)1 << 105)

/* Sums of doubles are kept in whole billionths, so that their order does not count. */
#define EXPOSURE_MEASURE_UNITS 1e9

enum {
	HOT_LISTED = 1,        /* in the list of legs */
	HOT_INCLUDED = 2,      /* counts in coins */
	HOT_COLLATERAL = 4,    /* a balance */
	HOT_OPTION = 8,        /* has greeks of its own */
	HOT_UNRECONCILED = 32, /* a part of its quantity is: book, pli_reconcile */
	HOT_LIVE = 16,         /* coins are in the cell's exposure_live: ticks move them there */
};

/* What a roll-up reads of each leg. */
typedef struct exposure_hot {
	plm_int128 coins; /* 0 unless included */
	uint32_t account;
	uint32_t pool;
	uint32_t underlying;
	uint8_t reason;
	uint8_t flags;
	uint8_t delta_source;
	uint8_t adl_rank;
} exposure_hot;

/* Where a leg hangs. pool: how it nets at the pool tier. */
typedef struct exposure_link {
	uint32_t node;           /* PLI_ROW_NONE: in none */
	uint32_t next, previous; /* legs of the node */
	uint32_t pool; /* NODE_POOL_CROSS, NODE_POOL_OWN, or a pool's net + NODE_POOL_FIRST */
} exposure_link;

enum { NODE_POOL_CROSS = 0, NODE_POOL_OWN = 1, NODE_POOL_FIRST = 2 };

/* One (account, underlying), whose running sums every change of a leg moves: its net and the gross
 * of its legs stand in arrays of their own, since the choice of the largest rows reads one of them
 * over all nodes. |net| is the gross at the account tier, |cross| + gross_pools at the pool tier.
 * While a leg is live its coins are not in the sums: read them with node_sums. */
typedef struct exposure_node {
	uint32_t live; /* cell of its live leg, PLI_ROW_NONE: none */
	uint32_t underlying, legs, included;
} exposure_node;

/* The rest of a node. cross: net of the account's own pool. gross_pools: of isolated and segregated
 * pools. */
typedef struct exposure_node_more {
	plm_int128 cross, gross_pools;
	uint32_t next_of_account; /* of a free node the next one */
	uint32_t first_leg;
	uint32_t venue; /* index of exposure_total */
	uint32_t account;
} exposure_node_more;

/* Running sums of one underlying, of a venue or of the book. */
typedef struct exposure_total {
	plm_int128 net, gross_leg, gross_pool, gross_account, gross_venue, collateral;
	uint32_t venue, underlying;
	uint32_t legs, included, collateral_count, collateral_included;
} exposure_total;

/* A position's part in its account's collateral: base + coins x the instrument's tick mark. Where
 * coins is 0 the base is all of it. Both factors count billionths, so the product is exact. */
typedef struct exposure_pnl {
	plm_int128 base;
	int64_t coins;
	uint32_t cell;             /* PLI_ROW_NONE: none */
	uint32_t tick;             /* its place in the ticks, PLI_ROW_NONE: none */
	uint32_t unplaced_account; /* whose wallets it may be in, none being known; 0: placed */
	bool known;
} exposure_pnl;

/* What the last settle found of a position, beside its leg. mark_time_ns: received time of the mark
 * that its coins hang on, 0 none. control_coins: what an option controls, NaN unknown. */
typedef struct exposure_found {
	plm_time_ns mark_time_ns;
	double control_coins;
} exposure_found;

/* What a tick reads of each open position of an instrument; cell PLI_ROW_NONE: derive it anew. */
typedef struct exposure_tick {
	int64_t coins;
	uint32_t cell;
	uint32_t position;
} exposure_tick;

enum { TICK_BLOCK = 128 };

/* Positions of one instrument stand together, in blocks. */
typedef struct exposure_tick_list {
	int64_t mark; /* in billionths as last settled; 0 none that fits */
	uint32_t last_block;
	uint32_t count;      /* in the last block */
	uint32_t slow_count; /* rows that a tick must derive anew */
	uint32_t settle;     /* of the instrument: what roll-ups split by */
	plm_time_ns expiry_ns;
} exposure_tick_list;

/* Unrealised P&L of one account in one settle asset: the sum of its positions. Read it with
 * exposure_cell_units: while a collateral leg is live it is that leg's coins less the wallet. */
typedef struct exposure_cell {
	plm_int128 units;
	plm_int128 wallet; /* of the live leg */
	uint32_t account, asset;
	uint32_t balance; /* row, PLI_ROW_NONE when there is none; of a free cell the next one */
	uint32_t unknown_count;
	bool dirty;
} exposure_cell;

/* The collateral leg of a cell while it is live: it follows the cell's P&L one to one, and a tick
 * moves its coins and the totals of venue and book, nothing else. One cache line, so that this is
 * the only one that a tick looks up for a position. */
typedef struct exposure_live {
	plm_int128 coins;
	plm_int128 net_rest, cross_rest; /* of the other legs of its node */
	uint32_t slot;                   /* of the leg, PLI_ROW_NONE: the cell has no live one */
	uint32_t node, venue;
	bool alone; /* both rests are 0 */
} exposure_live;

_Static_assert(sizeof(exposure_live) == 64, "a live leg is one cache line");

/* USD price of one coin; time: received time of the oldest price in the chain. */
typedef struct exposure_price {
	plm_decimal usd;
	plm_time_ns time_ns;
} exposure_price;

typedef struct exposure_account {
	uint32_t venue;
	uint32_t nodes;     /* first node, PLI_ROW_NONE none */
	uint32_t portfolio; /* equal numbers for equal texts */
	uint32_t strategy;
	uint32_t unplaced_count; /* positions whose P&L may be in any of its wallets */
	uint8_t feed_status;
	bool has_feed;
	bool unplaced_moved; /* from none to some or back, in this settle */
	plm_time_ns heard_ns;
} exposure_account;

/* Scratch of one roll-up; see rollup.c. */
typedef struct rollup_row rollup_row;
typedef struct rollup_group rollup_group;

struct pli_exposure {
	pli_book *book;
	uint32_t positions_max, balances_max;
	exposure_hot *hot;     /* positions first, then balances */
	exposure_pnl *pnl;     /* by position row */
	exposure_found *found; /* by position row */
	uint32_t *instruments; /* by position row */
	exposure_tick *ticks;
	uint32_t *tick_previous;        /* by block */
	uint32_t tick_free;             /* first free block, chained by tick_previous */
	exposure_tick_list *tick_lists; /* by instrument id */
	exposure_link *links;           /* by slot */
	exposure_node *nodes;
	plm_int128 *node_net, *node_gross_leg;
	exposure_node_more *node_more;
	uint32_t nodes_count, nodes_free; /* free ones are chained, and have no legs */
	uint32_t *cell_positions;         /* by cell: how many positions settle in it */
	uint32_t *balance_cells;          /* by balance row: cell of a live leg */
	pli_row_index node_index;
	plm_int128 *pools;   /* nets of segregated pools per underlying */
	uint32_t *pool_legs; /* by pool: how many legs; of a free pool the next one */
	uint32_t pools_count, pools_free;
	pli_row_index pool_index;
	exposure_total *venues; /* per venue and underlying */
	uint32_t venues_count;
	pli_row_index venue_index;
	exposure_total *totals; /* by asset id: the book's */
	exposure_cell *cells;
	exposure_live *live;              /* by cell */
	uint32_t cells_count, cells_free; /* free ones are chained, and have no positions */
	pli_row_index cell_index;
	uint32_t *cells_dirty;
	uint32_t cells_dirty_count;
	exposure_price *prices;     /* by asset id */
	double *price_doubles;      /* by asset id: the same as doubles, NaN unknown */
	exposure_account *accounts; /* by account id */
	uint32_t *classes;          /* by asset id */
	uint64_t underlyings_version;
	pli_row_index text_index;
	uint32_t texts_count;
	exposure_option *options; /* by instrument id */
	exposure_expiry *expiries;
	uint32_t *expiries_of_asset; /* by asset id: the first */
	uint32_t *expiries_touched;
	uint32_t *repriced; /* instruments */
	uint32_t expiries_count, expiries_touched_count, repriced_count;
	uint32_t vols_count; /* of all expiries */
	exposure_batch batch;
	plm_asset_id usd;
	plm_time_ns next_time_ns;              /* when time alone changes a leg */
	uint64_t venues_lagging;               /* bits by venue id */
	plm_decimal lag_moves[PLI_VENUES_MAX]; /* of those: part by which prices may have moved */
	uint64_t settles_count;
	uint32_t *traded;       /* positions whose quantity changed in the last settle */
	plm_int128 *quantities; /* of the last settle, by position row */
	uint32_t traded_count;
	bool settled_once;
	bool unplaced_moved; /* an account's is set */

	plm_leg *legs; /* cache of the listed legs, filled when asked for */
	uint32_t legs_count;
	uint64_t legs_settle; /* settles_count + 1 of the cache */

	rollup_row *rows;
	rollup_group *groups;
	uint32_t *row_slots, *group_slots, *order, *chosen;
	double *chosen_gross, *top_gross;
	uint32_t scratch_max;
};

/* exposure_derived: a position seen through its mark, before it is priced in USD. */
typedef struct exposure_derived {
	const plm_instrument *spec; /* NULL: not known */
	plm_asset_id underlying;
	plm_decimal factor; /* of an alias, else 1 */
	plm_decimal mark_price;
	plm_time_ns mark_time_ns;   /* 0: no mark used */
	plm_time_ns price_time_ns;  /* of mark_price, used or not; 0 none */
	plm_decimal quantity_coins; /* without delta, before the alias factor */
	plm_decimal coins;
	double delta;
	plm_time_ns delta_time_ns; /* received time of its oldest input; 0 none */
	uint8_t reason;
	uint8_t delta_source;
	bool included;
	bool has_pnl;
	bool pnl_is_linear; /* coins x (mark - entry) */
	bool pnl_unplaced;  /* what it settles in is not known: has_pnl is false */
	plm_decimal pnl;    /* in the settle asset */
} exposure_derived;

/* A day ends everywhere so long after the hour that naming rules say, 08:00 UTC, at the latest. */
#define EXPOSURE_EXPIRY_DAY_NS (28 * 3600 * PLM_NS_PER_S)

/* When an instrument with an expiry has expired for certain. */
static inline plm_time_ns
exposure_expiry_certain_ns(const plm_instrument *spec)
{
	bool told = spec->spec_source == PLM_SPEC_VENUE && spec->expiry_by_name == 0;
	return spec->expiry_ns + (told ? 0 : EXPOSURE_EXPIRY_DAY_NS);
}

/* fixed: its price moves no more. end: that, or it may be so. */
static inline bool
exposure_reason_is_fixed(uint8_t reason)
{
	return reason == PLM_REASON_EXPIRED || reason == PLM_REASON_DELISTED;
}

static inline bool
exposure_reason_is_end(uint8_t reason)
{
	return exposure_reason_is_fixed(reason) || reason == PLM_REASON_EXPIRED_BY_NAME ||
	       reason == PLM_REASON_DELISTED_UNDATED;
}

/* legs_derive.c. All are pure functions of the book and the settled state. pnl_is_whole: the cell,
 * NULL for none, has all P&L of the account that may be in its asset. */
void pli_exposure_derive_position(
    const pli_exposure *exposure, const pli_position_row *row, exposure_derived *ret_derived);
bool pli_exposure_pnl_is_whole(
    const pli_exposure *exposure, plm_account_id account, const exposure_cell *cell);
plm_decimal pli_exposure_derive_collateral(
    const pli_exposure *exposure, const pli_balance_row *row, const exposure_cell *cell);
void pli_exposure_alias(const pli_exposure *exposure, plm_asset_id asset,
    plm_asset_id *ret_underlying, plm_decimal *ret_factor);
bool pli_exposure_is_stale(const pli_exposure *exposure, plm_time_ns received_ns);
plm_decimal pli_exposure_mark_price(
    const pli_exposure *exposure, const pli_position_row *row, plm_time_ns *ret_time_ns);

/* legs_fill.c: the whole leg of a slot, which must be listed. */
void pli_exposure_fill_leg(const pli_exposure *exposure, uint32_t slot, plm_leg *ret_leg);

/* exposure_lag.c. lag_settle: which venues lag, after a batch. lag_usd: what a leg of that worth
 * leaves open, 0 where its venue does not lag. venues_skew_ns: newest less oldest time of the
 * venues' prices; -1 when none of them told any. */
void pli_exposure_lag_settle(pli_exposure *exposure);
plm_int128 pli_exposure_lag_usd(const pli_exposure *exposure, uint32_t venue, plm_int128 usd);
int64_t pli_exposure_venues_skew_ns(const pli_exposure *exposure, uint64_t venues);

static inline uint64_t
pli_exposure_venue_bit(const pli_exposure *exposure, uint32_t slot)
{
	uint32_t venue = exposure->accounts[exposure->hot[slot].account].venue;
	return venue < PLI_VENUES_MAX ? UINT64_C(1) << venue : 0;
}

/* exposure_greeks.c: gamma, vega and theta of a position in an option, in USD, of one source; NaN
 * unknown. Cost: Black-76 once where the venue's are missing or late and no model is kept. */
typedef struct exposure_greeks {
	double gamma_usd_1pct, vega_usd, vega_usd_30d, theta_usd;
	uint8_t source; /* plm_greek_source */
} exposure_greeks;

exposure_greeks pli_exposure_greeks(const pli_exposure *exposure, uint32_t slot);

/* pli_exposure_fill_greeks: those, and what venue and model say, into an option's leg. */
void pli_exposure_fill_greeks(const pli_exposure *exposure, uint32_t slot, plm_leg *leg);
const exposure_cell *pli_exposure_cell_of(
    const pli_exposure *exposure, plm_account_id account, plm_asset_id asset);

/* exposure_prices.c: the USD price of an asset as the book tells it now. */
exposure_price pli_exposure_price_derive(const pli_exposure *exposure, plm_asset_id asset);

/* rollup.c: sizes of the scratch rows. */
size_t pli_exposure_rollup_row_size(void);
size_t pli_exposure_rollup_group_size(void);

/* Slots: positions then balances. pli_exposure_slot_next walks the slots in use. */
static inline uint32_t
exposure_slot_next(const pli_exposure *exposure, uint32_t slot)
{
	slot++;
	if (slot < exposure->positions_max && slot >= pli_book_positions_count(exposure->book))
		return exposure->positions_max;
	return slot;
}

static inline uint32_t
exposure_slot_first(const pli_exposure *exposure)
{
	return pli_book_positions_count(exposure->book) > 0 ? 0 : exposure->positions_max;
}

static inline uint32_t
exposure_slot_end(const pli_exposure *exposure)
{
	return exposure->positions_max + pli_book_balances_count(exposure->book);
}

/* Coins of a leg; 0 unless it is included. */
static inline plm_int128
exposure_coins(const pli_exposure *exposure, uint32_t slot)
{
	const exposure_hot *hot = &exposure->hot[slot];
	if ((hot->flags & HOT_LIVE) == 0)
		return hot->coins;
	return exposure->live[exposure->balance_cells[slot - exposure->positions_max]].coins;
}

static inline plm_int128
exposure_cell_units(const pli_exposure *exposure, const exposure_cell *cell)
{
	const exposure_live *live = &exposure->live[cell - exposure->cells];
	return live->slot == PLI_ROW_NONE ? cell->units : live->coins - cell->wallet;
}

/* Units of a leg in USD: known only when it is included, has a price and fits. */
static inline bool
exposure_usd(const pli_exposure *exposure, uint32_t slot, plm_int128 *ret_units)
{
	plm_decimal usd;
	const exposure_hot *hot = &exposure->hot[slot];
	if ((hot->flags & HOT_INCLUDED) == 0 ||
	    plm_decimal_multiply((plm_decimal){exposure_coins(exposure, slot)},
		exposure->prices[hot->underlying].usd, &usd) != PLM_OK ||
	    usd.units >= EXPOSURE_UNITS_MAX || usd.units <= -EXPOSURE_UNITS_MAX)
		return false;
	*ret_units = usd.units;
	return true;
}

#endif
