/* binance_payload.c: payloads, down to their rows. The tables say by which names each endpoint and
 * stream tells a fact, in the order of their structs in binance_internal.h. */
#include "venue/binance/binance_internal.h"

#include <stdio.h>

#include "base/mutant.h"
#include "venue/venue_events.h"

/* positionRisk of fapi, dapi and papi, and "positions" of their accounts. */
const binance_position_keys pli_binance_position_rest = {"symbol", "positionSide", "positionAmt",
    "entryPrice", "markPrice", "unRealizedProfit", "unrealizedProfit", "liquidationPrice",
    "leverage", "initialMargin", "maintMargin", "marginType", "isolatedWallet", "isolatedMargin",
    "updateTime", .adl = "adl", .unordered = false};

const binance_position_keys pli_binance_position_option = {"symbol", "side", "quantity",
    "entryPrice", "markPrice", "unrealizedPNL", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    "time", .unordered = false};

static const binance_position_keys position_stream = {"s", "ps", "pa", "ep", NULL, "up", NULL, NULL,
    NULL, NULL, NULL, "mt", "iw", NULL, NULL, .unordered = false};

/* MARGIN_CALL has no transaction time: it cannot be ordered among updates. */
static const binance_position_keys position_call = {"s", "ps", "pa", NULL, "mp", "up", NULL, NULL,
    NULL, NULL, "mm", "mt", "iw", NULL, NULL, .unordered = true};

static const binance_balance_keys balance_account = {"asset", "walletBalance", NULL, NULL, NULL,
    "unrealizedProfit", NULL, "marginBalance", "availableBalance", "updateTime",
    .mode = PLM_MARGIN_CROSS};

/* Portfolio margin has nothing isolated beside the cross wallet. */
static const binance_balance_keys balance_portfolio_account = {"asset", "crossWalletBalance", NULL,
    NULL, NULL, "crossUnPnl", NULL, NULL, NULL, "updateTime", .mode = PLM_MARGIN_CROSS};

/* crossUnPnl leaves isolated legs out, so it is not the asset's. */
const binance_balance_keys pli_binance_balance_futures = {"asset", "balance", NULL, NULL, NULL,
    NULL, NULL, NULL, "availableBalance", "updateTime", .mode = PLM_MARGIN_CROSS};

/* The stated total leaves loans out. */
const binance_balance_keys pli_binance_balance_portfolio = {"asset", "totalWalletBalance", NULL,
    "crossMarginBorrowed", "crossMarginInterest", "umUnrealizedPNL", "cmUnrealizedPNL", NULL,
    "crossMarginFree", "updateTime", .wallet_without_loans = true, .mode = PLM_MARGIN_CROSS};

static const binance_balance_keys balance_option = {"asset", "marginBalance", NULL, NULL, NULL,
    "unrealizedPNL", NULL, "equity", "available", NULL, .equity_has_options = true,
    .mode = PLM_MARGIN_CROSS};

static const binance_balance_keys balance_spot = {"asset", "free", "locked", NULL, NULL, NULL, NULL,
    NULL, "free", NULL, .wallet_is_all = true, .mode = PLM_MARGIN_NONE};

static const binance_balance_keys balance_spot_stream = {"a", "f", "l", NULL, NULL, NULL, NULL,
    NULL, "f", NULL, .wallet_is_all = true, .mode = PLM_MARGIN_NONE};

static const binance_balance_keys balance_margin = {"asset", "netAsset", NULL, "borrowed",
    "interest", NULL, NULL, NULL, "free", NULL, .wallet_is_all = true, .with_isolated = true,
    .mode = PLM_MARGIN_CROSS};

static const binance_balance_keys balance_stream = {
    "a", "wb", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, .mode = PLM_MARGIN_CROSS};

static const binance_balance_keys balance_option_stream = {"a", "b", NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, .wallet_is_cash = true, .mode = PLM_MARGIN_CROSS};

static const binance_position_keys position_option_stream = {"s", NULL, "c", "a", NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, .unordered = false};

static const binance_margin_keys margin_account = {PLM_MARGIN_CROSS, "totalMarginBalance",
    "totalInitialMargin", "totalMaintMargin", "availableBalance", NULL};
static const binance_margin_keys margin_coin = {PLM_MARGIN_SEGREGATED, "marginBalance",
    "initialMargin", "maintMargin", "availableBalance", NULL};
