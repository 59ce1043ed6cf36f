/* margin_work.h: the inside of a work, for the files of this room. */
#ifndef PLI_MARGIN_MARGIN_WORK_H
#define PLI_MARGIN_MARGIN_WORK_H

#include "margin/rule.h"

/* Arrays of options, one entry an option leg, for the pricing kernel. */
typedef struct margin_options {
	double *forward, *strike, *years, *vol, *price;
	uint8_t *put;
	uint32_t *leg;
} margin_options;

/* Rows of tables that a leg brings to a fold, of all legs in the middle. */
enum { PLI_FOLD_ROWS_A_LEG = 32 };

/* margin_group: legs that stand as one, or (folds false) a leg as it is. size: their notional where
 * nothing moved; entries: their value at entry; rows, rows_count: of its table, behind the first
 * row; next: of the same underlying, 1 more than its number. */
typedef struct margin_group {
	double size, entries;
	uint32_t rows, rows_count, next;
	bool folds;
} margin_group;

/* margin_fold: room for folded pools. legs, groups: of each group; group_of: of each leg; heads: by
 * underlying; spare: room to sort rows in. */
typedef struct margin_fold {
	plm_margin_leg *legs;
	margin_group *groups;
	plm_margin_step *rows, *spare;
	uint32_t *group_of, *heads;
	uint32_t groups_count, rows_max;
} margin_fold;

/* margin_kink: where a moved option meets its strike, as the log of a ladder's factor, and by what
 * a move of 1, in logs, changes it there at most, in the pool's unit. */
typedef struct margin_kink {
	double place, turn;
} margin_kink;

struct plm_margin_work {
	uint32_t legs_max, assets_max, underlyings_max;
	margin_leg *legs;
	margin_asset *assets;
	double *prices;          /* of underlyings, moved */
	double *factors;         /* of a ladder's step */
	double *factors_of_rule; /* of a rule's scenario */
	double *room[3];         /* by leg, for rules */
	double *models;          /* by leg: the model's price where nothing moved */
	double *scratch;         /* by leg, twice: vols and prices of a scenario */
	margin_options options;
	margin_fold fold;
	margin_kink *kinks; /* of a ladder, at most one a leg */
	bool models_kept; /* the models are those of the pool that is evaluated next */
};

/* pli_margin_models prices the options of a pool where nothing moved. */
void pli_margin_models(plm_margin_work *work, const plm_margin_pool *pool);

/* pli_margin_fold_init takes memory; false: it could not be had, and fini is still due. */
bool pli_margin_fold_init(margin_fold *fold, uint32_t legs_max, uint32_t underlyings_max);
void pli_margin_fold_fini(margin_fold *fold);

/* pli_margin_fold makes a pool of fewer legs that has the same value, equity, maintenance and
 * thresholds (not: initial margin) at every move, to some 1e-13 of what is held: linear and inverse
 * legs of one underlying, asset, side, fee and leverage stand as one, whose table has a row
 * wherever one of them comes into another row of its own. It lives until the next fold. False: the
 * rule does not add legs up, or less than half of them would be saved. Cost: an evaluation or two;
 * tables are sorted. */
bool pli_margin_fold(margin_fold *fold, const plm_margin_pool *pool, plm_margin_pool *ret_folded);

#endif
