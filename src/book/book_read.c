/* book_read.c: read access to the rows of a book. */
#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "book/book.h"
#include "book/book_state.h"

const pli_book_bounds *
pli_book_bounds_get(const pli_book *book)
{
	return &book->bounds;
}

const pli_registry *
pli_book_registry(const pli_book *book)
{
	return book->registry;
}

uint32_t
pli_book_positions_count(const pli_book *book)
{
	return book->positions_count;
}

const pli_position_row *
pli_book_position(const pli_book *book, uint32_t index)
{
	return index < book->positions_count ? &book->positions[index] : NULL;
}

uint32_t
pli_book_balances_count(const pli_book *book)
{
	return book->balances_count;
}

const pli_balance_row *
pli_book_balance(const pli_book *book, uint32_t index)
{
	return index < book->balances_count ? &book->balances[index] : NULL;
}

uint32_t
pli_book_feeds_count(const pli_book *book)
{
	return book->feeds_count;
}

const pli_feed_row *
pli_book_feed(const pli_book *book, uint32_t index)
{
	return index < book->feeds_count ? &book->feeds[index] : NULL;
}

uint32_t
pli_book_margins_count(const pli_book *book)
{
	return book->margins_count;
}

const pli_margin_row *
pli_book_margin(const pli_book *book, uint32_t index)
{
	return index < book->margins_count ? &book->margins[index] : NULL;
}

uint32_t
pli_book_orders_count(const pli_book *book)
{
	return book->orders_count;
}

const pli_order_row *
pli_book_order(const pli_book *book, uint32_t index)
{
	return index < book->orders_count ? &book->orders[index] : NULL;
}

const pli_feed_row *
pli_book_feed_of(const pli_book *book, plm_account_id account)
{
	if (account.value == 0 || account.value > book->bounds.registry.accounts_max)
		return NULL;
	uint32_t feed = book->accounts[account.value].feed.value;
	for (uint32_t i = 0; feed != 0 && i < book->feeds_count; i++) {
		if (book->feeds[i].feed.value == feed)
			return &book->feeds[i];
	}
	return NULL;
}

const pli_mark_row *
pli_book_mark(const pli_book *book, plm_instrument_id id)
{
	if (id.value == 0 || id.value > book->bounds.registry.instruments_max)
		return NULL;
	return book->marks[id.value].known ? &book->marks[id.value] : NULL;
}

double
pli_book_funding_rate(const pli_book *book, plm_instrument_id id)
{
	const pli_mark_row *mark = pli_book_mark(book, id);
	if (mark != NULL && isfinite(mark->fact.funding_rate))
		return mark->fact.funding_rate;
	bool told = id.value != 0 && id.value <= book->bounds.registry.instruments_max &&
		    book->marks[id.value].funding_time_ns > book->now_ns;
	return told ? book->marks[id.value].funding_rate : NAN;
}

uint32_t
pli_book_balance_find(const pli_book *book, plm_account_id account, plm_asset_id asset)
{
	return pli_row_index_find(
	    &book->balance_index, (pli_row_key){account.value, asset.value, 0});
}

uint32_t
pli_book_position_first_of_account(const pli_book *book, plm_account_id account)
{
	assert(account.value <= book->bounds.registry.accounts_max);
	return book->accounts[account.value].positions_head;
}

uint32_t
pli_book_actions_count(const pli_book *book)
{
	return book->actions_seen < PLI_ACTIONS_KEPT ? (uint32_t)book->actions_seen
						     : PLI_ACTIONS_KEPT;
}

const plm_event *
pli_book_action(const pli_book *book, uint32_t index)
{
	assert(index < pli_book_actions_count(book));
	return &book->actions[(book->actions_seen - 1 - index) % PLI_ACTIONS_KEPT];
}

uint64_t
pli_book_actions_seen(const pli_book *book)
{
	return book->actions_seen;
}

uint32_t
pli_book_position_next_of_account(const pli_book *book, uint32_t index)
{
	assert(index < book->positions_count);
	return book->position_links[index].next_of_account;
}

uint32_t
pli_book_position_first_of_instrument(const pli_book *book, plm_instrument_id id)
{
	assert(id.value <= book->bounds.registry.instruments_max);
	return book->instrument_heads[id.value];
}

uint32_t
pli_book_position_next_of_instrument(const pli_book *book, uint32_t index)
{
	assert(index < book->positions_count);
	return book->position_links[index].next_of_instrument;
}

uint32_t
pli_book_balance_first_of_account(const pli_book *book, plm_account_id account)
{
	assert(account.value <= book->bounds.registry.accounts_max);
	return book->accounts[account.value].balances_head;
}

uint32_t
pli_book_balance_next_of_account(const pli_book *book, uint32_t index)
{
	assert(index < book->balances_count);
	return book->balance_links[index].next_of_account;
}

uint32_t
pli_book_price_first(const pli_book *book, plm_asset_id asset)
{
	assert(asset.value <= book->bounds.registry.assets_max);
	return book->price_heads[asset.value];
}

const pli_price_row *
pli_book_price(const pli_book *book, uint32_t index)
{
	return index < book->prices_count ? &book->prices[index] : NULL;
}

bool
pli_book_price_is_quote(const pli_book *book, plm_asset_id asset)
{
	assert(asset.value <= book->bounds.registry.assets_max);
	return book->price_quotes[asset.value] != 0;
}

plm_time_ns
pli_book_account_since_ns(const pli_book *book, plm_account_id account)
{
	assert(account.value <= book->bounds.registry.accounts_max);
	plm_time_ns since_ns = book->accounts[account.value].since_ns;
	return since_ns == BOOK_SINCE_BATCH ? book->now_ns : since_ns;
}

const plm_policy *
pli_book_policy(const pli_book *book)
{
	return &book->policy;
}

pli_book_counters
pli_book_counters_get(const pli_book *book)
{
	return book->counters;
}

plm_time_ns
pli_book_now_ns(const pli_book *book)
{
	return book->now_ns;
}

plm_time_ns
pli_book_venue_time_ns(const pli_book *book, plm_venue_id venue)
{
	return venue.value < PLI_VENUES_MAX ? book->venue_times[venue.value] : 0;
}

uint64_t
pli_book_sequence(const pli_book *book)
{
	return book->sequence;
}
