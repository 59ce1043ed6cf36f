/* sim_hyperliquid_rows.c: Hyperliquid's numbers and rows. */
#include "sim/sim_hyperliquid_rows.h"

#include <stdio.h>
#include <string.h>

#include "sim/sim_number.h"

enum { MONEY_PLACES = 6, PRICE_PLACES = 10 };

int
pli_sim_hl_size_places(const pli_sim_instrument *in)
{
	plm_decimal ten = plm_decimal_from_int(10), one = plm_decimal_from_int(1), lot = in->lot;
	int places = 0;
	for (; lot.units < one.units; places++)
		lot = pli_sim_multiply(lot, ten);
	return places;
}

int
pli_sim_hl_leverage_max(const pli_sim_instrument *in)
{
	static const int most[PLI_SIM_COINS] = {40, 25, 20, 20, 10};
	return most[in->coin];
}

static plm_decimal
hl_over(plm_decimal value, int64_t by)
{
	return pli_sim_round(pli_sim_divide(value, plm_decimal_from_int(by)), MONEY_PLACES);
}

/* px - side x (margin - maintenance) / size / (1 - l x side), with l = 1 / (2 x leverage). */
static plm_decimal
hl_liquidation(const pli_sim_position *p, const pli_sim_hl_row *row)
{
	double side = plm_decimal_sign(p->size) < 0 ? -1 : 1;
	double rate = 0.5 / pli_sim_hl_leverage_max(p->instrument);
	double left = plm_decimal_to_double(row->margin) - plm_decimal_to_double(row->maintenance);
	double size = plm_decimal_to_double(plm_decimal_abs(p->size));
	double price = plm_decimal_to_double(p->instrument->mark) -
		       side * left / size / (1 - rate * side);
	return price > 0 ? pli_sim_from(price, PRICE_PLACES) : plm_decimal_unknown();
}

void
pli_sim_hl_position(const pli_sim_position *p, pli_sim_hl_row *ret_row)
{
	const pli_sim_instrument *in = p->instrument;
	plm_decimal zero = plm_decimal_zero();
	*ret_row = (pli_sim_hl_row){zero, zero, zero, zero, plm_decimal_unknown()};
	if (pli_sim_is_zero(p->size))
		return;
	ret_row->notional = pli_sim_multiply(plm_decimal_abs(p->size), in->mark);
	ret_row->profit = pli_sim_profit(in, p->size, p->entry, in->mark);
	ret_row->margin = p->isolated ? pli_sim_add(p->isolated_wallet, ret_row->profit)
				      : hl_over(ret_row->notional, p->leverage);
	ret_row->maintenance = hl_over(ret_row->notional, 2 * pli_sim_hl_leverage_max(in));
	if (p->isolated)
		ret_row->liquidation = hl_liquidation(p, ret_row);
}

bool
pli_sim_hl_has_dex(const pli_sim_market *m)
{
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (pli_sim_of_dex(&m->instruments[i]))
			return true;
	return false;
}

/* A standard account has a thousand of its USDC in spot; a unified one all of it, and its dex tells
 * what its positions hold. */
void
pli_sim_hl_account(const pli_sim_account *a, bool of_dex, pli_sim_hl_sums *ret_sums)
{
	plm_decimal zero = plm_decimal_zero(), isolated = zero;
	pli_sim_hl_sums s = {
	    .cash = of_dex ? a->dex_cash
			   : pli_sim_subtract(a->wallets[PLI_SIM_USDC].cash, a->dex_cash)};
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		if (pli_sim_of_dex(p->instrument) != of_dex)
			continue;
		bool is_short = plm_decimal_sign(p->size) < 0;
		pli_sim_hl_row row;
		pli_sim_hl_position(p, &row);
		plm_decimal net = is_short ? plm_decimal_negate(row.notional) : row.notional;
		s.profit = pli_sim_add(s.profit, row.profit);
		s.notional = pli_sim_add(s.notional, row.notional);
		s.net = pli_sim_add(s.net, net);
		s.margin = pli_sim_add(s.margin, row.margin);
		if (p->isolated) {
			isolated = pli_sim_add(isolated, row.margin);
			continue;
		}
		s.cross_notional = pli_sim_add(s.cross_notional, row.notional);
		s.cross_net = pli_sim_add(s.cross_net, net);
		s.cross_margin = pli_sim_add(s.cross_margin, row.margin);
		s.cross_maintenance = pli_sim_add(s.cross_maintenance, row.maintenance);
	}
	s.equity = pli_sim_add(s.cash, s.profit);
	s.spot = of_dex ? zero : a->multi_assets ? s.equity : plm_decimal_from_int(1000);
	s.value = a->multi_assets ? pli_sim_add(s.cross_margin, s.profit)
				  : pli_sim_subtract(s.equity, s.spot);
	s.cross_value = pli_sim_subtract(s.value, isolated);
	*ret_sums = s;
}

