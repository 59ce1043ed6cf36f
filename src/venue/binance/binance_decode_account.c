/* binance_decode_account.c: REST and WebSocket-API payloads of positions and balances. */
#include "venue/binance/binance_internal.h"

#include <assert.h>

plm_side
pli_binance_side(binance_reader *r, uint32_t object, const char *key)
{
	plm_slice text = pli_binance_text(r, object, key);
	if (text.size == 0 || plm_slice_is(text, "BOTH"))
		return PLM_SIDE_NET;
	if (plm_slice_is(text, "LONG"))
		return PLM_SIDE_LONG;
	if (!plm_slice_is(text, "SHORT"))
		(void)pli_binance_wrong(
		    r, pli_json_find(r->json, object, key), "BOTH, LONG or SHORT");
	return PLM_SIDE_SHORT;
}

plm_decimal
pli_binance_amount(binance_reader *r, uint32_t object, const char *key, plm_side side)
{
	plm_decimal amount = pli_binance_decimal_must(r, object, key);
	if (side == PLM_SIDE_LONG && plm_decimal_sign(amount) < 0)
		(void)pli_binance_wrong(r, pli_json_find(r->json, object, key),
		    "an amount of 0 or above on a LONG leg");
	if (side == PLM_SIDE_SHORT && plm_decimal_sign(amount) > 0)
		return plm_decimal_negate(amount);
	return amount;
}

void
pli_binance_leg(binance_reader *r, plm_slice symbol, const plm_position *position)
{
	if (plm_decimal_sign(position->quantity) == 0)
		return;
	uint64_t seed = (uint64_t)position->quantity.units ^
			(uint64_t)(position->quantity.units >> 64) ^ position->side;
	r->legs_digest ^= pli_binance_hash(symbol, seed);
	r->legs_count++;
}

/* v2 says marginType or isolated; v3 says neither, but only an isolated leg has a wallet. */
static plm_margin_mode
position_mode(binance_reader *r, uint32_t row)
{
	plm_slice type = pli_binance_text(r, row, "marginType");
	if (type.size != 0) {
		if (plm_slice_is(type, "isolated") || plm_slice_is(type, "ISOLATED"))
			return PLM_MARGIN_ISOLATED;
		if (!plm_slice_is(type, "cross") && !plm_slice_is(type, "CROSSED"))
			(void)pli_binance_wrong(
			    r, pli_json_find(r->json, row, "marginType"), "cross or isolated");
		return PLM_MARGIN_CROSS;
	}
	if (pli_binance_has(r, row, "isolated"))
		return pli_binance_flag(r, row, "isolated") ? PLM_MARGIN_ISOLATED
							    : PLM_MARGIN_CROSS;
	bool wallet = plm_decimal_sign(pli_binance_decimal(r, row, "isolatedWallet")) != 0;
	bool margin = plm_decimal_sign(pli_binance_decimal(r, row, "isolatedMargin")) != 0;
	return wallet || margin ? PLM_MARGIN_ISOLATED : PLM_MARGIN_CROSS;
}

static plm_decimal
position_unrealised(binance_reader *r, uint32_t row)
{
	plm_decimal value = pli_binance_decimal(r, row, "unRealizedProfit");
	return plm_decimal_is_known(value) ? value
					   : pli_binance_decimal(r, row, "unrealizedProfit");
}

/* One row of positionRisk (fapi, dapi, papi) or of an account's "positions". */
void
pli_binance_read_position(binance_reader *r, uint32_t row)
{
	const plm_instrument *spec = pli_binance_instrument(r, row, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_POSITION, true);
	plm_position *position = &event.u.position;
	position->instrument = spec->id;
	position->unit = (uint8_t)pli_binance_unit(spec);
	plm_side side = pli_binance_side(r, row, "positionSide");
	position->side = (uint8_t)side;
	position->quantity = pli_binance_amount(r, row, "positionAmt", side);
	position->entry_price = pli_binance_price(r, row, "entryPrice");
	position->mark_price = pli_binance_price(r, row, "markPrice");
	position->unrealised_pnl = position_unrealised(r, row);
	position->liquidation_price = pli_binance_threshold(r, row, "liquidationPrice");
	position->leverage = pli_binance_threshold(r, row, "leverage");
	position->margin_mode = (uint8_t)position_mode(r, row);
	position->initial_margin = pli_binance_decimal(r, row, "initialMargin");
	position->maintenance_margin = pli_binance_decimal(r, row, "maintMargin");
	if (position->margin_mode == PLM_MARGIN_ISOLATED)
		position->isolated_margin = pli_binance_decimal(r, row, "isolatedWallet");
	event.venue_sequence = pli_binance_sequence(
	    pli_binance_time(r, row, "updateTime"), BINANCE_COPY_LAST);
	if (r->err != PLM_OK)
		return;
	pli_binance_leg(r, plm_slice_of(spec->name), position);
	if (!r->quiet_positions)
		pli_binance_emit(r, &event);
}

