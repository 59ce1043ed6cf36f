/* whatif_plan.c: names into ids, and what the book cannot answer for. */
#include "api/whatif_plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"

enum { WORD_MAX = 64 };

/* One plan on its way. place: which of the trades, transfers or moves, for the fault. */
typedef struct plan_maker {
	pli_whatif_plan *plan;
	const pli_exposure *exposure;
	const pli_book *book;
	const pli_registry *registry;
	plm_fault *fault;
	char place[32];
} plan_maker;

static void note_add(plan_maker *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
note_add(plan_maker *m, const char *format, ...)
{
	va_list args;
	pli_whatif_plan *plan = m->plan;
	if (plan->notes_count == PLI_WHATIF_NOTES_MAX)
		return;
	va_start(args, format);
	(void)vsnprintf(plan->notes[plan->notes_count++], PLI_WHATIF_NOTE_MAX, format, args);
	va_end(args);
}

/* Names are short; a longer one is none of them. */
static void
word_of(plm_slice text, char ret_word[WORD_MAX])
{
	size_t size = text.size < WORD_MAX ? text.size : WORD_MAX - 1;
	memcpy(ret_word, text.bytes, size);
	ret_word[size] = '\0';
}

static plm_err
not_found(plan_maker *m, const char *what, const pli_suggestion *near)
{
	if (near->best == NULL)
		return plm_fault_set(
		    m->fault, PLM_ENOTFOUND, m->place, "there is no %s \"%s\"", what, near->word);
	return plm_fault_set(m->fault, PLM_ENOTFOUND, m->place,
	    "there is no %s \"%s\"; did you mean \"%s\"?", what, near->word, near->best);
}

static plm_err
account_find(plan_maker *m, plm_slice name, plm_account_id *ret_id)
{
	char word[WORD_MAX];
	*ret_id = pli_registry_account_find(m->registry, name);
	if (ret_id->value != 0)
		return PLM_OK;
	word_of(name, word);
	pli_suggestion near = {.word = word};
	for (uint32_t id = 1; id <= pli_registry_accounts_count(m->registry); id++) {
		const plm_account_fact *fact = pli_registry_account_get(
		    m->registry, (plm_account_id){id});
		pli_suggest_offer(&near, fact == NULL ? NULL : fact->name);
	}
	return not_found(m, "account", &near);
}

static plm_err
asset_find(plan_maker *m, plm_slice name, plm_asset_id *ret_id)
{
	char word[WORD_MAX];
	*ret_id = pli_registry_asset_find(m->registry, name);
	if (ret_id->value != 0)
		return PLM_OK;
	word_of(name, word);
	pli_suggestion near = {.word = word};
	for (uint32_t id = 1; id <= pli_registry_assets_count(m->registry); id++) {
		const plm_asset_fact *fact = pli_registry_asset_get(
		    m->registry, (plm_asset_id){id});
		pli_suggest_offer(&near, fact == NULL ? NULL : fact->name);
	}
	return not_found(m, "asset", &near);
}

/* By the venue's name, else by the unified symbol, of which the nearest is offered. */
static plm_err
instrument_find(
    plan_maker *m, const plm_account_fact *account, plm_slice name, plm_instrument_id *ret_id)
{
	char word[WORD_MAX], symbol[PLM_SYMBOL_MAX], best[PLM_SYMBOL_MAX] = "";
	*ret_id = pli_registry_instrument_find(m->registry, account->venue, name);
	if (ret_id->value != 0)
		return PLM_OK;
	word_of(name, word);
	pli_suggestion near = {.word = word};
	for (uint32_t id = 1; id <= pli_registry_instruments_count(m->registry); id++) {
		const plm_instrument *spec = pli_registry_instrument_get(
		    m->registry, (plm_instrument_id){id});
		if (spec == NULL || spec->venue.value != account->venue.value)
			continue;
		(void)pli_registry_symbol(m->registry, spec->id, symbol);
		if (plm_slice_is(name, symbol)) {
			*ret_id = spec->id;
			return PLM_OK;
		}
		const char *before = near.best;
		pli_suggest_offer(&near, spec->name);
		pli_suggest_offer(&near, symbol);
		if (near.best == symbol && near.best != before) {
			memcpy(best, symbol, sizeof best);
			near.best = best;
		}
	}
	char what[96];
	(void)snprintf(what, sizeof what, "contract known at %s named", account->venue_name);
	return not_found(m, what, &near);
}

static const char *
settle_name(const plan_maker *m, const plm_instrument *spec)
{
	const plm_asset_fact *fact = pli_registry_asset_get(m->registry, spec->settle);
	return fact == NULL ? "its settle asset" : fact->name;
}

/* Long and short of one contract, each a pool of its own: it is not told which one would trade. */
static bool
is_in_two_pools(const plan_maker *m, const pli_pool_trade *trade)
{
	uint32_t pool = 0;
	for (uint32_t row = pli_book_position_first_of_account(m->book, trade->account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(m->book, row)) {
		const pli_position_row *position = pli_book_position(m->book, row);
		if (position->open == 0 ||
		    position->fact.instrument.value != trade->instrument.value)
			continue;
		if (pool != 0 && pool != position->pool)
			return true;
		pool = position->pool;
	}
	return false;
}

/* An isolated position of that pool. */
static bool
is_isolated(const plan_maker *m, const pli_pool_key *key)
{
	for (uint32_t row = pli_book_position_first_of_account(m->book, key->account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(m->book, row)) {
		const pli_position_row *position = pli_book_position(m->book, row);
		if (position->open != 0 && position->pool == key->pool)
			return position->fact.margin_mode == PLM_MARGIN_ISOLATED;
	}
	return false;
}

/* What cannot be traded here at all. */
static plm_err
spec_check(plan_maker *m, const plm_instrument *spec)
{
	if (spec->spec_source == PLM_SPEC_NONE || spec->kind == PLM_KIND_UNKNOWN)
		return plm_fault_set(
		    m->fault, PLM_EARG, m->place, "%s: its specification is not known", spec->name);
	if (spec->kind == PLM_KIND_SPOT)
		return plm_fault_set(m->fault, PLM_EARG, m->place,
		    "%s is a spot pair and no position; expected two transfers, one of each asset, "
		    "from and to \"-\"",
		    spec->name);
	if (spec->kind == PLM_KIND_COMBO)
		return plm_fault_set(m->fault, PLM_EARG, m->place,
		    "%s is a combo; expected a trade of each of its legs", spec->name);
	if (spec->expiry_ns != 0 && spec->expiry_ns <= pli_book_now_ns(m->book))
		return plm_fault_set(m->fault, PLM_EARG, m->place,
		    "%s has expired; expected a contract that still trades", spec->name);
	return PLM_OK;
}

static plm_err
trade_check(plan_maker *m, const plm_account_fact *account, const plm_instrument *spec,
    const pli_pool_trade *trade)
{
	pli_pool_key key;
	plm_err err = spec_check(m, spec);
	if (err != PLM_OK)
		return err;
	if (is_in_two_pools(m, trade))
		return plm_fault_set(m->fault, PLM_EARG, m->place,
		    "%s holds %s long and short, each with margin of its own: which of them would "
		    "trade is not known",
		    account->name, spec->name);
	if (!pli_book_pools_of_trade(m->book, trade, &key))
		return plm_fault_set(m->fault, PLM_EARG, m->place,
		    "%s holds neither %s nor a contract that settles in it, so in which margin "
		    "mode it would trade %s is not known; expected an account that holds one",
		    account->name, settle_name(m, spec), spec->name);
	if (is_isolated(m, &key))
		note_add(m,
		    "%s %s is isolated: it keeps its margin here, while the venue adds to it or "
		    "gives back",
		    account->name, spec->name);
	return PLM_OK;
}

static plm_err
trade_plan(plan_maker *m, const pli_whatif_trade *asked)
{
	pli_whatif_plan *plan = m->plan;
	pli_pool_trade *trade = &plan->trades[plan->edits.trades_count];
	*trade = (pli_pool_trade){.quantity = asked->quantity, .price = asked->price};
	plm_err err = account_find(m, asked->account, &trade->account);
	if (err != PLM_OK)
		return err;
	const plm_account_fact *account = pli_registry_account_get(m->registry, trade->account);
	err = instrument_find(m, account, asked->symbol, &trade->instrument);
	if (err != PLM_OK)
		return err;
	err = trade_check(
	    m, account, pli_registry_instrument_get(m->registry, trade->instrument), trade);
	plan->edits.trades_count += err == PLM_OK;
	return err;
}

/* FROM may be the outside, which has everything. */
static plm_err
from_check(plan_maker *m, pli_whatif_way *way)
{
	const pli_whatif_plan *plan = m->plan;
	const plm_account_fact *account = pli_registry_account_get(m->registry, way->from);
	const char *asset = pli_registry_asset_get(m->registry, way->asset)->name;
	uint32_t row = pli_book_balance_find(m->book, way->from, way->asset);
	if (account == NULL)
		return PLM_OK;
	if (row == PLI_ROW_NONE || pli_book_balance(m->book, row)->open == 0)
		return plm_fault_set(m->fault, PLM_EARG, m->place,
		    "%s holds no %s; expected an account that holds it, or \"-\" for outside of "
		    "the book",
		    account->name, asset);
	plm_decimal held = pli_exposure_collateral(m->exposure, way->from, way->asset);
	plm_decimal available = pli_book_balance(m->book, row)->fact.available;
	way->held = plm_decimal_to_double(held);
	way->available = plm_decimal_to_double(available);
	double taken = way->quantity;
	for (uint32_t i = 0; i < plan->ways_count; i++) {
		const pli_whatif_way *other = &plan->ways[i];
		if (other->asset.value == way->asset.value)
			taken += other->from.value == way->from.value ? other->quantity
				 : other->to.value == way->from.value ? -other->quantity
								      : 0;
	}
	if (taken > way->available)
		note_add(m, "%s can withdraw %g %s, as its venue says, and not %g", account->name,
		    way->available, asset, taken);
	else if (taken > way->held)
		note_add(m, "%s holds %g %s, less than %g", account->name, way->held, asset, taken);
	return PLM_OK;
}

/* What an asset would count for is known where the account holds it, or has contracts of it. */
static plm_err
to_check(plan_maker *m, const pli_whatif_way *way)
{
	const plm_account_fact *account = pli_registry_account_get(m->registry, way->to);
	uint32_t balance = pli_book_balance_find(m->book, way->to, way->asset);
	if (account == NULL)
		return PLM_OK;
	if (balance != PLI_ROW_NONE && pli_book_balance(m->book, balance)->open != 0)
		return PLM_OK;
	return plm_fault_set(m->fault, PLM_EARG, m->place,
	    "%s holds no %s, so what it would count for there is not known; expected an asset that "
	    "the account holds already",
	    account->name, pli_registry_asset_get(m->registry, way->asset)->name);
}

static void
side_add(pli_whatif_plan *plan, plm_account_id account, plm_asset_id asset, double quantity)
{
	if (account.value != 0)
		plan->sides[plan->edits.transfers_count++] = (pli_pool_transfer){
		    account, asset, quantity};
}

static plm_err
transfer_plan(plan_maker *m, const pli_whatif_transfer *asked)
{
	pli_whatif_way way = {.quantity = asked->quantity, .held = NAN, .available = NAN};
	plm_err err = asset_find(m, asked->asset, &way.asset);
	if (err == PLM_OK && !plm_slice_is(asked->from, PLI_WHATIF_OUTSIDE))
		err = account_find(m, asked->from, &way.from);
	if (err == PLM_OK && !plm_slice_is(asked->to, PLI_WHATIF_OUTSIDE))
		err = account_find(m, asked->to, &way.to);
	if (err == PLM_OK)
		err = from_check(m, &way);
	if (err == PLM_OK)
		err = to_check(m, &way);
	if (err != PLM_OK)
		return err;
	side_add(m->plan, way.from, way.asset, -way.quantity);
	side_add(m->plan, way.to, way.asset, way.quantity);
	m->plan->ways[m->plan->ways_count++] = way;
	return PLM_OK;
}

/* Contracts that are held are priced in it and none is on it: moving it alone would leave them
 * where they cannot stay. */
static bool
is_measure(const plan_maker *m, plm_asset_id id)
{
	bool quotes = false;
	for (uint32_t i = 0; i < pli_book_positions_count(m->book); i++) {
		const pli_position_row *position = pli_book_position(m->book, i);
		const plm_instrument *spec = pli_registry_instrument_get(
		    m->registry, position->fact.instrument);
		if (position->open == 0 || spec == NULL)
			continue;
		if (spec->underlying.value == id.value)
			return false;
		quotes |= spec->quote.value == id.value;
	}
	return quotes;
}

static plm_err
move_plan(plan_maker *m, const pli_whatif_move *asked)
{
	pli_whatif_plan *plan = m->plan;
	plm_asset_id id;
	plm_err err = asset_find(m, asked->asset, &id);
	if (err != PLM_OK)
		return err;
	const plm_asset_fact *asset = pli_registry_asset_get(m->registry, id);
	if (asset->alias_of.value != 0)
		return plm_fault_set(m->fault, PLM_EARG, m->place,
		    "%s moves with what it stands for; expected a move of %s", asset->name,
		    pli_registry_asset_get(m->registry, asset->alias_of)->name);
	if (pli_book_pools_is_cash(m->book, id) || is_measure(m, id))
		return plm_fault_set(m->fault, PLM_EARG, m->place,
		    "%s is what prices are told in and cannot be moved here; expected a coin that "
		    "contracts or collateral hang on",
		    asset->name);
	plan->moved[plan->query.moved_count] = id;
	plan->pcts[plan->query.moved_count] = asked->pct;
	plan->factors[plan->query.moved_count++] = asked->factor;
	return PLM_OK;
}

static void
place_set(plan_maker *m, const char *what, uint32_t index)
{
	(void)snprintf(m->place, sizeof m->place, "%s[%u]", what, index);
}

plm_err
pli_whatif_plan_make(pli_whatif_plan *plan, const pli_whatif_ask *ask, const pli_exposure *exposure,
    plm_fault *ret_fault)
{
	const pli_book *book = pli_exposure_book(exposure);
	plan_maker m = {.plan = plan,
	    .exposure = exposure,
	    .book = book,
	    .registry = pli_book_registry(book),
	    .fault = ret_fault};
	plm_err err = PLM_OK;
	plan->ways_count = plan->notes_count = 0;
	plan->edits = (pli_pool_edits){plan->trades, plan->sides, 0, 0};
	plan->query = (pli_ladder_query){.joint = ask->joint,
	    .edits = &plan->edits,
	    .moved = plan->moved,
	    .factors = plan->factors};
	for (uint32_t i = 0; err == PLM_OK && i < ask->trades_count; i++) {
		place_set(&m, "trades", i);
		err = trade_plan(&m, &ask->trades[i]);
	}
	for (uint32_t i = 0; err == PLM_OK && i < ask->transfers_count; i++) {
		place_set(&m, "transfers", i);
		err = transfer_plan(&m, &ask->transfers[i]);
	}
	for (uint32_t i = 0; err == PLM_OK && i < ask->moves_count; i++) {
		place_set(&m, "moves", i);
		err = move_plan(&m, &ask->moves[i]);
	}
	return err;
}
