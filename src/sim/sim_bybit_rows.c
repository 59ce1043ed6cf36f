/* sim_bybit_rows.c: Bybit's numbers and rows of accounts. */
#include "sim/sim_bybit_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/sim_number.h"

enum { MONEY_PLACES = 8, RATE_PLACES = 4 };

const char *const pli_sim_bybit_categories[PLI_SIM_BYBIT_CATEGORIES + 1] = {
    "linear", "inverse", "option", "spot", NULL};

static const char fee_rate[] = "0.00055";

pli_sim_bybit_category
pli_sim_bybit_category_of(const pli_sim_instrument *in)
{
	if (in->kind == PLI_SIM_OPTION)
		return PLI_SIM_BYBIT_OPTION;
	return in->inverse ? PLI_SIM_BYBIT_INVERSE : PLI_SIM_BYBIT_LINEAR;
}

plm_decimal
pli_sim_bybit_tier(const pli_sim_instrument *in)
{
	static const char *const coins[PLI_SIM_COINS] = {"0.4", "8", "120", "30000", "9000"};
	return pli_sim_of(in->inverse ? coins[in->coin] : "25000");
}

bool
pli_sim_bybit_has_pair(pli_sim_asset asset)
{
	return asset < PLI_SIM_COINS || asset == PLI_SIM_USDC;
}

pli_sim_asset
pli_sim_bybit_pair_find(plm_slice symbol)
{
	for (int i = 0; i < PLI_SIM_ASSETS; i++) {
		char name[PLI_SIM_NAME_MAX];
		(void)snprintf(name, sizeof name, "%sUSDT", pli_sim_asset_name((pli_sim_asset)i));
		if (pli_sim_bybit_has_pair((pli_sim_asset)i) && plm_slice_is(symbol, name))
			return (pli_sim_asset)i;
	}
	return PLI_SIM_ASSETS;
}

static plm_decimal
bybit_part(plm_decimal value, plm_decimal part)
{
	return pli_sim_round(pli_sim_multiply(value, part), MONEY_PLACES);
}

/* In the settle asset; 0 at a price that is none. */
static plm_decimal
bybit_worth(const pli_sim_instrument *in, plm_decimal size, plm_decimal price)
{
	if (plm_decimal_sign(price) <= 0)
		return plm_decimal_zero();
	plm_decimal worth = in->inverse ? pli_sim_divide(size, price)
					: pli_sim_multiply(size, price);
	return pli_sim_round(plm_decimal_abs(worth), MONEY_PLACES);
}

bool
pli_sim_bybit_is_isolated(const pli_sim_account *a)
{
	return a->isolated_coins != 0;
}

/* Where `margin` is lost: below the entry of a long position, above that of a short one. */
static plm_decimal
loss_price(const pli_sim_position *p, plm_decimal margin)
{
	plm_decimal price = pli_sim_subtract(p->entry, pli_sim_divide(margin, p->size));
	return pli_sim_round(pli_sim_larger(price, plm_decimal_zero()), MONEY_PLACES);
}

/* A short option: its worth, and 15 % of the index less what it is out of the money, at least 10 %
 * (maintenance: 3 %, and 0.2 % for a liquidation); a long one has been paid for. */
static void
option_margins(const pli_sim_position *p, pli_sim_bybit_row *row)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal size = plm_decimal_abs(p->size), zero = plm_decimal_zero();
	if (plm_decimal_sign(p->size) > 0 || plm_decimal_sign(in->index) <= 0)
		return;
	plm_decimal away = in->option_call ? pli_sim_subtract(in->strike, in->index)
					   : pli_sim_subtract(in->index, in->strike);
	plm_decimal part = pli_sim_subtract(
	    pli_sim_multiply(in->index, pli_sim_of("0.15")), pli_sim_larger(away, zero));
	part = pli_sim_larger(part, pli_sim_multiply(in->index, pli_sim_of("0.1")));
	row->initial = pli_sim_add(row->value, bybit_part(part, size));
	part = pli_sim_multiply(in->index, pli_sim_of("0.032"));
	row->maintenance = pli_sim_add(row->value, bybit_part(part, size));
}

