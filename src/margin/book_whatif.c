/* book_whatif.c: ladders twice, and what differs. */
#include "margin/book_whatif.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

pli_whatif_row *
pli_whatif_rows_create(uint32_t rows_max)
{
	return calloc(rows_max, sizeof(pli_whatif_row));
}

static int
before_compare(const void *left, const void *right)
{
	const pli_whatif_row *a = left, *b = right;
	return pli_ladder_row_compare(&a->before, &b->before);
}

static int
after_compare(const void *left, const void *right)
{
	const pli_whatif_row *a = left, *b = right;
	return pli_ladder_row_compare(&a->after, &b->after);
}

static bool
is_ranked(const pli_ladder_row *row)
{
	return row->reason == NULL && row->legs_count > 0;
}

static bool
edits_touch(const pli_pool_edits *edits, plm_account_id account)
{
	for (uint32_t i = 0; edits != NULL && i < edits->trades_count; i++)
		if (edits->trades[i].account.value == account.value)
			return true;
	for (uint32_t i = 0; edits != NULL && i < edits->transfers_count; i++)
		if (edits->transfers[i].account.value == account.value)
			return true;
	return false;
}

/* A pool without a position says so, whatever else it lacks. */
static void
before_make(pli_ladder_maker *maker, const pli_exposure *exposure, const pli_ladder_query *query,
    const pli_margin *watch, pli_whatif_row *row)
{
	const pli_ladder_query now = {.joint = query->joint};
	bool watched = watch != NULL && !edits_touch(query->edits, row->key.account);
	const pli_ladder_row *known = watched ? pli_margin_row_of(watch, &row->key) : NULL;
	if (known != NULL)
		row->before = *known;
	else
		pli_ladder_row_make(maker, exposure, &row->key, &now, &row->before);
	if (row->opened)
		row->before.reason = "no position is open in it";
	row->after = row->before;
	row->changed = false;
}

static bool
is_known(const pli_whatif_row *rows, uint32_t count, const pli_pool_key *key)
{
	for (uint32_t i = 0; i < count; i++)
		if (rows[i].key.account.value == key->account.value &&
		    rows[i].key.pool == key->pool)
			return true;
	return false;
}

static bool
trades_fall_into(const pli_book *book, const pli_pool_edits *edits, const pli_pool_key *key)
{
	for (uint32_t i = 0; edits != NULL && i < edits->trades_count; i++) {
		const pli_pool_trade *trade = &edits->trades[i];
		pli_pool_key into;
		if (trade->account.value == key->account.value &&
		    pli_book_pools_of_trade(book, trade, &into) && into.pool == key->pool)
			return true;
	}
	return false;
}

double
pli_whatif_initial_free(const pli_whatif_row *row)
{
	return row->traded && row->after.reason == NULL
		   ? row->after.numbers.equity_initial - row->after.numbers.initial
		   : NAN;
}

bool
pli_whatif_exceeds_initial(const pli_whatif_row *row)
{
	bool less = row->before.reason == NULL &&
		    row->after.numbers.initial <= row->before.numbers.initial;
	return pli_whatif_initial_free(row) < 0 && !less;
}

/* Pools that trades open come behind those that are there. */
static uint32_t
opened_gather(const pli_book *book, const pli_pool_edits *edits, pli_whatif_row *rows,
    uint32_t count, uint32_t rows_max)
{
	for (uint32_t i = 0; edits != NULL && i < edits->trades_count; i++) {
		pli_pool_key key;
		if (!pli_book_pools_of_trade(book, &edits->trades[i], &key) ||
		    is_known(rows, count < rows_max ? count : rows_max, &key))
			continue;
		if (count < rows_max)
			rows[count] = (pli_whatif_row){.key = key, .opened = true};
		count++;
	}
	return count;
}

uint32_t
pli_whatif_before(pli_ladder_maker *maker, const pli_exposure *exposure,
    const pli_ladder_query *query, const pli_margin *watch, pli_whatif_row *rows, uint32_t rows_max)
{
	const pli_book *book = pli_exposure_book(exposure);
	uint32_t count = 0, rank = 0;
	for (pli_pool_key key = {0}; pli_book_pools_next(book, &key); count++)
		if (count < rows_max)
			rows[count] = (pli_whatif_row){.key = key};
	count = opened_gather(book, query->edits, rows, count, rows_max);
	uint32_t filled = count < rows_max ? count : rows_max;
	for (uint32_t i = 0; i < filled; i++)
		before_make(maker, exposure, query, watch, &rows[i]);
	qsort(rows, filled, sizeof *rows, before_compare);
	for (uint32_t i = 0; i < filled; i++)
		rows[i].rank_before = rows[i].rank_after = is_ranked(&rows[i].before) ? ++rank : 0;
	return count;
}

/* Unknown is the same as unknown. */
static bool
differs(double a, double b)
{
	return a != b && !(isnan(a) && isnan(b));
}

static bool
numbers_differ(const plm_margin_numbers *a, const plm_margin_numbers *b)
{
	return differs(a->value, b->value) || differs(a->equity, b->equity) ||
	       differs(a->equity_initial, b->equity_initial) || differs(a->initial, b->initial) ||
	       differs(a->maintenance, b->maintenance) || differs(a->ratio, b->ratio);
}

static bool
rungs_differ(const pli_ladder_row *a, const pli_ladder_row *b)
{
	for (int t = 0; t < PLM_THRESHOLD_COUNT_; t++)
		for (int side = 0; side < 2; side++)
			if (a->rungs[t][side].status != b->rungs[t][side].status ||
			    differs(a->rungs[t][side].factor, b->rungs[t][side].factor))
				return true;
	return false;
}

static bool
rows_differ(const pli_ladder_row *a, const pli_ladder_row *b)
{
	bool words = (a->reason == NULL) != (b->reason == NULL) ||
		     (a->reason != NULL && strcmp(a->reason, b->reason) != 0) ||
		     a->legs_count != b->legs_count;
	return words || differs(a->unit_usd, b->unit_usd) || differs(a->spot, b->spot) ||
	       differs(a->leverage_gross, b->leverage_gross) ||
	       numbers_differ(&a->numbers, &b->numbers) || rungs_differ(a, b);
}

void
pli_whatif_after(pli_ladder_maker *maker, const pli_exposure *exposure,
    const pli_ladder_query *query, pli_whatif_row *rows, uint32_t count)
{
	uint32_t rank = 0;
	for (uint32_t i = 0; i < count; i++) {
		pli_whatif_row *row = &rows[i];
		row->after = row->before;
		row->changed = false;
		row->traded = trades_fall_into(
		    pli_exposure_book(exposure), query->edits, &row->key);
		if (query->moved_count == 0 && !edits_touch(query->edits, row->key.account))
			continue;
		pli_ladder_row_make(maker, exposure, &row->key, query, &row->after);
		row->after.venue_is_old = true; /* its sums are of now */
		row->changed = row->after.reason != NULL || rows_differ(&row->before, &row->after);
	}
	qsort(rows, count, sizeof *rows, after_compare);
	for (uint32_t i = 0; i < count; i++)
		rows[i].rank_after = is_ranked(&rows[i].after) ? ++rank : 0;
}