/* eapi: `side` repeats the sign of quantity. */
void
pli_binance_read_option_position(binance_reader *r, uint32_t row)
{
	const plm_instrument *spec = pli_binance_instrument(r, row, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_POSITION, true);
	plm_position *position = &event.u.position;
	position->instrument = spec->id;
	position->unit = (uint8_t)pli_binance_unit(spec);
	plm_side side = pli_binance_side(r, row, "side");
	position->quantity = pli_binance_amount(r, row, "quantity", side);
	position->entry_price = pli_binance_price(r, row, "entryPrice");
	position->mark_price = pli_binance_decimal(r, row, "markPrice");
	position->unrealised_pnl = pli_binance_decimal(r, row, "unrealizedPNL");
	position->margin_mode = PLM_MARGIN_CROSS;
	event.venue_time_ns = pli_binance_time(r, row, "time");
	event.venue_sequence = pli_binance_sequence(event.venue_time_ns, BINANCE_COPY_LAST);
	pli_binance_emit(r, &event);
}

static plm_balance *
balance_begin(binance_reader *r, uint32_t row, const char *key, plm_event *event)
{
	pli_binance_begin(r, event, PLM_EVENT_BALANCE, true);
	event->u.balance.asset = pli_binance_asset(r, row, key);
	return &event->u.balance;
}

/* Adds what is known on both sides; unknown stays unknown. */
static plm_decimal
balance_add(binance_reader *r, plm_decimal a, plm_decimal b)
{
	plm_decimal sum = plm_decimal_unknown();
	plm_err err = plm_decimal_add(a, b, &sum);
	if (err == PLM_EOVERFLOW && r->err == PLM_OK)
		r->err = plm_fault_set(
		    r->fault, PLM_EDECODE, NULL, "a sum of balances is too large");
	return sum;
}

static plm_decimal
balance_subtract(binance_reader *r, plm_decimal a, plm_decimal b)
{
	return balance_add(r, a, plm_decimal_negate(b));
}

/* Account row: {asset, walletBalance, marginBalance, ...}; portfolio margin has the cross wallet
 * alone, and nothing isolated beside it. */
static void
account_asset(binance_reader *r, uint32_t row)
{
	plm_event event;
	plm_balance *balance = balance_begin(r, row, "asset", &event);
	bool portfolio = !pli_binance_has(r, row, "walletBalance");
	if (portfolio) {
		balance->wallet = pli_binance_decimal_must(r, row, "crossWalletBalance");
		balance->unrealised_pnl = pli_binance_decimal(r, row, "crossUnPnl");
		balance->equity = balance_add(r, balance->wallet, balance->unrealised_pnl);
	} else {
		balance->wallet = pli_binance_decimal_must(r, row, "walletBalance");
		balance->unrealised_pnl = pli_binance_decimal(r, row, "unrealizedProfit");
		balance->equity = pli_binance_decimal(r, row, "marginBalance");
		balance->available = pli_binance_decimal(r, row, "availableBalance");
	}
	balance->collateral = balance->equity;
	balance->margin_mode = PLM_MARGIN_CROSS;
	event.venue_sequence = pli_binance_sequence(
	    pli_binance_time(r, row, "updateTime"), BINANCE_COPY_LAST);
	pli_binance_emit(r, &event);
}

