/* binance_margin.c: Binance margin: what is held less what is borrowed, with interest, in cross
 * margin and in isolated pairs. */
#include "venue/binance_margin/binance_margin.def"

#include "venue/binance_live/binance_live.h"
#include "venue/venues.h"

/* Isolated margin is read again behind the account. */
static const binance_ask_row margin_asks[BINANCE_ASK_COUNT_] = {BINANCE_MARGIN_ASKS(BINANCE_ASK_ROW)
	BINANCE_ASK_ROW(LEGS, "GET", "/sapi/v1/margin/isolated/account", 10, ASK_SIGN | ASK_CHECKS,
	    0, &pli_binance_kind_isolated)};

static const char *const margin_allowed[] = {
    BINANCE_MARGIN_ASKS(BINANCE_ASK_ALLOWED) "userDataStream.subscribe.listenToken", NULL};

static const binance_market margin_market = {
    .title = "Binance margin",
    .asks = margin_asks,
    .many_wallets = true,
    .account_member = "userAssets",
    .user_target = "/ws-api/v3",
    .subscribe = "userDataStream.subscribe.listenToken",
    .balances_part = true, /* free and locked, without loans */
    .isolated = true,
    .behind = BINANCE_ASK_LEGS,
    .positions_name = "isolated margin",
};

static plm_err
margin_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	return pli_binance_init(state, &margin_market, cfg, ret_fault);
}

static const plm_venue_ops margin_ops = BINANCE_OPS(margin_init);

const plm_venue_desc pli_venue_binance_margin = {
    .name = "binance-margin",
    .title = "Binance margin",
    .caps = PLM_VENUE_SPOT | PLM_VENUE_ISOLATED,
    .stream_url = "wss://ws-api.binance.com",
    .rest_url = "https://api.binance.com",
    .rest_urls_public = {"https://fapi.binance.com"},
    .weight_per_minute_max = 6000,
    .weights_per_minute_max_more = {6000, 2400},
    .messages_per_second_max = 5,
    .openings_max = 300,
    .probe_target = "/api/v3/time",
    .requests_allowed = margin_allowed,
    .rights_request = "GET /sapi/v1/account/apiRestrictions",
    .checked = "2026-11-27",
    .ops = &margin_ops,
};
