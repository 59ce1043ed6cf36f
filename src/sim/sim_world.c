/* sim_world.c: agents that trade, and the clockwork of fundings, sessions and expiries. */
#include "sim/sim_world.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/sim_list.h"
#include "sim/sim_margin.h"
#include "sim/sim_number.h"

#define MINUTE_NS (60 * PLM_NS_PER_S)

enum { OPENING_TRADES = 60, TRADE_MEAN_MS = 2500 };

typedef struct world_cash {
	pli_sim_asset asset;
	const char *amount;
} world_cash;

/* The accounts that exist. isolated: coins whose positions are isolated. */
static const struct {
	const char *name;
	pli_sim_venue venue;
	bool hedge;
	bool multi_assets;
	uint32_t isolated;
	world_cash cash[3];
} world_accounts[] = {
    {"deribit-main", PLI_SIM_DERIBIT, false, false, 0,
	{{PLI_SIM_BTC, "12.5"}, {PLI_SIM_ETH, "180"}, {PLI_SIM_USDC, "350000"}}},
    {"deribit-vol", PLI_SIM_DERIBIT, false, false, 0,
	{{PLI_SIM_BTC, "30"}, {PLI_SIM_ETH, "400"}, {PLI_SIM_USDC, "0"}}},
    {"binance-main", PLI_SIM_BINANCE, false, false, 1u << PLI_SIM_SOL | 1u << PLI_SIM_DOGE,
	{{PLI_SIM_USDT, "820000"}, {PLI_SIM_USDC, "240000"}, {PLI_SIM_BTC, "0"}}},
    {"binance-hedge", PLI_SIM_BINANCE, true, false, 1u << PLI_SIM_XRP,
	{{PLI_SIM_USDT, "560000"}, {PLI_SIM_USDC, "130000"}, {PLI_SIM_BTC, "0"}}},
    {"binance-multi", PLI_SIM_BINANCE, false, true, 0,
	{{PLI_SIM_USDT, "90000"}, {PLI_SIM_BTC, "4.25"}, {PLI_SIM_ETH, "55"}}},
    {"okx-main", PLI_SIM_OKX, false, false, 0,
	{{PLI_SIM_USDT, "640000"}, {PLI_SIM_BTC, "6.5"}, {PLI_SIM_ETH, "90"}}},
    {"okx-hedge", PLI_SIM_OKX, true, false, 0,
	{{PLI_SIM_USDT, "310000"}, {PLI_SIM_BTC, "2"}, {PLI_SIM_USDC, "0"}}},
    {"hyperliquid-main", PLI_SIM_HYPERLIQUID, false, false, 1u << PLI_SIM_SOL,
	{{PLI_SIM_USDC, "450000"}}},
    {"hyperliquid-unified", PLI_SIM_HYPERLIQUID, false, true, 0, {{PLI_SIM_USDC, "260000"}}},
    {"bybit-main", PLI_SIM_BYBIT, false, true, 0,
	{{PLI_SIM_USDT, "420000"}, {PLI_SIM_USDC, "260000"}, {PLI_SIM_BTC, "5.5"}}},
    {"bybit-hedge", PLI_SIM_BYBIT, true, true, 0, {{PLI_SIM_USDT, "290000"}, {PLI_SIM_SOL, "350"}}},
    {"coinm-main", PLI_SIM_BINANCE_COINM, false, false, 1u << PLI_SIM_SOL,
	{{PLI_SIM_BTC, "8.5"}, {PLI_SIM_ETH, "120"}, {PLI_SIM_SOL, "900"}}},
    {"coinm-hedge", PLI_SIM_BINANCE_COINM, true, false, 0,
	{{PLI_SIM_BTC, "3.25"}, {PLI_SIM_ETH, "60"}}},
    {"spot-main", PLI_SIM_BINANCE_SPOT, false, false, 0,
	{{PLI_SIM_BTC, "3.2"}, {PLI_SIM_ETH, "45"}, {PLI_SIM_USDT, "180000"}}},
    {"margin-main", PLI_SIM_BINANCE_MARGIN, false, false, 0,
	{{PLI_SIM_BTC, "1.5"}, {PLI_SIM_ETH, "20"}, {PLI_SIM_USDT, "90000"}}},
    {"pm-main", PLI_SIM_BINANCE_PM, false, false, 0,
	{{PLI_SIM_USDT, "380000"}, {PLI_SIM_BTC, "4"}, {PLI_SIM_ETH, "50"}}},
    {"bybit-isolated", PLI_SIM_BYBIT, false, false, (1u << PLI_SIM_COINS) - 1,
	{{PLI_SIM_USDT, "140000"}}},
    {"bitmex-main", PLI_SIM_BITMEX, false, false, 1u << PLI_SIM_SOL,
	{{PLI_SIM_BTC, "6.5"}, {PLI_SIM_USDT, "350000"}}},
    {"bitmex-coin", PLI_SIM_BITMEX, false, false, 0, {{PLI_SIM_BTC, "3.75"}}},
    {"options-main", PLI_SIM_BINANCE_OPTIONS, false, false, 0, {{PLI_SIM_USDT, "260000"}}},
    {"dydx-main", PLI_SIM_DYDX, false, false, 1u << PLI_SIM_SOL | 1u << PLI_SIM_DOGE,
	{{PLI_SIM_USDC, "380000"}}},
    {"dydx-cross", PLI_SIM_DYDX, false, false, 0, {{PLI_SIM_USDC, "210000"}}},
    {"okx-multi", PLI_SIM_OKX_MULTI, false, true, 0,
	{{PLI_SIM_USDT, "260000"}, {PLI_SIM_BTC, "9.5"}, {PLI_SIM_ETH, "140"}}},
    {"okx-pm", PLI_SIM_OKX_PM, false, true, 0,
	{{PLI_SIM_USDT, "420000"}, {PLI_SIM_BTC, "7.5"}, {PLI_SIM_ETH, "85"}}},
    {"hyperliquid-dexes", PLI_SIM_HYPERLIQUID_DEXES, false, false, 1u << PLI_SIM_SOL,
	{{PLI_SIM_USDC, "330000"}}},
};

