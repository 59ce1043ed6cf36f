/* apply.c: one event into the book. Start reading at pli_book_apply. */
#include <assert.h>
#include <string.h>

#include "base/mutant.h"
#include "book/book.h"
#include "book/book_state.h"

book_order
pli_book_order_of(book_when row, book_when event)
{
	if (event.epoch != row.epoch)
		return event.epoch > row.epoch ? BOOK_NEWER : BOOK_OLDER;
	if (pli_mutant(BOOK_SEQUENCE_IGNORED))
		return BOOK_NEWER;
	if (event.venue_sequence != 0 && row.venue_sequence != 0) {
		if (event.venue_sequence == row.venue_sequence)
			return BOOK_DUPLICATE;
		return event.venue_sequence > row.venue_sequence ? BOOK_NEWER : BOOK_OLDER;
	}
	if (event.venue_time_ns != 0 && row.venue_time_ns != 0 &&
	    event.venue_time_ns < row.venue_time_ns)
		return BOOK_OLDER;
	return BOOK_NEWER;
}

static book_when
event_when(const plm_event *event)
{
	return (book_when){event->epoch, event->venue_sequence, event->venue_time_ns};
}

/* Counts an event that is not newer than its row; true when it is newer. What is said again is as
 * it was, and a snapshot that began before, which lacks it, does not close it. */
static bool
apply_order(pli_book *book, book_when row, const plm_event *event, uint64_t *stamp)
{
	switch (pli_book_order_of(row, event_when(event))) {
	case BOOK_NEWER:
		return true;
	case BOOK_DUPLICATE:
		book->counters.duplicate++;
		*stamp = book->stamp;
		return false;
	default:
		book->counters.old_sequence++;
		return false;
	}
}

static void
apply_asset(pli_book *book, const plm_event *event)
{
	plm_asset_id id = event->u.asset.id;
	if (id.value == 0 || id.value > book->bounds.registry.assets_max) {
		book->counters.rows_full++;
		return;
	}
	const plm_asset_fact *old = pli_registry_asset_get(book->registry, id);
	if (event->u.asset.alias_of.value != 0 || (old != NULL && old->alias_of.value != 0))
		book->dirty_everything = true;
	pli_registry_apply(book->registry, event);
	book_dirty(&book->dirty_assets, id.value);
}

static void
apply_account(pli_book *book, const plm_event *event)
{
	plm_account_id id = event->u.account_fact.id;
	if (id.value == 0 || id.value > book->bounds.registry.accounts_max) {
		book->counters.rows_full++;
		return;
	}
	pli_registry_apply(book->registry, event);
	if (event->u.account_fact.is_transit != 0)
		book->transit_account = id;
	book_dirty(&book->dirty_accounts, id.value);
}

static void
apply_instrument(pli_book *book, const plm_event *event)
{
	plm_instrument_id id = event->u.instrument.id;
	if (id.value == 0 || id.value > book->bounds.registry.instruments_max) {
		book->counters.rows_full++;
		return;
	}
	pli_registry_apply(book->registry, event);
	book_dirty(&book->dirty_specs, id.value);
	pli_book_price_mark(book, id);
	for (uint32_t row = book->instrument_heads[id.value]; row != PLI_ROW_NONE;
	     row = book->position_links[row].next_of_instrument) {
		plm_position fact = book->positions[row].fact;
		pli_book_position_store(book, row, &fact);
	}
}

static void
apply_position(pli_book *book, const plm_event *event)
{
	if (event->u.position.instrument.value == 0 ||
	    event->u.position.instrument.value > book->bounds.registry.instruments_max) {
		pli_book_lose(book, event->account, PLM_SCOPE_POSITIONS);
		return;
	}
	if ((event->flags & PLM_FLAG_SNAPSHOT) != 0 && pli_book_snapshot_row(book, event))
		return;
	if (pli_mutant(BOOK_HEDGE_LEG_DROPPED) && event->u.position.side == PLM_SIDE_SHORT)
		return;
	if (pli_mutant(BOOK_CLOSED_STAYS) && plm_decimal_sign(event->u.position.quantity) == 0)
		return;
	uint32_t index = pli_book_position_intern(book, event->account, &event->u.position);
	if (index == PLI_ROW_NONE)
		return;
	pli_position_row *row = &book->positions[index];
	uint64_t *stamp = &book->position_links[index].stamp;
	book_when when = {row->epoch, row->venue_sequence, row->venue_time_ns};
	if (*stamp != 0 && !apply_order(book, when, event, stamp))
		return;
	if (event->venue_sequence != 0 || event->epoch != row->epoch)
		row->venue_sequence = event->venue_sequence;
	row->epoch = event->epoch;
	row->venue_time_ns = event->venue_time_ns;
	row->received_time_ns = event->received_time_ns;
	*stamp = book->stamp;
	plm_decimal before = row->fact.quantity;
	plm_position told = event->u.position;
	if (told.adl_rank == 0 &&
	    plm_decimal_sign(told.quantity) == plm_decimal_sign(row->fact.quantity))
		told.adl_rank = row->fact.adl_rank;
	pli_book_position_store(book, index, &told);
	pli_book_reconcile_told(book, index, before);
	if (before.units != told.quantity.units)
		pli_book_stress_outdate(book, event->account, told.instrument);
	if (pli_mutant(BOOK_POSITION_SIGN))
		row->fact.quantity = plm_decimal_abs(row->fact.quantity);
}

