/* legs_derive.c: one position or balance through its mark: DESIGN's definitions of a leg. */
#include <assert.h>
#include <math.h>

#include "base/mutant.h"
#include "exposure/exposure.h"
#include "exposure/exposure_state.h"

bool
pli_exposure_is_stale(const pli_exposure *exposure, plm_time_ns received_ns)
{
	uint32_t stale_after_s = pli_book_policy(exposure->book)->stale_after_s;
	if (stale_after_s == 0 || received_ns == 0)
		return false;
	return pli_book_now_ns(exposure->book) - received_ns > stale_after_s * PLM_NS_PER_S;
}

/* A measure as a decimal of 12 places: 0.59621 stays 0.59621. False when it is no number. */
static bool
measure_decimal(double value, plm_decimal *ret_value)
{
	if (!isfinite(value) || fabs(value) > 1e6)
		return false;
	ret_value->units = (plm_int128)llrint(value * 1e12) * 1000000;
	return true;
}

void
pli_exposure_alias(const pli_exposure *exposure, plm_asset_id asset, plm_asset_id *ret_underlying,
    plm_decimal *ret_factor)
{
	const plm_asset_fact *fact = pli_registry_asset_get(
	    pli_book_registry(exposure->book), asset);
	*ret_underlying = asset;
	*ret_factor = plm_decimal_from_int(1);
	plm_decimal factor;
	if (fact == NULL || fact->alias_of.value == 0 ||
	    fact->alias_of.value > pli_book_bounds_get(exposure->book)->registry.assets_max ||
	    !measure_decimal(fact->alias_factor, &factor) || plm_decimal_sign(factor) <= 0)
		return;
	*ret_underlying = fact->alias_of;
	*ret_factor = factor;
}

plm_decimal
pli_exposure_mark_price(
    const pli_exposure *exposure, const pli_position_row *row, plm_time_ns *ret_time_ns)
{
	const pli_mark_row *mark = pli_book_mark(exposure->book, row->fact.instrument);
	if (mark != NULL && plm_decimal_sign(mark->fact.mark_price) > 0 &&
	    !pli_exposure_is_stale(exposure, mark->received_time_ns)) {
		*ret_time_ns = mark->received_time_ns;
		return mark->fact.mark_price;
	}
	if (plm_decimal_sign(row->fact.mark_price) > 0 &&
	    !pli_exposure_is_stale(exposure, row->received_time_ns)) {
		*ret_time_ns = row->received_time_ns;
		return row->fact.mark_price;
	}
	return plm_decimal_unknown();
}

/* quantity x multiplier where the unit asks for it. */
static plm_err
quantity_scaled(const exposure_derived *d, const pli_position_row *row, plm_decimal *ret_value)
{
	if (row->fact.unit != PLM_UNIT_CONTRACTS) {
		*ret_value = row->fact.quantity;
		return PLM_OK;
	}
	return plm_decimal_multiply(row->fact.quantity, d->spec->multiplier, ret_value);
}

/* Quantity in coins, without delta: what the position controls. */
static uint8_t
derive_quantity(exposure_derived *d, const pli_position_row *row)
{
	bool needs_mark = row->fact.unit != PLM_UNIT_COINS &&
			  ((d->spec->inverse && d->spec->kind != PLM_KIND_OPTION) ||
			      row->fact.unit == PLM_UNIT_USD);
	if (d->spec->kind == PLM_KIND_OPTION && row->fact.unit == PLM_UNIT_USD)
		return PLM_REASON_NO_SPEC;
	plm_decimal scaled;
	plm_err err = quantity_scaled(d, row, &scaled);
	if (err == PLM_OK && needs_mark && !pli_mutant(EXPOSURE_INVERSE_LINEAR)) {
		if (!plm_decimal_is_known(d->mark_price))
			return PLM_REASON_NO_MARK;
		err = plm_decimal_divide(scaled, d->mark_price, &scaled);
	}
	if (err != PLM_OK)
		return err == PLM_EUNKNOWN ? PLM_REASON_NO_SPEC : PLM_REASON_OVERFLOW;
	d->quantity_coins = scaled;
	return PLM_REASON_NONE;
}

