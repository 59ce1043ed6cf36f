/* book_margins.c: what venues say of margin: numbers of pools, tables of margin tiers, parameters
 * of margin by portfolio, shares of collateral. */
#include <assert.h>
#include <math.h>

#include "book/book.h"
#include "book/book_state.h"

static pli_row_key
margin_key(plm_account_id account, const plm_venue_margin *fact)
{
	uint32_t pool = fact->asset.value << 6 | (uint32_t)(fact->margin_mode & 7) << 3 |
			(uint32_t)(fact->side & 7);
	return (pli_row_key){account.value, fact->instrument.value, pool};
}

static void
margin_remove(pli_book *book, uint32_t index)
{
	assert(index < book->margins_count);
	pli_margin_row *row = &book->margins[index];
	pli_row_index_remove(&book->margin_index, margin_key(row->account, &row->fact));
	uint32_t last = --book->margins_count;
	if (index == last)
		return;
	*row = book->margins[last];
	pli_row_index_set(&book->margin_index, margin_key(row->account, &row->fact), index);
}

/* An account is one pool or has one for each asset, or says that it has both: numbers of what it no
 * longer is are gone. */
static void
margin_mode_change(pli_book *book, plm_account_id account, const plm_venue_margin *fact)
{
	uint8_t mode = fact->margin_mode, before = book->accounts[account.value].margin_mode;
	bool whole = mode == PLM_MARGIN_CROSS || mode == PLM_MARGIN_SEGREGATED;
	if (!whole || fact->is_beside != 0 || before == mode)
		return;
	book->accounts[account.value].margin_mode = mode;
	for (uint32_t i = book->margins_count; before != 0 && i-- > 0;)
		if (book->margins[i].account.value == account.value &&
		    book->margins[i].fact.margin_mode == before)
			margin_remove(book, i);
}

void
pli_book_venue_margin(pli_book *book, const plm_event *event)
{
	const plm_venue_margin *fact = &event->u.venue_margin;
	pli_row_key key = margin_key(event->account, fact);
	margin_mode_change(book, event->account, fact);
	uint32_t index = pli_row_index_find(&book->margin_index, key);
	if (index == PLI_ROW_NONE) {
		if (book->margins_count >= book->margins_max) {
			pli_book_lose(book, event->account, PLM_SCOPE_BALANCES);
			return;
		}
		index = book->margins_count++;
		bool stored = pli_row_index_insert(&book->margin_index, key, index);
		assert(stored);
	}
	book->margins[index] = (pli_margin_row){event->account, event->received_time_ns, *fact};
	book_dirty(&book->dirty_accounts, event->account.value);
}

static uint32_t
tier_find(const pli_book *book, const pli_tier_row *row, uint32_t tier)
{
	return pli_row_index_find(
	    &book->tier_index, (pli_row_key){row->account.value, row->fact.instrument.value, tier});
}

/* Takes the row as the next of the table that is coming; false when it is not that. */
static bool
tier_take(pli_book *book, const pli_tier_row *row)
{
	const pli_tier_row *first = &book->tiers_coming[0];
	const plm_margin_tier *fact = &row->fact;
	bool next = fact->tier == 1 ||
		    (book->tiers_coming_count + 1 == fact->tier &&
			first->account.value == row->account.value && first->epoch == row->epoch &&
			first->fact.instrument.value == fact->instrument.value &&
			first->fact.tiers_count == fact->tiers_count);
	bool sane = fact->tier >= 1 && fact->tier <= fact->tiers_count &&
		    fact->tiers_count <= PLM_MARGIN_TIERS_MAX;
	if (next && book->tiers_coming_count >= fact->tier)
		book->counters.tiers_broken++; /* the one before broke off */
	book->tiers_coming_count = next && sane ? fact->tier : 0;
	if (next && sane)
		book->tiers_coming[fact->tier - 1] = *row;
	return next && sane;
}

