/* event.h: the only way into the book. One fixed-size record per fact.
 *
 * A number that the source did not give is unknown (plm_decimal_unknown, NaN), never zero.
 * docs/reference/events.md describes each row of PLM_EVENTS; a test holds the two together. */
#ifndef PLIMSOLL_EVENT_H
#define PLIMSOLL_EVENT_H

#include <stdint.h>

#include "plimsoll/decimal.h"
#include "plimsoll/ids.h"
#include "plimsoll/instrument.h"
#include "plimsoll/slice.h"
#include "plimsoll/time.h"

/* PLM_EVENTS: name, number, text. Numbers are stable: they are in journals. */
#define PLM_EVENTS(X)                                                                              \
	X(NONE, 0, "none")                                                                         \
	X(ASSET, 1, "asset")                                                                       \
	X(ACCOUNT, 2, "account")                                                                   \
	X(INSTRUMENT, 3, "instrument")                                                             \
	X(BALANCE, 4, "balance")                                                                   \
	X(POSITION, 5, "position")                                                                 \
	X(FILL, 6, "fill")                                                                         \
	X(MARK, 7, "mark")                                                                         \
	X(INDEX, 8, "index")                                                                       \
	X(ASSET_RATE, 9, "asset_rate")                                                             \
	X(FUNDING, 10, "funding")                                                                  \
	X(VENUE_MARGIN, 11, "venue_margin")                                                        \
	X(FEED_STATE, 12, "feed_state")                                                            \
	X(SNAPSHOT_BEGIN, 13, "snapshot_begin")                                                    \
	X(SNAPSHOT_END, 14, "snapshot_end")                                                        \
	X(TRANSFER, 15, "transfer")                                                                \
	X(LIMIT_CHANGE, 16, "limit_change")                                                        \
	X(ACKNOWLEDGEMENT, 17, "acknowledgement")                                                  \
	X(VENUE_ERROR, 18, "venue_error")                                                          \
	X(ALERT, 19, "alert")                                                                      \
	X(BATCH_END, 20, "batch_end")                                                              \
	X(POLICY, 21, "policy")                                                                    \
	X(ORDER_OPEN, 22, "order_open")                                                            \
	X(MARGIN_TIER, 23, "margin_tier")                                                          \
	X(JOURNAL_GAP, 24, "journal_gap")                                                          \
	X(JOURNAL_STATE, 25, "journal_state")                                                      \
	X(ADDRESS, 26, "address")                                                                  \
	X(VENUE_ACTION, 27, "venue_action")                                                        \
	X(MARGIN_MATRIX, 28, "margin_matrix")                                                      \
	X(COLLATERAL, 29, "collateral")                                                            \
	X(MARGIN_STRESS, 30, "margin_stress")

#define X(name, number, text) PLM_EVENT_##name = number,
typedef enum plm_event_type { PLM_EVENTS(X) PLM_EVENT_COUNT_ } plm_event_type;
#undef X

/* plm_side: which leg of an instrument. NET where the venue keeps one signed position; LONG and
 * SHORT are hedge-mode legs, each a key of its own. */
typedef enum plm_side { PLM_SIDE_NET = 0, PLM_SIDE_LONG = 1, PLM_SIDE_SHORT = 2 } plm_side;

/* plm_margin_mode: which margin pool a position or balance belongs to.
 * CROSS       the account's one pool
 * ISOLATED    a pool of the position's own
 * SEGREGATED  one pool per settle asset of the account (Deribit's default)
 * NONE        no margin (spot, wallet, file without the column): the account's pool */
typedef enum plm_margin_mode {
	PLM_MARGIN_NONE = 0,
	PLM_MARGIN_CROSS = 1,
	PLM_MARGIN_ISOLATED = 2,
	PLM_MARGIN_SEGREGATED = 3,
} plm_margin_mode;

/* plm_feed_status: CONNECTING: no truth yet; LIVE: snapshot complete and the link is heard;
 * DEGRADED: a gap or a budget problem, numbers may lag; STALE: silent past its deadline or
 * closed; DOWN: refused, banned or given up, needs a person; MAINTENANCE: the venue said so. */
#define PLM_FEED_STATUSES(X)                                                                       \
	X(CONNECTING, 0, "connecting")                                                             \
	X(LIVE, 1, "live")                                                                         \
	X(DEGRADED, 2, "degraded")                                                                 \
	X(STALE, 3, "stale")                                                                       \
	X(DOWN, 4, "down")                                                                         \
	X(MAINTENANCE, 5, "maintenance")

