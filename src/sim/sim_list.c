/* sim_list.c: the simulated venues' instrument lists. */
#include "sim/sim_list.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "sim/sim_number.h"

static const char *const month_names[] = {
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};

/* One perpetual or dated future. expiry: -1 perpetual, else index into expiries_ns. */
typedef struct list_row {
	const char *name; /* dated: prefix, the date is added */
	pli_sim_venue venue;
	pli_sim_asset coin;
	pli_sim_asset quote;
	pli_sim_asset settle;
	int expiry;
	int places;
	const char *tick;
	const char *lot;
} list_row;

static const list_row list_rows[] = {
    {"BTC-PERPETUAL", PLI_SIM_DERIBIT, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, -1, 2, "0.5", "10"},
    {"ETH-PERPETUAL", PLI_SIM_DERIBIT, PLI_SIM_ETH, PLI_SIM_USD, PLI_SIM_ETH, -1, 2, "0.05", "1"},
    {"BTC", PLI_SIM_DERIBIT, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, 1, 2, "2.5", "10"},
    {"BTC", PLI_SIM_DERIBIT, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, 2, 2, "2.5", "10"},
    {"ETH", PLI_SIM_DERIBIT, PLI_SIM_ETH, PLI_SIM_USD, PLI_SIM_ETH, 1, 2, "0.05", "1"},
    {"ETH", PLI_SIM_DERIBIT, PLI_SIM_ETH, PLI_SIM_USD, PLI_SIM_ETH, 2, 2, "0.05", "1"},
    {"BTC_USDC-PERPETUAL", PLI_SIM_DERIBIT, PLI_SIM_BTC, PLI_SIM_USDC, PLI_SIM_USDC, -1, 4, "0.5",
	"0.001"},
    {"ETH_USDC-PERPETUAL", PLI_SIM_DERIBIT, PLI_SIM_ETH, PLI_SIM_USDC, PLI_SIM_USDC, -1, 4, "0.05",
	"0.01"},
    {"SOL_USDC-PERPETUAL", PLI_SIM_DERIBIT, PLI_SIM_SOL, PLI_SIM_USDC, PLI_SIM_USDC, -1, 4, "0.01",
	"0.1"},
    {"XRP_USDC-PERPETUAL", PLI_SIM_DERIBIT, PLI_SIM_XRP, PLI_SIM_USDC, PLI_SIM_USDC, -1, 5,
	"0.0001", "10"},
    {"BTCUSDT", PLI_SIM_BINANCE, PLI_SIM_BTC, PLI_SIM_USDT, PLI_SIM_USDT, -1, 8, "0.1", "0.001"},
    {"ETHUSDT", PLI_SIM_BINANCE, PLI_SIM_ETH, PLI_SIM_USDT, PLI_SIM_USDT, -1, 8, "0.01", "0.001"},
    {"SOLUSDT", PLI_SIM_BINANCE, PLI_SIM_SOL, PLI_SIM_USDT, PLI_SIM_USDT, -1, 8, "0.01", "0.01"},
    {"XRPUSDT", PLI_SIM_BINANCE, PLI_SIM_XRP, PLI_SIM_USDT, PLI_SIM_USDT, -1, 8, "0.0001", "0.1"},
    {"DOGEUSDT", PLI_SIM_BINANCE, PLI_SIM_DOGE, PLI_SIM_USDT, PLI_SIM_USDT, -1, 8, "0.00001", "1"},
    {"BTCUSDC", PLI_SIM_BINANCE, PLI_SIM_BTC, PLI_SIM_USDC, PLI_SIM_USDC, -1, 8, "0.1", "0.001"},
    {"ETHUSDC", PLI_SIM_BINANCE, PLI_SIM_ETH, PLI_SIM_USDC, PLI_SIM_USDC, -1, 8, "0.01", "0.001"},
    {"BTCUSDT", PLI_SIM_BINANCE, PLI_SIM_BTC, PLI_SIM_USDT, PLI_SIM_USDT, 2, 8, "0.1", "0.001"},
};

