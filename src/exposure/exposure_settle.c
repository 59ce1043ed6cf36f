/* exposure_settle.c: brings the legs up to date with the book, for what is dirty and no more. */
#include <assert.h>
#include <string.h>

#include <xxhash.h>

#include "exposure/exposure.h"
#include "exposure/exposure_state.h"

/* Rules of time are looked at no more often than this. */
#define SETTLE_TIME_STEP_NS (250 * PLM_NS_PER_MS)

/* Equal numbers for equal texts, from 1; 0 for the empty text. */
static uint32_t
text_number(pli_exposure *exposure, const char *text)
{
	if (text[0] == '\0')
		return 0;
	XXH128_hash_t hash = XXH3_128bits(text, strlen(text));
	pli_row_key key = {
	    (uint32_t)hash.low64, (uint32_t)(hash.low64 >> 32), (uint32_t)hash.high64};
	uint32_t number = pli_row_index_find(&exposure->text_index, key);
	if (number == PLI_ROW_NONE &&
	    pli_row_index_insert(&exposure->text_index, key, exposure->texts_count + 1))
		number = ++exposure->texts_count;
	return number;
}

static void
settle_account(pli_exposure *exposure, plm_account_id id)
{
	exposure_account *account = &exposure->accounts[id.value];
	const plm_account_fact *fact = pli_registry_account_get(
	    pli_book_registry(exposure->book), id);
	if (fact != NULL) {
		account->venue = fact->venue.value;
		account->portfolio = text_number(exposure, fact->portfolio);
		account->strategy = text_number(exposure, fact->strategy);
	}
	const pli_feed_row *feed = pli_book_feed_of(exposure->book, id);
	account->has_feed = feed != NULL;
	account->feed_status = feed != NULL ? feed->fact.status : (uint8_t)PLM_FEED_LIVE;
	account->heard_ns = feed != NULL ? feed->fact.heard_time_ns : 0;
}

static void
cell_touch(pli_exposure *exposure, uint32_t index)
{
	exposure_cell *cell = &exposure->cells[index];
	if (cell->dirty)
		return;
	cell->dirty = true;
	exposure->cells_dirty[exposure->cells_dirty_count++] = index;
}

static uint32_t
cell_intern(pli_exposure *exposure, plm_account_id account, plm_asset_id asset)
{
	pli_row_key key = {account.value, asset.value, 0};
	uint32_t index = pli_row_index_find(&exposure->cell_index, key);
	if (index != PLI_ROW_NONE)
		return index;
	index = exposure->cells_count;
	bool stored = pli_row_index_insert(&exposure->cell_index, key, index);
	assert(stored); /* a cell needs a position or a balance of its own */
	exposure->cells_count++;
	exposure->cells[index] = (exposure_cell){
	    .account = account.value,
	    .asset = asset.value,
	    .balance = pli_book_balance_find(exposure->book, account, asset),
	};
	return index;
}

/* Moves a position's part in its cell from what it was to what it is. */
static void
settle_pnl(pli_exposure *exposure, uint32_t position, plm_account_id account,
    const exposure_derived *derived)
{
	exposure_pnl *pnl = &exposure->pnl[position];
	uint32_t index = PLI_ROW_NONE;
	if (derived->has_pnl)
		index = cell_intern(exposure, account, derived->spec->settle);
	bool known = plm_decimal_is_known(derived->pnl);
	plm_int128 units = known ? derived->pnl.units : 0;
	if (pnl->cell == index && pnl->known == known && pnl->units == units)
		return;
	if (pnl->cell != PLI_ROW_NONE) {
		exposure_cell *old = &exposure->cells[pnl->cell];
		old->units -= pnl->units;
		old->positions_count--;
		old->unknown_count -= !pnl->known;
		cell_touch(exposure, pnl->cell);
	}
	*pnl = (exposure_pnl){units, index, known};
	if (index == PLI_ROW_NONE)
		return;
	exposure_cell *cell = &exposure->cells[index];
	cell->units += units;
	cell->positions_count++;
	cell->unknown_count += !known;
	cell_touch(exposure, index);
}

static void
hot_count(pli_exposure *exposure, const exposure_hot *hot, bool added)
{
	if ((hot->flags & HOT_LISTED) == 0)
		return;
	uint32_t *count = &exposure->legs_of_asset[hot->underlying];
	assert(added || *count > 0);
	exposure->underlyings_version += *count == (added ? 0U : 1U);
	*count += added ? 1U : UINT32_MAX;
}

