/* binance_request.c: requests to the venue, all of them read-only, and their signatures. */
#include "venue/binance/binance_internal.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

const char *const pli_binance_requests_allowed[] = {
    "GET /fapi/v1/time",
    "GET /fapi/v1/exchangeInfo",
    "GET /fapi/v1/openOrders",
    "GET /fapi/v1/leverageBracket",
    "GET /fapi/v1/accountConfig",
    "GET /fapi/v3/account",
    "GET /fapi/v3/positionRisk",
    "GET /sapi/v1/account/apiRestrictions",
    "POST /fapi/v1/listenKey",
    "PUT /fapi/v1/listenKey",
    NULL,
};

/* Weights as the venue publishes them. key: the request carries the key; sign: and a signature. */
typedef struct ask_row {
	const char *method;
	const char *target;
	uint32_t weight;
	bool key;
	bool sign;
	bool optional;
	bool account_host; /* the spot and account host, where key rights live */
} ask_row;

static const ask_row ask_rows[] = {
    [BINANCE_ASK_TIME] = {"GET", "/fapi/v1/time", 1, false, false, false, false},
    [BINANCE_ASK_RIGHTS] = {"GET", "/sapi/v1/account/apiRestrictions", 1, true, true, false, true},
    [BINANCE_ASK_INFO] = {"GET", "/fapi/v1/exchangeInfo", 1, false, false, false, false},
    [BINANCE_ASK_TIERS] = {"GET", "/fapi/v1/leverageBracket", 1, true, true, true, false},
    [BINANCE_ASK_LISTEN] = {"POST", "/fapi/v1/listenKey", 1, true, false, false, false},
    [BINANCE_ASK_KEEP] = {"PUT", "/fapi/v1/listenKey", 1, true, false, false, false},
    [BINANCE_ASK_CONFIG] = {"GET", "/fapi/v1/accountConfig", 5, true, true, false, false},
    [BINANCE_ASK_ACCOUNT] = {"GET", "/fapi/v3/account", 5, true, true, false, false},
    [BINANCE_ASK_POSITIONS] = {"GET", "/fapi/v3/positionRisk", 5, true, true, false, false},
    [BINANCE_ASK_ORDERS] = {"GET", "/fapi/v1/openOrders", 40, true, true, true, false},
};

void
pli_binance_request(plm_request *request, binance_ask ask, const char *key)
{
	assert((unsigned)ask < BINANCE_ASK_COUNT_);
	const ask_row *row = &ask_rows[ask];
	*request = (plm_request){
	    .kind = PLM_REQUEST_HTTP, .seal = row->sign || ask == BINANCE_ASK_TIME};
	request->optional = row->optional;
	request->weight = row->weight;
	request->link = row->account_host;
	(void)snprintf(request->method, sizeof request->method, "%s", row->method);
	(void)snprintf(request->target, sizeof request->target, "%s", row->target);
	if (row->key)
		(void)snprintf(request->header, sizeof request->header, "X-MBX-APIKEY: %s", key);
}

/* Appends ?recvWindow&timestamp&signature; anything already signed is signed anew. */
plm_err
pli_binance_request_seal(plm_request *request, int64_t time_ms, const char *secret)
{
	static const char digits[] = "0123456789abcdef";
	char *query = strchr(request->target, '?');
	if (query != NULL)
		*query = '\0';
	size_t head = strlen(request->target);
	int size = snprintf(request->target + head, sizeof request->target - head,
	    "?recvWindow=5000&timestamp=%" PRId64, time_ms);
	if (size < 0 || head + (size_t)size + 80 > sizeof request->target)
		return PLM_EOVERFLOW;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state hmac;
	(void)crypto_auth_hmacsha256_init(&hmac, (const unsigned char *)secret, strlen(secret));
	(void)crypto_auth_hmacsha256_update(
	    &hmac, (const unsigned char *)request->target + head + 1, (unsigned)size - 1);
	(void)crypto_auth_hmacsha256_final(&hmac, mac);
	sodium_memzero(&hmac, sizeof hmac);
	char *out = request->target + head + size;
	memcpy(out, "&signature=", 11);
	out += 11;
	for (size_t i = 0; i < sizeof mac; i++) {
		*out++ = digits[mac[i] >> 4];
		*out++ = digits[mac[i] & 15];
	}
	*out = '\0';
	return PLM_OK;
}

/* Marks of the wanted symbols (lower case), or of all when none are named or they do not fit in one
 * path; and the USD rates of all margin assets. */
void
pli_binance_stream_target(const char *markets, char ret_target[PLM_TARGET_MAX])
{
	static const char head[] = "/market/stream?streams=!assetIndex@arr";
	size_t size = sizeof head - 1;
	memcpy(ret_target, head, sizeof head);
	const char *at = markets + strspn(markets, ", ");
	while (*at != '\0' && size < PLM_TARGET_MAX) {
		size_t length = strcspn(at, ", ");
		size += (size_t)snprintf(ret_target + size, PLM_TARGET_MAX - size,
		    "/%.*s@markPrice@1s", (int)length, at);
		at += length + strspn(at + length, ", ");
	}
	if (size >= PLM_TARGET_MAX || size == sizeof head - 1)
		(void)snprintf(ret_target, PLM_TARGET_MAX, "%s/!markPrice@arr@1s", head);
}