void
pli_sim_bybit_position(
    const pli_sim_account *a, const pli_sim_position *p, pli_sim_bybit_row *ret_row)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal zero = plm_decimal_zero(), one = plm_decimal_from_int(1);
	bool session = pli_sim_account_has_session(a, in);
	*ret_row = (pli_sim_bybit_row){
	    zero, zero, zero, zero, zero, plm_decimal_unknown(), plm_decimal_unknown()};
	if (pli_sim_is_zero(p->size))
		return;
	ret_row->entry = session ? p->session_entry : p->entry;
	ret_row->value = bybit_worth(in, p->size, in->mark);
	ret_row->profit = pli_sim_profit(in, p->size, ret_row->entry, in->mark);
	if (in->kind == PLI_SIM_OPTION) {
		option_margins(p, ret_row);
		return;
	}
	plm_decimal share = pli_sim_divide(one, plm_decimal_from_int(p->leverage));
	plm_decimal gone = plm_decimal_sign(p->size) > 0 ? pli_sim_subtract(one, share)
							 : pli_sim_add(one, share);
	plm_decimal fee = bybit_part(ret_row->value, pli_sim_multiply(gone, pli_sim_of(fee_rate)));
	ret_row->initial = pli_sim_add(bybit_part(ret_row->value, share), fee);
	plm_decimal first = pli_sim_bybit_tier(in);
	pli_sim_tier tier = pli_sim_tier_of(first, pli_sim_tier_at(first, ret_row->value));
	plm_decimal due = pli_sim_subtract(
	    pli_sim_multiply(ret_row->value, tier.rate), tier.deduction);
	ret_row->maintenance = pli_sim_add(pli_sim_round(due, MONEY_PLACES), fee);
	if (!p->isolated || in->inverse)
		return;
	ret_row->bust = loss_price(p, p->isolated_wallet);
	ret_row->liquidation = loss_price(
	    p, pli_sim_subtract(p->isolated_wallet, ret_row->maintenance));
}

void
pli_sim_bybit_asset(const pli_sim_account *a, pli_sim_asset asset, pli_sim_bybit_sums *ret_sums)
{
	plm_decimal zero = plm_decimal_zero();
	pli_sim_bybit_sums s = {a->wallets[asset].cash, zero, zero, zero, zero, zero, zero};
	for (uint32_t i = 0; i < a->positions_count; i++) {
		pli_sim_bybit_row row;
		if (a->positions[i].instrument->settle != asset)
			continue;
		const pli_sim_position *p = &a->positions[i];
		bool option = p->instrument->kind == PLI_SIM_OPTION;
		pli_sim_bybit_position(a, p, &row);
		plm_decimal *profit = option ? &s.options_profit : &s.profit;
		*profit = pli_sim_add(*profit, row.profit);
		if (option)
			s.options = pli_sim_add(
			    s.options, bybit_part(p->size, p->instrument->mark));
		s.initial = pli_sim_add(s.initial, row.initial);
		s.maintenance = pli_sim_add(s.maintenance, row.maintenance);
	}
	s.equity = pli_sim_add(pli_sim_add(s.cash, s.profit), s.options);
	*ret_sums = s;
}

plm_decimal
pli_sim_bybit_share(pli_sim_asset asset)
{
	return pli_sim_of(asset < PLI_SIM_COINS ? "0.95" : "1");
}

static void
totals_add(plm_decimal *total, plm_decimal amount, plm_decimal usd)
{
	*total = pli_sim_add(*total, bybit_part(amount, usd));
}

