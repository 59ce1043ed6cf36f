/* sim_deribit_private.c: the simulated Deribit's positions, account summaries and log. */
#include <stdio.h>

#include "sim/sim_call.h"
#include "sim/sim_deribit_parts.h"
#include "sim/sim_number.h"

static void
private_put_option(
    pli_json_writer *w, const pli_sim_position *p, const pli_sim_coinm_row *row, bool with_greeks)
{
	plm_decimal index = p->instrument->index;
	plm_decimal average = pli_sim_round(pli_sim_multiply(p->entry, index), 6);
	plm_decimal floating = pli_sim_round(pli_sim_multiply(row->floating, index), 6);
	if (with_greeks) {
		pli_sim_put_number(w, "gamma", row->gamma);
		pli_sim_put_number(w, "vega", row->vega);
		pli_sim_put_number(w, "theta", row->theta);
	}
	pli_sim_put_number(w, "average_price_usd", average);
	pli_sim_put_number(w, "floating_profit_loss_usd", floating);
}

static void
private_put_future(pli_json_writer *w, const pli_sim_position *p, const pli_sim_coinm_row *row,
    bool with_liquidation)
{
	pli_sim_put_number(w, "size_currency", row->size_currency);
	pli_sim_put_number(w, "realized_funding", p->funding);
	pli_sim_put_int(w, "leverage", p->instrument->coin <= PLI_SIM_ETH ? 50 : 25);
	pli_sim_put_number(w, "interest_value", plm_decimal_zero());
	if (with_liquidation)
		pli_sim_put_number(w, "estimated_liquidation_price", row->liquidation);
}

void
pli_sim_deri_put_position(const pli_sim_deribit *d, pli_json_writer *w, const pli_sim_account *a,
    const pli_sim_position *p, bool with_liquidation)
{
	static const char *const directions[] = {"sell", "zero", "buy"};
	const pli_sim_instrument *in = p->instrument;
	bool option = in->kind == PLI_SIM_OPTION;
	bool with_greeks = !option || !pli_sim_wire_active(d->wire, PLI_SIM_FAULT_NO_GREEKS);
	pli_sim_coinm_row row;
	pli_sim_coinm_position(a, p, &row);
	pli_json_object_open(w);
	pli_sim_put_text(w, "instrument_name", in->name);
	pli_sim_put_text(w, "kind", option ? "option" : "future");
	pli_sim_put_text(w, "direction", directions[plm_decimal_sign(p->size) + 1]);
	pli_sim_put_number(w, "size", p->size);
	pli_sim_put_number(w, "average_price", p->entry);
	pli_sim_put_number(w, "mark_price", in->mark);
	pli_sim_put_number(w, "index_price", in->index);
	pli_sim_put_number(w, "settlement_price", in->settlement);
	if (with_greeks)
		pli_sim_put_number(w, "delta", row.delta);
	pli_sim_put_number(w, "floating_profit_loss", row.floating);
	pli_sim_put_number(w, "realized_profit_loss", p->realised);
	pli_sim_put_number(w, "total_profit_loss", row.total);
	pli_sim_put_number(w, "initial_margin", row.initial);
	pli_sim_put_number(w, "maintenance_margin", row.maintenance);
	pli_sim_put_number(w, "open_orders_margin", plm_decimal_zero());
	if (option)
		private_put_option(w, p, &row, with_greeks);
	else
		private_put_future(w, p, &row, with_liquidation);
	pli_json_object_close(w);
}

/* Rows stay until the session's end when something was realised, as at the venue. */
static bool
private_is_shown(const pli_sim_position *p)
{
	return !pli_sim_is_zero(p->size) ||
	       (!pli_sim_is_zero(p->realised) && !p->instrument->expired);
}

void
pli_sim_deri_get_positions(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	const pli_sim_account *a = call->account;
	plm_slice currency = pli_sim_deri_param(call, "currency");
	plm_slice kind = pli_sim_deri_param(call, "kind");
	bool any = currency.size == 0 || plm_slice_is(currency, "any");
	pli_sim_asset asset = any ? PLI_SIM_ASSETS : pli_sim_asset_find(currency);
	if (!any && asset == PLI_SIM_ASSETS) {
		pli_sim_deri_fail(call, -32602, "Invalid params", "wrong currency");
		return;
	}
	bool half = pli_sim_wire_take(d->wire, PLI_SIM_FAULT_PARTIAL);
	bool empty = pli_sim_wire_take(d->wire, PLI_SIM_FAULT_EMPTY);
	call->torn = pli_sim_wire_take(d->wire, PLI_SIM_FAULT_TORN);
	uint32_t shown = 0;
	pli_json_array_open(&d->body);
	for (uint32_t i = 0; i < a->positions_count && !empty; i++) {
		const pli_sim_position *p = &a->positions[i];
		bool option = p->instrument->kind == PLI_SIM_OPTION;
		if (!private_is_shown(p) || (!any && p->instrument->settle != asset))
			continue;
		if (kind.size > 0 && !plm_slice_is(kind, option ? "option" : "future") &&
		    !plm_slice_is(kind, "any"))
			continue;
		if (half && shown++ % 2 == 1)
			continue;
		pli_sim_deri_put_position(d, &d->body, a, p, true);
	}
	pli_json_array_close(&d->body);
}