static const binance_margin_keys margin_portfolio = {PLM_MARGIN_CROSS, "accountEquity",
    "accountInitialMargin", "accountMaintMargin", "totalAvailableBalance", "uniMMR"};
static const binance_margin_keys margin_option = {
    PLM_MARGIN_CROSS, "equity", "initialMargin", "maintMargin", "available", NULL};
static const binance_margin_keys margin_spot = {
    PLM_MARGIN_CROSS, "totalNetAssetOfBtc", NULL, NULL, NULL, "marginLevel"};

/* P of the stream is an estimated settlement price, not an index. */
const binance_mark_keys pli_binance_mark_stream = {
    "s", "E", "p", "i", "r", "T", NULL, NULL, NULL, NULL, NULL};
const binance_mark_keys pli_binance_mark_premium = {"symbol", "time", "markPrice", "indexPrice",
    "lastFundingRate", "nextFundingTime", NULL, NULL, NULL, NULL, NULL};
const binance_mark_keys pli_binance_mark_option_stream = {
    "s", "E", "mp", "i", NULL, NULL, "vo", "d", "g", "v", "t"};
const binance_mark_keys pli_binance_mark_option_rest = {
    "symbol", NULL, "markPrice", NULL, NULL, NULL, "markIV", "delta", "gamma", "vega", "theta"};

static const binance_order_keys order_stream = {"s", "i", "S", "p", "q", "z", "X", "R", NULL};
const binance_order_keys pli_binance_order_rest = {"symbol", "orderId", "side", "price", "origQty",
    "executedQty", "status", "reduceOnly", "updateTime"};

static plm_asset_id
asset_named(binance_reader *r, const char *name)
{
	return plm_names_asset(r->cfg->names, plm_slice_of(name));
}

/* Reads each row of the list member `key`. */
static void
read_list(binance_reader *r, const char *key, binance_read *read, const void *keys)
{
	pli_binance_each(r, pli_row_list(&r->row, key), read, keys);
}

/* Reads the member `key`, which must be an object. */
static void
read_member(binance_reader *r, const char *key, binance_read *read, const char *expected)
{
	uint32_t node = pli_row_find(&r->row, key);
	if (node == 0 || r->nodes[node].type != PLI_JSON_OBJECT)
		pli_row_fail(&r->row, NULL, expected);
	else
		pli_binance_at(r, node, read, NULL);
}

/* keys: the account's totals; NULL: each asset is a pool with margin numbers of its own. */
static void
account_asset(binance_reader *r)
{
	const void *totals = r->keys;
	bool plain = pli_row_has(&r->row, "walletBalance");
	r->keys = plain ? &balance_account : &balance_portfolio_account;
	pli_binance_balance(r);
	if (totals == NULL && plain)
		pli_binance_margin(r, &margin_coin, pli_binance_asset(r, "asset"));
}

/* account of fapi v2 and v3, dapi, papi um and cm. COIN-M and single-asset mode have a pool for
 * each asset. Totals count USD in multi-assets mode; where the mode is not known (v3 does not say
 * it), what they count is not known either. */
void
pli_binance_read_futures_account(binance_reader *r)
{
	if (pli_row_has(&r->row, "multiAssetsMargin"))
		r->pool_mode = pli_binance_pool_mode(r);
	bool totals = pli_row_has(&r->row, "totalMarginBalance") &&
		      r->pool_mode != PLM_MARGIN_SEGREGATED;
	read_list(r, "assets", account_asset, totals ? &margin_account : NULL);
	plm_asset_id usd = {0};
	if (r->pool_mode == PLM_MARGIN_CROSS)
		usd = asset_named(r, "USD");
	if (totals)
		pli_binance_margin(r, &margin_account, usd);
	read_list(r, "positions", pli_binance_position, &pli_binance_position_rest);
}

uint8_t
pli_binance_pool_mode(binance_reader *r)
{
	bool multi = pli_row_bool(&r->row, "multiAssetsMargin");
	return multi ? PLM_MARGIN_CROSS : PLM_MARGIN_SEGREGATED;
}

void
pli_binance_read_portfolio_account(binance_reader *r)
{
	r->time_ns = pli_row_time(&r->row, "updateTime", 0);
	pli_binance_margin(r, &margin_portfolio, asset_named(r, "USD"));
}

static void
option_asset(binance_reader *r)
{
	pli_binance_balance(r);
	pli_binance_margin(r, &margin_option, pli_binance_asset(r, "asset"));
}

