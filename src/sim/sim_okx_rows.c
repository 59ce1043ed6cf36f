/* sim_okx_rows.c: OKX's numbers and rows. */
#include "sim/sim_okx_rows.h"

#include <stdio.h>
#include <string.h>

#include "sim/sim_number.h"
#include "sim/sim_okx_pm.h"

enum { MONEY_PLACES = 8 };

plm_decimal
pli_sim_okx_value(const pli_sim_instrument *in)
{
	static const char *const linear[PLI_SIM_COINS] = {"0.01", "0.1", "1", "100", "1000"};
	if (in->inverse)
		return plm_decimal_from_int(in->coin == PLI_SIM_BTC ? 100 : 10);
	return pli_sim_of(linear[in->coin]);
}

plm_decimal
pli_sim_okx_contracts(const pli_sim_position *p)
{
	return pli_sim_divide(p->size, pli_sim_okx_value(p->instrument));
}

static plm_decimal
okx_part(plm_decimal value, const char *part)
{
	return pli_sim_round(pli_sim_multiply(value, pli_sim_of(part)), MONEY_PLACES);
}

plm_decimal
pli_sim_okx_tier(const pli_sim_instrument *in)
{
	return plm_decimal_from_int(in->inverse ? 600 : 60);
}

void
pli_sim_okx_position(const pli_sim_position *p, pli_sim_okx_row *ret_row)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal zero = plm_decimal_zero(), size = plm_decimal_abs(p->size);
	*ret_row = (pli_sim_okx_row){zero, zero, zero, zero};
	if (pli_sim_is_zero(p->size))
		return;
	ret_row->notional = pli_sim_round(
	    in->inverse ? pli_sim_divide(size, in->mark) : pli_sim_multiply(size, in->mark),
	    MONEY_PLACES);
	ret_row->profit = pli_sim_profit(in, p->size, p->entry, in->mark);
	ret_row->initial = pli_sim_round(
	    pli_sim_divide(ret_row->notional, plm_decimal_from_int(p->leverage)), MONEY_PLACES);
	plm_decimal first = pli_sim_okx_tier(in);
	int tier = pli_sim_tier_at(first, plm_decimal_abs(pli_sim_okx_contracts(p)));
	ret_row->maintenance = pli_sim_round(
	    pli_sim_multiply(ret_row->notional, pli_sim_tier_of(first, tier).rate), MONEY_PLACES);
}

void
pli_sim_okx_asset(const pli_sim_account *a, pli_sim_asset asset, pli_sim_okx_sums *ret_sums)
{
	plm_decimal zero = plm_decimal_zero(), fee = zero;
	pli_sim_okx_sums s = {a->wallets[asset].cash, zero, zero, zero, zero, zero, zero};
	s.ratio = plm_decimal_unknown();
	for (uint32_t i = 0; i < a->positions_count; i++) {
		pli_sim_okx_row row;
		if (a->positions[i].instrument->settle != asset)
			continue;
		pli_sim_okx_position(&a->positions[i], &row);
		s.profit = pli_sim_add(s.profit, row.profit);
		s.initial = pli_sim_add(s.initial, row.initial);
		s.maintenance = pli_sim_add(s.maintenance, row.maintenance);
		fee = pli_sim_add(fee, okx_part(row.notional, "0.0005"));
	}
	s.equity = pli_sim_add(s.cash, s.profit);
	s.available = pli_sim_larger(pli_sim_subtract(s.equity, s.initial), zero);
	plm_decimal due = pli_sim_add(s.maintenance, fee);
	if (!pli_sim_is_zero(due))
		s.ratio = pli_sim_round(pli_sim_divide(s.equity, due), MONEY_PLACES);
	*ret_sums = s;
}

