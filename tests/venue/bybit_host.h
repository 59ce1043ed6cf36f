/* bybit_host.h: what was asked of Bybit, and a venue that answers. */
#ifndef TESTS_VENUE_BYBIT_HOST_H
#define TESTS_VENUE_BYBIT_HOST_H

#include "bybit_rig.h"

/* The last HTTP request to a target that begins so, or message on a link that holds it; NULL. */
static inline const plm_request *
rig_last(const rig *r, const char *target)
{
	for (uint32_t i = r->sent_count; i-- > 0;)
		if (r->sent[i].kind == PLM_REQUEST_HTTP &&
		    strncmp(r->sent[i].target, target, strlen(target)) == 0)
			return &r->sent[i];
	return NULL;
}

static inline const plm_request *
rig_said(const rig *r, uint8_t link, const char *part)
{
	for (uint32_t i = r->sent_count; i-- > 0;)
		if (r->sent[i].kind == PLM_REQUEST_WS_SEND && r->sent[i].link == link &&
		    strstr(r->sent[i].body, part) != NULL)
			return &r->sent[i];
	return NULL;
}

static inline uint32_t
rig_asked(const rig *r, const char *target)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < r->sent_count; i++)
		count += r->sent[i].kind == PLM_REQUEST_HTTP &&
			 strncmp(r->sent[i].target, target, strlen(target)) == 0;
	return count;
}

/* Answers the last request to a target: it leaves (sealed), 20 ms pass, the answer is here. */
static inline plm_err
rig_answer(rig *r, const char *target, uint16_t status, const char *body)
{
	const plm_request *last = rig_last(r, target);
	if (last == NULL)
		fail_msg("nobody asked for %s", target);
	return rig_reply(r, last, status, body);
}

/* The venue: an account that is answered for as it says. */

#define RIG_TIME "/v5/market/time"
#define RIG_RIGHTS "/v5/user/query-api"
#define RIG_LINEAR "/v5/market/instruments-info?category=linear"
#define RIG_INVERSE "/v5/market/instruments-info?category=inverse"
#define RIG_CONFIG "/v5/account/info"
#define RIG_WALLET "/v5/account/wallet-balance"
#define RIG_USDT "/v5/position/list?category=linear&settleCoin=USDT"
#define RIG_USDC "/v5/position/list?category=linear&settleCoin=USDC"
#define RIG_COIN "/v5/position/list?category=inverse"
#define RIG_OPTION "/v5/position/list?category=option"

#define RIG_LIST(rows)                                                                             \
	"{\"retCode\":0,\"retMsg\":\"OK\",\"result\":{\"list\":[" rows                             \
	"],\"nextPageCursor\":\"\"},\"time\":1800000000000}"
#define RIG_PERP(symbol, type, base, quote, settle)                                                \
	"{\"symbol\":\"" symbol "\",\"contractType\":\"" type "\",\"baseCoin\":\"" base            \
	"\",\"quoteCoin\":\"" quote "\",\"settleCoin\":\"" settle                                  \
	"\",\"deliveryTime\":\"0\",\"lotSizeFilter\":{}}"
#define RIG_LINEARS                                                                                \
	RIG_LIST(RIG_PERP("BTCUSDT", "LinearPerpetual", "BTC", "USDT", "USDT") "," RIG_PERP(       \
	    "ETHUSDT", "LinearPerpetual", "ETH", "USDT", "USDT"))
#define RIG_INVERSES RIG_LIST(RIG_PERP("BTCUSD", "InversePerpetual", "BTC", "USD", "BTC"))
#define RIG_ROW(symbol, idx, side, size)                                                           \
	"{\"symbol\":\"" symbol "\",\"positionIdx\":" idx ",\"side\":\"" side                      \
	"\",\"size\":\"" size "\",\"avgPrice\":\"60000\",\"markPrice\":\"61000\","                 \
	"\"tradeMode\":0,\"updatedTime\":\"1799999990000\"}"
#define RIG_COINS(rows)                                                                            \
	RIG_LIST("{\"accountType\":\"UNIFIED\",\"accountIMRate\":\"0.1\","                         \
		 "\"accountMMRate\":\"0.05\",\"totalMarginBalance\":\"900\",\"coin\":[" rows "]}")
#define RIG_USDT_ROW                                                                               \
	"{\"coin\":\"USDT\",\"walletBalance\":\"1000\",\"spotBorrow\":\"0\","                      \
	"\"equity\":\"1000\",\"unrealisedPnl\":\"0\",\"borrowAmount\":\"0\"}"
#define RIG_MODES(mode, generation)                                                                \
	"{\"retCode\":0,\"result\":{\"marginMode\":\"" mode                                        \
	"\",\"unifiedMarginStatus\":" generation "},\"time\":1800000000000}"

