/* checker_legs.c: each leg of the exposure room against the book's facts, by the definitions of
 * docs/architecture.md alone, in doubles: which legs there are, their coins, prices and USD. */
#include <math.h>
#include <string.h>

#include "sim/checker_parts.h"

enum { LEGS_PRICE_DEPTH_MAX = 2 };

/* Sums of doubles against exact decimals; option deltas are rounded to 12 places there, prices to
 * 9. */
#define LEGS_PART_MAX 1e-7

typedef struct legs_look {
	pli_checker *checker;
	const pli_book *book;
	const pli_registry *registry;
	const char *account; /* name, of the leg that is looked at */
} legs_look;

static bool
near(double a, double b, double scale)
{
	return fabs(a - b) <= LEGS_PART_MAX * fabs(scale) + 1e-12;
}

static double
number(plm_decimal value)
{
	return plm_decimal_to_double(value);
}

/* Prices */

static bool
price_is_said(const pli_book *book, plm_asset_id asset, double usd, int depth)
{
	if (strcmp(plm_names_asset_text(pli_book_registry(book), asset), "USD") == 0)
		return near(usd, 1, 1);
	for (uint32_t i = pli_book_price_first(book, asset);
	     i != PLI_ROW_NONE && depth < LEGS_PRICE_DEPTH_MAX; i = pli_book_price(book, i)->next) {
		const pli_price_row *row = pli_book_price(book, i);
		double price = number(row->price);
		if (row->source == PLI_PRICE_RATE
			? near(usd, price, price)
			: price_is_said(book, row->quote, usd / price, depth + 1))
			return true;
	}
	return false;
}

bool
pli_check_price_is_said(const pli_book *book, plm_asset_id asset, double usd)
{
	return price_is_said(book, asset, usd, 0);
}

/* Positions */

static const pli_position_row *
leg_position(const legs_look *look, const plm_leg *leg)
{
	for (uint32_t i = pli_book_position_first_of_account(look->book, leg->account);
	     i != PLI_ROW_NONE; i = pli_book_position_next_of_account(look->book, i)) {
		const pli_position_row *row = pli_book_position(look->book, i);
		if (row->open && row->fact.instrument.value == leg->instrument.value &&
		    row->fact.side == leg->side)
			return row;
	}
	return NULL;
}

static double
position_mark(const legs_look *look, const pli_position_row *row)
{
	const pli_mark_row *mark = pli_book_mark(look->book, row->fact.instrument);
	double price = mark == NULL ? NAN : number(mark->fact.mark_price);
	return price > 0 ? price : number(row->fact.mark_price);
}

/* Size times contract, in coins or, where the venue counts so, in USD. */
static double
position_scaled(const pli_position_row *row, const plm_instrument *spec)
{
	double size = number(row->fact.quantity);
	return row->fact.unit == PLM_UNIT_CONTRACTS ? size * number(spec->multiplier) : size;
}

/* The venue's coins of an option: by its mark or, where that is missing, or too old and no newer
 * forward is known to the model, of the whole position. */
static double
option_coins_told(const legs_look *look, const pli_position_row *row, const plm_leg *leg,
    const pli_mark_row *mark, double scaled)
{
	int64_t late_ns = pli_book_policy(look->book)->greeks_after_s * PLM_NS_PER_S;
	double held = row->fact.delta_coins;
	if (mark == NULL || !isfinite(mark->fact.delta))
		return held;
	bool newer = row->received_time_ns > mark->whole_received_time_ns;
	bool late = pli_book_now_ns(look->book) - mark->whole_received_time_ns > late_ns;
	if (newer && late && near(number(leg->delta_coins), held, held))
		return held;
	return scaled * mark->fact.delta;
}

/* Coins of an option by the source that its leg names. NaN: the model's should have been taken. */
static double
option_coins(const legs_look *look, const pli_position_row *row, const plm_instrument *spec,
    const plm_leg *leg, double scaled)
{
	const pli_mark_row *mark = pli_book_mark(look->book, row->fact.instrument);
	if (leg->delta_source == PLM_GREEK_MODEL)
		return scaled * pli_check_delta(look->book, spec, leg);
	bool marked = mark != NULL && isfinite(mark->fact.delta);
	if (isfinite(leg->greeks_model.delta) &&
	    (!marked || pli_check_is_late(look->book, spec, mark->whole_received_time_ns)))
		return NAN;
	return option_coins_told(look, row, leg, mark, scaled);
}

/* Its price is fixed: it moves no more. Where only the day is told, it is over when the day is,
 * even in the last time zone. */
static bool
position_is_over(const legs_look *look, const plm_instrument *spec)
{
	bool by_name = spec->spec_source != PLM_SPEC_VENUE || spec->expiry_by_name != 0;
	plm_time_ns now_ns = pli_book_now_ns(look->book);
	int64_t since_ns = now_ns - spec->expiry_ns;
	return (spec->delist_time_ns > PLM_DELISTED_UNDATED && spec->delist_time_ns <= now_ns) ||
	       (spec->expiry_ns != 0 && since_ns >= (by_name ? 28 * 3600 * PLM_NS_PER_S : 0));
}