void
pli_sim_bybit_account(
    const pli_sim_market *m, const pli_sim_account *a, pli_sim_bybit_totals *ret_totals)
{
	plm_decimal zero = plm_decimal_zero();
	pli_sim_bybit_totals t = {zero, zero, zero, zero, zero, zero, zero, zero, zero};
	for (int i = 0; i < PLI_SIM_USD; i++) {
		pli_sim_bybit_sums s;
		if (!a->wallets[i].used)
			continue;
		pli_sim_bybit_asset(a, (pli_sim_asset)i, &s);
		plm_decimal usd = m->dollar[i];
		plm_decimal counted = pli_sim_bybit_share((pli_sim_asset)i);
		totals_add(&t.equity, s.equity, usd);
		totals_add(&t.wallet, s.cash, pli_sim_multiply(usd, counted));
		totals_add(&t.profit, s.profit, usd);
		totals_add(&t.initial, s.initial, usd);
		totals_add(&t.maintenance, s.maintenance, usd);
	}
	t.margin = pli_sim_add(t.wallet, t.profit);
	t.available = pli_sim_larger(pli_sim_subtract(t.margin, t.initial), zero);
	if (plm_decimal_sign(t.margin) > 0) {
		t.initial_rate = pli_sim_round(pli_sim_divide(t.initial, t.margin), RATE_PLACES);
		t.maintenance_rate = pli_sim_round(
		    pli_sim_divide(t.maintenance, t.margin), RATE_PLACES);
	}
	*ret_totals = t;
}

static void
bybit_put(pli_json_writer *w, const char *key, plm_decimal value)
{
	if (plm_decimal_is_known(value))
		pli_sim_put_plain(w, key, value);
	else
		pli_sim_put_text(w, key, "");
}

/* Members that have no value are "". */
static void
bybit_put_all(pli_json_writer *w, const char *const *names, const char *text)
{
	for (; *names != NULL; names++)
		pli_sim_put_text(w, *names, text);
}

static const char *
bybit_side(plm_decimal size)
{
	int sign = plm_decimal_sign(size);
	return sign > 0 ? "Buy" : sign < 0 ? "Sell" : "";
}

static int64_t
bybit_seq(const pli_sim_position *p)
{
	return p->updated_ns / PLM_NS_PER_MS * 16 + p->side;
}

void
pli_sim_bybit_put_position(
    pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p, plm_time_ns pushed_ns)
{
	static const char *const zeros[] = {"takeProfit", "stopLoss", "trailingStop", NULL};
	static const char *const empty[] = {"mmrSysUpdatedTime", "leverageSysUpdatedTime", NULL};
	const pli_sim_instrument *in = p->instrument;
	bool push = pushed_ns != 0, session = pli_sim_account_has_session(a, in);
	plm_time_ns updated_ns = push ? pushed_ns : p->updated_ns;
	plm_decimal unknown = plm_decimal_unknown();
	pli_sim_bybit_row row;
	pli_sim_bybit_position(a, p, &row);
	pli_json_object_open(w);
	pli_sim_put_int(w, "positionIdx", p->side);
	plm_decimal first = pli_sim_bybit_tier(in);
	int tier = pli_sim_tier_at(first, row.value);
	pli_sim_put_int(w, "riskId", tier + 1);
	pli_sim_put_plain(w, "riskLimitValue", pli_sim_tier_of(first, tier).cap);
	pli_sim_put_text(w, "symbol", in->name);
	pli_sim_put_text(w, "side", bybit_side(p->size));
	pli_sim_put_plain(w, "size", plm_decimal_abs(p->size));
	pli_sim_put_plain(w, push ? "entryPrice" : "avgPrice", p->entry);
	bybit_put(w, "sessionAvgPrice", session ? p->session_entry : unknown);
	bybit_put(w, "liqPrice", row.liquidation);
	bybit_put(w, "bustPrice", row.bust);
	pli_sim_put_plain(
	    w, "positionBalance", p->isolated ? p->isolated_wallet : plm_decimal_zero());
	pli_sim_put_plain(w, "positionValue", bybit_worth(in, p->size, p->entry));
	pli_sim_put_int(w, "tradeMode", 0);
	pli_sim_put_text(w, "positionStatus", "Normal");
	pli_sim_put_int(w, "autoAddMargin", 0);
	pli_sim_put_int(w, "adlRankIndicator", pli_sim_is_zero(p->size) ? 0 : 2);
	bybit_put(w, "leverage",
	    in->kind == PLI_SIM_OPTION ? unknown : plm_decimal_from_int(p->leverage));
	pli_sim_put_plain(w, "markPrice", in->mark);
	pli_sim_put_plain(w, "positionIM", row.initial);
	pli_sim_put_plain(w, "positionMM", row.maintenance);
	pli_sim_put_plain(w, "positionIMByMp", row.initial);
	pli_sim_put_plain(w, "positionMMByMp", row.maintenance);
	pli_sim_put_text(w, "tpslMode", "Full");
	bybit_put_all(w, zeros, "0");
	bybit_put_all(w, empty, "");
	pli_sim_put_plain(w, "unrealisedPnl", row.profit);
	pli_sim_put_plain(w, "curRealisedPnl", pli_sim_add(p->realised, p->funding));
	pli_sim_put_plain(w, "cumRealisedPnl", pli_sim_add(p->realised, p->funding));
	pli_sim_put_int(w, "seq", bybit_seq(p));
	pli_sim_put_bool(w, "isReduceOnly", false);
	pli_sim_put_ms(w, "createdTime", in->created_ns);
	pli_sim_put_ms(w, "updatedTime", updated_ns == 0 ? in->created_ns : updated_ns);
	if (push)
		pli_sim_put_text(
		    w, "category", pli_sim_bybit_categories[pli_sim_bybit_category_of(in)]);
	pli_json_object_close(w);
}

