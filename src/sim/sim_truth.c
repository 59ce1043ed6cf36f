/* sim_truth.c: positions, balances and marks, as the simulator holds them. */
#include "sim/sim_truth.h"

#include "sim/sim_bitmex_rows.h"
#include "sim/sim_bybit_rows.h"
#include "sim/sim_coinm.h"
#include "sim/sim_dydx_rows.h"
#include "sim/sim_hyperliquid_rows.h"
#include "sim/sim_number.h"
#include "sim/sim_okx_rows.h"
#include "sim/sim_usdm.h"

static void
truth_put_coinm(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	pli_sim_coinm_row row;
	pli_sim_coinm_position(a, p, &row);
	pli_sim_put_plain(w, "unrealised_pnl", row.total);
	pli_sim_put_plain(w, "session_pnl", row.floating);
	pli_sim_put_plain(w, "delta", row.delta);
	pli_sim_put_plain(w, "size_currency", row.size_currency);
	pli_sim_put_plain(w, "initial_margin", row.initial);
	pli_sim_put_plain(w, "maintenance_margin", row.maintenance);
	pli_sim_put_plain(w, "liquidation_price", row.liquidation);
}

static void
truth_put_usdm(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	pli_sim_usdm_row row;
	pli_sim_usdm_position(a, p, &row);
	bool none = pli_sim_is_zero(row.liquidation);
	if (p->instrument->inverse) {
		pli_sim_put_plain(w, "contracts", pli_sim_usdm_amount(p->instrument, p->size));
		pli_sim_put_plain(w, "contract_value", pli_sim_usdm_contract(p->instrument));
	}
	pli_sim_put_plain(w, "unrealised_pnl", row.profit);
	pli_sim_put_plain(w, "notional", row.notional);
	pli_sim_put_plain(w, "initial_margin", row.initial);
	pli_sim_put_plain(w, "maintenance_margin", row.maintenance);
	pli_sim_put_plain(w, "liquidation_price", none ? plm_decimal_unknown() : row.liquidation);
	pli_sim_put_plain(w, "isolated_wallet", p->isolated_wallet);
	pli_sim_put_plain(w, "isolated_margin", row.isolated_margin);
}

/* What it shows, as it counts: contracts, and money in whole numbers of the smallest unit. */
static void
truth_put_bitmex(pli_json_writer *w, const pli_sim_position *p)
{
	plm_decimal contract = pli_sim_bitmex_contract(p->instrument);
	pli_sim_put_plain(w, "contracts", pli_sim_divide(p->size, contract));
	pli_sim_put_plain(w, "contract_value", contract);
	pli_sim_put_plain(w, "isolated_wallet", p->isolated_wallet);
}

static void
truth_put_bitmex_balance(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset)
{
	plm_decimal profit, tied, cash = a->wallets[asset].cash;
	pli_sim_bitmex_margin_sums(a, asset, &profit, &tied);
	pli_sim_put_plain(w, "wallet", pli_sim_bitmex_money(asset, cash));
	pli_sim_put_plain(w, "equity", pli_sim_bitmex_money(asset, pli_sim_add(cash, profit)));
	pli_sim_put_plain(w, "unrealised_pnl", pli_sim_bitmex_money(asset, profit));
	pli_sim_put_plain(w, "initial_margin", pli_sim_bitmex_money(asset, tied));
}

static void
truth_put_option(pli_json_writer *w, const pli_sim_position *p)
{
	pli_sim_option_sums s = pli_sim_option_row(p);
	pli_sim_put_plain(w, "contracts", pli_sim_usdm_amount(p->instrument, p->size));
	pli_sim_put_plain(w, "contract_value", pli_sim_usdm_contract(p->instrument));
	pli_sim_put_plain(w, "unrealised_pnl", pli_sim_subtract(s.value, s.cost));
	pli_sim_put_plain(w, "value", s.value);
	pli_sim_put_plain(w, "initial_margin", s.initial);
	pli_sim_put_plain(w, "maintenance_margin", s.maintenance);
}