/* Coins that the position moves like; NaN: not known. */
static double
position_coins(const legs_look *look, const pli_position_row *row, const plm_instrument *spec,
    const plm_leg *leg)
{
	double scaled = position_scaled(row, spec);
	if (leg->reason == PLM_REASON_EXPIRED || leg->reason == PLM_REASON_DELISTED)
		return position_is_over(look, spec) ? 0 : NAN;
	if (spec->kind == PLM_KIND_OPTION)
		return option_coins(look, row, spec, leg, scaled);
	bool in_usd = row->fact.unit == PLM_UNIT_USD ||
		      (spec->inverse && row->fact.unit != PLM_UNIT_COINS);
	double price = position_mark(look, row);
	if (!in_usd)
		return scaled;
	return price > 0 ? scaled / price : NAN;
}

/* What the position owes or is owed in its settle asset; an option's value is no collateral. NaN:
 * not known here. */
static double
position_profit(const legs_look *look, const pli_position_row *row, const plm_instrument *spec)
{
	if (spec->kind == PLM_KIND_OPTION)
		return 0;
	double entry = number(row->fact.entry_price), mark = position_mark(look, row);
	double scaled = position_scaled(row, spec);
	if (!(entry > 0) || !(mark > 0))
		return NAN;
	return spec->inverse ? scaled * (1 / entry - 1 / mark) : scaled * (mark - entry);
}

static void
leg_check_position(const legs_look *look, const plm_leg *leg)
{
	const pli_position_row *row = leg_position(look, leg);
	const plm_instrument *spec = pli_registry_instrument_get(look->registry, leg->instrument);
	if (row == NULL || spec == NULL) {
		pli_checker_say(
		    look->checker, "%s has a leg that is no open position", look->account);
		return;
	}
	double coins = position_coins(look, row, spec, leg), shown = number(leg->delta_coins);
	/* An option's delta is taken to so many places: far out of the money that is what is left.
	 */
	double places = spec->kind == PLM_KIND_OPTION ? 1e-12 * position_scaled(row, spec) : 0;
	if (leg->included && !near(shown, coins, coins) && !(fabs(shown - coins) <= fabs(places)))
		pli_checker_say(look->checker,
		    "%s: the leg of %s counts %.12g coins, its position %.12g", look->account,
		    spec->name, shown, coins);
	if (leg->reason == PLM_REASON_NONE && position_is_over(look, spec))
		pli_checker_say(look->checker, "%s: the leg of %s counts on after its expiry",
		    look->account, spec->name);
	if (leg->reason == PLM_REASON_NONE && !leg->included)
		pli_checker_say(look->checker, "%s: the leg of %s is left out without a reason",
		    look->account, spec->name);
}

/* Collateral */

/* stated: what the balance says, which counts as long as no position is known. */
static double
account_profit(const legs_look *look, const plm_leg *leg, double stated, double *ret_gross)
{
	double sum = 0;
	bool none = true;
	for (uint32_t i = pli_book_position_first_of_account(look->book, leg->account);
	     i != PLI_ROW_NONE; i = pli_book_position_next_of_account(look->book, i)) {
		const pli_position_row *row = pli_book_position(look->book, i);
		const plm_instrument *spec = pli_registry_instrument_get(
		    look->registry, row->fact.instrument);
		if (!row->open || spec == NULL || spec->settle.value != leg->asset.value)
			continue;
		double profit = position_profit(look, row, spec);
		none = none && spec->kind == PLM_KIND_OPTION;
		sum += profit;
		*ret_gross += fabs(profit);
	}
	return none && isfinite(stated) ? stated : sum;
}

/* Has the account an open position of a contract that nobody has said what it settles in? */
static bool
account_is_unspecified(const legs_look *look, plm_account_id account)
{
	for (uint32_t i = pli_book_position_first_of_account(look->book, account);
	     i != PLI_ROW_NONE; i = pli_book_position_next_of_account(look->book, i)) {
		const pli_position_row *row = pli_book_position(look->book, i);
		const plm_instrument *spec = pli_registry_instrument_get(
		    look->registry, row->fact.instrument);
		if (row->open && (spec == NULL || spec->spec_source == PLM_SPEC_NONE))
			return true;
	}
	return false;
}

/* Beside such a position a wallet is known by the venue's word for its collateral or P&L alone. */
static bool
collateral_is_unspecified(const legs_look *look, const plm_leg *leg, const pli_balance_row *row)
{
	if (plm_decimal_is_known(row->fact.collateral) ||
	    !account_is_unspecified(look, leg->account))
		return false;
	if (!plm_decimal_is_known(row->fact.unrealised_pnl) && plm_decimal_is_known(leg->quantity))
		pli_checker_say(look->checker,
		    "%s: collateral in %s is %.12g, a position of it may settle in anything",
		    look->account, plm_names_asset_text(look->registry, leg->asset),
		    number(leg->quantity));
	return true;
}

