/* sim_market.h: one seeded market seen by both simulated venues.
 *
 * Coins move geometrically with a common factor and jumps; each instrument adds its own basis; an
 * option chain is priced by Black-76 on the forward of its expiry with a smile. Paths are doubles,
 * but all that is shown is a decimal, rounded as the venue rounds it, so that what a client reads
 * is exactly what the simulator holds.
 *
 * Pure: the seed and the times are arguments; the same arguments give the same market. */
#ifndef PLI_SIM_MARKET_H
#define PLI_SIM_MARKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "plimsoll/decimal.h"
#include "plimsoll/slice.h"
#include "plimsoll/time.h"

enum {
	PLI_SIM_INSTRUMENTS_MAX = 256,
	PLI_SIM_NAME_MAX = 32,
	PLI_SIM_EXPIRIES = 3,
	PLI_SIM_STEP_MS = 100, /* wall time between two states, unless told otherwise */
};

/* The first PLI_SIM_VENUES are in every world; the others where it is asked for them, since a world
 * with more in it is another one for the same seed. */
typedef enum pli_sim_venue {
	PLI_SIM_DERIBIT = 0,
	PLI_SIM_BINANCE = 1,
	PLI_SIM_VENUES,
	PLI_SIM_OKX = PLI_SIM_VENUES,
	PLI_SIM_HYPERLIQUID,
	PLI_SIM_BYBIT,
	PLI_SIM_BITMEX,
	PLI_SIM_DYDX,
	PLI_SIM_SERVERS,
	/* Binance's other markets: at Binance's server, with contracts and accounts of their own */
	PLI_SIM_BINANCE_COINM = PLI_SIM_SERVERS,
	PLI_SIM_BINANCE_SPOT,
	PLI_SIM_BINANCE_MARGIN,
	PLI_SIM_BINANCE_PM, /* has no contracts of its own: USD-M's and COIN-M's */
	PLI_SIM_BINANCE_OPTIONS,
	/* kinds that come with a venue that has its own, and are of it in the world */
	PLI_SIM_OKX_MULTI,         /* more accounts, whose currencies back each other */
	PLI_SIM_OKX_PM,            /* one that is margined by portfolio */
	PLI_SIM_HYPERLIQUID_DEXES, /* contracts of a builder's dex, and an account at both dexes */
	PLI_SIM_MARKETS,
	PLI_SIM_KINDS = PLI_SIM_OKX_MULTI /* the first of those */
} pli_sim_venue;

/* pli_sim_server_of: the server that speaks for a market. */
static inline pli_sim_venue
pli_sim_server_of(pli_sim_venue market)
{
	if (market == PLI_SIM_OKX_MULTI || market == PLI_SIM_OKX_PM)
		return PLI_SIM_OKX;
	if (market == PLI_SIM_HYPERLIQUID_DEXES)
		return PLI_SIM_HYPERLIQUID;
	return market < PLI_SIM_SERVERS ? market : PLI_SIM_BINANCE;
}

/* Assets; the first five are the coins. */
typedef enum pli_sim_asset {
	PLI_SIM_BTC,
	PLI_SIM_ETH,
	PLI_SIM_SOL,
	PLI_SIM_XRP,
	PLI_SIM_DOGE,
	PLI_SIM_COINS,
	PLI_SIM_USDT = PLI_SIM_COINS,
	PLI_SIM_USDC,
	PLI_SIM_USD,
	PLI_SIM_ASSETS,
} pli_sim_asset;

typedef enum pli_sim_kind { PLI_SIM_PERPETUAL, PLI_SIM_FUTURE, PLI_SIM_OPTION } pli_sim_kind;

/* pli_sim_coin: price of one coin in USD, and its volatilities. */
typedef struct pli_sim_coin {
	double price;
	double variation;                  /* per year, of the path */
	double implied;                    /* at the money, per year, moves slowly */
	plm_decimal index[PLI_SIM_ASSETS]; /* in USDT, USDC and USD; unknown for the others */
} pli_sim_coin;

/* pli_sim_instrument. Fixed: up to option_call, but for a name that a shock changes. The rest
 * moves. Prices are in quote, but for inverse options in coin. size of an inverse future is in USD,
 * of all others in coin. */
