/* book_transit.c: movements of coins between accounts: what is told of them, and what of them is
 * counted at the end of a batch. */
#include <assert.h>

#include "base/mutant.h"
#include "book/book.h"
#include "book/book_state.h"

/* A balance that is newer than a movement by more than this shows it: clocks and rounded times. */
#define TRANSIT_SLACK_NS (10 * PLM_NS_PER_S)

/* What needs no chain arrives at once, or what it is stays unknown. */
#define TRANSIT_INTERNAL_NS (3600 * PLM_NS_PER_S)

/* While something is open it is looked at so often. */
#define TRANSIT_STEP_NS PLM_NS_PER_S

uint32_t
pli_book_transits_count(const pli_book *book)
{
	return book->transits_count;
}

const pli_transit_row *
pli_book_transit(const pli_book *book, uint32_t index)
{
	return index < book->transits_count ? &book->transits[index] : NULL;
}

bool
pli_transit_is_open(uint8_t state)
{
	return state >= PLI_TRANSIT_PENDING && state <= PLI_TRANSIT_RETURNING;
}

bool
pli_transit_is_over(const pli_transit_row *row, plm_time_ns now_ns)
{
	bool announced = row->state == PLI_TRANSIT_RECEIVED && row->in.pending &&
			 now_ns <= row->until_ns;
	return row->state > PLI_TRANSIT_RETURNING && row->state != PLI_TRANSIT_UNEXPLAINED &&
	       plm_decimal_sign(row->doubt) == 0 && !announced;
}

#define X(name, number, text) [number] = text,
const char *
pli_transit_state_text(uint8_t state)
{
	static const char *const texts[] = {PLI_TRANSITS(X)};
	return state < sizeof texts / sizeof texts[0] ? texts[state] : "unknown";
}

const char *
pli_transit_match_text(uint8_t match)
{
	static const char *const texts[] = {PLI_TRANSIT_MATCHES(X)};
	return match < sizeof texts / sizeof texts[0] ? texts[match] : "unknown";
}
#undef X

void
pli_book_address(pli_book *book, const plm_event *event)
{
	if (book->addresses_count >= PLI_ADDRESSES_MAX) {
		book->counters.rows_full++;
		return;
	}
	book->addresses[book->addresses_count++] = event->u.address;
}

/* The account of an address: 0 none of ours. */
static plm_account_id
address_owner(const pli_book *book, uint64_t hash)
{
	for (uint32_t i = 0; hash != 0 && i < book->addresses_count; i++)
		if (book->addresses[i].hash == hash)
			return book->addresses[i].account;
	return (plm_account_id){0};
}

/* ---- rows ---- */

/* Movements are of their venue's clock: what that tells where ours tells ours_ns. */
static plm_time_ns
venue_clock_ns(const pli_book *book, plm_account_id account, plm_time_ns ours_ns)
{
	return ours_ns + book->accounts[account.value].clock_offset_ns;
}

/* Now, by the clock that the row's times are of. */
static plm_time_ns
row_now_ns(const pli_book *book, const pli_transit_row *row)
{
	plm_account_id account = row->out.told != 0 ? row->out.account : row->in.account;
	return venue_clock_ns(book, account, book->now_ns);
}

static pli_transit_row *
row_by_name(pli_book *book, const plm_event *event, bool out)
{
	uint64_t hash = event->u.transfer.transfer_hash;
	if (pli_mutant(BOOK_TRANSFER_TOLD_TWICE))
		return NULL;
	for (uint32_t i = 0; hash != 0 && i < book->transits_count; i++) {
		pli_transit_row *row = &book->transits[i];
		const pli_transit_side *side = out ? &row->out : &row->in;
		if (row->state != PLI_TRANSIT_FREE && side->transfer_hash == hash &&
		    side->account.value == event->account.value)
			return row;
	}
	return NULL;
}

