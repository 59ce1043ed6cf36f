/* book_prices.c: what was said about the worth of each asset, one row per source. */
#include <assert.h>
#include <stddef.h>

#include "book/book.h"
#include "book/book_state.h"

/* Row of (asset, quote, venue, source), made when there is none. */
static uint32_t
price_intern(pli_book *book, const pli_price_row *row)
{
	pli_row_key key = {row->asset.value, row->quote.value, row->venue.value << 3 | row->source};
	uint32_t index = pli_row_index_find(&book->price_index, key);
	if (index != PLI_ROW_NONE)
		return index;
	if (book->prices_count >= book->prices_max) {
		book->counters.rows_full++;
		return PLI_ROW_NONE;
	}
	index = book->prices_count++;
	bool stored = pli_row_index_insert(&book->price_index, key, index);
	assert(stored);
	book->prices[index] = *row;
	book->prices[index].price = plm_decimal_unknown();
	book->prices[index].venue_time_ns = 0;
	book->prices[index].received_time_ns = 0;
	book->prices[index].next = book->price_heads[row->asset.value];
	book->price_heads[row->asset.value] = index;
	book->price_quotes[row->quote.value] = 1;
	return index;
}

static void
price_store(pli_book *book, uint32_t index, const pli_price_row *said)
{
	assert(index < book->prices_count);
	pli_price_row *row = &book->prices[index];
	row->instrument = said->instrument;
	row->price = said->price;
	row->venue_time_ns = said->venue_time_ns;
	row->received_time_ns = said->received_time_ns;
	book_dirty(&book->dirty_assets, row->asset.value);
}

static bool
price_is_old(const pli_price_row *row, const pli_price_row *said)
{
	return plm_decimal_is_known(row->price) && said->venue_time_ns != 0 &&
	       said->venue_time_ns < row->venue_time_ns;
}

static bool
price_usable(const pli_book *book, const pli_price_row *said)
{
	uint32_t assets_max = book->bounds.registry.assets_max;
	return said->asset.value != 0 && said->asset.value <= assets_max &&
	       said->quote.value <= assets_max &&
	       (!plm_decimal_is_known(said->price) || plm_decimal_sign(said->price) > 0);
}

void
pli_book_price_heard(pli_book *book, plm_venue_id venue, const plm_event *event)
{
	if ((event->flags & PLM_FLAG_SNAPSHOT) == 0 && venue.value < PLI_VENUES_MAX &&
	    event->received_time_ns > book->venue_times[venue.value])
		book->venue_times[venue.value] = event->received_time_ns;
}

static void
price_said(pli_book *book, const pli_price_row *said)
{
	if (!price_usable(book, said))
		return;
	uint32_t index = price_intern(book, said);
	if (index == PLI_ROW_NONE)
		return;
	if (price_is_old(&book->prices[index], said)) {
		book->counters.old_sequence++;
		return;
	}
	price_store(book, index, said);
}

void
pli_book_price_index(pli_book *book, const plm_event *event)
{
	const plm_index *fact = &event->u.index;
	pli_book_price_heard(book, fact->venue, event);
	price_said(book, &(pli_price_row){
			     .asset = fact->asset,
			     .quote = fact->quote,
			     .venue = fact->venue,
			     .source = PLI_PRICE_INDEX,
			     .price = fact->price,
			     .venue_time_ns = event->venue_time_ns,
			     .received_time_ns = event->received_time_ns,
			 });
}

void
pli_book_price_rate(pli_book *book, const plm_event *event)
{
	const plm_asset_rate *fact = &event->u.asset_rate;
	pli_book_price_heard(book, fact->venue, event);
	price_said(book, &(pli_price_row){
			     .asset = fact->asset,
			     .venue = fact->venue,
			     .source = PLI_PRICE_RATE,
			     .price = fact->usd,
			     .venue_time_ns = event->venue_time_ns,
			     .received_time_ns = event->received_time_ns,
			 });
}