uint32_t
pli_sim_okx_steps(pli_sim_asset asset, pli_sim_okx_step ret_steps[PLI_SIM_OKX_STEPS_MAX])
{
	static const int64_t units[PLI_SIM_COINS] = {4, 60, 2000, 100000, 800000};
	static const char *const shares[PLI_SIM_OKX_STEPS_MAX] = {"0.98", "0.95", "0.9", "0"};
	uint32_t count = asset < PLI_SIM_COINS ? PLI_SIM_OKX_STEPS_MAX : 1;
	plm_decimal floor = plm_decimal_zero();
	for (uint32_t i = 0; i < count; i++) {
		plm_decimal cap = plm_decimal_unknown();
		if (i + 1 < count)
			cap = plm_decimal_from_int(units[asset] << (2 * i));
		ret_steps[i] = (pli_sim_okx_step){floor, cap,
		    pli_sim_of(count > 1               ? shares[i]
			       : asset == PLI_SIM_USDT ? "1"
						       : "0.99")};
		floor = cap;
	}
	return count;
}

plm_decimal
pli_sim_okx_discounted(pli_sim_asset asset, plm_decimal amount)
{
	pli_sim_okx_step steps[PLI_SIM_OKX_STEPS_MAX];
	uint32_t count = pli_sim_okx_steps(asset, steps);
	plm_decimal sum = plm_decimal_zero();
	if (plm_decimal_sign(amount) < 0)
		return amount;
	for (uint32_t i = 0; i < count && pli_sim_less(steps[i].floor, amount); i++) {
		plm_decimal end = i + 1 < count ? pli_sim_smaller(steps[i].cap, amount) : amount;
		plm_decimal part = pli_sim_subtract(end, steps[i].floor);
		sum = pli_sim_add(sum, pli_sim_multiply(part, steps[i].share));
	}
	return sum;
}

static plm_decimal
okx_usd(const pli_sim_market *m, pli_sim_asset asset, plm_decimal amount)
{
	return pli_sim_round(pli_sim_multiply(amount, m->dollar[asset]), MONEY_PLACES);
}

void
pli_sim_okx_whole(const pli_sim_market *m, const pli_sim_account *a, pli_sim_okx_total *ret_total)
{
	plm_decimal zero = plm_decimal_zero();
	pli_sim_okx_total t = {zero, zero, zero, zero, zero, plm_decimal_unknown()};
	for (int i = 0; i < PLI_SIM_USD; i++) {
		pli_sim_asset asset = (pli_sim_asset)i;
		pli_sim_okx_sums s;
		if (!a->wallets[i].used)
			continue;
		pli_sim_okx_asset(a, asset, &s);
		t.equity = pli_sim_add(t.equity, okx_usd(m, asset, s.equity));
		t.adjusted = pli_sim_add(
		    t.adjusted, okx_usd(m, asset, pli_sim_okx_discounted(asset, s.equity)));
		t.initial = pli_sim_add(t.initial, okx_usd(m, asset, s.initial));
		t.maintenance = pli_sim_add(t.maintenance, okx_usd(m, asset, s.maintenance));
	}
	if (a->portfolio)
		pli_sim_okx_portfolio(m, a, &t.initial, &t.maintenance);
	for (uint32_t i = 0; i < a->positions_count; i++) {
		pli_sim_okx_row row;
		pli_sim_okx_position(&a->positions[i], &row);
		t.notional = pli_sim_add(
		    t.notional, okx_usd(m, a->positions[i].instrument->settle, row.notional));
	}
	plm_decimal due = pli_sim_add(t.maintenance, okx_part(t.notional, "0.0005"));
	if (!pli_sim_is_zero(due))
		t.ratio = pli_sim_round(pli_sim_divide(t.adjusted, due), MONEY_PLACES);
	*ret_total = t;
}

/* Members that have no value are "". */
static void
okx_put_empty(pli_json_writer *w, const char *const *names)
{
	for (; *names != NULL; names++)
		pli_sim_put_text(w, *names, "");
}