static void
put_coin(pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a, pli_sim_asset asset)
{
	static const char *const zeros[] = {"bonus", "accruedInterest", "totalOrderIM",
	    "spotHedgingQty", "borrowAmount", "spotBorrow", "locked", NULL};
	static const char *const empty[] = {"availableToBorrow", "availableToWithdraw", NULL};
	pli_sim_bybit_sums s;
	pli_sim_bybit_asset(a, asset, &s);
	pli_json_object_open(w);
	pli_sim_put_text(w, "coin", pli_sim_asset_name(asset));
	pli_sim_put_plain(w, "equity", s.equity);
	pli_sim_put_plain(w, "usdValue", bybit_part(s.equity, m->dollar[asset]));
	pli_sim_put_plain(w, "walletBalance", s.cash);
	pli_sim_put_plain(w, "totalPositionIM", s.initial);
	pli_sim_put_plain(w, "totalPositionMM", s.maintenance);
	pli_sim_put_plain(w, "unrealisedPnl", pli_sim_add(s.profit, s.options_profit));
	pli_sim_put_text(w, "cumRealisedPnl", "0");
	pli_sim_put_bool(w, "marginCollateral", true);
	pli_sim_put_bool(w, "collateralSwitch", true);
	bybit_put_all(w, zeros, "0");
	bybit_put_all(w, empty, "");
	pli_json_object_close(w);
}

void
pli_sim_bybit_put_wallet(
    pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a, pli_sim_asset only)
{
	pli_sim_bybit_totals t;
	pli_sim_bybit_account(m, a, &t);
	pli_json_object_open(w);
	pli_sim_put_text(w, "accountType", "UNIFIED");
	pli_sim_put_text(w, "accountLTV", "0");
	pli_sim_put_plain(w, "totalEquity", t.equity);
	pli_sim_put_plain(w, "totalWalletBalance", t.wallet);
	pli_sim_put_plain(w, "totalPerpUPL", t.profit);
	const struct {
		const char *key;
		plm_decimal value;
	} totals[] = {{"accountIMRate", t.initial_rate}, {"accountMMRate", t.maintenance_rate},
	    {"totalMarginBalance", t.margin}, {"totalAvailableBalance", t.available},
	    {"totalInitialMargin", t.initial}, {"totalMaintenanceMargin", t.maintenance}};
	for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++)
		bybit_put(w, totals[i].key,
		    pli_sim_bybit_is_isolated(a) ? plm_decimal_unknown() : totals[i].value);
	pli_json_key(w, "coin");
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++)
		if (a->wallets[i].used && (only == PLI_SIM_ASSETS || (int)only == i))
			put_coin(w, m, a, (pli_sim_asset)i);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