/* Stores what a roll-up reads of a leg. */
static void
hot_store(pli_exposure *exposure, uint32_t slot, exposure_hot hot)
{
	hot_count(exposure, &exposure->hot[slot], false);
	hot_count(exposure, &hot, true);
	exposure->hot[slot] = hot;
}

/* Notes a position whose quantity is not what it was. */
static void
settle_traded(pli_exposure *exposure, uint32_t index, plm_decimal quantity)
{
	if (exposure->quantities[index] == quantity.units)
		return;
	exposure->quantities[index] = quantity.units;
	if (exposure->traded_count < exposure->positions_max)
		exposure->traded[exposure->traded_count++] = index;
}

static void
settle_position(pli_exposure *exposure, uint32_t index)
{
	const pli_position_row *row = pli_book_position(exposure->book, index);
	assert(row != NULL);
	settle_traded(exposure, index, row->fact.quantity);
	exposure_derived derived;
	pli_exposure_derive_position(exposure, row, &derived);
	settle_pnl(exposure, index, row->account, &derived);
	exposure_hot hot = {
	    .account = row->account.value,
	    .pool = row->pool,
	    .underlying = derived.underlying.value,
	    .reason = derived.reason,
	    .delta_source = derived.delta_source,
	};
	if (row->open)
		hot.flags = HOT_LISTED;
	if (derived.spec != NULL && derived.spec->kind == PLM_KIND_OPTION)
		hot.flags |= HOT_OPTION;
	if (row->open && derived.reason == PLM_REASON_NONE) {
		hot.flags |= HOT_INCLUDED;
		hot.coins = derived.coins.units;
	}
	hot_store(exposure, index, hot);
}

static void
settle_balance(pli_exposure *exposure, uint32_t index)
{
	const pli_balance_row *row = pli_book_balance(exposure->book, index);
	assert(row != NULL);
	const exposure_cell *cell = pli_exposure_cell_of(exposure, row->account, row->fact.asset);
	plm_decimal quantity = pli_exposure_derive_collateral(exposure, row, cell);
	plm_asset_id underlying;
	plm_decimal factor, coins;
	pli_exposure_alias(exposure, row->fact.asset, &underlying, &factor);
	exposure_hot hot = {
	    .account = row->account.value,
	    .pool = row->pool,
	    .underlying = underlying.value,
	    .flags = HOT_COLLATERAL,
	};
	plm_err err = plm_decimal_multiply(quantity, factor, &coins);
	bool is_zero = plm_decimal_is_known(quantity) && plm_decimal_sign(quantity) == 0;
	if (row->open && !is_zero) {
		hot.flags |= HOT_LISTED;
		if (err == PLM_EUNKNOWN) {
			hot.reason = PLM_REASON_NO_QUANTITY;
		} else if (err != PLM_OK || coins.units >= EXPOSURE_UNITS_MAX ||
			   coins.units <= -EXPOSURE_UNITS_MAX) {
			hot.reason = PLM_REASON_OVERFLOW;
		} else {
			hot.flags |= HOT_INCLUDED;
			hot.coins = coins.units;
		}
	}
	hot_store(exposure, exposure->positions_max + index, hot);
}

static void
settle_instrument(pli_exposure *exposure, plm_instrument_id id)
{
	for (uint32_t i = pli_book_position_first_of_instrument(exposure->book, id);
	     i != PLI_ROW_NONE; i = pli_book_position_next_of_instrument(exposure->book, i)) {
		if (pli_book_position(exposure->book, i)->open)
			settle_position(exposure, i);
	}
}

static void
settle_asset(pli_exposure *exposure, uint32_t asset)
{
	const plm_asset_fact *fact =
	    pli_registry_asset_get(pli_book_registry(exposure->book), (plm_asset_id){asset});
	exposure->prices[asset] = pli_exposure_price_derive(exposure, (plm_asset_id){asset});
	if (fact != NULL)
		exposure->classes[asset] = text_number(exposure, fact->asset_class);
}

/* Assets with new prices, and all when one of them is what others are priced in. */
static void
settle_assets(pli_exposure *exposure, const pli_book_dirty *dirty)
{
	const pli_registry *registry = pli_book_registry(exposure->book);
	bool all = dirty->everything;
	if (exposure->usd.value == 0) {
		exposure->usd = pli_registry_asset_find(registry, PLM_SLICE("USD"));
		all = all || exposure->usd.value != 0;
	}
	for (uint32_t i = 0; i < dirty->assets_count; i++) {
		plm_asset_id asset = {dirty->assets[i]};
		settle_asset(exposure, asset.value);
		all = all || pli_book_price_is_quote(exposure->book, asset);
	}
	for (uint32_t i = 1; all && i <= pli_registry_assets_count(registry); i++)
		settle_asset(exposure, i);
}