static void
okx_put(pli_json_writer *w, const char *key, plm_decimal value)
{
	if (plm_decimal_is_known(value))
		pli_sim_put_plain(w, key, value);
	else
		pli_sim_put_text(w, key, "");
}

static const char *
okx_type(const pli_sim_instrument *in)
{
	return in->kind == PLI_SIM_PERPETUAL ? "SWAP" : "FUTURES";
}

void
pli_sim_okx_put_position(pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a,
    const pli_sim_position *p, plm_time_ns pushed_ns)
{
	static const char *const empty[] = {"baseBal", "baseBorrowed", "baseInterest", "bizRefId",
	    "bizRefType", "deltaBS", "deltaPA", "gammaBS", "gammaPA", "interest", "liab", "liabCcy",
	    "liqPx", "margin", "optVal", "pendingCloseOrdLiabVal", "posCcy", "quoteBal",
	    "quoteBorrowed", "quoteInterest", "spotInUseAmt", "spotInUseCcy", "thetaBS", "thetaPA",
	    "vegaBS", "vegaPA", NULL};
	static const char *const sides[] = {"net", "long", "short"};
	const pli_sim_instrument *in = p->instrument;
	plm_decimal contracts = pli_sim_okx_contracts(p);
	pli_sim_okx_row row;
	pli_sim_okx_sums sums;
	pli_sim_okx_total total;
	char id[24];
	pli_sim_okx_position(p, &row);
	pli_sim_okx_asset(a, in->settle, &sums);
	pli_sim_okx_whole(m, a, &total);
	(void)snprintf(id, sizeof id, "%u%u", in->serial, (unsigned)p->side);
	pli_json_object_open(w);
	pli_sim_put_text(w, "instType", okx_type(in));
	pli_sim_put_text(w, "instId", in->name);
	pli_sim_put_text(w, "mgnMode", "cross");
	pli_sim_put_text(w, "posId", id);
	pli_sim_put_text(w, "posSide", sides[p->side]);
	pli_sim_put_plain(
	    w, "pos", p->side == PLI_SIM_NET ? contracts : plm_decimal_abs(contracts));
	pli_sim_put_plain(w, "availPos", plm_decimal_abs(contracts));
	okx_put(w, "avgPx", pli_sim_is_zero(p->size) ? plm_decimal_unknown() : p->entry);
	pli_sim_put_plain(w, "markPx", in->mark);
	pli_sim_put_plain(w, "idxPx", in->index);
	okx_put(w, "last", in->last);
	pli_sim_put_plain(w, "upl", row.profit);
	okx_put(w, "lever", plm_decimal_from_int(p->leverage));
	okx_put(w, "imr", a->portfolio ? plm_decimal_unknown() : row.initial);
	okx_put(w, "mmr", a->portfolio ? plm_decimal_unknown() : row.maintenance);
	okx_put(w, "mgnRatio", a->multi_assets ? total.ratio : sums.ratio);
	pli_sim_put_text(w, "ccy", pli_sim_asset_name(in->settle));
	pli_sim_put_plain(w, "fundingFee", p->funding);
	pli_sim_put_plain(w, "realizedPnl", p->realised);
	pli_sim_put_text(w, "adl", "1");
	okx_put_empty(w, empty);
	pli_sim_put_ms(w, "cTime", in->created_ns);
	pli_sim_put_ms(w, "uTime", p->updated_ns);
	if (pushed_ns != 0)
		pli_sim_put_ms(w, "pTime", pushed_ns);
	pli_json_object_close(w);
}

