/* script.h: a small book told by a script: three venues, options, a stale feed, an unpriced coin,
 * limits that fire. Feeds a core whose sequenced events go to `publish`. For tests and hub_demo. */
#ifndef PLI_TESTS_API_SCRIPT_H
#define PLI_TESTS_API_SCRIPT_H

#include "engine/core.h"

typedef struct script {
	pli_core *core;
	plm_time_ns now_ns;
	uint32_t accounts_extra; /* more accounts on the first venue, each with two positions */
	uint64_t random;
	double btc;
	double eth;
} script;

/* Bounds that fit the script; used for the hub's replica too. */
pli_book_bounds script_bounds(void);

enum { SCRIPT_LIMITS_MAX = 16, SCRIPT_LIMIT_STATES_MAX = 64 };

/* script_init sends definitions, snapshots and first prices, as one batch each. now_ns: the
 * script's wall clock at the start. fini frees the core. */
void script_init(script *s, plm_time_ns now_ns, uint32_t accounts_extra,
    void (*publish)(void *ctx, const plm_event *event), void *ctx);
void script_fini(script *s);

/* script_step moves prices a little and ends a batch at now_ns. */
void script_step(script *s, plm_time_ns now_ns);

/* Single facts, each its own batch, for tests. */
void script_position(
    script *s, uint32_t account, uint32_t instrument, const char *quantity, plm_time_ns now_ns);
void script_feed(script *s, uint32_t account, plm_feed_status status, const char *text);
void script_limit_extra(script *s, uint32_t id);

/* script_transit_begin tells the account of coins in transit and after how many seconds they are
 * unexplained. script_transfer: a record of an account's venue, told now: quantity < 0 left it, > 0
 * came, age_s ago. to: the account that the venue names, 0 none; fee: "" not told. */
typedef struct script_movement {
	uint32_t account, asset, to;
	int64_t age_s;
	const char *quantity, *fee;
	uint64_t name;
} script_movement;
void script_transit_begin(script *s, uint32_t after_s);
void script_transfer(script *s, const script_movement *movement);

/* Ids that the script gives out. */
enum {
	ASSET_BTC = 1,
	ASSET_ETH,
	ASSET_USDT,
	ASSET_USD,
	ASSET_USDC,
	ASSET_MYST,
	VENUE_BINANCE = 1,
	VENUE_DERIBIT = 2,
	VENUE_FILE = 3,
	ACCOUNT_DESK = 1,
	ACCOUNT_OPTIONS,
	ACCOUNT_VAULT,
	ACCOUNT_EXTRA,
	ACCOUNT_TRANSIT = 256,   /* the last that script_bounds has room for */
	INSTRUMENT_BTC_PERP = 1, /* deribit, inverse */
	INSTRUMENT_BTC_CALL,     /* deribit, inverse option */
	INSTRUMENT_BTC_PUT,      /* deribit, no delta known */
	INSTRUMENT_BTCUSDT,      /* binance, linear */
	INSTRUMENT_ETHUSDT,      /* binance, linear */
	INSTRUMENT_MYSTUSDT,     /* binance, no price known */
	LIMIT_NET = 1,
	LIMIT_BTC,
	LIMIT_LEVERAGE,
};

#endif
