/* pool_legs.c: positions become legs of a pool. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "margin/pool_maker.h"
#include "margin/rule.h"

/* What a leg is made of. quantity: signed, in the position's unit. entry: NaN unknown. fact: NULL
 * and row PLI_ROW_NONE where nothing is held yet. */
typedef struct leg_source {
	const plm_instrument *spec;
	const plm_position *fact;
	double quantity, mark, entry;
	uint32_t row;
	uint8_t unit;
} leg_source;

static bool
is_inverse(const plm_instrument *spec)
{
	return spec->inverse && spec->kind != PLM_KIND_OPTION;
}

double
pli_pool_price(const plm_instrument *spec, plm_unit unit, double price)
{
	bool linear = spec != NULL && !spec->inverse && spec->settle.value == spec->quote.value;
	bool of_contract = linear && spec->kind == PLM_KIND_OPTION && unit == PLM_UNIT_CONTRACTS;
	return of_contract ? price / plm_decimal_to_double(spec->multiplier) : price;
}

/* Signed size by the leg's kind: face in quote units of an inverse contract, else coins. */
static double
leg_quantity(const leg_source *source)
{
	double size = source->quantity;
	if (source->unit == PLM_UNIT_CONTRACTS)
		return size * plm_decimal_to_double(source->spec->multiplier);
	bool face = source->unit == PLM_UNIT_USD;
	if (face == is_inverse(source->spec))
		return size;
	return face ? size / source->mark : size * source->mark;
}

static plm_margin_leg_kind
leg_kind(const plm_instrument *spec)
{
	bool coin = spec->settle.value == spec->underlying.value;
	if (spec->kind == PLM_KIND_OPTION)
		return spec->inverse || coin ? PLM_MARGIN_LEG_OPTION_COIN : PLM_MARGIN_LEG_OPTION;
	return spec->inverse ? PLM_MARGIN_LEG_INVERSE : PLM_MARGIN_LEG_LINEAR;
}

/* Why a position cannot be a leg; NULL: it can. */
static const char *
leg_lacks(const pool_maker *m, const leg_source *source)
{
	const plm_instrument *spec = source->spec;
	if (spec == NULL || spec->spec_source == PLM_SPEC_NONE || spec->kind == PLM_KIND_UNKNOWN ||
	    spec->settle.value == 0)
		return "a contract's specification is not known";
	if (spec->kind == PLM_KIND_COMBO)
		return "a combo's legs are not told";
	if (spec->kind == PLM_KIND_SPOT)
		return "margin trades of spot pairs are not in the ladder yet";
	if (!spec->inverse && spec->settle.value != spec->quote.value &&
	    spec->kind != PLM_KIND_OPTION)
		return "a contract settles in an asset that it is not priced in";
	if (m->made->pool.legs_count == m->pools->legs_max)
		return "it holds more positions than a pool may";
	if (isnan(leg_quantity(source)))
		return "a contract's size is not known";
	bool option = spec->kind == PLM_KIND_OPTION;
	return option             ? source->mark >= 0 ? NULL : "an option's mark price is not known"
	       : source->mark > 0 ? NULL
				  : "a contract's mark price is not known";
}

/* What a coin is worth in the contract's quote; NaN where either is not known. */
static double
coin_index(const pool_maker *m, const plm_instrument *spec)
{
	plm_decimal coin = pli_exposure_price_usd(m->exposure, spec->underlying);
	plm_decimal quote = pli_exposure_price_usd(m->exposure, spec->quote);
	return plm_decimal_to_double(coin) / plm_decimal_to_double(quote);
}

/* The index that came with the mark, else what an option is on, else the mark itself; where a rule
 * moves the index itself, a future's mark is none. */
static double
leg_index(const pool_maker *m, const leg_source *source)
{
	const pli_mark_row *row = pli_book_mark(m->book, source->spec->id);
	double index = row == NULL ? NAN : plm_decimal_to_double(row->fact.index_price);
	if (index > 0)
		return index;
	if (source->spec->kind != PLM_KIND_OPTION) {
		bool moved = m->rule != NULL && m->rule->by_portfolio;
		double coin = moved ? coin_index(m, source->spec) : NAN;
		return coin > 0 ? coin : source->mark;
	}
	double price = row == NULL ? NAN : plm_decimal_to_double(row->fact.underlying_price);
	return price > 0 ? price
			 : plm_decimal_to_double(
			       pli_exposure_price_usd(m->exposure, source->spec->underlying));
}