static void
tier_derive(pli_tier_row *row)
{
	double leverage = plm_decimal_to_double(row->fact.leverage_max);
	row->floor = plm_decimal_to_double(row->fact.notional_floor);
	row->maintenance = plm_decimal_to_double(row->fact.maintenance_rate);
	row->amount = plm_decimal_to_double(row->fact.maintenance_amount);
	row->initial = leverage > 0 ? 1 / leverage : NAN;
}

static void
tier_store(pli_book *book, const pli_tier_row *row)
{
	uint32_t index = tier_find(book, row, row->fact.tier);
	if (index == PLI_ROW_NONE) {
		index = book->tiers_count++;
		bool stored = pli_row_index_insert(&book->tier_index,
		    (pli_row_key){row->account.value, row->fact.instrument.value, row->fact.tier},
		    index);
		assert(stored);
	}
	book->tiers[index] = *row;
	tier_derive(&book->tiers[index]);
}

/* The whole table is here: it replaces the former one, or, without room for it, nothing. */
static void
tiers_replace(pli_book *book)
{
	const pli_tier_row *rows = book->tiers_coming;
	uint32_t count = book->tiers_coming_count, missing = 0;
	book_dirty(&book->dirty_accounts, rows[0].account.value);
	book->tiers_coming_count = 0;
	for (uint32_t tier = 1; tier <= count; tier++)
		missing += tier_find(book, rows, tier) == PLI_ROW_NONE;
	if (book->tiers_count + missing > book->bounds.tiers_max) {
		book->counters.rows_full++;
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		tier_store(book, &rows[i]);
	for (uint32_t tier = count + 1; tier <= PLM_MARGIN_TIERS_MAX; tier++) {
		uint32_t index = tier_find(book, rows, tier);
		if (index == PLI_ROW_NONE)
			return;
		book->tiers[index].fact.tiers_count = 0;
	}
}

void
pli_book_margin_tier(pli_book *book, const plm_event *event)
{
	pli_tier_row row = {.account = event->account,
	    .epoch = event->epoch,
	    .received_time_ns = event->received_time_ns,
	    .fact = event->u.margin_tier};
	uint32_t instrument = row.fact.instrument.value;
	if (instrument == 0 || instrument > book->bounds.registry.instruments_max) {
		book->counters.rows_full++;
		return;
	}
	if (!tier_take(book, &row))
		book->counters.tiers_broken++;
	else if (row.fact.tier == row.fact.tiers_count)
		tiers_replace(book);
}

const pli_tier_row *
pli_book_tier(
    const pli_book *book, plm_account_id account, plm_instrument_id instrument, uint32_t tier)
{
	uint32_t index = pli_row_index_find(
	    &book->tier_index, (pli_row_key){account.value, instrument.value, tier});
	if (index == PLI_ROW_NONE || book->tiers[index].fact.tiers_count == 0)
		return NULL;
	return &book->tiers[index];
}

const pli_tier_row *
pli_book_tier_next(const pli_book *book, const pli_tier_row *row)
{
	const pli_tier_row *beside = row + 1;
	if (row->fact.tier >= row->fact.tiers_count)
		return NULL;
	if (beside < book->tiers + book->tiers_count && beside->fact.tier == row->fact.tier + 1 &&
	    beside->fact.instrument.value == row->fact.instrument.value &&
	    beside->account.value == row->account.value && beside->fact.tiers_count != 0)
		return beside;
	return pli_book_tier(book, row->account, row->fact.instrument, row->fact.tier + 1u);
}

static pli_row_key
matrix_key(plm_account_id account, plm_asset_id coin, plm_asset_id settle)
{
	return (pli_row_key){account.value, coin.value, settle.value};
}

void
pli_book_margin_matrix(pli_book *book, const plm_event *event)
{
	const plm_margin_matrix *fact = &event->u.margin_matrix;
	pli_row_key key = matrix_key(event->account, fact->coin, fact->settle);
	uint32_t index = pli_row_index_find(&book->matrix_index, key);
	if (index == PLI_ROW_NONE && book->matrices_count >= book->matrices_max) {
		book->counters.rows_full++;
		return;
	}
	if (index == PLI_ROW_NONE) {
		index = book->matrices_count++;
		bool stored = pli_row_index_insert(&book->matrix_index, key, index);
		assert(stored);
	}
	book->matrices[index] = (pli_matrix_row){event->account, event->received_time_ns, *fact};
	book_dirty(&book->dirty_accounts, event->account.value);
}

const pli_matrix_row *
pli_book_matrix(
    const pli_book *book, plm_account_id account, plm_asset_id coin, plm_asset_id settle)
{
	uint32_t index = pli_row_index_find(&book->matrix_index, matrix_key(account, coin, settle));
	return index == PLI_ROW_NONE ? NULL : &book->matrices[index];
}

static uint32_t
stress_find(const pli_book *book, plm_account_id account, plm_asset_id coin)
{
	return pli_row_index_find(&book->stress_index, (pli_row_key){account.value, coin.value, 0});
}

void
pli_book_margin_stress(pli_book *book, const plm_event *event)
{
	const plm_margin_stress *fact = &event->u.margin_stress;
	uint32_t index = stress_find(book, event->account, fact->coin);
	bool full = index == PLI_ROW_NONE && book->stresses_count >= book->matrices_max;
	if (full || fact->moves_count > PLM_STRESS_MOVES_MAX) {
		book->counters.rows_full++;
		return;
	}
	if (index == PLI_ROW_NONE) {
		index = book->stresses_count++;
		bool stored = pli_row_index_insert(&book->stress_index,
		    (pli_row_key){event->account.value, fact->coin.value, 0}, index);
		assert(stored);
	}
	book->stresses[index] = (pli_stress_row){
	    event->account, false, event->received_time_ns, *fact};
	book_dirty(&book->dirty_accounts, event->account.value);
}

void
pli_book_stress_outdate(pli_book *book, plm_account_id account, plm_instrument_id instrument)
{
	const plm_instrument *spec = pli_registry_instrument_get(book->registry, instrument);
	uint32_t index = spec == NULL ? PLI_ROW_NONE : stress_find(book, account, spec->underlying);
	if (index != PLI_ROW_NONE)
		book->stresses[index].is_old = true;
}

const pli_stress_row *
pli_book_stress(const pli_book *book, plm_account_id account, plm_asset_id coin)
{
	uint32_t index = stress_find(book, account, coin);
	return index == PLI_ROW_NONE ? NULL : &book->stresses[index];
}

void
pli_book_collateral_told(pli_book *book, const plm_event *event)
{
	const plm_collateral *fact = &event->u.collateral;
	pli_row_key key = {event->account.value, fact->asset.value, 0};
	uint32_t index = pli_row_index_find(&book->collateral_index, key);
	bool full = index == PLI_ROW_NONE && book->collaterals_count >= book->bounds.balances_max;
	if (full || fact->steps_count > PLM_COLLATERAL_STEPS_MAX) {
		book->counters.rows_full++;
		return;
	}
	if (index == PLI_ROW_NONE) {
		index = book->collaterals_count++;
		bool stored = pli_row_index_insert(&book->collateral_index, key, index);
		assert(stored);
	}
	book->collaterals[index] = (pli_collateral_row){
	    event->account, event->received_time_ns, *fact};
	book_dirty(&book->dirty_accounts, event->account.value);
}

const pli_collateral_row *
pli_book_collateral(const pli_book *book, plm_account_id account, plm_asset_id asset)
{
	uint32_t index = pli_row_index_find(
	    &book->collateral_index, (pli_row_key){account.value, asset.value, 0});
	return index == PLI_ROW_NONE ? NULL : &book->collaterals[index];
}