/* eapi account: equity is cash and what options are worth, marginBalance that less their P&L. */
void
pli_binance_read_option_account(binance_reader *r)
{
	r->time_ns = pli_row_time(&r->row, "time", 0);
	read_list(r, "asset", option_asset, &balance_option);
}

void
pli_binance_read_spot_account(binance_reader *r)
{
	plm_time_ns time_ns = pli_row_time(&r->row, "updateTime", 0);
	uint64_t sequence = pli_binance_sequence(time_ns, BINANCE_COPY_LAST);
	r->sequence_min = sequence > r->sequence_min ? sequence : r->sequence_min;
	read_list(r, "balances", pli_binance_balance, &balance_spot);
}

/* Cross margin: totals are counted in BTC; the ratio is the venue's margin level. */
void
pli_binance_read_margin_account(binance_reader *r)
{
	read_list(r, "userAssets", pli_binance_balance, &balance_margin);
	pli_binance_isolated_rest(r);
	pli_binance_margin(r, &margin_spot, asset_named(r, "BTC"));
}

/* outboundAccountPosition: spot balances that changed. */
void
pli_binance_read_spot_update(binance_reader *r)
{
	r->time_ns = pli_row_time(&r->row, "u", 0);
	read_list(r, "B", pli_binance_balance, &balance_spot_stream);
}

void
pli_binance_read_margin_call(binance_reader *r)
{
	r->time_ns = pli_row_time(&r->row, "E", 0);
	read_list(r, "p", pli_binance_position, &position_call);
	read_list(r, "p", pli_binance_call, &position_call);
}

/* What was to leave is back. */
static void
emit_rejected(binance_reader *r)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_TRANSFER, true);
	event.u.transfer.asset = pli_binance_asset(r, "a");
	event.u.transfer.quantity = plm_decimal_negate(pli_row_number(&r->row, r->keys));
	event.u.transfer.state = PLM_TRANSFER_FAILED;
	if (plm_decimal_sign(event.u.transfer.quantity) != 0)
		pli_binance_emit(r, &event);
}

/* What reached or left a wallet besides P&L and fees; keys: the member that says how much. */
static void
emit_transfer(binance_reader *r)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_TRANSFER, true);
	event.venue_sequence = pli_binance_sequence(r->time_ns, r->copy);
	event.u.transfer.asset = pli_binance_asset(r, "a");
	event.u.transfer.quantity = pli_row_number(&r->row, r->keys);
	event.u.transfer.transfer_hash = pli_binance_hash(
	    pli_row_string(&r->row, "a"), event.venue_sequence);
	int sign = plm_decimal_sign(event.u.transfer.quantity);
	if (sign > 0 || (sign < 0 && !r->quiet_departures))
		pli_binance_emit(r, &event);
}

/* A funding payment; keys: the leg that it is for, NULL when the update does not say. */
static void
emit_funding(binance_reader *r)
{
	const plm_instrument_id *leg = r->keys;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_FUNDING, true);
	event.venue_sequence = pli_binance_sequence(r->time_ns, r->copy);
	event.u.funding.asset = pli_binance_asset(r, "a");
	event.u.funding.amount = pli_row_number(&r->row, "bc");
	if (leg != NULL)
		event.u.funding.instrument = *leg;
	pli_binance_emit(r, &event);
}

/* From or to another wallet or account; not between an account's own margins, nor swapped. */
static bool
reason_moves_coins(plm_slice reason)
{
	static const char *const reasons[] = {
	    "DEPOSIT", "WITHDRAW", "ASSET_TRANSFER", "ADMIN_DEPOSIT", "ADMIN_WITHDRAW"};
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (plm_slice_is(reason, reasons[i]))
			return true;
	return false;
}

static void
read_transfers(binance_reader *r, plm_slice reason)
{
	if (plm_slice_is(reason, "WITHDRAW_REJECT"))
		read_list(r, "B", emit_rejected, "bc");
	else if (reason_moves_coins(reason))
		read_list(r, "B", emit_transfer, "bc");
}

/* The only leg of an update; NULL when there are more or none. */
static const plm_instrument *
update_leg(binance_reader *r)
{
	uint32_t body = r->row.node, legs = pli_row_list(&r->row, "P");
	uint32_t leg = pli_row_child(&r->row, legs, 0);
	if (leg == 0 || pli_row_child(&r->row, legs, leg) != 0)
		return NULL;
	r->row.node = leg;
	const plm_instrument *spec = pli_binance_instrument(r, "s");
	r->row.node = body;
	return spec;
}

