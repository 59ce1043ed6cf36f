/* exposure_settle.c: brings the legs up to date with the book, for what is dirty and no more. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include <xxhash.h>

#include "base/mutant.h"
#include "exposure/exposure.h"
#include "exposure/exposure_nodes.h"
#include "exposure/exposure_ticks.h"

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

/* The account is at another venue: its sums move there, and its live legs learn of it. */
static void
settle_venue(pli_exposure *exposure, plm_account_id id)
{
	pli_exposure_move_venue(exposure, id);
	for (uint32_t i = pli_book_balance_first_of_account(exposure->book, id); i != PLI_ROW_NONE;
	     i = pli_book_balance_next_of_account(exposure->book, i)) {
		if ((exposure->hot[exposure->positions_max + i].flags & HOT_LIVE) != 0)
			pli_exposure_cell_touch(exposure, exposure->balance_cells[i]);
	}
}

static void
settle_account(pli_exposure *exposure, plm_account_id id)
{
	exposure_account *account = &exposure->accounts[id.value];
	const plm_account_fact *fact = pli_registry_account_get(
	    pli_book_registry(exposure->book), id);
	if (fact != NULL) {
		bool moved = account->venue != fact->venue.value;
		account->venue = fact->venue.value;
		if (moved)
			settle_venue(exposure, id);
		account->portfolio = text_number(exposure, fact->portfolio);
		account->strategy = text_number(exposure, fact->strategy);
	}
	const pli_feed_row *feed = pli_book_feed_of(exposure->book, id);
	account->has_feed = feed != NULL;
	account->feed_status = feed != NULL ? feed->fact.status : (uint8_t)PLM_FEED_LIVE;
	account->heard_ns = feed != NULL ? feed->fact.heard_time_ns : 0;
}

static uint32_t
cell_intern(pli_exposure *exposure, plm_account_id account, plm_asset_id asset)
{
	pli_row_key key = {account.value, asset.value, 0};
	uint32_t index = pli_row_index_find(&exposure->cell_index, key);
	if (index != PLI_ROW_NONE)
		return index;
	index = exposure->cells_free;
	if (index == PLI_ROW_NONE)
		index = exposure->cells_count++;
	else
		exposure->cells_free = exposure->cells[index].balance;
	bool stored = pli_row_index_insert(&exposure->cell_index, key, index);
	assert(stored); /* a cell has a position of its own, but for the rest of a settle */
	exposure->cells[index] = (exposure_cell){.account = account.value,
	    .asset = asset.value,
	    .balance = pli_book_balance_find(exposure->book, account, asset)};
	exposure->live[index].slot = PLI_ROW_NONE;
	return index;
}

/* What a position adds to its cell while the mark of its instrument is `mark`. */
static plm_int128
pnl_units(const exposure_pnl *pnl, int64_t mark)
{
	return pnl->base + (plm_int128)pnl->coins * mark;
}

static void
unplaced_count(pli_exposure *exposure, uint32_t id, int32_t change)
{
	exposure_account *account = &exposure->accounts[id];
	bool some = account->unplaced_count > 0;
	account->unplaced_count += (uint32_t)change;
	if (some == (account->unplaced_count > 0))
		return;
	account->unplaced_moved = exposure->unplaced_moved = true;
}

/* A position's P&L may from now on be in any wallet of the account; 0: of none. */
static void
settle_unplaced(pli_exposure *exposure, exposure_pnl *pnl, uint32_t account)
{
	if (pnl->unplaced_account == account)
		return;
	if (pnl->unplaced_account != 0)
		unplaced_count(exposure, pnl->unplaced_account, -1);
	if (account != 0)
		unplaced_count(exposure, account, 1);
	pnl->unplaced_account = account;
}

/* Moves a position's part in its cell from what it was at mark `before` to what it is at mark
 * `after`; marks in billionths, 0 for one that is no such number. */
