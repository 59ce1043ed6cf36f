/* sim_eapi.c: the simulated Binance's European options: contracts of so many coins, settled in
 * USDT.
 *
 * Prices are those of a contract. Premiums are paid out of the cash at once. An account's
 * marginBalance is the cash and what its options cost, so that equity is marginBalance and
 * unrealizedPNL; the stream's balance is the cash: equity less the options' value. */
#include <stdio.h>

#include "sim/sim_binance_parts.h"
#include "sim/sim_call.h"
#include "sim/sim_number.h"

#define ACCOUNT_EVERY_NS (10 * PLM_NS_PER_S)

static bool
eapi_is_of(const pli_sim_instrument *in)
{
	return in->venue == PLI_SIM_BINANCE_OPTIONS && !in->expired;
}

static plm_decimal
eapi_price(const pli_sim_instrument *in, plm_decimal of_coin)
{
	return pli_sim_multiply(of_coin, pli_sim_usdm_contract(in));
}

/* Public. */

static void
eapi_put_contracts(pli_json_writer *w, const pli_sim_market *m)
{
	pli_sim_asset last = PLI_SIM_ASSETS;
	pli_json_key(w, "optionContracts");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		char pair[PLI_SIM_NAME_MAX];
		if (!eapi_is_of(in) || in->coin == last)
			continue;
		last = in->coin;
		pli_sim_usdm_pair(in, pair);
		pli_json_object_open(w);
		pli_sim_put_text(w, "baseAsset", pli_sim_asset_name(in->coin));
		pli_sim_put_text(w, "quoteAsset", pli_sim_asset_name(in->quote));
		pli_sim_put_text(w, "underlying", pair);
		pli_sim_put_text(w, "settleAsset", pli_sim_asset_name(in->settle));
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
	pli_json_key(w, "optionAssets");
	pli_json_array_open(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "name", "USDT");
	pli_json_object_close(w);
	pli_json_array_close(w);
}

static void
eapi_put_filter(pli_json_writer *w, const pli_sim_instrument *in, plm_decimal lot)
{
	pli_json_key(w, "filters");
	pli_json_array_open(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "filterType", "PRICE_FILTER");
	pli_sim_put_plain(w, "minPrice", eapi_price(in, in->tick));
	pli_sim_put_text(w, "maxPrice", "80000.01");
	pli_sim_put_plain(w, "tickSize", eapi_price(in, in->tick));
	pli_sim_put_plain(w, "minQty", lot);
	pli_sim_put_text(w, "maxQty", "100");
	pli_sim_put_plain(w, "stepSize", lot);
	pli_json_object_close(w);
	pli_json_array_close(w);
}

static void
eapi_put_symbol(pli_json_writer *w, const pli_sim_instrument *in)
{
	char pair[PLI_SIM_NAME_MAX];
	plm_decimal lot = pli_sim_usdm_amount(in, in->lot);
	pli_sim_usdm_pair(in, pair);
	pli_json_object_open(w);
	pli_sim_put_int(w, "expiryDate", in->expiry_ns / PLM_NS_PER_MS);
	eapi_put_filter(w, in, lot);
	pli_sim_put_text(w, "symbol", in->name);
	pli_sim_put_text(w, "side", in->option_call ? "CALL" : "PUT");
	pli_sim_put_plain(w, "strikePrice", in->strike);
	pli_sim_put_text(w, "underlying", pair);
	pli_sim_put_number(w, "unit", pli_sim_usdm_contract(in));
	pli_sim_put_text(w, "liquidationFeeRate", "0.0019000");
	pli_sim_put_plain(w, "minQty", lot);
	pli_sim_put_text(w, "maxQty", "100");
	pli_sim_put_text(w, "initialMargin", PLI_SIM_OPTION_INITIAL);
	pli_sim_put_text(w, "maintenanceMargin", PLI_SIM_OPTION_MAINTENANCE);
	pli_sim_put_text(w, "minInitialMargin", PLI_SIM_OPTION_INITIAL_MIN);
	pli_sim_put_text(w, "minMaintenanceMargin", PLI_SIM_OPTION_MAINTENANCE_MIN);
	pli_sim_put_int(w, "priceScale", 4);
	pli_sim_put_int(w, "quantityScale", 4);
	pli_sim_put_text(w, "quoteAsset", pli_sim_asset_name(in->quote));
	pli_sim_put_text(w, "contractType", "CRYPTO_OPTIONS");
	pli_sim_put_text(w, "underlyingType", "CRYPTO");
	pli_sim_put_bool(w, "nakedSell", false);
	pli_sim_put_text(w, "status", "TRADING");
	pli_json_object_close(w);
}