static void
read_update(binance_reader *r)
{
	plm_slice reason = pli_row_string(&r->row, "m");
	read_list(r, "B", pli_binance_balance, &balance_stream);
	read_list(r, "P", pli_binance_position, &position_stream);
	read_transfers(r, reason);
	if (!plm_slice_is(reason, "FUNDING_FEE"))
		return;
	const plm_instrument *leg = update_leg(r);
	read_list(r, "B", emit_funding, leg == NULL ? NULL : &leg->id);
}

/* ACCOUNT_UPDATE: only what changed, each row absolute. T orders the updates. */
void
pli_binance_read_account_update(binance_reader *r)
{
	r->time_ns = pli_row_time(&r->row, "T", 0);
	read_member(r, "a", read_update, "an account update with an object \"a\"");
}

/* What still rests, and the fill when there is one (l above 0). */
static void
read_order(binance_reader *r)
{
	r->keys = &order_stream;
	pli_binance_order(r);
	if (plm_decimal_sign(pli_row_decimal(&r->row, "l")) > 0)
		pli_binance_fill(r);
}

void
pli_binance_read_order_update(binance_reader *r)
{
	r->time_ns = pli_row_time(&r->row, "T", 0);
	read_member(r, "o", read_order, "an order update with an object \"o\"");
}

/* balanceUpdate: a deposit, withdrawal or transfer, as a difference. */
void
pli_binance_read_balance_change(binance_reader *r)
{
	r->time_ns = pli_row_time(&r->row, "T", 0);
	r->keys = "d";
	emit_transfer(r);
}

/* index (options) and indexPriceUpdate (COIN-M): the pair's index. */
void
pli_binance_read_index(binance_reader *r)
{
	const char *key = pli_row_has(&r->row, "i") ? "i" : "s";
	plm_slice pair = pli_row_name(&r->row, key), base = {NULL, 0}, quote = base;
	if (r->row.err == PLM_OK && !pli_binance_pair_split(pair, &base, &quote))
		pli_row_fail(&r->row, key, "a pair such as BTCUSD");
	if (r->row.err != PLM_OK)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_INDEX, false);
	event.venue_time_ns = pli_row_time(&r->row, "E", 0);
	event.u.index.asset = plm_names_asset(r->cfg->names, base);
	event.u.index.quote = plm_names_asset(r->cfg->names, quote);
	event.u.index.venue = r->cfg->venue;
	event.u.index.price = pli_row_above_zero(&r->row, "p");
	pli_binance_emit(r, &event);
}

/* assetIndex, REST and stream: "SOLUSD" is USD per SOL. */
void
pli_binance_read_asset_index(binance_reader *r)
{
	bool stream = pli_row_has(&r->row, "s");
	const char *key = stream ? "s" : "symbol";
	plm_slice pair = pli_row_name(&r->row, key), asset = {NULL, 0};
	if (r->row.err == PLM_OK && !pli_name_ends(pair, "USD", &asset))
		pli_row_fail(&r->row, key, "a pair such as SOLUSD");
	if (r->row.err != PLM_OK)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_ASSET_RATE, false);
	event.venue_time_ns = pli_row_time(&r->row, stream ? "E" : "time", 0);
	event.u.asset_rate.asset = plm_names_asset(r->cfg->names, asset);
	event.u.asset_rate.venue = r->cfg->venue;
	event.u.asset_rate.usd = pli_row_above_zero(&r->row, stream ? "i" : "index");
	if (plm_decimal_is_known(event.u.asset_rate.usd) && event.u.asset_rate.asset.value != 0)
		pli_binance_emit(r, &event);
	/* a session reads them of what is held */
	if (r->collateral == NULL && pli_row_has(&r->row, "askBuffer"))
		pli_binance_read_buffers(r);
}

/* fundingRate: what was charged at fundingTime. */
void
pli_binance_read_funding(binance_reader *r)
{
	const plm_instrument *spec = pli_binance_instrument(r, "symbol");
	if (spec == NULL)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_FUNDING, false);
	event.venue_time_ns = pli_row_time(&r->row, "fundingTime", 0);
	event.u.funding.instrument = spec->id;
	event.u.funding.asset = spec->settle;
	event.u.funding.rate = pli_row_double(&r->row, "fundingRate");
	pli_binance_emit(r, &event);
}