static void
okx_put_detail(
    pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a, pli_sim_asset asset)
{
	static const char *const empty[] = {"borrowFroz", "crossLiab", "interest", "isoLiab",
	    "liab", "maxLoan", "spotInUseAmt", "twap", "uplLiab", NULL};
	pli_sim_okx_sums s;
	pli_sim_okx_asset(a, asset, &s);
	if (a->multi_assets) /* told of the account as a whole */
		s.initial = s.maintenance = s.ratio = plm_decimal_unknown();
	pli_json_object_open(w);
	pli_sim_put_text(w, "ccy", pli_sim_asset_name(asset));
	pli_sim_put_plain(w, "cashBal", s.cash);
	pli_sim_put_plain(w, "eq", s.equity);
	pli_sim_put_plain(w, "upl", s.profit);
	pli_sim_put_plain(w, "availEq", s.available);
	pli_sim_put_plain(w, "availBal", s.available);
	pli_sim_put_plain(w, "frozenBal", pli_sim_subtract(s.equity, s.available));
	okx_put(w, "imr", s.initial);
	okx_put(w, "mmr", s.maintenance);
	okx_put(w, "mgnRatio", s.ratio);
	okx_put(w, "disEq",
	    a->multi_assets ? okx_usd(m, asset, pli_sim_okx_discounted(asset, s.equity))
			    : plm_decimal_unknown());
	if (a->multi_assets)
		pli_sim_put_bool(w, "collateralEnabled", true);
	pli_sim_put_text(w, "isoEq", "0");
	pli_sim_put_text(w, "isoUpl", "0");
	pli_sim_put_text(w, "stgyEq", "0");
	pli_sim_put_text(w, "ordFrozen", "0");
	pli_sim_put_plain(
	    w, "eqUsd", pli_sim_round(pli_sim_multiply(s.equity, m->dollar[asset]), MONEY_PLACES));
	pli_sim_put_plain(w, "coinUsdPrice", m->dollar[asset]);
	okx_put_empty(w, empty);
	pli_sim_put_ms(w, "uTime", a->wallets[asset].updated_ns);
	pli_json_object_close(w);
}

void
pli_sim_okx_put_account(
    pli_json_writer *w, const pli_sim_world *world, const pli_sim_account *a, plm_time_ns now_ns)
{
	static const char *const empty[] = {"borrowFroz", "ordFroz", NULL};
	const pli_sim_market *m = &world->market;
	plm_decimal none = plm_decimal_unknown();
	pli_sim_okx_total t;
	pli_sim_okx_whole(m, a, &t);
	plm_decimal total = t.equity, free = pli_sim_subtract(t.adjusted, t.initial);
	if (!a->multi_assets)
		t = (pli_sim_okx_total){none, none, none, none, none, none};
	pli_json_object_open(w);
	okx_put_empty(w, empty);
	okx_put(w, "adjEq", t.adjusted);
	okx_put(w, "availEq", a->multi_assets ? pli_sim_larger(free, plm_decimal_zero()) : none);
	okx_put(w, "imr", t.initial);
	okx_put(w, "mmr", t.maintenance);
	okx_put(w, "mgnRatio", t.ratio);
	okx_put(w, "notionalUsd", t.notional);
	pli_json_key(w, "details");
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++)
		if (a->wallets[i].used)
			okx_put_detail(w, m, a, (pli_sim_asset)i);
	pli_json_array_close(w);
	pli_sim_put_text(w, "isoEq", "0");
	pli_sim_put_plain(w, "totalEq", total);
	pli_sim_put_ms(w, "uTime", now_ns);
	pli_json_object_close(w);
}

void
pli_sim_okx_put_discounts(pli_json_writer *w, pli_sim_asset asset)
{
	pli_sim_okx_step steps[PLI_SIM_OKX_STEPS_MAX];
	uint32_t count = pli_sim_okx_steps(asset, steps);
	pli_json_object_open(w);
	pli_sim_put_text(w, "ccy", pli_sim_asset_name(asset));
	pli_sim_put_text(w, "amt", "0");
	pli_sim_put_text(w, "discountLv", "1");
	pli_json_key(w, "details");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < count; i++) {
		pli_json_object_open(w);
		okx_put(w, "tier", plm_decimal_from_int((int64_t)i + 1));
		okx_put(w, "minAmt", steps[i].floor);
		okx_put(w, "maxAmt", steps[i].cap);
		okx_put(w, "discountRate", steps[i].share);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
	pli_json_object_close(w);
}

