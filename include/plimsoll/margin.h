/* margin.h: what a venue asks of a margin pool, and the prices at which it calls and takes it.
 *
 * A pool is plain arrays: legs (positions), assets (wallets and loans) and underlyings (the prices
 * that move). A rule is the venue's own: from the pool at moved prices it makes the numbers that
 * the venue would. The ladder looks for the moves at which those numbers cross the venue's
 * thresholds. All numbers of a pool are in one unit: its settle asset where the pool holds one, US
 * dollars where it holds several. Doubles: these are measures, not books. Unknown is NaN: an input
 * that is NaN and counts makes the numbers NaN, never zero.
 *
 * Signs: long > 0, short < 0, debts < 0; margins >= 0. Pure: no clock, no heap but for
 * plm_margin_work_create; any thread, one at a time on a work. Formulas, their sources and what
 * is verified: docs/reference/margin.md. */
#ifndef PLIMSOLL_MARGIN_H
#define PLIMSOLL_MARGIN_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* plm_margin_leg_kind: how a leg's profit follows its price, P against the entry E.
 * LINEAR       quantity in coins; profit q (P - E) in the settle asset. A quanto contract is one
 *              too: quantity in settle asset per quote unit
 * INVERSE      quantity in quote units (face); profit q (1/E - 1/P), in the coin
 * OPTION       quantity in coins; price and profit in quote units
 * OPTION_COIN  the same, price and profit in the coin: the model's price over the forward */
typedef enum plm_margin_leg_kind {
	PLM_MARGIN_LEG_LINEAR,
	PLM_MARGIN_LEG_INVERSE,
	PLM_MARGIN_LEG_OPTION,
	PLM_MARGIN_LEG_OPTION_COIN,
} plm_margin_leg_kind;

/* plm_margin_step: from `floor` on, in the table's own measure (a notional, or coins).
 * maintenance  rate of the notional that maintenance asks
 * deduction    taken off what the rate gives, so that a marginal table is continuous
 * initial      rate of the notional that a new position asks at least; NaN not told */
typedef struct plm_margin_step {
	double floor;
	double maintenance;
	double deduction;
	double initial;
} plm_margin_step;

/* plm_margin_steps: rows by floor rising, the first from 0; borrowed. by_quantity: floors are in
 * |quantity|, else in notional of the settle asset. slope: both rates grow by this for each coin of
 * the position. A table without rows: rates are NaN. */
typedef struct plm_margin_steps {
	const plm_margin_step *rows;
	uint32_t count;
	bool by_quantity;
	double slope;
} plm_margin_steps;

/* plm_margin_deduct fills the deductions of `count` rows: 0, then each the one before plus its
 * floor times the rise of the rate. (Binance FAQ b3c689c1, 2024: "maintenance amount".) */
void plm_margin_deduct(plm_margin_step *rows, uint32_t count);

/* plm_margin_step_of: the row in force at `measure` >= 0, the one whose floor is the last not
 * above it; NULL: no rows, or NaN. Cost: the count's logarithm. */
const plm_margin_step *plm_margin_step_of(const plm_margin_steps *steps, double measure);

/* One position.
 * asset, underlying  index into the pool's arrays
 * quantity     signed, by kind
 * entry        price that profit counts from; NaN: counted from `profit` at `mark`
 * mark         price that the venue marks it at now; of options too
 * profit       unrealised, in the settle asset, at `mark`; read only where entry is NaN
 * strike, years, vol (0.6), forward, put: of options; forward NaN: the underlying's price
 * forward_fixed   the part of the forward that moves no more, as an average is being taken; 0 none
 * rate         interest a year by which an option's value is discounted; 0 none
 * rule_rate    interest a year that a rule discounts by itself; 0 none
 * leverage     chosen by the user; NaN: what the steps allow
 * fee          taker's rate, where the rule counts a closing fee; 0 none
 * factor       a multiplier of the rule's on this leg's requirement; 1 none
 * confidence   of its price, 0 to 1, where the venue's oracle says one; 1 */
typedef struct plm_margin_leg {
	uint8_t kind; /* plm_margin_leg_kind */
	bool put;
	uint32_t asset;
	uint32_t underlying;
	double quantity;
	double entry;
	double mark;
	double profit;
	double strike, years, vol, forward, forward_fixed;
	double rate, rule_rate;
	double leverage;
	double fee;
	double factor;
	double confidence;
	plm_margin_steps steps;
} plm_margin_leg;