/* The same movement, told before as a change and now as a record, or the other way round. */
static pli_transit_row *
row_by_amount(pli_book *book, const plm_event *event, bool out, plm_time_ns time_ns)
{
	const plm_transfer *told = &event->u.transfer;
	uint8_t bit = told->kind == PLM_TRANSFER_CHANGE ? PLI_TOLD_CHANGE : PLI_TOLD_RECORD;
	plm_decimal quantity = plm_decimal_abs(told->quantity), total;
	if (!out || plm_decimal_add(quantity, told->fee, &total) != PLM_OK)
		total = quantity;
	for (uint32_t i = 0; i < book->transits_count; i++) {
		pli_transit_row *row = &book->transits[i];
		const pli_transit_side *side = out ? &row->out : &row->in;
		plm_time_ns apart_ns = time_ns - side->time_ns;
		if (row->state == PLI_TRANSIT_FREE || row->asset.value != told->asset.value ||
		    side->account.value != event->account.value || side->told == 0 ||
		    (side->told & bit) != 0 || apart_ns > BOOK_TRANSIT_APART_NS ||
		    apart_ns < -BOOK_TRANSIT_APART_NS)
			continue;
		if (plm_decimal_compare(side->total, total) == 0 ||
		    plm_decimal_compare(side->total, quantity) == 0 ||
		    plm_decimal_compare(row->quantity, quantity) == 0)
			return row;
	}
	return NULL;
}

pli_transit_row *
pli_book_transit_take(pli_book *book)
{
	pli_transit_row *best = NULL;
	for (uint32_t i = 0; i < book->transits_count && best == NULL; i++)
		if (book->transits[i].state == PLI_TRANSIT_FREE)
			best = &book->transits[i];
	if (best == NULL && book->transits_count < PLI_TRANSITS_MAX)
		best = &book->transits[book->transits_count++];
	for (uint32_t i = 0; i < book->transits_count && best == NULL; i++)
		if (!pli_transit_is_open(book->transits[i].state))
			best = &book->transits[i];
	for (uint32_t i = 0; i < book->transits_count && best != NULL; i++) {
		pli_transit_row *row = &book->transits[i];
		if (best->state != PLI_TRANSIT_FREE && !pli_transit_is_open(row->state) &&
		    row->since_ns < best->since_ns)
			best = row;
	}
	if (best != NULL)
		*best = (pli_transit_row){.counted = plm_decimal_zero(),
		    .doubt = plm_decimal_zero(),
		    .fee = plm_decimal_unknown()};
	return best;
}

/* ---- what is told ---- */

static void
side_told(pli_transit_side *side, const plm_event *event, plm_time_ns time_ns)
{
	const plm_transfer *told = &event->u.transfer;
	bool record = told->kind != PLM_TRANSFER_CHANGE, was_pending = side->pending != 0;
	bool first = side->told == 0;
	side->account = event->account;
	side->told |= record ? PLI_TOLD_RECORD : PLI_TOLD_CHANGE;
	if (record || first)
		side->transfer_hash = told->transfer_hash;
	if (told->chain_hash != 0)
		side->chain_hash = told->chain_hash;
	bool done = told->state == PLM_TRANSFER_DONE;
	side->pending = told->state == PLM_TRANSFER_PENDING && (first || was_pending);
	if (first || (was_pending && done))
		side->time_ns = time_ns;
	side->shown |= done && (event->flags & PLM_FLAG_SNAPSHOT) != 0;
}

static void
row_amounts(pli_transit_row *row, pli_transit_side *side, const plm_transfer *told, bool out)
{
	bool record = told->kind != PLM_TRANSFER_CHANGE;
	plm_decimal quantity = plm_decimal_abs(told->quantity), total = quantity;
	if (record && plm_decimal_is_known(told->fee) && plm_decimal_sign(told->fee) >= 0) {
		row->fee = told->fee;
		if (out && plm_decimal_add(quantity, told->fee, &total) != PLM_OK)
			total = quantity;
	}
	/* a change says by how much the balance moved; a record, what the other side gets */
	if (!side->seen && (!record || (side->told & PLI_TOLD_CHANGE) == 0))
		side->total = total;
	if (record || (side->told & PLI_TOLD_RECORD) == 0)
		row->quantity = quantity;
	if (record || row->kind == PLM_TRANSFER_CHANGE)
		row->kind = told->kind;
}