void
pli_sim_deri_get_position(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	const pli_sim_instrument *in = pli_sim_deri_find_instrument(d, call);
	if (in == NULL)
		return;
	pli_sim_position none = {.instrument = in};
	const pli_sim_position *p = &none;
	for (uint32_t i = 0; i < call->account->positions_count; i++)
		if (call->account->positions[i].instrument == in)
			p = &call->account->positions[i];
	pli_sim_deri_put_position(d, &d->body, call->account, p, true);
}

/* Summaries. */

static void
private_put_rates(pli_json_writer *w, const char *key, int burst, int rate)
{
	pli_json_key(w, key);
	pli_json_object_open(w);
	pli_sim_put_int(w, "burst", burst);
	pli_sim_put_int(w, "rate", rate);
	pli_json_object_close(w);
}

static void
private_put_limits(pli_json_writer *w)
{
	pli_json_key(w, "limits");
	pli_json_object_open(w);
	pli_sim_put_bool(w, "limits_per_currency", false);
	private_put_rates(w, "non_matching_engine", 1500, 1000);
	pli_json_key(w, "matching_engine");
	pli_json_object_open(w);
	pli_json_key(w, "trading");
	pli_json_object_open(w);
	private_put_rates(w, "total", 250, 200);
	pli_json_object_close(w);
	private_put_rates(w, "spot", 250, 200);
	private_put_rates(w, "quotes", 500, 500);
	private_put_rates(w, "max_quotes", 10, 10);
	private_put_rates(w, "guaranteed_quotes", 2, 2);
	private_put_rates(w, "cancel_all", 250, 200);
	pli_json_object_close(w);
	pli_json_object_close(w);
}