/* A delta per coin of option, and when it was received; NaN: none. */
typedef struct told_delta {
	double delta;
	plm_time_ns time_ns;
} told_delta;

static told_delta
delta_of_mark(const pli_exposure *exposure, const pli_position_row *row)
{
	const pli_mark_row *mark = pli_book_mark(exposure->book, row->fact.instrument);
	if (mark == NULL || pli_exposure_is_stale(exposure, mark->whole_received_time_ns))
		return (told_delta){.delta = NAN};
	return (told_delta){mark->fact.delta, mark->whole_received_time_ns};
}

/* Delta per coin of an option: the venue's, of its mark; the model's, where that is missing or late
 * and forward and vol are newer; the venue's of the whole position; the mark's after all. */
static told_delta
choose_delta(const pli_exposure *exposure, exposure_derived *d, const pli_position_row *row)
{
	plm_instrument_id id = row->fact.instrument;
	told_delta marked = delta_of_mark(exposure, row);
	bool late = pli_exposure_greek_is_late(exposure, id, marked.time_ns);
	exposure_model model;
	d->delta_source = PLM_GREEK_VENUE;
	if (isfinite(marked.delta) && !late)
		return marked;
	if (pli_exposure_model_of(exposure, id, &model) && isfinite(model.delta)) {
		d->delta_source = PLM_GREEK_MODEL;
		return (told_delta){model.delta, model.oldest_ns};
	}
	double held = row->fact.delta_coins / plm_decimal_to_double(d->quantity_coins);
	if (isfinite(held) && (!isfinite(marked.delta) || row->received_time_ns > marked.time_ns))
		return (told_delta){held, row->received_time_ns};
	return marked;
}

static bool
derive_delta(const pli_exposure *exposure, exposure_derived *d, const pli_position_row *row)
{
	told_delta chosen = choose_delta(exposure, d, row);
	plm_decimal delta;
	d->delta = chosen.delta;
	d->delta_time_ns = d->mark_time_ns = chosen.time_ns;
	if (!measure_decimal(d->delta, &delta) ||
	    plm_decimal_multiply(d->quantity_coins, delta, &d->coins) != PLM_OK)
		return false;
	if (pli_mutant(EXPOSURE_DELTA_SIGN))
		d->coins = plm_decimal_abs(d->coins);
	return true;
}

/* NONE while it lives. Where the hour is not told, the day ends everywhere before it is certain.
 * What is bought for cash is held on, whether its venue lists it or not. */
static uint8_t
derive_end(const pli_exposure *exposure, const plm_instrument *spec)
{
	plm_time_ns now_ns = pli_book_now_ns(exposure->book);
	if (spec->kind == PLM_KIND_SPOT)
		return PLM_REASON_NONE;
	if (spec->delist_time_ns > PLM_DELISTED_UNDATED && spec->delist_time_ns <= now_ns)
		return PLM_REASON_DELISTED;
	if (spec->expiry_ns != 0 && exposure_expiry_certain_ns(spec) <= now_ns)
		return PLM_REASON_EXPIRED;
	if (spec->delist_time_ns == PLM_DELISTED_UNDATED)
		return PLM_REASON_DELISTED_UNDATED;
	bool by_name = spec->expiry_ns != 0 && spec->expiry_ns <= now_ns;
	return by_name ? PLM_REASON_EXPIRED_BY_NAME : PLM_REASON_NONE;
}

