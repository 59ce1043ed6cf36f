/* binance_rows.c: one row of each noun. The same fact goes by other member names at every endpoint,
 * so each reader takes a table of names; NULL where an endpoint has no such member. */
#include "venue/binance/binance_internal.h"

#include <stdio.h>

#include "base/mutant.h"

static uint64_t
row_sequence(binance_reader *r, const char *key)
{
	uint64_t sequence = key == NULL ? pli_binance_sequence(r->time_ns, r->copy)
					: pli_binance_sequence(
					      pli_row_time(&r->row, key, 0), BINANCE_COPY_LAST);
	return sequence < r->sequence_min ? r->sequence_min : sequence;
}

static plm_decimal
row_add_keys(binance_reader *r, const char *key, const char *key_more)
{
	plm_decimal value = pli_row_decimal(&r->row, key);
	return key_more == NULL ? value
				: pli_row_add(&r->row, value, pli_row_decimal(&r->row, key_more));
}

static plm_side
row_side(binance_reader *r, const char *key)
{
	plm_slice text = pli_row_string(&r->row, key);
	if (text.size == 0 || plm_slice_is(text, "BOTH") || pli_mutant(BINANCE_HEDGE_LEGS_MERGED))
		return PLM_SIDE_NET;
	if (plm_slice_is(text, "LONG"))
		return PLM_SIDE_LONG;
	if (!plm_slice_is(text, "SHORT"))
		pli_row_fail(&r->row, key, "BOTH, LONG or SHORT");
	return PLM_SIDE_SHORT;
}

/* The venue signs a SHORT leg too; one without its sign can only be short. */
static plm_decimal
row_amount(binance_reader *r, const char *key, plm_side side)
{
	plm_decimal amount = pli_row_number(&r->row, key);
	if (side == PLM_SIDE_LONG && plm_decimal_sign(amount) < 0)
		pli_row_fail(&r->row, key, "an amount of 0 or above on a LONG leg");
	if (side == PLM_SIDE_SHORT && plm_decimal_sign(amount) > 0)
		return plm_decimal_negate(amount);
	return amount;
}

/* v2 says marginType or isolated, streams say mt; v3 says neither, but only an isolated leg has a
 * wallet of its own. */
static bool
row_isolated(binance_reader *r, const binance_position_keys *keys)
{
	plm_slice type = pli_row_string(&r->row, keys->mode);
	if (plm_slice_is(type, "isolated") || plm_slice_is(type, "ISOLATED"))
		return true;
	if (plm_slice_is(type, "cross") || plm_slice_is(type, "CROSSED"))
		return false;
	if (type.size != 0)
		pli_row_fail(&r->row, keys->mode, "cross or isolated");
	if (pli_row_has(&r->row, "isolated"))
		return pli_row_bool(&r->row, "isolated");
	return plm_decimal_sign(pli_row_decimal(&r->row, keys->isolated)) != 0 ||
	       plm_decimal_sign(pli_row_decimal(&r->row, keys->isolated_too)) != 0;
}

/* What the venue calls cross is one pool, or, in single-asset mode, one for each settle asset. */
static uint8_t
row_pool_mode(const binance_reader *r, uint8_t mode)
{
	return mode == PLM_MARGIN_CROSS && r->pool_mode != PLM_MARGIN_NONE ? r->pool_mode : mode;
}

static void
row_count_leg(binance_reader *r, const plm_instrument *spec, const plm_position *position)
{
	if (plm_decimal_sign(position->quantity) == 0)
		return;
	r->sides_open |= (uint8_t)(1U << position->side);
	uint64_t seed = (uint64_t)position->quantity.units ^
			(uint64_t)(position->quantity.units >> 64) ^ position->side;
	r->legs_digest ^= pli_binance_hash(plm_slice_of(spec->name), seed);
}

