/* sim_honesty_test.c: every kind of payload the simulator sends has the members, of the same
 * types, of one that the real venue sent. What differs is listed below, with its reason. */
#include "sim_keys.h"
#include "sim_markets.h"

#define V2 "binance/fapi-v2-positionRisk-docs--nautilus.json"

static const keys_exception exceptions[] = {
    /* Binance */
    {"binance/ACCOUNT_UPDATE-order-short--roq-binance-futures.json", ".a.P[].bep",
	"captured in 2021; the break-even price came later and stands in the 2023 example"},
    {"binance/ACCOUNT_UPDATE-hedge-docs--nautilus.json", ".a.P[].ma",
	"the example leaves it out, the capture of 2021 has it"},
    {"binance/fapi-v2-account-docs--nautilus.json", ".positions[].breakEvenPrice",
	"today's answers have it, as positionRisk has"},
    {"binance/fapi-v2-account-docs--nautilus.json", ".positions[].notional",
	"today's answers have it, as version 3 has"},
    {"binance/fapi-v2-account-docs--nautilus.json", ".positions[].isolatedWallet",
	"today's answers have it, as version 3 has"},
    {"binance/fapi-v1-leverageBracket--freqtrade.json", "[].notionalCoef",
	"left out by the collector; the venue's example has it"},
    {"binance/fapi-v1-leverageBracket--freqtrade.json", "[].brackets[].bracket",
	"the collector made strings of numbers"},
    {"binance/fapi-v1-leverageBracket--freqtrade.json", "[].brackets[].initialLeverage",
	"the collector made strings of numbers"},
    {"binance/fapi-v1-leverageBracket--freqtrade.json", "[].brackets[].notionalCap",
	"the collector made strings of numbers"},
    {"binance/fapi-v1-leverageBracket--freqtrade.json", "[].brackets[].notionalFloor",
	"the collector made strings of numbers"},
    {"binance/fapi-v1-leverageBracket--freqtrade.json", "[].brackets[].maintMarginRatio",
	"the collector made strings of numbers"},
    {"binance/fapi-v1-leverageBracket--freqtrade.json", "[].brackets[].cum",
	"the collector made strings of numbers"},
    {"binance/ACCOUNT_UPDATE-order-short--roq-binance-futures.json", ".i",
	"COIN-M alone tells the account's alias"},
    /* Deribit */
    {"deribit/ticker-options-raw--cryptofeed.jsonl", ".params.data.stats.volume_usd",
	"came after the capture of 2021, see the one of 2022"},
    {"deribit/ticker-ETH-5JUN20-310-P-raw--tardis.json", ".params.data.stats.volume_usd",
	"came after the capture of 2020"},
    {"deribit/get_account_summaries--nautilus.json", ".result.summaries[].additional_reserve",
	"the example shows it in its second row only"},
    {"deribit/get_account_summaries--nautilus.json", ".result.summaries[].options_theta_map",
	"the example shows it in its second row only"},
    {"deribit/get_account_summaries--nautilus.json",
	".result.summaries[].options_gamma_map.eth_usd", "empty where no option is held"},
    {"deribit/get_account_summaries--nautilus.json", ".result.summaries[].options_vega_map.eth_usd",
	"empty where no option is held"},
    {"deribit/get_account_summaries--nautilus.json",
	".result.summaries[].options_theta_map.eth_usd", "empty where no option is held"},
    {"deribit/user.portfolio.btc--roq-deribit.json", ".params.data.options_gamma_map.btc_usd",
	"empty where no option is held"},
    {"deribit/user.portfolio.btc--roq-deribit.json", ".params.data.options_vega_map.btc_usd",
	"empty where no option is held"},
    {"deribit/user.portfolio.btc--roq-deribit.json", ".params.data.options_theta_map.btc_usd",
	"empty where no option is held"},
    {"deribit/public.get_instruments--openapi.json", ".result[].future_type",
	"the example leaves it out, captures have it"},
    {"deribit/public.get_instruments--openapi.json", ".result[].rfq",
	"the example leaves it out, captures have it"},
    {"deribit/get_instruments-USDC-2022--cryptofeed.json", ".result[].instrument_type",
	"came after the capture of 2022"},
    {"deribit/get_instruments-USDC-2022--cryptofeed.json", ".result[].state",
	"came after the capture of 2022"},
    {"deribit/get_instruments-USDC-2022--cryptofeed.json", ".result[].tick_size_steps",
	"came after the capture of 2022"},
    {"deribit/get_instruments-USDC-2022--cryptofeed.json", ".result[].block_trade_tick_size",
	"came after the capture of 2022"},
    {"deribit/get_instruments-USDC-2022--cryptofeed.json", ".result[].block_trade_min_trade_amount",
	"came after the capture of 2022"},
    {"deribit/public.get_book_summary_by_currency--openapi.json", ".result[].mark_iv",
	"came after the example"},
    {"*", ".usIn", "the capture's envelope was rebuilt"},
    {"*", ".usOut", "the capture's envelope was rebuilt"},
    {"*", ".usDiff", "the capture's envelope was rebuilt"},
    {"*", ".testnet", "the capture's envelope was rebuilt"},
    {"*", ".id", "no id over HTTP"},
    {NULL, NULL, NULL},
};

