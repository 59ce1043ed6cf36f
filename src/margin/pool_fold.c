/* pool_fold.c: legs that are asked for by rates of their notional, added up to few. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "margin/margin_work.h"

/* Where less is saved, the folding costs more. */
enum { FOLD_LEGS_MIN = 16, FOLD_SHARE = 2 };

bool
pli_margin_fold_init(margin_fold *fold, uint32_t legs_max, uint32_t underlyings_max)
{
	*fold = (margin_fold){.rows_max = legs_max * (PLI_FOLD_ROWS_A_LEG + 1),
	    .legs = calloc(legs_max + 1, sizeof *fold->legs),
	    .groups = calloc(legs_max + 1, sizeof *fold->groups),
	    .group_of = calloc(legs_max + 1, sizeof *fold->group_of),
	    .heads = calloc(underlyings_max + 1, sizeof *fold->heads)};
	fold->rows = calloc(fold->rows_max + 1, sizeof *fold->rows);
	fold->spare = calloc(fold->rows_max + 1, sizeof *fold->spare);
	return fold->legs != NULL && fold->groups != NULL && fold->group_of != NULL &&
	       fold->heads != NULL && fold->rows != NULL && fold->spare != NULL;
}

void
pli_margin_fold_fini(margin_fold *fold)
{
	free(fold->legs);
	free(fold->groups);
	free(fold->group_of);
	free(fold->heads);
	free(fold->rows);
	free(fold->spare);
}

/* The rows in force at whatever price: of a table by quantity the one of this quantity. */
static plm_margin_steps
steps_of(const plm_margin_leg *leg)
{
	if (!leg->steps.by_quantity)
		return leg->steps;
	const plm_margin_step *row = plm_margin_step_of(&leg->steps, fabs(leg->quantity));
	return (plm_margin_steps){row, row != NULL, false, leg->steps.slope};
}

/* Where a row asks for less than nothing, rules stop at 0, which does not add up. */
static bool
steps_fold(const plm_margin_steps *steps)
{
	for (uint32_t i = 0; i < steps->count; i++) {
		const plm_margin_step *row = &steps->rows[i];
		double floor = i == 0 ? 0 : row->floor;
		bool rises = i < 2 || floor > steps->rows[i - 1].floor;
		if (!(row->maintenance >= 0 && floor * row->maintenance >= row->deduction) ||
		    !rises || !isfinite(floor * row->maintenance - row->deduction))
			return false;
	}
	return steps->count != 0 && steps->slope == 0;
}

static bool
leg_folds(const plm_margin_leg *leg)
{
	plm_margin_steps steps = steps_of(leg);
	return !pli_margin_is_option(leg) && leg->mark > 0 && leg->entry > 0 &&
	       fabs(leg->quantity) > 0 && isfinite(leg->quantity * leg->mark * leg->entry) &&
	       steps_fold(&steps);
}

static bool
same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static bool
legs_alike(const plm_margin_leg *a, const plm_margin_leg *b)
{
	return a->kind == b->kind && a->asset == b->asset &&
	       (a->quantity < 0) == (b->quantity < 0) && same(a->fee, b->fee) &&
	       same(a->leverage, b->leverage) && same(a->factor, b->factor);
}

static uint32_t
group_open(margin_fold *fold, const plm_margin_leg *leg, bool folds)
{
	uint32_t at = fold->groups_count++;
	fold->legs[at] = *leg;
	fold->groups[at] = (margin_group){.folds = folds};
	if (folds) {
		fold->groups[at].next = fold->heads[leg->underlying];
		fold->heads[leg->underlying] = at + 1;
	}
	return at;
}

static uint32_t
group_take(margin_fold *fold, const plm_margin_leg *leg)
{
	if (!leg_folds(leg))
		return group_open(fold, leg, false);
	for (uint32_t at = fold->heads[leg->underlying]; at != 0; at = fold->groups[at - 1].next)
		if (legs_alike(&fold->legs[at - 1], leg))
			return at - 1;
	return group_open(fold, leg, true);
}

/* Notional where nothing moved. */
static double
leg_size(const plm_margin_leg *leg)
{
	double size = fabs(leg->quantity);
	return leg->kind == PLM_MARGIN_LEG_INVERSE ? size / leg->mark : size * leg->mark;
}