#define X(name, number, text) PLM_FEED_##name = number,
typedef enum plm_feed_status { PLM_FEED_STATUSES(X) PLM_FEED_STATUS_COUNT_ } plm_feed_status;
#undef X

/* plm_scope_bits: what a snapshot covers; nothing outside the scope is touched by its end. */
enum { PLM_SCOPE_POSITIONS = 1, PLM_SCOPE_BALANCES = 2 };

/* plm_event_flags */
enum {
	PLM_FLAG_SNAPSHOT = 1,  /* between SNAPSHOT_BEGIN and SNAPSHOT_END */
	PLM_FLAG_REDUCING = 2,  /* ALERT: the trade that led here reduced |net| */
	PLM_FLAG_SUSPECT = 4,   /* MARK: far off its peers; shown both ways */
	PLM_FLAG_SYNTHETIC = 8, /* derived by us from another payload, not said by the venue */
	PLM_FLAG_LAST = 16,     /* last of what arrived together: a batch may end behind it */
};

/* Every byte of a payload is named: events are hashed and journalled whole, and what the compiler
 * puts between members may be anything. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* ASSET: defines id -> name, and the netting policy for it.
 * alias_of.value != 0: nets with that parent as alias_factor x quantity. beta: weight against
 * the book's benchmark; beta_r2, beta_samples_count: how well the regression that it is from fits,
 * 0 to 1, and of how many returns; NaN unknown. */
typedef struct plm_asset_fact {
	plm_asset_id id;
	plm_asset_id alias_of;
	double alias_factor;
	double beta;
	double beta_r2;
	double beta_samples_count;
	char name[24];
	char asset_class[24]; /* "crypto", "stablecoin", "fiat", ...; "" unknown */
} plm_asset_fact;

/* ACCOUNT: defines id -> names. is_transit: 1 for the one account that no venue keeps: it holds
 * what left an account and has not reached another (TRANSFER). */
typedef struct plm_account_fact {
	plm_account_id id;
	plm_venue_id venue;
	char name[40];
	char venue_name[24];
	char portfolio[40]; /* "" none */
	char strategy[40];  /* "" none */
	uint32_t is_transit;
} plm_account_fact;

/* ADDRESS: what is sent there reaches that account of ours. hash: plm_transfer_hash of the
 * address. */
typedef struct plm_address_fact {
	plm_account_id account;
	uint8_t reserved[4];
	uint64_t hash;
} plm_address_fact;

/* BALANCE: one asset of one account, absolute. Liabilities are negative.
 * wallet          cash, without unrealised P&L
 * equity          wallet + unrealised P&L (+ option value where the venue adds it), as stated
 * collateral      wallet + unrealised P&L without option value: what the collateral leg holds;
 *                 unknown: derived from wallet and the positions that settle in the asset
 * available       free to use or withdraw
 * unrealised_pnl  in the asset */
typedef struct plm_balance {
	plm_asset_id asset;
	uint8_t margin_mode; /* plm_margin_mode of the pool that it backs */
	uint8_t reserved[11];
	plm_decimal wallet;
	plm_decimal equity;
	plm_decimal available;
	plm_decimal unrealised_pnl;
	plm_decimal collateral;
	plm_decimal borrowed; /* >= 0, already inside wallet as a negative */
} plm_balance;

/* POSITION: absolute state of (account, instrument, side).
 * quantity        signed in `unit`: long > 0, short < 0, also for hedge-mode legs; 0 is closed
 * entry_price, mark_price, liquidation_price   in quote units (inverse options: coin)
 * unrealised_pnl  in the settle asset, as the venue states it
 * delta_coins     the venue's own delta of the whole position in coins, else NaN
 * adl_rank        place in the venue's queue of auto-deleveraging, in fifths: 1 last .. 5 first to
 *                 be reduced; 0: not told, in a snapshot: not known */
typedef struct plm_position {
	plm_instrument_id instrument;
	uint8_t side;        /* plm_side */
	uint8_t unit;        /* plm_unit */
	uint8_t margin_mode; /* plm_margin_mode */
	uint8_t adl_rank;
	double delta_coins;
	plm_decimal quantity;
	plm_decimal entry_price;
	plm_decimal mark_price;
	plm_decimal liquidation_price;
	plm_decimal unrealised_pnl;
	plm_decimal leverage;
	plm_decimal initial_margin;     /* in the settle asset */
	plm_decimal maintenance_margin; /* in the settle asset */
	plm_decimal isolated_margin;    /* wallet of an isolated position */
} plm_position;