/* The venue's table of the contract; false: it has none, or there is no room left for it beside a
 * row for each leg that may follow. */
static bool
steps_of_table(pool_maker *m, const plm_instrument *spec, plm_margin_steps *steps)
{
	pli_book_pools *pools = m->pools;
	plm_margin_step *rows = &pools->steps[pools->steps_count];
	const pli_tier_row *tier = pli_book_tier(m->book, m->key->account, spec->id, 1);
	uint32_t most = pools->steps_max - pools->steps_count - pools->legs_max, count = 0;
	bool by_quantity = tier != NULL && tier->fact.in_contracts != 0;
	double unit = by_quantity ? plm_decimal_to_double(spec->multiplier) : 1;
	if (tier == NULL || tier->fact.tiers_count > most)
		return false;
	for (; tier != NULL; tier = pli_book_tier_next(m->book, tier))
		rows[count++] = (plm_margin_step){
		    tier->floor * unit, tier->maintenance, tier->amount, tier->initial};
	if (isnan(rows[count - 1].deduction))
		plm_margin_deduct(rows, count);
	pools->steps_count += count;
	*steps = (plm_margin_steps){rows, count, by_quantity, 0};
	return true;
}

/* Rates that grow with size, of contracts of which the venue documents it. */
static bool
rise_of(const pool_maker *m, const plm_instrument *spec, pli_venue_rise *ret_rise)
{
	const pli_registry *registry = pli_book_registry(m->book);
	const plm_asset_fact *coin = pli_registry_asset_get(
	    registry, pli_pool_underlying_of(m, spec->underlying));
	const plm_asset_fact *settle = pli_registry_asset_get(registry, spec->settle);
	return m->rule != NULL && coin != NULL && settle != NULL &&
	       pli_venue_rise_of(m->rule->rule, coin->name, settle->name, ret_rise);
}

/* What the venue asks of a held position now, as rates, less what they have risen by its size. A
 * venue that asks for less than the rise alone does not ask by it. */
static void
steps_of_position(const pool_maker *m, const leg_source *source, double slope, plm_margin_leg *leg)
{
	leg_source now = *source;
	now.quantity = plm_decimal_to_double(source->fact->quantity);
	double size = fabs(leg_quantity(&now));
	bool inverse = leg->kind == PLM_MARGIN_LEG_INVERSE;
	bool at_index = m->rule != NULL && m->rule->linear_at_index;
	double price = at_index ? m->pools->underlyings[leg->underlying].price : leg->mark;
	double notional = inverse ? size / leg->mark : size * price;
	double maintenance = plm_decimal_to_double(source->fact->maintenance_margin) / notional;
	double initial = plm_decimal_to_double(source->fact->initial_margin) / notional;
	double rise = slope * (inverse ? notional : size);
	if (rise > maintenance || rise > initial)
		slope = rise = 0;
	bool known = notional > 0;
	m->pools->steps[m->pools->steps_count - 1] = (plm_margin_step){
	    0, known ? maintenance - rise : NAN, 0, known ? initial - rise : NAN};
	leg->steps.slope = slope;
}

/* One row by which the venue asks what it asks of the position now; of a contract that is not held,
 * what it documents. */
static void
steps_implied(pool_maker *m, const leg_source *source, plm_margin_leg *leg)
{
	plm_margin_step *row = &m->pools->steps[m->pools->steps_count++];
	pli_venue_rise rise = {NAN, NAN, 0};
	bool rises = rise_of(m, source->spec, &rise);
	leg->steps = (plm_margin_steps){row, 1, false, rise.slope};
	*row = (plm_margin_step){0, rise.maintenance, 0, rise.initial};
	if (source->fact != NULL)
		steps_of_position(m, source, rise.slope, leg);
	if (source->fact != NULL || !rises)
		m->made->implied |= PLI_IMPLIED_RATES;
	if (m->rule != NULL && m->rule->fee_is_told)
		leg->fee = 0;
	if (isnan(row->maintenance))
		pli_pool_cannot_of(m, "a contract's margin rates are not known", source->spec->id);
}

/* OKX asks by the coin, and by a factor of the size's tier, which nobody reads yet: 1 stands for
 * it. */
