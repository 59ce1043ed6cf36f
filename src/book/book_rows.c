/* book_rows.c: rows of positions and balances by key: made, stored, given back; margin pools. */
#include <assert.h>
#include <string.h>

#include "book/book.h"
#include "book/book_state.h"

/* Number of the margin pool that a key stands for, made when it is new. */
static uint32_t
book_pool(pli_book *book, pli_row_key key)
{
	uint32_t pool = pli_row_index_find(&book->pool_index, key);
	if (pool != PLI_ROW_NONE)
		return pool;
	pool = book->pools_count + 1;
	bool stored = pli_row_index_insert(&book->pool_index, key, pool);
	if (!stored)
		return 0;
	book->pools_count++;
	return pool;
}

static uint32_t
book_pool_of(pli_book *book, plm_account_id account, uint8_t mode, plm_asset_id settle)
{
	uint32_t asset = mode == PLM_MARGIN_SEGREGATED ? settle.value + 1 : 0;
	return book_pool(book, (pli_row_key){account.value, 0, asset});
}

bool
pli_book_feed_degrade(const pli_book *book, plm_account_id account, plm_feed_state *state)
{
	static const char text[] = "the book is full: facts of this account are missing";
	assert(account.value <= book->bounds.registry.accounts_max);
	if (book->accounts[account.value].lost_scopes == 0 || state->status != PLM_FEED_LIVE)
		return false;
	state->status = PLM_FEED_DEGRADED;
	memset(state->text, 0, sizeof state->text);
	memcpy(state->text, text, sizeof text);
	return true;
}

void
pli_book_lose(pli_book *book, plm_account_id account, uint32_t scopes)
{
	book->counters.rows_full++;
	if (account.value == 0 || account.value > book->bounds.registry.accounts_max)
		return;
	book_account *of = &book->accounts[account.value];
	of->lost_scopes |= scopes;
	for (uint32_t i = 0; of->feed.value != 0 && i < book->feeds_count; i++) {
		pli_feed_row *row = &book->feeds[i];
		if (row->feed.value == of->feed.value &&
		    pli_book_feed_degrade(book, account, &row->fact))
			row->since_ns = book->now_ns;
	}
	book_dirty(&book->dirty_accounts, account.value);
}

/* The account's first fact may have come. */
static void
account_begin(pli_book *book, plm_account_id account)
{
	if (book->accounts[account.value].since_ns != 0)
		return;
	book->accounts[account.value].since_ns = BOOK_SINCE_BATCH;
	book->accounts_began = true;
}

/* A row for a new key: a fresh one, else the one that was given back first. */
static uint32_t
position_take(pli_book *book)
{
	if (book->positions_count < book->bounds.positions_max)
		return book->positions_count++;
	uint32_t row = book->free_head;
	if (row == PLI_ROW_NONE)
		return PLI_ROW_NONE;
	assert(book->dirty_positions.marked[row] == 0);
	book->free_head = book->position_links[row].next_of_account;
	if (book->free_head == PLI_ROW_NONE)
		book->free_tail = PLI_ROW_NONE;
	book->counters.rows_reused++;
	return row;
}

uint32_t
pli_book_position_intern(pli_book *book, plm_account_id account, const plm_position *fact)
{
	pli_row_key key = {account.value, fact->instrument.value, fact->side};
	uint32_t row = pli_row_index_find(&book->position_index, key);
	if (row != PLI_ROW_NONE)
		return row;
	row = position_take(book);
	if (row == PLI_ROW_NONE) {
		pli_book_lose(book, account, PLM_SCOPE_POSITIONS);
		return PLI_ROW_NONE;
	}
	bool stored = pli_row_index_insert(&book->position_index, key, row);
	assert(stored);
	book->position_links[row] = (book_links){
	    .next_of_account = book->accounts[account.value].positions_head,
	    .next_of_instrument = book->instrument_heads[fact->instrument.value],
	};
	book->accounts[account.value].positions_head = row;
	book->instrument_heads[fact->instrument.value] = row;
	book->positions[row] = (pli_position_row){.account = account, .fact = *fact};
	account_begin(book, account);
	return row;
}