static const list_row list_okx_rows[] = {
    {"BTC-USDT-SWAP", PLI_SIM_OKX, PLI_SIM_BTC, PLI_SIM_USDT, PLI_SIM_USDT, -1, 1, "0.1", "0.0001"},
    {"ETH-USDT-SWAP", PLI_SIM_OKX, PLI_SIM_ETH, PLI_SIM_USDT, PLI_SIM_USDT, -1, 2, "0.01", "0.001"},
    {"SOL-USDT-SWAP", PLI_SIM_OKX, PLI_SIM_SOL, PLI_SIM_USDT, PLI_SIM_USDT, -1, 3, "0.01", "0.01"},
    {"DOGE-USDT-SWAP", PLI_SIM_OKX, PLI_SIM_DOGE, PLI_SIM_USDT, PLI_SIM_USDT, -1, 6, "0.00001",
	"10"},
    {"BTC-USD-SWAP", PLI_SIM_OKX, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, -1, 1, "0.1", "100"},
    {"ETH-USD-SWAP", PLI_SIM_OKX, PLI_SIM_ETH, PLI_SIM_USD, PLI_SIM_ETH, -1, 2, "0.01", "10"},
    {"BTC-USDT", PLI_SIM_OKX, PLI_SIM_BTC, PLI_SIM_USDT, PLI_SIM_USDT, 2, 1, "0.1", "0.0001"},
    {"BTC-USD", PLI_SIM_OKX, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, 1, 1, "0.1", "100"},
};

static const list_row list_hyperliquid_rows[] = {
    {"BTC", PLI_SIM_HYPERLIQUID, PLI_SIM_BTC, PLI_SIM_USDC, PLI_SIM_USDC, -1, 1, "1", "0.00001"},
    {"ETH", PLI_SIM_HYPERLIQUID, PLI_SIM_ETH, PLI_SIM_USDC, PLI_SIM_USDC, -1, 2, "0.1", "0.0001"},
    {"SOL", PLI_SIM_HYPERLIQUID, PLI_SIM_SOL, PLI_SIM_USDC, PLI_SIM_USDC, -1, 4, "0.01", "0.01"},
    {"XRP", PLI_SIM_HYPERLIQUID, PLI_SIM_XRP, PLI_SIM_USDC, PLI_SIM_USDC, -1, 5, "0.0001", "1"},
    {"DOGE", PLI_SIM_HYPERLIQUID, PLI_SIM_DOGE, PLI_SIM_USDC, PLI_SIM_USDC, -1, 6, "0.00001", "1"},
};

static const list_row list_dex_rows[] = {
    {"xyz:BTC", PLI_SIM_HYPERLIQUID, PLI_SIM_BTC, PLI_SIM_USDC, PLI_SIM_USDC, -1, 1, "1", "0.0001"},
    {"xyz:SOL", PLI_SIM_HYPERLIQUID, PLI_SIM_SOL, PLI_SIM_USDC, PLI_SIM_USDC, -1, 4, "0.01", "0.1"},
    {"xyz:DOGE", PLI_SIM_HYPERLIQUID, PLI_SIM_DOGE, PLI_SIM_USDC, PLI_SIM_USDC, -1, 6, "0.00001",
	"10"},
};

static const list_row list_bybit_rows[] = {
    {"BTCUSDT", PLI_SIM_BYBIT, PLI_SIM_BTC, PLI_SIM_USDT, PLI_SIM_USDT, -1, 2, "0.1", "0.001"},
    {"ETHUSDT", PLI_SIM_BYBIT, PLI_SIM_ETH, PLI_SIM_USDT, PLI_SIM_USDT, -1, 2, "0.01", "0.01"},
    {"SOLUSDT", PLI_SIM_BYBIT, PLI_SIM_SOL, PLI_SIM_USDT, PLI_SIM_USDT, -1, 3, "0.01", "0.1"},
    {"XRPUSDT", PLI_SIM_BYBIT, PLI_SIM_XRP, PLI_SIM_USDT, PLI_SIM_USDT, -1, 4, "0.0001", "0.1"},
    {"DOGEUSDT", PLI_SIM_BYBIT, PLI_SIM_DOGE, PLI_SIM_USDT, PLI_SIM_USDT, -1, 5, "0.00001", "1"},
    {"BTCPERP", PLI_SIM_BYBIT, PLI_SIM_BTC, PLI_SIM_USDC, PLI_SIM_USDC, -1, 2, "0.1", "0.001"},
    {"ETHPERP", PLI_SIM_BYBIT, PLI_SIM_ETH, PLI_SIM_USDC, PLI_SIM_USDC, -1, 2, "0.01", "0.01"},
    {"BTCUSD", PLI_SIM_BYBIT, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, -1, 2, "0.1", "1"},
    {"ETHUSD", PLI_SIM_BYBIT, PLI_SIM_ETH, PLI_SIM_USD, PLI_SIM_ETH, -1, 2, "0.01", "1"},
    {"BTCUSDT", PLI_SIM_BYBIT, PLI_SIM_BTC, PLI_SIM_USDT, PLI_SIM_USDT, 2, 2, "0.1", "0.001"},
    {"BTC", PLI_SIM_BYBIT, PLI_SIM_BTC, PLI_SIM_USDC, PLI_SIM_USDC, 1, 2, "0.1", "0.001"},
    {"BTCUSD", PLI_SIM_BYBIT, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, 2, 2, "0.1", "1"},
};