static void
world_keep_move(pli_sim_world *w, const pli_sim_news *news)
{
	pli_sim_move *move = &w->moves[w->moves_count % PLI_SIM_MOVES_MAX];
	*move = (pli_sim_move){news->account, news->asset, news->amount, w->market.now_ns,
	    ++w->moves_count, news->transfer};
}

const pli_sim_move *
pli_sim_world_move(const pli_sim_world *w, uint32_t account, uint64_t before, plm_time_ns from_ns)
{
	uint64_t id = before == 0 ? w->moves_count : before - 1;
	for (; id > 0 && id + PLI_SIM_MOVES_MAX > w->moves_count; id--) {
		const pli_sim_move *move = &w->moves[(id - 1) % PLI_SIM_MOVES_MAX];
		if (move->account == account && move->time_ns >= from_ns)
			return move;
	}
	return NULL;
}

const char *
pli_sim_move_chain(const pli_sim_move *move, char text[PLI_SIM_CHAIN_SIZE + 1])
{
	bool outside = move->transfer == 0;
	(void)snprintf(text, PLI_SIM_CHAIN_SIZE + 1, "%c%063llx", outside ? '0' : 'a',
	    (unsigned long long)(outside ? move->id : move->transfer));
	return text;
}

void
pli_sim_world_tell(pli_sim_world *w, const pli_sim_news *news)
{
	w->sequence++;
	if (news->kind == PLI_SIM_NEWS_TRANSFER && !pli_sim_is_zero(news->amount))
		world_keep_move(w, news);
	if (w->sink.on_news != NULL)
		w->sink.on_news(w->sink.ctx, news);
}

static double
world_position_usd(const pli_sim_world *w, const pli_sim_position *p)
{
	const pli_sim_instrument *in = p->instrument;
	double size = fabs(plm_decimal_to_double(p->size));
	if (in->inverse && in->kind != PLI_SIM_OPTION)
		return size;
	return size * w->market.coins[in->coin].price;
}

static double
world_gross_usd(const pli_sim_world *w, const pli_sim_account *a)
{
	double gross = 0;
	for (uint32_t i = 0; i < a->positions_count; i++)
		gross += world_position_usd(w, &a->positions[i]);
	return gross;
}

/* Lots worth about `usd`; at least one. */
static plm_decimal
world_lots(const pli_sim_world *w, const pli_sim_instrument *in, double usd)
{
	double quantity = usd;
	if (!in->inverse || in->kind == PLI_SIM_OPTION)
		quantity = usd / w->market.coins[in->coin].price;
	plm_decimal lots = pli_sim_snap(pli_sim_from(quantity, 8), in->lot);
	return pli_sim_larger(lots, in->lot);
}