static void
settle_pnl(pli_exposure *exposure, uint32_t position, const exposure_derived *derived,
    int64_t before, int64_t after)
{
	const pli_position_row *row = pli_book_position(exposure->book, position);
	exposure_pnl *pnl = &exposure->pnl[position];
	uint32_t index = PLI_ROW_NONE;
	if (derived->has_pnl)
		index = cell_intern(exposure, row->account, derived->spec->settle);
	bool known = plm_decimal_is_known(derived->pnl);
	plm_int128 units = known ? derived->pnl.units : 0;
	int64_t coins = 0;
	bool follows = known && derived->pnl_is_linear && after != 0 &&
		       derived->mark_price.units == (plm_int128)after * 1000000000 &&
		       pli_exposure_billionths(derived->quantity_coins, &coins);
	if (pnl->cell != index || pnl->known != known || pnl_units(pnl, before) != units) {
		if (pnl->cell != PLI_ROW_NONE) {
			exposure_cell *old = &exposure->cells[pnl->cell];
			pli_exposure_cell_touch(exposure, pnl->cell);
			old->units -= pnl_units(pnl, before);
			exposure->cell_positions[pnl->cell]--;
			old->unknown_count -= !pnl->known;
		}
		if (index != PLI_ROW_NONE) {
			exposure_cell *cell = &exposure->cells[index];
			pli_exposure_cell_touch(exposure, index);
			cell->units += units;
			exposure->cell_positions[index]++;
			cell->unknown_count += !known;
		}
	}
	settle_unplaced(exposure, pnl, derived->pnl_unplaced ? row->account.value : 0);
	pnl->cell = index;
	pnl->known = known;
	pnl->coins = follows ? coins : 0;
	pnl->base = units - (plm_int128)pnl->coins * after;
	plm_instrument_id id = row->fact.instrument;
	if (row->open)
		pli_exposure_tick_set(
		    exposure, id, position, pnl->coins, follows ? index : PLI_ROW_NONE);
	else
		pli_exposure_tick_remove(exposure, id, position);
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

/* A delta of the model's is as old as its oldest input. */
static void
settle_found(pli_exposure *exposure, uint32_t index, const exposure_derived *derived)
{
	const plm_instrument *spec = derived->spec;
	exposure_found *found = &exposure->found[index];
	bool option = spec != NULL && spec->kind == PLM_KIND_OPTION;
	*found = (exposure_found){.control_coins = NAN};
	if (exposure_reason_is_fixed(derived->reason))
		found->mark_time_ns = 0;
	else if (derived->delta_source == PLM_GREEK_MODEL)
		found->mark_time_ns = derived->delta_time_ns;
	else if (option || (spec != NULL && spec->inverse))
		found->mark_time_ns = derived->price_time_ns;
	if (option)
		found->control_coins = plm_decimal_to_double(derived->quantity_coins) *
				       plm_decimal_to_double(derived->factor);
}

static void
settle_position_at(pli_exposure *exposure, uint32_t index, int64_t before, int64_t after)
{
	const pli_position_row *row = pli_book_position(exposure->book, index);
	assert(row != NULL);
	settle_traded(exposure, index, row->fact.quantity);
	exposure_derived derived;
	pli_exposure_derive_position(exposure, row, &derived);
	settle_pnl(exposure, index, &derived, before, after);
	exposure_tick_list *list = &exposure->tick_lists[row->fact.instrument.value];
	exposure->instruments[index] = row->fact.instrument.value;
	list->expiry_ns = derived.spec != NULL ? derived.spec->expiry_ns : 0;
	list->settle = derived.spec != NULL ? derived.spec->settle.value : 0;
	exposure_hot hot = {
	    .account = row->account.value,
	    .pool = row->pool,
	    .underlying = derived.underlying.value,
	    .reason = derived.reason,
	    .delta_source = derived.delta_source,
	    .adl_rank = row->open ? row->fact.adl_rank : 0,
	};
	if (row->open && !(pli_mutant(EXPOSURE_LEG_UNLISTED) && index % 7 == 3))
		hot.flags = HOT_LISTED;
	if (derived.spec != NULL && derived.spec->kind == PLM_KIND_OPTION)
		hot.flags |= HOT_OPTION;
	if (row->open && plm_decimal_sign(row->unreconciled) != 0)
		hot.flags |= HOT_UNRECONCILED;
	settle_found(exposure, index, &derived);
	if (row->open && hot.flags != 0 && derived.included) {
		hot.flags |= HOT_INCLUDED;
		hot.coins = derived.coins.units;
	}
	pli_exposure_place(exposure, index, &hot);
}

static void
settle_position(pli_exposure *exposure, uint32_t index)
{
	plm_instrument_id id = pli_book_position(exposure->book, index)->fact.instrument;
	int64_t mark = exposure->tick_lists[id.value].mark;
	settle_position_at(exposure, index, mark, mark);
}

/* An option whose delta moved though its own mark did not. */
static void
settle_repriced(pli_exposure *exposure, plm_instrument_id id)
{
	for (uint32_t i = pli_book_position_first_of_instrument(exposure->book, id);
	     i != PLI_ROW_NONE; i = pli_book_position_next_of_instrument(exposure->book, i))
		settle_position(exposure, i);
}

/* A collateral leg whose coins follow the P&L of its cell one to one is moved by ticks directly. */
static void
settle_live(pli_exposure *exposure, uint32_t slot, const pli_balance_row *row, plm_decimal factor)
{
	uint32_t index = pli_row_index_find(
	    &exposure->cell_index, (pli_row_key){row->account.value, row->fact.asset.value, 0});
	if (index == PLI_ROW_NONE)
		return;
	const exposure_hot *hot = &exposure->hot[slot];
	bool live = (hot->flags & HOT_INCLUDED) != 0 && exposure->cell_positions[index] > 0 &&
		    pli_exposure_pnl_is_whole(exposure, row->account, &exposure->cells[index]) &&
		    !plm_decimal_is_known(row->fact.collateral) &&
		    factor.units == PLM_DECIMAL_ONE_UNITS &&
		    exposure->links[slot].pool == NODE_POOL_CROSS;
	if (live)
		pli_exposure_cell_enliven(exposure, index, slot);
}

/* Why nobody knows what a wallet holds. */
static uint8_t
balance_reason(const pli_exposure *exposure, const pli_balance_row *row)
{
	bool unplaced = exposure->accounts[row->account.value].unplaced_count > 0;
	return unplaced && plm_decimal_is_known(row->fact.wallet) ? PLM_REASON_NO_PNL
								  : PLM_REASON_NO_QUANTITY;
}

static void
settle_balance(pli_exposure *exposure, uint32_t index)
{
	const pli_balance_row *row = pli_book_balance(exposure->book, index);
	assert(row != NULL);
	const exposure_cell *cell = pli_exposure_cell_of(exposure, row->account, row->fact.asset);
	if (cell != NULL)
		pli_exposure_cell_freeze(exposure, (uint32_t)(cell - exposure->cells));
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
	bool in_doubt = plm_decimal_sign(row->unreconciled) != 0;
	if (row->open && (!is_zero || in_doubt)) {
		hot.flags |= HOT_LISTED | (in_doubt ? HOT_UNRECONCILED : 0);
		if (err == PLM_EUNKNOWN) {
			hot.reason = balance_reason(exposure, row);
		} else if (err != PLM_OK || coins.units >= EXPOSURE_UNITS_MAX ||
			   coins.units <= -EXPOSURE_UNITS_MAX) {
			hot.reason = PLM_REASON_OVERFLOW;
		} else {
			hot.flags |= HOT_INCLUDED;
			hot.coins = coins.units;
		}
	}
	uint32_t slot = exposure->positions_max + index;
	pli_exposure_place(exposure, slot, &hot);
	settle_live(exposure, slot, row, factor);
}

/* The mark that ticks of an instrument count from: 0 when it has none, or an old or odd one. */
static int64_t
instrument_mark(const pli_exposure *exposure, plm_instrument_id id)
{
	const pli_mark_row *mark = pli_book_mark(exposure->book, id);
	int64_t billionths = 0;
	if (mark == NULL || plm_decimal_sign(mark->fact.mark_price) <= 0 ||
	    pli_exposure_is_stale(exposure, mark->received_time_ns) ||
	    !pli_exposure_billionths(mark->fact.mark_price, &billionths))
		return 0;
	return billionths;
}

/* Every position of an instrument, derived anew. */
static void
settle_instrument(pli_exposure *exposure, plm_instrument_id id)
{
	exposure_tick_list *list = &exposure->tick_lists[id.value];
	int64_t before = list->mark, after = instrument_mark(exposure, id);
	for (uint32_t i = pli_book_position_first_of_instrument(exposure->book, id);
	     i != PLI_ROW_NONE; i = pli_book_position_next_of_instrument(exposure->book, i))
		settle_position_at(exposure, i, before, after);
	list->mark = after;
}

/* A slow row of a tick. A row that closed leaves the list, which the tick is walking: it is dirty,
 * so its turn comes right after. */
static void
settle_ticked(pli_exposure *exposure, uint32_t index)
{
	if (pli_book_position(exposure->book, index)->open)
		settle_position(exposure, index);
}

/* A new mark: where both marks count in billionths, P&L follows without being derived anew. */
static void
settle_mark(pli_exposure *exposure, plm_instrument_id id)
{
	exposure_tick_list *list = &exposure->tick_lists[id.value];
	int64_t before = list->mark, after = instrument_mark(exposure, id);
	if (before == 0 || after == 0) {
		settle_instrument(exposure, id);
		return;
	}
	list->mark = after;
	pli_exposure_tick(exposure, id, after - before, settle_ticked);
}

static void
settle_asset(pli_exposure *exposure, uint32_t asset)
{
	const plm_asset_fact *fact = pli_registry_asset_get(
	    pli_book_registry(exposure->book), (plm_asset_id){asset});
	exposure->prices[asset] = pli_exposure_price_derive(exposure, (plm_asset_id){asset});
	exposure->price_doubles[asset] = plm_decimal_to_double(exposure->prices[asset].usd);
	if (fact != NULL)
		exposure->classes[asset] = text_number(exposure, fact->asset_class);
}

/* Assets with new prices, and all (true) when one of them is what others are priced in. */
static bool
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
	return all;
}