static const list_row list_dydx_rows[] = {
    {"BTC-USD", PLI_SIM_DYDX, PLI_SIM_BTC, PLI_SIM_USDC, PLI_SIM_USDC, -1, 5, "1", "0.0001"},
    {"ETH-USD", PLI_SIM_DYDX, PLI_SIM_ETH, PLI_SIM_USDC, PLI_SIM_USDC, -1, 6, "0.1", "0.001"},
    {"SOL-USD", PLI_SIM_DYDX, PLI_SIM_SOL, PLI_SIM_USDC, PLI_SIM_USDC, -1, 6, "0.01", "0.1"},
    {"XRP-USD", PLI_SIM_DYDX, PLI_SIM_XRP, PLI_SIM_USDC, PLI_SIM_USDC, -1, 8, "0.0001", "1"},
    {"DOGE-USD", PLI_SIM_DYDX, PLI_SIM_DOGE, PLI_SIM_USDC, PLI_SIM_USDC, -1, 8, "0.00001", "10"},
};

static const list_row list_coinm_rows[] = {
    {"BTCUSD_PERP", PLI_SIM_BINANCE_COINM, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, -1, 8, "0.1",
	"100"},
    {"ETHUSD_PERP", PLI_SIM_BINANCE_COINM, PLI_SIM_ETH, PLI_SIM_USD, PLI_SIM_ETH, -1, 8, "0.01",
	"10"},
    {"SOLUSD_PERP", PLI_SIM_BINANCE_COINM, PLI_SIM_SOL, PLI_SIM_USD, PLI_SIM_SOL, -1, 8, "0.001",
	"10"},
    {"BTCUSD", PLI_SIM_BINANCE_COINM, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, 2, 8, "0.1", "100"},
    {"ETHUSD", PLI_SIM_BINANCE_COINM, PLI_SIM_ETH, PLI_SIM_USD, PLI_SIM_ETH, 2, 8, "0.01", "10"},
};

static const list_row list_bitmex_rows[] = {
    {"XBTUSD", PLI_SIM_BITMEX, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, -1, 2, "0.5", "100"},
    {"XBTUSDT", PLI_SIM_BITMEX, PLI_SIM_BTC, PLI_SIM_USDT, PLI_SIM_USDT, -1, 2, "0.5", "0.001"},
    {"ETHUSDT", PLI_SIM_BITMEX, PLI_SIM_ETH, PLI_SIM_USDT, PLI_SIM_USDT, -1, 2, "0.05", "0.01"},
    {"SOLUSDT", PLI_SIM_BITMEX, PLI_SIM_SOL, PLI_SIM_USDT, PLI_SIM_USDT, -1, 3, "0.01", "0.1"},
    {"XRPUSDT", PLI_SIM_BITMEX, PLI_SIM_XRP, PLI_SIM_USDT, PLI_SIM_USDT, -1, 5, "0.0001", "1"},
    {"XBT", PLI_SIM_BITMEX, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, 1, 2, "0.5", "100"},
    {"XBT", PLI_SIM_BITMEX, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, 2, 2, "0.5", "100"},
};

/* What is added with a venue that is not in every world. */
#define LIST(venue, rows)                                                                          \
	{                                                                                          \
		venue, rows, sizeof(rows) / sizeof((rows)[0])                                      \
	}
static const struct {
	pli_sim_venue venue;
	const list_row *rows;
	size_t count;
} list_added[] = {
    LIST(PLI_SIM_OKX, list_okx_rows),
    LIST(PLI_SIM_HYPERLIQUID, list_hyperliquid_rows),
    LIST(PLI_SIM_BYBIT, list_bybit_rows),
    LIST(PLI_SIM_BITMEX, list_bitmex_rows),
    LIST(PLI_SIM_DYDX, list_dydx_rows),
    LIST(PLI_SIM_BINANCE_COINM, list_coinm_rows),
    LIST(PLI_SIM_HYPERLIQUID_DEXES, list_dex_rows),
};