/* plm_collateral_step: of an amount's part from `floor` on, the share that counts. */
typedef struct plm_collateral_step {
	double floor; /* in the asset */
	double weight;
} plm_collateral_step;

#define PLM_MARGIN_STILL UINT32_MAX

/* One wallet.
 * wallet       without unrealised profit; a debt is negative
 * price        pool units per 1, now; 1 where the asset is the unit
 * underlying   the one whose move moves that price, PLM_MARGIN_STILL: none
 * weight       share of a positive amount that the venue counts as collateral; where the venue has
 *              two, weight_initial is for the initial margin
 * debt_weight  what a negative amount is multiplied by; 1
 * steps        shares by amount instead of weight, marginal, floors rising; NULL none
 * confidence   of its price, 0 to 1, where the venue's oracle says one; 1
 * borrowed     >= 0, already inside wallet as a negative; loan_rate: what maintenance asks of it */
typedef struct plm_margin_asset {
	double wallet;
	double price;
	uint32_t underlying;
	uint32_t steps_count;
	const plm_collateral_step *steps;
	double weight, weight_initial, debt_weight;
	double confidence;
	double borrowed, loan_rate;
} plm_margin_asset;

/* plm_collateral_value: what `amount` of an asset counts for in the asset, by its steps or weight;
 * is_initial: with weight_initial. */
double plm_collateral_value(const plm_margin_asset *asset, double amount, bool is_initial);

/* One price that moves. price: the venue's index in quote units. beta: its log move per log move
 * of a joint move; read by the ladder of all. */
typedef struct plm_margin_underlying {
	double price;
	double beta;
	double confidence; /* 0 to 1; 1 where the venue says none */
} plm_margin_underlying;

typedef struct plm_margin_rule plm_margin_rule;

/* plm_margin_rule_find: by name ("binance.usdm"); NULL: no such rule. _at: row of the table, NULL
 * past the end. _name, _venue: texts of a rule. _is_verified: its formulas were reproduced on the
 * venue's own numbers; else an estimate, which never alarms alone. */
const plm_margin_rule *plm_margin_rule_find(const char *name);
const plm_margin_rule *plm_margin_rule_at(uint32_t row);
const char *plm_margin_rule_name(const plm_margin_rule *rule);
const char *plm_margin_rule_venue(const plm_margin_rule *rule);
bool plm_margin_rule_is_verified(const plm_margin_rule *rule);

/* Where a venue has no warning of its own before it liquidates, the call is ours: maintenance over
 * equity at this. */
#define PLM_MARGIN_CALL_USAGE 0.8

/* One margin pool. Borrowed arrays.
 * parameters   what the rule takes beside, by the struct that margin_rules.h names; NULL: the
 *              rule's dated defaults
 * other_...    what the venue states of parts that are not among the legs; 0 none
 * call_usage   PLM_MARGIN_CALL_USAGE, or the user's own */
typedef struct plm_margin_pool {
	const plm_margin_rule *rule;
	const void *parameters;
	const plm_margin_leg *legs;
	const plm_margin_asset *assets;
	const plm_margin_underlying *underlyings;
	uint32_t legs_count, assets_count, underlyings_count;
	double other_equity, other_initial, other_maintenance;
	double call_usage;
} plm_margin_pool;

/* A move of prices: each underlying times its factor, > 0 (NULL: none moves); marks of futures
 * and forwards of options with it. vol_power p: a vol becomes vol factor^-p; 0: each strike keeps
 * its vol. An option keeps the difference between its mark and the model's price. */
typedef struct plm_margin_move {
	const double *factors;
	double vol_power;
} plm_margin_move;

/* plm_margin_numbers, in the pool's unit, by the rule's own definitions.
 * value        wallets and profits at market; below 0 the pool is bankrupt
 * equity       what stands against maintenance, after haircuts where the venue takes them there
 * equity_initial  what stands against the initial margin
 * initial, maintenance   asked; closing fees in them where the venue has them in
 * ratio        as the venue publishes it
 * call, liquidation   how far above the thresholds: below 0 the venue warns, takes over. A pool
 *              with nothing to liquidate has infinite ones */
typedef struct plm_margin_numbers {
	double value;
	double equity, equity_initial;
	double initial, maintenance;
	double ratio;
	double call, liquidation;
} plm_margin_numbers;

/* plm_margin_cushion: (equity - maintenance) / equity; NaN where equity is not above 0. */
double plm_margin_cushion(const plm_margin_numbers *numbers);

