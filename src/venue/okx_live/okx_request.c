/* okx_request.c: what this adapter says to OKX, all of it read-only, and its signatures. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "venue/okx_live/okx_session.h"
#include "venue/request_text.h"
#include "venue/sign.h"

#define X(name, target, query, flags, period_s) "GET " target,
#define POST(name, target, body, flags, period_s) "POST " target " " body,
const char *const pli_okx_requests_allowed[] = {
    OKX_ASKS(X) OKX_POSTS(POST) "login", "subscribe", "ping", NULL};
#undef POST
#undef X

#define X(name, target, query, flags, period_s) (period_s) * PLM_NS_PER_S,
const int64_t pli_okx_periods_ns[OKX_ASK_COUNT_] = {OKX_ASKS(X) OKX_POSTS(X)};
#undef X

#define X(name, target, query, flags, period_s) {target query, "", flags},
#define POST(name, target, body, flags, period_s) {target, body, flags},
static const struct {
	const char *target, *body;
	uint32_t flags;
} ask_rows[] = {OKX_ASKS(X) OKX_POSTS(POST)};
#undef POST
#undef X

void
pli_okx_request(plm_request *request, okx_ask ask, const char *about)
{
	assert((unsigned)ask < OKX_ASK_COUNT_);
	uint32_t flags = ask_rows[ask].flags;
	const char *target = ask_rows[ask].target, *body = ask_rows[ask].body;
	*request = (plm_request){.kind = PLM_REQUEST_HTTP,
	    .weight = 1,
	    .seal = (flags & (ASK_STAMP | ASK_SIGN)) != 0,
	    .optional = (flags & ASK_OPTIONAL) != 0};
	(void)snprintf(request->method, sizeof request->method, body[0] == '\0' ? "GET" : "POST");
	(void)snprintf(request->body, sizeof request->body, "%s", body);
	(void)snprintf(request->target, sizeof request->target, "%s%s", target,
	    target[strlen(target) - 1] == '=' ? about : "");
}

void
pli_okx_login(plm_request *request)
{
	*request = (plm_request){.kind = PLM_REQUEST_WS_SEND,
	    .link = OKX_LINK_USER,
	    .seal = 1,
	    .body = "{\"op\":\"login\",\"args\":[]}"};
}

static plm_err
login_seal(plm_request *request, plm_time_ns time_ns, const pli_credentials *credentials)
{
	char text[64], sign[PLI_SIGNATURE_BASE64 + 1];
	int64_t time_s = time_ns / PLM_NS_PER_S;
	(void)snprintf(text, sizeof text, "%" PRId64 "GET/users/self/verify", time_s);
	pli_sign_hmac_sha256_base64(credentials->secret, plm_slice_of(text), sign);
	request->body[0] = '\0';
	bool fits = pli_request_append(request, "{\"op\":\"login\",\"args\":[{\"apiKey\":") &&
		    pli_request_append_string(request, credentials->key) &&
		    pli_request_append(request, ",\"passphrase\":") &&
		    pli_request_append_string(request, credentials->passphrase) &&
		    pli_request_append(
			request, ",\"timestamp\":\"%" PRId64 "\",\"sign\":\"%s\"}]}", time_s, sign);
	return fits ? PLM_OK : PLM_EOVERFLOW;
}

plm_err
pli_okx_request_seal(plm_request *request, plm_time_ns time_ns, const pli_credentials *credentials)
{
	if (request->kind == PLM_REQUEST_WS_SEND)
		return login_seal(request, time_ns, credentials);
	char time[PLI_REQUEST_TIME_MAX], text[PLM_TARGET_MAX + 128], sign[PLI_SIGNATURE_BASE64 + 1];
	pli_request_time(time_ns, time);
	int told = snprintf(
	    text, sizeof text, "%s%s%s%s", time, request->method, request->target, request->body);
	if (told < 0 || (size_t)told >= sizeof text)
		return PLM_EOVERFLOW;
	pli_sign_hmac_sha256_base64(credentials->secret, plm_slice_of(text), sign);
	int size = snprintf(request->header, sizeof request->header,
	    "OK-ACCESS-KEY: %s\nOK-ACCESS-SIGN: %s\nOK-ACCESS-TIMESTAMP: %s\n"
	    "OK-ACCESS-PASSPHRASE: %s",
	    credentials->key, sign, time, credentials->passphrase);
	return size > 0 && (size_t)size < sizeof request->header ? PLM_OK : PLM_EOVERFLOW;
}

void
pli_okx_subscribe_open(plm_request *request, uint8_t link)
{
	*request = (plm_request){
	    .kind = PLM_REQUEST_WS_SEND, .link = link, .body = "{\"op\":\"subscribe\",\"args\":["};
}

bool
pli_okx_subscribe_add(plm_request *request, const char *channel, const char *key, const char *value)
{
	size_t size = strlen(request->body);
	const char *comma = request->body[size - 1] == '[' ? "" : ",";
	/* Room for the end of the message is kept. */
	if (size + strlen(channel) + strlen(key) + strlen(value) + 40 > sizeof request->body)
		return false;
	if (key[0] == '\0')
		return pli_request_append(request, "%s{\"channel\":\"%s\"}", comma, channel);
	return pli_request_append(
	    request, "%s{\"channel\":\"%s\",\"%s\":\"%s\"}", comma, channel, key, value);
}

void
pli_okx_subscribe_close(plm_request *request)
{
	bool fits = pli_request_append(request, "]}");
	assert(fits);
	(void)fits;
}
