/* book_snapshot.c: a snapshot's rows wait in a shadow until its end says that it is complete. */
#include <assert.h>

#include "base/mutant.h"
#include "book/book.h"
#include "book/book_state.h"

static const uint32_t scope_bits[BOOK_SCOPES] = {PLM_SCOPE_POSITIONS, PLM_SCOPE_BALANCES};

static void
snapshot_free_rows(pli_book *book, book_snapshot *snapshot)
{
	if (snapshot->head != PLI_ROW_NONE && snapshot->rows_count > 0) {
		book->shadows[snapshot->tail].next = book->shadow_free;
		book->shadow_free = snapshot->head;
	}
	*snapshot = (book_snapshot){.head = PLI_ROW_NONE, .tail = PLI_ROW_NONE};
}

void
pli_book_snapshot_drop(pli_book *book, plm_account_id account, uint32_t scopes)
{
	bool was_open = false;
	for (uint32_t i = 0; i < BOOK_SCOPES; i++) {
		book_snapshot *snapshot = &book->accounts[account.value].snapshots[i];
		if ((scopes & scope_bits[i]) == 0 || !snapshot->open)
			continue;
		snapshot_free_rows(book, snapshot);
		was_open = true;
	}
	book->counters.snapshots_incomplete += was_open;
}

void
pli_book_snapshot_begin(pli_book *book, const plm_event *event)
{
	uint32_t scope = event->u.snapshot.scope;
	pli_book_snapshot_drop(book, event->account, scope);
	for (uint32_t i = 0; i < BOOK_SCOPES; i++) {
		if ((scope & scope_bits[i]) == 0)
			continue;
		book->accounts[event->account.value].snapshots[i] = (book_snapshot){
		    .open = true,
		    .epoch = event->epoch,
		    .head = PLI_ROW_NONE,
		    .tail = PLI_ROW_NONE,
		    .stamp = book->stamp,
		    .is_check = event->u.snapshot.is_check != 0,
		    .venue_time_ns = event->venue_time_ns,
		    .received_time_ns = event->received_time_ns,
		};
	}
}

static uint32_t
shadow_take(pli_book *book)
{
	uint32_t index = book->shadow_free;
	if (index != PLI_ROW_NONE)
		book->shadow_free = book->shadows[index].next;
	else if (book->shadows_count < book->shadows_max)
		index = book->shadows_count++;
	return index;
}

bool
pli_book_snapshot_row(pli_book *book, const plm_event *event)
{
	assert(event->type == PLM_EVENT_POSITION || event->type == PLM_EVENT_BALANCE);
	uint32_t scope = event->type == PLM_EVENT_POSITION ? 0 : 1;
	book_snapshot *snapshot = &book->accounts[event->account.value].snapshots[scope];
	if (!snapshot->open)
		return false;
	uint32_t index = shadow_take(book);
	if (index == PLI_ROW_NONE) {
		pli_book_lose(book, event->account, scope_bits[scope]);
		return true;
	}
	shadow_row *row = &book->shadows[index];
	row->next = PLI_ROW_NONE;
	row->type = event->type;
	row->venue_sequence = event->venue_sequence;
	row->venue_time_ns = event->venue_time_ns;
	row->received_time_ns = event->received_time_ns;
	row->stamp = book->stamp;
	if (event->type == PLM_EVENT_POSITION)
		row->u.position = event->u.position;
	else
		row->u.balance = event->u.balance;
	if (snapshot->head == PLI_ROW_NONE)
		snapshot->head = index;
	else
		book->shadows[snapshot->tail].next = index;
	snapshot->tail = index;
	snapshot->rows_count++;
	return true;
}

/* True when the live row is to be kept against the snapshot's row. Of one time the last word is the
 * one that was heard last. */