/* FILL: one execution, for explanation and de-duplication; never changes a position by itself
 * (positions are absolute). trade_hash: 64-bit hash of the venue's trade id. */
typedef struct plm_fill {
	plm_instrument_id instrument;
	plm_asset_id fee_asset;
	uint64_t trade_hash;
	plm_decimal quantity; /* signed, in `unit` */
	plm_decimal price;
	plm_decimal fee; /* paid > 0 */
	plm_decimal realised_pnl;
	uint8_t unit;
	uint8_t side;
	uint8_t liquidation; /* 1: liquidation, 2: auto-deleveraging */
	uint8_t reserved[13];
} plm_fill;

/* MARK: prices and sensitivities of one instrument. Prices in quote units; the mark of an
 * inverse option is in coin. delta: plain Black delta per coin of option (not premium-adjusted;
 * adapters convert); gamma per USD; vega USD per vol point; theta USD per day; mark_iv in
 * points (80.5), all per one coin; NaN unknown. */
typedef struct plm_mark {
	plm_instrument_id instrument;
	uint8_t reserved[12];
	plm_decimal mark_price;
	plm_decimal index_price;
	plm_decimal underlying_price;
	double mark_iv;
	double delta;
	double gamma;
	double vega;
	double theta;
	double rho;
	double funding_rate; /* of the running interval, a fraction */
	uint64_t reserved_last;
} plm_mark;

/* INDEX: the venue's index of an asset in a quote asset ("btc_usd"). */
typedef struct plm_index {
	plm_asset_id asset;
	plm_asset_id quote;
	plm_venue_id venue;
	uint8_t reserved[4];
	plm_decimal price;
} plm_index;

/* ASSET_RATE: USD per unit of an asset (USDT = 0.9998), from a venue, a file or the config. */
typedef struct plm_asset_rate {
	plm_asset_id asset;
	plm_venue_id venue;
	uint8_t reserved[8];
	plm_decimal usd;
} plm_asset_rate;

/* FUNDING: a payment, or (amount unknown) the rate that will be charged at venue_time_ns. */
typedef struct plm_funding {
	plm_instrument_id instrument;
	plm_asset_id asset;
	double rate;
	plm_decimal amount; /* received > 0 */
} plm_funding;

/* VENUE_MARGIN: the venue's own margin numbers of one pool. asset: what they are counted in (of
 * a cross pool that repeats its totals per currency this is sent once, in USD). */
typedef struct plm_venue_margin {
	plm_asset_id asset;
	plm_instrument_id instrument; /* of an isolated pool, else 0 */
	uint8_t margin_mode;
	uint8_t side;
	uint8_t is_portfolio; /* 1: margined by portfolio, not position by position; 0: not told */
	uint8_t is_beside;    /* 1: its account has pools of other modes too; 0: of this alone */
	uint8_t reserved[4];
	plm_decimal equity;
	plm_decimal initial_margin;
	plm_decimal maintenance_margin;
	plm_decimal available;
	plm_decimal ratio; /* in the venue's own definition */
} plm_venue_margin;

/* FEED_STATE: how far the feed can be trusted from here on. text says why, for a person.
 * clock_offset_ns: the venue's clock minus ours, by its answers; clock_error_ns: how far off that
 * may be, half of a round trip or more, > 0; 0: the offset is not known. */
typedef struct plm_feed_state {
	uint8_t status; /* plm_feed_status */
	uint8_t reserved[3];
	uint32_t reconnects_count;
	plm_time_ns heard_time_ns; /* last application message, heartbeat included */
	plm_time_ns until_ns;      /* end of a ban or maintenance, 0 unknown */
	char text[120];
	int64_t clock_offset_ns;
	int64_t clock_error_ns;
} plm_feed_state;

/* SNAPSHOT_BEGIN, SNAPSHOT_END: of the event's account and epoch. END with complete = 0 means
 * that the snapshot broke off: nothing of it may show. is_check: 1 where updates tell of changes
 * too, so that a position that differs from them is a difference to explain; 0: what is read is all
 * that is ever told (a file). */
