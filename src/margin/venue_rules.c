/* venue_rules.c: the table. Fees: OKX and Bybit, taker of the lowest level (fee pages, 2026). */
#include "margin/venue_rules.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum {
	OF_CROSS = 1 << PLM_MARGIN_CROSS | 1 << PLM_MARGIN_NONE,
	OF_ISOLATED = 1 << PLM_MARGIN_ISOLATED,
	OF_SEGREGATED = 1 << PLM_MARGIN_SEGREGATED,
	OF_ONE_ASSET = OF_ISOLATED | OF_SEGREGATED,
	OF_ALL = OF_CROSS | OF_ONE_ASSET,
};

static const pli_venue_rule rules[] = {
    {.venue = "binance",
	.modes = OF_ONE_ASSET,
	.rule = "binance.usdm",
	.numbers_have_isolated = true},
    {.venue = "binance", .modes = OF_CROSS, .rule = "binance.multi", .numbers_have_isolated = true},
    {.venue = "binance-coinm",
	.modes = OF_ALL,
	.rule = "binance.coinm",
	.numbers_have_isolated = true,
	.in_contracts = true},
    {.venue = "binance-pm", .modes = OF_ALL, .rule = "binance.pm", .loan_rate = 0.1},
    {.venue = "binance-options", .modes = OF_ALL, .rule = "binance.option"},
    {.venue = "deribit",
	.modes = OF_ALL,
	.rule = "deribit.sm",
	.haircut_initial_only = true,
	.linear_at_index = true},
    {.venue = "okx",
	.modes = OF_ONE_ASSET,
	.rule = "okx.futures",
	.fee = 0.0005,
	.in_contracts = true},
    {.venue = "okx", .modes = OF_CROSS, .rule = "okx.multi", .fee = 0.0005, .in_contracts = true},
    {.venue = "bybit", .modes = OF_ALL, .rule = "bybit.uta", .fee = 0.00055, .fee_is_told = true},
    {.venue = "hyperliquid", .modes = OF_ALL, .rule = "hyperliquid", .equity_of_venue = true},
    {.venue = "dydx", .modes = OF_ALL, .rule = "dydx.v4"},
    {.venue = "bitmex", .modes = OF_ALL, .rule = "bitmex", .in_contracts = true},
};

const pli_venue_rule *
pli_venue_rule_find(const char *venue, plm_margin_mode mode)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strcmp(rules[i].venue, venue) == 0 && (rules[i].modes & 1u << mode) != 0)
			return &rules[i];
	return NULL;
}

const pli_venue_rule *
pli_venue_rule_find_portfolio(const char *venue)
{
	static const pli_venue_rule portfolios[] = {{.venue = "deribit",
							.modes = OF_ALL,
							.rule = "deribit.pm",
							.haircut_initial_only = true,
							.by_portfolio = true},
	    {.venue = "okx",
		.modes = OF_ALL,
		.rule = "okx.pm",
		.fee = 0.0005,
		.in_contracts = true,
		.by_portfolio = true},
	    {.venue = "bybit", .modes = OF_ALL, .rule = "bybit.pm", .by_portfolio = true}};
	for (size_t i = 0; i < sizeof portfolios / sizeof *portfolios; i++)
		if (strcmp(portfolios[i].venue, venue) == 0)
			return &portfolios[i];
	return NULL;
}

/* Where the list ends, all others. */
static const struct {
	const char *coins[12];
	plm_okx_pm row;
} okx_classes[] = {
    {{"BTC", "ETH"}, {0.12, 0.24, 0.5, 0.002, 0.0045, 1.3, {.moves_count = 0}}},
    {{"SOL", "DOGE", "PEPE", "XRP", "BNB", "SHIB", "LTC", "ORDI", "WLD", "BCH", "ADA"},
	{0.18, 0.36, 0.5, 0.008, 0.007, 1.3, {.moves_count = 0}}},
    {{NULL}, {0.25, 0.5, 0.5, NAN, NAN, 1.3, {.moves_count = 0}}},
};

const plm_okx_pm *
pli_venue_okx_pm(const char *coin)
{
	size_t count = sizeof okx_classes / sizeof *okx_classes;
	for (size_t i = 0; i < count; i++)
		for (const char *const *of = okx_classes[i].coins; *of != NULL; of++)
			if (strcmp(*of, coin) == 0)
				return &okx_classes[i].row;
	return &okx_classes[count - 1].row;
}

double
pli_venue_okx_share(const char *coin)
{
	return strcmp(coin, "BTC") == 0 ? 0.03 : strcmp(coin, "ETH") == 0 ? 0.05 : NAN;
}

/* By what is priced. */
static const struct {
	const char *coin;
	double range, vol_up, vol_down;
} deribit_pairs[] = {{"BTC", 0.16, 0.5, 0.25}, {"ETH", 0.18, 0.4, 0.25}};

