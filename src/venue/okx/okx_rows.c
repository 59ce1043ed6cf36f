/* okx_rows.c: one JSON object of OKX's to the events that it stands for. "" is unknown everywhere:
 * the members of json_row.h read it so. */
#include "venue/okx/okx.h"

void
pli_okx_begin(okx_reader *r, plm_event *event, plm_event_type type, plm_time_ns time_ns)
{
	plm_event_init(event, type);
	event->flags = r->flags;
	event->venue_time_ns = time_ns;
}

void
pli_okx_emit(okx_reader *r, plm_event *event, bool of_account)
{
	if (r->row.err != PLM_OK || r->dry)
		return;
	if (of_account)
		event->account = r->cfg->account;
	if (event->type == PLM_EVENT_BALANCE || event->type == PLM_EVENT_POSITION)
		r->rows_count++;
	r->row.err = PLI_FAULT(OKX_ROW) ? PLM_EDECODE : r->events->emit(r->events->ctx, event);
	if (r->row.err == PLM_OK && r->watcher != NULL)
		r->watcher->seen(r->watcher->ctx, event, r->options_value);
	if (r->row.err == PLM_OK && r->collateral != NULL)
		pli_collateral_see(r->collateral, event);
}

void
pli_okx_each(okx_reader *r, const char *key, okx_read *read)
{
	uint32_t outer = r->row.node, list = pli_row_list(&r->row, key);
	for (uint32_t row = pli_row_child(&r->row, list, 0); row != 0;
	     row = pli_row_child(&r->row, list, row)) {
		r->row.node = row;
		read(r);
		r->row.node = outer;
	}
}

static uint8_t
row_pool(const okx_reader *r, bool isolated)
{
	if (isolated)
		return PLM_MARGIN_ISOLATED;
	if (r->level == OKX_LEVEL_SPOT)
		return PLM_MARGIN_NONE;
	return r->level == OKX_LEVEL_FUTURES ? PLM_MARGIN_SEGREGATED : PLM_MARGIN_CROSS;
}

/* "" is what spot says. */
plm_side
pli_okx_side(okx_reader *r)
{
	plm_slice text = pli_row_string(&r->row, "posSide");
	if (plm_slice_is(text, "long"))
		return PLM_SIDE_LONG;
	if (plm_slice_is(text, "short"))
		return PLM_SIDE_SHORT;
	if (text.size != 0 && !plm_slice_is(text, "net"))
		pli_row_fail(&r->row, "posSide", "net, long or short");
	return PLM_SIDE_NET;
}

/* Legs of the long/short mode are stated without a sign. */
static plm_decimal
row_contracts(okx_reader *r, plm_side side)
{
	plm_decimal pos = pli_row_number(&r->row, "pos");
	if (side == PLM_SIDE_LONG && plm_decimal_sign(pos) < 0)
		pli_row_fail(&r->row, "pos", "0 or more where posSide is long");
	if (side == PLM_SIDE_SHORT && !pli_mutant(OKX_SHORT_UNSIGNED))
		return plm_decimal_negate(plm_decimal_abs(pos));
	return pos;
}

/* A margin position holds one currency and owes the other: pos counts posCcy, liab liabCcy, and
 * neither sign says which is which. Its coins are pos when it is long and what it owes when it is
 * short. Margined in the coin itself it is like an inverse contract: the rest of the coins is
 * equity in that coin (pos holds the margin too), and what it owes or holds in quote is what
 * counts. */
