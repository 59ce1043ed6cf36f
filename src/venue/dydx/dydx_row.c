/* dydx_row.c: markets and their prices, orders, fills, funding, errors. */
#include "venue/dydx/dydx.h"
#include "venue/venue_events.h"

enum { ORDER_FILLED = 0, ORDER_SIZE = 1 };

/* The market by its member or, in a map, by the row's key. NULL: not wanted, or behind an error. */
static const plm_instrument *
row_wanted(dydx_reader *r)
{
	char room[PLM_NAME_MAX];
	plm_slice ticker = pli_row_text(&r->row, "ticker");
	if (ticker.size == 0)
		ticker = pli_json_nodes(r->row.json, NULL)[r->row.node].key;
	bool wanted = r->wanted == NULL || ticker.size == 0;
	plm_slice name = wanted ? ticker : pli_dydx_name(ticker, room);
	for (uint32_t i = 0; !wanted && i < r->wanted->count; i++)
		wanted = plm_slice_is(name, r->wanted->rows[i].name);
	return wanted ? pli_dydx_market(r, ticker) : NULL;
}

/* One tier: a base that the size of a position does not change. What open interest adds to the
 * initial margin is not in it. */
static void
listing_tier(dydx_reader *r, plm_instrument_id id)
{
	plm_event event;
	plm_margin_tier *tier = &event.u.margin_tier;
	pli_dydx_begin(r, &event, PLM_EVENT_MARGIN_TIER);
	tier->instrument = id;
	tier->tier = tier->tiers_count = 1;
	tier->notional_floor = tier->maintenance_amount = plm_decimal_zero();
	tier->maintenance_rate = pli_row_above_zero(&r->row, "maintenanceMarginFraction");
	if (plm_decimal_divide(plm_decimal_from_int(1),
		pli_row_above_zero(&r->row, "initialMarginFraction"),
		&tier->leverage_max) != PLM_OK)
		tier->leverage_max = plm_decimal_unknown();
	if (plm_decimal_is_known(tier->maintenance_rate))
		pli_dydx_send(r, &event);
}

/* A market's row, whole or what has changed of it; prices come with their time or without. */
void
pli_dydx_listing_row(dydx_reader *r)
{
	const plm_instrument *known = row_wanted(r);
	plm_time_ns time_ns = pli_row_time_text(&r->row, "effectiveAt");
	plm_mark *mark = &r->work.event.u.mark;
	if (known == NULL)
		return;
	plm_instrument spec = *known;
	if (pli_row_has(&r->row, "clobPairId") && spec.underlying.value != 0 && !r->dry) {
		if (pli_row_has(&r->row, "status"))
			pli_contract_ends(
			    &spec, 0, pli_row_is(&r->row, "status", "FINAL_SETTLEMENT"));
		spec.spec_source = PLM_SPEC_VENUE;
		(void)plm_names_instrument_set(r->cfg->names, &spec);
	}
	if (pli_row_has(&r->row, "maintenanceMarginFraction"))
		listing_tier(r, spec.id);
	bool tells = pli_row_has(&r->row, "oraclePrice") || pli_row_has(&r->row, "nextFundingRate");
	if (!tells || pli_kept_open(r->rows, PLM_EVENT_MARK, spec.id.value, time_ns, false,
			  &r->work) == PLI_KEPT_OLD)
		return;
	mark->instrument = spec.id;
	pli_row_replace_price(&r->row, "oraclePrice", &mark->mark_price);
	mark->index_price = mark->mark_price; /* one price for both */
	if (pli_row_has(&r->row, "nextFundingRate"))
		mark->funding_rate = pli_row_double(&r->row, "nextFundingRate");
	if (r->rows != NULL && r->row.err == PLM_OK && !r->dry)
		pli_kept_close(r->rows, &r->work);
	pli_dydx_send(r, &r->work.event);
}

static plm_decimal
trade_signed(dydx_reader *r, plm_decimal amount)
{
	bool sell = pli_row_is(&r->row, "side", "SELL");
	if (plm_decimal_sign(amount) < 0)
		pli_row_fail(&r->row, "size", "an amount of 0 or more: the side tells the sign");
	if (!sell && !pli_row_is(&r->row, "side", "BUY"))
		pli_row_fail(&r->row, "side", "a side of BUY or SELL");
	return sell ? plm_decimal_negate(amount) : amount;
}

/* LIQUIDATED and DELEVERAGED: this account was closed; OFFSETTING: it was taken to close another.
 */