/* COIN-M: each coin is a margin pool with numbers of its own. */
static void
account_asset_margin(binance_reader *r, uint32_t row)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_VENUE_MARGIN, true);
	plm_venue_margin *margin = &event.u.venue_margin;
	margin->asset = pli_binance_asset(r, row, "asset");
	margin->margin_mode = PLM_MARGIN_SEGREGATED;
	margin->equity = pli_binance_decimal(r, row, "marginBalance");
	margin->initial_margin = pli_binance_decimal(r, row, "initialMargin");
	margin->maintenance_margin = pli_binance_decimal(r, row, "maintMargin");
	margin->available = pli_binance_decimal(r, row, "availableBalance");
	pli_binance_emit(r, &event);
}

/* In single-asset mode the totals count USDT alone, in multi-assets mode USD. v2 says which; v3
 * does not, but a total that equals the USDT row to the last digit is that row. */
static const char *
account_total_asset(binance_reader *r, uint32_t node, uint32_t assets)
{
	if (pli_binance_has(r, node, "multiAssetsMargin"))
		return pli_binance_flag(r, node, "multiAssetsMargin") ? "USD" : "USDT";
	plm_slice total = pli_binance_text(r, node, "totalWalletBalance");
	for (uint32_t row = pli_binance_row_first(r, assets); row != 0;
	     row = pli_binance_row_next(r, assets, row))
		if (plm_slice_is(pli_binance_text(r, row, "asset"), "USDT") &&
		    plm_slice_equal(pli_binance_text(r, row, "walletBalance"), total))
			return "USDT";
	return "USD";
}

static void
account_totals(binance_reader *r, uint32_t node, uint32_t assets)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_VENUE_MARGIN, true);
	plm_venue_margin *margin = &event.u.venue_margin;
	const char *asset = account_total_asset(r, node, assets);
	margin->asset = plm_names_asset(r->cfg->names, plm_slice_of(asset));
	margin->margin_mode = PLM_MARGIN_CROSS;
	margin->equity = pli_binance_decimal(r, node, "totalMarginBalance");
	margin->initial_margin = pli_binance_decimal(r, node, "totalInitialMargin");
	margin->maintenance_margin = pli_binance_decimal(r, node, "totalMaintMargin");
	margin->available = pli_binance_decimal(r, node, "availableBalance");
	pli_binance_emit(r, &event);
}

/* account of fapi v2 and v3, dapi, papi um and cm. */
void
pli_binance_read_futures_account(binance_reader *r, uint32_t node)
{
	uint32_t assets = pli_binance_rows(r, node, "assets");
	bool totals = pli_binance_has(r, node, "totalMarginBalance");
	for (uint32_t row = pli_binance_row_first(r, assets); row != 0;
	     row = pli_binance_row_next(r, assets, row)) {
		account_asset(r, row);
		if (!totals && pli_binance_has(r, row, "marginBalance"))
			account_asset_margin(r, row);
	}
	if (totals)
		account_totals(r, node, assets);
	uint32_t positions = pli_binance_rows(r, node, "positions");
	for (uint32_t row = pli_binance_row_first(r, positions); row != 0;
	     row = pli_binance_row_next(r, positions, row))
		pli_binance_read_position(r, row);
}

/* balance of fapi and dapi. crossUnPnl leaves isolated legs out, so it is not the asset's. */
void
pli_binance_read_futures_balance(binance_reader *r, uint32_t row)
{
	plm_event event;
	plm_balance *balance = balance_begin(r, row, "asset", &event);
	balance->wallet = pli_binance_decimal_must(r, row, "balance");
	balance->available = pli_binance_decimal(r, row, "availableBalance");
	balance->margin_mode = PLM_MARGIN_CROSS;
	event.venue_sequence = pli_binance_sequence(
	    pli_binance_time(r, row, "updateTime"), BINANCE_COPY_LAST);
	pli_binance_emit(r, &event);
}

