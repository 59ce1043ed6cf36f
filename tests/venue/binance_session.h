/* binance_session.h: answers written here, and a session played with them up to its parts. */
#ifndef TESTS_VENUE_BINANCE_SESSION_H
#define TESTS_VENUE_BINANCE_SESSION_H

#include "binance_rig.h"

#define TIME "GET /fapi/v1/time"
#define RIGHTS "GET /sapi/v1/account/apiRestrictions"
#define INFO "GET /fapi/v1/exchangeInfo"
#define LISTEN "POST /fapi/v1/listenKey"
#define KEEP "PUT /fapi/v1/listenKey"
#define ACCOUNT "GET /fapi/v3/account"
#define POSITIONS "GET /fapi/v3/positionRisk"
#define ORDERS "GET /fapi/v1/openOrders"
#define CONFIG "GET /fapi/v1/accountConfig"
#define TIERS "GET /fapi/v1/leverageBracket"

static const char rights_reading[] =
    "{\"enableReading\":true,\"enableFutures\":false,"
    "\"enableSpotAndMarginTrading\":false,\"enableWithdrawals\":false}";
static const char contracts[] =
    "{\"symbols\":[{\"symbol\":\"BTCUSDT\",\"contractType\":\"PERPETUAL\",\"baseAsset\":\"BTC\","
    "\"quoteAsset\":\"USDT\",\"marginAsset\":\"USDT\",\"deliveryDate\":4133404800000}]}";
static const char config_single[] = "{\"dualSidePosition\":false,\"multiAssetsMargin\":false}";
static const char config_multi[] = "{\"dualSidePosition\":false,\"multiAssetsMargin\":true}";
static const char tiers[] =
    "[{\"symbol\":\"BTCUSDT\",\"brackets\":[{\"bracket\":1,\"initialLeverage\":125,\"notionalCap\":"
    "50000,\"notionalFloor\":0,\"maintMarginRatio\":0.004,\"cum\":0.0},{\"bracket\":2,"
    "\"initialLeverage\":100,\"notionalCap\":600000,\"notionalFloor\":50000,\"maintMarginRatio\":"
    "0.005,\"cum\":50.0}]}]";
static const char account_long[] =
    "{\"totalMarginBalance\":\"1001\",\"assets\":[{\"asset\":\"USDT\",\"walletBalance\":\"1000\","
    "\"unrealizedProfit\":\"1\",\"marginBalance\":\"1001\",\"updateTime\":1}],\"positions\":[{"
    "\"symbol\":\"BTCUSDT\",\"positionSide\":\"BOTH\",\"positionAmt\":\"0.500\"}]}";
static const char positions_long[] =
    "[{\"symbol\":\"BTCUSDT\",\"positionSide\":\"BOTH\",\"positionAmt\":\"0.5\",\"entryPrice\":"
    "\"90000\",\"markPrice\":\"90002\",\"updateTime\":1}]";
static const char account_flat[] =
    "{\"totalMarginBalance\":\"1000\",\"assets\":[{\"asset\":\"USDT\",\"walletBalance\":\"1000\","
    "\"marginBalance\":\"1000\",\"updateTime\":1}],\"positions\":[]}";
static const char mark[] = "{\"stream\":\"!markPrice@arr@1s\",\"data\":[{\"e\":\"markPriceUpdate\","
			   "\"E\":1800000000000,\"s\":\"BTCUSDT\",\"p\":\"90001.5\"}]}";

static inline rig *
session_create(void)
{
	rig *r = rig_create();
	r->cfg.key = "the-key";
	r->cfg.secret = "the-secret";
	rig_start(r);
	return r;
}

static inline void
answer_time(rig *r)
{
	char text[64];
	int64_t ms = (r->now_ns + 10 * PLM_NS_PER_MS) / PLM_NS_PER_MS + r->venue_ahead_ms;
	(void)snprintf(text, sizeof text, "{\"serverTime\":%lld}", (long long)ms);
	assert_int_equal(rig_answer(r, TIME, 200, text), PLM_OK);
}

/* Answers the modes of the account, if they were asked for since the last time. */
static inline void
session_config(rig *r, const char *text)
{
	uint32_t asked = rig_asked(r, "GET", "/fapi/v1/accountConfig");
	if (asked > 0 && rig_last(r, "GET", "/fapi/v1/accountConfig")->tag != binance_config_tag) {
		binance_config_tag = rig_last(r, "GET", "/fapi/v1/accountConfig")->tag;
		assert_int_equal(rig_answer(r, CONFIG, 200, text), PLM_OK);
	}
}

/* From the start to an open user stream, with the snapshot asked for. */
static inline void
session_connect(rig *r)
{
	rig_open(r, PLM_LINK_NONE);
	answer_time(r);
	if (rig_status(r).key_checked == false)
		assert_int_equal(rig_answer(r, RIGHTS, 200, rights_reading), PLM_OK);
	assert_int_equal(rig_answer(r, INFO, 200, contracts), PLM_OK);
	assert_int_equal(rig_answer(r, LISTEN, 200, "{\"listenKey\":\"abcDEF123\"}"), PLM_OK);
	rig_open(r, 0);
	rig_open(r, 1);
	rig_tick(r, 100);
	assert_int_equal(r->events_count, 1);
	assert_int_equal(r->events[0].type, PLM_EVENT_SNAPSHOT_BEGIN);
	session_config(r, config_single);
	assert_int_equal(rig_answer(r, KEEP, 200, "{}"), PLM_OK);
}

static inline void
session_live(rig *r)
{
	session_connect(r);
	assert_int_equal(rig_answer(r, ACCOUNT, 200, account_long), PLM_OK);
	assert_int_equal(rig_answer(r, POSITIONS, 200, positions_long), PLM_OK);
	assert_int_equal(rig_say(r, 1, mark), PLM_OK);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
}

/* Lets marks come every second while time passes, as on a living connection. */
static inline void
session_wait(rig *r, int64_t seconds)
{
	for (int64_t i = 0; i < seconds; i++) {
		assert_int_equal(rig_say(r, 1, mark), PLM_OK);
		rig_wait(r, 1000);
		session_config(r, config_single);
	}
}

static inline const plm_snapshot *
snapshot_end(const rig *r)
{
	const plm_event *event = rig_event(r, PLM_EVENT_SNAPSHOT_END, 0);
	return event == NULL ? NULL : &event->u.snapshot;
}

/* An update of the user stream about BTCUSDT, before_ms old. */
static inline const char *
update_text(rig *r, int64_t before_ms, const char *amount)
{
	static char text[512];
	(void)snprintf(text, sizeof text,
	    "{\"e\":\"ACCOUNT_UPDATE\",\"T\":%lld,\"a\":{\"m\":\"ORDER\",\"B\":[],\"P\":[{\"s\":"
	    "\"BTCUSDT\",\"pa\":\"%s\",\"ep\":\"90000\",\"mt\":\"cross\",\"ps\":\"BOTH\"}]}}",
	    (long long)(r->now_ns / PLM_NS_PER_MS - before_ms), amount);
	return text;
}

#endif