static void
apply_balance(pli_book *book, const plm_event *event)
{
	if (event->u.balance.asset.value == 0 ||
	    event->u.balance.asset.value > book->bounds.registry.assets_max) {
		pli_book_lose(book, event->account, PLM_SCOPE_BALANCES);
		return;
	}
	if ((event->flags & PLM_FLAG_SNAPSHOT) != 0 && pli_book_snapshot_row(book, event))
		return;
	uint32_t index = pli_book_balance_intern(book, event->account, &event->u.balance);
	if (index == PLI_ROW_NONE)
		return;
	pli_balance_row *row = &book->balances[index];
	uint64_t *stamp = &book->balance_links[index].stamp;
	book_when when = {row->epoch, row->venue_sequence, row->venue_time_ns};
	if (*stamp != 0 && !apply_order(book, when, event, stamp))
		return;
	if (event->venue_sequence != 0 || event->epoch != row->epoch)
		row->venue_sequence = event->venue_sequence;
	row->epoch = event->epoch;
	row->venue_time_ns = event->venue_time_ns;
	row->received_time_ns = event->received_time_ns;
	*stamp = book->stamp;
	pli_book_balance_store(book, index, &event->u.balance);
}

static void
mark_merge(plm_mark *row, const plm_mark *mark)
{
	if (plm_decimal_is_known(mark->mark_price))
		row->mark_price = mark->mark_price;
	if (plm_decimal_is_known(mark->index_price))
		row->index_price = mark->index_price;
	if (plm_decimal_is_known(mark->underlying_price))
		row->underlying_price = mark->underlying_price;
}

static void
apply_mark(pli_book *book, const plm_event *event)
{
	plm_instrument_id id = event->u.mark.instrument;
	if (id.value == 0 || id.value > book->bounds.registry.instruments_max) {
		book->counters.rows_full++;
		return;
	}
	pli_mark_row *row = &book->marks[id.value];
	if (row->known && event->venue_time_ns != 0 && event->venue_time_ns < row->venue_time_ns) {
		book->counters.old_sequence++;
		return;
	}
	if (row->known && (event->flags & PLM_FLAG_SYNTHETIC) != 0) {
		mark_merge(&row->fact, &event->u.mark);
	} else {
		row->fact = event->u.mark;
		row->whole_venue_time_ns = event->venue_time_ns;
		row->whole_received_time_ns = event->received_time_ns;
	}
	row->known = 1;
	row->venue_time_ns = event->venue_time_ns;
	row->received_time_ns = event->received_time_ns;
	book_dirty(&book->dirty_marks, id.value);
	const plm_instrument *spec = pli_registry_instrument_get(book->registry, id);
	if (spec != NULL)
		pli_book_price_heard(book, spec->venue, event);
	pli_book_price_mark(book, id);
}

/* True when the hash was seen before inside the window; remembers it. 0 is never seen. */
static bool
window_seen(uint64_t *window, uint32_t size, plm_account_id account, uint64_t hash)
{
	assert((size & (size - 1)) == 0);
	if (hash == 0)
		return false;
	uint64_t key = (hash ^ account.value * UINT64_C(0xff51afd7ed558ccd)) *
		       UINT64_C(0x9e3779b97f4a7c15);
	uint64_t *slot = &window[(key >> 32) & (size - 1)];
	bool seen = *slot == key;
	*slot = key;
	return seen;
}

static void
apply_fill(pli_book *book, const plm_event *event)
{
	if (window_seen(
		book->fills_seen, BOOK_FILLS_WINDOW, event->account, event->u.fill.trade_hash)) {
		book->counters.fills_duplicate++;
		return;
	}
	book->counters.fills++;
	pli_book_drift_fill(book, event);
}

