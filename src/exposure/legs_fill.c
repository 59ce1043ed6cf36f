/* legs_fill.c: whole legs, with everything that a proof shows. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mutant.h"
#include "exposure/exposure.h"
#include "exposure/exposure_state.h"

const exposure_cell *
pli_exposure_cell_of(const pli_exposure *exposure, plm_account_id account, plm_asset_id asset)
{
	uint32_t cell = pli_row_index_find(
	    &exposure->cell_index, (pli_row_key){account.value, asset.value, 0});
	return cell == PLI_ROW_NONE ? NULL : &exposure->cells[cell];
}

/* What an expired or delisted position pays by the mark that its venue told since: a future its
 * profit, an option its value. */
static plm_decimal
settlement_of(const pli_exposure *exposure, const pli_position_row *row, const exposure_derived *d)
{
	const pli_mark_row *mark = pli_book_mark(exposure->book, d->spec->id);
	plm_decimal worth = plm_decimal_unknown();
	if (mark == NULL || !plm_decimal_is_known(mark->fact.mark_price))
		return worth;
	plm_time_ns told_ns = mark->venue_time_ns != 0 ? mark->venue_time_ns
						       : mark->received_time_ns;
	plm_time_ns end_ns = d->reason == PLM_REASON_DELISTED ? d->spec->delist_time_ns
							      : d->spec->expiry_ns;
	if (told_ns < end_ns)
		return worth;
	if (d->spec->kind != PLM_KIND_OPTION)
		return d->pnl;
	/* a contract's price goes with contracts */
	bool linear = !d->spec->inverse && d->spec->settle.value == d->spec->quote.value;
	bool contracts = linear && row->fact.unit == PLM_UNIT_CONTRACTS;
	plm_decimal size = contracts ? row->fact.quantity : d->quantity_coins;
	if (plm_decimal_multiply(size, mark->fact.mark_price, &worth) != PLM_OK)
		return plm_decimal_unknown();
	return worth;
}

static void
fill_position(const pli_exposure *exposure, uint32_t slot, plm_leg *leg)
{
	const pli_position_row *row = pli_book_position(exposure->book, slot);
	exposure_derived d;
	pli_exposure_derive_position(exposure, row, &d);
	leg->fact_time_ns = row->received_time_ns;
	leg->instrument = row->fact.instrument;
	leg->side = row->fact.side;
	leg->unit = row->fact.unit;
	leg->quantity = row->fact.quantity;
	leg->delta = d.delta;
	leg->mark_price = d.mark_price;
	leg->mark_time_ns = d.mark_time_ns;
	leg->delta_source = d.delta_source;
	leg->adl_rank = row->open ? row->fact.adl_rank : 0;
	leg->multiplier = plm_decimal_unknown();
	if (d.spec == NULL)
		return;
	leg->asset = d.spec->underlying;
	leg->settle = d.spec->settle;
	leg->kind = d.spec->kind;
	leg->expiry_ns = d.spec->expiry_ns;
	leg->delist_time_ns = d.spec->delist_time_ns;
	leg->multiplier = row->fact.unit == PLM_UNIT_CONTRACTS ? d.spec->multiplier
							       : plm_decimal_from_int(1);
	if (exposure_reason_is_fixed(d.reason))
		leg->settlement_pending = settlement_of(exposure, row, &d);
	if ((exposure->hot[slot].flags & HOT_OPTION) == 0)
		return;
	leg->strike = d.spec->strike;
	leg->greeks_time_ns = d.delta_time_ns;
	pli_exposure_fill_greeks(exposure, slot, leg);
	if (exposure_reason_is_fixed(d.reason)) {
		leg->gamma_usd_1pct = leg->vega_usd = leg->vega_usd_30d = leg->theta_usd = 0;
		leg->greeks_source = PLM_GREEK_EXACT;
	}
}

/* Oldest mark in an account's derived P&L; 0 when none is used. */
static plm_time_ns
collateral_mark_time(const pli_exposure *exposure, const pli_balance_row *row)
{
	const exposure_cell *cell = pli_exposure_cell_of(exposure, row->account, row->fact.asset);
	if (plm_decimal_is_known(row->fact.collateral) || cell == NULL ||
	    exposure->cell_positions[cell - exposure->cells] == 0)
		return 0;
	plm_time_ns oldest = 0;
	for (uint32_t i = pli_book_position_first_of_account(exposure->book, row->account);
	     i != PLI_ROW_NONE; i = pli_book_position_next_of_account(exposure->book, i)) {
		const exposure_pnl *pnl = &exposure->pnl[i];
		plm_time_ns time_ns = 0;
		if (pnl->cell == PLI_ROW_NONE || &exposure->cells[pnl->cell] != cell)
			continue;
		(void)pli_exposure_mark_price(
		    exposure, pli_book_position(exposure->book, i), &time_ns);
		if (time_ns != 0 && (oldest == 0 || time_ns < oldest))
			oldest = time_ns;
	}
	return oldest;
}