static void
hl_put_summary(pli_json_writer *w, const char *key, plm_decimal value, plm_decimal notional,
    plm_decimal net, plm_decimal margin)
{
	pli_json_key(w, key);
	pli_json_object_open(w);
	pli_sim_put_plain(w, "accountValue", value);
	pli_sim_put_plain(w, "totalNtlPos", notional);
	pli_sim_put_plain(w, "totalRawUsd", pli_sim_subtract(value, net));
	pli_sim_put_plain(w, "totalMarginUsed", margin);
	pli_json_object_close(w);
}

static void
hl_put_leverage(pli_json_writer *w, const pli_sim_position *p, const pli_sim_hl_row *row)
{
	plm_decimal net = plm_decimal_sign(p->size) < 0 ? plm_decimal_negate(row->notional)
							: row->notional;
	pli_json_key(w, "leverage");
	pli_json_object_open(w);
	pli_sim_put_text(w, "type", p->isolated ? "isolated" : "cross");
	pli_sim_put_int(w, "value", p->leverage);
	if (p->isolated)
		pli_sim_put_plain(w, "rawUsd", pli_sim_subtract(row->margin, net));
	pli_json_object_close(w);
}

static void
hl_put_position(pli_json_writer *w, const pli_sim_position *p)
{
	pli_sim_hl_row row;
	pli_sim_hl_position(p, &row);
	pli_json_object_open(w);
	pli_sim_put_text(w, "type", "oneWay");
	pli_json_key(w, "position");
	pli_json_object_open(w);
	pli_sim_put_text(w, "coin", p->instrument->name);
	pli_sim_put_plain(w, "szi", p->size);
	hl_put_leverage(w, p, &row);
	pli_sim_put_plain(w, "entryPx", p->entry);
	pli_sim_put_plain(w, "positionValue", row.notional);
	pli_sim_put_plain(w, "unrealizedPnl", row.profit);
	pli_sim_put_plain(w, "returnOnEquity",
	    pli_sim_is_zero(row.margin)
		? plm_decimal_zero()
		: pli_sim_round(pli_sim_divide(row.profit, row.margin), PRICE_PLACES));
	if (plm_decimal_is_known(row.liquidation))
		pli_sim_put_plain(w, "liquidationPx", row.liquidation);
	else
		pli_sim_put_null(w, "liquidationPx");
	pli_sim_put_plain(w, "marginUsed", row.margin);
	pli_sim_put_int(w, "maxLeverage", pli_sim_hl_leverage_max(p->instrument));
	pli_json_key(w, "cumFunding");
	pli_json_object_open(w);
	pli_sim_put_plain(w, "allTime", plm_decimal_negate(p->funding));
	pli_sim_put_plain(w, "sinceOpen", plm_decimal_negate(p->funding));
	pli_sim_put_text(w, "sinceChange", "0.0");
	pli_json_object_close(w);
	pli_json_object_close(w);
	pli_json_object_close(w);
}

/* Which of its positions stand in the list: none of them, each second one, or all. */
static bool
hl_is_listed(const pli_sim_hl_state *state, const pli_sim_position *p, uint32_t *seen)
{
	if (pli_sim_is_zero(p->size) || pli_sim_of_dex(p->instrument) != state->of_dex)
		return false;
	bool odd = (*seen)++ % 2 == 1;
	return !state->none && !(state->only_half && odd);
}

void
pli_sim_hl_put_state(pli_json_writer *w, const pli_sim_hl_state *state)
{
	const pli_sim_account *a = state->account;
	pli_sim_hl_sums s;
	pli_sim_hl_account(a, state->of_dex, &s);
	pli_json_object_open(w);
	hl_put_summary(w, "marginSummary", s.value, s.notional, s.net, s.margin);
	hl_put_summary(
	    w, "crossMarginSummary", s.cross_value, s.cross_notional, s.cross_net, s.cross_margin);
	pli_sim_put_plain(w, "crossMaintenanceMarginUsed", s.cross_maintenance);
	pli_sim_put_plain(w, "withdrawable",
	    pli_sim_larger(pli_sim_subtract(s.cross_value, s.cross_margin), plm_decimal_zero()));
	pli_json_key(w, "assetPositions");
	pli_json_array_open(w);
	for (uint32_t i = 0, seen = 0; i < a->positions_count; i++)
		if (hl_is_listed(state, &a->positions[i], &seen))
			hl_put_position(w, &a->positions[i]);
	pli_json_array_close(w);
	pli_sim_put_int(w, "time", state->now_ns / PLM_NS_PER_MS);
	pli_json_object_close(w);
}

