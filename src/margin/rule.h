/* rule.h: what a rule sees of a pool at moved prices; for the files of this room.
 *
 * A rule is one function in a file of its own. It reads legs and assets as they stand after the
 * move, adds up what its venue adds up, and fills the numbers. Nothing is kept between two calls.
 */
#ifndef PLI_MARGIN_RULE_H
#define PLI_MARGIN_RULE_H

#include "plimsoll/margin.h"

/* A leg after the move. price: as its mark; forward: of an option. notional: |q| P in the settle
 * asset (INVERSE: |q| / P; options: |q| times the underlying's price in that asset's terms).
 * value: of an option, signed, else 0. initial, maintenance: for the rule to fill. */
typedef struct margin_leg {
	double price, forward, vol;
	double notional, profit, value;
	double initial, maintenance;
} margin_leg;

/* An asset after the move. profit: of the legs that settle in it. amount: wallet and profit,
 * without options; options: their value. price: pool units per 1. */
typedef struct margin_asset {
	double price;
	double profit, amount, options;
} margin_asset;

/* What is evaluated. legs and assets are in the pool's order. */
typedef struct margin_view {
	plm_margin_work *work;
	const plm_margin_pool *pool;
	margin_leg *legs;
	margin_asset *assets;
	const double *prices; /* of the underlyings */
	double *room[3];      /* by leg, and by underlying: for the rule to write on */
	double *factors;
} margin_view;

/* pli_margin_view: a work as the last evaluate left it. */
margin_view pli_margin_view(plm_margin_work *work, const plm_margin_pool *pool);

/* One row of the table of rules. legs_add: a linear or inverse leg is asked for its notional times
 * rates by its notional, less a deduction, at least nothing, and a fee by notional; the pool's
 * numbers hang on the sums of these alone. Then legs may be folded (margin_work.h). looks: how
 * often one evaluation prices all legs anew, of rules that pools of a book have. */
struct plm_margin_rule {
	const char *name, *venue;
	bool is_verified, legs_add;
	uint32_t looks;
	/* Fills all of *numbers, which is zeroes. */
	void (*evaluate)(const margin_view *view, plm_margin_numbers *numbers);
};

/* pli_margin_rule_looks: of a rule; 1 for none. */
uint32_t pli_margin_rule_looks(const plm_margin_rule *rule);

/* pli_margin_reprice writes the prices that all legs would have, were each underlying times its
 * factor from where the view stands, and each vol what `vols` says (by leg; NULL: as it stands):
 * of options the model's, in the leg's own terms, of others the price times the factor. Cost: an
 * option some 30 ns. */
void pli_margin_reprice(
    const margin_view *view, const double *factors, const double *vols, double *ret_prices);

/* pli_margin_gain: what a leg gains, in its settle asset, when its price goes from `from` to `to`.
 */
double pli_margin_gain(const plm_margin_leg *leg, double from, double to);

/* margin_sums: assets and what legs ask, each times the asset's price. */
typedef struct margin_sums {
	double value;      /* wallets, profits and options */
	double collateral; /* wallets and profits, weighted, loans by debt_weight */
	double collateral_initial;
	double initial, maintenance;
} margin_sums;

/* pli_margin_sum adds up a pool whose legs have their initial and maintenance; other_... of the
 * pool in it. with_options: options count as collateral at their value. */
margin_sums pli_margin_sum(const margin_view *view, bool with_options);

/* pli_margin_close ends a rule whose thresholds are equity against maintenance: sets call (by the
 * pool's call_usage), liquidation and, unless it is set already, ratio = maintenance / equity. */
void pli_margin_close(const margin_view *view, plm_margin_numbers *numbers);

/* pli_margin_fill: the numbers that such sums make, closed. */
void pli_margin_fill(const margin_view *view, const margin_sums *sums, plm_margin_numbers *numbers);

/* pli_margin_entry_value: a leg's value at its entry, in the settle asset. */
double pli_margin_entry_value(const plm_margin_leg *leg);

/* The step of a leg at its notional or quantity; never NULL: rates of no table are NaN. */
const plm_margin_step *pli_margin_step(const plm_margin_leg *leg, const margin_leg *moved);

/* pli_margin_initial_rate: 1 / leverage, or where that is not known the step's; NaN neither. */
double pli_margin_initial_rate(const plm_margin_leg *leg, const plm_margin_step *step);

/* pli_margin_out_of_money: how far, in quote units, an option's strike is out of the money. */
double pli_margin_out_of_money(const plm_margin_leg *leg, double price);

/* margin_max: the larger; NaN where one is, which fmax would hide. */
static inline double
margin_max(double a, double b)
{
	return a > b || a != a ? a : b;
}

/* pli_margin_coins: coins of a leg: |quantity|, of an inverse one at its price. */
double pli_margin_coins(const plm_margin_leg *leg, const margin_leg *moved);

/* pli_margin_is_option: of either kind. */
static inline bool
pli_margin_is_option(const plm_margin_leg *leg)
{
	return leg->kind >= PLM_MARGIN_LEG_OPTION;
}

#endif