static void
check_whole(const char *fixture, uint32_t line, plm_slice ours)
{
	keys_pair pair = {fixture, line, "", ours, ""};
	keys_check(&pair, exceptions);
}

/* Of the WebSocket API: what is inside the envelope. */
static void
check_event(const char *fixture, plm_slice ours)
{
	keys_pair pair = {fixture, 0, "", ours, "event"};
	keys_check(&pair, exceptions);
}

static void
test_sim_honesty__binance_rest(void **state)
{
	rig *r = *state;
	const char *key = "binance-main-read";
	rig_step(r, 200);
	check_whole("binance/fapi-v1-exchangeInfo--gct.json", 0,
	    rig_get(r, PLI_SIM_BINANCE, "/fapi/v1/exchangeInfo", ""));
	check_whole("binance/fapi-v1-premiumIndex-BTCUSDT--gct.json", 0,
	    rig_get(r, PLI_SIM_BINANCE, "/fapi/v1/premiumIndex", "symbol=BTCUSDT"));
	check_whole("binance/fapi-v1-assetIndex--roq-binance-futures.json", 0,
	    rig_get(r, PLI_SIM_BINANCE, "/fapi/v1/assetIndex", ""));
	check_whole("binance/fapi-error-1121--gct.json", 0,
	    rig_get(r, PLI_SIM_BINANCE, "/fapi/v1/premiumIndex", "symbol=NONE"));
	check_whole("binance/fapi-v1-leverageBracket-docs--jkorf.json", 0,
	    rig_signed(r, key, "GET", "/fapi/v1/leverageBracket"));
	check_whole("binance/fapi-v1-leverageBracket--freqtrade.json", 0,
	    rig_signed(r, key, "GET", "/fapi/v1/leverageBracket"));
	check_whole(V2, 0, rig_signed(r, key, "GET", "/fapi/v2/positionRisk"));
	/* The stored "v3" answer has version 2's members; version 3 itself is held to CCXT. */
	check_whole("binance/fapi-v3-positionRisk-hedge--jkorf.json", 0,
	    rig_signed(r, "binance-hedge-read", "GET", "/fapi/v2/positionRisk"));
	check_whole("binance/fapi-v2-account-docs--nautilus.json", 0,
	    rig_signed(r, key, "GET", "/fapi/v2/account"));
	check_whole("binance/fapi-v3-account-docs--jkorf.json", 0,
	    rig_signed(r, key, "GET", "/fapi/v3/account"));
	keys_pair pair = {"binance/fapi-v3-account-position-ADA-hedge-short--ccxt-pr23225.json", 0,
	    "positions", rig_signed(r, "binance-hedge-read", "GET", "/fapi/v3/account"),
	    "positions"};
	keys_check(&pair, exceptions);
}