static void
settle_all_rows(pli_exposure *exposure)
{
	for (uint32_t i = 1; i <= pli_registry_accounts_count(pli_book_registry(exposure->book));
	     i++)
		settle_account(exposure, (plm_account_id){i});
	for (uint32_t i = 0; i < pli_book_positions_count(exposure->book); i++)
		settle_position(exposure, i);
	for (uint32_t i = 0; i < pli_book_balances_count(exposure->book); i++)
		settle_balance(exposure, i);
}

static void
settle_dirty_rows(pli_exposure *exposure, const pli_book_dirty *dirty)
{
	for (uint32_t i = 0; i < dirty->accounts_count; i++)
		settle_account(exposure, (plm_account_id){dirty->accounts[i]});
	for (uint32_t i = 0; i < dirty->specs_count; i++)
		settle_instrument(exposure, (plm_instrument_id){dirty->specs[i]});
	for (uint32_t i = 0; i < dirty->marks_count; i++)
		settle_instrument(exposure, (plm_instrument_id){dirty->marks[i]});
	for (uint32_t i = 0; i < dirty->positions_count; i++)
		settle_position(exposure, dirty->positions[i]);
	for (uint32_t i = 0; i < dirty->balances_count; i++) {
		uint32_t index = dirty->balances[i];
		const pli_balance_row *row = pli_book_balance(exposure->book, index);
		uint32_t cell = pli_row_index_find(&exposure->cell_index,
		    (pli_row_key){row->account.value, row->fact.asset.value, 0});
		if (cell != PLI_ROW_NONE)
			exposure->cells[cell].balance = index;
		settle_balance(exposure, index);
	}
}

static void
settle_cells(pli_exposure *exposure)
{
	for (uint32_t i = 0; i < exposure->cells_dirty_count; i++) {
		exposure_cell *cell = &exposure->cells[exposure->cells_dirty[i]];
		cell->dirty = false;
		if (cell->balance != PLI_ROW_NONE)
			settle_balance(exposure, cell->balance);
	}
	exposure->cells_dirty_count = 0;
}

/* The next instant after now at which time alone changes a leg: an expiry or a mark's age. */
static void
settle_next_time(pli_exposure *exposure, plm_time_ns now_ns)
{
	const pli_registry *registry = pli_book_registry(exposure->book);
	uint32_t stale_after_s = pli_book_policy(exposure->book)->stale_after_s;
	plm_time_ns next_ns = INT64_MAX;
	for (uint32_t i = 1; i <= pli_registry_instruments_count(registry); i++) {
		plm_instrument_id id = {i};
		const plm_instrument *spec = pli_registry_instrument_get(registry, id);
		if (spec != NULL && spec->expiry_ns > now_ns && spec->expiry_ns < next_ns)
			next_ns = spec->expiry_ns;
	}
	if (stale_after_s != 0 && next_ns > now_ns + SETTLE_TIME_STEP_NS)
		next_ns = now_ns + SETTLE_TIME_STEP_NS;
	exposure->next_time_ns = next_ns;
}

static void
settle_next_expiry(pli_exposure *exposure, const pli_book_dirty *dirty, plm_time_ns now_ns)
{
	const pli_registry *registry = pli_book_registry(exposure->book);
	for (uint32_t i = 0; i < dirty->specs_count; i++) {
		const plm_instrument *spec = pli_registry_instrument_get(
		    registry, (plm_instrument_id){dirty->specs[i]});
		if (spec != NULL && spec->expiry_ns > now_ns &&
		    spec->expiry_ns < exposure->next_time_ns)
			exposure->next_time_ns = spec->expiry_ns;
	}
}

void
pli_exposure_settle(pli_exposure *exposure)
{
	pli_book_dirty dirty = pli_book_dirty_get(exposure->book);
	plm_time_ns now_ns = pli_book_now_ns(exposure->book);
	bool time_changes = now_ns >= exposure->next_time_ns;
	if (!exposure->settled_once || time_changes)
		dirty.everything = true;
	exposure->traded_count = 0;
	settle_assets(exposure, &dirty);
	if (dirty.everything)
		settle_all_rows(exposure);
	settle_dirty_rows(exposure, &dirty);
	settle_cells(exposure);
	if (dirty.everything)
		settle_next_time(exposure, now_ns);
	else
		settle_next_expiry(exposure, &dirty, now_ns);
	pli_book_dirty_clear(exposure->book);
	exposure->settled_once = true;
	exposure->settles_count++;
}