static plm_decimal
world_signed(plm_decimal quantity, bool buy)
{
	return buy ? quantity : plm_decimal_negate(quantity);
}

/* What the agent does with a position: a signed quantity, zero for nothing. */
static plm_decimal
world_decide(pli_sim_world *w, const pli_sim_account *a, const pli_sim_position *p, bool shrink)
{
	pli_random *r = &w->agents;
	const pli_sim_instrument *in = p->instrument;
	double usd = a->capital_usd * (0.01 + 0.06 * pli_random_unit(r));
	bool is_long = plm_decimal_sign(p->size) > 0;
	if (pli_sim_is_zero(p->size)) {
		if (shrink)
			return plm_decimal_zero();
		bool buy = p->side == PLI_SIM_NET ? pli_random_unit(r) < 0.52
						  : p->side == PLI_SIM_LONG;
		return world_signed(world_lots(w, in, usd), buy);
	}
	double act = shrink ? 0.4 + 0.2 * pli_random_unit(r) : pli_random_unit(r);
	bool full = world_position_usd(w, p) > 0.35 * a->capital_usd;
	if (act < 0.35 && !full)
		return world_signed(world_lots(w, in, usd), is_long);
	plm_decimal size = plm_decimal_abs(p->size);
	if (act < 0.70) {
		double part = 0.2 + 0.6 * pli_random_unit(r);
		plm_decimal cut = pli_sim_multiply(size, pli_sim_from(part, 3));
		cut = pli_sim_larger(pli_sim_snap(cut, in->lot), in->lot);
		return world_signed(pli_sim_smaller(cut, size), !is_long);
	}
	if (act < 0.82 && p->side == PLI_SIM_NET) {
		plm_decimal other = world_lots(w, in, usd);
		return world_signed(pli_sim_add(size, other), !is_long);
	}
	return act < 0.92 ? world_signed(size, !is_long) : plm_decimal_zero();
}

static bool
world_trades(const pli_sim_account *a, const pli_sim_instrument *in)
{
	bool of_pool = in->venue == PLI_SIM_BINANCE || in->venue == PLI_SIM_BINANCE_COINM;
	if (pli_sim_of_dex(in) && !a->dexes)
		return false;
	return in->venue == a->venue || (a->venue == PLI_SIM_BINANCE_PM && of_pool);
}

static const pli_sim_instrument *
world_choose_instrument(pli_sim_world *w, const pli_sim_account *a)
{
	pli_sim_market *m = &w->market;
	for (int tries = 0; tries < 200; tries++) {
		/* Half of the tries among the first rows: perpetuals and futures, not only options.
		 */
		uint32_t count = pli_random_below(&w->agents, 2) == 0 ? 18 : m->instruments_count;
		const pli_sim_instrument *in = &m->instruments[pli_random_below(&w->agents, count)];
		if (!world_trades(a, in) || in->expired || !a->wallets[in->settle].used)
			continue;
		if (a->venue == PLI_SIM_DERIBIT && pli_sim_is_zero(a->wallets[in->settle].cash))
			continue;
		return in;
	}
	return NULL;
}

static void
world_fill(pli_sim_world *w, pli_sim_fill fill, pli_sim_position *p, plm_decimal quantity,
    plm_decimal price)
{
	const pli_sim_instrument *in = p->instrument;
	uint32_t account = fill.account;
	if (w->filled_ns < fill.time_ns)
		w->filled_ns = fill.time_ns;
	fill.time_ns = w->filled_ns;
	fill.order_id = ++w->ids;
	fill.trade_id = ++w->ids;
	pli_sim_account_trade(&w->accounts[account], p, quantity, price, &fill);
	w->market.instruments[in - w->market.instruments].last = price;
	pli_sim_world_tell(w, &(pli_sim_news){.kind = PLI_SIM_NEWS_FILL,
				  .account = account,
				  .position = p,
				  .fill = &fill,
				  .asset = in->settle,
				  .amount = plm_decimal_zero()});
}

bool
pli_sim_world_reduce(pli_sim_world *w, uint32_t account, uint32_t position, plm_time_ns now_ns)
{
	pli_sim_account *a = &w->accounts[account];
	assert(position < a->positions_count);
	pli_sim_position *p = &a->positions[position];
	plm_decimal size = plm_decimal_abs(p->size);
	if (pli_sim_is_zero(size) || plm_decimal_sign(p->instrument->bid) <= 0)
		return false;
	plm_decimal half = pli_sim_multiply(size, pli_sim_of("0.5"));
	half = pli_sim_larger(pli_sim_snap(half, p->instrument->lot), p->instrument->lot);
	bool buys = plm_decimal_sign(p->size) < 0;
	world_fill(w, (pli_sim_fill){.account = account, .time_ns = now_ns}, p,
	    world_signed(pli_sim_smaller(half, size), buys),
	    buys ? p->instrument->ask : p->instrument->bid);
	return true;
}