static bool
live_wins(book_when live, uint64_t live_stamp, const shadow_row *row, uint32_t epoch)
{
	if (live_stamp == 0 || live.epoch < epoch || pli_mutant(BOOK_SNAPSHOT_OVER_UPDATE))
		return false;
	book_when said = {epoch, row->venue_sequence, row->venue_time_ns};
	book_order order = pli_book_order_of(live, said);
	if (order == BOOK_OLDER)
		return true;
	bool by_sequence = live.venue_sequence != 0 && said.venue_sequence != 0;
	bool by_time = live.venue_time_ns != 0 && said.venue_time_ns != 0 &&
		       live.venue_time_ns != said.venue_time_ns;
	return !by_sequence && !by_time && live_stamp > row->stamp;
}

static void
swap_position(
    pli_book *book, plm_account_id account, const shadow_row *said, uint32_t epoch, bool is_check)
{
	const plm_position *fact = &said->u.position;
	pli_row_key key = {account.value, fact->instrument.value, fact->side};
	bool is_flat = plm_decimal_is_known(fact->quantity) &&
		       plm_decimal_sign(fact->quantity) == 0;
	if (is_flat && pli_row_index_find(&book->position_index, key) == PLI_ROW_NONE)
		return;
	uint32_t index = pli_book_position_intern(book, account, fact);
	if (index == PLI_ROW_NONE)
		return;
	pli_position_row *row = &book->positions[index];
	book_links *links = &book->position_links[index];
	links->stamp_seen = book->stamp;
	book_when live = {row->epoch, row->venue_sequence, row->venue_time_ns};
	if (live_wins(live, links->stamp, said, epoch)) {
		if (is_check)
			pli_book_reconcile_newer(book, account);
		return;
	}
	if (is_check)
		pli_book_reconcile_read(book, index, links->stamp == 0, said);
	else
		row->unreconciled = plm_decimal_zero();
	links->stamp = said->stamp;
	if (said->venue_sequence != 0 || epoch != row->epoch)
		row->venue_sequence = said->venue_sequence;
	row->epoch = epoch;
	row->venue_time_ns = said->venue_time_ns;
	row->received_time_ns = said->received_time_ns;
	pli_book_position_store(book, index, fact);
}

static void
swap_balance(pli_book *book, plm_account_id account, const shadow_row *said, uint32_t epoch)
{
	uint32_t index = pli_book_balance_intern(book, account, &said->u.balance);
	if (index == PLI_ROW_NONE)
		return;
	pli_balance_row *row = &book->balances[index];
	book_links *links = &book->balance_links[index];
	links->stamp_seen = book->stamp;
	book_when live = {row->epoch, row->venue_sequence, row->venue_time_ns};
	if (live_wins(live, links->stamp, said, epoch))
		return;
	links->stamp = said->stamp;
	if (said->venue_sequence != 0 || epoch != row->epoch)
		row->venue_sequence = said->venue_sequence;
	row->epoch = epoch;
	row->venue_time_ns = said->venue_time_ns;
	row->received_time_ns = said->received_time_ns;
	pli_book_balance_store(book, index, &said->u.balance);
}

/* True when a row that the snapshot does not hold was said after the snapshot was taken. */
static bool
survives(const book_snapshot *snapshot, book_when row, uint64_t stamp)
{
	if (row.epoch < snapshot->epoch)
		return pli_mutant(BOOK_OLD_EPOCH_SURVIVES);
	if (stamp > snapshot->stamp)
		return true;
	return row.venue_time_ns != 0 && snapshot->venue_time_ns != 0 &&
	       row.venue_time_ns > snapshot->venue_time_ns;
}

static void
close_positions(
    pli_book *book, plm_account_id account, const book_snapshot *snapshot, bool is_check)
{
	for (uint32_t i = book->accounts[account.value].positions_head; i != PLI_ROW_NONE;
	     i = book->position_links[i].next_of_account) {
		pli_position_row *row = &book->positions[i];
		const book_links *links = &book->position_links[i];
		book_when when = {row->epoch, row->venue_sequence, row->venue_time_ns};
		if (!row->open || links->stamp_seen == book->stamp ||
		    survives(snapshot, when, links->stamp))
			continue;
		if (row->epoch != snapshot->epoch) {
			row->venue_sequence = 0; /* counted by another connection */
			row->venue_time_ns = snapshot->venue_time_ns;
		}
		row->epoch = snapshot->epoch;
		if (is_check)
			pli_book_reconcile_read(book, i, false, NULL);
		row->unreconciled = plm_decimal_zero(); /* nothing is shown of it */
		pli_book_stress_outdate(book, account, row->fact.instrument);
		row->fact.quantity = plm_decimal_zero();
		row->open = 0;
		book_dirty(&book->dirty_positions, i);
	}
}