void
pli_sim_okx_put_config(pli_json_writer *w, const pli_sim_account *a, bool can_trade)
{
	char uid[16];
	(void)snprintf(uid, sizeof uid, "%u", a->user_id);
	pli_json_object_open(w);
	pli_sim_put_text(w, "acctLv", a->portfolio ? "4" : a->multi_assets ? "3" : "2");
	pli_sim_put_text(w, "posMode", a->hedge ? "long_short_mode" : "net_mode");
	pli_sim_put_text(w, "perm", can_trade ? "read_only,trade" : "read_only");
	pli_sim_put_text(w, "uid", uid);
	pli_sim_put_text(w, "mainUid", uid);
	pli_sim_put_text(w, "label", a->name);
	pli_sim_put_text(w, "greeksType", "BS");
	pli_sim_put_text(w, "ip", "");
	pli_json_object_close(w);
}

void
pli_sim_okx_put_instrument(pli_json_writer *w, const pli_sim_instrument *in)
{
	static const char *const empty[] = {"alias", "baseCcy", "quoteCcy", "optType", "stk", NULL};
	char pair[PLI_SIM_NAME_MAX];
	const char *coin = pli_sim_asset_name(in->coin), *quote = pli_sim_asset_name(in->quote);
	(void)snprintf(pair, sizeof pair, "%s-%s", coin, quote);
	pli_json_object_open(w);
	pli_sim_put_text(w, "instType", okx_type(in));
	pli_sim_put_text(w, "instId", in->name);
	pli_sim_put_text(w, "uly", pair);
	pli_sim_put_text(w, "instFamily", pair);
	pli_sim_put_text(w, "settleCcy", pli_sim_asset_name(in->settle));
	pli_sim_put_plain(w, "ctVal", pli_sim_okx_value(in));
	pli_sim_put_text(w, "ctMult", "1");
	pli_sim_put_text(w, "ctValCcy", in->inverse ? quote : coin);
	pli_sim_put_text(w, "ctType", in->inverse ? "inverse" : "linear");
	pli_sim_put_plain(w, "lotSz", pli_sim_divide(in->lot, pli_sim_okx_value(in)));
	pli_sim_put_plain(w, "minSz", pli_sim_divide(in->lot, pli_sim_okx_value(in)));
	pli_sim_put_plain(w, "tickSz", in->tick);
	pli_sim_put_text(w, "lever", "50");
	pli_sim_put_text(w, "state", "live");
	pli_sim_put_ms(w, "listTime", in->created_ns);
	pli_sim_put_ms(w, "expTime", in->expiry_ns);
	okx_put_empty(w, empty);
	pli_json_object_close(w);
}

/* The least size of a tier is a lot above the most of the one before. */
void
pli_sim_okx_put_tiers(pli_json_writer *w, const pli_sim_instrument *in)
{
	static const char *const empty[] = {"baseMaxLoan", "instId", "quoteMaxLoan", NULL};
	plm_decimal lot = pli_sim_divide(in->lot, pli_sim_okx_value(in));
	char pair[PLI_SIM_NAME_MAX];
	(void)snprintf(pair, sizeof pair, "%s-%s", pli_sim_asset_name(in->coin),
	    pli_sim_asset_name(in->quote));
	for (int i = 0; i < PLI_SIM_TIERS; i++) {
		pli_sim_tier tier = pli_sim_tier_of(pli_sim_okx_tier(in), i);
		pli_json_object_open(w);
		pli_sim_put_text(w, "uly", pair);
		pli_sim_put_text(w, "instFamily", pair);
		okx_put(w, "tier", plm_decimal_from_int(i + 1));
		pli_sim_put_plain(w, "minSz", i == 0 ? tier.floor : pli_sim_add(tier.floor, lot));
		pli_sim_put_plain(w, "maxSz", tier.cap);
		pli_sim_put_plain(w, "mmr", tier.rate);
		pli_sim_put_plain(w, "imr", tier.initial);
		pli_sim_put_plain(w, "maxLever", tier.leverage_max);
		pli_sim_put_text(w, "optMgnFactor", "0");
		okx_put_empty(w, empty);
		pli_json_object_close(w);
	}
}