static void
row_destination(pli_book *book, pli_transit_row *row, const plm_transfer *told)
{
	plm_account_id to = told->counter_account;
	if (to.value == 0)
		to = address_owner(book, told->address_hash);
	if (to.value != 0)
		row->to = to;
	else if (told->address_hash != 0 && book->addresses_count > 0 && row->in.told == 0)
		row->foreign = 1;
}

/* How long a movement may take. */
static plm_time_ns
kind_after_ns(const pli_book *book, uint8_t kind)
{
	plm_time_ns after_ns = book->policy.transit_after_s * PLM_NS_PER_S;
	bool chain = kind == PLM_TRANSFER_WITHDRAWAL || kind == PLM_TRANSFER_DEPOSIT;
	return !chain && after_ns > TRANSIT_INTERNAL_NS ? TRANSIT_INTERNAL_NS : after_ns;
}

/* It will not happen: what never left stays, what left comes back to where it was. */
static void
row_fail(pli_book *book, pli_transit_row *row, bool out, plm_time_ns time_ns)
{
	if (!out) {
		pli_transit_side none = {0};
		row->in = none;
		row->match = PLI_MATCH_NONE;
		if (row->out.told == 0)
			*row = (pli_transit_row){.state = PLI_TRANSIT_FREE};
		return;
	}
	if (row->failed)
		return;
	if (row->in.told != 0)
		(void)pli_book_transit_split(book, row);
	row->failed = 1;
	row->to = row->out.account;
	if (row->out.pending || !row->out.seen) {
		row->out.pending = 0;
		row->out.seen = 1;
		row->in.seen = 1;
	}
	row->in.account = row->out.account;
	row->in.told = PLI_TOLD_RECORD;
	row->in.total = row->out.total;
	row->in.time_ns = time_ns;
	row->quantity = row->out.total;
}

/* Of an asset and account that can be followed, and not nothing. */
static bool
transfer_counts(const pli_book *book, const plm_event *event)
{
	const plm_transfer *told = &event->u.transfer;
	return book->transit_account.value != 0 && told->asset.value != 0 &&
	       told->asset.value <= book->bounds.registry.assets_max &&
	       event->account.value != book->transit_account.value &&
	       plm_decimal_is_known(told->quantity) && plm_decimal_sign(told->quantity) != 0;
}

/* A refusal that does not name what is refused: the last movement of that amount that left. */
static pli_transit_row *
row_refused(pli_book *book, const plm_event *event)
{
	const plm_transfer *told = &event->u.transfer;
	pli_transit_row *best = NULL;
	for (uint32_t i = 0; i < book->transits_count; i++) {
		pli_transit_row *row = &book->transits[i];
		if (!pli_transit_is_open(row->state) || row->failed || row->in.told != 0 ||
		    row->out.account.value != event->account.value ||
		    row->asset.value != told->asset.value ||
		    plm_decimal_compare(row->out.total, plm_decimal_abs(told->quantity)) != 0)
			continue;
		if (best == NULL || row->since_ns > best->since_ns)
			best = row;
	}
	return best;
}

/* The row that the event tells of, a new one where there is none; NULL: nothing is to be kept. */
static pli_transit_row *
transfer_row(pli_book *book, const plm_event *event, bool out, plm_time_ns time_ns)
{
	plm_time_ns after_ns = kind_after_ns(book, event->u.transfer.kind);
	pli_transit_row *row = row_by_name(book, event, out);
	if (event->u.transfer.state == PLM_TRANSFER_FAILED && event->u.transfer.transfer_hash == 0)
		return out ? row_refused(book, event) : NULL;
	if (row != NULL || event->u.transfer.state == PLM_TRANSFER_FAILED ||
	    venue_clock_ns(book, event->account, event->received_time_ns) - time_ns > after_ns)
		return row;
	row = row_by_amount(book, event, out, time_ns);
	if (row == NULL)
		row = pli_book_transit_take(book);
	if (row == NULL)
		pli_book_lose(book, event->account, PLM_SCOPE_BALANCES);
	return row;
}