void
pli_binance_read_error(binance_reader *r)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_VENUE_ERROR, true);
	plm_decimal code = pli_row_number(&r->row, "code");
	pli_venue_error_set(
	    &event, (int64_t)(code.units / PLM_DECIMAL_ONE_UNITS), pli_row_string(&r->row, "msg"));
	pli_binance_emit(r, &event);
}

/* A specification is stored only when nothing of the payload is wrong. */
static void
instrument_set(binance_reader *r, const plm_instrument *spec)
{
	if (r->row.err == PLM_OK && !r->dry)
		(void)plm_names_instrument_set(r->cfg->names, spec);
}

static plm_decimal
instrument_size(binance_reader *r, const char *key)
{
	plm_decimal value = pli_row_number(&r->row, key);
	if (r->row.err == PLM_OK && plm_decimal_sign(value) <= 0)
		pli_row_fail(&r->row, key, "a number above 0");
	return value;
}

/* One symbol of fapi or dapi exchangeInfo; dapi has contractSize. A settled contract has an empty
 * contractType: its name says what it was. */
static void
instrument_future(binance_reader *r)
{
	const plm_instrument *named = pli_binance_instrument(r, "symbol");
	plm_slice type = pli_row_string(&r->row, "contractType");
	if (named == NULL || type.size == 0)
		return;
	plm_instrument spec = *named;
	spec.underlying = pli_binance_asset(r, "baseAsset");
	spec.quote = pli_binance_asset(r, "quoteAsset");
	spec.settle = pli_binance_asset(r, "marginAsset");
	bool perpetual = memmem(type.bytes, type.size, "PERPETUAL", 9) != NULL;
	spec.kind = perpetual ? PLM_KIND_PERPETUAL : PLM_KIND_FUTURE;
	pli_contract_ends(&spec, pli_row_time(&r->row, "deliveryDate", 0),
	    pli_row_is(&r->row, "status", "SETTLING") || pli_row_is(&r->row, "status", "CLOSE") ||
		pli_row_is(&r->row, "contractStatus", "SETTLING") ||
		pli_row_is(&r->row, "contractStatus", "CLOSE"));
	spec.inverse = pli_row_has(&r->row, "contractSize");
	spec.multiplier = spec.inverse ? instrument_size(r, "contractSize")
				       : plm_decimal_from_int(1);
	spec.strike = plm_decimal_unknown();
	spec.option_type = PLM_OPTION_NONE;
	spec.spec_source = PLM_SPEC_VENUE;
	if (!perpetual && spec.expiry_ns <= 0)
		pli_row_fail(&r->row, NULL, "a deliveryDate of a dated contract");
	instrument_set(r, &spec);
}

/* The first ones trade, the others move coins away. */
plm_err
pli_binance_rights(binance_reader *r, bool *ret_can_trade, bool *ret_can_withdraw,
    char ret_text[BINANCE_RIGHTS_MAX])
{
	static const char *const rights[] = {"enableFutures", "enableSpotAndMarginTrading",
	    "enableMargin", "enableVanillaOptions", "enablePortfolioMarginTrading",
	    "enableFixApiTrade", "enableWithdrawals", "enableInternalTransfer",
	    "permitsUniversalTransfer"};
	enum { TRADE_COUNT = 6 };
	if (!pli_row_has(&r->row, "enableReading"))
		pli_row_fail(&r->row, NULL, "the rights of a key with enableReading");
	*ret_can_trade = *ret_can_withdraw = false;
	ret_text[0] = '\0';
	for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
		if (!pli_row_bool(&r->row, rights[i]))
			continue;
		size_t size = strlen(ret_text);
		(void)snprintf(ret_text + size, BINANCE_RIGHTS_MAX - size, "%s%s",
		    size == 0 ? "" : ", ", rights[i]);
		*(i < TRADE_COUNT ? ret_can_trade : ret_can_withdraw) = true;
	}
	return r->row.err;
}

void
pli_binance_read_instruments(binance_reader *r)
{
	read_list(r, "symbols", instrument_future, NULL);
}

/* The number in the first of the members that is there. */
static plm_decimal
tier_number(binance_reader *r, const char *const keys[3])
{
	for (int i = 0; i < 3; i++)
		if (pli_row_has(&r->row, keys[i]))
			return pli_row_number(&r->row, keys[i]);
	return pli_row_number(&r->row, keys[0]);
}