static void
test_sim_honesty__binance_streams(void **state)
{
	rig *r = *state;
	char path[160], key[80];
	for (uint32_t client = 0; client < 2; client++) {
		plm_slice body = rig_signed(r,
		    client == 0 ? "binance-main-read" : "binance-hedge-read", "POST",
		    "/fapi/v1/listenKey");
		assert_int_equal(sscanf(body.bytes, "{\"listenKey\":\"%64[^\"]", key), 1);
		(void)snprintf(path, sizeof path, "/ws/%s", key);
		rig_connect(r, PLI_SIM_BINANCE, client, path);
	}
	rig_connect(r, PLI_SIM_BINANCE, 2, "/ws/btcusdt@markPrice@1s");
	check_whole("binance/markPriceUpdate-2026--roq-binance-futures.json", 0,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 2, "markPriceUpdate"));
	check_whole("binance/ACCOUNT_UPDATE-order-short--roq-binance-futures.json", 0,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "\"m\":\"ORDER\""));
	check_whole("binance/ACCOUNT_UPDATE-hedge-docs--nautilus.json", 0,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 1, "\"m\":\"ORDER\""));
	check_whole("binance/ORDER_TRADE_UPDATE-seq-market--quantconnect.jsonl", 1,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "\"x\":\"NEW\""));
	check_whole("binance/ORDER_TRADE_UPDATE-seq-market--quantconnect.jsonl", 2,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "\"x\":\"TRADE\""));
	check_whole("binance/TRADE_LITE--quantconnect.json", 0,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "TRADE_LITE"));
}

static void
test_sim_honesty__binance_coinm(void **state)
{
	rig *r = *state;
	const char *hedge = "coinm-hedge-read";
	char path[160], key[80];
	check_whole("binance/dapi-v1-exchangeInfo--gct.json", 0,
	    rig_get(r, PLI_SIM_BINANCE, "/dapi/v1/exchangeInfo", ""));
	check_whole("binance/dapi-v1-premiumIndex-BTCUSD_PERP--gct.json", 0,
	    rig_get(r, PLI_SIM_BINANCE, "/dapi/v1/premiumIndex", "symbol=BTCUSD_PERP"));
	check_whole("binance/dapi-v1-premiumIndex-all--gct.json", 0,
	    rig_get(r, PLI_SIM_BINANCE, "/dapi/v1/premiumIndex", ""));
	check_whole("binance/dapi-v2-leverageBracket--jkorf.json", 0,
	    rig_signed(r, hedge, "GET", "/dapi/v2/leverageBracket"));
	check_whole("binance/dapi-v1-positionRisk-hedge--jkorf.json", 0,
	    rig_signed(r, hedge, "GET", "/dapi/v1/positionRisk"));
	check_whole("binance/dapi-v1-account-docs--jkorf.json", 0,
	    rig_signed(r, hedge, "GET", "/dapi/v1/account"));
	check_whole("binance/dapi-v1-balance--roq-binance-futures.json", 0,
	    rig_signed(r, hedge, "GET", "/dapi/v1/balance"));
	plm_slice body = rig_signed(r, "coinm-main-read", "POST", "/dapi/v1/listenKey");
	assert_int_equal(sscanf(body.bytes, "{\"listenKey\":\"%64[^\"]", key), 1);
	(void)snprintf(path, sizeof path, "/ws/%s", key);
	rig_connect(r, PLI_SIM_BINANCE, 0, path);
	rig_connect(r, PLI_SIM_BINANCE, 1, "/stream");
	rig_say(r, PLI_SIM_BINANCE, 1,
	    "{\"method\":\"SUBSCRIBE\",\"params\":[\"btcusd_270326@markPrice@1s\","
	    "\"btcusd@indexPrice@1s\"],\"id\":1}");
	check_whole("binance/markPrice@1s-coinm-dated--tardis.json", 0,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 1, "markPriceUpdate"));
	check_whole("binance/indexPrice@1s-coinm--tardis.json", 0,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 1, "indexPriceUpdate"));
	check_whole("binance/ACCOUNT_UPDATE-order-short--roq-binance-futures.json", 0,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "\"m\":\"ORDER\""));
	(void)rig_signed(r, "binance-multi-read", "GET", "/dapi/v1/account");
	assert_int_equal(r->answer.status, 401); /* its trader has nothing in this market */
}