static void
settle_all_rows(pli_exposure *exposure)
{
	const pli_registry *registry = pli_book_registry(exposure->book);
	for (uint32_t i = 1; i <= pli_registry_accounts_count(registry); i++)
		settle_account(exposure, (plm_account_id){i});
	for (uint32_t i = 1; i <= pli_book_bounds_get(exposure->book)->registry.instruments_max;
	     i++)
		settle_instrument(exposure, (plm_instrument_id){i});
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
		settle_mark(exposure, (plm_instrument_id){dirty->marks[i]});
	for (uint32_t i = 0; i < exposure->repriced_count && !dirty->everything; i++)
		settle_repriced(exposure, (plm_instrument_id){exposure->repriced[i]});
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

/* Wallets whose P&L is whole again, or is not any more, though nothing of their own has moved. */
static void
settle_wallets(pli_exposure *exposure)
{
	const pli_book *book = exposure->book;
	uint32_t count = pli_registry_accounts_count(pli_book_registry(book));
	for (uint32_t id = 1; exposure->unplaced_moved && id <= count; id++) {
		if (!exposure->accounts[id].unplaced_moved)
			continue;
		exposure->accounts[id].unplaced_moved = false;
		for (uint32_t i = pli_book_balance_first_of_account(book, (plm_account_id){id});
		     i != PLI_ROW_NONE; i = pli_book_balance_next_of_account(book, i))
			settle_balance(exposure, i);
	}
	exposure->unplaced_moved = false;
}

/* The last position has left: the cell serves again. */
static void
cell_release(pli_exposure *exposure, uint32_t index)
{
	exposure_cell *cell = &exposure->cells[index];
	assert(exposure->live[index].slot == PLI_ROW_NONE);
	pli_row_index_remove(&exposure->cell_index, (pli_row_key){cell->account, cell->asset, 0});
	cell->balance = exposure->cells_free;
	exposure->cells_free = index;
}

static void
settle_cells(pli_exposure *exposure)
{
	for (uint32_t i = 0; i < exposure->cells_dirty_count; i++) {
		uint32_t index = exposure->cells_dirty[i];
		exposure_cell *cell = &exposure->cells[index];
		cell->dirty = false;
		if (cell->balance != PLI_ROW_NONE)
			settle_balance(exposure, cell->balance);
		if (exposure->cell_positions[index] == 0)
			cell_release(exposure, index);
	}
	exposure->cells_dirty_count = 0;
}

/* The earlier of `next_ns` and the next instant after now at which a contract ends. */
static plm_time_ns
expiry_next(const plm_instrument *spec, plm_time_ns now_ns, plm_time_ns next_ns)
{
	if (spec == NULL)
		return next_ns;
	const plm_time_ns ends_ns[] = {spec->delist_time_ns, spec->expiry_ns,
	    spec->expiry_ns != 0 ? exposure_expiry_certain_ns(spec) : 0};
	for (size_t i = 0; i < sizeof ends_ns / sizeof ends_ns[0]; i++)
		if (ends_ns[i] > now_ns && ends_ns[i] < next_ns)
			next_ns = ends_ns[i];
	return next_ns;
}

/* The next instant after now at which time alone changes a leg: an expiry or a mark's age. */
static void
settle_next_time(pli_exposure *exposure, plm_time_ns now_ns)
{
	const pli_registry *registry = pli_book_registry(exposure->book);
	uint32_t stale_after_s = pli_book_policy(exposure->book)->stale_after_s;
	plm_time_ns next_ns = INT64_MAX;
	for (uint32_t i = 1; i <= pli_registry_instruments_count(registry); i++)
		next_ns = expiry_next(
		    pli_registry_instrument_get(registry, (plm_instrument_id){i}), now_ns, next_ns);
	if (stale_after_s != 0 && next_ns > now_ns + SETTLE_TIME_STEP_NS)
		next_ns = now_ns + SETTLE_TIME_STEP_NS;
	exposure->next_time_ns = next_ns;
}

static void
settle_next_expiry(pli_exposure *exposure, const pli_book_dirty *dirty, plm_time_ns now_ns)
{
	const pli_registry *registry = pli_book_registry(exposure->book);
	for (uint32_t i = 0; i < dirty->specs_count; i++)
		exposure->next_time_ns = expiry_next(
		    pli_registry_instrument_get(registry, (plm_instrument_id){dirty->specs[i]}),
		    now_ns, exposure->next_time_ns);
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
	bool all_prices = settle_assets(exposure, &dirty);
	pli_exposure_options_settle(exposure, &dirty, all_prices);
	if (dirty.everything)
		settle_all_rows(exposure);
	settle_dirty_rows(exposure, &dirty);
	settle_wallets(exposure);
	settle_cells(exposure);
	pli_exposure_lag_settle(exposure);
	if (dirty.everything)
		settle_next_time(exposure, now_ns);
	else
		settle_next_expiry(exposure, &dirty, now_ns);
	pli_book_dirty_clear(exposure->book);
	exposure->settled_once = true;
	exposure->settles_count++;
}