void
pli_dydx_fill(dydx_reader *r)
{
	plm_event event;
	plm_fill *fill = &event.u.fill;
	plm_slice type = pli_row_string(&r->row, "type");
	const char *key = pli_row_has(&r->row, "market") ? "market" : "ticker";
	const plm_instrument *spec = pli_dydx_market(r, pli_row_name(&r->row, key));
	if (spec == NULL)
		return;
	pli_dydx_begin(r, &event, PLM_EVENT_FILL);
	event.venue_time_ns = pli_row_time_text(&r->row, "createdAt");
	fill->instrument = spec->id;
	fill->unit = PLM_UNIT_COINS;
	fill->trade_hash = pli_row_identifier(&r->row, "id");
	fill->quantity = trade_signed(r, pli_row_number(&r->row, "size"));
	fill->price = pli_row_above_zero(&r->row, "price");
	fill->fee = pli_row_decimal(&r->row, "fee");
	fill->fee_asset = pli_dydx_usdc(r);
	if (plm_slice_is(type, "LIQUIDATED") || plm_slice_is(type, "DELEVERAGED"))
		fill->liquidation = 1;
	else if (plm_slice_is(type, "OFFSETTING"))
		fill->liquidation = 2;
	pli_dydx_send(r, &event);
}

/* What was filled, by blocks or by the venue's word before the block; the more of both. Not told:
 * nothing yet, so that it counts with all of its size. */
static void
order_take(dydx_reader *r)
{
	plm_order_open *open = &r->work.event.u.order_open;
	plm_decimal *filled = &r->work.more[ORDER_FILLED];
	static const char *const told[] = {"totalFilled", "totalOptimisticFilled"};
	bool works = pli_row_is(&r->row, "status", "OPEN") ||
		     pli_row_is(&r->row, "status", "BEST_EFFORT_OPENED");
	bool waits = pli_row_is(&r->row, "status", "UNTRIGGERED");
	plm_decimal rest = plm_decimal_zero();
	pli_row_replace(&r->row, "size", &r->work.more[ORDER_SIZE]);
	pli_row_replace_price(&r->row, "price", &open->price);
	if (!plm_decimal_is_known(*filled))
		*filled = plm_decimal_zero();
	for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
		plm_decimal value = pli_row_decimal(&r->row, told[i]);
		if (plm_decimal_is_known(value) && value.units > filled->units)
			*filled = value;
	}
	if (pli_row_has(&r->row, "reduceOnly"))
		open->reduce_only = pli_row_bool(&r->row, "reduceOnly");
	if (!plm_decimal_is_known(r->work.more[ORDER_SIZE]))
		pli_row_fail(&r->row, NULL, "an order with its size");
	if (works && r->row.err == PLM_OK)
		(void)plm_decimal_subtract(r->work.more[ORDER_SIZE], *filled, &rest);
	if (plm_decimal_sign(rest) < 0)
		rest = plm_decimal_zero();
	open->quantity = trade_signed(r, rest);
	r->work.dead = !works && !waits;
}

void
pli_dydx_order(dydx_reader *r)
{
	uint64_t hash = pli_row_identifier(&r->row, "id");
	const plm_instrument *spec = pli_dydx_market(r, pli_row_name(&r->row, "ticker"));
	if (spec == NULL)
		return;
	if (hash == 0 || !pli_row_has(&r->row, "status"))
		pli_row_fail(&r->row, NULL, "an order with its id and its status");
	(void)pli_kept_open(r->rows, PLM_EVENT_ORDER_OPEN, hash, 0, false, &r->work);
	plm_order_open *open = &r->work.event.u.order_open;
	r->work.seen = r->seen;
	r->work.event.account = r->cfg->account;
	open->instrument = spec->id;
	open->unit = PLM_UNIT_COINS;
	open->order_hash = hash;
	order_take(r);
	if (r->rows != NULL && r->row.err == PLM_OK && !r->dry)
		pli_kept_close(r->rows, &r->work);
	pli_dydx_send(r, &r->work.event);
}

void
pli_dydx_orders_end(dydx_reader *r)
{
	uint32_t at = 0;
	pli_kept_row *row;
	while (r->rows != NULL && !r->dry && r->row.err == PLM_OK &&
	       (row = pli_kept_unseen(r->rows, PLM_EVENT_ORDER_OPEN, r->seen, &at)) != NULL) {
		row->dead = true;
		row->event.u.order_open.quantity = plm_decimal_zero();
		pli_dydx_send(r, &row->event);
	}
}

/* The rate of an hour, when it was charged. */
void
pli_dydx_funding(dydx_reader *r)
{
	plm_event event;
	const plm_instrument *spec = row_wanted(r);
	if (spec == NULL)
		return;
	plm_event_init(&event, PLM_EVENT_FUNDING);
	event.venue_time_ns = pli_row_time_text(&r->row, "effectiveAt");
	event.u.funding.instrument = spec->id;
	event.u.funding.asset = spec->settle;
	event.u.funding.rate = pli_row_double(&r->row, "rate");
	pli_dydx_send(r, &event);
}

/* {"message"} of the stream; {"msg"} of REST. Neither has a number. */
void
pli_dydx_error(dydx_reader *r)
{
	plm_event event;
	plm_slice text = pli_row_string(&r->row, "message");
	pli_dydx_begin(r, &event, PLM_EVENT_VENUE_ERROR);
	pli_venue_error_set(&event, 0, text.size != 0 ? text : pli_row_string(&r->row, "msg"));
	pli_dydx_send(r, &event);
}
