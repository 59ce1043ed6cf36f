/* binance_options.c: Binance European options: contracts of `unit` coins, settled in USDT. */
#include "venue/binance_options/binance_options.def"

#include <ctype.h>
#include <stdio.h>

#include "venue/binance_live/binance_live.h"
#include "venue/venues.h"

/* Positions are read again behind the account. */
static const binance_ask_row options_asks[BINANCE_ASK_COUNT_] = {
    BINANCE_OPTIONS_ASKS(BINANCE_ASK_ROW) BINANCE_ASK_ROW(POSITIONS, "GET", "/eapi/v1/position", 5,
	ASK_SIGN | ASK_LIST | ASK_LEGS, 0, &pli_binance_kind_option_positions)};
static const char *const options_allowed[] = {
    BINANCE_OPTIONS_ASKS(BINANCE_ASK_ALLOWED) "SUBSCRIBE", NULL};

static void
options_marks_target(const char *markets, char ret_target[PLM_TARGET_MAX])
{
	(void)markets;
	(void)snprintf(ret_target, PLM_TARGET_MAX, "/market/stream");
}

/* One stream tells the marks, greeks and index of all options of an underlying: it is asked for
 * with the first of them. `markets` names underlyings ("BTCUSDT"). */
static int
options_topics(const binance_state *s, const plm_instrument *spec, char *ret_text, int size)
{
	char name[PLM_NAME_MAX] = "";
	plm_names *names = s->cfg.names;
	for (uint32_t id = 1; id < spec->id.value; id++) {
		const plm_instrument *other = plm_names_instrument_get(
		    names, (plm_instrument_id){id});
		if (other->venue.value == spec->venue.value && other->kind == PLM_KIND_OPTION &&
		    other->spec_source == PLM_SPEC_VENUE &&
		    other->underlying.value == spec->underlying.value &&
		    other->quote.value == spec->quote.value)
			return 0;
	}
	(void)snprintf(name, sizeof name, "%s%s", plm_names_asset_text(names, spec->underlying),
	    plm_names_asset_text(names, spec->quote));
	for (char *c = name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	if (!pli_binance_wants(s, name))
		return 0;
	int length = snprintf(ret_text, (size_t)size, "\"%s@optionMarkPrice\"", name);
	return length < size ? length : -1;
}

static const binance_market options_market = {
    .title = "Binance options",
    .asks = options_asks,
    .account_member = "asset",
    .positions_name = "positions",
    .behind = BINANCE_ASK_POSITIONS,
    .costs = true,
    .user_target = "/private/ws/",
    .marks_target = options_marks_target,
    .topics = options_topics,
};

static plm_err
options_init(void *state, const plm_venue_cfg *cfg, plm_fault *ret_fault)
{
	return pli_binance_init(state, &options_market, cfg, ret_fault);
}

static const plm_venue_ops options_ops = BINANCE_OPS(options_init);

const plm_venue_desc pli_venue_binance_options = {
    .name = "binance-options",
    .title = "Binance options",
    .caps = PLM_VENUE_OPTIONS,
    .stream_url = "wss://fstream.binance.com",
    .rest_url = "https://eapi.binance.com",
    .rest_url_account = "https://api.binance.com",
    .rest_urls_public = {"https://fapi.binance.com"},
    .weight_per_minute_max = 400,
    .weights_per_minute_max_more = {6000, 2400},
    .probe_target = "/eapi/v1/time",
    .messages_per_second_max = 10,
    .openings_max = 300,
    .requests_allowed = options_allowed,
    .rights_request = "GET /sapi/v1/account/apiRestrictions",
    .checked = "2026-11-27",
    .ops = &options_ops,
};
