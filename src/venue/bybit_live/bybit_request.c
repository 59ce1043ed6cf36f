/* bybit_request.c: requests to the venue, all of them read-only, and their signatures. */
#include "venue/bybit_live/bybit_session.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "venue/sign.h"

#define RECV_WINDOW_MS "5000"
enum { LOGIN_VALID_MS = 10000 };

/* STAMP: sent through seal, for the time of leaving alone. SIGN: key, time and signature. */
enum { ASK_STAMP = 1, ASK_SIGN = 2, ASK_OPTIONAL = 4 };

#define X(name, path, query, flags, period_s) "GET " path,
const char *const pli_bybit_requests_allowed[] = {BYBIT_ASKS(X) "auth", "subscribe", "ping", NULL};
#undef X

#define X(name, path, query, flags, period_s) {path, query, flags, period_s},
static const struct {
	const char *path, *query;
	uint32_t flags, period_s;
} ask_rows[] = {BYBIT_ASKS(X)};
#undef X

int64_t
pli_bybit_period_ns(bybit_ask ask)
{
	return PLI_SECONDS((int64_t)ask_rows[ask].period_s);
}

void
pli_bybit_request(plm_request *request, bybit_ask ask, const char *cursor)
{
	assert((unsigned)ask < BYBIT_ASK_COUNT_);
	uint32_t flags = ask_rows[ask].flags;
	const char *query = ask_rows[ask].query;
	bool completed = query[0] != '\0' && query[strlen(query) - 1] == '=';
	*request = (plm_request){.kind = PLM_REQUEST_HTTP,
	    .weight = 1,
	    .seal = (flags & (ASK_SIGN | ASK_STAMP)) != 0,
	    .optional = (flags & ASK_OPTIONAL) != 0};
	(void)snprintf(request->method, sizeof request->method, "GET");
	(void)snprintf(request->target, sizeof request->target, "%s%s%s%s%s", ask_rows[ask].path,
	    query[0] == '\0' ? "" : "?", query,
	    cursor[0] == '\0' || completed ? "" : "&cursor=", cursor);
}

/* Signed text: time, key, window and query as they are sent. */
static plm_err
seal_http(plm_request *request, int64_t time_ms, const pli_credentials *credentials)
{
	char text[PLM_TARGET_MAX + PLI_KEY_MAX + 64], signature[PLI_SIGNATURE_HEX + 1];
	const char *query = strchr(request->target, '?');
	int size = snprintf(text, sizeof text, "%" PRId64 "%s" RECV_WINDOW_MS "%s", time_ms,
	    credentials->key, query == NULL ? "" : query + 1);
	assert(size > 0 && (size_t)size < sizeof text);
	pli_sign_hmac_sha256(credentials->secret, (plm_slice){text, (size_t)size}, signature);
	int wrote = snprintf(request->header, sizeof request->header,
	    "X-BAPI-API-KEY: %s\nX-BAPI-TIMESTAMP: %" PRId64 "\nX-BAPI-RECV-WINDOW: " RECV_WINDOW_MS
	    "\nX-BAPI-SIGN: %s",
	    credentials->key, time_ms, signature);
	sodium_memzero(text, sizeof text);
	return (size_t)wrote < sizeof request->header ? PLM_OK : PLM_EOVERFLOW;
}

static plm_err
seal_login(plm_request *request, int64_t time_ms, const pli_credentials *credentials)
{
	char text[64], signature[PLI_SIGNATURE_HEX + 1]; /* the key needs no escaping: see init */
	int64_t expires_ms = time_ms + LOGIN_VALID_MS;
	(void)snprintf(text, sizeof text, "GET/realtime%" PRId64, expires_ms);
	pli_sign_hmac_sha256(credentials->secret, plm_slice_of(text), signature);
	int wrote = snprintf(request->body, sizeof request->body,
	    "{\"op\":\"auth\",\"args\":[\"%s\",%" PRId64 ",\"%s\"]}", credentials->key, expires_ms,
	    signature);
	return (size_t)wrote < sizeof request->body ? PLM_OK : PLM_EOVERFLOW;
}

plm_err
pli_bybit_request_seal(plm_request *request, int64_t time_ms, const pli_credentials *credentials)
{
	if (request->kind == PLM_REQUEST_WS_SEND)
		return seal_login(request, time_ms, credentials);
	bybit_ask ask = (bybit_ask)(request->tag & ((1U << BYBIT_TAG_ASK_BITS) - 1));
	if ((ask_rows[ask].flags & ASK_SIGN) == 0)
		return PLM_OK;
	return seal_http(request, time_ms, credentials);
}
