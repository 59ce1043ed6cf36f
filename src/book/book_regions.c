/* book_regions.c: the tables of a book, as bytes. */
#include "book/book.h"
#include "book/book_state.h"

#define ROWS(rows, count) pli_regions_add(regions, rows, (size_t)(count) * sizeof(rows)[0], 0)
#define HEADS(heads, count)                                                                        \
	pli_regions_add(regions, heads, (size_t)(count) * sizeof(heads)[0], 0xff)
#define ONE(member) pli_regions_add(regions, &book->member, sizeof book->member, 0)

static void
regions_of_names(pli_book *book, pli_regions *regions)
{
	const pli_registry_bounds *b = &book->bounds.registry;
	size_t assets = (size_t)b->assets_max + 1, instruments = (size_t)b->instruments_max + 1;
	ROWS(book->accounts, (size_t)b->accounts_max + 1);
	ROWS(book->marks, instruments);
	HEADS(book->instrument_heads, instruments);
	HEADS(book->mark_prices, instruments * 2);
	HEADS(book->price_heads, assets);
	ROWS(book->price_quotes, assets);
}

static void
regions_of_rows(pli_book *book, pli_regions *regions)
{
	const pli_book_bounds *b = &book->bounds;
	ROWS(book->positions, b->positions_max);
	ROWS(book->position_links, b->positions_max);
	ROWS(book->balances, b->balances_max);
	ROWS(book->balance_links, b->balances_max);
	ROWS(book->prices, book->prices_max);
	ROWS(book->feeds, b->feeds_max + 1);
	ROWS(book->margins, book->margins_max);
	ROWS(book->tiers, b->tiers_max);
	ROWS(book->matrices, book->matrices_max);
	ROWS(book->stresses, book->matrices_max);
	ROWS(book->collaterals, b->balances_max);
	ROWS(book->orders, b->orders_max);
	ROWS(book->shadows, book->shadows_max);
	ROWS(book->limits, BOOK_LIMITS_MAX);
	ROWS(book->actions, PLI_ACTIONS_KEPT);
	ROWS(book->fills_seen, BOOK_FILLS_WINDOW);
	ROWS(book->transfers_seen, BOOK_TRANSFERS_WINDOW);
	ROWS(book->tiers_coming, PLM_MARGIN_TIERS_MAX);
}

static void
regions_of_transits(pli_book *book, pli_regions *regions)
{
	const pli_book_bounds *b = &book->bounds;
	size_t assets = (size_t)b->registry.assets_max + 1;
	ROWS(book->transits, PLI_TRANSITS_MAX);
	ROWS(book->transits_moving, PLI_TRANSITS_MAX);
	ROWS(book->drifts, PLI_DRIFTS_MAX);
	ROWS(book->drift_sums, b->balances_max);
	ROWS(book->drift_doubts, assets);
	ROWS(book->addresses, PLI_ADDRESSES_MAX);
	ONE(transit_account);
	ONE(transits_count);
	ONE(transits_moving_count);
	ONE(transit_told);
	ONE(drifts_count);
	ONE(addresses_count);
	ONE(transit_next_ns);
	ONE(transit_dirty);
}

static void
regions_of_counts(pli_book *book, pli_regions *regions)
{
	ONE(positions_count);
	ONE(free_head);
	ONE(free_tail);
	ONE(balances_count);
	ONE(prices_count);
	ONE(feeds_count);
	ONE(margins_count);
	ONE(tiers_count);
	ONE(tiers_coming_count);
	ONE(matrices_count);
	ONE(stresses_count);
	ONE(collaterals_count);
	ONE(orders_count);
	ONE(pools_count);
	ONE(shadows_count);
	ONE(shadow_free);
	ONE(actions_seen);
	ONE(policy);
	ONE(venue_times);
	ONE(accounts_began);
	ONE(counters);
	ONE(stamp);
	ONE(now_ns);
	ONE(sequence);
}

void
pli_book_regions(pli_book *book, pli_regions *regions)
{
	regions_of_names(book, regions);
	regions_of_rows(book, regions);
	regions_of_transits(book, regions);
	regions_of_counts(book, regions);
	pli_row_index *indexes[] = {&book->position_index, &book->balance_index, &book->price_index,
	    &book->margin_index, &book->order_index, &book->tier_index, &book->pool_index,
	    &book->matrix_index, &book->stress_index, &book->collateral_index};
	for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++)
		pli_row_index_regions(indexes[i], regions);
}