static void
option_share(pool_maker *m, const plm_instrument *spec, plm_margin_leg *leg)
{
	bool okx = m->rule != NULL && strncmp(m->rule->rule, "okx.", 4) == 0;
	const plm_asset_fact *coin = pli_registry_asset_get(
	    pli_book_registry(m->book), pli_pool_underlying_of(m, spec->underlying));
	if (!okx || m->rule->by_portfolio || leg->quantity >= 0)
		return;
	plm_margin_step *row = &m->pools->steps[m->pools->steps_count++];
	*row = (plm_margin_step){0, coin == NULL ? NAN : pli_venue_okx_share(coin->name), 0, NAN};
	leg->steps = (plm_margin_steps){row, 1, false, 0};
	m->is_guess = true;
	if (isnan(row->maintenance))
		pli_pool_cannot(m, "what its venue asks of an option on a coin is not known");
}

static void
leg_option(pool_maker *m, const leg_source *source, plm_margin_leg *leg)
{
	pli_exposure_option model;
	leg->strike = plm_decimal_to_double(source->spec->strike);
	leg->put = source->spec->option_type == PLM_OPTION_PUT;
	option_share(m, source->spec, leg);
	if (!pli_exposure_option_of(m->exposure, source->spec->id, &model)) {
		pli_pool_cannot(m, "an option's forward or volatility is not known");
		return;
	}
	leg->forward = model.forward;
	leg->vol = model.vol;
	leg->years = model.years;
}

/* As the model counts an option's, but from now. */
static double
years_left(const pool_maker *m, const plm_instrument *spec)
{
	const double year_ns = 365.0 * 86400 * (double)PLM_NS_PER_S;
	return spec->expiry_ns == 0
		   ? 0
		   : (double)(spec->expiry_ns - pli_book_now_ns(m->book)) / year_ns;
}

/* Profit until now is in the collateral, whatever price it is counted from. */
static void
leg_add(pool_maker *m, const leg_source *source)
{
	const char *lacks = leg_lacks(m, source);
	if (lacks != NULL) {
		pli_pool_cannot_of(
		    m, lacks, source->spec == NULL ? (plm_instrument_id){0} : source->spec->id);
		return;
	}
	const plm_instrument *spec = source->spec;
	m->several_settles |= m->settle.value != 0 && m->settle.value != spec->settle.value;
	m->settle = spec->settle;
	uint32_t at = m->made->pool.legs_count++;
	plm_margin_leg *leg = &m->pools->legs[at];
	m->pools->settles[at] = spec->settle;
	m->pools->instruments[at] = spec->id;
	m->pools->positions[at] = source->row;
	*leg = (plm_margin_leg){.kind = (uint8_t)leg_kind(spec),
	    .underlying = pli_pool_underlying(m, spec->underlying, leg_index(m, source)),
	    .quantity = leg_quantity(source),
	    .entry = source->entry > 0 ? source->entry : source->mark,
	    .mark = source->mark,
	    .forward = NAN,
	    .vol = NAN,
	    .leverage = source->fact == NULL ? NAN : plm_decimal_to_double(source->fact->leverage),
	    .fee = m->rule == NULL ? 0 : m->rule->fee,
	    .factor = 1,
	    .confidence = 1};
	if (spec->kind == PLM_KIND_OPTION)
		leg_option(m, source, leg);
	else if (m->rule != NULL && m->rule->by_portfolio)
		leg->years = years_left(m, spec);
	else if (!steps_of_table(m, spec, &leg->steps))
		steps_implied(m, source, leg);
}

/* All trades of the account in a contract, signed: of_side: those that name that side; NULL: those
 * that name none. */
static double
traded(const pool_maker *m, plm_instrument_id instrument, const uint8_t *of_side)
{
	double sum = 0;
	for (uint32_t i = 0; m->edits != NULL && i < m->edits->trades_count; i++) {
		const pli_pool_trade *trade = &m->edits->trades[i];
		bool meant = of_side == NULL ? !trade->is_of_side
					     : trade->is_of_side && trade->side == *of_side;
		if (trade->account.value == m->key->account.value &&
		    trade->instrument.value == instrument.value && meant)
			sum += trade->quantity;
	}
	return sum;
}

