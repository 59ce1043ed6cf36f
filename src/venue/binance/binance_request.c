/* binance_request.c: requests to the venue, all of them read-only, and their signatures. */
#include "venue/binance/binance_internal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "venue/sign.h"

#define X(name, method, target, weight, flags, period_s) method " " target,
const char *const pli_binance_requests_allowed[] = {BINANCE_ASKS(X) NULL};
#undef X

/* STAMP: sent through seal, for the time of leaving alone. KEY: carries the key. SIGN: key, time
 * and signature. ACCOUNT_HOST: the spot and account host, where key rights live. */
enum { ASK_STAMP = 1, ASK_KEY = 2, ASK_SIGN = 4, ASK_OPTIONAL = 8, ASK_ACCOUNT_HOST = 16 };

#define X(name, method, target, weight, flags, period_s) {method, target, weight, flags},
static const struct {
	const char *method;
	const char *target;
	uint32_t weight;
	uint32_t flags;
} ask_rows[] = {BINANCE_ASKS(X)};
#undef X

void
pli_binance_request(plm_request *request, binance_ask ask, const char *key)
{
	assert((unsigned)ask < BINANCE_ASK_COUNT_);
	uint32_t flags = ask_rows[ask].flags;
	*request = (plm_request){
	    .kind = PLM_REQUEST_HTTP, .seal = (flags & (ASK_SIGN | ASK_STAMP)) != 0};
	request->optional = (flags & ASK_OPTIONAL) != 0;
	request->weight = ask_rows[ask].weight;
	request->link = (flags & ASK_ACCOUNT_HOST) != 0;
	(void)snprintf(request->method, sizeof request->method, "%s", ask_rows[ask].method);
	(void)snprintf(request->target, sizeof request->target, "%s", ask_rows[ask].target);
	if ((flags & (ASK_KEY | ASK_SIGN)) != 0)
		(void)snprintf(request->header, sizeof request->header, "X-MBX-APIKEY: %s", key);
}

/* Appends ?recvWindow&timestamp&signature; anything already signed is signed anew. */
plm_err
pli_binance_request_seal(plm_request *request, int64_t time_ms, const char *secret)
{
	char *query = strchr(request->target, '?');
	if (query != NULL)
		*query = '\0';
	size_t head = strlen(request->target);
	int size = snprintf(request->target + head, sizeof request->target - head,
	    "?recvWindow=5000&timestamp=%" PRId64, time_ms);
	if (size < 0 || head + (size_t)size + 80 > sizeof request->target)
		return PLM_EOVERFLOW;
	char *out = request->target + head + size;
	memcpy(out, "&signature=", 11);
	pli_sign_hmac_sha256(
	    secret, (plm_slice){request->target + head + 1, (size_t)size - 1}, out + 11);
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