static void
test_sim_honesty__binance_spot_and_margin(void **state)
{
	rig *r = *state;
	check_whole("binance/api-v3-account-roq--roq-binance.json", 0,
	    rig_signed(r, "spot-main-read", "GET", "/api/v3/account"));
	check_whole("binance/sapi-v1-margin-account--jkorf.json", 0,
	    rig_signed(r, "margin-main-read", "GET", "/sapi/v1/margin/account"));
	check_whole("binance/sapi-v1-margin-isolated-account--jkorf.json", 0,
	    rig_signed(r, "margin-main-read", "GET", "/sapi/v1/margin/isolated/account"));
	plm_slice body = rig_signed(r, "margin-main-read", "POST", "/sapi/v1/userListenToken");
	char token[80], text[256];
	assert_int_equal(sscanf(body.bytes, "{\"token\":\"%64[^\"]", token), 1);
	rig_connect(r, PLI_SIM_BINANCE, 0, "/ws-api/v3");
	(void)snprintf(text, sizeof text,
	    "{\"id\":1,\"method\":\"userDataStream.subscribe.listenToken\",\"params\":{"
	    "\"listenToken\":\"%s\"}}",
	    token);
	rig_say(r, PLI_SIM_BINANCE, 0, text);
	check_event("binance/outboundAccountPosition-papi--roq-binance-futures.json",
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "outboundAccountPosition"));
	check_event("binance/balanceUpdate--roq-binance-futures.json",
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "balanceUpdate"));
	check_event("binance/liabilityChange--roq-binance-futures.json",
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "liabilityChange"));
	keys_pair pair = {"binance/executionReport-filled--roq-binance.json", 0, "data",
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "executionReport"), "event"};
	keys_check(&pair, exceptions);
}

static void
test_sim_honesty__binance_portfolio_margin(void **state)
{
	rig *r = *state;
	static const struct {
		const char *fixture, *path;
	} rows[] = {
	    {"binance/papi-v1-account--connector.json", "/papi/v1/account"},
	    {"binance/papi-v1-balance--connector.json", "/papi/v1/balance"},
	    {"binance/papi-v2-um-account--connector.json", "/papi/v2/um/account"},
	    {"binance/papi-v1-cm-account--connector.json", "/papi/v1/cm/account"},
	    {"binance/papi-v1-um-positionRisk-ccxt--ccxt-src.json", "/papi/v1/um/positionRisk"},
	    {"binance/papi-v1-cm-positionRisk--connector.json", "/papi/v1/cm/positionRisk"},
	    {"binance/papi-v1-cm-leverageBracket--connector.json", "/papi/v1/cm/leverageBracket"},
	};
	char key[80], path[160];
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_whole(rows[i].fixture, 0, rig_signed(r, "pm-main-read", "GET", rows[i].path));
	plm_slice body = rig_signed(r, "pm-main-read", "POST", "/papi/v1/listenKey");
	assert_int_equal(sscanf(body.bytes, "{\"listenKey\":\"%64[^\"]", key), 1);
	(void)snprintf(path, sizeof path, "/pm/ws/%s", key);
	rig_connect(r, PLI_SIM_BINANCE, 0, path);
	check_whole("binance/ACCOUNT_UPDATE-papi-UM--roq-binance-futures.json", 0,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "\"fs\":\"UM\",\"a\""));
	check_whole("binance/ACCOUNT_UPDATE-papi-CM--roq-binance-futures.json", 0,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "\"fs\":\"CM\",\"a\""));
}

