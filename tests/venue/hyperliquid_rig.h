/* hyperliquid_rig.h: Hyperliquid on the bench, and a venue of a few lines that answers every
 * question with what the test has laid out. */
#ifndef TESTS_VENUE_HYPERLIQUID_RIG_H
#define TESTS_VENUE_HYPERLIQUID_RIG_H

#include "../support/venue_rig.h"
#include "venue/hyperliquid/hyperliquid.h"

enum { RIG_TYPES_MAX = 32, RIG_OWNED_MAX = 64 };

#define RIG_ADDRESS "0x00000000000000000000000000000000000000a1"

/* What the venue says to a type of request; status 0: nothing comes. owned: bodies that the bench
 * made. deaf: subscriptions get no receipt. */
typedef struct rig_answer_row {
	const char *type, *body;
	uint16_t status;
} rig_answer_row;

static struct {
	rig_answer_row replies[RIG_TYPES_MAX];
	uint32_t replies_count;
	char *owned[RIG_OWNED_MAX];
	uint32_t owned_count;
	bool deaf;
} hl;

/* The last balance of an asset that was emitted. */
static inline const plm_balance *
hl_balance(const rig *r, const char *asset)
{
	for (uint32_t i = r->events_count; i-- > 0;)
		if (r->events[i].type == PLM_EVENT_BALANCE &&
		    strcmp(rig_asset(r, r->events[i].u.balance.asset), asset) == 0)
			return &r->events[i].u.balance;
	fail_msg("no balance of %s", asset);
	return NULL;
}

static inline void
rig_lay(const char *type, uint16_t status, const char *body)
{
	for (uint32_t i = 0; i < hl.replies_count; i++)
		if (strcmp(hl.replies[i].type, type) == 0) {
			hl.replies[i] = (rig_answer_row){type, body, status};
			return;
		}
	assert_true(hl.replies_count < RIG_TYPES_MAX);
	hl.replies[hl.replies_count++] = (rig_answer_row){type, body, status};
}

/* A state of one dex with these positions (JSON rows) and this account value; to be freed. */
static inline char *
rig_state(int64_t time_ms, const char *value, const char *notional, const char *rows)
{
	char *text = NULL;
	int size = asprintf(&text,
	    "{\"marginSummary\":{\"accountValue\":\"%s\",\"totalNtlPos\":\"%s\"},"
	    "\"crossMarginSummary\":{\"accountValue\":\"%s\",\"totalMarginUsed\":\"1\"},"
	    "\"crossMaintenanceMarginUsed\":\"2\",\"withdrawable\":\"3\",\"assetPositions\":[%s],"
	    "\"time\":%lld}",
	    value, notional, value, rows, (long long)time_ms);
	assert_true(size > 0);
	return text;
}

#define RIG_ROW(coin, size, value, pnl)                                                            \
	"{\"type\":\"oneWay\",\"position\":{\"coin\":\"" coin "\",\"szi\":\"" size                 \
	"\",\"leverage\":{\"type\":\"cross\",\"value\":20},\"entryPx\":\"100\",\"positionValue\":" \
	"\"" value "\",\"unrealizedPnl\":\"" pnl "\",\"marginUsed\":\"5\",\"maxLeverage\":40}}"

#define RIG_COINS                                                                                  \
	"[{\"universe\":[{\"name\":\"BTC\",\"maxLeverage\":40},{\"name\":\"ETH\","                 \
	"\"maxLeverage\":25}],\"marginTables\":[],\"collateralToken\":0},{\"universe\":[{"         \
	"\"name\":\"xyz:TSLA\",\"maxLeverage\":10}],\"marginTables\":[],\"collateralToken\":0}]"

#define RIG_TOKENS                                                                                 \
	"{\"universe\":[{\"tokens\":[150,0],\"name\":\"@107\"}],\"tokens\":[{\"name\":\"USDC\","   \
	"\"index\":0},{\"name\":\"HYPE\",\"index\":150}]}"

/* An account with nothing in it but 100 USDC in spot. */
static inline void
rig_lay_all(void)
{
	rig_lay("exchangeStatus", 200, "{\"time\":1800000000000}");
	rig_lay("userRole", 200, "{\"role\":\"user\"}");
	rig_lay("spotMeta", 200, RIG_TOKENS);
	rig_lay("allPerpMetas", 200, RIG_COINS);
	rig_lay("userAbstraction", 200, "\"default\"");
	rig_lay("userVaultEquities", 200, "[]");
	rig_lay("subAccounts2", 200, "null");
	rig_lay("spotClearinghouseState", 200,
	    "{\"balances\":[{\"coin\":\"USDC\",\"token\":0,\"total\":\"100\",\"hold\":\"1\"}]}");
}

static inline void
hl_answer_http(rig *r, const plm_request *request)
{
	for (uint32_t i = 0; i < hl.replies_count; i++) {
		char head[64];
		(void)snprintf(head, sizeof head, "{\"type\":\"%s\"", hl.replies[i].type);
		if (strncmp(request->body, head, strlen(head)) != 0)
			continue;
		(void)rig_reply(r, request, hl.replies[i].status, hl.replies[i].body);
		return;
	}
}

/* {"method":"subscribe","subscription":{...}} is echoed as a receipt. */
static inline void
hl_answer_ws(rig *r, const plm_request *request)
{
	char text[PLM_BODY_MAX + 64];
	const char *subscription = strstr(request->body, "\"subscription\":");
	if (subscription == NULL)
		(void)rig_say(r, 0, "{\"channel\":\"pong\"}");
	if (subscription == NULL || hl.deaf)
		return;
	(void)snprintf(text, sizeof text,
	    "{\"channel\":\"subscriptionResponse\",\"data\":{\"method\":\"subscribe\",%s}",
	    subscription);
	assert_int_equal(rig_say(r, 0, text), PLM_OK);
}

static inline void
hl_answer(rig *r, const plm_request *request)
{
	if (request->kind == PLM_REQUEST_HTTP)
		hl_answer_http(r, request);
	else if (request->kind == PLM_REQUEST_WS_SEND)
		hl_answer_ws(r, request);
}

static inline rig *
rig_create(void)
{
	rig *r = rig_create_of(&pli_venue_hyperliquid);
	for (uint32_t i = 0; i < hl.owned_count; i++)
		free(hl.owned[i]);
	memset(&hl, 0, sizeof hl);
	r->keeps = true;
	r->answer = hl_answer;
	return r;
}

/* An address that is refused stays in r->err. */
static inline void
hl_start(rig *r, const char *address)
{
	r->cfg.key = address;
	r->state = calloc(1, pli_venue_hyperliquid.ops->state_size);
	assert_non_null(r->state);
	r->err = pli_venue_hyperliquid.ops->init(r->state, &r->cfg, &r->fault);
	if (r->err == PLM_OK)
		rig_open(r, 0);
}

#endif