/* Its number among those held; count: it is not. */
static uint32_t
held_index(const binance_held *held, plm_slice asset)
{
	uint64_t hash = pli_binance_hash(asset, 0);
	uint32_t i = 0;
	while (i < held->count && held->hashes[i] != hash)
		i++;
	return i;
}

bool
pli_binance_holds(const binance_held *held, plm_slice asset)
{
	return held != NULL && held_index(held, asset) < held->count;
}

bool
pli_binance_note_held(binance_reader *r, const plm_balance *balance)
{
	bool empty = plm_decimal_sign(balance->wallet) == 0 &&
		     plm_decimal_sign(balance->borrowed) == 0;
	plm_slice asset = plm_slice_of(plm_names_asset_text(r->cfg->names, balance->asset));
	if (r->held == NULL)
		return true;
	uint32_t index = held_index(r->held, asset);
	bool known = index < r->held->count;
	if (!known && (empty || index == BINANCE_HELD_MAX))
		return !empty;
	if (!known) {
		r->held->hashes[r->held->count++] = pli_binance_hash(asset, 0);
		r->held->bits[index] = (pli_held_bits){0};
	}
	bool of_reading = (r->flags & PLM_FLAG_SNAPSHOT) != 0;
	/* A row that says so is believed at once; a part of a wallet says nothing of all of it. */
	if (of_reading || !r->quiet_balances)
		pli_held_bits_told(&r->held->bits[index], 1, !empty, of_reading && !empty);
	return true;
}

/* Where there is no position, what a wallet holds is what must not change unheard. */
static void
row_count_wallet(binance_reader *r, const plm_balance *balance)
{
	if (plm_decimal_sign(balance->wallet) == 0)
		return;
	uint64_t seed = (uint64_t)balance->wallet.units ^ (uint64_t)(balance->wallet.units >> 64);
	plm_slice name = plm_slice_of(plm_names_asset_text(r->cfg->names, balance->asset));
	r->legs_digest ^= pli_binance_hash(name, seed);
}

static bool
row_is_flat(const binance_reader *r, const binance_position_keys *keys)
{
	pli_row row = r->row;
	row.fault = NULL;
	plm_decimal amount = pli_row_decimal(&row, keys->amount);
	return row.err == PLM_OK && plm_decimal_is_known(amount) && amount.units == 0;
}

/* To the places that the venue keeps money in. */
static plm_decimal
row_money(plm_decimal value)
{
	const plm_int128 step = PLM_DECIMAL_ONE_UNITS / 100000000;
	plm_int128 whole = value.units / step, rest = value.units % step;
	plm_int128 twice = rest < 0 ? -2 * rest : 2 * rest;
	if (twice > step || (twice == step && whole % 2 != 0))
		whole += rest < 0 ? -1 : 1;
	return (plm_decimal){whole * step};
}

/* A reading of an account between two of its positions counts if both say the same cost. */
static void
row_add_cost(binance_reader *r, const plm_position *position)
{
	plm_decimal cost = plm_decimal_unknown();
	if (plm_decimal_sign(position->quantity) == 0)
		return;
	if (!plm_decimal_is_known(position->entry_price) ||
	    plm_decimal_multiply(position->quantity, position->entry_price, &cost) != PLM_OK)
		pli_row_fail(&r->row, NULL, "an entry price of an open option");
	if (r->row.err != PLM_OK)
		return;
	cost = row_money(cost);
	if (!r->dry)
		*r->cost = pli_row_add(&r->row, *r->cost, cost);
	plm_slice bytes = {(const char *)&cost, sizeof cost};
	r->legs_digest ^= pli_binance_hash(bytes, position->instrument.value);
}