plm_decimal
pli_sim_world_force(pli_sim_world *w, uint32_t account, uint32_t position, plm_decimal quantity)
{
	assert(position < w->accounts[account].positions_count);
	pli_sim_position *p = &w->accounts[account].positions[position];
	assert(!pli_sim_less(plm_decimal_abs(p->size), quantity));
	bool buys = plm_decimal_sign(p->size) < 0;
	plm_decimal price = buys ? p->instrument->ask : p->instrument->bid;
	world_fill(w,
	    (pli_sim_fill){.account = account, .forced = true, .time_ns = w->market.now_ns}, p,
	    world_signed(quantity, buys), price);
	return price;
}

static void
world_tell_rename(pli_sim_world *w, const pli_sim_instrument *in)
{
	for (uint32_t i = 0; i < w->accounts_count; i++) {
		const pli_sim_account *a = &w->accounts[i];
		for (uint32_t k = 0; k < a->positions_count; k++) {
			const pli_sim_position *p = &a->positions[k];
			if (p->instrument != in || pli_sim_is_zero(p->size))
				continue;
			pli_sim_world_tell(w, &(pli_sim_news){.kind = PLI_SIM_NEWS_RENAME,
						  .account = i,
						  .position = p,
						  .asset = in->settle,
						  .amount = plm_decimal_zero()});
			break; /* all legs of it are told at once */
		}
	}
}

bool
pli_sim_world_rename(pli_sim_world *w, uint32_t instrument, bool told, plm_time_ns now_ns)
{
	assert(instrument < w->market.instruments_count);
	pli_sim_instrument *in = &w->market.instruments[instrument];
	if (in->renames == 9 || (in->renames > 0 && now_ns - in->renamed_ns < PLI_SIM_RENAME_NS))
		return false;
	char before[PLI_SIM_NAME_MAX];
	memcpy(before, in->name, sizeof before);
	memcpy(in->name_before, before, sizeof before);
	size_t coin = strlen(pli_sim_asset_name(in->coin)), size = strlen(before);
	size_t at = in->venue != PLI_SIM_DERIBIT ? coin : size - (in->renames > 0);
	const char *rest = before + at + (in->renames > 0); /* behind the last digit */
	(void)snprintf(
	    in->name, sizeof in->name, "%.*s%u%s", (int)at, before, in->renames + 1u, rest);
	in->renames++;
	in->renamed_ns = now_ns;
	if (told)
		world_tell_rename(w, in);
	return true;
}

static void
world_trade(pli_sim_world *w, uint32_t account, const pli_sim_instrument *in)
{
	pli_sim_account *a = &w->accounts[account];
	pli_sim_side side = PLI_SIM_NET;
	if (a->hedge)
		side = pli_random_below(&w->agents, 2) == 0 ? PLI_SIM_LONG : PLI_SIM_SHORT;
	pli_sim_position *p = pli_sim_account_position(a, in, side);
	bool shrink = world_gross_usd(w, a) > 1.6 * a->capital_usd;
	plm_decimal quantity = world_decide(w, a, p, shrink);
	bool buy = plm_decimal_sign(quantity) > 0;
	plm_decimal price = buy ? in->ask : in->bid;
	if (pli_sim_is_zero(quantity) || plm_decimal_sign(price) <= 0)
		return;
	world_fill(
	    w, (pli_sim_fill){.account = account, .time_ns = w->market.now_ns}, p, quantity, price);
}

static pli_sim_asset
world_transfer_asset(pli_sim_venue venue)
{
	if (venue == PLI_SIM_HYPERLIQUID || venue == PLI_SIM_DYDX)
		return PLI_SIM_USDC;
	bool coins = venue == PLI_SIM_DERIBIT || venue == PLI_SIM_BINANCE_COINM;
	return coins ? PLI_SIM_BTC : PLI_SIM_USDT;
}

/* Coins for USDT, or back; margin accounts in one of their pools now and then. What is owed is
 * never more than three tenths of the capital. */