static plm_decimal
row_margin_quantity(okx_reader *r, const plm_instrument *spec, plm_unit *ret_unit)
{
	const char *base = plm_names_asset_text(r->cfg->names, spec->underlying);
	const char *quote = plm_names_asset_text(r->cfg->names, spec->quote);
	bool holds = pli_row_is(&r->row, "posCcy", base) || pli_row_is(&r->row, "posCcy", quote);
	bool is_long = holds ? pli_row_is(&r->row, "posCcy", base)
			     : pli_row_is(&r->row, "liabCcy", quote);
	bool of_coin = pli_row_is(&r->row, "ccy", base);
	plm_decimal pos = pli_row_decimal(&r->row, "pos");
	*ret_unit = of_coin ? PLM_UNIT_USD : PLM_UNIT_COINS;
	if (plm_decimal_is_known(pos) && plm_decimal_sign(pos) == 0)
		return pos;
	if (!holds && !is_long && !pli_row_is(&r->row, "liabCcy", base))
		pli_row_fail(&r->row, "posCcy", "the pair's base or quote currency");
	const char *key = is_long == of_coin ? "liab" : "pos";
	plm_decimal amount = plm_decimal_abs(pli_row_number(&r->row, key));
	return is_long ? amount : plm_decimal_negate(amount);
}

/* A pool of the position's own. */
static void
row_isolated_margin(okx_reader *r, const plm_event *from)
{
	const plm_position *position = &from->u.position;
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_VENUE_MARGIN, from->venue_time_ns);
	plm_venue_margin *margin = &event.u.venue_margin;
	margin->instrument = position->instrument;
	margin->margin_mode = PLM_MARGIN_ISOLATED;
	margin->side = position->side;
	if (pli_row_string(&r->row, "ccy").size != 0)
		margin->asset = pli_okx_asset(r, "ccy");
	margin->equity = pli_row_add(&r->row, position->isolated_margin, position->unrealised_pnl);
	margin->maintenance_margin = position->maintenance_margin;
	margin->ratio = pli_row_decimal(&r->row, "mgnRatio");
	if (plm_decimal_is_known(margin->equity) && plm_decimal_sign(position->quantity) != 0)
		pli_okx_emit(r, &event, true);
}

static void
position_fill(okx_reader *r, const plm_instrument *spec, plm_position *position)
{
	bool is_option = spec->kind == PLM_KIND_OPTION;
	plm_unit unit = pli_mutant(OKX_CONTRACTS_AS_COINS) ? PLM_UNIT_COINS : PLM_UNIT_CONTRACTS;
	position->instrument = spec->id;
	position->side = (uint8_t)pli_okx_side(r);
	position->quantity = spec->kind == PLM_KIND_SPOT
				 ? row_margin_quantity(r, spec, &unit)
				 : row_contracts(r, (plm_side)position->side);
	position->unit = (uint8_t)unit;
	position->entry_price = pli_row_above_zero(&r->row, "avgPx");
	position->mark_price = is_option ? pli_row_from_zero(&r->row, "markPx")
					 : pli_row_above_zero(&r->row, "markPx");
	position->liquidation_price = pli_row_above_zero(&r->row, "liqPx");
	position->unrealised_pnl = pli_row_decimal(&r->row, "upl");
	position->leverage = pli_row_above_zero(&r->row, "lever");
	position->adl_rank = spec->kind == PLM_KIND_SPOT ? 0 : pli_row_rank(&r->row, "adl", 1);
	position->initial_margin = pli_row_decimal(&r->row, "imr");
	position->maintenance_margin = pli_row_decimal(&r->row, "mmr");
	if (is_option)
		position->delta_coins = pli_row_double(&r->row, "deltaBS");
}

/* A cross position on margin outside the futures mode is a view of balances, which hold its coins
 * and its debt: it would count twice. */
static bool
position_is_balances(const okx_reader *r, const plm_instrument *spec, bool isolated)
{
	return spec->kind == PLM_KIND_SPOT && !isolated && r->level != OKX_LEVEL_UNKNOWN &&
	       r->level != OKX_LEVEL_FUTURES;
}