static void
eapi_exchange_info(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	(void)call;
	const pli_sim_market *m = &b->world->market;
	pli_json_writer *w = &b->body;
	pli_json_object_open(w);
	pli_sim_put_text(w, "timezone", "UTC");
	pli_sim_put_int(w, "serverTime", pli_sim_usdm_now_ms(b));
	eapi_put_contracts(w, m);
	pli_json_key(w, "optionSymbols");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (eapi_is_of(&m->instruments[i]))
			eapi_put_symbol(w, &m->instruments[i]);
	pli_json_array_close(w);
	pli_json_key(w, "rateLimits");
	pli_json_array_open(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "rateLimitType", "REQUEST_WEIGHT");
	pli_sim_put_text(w, "interval", "MINUTE");
	pli_sim_put_int(w, "intervalNum", 1);
	pli_sim_put_int(w, "limit", PLI_SIM_EAPI_WEIGHTS);
	pli_json_object_close(w);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

/* Volatilities are fractions here. */
static plm_decimal
eapi_volatility(const pli_sim_instrument *in)
{
	return pli_sim_multiply(in->mark_iv, pli_sim_of("0.01"));
}

static void
eapi_put_limits(pli_json_writer *w, const pli_sim_instrument *in, const char *high, const char *low)
{
	plm_decimal mark = eapi_price(in, in->mark);
	pli_sim_put_fixed(w, high, pli_sim_multiply(mark, pli_sim_of("1.2")), 4);
	pli_sim_put_fixed(w, low, pli_sim_multiply(mark, pli_sim_of("0.8")), 4);
}

static void
eapi_mark(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_market *m = &b->world->market;
	plm_slice symbol = pli_sim_param(call->in, "symbol");
	pli_json_writer *w = &b->body;
	pli_json_array_open(w);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		if (!eapi_is_of(in) || (symbol.size > 0 && !plm_slice_is(symbol, in->name)))
			continue;
		pli_json_object_open(w);
		pli_sim_put_text(w, "symbol", in->name);
		pli_sim_put_plain(w, "markPrice", eapi_price(in, in->mark));
		pli_sim_put_fixed(w, "bidIV", eapi_volatility(in), 8);
		pli_sim_put_fixed(w, "askIV", eapi_volatility(in), 8);
		pli_sim_put_fixed(w, "markIV", eapi_volatility(in), 8);
		pli_sim_put_fixed(w, "delta", in->delta, 8);
		pli_sim_put_fixed(w, "theta", in->theta, 8);
		pli_sim_put_fixed(w, "gamma", in->gamma, 8);
		pli_sim_put_fixed(w, "vega", in->vega, 8);
		eapi_put_limits(w, in, "highPriceLimit", "lowPriceLimit");
		pli_sim_put_text(w, "riskFreeInterest", "0");
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static void
eapi_index(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_market *m = &b->world->market;
	plm_slice underlying = pli_sim_param(call->in, "underlying");
	const pli_sim_instrument *found = NULL;
	for (uint32_t i = 0; i < m->instruments_count && found == NULL; i++) {
		char pair[PLI_SIM_NAME_MAX];
		pli_sim_usdm_pair(&m->instruments[i], pair);
		if (eapi_is_of(&m->instruments[i]) && plm_slice_is(underlying, pair))
			found = &m->instruments[i];
	}
	if (found == NULL) {
		pli_sim_usdm_error(b, call, 400, -1121, "Invalid symbol.");
		return;
	}
	pli_json_object_open(&b->body);
	pli_sim_put_int(&b->body, "time", pli_sim_usdm_now_ms(b));
	pli_sim_put_fixed(&b->body, "indexPrice", found->index, 8);
	pli_json_object_close(&b->body);
}

static void
eapi_put_mark(pli_sim_binance *b, pli_json_writer *w, const pli_sim_instrument *in)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "s", in->name);
	pli_sim_put_plain(w, "mp", eapi_price(in, in->mark));
	pli_sim_put_int(w, "E", pli_sim_usdm_now_ms(b));
	pli_sim_put_text(w, "e", "markPrice");
	pli_sim_put_fixed(w, "i", in->index, 8);
	pli_sim_put_text(w, "P", "0.000");
	pli_sim_put_plain(w, "bo", eapi_price(in, in->bid));
	pli_sim_put_plain(w, "ao", eapi_price(in, in->ask));
	pli_sim_put_text(w, "bq", "1.0000");
	pli_sim_put_text(w, "aq", "1.0000");
	pli_sim_put_fixed(w, "b", eapi_volatility(in), 8);
	pli_sim_put_fixed(w, "a", eapi_volatility(in), 8);
	eapi_put_limits(w, in, "hl", "ll");
	pli_sim_put_fixed(w, "vo", eapi_volatility(in), 8);
	pli_sim_put_text(w, "rf", "0.0");
	pli_sim_put_fixed(w, "d", in->delta, 8);
	pli_sim_put_fixed(w, "t", in->theta, 8);
	pli_sim_put_fixed(w, "g", in->gamma, 8);
	pli_sim_put_fixed(w, "v", in->vega, 8);
	pli_json_object_close(w);
}