/* A record is told again with another state, or with more known of it: each time once. */
static uint64_t
transfer_window_hash(const plm_transfer *told)
{
	if (told->transfer_hash == 0 || told->kind == PLM_TRANSFER_CHANGE)
		return told->transfer_hash;
	uint64_t more = told->chain_hash ^ told->address_hash << 1 ^ told->state;
	return told->transfer_hash ^ more * UINT64_C(0x9e3779b97f4a7c15);
}

static void
apply_transfer(pli_book *book, const plm_event *event)
{
	if (window_seen(book->transfers_seen, BOOK_TRANSFERS_WINDOW, event->account,
		transfer_window_hash(&event->u.transfer))) {
		book->counters.transfers_duplicate++;
		return;
	}
	book->counters.transfers++;
	pli_book_transfer(book, event);
}

static void
apply_funding(pli_book *book, const plm_event *event)
{
	const plm_funding *fact = &event->u.funding;
	uint32_t id = fact->instrument.value;
	book->counters.fundings++;
	pli_book_drift_funding(book, event);
	if (plm_decimal_is_known(fact->amount) || id == 0 ||
	    id > book->bounds.registry.instruments_max ||
	    event->venue_time_ns < book->marks[id].funding_time_ns)
		return;
	book->marks[id].funding_rate = fact->rate;
	book->marks[id].funding_time_ns = event->venue_time_ns;
}

static void
apply_venue_error(pli_book *book, const plm_event *event)
{
	(void)event;
	book->counters.venue_errors++;
}

static void
apply_feed_state(pli_book *book, const plm_event *event)
{
	uint32_t index = 0;
	while (index < book->feeds_count && book->feeds[index].feed.value != event->feed.value)
		index++;
	if (index == book->feeds_count) {
		if (book->feeds_count >= book->bounds.feeds_max) {
			book->counters.rows_full++;
			return;
		}
		book->feeds_count++;
	}
	pli_feed_row *row = &book->feeds[index];
	plm_feed_state said = event->u.feed_state;
	if (event->account.value != 0) {
		book_account *account = &book->accounts[event->account.value];
		account->feed = event->feed;
		if (said.clock_error_ns != 0)
			account->clock_offset_ns = said.clock_offset_ns;
		book_dirty(&book->dirty_accounts, event->account.value);
		(void)pli_book_feed_degrade(book, event->account, &said);
	}
	if (row->feed.value == 0 || row->fact.status != said.status)
		row->since_ns = event->received_time_ns;
	row->feed = event->feed;
	row->account = event->account;
	row->epoch = event->epoch;
	row->fact = said;
}

static void
apply_limit_change(pli_book *book, const plm_event *event)
{
	uint32_t id = event->u.limit.id.value;
	if (id >= BOOK_LIMITS_MAX) {
		book->counters.rows_full++;
		return;
	}
	book->limits[id] = event->u.limit;
}

static void
apply_policy(pli_book *book, const plm_event *event)
{
	book->policy = event->u.policy;
	book->dirty_everything = true;
}

static pli_row_key
order_key(plm_account_id account, uint64_t hash)
{
	return (pli_row_key){account.value, (uint32_t)(hash >> 32), (uint32_t)hash};
}

static void
order_remove(pli_book *book, uint32_t index)
{
	assert(index < book->orders_count);
	pli_order_row *row = &book->orders[index];
	pli_row_index_remove(&book->order_index, order_key(row->account, row->fact.order_hash));
	uint32_t last = --book->orders_count;
	if (index == last)
		return;
	*row = book->orders[last];
	pli_row_index_set(&book->order_index, order_key(row->account, row->fact.order_hash), index);
}

static void
apply_order_open(pli_book *book, const plm_event *event)
{
	pli_row_key key = order_key(event->account, event->u.order_open.order_hash);
	uint32_t index = pli_row_index_find(&book->order_index, key);
	plm_decimal quantity = event->u.order_open.quantity;
	bool gone = plm_decimal_is_known(quantity) && plm_decimal_sign(quantity) == 0;
	if (gone) {
		if (index != PLI_ROW_NONE)
			order_remove(book, index);
		return;
	}
	if (index == PLI_ROW_NONE) {
		if (book->orders_count >= book->bounds.orders_max) {
			pli_book_lose(book, event->account, PLM_SCOPE_POSITIONS);
			return;
		}
		index = book->orders_count++;
		bool stored = pli_row_index_insert(&book->order_index, key, index);
		assert(stored);
	}
	book->orders[index] = (pli_order_row){event->account, event->epoch, event->u.order_open};
}