static void
private_put_fees(pli_json_writer *w, pli_sim_asset currency)
{
	static const char *const kinds[] = {"perpetual", "option", "future"};
	char index[16];
	pli_json_key(w, "fees");
	pli_json_array_open(w);
	for (int i = 0; i < 3; i++) {
		pli_json_object_open(w);
		pli_json_key(w, "value");
		pli_json_object_open(w);
		pli_json_key(w, "default");
		pli_json_object_open(w);
		pli_sim_put_text(w, "type", i == 1 ? "relative" : "fixed");
		pli_sim_put_number(w, "taker", pli_sim_of(i == 1 ? "0.625" : "0.0005"));
		pli_sim_put_number(w, "maker", pli_sim_of(i == 1 ? "0.625" : "0"));
		pli_json_object_close(w);
		pli_sim_put_number(w, "block_trade", pli_sim_of("0.3"));
		pli_json_object_close(w);
		pli_sim_put_text(w, "kind", kinds[i]);
		pli_sim_put_text(
		    w, "index_name", pli_sim_deri_index_name(currency, PLI_SIM_USD, index));
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
}

static plm_decimal
private_liquidation_ratio(const pli_sim_coinm_sums *s)
{
	if (plm_decimal_sign(s->margin_balance) <= 0)
		return plm_decimal_zero();
	return pli_sim_round(pli_sim_divide(s->maintenance, s->margin_balance), 8);
}

static void
private_put_maps(pli_json_writer *w, pli_sim_asset currency, const pli_sim_coinm_sums *s)
{
	static const char *const names[] = {"delta_total_map", "estimated_liquidation_ratio_map",
	    "options_gamma_map", "options_vega_map", "options_theta_map"};
	const plm_decimal values[] = {plm_decimal_zero(), private_liquidation_ratio(s),
	    s->options_gamma, s->options_vega, s->options_theta};
	char index[16];
	bool coin = currency < PLI_SIM_COINS;
	for (int i = 0; i < 5; i++) {
		pli_json_key(w, names[i]);
		pli_json_object_open(w);
		for (int k = 0; k < PLI_SIM_COINS; k++) {
			bool own = coin && k == (int)currency;
			if ((!own && !s->has_coin[k]) || (i > 1 && !coin))
				continue;
			(void)pli_sim_deri_index_name(
			    (pli_sim_asset)k, coin ? PLI_SIM_USD : currency, index);
			pli_sim_put_number(w, index, i == 0 ? s->delta_coins[k] : values[i]);
		}
		pli_json_object_close(w);
	}
}

static void
private_put_options(pli_json_writer *w, const pli_sim_coinm_sums *s)
{
	pli_sim_put_number(w, "options_value", s->options_value);
	pli_sim_put_number(w, "options_session_upl", s->options_upl);
	pli_sim_put_number(w, "options_session_rpl", plm_decimal_zero());
	pli_sim_put_number(w, "options_pl", s->options_pl);
	pli_sim_put_number(w, "options_delta", s->options_delta);
	pli_sim_put_number(w, "options_gamma", s->options_gamma);
	pli_sim_put_number(w, "options_vega", s->options_vega);
	pli_sim_put_number(w, "options_theta", s->options_theta);
}

void
pli_sim_deri_put_portfolio(
    pli_json_writer *w, const pli_sim_account *a, pli_sim_asset currency, bool with_limits)
{
	plm_decimal zero = plm_decimal_zero();
	pli_sim_coinm_sums s;
	pli_sim_coinm_summary(a, currency, &s);
	pli_json_object_open(w);
	pli_sim_put_text(w, "currency", pli_sim_asset_name(currency));
	pli_sim_put_number(w, "balance", s.balance);
	pli_sim_put_number(w, "equity", s.equity);
	pli_sim_put_number(w, "margin_balance", s.margin_balance);
	pli_sim_put_number(w, "available_funds", s.available);
	pli_sim_put_number(w, "available_withdrawal_funds", pli_sim_larger(s.available, zero));
	pli_sim_put_number(w, "initial_margin", s.initial);
	pli_sim_put_number(w, "maintenance_margin", s.maintenance);
	pli_sim_put_number(w, "projected_initial_margin", s.initial);
	pli_sim_put_number(w, "projected_maintenance_margin", s.maintenance);
	pli_sim_put_number(w, "futures_session_upl", s.futures_upl);
	pli_sim_put_number(w, "futures_session_rpl", s.session_rpl);
	pli_sim_put_number(w, "futures_pl", s.futures_pl);
	pli_sim_put_number(w, "session_upl", pli_sim_add(s.futures_upl, s.options_upl));
	pli_sim_put_number(w, "session_rpl", s.session_rpl);
	pli_sim_put_number(w, "total_pl", pli_sim_add(s.futures_pl, s.options_pl));
	private_put_options(w, &s);
	pli_sim_put_number(w, "delta_total", s.delta_total);
	pli_sim_put_number(w, "projected_delta_total", s.delta_total);
	pli_sim_put_number(w, "estimated_liquidation_ratio", private_liquidation_ratio(&s));
	private_put_maps(w, currency, &s);
	pli_sim_put_number(w, "fee_balance", zero);
	pli_sim_put_number(w, "spot_reserve", zero);
	pli_sim_put_number(w, "additional_reserve", zero);
	pli_sim_put_bool(w, "portfolio_margining_enabled", false);
	pli_sim_put_bool(w, "cross_collateral_enabled", false);
	pli_sim_put_text(w, "margin_model", "segregated_sm");
	if (with_limits) {
		private_put_limits(w);
		private_put_fees(w, currency);
	} else {
		pli_sim_put_number(w, "locked_balance", zero);
	}
	pli_json_object_close(w);
}

void
pli_sim_deri_get_summary(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	pli_sim_asset currency = pli_sim_asset_find(pli_sim_deri_param(call, "currency"));
	if (currency >= PLI_SIM_USD) {
		pli_sim_deri_fail(call, -32602, "Invalid params", "wrong currency");
		return;
	}
	pli_sim_deri_put_portfolio(&d->body, call->account, currency, true);
}

static void
private_put_person(pli_json_writer *w, const pli_sim_deribit *d, const pli_sim_account *a)
{
	static const char *const off[] = {"login_enabled", "security_keys_enabled", "mmp_enabled",
	    "interuser_transfers_enabled", "self_trading_extended_to_subaccounts"};
	pli_sim_put_int(w, "id", a->user_id);
	pli_sim_put_text(w, "email", "desk@example.com");
	pli_sim_put_text(w, "system_name", a->name);
	pli_sim_put_text(w, "username", a->name);
	pli_sim_put_text(w, "type", "main");
	pli_sim_put_int(
	    w, "creation_timestamp", d->world->market.start_ns / PLM_NS_PER_MS - 86400000);
	pli_sim_put_null(w, "referrer_id");
	pli_sim_put_bool(w, "block_rfq_self_match_prevention", true);
	pli_sim_put_text(w, "self_trading_reject_mode", "cancel_maker");
	for (size_t i = 0; i < sizeof off / sizeof off[0]; i++)
		pli_sim_put_bool(w, off[i], false);
}

void
pli_sim_deri_get_summaries(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	pli_json_writer *w = &d->body;
	pli_json_object_open(w);
	if (plm_slice_is(pli_sim_deri_param(call, "extended"), "true"))
		private_put_person(w, d, call->account);
	pli_json_key(w, "summaries");
	pli_json_array_open(w);
	for (int i = 0; pli_sim_deri_currencies[i] != PLI_SIM_ASSETS; i++)
		pli_sim_deri_put_portfolio(w, call->account, pli_sim_deri_currencies[i], true);
	pli_json_array_close(w);
	pli_json_object_close(w);
}

/* The transaction log: its deposits, withdrawals and transfers. */

/* Between accounts of the venue; of what comes from outside or goes there every second one. */
static bool
private_move_is_inside(const pli_sim_world *w, const pli_sim_move *move)
{
	const pli_sim_transfer *transfer = pli_sim_transfer_find(&w->transfers, move->transfer);
	if (transfer == NULL)
		return move->id % 2 == 0;
	return w->accounts[transfer->from].venue == w->accounts[transfer->to].venue;
}

static const char *
private_move_word(const pli_sim_world *w, const pli_sim_move *move)
{
	const char *outside = plm_decimal_sign(move->amount) < 0 ? "withdrawal" : "deposit";
	return private_move_is_inside(w, move) ? "transfer" : outside;
}

static void
private_put_info(pli_json_writer *w, const pli_sim_move *move, bool inside)
{
	char text[72];
	pli_json_key(w, "info");
	pli_json_object_open(w);
	if (inside) {
		pli_sim_put_text(w, "transfer_type", "subaccount");
		pli_sim_put_int(w, "other_user_id", 27);
		pli_sim_put_text(w, "other_user", "desk_2");
	} else {
		pli_sim_put_text(w, "transaction", pli_sim_move_chain(move, text));
		(void)snprintf(text, sizeof text, "bc1sim%llu", (unsigned long long)move->id);
		pli_sim_put_text(w, "addr", text);
	}
	pli_json_object_close(w);
}

static void
private_put_move(pli_sim_deribit *d, const pli_sim_account *a, const pli_sim_move *move)
{
	pli_json_writer *w = &d->body;
	static const char *const none[] = {
	    "trade_id", "price", "position", "order_id", "interest_pl", "instrument_name"};
	pli_json_object_open(w);
	pli_sim_put_text(w, "username", a->name);
	pli_sim_put_int(w, "user_seq", (int64_t)move->id);
	pli_sim_put_int(w, "user_id", a->user_id);
	pli_sim_put_text(w, "type", private_move_word(d->world, move));
	pli_sim_put_int(w, "timestamp", move->time_ns / PLM_NS_PER_MS);
	pli_sim_put_text(w, "side", "-");
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		pli_sim_put_null(w, none[i]);
	private_put_info(w, move, private_move_is_inside(d->world, move));
	pli_sim_put_int(w, "id", (int64_t)move->id);
	pli_sim_put_text(w, "currency", pli_sim_asset_name(move->asset));
	pli_sim_put_number(w, "commission", plm_decimal_zero());
	pli_sim_put_number(w, "change", move->amount);
	pli_sim_put_number(w, "cashflow", move->amount);
	pli_sim_put_number(w, "balance", a->wallets[move->asset].cash);
	pli_json_object_close(w);
}

void
pli_sim_deri_get_log(pli_sim_deribit *d, pli_sim_deri_call *call)
{
	pli_sim_asset currency = pli_sim_asset_find(pli_sim_deri_param(call, "currency"));
	plm_slice word = pli_sim_deri_param(call, "query");
	plm_time_ns from_ns = pli_sim_ms(pli_sim_deri_param(call, "start_timestamp"));
	if (currency >= PLI_SIM_USD || from_ns <= 0) {
		pli_sim_deri_fail(call, -32602, "Invalid params",
		    currency >= PLI_SIM_USD ? "wrong currency" : "start_timestamp is required");
		return;
	}
	call->torn = pli_sim_wire_take(d->wire, PLI_SIM_FAULT_TORN);
	pli_json_object_open(&d->body);
	pli_sim_put_null(&d->body, "continuation");
	pli_json_key(&d->body, "logs");
	pli_json_array_open(&d->body);
	uint32_t account = call->key->account;
	const pli_sim_move *move = pli_sim_world_move(d->world, account, 0, from_ns);
	for (; move != NULL; move = pli_sim_world_move(d->world, account, move->id, from_ns))
		if (move->asset == currency &&
		    (word.size == 0 || plm_slice_is(word, private_move_word(d->world, move))))
			private_put_move(d, call->account, move);
	pli_json_array_close(&d->body);
	pli_json_object_close(&d->body);
}