static uint8_t
derive_coins(const pli_exposure *exposure, exposure_derived *d, const pli_position_row *row)
{
	const plm_instrument *spec = d->spec;
	if (spec == NULL || spec->kind == PLM_KIND_UNKNOWN || spec->spec_source == PLM_SPEC_NONE)
		return PLM_REASON_NO_SPEC;
	if (spec->kind == PLM_KIND_COMBO)
		return PLM_REASON_COMBO;
	if (spec->underlying.value == 0)
		return PLM_REASON_NO_SPEC;
	if (!plm_decimal_is_known(row->fact.quantity))
		return PLM_REASON_NO_QUANTITY;
	uint8_t reason = derive_quantity(d, row), end = derive_end(exposure, spec);
	if (end != PLM_REASON_NONE)
		return end;
	if (reason != PLM_REASON_NONE)
		return reason;
	d->coins = d->quantity_coins;
	if (spec->kind == PLM_KIND_OPTION && !derive_delta(exposure, d, row))
		return PLM_REASON_NO_DELTA;
	bool alias = d->factor.units != PLM_DECIMAL_ONE_UNITS;
	if ((alias && plm_decimal_multiply(d->coins, d->factor, &d->coins) != PLM_OK) ||
	    d->coins.units >= EXPOSURE_UNITS_MAX || d->coins.units <= -EXPOSURE_UNITS_MAX)
		return PLM_REASON_OVERFLOW;
	return PLM_REASON_NONE;
}

/* Unrealised P&L of an inverse position in its coin: quote x (1/entry - 1/mark). */
static plm_err
pnl_inverse(const exposure_derived *d, plm_decimal quote, plm_decimal entry, plm_decimal *ret_pnl)
{
	plm_decimal at_entry, at_mark;
	plm_err err = plm_decimal_divide(quote, entry, &at_entry);
	if (err == PLM_OK)
		err = plm_decimal_divide(quote, d->mark_price, &at_mark);
	return err != PLM_OK ? err : plm_decimal_subtract(at_entry, at_mark, ret_pnl);
}

/* Unrealised P&L of a linear position in its quote: coins x (mark - entry). */
static plm_err
pnl_linear(const exposure_derived *d, plm_decimal entry, plm_decimal *ret_pnl)
{
	plm_decimal moved;
	plm_err err = plm_decimal_subtract(d->mark_price, entry, &moved);
	return err != PLM_OK ? err : plm_decimal_multiply(d->quantity_coins, moved, ret_pnl);
}

static bool
pnl_derive(const exposure_derived *d, const pli_position_row *row, plm_decimal *ret_pnl)
{
	plm_decimal entry = row->fact.entry_price;
	if (plm_decimal_sign(entry) <= 0 || !plm_decimal_is_known(d->mark_price))
		return false;
	plm_decimal scaled;
	if (d->spec->inverse) {
		return row->fact.unit != PLM_UNIT_COINS &&
		       quantity_scaled(d, row, &scaled) == PLM_OK &&
		       pnl_inverse(d, scaled, entry, ret_pnl) == PLM_OK;
	}
	return d->spec->settle.value == d->spec->quote.value &&
	       plm_decimal_is_known(d->quantity_coins) && pnl_linear(d, entry, ret_pnl) == PLM_OK;
}

/* A future or perpetual owes or is owed its P&L in its settle asset; an option's value is left
 * out of the collateral leg. What is not specified may be any of them, and settle in anything. */
static void
derive_pnl(exposure_derived *d, const pli_position_row *row)
{
	const plm_instrument *spec = d->spec;
	bool known = spec != NULL && spec->kind != PLM_KIND_UNKNOWN;
	bool owes = known && (spec->kind == PLM_KIND_PERPETUAL || spec->kind == PLM_KIND_FUTURE);
	bool settles = owes && spec->settle.value != 0;
	d->has_pnl = row->open && settles;
	d->pnl_unplaced = row->open && (!known || (owes && !settles));
	if (!d->has_pnl)
		return;
	bool derived = pnl_derive(d, row, &d->pnl);
	d->pnl_is_linear = derived && !spec->inverse;
	if (!derived)
		d->pnl = row->fact.unrealised_pnl;
	if (d->pnl.units >= EXPOSURE_UNITS_MAX || d->pnl.units <= -EXPOSURE_UNITS_MAX)
		d->pnl = plm_decimal_unknown();
}