static void
truth_put_options_balance(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset)
{
	pli_sim_option_sums s = pli_sim_option_account(a);
	plm_decimal cash = a->wallets[asset].cash;
	pli_sim_put_plain(w, "wallet", cash);
	pli_sim_put_plain(w, "equity", pli_sim_add(cash, s.value));
	pli_sim_put_plain(w, "margin_balance", pli_sim_add(cash, s.cost));
	pli_sim_put_plain(w, "options_value", s.value);
	pli_sim_put_plain(w, "unrealised_pnl", pli_sim_subtract(s.value, s.cost));
	pli_sim_put_plain(w, "initial_margin", s.initial);
	pli_sim_put_plain(w, "maintenance_margin", s.maintenance);
}

static void
truth_put_okx(pli_json_writer *w, const pli_sim_position *p)
{
	pli_sim_okx_row row;
	pli_sim_okx_position(p, &row);
	pli_sim_put_plain(w, "contracts", pli_sim_okx_contracts(p));
	pli_sim_put_plain(w, "contract_value", pli_sim_okx_value(p->instrument));
	pli_sim_put_plain(w, "unrealised_pnl", row.profit);
	pli_sim_put_plain(w, "notional", row.notional);
	pli_sim_put_plain(w, "initial_margin", row.initial);
	pli_sim_put_plain(w, "maintenance_margin", row.maintenance);
}

static void
truth_put_okx_balance(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset)
{
	pli_sim_okx_sums s;
	pli_sim_okx_asset(a, asset, &s);
	pli_sim_put_plain(w, "wallet", s.cash);
	pli_sim_put_plain(w, "equity", s.equity);
	pli_sim_put_plain(w, "available", s.available);
	pli_sim_put_plain(w, "unrealised_pnl", s.profit);
	pli_sim_put_plain(w, "initial_margin", s.initial);
	pli_sim_put_plain(w, "maintenance_margin", s.maintenance);
}

static void
truth_put_hyperliquid(pli_json_writer *w, const pli_sim_position *p)
{
	pli_sim_hl_row row;
	pli_sim_hl_position(p, &row);
	pli_sim_put_plain(w, "unrealised_pnl", row.profit);
	pli_sim_put_plain(w, "notional", row.notional);
	pli_sim_put_plain(w, "margin", row.margin);
	pli_sim_put_plain(w, "liquidation_price", row.liquidation);
	pli_sim_put_plain(w, "isolated_wallet", p->isolated_wallet);
}

static void
truth_put_hyperliquid_balance(pli_json_writer *w, const pli_sim_account *a)
{
	pli_sim_hl_sums s, of_dex;
	pli_sim_hl_account(a, false, &s);
	pli_sim_hl_account(a, true, &of_dex);
	pli_sim_put_plain(w, "wallet", pli_sim_add(s.cash, of_dex.cash));
	pli_sim_put_plain(w, "equity", pli_sim_add(s.equity, of_dex.equity));
	pli_sim_put_plain(w, "unrealised_pnl", pli_sim_add(s.profit, of_dex.profit));
	pli_sim_put_plain(w, "spot", s.spot);
	pli_sim_put_plain(w, "dex", s.value);
	pli_sim_put_plain(w, "dex_of_builder", of_dex.value);
	pli_sim_put_plain(w, "maintenance_margin", s.cross_maintenance);
}

static void
truth_put_dydx(pli_json_writer *w, const pli_sim_position *p)
{
	const pli_sim_instrument *in = p->instrument;
	pli_sim_put_plain(w, "unrealised_pnl", pli_sim_profit(in, p->size, p->entry, in->mark));
	pli_sim_put_plain(w, "isolated_wallet", p->isolated_wallet);
	pli_sim_put_int(w, "subaccount", pli_sim_dydx_number(0, p));
}