static void
transfer_keep(pli_book *book, pli_transit_row *row, const plm_event *event, plm_time_ns time_ns)
{
	const plm_transfer *told = &event->u.transfer;
	bool out = plm_decimal_sign(told->quantity) < 0;
	pli_transit_side *side = out ? &row->out : &row->in;
	row->asset = told->asset;
	side_told(side, event, time_ns);
	row_amounts(row, side, told, out);
	if (row->since_ns == 0 || (out && !row->out.pending))
		row->since_ns = side->time_ns;
	if (row->state == PLI_TRANSIT_FREE)
		row->state = out ? PLI_TRANSIT_LEAVING : PLI_TRANSIT_RECEIVED;
	if (out)
		row_destination(book, row, told);
	else if (told->counter_account.value != 0 && row->out.told == 0)
		row->out.account = told->counter_account;
	row->until_ns = row->since_ns + kind_after_ns(book, row->kind);
	pli_book_transit_match(book, row);
}

void
pli_book_transfer(pli_book *book, const plm_event *event)
{
	if (!transfer_counts(book, event))
		return;
	plm_time_ns time_ns = event->venue_time_ns;
	if (time_ns == 0)
		time_ns = venue_clock_ns(book, event->account, event->received_time_ns);
	bool out = plm_decimal_sign(event->u.transfer.quantity) < 0;
	pli_transit_row *row = transfer_row(book, event, out, time_ns);
	if (row == NULL)
		return;
	book->transit_dirty = book->transit_told = true;
	book->accounts[event->account.value].tells_deposits |= !out;
	row->changed_ns = event->received_time_ns;
	if (event->u.transfer.state == PLM_TRANSFER_FAILED)
		row_fail(book, row, out, time_ns);
	else
		transfer_keep(book, row, event, time_ns);
}

/* ---- what is counted ---- */

/* Does the balance show that the side's coins left (sign < 0) or came? */
static bool
side_look(pli_book *book, plm_asset_id asset, const pli_transit_side *side, int sign)
{
	uint32_t index = pli_book_balance_find(book, side->account, asset);
	if (index == PLI_ROW_NONE)
		return sign < 0 && !side->pending;
	plm_decimal moved = sign < 0 ? plm_decimal_negate(side->total) : side->total;
	if (pli_book_drift_claim(
		book, index, moved, side->pending ? BOOK_CLAIM_EQUAL : BOOK_CLAIM_HALF))
		return true;
	const pli_balance_row *row = &book->balances[index];
	plm_time_ns as_of_ns = row->venue_time_ns;
	if (as_of_ns == 0)
		as_of_ns = venue_clock_ns(book, side->account, row->received_time_ns);
	bool shown = side->shown || as_of_ns - side->time_ns > TRANSIT_SLACK_NS;
	if (side->pending || !shown)
		return false;
	plm_time_ns since_ns = book->accounts[side->account.value].since_ns;
	/* else the first reading showed it */
	if (since_ns > 0 && venue_clock_ns(book, side->account, since_ns) < side->time_ns)
		(void)pli_book_drift_claim(book, index, moved, BOOK_CLAIM_ANYHOW);
	return true;
}

static void
row_look(pli_book *book, pli_transit_row *row)
{
	if (!pli_transit_is_open(row->state) &&
	    (row->state != PLI_TRANSIT_RECEIVED || row_now_ns(book, row) > row->until_ns))
		return;
	if (row->out.told != 0 && !row->out.seen && side_look(book, row->asset, &row->out, -1)) {
		row->out.seen = 1;
		row->out.pending = 0;
	}
	if (row->in.told != 0 && !row->in.seen && side_look(book, row->asset, &row->in, 1)) {
		row->in.seen = 1;
		row->in.pending = 0;
	}
}

/* Where an account tells no deposits, and had time to: its balance rose by just what is under way.
 */