/* False: too little is saved, or the tables have no room. */
static bool
legs_group(margin_fold *fold, const plm_margin_pool *pool)
{
	uint32_t rows = 0;
	fold->groups_count = 0;
	for (uint32_t u = 0; u < pool->underlyings_count; u++)
		fold->heads[u] = 0;
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		const plm_margin_leg *leg = &pool->legs[i];
		uint32_t at = fold->group_of[i] = group_take(fold, leg);
		margin_group *group = &fold->groups[at];
		if (fold->groups_count * FOLD_SHARE > pool->legs_count)
			return false;
		if (!group->folds)
			continue;
		group->size += leg_size(leg);
		group->entries += pli_margin_entry_value(leg);
		group->rows_count += steps_of(leg).count - 1;
	}
	for (uint32_t at = 0; at < fold->groups_count; at++) {
		fold->groups[at].rows = rows;
		rows += fold->groups[at].rows_count + 1;
		fold->groups[at].rows_count = 0;
		if (rows > fold->rows_max)
			return false;
	}
	return true;
}

/* All notionals of a group grow together, so a leg's floor is one of the group's. Rows tell by how
 * much each is above the one before. */
static void
rows_add(margin_fold *fold, margin_group *group, const plm_margin_leg *leg)
{
	plm_margin_steps steps = steps_of(leg);
	plm_margin_step *rows = &fold->rows[group->rows], last = {0};
	double share = leg_size(leg) / group->size;
	for (uint32_t i = 0; i < steps.count; i++) {
		const plm_margin_step *step = &steps.rows[i];
		plm_margin_step *row = i == 0 ? rows : &rows[++group->rows_count];
		if (i != 0)
			*row = (plm_margin_step){.floor = step->floor / share};
		row->maintenance += (step->maintenance - last.maintenance) * share;
		row->deduction += step->deduction - last.deduction;
		last = *step;
	}
}

static uint32_t
run_end(const plm_margin_step *rows, uint32_t at, uint32_t count)
{
	while (at + 1 < count && rows[at].floor <= rows[at + 1].floor)
		at++;
	return at < count ? at + 1 : count;
}

/* Two rising runs and the next two and so on become one each, in `to`. Returns how many. */
static uint32_t
runs_merge(const plm_margin_step *from, plm_margin_step *to, uint32_t count)
{
	uint32_t runs = 0;
	for (uint32_t at = 0; at < count; runs++) {
		uint32_t left = at, left_end = run_end(from, at, count), right = left_end;
		uint32_t right_end = run_end(from, right, count);
		while (left < left_end && right < right_end)
			to[at++] = from[right].floor < from[left].floor ? from[right++]
									: from[left++];
		while (left < left_end)
			to[at++] = from[left++];
		while (right < right_end)
			to[at++] = from[right++];
	}
	return runs;
}

/* The rows behind the first, by floor; a leg's rise by themselves. Returns the first, in one of the
 * two rooms. */
static plm_margin_step *
rows_sort(plm_margin_step *rows, plm_margin_step *spare, uint32_t count)
{
	for (bool sorted = run_end(rows + 1, 0, count) == count; !sorted;) {
		sorted = runs_merge(rows + 1, spare + 1, count) <= 1;
		plm_margin_step *kept = rows;
		spare[0] = rows[0];
		rows = spare;
		spare = kept;
	}
	return rows;
}

static void
group_close(margin_fold *fold, uint32_t at)
{
	const margin_group *group = &fold->groups[at];
	plm_margin_leg *leg = &fold->legs[at];
	plm_margin_step *rows = rows_sort(
	    &fold->rows[group->rows], &fold->spare[group->rows], group->rows_count);
	bool inverse = leg->kind == PLM_MARGIN_LEG_INVERSE;
	double size = inverse ? group->size * leg->mark : group->size / leg->mark;
	rows[0].initial = NAN;
	for (uint32_t i = 1; i <= group->rows_count; i++) {
		rows[i].maintenance += rows[i - 1].maintenance;
		rows[i].deduction += rows[i - 1].deduction;
		rows[i].initial = NAN;
	}
	leg->steps = (plm_margin_steps){rows, group->rows_count + 1, false, 0};
	leg->quantity = copysign(size, leg->quantity);
	leg->entry = inverse ? size / group->entries : group->entries / size;
}

bool
pli_margin_fold(margin_fold *fold, const plm_margin_pool *pool, plm_margin_pool *ret_folded)
{
	if (!pool->rule->legs_add || pool->legs_count < FOLD_LEGS_MIN || !legs_group(fold, pool))
		return false;
	for (uint32_t at = 0; at < fold->groups_count; at++)
		fold->rows[fold->groups[at].rows] = (plm_margin_step){0};
	for (uint32_t i = 0; i < pool->legs_count; i++) {
		margin_group *group = &fold->groups[fold->group_of[i]];
		if (group->folds)
			rows_add(fold, group, &pool->legs[i]);
	}
	for (uint32_t at = 0; at < fold->groups_count; at++)
		if (fold->groups[at].folds)
			group_close(fold, at);
	*ret_folded = *pool;
	ret_folded->legs = fold->legs;
	ret_folded->legs_count = fold->groups_count;
	return true;
}