void
pli_exposure_derive_position(
    const pli_exposure *exposure, const pli_position_row *row, exposure_derived *ret_derived)
{
	const plm_instrument *spec = pli_registry_instrument_get(
	    pli_book_registry(exposure->book), row->fact.instrument);
	exposure_derived d = {
	    .spec = spec,
	    .delta = 1,
	    .quantity_coins = plm_decimal_unknown(),
	    .coins = plm_decimal_unknown(),
	    .pnl = plm_decimal_unknown(),
	    .factor = plm_decimal_from_int(1),
	};
	if (spec != NULL)
		pli_exposure_alias(exposure, spec->underlying, &d.underlying, &d.factor);
	d.mark_price = pli_exposure_mark_price(exposure, row, &d.price_time_ns);
	if (spec != NULL && spec->inverse)
		d.mark_time_ns = d.price_time_ns;
	d.reason = derive_coins(exposure, &d, row);
	if (d.reason == PLM_REASON_NO_DELTA) {
		d.delta = NAN;
		d.delta_source = PLM_GREEK_MISSING;
		d.delta_time_ns = 0;
	}
	bool fixed = exposure_reason_is_fixed(d.reason);
	d.included = d.reason == PLM_REASON_NONE || fixed;
	if (!d.included)
		d.coins = plm_decimal_unknown();
	if (fixed) {
		d.delta = 0;
		d.coins = plm_decimal_zero();
		d.mark_time_ns = 0; /* nothing hangs on it any more */
	}
	derive_pnl(&d, row);
	*ret_derived = d;
}

bool
pli_exposure_pnl_is_whole(
    const pli_exposure *exposure, plm_account_id account, const exposure_cell *cell)
{
	return exposure->accounts[account.value].unplaced_count == 0 &&
	       (cell == NULL || cell->unknown_count == 0);
}

plm_decimal
pli_exposure_derive_collateral(
    const pli_exposure *exposure, const pli_balance_row *row, const exposure_cell *cell)
{
	assert(exposure->book != NULL);
	const plm_balance *fact = &row->fact;
	if (plm_decimal_is_known(fact->collateral))
		return fact->collateral;
	bool has_positions = cell != NULL && exposure->cell_positions[cell - exposure->cells] > 0;
	bool whole = pli_exposure_pnl_is_whole(exposure, row->account, cell);
	plm_decimal pnl = fact->unrealised_pnl;
	if (whole && has_positions)
		pnl = (plm_decimal){exposure_cell_units(exposure, cell)};
	else if (whole && !plm_decimal_is_known(pnl))
		pnl = plm_decimal_zero();
	plm_decimal wallet = fact->wallet, collateral;
	if (pli_mutant(EXPOSURE_COLLATERAL_TWICE))
		(void)plm_decimal_add(wallet, wallet, &wallet);
	if (plm_decimal_add(wallet, pnl, &collateral) != PLM_OK)
		return plm_decimal_unknown();
	return collateral;
}

plm_err
pli_exposure_order_coins(const pli_exposure *exposure, const pli_order_row *order,
    plm_asset_id *ret_underlying, plm_decimal *ret_coins)
{
	pli_position_row row = {.account = order->account, .open = 1};
	row.fact = (plm_position){
	    .instrument = order->fact.instrument,
	    .unit = order->fact.unit,
	    .delta_coins = NAN,
	    .quantity = order->fact.quantity,
	    .entry_price = plm_decimal_unknown(),
	    .mark_price = order->fact.price,
	    .unrealised_pnl = plm_decimal_unknown(),
	};
	exposure_derived derived;
	pli_exposure_derive_position(exposure, &row, &derived);
	if (!derived.included)
		return PLM_EUNKNOWN;
	*ret_underlying = derived.underlying;
	*ret_coins = derived.coins;
	return PLM_OK;
}
