/* dydx_rig.h: dYdX on the bench, and a venue of a few lines: an account as the test has laid it
 * out, and a stream whose messages are numbered. */
#ifndef TESTS_VENUE_DYDX_RIG_H
#define TESTS_VENUE_DYDX_RIG_H

#include "../support/venue_rig.h"

#define DYDX_ADDRESS "dydx1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnsqq0te"

/* Rows. A position whose profit is 0: size x entry price is what it is worth. */
#define DYDX_POSITION(market, side, size, entry)                                                   \
	"\"" market "\":{\"market\":\"" market "\",\"status\":\"OPEN\",\"side\":\"" side           \
	"\",\"size\":\"" size "\",\"entryPrice\":\"" entry "\",\"unrealizedPnl\":\"0\"}"
#define DYDX_USDC(side, size)                                                                      \
	"\"USDC\":{\"symbol\":\"USDC\",\"side\":\"" side "\",\"size\":\"" size "\"}"
#define DYDX_CHILD(number, equity, positions, usdc, height)                                        \
	"{\"address\":\"" DYDX_ADDRESS "\",\"subaccountNumber\":" number ",\"equity\":\"" equity   \
	"\",\"freeCollateral\":\"1\",\"openPerpetualPositions\":{" positions                       \
	"},\"assetPositions\":{" usdc "},\"latestProcessedBlockHeight\":\"" height "\"}"
#define DYDX_ACCOUNT(equity, children)                                                             \
	"{\"subaccount\":{\"address\":\"" DYDX_ADDRESS                                             \
	"\",\"parentSubaccountNumber\":0,\"equity\":\"" equity                                     \
	"\",\"freeCollateral\":\"1\",\"childSubaccounts\":[" children "]}}"

/* What the venue says of the account; how many messages it said. */
static struct {
	const char *account, *transfers;
	uint16_t status, transfers_status;
	uint32_t messages_count;
	bool refuses; /* the subscription of the account */
} dydx;

/* 1,000 USDC, of which 900 are in a long of 10 ETH-USD at 90. */
#define DYDX_USUAL                                                                                 \
	DYDX_ACCOUNT("1000", DYDX_CHILD("0", "1000", DYDX_POSITION("ETH-USD", "LONG", "10", "90"), \
				 DYDX_USDC("LONG", "100"), "50"))

/* A message of the stream, with the next number. */
static inline void
dydx_say(rig *r, const char *channel, const char *type, const char *contents)
{
	static char text[1 << 14];
	(void)snprintf(text, sizeof text,
	    "{\"type\":\"%s\",\"message_id\":%u,\"channel\":\"%s\",\"id\":\"" DYDX_ADDRESS
	    "/0\",\"contents\":%s}",
	    type, dydx.messages_count++, channel, contents);
	(void)rig_say(r, 0, text);
}

static inline void
dydx_subscribed(rig *r, const plm_request *request)
{
	static const char markets[] =
	    "{\"markets\":{\"BTC-USD\":{\"clobPairId\":\"0\",\"ticker\":\"BTC-USD\","
	    "\"oraclePrice\":\"90000\",\"nextFundingRate\":\"0.00001\","
	    "\"initialMarginFraction\":\"0.02\",\"maintenanceMarginFraction\":\"0.012\"},"
	    "\"ETH-USD\":{\"clobPairId\":\"1\",\"ticker\":\"ETH-USD\",\"oraclePrice\":\"90\"}}}";
	if (strstr(request->body, "v4_markets") != NULL)
		dydx_say(r, "v4_markets", "subscribed", markets);
	else if (dydx.refuses)
		(void)rig_say(r, 0, "{\"type\":\"error\",\"message\":\"could not fetch data\"}");
	else
		dydx_say(r, "v4_parent_subaccounts", "subscribed", "{\"orders\":[]}");
}

static inline void
dydx_answer(rig *r, const plm_request *request)
{
	if (request->kind == PLM_REQUEST_WS_SEND)
		dydx_subscribed(r, request);
	if (request->kind != PLM_REQUEST_HTTP)
		return;
	const char *body = dydx.account;
	if (strcmp(request->target, "/v4/time") == 0)
		body = "{\"iso\":\"2027-01-15T08:00:00.500Z\",\"epoch\":1800000000.5}";
	else if (strcmp(request->target, "/v4/perpetualMarkets") == 0)
		body = "{\"markets\":{}}";
	bool transfers = strstr(request->target, "/v4/transfers/") != NULL;
	(void)rig_reply(r, request, transfers ? dydx.transfers_status : dydx.status,
	    transfers ? dydx.transfers : body);
}

static inline rig *
rig_create(void)
{
	rig *r = rig_create_of(&pli_venue_dydx);
	r->fixtures = "dydx-v4";
	r->cfg.key = DYDX_ADDRESS;
	r->keeps = true;
	r->answer = dydx_answer;
	memset(&dydx, 0, sizeof dydx);
	dydx.status = dydx.transfers_status = 200;
	dydx.transfers = "{\"transfers\":[]}";
	dydx.account = DYDX_USUAL;
	return r;
}

/* A change of the account. */
static inline void
dydx_update(rig *r, const char *contents)
{
	dydx_say(r, "v4_parent_subaccounts", "channel_data", contents);
}

static inline void
dydx_open(rig *r)
{
	if (r->state == NULL)
		rig_start(r);
	rig_open(r, 0);
	dydx.messages_count = 1;
	(void)rig_say(r, 0, "{\"type\":\"connected\",\"message_id\":0}");
}

/* LIVE, as laid out. */
static inline rig *
dydx_live(const char *account)
{
	rig *r = rig_create();
	dydx.account = account;
	dydx_open(r);
	rig_pass(r, 3000);
	assert_int_equal(rig_status(r).status, PLM_FEED_LIVE);
	r->events_count = 0;
	return r;
}

#endif