/* wallet, equity: with the children's. */
static void
truth_put_dydx_balance(pli_json_writer *w, const pli_sim_account *a)
{
	pli_sim_dydx_sums s, child;
	pli_sim_dydx_subaccount(a, NULL, &s);
	plm_decimal equity = s.equity;
	for (uint32_t i = 0; i < a->positions_count; i++) {
		if (!a->positions[i].isolated)
			continue;
		pli_sim_dydx_subaccount(a, &a->positions[i], &child);
		equity = pli_sim_add(equity, child.equity);
	}
	pli_sim_put_plain(w, "wallet", a->wallets[PLI_SIM_USDC].cash);
	pli_sim_put_plain(w, "equity", equity);
	pli_sim_put_plain(w, "available", s.free);
	pli_sim_put_plain(w, "parent_wallet", s.wallet);
}

static void
truth_put_bybit(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	pli_sim_bybit_row row;
	pli_sim_bybit_position(a, p, &row);
	pli_sim_put_plain(w, "session_price", row.entry);
	pli_sim_put_plain(w, "liquidation_price", row.liquidation);
	pli_sim_put_plain(w, "isolated_wallet", p->isolated_wallet);
	pli_sim_put_plain(w, "unrealised_pnl", row.profit);
	pli_sim_put_plain(w, "notional", row.value);
	pli_sim_put_plain(w, "initial_margin", row.initial);
	pli_sim_put_plain(w, "maintenance_margin", row.maintenance);
}

static void
truth_put_bybit_balance(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset)
{
	pli_sim_bybit_sums s;
	pli_sim_bybit_asset(a, asset, &s);
	pli_sim_put_plain(w, "wallet", s.cash);
	pli_sim_put_plain(w, "options_value", s.options);
	pli_sim_put_plain(w, "equity", s.equity);
	pli_sim_put_plain(w, "unrealised_pnl", s.profit);
	pli_sim_put_plain(w, "initial_margin", s.initial);
	pli_sim_put_plain(w, "maintenance_margin", s.maintenance);
}

static void
truth_put_bybit_totals(pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a)
{
	pli_sim_bybit_totals t;
	pli_sim_bybit_account(m, a, &t);
	pli_json_key(w, "totals");
	pli_json_object_open(w);
	pli_sim_put_plain(w, "equity_usd", t.equity);
	pli_sim_put_plain(w, "margin_usd", t.margin);
	pli_sim_put_plain(w, "initial_margin_usd", t.initial);
	pli_sim_put_plain(w, "maintenance_margin_usd", t.maintenance);
	pli_json_object_close(w);
}

/* As the venue states prices: of an option at Binance, those of a contract. */
static plm_decimal
truth_price(const pli_sim_instrument *in, plm_decimal price)
{
	bool contract = in->venue == PLI_SIM_BINANCE_OPTIONS && plm_decimal_is_known(price);
	return contract ? pli_sim_multiply(price, pli_sim_usdm_contract(in)) : price;
}

static void
truth_put_position(pli_json_writer *w, const pli_sim_account *a, const pli_sim_position *p)
{
	static const char *const sides[] = {"net", "long", "short"};
	const pli_sim_instrument *in = p->instrument;
	bool usd = in->inverse && in->kind != PLI_SIM_OPTION;
	pli_json_object_open(w);
	pli_sim_put_text(w, "instrument", in->name);
	pli_sim_put_text(w, "side", sides[p->side]);
	pli_sim_put_plain(w, "size", p->size);
	pli_sim_put_text(w, "unit", usd ? "usd" : "coins");
	pli_sim_put_text(w, "underlying", pli_sim_underlying(in));
	pli_sim_put_text(w, "settle", pli_sim_asset_name(in->settle));
	pli_sim_put_plain(w, "entry_price", truth_price(in, p->entry));
	pli_sim_put_plain(w, "mark_price", truth_price(in, in->mark));
	pli_sim_put_plain(w, "realised", p->realised);
	pli_sim_put_plain(w, "funding", p->funding);
	pli_sim_put_text(w, "margin_mode", p->isolated ? "isolated" : "cross");
	pli_sim_put_int(w, "leverage", p->leverage);
	if (a->venue == PLI_SIM_DERIBIT)
		truth_put_coinm(w, a, p);
	else if (a->venue == PLI_SIM_OKX)
		truth_put_okx(w, p);
	else if (a->venue == PLI_SIM_HYPERLIQUID)
		truth_put_hyperliquid(w, p);
	else if (a->venue == PLI_SIM_BYBIT)
		truth_put_bybit(w, a, p);
	else if (a->venue == PLI_SIM_BINANCE_OPTIONS)
		truth_put_option(w, p);
	else if (a->venue == PLI_SIM_BITMEX)
		truth_put_bitmex(w, p);
	else if (a->venue == PLI_SIM_DYDX)
		truth_put_dydx(w, p);
	else
		truth_put_usdm(w, a, p);
	pli_json_object_close(w);
}