void
pli_sim_eapi_put_marks(pli_sim_binance *b, const pli_sim_instrument *of)
{
	const pli_sim_market *m = &b->world->market;
	pli_json_array_open(&b->frame);
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (eapi_is_of(&m->instruments[i]) && m->instruments[i].coin == of->coin)
			eapi_put_mark(b, &b->frame, &m->instruments[i]);
	pli_json_array_close(&b->frame);
}

/* Account. */

static void
eapi_put_position(pli_json_writer *w, const pli_sim_position *p)
{
	const pli_sim_instrument *in = p->instrument;
	pli_sim_option_sums s = pli_sim_option_row(p);
	pli_json_object_open(w);
	pli_sim_put_plain(w, "entryPrice", eapi_price(in, p->entry));
	pli_sim_put_text(w, "symbol", in->name);
	pli_sim_put_text(w, "side", plm_decimal_sign(p->size) < 0 ? "SHORT" : "LONG");
	pli_sim_put_plain(w, "quantity", pli_sim_usdm_amount(in, p->size));
	pli_sim_put_plain(w, "markValue", s.value);
	pli_sim_put_plain(w, "unrealizedPNL", pli_sim_subtract(s.value, s.cost));
	pli_sim_put_plain(w, "markPrice", eapi_price(in, in->mark));
	pli_sim_put_plain(w, "strikePrice", in->strike);
	pli_sim_put_int(w, "expiryDate", in->expiry_ns / PLM_NS_PER_MS);
	pli_sim_put_int(w, "priceScale", 4);
	pli_sim_put_int(w, "quantityScale", 4);
	pli_sim_put_text(w, "optionSide", in->option_call ? "CALL" : "PUT");
	pli_sim_put_text(w, "quoteAsset", pli_sim_asset_name(in->quote));
	pli_sim_put_int(w, "time", p->updated_ns / PLM_NS_PER_MS);
	pli_sim_put_text(w, "bidQuantity", "0.0000");
	pli_sim_put_text(w, "askQuantity", "0.0000");
	pli_json_object_close(w);
}

static void
eapi_position(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	const pli_sim_account *a = call->account;
	plm_slice symbol = pli_sim_param(call->in, "symbol");
	pli_sim_usdm_cut cut = pli_sim_usdm_begin_snapshot(b, call);
	pli_json_array_open(&b->body);
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		bool other = symbol.size > 0 && !plm_slice_is(symbol, p->instrument->name);
		if (!other && !pli_sim_is_zero(p->size) && pli_sim_usdm_let_out(&cut))
			eapi_put_position(&b->body, p);
	}
	pli_json_array_close(&b->body);
}