void
pli_okx_position(okx_reader *r)
{
	const plm_instrument *spec = pli_okx_instrument(r, "instId");
	bool isolated = pli_row_is(&r->row, "mgnMode", "isolated");
	if (spec == NULL || position_is_balances(r, spec, isolated))
		return;
	if (!isolated && !pli_row_is(&r->row, "mgnMode", "cross"))
		pli_row_fail(&r->row, "mgnMode", "a position whose mgnMode is cross or isolated");
	plm_event event;
	plm_time_ns pushed_ns = pli_row_time(&r->row, "pTime", r->time_ns);
	pli_okx_begin(r, &event, PLM_EVENT_POSITION, pushed_ns);
	position_fill(r, spec, &event.u.position);
	event.u.position.margin_mode = row_pool(r, isolated);
	if (isolated)
		event.u.position.isolated_margin = pli_row_decimal(&r->row, "margin");
	event.venue_sequence = pushed_ns != 0
				   ? pli_update_sequence(pushed_ns, r->copy)
				   : pli_update_sequence(
					 pli_row_time(&r->row, "uTime", 0), PLI_UPDATE_LAST);
	if (event.venue_sequence < r->sequence_min)
		event.venue_sequence = r->sequence_min;
	r->options_value = spec->kind == PLM_KIND_OPTION ? pli_row_decimal(&r->row, "optVal")
							 : plm_decimal_zero();
	pli_okx_emit(r, &event, true);
	if (isolated)
		row_isolated_margin(r, &event);
}

/* Without a session's word of its options: equity that holds nothing but cash, profit and what bots
 * have holds no option's value either. Numbers are printed doubles: 12 digits must agree. */
static bool
balance_is_plain(okx_reader *r, const plm_balance *balance)
{
	plm_decimal zero = plm_decimal_zero(), bots = pli_row_decimal(&r->row, "stgyEq");
	plm_decimal sum = pli_row_add(
	    &r->row, balance->wallet, pli_row_known(balance->unrealised_pnl, zero));
	sum = pli_row_add(&r->row, sum, pli_row_known(bots, zero));
	sum = pli_row_add(&r->row, sum, plm_decimal_negate(balance->equity));
	return plm_decimal_is_known(sum) &&
	       plm_decimal_abs(sum).units <=
		   plm_decimal_abs(balance->equity).units / INT64_C(1000000000000);
}

static plm_decimal
balance_collateral(okx_reader *r, const plm_balance *balance)
{
	if (r->watcher == NULL)
		return balance_is_plain(r, balance) ? balance->equity : plm_decimal_unknown();
	plm_decimal options = r->watcher->options_of(r->watcher->ctx, balance->asset);
	return pli_row_add(&r->row, balance->equity, plm_decimal_negate(options));
}

/* The venue's numbers of one pool, of the members that account and currency share. */
static void
row_pool_margin(okx_reader *r, uint8_t mode, plm_asset_id asset, plm_decimal equity)
{
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_VENUE_MARGIN, r->time_ns);
	event.u.venue_margin.asset = asset;
	event.u.venue_margin.margin_mode = mode;
	event.u.venue_margin.is_portfolio = r->level == OKX_LEVEL_PORTFOLIO;
	event.u.venue_margin.equity = equity;
	event.u.venue_margin.initial_margin = pli_row_decimal(&r->row, "imr");
	event.u.venue_margin.maintenance_margin = pli_row_decimal(&r->row, "mmr");
	event.u.venue_margin.available = pli_row_decimal(&r->row, "availEq");
	event.u.venue_margin.ratio = pli_row_decimal(&r->row, "mgnRatio");
	pli_okx_emit(r, &event, true);
}

static void
balance_rate(okx_reader *r, plm_asset_id asset)
{
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_ASSET_RATE, r->time_ns);
	event.u.asset_rate.asset = asset;
	event.u.asset_rate.venue = r->cfg->venue;
	event.u.asset_rate.usd = pli_row_above_zero(&r->row, "coinUsdPrice");
	if (plm_decimal_is_known(event.u.asset_rate.usd))
		pli_okx_emit(r, &event, false);
}

/* What the venue counts of a currency, by steps; a session hears of those that it holds. */
void
pli_okx_discount(okx_reader *r)
{
	static const pli_collateral_members members = {
	    "ccy", "details", "minAmt", "discountRate", NULL, NULL};
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_COLLATERAL, 0);
	event.account = r->cfg->account;
	pli_collateral_read(
	    &r->row, &members, r->cfg->names, r->collateral, &event, r->dry ? NULL : r->events);
}

