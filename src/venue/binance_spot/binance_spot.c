/* binance_spot.c: Binance spot: what the wallet holds, priced by last prices in USDT. */
#include "venue/binance_spot/binance_spot.def"

#include "venue/binance_live/binance_live.h"
#include "venue/venues.h"

static const binance_ask_row spot_asks[BINANCE_ASK_COUNT_] = {BINANCE_SPOT_ASKS(BINANCE_ASK_ROW)};

/* Without queries: what is signed is behind them. */
static const char *const spot_allowed[] = {"GET /api/v3/time",
    "GET /sapi/v1/account/apiRestrictions", "GET /fapi/v1/assetIndex", "GET /api/v3/ticker/price",
    "GET /api/v3/account", "userDataStream.subscribe.signature", NULL};

static const binance_market spot_market = {
    .title = "Binance spot",
    .asks = spot_asks,
    .many_wallets = true,
    .account_member = "balances",
    .user_target = "/ws-api/v3",
    .subscribe = "userDataStream.subscribe.signature",
};

static plm_err
spot_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	return pli_binance_init(state, &spot_market, cfg, ret_fault);
}

static const plm_venue_ops spot_ops = BINANCE_OPS(spot_init);

const plm_venue_desc pli_venue_binance_spot = {
    .name = "binance-spot",
    .title = "Binance spot",
    .caps = PLM_VENUE_SPOT,
    .stream_url = "wss://ws-api.binance.com",
    .rest_url = "https://api.binance.com",
    .rest_urls_public = {"https://fapi.binance.com"},
    .weight_per_minute_max = 6000,
    .weights_per_minute_max_more = {6000, 2400},
    .messages_per_second_max = 5,
    .openings_max = 300,
    .probe_target = "/api/v3/time",
    .requests_allowed = spot_allowed,
    .rights_request = "GET /sapi/v1/account/apiRestrictions",
    .checked = "2026-11-27",
    .ops = &spot_ops,
};
