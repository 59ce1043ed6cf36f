/* exposure.h: legs, and the rows that signed deltas add up to.
 *
 * Signs: long > 0, short < 0, everywhere. Inside a group of the netting tier signed deltas add
 * up; then long is the sum of the positive group nets, short of the negative ones, gross = long -
 * short, net = long + short. The net is the same at every tier; the gross falls from sum |leg|
 * at the leg tier to |net| at the book tier.
 *
 * Coins are exact decimals: a linear leg's delta is its quantity x multiplier; the delta of an
 * inverse or option leg is rounded once, at the leg, to 1e-18. So legs re-add to every row
 * exactly and in any order. */
#ifndef PLIMSOLL_EXPOSURE_H
#define PLIMSOLL_EXPOSURE_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/decimal.h"
#include "plimsoll/event.h"
#include "plimsoll/ids.h"
#include "plimsoll/time.h"

/* plm_tier: nested netting tiers. */
#define PLM_TIERS(X)                                                                               \
	X(LEG, 0, "leg")                                                                           \
	X(POOL, 1, "pool")                                                                         \
	X(ACCOUNT, 2, "account")                                                                   \
	X(VENUE, 3, "venue")                                                                       \
	X(BOOK, 4, "book")

#define X(name, number, text) PLM_TIER_##name = number,
typedef enum plm_tier { PLM_TIERS(X) PLM_TIER_COUNT_ } plm_tier;
#undef X

/* PLM_DIMENSIONS: what rows can be grouped by, combined as bits 1 << number. */
#define PLM_DIMENSIONS(X)                                                                          \
	X(UNDERLYING, 0, "underlying")                                                             \
	X(ASSET_CLASS, 1, "asset_class")                                                           \
	X(VENUE, 2, "venue")                                                                       \
	X(ACCOUNT, 3, "account")                                                                   \
	X(STRATEGY, 4, "strategy")                                                                 \
	X(PORTFOLIO, 5, "portfolio")                                                               \
	X(EXPIRY, 6, "expiry")                                                                     \
	X(SETTLE, 7, "settle")                                                                     \
	X(STRIKE, 8, "strike")

#define X(name, number, text) PLM_BY_##name = 1 << number,
typedef enum plm_by { PLM_DIMENSIONS(X) PLM_BY_NOTHING = 0 } plm_by;
#undef X

/* PLM_REASONS: why a leg is not in the numbers, or in them with a doubt. EXPIRED and DELISTED legs
 * are in them, with a delta of 0: their price is fixed. */
#define PLM_REASONS(X)                                                                             \
	X(NONE, 0, "included")                                                                     \
	X(NO_SPEC, 1, "the instrument's specification is not known")                               \
	X(NO_MARK, 2, "no mark price is known")                                                    \
	X(NO_DELTA, 3, "no delta is known for the option")                                         \
	X(NO_PRICE, 4, "no USD price of the underlying is known")                                  \
	X(NO_QUANTITY, 5, "the venue did not state the quantity")                                  \
	X(OVERFLOW, 6, "the value does not fit")                                                   \
	X(COMBO, 7, "a combo is shown by its legs")                                                \
	X(EXPIRED, 8, "expired, awaiting settlement")                                              \
	X(EXPIRED_BY_NAME, 9, "expired by its name, the hour was not told")                        \
	X(NO_PNL, 10, "the P&L of a position that is not specified may be in it")                  \
	X(DELISTED, 11, "delisted, awaiting settlement")                                           \
	X(DELISTED_UNDATED, 12, "delisted, it was not told since when its price is fixed")

#define X(name, number, text) PLM_REASON_##name = number,
typedef enum plm_reason { PLM_REASONS(X) PLM_REASON_COUNT_ } plm_reason;
#undef X

/* PLM_GREEK_SOURCES: where a greek comes from. EXACT: none is needed (spot, linear). MODEL:
 * Black-76 of our own, when the venue tells none or its last is older than the forward by more
 * than the policy's greeks_after_s. */
#define PLM_GREEK_SOURCES(X)                                                                       \
	X(EXACT, 0, "exact")                                                                       \
	X(VENUE, 1, "venue")                                                                       \
	X(MODEL, 2, "model")                                                                       \
	X(MISSING, 3, "missing")

