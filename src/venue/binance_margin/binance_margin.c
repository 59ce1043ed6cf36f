/* binance_margin.c: Binance cross margin: what is held less what is borrowed, with interest. */
#include "venue/binance_margin/binance_margin.def"

#include "venue/binance_live/binance_live.h"
#include "venue/venues.h"

static const binance_ask_row margin_asks[BINANCE_ASK_COUNT_] = {
    BINANCE_MARGIN_ASKS(BINANCE_ASK_ROW)};

static const char *const margin_allowed[] = {
    BINANCE_MARGIN_ASKS(BINANCE_ASK_ALLOWED) "userDataStream.subscribe.listenToken", NULL};

static const binance_market margin_market = {
    .title = "Binance cross margin",
    .asks = margin_asks,
    .many_wallets = true,
    .account_member = "userAssets",
    .user_target = "/ws-api/v3",
    .subscribe = "userDataStream.subscribe.listenToken",
    .balances_part = true, /* free and locked, without loans */
    .unread = "isolated margin is not read; what it holds is not counted",
};

static plm_err
margin_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	return pli_binance_init(state, &margin_market, cfg, ret_fault);
}

static const plm_venue_ops margin_ops = BINANCE_OPS(margin_init);

const plm_venue_desc pli_venue_binance_margin = {
    .name = "binance-margin",
    .title = "Binance cross margin",
    .caps = PLM_VENUE_SPOT,
    .stream_url = "wss://ws-api.binance.com",
    .rest_url = "https://api.binance.com",
    .rest_urls_public = {"https://fapi.binance.com"},
    .weight_per_minute_max = 6000,
    .weights_per_minute_max_more = {6000, 2400},
    .messages_per_second_max = 5,
    .probe_target = "/api/v3/time",
    .requests_allowed = margin_allowed,
    .rights_request = "GET /sapi/v1/account/apiRestrictions",
    .checked = "2026-11-27",
    .ops = &margin_ops,
};