static void
put_id(pli_json_writer *w, const char *key, uint64_t id)
{
	char text[40];
	(void)snprintf(text, sizeof text, "%08" PRIx64 "-0000-4000-8000-%012" PRIx64, id, id);
	pli_sim_put_text(w, key, text);
}

void
pli_sim_bybit_put_order(pli_json_writer *w, const pli_sim_fill *fill)
{
	static const char *const empty[] = {"orderLinkId", "blockTradeId", "cancelType",
	    "rejectReason", "stopOrderType", "triggerPrice", "takeProfit", "stopLoss", NULL};
	const pli_sim_instrument *in = fill->position->instrument;
	pli_json_object_open(w);
	pli_sim_put_text(w, "category", pli_sim_bybit_categories[pli_sim_bybit_category_of(in)]);
	put_id(w, "orderId", fill->order_id);
	pli_sim_put_text(w, "symbol", in->name);
	pli_sim_put_plain(w, "price", fill->price);
	pli_sim_put_plain(w, "qty", fill->quantity);
	pli_sim_put_text(w, "side", fill->buy ? "Buy" : "Sell");
	pli_sim_put_int(w, "positionIdx", fill->position->side);
	pli_sim_put_text(w, "orderStatus", "Filled");
	pli_sim_put_text(w, "orderType", "Market");
	pli_sim_put_text(w, "timeInForce", "IOC");
	pli_sim_put_plain(w, "avgPrice", fill->price);
	pli_sim_put_text(w, "leavesQty", "0");
	pli_sim_put_plain(w, "cumExecQty", fill->quantity);
	pli_sim_put_plain(w, "cumExecValue", bybit_worth(in, fill->quantity, fill->price));
	pli_sim_put_plain(w, "cumExecFee", fill->fee);
	pli_sim_put_bool(w, "reduceOnly", fill->reduce);
	bybit_put_all(w, empty, "");
	pli_sim_put_ms(w, "createdTime", fill->time_ns);
	pli_sim_put_ms(w, "updatedTime", fill->time_ns);
	pli_json_object_close(w);
}

void
pli_sim_bybit_put_greeks(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset coin)
{
	static const char *const names[] = {"totalDelta", "totalGamma", "totalVega", "totalTheta"};
	plm_decimal zero = plm_decimal_zero(), sums[] = {zero, zero, zero, zero};
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		const pli_sim_instrument *in = p->instrument;
		const plm_decimal greeks[] = {in->delta, in->gamma, in->vega, in->theta};
		for (int k = 0; k < 4 && in->kind == PLI_SIM_OPTION && in->coin == coin; k++)
			sums[k] = pli_sim_add(sums[k], bybit_part(p->size, greeks[k]));
	}
	pli_json_object_open(w);
	pli_sim_put_text(w, "baseCoin", pli_sim_asset_name(coin));
	for (int k = 0; k < 4; k++)
		pli_sim_put_plain(w, names[k], sums[k]);
	pli_json_object_close(w);
}

/* What one execution says. */
typedef struct bybit_execution {
	const char *type, *side;
	plm_decimal quantity, price, fee, rate, closed;
	uint64_t order_id, id;
	plm_time_ns time_ns;
} bybit_execution;