static void
eapi_put_greeks(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset coin)
{
	static const char *const names[] = {"delta", "gamma", "theta", "vega"};
	char pair[PLI_SIM_NAME_MAX] = "";
	plm_decimal sums[4] = {0};
	for (uint32_t i = 0; i < a->positions_count; i++) {
		const pli_sim_position *p = &a->positions[i];
		const pli_sim_instrument *in = p->instrument;
		const plm_decimal greeks[4] = {in->delta, in->gamma, in->theta, in->vega};
		if (in->coin != coin || pli_sim_is_zero(p->size))
			continue;
		pli_sim_usdm_pair(in, pair);
		for (int k = 0; k < 4; k++)
			sums[k] = pli_sim_add(sums[k], pli_sim_multiply(p->size, greeks[k]));
	}
	if (pair[0] == '\0')
		return;
	pli_json_object_open(w);
	pli_sim_put_text(w, "underlying", pair);
	for (int k = 0; k < 4; k++)
		pli_sim_put_fixed(w, names[k], pli_sim_round(sums[k], 8), 8);
	pli_json_object_close(w);
}

static void
eapi_put_asset(pli_json_writer *w, const pli_sim_account *a)
{
	pli_sim_option_sums s = pli_sim_option_account(a);
	plm_decimal cash = a->wallets[PLI_SIM_USDT].cash;
	plm_decimal equity = pli_sim_add(cash, s.value);
	pli_json_object_open(w);
	pli_sim_put_text(w, "asset", "USDT");
	pli_sim_put_fixed(w, "marginBalance", pli_sim_add(cash, s.cost), 8);
	pli_sim_put_fixed(w, "equity", equity, 8);
	pli_sim_put_fixed(w, "available", pli_sim_subtract(cash, s.initial), 8);
	pli_sim_put_fixed(w, "initialMargin", s.initial, 8);
	pli_sim_put_fixed(w, "maintMargin", s.maintenance, 8);
	pli_sim_put_fixed(w, "unrealizedPNL", pli_sim_subtract(s.value, s.cost), 8);
	pli_sim_put_fixed(w, "adjustedEquity", equity, 8);
	pli_json_object_close(w);
}

static void
eapi_margin_account(pli_sim_binance *b, pli_sim_usdm_call *call)
{
	pli_json_writer *w = &b->body;
	pli_json_object_open(w);
	pli_json_key(w, "asset");
	pli_json_array_open(w);
	eapi_put_asset(w, call->account);
	pli_json_array_close(w);
	pli_json_key(w, "greek");
	pli_json_array_open(w);
	for (int coin = 0; coin < PLI_SIM_COINS; coin++)
		eapi_put_greeks(w, call->account, (pli_sim_asset)coin);
	pli_json_array_close(w);
	pli_sim_put_int(w, "time", call->account->wallets[PLI_SIM_USDT].updated_ns / PLM_NS_PER_MS);
	pli_sim_put_bool(w, "canTrade", true);
	pli_sim_put_bool(w, "canDeposit", true);
	pli_sim_put_bool(w, "canWithdraw", true);
	pli_sim_put_bool(w, "reduceOnly", false);
	pli_sim_put_int(w, "tradeGroupId", -1);
	pli_json_object_close(w);
}

/* The user stream. */

static void
eapi_tell_account(pli_sim_binance *b, uint32_t account)
{
	const pli_sim_account *a = &b->world->accounts[account];
	pli_json_writer *w = &b->frame;
	pli_sim_option_sums s = pli_sim_option_account(a);
	plm_decimal cash = a->wallets[PLI_SIM_USDT].cash;
	plm_decimal equity = pli_sim_add(cash, s.value);
	pli_sim_usdm_open_event(b, "ACCOUNT_UPDATE", b->now_ns);
	pli_sim_put_fixed(w, "eq", equity, 8);
	pli_sim_put_fixed(w, "aeq", equity, 8);
	pli_sim_put_fixed(w, "b", cash, 8);
	pli_sim_put_fixed(w, "m", s.value, 8);
	pli_sim_put_fixed(w, "u", pli_sim_subtract(s.value, s.cost), 8);
	pli_sim_put_fixed(w, "i", s.initial, 8);
	pli_sim_put_fixed(w, "M", s.maintenance, 8);
	pli_json_object_close(w);
	pli_sim_usdm_tell(b, account);
}