static void
world_swap(pli_sim_world *w, uint32_t account)
{
	pli_sim_account *a = &w->accounts[account];
	pli_random *r = &w->agents;
	uint64_t which = pli_random_below(r, a->pools_count + 3);
	pli_sim_swap swap = {.account = account,
	    .pool = which < a->pools_count ? &a->pools[which] : NULL,
	    .coin = (pli_sim_asset)pli_random_below(r, PLI_SIM_COINS),
	    .time_ns = w->market.now_ns,
	    .order_id = ++w->ids,
	    .trade_id = ++w->ids};
	bool borrows = a->venue == PLI_SIM_BINANCE_MARGIN;
	double capital = a->capital_usd * (swap.pool == NULL ? 1.0 : 0.2);
	if (swap.pool != NULL)
		swap.coin = swap.pool->coin;
	const pli_sim_wallet *base = swap.pool != NULL ? &swap.pool->base : &a->wallets[swap.coin];
	const pli_sim_wallet *quote = swap.pool != NULL ? &swap.pool->quote
							: &a->wallets[PLI_SIM_USDT];
	swap.price = w->market.coins[swap.coin].index[PLI_SIM_USDT];
	double price = plm_decimal_to_double(swap.price);
	swap.quantity = pli_sim_from(
	    fmax(capital * (0.01 + 0.04 * pli_random_unit(r)) / price, 0.00001), 5);
	swap.buy = pli_random_unit(r) < 0.5;
	if (plm_decimal_to_double(quote->loan) > 0.3 * capital)
		swap.buy = false;
	if (plm_decimal_to_double(base->loan) * price > 0.3 * capital)
		swap.buy = true;
	bool done = pli_sim_account_swap(a, &swap, borrows);
	if (!done) {
		swap.buy = !swap.buy;
		done = pli_sim_account_swap(a, &swap, borrows);
	}
	if (done)
		pli_sim_world_tell(w, &(pli_sim_news){.kind = PLI_SIM_NEWS_SWAP,
					  .account = account,
					  .swap = &swap,
					  .asset = swap.coin,
					  .amount = plm_decimal_zero()});
}

static bool
world_has_contracts(const pli_sim_account *a)
{
	return a->venue != PLI_SIM_BINANCE_SPOT && a->venue != PLI_SIM_BINANCE_MARGIN;
}

/* Money of a margin account goes to one of its pools. */
static void
world_pool(pli_sim_world *w, uint32_t account)
{
	pli_sim_account *a = &w->accounts[account];
	pli_sim_pool *pool = &a->pools[pli_random_below(&w->agents, a->pools_count)];
	plm_decimal amount = pli_sim_smaller(
	    pli_sim_from(a->capital_usd * 0.01, 2), a->wallets[PLI_SIM_USDT].cash);
	pli_sim_account_add_cash(a, PLI_SIM_USDT, plm_decimal_negate(amount));
	pool->quote.cash = pli_sim_add(pool->quote.cash, amount);
	a->changes++;
	pli_sim_world_tell(w, &(pli_sim_news){.kind = PLI_SIM_NEWS_TRANSFER,
				  .account = account,
				  .asset = PLI_SIM_USDT,
				  .amount = plm_decimal_negate(amount)});
}

/* Rarely: cash moves in or out, or the leverage of a symbol is set. */
static void
world_administer(pli_sim_world *w, uint32_t account)
{
	pli_sim_account *a = &w->accounts[account];
	pli_random *r = &w->agents;
	uint64_t what = pli_random_below(r, 60);
	if (what == 0) {
		pli_sim_asset asset = world_transfer_asset(a->venue);
		double usd = a->capital_usd * 0.01 * (pli_random_unit(r) - 0.4);
		double most = w->transfers.next_ns == 0 ? INFINITY : PLI_SIM_TRANSFER_USD_MIN * 0.8;
		usd = fmax(fmin(usd, most), -most);
		plm_decimal rate = w->market.dollar[asset];
		plm_decimal amount = pli_sim_from(usd / plm_decimal_to_double(rate), 6);
		if (!world_has_contracts(a))
			amount = pli_sim_larger(amount, plm_decimal_negate(a->wallets[asset].cash));
		pli_sim_account_add_cash(a, asset, amount);
		a->moved[asset] = pli_sim_add(a->moved[asset], amount);
		a->changes++;
		pli_sim_world_tell(w, &(pli_sim_news){.kind = PLI_SIM_NEWS_TRANSFER,
					  .account = account,
					  .asset = asset,
					  .amount = amount});
	} else if (what == 1 && a->pools_count > 0) {
		world_pool(w, account);
	} else if (what == 1 && pli_sim_server_of(a->venue) == PLI_SIM_BINANCE &&
		   a->positions_count > 0) {
		pli_sim_position *p = &a->positions[pli_random_below(r, a->positions_count)];
		if (p->isolated || p->instrument->expired)
			return;
		int leverage = p->leverage == 20 ? 10 : 20;
		for (uint32_t i = 0; i < a->positions_count; i++)
			if (a->positions[i].instrument == p->instrument)
				a->positions[i].leverage = leverage;
		a->changes++;
		pli_sim_world_tell(w, &(pli_sim_news){.kind = PLI_SIM_NEWS_LEVERAGE,
					  .account = account,
					  .position = p,
					  .amount = plm_decimal_zero()});
	}
}

