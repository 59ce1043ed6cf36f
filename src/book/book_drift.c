/* book_drift.c: how far a balance is from what was told to have moved it, for a while. */
#include "book/book.h"
#include "book/book_state.h"

/* Amounts whose sums stay inside a decimal. */
static bool
drift_fits(plm_decimal amount)
{
	static const plm_int128 units_max = (plm_int128)1 << 112;
	return plm_decimal_is_known(amount) && amount.units < units_max &&
	       amount.units > -units_max;
}

static plm_int128
units_abs(plm_int128 units)
{
	return units < 0 ? -units : units;
}

static void
drift_sum_add(pli_book *book, uint32_t balance, plm_int128 units)
{
	uint32_t asset = book->balances[balance].fact.asset.value;
	plm_int128 before = book->drift_sums[balance], after = before + units;
	book->drift_sums[balance] = after;
	book->drift_doubts[asset] += units_abs(after) - units_abs(before);
	book->transit_dirty = true;
}

/* Lets an entry and those of the other sign of its row cancel each other; their sum stays. */
static void
drift_cancel(pli_book *book, uint32_t index)
{
	book_drift *entry = &book->drifts[index];
	for (uint32_t i = 0; i < book->drifts_count && entry->units != 0; i++) {
		book_drift *other = &book->drifts[i];
		if (other->balance != entry->balance || other->units == 0 ||
		    (other->units < 0) == (entry->units < 0))
			continue;
		bool smaller = units_abs(entry->units) < units_abs(other->units);
		plm_int128 part = smaller ? entry->units : -other->units;
		entry->units -= part;
		other->units += part;
		entry->is_change = other->is_change = 0;
	}
}

/* The entry leaves: what no other cancels is forgotten. */
static void
drift_remove(pli_book *book, uint32_t index)
{
	book_drift *entry = &book->drifts[index];
	drift_cancel(book, index);
	drift_sum_add(book, entry->balance, -entry->units);
	*entry = book->drifts[--book->drifts_count];
}

/* Room for one more: the oldest entry leaves, and with it what it said. */
static void
drift_make_room(pli_book *book)
{
	uint32_t oldest = 0;
	if (book->drifts_count < PLI_DRIFTS_MAX)
		return;
	for (uint32_t i = 1; i < book->drifts_count; i++)
		if (book->drifts[i].time_ns < book->drifts[oldest].time_ns)
			oldest = i;
	drift_remove(book, oldest);
	book->counters.drifts_lost++;
}

static void
drift_add(
    pli_book *book, uint32_t balance, plm_decimal amount, plm_time_ns time_ns, uint32_t is_change)
{
	if (book->transit_account.value == 0 ||
	    book->balances[balance].account.value == book->transit_account.value ||
	    !drift_fits(amount) || amount.units == 0)
		return;
	drift_make_room(book);
	book->drifts[book->drifts_count++] = (book_drift){
	    balance, is_change, time_ns, amount.units};
	drift_sum_add(book, balance, amount.units);
}

void
pli_book_drift_moved(
    pli_book *book, uint32_t balance, plm_decimal before, plm_decimal after, plm_time_ns time_ns)
{
	plm_decimal moved;
	if (plm_decimal_subtract(after, before, &moved) == PLM_OK)
		drift_add(book, balance, moved, time_ns, 1);
}

void
pli_book_drift_told(pli_book *book, plm_account_id account, plm_asset_id asset, plm_decimal amount,
    plm_time_ns time_ns)
{
	uint32_t balance = pli_book_balance_find(book, account, asset);
	if (balance == PLI_ROW_NONE || !plm_decimal_is_known(amount) ||
	    !plm_decimal_is_known(book->balances[balance].fact.wallet))
		return;
	drift_add(book, balance, plm_decimal_negate(amount), time_ns, 0);
}

/* The entry that an amount is taken from: an equal one, else the largest of its sign. */
static uint32_t
drift_choose(const pli_book *book, uint32_t balance, plm_int128 units)
{
	uint32_t best = PLI_ROW_NONE;
	for (uint32_t i = 0; i < book->drifts_count; i++) {
		const book_drift *entry = &book->drifts[i];
		if (entry->balance != balance || entry->units == 0 ||
		    (entry->units < 0) != (units < 0))
			continue;
		if (entry->units == units)
			return i;
		if (best == PLI_ROW_NONE ||
		    units_abs(entry->units) > units_abs(book->drifts[best].units))
			best = i;
	}
	return best;
}