static void
test_sim_honesty__binance_options(void **state)
{
	rig *r = *state;
	check_whole("binance/eapi-v1-exchangeInfo--connector.json", 0,
	    rig_get(r, PLI_SIM_BINANCE, "/eapi/v1/exchangeInfo", ""));
	check_whole("binance/eapi-v1-mark--connector.json", 0,
	    rig_get(r, PLI_SIM_BINANCE, "/eapi/v1/mark", ""));
	check_whole("binance/eapi-v1-index--connector.json", 0,
	    rig_get(r, PLI_SIM_BINANCE, "/eapi/v1/index", "underlying=BTCUSDT"));
	check_whole("binance/eapi-v1-marginAccount--connector.json", 0,
	    rig_signed(r, "options-main-read", "GET", "/eapi/v1/marginAccount"));
	check_whole("binance/eapi-v1-position-short--connector.json", 0,
	    rig_signed(r, "options-main-read", "GET", "/eapi/v1/position"));
	rig_connect(r, PLI_SIM_BINANCE, 0, "/market/stream");
	rig_say(r, PLI_SIM_BINANCE, 0,
	    "{\"method\":\"SUBSCRIBE\",\"params\":[\"xrpusdt@optionMarkPrice\"],\"id\":1}");
	check_whole("binance/optionMarkPrice-XRP--tardis.json", 0,
	    rig_wait_frame(r, PLI_SIM_BINANCE, 0, "markPrice"));
}

static void
test_sim_honesty__deribit_answers(void **state)
{
	rig *r = *state;
	rig_step(r, 200);
	rig_login(r, 0, "deribit-main-read");
	check_whole("deribit/public.get_instruments--openapi.json", 0,
	    rig_rpc(r, 0, "public/get_instruments", "{\"currency\":\"BTC\",\"kind\":\"future\"}"));
	check_whole("deribit/get_instruments-USDC-2022--cryptofeed.json", 0,
	    rig_rpc(r, 0, "public/get_instruments", "{\"currency\":\"USDC\"}"));
	check_whole("deribit/ticker-BTC-PERPETUAL-rest--roq-deribit.json", 0,
	    rig_get(r, PLI_SIM_DERIBIT, "/api/v2/public/ticker", "instrument_name=BTC-PERPETUAL"));
	check_whole("deribit/private.get_positions--openapi.json", 0,
	    rig_rpc(r, 0, "private/get_positions", "{\"currency\":\"any\",\"kind\":\"future\"}"));
	check_whole("deribit/get_account_summaries--nautilus.json", 0,
	    rig_rpc(r, 0, "private/get_account_summaries", "{\"extended\":true}"));
	check_whole("deribit/public.get_book_summary_by_currency--openapi.json", 0,
	    rig_rpc(r, 0, "public/get_book_summary_by_currency",
		"{\"currency\":\"ETH\",\"kind\":\"option\"}"));
	rig_connect(r, PLI_SIM_DERIBIT, 1, "/ws/api/v2");
	pli_sim_fire(r->sim, PLI_SIM_DERIBIT, PLI_SIM_FAULT_LIMIT, 0, 500);
	check_whole(
	    "deribit/error-10028--nautilus.json", 0, rig_rpc(r, 1, "public/get_time", "{}"));
}

static void
test_sim_honesty__deribit_option_position(void **state)
{
	rig *r = *state;
	rig_step(r, 200);
	rig_login(r, 0, "deribit-vol-read");
	plm_slice rows = rig_rpc(
	    r, 0, "private/get_positions", "{\"currency\":\"any\",\"kind\":\"option\"}");
	char name[64];
	const char *at = strstr(rows.bytes, "\"instrument_name\":\"");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "\"instrument_name\":\"%40[^\"]", name), 1);
	char params[96];
	(void)snprintf(params, sizeof params, "{\"instrument_name\":\"%s\"}", name);
	check_whole("deribit/get_position-ETH-9JAN22-3200-C--ccxt-pr11173.json", 0,
	    rig_rpc(r, 0, "private/get_position", params));
}

