/* binance_markets_test.c: spot, margin, portfolio margin and options, live: what is theirs alone.
 */
#include "binance_rig.h"

static const char rights[] = "{\"enableReading\":true}";

/* From the start up to the open links; listen: the call that begins the user stream, or NULL. */
static rig *
session_create_of(const plm_venue_desc *desc, const plm_venue_crowd *crowd, const char *time_call,
    const char *listen)
{
	rig *r = rig_create();
	r->desc = desc;
	r->cfg.crowd = crowd;
	r->cfg.key = "the-key";
	r->cfg.secret = "the-secret";
	rig_start(r);
	rig_open(r, PLM_LINK_NONE);
	char text[64];
	(void)snprintf(text, sizeof text, "{\"serverTime\":%lld}",
	    (long long)((r->now_ns + 10 * PLM_NS_PER_MS) / PLM_NS_PER_MS));
	assert_int_equal(rig_answer(r, time_call, 200, text), PLM_OK);
	assert_int_equal(
	    rig_answer(r, "GET /sapi/v1/account/apiRestrictions", 200, rights), PLM_OK);
	if (listen != NULL)
		assert_int_equal(
		    rig_answer(r, listen, 200, "{\"listenKey\":\"abc\",\"token\":\"a+b/c=\"}"),
		    PLM_OK);
	rig_open(r, 0);
	return r;
}

static rig *
session_create(const plm_venue_desc *desc, const char *time_call, const char *listen)
{
	return session_create_of(desc, NULL, time_call, listen);
}

static const plm_request *
sent_last(const rig *r, plm_request_kind kind, uint8_t link)
{
	for (uint32_t i = r->sent_count; i-- > 0;)
		if (r->sent[i].kind == kind && r->sent[i].link == link)
			return &r->sent[i];
	fail_msg("nothing of that kind was sent");
	return NULL;
}

static const char spot_call[] = "GET /api/v3/account?omitZeroBalances=true";
static const char spot_wallets[] =
    "{\"updateTime\":1,\"balances\":[{\"asset\":\"BTC\",\"free\":\"0.4\",\"locked\":\"0.1\"},{"
    "\"asset\":\"ETH\",\"free\":\"0\",\"locked\":\"0\"}]}";
static const char tickers[] =
    "[{\"symbol\":\"BTCUSDT\",\"price\":\"90000.5\"},{\"symbol\":\"ETHUSDT\",\"price\":\"3000\"},"
    "{\"symbol\":\"BTCTRY\",\"price\":\"3000000\"}]";

/* The first reading is whole and not believed: nothing else says that no wallet is missing. */
static void
read_again(rig *r)
{
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_int_equal(rig_status(r).status, PLM_FEED_CONNECTING);
	assert_non_null(strstr(rig_status(r).text, "must show the same wallets"));
	rig_wait(r, 1200);
}

/* Nothing is read before the venue has confirmed the stream; what is not held has no price here. */
static void
test_venue_binance_markets__spot_from_the_start_to_live(void **state)
{
	(void)state;
	rig *r = session_create(&pli_venue_binance_spot, "GET /api/v3/time", NULL);
	const plm_request *subscribe = sent_last(r, PLM_REQUEST_WS_SEND, 0);
	assert_int_equal(subscribe->seal, 1);
	assert_null(strstr(subscribe->body, "the-secret"));
	rig_tick(r, 100);
	assert_int_equal(r->events_count, 0);
	assert_int_equal(rig_say(r, 0,
			     "{\"id\":\"user\",\"status\":200,\"result\":{"
			     "\"subscriptionId\":0}}"),
	    PLM_OK);
	assert_int_equal(r->events[0].type, PLM_EVENT_SNAPSHOT_BEGIN);
	assert_int_equal(rig_answer(r, spot_call, 200, spot_wallets), PLM_OK);
	read_again(r);
	assert_int_equal(rig_answer(r, spot_call, 200, spot_wallets), PLM_OK);
	const plm_event *balance = rig_event(r, PLM_EVENT_BALANCE, 0);
	assert_non_null(balance);
	assert_string_equal(rig_asset(r, balance->u.balance.asset), "BTC");
	assert_decimal(balance->u.balance.wallet, "0.5");
	assert_decimal(balance->u.balance.collateral, "0.5");
	assert_null(rig_event(r, PLM_EVENT_BALANCE, 1)); /* ETH was never held */
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 1);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.rows_count, 1);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED); /* no prices yet */
	assert_int_equal(rig_answer(r, "GET /api/v3/ticker/price", 200, tickers), PLM_OK);
	assert_int_equal(r->events_count, 1);
	const plm_instrument *pair = rig_spec(r, "BTCUSDT");
	assert_int_equal(pair->kind, PLM_KIND_SPOT);
	assert_int_equal(r->events[0].u.mark.instrument.value, pair->id.value);
	assert_decimal(r->events[0].u.mark.mark_price, "90000.5");
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static void
test_venue_binance_markets__a_stream_that_is_not_confirmed(void **state)
{
	(void)state;
	rig *r = session_create(&pli_venue_binance_spot, "GET /api/v3/time", NULL);
	rig_wait(r, 10200);
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
	rig_destroy(r);
	r = session_create(&pli_venue_binance_spot, "GET /api/v3/time", NULL);
	(void)rig_say(
	    r, 0, "{\"id\":\"user\",\"status\":400,\"error\":{\"code\":-1021,\"msg\":\"x\"}}");
	assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
	rig_destroy(r);
	r = session_create(&pli_venue_binance_spot, "GET /api/v3/time", NULL);
	assert_int_equal(rig_say(r, 0,
			     "{\"id\":\"user\",\"status\":401,\"error\":{\"code\":-2015,"
			     "\"msg\":\"x\"}}"),
	    PLM_EAUTH);
	assert_int_equal(rig_status(r).status, PLM_FEED_DOWN);
	rig_destroy(r);
}

