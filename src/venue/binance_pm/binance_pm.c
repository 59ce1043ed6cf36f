/* binance_pm.c: Binance portfolio margin: USD-M and COIN-M contracts and loans in one pool. */
#include "venue/binance_pm/binance_pm.def"

#include "venue/binance_live/binance_live.h"
#include "venue/venues.h"

static const binance_ask_row pm_asks[BINANCE_ASK_COUNT_] = {BINANCE_PM_ASKS(BINANCE_ASK_ROW)};
static const char *const pm_allowed[] = {BINANCE_PM_ASKS(BINANCE_ASK_ALLOWED) NULL};

/* Marks of USD-M, and the USD rates of all margin assets; COIN-M's marks are asked for. */
static void
pm_marks_target(const char *markets, char ret_target[PLM_TARGET_MAX])
{
	pli_binance_marks_path(
	    "/market/stream?streams=!assetIndex@arr", "/!markPrice@arr@1s", markets, ret_target);
}

static const binance_market pm_market = {
    .title = "Binance portfolio margin",
    .asks = pm_asks,
    .pool_mode = PLM_MARGIN_CROSS,
    .balances_part = true, /* the stream tells of the UM, CM and margin wallets apart */
    .many_wallets = true,
    .account_member = "uniMMR",
    .positions_name = "positionRisk",
    .user_target = "/pm/ws/",
    .marks_target = pm_marks_target,
};

static plm_err
pm_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	return pli_binance_init(state, &pm_market, cfg, ret_fault);
}

static const plm_venue_ops pm_ops = BINANCE_OPS(pm_init);

const plm_venue_desc pli_venue_binance_pm = {
    .name = "binance-pm",
    .title = "Binance portfolio margin",
    .caps = PLM_VENUE_LINEAR | PLM_VENUE_INVERSE | PLM_VENUE_HEDGE_MODE,
    .stream_url = "wss://fstream.binance.com",
    .rest_url = "https://papi.binance.com",
    .rest_url_account = "https://api.binance.com",
    .rest_urls_public = {"https://fapi.binance.com", "https://dapi.binance.com"},
    .weight_per_minute_max = 6000,
    .weights_per_minute_max_more = {6000, 2400, 2400},
    .messages_per_second_max = 10,
    .openings_max = 300,
    .requests_allowed = pm_allowed,
    .rights_request = "GET /sapi/v1/account/apiRestrictions",
    .checked = "2026-11-27",
    .ops = &pm_ops,
};