/* The leg of a contract on one side of a hedge, or the only one; 0: none. */
static double
held_quantity(const pool_maker *m, plm_instrument_id instrument, plm_side side)
{
	for (uint32_t row = pli_book_position_first_of_account(m->book, m->key->account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(m->book, row)) {
		const pli_position_row *position = pli_book_position(m->book, row);
		if (position->open != 0 && position->fact.side == side &&
		    position->fact.instrument.value == instrument.value)
			return plm_decimal_to_double(position->fact.quantity);
	}
	return 0;
}

/* Of trades that name no side. */
static double
leg_share(const pool_maker *m, const plm_position *fact)
{
	double all = traded(m, fact->instrument, NULL);
	if (all == 0 || fact->side == PLM_SIDE_NET)
		return all;
	bool opposite = (fact->side == PLM_SIDE_LONG) == (all < 0);
	if (opposite)
		return copysign(fmin(fabs(all), fabs(plm_decimal_to_double(fact->quantity))), all);
	plm_side other = fact->side == PLM_SIDE_LONG ? PLM_SIDE_SHORT : PLM_SIDE_LONG;
	double closed = fabs(held_quantity(m, fact->instrument, other));
	return fabs(all) > closed ? copysign(fabs(all) - closed, all) : 0;
}

double
pli_pool_leg_change(const pool_maker *m, const plm_position *fact)
{
	return leg_share(m, fact) + traded(m, fact->instrument, &fact->side);
}

static double
position_mark(const pli_exposure *exposure, uint32_t row)
{
	plm_leg seen;
	bool listed = pli_exposure_position_leg(exposure, row, &seen);
	return listed ? plm_decimal_to_double(seen.mark_price) : NAN;
}

static leg_source
source_of_position(const pool_maker *m, uint32_t row)
{
	const pli_position_row *position = pli_book_position(m->book, row);
	double mark = position_mark(m->exposure, row);
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(m->book), position->fact.instrument);
	plm_unit unit = (plm_unit)position->fact.unit;
	return (leg_source){.spec = spec,
	    .fact = &position->fact,
	    .quantity = plm_decimal_to_double(position->fact.quantity),
	    .entry = pli_pool_price(spec, unit, plm_decimal_to_double(position->fact.entry_price)),
	    .mark = pli_pool_price(spec, unit, mark),
	    .row = row,
	    .unit = position->fact.unit};
}

double
pli_pool_coins(const plm_instrument *spec, plm_unit unit, double quantity, double mark)
{
	leg_source source = {
	    .spec = spec, .quantity = quantity, .mark = mark, .unit = (uint8_t)unit};
	double size = leg_quantity(&source);
	return is_inverse(spec) ? size / mark : size;
}

double
pli_pool_gain(const plm_instrument *spec, plm_unit unit, double quantity, double from, double to)
{
	leg_source source = {
	    .spec = spec, .quantity = quantity, .mark = from, .unit = (uint8_t)unit};
	plm_margin_leg leg = {.kind = (uint8_t)leg_kind(spec), .quantity = leg_quantity(&source)};
	return pli_margin_gain(
	    &leg, pli_pool_price(spec, unit, from), pli_pool_price(spec, unit, to));
}

static void
position_add(pool_maker *m, uint32_t row)
{
	leg_source source = source_of_position(m, row);
	if (source.spec != NULL && source.spec->expiry_ns != 0 &&
	    source.spec->expiry_ns <= pli_book_now_ns(m->book))
		pli_pool_cannot(m, "a contract has expired and is not settled yet");
	source.quantity += pli_pool_leg_change(m, source.fact);
	if (source.quantity != 0)
		leg_add(m, &source);
}

double
pli_pool_profit(const pool_maker *m, uint32_t row)
{
	leg_source source = source_of_position(m, row);
	if (leg_lacks(m, &source) != NULL || !(source.entry > 0))
		return source.fact == NULL ? NAN
					   : plm_decimal_to_double(source.fact->unrealised_pnl);
	plm_margin_leg leg = {
	    .kind = (uint8_t)leg_kind(source.spec), .quantity = leg_quantity(&source)};
	return pli_margin_gain(&leg, source.entry, source.mark);
}

double
pli_pool_opened(const pool_maker *m, plm_instrument_id instrument)
{
	double all = traded(m, instrument, NULL);
	plm_side same = all > 0 ? PLM_SIDE_LONG : PLM_SIDE_SHORT;
	plm_side other = all > 0 ? PLM_SIDE_SHORT : PLM_SIDE_LONG;
	if (held_quantity(m, instrument, PLM_SIDE_NET) != 0 ||
	    held_quantity(m, instrument, same) != 0)
		return 0;
	double closed = fabs(held_quantity(m, instrument, other));
	return fabs(all) > closed ? copysign(fabs(all) - closed, all) : 0;
}