typedef struct plm_snapshot {
	uint32_t scope; /* plm_scope_bits */
	uint32_t complete;
	/* END: how many rows were sent; a mismatch is an incomplete snapshot */
	uint32_t rows_count;
	uint32_t is_check;
} plm_snapshot;

/* plm_transfer_kind: how coins move.
 * CHANGE      the venue told a change of the balance that is no trade, fee or funding, and no more;
 *             a record of the same movement may follow
 * WITHDRAWAL, DEPOSIT   records of the venue: to, or from, an address
 * INTERNAL    a record: between wallets or accounts of one venue, at once */
#define PLM_TRANSFER_KINDS(X)                                                                      \
	X(CHANGE, 0, "change")                                                                     \
	X(WITHDRAWAL, 1, "withdrawal")                                                             \
	X(DEPOSIT, 2, "deposit")                                                                   \
	X(INTERNAL, 3, "internal")

#define X(name, number, text) PLM_TRANSFER_##name = number,
typedef enum plm_transfer_kind { PLM_TRANSFER_KINDS(X) PLM_TRANSFER_KIND_COUNT_ } plm_transfer_kind;
#undef X

/* plm_transfer_state: of the coins in this account's balance, not of the movement as a whole.
 * DONE      they left it or reached it, at venue_time_ns
 * PENDING   not yet: asked for, or seen on the chain
 * FAILED    they will not; what had left is back, or comes back */
#define PLM_TRANSFER_STATES(X)                                                                     \
	X(DONE, 0, "done")                                                                         \
	X(PENDING, 1, "pending")                                                                   \
	X(FAILED, 2, "failed")

#define X(name, number, text) PLM_TRANSFER_##name = number,
typedef enum plm_transfer_state {
	PLM_TRANSFER_STATES(X) PLM_TRANSFER_STATE_COUNT_
} plm_transfer_state;
#undef X

/* TRANSFER: coins that left or reached the account; told again as its state changes or more of it
 * becomes known. With PLM_FLAG_SNAPSHOT: the balances of that snapshot hold it already.
 * quantity       > 0 arrived. Of a record: what the other side gets, where the fee is stated
 * fee            in the asset, >= 0, taken from the balance besides quantity; unknown: not stated,
 *                the other side may get less
 * transfer_hash  of the venue's own name of it, equal in everything told of it; 0 none
 * chain_hash     plm_transfer_hash of the transaction's id, equal on both sides; 0 not known
 * address_hash   plm_transfer_hash of where it was sent; 0 not known */
typedef struct plm_transfer {
	plm_asset_id asset;
	plm_account_id counter_account; /* 0: outside, or not told */
	uint8_t kind;                   /* plm_transfer_kind */
	uint8_t state;                  /* plm_transfer_state */
	uint8_t reserved[6];
	plm_decimal quantity;
	uint64_t transfer_hash;
	uint64_t chain_hash;
	plm_decimal fee;
	uint64_t address_hash;
	uint64_t reserved_last;
} plm_transfer;

/* plm_measure_kind: what a limit looks at. Money in USD; PRICED_SHARE 0..1; AGE
 * and SKEW in seconds; of the worst margin pool: MARGIN_USAGE maintenance over equity, CUSHION,
 * CALL and LIQUIDATION how far the price is from there in % of itself, RESIDUAL in % of the
 * venue's, CALL_SIGMAS the way to the call in standard deviations of a day's log return; ADL_RANK
 * 1..5, the highest of the scope's positions. */
#define PLM_MEASURES(X)                                                                            \
	X(NET_USD, 0, "net_usd")                                                                   \
	X(GROSS_USD, 1, "gross_usd")                                                               \
	X(NET_COINS, 2, "net_coins")                                                               \
	X(LEVERAGE_GROSS, 3, "leverage_gross")                                                     \
	X(LEVERAGE_NET, 4, "leverage_net")                                                         \
	X(PRICED_SHARE, 5, "priced_share")                                                         \
	X(AGE_S, 6, "age_s")                                                                       \
	X(SKEW_S, 7, "skew_s")                                                                     \
	X(MARGIN_USAGE, 8, "margin_usage")                                                         \
	X(CUSHION, 9, "cushion")                                                                   \
	X(CALL_PCT, 10, "call_pct")                                                                \
	X(LIQUIDATION_PCT, 11, "liquidation_pct")                                                  \
	X(RESIDUAL_PCT, 12, "residual_pct")                                                        \
	X(ADL_RANK, 13, "adl_rank")                                                                \
	X(CALL_SIGMAS, 14, "call_sigmas")