/* Announced, the end is not waited for; nor what half a word may have announced. */
static void
test_venue_binance_markets__a_stream_that_the_venue_ends(void **state)
{
	(void)state;
	static const char *const ends[] = {
	    "{\"subscriptionId\":0,\"event\":{\"e\":\"eventStreamTerminated\",\"E\":1}}",
	    "{\"event\":{\"e\":\"serverShutdown\",\"E\":1}}",
	    "{\"subscriptionId\":0,\"event\":{\"e\":\"eventStreamTermi"};
	static const char *const whys[] = {"the venue ends the user stream",
	    "the venue ends the user stream", "expected a string that is closed"};
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		rig *r = session_create(&pli_venue_binance_spot, "GET /api/v3/time", NULL);
		assert_int_equal(
		    rig_say(r, 0, "{\"status\":200,\"result\":{\"subscriptionId\":0}}"), PLM_OK);
		assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 0);
		assert_int_equal(rig_say(r, 0, ends[i]), i < 2 ? PLM_OK : PLM_EDECODE);
		assert_int_equal(rig_links(r, PLM_REQUEST_WS_CLOSE, 0), 1);
		assert_non_null(strstr(rig_status(r).text, whys[i]));
		rig_destroy(r);
	}
}

/* What the stream says of a wallet leaves loans out: it is not told, all is read instead. */
static const char isolated_call[] = "GET /sapi/v1/margin/isolated/account";

static const char isolated_none[] = "{\"code\":-11001,\"msg\":\"no isolated margin\"}";

/* One whole reading; isolated NULL: the account has no pairs. */
static void
margin_read(rig *r, const char *wallets, const char *isolated)
{
	uint16_t status = isolated == NULL ? 400 : 200;
	const char *pairs = isolated == NULL ? isolated_none : isolated;
	assert_int_equal(rig_answer(r, isolated_call, status, pairs), PLM_OK);
	assert_null(rig_event(r, PLM_EVENT_VENUE_ERROR, 0));
	assert_int_equal(rig_answer(r, "GET /sapi/v1/margin/account", 200, wallets), PLM_OK);
	assert_int_equal(rig_answer(r, isolated_call, status, pairs), PLM_OK);
}