void
pli_binance_position(binance_reader *r)
{
	const binance_position_keys *keys = r->keys;
	if (r->quiet_positions && row_is_flat(r, keys))
		return; /* an account may list every contract there is */
	const plm_instrument *spec = pli_binance_instrument(r, keys->symbol);
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_POSITION, true);
	plm_position *position = &event.u.position;
	position->instrument = spec->id;
	position->unit = (uint8_t)pli_binance_unit(spec);
	plm_side side = row_side(r, keys->side);
	bool is_option = spec->kind == PLM_KIND_OPTION; /* its side is the sign, not a leg */
	position->side = (uint8_t)(is_option ? PLM_SIDE_NET : side);
	position->quantity = row_amount(r, keys->amount, side);
	position->entry_price = pli_row_price_or_none(&r->row, keys->entry);
	position->mark_price = is_option ? pli_row_from_zero(&r->row, keys->mark)
					 : pli_row_above_zero(&r->row, keys->mark);
	position->adl_rank = keys->adl == NULL ? 0 : pli_row_rank(&r->row, keys->adl, 0);
	position->unrealised_pnl = pli_row_decimal(&r->row, keys->pnl);
	if (!plm_decimal_is_known(position->unrealised_pnl))
		position->unrealised_pnl = pli_row_decimal(&r->row, keys->pnl_too);
	position->liquidation_price = pli_row_above_zero(&r->row, keys->liquidation);
	position->leverage = pli_row_above_zero(&r->row, keys->leverage);
	position->initial_margin = pli_row_decimal(&r->row, keys->initial);
	position->maintenance_margin = pli_row_decimal(&r->row, keys->maintenance);
	bool isolated = row_isolated(r, keys);
	position->margin_mode = isolated ? PLM_MARGIN_ISOLATED : row_pool_mode(r, PLM_MARGIN_CROSS);
	if (isolated)
		position->isolated_margin = pli_row_decimal(&r->row, keys->isolated);
	event.venue_sequence = keys->unordered ? 0 : row_sequence(r, keys->time);
	if (r->row.err == PLM_OK)
		row_count_leg(r, spec, position);
	if (r->cost != NULL && is_option)
		row_add_cost(r, position);
	if (!r->quiet_positions)
		pli_binance_emit(r, &event);
}

void
pli_binance_call(binance_reader *r)
{
	const binance_position_keys *keys = r->keys;
	const plm_instrument *spec = pli_binance_instrument(r, keys->symbol);
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_VENUE_ACTION, true);
	plm_venue_action *action = &event.u.venue_action;
	plm_side side = row_side(r, keys->side);
	action->instrument = spec->id;
	action->kind = PLM_VENUE_MARGIN_CALLED;
	action->side = (uint8_t)side;
	action->unit = (uint8_t)pli_binance_unit(spec);
	action->quantity = row_amount(r, keys->amount, side);
	action->price = pli_row_above_zero(&r->row, keys->mark);
	plm_decimal due = pli_row_decimal(&r->row, keys->maintenance);
	char text[PLM_DECIMAL_TEXT_MAX];
	(void)plm_decimal_format(due, text);
	if (plm_decimal_is_known(due))
		(void)snprintf(action->text, sizeof action->text, "maintenance margin %s %s", text,
		    plm_names_asset_text(r->cfg->names, spec->settle));
	pli_binance_emit(r, &event);
}

/* Of options, whose value is no collateral. One answer alone does not say what they cost. */
static void
balance_cash(binance_reader *r, plm_balance *balance)
{
	const binance_balance_keys *keys = r->keys;
	bool costed = keys->equity_has_options && r->cost != NULL;
	if (costed) {
		bool kept = pli_mutant(BINANCE_OPTIONS_COST_IS_CASH);
		plm_decimal cost = kept ? plm_decimal_zero() : *r->cost;
		plm_decimal beside = pli_row_add(&r->row, balance->unrealised_pnl, cost);
		balance->wallet = pli_row_add(&r->row, balance->equity, plm_decimal_negate(beside));
		if (!plm_decimal_is_known(balance->wallet))
			pli_row_fail(&r->row, keys->equity, "an equity and a P&L");
	}
	if (costed || keys->wallet_is_cash)
		balance->collateral = balance->wallet;
}