/* papi balance: the stated total leaves loans out; a loan is a negative balance. */
void
pli_binance_read_portfolio_balance(binance_reader *r, uint32_t row)
{
	plm_event event;
	plm_balance *balance = balance_begin(r, row, "asset", &event);
	plm_decimal total = pli_binance_decimal_must(r, row, "totalWalletBalance");
	balance->borrowed = balance_add(r, pli_binance_decimal(r, row, "crossMarginBorrowed"),
	    pli_binance_decimal(r, row, "crossMarginInterest"));
	balance->wallet = balance_subtract(r, total, balance->borrowed);
	balance->unrealised_pnl = balance_add(r, pli_binance_decimal(r, row, "umUnrealizedPNL"),
	    pli_binance_decimal(r, row, "cmUnrealizedPNL"));
	balance->equity = balance_add(r, balance->wallet, balance->unrealised_pnl);
	balance->collateral = balance->equity;
	balance->available = pli_binance_decimal(r, row, "crossMarginFree");
	balance->margin_mode = PLM_MARGIN_CROSS;
	event.venue_sequence = pli_binance_sequence(
	    pli_binance_time(r, row, "updateTime"), BINANCE_COPY_LAST);
	pli_binance_emit(r, &event);
}

/* papi and sapi portfolio account: USD totals; the ratio is uniMMR. */
void
pli_binance_read_portfolio_account(binance_reader *r, uint32_t node)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_VENUE_MARGIN, true);
	plm_venue_margin *margin = &event.u.venue_margin;
	margin->asset = plm_names_asset(r->cfg->names, PLM_SLICE("USD"));
	margin->margin_mode = PLM_MARGIN_CROSS;
	margin->equity = pli_binance_decimal_must(r, node, "accountEquity");
	margin->initial_margin = pli_binance_decimal(r, node, "accountInitialMargin");
	margin->maintenance_margin = pli_binance_decimal(r, node, "accountMaintMargin");
	margin->available = pli_binance_decimal(r, node, "totalAvailableBalance");
	margin->ratio = pli_binance_decimal(r, node, "uniMMR");
	event.venue_time_ns = pli_binance_time(r, node, "updateTime");
	pli_binance_emit(r, &event);
}

/* eapi account: marginBalance is cash, equity is cash and unrealised P&L. */
void
pli_binance_read_option_account(binance_reader *r, uint32_t node)
{
	r->time_ns = pli_binance_time(r, node, "time");
	uint32_t rows = pli_binance_rows(r, node, "asset");
	for (uint32_t row = pli_binance_row_first(r, rows); row != 0;
	     row = pli_binance_row_next(r, rows, row)) {
		plm_event event;
		plm_balance *balance = balance_begin(r, row, "asset", &event);
		balance->wallet = pli_binance_decimal_must(r, row, "marginBalance");
		balance->equity = pli_binance_decimal(r, row, "equity");
		balance->available = pli_binance_decimal(r, row, "available");
		balance->unrealised_pnl = pli_binance_decimal(r, row, "unrealizedPNL");
		balance->margin_mode = PLM_MARGIN_CROSS;
		pli_binance_emit(r, &event);
		pli_binance_begin(r, &event, PLM_EVENT_VENUE_MARGIN, true);
		plm_venue_margin *margin = &event.u.venue_margin;
		margin->asset = pli_binance_asset(r, row, "asset");
		margin->margin_mode = PLM_MARGIN_CROSS;
		margin->equity = pli_binance_decimal(r, row, "equity");
		margin->initial_margin = pli_binance_decimal(r, row, "initialMargin");
		margin->maintenance_margin = pli_binance_decimal(r, row, "maintMargin");
		margin->available = pli_binance_decimal(r, row, "available");
		pli_binance_emit(r, &event);
	}
}

/* Spot: free and locked are both owned. */
void
pli_binance_read_spot_account(binance_reader *r, uint32_t node)
{
	uint64_t sequence = pli_binance_sequence(
	    pli_binance_time(r, node, "updateTime"), BINANCE_COPY_LAST);
	uint32_t rows = pli_binance_rows(r, node, "balances");
	for (uint32_t row = pli_binance_row_first(r, rows); row != 0;
	     row = pli_binance_row_next(r, rows, row)) {
		plm_event event;
		plm_balance *balance = balance_begin(r, row, "asset", &event);
		balance->available = pli_binance_decimal_must(r, row, "free");
		balance->wallet = balance_add(
		    r, balance->available, pli_binance_decimal_must(r, row, "locked"));
		balance->equity = balance->collateral = balance->wallet;
		event.venue_sequence = sequence;
		pli_binance_emit(r, &event);
	}
}

