/* bitmex_row.c: one row of each kind: what stands, then what happened. */
#include <math.h>
#include <string.h>

#include "base/mutant.h"
#include "venue/bitmex/bitmex.h"
#include "venue/venue_events.h"

/* A signed number of contracts; in coins, as the venue counts them (home), where a contract is no
 * fixed number of them. */
static plm_decimal
row_quantity(const plm_instrument *spec, plm_decimal contracts, plm_decimal home, uint8_t *ret_unit)
{
	bool by_home = spec->kind == PLM_KIND_SPOT || pli_bitmex_is_quanto(spec);
	*ret_unit = pli_mutant(BITMEX_CONTRACTS_AS_COINS) ? PLM_UNIT_COINS : PLM_UNIT_CONTRACTS;
	if (!by_home || plm_decimal_sign(home) == 0 || plm_decimal_sign(contracts) == 0)
		return contracts;
	*ret_unit = PLM_UNIT_COINS;
	home = plm_decimal_abs(home);
	return plm_decimal_sign(contracts) < 0 ? plm_decimal_negate(home) : home;
}

/* 1.0 is reduced first. */
static uint8_t
position_fifth(double percentile)
{
	if (!(percentile >= 0 && percentile <= 1))
		return 0;
	return percentile > 0 ? (uint8_t)ceil(percentile * 5) : 1;
}

/* maintMargin is what is left of the margin, no requirement: posMaint is that. */
static void
position_take(bitmex_reader *r, plm_position *position)
{
	/* Coins that were counted for another number of contracts are none. */
	if (pli_row_has(&r->row, "currentQty") || pli_row_has(&r->row, "homeNotional"))
		r->work.more[BITMEX_HOME] = pli_row_decimal(&r->row, "homeNotional");
	pli_row_replace(&r->row, "currentQty", &r->work.more[BITMEX_AMOUNT]);
	pli_row_replace_price(&r->row, "avgEntryPrice", &position->entry_price);
	pli_row_replace_price(&r->row, "markPrice", &position->mark_price);
	pli_row_replace_price(&r->row, "liquidationPrice", &position->liquidation_price);
	pli_row_replace_price(&r->row, "leverage", &position->leverage);
	if (pli_row_find(&r->row, "deleveragePercentile") != 0)
		position->adl_rank = position_fifth(
		    pli_row_double(&r->row, "deleveragePercentile"));
	pli_row_replace_scaled(&r->row, "unrealisedPnl", &position->unrealised_pnl, r->work.scale);
	pli_row_replace_scaled(&r->row, "posInit", &position->initial_margin, r->work.scale);
	pli_row_replace_scaled(&r->row, "posMaint", &position->maintenance_margin, r->work.scale);
	if (pli_row_has(&r->row, "crossMargin"))
		position->margin_mode = pli_row_bool(&r->row, "crossMargin") ? PLM_MARGIN_SEGREGATED
									     : PLM_MARGIN_ISOLATED;
	if (position->margin_mode == PLM_MARGIN_ISOLATED)
		pli_row_replace_scaled(
		    &r->row, "posMargin", &position->isolated_margin, r->work.scale);
	else
		position->isolated_margin = plm_decimal_unknown();
}

/* Of a spot pair there is no position: its row counts orders, its coins are in the margins. */
void
pli_bitmex_position(void *reader)
{
	bitmex_reader *r = reader;
	plm_position *position = &r->work.event.u.position;
	plm_slice symbol = pli_row_name(&r->row, "symbol");
	if (r->row.err != PLM_OK || pli_bitmex_is_spot(symbol))
		return;
	const plm_instrument *spec = pli_bitmex_instrument(r);
	if (spec == NULL)
		return;
	if (!pli_bitmex_row_open(r, PLM_EVENT_POSITION, spec->id.value))
		return;
	r->work.event.account = r->cfg->account;
	position->instrument = spec->id;
	if (position->margin_mode == PLM_MARGIN_NONE)
		position->margin_mode = PLM_MARGIN_SEGREGATED;
	if (pli_row_has(&r->row, "currency"))
		(void)pli_bitmex_currency(r, pli_row_string(&r->row, "currency"), &r->work.scale);
	position_take(r, position);
	bool told = plm_decimal_is_known(r->work.more[BITMEX_AMOUNT]);
	if (!told && (r->whole || r->tables != NULL))
		pli_row_fail(&r->row, "currentQty", "a number of contracts");
	if (!told) /* one that stands alone tells nothing without it */
		return;
	position->quantity = row_quantity(
	    spec, r->work.more[BITMEX_AMOUNT], r->work.more[BITMEX_HOME], &position->unit);
	if (plm_decimal_sign(position->quantity) == 0)
		position->adl_rank = 0; /* the venue keeps that of what was closed */
	if (pli_mutant(BITMEX_SHORT_UNSIGNED))
		position->quantity = plm_decimal_abs(position->quantity);
	pli_bitmex_row_close(r);
}

