/* book.c: memory of a book, and what is dirty in it. */
#include "book/book.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault_point.h"
#include "book/book_state.h"

static bool
dirty_init(book_dirty_set *set, uint32_t items_max)
{
	set->items_max = items_max;
	set->items = PLI_FAULT(BOOK_DIRTY) ? NULL : calloc(items_max, sizeof set->items[0]);
	set->marked = calloc(items_max, 1);
	return set->items != NULL && set->marked != NULL;
}

static void
dirty_fini(book_dirty_set *set)
{
	free(set->items);
	free(set->marked);
}

static void
dirty_clear(book_dirty_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		set->marked[set->items[i]] = 0;
	set->count = 0;
}

static bool
book_create_indexes(pli_book *book)
{
	const pli_book_bounds *b = &book->bounds;
	uint32_t rows = b->positions_max + b->balances_max;
	return pli_row_index_init(&book->position_index, b->positions_max) &&
	       pli_row_index_init(&book->balance_index, b->balances_max) &&
	       pli_row_index_init(&book->price_index, book->prices_max) &&
	       pli_row_index_init(&book->margin_index, book->margins_max) &&
	       pli_row_index_init(&book->order_index, b->orders_max) &&
	       pli_row_index_init(&book->tier_index, b->tiers_max) &&
	       pli_row_index_init(&book->matrix_index, book->matrices_max) &&
	       pli_row_index_init(&book->stress_index, book->matrices_max) &&
	       pli_row_index_init(&book->collateral_index, b->balances_max) &&
	       pli_row_index_init(&book->pool_index, rows + b->registry.accounts_max) &&
	       dirty_init(&book->dirty_positions, b->positions_max) &&
	       dirty_init(&book->dirty_balances, b->balances_max) &&
	       dirty_init(&book->dirty_marks, b->registry.instruments_max + 1) &&
	       dirty_init(&book->dirty_specs, b->registry.instruments_max + 1) &&
	       dirty_init(&book->dirty_assets, b->registry.assets_max + 1) &&
	       dirty_init(&book->dirty_accounts, b->registry.accounts_max + 1);
}

static bool
book_create_transits(pli_book *book)
{
	const pli_book_bounds *b = &book->bounds;
	size_t assets = (size_t)b->registry.assets_max + 1;
	book->transits = calloc(PLI_TRANSITS_MAX, sizeof book->transits[0]);
	book->transits_moving = calloc(PLI_TRANSITS_MAX, sizeof book->transits_moving[0]);
	book->transit_sums = calloc(assets, sizeof book->transit_sums[0]);
	book->drifts = calloc(PLI_DRIFTS_MAX, sizeof book->drifts[0]);
	book->drift_sums = calloc(b->balances_max, sizeof book->drift_sums[0]);
	book->drift_doubts = calloc(assets, sizeof book->drift_doubts[0]);
	book->addresses = calloc(PLI_ADDRESSES_MAX, sizeof book->addresses[0]);
	return book->transits != NULL && book->transits_moving != NULL &&
	       book->transit_sums != NULL && book->drifts != NULL && book->drift_sums != NULL &&
	       book->drift_doubts != NULL && book->addresses != NULL;
}

static bool
book_create_margins(pli_book *book)
{
	book->margins = calloc(book->margins_max, sizeof book->margins[0]);
	book->tiers = calloc(book->bounds.tiers_max, sizeof book->tiers[0]);
	book->matrices = calloc(book->matrices_max, sizeof book->matrices[0]);
	book->stresses = calloc(book->matrices_max, sizeof book->stresses[0]);
	book->collaterals = calloc(book->bounds.balances_max, sizeof book->collaterals[0]);
	return book->margins != NULL && book->tiers != NULL && book->matrices != NULL &&
	       book->stresses != NULL && book->collaterals != NULL;
}

static bool
book_create_rows(pli_book *book)
{
	const pli_book_bounds *b = &book->bounds;
	size_t accounts = (size_t)b->registry.accounts_max + 1;
	size_t instruments = (size_t)b->registry.instruments_max + 1;
	book->positions = calloc(b->positions_max, sizeof book->positions[0]);
	book->position_links = calloc(b->positions_max, sizeof book->position_links[0]);
	book->balances = calloc(b->balances_max, sizeof book->balances[0]);
	book->balance_links = calloc(b->balances_max, sizeof book->balance_links[0]);
	book->accounts = calloc(accounts, sizeof book->accounts[0]);
	book->instrument_heads = calloc(instruments, sizeof book->instrument_heads[0]);
	book->marks = calloc(instruments, sizeof book->marks[0]);
	book->mark_prices = calloc(instruments * 2, sizeof book->mark_prices[0]);
	book->prices = calloc(book->prices_max, sizeof book->prices[0]);
	book->price_heads = calloc((size_t)b->registry.assets_max + 1, sizeof(uint32_t));
	book->price_quotes = calloc((size_t)b->registry.assets_max + 1, 1);
	book->feeds = calloc((size_t)b->feeds_max + 1, sizeof book->feeds[0]);
	book->orders = calloc(b->orders_max, sizeof book->orders[0]);
	book->shadows = calloc(book->shadows_max, sizeof book->shadows[0]);
	book->limits = calloc(BOOK_LIMITS_MAX, sizeof book->limits[0]);
	book->fills_seen = PLI_FAULT(BOOK_ROWS)
			       ? NULL
			       : calloc(BOOK_FILLS_WINDOW, sizeof book->fills_seen[0]);
	book->transfers_seen = calloc(BOOK_TRANSFERS_WINDOW, sizeof book->transfers_seen[0]);
	return book->positions != NULL && book->position_links != NULL && book->balances != NULL &&
	       book->balance_links != NULL && book->accounts != NULL &&
	       book->instrument_heads != NULL && book->marks != NULL && book->mark_prices != NULL &&
	       book->prices != NULL && book->price_heads != NULL && book->price_quotes != NULL &&
	       book->feeds != NULL && book->orders != NULL && book->shadows != NULL &&
	       book->limits != NULL && book->fills_seen != NULL && book->transfers_seen != NULL;
}