typedef struct pli_sim_instrument {
	char name[PLI_SIM_NAME_MAX];
	char underlying_name[PLI_SIM_NAME_MAX]; /* options: future of the expiry, or SYN.… */
	pli_sim_venue venue;
	pli_sim_kind kind;
	pli_sim_asset coin;
	pli_sim_asset quote;
	pli_sim_asset settle;
	bool inverse;
	bool option_call;
	int places; /* decimals of the mark */
	plm_decimal tick;
	plm_decimal lot;
	plm_decimal strike;
	plm_time_ns created_ns;
	plm_time_ns expiry_ns; /* 0: perpetual */
	uint32_t serial;       /* instrument_id */

	bool expired;
	double basis; /* perpetuals: mark over index - 1; futures: over carry */
	plm_decimal mark;
	plm_decimal index;
	plm_decimal underlying; /* options: forward of the expiry, USD */
	plm_decimal bid;
	plm_decimal ask;
	plm_decimal last;
	plm_decimal settlement;
	plm_decimal funding_rate; /* of 8 hours; perpetuals */
	plm_decimal open_interest;
	plm_decimal mark_iv; /* per cent, 2 decimals */
	plm_decimal delta;
	plm_decimal gamma;
	plm_decimal vega;
	plm_decimal theta;
	plm_decimal rho;

	plm_time_ns shock_until_ns; /* of sim_shock.h; 0: none */
	plm_decimal shock_factor;   /* mark shown = mark x factor */
	bool shock_of_index;        /* the index too */
	uint8_t spec_changes;
	uint8_t renames;                    /* so often */
	plm_time_ns renamed_ns;             /* last */
	char name_before[PLI_SIM_NAME_MAX]; /* until then */
} pli_sim_instrument;

/* pli_sim_walk: a coin's price goes by log_move from start_ns to end_ns, beside its usual path, in
 * steps that scatter; 0: there is none (sim_crash.h). */
typedef struct pli_sim_walk {
	pli_sim_asset coin;
	double log_move;
	plm_time_ns start_ns, end_ns;
	pli_random random;
} pli_sim_walk;

typedef struct pli_sim_market {
	pli_random random;
	double speed;
	plm_time_ns start_ns;
	plm_time_ns now_ns; /* of the last step */
	uint64_t steps;
	pli_sim_coin coins[PLI_SIM_COINS];
	double stable[PLI_SIM_ASSETS];      /* USD per unit of USDT, USDC */
	plm_decimal dollar[PLI_SIM_ASSETS]; /* the same, rounded; coins: index in USD */
	plm_time_ns expiries_ns[PLI_SIM_EXPIRIES];
	pli_sim_walk walk;
	uint32_t instruments_count;
	pli_sim_instrument instruments[PLI_SIM_INSTRUMENTS_MAX];
} pli_sim_market;

/* pli_sim_market_init lists the instruments and makes the first prices. speed: market time over
 * wall time, > 0 (asserted); expiries stay in wall time. */
void pli_sim_market_init(pli_sim_market *m, uint64_t seed, plm_time_ns start_ns, double speed);

/* pli_sim_market_step moves to now_ns (>= the last, asserted): new prices; instruments whose
 * expiry has passed become expired, with their delivery price as the last mark. */
void pli_sim_market_step(pli_sim_market *m, plm_time_ns now_ns);

/* pli_sim_market_funding_ns: wall time between two fundings: 8 hours over speed, >= 1 s. */
int64_t pli_sim_market_funding_ns(const pli_sim_market *m);

/* pli_sim_market_next_funding: the next multiple of that time, after now. */
plm_time_ns pli_sim_market_next_funding(const pli_sim_market *m);

/* pli_sim_market_find: an instrument that is listed (also expired ones) at a venue; NULL: none. */
const pli_sim_instrument *pli_sim_market_find(
    const pli_sim_market *m, pli_sim_venue venue, plm_slice name);

/* pli_sim_asset_name: "BTC". pli_sim_asset_find is its inverse, PLI_SIM_ASSETS when unknown;
 * case does not matter. */
const char *pli_sim_asset_name(pli_sim_asset asset);
pli_sim_asset pli_sim_asset_find(plm_slice name);

/* pli_sim_of_dex: a contract of a builder's dex at Hyperliquid ("xyz:BTC"). pli_sim_underlying:
 * what a contract is on, as a name: "BTC"; of a builder's "XYZ-BTC", since it follows the builder's
 * oracle. */
bool pli_sim_of_dex(const pli_sim_instrument *in);
const char *pli_sim_underlying(const pli_sim_instrument *in);

#endif