/* What is tied up, by open orders and by positions: equity - excessMargin. The sum of what the
 * positions require is not told. */
static void
margin_pool(bitmex_reader *r, const plm_balance *balance)
{
	plm_event event;
	plm_venue_margin *margin = &event.u.venue_margin;
	plm_event_init(&event, PLM_EVENT_VENUE_MARGIN);
	event.account = r->cfg->account;
	event.venue_time_ns = r->work.event.venue_time_ns;
	margin->asset = balance->asset;
	margin->margin_mode = balance->margin_mode;
	margin->equity = balance->equity;
	margin->available = balance->available;
	margin->ratio = r->work.more[BITMEX_USED];
	margin->initial_margin = pli_row_add(
	    &r->row, r->work.more[BITMEX_INIT], r->work.more[BITMEX_MAINT]);
	pli_bitmex_send(r, &event);
}

void
pli_bitmex_margin(void *reader)
{
	bitmex_reader *r = reader;
	uint8_t scale;
	plm_balance *balance = &r->work.event.u.balance;
	plm_slice currency = pli_row_name(&r->row, "currency");
	if (r->row.err != PLM_OK)
		return;
	plm_asset_id asset = pli_bitmex_currency(r, currency, &scale);
	if (!pli_bitmex_row_open(r, PLM_EVENT_BALANCE, asset.value))
		return;
	r->work.scale = scale;
	r->work.event.account = r->cfg->account;
	balance->asset = asset;
	balance->margin_mode = PLM_MARGIN_SEGREGATED;
	plm_decimal wallet = balance->wallet;
	pli_row_replace_scaled(&r->row, "walletBalance", &balance->wallet, r->work.scale);
	r->wallet_moved |= plm_decimal_is_known(wallet) && wallet.units != balance->wallet.units;
	pli_row_replace_scaled(&r->row, "marginBalance", &balance->equity, r->work.scale);
	pli_row_replace_scaled(&r->row, "unrealisedPnl", &balance->unrealised_pnl, r->work.scale);
	pli_row_replace_scaled(&r->row, "availableMargin", &balance->available, r->work.scale);
	pli_row_replace_scaled(&r->row, "initMargin", &r->work.more[BITMEX_INIT], r->work.scale);
	pli_row_replace_scaled(&r->row, "maintMargin", &r->work.more[BITMEX_MAINT], r->work.scale);
	pli_row_replace(&r->row, "marginUsedPcnt", &r->work.more[BITMEX_USED]);
	balance->collateral = balance->equity;
	if (r->whole && !pli_row_has(&r->row, "walletBalance"))
		pli_row_fail(&r->row, NULL, "a margin with its walletBalance");
	pli_bitmex_row_close(r);
	margin_pool(r, balance);
}

static plm_decimal
listing_quotient(plm_decimal above, plm_decimal below)
{
	plm_decimal value = plm_decimal_unknown();
	if (plm_decimal_sign(above) == 0 || plm_decimal_sign(below) == 0 ||
	    plm_decimal_divide(above, below, &value) != PLM_OK || plm_decimal_sign(value) <= 0)
		return plm_decimal_unknown();
	return value;
}

/* multiplier: settlement units for a point of price, or (below 0) for 1/price. A quanto's worth in
 * coins moves with a third price: it has no size. Where two members say a size, they must agree. */