/* plm_margin_option_price: what the model says of an option leg where nothing moved, in the leg's
 * own terms: its mark where the venue tells vols alone. underlying: its price, read where the leg
 * has no forward. */
double plm_margin_option_price(const plm_margin_leg *leg, double underlying);

/* plm_margin_transfer: what to move from b to a, in their unit, so that both have the same equity
 * over maintenance; NaN where neither asks for anything. */
double plm_margin_transfer(const plm_margin_numbers *a, const plm_margin_numbers *b);

/* plm_margin_work: room for pools up to these sizes, used again and again. NULL: no memory. */
typedef struct plm_margin_work plm_margin_work;
plm_margin_work *plm_margin_work_create(
    uint32_t legs_max, uint32_t assets_max, uint32_t underlyings_max);
void plm_margin_work_destroy(plm_margin_work *work);

/* plm_margin_evaluate: the pool's numbers after a move (NULL: none). The pool must fit the work
 * (asserted). Cost: an option each some 30 ns and the rule; scenario rules as many times as they
 * have scenarios. */
void plm_margin_evaluate(plm_margin_work *work, const plm_margin_pool *pool,
    const plm_margin_move *move, plm_margin_numbers *ret_numbers);

/* plm_margin_leg_numbers: one leg after the last evaluate of this work: price, notional and profit
 * in the settle asset, the value of an option, and what the rule asks for it alone (NaN where the
 * rule has no such part). */
typedef struct plm_margin_leg_numbers {
	double price, notional, profit, value;
	double initial, maintenance;
} plm_margin_leg_numbers;
void plm_margin_leg_of(
    const plm_margin_work *work, uint32_t leg, plm_margin_leg_numbers *ret_numbers);

/* plm_threshold: CALL the venue's warning (ours where it has none), LIQUIDATION its take-over,
 * BANKRUPTCY where value is 0. */
typedef enum plm_threshold {
	PLM_THRESHOLD_CALL,
	PLM_THRESHOLD_LIQUIDATION,
	PLM_THRESHOLD_BANKRUPTCY,
	PLM_THRESHOLD_COUNT_
} plm_threshold;

/* What became of the search for a crossing. PAST: the pool is beyond it already. */
typedef enum plm_rung_status {
	PLM_RUNG_UNKNOWN, /* a number is not known */
	PLM_RUNG_NONE,    /* no crossing in the range */
	PLM_RUNG_FOUND,
	PLM_RUNG_PAST,
} plm_rung_status;
const char *plm_rung_status_text(plm_rung_status status);

/* One crossing: the nearest, at prices times `factor`, where the number is just not below the
 * threshold; of a pool that is PAST it, the price at which it would be back. crossings_count: how
 * many were seen in the range. */
typedef struct plm_rung {
	uint8_t status; /* plm_rung_status */
	uint32_t crossings_count;
	double factor; /* NaN: there is none */
} plm_rung;

/* How far is looked: factors between PLM_LADDER_FACTOR_MIN and its inverse. */
#define PLM_LADDER_FACTOR_MIN 1e-4

/* What moves. underlying: that one alone, or PLM_MARGIN_STILL: all of them, each by its beta. base:
 * factors by underlying that hold before anything moves, from which the ladder starts and its
 * factors count; NULL: the prices of now. */
typedef struct plm_ladder_query {
	uint32_t underlying;
	double vol_power;
	const double *base;
} plm_ladder_query;

/* plm_ladder: rungs[threshold][0] downwards, [1] upwards; numbers: where the pool is now. */
typedef struct plm_ladder {
	plm_margin_numbers numbers;
	plm_rung rungs[PLM_THRESHOLD_COUNT_][2];
	uint32_t evaluations_count;
} plm_ladder;

/* plm_ladder_find: scans from the prices of now outwards, in steps of 2 % that grow to 10 %, and
 * closes in on each change of sign until the factor is known to the last bits. Inside of a step it
 * looks at the strikes of options that could turn the pool there, and for a turn where the ways
 * into it and out of it point at one beyond a threshold. Two crossings that are nearer to each
 * other than some 1e-4 may not be seen. Cost: some 250 evaluations; of a rule by scenarios up to
 * twice as many, where a threshold is near. */
void plm_ladder_find(plm_margin_work *work, const plm_margin_pool *pool,
    const plm_ladder_query *query, plm_ladder *ret_ladder);

#ifdef __cplusplus
}
#endif

#endif