static bool
list_is_friday(int64_t day)
{
	return day % 7 == 1; /* day 0 was a Thursday */
}

/* The last Friday of the month that holds `day`. */
static int64_t
list_last_friday(int64_t day)
{
	int year, month, date;
	plm_time_to_date(day * PLM_NS_PER_DAY, &year, &month, &date);
	month = month == 12 ? 1 : month + 1;
	year += month == 1;
	int64_t last = plm_time_of_date(year, month, 1) / PLM_NS_PER_DAY - 1;
	while (!list_is_friday(last))
		last--;
	return last;
}

static bool
list_is_quarter_end(int64_t day)
{
	int year, month, date;
	plm_time_to_date(day * PLM_NS_PER_DAY, &year, &month, &date);
	return month % 3 == 0 && list_last_friday(day) == day;
}

/* A weekly at least two days away, then a month's end, then a quarter's end, all distinct. */
static void
list_choose_expiries(pli_sim_market *m)
{
	int64_t day = m->now_ns / PLM_NS_PER_DAY + 3;
	while (!list_is_friday(day) || list_last_friday(day) == day)
		day++;
	m->expiries_ns[0] = day * PLM_NS_PER_DAY;
	for (day += 7; list_last_friday(day) != day; day += 7)
		continue;
	m->expiries_ns[1] = day * PLM_NS_PER_DAY;
	for (day += 7; !list_is_quarter_end(day); day += 7)
		continue;
	m->expiries_ns[2] = day * PLM_NS_PER_DAY;
	for (int i = 0; i < PLI_SIM_EXPIRIES; i++)
		m->expiries_ns[i] += 8 * 3600 * PLM_NS_PER_S;
}

/* The letter of a month is the one that futures have had since long before coins. */
static void
list_month_text(plm_time_ns time_ns, char ret_text[16])
{
	int year, month, date;
	plm_time_to_date(time_ns, &year, &month, &date);
	(void)snprintf(ret_text, 16, "%c%02d", "FGHJKMNQUVXZ"[month - 1], year % 100);
}

static void
list_date_text(plm_time_ns time_ns, pli_sim_venue venue, char ret_text[16])
{
	int year, month, date;
	plm_time_to_date(time_ns, &year, &month, &date);
	bool dash = venue == PLI_SIM_OKX || venue == PLI_SIM_BINANCE_OPTIONS;
	if (venue == PLI_SIM_DERIBIT || venue == PLI_SIM_BYBIT)
		(void)snprintf(ret_text, 16, "-%d%s%02d", date, month_names[month - 1], year % 100);
	else
		(void)snprintf(
		    ret_text, 16, "%c%02d%02d%02d", dash ? '-' : '_', year % 100, month, date);
}

static pli_sim_instrument *
list_add(pli_sim_market *m)
{
	assert(m->instruments_count < PLI_SIM_INSTRUMENTS_MAX);
	pli_sim_instrument *in = &m->instruments[m->instruments_count++];
	plm_decimal unknown = plm_decimal_unknown();
	*in = (pli_sim_instrument){.serial = 210000 + 7 * m->instruments_count,
	    .created_ns = m->now_ns - 200 * PLM_NS_PER_DAY,
	    .last = unknown,
	    .strike = unknown};
	in->open_interest = plm_decimal_from_int(
	    (int64_t)pli_random_below(&m->random, 20000) + 500);
	return in;
}

static void
list_add_row(pli_sim_market *m, const list_row *row)
{
	pli_sim_instrument *in = list_add(m);
	char date[16] = "";
	if (row->expiry >= 0) {
		in->expiry_ns = m->expiries_ns[row->expiry];
		bool month = row->venue == PLI_SIM_BITMEX || row->venue == PLI_SIM_BYBIT;
		if (month && row->settle == row->coin)
			list_month_text(in->expiry_ns, date);
		else
			list_date_text(in->expiry_ns, row->venue, date);
	}
	(void)snprintf(in->name, sizeof in->name, "%s%s", row->name, date);
	in->venue = row->venue;
	in->kind = row->expiry < 0 ? PLI_SIM_PERPETUAL : PLI_SIM_FUTURE;
	in->coin = row->coin;
	in->quote = row->quote;
	in->settle = row->settle;
	in->inverse = row->settle == row->coin;
	in->places = row->places;
	in->tick = pli_sim_of(row->tick);
	in->lot = pli_sim_of(row->lot);
	in->basis = 0.0002;
}