void
pli_sim_hl_put_spot(pli_json_writer *w, const pli_sim_account *a)
{
	pli_sim_hl_sums s;
	pli_sim_hl_account(a, false, &s);
	pli_json_object_open(w);
	pli_json_key(w, "balances");
	pli_json_array_open(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "coin", "USDC");
	pli_sim_put_int(w, "token", 0);
	pli_sim_put_plain(w, "total", s.spot);
	pli_sim_put_plain(w, "hold", a->multi_assets ? s.margin : plm_decimal_zero());
	pli_sim_put_text(w, "entryNtl", "0.0");
	pli_json_object_close(w);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

void
pli_sim_hl_put_meta(pli_json_writer *w, const pli_sim_market *m, bool of_dex)
{
	pli_json_object_open(w);
	pli_json_key(w, "universe");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		if (in->venue != PLI_SIM_HYPERLIQUID || pli_sim_of_dex(in) != of_dex)
			continue;
		pli_json_object_open(w);
		pli_sim_put_int(w, "szDecimals", pli_sim_hl_size_places(in));
		pli_sim_put_text(w, "name", in->name);
		pli_sim_put_int(w, "maxLeverage", pli_sim_hl_leverage_max(in));
		pli_sim_put_int(w, "marginTableId", pli_sim_hl_leverage_max(in));
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
	pli_json_key(w, "marginTables");
	pli_json_array_open(w);
	pli_json_array_close(w);
	pli_sim_put_int(w, "collateralToken", 0);
	pli_json_object_close(w);
}

void
pli_sim_hl_put_spot_meta(pli_json_writer *w)
{
	pli_json_object_open(w);
	pli_json_key(w, "universe");
	pli_json_array_open(w);
	pli_json_array_close(w);
	pli_json_key(w, "tokens");
	pli_json_array_open(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "name", "USDC");
	pli_sim_put_int(w, "szDecimals", 8);
	pli_sim_put_int(w, "weiDecimals", 8);
	pli_sim_put_int(w, "index", 0);
	pli_sim_put_text(w, "tokenId", "0x6d1e7cde53ba9467b783cb7c530ce054");
	pli_sim_put_bool(w, "isCanonical", true);
	pli_json_object_close(w);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

void
pli_sim_hl_put_price(pli_json_writer *w, const pli_sim_instrument *in)
{
	pli_json_object_open(w);
	pli_sim_put_plain(w, "funding", in->funding_rate);
	pli_sim_put_plain(w, "openInterest", in->open_interest);
	pli_sim_put_plain(w, "prevDayPx", in->mark);
	pli_sim_put_text(w, "dayNtlVlm", "1000000.0");
	pli_sim_put_text(w, "premium", "0.0");
	pli_sim_put_plain(w, "oraclePx", in->index);
	pli_sim_put_plain(w, "markPx", in->mark);
	pli_sim_put_plain(w, "midPx", in->mark);
	pli_sim_put_null(w, "impactPxs");
	pli_sim_put_text(w, "dayBaseVlm", "100.0");
	pli_json_object_close(w);
}

void
pli_sim_hl_put_fill(pli_json_writer *w, const pli_sim_fill *fill)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "coin", fill->position->instrument->name);
	pli_sim_put_plain(w, "px", fill->price);
	pli_sim_put_plain(w, "sz", fill->quantity);
	pli_sim_put_text(w, "side", fill->buy ? "B" : "A");
	pli_sim_put_int(w, "time", fill->time_ns / PLM_NS_PER_MS);
	pli_sim_put_text(w, "startPosition", "0.0");
	pli_sim_put_text(w, "dir", fill->buy ? "Open Long" : "Open Short");
	pli_sim_put_plain(w, "closedPnl", fill->realised);
	pli_sim_put_text(w, "hash", "0x0");
	pli_sim_put_int(w, "oid", (int64_t)fill->order_id);
	pli_sim_put_bool(w, "crossed", true);
	pli_sim_put_plain(w, "fee", fill->fee);
	pli_sim_put_int(w, "tid", (int64_t)fill->trade_id);
	pli_sim_put_text(w, "feeToken", "USDC");
	pli_sim_put_null(w, "twapId");
	pli_json_object_close(w);
}