static inline void
rig_answer_time(rig *r)
{
	char body[160];
	int64_t ms = r->now_ns / PLM_NS_PER_MS + 10 + r->venue_ahead_ms;
	(void)snprintf(body, sizeof body,
	    "{\"retCode\":0,\"result\":{\"timeSecond\":\"%lld\",\"timeNano\":\"%lld000000\"},"
	    "\"time\":"
	    "%lld}",
	    (long long)(ms / 1000), (long long)ms, (long long)ms);
	assert_int_equal(rig_answer(r, RIG_TIME, 200, body), PLM_OK);
}

/* Up to the subscription of the user stream. */
static inline void
rig_login(rig *r)
{
	rig_open(r, PLM_LINK_NONE);
	rig_answer_time(r);
	assert_int_equal(rig_answer(r, RIG_RIGHTS, 200,
			     "{\"retCode\":0,\"result\":{\"readOnly\":1,\"permissions\":{\"Spot\":["
			     "\"SpotTrade\"]}},\"time\":1800000000000}"),
	    PLM_OK);
	assert_int_equal(rig_answer(r, RIG_LINEAR, 200, RIG_LINEARS), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_INVERSE, 200, RIG_INVERSES), PLM_OK);
	rig_open(r, BYBIT_LINK_USER);
	assert_int_equal(rig_say(r, BYBIT_LINK_USER, "{\"success\":true,\"op\":\"auth\"}"), PLM_OK);
	assert_int_equal(
	    rig_say(r, BYBIT_LINK_USER, "{\"success\":true,\"op\":\"subscribe\"}"), PLM_OK);
}

/* One reading: each part with its rows. */
static inline plm_err
rig_reading(rig *r, const char *wallet, const char *usdt, const char *inverse, const char *option)
{
	assert_int_equal(rig_answer(r, RIG_CONFIG, 200, RIG_MODES("REGULAR_MARGIN", "6")), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_WALLET, 200, wallet), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_USDT, 200, usdt), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_USDC, 200, RIG_LIST("")), PLM_OK);
	assert_int_equal(rig_answer(r, RIG_COIN, 200, inverse), PLM_OK);
	return rig_answer(r, RIG_OPTION, 200, option);
}

/* Time passes on links that answer pings. */
static inline void
bybit_pass(rig *r, int64_t ms)
{
	for (; ms > 0; ms -= 10000) {
		for (uint8_t link = 0; link < BYBIT_LINKS; link++)
			(void)rig_say(r, link, "{\"op\":\"pong\",\"args\":[\"1\"]}");
		rig_wait(r, ms < 10000 ? ms : 10000);
	}
}

#define RIG_BTC_LONG RIG_LIST(RIG_ROW("BTCUSDT", "0", "Buy", "0.5"))

/* LIVE but for prices: BTCUSDT long 0.5, 1,000 USDT. */
static inline void
rig_go(rig *r)
{
	r->cfg.key = "k1";
	r->cfg.secret = "s1";
	rig_start(r);
	rig_login(r);
	for (int i = 0; i < 2; i++)
		assert_int_equal(rig_reading(r, RIG_COINS(RIG_USDT_ROW), RIG_BTC_LONG, RIG_LIST(""),
				     RIG_LIST("")),
		    PLM_OK),
		    rig_wait(r, i == 0 ? 1100 : 0);
}

#define SAID_GOOD "{\"success\":true,\"ret_msg\":\"\",\"op\":\"subscribe\"}"
#define TICKER(type, symbol, rest)                                                                 \
	"{\"topic\":\"tickers." symbol "\",\"type\":\"" type "\",\"ts\":"                          \
	"1800000000000,\"data\":{\"symbol\":\"" symbol "\"," rest "}}"

/* Prices for what rig_go holds: BTCUSDT and USDT. */
static inline void
rig_price(rig *r)
{
	rig_open(r, BYBIT_LINEAR);
	rig_open(r, BYBIT_SPOT);
	assert_int_equal(rig_say(r, BYBIT_LINEAR, SAID_GOOD), PLM_OK);
	assert_int_equal(rig_say(r, BYBIT_SPOT, SAID_GOOD), PLM_OK);
	assert_int_equal(rig_say(r, BYBIT_LINEAR,
			     TICKER("snapshot", "BTCUSDT",
				 "\"markPrice\":\"61000\","
				 "\"indexPrice\":\"60990\"")),
	    PLM_OK);
	assert_int_equal(rig_say(r, BYBIT_SPOT,
			     TICKER("snapshot", "USDCUSDT",
				 "\"lastPrice\":\"1.0001\","
				 "\"usdIndexPrice\":\"1\"")),
	    PLM_OK);
}

#endif