static void
truth_put_coinm_balance(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset)
{
	pli_sim_coinm_sums s;
	pli_sim_coinm_summary(a, asset, &s);
	pli_sim_put_plain(w, "wallet", s.balance);
	pli_sim_put_plain(w, "equity", s.equity);
	pli_sim_put_plain(w, "available", s.available);
	pli_sim_put_plain(w, "margin_balance", s.margin_balance);
	pli_sim_put_plain(w, "session_realised", s.session_rpl);
	pli_sim_put_plain(w, "unrealised_pnl", s.futures_upl);
	pli_sim_put_plain(w, "options_value", s.options_value);
	pli_sim_put_plain(w, "delta_total", s.delta_total);
	pli_sim_put_plain(w, "initial_margin", s.initial);
	pli_sim_put_plain(w, "maintenance_margin", s.maintenance);
}

static void
truth_put_usdm_balance(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset)
{
	pli_sim_usdm_sums s;
	pli_sim_usdm_asset(a, asset, &s);
	pli_sim_put_plain(w, "wallet", s.wallet);
	pli_sim_put_plain(w, "equity", s.margin_balance);
	pli_sim_put_plain(w, "available", s.available);
	pli_sim_put_plain(w, "cross_wallet", s.cross_wallet);
	pli_sim_put_plain(w, "unrealised_pnl", s.profit);
	pli_sim_put_plain(w, "initial_margin", s.initial);
	pli_sim_put_plain(w, "maintenance_margin", s.maintenance);
}

static void
truth_put_pm_balance(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset)
{
	pli_sim_usdm_sums s;
	plm_decimal net = pli_sim_wallet_net(&a->wallets[asset]);
	pli_sim_usdm_asset(a, asset, &s);
	pli_sim_put_plain(w, "wallet", net);
	pli_sim_put_plain(w, "equity", pli_sim_add(net, s.profit));
	pli_sim_put_plain(w, "cash", s.wallet);
	pli_sim_put_plain(w, "borrowed", pli_sim_wallet_debt(&a->wallets[asset]));
	pli_sim_put_plain(w, "unrealised_pnl", s.profit);
	pli_sim_put_plain(w, "initial_margin", s.initial);
	pli_sim_put_plain(w, "maintenance_margin", s.maintenance);
}

static void
truth_put_wallet(pli_json_writer *w, const pli_sim_account *a, pli_sim_asset asset)
{
	const pli_sim_wallet *wallet = &a->wallets[asset];
	plm_decimal pooled = pli_sim_account_pooled(a, asset);
	pli_sim_put_plain(w, "wallet", pli_sim_add(pli_sim_wallet_net(wallet), pooled));
	pli_sim_put_plain(w, "free", wallet->cash);
	pli_sim_put_plain(w, "borrowed", pli_sim_wallet_debt(wallet));
	pli_sim_put_plain(w, "isolated", pooled);
}