/* One chain of options: a call and a put at each strike: `width` apart at the first expiry, more at
 * the later ones; `wing` of them on either side of the price. Sizes and prices are those of a coin.
 */
typedef struct list_chain {
	pli_sim_venue venue;
	pli_sim_asset coin, quote, settle;
	double width;
	int wing, places;
	const char *tick, *lot;
} list_chain;

static const list_chain list_chains[] = {
    {PLI_SIM_DERIBIT, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_BTC, 2000.0, 3, 6, "0.0001", "0.1"},
    {PLI_SIM_DERIBIT, PLI_SIM_ETH, PLI_SIM_USD, PLI_SIM_ETH, 100.0, 3, 6, "0.0001", "1"},
    {PLI_SIM_BYBIT, PLI_SIM_BTC, PLI_SIM_USD, PLI_SIM_USDC, 2000.0, 3, 4, "5", "0.01"},
    {PLI_SIM_BINANCE_OPTIONS, PLI_SIM_BTC, PLI_SIM_USDT, PLI_SIM_USDT, 2000.0, 1, 3, "5", "0.01"},
    {PLI_SIM_BINANCE_OPTIONS, PLI_SIM_XRP, PLI_SIM_USDT, PLI_SIM_USDT, 0.1, 1, 6, "0.001", "10"},
};

static void
list_name_option(pli_sim_instrument *in, int expiry)
{
	char date[16], strike[PLM_DECIMAL_TEXT_MAX];
	const char *coin = pli_sim_asset_name(in->coin);
	bool dated = in->venue == PLI_SIM_BINANCE_OPTIONS;
	list_date_text(in->expiry_ns, dated ? in->venue : PLI_SIM_DERIBIT, date);
	(void)plm_decimal_format(in->strike, strike);
	(void)snprintf(in->name, sizeof in->name, "%s%s-%s-%c", coin, date, strike,
	    in->option_call ? 'C' : 'P');
	(void)snprintf(in->underlying_name, sizeof in->underlying_name, "%s%s%s",
	    expiry == 0 ? "SYN." : "", coin, date);
}

static void
list_add_option(pli_sim_market *m, const list_chain *chain, int expiry, double strike, bool call)
{
	pli_sim_instrument *in = list_add(m);
	in->venue = chain->venue;
	in->kind = PLI_SIM_OPTION;
	in->coin = chain->coin;
	in->quote = chain->quote;
	in->settle = chain->settle;
	in->inverse = chain->settle == chain->coin;
	in->places = chain->places;
	in->tick = pli_sim_of(chain->tick);
	in->lot = pli_sim_of(chain->lot);
	in->expiry_ns = m->expiries_ns[expiry];
	in->option_call = call;
	in->strike = pli_sim_from(strike, 4);
	list_name_option(in, expiry);
}

static void
list_add_chain(pli_sim_market *m, const list_chain *chain)
{
	static const int wings[PLI_SIM_EXPIRIES] = {1, 2, 4};
	for (int e = 0; e < PLI_SIM_EXPIRIES; e++) {
		double step = chain->width * wings[e];
		int64_t middle = llround(m->coins[chain->coin].price / step);
		for (int64_t k = middle - chain->wing; k <= middle + chain->wing; k++) {
			list_add_option(m, chain, e, (double)k * step, true);
			list_add_option(m, chain, e, (double)k * step, false);
		}
	}
}

static void
list_add_chains(pli_sim_market *m, pli_sim_venue venue)
{
	for (size_t i = 0; i < sizeof list_chains / sizeof list_chains[0]; i++)
		if (list_chains[i].venue == venue)
			list_add_chain(m, &list_chains[i]);
}

void
pli_sim_list(pli_sim_market *m)
{
	m->instruments_count = 0;
	list_choose_expiries(m);
	for (size_t i = 0; i < sizeof list_rows / sizeof list_rows[0]; i++)
		list_add_row(m, &list_rows[i]);
	list_add_chains(m, PLI_SIM_DERIBIT);
}

void
pli_sim_list_add(pli_sim_market *m, pli_sim_venue venue)
{
	for (size_t k = 0; k < sizeof list_added / sizeof list_added[0]; k++)
		for (size_t i = 0; list_added[k].venue == venue && i < list_added[k].count; i++)
			list_add_row(m, &list_added[k].rows[i]);
	list_add_chains(m, venue);
}
