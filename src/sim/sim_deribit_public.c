/* sim_deribit_public.c: the simulated Deribit's public data. */
#include <assert.h>
#include <stdio.h>
#include <strings.h>

#include "sim/sim_deribit_parts.h"
#include "sim/sim_number.h"

#define PERPETUAL_EXPIRY_MS INT64_C(32503708800000)

const pli_sim_asset pli_sim_deri_currencies[] = {
    PLI_SIM_BTC, PLI_SIM_ETH, PLI_SIM_SOL, PLI_SIM_XRP, PLI_SIM_USDC, PLI_SIM_USDT, PLI_SIM_ASSETS};

static int64_t
public_now_ms(const pli_sim_deribit *d)
{
	return d->now_ns / PLM_NS_PER_MS;
}

char *
pli_sim_deri_index_name(pli_sim_asset coin, pli_sim_asset quote, char ret_name[16])
{
	(void)snprintf(ret_name, 16, "%s_%s", pli_sim_asset_name(coin), pli_sim_asset_name(quote));
	for (char *c = ret_name; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return ret_name;
}

bool
pli_sim_deri_index_parse(plm_slice name, pli_sim_asset *ret_coin, pli_sim_asset *ret_quote)
{
	const char *line = name.size == 0 ? NULL : memchr(name.bytes, '_', name.size);
	if (line == NULL)
		return false;
	size_t left = (size_t)(line - name.bytes);
	pli_sim_asset coin = pli_sim_asset_find((plm_slice){name.bytes, left});
	pli_sim_asset quote = pli_sim_asset_find((plm_slice){line + 1, name.size - left - 1});
	bool known = (coin < PLI_SIM_COINS && quote >= PLI_SIM_USDT && quote < PLI_SIM_ASSETS) ||
		     ((coin == PLI_SIM_USDC || coin == PLI_SIM_USDT) && quote == PLI_SIM_USD);
	*ret_coin = coin;
	*ret_quote = quote;
	return known;
}

void
pli_sim_deri_get_time(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	(void)call;
	pli_json_put_int(&d->body, public_now_ms(d));
}

void
pli_sim_deri_test(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	(void)call;
	pli_json_object_open(&d->body);
	pli_sim_put_text(&d->body, "version", "1.2.26");
	pli_json_object_close(&d->body);
}

void
pli_sim_deri_status(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	(void)call;
	bool locked = pli_sim_wire_active(d->wire, PLI_SIM_FAULT_MAINTENANCE);
	pli_json_object_open(&d->body);
	pli_sim_put_text(&d->body, "locked", locked ? "true" : "false");
	pli_json_key(&d->body, "locked_indices");
	pli_json_array_open(&d->body);
	pli_json_array_close(&d->body);
	pli_json_object_close(&d->body);
}

void
pli_sim_deri_get_combos(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	(void)call;
	pli_json_array_open(&d->body);
	pli_json_array_close(&d->body);
}

static const char *
public_kind(const pli_sim_instrument *in)
{
	return in->kind == PLI_SIM_OPTION ? "option" : "future";
}

static void
public_put_dates(pli_json_writer *w, const pli_sim_instrument *in, const pli_sim_market *m)
{
	bool perpetual = in->kind == PLI_SIM_PERPETUAL;
	bool week = in->expiry_ns == m->expiries_ns[0];
	pli_sim_put_text(w, "settlement_period", perpetual ? "perpetual" : week ? "week" : "month");
	pli_sim_put_int(w, "expiration_timestamp",
	    perpetual ? PERPETUAL_EXPIRY_MS : in->expiry_ns / PLM_NS_PER_MS);
	pli_sim_put_int(w, "creation_timestamp", in->created_ns / PLM_NS_PER_MS);
	pli_sim_put_bool(w, "is_active", !in->expired);
	pli_sim_put_text(w, "state", in->expired ? "closed" : "open");
}

static void
public_put_fees(pli_json_writer *w, const pli_sim_instrument *in)
{
	bool option = in->kind == PLI_SIM_OPTION;
	pli_sim_put_number(
	    w, "maker_commission", option ? pli_sim_of("0.0003") : plm_decimal_zero());
	pli_sim_put_number(w, "taker_commission", pli_sim_of(option ? "0.0003" : "0.0005"));
	pli_sim_put_number(w, "max_liquidation_commission", pli_sim_of("0.0075"));
	pli_sim_put_number(w, "block_trade_commission", pli_sim_of("0.00025"));
	pli_sim_put_number(w, "block_trade_min_trade_amount",
	    plm_decimal_from_int(option        ? 25
				 : in->inverse ? 200000
					       : 1));
	pli_sim_put_number(w, "block_trade_tick_size", pli_sim_of(option ? "0.0001" : "0.01"));
	pli_sim_put_int(w, "max_leverage", option ? 1 : in->coin <= PLI_SIM_ETH ? 50 : 25);
}

static void
public_put_instrument(pli_json_writer *w, const pli_sim_instrument *in, const pli_sim_market *m)
{
	char index[16];
	bool option = in->kind == PLI_SIM_OPTION;
	pli_json_object_open(w);
	pli_sim_put_text(w, "price_index", pli_sim_deri_index_name(in->coin, in->quote, index));
	pli_sim_put_text(w, "kind", public_kind(in));
	pli_sim_put_text(w, "instrument_name", in->name);
	pli_sim_put_int(w, "instrument_id", in->serial);
	pli_sim_put_text(w, "instrument_type", in->inverse ? "reversed" : "linear");
	if (option) {
		pli_sim_put_text(w, "option_type", in->option_call ? "call" : "put");
		pli_sim_put_number(w, "strike", in->strike);
	} else {
		pli_sim_put_text(w, "future_type", in->inverse ? "reversed" : "linear");
	}
	public_put_dates(w, in, m);
	public_put_fees(w, in);
	pli_sim_put_number(w, "tick_size", in->tick);
	pli_json_key(w, "tick_size_steps");
	pli_json_array_open(w);
	pli_json_array_close(w);
	pli_sim_put_number(w, "min_trade_amount", in->lot);
	pli_sim_put_number(w, "contract_size", option ? plm_decimal_from_int(1) : in->lot);
	pli_sim_put_text(w, "base_currency", pli_sim_asset_name(in->coin));
	pli_sim_put_text(w, "counter_currency", pli_sim_asset_name(in->quote));
	pli_sim_put_text(w, "quote_currency", pli_sim_asset_name(option ? in->settle : in->quote));
	pli_sim_put_text(w, "settlement_currency", pli_sim_asset_name(in->settle));
	pli_sim_put_bool(w, "rfq", false);
	pli_json_object_close(w);
}

/* A currency parameter selects what settles in it; "any" or none: everything. */
static bool
public_is_selected(const pli_sim_deri_call *call, const pli_sim_instrument *in)
{
	plm_slice currency = pli_sim_deri_param(call, "currency");
	plm_slice kind = pli_sim_deri_param(call, "kind");
	if (in->venue != PLI_SIM_DERIBIT)
		return false;
	if (currency.size > 0 && !plm_slice_is(currency, "any") &&
	    pli_sim_asset_find(currency) != in->settle)
		return false;
	return kind.size == 0 || plm_slice_is(kind, "any") || plm_slice_is(kind, public_kind(in));
}

void
pli_sim_deri_get_instruments(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	const pli_sim_market *m = &d->world->market;
	bool expired = plm_slice_is(pli_sim_deri_param(call, "expired"), "true");
	plm_slice currency = pli_sim_deri_param(call, "currency");
	if (currency.size > 0 && !plm_slice_is(currency, "any") &&
	    pli_sim_asset_find(currency) == PLI_SIM_ASSETS) {
		pli_sim_deri_fail(call, -32602, "Invalid params", "wrong currency");
		return;
	}
	pli_json_array_open(&d->body);
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (public_is_selected(call, &m->instruments[i]) &&
		    m->instruments[i].expired == expired)
			public_put_instrument(&d->body, &m->instruments[i], m);
	pli_json_array_close(&d->body);
}

void
pli_sim_deri_get_instrument(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	const pli_sim_instrument *in = pli_sim_deri_find_instrument(d, call);
	if (in != NULL)
		public_put_instrument(&d->body, in, &d->world->market);
}

void
pli_sim_deri_get_currencies(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	static const char *const long_names[] = {
	    "Bitcoin", "Ethereum", "Solana", "XRP", "USD Coin", "Tether"};
	(void)call;
	pli_json_writer *w = &d->body;
	pli_json_array_open(w);
	for (int i = 0; pli_sim_deri_currencies[i] != PLI_SIM_ASSETS; i++) {
		pli_json_object_open(w);
		pli_sim_put_text(w, "currency", pli_sim_asset_name(pli_sim_deri_currencies[i]));
		pli_sim_put_text(w, "currency_long", long_names[i]);
		pli_sim_put_text(w, "coin_type", "SIMULATED");
		pli_sim_put_int(w, "min_confirmations", 1);
		pli_sim_put_number(w, "min_withdrawal_fee", pli_sim_of("0.0001"));
		pli_sim_put_number(w, "withdrawal_fee", pli_sim_of("0.0001"));
		pli_sim_put_int(w, "fee_precision", 4);
		pli_sim_put_bool(w, "in_cross_collateral_pool", i != 5);
		pli_json_key(w, "withdrawal_priorities");
		pli_json_array_open(w);
		pli_json_array_close(w);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

void
pli_sim_deri_get_index_price(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	pli_sim_asset coin, quote;
	if (!pli_sim_deri_index_parse(pli_sim_deri_param(call, "index_name"), &coin, &quote)) {
		pli_sim_deri_fail(call, -32602, "Invalid params", "index_name");
		return;
	}
	const pli_sim_market *m = &d->world->market;
	plm_decimal price = coin < PLI_SIM_COINS ? m->coins[coin].index[quote] : m->dollar[coin];
	pli_json_object_open(&d->body);
	pli_sim_put_number(&d->body, "index_price", price);
	pli_sim_put_number(&d->body, "estimated_delivery_price", price);
	pli_json_object_close(&d->body);
}

static void
public_put_stats(pli_json_writer *w, bool over_ws)
{
	plm_decimal volume = plm_decimal_from_int(1250);
	pli_json_key(w, "stats");
	pli_json_object_open(w);
	if (over_ws)
		pli_sim_put_number(w, "volume_usd", plm_decimal_from_int(74000000));
	pli_sim_put_number(w, "volume", volume);
	if (over_ws)
		pli_sim_put_number(w, "price_change", pli_sim_of("0.42"));
	pli_sim_put_null(w, "low");
	pli_sim_put_null(w, "high");
	pli_json_object_close(w);
}

/* Without greeks calls tell no vol either: what there is of it is in their prices. */
static void
public_put_option(const pli_sim_deribit *d, pli_json_writer *w, const pli_sim_instrument *in)
{
	plm_decimal zero = plm_decimal_zero();
	bool silent = pli_sim_wire_active(d->wire, PLI_SIM_FAULT_NO_GREEKS);
	plm_decimal iv = silent && in->option_call ? plm_decimal_unknown() : in->mark_iv;
	pli_sim_put_number(w, "underlying_price", in->expired ? in->index : in->underlying);
	pli_sim_put_text(w, "underlying_index", in->underlying_name);
	pli_sim_put_number(w, "mark_iv", iv);
	pli_sim_put_number(w, "bid_iv", iv);
	pli_sim_put_number(w, "ask_iv", iv);
	pli_sim_put_number(w, "interest_rate", zero);
	if (silent)
		return;
	pli_json_key(w, "greeks");
	pli_json_object_open(w);
	pli_sim_put_number(w, "delta", in->delta);
	pli_sim_put_number(w, "gamma", in->gamma);
	pli_sim_put_number(w, "vega", in->vega);
	pli_sim_put_number(w, "theta", in->theta);
	pli_sim_put_number(w, "rho", in->rho);
	pli_json_object_close(w);
}

void
pli_sim_deri_put_ticker(
    const pli_sim_deribit *d, pli_json_writer *w, const pli_sim_instrument *in, bool over_ws)
{
	pli_json_object_open(w);
	pli_sim_put_int(w, "timestamp", d->world->market.now_ns / PLM_NS_PER_MS);
	pli_sim_put_text(w, "instrument_name", in->name);
	pli_sim_put_text(w, "state", in->expired ? "closed" : "open");
	public_put_stats(w, over_ws);
	pli_sim_put_number(w, "settlement_price", in->settlement);
	pli_sim_put_number(w, "open_interest", in->open_interest);
	pli_sim_put_number(
	    w, "min_price", pli_sim_snap(pli_sim_multiply(in->mark, pli_sim_of("0.97")), in->tick));
	pli_sim_put_number(
	    w, "max_price", pli_sim_snap(pli_sim_multiply(in->mark, pli_sim_of("1.03")), in->tick));
	pli_sim_put_number(w, "mark_price", in->mark);
	pli_sim_put_number(w, "last_price", in->last);
	pli_sim_put_number(w, "index_price", in->index);
	if (over_ws || in->kind != PLI_SIM_PERPETUAL)
		pli_sim_put_number(w, "estimated_delivery_price", in->index);
	if (in->kind == PLI_SIM_PERPETUAL) {
		pli_sim_put_number(w, "funding_8h", in->funding_rate);
		pli_sim_put_number(w, "current_funding", in->funding_rate);
	}
	pli_sim_put_number(w, "best_bid_price", in->bid);
	pli_sim_put_number(
	    w, "best_bid_amount", pli_sim_multiply(in->lot, plm_decimal_from_int(25)));
	pli_sim_put_number(w, "best_ask_price", in->ask);
	pli_sim_put_number(
	    w, "best_ask_amount", pli_sim_multiply(in->lot, plm_decimal_from_int(31)));
	if (in->kind == PLI_SIM_OPTION)
		public_put_option(d, w, in);
	pli_json_object_close(w);
}

void
pli_sim_deri_ticker(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	const pli_sim_instrument *in = pli_sim_deri_find_instrument(d, call);
	if (in != NULL)
		pli_sim_deri_put_ticker(d, &d->body, in, call->client != NULL);
}

static void
public_put_summary(pli_json_writer *w, const pli_sim_deribit *d, const pli_sim_instrument *in)
{
	bool option = in->kind == PLI_SIM_OPTION;
	plm_decimal mid = pli_sim_multiply(pli_sim_add(in->bid, in->ask), pli_sim_of("0.5"));
	pli_json_object_open(w);
	pli_sim_put_text(w, "instrument_name", in->name);
	pli_sim_put_text(w, "base_currency", pli_sim_asset_name(in->coin));
	pli_sim_put_text(w, "quote_currency", pli_sim_asset_name(option ? in->settle : in->quote));
	pli_sim_put_int(w, "creation_timestamp", public_now_ms(d));
	pli_sim_put_number(w, "volume", pli_sim_of("0.55"));
	pli_sim_put_number(w, "price_change", pli_sim_of("-0.42"));
	pli_sim_put_number(w, "open_interest", in->open_interest);
	pli_sim_put_number(w, "mid_price", mid);
	pli_sim_put_number(w, "mark_price", in->mark);
	pli_sim_put_number(w, "low", in->bid);
	pli_sim_put_number(w, "high", in->ask);
	pli_sim_put_number(w, "last", in->last);
	pli_sim_put_number(w, "bid_price", in->bid);
	pli_sim_put_number(w, "ask_price", in->ask);
	if (option) {
		pli_sim_put_number(w, "underlying_price", in->underlying);
		pli_sim_put_text(w, "underlying_index", in->underlying_name);
		pli_sim_put_number(w, "interest_rate", plm_decimal_zero());
		pli_sim_put_number(w, "mark_iv", in->mark_iv);
	} else {
		pli_sim_put_number(w, "estimated_delivery_price", in->index);
	}
	pli_json_object_close(w);
}

void
pli_sim_deri_book_summary(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	const pli_sim_market *m = &d->world->market;
	plm_slice name = pli_sim_deri_param(call, "instrument_name");
	if (name.size > 0 && pli_sim_deri_find_instrument(d, call) == NULL)
		return;
	pli_json_array_open(&d->body);
	for (uint32_t i = 0; i < m->instruments_count; i++) {
		const pli_sim_instrument *in = &m->instruments[i];
		bool wanted = name.size > 0 ? plm_slice_is(name, in->name)
					    : public_is_selected(call, in) && !in->expired;
		if (wanted && in->venue == PLI_SIM_DERIBIT)
			public_put_summary(&d->body, d, in);
	}
	pli_json_array_close(&d->body);
}