static void
eapi_put_leg(pli_json_writer *w, const pli_sim_position *p)
{
	const pli_sim_instrument *in = p->instrument;
	pli_json_object_open(w);
	pli_sim_put_text(w, "s", in->name);
	pli_sim_put_plain(w, "c", pli_sim_usdm_amount(in, p->size));
	pli_sim_put_fixed(w, "p", pli_sim_round(pli_sim_multiply(p->size, p->entry), 8), 8);
	pli_sim_put_plain(w, "a", eapi_price(in, p->entry));
	pli_json_object_close(w);
}

static void
eapi_tell_change(pli_sim_binance *b, const pli_sim_news *news, const char *reason)
{
	const pli_sim_account *a = &b->world->accounts[news->account];
	pli_json_writer *w = &b->frame;
	pli_sim_usdm_open_event(b, "BALANCE_POSITION_UPDATE", b->now_ns);
	pli_sim_put_text(w, "m", reason);
	pli_json_key(w, "B");
	pli_json_array_open(w);
	pli_json_object_open(w);
	pli_sim_put_text(w, "a", "USDT");
	pli_sim_put_fixed(w, "b", a->wallets[PLI_SIM_USDT].cash, 8);
	pli_sim_put_plain(w, "bc", news->amount);
	pli_json_object_close(w);
	pli_json_array_close(w);
	pli_json_key(w, "P");
	pli_json_array_open(w);
	if (news->position != NULL)
		eapi_put_leg(w, news->position);
	pli_json_array_close(w);
	pli_json_object_close(w);
	pli_sim_usdm_tell(b, news->account);
}

void
pli_sim_eapi_on_news(pli_sim_binance *b, const pli_sim_news *news)
{
	bool out = plm_decimal_sign(news->amount) < 0;
	if (news->kind == PLI_SIM_NEWS_TRANSFER)
		eapi_tell_change(b, news, out ? "WITHDRAW" : "DEPOSIT");
	else if (news->kind == PLI_SIM_NEWS_FILL || news->kind == PLI_SIM_NEWS_DELIVERY)
		eapi_tell_change(b, news, "ORDER");
	else
		return;
	eapi_tell_account(b, news->account);
}

void
pli_sim_eapi_tick(pli_sim_binance *b)
{
	if (b->now_ns < b->options_next_ns)
		return;
	b->options_next_ns = (b->now_ns / ACCOUNT_EVERY_NS + 1) * ACCOUNT_EVERY_NS;
	for (uint32_t i = 0; i < b->world->accounts_count; i++) {
		const pli_sim_account *a = &b->world->accounts[i];
		if (a->venue == PLI_SIM_BINANCE_OPTIONS && pli_sim_option_account(a).open)
			eapi_tell_account(b, i);
	}
}

const pli_sim_usdm_route pli_sim_eapi_routes[] = {
    {"GET", "/eapi/v1/ping", PLI_SIM_OPEN, 1, pli_sim_usdm_ping},
    {"GET", "/eapi/v1/time", PLI_SIM_OPEN, 1, pli_sim_usdm_time},
    {"GET", "/eapi/v1/exchangeInfo", PLI_SIM_OPEN, 1, eapi_exchange_info},
    {"GET", "/eapi/v1/mark", PLI_SIM_OPEN, 5, eapi_mark},
    {"GET", "/eapi/v1/index", PLI_SIM_OPEN, 1, eapi_index},
    {"GET", "/eapi/v1/openOrders", PLI_SIM_SIGNED, 40, pli_sim_usdm_empty_list},
    {"GET", "/eapi/v1/marginAccount", PLI_SIM_SIGNED, 3, eapi_margin_account},
    {"GET", "/eapi/v1/position", PLI_SIM_SIGNED, 5, eapi_position},
    {"POST", "/eapi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_create},
    {"PUT", "/eapi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_extend},
    {"DELETE", "/eapi/v1/listenKey", PLI_SIM_KEYED, 1, pli_sim_usdm_listen_close},
    {.method = NULL},
};