static uint32_t
source_of_kind(uint8_t kind)
{
	switch (kind) {
	case PLM_KIND_SPOT:
		return PLI_PRICE_SPOT;
	case PLM_KIND_PERPETUAL:
		return PLI_PRICE_PERPETUAL;
	default:
		return PLI_PRICE_FUTURE;
	}
}

/* Among instruments of one source: futures by nearest expiry, then the lower id. A row that its
 * own instrument said is always replaced by it. */
static bool
instrument_wins(const pli_book *book, const pli_price_row *row, const plm_instrument *spec)
{
	if (row->instrument.value == 0 || row->instrument.value == spec->id.value)
		return true;
	const plm_instrument *old = pli_registry_instrument_get(book->registry, row->instrument);
	if (old == NULL || !plm_decimal_is_known(row->price))
		return true;
	if (old->expiry_ns != spec->expiry_ns) {
		bool old_expired = old->expiry_ns != 0 && old->expiry_ns <= book->now_ns;
		return old_expired || spec->expiry_ns < old->expiry_ns;
	}
	return spec->id.value < old->id.value;
}

/* A price that an instrument's mark or position tells; `cached` holds the row found last time. */
static void
price_of_instrument(
    pli_book *book, const plm_instrument *spec, pli_price_row *said, uint32_t *cached)
{
	said->asset = spec->underlying;
	said->quote = spec->quote;
	said->venue = spec->venue;
	said->instrument = spec->id;
	if (!plm_decimal_is_known(said->price) || !price_usable(book, said))
		return;
	uint32_t index = *cached;
	if (index == PLI_ROW_NONE || book->prices[index].asset.value != said->asset.value ||
	    book->prices[index].quote.value != said->quote.value ||
	    book->prices[index].source != said->source) {
		index = price_intern(book, said);
		if (index == PLI_ROW_NONE)
			return;
		*cached = index;
	}
	const pli_price_row *row = &book->prices[index];
	if (price_is_old(row, said))
		return;
	if (said->source == PLI_PRICE_MARK_INDEX || instrument_wins(book, row, spec))
		price_store(book, index, said);
}

static bool
spec_is_usable(const plm_instrument *spec)
{
	return spec != NULL && spec->underlying.value != 0 && spec->quote.value != 0 &&
	       spec->kind != PLM_KIND_UNKNOWN && spec->kind != PLM_KIND_COMBO;
}

void
pli_book_price_mark(pli_book *book, plm_instrument_id id)
{
	const pli_mark_row *mark = &book->marks[id.value];
	const plm_instrument *spec = pli_registry_instrument_get(book->registry, id);
	if (!mark->known || !spec_is_usable(spec))
		return;
	pli_price_row said = {
	    .source = PLI_PRICE_MARK_INDEX,
	    .price = mark->fact.index_price,
	    .venue_time_ns = mark->venue_time_ns,
	    .received_time_ns = mark->received_time_ns,
	};
	price_of_instrument(book, spec, &said, &book->mark_prices[id.value * 2]);
	if (spec->kind == PLM_KIND_OPTION)
		return;
	said.source = source_of_kind(spec->kind);
	said.price = mark->fact.mark_price;
	price_of_instrument(book, spec, &said, &book->mark_prices[id.value * 2 + 1]);
}

void
pli_book_price_position(pli_book *book, const pli_position_row *row)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    book->registry, row->fact.instrument);
	if (!spec_is_usable(spec) || spec->kind == PLM_KIND_OPTION)
		return;
	pli_price_row said = {
	    .source = PLI_PRICE_POSITION,
	    .price = row->fact.mark_price,
	    .venue_time_ns = row->venue_time_ns,
	    .received_time_ns = row->received_time_ns,
	};
	uint32_t cached = PLI_ROW_NONE;
	price_of_instrument(book, spec, &said, &cached);
}