static void
world_trade_all(pli_sim_world *w)
{
	for (uint32_t i = 0; i < w->accounts_count; i++) {
		pli_sim_account *a = &w->accounts[i];
		if (w->market.now_ns < a->next_trade_ns)
			continue;
		double wait_ms = -log(1.0 - pli_random_unit(&w->agents)) * TRADE_MEAN_MS;
		a->next_trade_ns = w->market.now_ns +
				   (int64_t)(wait_ms / fmin(w->market.speed, 20.0)) * PLM_NS_PER_MS;
		const pli_sim_instrument *in = NULL;
		if (world_has_contracts(a))
			in = world_choose_instrument(w, a);
		else
			world_swap(w, i);
		if (in != NULL)
			world_trade(w, i, in);
		world_administer(w, i);
	}
}

static void
world_fund(pli_sim_world *w, pli_sim_venue venue, plm_decimal share)
{
	for (uint32_t i = 0; i < w->accounts_count; i++) {
		pli_sim_account *a = &w->accounts[i];
		for (uint32_t k = 0; a->venue == venue && k < a->positions_count; k++) {
			pli_sim_position *p = &a->positions[k];
			if (p->instrument->kind != PLI_SIM_PERPETUAL || pli_sim_is_zero(p->size))
				continue;
			plm_decimal rate = pli_sim_multiply(p->instrument->funding_rate, share);
			plm_decimal got = pli_sim_account_fund(a, p, rate);
			pli_sim_world_tell(w, &(pli_sim_news){.kind = PLI_SIM_NEWS_FUNDING,
						  .account = i,
						  .position = p,
						  .asset = p->instrument->settle,
						  .amount = got});
		}
	}
}

/* Of Bybit: contracts settled in USDC, at the times of fundings. */
static void
world_settle_usdc(pli_sim_world *w, plm_time_ns now_ns)
{
	for (uint32_t i = 0; i < w->accounts_count; i++) {
		pli_sim_account *a = &w->accounts[i];
		for (uint32_t k = 0; a->venue == PLI_SIM_BYBIT && k < a->positions_count; k++) {
			pli_sim_position *p = &a->positions[k];
			if (pli_sim_is_zero(p->size) ||
			    !pli_sim_account_has_session(a, p->instrument))
				continue;
			pli_sim_account_settle_one(a, p, now_ns);
			pli_sim_world_tell(w, &(pli_sim_news){.kind = PLI_SIM_NEWS_SETTLED,
						  .account = i,
						  .position = p,
						  .asset = p->instrument->settle,
						  .amount = plm_decimal_zero()});
		}
	}
}

static void
world_settle(pli_sim_world *w)
{
	for (uint32_t i = 0; i < w->accounts_count; i++) {
		if (w->accounts[i].venue != PLI_SIM_DERIBIT)
			continue;
		pli_sim_account_settle(&w->accounts[i]);
		pli_sim_world_tell(w,
		    &(pli_sim_news){
			.kind = PLI_SIM_NEWS_SETTLED, .account = i, .amount = plm_decimal_zero()});
	}
	for (uint32_t i = 0; i < w->market.instruments_count; i++)
		w->market.instruments[i].settlement = w->market.instruments[i].mark;
}