static void
leg_check_collateral(const legs_look *look, const plm_leg *leg)
{
	uint32_t at = pli_book_balance_find(look->book, leg->account, leg->asset);
	const pli_balance_row *row = at == PLI_ROW_NONE ? NULL : pli_book_balance(look->book, at);
	if (row == NULL || !row->open) {
		pli_checker_say(
		    look->checker, "%s has collateral that is no balance", look->account);
		return;
	}
	if (collateral_is_unspecified(look, leg, row))
		return;
	double gross = fabs(number(row->fact.wallet));
	double expected = number(row->fact.collateral);
	if (isnan(expected))
		expected = number(row->fact.wallet) +
			   account_profit(look, leg, number(row->fact.unrealised_pnl), &gross);
	else
		gross = expected;
	if (plm_decimal_is_known(leg->quantity) && isfinite(expected) &&
	    !near(number(leg->quantity), expected, gross))
		pli_checker_say(look->checker, "%s: collateral in %s is %.12g, the facts say %.12g",
		    look->account, plm_names_asset_text(look->registry, leg->asset),
		    number(leg->quantity), expected);
}

/* Both */

static void
leg_check_usd(const legs_look *look, const plm_leg *leg)
{
	const char *name = plm_names_asset_text(look->registry, leg->underlying);
	double price = number(leg->price_usd), usd = number(leg->delta_usd);
	if (!leg->priced)
		return;
	if (!pli_check_price_is_said(look->book, leg->underlying, price))
		pli_checker_say(look->checker, "%s: nobody says that a %s is %.12g USD",
		    look->account, name, price);
	else if (!near(usd, number(leg->delta_coins) * price, usd))
		pli_checker_say(look->checker, "%s: %.12g %s at %.12g USD are not %.12g USD",
		    look->account, number(leg->delta_coins), name, price, usd);
}

/* Each open position is one leg. */
static void
legs_check_count(const legs_look *look, const plm_leg *legs, uint32_t legs_count, uint32_t id)
{
	uint32_t positions = 0, found = 0;
	plm_account_id account = {id};
	for (uint32_t i = pli_book_position_first_of_account(look->book, account);
	     i != PLI_ROW_NONE; i = pli_book_position_next_of_account(look->book, i))
		positions += pli_book_position(look->book, i)->open;
	for (uint32_t i = 0; i < legs_count; i++)
		found += legs[i].account.value == id && legs[i].instrument.value != 0;
	if (found != positions)
		pli_checker_say(look->checker, "%s has %u open positions and %u legs of them",
		    pli_registry_account_get(look->registry, account)->name, positions, found);
}

/* What limits are modelled on, and equity is read from, is what the legs say. */
static void
legs_check_amounts(const legs_look *look, const plm_leg *legs, uint32_t legs_count)
{
	pli_checker *checker = look->checker;
	const pli_exposure *exposure = pli_core_exposure(pli_engine_core(checker->engine));
	pli_check_amounts(checker);
	bool same = checker->amounts_count == legs_count;
	for (uint32_t i = 0; i < legs_count && same; i++) {
		const pli_exposure_amount *amount = &checker->amounts[i];
		plm_int128 usd = legs[i].priced ? legs[i].delta_usd.units : 0;
		same = amount->account.value == legs[i].account.value &&
		       amount->underlying.value == legs[i].underlying.value &&
		       amount->collateral == (legs[i].instrument.value == 0) &&
		       amount->priced == legs[i].priced && amount->usd == usd;
		plm_decimal held = pli_exposure_collateral(
		    exposure, legs[i].account, legs[i].asset);
		same = same && (!amount->collateral || held.units == legs[i].quantity.units);
	}
	if (!same)
		pli_checker_say(checker, "what legs count for is not what they say");
}

void
pli_check_legs(pli_checker *checker)
{
	pli_core *core = pli_engine_core(checker->engine);
	uint32_t legs_count;
	const plm_leg *legs = pli_exposure_legs(pli_core_exposure(core), &legs_count);
	legs_look look = {.checker = checker, .book = pli_core_book(core)};
	look.registry = pli_book_registry(look.book);
	if (pli_core_batch_count(core) > 0)
		return; /* in the middle of a batch facts are ahead of legs */
	for (uint32_t id = 1; id <= pli_registry_accounts_count(look.registry); id++)
		legs_check_count(&look, legs, legs_count, id);
	for (uint32_t i = 0; i < legs_count; i++) {
		look.account = pli_registry_account_get(look.registry, legs[i].account)->name;
		(legs[i].instrument.value != 0 ? leg_check_position : leg_check_collateral)(
		    &look, &legs[i]);
		leg_check_usd(&look, &legs[i]);
	}
	legs_check_amounts(&look, legs, legs_count);
}