/* keys: the event of the tier before; it is written on. USD-M counts its quote asset, COIN-M coins;
 * qtylFloor is what COIN-M's own answer calls it. */
static void
read_tier(binance_reader *r)
{
	static const char *const floors[] = {"notionalFloor", "qtyFloor", "qtylFloor"};
	static const char *const caps[] = {"notionalCap", "qtyCap", NULL};
	plm_event *event = (plm_event *)(uintptr_t)r->keys;
	plm_margin_tier *tier = &event->u.margin_tier;
	plm_decimal number = pli_row_number(&r->row, "bracket");
	if (number.units != plm_decimal_from_int(++tier->tier).units)
		pli_row_fail(&r->row, "bracket", "brackets numbered 1, 2, 3");
	tier->notional_floor = tier_number(r, floors);
	tier->notional_cap = tier_number(r, caps);
	tier->leverage_max = instrument_size(r, "initialLeverage");
	tier->maintenance_rate = pli_row_number(&r->row, "maintMarginRatio");
	tier->maintenance_amount = pli_row_number(&r->row, "cum");
	if (plm_decimal_sign(tier->maintenance_rate) < 0)
		pli_row_fail(&r->row, "maintMarginRatio", "a rate of 0 or more");
	if (r->row.err == PLM_OK && (plm_decimal_sign(tier->notional_floor) < 0 ||
					tier->notional_cap.units <= tier->notional_floor.units))
		pli_row_fail(&r->row, NULL, "a cap above a floor of 0 or more");
	pli_binance_emit(r, event);
}

/* leverageBracket: the table of one contract. */
void
pli_binance_read_tiers(binance_reader *r)
{
	const plm_instrument *spec = pli_binance_instrument(r, "symbol");
	uint32_t list = pli_row_list(&r->row, "brackets");
	if (spec == NULL || list == PLI_NO_LIST)
		return;
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_MARGIN_TIER, true);
	event.u.margin_tier.instrument = spec->id;
	event.u.margin_tier.notional_factor = pli_row_above_zero(&r->row, "notionalCoef");
	uint32_t count = r->nodes[list].children_count;
	if (count > PLM_MARGIN_TIERS_MAX)
		pli_row_fail(&r->row, "brackets", "at most 32 brackets");
	event.u.margin_tier.tiers_count = (uint16_t)count;
	pli_binance_each(r, list, read_tier, &event);
}

static void
read_collateral(binance_reader *r, const pli_collateral_members *members)
{
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_COLLATERAL, true);
	pli_collateral_read(
	    &r->row, members, r->cfg->names, r->collateral, &event, r->dry ? NULL : r->events);
}

/* collateralRate: what portfolio margin counts of one asset, whatever its amount. */
void
pli_binance_read_share(binance_reader *r)
{
	static const pli_collateral_members members = {
	    "asset", NULL, NULL, "collateralRate", NULL, NULL};
	read_collateral(r, &members);
}

/* assetIndex, of an account in multi-assets mode: what is held counts at the index less the bid
 * buffer, what is owed at the index and the ask buffer. */
void
pli_binance_read_buffers(binance_reader *r)
{
	static const pli_collateral_members members = {
	    "symbol", NULL, NULL, "bidBuffer", "USD", "askBuffer"};
	read_collateral(r, &members);
}

/* One symbol of eapi exchangeInfo: what the name tells, and the size that it does not. */
static void
instrument_option(binance_reader *r)
{
	const plm_instrument *named = pli_binance_instrument(r, "symbol");
	if (named == NULL)
		return;
	plm_instrument spec = *named;
	if (spec.kind != PLM_KIND_OPTION)
		pli_row_fail(&r->row, NULL, "an option symbol such as BTC-251226-90000-C");
	spec.quote = spec.settle = pli_binance_asset(r, "quoteAsset");
	spec.strike = instrument_size(r, "strikePrice");
	spec.multiplier = instrument_size(r, "unit");
	if (pli_mutant(BINANCE_OPTIONS_OF_ONE_COIN))
		spec.multiplier = plm_decimal_from_int(1);
	spec.expiry_ns = pli_row_time(&r->row, "expiryDate", 0);
	spec.spec_source = PLM_SPEC_VENUE;
	instrument_set(r, &spec);
}

void
pli_binance_read_options(binance_reader *r)
{
	read_list(r, "optionSymbols", instrument_option, NULL);
}