/* By what it settles in. */
static const struct {
	const char *settle;
	double dampener_usd, annual_move, annual_move_min, offset, offset_usd_max;
} deribit_currencies[] = {
    {"BTC", 100000, 0.075, 0.01, 0, 0},
    {"ETH", 200000, 0.05, 0.005, 0.6, 20e6},
    {"USDC", 25000, 0.1, 0.01, 0.4, 1e6},
};

bool
pli_venue_deribit_pm(const char *coin, const char *settle, plm_deribit_pm *ret_row)
{
	size_t pair = 0, currency = 0;
	const size_t pairs = sizeof deribit_pairs / sizeof *deribit_pairs;
	const size_t currencies = sizeof deribit_currencies / sizeof *deribit_currencies;
	while (pair < pairs && strcmp(deribit_pairs[pair].coin, coin) != 0)
		pair++;
	while (currency < currencies && strcmp(deribit_currencies[currency].settle, settle) != 0)
		currency++;
	if (pair == pairs || currency == currencies)
		return false;
	*ret_row = (plm_deribit_pm){.range = deribit_pairs[pair].range,
	    .buckets = 4,
	    .vol_up = deribit_pairs[pair].vol_up,
	    .vol_down = deribit_pairs[pair].vol_down,
	    .vol_power_short = 0.3,
	    .vol_power_long = 0.13,
	    .vol_min = 0.5,
	    .extended_factor = 1,
	    .dampener_usd = deribit_currencies[currency].dampener_usd,
	    .annual_move = deribit_currencies[currency].annual_move,
	    .annual_move_min = deribit_currencies[currency].annual_move_min,
	    .offset = deribit_currencies[currency].offset,
	    .offset_usd_max = deribit_currencies[currency].offset_usd_max,
	    .maintenance = 0.8};
	return true;
}

static const struct {
	const char *coin, *settle;
	pli_venue_rise rise;
} deribit_rises[] = {
    {"BTC", "BTC", {0.01, 0.02, 0.00005}},
    {"ETH", "ETH", {0.01, 0.02, 0.000004}},
    {"BTC", "USDC", {0.01, 0.02, 0.00005}},
    {"SOL", "USDC", {0.02, 0.04, 0.000005}},
};

bool
pli_venue_rise_of(const char *rule, const char *coin, const char *settle, pli_venue_rise *ret_rise)
{
	for (size_t i = 0; i < sizeof deribit_rises / sizeof *deribit_rises; i++) {
		if (strcmp(rule, "deribit.sm") != 0 || strcmp(deribit_rises[i].coin, coin) != 0 ||
		    strcmp(deribit_rises[i].settle, settle) != 0)
			continue;
		*ret_rise = deribit_rises[i].rise;
		return true;
	}
	return false;
}

bool
pli_venue_in_contracts(const char *venue)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strcmp(rules[i].venue, venue) == 0)
			return rules[i].in_contracts;
	return false;
}

pli_venue_funding
pli_venue_funding_of(const char *venue)
{
	if (strcmp(venue, "deribit") == 0)
		return PLI_FUNDING_CONTINUOUS;
	return strcmp(venue, "hyperliquid") == 0 ? PLI_FUNDING_AT_INDEX : PLI_FUNDING_AT_MARK;
}

/* By venue and coin; "": all others. Hyperliquid: liquidations (2025). OKX: parts by tier (help iii
 * to vii). OKX and Bybit: the taker's fee to close, which their maintenance holds. Deribit: support
 * 25944769313309 (2022). dYdX: v4-documentation, liquidations (2025). Binance takes a pool whole
 * (FAQ b3c689c1); it tells its fees by contract, which nobody reads yet. */
static const struct {
	const char *venue, *coin;
	pli_venue_manner manner;
} manners[] = {
    {"hyperliquid", "", {100000, 0, true, false, 0}},
    {"okx", "", {0, 3, false, true, 0.0005}},
    {"bybit", "", {0, 0, false, true, 0.00055}},
    {"deribit", "BTC", {0, 0, false, true, 0.0075}},
    {"deribit", "ETH", {0, 0, false, true, 0.009}},
    {"deribit", "", {0, 0, false, true, NAN}},
    {"dydx", "", {INFINITY, 0, false, false, 0.015}},
};

pli_venue_manner
pli_venue_manner_of(const plm_margin_rule *rule, const char *coin)
{
	const char *venue = rule == NULL ? "" : plm_margin_rule_venue(rule);
	for (size_t i = 0; i < sizeof manners / sizeof *manners; i++)
		if (strcmp(manners[i].venue, venue) == 0 &&
		    (manners[i].coin[0] == '\0' || strcmp(manners[i].coin, coin) == 0))
			return manners[i].manner;
	return (pli_venue_manner){INFINITY, 0, false, false, NAN};
}