static void
book_create_heads(pli_book *book)
{
	const pli_registry_bounds *b = &book->bounds.registry;
	for (uint32_t i = 0; i <= b->accounts_max; i++) {
		book->accounts[i].positions_head = PLI_ROW_NONE;
		book->accounts[i].balances_head = PLI_ROW_NONE;
	}
	memset(book->instrument_heads, 0xff, ((size_t)b->instruments_max + 1) * sizeof(uint32_t));
	memset(book->mark_prices, 0xff, ((size_t)b->instruments_max + 1) * 2 * sizeof(uint32_t));
	memset(book->price_heads, 0xff, ((size_t)b->assets_max + 1) * sizeof(uint32_t));
}

pli_book *
pli_book_create(const pli_book_bounds *bounds)
{
	assert(bounds->positions_max > 0 && bounds->balances_max > 0);
	pli_book *book = PLI_FAULT(BOOK_MEMORY) ? NULL : calloc(1, sizeof *book);
	if (book == NULL)
		return NULL;
	book->bounds = *bounds;
	if (bounds->orders_max == 0)
		book->bounds.orders_max = BOOK_ORDERS_DEFAULT;
	if (bounds->tiers_max == 0)
		book->bounds.tiers_max = BOOK_TIERS_DEFAULT;
	book->prices_max = bounds->registry.assets_max * 8 + 64;
	book->margins_max = bounds->balances_max + bounds->registry.accounts_max;
	book->matrices_max = bounds->registry.accounts_max * PLI_MATRICES_OF_ACCOUNT;
	book->shadows_max = bounds->positions_max + bounds->balances_max;
	book->registry = pli_registry_create(bounds->registry);
	book->actions = calloc(PLI_ACTIONS_KEPT, sizeof book->actions[0]);
	if (book->registry == NULL || book->actions == NULL || !book_create_rows(book) ||
	    !book_create_margins(book) || !book_create_transits(book) ||
	    !book_create_indexes(book)) {
		pli_book_destroy(book);
		return NULL;
	}
	book_create_heads(book);
	book->free_head = book->free_tail = book->shadow_free = PLI_ROW_NONE;
	return book;
}

void
pli_book_destroy(pli_book *book)
{
	if (book == NULL)
		return;
	pli_registry_destroy(book->registry);
	pli_row_index *indexes[] = {&book->position_index, &book->balance_index, &book->price_index,
	    &book->margin_index, &book->order_index, &book->tier_index, &book->pool_index,
	    &book->matrix_index, &book->stress_index, &book->collateral_index};
	for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++)
		pli_row_index_fini(indexes[i]);
	book_dirty_set *sets[] = {&book->dirty_positions, &book->dirty_balances, &book->dirty_marks,
	    &book->dirty_specs, &book->dirty_assets, &book->dirty_accounts};
	for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
		dirty_fini(sets[i]);
	void *rows[] = {book->positions, book->position_links, book->balances, book->balance_links,
	    book->accounts, book->instrument_heads, book->marks, book->mark_prices, book->prices,
	    book->price_heads, book->price_quotes, book->feeds, book->margins, book->orders,
	    book->tiers, book->matrices, book->stresses, book->collaterals, book->shadows,
	    book->limits, book->actions, book->fills_seen, book->transfers_seen, book->transits,
	    book->transits_moving, book->transit_sums, book->drifts, book->drift_sums,
	    book->drift_doubts, book->addresses};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		free(rows[i]);
	free(book);
}

pli_book_dirty
pli_book_dirty_get(const pli_book *book)
{
	return (pli_book_dirty){
	    .positions = book->dirty_positions.items,
	    .positions_count = book->dirty_positions.count,
	    .balances = book->dirty_balances.items,
	    .balances_count = book->dirty_balances.count,
	    .marks = book->dirty_marks.items,
	    .marks_count = book->dirty_marks.count,
	    .specs = book->dirty_specs.items,
	    .specs_count = book->dirty_specs.count,
	    .assets = book->dirty_assets.items,
	    .assets_count = book->dirty_assets.count,
	    .accounts = book->dirty_accounts.items,
	    .accounts_count = book->dirty_accounts.count,
	    .everything = book->dirty_everything,
	};
}

void
pli_book_dirty_clear(pli_book *book)
{
	dirty_clear(&book->dirty_positions);
	dirty_clear(&book->dirty_balances);
	dirty_clear(&book->dirty_marks);
	dirty_clear(&book->dirty_specs);
	dirty_clear(&book->dirty_assets);
	dirty_clear(&book->dirty_accounts);
	book->dirty_everything = false;
}