static void
truth_put_account(pli_json_writer *w, const pli_sim_market *m, const pli_sim_account *a)
{
	pli_json_object_open(w);
	pli_sim_put_text(w, "account", a->name);
	pli_sim_put_int(w, "changes", (int64_t)a->changes);
	pli_sim_put_bool(w, "hedge", a->hedge);
	pli_sim_put_bool(w, "multi_assets", a->multi_assets);
	pli_json_key(w, "positions");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < a->positions_count; i++)
		if (!pli_sim_is_zero(a->positions[i].size))
			truth_put_position(w, a, &a->positions[i]);
	pli_json_array_close(w);
	pli_json_key(w, "balances");
	pli_json_array_open(w);
	for (int i = 0; i < PLI_SIM_USD; i++) {
		if (!a->wallets[i].used &&
		    pli_sim_is_zero(pli_sim_account_pooled(a, (pli_sim_asset)i)))
			continue;
		pli_json_object_open(w);
		pli_sim_put_text(w, "asset", pli_sim_asset_name((pli_sim_asset)i));
		if (a->venue == PLI_SIM_DERIBIT)
			truth_put_coinm_balance(w, a, (pli_sim_asset)i);
		else if (a->venue == PLI_SIM_OKX)
			truth_put_okx_balance(w, a, (pli_sim_asset)i);
		else if (a->venue == PLI_SIM_HYPERLIQUID)
			truth_put_hyperliquid_balance(w, a);
		else if (a->venue == PLI_SIM_BYBIT)
			truth_put_bybit_balance(w, a, (pli_sim_asset)i);
		else if (a->venue == PLI_SIM_BITMEX)
			truth_put_bitmex_balance(w, a, (pli_sim_asset)i);
		else if (a->venue == PLI_SIM_DYDX)
			truth_put_dydx_balance(w, a);
		else if (a->venue == PLI_SIM_BINANCE_PM)
			truth_put_pm_balance(w, a, (pli_sim_asset)i);
		else if (a->venue == PLI_SIM_BINANCE_OPTIONS)
			truth_put_options_balance(w, a, (pli_sim_asset)i);
		else if (a->venue == PLI_SIM_BINANCE_SPOT || a->venue == PLI_SIM_BINANCE_MARGIN)
			truth_put_wallet(w, a, (pli_sim_asset)i);
		else
			truth_put_usdm_balance(w, a, (pli_sim_asset)i);
		pli_json_object_close(w);
	}
	pli_json_array_close(w);
	if (a->venue == PLI_SIM_BYBIT)
		truth_put_bybit_totals(w, m, a);
	pli_json_object_close(w);
}

static void
truth_put_mark(pli_json_writer *w, const pli_sim_instrument *in)
{
	plm_decimal unknown = plm_decimal_unknown();
	bool option = in->kind == PLI_SIM_OPTION;
	pli_json_object_open(w);
	pli_sim_put_text(w, "instrument", in->name);
	pli_sim_put_plain(w, "mark_price", truth_price(in, in->mark));
	pli_sim_put_plain(w, "index_price", in->index);
	pli_sim_put_plain(w, "underlying_price", option ? in->underlying : unknown);
	pli_sim_put_plain(w, "mark_iv", option ? in->mark_iv : unknown);
	pli_sim_put_plain(w, "delta", option ? in->delta : unknown);
	pli_json_object_close(w);
}

static void
truth_put_rates(pli_json_writer *w, const pli_sim_market *m)
{
	pli_json_key(w, "dollar_rates");
	pli_json_object_open(w);
	for (int i = 0; i < PLI_SIM_ASSETS; i++)
		pli_sim_put_plain(w, pli_sim_asset_name((pli_sim_asset)i), m->dollar[i]);
	pli_json_object_close(w);
}

void
pli_sim_truth_body(pli_json_writer *w, const pli_sim_world *world, pli_sim_venue venue)
{
	const pli_sim_market *m = &world->market;
	pli_sim_put_int(w, "sequence", (int64_t)world->sequence);
	pli_sim_put_int(w, "steps", (int64_t)m->steps);
	pli_sim_put_int(w, "time_ns", m->now_ns);
	pli_sim_put_bool(w, "paused", world->paused);
	pli_json_key(w, "accounts");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < world->accounts_count; i++)
		if (pli_sim_server_of(world->accounts[i].venue) == venue)
			truth_put_account(w, m, &world->accounts[i]);
	pli_json_array_close(w);
	truth_put_rates(w, m);
	pli_json_key(w, "marks");
	pli_json_array_open(w);
	for (uint32_t i = 0; i < m->instruments_count; i++)
		if (pli_sim_server_of(m->instruments[i].venue) == venue &&
		    !m->instruments[i].expired)
			truth_put_mark(w, &m->instruments[i]);
	pli_json_array_close(w);
}