/* More was taken than moved: the rest is yet to be seen, from now on. */
static void
drift_renew(pli_book *book, uint32_t balance, plm_int128 taken)
{
	plm_int128 sum = book->drift_sums[balance];
	for (uint32_t i = 0; i < book->drifts_count && sum != 0 && (sum < 0) != (taken < 0); i++) {
		book_drift *entry = &book->drifts[i];
		if (entry->balance == balance && (entry->units < 0) == (sum < 0))
			entry->time_ns = book->now_ns;
	}
}

bool
pli_book_drift_claim(pli_book *book, uint32_t balance, plm_decimal amount, book_claim how)
{
	plm_int128 sum = book->drift_sums[balance], units = amount.units;
	uint32_t index = drift_fits(amount) ? drift_choose(book, balance, units) : PLI_ROW_NONE;
	if (index == PLI_ROW_NONE && how == BOOK_CLAIM_ANYHOW)
		drift_add(book, balance, plm_decimal_negate(amount), book->now_ns, 0);
	if (index == PLI_ROW_NONE)
		return how == BOOK_CLAIM_ANYHOW;
	bool equal = book->drifts[index].units == units;
	bool half = units < 0 ? sum * 2 <= units : sum * 2 >= units;
	bool all = units < 0 ? sum <= units : sum >= units;
	if ((how == BOOK_CLAIM_EQUAL && !(equal && all)) ||
	    (how == BOOK_CLAIM_HALF && !equal && !half))
		return false;
	book->drifts[index].units -= units;
	book->drifts[index].is_change = 0;
	drift_sum_add(book, balance, -units);
	drift_renew(book, balance, units);
	if (book->drifts[index].units == 0)
		drift_remove(book, index);
	return true;
}

void
pli_book_drift_expire(pli_book *book, plm_time_ns now_ns)
{
	for (uint32_t i = book->drifts_count; i-- > 0;)
		if (now_ns - book->drifts[i].time_ns > BOOK_TELL_NS)
			drift_remove(book, i);
}

/* Coins of a trade, and what they cost; false where the contract does not say. */
static bool
fill_amounts(
    const plm_instrument *spec, const plm_fill *fill, plm_decimal *ret_coins, plm_decimal *ret_cost)
{
	*ret_coins = fill->quantity;
	if (fill->unit == PLM_UNIT_CONTRACTS &&
	    plm_decimal_multiply(fill->quantity, spec->multiplier, ret_coins) != PLM_OK)
		return false;
	return plm_decimal_multiply(*ret_coins, fill->price, ret_cost) == PLM_OK;
}

/* A trade moves what it pays with: spot both assets, an option its premium, the others P&L. */
void
pli_book_drift_fill(pli_book *book, const plm_event *event)
{
	const plm_fill *fill = &event->u.fill;
	const plm_instrument *spec = pli_registry_instrument_get(book->registry, fill->instrument);
	plm_time_ns time_ns = event->received_time_ns;
	plm_account_id account = event->account;
	plm_decimal coins, cost;
	if (book->transit_account.value == 0 || spec == NULL)
		return;
	bool paid = (spec->kind == PLM_KIND_SPOT || spec->kind == PLM_KIND_OPTION) &&
		    fill_amounts(spec, fill, &coins, &cost);
	if (paid && spec->kind == PLM_KIND_SPOT)
		pli_book_drift_told(book, account, spec->underlying, coins, time_ns);
	if (paid)
		pli_book_drift_told(book, account,
		    spec->kind == PLM_KIND_SPOT ? spec->quote : spec->settle,
		    plm_decimal_negate(cost), time_ns);
	if (spec->kind != PLM_KIND_SPOT)
		pli_book_drift_told(book, account, spec->settle, fill->realised_pnl, time_ns);
	pli_book_drift_told(book, account, fill->fee_asset, plm_decimal_negate(fill->fee), time_ns);
}

void
pli_book_drift_funding(pli_book *book, const plm_event *event)
{
	const plm_funding *funding = &event->u.funding;
	if (book->transit_account.value != 0 && event->account.value != 0)
		pli_book_drift_told(
		    book, event->account, funding->asset, funding->amount, event->received_time_ns);
}