/* CALL and LIQUIDATION of a pool that no price kills: the end of the range that is looked at. */
#define PLM_LIMIT_PCT_NONE 999900.0

#define X(name, number, text) PLM_MEASURE_##name = number,
typedef enum plm_measure_kind { PLM_MEASURES(X) PLM_MEASURE_COUNT_ } plm_measure_kind;
#undef X

/* plm_suspect: what of our inputs is off, where our maintenance is off the venue's.
 * MARK       the venue marks the contract elsewhere than we do
 * TIER       it asks another rate of the contract
 * POSITION   the venue asks for more, or less, than for the positions that are known
 * HAIRCUT    maintenance agrees, equity does not: what collateral counts for
 * PARAMETERS of a pool that is margined by portfolio: the venue's are not those that we have
 * UNKNOWN    a tier or a position: of some contract the venue does not tell its maintenance */
#define PLM_SUSPECTS(X)                                                                            \
	X(NONE, 0, "")                                                                             \
	X(MARK, 1, "mark")                                                                         \
	X(TIER, 2, "tier")                                                                         \
	X(POSITION, 3, "position")                                                                 \
	X(HAIRCUT, 4, "haircut")                                                                   \
	X(PARAMETERS, 5, "parameters")                                                             \
	X(UNKNOWN, 6, "unknown")
#define X(name, number, text) PLM_SUSPECT_##name = number,
typedef enum plm_suspect { PLM_SUSPECTS(X) PLM_SUSPECT_COUNT_ } plm_suspect;
#undef X

/* plm_limit_scope: whose numbers. scope_name is the portfolio's, account's, venue's or
 * underlying's name; "" for BOOK, "*" for each one apart. */
typedef enum plm_limit_scope {
	PLM_LIMIT_BOOK = 0,
	PLM_LIMIT_PORTFOLIO = 1,
	PLM_LIMIT_ACCOUNT = 2,
	PLM_LIMIT_VENUE = 3,
	PLM_LIMIT_UNDERLYING = 4,
} plm_limit_scope;

/* LIMIT_CHANGE: sets (or, active = 0, removes) a limit. Bands are inclusive of their ends: a
 * value is inside while lower <= value <= upper; NaN: no band on that side. hysteresis: part of
 * the band (0.02 = 2 %) by which a value must come back inside before the breach clears. */
typedef struct plm_limit_fact {
	plm_limit_id id;
	uint8_t active;
	uint8_t scope;   /* plm_limit_scope */
	uint8_t measure; /* plm_measure_kind */
	uint8_t tier;    /* plm_tier of gross measures */
	double soft_lower;
	double soft_upper;
	double hard_lower;
	double hard_upper;
	double hysteresis;
	char scope_name[40];
	char name[48];
} plm_limit_fact;

/* plm_alert_kind: life of a breach. */
typedef enum plm_alert_kind {
	PLM_ALERT_CLEAR = 0,
	PLM_ALERT_BREACH = 1,
	PLM_ALERT_WORSENING = 2,
} plm_alert_kind;

/* plm_alert_basis: what the value of a measure of margin is made of.
 * OURS     our own numbers
 * VENUE    the venue's own sums: of ours there are none, or they are an estimate that is off them
 * IMPLIED  ours, by rates that those sums imply: that they agree with them says nothing */
#define PLM_ALERT_BASES(X)                                                                         \
	X(OURS, 0, "")                                                                             \
	X(VENUE, 1, "venue")                                                                       \
	X(IMPLIED, 2, "implied")
#define X(name, number, text) PLM_ALERT_BASIS_##name = number,
typedef enum plm_alert_basis { PLM_ALERT_BASES(X) PLM_ALERT_BASIS_COUNT_ } plm_alert_basis;
#undef X

/* ALERT: a limit's state changed. Made by settle, journalled like every event.
 * level: 1 soft, 2 hard. band: the edge that was crossed. legs: the largest movers of the value
 * since the last state, biggest first (instrument, or asset of a collateral leg). basis: of
 * measures of margin. suspect: of
 * RESIDUAL_PCT, a plm_suspect: the input that explains it; the one leg is then, of a mark or a
 * tier, the contract that it is of. */