static void
test_venue_binance_markets__margin_nets_loans_and_interest(void **state)
{
	(void)state;
	static const char indebted[] =
	    "{\"marginLevel\":\"3\",\"totalNetAssetOfBtc\":\"1\",\"userAssets\":[{\"asset\":"
	    "\"BTC\",\"free\":\"0.1\",\"locked\":\"0\",\"borrowed\":\"0.5\",\"interest\":"
	    "\"0.001\",\"netAsset\":\"-0.401\"}]}";
	rig *r = session_create(
	    &pli_venue_binance_margin, "GET /api/v3/time", "POST /sapi/v1/userListenToken");
	assert_string_equal(sent_last(r, PLM_REQUEST_WS_SEND, 0)->body,
	    "{\"id\":\"user\",\"method\":\"userDataStream.subscribe.listenToken\",\"params\":{"
	    "\"listenToken\":\"a+b/c=\"}}");
	assert_int_equal(
	    rig_say(r, 0, "{\"status\":200,\"result\":{\"subscriptionId\":3}}"), PLM_OK);
	margin_read(r, indebted, NULL);
	read_again(r);
	assert_int_equal(rig_answer(r, isolated_call, 400, isolated_none), PLM_OK);
	assert_int_equal(rig_answer(r, "GET /sapi/v1/margin/account", 200, indebted), PLM_OK);
	const plm_balance *balance = &rig_event(r, PLM_EVENT_BALANCE, 0)->u.balance;
	assert_decimal(balance->wallet, "-0.401");
	assert_decimal(balance->borrowed, "0.501");
	assert_int_equal(balance->margin_mode, PLM_MARGIN_CROSS);
	assert_int_equal(rig_answer(r, isolated_call, 400, isolated_none), PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 1);
	assert_int_equal(rig_answer(r, "GET /api/v3/ticker/price", 200, tickers), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	assert_string_equal(rig_status(r).text, "");
	uint32_t asked = rig_asked(r, "GET", "/sapi/v1/margin/account");
	assert_int_equal(
	    rig_say(r, 0,
		"{\"subscriptionId\":3,\"event\":{\"e\":\"outboundAccountPosition\",\"E\":2,"
		"\"u\":2,\"B\":[{\"a\":\"BTC\",\"f\":\"0.3\",\"l\":\"0\"}]}}"),
	    PLM_OK);
	assert_null(rig_event(r, PLM_EVENT_BALANCE, 0));
	rig_wait(r, 6000);
	assert_int_equal(rig_answer(r, isolated_call, 200, "{\"assets\":[]}"), PLM_OK);
	assert_int_equal(rig_asked(r, "GET", "/sapi/v1/margin/account"), asked + 1);
	rig_destroy(r);
}

/* Two pairs with USDT and one coin that cross margin does not know; amount: of SOL. */
static const char *
isolated_text(const char *amount, char ret_text[1024])
{
	(void)snprintf(ret_text, 1024,
	    "{\"assets\":[{\"symbol\":\"BTCUSDT\",\"baseAsset\":{\"asset\":\"BTC\",\"borrowed\":"
	    "\"0.2\",\"interest\":\"0.001\",\"netAsset\":\"-0.201\"},\"quoteAsset\":{\"asset\":"
	    "\"USDT\",\"borrowed\":\"0\",\"interest\":\"0\",\"netAsset\":\"400\"}},{\"symbol\":"
	    "\"SOLUSDT\",\"baseAsset\":{\"asset\":\"SOL\",\"borrowed\":\"0\",\"interest\":\"0\","
	    "\"netAsset\":\"%s\"},\"quoteAsset\":{\"asset\":\"USDT\",\"borrowed\":\"30\","
	    "\"interest\":\"0.5\",\"netAsset\":\"-30.5\"}}]}",
	    amount);
	return ret_text;
}

static const char cross_wallets[] =
    "{\"marginLevel\":\"3\",\"totalNetAssetOfBtc\":\"1\",\"userAssets\":[{\"asset\":\"BTC\","
    "\"free\":\"0.5\",\"locked\":\"0\",\"borrowed\":\"0\",\"interest\":\"0\",\"netAsset\":"
    "\"0.5\"},{\"asset\":\"USDT\",\"free\":\"10\",\"locked\":\"0\",\"borrowed\":\"0\","
    "\"interest\":\"0\",\"netAsset\":\"10\"}]}";

/* A wallet, and the leg that the book makes of it, is all that is held of a coin. */
static void
test_venue_binance_markets__margin_counts_isolated_pairs(void **state)
{
	(void)state;
	char text[1024];
	rig *r = session_create(
	    &pli_venue_binance_margin, "GET /api/v3/time", "POST /sapi/v1/userListenToken");
	assert_int_equal(
	    rig_say(r, 0, "{\"status\":200,\"result\":{\"subscriptionId\":3}}"), PLM_OK);
	assert_int_equal(rig_asked(r, "GET", "/sapi/v1/margin/account"), 0);
	margin_read(r, cross_wallets, isolated_text("7", text));
	read_again(r);
	assert_int_equal(rig_answer(r, isolated_call, 200, text), PLM_OK);
	assert_int_equal(rig_answer(r, "GET /sapi/v1/margin/account", 200, cross_wallets), PLM_OK);
	static const char *const assets[] = {"BTC", "USDT", "SOL"};
	static const char *const wallets[] = {"0.299", "379.5", "7"};
	static const char *const owed[] = {"0.201", "30.5", "0"};
	for (uint32_t i = 0; i < 3; i++) {
		const plm_event *event = rig_event(r, PLM_EVENT_BALANCE, i);
		assert_non_null(event);
		const plm_balance *balance = &event->u.balance;
		assert_string_equal(rig_asset(r, balance->asset), assets[i]);
		assert_decimal(balance->wallet, wallets[i]);
		assert_decimal(balance->equity, wallets[i]);
		assert_decimal(balance->borrowed, owed[i]);
		assert_decimal(balance->collateral, wallets[i]);
	}
	assert_null(rig_event(r, PLM_EVENT_BALANCE, 3));
	assert_int_equal(rig_answer(r, isolated_call, 200, isolated_text("7", text)), PLM_OK);
	const plm_event *end = rig_event(r, PLM_EVENT_SNAPSHOT_END, 0);
	assert_int_equal(end->u.snapshot.complete, 1);
	assert_int_equal(end->u.snapshot.rows_count, 3);
	assert_int_equal(rig_answer(r, "GET /api/v3/ticker/price", 200, tickers), PLM_OK);
	assert_non_null(strstr(rig_status(r).text, "every 4 s"));
	static const char moved[] =
	    "{\"subscriptionId\":3,\"event\":{\"e\":\"balanceUpdate\",\"E\":"
	    "2,\"a\":\"USDT\",\"d\":\"%s\",\"T\":2}}";
	for (int away = 0; away < 2; away++) { /* it may have gone to a pair */
		(void)snprintf(text, sizeof text, moved, away ? "-5" : "5");
		assert_int_equal(rig_say(r, 0, text), PLM_OK);
		assert_int_equal(rig_event(r, PLM_EVENT_TRANSFER, 0) == NULL, away);
	}
	uint32_t asked = rig_asked(r, "GET", "/sapi/v1/margin/isolated/account");
	rig_wait(r, 4200);
	assert_int_equal(rig_asked(r, "GET", "/sapi/v1/margin/isolated/account"), asked + 1);
	rig_destroy(r);
}

/* Coins that move between the pools while both are read would count twice, or not at all. */
static void
test_venue_binance_markets__margin_that_moves_is_read_again(void **state)
{
	(void)state;
	char text[1024];
	rig *r = session_create(
	    &pli_venue_binance_margin, "GET /api/v3/time", "POST /sapi/v1/userListenToken");
	(void)rig_say(r, 0, "{\"status\":200,\"result\":{\"subscriptionId\":3}}");
	assert_int_equal(rig_answer(r, isolated_call, 200, isolated_text("7", text)), PLM_OK);
	assert_int_equal(rig_answer(r, "GET /sapi/v1/margin/account", 200, cross_wallets), PLM_OK);
	assert_int_equal(rig_answer(r, isolated_call, 200, isolated_text("8", text)), PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	assert_non_null(strstr(rig_status(r).text, "isolated margin changed"));
	uint32_t asked = rig_asked(r, "GET", "/sapi/v1/margin/isolated/account");
	rig_wait(r, 1200);
	assert_int_equal(rig_asked(r, "GET", "/sapi/v1/margin/isolated/account"), asked + 1);
	rig_destroy(r);
}

/* Live, with BTC and USDT in cross margin and no pairs. */
static rig *
margin_create(void)
{
	rig *r = session_create(
	    &pli_venue_binance_margin, "GET /api/v3/time", "POST /sapi/v1/userListenToken");
	(void)rig_say(r, 0, "{\"status\":200,\"result\":{\"subscriptionId\":3}}");
	margin_read(r, cross_wallets, NULL);
	read_again(r);
	margin_read(r, cross_wallets, NULL);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 1);
	assert_int_equal(rig_answer(r, "GET /api/v3/ticker/price", 200, tickers), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	return r;
}

/* An answer that lacks a wallet is no empty wallet; two on end are. */
static void
test_venue_binance_markets__a_wallet_is_gone_when_two_readings_lack_it(void **state)
{
	(void)state;
	static const char without_btc[] =
	    "{\"marginLevel\":\"3\",\"totalNetAssetOfBtc\":\"1\",\"userAssets\":[{\"asset\":"
	    "\"USDT\",\"free\":\"10\",\"locked\":\"0\",\"borrowed\":\"0\",\"interest\":\"0\","
	    "\"netAsset\":\"10\"}]}";
	static const char *const answers[] = {without_btc, cross_wallets, without_btc, without_btc};
	static const uint8_t complete[] = {0, 1, 0, 1};
	rig *r = margin_create();
	for (int i = 0; i < 4; i++) {
		rig_wait(r, i % 2 == 0 ? 31000 : 1200);
		margin_read(r, answers[i], NULL);
		assert_int_equal(
		    rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, complete[i]);
	}
	rig_destroy(r);
}

/* The stream says that a wallet has changed and not to what: that is not live for long. */
static void
test_venue_binance_markets__a_change_that_is_not_read_is_told(void **state)
{
	(void)state;
	static const char update[] =
	    "{\"subscriptionId\":3,\"event\":{\"e\":\"outboundAccountPosition\",\"E\":2,"
	    "\"u\":2,\"B\":[{\"a\":\"BTC\",\"f\":\"0.3\",\"l\":\"0\"}]}}";
	rig *r = margin_create();
	assert_int_equal(rig_say(r, 0, update), PLM_OK);
	rig_wait(r, 6500);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_wait(r, 1000);
	assert_int_equal(rig_status(r).status, PLM_FEED_DEGRADED);
	assert_string_equal(
	    rig_status(r).text, "wallets, which no stream tells, could not be read for over 7 s");
	margin_read(r, cross_wallets, NULL);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

static const char um_list[] =
    "{\"symbols\":[{\"symbol\":\"BTCUSDT\",\"contractType\":\"PERPETUAL\",\"baseAsset\":\"BTC\","
    "\"quoteAsset\":\"USDT\",\"marginAsset\":\"USDT\"}]}";
static const char cm_list[] =
    "{\"symbols\":[{\"symbol\":\"BTCUSD_PERP\",\"contractType\":\"PERPETUAL\",\"baseAsset\":"
    "\"BTC\",\"quoteAsset\":\"USD\",\"marginAsset\":\"BTC\",\"contractSize\":100}]}";

/* What both markets share. */
static void
pm_read_wallets(rig *r)
{
	assert_int_equal(
	    rig_answer(r, "GET /papi/v1/account", 200,
		"{\"uniMMR\":\"5.5\",\"accountEquity\":\"73.5\",\"accountInitialMargin\":\"20\","
		"\"accountMaintMargin\":\"10\",\"totalAvailableBalance\":\"\",\"updateTime\":1}"),
	    PLM_OK);
	const plm_venue_margin *pool = &rig_event(r, PLM_EVENT_VENUE_MARGIN, 0)->u.venue_margin;
	assert_decimal(pool->ratio, "5.5");
	assert_decimal(pool->equity, "73.5");
	assert_int_equal(pool->margin_mode, PLM_MARGIN_CROSS);
	assert_int_equal(rig_answer(r, "GET /papi/v1/balance", 200,
			     "[{\"asset\":\"USDT\",\"totalWalletBalance\":\"1000\","
			     "\"crossMarginBorrowed\":\"10\","
			     "\"crossMarginInterest\":\"0.5\",\"umUnrealizedPNL\":\"3\","
			     "\"cmUnrealizedPNL\":\"1\","
			     "\"updateTime\":1}]"),
	    PLM_OK);
}

static rig *
pm_create(void)
{
	rig *r = session_create(
	    &pli_venue_binance_pm, "GET /fapi/v1/time", "POST /papi/v1/listenKey");
	rig_open(r, 1);
	assert_int_equal(rig_answer(r, "GET /fapi/v1/exchangeInfo", 200, um_list), PLM_OK);
	assert_int_equal(r->events_count, 0); /* not before both lists */
	assert_int_equal(rig_answer(r, "GET /dapi/v1/exchangeInfo", 200, cm_list), PLM_OK);
	assert_int_equal(r->events[0].type, PLM_EVENT_SNAPSHOT_BEGIN);
	pm_read_wallets(r);
	return r;
}

/* The positions of both markets, and the accounts that list them too. */
static void
pm_read_positions(rig *r, const char *um, const char *cm)
{
	char text[256];
	assert_int_equal(rig_answer(r, "GET /papi/v1/um/positionRisk", 200, um), PLM_OK);
	assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_CROSS);
	assert_int_equal(rig_position(r, 0)->unit, PLM_UNIT_COINS);
	assert_int_equal(rig_answer(r, "GET /papi/v1/cm/positionRisk", 200, cm), PLM_OK);
	assert_int_equal(rig_position(r, 0)->unit, PLM_UNIT_CONTRACTS);
	assert_int_equal(rig_position(r, 0)->margin_mode, PLM_MARGIN_CROSS);
	(void)snprintf(text, sizeof text, "{\"assets\":[],\"positions\":%s}", um);
	assert_int_equal(rig_answer(r, "GET /papi/v2/um/account", 200, text), PLM_OK);
	assert_null(rig_event(r, PLM_EVENT_POSITION, 0));
	(void)snprintf(text, sizeof text, "{\"assets\":[],\"positions\":%s}", cm);
	assert_int_equal(rig_answer(r, "GET /papi/v1/cm/account", 200, text), PLM_OK);
}

/* Both markets' positions and all wallets in one pool; four answers say which legs are open. */
static void
test_venue_binance_markets__portfolio_margin_is_one_pool(void **state)
{
	(void)state;
	rig *r = pm_create();
	const plm_balance *balance = &rig_event(r, PLM_EVENT_BALANCE, 0)->u.balance;
	assert_decimal(balance->wallet, "989.5");
	assert_decimal(balance->equity, "993.5");
	static const char um[] =
	    "[{\"symbol\":\"BTCUSDT\",\"positionSide\":\"LONG\",\"positionAmt\":"
	    "\"0.5\",\"updateTime\":1}]";
	static const char cm[] = "[{\"symbol\":\"BTCUSD_PERP\",\"positionSide\":\"BOTH\","
				 "\"positionAmt\":\"-40\",\"updateTime\":1}]";
	pm_read_positions(r, um, cm);
	read_again(r);
	pm_read_wallets(r);
	pm_read_positions(r, um, cm);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 1);
	assert_int_equal(rig_answer(r, "GET /sapi/v1/portfolio/collateralRate", 200,
			     "[{\"asset\":\"USDT\",\"collateralRate\":\"0.99\"},"
			     "{\"asset\":\"DOGE\",\"collateralRate\":\"0.9\"}]"),
	    PLM_OK);
	assert_int_equal(r->events_count, 1); /* of what is held */
	assert_true(rig_event(r, PLM_EVENT_COLLATERAL, 0)->u.collateral.steps[0].weight == 0.99);
	assert_int_equal(
	    rig_say(r, 0,
		"{\"e\":\"ACCOUNT_UPDATE\",\"fs\":\"UM\",\"T\":5,\"a\":{\"m\":\"ORDER\",\"B\":[{"
		"\"a\":\"USDT\",\"wb\":\"400\"}],\"P\":[{\"s\":\"BTCUSDT\",\"pa\":\"0.7\","
		"\"ps\":\"LONG\"}]}}"),
	    PLM_OK);
	assert_null(rig_event(r, PLM_EVENT_BALANCE, 0)); /* 400 is not what the pool holds */
	assert_decimal(rig_position(r, 0)->quantity, "0.7");
	rig_destroy(r);
}

/* A market whose positions came out short is not flat, whatever the other market says. */
static void
test_venue_binance_markets__portfolio_margin_checks_both_markets(void **state)
{
	(void)state;
	rig *r = pm_create();
	assert_int_equal(rig_answer(r, "GET /papi/v1/um/positionRisk", 200, "[]"), PLM_OK);
	assert_int_equal(
	    rig_answer(r, "GET /papi/v2/um/account", 200, "{\"assets\":[],\"positions\":[]}"),
	    PLM_OK);
	assert_int_equal(rig_answer(r, "GET /papi/v1/cm/positionRisk", 200, "[]"), PLM_OK);
	assert_int_equal(
	    rig_answer(r, "GET /papi/v1/cm/account", 200,
		"{\"positions\":[{\"symbol\":\"BTCUSD_PERP\",\"positionSide\":\"BOTH\","
		"\"positionAmt\":\"-40\"}]}"),
	    PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	rig_destroy(r);
}

static void
test_venue_binance_markets__options_hear_each_underlying_once(void **state)
{
	(void)state;
	rig *r = session_create(
	    &pli_venue_binance_options, "GET /eapi/v1/time", "POST /eapi/v1/listenKey");
	assert_string_equal(sent_last(r, PLM_REQUEST_WS_OPEN, 0)->target, "/private/ws/abc");
	rig_open(r, 1);
#define OPTION(name, strike, unit)                                                                 \
	"{\"symbol\":\"" name "\",\"strikePrice\":\"" strike "\",\"unit\":" unit                   \
	",\"expiryDate\":4070908800000,\"quoteAsset\":\"USDT\"}"
	assert_int_equal(rig_answer(r, "GET /eapi/v1/exchangeInfo", 200,
			     "{\"optionSymbols\":[" OPTION(
				 "BTC-990101-90000-C", "90000", "1") "," OPTION("XRP-990101-3-P",
				 "3", "100") "," OPTION("BTC-990101-80000-P", "80000", "1") "]}"),
	    PLM_OK);
	assert_string_equal(sent_last(r, PLM_REQUEST_WS_SEND, 1)->body,
	    "{\"method\":\"SUBSCRIBE\",\"params\":[\"btcusdt@optionMarkPrice\","
	    "\"xrpusdt@optionMarkPrice\"],\"id\":3}");
	assert_decimal(rig_spec(r, "XRP-990101-3-P")->multiplier, "100");
	assert_int_equal(
	    rig_say(r, 0,
		"{\"stream\":\"abc\",\"data\":{\"e\":\"BALANCE_POSITION_UPDATE\",\"T\":7,"
		"\"m\":\"ORDER\",\"B\":[{\"a\":\"USDT\",\"b\":\"100.5\",\"bc\":\"0\"}],"
		"\"P\":[{\"s\":\"XRP-990101-3-P\",\"c\":\"-2\",\"p\":\"-10\",\"a\":"
		"\"5\"}]}}"),
	    PLM_OK);
	assert_decimal(rig_event(r, PLM_EVENT_BALANCE, 0)->u.balance.wallet, "100.5");
	assert_decimal(rig_event(r, PLM_EVENT_BALANCE, 0)->u.balance.collateral, "100.5");
	assert_decimal(rig_position(r, 0)->quantity, "-2");
	assert_decimal(rig_position(r, 0)->entry_price, "5");
	assert_int_equal(rig_position(r, 0)->side, PLM_SIDE_NET);
	rig_destroy(r);
}

#define OPTIONS_POSITION "GET /eapi/v1/position"
#define OPTIONS_ACCOUNT "GET /eapi/v1/marginAccount"
static const char options_short[] =
    "[{\"symbol\":\"BTC-990101-90000-C\",\"side\":\"SHORT\",\"quantity\":\"-0.1\",\"entryPrice\":"
    "\"1000\",\"markValue\":\"-105\",\"unrealizedPNL\":\"-5\",\"markPrice\":\"1050\",\"time\":1}]";
static const char options_account[] =
    "{\"asset\":[{\"asset\":\"USDT\",\"marginBalance\":\"900\",\"equity\":\"895\","
    "\"available\":\"10\",\"initialMargin\":\"5\",\"maintMargin\":\"2\",\"unrealizedPNL\":\"-5\"}],"
    "\"greek\":[],\"time\":1}";

static const char options_update[] =
    "{\"e\":\"BALANCE_POSITION_UPDATE\",\"T\":7,\"m\":\"ORDER\",\"B\":[],\"P\":[]}";

/* An options account on an open stream, its first reading under way. crowd NULL: no limit. */
static rig *
options_create_of(const plm_venue_crowd *crowd)
{
	rig *r = session_create_of(
	    &pli_venue_binance_options, crowd, "GET /eapi/v1/time", "POST /eapi/v1/listenKey");
	rig_open(r, 1);
	assert_int_equal(
	    rig_answer(r, "GET /eapi/v1/exchangeInfo", 200,
		"{\"optionSymbols\":[" OPTION("BTC-990101-90000-C", "90000", "1") "]}"),
	    PLM_OK);
	assert_int_equal(rig_answer(r, "PUT /eapi/v1/listenKey", 200, "{}"), PLM_OK);
	assert_int_equal(rig_answer(r, OPTIONS_POSITION, 200, options_short), PLM_OK);
	assert_null(rig_event(r, PLM_EVENT_POSITION, 0));
	return r;
}

static rig *
options_create(void)
{
	return options_create_of(NULL);
}

/* 100 were got for what is worth 105 now: the account's balance has neither in, the wallet is what
 * the stream tells too, and the collateral is without the option. */
static void
test_venue_binance_markets__options_have_cash(void **state)
{
	(void)state;
	rig *r = options_create();
	assert_int_equal(rig_answer(r, OPTIONS_ACCOUNT, 200, options_account), PLM_OK);
	const plm_balance *balance = &rig_event(r, PLM_EVENT_BALANCE, 0)->u.balance;
	assert_decimal(balance->wallet, "1000");
	assert_decimal(balance->collateral, "1000");
	assert_decimal(balance->equity, "895");
	assert_int_equal(rig_answer(r, OPTIONS_POSITION, 200, options_short), PLM_OK);
	assert_decimal(rig_position(r, 0)->quantity, "-0.1");
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 1);
	rig_destroy(r);
}

/* The account lists no positions: what it is read between must be the same, the cost too. */
static void
test_venue_binance_markets__options_are_read_twice(void **state)
{
	static const char *const others[] = {"[]",
	    "[{\"symbol\":\"BTC-990101-90000-C\",\"side\":\"SHORT\",\"quantity\":\"-0.1\","
	    "\"entryPrice\":\"1001\",\"markValue\":\"1\",\"unrealizedPNL\":\"-5\",\"time\":1}]"};
	(void)state;
	for (int i = 0; i < 2; i++) {
		rig *r = options_create();
		assert_int_equal(rig_answer(r, OPTIONS_ACCOUNT, 200, options_account), PLM_OK);
		assert_int_equal(rig_answer(r, OPTIONS_POSITION, 200, others[i]), PLM_OK);
		assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
		assert_non_null(
		    strstr(rig_status(r).text, "positions changed while the account was read"));
		rig_destroy(r);
	}
}

/* What an open option has cost must be known, or its cash is not. */
static void
test_venue_binance_markets__an_option_without_a_price_is_refused(void **state)
{
	(void)state;
	rig *r = session_create(
	    &pli_venue_binance_options, "GET /eapi/v1/time", "POST /eapi/v1/listenKey");
	rig_open(r, 1);
	assert_int_equal(
	    rig_answer(r, "GET /eapi/v1/exchangeInfo", 200,
		"{\"optionSymbols\":[" OPTION("BTC-990101-90000-C", "90000", "1") "]}"),
	    PLM_OK);
	assert_int_equal(
	    rig_answer(r, OPTIONS_POSITION, 200,
		"[{\"symbol\":\"BTC-990101-90000-C\",\"side\":\"SHORT\",\"quantity\":\"-0.1\","
		"\"entryPrice\":\"0\",\"markValue\":\"1\",\"unrealizedPNL\":\"-5\",\"time\":1}]"),
	    PLM_EDECODE);
	rig_destroy(r);
}

static void
options_say_mark(rig *r)
{
	assert_int_equal(
	    rig_say(r, 1,
		"{\"stream\":\"x\",\"data\":[{\"e\":\"markPrice\",\"E\":5,\"s\":"
		"\"BTC-990101-90000-C\",\"mp\":\"1050\",\"i\":\"90000\",\"vo\":\"0.5\"}]}"),
	    PLM_OK);
}

/* One reading whose two lists differ; told: the stream says why. */
static void
options_read_apart(rig *r, bool told)
{
	rig_wait(r, 1200);
	assert_int_equal(rig_answer(r, OPTIONS_POSITION, 200, options_short), PLM_OK);
	if (told)
		assert_int_equal(rig_say(r, 0, options_update), PLM_OK);
	assert_int_equal(rig_answer(r, OPTIONS_ACCOUNT, 200, options_account), PLM_OK);
	assert_int_equal(rig_answer(r, OPTIONS_POSITION, 200, "[]"), PLM_OK);
	assert_int_equal(rig_event(r, PLM_EVENT_SNAPSHOT_END, 0)->u.snapshot.complete, 0);
	options_say_mark(r);
}

/* An account whose stream told of a trade meanwhile is no account that cannot be read. */
static void
test_venue_binance_markets__options_that_trade_stay_live(void **state)
{
	(void)state;
	for (int told = 0; told < 2; told++) {
		rig *r = options_create();
		assert_int_equal(rig_answer(r, OPTIONS_ACCOUNT, 200, options_account), PLM_OK);
		assert_int_equal(rig_answer(r, OPTIONS_POSITION, 200, options_short), PLM_OK);
		for (int i = 0; i < 29; i++, options_say_mark(r))
			rig_wait(r, 1000);
		options_read_apart(r, told);
		options_read_apart(r, told);
		assert_int_equal(rig_status(r).status, told ? PLM_FEED_LIVE : PLM_FEED_DEGRADED);
		rig_destroy(r);
	}
}

/* The limit of 240 a minute gave a reading's calls one by one, and trades came between them: the
 * next one waits until all its 13 are there at once, or that would go on for ever. */
static void
test_venue_binance_markets__options_read_slowly_wait(void **state)
{
	(void)state;
	plm_venue_crowd crowd = {.sessions_count = 1, .weight_per_minute = 240};
	for (int slow = 0; slow < 2; slow++) {
		rig *r = options_create_of(&crowd);
		rig_wait(r, slow ? 1500 : 500);
		assert_int_equal(rig_say(r, 0, options_update), PLM_OK);
		assert_int_equal(rig_answer(r, OPTIONS_ACCOUNT, 200, options_account), PLM_OK);
		assert_int_equal(rig_answer(r, OPTIONS_POSITION, 200, "[]"), PLM_OK);
		uint32_t asked = rig_asked(r, "GET", "/eapi/v1/position");
		assert_int_equal(rig_say(r, 0, options_update), PLM_OK);
		rig_wait(r, slow ? 4900 : 900);
		assert_int_equal(rig_asked(r, "GET", "/eapi/v1/position"), asked);
		rig_wait(r, 300);
		assert_int_equal(rig_asked(r, "GET", "/eapi/v1/position"), asked + 1);
		rig_destroy(r);
	}
}

/* Every 10 s, in a layout of its own: it is known, and doubts nothing. */
static void
test_venue_binance_markets__sums_of_options_are_known(void **state)
{
	(void)state;
	rig *r = options_create();
	assert_int_equal(rig_answer(r, OPTIONS_ACCOUNT, 200, options_account), PLM_OK);
	assert_int_equal(rig_answer(r, OPTIONS_POSITION, 200, options_short), PLM_OK);
	assert_int_equal(
	    rig_say(r, 0,
		"{\"stream\":\"abc\",\"data\":{\"e\":\"ACCOUNT_UPDATE\",\"E\":2,\"T\":1,\"eq\":"
		"\"895\",\"aeq\":\"895\",\"b\":\"1000\",\"m\":\"-105\",\"u\":\"-5\",\"i\":\"5\","
		"\"M\":\"2\"}}"),
	    PLM_EKIND);
	options_say_mark(r);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	rig_destroy(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_venue_binance_markets__spot_from_the_start_to_live),
	    cmocka_unit_test(test_venue_binance_markets__a_stream_that_is_not_confirmed),
	    cmocka_unit_test(test_venue_binance_markets__a_stream_that_the_venue_ends),
	    cmocka_unit_test(test_venue_binance_markets__margin_nets_loans_and_interest),
	    cmocka_unit_test(test_venue_binance_markets__margin_counts_isolated_pairs),
	    cmocka_unit_test(
		test_venue_binance_markets__a_wallet_is_gone_when_two_readings_lack_it),
	    cmocka_unit_test(test_venue_binance_markets__a_change_that_is_not_read_is_told),
	    cmocka_unit_test(test_venue_binance_markets__margin_that_moves_is_read_again),
	    cmocka_unit_test(test_venue_binance_markets__portfolio_margin_is_one_pool),
	    cmocka_unit_test(test_venue_binance_markets__portfolio_margin_checks_both_markets),
	    cmocka_unit_test(test_venue_binance_markets__options_hear_each_underlying_once),
	    cmocka_unit_test(test_venue_binance_markets__options_have_cash),
	    cmocka_unit_test(test_venue_binance_markets__options_are_read_twice),
	    cmocka_unit_test(test_venue_binance_markets__an_option_without_a_price_is_refused),
	    cmocka_unit_test(test_venue_binance_markets__options_that_trade_stay_live),
	    cmocka_unit_test(test_venue_binance_markets__options_read_slowly_wait),
	    cmocka_unit_test(test_venue_binance_markets__sums_of_options_are_known),
	};
	return cmocka_run_group_tests_name("binance_markets", tests, NULL, NULL);
}