void
pli_sim_okx_put_order(pli_json_writer *w, const pli_sim_fill *fill)
{
	static const char *const sides[] = {"net", "long", "short"};
	const pli_sim_position *p = fill->position;
	plm_decimal contracts = pli_sim_divide(fill->quantity, pli_sim_okx_value(p->instrument));
	pli_json_object_open(w);
	pli_sim_put_text(w, "instType", okx_type(p->instrument));
	pli_sim_put_text(w, "instId", p->instrument->name);
	okx_put(w, "ordId", plm_decimal_from_int((int64_t)fill->order_id));
	okx_put(w, "tradeId", plm_decimal_from_int((int64_t)fill->trade_id));
	pli_sim_put_text(w, "side", fill->buy ? "buy" : "sell");
	pli_sim_put_text(w, "posSide", sides[p->side]);
	pli_sim_put_text(w, "ordType", "market");
	pli_sim_put_text(w, "state", "filled");
	pli_sim_put_text(w, "category", "normal");
	pli_sim_put_text(w, "px", "");
	pli_sim_put_plain(w, "sz", contracts);
	pli_sim_put_plain(w, "accFillSz", contracts);
	pli_sim_put_plain(w, "fillSz", contracts);
	pli_sim_put_plain(w, "fillPx", fill->price);
	pli_sim_put_plain(w, "fillFee", plm_decimal_negate(fill->fee));
	pli_sim_put_text(w, "fillFeeCcy", pli_sim_asset_name(p->instrument->settle));
	pli_sim_put_plain(w, "fillPnl", fill->realised);
	pli_sim_put_text(w, "reduceOnly", fill->reduce ? "true" : "false");
	pli_sim_put_ms(w, "fillTime", fill->time_ns);
	pli_sim_put_ms(w, "uTime", fill->time_ns);
	pli_json_object_close(w);
}

/* A transfer between the trading account (18) and the funding account (6). */
void
pli_sim_okx_put_bill(pli_json_writer *w, const pli_sim_account *a, const pli_sim_move *move)
{
	static const char *const empty[] = {"instType", "instId", "mgnMode", "ordId", "execType",
	    "px", "interest", "tag", "tradeId", "clOrdId"};
	bool in = plm_decimal_sign(move->amount) > 0;
	pli_json_object_open(w);
	okx_put(w, "billId", plm_decimal_from_int((int64_t)move->id));
	pli_sim_put_text(w, "type", "1");
	pli_sim_put_text(w, "subType", in ? "11" : "12");
	pli_sim_put_text(w, "ccy", pli_sim_asset_name(move->asset));
	okx_put(w, "balChg", move->amount);
	okx_put(w, "bal", a->wallets[move->asset].cash);
	pli_sim_put_text(w, "posBalChg", "0");
	pli_sim_put_text(w, "posBal", "0");
	okx_put(w, "sz", plm_decimal_abs(move->amount));
	pli_sim_put_text(w, "fee", "0");
	pli_sim_put_text(w, "pnl", "0");
	pli_sim_put_text(w, "from", in ? "6" : "18");
	pli_sim_put_text(w, "to", in ? "18" : "6");
	pli_sim_put_text(w, "notes", "");
	pli_sim_put_ms(w, "ts", move->time_ns);
	for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
		pli_sim_put_text(w, empty[i], "");
	pli_json_object_close(w);
}