typedef struct plm_alert {
	plm_limit_id limit;
	uint32_t transition; /* counts per (limit, scope), so that a re-send is idempotent */
	uint8_t kind;        /* plm_alert_kind */
	uint8_t level;
	uint8_t measure;
	uint8_t legs_count;
	char scope_name[36];
	double value;
	double band;
	double value_before;
	struct {
		uint32_t account;
		uint32_t instrument; /* 0: collateral leg */
		uint32_t asset;
		/* in the measure's unit; of margin measures the price of `asset` at which the worst
		 * pool is called (liquidated, where that is measured): one leg, its dominant one */
		float moved;
	} legs[5];
	uint8_t acknowledged;
	uint8_t suspect;
	uint8_t basis; /* plm_alert_basis */
	uint8_t reserved[5];
} plm_alert;

/* ACKNOWLEDGEMENT: a person has seen the alert. */
typedef struct plm_acknowledgement {
	plm_limit_id limit;
	uint32_t transition;
	char scope_name[40];
	char who[40];
	char text[80];
} plm_acknowledgement;

/* VENUE_ERROR: the venue's own error answer. */
typedef struct plm_venue_error {
	int64_t code;
	char message[160];
} plm_venue_error;

/* plm_venue_action_kind: what a venue did, or time brought, that was nobody's order.
 * DELEVERAGED, LIQUIDATED: a forced fill. SPEC_CHANGED: a contract is not what it was. DELISTING:
 * its end was announced. DELISTED, EXPIRED: the end has come; EXPIRED only where a position is
 * open. MARGIN_CALLED: the venue warns that it may soon liquidate a position. */
#define PLM_VENUE_ACTIONS(X)                                                                       \
	X(NONE, 0, "none")                                                                         \
	X(DELEVERAGED, 1, "auto_deleveraging")                                                     \
	X(LIQUIDATED, 2, "liquidation")                                                            \
	X(SPEC_CHANGED, 3, "spec_changed")                                                         \
	X(DELISTING, 4, "delisting")                                                               \
	X(DELISTED, 5, "delisted")                                                                 \
	X(EXPIRED, 6, "expired")                                                                   \
	X(MARGIN_CALLED, 7, "margin_call")

#define X(name, number, text) PLM_VENUE_##name = number,
typedef enum plm_venue_action_kind {
	PLM_VENUE_ACTIONS(X) PLM_VENUE_ACTION_COUNT_
} plm_venue_action_kind;
#undef X

/* VENUE_ACTION: made by the core behind the FILL or INSTRUMENT that it is read off, or before the
 * end of the batch in which a contract's time came; MARGIN_CALLED alone by an adapter, one for each
 * position that the venue names. Of a forced fill the event's account is the one that it hit,
 * quantity and price are the fill's; of a margin call the position's, and its mark price at the
 * venue; else 0 and unknown.
 * accounts_count  that hold an open position in the instrument; the core fills it
 * effective_ns    when a contract ends or ended; 0 not known, or it does not
 * text            what changed, from what to what; of a margin call the maintenance margin that the
 *                 venue asks; "" where the kind says all */
typedef struct plm_venue_action {
	plm_instrument_id instrument;
	uint8_t kind; /* plm_venue_action_kind */
	uint8_t side; /* plm_side, of a forced fill or a margin call */
	uint8_t unit; /* plm_unit, of its quantity */
	uint8_t reserved[1];
	uint32_t accounts_count;
	uint32_t reserved_count;
	plm_decimal quantity; /* signed */
	plm_decimal price;
	plm_time_ns effective_ns;
	uint64_t reserved_last;
	char text[128];
} plm_venue_action;

/* BATCH_END: closes what arrived together; settle runs here and nowhere else. now_ns is the time
 * that the batch saw: it is how time passes for rooms that have no clock. */
typedef struct plm_batch_end {
	plm_time_ns now_ns;
	uint32_t events_count;
	uint32_t reserved;
} plm_batch_end;