static bybit_execution
execution_of(const pli_sim_news *news, uint64_t serial, plm_time_ns now_ns)
{
	const pli_sim_position *p = news->position;
	const pli_sim_fill *fill = news->fill;
	plm_decimal zero = plm_decimal_zero();
	if (fill != NULL)
		return (bybit_execution){"Trade", fill->buy ? "Buy" : "Sell", fill->quantity,
		    fill->price, fill->fee, pli_sim_of(fee_rate),
		    fill->reduce ? fill->quantity : zero, fill->order_id, fill->trade_id,
		    fill->time_ns};
	return (bybit_execution){"Funding", bybit_side(p->size), plm_decimal_abs(p->size),
	    p->instrument->mark, plm_decimal_negate(news->amount), p->instrument->funding_rate,
	    zero, serial, serial, now_ns};
}

void
pli_sim_bybit_put_execution(
    pli_json_writer *w, const pli_sim_news *news, uint64_t serial, plm_time_ns now_ns)
{
	static const char *const empty[] = {"orderLinkId", "blockTradeId", "tradeIv", "markIv",
	    "indexPrice", "underlyingPrice", NULL};
	const pli_sim_instrument *in = news->position->instrument;
	bybit_execution e = execution_of(news, serial, now_ns);
	pli_json_object_open(w);
	pli_sim_put_text(w, "category", pli_sim_bybit_categories[pli_sim_bybit_category_of(in)]);
	pli_sim_put_text(w, "symbol", in->name);
	put_id(w, "execId", e.id);
	put_id(w, "orderId", e.order_id);
	pli_sim_put_text(w, "execType", e.type);
	pli_sim_put_text(w, "side", e.side);
	pli_sim_put_plain(w, "execQty", e.quantity);
	pli_sim_put_plain(w, "execPrice", e.price);
	pli_sim_put_plain(w, "execValue", bybit_worth(in, e.quantity, e.price));
	pli_sim_put_plain(w, "execFee", e.fee);
	pli_sim_put_plain(w, "feeRate", e.rate);
	pli_sim_put_plain(w, "closedSize", e.closed);
	pli_sim_put_plain(w, "markPrice", in->mark);
	pli_sim_put_text(w, "leavesQty", "0");
	pli_sim_put_plain(w, "orderPrice", e.price);
	pli_sim_put_plain(w, "orderQty", e.quantity);
	pli_sim_put_text(w, "orderType", news->fill != NULL ? "Market" : "UNKNOWN");
	pli_sim_put_text(w, "stopOrderType", "UNKNOWN");
	bybit_put_all(w, empty, "");
	pli_sim_put_text(w, "isLeverage", "0");
	pli_sim_put_bool(w, "isMaker", false);
	pli_sim_put_int(w, "seq", (int64_t)e.id);
	pli_sim_put_ms(w, "execTime", e.time_ns);
	pli_json_object_close(w);
}

void
pli_sim_bybit_put_log(pli_json_writer *w, const pli_sim_account *a, const pli_sim_move *move)
{
	static const char *const empty[] = {"transSubType", "symbol", "category", "funding",
	    "orderLinkId", "orderId", "feeRate", "bonusChange", "tradePrice", "tradeId",
	    "extraFees"};
	char id[48];
	(void)snprintf(id, sizeof id, "%u_%llu", a->user_id, (unsigned long long)move->id);
	pli_json_object_open(w);
	pli_sim_put_text(w, "id", id);
	pli_sim_put_text(
	    w, "type", plm_decimal_sign(move->amount) > 0 ? "TRANSFER_IN" : "TRANSFER_OUT");
	pli_sim_put_text(w, "side", "None");
	pli_sim_put_text(w, "currency", pli_sim_asset_name(move->asset));
	pli_sim_put_ms(w, "transactionTime", move->time_ns);
	pli_sim_put_text(w, "fee", "0");
	pli_sim_put_text(w, "size", "0");
	pli_sim_put_text(w, "qty", "0");
	pli_sim_put_plain(w, "cashFlow", move->amount);
	pli_sim_put_plain(w, "change", move->amount);
	pli_sim_put_plain(w, "cashBalance", a->wallets[move->asset].cash);
	for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
		pli_sim_put_text(w, empty[i], "");
	pli_json_object_close(w);
}
