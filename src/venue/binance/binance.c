/* binance.c: Binance USD-M futures. */
#include "venue/binance/binance_usdm.def"
#include "venue/binance_live/binance_live.h"
#include "venue/venues.h"

static const binance_ask_row usdm_asks[BINANCE_ASK_COUNT_] = {BINANCE_USDM_ASKS(BINANCE_ASK_ROW)};
static const char *const usdm_allowed[] = {BINANCE_USDM_ASKS(BINANCE_ASK_ALLOWED) NULL};

/* Marks, and the USD rates of all margin assets. */
static void
usdm_marks_target(const char *markets, char ret_target[PLM_TARGET_MAX])
{
	pli_binance_marks_path(
	    "/market/stream?streams=!assetIndex@arr", "/!markPrice@arr@1s", markets, ret_target);
}

static const binance_market usdm_market = {
    .title = "Binance USD-M futures",
    .asks = usdm_asks,
    .account_member = "assets",
    .positions_name = "positionRisk",
    .user_target = "/private/ws?listenKey=",
    .marks_target = usdm_marks_target,
};

static plm_err
usdm_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	return pli_binance_init(state, &usdm_market, cfg, ret_fault);
}

static const plm_venue_ops usdm_ops = BINANCE_OPS(usdm_init);

const plm_venue_desc pli_venue_binance = {
    .name = "binance",
    .title = "Binance USD-M futures",
    .caps = PLM_VENUE_LINEAR | PLM_VENUE_HEDGE_MODE | PLM_VENUE_ISOLATED,
    .stream_url = "wss://fstream.binance.com",
    .rest_url = "https://fapi.binance.com",
    .rest_url_account = "https://api.binance.com",
    .weight_per_minute_max = 2400,
    .weights_per_minute_max_more = {6000},
    .messages_per_second_max = 10,
    .openings_max = 300,
    .probe_target = "/fapi/v1/time",
    .requests_allowed = usdm_allowed,
    .rights_request = "GET /sapi/v1/account/apiRestrictions",
    .checked = "2026-11-22",
    .ops = &usdm_ops,
};