static void
row_look_around(pli_book *book, pli_transit_row *row)
{
	for (uint32_t i = 0; i < book->drifts_count; i++) {
		const book_drift *entry = &book->drifts[i];
		const pli_balance_row *balance = &book->balances[entry->balance];
		plm_decimal came = {entry->units};
		plm_time_ns time_ns = venue_clock_ns(book, row->out.account, entry->time_ns);
		if (!entry->is_change || balance->fact.asset.value != row->asset.value ||
		    book->accounts[balance->account.value].tells_deposits ||
		    book->now_ns - entry->time_ns < BOOK_TELL_NS / 2 ||
		    time_ns < row->out.time_ns - BOOK_TRANSIT_APART_NS ||
		    !pli_book_transit_is_rise(row, balance->account, came) ||
		    !pli_book_drift_claim(book, entry->balance, came, BOOK_CLAIM_EQUAL))
			continue;
		row->in = (pli_transit_side){.account = balance->account,
		    .told = PLI_TOLD_BALANCE,
		    .seen = 1,
		    .time_ns = time_ns,
		    .total = came};
		row->match = row->to.value != 0 ? PLI_MATCH_ACCOUNT : PLI_MATCH_AMOUNT;
		row->to = balance->account;
		row->quantity = came;
		return;
	}
}

static pli_transit_state
row_state(const pli_transit_row *row, plm_time_ns now_ns)
{
	const pli_transit_side *out = &row->out, *in = &row->in;
	bool credited = in->told != 0 && !in->pending;
	if (out->told == 0)
		return PLI_TRANSIT_RECEIVED;
	if (row->failed)
		return in->seen ? PLI_TRANSIT_RETURNED : PLI_TRANSIT_RETURNING;
	if (out->seen && in->seen)
		return PLI_TRANSIT_ARRIVED;
	if (now_ns > row->until_ns && !credited)
		return row->foreign ? PLI_TRANSIT_LEFT : PLI_TRANSIT_UNEXPLAINED;
	if (!out->seen)
		return out->pending ? PLI_TRANSIT_PENDING : PLI_TRANSIT_LEAVING;
	if (credited)
		return PLI_TRANSIT_ARRIVING;
	return row->foreign ? PLI_TRANSIT_LEFT : PLI_TRANSIT_IN_FLIGHT;
}

/* Counted: out of one balance and not yet in the other. In doubt: where a balance does not say
 * whether it shows what was told; what goes nobody knows where; what came nobody knows whence, as
 * long as a withdrawal may yet be told. */
static void
row_count(pli_transit_row *row, plm_time_ns now_ns)
{
	plm_decimal zero = plm_decimal_zero();
	row->counted = row->doubt = zero;
	switch (row->state) {
	case PLI_TRANSIT_IN_FLIGHT:
		row->counted = pli_mutant(BOOK_TRANSIT_UNCOUNTED) ? zero : row->quantity;
		row->doubt = row->to.value != 0 || row->in.told != 0 ? zero : row->quantity;
		break;
	case PLI_TRANSIT_ARRIVING:
	case PLI_TRANSIT_RETURNING:
		row->counted = row->out.seen ? row->quantity : zero;
		row->doubt = row->in.total;
		break;
	case PLI_TRANSIT_LEAVING:
		row->counted = row->in.seen ? plm_decimal_negate(row->quantity) : zero;
		row->doubt = row->out.total;
		break;
	case PLI_TRANSIT_RECEIVED:
		if (!row->in.pending && now_ns - row->in.time_ns < BOOK_TELL_NS)
			row->doubt = row->in.total;
		break;
	default:
		break;
	}
}

static void
row_settle(pli_book *book, pli_transit_row *row)
{
	uint8_t before = row->state;
	if (row->out.seen && row->in.told == 0 && pli_transit_is_open(before))
		row_look_around(book, row);
	plm_time_ns now_ns = row_now_ns(book, row);
	row->state = (uint8_t)row_state(row, now_ns);
	row_count(row, now_ns);
	if (before == row->state)
		return;
	row->changed_ns = book->now_ns;
	book->counters.transits_unexplained += row->state == PLI_TRANSIT_UNEXPLAINED;
}

/* ---- the transit account's balances ---- */

/* The asset's row; NULL when rows are full, which is counted. */
static pli_balance_row *
balance_of(pli_book *book, plm_asset_id asset)
{
	plm_balance fact = {.asset = asset,
	    .wallet = plm_decimal_zero(),
	    .equity = plm_decimal_unknown(),
	    .available = plm_decimal_unknown(),
	    .unrealised_pnl = plm_decimal_zero(),
	    .collateral = plm_decimal_unknown(),
	    .borrowed = plm_decimal_unknown()};
	uint32_t index = pli_book_balance_intern(book, book->transit_account, &fact);
	return index == PLI_ROW_NONE ? NULL : &book->balances[index];
}