static plm_decimal
listing_size(bitmex_reader *r, const plm_instrument *spec)
{
	plm_decimal multiplier = pli_row_decimal(&r->row, "multiplier");
	plm_decimal one = plm_decimal_from_int(1);
	plm_decimal by_position = listing_quotient(
	    one, pli_row_decimal(&r->row, "underlyingToPositionMultiplier"));
	if (spec->kind == PLM_KIND_SPOT)
		return by_position;
	if (spec->inverse)
		return listing_quotient(
		    multiplier, pli_row_decimal(&r->row, "underlyingToSettleMultiplier"));
	if (pli_bitmex_is_quanto(spec) || pli_row_bool(&r->row, "isQuanto"))
		return plm_decimal_unknown();
	plm_decimal by_quote = listing_quotient(
	    multiplier, pli_row_decimal(&r->row, "quoteToSettleMultiplier"));
	if (plm_decimal_is_known(by_position) && by_position.units != by_quote.units)
		pli_row_fail(
		    &r->row, "multiplier", "a size that underlyingToPositionMultiplier says too");
	return by_quote;
}

/* FFWCSX perpetual, FFCCSX future, IFXXXP spot; the rest (indices, spreads, predictions, options
 * of the past) is not read as a contract. */
static plm_kind
listing_kind(plm_slice type)
{
	const char *text = type.size == 6 ? type.bytes : "      ";
	if (memcmp(text, "FFWC", 4) == 0)
		return PLM_KIND_PERPETUAL;
	if (memcmp(text, "FFCC", 4) == 0)
		return PLM_KIND_FUTURE;
	return memcmp(text, "IFXX", 4) == 0 ? PLM_KIND_SPOT : PLM_KIND_UNKNOWN;
}

static void
listing_spec(bitmex_reader *r, const plm_instrument *held)
{
	plm_instrument spec = *held;
	uint8_t scale;
	plm_slice settle = pli_row_string(&r->row, "settlCurrency");
	spec.kind = (uint8_t)listing_kind(pli_row_string(&r->row, "typ"));
	if (spec.kind == PLM_KIND_UNKNOWN || r->row.err != PLM_OK)
		return;
	spec.underlying = pli_bitmex_currency(r, pli_row_name(&r->row, "underlying"), &scale);
	spec.quote = pli_bitmex_currency(r, pli_row_name(&r->row, "quoteCurrency"), &scale);
	spec.settle = spec.kind == PLM_KIND_SPOT ? spec.quote
						 : pli_bitmex_currency(r, settle, &scale);
	spec.inverse = pli_row_bool(&r->row, "isInverse");
	spec.multiplier = listing_size(r, &spec);
	pli_contract_ends(&spec, pli_row_time_text(&r->row, "expiry"),
	    pli_row_is(&r->row, "state", "Settled") || pli_row_is(&r->row, "state", "Unlisted"));
	spec.spec_source = PLM_SPEC_VENUE;
	if (r->row.err == PLM_OK && !r->dry)
		(void)plm_names_instrument_set(r->cfg->names, &spec);
}

void
pli_bitmex_listing(void *reader)
{
	bitmex_reader *r = reader;
	plm_mark *mark = &r->work.event.u.mark;
	plm_slice symbol = pli_row_name(&r->row, "symbol");
	if (r->row.err != PLM_OK || symbol.bytes[0] == '.' || r->gone)
		return;
	const plm_instrument *spec = pli_bitmex_instrument(r);
	if (spec == NULL)
		return;
	plm_instrument_id id = spec->id;
	if (pli_row_has(&r->row, "typ"))
		listing_spec(r, spec);
	bool tells = pli_row_has(&r->row, "markPrice") || pli_row_has(&r->row, "fundingRate") ||
		     pli_row_has(&r->row, "indicativeSettlePrice");
	if (!tells || !pli_bitmex_row_open(r, PLM_EVENT_MARK, id.value))
		return;
	mark->instrument = id;
	pli_row_replace_price(&r->row, "markPrice", &mark->mark_price);
	pli_row_replace_price(&r->row, "indicativeSettlePrice", &mark->index_price);
	if (pli_row_has(&r->row, "fundingRate"))
		mark->funding_rate = pli_row_double(&r->row, "fundingRate");
	pli_bitmex_row_close(r);
}