#define X(name, number, text) PLM_GREEK_##name = number,
typedef enum plm_greek_source { PLM_GREEK_SOURCES(X) PLM_GREEK_SOURCE_COUNT_ } plm_greek_source;
#undef X

/* PLM_FORWARD_SOURCES: who says what the underlying costs at an option's expiry, best first:
 * the newest underlying price of the expiry's options; the mark of the future of that expiry; the
 * price of the coin, times the last basis that such an option told (1 before). One that is older
 * than another by more than greeks_after_s is passed over. */
#define PLM_FORWARD_SOURCES(X)                                                                     \
	X(NONE, 0, "none")                                                                         \
	X(OPTION, 1, "option")                                                                     \
	X(FUTURE, 2, "future")                                                                     \
	X(INDEX, 3, "index")

#define X(name, number, text) PLM_FORWARD_##name = number,
typedef enum plm_forward_source {
	PLM_FORWARD_SOURCES(X) PLM_FORWARD_SOURCE_COUNT_
} plm_forward_source;
#undef X

/* PLM_VOL_SOURCES, best first: MARK_IV: the mark volatility that the venue tells of the option.
 * PRICE: that of its mark price, by plm_implied, where that has a vol. SURFACE: of its neighbours,
 * by plimsoll/surface.h. */
#define PLM_VOL_SOURCES(X)                                                                         \
	X(NONE, 0, "none")                                                                         \
	X(MARK_IV, 1, "mark_iv")                                                                   \
	X(PRICE, 2, "price")                                                                       \
	X(SURFACE, 3, "surface")

#define X(name, number, text) PLM_VOL_##name = number,
typedef enum plm_vol_source { PLM_VOL_SOURCES(X) PLM_VOL_SOURCE_COUNT_ } plm_vol_source;
#undef X

/* plm_greek_set: of one option position. delta per coin of option, plain; the others of the whole
 * position in USD: gamma per 1 % move, vega per vol point, theta per day. NaN unknown. */
typedef struct plm_greek_set {
	double delta, gamma_usd_1pct, vega_usd, theta_usd;
} plm_greek_set;

/* plm_leg: one position or one balance, seen through its mark.
 * instrument 0: a collateral leg (balance of `asset`). included: counts in coins. priced: counts
 * in USD as well (reason NO_PRICE: coins only). underlying: after aliases. settlement_pending: of
 * an expired or delisted position, what it will pay (> 0) or cost by its venue's mark since then,
 * in the settle asset; unknown until such a mark came, and for others. quantity x multiplier x
 * delta = delta_coins, for inverse ones quantity x multiplier / mark; delta_coins x price_usd =
 * delta_usd. */
typedef struct plm_leg {
	plm_account_id account;
	plm_venue_id venue;
	plm_instrument_id instrument;
	plm_asset_id asset; /* collateral: the balance's asset; else the instrument's own */
	plm_asset_id underlying;
	plm_asset_id settle;
	uint8_t side;         /* plm_side */
	uint8_t kind;         /* plm_kind; SPOT for collateral */
	uint8_t unit;         /* plm_unit */
	uint8_t reason;       /* plm_reason */
	uint8_t delta_source; /* plm_greek_source */
	uint8_t feed_status;  /* plm_feed_status of the account's feed */
	uint8_t included;
	uint8_t priced;
	uint32_t pool;    /* equal for legs of one margin pool */
	uint8_t adl_rank; /* of plm_position; 0 not known */
	plm_time_ns expiry_ns;
	plm_time_ns delist_time_ns; /* of plm_instrument */
	plm_decimal quantity;
	plm_decimal multiplier;
	double delta; /* per coin; 1 for spot and linear */
	plm_decimal mark_price;
	plm_decimal price_usd; /* of one coin of the underlying */
	plm_decimal delta_coins;
	plm_decimal delta_usd; /* unknown unless priced */
	plm_decimal settlement_pending;
	double gamma_usd_1pct, vega_usd, theta_usd; /* NaN unknown, 0 for non-options */
	/* vega x sqrt(30 days / life left): what a point on a 30-day volatility would do */
	double vega_usd_30d;
	uint8_t greeks_source;      /* plm_greek_source of gamma, vega and theta */
	uint8_t forward_source;     /* plm_forward_source; NONE for non-options */
	uint8_t vol_source;         /* plm_vol_source */
	plm_decimal strike;         /* unknown for non-options */
	double forward, vol, years; /* of the model: vol 0.6 for 60 %; NaN unknown */
	plm_time_ns greeks_time_ns; /* received time of the oldest input of delta; 0 none */
	plm_greek_set greeks_venue, greeks_model; /* side by side, whichever is used */
	plm_time_ns mark_time_ns;                 /* received time of the oldest price used */
	plm_time_ns fact_time_ns;                 /* received time of the quantity */
} plm_leg;