static void
test_sim_honesty__deribit_notifications(void **state)
{
	rig *r = *state;
	char params[512];
	rig_login(r, 0, "deribit-main-read");
	plm_slice truth = rig_get(r, PLI_SIM_DERIBIT, "/sim/truth", "");
	const char *option = strstr(strstr(truth.bytes, "\"marks\""), "-C\"");
	while (option[-1] != '"')
		option--;
	int size = (int)(strchr(option, '"') - option);
	(void)snprintf(params, sizeof params,
	    "{\"channels\":[\"ticker.%.*s.raw\",\"deribit_price_index.btc_usd\","
	    "\"markprice.options.btc_usd\",\"perpetual.BTC-PERPETUAL.100ms\",\"user.portfolio."
	    "btc\","
	    "\"user.changes.any.any.100ms\"]}",
	    size, option);
	(void)rig_rpc(r, 0, "private/subscribe", params);
	check_whole("deribit/ticker-ETH-5JUN20-310-P-raw--tardis.json", 0,
	    rig_wait_frame(r, PLI_SIM_DERIBIT, 0, "\"channel\":\"ticker."));
	check_whole("deribit/ticker-options-raw--cryptofeed.jsonl", 1,
	    rig_wait_frame(r, PLI_SIM_DERIBIT, 0, "\"channel\":\"ticker."));
	check_whole("deribit/deribit_price_index.btc_usd--kyber.json", 0,
	    rig_wait_frame(r, PLI_SIM_DERIBIT, 0, "\"channel\":\"deribit_price_index."));
	check_whole("deribit/markprice.options.btc_usd--kyber.json", 0,
	    rig_wait_frame(r, PLI_SIM_DERIBIT, 0, "\"channel\":\"markprice."));
	check_whole("deribit/perpetual.BTC-PERPETUAL.100ms--kyber.json", 0,
	    rig_wait_frame(r, PLI_SIM_DERIBIT, 0, "\"channel\":\"perpetual."));
	check_whole("deribit/user.portfolio.btc--roq-deribit.json", 0,
	    rig_wait_frame(r, PLI_SIM_DERIBIT, 0, "\"channel\":\"user.portfolio.btc\""));
	(void)rig_rpc(
	    r, 0, "private/subscribe", "{\"channels\":[\"user.changes.BTC-PERPETUAL.100ms\"]}");
	check_whole("deribit/user.changes.BTC-PERPETUAL.100ms--kyber.json", 0,
	    rig_wait_frame(r, PLI_SIM_DERIBIT, 0, "user.changes.BTC-PERPETUAL.100ms\",\"data"));
}

/* Runs last: the list may only shrink. */
static void
test_sim_honesty__every_listed_difference_is_still_one(void **state)
{
	(void)state;
	if (keys_skipped > 0)
		return;
	for (const keys_exception *e = exceptions; e->fixture != NULL; e++)
		if (keys_used[e - exceptions] == 0)
			fail_msg("%s %s is listed but no difference", e->fixture, e->path);
}

int
main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_close)
	const struct CMUnitTest tests[] = {
	    ROW(test_sim_honesty__binance_rest),
	    ROW(test_sim_honesty__binance_streams),
	    MARKETS_TEST(test_sim_honesty__binance_coinm),
	    MARKETS_TEST(test_sim_honesty__binance_spot_and_margin),
	    MARKETS_TEST(test_sim_honesty__binance_portfolio_margin),
	    MARKETS_TEST(test_sim_honesty__binance_options),
	    ROW(test_sim_honesty__deribit_answers),
	    ROW(test_sim_honesty__deribit_option_position),
	    ROW(test_sim_honesty__deribit_notifications),
	    cmocka_unit_test(test_sim_honesty__every_listed_difference_is_still_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