static void
close_balances(pli_book *book, plm_account_id account, const book_snapshot *snapshot)
{
	for (uint32_t i = book->accounts[account.value].balances_head; i != PLI_ROW_NONE;
	     i = book->balance_links[i].next_of_account) {
		pli_balance_row *row = &book->balances[i];
		const book_links *links = &book->balance_links[i];
		book_when when = {row->epoch, row->venue_sequence, row->venue_time_ns};
		if (!row->open || links->stamp_seen == book->stamp ||
		    survives(snapshot, when, links->stamp))
			continue;
		if (row->epoch != snapshot->epoch) {
			row->venue_sequence = 0; /* counted by another connection */
			row->venue_time_ns = snapshot->venue_time_ns;
		}
		row->epoch = snapshot->epoch;
		row->open = 0;
		pli_book_drift_moved(
		    book, i, row->fact.wallet, plm_decimal_zero(), snapshot->received_time_ns);
		book_dirty(&book->dirty_balances, i);
	}
}

/* Swaps one scope in and empties its shadow. */
static void
snapshot_swap(pli_book *book, plm_account_id account, uint32_t scope)
{
	book_snapshot *snapshot = &book->accounts[account.value].snapshots[scope];
	bool is_check = pli_book_reconcile_is_check(book, account, snapshot);
	book->accounts[account.value].lost_scopes &= ~scope_bits[scope];
	for (uint32_t i = snapshot->head; i != PLI_ROW_NONE; i = book->shadows[i].next) {
		if (book->shadows[i].type == PLM_EVENT_POSITION)
			swap_position(book, account, &book->shadows[i], snapshot->epoch, is_check);
		else
			swap_balance(book, account, &book->shadows[i], snapshot->epoch);
	}
	if (scope_bits[scope] == PLM_SCOPE_POSITIONS) {
		close_positions(book, account, snapshot, is_check);
		pli_book_reconcile_end(book, account, snapshot, is_check);
		pli_book_positions_reclaim(book, account);
		pli_book_orders_drop(book, account, snapshot->epoch);
	} else {
		close_balances(book, account, snapshot);
		book->accounts[account.value].balances_read = true;
	}
	snapshot_free_rows(book, snapshot);
}

void
pli_book_snapshot_end(pli_book *book, const plm_event *event)
{
	const plm_snapshot *end = &event->u.snapshot;
	const book_account *account = &book->accounts[event->account.value];
	bool whole = end->complete != 0 || pli_mutant(BOOK_SNAPSHOT_HALF);
	uint32_t rows_count = 0;
	for (uint32_t i = 0; i < BOOK_SCOPES; i++) {
		if ((end->scope & scope_bits[i]) == 0)
			continue;
		whole = whole && account->snapshots[i].open &&
			account->snapshots[i].epoch == event->epoch;
		rows_count += account->snapshots[i].rows_count;
	}
	if (pli_mutant(BOOK_SNAPSHOT_HALF))
		rows_count = end->rows_count;
	if (!whole || rows_count != end->rows_count) {
		uint64_t before = book->counters.snapshots_incomplete;
		pli_book_snapshot_drop(book, event->account, end->scope);
		book->counters.snapshots_incomplete = before + 1;
		return;
	}
	for (uint32_t i = 0; i < BOOK_SCOPES; i++) {
		if ((end->scope & scope_bits[i]) != 0)
			snapshot_swap(book, event->account, i);
	}
	book->counters.snapshots++;
	book_dirty(&book->dirty_accounts, event->account.value);
}