/* POLICY: settings that change numbers, so that a journal explains them. */
typedef struct plm_policy {
	plm_asset_id benchmark;  /* of beta-weighted delta; 0 none */
	uint32_t stale_after_s;  /* a mark older than this is not used as a price; 0: never */
	uint32_t pending_orders; /* 1: open orders count against limits */
	/* a greek of the venue gives way to the model when the forward is newer by more; 0: never
	 */
	uint32_t greeks_after_s;
	uint32_t starting_s; /* so long may an account's first prices take; 0: no time at all */
	uint32_t
	    lag_after_s; /* a venue whose prices are older than another's by more lags; 0: none */
	/* how far prices of a venue that lags may have moved meanwhile: annual volatility in % */
	uint32_t lag_vol_percent;
	/* so long are coins that left one account and reached none counted as in transit; 0: not */
	uint32_t transit_after_s;
} plm_policy;

/* ORDER_OPEN: remaining quantity of one resting order; 0: gone. */
typedef struct plm_order_open {
	plm_instrument_id instrument;
	uint8_t unit;
	uint8_t reduce_only;
	uint8_t reserved[2];
	uint64_t order_hash;
	plm_decimal quantity; /* signed */
	plm_decimal price;
} plm_order_open;

/* MARGIN_TIER: one row of a contract's table of margin tiers (at some venues: leverage brackets):
 * what the venue asks of a position whose notional is between floor and cap. The rows of one table
 * follow each other, 1 to tiers_count; with the last of them they replace the account's former
 * table of the contract as a whole. A table that breaks off replaces nothing.
 * notional_floor, notional_cap   abs(quantity) at the mark price, in the settle asset (USD-M: in
 *                     the quote asset; COIN-M: in coins); unknown cap: none
 * in_contracts        1: floor and cap count contracts instead, whatever their price (OKX)
 * leverage_max        highest leverage that may be chosen
 * maintenance_rate    a fraction of the notional
 * maintenance_amount  in the settle asset; maintenance margin = notional x rate - amount
 * notional_factor     the venue's multiplier for this account, as stated and not applied to the
 *                     numbers here; unknown: none was stated */
enum { PLM_MARGIN_TIERS_MAX = 128 };
typedef struct plm_margin_tier {
	plm_instrument_id instrument;
	uint16_t tier; /* from 1, lowest notional first */
	uint16_t tiers_count;
	uint8_t in_contracts;
	uint8_t reserved[7];
	plm_decimal notional_floor;
	plm_decimal notional_cap;
	plm_decimal leverage_max;
	plm_decimal maintenance_rate;
	plm_decimal maintenance_amount;
	plm_decimal notional_factor;
} plm_margin_tier;

/* MARGIN_MATRIX: by what the venue margins contracts on `coin` that settle in `settle` where the
 * account is margined by portfolio, as it states it to the account; it replaces what was stated of
 * the same two before. What each number does: plm_deribit_pm (margin_rules.h); NaN: not stated.
 * Shares, but for those in US dollars; `buckets`: steps of the grid each side, 0 not stated. */
typedef struct plm_margin_matrix {
	plm_asset_id coin, settle;
	uint32_t buckets;
	uint32_t reserved;
	double range;
	double vol_up, vol_down, vol_power_short, vol_power_long, vol_min;
	double extended_factor, dampener_usd;
	double annual_move, annual_move_min;
	double offset, offset_usd_max;
	double maintenance;
} plm_margin_matrix;

/* MARGIN_STRESS: what the venue's own stress test says of what an account that it margins by
 * portfolio holds on `coin`, and what no price alone tells; it replaces what was stated of the coin
 * before. In US dollars, gains above 0, charges at least 0.
 * moves_count  prices of the grid, evenly spaced from -range to range; 0: of the account as a whole
 *              (`coin` is what it counts in): `added` alone is asked, and `initial` of it
 * beside       at each of them: what the venue's worst row gains more than the derivatives do while
 *              vols stay (vols that move, hedges whose size it does not tell)
 * spot         coins that stand in the test beside the derivatives
 * far_move, far_share   the extreme move, and what share of its loss counts; NaN: not stated
 * decay        asked where it is more than the losses; added: on top of the largest of them; least:
 *              asked where all of that is less
 * initial      initial over maintenance */
enum { PLM_STRESS_MOVES_MAX = 13 };
typedef struct plm_margin_stress {
	plm_asset_id coin;
	uint32_t moves_count;
	double range;
	double beside[PLM_STRESS_MOVES_MAX];
	double spot;
	double far_move, far_share;
	double decay, added, least;
	double initial;
} plm_margin_stress;