/* plm_exposure_row: keys hold what `by` asked for; the others are 0 or "".
 * coins are unknown in a row that mixes underlyings. age_ns_max: as_of - oldest price or quantity
 * used; -1 when there is none. priced_share: part of gross (USD, leg tier) that is priced by
 * marks of live feeds, 0..1; legs without any price lower it by count, see docs.
 * skew_ns: between the venue whose newest price is newest and the one where it is oldest, of the
 * legs' venues; -1 when none of them streams prices. venues_lagging: those whose prices are older
 * than the newest in the book by more than the policy's lag_after_s, as bits by id.
 * net_usd_lower, upper: bounds from unpriced legs, unreconciled quantity and what prices of venues
 * that lag may have moved, NaN unbounded. */
typedef struct plm_exposure_row {
	uint32_t by;
	plm_asset_id underlying;
	plm_venue_id venue;
	plm_account_id account;
	plm_asset_id settle;
	plm_time_ns expiry_ns;
	plm_decimal strike; /* unknown for what has none */
	const char *asset_class;
	const char *strategy;
	const char *portfolio;
	plm_decimal long_coins, short_coins, net_coins, gross_coins;
	plm_decimal long_usd, short_usd, net_usd, gross_usd;
	/* 1 - gross(tier) / gross(leg), in USD when priced, else coins */
	double offset_ratio;
	double beta_usd_net; /* NaN: no beta known */
	/* of a row of one underlying, with R2 and sample size as stated; NaN unknown, or mixed */
	double beta, beta_r2, beta_samples_count;
	double gamma_usd_1pct, vega_usd, vega_usd_30d, theta_usd;
	uint32_t legs_count;
	uint32_t legs_count_unpriced; /* included or not, without a USD value */
	uint32_t legs_count_stale;    /* of feeds that are not LIVE */
	uint32_t legs_count_model;
	uint32_t legs_count_expired; /* or delisted, awaiting settlement */
	uint32_t adl_rank_max;       /* of the legs whose venue tells it; 0 none does */
	int64_t age_ns_max;
	double priced_share;
	double unreconciled_coins;
	int64_t skew_ns;
	uint64_t venues_lagging;
	double net_usd_lower, net_usd_upper;
	/* collateral legs in USD; unknown when one has no price or there is none */
	plm_decimal equity_usd;
} plm_exposure_row;

/* plm_exposure_query: which legs, grouped how. ids of 0 and NULL texts do not filter.
 * derivatives_only leaves collateral legs out. */
typedef struct plm_exposure_query {
	uint32_t by; /* plm_by bits */
	plm_tier tier;
	plm_asset_id underlying;
	plm_venue_id venue;
	plm_account_id account;
	const char *portfolio;
	const char *strategy;
	bool derivatives_only;
} plm_exposure_query;

/* Texts of the tables above; never NULL. plm_tier_parse, plm_by_parse read them back ("pool";
 * "underlying,venue"); errors: PLM_EPARSE. */
const char *plm_tier_text(plm_tier tier);
const char *plm_reason_text(plm_reason reason);
const char *plm_greek_source_text(plm_greek_source source);
const char *plm_forward_source_text(plm_forward_source source);
const char *plm_vol_source_text(plm_vol_source source);
plm_err plm_tier_parse(plm_slice text, plm_tier *ret_tier);
plm_err plm_by_parse(plm_slice text, uint32_t *ret_by);

#endif