static void
sums_add_up(pli_book *book)
{
	uint32_t index = book->accounts[book->transit_account.value].balances_head;
	for (; index != PLI_ROW_NONE; index = book->balance_links[index].next_of_account)
		book->transit_sums[book->balances[index].fact.asset.value] = (book_transit_sum){0};
	for (uint32_t i = 0; i < book->transits_moving_count; i++) {
		const pli_transit_row *row = &book->transits[book->transits_moving[i]];
		bool nothing = row->counted.units == 0 && row->doubt.units == 0;
		if (nothing || balance_of(book, row->asset) == NULL)
			continue;
		book->transit_sums[row->asset.value].counted += row->counted.units;
		book->transit_sums[row->asset.value].doubt += row->doubt.units;
	}
	for (uint32_t i = 0; i < book->drifts_count; i++) {
		plm_asset_id asset = book->balances[book->drifts[i].balance].fact.asset;
		if (book->drift_doubts[asset.value] != 0)
			(void)balance_of(book, asset);
	}
}

static void
balance_settle(pli_book *book, uint32_t index)
{
	pli_balance_row *row = &book->balances[index];
	const book_transit_sum *sum = &book->transit_sums[row->fact.asset.value];
	plm_decimal counted = {sum->counted};
	plm_decimal doubt = {sum->doubt + book->drift_doubts[row->fact.asset.value]};
	bool holds = counted.units != 0 || doubt.units != 0;
	bool same = row->open == holds && row->fact.wallet.units == counted.units &&
		    row->unreconciled.units == doubt.units;
	row->received_time_ns = book->now_ns; /* the book looked now */
	if (same)
		return;
	plm_balance fact = row->fact;
	fact.wallet = counted;
	row->unreconciled = doubt;
	pli_book_balance_store(book, index, &fact);
	row->open = holds;
}

/* The balances show all of it: it stays so until something is told. */
static bool
row_is_still(const pli_transit_row *row)
{
	if (row->state == PLI_TRANSIT_ARRIVED || row->state == PLI_TRANSIT_RETURNED)
		return true;
	if (row->state == PLI_TRANSIT_LEFT)
		return row->out.seen && row->foreign;
	return row->state == PLI_TRANSIT_RECEIVED && row->in.seen && row->doubt.units == 0;
}

/* Lists the rows that may change by themselves; all: the others too. */
static void
moving_list(pli_book *book, bool all)
{
	static_assert(PLI_TRANSITS_MAX <= UINT16_MAX, "a row's number fits");
	book->transits_moving_count = 0;
	for (uint32_t i = 0; i < book->transits_count; i++) {
		const pli_transit_row *row = &book->transits[i];
		if (row->state != PLI_TRANSIT_FREE && (all || !row_is_still(row)))
			book->transits_moving[book->transits_moving_count++] = (uint16_t)i;
	}
}

void
pli_book_transit_settle(pli_book *book)
{
	if (book->transit_account.value == 0 ||
	    (!book->transit_dirty && book->now_ns < book->transit_next_ns))
		return;
	bool waits = book->drifts_count > 0, told = book->transit_told;
	if (told)
		moving_list(book, true);
	for (uint32_t i = 0; i < book->transits_moving_count; i++)
		row_look(book, &book->transits[book->transits_moving[i]]);
	for (uint32_t i = 0; i < book->transits_moving_count; i++) {
		pli_transit_row *row = &book->transits[book->transits_moving[i]];
		row_settle(book, row);
		waits |= pli_transit_is_open(row->state) || row->doubt.units != 0;
	}
	pli_book_drift_expire(book, book->now_ns);
	sums_add_up(book);
	uint32_t index = book->accounts[book->transit_account.value].balances_head;
	for (; index != PLI_ROW_NONE; index = book->balance_links[index].next_of_account)
		balance_settle(book, index);
	if (told)
		moving_list(book, false);
	book->transit_dirty = book->transit_told = false;
	book->transit_next_ns = waits ? book->now_ns + TRANSIT_STEP_NS : INT64_MAX;
}