void
pli_binance_balance(binance_reader *r)
{
	const binance_balance_keys *keys = r->keys;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_BALANCE, true);
	plm_balance *balance = &event.u.balance;
	balance->asset = pli_binance_asset(r, keys->asset);
	(void)pli_row_number(&r->row, keys->wallet);
	balance->wallet = row_add_keys(r, keys->wallet, keys->wallet_more);
	balance->borrowed = row_add_keys(r, keys->borrowed, keys->interest);
	if (keys->wallet_without_loans)
		balance->wallet = pli_row_add(
		    &r->row, balance->wallet, plm_decimal_negate(balance->borrowed));
	if (keys->with_isolated && !pli_mutant(BINANCE_MARKETS_ISOLATED_LEFT_OUT))
		pli_binance_isolated_add(r, balance);
	balance->unrealised_pnl = row_add_keys(r, keys->pnl, keys->pnl_more);
	if (pli_mutant(BINANCE_EQUITY_WITHOUT_PROFIT))
		balance->equity = balance->wallet;
	else if (keys->equity != NULL)
		balance->equity = pli_row_decimal(&r->row, keys->equity);
	else if (keys->pnl != NULL)
		balance->equity = pli_row_add(&r->row, balance->wallet, balance->unrealised_pnl);
	else if (keys->wallet_is_all)
		balance->equity = balance->wallet;
	if (!keys->equity_has_options && keys->pnl == NULL) /* else it moves with the marks */
		balance->collateral = balance->equity;
	balance_cash(r, balance);
	balance->available = pli_row_decimal(&r->row, keys->available);
	balance->margin_mode = row_pool_mode(r, keys->mode);
	event.venue_sequence = row_sequence(r, keys->time);
	if (r->row.err == PLM_OK && keys->wallet_is_all)
		row_count_wallet(r, balance);
	if (r->row.err == PLM_OK && pli_binance_note_held(r, balance) && !r->quiet_balances)
		pli_binance_emit(r, &event);
}

void
pli_binance_margin(binance_reader *r, const binance_margin_keys *keys, plm_asset_id asset)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_VENUE_MARGIN, true);
	plm_venue_margin *margin = &event.u.venue_margin;
	margin->asset = asset;
	margin->margin_mode = keys->mode;
	margin->equity = pli_row_number(&r->row, keys->equity);
	margin->initial_margin = pli_row_decimal(&r->row, keys->initial);
	margin->maintenance_margin = pli_row_decimal(&r->row, keys->maintenance);
	margin->available = pli_row_decimal(&r->row, keys->available);
	margin->ratio = pli_row_decimal(&r->row, keys->ratio);
	pli_binance_emit(r, &event);
}

/* IV comes as a fraction and greeks per coin; no funding runs where the next time is 0. */
void
pli_binance_mark(binance_reader *r)
{
	const binance_mark_keys *keys = r->keys;
	const plm_instrument *spec = pli_binance_instrument(r, keys->symbol);
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_MARK, false);
	plm_mark *mark = &event.u.mark;
	mark->instrument = spec->id;
	event.venue_time_ns = pli_row_time(&r->row, keys->time, 0);
	event.venue_sequence = pli_binance_sequence(event.venue_time_ns, 0);
	if (spec->kind == PLM_KIND_OPTION) { /* worth nothing is a price here */
		mark->mark_price = pli_row_number(&r->row, keys->mark);
		if (plm_decimal_sign(mark->mark_price) < 0)
			mark->mark_price = plm_decimal_unknown();
	} else {
		mark->mark_price = pli_row_above_zero(&r->row, keys->mark);
	}
	mark->index_price = pli_row_above_zero(&r->row, keys->index);
	if (keys->iv != NULL) {
		mark->underlying_price = mark->index_price;
		mark->mark_iv = pli_row_double(&r->row, keys->iv) * 100;
		mark->delta = pli_row_double(&r->row, keys->delta);
		mark->gamma = pli_row_double(&r->row, keys->gamma);
		mark->vega = pli_row_double(&r->row, keys->vega);
		mark->theta = pli_row_double(&r->row, keys->theta);
	} else if (pli_row_time(&r->row, keys->funding_time, 0) != 0) {
		mark->funding_rate = pli_row_double(&r->row, keys->funding);
	}
	pli_binance_emit(r, &event);
}

