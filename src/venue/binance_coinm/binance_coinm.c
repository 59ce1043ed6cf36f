/* binance_coinm.c: Binance COIN-M futures: inverse contracts, a margin pool for each coin. */
#include "venue/binance_coinm/binance_coinm.def"

#include <ctype.h>
#include <stdio.h>

#include "venue/binance_live/binance_live.h"
#include "venue/venues.h"

static const binance_ask_row coinm_asks[BINANCE_ASK_COUNT_] = {BINANCE_COINM_ASKS(BINANCE_ASK_ROW)};
static const char *const coinm_allowed[] = {
    BINANCE_COINM_ASKS(BINANCE_ASK_ALLOWED) "SUBSCRIBE", NULL};

/* There is no stream of all marks here: the open link is told which. */
static void
coinm_marks_target(const char *markets, char ret_target[PLM_TARGET_MAX])
{
	(void)markets;
	(void)snprintf(ret_target, PLM_TARGET_MAX, "/stream");
}

/* The mark of each contract; with a pair's perpetual, the pair's index: it is what its coin is
 * valued at, and marks do not tell it. */
static int
coinm_topics(const binance_state *s, const plm_instrument *spec, char *ret_text, int size)
{
	char name[PLM_NAME_MAX] = "";
	for (size_t i = 0; spec->name[i] != '\0'; i++)
		name[i] = (char)tolower((unsigned char)spec->name[i]);
	if (!pli_binance_wants(s, name))
		return 0;
	int pair = (int)strcspn(name, "_");
	int length = spec->kind == PLM_KIND_PERPETUAL
			 ? snprintf(ret_text, (size_t)size,
			       "\"%s@markPrice@1s\",\"%.*s@indexPrice@1s\"", name, pair, name)
			 : snprintf(ret_text, (size_t)size, "\"%s@markPrice@1s\"", name);
	return length < size ? length : -1;
}

static const binance_market coinm_market = {
    .title = "Binance COIN-M futures",
    .asks = coinm_asks,
    .pool_mode = PLM_MARGIN_SEGREGATED,
    .account_member = "assets",
    .positions_name = "positionRisk",
    .user_target = "/ws/",
    .marks_target = coinm_marks_target,
    .topics = coinm_topics,
};

static plm_err
coinm_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	return pli_binance_init(state, &coinm_market, cfg, ret_fault);
}

static const plm_venue_ops coinm_ops = BINANCE_OPS(coinm_init);

const plm_venue_desc pli_venue_binance_coinm = {
    .name = "binance-coinm",
    .title = "Binance COIN-M futures",
    .caps = PLM_VENUE_INVERSE | PLM_VENUE_HEDGE_MODE | PLM_VENUE_ISOLATED,
    .stream_url = "wss://dstream.binance.com",
    .rest_url = "https://dapi.binance.com",
    .rest_url_account = "https://api.binance.com",
    .weight_per_minute_max = 2400,
    .weights_per_minute_max_more = {6000},
    .messages_per_second_max = 10,
    .openings_max = 300,
    .probe_target = "/dapi/v1/time",
    .requests_allowed = coinm_allowed,
    .rights_request = "GET /sapi/v1/account/apiRestrictions",
    .checked = "2026-11-27",
    .ops = &coinm_ops,
};