static void
world_deliver(pli_sim_world *w)
{
	for (uint32_t i = 0; i < w->accounts_count; i++) {
		pli_sim_account *a = &w->accounts[i];
		for (uint32_t k = 0; k < a->positions_count; k++) {
			pli_sim_position *p = &a->positions[k];
			if (!p->instrument->expired || pli_sim_is_zero(p->size))
				continue;
			pli_sim_account_deliver(a, p);
			pli_sim_world_tell(w, &(pli_sim_news){.kind = PLI_SIM_NEWS_DELIVERY,
						  .account = i,
						  .position = p,
						  .asset = p->instrument->settle,
						  .amount = plm_decimal_zero()});
		}
	}
}

static int64_t
world_session_ns(const pli_sim_world *w)
{
	double seconds = fmax(30.0, floor(86400.0 / w->market.speed));
	return (int64_t)seconds * PLM_NS_PER_S;
}

static void
world_add_account(pli_sim_world *w, size_t row)
{
	pli_sim_account *a = &w->accounts[w->accounts_count++];
	pli_sim_venue with = world_accounts[row].venue;
	*a = (pli_sim_account){.venue = with < PLI_SIM_KINDS ? with : pli_sim_server_of(with),
	    .portfolio = with == PLI_SIM_OKX_PM,
	    .dexes = with == PLI_SIM_HYPERLIQUID_DEXES,
	    .dex_cash = pli_sim_of(with == PLI_SIM_HYPERLIQUID_DEXES ? "90000" : "0"),
	    .user_id = 100 + (uint32_t)row,
	    .hedge = world_accounts[row].hedge,
	    .multi_assets = world_accounts[row].multi_assets,
	    .isolated_coins = world_accounts[row].isolated};
	(void)snprintf(a->name, sizeof a->name, "%s", world_accounts[row].name);
	for (int i = 0; i < 3 && world_accounts[row].cash[i].amount != NULL; i++) {
		const world_cash *cash = &world_accounts[row].cash[i];
		a->wallets[cash->asset].used = true;
		a->wallets[cash->asset].cash = pli_sim_of(cash->amount);
		a->wallets[cash->asset].updated_ns = w->market.now_ns;
		a->capital_usd += plm_decimal_to_double(a->wallets[cash->asset].cash) *
				  plm_decimal_to_double(w->market.dollar[cash->asset]);
	}
}

static void
world_open_pools(pli_sim_account *a)
{
	static const pli_sim_asset coins[PLI_SIM_POOLS_MAX] = {PLI_SIM_SOL, PLI_SIM_XRP};
	for (; a->pools_count < PLI_SIM_POOLS_MAX; a->pools_count++)
		a->pools[a->pools_count] = (pli_sim_pool){.coin = coins[a->pools_count],
		    .base = {.used = true},
		    .quote = {.used = true, .cash = pli_sim_of("9000")}};
}

static void
world_open(pli_sim_world *w, uint32_t account, plm_time_ns start_ns)
{
	if (w->accounts[account].venue == PLI_SIM_BINANCE_MARGIN)
		world_open_pools(&w->accounts[account]);
	if (w->accounts[account].venue == PLI_SIM_BINANCE_PM) /* lent, and in the cash */
		w->accounts[account].wallets[PLI_SIM_USDT].loan = pli_sim_of("60000");
	for (int k = 0; k < OPENING_TRADES; k++) {
		if (!world_has_contracts(&w->accounts[account])) {
			world_swap(w, account);
			continue;
		}
		const pli_sim_instrument *in = world_choose_instrument(w, &w->accounts[account]);
		if (in != NULL)
			world_trade(w, account, in);
	}
	w->accounts[account].next_trade_ns = start_ns + PLM_NS_PER_S;
}

pli_sim_account *
pli_sim_world_add_holder(pli_sim_world *w, const char *name, pli_sim_venue venue)
{
	assert(w->accounts_count < PLI_SIM_ACCOUNTS_MAX);
	pli_sim_account *a = &w->accounts[w->accounts_count];
	*a = (pli_sim_account){
	    .venue = venue, .user_id = 200 + w->accounts_count++, .next_trade_ns = INT64_MAX};
	(void)snprintf(a->name, sizeof a->name, "%s", name);
	return a;
}

void
pli_sim_world_add(pli_sim_world *w, pli_sim_venue venue)
{
	assert(venue >= PLI_SIM_VENUES && venue < PLI_SIM_MARKETS);
	uint32_t before = w->accounts_count;
	pli_sim_list_add(&w->market, venue);
	pli_sim_market_step(&w->market, w->market.now_ns);
	for (size_t i = 0; i < sizeof world_accounts / sizeof world_accounts[0]; i++)
		if (world_accounts[i].venue == venue)
			world_add_account(w, i);
	for (uint32_t i = before; i < w->accounts_count; i++)
		world_open(w, i, w->market.now_ns);
}