/* BUY is above 0, SELL below. */
static plm_decimal
row_signed(binance_reader *r, const char *side_key, plm_decimal quantity)
{
	plm_slice side = pli_row_string(&r->row, side_key);
	if (plm_slice_is(side, "SELL"))
		return plm_decimal_negate(quantity);
	if (!plm_slice_is(side, "BUY"))
		pli_row_fail(&r->row, NULL, "a side of BUY or SELL");
	return quantity;
}

static uint64_t
row_hash(binance_reader *r, const char *key, const plm_instrument *spec)
{
	plm_slice text = pli_row_text(&r->row, key);
	return pli_binance_hash(text, pli_binance_hash(plm_slice_of(spec->name), 0));
}

/* Forced fills carry a client order id of the venue's own. */
static uint8_t
row_forced(binance_reader *r, const char *key)
{
	plm_slice id = pli_row_string(&r->row, key);
	if (id.size >= 3 && memcmp(id.bytes, "adl", 3) == 0)
		return 2;
	return id.size >= 9 && memcmp(id.bytes, "autoclose", 9) == 0;
}

/* A commission is above 0 when paid, below 0 when it is a rebate. */
void
pli_binance_fill(binance_reader *r)
{
	const plm_instrument *spec = pli_binance_instrument(r, "s");
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_FILL, true);
	plm_fill *fill = &event.u.fill;
	fill->instrument = spec->id;
	fill->unit = (uint8_t)pli_binance_unit(spec);
	fill->trade_hash = row_hash(r, "t", spec);
	fill->quantity = row_signed(r, "S", pli_row_number(&r->row, "l"));
	fill->price = pli_row_price_or_none(&r->row, "L");
	fill->realised_pnl = pli_row_decimal(&r->row, "rp");
	fill->side = (uint8_t)row_side(r, "ps");
	fill->liquidation = row_forced(r, "c");
	fill->fee = pli_row_decimal(&r->row, "n");
	if (plm_decimal_is_known(fill->fee) && pli_row_has(&r->row, "N"))
		fill->fee_asset = pli_binance_asset(r, "N");
	pli_binance_emit(r, &event);
}

/* What still rests; a final state rests nothing. */
void
pli_binance_order(binance_reader *r)
{
	const binance_order_keys *keys = r->keys;
	const plm_instrument *spec = pli_binance_instrument(r, keys->symbol);
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_ORDER_OPEN, true);
	plm_order_open *open = &event.u.order_open;
	open->instrument = spec->id;
	open->unit = (uint8_t)pli_binance_unit(spec);
	open->order_hash = row_hash(r, keys->id, spec);
	open->price = pli_row_price_or_none(&r->row, keys->price);
	open->reduce_only = pli_row_bool(&r->row, keys->reduce_only);
	plm_decimal filled = pli_row_number(&r->row, keys->filled);
	plm_decimal rest = pli_row_number(&r->row, keys->quantity);
	rest = pli_row_add(&r->row, rest, plm_decimal_negate(filled));
	plm_slice state = pli_row_string(&r->row, keys->state);
	if (!plm_slice_is(state, "NEW") && !plm_slice_is(state, "PARTIALLY_FILLED"))
		rest = plm_decimal_zero();
	open->quantity = row_signed(r, keys->side, rest);
	if (keys->time != NULL)
		event.venue_time_ns = pli_row_time(&r->row, keys->time, 0);
	pli_binance_emit(r, &event);
}