static void
fill_balance(const pli_exposure *exposure, const pli_balance_row *row, plm_leg *leg)
{
	leg->asset = row->fact.asset;
	leg->settle = row->fact.asset;
	leg->kind = PLM_KIND_SPOT;
	leg->unit = PLM_UNIT_COINS;
	leg->delta = 1;
	leg->mark_price = plm_decimal_unknown();
	leg->mark_time_ns = collateral_mark_time(exposure, row);
	const exposure_cell *cell = pli_exposure_cell_of(exposure, row->account, row->fact.asset);
	leg->quantity = pli_exposure_derive_collateral(exposure, row, cell);
	plm_asset_id underlying;
	pli_exposure_alias(exposure, row->fact.asset, &underlying, &leg->multiplier);
}

plm_decimal
pli_exposure_collateral(const pli_exposure *exposure, plm_account_id account, plm_asset_id asset)
{
	uint32_t index = pli_book_balance_find(exposure->book, account, asset);
	if (index == PLI_ROW_NONE ||
	    (exposure->hot[exposure->positions_max + index].flags & HOT_LISTED) == 0)
		return plm_decimal_unknown();
	return pli_exposure_derive_collateral(exposure, pli_book_balance(exposure->book, index),
	    pli_exposure_cell_of(exposure, account, asset));
}

static void
leg_price(const pli_exposure *exposure, uint32_t slot, plm_leg *leg)
{
	const exposure_price *price = &exposure->prices[leg->underlying.value];
	leg->price_usd = price->usd;
	leg->delta_usd = plm_decimal_unknown();
	if (!leg->included)
		return;
	plm_int128 usd;
	bool zero = pli_mutant(EXPOSURE_UNPRICED_ZERO) && !plm_decimal_is_known(price->usd);
	if (zero)
		usd = 0;
	if (zero || exposure_usd(exposure, slot, &usd)) {
		leg->priced = 1;
		leg->delta_usd = (plm_decimal){usd};
	} else if (leg->reason == PLM_REASON_NONE) {
		leg->reason = plm_decimal_is_known(price->usd) ? PLM_REASON_OVERFLOW
							       : PLM_REASON_NO_PRICE;
	}
	if (price->time_ns != 0 && (leg->mark_time_ns == 0 || price->time_ns < leg->mark_time_ns))
		leg->mark_time_ns = price->time_ns;
}

void
pli_exposure_fill_leg(const pli_exposure *exposure, uint32_t slot, plm_leg *ret_leg)
{
	const exposure_hot *hot = &exposure->hot[slot];
	assert((hot->flags & HOT_LISTED) != 0);
	const exposure_account *account = &exposure->accounts[hot->account];
	memset(ret_leg, 0, sizeof *ret_leg);
	ret_leg->strike = ret_leg->settlement_pending = plm_decimal_unknown();
	ret_leg->forward = ret_leg->vol = ret_leg->years = NAN;
	ret_leg->account.value = hot->account;
	ret_leg->venue.value = account->venue;
	ret_leg->underlying.value = hot->underlying;
	ret_leg->pool = hot->pool;
	ret_leg->reason = hot->reason;
	ret_leg->feed_status = account->feed_status;
	ret_leg->included = (hot->flags & HOT_INCLUDED) != 0;
	ret_leg->delta_coins = ret_leg->included ? (plm_decimal){exposure_coins(exposure, slot)}
						 : plm_decimal_unknown();
	if ((hot->flags & HOT_COLLATERAL) != 0) {
		const pli_balance_row *row = pli_book_balance(
		    exposure->book, slot - exposure->positions_max);
		ret_leg->fact_time_ns = row->received_time_ns;
		fill_balance(exposure, row, ret_leg);
	} else {
		fill_position(exposure, slot, ret_leg);
	}
	leg_price(exposure, slot, ret_leg);
}

bool
pli_exposure_position_leg(const pli_exposure *exposure, uint32_t position, plm_leg *ret_leg)
{
	if (position >= exposure->positions_max ||
	    (exposure->hot[position].flags & HOT_LISTED) == 0)
		return false;
	pli_exposure_fill_leg(exposure, position, ret_leg);
	return true;
}