void
pli_book_orders_drop(pli_book *book, plm_account_id account, uint32_t epoch)
{
	for (uint32_t i = book->orders_count; i-- > 0;) {
		if (book->orders[i].account.value == account.value && book->orders[i].epoch < epoch)
			order_remove(book, i);
	}
}

static void
apply_batch_end(pli_book *book, const plm_event *event)
{
	if (event->u.batch_end.now_ns > book->now_ns)
		book->now_ns = event->u.batch_end.now_ns;
	book->sequence = event->sequence;
	for (uint32_t i = 1; book->accounts_began && i <= book->bounds.registry.accounts_max; i++)
		if (book->accounts[i].since_ns == BOOK_SINCE_BATCH)
			book->accounts[i].since_ns = book->now_ns;
	book->accounts_began = false;
	pli_book_transit_settle(book);
}

static void
apply_venue_action(pli_book *book, const plm_event *event)
{
	book->actions[book->actions_seen++ % PLI_ACTIONS_KEPT] = *event;
}

typedef struct apply_row {
	void (*apply)(pli_book *book, const plm_event *event);
	bool of_account; /* must name an account, and obeys its epoch */
} apply_row;

static const apply_row apply_rows[PLM_EVENT_COUNT_] = {
    [PLM_EVENT_ASSET] = {apply_asset, false},
    [PLM_EVENT_ACCOUNT] = {apply_account, false},
    [PLM_EVENT_INSTRUMENT] = {apply_instrument, false},
    [PLM_EVENT_BALANCE] = {apply_balance, true},
    [PLM_EVENT_POSITION] = {apply_position, true},
    [PLM_EVENT_FILL] = {apply_fill, true},
    [PLM_EVENT_MARK] = {apply_mark, false},
    [PLM_EVENT_INDEX] = {pli_book_price_index, false},
    [PLM_EVENT_ASSET_RATE] = {pli_book_price_rate, false},
    [PLM_EVENT_FUNDING] = {apply_funding, false},
    [PLM_EVENT_VENUE_MARGIN] = {pli_book_venue_margin, true},
    [PLM_EVENT_FEED_STATE] = {apply_feed_state, false},
    [PLM_EVENT_SNAPSHOT_BEGIN] = {pli_book_snapshot_begin, true},
    [PLM_EVENT_SNAPSHOT_END] = {pli_book_snapshot_end, true},
    [PLM_EVENT_TRANSFER] = {apply_transfer, true},
    [PLM_EVENT_LIMIT_CHANGE] = {apply_limit_change, false},
    [PLM_EVENT_VENUE_ERROR] = {apply_venue_error, false},
    [PLM_EVENT_BATCH_END] = {apply_batch_end, false},
    [PLM_EVENT_POLICY] = {apply_policy, false},
    [PLM_EVENT_ORDER_OPEN] = {apply_order_open, true},
    [PLM_EVENT_MARGIN_TIER] = {pli_book_margin_tier, true},
    [PLM_EVENT_MARGIN_MATRIX] = {pli_book_margin_matrix, true},
    [PLM_EVENT_COLLATERAL] = {pli_book_collateral_told, true},
    [PLM_EVENT_MARGIN_STRESS] = {pli_book_margin_stress, true},
    [PLM_EVENT_ADDRESS] = {pli_book_address, false},
    [PLM_EVENT_VENUE_ACTION] = {apply_venue_action, false},
};

/* An account's event against its epoch: false when it is of an older one. */
static bool
apply_epoch(pli_book *book, const plm_event *event)
{
	book_account *account = &book->accounts[event->account.value];
	if (event->epoch < account->epoch) {
		book->counters.old_epoch++;
		return false;
	}
	if (event->epoch > account->epoch) {
		account->epoch = event->epoch;
		pli_book_snapshot_drop(
		    book, event->account, PLM_SCOPE_POSITIONS | PLM_SCOPE_BALANCES);
		book_dirty(&book->dirty_accounts, event->account.value);
	}
	return true;
}

void
pli_book_apply(pli_book *book, const plm_event *event)
{
	book->stamp++;
	if (event->type >= PLM_EVENT_COUNT_) {
		book->counters.unknown_event++;
		return;
	}
	const apply_row *row = &apply_rows[event->type];
	uint32_t account = event->account.value;
	if (account > book->bounds.registry.accounts_max || (row->of_account && account == 0)) {
		book->counters.rows_full++;
		return;
	}
	bool counts_epoch = row->of_account || event->type == PLM_EVENT_FEED_STATE;
	if (counts_epoch && account != 0 && !apply_epoch(book, event))
		return;
	book->counters.applied++;
	if (row->apply != NULL)
		row->apply(book, event);
}