void
pli_sim_world_init(pli_sim_world *w, uint64_t seed, plm_time_ns start_ns, double speed)
{
	assert(sizeof world_accounts / sizeof world_accounts[0] <= PLI_SIM_ACCOUNTS_MAX);
	*w = (pli_sim_world){.ids = 4700000};
	pli_random_init(&w->agents, seed ^ UINT64_C(0xa6e7));
	pli_sim_market_init(&w->market, seed, start_ns, speed);
	for (size_t i = 0; i < sizeof world_accounts / sizeof world_accounts[0]; i++)
		if (world_accounts[i].venue < PLI_SIM_VENUES)
			world_add_account(w, i);
	for (uint32_t i = 0; i < w->accounts_count; i++)
		world_open(w, i, start_ns);
	w->step_ns = PLI_SIM_STEP_MS * PLM_NS_PER_MS;
	w->next_step_ns = start_ns + w->step_ns;
	w->next_funding_ns = pli_sim_market_next_funding(&w->market);
	w->next_accrual_ns = start_ns + MINUTE_NS;
	int64_t session = world_session_ns(w);
	int64_t offset = speed > 1.0 ? 0 : 28800 * PLM_NS_PER_S; /* 08:00 UTC */
	w->next_session_ns = ((start_ns - offset) / session + 1) * session + offset;
}

static void
world_step(pli_sim_world *w, plm_time_ns now_ns)
{
	pli_sim_market_step(&w->market, now_ns);
	w->sequence++;
	world_deliver(w);
	if (now_ns >= w->next_funding_ns) {
		world_fund(w, PLI_SIM_BINANCE, plm_decimal_from_int(1));
		world_fund(w, PLI_SIM_OKX, plm_decimal_from_int(1));
		world_fund(w, PLI_SIM_HYPERLIQUID, plm_decimal_from_int(1));
		world_fund(w, PLI_SIM_BYBIT, plm_decimal_from_int(1));
		world_fund(w, PLI_SIM_BITMEX, plm_decimal_from_int(1));
		world_settle_usdc(w, now_ns);
		world_fund(w, PLI_SIM_BINANCE_COINM, plm_decimal_from_int(1));
		world_fund(w, PLI_SIM_BINANCE_PM, plm_decimal_from_int(1));
		world_fund(w, PLI_SIM_DYDX, plm_decimal_from_int(1));
		for (uint32_t i = 0; i < w->accounts_count; i++)
			if (w->accounts[i].venue == PLI_SIM_BINANCE_MARGIN ||
			    w->accounts[i].venue == PLI_SIM_BINANCE_PM)
				pli_sim_account_accrue(&w->accounts[i], pli_sim_of("0.0001"));
		w->next_funding_ns = pli_sim_market_next_funding(&w->market);
	}
	if (now_ns >= w->next_accrual_ns) {
		/* Deribit's funding flows all the time: here a minute's part of 8 hours. */
		double part = 60.0 * w->market.speed / 28800.0;
		world_fund(w, PLI_SIM_DERIBIT, pli_sim_from(fmin(part, 1.0), 12));
		w->next_accrual_ns = now_ns + MINUTE_NS;
	}
	if (now_ns >= w->next_session_ns) {
		world_settle(w);
		w->next_session_ns += world_session_ns(w);
	}
	world_trade_all(w);
	pli_sim_transfers_step(w, now_ns);
	if (w->watches_margin)
		pli_sim_margin_look(w);
}

int
pli_sim_world_advance(pli_sim_world *w, plm_time_ns now_ns)
{
	if (w->paused || now_ns < w->next_step_ns)
		return 0;
	int64_t step = w->step_ns;
	int64_t missed = (now_ns - w->next_step_ns) / step;
	plm_time_ns at_ns = w->next_step_ns + missed * step;
	world_step(w, at_ns);
	w->next_step_ns = at_ns + step;
	return 1;
}

void
pli_sim_world_pause(pli_sim_world *w, bool paused, plm_time_ns now_ns)
{
	w->paused = paused;
	if (!paused && w->next_step_ns < now_ns)
		w->next_step_ns = now_ns;
}

void
pli_sim_world_step_set(pli_sim_world *w, int64_t step_ns)
{
	assert(step_ns > 0);
	w->step_ns = step_ns;
	w->next_step_ns = w->market.now_ns + step_ns;
}