plm_unit
pli_book_pools_trade_unit(
    const pli_book *book, plm_account_id account, plm_instrument_id instrument)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(book), instrument);
	const plm_account_fact *fact = pli_registry_account_get(pli_book_registry(book), account);
	uint32_t held = pli_book_position_first_of_instrument(book, instrument);
	if (held != PLI_ROW_NONE)
		return (plm_unit)pli_book_position(book, held)->fact.unit;
	if (fact != NULL && pli_venue_in_contracts(fact->venue_name))
		return PLM_UNIT_CONTRACTS;
	return spec != NULL && is_inverse(spec) ? PLM_UNIT_USD : PLM_UNIT_COINS;
}

double
pli_pool_mark(const pli_exposure *exposure, plm_account_id account, plm_instrument_id instrument)
{
	const pli_book *book = pli_exposure_book(exposure);
	const pli_mark_row *told = pli_book_mark(book, instrument);
	double others = NAN;
	for (uint32_t row = pli_book_position_first_of_instrument(book, instrument);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_instrument(book, row)) {
		const pli_position_row *position = pli_book_position(book, row);
		bool mine = position->account.value == account.value;
		if (position->open == 0 || (!mine && !isnan(others)))
			continue;
		others = position_mark(exposure, row);
		if (mine)
			return others;
	}
	return told == NULL ? others : plm_decimal_to_double(told->fact.mark_price);
}

static leg_source
source_of_trade(const pool_maker *m, const pli_pool_trade *trade)
{
	double mark = pli_pool_mark(m->exposure, trade->account, trade->instrument);
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(m->book), trade->instrument);
	plm_unit unit = pli_book_pools_trade_unit(m->book, trade->account, trade->instrument);
	return (leg_source){.spec = spec,
	    .quantity = trade->quantity,
	    .entry = pli_pool_price(spec, unit, trade->price),
	    .mark = pli_pool_price(spec, unit, mark),
	    .row = PLI_ROW_NONE,
	    .unit = (uint8_t)unit};
}

double
pli_pool_trade_cash(const pool_maker *m, const pli_pool_trade *trade)
{
	leg_source source = source_of_trade(m, trade);
	double price = isnan(trade->price) ? source.mark : source.entry;
	if (source.spec == NULL)
		return NAN;
	plm_margin_leg leg = {
	    .kind = (uint8_t)leg_kind(source.spec), .quantity = leg_quantity(&source)};
	if (source.spec->kind == PLM_KIND_OPTION)
		return -leg.quantity * price;
	return pli_margin_gain(&leg, price, source.mark);
}

static void
trade_open(pool_maker *m, const pli_pool_trade *trade)
{
	leg_source source = source_of_trade(m, trade);
	source.quantity = pli_pool_opened(m, trade->instrument);
	if (source.quantity != 0)
		leg_add(m, &source);
}

/* What it pays or wins is in the collateral, also where nothing stays open. */
static void
trade_look(pool_maker *m, const pli_pool_trade *trade)
{
	leg_source source = source_of_trade(m, trade);
	const char *lacks = leg_lacks(m, &source);
	if (lacks != NULL && isnan(pli_pool_trade_cash(m, trade)))
		pli_pool_cannot_of(m, lacks, trade->instrument);
}

/* A contract that several trades open is opened by the first of them. */
static void
trades_open(pool_maker *m)
{
	const pli_pool_edits *edits = m->edits;
	for (uint32_t i = 0; i < edits->trades_count; i++) {
		const pli_pool_trade *trade = &edits->trades[i];
		bool again = trade->account.value != m->key->account.value;
		for (uint32_t k = 0; k < i; k++)
			again |= edits->trades[k].account.value == trade->account.value &&
				 edits->trades[k].instrument.value == trade->instrument.value;
		pli_pool_key key;
		if (again || !pli_book_pools_of_trade(m->book, trade, &key) ||
		    key.pool != m->key->pool)
			continue;
		trade_open(m, trade);
		trade_look(m, trade);
	}
}

void
pli_pool_legs(pool_maker *m)
{
	for (uint32_t row = pli_book_position_first_of_account(m->book, m->key->account);
	     row != PLI_ROW_NONE; row = pli_book_position_next_of_account(m->book, row)) {
		const pli_position_row *position = pli_book_position(m->book, row);
		if (position->open != 0 && position->pool == m->key->pool)
			position_add(m, row);
	}
	if (m->edits != NULL)
		trades_open(m);
}