/* GET /wallet/assets: into the tables. What has no room there has unknown amounts. */
void
pli_bitmex_assets(void *reader)
{
	bitmex_reader *r = reader;
	plm_slice currency = pli_row_name(&r->row, "currency");
	plm_slice asset = pli_row_name(&r->row, "asset");
	plm_decimal scale = pli_row_number(&r->row, "scale");
	bitmex_tables *tables = r->tables;
	bitmex_asset *row = tables->assets;
	uint8_t places = 0, unused;
	while (places <= PLM_DECIMAL_PLACES && scale.units != places * PLM_DECIMAL_ONE_UNITS)
		places++;
	if (places > PLM_DECIMAL_PLACES)
		pli_row_fail(&r->row, "scale", "a whole number from 0 to 18");
	while (
	    row < tables->assets + tables->assets_count && !plm_slice_is(currency, row->currency))
		row++;
	if (r->row.err != PLM_OK || r->dry || currency.size >= sizeof row->currency ||
	    row == tables->assets + BITMEX_ASSETS_MAX)
		return;
	tables->assets_count += row == tables->assets + tables->assets_count;
	*row = (bitmex_asset){.scale = places, .id = pli_bitmex_currency(r, asset, &unused)};
	memcpy(row->currency, currency.bytes, currency.size);
}

static plm_decimal
trade_signed(bitmex_reader *r, plm_decimal amount)
{
	bool sell = pli_row_is(&r->row, "side", "Sell");
	if (plm_decimal_sign(amount) < 0)
		pli_row_fail(&r->row, NULL, "amounts of 0 or more: the side tells the sign");
	if (!sell && !pli_row_is(&r->row, "side", "Buy"))
		pli_row_fail(&r->row, "side", "a side of Buy or Sell");
	return sell ? plm_decimal_negate(amount) : amount;
}

static void
trade_begin(bitmex_reader *r, plm_event *event, plm_event_type type)
{
	plm_event_init(event, type);
	event->account = r->cfg->account;
	event->venue_time_ns = pli_row_time_text(&r->row, "timestamp");
}

/* Fees are paid in what the contract settles in; of a spot pair, in the row's currency. */
static plm_decimal
trade_fee(bitmex_reader *r, plm_asset_id *ret_asset)
{
	plm_slice currency = pli_row_string(&r->row, "settlCurrency");
	uint8_t scale;
	plm_decimal fee = pli_row_decimal(&r->row, "execComm");
	if (currency.size == 0)
		currency = pli_row_string(&r->row, "currency");
	if (currency.size == 0 || r->row.err != PLM_OK)
		return plm_decimal_unknown();
	*ret_asset = pli_bitmex_currency(r, currency, &scale);
	return pli_row_scaled(fee, scale);
}

/* A payment, or (paid false) the rate of an interval at the time at which it was charged. */
static void
trade_funding(bitmex_reader *r, const plm_instrument *spec, bool paid)
{
	plm_event event;
	trade_begin(r, &event, PLM_EVENT_FUNDING);
	event.u.funding.instrument = spec->id;
	event.u.funding.asset = spec->settle;
	event.u.funding.rate = pli_row_double(&r->row, paid ? "commission" : "fundingRate");
	if (paid)
		event.u.funding.amount = plm_decimal_negate(trade_fee(r, &event.u.funding.asset));
	else
		event.account = (plm_account_id){0};
	pli_bitmex_send(r, &event);
}

/* A liquidation sells to the market; at bankruptcy the venue takes the position over. */
void
pli_bitmex_execution(void *reader)
{
	bitmex_reader *r = reader;
	plm_slice type = pli_row_string(&r->row, "execType");
	bool forced = plm_slice_is(type, "Liquidation") || plm_slice_is(type, "Bankruptcy");
	bool fills = forced || plm_slice_is(type, "Trade") || plm_slice_is(type, "Settlement");
	const plm_instrument *spec = pli_bitmex_instrument(r);
	if (spec == NULL || r->gone)
		return;
	if (plm_slice_is(type, "Funding")) {
		trade_funding(r, spec, true);
		return;
	}
	if (!fills)
		return; /* a word about an order */
	plm_event event;
	plm_fill *fill = &event.u.fill;
	trade_begin(r, &event, PLM_EVENT_FILL);
	fill->instrument = spec->id;
	fill->liquidation = forced;
	fill->trade_hash = pli_row_identifier(&r->row, "execID");
	fill->price = pli_row_above_zero(&r->row, "lastPx");
	fill->fee = trade_fee(r, &fill->fee_asset);
	fill->quantity = row_quantity(spec, trade_signed(r, pli_row_number(&r->row, "lastQty")),
	    pli_row_decimal(&r->row, "homeNotional"), &fill->unit);
	pli_bitmex_send(r, &event);
}