uint32_t
pli_book_balance_intern(pli_book *book, plm_account_id account, const plm_balance *fact)
{
	pli_row_key key = {account.value, fact->asset.value, 0};
	uint32_t row = pli_row_index_find(&book->balance_index, key);
	if (row != PLI_ROW_NONE)
		return row;
	if (book->balances_count >= book->bounds.balances_max) {
		pli_book_lose(book, account, PLM_SCOPE_BALANCES);
		return PLI_ROW_NONE;
	}
	row = book->balances_count++;
	bool stored = pli_row_index_insert(&book->balance_index, key, row);
	assert(stored);
	book->balance_links[row].next_of_account = book->accounts[account.value].balances_head;
	book->accounts[account.value].balances_head = row;
	book->balances[row].account = account;
	book->balances[row].fact = *fact;
	account_begin(book, account);
	return row;
}

void
pli_book_position_store(pli_book *book, uint32_t index, const plm_position *fact)
{
	assert(index < book->positions_count);
	pli_position_row *row = &book->positions[index];
	row->fact = *fact;
	row->open = !plm_decimal_is_known(fact->quantity) || plm_decimal_sign(fact->quantity) != 0;
	if (fact->margin_mode == PLM_MARGIN_ISOLATED) {
		row->pool = book_pool(book, (pli_row_key){row->account.value, 1, index});
	} else {
		const plm_instrument *spec = pli_registry_instrument_get(
		    book->registry, fact->instrument);
		plm_asset_id settle = spec != NULL ? spec->settle : (plm_asset_id){0};
		row->pool = book_pool_of(book, row->account, fact->margin_mode, settle);
	}
	book_dirty(&book->dirty_positions, index);
	if (row->open)
		pli_book_price_position(book, row);
}

void
pli_book_balance_store(pli_book *book, uint32_t index, const plm_balance *fact)
{
	assert(index < book->balances_count);
	pli_balance_row *row = &book->balances[index];
	plm_decimal before = row->open ? row->fact.wallet : plm_decimal_zero();
	bool new = row->pool == 0 && !book->accounts[row->account.value].balances_read;
	if (!new)
		pli_book_drift_moved(book, index, before, fact->wallet, row->received_time_ns);
	row->fact = *fact;
	row->open = 1;
	row->pool = book_pool_of(book, row->account, fact->margin_mode, fact->asset);
	book_dirty(&book->dirty_balances, index);
}

/* Nothing that may still arrive can meet this closed row: events of its epoch are refused at the
 * door, or its instrument expired longer ago than any request lives. While its end is not settled
 * the rooms above still count it under its key. */
static bool
position_is_dead(const pli_book *book, uint32_t index)
{
	const pli_position_row *row = &book->positions[index];
	if (row->open || book->dirty_positions.marked[index] != 0)
		return false;
	if (row->epoch < book->accounts[row->account.value].epoch)
		return true;
	const plm_instrument *spec = pli_registry_instrument_get(
	    book->registry, row->fact.instrument);
	return spec != NULL && spec->expiry_ns != 0 &&
	       book->now_ns - BOOK_LATE_NS > spec->expiry_ns;
}

static void
position_leave_instrument(pli_book *book, uint32_t index)
{
	uint32_t *at = &book->instrument_heads[book->positions[index].fact.instrument.value];
	while (*at != index) {
		assert(*at != PLI_ROW_NONE);
		at = &book->position_links[*at].next_of_instrument;
	}
	*at = book->position_links[index].next_of_instrument;
}

static void
position_give_back(pli_book *book, uint32_t index)
{
	const pli_position_row *row = &book->positions[index];
	pli_row_index_remove(&book->position_index,
	    (pli_row_key){row->account.value, row->fact.instrument.value, row->fact.side});
	pli_row_key pool = {row->account.value, 1, index};
	if (pli_row_index_find(&book->pool_index, pool) != PLI_ROW_NONE)
		pli_row_index_remove(&book->pool_index, pool);
	position_leave_instrument(book, index);
	book->position_links[index].next_of_account = PLI_ROW_NONE;
	if (book->free_tail == PLI_ROW_NONE)
		book->free_head = index;
	else
		book->position_links[book->free_tail].next_of_account = index;
	book->free_tail = index;
}

void
pli_book_positions_reclaim(pli_book *book, plm_account_id account)
{
	uint32_t *at = &book->accounts[account.value].positions_head;
	while (*at != PLI_ROW_NONE) {
		uint32_t index = *at;
		if (!position_is_dead(book, index)) {
			at = &book->position_links[index].next_of_account;
			continue;
		}
		*at = book->position_links[index].next_of_account;
		position_give_back(book, index);
	}
}