static void
margin_asset(binance_reader *r, uint32_t row, plm_margin_mode mode)
{
	plm_event event;
	plm_balance *balance = balance_begin(r, row, "asset", &event);
	balance->wallet = pli_binance_decimal_must(r, row, "netAsset");
	balance->equity = balance->collateral = balance->wallet;
	balance->available = pli_binance_decimal(r, row, "free");
	balance->borrowed = balance_add(
	    r, pli_binance_decimal(r, row, "borrowed"), pli_binance_decimal(r, row, "interest"));
	balance->margin_mode = (uint8_t)mode;
	pli_binance_emit(r, &event);
}

/* Cross margin: totals are counted in BTC; the ratio is the venue's margin level. */
void
pli_binance_read_margin_account(binance_reader *r, uint32_t node)
{
	uint32_t rows = pli_binance_rows(r, node, "userAssets");
	for (uint32_t row = pli_binance_row_first(r, rows); row != 0;
	     row = pli_binance_row_next(r, rows, row))
		margin_asset(r, row, PLM_MARGIN_CROSS);
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_VENUE_MARGIN, true);
	plm_venue_margin *margin = &event.u.venue_margin;
	margin->asset = plm_names_asset(r->cfg->names, PLM_SLICE("BTC"));
	margin->margin_mode = PLM_MARGIN_CROSS;
	margin->equity = pli_binance_decimal(r, node, "totalNetAssetOfBtc");
	margin->ratio = pli_binance_decimal(r, node, "marginLevel");
	pli_binance_emit(r, &event);
}

/* The coin of one side of one pair, added to what earlier pairs hold of it. */
static bool
isolated_same(binance_reader *r, uint32_t side, plm_slice asset)
{
	return plm_slice_equal(pli_binance_text(r, side, "asset"), asset);
}

static uint32_t
isolated_side(binance_reader *r, uint32_t pair, int which)
{
	uint32_t side = pli_json_find(r->json, pair, which == 0 ? "baseAsset" : "quoteAsset");
	if (side == 0 || r->nodes[side].type != PLI_JSON_OBJECT)
		(void)pli_binance_wrong(r, pair, "a baseAsset and a quoteAsset");
	return r->err == PLM_OK ? side : 0;
}

/* Sums an asset over all pairs; *ret_first: the first place where it stands. */
static void
isolated_sum(
    binance_reader *r, uint32_t rows, plm_slice asset, plm_balance *balance, uint32_t *ret_first)
{
	balance->wallet = balance->available = balance->borrowed = plm_decimal_zero();
	*ret_first = 0;
	for (uint32_t pair = pli_binance_row_first(r, rows); pair != 0;
	     pair = pli_binance_row_next(r, rows, pair))
		for (int which = 0; which < 2; which++) {
			uint32_t side = isolated_side(r, pair, which);
			if (side == 0 || !isolated_same(r, side, asset))
				continue;
			*ret_first = *ret_first == 0 ? side : *ret_first;
			plm_decimal borrowed = balance_add(r,
			    pli_binance_decimal(r, side, "borrowed"),
			    pli_binance_decimal(r, side, "interest"));
			balance->borrowed = balance_add(r, balance->borrowed, borrowed);
			balance->wallet = balance_add(
			    r, balance->wallet, pli_binance_decimal_must(r, side, "netAsset"));
			balance->available = balance_add(
			    r, balance->available, pli_binance_decimal(r, side, "free"));
		}
}

/* Isolated margin pairs: an asset may back several pairs; the account holds their sum. */
void
pli_binance_read_isolated_account(binance_reader *r, uint32_t node)
{
	uint32_t rows = pli_binance_rows(r, node, "assets");
	for (uint32_t pair = pli_binance_row_first(r, rows); pair != 0;
	     pair = pli_binance_row_next(r, rows, pair))
		for (int which = 0; which < 2; which++) {
			uint32_t side = isolated_side(r, pair, which), first;
			if (side == 0)
				return;
			plm_event event;
			plm_balance *balance = balance_begin(r, side, "asset", &event);
			isolated_sum(r, rows, pli_binance_text(r, side, "asset"), balance, &first);
			balance->equity = balance->collateral = balance->wallet;
			balance->margin_mode = PLM_MARGIN_ISOLATED;
			if (first == side)
				pli_binance_emit(r, &event);
		}
}