/* An order that waits for its trigger is not working: it does not rest yet. One that is over is
 * forgotten. */
static void
order_take(bitmex_reader *r)
{
	plm_order_open *open = &r->work.event.u.order_open;
	plm_slice status = pli_row_string(&r->row, "ordStatus");
	plm_slice how = pli_row_string(&r->row, "execInst");
	const char *text = how.size == 0 ? "" : how.bytes;
	pli_row_replace(&r->row, "leavesQty", &r->work.more[BITMEX_AMOUNT]);
	pli_row_replace_price(&r->row, "price", &open->price);
	if (pli_row_has(&r->row, "side"))
		r->work.sells = plm_decimal_sign(trade_signed(r, plm_decimal_from_int(1))) < 0;
	if (pli_row_has(&r->row, "execInst"))
		open->reduce_only = memmem(text, how.size, "ReduceOnly", 10) != NULL ||
				    memmem(text, how.size, "Close", 5) != NULL;
	if (pli_row_has(&r->row, "workingIndicator"))
		r->work.works = pli_row_bool(&r->row, "workingIndicator");
	bool over = r->gone || (status.size != 0 && !plm_slice_is(status, "New") &&
				   !plm_slice_is(status, "PartiallyFilled"));
	r->work.dead = over;
	open->quantity = over || !r->work.works ? plm_decimal_zero() : r->work.more[BITMEX_AMOUNT];
	if (plm_decimal_sign(open->quantity) < 0)
		pli_row_fail(&r->row, "leavesQty", "amounts of 0 or more");
	if (r->work.sells)
		open->quantity = plm_decimal_negate(open->quantity);
}

void
pli_bitmex_order(void *reader)
{
	bitmex_reader *r = reader;
	plm_order_open *open = &r->work.event.u.order_open;
	const plm_instrument *spec = pli_bitmex_instrument(r);
	uint64_t hash = pli_row_identifier(&r->row, "orderID");
	if (spec == NULL)
		return;
	if (hash == 0)
		pli_row_fail(&r->row, NULL, "an order with its orderID");
	if (!pli_bitmex_row_open(r, PLM_EVENT_ORDER_OPEN, hash))
		return;
	r->work.event.account = r->cfg->account;
	open->instrument = spec->id;
	open->unit = PLM_UNIT_CONTRACTS;
	open->order_hash = hash;
	order_take(r);
	pli_bitmex_row_close(r);
}

void
pli_bitmex_orders_end(bitmex_reader *r)
{
	uint32_t at = 0;
	pli_kept_row *row;
	while (r->tables != NULL && (row = pli_kept_unseen(&r->tables->rows, PLM_EVENT_ORDER_OPEN,
					 r->seen, &at)) != NULL) {
		row->dead = true;
		row->event.u.order_open.quantity = plm_decimal_zero();
		pli_bitmex_send(r, &row->event);
	}
}

void
pli_bitmex_funding(void *reader)
{
	bitmex_reader *r = reader;
	const plm_instrument *spec = pli_bitmex_instrument(r);
	if (spec != NULL && !r->gone)
		trade_funding(r, spec, false);
}

/* {"error":{"message","name"}} of REST; {"status","error"} of the stream. */
void
pli_bitmex_error(void *reader)
{
	bitmex_reader *r = reader;
	plm_event event;
	int64_t code = 0;
	uint32_t status = pli_row_find(&r->row, "status");
	uint32_t text = pli_json_at(r->row.json, r->row.node, "error.message");
	trade_begin(r, &event, PLM_EVENT_VENUE_ERROR);
	if (status != 0 && r->row.err == PLM_OK)
		r->row.err = pli_json_int(r->row.json, status, &code, r->row.fault);
	if (text == 0)
		text = pli_row_find(&r->row, "error");
	pli_venue_error_set(&event, code, pli_row_string_at(&r->row, text));
	pli_bitmex_send(r, &event);
}