static void
read_balance(okx_reader *r)
{
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_BALANCE, r->time_ns);
	plm_balance *balance = &event.u.balance;
	balance->asset = pli_okx_asset(r, "ccy");
	balance->wallet = pli_row_number(&r->row, "cashBal");
	balance->equity = pli_row_decimal(&r->row, "eq");
	balance->unrealised_pnl = pli_row_decimal(&r->row, "upl");
	balance->available = pli_row_known(
	    pli_row_decimal(&r->row, "availEq"), pli_row_decimal(&r->row, "availBal"));
	balance->borrowed = plm_decimal_abs(pli_row_decimal(&r->row, "liab"));
	balance->collateral = balance_collateral(r, balance);
	bool by_currency = plm_decimal_is_known(pli_row_decimal(&r->row, "mgnRatio"));
	balance->margin_mode = r->level == OKX_LEVEL_UNKNOWN && by_currency ? PLM_MARGIN_SEGREGATED
									    : row_pool(r, false);
	if (r->level == OKX_LEVEL_MULTI && pli_row_is(&r->row, "collateralEnabled", "false"))
		balance->margin_mode = PLM_MARGIN_NONE; /* it backs nothing here */
	event.venue_sequence = pli_update_sequence(r->time_ns, r->copy);
	if (event.venue_sequence < r->sequence_min)
		event.venue_sequence = r->sequence_min;
	pli_okx_emit(r, &event, true);
	/* the futures mode alone states margins by currency, of what is not isolated */
	plm_decimal isolated = pli_row_known(pli_row_decimal(&r->row, "isoEq"), plm_decimal_zero());
	if (by_currency)
		row_pool_margin(r, PLM_MARGIN_SEGREGATED, balance->asset,
		    pli_row_add(&r->row, balance->equity, plm_decimal_negate(isolated)));
	balance_rate(r, balance->asset);
}

void
pli_okx_balances(okx_reader *r)
{
	plm_time_ns outer_ns = r->time_ns;
	r->time_ns = pli_row_time(&r->row, "uTime", r->time_ns);
	if (pli_row_list(&r->row, "details") == PLI_NO_LIST)
		pli_row_fail(&r->row, "details", "an account with a list of details");
	pli_okx_each(r, "details", read_balance);
	/* the modes with one pool state totals in USD */
	plm_decimal equity = pli_row_decimal(&r->row, "adjEq");
	if (plm_decimal_is_known(equity))
		row_pool_margin(
		    r, PLM_MARGIN_CROSS, plm_names_asset(r->cfg->names, PLM_SLICE("USD")), equity);
	r->time_ns = outer_ns;
}

/* Cash alone: what else there is in the currency is derived from the positions. */
static void
read_change(okx_reader *r)
{
	plm_event event;
	pli_okx_begin(r, &event, PLM_EVENT_BALANCE, r->time_ns);
	event.u.balance.asset = pli_okx_asset(r, "ccy");
	event.u.balance.wallet = pli_row_number(&r->row, "cashBal");
	event.u.balance.margin_mode = row_pool(r, false);
	event.venue_sequence = pli_update_sequence(r->time_ns, r->copy);
	pli_okx_emit(r, &event, true);
}

/* Margin positions are told here without what they owe. */
static void
read_changed_position(okx_reader *r)
{
	if (!pli_row_is(&r->row, "instType", "MARGIN"))
		pli_okx_position(r);
}

void
pli_okx_changes(okx_reader *r)
{
	plm_time_ns outer_ns = r->time_ns;
	r->time_ns = pli_row_time(&r->row, "pTime", r->time_ns);
	pli_okx_each(r, "balData", read_change);
	pli_okx_each(r, "posData", read_changed_position);
	r->time_ns = outer_ns;
}
