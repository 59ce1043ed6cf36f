/* rollup.h: the running sums of a roll-up, for the files of this room. */
#ifndef PLI_EXPOSURE_ROLLUP_H
#define PLI_EXPOSURE_ROLLUP_H

#include "exposure/exposure.h"
#include "exposure/exposure_state.h"

/* Keys of a row: what `by` asked for, the rest 0. Compared as bytes: no padding. strike: units, 0
 * none. */
typedef struct rollup_key {
	plm_int128 strike;
	plm_time_ns expiry_ns;
	uint32_t underlying, asset_class, venue, account, strategy, portfolio, settle;
	uint32_t reserved[3];
} rollup_key;

_Static_assert(sizeof(rollup_key) == 64, "a key has no bytes without a name");

/* rollup_query: a query with its texts as numbers. impossible: it names what is not there.
 * filtered: it leaves legs out. */
typedef struct rollup_query {
	plm_exposure_query query;
	uint32_t portfolio, strategy;
	bool impossible, filtered;
} rollup_query;

/* Sums over a row's legs and groups. Sums of measures are in billionths. */
struct rollup_row {
	rollup_key key;
	plm_int128 coins_long, coins_short, coins_gross_leg;
	plm_int128 usd_long, usd_short, usd_gross_leg, usd_live_leg;
	plm_int128 coins_unreconciled, usd_unreconciled;
	plm_int128 usd_equity, usd_lower, usd_upper, usd_lagging;
	uint64_t venues; /* bits by id */
	plm_int128 beta, gamma, vega, vega_30d, theta;
	uint32_t legs_count, legs_count_unpriced, legs_count_stale, legs_count_model,
	    legs_count_expired, legs_count_collateral, adl_rank_max;
	uint32_t legs_included, legs_priced;
	uint32_t underlying; /* of the included legs */
	uint32_t account;    /* of the first leg: tells the texts of the row */
	uint32_t asset;      /* of the first leg */
	plm_time_ns time_ns; /* oldest; INT64_MAX none */
	bool mixed, unbounded, beta_unknown, gamma_unknown, vega_unknown, vega_30d_unknown,
	    theta_unknown, equity_unknown;
};

/* Net of one group of the netting tier inside a row. */
struct rollup_group {
	plm_int128 coins, usd;
	uint32_t row, underlying, member; /* member: pool, account, venue or 0 */
	uint32_t priced;
};

/* The leg that is added, with what the sums need of it. */
typedef struct rollup_leg {
	const exposure_hot *hot;
	uint32_t slot;
	plm_int128 coins;
	plm_int128 usd;
	bool priced;
	plm_time_ns time_ns; /* oldest of price and quantity, 0 none */
} rollup_leg;

/* rollup_query.c. names: whether the filters name the slot, listed or not. */
rollup_query pli_rollup_query(const pli_exposure *exposure, const plm_exposure_query *query);
bool pli_rollup_names(const pli_exposure *exposure, const rollup_query *query, uint32_t slot);
rollup_key pli_rollup_key(const pli_exposure *exposure, uint32_t by, uint32_t slot);
rollup_leg pli_rollup_leg(const pli_exposure *exposure, uint32_t slot);

/* pli_rollup_key_compare: an order of keys, by their numbers. */
int pli_rollup_key_compare(const rollup_key *a, const rollup_key *b);

/* rollup_nodes.c: where each row is one (account, underlying), the rows with the most gross USD
 * are chosen from running sums, and only their legs are read. Writes exposure->chosen, at most
 * rows_max, and how many rows there are in all. */
bool pli_rollup_rows_are_nodes(const plm_exposure_query *query);
uint32_t pli_rollup_choose_nodes(const pli_exposure *exposure, const rollup_query *query,
    uint32_t rows_max, uint32_t *ret_rows_count);

/* True when the filters of the query name the node's account and underlying. */
bool pli_rollup_node_match(const pli_exposure *exposure, const rollup_query *q, uint32_t index);

/* True when the slot's leg is listed and the filters name it. */
static inline bool
rollup_match(const pli_exposure *exposure, const rollup_query *q, uint32_t slot)
{
	return (exposure->hot[slot].flags & HOT_LISTED) != 0 &&
	       (!q->filtered || pli_rollup_names(exposure, q, slot));
}

/* Nearest double of units, near enough to choose by: at most 2 ulp off. */
static inline double
rollup_units_double(plm_int128 units)
{
	/* signed halves: the unsigned conversion is a branch on processors without AVX-512 */
	double high = (double)(int64_t)(units >> 63) * 0x1p63;
	return high + (double)(int64_t)(units & INT64_MAX);
}

/* rollup_parts.c: the same where a row is a part of one (account, underlying): writes to
 * exposure->chosen the nodes that hold every row that could be among the first rows_max. False:
 * it cannot tell, the legs must be added up; rows that say nothing by their size, or many. */
bool pli_rollup_rows_are_parts(const plm_exposure_query *query);
bool pli_rollup_choose_parts(const pli_exposure *exposure, const rollup_query *query,
    uint32_t rows_max, uint32_t *ret_nodes_count, uint32_t *ret_rows_count);

/* rollup_sort.c: puts the first first_max of the items in order at the front, in place, without
 * heap memory; the others are lost. Returns how many are in order. compare: < 0 when a comes
 * first. */
uint32_t pli_rollup_sort(uint32_t *items, uint32_t count, uint32_t first_max,
    int (*compare)(uint32_t a, uint32_t b, const void *ctx), const void *ctx);

/* rollup_sum.c */
void pli_rollup_row_init(rollup_row *row, const rollup_key *key);
void pli_rollup_row_add(const pli_exposure *exposure, rollup_row *row, const rollup_leg *leg);
void pli_rollup_row_finish(const pli_exposure *exposure, const plm_exposure_query *query,
    const rollup_row *row, plm_exposure_row *ret_row);

#endif