/* COLLATERAL: what share of an asset the venue counts as collateral of this account, as it states
 * it; it replaces what was stated of the asset before. Of the part of an amount from floor on, up
 * to the next step's, `weight` counts: floors rise from 0, in the asset. steps_count 0: nothing of
 * it backs anything. A table of more steps than fit is not told at all. debt_more: by what share a
 * debt, and what positions ask in the asset, count more than they are; 0 not at all. */
enum { PLM_COLLATERAL_STEPS_MAX = 11 };
typedef struct plm_collateral {
	plm_asset_id asset;
	uint32_t steps_count;
	struct {
		double floor, weight;
	} steps[PLM_COLLATERAL_STEPS_MAX];
	double debt_more;
} plm_collateral;

/* JOURNAL_GAP: the journal could not be written for a while and goes on here: what was sequenced
 * after sequence_before, up to this event's own sequence, is not in it. The pieces_count events
 * behind it, of the same sequence, are the program's whole state then: definitions, and
 * JOURNAL_STATE. In journals only: it is no event of the stream and takes no sequence number.
 * layout      number of the tables of that build: another build cannot restore them
 * state_hash  of the state that comes out */
typedef struct plm_journal_gap {
	uint64_t sequence_before; /* 0: all before is missing */
	uint64_t layout;
	uint64_t state_hash;
	uint32_t pieces_count;
	uint32_t reserved;
} plm_journal_gap;

/* JOURNAL_STATE: bytes of one of the program's tables. What no piece holds is as in a new table. */
enum { PLM_JOURNAL_STATE_BYTES = 176 };
typedef struct plm_journal_state {
	uint32_t table;
	uint32_t size; /* of bytes; at most PLM_JOURNAL_STATE_BYTES */
	uint64_t offset;
	uint8_t bytes[PLM_JOURNAL_STATE_BYTES];
} plm_journal_state;

/* plm_event: 256 bytes. sequence and applied_time_ns are given by the sequencer (0 before).
 * account 0: not about an account (market data). epoch: the connection's; facts of an older
 * epoch are ignored. venue_sequence: the venue's own counter or id, 0 none; inside one
 * (feed, account, key) an equal or older one is a duplicate. */
typedef struct plm_event {
	uint16_t type; /* plm_event_type */
	uint16_t flags;
	uint32_t epoch;
	plm_feed_id feed;
	plm_account_id account;
	uint64_t sequence;
	uint64_t venue_sequence;
	plm_time_ns venue_time_ns;
	plm_time_ns received_time_ns;
	plm_time_ns applied_time_ns;
	uint64_t reserved;
	union {
		plm_asset_fact asset;
		plm_account_fact account_fact;
		plm_instrument instrument;
		plm_balance balance;
		plm_position position;
		plm_fill fill;
		plm_mark mark;
		plm_index index;
		plm_asset_rate asset_rate;
		plm_funding funding;
		plm_venue_margin venue_margin;
		plm_feed_state feed_state;
		plm_snapshot snapshot;
		plm_transfer transfer;
		plm_limit_fact limit;
		plm_alert alert;
		plm_acknowledgement acknowledgement;
		plm_venue_error venue_error;
		plm_venue_action venue_action;
		plm_batch_end batch_end;
		plm_policy policy;
		plm_order_open order_open;
		plm_margin_tier margin_tier;
		plm_margin_matrix margin_matrix;
		plm_margin_stress margin_stress;
		plm_collateral collateral;
		plm_journal_gap journal_gap;
		plm_journal_state journal_state;
		plm_address_fact address;
		uint8_t bytes[192];
	} u;
} plm_event;

#pragma GCC diagnostic pop

#ifndef __cplusplus
_Static_assert(sizeof(plm_event) == 256, "an event is 256 bytes: it is a journal record");
#endif

/* plm_event_text: the row's text ("position"); "none" for numbers outside the table. */
const char *plm_event_text(plm_event_type type);
const char *plm_venue_action_text(plm_venue_action_kind kind);

/* plm_event_init zeroes the event and sets the type and, for each decimal and double of that
 * type's payload, "unknown". */
void plm_event_init(plm_event *event, plm_event_type type);

/* plm_transfer_hash: of an address or a transaction's id, without "0x" before it, and without
 * regard to upper and lower case; 0 for the empty text. */
uint64_t plm_transfer_hash(plm_slice text);

/* "withdrawal", "pending"; never NULL. */
const char *plm_transfer_kind_text(uint8_t kind);
const char *plm_transfer_state_text(uint8_t state);

#endif