/* The last price of a spot pair that prices something held, as the mark of the pair; pairs in USDT
 * alone, of which every coin has one. */
void
pli_binance_ticker(binance_reader *r)
{
	plm_slice pair = pli_row_name(&r->row, "symbol"), base = {NULL, 0};
	plm_decimal price = pli_row_above_zero(&r->row, "price");
	if (r->row.err != PLM_OK || !plm_decimal_is_known(price) || pair.size >= PLM_NAME_MAX ||
	    !pli_name_ends(pair, "USDT", &base) || !pli_binance_holds(r->held, base))
		return;
	static const plm_slice quote = {"USDT", 4};
	pli_contract_name name = {.kind = PLM_KIND_SPOT,
	    .underlying = base,
	    .quote = quote,
	    .settle = quote,
	    .multiplier = plm_decimal_from_int(1),
	    .strike = plm_decimal_unknown()};
	plm_instrument spec;
	pli_contract_name_spec(&name, pair, r->cfg->venue, r->cfg->names, &spec);
	if (spec.id.value == 0 || spec.underlying.value == 0 || spec.quote.value == 0)
		return; /* names are full: the host says so */
	(void)plm_names_instrument_set(r->cfg->names, &spec);
	plm_event event;
	pli_binance_begin(r, &event, PLM_EVENT_MARK, false);
	event.u.mark.instrument = spec.id;
	event.u.mark.mark_price = price;
	pli_binance_emit(r, &event);
}

const binance_kind pli_binance_kind_tickers = {"prices", pli_binance_ticker, NULL, true};
const binance_kind pli_binance_kind_rates = {
    "asset indexes", pli_binance_read_asset_index, NULL, true};
const binance_kind pli_binance_kind_spot = {
    "a spot account", pli_binance_read_spot_account, NULL, true};
const binance_kind pli_binance_kind_isolated = {
    "isolated margin", pli_binance_read_isolated, NULL, true};
const binance_kind pli_binance_kind_margin = {
    "a margin account", pli_binance_read_margin_account, NULL, true};
/* The positions of an account alone: its wallets are told elsewhere. */
void
pli_binance_read_legs(binance_reader *r)
{
	read_list(r, "positions", pli_binance_position, &pli_binance_position_rest);
}

/* BALANCE_POSITION_UPDATE of options: only what changed, each row absolute. T orders the updates.
 */
void
pli_binance_read_option_update(binance_reader *r)
{
	r->time_ns = pli_row_time(&r->row, "T", 0);
	read_list(r, "B", pli_binance_balance, &balance_option_stream);
	read_list(r, "P", pli_binance_position, &position_option_stream);
	read_transfers(r, pli_row_string(&r->row, "m"));
}

const binance_kind pli_binance_kind_premium = {
    "mark prices", pli_binance_mark, &pli_binance_mark_premium, true};
const binance_kind pli_binance_kind_portfolio = {
    "a portfolio margin account", pli_binance_read_portfolio_account, NULL, false};
const binance_kind pli_binance_kind_portfolio_balances = {
    "balances", pli_binance_balance, &pli_binance_balance_portfolio, true};
const binance_kind pli_binance_kind_legs = {"an account", pli_binance_read_legs, NULL, true};
const binance_kind pli_binance_kind_options = {
    "option contracts", pli_binance_read_options, NULL, true};
const binance_kind pli_binance_kind_option_account = {
    "an options account", pli_binance_read_option_account, NULL, true};
const binance_kind pli_binance_kind_option_positions = {
    "option positions", pli_binance_position, &pli_binance_position_option, true};
const binance_kind pli_binance_kind_contracts = {
    "contracts", pli_binance_read_instruments, NULL, true};
const binance_kind pli_binance_kind_tiers = {"margin tiers", pli_binance_read_tiers, NULL, true};
const binance_kind pli_binance_kind_shares = {
    "shares of collateral", pli_binance_read_share, NULL, true};
const binance_kind pli_binance_kind_buffers = {
    "asset indexes", pli_binance_read_buffers, NULL, true};
const binance_kind pli_binance_kind_account = {
    "an account", pli_binance_read_futures_account, NULL, true};
const binance_kind pli_binance_kind_positions = {
    "positions", pli_binance_position, &pli_binance_position_rest, true};
const binance_kind pli_binance_kind_orders = {
    "orders", pli_binance_order, &pli_binance_order_rest, true};
